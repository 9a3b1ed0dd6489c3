"""What recurs from pack to pack is kept once, and what says the same again is found once."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kindsearch.types import Kind, Passage

SHINGLE_WORDS = 4
SAME_SHARE = 0.75  # of the shingles of both texts
DOUBLE_COSINE, DOUBLE_WORDS = 0.9, 8  # passages nearer than that, and not shorter, may say the same


def without_repeats(passages: Iterable[Passage]) -> list[Passage]:
    """Keep one passage of each text that stands in several documents: the newest, and as ``about``.

    Two texts are the same when they share three quarters of their four-word runs (Jaccard; Broder 1997) and hold
    the same numbers, so "more than 65 people joined" and "more than 25 people joined" stay two. Two versions of one
    session (PDF and text) give one passage, of its own kind, from the version that has pages. What is said in two
    sessions stays in both: a transcript without it would have a hole.
    """
    kept: dict[str, Passage] = {}
    by_shingle: dict[str, list[str]] = {}
    shingles: dict[str, frozenset[str]] = {}
    for passage in sorted(passages, key=_newest_first):
        own = _shingles(passage.text)
        telling = _telling(own)
        twins = {other for shingle in telling for other in by_shingle.get(shingle, ())}
        twin = next((t for t in sorted(twins) if _same(passage, own, kept[t], shingles[t])), None)
        if twin is None or (passage.kind == Kind.TRANSCRIPT and passage.session.id != kept[twin].session.id):
            kept[passage.id], shingles[passage.id] = passage, own
            for shingle in telling:
                by_shingle.setdefault(shingle, []).append(passage.id)
        elif passage.session.id != kept[twin].session.id:
            kept[twin] = replace(kept[twin], kind=Kind.ABOUT)
    return list(kept.values())


def say_the_same(one: str, other: str) -> bool:
    """Whether two texts are the same but for a few words, numbers included.

    >>> told = "More than 65 people from all over the world joined us that evening, and we were glad."
    >>> say_the_same(told, told.replace("More", "Again more")), say_the_same(told, told.replace("65", "25"))
    (True, False)
    """
    return _alike(one, _shingles(one), other, _shingles(other))


def _telling(shingles: frozenset[str]) -> list[str]:
    """So many of the shingles, in one order for all texts, that two texts that are the same have one of them in common.

    The prefix filter for set similarity (Chaudhuri, Ganti and Kaushik 2006).
    """
    return sorted(shingles)[: len(shingles) - math.ceil(SAME_SHARE * len(shingles)) + 1]


def _newest_first(passage: Passage) -> tuple[int, bool, str, int]:
    date = passage.session.date
    return (-date.last_day if date else 0, passage.pages is None, passage.source, passage.start)


def _shingles(text: str) -> frozenset[str]:
    words = re.findall(r"\w+", text.casefold())
    width = min(SHINGLE_WORDS, len(words))
    return frozenset(" ".join(words[i : i + width]) for i in range(len(words) - width + 1))


def _same(one: Passage, one_shingles: frozenset[str], other: Passage, other_shingles: frozenset[str]) -> bool:
    return one.document_id != other.document_id and _alike(one.text, one_shingles, other.text, other_shingles)


def _alike(one: str, one_shingles: frozenset[str], other: str, other_shingles: frozenset[str]) -> bool:
    shared, every = one_shingles & other_shingles, one_shingles | other_shingles
    numbers = [re.findall(r"\d+", text) for text in (one, other)]
    return bool(every) and len(shared) >= SAME_SHARE * len(every) and numbers[0] == numbers[1]


def without_doubles(passages: Sequence[Passage], vectors: NDArray[np.float32]) -> list[int]:
    """Positions of passages, best first, without those that say again, nearly word for word, what a better one says.

    ``vectors`` are (passages, dimensions), of length 1. Short ones stay: many people say "I agree". So do windows that
    overlap: what they share is joined later.
    """
    if not passages:
        return []
    near = vectors @ vectors.T >= DOUBLE_COSINE
    kept: list[int] = []
    for position, passage in enumerate(passages):
        better = [other for other in kept if near[position, other]]
        if not any(_is_double(passage, passages[other]) for other in better):
            kept.append(position)
    return kept


def _is_double(passage: Passage, better: Passage) -> bool:
    if passage.document_id == better.document_id and passage.start < better.end and better.start < passage.end:
        return False
    if len(passage.text.split()) < DOUBLE_WORDS:
        return False
    return say_the_same(passage.text, better.text)
