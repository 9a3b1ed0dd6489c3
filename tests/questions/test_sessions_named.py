"""Which session a question means, and that its topic alone means none."""

from __future__ import annotations

import pytest

from kindsearch.questions.sessions import SessionNames, sessions_in
from kindsearch.types import PartialDate

ARCHIVE = SessionNames.of(
    [
        ("ke", "Kindness in Education", PartialDate(2024, 1, 18)),
        ("cl", "Using Clean Language", PartialDate(2024, 2)),
        ("rc", "British Red Cross", PartialDate(2024, 4)),
        ("ti", "Time for a check-in", PartialDate(2024, 6)),
        ("co", "Compassion", PartialDate(2023, 5)),
        ("no", "No date yet", None),
        ("empty", "", None),
    ]
)


@pytest.mark.parametrize(
    ("text", "ids", "left"),
    [
        ("what did Bob say in the session Kindness in Education about tea?", {"ke"}, "what did Bob say about tea?"),
        ("what did Bob say in the session on kindness in education?", {"ke"}, "what did Bob say ?"),
        ("In the meeting about clean language, who spoke?", {"cl"}, ", who spoke?"),
        ("who was at the session called “Time for a check-in”?", {"ti"}, "who was ?"),
        ("tea at the British Red Cross session", {"rc"}, "tea"),
        ("In Using Clean Language, who spoke?", {"cl"}, ", who spoke?"),
        ('tea in "Using clean language"', {"cl"}, "tea"),
        ("tea in ‘Compassion’", {"co"}, "tea"),
        ("tea in the session on compassion", {"co"}, "tea"),
        ("tea in the conversation about time for a check-in last week", {"ti"}, "tea last week"),
        ("tea in the latest session", {"ti"}, "tea"),
        ("tea at our last meeting", {"ti"}, "tea"),
        ("tea in the most recent conversation", {"ti"}, "tea"),
        ("tea in the last two sessions", {"rc", "ti"}, "tea"),
        ("tea in the first session", {"co"}, "tea"),
        ("tea in the first 3 meetings", {"co", "ke", "cl"}, "tea"),
    ],
)
def test_a_session_is_named(text: str, ids: set[str], left: str) -> None:
    found = sessions_in(text, ARCHIVE)
    assert found.ids == ids
    rest = text
    for start, end in reversed(found.places):
        rest = rest[:start] + rest[end:]
    assert " ".join(rest.split()) == left


@pytest.mark.parametrize(
    "text",
    [
        "",
        "what was said about kindness in education?",
        "what is hard in using clean language?",
        "who works in the British Red Cross?",
        "what is compassion?",
        "is there time for a check-in at work?",
        "the session on kindness",  # one word of two
        "the session on kindness in hospitals",
        "the session on clean language models",  # goes on with something else
        "which session was on rest?",
        "what did the meeting about parking decide?",
        "in my first session with a patient",
        "the last session of physiotherapy",
        "what changed before the last session?",
        "when is the next meeting?",
        "“kindness”",
        "the meeting",
    ],
)
def test_no_session_is_named(text: str) -> None:
    assert sessions_in(text, ARCHIVE).ids == frozenset()


def test_two_sessions_of_one_title_are_both_meant() -> None:
    twice = SessionNames.of(
        [("a", "Rest and Recovery", PartialDate(2023)), ("b", "Rest and Recovery", PartialDate(2024))]
    )
    assert sessions_in("tea in the session on rest and recovery", twice).ids == {"a", "b"}


def test_sessions_of_the_same_day_are_both_the_latest() -> None:
    same = SessionNames.of(
        [("a", "One", PartialDate(2024, 1)), ("b", "Two", PartialDate(2024, 1)), ("c", "Three", None)]
    )
    assert sessions_in("the latest session", same).ids == {"a", "b"}


def test_the_longer_title_is_meant() -> None:
    alike = SessionNames.of([("a", "Kindness in Education", None), ("b", "Kindness in Education Abroad", None)])
    assert sessions_in("in the session on kindness in education abroad", alike).ids == {"b"}
    assert sessions_in("in the session on kindness in education", alike).ids == {"a", "b"}


def test_sessions_meant_alike_are_named_in_the_order_of_the_archive() -> None:
    archive = SessionNames.of([
        ("a", "Night Shifts", None), ("b", "More Night Shifts", None), ("c", "Night shifts", None),
    ])  # fmt: skip
    found = sessions_in("tea in the session on night shifts", archive)
    assert found.titles == ("Night Shifts", "More Night Shifts", "Night shifts")
    assert sessions_in("tea in “Night Shifts”", archive).ids == {"a", "c"}


def test_a_title_that_says_a_word_twice_is_found_by_either_place() -> None:
    archive = SessionNames.of([("a", "Night Shifts and Night Shifts Abroad", None)])
    for title in ("night shifts", "night shifts abroad"):
        assert sessions_in(f"tea in the session on {title}", archive).ids == {"a"}


def test_without_sessions_there_is_none() -> None:
    assert sessions_in("the latest session on kindness", SessionNames()).titles == ()
