"""Who said it: names that the text gives, and no others."""

from __future__ import annotations

import pytest
from decks import paragraph

from kindsearch.readers.attribution import (
    GROUP,
    NameLine,
    asked_by,
    is_name,
    leading_name,
    name_line,
    reported_speakers,
    words_in_lower_case,
)

COMMON = frozenset({"regulation", "hope", "measuring"})


@pytest.mark.parametrize(
    "name",
    [
        "Bob",
        "Katie Warburton",
        "Dr Sanjiv Ahluwalia",
        "Göran Henriks",
        "Helen O'Connor",
        "Anne-Marie van der Berg",
        "Bob K.",
        "Hope Roe",
    ],
)
def test_names_of_people(name: str) -> None:
    assert is_name(name, COMMON)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bob",
        "The Group",
        "Regulation",
        "Kindness",
        "Members",
        "Regulation of Hope",
        "Ann & Bob",
        "One Two Three Four Five",
    ],
)
def test_what_is_no_name(text: str) -> None:
    assert not is_name(text, COMMON)


def test_words_also_written_small_are_no_names() -> None:
    assert words_in_lower_case("Hope is what we hope for, Bob's o'clock") >= {"hope", "what", "we", "for"}
    assert not words_in_lower_case("Hope. Bob's. McKay") & {"ope", "ob", "s", "ay"}


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Bob:", NameLine("Bob", strong=True)),
        ("**Katie Warburton**", NameLine("Katie Warburton", strong=False)),
        ("– Ines, nurse in Leeds", NameLine("Ines", strong=False)),
        ("Ines Roe (nurse):", NameLine("Ines Roe", strong=True)),
        ("Regulation:", None),
        ("The group:", None),
        ("Bob said so.", None),
        ("Ines Roe, who is one of the many whom we all know so well", None),
        ("we agree:", None),
    ],
)
def test_a_line_that_says_who_speaks_next(line: str, found: NameLine | None) -> None:
    assert name_line(paragraph(line), COMMON) == found


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("**DG** i think so", ("DG", "i think so")),
        ("**S:** i think so", ("S", "i think so")),
        ("**A** i think so", ("A", "i think so")),
        ("**Katie Warburton** I think so", ("Katie Warburton", "I think so")),
        ("**Hope:** I think so", ("Hope", "I think so")),  # a colon makes a common word a name
        ("**Hope** is all we have", None),
        ("**Ines** talked about rest.", None),  # the sentence goes on from the name
        ("**Listen first** and then talk", None),
        ("DG i think so", None),
        ("**DG**", None),
    ],
)
def test_a_bold_name_or_initials_at_the_front_of_a_message(message: str, found: tuple[str, str] | None) -> None:
    lead = leading_name(paragraph(message), COMMON)
    assert (lead and (lead[0], " ".join(word.text for word in lead[1]))) == found


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Is it safe? asked Callum, who is a nurse.", "Callum"),
        ("Ines Roe asked: is it safe?", "Ines Roe"),
        ("Tom wanted to know whether it is safe.", "Tom"),
        ("Members asked: is it safe?", None),
        ("Is it safe?", None),
        ("We asked nobody in Leeds.", None),
    ],
)
def test_who_asked_where_the_question_says_so(question: str, name: str | None) -> None:
    assert asked_by(question, COMMON) == name


def reported(text: str) -> list[str | None]:
    return [name for *_, name in reported_speakers(text, COMMON)]


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("Ekaterina talked about rest. It matters.", ["Ekaterina", "Ekaterina"]),
        ("Ines Roe, a nurse from Leeds, said so.", ["Ines Roe"]),
        ("Ines (a nurse) also added this.", ["Ines"]),
        ("Ines Roe spoke. Tom built on this. It works. Ines agreed.", ["Ines Roe", "Tom", "Tom", "Ines Roe"]),
        ("It began well. Tom noted the rest.", [None, "Tom"]),
        ("Members noted that. It is so.", [GROUP, GROUP]),
        ("Tom spoke. The group agreed. Several members wondered.", ["Tom", GROUP, GROUP]),
        ("Tom spoke. In the groups members talked of tea.", ["Tom", GROUP]),
        ("Tom spoke. While they listened, the participants wrote.", ["Tom", GROUP]),
        ("Tom spoke. After his talk the group then discussed it.", ["Tom", GROUP]),
        ("Tom spoke. In the ward he asked members to write.", ["Tom", "Tom"]),  # he asked
        ("Tom spoke. In the group a member is safe.", ["Tom", "Tom"]),
        ("Regulation needed care. Measuring showed it.", [None, None]),
        ("We met Tom, who said it.", [None]),
        ("Kindness matters.", [None]),
    ],
)
def test_sentences_that_report_somebody(text: str, speakers: list[str | None]) -> None:
    assert reported(text) == speakers


def test_reported_sentences_cover_the_paragraph() -> None:
    text = "Ines Roe spoke. It matters. Tom agreed."
    assert [text[a:b] for a, b, _ in reported_speakers(text, COMMON)] == [
        "Ines Roe spoke.",
        "It matters.",
        "Tom agreed.",
    ]
