"""The vector index: FAISS over one vector for each passage and each of its statements.

Exact inner products of vectors of length 1, that is cosines. A filter goes into the search as an ID selector.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
FILE = "vectors.faiss"
GROWTH = 4  # how many times more vectors to ask for while passages are missing


class VectorIndex:
    """Vectors that each belong to a passage; ``owners[i]`` is the passage row of vector ``i``."""

    def __init__(self, index: faiss.Index, owners: Rows) -> None:
        assert index.ntotal == len(owners)
        self._index, self._owners = index, owners
        self._by_owner = np.argsort(owners, kind="stable")  # vectors of one passage side by side, in their order
        self._sorted_owners = owners[self._by_owner]

    @classmethod
    def build(cls, vectors: NDArray[np.float32], owners: Rows, dimensions: int) -> VectorIndex:
        """Index ``vectors``, (n, dimensions) float32 with rows of length 1, and ``owners``, (n,) int64."""
        index = faiss.IndexFlatIP(dimensions)
        if len(vectors):
            index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index, np.asarray(owners, dtype=np.int64))

    def save(self, folder: Path) -> None:
        """Write into ``folder``: the FAISS index, and beside it whose vector is whose."""
        faiss.write_index(self._index, str(folder / FILE))
        np.save(folder / "owners.npy", self._owners, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> VectorIndex:
        """Read what :meth:`save` wrote; the caller has checked the files."""
        return cls(faiss.read_index(str(folder / FILE)), np.load(folder / "owners.npy", allow_pickle=False))

    def __len__(self) -> int:
        return len(self._owners)

    def search(self, query: NDArray[np.float32], k: int, rows: Rows | None = None) -> list[tuple[int, float]]:
        """The ``k`` nearest passages as (row, cosine of its nearest vector), best first; of ``rows`` only if given.

        ``query`` is (dimensions,) float32. Fewer than ``k`` come back only where there are no more.
        """
        allowed = None if rows is None else np.flatnonzero(np.isin(self._owners, rows))
        total = len(self._owners) if allowed is None else len(allowed)
        if not total or k <= 0:
            return []
        parameters = None
        if allowed is not None:
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(allowed))  # type: ignore[call-arg]
        wanted = min(total, k * GROWTH)
        while True:
            scores, numbers = self._index.search(query[None, :], wanted, params=parameters)
            best = self._by_passage(scores[0], numbers[0])
            if len(best) >= k or wanted >= total:
                return best[:k]
            wanted = min(total, wanted * GROWTH)

    def _by_passage(self, scores: Sequence[float], numbers: Sequence[int]) -> list[tuple[int, float]]:
        best: dict[int, float] = {}
        for score, number in zip(scores, numbers, strict=True):
            if number >= 0:
                best.setdefault(int(self._owners[number]), float(score))
        return list(best.items())

    def of_passages(self, rows: Sequence[int]) -> dict[int, NDArray[np.float32]]:
        """The vectors of each of ``rows``: (1 + number of statements, dimensions), the whole passage first."""
        starts = np.searchsorted(self._sorted_owners, rows, side="left")
        ends = np.searchsorted(self._sorted_owners, rows, side="right")
        return {
            row: np.stack([self._index.reconstruct(int(number)) for number in self._by_owner[start:end]])
            for row, start, end in zip(rows, starts, ends, strict=True)
            if start < end
        }
