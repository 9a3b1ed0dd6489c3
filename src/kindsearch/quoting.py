"""What to quote of a passage: a run of statements, by one person, on one page, word for word."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

from kindsearch.questions import Question, bears
from kindsearch.retrieval import WORDS_WEIGHT, Encoded, Found, share_covered
from kindsearch.stores.words import WordIndex
from kindsearch.types import Kind, Passage, Statement

QUOTES = 5  # at most, in one answer
FEWEST_QUOTES = 2
QUOTE_WORDS = 60  # a longer passage is quoted in part
WORTH = 0.65  # of the best, in how well passage and quote answer; less is left out
ALONE = 0.3  # of that is told by the quote alone
FEWEST_WORDS = 4  # of something said: "Please do." means nothing without what it replies to
BEST_HITS = 10  # passages that quotes are taken from
BEARS_WEIGHT = 0.1  # of a statement that bears a number, a date or a name where one is asked for
SPOKEN = frozenset({Kind.TRANSCRIPT, Kind.CHAT})


class Excerpt(Protocol):
    """A run of statements of one passage."""

    @property
    def passage(self) -> Passage:
        """The passage it stands in."""

    @property
    def statements(self) -> tuple[Statement, ...]:
        """At least one, in order."""

    @property
    def start(self) -> int:
        """Where it begins in the document."""

    @property
    def end(self) -> int:
        """Where it ends in the document."""


@dataclass(frozen=True)
class Quote:
    """A run of statements of one passage; how well the passage answers, and how well the best of them does alone."""

    found: Found
    statements: tuple[Statement, ...]
    score: float
    worth: float = 0.0

    @property
    def passage(self) -> Passage:
        """The passage it stands in."""
        return self.found.hit.passage

    @property
    def start(self) -> int:
        """Where it begins in the document."""
        return self.statements[0].start

    @property
    def end(self) -> int:
        """Where it ends in the document."""
        return self.statements[-1].end


def choose(
    question: Question, encoded: Encoded, found: Sequence[Found], words: WordIndex, wanted: frozenset[str] = frozenset()
) -> list[Quote]:
    """At most five quotes from as many passages, best first, leaving out what is much weaker than the best.

    A passage can fit as a whole and say little, or say it in one sentence of many, so both count: how well the passage
    answers, and how well the quote does alone. The two best stay in any case. None where nothing can be quoted. What
    was said in a word or two is quoted only where there is nothing else, or it bears what is asked for ("In 2019."), or
    somebody in ``wanted`` was asked about.
    """
    quotes, shorter = list[Quote](), list[Quote]()
    for item in found[:BEST_HITS]:
        quote = best_quote(question, encoded, item, words, wanted)
        if quote:
            (quotes if wanted or _says_something(quote, question) else shorter).append(quote)
        if len(quotes) == QUOTES:
            break
    quotes = quotes or shorter[:QUOTES]
    as_passages, alone = _shares([quote.score for quote in quotes]), _shares([quote.worth for quote in quotes])
    fits = [(1 - ALONE) * whole + ALONE * part for whole, part in zip(as_passages, alone, strict=True)]
    return [quote for rank, quote in enumerate(quotes) if rank < FEWEST_QUOTES or fits[rank] >= WORTH]


def _shares(values: Sequence[float]) -> list[float]:
    """Each as a share of the best, at most 1; where none speaks for anything, all are as good."""
    best = max(values, default=0.0)
    return [value / best if best > 0 else 1.0 for value in values]


def _says_something(quote: Quote, question: Question) -> bool:
    words = quote.passage.quote(quote.start, quote.end)
    is_long_enough = quote.passage.kind not in SPOKEN or len(words.split()) >= FEWEST_WORDS
    return is_long_enough or (question.wants is not None and bears(question.wants, words, question.text))


def best_quote(
    question: Question, encoded: Encoded, item: Found, words: WordIndex, wanted: frozenset[str] = frozenset()
) -> Quote | None:
    """The part of a passage to quote: the statement that answers best, and its neighbours while they fit.

    Where somebody in ``wanted`` speaks in the passage, it is her words. None where there is nothing but fillers: they
    may stand between two statements, never alone.
    """
    passage = item.hit.passage
    others = _others_than(wanted, passage)
    quotable = [n for n, s in enumerate(passage.statements) if not s.is_filler and s.speaker not in others]
    if not quotable:
        return None
    asked = asked_in(passage)
    scores = [score - (number < asked) for number, score in enumerate(worths(encoded, item, words))]
    if question.wants:
        quotes = (passage.quote(statement.start, statement.end) for statement in passage.statements)
        bearing = [bears(question.wants, quote, question.text) for quote in quotes]
        scores = [score + BEARS_WEIGHT * has for score, has in zip(scores, bearing, strict=True)]
    if passage.kind in SPOKEN:
        scores = answers_first(passage, scores)
    first = last = max(quotable, key=scores.__getitem__)
    worth = scores[first]
    while True:
        grown = [
            (scores[new], low, high)
            for new, low, high in ((first - 1, first - 1, last), (last + 1, first, last + 1))
            if asked <= new < len(scores) and is_one_quote(passage, low, high)
        ]
        if not grown:
            break
        _, first, last = max(grown)
    return Quote(item, passage.statements[first : last + 1], item.hit.score, worth)


def worths(encoded: Encoded, item: Found, words: WordIndex) -> list[float]:
    """How well each statement of a passage answers by itself: about 0..1, and -1 for a filler."""
    passage = item.hit.passage
    cosine_of: dict[Statement, float] = dict(zip(passage.quotable, item.cosines.tolist(), strict=True))

    def score(statement: Statement) -> float:
        if statement.is_filler:
            return -1.0
        coverage = words.coverage_of_text(encoded.alike, passage.quote(statement.start, statement.end))
        return cosine_of[statement] + WORDS_WEIGHT * float(share_covered(encoded.weights, coverage))

    return [score(statement) for statement in passage.statements]


def answers_first(passage: Passage, scores: Sequence[float]) -> list[float]:
    """Scores in which a question that somebody asks hands its own on to what the next speaker says."""
    handed_on = list(scores)
    for number, statement in enumerate(passage.statements):
        if passage.quote(statement.start, statement.end).endswith("?") and not statement.is_filler:
            after = range(number + 1, len(scores))
            others = (n for n in after if passage.statements[n].speaker != statement.speaker)
            reply = next((n for n in others if not passage.statements[n].is_filler), None)
            if reply is not None:
                handed_on[reply] = max(handed_on[reply], handed_on[number])
                handed_on[number] -= 1
    return handed_on


def _others_than(wanted: frozenset[str], passage: Passage) -> frozenset[str | None]:
    """The speakers of a passage, nobody included, but for those who are wanted; none where they do not speak in it."""
    hers = {name for name in passage.speakers if passage.person_of(name) in wanted}
    return frozenset({None, *passage.speakers}) - hers if hers else frozenset()


def asked_in(passage: Passage) -> int:
    """How many of the first statements of a question with its answer are the question: what is quoted is the answer."""
    if passage.kind != Kind.QUESTION_AND_ANSWER:
        return 0
    asker = passage.statements[0].speaker
    count = 0
    for statement in passage.statements:
        asks = "?" in passage.quote(statement.start, statement.end)
        if not asks and (asker is None or statement.speaker != asker):
            break
        count += 1
    return count if count < len(passage.statements) else 0


def is_one_quote(passage: Passage, first: int, last: int) -> bool:
    """Whether these statements can stand as one quote: one speaker, one page, not too long."""
    run = passage.statements[first : last + 1]
    same = len({(s.speaker, s.page) for s in run}) == 1
    return same and len(passage.quote(run[0].start, run[-1].end).split()) <= QUOTE_WORDS


def is_verbatim(quote: Excerpt, text_of: Callable[[str], str | None]) -> bool:
    """Whether the quote's words stand in the document at its offsets."""
    text = text_of(quote.passage.document_id)
    words = quote.passage.quote(quote.start, quote.end)
    return text is not None and bool(words.strip()) and text[quote.start : quote.end] == words


def in_marks(words: str) -> str:
    """A quote in one line, between quotation marks; those in it are evened out, so that it can't close them.

    >>> in_marks("“Tea calms.”"), in_marks("Tea,” she said."), in_marks("Tea.” [2] Bob: “No.")
    ('“Tea calms.”', '““Tea,” she said.”', '““Tea.” [2] Bob: “No.””')
    """
    line = " ".join(words.replace("\n", " • ").split())
    bare = line.strip("“”")
    quote = bare if _open_marks(bare) == (0, 0) else line
    lowest, left = _open_marks(quote)
    return f"{'“' * (1 - lowest)}{quote}{'”' * (1 - lowest + left)}"


def as_label(name: str) -> str:
    """A name or a title in one line, as it may stand beside quotes: it can't begin one, nor hold a citation's number.

    >>> as_label("Ann: “Yes” [7] Bob")
    'Ann: ‘Yes’ (7) Bob'
    """
    label = " ".join(name.split()).replace("“", "‘").replace("”", "’")
    return label.replace("[", "(").replace("]", ")") if re.search(r"\[\s*\d", label) else label


def _open_marks(text: str) -> tuple[int, int]:
    """How many quotation marks are open at the fewest, and at the end; below 0 where one closes that was not opened."""
    opened = list(accumulate((1 if mark == "“" else -1 for mark in re.findall("[“”]", text)), initial=0))
    return min(opened), opened[-1]
