"""Files that people send over the network: from their bytes to the archive. How they are sent is nothing of this.

``uploads/`` in the corpus has a folder for each, named by the SHA-256 of its bytes. In it are the file, named so too,
and what is noted about it, as anywhere in the corpus: so an ingest of the corpus finds it like any other file, and an
index that is made anew has it again. Nothing is ever named by what a client says.

1. The bytes are written below ``.incoming``, where no ingest looks, and read there in a child process with limits.
   What no reader knows, or can read, goes no further.
2. The folder with the file and its notes is synced, and renamed to its place in one step.
3. The folder of all uploads is ingested, one upload at a time.

A death before 2 leaves something in ``.incoming``, which the next upload clears away; after it, the next ingest does
the rest, whoever starts it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

import filelock

from kindsearch.browsing import File
from kindsearch.errors import (
    BadRequest,
    EncryptedFile,
    IndexLocked,
    NoRoomForUploads,
    UnknownFormat,
    UnreadableFile,
    UploadRefused,
)
from kindsearch.ingesting import IngestReport
from kindsearch.invisible import without_invisible
from kindsearch.readers import read_stranger
from kindsearch.search import KindSearch
from kindsearch.sessions import facts_of_name
from kindsearch.stores import durable
from kindsearch.stores.schema import foreign_errors
from kindsearch.types import PartialDate, Session

FOLDER, INCOMING, LOCK = "uploads", ".incoming", ".lock"
PATIENCE_SECONDS = 10.0  # for another process that writes to the index
LONGEST_NAME = 200  # characters of a file's name that are looked at


@dataclass(frozen=True)
class Sent:
    """What somebody sends: the bytes, and what she calls the file. Title and date may be empty."""

    stream: IO[bytes]
    name: str = ""
    title: str = ""
    date: str = ""


@dataclass(frozen=True)
class Uploaded:
    """What became of it: the file in the archive, and the session that it belongs to.

    Both None where it is kept, and the next ingest will take it: another process writes to the index for long. The
    session alone is None where another process gave it a new name just now. ``was_there`` says that the same bytes
    were kept or indexed already.
    """

    sha256: str
    was_there: bool
    session: Session | None
    file: File | None


class Uploads:
    """The uploads of an archive. Several threads and processes may take some: one waits for the other."""

    def __init__(self, archive: KindSearch) -> None:
        self.archive = archive
        self.folder = archive.settings.corpus.absolute() / FOLDER

    def take(self, sent: Sent) -> Uploaded:
        """Keep what is sent and put it into the archive, unless it is there already.

        Raises UploadRefused for what can't be read, or that there is no room for; BadRequest for a title or a date that
        is none. Nothing is kept then, and the index stays as it was.
        """
        title, date = self._title(sent.title), _date(sent.date)
        with foreign_errors(self.folder), self._alone():
            sha256 = _sha256_of(sent.stream)
            if (known := self._found(sha256)).file:
                return known
            was_there = (self.folder / sha256).is_dir()
            if not was_there:
                self._keep(sent, sha256, title, date)
            report = self._ingested()
            taken = self._found(sha256, was_there=was_there)
            if report and not taken.file:
                self._take_back(sha256, report)
        return taken

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else takes an upload meanwhile; what others left unfinished is gone."""
        if not self.folder.is_dir():
            self.folder.mkdir(parents=True, exist_ok=True)
            durable.sync_name(self.folder)
        with filelock.FileLock(self.folder / LOCK):
            durable.delete(self.folder / INCOMING)
            try:
                yield
            finally:
                durable.delete(self.folder / INCOMING)

    # ------------------------------------------------------------ keeping

    def _keep(self, sent: Sent, sha256: str, title: str, date: PartialDate | None) -> None:
        """Put file and notes into their place at once. Raises UploadRefused."""
        self._make_room(sent.stream.seek(0, os.SEEK_END))
        sent.stream.seek(0)
        folder = self.folder / INCOMING / sha256
        folder.mkdir(parents=True)
        arrived = folder / sha256
        with durable.writing(arrived), arrived.open("wb") as out:
            shutil.copyfileobj(sent.stream, out)
        try:
            document, suffix = read_stranger(arrived, sha256, self.archive.limits)
        except EncryptedFile as error:
            raise UploadRefused("it opens with a password only; send a copy without one") from error
        except (UnreadableFile, UnknownFormat) as error:
            raise UploadRefused(str(error).removeprefix(f"{sha256}: ")) from error
        durable.rename(arrived, arrived.with_suffix(suffix))
        if notes := _notes(title, date, sent.name, document.session, sha256):
            durable.write_text(arrived.with_suffix(".toml"), notes)
        durable.sync(folder)
        durable.rename(folder, self.folder / sha256)

    def _make_room(self, size: int) -> None:
        """Raises NoRoomForUploads where so many bytes more would be too many."""
        allowed_mb = self.archive.settings.uploads_mb
        kept = sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())
        if kept + size > allowed_mb * 2**20:
            raise NoRoomForUploads(allowed_mb)

    # ------------------------------------------------------------ ingesting

    def _ingested(self) -> IngestReport | None:
        """Ingest all that is kept; None where another process writes to the index and does not end."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return self.archive.ingest(self.folder)
            except IndexLocked:
                if time.monotonic() > until:
                    return None
                time.sleep(0.2)

    def _found(self, sha256: str, *, was_there: bool = True) -> Uploaded:
        """What the index holds of it by now."""
        file = next((one for one in self.archive.browsing.files() if one.document_id == sha256), None)
        sessions = (one.session for one in self.archive.sessions() if file and one.session.id == file.session_id)
        return Uploaded(sha256, was_there, next(sessions, None), file)

    def _take_back(self, sha256: str, report: IngestReport) -> None:
        """Keep nothing of what an ingest left out, though it could be read before. Raises UploadRefused."""
        durable.delete(self.folder / sha256)
        self._ingested()
        reasons = (failure.reason for failure in report.failed if sha256 in failure.source)
        raise UploadRefused(next(reasons, "whoever runs this archive keeps such files out"))

    def _title(self, text: str) -> str:
        """A title on one line. Raises BadRequest where it is too long."""
        title, most = _line(text), self.archive.settings.name_characters
        if len(title) > most:
            raise BadRequest("title", f"longer than {most:,} characters: shorten it")
        return title


def _sha256_of(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while part := stream.read(2**20):
        digest.update(part)
    return digest.hexdigest()


# ---------------------------------------------------------------- what is said about a file


def _line(text: str) -> str:
    """A text on one line, without what can't be seen."""
    return " ".join(without_invisible(text)[0].split())


def _date(text: str) -> PartialDate | None:
    """A date, None for an empty one. Raises BadRequest for what is none."""
    try:
        date = PartialDate.parse(_line(text)) if _line(text) else None
    except ValueError as error:
        raise BadRequest("date", "write a day, a month or a year: 2024-01-18, 2024-01 or 2024") from error
    if date and not date.is_in_calendar:
        raise BadRequest("date", f"there is no {date.in_words}: look it up in a calendar")
    return date


def _notes(title: str, date: PartialDate | None, name: str, own: Session, sha256: str) -> str:
    """The notes about a file, as TOML: what was said about it, then what its name says that the file does not.

    ``own`` is the session as the file has it. Two files of which nothing is known are two sessions.
    """
    named = facts_of_name(PurePosixPath(re.split(r"[/\\]", _line(name[-LONGEST_NAME:]))[-1]).stem)
    date = date or (None if own.date else named.date)
    title = title or ("" if own.title else named.title)
    if not (title or own.title or date or own.date):
        title = f"Upload {sha256[:8]}"
    said = {"title": title, "date": str(date) if date else ""}
    # A text as JSON writes it is one of TOML, too, where it holds no character that can't be seen.
    return "".join(f"{key} = {json.dumps(text, ensure_ascii=False)}\n" for key, text in said.items() if text)
