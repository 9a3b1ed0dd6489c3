"""The page: a question box, filters and a place for the results, as Gradio Blocks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import gradio as gr

from kindsearch.errors import BadRequest, KindSearchError
from kindsearch.interfaces import problems
from kindsearch.interfaces.web import markup
from kindsearch.search import KindSearch
from kindsearch.types import Filter, PartialDate

TITLE = "Ask the archive"
EXAMPLES = (
    "How do we measure kindness?",
    "How can somebody junior stand up to rudeness?",
    "What happened when visiting hours were scrapped?",
    "Is being kind the same as being nice?",
)
ANY_SESSION, ANYONE, ANY_TIME = ("All sessions", ""), ("Everyone", ""), ("Any time", "")
LEAD = (
    "<h1>Ask the archive</h1>"
    "<p>What was said in the sessions of this community: the words themselves, who said them, where and when.</p>"
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
    page: gr.Blocks = gr.Blocks(title=TITLE, analytics_enabled=False)
    with page:
        gr.Markdown(markup.header(), elem_id="ks-top", sanitize_html=False, latex_delimiters=[])
        gr.Markdown(LEAD, elem_id="ks-header", latex_delimiters=[])
        with gr.Row(elem_id="ks-ask", equal_height=False):
            question = gr.Textbox(
                label="Your question",
                placeholder="For example: how do we measure kindness?",
                max_lines=1,
                max_length=archive.settings.question_characters,
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
            # Cleaned where it was made. Gradio's own cleaning would take from the buttons which passage they open.
            sanitize_html=False,
            latex_delimiters=[],
        )

        def asked_for(asked: str, *chosen: str | None) -> tuple[Update, str]:
            return answered(archive, asked, *chosen)

        def narrowed(asked: str, *chosen: str | None) -> tuple[Update, str | Update]:
            return answered(archive, asked, *chosen) if asked.strip() else (gr.skip(), gr.skip())

        def suggestion(text: str) -> Callable[..., tuple[str, Update, str]]:
            return lambda *chosen: (text, *answered(archive, text, *chosen))

        def refreshed() -> tuple[Update | str, ...]:
            sessions, speakers, months = _choices(archive)
            offered = (gr.update(choices=choices) for choices in (sessions, speakers, months, months))
            return (*offered, markup.welcome(archive.sessions()))

        # Plain requests, no queue: an answer takes a few hundredths of a second, and the event stream of the queue
        # was seen to lose one when a filter and a question followed each other closely.
        plain: dict[str, Any] = {"queue": False, "api_visibility": "private"}
        asking: dict[str, Any] = {**plain, "inputs": [question, *filters], "outputs": [examples, results]}
        gr.on([question.submit, ask.click], asked_for, show_progress_on=results, **asking)
        gr.on([choice.change for choice in filters], narrowed, show_progress_on=results, **asking)
        for button, text in zip(suggested, EXAMPLES, strict=True):
            outputs = [question, examples, results]
            button.click(suggestion(text), filters, outputs, show_progress_on=results, **plain)
        page.load(refreshed, outputs=[*filters, results], show_progress="hidden", **plain)
    return page


def _dropdown(label: str, choices: Choices, name: str) -> gr.Dropdown:
    return gr.Dropdown(choices, value="", label=label, filterable=True, min_width=140, elem_id=name)


def _choices(archive: KindSearch) -> tuple[Choices, Choices, Choices]:
    """What the filters offer: sessions, speakers and months, the newest first."""
    summaries = archive.sessions()
    sessions = [(_named(summary.session.title, summary.session.date), summary.session.id) for summary in summaries]
    speakers = [(name, name) for name in dict.fromkeys(person.name for person in archive.people())]
    dated = (summary.session.date for summary in summaries)
    known = {PartialDate(date.year, date.month) for date in dated if date and date.month}
    months = [(month.in_words, str(month)) for month in sorted(known, reverse=True)]
    return [ANY_SESSION, *sessions], [ANYONE, *speakers], [ANY_TIME, *months]


def _named(title: str, date: PartialDate | None) -> str:
    return f"{title} ({date.in_words})" if date else title


# ---------------------------------------------------------------- asking


def answered(archive: KindSearch, asked: str, *chosen: str | None) -> tuple[Update, str]:
    """Whether the examples are still shown, and what the page found or what went wrong."""
    if not asked.strip():
        return gr.update(visible=True), markup.hint(markup.EMPTY_QUESTION)
    try:
        where = filter_of(*chosen)
        found = markup.results(archive.ask(asked, where=where), narrowed_to(archive, where))
    except KindSearchError as error:
        found = markup.problem(problems.sentence_of(error))
    except Exception:
        # The last wall before the person asking: she gets a sentence, the log gets the rest.
        _log.exception("a question could not be answered")
        found = markup.problem(problems.UNFORESEEN)
    return gr.update(visible=False), found


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
