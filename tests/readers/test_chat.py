"""Saved chats of Zoom, Teams and Meet: who wrote what to everyone, when, and never a word of what was private."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kindsearch.chunking import passages_of
from kindsearch.errors import UnreadableFile
from kindsearch.readers.chat import read, recognises
from kindsearch.types import Document, Kind, Link

Lines = list[tuple[str | None, str, int | None]]


def at(clock: str) -> int:
    """Milliseconds of ``hours:minutes:seconds``."""
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    return ((hours * 60 + minutes) * 60 + seconds) * 1000


def units(document: Document) -> list[Lines]:
    """Who wrote which line when, unit by unit."""
    return [
        [(span.speaker, document.text[span.start : span.end], span.start_ms) for span in unit.spans]
        for unit in document.units
    ]


def chat(text: str) -> Document:
    return read(text, "d1", "chat.txt")


T1, T2, T3, T4 = at("18:03:22"), at("18:04:00"), at("18:05:10"), at("18:06:00")
R1, R2 = at("0:18:03"), at("0:19:30")
M1, M2 = at("18:03:00"), at("18:04:00")

TEA = "Tea calms worried patients."
SIT = "Somebody sits down with them."

CHATS = {
    # ---------------------------------------------------------------- Zoom, saved by a person
    "one line": (f"18:03:22 From Ann Lee to Everyone: {TEA}", [[("Ann Lee", TEA, T1)]], True, 0),
    "without a recipient": (
        f"18:03:22\t From  Ann Lee : {TEA}\r\n18:04:00\t From  Bo : {SIT}\r\n",
        [[("Ann Lee", TEA, T1)], [("Bo", SIT, T2)]],
        True,
        0,
    ),
    "on the lines below": (
        f"18:03:22 From  Ann Lee  to  Everyone:\n\t{TEA}\n18:04:00 From  Bo  to  Everyone: \n\t{SIT}\n",
        [[("Ann Lee", TEA, T1)], [("Bo", SIT, T2)]],
        True,
        0,
    ),
    "several lines are one message": (
        f"18:03:22 From Ann to Everyone:\n\t{TEA}\n\t\n\t{SIT}\n18:04:00 From Bo To Everyone:\n\tBiscuits  help\ttoo",
        [[("Ann", TEA, T1), ("Ann", SIT, T1)], [("Bo", "Biscuits help too", T2)]],
        True,
        0,
    ),
    "lines that go on unindented": (
        f"18:03:22 From Ann to Everyone : {TEA}\n{SIT}\n10:30 from Leeds: bring a cup\n"
        "18:04:00 From Bo to Everyone : Roses",
        [[("Ann", TEA, T1), ("Ann", SIT, T1), ("Ann", "10:30 from Leeds: bring a cup", T1)], [("Bo", "Roses", T2)]],
        True,
        0,
    ),
    "small from": (f"18:03:22 from Ann to Everyone: {TEA}", [[("Ann", TEA, T1)]], True, 0),
    "line ends of old Macs and a byte order mark": (
        f"\ufeff18:03:22 From Ann to Everyone: {TEA}\r18:04:00 From Bo to Everyone: {SIT}\r",
        [[("Ann", TEA, T1)], [("Bo", SIT, T2)]],
        True,
        0,
    ),
    "twelve hours": (
        f"06:03:22 PM\t From  Ann : {TEA}\n6:04:00 p.m. From Bo to Everyone: {SIT}\n"
        "12:00:01 AM From Cy to Everyone: Roses",
        [[("Ann", TEA, T1)], [("Bo", SIT, T2)], [("Cy", "Roses", at("24:00:01"))]],
        True,
        0,
    ),
    "narrow blank before PM": (f"6:03:22\u202fPM From Ann to Everyone: {TEA}", [[("Ann", TEA, T1)]], True, 0),
    "in brackets": (f"[18:03:22] From Ann to Everyone: {TEA}", [[("Ann", TEA, T1)]], True, 0),
    "under a title": (f"Chat of our meeting\n\n18:03:22 From Ann to Everyone: {TEA}", [[("Ann", TEA, T1)]], True, 0),
    "panelists' webinar": (
        f"18:03:22 From Ann to All panelists and attendees : {TEA}\n"
        "18:04:00 From Bo to All panelists : hidden\n"
        "18:05:10 From Cy to Hosts and panelists : hidden\n"
        "18:06:00 From Dee to Waiting Room Participants : hidden",
        [[("Ann", TEA, T1)]],
        True,
        3,
    ),
    "a colon as wide as a letter": (f"18:03:22 From Ann to Everyone： {TEA}", [[("Ann", TEA, T1)]], True, 0),
    "Spanish": (
        f"18:03:22 De  Ana María  a  Todos:\n\t{TEA}\n18:04:00\t De  Bo  a  Ana María(En privado) : hidden\n"
        f"18:05:10 De  Ana María  a  Todos:\n\t{SIT}\n\t18:06:00 De Bo a Ana: hidden\n18:06:00 De Bo a Todos: Rosas\n"
        "18:06:00 Bo (En privado): hidden",
        [[("Ana María", TEA, T1)], [("Ana María", SIT, T3)], [("Bo", "Rosas", T4)]],
        True,
        3,
    ),
    "Japanese": (
        "18:03:22 開始 武井 優弥 に 全員 : お茶は人を落ち着かせます\n"
        "18:04:00 開始 Bo に 武井（ダイレクトメッセージ） : hidden\n"
        "18:05:10 開始 Bo 終了 皆様 : 人を落ち着かせます\n18:06:00 Bo（ダイレクトメッセージ） : hidden",
        [[("武井 優弥", "お茶は人を落ち着かせます", T1)], [("Bo", "人を落ち着かせます", T3)]],
        True,
        2,
    ),
    # ---------------------------------------------------------------- names
    "a first line that was moved in": (
        f" 18:03:22 From Ann to Everyone: {TEA}\n18:04:00 From Bo to Everyone: {SIT}\n"
        "  18:05:10 From Cy to Everyone: Roses",
        [[("Ann", TEA, T1)], [("Bo", SIT, T2)], [("Cy", "Roses", T3)]],
        True,
        0,
    ),
    "a role in brackets": (
        f"18:03:22 From Dr Eva Bonnier (she/her) 🌻 to Everyone: {TEA}",
        [[("Dr Eva Bonnier (she/her) 🌻", TEA, T1)]],
        True,
        0,
    ),
    "a colon in a name": (
        f"18:03:22 From Ann: nurse to Everyone: {TEA}\n18:04:00\t From  Bo: RN : {SIT}",
        [[("Ann: nurse", TEA, T1)], [("Bo: RN", SIT, T2)]],
        True,
        0,
    ),
    "to in a name": (
        f"18:03:22 From Otto to Everyone: {TEA}\n18:04:00 From Tom to Go to Everyone: {SIT}\n"
        "18:05:10 From to to Everyone: Roses",
        [[("Otto", TEA, T1)], [("Tom to Go", SIT, T2)], [("to", "Roses", T3)]],
        True,
        0,
    ),
    "somebody called as everyone": (
        "18:03:22 From Ann to Everyone Else: hidden\n18:04:00 From Bo to Everyone: Roses",
        [[("Bo", "Roses", T2)]],
        True,
        1,
    ),
    "blanks around a name": (f"18:03:22 From  Ann  Lee   to  Everyone: {TEA}", [[("Ann  Lee", TEA, T1)]], True, 0),
    "no name": (f"18:03:22 From  to  Everyone: {TEA}", [[(None, TEA, T1)]], True, 0),
    "words that look like an address": (
        "18:03:22 From Ann to Everyone: I said to Bob: tea is kind\n"
        "18:04:00\t From  Bo : I went to Leeds: it rained\n"
        "18:05:10 From Cy to Everyone:\n\tFrom surviving to thriving: a talk",
        [
            [("Ann", "I said to Bob: tea is kind", T1)],
            [("Bo", "I went to Leeds: it rained", T2)],
            [("Cy", "From surviving to thriving: a talk", T3)],
        ],
        True,
        0,
    ),
    "a chat pasted into a message": (
        "18:03:22 From Ann to Everyone:\n\t17:00:00 From Cy to Everyone: Roses\n"
        "18:04:00 From Bo to Ann:\n\thidden\n"
        "\t17:00:00 From Cy to Everyone: Lilies",
        [[("Ann", "17:00:00 From Cy to Everyone: Roses", T1)]],
        True,
        1,
    ),
    # ---------------------------------------------------------------- Zoom, from the cloud
    "cloud": (
        f"00:18:03\tAnn Lee:\t{TEA}\nand more\n00:19:30\tVan Dyke: RN:\t{SIT}\n",
        [[("Ann Lee", TEA, R1), ("Ann Lee", "and more", R1)], [("Van Dyke: RN", SIT, R2)]],
        False,
        0,
    ),
    "cloud with recipients": (
        f"00:18:03\tAnn Lee to Everyone:\t{TEA}\n00:19:30\tBo to Ann (Direct Message):\thidden\n"
        "00:19:31\tTom to Go:\thidden\n00:19:32\tCy (Direct Message):\thidden",
        [[("Ann Lee", TEA, R1)]],
        False,
        3,
    ),
    "a tab on both sides": (f"18:03:22\tFrom Ann to Everyone:\t{TEA}", [[("Ann", TEA, T1)]], True, 0),
    "cloud, below": (f"00:18:03\tAnn Lee:\n{TEA}\n", [[("Ann Lee", TEA, R1)]], False, 0),
    "cloud form by the clock": (f"18:03:22\tAnn Lee:\t{TEA}\n", [[("Ann Lee", TEA, T1)]], True, 0),
    "from the beginning of the recording": (
        f"00:18:03 From Ann to Everyone: {TEA}\n01:40:00 From Bo to Everyone: {SIT}",
        [[("Ann", TEA, R1)], [("Bo", SIT, at("1:40:00"))]],
        False,
        0,
    ),
    "after one by the clock": (f"01:10:00 From Ann to Everyone: {TEA}", [[("Ann", TEA, at("1:10:00"))]], True, 0),
    # ---------------------------------------------------------------- time goes on
    "past midnight, with a date": (
        f"2024-01-18 00:18:03 From Ann to Everyone: {TEA}",
        [[("Ann", TEA, R1)]],
        True,
        0,
    ),
    "crossing messages of a recording": (
        f"00:19:30\tAnn:\t{TEA}\n00:18:03\tBo:\t{SIT}\n",
        [[("Ann", TEA, R2)], [("Bo", SIT, R1)]],
        False,
        0,
    ),
    "past midnight": (
        f"23:58:00 From Ann to Everyone: {TEA}\n00:02:00 From Bo to Everyone: {SIT}",
        [[("Ann", TEA, at("23:58:00"))], [("Bo", SIT, at("24:02:00"))]],
        True,
        0,
    ),
    "crossing messages": (
        f"18:04:00 From Ann to Everyone: {TEA}\n18:03:58 From Bo to Everyone: {SIT}",
        [[("Ann", TEA, T2)], [("Bo", SIT, T2)]],
        True,
        0,
    ),
    "the next day": (
        f"2024-01-18 18:03:22 From Ann to Everyone: {TEA}\n2024-01-19 18:04:00 From Bo to Everyone: {SIT}",
        [[("Ann", TEA, T1)], [("Bo", SIT, T2 + at("24:00:00"))]],
        True,
        0,
    ),
    "no such time": (f"18:73:22 From Ann to Everyone: {TEA}", [[("Ann", TEA, None)]], True, 0),
    # ---------------------------------------------------------------- replies and reactions
    "a reply joins what it answers": (
        f"18:03:22 From Ann to Everyone:\n\t{TEA}\n18:04:00 From Bo to Everyone:\n\tRoses grow\n"
        f'18:05:10 From Cy to Everyone:\n\tReplying to "Tea calms worried pa..."\n\t\n\t{SIT}\n'
        '18:06:00 From Dee to Everyone:\n\tReplying to "Somebody sits down…"\n\tand listens',
        [[("Ann", TEA, T1), ("Cy", SIT, T3), ("Dee", "and listens", T4)], [("Bo", "Roses grow", T2)]],
        True,
        0,
    ),
    "a reply on one line": (
        f"18:03:22 From Ann to Everyone:\n  {TEA}\n"
        f'18:04:00 From Bo to Everyone:\n  Replying to "Tea calms worried pa..." {SIT}',
        [[("Ann", TEA, T1), ("Bo", SIT, T2)]],
        True,
        0,
    ),
    "a reply that quotes": (
        "18:03:22 From Ann to Everyone:\n\tRoses\n"
        '18:04:00 From Bo to Everyone:\n\tReplying to "Roses" I say "yes, always"',
        [[("Ann", "Roses", T1), ("Bo", 'I say "yes, always"', T2)]],
        True,
        0,
    ),
    "a quote with quotes": (
        '18:03:22 From Ann to Everyone:\n\t"Being Kind" (a book) helped\n'
        f'18:04:00 From Bo to Everyone:\n\tReplying to ""Being Kind" (a bo..."\n\n\t{SIT}',
        [[("Ann", '"Being Kind" (a book) helped', T1), ("Bo", SIT, T2)]],
        True,
        0,
    ),
    "a quote with quotes on one line": (
        '18:03:22 From Ann to Everyone:\n\t"Being Kind" (a book) helped\n'
        f'18:04:00 From Bo to Everyone:\n\tReplying to ""Being Kind" (a bo..." {SIT}\n'
        '18:05:10 From Cy to Everyone:\n\tSay "no" now and then\n'
        f'18:06:00 From Dee to Everyone:\n\tReplying to "Say "no" now"\n\t{SIT}',
        [
            [("Ann", '"Being Kind" (a book) helped', T1), ("Bo", SIT, T2)],
            [("Cy", 'Say "no" now and then', T3), ("Dee", SIT, T4)],
        ],
        True,
        0,
    ),
    "a quote on two lines": (
        "18:03:22 From Ann to Everyone:\n\tRoses\n\tand lilies\n"
        f'18:04:00 From Bo to Everyone:\n\tReplying to "Roses\n\tand lilies"\n\t{SIT}',
        [[("Ann", "Roses", T1), ("Ann", "and lilies", T1), ("Bo", SIT, T2)]],
        True,
        0,
    ),
    "a quote without an end, and another's": (
        '18:03:22 From Bo to Everyone:\n\tReplying to "Roses\n\n\tI say "yes"',
        [[("Bo", 'I say "yes"', T1)]],
        True,
        0,
    ),
    "a quote without an end or marks": (
        f'18:03:22 From Bo to Everyone:\n\tReplying to "Roses\n\t{SIT}\n'
        "18:04:00 From Cy to Everyone:\n\tReplying to Tea cal...\n\tRoses",
        [[("Bo", SIT, T1)], [("Cy", "Roses", T2)]],
        True,
        0,
    ),
    "a reply to nobody knows what": (
        f'18:03:22 From Ann to Everyone:\n\tReplying to "Lilies are"\n\n\t{SIT}\n'
        "18:04:00 From Bo to Everyone:\n\tReplying to you all\n\twith tea",
        [[("Ann", SIT, T1)], [("Bo", "Replying to you all", T2), ("Bo", "with tea", T2)]],
        True,
        0,
    ),
    "the latest of what it may answer": (
        "18:03:22 From Ann to Everyone: Roses\n18:04:00 From Bo to Everyone: Roses\n"
        "18:05:10 From Cy to Everyone: Roses too\n"
        '18:06:00 From Dee to Everyone: Replying to "Roses" indeed they grow',
        [[("Ann", "Roses", T1)], [("Bo", "Roses", T2), ("Dee", "indeed they grow", T4)], [("Cy", "Roses too", T3)]],
        True,
        0,
    ),
    "reactions are no messages": (
        f"18:03:22 From Ann to Everyone:\n\t{TEA}\n"
        '18:04:00 From Bo to Everyone:\n\tReacted to "Tea calms worried pa..." with 👍\n'
        '18:04:00 From Bo to Everyone:\n\tReacted to Tea calms worr... with "❤️"\n'
        '18:05:10 From Cy to Everyone:\n\tRemoved a 🍪 reaction from "Tea calms worried pa..."\n'
        "18:06:00 From Dee to Everyone:\n\tadd 👍🏻\n18:06:00 From Dee to Everyone:\n\tremove ☝️\n"
        "18:06:00 From Dee to Everyone:\n\tReacted to the news with tears",
        [[("Ann", TEA, T1)], [("Dee", "Reacted to the news with tears", T4)]],
        True,
        0,
    ),
    # ---------------------------------------------------------------- what the program says
    "system lines": (
        f"18:03:22 From Ann to Everyone: {TEA}\n18:03:30 Bo Ek joined the meeting\n{SIT}\n"
        "18:03:40 Recording started\n"
        "18:04:00 From Bo to Everyone: file: plan of care.pdf\n"
        "18:05:10 From Cy to Everyone: I left the meeting early\n"
        "18:06:00 From Dee to Everyone:\n18:06:00 From Dee to Everyone: I joined the meeting\n"
        "18:06:00 From Dee to Everyone: my mother left the meeting\n"
        "18:06:00 From Dee to Everyone: Bo has left the meeting\n"
        "18:06:00 From Dee to Everyone:\n\tSo\n\tBo joined the meeting\n\tlate",
        [
            [("Ann", TEA, T1), ("Ann", SIT, T1)],
            [("Cy", "I left the meeting early", T3)],
            [("Dee", "I joined the meeting", T4)],
            [("Dee", "my mother left the meeting", T4)],
            [("Dee", "Bo has left the meeting", T4)],
            [("Dee", "So", T4), ("Dee", "Bo joined the meeting", T4), ("Dee", "late", T4)],
        ],
        True,
        0,
    ),
    "twice the same": (
        f"18:03:22 From Ann to Everyone: {TEA}\n18:03:22 From Ann to Everyone: {TEA}",
        [[("Ann", TEA, T1)], [("Ann", TEA, T1)]],
        True,
        0,
    ),
    # ---------------------------------------------------------------- fillers
    "fillers join the unit before": (
        f"18:03:22 From Ann to Everyone: {TEA}\n18:04:00 From Bo to Everyone: Thanks, Ann!\n"
        "18:04:00 From Bo to Everyone: +1\n18:05:10 From Cy to Everyone: ❤️🙏\n"
        "18:05:10 From Dee to Everyone: yes yes\n"
        "18:06:00 From Cy to Everyone: Thank you all so much\n18:06:00 From Cy to Everyone: hello Leeds\n"
        "18:06:00 From Cy to Everyone: Bo\n18:06:00 From Cy to Everyone: 茶",
        [
            [("Ann", TEA, T1), ("Bo", "Thanks, Ann!", T2), ("Bo", "+1", T2), ("Cy", "❤️🙏", T3), ("Dee", "yes yes", T3)],
            [("Cy", "Thank you all so much", T4)],
            [("Cy", "hello Leeds", T4)],
            [("Cy", "Bo", T4)],
            [("Cy", "茶", T4)],
        ],
        True,
        0,
    ),
    "first fillers join the next": (
        "18:03:22 From Ann to Everyone: Hi\n18:04:00 From Bo to Everyone: Good morning!\n"
        f"18:05:10 From Cy to Everyone: {TEA}",
        [[("Ann", "Hi", T1), ("Bo", "Good morning!", T2), ("Cy", TEA, T3)]],
        True,
        0,
    ),
    "nothing but fillers": (
        "18:03:22 From Ann to Everyone: Hi\n18:04:00 From Bo to Everyone: Bye",
        [[("Ann", "Hi", T1), ("Bo", "Bye", T2)]],
        True,
        0,
    ),
    "a filler that is answered": (
        f"18:03:22 From Ann to Everyone: {TEA}\n18:04:00 From Bo to Everyone: Amazing!\n"
        f'18:05:10 From Cy to Everyone: Replying to "Amazing!" {SIT}',
        [[("Ann", TEA, T1)], [("Bo", "Amazing!", T2), ("Cy", SIT, T3)]],
        True,
        0,
    ),
    # ---------------------------------------------------------------- private
    "private with lines below": (
        "18:03:22 From Ann to Bo (Direct Message):\n\thidden\n\n\tBo to Ann (privately): hidden\n"
        f"18:04:00 From Bo to Everyone:\n\t{TEA}\n"
        "18:05:10\t From  Cy  to  Ann(Privately) : hidden\nhidden\n18:06:00 From Ann to Me : hidden",
        [[("Bo", TEA, T2)]],
        True,
        3,
    ),
    "private to one who is named": (
        f"18:03:22 From Ann to Everyone: {TEA}\n18:04:00 From Bo to Ann: hidden\n"
        "18:05:10 From Bo to Everyone, Ann: hidden",
        [[("Ann", TEA, T1)]],
        True,
        2,
    ),
    "private behind a colon": (
        f"18:03:22\t From  Ann : {TEA}\n18:04:00\t From  Bo: RN to Ann(Direct Message) : hidden\n"
        "18:05:10\t From  Bo : RN to Ann(Direct Message) : hidden",
        [[("Ann", TEA, T1)]],
        True,
        2,
    ),
    "private without its form": (
        f"18:03:22 From Ann to Everyone: {TEA}\n18:04:00 From Bo to Ann (Direct Message)\nhidden\n"
        f"18:04:00 From Ann to Everyone: {SIT}\n18:04:01 Bo to Ann (Direct Message): hidden\n"
        "18:04:02 From Ann to Everyone: Roses\n18.04.03 From Bo to Ann: hidden\n"
        "18:04:04 From Ann to Everyone: Lilies\n"
        "Bo to Ann (privately): hidden\n18:04:05 From Ann to Everyone: Tulips\n18:04 From Bo to Ann hidden\n"
        "18:04:06 From Ann to Everyone: Daisies\n18.04.07 From Bo to Ann hidden\n"
        "18:04:08 From Ann to Everyone: Poppies\nFrom Bo to Ann (privately) hidden",
        [
            [("Ann", TEA, T1)],
            [("Ann", SIT, T2)],
            [("Ann", "Roses", T2 + 2000)],
            [("Ann", "Lilies", T2 + 4000)],
            [("Ann", "Tulips", T2 + 5000)],
            [("Ann", "Daisies", T2 + 6000)],
            [("Ann", "Poppies", T2 + 8000)],
        ],
        True,
        7,
    ),
    "private where line breaks were lost": (
        f"18:03:22 From Ann to Everyone: {TEA} 18:04:00 From Bo to Ann: hidden "
        "18:05:10 From Bo to Everyone: hidden too",
        [[("Ann", TEA, T1)]],
        True,
        1,
    ),
    "private, in bold, as in a Word document": (
        f"**18:03:22 From Ann to Everyone:** {TEA}\n\n**18:04:00 From Bo to Ann:** hidden\n\n"
        f"**18:05:10** From **Bo** to **Everyone**: {SIT}",
        [[("Ann", TEA, T1)], [("Bo", SIT, T3)]],
        True,
        1,
    ),
    "private, in a list, a quote and under a heading": (
        f"# Chat\n\n- 18:03:22 From Ann to Everyone: {TEA}\n- **18:04:00 From Bo to Ann:** hidden\n"
        "1. 18:04:10 From Bo to Ann: hidden\n> **18:04:20 From Bo to Ann:** hidden\n"
        f"* 18:05:10 From Cy to Everyone: {SIT}",
        [[("Ann", TEA, T1)], [("Cy", SIT, T3)]],
        True,
        3,
    ),
    "Teams, in bold": (
        f"**Ann Lee** 18:03\n\n{TEA}\n\n**Bo Ek** 18:04\n\n{SIT}\n",
        [[("Ann Lee", TEA, M1)], [("Bo Ek", SIT, M2)]],
        True,
        0,
    ),
    "private, with marks that can't be seen": (
        f"18:03:22 From Ann to Everyone: {TEA}\n\ufeff\u200e18:04:00 From Bo\u200b to \u200eAnn\u200e: hidden",
        [[("Ann", TEA, T1)]],
        True,
        1,
    ),
    "a reply to a private message": (
        f"18:03:22 From Ann to Everyone:\n\t{TEA}\n18:04:00 From Bo to Ann:\n\tthe consultant was rude\n"
        '18:05:10 From Ann to Everyone:\n\tReplying to "the consultant was r..."\n\n\thidden answer\n'
        '18:05:10 From Ann to Everyone:\n\tReplying to "hidden answer"\n\n\thidden as well\n'
        '18:06:00 From Cy to Everyone:\n\tReacted to "the consultant was r..." with 😮',
        [[("Ann", TEA, T1)]],
        True,
        3,
    ),
    "a reply to what was also written in private": (
        f"18:03:22 From Ann to Everyone: {TEA}\n18:04:00 From Ann to Bo: {TEA}\n"
        '18:05:10 From Bo to Everyone: Replying to "Tea calms worried pa..." hidden',
        [[("Ann", TEA, T1)]],
        True,
        2,
    ),
    # ---------------------------------------------------------------- Teams
    "Teams with dates": (
        f"[18/01/2024 18:03] Ann Lee\n{TEA}\n{SIT}\n[18/01/2024 18:04] Bo Ek (Guest):\nRoses grow\n\n",
        [[("Ann Lee", TEA, M1), ("Ann Lee", SIT, M1)], [("Bo Ek (Guest)", "Roses grow", M2)]],
        True,
        0,
    ),
    "Teams, one message": (f"[18/01/2024 18:05] Ann Lee\n{TEA}", [[("Ann Lee", TEA, at("18:05:00"))]], True, 0),
    "Teams, a reply with what it answers": (
        f"Ann Lee\n18:03\n{TEA}\n1 Like reaction.\nhas context menu\n\n"
        f"Bo Ek\n18:04\nBegin Reference, {TEA} by Ann Lee\nAnn Lee\n18:03\n{TEA}\nEnd Reference\n{SIT}\nEdited\n\n"
        "Cy\n18:04\nEdited by hand\nEnd Reference",
        [
            [("Ann Lee", TEA, M1), ("Bo Ek", SIT, M2)],
            [("Cy", "Edited by hand", M2), ("Cy", "End Reference", M2)],
        ],
        True,
        0,
    ),
    "Teams, a reply that answers a private message": (
        "Bo Ek to Ann Lee 18:03\nthe consultant was rude\n"
        "Ann Lee 18:04\nBegin Reference, the consultant was rude by Bo Ek\nEnd Reference\nhidden\n"
        f"Cy 18:04\n{SIT}",
        [[("Cy", SIT, M2)]],
        True,
        2,
    ),
    "Teams, a reply below what it answers": (
        f"[18/01/2024 18:03] Ann Lee\n{TEA}\nAnd cake.\n[18/01/2024 18:04] Bo Ek\nAnn Lee18/01/2024 18:03\n"
        f"{TEA}\nAnd cake.\n\n{SIT}\n[18/01/2024 18:04] Cy\nAnn Lee18/01/2024 18:03\nLilies grow\nSo they do",
        [
            [("Ann Lee", TEA, M1), ("Ann Lee", "And cake.", M1), ("Bo Ek", SIT, M2)],
            [(None, "Lilies grow", M2), (None, "So they do", M2)],
        ],
        True,
        0,
    ),
    "Teams at night": (
        f"[1:03 AM] Ann Lee\n{TEA}\n[1:04 AM] Bo Ek\n{SIT}\n",
        [[("Ann Lee", TEA, at("1:03:00"))], [("Bo Ek", SIT, at("1:04:00"))]],
        True,
        0,
    ),
    "Teams with AM and PM": (
        f"[6:03 PM] Ann Lee\n{TEA}\n[6:04 PM] Bo Ek: {SIT}\n",
        [[("Ann Lee", TEA, M1)], [("Bo Ek", SIT, M2)]],
        True,
        0,
    ),
    "Teams with days": (
        f"[Yesterday 18:03] Ann Lee\n{TEA}\n[Yesterday 18:04] bo.ek\n{SIT}\n",
        [[("Ann Lee", TEA, M1)], [("bo.ek", SIT, M2)]],
        True,
        0,
    ),
    "Teams by the hour": (
        f"[18:03] Ann Lee\n{TEA}\n[18:04] Bo Ek\n{SIT}\n",
        [[("Ann Lee", TEA, M1)], [("Bo Ek", SIT, M2)]],
        True,
        0,
    ),
    "Teams, name and date": (
        f"Ann Lee  1/18 6:03 PM\n{TEA}\nBo Ek  1/18 6:04 PM\n{SIT}\n",
        [[("Ann Lee", TEA, M1)], [("Bo Ek", SIT, M2)]],
        True,
        0,
    ),
    "Teams, name above time": (
        f"Ann Lee\n18:03\n{TEA}\n\nBo Ek\n18:04\n{SIT}\nSee you at 18:30\n",
        [[("Ann Lee", TEA, M1)], [("Bo Ek", SIT, M2), ("Bo Ek", "See you at 18:30", M2)]],
        True,
        0,
    ),
    "a marked name": (
        f"[6:03 PM] Ann Lee\n{TEA}\n[6:04 PM] Bo Ek (privately)\nhidden\n",
        [[("Ann Lee", TEA, M1)]],
        True,
        1,
    ),
    # ---------------------------------------------------------------- Google Meet
    "Teams, a marked name": (f"Ann Lee 18:03\n{TEA}\nBo (privately) 18:04\nhidden", [[("Ann Lee", TEA, M1)]], True, 1),
    "Meet, name and time": (
        f"Ann Lee  18:03\n{TEA}\nLunch 19:30\nBo Ek  18:04\n{SIT}\nYou  18:04\nRoses",
        [[("Ann Lee", TEA, M1), ("Ann Lee", "Lunch 19:30", M1)], [("Bo Ek", SIT, M2)], [("You", "Roses", M2)]],
        True,
        0,
    ),
    "Zoom, copied, to whom": (
        f"Ann Lee to Everyone 6:03 PM\n{TEA}\nWe came to Leeds 6:30 PM\nBob Ek to Me 6:03 PM\nhidden\n"
        f"bo to Ann Lee\n6:04 PM\nhidden\nCy to Everyone 6:04 PM\n{SIT}",
        [[("Ann Lee", TEA, M1), ("Ann Lee", "We came to Leeds 6:30 PM", M1)], [("Cy", SIT, M2)]],
        True,
        2,
    ),
    "Zoom, copied, to one who is named only": (
        f"Ann Lee 6:03 PM\n{TEA}\nWe came to tea 6:03 PM\nBob Ek to Cy Doe 6:03 PM\nhidden\nCy Doe 6:04 PM\n{SIT}",
        [[("Ann Lee", TEA, M1), ("Ann Lee", "We came to tea 6:03 PM", M1)], [("Cy Doe", SIT, M2)]],
        True,
        1,
    ),
    "Teams, to whom": (
        f"[6:03 PM] Ann Lee to Everyone\n{TEA}\n[6:04 PM] Bo Ek to you: hidden\n",
        [[("Ann Lee", TEA, M1)]],
        True,
        1,
    ),
    "Zoom, copied, in Spanish": (
        f"Ana a Todos 18:03\n{TEA}\nBo a Ana 18:03\nhidden\nBo a todos 18:04\n{SIT}",
        [[("Ana", TEA, M1)], [("Bo", SIT, M2)]],
        True,
        1,
    ),
    "Meet, what the program says": (
        f"Ann Lee\n18:03\n{TEA}\nBo Ek left the meeting\nand came back\nBo Ek joined the meeting\n"
        f"Cy\n18:04\n{SIT}\nBo Ek left the meeting",
        [
            [("Ann Lee", TEA, M1), ("Ann Lee", "Bo Ek left the meeting", M1), ("Ann Lee", "and came back", M1)],
            [("Cy", SIT, M2)],
        ],
        True,
        0,
    ),
    "Meet's cues": (
        f"00:18:03.000,00:18:06.000\nAnn Lee: {TEA}\n\n00:19:30.500,00:19:33.000\nBo: yes: {SIT}\nRoses\n\n"
        "00:20:00.000,00:20:03.000\nCy (privately): hidden\n",
        [[("Ann Lee", TEA, R1)], [("Bo", f"yes: {SIT}", R2 + 500), ("Bo", "Roses", R2 + 500)]],
        False,
        1,
    ),
}


@pytest.mark.parametrize(("text", "expected", "by_the_clock", "private"), CHATS.values(), ids=CHATS)
def test_odd_chats(text: str, expected: list[Lines], by_the_clock: bool, private: int) -> None:
    assert recognises(text)
    document = chat(text)
    assert units(document) == expected
    assert (document.by_the_clock, document.private_messages) == (by_the_clock, private)
    assert "hidden" not in repr(document)


def test_the_document_is_a_chat_and_its_times_have_no_length() -> None:
    document = chat(f"18:03:22 From Ann Lee to Everyone:\n\t{TEA}\n\t{SIT}\n18:04:00 From Bo to Everyone: Roses")
    assert (document.id, document.source, document.session.id, document.session.title) == ("d1", "chat.txt", "", "")
    assert document.text == f"{TEA}\n{SIT}\nRoses"
    assert {(unit.kind, unit.section) for unit in document.units} == {(Kind.CHAT, "Chat")}
    assert [(unit.start, unit.end) for unit in document.units] == [(0, 57), (58, 63)]
    assert all(span.end_ms == span.start_ms and span.page is None for unit in document.units for span in unit.spans)
    assert [(passage.text, passage.speakers) for passage in passages_of(document)] == [
        (f"{TEA}\n{SIT}", ("Ann Lee",)),
        ("Roses", ("Bo",)),
    ]


def test_notes_above_a_chat_are_kept_under_their_headings_and_say_when_it_was() -> None:
    document = chat(
        "# Notes of the meeting, 20 June 2024\n\nBefore 3 May 2024 we spoke of **tea**.\n- cake\n\n## Rest\n\n---\n\n"
        f"Bo Ek to Ann: hidden\n\n## Chat\n\n18:03:22 From Ann to Everyone: {TEA}\n18:04:00 From Bo to Everyone: {SIT}"
    )
    assert units(document) == [
        [(None, "Before 3 May 2024 we spoke of tea.", None), (None, "- cake", None)],
        [("Ann", TEA, T1)],
        [("Bo", SIT, T2)],
    ]
    assert [unit.section for unit in document.units] == ["Notes of the meeting, 20 June 2024", "Chat", "Chat"]
    assert (str(document.session.date), document.private_messages) == ("2024-06-20", 1)


def test_titles_above_a_chat_say_when_it_was_and_nothing_else() -> None:
    document = chat(f"Chat of 20 June 2024\n\nSaved by Ann\n\n18:03:22 From Ann to Everyone: {TEA}\n")
    assert units(document) == [[("Ann", TEA, T1)]]
    assert str(document.session.date) == "2024-06-20"


def test_words_are_cleaned_and_names_kept_as_written() -> None:
    document = chat(
        "18:03:22 From Zoe\u0301 👩‍⚕️ to Everyone: donâ€™t  be\u200b ﬁrst Cafe\u0301\x07 teaâ€‰time lis\x07ten\u2028bar"
    )
    assert document.text == "don’t be first Café tea time listen\nbar"
    assert document.units[0].spans[0].speaker == "Zoe\u0301 👩‍⚕️"


def test_links_lie_over_their_words_without_what_ends_the_sentence() -> None:
    document = chat(
        "18:03:22 From Ann to Everyone: see https://example.org/tea_(drink)). Or (WWW.Example.com/a?b=1,c), <http://x.org>!\n"
        "18:04:00 From Bo to Everyone: www. is no link, nor https://... nor mail@www.example.org"
    )
    words = [document.text[link.start : link.end] for link in document.links]
    assert words == ["https://example.org/tea_(drink)", "WWW.Example.com/a?b=1,c", "http://x.org"]
    assert [link.url for link in document.links] == [words[0], "https://WWW.Example.com/a?b=1,c", words[2]]
    assert document.links[0] == Link(4, 35, "https://example.org/tea_(drink)")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not a saved chat"),
        ("Kindness is a choice.", "not a saved chat"),
        ("18:03:22 From Ann to Bo (Direct Message): psst", "private messages only"),
        ("18:03:22 From Ann to Bo: psst\n\tand more", "private messages only"),
        ("18:03:22 From Ann to Everyone:\n\n18:04:00 From Bo to Everyone: file: a.pdf", "no messages"),
    ],
)
def test_a_file_without_a_word_to_everyone_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=rf"^chat\.txt: .*{reason}"):
        chat(text)


# ---------------------------------------------------------------- properties

PIECES = st.sampled_from(
    "18:03:22|00:18:03|6:03 PM|\t| |\n|\r|From | to |Everyone|Ann| : |:|(Direct Message)|[18/01/2024 18:03] "
    '|Replying to |"|...|Reacted to | with 👍|https://|www.a|)|\u2028|file: a.pdf|00:12:03.000,00:12:06.000'
    "|\ufeff|99:99:99|2024-13-45 |é|\0|joined the meeting".split("|")
)
HEADERS = st.sampled_from(["18:03:22 From Ann to Everyone: ", "00:18:03\tAnn:\t", "[6:03 PM] Ann\n", "Ann 18:03\n"])
ANYTHING = st.one_of(
    st.text(),
    st.lists(PIECES, max_size=60).map("".join),
    st.tuples(HEADERS, st.lists(PIECES)).map(lambda t: t[0] + "".join(t[1])),
)


@given(ANYTHING)
@settings(max_examples=100, deadline=None)
def test_any_text_gives_a_document_that_holds_together_or_our_error(text: str) -> None:
    if not recognises(text):
        with pytest.raises(UnreadableFile):
            chat(text)
        return
    try:
        document = chat(text)
    except UnreadableFile:
        return
    assert document.text == unicodedata.normalize("NFC", document.text)
    assert "  " not in document.text
    spans = [span for unit in document.units for span in unit.spans]
    lines = [document.text[span.start : span.end] for span in spans]
    assert "\n".join(lines) == document.text
    assert all(line == line.strip() != "" for line in lines)
    assert all(unit.start == unit.spans[0].start and unit.end == unit.spans[-1].end for unit in document.units)
    assert all(document.text[link.start : link.end] in link.url for link in document.links)
    assert all(document.text[p.start : p.end] == p.text for p in passages_of(document))


NAMES = st.sampled_from(["Ann Lee", "Bo", "Dr Eva (she/her)", "Otto", "Tom to Go", "José", "Ann: nurse", "🌻 Fay"])
HIDDEN_TO = st.sampled_from(
    [
        "Ann Lee(Direct Message)",
        "Bo (Privately)",
        "Me",
        "Everyone(Direct Message)",
        "Hosts and panelists",
        "Tom to Go",
        "you: all",
    ]
)
WORDS = st.lists(
    st.sampled_from(["tea", "kind", "listen", "to", "all:", "from", "18:03", "(private)", "rose"]), max_size=6
)
SHAPES = st.sampled_from(
    ["{time} From {who} to {to}: ", "{time}\t From  {who}  to  {to} : ", "{time} From  {who}  To  {to}:\n\t"]
)
BREAKS = st.sampled_from(["\n", "\r\n", "\r"])


@st.composite
def mixed_chats(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A chat in one of Zoom's forms, of messages to everyone and others, and the lines of those to everyone."""
    shape, line_break = draw(SHAPES), draw(BREAKS)
    written, public = "", []
    for number in range(draw(st.integers(1, 12))):
        is_private = draw(st.booleans())
        to = draw(HIDDEN_TO) if is_private else "Everyone"
        clock = f"{18 + number // 6:02d}:{number % 6}{draw(st.integers(0, 9))}:{draw(st.integers(10, 59))}"
        token = f"{'secret' if is_private else 'open'}{number}"
        lines = [f"{token}x{line} " + " ".join(draw(WORDS)) for line in range(draw(st.integers(1, 3)))]
        if is_private and draw(st.booleans()):
            lines.insert(
                1, draw(st.sampled_from(["", "Bo joined the meeting", "18:00:00 secret we go to all: secret"]))
            )
        public += [] if is_private else [" ".join(line.split()) for line in lines]
        margin = "\t" if shape.endswith("\t") else ""
        written += shape.format(time=clock, who=draw(NAMES), to=to) + f"\n{margin}".join(lines) + "\n"
    return written.replace("\n", line_break), public


@given(mixed_chats())
@settings(max_examples=100, deadline=None)
def test_no_private_word_comes_out_and_every_public_one_does_in_order(case: tuple[str, list[str]]) -> None:
    text, public = case
    assert recognises(text)
    if not public:
        with pytest.raises(UnreadableFile, match="private messages only"):
            chat(text)
        return
    document = chat(text)
    assert "secret" not in repr(document)
    assert document.text.split("\n") == public
    assert document.private_messages == sum(f"secret{number}x0" in text for number in range(12))


QUOTED = st.integers(4, 24)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.booleans(), QUOTED, st.booleans()), min_size=2, max_size=8))
def test_a_reply_to_a_private_message_never_comes_out(messages: list[tuple[bool, int, bool]]) -> None:
    text = "18:00:00 From Ann to Everyone:\n\tkindness counts\n"
    for number, (is_private, cut, on_one_line) in enumerate(messages):
        words = f"{'secret' if is_private else 'open'} {number} said on the ward today"
        quote = words if cut > 20 else words[: max(cut, 8)] + "..."
        gap = " " if on_one_line else "\n\t\n\t"
        text += f"18:0{number}:01 From Bo to {'Ann' if is_private else 'Everyone'}:\n\t{words}\n"
        text += f'18:0{number}:02 From Cy to Everyone:\n\tReplying to "{quote}"{gap}re {words}\n'
        text += f'18:0{number}:03 From Dee to Everyone:\n\tReacted to "{quote}" with 👍\n'
    document = chat(text)
    assert "secret" not in repr(document)
    assert document.private_messages == 2 * sum(is_private for is_private, _, _ in messages)
    threads = [[line for _, line, _ in unit] for unit in units(document)]
    assert threads[1:] == [
        [f"open {number} said on the ward today", f"re open {number} said on the ward today"]
        for number, (is_private, _, _) in enumerate(messages)
        if not is_private
    ]
