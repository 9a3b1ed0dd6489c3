"""The time a question speaks of, as seen from a Sunday in November; and all that only looks like one."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kindsearch.questions import Dates, time_in
from kindsearch.questions.times import find_time
from kindsearch.types import PartialDate

TODAY = date(2026, 11, 22)


def ends(text: str, today: date = TODAY) -> tuple[str, str] | None:
    span = time_in(text, today)
    return (str(span.since or ""), str(span.until or "")) if span else None


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        # dates as packs write them
        ("what was said in June 2024?", "2024-06", "2024-06"),
        ("who came on 18 January 2024?", "2024-01-18", "2024-01-18"),
        ("who came on the 18th of January, 2024?", "2024-01-18", "2024-01-18"),
        ("tea on 2024-01-18", "2024-01-18", "2024-01-18"),
        ("tea in 2023", "2023", "2023"),
        ("what did nurses say in early June 2024?", "2024-06", "2024-06"),
        # in digits, the day first where it can be told
        ("tea on 18/01/2024", "2024-01-18", "2024-01-18"),
        ("tea on 01/18/2024", "2024-01-18", "2024-01-18"),
        ("tea on 18.1.2024", "2024-01-18", "2024-01-18"),
        ("tea on 05/05/2024", "2024-05-05", "2024-05-05"),
        # without a year
        ("what was said in January?", "2026-01", "2026-01"),
        ("what was said in December?", "2025-12", "2025-12"),
        ("what was said in november", "2026-11", "2026-11"),
        ("what was said in may?", "2026-05", "2026-05"),
        ("what was said in May about rest?", "2026-05", "2026-05"),
        ("who came on 18 January?", "2026-01-18", "2026-01-18"),
        ("who came on December 3rd?", "2025-12-03", "2025-12-03"),
        ("the January session", "2026-01", "2026-01"),
        ("January's meeting", "2026-01", "2026-01"),
        ("what came up last November?", "2025-11", "2025-11"),
        ("what came up this March?", "2026-03", "2026-03"),
        ("in the 2023 sessions", "2023", "2023"),
        # open sides
        ("tea since 2023", "2023", ""),
        ("tea after March 2024", "2024-04", ""),
        ("tea after 31 December 2023", "2024-01", ""),
        ("tea from 2024-02 on", "2024-02", ""),
        ("tea before March 2024", "", "2024-02"),
        ("tea before 1 March 2024", "", "2024-02"),
        ("tea before 2021", "", "2020"),
        ("tea until 2023", "", "2023"),
        ("tea up to June 2023", "", "2023-06"),
        ("tea by June 2024", "", "2024-06"),
        ("tea since January", "2026-01", ""),
        ("tea since March 2023 and before June 2024", "2023-03", "2024-05"),
        # from one to another
        ("between March and June 2024", "2024-03", "2024-06"),
        ("between November and February 2024", "2023-11", "2024-02"),
        ("between November and February", "2025-11", "2026-02"),
        ("from March to June", "2026-03", "2026-06"),
        ("from 18 January 2024 to 3 June 2024", "2024-01-18", "2024-06-03"),
        ("from 2021 to 2023", "2021", "2023"),
        ("tea 2021-2023", "2021", "2023"),
        ("tea 2021–2023", "2021", "2023"),
        ("in 2022 and 2023", "2022", "2023"),
        ("in March and in April 2024", "2024-03", "2024-04"),
        # parts of a year, and more than one
        ("in early 2024", "2024-01", "2024-04"),
        ("mid-2024", "2024-05", "2024-08"),
        ("late 2024", "2024-09", "2024-12"),
        ("at the end of last year", "2025-09", "2025-12"),
        ("in the first half of 2023", "2023-01", "2023-06"),
        ("Q1 2024", "2024-01", "2024-03"),
        ("the last quarter of 2023", "2023-10", "2023-12"),
        ("in the 2020s", "2020", "2029"),
        # seasons
        ("last spring", "2026-03", "2026-05"),
        ("last winter", "2025-12", "2026-02"),
        ("last autumn", "2025-09", "2025-11"),  # this one is not over
        ("this autumn", "2026-09", "2026-11"),
        ("last fall", "2025-09", "2025-11"),
        ("in the summer of 2024", "2024-06", "2024-08"),
        ("winter 2023", "2023-12", "2024-02"),
        ("before the summer", "", "2026-05"),
        ("since last autumn", "2025-09", ""),
        ("since the spring", "2026-03", ""),
        # from today
        ("last year", "2025", "2025"),
        ("what have we said this year?", "2026", "2026"),
        ("last month", "2026-10", "2026-10"),
        ("last week", "2026-11-09", "2026-11-15"),
        ("yesterday", "2026-11-21", "2026-11-21"),
        ("two years ago", "2024", "2024"),
        ("3 months ago", "2026-08", "2026-08"),
        ("since a year ago", "2025", ""),
        ("what moved from 4 years ago?", "2022", "2022"),
        ("in the last six months", "2026-05", ""),
        ("over the past year", "2025-11", ""),
        ("in the past 10 days", "2026-11-12", ""),
    ],
)
def test_the_time_a_question_speaks_of(text: str, since: str, until: str) -> None:
    assert ends(text) == (since, until)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "what is kindness?",
        "what may I march for?",
        "may I ask?",
        "the march of progress",
        "what did they march for in the March of Women?",
        "2 or 3 in 10 people",
        "1 or 2 may be enough",
        "room 2024",
        "Is it 2021?",
        "2000 nurses",
        "what did they find in 2000 hospitals?",
        "care of 1950 people",
        "in 30 minutes",
        "in the last 30 minutes",
        "the fall of a patient",
        "patients who fall in hospital",
        "what did she learn from her last fall?",
        "after the fall",
        "how do I prune apple trees in winter?",
        "do colds spring from stress?",
        "my last year at school",
        "the last year of life",
        "in the last two years of training",
        "the second nurse",
        "what was said recently?",
        "a few years ago",
        "tea on 03/04/2024",  # one of two days
        "what did April say?",
        "quotes from April",
        "what was in June Smith's talk?",
        "next year",
        "99/99/2024",
        "from 2023 to 2021",
    ],
)
def test_what_only_looks_like_a_time(text: str) -> None:
    assert time_in(text, TODAY) is None


@pytest.mark.parametrize(
    ("today", "text", "expected"),
    [
        (date(2026, 1, 15), "last winter", ("2024-12", "2025-02")),
        (date(2026, 1, 15), "this winter", ("2025-12", "2026-02")),
        (date(2026, 1, 15), "last month", ("2025-12", "2025-12")),
        (date(2026, 1, 15), "last week", ("2026-01-05", "2026-01-11")),
        (date(2026, 1, 15), "last January", ("2025-01", "2025-01")),
        (date(2024, 2, 29), "yesterday", ("2024-02-28", "2024-02-28")),
        (date(2024, 2, 29), "a year ago", ("2023", "2023")),
    ],
)
def test_it_depends_on_the_day(today: date, text: str, expected: tuple[str, str]) -> None:
    assert ends(text, today) == expected


def test_a_month_without_a_year_is_the_latest_that_the_archive_holds() -> None:
    held = Dates.of([PartialDate(2023, 5), PartialDate(2024, 1, 18), PartialDate(2024)])
    for text, expected in (("in January", "2024-01"), ("in May", "2024-05"), ("last January", "2026-01")):
        span = time_in(text, TODAY, held)
        assert span is not None
        assert str(span.since) == expected
    lonely = time_in("in June", TODAY, Dates.of([PartialDate(2023, 5)]))
    assert lonely is not None
    assert str(lonely.since) == "2026-06"


dates = st.builds(
    PartialDate, st.integers(2020, 2024), st.none() | st.integers(1, 12), st.none() | st.integers(1, 31)
).map(lambda when: when if when.month else PartialDate(when.year))


@given(st.lists(dates, max_size=6), dates, dates)
def test_a_date_held_in_a_time_is_one_whose_days_meet_it(held: list[PartialDate], one: PartialDate, other: PartialDate):
    since, until = min(one, other), max(one, other)
    meets = any(since.first_day <= date.last_day and date.first_day <= until.last_day for date in held)
    assert Dates.of(held).has_one_between(since, until) == meets


@pytest.mark.parametrize(
    ("text", "words", "place"),
    [
        ("what was said in January 2024 of tea?", "January 2024", "in January 2024"),
        ("between March and June 2024, who spoke?", "March and June 2024", "between March and June 2024"),
        ("tea since the year 2023", "2023", "since the year 2023"),
        ("who spoke at the January 2024 session?", "January 2024", "at the January 2024 session"),
        ("what did the January 2024 session cover?", "January 2024", "January 2024"),
        ("tea in the January chat", "January", "January"),  # "in the chat" is left to say where
        ("said two years ago?", "two years ago", "two years ago"),
    ],
)
def test_it_says_where_it_stands(text: str, words: str, place: str) -> None:
    found = find_time(text, TODAY)
    assert found is not None
    assert (found[0].words, text[found[1] : found[2]]) == (words, place)


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.dates(date(1950, 1, 1), date(2090, 1, 1)))
def test_before_and_after_a_day_leave_out_that_day_only(day: date, today: date) -> None:
    written = PartialDate(day.year, day.month, day.day)
    before = time_in(f"tea before {written.in_words}", today)
    after = time_in(f"tea after {written.in_words}", today)
    assert before is not None
    assert before.until is not None
    assert after is not None
    assert after.since is not None
    assert before.until.last_day < written.first_day < after.since.first_day
