"""Which windows of speech follow one another.

What is said stands in several turns: somebody asks, another answers, a third comes back to it. So a window is judged
by its neighbours too, and those that are found together are read as one stretch.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]


class Speech:
    """Rows of the windows of speech, ascending, and the run that each belongs to: a section of one transcript."""

    def __init__(self, rows: Rows, runs: NDArray[np.int64]) -> None:
        self.rows, self._runs = rows, runs

    @classmethod
    def build(cls, windows: Iterable[tuple[int, tuple[str, str]]]) -> Speech:
        """From (row, (document, section)) of each window, by ascending row."""
        rows, runs = list[int](), list[int]()
        last: tuple[str, str] | None = None
        for row, run in windows:
            rows.append(row)
            runs.append((runs[-1] if runs else 0) + (run != last))
            last = run
        return cls(np.array(rows, dtype=np.int64), np.array(runs, dtype=np.int64))

    def save(self, folder: Path) -> None:
        """Write into ``folder``."""
        np.save(folder / "speech.npy", np.stack([self.rows, self._runs]), allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> Speech:
        """Read what :meth:`save` wrote; the caller has checked the files."""
        rows, runs = np.load(folder / "speech.npy", allow_pickle=False)
        return cls(rows, runs)

    def holds(self, rows: Rows) -> NDArray[np.bool_]:
        """Which of ``rows`` are windows of speech."""
        return np.isin(rows, self.rows)

    def around(self, rows: Rows, reach: int) -> Rows:
        """The windows among ``rows`` with all that are at most ``reach`` places away in the same run, ascending."""
        positions = np.flatnonzero(np.isin(self.rows, rows))
        near = positions[:, None] + np.arange(-reach, reach + 1)
        inside = (near >= 0) & (near < len(self.rows))
        near = np.clip(near, 0, max(len(self.rows) - 1, 0))
        inside &= self._runs[near] == self._runs[positions][:, None] if len(positions) else inside
        found: Rows = self.rows[np.unique(near[inside])]
        return found

    def averaged(self, values: Floats, rows: Rows, reach: int) -> Floats:
        """For each of ``rows`` the mean of the values within ``reach`` places of it in its run: (len(rows),).

        The nearer, the more a value counts (a triangular kernel). ``values`` are those of ``rows``, which are windows
        of speech by ascending row; the mean is over those that are given.
        """
        positions = np.searchsorted(self.rows, rows)
        total, weight = np.zeros(len(rows)), np.zeros(len(rows))
        for away in range(-reach, reach + 1):
            # Where the neighbour stands among the rows given, if it does.
            found = np.searchsorted(positions, positions + away)
            there = found < len(positions)
            found = np.where(there, found, 0)
            there &= (positions[found] == positions + away) & (self._runs[positions[found]] == self._runs[positions])
            counts = (reach + 1 - abs(away)) * there
            total += counts * values[found]
            weight += counts
        return (total / np.maximum(weight, 1)).astype(np.float32)
