"""A question, put together from what the other modules of this package read in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from kindsearch.people import name_of
from kindsearch.questions.asking import AsksFor, asks_for
from kindsearch.questions.places import NamedKinds, kinds_in, kinds_in_words
from kindsearch.questions.sessions import NamedSessions, SessionNames, sessions_in
from kindsearch.questions.speakers import Speakers, others_in, people_in, strangers_in
from kindsearch.questions.times import Dates, TimeSpan, find_time
from kindsearch.questions.vocabulary import ASKING_WORDS, tokens_of, without, without_genitive
from kindsearch.questions.wanted import Wanted, thing_in, wanted_in
from kindsearch.questions.wrapping import unwrapped
from kindsearch.stores.keywords import hyphenated_in, solid
from kindsearch.stores.words import STOP_WORDS, every_word_in, words_in
from kindsearch.types import Filter, Kind, PartialDate, Read, Reading

# Words whose meaning the next or the last one makes: "sign up", "look after", "get in touch", "take part".
_PARTICLES = frozenset("along after away back down into off out over through together up".split())
_LIGHT_VERBS = frozenset(
    "be came come comes gave get gets getting give given go goes going got keep keeps made make makes "
    "put puts take takes taking took".split()
)
_PREPOSITIONS = frozenset("at by for in into of on to up with".split())
# What is left where words were taken out: "In January, who spoke" ", who spoke", "what was said  ?"
_LEFT_OVER = " ,;:"
_WRITING = frozenset("message messages wrote write writes written".split())  # of somebody who is named
_ALL_OF_IT = frozenset({"whole", "entire"})  # "summarise the whole meeting"
_ENDS = " .?!"
_PARTED = re.compile(r"\s([,;:.?!])")
_OF_SOMEBODY = re.compile(r"^\W*(?:is|are|was|were)\b|\b(?:about|concerning|regarding)\b", re.IGNORECASE)
_SIDE_BY_SIDE = re.compile(r"(?<![^\W_])(?=([^\W\d_]{2,}+) ([^\W\d_]{2,}+)(?![^\W_]))")


@dataclass(frozen=True)
class Known:
    """Whom and what an archive knows, prepared once so that a question need not look at all of it."""

    speakers: Speakers = field(default_factory=Speakers)
    sessions: SessionNames = field(default_factory=SessionNames)
    dates: Dates = field(default_factory=Dates)

    @classmethod
    def of(
        cls, speakers: Iterable[tuple[str, str]] = (), sessions: Iterable[tuple[str, str, PartialDate | None]] = ()
    ) -> Known:
        """Prepare an archive's speakers, (a name she is written by, the person), and sessions, (id, title, date)."""
        held = list(sessions)
        return cls(Speakers.of(speakers), SessionNames.of(held), Dates.of(date for _, _, date in held if date))


@dataclass(frozen=True)
class Understanding:
    """What was understood of a question, to be shown to whoever asked it: by name and title, none of it by id."""

    people: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()
    time: TimeSpan | None = None
    kinds: frozenset[Kind] = frozenset()
    within: frozenset[Kind] = frozenset()
    asks_for: AsksFor | None = None
    matched_text: str = ""

    @property
    def in_words(self) -> str:
        """What a member sees of it; empty when nothing was understood but the topic.

        >>> Understanding(people=("Bob",), within=frozenset({Kind.CHAT}), kinds=frozenset({Kind.CHAT})).in_words
        'Bob · in the chat'
        """
        time = [self.time.in_words] if self.time else []
        return " · ".join([*self.people, *self.sessions, *time, *kinds_in_words(self.kinds, self.within)])


@dataclass(frozen=True)
class Question:
    """A question, understood. ``words`` are all that can match, ``topic`` those that say what it is about.

    ``phrases`` are the words again, each with those that make its meaning: ``sign up`` for ``sign``, and for the parts
    of a hyphenated word, which are words as well, the whole: ``codesign`` for ``design``. ``people`` are
    the speakers it names, ``names`` the words it names them with, ``strangers`` capitalised words that the archive does
    not know, ``time`` the time. ``kinds`` are the kinds of passage it speaks of ("which books"), ``within`` those it
    states as the place to look ("in the chat"). ``sessions`` are the ids of those it names, ``asks_for`` what it wants
    listed of the whole archive, ``matched_text`` is what to match: the question without its wrapping, and without
    the words for time, session and place. It ``wants_account`` of what was said or thought ("what did they say about…",
    "summarise…") rather than a fact, or it ``wants`` a number, a time or a name; ``thing`` are those words of the topic
    that say what kind of thing it asks for ("which exam"). ``understood`` says that to people.
    """

    text: str
    words: tuple[str, ...]
    phrases: tuple[str, ...]
    topic: tuple[str, ...]
    people: frozenset[str]
    names: frozenset[str]
    strangers: frozenset[str]
    kinds: frozenset[Kind]
    time: TimeSpan | None
    within: frozenset[Kind] = frozenset()
    sessions: frozenset[str] = frozenset()
    session_words: tuple[str, ...] = ()
    asks_for: AsksFor | None = None
    matched_text: str = ""
    wants_account: bool = False
    wants: Wanted | None = None
    thing: tuple[str, ...] = ()
    understood: Understanding = Understanding()

    @property
    def asks_for_all(self) -> Kind | None:
        """The kind of passage it asks for all of ("which resources were recommended?"); None for other questions."""
        return next(iter(self.kinds)) if len(self.kinds) == 1 and not self.topic and not self.names else None

    @property
    def asks_for_all_they_said(self) -> bool:
        """Whether whatever its people said answers it: "what did Bob say?", and "Bob", but not "who is Bob?"."""
        return bool(self.people) and not self.topic and self.wants != "name" and not _OF_SOMEBODY.search(self.text)

    @property
    def read(self) -> tuple[Read, ...]:
        """What was read in it, one after the other; each with the filter that says the same, where one does."""
        said = self.understood
        people = Filter(speaker=said.people[0]) if len(said.people) == 1 else Filter()
        sessions = Filter(session=next(iter(self.sessions))) if len(self.sessions) == 1 else Filter()
        time = Filter(since=self.time.since, until=self.time.until) if self.time else Filter()
        kind = self.asks_for_all or (next(iter(self.within)) if len(self.within) == 1 else None)
        found = (
            Read(Reading.PEOPLE, ", ".join(said.people), people),
            Read(Reading.SESSIONS, ", ".join(said.sessions), sessions),
            Read(Reading.TIME, self.time.in_words if self.time else "", time),
            Read(Reading.KINDS, ", ".join(kinds_in_words(self.kinds, self.within)), Filter(kind=kind)),
        )
        return tuple(one for one in found if one.in_words)


def understand(
    text: str,
    known: Known,
    is_known: Callable[[str], bool],
    today: date | None = None,
    literal: bool = False,
    unread: Collection[Reading] = (),
) -> Question:
    """Read a question.

    ``known`` are the archive's speakers and sessions; ``is_known`` says whether a word stands in the archive. Times
    such as "last year" are told from ``today``, by default the day it is. With ``literal`` nothing is interpreted: all
    its words are its topic. What is in ``unread`` is not read: the words that say it are topic too.
    """
    if literal:
        return _literally(text)
    named = NamedSessions() if Reading.SESSIONS in unread else sessions_in(text, known.sessions)
    rest = without(text, named.places)
    timed = None if Reading.TIME in unread else find_time(rest, today or date.today(), known.dates)
    if timed:
        rest = without(rest, [timed[1:]])
    kinds = NamedKinds() if Reading.KINDS in unread else kinds_in(rest)
    rest = without(rest, kinds.places)
    people, names = people_in(rest, known.speakers, is_known)
    strangers = strangers_in(rest, names, is_known)
    names |= others_in(rest, names)
    if Reading.PEOPLE in unread:  # words like others, though the archive knows them as names
        people, names = frozenset(), frozenset()
    spelled = with_hyphens(text, is_known)
    words, whole_of = tuple(dict.fromkeys(words_in(spelled))), wholes_in(spelled)
    names |= {whole for part, whole in whole_of.items() if part in names}
    rest = _PARTED.sub(r"\1", " ".join(rest.split())).lstrip(_LEFT_OVER)
    core = unwrapped(rest, names)
    of_kinds = {word for start, end in kinds.nouns for word in words_in(text[start:end])}
    about = set(words_in(with_hyphens(core, is_known))) - ASKING_WORDS - _ALL_OF_IT
    if people:
        about -= _WRITING
    matched = core if about else text  # "what was said in January?": then all of it is better than nothing
    about -= of_kinds
    topic = tuple(word for word in words if word in about and without_genitive(word) not in names)
    if not (topic or names or kinds.kinds or named.ids):  # "when is the next meeting?": then its words are the topic
        topic = words
    phrase_of = phrases_in(text) | whole_of
    asked = asks_for(text, names)
    time = timed[0] if timed else None
    understood = Understanding(
        tuple(sorted({name_of(person) for person in people})),
        named.titles,
        time,
        kinds.kinds,
        kinds.within,
        asked,
        matched,
    )
    return Question(
        text=text,
        words=words,
        phrases=tuple(phrase_of.get(word, word) for word in words),
        topic=topic,
        people=people,
        names=names,
        strangers=strangers,
        kinds=kinds.kinds,
        time=time,
        within=kinds.within,
        sessions=named.ids,
        session_words=tuple(" ".join(text[start:end].split()) for start, end in named.places),
        asks_for=asked,
        matched_text=matched,
        wants=wanted_in(text),
        thing=tuple(word for word in thing_in(matched) if word in topic),
        wants_account=core.rstrip(_ENDS) != rest.rstrip(_ENDS),
        understood=understood,
    )


def likely_matched(text: str, known: Known, literal: bool = False) -> str | None:
    """What of a question will most likely be matched, told before it is understood: that it names people alone.

    None where that is hard to tell: a number is most often a time's, which goes.

    >>> likely_matched("What did they say about night shifts?", Known())
    'night shifts'
    >>> likely_matched("what did Bob say about tea?", Known.of([("Bob", "Bob")]))
    'Bob tea'
    """
    if literal:
        return text
    if any(map(str.isdecimal, text)):
        return None
    names = known.speakers.by_word.keys() & {token.folded for token in tokens_of(text) if token.is_capital}
    return unwrapped(text, others_in(text, frozenset(names)) | names)


def _literally(text: str) -> Question:
    """A question of which every word is its topic; small words too, where it is made of nothing else."""
    words = tuple(dict.fromkeys(words_in(text) or every_word_in(text)))
    wholes, none = wholes_in(text), frozenset[str]()
    phrases = tuple(wholes.get(word, word) for word in words)
    return Question(
        text, words, phrases, words, none, none, none, frozenset(), None,
        matched_text=text, understood=Understanding(matched_text=text),
    )  # fmt: skip


def with_hyphens(text: str, is_known: Callable[[str], bool]) -> str:
    """A question in which two words have a hyphen between them where the archive writes them as one.

    >>> with_hyphens("is well being a way to check in?", {"wellbeing", "away", "checkin"}.__contains__)
    'is well-being a way to check-in?'
    """
    letters, end = list(text), 0
    for found in _SIDE_BY_SIDE.finditer(text):
        first, second = found.groups()
        if found.start() >= end and first.lower() not in STOP_WORDS and is_known(f"{first}{second}".lower()):
            letters[found.end(1)] = "-"
            end = found.end(2)
    return "".join(letters)


def wholes_in(text: str) -> dict[str, str]:
    """Hyphenated words, solid, and their parts, each with the whole.

    >>> wholes_in("well-being, by co-design")
    {'wellbeing': 'wellbeing', 'well': 'wellbeing', 'codesign': 'codesign', 'co': 'codesign', 'design': 'codesign'}
    """
    found: dict[str, str] = {}
    for hyphenated in hyphenated_in(text):
        whole = every_word_in(solid(hyphenated.group()))[0]
        found |= dict.fromkeys(words_in(hyphenated.group()), whole)
    return found


def phrases_in(text: str) -> dict[str, str]:
    """Words that mean something else with their neighbours, and the words with them.

    >>> phrases_in("how do I sign up, and get in touch with patients?")
    {'sign': 'sign up', 'touch': 'get in touch'}
    """
    words = every_word_in(text)
    found: dict[str, str] = {}
    for position, word in enumerate(words):
        first = last = position
        if position + 1 < len(words) and words[position + 1] in _PARTICLES:
            last = position + 1
        if position and words[position - 1] in _LIGHT_VERBS:
            first = position - 1
        elif position > 1 and words[position - 1] in _PREPOSITIONS and words[position - 2] in _LIGHT_VERBS:
            first = position - 2
        if first < last and word in words_in(word):
            found.setdefault(word, " ".join(words[first : last + 1]))
    return found
