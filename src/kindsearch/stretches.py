"""Windows of speech that are found together, read as one stretch.

Windows are short and overlap, so that the right one can be found; what a person reads is the stretch they make
together. No word stands in two of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

import numpy as np

from kindsearch.readers.turns import SILENCE_MS
from kindsearch.stores.arrays import Mask, Numbers
from kindsearch.stores.columns import NO_RUN, Columns
from kindsearch.stores.statements import Statements
from kindsearch.types import Passage


@dataclass(frozen=True)
class Reach:
    """How far joining goes: ``among`` how many of the best passages, up to how many ``words``.

    Where it looks ``ahead``, over so many windows, a stretch grows before the next one begins (``growth.py``).
    """

    among: int
    words: int
    ahead: int = 0


FACT, ACCOUNT = Reach(among=40, words=300), Reach(among=80, words=500, ahead=8)
NEW_WORDS = 0.5  # of a window's words must stand in no better stretch, or it is left out


@dataclass(frozen=True)
class Stretch:
    """Statements, by their numbers, to be shown as one passage.

    ``windows`` are the passages it is made of, by their places among those given, the best one first.
    """

    statements: range
    windows: tuple[int, ...]


@dataclass
class _Growing:
    """A stretch that windows of its run may still join."""

    run: int
    first: int
    end: int
    words: int
    windows: list[int]


@dataclass(frozen=True)
class _Known:
    """Of statements, by number: how many words come ``before`` the end of each, and which directly follow another."""

    before: Mapping[int, int]
    following: frozenset[int]

    @classmethod
    def of(cls, statements: Statements, numbers: Numbers) -> _Known:
        ends = np.cumsum(statements.words[numbers], dtype=np.int64)
        begins = dict(zip(numbers.tolist(), (ends - statements.words[numbers]).tolist(), strict=True))
        before = dict(zip((numbers + 1).tolist(), ends.tolist(), strict=True)) | begins
        return cls(before, frozenset(numbers[following(statements, numbers)].tolist()))

    def words(self, first: int, end: int) -> int:
        """How many words the statements from ``first`` up to ``end`` have; they stand in one window."""
        return self.before[end] - self.before[first]


def following(statements: Statements, numbers: Numbers) -> Mask:
    """Which statements directly follow the ones before: nothing but the end of a line between, and no silence."""
    directly: Mask = (statements.characters[numbers] == 1) & (statements.pauses[numbers] <= SILENCE_MS)
    return directly


def joined(positions: Numbers, columns: Columns, statements: Statements, reach: Reach = FACT) -> list[Stretch]:
    """What to show of passages that are given best first; each stretch of speech is in the place of its best window.

    A window that overlaps or touches a better one joins it, while both are among the best and the stretch is not too
    long; else it stands alone with those of its words that no other has, or is left out where these are few.
    """
    growing: list[_Growing] = []
    owners: dict[int, int] = {}  # statement -> stretch
    own = statements.passages.of(positions)
    known = _Known.of(statements, statements.passages.of(np.sort(positions)).things)
    runs = columns.runs[positions].tolist()
    for place, (run, first, end) in enumerate(zip(runs, own.first.tolist(), own.end.tolist(), strict=True)):
        if run == NO_RUN:
            growing.append(_Growing(run, first, end, 0, [place]))
            continue
        for number in _hosts(run, first, end, growing, owners, known) if place < reach.among else ():
            host = growing[number]
            low, high = _grown(host, first, end, owners)
            more = known.words(low, host.first) + known.words(host.end, high)
            if (low, high) != (host.first, host.end) and host.words + more <= reach.words:
                owners |= dict.fromkeys([*range(low, host.first), *range(host.end, high)], number)
                host.first, host.end, host.words = low, high, host.words + more
                host.windows.append(place)
                break
        else:
            low, high = _longest_new(first, end, owners, known)
            if low < high:
                owners |= dict.fromkeys(range(low, high), len(growing))
                growing.append(_Growing(run, low, high, known.words(low, high), [place]))
    return [Stretch(range(stretch.first, stretch.end), tuple(stretch.windows)) for stretch in growing]


def _hosts(
    run: int, first: int, end: int, growing: Sequence[_Growing], owners: Mapping[int, int], known: _Known
) -> list[int]:
    """The stretches that a window, with the statements from ``first`` up to ``end``, overlaps or touches, in order."""
    hosts = {owners[one] for one in range(first, end) if one in owners}
    beside = ((first - 1, first), (end, end))  # nothing but the end of a line between, and no silence
    touched = {owners[one] for one, after in beside if one in owners and after in known.following}
    return sorted(hosts | {number for number in touched if growing[number].run == run})


def _grown(stretch: _Growing, first: int, end: int, owners: Mapping[int, int]) -> tuple[int, int]:
    """How far a stretch reaches with the statements of a window that are in none yet and directly go on from it."""
    low, high = stretch.first, stretch.end
    while low > first and low - 1 not in owners:
        low -= 1
    while high < end and high not in owners:
        high += 1
    return low, high


def _longest_new(first: int, end: int, owners: Mapping[int, int], known: _Known) -> tuple[int, int]:
    """The longest run of statements that are in no stretch yet; none where it is but a small part of the window."""
    low = high = begin = first
    for number in range(first, end + 1):
        if number == end or number in owners:
            if known.words(begin, number) > known.words(low, high):
                low, high = begin, number
            begin = number + 1
    return (low, high) if known.words(low, high) >= NEW_WORDS * known.words(first, end) else (first, first)


def shown(stretch: Stretch, windows: Sequence[tuple[Passage, int]], text_of: Callable[[str], str | None]) -> Passage:
    """The passage that a stretch is, of its ``windows``, best first, each with the number of its first statement."""
    best = windows[0][0]
    known = {first + n: statement for window, first in windows for n, statement in enumerate(window.statements)}
    statements = tuple(known[number] for number in stretch.statements)
    if statements == best.statements:
        return best
    start, end = statements[0].start, statements[-1].end
    text = _pieced(start, end, [window for window, _ in windows])
    if text is None:
        text = (text_of(best.document_id) or "")[start:end]
    person_of = {
        name: person for window, _ in windows for name, person in zip(window.speakers, window.people, strict=True)
    }
    speakers = tuple(dict.fromkeys(statement.speaker for statement in statements if statement.speaker))
    begins = [statement.start_ms for statement in statements if statement.start_ms is not None]
    ends = [statement.end_ms for statement in statements if statement.end_ms is not None]
    return replace(
        best,
        start=start,
        end=end,
        text=text,
        statements=statements,
        speakers=speakers,
        people=tuple(person_of[name] for name in speakers),
        start_ms=min(begins, default=None),
        end_ms=max(ends, default=None),
    )


def _pieced(start: int, end: int, windows: Sequence[Passage]) -> str | None:
    """The words at ``start:end`` of a document, out of windows of it; None where some stand in none of them.

    That is but a blank between two windows, yet to read a whole document takes longer than all else.
    """
    pieces = list[str]()
    for window in sorted(windows, key=attrgetter("start")):
        if window.start <= start < min(window.end, end):
            pieces.append(window.quote(start, min(window.end, end)))
            start = window.end
    return "".join(pieces) if start >= end else None
