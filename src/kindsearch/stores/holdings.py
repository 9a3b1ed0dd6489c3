"""What the catalog holds, as it is written and read: records of documents, sessions, people, ratings and vectors."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kindsearch.types import Extent, Kind, Page, Passage, Session

WHOLE, STATEMENT = 0, 1  # what a vector is of: a whole written passage, or a statement of any


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
