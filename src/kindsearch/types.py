"""The nouns of kindsearch. Every other module speaks in these; this one imports none of ours.

Offsets are counted in characters of ``Document.text``, pages from 1, boxes in points (1/72 inch) from the
top left corner of the page, times in milliseconds from the start of the session.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date as calendar_day
from datetime import datetime, time
from enum import StrEnum
from functools import total_ordering

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip


class Kind(StrEnum):
    """What a passage is: which part of a session it comes from."""

    TALK = "talk"
    QUOTE = "quote"
    QUESTION_AND_ANSWER = "question-and-answer"
    DISCUSSION = "discussion"
    CHAT = "chat"
    RESOURCE = "resource"
    ABOUT = "about"  # text that recurs in every pack: the movement, how to join, thanks
    TRANSCRIPT = "transcript"


@total_ordering
@dataclass(frozen=True)
class PartialDate:
    """A date known to the day, the month or the year: as precise as its source, never more.

    >>> str(PartialDate(2024, 6)), PartialDate(2024, 1, 18).in_words
    ('2024-06', '18 January 2024')
    """

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read an ISO date: ``2024``, ``2024-06`` or ``2024-01-18``. Raises ValueError for anything else.

        Whether a month has that many days is not asked here (:attr:`is_in_calendar`): catalogs may hold such dates.

        >>> PartialDate.parse("2024-06")
        PartialDate(year=2024, month=6, day=None)
        """
        found = re.fullmatch(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", text.strip())
        if not found:
            raise ValueError(f"not a date: {text!r} (write 2024, 2024-06 or 2024-01-18)")
        year, month, day = (int(part) if part else None for part in found.groups())
        if month not in {None, *range(1, 13)} or day not in {None, *range(1, 32)}:
            raise ValueError(f"no such date: {text!r}")
        return cls(year or 0, month, day)

    @property
    def is_in_calendar(self) -> bool:
        """Whether there is such a day. What was written before this was asked may be none: 2024-02-30.

        >>> PartialDate(2024, 2, 29).is_in_calendar, PartialDate(2024, 2, 30).is_in_calendar
        (True, False)
        """
        try:
            calendar_day(self.year, self.month or 1, self.day or 1)
        except ValueError:
            return False
        return True

    def __str__(self) -> str:
        """ISO 8601, shortened to what is known."""
        parts = [f"{self.year:04d}"] + [f"{part:02d}" for part in (self.month, self.day) if part]
        return "-".join(parts)

    @property
    def in_words(self) -> str:
        """As a person would write it: ``18 January 2024``, ``June 2024``, ``2024``."""
        month = MONTHS[self.month - 1] if self.month else None
        return " ".join(str(part) for part in (self.day, month, self.year) if part)

    @property
    def first_day(self) -> int:
        """The first day it can mean, as a sortable number: ``20240601`` for June 2024."""
        return self.year * 10_000 + (self.month or 1) * 100 + (self.day or 1)

    @property
    def last_day(self) -> int:
        """The last day it can mean, as a sortable number: ``20240631`` for June 2024 (31 for any month)."""
        return self.year * 10_000 + (self.month or 12) * 100 + (self.day or 31)

    def __lt__(self, other: PartialDate) -> bool:
        return (self.first_day, self.last_day) < (other.first_day, other.last_day)


@dataclass(frozen=True)
class Person:
    """Somebody who speaks in a session, under the fullest name the session gives, with a role if it gives one."""

    name: str
    role: str | None = None


@dataclass(frozen=True)
class Session:
    """One meeting. ``id`` is made of its date and title, so it survives a rebuild and reads well in a link.

    A reader gives what its one file says of the session, with empty ``id`` and ``title`` where it says nothing;
    ``sessions.py`` puts together what all files of the meeting say. ``start`` is when the recording began by the clock,
    without a day where none is known; the session's time 0 lies ``video_offset_ms`` into the video at ``video_url``.
    ``note`` is a remark to be shown with it ("illustrative").
    """

    id: str
    title: str
    date: PartialDate | None = None
    speakers: tuple[Person, ...] = ()
    video_url: str | None = None
    video_offset_ms: int = 0
    start: datetime | time | None = None
    note: str | None = None

    @property
    def date_in_words(self) -> str:
        """Its date in words; nothing where none is known."""
        return self.date.in_words if self.date else ""


@dataclass(frozen=True)
class Box:
    """Where ``Document.text[start:end]``, a word as a rule, is drawn: points from the top left of ``page``."""

    start: int
    end: int
    page: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Page:
    """A page of a document: its size in points, and the number printed on it, where there is one.

    ``withheld`` when something on it was taken out (``redaction.py``): its picture would still show it.
    """

    width: float
    height: float
    printed: int | None = None
    withheld: bool = False


@dataclass(frozen=True)
class Link:
    """A link that lies under ``Document.text[start:end]``."""

    start: int
    end: int
    url: str


@dataclass(frozen=True)
class Span:
    """A stretch of a document that one person says in one place, or that a list gives as one item.

    ``page`` is None where the source has no pages, ``speaker`` None where the source names nobody.
    """

    start: int
    end: int
    page: int | None = None
    speaker: str | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    is_item: bool = False


@dataclass(frozen=True)
class Unit:
    """What chunking keeps together: a quote, a message, a question with its answer, a list with its lead-in.

    ``spans`` lie in order inside ``start:end`` and hold all of its words.
    """

    start: int
    end: int
    kind: Kind
    section: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Extent:
    """The kinds of what a file holds, and its first and last time, as the file gives them."""

    kinds: frozenset[Kind]
    first_ms: int | None
    last_ms: int | None


@dataclass(frozen=True)
class Document:
    """One file, read. ``id`` is the SHA-256 of its bytes; ``source`` its path relative to the corpus, with ``/``.

    ``text`` is final: it was cleaned by the reader, and every offset in kindsearch points into it. ``pages`` are in
    order, none where the source has no pages: a place says the number in the file, from 1, not the printed one.
    ``by_the_clock`` when its times are of the day (milliseconds since midnight), as in a saved chat, and not of the
    session. ``private_messages`` counts what a saved chat held that was not for everyone; it is in no text.
    ``invisible_characters`` counts those that were taken out of it (``invisible.py``); the catalog does not keep that.
    ``extent`` is what the file held before something was taken out of it; None where all is there.
    """

    id: str
    source: str
    session: Session
    text: str
    units: tuple[Unit, ...]
    boxes: tuple[Box, ...] = ()
    links: tuple[Link, ...] = ()
    pages: tuple[Page, ...] = ()
    by_the_clock: bool = False
    private_messages: int = 0
    invisible_characters: int = field(default=0, compare=False)
    extent: Extent | None = field(default=None, compare=False)

    @property
    def speakers(self) -> frozenset[str]:
        """Those who speak in it, as it names them."""
        return frozenset(span.speaker for unit in self.units for span in unit.spans if span.speaker)


def extent_of(document: Document) -> Extent:
    """What the file of a document holds, whatever was taken out of it since."""
    if document.extent:
        return document.extent
    spans = [span for unit in document.units for span in unit.spans]
    starts = [span.start_ms for span in spans if span.start_ms is not None]
    ends = [span.end_ms for span in spans if span.end_ms is not None]
    kinds = frozenset(unit.kind for unit in document.units)
    return Extent(kinds, min(starts, default=None), max([*starts, *ends], default=None))


@dataclass(frozen=True)
class Statement(Span):
    """The smallest thing worth quoting, a sentence or a list item: a part of a span, or several spans of one turn.

    ``is_filler`` where it says nothing by itself: "yeah", "um".
    """

    is_filler: bool = False


@dataclass(frozen=True)
class Passage:
    """What is found and cited. Promise: ``document.text[passage.start:passage.end] == passage.text``.

    ``pages`` is the first and last page it stands on; ``statements`` divide it, in order. ``speakers`` are named as the
    document names them; ``people`` says who they are, in the same order (``people/``). ``is_illustrative`` where the
    document was made up or retold for demonstration.
    """

    id: str
    document_id: str
    source: str
    session: Session
    start: int
    end: int
    text: str
    kind: Kind
    section: str
    statements: tuple[Statement, ...]
    speakers: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    pages: tuple[int, int] | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    link: str | None = None
    is_illustrative: bool = False

    @property
    def is_speech(self) -> bool:
        """Whether it was said, and recorded; all else was written."""
        return self.kind == Kind.TRANSCRIPT

    @property
    def quotable(self) -> tuple[Statement, ...]:
        """The statements that say something: those that have a vector of their own."""
        return tuple(statement for statement in self.statements if not statement.is_filler)

    @property
    def context(self) -> str:
        """What the engines are told beside the text: session, date, section, speakers. Never part of ``text``."""
        parts = [self.session.title, self.session.date_in_words, self.section, ", ".join(self.speakers)]
        return ". ".join(part for part in parts if part)

    def person_of(self, speaker: str | None) -> str | None:
        """Who it is that the document names so, of those who speak here; None where it names nobody."""
        named = zip(self.speakers, self.people, strict=True)
        return next((person for name, person in named if name == speaker), None)

    def quote(self, start: int, end: int) -> str:
        """The words at ``start:end`` (offsets of the document) of this passage."""
        return self.text[start - self.start : end - self.start]


@dataclass(frozen=True)
class Filter:
    """Which passages a question is put to. None leaves that side open; all given sides must hold.

    ``session`` is a session id, ``speaker`` any part of one of a person's names, or the id that tells her from others
    of that name. ``since`` and ``until`` are inclusive.
    """

    session: str | None = None
    speaker: str | None = None
    since: PartialDate | None = None
    until: PartialDate | None = None
    kind: Kind | None = None


class Reading(StrEnum):
    """What may be read in a question beside its topic."""

    PEOPLE = "people"
    SESSIONS = "sessions"
    TIME = "time"
    KINDS = "kinds"


@dataclass(frozen=True)
class Read:
    """Something read in a question: in words, and as the filter that says the same, an open one where none does."""

    reading: Reading
    in_words: str
    where: Filter = Filter()


@dataclass(frozen=True)
class Hit:
    """A passage found for a question, and why: its ranks (from 1) and scores in the two engines.

    ``score`` orders the hits of one question (higher is better) and means nothing across questions.
    ``matched`` are the offsets of words of the question in the passage's document.
    """

    passage: Passage
    score: float
    dense_rank: int | None = None
    dense_score: float | None = None
    keyword_rank: int | None = None
    keyword_score: float | None = None
    matched: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Citation:
    """A verbatim quote and where it stands: ``passage.text`` holds ``quote`` at ``start:end`` of the document.

    ``speaker`` is whom the document names for these very words, None where it names nobody. ``start_ms`` is when they
    were said, where that is known, and ``video`` opens the recording there; ``link`` lies under the words themselves.
    """

    number: int
    quote: str
    passage: Passage
    start: int
    end: int
    speaker: str | None = None
    pages: tuple[int, int] | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    link: str | None = None
    video: str | None = None

    @property
    def goes_on(self) -> bool:
        """Whether it ends amid a list: who reads it should know that there is more of it."""
        before = [statement for statement in self.passage.statements if statement.end <= self.end]
        after = next((statement for statement in self.passage.statements if statement.start >= self.end), None)
        leads_on = bool(before) and (before[-1].is_item or self.quote.endswith(":"))
        return leads_on and after is not None and after.is_item and after.speaker == before[-1].speaker


@dataclass(frozen=True)
class Signals:
    """What confidence is made of.

    ``score`` of the best passage, without what it gains or loses for its speaker and kind;
    ``covered``, the share of the topic's words (weighted by rarity) that stand, in themselves or in like words, in the
    best passages; ``strangers``, how many names of the question the archive does not know; ``behind``, how much better
    what others say fits than what those say whom the question names, 0 if it does not; ``numberless``, whether a number
    is asked for and none found; ``unnamed``, how much of what the question calls the thing it asks for ("which exam")
    no quote has, in 0..1; ``searched``, how many passages were looked through.
    """

    score: float
    covered: float
    strangers: int
    searched: int
    behind: float = 0.0
    numberless: bool = False
    unnamed: float = 0.0


@dataclass(frozen=True)
class Answer:
    """What the archive says to a question: quotes with citations, or an honest "not in the archive".

    ``confidence`` in 0..1 orders questions by how well the archive answers them. ``citations`` is empty and
    ``text`` says so when ``answered`` is False; ``hits`` are then the nearest passages, and no more than that. Only
    where somebody is asked about who did not say it, and somebody else did, ``text`` says that, with citations.
    ``signals`` say what confidence rests on, None where there was nothing to look at; ``understood`` is what was read
    in the question beside its topic: people, times, sessions, kinds.
    """

    question: str
    answered: bool
    confidence: float
    text: str
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = field(default=(), repr=False)
    signals: Signals | None = None
    understood: str = ""


@dataclass(frozen=True)
class Choice:
    """What a brief is made of. Nothing given: the whole archive.

    Ids of sessions and people to keep to, and to leave out; ``since`` and ``until`` are inclusive. With ``people``
    every quote is theirs, save a question that nobody is named for and one of them answers.
    """

    sessions: frozenset[str] = frozenset()
    without_sessions: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    without_people: frozenset[str] = frozenset()
    since: PartialDate | None = None
    until: PartialDate | None = None


@dataclass(frozen=True)
class Touched:
    """A session that touched a topic: in how many passages, in what share of its words (0..1), and how it did best."""

    session: Session
    passages: int
    share: float
    citation: Citation


@dataclass(frozen=True)
class Voice:
    """What one person said on a topic: in how many passages, and one or two quotes. ``person`` is her id."""

    person: str
    name: str
    passages: int
    citations: tuple[Citation, ...]


class Reply(StrEnum):
    """What in the texts shows that quotes answer one another."""

    ANSWERS = "answers"  # a question, and what was said to it
    NAMES = "names"  # somebody names whom she takes up


@dataclass(frozen=True)
class Exchange:
    """Quotes that answer one another, in order: a question or what was taken up, then what was said to it."""

    reply: Reply
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class Neighbour:
    """Words that stand with a topic more than elsewhere, in how many of its passages, and one place where they do."""

    words: str
    passages: int
    citation: Citation


@dataclass(frozen=True)
class Brief:
    """All that the archive says on a topic, quoted and counted, laid out to be read in five minutes.

    ``key_points`` best first, ``timeline`` oldest first (sessions without a date last), ``voices`` those first who said
    most. ``open_questions`` are questions that nobody answers in what follows; ``resources`` what was recommended:
    ``speaker`` by whom, ``link`` where. ``untouched`` are the sessions looked through that did not touch the topic.
    Where nothing does, there are no quotes, and ``nearest`` are the passages that come nearest. A number stands for
    one quote in one place throughout. ``understood`` is what was read in the topic beside it.
    """

    topic: str
    choice: Choice = Choice()
    understood: str = ""
    key_points: tuple[Citation, ...] = ()
    timeline: tuple[Touched, ...] = ()
    voices: tuple[Voice, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    open_questions: tuple[Citation, ...] = ()
    resources: tuple[Citation, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    untouched: tuple[Session, ...] = ()
    nearest: tuple[Hit, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing in the archive touches the topic."""
        return not self.timeline

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation in the order of the brief, those that stand in several parts as often."""
        return (
            *self.key_points,
            *(touched.citation for touched in self.timeline),
            *(citation for voice in self.voices for citation in voice.citations),
            *(citation for exchange in self.exchanges for citation in exchange.citations),
            *self.open_questions,
            *self.resources,
            *(neighbour.citation for neighbour in self.neighbours),
        )

    @property
    def references(self) -> tuple[Citation, ...]:
        """Every citation once, by number."""
        by_number = {citation.number: citation for citation in self.citations}
        return tuple(by_number[number] for number in sorted(by_number))
