"""The sessions a question names: by their title, or as the latest or the first.

Careful on purpose: a session is read only where the question says that it means one, for its title is a topic too.
"What was said about kindness in education?" asks all sessions, "in the session on kindness in education" one.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from operator import attrgetter, itemgetter

from kindsearch.questions.vocabulary import ASKING_WORDS, SESSION, Token, tokens_of
from kindsearch.stores.words import STOP_WORDS
from kindsearch.types import PartialDate

_LEAD = r"(?:\b(?:in|at|during|from|of)\s+)?(?:\b(?:the|our|your|this|that)\s+)?"
# "the session on …", "the meeting called …"
_SESSION_ON = re.compile(
    rf"{_LEAD}\b{SESSION}(?:\s+(?:on|about|called|titled|entitled|named))?\s*[:,]?\s*"
    r"(?:[\"“‘'«]\s*)?(?:\b(?:the|a)\s+)?",
    re.IGNORECASE,
)
_IN = re.compile(r"\b(?:[Ii]n|[Dd]uring)\s+(?=[A-Z\d])")
_QUOTED = re.compile(
    r"(?:\b(?:in|at|during|from|of)\s+)?(?:[\"“”„«](?P<double>[^\"“”„«»]+)[\"“”»]|‘(?P<single>[^‘’]+)’)", re.IGNORECASE
)
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_BY_AGE = re.compile(
    r"(?:\b(?:in|at|during|from|of)\s+)?\b(?:(?:the|our|your)\s+)?"
    r"(?<!\bmy )(?<!\bhis )(?<!\bher )(?<!\btheir )(?<!\ba )"
    r"(?P<which>latest|last|most\s+recent|newest|first|"
    rf"earliest|oldest)\s+(?:(?P<count>{'|'.join(_COUNTS)}|[2-6])\s+)?{SESSION}\b(?!\s+(?:of|with|between)\b)",
    re.IGNORECASE,
)
_IS_SESSION = re.compile(SESSION, re.IGNORECASE)
_THE = re.compile(r"(?:\b(?:in|at|during|from|of)\s+)?(?:\bthe\s+)?[\"“‘'«]?$", re.IGNORECASE)
_BEFORE_OR_AFTER = re.compile(r"\b(?:before|after|since|until)\s+$", re.IGNORECASE)
_CLOSING = re.compile(rf"\s*[\"”’'»]?(?:\s+{SESSION}\b)?", re.IGNORECASE)
_GOES_ON_WITH_SOMETHING_ELSE = STOP_WORDS | ASKING_WORDS | {"before", "after", "since", "last"}


@dataclass(frozen=True)
class SessionName:
    """A session as questions can name it: the words of its title, compared and as written; ``number`` tells its order.

    ``is_topic`` where two words or more of the title say something.
    """

    number: int
    id: str
    title: str
    words: tuple[str, ...]
    written: tuple[str, ...]
    is_topic: bool


@dataclass(frozen=True)
class SessionNames:
    """The sessions of an archive, prepared to be found in many questions.

    ``dated`` are those with a date, the oldest first, and ``days`` the first day that each can mean. ``titled`` has
    those of each title, by its words. The others lead to the first session of each title: ``by_pair`` from any two
    words that follow each other in it; ``by_end`` from the last word and ``by_start`` from the first as it is written,
    where it is a topic.
    """

    dated: Sequence[SessionName] = ()
    days: Sequence[int] = ()
    titled: Mapping[tuple[str, ...], Sequence[SessionName]] = field(default_factory=dict)
    by_pair: Mapping[tuple[str, str], Sequence[SessionName]] = field(default_factory=dict)
    by_end: Mapping[str, Sequence[SessionName]] = field(default_factory=dict)
    by_start: Mapping[str, Sequence[SessionName]] = field(default_factory=dict)

    @classmethod
    def of(cls, sessions: Iterable[tuple[str, str, PartialDate | None]]) -> SessionNames:
        """Prepare the archive's: (id, title, date)."""
        dated = list[tuple[int, SessionName]]()
        titled = defaultdict[tuple[str, ...], list[SessionName]](list)
        as_written = dict[tuple[str, ...], SessionName]()
        for number, (id_, title, date) in enumerate(sessions):
            tokens = tokens_of(title)
            words, written = _words(tokens), tuple(token.written for token in tokens)
            session = SessionName(number, id_, title, words, written, len(_content(words)) > 1)
            if date:
                dated.append((date.first_day, session))
            if words:
                titled[words].append(session)
                as_written.setdefault(written, session)
        dated.sort(key=itemgetter(0))
        by_pair = defaultdict[tuple[str, str], list[SessionName]](list)
        by_end, by_start = defaultdict[str, list[SessionName]](list), defaultdict[str, list[SessionName]](list)
        for words, (session, *_) in titled.items():
            for pair in dict.fromkeys(pairwise(words)):
                by_pair[pair].append(session)
            if session.is_topic:
                by_end[words[-1]].append(session)
        for written, session in as_written.items():
            if session.is_topic:
                by_start[written[0]].append(session)
        days = [day for day, _ in dated]
        return cls([s for _, s in dated], days, dict(titled), dict(by_pair), dict(by_end), dict(by_start))


@dataclass(frozen=True)
class NamedSessions:
    """The sessions a question names, their titles, and where in the question it names them."""

    ids: frozenset[str] = frozenset()
    titles: tuple[str, ...] = ()
    places: tuple[tuple[int, int], ...] = ()


def sessions_in(text: str, known: SessionNames) -> NamedSessions:
    """The sessions a question names, of those of the archive.

    >>> january, june = PartialDate(2024, 1), PartialDate(2024, 6)
    >>> archive = SessionNames.of([("a", "Kindness in Education", january), ("b", "Time for a check-in", june)])
    >>> sessions_in("what did Bob say in the session on kindness in education?", archive).titles
    ('Kindness in Education',)
    >>> sessions_in("what was said about kindness in education?", archive).titles
    ()
    >>> sessions_in("who spoke in the latest meeting?", archive).titles
    ('Time for a check-in',)
    """
    tokens = tokens_of(text)
    found = [*_by_age(text, known), *_by_title(text, tokens, known)]
    named: dict[str, str] = {}
    places: list[tuple[int, int]] = []
    for those, start, end in sorted(found, key=lambda item: (item[1], -item[2])):
        if not places or start >= places[-1][1]:
            places.append((start, end))
            named |= {session.id: session.title for session in those}
    return NamedSessions(frozenset(named), tuple(dict.fromkeys(named.values())), tuple(places))


_Found = tuple[Sequence[SessionName], int, int]


def _by_age(text: str, known: SessionNames) -> Iterator[_Found]:
    dated, days = known.dated, known.days
    for match in _BY_AGE.finditer(text) if dated else ():
        if _BEFORE_OR_AFTER.search(text, max(match.start() - 12, 0), match.start()):
            continue
        count = match["count"]
        wanted = int(_COUNTS.get(count.lower(), 0) or count) if count else 1
        if match["which"].lower() in {"first", "earliest", "oldest"}:
            yield dated[: bisect_right(days, days[:wanted][-1])], match.start(), match.end()
        else:
            yield dated[bisect_left(days, days[-wanted:][0]) :], match.start(), match.end()


def _by_title(text: str, tokens: Sequence[Token], known: SessionNames) -> Iterator[_Found]:
    starting_at = {token.start: number for number, token in enumerate(tokens)}
    yield from _after_session(text, tokens, starting_at, known)
    yield from _before_session(text, tokens, known)
    yield from _as_written(text, tokens, starting_at, known)
    for match in _QUOTED.finditer(text):
        those = known.titled.get(_words(tokens_of(match["double"] or match["single"])))
        if those:
            yield those, match.start(), _closed(text, match.end())


def _after_session(
    text: str, tokens: Sequence[Token], starting_at: Mapping[int, int], known: SessionNames
) -> Iterator[_Found]:
    """As in "the session on kindness in education"."""
    for match in _SESSION_ON.finditer(text):
        first = starting_at.get(match.end())
        if first is not None:
            those, size = _longest(tokens, first, known)
            if those:
                yield those, match.start(), _closed(text, tokens[first + size - 1].end)


def _before_session(text: str, tokens: Sequence[Token], known: SessionNames) -> Iterator[_Found]:
    """As in "the Kindness in Education session"."""
    for number, token in enumerate(tokens[1:], start=1):
        for session in known.by_end.get(tokens[number - 1].folded, ()) if _IS_SESSION.fullmatch(token.written) else ():
            begin = number - len(session.words)
            if begin >= 0 and _words(tokens[begin:number]) == session.words:
                start = tokens[begin].start
                lead = _THE.search(text, max(start - 20, 0), start)
                yield [session], lead.start() if lead else start, token.end


def _as_written(
    text: str, tokens: Sequence[Token], starting_at: Mapping[int, int], known: SessionNames
) -> Iterator[_Found]:
    """As in "in Using Clean Language", with the capitals of the title."""
    for match in _IN.finditer(text):
        first = starting_at.get(match.end())
        after = tokens[first:] if first is not None else []
        for session in known.by_start.get(after[0].written, ()) if after else ():
            those = after[: len(session.words)]
            if tuple(token.written for token in those) == session.written:
                yield [session], match.start(), _closed(text, those[-1].end)


def _longest(tokens: Sequence[Token], first: int, known: SessionNames) -> tuple[Sequence[SessionName], int]:
    """The sessions with most of their title at ``first``, and how many words that is.

    It is all of the title's words, or two of its topic with nothing after them that goes on with it.
    """
    begun = _words(tokens[first : first + 2])
    best: list[SessionName] = []
    most = 0
    for session in known.by_pair.get((begun[0], begun[-1]), ()) if len(begun) > 1 else ():
        size = max(_run(session, begin, tokens, first) for begin in _places(begun, session.words))
        if size > most:
            best, most = [session], size
        elif size and size == most:
            best.append(session)
    if most:
        return sorted((s for title in best for s in known.titled[title.words]), key=attrgetter("number")), most
    return known.titled.get(begun[:1], ()), 1  # a title of one word


def _places(pair: tuple[str, ...], words: Sequence[str]) -> Iterator[int]:
    """Where two words stand one after the other."""
    return (begin for begin in range(len(words) - 1) if words[begin] == pair[0] and words[begin + 1] == pair[1])


def _run(session: SessionName, begin: int, tokens: Sequence[Token], first: int) -> int:
    """How many words of a title, from ``begin`` on, stand at ``first``; 0 where they are too few to mean it."""
    size = _common(session.words[begin:], tokens[first:])
    if size == len(session.words):
        return size
    ends = first + size == len(tokens) or tokens[first + size].folded in _GOES_ON_WITH_SOMETHING_ELSE
    return size if ends and len(_content(session.words[begin : begin + size])) > 1 else 0


def _common(words: Sequence[str], tokens: Sequence[Token]) -> int:
    size = 0
    for word, token in zip(words, tokens, strict=False):
        if word != token.folded:
            break
        size += 1
    return size


def _closed(text: str, end: int) -> int:
    """The end of a title with the mark and the word "session" after it."""
    found = _CLOSING.match(text, end)
    return found.end() if found else end


def _words(tokens: Iterable[Token]) -> tuple[str, ...]:
    return tuple(token.folded for token in tokens)


def _content(words: Iterable[str]) -> list[str]:
    return [word for word in words if len(word) > 1 and word not in STOP_WORDS]
