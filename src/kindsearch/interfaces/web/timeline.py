"""Sessions over time, as a picture: where each stands, and how high. All measures are percent of the picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kindsearch.types import PartialDate, Session, Touched

MOST_YEARS = 12  # that are named below the picture


@dataclass(frozen=True)
class Bar:
    """A session that touched a topic, by its place in the timeline (from 1): how far along, and how high."""

    number: int
    touched: Touched
    left: float
    height: float


@dataclass(frozen=True)
class Tick:
    """The beginning of a year."""

    year: int
    left: float


@dataclass(frozen=True)
class Plot:
    """The sessions with a date. ``dots`` are where those stand that did not touch it, ``width`` is that of a bar.

    ``most`` is the share of its text that the highest bar stands for, 0..1.
    """

    bars: tuple[Bar, ...]
    dots: tuple[float, ...]
    ticks: tuple[Tick, ...]
    first: PartialDate
    last: PartialDate
    width: float
    most: float


def plotted(timeline: Sequence[Touched], untouched: Sequence[Session]) -> Plot | None:
    """The picture of a timeline; None where fewer than two of its sessions, and of those beside it, have a date."""
    dates = sorted(
        date for date in [*(touched.session.date for touched in timeline), *(s.date for s in untouched)] if date
    )
    if len(dates) < 2 or not any(touched.session.date for touched in timeline):
        return None
    start, end = _months(dates[0]), _months(dates[-1])
    span = max(end - start, 1.0)
    width = round(max(min(60 / (span + 1), 4.0), 0.5), 2)

    def left(date: PartialDate) -> float:
        return round((_months(date) - start) / span * (100 - width), 2)

    most = max(touched.share for touched in timeline)
    dated = [(n, touched, touched.session.date) for n, touched in enumerate(timeline, start=1)]
    years = range(dates[0].year + 1, dates[-1].year + 1)
    return Plot(
        bars=tuple(
            Bar(n, touched, left(date), round(100 * touched.share / most, 1)) for n, touched, date in dated if date
        ),
        dots=tuple(left(session.date) + width / 2 for session in untouched if session.date),
        ticks=tuple(Tick(year, left(PartialDate(year, 1, 1))) for year in years[:: len(years) // MOST_YEARS + 1]),
        first=dates[0],
        last=dates[-1],
        width=width,
        most=most,
    )


def _months(date: PartialDate) -> float:
    """Months since the year 0, to the middle of what is known.

    >>> _months(PartialDate(2024, 6)) - _months(PartialDate(2024, 5))
    1.0
    """
    day = date.day or 16
    month = date.month or 7
    return date.year * 12 + month - 1 + (day - 1) / 31
