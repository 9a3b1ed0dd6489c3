"""Dates as people write them, in packs and in questions."""

from __future__ import annotations

import re

from kindsearch.types import MONTHS, PartialDate

_MONTH = rf"(?P<month>{'|'.join(MONTHS)}|{'|'.join(month[:3] for month in MONTHS)}|Sept)\.?"
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_SHAPES = (
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}\b", re.IGNORECASE),
    re.compile(rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}\b", re.IGNORECASE),
    re.compile(rf"\b{_MONTH},?\s+(?:of\s+)?{_YEAR}\b", re.IGNORECASE),
    re.compile(rf"(?<![\d-]){_YEAR}-(?P<number>0[1-9]|1[0-2])(?:-(?P<day>\d{{2}}))?(?![\d])"),
)
_YEAR_ALONE = re.compile(rf"\b(?:in|during|of|since|before|after|until|from)\s+{_YEAR}\b(?!-)", re.IGNORECASE)


def parse_date(text: str) -> tuple[PartialDate, int, int] | None:
    """The first date in ``text``, as precise as it is given, and where it stands; None without one.

    A year alone counts only after a word such as "in" or "since".

    >>> [str(parse_date(t)[0]) for t in ("Thursday 18th January, 2024", "in June 2024", "2024-01-18.pdf", "in 2023")]
    ['2024-01-18', '2024-06', '2024-01-18', '2023']
    >>> parse_date("in June"), parse_date("room 2024")
    (None, None)
    """
    for shape in _SHAPES:
        found = shape.search(text)
        if found:
            parts = found.groupdict()
            month = int(parts["number"]) if parts.get("number") else _month_number(parts["month"])
            day = int(parts["day"]) if parts.get("day") else None
            if day is None or 1 <= day <= 31:
                return PartialDate(int(parts["year"]), month, day), found.start(), found.end()
    found = _YEAR_ALONE.search(text)
    return (PartialDate(int(found["year"])), found.start("year"), found.end()) if found else None


def _month_number(name: str) -> int:
    return next(n for n, month in enumerate(MONTHS, 1) if month[:3].lower() == name[:3].lower())
