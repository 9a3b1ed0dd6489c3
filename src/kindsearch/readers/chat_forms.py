"""The forms of saved chats: Zoom's three, and what people copy out of Teams and Google Meet. Where messages begin.

Each form is a function in :data:`_FORMS`; the first that knows a file says at which of its lines messages begin, who
wrote them, when, and whether to everyone. **Whatever may be private is taken for it**: who is not known to be everyone
is somebody.

Times are of the day, as a wall clock shows them, but for files that count from the start of a recording: Meet's
cues, Zoom's tab separated form when it begins before three hours, and Zoom's "From" form when its first hour is
written 00 without a date (a chat that truly begins after midnight is read wrongly, a cloud recording is not).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from kindsearch.dates import parse_date
from kindsearch.readers.markup import without_bold
from kindsearch.types import PartialDate

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
HEAD = 300  # characters of a line in which names and times are looked for: keeps the reading of long lines linear
MOST_QUOTED = 50  # lines of a message that is answered
LEADING_LINES = 5  # a title and the like may stand before the first message

# ---------------------------------------------------------------- times and dates

_CLOCK = (
    r"(?P<hours>[0-9]{1,2}):(?P<minutes>[0-9]{2})(?::(?P<seconds>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,3}))?)?"
    r"(?:\s?(?P<half>[ap])\.?\s?m\b\.?)?"
)
_NUMBERS = r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}"
STAMP = rf"[\[(]?(?:(?P<day>{_NUMBERS})(?:T|,?\s{{1,3}}))?{_CLOCK}Z?[\])]?"


@dataclass(frozen=True)
class Stamp:
    """When a message was written: milliseconds of the day or recording, None if no such time; the day as written."""

    ms: int | None
    hours: str
    day: str
    has_seconds: bool
    is_twelve_hour: bool

    @property
    def is_bare(self) -> bool:
        """Whether it could as well be minutes and seconds."""
        return not (self.day or self.is_twelve_hour)


def _stamp(found: re.Match[str], day: str) -> Stamp:
    hours, minutes, seconds = (int(found[part] or 0) for part in ("hours", "minutes", "seconds"))
    half = (found["half"] or "").lower()
    if half and hours <= 12:
        hours = hours % 12 + (12 if half == "p" else 0)
    ms = hours * HOUR_MS + minutes * 60_000 + seconds * 1_000 + int((found["fraction"] or "").ljust(3, "0"))
    return Stamp(
        ms if minutes < 60 and seconds < 60 else None, found["hours"], day, found["seconds"] is not None, bool(half)
    )


def _times(stamps: Iterable[Stamp], by_the_clock: bool) -> list[int | None]:
    """The times of messages in their order. By the clock they never go back: after midnight they count on.

    A step back of more than an hour, or another date, is a new day; a smaller one is two messages that crossed.
    """
    times: list[int | None] = []
    latest, midnight, day = 0, 0, ""
    for stamp in stamps:
        if stamp.ms is None or not by_the_clock:
            times.append(stamp.ms)
            continue
        if (day and stamp.day and stamp.day != day) or midnight + stamp.ms < latest - HOUR_MS:
            midnight += DAY_MS
        latest, day = max(latest, midnight + stamp.ms), stamp.day or day
        times.append(latest)
    return times


def _date(days: Iterable[str]) -> PartialDate | None:
    """The first date, when it can be read in one way only; all of a file are written in the same order.

    >>> str(_date(["05/01/2024", "18/01/2024"])), _date(["05/01/2024"]), str(_date(["18 January 2024"]))
    ('2024-01-05', None, '2024-01-18')
    """
    written = [day for day in dict.fromkeys(days) if day]
    numbers = [re.fullmatch(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})", day) for day in written]
    if not written or not numbers[0]:
        found = parse_date(re.sub(r"[/.]", "-", written[0])) if written else None
        return found[0] if found else None
    day_first = any(int(found[1]) > 12 or found[2] == "." for found in numbers if found)
    month_first = any(int(found[3]) > 12 for found in numbers if found)
    first, second, year = (int(numbers[0][part]) for part in (1, 3, 4))
    if day_first == month_first and first != second:
        return None
    day, month = (first, second) if day_first else (second, first)
    date = PartialDate(year, month, day)
    return date if month and day and date.is_in_calendar else None


# ---------------------------------------------------------------- where messages begin


@dataclass(frozen=True)
class Header:
    """The beginning of a message: when, who, and what stands beside it; ``lines`` of the file are the header.

    ``is_certain`` when it can be nothing else.
    """

    stamp: Stamp
    sender: str
    text: str
    is_private: bool = False
    is_certain: bool = True
    lines: int = 1


@dataclass(frozen=True)
class Chat:
    """The headers of a file by the number of their line, and whether their times are of the day.

    ``is_copied`` when somebody copied it off the screen, with what a screen reader is told: no program wrote the file.
    """

    headers: dict[int, Header]
    by_the_clock: bool
    is_copied: bool = False

    @property
    def times(self) -> dict[int, int | None]:
        """When each message was written, by the number of its first line: milliseconds, None where no time is given."""
        stamps = (header.stamp for header in self.headers.values())
        return dict(zip(self.headers, _times(stamps, self.by_the_clock), strict=True))

    @property
    def date(self) -> PartialDate | None:
        """The day of the first message, None where none is given or it could be two days."""
        return _date(header.stamp.day for header in self.headers.values())


# Seen but where they stand in the way: byte order marks in mid-file, and marks of the writing direction around names.
_UNSEEN = dict.fromkeys([0, 0xAD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF])


# The marks of a list, a quote or a heading in front of a time: Markdown, and what a Word document becomes.
_DRESSING = re.compile(r"(?:(?:[-*+•>#]{1,6}|[0-9]{1,3}[.)])\s{1,4}){1,3}(?=[\[(]?[0-9]{1,4}[-/.:][0-9])")


def lines_of(text: str) -> list[str]:
    """The lines of a file, without what can't be seen and without what Markdown puts around their beginnings.

    What Teams puts between "Begin Reference" and "End Reference" is one line in place of all: what is answered.
    """
    return _referring([_undressed(without_bold(line)) for line in text.translate(_UNSEEN).splitlines()])


_BEGIN_REFERENCE = re.compile(r"\s*Begin Reference, (?P<quote>.*?)(?: by (?:(?! by ).)+)?\s*")


def _referring(lines: list[str]) -> list[str]:
    r"""The lines of a chat, as many, where quotes of other messages, names and times included, are lines of Zoom's.

    >>> _referring(["Begin Reference, Tea by Bo", "Bo", "18:03", "Tea", "End Reference", "Yes"])
    ['Replying to "Tea"', '', '', '', '', 'Yes']
    """
    ends = [number for number, line in enumerate(lines) if line.strip() == "End Reference"]
    for end in ends:
        begin = max(
            (n for n in range(max(0, end - MOST_QUOTED), end) if _BEGIN_REFERENCE.match(lines[n])), default=None
        )
        found = _BEGIN_REFERENCE.fullmatch(lines[begin][:HEAD]) if begin is not None else None
        if begin is not None and found:
            lines[begin : end + 1] = [f'Replying to "{found["quote"]}"', *[""] * (end - begin)]
    return lines


def _undressed(line: str) -> str:
    """A line without the marks in front of its time.

    >>> _undressed("- > 18:03:22 From Ann to Everyone: tea"), _undressed("- tea at 18:03")
    ('18:03:22 From Ann to Everyone: tea', '- tea at 18:03')
    """
    found = _DRESSING.match(line)
    return line[found.end() :] if found else line


def chat_in(lines: Sequence[str]) -> Chat | None:
    """Where messages begin in these lines, None where they are no saved chat."""
    found = (form(lines) for form in _FORMS)
    return next((chat for chat in found if chat), None)


def _begins_at(number: int, lines: Sequence[str]) -> bool:
    """Whether no more than a few lines stand above this one."""
    above = (line for line in lines[:number] if line and not line.isspace())
    return sum(1 for _ in islice(above, LEADING_LINES)) < LEADING_LINES


# ---------------------------------------------------------------- to whom: Zoom

_EVERYONE = frozenset(
    "everyone|everybody|all|all participants|all attendees|all panelists and attendees|all panelists & attendees"
    "|everyone in meeting|everyone (in meeting)|everyone in the meeting|meeting group chat"
    "|todos|todas|tout le monde|tous|alle|an alle|tutti|iedereen|全員|皆様".split("|")
)
PRIVATE_MARK = re.compile(
    r"[(（]\s?(?P<how>direct message|private(?:ly| message)?|dm|en privado|mensaje directo|ダイレクトメッセージ)"
    r"\s?[)）]"
    r"(?P<end>\s{0,3}(?:[:：–-]|$))?",
    re.IGNORECASE,
)
_ME = frozenset(("me", "you", "myself"))
_SMALL = frozenset("a al and bin da de del den der di dos du el la le of st ten the van von y".split())  # in names
# English, Spanish and Japanese as in real files; French, Portuguese, German, Italian and Dutch by translation.
_TO = {
    word: re.compile(rf"(?:(?<=\s)|^)(?:{to})(?=[\s:])", re.IGNORECASE)
    for word, to in {
        "from": "to",
        "de": "a|à|para",
        "von": "an",
        "da": "a",
        "van": "aan|naar",
        "開始": "に|終了",
    }.items()
}
_FROM = re.compile(rf"\s*{STAMP}\s+(?P<word>{'|'.join(_TO)})\s+", re.IGNORECASE)
_TABBED = re.compile(rf"\s*{STAMP} ?\t(?=\S)(?!from\s)", re.IGNORECASE)
_TABBED_END = re.compile(r":(?:\t|\s*$)")
# A time in whatever writing, and "from". Without a time it is prose: "From surviving to thriving: a talk".
_TIMED = re.compile(
    r"(?P<time>\W{0,20}\d[\d\-/., T]{0,20}[:.h-]\d\d(?:[:.]\d\d)?[\d.,]{0,4})Z?(?:\s?[ap]\.?\s?m)?\W{0,9}"
    r"(?P<word>from(?=[\s:]))?",
    re.IGNORECASE,
)
_SECONDS = re.compile(r"\d:\d\d:\d\d")
_IN_MID_LINE = re.compile(
    rf"(?<=\s)[0-9]{{1,2}}:[0-9]{{2}}:[0-9]{{2}}\s{{1,4}}(?:[ap]\.?m\.?\s{{1,4}})?(?:{'|'.join(_TO)})\s", re.IGNORECASE
)


def is_everyone(recipient: str) -> bool:
    """Whether a message to ``recipient`` is for everyone to read."""
    return " ".join(recipient.split()).casefold() in _EVERYONE


def is_me(recipient: str) -> bool:
    """Whether ``recipient`` is whoever saved the chat."""
    return recipient.strip().casefold() in _ME


def is_like_a_name(text: str) -> bool:
    """Whether all words that are not small in names have a capital, or are of a script that has none.

    >>> is_like_a_name("Eva van Dyk (she/her)"), is_like_a_name("I said")
    (True, False)
    """
    words = text.partition("(")[0].split()
    return 0 < len(words) <= 6 and not any(word[0].islower() and word not in _SMALL for word in words)


@dataclass(frozen=True)
class _Address:
    """Who writes to whom (None: nobody is named), and where in the line that ends."""

    sender: str
    recipient: str | None
    end: int

    @property
    def is_private(self) -> bool:
        """Whether it is to anybody but everyone."""
        return self.recipient is not None and not is_everyone(self.recipient)


def _address(head: str, to: re.Pattern[str]) -> _Address | None:
    """Read ``NAME to RECIPIENT:`` or ``NAME :`` at the front of a line, None where no colon ends it.

    Names may hold colons and "to", so the last "to" before the first colon after a "to" parts them. Where nobody is
    addressed a blank stands before the colon, and what comes after that is the message.

    >>> _address("Otto to Go to Everyone: go to bed: now", _TO["from"])
    _Address(sender='Otto to Go', recipient='Everyone', end=23)
    >>> _address("Ann : I said to Bo: yes", _TO["from"])
    _Address(sender='Ann', recipient=None, end=5)
    """
    head = head.replace("：", ":")
    first = head.find(":")
    parting = to.search(head)
    end = head.find(":", parting.end()) if parting else -1
    if parting and end >= 0 and not (first < parting.start() and head[:first][-1:].isspace()):
        last = [*to.finditer(head, 0, end + 1)][-1]
        return _Address(head[: last.start()].strip(), head[last.end() : end].strip(), end + 1)
    spaced = re.search(r"\s:", head)
    end = spaced.start() + 1 if spaced else first
    return _Address(head[:end].strip(), None, end + 1) if end >= 0 else None


def _zoom(lines: Sequence[str]) -> Chat | None:
    """Zoom: ``18:03:22 From NAME to Everyone: text`` and ``00:18:03<tab>NAME:<tab>text``."""
    found = {number: header for number, line in enumerate(lines) if (header := _zoom_header(line))}
    certain = [number for number, header in found.items() if header.is_certain]
    if not certain or not (_begins_at(certain[0], lines) or len(certain) * 5 >= sum(map(bool, lines))):
        return None
    # What is indented deeper is a message's own lines, even when they look like a header: somebody pasted them.
    margin = _margin(lines[certain[0]])
    headers = {n: header for n, header in found.items() if _margin(lines[n]) <= margin + 1}
    first = found[certain[0]].stamp
    tabbed = _tabbed_header(lines[certain[0]])
    early = first.ms is not None and first.ms < 3 * HOUR_MS if tabbed else first.hours == "00"
    return Chat(headers, by_the_clock=not (first.is_bare and early))


def _margin(line: str) -> int:
    return len(line[: len(line) - len(line.lstrip())].expandtabs())


def _zoom_header(line: str) -> Header | None:
    if line[:HEAD].lstrip()[:1] not in "([0123456789":
        return None
    return _tabbed_header(line) or from_header(line)  # in this order: "00:18:03<tab>Van Dyke:<tab>…" is no address


def from_header(line: str) -> Header | None:
    """The header of a message in Zoom's "From" form, None for other lines."""
    found = _FROM.match(line[:HEAD])
    if not found:
        return None
    stamp, to = _stamp(found, found["day"] or ""), _TO[found["word"].lower()]
    head = line[found.end() : found.end() + HEAD]
    address = _address(head, to)
    if address is None or (address.recipient is None and not (stamp.has_seconds or stamp.is_twelve_hour)):
        return None  # such as "10:30 from Leeds: change in York"
    marked = any(mark["end"] for mark in PRIVATE_MARK.finditer(head))
    return Header(
        stamp,
        address.sender,
        line[found.end() + address.end :],
        is_private=address.is_private if address.recipient is not None else marked,
        is_certain=marked or _is_certain(head, address, stamp),
    )


def _is_certain(head: str, address: _Address, stamp: Stamp) -> bool:
    """Whether a line is from a chat and not from a transcript, of one who says "From here to there: …"."""
    if address.recipient is None:  # in a transcript no blank stands before the colon after "Van Dyke"
        return head[: address.end - 1][-1:].isspace()
    return not address.is_private or (stamp.has_seconds and not address.sender[:1].islower())


def _tabbed_header(line: str) -> Header | None:
    found = _TABBED.match(line[:HEAD])
    if not found or not found["seconds"]:
        return None
    head = line[found.end() : found.end() + HEAD]
    end = _TABBED_END.search(head)
    if not end:
        return None
    address = _address(head[: end.start()] + ":", _TO["from"])
    named = address if address and address.recipient is not None else _Address(head[: end.start()].strip(), None, 0)
    is_private = named.is_private or bool(PRIVATE_MARK.search(head[: end.start()]))
    return Header(_stamp(found, found["day"] or ""), named.sender, line[found.end() + end.end() :], is_private)


def may_be_private(line: str) -> bool:
    """Whether a line that is no header might still begin a private message.

    >>> may_be_private("18:04:00 Bo to Ann: psst"), may_be_private("18:30 we go to Ann: bring tea")
    (True, False)
    """
    head = line[:HEAD]
    mark, timed, to = PRIVATE_MARK.search(head), _TIMED.match(head), _TO["from"].search(head)
    if mark and (timed or (to and (mark["end"] or head.lstrip()[:4].lower() == "from"))):
        return True
    if not timed or not to or not (timed["word"] or _SECONDS.search(timed["time"])):
        return False
    address = _address(head[timed.end() :], _TO["from"])
    if address is None or address.recipient is None:
        return timed["word"] is not None
    return address.is_private


def public_part(line: str) -> tuple[str, bool]:
    """A line up to a private message that begins in it, as where line breaks were lost, and whether one does."""
    for found in _IN_MID_LINE.finditer(line):
        header = from_header(line[found.start() : found.start() + 2 * HEAD])
        if header and header.is_private:
            return line[: found.start()], True
    return line, False


# ---------------------------------------------------------------- Google Meet's cues, and copies of Teams and Meet

_CUE = re.compile(rf"\s*{_CLOCK},[0-9]{{1,2}}:[0-9]{{2}}:[0-9]{{2}}\.[0-9]{{3}}\s*")
_LABEL = re.compile(r"(?P<name>[^:]{1,60}):\s+(?P<text>\S.*)")
_BRACKETED = re.compile(r"\s*\[(?P<inside>[^\[\]]{3,60})\]\s*(?P<rest>\S.*)")
_DAY_NAME = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|yesterday|today"
_INSIDE = re.compile(rf"(?:(?P<day>(?:[0-9]|{_DAY_NAME}).*?)[\s,])?{_CLOCK}\s*", re.IGNORECASE)
_NAMED_END = re.compile(
    rf"(?:^|\s)(?:(?P<day>{_NUMBERS}|[0-9]{{1,2}}/[0-9]{{1,2}}|{_DAY_NAME})[\s,]\s*)?{_CLOCK}\s*$", re.IGNORECASE
)
_NO_NAME_ENDS_SO = frozenset("at by until till from around before after to is was on of the and for".split())


def _is_name(text: str) -> bool:
    """Whether a line, or what stands before a time, can be somebody's name.

    >>> _is_name("Ann Lee (she/her)"), _is_name("See you at"), _is_name("It begins soon.")
    (True, False, False)
    """
    words = text.split()
    if not 1 <= len(words) <= 10 or len(text) > 80:
        return False
    ends_like_prose = text[-1] in "?!;,…" or (text[-1] == "." and len(words[-1]) > 4)
    return not ends_like_prose and ":" not in text and words[-1].lower() not in _NO_NAME_ENDS_SO


_TO_WHOM = re.compile(r"\s+(?P<to>to|a|à|para|an|aan|naar)\s+", re.IGNORECASE)


def _parted(name: str) -> tuple[str, str, str]:
    """Who writes to whom, where a name says both, and the word between them; else the name, and nobody.

    >>> _parted("Tom to Go to Everyone"), _parted("Ann Lee")
    (('Tom to Go', 'to', 'Everyone'), ('Ann Lee', '', ''))
    """
    *_, last = [None, *_TO_WHOM.finditer(name)]
    return (name[: last.start()], last["to"].lower(), name[last.end() :]) if last else (name, "", "")


def _with_senders(headers: Mapping[int, Header]) -> dict[int, Header]:
    """Headers whose names say to whom as well, as Zoom's do when they are copied: ``Ann Lee to Everyone 18:03``.

    Who is not known to be everyone is somebody. Where no header says that it is to everyone, "to" may stand in a
    line of words that ends in a time, unless names stand on both sides of it.
    """
    parted = {number: _parted(header.sender) for number, header in headers.items()}
    used = {to for _, to, recipient in parted.values() if is_everyone(recipient)}
    kept = {}
    for number, (sender, to, recipient) in parted.items():
        header = headers[number]
        by_names = to == "to" and is_like_a_name(sender) and (is_me(recipient) or is_like_a_name(recipient))
        if to and (to in used or by_names):
            is_private = header.is_private or not is_everyone(recipient)
            kept[number] = replace(header, sender=sender, is_private=is_private)
        elif header.is_private or not (to == "to" or (to and sender[:1].islower())):  # else words that end in a time
            kept[number] = header
    return kept


def _cues(lines: Sequence[str]) -> Chat | None:
    """Google Meet: ``00:12:03.000,00:12:06.000`` above ``NAME: text``."""
    headers: dict[int, Header] = {}
    labelled = 0
    for number, line in enumerate(lines):
        found = _CUE.fullmatch(line) if len(line) < HEAD else None
        if not found:
            continue
        label = _LABEL.match(lines[number + 1].strip()) if number + 1 < len(lines) else None
        if label and _is_name(label["name"]):
            labelled += 1
            is_private = bool(PRIVATE_MARK.search(label["name"]))
            headers[number] = Header(_stamp(found, ""), label["name"].strip(), label["text"], is_private, lines=2)
        else:
            headers[number] = Header(_stamp(found, ""), "", "")
    if not headers or not _begins_at(min(headers), lines) or labelled * 10 < len(headers) * 9:
        return None  # what is left are subtitles
    return Chat(_with_senders(headers), by_the_clock=False)


def _bracketed(lines: Sequence[str]) -> Chat | None:
    """Teams: ``[18/01/2024 18:03] NAME`` above the message."""
    found = {number: header for number, line in enumerate(lines) if (header := _bracketed_header(line))}
    return _copied(found, lines)


def _bracketed_header(line: str) -> Header | None:
    found = _BRACKETED.match(line) if line[:HEAD].lstrip()[:1] == "[" else None
    inside = _INSIDE.fullmatch(found["inside"]) if found else None
    if not found or not inside or inside["seconds"]:  # with seconds it is a transcript or a log
        return None
    stamp = _stamp(inside, (inside["day"] or "").strip(" ,"))
    label = _LABEL.match(found["rest"])
    name, text = (label["name"], label["text"]) if label else (found["rest"].strip().removesuffix(":"), "")
    if not _is_name(name.strip()) or (stamp.is_bare and label):
        return None
    return Header(stamp, name.strip(), text, is_private=bool(PRIVATE_MARK.search(name)))


def _named(lines: Sequence[str]) -> Chat | None:
    """Teams and Meet: ``NAME 18:03`` or ``NAME`` above ``18:03``, above the message."""
    found: dict[int, Header] = {}
    for number, line in enumerate(lines):
        end = _NAMED_END.search(line[-48:]) if len(line) <= 128 and ":" in line else None
        if not end:
            continue
        name, start = line[: len(line) - len(line[-48:]) + end.start()].strip(), number
        if not name and number:
            name, start = lines[number - 1].strip(), number - 1
        if not _is_name(name) or not (name[0].isalpha() or ord(name[0]) > 127):
            continue
        if name[0].islower() and not _TO_WHOM.search(name):
            continue
        stamp = _stamp(end, end["day"] or "")
        if stamp.has_seconds or (stamp.is_bare and len(stamp.hours) == 1):
            return None  # a transcript: it counts minutes
        found[start] = Header(stamp, name, "", bool(PRIVATE_MARK.search(name)), lines=number - start + 1)
    return _copied(_in_time(found), lines)


def _in_time(headers: dict[int, Header]) -> dict[int, Header]:
    """Without those whose time is after the next one's: "Lunch 19:00" in a message written at 18:03."""
    numbers = [*headers]
    times = [headers[number].stamp.ms or 0 for number in numbers]
    out = {n for n, a, b, c in zip(numbers[1:], times, times[1:], times[2:], strict=False) if a <= c < b}
    return {number: header for number, header in headers.items() if number not in out}


def _copied(headers: dict[int, Header], lines: Sequence[str]) -> Chat | None:
    """A chat out of headers that could be something else as well: an agenda, a log, a transcript."""
    headers = _with_senders(headers)
    numbers = [*headers]
    if not numbers or not _begins_at(numbers[0], lines):
        return None
    ends = [*numbers[1:], len(lines)]
    with_words = sum(
        bool(headers[number].text) or any(map(str.strip, lines[number + headers[number].lines : end]))
        for number, end in zip(numbers, ends, strict=True)
    )
    stamps = [header.stamp for header in headers.values()]
    if with_words * 2 <= len(headers) or not _tell_the_time(stamps):
        return None
    return Chat(headers, by_the_clock=True, is_copied=True)


def _tell_the_time(stamps: Sequence[Stamp]) -> bool:
    """Whether these are times of the day when people wrote: not the minutes of a recording, and not an agenda's."""
    times = [stamp.ms for stamp in stamps]
    if any(time is None or time >= DAY_MS for time in times):
        return False
    if any(stamp.day for stamp in stamps):
        return True
    if len(stamps) < 2 or all((time or 0) % 300_000 == 0 for time in times):
        return False
    if not stamps[0].is_bare:
        return True
    steps_back = sum((after or 0) < (before or 0) for before, after in pairwise(times))
    return (times[0] or 0) >= 6 * HOUR_MS and steps_back <= 1


_FORMS: tuple[Callable[[Sequence[str]], Chat | None], ...] = (_zoom, _cues, _bracketed, _named)
