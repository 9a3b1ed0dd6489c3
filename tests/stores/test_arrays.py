from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kindsearch.stores import arrays
from kindsearch.stores.arrays import Ragged, Ranges, reduced, stretches

lists = st.lists(st.lists(st.integers(0, 2**31 - 1), max_size=5), max_size=8)
chosen = st.lists(st.integers(0, 7), max_size=12)
starts_and_sizes = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 6)), max_size=8)


def numbers(values: list[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def in_plain_lists(ragged: Ragged) -> list[list[int]]:
    return [ragged.values[start:end].tolist() for start, end in zip(ragged.offsets, ragged.offsets[1:], strict=False)]


@given(lists)
def test_lists_of_different_lengths_come_back(plain: list[list[int]]) -> None:
    made = Ragged.of(plain)
    assert (in_plain_lists(made), len(made)) == (plain, len(plain))
    assert (made.values.dtype, made.offsets.dtype) == (np.int32, np.int64)
    assert Ragged.of(plain, np.int64).values.dtype == np.int64


@given(lists.filter(bool), chosen)
def test_some_lists_have_their_sizes_and_their_values(plain: list[list[int]], some: list[int]) -> None:
    made, positions = Ragged.of(plain), numbers(sorted({number % len(plain) for number in some}))
    assert made.sizes(positions).tolist() == [len(plain[position]) for position in positions]
    values = [value for position in positions for value in plain[position]]
    assert made.taken(positions).tolist() == values
    assert made.taken(positions, made.values // 2).tolist() == [value // 2 for value in values]


@given(lists, st.lists(st.booleans(), min_size=8, max_size=8))
def test_lists_that_are_not_to_be_kept_are_gone(plain: list[list[int]], keep: list[bool]) -> None:
    kept = Ragged.of(plain).kept(np.array(keep[: len(plain)], dtype=np.bool_))
    assert in_plain_lists(kept) == [one for one, stays in zip(plain, keep, strict=False) if stays]
    assert len(kept.values) == kept.offsets[-1]


@given(st.lists(lists, min_size=1, max_size=4))
def test_parts_are_joined_one_after_the_other(parts: list[list[list[int]]]) -> None:
    joined = Ragged.joined([Ragged.of(part) for part in parts])
    assert in_plain_lists(joined) == [one for part in parts for one in part]
    assert joined.values.dtype == np.int32


@given(starts_and_sizes)
def test_stretches_are_counted_one_after_the_other(given: list[tuple[int, int]]) -> None:
    starts, ends = (numbers(those) for those in ([s for s, _ in given], [s + size for s, size in given]))
    found = stretches(starts, ends)
    assert found.tolist() == [number for start, size in given for number in range(start, start + size)]
    assert found.dtype == np.int64


@given(st.lists(st.lists(st.integers(-99, 99), max_size=4), max_size=8), st.sampled_from(["add", "maximum"]))
def test_stretches_are_reduced_each_by_itself_and_one_of_none_gives_0(plain: list[list[int]], operation: str) -> None:
    values, sizes = numbers([value for one in plain for value in one]), numbers([len(one) for one in plain])
    by_hand = {"add": sum, "maximum": max}[operation]
    expected = [by_hand(one) if one else 0 for one in plain]
    assert reduced(getattr(np, operation), values, sizes).tolist() == expected
    twice = reduced(getattr(np, operation), np.stack([values, values]), sizes)
    assert twice.tolist() == [expected, expected]


def test_of_no_stretches_with_rows_the_rows_are_left() -> None:
    assert reduced(np.maximum, np.zeros((3, 0)), numbers([])).shape == (3, 0)
    assert reduced(np.maximum, np.zeros((0, 4)), numbers([1, 3])).shape == (0, 2)


def test_truths_are_reduced_to_truths() -> None:
    found = reduced(np.logical_or, np.array([True, False, False]), numbers([2, 0, 1]))
    assert (found.tolist(), found.dtype) == ([True, False, False], np.bool_)


@pytest.mark.parametrize("empty", [False, True])
def test_arrays_in_files_come_back_and_are_not_written_to(tmp_path: Path, empty: bool) -> None:
    some = np.arange(0 if empty else 6, dtype=np.int32).reshape(-1, 3)
    arrays.save(tmp_path, {"some": some, "others": numbers([1, 2])})
    others, back = arrays.load(tmp_path, ["others", "some"])
    assert others.tolist() == [1, 2]
    np.testing.assert_array_equal(back, some)
    assert (back.dtype, type(back)) == (np.int32, np.ndarray)
    with pytest.raises(ValueError, match="read-only"):
        others[0] = 3


def test_passages_that_share_things_with_some_are_found_themselves_among_them() -> None:
    ranges = Ranges(numbers([0, 2, 4, 8, 9]), numbers([3, 5, 8, 9, 12]))
    assert [ranges.sharing(numbers(some)).tolist() for some in ([0], [1], [2], [3, 4], [0, 2], [])] == [
        [0, 1], [0, 1, 2], [1, 2], [3, 4], [0, 1, 2], [],
    ]  # fmt: skip
