"""Reckoning with days, months, years and seasons, as precise as people mean them."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from kindsearch.types import PartialDate

SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}  # the month each begins with


def season(name: str, year: int) -> tuple[PartialDate, PartialDate]:
    """Its first and last month. A winter is of the year it begins in."""
    first = PartialDate(year, SEASONS[name.lower()])
    return first, months_later(first, 2)


def latest_season(name: str, today: date, is_over: bool) -> tuple[PartialDate, PartialDate]:
    now = PartialDate(today.year, today.month, today.day)
    for year in range(today.year, today.year - 2, -1):
        since, until = season(name, year)
        if (until.last_day < now.first_day) if is_over else (since.first_day <= now.first_day):
            return since, until
    return season(name, today.year - 2)


def calendar_unit(today: date, back: int, unit: str) -> tuple[PartialDate, PartialDate]:
    """The first and last day, month or year of the calendar's unit so far back: 1 for the one before this."""
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7 * back)
        return _day(monday), _day(monday + timedelta(days=6))
    when = back_from(today, back, unit)
    when = PartialDate(when.year) if unit == "year" else when
    return when, when


def back_from(today: date, count: int, unit: str) -> PartialDate:
    """So long before today: a day for days and weeks, a month for longer times, which nobody means to the day."""
    if unit in {"day", "week"}:
        return _day(today - timedelta(days=count * (7 if unit == "week" else 1)))
    return months_later(PartialDate(today.year, today.month), -count * (12 if unit == "year" else 1))


def _day(when: date) -> PartialDate:
    return PartialDate(when.year, when.month, when.day)


def months_later(when: PartialDate, months: int) -> PartialDate:
    year, month = divmod(when.year * 12 + (when.month or 1) - 1 + months, 12)
    return PartialDate(year, month + 1)


def time_before(when: PartialDate) -> PartialDate:
    """The last day, month or year before: as precise as what is given, or less.

    >>> [str(time_before(PartialDate(*parts))) for parts in ((2024, 1, 18), (2024, 3, 1), (2024, 1), (2024,))]
    ['2024-01-17', '2024-02', '2023-12', '2023']
    """
    if when.month is None:
        return PartialDate(when.year - 1)
    if when.day is None or when.day == 1:
        return months_later(when, -1)
    return PartialDate(when.year, when.month, when.day - 1)


def time_after(when: PartialDate) -> PartialDate:
    """The first day, month or year after it.

    >>> [str(time_after(PartialDate(*parts))) for parts in ((2024, 1, 18), (2024, 2, 29), (2024, 12), (2024,))]
    ['2024-01-19', '2024-03', '2025-01', '2025']
    """
    if when.month is None:
        return PartialDate(when.year + 1)
    if when.day is None or when.day >= calendar.monthrange(when.year, when.month)[1]:
        return months_later(when, 1)
    return PartialDate(when.year, when.month, when.day + 1)
