"""Hits to an answer: sentences quoted word for word with their citations, or an honest "not in the archive".

Nothing is written that was not said. A quote is a run of statements of one passage, by one person, on one page; it
is checked against the document before it is shown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

import numpy as np

from kindsearch.questions import Question
from kindsearch.retrieval import WORDS_WEIGHT, Encoded, Found, share_covered
from kindsearch.stores.words import WordIndex
from kindsearch.types import Answer, Citation, Kind, Link, Passage, Signals, Statement
from kindsearch.video import clock, moment_link

QUOTES = 5  # at most, in one answer
FEWEST_QUOTES = 2
QUOTE_WORDS = 60  # a longer passage is quoted in part
WORTH = 0.75  # of the best quote's score; less is left out
BEST_HITS = 10  # passages that confidence looks at, and that quotes are taken from
THRESHOLD = 0.5
SPOKEN = frozenset({Kind.TRANSCRIPT, Kind.CHAT})

# Confidence is a logistic model of four signals, fitted by scripts/fit_confidence.py and rounded.
SCORE_WEIGHT = 8.0  # of the best passage's score
COVERED_WEIGHT = 4.0  # of the share of the topic that the best passages cover
STRANGER_WEIGHT = -2.0  # of each name that the archive does not know
SIZE_WEIGHT = -0.7  # of the logarithm of the archive's size: in a larger one something similar is sooner found
USUAL_SIZE = 50  # passages
BIAS = -5.0
NOT_FOUND = "The archive does not say. These passages come nearest, and may not answer the question."
NO_SESSION = "The archive has no session from that time."


@dataclass(frozen=True)
class Quote:
    """A run of statements of one passage, and how well it answers."""

    found: Found
    statements: tuple[Statement, ...]
    score: float

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


def answer(
    question: Question,
    encoded: Encoded,
    found: Sequence[Found],
    searched: int,
    words: WordIndex,
    text_of: Callable[[str], str | None],
    links_of: Callable[[str], list[Link]],
    shown: int,
    asked_of: frozenset[str] = frozenset(),
) -> Answer:
    """Answer from the hits, best first. ``text_of`` and ``links_of`` look a document up, to check and to link.

    ``asked_of`` are the people whose words alone were asked for, beside those that the question names.
    """
    hits = tuple(item.hit for item in found[:shown])
    signals = signals_of(question, encoded, found, searched)
    confidence = confidence_of(signals) if signals else 0.0
    wanted = asked_of or question.people
    quotes = choose(encoded, _to_the_person(question, found), words, wanted) if confidence >= THRESHOLD else []
    true_quotes = by_session([quote for quote in quotes if is_verbatim(quote, text_of)])
    citations = tuple(_citation(number, quote, links_of) for number, quote in enumerate(true_quotes, start=1))
    text = in_words(citations) if citations else NOT_FOUND
    return Answer(question.text, bool(citations), confidence, text, citations, hits, signals)


# ---------------------------------------------------------------- is it in the archive?


def confidence_of(signals: Signals) -> float:
    """How well the archive answers, in 0..1."""
    evidence = (
        SCORE_WEIGHT * signals.score
        + COVERED_WEIGHT * signals.covered
        + STRANGER_WEIGHT * signals.strangers
        + SIZE_WEIGHT * math.log(max(signals.searched, 1) / USUAL_SIZE)
        + BIAS
    )
    return (1 + math.tanh(evidence / 2)) / 2  # the logistic function, in a form that can't overflow


def signals_of(question: Question, encoded: Encoded, found: Sequence[Found], searched: int) -> Signals | None:
    """What confidence is made of; None where there is nothing to look at.

    Where the question names somebody, only what she said, or what speaks of her, counts.
    """
    if question.names:
        found = [item for item in found if item.by_person]
    if not found:
        return None
    return Signals(
        score=found[0].hit.score - found[0].gained,
        covered=_topic_covered(question, encoded, found[:BEST_HITS]),
        strangers=len(question.strangers),
        searched=searched,
    )


def _topic_covered(question: Question, encoded: Encoded, found: Sequence[Found]) -> float:
    """Share of the topic's words that stand, in themselves or in like words, in any of these passages."""
    positions = [position for position, word in enumerate(question.words) if word in question.topic]
    if not positions:  # "what did Ines say?": whatever she said will do
        return 0.6
    best = np.max([item.coverage[positions] for item in found], axis=0)
    return share_covered(encoded.weights[positions], best)


# ---------------------------------------------------------------- what to quote


def _to_the_person(question: Question, found: Sequence[Found]) -> Sequence[Found]:
    """The hits; where the question names somebody, without those in which others speak, and not of her."""
    if not question.names:
        return found
    return [item for item in found if item.by_person or not item.hit.passage.speakers]


def choose(encoded: Encoded, found: Sequence[Found], words: WordIndex, wanted: frozenset[str]) -> list[Quote]:
    """At most five quotes from as many passages, best first, leaving out what is much weaker than the best.

    The two best stay in any case. None where nothing can be quoted.
    """
    possible = (best_quote(encoded, item, words, wanted) for item in found[:BEST_HITS])
    quotes = list(islice(filter(None, possible), QUOTES))
    best = max((quote.score for quote in quotes), default=0.0)
    return [quote for rank, quote in enumerate(quotes) if rank < FEWEST_QUOTES or quote.score >= WORTH * best]


def best_quote(encoded: Encoded, item: Found, words: WordIndex, wanted: frozenset[str] = frozenset()) -> Quote | None:
    """The part of a passage to quote: the statement that answers best, and its neighbours while they fit.

    Where somebody in ``wanted`` speaks in the passage, it is her words. None where there is nothing but fillers: they
    may stand between two statements, never alone.
    """
    passage = item.hit.passage
    others = _others_than(wanted, passage)
    quotable = [n for n, s in enumerate(passage.statements) if not s.is_filler and s.speaker not in others]
    if not quotable:
        return None
    asked = _asked_in(passage)
    scores = [score - (number < asked) for number, score in enumerate(_scores(encoded, item, words))]
    if passage.kind in SPOKEN and not others:
        scores = _answers_first(passage, scores)
    first = last = max(quotable, key=scores.__getitem__)
    while True:
        grown = [
            (scores[new], low, high)
            for new, low, high in ((first - 1, first - 1, last), (last + 1, first, last + 1))
            if asked <= new < len(scores) and _one_quote(passage, low, high)
        ]
        if not grown:
            break
        _, first, last = max(grown)
    return Quote(item, passage.statements[first : last + 1], item.hit.score)


def _scores(encoded: Encoded, item: Found, words: WordIndex) -> list[float]:
    """How well each statement of a passage answers by itself: about 0..1, and -1 for a filler."""
    passage = item.hit.passage
    vector_of = dict(zip(passage.quotable, item.statements, strict=True))

    def score(statement: Statement) -> float:
        if statement.is_filler:
            return -1.0
        coverage = words.coverage_of_text(encoded.similarities, passage.quote(statement.start, statement.end))
        return float(vector_of[statement] @ encoded.vector) + WORDS_WEIGHT * share_covered(encoded.weights, coverage)

    return [score(statement) for statement in passage.statements]


def _answers_first(passage: Passage, scores: Sequence[float]) -> list[float]:
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
    hers = {name for name, person in zip(passage.speakers, passage.people, strict=True) if person in wanted}
    return frozenset({None, *passage.speakers}) - hers if hers else frozenset()


def by_session(quotes: Sequence[Quote]) -> list[Quote]:
    """The quotes with those of one session together, the session with the best quote first."""
    sessions = list(dict.fromkeys(quote.passage.session.id for quote in quotes))
    return sorted(quotes, key=lambda quote: sessions.index(quote.passage.session.id))


def _asked_in(passage: Passage) -> int:
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


def _one_quote(passage: Passage, first: int, last: int) -> bool:
    """Whether these statements can stand as one quote: one speaker, one page, not too long."""
    run = passage.statements[first : last + 1]
    same = len({(s.speaker, s.page) for s in run}) == 1
    return same and len(passage.quote(run[0].start, run[-1].end).split()) <= QUOTE_WORDS


def is_verbatim(quote: Quote, text_of: Callable[[str], str | None]) -> bool:
    """Whether the quote's words stand in the document at its offsets."""
    text = text_of(quote.passage.document_id)
    words = quote.passage.quote(quote.start, quote.end)
    return text is not None and bool(words.strip()) and text[quote.start : quote.end] == words


def _citation(number: int, quote: Quote, links_of: Callable[[str], list[Link]]) -> Citation:
    passage, statements = quote.passage, quote.statements
    pages = [s.page for s in statements if s.page is not None]
    links = (link.url for link in links_of(passage.document_id) if quote.start <= link.start < quote.end)
    start_ms = statements[0].start_ms
    return Citation(
        number=number,
        quote=passage.quote(quote.start, quote.end),
        passage=passage,
        start=quote.start,
        end=quote.end,
        speaker=statements[0].speaker,
        pages=(min(pages), max(pages)) if pages else None,
        start_ms=start_ms,
        end_ms=statements[-1].end_ms if start_ms is not None else None,
        link=next(links, None),
        video=moment_link(passage.session, start_ms),
    )


# ---------------------------------------------------------------- in words


def in_words(citations: Sequence[Citation]) -> str:
    """The answer as text: the quotes in their order, under the session they come from."""
    parts = []
    for _, quoted in groupby(citations, key=lambda citation: citation.passage.session.id):
        group = list(quoted)
        parts += [_heading(group[0].passage), *(_line(citation) for citation in group)]
    return "\n".join(parts)


def _heading(passage: Passage) -> str:
    date = passage.session.date
    return f"{passage.session.title}, {date.in_words}" if date else passage.session.title


def _line(citation: Citation) -> str:
    who = f"{citation.speaker}: " if citation.speaker else ""
    quote = citation.quote.replace("\n", " • ")
    page = f", page {citation.pages[0]}" if citation.pages else ""
    time = f", {clock(citation.start_ms)}" if citation.start_ms is not None else ""
    return f"  {who}“{quote.strip('“”')}” [{citation.number}{page}{time}]"
