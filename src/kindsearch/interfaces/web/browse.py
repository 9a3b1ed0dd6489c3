"""The pages on which the archive is looked through: sessions, people, resources, topics, and what the index holds.

They are plain pages with addresses of their own, made from what :attr:`KindSearch.browsing` finds. A visitor names a
session, a person, a page of a list or some words; no path of a file ever comes in or goes out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse
from pydantic import AfterValidator, BeforeValidator

from kindsearch.browsing import Browsing, File, Recommended, Section, Theme, Topics, holds, searchable
from kindsearch.browsing.standing_out import UNDATED
from kindsearch.errors import BadRequest, UnreadableFile
from kindsearch.interfaces.page_images import cover_image
from kindsearch.interfaces.web import rendering
from kindsearch.interfaces.web.turns import turns_of
from kindsearch.links import safe_link
from kindsearch.search import KindSearch
from kindsearch.sessions import Family
from kindsearch.stores.holdings import LeftOut, PersonSummary, SessionSummary
from kindsearch.types import Kind
from kindsearch.video import clock

MOST_WORDS = 200  # characters of what is looked for in a list
SESSIONS_A_PAGE = 48  # at least a year, and no more years than that
PEOPLE_A_PAGE, RESOURCES_A_PAGE, FILES_A_PAGE = 300, 100, 200
SESSIONS_OF_PERSON = 10  # on one page
QUOTES_OPEN = 8  # of a person in a session; the rest is folded away
VOICES_ON_CARD, THEMES_ON_CARD = 6, 5
OPEN_AT_FIRST = 3  # sections of a session with something of its own in them
FAMILIES = {Family.PACK: "Session pack", Family.TRANSCRIPT: "Transcript", Family.CHAT: "Chat"}


def _number(text: object) -> int:
    """The number of a page; whatever is none stands for the first."""
    number = str(text)
    return max(int(number), 1) if number.isascii() and number.isdigit() and len(number) < 10 else 1


def _plain(text: str) -> str:
    """Words that are looked for, on one line and no more than anybody types."""
    return " ".join(text.split())[:MOST_WORDS]


Words = Annotated[str, Query(alias="q"), AfterValidator(_plain)]
PageNumber = Annotated[int, Query(alias="page"), BeforeValidator(_number)]
Item = TypeVar("Item")


@dataclass(frozen=True)
class Paged:
    """A part of a long list: its items, the number of the page, from 1, and of how many."""

    items: Sequence[object]
    number: int
    of: int


@dataclass(frozen=True)
class Card:
    """A session as a card of the timeline."""

    summary: SessionSummary
    files: tuple[File, ...]
    themes: tuple[Theme, ...]

    @property
    def cover(self) -> File | None:
        """The file whose first page is its picture."""
        return next((file for file in self.files if file.cover), None)


@dataclass(frozen=True)
class WebAddress:
    """A link that may be followed, and the host that it leads to."""

    url: str
    host: str


def routes(archive: KindSearch) -> APIRouter:
    """The pages and the covers."""
    router = APIRouter(default_response_class=HTMLResponse)
    _add_sessions(router, archive)
    _add_people(router, archive.browsing)
    _add_lists(router, archive)
    return router


def _add_sessions(router: APIRouter, archive: KindSearch) -> None:
    browsing = archive.browsing

    @router.get("/sessions")
    def sessions(year: str | None = None) -> Response:
        years = in_years(browsing.sessions())
        shown = years_shown(years, year)
        ids = [summary.session.id for _, those in shown for summary in those]
        files, themes = _files_of(browsing.files()), browsing.themes(ids)
        cards = [
            (name, [Card(one, files.get(one.session.id, ()), themes[one.session.id]) for one in those])
            for name, those in shown
        ]
        others = [(name, len(those)) for name, those in years if name not in dict(shown)]
        return rendering.page("sessions.html", place="Sessions", years=cards, others=others, chosen=year, **_SHOWN)

    @router.get("/sessions/{session_id}")
    def session(session_id: str) -> Response:
        view = browsing.session(session_id)
        if view is None:
            return _missing("Sessions", "session", "sessions")
        card = Card(view.summary, view.files, view.themes)
        return rendering.page(
            "session.html", place="Sessions", view=view, card=card, parts=_parts(view.sections), **_SHOWN
        )

    @router.get("/sessions/{session_id}/cover.png")
    def cover(session_id: str) -> Response:
        try:
            return cover_image(archive, session_id)
        except (BadRequest, UnreadableFile):
            return rendering.problem_page(404, "No picture", "This session has no page to show.", "Sessions")


def _add_people(router: APIRouter, browsing: Browsing) -> None:
    @router.get("/people")
    def people(words: Words = "", number: PageNumber = 1) -> Response:
        everybody = browsing.people()
        found = sorted((one for one in everybody if _is_called(one, words)), key=lambda one: searchable(one.id))
        titles = {summary.session.id: summary.session for summary in browsing.sessions()}
        return rendering.page(
            "people.html",
            place="People",
            shown=paged(found, number, PEOPLE_A_PAGE),
            found=len(found),
            everybody=len(everybody),
            words=words,
            sessions=titles,
            told_apart=_told_apart(everybody),
        )

    @router.get("/people/{person_id:path}")
    def person(person_id: str, number: PageNumber = 1) -> Response:
        first = (number - 1) * SESSIONS_OF_PERSON
        view = browsing.person(person_id, first, SESSIONS_OF_PERSON)
        if view is None:
            return _missing("People", "person", "people")
        pages = Paged((), number, -(-len(view.in_sessions) // SESSIONS_OF_PERSON))
        others = [one for one in browsing.people() if one.name == view.summary.name and one.id != view.summary.id]
        titles = {summary.session.id: summary.session for summary in browsing.sessions()}
        return rendering.page(
            "person.html", place="People", view=view, shown=pages, open=QUOTES_OPEN, others=others, sessions=titles
        )


def _add_lists(router: APIRouter, archive: KindSearch) -> None:
    """What was recommended, what was talked about when, and what the archive holds."""
    browsing = archive.browsing

    @router.get("/resources")
    def resources(words: Words = "", number: PageNumber = 1) -> Response:
        found = browsing.recommended(words)
        return rendering.page(
            "resources.html",
            place="Resources",
            shown=paged(found, number, RESOURCES_A_PAGE),
            found=len(found),
            words=words,
            address_of=address_of,
            came_up=came_up,
        )

    @router.get("/topics")
    def topics() -> Response:
        found = browsing.topics()
        dates = {summary.session.id: summary.session for summary in browsing.sessions()}
        return rendering.page("topics.html", place="Topics", topics=found, rows=_rows(found), sessions=dates)

    @router.get("/status")
    def status(number: PageNumber = 1) -> Response:
        files = browsing.files()
        titles = {summary.session.id: summary.session for summary in browsing.sessions()}
        found = archive.status()
        return rendering.page(
            "status.html",
            place="Status",
            holds=found,
            left_out=[(file.source, reason_of(file)) for file in found.left_out],
            shown=paged(files, number, FILES_A_PAGE),
            sessions=titles,
            **_SHOWN,
        )


def _missing(place: str, what: str, listed: str) -> Response:
    sentence = f"The archive holds no {what} at this address (any more). All {listed} are under {place}."
    return rendering.problem_page(404, f"No such {what}", sentence, place)


# ---------------------------------------------------------------- lists in parts


def paged(items: Sequence[Item], number: int, size: int) -> Paged:
    """One page of a list, the last where there are fewer.

    >>> paged([1, 2, 3], 2, 2), paged([], 7, 2).of
    (Paged(items=[3], number=2, of=2), 1)
    """
    pages = max(-(-len(items) // size), 1)
    number = min(number, pages)
    return Paged(items[(number - 1) * size : number * size], number, pages)


def in_years(summaries: Sequence[SessionSummary]) -> list[tuple[str, list[SessionSummary]]]:
    """Sessions, which come newest first, by year; those without a date last."""
    return [(year, list(those)) for year, those in groupby(summaries, key=_year)]


def _year(summary: SessionSummary) -> str:
    return str(summary.session.date.year) if summary.session.date else UNDATED


def years_shown(
    years: Sequence[tuple[str, list[SessionSummary]]], chosen: str | None
) -> list[tuple[str, list[SessionSummary]]]:
    """The chosen year, or else the newest ones: as many as fit on a page, and one in any case."""
    if chosen in dict(years):
        return [(year, those) for year, those in years if year == chosen]
    shown = list[tuple[str, list[SessionSummary]]]()
    for year, those in years:
        if shown and sum(len(others) for _, others in shown) + len(those) > SESSIONS_A_PAGE:
            break
        shown.append((year, those))
    return shown


# ---------------------------------------------------------------- sessions


def _files_of(files: Sequence[File]) -> dict[str, tuple[File, ...]]:
    """The files of each session, pack first."""
    in_order = sorted(files, key=lambda file: (file.session_id, file.family, file.source))
    return {id_: tuple(own) for id_, own in groupby(in_order, key=lambda file: file.session_id)}


def extent_of(file: File) -> str:
    """How much a file holds: pages, or how long it lasts; of a text without either that it is one."""
    if file.pages:
        return rendering.count(file.pages, "page")
    return f"{round(file.length_ms / 60_000) or 1} min" if file.length_ms else "text"


@dataclass(frozen=True)
class Part:
    """A section as it is shown: its heading, what it is of, and whether it is open at first."""

    section: Section
    title: str
    is_open: bool


def _parts(sections: Sequence[Section]) -> list[Part]:
    """The sections with headings; the first ones with something of this session alone in them are open."""
    parts, opened = list[Part](), 0
    for section in sections:
        is_own = any(passage.kind != Kind.ABOUT for passage in section.passages)
        is_open = is_own and opened < OPEN_AT_FIRST
        opened += is_open
        parts.append(Part(section, heading_of(section), is_open))
    return parts


def heading_of(section: Section) -> str:
    """What a section is called: its title, or the time of it."""
    if section.title:
        return section.title
    if section.span_ms is None:
        return FAMILIES[section.file.family]
    start, end = section.span_ms
    return f"{clock(start)} to {clock(end)}"


def _is_called(person: PersonSummary, words: str) -> bool:
    return holds(searchable(" ".join((person.name, *person.spellings))), searchable(words))


def _told_apart(everybody: Sequence[PersonSummary]) -> frozenset[str]:
    """The ids of those who share their name with somebody else."""
    names: dict[str, list[str]] = {}
    for person in everybody:
        names.setdefault(person.name, []).append(person.id)
    return frozenset(id_ for ids in names.values() if len(ids) > 1 for id_ in ids)


# ---------------------------------------------------------------- resources, topics, status


def address_of(link: str | None) -> WebAddress | None:
    """A link that may be followed; None for anything but a web address.

    >>> address_of("https://user@books.example:80/a?b"), address_of("javascript:alert(1)"), address_of("https://[")
    (WebAddress(url='https://user@books.example:80/a?b', host='books.example'), None, None)
    """
    url = safe_link(link)
    return WebAddress(url, (urlsplit(url).hostname or "").removeprefix("www.")) if url else None


def came_up(recommended: Recommended) -> str:
    """The part of a session in which something was recommended; nothing where it has no name of its own."""
    passage = recommended.citation.passage
    return passage.section if passage.section != passage.session.title else ""


def _rows(topics: Topics) -> list[tuple[int, list[tuple[str, list[tuple[int, float]]]]]]:
    """For each period with topics, newest first: its number, and each topic with its passages and bar, 0..1, in each
    period.
    """
    rows = []
    for number in reversed(range(len(topics.periods))):
        lines = []
        for topic in topics.standing_out[number]:
            shares = [
                passages / period.passages if period.passages else 0.0
                for passages, period in zip(topic.passages, topics.periods, strict=True)
            ]
            highest = max(shares, default=0.0) or 1.0
            lines.append((topic.words, [(n, share / highest) for n, share in zip(topic.passages, shares, strict=True)]))
        if lines:
            rows.append((number, lines))
    return rows


def reason_of(file: LeftOut) -> str:
    """Why a file was left out, without where it lies on this machine."""
    return file.reason.replace(f"{file.root}/", "").replace(file.root, "the folder")


_SHOWN: dict[str, Any] = {
    "family_of": FAMILIES.__getitem__, "extent_of": extent_of, "turns_of": turns_of, "address_of": address_of,
    "voices_on_card": VOICES_ON_CARD, "themes_on_card": THEMES_ON_CARD, "came_up": came_up,
}  # fmt: skip
