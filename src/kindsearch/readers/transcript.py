"""Written transcripts, plain or Markdown, in the forms that recorders export and people type.

A transcript is lines of text. Some of them name a speaker, with a time or without (``Ann Lee  0:12``,
``[00:12:03] Ann Lee: words``, ``**Ann Lee:** words``), some hold a time only, some are headings, and the rest are words
of whoever was named last. Which is which can't be told from one line: "Welcome  10:30" is an item of an agenda, "Note:"
is no person. So each line is first taken apart for what it may be (:class:`_Line`), the whole file then says which
names are speakers (:func:`_speakers`), and only then are the words given out. Where the file does not clearly have
speakers it is no transcript.

Every regular expression here looks at a bounded stretch, or stops at the first character that it excludes, so that
reading takes time in proportion to the length of the text.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import urlsplit

from kindsearch.dates import parse_date
from kindsearch.errors import UnreadableFile
from kindsearch.readers.attribution import is_name, words_in_lower_case
from kindsearch.readers.labels import labelled
from kindsearch.readers.session_facts import SERIES
from kindsearch.readers.slides import clean
from kindsearch.readers.turns import Utterance, document_of
from kindsearch.types import Document, PartialDate, Session

REACH = 160  # characters from the front of a line within which a time or a colon can make a label
LONGEST_NAME = 100  # characters
LONGEST_HEADING = 120  # characters; a longer line in bold is words
LONGEST_HEADER = 1_000  # characters before the first turn; a longer one is at most twice as long as what is said
BOLD = 7  # level of the heading that a line in bold is, below those with 1 to 6 #
EARLY_MS = 5 * 60_000  # transcripts begin before this, agendas hardly ever
CLOCK_MS = 6 * 3_600_000  # no recording is that long: what begins later counts from midnight

_TIME = r"\d{1,2}:\d{1,2}:\d{1,2}(?:[.,]\d{1,3}|[:;]\d{1,2})?|\d{1,3}:\d{2}(?:[.,]\d{1,3})?"
_STAMP = re.compile(
    rf"(?P<open>[\[(]?)\s?(?<![\w:.,/])(?P<start>{_TIME})(?:\s?(?:-->|[-–—])\s?(?P<end>{_TIME}))?"
    r"(?!\w|:\d|\s?[ap]\.?m\b)\s?(?P<close>[\])]?)",
    re.IGNORECASE,
)
_MARK = re.compile(rf"\[\s?(?P<start>{_TIME})(?:\s?(?:-->|[-–—])\s?(?P<end>{_TIME}))?\s?\]")
_COLON = re.compile(r"[:：]")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_SAVED_CHAT = re.compile(r"\d{1,2}:\d\d:\d\d(?:\t|\s+From\s)")

_LINK = re.compile(r"(?<!\\)!?\[([^\[\]]{1,500})\]\([^()\s\[\]]{0,500}\)")
_MARKUP = (
    re.compile(r"(?<!\\)\*\*\*?(?=[^\s*])([^*]++)\*\*\*?"),
    re.compile(r"(?<![\\*\w])\*(?=[^\s*])([^*]++)(?<=\S)\*(?![*\w])"),
    re.compile(r"(?<![\\\w])___?(?=[^\s_])([^_]++)___?(?!\w)"),
    re.compile(r"(?<![\\\w])_(?=[^\s_])([^_]++)(?<=\S)_(?!\w)"),
)
_TAG = re.compile(r"</?(?:b|i|em|strong|u|p|br|span)\b[^<>]{0,200}>", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([^\w\s])")
_WORD = re.compile(r"\S+")
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
# What stands before a colon or beside a time again and again, and is nobody: in minutes, mails, logs, records, notes.
_NOBODY = frozenset(
    "action actions address agenda aim answer apologies attendees background bcc cc chapter comment comments "
    "crosstalk critical date debug decision decisions description discussion due duration email error example fatal "
    "from inaudible info item keywords laughter link location message minutes music name next note notes outcome "
    "outcomes owner part participants phone present purpose question questions re recording role section sent session "
    "silence source speakers status step subject summary tags task tel time title to topic trace unintelligible url "
    "venue video warn warning warnings welcome when where".split()
)

_ASKED = frozenset(("Q", "A"))  # questions and answers that nobody is named for
# Common words that name a speaker all the same, alone or with another word.
_ROLES = frozenset(
    "all attendee audience caller chair doctor everyone facilitator guest host interpreter interviewer member "
    "moderator narrator nurse organiser organizer panel panellist participant patient presenter questioner speaker "
    "student translator voice".split()
)
# What stands before a time in a sentence, and ends no name.
_BEFORE_TIMES = frozenset("after around at before by for from in is of on to till until was".split())


class _Stamp(NamedTuple):
    """A time, or a time and the one it ends at, in milliseconds; ``exact`` when written with hours."""

    start: int
    end: int | None
    exact: bool


class _Line(NamedTuple):
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
    stamp: _Stamp | None = None
    mark: _Stamp | None = None
    rest: str = ""
    alone: bool = False
    bare: bool = False
    apart: bool = False


_BLANK = _Line()


def recognises(text: str) -> bool:
    r"""Whether this is clearly a transcript: its speakers are named, again and again, at the front of lines.

    >>> recognises("Ann Lee  0:12\nHello.\n\nBo  0:30\nWelcome.\n")
    True
    >>> recognises("Welcome  10:00\nBob opens.\n\nCoffee  10:30\nIn the foyer.\n")
    False
    """
    return bool(_parsed(text)[1])


def read(text: str, document_id: str, source: str) -> Document:
    """The transcript as a Document: a line of its text is a turn, each span has its speaker, time and heading.

    A time holds for the words of its turn, and ends where the next one is given; one that stands on a line of its own
    holds until then. Raises UnreadableFile where no speaker can be told or nobody says a word.
    """
    lines, speakers = _parsed(text)
    if not speakers:
        raise UnreadableFile(source, "no speakers can be told in it: begin each turn with the name and a colon")
    first = next(i for i, line in enumerate(lines) if _is_turn(line, speakers))
    header = _header(lines[:first], _raw_lines(text)[:first], _levels(lines[first:]))
    speech = _Speech(speakers)
    for number, line in enumerate(lines):
        speech.hear(_BLANK if number in header.taken else line)
    utterances = speech.utterances()
    if not utterances:
        raise UnreadableFile(source, "its speakers are named, but say nothing")
    session = Session("", header.title, header.date, video_url=header.video_url, start=header.start)
    begin = next((stamp.start for stamp in speech.stamps), 0)
    return document_of(utterances, session, document_id, source, by_the_clock=begin >= CLOCK_MS)


def _parsed(text: str) -> tuple[list[_Line], frozenset[str]]:
    """The lines of a transcript and its speakers; no speakers where it is none."""
    raw = _raw_lines(text)
    filled = sum(not line.isspace() for line in raw if line)
    if sum(":" in line or "：" in line for line in raw) < max(2, filled / 40) or raw[0].startswith("WEBVTT"):
        return [], frozenset()
    looks = {line: _line(line) for line in set(raw)}
    lines = _beside_marks(_with_underlined([looks[line] for line in raw], raw))
    stamped = sum(1 for line in lines if line.name and line.stamp)
    chat = sum(1 for line in raw if _SAVED_CHAT.match(line))
    cues = sum(1 for line in lines if line.mark and line.mark.end is not None and not line.rest)
    return lines, frozenset() if max(chat, cues) > stamped / 2 else _speakers(lines)


# ---------------------------------------------------------------- lines, each by itself


def _raw_lines(text: str) -> list[str]:
    return text.removeprefix("\ufeff").splitlines()


def _line(raw: str) -> _Line:
    """What a line may be by its looks.

    >>> line = _line("**[00:12] Ann Lee:** Hello *there*.")
    >>> line.name, line.words, line.stamp.start
    ('Ann Lee', 'Hello there.', 12000)
    """
    bare = _cleaned(raw)
    level, is_item = 0, False
    if bare.startswith(">"):
        bare = bare.lstrip("> ")
    if found := _HEADING.match(bare):
        level, bare = len(found[1]), bare[found.end() :].rstrip("#").strip()
    elif found := _ITEM.match(bare):
        is_item, bare = True, bare[found.end() :]
    if not bare.strip("-=*_# ") or (bare.startswith("<!--") and bare.endswith("-->")):
        return _BLANK
    text = _plain(bare)
    if len(text) < 300 and _TOOL_NOTE.fullmatch(text):
        return _BLANK
    if not level and not is_item and len(text) <= LONGEST_HEADING and not text.endswith((".", "!", ",", ";")):
        level = BOLD if _BOLD_LINE.fullmatch(bare) else 0
    if ":" not in text and "：" not in text:
        return _Line(text, level, is_item, rest=text)
    return _taken_apart(text, is_heading=0 < level < BOLD)._replace(level=level, is_item=is_item)


def _cleaned(raw: str) -> str:
    """A line whose words are repaired."""
    line = html.unescape(raw) if "&" in raw else raw
    if line.isascii() and line.isprintable():
        return line.strip()
    return _WORD.sub(lambda word: _clean_word(word[0]), line).strip()


@lru_cache(maxsize=2**14)
def _clean_word(word: str) -> str:
    return word if word.isascii() and word.isprintable() else clean(word)


def _plain(line: str) -> str:
    """A line without markup.

    >>> _plain("**Kind**, *really*, says [a paper](https://example.org): 2 * 3")
    'Kind, really, says a paper: 2 * 3'
    """
    if "](" in line:
        line = _LINK.sub(r"\1", line)
    if "*" in line or "_" in line:
        for markup in _MARKUP:
            line = markup.sub(r"\1", line)
    if "<" in line:
        line = _TAG.sub(lambda tag: " " if tag[0].lower().startswith(("<br", "<p", "</p")) else "", line)
    return _ESCAPED.sub(r"\1", line).strip() if "\\" in line else line.strip()


def _taken_apart(text: str, *, is_heading: bool) -> _Line:
    """A line with a colon: the name and the time that stand at its front, if that is what they are."""
    found = _STAMP.search(text, 0, REACH)
    stamp = _stamp(found["start"], found["end"]) if found else None
    if not found or not stamp:
        name, words = _prefix(text)
        return _Line(text, name=name, words=words, rest=text)
    before, after = text[: found.start()].strip(), text[found.end() :].strip()
    bracketed = bool(found["open"] and found["close"])
    if not before:
        return _time_first(text, after.lstrip(":-–—| "), stamp, bracketed, is_heading or bracketed or stamp.exact)
    said = _after_name(before, after, bracketed or stamp.exact, bracketed)
    if said is None and text[0] == "[" and found["close"] == "]" and not found["open"]:
        said = after.lstrip(":").strip()
    label = _name(before)
    if said is None or not label:
        name, words = _prefix(text)
        return _Line(text, name=name, words=words, rest=text)
    bare = not found["close"] and not stamp.exact and text[0] != "["
    apart = not said and text[: found.start("start")][-2:].isspace()
    return _Line(text, name=label, words=said, stamp=stamp, rest=text, alone=not said, bare=bare, apart=apart)


def _time_first(text: str, rest: str, stamp: _Stamp, bracketed: bool, sure: bool) -> _Line:
    """A line with its time in front; unless that is ``sure`` to be one, it is words where no label follows."""
    name, words = _prefix(rest)
    leads = sure or not rest
    return _Line(
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


def _stamp(start: str, end: str | None) -> _Stamp | None:
    start_ms, end_ms = _milliseconds(start), _milliseconds(end) if end else None
    if start_ms is None:
        return None
    return _Stamp(start_ms, end_ms if end_ms is not None and end_ms >= start_ms else None, start.count(":") > 1)


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
    name = _name(text[: colon.start()])
    return (name, after.strip()) if name else ("", "")


def _name(text: str) -> str:
    """A label as it is written, without what sets it off; empty if it can't be one."""
    name = text.strip(" ,|:-–—")
    if name.startswith("["):
        name = name.strip("[] ")
    if not 0 < len(name) <= LONGEST_NAME or _COLON.search(name) or _YEAR.search(name):
        return ""
    goes_on = name.rpartition(" ")[2] in _BEFORE_TIMES
    return name if (any(map(str.isalpha, name)) or name.startswith("+")) and not goes_on else ""


# ---------------------------------------------------------------- lines beside one another


def _with_underlined(lines: list[_Line], raw: Sequence[str]) -> list[_Line]:
    """Make headings of lines that are underlined with ``===`` or ``---`` and stand alone."""
    for i, line in enumerate(raw):
        mark = line[:1]
        if i and mark in ("=", "-") and len(line.rstrip()) > 2 and not line.rstrip().strip(mark):
            above, before = lines[i - 1], lines[i - 2] if i > 1 else _BLANK
            fits = above.text and not before.text and not above.words and len(above.text) <= LONGEST_HEADING
            if fits and not above.text.endswith((".", "!", ",", ";")):
                lines[i - 1] = above._replace(level=1 if mark == "=" else 2)
    return lines


def _beside_marks(lines: list[_Line]) -> list[_Line]:
    """Put names that stand next to a time, not with it, on one line with it.

    The name is behind the time (``[00:12:03] Ann Lee``), on the line below (Teams) or on the line above. Any short
    line may stand there, so this is done only if nearly all of the times have a name in that place, and words below.
    """
    below = dict(pairwise(i for i, line in enumerate(lines) if line.text))
    arrangements = (
        [(i, i) for i, line in enumerate(lines) if line.mark and line.rest and not line.name],
        [(i, below[i]) for i in below if lines[i].mark and not lines[i].rest],
        [(i, above) for above, i in below.items() if lines[i].mark and not lines[i].rest],
    )
    for pairs in arrangements:
        labels = {i: _name(lines[i].rest) for mark, i in pairs if _may_be_beside(lines[i], i == mark)}
        counts = Counter(name for name in labels.values() if name)
        names = _judged(counts, _recurring(counts.elements()))
        good = [
            (mark, i)
            for mark, i in pairs
            if labels.get(i) in names and (words := below.get(max(mark, i))) and not lines[words].mark
        ]
        enough = len(good) >= max(2, 0.8 * len(pairs))
        if enough and (len(names) < len(good) or all(_ends(lines[mark]) for mark, _ in good)):
            return _joined(lines, good, labels)
    return lines


def _may_be_beside(line: _Line, same: bool) -> bool:
    return not line.words and line.level in (0, BOLD) and (same or not line.mark) and not line.stamp


def _ends(line: _Line) -> bool:
    """Whether a time says when it ends, as only those of transcripts do."""
    return line.mark is not None and line.mark.end is not None


def _joined(lines: list[_Line], pairs: Iterable[tuple[int, int]], names: Mapping[int, str]) -> list[_Line]:
    lines = list(lines)
    for mark, i in pairs:
        stamp = lines[mark].mark
        lines[mark] = _BLANK
        lines[i] = _Line(names[i], name=names[i], stamp=stamp, rest=names[i], alone=True, bare=True)
    return lines


# ---------------------------------------------------------------- who speaks, by the whole file


def _speakers(lines: Sequence[_Line]) -> frozenset[str]:
    """The names that are speakers; none where the file does not clearly have some.

    Where turns have times, a line without one begins a turn only if it names one of their speakers: "Note: …" does
    not. Where most turns have none, all labels are judged together.
    """
    labels = [line for line in lines if line.name]
    if _is_agenda([line.stamp for line in labels if line.stamp]):
        labels = [line for line in labels if not line.stamp]
    timed, typed = _timed_speakers(lines, labels), _typed_speakers(lines, labels)
    with_time = sum(1 for line in labels if line.stamp and line.name in timed)
    with_colon = sum(1 for line in labels if not line.alone and line.name in typed)
    speakers = timed | typed if with_colon > 2 * with_time else timed
    nobody = Counter(line.name for line in labels if _is_nobody(line.name))
    recurring = sum(count for count in nobody.values() if count > 1)
    return speakers if recurring <= max(with_time, with_colon) and not speakers <= _ASKED else frozenset()


def _is_agenda(stamps: Sequence[_Stamp]) -> bool:
    """Whether times are hours and minutes, as a plan of the day has them: all of them late and round."""
    times = [stamp.start for stamp in stamps if not stamp.exact]
    return len(times) == len(stamps) > 0 and times[0] >= EARLY_MS and all(time % 5_000 == 0 for time in times)


def _is_nobody(name: str) -> bool:
    """Whether a label is one of those that stand before a colon and are no person: ``Actions``, ``Part 2``."""
    return name.casefold().rstrip(" .#0123456789") in _NOBODY


def _judged(counts: Mapping[str, int], sure: Collection[str]) -> frozenset[str]:
    """Which labels, of those that stand ``counts`` times beside a time, are names; those that are ``sure`` always."""
    texts = [f"{name}: words" for name, count in counts.items() for _ in range(count)]
    believed = {label for label, _ in labelled(texts) if label}
    return frozenset(name for name in counts if (name in believed or name in sure) and not _is_nobody(name))


def _recurring(names: Iterable[str]) -> set[str]:
    """Names that recur and do not end like sentences."""
    return {name for name, count in Counter(names).items() if count > 1 and not name.endswith((".", "!", "?", ";"))}


def _timed_speakers(lines: Sequence[_Line], labels: Sequence[_Line]) -> frozenset[str]:
    stamped = [line for line in labels if line.stamp]
    counts = Counter(line.name for line in stamped)
    stamped = [line for line in stamped if not 0 < line.level < BOLD or counts[line.name] > 1]
    sure = _recurring(line.name for line in stamped if line.alone) | {line.name for line in stamped if line.apart}
    names = _judged(Counter(line.name for line in stamped), sure)
    turns = [i for i, line in enumerate(lines) if line.stamp and line.name in names]
    return names if len(turns) > 1 and _is_clear(lines, turns) and _is_structure(lines, turns, 20) else frozenset()


def _is_clear(lines: Sequence[_Line], turns: Sequence[int]) -> bool:
    """Whether lines with a name and a time are turns, and not the items of some list.

    Names that recur are speakers. So are those beside a time that no list has, in brackets or with hours. Where
    neither holds, they must start early and be names only: no word of them is also written small.
    """
    names = {lines[i].name for i in turns}
    if len(names) < len(turns) or not all(lines[i].bare for i in turns):
        return True
    begin = lines[turns[0]].stamp
    small = words_in_lower_case("\n".join(line.text for line in lines))
    cased = (name.lower() for name in names if name.lower() != name.upper())
    common = any(all(word in small for word in name.split()) for name in cased)
    return begin is not None and begin.start < EARLY_MS and not common


def _is_structure(lines: Sequence[_Line], turns: Sequence[int], most: int) -> bool:
    """Whether turns are what a file is made of.

    Most have words, little comes before them, and at least one in ``most`` paragraphs begins one.
    """
    before, below = lines[: turns[0]], lines[turns[0] :]
    header, body = (sum(len(line.text) for line in part) for part in (before, below))
    follow = dict(pairwise(i for i, line in enumerate(lines) if line.text))
    said = sum(1 for i in turns if lines[i].words or (i in follow and not lines[follow[i]].name))
    marks = sum(1 for line in below if line.mark and not line.stamp)
    begins = sum(1 for above, line in pairwise([_BLANK, *lines]) if line.text and not above.text)
    paragraphs = max(begins, sum(1 for line in lines if line.text) / 2)
    is_full = 2 * said >= len(turns) and header <= max(LONGEST_HEADER, 2 * body)
    return is_full and most * (len(turns) + marks) >= paragraphs


def _typed_speakers(lines: Sequence[_Line], labels: Sequence[_Line]) -> frozenset[str]:
    """Speakers whose turns are known by a colon only: some of them recur, and they are what the file is made of."""
    texts = [line for line in lines if line.text and not 0 < line.level < BOLD]
    typed = [line for line in labels if not line.alone and not line.bare and not 0 < line.level < BOLD]
    counts = Counter(line.name for line in typed if not _is_nobody(line.name))
    if len(counts.keys()) == counts.total() or counts.total() < 3:
        return frozenset()
    if _is_title(texts):
        texts = texts[1:]
    judged = labelled([f"{line.name}: {line.words or '…'}" if line.name in counts else line.text for line in texts])
    believed = {label for label, _ in judged if label}
    common = words_in_lower_case("\n".join(line.text for line in texts))
    opening = _opening(lines, counts)
    names = {
        name
        for name in {line.name for line in texts} & counts.keys()
        if (counts[name] > 1 and name in believed)
        or (counts[name] == 1 and _is_person(name, name in believed, name in opening, common))
    }
    turns = [i for i, line in enumerate(lines) if line.name in names and not 0 < line.level < BOLD]
    small = sum(lines[i].name[0].islower() for i in turns)
    often = 4 * len(names) <= 3 * len(turns) or (len(names) < len(turns) and 10 * len(turns) >= 9 * len(texts))
    clear = len(turns) > 2 and often and 2 * small < len(turns) and _is_structure(lines, turns, 5)
    return frozenset(names) if clear else frozenset()


def _opening(lines: Sequence[_Line], names: Collection[str]) -> set[str]:
    """Which names open a paragraph; those in a list do only if most are: "Tea: drink it" is an item of somebody's."""
    found = [
        line
        for above, line in pairwise([_BLANK, *lines])
        if line.name in names and (not above.text or above.name or above.level)
    ]
    listed = 2 * sum(line.is_item for line in found) > len(found)
    return {line.name for line in found if listed or not line.is_item}


def _is_person(name: str, believed: bool, opens: bool, common: frozenset[str]) -> bool:
    """Whether a label that stands once before a colon names a speaker: one word must not be a ``common`` one."""
    words = name.casefold().split()
    has_role = words[0] in _ROLES or (len(words) == 2 and words[1] in _ROLES)
    return (believed and not name.isalpha()) or (opens and (has_role or is_name(name, common)))


def _is_title(lines: Sequence[_Line]) -> bool:
    """Whether the first line is a title with a colon in it (``Kindness: a talk``), and no sentence as others are."""
    first, *others = lines
    sentences = sum(_is_sentence(line.words) for line in others if line.name)
    recurs = any(line.name == first.name for line in others)
    return not recurs and not _is_sentence(first.words) and 2 * sentences > sum(1 for line in others if line.name)


def _is_sentence(words: str) -> bool:
    return words.endswith((".", "?", "!", "…", "。"))


def _is_turn(line: _Line, speakers: frozenset[str]) -> bool:
    if line.name in speakers:
        return not 0 < line.level < BOLD or not line.words
    return line.level == BOLD and line.text in speakers


# ---------------------------------------------------------------- what the lines before the first turn say


@dataclass
class _Header:
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
_URL = re.compile(r"https?://[^\s<>\[\]()\"]{1,500}")
_CLOCK = re.compile(r"(?<![\d:.])(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?::\d{2})?\s?(?:(?P<half>[ap])\.?m\b)?", re.I)
_OF_DATES = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun|date|time|when|recorded|on|at|held"
    r"|duration|length|[ap]\.?m|gmt|bst|utc|cet|cest|e[sd]t|uk|\d+\s?(?:h|m|s|hrs?|hours?|mins?|minutes|secs?|seconds))\b",
    re.IGNORECASE,
)
_NO_TITLES = frozenset(("", "transcript", "meeting transcript", "transcription", "time", SERIES.casefold()))
_OF_TRANSCRIPT = re.compile(
    r"^transcript(?:ion)? (?:of|for) |[\s|(–—-]{1,5}transcript(?:ion)?\)?$|[-_ ]\d{8}_\d{6}\b.{0,60}$", re.IGNORECASE
)


def _levels(lines: Sequence[_Line]) -> frozenset[int]:
    return frozenset(line.level for line in lines if line.level)


def _header(lines: Sequence[_Line], raw: Sequence[str], levels_below: frozenset[int]) -> _Header:
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


def _take_title(text: str, header: _Header) -> None:
    header.title = _as_title(text)
    if dated := _month_in(text):
        header.date = header.date or dated[0]


def _month_in(text: str) -> tuple[PartialDate, str] | None:
    """The first date of a text, to the month or the day, and what stands around it."""
    found = parse_date(text)
    return (found[0], f"{text[: found[1]]} {text[found[2] :]}") if found and found[0].month else None


def _as_title(text: str) -> str:
    """A title without the date and the word transcript.

    >>> _as_title("Kindness in Education, 18 January 2024 - Transcript"), _as_title("Transcript")
    ('Kindness in Education', '')
    """
    text = _OF_TRANSCRIPT.sub("", text)
    if dated := _month_in(text):
        text = dated[1]
    title = text.strip(" ,:|–—-(").removesuffix("( )").strip(" ,:|–—-(")
    return "" if title.casefold() in _NO_TITLES else title


def _title_line(lines: Sequence[_Line], header: _Header, levels_below: frozenset[int]) -> int | None:
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


def _front_matter(raw: Sequence[str]) -> _Header:
    """What a block between two lines ``---`` at the very top says."""
    closing = next((i for i, line in enumerate(raw[1:50], 1) if line.rstrip() == "---"), None)
    if closing is None or raw[0].rstrip() != "---":
        return _Header()
    pairs = (line.partition(":") for line in raw[1:closing])
    said = {key.strip().lower(): value.strip(" \"'") for key, _, value in pairs}
    dated = _month_in(said.get("date", ""))
    return _Header(
        title=said.get("title", ""),
        date=dated[0] if dated else None,
        video_url=_video(" ".join(said.values())),
        taken=set(range(closing + 1)),
    )


def _lists(lines: Sequence[_Line], taken: Collection[int]) -> set[int]:
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


def _goes_on(above: str, line: _Line) -> bool:
    """Whether a list goes on after a blank line: with a bullet, or with one name more where each has its own line."""
    is_name = len(line.text.split()) < 5 and line.text[:1].isupper() and "," not in above and not _is_date(line.text)
    return line.is_item or is_name


def _is_date(text: str) -> bool:
    dated = _month_in(text)
    return dated is not None and not _has_words(dated[1])


def _has_words(text: str) -> bool:
    """Whether letters are left beside what dates, times and durations are written with."""
    return any(map(str.isalpha, _OF_DATES.sub("", _CLOCK.sub("", text))))


def _says_only_facts(line: _Line, raw: str, header: _Header) -> bool:
    """Take from one line what it says of the session; whether that is all it says."""
    if video := _video(raw):
        header.video_url = header.video_url or video
        return not _VIDEO_IS.sub("", _URL.sub("", line.text), count=1).strip(" :.<>()[]-–")
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


def _video(text: str) -> str | None:
    """The first link to a recording."""
    if "://" not in text:
        return None
    for url in (found[0].rstrip(".,;:'*_") for found in _URL.finditer(text)):
        try:
            parts = urlsplit(url)
        except ValueError:
            continue
        host = "." + (parts.hostname or "")
        if host.endswith((".youtu.be", ".youtube.com", ".vimeo.com")) and parts.path.strip("/"):
            return url
        if host.endswith(".zoom.us") and parts.path.startswith("/rec/"):
            return url
    return None


# ---------------------------------------------------------------- who says what


@dataclass
class _Speech:
    """Hears line after line, and gives each paragraph to whoever is speaking, at the time that was given last."""

    speakers: frozenset[str]
    stamps: list[_Stamp] = field(default_factory=list)
    _said: list[tuple[Utterance, int | None]] = field(default_factory=list)  # each with the number of its stamp
    _paragraph: list[str] = field(default_factory=list)
    _speaker: str | None = None
    _section: str = ""
    _at: int | None = None  # number of the stamp that holds for what is said now
    _stays: bool = False  # it also holds for the turns after this one

    def hear(self, line: _Line) -> None:
        """Take in the next line."""
        if _is_turn(line, self.speakers):
            self._begin_turn(line)
        elif line.level:
            self._begin_section(line)
        elif line.mark:
            self._pass_mark(line.mark, stays=not line.rest)
            self._say(line.rest)
        else:
            if line.is_item or not line.text:
                self._end_paragraph()
            self._say(line.text)

    def utterances(self) -> list[Utterance]:
        """All that was said, each with its end: where the next time is given, None after the last."""
        self._end_paragraph()
        return [self._ended(utterance, at) for utterance, at in self._said]

    def _begin_turn(self, line: _Line) -> None:
        self._end_paragraph()
        self._speaker = line.name or line.text
        if line.stamp:
            self._pass_mark(line.stamp, stays=False)
        elif not self._stays:
            self._at = None
        self._say(line.words)

    def _begin_section(self, line: _Line) -> None:
        self._end_paragraph()
        stamp = line.stamp or line.mark
        title = (line.rest if line.mark else line.name if line.stamp else line.text).strip(" :")
        if title:
            self._section, self._speaker, self._at, self._stays = title, None, None, False
        if stamp:
            self._pass_mark(stamp, stays=True)

    def _pass_mark(self, stamp: _Stamp, *, stays: bool) -> None:
        self._end_paragraph()
        self.stamps.append(stamp)
        self._at, self._stays = len(self.stamps) - 1, stays

    def _say(self, words: str) -> None:
        """Add words to the paragraph; a time among them ends it, and holds for the rest of the turn."""
        position = 0
        for found in _MARK.finditer(words) if "[" in words else ():
            stamp = _stamp(found["start"], found["end"])
            if stamp:
                self._paragraph.append(words[position : found.start()])
                self._pass_mark(stamp, stays=False)
                position = found.end()
        self._paragraph.append(words[position:])

    def _end_paragraph(self) -> None:
        text = " ".join(part.strip() for part in self._paragraph).strip()
        self._paragraph.clear()
        if text:
            start = None if self._at is None else self.stamps[self._at].start
            self._said.append((Utterance(text, self._speaker, start, None, self._section), self._at))

    def _ended(self, utterance: Utterance, at: int | None) -> Utterance:
        if at is None:
            return utterance
        after = self.stamps[at + 1].start if at + 1 < len(self.stamps) else None
        end = self.stamps[at].end if self.stamps[at].end is not None else after
        return utterance if end is None or end < self.stamps[at].start else replace(utterance, end_ms=end)
