"""Written transcripts in the forms that recorders export and people type: who says what, when, under which heading."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kindsearch.errors import UnreadableFile
from kindsearch.readers.transcript import read, recognises
from kindsearch.types import Document, Kind, PartialDate, Session

Said = tuple[str | None, str, int | None, str]  # who, what, from when (milliseconds), under which heading
JAN_18 = PartialDate(2024, 1, 18)


def transcript(text: str) -> Document:
    return read(text, "d1", "talk.md")


def said(text: str) -> list[Said]:
    """All spans of a transcript; that their words are the document's is checked on the way."""
    document = transcript(text)
    spans = [(unit.section, span) for unit in document.units for span in unit.spans]
    assert document.text.split() == [word for _, s in spans for word in document.text[s.start : s.end].split()]
    assert {unit.kind for unit in document.units} <= {Kind.TRANSCRIPT}
    return [(s.speaker, document.text[s.start : s.end], s.start_ms, section) for section, s in spans]


def ends(text: str) -> list[int | None]:
    return [span.end_ms for unit in transcript(text).units for span in unit.spans]


OTTER = """\
Kindness in Education
Thu, Jan 18, 2024 6:03PM • 58:12

SUMMARY KEYWORDS
kindness, students, what we measure

SPEAKERS
Ann Lee, Bo Chan, Speaker 1

Ann Lee  00:00
Welcome, everybody.

Let us begin.

Bo Chan  0:12
Thank you, Ann.

Speaker 1  1:02:03
Why so?

Transcribed by https://otter.ai
"""
OTTER_SAID: list[Said] = [
    ("Ann Lee", "Welcome, everybody.", 0, ""),
    ("Ann Lee", "Let us begin.", 0, ""),
    ("Bo Chan", "Thank you, Ann.", 12_000, ""),
    ("Speaker 1", "Why so?", 3_723_000, ""),
]
OTTER_SESSION = Session("", "Kindness in Education", JAN_18, start=datetime(2024, 1, 18, 18, 3))

TEAMS = """\
0:0:0.0 --> 0:0:2.360
Ann Lee
Hello, all.

0:0:12.340 --> 0:0:15.120
Bo
Good evening.
It is late.

0:0:16.0 --> 0:0:17.5
Ann Lee
So it is.
"""

MEET = """\
Jan 18, 2024

## Kindness in Education - Transcript

### Attendees

Ann Lee, Bo Chan

### Transcript

### 00:00:00

**Ann Lee:** Welcome.
**Bo Chan:** Thank you.

### 00:05:00

**Ann Lee:** A question: why?

### Meeting ended after 00:58:12 👋

*This editable transcript was computer generated and might contain errors. People can also change the text.*
"""

FRONT = """\
---
title: "Kindness in Education"
date: 18 January 2024
video: https://youtu.be/abc
---

Ann: Welcome.

Bo: Thank you.

Ann: Let us begin.
"""

TALK = "Ann: One.\n\nBo: Two.\n\nAnn: Three.\n"
TALK_SAID: list[Said] = [("Ann", "One.", None, ""), ("Bo", "Two.", None, ""), ("Ann", "Three.", None, "")]
NOTHING = Session("", "")


def talk(*names: str) -> str:
    """Three turns that these names take in turn."""
    return "\n\n".join(f"{names[i % len(names)]}: Words {i}." for i in range(3))


TRANSCRIPTS: dict[str, tuple[str, list[Said], Session]] = {
    "otter": (OTTER, OTTER_SAID, OTTER_SESSION),
    "otter with dos line ends": (OTTER.replace("\n", "\r\n"), OTTER_SAID, OTTER_SESSION),
    "otter with a byte order mark": ("\ufeff" + OTTER, OTTER_SAID, OTTER_SESSION),
    "otter with hard blanks": (OTTER.replace("  0", "\u00a0\u00a00"), OTTER_SAID, OTTER_SESSION),
    "otter, each line a paragraph": (OTTER.replace("\n", "\n\n"), OTTER_SAID, OTTER_SESSION),
    "otter that says who is meant in small letters": (
        "ann lee  0:00\nHi.\n\nbo chan  0:12\nHi, ann.\n\nann lee  0:15\nWell.\n",
        [("ann lee", "Hi.", 0, ""), ("bo chan", "Hi, ann.", 12_000, ""), ("ann lee", "Well.", 15_000, "")],
        NOTHING,
    ),
    "a line of words that ends with a time": (
        "Ann Lee  0:00\nHi.\n\nWe begin at 10:30\n\nAnn Lee  0:12\nHi.\n",
        [("Ann Lee", "Hi.", 0, ""), ("Ann Lee", "We begin at 10:30", 0, ""), ("Ann Lee", "Hi.", 12_000, "")],
        NOTHING,
    ),
    "teams, cues": (
        TEAMS,
        [
            ("Ann Lee", "Hello, all.", 0, ""),
            ("Bo", "Good evening. It is late.", 12_340, ""),
            ("Ann Lee", "So it is.", 16_000, ""),
        ],
        NOTHING,
    ),
    "teams, cues of a DOCX, each line a paragraph": (
        TEAMS.replace("Good evening.\n", "Good evening. ").replace("\n\n", "\n").replace("\n", "\n\n"),
        [
            ("Ann Lee", "Hello, all.", 0, ""),
            ("Bo", "Good evening. It is late.", 12_340, ""),
            ("Ann Lee", "So it is.", 16_000, ""),
        ],
        NOTHING,
    ),
    "teams, today's": (
        "Conversations for Kindness-20240118_180000-Meeting Recording\nJanuary 18, 2024, 6:00PM\n58m 12s\n\n"
        "**Ann Lee** started transcription\n\n**Ann Lee**   0:03\nHello.\n\n**Lee, Bo (NHS)**   0:05\nHi.\n\n"
        "**Ann Lee** stopped transcription\n",
        [("Ann Lee", "Hello.", 3_000, ""), ("Lee, Bo (NHS)", "Hi.", 5_000, "")],
        Session("", "", JAN_18, start=datetime(2024, 1, 18, 18, 0)),
    ),
    "google meet": (
        MEET,
        [
            ("Ann Lee", "Welcome.", 0, ""),
            ("Bo Chan", "Thank you.", 0, ""),
            ("Ann Lee", "A question: why?", 300_000, ""),
        ],
        Session("", "Kindness in Education", JAN_18),
    ),
    "zoom's saved transcript, by the clock": (
        "[Ann Lee] 18:03:22\nHello, all.\n\n[Bo] 18:03:30\nHi.\n",
        [("Ann Lee", "Hello, all.", 65_002_000, ""), ("Bo", "Hi.", 65_010_000, "")],
        NOTHING,
    ),
    "[time] name: words": (
        "[00:12:03] Ann Lee: It is so.\n[00:12:09] Bo: Well, here is the thing: no.\n[00:12:15] And here: it is not.\n",
        [
            ("Ann Lee", "It is so.", 723_000, ""),
            ("Bo", "Well, here is the thing: no.", 729_000, ""),
            ("Bo", "And here: it is not.", 735_000, ""),
        ],
        NOTHING,
    ),
    "(time) name: words": (
        "(00:12) Ann Lee: One.\n(00:31) Bo: Two.\n\nMore of two.\n",
        [("Ann Lee", "One.", 12_000, ""), ("Bo", "Two.", 31_000, ""), ("Bo", "More of two.", 31_000, "")],
        NOTHING,
    ),
    "time name: words": (
        "00:12:03 Ann Lee: One.\n\n00:12:31.250 Bo: Two.\n",
        [("Ann Lee", "One.", 723_000, ""), ("Bo", "Two.", 751_250, "")],
        NOTHING,
    ),
    "minutes name: words, with one who recurs": (
        "0:12 Ann Lee: One.\n0:31 Bo: Two.\n0:40 Ann Lee: Three.\n",
        [("Ann Lee", "One.", 12_000, ""), ("Bo", "Two.", 31_000, ""), ("Ann Lee", "Three.", 40_000, "")],
        NOTHING,
    ),
    "[name time]": (
        "[Ann Lee 00:12:03]\nOne.\n\n[Bo 00:12:31] Two.\n",
        [("Ann Lee", "One.", 723_000, ""), ("Bo", "Two.", 751_000, "")],
        NOTHING,
    ),
    "name (time):": (
        "Ann Lee (00:12:03):\nOne.\n\nBo (00:12:31): Two.\n",
        [("Ann Lee", "One.", 723_000, ""), ("Bo", "Two.", 751_000, "")],
        NOTHING,
    ),
    "rev": (
        "Ann Lee: (00:12)\nOne.\n\nBo: (00:31)\nTwo [inaudible 00:00:33] two.\n\n(00:45)\nMore of two.\n",
        [
            ("Ann Lee", "One.", 12_000, ""),
            ("Bo", "Two [inaudible 00:00:33] two.", 31_000, ""),
            ("Bo", "More of two.", 45_000, ""),
        ],
        NOTHING,
    ),
    "descript and fireflies": (
        "**Ann Lee:** [00:12] One.\n\n**Bo:** [00:31] Two.\n",
        [("Ann Lee", "One.", 12_000, ""), ("Bo", "Two.", 31_000, "")],
        NOTHING,
    ),
    "name - time": (
        "Ann Lee - 00:12\nOne.\n\nBo - 00:31\nTwo.\n",
        [("Ann Lee", "One.", 12_000, ""), ("Bo", "Two.", 31_000, "")],
        NOTHING,
    ),
    "[time] name, words below": (
        "[00:00:12] Ann Lee\nOne.\n\n[00:00:31] Bo\nTwo.\n\n[00:00:40] Ann Lee\nThree.\n",
        [("Ann Lee", "One.", 12_000, ""), ("Bo", "Two.", 31_000, ""), ("Ann Lee", "Three.", 40_000, "")],
        NOTHING,
    ),
    "name, time below, words below that": (
        "Ann Lee\n0:12\nOne.\n\nBo\n0:31\nTwo.\n\nAnn Lee\n0:40\nThree.\n",
        [("Ann Lee", "One.", 12_000, ""), ("Bo", "Two.", 31_000, ""), ("Ann Lee", "Three.", 40_000, "")],
        NOTHING,
    ),
    "whisper with speakers": (
        "[00:00.000 --> 00:05.500] [SPEAKER_00]: One.\n[00:05.500 --> 00:09.000] [SPEAKER_01]: Two.\n",
        [("SPEAKER_00", "One.", 0, ""), ("SPEAKER_01", "Two.", 5_500, "")],
        NOTHING,
    ),
    "headings with a name and a time": (
        "# Rest\n\n### Ann Lee 0:12\n\nOne.\n\n### Bo 0:31\n\nTwo.\n\n"
        "### Ann Lee 0:40\n\nThree.\n\n### Bo 0:50\n\nFour.",
        [
            ("Ann Lee", "One.", 12_000, ""),
            ("Bo", "Two.", 31_000, ""),
            ("Ann Lee", "Three.", 40_000, ""),
            ("Bo", "Four.", 50_000, ""),
        ],
        Session("", "Rest"),
    ),
    "by hand": (TALK, TALK_SAID, NOTHING),
    "by hand, a line a turn": (TALK.replace("\n\n", "\n"), TALK_SAID, NOTHING),
    "by hand in bold": (
        talk("**Ann**", "**Bo Ek**").replace("**:", ":**"),
        [("Ann", "Words 0.", None, ""), ("Bo Ek", "Words 1.", None, ""), ("Ann", "Words 2.", None, "")],
        NOTHING,
    ),
    "by hand in bold, colon outside": (
        talk("**Ann**", "__Bo__"),
        [("Ann", "Words 0.", None, ""), ("Bo", "Words 1.", None, ""), ("Ann", "Words 2.", None, "")],
        NOTHING,
    ),
    "by hand in capitals": (
        talk("ANN LEE", "DR BO"),
        [("ANN LEE", "Words 0.", None, ""), ("DR BO", "Words 1.", None, ""), ("ANN LEE", "Words 2.", None, "")],
        NOTHING,
    ),
    "by hand, odd names": (
        talk("Helen O’Connor-van der Berg (she/her)", "Speaker 2"),
        [
            ("Helen O’Connor-van der Berg (she/her)", "Words 0.", None, ""),
            ("Speaker 2", "Words 1.", None, ""),
            ("Helen O’Connor-van der Berg (she/her)", "Words 2.", None, ""),
        ],
        NOTHING,
    ),
    "by hand, names on lines of their own": (
        "**Ann:**\n\nOne.\n\n**Bo:**\n\nTwo.\n\n**Ann:**\n\nThree.\n",
        TALK_SAID,
        NOTHING,
    ),
    "by hand in a list": (TALK.replace("Ann:", "- Ann:").replace("Bo:", "- Bo:"), TALK_SAID, NOTHING),
    "by hand, all of it quoted": (TALK.replace("Ann:", "> Ann:").replace("Bo:", "> Bo:"), TALK_SAID, NOTHING),
    "a turn of several paragraphs, a wrapped line, a list and a quote": (
        "Ann: One\nand more.\n\nThen this:\n- first\n- second\n\n> A quote.\n\nBo: Two.\n\nAnn: Three.\n",
        [
            ("Ann", "One and more.", None, ""),
            ("Ann", "Then this:", None, ""),
            ("Ann", "first", None, ""),
            ("Ann", "second", None, ""),
            ("Ann", "A quote.", None, ""),
            ("Bo", "Two.", None, ""),
            ("Ann", "Three.", None, ""),
        ],
        NOTHING,
    ),
    "colons that name nobody": (
        "Ann: It begins at 10:30: sharp.\n\nNote: bring tea. See https://example.org: it helps.\n\n"
        "What I mean is this: rest.\n\nBo: Two.\n\nAnn: Three.\n",
        [
            ("Ann", "It begins at 10:30: sharp.", None, ""),
            ("Ann", "Note: bring tea. See https://example.org: it helps.", None, ""),
            ("Ann", "What I mean is this: rest.", None, ""),
            ("Bo", "Two.", None, ""),
            ("Ann", "Three.", None, ""),
        ],
        NOTHING,
    ),
    "a colon without a time among turns with one": (
        "[00:01] Ann: One.\n\nKindness: it matters.\n\n[00:09] Bo: Two.\n\nAnn: Three.\n\nBo: Four.\n",
        [
            ("Ann", "One.", 1_000, ""),
            ("Ann", "Kindness: it matters.", 1_000, ""),
            ("Bo", "Two.", 9_000, ""),
            ("Ann", "Three.", None, ""),
            ("Bo", "Four.", None, ""),
        ],
        NOTHING,
    ),
    "time marks within a turn hold for the rest of it": (
        "Ann: One [00:15:00] two.\n\nThree.\n\n[00:16:00] Four.\n\n00:17:00 Five.\n\nBo: Six.\n\nAnn: Seven.\n",
        [
            ("Ann", "One", None, ""),
            ("Ann", "two.", 900_000, ""),
            ("Ann", "Three.", 900_000, ""),
            ("Ann", "Four.", 960_000, ""),
            ("Ann", "Five.", 1_020_000, ""),
            ("Bo", "Six.", None, ""),
            ("Ann", "Seven.", None, ""),
        ],
        NOTHING,
    ),
    "time marks on lines of their own hold until the next": (
        "Ann: One.\n\n[00:05:00]\n\nStill.\n\nBo: Two.\n\n00:10:00\n\nAnn: Three.\n",
        [
            ("Ann", "One.", None, ""),
            ("Ann", "Still.", 300_000, ""),
            ("Bo", "Two.", 300_000, ""),
            ("Ann", "Three.", 600_000, ""),
        ],
        NOTHING,
    ),
    "what is no time stays": (
        "[00:01] Ann: We met [10:75] at (10:30) and [1] at 6:03 PM.\n[00:09] Bo: Yes.\n",
        [("Ann", "We met [10:75] at (10:30) and [1] at 6:03 PM.", 1_000, ""), ("Bo", "Yes.", 9_000, "")],
        NOTHING,
    ),
    "headings of all kinds; after one nobody speaks until named": (
        "# Rest\n\n## Part one\n\nAnn: One.\n\n## Q&A\n\nBo: Two.\n\nMore of two.\n\nPart three\n==========\n\n"
        "Silence.\n\nAnn: Three.\n\nPart four\n---\n\nBo: Four.\n\n"
        "**Part five**\n\nAnn: **Five.**\n\n---\n\n**Bold words.**",
        [
            ("Ann", "One.", None, "Part one"),
            ("Bo", "Two.", None, "Q&A"),
            ("Bo", "More of two.", None, "Q&A"),
            (None, "Silence.", None, "Part three"),
            ("Ann", "Three.", None, "Part three"),
            ("Bo", "Four.", None, "Part four"),
            ("Ann", "Five.", None, "Part five"),
            ("Ann", "Bold words.", None, "Part five"),
        ],
        Session("", "Rest"),
    ),
    "a heading with a time": (
        "Ann Lee  0:00\nOne.\n\n## Q&A [45:10]\n\nTwo.\n\n## 46:00 Close\n\n"
        "Bo  46:01\nThree.\n\nAnn Lee  46:12\nFour.\n",
        [
            ("Ann Lee", "One.", 0, ""),
            (None, "Two.", 2_710_000, "Q&A"),
            ("Bo", "Three.", 2_761_000, "Close"),
            ("Ann Lee", "Four.", 2_772_000, "Close"),
        ],
        NOTHING,
    ),
    "the first heading is a part where there are more of its level": (
        "# Welcome\n\n" + TALK + "\n# Q&A\n\nBo: Four.\n",
        [*((who, what, when, "Welcome") for who, what, when, _ in TALK_SAID), ("Bo", "Four.", None, "Q&A")],
        NOTHING,
    ),
    "the first heading is the title where other lines follow it": (
        "# Rest\n\n18 January 2024\n\n# Welcome\n\n" + TALK,
        [(who, what, when, "Welcome") for who, what, when, _ in TALK_SAID],
        Session("", "Rest", JAN_18),
    ),
    "a header that is prose": (
        "Rest, 2024-01-18\n\nRecorded on 18 January 2024 at 18:30 in Leeds.\nThe movement began in June 2020.\n\n"
        "Attendees:\n- Ann\n- Bo\n\nApologies: Cy\n\nWatch it: https://www.youtube.com/watch?v=abc\n\n" + TALK,
        [
            (None, "Recorded on 18 January 2024 at 18:30 in Leeds. The movement began in June 2020.", None, ""),
            *TALK_SAID,
        ],
        Session(
            "", "Rest", JAN_18, start=datetime(2024, 1, 18, 18, 30), video_url="https://www.youtube.com/watch?v=abc"
        ),
    ),
    "a link that is no recording": (
        "# Rest\n\nJoin: https://zoom.us/j/123 or https://notyoutube.com/watch\n\n" + TALK,
        [(None, "Join: https://zoom.us/j/123 or https://notyoutube.com/watch", None, ""), *TALK_SAID],
        Session("", "Rest"),
    ),
    "front matter": (
        FRONT,
        [("Ann", "Welcome.", None, ""), ("Bo", "Thank you.", None, ""), ("Ann", "Let us begin.", None, "")],
        Session("", "Kindness in Education", JAN_18, video_url="https://youtu.be/abc"),
    ),
    "attendees on lines of their own": (
        "Rest\n\nPresent\n\nAnn Lee\n\nBo Ek\n\nWe met in the garden\n\n" + TALK,
        [(None, "We met in the garden", None, ""), *TALK_SAID],
        Session("", "Rest"),
    ),
    "markup, escapes, entities and broken letters in words": (
        "Ann: *Well*, **kind** &amp; _small_ \\[acts\\] of [care](https://example.org/a_b) "
        "donâ€™t\u200b<br>cost 2 * 3.\n\n"
        "Bo: snake_case and __init__ stay?\n\nAnn: ﬁrst.\n",
        [
            ("Ann", "Well, kind & small [acts] of care don’t cost 2 * 3.", None, ""),
            ("Bo", "snake_case and init stay?", None, ""),
            ("Ann", "first.", None, ""),
        ],
        NOTHING,
    ),
    "names and colons of other scripts": (
        "田中: 一。\n\nМария Иванова: два.\n\n田中：三。\n",
        [("田中", "一。", None, ""), ("Мария Иванова", "два.", None, ""), ("田中", "三。", None, "")],
        NOTHING,
    ),
    "roles, and a guest who speaks once": (
        "Moderator: One.\n\nAnn: Two: the chair.\n\nAudience member: Three.\n\nRest: we rest.\n\nChair: Four.\n\n"
        "bob klaber: Five.\n\nCy: Six.\n\nAnn: Seven.\n\nModerator: Eight.\n",
        [
            ("Moderator", "One.", None, ""),
            ("Ann", "Two: the chair.", None, ""),
            ("Audience member", "Three.", None, ""),
            ("Audience member", "Rest: we rest.", None, ""),
            ("Chair", "Four.", None, ""),
            ("Chair", "bob klaber: Five.", None, ""),
            ("Cy", "Six.", None, ""),
            ("Ann", "Seven.", None, ""),
            ("Moderator", "Eight.", None, ""),
        ],
        NOTHING,
    ),
    "a long talk, and one who thanks for it": (
        "Ann: One.\n\n" + "A paragraph.\n\n" * 8 + "Bo: Two.\n\nAnn: Three.\n",
        [
            ("Ann", "One.", None, ""),
            *[("Ann", "A paragraph.", None, "")] * 8,
            ("Bo", "Two.", None, ""),
            ("Ann", "Three.", None, ""),
        ],
        NOTHING,
    ),
    "a list of terms in a turn": (
        "Ann: Three things.\n\n- Food: eat it.\n- Tea: drink it.\n\nBo: Two.\n\nAnn: Three.\n",
        [
            ("Ann", "Three things.", None, ""),
            ("Ann", "Food: eat it.", None, ""),
            ("Ann", "Tea: drink it.", None, ""),
            ("Bo", "Two.", None, ""),
            ("Ann", "Three.", None, ""),
        ],
        NOTHING,
    ),
    "a table of a DOCX": (
        "Time\n\nSpeaker\n\nWords\n\n00:12\n\nAnn Lee\n\nOne.\n\n00:31\n\nBo\n\nTwo.\n\n00:40\n\nAnn Lee\n\nThree.\n",
        [("Ann Lee", "One.", 12_000, ""), ("Bo", "Two.", 31_000, ""), ("Ann Lee", "Three.", 40_000, "")],
        NOTHING,
    ),
    "who is known by an address and a number": (
        "ann@example.org  0:03\nOne.\n\n+44 7700 900123  0:09\nTwo.\n",
        [("ann@example.org", "One.", 3_000, ""), ("+44 7700 900123", "Two.", 9_000, "")],
        NOTHING,
    ),
    "initials": (
        talk("K", "M"),
        [("K", "Words 0.", None, ""), ("M", "Words 1.", None, ""), ("K", "Words 2.", None, "")],
        NOTHING,
    ),
    "a round in which each speaks once but the host": (
        "Host: Hi.\n\n" + "".join(f"{name}: Me.\n\n" for name in "Ann Bo Cy Di Ed".split()) + "Host: Bye.\n",
        [
            ("Host", "Hi.", None, ""),
            *((name, "Me.", None, "") for name in "Ann Bo Cy Di Ed".split()),
            ("Host", "Bye.", None, ""),
        ],
        NOTHING,
    ),
    "letters for people who stay unnamed": (
        talk("A", "B"),
        [("A", "Words 0.", None, ""), ("B", "Words 1.", None, ""), ("A", "Words 2.", None, "")],
        NOTHING,
    ),
    "a host who speaks once, first": (
        "Chair: Hello, all\n\nAnn: One\n\nBo: Two, Chair\n\nAnn: Three\n",
        [
            ("Chair", "Hello, all", None, ""),
            ("Ann", "One", None, ""),
            ("Bo", "Two, Chair", None, ""),
            ("Ann", "Three", None, ""),
        ],
        NOTHING,
    ),
    "name (minutes): words": (
        "Ann Lee (00:12): One.\n\nBo (00:31): Two.\n",
        [("Ann Lee", "One.", 12_000, ""), ("Bo", "Two.", 31_000, "")],
        NOTHING,
    ),
    "headings above times are no names": (
        "## Talk\n\n[00:01]\n\nAnn: One.\n\n## Talk\n\n[00:09]\n\nBo: Two.\n\nAnn: Three.\n",
        [("Ann", "One.", 1_000, "Talk"), ("Bo", "Two.", 9_000, "Talk"), ("Ann", "Three.", 9_000, "Talk")],
        NOTHING,
    ),
    "rules below words": (
        "Ann: One.\n---\n\nTwo.\n---\n\nBo: Three,\n\nand four\n\n---\n\nAnn: Five.\n",
        [
            ("Ann", "One.", None, ""),
            ("Ann", "Two.", None, ""),
            ("Bo", "Three,", None, ""),
            ("Bo", "and four", None, ""),
            ("Ann", "Five.", None, ""),
        ],
        NOTHING,
    ),
    "an underlined heading is like one with a mark": (
        f"Part one\n===\n\n{TALK}\n# Part two\n\nBo: Four.\n",
        [*((who, what, when, "Part one") for who, what, when, _ in TALK_SAID), ("Bo", "Four.", None, "Part two")],
        NOTHING,
    ),
    "prose below the attendees": (
        "# Rest\n\nAttendees\n\nAnn Lee, Bo Ek\n\nIn Leeds\n\n" + TALK,
        [(None, "In Leeds", None, ""), *TALK_SAID],
        Session("", "Rest"),
    ),
    "names in small letters, one blank before the time": (
        "ann lee 0:00\nHi.\n\nBo Chan 0:12\nHi, ann lee.\n\nann lee 0:15\nWell.\n",
        [("ann lee", "Hi.", 0, ""), ("Bo Chan", "Hi, ann lee.", 12_000, ""), ("ann lee", "Well.", 15_000, "")],
        NOTHING,
    ),
    "(time) name: words, from the middle": (
        "(12:12) Ann Lee: One.\n(12:31) Bo: Two.\n",
        [("Ann Lee", "One.", 732_000, ""), ("Bo", "Two.", 751_000, "")],
        NOTHING,
    ),
    "two turns and many marks": (
        "[00:01] Ann: One.\n\n[00:09] Bo: Two.\n\n" + "[01:00] And so on.\n\n" * 50,
        [("Ann", "One.", 1_000, ""), ("Bo", "Two.", 9_000, ""), *[("Bo", "And so on.", 60_000, "")] * 50],
        NOTHING,
    ),
    "many blank lines": (TALK.replace("\n", "\n" * 40), TALK_SAID, NOTHING),
    "a colon that recurs among turns with a time": (
        "[00:01] Ann: One.\n\nRest: a.\n\n[00:03] Bo: Two.\n\nRest: b.\n\n[00:05] Ann: Three.\n\n[00:07] Bo: Four.\n",
        [
            ("Ann", "One.", 1_000, ""),
            ("Ann", "Rest: a.", 1_000, ""),
            ("Bo", "Two.", 3_000, ""),
            ("Bo", "Rest: b.", 3_000, ""),
            ("Ann", "Three.", 5_000, ""),
            ("Bo", "Four.", 7_000, ""),
        ],
        NOTHING,
    ),
    "names in bold alone, known from elsewhere": (
        "**Ann**\n\nOne.\n\n**Bo**\n\nTwo.\n\n**Ann:** Three.\n\n**Bo:** Four.\n\n**Ann:** Five.\n",
        [
            *(("Ann", "One.", None, ""), ("Bo", "Two.", None, ""), ("Ann", "Three.", None, "")),
            *(("Bo", "Four.", None, ""), ("Ann", "Five.", None, "")),
        ],
        NOTHING,
    ),
    "lines above a rule, and headings underlined": (
        "Rest\n====\n\nPart one\n---\n\nAnn: One,\nand more\n---\n\nBo: Two.\n\nPart two\n--------\n\nAnn: Three.\n",
        [
            ("Ann", "One, and more", None, "Part one"),
            ("Bo", "Two.", None, "Part one"),
            ("Ann", "Three.", None, "Part two"),
        ],
        Session("", "Rest"),
    ),
    "bold items are no headings": (
        "Ann: One.\n\n- **tea**\n- cake\n\nBo: Two.\n\nAnn: Three.\n",
        [TALK_SAID[0], ("Ann", "tea", None, ""), ("Ann", "cake", None, ""), *TALK_SAID[1:]],
        NOTHING,
    ),
    "a first line that is a sentence, and a link elsewhere": (
        "We met.\n\nSee https://example.org/rec/1 and https:///rec/1\n\n" + TALK,
        [(None, "We met.", None, ""), (None, "See https://example.org/rec/1 and https:///rec/1", None, ""), *TALK_SAID],
        NOTHING,
    ),
    "two lines that could be the title": (
        "Title: Rest\nTopic: Sleep\n\n" + TALK,
        [(None, "Topic: Sleep", None, ""), *TALK_SAID],
        Session("", "Rest"),
    ),
    **{
        f"{name}, who stands once, in a script that knows no capitals": (
            f"Ann: One.\n\nPriya: Two is tea.\n\n{name}: {words}\n\nAnn: Three.\n",
            [
                *(("Ann", "One.", None, ""), ("Priya", "Two is tea.", None, "")),
                *((name, words, None, ""), ("Ann", "Three.", None, "")),
            ],
            NOTHING,
        )
        for name, words in {
            "李明": "我想谈谈善良。",
            "محمد": "أريد أن أتحدث.",
            "이민호": "친절에 대해.",
            "प्रिया": "दयालुता मायने रखती है।",
        }.items()
    },
    "speakers and times in fields": (
        "Speaker: Ann\nTime: 00:00:01\nOne.\n\nSpeaker: Bo Ek\nTime: 0:02\nTwo.\nTime: we have some.\n\n"
        "Speaker: Ann\nTime: 0:03 - 0:05\nThree.\n",
        [("Ann", "One.", 1_000, ""), ("Bo Ek", "Two. Time: we have some.", 2_000, ""), ("Ann", "Three.", 3_000, "")],
        NOTHING,
    ),
    "a name behind the time and a dash, above the words": (
        "0:01 - Ann\nOne.\n\n0:02 - Bo Ek\nTwo.\n12:30 - we had tea.\n\n0:03 | Ann\nThree.\n",
        [("Ann", "One.", 1_000, ""), ("Bo Ek", "Two. 12:30 - we had tea.", 2_000, ""), ("Ann", "Three.", 3_000, "")],
        NOTHING,
    ),
    "what nobody says in a form nobody made": (
        "[00:01] Ann: One.\n[00:05] [Music]\n[00:09] Bo: Two.\n",
        [("Ann", "One.", 1_000, ""), ("Ann", "[Music]", 5_000, ""), ("Bo", "Two.", 9_000, "")],
        NOTHING,
    ),
}


@pytest.mark.parametrize(("text", "expected", "session"), TRANSCRIPTS.values(), ids=TRANSCRIPTS)
def test_a_transcript_says_who_says_what_and_when_and_in_which_session(
    text: str, expected: list[Said], session: Session
) -> None:
    assert recognises(text)
    assert said(text) == expected
    assert transcript(text).session == session


def test_a_document_has_the_words_of_a_turn_on_one_line_and_headings_as_units() -> None:
    document = transcript("[00:01] Ann: One.\n\nTwo.\n\n## Close\n\n[00:09] Bo: Three.\n\nFour.\n")
    assert document.text == "One. Two.\nThree.\nFour."
    assert [(unit.section, len(unit.spans)) for unit in document.units] == [("", 2), ("Close", 2)]
    assert (document.id, document.source, document.pages, document.links) == ("d1", "talk.md", (), ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[00:01] Ann: One.\n\nTwo.\n\n[00:09] Bo: Three.\n\nFour.\n", [9_000, 9_000, None, None]),
        ("[00:01] Ann: One.\n\n[00:09] Bo:\n\n[00:12] Ann: Three.\n\n[00:12] Bo: Four.\n", [9_000, 12_000, None]),
        ("[00:01] Ann: One.\n\nAnn: Two.\n\n[00:09] Bo: Three.\n", [9_000, None, None]),
        ("[00:01] Ann: One. [00:05] Two.\n\n[00:09] Bo: Three.\n", [5_000, 9_000, None]),
        ("[50:00] Ann: One.\n\n[59:59] Bo: Two.\n\n[00:01] Ann: Three.\n", [3_599_000, None, None]),
        ("[00:01 - 00:04] Ann: One.\n\n[00:09 - 00:03] Bo: Two.\n", [4_000, None]),
        (TEAMS, [2_360, 15_120, 17_500]),
        (TALK, [None, None, None]),
    ],
    ids=["next", "same", "untimed", "mark", "restarted", "given", "teams", "none"],
)
def test_an_utterance_ends_where_the_next_time_is_given_and_nowhere_if_there_is_none(
    text: str, expected: list[int | None]
) -> None:
    assert ends(text) == expected


@pytest.mark.parametrize(("time", "clock"), [("05:59:59", False), ("06:00:00", True), ("18:03:22", True)])
def test_times_that_no_recording_has_are_of_the_day(time: str, clock: bool) -> None:
    document = transcript(f"[{time}] Ann: One.\n\n[19:00:00] Bo: Two.\n\nAnn: Three.\n")
    assert document.by_the_clock == clock


def test_speakers_who_say_nothing_make_no_document() -> None:
    with pytest.raises(UnreadableFile, match="say nothing"):
        transcript("Ann: [00:01] [00:02]\n\nBo: [00:03] [00:04]\n")


# ---------------------------------------------------------------- whatever comes

NAMES = ("Ann Lee", "Bo", "Dr Göran Öst-Ek", "Speaker 1", "ANN O'HARA", "Lee, Ann (NHS)", "Мария", "田中 一郎")
WORDS = st.lists(st.from_regex(r"[a-zäß’]{1,9}[,?]?", fullmatch=True), min_size=1, max_size=9).map(" ".join)
TURNS = st.lists(st.tuples(st.sampled_from(NAMES), WORDS), min_size=3, max_size=9)
FORMS = (
    "{name}  {minutes}:{seconds:02}\n{words}.\n\n",
    "[00:{minutes:02}:{seconds:02}] {name}: {words}.\n",
    "**{name}** {minutes}:{seconds:02}\n\n{words}.\n\n",
    "{name} (00:{minutes:02}:{seconds:02}): {words}.\n\n",
    "{name}: [{minutes:02}:{seconds:02}] {words}.\n\n",
    "0:{minutes}:{seconds}.250 --> 0:{minutes}:{seconds}.750\n{name}\n{words}.\n\n",
)


@settings(deadline=None, max_examples=50)
@given(turns=TURNS, form=st.sampled_from(FORMS))
def test_every_word_comes_out_in_its_place_with_its_speaker(turns: list[tuple[str, str]], form: str) -> None:
    text = "".join(
        form.format(name=name, words=words, minutes=n // 6, seconds=n % 6 * 9 + 1)
        for n, (name, words) in enumerate(turns)
    )
    found = [(who, what, start) for who, what, start, _ in said(text)]
    begin = 250 if "-->" in form else 0
    assert found == [
        (name, f"{words}.", (n // 6 * 60 + n % 6 * 9 + 1) * 1000 + begin) for n, (name, words) in enumerate(turns)
    ]


@settings(deadline=None, max_examples=50)
@given(turns=TURNS)
def test_typed_turns_come_out_as_well(turns: list[tuple[str, str]]) -> None:
    turns = [*turns, *turns]
    text = "".join(f"{name}: {words}.\n\n" for name, words in turns)
    assert [(who, what) for who, what, *_ in said(text)] == [(name, f"{words}.") for name, words in turns]


PIECES = st.sampled_from(
    "# |## |**|*|_|[|]|(|)|:|>|- |\n|\n\n|---\n|===\n|0:12|00:12:03| --> |Ann|Bo Ek|Ann:|words|. | |\t|<b>|&amp;|\\"
    "|18 January 2024|31 June 2024 18:00|https://youtu.be/[|https://[::1|Attendees|Title: |99:99|\u2028|\x85|\0|é"
    "|\u200b".split("|")
)


def read_or_refused(text: str) -> Document | str:
    try:
        return transcript(text)
    except UnreadableFile as error:
        return error.reason


@settings(deadline=None, max_examples=80)
@given(st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=200))
def test_whatever_comes_is_read_or_refused(text: str) -> None:
    for whole in (text, TALK + text, f"{text}\n\n{OTTER}\n{text}"):
        found = read_or_refused(whole)
        assert recognises(whole) == (isinstance(found, Document) or "say nothing" in found)
        if isinstance(found, Document):
            for unit in found.units:
                assert (unit.spans[0].start, unit.spans[-1].end) == (unit.start, unit.end)
                assert all(found.text[span.start : span.end].strip() for span in unit.spans)


def test_names_that_stand_in_headings_only_begin_no_turn() -> None:
    """Found by fuzzing: it was taken for a transcript, and had no first turn."""
    text = (
        "# Bo Ek\n\n# \nBo Ek:\n## 0:12 Ann Lee: Tea calms.\n[00:12:03] 0:12 Bo Ek: 0:14 Tea.\n"
        "## [00:12:03] Ann Lee: Tea calms."
    )
    assert not recognises(text)
    with pytest.raises(UnreadableFile, match="no speakers can be told"):
        read(text, "", "a.txt")
