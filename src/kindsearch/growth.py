"""Where an account is asked for, the best stretches grow, one after another.

People speak of a matter in one go. So what stands beside the best window belongs to it sooner than a window that fits
as well but stands elsewhere, and which side it belongs to is told by more than the next window. How much this finds is
measured in docs/evaluation.md.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from kindsearch.stores.arrays import Floats, Numbers, reduced, stretches
from kindsearch.stores.columns import Columns
from kindsearch.stores.statements import Statements
from kindsearch.stretches import Reach, following

GROWN = 3  # stretches that grow; who reads on to the others looks for something else


def in_order_of_growth(
    best: Numbers,
    positions: Numbers,
    scores: Floats,
    columns: Columns,
    statements: Statements,
    reach: Reach,
) -> Numbers:
    """``best`` again; right after the window that begins one of the best stretches come those that it is to grow by.

    ``best`` are places, best first, among the passages that were looked at: their ``positions``, which ascend, and
    what speaks for each, ``scores`` (passages,). A stretch takes the window before or after it, whichever way more
    speaks in the next ``reach.ahead`` windows, up to ``reach.words``.
    """
    lines = _Lines.of(positions, scores, columns, statements, reach.ahead)
    drawn: dict[int, None] = {}  # in this order
    for _ in range(GROWN):
        place = next((place for place in best.tolist() if place not in drawn), None)
        if place is not None:
            drawn |= dict.fromkeys(lines.grown(place, drawn.keys(), reach.words))
    return np.array([*drawn, *(place for place in best.tolist() if place not in drawn)], dtype=np.int64)


@dataclass(frozen=True)
class _Side:
    """For each window what speaks for growing by it, from one side, and how many words it brings."""

    speaks: list[float]
    words: list[int]


@dataclass(frozen=True)
class _Lines:
    """Windows of speech by their places among the passages that were looked at.

    ``goes_on`` has for each, and for the end, whether it overlaps the one before or directly follows it; ``words`` how
    many it has; ``back`` and ``on`` are for growing to what was said before, and after.
    """

    goes_on: list[bool]
    words: list[int]
    back: _Side
    on: _Side

    @classmethod
    def of(cls, positions: Numbers, scores: Floats, columns: Columns, statements: Statements, ahead: int) -> _Lines:
        """The passages at ``positions``, which ascend."""
        first, end = statements.passages.first[positions], statements.passages.end[positions]
        touches = (first[1:] < end[:-1]) | ((first[1:] == end[:-1]) & following(statements, first[1:]))
        same_run = columns.are_speech(positions[1:]) & (np.diff(columns.runs[positions]) == 0)
        goes_on = np.concatenate([[False], same_run & touches & (np.diff(positions) == 1), [False]])
        begins = np.flatnonzero(~goes_on)  # of lines of windows that go on from one another; and the end of all
        sizes, places = np.diff(begins), np.arange(len(positions))
        begin, stop = np.repeat(begins[:-1], sizes), np.repeat(begins[1:], sizes)
        total = np.concatenate([[0.0], np.cumsum(scores, dtype=np.float64)])
        back = total[places + 1] - total[np.maximum(places + 1 - ahead, begin)]
        on = total[np.minimum(places + ahead, stop)] - total[places]
        words = reduced(np.add, statements.words[stretches(first, end)], end - first)
        new = statements.new_words(positions)  # beside the window before
        old = words - np.append((words - new)[1:], 0)  # beside the window after
        return cls(
            goes_on.tolist(), words.tolist(), _Side(back.tolist(), old.tolist()), _Side(on.tolist(), new.tolist())
        )

    def grown(self, place: int, taken: Collection[int], words: int) -> list[int]:
        """The windows of a stretch that grows from one up to so many ``words``, in order; none of them is ``taken``."""
        low, high, room, own = place, place, words - self.words[place], [place]
        while True:
            sides = ((self.goes_on[low], self.back, low - 1), (self.goes_on[high + 1], self.on, high + 1))
            open_sides = [
                (side.speaks[next_], next_, side.words[next_])
                for goes_on, side, next_ in sides
                if goes_on and next_ not in taken and side.words[next_] <= room
            ]
            if not open_sides:
                return own
            _, chosen, more = max(open_sides)
            low, high, room = min(low, chosen), max(high, chosen), room - more
            own.append(chosen)
