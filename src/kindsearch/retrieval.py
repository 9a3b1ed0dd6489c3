"""Question to hits: both engines propose passages, three kinds of evidence are added up on one scale.

1. Meaning: the cosine of the question to the passage with its context, and to the passage's best statement alone.
2. Words: how far the passage covers the question's words, rare ones counting more, near ones counting in part.
3. What is known of the passage: one said by a person the question names, or of a kind it names ("which podcast",
   "in the chat"), goes up; one that recurs in every pack goes down, and so does speech beside what was written of it.

Added scores rather than reciprocal ranks: ranks forget by how much one passage is better. Measured on two question
sets in docs/evaluation.md, with what each part brings.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kindsearch.encoders import Encoder
from kindsearch.questions import ASKING_WORDS, Question
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.derived import Engines
from kindsearch.stores.keywords import terms_of
from kindsearch.stores.vectors import Rows
from kindsearch.stores.words import stem_of
from kindsearch.types import Hit, Kind, Passage

Floats = NDArray[np.float32]

WORDS_WEIGHT = 0.3  # of full coverage, beside a cosine
ASKING_WORDS_WEIGHT = 0.3  # of a word that says how to answer, beside one of the topic
PERSON_WEIGHT = 0.1
KIND_WEIGHT = 0.15
RECURRING_WEIGHT = -0.03  # what stands in every pack is seldom what is asked for
SPEECH_WEIGHT = -0.12  # a window of speech holds many words, and what was written down of it says it better
ILLUSTRATIVE_WEIGHT = -0.3  # beside what is real: what was made up for demonstration comes after it
NEAR_WORDS = 8  # archive words looked up beside each word of the question


@dataclass(frozen=True)
class Encoded:
    """A question as numbers.

    ``vector`` is (dimensions,), ``similarities`` (question words, archive words), ``weights`` (question words,).
    """

    vector: Floats
    similarities: Floats
    weights: Floats


@dataclass(frozen=True)
class Found:
    """A hit with what the answer needs of it.

    ``coverage`` (question words,) in 0..1; ``statements`` (quotable statements, dimensions), rows of length 1;
    ``by_person`` whether it is said by, or speaks of, somebody whom the question names; ``gained`` what the score
    gained or lost for who says it, and for what kind of passage, of which kind of file, it is.
    """

    hit: Hit
    coverage: Floats
    statements: Floats
    by_person: bool
    gained: float


def encode(question: Question, encoder: Encoder, engines: Engines) -> Encoded:
    """Encode the question, each of its words and each of their phrases in one batch."""
    texts = list(dict.fromkeys([question.text, *question.words, *question.phrases]))
    vector_of = dict(zip(texts, encoder.encode(texts), strict=True))
    words, literal = question.words, question.names | question.strangers
    similarities = np.maximum(
        engines.words.similarities(words, _rows(vector_of, words), literal),
        engines.words.similarities(words, _rows(vector_of, question.phrases), literal),
    )
    weights = [rarity(engines, word) * (ASKING_WORDS_WEIGHT if word in ASKING_WORDS else 1) for word in words]
    return Encoded(vector_of[question.text], similarities, np.array(weights, dtype=np.float32))


def _rows(vector_of: Mapping[str, Floats], texts: Sequence[str]) -> Floats:
    return np.array([vector_of[text] for text in texts], dtype=np.float32)


def rarity(engines: Engines, word: str) -> float:
    """How much a word tells: its inverse document frequency, as BM25 has it (Robertson and Zaragoza 2009)."""
    total, holding = len(engines.keywords), engines.keywords.frequency(stem_of(word))
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5))


def share_covered(weights: Floats, coverage: Floats) -> float:
    """Share of the question that is covered: the weighted mean over its words; 0 for a question without words."""
    total = float(weights.sum())
    return float((weights * coverage).sum()) / total if total else 0.0


def retrieve(
    question: Question,
    encoded: Encoded,
    engines: Engines,
    catalog: Catalog,
    candidates: int,
    rows: Rows | None = None,
) -> list[Found]:
    """The passages for a question, best first; only among ``rows`` if given. Call it inside ``catalog.reading()``."""
    dense = engines.vectors.search(encoded.vector, candidates, rows)
    keyword = engines.keywords.search(_terms(question, encoded, engines), candidates, rows)
    dense_ranks = {row: (rank, score) for rank, (row, score) in enumerate(dense, start=1)}
    keyword_ranks = {row: (rank, score) for rank, (row, score) in enumerate(keyword, start=1)}
    proposed = list(dict.fromkeys([*dense_ranks, *keyword_ranks]))
    passages = catalog.passages(proposed)
    some_are_real = any(not passage.is_illustrative for passage in passages.values())
    vectors = engines.vectors.of_passages(proposed)
    coverage = engines.words.coverage(encoded.similarities, proposed)
    found = []
    for column, row in enumerate(proposed):
        passage = passages[row]
        said = bool(question.people & set(passage.people))
        gained = (
            PERSON_WEIGHT * said
            + KIND_WEIGHT * (passage.kind in question.kinds)
            + SPEECH_WEIGHT * (passage.kind == Kind.TRANSCRIPT)
            + ILLUSTRATIVE_WEIGHT * (passage.is_illustrative and some_are_real)
        )
        score = (
            meaning(encoded.vector, vectors[row])
            + WORDS_WEIGHT * share_covered(encoded.weights, coverage[:, column])
            + RECURRING_WEIGHT * (passage.kind == Kind.ABOUT)
            + gained
        )
        dense_rank, dense_score = dense_ranks.get(row, (None, None))
        keyword_rank, keyword_score = keyword_ranks.get(row, (None, None))
        hit = Hit(passage, score, dense_rank, dense_score, keyword_rank, keyword_score)
        about = said or (bool(question.names) and _mentions(passage, question.names))
        found.append(Found(hit, coverage[:, column], vectors[row][1:], about, gained))
    return _without_overlaps(sorted(found, key=lambda f: (-f.hit.score, f.hit.passage.id)))


def _without_overlaps(found: Sequence[Found]) -> list[Found]:
    """Leave out what shares words with a better passage: windows of speech overlap, and nobody reads a thing twice."""
    kept: list[Found] = []
    taken: dict[str, list[tuple[int, int]]] = {}
    for item in found:
        passage = item.hit.passage
        others = taken.setdefault(passage.document_id, [])
        if not any(start < passage.end and passage.start < end for start, end in others):
            others.append((passage.start, passage.end))
            kept.append(item)
    return kept


def meaning(question: Floats, vectors: Floats) -> float:
    """Mean of two cosines: to the passage in its context (first row) and to its best statement (the other rows)."""
    cosines = vectors @ question
    return float(cosines[0] + cosines[1:].max(initial=cosines[0] if len(cosines) == 1 else -1.0)) / 2


def _terms(question: Question, encoded: Encoded, engines: Engines) -> dict[str, float]:
    """Terms for the keyword engine with their weights: the question's own, and the archive's nearest to them."""
    terms: dict[str, float] = {}
    for word, alike in zip(question.words, encoded.similarities, strict=True):
        for number in np.argsort(-alike)[:NEAR_WORDS]:
            if alike[number] > 0:
                term = stem_of(engines.words.words[number])
                terms[term] = max(terms.get(term, 0.0), float(alike[number]))
        terms |= dict.fromkeys(terms_of(word), 1.0)
    return terms


def _mentions(passage: Passage, names: frozenset[str]) -> bool:
    words = set(passage.text.casefold().replace(".", " ").replace(",", " ").replace("’s", " ").split())
    return bool(names & words)


def matched_words(passage: Passage, terms: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Offsets (in the document) of the words of a passage that share a stem with ``terms``."""
    wanted = set(terms)
    return tuple(
        (passage.start + found.start(), passage.start + found.end())
        for found in re.finditer(r"[^\W_]+", passage.text)
        if wanted.intersection(terms_of(found.group()))
    )
