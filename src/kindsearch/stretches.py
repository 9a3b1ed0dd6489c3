"""Windows of speech that are found together, read as one stretch.

Windows are short and overlap, so that the right one can be found; what a person reads is the stretch they make
together. No word stands in two of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, takewhile

import numpy as np

from kindsearch.readers.turns import SILENCE_MS
from kindsearch.stores.arrays import Numbers
from kindsearch.stores.columns import NO_RUN, Columns
from kindsearch.stores.statements import Statements
from kindsearch.types import Passage


@dataclass(frozen=True)
class Reach:
    """How far joining goes: ``among`` how many of the best passages, up to how many ``words``."""

    among: int
    words: int


FACT, ACCOUNT = Reach(among=40, words=300), Reach(among=80, words=400)
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
    """Of statements, by number: how many ``words`` each has, and which come directly after the one before."""

    words: Mapping[int, int]
    following: frozenset[int]

    @classmethod
    def of(cls, statements: Statements, numbers: Numbers) -> _Known:
        words = dict(zip(numbers.tolist(), statements.words[numbers].tolist(), strict=True))
        follows = (statements.characters[numbers] == 1) & (statements.pauses[numbers] <= SILENCE_MS)
        return cls(words, frozenset(numbers[follows].tolist()))

    def words_of(self, numbers: Sequence[int]) -> int:
        return sum(self.words[number] for number in numbers)


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
            new = _beside(host, first, end, owners)
            more = known.words_of(new)
            if new and host.words + more <= reach.words:
                host.first, host.end = min(host.first, *new), max(host.end, *(one + 1 for one in new))
                host.words += more
                host.windows.append(place)
                owners |= dict.fromkeys(new, number)
                break
        else:
            new = _longest_new(first, end, owners, known)
            if new:
                owners |= dict.fromkeys(new, len(growing))
                growing.append(_Growing(run, new[0], new[-1] + 1, known.words_of(new), [place]))
    return [Stretch(range(stretch.first, stretch.end), tuple(stretch.windows)) for stretch in growing]


def _hosts(
    run: int, first: int, end: int, growing: Sequence[_Growing], owners: Mapping[int, int], known: _Known
) -> list[int]:
    """The stretches that a window, with the statements from ``first`` up to ``end``, overlaps or touches, in order."""
    hosts = {owners[one] for one in range(first, end) if one in owners}
    beside = ((first - 1, first), (end, end))  # nothing but the end of a line between, and no silence
    touched = {owners[one] for one, after in beside if one in owners and after in known.following}
    return sorted(hosts | {number for number in touched if growing[number].run == run})


def _beside(stretch: _Growing, first: int, end: int, owners: Mapping[int, int]) -> list[int]:
    """The statements of a window that are in no stretch yet and go on directly before or after this one."""

    def is_new(one: int) -> bool:
        return one not in owners

    before = takewhile(is_new, range(min(stretch.first, end) - 1, first - 1, -1))
    return [*before, *takewhile(is_new, range(max(stretch.end, first), end))]


def _longest_new(first: int, end: int, owners: Mapping[int, int], known: _Known) -> list[int]:
    """The longest run of statements that are in no stretch yet; none where it is but a small part of the window."""
    runs = [list(run) for owned, run in groupby(range(first, end), key=owners.__contains__) if not owned]
    longest = max(runs, key=known.words_of, default=[])
    return longest if known.words_of(longest) >= NEW_WORDS * known.words_of(range(first, end)) else []


def shown(stretch: Stretch, windows: Sequence[tuple[Passage, int]], text_of: Callable[[str], str | None]) -> Passage:
    """The passage that a stretch is, of its ``windows``, best first, each with the number of its first statement."""
    best = windows[0][0]
    known = {first + n: statement for window, first in windows for n, statement in enumerate(window.statements)}
    statements = tuple(known[number] for number in stretch.statements)
    if statements == best.statements:
        return best
    start, end = statements[0].start, statements[-1].end
    inside = best.start <= start and end <= best.end
    text = best.quote(start, end) if inside else (text_of(best.document_id) or "")[start:end]
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
