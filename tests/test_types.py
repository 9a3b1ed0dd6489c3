from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields, replace

import pytest

from kindsearch import types
from kindsearch.types import (
    Citation,
    Document,
    Extent,
    Kind,
    PartialDate,
    Passage,
    Person,
    Session,
    Span,
    Statement,
    Unit,
    extent_of,
)


@pytest.mark.parametrize("text", ["2024", "2024-06", "2024-01-18"])
def test_a_date_keeps_the_precision_it_was_written_with(text: str) -> None:
    assert str(PartialDate.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["", "June 2024", "24-06", "2024-13", "2024-00", "2024-01-32", "2024-01-00", "2024-06-", "2024/06", "x2024"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="date"):
        PartialDate.parse(text)


@pytest.mark.parametrize(
    ("text", "in_words", "first_day", "last_day"),
    [
        ("2024", "2024", 20240101, 20241231),
        ("2024-06", "June 2024", 20240601, 20240631),
        ("2024-01-18", "18 January 2024", 20240118, 20240118),
    ],
)
def test_a_date_covers_every_day_it_can_mean(text: str, in_words: str, first_day: int, last_day: int) -> None:
    date = PartialDate.parse(text)
    assert (date.in_words, date.first_day, date.last_day) == (in_words, first_day, last_day)


def test_dates_sort_by_their_first_day() -> None:
    written = ["2025", "2024-01-18", "2023-12", "2024-06", "2024-01-02"]
    in_order = ["2023-12", "2024-01-02", "2024-01-18", "2024-06", "2025"]
    assert [str(date) for date in sorted(map(PartialDate.parse, written))] == in_order


def test_context_tells_session_date_section_and_speakers(passage: Callable[..., Passage]) -> None:
    assert passage(speakers=("Ann Lee", "Bo")).context == "Tea. 18 January 2024. Chat. Ann Lee, Bo"
    assert passage(session=Session("s", "Tea"), section="").context == "Tea"


def test_context_is_no_part_of_the_text(passage: Callable[..., Passage]) -> None:
    assert passage("Tea calms.").text == "Tea calms."


def test_who_speaks_is_told_by_the_name_that_the_document_has(passage: Callable[..., Passage]) -> None:
    made = passage("Tea calms.", speakers=("Ann", "the doctor"), people=("ann lee", "bo"))
    assert [made.person_of(name) for name in ("Ann", "the doctor")] == ["ann lee", "bo"]
    assert [made.person_of(name) for name in ("ann lee", "", None)] == [None, None, None]


def test_a_quote_is_cut_by_offsets_of_the_document(passage: Callable[..., Passage]) -> None:
    assert passage("Tea calms.", start=100, end=110).quote(104, 109) == "calms"


def test_fillers_are_not_quotable_and_the_rest_is_in_its_order(passage: Callable[..., Passage]) -> None:
    filler, first, last = Statement(10, 13, is_filler=True), Statement(14, 20), Statement(21, 30)
    assert passage(statements=(first, filler, last)).quotable == (first, last)
    assert passage(statements=(filler,)).quotable == ()


LIST = ("We ask for:", "tea", "milk", "That is all.")


@pytest.mark.parametrize(
    ("first", "last", "goes_on"),
    [(0, 0, True), (0, 1, True), (1, 1, True), (0, 2, False), (2, 2, False), (3, 3, False), (0, 3, False)],
)
def test_a_quote_that_ends_amid_a_list_goes_on(
    passage: Callable[..., Passage], first: int, last: int, goes_on: bool
) -> None:
    text = "\n".join(LIST)
    starts = [10 + text.index(line) for line in LIST]
    statements = tuple(
        Statement(start, start + len(line), is_item=line in LIST[1:3]) for start, line in zip(starts, LIST, strict=True)
    )
    own = passage(text, statements=statements)
    start, end = statements[first].start, statements[last].end
    assert Citation(1, own.quote(start, end), own, start, end).goes_on is goes_on


def test_a_list_of_somebody_else_does_not_go_on(passage: Callable[..., Passage]) -> None:
    items = (Statement(10, 13, speaker="Ann", is_item=True), Statement(14, 18, speaker="Bo", is_item=True))
    own = passage("tea\nmilk", statements=items, speakers=("Ann", "Bo"))
    assert not Citation(1, "tea", own, 10, 13).goes_on


def test_context_names_speakers_as_the_document_does_and_not_who_they_are(passage: Callable[..., Passage]) -> None:
    assert passage(speakers=("Ann",), people=("Dr Ann Lee",)).context == "Tea. 18 January 2024. Chat. Ann"


def test_a_statement_is_a_span_that_may_say_nothing() -> None:
    assert Statement(1, 5, 2, "Ann", 10, 20, True) == Statement(1, 5, 2, "Ann", 10, 20, is_item=True, is_filler=False)
    assert isinstance(Statement(1, 5), Span)


def test_nouns_cannot_be_changed(passage: Callable[..., Passage]) -> None:
    unit = Unit(0, 1, Kind.CHAT, "", (Span(0, 1),))
    for thing in (passage(), PartialDate(2024), Person("Ann"), Session("s", "Tea"), unit, Span(0, 1), Statement(0, 1)):
        with pytest.raises(FrozenInstanceError):
            setattr(thing, fields(thing)[0].name, "other")


def test_kinds_are_written_as_the_issue_names_them() -> None:
    assert [kind.value for kind in types.Kind] == [
        "talk", "quote", "question-and-answer", "discussion", "chat", "resource", "about", "transcript",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([], (None, None)),
        ([(None, None)], (None, None)),
        ([(5, None)], (5, 5)),
        ([(5, 9), (2, 3), (None, None)], (2, 9)),
        ([(0, 0)], (0, 0)),
    ],
)
def test_a_file_reaches_from_its_first_time_to_its_last(
    document: Callable[..., Document],
    times: list[tuple[int | None, int | None]],
    expected: tuple[int | None, int | None],
) -> None:
    spans = tuple(Span(0, 1, start_ms=start, end_ms=end) for start, end in times)
    timed = replace(document("x"), units=(Unit(0, 1, Kind.CHAT, "", spans),))
    assert extent_of(timed) == Extent(frozenset({Kind.CHAT}), *expected)


def test_what_was_taken_out_of_a_document_was_in_its_file(document: Callable[..., Document]) -> None:
    full = document("x", kind=Kind.TRANSCRIPT)
    assert extent_of(replace(full, units=(), extent=extent_of(full))) == extent_of(full)
