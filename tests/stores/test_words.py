from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kindsearch.stores.words import ALIKE_FROM, ALIKE_TO, WordIndex, stem_of, words_in

HALFWAY = (ALIKE_FROM + ALIKE_TO) / 2
# Three words of the archive at right angles to each other, and one that lies halfway between alike and not to "tea".
WORDS = ["measured", "roses", "tea", "vague"]
VECTORS = np.array(
    [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, HALFWAY, (1 - HALFWAY**2) ** 0.5]], dtype=np.float32
)
TEXTS = [
    (11, "Roses, roses!", "tea"), (12, "We measured the tea.", ""), (13, "?", ""), (14, "unheard", "vague"),
    (15, "Vague, vague tea.", ""),
]  # fmt: skip


@pytest.fixture(scope="module")
def index() -> WordIndex:
    return WordIndex.build(WORDS, VECTORS, [(row, words_in(text), words_in(context)) for row, text, context in TEXTS])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("How do we measure Kindness?", ["measure", "kindness"]),
        ("Take the patient’s O'Connor", ["take", "patient's", "o'connor"]),
        ("tea TEA t 7 42", ["tea", "tea", "42"]),
        ("", []),
    ],
)
def test_words_that_matter(text: str, words: list[str]) -> None:
    assert words_in(text) == words


@pytest.mark.parametrize("text", ["don't", "won’t I?", "What's that?", "I'm, we've, you'll", "it doesn’t"])
def test_stop_words_run_together_are_stop_words(text: str) -> None:
    assert words_in(text) == []


@pytest.mark.parametrize(("word", "stem"), [("measuring", "measur"), ("Roses", "rose"), ("", ""), ("x" * 90, "x" * 90)])
def test_stems(word: str, stem: str) -> None:
    assert stem_of(word) == stem


def test_likeness_grows_from_none_to_full_between_two_cosines(index: WordIndex) -> None:
    question = np.array([[0, 0, 1, 0]], dtype=np.float32)
    np.testing.assert_allclose(index.similarities(["infusion"], question), [[0, 0, 1, 0.5]], atol=1e-6)


def test_words_of_one_stem_are_fully_alike_whatever_their_vectors(index: WordIndex) -> None:
    opposite = np.array([[-1, 0, 0, 0]], dtype=np.float32)
    np.testing.assert_array_equal(index.similarities(["measuring"], opposite), [[1, 0, 0, 0]])


def test_a_name_is_like_itself_only(index: WordIndex) -> None:
    vectors = np.array([[0, 0, 1, 0], [0, 0, 1, 0]], dtype=np.float32)
    found = index.similarities(["rose", "tina"], vectors, frozenset({"rose", "tina"}))
    np.testing.assert_array_equal(found, [[0, 1, 0, 0], [0, 0, 0, 0]])


def test_coverage_is_that_of_the_nearest_word_and_less_in_the_context(index: WordIndex) -> None:
    alike = np.array([[0, 0, 1, 0.5], [1, 0, 0, 0]], dtype=np.float32)  # two words of a question
    np.testing.assert_allclose(index.coverage(alike, [11, 12, 13, 14]), [[0.8, 1, 0, 0.4], [0, 1, 0, 0]], atol=1e-6)


@pytest.mark.parametrize(("text", "covered"), [("Vague tea", 1), ("so vague", 0.5), ("roses", 0), ("new", 0), ("", 0)])
def test_coverage_of_a_stretch_of_text(index: WordIndex, text: str, covered: float) -> None:
    alike = np.array([[0, 0, 1, 0.5]], dtype=np.float32)
    np.testing.assert_allclose(index.coverage_of_text(alike, text), [covered], atol=1e-6)


def test_a_question_without_words_has_nothing_to_cover(index: WordIndex) -> None:
    nothing = index.similarities([], np.empty((0, 0), dtype=np.float32))
    assert nothing.shape == (0, 4)
    assert index.coverage(nothing, [11, 12]).shape == (0, 2)


@pytest.mark.parametrize(
    ("rows", "covered"),
    [([13], [[0], [0]]), ([14, 13, 12, 13, 11], [[0.4, 0, 1, 0, 0.8], [0, 0, 1, 0, 0]]), ([], [[], []])],
)
def test_passages_are_covered_in_the_order_in_which_they_are_asked_for(
    index: WordIndex, rows: list[int], covered: list[list[float]]
) -> None:
    alike = np.array([[0, 0, 1, 0.5], [1, 0, 0, 0]], dtype=np.float32)
    np.testing.assert_allclose(index.coverage(alike, rows), covered, atol=1e-6)
    np.testing.assert_allclose(index.coverage(alike, np.array(rows, dtype=np.int64)), covered, atol=1e-6)


@pytest.mark.parametrize(
    ("rows", "used"),
    [
        ([11, 12, 13, 14, 15], [[0, 1, 0, 0, 1], [2, 0, 0, 0, 0], [2, 1, 0, 0, 0]]),
        ([14, 12, 13, 11, 12], [[0, 1, 0, 0, 1], [0, 0, 0, 2, 0], [0, 1, 0, 2, 1]]),
        ([13], [[0], [0], [0]]),
        ([], [[], [], []]),
    ],
)
def test_words_count_as_often_as_a_text_uses_them_in_any_form_and_not_those_that_are_near_or_in_the_context(
    index: WordIndex, rows: list[int], used: list[list[int]]
) -> None:
    tea, roses = [0, 0, 1, 0.5], [0, 1, 0, 0.9]
    forms = [1, 1, 0, 0]  # two words of the archive are forms of this one
    found = index.frequencies(np.array([tea, roses, forms], dtype=np.float32), rows)
    assert (found.tolist(), found.dtype) == (used, np.float32)


@pytest.mark.parametrize(("rows", "words"), [([11, 13, 14, 15], [2, 0, 0, 3]), ([12, 13, 11], [2, 0, 2]), ([], [])])
def test_a_text_is_as_long_as_the_words_that_matter_in_it(index: WordIndex, rows: list[int], words: list[int]) -> None:
    assert index.lengths(rows).tolist() == words


def test_what_the_archive_holds(index: WordIndex) -> None:
    assert "tea" in index
    assert "gin" not in index


def test_an_archive_of_nothing_has_no_words() -> None:
    empty = WordIndex.build([], np.empty((0, 4), dtype=np.float32), [])
    alike = empty.similarities(["tea"], VECTORS[:1])
    assert alike.shape == (1, 0)
    assert empty.coverage(alike, []).shape == empty.frequencies(alike, []).shape == (1, 0)
    assert empty.lengths([]).shape == (0,)


def test_passages_of_which_none_has_words_are_covered_by_nothing() -> None:
    index = WordIndex.build(WORDS, VECTORS, [(1, [], []), (2, ["unheard"], [])])
    alike = np.ones((1, 4), dtype=np.float32)
    assert index.coverage(alike, [1, 2]).tolist() == index.frequencies(alike, [2, 1]).tolist() == [[0, 0]]
    assert index.lengths([1, 2]).tolist() == [0, 0]


def test_what_is_saved_is_what_is_loaded(index: WordIndex, tmp_path: Path) -> None:
    index.save(tmp_path)
    loaded = WordIndex.load(tmp_path)
    alike = loaded.similarities(["tea", "measure"], VECTORS[[2, 0]])
    np.testing.assert_array_equal(alike, index.similarities(["tea", "measure"], VECTORS[[2, 0]]))
    np.testing.assert_array_equal(loaded.coverage(alike, [11, 12, 14]), index.coverage(alike, [11, 12, 14]))
    np.testing.assert_array_equal(loaded.frequencies(alike, [12, 11, 13]), [[1, 0, 0], [1, 0, 0]])
    np.testing.assert_array_equal(loaded.lengths([11, 13]), [2, 0])
    assert loaded.words == WORDS
