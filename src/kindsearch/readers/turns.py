"""From what was said, cue after cue, to a Document: the part that all readers of transcripts share.

A line of the document's text is a turn: what one person says without a break. Its cues are spans, so that each word
keeps the time of its cue. Turns under one heading, without a long silence between them, are a unit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kindsearch.types import Document, Kind, Session, Span, Unit

JOINED_MS = 2_000  # cues of one speaker with no longer pause between them are one turn
SILENCE_MS = 30_000  # a longer one ends the unit: what comes after it is another matter


@dataclass(frozen=True)
class Utterance:
    """Words of one person with the time they were said: a caption cue, or a paragraph of a written transcript.

    Times are milliseconds, None where the source gives none; ``section`` is the heading it stands under. It ``opens`` a
    turn where the source says that somebody else speaks now, but not who: captions do so with ``>>`` or a dash.
    """

    text: str
    speaker: str | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    section: str = ""
    opens: bool = False


def document_of(
    utterances: Iterable[Utterance], session: Session, document_id: str, source: str, *, by_the_clock: bool = False
) -> Document:
    """The document that holds these utterances, in their order. What has no words is left out."""
    parts: list[str] = []
    length = 0
    units: list[list[Span]] = []
    sections: list[str] = []
    last: Utterance | None = None
    for utterance in utterances:
        text = " ".join(utterance.text.split())
        if not text:
            continue
        gap = " " if last and _one_turn(last, utterance) else "\n"
        if last is None or _far_apart(last, utterance):
            units.append([])
            sections.append(utterance.section)
        gap = gap if parts else ""
        start = length + len(gap)
        length = start + len(text)
        parts += [gap, text]
        units[-1].append(
            Span(start, length, None, utterance.speaker, utterance.start_ms, utterance.end_ms),
        )
        last = utterance
    return Document(
        id=document_id,
        source=source,
        session=session,
        text="".join(parts),
        units=tuple(
            Unit(spans[0].start, spans[-1].end, Kind.TRANSCRIPT, section, tuple(spans))
            for spans, section in zip(units, sections, strict=True)
        ),
        by_the_clock=by_the_clock,
    )


def _one_turn(before: Utterance, after: Utterance) -> bool:
    if after.opens or before.speaker != after.speaker or before.section != after.section:
        return False
    if before.end_ms is None or after.start_ms is None:
        return False
    return after.start_ms - before.end_ms <= JOINED_MS


def _far_apart(before: Utterance, after: Utterance) -> bool:
    if before.section != after.section:
        return True
    if before.end_ms is None or after.start_ms is None:
        return False
    return after.start_ms - before.end_ms > SILENCE_MS
