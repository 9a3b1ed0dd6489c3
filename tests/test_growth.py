"""Where an account is asked for, the best stretches grow, one after another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_stretches import Talk

from kindsearch.growth import GROWN, in_order_of_growth
from kindsearch.stores.columns import Columns
from kindsearch.stores.statements import Statements
from kindsearch.stretches import Reach
from kindsearch.types import Kind, Passage

TALK = Talk(lines=60)
WINDOWS = [TALK.window(first, first + 4) for first in range(0, 56, 2)]  # forty words, each shares twenty with the next
REACH = Reach(among=100, words=100, ahead=3)  # four windows


def grown(
    scores: Sequence[float],
    best: Sequence[int],
    passages: Sequence[Passage] = WINDOWS,
    looked_at: Sequence[int] | None = None,
    reach: Reach = REACH,
) -> list[int]:
    """The order of growth, by the numbers of the passages; ``looked_at`` some of these, or as many as have scores."""
    columns = Columns.of(range(len(passages)), passages, (), ())
    positions = np.array(looked_at if looked_at is not None else range(len(scores)), dtype=np.int64)
    places = np.searchsorted(positions, best)
    order = in_order_of_growth(places, positions, np.array(scores, np.float32), columns, Statements.of(passages), reach)
    return positions[order].tolist()


def test_a_stretch_grows_to_the_side_where_more_speaks_for_it_before_better_windows_elsewhere() -> None:
    scores = [0.0, 0.0, 0.3, 0.3, 1.0, 0.1, 0.1, 0.1, 0.0, 0.9]
    assert grown(scores, [4, 9]) == [4, 3, 2, 5, 9, 8, 7, 6]


def test_which_side_is_told_by_the_next_windows_not_the_next_alone() -> None:
    scores = [0.0, 0.0, 0.0, 0.5, 1.0, 0.4, 0.4, 0.4, 0.0]
    assert grown(scores, [4])[:3] == [4, 5, 6]
    nearsighted = Reach(among=100, words=100, ahead=1)
    assert grown(scores, [4], reach=nearsighted)[:3] == [4, 3, 5]


@pytest.mark.parametrize(("words", "windows"), [(39, 1), (59, 1), (60, 2), (79, 2), (80, 3), (100, 4)])
def test_a_stretch_grows_up_to_its_words_each_counted_once(words: int, windows: int) -> None:
    assert len(grown([0.5] * 20, [10], reach=Reach(among=100, words=words, ahead=3))) == windows


def test_the_best_grows_first_and_none_takes_what_a_better_one_has() -> None:
    scores = [0.1] * 20  # alike: it goes on
    assert grown(scores, [10, 12, 2]) == [10, 11, 12, 13, 2, 3, 4, 5]
    assert grown(scores, [10, 14, 8]) == [10, 11, 12, 13, 14, 15, 16, 17, 8, 9, 7, 6]


def test_as_many_grow_as_are_read_at_length_the_others_stay_as_they_were_found() -> None:
    scores = [0.1] * 28
    order = grown(scores, [0, 20, 10, 15, 5])
    assert order == [0, 1, 2, 3, 20, 21, 22, 23, 10, 11, 12, 13, 15, 5]
    assert GROWN == 3


def test_what_was_not_looked_at_is_not_taken() -> None:
    assert grown([0.1] * 5, [5], looked_at=[2, 4, 5, 6, 8]) == [5, 6, 4]


def test_nothing_grows_over_a_silence_the_end_of_a_run_or_into_what_was_written() -> None:
    pause = Talk(lines=20, silence_before=8)
    apart = [pause.window(first, first + 4) for first in (0, 4, 8, 12)]
    assert grown([0.1] * 4, [1], apart) == [1, 0]
    headings = [TALK.window(first, first + 4, section) for first, section in ((0, "a"), (4, "a"), (8, "b"), (12, "b"))]
    assert grown([0.1] * 4, [2], headings) == [2, 3]
    written = [TALK.window(first, first + 4, kind=Kind.CHAT) for first in (0, 4, 8)]
    assert grown([0.1] * 3, [1], written) == [1]
    gap = [TALK.window(0, 4), TALK.window(5, 9)]
    assert grown([0.1] * 2, [0], gap) == [0]


@given(st.lists(st.floats(-1, 2, width=32), min_size=1, max_size=len(WINDOWS)), st.data())
def test_every_one_of_the_best_stays_each_once_and_growth_is_one_run(scores: list[float], data: st.DataObject) -> None:
    best = data.draw(st.lists(st.integers(0, len(scores) - 1), unique=True, min_size=1))
    order = grown(scores, best)
    assert len(set(order)) == len(order)
    assert set(best) <= set(order)
    assert order[0] == best[0]
    first = grown(scores, best[:1])
    assert order[: len(first)] == first
    assert {abs(a - b) for a, b in pairwise(sorted(first))} <= {1}
