"""Seals: beside what is shown or built upon, each row of the catalog keeps a checksum of it, compared at each reading.

SQLite notices when its own structures are damaged, but not a changed letter in a text. To go through the whole file at
each opening takes time in proportion to the archive; a seal takes some microseconds a row, of those rows alone that a
question reads. ``seal``, and ``text_seal`` of a document's text, are written with the row; who changes sealed columns
seals the row anew, and must have read it before, so that damage is never sealed in.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence

_COLUMNS: dict[str, Sequence[str]] = {
    "meta": ("key", "value"),
    "documents": (
        "id", "source", "root", "notes", "described", "session", "session_id", "origin_ms", "by_the_clock",
        "private_messages", "kinds", "first_ms", "last_ms", "speakers", "redacted", "illustrative",
        "passages", "links", "pages",
    ),
    "passages": (
        "row", "id", "document_id", "start", "end", "text", "own_kind", "section", "statements", "speakers",
        "first_page", "last_page", "start_ms", "end_ms", "link", "session_id", "text_words", "context_words",
    ),
    "vectors": ("document_id", "places", "vectors"),
    "unfinished": ("text_sha256", "vector"),
    "people": ("session_id", "name", "person"),
    "forgotten": ("fingerprint", "place", "person", "words_stay"),
    "words": ("word", "vector"),
    "derived": ("name", "size", "sha256"),
    "ratings": (
        "question", "passage_id", "document_id", "source", "start", "end", "first_page", "last_page", "start_ms",
        "end_ms", "helpful", "remark", "rated_at",
    ),
    "left_out": ("root", "source", "reason"),
}  # fmt: skip
SEALED = tuple(_COLUMNS)
SHOWN = "sealed({0}row, {0}kind, {0}shown)"  # what changes of a passage without it: a seal of its own, in the index


def install(connection: sqlite3.Connection) -> None:
    """Let SQL of this connection call :func:`seal`."""
    connection.create_function("sealed", -1, seal, deterministic=True)


def seal(*values: str | bytes | float | None) -> int:
    """A checksum of values, of 64 bits."""
    parts = [value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass") for value in values]
    return int.from_bytes(hashlib.blake2b(b"\0".join(parts), digest_size=8).digest(), "big", signed=True)


def seal_of(table: str, alias: str = "", **instead: str) -> str:
    """SQL: the seal that a row should have; ``instead`` has what stands for some of its columns."""
    of = f"{alias}." if alias else ""
    columns = (instead.get(column, f'{of}"{column}"') for column in _COLUMNS[table])
    return f"sealed({', '.join(columns)})"


def is_whole(table: str, alias: str = "", **instead: str) -> str:
    """SQL: whether a row is as it was sealed. A look-up that goes by an index names what was looked up in ``instead``:
    a damaged index leads to rows that are whole, and others.
    """
    of = f"{alias}." if alias else ""
    return f"({seal_of(table, alias, **instead)} IS {of}seal)"


def is_shown_whole(alias: str = "") -> str:
    """SQL: whether a passage is shown, or not, as it was sealed, and as that kind."""
    of = f"{alias}." if alias else ""
    return f"({SHOWN.format(of)} IS {of}shown_seal)"


def sealed(table: str, condition: str) -> str:
    """SQL: seal rows anew."""
    return f"UPDATE {table} SET seal = {seal_of(table)} WHERE {condition}"
