from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kindsearch.stores import vectors as module
from kindsearch.stores.arrays import Ranges
from kindsearch.stores.vectors import NOBODY, Embedded, VectorIndex

DIMENSIONS = 8
SPREAD = 24  # dimensions of the vectors that have short forms


def unit(drawn: np.ndarray) -> np.ndarray:
    rows: np.ndarray = (drawn / np.linalg.norm(drawn, axis=-1, keepdims=True)).astype(np.float32)
    return rows


def numbers(values: Sequence[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def embedded_of(
    vectors: np.ndarray, ranges: Sequence[tuple[int, int, bool]], voices: Sequence[int] | None = None
) -> Embedded:
    """Vectors of passages, each given as (first, end, with a whole)."""
    first, end, whole = (list(part) for part in zip(*ranges, strict=True)) if ranges else ([], [], [])
    voices = [NOBODY] * len(vectors) if voices is None else voices
    return Embedded.of(
        vectors, np.array(voices, dtype=np.int32), Ranges(numbers(first), numbers(end)), np.array(whole, dtype=np.bool_)
    )


def ranges_of(embedded: Embedded) -> list[tuple[int, int, bool]]:
    """Its passages as they are given to :func:`embedded_of`."""
    own = embedded.passages
    return list(zip(own.first.tolist(), own.end.tolist(), embedded.whole.tolist(), strict=True))


def alone(many: int, each: int) -> list[tuple[int, int, bool]]:
    """Ranges of passages that share nothing, of ``each`` vectors, the first of them the whole."""
    return [(each * number, each * number + each, True) for number in range(many)]


def nearest(embedded: Embedded, query: np.ndarray, among: Sequence[int] | None = None) -> list[tuple[int, float]]:
    """All passages with the cosine of their nearest vector, best first: by going through them one by one."""
    cosines = (embedded.codes * embedded.scales[:, None]) @ query
    ranges = ranges_of(embedded)
    some = range(len(ranges)) if among is None else sorted(set(among))
    best = {at: float(cosines[slice(*ranges[at][:2])].max()) for at in some}
    return sorted(best.items(), key=lambda item: -item[1])


def assert_nearest(found: list[tuple[int, float]], expected: list[tuple[int, float]]) -> None:
    """The same scores, and the same passages but for those that are equally near."""
    scores = dict(expected)
    assert [score for _, score in found] == pytest.approx([score for _, score in expected[: len(found)]], abs=1e-5)
    assert [scores[at] for at, _ in found] == pytest.approx([score for _, score in found], abs=1e-5)
    assert len({at for at, _ in found}) == len(found)


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    """Four vectors for each of 60 passages, (240, 8), rows of length 1."""
    return unit(np.random.default_rng(7).normal(size=(240, DIMENSIONS)))


@pytest.fixture(scope="module")
def embedded(vectors: np.ndarray) -> Embedded:
    return embedded_of(vectors, alone(60, 4))


@pytest.fixture(scope="module")
def index(embedded: Embedded) -> VectorIndex:
    return VectorIndex.build(embedded)


@pytest.fixture(scope="module")
def question() -> np.ndarray:
    return unit(np.random.default_rng(8).normal(size=DIMENSIONS))


# ---------------------------------------------------------------- comparing with all


@pytest.mark.parametrize("k", [1, 5, 59, 60, 500])
@pytest.mark.parametrize("among", [None, range(0, 60, 7), [3, 4], range(60)], ids=["all", "some", "two", "each"])
def test_the_nearest_passages_are_those_that_comparing_all_finds(
    index: VectorIndex, vectors: np.ndarray, question: np.ndarray, k: int, among: Sequence[int] | None
) -> None:
    best = {
        at: float((vectors[4 * at : 4 * at + 4] @ question).max()) for at in (range(60) if among is None else among)
    }
    expected = sorted(best, key=lambda at: -best[at])
    some = None if among is None else numbers(among)
    assert [at for at, _ in index.search(question, k, some)] == expected[:k]
    assert [at for at, _ in index.exact(question, k, some)] == expected[:k]


def test_a_score_is_the_cosine_of_the_nearest_vector(
    index: VectorIndex, vectors: np.ndarray, question: np.ndarray
) -> None:
    found = index.search(question, 60)
    scores = [score for _, score in found]
    assert scores == sorted(scores, reverse=True)
    for at, score in found:
        assert score == pytest.approx(float((vectors[4 * at : 4 * at + 4] @ question).max()), abs=2e-5)


def test_a_passage_of_many_near_vectors_does_not_take_the_place_of_others(question: np.ndarray) -> None:
    far = np.eye(DIMENSIONS, dtype=np.float32)[:4]
    ranges = [(0, 200, True), *((200 + n, 201 + n, True) for n in range(4))]
    index = VectorIndex.build(embedded_of(np.vstack([np.tile(question, (200, 1)), far]), ranges))
    found = index.search(question, 5)
    assert found[0][0] == 0
    assert {at for at, _ in found} == {0, 1, 2, 3, 4}


def test_windows_that_share_a_statement_are_both_found_by_it() -> None:
    embedded = embedded_of(np.eye(4, dtype=np.float32), [(0, 2, False), (1, 4, False), (3, 4, False)])
    index = VectorIndex.build(embedded)
    assert {at for at, score in index.search(np.eye(4, dtype=np.float32)[1], 3) if score > 0.5} == {0, 1}
    assert [at for at, _ in index.search(np.eye(4, dtype=np.float32)[1], 3, numbers([1, 2]))] == [1, 2]
    assert {at for at, score in index.search(np.eye(4, dtype=np.float32)[3], 3) if score > 0.5} == {1, 2}


@pytest.mark.parametrize(("k", "among"), [(0, None), (3, []), (-1, [1])])
def test_nothing_to_choose_from_is_nothing_found(
    index: VectorIndex, question: np.ndarray, k: int, among: list[int] | None
) -> None:
    some = None if among is None else numbers(among)
    assert index.search(question, k, some) == index.exact(question, k, some) == []


def test_an_index_of_nothing_finds_nothing(question: np.ndarray, tmp_path: Path) -> None:
    nothing = VectorIndex.build(Embedded.none(DIMENSIONS))
    nothing.save(tmp_path)
    for empty in (nothing, VectorIndex.load(tmp_path)):
        assert (len(empty), empty.search(question, 5), empty.exact(question, 5)) == (0, [], [])
        assert empty.vectors_of(numbers([])).shape == (0, DIMENSIONS)
        found = empty.cosines(question, numbers([]), numbers([1]))
        assert len(found.best) == len(found.share) == len(found.numbers) == len(found.each) == 0


@st.composite
def some_vectors(draw: st.DrawFn, many: int = 12) -> Embedded:
    """Passages whose ranges ascend and may overlap, with wholes and without, of vectors that may be equal."""
    ranges, first, end = list[tuple[int, int, bool]](), 0, 0
    for _ in range(draw(st.integers(0, many))):
        alone = draw(st.booleans())  # a written passage; a window may share statements with the one before
        first = end if alone or first >= end else draw(st.integers(first + 1, end))
        end = max(end, first) + draw(st.integers(1, 3)) if first == end else end + draw(st.integers(0, 2))
        ranges.append((first, end, alone))
    drawn = np.random.default_rng(draw(st.integers(0, 99))).integers(-2, 3, size=(end, 3)).astype(np.float32)
    voices = draw(st.lists(st.integers(-1, 3), min_size=end, max_size=end))
    return embedded_of(unit(drawn + np.float32(0.1)), ranges, voices)


asking = st.integers(0, 99).map(lambda seed: unit(np.random.default_rng(seed).normal(size=3)))
picked = st.none() | st.lists(st.integers(0, 11), max_size=12)


@given(some_vectors(), asking, st.integers(1, 14), picked)
@settings(deadline=None)
def test_search_is_that_of_going_through_one_by_one(
    embedded: Embedded, query: np.ndarray, k: int, some: list[int] | None
) -> None:
    many, index = len(embedded.passages), VectorIndex.build(embedded)
    among = None if some is None else sorted({at for at in some if at < many})
    expected = nearest(embedded, query, among)
    for search in (index.search, index.exact):
        found = search(query, k, None if among is None else numbers(among))
        assert len(found) == min(k, len(expected))
        assert_nearest(found, expected)


# ---------------------------------------------------------------- what vectors are kept as


@pytest.mark.parametrize("dimensions", [2, 64, 384])
def test_no_cosine_changes_by_what_vectors_are_rounded_to(dimensions: int) -> None:
    drawn = np.random.default_rng(dimensions)
    vectors, queries = (unit(drawn.normal(size=(many, dimensions))) for many in (500, 40))
    index = VectorIndex.build(embedded_of(vectors, alone(500, 1)))
    for query in queries:
        found = index.cosines(query, np.arange(500))
        assert np.abs(found.each - vectors.astype(np.float64) @ query).max() < 2e-5
    assert index.embedded.codes.dtype == np.int16


def test_a_vector_of_nothing_stays_one() -> None:
    embedded = embedded_of(np.zeros((1, 4), dtype=np.float32), alone(1, 1))
    assert embedded.decoded(numbers([0])).tolist() == [[0, 0, 0, 0]]


def test_one_vector_stands_for_a_passage_the_whole_or_the_mean_of_its_statements() -> None:
    vectors = np.array([[1, 0], [0.6, 0.8], [0, 1], [-1, 0], [1, 0]], dtype=np.float32)
    index = VectorIndex.build(embedded_of(vectors, [(0, 2, True), (1, 3, False), (3, 4, False), (3, 5, False)]))
    mean = unit(np.array([0.6, 1.8]))
    expected = [[-1, 0], [1, 0], mean, [0, 0], [1, 0]]  # what is opposite is like nothing
    np.testing.assert_allclose(index.vectors_of(numbers([2, 0, 1, 3, 0])), expected, atol=1e-4)


def test_a_passage_without_its_context_is_the_mean_of_its_statements_and_without_any_itself() -> None:
    vectors = np.array([[1, 0], [0, 1], [0.6, 0.8], [0.8, 0.6]], dtype=np.float32)
    index = VectorIndex.build(embedded_of(vectors, [(0, 3, True), (2, 4, False), (3, 4, True)]))
    expected = [unit(np.array([0.6, 1.8])), unit(np.array([1.4, 1.4])), [0.8, 0.6]]
    np.testing.assert_allclose(index.vectors_without_context(numbers([0, 1, 2])), expected, atol=1e-2)
    assert index.vectors_without_context(numbers([])).shape == (0, 2)


def test_statements_are_numbered_after_the_whole() -> None:
    index = VectorIndex.build(embedded_of(np.eye(4, dtype=np.float32), [(0, 2, True), (2, 3, True), (3, 4, False)]))
    assert [index.statements_of(at).tolist() for at in range(3)] == [[1], [], [3]]


# ---------------------------------------------------------------- change, and files


def arrays_of(embedded: Embedded) -> dict[str, np.ndarray]:
    """All that it holds."""
    return {name: value for name, value in (vars(embedded) | vars(embedded.passages)).items() if name != "passages"}


def assert_same(one: Embedded, other: Embedded) -> None:
    for name, left in arrays_of(one).items():
        right = arrays_of(other)[name]
        assert (left.tolist(), left.dtype) == (right.tolist(), right.dtype), name


def by_passage(embedded: Embedded) -> list[tuple[bool, list[list[int]], list[int]]]:
    """Of each passage whether it has a whole, its codes and its voices."""
    return [
        (whole, embedded.codes[first:end].tolist(), embedded.voices[first:end].tolist())
        for first, end, whole in ranges_of(embedded)
    ]


marks = st.lists(st.booleans(), min_size=12, max_size=12)


@given(some_vectors(), some_vectors(), marks, asking)
@settings(deadline=None)
def test_an_index_that_changed_is_one_built_fresh(
    old: Embedded, new: Embedded, marked: list[bool], query: np.ndarray
) -> None:
    keep = np.array(marked[: len(old.passages)], dtype=np.bool_)
    moved = np.array([2, -1, 0, 1], dtype=np.int32)  # the numbers of the names
    before = {name: part.copy() for name, part in arrays_of(old).items()}
    index = VectorIndex.build(old)
    changed = index.changed(keep, moved, new)
    kept = [of for of, stays in zip(by_passage(old), keep, strict=True) if stays]
    voices = {-1: -1, 0: 2, 1: -1, 2: 0, 3: 1}
    expected = [(whole, codes, [voices[voice] for voice in whose]) for whole, codes, whose in kept] + by_passage(new)
    assert by_passage(changed.embedded) == expected
    assert len(changed) == len(expected)
    used = {n for (first, end, _), stays in zip(ranges_of(old), keep, strict=True) if stays for n in range(first, end)}
    assert len(changed.embedded.codes) == len(used) + len(new.codes)  # nothing of what only the others had
    assert_nearest(changed.search(query, 24), nearest(changed.embedded, query))
    for name, part in arrays_of(index.embedded).items():
        np.testing.assert_array_equal(before[name], part)  # the index that answers meanwhile


def test_what_is_saved_is_what_is_loaded(
    index: VectorIndex, embedded: Embedded, question: np.ndarray, tmp_path: Path
) -> None:
    index.save(tmp_path)
    loaded = VectorIndex.load(tmp_path)
    assert len(loaded) == len(index) == 60
    assert_same(loaded.embedded, embedded)
    some = np.arange(0, 60, 3)
    assert loaded.search(question, 20, some) == index.search(question, 20, some)
    changed = loaded.changed(np.arange(60) % 2 == 0, numbers([]).astype(np.int32), embedded)
    assert len(changed) == 90
    assert_nearest(changed.search(question, 90), nearest(changed.embedded, question))


# ---------------------------------------------------------------- in short

MANY, EACH = 6_000, 2


def clustered(seed: int, many: int, centres: int = 150) -> np.ndarray:
    """Vectors around centres, as those of texts on some topics are: (many, SPREAD)."""
    drawn = np.random.default_rng(seed)
    middles = np.random.default_rng(1).normal(size=(centres, SPREAD))
    return unit(middles[drawn.integers(centres, size=many)] + 0.6 * drawn.normal(size=(many, SPREAD)))


@pytest.fixture
def few_are_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short forms from 201 vectors on."""
    monkeypatch.setattr(module, "EXACT_UP_TO", 200)


@pytest.fixture(scope="module")
def many_vectors() -> Embedded:
    return embedded_of(clustered(2, MANY * EACH), alone(MANY, EACH), [n % 3 for n in range(MANY * EACH)])


@pytest.fixture(scope="module")
def built(many_vectors: Embedded) -> VectorIndex:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "EXACT_UP_TO", 200)
        return VectorIndex.build(many_vectors)


@pytest.fixture(params=["built", "loaded", "too large to be held"])
def short(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    built: VectorIndex,
    tmp_path: Path,
    few_are_exact: None,
) -> VectorIndex:
    """An index of many vectors, with short forms, made here or read from a file; held in memory, or left in files."""
    if request.param == "built":
        return built
    if request.param == "too large to be held":
        monkeypatch.setattr(module, "HELD_UP_TO", 200)
    built.save(tmp_path)
    assert (tmp_path / module.FILE).is_file()
    return VectorIndex.load(tmp_path)


def asked_of_many(many: int = 50) -> np.ndarray:
    return clustered(3, many)


def recall(index: VectorIndex, queries: np.ndarray, k: int, among: np.ndarray | None = None) -> float:
    """Which share of the ``k`` nearest is found."""
    shares = []
    for query in queries:
        found, exact = ({at for at, _ in search(query, k, among)} for search in (index.search, index.exact))
        shares.append(len(found & exact) / len(exact))
    return float(np.mean(shares))


def test_short_forms_are_used_beyond_so_many_vectors(few_are_exact: None, tmp_path: Path) -> None:
    for many, in_short in ((200, False), (201, True)):
        VectorIndex.build(embedded_of(clustered(2, many), alone(many, 1))).save(tmp_path)
        assert (tmp_path / module.FILE).is_file() is in_short


def test_what_is_found_in_short_is_nearly_always_what_comparing_all_finds(short: VectorIndex) -> None:
    assert recall(short, asked_of_many(), 10) >= 0.9


def test_what_is_found_in_short_has_its_full_cosine(short: VectorIndex, many_vectors: Embedded) -> None:
    for query in asked_of_many(5):
        exact = dict(nearest(many_vectors, query))
        found = short.search(query, 10)
        assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
        assert [score for _, score in found] == pytest.approx([exact[at] for at, _ in found], abs=1e-6)


@pytest.mark.parametrize("one_in", [1, 2, 10, 50, 300, 3_000, 6_000])
@pytest.mark.parametrize("k", [1, 10, 100])
def test_k_passages_come_back_however_few_a_filter_leaves(short: VectorIndex, one_in: int, k: int) -> None:
    among = np.arange(one_in // 2, MANY, one_in)
    for query in asked_of_many(5):
        found = short.search(query, k, among)
        assert len({at for at, _ in found}) == len(found) == min(k, len(among))
        assert {at for at, _ in found} <= set(among.tolist())
        if EACH * len(among) <= 200:  # so few that all are compared
            assert found == short.exact(query, k, among)


def test_where_a_filter_leaves_only_what_is_far_it_is_found_all_the_same(short: VectorIndex) -> None:
    """None of the many that come first passes."""
    for query in asked_of_many(5):
        order = [at for at, _ in short.exact(query, MANY)]
        among = np.sort(numbers(order[-150:]))
        found = short.search(query, 20, among)
        assert len(found) == 20
        assert {at for at, _ in found} <= set(among.tolist())


def test_with_a_filter_nearly_always_the_nearest_are_found(short: VectorIndex) -> None:
    for one_in in (2, 10, 40):
        assert recall(short, asked_of_many(20), 10, np.arange(0, MANY, one_in)) >= 0.9


def test_everything_is_found_in_short_where_everything_is_asked_for(short: VectorIndex) -> None:
    found = short.search(asked_of_many(1)[0], MANY)
    assert {at for at, _ in found} == set(range(MANY))


def test_cosines_and_vectors_do_not_go_through_short_forms(short: VectorIndex, many_vectors: Embedded) -> None:
    exact = VectorIndex(many_vectors)
    query, some = asked_of_many(1)[0], np.arange(0, MANY, 11)
    np.testing.assert_allclose(short.cosines(query, some).best, exact.cosines(query, some).best, atol=1e-6)
    np.testing.assert_allclose(short.vectors_of(some), exact.vectors_of(some), atol=1e-6)


NAMES = np.arange(3, dtype=np.int32)


def test_short_forms_that_changed_find_what_came_and_never_what_went(
    short: VectorIndex, many_vectors: Embedded
) -> None:
    keep = np.arange(MANY) % 5 != 0
    new = embedded_of(clustered(4, 500 * EACH), alone(500, EACH))
    before = short.search(asked_of_many(1)[0], 50)
    changed = short.changed(keep, NAMES, new)
    fresh = Embedded.joined([many_vectors.kept(keep, NAMES), new])
    assert_same(changed.embedded, fresh)
    assert short.search(asked_of_many(1)[0], 50) == before  # the index that answers meanwhile
    for at in [*range(0, len(changed), 97), *range(len(changed) - 500, len(changed), 29)]:
        own = fresh.decoded(numbers([fresh.passages.first[at]]))[0]
        ((found, score),) = changed.search(own, 1)
        assert (found, score) == (at, pytest.approx(1, abs=1e-4))
    gone = np.flatnonzero(~keep)[::53]
    for at in gone:
        own = many_vectors.decoded(numbers([many_vectors.passages.first[at]]))[0]
        assert all(score < 0.9999 for _, score in changed.search(own, 10))
    assert {at for at, _ in changed.search(asked_of_many(1)[0], len(changed))} == set(range(len(changed)))
    assert recall(changed, asked_of_many(), 10) >= 0.9


def test_short_forms_may_change_again_and_again_and_be_saved_between(short: VectorIndex, tmp_path: Path) -> None:
    for step in range(4):
        many = len(short)
        new = embedded_of(clustered(10 + step, 200), alone(100, EACH))
        short = short.changed(np.arange(many) % 10 != step, NAMES, new)
        folder = tmp_path / str(step)
        folder.mkdir()
        short.save(folder)
        short = VectorIndex.load(folder)
        own = new.decoded(numbers([2 * 99]))[0]
        assert [at for at, _ in short.search(own, 1)] == [len(short) - 1]
    assert recall(short, asked_of_many(20), 10) >= 0.9


def test_with_nothing_that_changes_they_find_the_same(short: VectorIndex) -> None:
    changed = short.changed(np.ones(MANY, dtype=np.bool_), NAMES, Embedded.none(SPREAD))
    for query in asked_of_many(5):
        assert changed.search(query, 10) == short.search(query, 10)


@pytest.mark.parametrize(
    ("kept", "more", "as_before"), [(1.0, 0.5, True), (1.0, 1.5, False), (0.9, 0.1, False), (0.3, 0.0, False)]
)
def test_short_forms_are_made_anew_where_something_went_or_more_came_than_there_was(
    short: VectorIndex, monkeypatch: pytest.MonkeyPatch, kept: float, more: float, as_before: bool
) -> None:
    made = []
    monkeypatch.setattr(module, "_short_forms", made.append)
    new = embedded_of(clustered(4, int(MANY * more) * EACH), alone(int(MANY * more), EACH))
    short.changed(np.arange(MANY) < MANY * kept, NAMES, new)
    assert (not made) is as_before


def test_an_index_without_short_forms_has_them_when_it_has_grown(few_are_exact: None, many_vectors: Embedded) -> None:
    small = VectorIndex.build(embedded_of(clustered(6, 100), alone(100, 1)))
    grown = small.changed(np.ones(100, dtype=np.bool_), NAMES, many_vectors)
    assert recall(grown, asked_of_many(20), 10) >= 0.9
    own = many_vectors.decoded(numbers([EACH * 77]))[0]
    assert grown.search(own, 1)[0][0] == 177


# ---------------------------------------------------------------- cosines, by hand

ASKED = np.array([0.6, 0.8], dtype=np.float32)
ANN, BO, CY, DEE = 0, 1, 2, 3
SPOKEN = [  # who says it, and its vector
    (NOBODY, (0.6, 0.8)), (ANN, (1.0, 0.0)), (BO, (0.0, 1.0)),
    (NOBODY, (0.8, 0.6)),
    (NOBODY, (0.0, 1.0)), (BO, (-1.0, 0.0)), (NOBODY, (0.6, -0.8)), (ANN, (-0.6, 0.8)),
    (NOBODY, (1.0, 0.0)), (CY, (-0.6, -0.8)),
    (BO, (1.0, 0.0)), (ANN, (0.0, 1.0)), (BO, (0.8, -0.6)),
]  # fmt: skip
# four that were written, the second without a statement; two windows that share Ann's statement
RANGES = [(0, 3, True), (3, 4, True), (4, 8, True), (8, 10, True), (10, 12, False), (11, 13, False)]
WHOLE = [1.0, 0.96, 0.8, 0.6]
BEST = [0.8, 0.96, 0.28, -1.0, 0.8, 0.8]  # the whole passage is none of its statements, unless there are none


@pytest.fixture(scope="module", params=["built", "loaded"])
def spoken(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> VectorIndex:
    voices, vectors = zip(*SPOKEN, strict=True)
    built = VectorIndex.build(embedded_of(np.array(vectors, dtype=np.float32), RANGES, voices))
    folder = tmp_path_factory.mktemp("vectors")
    built.save(folder)
    return built if request.param == "built" else VectorIndex.load(folder)


@pytest.mark.parametrize("some", [[0, 1, 2, 3], [0, 2], [1], [1, 3], [0, 1, 2, 3, 4, 5], [4, 5], [5]])
def test_cosines_are_to_the_whole_and_to_the_nearest_statement(spoken: VectorIndex, some: list[int]) -> None:
    found = spoken.cosines(ASKED, numbers(some))
    written = [at for at in some if at < 4]
    np.testing.assert_allclose(found.whole[: len(written)], [WHOLE[at] for at in written], atol=3e-5)
    np.testing.assert_allclose(found.best, [BEST[at] for at in some], atol=3e-5)
    np.testing.assert_array_equal(found.heard, found.best)  # nobody is asked for
    np.testing.assert_array_equal(found.share, np.zeros(len(some)))


@pytest.mark.parametrize(
    ("people", "heard", "share"),
    [
        pytest.param([ANN], [0.6, 0, 0.28, 0, 0.8, 0.8], [1 / 2, 0, 1 / 3, 0, 1 / 2, 1 / 2], id="one"),
        pytest.param([BO], [0.8, 0, 0, 0, 0.6, 0], [1 / 2, 0, 1 / 3, 0, 1 / 2, 1 / 2], id="opposite is nothing"),
        pytest.param([ANN, BO], [0.8, 0, 0.28, 0, 0.8, 0.8], [1, 0, 2 / 3, 0, 1, 1], id="either"),
        pytest.param([CY], [0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0], id="all of it hers"),
        pytest.param([DEE], [0] * 6, [0] * 6, id="a stranger is not nobody"),
        pytest.param([], [0] * 6, [0] * 6, id="none of those who speak"),
    ],
)
def test_heard_is_what_those_who_are_asked_for_say(
    spoken: VectorIndex, people: list[int], heard: list[float], share: list[float]
) -> None:
    found = spoken.cosines(ASKED, np.arange(6), numbers(people))
    np.testing.assert_allclose(found.heard, heard, atol=3e-5)
    np.testing.assert_allclose(found.share, share, atol=1e-6)
    np.testing.assert_allclose(found.best, BEST, atol=3e-5)  # whoever says it
    np.testing.assert_allclose(found.whole[:4], WHOLE, atol=3e-5)


def test_the_cosine_of_each_statement_can_be_asked_for(spoken: VectorIndex) -> None:
    found = spoken.cosines(ASKED, numbers([2, 4, 5]))
    assert found.numbers.tolist() == [4, 5, 6, 7, 10, 11, 12]  # what two share once
    np.testing.assert_allclose(found.of(spoken.statements_of(2)), [-0.6, -0.28, 0.28], atol=3e-5)
    np.testing.assert_allclose(found.of(spoken.statements_of(5)), [0.8, 0.0], atol=3e-5)


@pytest.mark.parametrize("people", [[], [ANN]])
def test_of_no_passages_there_are_no_cosines(spoken: VectorIndex, people: list[int]) -> None:
    found = spoken.cosines(ASKED, numbers([]), numbers(people))
    assert [len(each) for each in vars(found).values()] == [0] * 6


def test_cosines_leave_the_vectors_as_they_are(spoken: VectorIndex) -> None:
    before = spoken.vectors_of(np.arange(6)).copy()
    spoken.cosines(ASKED, np.arange(6), numbers([ANN]))
    np.testing.assert_array_equal(spoken.vectors_of(np.arange(6)), before)


@given(some_vectors(), asking, picked, st.lists(st.integers(0, 4), max_size=3))
@settings(deadline=None)
def test_cosines_are_those_of_going_through_one_by_one(
    embedded: Embedded, query: np.ndarray, some: list[int] | None, voices: list[int]
) -> None:
    index, many = VectorIndex.build(embedded), len(embedded.passages)
    asked = sorted({at for at in (range(many) if some is None else some) if at < many})
    found = index.cosines(query, numbers(asked), numbers(voices))
    each = (embedded.codes * embedded.scales[:, None]) @ query
    ranges = ranges_of(embedded)
    for place, at in enumerate(asked):
        first, end, whole = ranges[at]
        statements = range(first + whole, end)
        hers = [n for n in statements if embedded.voices[n] in voices]
        best = max((float(each[n]) for n in statements), default=float(each[first]))
        assert found.whole[place] == pytest.approx(float(each[first]), abs=1e-5)
        assert found.best[place] == pytest.approx(best, abs=1e-5)
        heard = max([0.0, *(float(each[n]) for n in hers)])
        assert found.heard[place] == pytest.approx(heard, abs=1e-5)
        assert found.share[place] == pytest.approx(len(hers) / max(len(statements), 1), abs=1e-6)
    assert found.numbers.tolist() == sorted({n for at in asked for n in range(*ranges[at][:2])})
