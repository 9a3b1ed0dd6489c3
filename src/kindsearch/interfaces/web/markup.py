"""What the Ask page shows: its states, each a pure function from what the archive says to cleaned HTML."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from kindsearch.interfaces.numbering import request_number
from kindsearch.interfaces.web.rendering import fragment
from kindsearch.stores.catalog import SessionSummary
from kindsearch.types import Answer, Citation

EMPTY_QUESTION = "Write a question first, or choose one of the examples."
EMPTY_ARCHIVE = "The archive is empty. Run  kindsearch ingest  to read the session packs."


def header() -> str:
    """The top of the page, with the navigation."""
    return fragment("header.html", place="Ask")


def welcome(sessions: Sequence[SessionSummary]) -> str:
    """What the page says before a question is asked: how much there is, from when, and what to expect."""
    if not sessions:
        return fragment("note.html", title="Nothing to search yet", sentence=EMPTY_ARCHIVE)
    dates = sorted(summary.session.date for summary in sessions if summary.session.date)
    span = dict.fromkeys(date.in_words for date in dates[:1] + dates[-1:])
    return fragment("welcome.html", sessions=len(sessions), span=list(span))


def problem(sentence: str) -> str:
    """Something that went wrong, in a sentence, with the number under which the log has it."""
    number = request_number.get()
    told = f"{sentence} (Number {number}.)" if number else sentence
    return fragment("note.html", title="That did not work", sentence=told)


def hint(sentence: str) -> str:
    """Something that the person asking should do first."""
    return fragment("note.html", title="", sentence=sentence)


def results(answer: Answer, narrowed_to: Sequence[str] = ()) -> str:
    """The whole answer: quotes first, then the passages. ``narrowed_to`` says the filters in words."""
    sentence, *_ = answer.text.split("\n")
    by_session = groupby(_by_session(answer.citations), key=lambda citation: citation.passage.session)
    return fragment(
        "results.html",
        answer=answer,
        sentence=sentence,  # its first; the other lines are the quotes
        narrowed_to=narrowed_to,
        by_session=[(session, list(citations)) for session, citations in by_session],
        cited={citation.passage.id: citation for citation in answer.citations},
        remarks=_remarks(answer),
    )


def _by_session(citations: Sequence[Citation]) -> list[Citation]:
    """Citations of one session next to one another, sessions in the order of their first quote."""
    order: dict[str, int] = {}
    for citation in citations:
        order.setdefault(citation.passage.session.id, len(order))
    return sorted(citations, key=lambda citation: (order[citation.passage.session.id], citation.number))


def _remarks(answer: Answer) -> list[tuple[str, str]]:
    """What is to be remarked on the sessions of the cards, but for those that are quoted: there it stands above."""
    quoted = {citation.passage.session.id for citation in answer.citations}
    others = (hit.passage.session for hit in answer.hits if hit.passage.session.id not in quoted)
    return list(dict.fromkeys((session.title, session.note) for session in others if session.note))
