"""The vector index: FAISS over one vector for each passage and each of its statements.

Exact inner products of vectors of length 1, that is cosines. A filter goes into the search as an ID selector.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]
FILE, PEOPLE = "vectors.faiss", "people.json"
GROWTH = 4  # how many times more vectors to ask for while passages are missing


def _stored(index: Any) -> Floats:
    """The vectors of a flat index, (n, dimensions): a view, nothing is copied."""
    if not index.ntotal:
        return np.empty((0, index.d), dtype=np.float32)
    vectors: Floats = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d).reshape(index.ntotal, index.d)
    return vectors


@dataclass(frozen=True)
class Cosines:
    """How near the statements of passages are to a question.

    ``whole`` (passages,) are cosines to the passages as a whole, ``best`` to the nearest statement of each; ``heard``
    to the nearest that somebody asked for says (0 where she says none) and ``share`` the part of the statements that
    is hers, in 0..1; where nobody is asked for, ``heard`` is ``best`` and ``share`` 0.
    """

    whole: Floats
    best: Floats
    heard: Floats
    share: Floats


class VectorIndex:
    """Vectors that each belong to a passage: one for it as a whole, then one for each of its quotable statements.

    ``owners[i]`` is the passage row of vector ``i``, in ascending order; ``voices[i]`` the number in ``people`` of who
    says it, -1 for a whole passage, and for nobody known.
    """

    def __init__(self, index: faiss.Index, owners: Rows, voices: NDArray[np.int32], people: Sequence[str]) -> None:
        assert index.ntotal == len(owners) == len(voices)
        self._index, self._owners, self._voices, self._people = index, owners, voices, list(people)
        self._vectors: Floats = _stored(index)

    @classmethod
    def build(
        cls, vectors: Floats, owners: Rows, dimensions: int, voices: NDArray[np.int32], people: Sequence[str]
    ) -> VectorIndex:
        """Index ``vectors``, (n, dimensions) float32 with rows of length 1; ``owners`` and ``voices`` are (n,)."""
        index = faiss.IndexFlatIP(dimensions)
        if len(vectors):
            index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index, np.asarray(owners, dtype=np.int64), np.asarray(voices, dtype=np.int32), people)

    def save(self, folder: Path) -> None:
        """Write into ``folder``: the FAISS index, and beside it whose vector is whose."""
        faiss.write_index(self._index, str(folder / FILE))
        np.save(folder / "owners.npy", self._owners, allow_pickle=False)
        np.save(folder / "voices.npy", self._voices, allow_pickle=False)
        (folder / PEOPLE).write_text(json.dumps(self._people, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> VectorIndex:
        """Read what :meth:`save` wrote; the caller has checked the files."""
        owners, voices = (np.load(folder / f"{name}.npy", allow_pickle=False) for name in ("owners", "voices"))
        people = json.loads((folder / PEOPLE).read_text(encoding="utf-8"))
        return cls(faiss.read_index(str(folder / FILE)), owners, voices, people)

    def __len__(self) -> int:
        return len(self._owners)

    def search(self, query: Floats, k: int, rows: Rows | None = None) -> list[tuple[int, float]]:
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

    def of_passages(self, rows: Sequence[int]) -> dict[int, Floats]:
        """The vectors of each of ``rows``: (1 + number of statements, dimensions), the whole passage first."""
        starts, ends = self._stretches(np.asarray(rows, dtype=np.int64))
        return {row: self._vectors[start:end] for row, start, end in zip(rows, starts, ends, strict=True)}

    def cosines(self, query: Floats, rows: Rows, people: Collection[str] = ()) -> Cosines:
        """How near each of ``rows``, which the index holds, is to ``query`` (dimensions,); ``people`` are asked for."""
        starts, ends = self._stretches(rows)
        sizes = ends - starts
        first = np.cumsum(sizes) - sizes  # where each passage begins among the vectors taken
        taken = np.arange(sizes.sum()) + np.repeat(starts - first, sizes)
        cosines = self._vectors[taken] @ query
        whole = cosines[first]
        alone = sizes == 1  # nothing but fillers: then the whole is the best there is
        cosines[first] = np.where(alone, whole, -1)
        best = np.maximum.reduceat(cosines, first) if len(first) else whole
        if not people:
            return Cosines(whole, best, best, np.zeros_like(best))
        numbers = [number for number, person in enumerate(self._people) if person in people]
        hers = np.isin(self._voices[taken], numbers)
        heard = np.maximum.reduceat(np.where(hers, cosines, 0), first) if len(first) else whole
        share = np.add.reduceat(hers.astype(np.float32), first) / np.maximum(sizes - 1, 1) if len(first) else whole
        return Cosines(whole, best, heard, share.astype(np.float32))

    def _stretches(self, rows: Rows) -> tuple[Rows, Rows]:
        return np.searchsorted(self._owners, rows, side="left"), np.searchsorted(self._owners, rows, side="right")
