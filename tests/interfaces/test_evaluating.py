"""The commands that measure: what goes in, the run that is written, the tables that are printed."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kindsearch import KindSearch
from kindsearch.encoders import Encoder
from kindsearch.encoders.hashing import HashingEncoder

Run = Callable[..., Any]
EVAL = Path(__file__).parents[2].parent / "shared" / "eval"
TALKS = {
    "tea": (
        ("Ann", "Tea calms worried patients on the ward."), ("Bo", "Biscuits matter as much as tea."),
        ("Ann", "A jar of beans measures the smiles."),
    ),
    "roses": (("Cy", "Roses grow along the wall where nurses rest."), ("Di", "Tomatoes taste of summer.")),
}  # fmt: skip
ASKED = (
    ("q1", "tea", "what calms worried patients?", [0], "fact"),
    ("q2", "tea", "how are smiles measured in a jar?", [2], "how"),
    ("q3", "roses", "where do roses grow?", [0], "fact"),
    ("q4", "roses", "who repaired the bicycle?", [], "unanswerable"),
    ("q5", "tea", "sum it all up", [], "summary"),
)


@pytest.fixture(autouse=True)
def tiny_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is said of meaning here."""
    monkeypatch.setattr("kindsearch.interfaces.evaluating.encoder_of", lambda *_: HashingEncoder())


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    """A set of questions about two conversations that it brings along."""
    folder = tmp_path / "talks"
    folder.mkdir()
    conversations = [
        {
            "conversation_id": id_,
            "title": f"About {id_}",
            "date": None,
            "turns": [{"turn": n, "speaker": who, "text": what, "start_s": None} for n, (who, what) in enumerate(said)],
        }
        for id_, said in TALKS.items()
    ]
    questions = [
        dict(zip(("query_id", "conversation_id", "question", "relevant_turns", "kind"), one, strict=True))
        for one in ASKED
    ]
    _write(folder / "corpus.jsonl.gz", conversations)
    _write(folder / "queries.jsonl", questions)
    return folder


@pytest.fixture
def places(tmp_path: Path) -> Path:
    """A file of questions about a corpus."""
    marks = [{"source": "2024-01-18-tea", "phrase": "Biscuits matter", "speaker": "Bo Ek"}]
    _write(
        tmp_path / "mine.jsonl",
        [
            {"query_id": "m1", "question": "do biscuits matter?", "evidence": marks},
            {"query_id": "m2", "question": "who repaired the bicycle?", "kind": "unanswerable"},
        ],
    )
    return tmp_path / "mine.jsonl"


def _write(path: Path, records: list[dict[str, Any]]) -> None:
    text = "".join(json.dumps(record) + "\n" for record in records).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)


def _written(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


# ---------------------------------------------------------------- sets of conversations


def test_a_set_of_conversations_is_printed_as_a_table(run: Run, talks: Path) -> None:
    done = run("evaluate", talks)
    assert (done.status, done.err) == (0, "")
    assert "talks (within): 4 questions" in done.out
    for name in ("hit@1", "hit@3", "hit@5", "mrr@10", "ndcg@10", "recall@500w", "recall@1000w", "answerable AUROC"):
        assert re.search(rf"^{name} +[01]\.\d\d\d  ", done.out, re.MULTILINE), name
    assert "fact (2)" in done.out
    assert "summary" not in done.out


def test_a_set_of_conversations_is_a_record_too(run: Run, talks: Path) -> None:
    (record,) = run("evaluate", talks, "--json").records
    assert (record["set"], record["scope"]) == ("talks", "within")
    assert {name: group["questions"] for name, group in record["groups"].items()} == {
        "all": 4, "fact": 2, "how": 1, "unanswerable": 1,
    }  # fmt: skip
    measures = record["groups"]["all"]["measures"]
    assert measures["hit@5"] == {"mean": 1.0, "low": 1.0, "high": 1.0, "count": 3}
    assert measures["answerable AUROC"]["count"] == 4
    assert set(record["groups"]["unanswerable"]["measures"]) == {"refused when it should"}


def test_a_run_has_a_line_for_each_question(run: Run, talks: Path, tmp_path: Path) -> None:
    assert run("evaluate", talks, "--run", tmp_path / "run.jsonl").status == 0
    lines = _written(tmp_path / "run.jsonl")
    assert [line["query_id"] for line in lines] == [id_ for id_, *_ in ASKED]
    for line, (_, conversation, *_) in zip(lines, ASKED, strict=True):
        assert {passage["conversation_id"] for passage in line["passages"]} == {conversation}
        scores = [passage["score"] for passage in line["passages"]]
        assert scores == sorted(scores, reverse=True)


def test_both_scopes_are_asked_of_one_index(run: Run, talks: Path) -> None:
    records = run("evaluate", talks, "--scope", "both", "--json").records
    assert [record["scope"] for record in records] == ["within", "corpus"]
    assert records[1] == run("evaluate", talks, "--scope", "corpus", "--json").records[0]


def test_intervals_may_be_drawn_over_conversations(run: Run, talks: Path) -> None:
    plain, clustered = (
        run("evaluate", talks, "--json", *options).records[0] for options in ([], ["--by-conversation"])
    )
    means = [
        {name: figure["mean"] for name, figure in record["groups"]["all"]["measures"].items()}
        for record in (plain, clustered)
    ]
    assert means[0] == means[1]
    assert clustered["groups"]["fact"]["measures"]["mrr@10"]["low"] is not None
    assert clustered["groups"]["how"]["measures"]["mrr@10"]["low"] is None


def test_nothing_is_left_behind(run: Run, talks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    assert run("evaluate", talks).status == 0
    assert list(scratch.iterdir()) == []


# ---------------------------------------------------------------- sets of places


def test_a_set_of_places_is_asked_of_the_index(
    run: Run, small_archive: Callable[..., KindSearch], places: Path, tmp_path: Path
) -> None:
    archive = small_archive()
    done = run("evaluate", places, "--index", archive.folder, "--run", tmp_path / "run.jsonl", "--json")
    (record,) = done.records
    assert (record["set"], record["scope"]) == ("mine", "archive")
    measures = record["groups"]["all"]["measures"]
    assert measures["page hit@1"]["mean"] == 1
    assert measures["refused when it should"]["count"] == 1
    lines = _written(tmp_path / "run.jsonl")
    assert [(line["query_id"], line["question"]) for line in lines] == [
        ("m1", "do biscuits matter?"), ("m2", "who repaired the bicycle?"),
    ]  # fmt: skip
    assert lines[0]["passages"][0]["source"] == "2024-01-18-tea.md"


def test_a_set_of_places_may_be_asked_of_files(
    run: Run, small_archive: Callable[..., KindSearch], places: Path, tmp_path: Path
) -> None:
    corpus = small_archive().settings.corpus
    only_tea = run("evaluate", places, "--corpus", corpus / "2024-01-18-tea.md", "--json").records[0]
    assert only_tea["groups"]["all"]["measures"]["page hit@5"]["mean"] == 1
    two = ["--corpus", corpus / "2023-05-music.md", "--corpus", corpus / "2024-06-garden.md"]
    others = run("evaluate", places, *two, "--index", tmp_path / "none", "--json").records[0]
    assert others["groups"]["all"]["measures"]["page hit@5"]["mean"] == 0
    assert not (tmp_path / "none").exists()


# ---------------------------------------------------------------- feedback


def test_ratings_are_listed_and_asked_again(run: Run, small_archive: Callable[..., KindSearch]) -> None:
    archive = small_archive()
    assert run("feedback", "--index", archive.folder).out.startswith("nothing was rated yet: ")
    assert run("feedback", "--index", archive.folder, "--json") == (0, "", "")
    nothing = run("evaluate", "--from-feedback", "--index", archive.folder)
    assert (nothing.status, nothing.out) == (2, "")
    assert "nothing was rated yet" in nothing.err
    first = archive.search("do biscuits matter?")[0].passage
    archive.rate("do biscuits matter?", first, helpful=True, remark="Just so.")
    printed = run("feedback", "--index", archive.folder).out
    assert printed == f"do biscuits matter?\n  helped: {first.source}\n  Just so.\n"
    (rating,) = run("feedback", "--index", archive.folder, "--json").records
    assert (rating["passage_id"], rating["helpful"]) == (first.id, True)
    again = run("evaluate", "--from-feedback", "--index", archive.folder)
    assert "feedback (archive): 1 question\n" in again.out
    assert re.search(r"^found@1 +1\.000 +1 *$", again.out, re.MULTILINE)


# ---------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "set: name a question set"),
        (["nowhere/at/all"], "nowhere/at/all: there is no such file, and no queries.jsonl in it"),
        (["TALKS", "--from-feedback"], "--from-feedback: "),
        (["TALKS", "PLACES", "--run", "x.jsonl"], "--run: sets of conversations and sets of places"),
        (["TALKS", "--scope", "both", "--run", "x.jsonl"], "--run: a run is of one scope"),
        (["TALKS", "--run", "nowhere/at/all/x.jsonl"], "--run: there is no folder nowhere/at/all"),
        (["PLACES", "--index", "nowhere"], "no index in nowhere"),
        (["PLACES", "--corpus", "nowhere"], "path: there is no /"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(
    run: Run, talks: Path, places: Path, arguments: list[str], words: str
) -> None:
    known = {"TALKS": str(talks), "PLACES": str(places)}
    done = run("evaluate", *(known.get(argument, argument) for argument in arguments))
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"kindsearch: {words}")
    assert done.err.count("\n") == 1


@pytest.mark.parametrize("command", ["evaluate", "feedback"])
def test_help_of_what_measures_imports_nothing_heavy(command: str) -> None:
    line = [sys.executable, "-X", "importtime", "-m", "kindsearch.interfaces.cli", command, "--help"]
    done = subprocess.run(line, capture_output=True, text=True, check=True)
    imported = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert imported & {"torch", "faiss", "numpy", "ir_measures", "pytrec_eval"} == set()


# ---------------------------------------------------------------- with the real model, and beside other programs


def test_the_sample_questions_are_answered_from_the_sample_corpus(
    run: Run, archive: KindSearch, model: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kindsearch.search.encoder_of", lambda *_: model)
    sample = Path(__file__).parents[1] / "data" / "sample_questions.jsonl"
    (record,) = run("evaluate", sample, "--index", archive.folder, "--json").records
    measures = record["groups"]["all"]["measures"]
    wanted = {
        "page hit@1": 0.6, "page hit@3": 0.85, "evidence quoted": 0.8, "speaker right": 0.9, "quotes verbatim": 1.0,
        "answered when it should": 0.85, "refused when it should": 0.7, "answerable AUROC": 0.9,
    }  # fmt: skip
    assert {name: measures[name]["mean"] for name, least in wanted.items() if measures[name]["mean"] < least} == {}


@pytest.mark.parametrize("options", [[], ["--by-conversation"]])
@pytest.mark.parametrize(("dataset", "relevance"), [("qmsum_dev", "evidence_turns"), ("locomo_dev", "relevant_turns")])
def test_the_figures_are_those_of_another_program(
    run: Run, tmp_path: Path, dataset: str, relevance: str, options: list[str]
) -> None:
    if not EVAL.is_dir():
        pytest.skip("the evaluation sets are not on this machine (../shared/eval)")
    with gzip.open(EVAL / dataset / "corpus.jsonl.gz", "rt", encoding="utf-8") as file:
        conversations = [json.loads(file.readline()) for _ in range(2)]
    for conversation in conversations:
        conversation["turns"] = conversation["turns"][:150]
    known = {conversation["conversation_id"] for conversation in conversations}
    questions = [
        question
        for question in _written(EVAL / dataset / "queries.jsonl")
        if question["conversation_id"] in known and max(question.get(relevance) or [0]) < 150
    ]
    _write(tmp_path / "corpus.jsonl.gz", conversations)
    _write(tmp_path / "queries.jsonl", questions)
    out = tmp_path / "run.jsonl"
    (record,) = run("evaluate", tmp_path, "--run", out, "--relevance", relevance, "--json", *options).records
    files = ["--run", str(out), "--queries", str(tmp_path / "queries.jsonl"), "--json", str(tmp_path / "theirs.json")]
    command = [sys.executable, str(EVAL / "metrics.py"), *files, "--relevance", relevance]
    command += ["--cluster"] if options else []
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    theirs = json.loads((tmp_path / "theirs.json").read_text(encoding="utf-8"))[tmp_path.name]
    assert set(theirs) - set(record["groups"]) <= {"specific"}  # the one kind there is
    compared = 0
    for name, group in record["groups"].items():
        for measure, figure in group["measures"].items():
            if measure in theirs.get(name, {}).get("metrics", {}):
                assert figure["mean"] == pytest.approx(theirs[name]["metrics"][measure]["mean"], abs=5e-5), measure
                compared += 1
    assert compared >= 7
    if "answerable_auroc" in theirs["all"]:
        auroc = record["groups"]["all"]["measures"]["answerable AUROC"]["mean"]
        assert auroc == pytest.approx(theirs["all"]["answerable_auroc"], abs=5e-5)


def test_the_figures_of_the_real_packs_are_those_of_another_program(
    run: Run, seed_archive: KindSearch, seeds: Path, model: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not EVAL.is_dir():
        pytest.skip("the marked questions are not on this machine (../shared/eval)")
    monkeypatch.setattr("kindsearch.search.encoder_of", lambda *_: model)
    queries, out = EVAL / "packs_dev" / "queries.jsonl", tmp_path / "answers.jsonl"
    (record,) = run("evaluate", queries.parent, "--index", seed_archive.folder, "--run", out, "--json").records
    options = ["--queries", str(queries), "--answers", str(out), "--packs", str(seeds)]
    command = [sys.executable, str(EVAL / "score_packs.py"), *options]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    theirs = {name: float(figure) for name, figure in re.findall(r"^(.+?)\s+(\d\.\d+)", printed, re.MULTILINE)}
    ours = {name: figure["mean"] for name, figure in record["groups"]["all"]["measures"].items()}
    assert ours == pytest.approx(theirs, abs=6e-4)
