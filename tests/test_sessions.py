"""Which files are of one meeting: folders as communities keep them, and what must hold of any folder."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from datetime import time as clock_time
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kindsearch.corpus import Notes, NotesFile
from kindsearch.sessions import (
    UNTITLED,
    Family,
    Material,
    facts_of_folder,
    facts_of_name,
    family_of,
    resolve,
    session_id,
    session_of,
    title_words,
)
from kindsearch.types import Kind, PartialDate, Person, Session

ROOT = "/archive"
MINUTE_MS = 60_000


def noted(place: str, **said: Any) -> NotesFile:
    """Notes as an ingest has them: through the catalog."""
    return NotesFile.from_json(NotesFile(place, Notes.model_validate(said)).to_json())


def material(source: str, family: Family, title: str = "", date: str | None = None, **more: Any) -> Material:
    described = Session("", title, PartialDate.parse(date) if date else None, **more.pop("described", {}))
    return Material(source, more.pop("root", ROOT), described, family, **more)


def pack(source: str, title: str, date: str | None = None, **more: Any) -> Material:
    """A pack, which says its title and date on its cover."""
    return material(source, Family.PACK, title, date, **more)


def file(source: str, notes: NotesFile | None = None, **more: Any) -> Material:
    """A transcript, or a chat where the name says so: they say nothing of their session themselves."""
    family = Family.CHAT if "chat" in PurePosixPath(source).name.lower() else Family.TRANSCRIPT
    return material(source, family, notes=notes, **more)


def grouped(materials: Sequence[Material]) -> list[list[str]]:
    """The sources of each session."""
    groups: dict[str, list[str]] = defaultdict(list)
    for (_, source), placed in resolve(materials).items():
        groups[placed.session.id].append(source)
    return sorted(sorted(group) for group in groups.values())


EDUCATION = "Kindness in education: small acts, large effects"
CLEAN = "Using 'Clean Language' for kinder conversations"
CHECK_IN = "Time for a check-in"
EIGHT = [
    pack("2023-05-whose-story.pdf", "Whose story is it anyhow?", "2023-05"),
    pack("2023-06-listening.pdf", "Listening to patients", "2023-06"),
    pack("2023-07-detoxifying.pdf", "Detoxifying healthcare", "2023-07"),
    pack("2024-01-18-kindness-in-education.pdf", EDUCATION, "2024-01-18"),
    pack("2024-02-using-clean-language.pdf", CLEAN, "2024-02"),
    pack("2024-03-follow-your-compassion.pdf", "Follow your compassion", "2024-03"),
    pack("2024-04-british-red-cross.pdf", "Kindness at the British Red Cross", "2024-04"),
    pack("2024-06-time-for-a-check-in.pdf", CHECK_IN, "2024-06"),
]
UNRELATED = [
    *("Bro012.vtt", "Bro023.vtt", "Bro024.vtt", "IS1004b.vtt", "IS1004d.vtt"),
    *("TS3007a.vtt", "TS3009d.vtt", "covid_6.vtt", "education_23.vtt", "education_24.vtt"),
]

# A folder, as its sessions with their files: that is what a careful archivist would make of it.
SITUATIONS: dict[str, list[list[Material]]] = {
    # ------------------------------------------------------------ packs in the root, transcripts of like names
    "a pack and a transcript of one name": [
        [
            pack("2024-01-18-kindness-in-education.pdf", EDUCATION, "2024-01-18"),
            file("2024-01-18-kindness-in-education.vtt"),
        ],
        [pack("2024-06-time-for-a-check-in.pdf", CHECK_IN, "2024-06"), file("2024-06-time-for-a-check-in.vtt")],
    ],
    "a transcript with more in its name than the pack": [
        [
            pack("k.pdf", "Kindness in education", "2024-01-18"),
            file("2024-01-18 Kindness in Education - final transcript (auto).vtt"),
        ],
    ],
    "a title of one word, and what the file is": [
        [
            pack("c.pdf", "Compassion", "2024-03"),
            file("2024-03-compassion-zoom-transcript.vtt"),
            file("2024-03 compassion chat log.txt"),
        ],
    ],
    "a title and what the file is, without a date": [
        [
            pack("c.pdf", "Annual gathering", "2024-03"),
            file("Annual gathering transcript.vtt"),
            file("annual-gathering-chat.txt"),
        ],
    ],
    "a transcript, its chat and the pack, all of one day": [
        [pack("k.pdf", EDUCATION, "2024-01-18"), file("2024-01-18-transcript.vtt"), file("2024-01-18-chat.txt")],
        [pack("c.pdf", CLEAN, "2024-02-15"), file("2024-02-15-transcript.vtt"), file("2024-02-15-chat.txt")],
    ],
    "a transcript known by its day beside a pack known by its month": [
        [pack("c.pdf", CLEAN, "2024-02"), file("20240215.vtt")],
    ],
    "names with other separators": [
        [pack("k.pdf", EDUCATION, "2024-01-18"), file("2024_01_18.vtt"), file("2024.01.18 chat.txt")],
    ],
    "a transcript of another month stays alone": [
        [pack("k.pdf", EDUCATION, "2024-01-18")],
        [file("2024-02-18.vtt")],
    ],
    "the pack as PDF and as Markdown": [
        [pack("pdf/tea.pdf", "Tea on the ward", "2024-01-18"), pack("tea.md", "Tea on the Ward!", "2024-01-18")],
    ],
    "the pack as PDF and as Markdown, one with the day": [
        [pack("tea.pdf", "Tea on the ward", "2024-01"), pack("sources/tea.md", "Tea on the ward", "2024-01-18")],
    ],
    "a pack without a date and its Markdown with one": [
        [pack("tea.pdf", "Tea on the ward"), pack("tea.md", "Tea on the ward", "2024-01-18")],
    ],
    # ------------------------------------------------------------ Zoom's names
    "Zoom's cloud files": [
        [
            pack("kindness.pdf", EDUCATION, "2024-01-18"),
            file("GMT20240118-180322_Recording.transcript.vtt"),
            file("GMT20240118-180322_Recording.cc.vtt"),
            file("GMT20240118-180322_Recording_1920x1080.vtt"),
            file("GMT20240118-180322_Recording.newChat.txt"),
        ],
    ],
    "Zoom's cloud chat, which has no dot in its name": [
        [
            pack("kindness.pdf", EDUCATION, "2024-01-18"),
            file("GMT20240118-180322_Recording.transcript.vtt"),
            file("GMT20240118-180322_RecordingnewChat.txt"),
        ],
    ],
    "Zoom's views of one recording": [
        [
            pack("kindness.pdf", EDUCATION, "2024-01-18"),
            file("GMT20240118-180322_Recording_gallery_1280x720.vtt"),
            file("GMT20240118-180322_Recording_avo_640x360.vtt"),
            file("GMT20240118-180322_Recording_as_1280x720.vtt"),
        ],
    ],
    "two months of Zoom's files in one folder": [
        [file("Zoom/GMT20240118-180322_Recording.vtt"), file("Zoom/GMT20240118-180322_Recording.chat.txt")],
        [file("Zoom/GMT20240215-180105_Recording.vtt"), file("Zoom/GMT20240215-180105_Recording.chat.txt")],
    ],
    "Zoom's saved chat in the folder of its session": [
        [
            pack("k.pdf", EDUCATION, "2024-01-18"),
            file("2024-01-18/GMT20240118-180322_Recording.vtt"),
            file("2024-01-18/meeting_saved_chat.txt"),
        ],
    ],
    "Zoom's saved chats in folders of their months": [
        [pack("k.pdf", EDUCATION, "2024-01-18"), file("2024-01/meeting_saved_chat.txt")],
        [pack("c.pdf", CLEAN, "2024-02"), file("2024-02/meeting_saved_chat.txt")],
    ],
    "a folder as Zoom makes one on a host's computer": [
        [
            pack("k.pdf", EDUCATION, "2024-01-18"),
            file("2024-01-18 18.03.22 Conversations for Kindness 81234567890/meeting_saved_chat.txt"),
            file("2024-01-18 18.03.22 Conversations for Kindness 81234567890/audio_transcript.vtt"),
        ],
    ],
    "Zoom's new chat, saved": [
        [pack("k.pdf", EDUCATION, "2024-01-18"), file("2024-01-18/meeting_saved_new_chat.txt")],
    ],
    "Otter's file of a title": [
        [pack("k.pdf", "Kindness in education", "2024-01-18"), file("Kindness in education_otter_ai.txt")],
    ],
    "Zoom's saved chat in a folder of one recording": [
        [file("Zoom/GMT20240118-180322_Recording.vtt"), file("Zoom/meeting_saved_chat.txt")],
    ],
    "Zoom's saved chat in a folder of two recordings": [
        [file("Zoom/GMT20240118-180322_Recording.vtt")],
        [file("Zoom/GMT20240215-180322_Recording.vtt")],
        [file("Zoom/meeting_saved_chat.txt")],
    ],
    "Zoom's files beside eight packs": [
        *[[one] for one in EIGHT if "2024-02" not in one.source],
        [EIGHT[4], file("GMT20240215-180322_Recording.transcript.vtt"), file("GMT20240215-180322_Recording.chat.txt")],
    ],
    # ------------------------------------------------------------ a folder for each session
    "folders with date and title, and no notes": [
        [
            pack("2024-01-18 Kindness in education/pack.pdf", EDUCATION, "2024-01-18"),
            file("2024-01-18 Kindness in education/transcript.vtt"),
            file("2024-01-18 Kindness in education/meeting_saved_chat.txt"),
        ],
        [
            pack("2024-02 Clean language/insights.pdf", CLEAN, "2024-02"),
            file("2024-02 Clean language/captions.vtt"),
        ],
    ],
    "folders with a date alone": [
        [pack("k.pdf", EDUCATION, "2024-01-18"), file("2024-01-18/transcript.vtt"), file("2024-01-18/chat.txt")],
        [pack("c.pdf", CLEAN, "2024-02-15"), file("2024-02-15/transcript.vtt")],
    ],
    "folders of two sessions of a month, with their titles": [
        [pack("k.pdf", "Kindness in education", "2024-01"), file("2024-01 Kindness in education/transcript.vtt")],
        [pack("w.pdf", "Walks for nurses", "2024-01"), file("2024-01 Walks for nurses/transcript.vtt")],
    ],
    "folders with a title alone": [
        [
            pack("Gardens/pack.pdf", "A garden for staff", "2024-05"),
            file("Gardens/transcript.vtt"),
            file("Gardens/chat.txt"),
        ],
        [
            pack("Music/pack.pdf", "Music in the corridor", "2024-06"),
            file("Music/transcript.vtt"),
            file("Music/chat.txt"),
        ],
    ],
    "a folder whose transcript has a name of its own": [
        [
            pack("january/pack.pdf", EDUCATION, "2024-01-18"),
            file("january/Ann Lee interviews Bo.vtt"),
            file("january/chat.txt"),
        ],
    ],
    "folders with numbers alone, and nothing that says more": [
        [file("01/transcript.vtt"), file("01/chat.txt")],
        [file("02/transcript.vtt"), file("02/chat.txt")],
    ],
    "session.toml in a folder": [
        [
            file("a/talk one.vtt", noted("a/session.toml", title="Tea", date="2024-01-18")),
            file("a/deeper/talk two.vtt", noted("a/session.toml", title="Tea", date="2024-01-18")),
            file("a/20230517 chat.txt", noted("a/session.toml", title="Tea", date="2024-01-18")),
        ],
        [file("b/talk one.vtt", noted("b/session.toml", title="Walks", date="2024-01-18"))],
    ],
    "session.toml without a word in it": [
        [file("a/one.vtt", noted("a/session.toml")), file("a/two.vtt", noted("a/session.toml"))],
        [file("b/three.vtt")],
    ],
    "a pack at the root, and a folder with its title and month": [
        [
            pack("2024-06-time-for-a-check-in.pdf", CHECK_IN, "2024-06"),
            file("2024-06/transcript.vtt", noted("2024-06/session.toml", title=CHECK_IN, date="2024-06")),
            file("2024-06/chat.txt", noted("2024-06/session.toml", title=CHECK_IN, date="2024-06")),
        ],
        [pack("2024-04-red-cross.pdf", "Kindness at the British Red Cross", "2024-04")],
    ],
    "a pack of a month, and a folder that knows the day": [
        [
            pack("2024-06-time-for-a-check-in.pdf", CHECK_IN, "2024-06"),
            file("june/transcript.vtt", noted("june/session.toml", title=CHECK_IN, date="2024-06-20")),
        ],
    ],
    "a pack, and a folder whose notes say its date alone": [
        [
            pack("2024-06-time-for-a-check-in.pdf", CHECK_IN, "2024-06"),
            file("2024-06/transcript.vtt", noted("2024-06/session.toml", date="2024-06-20")),
        ],
    ],
    "two folders whose notes name two sessions of one month and like titles": [
        [file("a/transcript.vtt", noted("a/session.toml", title="Kindness at work: nurses", date="2024-06"))],
        [file("b/transcript.vtt", noted("b/session.toml", title="Kindness at work: doctors", date="2024-06"))],
    ],
    "notes beside one file": [
        [pack("k.pdf", EDUCATION, "2024-01-18"), file("x7.vtt", noted("x7.toml", title=EDUCATION, date="2024-01-18"))],
        [file("x8.vtt", noted("x8.toml", title="Walks", date="2024-01-18"))],
    ],
    "session.toml of one place in two roots": [
        [file("a/one.vtt", noted("a/session.toml", title="Tea"), root="/one")],
        [file("a/two.vtt", noted("a/session.toml", title="Walks"), root="/two")],
    ],
    "notes give the right date to a file whose name has another": [
        [pack("k.pdf", EDUCATION, "2024-01-18"), file("2024-01-19.vtt", noted("2024-01-19.toml", date="2024-01-18"))],
    ],
    # ------------------------------------------------------------ dates
    "two sessions in one month": [
        [pack("a.pdf", "Kindness at work", "2024-06"), file("2024-06 Kindness at work.vtt")],
        [pack("b.pdf", "Gardens for staff", "2024-06"), file("2024-06 Gardens for staff.vtt")],
    ],
    "two titles of one month, of which half the words are the same": [
        [pack("a.pdf", "Kindness in education today", "2024-06"), file("2024-06 kindness in education talk.vtt")],
    ],
    "a title that is one word of another": [
        [pack("a.pdf", "Kindness", "2024-06")],
        [pack("b.pdf", "Kindness behind prison walls", "2024-06")],
    ],
    "two sessions in one month under the name of the series": [
        [pack("a.pdf", "Conversations for Kindness: Education", "2024-06")],
        [pack("b.pdf", "Conversations for Kindness: Prisons", "2024-06")],
    ],
    "two sessions on one day, and a recording of that day": [
        [pack("a.pdf", "Kindness at work", "2024-06-20")],
        [pack("b.pdf", "Gardens for staff", "2024-06-20")],
        [file("Recordings/GMT20240620-180000_Recording.vtt")],
    ],
    "two sessions in one month, by their days": [
        [pack("a.pdf", "Check-in", "2024-06-06"), file("2024-06-06.vtt")],
        [pack("b.pdf", "Check-in", "2024-06-20"), file("2024-06-20.vtt")],
    ],
    "two days and a transcript of which only the month is known": [
        [pack("a.pdf", "Kindness at work", "2024-06-06")],
        [pack("b.pdf", "Gardens for staff", "2024-06-20")],
        [file("2024-06.vtt")],
    ],
    "the same title in different years": [
        [pack("a.pdf", "Annual gathering", "2023-06-01"), file("2023-06-01-annual-gathering.vtt")],
        [pack("b.pdf", "Annual gathering", "2024-06-01"), file("2024-06-01-annual-gathering.vtt")],
    ],
    "the same title in different years, and a transcript without a date": [
        [pack("a.pdf", "Annual gathering", "2023-06-01")],
        [pack("b.pdf", "Annual gathering", "2024-06-01")],
        [file("Annual gathering.vtt")],
    ],
    "a transcript without a date, of the title of one pack": [
        [pack("a.pdf", "Annual gathering", "2024-06-01"), file("transcripts/annual_gathering.vtt")],
        [pack("b.pdf", "Gardens for staff", "2024-06-20")],
    ],
    "a pack of which only the year is known": [
        [pack("a.pdf", "Annual gathering", "2024"), file("2024-06-01-annual-gathering.vtt")],
    ],
    "conflicting dates of one title stay apart": [
        [pack("2024-01-25-tea.pdf", "Tea on the ward", "2024-01-25")],
        [file("2024-01-18-tea-on-the-ward.vtt")],
    ],
    "days written as the British write them": [
        [pack("k.pdf", EDUCATION, "2024-01-18"), file("18-01-2024.vtt")],
        [pack("c.pdf", CLEAN, "2024-02-15"), file("15.02.2024.vtt")],
    ],
    "days with the month in letters": [
        [pack("k.pdf", EDUCATION, "2024-01-18"), file("18 Jan 2024.vtt")],
        [pack("c.pdf", CLEAN, "2024-02"), file("15 February 2024.vtt")],
    ],
    "days of which only the order of their parts tells the month": [
        [pack("k.pdf", EDUCATION, "2024-02-01"), file("01-02-2024.vtt")],
        [pack("c.pdf", CLEAN, "2024-01-02"), file("2.1.2024 chat.txt")],
    ],
    "a name with its month before the day says no date": [
        [pack("k.pdf", EDUCATION, "2024-01-18")],
        [pack("c.pdf", CLEAN, "2024-02")],
        [file("01-18-2024.vtt")],
    ],
    "two recordings in one folder with a session of no date": [
        [file("GMT20240606-180000_Recording.vtt")],
        [file("GMT20240720-180000_Recording.vtt")],
        [file("Garden walk.vtt")],
    ],
    "a pack of a month between two recordings of that month": [
        [pack("p.pdf", CHECK_IN, "2024-06")],
        [file("GMT20240606-180000_Recording.vtt")],
        [file("GMT20240620-180000_Recording.vtt")],
    ],
    # ------------------------------------------------------------ transcripts of who knows what
    "ten unrelated transcripts in a folder": [[file(f"qmsum/{name}")] for name in UNRELATED],
    "ten unrelated transcripts beside eight packs": [*[[file(name)] for name in UNRELATED], *[[one] for one in EIGHT]],
    "ten unrelated transcripts in a folder beside eight packs": [
        *[[file(f"transcripts/{name}")] for name in UNRELATED],
        *[[one] for one in EIGHT],
    ],
    "a flat folder of everything": [
        *[[file(f"all/{name}")] for name in UNRELATED],
        *[[replace(one, source=f"all/{one.source}")] for one in EIGHT],
    ],
    "transcripts named by numbers alone": [
        [file("Transcripts/1.vtt")],
        [file("Transcripts/2.vtt")],
        [file("Transcripts/3.vtt")],
    ],
    "transcripts named by numbers alone in a folder of a year": [
        [file("2024/1.vtt")],
        [file("2024/2.vtt")],
        [file("2023/1.vtt")],
    ],
    "transcripts named by the numbers of their meetings": [
        [file("meeting-81234567890.vtt")],
        [file("meeting-98765432109.vtt")],
    ],
    "one pack in the root beside one transcript of something else": [
        [pack("k.pdf", EDUCATION, "2024-01-18")],
        [file("Bro012.vtt")],
    ],
    "a pack and a transcript that say two titles, in one folder with a chat": [
        [pack("x/k.pdf", EDUCATION, "2024-01-18")],
        [material("x/t.vtt", Family.TRANSCRIPT, "Gardens for staff")],
        [file("x/Walks chat.txt")],
    ],
    "two meetings named by letters and numbers in a folder of one pack": [
        [pack("x/pack.pdf", EDUCATION, "2024-01-18")],
        [file("x/IS1004b.vtt")],
        [file("x/Bro012.vtt")],
    ],
    # ------------------------------------------------------------ the name of the series in every name
    "the series and a month": [
        [pack("k.pdf", EDUCATION, "2024-01-18"), file("conversations-for-kindness-2024-01.vtt")],
        [pack("c.pdf", CLEAN, "2024-02"), file("conversations-for-kindness-2024-02.vtt")],
    ],
    "the series and nothing else, on two days": [
        [file("2024-01-18 Conversations for Kindness.vtt")],
        [file("2024-02-15 Conversations for Kindness.vtt")],
    ],
    # ------------------------------------------------------------ parts
    "two parts of one recording of a short title": [
        [
            pack("k.pdf", "Tea", "2024-01-18"),
            file("2024-01-18 Tea part 1.vtt"),
            file("2024-01-18 Tea part 2.vtt"),
        ],
    ],
    "two parts as Zoom names them": [
        [
            pack("k.pdf", "Tea", "2024-01-18"),
            file("GMT20240118-180322_Recording-1.vtt"),
            file("GMT20240118-180322_Recording-2.vtt"),
        ],
    ],
    # ------------------------------------------------------------ folders by year and by kind
    "a recording of a month, and two sessions of one title": [
        [pack("a.pdf", "Check-in with nurses", "2024-06-06")],
        [pack("b.pdf", "Check-in with nurses", "2024-06-20")],
        [file("2024-06 Check-in with nurses.vtt")],
    ],
    "folders of years": [
        [pack("2023/01.pdf", "Whose story", "2023-01"), file("2023/2023-01-19.vtt")],
        [pack("2023/02.pdf", "Listening", "2023-02"), file("2023/2023-02-16.vtt"), file("2023/2023-02-16 chat.txt")],
        [pack("2024/01.pdf", "Education", "2024-01"), file("2024/2024-01-18.vtt")],
        [pack("2024/02.pdf", "Clean language", "2024-02"), file("2024/2024-02-15.vtt")],
    ],
    "the same name in folders of two years": [[file("2023/Welcome evening.vtt")], [file("2024/Welcome evening.vtt")]],
    "folders of months in folders of years": [
        [pack("k.pdf", EDUCATION, "2024-06-20"), file("2024/06/transcript.vtt"), file("2024/06/chat.txt")],
        [pack("c.pdf", CLEAN, "2024-07"), file("2024/07 July/transcript.vtt")],
        [file("2023/06/transcript.vtt"), file("2023/06/chat.txt")],
    ],
    "folders of days in folders of months": [
        [pack("k.pdf", EDUCATION, "2024-06-06"), file("2024/06/06/transcript.vtt")],
        [pack("c.pdf", CLEAN, "2024-06-20"), file("2024/06/20/transcript.vtt"), file("2024/06/20/chat.txt")],
    ],
    "two talks in the dated folder of a pack": [
        [pack("2024-06-20/pack.pdf", "Tea on the ward")],
        [file("2024-06-20/keynote.vtt")],
        [file("2024-06-20/panel.vtt")],
    ],
    "a keynote in the dated folder of its pack, and a panel": [
        [pack("2024-06-20/pack.pdf", "The keynote", "2024-06"), file("2024-06-20/keynote.vtt")],
        [file("2024-06-20/panel.vtt")],
    ],
    "folders of kinds": [
        [
            pack("Packs/k.pdf", EDUCATION, "2024-01-18"),
            file("Transcripts/2024-01-18.vtt"),
            file("Recordings/GMT20240118-180322_Recording.cc.vtt"),
        ],
        [
            pack("Packs/c.pdf", CLEAN, "2024-02"),
            file("Transcripts/2024-02-15.vtt"),
            file("Recordings/GMT20240215-180322_Recording.cc.vtt"),
        ],
    ],
    "folders of kinds, in the plural": [
        [pack("Packs/k.pdf", EDUCATION, "2024-01-18"), file("Chats/2024-01-18.txt"), file("Videos/2024-01-18.vtt")],
        [pack("Packs/c.pdf", CLEAN, "2024-02"), file("Chats/2024-02-15.txt"), file("Videos/2024-02-15.vtt")],
    ],
    "titles in folders of kinds": [
        [pack("Packs/k.pdf", "Kindness in education", "2024-01-18"), file("Transcripts/Kindness in education.vtt")],
        [pack("Packs/c.pdf", "Clean language", "2024-02"), file("Transcripts/Clean language.vtt")],
    ],
    # ------------------------------------------------------------ titles of every script
    "titles in Japanese": [[pack("a.pdf", "親切の力", "2024-01")], [pack("b.pdf", "病院の庭", "2024-01")]],
    "titles in Cyrillic, without a date": [[pack("a.pdf", "Доброта в школе")], [pack("b.pdf", "Больничный сад")]],
    "names in Greek": [[file("Καλοσύνη.vtt")], [file("Κήπος.vtt")]],
    "a title in Japanese, and its transcript": [
        [pack("a.pdf", "親切の力", "2024-01"), file("2024-01 親切の力.vtt")],
        [pack("b.pdf", "A garden", "2024-01")],
    ],
    "one title, its letters composed and not": [
        [pack("a.pdf", "Güte in der Schule", "2024-01"), file("2024-01-Gu\u0308te in der Schule.vtt")],
    ],
    "nothing at all": [],
    "one file without a word in its name": [[file("transcript.vtt")]],
}


@pytest.mark.parametrize("sessions", SITUATIONS.values(), ids=SITUATIONS)
def test_a_folder_gives_the_sessions_that_an_archivist_would_see_in_it(sessions: list[list[Material]]) -> None:
    expected = sorted(sorted(one.source for one in group) for group in sessions)
    assert grouped([one for group in sessions for one in group]) == expected


# ---------------------------------------------------------------- what must hold of any folder

WORDS = [
    "Kindness",
    "Tea",
    "Garden",
    "part",
    "1",
    "Recording",
    "transcript",
    "chat",
    "親切",
    "Recordings",
    "for",
    "Zoom",
]
DATES = [
    "2024",
    "2024-06",
    "2024-06-06",
    "2024-06-20",
    "2023-06",
    "GMT20240606-180000",
    "GMT20240620-170000",
    "18 Jan 2024",
]
names = st.lists(st.sampled_from([*WORDS, *DATES]), min_size=1, max_size=4).map(" ".join)
folders = st.sampled_from(["", "", "a/", "b/", "2024-06-20 Tea/", "Transcripts/", "a/b/", "2024/"])
titles = st.one_of(st.just(""), st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join))
dates = st.sampled_from([None, None, "2024", "2024-06", "2024-06-06", "2024-06-20", "2023-06"])


@st.composite
def archives(draw: st.DrawFn, most: int = 9) -> list[Material]:
    notes = {
        folder: noted(f"{folder}session.toml", **{k: v for k, v in {"title": title, "date": date}.items() if v})
        for folder, title, date in draw(st.lists(st.tuples(folders.filter(bool), titles, dates), max_size=2))
    }
    made: dict[tuple[str, str], Material] = {}
    for _ in range(draw(st.integers(0, most))):
        folder, family = draw(folders), draw(st.sampled_from(Family))
        source = folder + draw(names) + draw(st.sampled_from([".pdf", ".vtt", ".txt"]))
        by_the_clock = family is Family.CHAT
        one = material(
            source,
            family,
            draw(titles) if family is Family.PACK else "",
            draw(dates) if family is Family.PACK else None,
            root=draw(st.sampled_from([ROOT, ROOT, "/other"])),
            notes=notes.get(folder),
            by_the_clock=by_the_clock,
            first_ms=18 * 60 * MINUTE_MS if by_the_clock else 0,
            last_ms=19 * 60 * MINUTE_MS if by_the_clock else 60 * MINUTE_MS,
        )
        made[one.key] = one
    return list(made.values())


@given(archives(), st.randoms(use_true_random=False))
def test_the_order_of_the_files_means_nothing(materials: list[Material], chance: random.Random) -> None:
    before = resolve(materials)
    chance.shuffle(materials)
    assert resolve(materials) == before
    assert resolve(iter(materials)) == before


@given(archives())
def test_each_file_has_a_session_and_each_session_an_id_of_its_own(materials: list[Material]) -> None:
    placed = resolve(materials)
    assert placed.keys() == {one.key for one in materials}
    sessions = {one.session for one in placed.values()}
    assert len({session.id for session in sessions}) == len(sessions)
    assert all(session.id and session.title for session in sessions)


@st.composite
def neighbours(draw: st.DrawFn) -> list[Material]:
    """Packs and recordings that could be of one meeting, but for their days."""
    said = draw(st.lists(st.tuples(st.sampled_from(["", "", "Tea at night"]), dates, st.booleans()), max_size=6))
    return [
        material(f"{'x/' if below else ''}{n}.pdf", Family.PACK if title else Family.TRANSCRIPT, title, date)
        for n, (title, date, below) in enumerate(said)
    ]


@given(st.one_of(neighbours(), archives()))
def test_no_session_is_on_two_days_unless_notes_say_so(materials: list[Material]) -> None:
    days: dict[str, set[str]] = defaultdict(set)
    placed = resolve(materials)
    for one in materials:
        if one.date and one.date.day and not one.notes:
            days[placed[one.key].session.id].add(str(one.date))
    assert {id_: found for id_, found in days.items() if len(found) > 1} == {}


def test_what_notes_put_on_two_days_takes_no_file_of_the_other_as_well() -> None:
    """It took the talk of the one day, and then, by its other day, the recording of that."""
    own = noted("2024/session.toml")
    materials = [
        file("2024-06-20 Tea/Kindness.vtt"),
        pack("2024/Kindness 2024-06-20.pdf", "", notes=own),
        pack("Kindness.pdf", ""),
        pack("Kindness Kindness.pdf", ""),
        file("GMT20240606-180000.vtt"),
        file("2024/GMT20240606-180000.vtt", own),
    ]
    assert ["GMT20240606-180000.vtt"] in grouped(materials)


@given(archives())
def test_files_under_one_session_toml_stay_together(materials: list[Material]) -> None:
    placed = resolve(materials)
    sessions: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in materials:
        if one.notes:
            sessions[one.root, one.notes.place].add(placed[one.key].session.id)
    assert all(len(ids) == 1 for ids in sessions.values())


@given(
    archives(),
    st.sampled_from(["xylophone/xylophone.vtt", "xylophone/1999-12-31 xylophone.pdf", "x y/19991231.vtt"]),
)
def test_a_file_that_has_nothing_to_do_with_the_others_changes_nothing(materials: list[Material], source: str) -> None:
    before = resolve(materials)
    after = resolve([*materials, file(source)])
    assert {key: placed for key, placed in after.items() if key[1] != source} == before
    assert after[ROOT, source].session.id not in {placed.session.id for placed in before.values()}


@given(st.lists(st.text(st.characters(exclude_characters="/\0"), min_size=1, max_size=30), max_size=5, unique=True))
@example(
    [
        "GMT20241399-256199_Recording.vtt",
        "2024-00-00.vtt",
        "2024-02-31.vtt",
        "00000101.vtt",
        "\udce9.vtt",
        "٢٠٢٤-٠١.vtt",
    ]
)
@example(["....", ". .", "\n", "\u202e", "GMT", "____", "-" * 30])
def test_no_name_is_too_odd(written: list[str]) -> None:
    for folder in ("", "a/", "2024-13-40/"):
        placed = resolve([file(folder + name) for name in written if name not in {".", ".."}])
        assert all(one.session.id for one in placed.values())


@given(st.text(max_size=60))
@example("GMT20240230-180322")
@example("GMT20240118-246060")
def test_facts_of_any_name_are_facts(name: str) -> None:
    facts = facts_of_name(name)
    assert facts.date is None or (1 <= (facts.date.month or 1) <= 12 and 1 <= (facts.date.day or 1) <= 31)
    if facts.start:
        assert facts.start.tzinfo is UTC


# ---------------------------------------------------------------- what names say


@pytest.mark.parametrize(
    ("name", "title", "date"),
    [
        ("GMT20240118-180322_Recording.transcript", "", "2024-01-18"),
        ("meeting_saved_chat", "", None),
        ("audio_transcript", "", None),
        ("2024-01-18-kindness-in-education", "Kindness in education", "2024-01-18"),
        ("kindness-in-education_2024-01", "Kindness in education", "2024-01"),
        ("Tea 20240118 (final)", "Tea", "2024-01-18"),
        ("2024-09-19 Time for a check-in", "Time for a check in", "2024-09-19"),
        ("Time for a check-in-20240718_180000-Meeting Recording", "Time for a check in", "2024-07-18"),
        ("time-for-a-check-in-2024-06-chat", "Time for a check in", "2024-06"),
        ("Checking in 2024-07-18", "Checking in", "2024-07-18"),
        ("2024-07 What we live for", "What we live for", "2024-07"),
        ("Kindness in June 2024", "Kindness", "2024-06"),
        ("kindness-in-june-2024", "Kindness", "2024-06"),
        ("Kindness in 2024-06", "Kindness", "2024-06"),
        ("Kindness on 18 June 2024", "Kindness", "2024-06-18"),
        ("Tea for 2024-06-18 at 18.00", "Tea", "2024-06-18"),
        ("Tea, chat of the meeting", "Tea", None),
        ("Tea from Conversations for Kindness", "Tea", None),
        ("Recording", "", None),
        ("for the", "", None),
        ("education_23", "Education 23", None),
        ("IS1004b", "IS1004b", None),
        ("2024-01-32 Tea", "2024 01 32 Tea", None),
        ("2024-06-31 Tea", "2024 06 31 Tea", None),
        ("31-06-2024 Tea", "31 06 2024 Tea", None),
        ("01-02-2024 Tea", "Tea", "2024-02-01"),
        ("31.12.2024 Tea", "Tea", "2024-12-31"),
        ("01-18-2024 Tea", "01 18 2024 Tea", None),
        ("2024-18-01 Tea", "2024 18 01 Tea", None),
        ("room 2024", "Room 2024", None),
        ("Kindness 12024-01-18", "Kindness 12024 01 18", None),
    ],
)
def test_a_name_says_a_title_and_a_date(name: str, title: str, date: str | None) -> None:
    facts = facts_of_name(name)
    assert (facts.title, str(facts.date) if facts.date else None) == (title, date)


@pytest.mark.parametrize(
    ("folder", "title", "date"),
    [
        ("2024", "", "2024"),
        ("2024/06", "", "2024-06"),
        ("2024/6", "", "2024-06"),
        ("archive/2024/06", "", "2024-06"),
        ("2024/June", "", "2024-06"),
        ("2024/06 June", "", "2024-06"),
        ("2024/06-Jun", "", "2024-06"),
        ("2024/20 June", "", "2024-06-20"),
        ("2024/06/20", "", "2024-06-20"),
        ("2024-06/20", "", "2024-06-20"),
        ("2024/2023-05", "", "2023-05"),
        # what may be a number of something else
        ("06", "", None),
        ("2024/13", "", None),
        ("2024/006", "", None),
        ("2024/06/32", "", None),
        ("2024/06/31", "", None),
        ("2024/06/2", "", None),
        ("2024/06/20/18", "", None),
        ("2024/06 Tea", "06 Tea", None),
        ("2024/Tea in June", "Tea in June", None),
        ("2024/May Lee", "May Lee", None),
    ],
)
def test_folders_say_a_date_together(folder: str, title: str, date: str | None) -> None:
    facts = facts_of_folder(PurePosixPath(folder))
    assert (facts.title, str(facts.date) if facts.date else None) == (title, date)


def test_each_talk_in_a_dated_folder_has_its_date() -> None:
    talks = [file("2024-06-20/keynote.vtt"), file("2024-06-20/panel.vtt"), pack("2024-06-20/p.pdf", "Tea on the ward")]
    assert {str(placed.session.date) for placed in resolve(talks).values()} == {"2024-06-20"}


def test_the_folder_says_what_the_name_does_not() -> None:
    named = file("GMT20240118-180322 Tea on the ward/chat.txt").named
    assert (named.title, str(named.date)) == ("Tea on the ward", "2024-01-18")
    assert named.start == datetime(2024, 1, 18, 18, 3, 22, tzinfo=UTC)
    assert file("2023 Tea/GMT20240118-180322 Walks.vtt").named.title == "Walks"
    assert file("chat.txt").named.title == ""


def test_titles_are_compared_without_case_accents_and_small_words() -> None:
    assert title_words("Güte in der Schule!") == title_words("gute: der, SCHULE")
    assert title_words("On the") == {"on", "the"}


@pytest.mark.parametrize(
    ("kinds", "family"),
    [
        ({Kind.TRANSCRIPT}, Family.TRANSCRIPT),
        ({Kind.TRANSCRIPT, Kind.CHAT}, Family.TRANSCRIPT),
        ({Kind.CHAT}, Family.CHAT),
        ({Kind.CHAT, Kind.TALK}, Family.PACK),
        (set(), Family.PACK),
    ],
)
def test_the_parts_of_a_file_tell_its_family(kinds: set[Kind], family: Family) -> None:
    assert family_of(kinds) is family


# ---------------------------------------------------------------- ids


def test_ids_are_made_of_date_and_title() -> None:
    assert session_id(PartialDate(2024, 1, 18), "Kindness, in: Éducation") == "2024-01-18-kindness-in-education"
    assert session_id(None, "Tea") == "tea"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("親切の力", "病院の庭"),
        ("Доброта", "Сад"),
        ("كرم", "حديقة"),
        ("Ελπίδα", "Κήπος"),
        ("Tea 茶", "Tea 庭"),
        ("दया", "दयी"),
    ],
)
def test_titles_of_every_script_have_ids_of_their_own(one: str, other: str) -> None:
    for date in (None, PartialDate(2024, 1)):
        assert session_id(date, one) != session_id(date, other)
        assert session_id(date, one)


def test_an_id_does_not_change_when_files_join_the_session() -> None:
    tea = pack("tea.pdf", "Tea on the ward", "2024-01-18")
    alone = session_of([tea]).id
    assert (
        session_of([tea, file("2024-01-18.vtt"), file("z.vtt", noted("z.toml", video="https://v.example/1"))]).id
        == alone
    )


# ---------------------------------------------------------------- what the files say together


def test_notes_go_before_packs_and_packs_before_transcripts_and_names() -> None:
    talk = material("2024-06-05-names-title.vtt", Family.TRANSCRIPT, "Transcript's title", "2024-06-07")
    deck = pack("deck.pdf", "Pack's title", "2024-06-06")
    both = session_of([talk, deck])
    assert (both.title, str(both.date)) == ("Pack's title", "2024-06-06")
    alone = session_of([talk])
    assert (alone.title, str(alone.date)) == ("Transcript's title", "2024-06-07")
    over = session_of([replace(talk, notes=noted("s.toml", title="Noted", date="2024-06")), deck])
    assert (over.title, str(over.date)) == ("Noted", "2024-06")


def test_the_finest_date_counts_where_dates_agree() -> None:
    assert (
        str(session_of([pack("a.pdf", "Tea", "2024"), file("2024-06-20.vtt"), file("2024-06.vtt")]).date)
        == "2024-06-20"
    )
    assert str(session_of([pack("a.pdf", "Tea", "2024-01"), file("2024-06-20.vtt")]).date) == "2024-01"


def test_a_session_of_which_nothing_says_the_title_is_called_by_its_place() -> None:
    assert session_of([file("transcript.vtt")]).title == "Transcript"
    assert session_of([file("01/chat.txt")]).title == "01 chat"
    assert session_of([file("Zoom/180124.vtt")]).title == "Zoom 180124"
    assert session_of([file("1.vtt")]).title == "Transcript 1"
    assert session_of([material("2023/07.md", Family.PACK)]).id == "2023-pack-07"
    assert session_of([file("_.vtt")]).title == UNTITLED


def test_everybody_is_named_once_with_a_role_if_any_file_gives_one() -> None:
    said = {"speakers": (Person("Ann Lee"), Person("Bo", "nurse"), Person("Bo Ek"))}
    notes = noted("s/session.toml", speakers=[{"name": "Cy Dee", "role": "host"}, "Ann Lee"])
    (session,) = {one.session for one in resolve([pack("s/p.pdf", "Tea", described=said, notes=notes)]).values()}
    assert session.speakers[:2] == (Person("Cy Dee", "host"), Person("Ann Lee"))
    assert [person.name for person in session.speakers] == ["Cy Dee", "Ann Lee", "Bo Ek"]


def test_a_role_that_is_noted_goes_before_those_of_files() -> None:
    said = {"speakers": (Person("Ann Lee", "nurse"), Person("Bo Ek"))}
    notes = noted("s/session.toml", speakers=[{"name": "Ann Lee", "role": "host"}, {"name": "Bo Ek", "role": "guest"}])
    people = session_of([pack("s/p.pdf", "Tea", described=said, notes=notes)]).speakers
    assert people == (Person("Ann Lee", "host"), Person("Bo Ek", "guest"))


def test_the_role_of_a_short_form_goes_with_the_full_name() -> None:
    said = {"speakers": (Person("Bo", "nurse"), Person("Bo Ek"))}
    assert session_of([pack("p.pdf", "Tea", described=said)]).speakers == (Person("Bo Ek", "nurse"),)


def test_video_offset_note_and_start_come_from_whoever_has_them() -> None:
    notes = noted(
        "s/session.toml", video="https://v.example/1", video_offset="0:30", note="illustrative", start="18:00:00"
    )
    session = session_of([pack("s/p.pdf", "Tea"), file("s/t.vtt", notes)])
    assert (session.video_url, session.video_offset_ms, session.note) == ("https://v.example/1", 30_000, "illustrative")
    assert session.start == clock_time(18)
    linked = pack("p.pdf", "Tea", described={"video_url": "https://v.example/2"})
    assert session_of([linked, file("t.vtt")]).video_url == "https://v.example/2"
    assert session_of([linked, file("t.vtt", notes)]).video_url == "https://v.example/1"


def test_zooms_name_gives_the_start_and_notes_go_before_it() -> None:
    zoom = file("GMT20240118-180322_Recording.vtt")
    assert session_of([zoom]).start == datetime(2024, 1, 18, 18, 3, 22, tzinfo=UTC)
    assert session_of([zoom, file("x.vtt", noted("x.toml", start="18:00:00"))]).start == clock_time(18)
    at_midnight = session_of([zoom, file("x.vtt", noted("x.toml", start="00:00:00"))]).start
    assert at_midnight == clock_time(0)


# ---------------------------------------------------------------- clocks


def hms(text: str) -> int:
    """``18:05`` or ``18:05:30`` as milliseconds; hours go on after 24 as in a chat over midnight."""
    parts = [*map(int, text.split(":")), 0][:3]
    return (parts[0] * 60 + parts[1]) * MINUTE_MS + parts[2] * 1000


def chat_begins(
    first: str, last: str, *, name: str = "talk.vtt", minutes: int = 75, **notes: Any
) -> tuple[int, int] | None:
    """First and last time of a chat, in minutes of the session; None where that is not known."""
    said = noted("s/session.toml", title="Tea", **notes)
    talk = file(f"s/{name}", said, first_ms=0, last_ms=minutes * MINUTE_MS)
    chat = file("s/meeting_saved_chat.txt", said, first_ms=hms(first), last_ms=hms(last), by_the_clock=True)
    placed = resolve([talk, chat])
    assert placed[talk.key].origin_ms is None
    origin = placed[chat.key].origin_ms
    return None if origin is None else ((hms(first) - origin) // MINUTE_MS, (hms(last) - origin) // MINUTE_MS)


WINTER, SUMMER, NIGHT = (
    f"GMT{start}_Recording.vtt" for start in ("20240118-180300", "20240620-170300", "20240118-233000")
)


@pytest.mark.parametrize(
    ("first", "last", "name", "expected"),
    [
        pytest.param("18:04", "19:14", WINTER, (1, 71), id="UTC is the clock on the wall"),
        pytest.param("18:00", "19:14", WINTER, (-3, 71), id="a chat from before the recording"),
        pytest.param("18:04", "19:14", SUMMER, (1, 71), id="British summer, one hour on"),
        pytest.param("13:04", "14:14", WINTER, (1, 71), id="New York"),
        pytest.param("05:04", "06:14", WINTER, (1, 71), id="eleven hours on, the next day"),
        pytest.param("19:14", "19:30", WINTER, None, id="winter, what may be said at the end, or an hour before"),
        pytest.param("23:40", "24:40", NIGHT, (10, 70), id="over midnight"),
        pytest.param("00:10", "00:40", NIGHT, (40, 70), id="all of it after midnight"),
        pytest.param("03:04", "09:14", WINTER, None, id="too long for the recording"),
        pytest.param("23:34", "24:44", WINTER, None, id="India, half an hour off"),
    ],
)
def test_a_chat_by_the_clock_is_fitted_to_a_recording_named_in_utc(
    first: str, last: str, name: str, expected: tuple[int, int] | None
) -> None:
    assert chat_begins(first, last, name=name) == expected


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        pytest.param("18:05", "18:08", SUMMER, id="British summer"),
        pytest.param("18:04", "18:15", SUMMER, id="British summer, the first minutes"),
        pytest.param("13:05", "13:08", WINTER, id="New York"),
    ],
)
def test_a_short_chat_that_fits_at_two_hours_has_no_time_or_the_right_one(first: str, last: str, name: str) -> None:
    """Welcomes in the first minutes; an hour off they would be the last words of the meeting."""
    assert chat_begins(first, last, name=name) in (None, (int(first[-2:]) - 3, int(last[-2:]) - 3))


@pytest.mark.parametrize(
    ("first", "last", "start", "expected"),
    [
        pytest.param("18:04", "19:10", "18:00:00", (4, 70), id="the clock on the wall"),
        pytest.param("18:04", "19:10", "2024-06-20T18:00:00", (4, 70), id="with a day"),
        pytest.param("18:04", "19:10", "2024-06-20T18:00:00+01:00", (4, 70), id="with a zone"),
        pytest.param("18:04", "19:10", "2024-06-20T17:00:00Z", (4, 70), id="in UTC, in summer"),
        pytest.param("18:04", "19:10", "2024-01-18T18:00:00Z", (4, 70), id="in UTC, in winter"),
        pytest.param("17:55", "19:10", "18:00:00", (-5, 70), id="from before"),
        pytest.param("17:55", "17:59", "18:00:00", (-5, -1), id="all of it from before"),
        pytest.param("23:40", "24:40", "23:30:00", (10, 70), id="over midnight"),
        pytest.param("00:10", "00:40", "23:30:00", (40, 70), id="all of it after midnight"),
        pytest.param("23:58", "24:50", "00:05:00", (-7, 45), id="from before midnight, a recording from after it"),
        pytest.param("00:10", "00:40", "00:00:00", (10, 40), id="from midnight on"),
    ],
)
def test_a_start_that_is_noted_counts_by_the_clock_of_the_chat(
    first: str, last: str, start: str, expected: tuple[int, int]
) -> None:
    assert chat_begins(first, last, start=start) == expected


def test_notes_go_before_zooms_name_for_the_clock_too() -> None:
    assert chat_begins("18:04", "19:10", name=SUMMER, start="18:00:00") == (4, 70)


def test_without_a_start_a_chat_has_no_time_in_the_session() -> None:
    assert chat_begins("18:04", "19:10") is None


def test_a_chat_without_times_has_no_origin() -> None:
    chat = file("s/GMT20240118-180300 chat.txt", by_the_clock=True)
    assert resolve([chat])[chat.key].origin_ms is None


def test_two_transcripts_in_two_folders_are_not_one_because_both_are_called_talk() -> None:
    found = resolve([file("tea/talk.vtt"), file("walks/talk.vtt"), pack("walks/pack.pdf", "On foot")])
    assert sorted({placed.session.title for placed in found.values()}) == ["On foot", "Tea: talk"]
