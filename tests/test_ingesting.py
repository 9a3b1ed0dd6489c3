from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kindsearch import KindSearch
from kindsearch.encoders import Vectors
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.errors import BadRequest
from kindsearch.ingesting import Failure, IngestReport
from kindsearch.stores.catalog import Catalog

Make = Callable[..., KindSearch]
TEA, GARDEN, MUSIC = "2024-01-18-tea.md", "2024-06-garden.md", "2023-05-music.md"
ALL = (MUSIC, TEA, GARDEN)


def corpus_of(archive: KindSearch) -> Path:
    return archive.settings.corpus


def files_of(archive: KindSearch) -> dict[str, tuple[bytes, int]]:
    """Every file of the index with its bytes and the time it was written."""
    return {
        path.relative_to(archive.folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in archive.folder.rglob("*")
        if path.is_file() and path.name not in {".lock", "catalog.sqlite-shm", "catalog.sqlite-wal"}
    }


def said(archive: KindSearch) -> dict[str, list[str]]:
    """Source -> texts of its passages, out of the catalog."""
    catalog = Catalog.open(archive.folder)
    try:
        return {source: [p.text for p in catalog.every_passage() if p.source == source] for source in catalog.places()}
    finally:
        catalog.close()


def found(archive: KindSearch) -> list[tuple[str, str, str]]:
    """All that a question finds, best first: id, source and kind."""
    hits = archive.search("tea garden music", k=100)
    return [(hit.passage.id, hit.passage.source, hit.passage.kind) for hit in hits]


def changes(report: IngestReport) -> dict[str, Any]:
    """What a report says happened, without what is empty."""
    names = ("added", "changed", "renamed", "removed", "unchanged", "failed")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


# ---------------------------------------------------------------- nothing new


def test_the_first_time_everything_is_new(small_archive: Make, pack: Callable[..., str]) -> None:
    archive = small_archive({})
    (corpus_of(archive) / "tea.md").write_text(pack("Tea", "May 2024", ("Ann", "Tea calms.")), encoding="utf-8")
    report = archive.ingest()
    assert changes(report) == {"added": ("tea.md",)}
    assert report.passages == archive.status().passages > 0


def test_the_second_time_nothing_changes_and_nothing_is_encoded(small_archive: Make, counting_encoder: Any) -> None:
    archive = small_archive(encoder=counting_encoder)
    ids, files, generation = found(archive), files_of(archive), archive.status().generation
    counting_encoder.texts.clear()
    report = archive.ingest()
    assert changes(report) == {"unchanged": ALL}
    assert report.generation == archive.status().generation == generation
    assert files_of(archive) == files
    assert counting_encoder.texts == []
    assert found(archive) == ids


def test_a_new_archive_over_the_same_files_has_the_same_ids(small_archive: Make, tmp_path: Path) -> None:
    archive = small_archive()
    other = KindSearch.open(tmp_path / "other", create=True, encoder=HashingEncoder())
    other.ingest(corpus_of(archive))
    assert found(other) == found(archive)


def test_touching_a_file_changes_nothing(small_archive: Make) -> None:
    archive = small_archive()
    (corpus_of(archive) / TEA).touch()
    assert changes(archive.ingest()) == {"unchanged": ALL}


def test_ingesting_the_real_packs_twice_changes_nothing(seeds: Path, seed_archive: KindSearch) -> None:
    packs = sorted(seeds.glob("*.pdf"))
    before = files_of(seed_archive)
    report = seed_archive.ingest(*packs)
    assert changes(report) == {"unchanged": tuple(path.name for path in packs)}
    assert report.generation == 1
    assert files_of(seed_archive) == before


# ---------------------------------------------------------------- one thing new


def test_only_a_new_file_is_encoded(small_archive: Make, counting_encoder: Any, pack: Callable[..., str]) -> None:
    archive = small_archive(encoder=counting_encoder)
    counting_encoder.texts.clear()
    text = pack("Walks", "July 2024", ("Cy Dee", "Walking clears the mind."))
    (corpus_of(archive) / "walks.md").write_text(text, encoding="utf-8")
    report = archive.ingest()
    assert changes(report) == {"added": ("walks.md",), "unchanged": ALL}
    assert report.generation == 2
    assert "Walking clears the mind." in counting_encoder.texts
    assert not [text for text in counting_encoder.texts if "Tea calms" in text or text == "biscuits"]
    assert archive.search("walking clears the mind")[0].passage.source == "walks.md"


def test_a_changed_file_replaces_what_it_said(small_archive: Make, pack: Callable[..., str]) -> None:
    archive = small_archive()
    text = pack("Tea on the ward", "18 January 2024", ("Ann Lee", "Cocoa is better."))
    (corpus_of(archive) / TEA).write_text(text, encoding="utf-8")
    assert changes(archive.ingest()) == {"changed": (TEA,), "unchanged": (MUSIC, GARDEN)}
    assert [text for text in said(archive)[TEA] if "Tea calms" in text] == []
    assert archive.search("cocoa")[0].passage.text == "Cocoa is better."


def test_a_renamed_file_keeps_its_ids_and_is_not_encoded_again(small_archive: Make, counting_encoder: Any) -> None:
    archive = small_archive(encoder=counting_encoder)
    ids = {hit[0] for hit in found(archive)}
    counting_encoder.texts.clear()
    (corpus_of(archive) / "old").mkdir()
    (corpus_of(archive) / TEA).rename(corpus_of(archive) / "old" / "tea.md")
    report = archive.ingest()
    assert changes(report) == {"renamed": ("old/tea.md",), "unchanged": (MUSIC, GARDEN)}
    assert counting_encoder.texts == []
    assert {hit[0] for hit in found(archive)} == ids
    assert archive.search("tea calms")[0].passage.source == "old/tea.md"


def test_a_removed_file_is_found_no_more(small_archive: Make, counting_encoder: Any) -> None:
    archive = small_archive(encoder=counting_encoder)
    counting_encoder.texts.clear()
    (corpus_of(archive) / TEA).unlink()
    assert changes(archive.ingest()) == {"removed": (TEA,), "unchanged": (MUSIC, GARDEN)}
    assert counting_encoder.texts == []
    assert {source for _, source, _ in found(archive)} == {MUSIC, GARDEN}
    assert archive.search("tea", where=None)
    assert "Göran Öst" not in archive.speakers()


def test_an_archive_whose_files_are_all_gone_is_empty(small_archive: Make) -> None:
    archive = small_archive()
    for path in corpus_of(archive).iterdir():
        path.unlink()
    assert archive.ingest().removed == ALL
    assert (archive.search("tea"), archive.sessions(), archive.speakers()) == ([], [], [])
    assert not archive.ask("does tea help?").answered


def test_files_given_one_by_one_do_not_remove_the_others(small_archive: Make) -> None:
    archive = small_archive()
    assert changes(archive.ingest(corpus_of(archive) / TEA)) == {"unchanged": (TEA,)}
    assert set(said(archive)) == set(ALL)


def test_a_path_that_is_not_there_is_a_bad_request(small_archive: Make, tmp_path: Path) -> None:
    archive = small_archive()
    with pytest.raises(BadRequest, match="nowhere"):
        archive.ingest(tmp_path / "nowhere")
    assert set(said(archive)) == set(ALL)


# ---------------------------------------------------------------- names and contents change places


def test_a_file_moved_over_another_takes_its_place(small_archive: Make) -> None:
    archive = small_archive()
    tea = said(archive)[TEA]
    (corpus_of(archive) / TEA).replace(corpus_of(archive) / GARDEN)
    archive.ingest()
    assert {source: said(archive)[source] for source in (GARDEN,)} == {GARDEN: tea}
    assert set(said(archive)) == {MUSIC, GARDEN}


def test_a_copy_is_named_and_the_file_it_copies_stays(small_archive: Make) -> None:
    archive = small_archive()
    before = said(archive)
    for copy in ("0-before.md", "z-after.md"):
        shutil.copy(corpus_of(archive) / TEA, corpus_of(archive) / copy)
        report = archive.ingest()
        assert [failure.source for failure in report.failed] == [copy]
        assert TEA in report.failed[0].reason
        assert report.unchanged == ALL
        assert said(archive) == before
        (corpus_of(archive) / copy).unlink()


def test_two_folders_may_hold_files_of_one_name(small_archive: Make, tmp_path: Path, pack: Callable[..., str]) -> None:
    archive = small_archive()
    other = tmp_path / "other"
    other.mkdir()
    (other / TEA).write_text(pack("Other tea", "May 2022", ("Bo", "Oolong.")), encoding="utf-8")
    (other / "new.md").write_text(pack("New", "May 2021", ("Bo", "Something new.")), encoding="utf-8")
    report = archive.ingest(corpus_of(archive), other)
    assert {*report.added, *(failure.source for failure in report.failed)} == {"new.md", TEA}
    assert "Tea calms worried patients." in said(archive)[TEA]


NAMES = ("a.md", "b.md", "c.md", "sub/a.md")
CONTENTS = ("tea", "rose", "song", "jar", "")  # the empty one can't be read


@given(st.lists(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(CONTENTS)), min_size=2, max_size=4))
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happened_to_the_files_each_content_is_there_once_under_a_name_it_has(
    tmp_path_factory: pytest.TempPathFactory, pack: Callable[..., str], states: list[dict[str, str]]
) -> None:
    corpus, index = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("index")
    archive = KindSearch.open(index, create=True, encoder=HashingEncoder(8))
    held: dict[str, str] = {}
    for state in states:
        shutil.rmtree(corpus)
        for name, word in state.items():
            (corpus / name).parent.mkdir(parents=True, exist_ok=True)
            text = pack(f"About {word}", "May 2024", ("Ann", f"I speak of {word} alone.")) if word else ""
            (corpus / name).write_text(text, encoding="utf-8")
        corpus.mkdir(exist_ok=True)
        report = archive.ingest(corpus)
        before, held = held, {source: texts[-1].split()[-2] for source, texts in said(archive).items()}
        unreadable = {name for name in state if not state[name]}
        kept = {name: word for name, word in before.items() if name in unreadable and name in held}
        readable = {word for word in state.values() if word}
        assert {word for name, word in held.items() if name not in kept} | set(kept.values()) >= readable
        assert len(set(held.values())) == len(held)
        assert [name for name, word in held.items() if name not in kept and state.get(name) != word] == []
        named = {*report.added, *report.changed, *report.renamed, *report.unchanged}
        assert {*named, *(failure.source for failure in report.failed)} == set(state)
        assert named & {failure.source for failure in report.failed} == set()


# ---------------------------------------------------------------- what is left out


def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_ingested(small_archive: Make) -> None:
    archive = small_archive()
    shutil.rmtree(archive.folder)
    broken = {
        "broken.pdf": (b"%PDF-1.7 and then nothing", ""),
        "empty.md": (b"", "the file is empty"),
        "notpdf.pdf": (b"hello", "not a PDF"),
        "picture.png": (b"\x89PNG\r\n", "not a format kindsearch reads"),
    }
    for name, (data, _) in broken.items():
        (corpus_of(archive) / name).write_bytes(data)
    archive = KindSearch.open(archive.folder, create=True, encoder=HashingEncoder(), settings=archive.settings)
    report = archive.ingest()
    assert report.added == ALL
    reasons = {failure.source: failure.reason for failure in report.failed}
    assert set(reasons) == set(broken)
    for name, (_, words) in broken.items():
        assert words in reasons[name]
        assert reasons[name]
        assert name not in reasons[name]
    assert {source for _, source, _ in found(archive)} == set(ALL)


def test_a_file_that_cannot_be_read_changes_nothing_the_second_time(small_archive: Make) -> None:
    archive = small_archive()
    (corpus_of(archive) / "empty.md").write_text("", encoding="utf-8")
    archive.ingest()
    files, generation = files_of(archive), archive.status().generation
    report = archive.ingest()
    assert [failure.source for failure in report.failed] == ["empty.md"]
    assert report.generation == generation
    assert files_of(archive) == files


def test_a_known_file_that_breaks_goes_on_answering_and_is_named(small_archive: Make) -> None:
    archive = small_archive()
    before = said(archive)
    (corpus_of(archive) / TEA).write_text("", encoding="utf-8")
    assert changes(archive.ingest()) == {
        "unchanged": (MUSIC, GARDEN),
        "failed": (Failure(TEA, "the file is empty"),),
    }
    assert said(archive) == before


def test_a_file_that_can_be_read_again_is_new(small_archive: Make) -> None:
    archive = small_archive()
    text = (corpus_of(archive) / TEA).read_text(encoding="utf-8")
    (corpus_of(archive) / TEA).write_text("", encoding="utf-8")
    archive.ingest()
    (corpus_of(archive) / TEA).write_text(text, encoding="utf-8")
    assert changes(archive.ingest()) == {"unchanged": ALL}


def test_what_is_ignored_hidden_or_a_sidecar_is_not_read(small_archive: Make) -> None:
    archive = small_archive()
    corpus = corpus_of(archive)
    files = {
        ".kindsearchignore": "# not these\nREADME.md\ndrafts/\n*.bak\n!keep.bak\n",
        "README.md": "x", "drafts/a.md": "x", "sub/drafts/b.md": "x", "old.bak": "x", "sub/.hidden/a.md": "x",
        ".secret.md": "x", "2024-01-18-tea.toml": 'password = "x"', "UPPER.TOML": "x",
    }  # fmt: skip
    for name, text in files.items():
        (corpus / name).parent.mkdir(parents=True, exist_ok=True)
        (corpus / name).write_text(text, encoding="utf-8")
    assert changes(archive.ingest()) == {"unchanged": ALL}
    (corpus / "keep.bak").write_text("x", encoding="utf-8")
    assert [failure.source for failure in archive.ingest().failed] == ["keep.bak"]


def test_a_file_ignored_from_now_on_is_removed(small_archive: Make) -> None:
    archive = small_archive()
    (corpus_of(archive) / ".kindsearchignore").write_text("2024*\n", encoding="utf-8")
    assert changes(archive.ingest()) == {"removed": (TEA, GARDEN), "unchanged": (MUSIC,)}


# ---------------------------------------------------------------- all or nothing


class Failing(HashingEncoder):
    """Raises when it has been asked ``calls`` times."""

    calls = 1_000

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.calls -= 1
        if self.calls < 0:
            raise RuntimeError("the model broke")
        return super().encode(texts)


@pytest.mark.parametrize("calls", [0, 1, 2])  # while embedding the first file, the second, the new words
def test_what_fails_in_the_middle_leaves_the_previous_generation_answering(
    small_archive: Make, pack: Callable[..., str], calls: int
) -> None:
    encoder = Failing()
    archive = small_archive(encoder=encoder)
    before = found(archive)
    for name in ("x.md", "y.md"):
        text = pack(f"Of {name}", "July 2024", ("Bo", f"Novelty {name} arrives."))
        (corpus_of(archive) / name).write_text(text, encoding="utf-8")
    (corpus_of(archive) / TEA).unlink()
    encoder.calls = calls
    with pytest.raises(RuntimeError, match="the model broke"):
        archive.ingest()
    encoder.calls = 1_000
    assert found(archive) == before
    assert found(KindSearch.open(archive.folder, encoder=HashingEncoder())) == before
    assert archive.status().derived_files_intact
    assert changes(archive.ingest()) == {
        "added": ("x.md", "y.md"), "removed": (TEA,), "unchanged": (MUSIC, GARDEN),
    }  # fmt: skip


def test_only_the_folder_of_the_last_generation_stays(small_archive: Make, pack: Callable[..., str]) -> None:
    archive = small_archive()
    for number in range(3):
        (corpus_of(archive) / "new.md").write_text(pack("New", "May 2024", ("Bo", f"News {number}.")), encoding="utf-8")
        archive.ingest()
        archive.search("news")
    assert [path.name for path in archive.folder.glob("generation-*")] == ["generation-000004"]


def test_progress_is_told_for_each_file(small_archive: Make) -> None:
    archive = small_archive()
    shutil.rmtree(archive.folder)
    told: list[tuple[str, int, int]] = []
    again = KindSearch.open(archive.folder, create=True, encoder=HashingEncoder(), settings=archive.settings)
    again.ingest(progress=lambda *step: told.append(step))
    assert [name for name in ALL if not any(name in what for what, _, _ in told)] == []
    assert all(0 <= done <= total == 3 for _, done, total in told)


def test_a_number_at_the_end_of_a_title_is_no_day_of_its_date(small_archive: Make, pack: Callable[..., str]) -> None:
    archive = small_archive({"tea.md": pack("Kindness, part 2", "June 2024", ("Ann", "Tea calms."))})
    assert [str(summary.session.date) for summary in archive.sessions()] == ["2024-06"]


@pytest.mark.parametrize(
    "text", ["# Tea\n", "Tea calms.", "# \n\n#\n", "# Tea\n\n\n# Chat\n\n**Ann** Tea calms.\n", "\ufeff"]
)
def test_a_scant_text_is_read_or_left_out_and_no_more(small_archive: Make, text: str) -> None:
    archive = small_archive()
    (corpus_of(archive) / "scant.md").write_text(text, encoding="utf-8")
    report = archive.ingest()
    assert report.unchanged == ALL
    assert [*report.added, *(failure.source for failure in report.failed)] == ["scant.md"]
