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
    return VectorIndex.build(vectors, owners, DIMENSIONS, nobody(owners), [])


def nobody(owners: np.ndarray) -> np.ndarray:
    return np.full(len(owners), -1, dtype=np.int32)


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
    owners = np.array([1] * 200 + [2, 3, 4, 5])
    index = VectorIndex.build(np.vstack([np.tile(question, (200, 1)), far]), owners, 8, nobody(owners), [])
    found = index.search(question, 5)
    assert found[0][0] == 1
    assert {row for row, _ in found} == {1, 2, 3, 4, 5}


@pytest.mark.parametrize(("k", "rows"), [(0, None), (3, np.array([], dtype=np.int64)), (3, np.array([5]))])
def test_nothing_to_choose_from_is_nothing_found(
    index: VectorIndex, question: np.ndarray, k: int, rows: np.ndarray | None
) -> None:
    assert index.search(question, k, rows) == []


def test_an_index_of_nothing_finds_nothing(question: np.ndarray) -> None:
    no_vectors, no_rows = np.empty((0, DIMENSIONS), dtype=np.float32), np.array([], dtype=np.int64)
    empty = VectorIndex.build(no_vectors, no_rows, DIMENSIONS, nobody(no_rows), [])
    assert (len(empty), empty.search(question, 5), empty.of_passages([])) == (0, [], {})
    assert empty.of_passages([1])[1].shape == (0, DIMENSIONS)
    assert len(empty.cosines(question, no_rows).best) == len(empty.cosines(question, no_rows, {"Ann"}).share) == 0


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


# ---------------------------------------------------------------- cosines, by hand

ASKED = np.array([0.6, 0.8], dtype=np.float32)
ANN, BO, CY = 0, 1, 2
SPOKEN = [  # row, who says it, vector; the first of a row is the passage as a whole
    (5, -1, (0.6, 0.8)), (5, ANN, (1.0, 0.0)), (5, BO, (0.0, 1.0)),
    (7, -1, (0.8, 0.6)),
    (9, -1, (0.0, 1.0)), (9, BO, (-1.0, 0.0)), (9, -1, (0.6, -0.8)), (9, ANN, (-0.6, 0.8)),
    (11, -1, (1.0, 0.0)), (11, CY, (-0.6, -0.8)),
]  # fmt: skip
WHOLE = {5: 1.0, 7: 0.96, 9: 0.8, 11: 0.6}
BEST = {5: 0.8, 7: 0.96, 9: 0.28, 11: -1.0}  # the whole passage is none of its statements, unless there are none


@pytest.fixture(scope="module", params=["built", "loaded"])
def spoken(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> VectorIndex:
    owners, voices, vectors = zip(*SPOKEN, strict=True)
    arrays = np.array(vectors, dtype=np.float32), np.array(owners), 2, np.array(voices, dtype=np.int32)
    built = VectorIndex.build(*arrays, ["Ann", "Bo", "Cy"])
    folder = tmp_path_factory.mktemp("vectors")
    built.save(folder)
    return built if request.param == "built" else VectorIndex.load(folder)


@pytest.mark.parametrize("rows", [[5, 7, 9, 11], [9, 5], [7], [11, 7]])
def test_cosines_are_to_the_whole_and_to_the_nearest_statement(spoken: VectorIndex, rows: list[int]) -> None:
    found = spoken.cosines(ASKED, np.array(rows))
    np.testing.assert_allclose(found.whole, [WHOLE[row] for row in rows], atol=1e-6)
    np.testing.assert_allclose(found.best, [BEST[row] for row in rows], atol=1e-6)
    np.testing.assert_array_equal(found.heard, found.best)  # nobody is asked for
    np.testing.assert_array_equal(found.share, np.zeros(len(rows)))


@pytest.mark.parametrize(
    ("people", "heard", "share"),
    [
        pytest.param({"Ann"}, [0.6, 0, 0.28, 0], [1 / 2, 0, 1 / 3, 0], id="one"),
        pytest.param({"Bo"}, [0.8, 0, 0, 0], [1 / 2, 0, 1 / 3, 0], id="what is opposite is as good as nothing"),
        pytest.param({"Ann", "Bo"}, [0.8, 0, 0.28, 0], [1, 0, 2 / 3, 0], id="either"),
        pytest.param({"Cy"}, [0, 0, 0, 0], [0, 0, 0, 1], id="all of it hers"),
        pytest.param({"Dee"}, [0, 0, 0, 0], [0, 0, 0, 0], id="a stranger is not nobody"),
    ],
)
def test_heard_is_what_those_who_are_asked_for_say(
    spoken: VectorIndex, people: set[str], heard: list[float], share: list[float]
) -> None:
    found = spoken.cosines(ASKED, np.array([5, 7, 9, 11]), people)
    np.testing.assert_allclose(found.heard, heard, atol=1e-6)
    np.testing.assert_allclose(found.share, share, atol=1e-6)
    np.testing.assert_allclose(found.best, list(BEST.values()), atol=1e-6)  # whoever says it
    np.testing.assert_allclose(found.whole, list(WHOLE.values()), atol=1e-6)


@pytest.mark.parametrize("people", [set(), {"Ann"}])
def test_of_no_passages_there_are_no_cosines(spoken: VectorIndex, people: set[str]) -> None:
    found = spoken.cosines(ASKED, np.array([], dtype=np.int64), people)
    assert [len(each) for each in (found.whole, found.best, found.heard, found.share)] == [0, 0, 0, 0]


def test_cosines_leave_the_vectors_as_they_are(spoken: VectorIndex) -> None:
    before = {row: vectors.copy() for row, vectors in spoken.of_passages([5, 7, 9, 11]).items()}
    spoken.cosines(ASKED, np.array([5, 7, 9, 11]), {"Ann"})
    for row, vectors in spoken.of_passages([5, 7, 9, 11]).items():
        np.testing.assert_array_equal(vectors, before[row])
