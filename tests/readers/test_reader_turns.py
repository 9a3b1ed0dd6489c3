"""From what was said, bit after bit, to a document: turns are lines; silence and headings make units."""

from __future__ import annotations

import pytest

from kindsearch.readers.turns import Utterance, document_of
from kindsearch.types import Document, Kind, Session


def document(*utterances: Utterance) -> Document:
    return document_of(utterances, Session("s", "Rest"), "d1", "rest.vtt")


def said(text: str, speaker: str | None = None, start: int = 0, section: str = "", *, opens: bool = False) -> Utterance:
    return Utterance(text, speaker, start, start + 1_000, section, opens)


@pytest.mark.parametrize(
    ("second", "text"),
    [
        (said("two.", "Ann", 1_000), "One, two."),
        (said("two.", "Ann", 3_000), "One, two."),
        (said("two.", "Ann", 3_001), "One,\ntwo."),  # after a pause
        (said("two.", "Bo", 1_000), "One,\ntwo."),
        (said("two.", None, 1_000), "One,\ntwo."),
        (said("two.", "Ann", 1_000, "Rest"), "One,\ntwo."),
        (said("two.", "Ann", 1_000, opens=True), "One,\ntwo."),
        (Utterance("two.", "Ann"), "One,\ntwo."),  # without a time, nobody knows
    ],
)
def test_a_turn_is_what_one_person_says_without_a_break(second: Utterance, text: str) -> None:
    assert document(said("One,", "Ann"), second).text == text


def test_of_people_whom_nobody_names_each_has_a_turn() -> None:
    made = document(said("Is it?"), said("Yes,", start=1_000, opens=True), said("it is.", start=2_000))
    assert made.text == "Is it?\nYes, it is."
    assert {span.speaker for unit in made.units for span in unit.spans} == {None}


@pytest.mark.parametrize(("start", "units"), [(31_000, 1), (31_001, 2)])
def test_a_long_silence_ends_a_unit(start: int, units: int) -> None:
    assert len(document(said("One."), said("Two.", start=start)).units) == units


def test_a_heading_begins_a_unit_and_what_has_no_words_is_left_out() -> None:
    made = document(said("One."), said(" \n", start=1_000), said("Two  and\nmore.", start=2_000, section="Rest"))
    assert (made.text, [unit.section for unit in made.units]) == ("One.\nTwo and more.", ["", "Rest"])
    assert {unit.kind for unit in made.units} == {Kind.TRANSCRIPT}
    assert all(made.text[span.start : span.end].split() for unit in made.units for span in unit.spans)
    assert document().units == ()
