from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kindsearch.stores.speech import Speech

# Two sections of one transcript, then another transcript whose section has the name of the one before. Rows 5 and 7
# are of something else.
WINDOWS = [
    (3, ("d", "Tea")), (4, ("d", "Tea")), (6, ("d", "Tea")),
    (8, ("d", "Walks")),
    (9, ("e", "Walks")), (10, ("e", "Walks")),
]  # fmt: skip


def rows(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def values(*numbers: float) -> np.ndarray:
    return np.array(numbers, dtype=np.float32)


@pytest.fixture(params=["built", "loaded"])
def speech(request: pytest.FixtureRequest, tmp_path: Path) -> Speech:
    built = Speech.build(WINDOWS)
    built.save(tmp_path)
    return built if request.param == "built" else Speech.load(tmp_path)


def test_windows_of_speech_are_told_from_other_rows(speech: Speech) -> None:
    np.testing.assert_array_equal(speech.rows, [3, 4, 6, 8, 9, 10])
    assert speech.holds(rows(10, 5, 3, 99, 8)).tolist() == [True, False, True, False, True]


@pytest.mark.parametrize(
    ("asked", "reach", "found"),
    [
        pytest.param([4], 1, [3, 4, 6], id="both sides, over a row of something else"),
        pytest.param([3], 1, [3, 4], id="nothing before the first"),
        pytest.param([3], 2, [3, 4, 6], id="further"),
        pytest.param([6], 1, [4, 6], id="not into another section"),
        pytest.param([8], 5, [8], id="not into another transcript"),
        pytest.param([10], 5, [9, 10], id="nothing after the last"),
        pytest.param([10, 3], 1, [3, 4, 9, 10], id="of several, ascending"),
        pytest.param([3, 4, 6], 1, [3, 4, 6], id="each once"),
        pytest.param([4, 9], 0, [4, 9], id="no reach"),
        pytest.param([5, 7, 99], 3, [], id="no speech"),
        pytest.param([], 3, [], id="no rows"),
    ],
)
def test_around_a_window_are_those_of_its_run(speech: Speech, asked: list[int], reach: int, found: list[int]) -> None:
    around = speech.around(rows(*asked), reach)
    assert (around.tolist(), around.dtype) == (found, np.int64)


def test_a_section_that_comes_back_is_another_run() -> None:
    speech = Speech.build([(1, ("d", "Tea")), (2, ("d", "Walks")), (3, ("d", "Tea"))])
    assert speech.around(rows(1), 5).tolist() == [1]
    assert speech.averaged(values(1, 2, 4), rows(1, 2, 3), 5).tolist() == [1, 2, 4]


@pytest.mark.parametrize(
    ("given", "of_them", "reach", "means"),
    [
        # reach 2: a window counts three times, those beside it twice, those next to them once
        pytest.param([3, 4, 6], [1, 2, 4], 2, [(3 + 4 + 4) / 6, (2 + 6 + 8) / 7, (1 + 4 + 12) / 6], id="a whole run"),
        pytest.param([3, 4, 6], [1, 2, 4], 1, [(2 + 2) / 3, (1 + 4 + 4) / 4, (2 + 8) / 3], id="less far"),
        pytest.param([3, 6], [1, 4], 2, [(3 + 4) / 4, (1 + 12) / 4], id="two places away, the one between not given"),
        pytest.param([3, 6], [1, 4], 1, [1, 4], id="only what is near counts"),
        pytest.param([6, 8, 9], [1, 2, 4], 8, [1, 2, 4], id="no run counts in another"),
        pytest.param([8, 9, 10], [8, 1, 4], 1, [8, (2 + 4) / 3, (1 + 8) / 3], id="the last run"),
        pytest.param([3, 4], [-1, 2], 1, [0, 1], id="less than nothing"),
        pytest.param([4, 9], [3, 5], 0, [3, 5], id="no reach"),
        pytest.param([], [], 2, [], id="no rows"),
    ],
)
def test_a_mean_is_over_those_given_of_a_run_and_the_nearer_count_more(
    speech: Speech, given: list[int], of_them: list[float], reach: int, means: list[float]
) -> None:
    averaged = speech.averaged(values(*of_them), rows(*given), reach)
    assert averaged.dtype == np.float32
    np.testing.assert_allclose(averaged, means, rtol=1e-6)


def test_an_archive_without_speech_has_nothing_around_anything(tmp_path: Path) -> None:
    Speech.build([]).save(tmp_path)
    for none in (Speech.build([]), Speech.load(tmp_path)):
        assert none.holds(rows(1, 2)).tolist() == [False, False]
        assert none.around(rows(1, 2), 3).tolist() == none.averaged(values(), rows(), 3).tolist() == []
