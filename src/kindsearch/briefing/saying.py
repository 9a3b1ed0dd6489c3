"""Who says what in the passages that touch a topic, and the citation of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kindsearch.answering import citation_of
from kindsearch.questions import Question
from kindsearch.quoting import asked_in, is_one_quote, is_verbatim, worths
from kindsearch.retrieval import Encoded, Found
from kindsearch.stores.arrays import Floats
from kindsearch.stores.holdings import STATEMENT, Embeddings
from kindsearch.stores.words import WordIndex
from kindsearch.types import Choice, Citation, Link, Passage, Statement

FEWEST_WORDS = 5  # of a quote that can stand by itself
BARELY = 3  # words of a quote that says anything at all
SHORT, MOST_WORDS = 15, 40  # words of a quote that may grow, and grow to: a brief quotes shorter than an answer
_SENTENCE_ENDS = (".", "!", "?", "…")
ON_TOPIC = 0.6  # of the worth of the best quote: less is said beside the topic
ASKED = 0.35  # of its worth counts for a question, and for what leads up to it
_LEANING = frozenset(
    "he she it they him her them his hers its their theirs this that these those such and but so or nor yet then also "
    "because which both either neither instead otherwise however therefore yes yeah no ok okay".split()
)  # with such a word something goes on that was said before


@dataclass(frozen=True)
class Said:
    """A run of statements of one passage, by one person; how well the best of them bears on the topic by itself."""

    passage: Passage
    statements: tuple[Statement, ...]
    worth: float = 0.0

    @property
    def start(self) -> int:
        """Where it begins in the document."""
        return self.statements[0].start

    @property
    def end(self) -> int:
        """Where it ends in the document."""
        return self.statements[-1].end

    @property
    def text(self) -> str:
        """The words."""
        return self.passage.quote(self.start, self.end)

    @property
    def person(self) -> str | None:
        """Who says it; None where the source names nobody."""
        return self.passage.person_of(self.statements[0].speaker)

    @property
    def stands_alone(self) -> bool:
        """Whether it is a statement, long enough to be understood by itself, and not broken off."""
        first, last = (self.passage.statements.index(end) for end in (self.statements[0], self.statements[-1]))
        asks = first < asked_in(self.passage) or is_question(self.text)
        return len(self.text.split()) >= FEWEST_WORDS and not asks and not breaks_off(self.passage, first, last)

    @property
    def leans(self) -> bool:
        """Whether it begins with a word that goes on from what was said before it; a list tells enough in its items."""
        return leans(self.text) and not any(statement.is_item for statement in self.statements)


def allows(choice: Choice, person: str | None) -> bool:
    """Whether what somebody says may be quoted."""
    return (not choice.people or person in choice.people) and person not in choice.without_people


VectorsOf = Callable[[str], Mapping[int, Floats]]
"""Id of a document -> the vectors of its statements, (dimensions,), by their starts."""


@dataclass(frozen=True)
class Material:
    """The passages that touch a topic, best first, with what it takes to quote from them."""

    question: Question
    encoded: Encoded
    touched: tuple[Found, ...]
    words: WordIndex
    choice: Choice
    vectors_of: VectorsOf

    @cached_property
    def _worth(self) -> dict[str, list[float]]:
        """How well each statement of a passage bears on the topic by itself, by the passage's id and place."""
        return {_key(item): worths(self.encoded, item, self.words) for item in self.touched}

    def quote(self, item: Found, people: Collection[str] = ()) -> Said | None:
        """The best statement of a passage that the choice allows, one of ``people`` where some are given.

        A question only where all else that is said is beside the topic. Its neighbours come with it while it is short,
        or they are on the topic too, or it would begin or end in the middle.
        """
        passage = item.hit.passage
        asked = asked_in(passage)
        worth = self._worth[_key(item)]
        rank = [
            own
            * (ASKED if number < asked or _asks(passage, number) else ON_TOPIC if _needs_more(passage, number) else 1)
            for number, own in enumerate(worth)
        ]
        possible = [
            number
            for number, statement in enumerate(passage.statements)
            if not statement.is_filler and self._may_speak(passage, statement, people)
        ]
        if not possible:
            return None
        best = max(possible, key=rank.__getitem__)
        first, last = _lead_in(passage, best, asked), best
        lowest = asked if best >= asked else 0
        end = best + 1 if _asks(passage, best) else len(rank)  # what comes after a question is not a part of it
        while grown := [
            (rank[new], low, high)
            for new, low, high in ((first - 1, first - 1, last), (last + 1, first, last + 1))
            if lowest <= new < end
            and is_one_quote(passage, low, high)
            and _is_better(passage, (first, last), (low, high), worth[new] >= ON_TOPIC * worth[best])
        ]:
            _, first, last = max(grown)
        said = Said(passage, passage.statements[first : last + 1], worth[best])
        return said if len(said.text.split()) >= BARELY else None

    def _may_speak(self, passage: Passage, statement: Statement, people: Collection[str]) -> bool:
        person = passage.person_of(statement.speaker)
        return allows(self.choice, person) and (not people or person in people)

    def each(self, item: Found) -> list[Said]:
        """Each quotable statement of a passage that the choice allows."""
        passage = item.hit.passage
        pairs = zip(passage.statements, self._worth[_key(item)], strict=True)
        own = [Said(passage, (statement,), worth) for statement, worth in pairs if not statement.is_filler]
        return [said for said in own if allows(self.choice, said.person)]

    def vector(self, said: Said) -> Floats:
        """The mean direction of a quote's statements, (dimensions,), of length 1."""
        vectors = self.vectors_of(said.passage.document_id)
        mean = np.sum([vectors[statement.start] for statement in said.statements if not statement.is_filler], axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)

    @cached_property
    def quotes(self) -> list[tuple[Found, Said]]:
        """The best quote of each passage that has one."""
        pairs = [(item, self.quote(item)) for item in self.touched]
        return [(item, said) for item, said in pairs if said]

    @cached_property
    def least(self) -> float:
        """The worth from which on a statement is on the topic."""
        return ON_TOPIC * max((said.worth for _, said in self.quotes), default=0.0)


def breaks_off(passage: Passage, first: int, last: int) -> bool:
    """Whether a run of statements is speech that stops in mid-sentence, in a transcript that has sentences."""
    ended = _text(passage, first, last).rstrip("\"'”’)").endswith(_SENTENCE_ENDS)
    return passage.is_speech and not ended and any(end in passage.text for end in _SENTENCE_ENDS)


def _asks(passage: Passage, number: int) -> bool:
    return is_question(_text(passage, number, number))


def _needs_more(passage: Passage, number: int) -> bool:
    """Whether a statement breaks off, goes on from another, or is short; an item comes with what leads in to it."""
    text, is_item = _text(passage, number, number), passage.statements[number].is_item
    short = len(text.split()) < FEWEST_WORDS
    return (not is_item and (leans(text) or short)) or breaks_off(passage, number, number)


def leans(text: str) -> bool:
    """Whether a text begins with a word that goes on from what was said before it.

    >>> leans("But she asked."), leans("“Ask her.”")
    (True, False)
    """
    first = re.search(r"\w+", text)
    return first is not None and first.group().lower() in _LEANING


def is_question(text: str) -> bool:
    """Whether a text ends with a question.

    >>> is_question("Does it help?”"), is_question("Does it? It does.")
    (True, False)
    """
    return "?" in text[-3:]


def _lead_in(passage: Passage, number: int, asked: int) -> int:
    """Where a quote has to begin: a list item begins with what leads in to its list, as far as that makes one quote."""
    lead = number
    while passage.statements[lead].is_item and lead > asked:
        lead -= 1
    return lead if not passage.statements[lead].is_item and is_one_quote(passage, lead, number) else number


def _is_better(passage: Passage, now: tuple[int, int], then: tuple[int, int], on_topic: bool) -> bool:
    """Whether a run of statements makes a better quote with one more statement, before it or after it."""
    text, longer = _text(passage, *now), _text(passage, *then)
    before = then[0] < now[0]
    if before and text[0].islower():
        return True
    if not before and (text.endswith(":") or breaks_off(passage, *now)):
        return True
    if not before and _asks(passage, then[1]):
        return False
    if not before and _goes_on_listing(passage, *then):
        return True
    needed = on_topic or len(text.split()) < SHORT or (before and leans(text))
    return needed and len(longer.split()) <= MOST_WORDS


def _goes_on_listing(passage: Passage, first: int, last: int) -> bool:
    """Whether a run that leads in to a list has one more item of it at its end: half a list is half an answer."""
    return passage.statements[last].is_item and not passage.statements[first].is_item


def _text(passage: Passage, first: int, last: int) -> str:
    return passage.quote(passage.statements[first].start, passage.statements[last].end)


def _key(item: Found) -> str:
    return f"{item.hit.passage.id} {item.hit.passage.start}"


def vectors_by_start(embeddings: Embeddings | None) -> dict[int, Floats]:
    """The vectors of the statements of a document, (dimensions,), by their starts."""
    if embeddings is None:
        return {}
    places = zip(embeddings.places.tolist(), embeddings.vectors, strict=True)
    return {start: vector for (start, _, what), vector in places if what == STATEMENT}


def run_from(passage: Passage, first: int, last: int) -> tuple[Statement, ...]:
    """The statements from ``first`` on to ``last`` at most, as far as they make one quote."""
    end = first
    while end < last and is_one_quote(passage, first, end + 1):
        if len(_text(passage, first, end + 1).split()) > MOST_WORDS:
            break
        end += 1
    return passage.statements[first : end + 1]


class Citer:
    """Cites quotes that are found word for word in their document: one quote of one place by one number.

    The numbers are those of first use; ``laying_out`` puts them in the order of the brief.
    """

    def __init__(self, text_of: Callable[[str], str | None], links_of: Callable[[str], Sequence[Link]]) -> None:
        self._text_of, self._links_of = text_of, links_of
        self._cited: dict[tuple[str, int, int], Citation] = {}

    def cite(self, said: Said) -> Citation | None:
        """The citation; None where the words are not in the document."""
        key = said.passage.document_id, said.start, said.end
        if key not in self._cited:
            if not is_verbatim(said, self._text_of):
                return None
            self._cited[key] = citation_of(len(self._cited) + 1, said, lambda document: list(self._links_of(document)))
        return self._cited[key]

    def all(self, quotes: Iterable[Said]) -> tuple[Citation, ...]:
        """The citations of those that are found word for word."""
        return tuple(citation for citation in map(self.cite, quotes) if citation)
