"""The templates of the web pages, and what they may call.

Every word that comes from a document or from a visitor is escaped by Jinja, whatever a template does with it. What
Gradio shows passes through nh3 besides, which knows nothing of how it was made: two walls, so that one mistake is not
enough. On plain pages the Content-Security-Policy is the second wall (``walls.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import nh3
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kindsearch.errors import KindSearchError
from kindsearch.interfaces import problems
from kindsearch.interfaces.in_words import in_pages
from kindsearch.interfaces.numbering import request_number
from kindsearch.interfaces.web import wording
from kindsearch.interfaces.web.turns import moment_of
from kindsearch.links import safe_link

TEMPLATES = Path(__file__).parent / "templates"
PLACES = (  # of the navigation: what it is called, where it leads
    ("Ask", "/"),
    ("Prepare", "/prepare"),
    ("Sessions", "/sessions"),
    ("People", "/people"),
    ("Resources", "/resources"),
    ("Topics", "/topics"),
    ("Status", "/status"),
)
UPLOAD = ("Upload", "/upload")
uploads_are_open: ContextVar[bool] = ContextVar("uploads_are_open", default=False)
"""Whether the application that answers just now takes uploads: then there is a page more."""
_TAGS = {
    "a", "article", "blockquote", "button", "div", "h2", "h3", "header", "li", "mark", "nav", "p", "section", "span",
    "strong", "time", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"class", "id", "role", "aria-label", "aria-hidden", "aria-current", "title"},
    "a": {"href"},  # rel is set below, whatever it was
    "button": {"type", "data-passage", "data-quote", "data-copy", "data-copy-link", "data-helpful", "aria-pressed"},
    "article": {"data-passage"},
    "span": {"data-passage"},
    "div": {"data-address"},
    "time": {"datetime"},
}


def places(*, uploads: bool) -> tuple[tuple[str, str], ...]:
    """The navigation."""
    return (*PLACES[:-1], UPLOAD, PLACES[-1]) if uploads else PLACES


@cache
def environment() -> Environment:
    """The templates with their filters."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(places=lambda: places(uploads=uploads_are_open.get()))
    made.globals.update(blocks=wording.blocks, excerpt=wording.excerpt, moment_of=moment_of)
    made.filters.update(in_pages=in_pages, count=count, query=query, segment=segment)
    return made


def rendered(template: str, **data: Any) -> str:
    """A template with this data."""
    return environment().get_template(template).render(data)


def fragment(template: str, **data: Any) -> str:
    """A template for Gradio, cleaned and on one line: the component that shows it takes one block of HTML."""
    return safe(rendered(template, **data))


def page(template: str, *, place: str, status: int = 200, **data: Any) -> HTMLResponse:
    """A plain page: a template that extends ``frame.html``. ``place`` is the entry of the navigation it belongs to."""
    return HTMLResponse(rendered(template, place=place, **data), status)


def problem_page(status: int, title: str, sentence: str, place: str = "") -> HTMLResponse:
    """A plain page that says in a sentence what went wrong, and what to do."""
    return page("problem.html", place=place, status=status, title=title, sentence=sentence, number=request_number.get())


def tell(app: FastAPI) -> None:
    """Answer the errors of plain pages with a page. What has an answer of its own (``/v1``, ``/source``) keeps it."""

    @app.exception_handler(KindSearchError)
    def ours(_: Request, error: KindSearchError) -> Response:
        return problem_page(problems.status_of(error), "That did not work", problems.sentence_of(error))

    @app.exception_handler(Exception)
    def unforeseen(_: Request, _error: Exception) -> Response:
        return problem_page(500, "That did not work", problems.UNFORESEEN)


def answer_unknown(app: FastAPI) -> None:
    """Answer addresses below those of the pages that are no page, with one that says so; call it after their routes."""
    for name, path in PLACES:
        if path != "/":
            page_of_name = partial(problem_page, 404, "There is no such page", problems.NOTHING_HERE, name)
            app.add_api_route(f"{path}/{{rest:path}}", page_of_name, response_class=HTMLResponse)


def safe(markup: str) -> str:
    """The second wall: only the tags and attributes that the templates use, on one line.

    Links lead to web addresses or to pages of ours.
    """
    cleaned = nh3.clean(
        markup,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        tag_attribute_values={"a": {"target": {"_blank"}}},
        url_schemes={"http", "https"},
        url_relative="pass_through",
        attribute_filter=_only_our_pages,
        link_rel="noopener noreferrer",
    )
    return " ".join(cleaned.split())


def _only_our_pages(tag: str, attribute: str, value: str) -> str | None:
    """An address without a scheme only where it is a path here: ``//elsewhere`` is none."""
    if (tag, attribute) != ("a", "href") or safe_link(value):
        return value
    is_here = value.startswith("/") and not value.startswith(("//", "/\\"))
    return value if is_here else None


# ---------------------------------------------------------------- filters


def count(number: int, noun: str) -> str:
    """A number with its noun.

    >>> count(1, "session"), count(2_000, "session")
    ('1 session', '2,000 sessions')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def segment(text: str) -> str:
    """A text as one segment of a path, whatever is in it.

    >>> segment("Ann/Bo · 2024-06")
    'Ann%2FBo%20%C2%B7%202024-06'
    """
    return quote(text, safe="")


def query(path: str, **parameters: str | Sequence[str] | None) -> str:
    """An address of ours with its parameters; those that are None or empty are left out.

    >>> query("/prepare", topic="rest & tea", session=["a", "b"], person=None)
    '/prepare?topic=rest+%26+tea&session=a&session=b'
    """
    given = {name: value for name, value in parameters.items() if value}
    return f"{path}?{urlencode(given, doseq=True)}" if given else path
