"""Written transcripts, plain or Markdown, in the forms that recorders export and people type.

A transcript is lines of text. Some of them name a speaker, with a time or without (``Ann Lee  0:12``,
``[00:12:03] Ann Lee: words``, ``**Ann Lee:** words``), some hold a time only, some are headings, and the rest are words
of whoever was named last. Which is which can't be told from one line: "Welcome  10:30" is an item of an agenda, "Note:"
is no person. So each line is first taken apart for what it may be (``transcript_lines.py``), the whole file then says
which names are speakers (``transcript_speakers.py``), what stands before the first of them says of which session it is
(``transcript_header.py``), and only then are the words given out, here. Where the file does not clearly have speakers
it is no transcript.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from kindsearch.errors import UnreadableFile
from kindsearch.readers.private import sender_to_everyone
from kindsearch.readers.transcript_header import header_of
from kindsearch.readers.transcript_lines import BLANK, MARK, Line, Stamp, line_of, lines_in, stamp_of
from kindsearch.readers.transcript_speakers import beside_marks, is_turn, speakers_of, with_fields, with_underlined
from kindsearch.readers.turns import Utterance, document_of
from kindsearch.types import Document, Session

CLOCK_MS = 6 * 3_600_000  # no recording is that long: what begins later counts from midnight

# Names that no speaker has, but the headers of a saved chat: as a transcript, its private messages would be read.
_ADDRESS = re.compile(r"\bto every(?:one|body)\b|[(](?:direct message|private(?:ly)?)[)]", re.IGNORECASE)
_SAVED_CHAT = re.compile(r"\d{1,2}:\d\d:\d\d(?:\t|\s+From\s)")


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
    first = next(i for i, line in enumerate(lines) if is_turn(line, speakers))
    levels_below = frozenset(line.level for line in lines[first:] if line.level)
    header = header_of(lines[:first], lines_in(text)[:first], levels_below)
    speech = _Speech(speakers)
    for number, line in enumerate(lines):
        speech.hear(BLANK if number in header.taken else line)
    utterances = speech.utterances()
    if not utterances:
        raise UnreadableFile(source, "its speakers are named, but say nothing")
    session = Session("", header.title, header.date, video_url=header.video_url, start=header.start)
    begin = next((stamp.start for stamp in speech.stamps), 0)
    return document_of(utterances, session, document_id, source, by_the_clock=begin >= CLOCK_MS)


def _parsed(text: str) -> tuple[list[Line], frozenset[str]]:
    """The lines of a transcript and its speakers; no speakers where it is none."""
    raw = lines_in(text)
    filled = sum(not line.isspace() for line in raw if line)
    if sum(":" in line or "：" in line for line in raw) < max(2, filled / 40) or raw[0].startswith("WEBVTT"):
        return [], frozenset()
    looks = {line: line_of(line) for line in set(raw)}
    lines = beside_marks(with_fields(with_underlined([looks[line] for line in raw], raw)))
    stamped = sum(1 for line in lines if line.name and line.stamp)
    chat = sum(1 for line in raw if _SAVED_CHAT.match(looks[line].text))
    cues = sum(1 for line in lines if line.mark and line.mark.end is not None and not line.rest)
    speakers = frozenset() if max(chat, cues) > stamped / 2 else speakers_of(lines)
    begins = any(is_turn(line, speakers) for line in lines)  # names may stand in headings only
    return lines, frozenset() if not begins or any(map(_ADDRESS.search, speakers)) else speakers


# ---------------------------------------------------------------- who says what


@dataclass
class _Speech:
    """Hears line after line, and gives each paragraph to whoever is speaking, at the time that was given last."""

    speakers: frozenset[str]
    stamps: list[Stamp] = field(default_factory=list)
    _said: list[tuple[Utterance, int | None]] = field(default_factory=list)  # each with the number of its stamp
    _paragraph: list[str] = field(default_factory=list)
    _speaker: str | None = None
    _section: str = ""
    _at: int | None = None  # number of the stamp that holds for what is said now
    _stays: bool = False  # it also holds for the turns after this one

    def hear(self, line: Line) -> None:
        """Take in the next line."""
        if is_turn(line, self.speakers):
            self._begin_turn(line)
        elif pasted := sender_to_everyone(line.text):
            self._begin_message(*pasted)
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

    def _begin_turn(self, line: Line) -> None:
        self._end_paragraph()
        self._speaker = line.name or line.text
        if line.stamp:
            self._pass_mark(line.stamp, stays=False)
        elif not self._stays:
            self._at = None
        self._say(line.words)

    def _begin_message(self, sender: str, words: str) -> None:
        """A message of the chat, pasted among what was said. Its sender is believed who is a speaker as well."""
        self._begin_turn(Line(name=sender, words=words))
        self._speaker = sender if sender in self.speakers else None

    def _begin_section(self, line: Line) -> None:
        self._end_paragraph()
        stamp = line.stamp or line.mark
        title = (line.rest if line.mark else line.name if line.stamp else line.text).strip(" :")
        if title:
            self._section, self._speaker, self._at, self._stays = title, None, None, False
        if stamp:
            self._pass_mark(stamp, stays=True)

    def _pass_mark(self, stamp: Stamp, *, stays: bool) -> None:
        self._end_paragraph()
        self.stamps.append(stamp)
        self._at, self._stays = len(self.stamps) - 1, stays

    def _say(self, words: str) -> None:
        """Add words to the paragraph; a time among them ends it, and holds for the rest of the turn."""
        position = 0
        for found in MARK.finditer(words) if "[" in words else ():
            stamp = stamp_of(found["start"], found["end"])
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
