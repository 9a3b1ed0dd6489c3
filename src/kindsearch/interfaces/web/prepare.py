"""The page for a speaker: a topic, and the brief of all that was said on it.

What is chosen stands in the address, so a brief can be shared and gone back to; the form asks for it with GET, and
works without a script. Sessions are told by id; people by id, or by any part of a name.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Annotated, Any, TypeGuard

from fastapi import APIRouter, Depends, Query, Response

from kindsearch.errors import BadRequest
from kindsearch.interfaces.exports import WRITERS, Format, export
from kindsearch.interfaces.exports.sheet import in_percent
from kindsearch.interfaces.parameters import date_of
from kindsearch.interfaces.web import rendering
from kindsearch.interfaces.web.timeline import plotted
from kindsearch.links import safe_link
from kindsearch.people import is_called
from kindsearch.search import KindSearch
from kindsearch.settings import MOST_NAMED
from kindsearch.stores.holdings import PersonSummary, SessionSummary
from kindsearch.types import Brief, PartialDate, Session

PLACE = "Prepare"
EXAMPLES = 3  # topics that the empty page offers
TITLES = 12  # of the newest sessions, from which they are taken
SUGGESTED_NAMES = 500  # of those who said most; any other name can be typed
MEDIA: dict[Format, str] = {
    "md": "text/markdown; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
FILES: tuple[tuple[Format, str], ...] = (("docx", "Word"), ("pdf", "PDF"), ("md", "Markdown"))


@dataclass(frozen=True)
class Asked:
    """What an address asks for, as it stands there. Its fields are the parameters of the address."""

    topic: str = ""
    session: tuple[str, ...] = ()
    without_session: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    without_person: tuple[str, ...] = ()
    since: str = ""
    until: str = ""

    def address(self, path: str = "/prepare") -> str:
        """Where this is to be found."""
        return rendering.query(path, **vars(self))

    def on(self, topic: str) -> Asked:
        """The same choice for another topic."""
        return replace(self, topic=topic)

    def without(self, field: str, value: str) -> Asked:
        """The same but for one choice."""
        given: Mapping[str, Any] = vars(self)
        left = tuple(one for one in given[field] if one != value) if isinstance(given[field], tuple) else ""
        return Asked(**{**given, field: left})


@dataclass(frozen=True)
class Chosen:
    """A choice in words, and the address without it; None where it was read in the topic."""

    words: str
    address: str | None


@dataclass(frozen=True)
class SessionRow:
    """A session in the form, with how many of its passages touched the topic, None where none was asked for."""

    session: Session
    passages: int | None


@dataclass(frozen=True)
class PersonRow:
    """A person in the form. ``passages`` on the topic, None where it is not known that there are any.

    ``sessions`` are the ids of those she speaks in: they tell people of one name apart.
    """

    id: str
    name: str
    sessions: tuple[str, ...]
    passages: int | None


class NotKnown(Exception):
    """A session or a person that the archive does not hold; ``field`` and ``value`` are those of the address."""

    def __init__(self, field: str, value: str) -> None:
        self.field, self.value = field, value
        what = "session" if "session" in field else "person"
        super().__init__(f"There is no {what} “{value}” in this archive (any more).")


_Values = Annotated[list[str] | None, Query()]


def _asked(
    topic: str = "",
    session: _Values = None,
    without_session: _Values = None,
    person: _Values = None,
    without_person: _Values = None,
    since: str = "",
    until: str = "",
) -> Asked:
    """What a form sent: empty fields are left out, what was given twice stands once."""

    def several(values: list[str] | None) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one for value in values or () if (one := value.strip())))

    return Asked(
        " ".join(topic.split()),
        several(session),
        several(without_session),
        several(person),
        several(without_person),
        since.strip(),
        until.strip(),
    )


def routes(archive: KindSearch) -> APIRouter:
    """``/prepare``, and the brief to take along under ``/prepare/brief.…``."""
    router = APIRouter(prefix="/prepare")

    @lru_cache(1)
    def topics(generation: int) -> tuple[str, ...]:  # noqa: ARG001 looked for once in each generation of the index
        return _topics(archive)

    @router.get("")
    def prepare(asked: Annotated[Asked, Depends(_asked)]) -> Response:
        return _page(archive, asked, lambda: topics(archive.status().generation))

    @router.get("/brief.{format}")
    def download(format: str, asked: Annotated[Asked, Depends(_asked)]) -> Response:
        if not is_format(format):
            return rendering.problem_page(404, "There is no such file", "A brief comes as md, docx or pdf.", PLACE)
        try:
            made = _brief(archive, asked, archive.people())
        except NotKnown as error:
            return _not_known(asked, error)
        except BadRequest as error:
            return _senseless(error)
        if made is None:
            return _senseless(BadRequest("topic", "write one first"))
        return Response(
            export(made, format),
            media_type=MEDIA[format],
            headers={
                "Content-Disposition": f'attachment; filename="{file_name(asked.topic)}.{format}"',
                "Cache-Control": "no-store",
            },
        )

    return router


def is_format(name: str) -> TypeGuard[Format]:
    """Whether a brief can be had in it."""
    return name in WRITERS


def file_name(topic: str) -> str:
    """A name that any system takes for the file of a brief, without its ending.

    >>> file_name("Göran's tea/../& rest"), file_name("茶")
    ('brief-goran-s-tea-rest', 'brief')
    """
    plain = unicodedata.normalize("NFKD", topic).encode("ascii", "ignore").decode().lower()
    return "-".join(["brief", *re.findall(r"[a-z0-9]+", plain)])[:60].rstrip("-")


# ---------------------------------------------------------------- what is asked for


def _brief(archive: KindSearch, asked: Asked, people: Sequence[PersonSummary]) -> Brief | None:
    """The brief; None where no topic was given. Raises NotKnown, BadRequest."""
    for field in fields(Asked):
        if isinstance(given := getattr(asked, field.name), tuple) and len(given) > MOST_NAMED:
            raise BadRequest(field.name, f"more than {MOST_NAMED} are too many")
    sessions = {summary.session.id for summary in archive.sessions()}
    for name, values in (("session", asked.session), ("without_session", asked.without_session)):
        for value in values:
            if value not in sessions:
                raise NotKnown(name, value)
    for name, values in (("person", asked.person), ("without_person", asked.without_person)):
        for value in values:
            if not _meant(people, value):
                raise NotKnown(name, value)
    since, until = date_of("from", asked.since or None), date_of("to", asked.until or None)
    if since and until and since.first_day > until.last_day:
        raise BadRequest("years", f"“from” ({since.in_words}) lies after “to” ({until.in_words}): swap them")
    if not asked.topic:
        return None
    return archive.brief(
        asked.topic,
        sessions=asked.session,
        without_sessions=asked.without_session,
        people=asked.person,
        without_people=asked.without_person,
        since=since,
        until=until,
    )


def _meant(people: Sequence[PersonSummary], asked: str) -> list[PersonSummary]:
    """The people that are meant by an id, or by any part of a name."""
    by_id = [person for person in people if person.id == asked]
    return by_id or [person for person in people if any(is_called(name, asked) for name in person.spellings)]


def _topics(archive: KindSearch) -> tuple[str, ...]:
    """Topics that were spoken of, those of most sessions first: titles, and then words that stand with them."""
    titles = dict.fromkeys(summary.session.title.split(":")[0].rstrip("?") for summary in archive.sessions()[:TITLES])
    briefs = [archive.brief(title) for title in titles]
    told = _told(briefs)
    if len(told) < EXAMPLES:
        told += _told([archive.brief(neighbour.words.lower()) for brief in briefs for neighbour in brief.neighbours])
    return tuple(dict.fromkeys(told))[:EXAMPLES]


def _told(briefs: Sequence[Brief]) -> list[str]:
    """The topics of briefs that have something to say, those of most sessions first."""
    telling = sorted((brief for brief in briefs if brief.key_points), key=lambda brief: -len(brief.timeline))
    return [brief.topic for brief in telling]


# ---------------------------------------------------------------- the page


def _page(archive: KindSearch, asked: Asked, topics: Callable[[], Sequence[str]]) -> Response:
    summaries, people = archive.sessions(), archive.people()
    titles = {summary.session.id: summary.session.title for summary in summaries}
    try:
        brief = _brief(archive, asked, people)
    except NotKnown as error:
        return _not_known(asked, error)
    except BadRequest as error:
        return _senseless(error)
    return rendering.page(
        "prepare.html",
        place=PLACE,
        asked=asked,
        brief=brief,
        plot=plotted(brief.timeline, brief.untouched) if brief else None,
        chosen=list(_chosen(asked, brief, summaries, people)),
        sessions=_session_rows(brief, summaries),
        people=_person_rows(asked, brief, people),
        only_people={person.id for value in asked.person for person in _meant(people, value)},
        without_people={person.id for value in asked.without_person for person in _meant(people, value)},
        titles_of=lambda row: ", ".join(titles[session] for session in row.sessions if session in titles),
        names=_names(people),
        years=_years(summaries),
        topics=() if brief and not brief.is_empty else topics(),
        files=FILES,
        in_percent=in_percent,
        safe_link=safe_link,
        quoted=_quoted(brief) if brief else frozenset(),
        remarks=_remarks(brief) if brief else {},
    )


def _not_known(asked: Asked, error: NotKnown) -> Response:
    way = asked.without(error.field, error.value).address()
    return rendering.page(
        "prepare_problem.html", place=PLACE, status=404, sentence=str(error), way=way, label="Prepare without it"
    )


def _senseless(error: BadRequest) -> Response:
    sentence = f"{error.field}: {error.detail}".capitalize() + "."
    return rendering.page(
        "prepare_problem.html", place=PLACE, status=400, sentence=sentence, way="/prepare", label="Begin anew"
    )


def _chosen(
    asked: Asked, brief: Brief | None, summaries: Sequence[SessionSummary], people: Sequence[PersonSummary]
) -> Iterator[Chosen]:
    """What narrows a brief, each with the address without it."""
    titles = {summary.session.id: summary.session.title for summary in summaries}
    for field_name, words in (("session", "Only {}"), ("without_session", "Without {}")):
        for value in getattr(asked, field_name):
            yield Chosen(words.format(titles.get(value, value)), asked.without(field_name, value).address())
    for field_name, words in (("person", "Only what {} said"), ("without_person", "Nothing that {} said")):
        for value in getattr(asked, field_name):
            names = ", ".join(dict.fromkeys(person.name for person in _meant(people, value))) or value
            yield Chosen(words.format(names), asked.without(field_name, value).address())
    read = {"since": brief.choice.since, "until": brief.choice.until} if brief else {}
    for field_name, words in (("since", "From {} on"), ("until", "Up to {}")):
        given, meant = getattr(asked, field_name), read.get(field_name)
        if given:
            yield Chosen(words.format(_date_in_words(given)), asked.without(field_name, given).address())
        elif meant:
            yield Chosen(f"{words.format(meant.in_words)}, as the topic says", None)


def _date_in_words(text: str) -> str:
    try:
        return PartialDate.parse(text).in_words
    except ValueError:
        return text


def _session_rows(brief: Brief | None, summaries: Sequence[SessionSummary]) -> list[SessionRow]:
    """All sessions, newest first; where there is a brief, those that touched its topic before the others."""
    touched = {own.session.id: own.passages for own in brief.timeline} if brief else {}
    rows = [SessionRow(s.session, touched.get(s.session.id, 0) if brief else None) for s in summaries]
    return sorted(rows, key=lambda row: not row.passages)


def _person_rows(asked: Asked, brief: Brief | None, people: Sequence[PersonSummary]) -> list[PersonRow]:
    """Who was chosen, and then who has words on the topic."""
    voices = {voice.person: voice.passages for voice in brief.voices} if brief else {}
    meant = [person.id for value in (*asked.person, *asked.without_person) for person in _meant(people, value)]
    known = {person.id: person for person in people}
    ids = [id_ for id_ in dict.fromkeys([*meant, *voices]) if id_ in known]
    return [PersonRow(id_, known[id_].name, known[id_].sessions, voices.get(id_)) for id_ in ids]


def _names(people: Sequence[PersonSummary]) -> list[str]:
    """The names to suggest, of those who said most."""
    said: Counter[str] = Counter()
    for person in people:
        said[person.name] += person.passages
    return sorted(name for name, _ in said.most_common(SUGGESTED_NAMES))


def _years(summaries: Sequence[SessionSummary]) -> list[str]:
    """The years that have a session, newest first."""
    years = {summary.session.date.year for summary in summaries if summary.session.date}
    return [str(year) for year in sorted(years, reverse=True)]


def _quoted(brief: Brief) -> frozenset[int]:
    """The numbers of the quotes that are printed above the references."""
    printed = [*brief.key_points, *brief.open_questions, *brief.resources]
    printed += [citation for voice in brief.voices for citation in voice.citations]
    printed += [citation for exchange in brief.exchanges for citation in exchange.citations]
    return frozenset(citation.number for citation in printed)


def _remarks(brief: Brief) -> dict[str, str]:
    """What is to be remarked on the sessions that are quoted, by title."""
    quoted = {citation.passage.session.title: citation.passage.session.note for citation in brief.references}
    return {title: note for title, note in quoted.items() if note}
