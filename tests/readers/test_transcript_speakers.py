"""Which files have speakers, by all of their lines, and what only looks as if it had some."""

from __future__ import annotations

from pathlib import Path

import pytest

from kindsearch.errors import UnreadableFile
from kindsearch.readers.transcript import read, recognises

ROOT = Path(__file__).parents[2]
TALK = "Ann: One.\n\nBo: Two.\n\nAnn: Three.\n"

CODE = """\
def read(path: str) -> str:
    try:
        return open(path).read()
    except OSError:
        raise
    else:
        pass

class Reader:
    def read(self):
        if self: return
        else: return 1
"""
MINUTES = """\
Minutes, 18 January 2024

Present: Ann Lee, Bo Ek, Cy Dee

1. Rest

Discussion: Ann said that nobody rests.
Decision: There will be a room.
Actions: Bo to find one.

2. Tea

Discussion: Bo said that there is none.
Decision: There will be tea.
Actions: Cy to buy it.

3. Close

Discussion: None.
Actions: None.
"""
PACK_WITH_QUOTES = """\
# Time to rest

18 January 2024

# Contents

Context\t2

# What did we hear?

There are many reasons why nobody rests, and the speaker told us about three of them in her talk.

Why does it matter? Because rest makes us kinder to patients, and keeps us in our profession for longer.

She closed with a story about her mother, who was a nurse for forty years and never once sat down.

# Reflections from the chat

Ann: We never had a room for it.

Bo: Now we do.

Ann: And tea.

# Group discussion

One group spoke about night shifts, and about what could make them a little less lonely than they are.

Another one asked how leaders can show that they rest as well, and whether they should talk about it.

The third group wanted to measure it, which led to a long and friendly argument about numbers and people.

# Further resources

A paper on rest, which was published last year.

A book on the same thing.

A film, which is long.

# Thank you

See you next month for another conversation.
"""
NO_TRANSCRIPTS = {
    "nothing": "",
    "blank lines": "\n\n \n",
    "prose": "We met at 10:30 and spoke about kindness: it matters.\n\nThen we left, at 12:00. So: a good day.\n" * 9,
    "prose that ends in times": "The first train leaves at 10:30\nThe other one leaves at 11:30\nSo we were late.\n",
    "a pack with quotes of a chat": PACK_WITH_QUOTES,
    "a pack with a quote and a time": PACK_WITH_QUOTES.replace("Ann: We", "[00:12:03] Ann: We"),
    "a pack whose groups report": "# Groups\n\n"
    + "".join(f"**{name}:**\nHe said so.\n\n" for name in "Ann Bo Cy Di".split()),
    "a list of films with their lengths": (
        "Ann Lee (12:30): a talk\n\nBo Ek: a paper\n\nCy: a book\n\nA film on rest.\n"
    ),
    "an agenda": "Welcome  10:00\nBo opens.\n\nCoffee  10:30\nIn the foyer.\n\nClose  11:00\nBo closes.\n",
    "an agenda with a break that recurs": (
        "Talk 10:00\nBo.\n\nBreak 10:30\nTea.\n\nTalk 10:45\nAnn.\n\nBreak 11:00\nTea.\n"
    ),
    "an agenda with its times in front": "10:30 Meeting: all\n10:45 Break: tea\n11:00 Meeting: all\n11:15 Break: tea\n",
    "an agenda in brackets": "(10:30) Meeting: all\n(10:45) Break: tea\n(11:00) Meeting: all\n(11:15) Break: tea\n",
    "chapters of a video": "Intro 0:00\nKindness 1:20\nQ&A 45:10\n",
    "exercises": "Plank 0:30\nHold the plank.\n\nSquat 0:45\nThen squat.\n",
    "one turn": "Ann Lee  0:12\nHello.\n",
    "two labels": "Ann: One.\n\nBo: Two.\n",
    "labels that do not recur": "Ann: One.\n\nBo: Two.\n\nCy: Three.\n\nDi: Four.\n",
    "speakers without words": "Ann Lee 0:12\nBo 0:31\nAnn Lee 0:40\nBo 0:50\n",
    "subtitles": "1\n00:00:01,000 --> 00:00:02,000\nHello.\n\n2\n00:00:03,000 --> 00:00:04,000\nYes, hello.\n",
    "subtitles with names": (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nAnn: Hi.\n\n00:00:03.000 --> 00:00:04.000\nAnn: Yes.\n"
    ),
    "subtitles with names and no header": (
        "1\n00:00:01,000 --> 00:00:02,000\nAnn: Hi.\n\n2\n00:00:03,000 --> 00:00:04,000\nBo: Yes.\n\n"
        "3\n00:00:05,000 --> 00:00:06,000\nAnn: Well.\n"
    ),
    "prose that says again and again when": "Rest\n\n" + "We begin at 10:31\nAnd that was it.\n\n" * 4,
    "labels of which few recur, among prose": (
        "".join(f"{name}: Me.\n\nAnd so on.\n\n" for name in "Ann Bo Cy Di Ed Flo Gus Ann".split())
    ),
    "short words with times": "[00:01] Yes.\n[00:02] No.\n[00:03] Yes.\n[00:04] No.\n" * 3,
    "two turns and an item": "Ann: One.\n\n- Food: eat it.\n\nAnn: Two.\n",
    "two names beside late times": "Ann Lee 12:03\nOne.\n\nBo 12:31\nTwo.\n",
    "too few labels": TALK.replace("\n\n", "\n\n" + "So on.\n\n" * 7),
    "headings with labels": "# Ann: one\n\n# Bo: two\n\n# Ann: three\n",
    "a saved chat": "18:03:22 From Ann to Everyone:\n\tHello\n18:03:30 From Bo to Everyone:\n\tHi\n" * 3,
    "a saved chat in bold": "**18:03:22 From Ann to Everyone:** Tea\n\n**18:03:30 From Bo to Ann:** psst\n\n" * 3,
    "a saved chat without its times": "From Ann to Everyone:\nTea\nFrom Bo to Ann (Direct Message):\npsst\n" * 3,
    "a saved chat with tabs": "00:18:03\tAnn Lee:\tHello\n00:18:09\tBo:\tHi\n00:18:12\tAnn Lee:\tTea\n",
    "code": CODE * 4,
    "JSON": '{\n  "name": "Ann",\n  "age": 3\n},\n' * 9,
    "YAML": "name: Ann\nage: 3\n---\nname: Bo\nage: 4\n---\n" * 3,
    "records": "Name: Ann\nRole: nurse\n\nName: Bo\nRole: GP\n\nName: Cy\nRole: GP\n",
    "CSV": "time,name,text\n0:12,Ann,Hello: you\n0:31,Bo,Hi\n0:40,Ann,Well\n",
    "a log": "[12:03:04] INFO: it began\n[12:03:05] WARNING: odd\n[12:03:06] INFO: it ended\n" * 3,
    "a log without brackets": "12:03:04 INFO: it began\n12:03:05 ERROR: odd\n12:03:06 INFO: it ended\n" * 3,
    "e-mails": "From: Ann\nTo: Bo\nSubject: Rest\nDate: 18 January 2024\n\nLet us rest.\n\nAnn\n\n" * 4,
    "minutes": MINUTES,
    "questions and answers": "Q: Why rest?\nA: It helps.\n\nQ: When?\nA: Now.\n\nQ: Where?\nA: Here.\n",
    "a recipe": (
        "Bread\n\nServes: 4\nTime: 1:30\n\nIngredients: flour, water\nMethod: Mix. Wait for 0:45\nBake: 45:00\n"
    ),
    "a week": "Monday: soup\nTuesday: fish\nWednesday: soup\n" * 3,
    "a glossary": (
        "Kindness: what we choose.\n\nEmpathy: what we feel.\n\nCompassion: what we do.\n\nCare: all of it.\n"
    ),
    "notes": "Note: rest.\n\nIdea: tea.\n\nNote: sleep.\n\nIdea: cake.\n",
}


@pytest.mark.parametrize("kind", NO_TRANSCRIPTS)
def test_what_is_no_transcript_is_not_taken_for_one(kind: str) -> None:
    assert not recognises(NO_TRANSCRIPTS[kind])
    with pytest.raises(UnreadableFile, match=r"^talk\.md: .*speakers"):
        read(NO_TRANSCRIPTS[kind], "d1", "talk.md")


def test_of_five_paragraphs_one_has_a_label() -> None:
    assert recognises(TALK.replace("\n\n", "\n\n" + "So on.\n\n" * 6))


def test_no_pack_is_taken_for_one() -> None:
    packs = [*(ROOT / "corpus" / "sources").glob("*.md"), *(ROOT.parent / "shared" / "seeds").glob("*.txt")]
    assert len(packs) >= 8
    assert [path.name for path in packs if recognises(path.read_text(encoding="utf-8"))] == []
