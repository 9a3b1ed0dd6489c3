"""What the Ask page shows: its states, each a pure function from what the archive says to cleaned HTML."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from markupsafe import Markup

from kindsearch.interfaces.exports import answers
from kindsearch.interfaces.numbering import request_number
from kindsearch.interfaces.web.asking import filled, literally, opened, read_again, standing
from kindsearch.interfaces.web.choices import WIDER, in_words, looked_in
from kindsearch.interfaces.web.rendering import fragment, places
from kindsearch.interfaces.web.view import OPEN, View, side_of
from kindsearch.stores.holdings import SessionSummary
from kindsearch.types import Answer, Citation, Filter, Read

EMPTY_QUESTION = "Write a question first, or choose one of the examples."
EMPTY_ARCHIVE = "The archive is empty. Run  kindsearch ingest  to read the session packs."


def header(*, uploads: bool) -> str:
    """The top of the page, with the navigation."""
    return fragment("header.html", place="Ask", places=lambda: places(uploads=uploads))


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


@dataclass(frozen=True)
class Way:
    """Something that leads to another view: what it says, and the address."""

    words: str
    address: str


def results(answer: Answer, view: View, read: Sequence[Read], sessions: Sequence[SessionSummary]) -> str:
    """The whole answer: quotes first, then the passages. ``read`` is what was read in the question of the view."""
    sentence, *_ = answer.text.split("\n")
    by_session = groupby(_by_session(answer.citations), key=lambda citation: citation.passage.session)
    shown = filled(view.where, read)
    chosen = in_words(view.where, sessions)
    return fragment(
        "results.html",
        answer=answer,
        sentence=sentence,  # its first; the other lines are the quotes
        chosen=[Way(words, opened(view, read, reading).address) for reading, words in chosen.items()],
        read=[Way(one.in_words, opened(view, read, one.reading).address) for one in standing(view.where, read)],
        unread=Way("Read people, times and places in it again", read_again(view).address)
        if view.literal or view.unread
        else None,
        looked_in=looked_in(shown, sessions),
        wider=_wider(view, read, shown),
        by_session=[(session, list(citations)) for session, citations in by_session],
        cited={citation.passage.id: citation for citation in answer.citations},
        remarks=_remarks(answer),
        as_text=to_copy(answers.as_text(answer)),
        as_markdown=to_copy(answers.as_markdown(answer)),
        as_citation=lambda citation: to_copy(answers.as_citation(citation)),
    )


def _wider(view: View, read: Sequence[Read], shown: Filter) -> list[Way]:
    """The ways to look further: one for each filter that is chosen or read, and to read nothing in the question."""
    sides = [reading for reading in WIDER if side_of(shown, reading) != OPEN]
    ways = [Way(WIDER[reading], opened(view, read, reading).address) for reading in sides]
    return [*ways, *([Way("Take my words literally", literally(view).address)] if read else [])]


def to_copy(text: str) -> str:
    """A text for an attribute, as JSON: on one line without double blanks, whatever lines and blanks it has."""
    return json.dumps(text).replace("  ", " \\u0020")


def state(view: View, body: str) -> str:
    """What is shown, with the address that shows it again, whatever source is open beside it."""
    address = replace(view, source=None, quote=None).address
    return fragment("state.html", address=address, body=Markup(body))


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
