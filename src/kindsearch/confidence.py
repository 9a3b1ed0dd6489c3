"""Is it in the archive? A confidence in 0..1, from what was found and who said it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kindsearch.questions import Question, bears
from kindsearch.quoting import BEST_HITS, answers_first, best_quote, worths
from kindsearch.retrieval import WORDS_WEIGHT, Encoded, Found, Searched, share_covered
from kindsearch.stores.words import WordIndex
from kindsearch.types import Signals

THRESHOLD = 0.5
COUNTED = frozenset({"number", "money"})

# Confidence is a logistic model of these signals, fitted by scripts/fit_confidence.py and rounded.
SCORE_WEIGHT = 8.0  # of the best passage's score
FULL_SCORE = 1.0  # more than that, as of speech that repeats itself, says no more
COVERED_WEIGHT = 4.0  # of the share of the topic that the best passages cover
HARDLY_WEIGHT, HARDLY = -10.0, 0.35  # of how much less than that they cover: it is no answer, however near in meaning
STRANGER_WEIGHT = -2.0  # of each name that the archive does not know
BEHIND_WEIGHT = -10.0  # of how much better what others say fits than what she says who is asked about
NUMBERLESS_WEIGHT = -7.0  # where a number is asked for and the best quotes have none
UNNAMED_WEIGHT = -3.0  # of how much of what a thing that is asked for is called ("which exam") they have nothing like
SIZE_WEIGHT = -0.35  # of the logarithm of how much was searched: among more something similar is sooner found
USUAL_SIZE = 50  # passages
BIAS = -4.65
SOUGHT_IN = 3  # best quotes, in one of which must stand what is asked for: a number, or a thing by its name


def confidence_of(signals: Signals) -> float:
    """How well the archive answers, in 0..1."""
    weights = (
        SCORE_WEIGHT,
        COVERED_WEIGHT,
        HARDLY_WEIGHT,
        STRANGER_WEIGHT,
        BEHIND_WEIGHT,
        NUMBERLESS_WEIGHT,
        UNNAMED_WEIGHT,
        SIZE_WEIGHT,
    )
    evidence = sum(weight * term for weight, term in zip(weights, terms_of(signals), strict=True)) + BIAS
    return (1 + math.tanh(evidence / 2)) / 2  # the logistic function, in a form that can't overflow


def terms_of(signals: Signals) -> tuple[float, ...]:
    """What the weights are of: score, covered, hardly covered, strangers, behind, numberless, unnamed, log size."""
    return (
        min(signals.score, FULL_SCORE),
        signals.covered,
        max(HARDLY - signals.covered, 0),
        signals.strangers,
        signals.behind,
        signals.numberless,
        signals.unnamed,
        math.log(max(signals.searched / USUAL_SIZE, 1)),
    )


def whoever_said_it(signals: Signals) -> Signals:
    """The signals as they would be if it did not matter who said it."""
    return replace(signals, behind=0.0)


def signals_of(
    question: Question, encoded: Encoded, found: Sequence[Found], words: WordIndex, searched: Searched
) -> Signals | None:
    """What confidence is made of; None where there is nothing to look at.

    Where the question names somebody, only what she said, or what speaks of her, counts. Where the best passage was
    written, no speech counts beside it, nor what was written beside speech: scores of the two differ, and hours of
    speech hold most words by chance. Who speaks of an exam seldom calls it one, so that counts in writing alone.
    """
    behind = _behind(question, encoded, found[:BEST_HITS], words) if question.people else 0.0
    if question.names:
        found = [item for item in found if item.by_person]
    if not found:
        return None
    if question.asks_for_all_they_said:  # how near it is to the question says nothing
        says_any = any(question.people & set(item.hit.passage.people) for item in found)
        return Signals(FULL_SCORE, 1.0, len(question.strangers), searched.all) if says_any else None
    is_speech = found[0].hit.passage.is_speech
    quotes = [best_quote(question, encoded, item, words) for item in found[:SOUGHT_IN]]
    quoted = [quote.passage.quote(quote.start, quote.end) for quote in quotes if quote]
    of_one_sort = [item for item in found[:BEST_HITS] if item.hit.passage.is_speech == is_speech]
    return Signals(
        score=found[0].hit.score - found[0].gained - _by_name_alone(question, encoded, found[0]),
        covered=_topic_covered(question, encoded, of_one_sort),
        strangers=len(question.strangers),
        behind=behind,
        numberless=question.wants in COUNTED and not any(bears(question.wants, text, question.text) for text in quoted),
        unnamed=0.0 if is_speech else _unnamed(question, encoded, quoted, words),
        searched=searched.speech if is_speech else searched.written,
    )


def _by_name_alone(question: Question, encoded: Encoded, best: Found) -> float:
    """What of a score is owed to the names in the question: that somebody is mentioned says nothing of the topic."""
    others = [position for position, word in enumerate(question.words) if word not in question.names]
    if not question.names or not others:
        return 0.0
    covered = share_covered(encoded.weights, best.coverage)
    return WORDS_WEIGHT * max(float(covered - share_covered(encoded.weights[others], best.coverage[others])), 0.0)


def _topic_covered(question: Question, encoded: Encoded, found: Sequence[Found]) -> float:
    """Share of the topic's words that stand, in themselves or in like words, in any of these passages."""
    positions = [position for position, word in enumerate(question.words) if word in question.topic]
    if not positions:  # "who is Ines?"
        return 0.6
    best = np.max([item.coverage[positions] for item in found], axis=0)
    return float(share_covered(encoded.weights[positions], best))


def _unnamed(question: Question, encoded: Encoded, quoted: Sequence[str], words: WordIndex) -> float:
    """How much of what the question calls the thing that it asks for has nothing like it in any quote, in 0..1."""
    positions = [position for position, word in enumerate(question.words) if word in question.thing]
    if not positions or not quoted:
        return 0.0
    nearest = np.max([words.coverage_of_text(encoded.alike, text) for text in quoted], axis=0)
    return 1 - float(share_covered(encoded.weights[positions], nearest[positions]))


def _behind(question: Question, encoded: Encoded, found: Sequence[Found], words: WordIndex) -> float:
    """How much better the best statement of others fits than the best of those whom the question names, in 0..1.

    0 where hers fits better, and where either say nothing here. What she answers to a question fits as the question
    does; a question of others is nothing that they say.
    """
    hers, others = list[float](), list[float]()
    for item in found:
        passage = item.hit.passage
        own = worths(encoded, item, words)
        for statement, worth, answered in zip(passage.statements, own, answers_first(passage, own), strict=True):
            if statement.is_filler or statement.speaker is None:
                continue
            if passage.person_of(statement.speaker) in question.people:
                hers.append(max(worth, answered))
            elif not passage.quote(statement.start, statement.end).endswith("?"):
                others.append(worth)
    return max(max(others) - max(hers), 0.0) if hers and others else 0.0
