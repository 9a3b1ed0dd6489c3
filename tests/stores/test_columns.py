from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kindsearch.stores.arrays import Ragged
from kindsearch.stores.columns import KINDS, NO_RUN, Columns
from kindsearch.types import Filter, Kind, PartialDate, Passage, Session

Place = tuple[str, str, Kind, str]
"""Of a passage: its document, its section, its kind, and those who speak in it, a letter each."""


def passages_at(places: Sequence[Place]) -> list[Passage]:
    """Passages at these places; a document belongs to the session of its first letter, one in capitals is made up."""
    return [
        Passage(
            id=f"p{number}",
            document_id=document_id,
            source=f"{document_id}.md",
            session=Session(f"s-{document_id[0].lower()}", "Tea"),
            start=10 * number,
            end=10 * number + 5,
            text="Tea.",
            kind=kind,
            section=section,
            statements=(),
            speakers=tuple(speakers),
            is_illustrative=document_id.isupper(),
        )
        for number, (document_id, section, kind, speakers) in enumerate(places)
    ]


def columns_of(places: Sequence[Place], first_row: int = 1) -> Columns:
    passages = passages_at(places)
    return Columns.of(range(first_row, first_row + len(passages)), passages, (), ())


def positions(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def values(*numbers: float) -> np.ndarray:
    return np.array(numbers, dtype=np.float32)


def known_of(columns: Columns) -> list[tuple[object, ...]]:
    """What is known of each passage, whatever the numbers of sessions, names and runs."""
    runs: dict[int, int] = {NO_RUN: NO_RUN}
    sizes = [size for _, size in columns.documents]
    documents = [document_id for document_id, size in columns.documents for _ in range(size)]
    assert sum(sizes) == len(columns)
    return [
        (
            int(columns.rows[at]), KINDS[columns.kinds[at]], columns.session_ids[columns.sessions[at]],
            bool(columns.illustrative[at]), runs.setdefault(int(columns.runs[at]), len(runs)),
            [columns.names[n] for n in columns.speakers.taken(positions(at))],
            documents[at],
        )
        for at in range(len(columns))
    ]  # fmt: skip


SPEECH, CHAT, QUOTE = Kind.TRANSCRIPT, Kind.CHAT, Kind.QUOTE
# Two sections of one transcript, then another transcript whose section has the name of the one before.
PLACES = [
    ("c", "Chat", CHAT, "A"),
    ("d", "Tea", SPEECH, "AB"), ("d", "Tea", SPEECH, "B"), ("d", "Tea", SPEECH, ""),
    ("d", "Walks", SPEECH, "A"),
    ("e", "Walks", SPEECH, ""), ("e", "Walks", SPEECH, "B"),
    ("F", "Walks", QUOTE, "C"),
]  # fmt: skip


@pytest.fixture(params=["built", "loaded", "grown", "what was kept"])
def columns(request: pytest.FixtureRequest, tmp_path: Path) -> Columns:
    if request.param == "grown":
        first = columns_of(PLACES[:4])
        assert first.names == (("s-c", "A"), ("s-d", "A"), ("s-d", "B"))
        return first.kept(np.array([True, False, False, False])).followed_by(
            Columns.of(range(2, 9), passages_at(PLACES)[1:], ("s-c",), (("s-c", "A"),))
        )
    if request.param == "what was kept":
        more = Columns.of(range(90, 93), passages_at([("x", "Tea", SPEECH, "XA")] * 3), (), ())
        every = more.followed_by(Columns.of(range(1, 9), passages_at(PLACES), more.session_ids, more.names))
        return every.kept(np.arange(11) >= 3)
    built = columns_of(PLACES)
    built.save(tmp_path)
    return built if request.param == "built" else Columns.load(tmp_path)


def test_what_is_known_of_a_passage_stands_at_its_position(columns: Columns) -> None:
    assert known_of(columns) == [
        (1, CHAT, "s-c", False, NO_RUN, [("s-c", "A")], "c"),
        (2, SPEECH, "s-d", False, 1, [("s-d", "A"), ("s-d", "B")], "d"),
        (3, SPEECH, "s-d", False, 1, [("s-d", "B")], "d"),
        (4, SPEECH, "s-d", False, 1, [], "d"),
        (5, SPEECH, "s-d", False, 2, [("s-d", "A")], "d"),
        (6, SPEECH, "s-e", False, 3, [], "e"),
        (7, SPEECH, "s-e", False, 3, [("s-e", "B")], "e"),
        (8, QUOTE, "s-f", True, NO_RUN, [("s-f", "C")], "F"),
    ]
    assert columns.session_ids == ("s-c", "s-d", "s-e", "s-f")
    assert columns.names == (("s-c", "A"), ("s-d", "A"), ("s-d", "B"), ("s-e", "B"), ("s-f", "C"))
    assert columns.documents == (("c", 1), ("d", 4), ("e", 2), ("F", 1))


# ---------------------------------------------------------------- filters


JANUARY, MAY, YEAR = PartialDate(2024, 1, 18), PartialDate(2024, 5), PartialDate(2023)
DAYS = {
    f"s-{letter}": (date.first_day, date.last_day) for letter, date in zip("cde", (JANUARY, MAY, YEAR), strict=True)
}


@pytest.mark.parametrize(
    ("where", "found"),
    [
        pytest.param(Filter(), [0, 1, 2, 3, 4, 5, 6, 7], id="everything, dated or not"),
        pytest.param(Filter(session="s-d"), [1, 2, 3, 4], id="session"),
        pytest.param(Filter(session="s-f"), [7], id="session without a date"),
        pytest.param(Filter(session="s"), [], id="no session"),
        pytest.param(Filter(kind=SPEECH), [1, 2, 3, 4, 5, 6], id="kind"),
        pytest.param(Filter(kind=Kind.TALK), [], id="no such kind"),
        pytest.param(Filter(since=PartialDate(2024)), [0, 1, 2, 3, 4], id="since a year"),
        pytest.param(Filter(since=PartialDate(2024, 5, 31)), [1, 2, 3, 4], id="May may be the 31st"),
        pytest.param(Filter(since=PartialDate(2024, 6)), [], id="since later"),
        pytest.param(Filter(until=PartialDate(2024, 5, 1)), [0, 1, 2, 3, 4, 5, 6], id="May may be the 1st"),
        pytest.param(Filter(until=PartialDate(2024, 1, 17)), [5, 6], id="the day before"),
        pytest.param(Filter(until=PartialDate(2024, 1, 18)), [0, 5, 6], id="the very day"),
        pytest.param(Filter(until=PartialDate(2023, 3)), [5, 6], id="a year may be its March"),
        pytest.param(Filter(since=PartialDate(2024, 2), until=PartialDate(2023, 12)), [], id="never"),
        pytest.param(Filter("s-d", None, PartialDate(2024), PartialDate(2024), SPEECH), [1, 2, 3, 4], id="every side"),
        pytest.param(Filter("s-f", since=PartialDate(1)), [], id="without a date is at no time"),
    ],
)
def test_a_filter_lets_through_what_matches_on_every_side(columns: Columns, where: Filter, found: list[int]) -> None:
    passed = columns.matching(where, {**DAYS, "s-f": None}, None)
    assert (np.flatnonzero(passed).tolist(), passed.dtype) == (found, np.bool_)


@pytest.mark.parametrize(
    ("names", "where", "found"),
    [
        ([], Filter(), []),
        ([("s-d", "A")], Filter(), [1, 4]),
        ([("s-d", "B")], Filter(), [1, 2]),
        ([("s-d", "A"), ("s-d", "B")], Filter(), [1, 2, 4]),  # two names of hers, or two people
        ([("s-c", "A"), ("s-d", "A")], Filter(), [0, 1, 4]),
        ([("s-c", "A"), ("s-d", "A")], Filter(kind=CHAT), [0]),
        ([("s-c", "A"), ("s-d", "A")], Filter(session="s-e"), []),
        ([("s-f", "C"), ("s-e", "B")], Filter(until=PartialDate(2024)), [6]),
    ],
)
def test_of_some_names_passes_what_is_said_under_any_of_them(
    columns: Columns, names: list[tuple[str, str]], where: Filter, found: list[int]
) -> None:
    numbers = positions(*(columns.names.index(name) for name in names))
    assert np.flatnonzero(columns.matching(where, DAYS, numbers)).tolist() == found


def test_passages_of_sessions_and_of_kinds(columns: Columns) -> None:
    assert np.flatnonzero(columns.in_sessions(["s-c", "s-e", "nothing"])).tolist() == [0, 5, 6]
    assert np.flatnonzero(columns.of_kinds(frozenset({CHAT, QUOTE}))).tolist() == [0, 7]
    assert not columns.in_sessions([]).any()
    assert not columns.of_kinds([]).any()


def test_positions_are_found_by_rows_in_whatever_order_these_are() -> None:
    columns = Columns.of([30, 10, 20, 5], passages_at([("d", "", CHAT, "")] * 4), (), ())
    assert columns.positions_of(positions(5, 30, 10, 30)).tolist() == [3, 0, 1, 0]
    assert columns.positions_of(positions()).tolist() == []


# ---------------------------------------------------------------- what follows one another


def test_windows_of_speech_are_told_from_other_passages(columns: Columns) -> None:
    assert columns.are_speech(positions(6, 0, 3, 7, 4)).tolist() == [True, False, True, False, True]


@pytest.mark.parametrize(
    ("asked", "reach", "found"),
    [
        pytest.param([2], 1, [1, 2, 3], id="both sides"),
        pytest.param([1], 1, [1, 2], id="nothing before the first"),
        pytest.param([1], 2, [1, 2, 3], id="further"),
        pytest.param([3], 1, [2, 3], id="not into another section"),
        pytest.param([4], 5, [4], id="not into another transcript"),
        pytest.param([6], 5, [5, 6], id="nothing after the last"),
        pytest.param([1, 6], 1, [1, 2, 5, 6], id="of several"),
        pytest.param([1, 2, 3], 1, [1, 2, 3], id="each once"),
        pytest.param([2, 5], 0, [2, 5], id="no reach"),
        pytest.param([0, 7], 3, [], id="no speech"),
        pytest.param([], 3, [], id="no passages"),
    ],
)
def test_around_a_window_are_those_of_its_run(columns: Columns, asked: list[int], reach: int, found: list[int]) -> None:
    around = columns.around(positions(*asked), reach)
    assert (around.tolist(), around.dtype) == (found, np.int64)


def test_a_section_that_comes_back_is_another_run() -> None:
    columns = columns_of([("d", "Tea", SPEECH, ""), ("d", "Walks", SPEECH, ""), ("d", "Tea", SPEECH, "")])
    assert columns.around(positions(0), 5).tolist() == [0]
    assert columns.averaged(values(1, 2, 4), positions(0, 1, 2), 5).tolist() == [1, 2, 4]


@pytest.mark.parametrize(
    ("given", "of_them", "reach", "means"),
    [
        # reach 2: a window counts three times, those beside it twice, those next to them once
        pytest.param([1, 2, 3], [1, 2, 4], 2, [(3 + 4 + 4) / 6, (2 + 6 + 8) / 7, (1 + 4 + 12) / 6], id="a whole run"),
        pytest.param([1, 2, 3], [1, 2, 4], 1, [(2 + 2) / 3, (1 + 4 + 4) / 4, (2 + 8) / 3], id="less far"),
        pytest.param([1, 3], [1, 4], 2, [(3 + 4) / 4, (1 + 12) / 4], id="two places away, the one between not given"),
        pytest.param([1, 3], [1, 4], 1, [1, 4], id="only what is near counts"),
        pytest.param([3, 4, 5], [1, 2, 4], 8, [1, 2, 4], id="no run counts in another"),
        pytest.param([4, 5, 6], [8, 1, 4], 1, [8, (2 + 4) / 3, (1 + 8) / 3], id="the last run"),
        pytest.param([1, 2], [-1, 2], 1, [0, 1], id="less than nothing"),
        pytest.param([2, 5], [3, 5], 0, [3, 5], id="no reach"),
        pytest.param([], [], 2, [], id="no windows"),
    ],
)
def test_a_mean_is_over_those_given_of_a_run_and_the_nearer_count_more(
    columns: Columns, given: list[int], of_them: list[float], reach: int, means: list[float]
) -> None:
    averaged = columns.averaged(values(*of_them), positions(*given), reach)
    assert averaged.dtype == np.float32
    np.testing.assert_allclose(averaged, means, rtol=1e-6)


# Documents of sections of windows or of something else, those of one document together.
documents = st.lists(
    st.lists(
        st.tuples(st.sampled_from("TW"), st.sampled_from([SPEECH, SPEECH, CHAT]), st.sampled_from(["", "A", "AB"])),
        min_size=1,
        max_size=8,
    ),
    max_size=5,
)
marks = st.lists(st.booleans(), min_size=40, max_size=40)


def placed(of_documents: list[list[tuple[str, Kind, str]]], letters: str = "abcde") -> list[Place]:
    return [(letter, *place) for letter, places in zip(letters, of_documents, strict=False) for place in places]


def run_of(places: Sequence[Place], at: int) -> range:
    """The positions of the run that a window is in: a stretch of speech of one section of one document."""
    same = [place[:3] == places[at][:3] for place in places]
    first = next(n + 1 for n in range(at, -2, -1) if n < 0 or not same[n])
    after = next(n for n in range(at, len(places) + 1) if n == len(places) or not same[n])
    return range(first, after)


@given(documents, marks, st.integers(0, 4))
@settings(deadline=None)
def test_around_and_means_are_those_of_going_through_one_by_one(
    of_documents: list[list[tuple[str, Kind, str]]], marked: list[bool], reach: int
) -> None:
    places = placed(of_documents)
    columns = columns_of(places)
    asked = [n for n in range(len(places)) if marked[n]]
    spoken = [n for n, place in enumerate(places) if place[2] == SPEECH]
    near = {n: [m for m in run_of(places, n) if abs(m - n) <= reach and m in spoken] for n in spoken}
    around = columns.around(positions(*asked), reach).tolist()
    assert around == sorted({m for n in asked if n in near for m in near[n]})
    worth = np.random.default_rng(reach).normal(size=len(places)).astype(np.float32)
    expected = []
    for n in around:
        weights = {m: 1 + reach - abs(m - n) for m in near[n] if m in around}
        expected.append(sum(float(worth[m]) * weight for m, weight in weights.items()) / sum(weights.values()))
    means = columns.averaged(worth[positions(*around)], positions(*around), reach)
    np.testing.assert_allclose(means, expected, rtol=1e-4, atol=1e-5)


def test_an_archive_without_speech_has_nothing_around_anything() -> None:
    none = columns_of([("c", "", CHAT, "")] * 2)
    assert none.are_speech(positions(0, 1)).tolist() == [False, False]
    assert none.around(positions(0, 1), 3).tolist() == none.averaged(values(), positions(), 3).tolist() == []


def test_an_archive_of_nothing_has_columns_that_find_nothing(tmp_path: Path) -> None:
    Columns.none().save(tmp_path)
    for none in (Columns.none(), Columns.load(tmp_path), Columns.none().kept(np.zeros(0, dtype=np.bool_))):
        assert (len(none), none.documents, none.names, none.session_ids) == (0, (), (), ())
        assert none.matching(Filter(session="x", since=YEAR, kind=CHAT), {}, positions()).tolist() == []
        assert none.around(positions(), 3).tolist() == none.positions_of(positions()).tolist() == []
        assert columns_of(PLACES).rows.tolist() == none.followed_by(columns_of(PLACES)).rows.tolist()


# ---------------------------------------------------------------- change


@given(documents, documents, marks)
@settings(deadline=None)
def test_columns_that_changed_are_those_built_fresh(
    of_old: list[list[tuple[str, Kind, str]]], of_new: list[list[tuple[str, Kind, str]]], marked: list[bool]
) -> None:
    """Documents go, others come; those that come are of old sessions and of new ones, old names and new ones."""
    old, new = placed(of_old), placed(of_new, "aBzyx")
    going = {document_id for document_id, *_ in old if marked["abcde".index(document_id)]}
    keep = np.array([place[0] not in going for place in old], dtype=np.bool_)
    if "a" not in going:
        new = [("v", *place[1:]) if place[0] == "a" else place for place in new]
    kept = columns_of(old).kept(keep)
    assert set(kept.names) == {(f"s-{p[0]}", who) for p, stays in zip(old, keep, strict=True) if stays for who in p[3]}
    assert set(kept.session_ids) == {f"s-{p[0]}" for p, stays in zip(old, keep, strict=True) if stays}
    passages = passages_at([*old, *new])
    coming = Columns.of(range(101, 101 + len(new)), passages[len(old) :], kept.session_ids, kept.names)
    changed = kept.followed_by(coming)
    stay = [*np.flatnonzero(keep).tolist(), *range(len(old), len(passages))]
    rows = [1 + at if at < len(old) else 101 + at - len(old) for at in stay]
    fresh = Columns.of(rows, [passages[at] for at in stay], (), ())
    assert known_of(changed) == known_of(fresh)
    assert set(changed.names) == set(fresh.names)
    assert set(changed.session_ids) == set(fresh.session_ids)
    assert changed.documents == fresh.documents
    with TemporaryDirectory() as folder:
        changed.save(Path(folder))
        assert_same(Columns.load(Path(folder)), changed)


def test_columns_that_are_changed_in_part_leave_the_old_ones_as_they_are() -> None:
    old = columns_of(PLACES)
    old.kept(np.arange(8) % 2 == 0).followed_by(columns_of([("x", "", SPEECH, "X")]))
    assert_same(old, columns_of(PLACES))


def assert_same(one: Columns, other: Columns) -> None:
    """To the number, and in types."""
    for field in fields(Columns):
        left, right = getattr(one, field.name), getattr(other, field.name)
        if isinstance(left, Ragged):
            assert (left.values.tolist(), left.offsets.tolist()) == (right.values.tolist(), right.offsets.tolist())
        elif isinstance(left, np.ndarray):
            assert (left.tolist(), left.dtype) == (right.tolist(), right.dtype), field.name
        else:
            assert left == right, field.name
