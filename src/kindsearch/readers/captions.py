"""Captions, ``.vtt`` and ``.srt``, as Zoom, Teams, Google Meet, YouTube and people write them.

webvtt-py reads WebVTT by the book. What is not by the book it drops, words and all, and much that meets us is not: so
every file, SRT too, is put right first (:func:`_put_right`) and then read by it. pysubs2 is left out: it takes a last
line of digits for the number of the next cue, reads 100:00:01 as 00:00:01, and is quadratic in empty lines.

A cue names its speaker by a voice tag (``<v Ann>``: Teams), by a line in brackets (Google Meet), or by a label
(``Ann: …``: Zoom). Labels that stand at the first cue of a turn only hold until the next one (:func:`_carries`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import dropwhile, pairwise
from typing import NamedTuple

import webvtt

from kindsearch.dates import not_leading, parse_date
from kindsearch.errors import UnreadableFile
from kindsearch.readers.labels import labelled, may_be_labelled
from kindsearch.readers.markup import repaired, without_entities
from kindsearch.readers.recordings import recording_in
from kindsearch.readers.session_facts import SERIES, date_in
from kindsearch.readers.turns import JOINED_MS, Utterance, document_of
from kindsearch.types import Document, Session

_LINE_END = re.compile(r"\r\n|\r|\n")  # and no other: to WebVTT, U+2028 is a letter like any
_ARROW = r"\s*(?:--|–|—)-*>"  # with the dashes that word processors make of --
_TIME = r"(-?)(?:(\d{1,9}):)?(\d{1,3}):([0-5]?\d)(?:[.,](\d+))?"
_START = re.compile(_TIME + _ARROW)
_TIMING = re.compile(rf"{_TIME}{_ARROW}\s*{_TIME}(?![\w:.,])")
_BY_THE_BOOK = re.compile(r"[0-9]{2}(?::[0-5][0-9]){2}\.[0-9]{3} --> [0-9]{2}(?::[0-5][0-9]){2}\.[0-9]{3}")
_WHOLE_TIME = r"\d+:\d\d[.,]\d"
_BROKEN_TIMING = re.compile(
    rf"\S{{0,8}}{_WHOLE_TIME}\d*{_ARROW}|\S{{0,20}}{_ARROW}\s*\S{{0,8}}{_WHOLE_TIME}"
    rf"|(?=\S*\d)(?=\S*:)[\d:.,x?-]{{3,20}}{_ARROW}\s*[\d:.,x?-]{{0,20}}(?:\s|$)"
)
_SETTING = re.compile(r"[A-Za-z]\w*:[^:]+")  # line:0, X1:40
_HEADER = re.compile(r"WEBVTT(?=\s|$)")
_NO_CUE = re.compile(r"(?:WEBVTT|NOTE)(?=\s|$)|(?:STYLE|REGION)$")  # what a block begins with that has no words
_GUID = re.compile(r"[\da-fA-F]{8}-[\da-fA-F-]{20,40}(?:/[\d-]{1,20})?")
_UNTIMED = "untimed"  # the identifier given to a cue whose times can't be read

_TAG = re.compile(
    r"<(?P<name>/?(?:v|c|i|b|u|s|lang|ruby|rt|font|span|br|p|em|strong))(?:(?P<mark>[\s./])(?P<rest>[^<>]*+))?>"
    r"|<\d+:[\d:.,]*+>",  # the time of a word
    re.IGNORECASE,
)
_OVERRIDE = re.compile(r"\{\\[^{}]*+\}")  # SubStation's, seen in SRT: {\an8}
_CHANGE = re.compile(r">>+")
_DASH = re.compile(r"[-‐–](?=\s|$|[^\W\d_])")
_NAME_LINE = re.compile(r"\((?=[^a-z])((?:[^()]|\([^()]*\))+)\)")
_SOUND = re.compile(r"(?:[\[(][^\[\]()]{1,40}[\])]|[♪♫\s])+")

_MOST_ROLLED = 4  # lines: no screen keeps more of the cue before
_FLASH_MS = 20  # a cue that only moves the lines up lasts no longer

_TITLE_FIELD = re.compile(r"(?:title|meeting|session|topic) ?[:=] ?(\S.{0,150})$", re.IGNORECASE)
_DATE_FIELD = re.compile(r"(?:date|recorded|held)\b(.*)", re.IGNORECASE)
_HEADER_TITLE = re.compile(r"[-–—:|] ?(\S+ .{1,150})$")  # WEBVTT - Title of it


class _Piece(NamedTuple):
    """Words that one person says on one line of a cue. ``voice`` is whom the tag or the line before them names.

    ``changes`` when a dash or ``>>`` before them says that somebody else speaks now.
    """

    text: str
    voice: str | None = None
    changes: bool = False


_Line = tuple[_Piece, ...]


class _Cue(NamedTuple):
    """What one cue shows, and when: milliseconds, None where they can't be read."""

    lines: tuple[_Line, ...]
    start_ms: int | None
    end_ms: int | None


class _Said(NamedTuple):
    """A piece, and where it stands: it ``opens`` its cue, or goes on from the line above (``wraps``), or neither.

    ``label`` is the one that stood before its words.
    """

    piece: _Piece
    cue: _Cue
    opens: bool
    wraps: bool
    label: str | None = None

    @property
    def unnamed(self) -> bool:
        """Whether nothing says who speaks."""
        return self.piece.voice is None and self.label is None

    @property
    def is_sound(self) -> bool:
        """Whether the cue is music or laughter, which nobody says."""
        return self.unnamed and self.cue.lines == ((self.piece,),) and bool(_SOUND.fullmatch(self.piece.text))


def recognises(text: str) -> bool:
    r"""Whether a text is WebVTT or SRT, by how it begins.

    >>> recognises("\ufeffWEBVTT\n"), recognises("1\n00:00:01,5 --> 00:00:02,5\nHi"), recognises("# Notes\n")
    (True, True, False)
    """
    lines = [line.strip() for line in _LINE_END.split(_without_marks(text[:10_000])) if line.strip()]
    numbered = len(lines) > 1 and lines[0].isdigit()
    return bool(lines) and (bool(_HEADER.match(lines[0])) or _is_timing(lines[1 if numbered else 0]))


def read(text: str, document_id: str, source: str) -> Document:
    """The transcript that a caption file holds, a turn a line. Raises UnreadableFile for a file without words."""
    cues, session = _cues_and_session(text)
    if not cues:
        raise UnreadableFile(source, "there are no captions in it: no line says from when to when")
    cues = _without_repeats(_in_order(_named_by_lines(cues)))
    document = document_of(_utterances(_said(cues)), session, document_id, source)
    if not document.text:
        raise UnreadableFile(source, "there are no words in it")
    return document


def _cues_and_session(text: str) -> tuple[list[_Cue], Session]:
    """What webvtt-py reads in a file that was put right. Its own objects, which are large, are let go of here."""
    lines = [line.strip() for line in _LINE_END.split(_without_marks(text).strip())]
    file = webvtt.WebVTT.from_string(_put_right(lines))
    return [_cue_of(caption) for caption in file.captions], _session_of(file)


def _without_marks(text: str) -> str:
    """Without byte order marks: files that were put together have some inside."""
    return text.replace("\ufeff", "")


# ---------------------------------------------------------------- what webvtt-py needs to lose no words


def _put_right(lines: Sequence[str]) -> str:
    """The same captions by the book: a header, an empty line before each cue and none in it, times as WebVTT has them.

    Identifiers go, as they say nothing. A paragraph without times belongs to the cue before it. An arrow among words is
    written so that it ends no cue. ``lines`` have no blanks around them, and the first is not empty.
    """
    timed = [_is_timing(line) for line in lines]
    is_vtt = bool(_HEADER.match(lines[0])) and not timed[0]  # "WEBVTT --> 00:05" is no header
    identifiers = _identifiers(lines, timed, is_vtt)
    written = [] if is_vtt else ["WEBVTT"]
    in_cue = after_empty = False
    for line, is_timing, is_identifier in zip(lines, timed, identifiers, strict=True):
        if is_timing:
            written += ["", *_timing(line)]
            in_cue = True
        elif line and not is_identifier:
            begins = after_empty and is_vtt and bool(_NO_CUE.match(line))
            in_cue = in_cue and not begins
            written += [""] * (after_empty and not in_cue)
            written.append(_without_arrow(line))
        after_empty = not line
    return "\n".join(written)


def _identifiers(lines: Sequence[str], timed: Sequence[bool], is_vtt: bool) -> list[bool]:
    """Which lines are identifiers of the cue below them.

    By the book, in WebVTT each line between an empty one and the times is. Where empty lines are missing, or in SRT, it
    takes one that can be no words: what Teams writes, or a number if the first cue has one too.
    """
    first = timed.index(True) if True in timed else 0
    numbered = any(line.isdigit() for line in lines[max(0, first - 2) : first])
    found = [False] * len(lines)
    near = far = False  # whether times come in the next line, in the next that is not empty
    for n in reversed(range(len(lines))):
        line, after_empty = lines[n], n > 0 and not lines[n - 1]
        if line and not timed[n]:
            if line.isdigit():
                found[n] = (near and (numbered or after_empty)) or (far and numbered and after_empty)
            else:
                found[n] = near and bool((is_vtt and after_empty) or _GUID.fullmatch(line))
        near = timed[n]
        far = timed[n] if line else far
    return found


def _is_timing(line: str) -> bool:
    return ">" in line and bool(_TIMING.match(line) or _BROKEN_TIMING.match(line))


def _timing(line: str) -> list[str]:
    """The times of a cue as webvtt-py reads them, and the words that stand behind them; settings go.

    Times of which only the first can be read are both the first; for those that can't be read, an identifier says so.

    >>> _timing("61:02,5 --> 61:04"), _timing("00:00:01.5 --> 00:00:0x")
    (['01:01:02.500 --> 01:01:04.000'], ['00:00:01.500 --> 00:00:01.500'])
    """
    if _BY_THE_BOOK.fullmatch(line):  # most of them, and taking them apart takes its time
        return [line]
    words: list[str] = []
    if found := _TIMING.match(line):
        times = found.groups()
        words = list(dropwhile(_SETTING.fullmatch, line[found.end() :].split()))
    elif found := _START.match(line):
        times = found.groups() * 2
    else:
        return [_UNTIMED, "00:00.000 --> 00:00.000"]
    return [f"{_time(*times[:5])} --> {_time(*times[5:])}", *([_without_arrow(" ".join(words))] if words else [])]


def _without_arrow(line: str) -> str:
    return line.replace("-->", "--&gt;")


def _time(minus: str, hours: str | None, minutes: str, seconds: str, fraction: str | None) -> str:
    """A time with all its parts. One before the beginning is the beginning."""
    if minus:
        return "00:00:00.000"
    more, rest = divmod(int(minutes), 60)
    return f"{int(hours or 0) + more:02d}:{rest:02d}:{int(seconds):02d}.{(fraction or '')[:3]:0<3}"


# ---------------------------------------------------------------- what a cue shows


def _cue_of(caption: webvtt.Caption) -> _Cue:
    """A cue with its times; one that ends before it begins lasts no time."""
    lines = _lines_of("\n".join(caption.lines))
    if caption.identifier == _UNTIMED:
        return _Cue(lines, None, None)
    start, end = caption.start_time.in_milliseconds(), caption.end_time.in_milliseconds()
    return _Cue(lines, start, max(start, end))


def _lines_of(markup: str) -> tuple[_Line, ...]:
    r"""The lines of a cue without their tags. A line without words is none.

    >>> lines = _lines_of("<v Ann>Hello, <v Bo Li>hi\nall</v> <i>x</i>")
    >>> [[(piece.voice, piece.text) for piece in line] for line in lines]
    [[('Ann', 'Hello,'), ('Bo Li', 'hi')], [('Bo Li', 'all'), (None, 'x')]]
    """
    lines: list[list[_Piece]] = [[]]
    for voice, text in _runs(_OVERRIDE.sub("", markup) if "{" in markup else markup):
        for n, line in enumerate(text.split("\n")):
            if n:
                lines.append([])
            lines[-1] += _pieces(line, voice, at_start=not lines[-1])
    return tuple(tuple(line) for line in lines if line)


def _runs(markup: str) -> Iterator[tuple[str | None, str]]:
    """Whom a voice tag names, None outside of any, and what stands up to the next voice tag, other tags taken out."""
    voice, words, position = None, [], 0
    for tag in _TAG.finditer(markup):
        words.append(markup[position : tag.start()])
        position = tag.end()
        name = (tag["name"] or "").lower()
        if name in {"v", "/v"}:
            yield voice, "".join(words)
            voice, words = _voice(tag["mark"], tag["rest"]) if name == "v" else None, []
        elif name in {"br", "p", "rt"}:
            words.append(" ")
    yield voice, "".join(words) + markup[position:]


def _voice(mark: str | None, rest: str | None) -> str | None:
    """Who a voice tag names: ``<v Ann>``, or with classes ``<v.loud Ann>``."""
    name = (rest or "").partition(" ")[2] if mark == "." else rest or ""
    return _words(_unescaped(name)) or None


def _pieces(line: str, voice: str | None, at_start: bool) -> Iterator[_Piece]:
    """The words of a line, apart where somebody else begins to speak."""
    text = _unescaped(line).strip()
    dash = _DASH.match(text) if at_start else None
    words = text[dash.end() :] if dash else text
    for n, part in enumerate(_CHANGE.split(words) if ">>" in words else (words,)):
        if said := _words(part):
            yield _Piece(said, voice, changes=n > 0 or dash is not None)


def _unescaped(text: str) -> str:
    return without_entities(text.replace("&gt;", ">"))  # the commonest, as _put_right writes it, the fast way


def _words(text: str) -> str:
    """Clean words with one blank between them."""
    return " ".join(repaired(text).split())


def _named_by_lines(cues: list[_Cue]) -> list[_Cue]:
    """The cues of Google Meet, where a line ``(Ann Lee)`` names who speaks in the lines under it, and on."""
    filled = [cue for cue in cues if cue.lines]
    headed = sum(len(cue.lines) > 1 and _line_name(cue.lines[0]) is not None for cue in filled)
    if headed < 2 or headed < len(filled) / 2:
        return cues
    names = [list(filter(None, map(_line_name, cue.lines))) for cue in cues]
    nobody: list[str | None] = [None]
    holds = _hold([name for cue, own in zip(cues, names, strict=True) if cue.lines for name in own or nobody])
    holder: str | None = None
    named = []
    for cue, own in zip(cues, names, strict=True):
        if cue.lines and may_be_labelled(cue.lines[0][0].text):
            holder = None
        named.append(_with_line_names(cue, holder))
        holder = [holder, *own][-1] if holds else None
    return named


def _line_name(line: _Line) -> str | None:
    text = line[0].text
    found = _NAME_LINE.fullmatch(text) if len(line) == 1 and text[0] == "(" and not line[0].voice else None
    return found[1] if found else None


def _with_line_names(cue: _Cue, voice: str | None) -> _Cue:
    """A cue with the names in it, and up to the first of them ``voice``, unless somebody laughs there."""
    if cue.lines and _SOUND.fullmatch(cue.lines[0][0].text):
        voice = None
    lines: list[_Line] = []
    for line in cue.lines:
        name = _line_name(line)
        if name:
            voice = name
        else:
            lines.append(tuple(piece._replace(voice=piece.voice or voice) for piece in line))
    return cue._replace(lines=tuple(lines))


# ---------------------------------------------------------------- the order of cues, and what they repeat


def _in_order(cues: list[_Cue]) -> list[_Cue]:
    """By start; a cue whose times are unknown stays behind the one before it."""
    starts: list[int] = []
    for cue in cues:
        starts.append(cue.start_ms if cue.start_ms is not None else starts[-1] if starts else 0)
    return [cue for _, _, cue in sorted(zip(starts, range(len(cues)), cues, strict=True))]


def _without_repeats(cues: list[_Cue]) -> list[_Cue]:
    """Without cues that stand twice in the file, and without the lines that a rolling caption shows again."""
    repeats = [0, *(_rolled(above.lines, below.lines) for above, below in pairwise(cues))]
    rolls = sum(
        repeated > 0 and (len(cue.lines) > 1 or (cue.end_ms or 0) - (cue.start_ms or 0) <= _FLASH_MS)
        for repeated, cue in zip(repeats, cues, strict=True)
    )
    if rolls > 1 and rolls >= (sum(1 for cue in cues if cue.lines) - 1) / 2:
        return [cue._replace(lines=cue.lines[repeated:]) for cue, repeated in zip(cues, repeats, strict=True)]
    distinct: dict[tuple[int, tuple[_Line, ...]], _Cue] = {}
    for n, cue in enumerate(cues):
        distinct.setdefault((-1 - n if cue.start_ms is None else cue.start_ms, cue.lines), cue)
    return list(distinct.values())


def _rolled(above: tuple[_Line, ...], below: tuple[_Line, ...]) -> int:
    """How many lines of a cue are the last of the cue above."""
    most = min(len(above), len(below), _MOST_ROLLED)
    return next((n for n in range(most, 0, -1) if above[-n:] == below[:n]), 0)


# ---------------------------------------------------------------- who speaks


def _said(cues: list[_Cue]) -> list[_Said]:
    """All pieces in order, with the labels that open them taken off.

    A label is believed where a cue or a new speaker begins, and inside of a cue if it stands in such a place too.
    """
    said = [
        _Said(piece, cue, opens=row == 0 and column == 0, wraps=row > 0 and column == 0)
        for cue in cues
        for row, line in enumerate(cue.lines)
        for column, piece in enumerate(line)
    ]
    may_have = [n for n, one in enumerate(said) if not one.piece.voice and (one.opens or one.piece.changes)]
    known = set()
    for n, (label, words) in zip(may_have, labelled([said[n].piece.text for n in may_have]), strict=True):
        if label:
            said[n] = said[n]._replace(label=label, piece=said[n].piece._replace(text=words))
            known.add(label)
    return [_with_known_label(one, known) if one.unnamed else one for one in said]


def _with_known_label(said: _Said, known: set[str]) -> _Said:
    label, colon, words = said.piece.text.partition(":")
    if not colon or label.strip() not in known:
        return said
    return said._replace(label=label.strip(), piece=said.piece._replace(text=words.strip()))


def _utterances(said: list[_Said]) -> Iterator[Utterance]:
    """What each speaker says in each cue."""
    speakers = _speakers(said)
    start = 0
    for end in range(1, len(said) + 1):
        goes_on = (
            end < len(said)
            and said[end].cue is said[start].cue
            and speakers[end] == speakers[start]
            and not said[end].piece.changes
        )
        if not goes_on:
            cue = said[start].cue
            text = " ".join(one.piece.text for one in said[start:end])
            opens = said[start].piece.changes and speakers[start] is None
            yield Utterance(text, speakers[start], cue.start_ms, cue.end_ms, opens=opens)
            start = end


def _speakers(said: list[_Said]) -> list[str | None]:
    """Who says each piece: whom it names, or the one who is speaking already; None where nothing says who that is.

    A label that is not believed is no reason to take the words after it for those of the one before.
    """
    carries = _carries(said)
    speakers: list[str | None] = []
    holder: str | None = None  # the last label, while it holds
    before: _Said | None = None
    for one in said:
        speaker, is_sound = one.piece.voice or one.label, one.is_sound
        if not one.unnamed:
            holder = one.label
        elif one.piece.changes:
            holder = None
        elif one.opens and not is_sound:
            goes_on = (carries or (before and _goes_on(before, one))) and not may_be_labelled(one.piece.text)
            holder = holder if goes_on else None
            speaker = holder
        elif one.wraps and before and not before.piece.voice:
            speaker = speakers[-1]
        speakers.append(speaker)
        before = before if is_sound else one
    return speakers


def _carries(said: list[_Said]) -> bool:
    """Whether a label holds for the cues after it that have none.

    It does where labels stand at the first cue of a turn only (Google Meet, people). Who writes one into each cue
    (Zoom) also writes it where the speaker stays the same; what has none there is of somebody unknown.
    """
    return _hold([one.label for one in said if one.opens])


def _hold(labels: Sequence[str | None]) -> bool:
    """Whether hardly any of the labels of cues is that of the cue before."""
    again = sum(one is not None and one == other for one, other in pairwise(labels))
    return 10 * again <= sum(label is not None for label in labels)


def _goes_on(before: _Said, after: _Said) -> bool:
    """Whether a cue plainly goes on with the one before it: in the middle of a sentence, or after a bare label."""
    if not before.piece.text:
        return True
    ended = before.piece.text.rstrip("\"'”’)]")[-1:] in {".", "?", "!", "…"}
    pause = (after.cue.start_ms or 0) - (before.cue.end_ms or 0)
    return not ended and after.piece.text[0].islower() and pause <= JOINED_MS


# ---------------------------------------------------------------- what the file says of its session


def _session_of(file: webvtt.WebVTT) -> Session:
    """Title, date and recording, as far as the header or a comment gives them."""
    first, *header = (
        _words(_unescaped(line))
        for line in (file.header_text, *file.metadata, *"\n".join(file.header_comments).split("\n"))
    )
    named = _HEADER_TITLE.match(first)
    titles = [found[1] for line in header if (found := _TITLE_FIELD.match(line))] + ([named[1]] if named else [])
    dates = [found[1] for line in header if (found := _DATE_FIELD.match(line))] + titles
    comments = "\n".join(
        [*header, *(comment for cue in file.captions for comment in cue.comments), *file.footer_comments]
    )
    title = _without_date(titles[0]) if titles else ""
    return Session(
        id="",
        title="" if title.casefold() == SERIES.casefold() else title,
        date=date_in("\n".join(dates)),
        video_url=recording_in(comments),
    )


def _without_date(title: str) -> str:
    """A title without the date that stands at its end.

    >>> _without_date("Conversations for Kindness, 18 January 2024"), _without_date("Rest in June 2024")
    ('Conversations for Kindness', 'Rest')
    """
    found = parse_date(title)
    if not found or not found[0].month or found[2] < len(title) - 1:
        return title
    return not_leading(title[: found[1]], found[0]).rstrip(" ,;:|-–—(")
