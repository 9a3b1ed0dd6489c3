"""Lines of written transcripts, each by itself: what a line may be, by its looks.

Every regular expression here looks at a bounded stretch, or stops at the first character that it excludes, so that
reading takes time in proportion to the length of the text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kindsearch.readers.attribution import is_name
from kindsearch.readers.markup import plain, repaired, without_entities

REACH = 160  # characters from the front of a line within which a time or a colon can make a label
LONGEST_NAME = 100  # characters
LONGEST_HEADING = 120  # characters; a longer line in bold is words
BOLD = 7  # level of the heading that a line in bold is, below those with 1 to 6 #

_TIME = r"\d{1,2}:\d{1,2}:\d{1,2}(?:[.,]\d{1,3}|[:;]\d{1,2})?|\d{1,3}:\d{2}(?:[.,]\d{1,3})?"
_STAMP = re.compile(
    rf"(?P<open>[\[(]?)\s?(?<![\w:.,/])(?P<start>{_TIME})(?:\s?(?:-->|[-–—])\s?(?P<end>{_TIME}))?"
    r"(?!\w|:\d|\s?[ap]\.?m\b)\s?(?P<close>[\])]?)",
    re.IGNORECASE,
)
MARK = re.compile(rf"\[\s?(?P<start>{_TIME})(?:\s?(?:-->|[-–—])\s?(?P<end>{_TIME}))?\s?\]")  # a time among words
_COLON = re.compile(r"[:：]")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_HEADING = re.compile(r"(#{1,6})\s")
_ITEM = re.compile(r"[-*+•]\s+")
_BOLD_LINE = re.compile(r"(\*\*|__)[^*]{1,200}\1")

# What recorders write into a transcript and nobody says.
_TOOL_NOTE = re.compile(
    r"transcri(?:bed|pt|ption)(?: provided)? by .{0,60}|.{1,80} (?:started|stopped) (?:transcription|recording)"
    r"|(?:meeting|recording|transcript|transcription) ended (?:after|at) .{1,40}|end of transcript(?:ion)?"
    r"|this editable transcript was computer generated.{0,200}",
    re.IGNORECASE,
)
# What stands before a time in a sentence, and ends no name.
_BEFORE_TIMES = frozenset("after around at before by for from in is of on to till until was".split())


class Stamp(NamedTuple):
    """A time, or a time and the one it ends at, in milliseconds; ``exact`` when written with hours."""

    start: int
    end: int | None
    exact: bool


class Line(NamedTuple):
    """A line and what it may be: a turn if ``name`` is a speaker, else a heading, a time mark, or plain words.

    ``text`` is without markup, and empty for a blank line. ``words`` and ``stamp`` go with ``name``; ``mark`` and
    ``rest``, the time at its front and the words after that, hold where ``name`` is nobody's. ``alone`` says that the
    line has nothing but the name and a time, ``apart`` that there is a gap between the two, ``bare`` that the time is
    minutes and seconds without brackets.
    """

    text: str = ""
    level: int = 0
    is_item: bool = False
    name: str = ""
    words: str = ""
    stamp: Stamp | None = None
    mark: Stamp | None = None
    rest: str = ""
    alone: bool = False
    bare: bool = False
    apart: bool = False


BLANK = Line()


def lines_in(text: str) -> list[str]:
    """The lines of a text as they are written, without a byte order mark."""
    return text.removeprefix("\ufeff").splitlines()


def line_of(raw: str) -> Line:
    """What a line may be by its looks.

    >>> line = line_of("**[00:12] Ann Lee:** Hello *there*.")
    >>> line.name, line.words, line.stamp.start
    ('Ann Lee', 'Hello there.', 12000)
    """
    bare = repaired(without_entities(raw)).strip()
    level, is_item = 0, False
    if bare.startswith(">"):
        bare = bare.lstrip("> ")
    if found := _HEADING.match(bare):
        level, bare = len(found[1]), bare[found.end() :].rstrip("#").strip()
    elif found := _ITEM.match(bare):
        is_item, bare = True, bare[found.end() :]
    if not bare.strip("-=*_# ") or (bare.startswith("<!--") and bare.endswith("-->")):
        return BLANK
    text = plain(bare)
    if len(text) < 300 and _TOOL_NOTE.fullmatch(text):
        return BLANK
    if not level and not is_item and len(text) <= LONGEST_HEADING and not text.endswith((".", "!", ",", ";")):
        level = BOLD if _BOLD_LINE.fullmatch(bare) else 0
    if ":" not in text and "：" not in text:
        return Line(text, level, is_item, rest=text)
    return _taken_apart(text, is_heading=0 < level < BOLD)._replace(level=level, is_item=is_item)


def _taken_apart(text: str, *, is_heading: bool) -> Line:
    """A line with a colon: the name and the time that stand at its front, if that is what they are."""
    found = _STAMP.search(text, 0, REACH)
    stamp = stamp_of(found["start"], found["end"]) if found else None
    if not found or not stamp:
        name, words = _prefix(text)
        return Line(text, name=name, words=words, rest=text)
    before, after = text[: found.start()].strip(), text[found.end() :].strip()
    bracketed = bool(found["open"] and found["close"])
    if not before:
        return _time_first(text, after.lstrip(":-–—| "), stamp, bracketed, is_heading or bracketed or stamp.exact)
    said = _after_name(before, after, bracketed or stamp.exact, bracketed)
    if said is None and text[0] == "[" and found["close"] == "]" and not found["open"]:
        said = after.lstrip(":").strip()
    label = name_of(before)
    if said is None or not label:
        name, words = _prefix(text)
        return Line(text, name=name, words=words, rest=text)
    bare = not found["close"] and not stamp.exact and text[0] != "["
    apart = not said and text[: found.start("start")][-2:].isspace()
    return Line(text, name=label, words=said, stamp=stamp, rest=text, alone=not said, bare=bare, apart=apart)


def _time_first(text: str, rest: str, stamp: Stamp, bracketed: bool, sure: bool) -> Line:
    """A line with its time in front; unless that is ``sure`` to be one, it is words where no label follows.

    A time is one, too, that a dash parts from a name: ``0:12 - Ann Lee``.
    """
    name, words = _prefix(rest)
    parted = text.removesuffix(rest).endswith((" - ", " – ", " — ", " | "))
    leads = sure or not rest or (parted and len(rest) <= LONGEST_NAME and is_name(rest, frozenset()))
    return Line(
        text,
        name=name,
        words=words,
        stamp=stamp if name else None,
        mark=stamp if leads else None,
        rest=rest if leads else text,
        bare=not bracketed and not stamp.exact,
    )


def _after_name(before: str, after: str, sure: bool, bracketed: bool) -> str | None:
    """The words after a name and a time; None where what stands around the time says that it is no such thing."""
    if after in ("", ":") and (bracketed or not before.endswith(":")):
        return ""
    if before.endswith(":") and bracketed:
        return after
    if after.startswith(":") and sure:
        return after[1:].strip()
    return None


def stamp_of(start: str, end: str | None) -> Stamp | None:
    """A time as written, with the one it ends at; None for what no clock shows. An end before the start is none."""
    start_ms, end_ms = _milliseconds(start), _milliseconds(end) if end else None
    if start_ms is None:
        return None
    return Stamp(start_ms, end_ms if end_ms is not None and end_ms >= start_ms else None, start.count(":") > 1)


def _milliseconds(time: str) -> int | None:
    """A time as it is written, in milliseconds; None for one that no clock shows.

    >>> [_milliseconds(time) for time in ("0:12", "125:00", "00:12:03,5", "0:0:12.340", "0:75", "0:60:00")]
    [12000, 7500000, 723500, 12340, None, None]
    """
    whole, _, fraction = time.replace(",", ".").partition(".")
    parts = [int(part) for part in whole.replace(";", ":").split(":")]
    hours, minutes, seconds = parts[:3] if len(parts) > 2 else (0, *parts)
    if seconds > 59 or (len(parts) > 2 and minutes > 59):
        return None
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int(f"{fraction:0<3}" if fraction else 0)


def _prefix(text: str) -> tuple[str, str]:
    """What stands before the first colon, if that can be a name, and what stands after it.

    >>> _prefix("Ann Lee: Hello."), _prefix("At 10:30 we begin: sharp.")
    (('Ann Lee', 'Hello.'), ('', ''))
    """
    colon = _COLON.search(text, 0, REACH)
    if not colon:
        return "", ""
    after = text[colon.end() :]
    if after and not (after[0].isspace() or after[0].isalpha() or colon[0] == "："):
        return "", ""
    name = name_of(text[: colon.start()])
    return (name, after.strip()) if name else ("", "")


def name_of(text: str) -> str:
    """A label as it is written, without what sets it off; empty if it can't be one."""
    name = text.strip(" ,|:-–—")
    if name.startswith("["):
        name = name.strip("[] ")
    if not 0 < len(name) <= LONGEST_NAME or _COLON.search(name) or _YEAR.search(name):
        return ""
    goes_on = name.rpartition(" ")[2] in _BEFORE_TIMES
    return name if (any(map(str.isalpha, name)) or name.startswith("+")) and not goes_on else ""
