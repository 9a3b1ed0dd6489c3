"""Question to hits: both engines propose passages, and what speaks for each is added up on one scale.

1. Meaning: the cosine of the question to the passage with its context, and to the passage's best statement alone.
2. Words: how far the passage covers the question's words, rare ones counting more, near ones counting in part.
3. What is known of the passage: one said by a person the question names, or of a kind it names ("which podcast",
   "in the chat"), goes up; one that recurs in every pack, or points elsewhere, goes down.

What was written stands for itself. Of speech a short window is ranked, in which words tell more than meaning, with what
speaks for the windows around it; then windows that are found together are read as one (``stretches.py``).

Added scores rather than reciprocal ranks: ranks forget by how much one passage is better. What each part brings is
measured in docs/evaluation.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
from numpy.typing import NDArray

from kindsearch.encoders import Encoder, prepared
from kindsearch.growth import in_order_of_growth
from kindsearch.questions import ASKING_WORDS, DOES, Question, without_genitive
from kindsearch.repeats import are_copies, without_crowds, without_doubles
from kindsearch.stores.arrays import Floats, Mask, Numbers
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.columns import KINDS, Columns
from kindsearch.stores.derived import Engines
from kindsearch.stores.keywords import terms_of
from kindsearch.stores.vectors import Cosines
from kindsearch.stores.words import Alike, stem_of
from kindsearch.stretches import ACCOUNT, FACT, Reach, Stretch, joined, shown
from kindsearch.threads import beside
from kindsearch.types import Hit, Kind, Passage

Ranks = dict[int, tuple[int, float]]
"""Position of a passage -> rank (from 1) and score in one engine."""

WORDS_WEIGHT = 0.3  # of full coverage, beside a cosine
ASKING_WORDS_WEIGHT = 0.3  # of a word that says how to answer, beside one of the topic
PERSON_WEIGHT = 0.1
KIND_WEIGHT = 0.15
ASIDE_WEIGHT = -0.03  # what stands in every pack, or points elsewhere, is seldom what is asked for
SPEECH_WEIGHT = -0.2  # what was written down of a matter says it better
ILLUSTRATIVE_WEIGHT = -0.3  # beside what is real: what was made up for demonstration comes after it
MOST_CANDIDATES = 2_000  # where most of fewer are copies of one another
RARITY_TOLD_BY = 10_000  # of the passages searched, where there is a filter
_ASIDE = frozenset({Kind.ABOUT, Kind.RESOURCE})
NEAR_WORDS = 8  # archive words looked up beside each word of the question

# Of a window of speech, beside each other: its nearest statement, the question's words it covers, those it uses (more
# often is more), how much of it they say who are asked for; and the last two again, of its neighbours.
HEARD_WEIGHT, COVERED_WEIGHT, USED_WEIGHT, SHARE_WEIGHT = 0.25, 0.15, 0.4, 0.15
AROUND_MEANING, AROUND_USED = 0.3, 0.55
ACCOUNT_FACTOR = 1.6  # of the neighbours, where an account is asked for: that is spread over more of them
AROUND = 8  # windows before and after that count, the nearer the more
BESIDE = 3  # windows before and after a proposed one that are looked at as it is
SATURATION, LENGTH_COUNTS = 1.2, 0.75  # k1 and b of BM25
WINDOW_LENGTH = 30.0  # words that matter in a usual window of speech


@dataclass(frozen=True)
class Searched:
    """How many passages were looked through, of what was ``written`` and of ``speech``."""

    written: int
    speech: int

    @classmethod
    def of(cls, columns: Columns, among: Numbers | None = None) -> Searched:
        """All passages, or ``among`` these positions."""
        total = len(columns) if among is None else len(among)
        speech = columns.windows if among is None else int(columns.are_speech(among).sum())
        return cls(total - speech, speech)

    @property
    def all(self) -> int:
        """Of both."""
        return self.written + self.speech


@dataclass(frozen=True)
class Ahead:
    """A text whose vector is in the making, (1, dimensions), before it is known what of a question is to be matched."""

    text: str
    encoding: Future[Floats]


def ahead(text: str, encoder: Encoder) -> Ahead:
    """Begin to encode what of a question will most likely be matched: it can then be understood meanwhile."""
    return Ahead(text, beside(prepared(text, encoder)))


@dataclass(frozen=True)
class Encoded:
    """A question as numbers: its ``vector``, ``weights`` (question words,) and the words alike to its own.

    ``encoding`` gives the vector as the one row of (1, dimensions); the model may be still at it.
    """

    encoding: Future[Floats]
    alike: Alike
    weights: Floats

    @property
    def vector(self) -> Floats:
        """The vector of the question, (dimensions,); waits for it if need be."""
        vector: Floats = self.encoding.result()[0]
        return vector


@dataclass(frozen=True)
class Found:
    """A hit with what the answer needs of it.

    ``measure`` gives :attr:`coverage` and :attr:`cosines`; ``by_person`` whether it is said by, or speaks of, somebody
    whom the question names; ``gained`` what the score gained or lost for who says it, and for what kind of passage, of
    which kind of file, it is; ``positions`` those of the passages it is read from.
    """

    hit: Hit
    measure: Callable[[], tuple[Floats, Floats]]
    by_person: bool
    gained: float
    positions: tuple[int, ...] = ()

    @property
    def coverage(self) -> Floats:
        """How far it covers each word of the question: (question words,) in 0..1."""
        return self._measured[0]

    @property
    def cosines(self) -> Floats:
        """Those of its quotable statements to the question: (statements,)."""
        return self._measured[1]

    @cached_property
    def _measured(self) -> tuple[Floats, Floats]:
        """What a search does without, and so is worked out when it is asked for."""
        return self.measure()


def encode(
    question: Question, encoder: Encoder, engines: Engines, among: Numbers | None = None, begun: Ahead | None = None
) -> Encoded:
    """Encode the question, unless that has ``begun``, and what of its words and phrases the archive does not know.

    Names and numbers are like themselves only. The question is encoded beside all else that can be done without its
    vector. What is rare is told by the passages that are searched: ``among`` these, or all.
    """
    if begun is None or begun.text != question.matched_text:
        begun = ahead(question.matched_text, encoder)
    words = engines.words
    pairs = [
        tuple(dict.fromkeys(text if text in words else without_genitive(text) for text in pair))
        for pair in zip(question.words, question.phrases, strict=True)
    ]
    numbers = {word for word in question.words if word[0].isdecimal()}
    literal = question.names | question.strangers | numbers
    unknown = {text: None for pair in pairs if pair[0] not in literal for text in pair if text not in words}
    vector_of = dict(zip(unknown, encoder.encode(list(unknown)), strict=True)) if unknown else {}
    alike = words.alike(pairs, vector_of, literal)
    asking = [ASKING_WORDS_WEIGHT if word in ASKING_WORDS else 1 for word in question.words]
    weights = np.array(asking, dtype=np.float32) * _rarities(engines, question.words, alike, among)
    return Encoded(begun.encoding, alike, _beyond_parts(question, weights, alike))


def _beyond_parts(question: Question, weights: Floats, alike: Alike) -> Floats:
    """Weights in which a hyphenated word counts once: by what it tells beyond its parts, which are words as well.

    Where the archive has nothing but the parts, they are what is asked for.
    """
    beyond = weights.copy()
    place_of = {word: place for place, word in enumerate(question.words)}
    parts = [(at, place_of.get(phrase, at)) for at, phrase in enumerate(question.phrases)]
    for part, whole in parts:
        if part != whole:
            is_known = alike.degrees[whole].max(initial=0) >= 1
            beyond[whole] = max(beyond[whole] - weights[part], 0) if is_known else 0
    return beyond


def _rarities(engines: Engines, words: Sequence[str], alike: Alike, among: Numbers | None) -> Floats:
    if among is None:
        total = len(engines.keywords)
        counts = [engines.keywords.frequency(stem_of(word)) for word in words]
    else:
        some = among[:: len(among) // RARITY_TOLD_BY + 1]
        total, counts = len(some), engines.words.holding(alike, some).tolist()
    return np.array([rarity(total, count) for count in counts], dtype=np.float32)


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
    most: int,
    among: Numbers | None = None,
) -> list[Found]:
    """The ``most`` best passages for a question, best first; only ``among`` these positions if given.

    Each engine proposes ``candidates`` passages; of them and their neighbours as many are looked at closely. Call it
    inside ``catalog.reading()``.
    """
    keyword = engines.keyword_search(_terms(question, encoded, engines), candidates, among)
    dense = engines.vectors.search(encoded.vector, candidates, among)  # last: its vector may be still in the making
    ranks = _Ranks(_ranked(dense), _ranked(keyword))
    proposed = np.array(sorted({*ranks.dense, *ranks.keyword}), dtype=np.int64)
    if not len(proposed):
        return []
    reach = reach_of(question)
    pool = _with_neighbours(engines, proposed, max(BESIDE, reach.ahead))
    if among is not None:
        pool = pool[np.isin(pool, among)]
    evidence = weigh(question, encoded, engines, pool)
    best = _highest(evidence.scores, engines.columns.ids[pool], candidates)
    if reach.ahead:
        best = in_order_of_growth(best, pool, evidence.scores, engines.columns, engines.statements, reach)
    said = engines.vectors.vectors_without_context(pool[best])
    if len(best) == candidates < MOST_CANDIDATES and are_copies(said):
        return retrieve(question, encoded, engines, catalog, 4 * candidates, most, among)  # what they have pushed out
    new, stretches = _stretches(engines, catalog, pool[best], said, reach, most)
    return _read(question, engines, catalog, ranks, evidence, best[new], stretches)


def _highest(scores: Floats, ids: NDArray[np.bytes_], many: int) -> Numbers:
    """The places of so many of the highest scores, best first; of equal ones the first by their ids."""
    many = min(many, len(scores))
    least = np.partition(scores, -many)[-many]
    some = np.flatnonzero(scores >= least)  # to sort these alone is five times as fast
    return some[np.lexsort((ids[some], -scores[some]))[:many]]


def _stretches(
    engines: Engines, catalog: Catalog, positions: Numbers, said: Floats, reach: Reach, most: int
) -> tuple[Numbers, list[Stretch]]:
    """The first ``most`` stretches of passages, best first, and the places among these of those they are made of.

    ``said`` are the vectors of what each passage says, (passages, dimensions). More passages, behind the reach of
    joining, are looked at only while these make too few: they change nothing before them.
    """
    many = reach.among
    while True:
        some = positions[:many]
        first, last = _new(engines, catalog, some, said[:many])
        new = np.array(first + last, dtype=np.int64)
        stretches = joined(some[new], engines.columns, engines.statements, reach)
        is_enough = len(first) >= reach.among and len(stretches) >= most and not last
        if is_enough or many >= len(positions):
            break
        many *= 2
    return new, stretches[:most]


@dataclass(frozen=True)
class _Ranks:
    """What each engine said of the passages it proposed."""

    dense: Ranks
    keyword: Ranks

    def of(self, position: int) -> tuple[int | None, float | None, int | None, float | None]:
        """Rank and score of a passage by its meaning, and by its words."""
        return *self.dense.get(position, (None, None)), *self.keyword.get(position, (None, None))


def _ranked(hits: Sequence[tuple[int, float]]) -> Ranks:
    return {position: (rank, score) for rank, (position, score) in enumerate(hits, start=1)}


def _new(engines: Engines, catalog: Catalog, positions: Numbers, said: Floats) -> tuple[list[int], list[int]]:
    """Which of some passages, best first, do not say again what a better one says; those last that crowd others out."""
    own = engines.statements.passages.of(positions)
    places = list(zip(own.first.tolist(), own.end.tolist(), strict=True))

    def texts_of(numbers: Sequence[int]) -> list[str]:
        rows = engines.columns.rows[positions[list(numbers)]].tolist()
        passages = engines.cache.passages(catalog, rows)
        return [passages[row].text for row in rows]

    written = ~engines.columns.are_speech(positions)
    vectors = said.copy()  # speech is encoded without its context
    vectors[written] = engines.vectors.vectors_of(positions[written])
    new = without_doubles(vectors, places, texts_of)
    first = [new[number] for number in without_crowds(said[new], [places[number] for number in new])]
    return first, [number for number in new if number not in first] if len(first) < len(new) else []


def _with_neighbours(engines: Engines, positions: Numbers, reach: int) -> Numbers:
    """Passages, which ascend, with the windows of speech up to ``reach`` places before and after."""
    written = positions[~engines.columns.are_speech(positions)]
    return np.sort(np.concatenate([written, engines.columns.around(positions, reach)]))


def _read(
    question: Question,
    engines: Engines,
    catalog: Catalog,
    ranks: _Ranks,
    evidence: Evidence,
    best: Numbers,
    stretches: Sequence[Stretch],
) -> list[Found]:
    """The passages as they are shown; ``best`` are the places in ``evidence`` of what the stretches are made of."""
    positions = evidence.positions[best]
    rows = engines.columns.rows[positions].tolist()
    passages = engines.cache.passages(catalog, [rows[window] for stretch in stretches for window in stretch.windows])
    text_of = partial(engines.cache.text_of, catalog)
    found = []
    for stretch in stretches:
        windows = [(passages[rows[window]], int(positions[window])) for window in stretch.windows]
        first_of = engines.statements.passages.first
        passage = shown(stretch, [(window, int(first_of[position])) for window, position in windows], text_of)
        places = best[list(stretch.windows)]
        said = bool(question.people & set(passage.people))
        hit = Hit(passage, float(evidence.scores[places[0]]), *ranks.of(windows[0][1]))
        found.append(
            Found(
                hit=hit,
                measure=partial(_measured, passage, windows, engines, evidence, places),
                by_person=said or _speaks_of(passage, question),
                gained=float(evidence.gained[places[0]]),
                positions=tuple(position for _, position in windows),
            )
        )
    return found


def _measured(
    passage: Passage, windows: Sequence[tuple[Passage, int]], engines: Engines, evidence: Evidence, places: Numbers
) -> tuple[Floats, Floats]:
    """The coverage of a passage, and the cosines of its quotable statements.

    It is made of windows, given with their positions, that are at these places of the evidence.
    """
    number_of = {
        statement.start: number
        for window, position in windows
        for statement, number in zip(window.quotable, engines.vectors.statements_of(position).tolist(), strict=True)
    }
    numbers = np.array([number_of[statement.start] for statement in passage.quotable], dtype=np.int64)
    return evidence.coverage[:, places].max(axis=1), evidence.cosines.of(numbers)


def reach_of(question: Question) -> Reach:
    """How far windows are joined: an account is spread over more of them than a fact."""
    return ACCOUNT if question.wants_account else FACT


@dataclass(frozen=True)
class Evidence:
    """What speaks for each of some passages, which are at these ``positions``.

    ``scores`` (passages,) with what they ``gained``, (passages,); ``coverage`` (question words, passages); ``cosines``
    of these passages and others near them.
    """

    positions: Numbers
    scores: Floats
    gained: Floats
    coverage: Floats
    cosines: Cosines


def weigh(question: Question, encoded: Encoded, engines: Engines, positions: Numbers) -> Evidence:
    """Score passages, which ascend, by meaning and words: what was written by itself, speech with its neighbours."""
    every = _with_neighbours(engines, positions, AROUND)
    asked = np.searchsorted(every, positions)
    voices = engines.names_of(question.people) if question.people else None
    cosines = engines.vectors.cosines(encoded.vector, every, voices)
    coverage = engines.words.coverage(encoded.alike, positions)
    covered = share_covered(encoded.weights, coverage)
    used, around = _speech(question, encoded, engines, every, cosines.best)
    written = (cosines.whole + cosines.best)[asked] / 2 + WORDS_WEIGHT * covered
    spoken = (
        HEARD_WEIGHT * cosines.heard[asked]
        + COVERED_WEIGHT * covered
        + USED_WEIGHT * used[asked]
        + SHARE_WEIGHT * cosines.share[asked]
        + around[asked]
    )
    scores = np.where(engines.columns.are_speech(positions), spoken, written)
    gained = _gained(question, engines, positions, cosines.share[asked] > 0)
    return Evidence(positions, scores + gained, gained, coverage, cosines)


def _speech(
    question: Question, encoded: Encoded, engines: Engines, positions: Numbers, nearest: Floats
) -> tuple[Floats, Floats]:
    """How much windows of speech use the question's words, and what speaks for those around each: (passages,) both.

    0 for passages that were written. ``positions`` ascend, ``nearest`` are the cosines of their nearest statements.
    """
    used, around = np.zeros_like(nearest), np.zeros_like(nearest)
    spoken = np.flatnonzero(engines.columns.are_speech(positions))
    windows = positions[spoken]
    used[spoken] = _used(encoded.weights, engines.words.uses(encoded.alike, windows), engines.words.lengths(windows))
    of_each = AROUND_USED * used[spoken] + AROUND_MEANING * nearest[spoken]
    around[spoken] = engines.columns.averaged(of_each, windows, AROUND)
    return used, around * ACCOUNT_FACTOR if question.wants_account else around


def _used(weights: Floats, counts: Floats, lengths: Floats) -> Floats:
    """How much passages use the question's words, the rarer the more: BM25 (Robertson and Zaragoza 2009), over its
    sum of weights, so that a passage of usual length with each word once has 1.

    ``counts`` are (question words, passages).
    """
    total = float(weights.sum())
    if not total:
        return np.zeros(len(lengths), dtype=np.float32)
    usual = (1 - LENGTH_COUNTS) + LENGTH_COUNTS * lengths / WINDOW_LENGTH
    saturated = counts * (SATURATION + 1) / (counts + SATURATION * usual)
    return np.asarray(weights @ saturated / total, dtype=np.float32)


def _gained(question: Question, engines: Engines, positions: Numbers, said: Mask) -> Floats:
    """What passages gain or lose for who says it, and for what kind of passage, of which kind of file, they are."""
    columns = engines.columns
    kinds = columns.kinds[positions]
    spoken = kinds == KINDS.index(Kind.TRANSCRIPT)
    made_up = columns.illustrative[positions]
    gained: Floats = (
        PERSON_WEIGHT * (said & ~spoken)
        + KIND_WEIGHT * np.array([kind in question.kinds for kind in KINDS])[kinds]
        + SPEECH_WEIGHT * spoken
        + ASIDE_WEIGHT * np.array([kind in _ASIDE for kind in KINDS])[kinds]
        + ILLUSTRATIVE_WEIGHT * (made_up & ~made_up.all())
    ).astype(np.float32)
    return gained


def _terms(question: Question, encoded: Encoded, engines: Engines) -> dict[str, float]:
    """Terms for the keyword engine with their weights: the question's own, and the archive's nearest to them."""
    terms: dict[str, float] = {}
    for word, degrees in zip(question.words, encoded.alike.degrees, strict=True):
        near = np.flatnonzero(degrees)
        near = near[np.argsort(-degrees[near], kind="stable")[:NEAR_WORDS]]
        for number, degree in zip(encoded.alike.numbers[near].tolist(), degrees[near].tolist(), strict=True):
            term = stem_of(engines.words.words[number])
            terms[term] = max(terms.get(term, 0.0), degree)
        terms |= dict.fromkeys(terms_of(word), 1.0)
    return terms


def _speaks_of(passage: Passage, question: Question) -> bool:
    """Whether a passage mentions somebody whom the question names; of who never speaks, whether it tells what she says.

    A list of founders says nothing of what each of them thinks.
    """
    if not question.names:
        return False
    if question.people:
        return bool(question.names & _names_and_verbs(passage.text))
    told = (_names_and_verbs(passage.quote(statement.start, statement.end)) for statement in passage.statements)
    return any(question.names & words and DOES & words for words in told)


def _names_and_verbs(text: str) -> frozenset[str]:
    return frozenset(text.casefold().replace(".", " ").replace(",", " ").replace("’s", " ").split())
