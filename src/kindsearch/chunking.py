"""Document to passages. Promise: ``document.text[p.start:p.end] == p.text`` for every passage.

Passages follow the units that the reader found. A unit longer than :data:`MAX_WORDS` is split between statements,
into parts of like length; very short neighbours of one section, kind and speaker are joined.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from kindsearch.sentences import sentence_spans
from kindsearch.types import Document, Kind, Passage, Statement, Unit

MAX_WORDS = 120
SHORT_WORDS = 25  # a passage below this is joined to a like neighbour
JOINED_WORDS = 60  # but not past this
KEPT_APART = frozenset({Kind.QUOTE, Kind.CHAT, Kind.QUESTION_AND_ANSWER, Kind.RESOURCE})


def passages_of(document: Document) -> list[Passage]:
    """The passages of a document, in order, none overlapping another."""
    parts: list[Passage] = []
    for unit in document.units:
        for statements in _split(document.text, _statements(document.text, unit)):
            passage = _passage(document, unit, statements)
            if parts and _belong_together(document.text, parts[-1], passage):
                parts[-1] = _passage(document, unit, [*parts[-1].statements, *statements])
            else:
                parts.append(passage)
    return parts


def _statements(text: str, unit: Unit) -> list[Statement]:
    """Sentences and list items of a unit, with their places; what is longer than a passage is cut at words."""
    found = []
    for span in unit.spans:
        sentences = [(span.start, span.end)] if span.is_item else _absolute(text, span.start, span.end)
        for start, end in (part for sentence in sentences for part in _bounded(text, *sentence)):
            found.append(
                Statement(start, end, span.page, span.speaker, span.start_ms, span.end_ms, is_item=span.is_item)
            )
    return found


def _absolute(text: str, start: int, end: int) -> list[tuple[int, int]]:
    return [(start + a, start + b) for a, b in sentence_spans(text[start:end])]


def _bounded(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut a run of words without sentence ends into stretches of at most MAX_WORDS."""
    words = [(start + m.start(), start + m.end()) for m in re.finditer(r"\S+", text[start:end])]
    runs = [words[i : i + MAX_WORDS] for i in range(0, len(words), MAX_WORDS)]
    return [(run[0][0], run[-1][1]) for run in runs]


def _split(text: str, statements: list[Statement]) -> list[list[Statement]]:
    """As few parts as MAX_WORDS allows, of like length."""
    lengths = [len(text[s.start : s.end].split()) for s in statements]
    total = sum(lengths)
    if total <= MAX_WORDS:
        return [statements] if statements else []
    target = total / -(-total // MAX_WORDS)
    parts: list[list[Statement]] = [[]]
    filled = 0
    for statement, length in zip(statements, lengths, strict=True):
        if parts[-1] and (filled + length > MAX_WORDS or filled + length / 2 > target):
            parts.append([])
            filled = 0
        parts[-1].append(statement)
        filled += length
    return parts


def _belong_together(text: str, before: Passage, after: Passage) -> bool:
    same = (before.kind, before.section, before.speakers) == (after.kind, after.section, after.speakers)
    if not same or before.kind in KEPT_APART or text[before.end : after.start].strip():
        return False
    lengths = len(before.text.split()), len(after.text.split())
    return min(lengths) < SHORT_WORDS and sum(lengths) <= JOINED_WORDS


def _passage(document: Document, unit: Unit, statements: Sequence[Statement]) -> Passage:
    start, end = statements[0].start, statements[-1].end
    pages = [s.page for s in statements if s.page is not None]
    begins = [s.start_ms for s in statements if s.start_ms is not None]
    ends = [s.end_ms for s in statements if s.end_ms is not None]
    return Passage(
        id=hashlib.sha256(f"{document.id}:{start}:{end}".encode()).hexdigest()[:16],
        document_id=document.id,
        source=document.source,
        session=document.session,
        start=start,
        end=end,
        text=document.text[start:end],
        kind=unit.kind,
        section=unit.section,
        statements=tuple(statements),
        speakers=tuple(dict.fromkeys(s.speaker for s in statements if s.speaker)),
        pages=(min(pages), max(pages)) if pages else None,
        start_ms=min(begins, default=None),
        end_ms=max(ends, default=None),
        link=next((link.url for link in document.links if start <= link.start < end), None),
    )


# ---------------------------------------------------------------- what recurs from pack to pack

SHINGLE_WORDS = 4
SAME_SHARE = 0.75  # of the shingles of both texts


def without_repeats(passages: Iterable[Passage]) -> list[Passage]:
    """Keep one passage of each text that stands in several documents: the newest, and as ``about``.

    Two texts are the same when they share three quarters of their four-word runs (Jaccard; Broder 1997) and hold
    the same numbers, so "more than 65 people joined" and "more than 25 people joined" stay two. Two versions of one
    session (PDF and text) give one passage, of its own kind, from the version that has pages.
    """
    kept: dict[str, Passage] = {}
    by_shingle: dict[str, set[str]] = defaultdict(set)
    shingles: dict[str, frozenset[str]] = {}
    for passage in sorted(passages, key=_newest_first):
        own = _shingles(passage.text)
        twins = {other for shingle in own for other in by_shingle[shingle]}
        twin = next((t for t in sorted(twins) if _same(passage, own, kept[t], shingles[t])), None)
        if twin is None:
            kept[passage.id], shingles[passage.id] = passage, own
            for shingle in own:
                by_shingle[shingle].add(passage.id)
        elif passage.session.id != kept[twin].session.id:
            kept[twin] = replace(kept[twin], kind=Kind.ABOUT)
    return list(kept.values())


def _newest_first(passage: Passage) -> tuple[int, bool, str, int]:
    date = passage.session.date
    return (-date.last_day if date else 0, passage.pages is None, passage.source, passage.start)


def _shingles(text: str) -> frozenset[str]:
    words = re.findall(r"\w+", text.casefold())
    width = min(SHINGLE_WORDS, len(words))
    return frozenset(" ".join(words[i : i + width]) for i in range(len(words) - width + 1))


def _same(one: Passage, one_shingles: frozenset[str], other: Passage, other_shingles: frozenset[str]) -> bool:
    if one.document_id == other.document_id:
        return False
    shared, every = one_shingles & other_shingles, one_shingles | other_shingles
    numbers = [re.findall(r"\d+", passage.text) for passage in (one, other)]
    return bool(every) and len(shared) >= SAME_SHARE * len(every) and numbers[0] == numbers[1]
