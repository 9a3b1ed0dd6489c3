"""Hits to an answer: sentences quoted word for word with their citations, or an honest "not in the archive".

Nothing is written that was not said. A quote is a run of statements of one passage, by one person, on one page; it
is checked against the document before it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from kindsearch.confidence import THRESHOLD, confidence_of, signals_of, whoever_said_it
from kindsearch.people import name_of
from kindsearch.questions import Question, is_english
from kindsearch.quoting import Excerpt, Quote, as_label, choose, in_marks, is_verbatim
from kindsearch.retrieval import Encoded, Found, Searched
from kindsearch.stores.words import WordIndex
from kindsearch.types import Answer, Citation, Hit, Link, Passage
from kindsearch.video import clock, moment_link

NOT_FOUND = "The archive does not say. These passages come nearest, and may not answer the question."
NOT_IN_ENGLISH = (
    "The archive does not say, or the question was not understood: it is read in English. These passages come nearest, "
    "and may not answer it."
)
NOTHING_LEFT = "The archive does not say. No passage was left to look at: open a filter, or ask in other words."
NO_SESSION = "The archive has no session from that time."
EMPTY = "The archive is empty: no ingest has finished, or no file is left."


def answer(
    question: Question,
    encoded: Encoded,
    found: Sequence[Found],
    searched: Searched,
    words: WordIndex,
    text_of: Callable[[str], str | None],
    links_of: Callable[[str], list[Link]],
    shown: int,
    asked_of: frozenset[str] = frozenset(),
) -> Answer:
    """Answer from the hits, best first. ``text_of`` and ``links_of`` look a document up, to check and to link.

    ``asked_of`` are the people whose words alone were asked for, beside those that the question names.
    """

    def chosen(hits: Sequence[Found], wanted: frozenset[str]) -> list[Quote]:
        return [quote for quote in choose(question, encoded, hits, words, wanted) if is_verbatim(quote, text_of)]

    def cited(quotes: Sequence[Quote]) -> tuple[Citation, ...]:
        return tuple(citation_of(number, quote, links_of) for number, quote in enumerate(by_session(quotes), start=1))

    hits = tuple(item.hit for item in found[:shown])
    signals = signals_of(question, encoded, found, words, searched)
    confidence = confidence_of(signals) if signals else 0.0
    citations: tuple[Citation, ...] = ()
    not_found = _not_found(question, hits)
    answered, text = False, not_found
    if confidence >= THRESHOLD:
        citations = cited(chosen(_to_the_person(question, found), asked_of or question.people))
        answered, text = bool(citations), in_words(citations) or not_found
    elif signals and question.topic and not asked_of and confidence_of(whoever_said_it(signals)) >= THRESHOLD:
        others = [quote for quote in chosen(found, frozenset()) if _person(quote) not in {None, *question.people}]
        if others:
            best = max(others, key=lambda quote: quote.worth)
            citations = cited([best])
            text = f"{_said_by_another(best, question.people)}\n{in_words(citations)}"
    return Answer(question.text, answered, confidence, text, citations, hits, signals, question.understood.in_words)


def _not_found(question: Question, hits: Sequence[Hit]) -> str:
    if not hits:
        return NOTHING_LEFT
    return NOT_FOUND if is_english(question.text) else NOT_IN_ENGLISH


def _to_the_person(question: Question, found: Sequence[Found]) -> Sequence[Found]:
    """The hits; where the question names somebody, without those in which others speak, and not of her."""
    if not question.names:
        return found
    return [item for item in found if item.by_person or not item.hit.passage.speakers]


def _person(quote: Quote) -> str | None:
    """Who says it; None where the source names nobody."""
    return quote.passage.person_of(quote.statements[0].speaker)


def _said_by_another(quote: Quote, people: frozenset[str]) -> str:
    asked = " and ".join(sorted({name_of(person) for person in people}))
    return f"{asked} did not say this in the archive; {name_of(_person(quote) or '')} did."


def by_session(quotes: Sequence[Quote]) -> list[Quote]:
    """The quotes with those of one session together, the session with the best quote first."""
    sessions = list(dict.fromkeys(quote.passage.session.id for quote in quotes))
    return sorted(quotes, key=lambda quote: sessions.index(quote.passage.session.id))


def citation_of(number: int, quote: Excerpt, links_of: Callable[[str], list[Link]]) -> Citation:
    """The citation of a quote: who said it, on which page or at which second, and the link under its words."""
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
    title, date = as_label(passage.session.title), passage.session.date
    return f"{title}, {date.in_words}" if date else title


def _line(citation: Citation) -> str:
    who = f"{as_label(citation.speaker)}: " if citation.speaker else ""
    page = f", page {citation.pages[0]}" if citation.pages else ""
    time = f", {clock(citation.start_ms)}" if citation.start_ms is not None else ""
    more = " …" if citation.goes_on else ""
    return f"  {who}{in_marks(citation.quote)}{more} [{citation.number}{page}{time}]"
