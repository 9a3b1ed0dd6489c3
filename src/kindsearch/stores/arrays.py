"""Lists of different lengths as flat arrays, and arrays in files that are read where they lie."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kindsearch.stores import durable

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Ragged:
    """Lists of numbers in one row: list ``i`` is ``values[offsets[i]:offsets[i + 1]]``; ``offsets`` is (lists + 1,)."""

    values: NDArray[Any]
    offsets: Numbers

    @classmethod
    def of(cls, lists: Sequence[Sequence[int]], dtype: type = np.int32) -> Ragged:
        """Put lists after one another."""
        offsets = np.cumsum([0, *map(len, lists)], dtype=np.int64)
        return cls(np.fromiter((value for one in lists for value in one), dtype, count=int(offsets[-1])), offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def sizes(self, positions: Numbers) -> Numbers:
        """How long the lists at these positions are."""
        sizes: Numbers = self.offsets[positions + 1] - self.offsets[positions]
        return sizes

    def taken(self, positions: Numbers, of: NDArray[Any] | None = None) -> NDArray[Any]:
        """The values of these lists, which ascend, one list after the other; or ``of`` an array beside the values.

        Lists that stand together are copied together: that is faster than to look up each value.
        """
        values = self.values if of is None else of
        apart = np.flatnonzero(np.diff(positions) != 1) + 1
        firsts = positions[np.concatenate([[0], apart])] if len(positions) else positions
        lasts = positions[np.concatenate([apart - 1, [len(positions) - 1]])] if len(positions) else positions
        pieces = zip(self.offsets[firsts].tolist(), self.offsets[lasts + 1].tolist(), strict=True)
        return np.concatenate([values[:0], *(values[start:end] for start, end in pieces)])

    def kept(self, keep: Mask) -> Ragged:
        """Without the lists that are not to be kept."""
        positions = np.flatnonzero(keep)
        offsets = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(self.sizes(positions))])
        return Ragged(self.values[np.repeat(keep, np.diff(self.offsets))], offsets)

    @classmethod
    def joined(cls, parts: Sequence[Ragged]) -> Ragged:
        """The lists of all parts, one part after the other."""
        before = np.cumsum([0, *(part.offsets[-1] for part in parts)])
        offsets = [many + part.offsets[1:] for many, part in zip(before, parts, strict=False)]
        return cls(
            np.concatenate([part.values for part in parts]),
            np.concatenate([np.zeros(1, dtype=np.int64), *offsets]),
        )


@dataclass(frozen=True)
class Ranges:
    """For each passage the things that are its own: those from ``first[i]`` up to ``end[i]``.

    Passages may share things; ``first`` and ``end`` ascend.
    """

    first: Numbers
    end: Numbers

    def __len__(self) -> int:
        return len(self.first)

    def of(self, positions: Numbers | Mask | slice) -> Ranges:
        """Those of some of the passages."""
        return Ranges(self.first[positions], self.end[positions])

    @property
    def things(self) -> Numbers:
        """All that is in some range, ascending, each once."""
        return merged(self.first, self.end)

    def sharing(self, positions: Numbers) -> Numbers:
        """The passages that share things with some of these, which ascend; they are among them, ascending."""
        own = self.of(positions)
        begins = np.searchsorted(self.end, own.first, side="right")
        return merged(begins, np.searchsorted(self.first, own.end, side="left"))

    def without_others(self, stay: Mask) -> Ranges:
        """The same ranges, where only those things stay, all of these ranges among them: (things,)."""
        moved = np.cumsum(stay) - 1  # old number -> new number
        return Ranges(moved[self.first], moved[self.end - 1] + 1)

    @classmethod
    def joined(cls, parts: Sequence[Ranges], many: Sequence[int]) -> Ranges:
        """Ranges of things that are put after one another; each part has so ``many`` things."""
        before = np.cumsum([0, *many])
        firsts, ends = ([getattr(part, name) for part in parts] for name in ("first", "end"))
        return cls(
            np.concatenate([start + first for start, first in zip(before, firsts, strict=False)]),
            np.concatenate([start + end for start, end in zip(before, ends, strict=False)]),
        )


def stretches(starts: Numbers, ends: Numbers) -> Numbers:
    """The numbers from each start up to its end, one stretch after the other.

    >>> stretches(np.array([7, 0]), np.array([9, 3])).tolist()
    [7, 8, 0, 1, 2]
    """
    sizes = ends - starts
    begins = np.cumsum(sizes) - sizes
    numbers: Numbers = np.arange(sizes.sum(), dtype=np.int64) + np.repeat(starts - begins, sizes)
    return numbers


def merged(starts: Numbers, ends: Numbers) -> Numbers:
    """The numbers in any of some stretches, ascending, each once; both starts and ends ascend.

    >>> merged(np.array([0, 2, 7]), np.array([3, 5, 8])).tolist()
    [0, 1, 2, 3, 4, 7]
    """
    if not len(starts):
        return np.zeros(0, dtype=np.int64)
    apart = np.concatenate([[True], starts[1:] > ends[:-1]])
    last = np.concatenate([apart[1:], [True]])
    return stretches(starts[apart], ends[last])


def reduced(operation: np.ufunc, values: NDArray[Any], sizes: Numbers) -> NDArray[Any]:
    """Reduce the last axis in stretches of these sizes; a stretch of none gives 0.

    >>> reduced(np.maximum, np.array([[3, 5, 4]]), np.array([2, 0, 1])).tolist()
    [[5, 0, 4]]
    """
    filled = sizes > 0
    made = np.zeros((*values.shape[:-1], len(sizes)), dtype=values.dtype)
    if filled.any():
        made[..., filled] = operation.reduceat(values, (np.cumsum(sizes) - sizes)[filled], axis=-1)
    return made


def save(folder: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write each array into ``folder`` under its name."""
    for name, array in arrays.items():
        path = folder / f"{name}.npy"
        with durable.writing(path):
            np.save(path, array, allow_pickle=False)


def load(folder: Path, names: Iterable[str]) -> list[NDArray[Any]]:
    """The arrays of these names, mapped into memory: only what is looked at is read."""
    return [_mapped(folder / f"{name}.npy") for name in names]


def _mapped(path: Path) -> NDArray[Any]:
    array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    return array.view(np.ndarray)  # what is known of the file costs time at each look
