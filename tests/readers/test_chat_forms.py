"""Which texts are saved chats, where their messages begin, and on which day they were written."""

from __future__ import annotations

import pytest

from kindsearch.readers.chat_forms import chat_in, lines_of, may_be_private, public_part


def date_in(text: str) -> str | None:
    found = chat_in(lines_of(text))
    return str(found.date) if found and found.date else None


def test_a_message_begins_at_its_line_with_who_wrote_it_when_and_to_whom() -> None:
    chat = chat_in(lines_of("18:03:22 From Ann to Everyone:\n\tTea.\n18:04:00 From Bo to Ann: psst"))
    assert chat is not None
    assert [(n, h.sender, h.text, h.is_private) for n, h in chat.headers.items()] == [
        (0, "Ann", "", False),
        (2, "Bo", " psst", True),
    ]
    assert chat.times == {0: 65_002_000, 2: 65_040_000}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("18.04.03 From Bo to Ann: psst", True),
        ("18:04:01 Bo to Ann (Direct Message): psst", True),
        ("Bo to Ann (privately): psst", True),
        ("18:04 From Bo to Ann psst", True),
        ("18:04:01 From Bo to Everyone: tea", False),
        ("10:30 from Leeds: bring a cup", False),
        ("10:30 we meet", False),
        ("I said to Bob: tea is kind", False),
    ],
)
def test_a_line_that_may_begin_a_private_message_is_known(line: str, expected: bool) -> None:
    assert may_be_private(line) is expected


def test_a_private_message_that_begins_within_a_line_is_cut_off() -> None:
    assert public_part("Tea. 18:04:00 From Bo to Ann: psst") == ("Tea. ", True)
    assert public_part("Tea. 18:04:00 From Bo to Everyone: rest") == ("Tea. 18:04:00 From Bo to Everyone: rest", False)


@pytest.mark.parametrize(
    ("days", "date"),
    [
        (["2024-01-18"], "2024-01-18"),
        (["2024/01/05"], "2024-01-05"),
        (["18/01/2024"], "2024-01-18"),
        (["1/18/2024"], "2024-01-18"),
        (["18.01.2024"], "2024-01-18"),
        (["05.01.2024"], "2024-01-05"),
        (["05/05/2024"], "2024-05-05"),
        (["05/01/2024"], None),
        (["05/01/2024", "18/01/2024"], "2024-01-05"),
        (["05/01/2024", "1/18/2024"], "2024-05-01"),
        (["18/01/2024", "1/18/2024"], None),
        (["99/01/2024"], None),
    ],
)
def test_the_date_is_taken_when_it_can_be_read_in_one_way_only(days: list[str], date: str | None) -> None:
    text = "\n".join(f"{day} 18:03:22 From Ann to Everyone: Tea." for day in days)
    assert date_in(text) == date


@pytest.mark.parametrize(
    ("stamp", "date"),
    [
        ("18 January 2024 18:03", "2024-01-18"),
        ("Thu 18:03", None),
        ("1/18 6:03 PM", None),
        ("18/01/2024, 18:03", "2024-01-18"),
    ],
)
def test_teams_writes_dates_in_many_ways(stamp: str, date: str | None) -> None:
    assert date_in(f"[{stamp}] Ann Lee\nTea.\n[{stamp}] Bo Ek\nRest.\n") == date


OTHERS = {
    "VTT": "WEBVTT\n\n1\n00:00:01.000 --> 00:00:04.000\nAnn Lee: From here to everyone: welcome.\n",
    "SRT": ("1\n00:00:01,000 --> 00:00:04,000\nAnn Lee: Welcome.\n\n2\n00:00:05,000 --> 00:00:09,000\nThank you.\n"),
    "SBV subtitles": "0:00:01.000,0:00:04.000\nwelcome to you all\n\n0:00:05.000,0:00:09.000\nthank you\n",
    "Otter": (
        "Ann Lee  0:12\nWelcome to all.\n\nBo Ek  0:47\nThank you.\n\nAnn Lee  10:12\nSo it was.\n\n"
        "Bo Ek  12:14\nYes.\n"
    ),
    "Otter, later": "Ann Lee  0:12\nYes.\n\n" + "".join(f"Ann Lee  1{m}:13\nIt was.\n\n" for m in range(9)),
    "Otter, from its middle": "Ann Lee  9:58\nSo it was.\n\nBo Ek  10:12\nThank you.\n",
    "Otter, long": "Ann Lee  00:12:03\nWelcome to all.\n\nBo Ek  00:14:47\nThank you.\n",
    "name above minutes": "Ann Lee\n0:12\nWelcome to all.\nBo Ek\n0:47\nThank you.\n",
    "bracketed": "[00:12:03] Ann: Welcome to all.\n[00:12:09] Bo: From Leeds to York: a journey.\n",
    "bracketed minutes": "[12:03] Ann: Welcome to all.\n[12:09] Bo: Thank you.\n",
    "bracketed minutes, alone": "[00:12] Ann\nWelcome to all.\n[00:47] Bo\nThank you.\n",
    "transcript of one called Van": "[00:12:03] Van Dyke: Welcome.\n00:12:09 Da Silva: Hm.\n00:13:00 De Souza: Yes.\n",
    "transcript that says from": "00:12:03 From the start we knew.\n00:12:09 From here to there: a journey.\n",
    "log": "[2024-01-18 18:03:22] INFO: started\n[2024-01-18 18:03:23] INFO: stopped\n",
    "log without words": "[2024-01-18 18:03] Server started\n[2024-01-18 18:04] Server stopped\n",
    "prose": "We met at 18:03.\nAnn wrote to everyone: kindness counts.\n\nFrom Leeds to York: a story.\n",
    "Markdown": (
        "# Kindness\n\n18 January 2024\n\n## From the chat\n\n**Ann Lee** Tea calms.\n\n- [ ] 18:03 From Ann\n"
    ),
    "CSV": "time,from,to,text\n18:03:22,From Ann,Everyone,Tea\n18:04:00,From Bo,Everyone,Yes\n",
    "code": (
        'import re\n\nCHAT = "18:03:22 From Ann to Everyone: hi"\n\n\ndef read():\n    return re.match("From", CHAT)\n'
    ),
    "e-mail": "From: Ann Lee <ann@example.org>\nTo: Everyone\nDate: Thu, 18 Jan 2024 18:03:22 +0000\n\n"
    "On Thu, 18 Jan 2024 at 18:03 Bo wrote:\n> From Bo to Ann: tea\n",
    "mailbox": "From ann@example.org Thu Jan 18 18:03:22 2024\nTo: Everyone\n\nTea.\n",
    "agenda": "Welcome 18:00\nAnn Lee opens\nKindness 18:15\nBo Ek talks\nQuestions 19:00\nAll\n",
    "agenda with AM": "Welcome 8:00 AM\nAnn Lee opens\nKindness 8:30 AM\nBo Ek talks\n",
    "agenda as a list": "- Tea 18:03\nwith milk\n- Talk 18:34\nby Ann\n",
    "agenda with tabs": "10:30\tTea:\twith milk\n11:30\tTalk:\tby Ann\n",
    "scores": "Ann Lee 21:07\nwon\nBo Ek 19:12\nlost\nCy Dee 17:21\nlost\nDee 16:11\nlost\n",
    "minutes without hours": "Ann Lee 12:03\nYes.\nBo Ek 31:12\nNo.\n",
    "prose that ends in a time": "We all begin at 18:03\nand go on.\nThere is lunch until 19:07\nand then more.\n",
    "verse that ends in a time": "so we began 18:03\nand went on\nand went home late 19:07\nto bed\n",
    "long prose that ends in a time": "All of the people of our ward came in to have tea 18:03\nand go.\n" * 2,
    "names and times far down": "Kindness is a choice.\n" * 9 + "Ann Lee 18:03\nYes.\nBo Ek 18:04\nNo.\n",
    "a chat far down": "Kindness is a choice.\n" * 60 + "18:03:22 From Ann to Everyone: hi\n",
    "blanks": " \n\t\n",
}


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_what_is_no_saved_chat_is_not_taken_for_one(text: str) -> None:
    assert chat_in(lines_of(text)) is None
