"""Recombined meetings are always the same and never repeat themselves; statistics are as by hand; records are whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.readers import captions
from scripts.bench.encoders import MeanOfSentences, Timed
from scripts.bench.growth import Place, made
from scripts.bench.measuring import Latency, paired_ratio, percentile, table
from scripts.bench.recombining import Material, meetings, questions, sentences_in, webvtt

ROOT = Path(__file__).resolve().parents[2]
SETS = ROOT.parent / "shared" / "eval"
SUBJECTS = "nurses porters doctors patients visitors cleaners cooks drivers teachers singers gardeners painters".split()
VERBS = "like mend carry paint sell borrow hide count praise forget".split()
THINGS = (
    *("the tea", "a red chair", "three old lamps", "all of those songs", "some bread for the ward", "a garden"),
    "every one of the heavy boxes that somebody had left beside the old stairs in the winter",  # 20 words in all
)


needs_sets = pytest.mark.skipif(
    not SETS.is_dir(), reason="the evaluation sets are not on this machine (../shared/eval)"
)


@pytest.fixture(scope="module")
def material() -> Material:
    """Eight hundred and forty invented sentences, in turns of one to nine."""
    said = [f"Our {who} {do} {what}." for who in SUBJECTS for do in VERBS for what in THINGS]
    turns = [" ".join(said[start : start + 1 + start % 9]) for start in range(len(said))]
    return Material.of(iter(turns))


# ---------------------------------------------------------------- recombined meetings


def test_material_is_every_sentence_once_the_shortest_first(material: Material) -> None:
    assert len(material.sentences) == len(SUBJECTS) * len(VERBS) * len(THINGS)
    assert "Our nurses like the tea" in material.sentences
    assert list(material.lengths) == sorted(len(sentence.split()) for sentence in material.sentences)


def test_what_could_be_taken_for_something_else_is_no_material() -> None:
    odd = ["Chair: we begin now.", "And then [Laughter] we went on.", "It is — well — late now.", "Yes.", "a " * 30]
    assert Material.of(iter(odd)).sentences == ()


def test_meetings_are_the_same_for_a_seed_however_many_are_taken(material: Material) -> None:
    three = list(islice(meetings(material), 3))
    assert three[:2] == list(islice(meetings(material), 2))
    assert three != list(islice(meetings(material, seed=2), 3))


def test_no_statement_comes_twice_and_none_is_cut_by_the_reader(material: Material) -> None:
    statements = [statement for meeting in islice(meetings(material), 3) for statement in meeting.statements]
    assert len(statements) > 1_000
    assert len({statement.casefold().rstrip(".?") for statement in statements}) == len(statements)
    assert max(len(statement.split()) for statement in statements) <= 40


def test_statements_are_taken_apart_into_the_sentences_they_were_made_of(material: Material) -> None:
    known = {sentence.casefold() for sentence in material.sentences}
    meeting = next(meetings(material))
    for statement in meeting.statements:
        parts = [part.rstrip(".?").casefold() for part in sentences_in(statement)]
        assert len(parts) in {2, 3}
        assert known.issuperset(parts)


def test_a_meeting_is_read_back_as_it_was_written(material: Material) -> None:
    meeting = next(meetings(material))
    document = captions.read(meeting.as_webvtt(), "id", meeting.name)
    assert document is not None
    assert " ".join(document.text.split()) == " ".join(" ".join(meeting.statements).split())
    assert {span.speaker for unit in document.units for span in unit.spans} == {speaker for speaker, _ in meeting.turns}


def test_meetings_differ_in_their_days(material: Material) -> None:
    days = [meeting.day for meeting in islice(meetings(material), 3)]
    assert [(day - days[0]).days for day in days] == [0, 1, 2]


# ---------------------------------------------------------------- the encoder of large archives


def test_a_text_has_the_mean_of_its_sentences_by_their_words(material: Material, tmp_path: Path) -> None:
    real = HashingEncoder()
    encoder = MeanOfSentences(real, material.sentences, tmp_path)
    first, second = "Our nurses like the tea", "Our cooks borrow some bread for the ward"
    by_hand = 5 * real.encode([first])[0] + 8 * real.encode([second])[0]
    got = encoder.encode([f"{first} — {second}."])[0]
    np.testing.assert_allclose(got, by_hand / np.linalg.norm(by_hand), atol=1e-6)
    assert encoder.fingerprint != real.fingerprint


def test_sentences_are_encoded_once_and_others_as_they_come(material: Material, tmp_path: Path) -> None:
    first = Timed(HashingEncoder())
    MeanOfSentences(first, material.sentences, tmp_path)
    assert first.texts == len(material.sentences)
    again = Timed(HashingEncoder())
    encoder = MeanOfSentences(again, material.sentences, tmp_path)
    encoder.encode(["Our nurses like the tea. Our cooks mend the tea?", "woolly"])
    assert again.texts == 1
    np.testing.assert_allclose(encoder.encode(["woolly"]), HashingEncoder().encode(["woolly"]), atol=1e-6)
    assert encoder.encode([]).shape == (0, 64)


# ---------------------------------------------------------------- statistics


def test_percentiles_are_by_the_nearest_rank() -> None:
    values = [float(n) for n in range(20, 0, -1)]
    assert [percentile(values, share) for share in (0.0, 0.5, 0.95, 0.951, 1.0)] == [1, 10, 19, 20, 20]


def test_a_paired_ratio_is_the_median_of_the_ratios_not_the_ratio_of_the_medians() -> None:
    assert paired_ratio([10.0, 90.0, 30.0], [10.0, 10.0, 15.0]) == 2.0  # medians: 30 / 10


def test_latency_is_told_in_milliseconds() -> None:
    assert Latency.of([0.001] * 98 + [0.004, 0.005]) == Latency(100, 1.0, 1.0, 4.0, 5.0)


def test_a_table_is_as_wide_as_its_widest_cells() -> None:
    assert table(("a", "b"), [(1, "long")]) == "| a | b    |\n| - | ---- |\n| 1 | long |"


# ---------------------------------------------------------------- the commands


def bench(*arguments: object) -> str:
    """Run a command to its end; what it printed."""
    result = subprocess.run(
        [sys.executable, "-m", "scripts.bench", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@needs_sets
def test_questions_are_distinct_and_always_the_same() -> None:
    asked = questions(SETS, 300)
    assert len(set(asked)) == 300
    assert questions(SETS, 200) == asked[:200]


@needs_sets
def test_an_archive_of_a_size_is_made_measured_and_found_again(tmp_path: Path) -> None:
    out, work = tmp_path / "size.json", tmp_path / "work"
    made_of = ("--encoder", "hashing", "--work", work, "--sets", SETS)
    printed = bench("size", 200, *made_of, "--questions", 6, "--ask", "--json", out)
    assert "search by rare speaker" in printed
    record: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    assert list(record) == ["machine", "benchmark", "asked", "figures"]
    assert record["machine"]["cores"] >= 1
    figures = record["figures"]
    assert figures["documents"] == 1
    assert 200 <= figures["passages"] <= 400
    assert min(figures["catalog_bytes"], figures["derived_bytes"]) > 0
    answering, changing = figures["answering"], figures["changing"]
    assert answering["search"]["count"] == answering["ask"]["count"] == 6
    assert [part["by"] for part in answering["narrowed"]] == ["speaker", "session", "rare speaker"]
    assert answering["narrowed"][-1]["share"] < 0.05
    assert answering["memory"]["peak_mb"] >= answering["memory"]["now_mb"] > 0
    assert changing["documents"] == 1
    assert changing["during"]["count"] >= 1
    assert changing["times_p99"] == round(changing["during"]["p99_ms"] / changing["idle"]["p99_ms"], 2)
    assert figures["ingest"]["texts"] > 300
    assert asdict(made(Place(work, 200, "hashing"), SETS)) == figures["ingest"]  # it is not made again


def test_a_folder_of_captions_is_ingested_and_then_has_nothing_new(tmp_path: Path) -> None:
    for name in ("2024-01-18 Tea.vtt", "2024-02-15 Gardens.vtt"):
        said = [("Ann Lee", f"At {name[:10]} the nurses carried all of the red chairs into the garden.")]
        (tmp_path / name).write_text(webvtt(iter(said)), encoding="utf-8")
    printed = bench("ingest-meetings", tmp_path, "--json", tmp_path / "out.json")
    assert "2 meetings" in printed
    figures = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["figures"]
    assert (figures["documents"], figures["passages"], figures["words"]) == (2, 2, 26)
    assert figures["first_memory"]["peak_mb"] > 0


def test_following_a_folder_is_measured_step_by_step(tmp_path: Path) -> None:
    printed = bench("keeping-current", 20, "--json", tmp_path / "out.json")
    assert "nothing changed" in printed
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["figures"]["documents"] == 20
