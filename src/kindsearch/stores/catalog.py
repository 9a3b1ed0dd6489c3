"""The catalog: one SQLite file that holds documents, passages, their vectors and the generation number.

It is the only truth. Every change is one transaction; readers see the state of one commit (write-ahead log), so a
writer never blocks them. What FAISS and Tantivy hold is derived from here, see ``derived.py``.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kindsearch.errors import DamagedIndex, IncompatibleIndex, NoIndex
from kindsearch.stores.packing import (
    PASSAGE_COLUMNS,
    boxes_blob,
    boxes_from,
    extent_from,
    links_from,
    links_json,
    pages_from,
    pages_json,
    passage_from,
    session_from,
    session_json,
    statements_json,
    units_blob,
    units_from,
)
from kindsearch.stores.words import words_in
from kindsearch.types import Box, Document, Extent, Kind, Link, Page, PartialDate, Passage, Session, Span, extent_of

FILE = "catalog.sqlite"
FORMAT = "5"
WHOLE, STATEMENT = 0, 1  # what a vector is of: a whole written passage, or a statement of any
_BUSY_SECONDS = 30
_UNWIPED = "unwiped"
_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (  -- without a source: read and embedded, but not yet part of the archive
    id TEXT PRIMARY KEY, source TEXT, root TEXT, notes TEXT, described TEXT NOT NULL, session TEXT,
    session_id TEXT, origin_ms INTEGER, text TEXT NOT NULL, units BLOB NOT NULL, boxes BLOB NOT NULL,
    links TEXT NOT NULL, pages TEXT NOT NULL, by_the_clock INTEGER NOT NULL, private_messages INTEGER NOT NULL,
    kinds TEXT NOT NULL, first_ms INTEGER, last_ms INTEGER, speakers TEXT NOT NULL,
    redacted TEXT NOT NULL, illustrative INTEGER NOT NULL
);
CREATE TABLE unfinished (text_sha256 BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE passages (
    row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    document_id TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
    "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL,
    own_kind TEXT NOT NULL, kind TEXT NOT NULL, shown INTEGER NOT NULL,
    section TEXT NOT NULL, statements TEXT NOT NULL, speakers TEXT NOT NULL,
    first_page INTEGER, last_page INTEGER, start_ms INTEGER, end_ms INTEGER, link TEXT, session_id TEXT NOT NULL,
    text_words TEXT NOT NULL, context_words TEXT NOT NULL, telling BLOB  -- of what was written, see repeats.py
);
CREATE INDEX passages_in_order ON passages(document_id, "start", "end", shown, kind);
CREATE INDEX passages_written ON passages(row) WHERE telling IS NOT NULL;
CREATE INDEX passages_with_link ON passages(row) WHERE link IS NOT NULL;
CREATE INDEX passages_by_session ON passages(session_id);
CREATE TABLE vectors (
    document_id TEXT PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE,
    places BLOB NOT NULL, vectors BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE speakers (
    passage INTEGER NOT NULL REFERENCES passages(row) ON DELETE CASCADE, name TEXT NOT NULL,
    PRIMARY KEY (name, passage)
) WITHOUT ROWID;
CREATE INDEX speakers_by_passage ON speakers(passage);
CREATE TABLE people (
    session_id TEXT NOT NULL, name TEXT NOT NULL, person TEXT NOT NULL, PRIMARY KEY (session_id, name)
) WITHOUT ROWID;
CREATE TABLE forgotten (
    fingerprint TEXT NOT NULL, place TEXT NOT NULL, person TEXT NOT NULL, words_stay INTEGER NOT NULL,
    PRIMARY KEY (fingerprint, place)
) WITHOUT ROWID;
CREATE TABLE words (word TEXT PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE derived (name TEXT PRIMARY KEY, size INTEGER NOT NULL, sha256 TEXT NOT NULL) WITHOUT ROWID;
"""

# Made when something is rated first, so that an index made before there was such a thing stays what it is.
_RATINGS = """
CREATE TABLE IF NOT EXISTS ratings (
    question TEXT NOT NULL, passage_id TEXT NOT NULL, document_id TEXT NOT NULL, source TEXT NOT NULL,
    "start" INTEGER NOT NULL, "end" INTEGER NOT NULL, first_page INTEGER, last_page INTEGER,
    start_ms INTEGER, end_ms INTEGER, helpful INTEGER NOT NULL, remark TEXT, rated_at TEXT NOT NULL,
    PRIMARY KEY (question, passage_id)
) WITHOUT ROWID
"""


# Made when a file is left out first, for the same reason.
_LEFT_OUT = """
CREATE TABLE IF NOT EXISTS left_out (
    root TEXT NOT NULL, source TEXT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (root, source)
) WITHOUT ROWID
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

    @property
    def path(self) -> Path:
        """The file it was read from."""
        return Path(self.root) / self.source


@dataclass(frozen=True)
class Filing:
    """What is known of a document beside its contents.

    ``described`` is what the file says of its session, ``session`` what all files of the meeting say together;
    ``notes`` are the notes about it, as JSON; ``origin_ms`` is the clock time of the session's time 0 in a chat;
    ``speakers`` are the names of those who speak in it, as it writes them; ``redacted`` says with what knowledge of
    people who are to be forgotten it was last gone through.
    """

    document_id: str
    source: str
    root: str
    notes: str | None
    described: Session
    session: Session
    origin_ms: int | None
    extent: Extent
    by_the_clock: bool
    speakers: tuple[str, ...]
    redacted: str


@dataclass(frozen=True)
class PersonSummary:
    """A person with the names she is written by and what the archive holds of her: session ids, passages.

    ``id`` tells her from others of one name: see :mod:`kindsearch.people`.
    """

    id: str
    name: str
    spellings: tuple[str, ...]
    sessions: tuple[str, ...]
    passages: int


@dataclass(frozen=True)
class LeftOut:
    """A file that could not be read when it was looked at last, below the folder ``root``, and why."""

    source: str
    root: str
    reason: str

    @property
    def path(self) -> Path:
        """Where it is."""
        return Path(self.root) / self.source


@dataclass(frozen=True)
class Rating:
    """What somebody said of a passage that was shown for a question: whether it helped, and a remark if she made one.

    The place is kept, never the words: ``start`` and ``end`` are offsets of the document, pages and times as in
    :class:`~kindsearch.types.Passage`. ``rated_at`` is in UTC, ISO 8601.
    """

    question: str
    passage_id: str
    document_id: str
    source: str
    start: int
    end: int
    pages: tuple[int, int] | None
    start_ms: int | None
    end_ms: int | None
    helpful: bool
    remark: str | None
    rated_at: str


@dataclass(frozen=True)
class FileSummary:
    """A file of the archive: its session, its pages, and what of a meeting it holds, as in :class:`Filing`."""

    document_id: str
    source: str
    session_id: str
    by_the_clock: bool
    pages: tuple[Page, ...]
    extent: Extent


@dataclass(frozen=True)
class Embeddings:
    """The vectors of a document: ``vectors`` (n, dimensions) float32, ``places`` (n, 3) int64, what each is of.

    A place is an offset where it begins, one where it ends, and WHOLE or STATEMENT.
    Places ascend, so that a passage stands before its statements.
    """

    places: NDArray[np.int64]
    vectors: NDArray[np.float32]


@dataclass(frozen=True)
class Indexable:
    """What the derived indexes need of a document: its passages that are shown, in order, each with its row.

    ``words`` are (those of its text, those of its context) of each passage, repeats included.
    """

    rows: tuple[int, ...]
    passages: tuple[Passage, ...]
    words: tuple[tuple[list[str], list[str]], ...]
    embeddings: Embeddings


@dataclass(frozen=True)
class Standing:
    """Whether a passage is shown, and as which kind, beside its own; with what it is put in order by."""

    id: str
    document_id: str
    session_id: str
    source: str
    start: int
    has_pages: bool
    own_kind: Kind
    kind: Kind
    shown: bool


_STANDING = (
    'SELECT p.telling, p.id, p.document_id, p.session_id, d.source, p."start", p.first_page IS NOT NULL, p.own_kind, '
    "p.kind, p.shown FROM passages p JOIN documents d ON d.id = p.document_id"
)


def _standing(values: Sequence[Any]) -> Standing:
    id_, document_id, session_id, source, start, has_pages, own_kind, kind, shown = values
    return Standing(
        id_, document_id, session_id, source, start, bool(has_pages), Kind(own_kind), Kind(kind), bool(shown)
    )


@dataclass(frozen=True)
class SessionSummary:
    """A session with what the archive holds of it."""

    session: Session
    sources: tuple[str, ...]
    passages: int
    speakers: tuple[str, ...]


@dataclass(frozen=True)
class Resource:
    """Something that was recommended: one link, or one thing named without a link, in the passage that tells of it.

    ``speaker`` is whom the source names for it, None where it names nobody; ``start`` is where the link begins in the
    document, or the passage where there is none.
    """

    passage: Passage
    link: str | None
    speaker: str | None
    start: int


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
            "documents": "SELECT count(*) FROM documents WHERE source IS NOT NULL",
            "passages": "SELECT count(*) FROM passages WHERE shown",
            "sessions": "SELECT count(DISTINCT session_id) FROM documents WHERE source IS NOT NULL",
        }
        return {name: int(self._db.execute(query).fetchone()[0]) for name, query in queries.items()}

    # ------------------------------------------------------------ documents

    def places(self) -> dict[str, DocumentPlace]:
        """Document id -> where it was found, in order of source."""
        query = "SELECT source, root, id FROM documents WHERE source IS NOT NULL ORDER BY source, root"
        return {id_: DocumentPlace(source, root, id_) for source, root, id_ in self._db.execute(query)}

    def filings(self) -> list[Filing]:
        """All documents of the archive, by source, without their contents."""
        query = (
            "SELECT id, source, root, notes, described, session, origin_ms, kinds, first_ms, last_ms, by_the_clock, "
            "speakers, redacted FROM documents WHERE source IS NOT NULL ORDER BY source, root"
        )
        return [
            Filing(
                document_id=id_,
                source=source,
                root=root,
                notes=notes,
                described=session_from(described),
                session=session_from(session),
                origin_ms=origin_ms,
                extent=extent_from(*extent),
                by_the_clock=bool(by_the_clock),
                speakers=tuple(json.loads(speakers)),
                redacted=redacted,
            )
            for id_, source, root, notes, described, session, origin_ms, *extent, by_the_clock, speakers, redacted in (
                self._db.execute(query)
            )
        ]

    def add(
        self,
        document: Document,
        root: str,
        passages: Sequence[Passage],
        embeddings: Embeddings,
        *,
        described: Session | None = None,
        origin_ms: int | None = None,
    ) -> None:
        """Add a document, or put it anew, with its passages and their vectors.

        ``document.session`` is the session it belongs to, ``described`` what the file itself says of it.
        """
        self._write_document(document, described or document.session)
        self._db.execute(
            "UPDATE documents SET source = ?, root = ?, session = ?, session_id = ?, origin_ms = ? WHERE id = ?",
            (document.source, root, session_json(document.session), document.session.id, origin_ms, document.id),
        )
        for passage in passages:
            self._add_passage(passage)
        places, vectors = (
            np.ascontiguousarray(array, dtype=form).tobytes()
            for array, form in ((embeddings.places, "<i8"), (embeddings.vectors, "<f4"))
        )
        self._db.execute("INSERT INTO vectors VALUES (?, ?, ?)", (document.id, places, vectors))

    def _write_document(self, document: Document, described: Session) -> None:
        extent = extent_of(document)
        self._db.execute("DELETE FROM documents WHERE id = ?", (document.id,))
        self._db.execute(
            "INSERT INTO documents VALUES "
            "(?, NULL, NULL, NULL, ?, NULL, NULL, NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0)",
            (
                document.id,
                session_json(described),
                document.text,
                units_blob(document.units),
                boxes_blob(document.boxes),
                links_json(document.links),
                pages_json(document.pages),
                document.by_the_clock,
                document.private_messages,
                json.dumps(sorted(extent.kinds)),
                extent.first_ms,
                extent.last_ms,
                json.dumps(sorted(document.speakers), ensure_ascii=False),
            ),
        )

    def document(self, document_id: str) -> Document | None:
        """A document as it was read, its session as the file describes it; None if there is none."""
        query = (
            "SELECT source, described, text, units, boxes, links, pages, by_the_clock, private_messages, "
            "kinds, first_ms, last_ms FROM documents WHERE id = ?"
        )
        found = self._db.execute(query, (document_id,)).fetchone()
        if found is None:
            return None
        source, described, text, units, boxes, links, pages, by_the_clock, private_messages, *extent = found
        return Document(
            id=document_id,
            source=source or "",
            session=session_from(described),
            text=text,
            units=units_from(units),
            boxes=boxes_from(boxes),
            links=links_from(links),
            pages=pages_from(pages),
            by_the_clock=bool(by_the_clock),
            private_messages=private_messages,
            extent=extent_from(*extent),
        )

    # ------------------------------------------------------------ unfinished work

    def keep(self, document: Document) -> None:
        """Remember a document that was read, before it becomes part of the archive."""
        self._write_document(document, document.session)

    def keep_vectors(self, vectors: Mapping[str, NDArray[np.float32]]) -> None:
        """Remember the vectors of texts, (dimensions,) each."""
        self._db.executemany(
            "INSERT OR REPLACE INTO unfinished VALUES (?, ?)",
            [(_digest(text), np.ascontiguousarray(vector, dtype="<f4").tobytes()) for text, vector in vectors.items()],
        )

    def unfinished(self) -> frozenset[str]:
        """Ids of the documents that an ingest read, but did not come to finish."""
        return frozenset(id_ for (id_,) in self._db.execute("SELECT id FROM documents WHERE source IS NULL"))

    def unfinished_vectors(self, texts: Iterable[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors that are kept of these texts."""
        found = {}
        for text in texts:
            row = self._db.execute("SELECT vector FROM unfinished WHERE text_sha256 = ?", (_digest(text),)).fetchone()
            if row:
                found[text] = np.frombuffer(row[0], dtype="<f4")
        return found

    def forget_unfinished(self) -> None:
        """Drop what is left of unfinished work."""
        self._db.execute("DELETE FROM unfinished")
        self._db.execute("DELETE FROM documents WHERE source IS NULL")

    # ------------------------------------------------------------ what is in a document

    def _add_passage(self, passage: Passage) -> None:
        first, last = passage.pages or (None, None)
        row = self._db.execute(
            "INSERT INTO passages VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
            (
                passage.id,
                passage.document_id,
                passage.start,
                passage.end,
                passage.text,
                passage.kind,
                passage.kind,
                passage.section,
                statements_json(passage.statements),
                json.dumps(passage.speakers, ensure_ascii=False),
                first,
                last,
                passage.start_ms,
                passage.end_ms,
                passage.link,
                passage.session.id,
                " ".join(_words_of(passage)),
                " ".join(words_in(passage.context)),
            ),
        ).lastrowid
        self._db.executemany("INSERT INTO speakers VALUES (?, ?)", [(row, name) for name in passage.speakers])

    def remove(self, document_id: str) -> None:
        """Take a document and all that belongs to it out."""
        self._db.execute("DELETE FROM documents WHERE id = ?", (document_id,))

    def annotate(self, document_id: str, notes: str | None, *, redacted: str = "", illustrative: bool = False) -> None:
        """Set the notes about a document, what :class:`Filing` says of ``redacted``, and whether it is illustrative."""
        query = "UPDATE documents SET notes = ?, redacted = ?, illustrative = ? WHERE id = ?"
        self._db.execute(query, (notes, redacted, illustrative, document_id))

    def move(self, document_id: str, source: str, root: str) -> None:
        """The same bytes are found elsewhere now."""
        self._db.execute("UPDATE documents SET source = ?, root = ? WHERE id = ?", (source, root, document_id))

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
        boxes = boxes_from(found[0]) if found else ()
        return [box for box in boxes if box.start < end and start < box.end]

    def pages_of(self, document_id: str) -> list[Page]:
        """The pages of a document, in order; none where it has none."""
        found = self._db.execute("SELECT pages FROM documents WHERE id = ?", (document_id,)).fetchone()
        return list(pages_from(found[0])) if found else []

    def links_of(self, document_id: str) -> list[Link]:
        """The links of a document."""
        found = self._db.execute("SELECT links FROM documents WHERE id = ?", (document_id,)).fetchone()
        return list(links_from(found[0])) if found else []

    def spans_of(self, document_id: str) -> list[Span]:
        """What was said in a document, in order, with who said it and when."""
        found = self._db.execute("SELECT units FROM documents WHERE id = ?", (document_id,)).fetchone()
        return [span for unit in units_from(found[0]) for span in unit.spans] if found else []

    # ------------------------------------------------------------ passages

    def passages_of(self, document_id: str) -> list[Passage]:
        """All passages of a document under their own kind, shown or not, in order."""
        return [p for _, p in self._select("own_kind", "d.id = ? ORDER BY p.start, p.end", (document_id,))]

    def embeddings_of(self, document_id: str) -> Embeddings | None:
        """The vectors of a document; None where it is not part of the archive."""
        query = "SELECT places, vectors FROM vectors WHERE document_id = ?"
        found = self._db.execute(query, (document_id,)).fetchone()
        if found is None:
            return None
        places, vectors = np.frombuffer(found[0], dtype="<i8"), np.frombuffer(found[1], dtype="<f4")
        return Embeddings(places.reshape(-1, 3), vectors.reshape(-1, int(self.meta("dimensions") or 0)))

    def set_statements(self, passage: Passage) -> None:
        """Write the statements and the times of a passage anew."""
        self._db.execute(
            "UPDATE passages SET statements = ?, start_ms = ?, end_ms = ? WHERE id = ?",
            (statements_json(passage.statements), passage.start_ms, passage.end_ms, passage.id),
        )

    def passages(self, rows: Sequence[int]) -> dict[int, Passage]:
        """Passages by row."""
        wanted = json.dumps([int(row) for row in rows])
        return dict(self._select("kind", "p.row IN (SELECT value FROM json_each(?))", (wanted,)))

    def texts(self, rows: Sequence[int]) -> list[str]:
        """The texts of passages, by row, in order."""
        query = "SELECT text FROM passages WHERE row IN (SELECT value FROM json_each(?)) ORDER BY row"
        return [text for (text,) in self._db.execute(query, (json.dumps(list(rows)),))]

    def rows_with_link(self) -> list[int]:
        """The rows of the passages that are shown and have a link, ascending."""
        return [
            row for (row,) in self._db.execute("SELECT row FROM passages WHERE link IS NOT NULL AND shown ORDER BY row")
        ]

    def passage(self, passage_id: str) -> Passage | None:
        """A passage by its id; None if there is none."""
        found = list(self._select("kind", "p.id = ?", (passage_id,)))
        return found[0][1] if found else None

    def shown(self) -> dict[str, list[tuple[int, str]]]:
        """Document id -> (row, kind) of its passages that are shown, in order."""
        query = 'SELECT document_id, row, kind FROM passages WHERE shown ORDER BY document_id, "start", "end"'
        found: dict[str, list[tuple[int, str]]] = {}
        for document_id, row, kind in self._db.execute(query):
            found.setdefault(document_id, []).append((row, kind))
        return found

    def illustrative(self) -> frozenset[str]:
        """Ids of the documents that were made up or retold for demonstration."""
        return frozenset(id_ for (id_,) in self._db.execute("SELECT id FROM documents WHERE illustrative"))

    def indexable(self, document_id: str) -> Indexable:
        """What the derived indexes need of a document of the archive."""
        shown = dict(self._select("kind", 'd.id = ? AND p.shown ORDER BY p."start", p."end"', (document_id,)))
        words = {
            row: (text.split(), context.split())
            for row, text, context in self._db.execute(
                "SELECT row, text_words, context_words FROM passages WHERE document_id = ?", (document_id,)
            )
        }
        embeddings = self.embeddings_of(document_id)
        assert embeddings is not None
        return Indexable(tuple(shown), tuple(shown.values()), tuple(words[row] for row in shown), embeddings)

    # ------------------------------------------------------------ which passages are shown

    def set_telling(self, telling: Mapping[str, bytes]) -> None:
        """Keep what written passages are told apart by, under their ids (``repeats.py``)."""
        rows = [(blob, id_) for id_, blob in telling.items()]
        self._db.executemany("UPDATE passages SET telling = ? WHERE id = ?", rows)

    def written(self) -> list[tuple[Standing, bytes]]:
        """All written passages, shown or not, in no order, with what they are told apart by."""
        rows = self._db.execute(f"{_STANDING} WHERE p.telling IS NOT NULL")
        return [(_standing(values), telling) for telling, *values in rows]

    def standing_in(self, session_id: str) -> list[Standing]:
        """All passages of a session, shown or not, in no order."""
        rows = self._db.execute(f"{_STANDING} WHERE p.session_id = ?", (session_id,))
        return [_standing(values) for _, *values in rows]

    def passages_in(self, session_id: str) -> list[Passage]:
        """All passages of a session under their own kind, shown or not, in no order."""
        return [passage for _, passage in self._select("own_kind", "p.session_id = ?", (session_id,))]

    def texts_of(self, passage_ids: Sequence[str]) -> dict[str, str]:
        """Passage id -> text."""
        query = f"SELECT id, text FROM passages WHERE id IN ({','.join('?' * len(passage_ids))})"
        return dict(self._db.execute(query, tuple(passage_ids)).fetchall())

    def show(self, passages: Mapping[str, tuple[bool, Kind]]) -> None:
        """Passage id -> whether it is shown from now on, and as which kind."""
        rows = [(shown, kind.value, id_) for id_, (shown, kind) in passages.items()]
        self._db.executemany("UPDATE passages SET shown = ?, kind = ? WHERE id = ?", rows)

    # ------------------------------------------------------------ people and sessions

    def session_list(self) -> tuple[tuple[str, str, PartialDate | None], ...]:
        """The sessions of the archive as (id, title, date), newest first."""
        return tuple((session.id, session.title, session.date) for session in self.every_session())

    def every_session(self) -> list[Session]:
        """The sessions of the archive, newest first, without what it holds of them."""
        texts = self._db.execute("SELECT DISTINCT session FROM documents WHERE source IS NOT NULL")
        found = {session.id: session for session in (session_from(text) for (text,) in texts)}
        return sorted(found.values(), key=_newest_first)

    def set_people(self, person_of: Mapping[tuple[str, str], str]) -> None:
        """Who is who: (session id, name as written) -> person."""
        self._db.execute("DELETE FROM people")
        rows = [(session_id, name, person) for (session_id, name), person in sorted(person_of.items())]
        self._db.executemany("INSERT INTO people VALUES (?, ?, ?)", rows)

    def person_of(self) -> dict[tuple[str, str], str]:
        """What :meth:`set_people` was given."""
        rows = self._db.execute("SELECT session_id, name, person FROM people")
        return {(session_id, name): person for session_id, name, person in rows}

    def sources_of_sessions(self) -> list[tuple[Session, tuple[str, ...]]]:
        """All sessions, newest first, with the sources of their files."""
        found: dict[str, tuple[Session, list[str]]] = {}
        query = "SELECT session, source FROM documents WHERE source IS NOT NULL ORDER BY source"
        for text, source in self._db.execute(query):
            session = session_from(text)
            found.setdefault(session.id, (session, []))[1].append(source)
        in_order = sorted(found.values(), key=lambda of: _newest_first(of[0]))
        return [(session, tuple(sources)) for session, sources in in_order]

    def files(self) -> list[FileSummary]:
        """The files of the archive, by source."""
        query = (
            "SELECT id, source, session_id, by_the_clock, pages, kinds, first_ms, last_ms FROM documents "
            "WHERE source IS NOT NULL ORDER BY source, root"
        )
        return [
            FileSummary(id_, source, session_id, bool(by_the_clock), pages_from(pages), extent_from(*extent))
            for id_, source, session_id, by_the_clock, pages, *extent in self._db.execute(query)
        ]

    def _select(self, kind: str, condition: str, values: tuple[Any, ...]) -> Iterator[tuple[int, Passage]]:
        query = (
            f"SELECT p.row, p.{kind}, d.session, {PASSAGE_COLUMNS} "
            f"FROM passages p JOIN documents d ON d.id = p.document_id WHERE {condition}"
        )
        found = self._db.execute(query, values).fetchall()
        people = self._people_in({session_from(text).id for _, _, text, *_ in found})
        for row, own_kind, text, *rest in found:
            session = session_from(text)
            yield int(row), passage_from(rest, own_kind, session, people[session.id])

    def _people_in(self, session_ids: Iterable[str]) -> dict[str, dict[str, str]]:
        """Of each of these sessions who its people are, by the names they are written by."""
        people: dict[str, dict[str, str]] = {session_id: {} for session_id in session_ids}
        query = "SELECT session_id, name, person FROM people WHERE session_id IN (SELECT value FROM json_each(?))"
        for session_id, name, person in self._db.execute(query, (json.dumps(list(people)),)):
            people[session_id][name] = person
        return people

    # ------------------------------------------------------------ people to be forgotten

    def forgotten(self) -> dict[tuple[str, str], tuple[str, bool]]:
        """What :meth:`remember_forgotten` was given."""
        rows = self._db.execute("SELECT fingerprint, place, person, words_stay FROM forgotten")
        return {(fingerprint, place): (person, bool(stay)) for fingerprint, place, person, stay in rows}

    def remember_forgotten(self, entries: Mapping[tuple[str, str], tuple[str, bool]]) -> None:
        """(Fingerprint of a name, id of the document in which it holds or empty) -> whose it is, whether words stay."""
        rows = [(*key, *who) for key, who in entries.items()]
        self._db.executemany("INSERT OR REPLACE INTO forgotten VALUES (?, ?, ?, ?)", rows)

    def to_be_wiped(self) -> None:
        """Remember that something was taken out of which nothing may be left, until :meth:`wipe` could do it."""
        self.set_meta(_UNWIPED, "")

    def wipe(self) -> None:
        """Leave nothing of what was taken out in the log beside the file; in the file it is overwritten.

        A reader in the middle of a question keeps that from being done; it is done the next time then.
        """
        if self.meta(_UNWIPED) is None:
            return
        busy, *_ = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy:
            self._db.execute("DELETE FROM meta WHERE key = ?", (_UNWIPED,))

    # ------------------------------------------------------------ files that are left out

    def left_out(self) -> list[LeftOut]:
        """The files that could not be read, by source."""
        if not self._has("left_out"):
            return []
        rows = self._db.execute("SELECT source, root, reason FROM left_out ORDER BY source, root")
        return [LeftOut(*row) for row in rows]

    def set_left_out(self, files: Iterable[LeftOut]) -> None:
        """Keep these files and no others."""
        rows = [(file.root, file.source, file.reason) for file in files]
        if rows or self._has("left_out"):
            self._db.execute(_LEFT_OUT)
            self._db.execute("DELETE FROM left_out")
            self._db.executemany("INSERT INTO left_out VALUES (?, ?, ?)", rows)

    def _has(self, table: str) -> bool:
        return self._db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None

    # ------------------------------------------------------------ ratings

    def ratings(self) -> list[Rating]:
        """What was rated, by question."""
        if not self._has("ratings"):
            return []
        rows = self._db.execute("SELECT * FROM ratings ORDER BY question, rated_at, passage_id")
        return [
            Rating(
                question=question,
                passage_id=passage_id,
                document_id=document_id,
                source=source,
                start=start,
                end=end,
                pages=None if first is None else (first, last),
                start_ms=start_ms,
                end_ms=end_ms,
                helpful=bool(helpful),
                remark=remark,
                rated_at=rated_at,
            )
            for (
                question, passage_id, document_id, source, start, end, first, last, start_ms, end_ms, helpful, remark,
                rated_at,
            ) in rows
        ]  # fmt: skip

    def add_rating(self, rating: Rating) -> None:
        """Keep a rating, in place of one of the same passage for the same question."""
        self._db.execute(_RATINGS)
        first, last = rating.pages or (None, None)
        place = (rating.question, rating.passage_id, rating.document_id, rating.source, rating.start, rating.end)
        said = (rating.helpful, rating.remark, rating.rated_at)
        self._db.execute(
            "INSERT OR REPLACE INTO ratings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*place, first, last, rating.start_ms, rating.end_ms, *said),
        )

    def set_ratings(self, ratings: Iterable[Rating]) -> None:
        """Keep these ratings and no others."""
        self._db.execute(_RATINGS)
        self._db.execute("DELETE FROM ratings")
        for rating in ratings:
            self.add_rating(rating)

    # ------------------------------------------------------------ words

    def words_of(self, document_ids: Iterable[str]) -> set[str]:
        """The words of the passages of these documents that are shown, and of their contexts."""
        query = "SELECT text_words, context_words FROM passages WHERE document_id = ? AND shown"
        return {
            word
            for document_id in document_ids
            for pair in self._db.execute(query, (document_id,))
            for words in pair
            for word in words.split()
        }

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


def _newest_first(session: Session) -> tuple[int, str]:
    return (-session.date.first_day if session.date else 0), session.id


def _words_of(passage: Passage) -> list[str]:
    """The words of a passage; of speech, the names of those who speak as well, each time they begin to."""
    if passage.kind != Kind.TRANSCRIPT:
        return words_in(passage.text)
    voices = [name for name, _ in groupby(statement.speaker for statement in passage.statements) if name]
    return words_in(" ".join([*voices, passage.text]))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")  # what is taken out is overwritten, not left in free pages
    except sqlite3.DatabaseError as error:
        connection.close()
        if "readonly" in str(error) or "read-only" in str(error) or "unable to open" in str(error):
            return sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None, check_same_thread=False)
        raise DamagedIndex(path.parent, str(error)) from error
    return connection
