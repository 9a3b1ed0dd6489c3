"""Dates as people write them, in packs and in questions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kindsearch.types import MONTHS, PartialDate

YEAR = r"(?P<year>(?:19|20)\d{2})"
_MONTH = rf"(?P<month>{'|'.join(MONTHS)}|{'|'.join(month[:3] for month in MONTHS)}|Sept)\.?"
_SHAPES = (
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+{YEAR}\b", re.IGNORECASE),
    re.compile(rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{YEAR}\b", re.IGNORECASE),
    re.compile(rf"\b{_MONTH},?\s+(?:of\s+)?{YEAR}\b", re.IGNORECASE),
    re.compile(rf"(?<![\d-]){YEAR}-(?P<number>0[1-9]|1[0-2])(?:-(?P<day>\d{{2}}))?(?![\d])"),
    re.compile(rf"(?<![\d/.-]){YEAR}(?P<between>[/.])(?P<number>0[1-9]|1[0-2])(?P=between)(?P<day>\d{{2}})(?![\d/])"),
)
MAY_END_TITLES = frozenset(("in", "on"))  # "Time for a check-in": small words that end titles, too
_LEADING_TO_DATE = re.compile(r"(?<![^\W_])(?P<word>at|by|for|from|in|of|on|the)(?P<gap>[\W_]+)$", re.IGNORECASE)
_YEAR_ALONE = re.compile(rf"\b(?:in|during|of|since|before|after|until|from)\s+{YEAR}\b(?!-)", re.IGNORECASE)


def parse_date(text: str) -> tuple[PartialDate, int, int] | None:
    """The first date in ``text``, as precise as it is given, and where it stands; None without one.

    A year alone counts only after a word such as "in" or "since".

    >>> [str(parse_date(t)[0]) for t in ("Thursday 18th January, 2024", "in June 2024", "2024-01-18.pdf", "in 2023")]
    ['2024-01-18', '2024-06', '2024-01-18', '2023']
    >>> parse_date("in June"), parse_date("room 2024")
    (None, None)
    """
    for found in dates_in(text):
        return found
    year = _YEAR_ALONE.search(text)
    return (PartialDate(int(year["year"])), year.start("year"), year.end()) if year else None


def dates_in(text: str) -> Iterator[tuple[PartialDate, int, int]]:
    """Every date with a year and a month, and where it stands: those with a day in words first, those in numbers last.

    In numbers the year comes first: 2024-06-20 and 2024/06/20, and nothing that could mean another day.
    A day that no calendar has is none.

    The month of a date with a day is given once more without it.

    >>> [str(date) for date, _, _ in dates_in("June 2023, 2024-02 and 18 January 2024")]
    ['2024-01-18', '2023-06', '2024-01', '2024-02']
    """
    for shape in _SHAPES:
        for found in shape.finditer(text):
            parts = found.groupdict()
            month = int(parts["number"]) if parts.get("number") else month_number(parts["month"])
            day = int(parts["day"]) if parts.get("day") else None
            date = PartialDate(int(parts["year"]), month, day)
            if day != 0 and date.is_in_calendar:
                yield date, found.start(), found.end()


def not_leading(before: str, date: PartialDate) -> str:
    """What stands before a date without a word that leads to it: "in" to a month, with a blank between, "on" to a day.

    >>> month, day = PartialDate(2024, 6), PartialDate(2024, 6, 18)
    >>> not_leading("Kindness in ", month), not_leading("check-in-", month), not_leading("Checking in ", day)
    ('Kindness ', 'check-in-', 'Checking in ')
    """
    found = _LEADING_TO_DATE.search(before)
    if found and found["word"].lower() in MAY_END_TITLES:
        fits = (found["word"].lower() == "on") == bool(date.day)
        return before[: found.start()] if fits and found["gap"].isspace() else before
    return before[: found.start()] if found else before


def month_number(name: str) -> int:
    """The number of a month from its name, long or short: 1 for January and Jan."""
    return next(n for n, month in enumerate(MONTHS, 1) if month[:3].lower() == name[:3].lower())
