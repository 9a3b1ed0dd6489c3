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
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from kindsearch.encoders import Encoder
from kindsearch.questions import ASKING_WORDS, Question
from kindsearch.repeats import say_the_same
from kindsearch.rerankers import Reranker
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.derived import Engines
from kindsearch.stores.keywords import terms_of
from kindsearch.stores.vectors import Rows
from kindsearch.stores.words import stem_of
from kindsearch.stretches import ACCOUNT, FACT, joined
from kindsearch.types import Hit, Kind, Passage

Floats = NDArray[np.float32]

WORDS_WEIGHT = 0.3  # of full coverage, beside a cosine
ASKING_WORDS_WEIGHT = 0.3  # of a word that says how to answer, beside one of the topic
PERSON_WEIGHT = 0.1
KIND_WEIGHT = 0.15
RECURRING_WEIGHT = -0.03  # what stands in every pack is seldom what is asked for
SPEECH_WEIGHT = -0.2  # what was written down of a matter says it better
ILLUSTRATIVE_WEIGHT = -0.3  # beside what is real: what was made up for demonstration comes after it
NEAR_WORDS = 8  # archive words looked up beside each word of the question
SPREAD_FROM = 0.75  # of the best score: passages that come forward for the sake of their session
DOUBLE_COSINE, DOUBLE_WORDS = 0.9, 8  # passages nearer than that, and not shorter, may say the same
RERANKED = 30  # best passages that a reranker orders anew
POOLED = 3  # passages of a session that speak for it

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
    dense_ranks = {row: (rank, score) for rank, (row, score) in enumerate(dense, start=1)}
    keyword_ranks = {row: (rank, score) for rank, (row, score) in enumerate(keyword, start=1)}
    proposed = np.array(sorted({*dense_ranks, *keyword_ranks}), dtype=np.int64)
    if not len(proposed):
        return []
    pool = np.union1d(proposed, engines.speech.around(proposed, AROUND))
    if rows is not None:
        pool = pool[np.isin(pool, rows)]
    evidence = weigh(question, encoded, engines, pool)
    best = np.argsort(-evidence.scores, kind="stable")[:candidates]
    passages = catalog.passages([int(row) for row in pool[best]])
    some_are_real = any(not passage.is_illustrative for passage in passages.values())
    scored = []
    for number in best:
        row = int(pool[number])
        gained = _gained(question, passages[row], some_are_real)
        dense_rank, dense_score = dense_ranks.get(row, (None, None))
        keyword_rank, keyword_score = keyword_ranks.get(row, (None, None))
        score = float(evidence.scores[number]) + gained
        hit = Hit(passages[row], score, dense_rank, dense_score, keyword_rank, keyword_score)
        scored.append((hit, evidence.coverage[:, number], row, gained))
    scored.sort(key=lambda item: (-item[0].score, item[0].passage.id))
    whole = engines.vectors.of_passages([row for _, _, row, _ in scored])
    new = _without_doubles([hit.passage for hit, *_ in scored], [whole[row][0] for _, _, row, _ in scored])
    scored = [scored[position] for position in new]
    found = []
    reach = ACCOUNT if question.wants_account else FACT
    for stretch in joined([hit.passage for hit, *_ in scored], catalog.text_of, reach):
        hit, _, _, gained = scored[stretch.windows[0]]
        parts = [scored[position] for position in stretch.windows]
        covered = np.max([coverage for _, coverage, _, _ in parts], axis=0)
        vectors = _statement_vectors(stretch.passage, [(part[0].passage, part[2]) for part in parts], engines)
        said = bool(question.people & set(stretch.passage.people))
        about = said or (bool(question.names) and _mentions(stretch.passage, question.names))
        found.append(Found(replace(hit, passage=stretch.passage), covered, vectors, about, gained))
    return found


def reranked(found: Sequence[Found], question: Question, reranker: Reranker) -> list[Found]:
    """The best of what was found in the order in which a cross-encoder puts them, then the rest."""
    best = found[:RERANKED]
    if len(best) < 2:
        return list(found)
    scores = reranker.scores(question.text, [item.hit.passage.text for item in best])
    return [*(best[number] for number in np.argsort(-scores, kind="stable")), *found[RERANKED:]]


def spread(found: Sequence[Found], *, by_person: bool) -> list[Found]:
    """First the best passage of each session, or of each group of people; then the others. Each in its order.

    What is much weaker than the best does not come forward.
    """
    least = SPREAD_FROM * max((item.hit.score for item in found), default=0.0)
    seen: set[object] = set()
    first, rest = list[Found](), list[Found]()
    for item in found:
        passage = item.hit.passage
        key = passage.people if by_person else passage.session.id
        (rest if key in seen or item.hit.score < least else first).append(item)
        seen.add(key)
    return [*first, *rest]


def by_session(hits: Sequence[Hit]) -> list[Hit]:
    """The best hit of each session; first the session that most speaks for: its best hit, and its next ones by half."""
    of_session: dict[str, list[Hit]] = {}
    for hit in hits:
        of_session.setdefault(hit.passage.session.id, []).append(hit)
    pooled = [
        replace(own[0], score=sum(max(hit.score, 0.0) / 2**rank for rank, hit in enumerate(own[:POOLED])))
        for own in of_session.values()
    ]
    return sorted(pooled, key=lambda hit: (-hit.score, hit.passage.session.id))


def _without_doubles(passages: Sequence[Passage], vectors: Sequence[Floats]) -> list[int]:
    """Positions of passages, best first, without those that say again, nearly word for word, what a better one says.

    Short ones stay: many people say "I agree". So do windows that overlap: what they share is joined later.
    """
    if not passages:
        return []
    stacked = np.stack(vectors)
    near = stacked @ stacked.T >= DOUBLE_COSINE
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


def _statement_vectors(passage: Passage, parts: Sequence[tuple[Passage, int]], engines: Engines) -> Floats:
    """The vectors of the quotable statements of a passage made of windows: (statements, dimensions)."""
    vectors = engines.vectors.of_passages([row for _, row in parts])
    known = {
        statement.start: vector
        for window, row in parts
        for statement, vector in zip(window.quotable, vectors[row][1:], strict=True)
    }
    kept = [known[statement.start] for statement in passage.quotable]
    return np.array(kept, dtype=np.float32).reshape(len(kept), vectors[parts[0][1]].shape[1])


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
