"""What a question says of itself: its words that matter, the people it names, the time it speaks of.

No language model: people are those whom the archive knows as speakers, dates are read as packs write them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kindsearch.dates import parse_date
from kindsearch.people import TITLES, folded
from kindsearch.stores.words import every_word_in, words_in
from kindsearch.types import MONTHS, Kind, PartialDate

# Words that say how to answer, or hardly anything: they can match, but a topic is not made of them.
ASKING_WORDS = frozenset(
    "according anybody anyone anything archive called came chat come comes comment commented community describe "
    "discuss discussed discussion done ever everybody everyone everything explain find found gave getting give "
    "given goes going group happen happened happening happens list long made make makes many meeting meetings "
    "member members mention mentioned much opinion part people person place please recommend recommended said say "
    "saying says session sessions show somebody someone something speak speaker speakers spoke spoken summarise "
    "summarize summary take takes talk talked talking talks tell thing things think thinks thought thoughts took "
    "use used using view views want wants way ways went".split()
)
# Words that say in which part of a session the answer stands.
KIND_WORDS = {
    Kind.RESOURCE: frozenset(
        "article articles book books link links paper papers podcast podcasts reading readings resource resources "
        "video videos website websites".split()
    ),
    Kind.CHAT: frozenset({"chat"}),
    Kind.QUOTE: frozenset({"quote", "quotes", "quotation", "quotations"}),
}
# Words whose meaning the next or the last one makes: "sign up", "look after", "get in touch", "take part".
_PARTICLES = frozenset("along after away back down into off out over through together up".split())
_LIGHT_VERBS = frozenset(
    "be came come comes gave get gets getting give given go goes going got had has have keep keeps made make makes "
    "put puts take takes taking took".split()
)
_PREPOSITIONS = frozenset("at by for in into of on to up with".split())
_CAPITALISED = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))*")
_MONTH_WORDS = frozenset(month.lower() for month in MONTHS) | frozenset(month[:3].lower() for month in MONTHS)
_FROM = re.compile(r"\b(?:since|after|from)\s+(?:the\s+)?$", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:before|until|till|by|up to)\s+(?:the\s+)?$", re.IGNORECASE)


@dataclass(frozen=True)
class TimeSpan:
    """The time a question speaks of; ``words`` are how it says so. An open side is None."""

    since: PartialDate | None
    until: PartialDate | None
    words: str


@dataclass(frozen=True)
class Question:
    """A question, understood. ``words`` are all that can match, ``topic`` those that say what it is about.

    ``phrases`` are the words again, each with those that make its meaning: ``sign up`` for ``sign``. ``people`` are
    the speakers it names, ``names`` the words it names them with, ``strangers`` capitalised words that the archive does
    not know, ``kinds`` the kinds of passage it speaks of ("in the chat"), ``time`` the time.
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

    @property
    def asks_for_all(self) -> Kind | None:
        """The kind of passage it asks for all of ("which resources were recommended?"); None for other questions."""
        return next(iter(self.kinds)) if len(self.kinds) == 1 and not self.topic and not self.names else None


def understand(text: str, speakers: Iterable[tuple[str, str]], is_known: Callable[[str], bool]) -> Question:
    """Read a question.

    ``speakers`` are the archive's: (a name she is written by, the person); ``is_known`` says whether a word stands in
    the archive.
    """
    words = tuple(dict.fromkeys(words_in(text)))
    people, names = _people_in(text, speakers, is_known)
    time = time_in(text)
    of_time = frozenset(words_in(time.words)) if time else frozenset()
    strangers = frozenset(
        word
        for word in _capitalised_inside(text)
        if not is_known(word) and word not in names and word not in _MONTH_WORDS | of_time
    )
    kinds = frozenset(kind for kind, its_words in KIND_WORDS.items() if its_words.intersection(words))
    of_kind = frozenset(word for kind in kinds for word in KIND_WORDS[kind])
    aside = ASKING_WORDS | of_time | of_kind
    topic = tuple(word for word in words if word not in aside and _without_genitive(word) not in names)
    if not topic and not names and not kinds:  # "when is the next meeting?": then its words are the topic
        topic = words
    phrase_of = phrases_in(text)
    phrases = tuple(word if word in names or word in strangers else phrase_of.get(word, word) for word in words)
    return Question(text, words, phrases, topic, people, names, strangers, kinds, time)


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


def time_in(text: str) -> TimeSpan | None:
    """The time a question speaks of: a month, a day or a year, or everything since or before one.

    >>> span = time_in("what was said about stories before March 2024?")
    >>> span.since, str(span.until)
    (None, '2024-03')
    """
    found = parse_date(text)
    if found is None:
        return None
    date, start, end = found
    before = text[:start]
    since = None if _UNTIL.search(before) else date
    until = None if _FROM.search(before) else date
    return TimeSpan(since, until, text[start:end])


def _people_in(
    text: str, speakers: Iterable[tuple[str, str]], is_known: Callable[[str], bool]
) -> tuple[frozenset[str], frozenset[str]]:
    """People whose names the question uses, those with most of their name used first of all, and the words used."""
    asked = _possible_names(text, is_known)
    used: dict[str, frozenset[str]] = {}
    for name, person in speakers:
        own = frozenset(part for part in folded(name).split() if part not in TITLES and part in asked)
        if any(len(part) > 1 for part in own) and len(own) > len(used.get(person, ())):
            used[person] = own
    if not used:
        return frozenset(), frozenset()
    most = max(len(own) for own in used.values())
    best = {person: own for person, own in used.items() if len(own) == most}
    return frozenset(best), frozenset(part for own in best.values() for part in own)


def _possible_names(text: str, is_known: Callable[[str], bool]) -> frozenset[str]:
    """The words of a question, folded, that can be a name: capitalised ones, and those that are nothing else.

    "to" and "in" are something else, though somebody may sign as TO or IN; so is "Will" at the beginning.
    """
    found = [match.group() for match in _CAPITALISED.finditer(text)]
    return frozenset(
        folded(_without_genitive(word))
        for position, word in enumerate(found)
        if (word[0].isupper() and (position > 0 or words_in(word))) or (words_in(word) and not is_known(word.lower()))
    )


def _capitalised_inside(text: str) -> list[str]:
    """Words with a capital that are not the first of the question, in lower case."""
    found = list(_CAPITALISED.finditer(text))[1:]
    plain = (_without_genitive(match.group()) for match in found if match.group()[0].isupper())
    return [word.lower() for word in plain if len(word) > 1]


def _without_genitive(word: str) -> str:
    return re.sub(r"['’]s?$", "", word)
