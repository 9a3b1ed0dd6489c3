"""What is sent reaches its place whole or not at all, and what is noted about it is what was said."""

from __future__ import annotations

import io
import shutil
import tomllib
from collections.abc import Callable
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from faulty import server
from hypothesis import given
from hypothesis import strategies as st
from small_packs import PACKS, pack_of

from kindsearch import KindSearch, Settings
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.errors import UploadRefused
from kindsearch.invisible import is_invisible
from kindsearch.stores.durable import CRASH_AT, FAIL_AT
from kindsearch.types import Session
from kindsearch.uploading import Sent, Uploads, _line, _notes

HERONS = pack_of("Herons", "March 2025", ("Ann Lee", "A heron stands in the hospital pond at dawn.")).encode()
OTTERS = pack_of("Otters", "April 2025", ("Bo Ek", "Otters hold hands while they sleep.")).encode()
NAME = sha256(HERONS).hexdigest()
WHOLE = [NAME, f"{NAME}/{NAME}.toml", f"{NAME}/{NAME}.txt"]
STEPS = 12  # of keeping a file: what comes after them is an ingest, which has a sweep of its own


@given(st.text(), st.text(), st.dates())
def test_what_is_noted_is_what_was_said(title: str, name: str, day: Any) -> None:
    from kindsearch.types import PartialDate

    date = PartialDate.parse(day.isoformat())
    noted = tomllib.loads(_notes(_line(title), date, name, Session("s", ""), NAME))
    assert noted.pop("date") == str(date)
    found = noted.pop("title", "")
    assert found == _line(title) or not _line(title)
    assert not [letter for letter in found if is_invisible(letter)]
    assert noted == {}


@pytest.fixture
def started(tmp_path: Path) -> Callable[[], tuple[KindSearch, Path]]:
    """A corpus with its index as they are before an upload, made anew each time."""
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    for name, text in PACKS.items():
        (corpus / name).write_text(text, encoding="utf-8")
    settings = Settings(corpus=corpus, index=index)
    KindSearch.open(create=True, encoder=HashingEncoder(), settings=settings).ingest()
    for folder in (corpus, index):
        shutil.copytree(folder, folder.with_suffix(".before"))

    def make() -> tuple[KindSearch, Path]:
        for folder in (corpus, index):
            shutil.rmtree(folder)
            shutil.copytree(folder.with_suffix(".before"), folder)
        return KindSearch.open(encoder=HashingEncoder(), settings=settings), corpus / "uploads"

    return make


def kept(uploads: Path) -> list[str]:
    """What an ingest may see there."""
    paths = (path.relative_to(uploads) for path in uploads.rglob("*"))
    return sorted(str(path) for path in paths if not path.parts[0].startswith("."))


@pytest.mark.parametrize("fault", [CRASH_AT, "ENOSPC", "EIO"])
def test_whatever_ends_an_upload_leaves_a_whole_file_or_none_and_the_next_ingest_mends(
    started: Callable[[], tuple[KindSearch, Path]], tmp_path: Path, fault: str
) -> None:
    sent, ends = tmp_path / "sent", set[bool]()
    sent.write_bytes(HERONS)
    with server() as forking:
        for at in count(1):
            archive, uploads = started()
            how = {CRASH_AT: str(at)} if fault == CRASH_AT else {FAIL_AT: f"{at}:{fault}"}
            ended = forking.do(
                "upload", archive.folder, corpus=str(uploads.parent), file=str(sent), title="Herons", env=how
            )
            assert ended.killed or ended.said.startswith("StorageFailed"), ended.said
            there = kept(uploads)
            assert there in ([], WHOLE), f"step {at} leaves something between"
            ends.add(bool(there))
            report = archive.ingest()
            assert not report.failed
            assert bool(archive.search("heron in the pond")[0].passage.source.endswith(f"{NAME}.txt")) == bool(there)
            taken = Uploads(archive).take(Sent(io.BytesIO(OTTERS)))
            assert taken.file
            assert not (uploads / ".incoming").exists()
            if at >= STEPS and there:
                break
    assert ends == {True, False}


def test_an_upload_without_a_fault_has_as_many_steps_as_are_swept(
    started: Callable[[], tuple[KindSearch, Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, uploads = started()
    steps = list[str]()
    monkeypatch.setattr("kindsearch.stores.durable.step", lambda path=None: steps.append(str(path)))
    monkeypatch.setattr(archive, "ingest", lambda *_: None)
    taken = Uploads(archive).take(Sent(io.BytesIO(HERONS), title="Herons"))
    assert taken.file is None
    assert kept(uploads) == WHOLE
    assert len(steps) <= STEPS


def test_what_a_stranger_sends_is_read_in_a_child_first_however_small(
    started: Callable[[], tuple[KindSearch, Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, uploads = started()

    def never(_: Any) -> None:
        raise AssertionError("read in this process")

    monkeypatch.setattr("kindsearch.readers.formats.read", never)
    monkeypatch.setattr(archive, "ingest", lambda *_: None)
    Uploads(archive).take(Sent(io.BytesIO(HERONS), title="Herons"))
    assert kept(uploads) == WHOLE


def test_what_an_ingest_leaves_out_is_taken_back(
    started: Callable[[], tuple[KindSearch, Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It could be read a moment ago: a machine may be busier the second time, or somebody may keep such files out."""
    archive, uploads = started()
    uploads.mkdir()
    (uploads / ".kindsearchignore").write_text("*.txt\n", encoding="utf-8")
    before = archive.status()
    with pytest.raises(UploadRefused, match="keeps such files out"):
        Uploads(archive).take(Sent(io.BytesIO(HERONS)))
    assert kept(uploads) == []
    assert archive.status() == before


def test_what_was_kept_while_nobody_could_ingest_is_there_with_the_next_upload(
    started: Callable[[], tuple[KindSearch, Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, _ = started()
    with monkeypatch.context() as patch:
        patch.setattr(archive, "ingest", lambda *_: None)
        assert Uploads(archive).take(Sent(io.BytesIO(HERONS))).file is None
    assert Uploads(archive).take(Sent(io.BytesIO(OTTERS))).file
    again = Uploads(archive).take(Sent(io.BytesIO(HERONS)))
    assert again.was_there
    assert again.session
    assert again.session.title == "Herons"
