"""The page: a question box, filters and a place for the results, as Gradio Blocks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import gradio as gr

from kindsearch.errors import KindSearchError
from kindsearch.interfaces import problems
from kindsearch.interfaces.web import asking, markup
from kindsearch.interfaces.web.choices import OPEN_CHOICES, Choices, offered
from kindsearch.interfaces.web.shell import ABOUT, TITLE
from kindsearch.interfaces.web.view import OPEN, View, dates_of, kind_of, when_of
from kindsearch.search import KindSearch
from kindsearch.types import Filter, Reading

EXAMPLES = (
    "How do we measure kindness?",
    "How can somebody junior stand up to rudeness?",
    "What happened when visiting hours were scrapped?",
    "Is being kind the same as being nice?",
)
LEAD = f"<h1>{TITLE}</h1><p>{ABOUT}</p>"

FILTERS = {  # by what they narrow: label and element
    Reading.SESSIONS: ("Session", "ks-session"),
    Reading.PEOPLE: ("Person", "ks-person"),
    Reading.TIME: ("When", "ks-when"),
    Reading.KINDS: ("Kind", "ks-kind"),
}

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
    """The page over an archive, of which it holds nothing yet: its script asks for that, with the page's address."""
    page: gr.Blocks = gr.Blocks(title=TITLE, analytics_enabled=False)
    with page:
        header = markup.header(uploads=archive.settings.uploads)
        gr.Markdown(header, elem_id="ks-top", sanitize_html=False, latex_delimiters=[])
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
                gr.Dropdown(
                    [OPEN_CHOICES[reading]], value="", label=label, filterable=True, min_width=140, elem_id=name
                )
                for reading, (label, name) in FILTERS.items()
            ]
        clear = gr.Button("Clear filters", size="sm", visible=False, elem_id="ks-clear")
        address = gr.Textbox(visible="hidden", show_label=False, elem_id="ks-address")
        with gr.Column(elem_id="ks-examples") as examples:
            gr.Markdown("Try one of these", elem_id="ks-try", latex_delimiters=[])
            with gr.Row(elem_id="ks-example-row"):
                suggested = [gr.Button(text, size="sm", variant="secondary", min_width=120) for text in EXAMPLES]
        results = gr.Markdown(
            elem_id="ks-found",
            # Cleaned where it was made. Gradio's own cleaning would take from the buttons which passage they open.
            sanitize_html=False,
            latex_delimiters=[],
        )
        shown = [address, clear, examples, results, *filters]

        def gone_to(address: str) -> list[Any]:
            view = View.parse(address)
            _, *found = show(archive, lambda: view)
            return [view.question, gr.skip(), *found]  # where it was set, the address may be another by now

        def asked_for(last: str, text: str, *chosen: str) -> list[Any]:
            if not text.strip():
                found = markup.state(View.parse(last), markup.hint(markup.EMPTY_QUESTION))
                return [*([gr.skip()] * 3), found, *([gr.skip()] * len(filters))]
            return show(archive, lambda: asking.asked(archive, View.parse(last), text, filter_of(*chosen)))

        def narrowed(last: str, text: str, *chosen: str) -> list[Any]:
            before = View.parse(last)
            return show(
                archive,
                lambda: asking.asked(archive, before, text.strip() or before.question, filter_of(*chosen)),
                unless=replace(before, source=None, quote=None),  # a list that was opened and left changes nothing
            )

        def opened(last: str) -> list[Any]:
            view = View.parse(last)
            return show(archive, lambda: asking.all_opened(view, asking.read_in(archive, view)))

        def suggestion(text: str) -> Callable[..., list[Any]]:
            return lambda last, *chosen: [text, *asked_for(last, text, *chosen)]

        # Plain requests, no queue: an answer takes a few hundredths of a second, and the event stream of the queue
        # was seen to lose one when a filter and a question followed each other closely. Of what is done while one is
        # under way the last counts. Filters are listened to as they are used, not as they change: they are filled too.
        # What a filter shows is taken as it comes, as an address is: Gradio's "preprocess" refuses what this process
        # has not offered to that page, and a page may be open since before a restart.
        asks: dict[str, Any] = {
            "queue": False,
            "api_visibility": "private",
            "trigger_mode": "always_last",
            "preprocess": False,
            "show_progress_on": results,
        }
        given = [address, question, *filters]
        gr.on([question.submit, ask.click], asked_for, given, shown, **asks)
        gr.on([choice.input for choice in filters], narrowed, given, shown, **asks)
        clear.click(opened, address, shown, **asks)
        for button, text in zip(suggested, EXAMPLES, strict=True):
            button.click(suggestion(text), [address, *filters], [question, *shown], **asks)
        address.submit(gone_to, address, [question, *shown], **asks)
    return page


def filter_of(session: str, person: str, when: str, kind: str) -> Filter:
    """What the filters show, as a filter."""
    return Filter(session or None, person or None, *dates_of(when), kind_of(kind))


# ---------------------------------------------------------------- what is shown


def show(archive: KindSearch, wanted: Callable[[], View], unless: View | None = None) -> list[Any]:
    """What the page shows of a view: its address, whether filters can be cleared, examples, results and filters.

    Where the view is the one that is shown already, ``unless``, all stays as it is.
    """
    view = View()
    try:
        view = wanted()
        return _shown(archive, view) if view != unless else [gr.skip()] * (4 + len(FILTERS))
    except KindSearchError as error:
        said = problems.sentence_of(error)
    except Exception:
        # The last wall before the person asking: she gets a sentence, the log gets the rest.
        _log.exception("a question could not be answered")
        said = problems.UNFORESEEN
    left = [gr.skip()] * len(FILTERS)
    return [view.address, gr.skip(), gr.update(visible=False), markup.state(view, markup.problem(said)), *left]


def _shown(archive: KindSearch, view: View) -> list[Any]:
    read = asking.read_in(archive, view)
    filled = asking.filled(view.where, read)
    sessions = archive.sessions()
    if view.question:
        found = markup.results(asking.answer_to(archive, view), view, read, sessions)
    else:
        found = markup.welcome(sessions)
    values = {
        Reading.SESSIONS: filled.session,
        Reading.PEOPLE: filled.speaker,
        Reading.TIME: when_of(filled),
        Reading.KINDS: filled.kind,
    }
    choices: dict[Reading, Choices] = offered(archive, view.where, filled)
    return [
        view.address,
        gr.update(visible=filled != OPEN),
        gr.update(visible=not view.question),
        markup.state(view, found),
        *(gr.update(choices=choices[reading], value=values[reading] or "") for reading in FILTERS),
    ]
