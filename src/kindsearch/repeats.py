"""What recurs from pack to pack is kept once, and what says the same again is found once.

Two texts are the same when they share three quarters of their four-word runs (Jaccard; Broder 1997) and hold the same
numbers, so "more than 65 people joined" and "more than 25 people joined" stay two.

What was written is compared across the archive, by a few hashes of each text that can be kept beside it: only texts
that have one of them in common with another document are read. Speech is compared within its session alone: what is
said in two sessions stays in both, as a transcript without it would have a hole, and it makes nothing written a repeat.
"""

from __future__ import annotations

import math
import re
import struct
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from sys import intern
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kindsearch.types import PartialDate, Passage

SHINGLE_WORDS = 4
SAME_SHARE = 0.75  # of the shingles of both texts
DOUBLE_COSINE, DOUBLE_WORDS = 0.9, 8  # passages nearer than that, and not shorter, may say the same
MOST_ALIKE = 3  # passages as near as that to one another, which are found before others
_TEXTS_AT_ONCE = 500


class Written(NamedTuple):
    """A passage that is no speech, as far as its repeats are concerned; ``telling`` is its :func:`telling`."""

    id: str
    document_id: str
    session_id: str
    telling: bytes


@dataclass(frozen=True)
class Repeats:
    """Ids of the passages that are not kept, and of those kept that stand in several sessions."""

    dropped: frozenset[str]
    about: frozenset[str]


Order = tuple[int, bool, str, int, str]


def order_of(date: PartialDate | None, has_pages: bool, source: str, start: int, id_: str) -> Order:
    """What passages are sorted by before repeats are looked for: of those that say the same, the first is kept."""
    return (-date.last_day if date else 0, not has_pages, source, start, id_)  # two folders may have files of one name


def newest_first(passage: Passage) -> Order:
    """The :func:`order_of` a passage."""
    return order_of(passage.session.date, passage.pages is not None, passage.source, passage.start, passage.id)


def written_repeats(written: Iterable[Written], texts_of: Callable[[Sequence[str]], Mapping[str, str]]) -> Repeats:
    """Which of all written passages, in the order of :func:`newest_first`, say what one before them says.

    A passage is kept unless one of another document that is kept already says the same; that one is ``about`` if it is
    of another session. So two versions of one session (PDF and text) give one passage, of its own kind, from the
    version that has pages. ``texts_of`` gives texts by id; it is asked for few at a time, and only for those that need
    be compared.
    """
    suspects = _sharing(written)
    session_of = {passage.id: passage.session_id for passage in suspects}
    kept = _Kept()
    dropped, about = set[str](), set[str]()
    for start in range(0, len(suspects), _TEXTS_AT_ONCE):
        some = suspects[start : start + _TEXTS_AT_ONCE]
        texts = texts_of([passage.id for passage in some])
        for passage in some:
            twin = kept.twin_or_keep(passage.id, passage.document_id, texts[passage.id])
            if twin:
                dropped.add(passage.id)
                if session_of[twin] != passage.session_id:
                    about.add(twin)
    return Repeats(frozenset(dropped), frozenset(about))


def speech_without_repeats(speech: Iterable[Passage], written: Iterable[Passage]) -> list[Passage]:
    """The windows of the transcripts of one session without those that repeat one of another transcript of it.

    Nor is a window kept that says what a written passage of the session says; ``written`` are those of it that are
    kept, whatever was said.
    """
    windows = sorted(speech, key=newest_first)
    ordered = [*written, *windows]
    if len({passage.document_id for passage in ordered}) < 2:  # nothing repeats its own document
        return windows
    kept = _Kept()
    left = [passage for passage in ordered if not kept.twin_or_keep(passage.id, passage.document_id, passage.text)]
    return [passage for passage in left if passage.is_speech]


def telling(text: str) -> bytes:
    """So many of the shingles of a text, eight bytes each, that two texts that are the same have one in common.

    The prefix filter for set similarity (Chaudhuri, Ganti and Kaushik 2006). A text of sixty words has fifteen.
    """
    return _telling(_shingles(text)).tobytes()


def say_the_same(one: str, other: str) -> bool:
    """Whether two texts are the same but for a few words, numbers included.

    >>> told = "More than 65 people from all over the world joined us that evening, and we were glad."
    >>> say_the_same(told, told.replace("More", "Again more")), say_the_same(told, told.replace("65", "25"))
    (True, False)
    """
    return _same(_shingles(one), _shingles(other))


# ---------------------------------------------------------------- texts as sets of hashes


def _shingles(text: str) -> NDArray[np.uint64]:
    """Hashes of the four-word runs of a text, in order, each once; with each run go all the numbers of the text.

    So texts of other numbers have none in common. A hash has 64 bits: in a million texts of a hundred runs some two
    share one by chance in one archive of four thousand, and what is the same shares three quarters.
    """
    words = re.findall(r"\w+", text.casefold())
    width = min(SHINGLE_WORDS, len(words))
    numbers = " ".join(re.findall(r"\d+", text))
    runs = {f"{numbers}\n{' '.join(words[n : n + width])}" for n in range(len(words) - width + 1)}
    digests = b"".join(blake2b(run.encode("utf-8", "surrogatepass"), digest_size=8).digest() for run in runs)
    return np.unique(np.frombuffer(digests, "<u8"))


def _telling(shingles: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return shingles[: len(shingles) - math.ceil(SAME_SHARE * len(shingles)) + 1]


def _same(one: NDArray[np.uint64], other: NDArray[np.uint64]) -> bool:
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared >= SAME_SHARE * (len(one) + len(other) - shared)


def _sharing(written: Iterable[Written]) -> list[Written]:
    """The passages that have a telling shingle in common with another document, in their order."""
    passages = [  # of many passages one document and one session, so each of these ids is held once
        passage._replace(document_id=intern(passage.document_id), session_id=intern(passage.session_id))
        for passage in written
    ]
    hashes = np.sort(np.frombuffer(b"".join(passage.telling for passage in passages), "<u8"))
    repeated = frozenset(hashes[1:][hashes[1:] == hashes[:-1]].tolist())
    first, shared = dict[int, str](), set[int]()
    for passage in passages:
        for one in repeated.intersection(_unpacked(passage.telling)):
            if first.setdefault(one, passage.document_id) != passage.document_id:
                shared.add(one)
    return [passage for passage in passages if not shared.isdisjoint(_unpacked(passage.telling))]


def _unpacked(hashes: bytes) -> list[int]:
    return [one for (one,) in struct.iter_unpack("<Q", hashes)]


class _Kept:
    """The texts that are kept so far, found by the telling shingles they share."""

    def __init__(self) -> None:
        self._texts: list[tuple[str, str, NDArray[np.uint64]]] = []
        self._by_shingle = defaultdict[int, list[int]](list)

    def twin_or_keep(self, id_: str, document_id: str, text: str) -> str | None:
        """The id of the first text of another document that is the same; without one, the text is kept itself."""
        own = _shingles(text)
        hashes = _telling(own).tolist()
        for number in sorted({number for one in hashes for number in self._by_shingle.get(one, ())}):
            other, other_document, shingles = self._texts[number]
            if other_document != document_id and _same(own, shingles):
                return other
        for one in hashes:
            self._by_shingle[one].append(len(self._texts))
        self._texts.append((id_, document_id, own))
        return None


# ---------------------------------------------------------------- what was found


def without_doubles(
    vectors: NDArray[np.float32], places: Sequence[tuple[int, int]], texts_of: Callable[[Sequence[int]], Sequence[str]]
) -> list[int]:
    """Numbers of passages, best first, without those that say again, nearly word for word, what a better one says.

    ``vectors`` are (passages, dimensions), of length 1, ``places`` the first statement and the end of each. Windows
    that overlap stay: what they share is joined later. So do short texts: many people say "I agree". ``texts_of`` gives
    the texts of passages by their numbers; it is asked for those that are near to another.
    """
    near = np.triu(vectors @ vectors.T >= DOUBLE_COSINE, 1)
    pairs = [
        (better, other)
        for better, other in zip(*(numbers.tolist() for numbers in np.nonzero(near)), strict=True)
        if places[better][1] <= places[other][0] or places[other][1] <= places[better][0]
    ]
    if not pairs:
        return list(range(len(vectors)))
    asked = sorted({number for pair in pairs for number in pair})
    text = dict(zip(asked, texts_of(asked), strict=True))
    dropped = set[int]()
    for better, other in sorted(pairs, key=lambda pair: (pair[1], pair[0])):
        if (
            better not in dropped
            and len(text[other].split()) >= DOUBLE_WORDS
            and say_the_same(text[other], text[better])
        ):
            dropped.add(other)
    return [number for number in range(len(vectors)) if number not in dropped]


def without_crowds(vectors: NDArray[np.float32], places: Sequence[tuple[int, int]]) -> list[int]:
    """Numbers of passages, best first, without those that :data:`MOST_ALIKE` better ones are like.

    Copies that differ in a number say different things, and two or three people may say the same, so they are no
    doubles; hundreds of them would leave room for nothing else. ``vectors`` are of what each says, whoever says it in
    whichever session; ``places`` are as above.
    """
    starts, ends = np.array(places, dtype=np.int64).reshape(-1, 2).T
    apart = (ends[:, None] <= starts) | (ends <= starts[:, None])
    alike = apart & (vectors @ vectors.T >= DOUBLE_COSINE)
    better: NDArray[np.int64] = np.tril(alike, -1).sum(axis=1)
    return np.flatnonzero(better < MOST_ALIKE).tolist()


def are_copies(vectors: NDArray[np.float32]) -> bool:
    """Whether most of some passages are like :data:`MOST_ALIKE` of those before them."""
    alike = np.tril(vectors @ vectors.T >= DOUBLE_COSINE, -1).sum(axis=1)
    return bool(2 * np.count_nonzero(alike >= MOST_ALIKE) > len(vectors))
