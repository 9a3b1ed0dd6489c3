"""What is read in a child process: the same document comes back, and what is no document is refused."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path

import docx
import pytest
from decks import Deck, document_here

from kindsearch.errors import EncryptedFile, ReaderLimit, UnknownFormat, UnreadableFile
from kindsearch.readers import Limits, apart, files, formats, jobs, read
from kindsearch.readers.files import File
from kindsearch.types import PartialDate, Person, Session

TEXT = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Göran Öst>Tea calms 😀 worried patients.\n"


def file_of(path: Path, limits: Limits | None = None) -> File:
    return File(path.read_bytes(), path.name, path, limits or Limits())


def test_the_document_that_comes_back_is_the_one_that_was_read(tmp_path: Path) -> None:
    deck = Deck(tmp_path / "pack.pdf").slide("Kindness").box(48, 120, 200, 80, "[Paper](https://example.org) – “öß”")
    here = document_here(deck.save())
    there = read(tmp_path / "pack.pdf", "pack.pdf")
    assert (there.text, there.units, there.boxes, there.links) == (here.text, here.units, here.boxes, here.links)
    assert (there.session, there.pages) == (here.session, here.pages)
    assert there.links


def test_a_large_text_is_read_as_a_small_one_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tea.vtt").write_text(TEXT, encoding="utf-8")
    here = read(tmp_path / "tea.vtt", "tea.vtt")
    asked: list[object] = []
    monkeypatch.setattr(files, "LARGE_TEXT", 10)
    monkeypatch.setattr("kindsearch.readers.read_apart", lambda file: asked.append(file) or apart.read_apart(file))
    assert read(tmp_path / "tea.vtt", "tea.vtt") == here
    assert len(asked) == 1


@pytest.mark.parametrize(
    "start", [datetime(2024, 1, 18, 18, 3), datetime(2024, 1, 18, 0, 0, 1, 5, tzinfo=UTC), time(18), time(18, 3, 22, 1)]
)
def test_all_that_a_reader_may_say_of_a_session_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, start: datetime | time
) -> None:
    (tmp_path / "tea.vtt").write_text(TEXT, encoding="utf-8")
    session = Session(
        "2024-01-18-tea", "Tea", PartialDate(2024, 1, 18), (Person("Göran Öst", "nurse"), Person("Ann")),
        "https://youtu.be/abc", 5_000, start, "retold",
    )  # fmt: skip
    assert None not in vars(session).values()
    document = replace(read(tmp_path / "tea.vtt", "tea.vtt"), session=session)
    monkeypatch.setattr(formats, "read", lambda _: document)
    answer = jobs.read(str(tmp_path / "tea.vtt"), "tea.vtt", Limits(), None)
    monkeypatch.setattr(apart, "run_in_child", lambda *_: answer.encode())
    assert apart.read_apart(file_of(tmp_path / "tea.vtt")) == document


def test_a_word_document_that_says_when_it_began_is_read(tmp_path: Path) -> None:
    document = docx.Document()
    for line in (
        "Tea",
        "Thu, 18 January 2024, 6:03PM",
        *("Ann Lee  0:12", "Tea calms.", "Bo  0:14", "So it does.") * 3,
    ):
        document.add_paragraph(line)
    document.save(str(tmp_path / "tea.docx"))
    session = read(tmp_path / "tea.docx", "tea.docx").session
    assert session == Session("", "Tea", PartialDate(2024, 1, 18), start=datetime(2024, 1, 18, 18, 3))


@pytest.mark.parametrize(
    ("name", "data", "limits", "expected"),
    [
        ("a.pdf", b"%PDF-1.4\nnothing here", Limits(), UnreadableFile),
        ("a.docx", b"PK\x03\x04 word/document.xml", Limits(), UnreadableFile),
        ("a.zip", b"PK\x03\x04 of something else", Limits(), UnknownFormat),
        ("a.txt", b"words " * 300_000, Limits(), UnknownFormat),
        ("a.txt", b"words " * 300_000, Limits(characters=100), ReaderLimit),
    ],
)
def test_an_error_comes_back_as_the_one_it_was(
    tmp_path: Path, name: str, data: bytes, limits: Limits, expected: type[Exception]
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(expected) as here:
        formats.read(file_of(path, limits))
    with pytest.raises(expected) as there:
        read(path, name, limits)
    assert file_of(path).wants_a_child
    assert (type(there.value), str(there.value)) == (type(here.value), str(here.value))


def test_that_a_file_is_encrypted_comes_back_with_what_to_do(tmp_path: Path) -> None:
    path = Deck(tmp_path / "pack.pdf", encrypt="sesame").slide("Kindness").save()
    with pytest.raises(EncryptedFile, match=r"put its password into pack\.toml"):
        read(path, "pack.pdf")


@pytest.mark.parametrize(
    "answer",
    [
        "", "Killed", "{}", "[]", "[1]", '["SystemExit", {}]', '["UnreadableFile", {}]', '["UnreadableFile", 1]',
        '{"id": 1}', '{"id": "x", "source": "", "session": {}, "text": "", "units": []}',
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    (tmp_path / "pack.pdf").write_bytes(b"%PDF-1.4")
    monkeypatch.setattr(apart, "run_in_child", lambda *_: answer.encode())
    with pytest.raises(UnreadableFile, match=r"^pack\.pdf: the reader gave no sensible answer$"):
        read(tmp_path / "pack.pdf", "pack.pdf")


def test_a_document_of_another_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pack.pdf").write_bytes(b"%PDF-1.4")
    other = {"id": "0" * 64, "source": "x", "session": {"id": "", "title": ""}, "text": "", "units": []}
    monkeypatch.setattr(apart, "run_in_child", lambda *_: json.dumps(other).encode())
    with pytest.raises(UnreadableFile, match="it changed while it was read"):
        read(tmp_path / "pack.pdf", "pack.pdf")


def test_a_file_that_is_too_large_is_not_even_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "pack.pdf"
    path.touch()
    os.truncate(path, 40 * 2**30)  # takes no room on the disk
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("it was read"))
    with pytest.raises(ReaderLimit, match=r"more than 256 MB \(file size; .*KINDSEARCH_READER_FILE_MB"):
        read(path, "pack.pdf")
