"""The files that an ingest could not read: what is kept of them, and how long."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kindsearch import KindSearch

Make = Callable[..., KindSearch]
EMPTY = ("broken.md", "the file is empty")


def left_out(archive: KindSearch) -> list[tuple[str, str]]:
    return [(file.source, file.reason) for file in archive.status().left_out]


@pytest.fixture
def archive(small_archive: Make) -> KindSearch:
    """Three packs, and a file that is empty."""
    made = small_archive()
    (made.settings.corpus / "broken.md").write_text("", encoding="utf-8")
    made.ingest()
    return made


def test_an_archive_that_left_nothing_out_says_so(small_archive: Make) -> None:
    assert left_out(small_archive()) == []


def test_a_file_that_can_not_be_read_is_kept_with_its_reason(archive: KindSearch) -> None:
    assert left_out(archive) == [EMPTY]
    assert archive.status().left_out[0].path == archive.settings.corpus.resolve() / "broken.md"


def test_it_is_kept_together_with_what_could_be_read(archive: KindSearch, pack: Callable[..., str]) -> None:
    new = pack("Walks", "July 2024", ("Bo Ek", "We walk slowly."))
    (archive.settings.corpus / "2024-07-walks.md").write_text(new, encoding="utf-8")
    archive.ingest()
    assert (archive.status().documents, left_out(archive)) == (4, [EMPTY])


def test_it_goes_when_the_file_can_be_read(archive: KindSearch, pack: Callable[..., str]) -> None:
    text = pack("Walks", "July 2024", ("Bo Ek", "We walk slowly."))
    (archive.settings.corpus / "broken.md").write_text(text, encoding="utf-8")
    archive.ingest()
    assert left_out(archive) == []


def test_it_goes_when_the_file_is_gone(archive: KindSearch) -> None:
    (archive.settings.corpus / "broken.md").unlink()
    archive.ingest()
    assert left_out(archive) == []


def test_it_stays_while_other_files_are_looked_at(archive: KindSearch, tmp_path: Path) -> None:
    other = tmp_path / "other" / "spoiled.md"
    other.parent.mkdir()
    other.write_text("", encoding="utf-8")
    archive.ingest(other)
    assert left_out(archive) == [EMPTY, ("spoiled.md", "the file is empty")]
    archive.ingest()
    assert left_out(archive) == [EMPTY, ("spoiled.md", "the file is empty")]
    other.unlink()
    archive.ingest()
    assert left_out(archive) == [EMPTY]


def test_it_is_written_once(archive: KindSearch) -> None:
    before = archive.status()
    with archive._catalog() as catalog:
        version = catalog._db.execute("PRAGMA data_version").fetchone()
        archive.ingest()
        assert catalog._db.execute("PRAGMA data_version").fetchone() == version
    assert archive.status() == before


def test_taking_a_document_out_leaves_it(archive: KindSearch) -> None:
    archive.remove("2023-05-music.md")
    assert left_out(archive) == [EMPTY]


def test_names_of_those_who_are_forgotten_are_not_kept(archive: KindSearch, pack: Callable[..., str]) -> None:
    copy, broken = archive.settings.corpus / "Bo Ek, tea.md", archive.settings.corpus / "Bo Ek, walks.md"
    copy.write_bytes((archive.settings.corpus / "2024-06-garden.md").read_bytes())
    broken.write_text("", encoding="utf-8")
    archive.ingest()
    assert [source for source, _ in left_out(archive)] == ["Bo Ek, tea.md", "Bo Ek, walks.md", "broken.md"]
    archive.forget("Bo Ek")
    assert "Bo Ek" not in str(left_out(archive))
    archive.ingest()
    archive.ingest()
    assert "Bo Ek" not in str(left_out(archive))
    assert len(left_out(archive)) == 3
    for path in archive.folder.rglob("*"):
        assert not path.is_file() or b"Bo Ek, " not in path.read_bytes()


def test_the_command_says_what_was_left_out_and_why(archive: KindSearch, run: Callable[..., Any]) -> None:
    done = run("status", "--index", archive.folder)
    assert done.status == 0
    assert "left out    broken.md: the file is empty\n" in done.out
