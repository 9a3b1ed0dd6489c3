"""What the lines before the first turn of a written transcript say of the session: title, date, start, recording."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kindsearch.dates import not_leading, parse_date
from kindsearch.readers.recordings import URL, recording_in
from kindsearch.readers.session_facts import SERIES
from kindsearch.readers.transcript_lines import LONGEST_HEADING, Line
from kindsearch.types import PartialDate


@dataclass
class Header:
    """What the lines before the first turn say of the session; ``taken`` are those that hold nothing else."""

    title: str = ""
    date: PartialDate | None = None
    start: datetime | None = None
    video_url: str | None = None
    taken: set[int] = field(default_factory=set)


_LIST_OF = re.compile(
    r"(?:meeting |list of )?(?:attendees|participants|present|in attendance|apologies|invited|speakers?|people"
    r"|(?:summary )?keywords|tags|topics)\s*(?:\(\d+\)\s*)?(?::|$)",
    re.IGNORECASE,
)
_TITLE_IS = re.compile(r"(?:title|topic|session|meeting|subject|event)\s*:\s*", re.IGNORECASE)
_DATE_IS = re.compile(r"(?:date|when)\s*:|(?:recorded|held)\b", re.IGNORECASE)
_VIDEO_IS = re.compile(r"(?:video|recording|watch|link|youtube|vimeo|zoom|url)[^:]{0,40}:?", re.IGNORECASE)
_CLOCK = re.compile(r"(?<![\d:.])(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?::\d{2})?\s?(?:(?P<half>[ap])\.?m\b)?", re.I)
_OF_DATES = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun|date|time|when|recorded|on|at|held"
    r"|duration|length|[ap]\.?m|gmt|bst|utc|cet|cest|e[sd]t|uk|\d+\s?(?:h|m|s|hrs?|hours?|mins?|minutes|secs?|seconds))\b",
    re.IGNORECASE,
)
_ZONE = r"(?:gmt|utc|bst|[cew]es?t|[ecmp][sd]t)?(?:[+−-]\d{1,2}(?::?\d{2})?)?"
_TIME = r"\d{1,2}[:.]\d{2}(?::\d{2})?\s?(?:[ap]\.?m\b\.?)?"
_TIME_BESIDE = re.compile(rf"[\s,]{{0,5}}(?:at\s)?{_TIME}(?:\s?[-–—]\s?{_TIME})?\s?(?:{_ZONE}(?!\w))?", re.IGNORECASE)
_EMPTY_BRACKETS = re.compile(r"[(\[]\s{0,9}[)\]]")
_NO_TITLES = frozenset(
    ("", "transcript", "meeting transcript", "transcription", "time", "minutes", "notes", "meeting", SERIES.casefold())
)
_OF_TRANSCRIPT = re.compile(
    r"^transcript(?:ion)? (?:of|for) |[\s|(–—-]{1,5}transcript(?:ion)?\)?$|[-_ ]\d{8}_\d{6}\b.{0,60}$", re.IGNORECASE
)


def header_of(lines: Sequence[Line], raw: Sequence[str], levels_below: frozenset[int]) -> Header:
    """Title, date, start and recording, from the lines before the first turn.

    ``levels_below`` are the levels of the headings that come later: a heading of such a level that stands right above
    the first turn names a part of the talk, and no title.
    """
    header = _front_matter(raw)
    header.taken |= _lists(lines, header.taken)
    for number, line in enumerate(lines):
        if line.text and number not in header.taken and _says_only_facts(line, raw[number], header):
            header.taken.add(number)
    titled = _title_line(lines, header, levels_below)
    if not header.title and titled is not None:
        _take_title(lines[titled].text, header)
        header.taken.add(titled)
    return header


def _take_title(text: str, header: Header) -> None:
    header.title = _as_title(text)
    if dated := _month_in(text):
        header.date, header.start = header.date or dated[0], header.start or _clock(*dated)


def _month_in(text: str) -> tuple[PartialDate, str] | None:
    """The first date of a text, to the month or the day, and what stands around it."""
    found = parse_date(text)
    return (found[0], f"{text[: found[1]]} {text[found[2] :]}") if found and found[0].month else None


def _as_title(text: str) -> str:
    """A title without the date and the word transcript.

    >>> _as_title("Kindness in Education, 18 January 2024 - Transcript"), _as_title("Transcript")
    ('Kindness in Education', '')
    >>> _as_title("Rest (2024/06/20 18:00 GMT+1) - Transcript"), _as_title("Rest in June 2024")
    ('Rest', 'Rest')
    """
    text = _OF_TRANSCRIPT.sub("", text)
    found = parse_date(text)
    if found and found[0].month:
        date, begin, end = found
        time = _TIME_BESIDE.match(text, end)
        text = f"{not_leading(text[:begin], date)} {text[time.end() if time else end :]}"
    title = _EMPTY_BRACKETS.sub("", text).strip(" ,:|–—-(")
    return "" if title.casefold() in _NO_TITLES else title


def _title_line(lines: Sequence[Line], header: Header, levels_below: frozenset[int]) -> int | None:
    """Which line is the title: the first heading, or a first line that is no sentence."""
    left = [i for i, line in enumerate(lines) if line.text and i not in header.taken and (line.rest or not line.mark)]
    headings = (i for i in left if lines[i].level)
    heading = next((i for i in headings if i != left[-1] or lines[i].level not in levels_below), None)
    if heading is not None:
        return heading
    first = next((i for i in left if not lines[i].level and not lines[i].mark), None)
    if first is None or len(lines[first].text) > LONGEST_HEADING or lines[first].text.endswith((".", ":", ";", ",")):
        return None
    return first


def _front_matter(raw: Sequence[str]) -> Header:
    """What a block between two lines ``---`` at the very top says."""
    closing = next((i for i, line in enumerate(raw[1:50], 1) if line.rstrip() == "---"), None)
    if closing is None or raw[0].rstrip() != "---":
        return Header()
    pairs = (line.partition(":") for line in raw[1:closing])
    said = {key.strip().lower(): value.strip(" \"'") for key, _, value in pairs}
    dated = _month_in(said.get("date", ""))
    return Header(
        title=said.get("title", ""),
        date=dated[0] if dated else None,
        video_url=recording_in(" ".join(said.values())),
        taken=set(range(closing + 1)),
    )


def _lists(lines: Sequence[Line], taken: Collection[int]) -> set[int]:
    """Lists of people and of keywords: the line that says so, and the list on it or below it."""
    listed: set[int] = set()
    within, above = False, ""  # whether the list goes on, and what it had on its last line
    for number, line in enumerate(lines):
        if number in taken:
            continue
        found = _LIST_OF.match(line.text)
        if found:
            within, above = found.end() == len(line.text), ""
        elif line.level or (above and line.text and not lines[number - 1].text and not _goes_on(above, line)):
            within = False
        elif within:
            above = line.text or above
        if found or within:
            listed.add(number)
    return listed


def _goes_on(above: str, line: Line) -> bool:
    """Whether a list goes on after a blank line: with a bullet, or with one name more where each has its own line."""
    is_name = len(line.text.split()) < 5 and line.text[:1].isupper() and "," not in above and not _is_date(line.text)
    return line.is_item or is_name


def _is_date(text: str) -> bool:
    dated = _month_in(text)
    return dated is not None and not _has_words(dated[1])


def _has_words(text: str) -> bool:
    """Whether letters are left beside what dates, times and durations are written with."""
    return any(map(str.isalpha, _OF_DATES.sub("", _CLOCK.sub("", text))))


def _says_only_facts(line: Line, raw: str, header: Header) -> bool:
    """Take from one line what it says of the session; whether that is all it says."""
    if video := recording_in(raw):
        header.video_url = header.video_url or video
        return not _VIDEO_IS.sub("", URL.sub("", line.text), count=1).strip(" :.<>()[]-–")
    found = _TITLE_IS.match(line.text)
    if found and not header.title:
        _take_title(line.text[found.end() :], header)
        return True
    dated = _month_in(line.text)
    if not dated:
        is_length = any(map(str.isdigit, line.text)) and not line.mark and not _has_words(line.text)
        return is_length or not _as_title(line.text)
    is_all = not _has_words(dated[1])
    if is_all or _DATE_IS.match(line.text):
        header.date, header.start = header.date or dated[0], header.start or _clock(*dated)
    return is_all


def _clock(date: PartialDate, beside: str) -> datetime | None:
    """When the recording began: a day, and one time of that day beside it.

    None where it could mean something else: a length (``58:12``), from when to when, half a day (``6:03``).

    >>> _clock(PartialDate(2024, 1, 18), "Thu,  6:03PM • 58:12"), _clock(PartialDate(2024, 1, 18), " 18:00-19:00")
    (datetime.datetime(2024, 1, 18, 18, 3), None)
    """
    times = list(_CLOCK.finditer(re.split("[•|]", beside)[0]))
    if len(times) != 1 or not date.day or not date.month or not (times[0]["half"] or len(times[0]["hour"]) == 2):
        return None
    hour, half = int(times[0]["hour"]), (times[0]["half"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return datetime(date.year, date.month, date.day, hour, int(times[0]["minute"]))
    except ValueError:
        return None
