"""A document without the words, or without the name, of somebody who is to be forgotten."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from kindsearch.forgetting import WITHHELD, Edit, Memory, edited, mentions_in, text_without
from kindsearch.types import Box, Document, Page, Session, Span


def without(document: Document, session_id: str, names: Mapping[str, bool], memory: Memory) -> Document:
    """A document without the words of those ``names`` whose words do not stay, and without any of their names.

    Offsets are made anew. Pages on which something was taken out are ``withheld``: their pictures would still show it.
    """
    spans = [span for unit in document.units for span in unit.spans]
    taken = [_with_blank(document.text, span) for span in spans if span.speaker and names.get(span.speaker) is False]
    mentions = mentions_in(document.text, session_id, memory)
    edits = _disjoint([*((start, end, "") for start, end in taken), *((a, b, WITHHELD) for a, b in mentions)])
    speakers = dict.fromkeys(names, WITHHELD)
    session = session_without(document.session, memory, session_id)
    if not edits and session == document.session and not any(span.speaker in speakers for span in spans):
        return document
    moved = _mover(edits)
    units = []
    for unit in document.units:
        kept = [
            replace(
                span,
                start=moved(span.start),
                end=moved(span.end),
                speaker=speakers.get(span.speaker, span.speaker) if span.speaker else None,
            )
            for span in unit.spans
            if not _lies_in(span.start, span.end, taken)
        ]
        if kept:
            section = text_without(unit.section, session_id, memory)
            units.append(replace(unit, start=kept[0].start, end=kept[-1].end, section=section, spans=tuple(kept)))
    return replace(
        document,
        session=session,
        text=edited(document.text, edits),
        units=tuple(units),
        boxes=tuple(
            replace(box, start=moved(box.start), end=moved(box.end))
            for box in document.boxes
            if not _touches(box, edits)
        ),
        links=tuple(
            replace(link, start=moved(link.start), end=moved(link.end))
            for link in document.links
            if not _lies_in(link.start, link.end, taken)
        ),
        pages=_withheld(document.pages, spans, document.boxes, edits),
    )


def session_without(session: Session, memory: Memory, session_id: str) -> Session:
    """What a file says of its session, without those to be forgotten."""
    return replace(
        session,
        title=text_without(session.title, session_id, memory),
        speakers=tuple(p for p in session.speakers if memory.words_stay(p.name, session_id) is None),
    )


# ---------------------------------------------------------------- edits


def _with_blank(text: str, span: Span) -> tuple[int, int]:
    """A span, with the blank before it."""
    return (span.start - 1 if span.start and text[span.start - 1] == " " else span.start), span.end


def _disjoint(edits: Iterable[Edit]) -> list[Edit]:
    """Edits in order; of two that overlap the one that begins first, which is the larger, counts."""
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda edit: (edit[0], -edit[1])):
        if not kept or edit[0] >= kept[-1][1]:
            kept.append(edit)
    return kept


def _mover(edits: Sequence[Edit]) -> Callable[[int], int]:
    """From offsets in the old text to offsets in the new one; what was inside an edit goes to its nearer end."""
    starts = [start for start, _, _ in edits]
    shifts = [0]
    for start, end, instead in edits:
        shifts.append(shifts[-1] + len(instead) - (end - start))

    def moved(offset: int) -> int:
        number = bisect_right(starts, offset)
        if number and offset < edits[number - 1][1]:
            start, _, instead = edits[number - 1]
            return start + shifts[number - 1] + (len(instead) if offset > start else 0)
        return offset + shifts[number]

    return moved


def _lies_in(start: int, end: int, stretches: Sequence[tuple[int, int]]) -> bool:
    number = bisect_right(stretches, (start, 10**12)) - 1
    return number >= 0 and end <= stretches[number][1]


def _touches(box: Box, edits: Sequence[Edit]) -> bool:
    number = bisect_right(edits, (box.end, -1, "")) - 1
    return number >= 0 and box.start < edits[number][1] and edits[number][0] < box.end


def _withheld(
    pages: Sequence[Page], spans: Sequence[Span], boxes: Sequence[Box], edits: Sequence[Edit]
) -> tuple[Page, ...]:
    touched = {box.page for box in boxes if _touches(box, edits)}
    touched |= {span.page for span in spans if span.page and any(a < span.end and span.start < b for a, b, _ in edits)}
    return tuple(replace(page, withheld=page.withheld or n in touched) for n, page in enumerate(pages, start=1))
