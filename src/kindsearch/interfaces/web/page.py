"""The page: a question box, filters and a place for the results, as Gradio Blocks."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import gradio as gr

from kindsearch.errors import BadRequest, KindSearchError
from kindsearch.interfaces.web import markup
from kindsearch.search import MAX_QUESTION, KindSearch
from kindsearch.types import Filter, PartialDate

TITLE = "Ask the archive"
EXAMPLES = (
    "How do we measure kindness?",
    "How can somebody junior stand up to rudeness?",
    "What happened when visiting hours were scrapped?",
    "Is being kind the same as being nice?",
)
ASKED_AT_ONCE = 4
ANY_SESSION, ANYONE, ANY_TIME = ("All sessions", ""), ("Everyone", ""), ("Any time", "")
HEADER = (
    '<header class="ks-header"><h1>Ask the archive</h1>'
    "<p>What was said in the sessions of this community: the words themselves, who said them, and on which page.</p>"
    "</header>"
)

Choices = list[tuple[str, str]]
Update = dict[str, Any]
_log = logging.getLogger(__name__)


def theme() -> gr.themes.Base:
    """One calm accent, the fonts of the machine, no shadows."""
    return gr.themes.Base(
        primary_hue="teal",
        neutral_hue="slate",
        text_size="lg",
        font=["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"],
        font_mono=["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"],
    )


def blocks(archive: KindSearch) -> gr.Blocks:
    """The page over an archive."""
    sessions, speakers, months = _choices(archive)
    with gr.Blocks(title=TITLE, analytics_enabled=False) as page:
        gr.Markdown(HEADER, elem_id="ks-header", sanitize_html=False, latex_delimiters=[])
        with gr.Row(elem_id="ks-ask", equal_height=False):
            question = gr.Textbox(
                label="Your question",
                placeholder="For example: how do we measure kindness?",
                max_lines=1,
                max_length=MAX_QUESTION,
                autofocus=True,
                scale=6,
                elem_id="ks-question",
            )
            ask = gr.Button("Ask", variant="primary", scale=0, min_width=104, elem_id="ks-go")
        with gr.Row(elem_id="ks-filters"):
            filters = [
                _dropdown("Session", sessions, "ks-session"),
                _dropdown("Speaker", speakers, "ks-speaker"),
                _dropdown("From", months, "ks-since"),
                _dropdown("To", months, "ks-until"),
            ]
        with gr.Column(elem_id="ks-examples") as examples:
            gr.Markdown("Try one of these", elem_id="ks-try", latex_delimiters=[])
            with gr.Row(elem_id="ks-example-row"):
                suggested = [gr.Button(text, size="sm", variant="secondary", min_width=120) for text in EXAMPLES]
        results = gr.Markdown(
            markup.welcome(archive.sessions()),
            elem_id="ks-found",
            # The markup was cleaned where it was made; Gradio's own cleaning would take the buttons out.
            sanitize_html=False,
            latex_delimiters=[],
        )

        def answers(asked: str, *chosen: str | None) -> Iterator[tuple[Update, str]]:
            yield from _answers(archive, asked, *chosen)

        def again(asked: str, *chosen: str | None) -> Iterator[tuple[Update, str]]:
            if asked.strip():
                yield from _answers(archive, asked, *chosen)
            else:
                yield gr.skip(), gr.skip()

        def refreshed() -> tuple[Update, ...]:
            sessions, speakers, months = _choices(archive)
            return tuple(gr.update(choices=choices) for choices in (sessions, speakers, months, months))

        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        asking: dict[str, Any] = {**quiet, "inputs": [question, *filters], "outputs": [examples, results]}
        gr.on([question.submit, ask.click], answers, concurrency_limit=ASKED_AT_ONCE, **asking)
        gr.on([choice.change for choice in filters], again, concurrency_limit=ASKED_AT_ONCE, **asking)
        for button in suggested:
            shown = button.click(lambda text=button.value: text, outputs=question, **quiet)
            shown.then(answers, concurrency_limit=ASKED_AT_ONCE, **asking)
        page.load(refreshed, outputs=filters, **quiet)
    return page


def _dropdown(label: str, choices: Choices, name: str) -> gr.Dropdown:
    return gr.Dropdown(choices, value="", label=label, filterable=True, min_width=140, elem_id=name)


def _choices(archive: KindSearch) -> tuple[Choices, Choices, Choices]:
    """What the filters offer: sessions, speakers and months, the newest first."""
    summaries = archive.sessions()
    sessions = [(_named(summary.session.title, summary.session.date), summary.session.id) for summary in summaries]
    speakers = [(name, name) for name in archive.speakers()]
    dated = (summary.session.date for summary in summaries)
    known = {PartialDate(date.year, date.month) for date in dated if date and date.month}
    months = [(month.in_words, str(month)) for month in sorted(known, reverse=True)]
    return [ANY_SESSION, *sessions], [ANYONE, *speakers], [ANY_TIME, *months]


def _named(title: str, date: PartialDate | None) -> str:
    return f"{title} ({date.in_words})" if date else title


# ---------------------------------------------------------------- asking


def _answers(archive: KindSearch, asked: str, *chosen: str | None) -> Iterator[tuple[Update, str]]:
    """What the page shows one after the other: that it is looking, then what it found or what went wrong.

    The examples are shown until there is something to read in their place.
    """
    if not asked.strip():
        yield gr.update(visible=True), markup.hint(markup.EMPTY_QUESTION)
        return
    yield gr.update(visible=False), markup.waiting()
    try:
        where = filter_of(*chosen)
        found = markup.results(archive.ask(asked, where=where), narrowed_to(archive, where))
    except KindSearchError as error:
        found = markup.problem(str(error))
    except Exception:
        # The last wall before the person asking: she gets a sentence, the log gets the rest.
        _log.exception("a question could not be answered")
        found = markup.problem(
            "The archive could not be read. Try again, and tell whoever runs it if that does not help."
        )
    yield gr.skip(), found


def filter_of(
    session: str | None = None, speaker: str | None = None, since: str | None = None, until: str | None = None
) -> Filter:
    """The filters as the archive takes them. Raises BadRequest where the dates leave no time between them."""
    try:
        first, last = (PartialDate.parse(month) if month else None for month in (since, until))
    except ValueError as error:
        raise BadRequest("date", str(error)) from error
    if first and last and first > last:
        raise BadRequest("dates", f"“From” ({first.in_words}) lies after “To” ({last.in_words}): swap them")
    return Filter(session=session or None, speaker=speaker or None, since=first, until=last)


def narrowed_to(archive: KindSearch, where: Filter) -> list[str]:
    """The filters in words, for the person who chose them."""
    summaries = archive.sessions() if where.session else []
    titles = (summary.session.title for summary in summaries if summary.session.id == where.session)
    return [
        *titles,
        *([f"words of {where.speaker}"] if where.speaker else []),
        *([f"from {where.since.in_words}"] if where.since else []),
        *([f"up to {where.until.in_words}"] if where.until else []),
    ]
