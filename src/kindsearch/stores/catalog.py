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
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from kindsearch.errors import DamagedIndex, IncompatibleIndex, KindSearchError, NoIndex
from kindsearch.stores import durable, sealing
from kindsearch.stores.holdings import (
    DerivedFile,
    DocumentPlace,
    Embeddings,
    FileSummary,
    Filing,
    Indexable,
    LeftOut,
    Rating,
    Standing,
)
from kindsearch.stores.packing import (
    PASSAGE_COLUMNS,
    Origin,
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
from kindsearch.stores.schema import (
    FILE,
    FORMAT,
    Connection,
    FileIdentity,
    connect,
    create,
    fill,
    foreign_errors,
    identity_of,
)
from kindsearch.stores.sealing import SHOWN, is_shown_whole, is_whole, seal_of, sealed
from kindsearch.stores.words import words_in
from kindsearch.types import Box, Document, Kind, Link, Page, PartialDate, Passage, Session, Span, extent_of

_PASSAGE = f"document_id, {PASSAGE_COLUMNS}, {is_whole('passages')} AND {is_shown_whole()}"
ORIGINS_KEPT = 1_000  # documents whose passages were read last
_KINDS = frozenset(Kind)
_Row = TypeVar("_Row")
_UNWIPED, _OWED = "unwiped", "receipt"
_STANDING = (
    'SELECT p.telling, p.id, p.document_id, p.session_id, d.source, p."start", p.first_page IS NOT NULL, p.own_kind, '
    f"p.kind, p.shown, {is_shown_whole('p')} FROM passages p JOIN documents d ON d.id = p.document_id"
)


def _standing(values: Sequence[Any]) -> Standing:
    id_, document_id, session_id, source, start, has_pages, own_kind, kind, shown = values
    return Standing(
        id_, document_id, session_id, source, start, bool(has_pages), Kind(own_kind), Kind(kind), bool(shown)
    )


class Catalog:
    """A connection to the catalog. One for each thread: connections are not shared.

    ``file`` is the file it was opened as, which may be deleted or replaced later: see :func:`identity_of`. None for one
    in memory.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection, file: FileIdentity | None) -> None:
        self.folder, self.file = folder, file
        self._db = connection
        self._origins: dict[str, Origin] = {}  # of documents, by id
        self._as_of: tuple[int, int] | None = None  # of what commit, and what of our own changes

    # ------------------------------------------------------------ open and close

    @classmethod
    def open(cls, folder: Path) -> Catalog:
        """Open an existing catalog. Raises NoIndex, DamagedIndex, IncompatibleIndex."""
        with foreign_errors(folder):
            file = identity_of(folder)  # before it is opened: if another takes its place now, that is noticed
            if file is None:
                raise NoIndex(folder)
            catalog = cls(folder, connect(folder / FILE), file)
        try:
            with foreign_errors(folder):
                catalog._check_format()
        except KindSearchError:
            catalog.close()
            raise
        return catalog

    def _check_format(self) -> None:
        """Look at what every other format has, too."""
        found = self._db.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
        if found is None or found[0] != FORMAT:
            raise IncompatibleIndex(self.folder, "catalog format", str(found and found[0]), FORMAT)

    @classmethod
    def create(cls, folder: Path) -> Catalog:
        """Open the catalog of ``folder``, making an empty one if there is none."""
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / FILE).is_file():
            with foreign_errors(folder):
                create(folder)
        return cls.open(folder)

    @classmethod
    def in_memory(cls, folder: Path) -> Catalog:
        """An empty catalog as ``folder`` would get one, of which nothing is on the disk."""
        connection: sqlite3.Connection = sqlite3.connect(":memory:", isolation_level=None, factory=Connection)
        fill(connection)
        return cls(folder, connection, None)

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
            durable.commit(self._db)
        except BaseException:
            self._as_of = None  # what is taken back counts as no change
            if self._db.in_transaction:  # after some errors SQLite has gone back by itself
                self._db.execute("ROLLBACK")
            raise

    def check(self) -> None:
        """Go through all that there is, which takes time in proportion to it. Raises DamagedIndex."""
        with foreign_errors(self.folder):
            (found,) = self._db.execute("PRAGMA integrity_check(1)").fetchone()
            if found != "ok":
                raise DamagedIndex(self.folder, found)
            if self._db.execute("PRAGMA foreign_key_check").fetchone():
                raise DamagedIndex(self.folder, "documents are missing that were there")
            for table in sealing.SEALED:
                self._whole(self._db.execute(f"SELECT min({is_whole(table)}) IS NOT 0 FROM {table}").fetchone())
            self._whole(self._db.execute(f"SELECT min({is_shown_whole()}) IS NOT 0 FROM passages").fetchone())
            self.ratings(), self.left_out()
            self._whole(
                self._db.execute("SELECT min(sealed(id, text) IS text_seal) IS NOT 0 FROM documents").fetchone()
            )
            for units, boxes in self._db.execute("SELECT units, boxes FROM documents"):
                units_from(units), boxes_from(boxes)

    def copy_to(self, path: Path) -> None:
        """Copy one commit of the catalog into a new file, while others may write on."""
        copy = sqlite3.connect(path, isolation_level=None)
        try:
            self._db.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
        finally:
            copy.close()

    def become(self, other: Catalog) -> None:
        """Take over all that another catalog holds, in one transaction; who reads goes on reading what was."""
        durable.step()
        self._as_of = None
        other._db.backup(self._db)

    # ------------------------------------------------------------ small facts

    def meta(self, key: str) -> str | None:
        """A fact about the index: ``format``, ``generation``, ``encoder``, ``dimensions``, ``analyser``."""
        query = f"SELECT value, {is_whole('meta', key='?1')} FROM meta WHERE key = ?1"
        found = self._whole(self._db.execute(query, (key,)).fetchone())
        return str(found[0]) if found else None

    def set_meta(self, key: str, value: str) -> None:
        """Record a fact about the index."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?1, ?2, sealed(?1, ?2))", (key, value))

    def unset_meta(self, key: str) -> None:
        """Forget a fact about the index."""
        self._db.execute("DELETE FROM meta WHERE key = ?", (key,))

    def _whole(self, row: Sequence[Any] | None) -> Sequence[Any] | None:
        """A row whose last value says whether it is as it was sealed, without that. Raises DamagedIndex."""
        if row is None:
            return None
        *values, whole = row
        if not whole:
            raise DamagedIndex(self.folder, "what it holds was changed from outside, or by a fault of the disk")
        return values

    def _whole_rows(self, query: str, values: Sequence[Any] = ()) -> Iterator[Sequence[Any]]:
        """The rows of a query whose last column says whether they are whole. Raises DamagedIndex."""
        for row in self._db.execute(query, values):
            yield self._whole(row) or ()

    def _count(self, table: str) -> None:
        """Remember how many rows a table has: one that came to be empty has none that are not whole."""
        self.set_meta(table, str(self._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]))

    def _all_of(self, table: str, rows: list[_Row]) -> list[_Row]:
        """All rows of a table that are counted. Raises DamagedIndex where there are more or fewer."""
        if len(rows) != int(self.meta(table) or 0):
            raise DamagedIndex(self.folder, f"{table.replace('_', ' ')}: not as many as there were")
        return rows

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

    def private_messages(self) -> int:
        """How many messages of saved chats were not for everyone: they are in no text."""
        query = "SELECT coalesce(sum(private_messages), 0) FROM documents WHERE source IS NOT NULL"
        return int(self._db.execute(query).fetchone()[0])

    # ------------------------------------------------------------ documents

    def places(self) -> dict[str, DocumentPlace]:
        """Document id -> where it was found, in order of source."""
        query = (
            f"SELECT source, root, id, {is_whole('documents')} FROM documents WHERE source IS NOT NULL "
            "ORDER BY source, root"
        )
        return {id_: DocumentPlace(source, root, id_) for source, root, id_ in self._whole_rows(query)}

    def filings(self) -> list[Filing]:
        """All documents of the archive, by source, without their contents."""
        query = (
            "SELECT id, source, root, notes, described, session, origin_ms, kinds, first_ms, last_ms, by_the_clock, "
            f"speakers, redacted, {is_whole('documents')} FROM documents WHERE source IS NOT NULL ORDER BY source, root"
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
                self._whole_rows(query)
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
            "UPDATE documents SET source = ?, root = ?, session = ?, session_id = ?, origin_ms = ?, passages = ? "
            "WHERE id = ?",
            (
                document.source,
                root,
                session_json(document.session),
                document.session.id,
                origin_ms,
                len(passages),
                document.id,
            ),
        )
        self._seal("documents", "id", document.id)
        for passage in passages:
            self._add_passage(passage)
        places, vectors = (
            np.ascontiguousarray(array, dtype=form).tobytes()
            for array, form in ((embeddings.places, "<i8"), (embeddings.vectors, "<f4"))
        )
        values = (document.id, places, vectors)
        self._db.execute("INSERT INTO vectors VALUES (?1, ?2, ?3, sealed(?1, ?2, ?3))", values)

    def _write_document(self, document: Document, described: Session) -> None:
        extent = extent_of(document)
        self._db.execute("DELETE FROM documents WHERE id = ?", (document.id,))
        self._db.execute(
            "INSERT INTO documents VALUES (?, NULL, NULL, NULL, ?, NULL, NULL, NULL, ?, ?, ?, ?, ?, ?, '', 0, 0, "
            "NULL, NULL, ?, ?, ?, ?, ?)",
            (
                document.id,
                session_json(described),
                document.by_the_clock,
                document.private_messages,
                json.dumps(sorted(extent.kinds)),
                extent.first_ms,
                extent.last_ms,
                json.dumps(sorted(document.speakers), ensure_ascii=False),
                links_json(document.links),
                pages_json(document.pages),
                document.text,
                units_blob(document.units),
                boxes_blob(document.boxes),
            ),
        )
        self._db.execute("UPDATE documents SET text_seal = sealed(id, text) WHERE id = ?", (document.id,))
        self._seal("documents", "id", document.id)

    def _seal(self, table: str, key: str, value: str | int) -> None:
        self._db.execute(sealed(table, f"{key} = ?"), (value,))

    def document(self, document_id: str) -> Document | None:
        """A document as it was read, its session as the file describes it; None if there is none."""
        query = (
            "SELECT source, described, text, units, boxes, links, pages, by_the_clock, private_messages, "
            f"kinds, first_ms, last_ms, {is_whole('documents', id='?1')} AND sealed(?1, text) IS text_seal "
            "FROM documents WHERE id = ?1"
        )
        found = self._whole(self._db.execute(query, (document_id,)).fetchone())
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
            "INSERT OR REPLACE INTO unfinished VALUES (?1, ?2, sealed(?1, ?2))",
            [(_digest(text), np.ascontiguousarray(vector, dtype="<f4").tobytes()) for text, vector in vectors.items()],
        )

    def unfinished(self) -> frozenset[str]:
        """Ids of the documents that an ingest read, but did not come to finish."""
        return frozenset(id_ for (id_,) in self._db.execute("SELECT id FROM documents WHERE source IS NULL"))

    def unfinished_vectors(self, texts: Iterable[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors that are kept of these texts; one that is damaged is not."""
        query = f"SELECT vector FROM unfinished WHERE text_sha256 = ? AND {is_whole('unfinished')}"
        found = {}
        for text in texts:
            row = self._db.execute(query, (_digest(text),)).fetchone()
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
            f"INSERT INTO passages VALUES (NULL, {'?, ' * 7} 1, {'?, ' * 11} NULL, NULL, NULL)",
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
        assert row is not None
        seals = f"seal = {seal_of('passages')}, shown_seal = {SHOWN.format('')}"
        self._db.execute(f"UPDATE passages SET {seals} WHERE row = ?", (row,))
        self._db.executemany("INSERT INTO speakers VALUES (?, ?)", [(row, name) for name in passage.speakers])

    def remove(self, document_id: str) -> None:
        """Take a document and all that belongs to it out."""
        self._db.execute("DELETE FROM documents WHERE id = ?", (document_id,))

    def annotate(self, document_id: str, notes: str | None, *, redacted: str = "", illustrative: bool = False) -> None:
        """Set the notes about a document, what :class:`Filing` says of ``redacted``, and whether it is illustrative."""
        query = "UPDATE documents SET notes = ?, redacted = ?, illustrative = ? WHERE id = ?"
        self._db.execute(query, (notes, redacted, illustrative, document_id))
        self._seal("documents", "id", document_id)

    def move(self, document_id: str, source: str, root: str) -> None:
        """The same bytes are found elsewhere now."""
        self._db.execute("UPDATE documents SET source = ?, root = ? WHERE id = ?", (source, root, document_id))
        self._seal("documents", "id", document_id)

    def root_of(self, document_id: str) -> Path | None:
        """The folder a document was read from."""
        found = self._of_document("root", document_id)
        return None if found is None else Path(found)

    def text_of(self, document_id: str) -> str | None:
        """The whole text of a document."""
        query = "SELECT text, sealed(?1, text) IS text_seal FROM documents WHERE id = ?1"
        found = self._whole(self._db.execute(query, (document_id,)).fetchone())
        return str(found[0]) if found else None

    def _of_document(self, column: str, document_id: str) -> Any:
        """A value that is sealed, or compressed with a checksum, of a document; None where there is none."""
        query = f"SELECT {column}, {is_whole('documents', id='?1')} FROM documents WHERE id = ?1"
        found = self._whole(self._db.execute(query, (document_id,)).fetchone())
        return found[0] if found else None

    def boxes_of(self, document_id: str, start: int, end: int) -> list[Box]:
        """Where the words of a stretch of a document are drawn."""
        found = self._of_document("boxes", document_id)
        boxes = () if found is None else boxes_from(found)
        return [box for box in boxes if box.start < end and start < box.end]

    def pages_of(self, document_id: str) -> list[Page]:
        """The pages of a document, in order; none where it has none."""
        found = self._of_document("pages", document_id)
        return [] if found is None else list(pages_from(found))

    def links_of(self, document_id: str) -> list[Link]:
        """The links of a document."""
        found = self._of_document("links", document_id)
        return [] if found is None else list(links_from(found))

    def spans_of(self, document_id: str) -> list[Span]:
        """What was said in a document, in order, with who said it and when."""
        found = self._of_document("units", document_id)
        return [] if found is None else [span for unit in units_from(found) for span in unit.spans]

    # ------------------------------------------------------------ passages

    def passages_of(self, document_id: str) -> list[Passage]:
        """All passages of a document under their own kind, shown or not, in order."""
        found = [p for _, p in self._select("own_kind", 'document_id = ? ORDER BY "start", "end"', (document_id,))]
        if len(found) != (self._of_document("passages", document_id) or 0):
            raise DamagedIndex(self.folder, "passages are missing that were there")
        return found

    def embeddings_of(self, document_id: str) -> Embeddings | None:
        """The vectors of a document; None where it is not part of the archive."""
        query = f"SELECT places, vectors, {is_whole('vectors')} FROM vectors WHERE document_id = ?"
        found = self._whole(self._db.execute(query, (document_id,)).fetchone())
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
        self._seal("passages", "id", passage.id)

    def passages(self, rows: Sequence[int]) -> dict[int, Passage]:
        """Passages by row."""
        wanted = json.dumps([int(row) for row in rows])
        found = dict(self._select("kind", "row IN (SELECT value FROM json_each(?))", (wanted,)))
        if len(found) < len(set(rows)):
            raise DamagedIndex(self.folder, "passages are missing that were there")
        return found

    def texts(self, rows: Sequence[int]) -> list[str]:
        """The texts of passages, by row, in order."""
        query = (
            f"SELECT text, {is_whole('passages')} FROM passages "
            "WHERE row IN (SELECT value FROM json_each(?)) ORDER BY row"
        )
        return [text for (text,) in self._whole_rows(query, (json.dumps(list(rows)),))]

    def rows_with_link(self) -> list[int]:
        """The rows of the passages that are shown and have a link, ascending."""
        query = f"SELECT row, shown, {is_shown_whole()} FROM passages WHERE link IS NOT NULL ORDER BY row"
        return [row for row, shown in self._whole_rows(query) if shown]

    def passage(self, passage_id: str) -> Passage | None:
        """A passage by its id; None if there is none."""
        found = list(self._select("kind", "id = ?", (passage_id,)))
        if found and found[0][1].id != passage_id:
            raise DamagedIndex(self.folder, "an index leads to another passage")
        return found[0][1] if found else None

    def shown(self) -> dict[str, list[tuple[int, str]]]:
        """Document id -> (row, kind) of its passages that are shown, in order."""
        query = (
            f"SELECT document_id, row, kind, shown, {is_shown_whole()} FROM passages "
            'ORDER BY document_id, "start", "end"'
        )
        found: dict[str, list[tuple[int, str]]] = {}
        for document_id, row, kind, shown in self._whole_rows(query):
            if shown:
                found.setdefault(document_id, []).append((row, kind))
        return found

    def illustrative(self) -> frozenset[str]:
        """Ids of the documents that were made up or retold for demonstration."""
        rows = self._whole_rows(f"SELECT id, illustrative, {is_whole('documents')} FROM documents")
        return frozenset(id_ for id_, illustrative in rows if illustrative)

    def indexable(self, document_id: str) -> Indexable:
        """What the derived indexes need of a document of the archive."""
        query = f"SELECT row, shown, text_words, context_words, {is_shown_whole()} FROM passages WHERE document_id = ?"
        words = {
            row: (text.split(), context.split())
            for row, is_shown, text, context in self._whole_rows(query, (document_id,))
            if is_shown
        }
        shown = dict(self._select("kind", 'document_id = ? AND shown ORDER BY "start", "end"', (document_id,)))
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
        rows = self._whole_rows(f"{_STANDING} WHERE p.telling IS NOT NULL")
        return [(_standing(values), telling) for telling, *values in rows]

    def standing_in(self, session_id: str) -> list[Standing]:
        """All passages of a session, shown or not, in no order."""
        rows = self._whole_rows(f"{_STANDING} WHERE p.session_id = ?", (session_id,))
        return [_standing(values) for _, *values in rows]

    def passages_in(self, session_id: str) -> list[Passage]:
        """All passages of a session under their own kind, shown or not, in no order."""
        return [passage for _, passage in self._select("own_kind", "session_id = ?", (session_id,))]

    def texts_of(self, passage_ids: Sequence[str]) -> dict[str, str]:
        """Passage id -> text."""
        query = f"SELECT id, text, {is_whole('passages')} FROM passages WHERE id IN (SELECT value FROM json_each(?))"
        rows = self._whole_rows(query, (json.dumps(list(passage_ids)),))
        found = {str(id_): str(text) for id_, text in rows}
        if found.keys() != set(passage_ids):
            raise DamagedIndex(self.folder, "passages are missing that were there")
        return found

    def show(self, passages: Mapping[str, tuple[bool, Kind]]) -> None:
        """Passage id -> whether it is shown from now on, and as which kind."""
        rows = [(shown, kind.value, id_) for id_, (shown, kind) in passages.items()]
        query = "UPDATE passages SET shown = ?1, kind = ?2, shown_seal = sealed(row, ?2, ?1) WHERE id = ?3"
        self._db.executemany(query, rows)

    # ------------------------------------------------------------ people and sessions

    def session_list(self) -> tuple[tuple[str, str, PartialDate | None], ...]:
        """The sessions of the archive as (id, title, date), newest first."""
        return tuple((session.id, session.title, session.date) for session in self.every_session())

    def every_session(self) -> list[Session]:
        """The sessions of the archive, newest first, without what it holds of them."""
        query = f"SELECT session, {is_whole('documents')} FROM documents WHERE source IS NOT NULL"
        texts = dict.fromkeys(text for (text,) in self._whole_rows(query))
        found = {session.id: session for session in map(session_from, texts)}
        return sorted(found.values(), key=_newest_first)

    def set_people(self, person_of: Mapping[tuple[str, str], str]) -> None:
        """Who is who: (session id, name as written) -> person."""
        self._db.execute("DELETE FROM people")
        rows = [(session_id, name, person) for (session_id, name), person in sorted(person_of.items())]
        self._db.executemany("INSERT INTO people VALUES (?1, ?2, ?3, sealed(?1, ?2, ?3))", rows)

    def person_of(self) -> dict[tuple[str, str], str]:
        """What :meth:`set_people` was given."""
        rows = self._whole_rows(f"SELECT session_id, name, person, {is_whole('people')} FROM people")
        return {(session_id, name): person for session_id, name, person in rows}

    def sources_of_sessions(self) -> list[tuple[Session, tuple[str, ...]]]:
        """All sessions, newest first, with the sources of their files."""
        found: dict[str, tuple[Session, list[str]]] = {}
        query = (
            f"SELECT session, source, {is_whole('documents')} FROM documents WHERE source IS NOT NULL ORDER BY source"
        )
        for text, source in self._whole_rows(query):
            session = session_from(text)
            found.setdefault(session.id, (session, []))[1].append(source)
        in_order = sorted(found.values(), key=lambda of: _newest_first(of[0]))
        return [(session, tuple(sources)) for session, sources in in_order]

    def files(self) -> list[FileSummary]:
        """The files of the archive, by source."""
        query = (
            "SELECT id, source, session_id, by_the_clock, pages, kinds, first_ms, last_ms, "
            f"{is_whole('documents')} FROM documents WHERE source IS NOT NULL ORDER BY source, root"
        )
        return [
            FileSummary(id_, source, session_id, bool(by_the_clock), pages_from(pages), extent_from(*extent))
            for id_, source, session_id, by_the_clock, pages, *extent in self._whole_rows(query)
        ]

    def _select(self, kind: str, condition: str, values: tuple[Any, ...]) -> Iterator[tuple[int, Passage]]:
        query = f"SELECT row, {kind}, {_PASSAGE} FROM passages WHERE {condition}"
        found = list(self._whole_rows(query, values))
        origins = self._origins_of({document_id for _, _, document_id, *_ in found})
        for row, own_kind, document_id, *rest in found:
            if own_kind not in _KINDS:
                raise DamagedIndex(self.folder, f"{own_kind!r} is no kind of passage")
            yield int(row), passage_from(rest, own_kind, origins[document_id])

    def _origins_of(self, document_ids: set[str]) -> Mapping[str, Origin]:
        """What passages of these documents have from them, and those of others: read once while nothing changes."""
        as_of = self._db.execute("PRAGMA data_version").fetchone()[0], self._db.total_changes  # by others, and by us
        if as_of != self._as_of or len(self._origins) > ORIGINS_KEPT:
            self._as_of, self._origins = as_of, {}
        unknown = document_ids - self._origins.keys()
        if unknown:
            self._origins |= self._origins_read(unknown)
        return self._origins

    def _origins_read(self, document_ids: set[str]) -> dict[str, Origin]:
        query = (
            f"SELECT id, source, session, illustrative, {is_whole('documents')} FROM documents "
            "WHERE id IN (SELECT value FROM json_each(?))"
        )
        found = list(self._whole_rows(query, (json.dumps(list(document_ids)),)))
        if len(found) < len(document_ids):
            raise DamagedIndex(self.folder, "documents are missing that were there")
        sessions = {id_: session_from(session) for id_, _, session, _ in found}
        people = self._people_in({session.id for session in sessions.values()})
        return {
            id_: Origin(id_, source, sessions[id_], bool(illustrative), people[sessions[id_].id])
            for id_, source, _, illustrative in found
        }

    def _people_in(self, session_ids: Iterable[str]) -> dict[str, dict[str, str]]:
        """Of each of these sessions who its people are, by the names they are written by."""
        people: dict[str, dict[str, str]] = {session_id: {} for session_id in session_ids}
        query = (
            f"SELECT session_id, name, person, {is_whole('people')} FROM people "
            "WHERE session_id IN (SELECT value FROM json_each(?))"
        )
        for session_id, name, person in self._whole_rows(query, (json.dumps(list(people)),)):
            people[session_id][name] = person
        return people

    # ------------------------------------------------------------ people to be forgotten

    def forgotten(self) -> dict[tuple[str, str], tuple[str, bool]]:
        """What :meth:`remember_forgotten` was given."""
        query = f"SELECT fingerprint, place, person, words_stay, {is_whole('forgotten')} FROM forgotten"
        rows = self._whole_rows(query)
        return {(fingerprint, place): (person, bool(stay)) for fingerprint, place, person, stay in rows}

    def remember_forgotten(self, entries: Mapping[tuple[str, str], tuple[str, bool]]) -> None:
        """(Fingerprint of a name, id of the document in which it holds or empty) -> whose it is, whether words stay."""
        rows = [(*key, *who) for key, who in entries.items()]
        values = "(?1, ?2, ?3, ?4, sealed(?1, ?2, ?3, ?4))"
        self._db.executemany(f"INSERT OR REPLACE INTO forgotten VALUES {values}", rows)

    def to_be_wiped(self) -> None:
        """Remember that something was taken out of which nothing may be left, until :meth:`wipe` could do it."""
        self.set_meta(_UNWIPED, "")

    def wipe(self) -> None:
        """Leave nothing of what was taken out in the log beside the file; in the file it is overwritten.

        A reader in the middle of a question keeps that from being done; it is done the next time then.
        """
        if self.meta(_UNWIPED) is None:
            return
        durable.step()
        busy, *_ = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy:
            durable.step()
            self.unset_meta(_UNWIPED)

    def owe(self, name: str, text: str) -> None:
        """Remember that a receipt is to be written, as a file of this name."""
        self.set_meta(_OWED, json.dumps([name, text]))

    def owed(self) -> tuple[str, str] | None:
        """The name and the text of a receipt that is to be written."""
        found = self.meta(_OWED)
        return tuple(json.loads(found)) if found else None

    def paid(self) -> None:
        """It was written."""
        with self.writing():
            self.unset_meta(_OWED)

    # ------------------------------------------------------------ files that are left out

    def left_out(self) -> list[LeftOut]:
        """The files that could not be read, by source."""
        rows = self._whole_rows(
            f"SELECT source, root, reason, {is_whole('left_out')} FROM left_out ORDER BY source, root"
        )
        return self._all_of("left_out", [LeftOut(*row) for row in rows])

    def set_left_out(self, files: Iterable[LeftOut]) -> None:
        """Keep these files and no others."""
        self._db.execute("DELETE FROM left_out")
        rows = ((file.source, file.root, file.reason) for file in files)
        self._db.executemany("INSERT INTO left_out VALUES (?2, ?1, ?3, sealed(?2, ?1, ?3))", rows)
        self._count("left_out")

    # ------------------------------------------------------------ ratings

    def ratings(self) -> list[Rating]:
        """What was rated, by question."""
        rows = self._whole_rows(f"SELECT *, {is_whole('ratings')} FROM ratings ORDER BY question, rated_at, passage_id")
        found = [
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
                rated_at, _,
            ) in rows
        ]  # fmt: skip
        return self._all_of("ratings", found)

    def add_rating(self, rating: Rating) -> None:
        """Keep a rating, in place of one of the same passage for the same question."""
        self._add_rating(rating)
        self._count("ratings")

    def _add_rating(self, rating: Rating) -> None:
        first, last = rating.pages or (None, None)
        place = (rating.question, rating.passage_id, rating.document_id, rating.source, rating.start, rating.end)
        said = (rating.helpful, rating.remark, rating.rated_at)
        self._db.execute(
            "INSERT OR REPLACE INTO ratings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
            (*place, first, last, rating.start_ms, rating.end_ms, *said),
        )
        self._db.execute(sealed("ratings", "question = ? AND passage_id = ?"), (rating.question, rating.passage_id))

    def set_ratings(self, ratings: Iterable[Rating]) -> None:
        """Keep these ratings and no others."""
        self._db.execute("DELETE FROM ratings")
        for rating in ratings:
            self._add_rating(rating)
        self._count("ratings")

    # ------------------------------------------------------------ words

    def words_of(self, document_ids: Iterable[str]) -> set[str]:
        """The words of the passages of these documents that are shown, and of their contexts."""
        query = f"SELECT shown, text_words, context_words, {is_shown_whole()} FROM passages WHERE document_id = ?"
        return {
            word
            for document_id in document_ids
            for shown, *pair in self._whole_rows(query, (document_id,))
            if shown
            for words in pair
            for word in words.split()
        }

    def words(self) -> list[str]:
        """The words of the archive that have a vector."""
        return [word for (word,) in self._db.execute("SELECT word FROM words ORDER BY word")]

    def word_vectors(self) -> NDArray[np.float32]:
        """Their vectors, (words, dimensions), in the order of :meth:`words`."""
        dimensions = int(self.meta("dimensions") or 0)
        rows = self._whole_rows(f"SELECT vector, {is_whole('words')} FROM words ORDER BY word")
        blobs = [blob for (blob,) in rows]
        return np.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(blobs), dimensions)

    def add_words(self, words: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Add words with their vectors, (words, dimensions)."""
        rows = [
            (word, np.ascontiguousarray(vector, dtype="<f4").tobytes())
            for word, vector in zip(words, vectors, strict=True)
        ]
        self._db.executemany("INSERT OR REPLACE INTO words VALUES (?1, ?2, sealed(?1, ?2))", rows)

    def remove_words(self, words: Iterable[str]) -> None:
        """Forget words that the archive no longer holds."""
        self._db.executemany("DELETE FROM words WHERE word = ?", [(word,) for word in words])

    # ------------------------------------------------------------ derived files

    def derived_files(self) -> list[DerivedFile]:
        """The files of this generation, as they must be."""
        rows = self._whole_rows(f"SELECT name, size, sha256, {is_whole('derived')} FROM derived")
        return [DerivedFile(*row) for row in rows]

    def set_derived_files(self, files: Iterable[DerivedFile]) -> None:
        """Record the files of this generation."""
        self._db.execute("DELETE FROM derived")
        rows = [(file.name, file.size, file.sha256) for file in files]
        self._db.executemany("INSERT INTO derived VALUES (?1, ?2, ?3, sealed(?1, ?2, ?3))", rows)


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
