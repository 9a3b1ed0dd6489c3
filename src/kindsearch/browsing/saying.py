"""What somebody said, and what a session holds, in the order in which it was said or written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from kindsearch.answering import citation_of
from kindsearch.briefing.saying import Said
from kindsearch.browsing.listing import File
from kindsearch.stores.arrays import Numbers
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.derived import Engines
from kindsearch.types import Citation, Filter, Kind, Passage, Session, Statement

BLOCK_MS = 600_000  # of a transcript that has no sections stands together


@dataclass(frozen=True)
class Section:
    """A part of a file: its heading, or from when to when it was said, and its passages, none of which repeats words.

    A passage that shares words with the one before begins after them; its id is that of the whole.
    """

    file: File
    title: str
    span_ms: tuple[int, int] | None
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class InSession:
    """What one person said in one session."""

    session: Session
    quotes: tuple[Citation, ...]


# ---------------------------------------------------------------- a session


def sections(session_id: str, files: Sequence[File], catalog: Catalog, engines: Engines) -> list[Section]:
    """The passages of a session in order, pack first, by sections."""
    by_document: dict[str, list[Passage]] = {}
    for passage in _passages_of(np.flatnonzero(engines.columns.in_sessions({session_id})), catalog, engines):
        by_document.setdefault(passage.document_id, []).append(passage)
    own = [file for file in files if file.session_id == session_id]
    return [
        section
        for file in sorted(own, key=lambda file: (file.family, file.source))
        for section in _sections_of(file, without_repeats(by_document.get(file.document_id, [])))
    ]


def _passages_of(positions: Numbers, catalog: Catalog, engines: Engines) -> list[Passage]:
    """Passages by their positions, in that order: those of a document together, in the order of its text."""
    rows = engines.columns.rows[positions].tolist()
    found = catalog.passages(rows)
    return [found[row] for row in rows]


def without_repeats(passages: Iterable[Passage]) -> list[Passage]:
    """Passages of one document, in order, each without the statements that one before it has."""
    kept, end = list[Passage](), 0
    for passage in passages:
        new = tuple(statement for statement in passage.statements if statement.start >= end)
        if new:
            end = new[-1].end
            kept.append(passage if new == passage.statements else _only(passage, new))
    return kept


def _only(passage: Passage, statements: tuple[Statement, ...]) -> Passage:
    start = statements[0].start
    names = {statement.speaker for statement in statements}
    voices = [(n, p) for n, p in zip(passage.speakers, passage.people, strict=True) if n in names]
    return replace(
        passage,
        start=start,
        text=passage.quote(start, passage.end),
        statements=statements,
        speakers=tuple(name for name, _ in voices),
        people=tuple(person for _, person in voices),
        start_ms=statements[0].start_ms,
    )


def _sections_of(file: File, passages: Sequence[Passage]) -> Iterator[Section]:
    for (title, _), group in groupby(passages, key=lambda passage: (passage.section, _block(passage))):
        own = tuple(group)
        times = [passage.start_ms for passage in own if passage.start_ms is not None]
        ends = [passage.end_ms for passage in own if passage.end_ms is not None]
        span = (times[0], ends[-1]) if times and ends and own[0].is_speech else None
        yield Section(file, title, span, own)


def _block(passage: Passage) -> int | None:
    """Which block of a transcript a passage begins in; None where it has sections or no times."""
    if passage.kind != Kind.TRANSCRIPT or passage.section or passage.start_ms is None:
        return None
    return passage.start_ms // BLOCK_MS


# ---------------------------------------------------------------- a person


def said_by(person: str, session_ids: Collection[str], catalog: Catalog, engines: Engines) -> list[InSession]:
    """What a person said in these sessions, newest first, each turn a quote without a number."""
    columns = engines.columns
    hers = engines.matching(Filter(), frozenset({person})) & columns.in_sessions(session_ids)
    quotes = list(_turns(person, _passages_of(np.flatnonzero(hers), catalog, engines)))
    order = {session_id: number for number, (session_id, _, _) in enumerate(engines.sessions)}
    quotes.sort(key=lambda said: (order[said.passage.session.id], said.passage.source, said.start))
    cited = (citation_of(0, said, catalog.links_of) for said in quotes)
    return [
        InSession(own[0].passage.session, tuple(own))
        for _, group in groupby(cited, key=lambda citation: citation.passage.session.id)
        if (own := list(group))
    ]


def _turns(person: str, passages: Iterable[Passage]) -> Iterator[Said]:
    """What a person says without a break in each passage, save what a passage before it holds, and mere fillers."""
    for _, group in groupby(passages, key=lambda passage: passage.document_id):
        end = 0
        for passage in group:
            hers = {name for name in passage.speakers if passage.person_of(name) == person}
            runs = groupby(passage.statements, key=lambda one: one.speaker in hers and one.start >= end)
            new = [tuple(run) for is_new, run in runs if is_new]
            yield from (Said(passage, run) for run in new if not all(statement.is_filler for statement in run))
            end = max(end, passage.end)
