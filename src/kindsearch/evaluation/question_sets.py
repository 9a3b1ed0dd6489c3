"""Question sets, as they lie in files. ``docs/question-sets.md`` says what each line may hold."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kindsearch.errors import BadQuestionSet
from kindsearch.types import PartialDate

QUESTIONS = "queries.jsonl"
CONVERSATIONS = ("corpus.jsonl.gz", "corpus.jsonl")
UNANSWERABLE = "unanswerable"
RELEVANT_TURNS = "relevant_turns"

TurnKey = tuple[str, int]
"""Conversation id and number of a turn."""


@dataclass(frozen=True)
class Turn:
    """What one person says without a break, or a text that somebody wrote where nobody is named."""

    number: int
    speaker: str | None
    text: str
    start_ms: int | None = None
    date: PartialDate | None = None

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())


@dataclass(frozen=True)
class Conversation:
    """A conversation with its turns in order. A turn may have a date of its own: several meetings make one then."""

    id: str
    title: str
    date: PartialDate | None
    turns: tuple[Turn, ...]

    @property
    def is_spoken(self) -> bool:
        """Whether it says of anything who said it; else it is taken as written."""
        return any(turn.speaker for turn in self.turns)


@dataclass(frozen=True)
class TurnQuestion:
    """A question, and the turns that answer it. ``conversation_id`` is the one it was asked of, where it was one."""

    id: str
    text: str
    kind: str
    conversation_id: str | None
    relevant: frozenset[TurnKey]


@dataclass(frozen=True)
class Mark:
    """A place that answers a question: words of a source, on a page where it has pages, by whom where it says so.

    ``source`` is the path in the corpus, or the file's name without its ending.
    """

    source: str
    page: int | None
    phrase: str
    speaker: str | None = None


@dataclass(frozen=True)
class PlaceQuestion:
    """A question, and every place that is a fair answer; none where the archive has no answer."""

    id: str
    text: str
    kind: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class ConversationSet:
    """Questions about conversations that the set brings along."""

    name: str
    conversations: tuple[Conversation, ...]
    questions: tuple[TurnQuestion, ...]

    @cached_property
    def words(self) -> Mapping[TurnKey, int]:
        """How many words each turn has."""
        return {(c.id, turn.number): turn.words for c in self.conversations for turn in c.turns}


@dataclass(frozen=True)
class PlaceSet:
    """Questions about documents that lie elsewhere."""

    name: str
    questions: tuple[PlaceQuestion, ...]


def read_set(path: Path, relevance: str = RELEVANT_TURNS) -> ConversationSet | PlaceSet:
    """Read the question set of a folder, or of a file of questions. ``relevance`` is the key of the turns that answer.

    Raises BadQuestionSet, which names the file and the line.
    """
    file = path if path.is_file() else path / QUESTIONS
    if not file.is_file():
        raise BadQuestionSet(path, None, f"there is no such file, and no {QUESTIONS} in it")
    lines = list(_lines(file, _Question))
    _refuse_doubles(file, lines)
    corpus = next((path / name for name in CONVERSATIONS if (path / name).is_file()), None)
    if corpus is None:
        name = path.stem if path.is_file() else path.resolve().name
        return PlaceSet(name, tuple(_place_question(file, number, line) for number, line in lines))
    conversations = tuple(_conversation(corpus, number, line) for number, line in _lines(corpus, _Conversation))
    known = {conversation.id for conversation in conversations}
    questions = tuple(_turn_question(file, number, line, relevance, known) for number, line in lines)
    return ConversationSet(path.resolve().name, conversations, questions)


# ---------------------------------------------------------------- lines


class _Line(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True, coerce_numbers_to_str=True)


class _Turn(_Line):
    turn: int
    speaker: str | None = None
    text: str
    start_s: float | None = None
    date: str | None = None


class _Conversation(_Line):
    conversation_id: str
    title: str | None = None
    date: str | None = None
    turns: tuple[_Turn, ...]


class _Mark(_Line):
    source: str = Field(min_length=1)
    page: int | None = Field(default=None, ge=1)
    phrase: str = Field(min_length=1)
    speaker: str | None = None


class _Question(_Line):
    query_id: str
    question: str = Field(min_length=1)
    kind: str = "answerable"
    conversation_id: str | None = None
    relevant: dict[str, tuple[int, ...]] | None = None
    evidence: tuple[_Mark, ...] = ()


_AnyLine = TypeVar("_AnyLine", bound=_Line)


def _lines(path: Path, form: type[_AnyLine]) -> Iterator[tuple[int, _AnyLine]]:
    """The lines of a file that are not empty, with their numbers from 1."""
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        number = 0
        try:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, form.model_validate(json.loads(line))
        except ValidationError as error:
            raise BadQuestionSet(path, number, _said(error.errors()[0])) from error
        except ValueError as error:  # no JSON, or no UTF-8
            raise BadQuestionSet(path, number, f"no JSON: {error}") from error
        except (OSError, EOFError) as error:
            raise BadQuestionSet(path, number + 1, f"it can't be unpacked: {error}") from error


def _said(problem: Any) -> str:
    place = ".".join(str(part) for part in problem["loc"])
    return f"{place}: {problem['msg']}" if place else str(problem["msg"])


def _refuse_doubles(file: Path, lines: Iterable[tuple[int, _Question]]) -> None:
    seen: dict[str, int] = {}
    for number, line in lines:
        first = seen.setdefault(line.query_id, number)
        if first != number:
            raise BadQuestionSet(file, number, f"the query_id {line.query_id} is that of line {first}")
    if not seen:
        raise BadQuestionSet(file, None, "there are no questions in it")


def _conversation(path: Path, number: int, line: _Conversation) -> Conversation:
    return Conversation(
        id=line.conversation_id,
        title=(line.title or "").strip() or line.conversation_id,
        date=_date(path, number, line.date),
        turns=tuple(
            Turn(
                turn.turn,
                turn.speaker or None,
                turn.text,
                round(turn.start_s * 1000) if turn.start_s is not None else None,
                _date(path, number, turn.date),
            )
            for turn in line.turns
        ),
    )


def _date(path: Path, number: int, text: str | None) -> PartialDate | None:
    """The day of an ISO date, which may go on with a time."""
    try:
        return PartialDate.parse(text.split("T")[0].split(" ")[0]) if text else None
    except ValueError as error:
        raise BadQuestionSet(path, number, str(error)) from error


def _turn_question(file: Path, number: int, line: _Question, relevance: str, known: set[str]) -> TurnQuestion:
    own = line.conversation_id
    marked = (line.model_extra or {}).get(relevance) or []
    if line.relevant is not None:
        relevant = frozenset((name, turn) for name, turns in line.relevant.items() for turn in turns)
    elif not isinstance(marked, list) or not all(type(turn) is int for turn in marked):
        raise BadQuestionSet(file, number, f"{relevance} must be a list of turn numbers")
    elif marked and own is None:
        raise BadQuestionSet(file, number, f"{relevance} without a conversation_id says nothing")
    else:
        relevant = frozenset((str(own), turn) for turn in marked)
    if own is not None and own not in known:
        raise BadQuestionSet(file, number, f"there is no conversation {own} in the corpus beside it")
    return TurnQuestion(line.query_id, line.question, line.kind, own, relevant)


def _place_question(file: Path, number: int, line: _Question) -> PlaceQuestion:
    if not line.evidence and line.kind != UNANSWERABLE:
        raise BadQuestionSet(
            file,
            number,
            f'it marks no answer: give "evidence", or the kind "{UNANSWERABLE}" '
            f"(turns of conversations need {CONVERSATIONS[1]} beside it)",
        )
    marks = (Mark(mark.source, mark.page, mark.phrase, mark.speaker) for mark in line.evidence)
    return PlaceQuestion(line.query_id, line.question, line.kind, tuple(marks))
