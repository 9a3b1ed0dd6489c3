"""The time a question speaks of: "in January", "since last autumn", "between March and June 2024".

Small rules instead of a library: a general one (dateparser) reads "may", "second" and "in 30 minutes" as times too, and
what is wrongly taken for a time hides most of the archive. Here a word that can be something else is a time only
beside one that makes it so. Vague words ("recently", "these days") say no time. Seasons are those of the north.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate

from kindsearch.dates import YEAR, dates_in, month_number
from kindsearch.questions.reckoning import (
    SEASONS,
    back_from,
    calendar_unit,
    latest_season,
    season,
    time_after,
    time_before,
)
from kindsearch.questions.vocabulary import SESSION
from kindsearch.types import MONTHS, PartialDate

_NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()
_COUNT = rf"(?P<count>\d{{1,2}}|{'|'.join(_NUMBERS)})"
_SEASON = rf"(?P<season>{'|'.join(SEASONS)})"
# "may" and "march" are months with a capital only, or as the last word after "in".
_NAMED_MONTHS = "|".join(month for month in MONTHS if month not in {"March", "May"})
_BARE_MONTH = rf"\b(?P<month>March|May|(?i:{_NAMED_MONTHS})|(?<=\bin )(?:march|may)(?=\W*$))\b"
_SOMEBODYS = r"(?:(?P<whose>the|my|your|his|her|our|their|its|a|[^\W\d_]+['’]s)\s+)?"


# ---------------------------------------------------------------- what is found


@dataclass(frozen=True)
class TimeSpan:
    """The time a question speaks of; ``words`` are how it says so. An open side is None, both sides are inclusive."""

    since: PartialDate | None
    until: PartialDate | None
    words: str

    @property
    def in_words(self) -> str:
        """As a person would write it.

        >>> TimeSpan(PartialDate(2024, 3), PartialDate(2024, 6), "last spring").in_words
        'March 2024 to June 2024'
        """
        if self.since and self.until:
            ends = (self.since.in_words, self.until.in_words)
            return " to ".join(dict.fromkeys(ends))
        return f"since {self.since.in_words}" if self.since else f"until {self.until.in_words}" if self.until else ""


@dataclass(frozen=True)
class Dates:
    """The dates that an archive holds something of, prepared to be asked whether one of them is of a time.

    ``begun`` are their first days in order, ``lasted`` for each the latest last day of those up to it.
    """

    begun: Sequence[int] = ()
    lasted: Sequence[int] = ()

    @classmethod
    def of(cls, dates: Iterable[PartialDate]) -> Dates:
        """Prepare these."""
        days = sorted({(one.first_day, one.last_day) for one in dates})
        return cls([first for first, _ in days], list(accumulate((last for _, last in days), max)))

    def has_one_between(self, since: PartialDate, until: PartialDate) -> bool:
        """Whether one of them can mean a day that is not before ``since``, nor after ``until``."""
        begun = bisect_right(self.begun, until.last_day)
        return begun > 0 and self.lasted[begun - 1] >= since.first_day


NO_DATES = Dates()


@dataclass(frozen=True)
class _Stretch:
    """A time named at ``start:end`` of a question. ``is_bare`` where the words can mean something else."""

    since: PartialDate
    until: PartialDate | None
    start: int
    end: int
    is_bare: bool = False
    has_year: bool = True


def time_in(text: str, today: date, held: Dates = NO_DATES) -> TimeSpan | None:
    """The time a question speaks of: a day, a month, a season, a year, or all since, before or between such.

    A month or season without a year is the latest one not after ``today``; where dates ``held`` in the archive are
    given, the latest that one of them is of.

    >>> span = time_in("what was said about stories before March 2024?", date(2024, 6, 1))
    >>> span.since, str(span.until)
    (None, '2024-02')
    >>> time_in("what was said last winter?", date(2024, 6, 1)).in_words
    'December 2023 to February 2024'
    >>> held = Dates.of([PartialDate(2023, 5), PartialDate(2024, 1)])
    >>> time_in("what was said in May?", date(2026, 1, 1), held).in_words
    'May 2023'
    """
    found = find_time(text, today, held)
    return found[0] if found else None


def find_time(text: str, today: date, held: Dates = NO_DATES) -> tuple[TimeSpan, int, int] | None:
    """The same, and where it stands with the words that lead to it ("since", "in the year")."""
    found: tuple[TimeSpan, int, int] | None = None
    for first, last in _runs(text, _stretches(text, today)):
        whole, marker = _joined(first, last), _MARKER.search(text, max(first.start - 40, 0), first.start)
        if whole is None or not _is_time(whole, text, marker):
            continue
        start, stop = _place(whole, text, marker)
        words = text[whole.start : whole.end]
        since, until = _opened(_held(whole, held), marker["word"].lower() if marker else "in", words)
        if found is None:
            found = TimeSpan(since, until, words), start, stop
            continue
        # "since March 2023 and before June 2024": the two open sides are one time
        earlier, begin, end = found
        if (earlier.until or since) is None and _AND.fullmatch(text, end, start):
            found = TimeSpan(earlier.since, until, f"{earlier.words}{text[end : whole.end]}"), begin, stop
        break
    return found


# ---------------------------------------------------------------- how times stand beside other words

_MARKER = re.compile(
    r"\b(?P<word>in|during|of|on|at|by|from|since|after|before|until|till|up\s+to|between|throughout|over|within)"
    r"\s+(?:the\s+)?(?:(?:year|month)\s+(?:of\s+)?)?(?:(?:early|mid|late)[\s-]+)?$",
    re.IGNORECASE,
)
_BEFORE_TIMES = frozenset(
    {"in", "during", "since", "after", "before", "until", "till", "up to", "between", "throughout"}
)
_OF_A_SESSION = re.compile(
    rf"(?:['’]s)?\s+(?:{SESSION}|(?P<part>packs?|slides?|chat|transcript|recording))\b", re.IGNORECASE
)
_BETWEEN_TWO = re.compile(r"\s*(?:[-–—]|\b(?:to|till|until|through|and|or)\b(?:\s+in\b)?)\s*", re.IGNORECASE)
_FROM_TODAY = re.compile(r"last|past|previous|this|ago|yesterday", re.IGNORECASE)
_AND = re.compile(r"\s*(?:,|\band\b|\bbut\b)?\s*", re.IGNORECASE)


def _is_time(whole: _Stretch, text: str, marker: re.Match[str] | None) -> bool:
    """Whether the words mean a time where they stand: "in January", "the January session", no "quotes from April"."""
    if not whole.is_bare or _OF_A_SESSION.match(text, whole.end):
        return True
    word = " ".join(marker["word"].lower().split()) if marker else ""
    return word in _BEFORE_TIMES or (word in {"from", "by", "of"} and text[whole.start : whole.end] not in _NAMES_TOO)


def _place(whole: _Stretch, text: str, marker: re.Match[str] | None) -> tuple[int, int]:
    """Where it stands, with what goes with it: "in the January session", but of "in the January chat" the month."""
    if marker is None:
        return whole.start, whole.end
    session = _OF_A_SESSION.match(text, whole.end)
    if session is None:
        return marker.start(), whole.end
    return (whole.start, whole.end) if session["part"] else (marker.start(), session.end())


def _held(whole: _Stretch, held: Dates) -> _Stretch:
    """The same months, where no year is given, in the latest year of which a date is held; else as they are."""
    if whole.until is None or whole.has_year:
        return whole
    for back in range(30):
        since = replace(whole.since, year=whole.since.year - back)
        until = replace(whole.until, year=whole.until.year - back)
        if held.has_one_between(since, until):
            return replace(whole, since=since, until=until)
    return whole


def _opened(whole: _Stretch, marker: str, words: str) -> tuple[PartialDate | None, PartialDate | None]:
    """Its two ends as the word before it opens them: "since" leaves out nothing of it, "before" and "after" all."""
    until = whole.until
    if marker == "before":
        return None, time_before(whole.since)
    if marker in {"until", "till", "by"} or marker.startswith("up"):
        return None, until
    if marker == "after":
        return (time_after(until) if until else whole.since), None
    # "from March 2024", but not "moved from there four years ago"
    goes_on = marker == "from" and whole.since == until and not _FROM_TODAY.search(words)
    return whole.since, None if marker == "since" or goes_on else until


def _runs(text: str, stretches: list[_Stretch]) -> Iterator[tuple[_Stretch, _Stretch]]:
    """The first and the last of those that stand together: "March and June 2024". A lone one is both."""
    position = 0
    while position < len(stretches):
        first = stretches[position]
        while position + 1 < len(stretches) and _BETWEEN_TWO.fullmatch(
            text, stretches[position].end, stretches[position + 1].start
        ):
            position += 1
        yield first, stretches[position]
        position += 1


def _joined(first: _Stretch, last: _Stretch) -> _Stretch | None:
    """From the beginning of the first to the end of the last; a first one without a year has that of the last."""
    since = first.since
    if first is not last and not first.has_year:
        end = last.since
        if since.month and end.month:
            year = end.year if since.month <= end.month else end.year - 1
            since = PartialDate(year, since.month, since.day)
    if last.until and since.first_day > last.until.last_day:
        return None
    is_bare = first.is_bare and last.is_bare and not (first is not last and first.has_year)
    has_year = first.has_year or last.has_year
    return _Stretch(since, last.until, first.start, last.end, is_bare, has_year)


# ---------------------------------------------------------------- the shapes of times


def _stretches(text: str, today: date) -> list[_Stretch]:
    """All times named in a text, in order, the longest where they overlap."""
    found = [_Stretch(day, day, start, end) for day, start, end in dates_in(text)]
    for shape, read in _SHAPES:
        for match in shape.finditer(text):
            stretch = read(match, today)
            if stretch:
                found.append(stretch)
    taken, kept = 0, list[_Stretch]()
    for stretch in sorted(found, key=lambda stretch: (stretch.start, -stretch.end)):
        if stretch.start >= taken:
            kept.append(stretch)
            taken = stretch.end
    return kept


def _at(match: re.Match[str], since: PartialDate, until: PartialDate | None, has_year: bool = True) -> _Stretch:
    return _Stretch(since, until, match.start(), match.end(), has_year=has_year)


def _slashed(match: re.Match[str], _: date) -> _Stretch | None:
    """18/01/2024 or 01/18/2024; 03/04/2024 is one of two days, and which cannot be told."""
    one, two, year = int(match["one"]), int(match["two"]), int(match["year"])
    months = {(two, one), (one, two)}
    days = [PartialDate(year, month, day) for month, day in months if month in range(1, 13) and day in range(1, 32)]
    return _at(match, days[0], days[0]) if len(days) == 1 else None


def _day_without_year(match: re.Match[str], today: date) -> _Stretch | None:
    month, day = month_number(match["month"]), int(match["day"])
    if day not in range(1, 32):
        return None
    year = today.year if (month, day) <= (today.month, today.day) else today.year - 1
    return _at(match, PartialDate(year, month, day), PartialDate(year, month, day), has_year=False)


def _month_alone(match: re.Match[str], today: date) -> _Stretch | None:
    """The latest, "last January" the latest that is over; "June Smith" is a person, and so may be whom it is "from"."""
    if match["month"] in _NAMES_TOO and _OF_A_PERSON.match(match.string, match.end()):
        return None
    month = month_number(match["month"])
    latest = today.month - (match["which"] == "last")
    year = today.year if month <= latest else today.year - 1
    when = PartialDate(year, month)
    return _Stretch(when, when, match.start(), match.end(), is_bare=not match["which"], has_year=bool(match["which"]))


def _year_alone(match: re.Match[str], _: date) -> _Stretch:
    when = PartialDate(int(match["year"]))
    return _Stretch(when, when, match.start(), match.end(), is_bare=True)


def _decade(match: re.Match[str], _: date) -> _Stretch:
    first = int(match["decade"]) * 10
    return _at(match, PartialDate(first), PartialDate(first + 9))


def _part_of_year(match: re.Match[str], today: date) -> _Stretch:
    first, last = _PARTS[" ".join(match["part"].lower().split())]
    which = (match["which"] or "").lower()
    year = int(match["year"]) if match["year"] else today.year - (which == "last")
    return _at(match, PartialDate(year, first), PartialDate(year, last))


def _season_of_year(match: re.Match[str], _: date) -> _Stretch:
    return _at(match, *season(match["season"], int(match["year"])))


def _season_named(match: re.Match[str], today: date) -> _Stretch | None:
    """The "last" one is the latest that is over, "this" the latest that has begun; "her last fall" is no season."""
    if match["season"].lower() == "fall" and match["whose"]:
        return None
    return _at(match, *latest_season(match["season"], today, is_over=match["which"].lower() != "this"))


def _season_alone(match: re.Match[str], today: date) -> _Stretch:
    return _at(match, *latest_season(match["season"], today, is_over=False), has_year=False)


def _unit_named(match: re.Match[str], today: date) -> _Stretch | None:
    """Of the calendar for "last year", back from today for "the last year"; "her last year" is no time."""
    whose, which, unit = (match["whose"] or "").lower(), match["which"].lower(), match["unit"].lower()
    if whose not in {"", "the"}:
        return None
    if which == "past" or (which == "last" and whose):
        return _at(match, back_from(today, 1, unit), None)
    return _at(match, *calendar_unit(today, which != "this", unit))


def _last_few(match: re.Match[str], today: date) -> _Stretch | None:
    if (match["whose"] or "the").lower() != "the":
        return None
    return _at(match, back_from(today, _count(match["count"]), match["unit"].lower()), None)


def _ago(match: re.Match[str], today: date) -> _Stretch:
    count = 1 if match["a"] else _count(match["count"])
    return _at(match, *calendar_unit(today, count, match["unit"].lower()))


def _yesterday(match: re.Match[str], today: date) -> _Stretch:
    return _at(match, *calendar_unit(today, 1, "day"))


def _count(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS.index(word.lower()) + 1


_PARTS = {
    **dict.fromkeys(("early", "beginning", "start"), (1, 4)),
    **dict.fromkeys(("mid", "middle"), (5, 8)),
    **dict.fromkeys(("late", "end"), (9, 12)),
    **dict.fromkeys(("q1", "first quarter"), (1, 3)),
    **dict.fromkeys(("q2", "second quarter"), (4, 6)),
    **dict.fromkeys(("q3", "third quarter"), (7, 9)),
    **dict.fromkeys(("q4", "fourth quarter", "last quarter"), (10, 12)),
    "first half": (1, 6),
    "second half": (7, 12),
}
_WHICH_YEAR = rf"(?:the\s+year\s+)?(?:{YEAR}\b|(?P<which>last|this)\s+year\b)"
_UNIT = r"(?P<unit>year|month|week|day)"
# Months that are first names too: "in June Smith's talk" is no time, nor is "the quote from April".
_NAMES_TOO = frozenset({"April", "May", "June", "August"})
_OF_A_PERSON = re.compile(r"\s+(?!I\b)[A-Z]")
_NO_PLURAL = "was|is|has|does|this|his|its|us|as|perhaps|always|sessions|meetings|calls|conversations|packs|chats"
# A number is no year before what is counted: "in 2000 hospitals", "of 1950 people".
_COUNTED = rf"(?!\s*[%.,:]\d|\s*%|\s+(?:people|staff|children|men|women)\b|\s+(?!(?:{_NO_PLURAL})\b)[a-z]+[^\W\ds]s\b)"

_Reader = Callable[[re.Match[str], date], _Stretch | None]
_SHAPES: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (re.compile(rf"\b(?P<one>\d{{1,2}})(?P<dot>[/.])(?P<two>\d{{1,2}})(?P=dot){YEAR}\b"), _slashed),
    (
        re.compile(
            rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>March|May|(?i:{_NAMED_MONTHS}))\b(?!,?\s+\d)"
        ),
        _day_without_year,
    ),
    (
        re.compile(rf"\b(?P<month>March|May|(?i:{_NAMED_MONTHS}))\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!,?\s+\d|:)"),
        _day_without_year,
    ),
    (re.compile(rf"(?:\b(?P<which>last|this)\s+)?{_BARE_MONTH}(?!\s+of\b)"), _month_alone),
    (re.compile(rf"(?<![\d.,:/-]){YEAR}\b(?![-–](?!(?:19|20)\d\d\b)){_COUNTED}"), _year_alone),
    (re.compile(rf"(?<=[-–]){YEAR}\b(?![-–]){_COUNTED}"), _year_alone),
    (re.compile(r"\b(?P<decade>(?:19|20)\d)0['’]?s\b"), _decade),
    (
        re.compile(
            rf"\b(?P<part>early|mid|late|beginning|start|middle|end|q[1-4]|(?:first|second)\s+half|"
            rf"(?:first|second|third|fourth|last)\s+quarter)(?:\s+in|\s+of)?[\s-]+{_WHICH_YEAR}",
            re.IGNORECASE,
        ),
        _part_of_year,
    ),
    (re.compile(rf"\b{_SEASON}\s+(?:of\s+)?{YEAR}\b", re.IGNORECASE), _season_of_year),
    (
        re.compile(rf"\b{_SOMEBODYS}(?P<which>last|past|previous|this)\s+{_SEASON}\b(?!\s+of\b)", re.IGNORECASE),
        _season_named,
    ),
    # A season alone is a time after these only, for much is so every summer. "After the fall" somebody is hurt.
    (
        re.compile(
            r"(?:(?<=\bsince )|(?<=\bsince the )|(?<=\bbefore the )|(?<=\bafter the )|(?<=\buntil the ))"
            r"(?P<season>spring|summer|autumn|winter)\b(?!\s+of\b)",
            re.IGNORECASE,
        ),
        _season_alone,
    ),
    (
        re.compile(
            rf"\b{_SOMEBODYS}(?P<which>last|past|previous|this)\s+(?P<unit>year|month|week)\b(?!\s+of\b)", re.IGNORECASE
        ),
        _unit_named,
    ),
    (re.compile(rf"\b{_SOMEBODYS}(?:last|past)\s+{_COUNT}\s+{_UNIT}s?\b(?!\s+of\b)", re.IGNORECASE), _last_few),
    (re.compile(rf"\b(?:(?P<a>an?)|{_COUNT})\s+{_UNIT}s?\s+ago\b", re.IGNORECASE), _ago),
    (re.compile(r"\byesterday\b(?!['’])", re.IGNORECASE), _yesterday),
)
