"""Conversations as an archive, and what it finds in them, as turns.

A conversation becomes one document and one session. Where its turns have dates of their own it is several meetings:
each is a unit of its own, with its date as the section, and the session has as much of a date as they share.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from typing import Literal

from kindsearch import ingesting
from kindsearch.corpus import SESSION_FILE, Notes, NotesFile
from kindsearch.encoders import Encoder
from kindsearch.errors import BadRequest
from kindsearch.evaluation.question_sets import Conversation, ConversationSet, TurnKey, TurnQuestion
from kindsearch.ingesting import Progress
from kindsearch.members import Member
from kindsearch.planning import plan_of
from kindsearch.readers.turns import Utterance, document_of
from kindsearch.search import KindSearch
from kindsearch.sessions import title_words
from kindsearch.settings import Settings
from kindsearch.stores.catalog import Catalog
from kindsearch.types import Answer, Document, Filter, Hit, Kind, PartialDate, Session

DEPTH = 50  # passages asked for: some thousand words

Scope = Literal["within", "corpus"]
"""Whether a question is asked of its own conversation, or of all that the set brings along."""


@dataclass(frozen=True)
class Layout:
    """A conversation as a document: ``turns`` are the numbers of those that have words, with their ends in the text."""

    conversation_id: str
    document: Document
    turns: tuple[int, ...]
    ends: tuple[int, ...]

    def turns_in(self, start: int, end: int) -> tuple[int, int]:
        """The first and the last turn that ``start:end`` of the text holds, or is held by, for the better half.

        A run counts whole turns: some words at the edge of a long one are not that turn.
        """
        first = bisect_right(self.ends, start)
        last = min(bisect_left(self.ends, end), len(self.turns) - 1)
        held = [turn for turn in range(first, last + 1) if self._mostly(turn, start, end)]
        return (self.turns[held[0]], self.turns[held[-1]]) if held else (self.turns[first], self.turns[last])

    def _mostly(self, turn: int, start: int, end: int) -> bool:
        begins, ends = self.ends[turn - 1] + 1 if turn else 0, self.ends[turn]
        shared = min(end, ends) - max(start, begins)
        return 2 * shared >= min(ends - begins, end - start)


@dataclass(frozen=True)
class Listed:
    """A passage of a run: turns of one conversation, both ends included."""

    conversation_id: str
    first_turn: int
    last_turn: int
    score: float = 0.0

    @property
    def turns(self) -> list[TurnKey]:
        """Its turns, in order."""
        return [(self.conversation_id, number) for number in range(self.first_turn, self.last_turn + 1)]


@dataclass(frozen=True)
class Ranking:
    """What was found for a question, best first, and whether it was answered."""

    question: TurnQuestion
    answered: bool
    confidence: float
    passages: tuple[Listed, ...]

    @property
    def record(self) -> dict[str, object]:
        """A line of a run."""
        passages = [
            {
                "conversation_id": passage.conversation_id,
                "first_turn": passage.first_turn,
                "last_turn": passage.last_turn,
                "score": passage.score,
            }
            for passage in self.passages
        ]
        return {"query_id": self.question.id, "passages": passages}


@dataclass(frozen=True)
class Held:
    """Conversations in an archive: the layout of each by source, the session of each by the conversation's id."""

    archive: KindSearch
    layouts: Mapping[str, Layout]
    sessions: Mapping[str, str]


# ---------------------------------------------------------------- into an archive


def layout_of(conversation: Conversation, source: str, title: str | None = None) -> Layout:
    """A conversation as a document: speech where it says who said something, else a text that was written."""
    turns = [turn for turn in conversation.turns if turn.text.split()]
    dates = [turn.date for turn in turns if turn.date]
    meetings = len(set(dates)) > 1
    utterances = (
        Utterance(turn.text, turn.speaker, turn.start_ms, section=turn.date.in_words if meetings and turn.date else "")
        for turn in turns
    )
    session = Session("", title or conversation.title, shared_date(dates) if dates else conversation.date)
    document = document_of(utterances, session, _fingerprint(conversation), source)
    if not conversation.is_spoken:
        document = replace(document, units=tuple(replace(unit, kind=Kind.TALK) for unit in document.units))
    spans = [span for unit in document.units for span in unit.spans]  # one for each turn
    assert len(spans) == len(turns)
    numbers = tuple(turn.number for turn in turns)
    return Layout(conversation.id, document, numbers, tuple(span.end for span in spans))


def shared_date(dates: Sequence[PartialDate]) -> PartialDate | None:
    """As much of a date as all have in common.

    >>> str(shared_date([PartialDate(2024, 1, 18), PartialDate(2024, 1, 20)]))
    '2024-01'
    >>> shared_date([PartialDate(2023, 12, 1), PartialDate(2024, 1, 20)]) is None
    True
    """
    parts = zip(*((date.year, date.month, date.day) for date in dates), strict=True)
    year, month, day, *_ = (*(part[0] for part in takewhile(lambda part: len(set(part)) == 1, parts)), None, None, None)
    return PartialDate(year, month, day) if year else None


def _fingerprint(conversation: Conversation) -> str:
    turns = [[turn.number, turn.speaker, turn.text, turn.start_ms, str(turn.date)] for turn in conversation.turns]
    content = json.dumps([conversation.id, conversation.title, str(conversation.date), turns])
    return hashlib.sha256(content.encode()).hexdigest()


def titles_of(conversations: Sequence[Conversation]) -> list[str]:
    """A title for each that no other has: by titles the archive tells sessions apart."""
    words = [title_words(conversation.title) for conversation in conversations]
    counts: dict[frozenset[str], int] = {}
    for own in words:
        counts[own] = counts.get(own, 0) + 1
    return [
        conversation.title if counts[own] == 1 else f"{conversation.title} ({conversation.id})"
        for conversation, own in zip(conversations, words, strict=True)
    ]


def hold(
    conversations: Sequence[Conversation],
    folder: Path,
    encoder: Encoder,
    settings: Settings,
    progress: Progress = lambda *_: None,
) -> Held:
    """An archive of conversations in an empty folder, made as :meth:`KindSearch.ingest` makes one of files.

    Raises BadRequest where two conversations can't be told apart.
    """
    layouts = {}
    for number, (conversation, title) in enumerate(zip(conversations, titles_of(conversations), strict=True)):
        layout = layout_of(conversation, f"conversation-{number}", title)
        if layout.turns:
            layouts[layout.document.source] = layout
    members = [_member(layout.document, folder) for layout in layouts.values()]
    catalog = Catalog.create(folder)
    try:
        ingesting.update(catalog, encoder, plan_of(catalog, []), members, progress=progress)
    finally:
        catalog.close()
    archive = KindSearch.open(folder, encoder=encoder, settings=settings)
    sessions = {}
    for summary in archive.sessions():
        ids = [layouts[source].conversation_id for source in summary.sources]
        if len(ids) > 1:
            raise BadRequest("conversations", f"{', '.join(ids)} have titles that can't be told apart: change one")
        sessions[ids[0]] = summary.session.id
    return Held(archive, layouts, sessions)


def _member(document: Document, folder: Path) -> Member:
    """A document whose session is its own, as ``session.toml`` beside it would say."""
    notes = NotesFile(f"{document.source}/{SESSION_FILE}", Notes(title=document.session.title))
    return Member(document.id, document.source, str(folder), notes.to_json(), document=document)


# ---------------------------------------------------------------- asked


def ask_all(asked: ConversationSet, held: Held, scope: Scope, progress: Progress = lambda *_: None) -> list[Ranking]:
    """What is found for each question: ``within`` its conversation, or in the whole ``corpus``."""
    rankings = []
    for number, question in enumerate(asked.questions):
        progress("asking", number, len(asked.questions))
        rankings.append(_ranking(question, held, scope))
    return rankings


def _ranking(question: TurnQuestion, held: Held, scope: Scope) -> Ranking:
    where = None
    if scope == "within" and question.conversation_id is not None:
        session = held.sessions.get(question.conversation_id)
        if session is None:  # nobody says a word in it
            return Ranking(question, False, 0.0, ())
        where = Filter(session=session)
    answer = held.archive.ask(question.text, DEPTH, where)
    return Ranking(question, answer.answered, answer.confidence, listed(answer, held.layouts.__getitem__))


def listed(answer: Answer, layout_of_source: Callable[[str], Layout]) -> tuple[Listed, ...]:
    """The hits of an answer as turns, without those of which every turn is listed already.

    The score of the first is the answer's confidence, so that it can be compared across questions; it falls with the
    rank.
    """
    seen: set[TurnKey] = set()
    passages: list[Listed] = []
    for hit in answer.hits:
        passage = _turns_of(hit, layout_of_source(hit.passage.source))
        if not seen.issuperset(passage.turns):
            seen.update(passage.turns)
            passages.append(replace(passage, score=answer.confidence / (len(passages) + 1)))
    return tuple(passages)


def _turns_of(hit: Hit, layout: Layout) -> Listed:
    first, last = layout.turns_in(hit.passage.start, hit.passage.end)
    return Listed(layout.conversation_id, first, last)
