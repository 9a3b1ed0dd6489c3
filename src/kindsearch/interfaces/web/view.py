"""What the page for asking shows, as an address that can be shared: ``/?q=…&person=…&when=2024-03..2024-06``.

Pure functions, there and back. What makes no sense in an address is left out: a link that was cut or mistyped still
opens what is left of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlsplit

from kindsearch.interfaces.web.rendering import query
from kindsearch.invisible import on_one_line
from kindsearch.questions import TimeSpan
from kindsearch.settings import MAX_NAME, MAX_QUESTION
from kindsearch.types import Filter, Kind, PartialDate, Reading

SPAN = ".."  # between the dates of a span, one of which may be left out: 2024-03..2024-06, 2024..
MOST_PARAMETERS = 30
_PASSAGE = re.compile(r"[0-9A-Za-z]{1,40}")
_QUOTE = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)
_SIDES: dict[Reading, tuple[str, ...]] = {
    Reading.SESSIONS: ("session",),
    Reading.PEOPLE: ("speaker",),
    Reading.TIME: ("since", "until"),
    Reading.KINDS: ("kind",),
}


OPEN = Filter()


@dataclass(frozen=True)
class View:
    """A question, the filters chosen for it, what is not to be read in it, and the source that is open beside it.

    ``quote`` are offsets of the document, of the words marked in the source.
    """

    question: str = ""
    where: Filter = OPEN
    literal: bool = False
    unread: frozenset[Reading] = frozenset()
    source: str | None = None
    quote: tuple[int, int] | None = None

    @classmethod
    def parse(cls, address: str) -> View:
        """Read an address, or its query alone. Never fails: what makes no sense is left out."""
        given: dict[str, str] = {}
        for name, value in _parameters(address):
            given.setdefault(name, on_one_line(value))
        literal = given.get("literal", "")
        source = given.get("source", "")
        quote = _QUOTE.fullmatch(given.get("quote", ""))
        since, until = dates_of(given.get("when", ""))
        where = Filter(
            _name(given.get("session")), _name(given.get("person")), since, until, kind_of(given.get("kind"))
        )
        return cls(
            question=given.get("q", "")[: MAX_QUESTION + 1].strip(),
            where=where,
            literal=literal == "1",
            unread=frozenset(reading for reading in Reading if reading in literal.split(",")),
            source=source if _PASSAGE.fullmatch(source) else None,
            quote=(int(quote[1]), int(quote[2])) if quote and _PASSAGE.fullmatch(source) else None,
        )

    @property
    def address(self) -> str:
        """Where it is opened again."""
        return query(
            "/",
            q=self.question,
            session=self.where.session,
            person=self.where.speaker,
            when=when_of(self.where),
            kind=self.where.kind,
            literal="1" if self.literal else ",".join(sorted(self.unread)),
            source=self.source,
            quote=f"{self.quote[0]}-{self.quote[1]}" if self.quote else None,
        )


def _parameters(address: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(urlsplit(address).query, max_num_fields=MOST_PARAMETERS)
    except ValueError:  # too many, or no address at all
        return []


def _name(text: str | None) -> str | None:
    return text if text and len(text) <= MAX_NAME else None


def kind_of(text: str | None) -> Kind | None:
    """The kind of passage of that name; None where there is none."""
    return Kind(text) if text in set(Kind) else None


# ---------------------------------------------------------------- time


def dates_of(when: str) -> tuple[PartialDate | None, PartialDate | None]:
    """The ends of a time, an open one None. What is no time, or ends before it begins, is open on both sides.

    >>> [str(date) for date in dates_of("2024-03..2024-06")], dates_of("soon")
    (['2024-03', '2024-06'], (None, None))
    """
    first, is_span, last = when.partition(SPAN)
    try:
        since = PartialDate.parse(first) if first else None
        until = (PartialDate.parse(last) if last else None) if is_span else since
    except ValueError:
        return None, None
    return (None, None) if since and until and since > until else (since, until)


def when_of(where: Filter) -> str:
    """The time of a filter, as :func:`dates_of` reads it; empty where it is open.

    >>> when_of(Filter(since=PartialDate(2024))), when_of(Filter(since=PartialDate(2024), until=PartialDate(2024)))
    ('2024..', '2024')
    """
    if where.since == where.until:
        return str(where.since) if where.since else ""
    return f"{where.since or ''}{SPAN}{where.until or ''}"


def time_in_words(where: Filter) -> str:
    """The time of a filter as a person would write it; empty where it is open."""
    return TimeSpan(where.since, where.until, "").in_words


# ---------------------------------------------------------------- the sides of a filter


def side_of(where: Filter, reading: Reading) -> Filter:
    """A filter without its other sides: that of people is its speaker, that of time both its dates."""
    return Filter(**{name: getattr(where, name) for name in _SIDES[reading]})


def with_side(where: Filter, reading: Reading, other: Filter) -> Filter:
    """A filter with one side as it is in another one."""
    return replace(where, **{name: getattr(other, name) for name in _SIDES[reading]})
