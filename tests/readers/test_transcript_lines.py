"""What one line of a transcript may be, by its looks."""

from __future__ import annotations

import pytest

from kindsearch.readers.transcript_lines import BLANK, BOLD, line_of, lines_in, name_of, stamp_of


@pytest.mark.parametrize(
    ("raw", "name", "start", "words"),
    [
        ("Ann Lee  0:12", "Ann Lee", 12_000, ""),
        ("Ann Lee (00:12): Hello.", "Ann Lee", 12_000, "Hello."),
        ("[00:12:03] Ann Lee: Hello.", "Ann Lee", 723_000, "Hello."),
        ("**Ann Lee:** [00:12] Hello.", "Ann Lee", 12_000, "Hello."),
        ("[Ann Lee 00:12:03] Hello.", "Ann Lee", 723_000, "Hello."),
        ("- Ann Lee: Hello.", "Ann Lee", None, "Hello."),
        ("田中：はい。", "田中", None, "はい。"),
        ("We begin at 10:30", "", None, ""),
        ("See https://example.org", "", None, ""),
        ("Kindness since 2020: a talk", "", None, ""),
    ],
)
def test_a_line_may_begin_a_turn(raw: str, name: str, start: int | None, words: str) -> None:
    line = line_of(raw)
    assert (line.name, line.words, line.stamp.start if line.stamp else None) == (name, words, start)


@pytest.mark.parametrize(
    ("raw", "level", "text"),
    [("# Rest #", 1, "Rest"), ("### **Rest**", 3, "Rest"), ("**Rest**", BOLD, "Rest"), ("**Rest.**", 0, "Rest.")],
)
def test_a_line_may_be_a_heading(raw: str, level: int, text: str) -> None:
    line = line_of(raw)
    assert (line.level, line.text) == (level, text)


@pytest.mark.parametrize("raw", ["", " \t", "---", "<!-- ours -->", "Transcribed by https://otter.ai", "* * *"])
def test_what_nobody_says_is_a_blank_line(raw: str) -> None:
    assert line_of(raw) == BLANK


def test_a_time_alone_is_a_mark_and_what_stands_behind_it_stays() -> None:
    alone, followed = line_of("[00:05:00]"), line_of("00:05:00 And so on.")
    assert (alone.mark, alone.rest) == (stamp_of("00:05:00", None), "")
    assert (followed.mark, followed.rest) == (stamp_of("00:05:00", None), "And so on.")


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [("0:12", None, (12_000, None)), ("0:12", "0:15", (12_000, 15_000)), ("0:12", "0:03", (12_000, None))],
)
def test_a_time_may_say_when_it_ends(start: str, end: str | None, expected: tuple[int, int | None]) -> None:
    assert stamp_of(start, end)[:2] == expected  # type: ignore[index]


def test_a_time_that_no_clock_shows_is_none() -> None:
    assert stamp_of("0:75", None) is None


def test_a_name_is_given_as_it_is_written_and_no_more() -> None:
    assert [name_of(text) for text in ("Ann Lee -", "[Bo]", "2024", "we met at", "+44 7700")] == [
        *("Ann Lee", "Bo", "", "", "+44 7700")
    ]


def test_lines_end_where_a_text_says_so_and_have_no_byte_order_mark() -> None:
    assert lines_in("\ufeffone\r\ntwo\n\n") == ["one", "two", ""]
