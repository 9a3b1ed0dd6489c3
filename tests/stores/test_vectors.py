from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kindsearch.stores.vectors import VectorIndex

DIMENSIONS = 8
ROWS = np.arange(100, 160)


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    """Four vectors for each of the 60 passages, (240, 8), rows of length 1."""
    drawn = np.random.default_rng(7).normal(size=(4 * len(ROWS), DIMENSIONS)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def owners() -> np.ndarray:
    return np.repeat(ROWS, 4)


@pytest.fixture(scope="module")
def index(vectors: np.ndarray, owners: np.ndarray) -> VectorIndex:
    return VectorIndex.build(vectors, owners, DIMENSIONS)


@pytest.fixture(scope="module")
def question() -> np.ndarray:
    drawn = np.random.default_rng(8).normal(size=DIMENSIONS).astype(np.float32)
    return drawn / np.linalg.norm(drawn)


def brute_force(vectors: np.ndarray, owners: np.ndarray, question: np.ndarray, rows: np.ndarray) -> list[int]:
    best = {int(row): float((vectors[owners == row] @ question).max()) for row in rows}
    return sorted(best, key=lambda row: -best[row])


@pytest.mark.parametrize("k", [1, 5, 59, 60, 500])
@pytest.mark.parametrize("rows", [None, ROWS[::7], ROWS[3:5], ROWS], ids=["all", "some", "two", "each"])
def test_the_nearest_passages_are_those_that_comparing_all_finds(
    index: VectorIndex, vectors: np.ndarray, owners: np.ndarray, question: np.ndarray, k: int, rows: np.ndarray | None
) -> None:
    expected = brute_force(vectors, owners, question, ROWS if rows is None else rows)
    assert [row for row, _ in index.search(question, k, rows)] == expected[:k]


def test_a_score_is_the_cosine_of_the_nearest_vector(
    index: VectorIndex, vectors: np.ndarray, owners: np.ndarray, question: np.ndarray
) -> None:
    found = index.search(question, 60)
    scores = [score for _, score in found]
    assert scores == sorted(scores, reverse=True)
    for row, score in found:
        assert score == pytest.approx(float((vectors[owners == row] @ question).max()), abs=1e-6)


def test_a_passage_of_many_near_vectors_does_not_take_the_place_of_others(question: np.ndarray) -> None:
    far = np.eye(DIMENSIONS, dtype=np.float32)[:4]
    index = VectorIndex.build(np.vstack([np.tile(question, (200, 1)), far]), np.array([1] * 200 + [2, 3, 4, 5]), 8)
    found = index.search(question, 5)
    assert found[0][0] == 1
    assert {row for row, _ in found} == {1, 2, 3, 4, 5}


@pytest.mark.parametrize(("k", "rows"), [(0, None), (3, np.array([], dtype=np.int64)), (3, np.array([5]))])
def test_nothing_to_choose_from_is_nothing_found(
    index: VectorIndex, question: np.ndarray, k: int, rows: np.ndarray | None
) -> None:
    assert index.search(question, k, rows) == []


def test_an_index_of_nothing_finds_nothing(question: np.ndarray) -> None:
    empty = VectorIndex.build(np.empty((0, DIMENSIONS), dtype=np.float32), np.array([], dtype=np.int64), DIMENSIONS)
    assert (len(empty), empty.search(question, 5), empty.of_passages([1])) == (0, [], {})


def test_the_vectors_of_a_passage_come_back_in_their_order(
    index: VectorIndex, vectors: np.ndarray, owners: np.ndarray
) -> None:
    back = index.of_passages([101, 159])
    assert list(back) == [101, 159]
    np.testing.assert_array_equal(back[159], vectors[owners == 159])


def test_what_is_saved_is_what_is_loaded(index: VectorIndex, question: np.ndarray, tmp_path: Path) -> None:
    index.save(tmp_path)
    loaded = VectorIndex.load(tmp_path)
    assert len(loaded) == len(index) == 240
    assert loaded.search(question, 20, ROWS[::3]) == index.search(question, 20, ROWS[::3])
