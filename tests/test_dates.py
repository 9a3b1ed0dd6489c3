"""Dates as people write them, never more precise than they wrote them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kindsearch.dates import parse_date
from kindsearch.types import PartialDate

months = st.builds(PartialDate, st.integers(1900, 2099), st.integers(1, 12))
days = st.dates(date(1900, 1, 1), date(2099, 12, 31)).map(lambda day: PartialDate(day.year, day.month, day.day))


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("18 January 2024", "2024-01-18"),
        ("Thursday 18th January, 2024", "2024-01-18"),
        ("the 1st of February 2024", "2024-02-01"),
        ("January 18, 2024", "2024-01-18"),
        ("March 3rd 2023", "2023-03-03"),
        ("18 jan 2024", "2024-01-18"),
        ("21 Sept. 2023", "2023-09-21"),
        ("June 2024", "2024-06"),
        ("in June of 2024", "2024-06"),
        ("Dec. 2021", "2021-12"),
        ("2024-01-18-kindness.pdf", "2024-01-18"),
        ("2024-06-time-for-a-check-in", "2024-06"),
        ("Tea - 2024/06/20 18:00", "2024-06-20"),
        ("2024.06.20", "2024-06-20"),
        ("since 2021", "2021"),
        ("before 2021 and after 2019", "2021"),
        ("99 January 2024", "2024-01"),  # no such day, but the month stands
        ("31 June 2024", "2024-06"),
        ("February 29, 2024", "2024-02-29"),
    ],
)
def test_a_date_is_read_as_precisely_as_it_is_written(text: str, date: str) -> None:
    found = parse_date(text)
    assert found is not None
    assert str(found[0]) == date


@pytest.mark.parametrize(
    "text",
    [
        "",
        "in June",
        "room 2024",
        "2024",
        "2024-13",
        "2024-00-10",
        "2024-02-30",
        "2023-02-29",
        "2024/06/31",
        "12024-01",
        "the third Thursday",
        "https://example.org/2024/06/20/tea",
        "2024/06",
        "2024/06.20",
        "20/06/2024",
        "18 2024",
        "in 3024",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("It was on 18 January 2024, online.", "18 January 2024"),
        ("We met in June 2024 again.", "June 2024"),
        ("What was said in 2023?", "2023"),
    ],
)
def test_it_says_where_the_date_stands(text: str, written: str) -> None:
    found = parse_date(text)
    assert found is not None
    assert text[found[1] : found[2]] == written


@settings(deadline=None)
@given(months | days)
def test_a_date_written_in_words_or_in_digits_reads_back(date: PartialDate) -> None:
    for text in (date.in_words, str(date)):
        found = parse_date(f"It was {text}.")
        assert found is not None
        assert found[0] == date
