"""What confidence is made of, by hand."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from kindsearch.chunking import is_filler
from kindsearch.confidence import FULL_SCORE, THRESHOLD, confidence_of, signals_of, whoever_said_it
from kindsearch.questions import Known, Question, understand
from kindsearch.retrieval import WORDS_WEIGHT, Encoded, Found, Searched
from kindsearch.stores.words import Alike, WordIndex
from kindsearch.threads import beside
from kindsearch.types import Hit, Kind, Passage, Signals, Statement

USUAL = Signals(score=0.6, covered=0.8, strangers=0, searched=50)


def test_confidence_of_usual_signals_by_hand() -> None:
    # 8 * 0.6 + 4 * 0.8 - 4.65 = 3.35, and 1 / (1 + e^-3.35) = 0.9661
    assert confidence_of(USUAL) == pytest.approx(0.9661, abs=1e-4)
    # and - 2 - 10 * 0.1 - 3 * 0.2 - 0.35 * ln(10) = -1.0559, and 1 / (1 + e^1.0559) = 0.2581
    worse = replace(USUAL, strangers=1, behind=0.1, unnamed=0.2, searched=500)
    assert confidence_of(worse) == pytest.approx(0.2581, abs=1e-4)
    assert confidence_of(replace(worse, numberless=True)) == pytest.approx(0.0003, abs=1e-4)  # and - 7


def test_what_hardly_covers_the_topic_is_no_answer_however_near_it_is() -> None:
    """A tenth less of it counts 0.4, and below a third 1.4."""
    evidence = [math.log(1 / (1 / confidence_of(replace(USUAL, covered=share)) - 1)) for share in (0.5, 0.4, 0.3, 0.2)]
    assert np.diff(evidence) == pytest.approx([-0.4, -0.4 - 10 * 0.05, -1.4])


def test_neither_a_score_past_the_full_one_nor_a_tiny_archive_makes_surer() -> None:
    full = replace(USUAL, score=FULL_SCORE, covered=0.2)
    assert confidence_of(replace(full, score=1.8)) == confidence_of(full) > confidence_of(replace(full, score=0.9))
    assert confidence_of(replace(full, searched=1)) == confidence_of(full)


@pytest.mark.parametrize(
    "worse",
    [
        Signals(0.5, 0.8, 0, 50), Signals(0.6, 0.7, 0, 50), Signals(0.6, 0.8, 1, 50), Signals(0.6, 0.8, 0, 500),
        Signals(0.6, 0.8, 0, 50, behind=0.01), Signals(0.6, 0.8, 0, 50, numberless=True),
        Signals(0.6, 0.8, 0, 50, unnamed=0.1),
    ],
)  # fmt: skip
def test_each_signal_moves_confidence(worse: Signals) -> None:
    assert confidence_of(worse) < confidence_of(USUAL)


@pytest.mark.parametrize(
    "extreme",
    [
        Signals(-1, 0, 100, 10**9), Signals(2, 1, 0, 0), Signals(0, 0, 2_000, 10**6),
        Signals(-1, 0, 2_000, 10**9, behind=2.0, numberless=True, unnamed=1.0),
    ],
)  # fmt: skip
def test_confidence_stays_between_none_and_full(extreme: Signals) -> None:
    assert 0 <= confidence_of(extreme) <= 1


def test_whoever_said_it_leaves_out_who_said_it_and_nothing_else() -> None:
    behind = replace(USUAL, strangers=2, behind=0.4, numberless=True)
    assert whoever_said_it(behind) == replace(behind, behind=0.0)
    assert whoever_said_it(USUAL) == USUAL


# ---------------------------------------------------------------- signals of what was found

Voices = Sequence[tuple[str | None, str]]
SPEAKERS = (("Ann", "Ann"), ("Bo", "Bo"), ("Cy", "Cy"))
NO_WORDS = WordIndex.none(2)
FEW = Searched(50, 50)


def asked(text: str) -> Question:
    return understand(text, Known.of(SPEAKERS), {"tea"}.__contains__)


def weighed(question: Question, weights: Sequence[float] = ()) -> Encoded:
    """A question as numbers: its words with these weights, all of them alike to no word of the archive."""
    own = np.array(weights or [1.0] * len(question.words), dtype=np.float32)
    return Encoded(beside(lambda: np.array([[1.0, 0.0]], np.float32)), Alike.of([[]] * len(own), 0), own)


def found(
    passage: Callable[..., Passage],
    said: Voices,
    fits: Sequence[float],
    *,
    score: float = 0.6,
    gained: float = 0.0,
    coverage: Sequence[float] = (),
    by_person: bool = True,
    **changes: Any,
) -> Found:
    """A passage of speech that was found: who says what in it, and how well each that is no filler fits."""
    text, statements = "", []
    for speaker, words in said:
        text += "\n" if text else ""
        start = 10 + len(text)
        statements.append(Statement(start, start + len(words), None, speaker, is_filler=is_filler(words)))
        text += words
    names = tuple(dict.fromkeys(speaker for speaker, _ in said if speaker))
    plain = {"speakers": names, "people": names, "kind": Kind.TRANSCRIPT, "statements": tuple(statements)}
    hit = Hit(passage(text, **{**plain, **changes}), score)
    return Found(hit, lambda: (np.array(coverage, np.float32), np.array(fits, np.float32)), by_person, gained)


def covering(item: Found, coverage: np.ndarray) -> Found:
    return replace(item, measure=lambda: (coverage, item.cosines))


def signals(text: str, *items: Found, weights: Sequence[float] = (), searched: Searched = FEW) -> Signals | None:
    """The signals of a question to which these were found; what covers nothing is told so here."""
    question = asked(text)
    none = np.zeros(len(question.words), dtype=np.float32)
    items = tuple(item if len(item.coverage) else covering(item, none) for item in items)
    return signals_of(question, weighed(question, weights), items, NO_WORDS, searched)


def test_what_is_found_without_its_gains_is_the_score(passage: Callable[..., Passage]) -> None:
    item = found(passage, [("Ann", "Tea calms.")], [0.5], score=0.6, gained=-0.2)
    made = signals("does tea calm?", item, searched=Searched(9, 70))
    assert made == Signals(pytest.approx(0.8), 0.0, 0, 70)  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "searched", "covered"), [(Kind.TRANSCRIPT, 70, 0.5), (Kind.TALK, 9, 0.75)])
def test_beside_what_was_written_no_speech_counts_and_beside_speech_nothing_written(
    passage: Callable[..., Passage], kind: Kind, searched: int, covered: float
) -> None:
    best = found(passage, [("Ann", "Tea calms.")], [0.5], coverage=[1.0, 0.0], kind=kind)
    written = found(passage, [("Ann", "It calms a little.")], [0.5], coverage=[0.0, 0.5], kind=Kind.CHAT)
    spoken = found(passage, [("Ann", "It calms.")], [0.5], coverage=[0.0, 0.0])
    made = signals("tea calms?", best, written, spoken, searched=Searched(9, 70))
    assert made
    assert (made.searched, made.covered) == (searched, pytest.approx(covered))


def test_nothing_found_gives_no_signals(passage: Callable[..., Passage]) -> None:
    assert signals("does tea calm?") is None
    of_others = found(passage, [("Bo", "Tea calms.")], [0.9], by_person=False)
    assert signals("what did Ann say about tea?", of_others) is None
    assert signals("what did people say about tea?", of_others) is not None


def test_strangers_are_counted(passage: Callable[..., Passage]) -> None:
    made = signals("was Napoleon fond of tea?", found(passage, [("Ann", "Tea calms.")], [0.5]))
    assert made
    assert made.strangers == 1


def test_the_topic_is_covered_by_the_best_passages_together(passage: Callable[..., Passage]) -> None:
    items = [
        found(passage, [("Ann", "Tea calms.")], [0.5], coverage=[1.0, 0.2]),
        found(passage, [("Ann", "Milk warms.")], [0.5], coverage=[0.0, 0.6]),
    ]
    made = signals("tea calms?", *items, weights=[3.0, 1.0])
    assert made
    assert made.covered == pytest.approx((3 * 1.0 + 0.6) / 4)


def test_that_somebody_is_named_is_no_evidence_for_the_topic(passage: Callable[..., Passage]) -> None:
    """Whatever the name adds to the share that is covered is taken off the score."""
    text = "what would Ann say about tea?"
    assert asked(text).words == ("ann", "say", "tea")
    weights = [6.0, 1.0, 1.0]
    for coverage, share_by_name in (
        ([1.0, 0.0, 0.0], 6 / 8),  # nothing but the name
        ([1.0, 0.0, 1.0], 7 / 8 - 1 / 2),
        ([1.0, 1.0, 1.0], 0.0),
        ([0.0, 1.0, 1.0], 0.0),  # never for the better
    ):
        made = signals(text, found(passage, [("Ann", "Ann.")], [0.5], coverage=coverage), weights=weights)
        assert made
        assert made.score == pytest.approx(0.6 - WORDS_WEIGHT * share_by_name)


def test_where_there_is_nothing_but_a_name_the_name_counts(passage: Callable[..., Passage]) -> None:
    made = signals("who is Ann?", found(passage, [("Ann", "Tea calms.")], [0.5], coverage=[1.0]))
    assert made
    assert made.score == pytest.approx(0.6)


@pytest.mark.parametrize("text", ["what did Ann say?", "Ann", "Ann or Bo?", "Ann's message", "what did Ann write?"])
def test_whatever_she_said_answers_what_she_said(passage: Callable[..., Passage], text: str) -> None:
    """How near it is in meaning to "what did Ann say?", and whether others are nearer, says nothing."""
    hers = found(passage, [("Ann", "Tea calms.")], [0.1], score=0.1)
    others = found(passage, [("Cy", "What did Ann say?")], [0.9], score=0.9, by_person=False)
    made = signals(text, others, hers)
    assert made
    assert made == Signals(FULL_SCORE, 1.0, 0, FEW.all)
    assert confidence_of(made) > THRESHOLD


@pytest.mark.parametrize("text", ["what did Ann say?", "Ann"])
def test_what_speaks_of_her_is_not_what_she_said(passage: Callable[..., Passage], text: str) -> None:
    assert signals(text, found(passage, [("Cy", "Ann pours tea.")], [0.9], score=0.9)) is None


@pytest.mark.parametrize("text", ["who is Ann?", "is Ann here?", "tell me about Ann", "what did Ann say of tea?"])
def test_how_near_it_is_counts_where_more_is_asked_than_what_she_said(
    passage: Callable[..., Passage], text: str
) -> None:
    made = signals(text, found(passage, [("Ann", "Tea calms.")], [0.1], score=0.1))
    assert made
    assert made.score < FULL_SCORE


# ---------------------------------------------------------------- behind what others say

SAID_BY_BOTH = [("Ann", "I like milk."), ("Bo", "Tea calms worried patients.")]


def behind(text: str, *items: Found) -> float:
    made = signals(text, *items)
    assert made
    return made.behind


@pytest.mark.parametrize(
    ("said", "fits", "expected"),
    [
        (SAID_BY_BOTH, [0.3, 0.8], 0.5),
        (SAID_BY_BOTH, [0.8, 0.3], 0.0),  # hers fits better
        (SAID_BY_BOTH, [0.5, 0.5], 0.0),
        (SAID_BY_BOTH[:1], [0.3], 0.0),  # nobody else says anything
        (SAID_BY_BOTH[1:], [0.8], 0.0),  # she says nothing
        ([("Ann", "Yeah."), ("Bo", "Tea calms.")], [0.8], 0.0),  # nothing that is worth a word
        ([("Ann", "I like milk."), (None, "Tea calms.")], [0.3, 0.8], 0.0),  # nobody knows who
        ([("Ann", "I like milk."), ("Bo", "Does tea calm patients?")], [0.3, 0.8], 0.0),  # a question says nothing
        ([("Bo", "Does tea calm patients?"), ("Ann", "It does.")], [0.8, 0.1], 0.0),  # hers fits as that does
        ([("Bo", "Does tea calm patients?"), ("Ann", "It does."), ("Cy", "I doubt it.")], [0.5, 0.1, 0.9], 0.4),
        ([("Ann", "I like milk."), ("Bo", "Tea calms."), ("Ann", "Tea does.")], [0.3, 0.8, 0.7], 0.1),
    ],
)
def test_how_far_she_is_behind_is_told_by_the_best_that_each_side_says(
    passage: Callable[..., Passage], said: Voices, fits: Sequence[float], expected: float
) -> None:
    assert behind("what did Ann say about tea?", found(passage, said, fits)) == pytest.approx(expected)


def test_nobody_is_behind_where_nobody_is_named(passage: Callable[..., Passage]) -> None:
    item = found(passage, SAID_BY_BOTH, [0.3, 0.8])
    assert behind("what was said about tea?", item) == 0
    assert behind("what did Bo say about tea?", item) == 0
    assert behind("what did Ann and Bo say about tea?", item) == 0


def test_she_is_behind_what_stands_in_other_passages_as_well(passage: Callable[..., Passage]) -> None:
    hers = found(passage, SAID_BY_BOTH[:1], [0.3])
    other = found(passage, SAID_BY_BOTH[1:], [0.8], by_person=False)
    assert behind("what did Ann say about tea?", other, hers) == pytest.approx(0.5)
    assert behind("what did Ann say about tea?", hers, *[hers] * 9, other) == 0  # too far down to be quoted


def test_she_is_known_under_any_of_her_spellings(passage: Callable[..., Passage]) -> None:
    item = found(passage, SAID_BY_BOTH, [0.3, 0.8], people=("Ann", "Ann"))
    assert behind("what did Ann say about tea?", item) == 0


# ---------------------------------------------------------------- a number that is asked for


@pytest.mark.parametrize(
    ("text", "said", "numberless"),
    [
        ("how many cups do we pour?", "We pour a lot of cups.", True),
        ("how many cups do we pour?", "We pour forty cups.", False),
        ("how many cups do we pour?", "We pour 40 cups.", False),
        ("how many cups do we pour?", "We have poured cups since 2019.", True),  # a year counts nothing
        ("how many cups do we pour?", "In 2019 we poured 2,019 cups.", False),
        ("how much does the tea cost?", "It costs 40 minutes.", True),  # a number, and no money
        ("how much does the tea cost?", "It costs 40 pounds.", False),
        ("how much does the tea cost?", "It costs £40.", False),
        ("how much does the tea cost?", "It is free.", False),
        ("how much does the tea cost?", "It costs nothing.", False),
        ("how much does the tea cost?", "Feel free to pour it. Nothing calms more.", True),
        ("when do we pour it?", "Nobody knows.", False),  # a time and a name may be told in many ways
        ("who pours it?", "Nobody does.", False),
        ("do we pour a lot of cups?", "We pour a lot of cups.", False),
    ],
)
def test_a_number_that_is_asked_for_is_missed_where_none_is_quoted(
    passage: Callable[..., Passage], text: str, said: str, numberless: bool
) -> None:
    made = signals(text, found(passage, [("Ann", said)], [0.5]))
    assert made
    assert made.numberless is numberless


@pytest.mark.parametrize(("place", "numberless"), [(0, False), (2, False), (3, True)])
def test_a_number_counts_in_any_of_the_three_best_quotes(
    passage: Callable[..., Passage], place: int, numberless: bool
) -> None:
    items = [found(passage, [("Ann", "We pour cups.")], [0.5])] * 4
    items[place] = found(passage, [("Ann", "We pour forty cups.")], [0.5])
    made = signals("how many cups do we pour?", *items)
    assert made
    assert made.numberless is numberless


def test_a_number_that_stands_in_the_passage_and_not_in_the_quote_does_not_count(
    passage: Callable[..., Passage],
) -> None:
    made = signals("how many cups?", found(passage, [("Ann", "Cups are many."), ("Bo", "I am forty.")], [0.8, 0.1]))
    assert made
    assert made.numberless


# ---------------------------------------------------------------- a thing that is asked for by what it is called

FRUIT = ("apple", "pear", "fruit")
FRUIT_VECTORS = np.array([[1.0, 0.0], [0.8, 0.6], [0.6, 0.8]], dtype=np.float32)  # pear and fruit are .96 alike


def unnamed(passage: Callable[..., Passage], text: str, *said: str, kind: Kind = Kind.TALK) -> float:
    """What the signals say of a question to which one passage was found for each of these."""
    words = WordIndex.none(2).changed(np.zeros(0, dtype=np.bool_), FRUIT, FRUIT_VECTORS, [])
    question = understand(text, Known(), words.__contains__)
    weights = np.ones(len(question.words), dtype=np.float32)
    vectors = dict.fromkeys(question.words, np.array([0.0, -1.0], dtype=np.float32))
    alike = words.alike([(word,) for word in question.words], vectors)
    encoded = Encoded(beside(lambda: np.array([[1.0, 0.0]], np.float32)), alike, weights)
    items = [found(passage, [("Ann", one)], [0.5], kind=kind, coverage=[0.0] * len(question.words)) for one in said]
    made = signals_of(question, encoded, items, words, FEW)
    assert made
    return made.unnamed


@pytest.mark.parametrize(
    ("text", "said", "share"),
    [
        ("which fruit do nurses like?", "They like a fruit.", 0.0),
        ("which fruit do nurses like?", "They like a pear.", 0.0),  # as good as the word itself
        ("which fruit do nurses like?", "They like an apple.", 0.6),  # a cosine of .6 is .4 alike
        ("which fruit do nurses like?", "They like tea.", 1.0),
        ("which ripe fruit do nurses like?", "They like a fruit.", 0.5),
        ("do nurses like fruit?", "They like tea.", 0.0),  # it asks for no thing
        ("what is the difference between fruit and tea?", "Tea is wet.", 0.0),  # which nobody calls one
    ],
)
def test_what_a_thing_that_is_asked_for_is_called_is_missed_in_the_quotes(
    passage: Callable[..., Passage], text: str, said: str, share: float
) -> None:
    assert unnamed(passage, text, said) == pytest.approx(share, abs=1e-6)


def test_a_thing_may_be_named_in_any_of_the_three_best_quotes(passage: Callable[..., Passage]) -> None:
    named, others = "They like a fruit.", ["They like tea."] * 3
    assert unnamed(passage, "which fruit do nurses like?", *others[:2], named) == 0
    assert unnamed(passage, "which fruit do nurses like?", *others, named) == 1


def test_speech_need_not_call_a_thing_what_it_is(passage: Callable[..., Passage]) -> None:
    assert unnamed(passage, "which fruit do nurses like?", "They like tea.", kind=Kind.TRANSCRIPT) == 0
