"""The words of the archive, by meaning: which of them stand in which passage, and a vector for each.

A question's words seldom are the archive's: "woolly" is asked, "vague" was said. Each word of the archive was encoded
once; how far a question's word is covered by a passage is then the similarity of the passage's nearest word, 1 for
the same word or stem.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kindsearch.stores import arrays, durable
from kindsearch.stores.arrays import Floats, Mask, Numbers, Ragged, reduced, stretches
from kindsearch.stores.keywords import solid, terms_of, with_solid_forms

Near = tuple[Numbers, Floats]
"""Numbers of words of the archive, and how alike each of them is, in 0..1 and above 0."""

# Cosine of two words: below the first unrelated, from the second the same thing.
ALIKE_FROM, ALIKE_TO = 0.4, 0.9
CONTEXT_WEIGHT = 0.8  # a word in a passage's context (title, section, speaker) counts a little less
MOST_COUNTED = 65_535  # times that a word counts in one passage
COMPARED_AT_ONCE = 1_000  # new words, with all others
FILE = "words.json"
_ARRAYS = (
    "word_vectors", "near_words", "near_offsets", "near_degrees",
    "text_words", "text_offsets", "text_counts", "context_words", "context_offsets", "context_counts",
)  # fmt: skip
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

    A hyphenated word comes solid, before its parts.

    >>> words_in("How do we measure Kindness, kindly?"), words_in("co-designed well-being")
    (['measure', 'kindness', 'kindly'], ['codesigned', 'co', 'designed', 'wellbeing', 'well'])
    """
    return [word for word in every_word_in(with_solid_forms(text)) if len(word) > 1 and not _is_stop_word(word)]


def every_word_in(text: str) -> list[str]:
    """All words of a text in lower case, in order; of a hyphenated one its parts."""
    return [found.group().lower().replace("’", "'") for found in _WORD.finditer(text)]


def _is_stop_word(word: str) -> bool:
    """Whether it is one, or one with a short form after it: "what's", "I'm", "don't"."""
    first, _, short = word.partition("'")
    return word in STOP_WORDS or (bool(short) and (first in STOP_WORDS or word in NEGATIONS))


@dataclass(frozen=True)
class NearWords:
    """For each word of the archive the numbers of the words alike to it, and in the same order how alike they are."""

    numbers: Ragged
    degrees: Floats

    @classmethod
    def none(cls) -> NearWords:
        """Of no words."""
        return cls(Ragged.of([]), np.zeros(0, dtype=np.float32))

    def to(self, word: int) -> Near:
        """The words alike to one."""
        start, end = self.numbers.offsets[word : word + 2]
        return self.numbers.values[start:end], self.degrees[start:end]

    def changed(self, moved: NDArray[np.int32], vectors: Floats) -> NearWords:
        """Of words under their new numbers, -1 for those that are gone, and of the others that ``vectors`` are of.

        Only what is new is compared.
        """
        words = np.repeat(np.arange(len(self.numbers)), np.diff(self.numbers.offsets))
        pairs: list[tuple[NDArray[Any], ...]] = [(moved[words], moved[self.numbers.values], self.degrees)]
        is_new = np.ones(len(vectors), dtype=np.bool_)
        is_new[moved[moved >= 0]] = False
        for some in np.array_split(np.flatnonzero(is_new), int(is_new.sum()) // COMPARED_AT_ONCE + 1):
            degrees = _degrees(vectors[some] @ vectors.T)
            new, others = np.nonzero(degrees)
            to_old = ~is_new[others]
            alike = degrees[new, others]
            pairs.append((some[new], others, alike))
            pairs.append((others[to_old], some[new[to_old]], alike[to_old]))
        firsts, seconds, alike = (np.concatenate(column) for column in zip(*pairs, strict=True))
        stay = np.flatnonzero((firsts >= 0) & (seconds >= 0))
        order = stay[np.lexsort((seconds[stay], firsts[stay]))]
        sizes = np.bincount(firsts[order], minlength=len(vectors))
        offsets = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)])
        return NearWords(Ragged(seconds[order].astype(np.int32), offsets), alike[order].astype(np.float32))


def _degrees(cosines: Floats) -> Floats:
    """How alike words are, in 0..1, by the cosines of their vectors."""
    degrees: Floats = np.clip((cosines - ALIKE_FROM) / (ALIKE_TO - ALIKE_FROM), 0, 1).astype(np.float32)
    return degrees


@dataclass(frozen=True)
class Alike:
    """The words of the archive that are alike to words of a question.

    ``numbers`` (near,) are their numbers, ascending, ``degrees`` (question words, near) how alike they are, in 0..1,
    and 1 for the same word or stem; ``places`` (archive words,) where each stands among ``numbers``, -1 for others.
    ``pairs`` are, for each of ``numbers``, the words of the question that it is alike to, by their places in it, and
    ``pair_degrees`` how alike the two words of each pair are.
    """

    numbers: Numbers
    degrees: Floats
    places: NDArray[np.int32]
    pairs: Ragged
    pair_degrees: Floats

    @classmethod
    def of(cls, near: Sequence[Sequence[Near]], many: int) -> Alike:
        """From the near words, several lists of them, of each word of a question; the archive has ``many`` words."""
        is_near = np.zeros(many, dtype=np.bool_)
        for lists in near:
            for own, _ in lists:
                is_near[own] = True
        numbers = np.flatnonzero(is_near)
        places = np.full(many, -1, dtype=np.int32)
        places[numbers] = np.arange(len(numbers))
        degrees = np.zeros((len(near), len(numbers)), dtype=np.float32)
        for word, lists in zip(degrees, near, strict=True):
            for own, alike in lists:
                columns = places[own]
                word[columns] = np.maximum(word[columns], alike)
        return cls._paired(numbers, degrees, places)

    @classmethod
    def _paired(cls, numbers: Numbers, degrees: Floats, places: NDArray[np.int32]) -> Alike:
        by_number = degrees.T
        near, words = np.nonzero(by_number)
        pairs = Ragged(words, np.searchsorted(near, np.arange(len(numbers) + 1)))
        return cls(numbers, degrees, places, pairs, by_number[near, words])

    @cached_property
    def same(self) -> Alike:
        """The words that count as the same, without those that are only near."""
        same = self.degrees >= 1
        some = np.flatnonzero(same.any(axis=0))
        places = np.full_like(self.places, -1)
        places[self.numbers[some]] = np.arange(len(some))
        return Alike._paired(self.numbers[some], same[:, some].astype(np.float32), places)


@dataclass(frozen=True)
class Mentions:
    """Where words of passages are alike to words of a question, one item for each such pair of words.

    ``cells`` are places in a table (question words, passages), row by row; ``degrees`` say how alike the two are, and
    ``numbers`` which of all words of the bags it is.
    """

    cells: Numbers
    degrees: Floats
    numbers: Numbers


@dataclass(frozen=True)
class Bags:
    """For each passage its words, as numbers, with their counts in the same order."""

    words: Ragged
    counts: NDArray[np.uint16]

    @classmethod
    def of(cls, bags: Sequence[Sequence[int]]) -> Bags:
        """Pack a list of bags."""
        counted = [np.unique(np.array(bag, dtype=np.int32), return_counts=True) for bag in bags]
        counts = np.concatenate([np.empty(0, dtype=np.int64), *(counts for _, counts in counted)])
        offsets = np.cumsum([0, *(len(words) for words, _ in counted)], dtype=np.int64)
        words = np.concatenate([np.empty(0, dtype=np.int32), *(words for words, _ in counted)])
        return cls(Ragged(words, offsets), np.minimum(counts, MOST_COUNTED).astype(np.uint16))

    def mentions(self, alike: Alike, positions: Numbers) -> Mentions:
        """Where words of passages, which ascend, are alike to words of a question."""
        places = alike.places.take(self.words.taken(positions))
        near = np.flatnonzero(places >= 0)  # few are: nothing more is done with the others
        sizes = self.words.sizes(positions)
        ends = np.cumsum(sizes)
        upto = np.searchsorted(near, ends)
        own = upto.copy()  # np.diff with something before takes several times as long
        own[1:] -= upto[:-1]
        numbers = near + np.repeat(self.words.offsets[positions] - (ends - sizes), own)
        first, end = alike.pairs.offsets[:-1].take(places[near]), alike.pairs.offsets[1:].take(places[near])
        pairs, many = stretches(first, end), end - first
        passages = np.repeat(np.repeat(np.arange(len(positions)), own), many)
        cells = alike.pairs.values.take(pairs) * len(positions) + passages
        return Mentions(cells, alike.pair_degrees.take(pairs), np.repeat(numbers, many))

    def changed(self, keep: Mask, moved: NDArray[np.int32], new: Sequence[Bags]) -> Bags:
        """Without passages that are not to be kept, with words under their new numbers, and with new passages."""
        counts = self.counts[np.repeat(keep, np.diff(self.words.offsets))]
        kept = self.words.kept(keep)
        words = replace(kept, values=moved[kept.values])
        return Bags(
            Ragged.joined([words, *(bags.words for bags in new)]), np.concatenate([counts, *(b.counts for b in new)])
        )


class WordIndex:
    """The archive's words with their vectors, and the words of each passage."""

    def __init__(self, words: Sequence[str], vectors: Floats, near: NearWords, text: Bags, context: Bags) -> None:
        self.words = list(words)
        self.number = {word: number for number, word in enumerate(words)}
        self._vectors, self._near, self._text, self._context = vectors, near, text, context
        self._lengths = reduced(np.add, text.counts.astype(np.float32), np.diff(text.words.offsets))
        self._same_stem: dict[str, list[int]] = {}
        for number, word in enumerate(words):
            self._same_stem.setdefault(stem_of(word), []).append(number)

    @classmethod
    def none(cls, dimensions: int) -> WordIndex:
        """No words, of no passages."""
        return cls((), np.zeros((0, dimensions), dtype=np.float32), NearWords.none(), Bags.of([]), Bags.of([]))

    @staticmethod
    def bags_of(words: Sequence[str], passages: Iterable[tuple[Sequence[str], Sequence[str]]]) -> tuple[Bags, Bags]:
        """The bags of passages, given as (words of the text, words of the context), repeats included."""
        number = {word: position for position, word in enumerate(words)}
        texts, contexts = list[list[int]](), list[list[int]]()
        for text, context in passages:
            texts.append([number[word] for word in text if word in number])
            contexts.append([number[word] for word in context if word in number])
        return Bags.of(texts), Bags.of(contexts)

    # ------------------------------------------------------------ files, and change

    def save(self, folder: Path) -> None:
        """Write into ``folder``."""
        durable.write_text(folder / FILE, json.dumps(self.words, ensure_ascii=False))
        near, bags = self._near, (self._text, self._context)
        parts = [part for one in bags for part in (one.words.values, one.words.offsets, one.counts)]
        columns = (self._vectors, near.numbers.values, near.numbers.offsets, near.degrees, *parts)
        arrays.save(folder, dict(zip(_ARRAYS, columns, strict=True)))

    @classmethod
    def load(cls, folder: Path) -> WordIndex:
        """Read what :meth:`save` wrote; the caller has checked the files."""
        vectors, *parts = arrays.load(folder, _ARRAYS)
        near, text, context = ((Ragged(*parts[start : start + 2]), parts[start + 2]) for start in (0, 3, 6))
        words = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return cls(words, vectors, NearWords(*near), Bags(*text), Bags(*context))

    def changed(self, keep: Mask, words: Sequence[str], vectors: Floats, new: Sequence[tuple[Bags, Bags]]) -> WordIndex:
        """Without passages that are not to be kept, (passages,), and with new ones, given by :meth:`bags_of`.

        ``words`` are all words there are now, with their ``vectors``, (words, dimensions) with rows of length 1; those
        of passages that are kept are among them.
        """
        number = {word: position for position, word in enumerate(words)}
        moved = np.array([number.get(word, -1) for word in self.words], dtype=np.int32)
        text = self._text.changed(keep, moved, [bags for bags, _ in new])
        context = self._context.changed(keep, moved, [bags for _, bags in new])
        return WordIndex(words, vectors, self._near.changed(moved, vectors), text, context)

    def unused(self) -> list[str]:
        """The words that no passage has."""
        used = np.zeros(len(self.words), dtype=np.bool_)
        for bags in (self._text, self._context):
            used[bags.words.values] = True
        return [word for word, is_used in zip(self.words, used, strict=True) if not is_used]

    # ------------------------------------------------------------ what a search asks

    def __contains__(self, word: str) -> bool:
        return word in self.number

    def alike(
        self, texts: Sequence[tuple[str, ...]], vector_of: Mapping[str, Floats], literal: frozenset[str] = frozenset()
    ) -> Alike:
        """The words of the archive that are alike to the words of a question.

        ``texts`` are the words, each with phrases that make its meaning; ``vector_of`` has the vectors of those that
        the archive does not know. Words in ``literal``, names above all, are alike to themselves only. A phrase
        written as one word is as good as the word.
        """
        asked = dict.fromkeys(text for own in texts if own[0] not in literal for text in own)
        near_of = self._near_to(list(asked), vector_of) if self.words else {}
        return Alike.of(
            [
                [near_of[text] for text in own if text in near_of] + [self._same(solid(text)) for text in own]
                for own in texts
            ],
            len(self.words),
        )

    def forms_of(self, word: str) -> list[str]:
        """A word, and the words of the archive that are of one stem with it."""
        return [word, *(self.words[number] for number in self._same_stem.get(stem_of(word), []))]

    def _same(self, word: str) -> Near:
        """The words of one stem with it, which count as the same."""
        numbers = np.array(self._same_stem.get(stem_of(word), []), dtype=np.int64)
        return numbers, np.ones(len(numbers), dtype=np.float32)

    def _near_to(self, texts: Sequence[str], vector_of: Mapping[str, Floats]) -> dict[str, Near]:
        """The near words of each text: what is not a word of the archive is compared with all that are."""
        near = {text: self._near.to(self.number[text]) for text in texts if text in self.number}
        unknown = [text for text in texts if text not in near]
        if unknown:
            degrees = _degrees(np.stack([vector_of[text] for text in unknown]) @ self._vectors.T)
            near |= {text: (np.flatnonzero(row), row[row > 0]) for text, row in zip(unknown, degrees, strict=True)}
        return near

    def coverage(self, alike: Alike, positions: Numbers) -> Floats:
        """How far each word of a question is covered by the nearest one of text or context: (question words, passages).

        In 0..1.
        """
        in_text, in_context = self._text.mentions(alike, positions), self._context.mentions(alike, positions)
        table = len(alike.degrees), len(positions)
        covered = np.zeros(table[0] * table[1], dtype=np.float32)
        np.maximum.at(covered, in_text.cells, in_text.degrees)
        np.maximum.at(covered, in_context.cells, np.float32(CONTEXT_WEIGHT) * in_context.degrees)
        return covered.reshape(table)

    def uses(self, alike: Alike, positions: Numbers) -> Floats:
        """How often texts have each word of a question, in any form of it: (question words, passages)."""
        table = len(alike.degrees), len(positions)
        mentions = self._text.mentions(alike.same, positions)
        used = np.bincount(mentions.cells, self._text.counts[mentions.numbers], minlength=table[0] * table[1])
        return used.astype(np.float32).reshape(table)

    def coverage_of_text(self, alike: Alike, text: str) -> Floats:
        """How far a stretch of text of the archive covers the words of a question: (question words,) in 0..1."""
        numbers = [self.number[word] for word in words_in(text) if word in self.number]
        places = alike.places[numbers] if numbers else np.empty(0, dtype=np.int32)
        nearest: Floats = alike.degrees[:, places[places >= 0]].max(axis=1, initial=0)
        return nearest

    def holding(self, alike: Alike, positions: Numbers) -> Numbers:
        """In how many of the passages each word of a question stands, in any form of it: (question words,)."""
        counted: Numbers = (self.uses(alike, positions) > 0).sum(axis=1)
        return counted

    def counts(self, positions: Numbers) -> Numbers:
        """How often each word of the archive stands in the texts of passages, which ascend: (archive words,)."""
        words = self._text.words
        return self._counted(words.taken(positions), words.taken(positions, self._text.counts))

    @cached_property
    def counts_of_all(self) -> Numbers:
        """How often each word of the archive stands in the texts of all passages: (archive words,)."""
        return self._counted(self._text.words.values, self._text.counts)

    def _counted(self, words: NDArray[np.int32], counts: NDArray[np.uint16]) -> Numbers:
        return np.bincount(words, weights=counts, minlength=len(self.words)).astype(np.int64)

    @cached_property
    def stems(self) -> list[str]:
        """The stems of the words of the archive."""
        return list(self._same_stem)

    @cached_property
    def _stem_numbers(self) -> Numbers:
        """For each word of the archive the number of its stem: (archive words,)."""
        numbers = np.zeros(len(self.words), dtype=np.int64)
        for number, words in enumerate(self._same_stem.values()):
            numbers[words] = number
        return numbers

    def counts_of_stems(self, positions: Numbers) -> Numbers:
        """How often each of ``stems`` stands in the texts of passages, which ascend, in any form: (stems,)."""
        return self._by_stem(self.counts(positions))

    @cached_property
    def counts_of_stems_of_all(self) -> Numbers:
        """The same in the texts of all passages: (stems,)."""
        return self._by_stem(self.counts_of_all)

    def _by_stem(self, counts: Numbers) -> Numbers:
        return np.bincount(self._stem_numbers, weights=counts, minlength=len(self.stems)).astype(np.int64)

    def stems_around(self, positions: Numbers) -> Numbers:
        """The numbers of the stems in the contexts of passages, which ascend: in titles, headings and names."""
        return np.unique(self._stem_numbers[self._context.words.taken(positions)])

    def passages_with(self, stems: Collection[str], positions: Numbers) -> dict[str, Numbers]:
        """For each of these stems those of some passages, which ascend, in whose text it stands, in any form."""
        number = np.full(len(self.words), -1, dtype=np.int64)
        for place, stem in enumerate(stems):
            number[self._same_stem.get(stem, [])] = place
        found = number[self._text.words.taken(positions)]
        held = np.flatnonzero(found >= 0)
        passages = np.repeat(positions, self._text.words.sizes(positions))[held]
        return {stem: np.unique(passages[found[held] == place]) for place, stem in enumerate(stems)}

    def lengths(self, positions: Numbers) -> Floats:
        """How many words that matter passages have, repeats included: (len(positions),)."""
        return self._lengths[positions]


@lru_cache(maxsize=50_000)
def stem_of(word: str) -> str:
    """The stem of one word, as the keyword index has it.

    >>> stem_of("measuring"), stem_of("doesn't")
    ('measur', 'doesn')
    """
    terms = terms_of(word)
    return terms[0] if terms else word
