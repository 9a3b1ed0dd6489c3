"""The sessions a question names: by their title, or as the latest or the first.

Careful on purpose: a session is read only where the question says that it means one, for its title is a topic too.
"What was said about kindness in education?" asks all sessions, "in the session on kindness in education" one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

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


@dataclass(frozen=True)
class SessionName:
    """A session as questions can name it: the words of its title, compared and as written, and when it was."""

    id: str
    title: str
    words: tuple[str, ...]
    written: tuple[str, ...]
    date: PartialDate | None


@dataclass(frozen=True)
class NamedSessions:
    """The sessions a question names, their titles, and where in the question it names them."""

    ids: frozenset[str] = frozenset()
    titles: tuple[str, ...] = ()
    places: tuple[tuple[int, int], ...] = ()


def sessions_in(text: str, sessions: Iterable[tuple[str, str, PartialDate | None]]) -> NamedSessions:
    """The sessions a question names. ``sessions`` are the archive's: (id, title, date).

    >>> january, june = PartialDate(2024, 1), PartialDate(2024, 6)
    >>> archive = [("a", "Kindness in Education", january), ("b", "Time for a check-in", june)]
    >>> sessions_in("what did Bob say in the session on kindness in education?", archive).titles
    ('Kindness in Education',)
    >>> sessions_in("what was said about kindness in education?", archive).titles
    ()
    >>> sessions_in("who spoke in the latest meeting?", archive).titles
    ('Time for a check-in',)
    """
    known = [SessionName(id_, title, *_title_words(title), date) for id_, title, date in sessions]
    tokens = tokens_of(text)
    found = [*_by_age(text, known), *_by_title(text, tokens, known)]
    named: dict[str, str] = {}
    places: list[tuple[int, int]] = []
    for those, start, end in sorted(found, key=lambda item: (item[1], -item[2])):
        if not places or start >= places[-1][1]:
            places.append((start, end))
            named |= {session.id: session.title for session in those}
    return NamedSessions(frozenset(named), tuple(dict.fromkeys(named.values())), tuple(places))


@lru_cache(4096)
def _title_words(title: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    tokens = tokens_of(title)
    return _words(tokens), tuple(token.written for token in tokens)


_Found = tuple[list[SessionName], int, int]


def _by_age(text: str, known: Sequence[SessionName]) -> Iterator[_Found]:
    dated = sorted(((s.date.first_day, s) for s in known if s.date), key=lambda pair: pair[0])
    for match in _BY_AGE.finditer(text) if dated else ():
        if _BEFORE_OR_AFTER.search(text, max(match.start() - 12, 0), match.start()):
            continue
        count = match["count"]
        wanted = int(_COUNTS.get(count.lower(), 0) or count) if count else 1
        if match["which"].lower() in {"first", "earliest", "oldest"}:
            edge = dated[:wanted][-1][0]
            yield [session for day, session in dated if day <= edge], match.start(), match.end()
        else:
            edge = dated[-wanted:][0][0]
            yield [session for day, session in dated if day >= edge], match.start(), match.end()


def _by_title(text: str, tokens: Sequence[Token], known: Sequence[SessionName]) -> Iterator[_Found]:
    starting_at = {token.start: number for number, token in enumerate(tokens)}
    holding = defaultdict[str, list[SessionName]](list)
    for session in known:
        for word in dict.fromkeys(session.words):
            holding[word].append(session)
    yield from _after_session(text, tokens, starting_at, holding)
    yield from _before_session(text, tokens, holding)
    yield from _as_written(text, tokens, starting_at, holding)
    for match in _QUOTED.finditer(text):
        quoted = _words(tokens_of(match["double"] or match["single"]))
        those = [session for session in known if session.words and session.words == quoted]
        if those:
            yield those, match.start(), _closed(text, match.end())


def _after_session(
    text: str, tokens: Sequence[Token], starting_at: Mapping[int, int], holding: Mapping[str, list[SessionName]]
) -> Iterator[_Found]:
    """As in "the session on kindness in education"."""
    for match in _SESSION_ON.finditer(text):
        first = starting_at.get(match.end())
        if first is not None:
            those, size = _longest(tokens, first, holding.get(tokens[first].folded, []))
            if those:
                yield those, match.start(), _closed(text, tokens[first + size - 1].end)


def _before_session(text: str, tokens: Sequence[Token], holding: Mapping[str, list[SessionName]]) -> Iterator[_Found]:
    """As in "the Kindness in Education session"."""
    for number, token in enumerate(tokens[1:], start=1):
        for session in holding.get(tokens[number - 1].folded, []) if _IS_SESSION.fullmatch(token.written) else ():
            begin = number - len(session.words)
            if len(_content(session.words)) > 1 and begin >= 0 and _words(tokens[begin:number]) == session.words:
                start = tokens[begin].start
                lead = _THE.search(text, max(start - 20, 0), start)
                yield [session], lead.start() if lead else start, token.end


def _as_written(
    text: str, tokens: Sequence[Token], starting_at: Mapping[int, int], holding: Mapping[str, list[SessionName]]
) -> Iterator[_Found]:
    """As in "in Using Clean Language", with the capitals of the title."""
    for match in _IN.finditer(text):
        first = starting_at.get(match.end())
        after = tokens[first:] if first is not None else []
        for session in holding.get(after[0].folded, []) if after else ():
            those = after[: len(session.words)]
            if len(_content(session.words)) > 1 and tuple(token.written for token in those) == session.written:
                yield [session], match.start(), _closed(text, those[-1].end)


def _longest(tokens: Sequence[Token], first: int, known: Sequence[SessionName]) -> tuple[list[SessionName], int]:
    """The sessions with most of their title at ``first``, and how many words that is.

    It is all of the title's words, or two of its topic with nothing after them that goes on with it.
    """
    best: list[SessionName] = []
    most = 0
    for session in known:
        size = 0
        for begin in range(len(session.words)):
            run = _common(session.words[begin:], tokens[first : first + len(session.words)])
            is_whole = run == len(session.words)
            ends = first + run == len(tokens) or _goes_on_with_something_else(tokens[first + run])
            if run > size and (is_whole or (len(_content(session.words[begin : begin + run])) > 1 and ends)):
                size = run
        if size > most:
            best, most = [session], size
        elif size and size == most:
            best.append(session)
    return best, most


def _common(words: Sequence[str], tokens: Sequence[Token]) -> int:
    size = 0
    for word, token in zip(words, tokens, strict=False):
        if word != token.folded:
            break
        size += 1
    return size


def _goes_on_with_something_else(token: Token) -> bool:
    return token.folded in STOP_WORDS | ASKING_WORDS | {"before", "after", "since", "last"}


def _closed(text: str, end: int) -> int:
    """The end of a title with the mark and the word "session" after it."""
    found = _CLOSING.match(text, end)
    return found.end() if found else end


def _words(tokens: Iterable[Token]) -> tuple[str, ...]:
    return tuple(token.folded for token in tokens)


def _content(words: Iterable[str]) -> list[str]:
    return [word for word in words if len(word) > 1 and word not in STOP_WORDS]
