"""Answers as HTML: pure functions from what the archive says to the markup of the results.

Every word that comes from a document or from the person asking passes through :func:`html.escape`, and the finished
markup through nh3, which knows nothing of how it was made: two walls, so that one mistake is not enough. Matched words
are marked by their offsets in the document, never by searching for them again.

The markup is a single line: the Gradio component that shows it takes one HTML block as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby

import nh3

from kindsearch.interfaces.web.turns import Moment, Turn, moment_of, turns_of
from kindsearch.quoting import SPOKEN
from kindsearch.stores.catalog import SessionSummary
from kindsearch.types import Answer, Citation, Hit, Passage, Session

EMPTY_QUESTION = "Write a question first, or choose one of the examples."
NOT_ANSWERED = "Not in the archive"
SHOWN_WORDS = 90  # of a conversation in a card; its source shows the rest

_NUMBER = re.compile(r"\d{1,3}[.)]\s")  # an item that brings its own number needs no bullet
_TAGS = {
    "a", "article", "blockquote", "button", "div", "h2", "h3", "li", "mark", "p", "section", "span", "strong", "time",
    "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"class", "id", "role", "aria-label", "aria-hidden", "title"},
    "a": {"href"},  # to web addresses alone; rel and target are set below, whatever they were
    "button": {"type", "data-passage", "data-quote"},
    "article": {"data-passage"},
    "time": {"datetime"},
}


def safe(markup: str) -> str:
    """The second wall: only the tags and attributes written in this file, on one line."""
    cleaned = nh3.clean(
        markup,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https"},
        url_relative="deny",
        link_rel="noopener noreferrer",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return " ".join(cleaned.split())


# ---------------------------------------------------------------- the states of the page


def welcome(sessions: Sequence[SessionSummary]) -> str:
    """What the page says before a question is asked."""
    if not sessions:
        return _note(
            "Nothing to search yet", "The archive is empty. Run  kindsearch ingest  to read the session packs."
        )
    points = (
        "Answers are quotes, word for word, with the session, the person and the page or minute.",
        "Open a quote to see it outlined on its page of the session pack, or in what was said around it.",
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
    cited = {citation.passage.id: citation for citation in answer.citations}
    head = _answered(answer) if answer.answered else _not_answered(answer)
    return safe(f'<div class="ks-results">{_narrowed(narrowed_to)}{head}{_cards(answer, cited)}</div>')


# ---------------------------------------------------------------- the answer


def _answered(answer: Answer) -> str:
    status = f'<p class="ks-hidden" role="status">{_count(len(answer.citations), "quote")} found</p>'
    return f'<section class="ks-answer" aria-label="Answer">{status}{_asked(answer)}{_quotes(answer)}</section>'


def _quotes(answer: Answer) -> str:
    groups = groupby(_by_session(answer.citations), key=lambda citation: citation.passage.session)
    return "".join(_session_group(session, list(group)) for session, group in groups)


def _by_session(citations: Sequence[Citation]) -> list[Citation]:
    """Citations of one session next to one another, sessions in the order of their first quote."""
    order: dict[str, int] = {}
    for citation in citations:
        order.setdefault(citation.passage.session.id, len(order))
    return sorted(citations, key=lambda citation: (order[citation.passage.session.id], citation.number))


def _session_group(session: Session, citations: Sequence[Citation]) -> str:
    heading = f'<h3 class="ks-session">{escape(session.title)}{_date(session)}</h3>'
    remark = f'<p class="ks-remark">{escape(session.note)}</p>' if session.note else ""
    return f'<div class="ks-group">{heading}{remark}{"".join(map(_quote, citations))}</div>'


def _quote(citation: Citation) -> str:
    passage = citation.passage
    who = f'<strong class="ks-who">{escape(citation.speaker)}</strong>' if citation.speaker else ""
    words = prose(passage, citation.start, citation.end)
    watch = _watch(moment_of(passage.session, citation.start_ms))
    by = f"{who}{_chip(citation)}{watch}{_illustrative(passage)}"
    return f'<div class="ks-quote"><blockquote>{words}</blockquote><p class="ks-by">{by}</p></div>'


def _chip(citation: Citation) -> str:
    """The button of a citation: its number and place, and for those who don't see the heading its session as well."""
    session = citation.passage.session
    where = ", ".join(part for part in (session.title, session.date.in_words if session.date else "") if part)
    moment = moment_of(session, citation.start_ms)
    place = " · ".join(part for part in (_pages(citation.pages), moment.time if moment else "") if part) or "source"
    return (
        f'<button type="button" class="ks-chip ks-open" data-passage="{escape(citation.passage.id)}"'
        f' data-quote="{citation.start}-{citation.end}" title="{escape(where)}, {place}">'
        f'<span class="ks-number">{citation.number}</span>'
        f'<span class="ks-hidden">{escape(where)}, </span><span>{place}</span></button>'
    )


def _illustrative(passage: Passage) -> str:
    """A word on what was made up or retold for demonstration."""
    return '<span class="ks-illustrative">illustrative</span>' if passage.is_illustrative else ""


def _watch(moment: Moment | None) -> str:
    """A link that opens the recording at a moment, where there is one."""
    if moment is None or moment.video is None:
        return ""
    return (
        f'<a class="ks-watch" href="{escape(moment.video)}" target="_blank" rel="noopener noreferrer">'
        f"{moment.label}</a>"
    )


def _not_answered(answer: Answer) -> str:
    """That the archive does not say; where somebody else than the one asked about said it, that, and what she said."""
    sentence, *_ = answer.text.split("\n")
    advice = "" if answer.citations else " Other words or fewer filters may find more."
    return (
        f'<section class="ks-answer ks-none" aria-label="Answer">{_asked(answer)}'
        f'<h3 class="ks-session">{NOT_ANSWERED}</h3>'
        f'<p role="status">{escape(sentence)}{advice}</p>{_quotes(answer)}</section>'
    )


def _asked(answer: Answer) -> str:
    understood = f'<p class="ks-quiet">Understood: {escape(answer.understood)}</p>' if answer.understood else ""
    return f'<h2 class="ks-asked">{escape(answer.question)}</h2>{understood}'


def _narrowed(to: Sequence[str]) -> str:
    words = escape(", ".join(to))
    return f'<p class="ks-narrowed">Searched only: {words}</p>' if to else ""


# ---------------------------------------------------------------- the passages


def _cards(answer: Answer, cited: dict[str, Citation]) -> str:
    if not answer.hits:
        return '<section class="ks-passages"><p class="ks-quiet">No passage fits these filters.</p></section>'
    title = "Passages" if answer.answered else "Nearest passages, which may not answer it"
    cards = "".join(card(hit, cited.get(hit.passage.id)) for hit in answer.hits)
    return (
        f'<section class="ks-passages" aria-label="{title}"><h2 class="ks-heading">{title}</h2>'
        f"{cards}{_remarks(answer)}</section>"
    )


def _remarks(answer: Answer) -> str:
    """What is to be remarked on the sessions of the cards, but for those that are quoted: there it stands above."""
    quoted = {citation.passage.session.id for citation in answer.citations}
    others = (hit.passage.session for hit in answer.hits if hit.passage.session.id not in quoted)
    remarks = dict.fromkeys((session.title, session.note) for session in others if session.note)
    lines = "".join(f'<p class="ks-remark">{escape(title)}: {escape(note or "")}</p>' for title, note in remarks)
    return f'<div class="ks-remarks">{lines}</div>' if lines else ""


def card(hit: Hit, quoted: Citation | None = None) -> str:
    """A passage as a card: where it comes from, its words with the matched ones marked, a way to its source.

    Of a long conversation it shows the turns that were quoted, or else those with most matched words.
    """
    passage = hit.passage
    number = f'<span class="ks-number" title="Quoted above">{quoted.number}</span>' if quoted else ""
    opener = (
        f'<button type="button" class="ks-title ks-open" data-passage="{escape(passage.id)}">'
        f"{escape(passage.session.title)}</button>"
    )
    turns = turns_of(passage) if passage.kind in SPOKEN and passage.pages is None else []
    if len(turns) > 1:
        words = _conversation(hit, turns, quoted)
    else:
        speakers = f'<strong class="ks-who">{escape(", ".join(passage.speakers))}</strong>' if passage.speakers else ""
        shown = prose(passage, passage.start, passage.end, hit.matched)
        words = f'{speakers}<div class="ks-words">{shown}</div>'
    return (
        f'<article class="ks-card" data-passage="{escape(passage.id)}">'
        f'<h3 class="ks-card-head">{number}{opener}</h3><p class="ks-place">{_place(passage)}</p>{words}</article>'
    )


def _place(passage: Passage) -> str:
    """Where a passage stands: date, page, time, section, and a way to watch it."""
    moment = moment_of(passage.session, passage.start_ms)
    named = passage.section and passage.section != passage.session.title
    parts = {
        "ks-page": _pages(passage.pages),
        "ks-time": moment.time if moment else "",
        "ks-section": escape(passage.section) if named else "",
        "ks-seen": _watch(moment),
    }
    spans = (f'<span class="{name}">{part}</span>' for name, part in parts.items() if part)
    return _date(passage.session) + "".join(spans) + _illustrative(passage)


# ---------------------------------------------------------------- conversations


def _conversation(hit: Hit, turns: Sequence[Turn], quoted: Citation | None) -> str:
    """Turns of a passage, each with who says it and when; the name where it is another than before."""
    passage = hit.passage
    lengths = [len(passage.quote(turn.start, turn.end).split()) for turn in turns]
    matches = [sum(turn.start <= start < turn.end for start, _ in hit.matched) for turn in turns]
    core = [n for n, turn in enumerate(turns) if quoted and turn.start < quoted.end and quoted.start < turn.end]
    first, last = stretch(lengths, matches, core)
    lines, speaker = [], None
    for turn in turns[first : last + 1]:
        lines.append(_line(passage, turn, hit.matched, named=turn.speaker != speaker))
        speaker = turn.speaker
    above, below = _left_out(first, "before"), _left_out(len(turns) - 1 - last, "after")
    return f'<div class="ks-words ks-turns">{above}{"".join(lines)}{below}</div>'


def stretch(lengths: Sequence[int], matches: Sequence[int], core: Sequence[int] = ()) -> tuple[int, int]:
    """First and last of the turns to show: ``core``, or else the one with most matches, and what fits around that.

    ``lengths`` are the words of each turn; no more than SHOWN_WORDS are shown, if the core is no longer.

    >>> stretch([60, 20, 50, 30], [1, 0, 2, 0])
    (2, 3)
    """
    best = max(range(len(matches)), key=lambda number: matches[number])
    first, last = (core[0], core[-1]) if core else (best, best)
    shown = sum(lengths[first : last + 1])
    while True:
        sides = [n for n in (last + 1, first - 1) if 0 <= n < len(lengths) and shown + lengths[n] <= SHOWN_WORDS]
        if not sides:
            return first, last
        grown = max(sides, key=lambda number: matches[number])
        shown += lengths[grown]
        first, last = min(first, grown), max(last, grown)


def _line(passage: Passage, turn: Turn, matched: Iterable[tuple[int, int]], named: bool) -> str:
    """A turn as a paragraph that begins with who says it and when."""
    moment = moment_of(passage.session, turn.start_ms)
    who = f'<strong class="ks-who">{escape(turn.speaker)}</strong> ' if turn.speaker and named else ""
    time = f'<span class="ks-time">{moment.time}</span> ' if moment else ""
    words = marked(passage.quote(turn.start, turn.end), turn.start, matched)
    return f"<p>{who}{time}{words}</p>"


def _left_out(count: int, where: str) -> str:
    return f'<p class="ks-quiet">… {_count(count, "more turn")} {where}</p>' if count else ""


# ---------------------------------------------------------------- words


def prose(passage: Passage, start: int, end: int, matched: Iterable[tuple[int, int]] = ()) -> str:
    """The words ``start:end`` of a passage's document as paragraphs and lists, with the matched words marked."""
    items = [statement.start for statement in passage.statements if statement.is_item]
    matched = tuple(matched)
    lines = _lines(passage.quote(start, end), start)
    parts = []
    for is_item, group in groupby(lines, key=lambda line: any(line[0] <= at < line[1] for at in items)):
        inner = "".join(_tagged(text, marked(text, first, matched), is_item) for first, _, text in group)
        parts.append(f"<ul>{inner}</ul>" if is_item else inner)
    return "".join(parts)


def _tagged(text: str, shown: str, is_item: bool) -> str:
    if not is_item:
        return f"<p>{shown}</p>"
    return f'<li class="ks-numbered">{shown}</li>' if _NUMBER.match(text) else f"<li>{shown}</li>"


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
