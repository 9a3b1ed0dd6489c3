"""The catalog: one SQLite file that holds documents, passages, their vectors and the generation number.

It is the only truth. Every change is one transaction; readers see the state of one commit (write-ahead log), so a
writer never blocks them. What FAISS and Tantivy hold is derived from here, see ``derived.py``.
"""

from __future__ import annotations

import json
import sqlite3
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kindsearch.errors import DamagedIndex, IncompatibleIndex, NoIndex
from kindsearch.types import (
    Box,
    Document,
    Filter,
    Kind,
    Link,
    Page,
    PartialDate,
    Passage,
    Person,
    Session,
    Statement,
)

FILE = "catalog.sqlite"
FORMAT = "1"
_BUSY_SECONDS = 30
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    id TEXT PRIMARY KEY, source TEXT NOT NULL UNIQUE, root TEXT NOT NULL, session_id TEXT NOT NULL,
    session TEXT NOT NULL, text TEXT NOT NULL, boxes BLOB NOT NULL, links TEXT NOT NULL, pages TEXT NOT NULL
);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL,
    own_kind TEXT NOT NULL, kind TEXT NOT NULL, shown INTEGER NOT NULL,
    section TEXT NOT NULL, statements TEXT NOT NULL, speakers TEXT NOT NULL,
    first_page INTEGER, last_page INTEGER, start_ms INTEGER, end_ms INTEGER, link TEXT,
    first_day INTEGER, last_day INTEGER, session_id TEXT NOT NULL, vectors BLOB NOT NULL
);
CREATE INDEX passages_by_document ON passages(document_id);
CREATE INDEX passages_by_session ON passages(session_id);
CREATE TABLE speakers (
    passage INTEGER NOT NULL REFERENCES passages(row) ON DELETE CASCADE, name TEXT NOT NULL,
    PRIMARY KEY (name, passage)
) WITHOUT ROWID;
CREATE INDEX speakers_by_passage ON speakers(passage);
CREATE TABLE words (word TEXT PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE derived (name TEXT PRIMARY KEY, size INTEGER NOT NULL, sha256 TEXT NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class DerivedFile:
    """A file made from the catalog: its path under the index folder, its size in bytes, its SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class DocumentPlace:
    """Where a document was found: its path relative to the folder ``root``; ``document_id`` is its bytes' SHA-256."""

    source: str
    root: str
    document_id: str


@dataclass(frozen=True)
class Indexable:
    """What the derived indexes need of a passage; ``vectors`` is (1 + number of statements, dimensions)."""

    row: int
    passage: Passage
    vectors: NDArray[np.float32]


@dataclass(frozen=True)
class SessionSummary:
    """A session with what the archive holds of it."""

    session: Session
    sources: tuple[str, ...]
    passages: int
    speakers: tuple[str, ...]


@contextmanager
def foreign_errors(folder: Path) -> Iterator[None]:
    """Turn what SQLite says of a damaged file into our error."""
    try:
        yield
    except sqlite3.OperationalError:  # locked, full or read-only: nothing is damaged
        raise
    except sqlite3.DatabaseError as error:
        raise DamagedIndex(folder, str(error)) from error


class Catalog:
    """A connection to the catalog. One for each thread: connections are not shared."""

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self._db = connection

    # ------------------------------------------------------------ open and close

    @classmethod
    def open(cls, folder: Path) -> Catalog:
        """Open an existing catalog. Raises NoIndex, DamagedIndex, IncompatibleIndex."""
        path = folder / FILE
        if not path.is_file():
            raise NoIndex(folder)
        catalog = cls(folder, _connect(path))
        try:
            found = catalog.meta("format")
        except sqlite3.DatabaseError as error:
            catalog.close()
            raise DamagedIndex(folder, str(error)) from error
        if found != FORMAT:
            catalog.close()
            raise IncompatibleIndex(folder, "catalog format", str(found), FORMAT)
        return catalog

    @classmethod
    def create(cls, folder: Path) -> Catalog:
        """Open the catalog of ``folder``, making an empty one if there is none."""
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / FILE).is_file() and (folder / FILE).stat().st_size:
            return cls.open(folder)
        connection = _connect(folder / FILE)
        connection.executescript(
            f"BEGIN;{_SCHEMA}INSERT INTO meta VALUES ('format', '{FORMAT}'), ('generation', '0');COMMIT;"
        )
        return cls(folder, connection)

    def close(self) -> None:
        """Give the connection back."""
        self._db.close()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Everything read inside sees one and the same commit."""
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Everything written inside is committed at its end, or not at all."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # ------------------------------------------------------------ small facts

    def meta(self, key: str) -> str | None:
        """A fact about the index: ``format``, ``generation``, ``encoder``, ``dimensions``, ``analyser``."""
        found = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(found[0]) if found else None

    def set_meta(self, key: str, value: str) -> None:
        """Record a fact about the index."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    @property
    def generation(self) -> int:
        """How many times the archive has changed."""
        return int(self.meta("generation") or 0)

    def counts(self) -> dict[str, int]:
        """How many documents, passages shown and sessions there are."""
        queries = {
            "documents": "SELECT count(*) FROM documents",
            "passages": "SELECT count(*) FROM passages WHERE shown",
            "sessions": "SELECT count(DISTINCT session_id) FROM documents",
        }
        return {name: int(self._db.execute(query).fetchone()[0]) for name, query in queries.items()}

    # ------------------------------------------------------------ documents

    def places(self) -> dict[str, DocumentPlace]:
        """Source -> where each document was found."""
        rows = self._db.execute("SELECT source, root, id FROM documents ORDER BY source")
        return {source: DocumentPlace(source, root, document_id) for source, root, document_id in rows}

    def add(
        self,
        document: Document,
        root: str,
        passages: Sequence[Passage],
        vectors: Sequence[NDArray[np.float32]],
    ) -> None:
        """Add a document that is not there yet, its passages, and the vectors of each passage."""
        self._db.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                document.id,
                document.source,
                root,
                document.session.id,
                _session_json(document.session),
                document.text,
                _packed([[b.start, b.end, b.page, b.left, b.top, b.right, b.bottom] for b in document.boxes]),
                json.dumps([[link.start, link.end, link.url] for link in document.links]),
                json.dumps([[page.width, page.height, page.printed] for page in document.pages]),
            ),
        )
        for passage, own_vectors in zip(passages, vectors, strict=True):
            self._add_passage(passage, own_vectors)

    def _add_passage(self, passage: Passage, vectors: NDArray[np.float32]) -> None:
        date = passage.session.date
        first, last = passage.pages or (None, None)
        row = self._db.execute(
            "INSERT INTO passages VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                passage.id,
                passage.document_id,
                passage.start,
                passage.end,
                passage.text,
                passage.kind,
                passage.kind,
                passage.section,
                json.dumps([list(asdict(statement).values()) for statement in passage.statements]),
                json.dumps(passage.speakers, ensure_ascii=False),
                first,
                last,
                passage.start_ms,
                passage.end_ms,
                passage.link,
                date.first_day if date else None,
                date.last_day if date else None,
                passage.session.id,
                np.ascontiguousarray(vectors, dtype="<f4").tobytes(),
            ),
        ).lastrowid
        self._db.executemany("INSERT INTO speakers VALUES (?, ?)", [(row, name) for name in passage.speakers])

    def remove(self, source: str) -> None:
        """Take a document and all that belongs to it out."""
        self._db.execute("DELETE FROM documents WHERE source = ?", (source,))

    def rename(self, moves: Sequence[tuple[str, str, str]]) -> None:
        """The same bytes are found elsewhere now: (source, new source, new root). Names may change places."""
        aside = [(f"\0{number}", old) for number, (old, _, _) in enumerate(moves)]
        self._db.executemany("UPDATE documents SET source = ? WHERE source = ?", aside)
        final = [(new, root, f"\0{number}") for number, (_, new, root) in enumerate(moves)]
        self._db.executemany("DELETE FROM documents WHERE source = ?", [(new,) for _, new, _ in moves])
        self._db.executemany("UPDATE documents SET source = ?, root = ? WHERE source = ?", final)

    def root_of(self, document_id: str) -> Path | None:
        """The folder a document was read from."""
        found = self._db.execute("SELECT root FROM documents WHERE id = ?", (document_id,)).fetchone()
        return Path(found[0]) if found else None

    def text_of(self, document_id: str) -> str | None:
        """The whole text of a document."""
        found = self._db.execute("SELECT text FROM documents WHERE id = ?", (document_id,)).fetchone()
        return str(found[0]) if found else None

    def boxes_of(self, document_id: str, start: int, end: int) -> list[Box]:
        """Where the words of a stretch of a document are drawn."""
        found = self._db.execute("SELECT boxes FROM documents WHERE id = ?", (document_id,)).fetchone()
        boxes = (Box(*values) for values in _unpacked(found[0])) if found else ()
        return [box for box in boxes if box.start < end and start < box.end]

    def pages_of(self, document_id: str) -> list[Page]:
        """The pages of a document, in order; none where it has none."""
        found = self._db.execute("SELECT pages FROM documents WHERE id = ?", (document_id,)).fetchone()
        return [Page(*values) for values in json.loads(found[0])] if found else []

    def links_of(self, document_id: str) -> list[Link]:
        """The links of a document."""
        found = self._db.execute("SELECT links FROM documents WHERE id = ?", (document_id,)).fetchone()
        return [Link(*values) for values in json.loads(found[0])] if found else []

    # ------------------------------------------------------------ passages

    def every_passage(self) -> Iterator[Passage]:
        """All passages under their own kind, shown or not, in order of source and place."""
        yield from (passage for _, passage in self._select("own_kind", "TRUE ORDER BY d.source, p.start", ()))

    def passages(self, rows: Sequence[int]) -> dict[int, Passage]:
        """Passages by row."""
        marks = ",".join("?" * len(rows))
        return dict(self._select("kind", f"p.row IN ({marks})", tuple(int(row) for row in rows)))

    def passage(self, passage_id: str) -> Passage | None:
        """A passage by its id; None if there is none."""
        found = list(self._select("kind", "p.id = ?", (passage_id,)))
        return found[0][1] if found else None

    def indexables(self) -> Iterator[Indexable]:
        """What the derived indexes are made of: every passage that is shown, with its vectors."""
        dimensions = int(self.meta("dimensions") or 0)
        blobs = self._db.execute("SELECT row, vectors FROM passages WHERE shown ORDER BY row")
        for (row, blob), (same_row, passage) in zip(
            blobs, self._select("kind", "p.shown ORDER BY p.row", ()), strict=True
        ):
            assert row == same_row
            yield Indexable(row, passage, np.frombuffer(blob, dtype="<f4").reshape(-1, dimensions))

    def show_only(self, kept: Iterable[Passage]) -> None:
        """Show these passages, each under the kind it has here, and no others."""
        self._db.execute("UPDATE passages SET shown = 0, kind = own_kind")
        self._db.executemany(
            "UPDATE passages SET shown = 1, kind = ? WHERE id = ?", [(p.kind.value, p.id) for p in kept]
        )

    def rows(self, wanted: Filter) -> NDArray[np.int64]:
        """Rows of the passages that a filter lets through."""
        conditions, values = ["p.shown"], list[Any]()
        if wanted.session is not None:
            conditions.append("p.session_id = ?")
            values.append(wanted.session)
        if wanted.kind is not None:
            conditions.append("p.kind = ?")
            values.append(wanted.kind.value)
        if wanted.since is not None:
            conditions.append("p.last_day >= ?")
            values.append(wanted.since.first_day)
        if wanted.until is not None:
            conditions.append("p.first_day <= ?")
            values.append(wanted.until.last_day)
        if wanted.speaker is not None:
            names = [name for name in self.speakers() if is_called(name, wanted.speaker)]
            conditions.append(f"p.row IN (SELECT passage FROM speakers WHERE name IN ({','.join('?' * len(names))}))")
            values += names
        query = f"SELECT p.row FROM passages p WHERE {' AND '.join(conditions)} ORDER BY p.row"
        return np.array([row for (row,) in self._db.execute(query, values)], dtype=np.int64)

    def holds_text(self, words: str) -> bool:
        """Whether some passage that is shown contains these very words."""
        query = "SELECT 1 FROM passages WHERE shown AND instr(text, ?) LIMIT 1"
        return self._db.execute(query, (words,)).fetchone() is not None

    def speakers(self) -> list[str]:
        """Everybody who is named as a speaker of some passage that is shown."""
        query = "SELECT DISTINCT name FROM speakers JOIN passages p ON p.row = passage WHERE p.shown ORDER BY name"
        return [name for (name,) in self._db.execute(query)]

    def sessions(self) -> list[SessionSummary]:
        """All sessions, newest first."""
        found: dict[str, list[tuple[Session, str]]] = {}
        for text, source in self._db.execute("SELECT session, source FROM documents ORDER BY source"):
            session = _session_from(text)
            found.setdefault(session.id, []).append((session, source))
        summaries = [
            SessionSummary(
                session=max((session for session, _ in files), key=lambda session: len(session.speakers)),
                sources=tuple(source for _, source in files),
                passages=self._count_of(session_id),
                speakers=self._speakers_of(session_id),
            )
            for session_id, files in found.items()
        ]
        return sorted(summaries, key=lambda s: (-(s.session.date.first_day if s.session.date else 0), s.session.id))

    def _count_of(self, session_id: str) -> int:
        query = "SELECT count(*) FROM passages WHERE shown AND session_id = ?"
        return int(self._db.execute(query, (session_id,)).fetchone()[0])

    def _speakers_of(self, session_id: str) -> tuple[str, ...]:
        query = (
            "SELECT DISTINCT name FROM speakers JOIN passages p ON p.row = passage "
            "WHERE p.shown AND p.session_id = ? ORDER BY name"
        )
        return tuple(name for (name,) in self._db.execute(query, (session_id,)))

    def _select(self, kind: str, condition: str, values: tuple[Any, ...]) -> Iterator[tuple[int, Passage]]:
        query = (
            f'SELECT p.row, p.id, p.document_id, d.source, d.session, p."start", p."end", p.text, p.{kind}, '
            "p.section, p.statements, p.speakers, p.first_page, p.last_page, p.start_ms, p.end_ms, p.link "
            f"FROM passages p JOIN documents d ON d.id = p.document_id WHERE {condition}"
        )
        sessions: dict[str, Session] = {}
        for row, *rest in self._db.execute(query, values):
            text = rest[3]
            if text not in sessions:
                sessions[text] = _session_from(text)
            yield int(row), _passage_from(rest, sessions[text])

    # ------------------------------------------------------------ words

    def words(self) -> list[str]:
        """The words of the archive that have a vector."""
        return [word for (word,) in self._db.execute("SELECT word FROM words ORDER BY word")]

    def word_vectors(self) -> NDArray[np.float32]:
        """Their vectors, (words, dimensions), in the order of :meth:`words`."""
        dimensions = int(self.meta("dimensions") or 0)
        blobs = [blob for (blob,) in self._db.execute("SELECT vector FROM words ORDER BY word")]
        return np.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(blobs), dimensions)

    def add_words(self, words: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Add words with their vectors, (words, dimensions)."""
        rows = [
            (word, np.ascontiguousarray(vector, dtype="<f4").tobytes())
            for word, vector in zip(words, vectors, strict=True)
        ]
        self._db.executemany("INSERT OR REPLACE INTO words VALUES (?, ?)", rows)

    def remove_words(self, words: Iterable[str]) -> None:
        """Forget words that the archive no longer holds."""
        self._db.executemany("DELETE FROM words WHERE word = ?", [(word,) for word in words])

    # ------------------------------------------------------------ derived files

    def derived_files(self) -> list[DerivedFile]:
        """The files of this generation, as they must be."""
        return [DerivedFile(*row) for row in self._db.execute("SELECT name, size, sha256 FROM derived")]

    def set_derived_files(self, files: Iterable[DerivedFile]) -> None:
        """Record the files of this generation."""
        self._db.execute("DELETE FROM derived")
        rows = [(file.name, file.size, file.sha256) for file in files]
        self._db.executemany("INSERT INTO derived VALUES (?, ?, ?)", rows)


def is_called(name: str, asked: str) -> bool:
    """Whether somebody written ``name`` may be meant by ``asked``: every word of it is one of hers.

    >>> is_called("Dr Sanjiv Ahluwalia", "sanjiv"), is_called("Göran Henriks", "goran henriks"), is_called("Ann", "An")
    (True, True, False)
    """
    wanted = set(_folded(asked).split())
    return bool(wanted) and wanted <= set(_folded(name).split())


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter if letter.isalnum() else " " for letter in plain if not unicodedata.combining(letter))


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    except sqlite3.DatabaseError as error:
        connection.close()
        if "readonly" in str(error) or "read-only" in str(error) or "unable to open" in str(error):
            return sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None, check_same_thread=False)
        raise DamagedIndex(path.parent, str(error)) from error
    return connection


def _packed(values: list[list[float]]) -> bytes:
    return zlib.compress(json.dumps(values, separators=(",", ":")).encode())


def _unpacked(blob: bytes) -> list[list[Any]]:
    return list(json.loads(zlib.decompress(blob)))


def _session_json(session: Session) -> str:
    data = {
        "id": session.id,
        "title": session.title,
        "date": str(session.date) if session.date else None,
        "speakers": [[person.name, person.role] for person in session.speakers],
        "video_url": session.video_url,
    }
    return json.dumps(data, ensure_ascii=False)


def _session_from(text: str) -> Session:
    data = json.loads(text)
    return Session(
        id=data["id"],
        title=data["title"],
        date=PartialDate.parse(data["date"]) if data["date"] else None,
        speakers=tuple(Person(*person) for person in data["speakers"]),
        video_url=data["video_url"],
    )


def _passage_from(values: Sequence[Any], session: Session) -> Passage:
    (id_, document_id, source, _, start, end, text, kind, section, statements, speakers, *places) = values
    first, last, start_ms, end_ms, link = places
    return Passage(
        id=id_,
        document_id=document_id,
        source=source,
        session=session,
        start=start,
        end=end,
        text=text,
        kind=Kind(kind),
        section=section,
        statements=tuple(Statement(*statement) for statement in json.loads(statements)),
        speakers=tuple(json.loads(speakers)),
        pages=(first, last) if first is not None else None,
        start_ms=start_ms,
        end_ms=end_ms,
        link=link,
    )
