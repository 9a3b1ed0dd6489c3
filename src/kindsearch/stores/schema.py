"""The file of the catalog: its tables, how it is made and connected to, and what its faults are called."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kindsearch.errors import DamagedIndex, IndexLocked, KindSearchError, StorageFailed
from kindsearch.stores import durable, sealing

FILE = "catalog.sqlite"
FORMAT = "8"
_BUSY_SECONDS = 30
_AT_FIRST = {"format": FORMAT, "generation": "0"}
_NOT_THE_FILE = ("SQLITE_FULL", "SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_NOMEM")
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL, seal INTEGER) WITHOUT ROWID;
CREATE TABLE documents (  -- without a source: read and embedded, but not yet part of the archive
    id TEXT PRIMARY KEY, source TEXT, root TEXT, notes TEXT, described TEXT NOT NULL, session TEXT,
    session_id TEXT, origin_ms INTEGER, by_the_clock INTEGER NOT NULL, private_messages INTEGER NOT NULL,
    kinds TEXT NOT NULL, first_ms INTEGER, last_ms INTEGER, speakers TEXT NOT NULL,
    redacted TEXT NOT NULL, illustrative INTEGER NOT NULL, passages INTEGER NOT NULL,  -- how many it has
    seal INTEGER, text_seal INTEGER,
    links TEXT NOT NULL, pages TEXT NOT NULL, text TEXT NOT NULL, units BLOB NOT NULL, boxes BLOB NOT NULL
);
CREATE TABLE unfinished (text_sha256 BLOB PRIMARY KEY, vector BLOB NOT NULL, seal INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE passages (
    row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL,
    own_kind TEXT NOT NULL, kind TEXT NOT NULL, shown INTEGER NOT NULL,
    section TEXT NOT NULL, statements TEXT NOT NULL, speakers TEXT NOT NULL,
    first_page INTEGER, last_page INTEGER, start_ms INTEGER, end_ms INTEGER, link TEXT, session_id TEXT NOT NULL,
    text_words TEXT NOT NULL, context_words TEXT NOT NULL, telling BLOB,  -- of what was written, see repeats.py
    seal INTEGER, shown_seal INTEGER
);
CREATE INDEX passages_in_order ON passages(document_id, "start", "end", shown, kind, shown_seal);
CREATE INDEX passages_written ON passages(row) WHERE telling IS NOT NULL;
CREATE INDEX passages_with_link ON passages(row) WHERE link IS NOT NULL;
CREATE INDEX passages_by_session ON passages(session_id);
CREATE TABLE vectors (
    document_id TEXT PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE,
    places BLOB NOT NULL, vectors BLOB NOT NULL, seal INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE speakers (
    passage INTEGER NOT NULL REFERENCES passages(row) ON DELETE CASCADE, name TEXT NOT NULL,
    PRIMARY KEY (name, passage)
) WITHOUT ROWID;
CREATE INDEX speakers_by_passage ON speakers(passage);
CREATE TABLE people (
    session_id TEXT NOT NULL, name TEXT NOT NULL, person TEXT NOT NULL, seal INTEGER NOT NULL,
    PRIMARY KEY (session_id, name)
) WITHOUT ROWID;
CREATE TABLE forgotten (
    fingerprint TEXT NOT NULL, place TEXT NOT NULL, person TEXT NOT NULL, words_stay INTEGER NOT NULL,
    seal INTEGER NOT NULL,
    PRIMARY KEY (fingerprint, place)
) WITHOUT ROWID;
CREATE TABLE ratings (
    question TEXT NOT NULL, passage_id TEXT NOT NULL, document_id TEXT NOT NULL, source TEXT NOT NULL,
    "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, first_page INTEGER, last_page INTEGER,
    start_ms INTEGER, end_ms INTEGER, helpful INTEGER NOT NULL, remark TEXT, rated_at TEXT NOT NULL,
    seal INTEGER,
    PRIMARY KEY (question, passage_id)
) WITHOUT ROWID;
CREATE TABLE left_out (  -- files that could not be read
    root TEXT NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL, seal INTEGER NOT NULL, PRIMARY KEY (root, source)
) WITHOUT ROWID;
CREATE TABLE words (word TEXT PRIMARY KEY, vector BLOB NOT NULL, seal INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE derived (
    name TEXT PRIMARY KEY, size INTEGER NOT NULL, sha256 TEXT NOT NULL, seal INTEGER NOT NULL
) WITHOUT ROWID;
"""


def create(folder: Path) -> None:
    """Make an empty catalog, which is there whole or not at all."""
    part = folder / f"{FILE}.part"
    for left in (part, *(folder / f"{name}{suffix}" for name in (FILE, part.name) for suffix in ("-wal", "-shm"))):
        durable.delete(left)  # what is left of a catalog that is gone would be taken for this one's
    with durable.writing(part):
        connection = sqlite3.connect(part, isolation_level=None)
        try:
            fill(connection)
            connection.execute("PRAGMA journal_mode = WAL")
        finally:
            connection.close()
    durable.sync(part)
    durable.rename(part, folder / FILE)


def fill(connection: sqlite3.Connection) -> None:
    """Make the tables of an empty catalog."""
    sealing.install(connection)
    facts = ", ".join(f"('{key}', '{value}', sealed('{key}', '{value}'))" for key, value in _AT_FIRST.items())
    connection.executescript(f"BEGIN;{_SCHEMA}INSERT INTO meta VALUES {facts};COMMIT;")


class Connection(sqlite3.Connection):
    """Says what is damaged of what is no UTF-8, as SQLite's own words about a damaged schema may be."""

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        try:
            return super().execute(sql, parameters)
        except UnicodeDecodeError as error:
            raise sqlite3.DatabaseError(str(error)) from error


def connect(path: Path) -> sqlite3.Connection:
    connection: sqlite3.Connection = sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, factory=Connection
    )
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")  # what is taken out is overwritten, not left in free pages
    except sqlite3.DatabaseError as error:
        connection.close()
        ours = _ours(path.parent, error)
        if not isinstance(ours, StorageFailed):
            raise ours from error
        connection = _connect_to_read(path)
    sealing.install(connection)
    return connection


def _connect_to_read(path: Path) -> sqlite3.Connection:
    """For a folder that may not be written to. Without a log beside it the file is all there is, and nobody writes."""
    mode = "mode=ro" if path.with_name(f"{FILE}-wal").exists() else "immutable=1"
    uri = f"{path.resolve().as_uri()}?{mode}"
    return sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, factory=Connection)


@contextmanager
def foreign_errors(folder: Path) -> Iterator[None]:
    """Turn what SQLite and the system say into our errors: of a damaged file, a lock, a disk that is full."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _ours(folder, error) from error
    except zlib.error as error:
        raise DamagedIndex(folder, str(error)) from error
    except ConnectionError:  # of whoever is shown the progress, or the answer
        raise
    except OSError as error:
        raise StorageFailed(folder, str(error)) from error


def is_locked(error: Exception) -> bool:
    """Whether somebody else's writing is what SQLite complains of."""
    return _name_of(error).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))


def _ours(folder: Path, error: sqlite3.DatabaseError) -> KindSearchError:
    if is_locked(error):
        return IndexLocked(folder)
    if _name_of(error).startswith(_NOT_THE_FILE):
        return StorageFailed(folder, str(error))
    return DamagedIndex(folder, str(error))


def _name_of(error: Exception) -> str:
    return getattr(error, "sqlite_errorname", "")  # what is no text at all is no error of SQLite's


FileIdentity = tuple[int, int]
"""What tells a file from all others while somebody has it open: its device and its number there."""


def identity_of(folder: Path) -> FileIdentity | None:
    """Which file is the catalog of ``folder`` now; None where there is none."""
    try:
        found = (folder / FILE).stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_dev, found.st_ino
