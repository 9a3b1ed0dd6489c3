"""What the lines above the first turn say of the session, and which of them say nothing else."""

from __future__ import annotations

from datetime import datetime

import pytest

from kindsearch.readers.transcript_header import Header, header_of
from kindsearch.readers.transcript_lines import line_of, lines_in
from kindsearch.types import PartialDate

JAN_18 = PartialDate(2024, 1, 18)


def header(text: str) -> Header:
    lines = lines_in(text)
    return header_of([line_of(line) for line in lines], lines, frozenset())


@pytest.mark.parametrize(
    ("text", "title", "date", "start", "video"),
    [
        ("Rest\nThu, Jan 18, 2024 6:03PM • 58:12\n", "Rest", JAN_18, datetime(2024, 1, 18, 18, 3), None),
        ("Rest\n18 January 2024, 18:00\n", "Rest", JAN_18, datetime(2024, 1, 18, 18, 0), None),
        ("Rest\n18 January 2024, 18:00-19:00\n", "Rest", JAN_18, None, None),  # from when to when
        ("Rest\n18 January 2024, 6:03\n", "Rest", JAN_18, None, None),  # in the morning, or in the evening
        ("Rest\nJanuary 2024, 18:00\n", "Rest", PartialDate(2024, 1), None, None),
        ("Rest\n31 June 2024, 18:00\n", "Rest", PartialDate(2024, 6), None, None),  # no such day
        ("Title: Kindness since 2020\nHeld (2024-01-18)\n", "Kindness since 2020", JAN_18, None, None),
        ("# Rest (18 January 2024)\n", "Rest", JAN_18, None, None),
        ("# Rest, 18 January 2024 - Transcript\n", "Rest", JAN_18, None, None),
        ("Rest - 2024/01/18 18:00 GMT - Transcript\n", "Rest", JAN_18, datetime(2024, 1, 18, 18), None),  # Google Meet
        ("Conversations for Kindness - 2024/01/18 18:00 BST\n", "", JAN_18, datetime(2024, 1, 18, 18), None),
        ("Rest (2024-01-18 18:00 GMT+1) - Transcript\n", "Rest", JAN_18, datetime(2024, 1, 18, 18), None),
        ("Rest, 2024/01/18 18:00 - 19:00 CET\n", "Rest", JAN_18, None, None),
        ("# Minutes of 18 January 2024\n", "", JAN_18, None, None),
        ("# Rest in January 2024\n", "Rest", PartialDate(2024, 1), None, None),
        ("Kindness: a conversation\n", "Kindness: a conversation", None, None, None),
        ("Present\n\nAnn Lee\n\n18 January 2024\n", "", JAN_18, None, None),
        ("Transcript\n\nKeywords: rest, tea\n", "", None, None, None),
        (
            "Title: Rest\nDate: 18 January 2024\nTime: 18:00-19:00\nRecording: <https://us02web.zoom.us/rec/share/a>\n",
            "Rest",
            JAN_18,
            None,
            "https://us02web.zoom.us/rec/share/a",
        ),
        ("# Rest\n\n[Watch the recording](https://vimeo.com/123)\n", "Rest", None, None, "https://vimeo.com/123"),
        ("---\ntitle: 'Rest'\ndate: 2024-01-18\n---\n", "Rest", JAN_18, None, None),
        ("<!-- ours -->\n\n", "", None, None, None),
        ("", "", None, None, None),
    ],
)
def test_a_header_tells_of_the_session_and_nothing_of_it_is_left(
    text: str, title: str, date: PartialDate | None, start: datetime | None, video: str | None
) -> None:
    found = header(text)
    assert (found.title, found.date, found.start, found.video_url) == (title, date, start, video)
    left = [line for number, line in enumerate(lines_in(text)) if number not in found.taken and line_of(line).text]
    assert left == []


def test_words_in_a_header_are_left_for_the_transcript() -> None:
    text = "Rest\n\nRecorded on 18 January 2024 in Leeds.\n\nJoin: https://zoom.us/j/123\n"
    found = header(text)
    assert (found.title, found.date, found.video_url, found.taken) == ("Rest", JAN_18, None, {0})
