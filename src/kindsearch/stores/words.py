"""The words of the archive, by meaning: which of them stand in which passage, and a vector for each.

A question's words seldom are the archive's: "woolly" is asked, "vague" was said. Each word of the archive was encoded
once; how far a question's word is covered by a passage is then the similarity of the passage's nearest word, 1 for
the same word or stem.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kindsearch.stores.keywords import terms_of

Floats = NDArray[np.float32]

# Cosine of two words: below the first unrelated, from the second the same thing.
ALIKE_FROM, ALIKE_TO = 0.4, 0.9
CONTEXT_WEIGHT = 0.8  # a word in a passage's context (title, section, speaker) counts a little less
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
STOP_WORDS = frozenset(
    "a about also am an and any are as at be been being but by can could d did do does doing don for from get had has "
    "have having he her hers him his how i if in into is it its itself just ll m may me might mine more most must my "
    "myself no nor not of on one only or other our ours ourselves out over own re s same shall she should so some "
    "such t tell than that the their theirs them then there these they this those through to too under up us ve very "
    "was we were what when where which while who whom whose why will with would you your yours".split()
)


NEGATIONS = frozenset(
    "ain't aren't can't couldn't didn't doesn't don't hadn't hasn't haven't isn't mustn't needn't shan't shouldn't "
    "wasn't weren't won't wouldn't".split()
)


def words_in(text: str) -> list[str]:
    """Words of a text in lower case, without stop words and single letters, in order and with repeats.

    >>> words_in("How do we measure Kindness, kindly?")
    ['measure', 'kindness', 'kindly']
    """
    return [word for word in every_word_in(text) if len(word) > 1 and not _is_stop_word(word)]


def every_word_in(text: str) -> list[str]:
    """All words of a text in lower case, in order."""
    return [found.group().lower().replace("’", "'") for found in _WORD.finditer(text)]


def _is_stop_word(word: str) -> bool:
    """Whether it is one, or one with a short form after it: "what's", "I'm", "don't"."""
    first, _, short = word.partition("'")
    return word in STOP_WORDS or (bool(short) and (first in STOP_WORDS or word in NEGATIONS))


@dataclass(frozen=True)
class Bags:
    """For each passage its words with their counts: ``words[offsets[i]:offsets[i + 1]]`` are those of passage ``i``."""

    words: NDArray[np.int32]
    counts: Floats
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, bags: Sequence[Sequence[int]]) -> Bags:
        """Pack a list of bags."""
        counted = [np.unique(np.array(bag, dtype=np.int32), return_counts=True) for bag in bags]
        offsets = np.cumsum([0, *(len(words) for words, _ in counted)], dtype=np.int64)
        words = np.concatenate([np.empty(0, dtype=np.int32), *(words for words, _ in counted)])
        counts = np.concatenate([np.empty(0), *(counts for _, counts in counted)]).astype(np.float32)
        return cls(words, counts, offsets)

    def best(self, similarities: Floats, positions: NDArray[np.int64]) -> Floats:
        """For each question word its similarity to the nearest word of each passage: (question words, passages)."""
        taken, starts, filled = self._taken(positions)
        return self._reduced(np.maximum, similarities[:, self.words[taken]], starts, filled)

    def totals(self, weights: Floats, positions: NDArray[np.int64]) -> Floats:
        """Counts of the words of each passage, weighted by ``weights`` (question words, words), and added up."""
        taken, starts, filled = self._taken(positions)
        return self._reduced(np.add, weights[:, self.words[taken]] * self.counts[taken], starts, filled)

    def lengths(self, positions: NDArray[np.int64]) -> Floats:
        """How many words each passage has, repeats included: (passages,)."""
        taken, starts, filled = self._taken(positions)
        lengths: Floats = self._reduced(np.add, self.counts[None, taken], starts, filled)[0]
        return lengths

    def _taken(self, positions: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
        """The entries of passages in one row, where those of each that has some begin, and which have some."""
        sizes = self.offsets[positions + 1] - self.offsets[positions]
        starts = np.cumsum(sizes) - sizes
        taken = np.arange(sizes.sum()) + np.repeat(self.offsets[positions] - starts, sizes)
        filled = sizes > 0
        return taken, starts[filled], filled

    @staticmethod
    def _reduced(operation: np.ufunc, values: Floats, starts: NDArray[np.int64], filled: NDArray[np.bool_]) -> Floats:
        reduced = np.zeros((len(values), len(filled)), dtype=np.float32)
        if len(starts):
            reduced[:, filled] = operation.reduceat(values, starts, axis=1)
        return reduced


class WordIndex:
    """The archive's words with their vectors, and the words of each passage."""

    def __init__(
        self,
        words: list[str],
        vectors: Floats,
        rows: NDArray[np.int64],
        text: Bags,
        context: Bags,
    ) -> None:
        self.words = words
        self.number = {word: number for number, word in enumerate(words)}
        self._vectors, self._rows, self._text, self._context = vectors, rows, text, context
        self._same_stem: dict[str, list[int]] = {}
        for number, word in enumerate(words):
            self._same_stem.setdefault(stem_of(word), []).append(number)

    @classmethod
    def build(
        cls,
        words: list[str],
        vectors: Floats,
        passages: Iterable[tuple[int, Sequence[str], Sequence[str]]],
    ) -> WordIndex:
        """Index ``(row, words of its text, words of its context)`` of passages, by ascending row; repeats count.

        ``vectors`` is (len(words), dimensions), rows of length 1.
        """
        number = {word: position for position, word in enumerate(words)}
        rows, texts, contexts = list[int](), list[list[int]](), list[list[int]]()
        for row, text, context in passages:
            rows.append(row)
            texts.append([number[word] for word in text if word in number])
            contexts.append([number[word] for word in context if word in number])
        return cls(words, vectors, np.array(rows, dtype=np.int64), Bags.of(texts), Bags.of(contexts))

    def save(self, folder: Path) -> None:
        """Write into ``folder``."""
        (folder / "words.json").write_text(json.dumps(self.words, ensure_ascii=False), encoding="utf-8")
        arrays: dict[str, NDArray[Any]] = {
            "vectors": self._vectors,
            "rows": self._rows,
            **{f"text_{name}": array for name, array in vars(self._text).items()},
            **{f"context_{name}": array for name, array in vars(self._context).items()},
        }
        for name, array in arrays.items():
            np.save(folder / f"word_{name}.npy", array, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> WordIndex:
        """Read what :meth:`save` wrote; the caller has checked the files."""

        def array(name: str) -> NDArray[Any]:
            loaded: NDArray[Any] = np.load(folder / f"word_{name}.npy", allow_pickle=False)
            return loaded

        return cls(
            json.loads((folder / "words.json").read_text(encoding="utf-8")),
            array("vectors").astype(np.float32, copy=False),
            array("rows").astype(np.int64, copy=False),
            *(Bags(*(array(f"{of}_{name}") for name in ("words", "counts", "offsets"))) for of in ("text", "context")),
        )

    def __contains__(self, word: str) -> bool:
        return word in self.number

    def similarities(self, words: Sequence[str], vectors: Floats, literal: frozenset[str] = frozenset()) -> Floats:
        """How alike each of ``words`` (with its vectors) and each word of the archive are: (words, archive) in 0..1.

        Words in ``literal``, names above all, are alike to themselves only.
        """
        if not words or not self.words:
            return np.zeros((len(words), len(self.words)), dtype=np.float32)
        cosines = vectors @ self._vectors.T
        alike: Floats = np.clip((cosines - ALIKE_FROM) / (ALIKE_TO - ALIKE_FROM), 0, 1).astype(np.float32)
        for position, word in enumerate(words):
            if word in literal:
                alike[position] = 0
            alike[position, self._same_stem.get(stem_of(word), [])] = 1
        return alike

    def coverage(self, similarities: Floats, rows: Sequence[int] | NDArray[np.int64]) -> Floats:
        """How far passages cover the words of a question: (question words, len(rows)) in 0..1."""
        positions = self._positions(rows)
        in_context = CONTEXT_WEIGHT * self._context.best(similarities, positions)
        covered: Floats = np.maximum(self._text.best(similarities, positions), in_context)
        return covered

    def coverage_of_text(self, similarities: Floats, text: str) -> Floats:
        """The same for a stretch of text of the archive: (question words,) in 0..1."""
        numbers = [self.number[word] for word in words_in(text) if word in self.number]
        if not numbers:
            return np.zeros(len(similarities), dtype=np.float32)
        nearest: Floats = similarities[:, numbers].max(axis=1)
        return nearest

    def frequencies(self, similarities: Floats, rows: Sequence[int] | NDArray[np.int64]) -> Floats:
        """How often passages use each word of a question, in any form of it: (question words, len(rows))."""
        return self._text.totals((similarities >= 1).astype(np.float32), self._positions(rows))

    def lengths(self, rows: Sequence[int] | NDArray[np.int64]) -> Floats:
        """How many words that matter passages have: (len(rows),)."""
        return self._text.lengths(self._positions(rows))

    def _positions(self, rows: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
        return np.searchsorted(self._rows, np.asarray(rows, dtype=np.int64))


def stem_of(word: str) -> str:
    """The stem of one word, as the keyword index has it.

    >>> stem_of("measuring"), stem_of("doesn't")
    ('measur', 'doesn')
    """
    terms = terms_of(word)
    return terms[0] if terms else word
