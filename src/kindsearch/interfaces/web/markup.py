"""Answers as HTML: pure functions from what the archive says to the markup of the results.

Every word that comes from a document or from the person asking passes through :func:`html.escape`, and the finished
markup through nh3, which knows nothing of how it was made: two walls, so that one mistake is not enough. Matched words
are marked by their offsets in the document, never by searching for them again.

The markup is a single line: the Gradio component that shows it takes one HTML block as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby

import nh3

from kindsearch.stores.catalog import SessionSummary
from kindsearch.types import Answer, Citation, Hit, Passage, Session

EMPTY_QUESTION = "Write a question first, or choose one of the examples."
NOT_ANSWERED = "Not in the archive"

_TAGS = {
    "article", "blockquote", "button", "div", "footer", "h2", "h3", "li", "mark", "ol", "p", "section", "span",
    "strong", "time", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"class", "id", "role", "aria-label", "aria-hidden", "title"},
    "button": {"type", "data-passage", "data-quote"},
    "article": {"data-passage"},
    "time": {"datetime"},
}


def safe(markup: str) -> str:
    """The second wall: only the tags and attributes written in this file, on one line."""
    cleaned = nh3.clean(markup, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=set(), link_rel=None)
    return " ".join(cleaned.split())


# ---------------------------------------------------------------- the states of the page


def welcome(sessions: Sequence[SessionSummary]) -> str:
    """What the page says before a question is asked."""
    if not sessions:
        return _note(
            "Nothing to search yet", "The archive is empty. Run  kindsearch ingest  to read the session packs."
        )
    points = (
        "Answers are quotes, word for word, with the session, the person and the page they come from.",
        "Open a quote to see it outlined on its own page of the session pack.",
        "Where the archive has no answer, it says so.",
    )
    items = "".join(f"<li>{escape(point)}</li>" for point in points)
    return safe(f'<section class="ks-welcome"><p class="ks-held">{_held(sessions)}</p><ul>{items}</ul></section>')


def problem(sentence: str) -> str:
    """Something that went wrong, in one sentence."""
    return _note("That did not work", sentence)


def hint(sentence: str) -> str:
    """Something that the person asking should do first."""
    return safe(f'<section class="ks-note" role="status"><p>{escape(sentence)}</p></section>')


def results(answer: Answer, narrowed_to: Sequence[str] = ()) -> str:
    """The whole answer: quotes first, then the passages. ``narrowed_to`` says the filters in words."""
    cited = {citation.passage.id: citation.number for citation in answer.citations}
    head = _answered(answer) if answer.answered else _not_answered(answer)
    return safe(f'<div class="ks-results">{_narrowed(narrowed_to)}{head}{_cards(answer, cited)}</div>')


# ---------------------------------------------------------------- the answer


def _answered(answer: Answer) -> str:
    groups = groupby(_by_session(answer.citations), key=lambda citation: citation.passage.session)
    sessions = "".join(_session_group(session, list(group)) for session, group in groups)
    status = f'<p class="ks-hidden" role="status">{_count(len(answer.citations), "quote")} found</p>'
    return f'<section class="ks-answer" aria-label="Answer">{status}{_asked(answer.question)}{sessions}</section>'


def _by_session(citations: Sequence[Citation]) -> list[Citation]:
    """Citations of one session next to one another, sessions in the order of their first quote."""
    order: dict[str, int] = {}
    for citation in citations:
        order.setdefault(citation.passage.session.id, len(order))
    return sorted(citations, key=lambda citation: (order[citation.passage.session.id], citation.number))


def _session_group(session: Session, citations: Sequence[Citation]) -> str:
    heading = f'<h3 class="ks-session">{escape(session.title)}{_date(session)}</h3>'
    return f'<div class="ks-group">{heading}{"".join(map(_quote, citations))}</div>'


def _quote(citation: Citation) -> str:
    passage = citation.passage
    who = f'<strong class="ks-who">{escape(citation.speaker)}</strong>' if citation.speaker else ""
    words = prose(passage, citation.start, citation.end)
    chip = _chip(citation)
    return f'<div class="ks-quote"><blockquote>{words}</blockquote><p class="ks-by">{who}{chip}</p></div>'


def _chip(citation: Citation) -> str:
    """The button of a citation: its number and page, and for those who don't see the heading its session as well."""
    session = citation.passage.session
    where = ", ".join(part for part in (session.title, session.date.in_words if session.date else "") if part)
    page = _pages(citation.pages) or "source"
    return (
        f'<button type="button" class="ks-chip ks-open" data-passage="{escape(citation.passage.id)}"'
        f' data-quote="{citation.start}-{citation.end}" title="{escape(where)}, {page}">'
        f'<span class="ks-number">{citation.number}</span>'
        f'<span class="ks-hidden">{escape(where)}, </span><span>{page}</span></button>'
    )


def _not_answered(answer: Answer) -> str:
    return (
        f'<section class="ks-answer ks-none" aria-label="Answer">{_asked(answer.question)}'
        f'<h3 class="ks-session">{NOT_ANSWERED}</h3>'
        f'<p role="status">{escape(answer.text)} Other words or fewer filters may find more.</p></section>'
    )


def _asked(question: str) -> str:
    return f'<h2 class="ks-asked">{escape(question)}</h2>'


def _narrowed(to: Sequence[str]) -> str:
    words = escape(", ".join(to))
    return f'<p class="ks-narrowed">Searched only: {words}</p>' if to else ""


# ---------------------------------------------------------------- the passages


def _cards(answer: Answer, cited: dict[str, int]) -> str:
    if not answer.hits:
        return '<section class="ks-passages"><p class="ks-quiet">No passage fits these filters.</p></section>'
    title = "Passages" if answer.answered else "Nearest passages, which may not answer it"
    cards = "".join(card(hit, cited.get(hit.passage.id)) for hit in answer.hits)
    return f'<section class="ks-passages" aria-label="{title}"><h2 class="ks-heading">{title}</h2>{cards}</section>'


def card(hit: Hit, number: int | None = None) -> str:
    """A passage as a card: where it comes from, its words with the matched ones marked, a way to its source."""
    passage = hit.passage
    quoted = f'<span class="ks-number" title="Quoted above">{number}</span>' if number else ""
    speakers = f'<strong class="ks-who">{escape(", ".join(passage.speakers))}</strong>' if passage.speakers else ""
    named = passage.section and passage.section != passage.session.title
    section = f'<span class="ks-section">{escape(passage.section)}</span>' if named else ""
    opener = (
        f'<button type="button" class="ks-title ks-open" data-passage="{escape(passage.id)}">'
        f"{escape(passage.session.title)}</button>"
    )
    page = _pages(passage.pages)
    place = _date(passage.session) + (f'<span class="ks-page">{page}</span>' if page else "")
    return (
        f'<article class="ks-card" data-passage="{escape(passage.id)}">'
        f'<h3 class="ks-card-head">{quoted}{opener}</h3><p class="ks-place">{place}{section}</p>'
        f'{speakers}<div class="ks-words">{prose(passage, passage.start, passage.end, hit.matched)}</div></article>'
    )


# ---------------------------------------------------------------- words


def prose(passage: Passage, start: int, end: int, matched: Iterable[tuple[int, int]] = ()) -> str:
    """The words ``start:end`` of a passage's document as paragraphs and lists, with the matched words marked."""
    items = [statement.start for statement in passage.statements if statement.is_item]
    matched = tuple(matched)
    lines = _lines(passage.quote(start, end), start)
    parts = []
    for is_item, group in groupby(lines, key=lambda line: any(line[0] <= at < line[1] for at in items)):
        tag = "li" if is_item else "p"
        inner = "".join(f"<{tag}>{marked(text, first, matched)}</{tag}>" for first, _, text in group)
        parts.append(f"<ul>{inner}</ul>" if is_item else inner)
    return "".join(parts)


def _lines(text: str, start: int) -> Iterator[tuple[int, int, str]]:
    """The lines of a text with something on them: where each begins and ends in the document, and its words."""
    for line in text.splitlines(keepends=True):
        if line.strip():
            yield start, start + len(line), line.rstrip()
        start += len(line)


def marked(text: str, start: int, matched: Iterable[tuple[int, int]]) -> str:
    """Escape a text that begins at offset ``start`` of its document, and mark the stretches at these offsets.

    >>> marked("kind & calm", 100, [(100, 104)])
    '<mark>kind</mark> &amp; calm'
    """
    parts, done = [], 0
    for first, last in sorted(matched):
        low, high = max(first - start, done), min(last - start, len(text))
        if low < high:
            parts += [escape(text[done:low]), f"<mark>{escape(text[low:high])}</mark>"]
            done = high
    return "".join([*parts, escape(text[done:])])


def _held(sessions: Sequence[SessionSummary]) -> str:
    """How much there is to ask, and from when: ``8 sessions, May 2023 to June 2024``."""
    dates = sorted(summary.session.date for summary in sessions if summary.session.date)
    months = [date.in_words for date in dates[:1] + dates[-1:]]
    span = f", {' to '.join(dict.fromkeys(months))}" if months else ""
    return escape(f"{_count(len(sessions), 'session')}{span}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _date(session: Session) -> str:
    if session.date is None:
        return ""
    return f'<time class="ks-date" datetime="{session.date}">{escape(session.date.in_words)}</time>'


def _pages(pages: tuple[int, int] | None) -> str:
    if pages is None:
        return ""
    first, last = pages
    return f"page {first}" if first == last else f"pages {first}–{last}"


def _note(title: str, sentence: str) -> str:
    return safe(
        f'<section class="ks-note" role="status"><h2 class="ks-heading">{escape(title)}</h2>'
        f"<p>{escape(sentence)}</p></section>"
    )
