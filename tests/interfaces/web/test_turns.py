from __future__ import annotations

from dataclasses import replace

import pytest

from kindsearch.interfaces.web.turns import Moment, Turn, moment_of, turns_of
from kindsearch.types import Kind, Passage, Session, Statement

SESSION = Session("s1", "Tea", video_url="https://youtu.be/abc", video_offset_ms=60_000)


def spoken(*said: tuple[str, str | None, int | None], gap: str = "\n", start: int = 100) -> Passage:
    """A passage that holds ``(words, speaker, time)``, one after the other."""
    text, statements = "", []
    for words, speaker, time_ms in said:
        text += gap if text else ""
        at = start + len(text)
        statements.append(Statement(at, at + len(words), None, speaker, time_ms, time_ms))
        text += words
    return Passage(
        "p1", "d1", "t.vtt", SESSION, start, start + len(text), text, Kind.TRANSCRIPT, "", tuple(statements)
    )  # fmt: skip


def test_a_moment_links_into_the_recording() -> None:
    link = "https://youtu.be/abc?t=814s"
    assert moment_of(SESSION, 754_000) == Moment("12:34", link, "Watch from 12:34", is_exact=True)


def test_a_time_without_a_recording_is_a_time() -> None:
    assert moment_of(replace(SESSION, video_url=None), 754_000) == Moment("12:34")


def test_no_time_is_no_moment() -> None:
    assert moment_of(SESSION, None) is None


def test_a_link_that_can_not_say_when_does_not_say_that_it_does() -> None:
    channel = replace(SESSION, video_url="https://www.youtube.com/@kindness")
    assert moment_of(channel, 1_000) == Moment("0:01", channel.video_url, "Watch the recording")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//elsewhere.example/", "video.mp4", " ", "https://"]
)
def test_only_web_addresses_are_linked_to(url: str) -> None:
    assert moment_of(replace(SESSION, video_url=url), 1_000) == Moment("0:01")


def test_statements_of_one_line_are_one_turn() -> None:
    passage = spoken(("Well.", "Ann", 1_000), ("Tea helps.", "Ann", 2_000), gap=" ")
    assert turns_of(passage) == [Turn(100, 116, "Ann", 1_000)]


def test_another_line_is_another_turn_though_it_is_the_same_person() -> None:
    assert len(turns_of(spoken(("Well.", "Ann", 1_000), ("Tea helps.", "Ann", 9_000)))) == 2


def test_lines_of_one_message_are_one_turn() -> None:
    passage = spoken(("May I listen?", "Ann", 1_000), ("The baby is asleep", "Ann", 1_000), ("Of course", "Bo", 1_000))
    assert [turn.speaker for turn in turns_of(passage)] == ["Ann", "Bo"]


def test_lines_without_times_are_turns_of_their_own() -> None:
    assert len(turns_of(spoken(("Well.", "Ann", None), ("Tea helps.", "Ann", None)))) == 2


def test_another_person_is_another_turn_though_it_is_the_same_line() -> None:
    assert len(turns_of(spoken(("Well.", "Ann", 1_000), ("Tea helps.", None, 1_000), gap=" "))) == 2
