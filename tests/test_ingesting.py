from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from catalogs import every_passage
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from meetings import transcript

from kindsearch import KindSearch, Settings, answering
from kindsearch.corpus import Failure
from kindsearch.encoders import Vectors
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.errors import BadRequest
from kindsearch.ingesting import IngestReport
from kindsearch.stores import derived
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.holdings import STATEMENT, WHOLE
from kindsearch.types import Filter, Passage

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
        sources = [place.source for place in catalog.places().values()]
        return {source: [p.text for p in every_passage(catalog) if p.source == source] for source in sources}
    finally:
        catalog.close()


def everything(archive: KindSearch) -> dict[str, Any]:
    """All that an archive knows, whatever its past."""
    catalog = Catalog.open(archive.folder)
    try:
        return {
            "filings": catalog.filings(), "passages": every_passage(catalog), "people": archive.people(),
            "shown": {id_: catalog.indexable(id_).passages for id_ in catalog.shown()}, "words": catalog.words(),
            "vectors": {id_: vectors_of(catalog, id_) for id_ in catalog.places()},
            "sessions": archive.sessions(), "person_of": catalog.person_of(), "unfinished": catalog.unfinished(),
        }  # fmt: skip
    finally:
        catalog.close()


def vectors_of(catalog: Catalog, document_id: str) -> list[tuple[list[int], list[float]]]:
    """What is embedded of a document: (start, end, what it is), and the vector of it."""
    embeddings = catalog.embeddings_of(document_id)
    assert embeddings is not None
    return list(zip(embeddings.places.tolist(), embeddings.vectors.tolist(), strict=True))


def made_anew(archive: KindSearch, folder: Path) -> KindSearch:
    """Another archive over the same files, which has no past."""
    made = KindSearch.open(folder, create=True, encoder=HashingEncoder(), settings=archive.settings)
    made.ingest()
    return made


def write(archive: KindSearch, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = corpus_of(archive) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def passages_in(archive: KindSearch, source: str) -> list[Passage]:
    return [passage for passage in everything(archive)["passages"] if passage.source == source]


def found(archive: KindSearch) -> list[tuple[str, str, str]]:
    """All that a question finds, best first: id, source and kind."""
    hits = archive.search("tea garden music", k=100)
    return [(hit.passage.id, hit.passage.source, hit.passage.kind) for hit in hits]


def changes(report: IngestReport) -> dict[str, Any]:
    """What a report says happened, without what is empty."""
    done = {name: getattr(report, name) for name in asdict(report)}
    return {name: what for name, what in done.items() if what and name not in {"passages", "generation"}}


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
    other = made_anew(archive, tmp_path / "other")
    assert found(other) == found(archive)
    assert everything(other) == everything(archive)


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
    assert "Göran Öst" not in [person.name for person in archive.people()]


def test_an_archive_whose_files_are_all_gone_is_empty(small_archive: Make) -> None:
    archive = small_archive()
    for path in corpus_of(archive).iterdir():
        path.unlink()
    assert archive.ingest().removed == ALL
    assert (archive.search("tea"), archive.sessions(), archive.people()) == ([], [], [])
    assert archive.ask("does tea help?").text == answering.EMPTY
    assert archive.ask("does tea help?", where=Filter(speaker="Bob")).text == answering.EMPTY  # not: no such person


def test_files_given_one_by_one_do_not_remove_the_others(small_archive: Make) -> None:
    archive = small_archive()
    assert changes(archive.ingest(corpus_of(archive) / TEA)) == {"unchanged": (TEA,)}
    assert set(said(archive)) == set(ALL)


@pytest.mark.parametrize("known", [True, False])
def test_a_file_that_changes_between_the_look_and_the_reading_costs_one_line_of_the_report(
    small_archive: Make, pack: Callable[..., str], known: bool
) -> None:
    archive = small_archive()
    corpus = corpus_of(archive)
    moving, before = corpus / (TEA if known else "moving.md"), said(archive).get(TEA)
    moving.write_text(pack("Moving", "July 2024", ("Cy Dee", "Half of it.")), encoding="utf-8")
    (corpus / "walks.md").write_text(pack("Walks", "July 2024", ("Cy Dee", "Walking clears.")), encoding="utf-8")

    def goes_on(what: str, *_: int) -> None:
        if what == f"reading {moving.name}":
            moving.write_text(pack("Moving", "July 2024", ("Cy Dee", "All of it.")), encoding="utf-8")

    report = archive.ingest(progress=goes_on)
    assert report.failed == (Failure(moving.name, "it changed while it was read: ingest it again"),)
    assert report.added == ("walks.md",)
    assert said(archive).get(TEA) == before
    again = archive.ingest()
    assert (*again.added, *again.changed) == (moving.name,)
    assert said(archive)[moving.name][-1] == "All of it."


def test_a_path_that_is_not_there_is_a_bad_request(small_archive: Make, tmp_path: Path) -> None:
    archive = small_archive()
    with pytest.raises(BadRequest, match="nowhere"):
        archive.ingest(tmp_path / "nowhere")
    assert set(said(archive)) == set(ALL)


def test_a_folder_that_goes_while_it_is_looked_through_is_no_fault_of_the_index(
    small_archive: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = small_archive()
    gone = corpus_of(archive) / "sub"

    def goes(*_: object) -> None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(gone))

    monkeypatch.setattr(Path, "rglob", goes)
    with pytest.raises(BadRequest, match=r"sub.*try again"):
        archive.ingest()
    assert set(said(archive)) == set(ALL)


def test_who_is_shown_the_progress_and_goes_away_is_no_fault_of_the_index(
    small_archive: Make, pack: Callable[..., str]
) -> None:
    archive = small_archive()
    (corpus_of(archive) / "more.md").write_text(pack("Walks", "July 2024", ("Cy Dee", "Walk a little.")))

    def gone(*_: object) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        archive.ingest(progress=gone)
    assert changes(archive.ingest())["added"] == ("more.md",)


def test_a_text_that_can_not_be_decoded_elsewhere_is_not_taken_for_a_damaged_catalog(
    small_archive: Make, pack: Callable[..., str]
) -> None:
    class Broken(HashingEncoder):
        def encode(self, texts: Sequence[str]) -> Vectors:
            raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, texts[0])

    small_archive()
    with pytest.raises(UnicodeDecodeError):
        small_archive({"walks.md": pack("Walks", "July 2024", ("Cy Dee", "Walking."))}, encoder=Broken())


# ---------------------------------------------------------------- names and contents change places


def test_a_file_moved_over_another_takes_its_place(small_archive: Make, counting_encoder: Any) -> None:
    archive = small_archive(encoder=counting_encoder)
    tea, music = said(archive)[TEA], said(archive)[MUSIC]
    counting_encoder.texts.clear()
    (corpus_of(archive) / TEA).replace(corpus_of(archive) / GARDEN)
    archive.ingest()
    assert said(archive) == {MUSIC: music, GARDEN: tea}
    assert counting_encoder.texts == []


def test_files_that_change_places_are_renamed(small_archive: Make, counting_encoder: Any) -> None:
    archive = small_archive(encoder=counting_encoder)
    tea, garden = said(archive)[TEA], said(archive)[GARDEN]
    counting_encoder.texts.clear()
    (corpus_of(archive) / TEA).rename(corpus_of(archive) / "aside")
    (corpus_of(archive) / GARDEN).rename(corpus_of(archive) / TEA)
    (corpus_of(archive) / "aside").rename(corpus_of(archive) / GARDEN)
    assert changes(archive.ingest()) == {"renamed": (TEA, GARDEN), "unchanged": (MUSIC,)}
    assert (said(archive)[TEA], said(archive)[GARDEN]) == (garden, tea)
    assert counting_encoder.texts == []


def test_a_copy_is_named_and_the_file_it_copies_stays(small_archive: Make) -> None:
    archive = small_archive()
    before = said(archive)
    shutil.copy(corpus_of(archive) / TEA, corpus_of(archive) / "z-after.md")
    copied = Failure("z-after.md", f"the same file as {TEA}")
    assert changes(archive.ingest()) == {"unchanged": ALL, "failed": (copied,)}
    assert said(archive) == before


def test_of_two_copies_the_first_counts_whichever_was_known(
    small_archive: Make, counting_encoder: Any, tmp_path: Path
) -> None:
    archive = small_archive(encoder=counting_encoder)
    before, ids = said(archive), {hit[0] for hit in found(archive)}
    counting_encoder.texts.clear()
    shutil.copy(corpus_of(archive) / TEA, corpus_of(archive) / "0-before.md")
    assert changes(archive.ingest()) == {
        "renamed": ("0-before.md",),
        "unchanged": (MUSIC, GARDEN),
        "failed": (Failure(TEA, "the same file as 0-before.md"),),
    }
    assert said(archive) == {"0-before.md": before[TEA], MUSIC: before[MUSIC], GARDEN: before[GARDEN]}
    assert everything(made_anew(archive, tmp_path / "other")) == everything(archive)
    (corpus_of(archive) / "0-before.md").unlink()
    assert changes(archive.ingest()) == {"renamed": (TEA,), "unchanged": (MUSIC, GARDEN)}
    assert said(archive) == before
    assert {hit[0] for hit in found(archive)} == ids
    assert [text for text in counting_encoder.texts if " " in text and not text.startswith("tea garden")] == []


@pytest.fixture
def two_folders(small_archive: Make, tmp_path: Path, pack: Callable[..., str]) -> tuple[KindSearch, Path]:
    """An archive over two folders that both hold a file of one name; the second folder."""
    archive, other = small_archive(), tmp_path / "other"
    other.mkdir()
    (other / TEA).write_text(pack("Other tea", "May 2022", ("Bo", "Oolong is green.")), encoding="utf-8")
    (other / "new.md").write_text(pack("New", "May 2021", ("Bo", "Something new.")), encoding="utf-8")
    report = archive.ingest(corpus_of(archive), other)
    assert changes(report) == {"added": (TEA, "new.md"), "unchanged": ALL}
    return archive, other


def test_two_folders_may_hold_files_of_one_name(two_folders: tuple[KindSearch, Path]) -> None:
    archive, other = two_folders
    assert {"Tea calms worried patients.", "Oolong is green."} <= set(said(archive)[TEA])
    titles = {s.session.title: s.sources for s in archive.sessions()}
    assert (titles["Other tea"], titles["Tea on the ward"]) == ((TEA,), (TEA,))
    assert changes(archive.ingest(corpus_of(archive), other)) == {"unchanged": (*ALL, TEA, "new.md")}


def test_of_two_files_of_one_name_the_one_that_changes_or_goes_is_meant(
    two_folders: tuple[KindSearch, Path], pack: Callable[..., str]
) -> None:
    archive, other = two_folders
    text = pack("Other tea", "May 2022", ("Bo", "Sencha is greener."))
    (other / TEA).write_text(text, encoding="utf-8")
    assert changes(archive.ingest(other)) == {"changed": (TEA,), "unchanged": ("new.md",)}
    assert {"Tea calms worried patients.", "Sencha is greener."} <= set(said(archive)[TEA])
    assert "Oolong is green." not in said(archive)[TEA]
    (corpus_of(archive) / TEA).unlink()
    assert changes(archive.ingest(corpus_of(archive))) == {"removed": (TEA,), "unchanged": (MUSIC, GARDEN)}
    assert "Sencha is greener." in said(archive)[TEA]
    assert "Tea calms worried patients." not in said(archive)[TEA]


def test_a_file_moved_into_another_folder_is_renamed(two_folders: tuple[KindSearch, Path]) -> None:
    archive, other = two_folders
    (other / "new.md").rename(corpus_of(archive) / "new.md")
    assert changes(archive.ingest(corpus_of(archive), other)) == {"renamed": ("new.md",), "unchanged": (*ALL, TEA)}
    assert changes(archive.ingest(corpus_of(archive))) == {"unchanged": (*ALL, "new.md")}


def test_a_file_that_another_folder_still_holds_is_named(two_folders: tuple[KindSearch, Path]) -> None:
    archive, other = two_folders
    shutil.copy(other / "new.md", corpus_of(archive) / "copy.md")
    known = Failure("copy.md", "the same file is already there as new.md")
    assert changes(archive.ingest()) == {"unchanged": ALL, "failed": (known,)}


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
        first: dict[str, str] = {}
        for name in sorted(state, key=Path):
            first.setdefault(state[name], name)
        readable = {name: word for word, name in first.items() if word}
        broken = {name for name in state if not state[name]} & set(before)
        kept = {name: before[name] for name in broken if before[name] not in readable.values()}
        assert readable.items() <= held.items() <= {**kept, **readable}.items()
        assert first.get("") not in kept or first[""] in held  # what can't be read goes on answering
        assert len(set(held.values())) == len(held)
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


def test_what_is_ignored_hidden_or_notes_is_not_read(small_archive: Make) -> None:
    archive = small_archive()
    files = {
        ".kindsearchignore": "# not these\nREADME.md\ndrafts/\n*.bak\n!keep.bak\n",
        "README.md": "x", "drafts/a.md": "x", "sub/drafts/b.md": "x", "old.bak": "x", "sub/.hidden/a.md": "x",
        ".secret.md": "x", "2024-01-18-tea.toml": 'password = "x"', "people.toml": "", "sub/session.toml": "",
        "drafts/stray.toml": "x", ".stray.toml": "x",
    }  # fmt: skip
    write(archive, files)
    assert changes(archive.ingest()) == {"unchanged": ALL}
    write(archive, {"keep.bak": "x"})
    assert [failure.source for failure in archive.ingest().failed] == ["keep.bak"]


@pytest.mark.parametrize("name", ["UPPER.TOML", "2024-01-18-taa.toml", "sub/sesion.toml", "sub/people.toml"])
def test_notes_about_no_file_are_named(small_archive: Make, name: str) -> None:
    archive = small_archive()
    write(archive, {name: 'title = "Tea"\n'})
    reason = "notes about no file: name it session.toml, or like the file it is about, with .toml at the end"
    assert changes(archive.ingest()) == {"unchanged": ALL, "failed": (Failure(name, reason),)}


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


def test_what_was_done_before_it_failed_is_not_done_again(small_archive: Make, pack: Callable[..., str]) -> None:
    texts: list[str] = []

    class Telling(Failing):
        def encode(self, given: Sequence[str]) -> Vectors:
            texts.extend(given)
            return super().encode(given)

    encoder = Telling()
    archive = small_archive(encoder=encoder)
    before = everything(archive)
    for name in ("x.md", "y.md"):
        write(archive, {name: pack(f"Of {name}", "July 2024", ("Bo", f"Novelty {name} arrives."))})
    encoder.calls = 1
    with pytest.raises(RuntimeError, match="the model broke"):
        archive.ingest()
    assert {**everything(archive), "unfinished": frozenset()} == before
    assert len(everything(archive)["unfinished"]) == 1
    encoder.calls = 1_000
    texts.clear()
    again = KindSearch.open(archive.folder, encoder=encoder, settings=archive.settings)
    assert changes(again.ingest()) == {"added": ("x.md", "y.md"), "unchanged": ALL}
    assert "Novelty y.md arrives." in texts
    assert [text for text in texts if "Novelty x.md" in text] == []
    assert everything(again)["unfinished"] == frozenset()
    assert {"Novelty x.md arrives.", "Novelty y.md arrives."} <= {p.text for p in everything(again)["passages"]}


def test_unfinished_work_whose_file_is_gone_leaves_no_trace(small_archive: Make, pack: Callable[..., str]) -> None:
    encoder = Failing()
    archive = small_archive(encoder=encoder)
    before = everything(archive)
    write(archive, {name: pack(f"Of {name}", "July 2024", ("Bo", f"News of {name}.")) for name in ("x.md", "y.md")})
    encoder.calls = 1
    with pytest.raises(RuntimeError, match="the model broke"):
        archive.ingest()
    encoder.calls = 1_000
    for name in ("x.md", "y.md"):
        (corpus_of(archive) / name).unlink()
    write(archive, {"z.md": pack("Of z", "July 2024", ("Bo", "News of z."))})
    archive.ingest()
    (corpus_of(archive) / "z.md").unlink()
    archive.ingest()
    assert everything(archive) == before


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
    assert [what for what, _, _ in told] == [
        *(f"reading {name}" for name in ALL), *(f"understanding {name}" for name in ALL), "writing the index",
    ]  # fmt: skip
    assert [done for _, done, _ in told] == [0, 1, 2, 0, 1, 2, 3]
    assert {total for _, _, total in told} == {3}


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


# ---------------------------------------------------------------- several files of one meeting

PACK = """# Tea on the ward

18 January 2024

# Who did we hear from?

Our speaker today was Ann Lee, nurse.

# What did we hear? Insights from Ann Lee

**Ann Lee:**

“We pour the tea before anybody has to ask for it.”

# Reflections from the chat

**Bo Ek** Biscuits matter as much as tea.
"""
RECORDING = """WEBVTT

00:00:05.000 --> 00:00:09.000
<v Ann Lee>So, um, we pour the tea before anybody has to ask for it.

00:00:09.500 --> 00:00:12.000
<v Bo>Yeah.

00:00:12.000 --> 00:00:16.000
<v Bo>And who washes the cups afterwards at night?
"""
CHAT = """18:00:31 From Bo Ek to Everyone:
\tHello from Leeds, where it rains.
18:01:00 From Bo Ek to Ann Lee (Direct Message):
\tYou are on mute.
18:02:00 From Göran to Everyone:
\tWe measure smiles with a jar of beans.
"""
MEETING = {"tea/pack.md": PACK, "tea/recording.vtt": RECORDING, "tea/chat.txt": CHAT}
FILES = ("tea/chat.txt", "tea/pack.md", "tea/recording.vtt")


def session_ids(archive: KindSearch) -> dict[str, tuple[str, ...]]:
    return {summary.session.id: summary.sources for summary in archive.sessions()}


def test_pack_transcript_and_chat_of_a_folder_are_one_session(small_archive: Make) -> None:
    archive = small_archive(MEETING)
    (summary,) = archive.sessions()
    assert summary.session.id == "2024-01-18-tea-on-the-ward"
    assert summary.sources == FILES
    assert summary.speakers == ("Ann Lee", "Bo Ek", "Göran")
    assert {p.session.id for p in everything(archive)["passages"]} == {"2024-01-18-tea-on-the-ward"}
    spoken = archive.search("who washes the cups?")[0].passage
    assert (spoken.source, spoken.speakers, spoken.people) == (
        "tea/recording.vtt", ("Ann Lee", "Bo"), ("Ann Lee", "Bo Ek"),
    )  # fmt: skip


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_files_that_come_one_by_one_end_as_those_that_come_together(
    small_archive: Make, tmp_path: Path, order: tuple[int, ...]
) -> None:
    archive = small_archive({})
    for number in order:
        write(archive, {FILES[number]: MEETING[FILES[number]]})
        archive.ingest()
    assert everything(archive) == everything(made_anew(archive, tmp_path / "other"))
    assert list(session_ids(archive).values()) == [FILES]


def test_a_file_that_joins_a_session_costs_the_others_nothing(small_archive: Make, counting_encoder: Any) -> None:
    archive = small_archive({"tea/pack.md": PACK, "tea/chat.txt": CHAT}, encoder=counting_encoder)
    counting_encoder.texts.clear()
    write(archive, {"tea/recording.vtt": RECORDING})
    assert changes(archive.ingest()) == {"added": ("tea/recording.vtt",), "unchanged": ("tea/chat.txt", "tea/pack.md")}
    assert [text for text in counting_encoder.texts if "Biscuits" in text or "beans" in text] == []


def test_quotes_of_a_pack_have_their_moment_from_the_transcript_that_comes_and_lose_it_when_it_goes(
    small_archive: Make,
) -> None:
    archive = small_archive({"tea/pack.md": PACK})

    def moments() -> list[tuple[str, int | None, int | None]]:
        return [(p.text, p.start_ms, p.end_ms) for p in passages_in(archive, "tea/pack.md") if "pour" in p.text]

    quote = "“We pour the tea before anybody has to ask for it.”"
    assert moments() == [(quote, None, None)]
    write(archive, {"tea/recording.vtt": RECORDING})
    archive.ingest()
    assert moments() == [(quote, 5_000, 9_000)]
    (corpus_of(archive) / "tea/recording.vtt").unlink()
    archive.ingest()
    assert moments() == [(quote, None, None)]


def test_times_of_a_chat_count_from_the_start_of_its_session(small_archive: Make) -> None:
    archive = small_archive(MEETING)
    assert {(p.start_ms, p.end_ms) for p in passages_in(archive, "tea/chat.txt")} == {(None, None)}
    write(archive, {"tea/session.toml": "start = 18:00:00\n"})
    assert changes(archive.ingest()) == {"regrouped": FILES}
    assert [p.start_ms for p in passages_in(archive, "tea/chat.txt")] == [31_000, 120_000]
    write(archive, {"tea/session.toml": "start = 18:01:00\n"})
    archive.ingest()
    assert [p.start_ms for p in passages_in(archive, "tea/chat.txt")] == [0, 60_000]
    (corpus_of(archive) / "tea/session.toml").unlink()
    archive.ingest()
    assert {(p.start_ms, p.end_ms) for p in passages_in(archive, "tea/chat.txt")} == {(None, None)}


def test_private_messages_are_counted_and_are_nowhere_in_the_index(small_archive: Make) -> None:
    archive = small_archive({})
    write(archive, MEETING)
    report = archive.ingest()
    assert changes(report) == {"added": FILES, "private_messages": 1}
    assert "on mute" not in repr(everything(archive))
    assert archive.search("You are on mute.", k=100)[0].passage.text != "You are on mute."
    for path in archive.folder.rglob("*"):
        assert not path.is_file() or b"on mute" not in path.read_bytes()


# ---------------------------------------------------------------- what is embedded

TALK = (
    "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ann Lee>Tea calms.\n\n00:05.000 --> 00:06.000\n<v Bo Ek>Yeah.\n\n"
    "00:08.000 --> 00:12.000\n<v Bo Ek>Biscuits matter as much as tea.\n"
)


def embedded_of_the_only_document(archive: KindSearch) -> tuple[list[list[int]], list[list[float]]]:
    """What is embedded of it: the places, and the vectors."""
    (embedded,) = everything(archive)["vectors"].values()
    return [place for place, _ in embedded], [vector for _, vector in embedded]


def vectors_for_comparing(archive: KindSearch) -> np.ndarray:
    """One vector for each passage, as passages are compared with one another."""
    catalog = Catalog.open(archive.folder)
    try:
        engines = derived.load(catalog)
        return engines.vectors.vectors_of(np.arange(len(engines.columns)))
    finally:
        catalog.close()


def test_speech_is_embedded_statement_by_statement_and_as_a_whole_is_their_mean(
    small_archive: Make, counting_encoder: Any
) -> None:
    archive = small_archive({"2024-05-02-tea.vtt": TALK}, encoder=counting_encoder)
    said = ["Tea calms.", "Yeah. Biscuits matter as much as tea."]
    assert [text for text in counting_encoder.texts if " " in text] == said
    places, vectors = embedded_of_the_only_document(archive)
    of_said = counting_encoder.encode(said)
    assert [kind for _, _, kind in places] == [STATEMENT, STATEMENT]
    np.testing.assert_array_equal(vectors, of_said)
    mean = of_said[0] + of_said[1]
    np.testing.assert_allclose(vectors_for_comparing(archive), [mean / np.linalg.norm(mean)], atol=1e-4)


def test_what_several_windows_of_speech_share_is_embedded_once(small_archive: Make, counting_encoder: Any) -> None:
    turns = [(10 * n, 10 * n + 8, f"P{n % 2}", " ".join(f"w{n}x{m}" for m in range(20)) + ".") for n in range(12)]
    archive = small_archive({"2024-05-02-tea.vtt": transcript(*turns)}, encoder=counting_encoder)
    said = [words for *_, words in turns]
    assert [text for text in counting_encoder.texts if " " in text] == said
    assert sum(len(passage.quotable) for passage in everything(archive)["passages"]) > len(said)
    _, vectors = embedded_of_the_only_document(archive)
    np.testing.assert_array_equal(vectors, counting_encoder.encode(said))


def test_what_was_written_is_embedded_in_its_context_and_statement_by_statement(
    small_archive: Make, pack: Callable[..., str], counting_encoder: Any
) -> None:
    packs = {"tea.md": pack("Tea", "May 2024", ("Ann Lee", "Tea calms. Roses grow."))}
    archive = small_archive(packs, encoder=counting_encoder)
    places, vectors = embedded_of_the_only_document(archive)
    (passage,) = (passage for passage in everything(archive)["passages"] if len(passage.quotable) == 2)
    texts = {(passage.start, passage.end, WHOLE): f"{passage.context}\n{passage.text}"}
    texts |= {(one.start, one.end, STATEMENT): passage.quote(one.start, one.end) for one in passage.quotable}
    assert list(texts.values()) == [
        "Tea. May 2024. Reflections from the chat. Ann Lee\nTea calms. Roses grow.", "Tea calms.", "Roses grow.",
    ]  # fmt: skip
    own = [vectors[places.index(list(place))] for place in texts]
    np.testing.assert_array_equal(own, counting_encoder.encode(list(texts.values())))


def test_speech_that_says_nothing_is_embedded_in_its_context(small_archive: Make, counting_encoder: Any) -> None:
    """It has no statement that could stand for it."""
    talk = "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ann Lee>Yeah.\n\n00:05.000 --> 00:06.000\n<v Bo Ek>Um, okay.\n"
    archive = small_archive({"2024-05-02-tea.vtt": talk}, encoder=counting_encoder)
    (text,) = (text for text in counting_encoder.texts if " " in text)
    assert text == "Tea. 2 May 2024. Ann Lee, Bo Ek\nYeah.\nUm, okay."
    places, vectors = embedded_of_the_only_document(archive)
    assert [kind for _, _, kind in places] == [WHOLE]
    np.testing.assert_array_equal(vectors, counting_encoder.encode([text]))


def test_statements_that_are_opposite_have_a_mean_that_is_like_nothing(small_archive: Make) -> None:
    class Opposite(HashingEncoder):
        """Has one direction; what has a "not" in it points the other way."""

        def encode(self, texts: Sequence[str]) -> Vectors:
            along = np.eye(1, self.dimensions, dtype=np.float32)
            return np.vstack([along * (-1 if "not" in text else 1) for text in texts])

    talk = "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ann>It does calm.\n\n00:05.000 --> 00:06.000\n<v Bo>It does not.\n"
    archive = small_archive({"tea.vtt": talk}, encoder=Opposite())
    _, statements = embedded_of_the_only_document(archive)
    assert [one[0] for one in statements] == [1, -1]
    assert not vectors_for_comparing(archive).any()


# ---------------------------------------------------------------- notes beside the files


def test_notes_of_a_session_go_before_what_its_files_say(small_archive: Make, counting_encoder: Any) -> None:
    archive = small_archive(MEETING, encoder=counting_encoder)
    counting_encoder.texts.clear()
    notes = 'title = "Tea at night"\ndate = 2024-06\nnote = "Retold."\nspeakers = [{name = "Cy Dee", role = "cook"}]\n'
    write(archive, {"tea/session.toml": notes.replace("2024-06", '"2024-06"')})
    assert changes(archive.ingest()) == {"regrouped": FILES}
    (summary,) = archive.sessions()
    assert (summary.session.id, summary.session.note) == ("2024-06-tea-at-night", "Retold.")
    assert [(person.name, person.role) for person in summary.session.speakers] == [
        ("Cy Dee", "cook"), ("Ann Lee", "nurse"),
    ]  # fmt: skip
    encoded = [text for text in counting_encoder.texts if " " in text]
    assert [text for text in encoded if not text.startswith("Tea at night. June 2024. ")] == []  # contexts alone
    assert {p.session.id for p in everything(archive)["passages"]} == {"2024-06-tea-at-night"}
    counting_encoder.texts.clear()
    assert changes(archive.ingest()) == {"unchanged": FILES}
    assert counting_encoder.texts == []
    (corpus_of(archive) / "tea/session.toml").unlink()
    assert changes(archive.ingest()) == {"regrouped": FILES}
    assert list(session_ids(archive)) == ["2024-01-18-tea-on-the-ward"]


def test_notes_of_one_file_say_more_than_those_of_its_folder(small_archive: Make) -> None:
    files = {"tea/session.toml": 'title = "All"\nnote = "Both."\n', "tea/pack.toml": 'title = "Mine"\n'}
    archive = small_archive({"tea/pack.md": PACK, **files})
    (summary,) = archive.sessions()
    assert (summary.session.title, summary.session.note) == ("Mine", "Both.")


def test_what_notes_exclude_is_not_in_the_archive(small_archive: Make) -> None:
    archive = small_archive(MEETING)
    write(archive, {"tea/session.toml": 'exclude = ["*.txt"]\n'})
    assert archive.ingest().removed == ("tea/chat.txt",)
    assert set(said(archive)) == {"tea/pack.md", "tea/recording.vtt"}
    write(archive, {"tea/session.toml": ""})
    assert archive.ingest().added == ("tea/chat.txt",)


@pytest.mark.parametrize(
    "notes",
    ["title = \n", 'titel = "Tea"\n', "date = 20240118\n", "\udcff", 'exclude = ["!"]\n', "video_offset = inf\n"],
)
def test_notes_that_cannot_be_read_are_named_and_leave_their_files_as_they_are(small_archive: Make, notes: str) -> None:
    archive = small_archive({**MEETING, "rose.md": "# Roses\n\nJune 2024\n\n# From the chat\n\n**Bo** They grow.\n"})
    before = everything(archive)
    (corpus_of(archive) / "tea/session.toml").write_bytes(notes.encode("utf-8", "surrogateescape"))
    write(archive, {"tea/new.md": PACK.replace("Tea", "Milk")})
    report = archive.ingest()
    assert [failure.source for failure in report.failed] == ["tea/session.toml"]
    assert report.unchanged == ("rose.md",)
    assert everything(archive) == before  # the new file might be one to keep out
    assert report.generation == 1


def test_an_encrypted_pack_is_read_with_the_password_in_its_notes_which_is_kept_nowhere(
    small_archive: Make, sample_corpus: Path
) -> None:
    from pypdf import PdfReader, PdfWriter

    archive = small_archive({})
    writer = PdfWriter(clone_from=PdfReader(sample_corpus / "2024-06-time-for-a-check-in.pdf"))
    writer.encrypt("open sesame", algorithm="AES-256")
    writer.write(corpus_of(archive) / "pack.pdf")
    (failure,) = archive.ingest().failed
    assert failure == Failure("pack.pdf", 'encrypted: put its password into pack.toml as  password = "…"')
    write(archive, {"pack.toml": 'password = "wrong"\n'})
    (failure,) = archive.ingest().failed
    assert failure.reason.startswith("encrypted, and the password in its notes does not open it: ")
    write(archive, {"pack.toml": 'password = "open sesame"\n'})
    assert changes(archive.ingest()) == {"added": ("pack.pdf",)}
    assert archive.page_image(archive.search("check-in")[0].passage, 1, 200).startswith(b"\x89PNG")
    for path in archive.folder.rglob("*"):
        assert not path.is_file() or b"sesame" not in path.read_bytes()
    assert changes(archive.ingest()) == {"unchanged": ("pack.pdf",)}


def test_who_is_who_follows_people_toml_and_costs_no_reading(small_archive: Make, counting_encoder: Any) -> None:
    archive = small_archive(MEETING, encoder=counting_encoder)
    counting_encoder.texts.clear()
    write(archive, {"people.toml": '[people]\n"Göran Öst" = ["Göran"]\n'})
    report = archive.ingest()
    assert (changes(report), report.generation) == ({"unchanged": FILES}, 2)
    assert ("Göran Öst", ("Göran",)) in [(person.name, person.spellings) for person in archive.people()]
    assert counting_encoder.texts == []
    (corpus_of(archive) / "people.toml").unlink()
    assert archive.ingest().generation == 3
    assert ("Göran", ("Göran",)) in [(person.name, person.spellings) for person in archive.people()]


def test_people_toml_that_cannot_be_read_is_named_and_what_it_said_before_holds(small_archive: Make) -> None:
    archive = small_archive({**MEETING, "people.toml": '[people]\n"Göran Öst" = ["Göran"]\n'})
    before = archive.people()
    write(archive, {"people.toml": "[people\n"})
    report = archive.ingest()
    assert [failure.source for failure in report.failed] == ["people.toml"]
    assert (report.unchanged, report.generation) == (FILES, 1)
    assert archive.people() == before


def test_aliases_of_a_session_hold_in_it_alone(small_archive: Make, pack: Callable[..., str]) -> None:
    files = {"tea/session.toml": '[aliases]\n"Göran Öst" = ["Göran"]\n'}
    other = pack("Roses", "June 2024", ("Göran", "Roses grow along the wall."))
    people = small_archive({**MEETING, **files, "rose.md": other}).people()
    assert {p.name: p.sessions for p in people if "Göran" in p.name} == {
        "Göran": ("2024-06-roses",), "Göran Öst": ("2024-01-18-tea-on-the-ward",),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "session"),
    [
        ("2024-01-18-kind-words.vtt", RECORDING, "2024-01-18-kind-words"),
        ("GMT20240118-180322_Recording.transcript.vtt", RECORDING, "2024-01-18-untitled"),
        ("recording.vtt", RECORDING, "recording"),
        ("2024-01-18 Kind words/recording.vtt", RECORDING, "2024-01-18-kind-words"),
        ("2022-02-milk.md", PACK, "2024-01-18-tea-on-the-ward"),  # what the file says goes before its name
        ("2024-02-goran.md", "# Göran: time for a check-in!\n\n# Talk\n\nWe rest.\n",
         "2024-02-goran-time-for-a-check-in"),
    ],
)  # fmt: skip
def test_a_session_is_named_by_its_file_or_else_by_the_name_of_the_file(
    small_archive: Make, name: str, text: str, session: str
) -> None:
    assert list(session_ids(small_archive({name: text}))) == [session]


STATES = {
    "tea/pack.md": (PACK, PACK.replace("Biscuits", "Scones")),
    "tea/recording.vtt": (RECORDING, RECORDING.replace("cups", "pots")),
    "tea/chat.txt": (CHAT, CHAT.replace("Bo Ek", "Bo")),
    "chat.txt": (CHAT,),
    "GMT20240118-180000_Recording.transcript.vtt": (RECORDING,),
    "rose.md": (PACK.replace("Tea on", "Roses by"), PACK),
    "tea/session.toml": ('title = "Tea at night"\nstart = 18:00:00\n', 'exclude = ["chat.txt"]\n'),
    "session.toml": ('title = "Everything"\n',),
    "rose.toml": ('date = "2024-06"\n', 'video = "https://youtu.be/x"\n'),
    "people.toml": ('[people]\n"Göran Öst" = ["Göran"]\n', '[people]\n"Bo Berg" = ["Bo"]\n'),
}
of_files = st.fixed_dictionaries({}, optional={name: st.sampled_from(texts) for name, texts in STATES.items()})


@given(st.lists(of_files, min_size=2, max_size=3))
@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_same_files_make_the_same_archive_whatever_was_there_before(
    tmp_path_factory: pytest.TempPathFactory, states: list[dict[str, str]]
) -> None:
    corpus, folder = tmp_path_factory.mktemp("corpus"), tmp_path_factory.mktemp("index")
    chosen = Settings(corpus=corpus)
    archive = KindSearch.open(folder / "one", create=True, encoder=HashingEncoder(), settings=chosen)
    for state in states:
        shutil.rmtree(corpus)
        corpus.mkdir()
        write(archive, state)
        archive.ingest()
    assert everything(archive) == everything(made_anew(archive, folder / "other"))
