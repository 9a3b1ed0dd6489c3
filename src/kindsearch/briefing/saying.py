"""Who says what in the passages that touch a topic, and the citation of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kindsearch.answering import citation_of
from kindsearch.encoders import Vectors
from kindsearch.questions import Question
from kindsearch.quoting import Quote, best_quote, is_one_quote, is_verbatim, worths
from kindsearch.retrieval import Encoded, Found
from kindsearch.stores.words import WordIndex
from kindsearch.types import Choice, Citation, Link, Passage, Statement

FEWEST_WORDS = 5  # of a quote that can stand by itself
MOST_WORDS = 40  # of a quote that is grown from its best statement: a brief quotes shorter than an answer
ON_TOPIC = 0.6  # of the worth of the best quote: less is said beside the topic


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
        return person_of(self.passage, self.statements[0])

    @property
    def stands_alone(self) -> bool:
        """Whether it is a statement, and long enough to be understood by itself."""
        return not self.text.rstrip("”\"' )").endswith("?") and len(self.text.split()) >= FEWEST_WORDS


def person_of(passage: Passage, statement: Statement) -> str | None:
    """Who makes a statement; None where the source names nobody."""
    return dict(zip(passage.speakers, passage.people, strict=True)).get(statement.speaker or "")


def allows(choice: Choice, person: str | None) -> bool:
    """Whether what somebody says may be quoted."""
    return (not choice.people or person in choice.people) and person not in choice.without_people


@dataclass(frozen=True)
class Material:
    """The passages that touch a topic, best first, with what it takes to quote from them."""

    question: Question
    encoded: Encoded
    touched: tuple[Found, ...]
    words: WordIndex
    choice: Choice

    def quote(self, item: Found, people: Collection[str] = ()) -> Said | None:
        """The best quote of a passage that the choice allows; one of ``people``, where some are given."""
        passage = item.hit.passage
        wanted = frozenset(people) or self._wanted(passage)
        if wanted is None:
            return None
        quote = best_quote(self.question, self.encoded, item, self.words, wanted)
        said = self._shortened(item, quote) if quote else None
        return said if said and allows(self.choice, said.person) else None

    def _shortened(self, item: Found, quote: Quote) -> Said:
        """The best statement of a quote, with its neighbours while they fit, the better one first."""
        passage = item.hit.passage
        place = passage.statements.index(quote.statements[0])
        worth = worths(self.encoded, item, self.words)[place : place + len(quote.statements)]
        first = last = max(range(len(worth)), key=worth.__getitem__)
        while grown := [
            (worth[new], low, high)
            for new, low, high in ((first - 1, first - 1, last), (last + 1, first, last + 1))
            if 0 <= new < len(worth) and _words(passage, quote.statements[low : high + 1]) <= MOST_WORDS
        ]:
            _, first, last = max(grown)
        return Said(passage, quote.statements[first : last + 1], quote.worth)

    def _wanted(self, passage: Passage) -> frozenset[str] | None:
        """Whose words to quote, nobody's in particular where it is empty; None where only people left out speak."""
        if self.choice.people:
            return self.choice.people
        if not self.choice.without_people & set(passage.people):
            return frozenset()
        return frozenset(passage.people) - self.choice.without_people or None

    def each(self, item: Found) -> list[tuple[Said, np.ndarray]]:
        """Each quotable statement of a passage that the choice allows, with its vector."""
        passage = item.hit.passage
        worth_of = dict(zip(passage.statements, worths(self.encoded, item, self.words), strict=True))
        pairs = zip(passage.quotable, item.statements, strict=True)
        own = [(Said(passage, (statement,), worth_of[statement]), vector) for statement, vector in pairs]
        return [(said, vector) for said, vector in own if allows(self.choice, said.person)]

    @cached_property
    def quotes(self) -> list[tuple[Found, Said]]:
        """The best quote of each passage that has one."""
        pairs = [(item, self.quote(item)) for item in self.touched]
        return [(item, said) for item, said in pairs if said]

    @cached_property
    def least(self) -> float:
        """The worth from which on a statement is on the topic."""
        return ON_TOPIC * max((said.worth for _, said in self.quotes), default=0.0)


def _words(passage: Passage, statements: Sequence[Statement]) -> int:
    return len(passage.quote(statements[0].start, statements[-1].end).split())


def vector_of(item: Found, said: Said) -> Vectors:
    """The mean direction of a run of statements, (dimensions,), of length 1."""
    own = [vector for statement, vector in zip(item.hit.passage.quotable, item.statements, strict=True)
           if said.start <= statement.start < said.end]  # fmt: skip
    mean = np.sum(own, axis=0)
    return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)


def run_from(passage: Passage, first: int, last: int) -> tuple[Statement, ...]:
    """The statements from ``first`` on to ``last`` at most, as far as they make one quote."""
    end = first
    while end < last and is_one_quote(passage, first, end + 1):
        if _words(passage, passage.statements[first : end + 2]) > MOST_WORDS:
            break
        end += 1
    return passage.statements[first : end + 1]


class Citer:
    """Gives each quote its number, the same wherever it is cited, once it is found word for word in its document."""

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

    def all(self, quotes: Sequence[Said]) -> tuple[Citation, ...]:
        """The citations of those that are found word for word."""
        return tuple(citation for citation in map(self.cite, quotes) if citation)
