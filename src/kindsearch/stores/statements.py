"""The statements of passages as numbers: how long they are, and which follow one another.

Windows of speech that overlap share statements. So windows that are found together can be read as one stretch without
reading them from the catalog first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kindsearch.stores import arrays
from kindsearch.stores.arrays import Mask, Numbers, Ranges, reduced, stretches
from kindsearch.types import Passage, Statement

UNKNOWN = -1  # time between two statements


@dataclass(frozen=True)
class Statements:
    """The statements of passages; those of one document stand together, in order.

    ``words`` (n,) are how many each has, ``characters`` and ``pauses`` (n,) how many characters, and milliseconds, lie
    between it and the one before; what that means for the first of a document is nobody's concern. Passage ``i`` has
    ``passages.first[i]:passages.end[i]``.
    """

    words: NDArray[np.int32]
    characters: NDArray[np.int64]
    pauses: NDArray[np.int64]
    passages: Ranges

    @classmethod
    def of(cls, passages: Sequence[Passage]) -> Statements:
        """The statements of the passages of one document, which are in order."""
        every = {statement.start: (statement, passage) for passage in passages for statement in passage.statements}
        starts = sorted(every)
        number = {start: number for number, start in enumerate(starts)}
        ordered = [every[start][0] for start in starts]
        before = [ordered[0], *ordered] if ordered else []
        return cls(
            np.array([_words(*every[start]) for start in starts], dtype=np.int32),
            np.array([s.start - b.end for b, s in zip(before, ordered, strict=False)], dtype=np.int64),
            np.array([_pause(b, s) for b, s in zip(before, ordered, strict=False)], dtype=np.int64),
            Ranges(
                np.array([number[passage.statements[0].start] for passage in passages], dtype=np.int64),
                np.array([number[passage.statements[-1].start] + 1 for passage in passages], dtype=np.int64),
            ),
        )

    @classmethod
    def joined(cls, parts: Sequence[Statements]) -> Statements:
        """The statements of all parts, one part after the other."""
        columns = ([getattr(part, name) for part in parts] for name in ("words", "characters", "pauses"))
        sizes = [len(part.words) for part in parts]
        words, characters, pauses = (np.concatenate(column) for column in columns)
        return cls(words, characters, pauses, Ranges.joined([part.passages for part in parts], sizes))

    def kept(self, keep: Mask) -> Statements:
        """Without the passages that are not to be kept, nor the statements that only they have.

        Documents stay or go whole: no statement is measured anew from the one before it.
        """
        passages = self.passages.of(keep)
        stay = np.zeros(len(self.words), dtype=np.bool_)
        stay[passages.things] = True
        return Statements(self.words[stay], self.characters[stay], self.pauses[stay], passages.without_others(stay))

    def new_words(self, positions: Numbers) -> Numbers:
        """How many words each of some passages, which ascend, has that the ones before it do not have: as many."""
        own = self.passages.of(positions)
        before = np.concatenate([np.zeros(1, dtype=np.int64), own.end])[:-1]
        begins = np.maximum(own.first, before)
        words: Numbers = reduced(np.add, self.words[stretches(begins, own.end)], own.end - begins)
        return words

    def save(self, folder: Path) -> None:
        """Write into ``folder``."""
        columns = (self.words, self.characters, self.pauses, self.passages.first, self.passages.end)
        arrays.save(folder, dict(zip(_ARRAYS, columns, strict=True)))

    @classmethod
    def load(cls, folder: Path) -> Statements:
        """Read what :meth:`save` wrote; the caller has checked the files."""
        words, characters, pauses, first, end = arrays.load(folder, _ARRAYS)
        return cls(words, characters, pauses, Ranges(first, end))


_ARRAYS = ("statement_words", "statement_characters", "statement_pauses", "statement_first", "statement_end")


def _words(statement: Statement, passage: Passage) -> int:
    return len(passage.quote(statement.start, statement.end).split())


def _pause(before: Statement, after: Statement) -> int:
    if before.end_ms is None or after.start_ms is None:
        return UNKNOWN
    return max(after.start_ms - before.end_ms, 0)
