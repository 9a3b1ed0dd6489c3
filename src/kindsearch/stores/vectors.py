"""The vector index: one vector for each written passage as a whole, and for each statement of any passage.

Cosines, that is inner products of vectors of length 1. While there are few vectors, FAISS compares the question with
all of them. Beyond :data:`EXACT_UP_TO` it goes through all of them in a short form, four bits for four numbers (product
quantization, Jégou, Douze and Schmid 2011, scanned as by André, Kermarrec and Le Scouarnec 2015), and the best are
compared in full. Cells around centroids would be shorter to go through, but a question lies far from what answers it:
it took a third of them to find as much. Where a filter leaves few vectors, all of these are compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from kindsearch.stores import arrays, durable
from kindsearch.stores.arrays import Floats, Mask, Numbers, Ranges, reduced, stretches

FILE = "short.faiss"
NOBODY = -1
EXACT_UP_TO = 8_000  # vectors; comparing with all of them takes half a millisecond
HELD_UP_TO = 40_000  # vectors; as 32-bit numbers in memory, 60 MB of 384 each, some are compared in half the time
NUMBERS_TOGETHER = 4  # of a vector, that have one short form
TRAINED_ON = 20_000  # vectors, evenly spread
COMPARED = 5  # times as many vectors as are wanted are compared in full, and at least so many:
COMPARED_AT_LEAST = 1_000
FULL = 32_767  # the largest number in a code
GROWTH = 4  # how many times more vectors to ask for while passages are missing
AT_ONCE = 65_536  # vectors that are decoded together
COMPARED_AT_ONCE = 512  # vectors: as many as stay in a processor's cache while they are decoded and compared
_ARRAYS = ("vector_codes", "vector_scales", "vector_voices", "vector_first", "vector_end", "vector_whole")


@dataclass(frozen=True)
class Embedded:
    """The vectors of passages: vector ``i`` is ``codes[i] * scales[i]``, ``voices[i]`` says whose words it is of.

    ``codes`` are (n, dimensions): 16 bits a number are near enough that no cosine changes by 0.00002. ``passages`` are
    the vectors of each: with ``whole[i]`` the passage as a whole, then its quotable statements, which windows of speech
    share. A voice is the number of a name, -1 for nobody, and for a whole.
    """

    codes: NDArray[np.int16]
    scales: Floats
    voices: NDArray[np.int32]
    passages: Ranges
    whole: Mask

    @classmethod
    def of(cls, vectors: Floats, voices: NDArray[np.int32], passages: Ranges, whole: Mask) -> Embedded:
        """From vectors, (n, dimensions) with rows of length 1."""
        scales = (np.maximum(np.abs(vectors).max(axis=1, initial=0), 1e-9) / FULL).astype(np.float32)
        return cls(np.rint(vectors / scales[:, None]).astype(np.int16), scales, voices, passages, whole)

    @classmethod
    def none(cls, dimensions: int) -> Embedded:
        """Vectors of no passages."""
        nothing = np.zeros(0, dtype=np.int64)
        vectors = np.zeros((0, dimensions), dtype=np.float32)
        return cls.of(vectors, nothing.astype(np.int32), Ranges(nothing, nothing), nothing.astype(np.bool_))

    @classmethod
    def joined(cls, parts: Sequence[Embedded]) -> Embedded:
        """The vectors of passages, one part after the other; there is at least one."""
        return cls(
            np.concatenate([part.codes for part in parts]),
            np.concatenate([part.scales for part in parts]),
            np.concatenate([part.voices for part in parts]),
            Ranges.joined([part.passages for part in parts], [len(part.codes) for part in parts]),
            np.concatenate([part.whole for part in parts]),
        )

    def staying(self, keep: Mask) -> Mask:
        """Which vectors some passage has that is to be kept: (vectors,); ``keep`` is (passages,)."""
        stay = np.zeros(len(self.codes), dtype=np.bool_)
        stay[self.passages.of(keep).things] = True
        return stay

    def kept(self, keep: Mask, new_voices: NDArray[np.int32]) -> Embedded:
        """Without the passages that are not to be kept, and the vectors that only they have.

        ``new_voices`` are the new numbers of names by their old ones.
        """
        stay = self.staying(keep)
        voices = np.append(new_voices, np.int32(NOBODY))[self.voices[stay]]
        passages = self.passages.of(keep).without_others(stay)
        return Embedded(self.codes[stay], self.scales[stay], voices, passages, self.whole[keep])

    def decoded(self, numbers: Numbers | slice) -> Floats:
        """Vectors by their numbers: (vectors, dimensions)."""
        return np.multiply(self.codes[numbers], self.scales[numbers][:, None], dtype=np.float32)


@dataclass(frozen=True)
class Cosines:
    """How near passages, and their statements, are to a question.

    ``whole`` (passages,) are cosines to the passages as a whole, ``best`` to the nearest statement of each; ``heard``
    to the nearest that somebody asked for says (0 where she says none) and ``share`` the part of the statements that
    is hers, in 0..1; where nobody is asked for, ``heard`` is ``best`` and ``share`` 0. ``numbers`` are those of the
    vectors looked at, ascending, ``each`` the cosine of each of them.
    """

    whole: Floats
    best: Floats
    heard: Floats
    share: Floats
    numbers: Numbers
    each: Floats

    def of(self, numbers: Numbers) -> Floats:
        """The cosines of some of the vectors."""
        return self.each[np.searchsorted(self.numbers, numbers)]


class VectorIndex:
    """Vectors of passages, and the nearest of them to a question."""

    def __init__(self, embedded: Embedded, short: Any = None) -> None:
        self.embedded = embedded
        self._passages, self._whole = embedded.passages, embedded.whole
        self._short = short
        self._flat = _flat(embedded) if short is None else None

    @classmethod
    def build(cls, embedded: Embedded) -> VectorIndex:
        """Index the vectors of passages."""
        return cls(embedded, _short_forms(embedded) if len(embedded.codes) > EXACT_UP_TO else None)

    # ------------------------------------------------------------ files, and change

    def save(self, folder: Path) -> None:
        """Write into ``folder``: the vectors, whose they are, and beside them the short forms where there are any."""
        own = self.embedded
        columns = (own.codes, own.scales, own.voices, own.passages.first, own.passages.end, own.whole)
        arrays.save(folder, dict(zip(_ARRAYS, columns, strict=True)))
        if self._short is not None:
            with durable.writing(folder / FILE):
                faiss.write_index(self._short, str(folder / FILE))

    @classmethod
    def load(cls, folder: Path) -> VectorIndex:
        """Read what :meth:`save` wrote; the caller has checked the files."""
        codes, scales, voices, first, end, whole = arrays.load(folder, _ARRAYS)
        short = faiss.read_index(str(folder / FILE)) if (folder / FILE).is_file() else None
        return cls(Embedded(codes, scales, voices, Ranges(first, end), whole), short)

    def changed(self, keep: Mask, new_voices: NDArray[np.int32], new: Embedded) -> VectorIndex:
        """Without the passages that are not to be kept, (passages,), and with new ones; else as ``Embedded.kept``.

        What is only added costs as much as what is new, until that is more than there was.
        """
        embedded = Embedded.joined([self.embedded.kept(keep, new_voices), new])
        many, before = len(embedded.codes), len(self.embedded.codes)
        only_more = many - before == len(new.codes) and len(new.codes) <= before
        if self._short is None or many <= EXACT_UP_TO or not only_more:
            return VectorIndex.build(embedded)
        short = faiss.clone_index(self._short)  # the one that answers meanwhile stays what it is
        _add(short, embedded, before)
        return VectorIndex(embedded, short)

    def __len__(self) -> int:
        return len(self._passages)

    # ------------------------------------------------------------ what a search asks

    @cached_property
    def _vectors(self) -> Floats | None:
        """All vectors in memory, (vectors, dimensions), which no ingest needs; None where they stay in their file."""
        if self._flat is not None:
            return _stored(self._flat)
        return self.embedded.decoded(slice(None)) if len(self.embedded.codes) <= HELD_UP_TO else None

    def search(self, query: Floats, k: int, among: Numbers | None = None) -> list[tuple[int, float]]:
        """The ``k`` nearest passages as (position, cosine of its nearest vector), best first; only ``among`` these.

        ``query`` is (dimensions,) float32. Fewer than ``k`` come back only where there are no more.
        """
        allowed = None if among is None else self._passages.of(among).things
        return self._nearest(query, k, among, allowed, exact=False)

    def exact(self, query: Floats, k: int, among: Numbers | None = None) -> list[tuple[int, float]]:
        """What :meth:`search` would find if it compared the question with every vector, however long that takes."""
        allowed = self._passages.of(slice(None) if among is None else among).things
        return self._nearest(query, k, among, allowed, exact=True)

    def _nearest(
        self, query: Floats, k: int, among: Numbers | None, allowed: Numbers | None, *, exact: bool
    ) -> list[tuple[int, float]]:
        total = len(self.embedded.codes) if allowed is None else len(allowed)
        wanted = min(2 * k, total)  # a window shares its statements with the next one
        while total and k > 0:
            numbers, cosines = self._vectors_near(query, wanted, allowed, exact)
            found = self._by_passage(numbers, cosines, among)
            if len(found) >= k or wanted >= total:
                return found[:k]
            wanted = min(total, wanted * GROWTH)
        return []

    def _vectors_near(self, query: Floats, wanted: int, allowed: Numbers | None, exact: bool) -> tuple[Numbers, Floats]:
        """The nearest vectors, best first: their numbers and cosines; only among those ``allowed``."""
        if allowed is not None and (exact or self._short is None or len(allowed) <= EXACT_UP_TO):
            return _best(allowed, self._cosines(query, allowed), wanted)
        if self._flat is not None:
            cosines, numbers = self._flat.search(query[None, :], wanted)
            return numbers[0], cosines[0]
        total = len(self.embedded.codes)
        compared = max(COMPARED * wanted, COMPARED_AT_LEAST)
        while True:
            scanned = min(compared if allowed is None else compared * total // len(allowed), total)
            _, found = self._short.search(query[None, :], scanned)
            numbers = np.sort(found[0][found[0] >= 0])
            if allowed is not None:
                numbers = numbers[_among(numbers, allowed)]
            if len(numbers) >= wanted or scanned == total:
                return _best(numbers, self._cosines(query, numbers), wanted)
            compared *= GROWTH

    def _by_passage(self, numbers: Numbers, cosines: Floats, among: Numbers | None) -> list[tuple[int, float]]:
        """The passages that vectors, best first, belong to, best first, each with the cosine of its best."""
        begins = np.searchsorted(self._passages.end, numbers, side="right")
        ends = np.searchsorted(self._passages.first, numbers, side="right")
        positions = stretches(begins, ends)
        cosines = np.repeat(cosines, ends - begins)
        if among is not None:
            passed = np.isin(positions, among)
            positions, cosines = positions[passed], cosines[passed]
        best: dict[int, float] = {}
        for position, cosine in zip(positions.tolist(), cosines.tolist(), strict=True):
            best.setdefault(position, cosine)
        return list(best.items())

    def vectors_of(self, positions: Numbers) -> Floats:
        """One vector for each passage, (passages, dimensions): of speech the mean of its statements, of length 1."""
        own = self._passages.of(positions)
        return self._means(own.first, np.where(self._whole[positions], own.first + 1, own.end))

    def vectors_without_context(self, positions: Numbers) -> Floats:
        """The same of what each passage says, whoever says it wherever: of all the mean of the statements."""
        own = self._passages.of(positions)
        return self._means(np.minimum(own.first + self._whole[positions], own.end - 1), own.end)  # some have none

    def _means(self, first: Numbers, end: Numbers) -> Floats:
        """The mean of each of some ranges of vectors, of length 1."""
        vectors = self._decoded(stretches(first, end))
        sizes = end - first
        ends = np.cumsum(sizes)
        means = np.empty((len(sizes), vectors.shape[1]), dtype=np.float32)
        for mean, start, stop in zip(means, (ends - sizes).tolist(), ends.tolist(), strict=True):
            np.add.reduce(vectors[start:stop], axis=0, out=mean)  # np.add.reduceat takes twice as long
        means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
        return means

    def statements_of(self, position: int) -> Numbers:
        """The numbers of the vectors of a passage's quotable statements, in order."""
        return np.arange(self._passages.first[position] + self._whole[position], self._passages.end[position])

    def cosines(self, query: Floats, positions: Numbers, voices: Numbers | None = None) -> Cosines:
        """How near passages, ascending, are to ``query`` (dimensions,); ``voices`` are those of people asked for."""
        own, alone = self._passages.of(positions), self._whole[positions]
        first, end = own.first, own.end
        numbers = own.things
        each = self._cosines(query, numbers)
        places = np.searchsorted(numbers, first)  # the vectors of a passage stand together here, too
        whole = each[places]
        taken, sizes = stretches(places + alone, places + end - first), end - first - alone
        of_statements = each[taken]
        # Nothing but fillers: then the whole is the best there is.
        best = np.where(sizes == 0, whole, reduced(np.maximum, of_statements, sizes))
        if voices is None:
            return Cosines(whole, best, best, np.zeros_like(best), numbers, each)
        hers = np.isin(self.embedded.voices[numbers], voices)[taken]
        heard = reduced(np.maximum, np.where(hers, np.maximum(of_statements, 0), 0).astype(np.float32), sizes)
        share = reduced(np.add, hers.astype(np.float32), sizes) / np.maximum(sizes, 1)
        return Cosines(whole, best, heard, share.astype(np.float32), numbers, each)

    def _cosines(self, query: Floats, numbers: Numbers) -> Floats:
        cosines = np.empty(len(numbers), dtype=np.float32)
        if self._vectors is not None:
            _compare(self._vectors, np.ascontiguousarray(numbers, dtype=np.int64), query, cosines)
            return cosines
        for start in range(0, len(numbers), COMPARED_AT_ONCE):
            some = numbers[start : start + COMPARED_AT_ONCE]
            codes = self.embedded.codes.take(some, axis=0).astype(np.float32)
            cosines[start : start + COMPARED_AT_ONCE] = codes @ query * self.embedded.scales[some]
        return cosines

    def _decoded(self, numbers: Numbers) -> Floats:
        return self.embedded.decoded(numbers) if self._vectors is None else self._vectors[numbers]


def _compare(vectors: Floats, numbers: Numbers, query: Floats, cosines: Floats) -> None:
    """Write the cosines of some vectors, by their numbers, to ``query``: each is read where it lies, none is copied."""
    at = faiss.swig_ptr
    faiss.fvec_inner_products_by_idx(  # type: ignore[attr-defined] # FAISS's own stubs leave it out
        at(cosines), at(query), at(vectors), at(numbers), vectors.shape[1], 1, len(numbers)
    )


def _best(numbers: Numbers, cosines: Floats, wanted: int) -> tuple[Numbers, Floats]:
    """The ``wanted`` vectors of the highest cosines, best first."""
    if wanted < len(numbers):
        top = np.argpartition(-cosines, wanted - 1)[:wanted]
        numbers, cosines = numbers[top], cosines[top]
    order = np.lexsort((numbers, -cosines))
    return numbers[order], cosines[order]


# ---------------------------------------------------------------- in full, and in short


def _flat(embedded: Embedded) -> Any:
    index = faiss.IndexFlatIP(embedded.codes.shape[1])
    if len(embedded.codes):
        index.add(embedded.decoded(slice(None)))
    return index


def _stored(index: Any) -> Floats:
    """The vectors of a flat index, (n, dimensions): a view, nothing is copied."""
    if not index.ntotal:
        return np.empty((0, index.d), dtype=np.float32)
    vectors: Floats = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d).reshape(index.ntotal, index.d)
    return vectors


def _short_forms(embedded: Embedded) -> Any:
    """The short forms of all vectors, made by what is usual among a part of them."""
    many, dimensions = embedded.codes.shape
    parts = next(parts for parts in range(max(dimensions // NUMBERS_TOGETHER, 1), 0, -1) if dimensions % parts == 0)
    short = faiss.IndexPQFastScan(dimensions, parts, 4, faiss.METRIC_INNER_PRODUCT)
    some = np.unique(np.linspace(0, many - 1, min(many, TRAINED_ON)).astype(np.int64))
    short.train(embedded.decoded(some))
    _add(short, embedded, 0)
    return short


def _add(short: Any, embedded: Embedded, first: int) -> None:
    for start in range(first, len(embedded.codes), AT_ONCE):
        short.add(embedded.decoded(slice(start, min(start + AT_ONCE, len(embedded.codes)))))


def _among(numbers: Numbers, allowed: Numbers) -> Mask:
    """Which of some numbers are allowed; both ascend."""
    places = np.minimum(np.searchsorted(allowed, numbers), len(allowed) - 1)
    passed: Mask = allowed[places] == numbers
    return passed
