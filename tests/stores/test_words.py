from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kindsearch.stores import words as module
from kindsearch.stores.words import ALIKE_FROM, ALIKE_TO, CONTEXT_WEIGHT, Alike, WordIndex, stem_of, words_in

HALFWAY = (ALIKE_FROM + ALIKE_TO) / 2
# Three words of the archive at right angles to each other, and one that lies halfway between alike and not to "tea".
WORDS = ["measured", "roses", "tea", "vague"]
VECTORS = np.array(
    [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, HALFWAY, (1 - HALFWAY**2) ** 0.5]], dtype=np.float32
)
TEXTS = [
    ("Roses, roses!", "tea"), ("We measured the tea.", ""), ("?", ""), ("unheard", "vague"), ("Vague, vague tea.", ""),
]  # fmt: skip


def built(
    words: Sequence[str], vectors: np.ndarray, passages: Sequence[tuple[Sequence[str], Sequence[str]]]
) -> WordIndex:
    """The words of an archive with these passages, each given as (words of the text, words of the context)."""
    bags = WordIndex.bags_of(words, passages)
    return WordIndex.none(vectors.shape[1]).changed(np.zeros(0, dtype=np.bool_), words, vectors, [bags])


def in_words(texts: Sequence[tuple[str, str]]) -> list[tuple[list[str], list[str]]]:
    return [(words_in(text), words_in(context)) for text, context in texts]


def positions(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def asked(degrees: Sequence[Sequence[float]], many: int = 4) -> Alike:
    """The words of a question, each as alike to each word of the archive as is said."""
    near = [(np.flatnonzero(own), np.array([d for d in own if d], dtype=np.float32)) for own in degrees]
    return Alike.of([[one] for one in near], many)


def in_full(alike: Alike, many: int = 4) -> list[list[float]]:
    """How alike each word of a question is to each word of the archive."""
    full = np.zeros((len(alike.degrees), many), dtype=np.float32)
    full[:, alike.numbers] = alike.degrees
    assert alike.places.tolist() == [
        alike.numbers.tolist().index(number) if number in alike.numbers else -1 for number in range(many)
    ]
    assert alike.degrees.dtype == np.float32
    return [pytest.approx(row, abs=1e-5) for row in full.tolist()]


def vectors_of(**vectors: Sequence[float]) -> Mapping[str, np.ndarray]:
    return {word: np.array(vector, dtype=np.float32) for word, vector in vectors.items()}


@pytest.fixture(params=["built", "loaded", "grown"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> WordIndex:
    if request.param == "grown":
        old = built(["tea", "walks"], VECTORS[2:], in_words([("walks", "tea"), *TEXTS[:1]]))
        old = old.changed(
            np.array([False, False]), WORDS[1:], VECTORS[1:], [WordIndex.bags_of(WORDS[1:], in_words(TEXTS[:1]))]
        )
        more = [WordIndex.bags_of(WORDS, in_words(TEXTS[1:3])), WordIndex.bags_of(WORDS, in_words(TEXTS[3:]))]
        return old.changed(np.array([True]), WORDS, VECTORS, more)
    made = built(WORDS, VECTORS, in_words(TEXTS))
    made.save(tmp_path)
    return made if request.param == "built" else WordIndex.load(tmp_path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("How do we measure Kindness?", ["measure", "kindness"]),
        ("Take the patient’s O'Connor", ["take", "patient's", "o'connor"]),
        ("tea TEA t 7 42", ["tea", "tea", "42"]),
        ("Well-being, check‑ins", ["wellbeing", "well", "checkins", "check", "ins"]),
        ("into in-to 2020-2021", ["2020", "2021"]),
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


def test_forms_of_a_word_are_itself_and_the_words_of_the_archive_of_its_stem(index: WordIndex) -> None:
    assert sorted(index.forms_of("measuring")) == ["measured", "measuring"]
    assert set(index.forms_of("tea")) == {"tea"}
    assert index.forms_of("unheard") == ["unheard"]


# ---------------------------------------------------------------- words that are alike


def test_likeness_grows_from_none_to_full_between_two_cosines(index: WordIndex) -> None:
    found = index.alike([("infusion",)], vectors_of(infusion=[0, 0, 1, 0]))
    assert in_full(found) == [[0, 0, 1, 0.5]]
    just = np.array([0, 1 - ALIKE_FROM**2, 0, 0]) ** 0.5 + np.array([0, 0, ALIKE_FROM, 0])
    full = np.array([0, 1 - ALIKE_TO**2, 0, 0]) ** 0.5 + np.array([0, 0, ALIKE_TO, 0])
    found = index.alike([("just",), ("full",)], vectors_of(just=just * 0.999, full=full * 1.001))
    assert [found.degrees[n][found.places[2]] if found.places[2] >= 0 else 0 for n in range(2)] == [0, 1]


def test_a_word_of_the_archive_has_its_vector_from_there(index: WordIndex) -> None:
    assert in_full(index.alike([("tea",), ("vague",)], {})) == [[0, 0, 1, 0.5], [0, 0, 0.5, 1]]


def test_words_of_one_stem_are_fully_alike_whatever_their_vectors(index: WordIndex) -> None:
    assert in_full(index.alike([("measuring",)], vectors_of(measuring=[-1, 0, 0, 0]))) == [[1, 0, 0, 0]]


def test_a_word_is_as_alike_as_the_nearest_of_its_phrases(index: WordIndex) -> None:
    vectors = vectors_of(**{"hot drink": [0, 0, 1, 0], "drink": [0, 1, 0, 0], "pot": [1, 0, 0, 0]})
    found = index.alike([("drink", "hot drink"), ("pot",), ("tea", "hot drink")], vectors)
    assert in_full(found) == [[0, 1, 1, 0.5], [1, 0, 0, 0], [0, 0, 1, 0.5]]


def test_of_a_word_and_its_phrase_the_nearer_counts_whichever_it_is(index: WordIndex) -> None:
    half = [0, 0, HALFWAY, -((1 - HALFWAY**2) ** 0.5)]
    found = index.alike([("near", "half"), ("half", "near")], vectors_of(near=[0, 0, 1, 0], half=half))
    assert in_full(found) == [[0, 0, 1, 0.5]] * 2


def test_a_name_is_like_itself_only(index: WordIndex) -> None:
    found = index.alike([("rose", "tina"), ("tina",), ("tea",)], {}, frozenset({"rose", "tina"}))
    assert in_full(found) == [[0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0.5]]


def test_a_question_without_words_is_like_nothing(index: WordIndex) -> None:
    nothing = index.alike([], {})
    assert nothing.degrees.shape == (0, 0)
    assert index.coverage(nothing, positions(0, 1)).shape == index.uses(nothing, positions(0, 1)).shape == (0, 2)
    assert index.coverage_of_text(nothing, "Tea").shape == index.holding(nothing, positions(0)).shape == (0,)


def test_near_words_of_words_that_come_and_go_are_those_of_comparing_all_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "COMPARED_AT_ONCE", 3)
    drawn = np.random.default_rng(5).normal(size=(20, 3)).astype(np.float32)
    vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
    words = [f"w{number:02}" for number in range(20)]
    no_passages, nothing_kept = WordIndex.bags_of([], []), np.zeros(0, dtype=np.bool_)
    index = WordIndex.none(3)
    for some in (range(0, 10), range(5, 18), range(0, 20, 3), range(20), range(20), range(0)):
        own, of_own = [words[number] for number in some], vectors[list(some)]
        index = index.changed(nothing_kept, own, of_own, [no_passages])
        fresh = WordIndex.none(3).changed(nothing_kept, own, of_own, [no_passages])
        asked = [(word,) for word in own]
        expected = np.clip((of_own @ of_own.T - 0.4) / 0.5, 0, 1) if own else np.zeros((0, 0))
        for made in (index, fresh):
            assert in_full(made.alike(asked, {}), len(own)) == expected.tolist()


def test_likeness_does_not_depend_on_what_was_asked_before(index: WordIndex) -> None:
    word, *others = index.words
    first = index.alike([(word,)], {})
    index.alike([(word,), *((other,) for other in others)], {})
    again = index.alike([(word,)], {})
    assert (first.numbers.tolist(), first.degrees.tolist()) == (again.numbers.tolist(), again.degrees.tolist())


# ---------------------------------------------------------------- words of passages


TEA = [[0, 0, 1, 0.5], [1, 0, 0, 0]]  # two words of a question


@pytest.mark.parametrize(
    ("some", "covered"),
    [
        ([0, 1, 2, 3], [[0.8, 1, 0, 0.4], [0, 1, 0, 0]]),
        ([2], [[0], [0]]),
        ([3, 2, 1, 2, 0], [[0.4, 0, 1, 0, 0.8], [0, 0, 1, 0, 0]]),
        ([], [[], []]),
    ],
)
def test_coverage_is_that_of_the_nearest_word_and_less_in_the_context(
    index: WordIndex, some: list[int], covered: list[list[float]]
) -> None:
    """In the order in which they are asked for."""
    found = index.coverage(asked(TEA), positions(*some))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, covered, atol=1e-6)


def test_a_phrase_written_as_one_word_is_as_good_as_the_word() -> None:
    words = ["checkins", "checks", "codesigned", "co", "takes"]
    index = built(words, np.eye(5, dtype=np.float32), [])
    asked_words = [("check", "check in"), ("co", "codesign"), ("part", "take part"), ("codesign",)]
    alike = index.alike(asked_words, dict.fromkeys(["check", "check in", "codesign", "part", "take part"], np.zeros(5)))
    assert in_full(alike, 5) == [[1, 1, 0, 0, 0], [0, 0, 1, 1, 0], [0] * 5, [0, 0, 1, 0, 0]]


@pytest.mark.parametrize(("text", "covered"), [("Vague tea", 1), ("so vague", 0.5), ("roses", 0), ("new", 0), ("", 0)])
def test_coverage_of_a_stretch_of_text(index: WordIndex, text: str, covered: float) -> None:
    np.testing.assert_allclose(index.coverage_of_text(asked(TEA[:1]), text), [covered], atol=1e-6)


@pytest.mark.parametrize(
    ("some", "used"),
    [
        ([0, 1, 2, 3, 4], [[0, 1, 0, 0, 1], [2, 0, 0, 0, 0], [2, 1, 0, 0, 0]]),
        ([3, 1, 2, 0, 1], [[0, 1, 0, 0, 1], [0, 0, 0, 2, 0], [0, 1, 0, 2, 1]]),
        ([2], [[0], [0], [0]]),
        ([], [[], [], []]),
    ],
)
def test_words_count_as_often_as_a_text_uses_them_in_any_form_and_not_those_that_are_near_or_in_the_context(
    index: WordIndex, some: list[int], used: list[list[int]]
) -> None:
    tea, roses = [0, 0, 1, 0.5], [0, 1, 0, 0.9]
    forms = [1, 1, 0, 0]  # two words of the archive are forms of this one
    question = asked([tea, roses, forms])
    found = index.uses(question, positions(*some))
    assert (found.tolist(), found.dtype) == (used, np.float32)
    assert index.holding(question, positions(*some)).tolist() == [sum(count > 0 for count in row) for row in used]


@pytest.mark.parametrize(("some", "words"), [([0, 2, 3, 4], [2, 0, 0, 3]), ([1, 2, 0], [2, 0, 2]), ([], [])])
def test_a_text_is_as_long_as_the_words_that_matter_in_it(index: WordIndex, some: list[int], words: list[int]) -> None:
    assert index.lengths(positions(*some)).tolist() == words


def test_what_the_archive_holds(index: WordIndex) -> None:
    assert "tea" in index
    assert "gin" not in index
    assert index.words == WORDS


def test_an_archive_of_nothing_has_no_words(tmp_path: Path) -> None:
    nothing = WordIndex.none(4)
    nothing.save(tmp_path)
    for empty in (nothing, WordIndex.load(tmp_path), built([], np.empty((0, 4), dtype=np.float32), [])):
        alike = empty.alike([("tea",)], vectors_of(tea=VECTORS[0]))
        assert alike.degrees.shape == (1, 0)
        assert empty.coverage(alike, positions()).shape == empty.uses(alike, positions()).shape == (1, 0)
        assert empty.lengths(positions()).shape == (0,)
        assert empty.coverage_of_text(alike, "tea").tolist() == [0]
        assert empty.unused() == []


def test_passages_of_which_none_has_words_are_covered_by_nothing() -> None:
    index = built(WORDS, VECTORS, [([], []), (["unheard"], [])])
    question, every = asked([[1, 1, 1, 1]]), positions(0, 1)
    assert index.coverage(question, every).tolist() == index.uses(question, every).tolist() == [[0, 0]]
    assert index.lengths(positions(0, 1)).tolist() == [0, 0]


def test_a_word_that_counts_very_often_counts_so_much_and_no_more() -> None:
    index = built(WORDS, VECTORS, [(["tea"] * 70_000, []), (["tea"] * 60_000, [])])
    counts = index.uses(asked(TEA[:1]), positions(0, 1))
    assert counts.tolist() == [[module.MOST_COUNTED, 60_000]]


numbers = st.integers(0, 5)
bags = st.lists(st.tuples(st.lists(numbers, max_size=6), st.lists(numbers, max_size=3)), max_size=6)
likeness = st.lists(
    st.lists(st.sampled_from([0, 0, 0, 0.25, 0.5, 1]), min_size=6, max_size=6), max_size=3
)  # fmt: skip
LETTERS = [f"{letter}aa" for letter in "bcdfgh"]  # each its own stem
SPREAD = np.eye(6, dtype=np.float32)


def spelled(passages: Sequence[tuple[Sequence[int], Sequence[int]]]) -> list[tuple[list[str], list[str]]]:
    return [([LETTERS[n] for n in text], [LETTERS[n] for n in context]) for text, context in passages]


def assert_used(
    index: WordIndex, degrees: Sequence[Sequence[float]], passages: Sequence[tuple[Sequence[str], Sequence[str]]]
) -> None:
    """Words of a question, each as alike to the letters as is said, are used by passages as the passages have them."""
    of = {word: row for row, word in enumerate(LETTERS)}
    by_number = [[own[of[word]] for word in index.words] for own in degrees]
    question, every = asked(by_number, len(index.words)), np.arange(len(passages))
    expected = np.zeros((2, len(degrees), len(passages)))
    for row, own in enumerate(degrees):
        for at, (text, context) in enumerate(passages):
            covered = [own[of[word]] for word in text] + [CONTEXT_WEIGHT * own[of[word]] for word in context]
            expected[0, row, at] = max(covered, default=0)
            expected[1, row, at] = sum(own[of[word]] == 1 for word in text)
    np.testing.assert_allclose(index.coverage(question, every), expected[0], atol=1e-6)
    np.testing.assert_array_equal(index.uses(question, every), expected[1])
    assert index.lengths(np.arange(len(passages))).tolist() == [len(text) for text, _ in passages]


@given(bags, likeness)
@settings(deadline=None)
def test_usage_is_that_of_going_through_one_by_one(
    passages: list[tuple[list[int], list[int]]], degrees: list[list[float]]
) -> None:
    assert_used(built(LETTERS, SPREAD, spelled(passages)), degrees, spelled(passages))


# ---------------------------------------------------------------- change


@given(bags, bags, st.lists(st.booleans(), min_size=6, max_size=6), likeness)
@settings(deadline=None)
def test_words_that_changed_are_those_built_fresh(
    old: list[tuple[list[int], list[int]]],
    new: list[tuple[list[int], list[int]]],
    marked: list[bool],
    degrees: list[list[float]],
) -> None:
    """Words go that nobody has any more, others come and give all of them new numbers."""

    def words_of(passages: list[tuple[list[str], list[str]]]) -> list[str]:
        return sorted({word for text, context in passages for word in (*text, *context)})

    def vectors_of(words: list[str]) -> np.ndarray:
        return SPREAD[[LETTERS.index(word) for word in words]]

    before, coming = spelled(old), spelled(new)
    index = built(words_of(before), vectors_of(words_of(before)), before)
    keep = np.array(marked[: len(old)], dtype=np.bool_)
    after = [passage for passage, stays in zip(before, keep, strict=True) if stays] + coming
    words = words_of(after)
    changed = index.changed(keep, words, vectors_of(words), [WordIndex.bags_of(words, coming)])
    assert (changed.words, changed.unused()) == (words, [])
    assert_used(changed, degrees, after)
    assert in_full(changed.alike([(word,) for word in words], {}), len(words)) == np.eye(len(words)).tolist()
    assert_used(index, degrees, before)  # the one that answers meanwhile


def test_words_that_no_passage_has_are_unused() -> None:
    index = built(WORDS, VECTORS, in_words(TEXTS[:1]))
    assert index.unused() == ["measured", "vague"]
    assert built(WORDS, VECTORS, in_words(TEXTS)).unused() == []
    gone = built(WORDS, VECTORS, in_words(TEXTS)).changed(np.arange(5) == 3, WORDS, VECTORS, [])
    assert gone.unused() == ["measured", "roses", "tea"]  # one that stands in a context is used


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    index = built(WORDS, VECTORS, in_words(TEXTS))
    index.save(tmp_path)
    loaded = WordIndex.load(tmp_path)
    question, every = loaded.alike([("tea",), ("measure",)], vectors_of(measure=VECTORS[0])), positions(0, 1, 2, 3, 4)
    assert in_full(question) == TEA
    np.testing.assert_array_equal(loaded.coverage(question, every), index.coverage(question, every))
    np.testing.assert_array_equal(loaded.uses(question, every), index.uses(question, every))
    assert (loaded.words, loaded.unused()) == (WORDS, [])


def test_words_are_counted_in_the_texts_of_some_passages_and_of_all(index: WordIndex) -> None:
    measured, roses, tea, vague = (index.number[word] for word in WORDS)
    some = index.counts(positions(0, 4))
    assert (some[measured], some[roses], some[tea], some[vague]) == (0, 2, 1, 2)
    assert index.counts_of_all.tolist() == index.counts(positions(*range(len(TEXTS)))).tolist()
    assert index.counts(positions()).tolist() == [0] * len(index.words)


def test_stems_are_counted_in_any_form_and_found_in_texts_and_around_them() -> None:
    words = ["measure", "measured", "roses", "tea"]
    texts = [("measure measured", "roses"), ("tea", "measured tea"), ("roses measured", "")]
    made = built(words, np.eye(4, dtype=np.float32), in_words(texts))
    number = {stem: position for position, stem in enumerate(made.stems)}
    assert sorted(number) == ["measur", "rose", "tea"]
    for some, counts in (((0, 1, 2), (3, 1, 1)), ((0,), (2, 0, 0)), ((1, 2), (1, 1, 1)), ((), (0, 0, 0))):
        counted = made.counts_of_stems(positions(*some))
        assert [counted[number[stem]] for stem in ("measur", "rose", "tea")] == list(counts)
    assert made.counts_of_stems_of_all.tolist() == made.counts_of_stems(positions(0, 1, 2)).tolist()
    found = made.passages_with(["measur", "tea", "unheard"], positions(0, 1, 2))
    assert {stem: passages.tolist() for stem, passages in found.items()} == {
        "measur": [0, 2], "tea": [1], "unheard": [],
    }  # fmt: skip
    assert made.passages_with(["measur"], positions(1, 2))["measur"].tolist() == [2]
    assert [made.stems[near] for near in made.stems_around(positions(0)).tolist()] == ["rose"]
    assert {made.stems[near] for near in made.stems_around(positions(0, 1, 2)).tolist()} == {"measur", "rose", "tea"}
    assert made.stems_around(positions(2)).tolist() == []
