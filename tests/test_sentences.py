"""Where sentences begin and end."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kindsearch.sentences import sentence_spans

# Letters, marks and blanks that the rules look at, more often than chance would bring them together.
speech = st.text(st.sampled_from("aIzÉ3 .?!…,:;\n\t“”\"'()-") | st.characters(), max_size=200)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(["Be kind.", "Stay kind!", "Why not?", "So…", "Yes"], id="every end mark"),
        pytest.param(["She said: “Stay.”", "We did (all of us.)", "Good."], id="marks inside quotes and brackets"),
        pytest.param(["Dr Lee and Prof. Roe met Mrs. Poe at 6 p.m. sharp, e.g. on Zoom.", "Good."], id="abbreviations"),
        pytest.param(["J. R. Roe came.", "So did I.", "We talked."], id="initials, but not I"),
        pytest.param(["It took 3.5 hours, i.e. long.", "It paid."], id="decimals"),
        pytest.param(["i agree with that.", "we all need that.", "me too"], id="chat without capitals"),
        pytest.param(["Really? yes, and then... nothing.", "None."], id="question and dots that go on"),
        pytest.param(["“One.”", "“Two.”"], id="quotes side by side"),
    ],
)
def test_a_text_parts_into_its_sentences(parts: list[str]) -> None:
    assert sentences(" ".join(parts)) == parts


def test_a_line_break_ends_a_sentence() -> None:
    assert sentences("Role modelling\nKindness to students \n\n  Regulation.  Law.") == [
        "Role modelling",
        "Kindness to students",
        "Regulation.",
        "Law.",
    ]


@pytest.mark.parametrize("text", ["", " ", "\n \t\n"])
def test_a_blank_text_has_no_sentences(text: str) -> None:
    assert sentence_spans(text) == []


@settings(deadline=None)
@given(speech)
def test_sentences_hold_every_visible_character_once_and_in_order(text: str) -> None:
    spans = sentence_spans(text)
    covered = [at for start, end in spans for at in range(start, end)]
    assert covered == sorted(set(covered))
    assert {at for at, letter in enumerate(text) if not letter.isspace()} <= set(covered)


@settings(deadline=None)
@given(speech)
def test_no_sentence_begins_or_ends_with_a_blank_or_holds_a_line_break(text: str) -> None:
    for sentence in sentences(text):
        assert sentence == sentence.strip()
        assert sentence
        assert "\n" not in sentence
