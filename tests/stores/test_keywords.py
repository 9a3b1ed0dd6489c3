from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kindsearch.stores.keywords import KeywordIndex, terms_of

TEXTS = {
    1: ("tea calms worried patients", ""),
    2: ("tea tea tea", ""),
    3: ("roses grow along the wall", "tea garden"),
    4: ("we measured smiles with Göran's jar", ""),
    5: ("biscuits", ""),
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> KeywordIndex:
    return KeywordIndex.build(tmp_path_factory.mktemp("keywords"), ((row, *texts) for row, texts in TEXTS.items()))


def weights(text: str) -> dict[str, float]:
    return dict.fromkeys(terms_of(text), 1.0)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Measuring KINDNESS", ["measur", "kind"]),
        ("Göran Öst", ["goran", "ost"]),
        ("“tea”—tea", ["tea", "tea"]),
        ("", []),
        ("?!…", []),
    ],
)
def test_words_become_folded_stems(text: str, terms: list[str]) -> None:
    assert terms_of(text) == terms


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ("tea", {1, 2, 3}),
        ("TEAS", {1, 2, 3}),
        ("goran", {4}),
        ("measure", {4}),
        ("biscuit rose", {3, 5}),
        ("gin", set()),
    ],
)
def test_a_word_finds_every_form_of_it_in_text_and_context(index: KeywordIndex, asked: str, rows: set[int]) -> None:
    assert {row for row, _ in index.search(weights(asked), 10)} == rows


def test_text_counts_more_than_context(index: KeywordIndex) -> None:
    assert [row for row, _ in index.search(weights("tea"), 10)] == [2, 1, 3]


def test_the_score_is_bm25_computed_by_hand(index: KeywordIndex) -> None:
    found = dict(index.search({"biscuit": 1.0}, 10))
    mean_length = (4 + 3 + 5 + 7 + 1) / 5  # words of the texts; "Göran's" is two
    rarity = math.log(1 + (5 - 1 + 0.5) / (1 + 0.5))
    assert found == {5: pytest.approx(rarity * 2.2 / (1 + 1.2 * (1 - 0.75 + 0.75 * 1 / mean_length)), rel=1e-4)}


def test_a_weight_multiplies_the_score_of_its_term(index: KeywordIndex) -> None:
    ((_, full),) = index.search({"biscuit": 1.0}, 10)
    ((_, half),) = index.search({"biscuit": 0.5}, 10)
    assert half == pytest.approx(full / 2, rel=1e-5)


@pytest.mark.parametrize(
    ("rows", "k", "expected"),
    [([1, 3], 10, [1, 3]), ([3], 1, [3]), ([1, 2, 3], 2, [2, 1]), ([4, 5], 10, []), ([], 10, [])],
)
def test_a_filter_leaves_order_and_scores_as_they_are(
    index: KeywordIndex, rows: list[int], k: int, expected: list[int]
) -> None:
    scores = dict(index.search(weights("tea"), 10))
    found = index.search(weights("tea"), k, rows)
    assert [row for row, _ in found] == expected
    assert all(score == pytest.approx(scores[row], rel=1e-5) for row, score in found)


@pytest.mark.parametrize(
    "text", ["tea AND (", "text:tea", '"tea', "tea~2^9 [a TO b]", "+tea -wall", "* ?", "\\", "NOT"]
)
def test_query_syntax_is_only_text(index: KeywordIndex, text: str) -> None:
    assert {row for row, _ in index.search(weights(text), 10)} >= ({1, 2, 3} if "tea" in text else set())


@given(st.text(max_size=60))
def test_any_text_can_be_searched_for(index: KeywordIndex, text: str) -> None:
    assert {row for row, _ in index.search(weights(text), 10)} <= set(TEXTS)


@given(st.dictionaries(st.text(max_size=12), st.floats(0.01, 1), max_size=8))
def test_any_terms_can_be_searched_for(index: KeywordIndex, terms: dict[str, float]) -> None:
    assert {row for row, _ in index.search(terms, 10)} <= set(TEXTS)


@pytest.mark.parametrize(("term", "passages"), [("tea", 2), ("garden", 1), ("nowher", 0)])
def test_frequency_counts_passages_in_the_field_that_has_more(index: KeywordIndex, term: str, passages: int) -> None:
    assert index.frequency(term) == passages


def test_nothing_asked_or_nothing_there_is_nothing_found(index: KeywordIndex, tmp_path: Path) -> None:
    empty = KeywordIndex.build(tmp_path, [])
    assert (len(empty), empty.search({"tea": 1.0}, 5)) == (0, [])
    assert index.search({}, 5) == index.search({"tea": 1.0}, 0) == []


def test_what_is_built_is_what_is_loaded(tmp_path: Path) -> None:
    built = KeywordIndex.build(tmp_path, ((row, *texts) for row, texts in TEXTS.items()))
    loaded = KeywordIndex.load(tmp_path)
    assert len(loaded) == len(built) == 5
    assert loaded.search(weights("tea wall"), 5, [1, 3]) == built.search(weights("tea wall"), 5, [1, 3])
