from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from kindsearch.briefing.replying import Line, lines_of, stays_open
from kindsearch.types import Kind, Passage, Statement

NEAR, FAR = np.array([1, 0], dtype=np.float32), np.array([0, 1], dtype=np.float32)


@pytest.fixture
def told(passage: Callable[..., Passage]) -> Callable[..., list[Line]]:
    """Make the lines of a document of ``(who, what, near)``, each a passage; ``near`` the first or not."""

    def make(kind: Kind, *said: tuple[str | None, str, bool], items: bool = False) -> list[Line]:
        lines, start = [], 0
        for who, what, near in said:
            statement = Statement(start, start + len(what), speaker=who, is_item=items)
            own = passage(what, id=f"p{start}", start=start, end=statement.end, kind=kind, statements=(statement,))
            lines.append(Line(statement, own, NEAR if near else FAR))
            start = statement.end + 1
        return lines

    return make


Told = Callable[..., list[Line]]
ASKED = ("Ann", "Does tea help at night?", True)


@pytest.mark.parametrize("near", [True, False])
def test_what_follows_a_question_in_a_pack_answers_it_in_whatever_words(told: Told, near: bool) -> None:
    lines = told(Kind.QUESTION_AND_ANSWER, (None, ASKED[1], True), ("Bo", "Somebody sits down.", near))
    assert not stays_open(lines, 0, NEAR)
    assert stays_open(lines[:1], 0, NEAR)


@pytest.mark.parametrize("kind", [Kind.CHAT, Kind.DISCUSSION])
def test_elsewhere_only_what_is_near_to_it_answers(told: Told, kind: Kind) -> None:
    assert stays_open(told(kind, ASKED, ("Bo", "Hello from Oslo.", False)), 0, NEAR)
    assert not stays_open(told(kind, ASKED, ("Cy", "Hello from Oslo.", False), ("Bo", "It does.", True)), 0, NEAR)


def test_in_a_transcript_whoever_speaks_next_and_says_something_answers(told: Told) -> None:
    assert not stays_open(told(Kind.TRANSCRIPT, ASKED, ("Bo", "I would say that it does.", False)), 0, NEAR)
    assert stays_open(told(Kind.TRANSCRIPT, ASKED, ("Bo", "Um, tea.", True)), 0, NEAR)


def test_another_question_is_no_answer(told: Told) -> None:
    assert stays_open(told(Kind.CHAT, ASKED, ("Bo", "And does tea help by day?", True)), 0, NEAR)


def test_an_answer_far_away_is_not_looked_for(told: Told) -> None:
    between = [("Cy", "Hello from Oslo.", False)] * 12
    assert stays_open(told(Kind.CHAT, ASKED, *between, ("Bo", "It does.", True)), 0, NEAR)
    assert not stays_open(told(Kind.CHAT, ASKED, *between[1:], ("Bo", "It does.", True)), 0, NEAR)


def test_the_next_item_of_a_list_does_not_go_on_from_a_question(told: Told) -> None:
    assert stays_open(told(Kind.DISCUSSION, ASKED, ("Ann", "Biscuits.", False), items=True), 0, NEAR)


def test_lines_stand_once_and_in_order_though_windows_overlap(passage: Callable[..., Passage]) -> None:
    one, two, three = Statement(0, 3), Statement(4, 6, is_filler=True), Statement(7, 10)
    first = passage("Tea um", id="a", start=0, end=6, statements=(one, two))
    second = passage("um Jam", id="b", start=4, end=10, statements=(two, three))
    vectors = {0: NEAR, 7: FAR}
    lines = lines_of([second, first], vectors)
    assert [(line.statement, None if line.vector is None else line.vector.tolist()) for line in lines] == [
        (one, [1, 0]), (two, None), (three, [0, 1]),
    ]  # fmt: skip
