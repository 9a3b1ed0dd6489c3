"""Question to hits: both engines propose passages, and what speaks for each is added up on one scale.

1. Meaning: the cosine of the question to the passage with its context, and to the passage's best statement alone.
2. Words: how far the passage covers the question's words, rare ones counting more, near ones counting in part.
3. What is known of the passage: one said by a person the question names, or of a kind it names ("which podcast",
   "in the chat"), goes up; one that recurs in every pack goes down.

What was written stands for itself. Of speech a short window is ranked, in which words tell more than meaning, with what
speaks for the windows around it; then windows that are found together are read as one (``stretches.py``).

Added scores rather than reciprocal ranks: ranks forget by how much one passage is better. What each part brings is
measured in docs/evaluation.md.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kindsearch.encoders import Encoder
from kindsearch.questions import ASKING_WORDS, Question
from kindsearch.repeats import without_doubles
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.derived import Engines
from kindsearch.stores.keywords import terms_of
from kindsearch.stores.vectors import Rows
from kindsearch.stores.words import stem_of
from kindsearch.stretches import ACCOUNT, FACT, joined
from kindsearch.types import Hit, Kind, Passage

Floats = NDArray[np.float32]
Ranks = dict[int, tuple[int, float]]
"""Row -> rank (from 1) and score in one engine."""

WORDS_WEIGHT = 0.3  # of full coverage, beside a cosine
ASKING_WORDS_WEIGHT = 0.3  # of a word that says how to answer, beside one of the topic
PERSON_WEIGHT = 0.1
KIND_WEIGHT = 0.15
RECURRING_WEIGHT = -0.03  # what stands in every pack is seldom what is asked for
SPEECH_WEIGHT = -0.2  # what was written down of a matter says it better
ILLUSTRATIVE_WEIGHT = -0.3  # beside what is real: what was made up for demonstration comes after it
NEAR_WORDS = 8  # archive words looked up beside each word of the question

# Of a window of speech, beside each other: its nearest statement, the question's words it covers, those it uses (more
# often is more), how much of it they say who are asked for; and the last two again, of its neighbours.
HEARD_WEIGHT, COVERED_WEIGHT, USED_WEIGHT, SHARE_WEIGHT = 0.25, 0.15, 0.4, 0.15
AROUND_MEANING, AROUND_USED = 0.3, 0.55
ACCOUNT_FACTOR = 1.6  # of the neighbours, where an account is asked for: that is spread over more of them
AROUND = 8  # windows before and after that count, the nearer the more
SATURATION, LENGTH_COUNTS = 1.2, 0.75  # k1 and b of BM25
WINDOW_LENGTH = 30.0  # words that matter in a usual window of speech


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


def encode(question: Question, encoder: Encoder, engines: Engines, rows: Rows | None = None) -> Encoded:
    """Encode the question, each of its words and each of their phrases in one batch.

    What is rare is told by the passages that are searched: ``rows``, or all.
    """
    texts = list(dict.fromkeys([question.matched_text, *question.words, *question.phrases]))
    vector_of = dict(zip(texts, encoder.encode(texts), strict=True))
    words, literal = question.words, question.names | question.strangers
    similarities = np.maximum(
        engines.words.similarities(words, _rows(vector_of, words), literal),
        engines.words.similarities(words, _rows(vector_of, question.phrases), literal),
    )
    asking = np.array([ASKING_WORDS_WEIGHT if word in ASKING_WORDS else 1 for word in words], dtype=np.float32)
    weights = asking * _rarities(engines, words, similarities, rows)
    return Encoded(vector_of[question.matched_text], similarities, weights)


def _rarities(engines: Engines, words: Sequence[str], similarities: Floats, rows: Rows | None) -> Floats:
    if rows is None:
        counts = [engines.keywords.frequency(stem_of(word)) for word in words]
        return np.array([rarity(len(engines.keywords), count) for count in counts], dtype=np.float32)
    holding = (engines.words.frequencies(similarities, rows) > 0).sum(axis=1)
    return np.array([rarity(len(rows), int(count)) for count in holding], dtype=np.float32)


def _rows(vector_of: Mapping[str, Floats], texts: Sequence[str]) -> Floats:
    return np.array([vector_of[text] for text in texts], dtype=np.float32)


def rarity(total: int, holding: int) -> float:
    """How much a word tells that ``holding`` of ``total`` passages have: BM25's inverse document frequency."""
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5))


def share_covered(weights: Floats, coverage: Floats) -> Floats:
    """Share of the question that is covered: the weighted mean over its words; 0 for a question without words.

    ``coverage`` is (question words,) or (question words, passages), the share a number or (passages,).
    """
    total = float(weights.sum())
    return np.asarray(weights @ coverage / (total or 1.0), dtype=np.float32)


def retrieve(
    question: Question,
    encoded: Encoded,
    engines: Engines,
    catalog: Catalog,
    candidates: int,
    rows: Rows | None = None,
) -> list[Found]:
    """The passages for a question, best first; only among ``rows`` if given. Call it inside ``catalog.reading()``.

    Each engine proposes ``candidates`` passages, and as many of them and of their neighbours are looked at closely.
    """
    dense = engines.vectors.search(encoded.vector, candidates, rows)
    keyword = engines.keywords.search(_terms(question, encoded, engines), candidates, rows)
    dense_ranks: Ranks = {row: (rank, score) for rank, (row, score) in enumerate(dense, start=1)}
    keyword_ranks: Ranks = {row: (rank, score) for rank, (row, score) in enumerate(keyword, start=1)}
    proposed = np.array(sorted({*dense_ranks, *keyword_ranks}), dtype=np.int64)
    if not len(proposed):
        return []
    pool = np.union1d(proposed, engines.speech.around(proposed, AROUND))
    if rows is not None:
        pool = pool[np.isin(pool, rows)]
    scored = _scored(question, encoded, engines, catalog, pool, candidates, dense_ranks, keyword_ranks)
    whole = engines.vectors.of_passages([item.row for item in scored])
    new = without_doubles([item.hit.passage for item in scored], [whole[item.row][0] for item in scored])
    return _read_together(question, [scored[position] for position in new], engines, catalog)


@dataclass(frozen=True)
class _Scored:
    """A window or a written passage with its score; the rest as :class:`Found` has it."""

    row: int
    hit: Hit
    coverage: Floats
    gained: float


def _scored(
    question: Question,
    encoded: Encoded,
    engines: Engines,
    catalog: Catalog,
    pool: Rows,
    most: int,
    dense: Ranks,
    keyword: Ranks,
) -> list[_Scored]:
    """The ``most`` best of the pool, best first, with what the engines said of them."""
    evidence = weigh(question, encoded, engines, pool)
    best = np.argsort(-evidence.scores, kind="stable")[:most]
    passages = catalog.passages([int(row) for row in pool[best]])
    some_are_real = any(not passage.is_illustrative for passage in passages.values())
    scored = []
    for number in best:
        row = int(pool[number])
        gained = _gained(question, passages[row], some_are_real)
        score = float(evidence.scores[number]) + gained
        hit = Hit(passages[row], score, *dense.get(row, (None, None)), *keyword.get(row, (None, None)))
        scored.append(_Scored(row, hit, evidence.coverage[:, number], gained))
    return sorted(scored, key=lambda item: (-item.hit.score, item.hit.passage.id))


def _read_together(question: Question, scored: Sequence[_Scored], engines: Engines, catalog: Catalog) -> list[Found]:
    """The passages as they are shown: windows that are found together as one stretch."""
    found = []
    reach = ACCOUNT if question.wants_account else FACT
    for stretch in joined([item.hit.passage for item in scored], catalog.text_of, reach):
        parts = [scored[position] for position in stretch.windows]
        covered = np.max([part.coverage for part in parts], axis=0)
        vectors = _statement_vectors(stretch.passage, parts, engines)
        said = bool(question.people & set(stretch.passage.people))
        about = said or (bool(question.names) and _mentions(stretch.passage, question.names))
        hit = replace(parts[0].hit, passage=stretch.passage)
        found.append(Found(hit, covered, vectors, about, parts[0].gained))
    return found


@dataclass(frozen=True)
class Evidence:
    """What speaks for each of some passages: ``scores`` (passages,), ``coverage`` (question words, passages)."""

    scores: Floats
    coverage: Floats


def weigh(question: Question, encoded: Encoded, engines: Engines, rows: Rows) -> Evidence:
    """Score passages, rows ascending, by meaning and words: what was written by itself, speech with its neighbours."""
    spoken = engines.speech.holds(rows)
    windows = engines.speech.around(rows[spoken], AROUND)
    every = np.union1d(rows, windows)
    cosines = engines.vectors.cosines(encoded.vector, every, question.people)
    coverage = engines.words.coverage(encoded.similarities, every)
    covered = share_covered(encoded.weights, coverage)
    scores = (cosines.whole + cosines.best) / 2 + WORDS_WEIGHT * covered
    of_speech = np.isin(every, windows)
    if of_speech.any():
        used = _used(encoded, engines, windows)
        heard, share = cosines.heard[of_speech], cosines.share[of_speech]
        around = AROUND_USED * used + AROUND_MEANING * cosines.best[of_speech]
        if question.wants_account:
            around *= ACCOUNT_FACTOR
        scores[of_speech] = (
            HEARD_WEIGHT * heard
            + COVERED_WEIGHT * covered[of_speech]
            + USED_WEIGHT * used
            + SHARE_WEIGHT * share
            + engines.speech.averaged(around, windows, AROUND)
        )
    wanted = np.searchsorted(every, rows)
    return Evidence(scores[wanted], coverage[:, wanted])


def _used(encoded: Encoded, engines: Engines, rows: Rows) -> Floats:
    """How much passages use the question's words, the rarer the more: BM25 (Robertson and Zaragoza 2009), over its
    sum of weights, so that a passage of usual length with each word once has 1.
    """
    total = float(encoded.weights.sum())
    if not total:
        return np.zeros(len(rows), dtype=np.float32)
    counts, lengths = engines.words.frequencies(encoded.similarities, rows), engines.words.lengths(rows)
    usual = (1 - LENGTH_COUNTS) + LENGTH_COUNTS * lengths / WINDOW_LENGTH
    saturated = counts * (SATURATION + 1) / (counts + SATURATION * usual)
    return np.asarray(encoded.weights @ saturated / total, dtype=np.float32)


def _gained(question: Question, passage: Passage, some_are_real: bool) -> float:
    """What a passage gains or loses for who says it, and for what kind of passage, of which kind of file, it is."""
    spoken = passage.kind == Kind.TRANSCRIPT
    said = not spoken and bool(question.people & set(passage.people))
    return (
        PERSON_WEIGHT * said
        + KIND_WEIGHT * (passage.kind in question.kinds)
        + SPEECH_WEIGHT * spoken
        + RECURRING_WEIGHT * (passage.kind == Kind.ABOUT)
        + ILLUSTRATIVE_WEIGHT * (passage.is_illustrative and some_are_real)
    )


def _statement_vectors(passage: Passage, parts: Sequence[_Scored], engines: Engines) -> Floats:
    """The vectors of the quotable statements of a passage made of windows: (statements, dimensions)."""
    vectors = engines.vectors.of_passages([part.row for part in parts])
    known = {
        statement.start: vector
        for part in parts
        for statement, vector in zip(part.hit.passage.quotable, vectors[part.row][1:], strict=True)
    }
    kept = [known[statement.start] for statement in passage.quotable]
    return np.array(kept, dtype=np.float32).reshape(len(kept), vectors[parts[0].row].shape[1])


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
