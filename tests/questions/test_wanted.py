from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kindsearch.questions.wanted import Wanted, bears, thing_in, wanted_in


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("what does a cup of tea cost?", "money"),
        ("What was the price of the remote?", "money"),
        ("which fees do they pay?", "money"),
        ("what is the budget of the ward", "money"),
        ("what pay rise did the nurses get?", "money"),
        ("how much do volunteers get paid?", "money"),
        ("how much does it cost?", "money"),
        ("how many people came?", "number"),
        ("How much tea do we pour?", None),
        ("how old is the choir?", "number"),
        ("by how much did the choir grow?", "number"),
        ("and how often do you meet?", None),
        ("what percentage of nurses left?", "number"),
        ("what was the average number of beds?", "number"),
        ("which proportion of them stayed?", "number"),
        ("when did the choir begin?", "time"),
        ("When will we meet again?", "time"),
        ("what day is the next round?", "time"),
        ("in which year was it founded?", "time"),
        ("who founded the choir?", "name"),
        ("And who sings in it?", "name"),
        ("“Who began it?”", "name"),
        ("who talked about tea?", None),  # they are listed, and their names stand beside what they said
        ("who said that tea helps?", None),
        ("what do those who sing say?", None),
        ("how do we measure kindness?", None),
        ("why does it help when we sing?", None),
        ("what helps when I am tired?", None),
        ("which sessions were about rest?", None),
        ("is it expensive?", None),
        ("", None),
    ],
)
def test_what_a_question_wants(text: str, wanted: Wanted | None) -> None:
    assert wanted_in(text) == wanted


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("which exam must doctors pass?", "exam"),
        ("Which exam leads to the ward?", "exam"),
        ("what new songs do they sing?", "new songs"),
        ("And at which hospital was it?", "hospital"),
        ("which of the choirs have rehearsed?", "choirs"),
        ("which of our choirs' songs would help?", "choirs songs"),
        ("how many cups do we pour?", "cups"),
        ("what is the dose for a child?", "dose"),
        ("what are your visiting hours?", ""),  # a time
        ("what's the pay scale?", "pay scale"),
        ("what was a recipe that worked?", "recipe"),
        ("what percentage of nurses left?", ""),
        ("in which year did it begin?", ""),
        ("what is the best reason to stay?", ""),
        ("what is kindness?", ""),
        ("what helps when I am tired?", ""),
        ("what did the choir sing?", ""),
        ("which was it?", ""),
        ("who knows which exam it was?", ""),  # somebody is asked for
        ("how do we choose which song we sing?", ""),
        ("what", ""),
        ("", ""),
    ],
)
def test_what_kind_of_thing_a_question_asks_for(text: str, thing: str) -> None:
    assert thing_in(text) == tuple(thing.split())


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("money", "It was £9."),
        ("money", "About twelve euros, all in all."),
        ("money", "It's free of charge."),
        ("number", "We had 12."),
        ("number", "Forty of us came."),
        ("number", "Half of them stayed."),
        ("number", "Ninety per cent? No, thirty percent."),
        ("time", "We began in May."),
        ("time", "It was 1998."),
        ("time", "At 10.30, I think."),
        ("time", "Every year we sing again."),
        ("time", "on Mondays"),
        ("time", "three years ago"),
        ("name", "It was begun by Göran."),
        ("name", "Then our friend Ann-Mari came."),
    ],
)
def test_a_text_bears_what_is_wanted(wanted: Wanted, text: str) -> None:
    assert bears(wanted, text, "?")


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("money", "It was 40 minutes."),
        ("money", "We count every cup."),
        ("number", "Many came."),
        ("number", "Often, and tenderly."),  # not ten
        ("time", "It may be so, in a second."),
        ("time", "I march on."),
        ("name", "Nobody did. Then it rained."),  # capitals at the beginning of a sentence
        ("name", "It was the choir: Songs."),
        ("name", ""),
        ("number", ""),
    ],
)
def test_a_text_without_it_does_not(wanted: Wanted, text: str) -> None:
    assert not bears(wanted, text, "?")


def test_a_name_that_the_question_has_is_no_answer() -> None:
    said = "In the beginning it was Göran."
    assert bears("name", said, "who began it?")
    assert not bears("name", said, "who is GÖRAN?")
    assert bears("name", "It was Göran with Ann.", "who came with göran?")


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_can_be_asked_and_looked_at(text: str, said: str) -> None:
    assert wanted_in(text) in {None, "money", "number", "time", "name"}
    for wanted in ("money", "number", "time", "name"):
        assert bears(wanted, said, text) in {True, False}


@pytest.mark.parametrize(
    "piece",
    [
        "what ",
        "which ",
        "what is the ",
        "and in ",
        "how much ",
        "pay ",
        "which what was the ",
        "1",
        "19",
        " A",
        "be paid ",
        "\n",
    ],
)
def test_no_text_takes_long(piece: str) -> None:
    text = (piece * 2_000)[:2_000]

    def seconds() -> float:
        started = perf_counter()
        wanted_in(text)
        thing_in(text)
        for wanted in ("money", "number", "time", "name"):
            bears(wanted, text, text)
        return perf_counter() - started

    assert min(seconds() for _ in range(2)) < 0.5
