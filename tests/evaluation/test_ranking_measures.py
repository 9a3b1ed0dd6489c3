"""Measures of a ranking, worked out by hand."""

from __future__ import annotations

import math

import pytest

from kindsearch.evaluation.conversations import Listed
from kindsearch.evaluation.measures import gains_of, measures_of, recall_within_words, standard_measures

# Conversation a has turns of 10, 20, 30, 40 and 50 words, b two of 100. Ranks 2 and 4 are relevant, a4 is never found.
WORDS = {**{("a", n): 10 * (n + 1) for n in range(5)}, ("b", 0): 100, ("b", 1): 100}
RELEVANT = frozenset({("a", 1), ("a", 2), ("a", 4)})
RANKING = (Listed("a", 0, 0), Listed("a", 1, 2), Listed("b", 0, 1), Listed("a", 2, 3))


def test_a_ranking_comes_to_what_a_hand_works_out() -> None:
    values = measures_of({"q": RANKING}, {"q": RELEVANT}, WORDS)["q"]
    assert values == pytest.approx(
        {
            "hit@1": 0, "hit@3": 1, "hit@5": 1, "mrr@10": 1 / 2,
            "ndcg@10": (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3) + 1 / 2),
            "recall@500w": 2 / 3, "recall@1000w": 2 / 3,
        }
    )  # fmt: skip


def test_a_passage_is_relevant_when_it_holds_a_relevant_turn() -> None:
    assert gains_of(RANKING, RELEVANT) == [False, True, False, True]


def test_ndcg_is_one_where_more_relevant_passages_are_found_than_there_are_turns() -> None:
    found = (Listed("a", 1, 2), Listed("a", 1, 1), Listed("a", 0, 1))
    assert measures_of({"q": found}, {"q": frozenset({("a", 1)})}, WORDS)["q"]["ndcg@10"] == pytest.approx(1)


def test_only_the_first_ten_count() -> None:
    late = (*(Listed("b", n, n) for n in range(10)), Listed("a", 1, 1))
    values = measures_of({"q": late}, {"q": RELEVANT}, WORDS)["q"]
    assert (values["mrr@10"], values["ndcg@10"]) == (0, 0)
    tenth = measures_of({"q": late[1:]}, {"q": RELEVANT}, WORDS)["q"]
    assert tenth["mrr@10"] == pytest.approx(1 / 10)


def test_the_order_is_that_of_the_ranking_whatever_the_ids() -> None:
    gains = {"q": [False] * 9 + [True], "r": [True] + [False] * 9}
    values = standard_measures(gains, {"q": 1, "r": 1})
    assert (values["q"]["mrr@10"], values["r"]["mrr@10"]) == pytest.approx((1 / 10, 1))


def test_what_was_not_found_counts_as_an_empty_ranking_and_what_marks_nothing_does_not_count() -> None:
    values = measures_of({"r": RANKING}, {"q": RELEVANT, "r": frozenset()}, WORDS)
    assert set(values) == {"q"}
    assert set(values["q"].values()) == {0.0}
    assert standard_measures({"q": []}, {"q": 0})["q"]["ndcg@10"] == 0
    assert measures_of({}, {}, {}) == {}


@pytest.mark.parametrize(("budget", "share"), [(29, 0), (30, 1 / 3), (59, 1 / 3), (60, 2 / 3), (10_000, 2 / 3)])
def test_reading_stops_at_the_first_turn_that_does_not_fit(budget: int, share: float) -> None:
    assert recall_within_words(RANKING, RELEVANT, WORDS, budget) == pytest.approx(share)
