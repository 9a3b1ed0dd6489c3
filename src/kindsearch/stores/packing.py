"""The nouns as columns of the catalog, and back."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from typing import Any

from kindsearch.types import (
    Box,
    Extent,
    Kind,
    Link,
    Page,
    PartialDate,
    Passage,
    Person,
    Session,
    Span,
    Statement,
    Unit,
)

SESSIONS_KEPT = 1_000  # that were read last: each of their passages has one


def packed(values: object) -> bytes:
    """Plain values as compressed JSON."""
    return zlib.compress(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode())


def unpacked(blob: bytes) -> Any:
    """What :func:`packed` was given."""
    return json.loads(zlib.decompress(blob))


def session_json(session: Session) -> str:
    """A session as JSON."""
    data = {
        "id": session.id,
        "title": session.title,
        "date": str(session.date) if session.date else None,
        "speakers": [[person.name, person.role] for person in session.speakers],
        "video_url": session.video_url,
        "video_offset_ms": session.video_offset_ms,
        "start": session.start.isoformat() if session.start else None,
        "note": session.note,
    }
    return json.dumps(data, ensure_ascii=False)


@lru_cache(SESSIONS_KEPT)
def session_from(text: str) -> Session:
    """The session that :func:`session_json` was given."""
    data = json.loads(text)
    date, start = data.pop("date"), data.pop("start")
    speakers = tuple(Person(*person) for person in data.pop("speakers"))
    return Session(date=PartialDate.parse(date) if date else None, speakers=speakers, start=_start_from(start), **data)


def _start_from(text: str | None) -> datetime | time | None:
    if text is None:
        return None
    return datetime.fromisoformat(text) if "T" in text else time.fromisoformat(text)


def extent_from(kinds: str, first_ms: int | None, last_ms: int | None) -> Extent:
    """An extent from its columns."""
    return Extent(frozenset(Kind(kind) for kind in json.loads(kinds)), first_ms, last_ms)


def units_blob(units: Iterable[Unit]) -> bytes:
    """Units with their spans."""
    return packed([[u.start, u.end, u.kind, u.section, [_span_values(span) for span in u.spans]] for u in units])


def units_from(blob: bytes) -> tuple[Unit, ...]:
    """What :func:`units_blob` was given."""
    return tuple(
        Unit(start, end, Kind(kind), section, tuple(Span(*span) for span in spans))
        for start, end, kind, section, spans in unpacked(blob)
    )


def _span_values(span: Span) -> tuple[Any, ...]:
    """Its fields in their order; so for each of these here, as ``dataclasses.astuple`` copies each value."""
    return span.start, span.end, span.page, span.speaker, span.start_ms, span.end_ms, span.is_item


def boxes_blob(boxes: Iterable[Box]) -> bytes:
    """Boxes."""
    return packed([(b.start, b.end, b.page, b.left, b.top, b.right, b.bottom) for b in boxes])


def boxes_from(blob: bytes) -> tuple[Box, ...]:
    """What :func:`boxes_blob` was given."""
    return tuple(Box(*values) for values in unpacked(blob))


def links_json(links: Iterable[Link]) -> str:
    """Links."""
    return json.dumps([(link.start, link.end, link.url) for link in links])


def links_from(text: str) -> tuple[Link, ...]:
    """What :func:`links_json` was given."""
    return tuple(Link(*values) for values in json.loads(text))


def pages_json(pages: Iterable[Page]) -> str:
    """Pages."""
    return json.dumps([(page.width, page.height, page.printed, page.withheld) for page in pages])


def pages_from(text: str) -> tuple[Page, ...]:
    """What :func:`pages_json` was given."""
    return tuple(Page(*values) for values in json.loads(text))


def statements_json(statements: Iterable[Statement]) -> str:
    """Statements."""
    return json.dumps([(*_span_values(statement), statement.is_filler) for statement in statements])


def statements_from(text: str) -> tuple[Statement, ...]:
    """What :func:`statements_json` was given."""
    return tuple(Statement(*values) for values in json.loads(text))


@dataclass(frozen=True)
class Origin:
    """What all passages of a document have from it; ``person_of`` says who is who in its session."""

    document_id: str
    source: str
    session: Session
    is_illustrative: bool
    person_of: Mapping[str, str]


PASSAGE_COLUMNS = (
    'id, "start", "end", text, section, statements, speakers, first_page, last_page, start_ms, end_ms, link'
)


def passage_from(values: Sequence[Any], kind: str, origin: Origin) -> Passage:
    """A passage from the values of :data:`PASSAGE_COLUMNS`."""
    id_, start, end, text, section, statements, named, first, last, start_ms, end_ms, link = values
    speakers = tuple(json.loads(named))
    return Passage(
        id=id_,
        document_id=origin.document_id,
        source=origin.source,
        session=origin.session,
        start=start,
        end=end,
        text=text,
        kind=Kind(kind),
        section=section,
        statements=statements_from(statements),
        speakers=speakers,
        people=tuple(origin.person_of.get(name, name) for name in speakers),
        pages=(first, last) if first is not None else None,
        start_ms=start_ms,
        end_ms=end_ms,
        link=link,
        is_illustrative=origin.is_illustrative,
    )
