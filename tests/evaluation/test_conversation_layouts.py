"""Conversations as documents, in an archive, and the passages found in them as turns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kindsearch import Settings
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.evaluation.conversations import (
    Held,
    Layout,
    Listed,
    Scope,
    ask_all,
    hold,
    layout_of,
    listed,
    shared_date,
    titles_of,
)
from kindsearch.evaluation.question_sets import Conversation, ConversationSet, Turn, TurnQuestion
from kindsearch.types import Answer, Hit, Kind, PartialDate, Passage

MAY, JUNE = PartialDate(2024, 5, 8), PartialDate(2024, 6, 3)


def talk(*said: tuple[str | None, str], id_: str = "c1", title: str = "Tea on the ward") -> Conversation:
    return Conversation(id_, title, None, tuple(Turn(n, who, what) for n, (who, what) in enumerate(said)))


TEA = talk(("Ann", "Tea calms worried patients."), ("Bo", ""), ("Bo", "Biscuits  matter\nas much."), ("Bo", "Yes."))


def test_each_turn_is_a_line_that_knows_who_said_it() -> None:
    document = layout_of(TEA, "conversation-0").document
    assert document.text == "Tea calms worried patients.\nBiscuits matter as much.\nYes."
    (unit,) = document.units
    assert (unit.kind, unit.section) == (Kind.TRANSCRIPT, "")
    assert [span.speaker for span in unit.spans] == ["Ann", "Bo", "Bo"]
    assert layout_of(TEA, "conversation-0") == layout_of(TEA, "conversation-0")
    assert layout_of(replace(TEA, id="c2"), "conversation-0").document.id != document.id


def test_offsets_lead_back_to_turns_whatever_was_left_out() -> None:
    layout = layout_of(TEA, "conversation-0")
    text = layout.document.text
    assert layout.turns == (0, 2, 3)
    assert layout.turns_in(0, len(text)) == (0, 3)
    assert layout.turns_in(text.index("calms"), text.index("worried")) == (0, 0)
    assert layout.turns_in(text.index("Biscuits"), text.index("\nYes")) == (2, 2)
    assert layout.turns_in(text.index("\nBiscuits"), text.index("\nYes")) == (2, 2)


@pytest.mark.parametrize(
    ("first", "last", "turns"),
    [
        ("patients", "Y", (2, 2)),  # the last word of the first, and the first letter of the last
        ("worried", "much.", (0, 2)),  # the better half of the first
        ("calms", "Yes.", (0, 3)),
        ("Tea", "Biscuits", (0, 0)),
        ("Tea", "matter", (0, 2)),  # the better half of the next
        ("patients", "patients.", (0, 0)),  # what is part of one turn alone is that turn
        ("h.", "Yes.", (3, 3)),
        ("much", "Ye", (2, 3)),  # half of the run, and half of the turn
    ],
)
def test_a_run_counts_the_turns_that_are_mostly_in_it(first: str, last: str, turns: tuple[int, int]) -> None:
    layout = layout_of(TEA, "conversation-0")
    text = layout.document.text
    assert layout.turns_in(text.index(first), text.index(last) + len(last)) == turns


def test_a_run_of_little_of_each_turn_is_held_by_what_it_touches() -> None:
    long = " ".join(["tea"] * 20)
    layout = layout_of(talk(*((who, long) for who in ("Ann", "Bo", "Cy"))), "conversation-0")
    size = len(long) + 1
    assert layout.turns_in(size - 8, size + 7) == (0, 1)
    assert layout.turns_in(size - 8, 2 * size + 7) == (1, 1)
    assert layout.turns_in(0, 3 * size) == (0, 2)
    assert layout.turns_in(size // 2 - 2, 2 * size + size // 2 + 2) == (0, 2)
    assert layout.turns_in(size // 2 + 4, 2 * size + size // 2 - 4) == (1, 1)


def test_what_nobody_is_said_to_have_said_is_taken_as_written() -> None:
    (unit,) = layout_of(talk((None, "Tea calms worried patients.")), "conversation-0").document.units
    assert unit.kind == Kind.TALK


def test_meetings_of_several_days_are_units_under_their_dates() -> None:
    turns = (Turn(0, "Ann", "Tea.", date=MAY), Turn(1, "Bo", "Jam.", date=MAY), Turn(2, "Ann", "Milk.", date=JUNE))
    document = layout_of(replace(TEA, turns=turns), "conversation-0").document
    assert [unit.section for unit in document.units] == ["8 May 2024", "3 June 2024"]
    assert document.session.date == PartialDate(2024)
    one_day = layout_of(replace(TEA, turns=turns[:2]), "conversation-0").document
    assert ([unit.section for unit in one_day.units], one_day.session.date) == ([""], MAY)


@pytest.mark.parametrize(
    ("dates", "shared"),
    [
        ([MAY], "2024-05-08"), ([MAY, PartialDate(2024, 5, 9)], "2024-05"), ([MAY, PartialDate(2024, 5)], "2024-05"),
        ([MAY, PartialDate(2024, 6, 8)], "2024"), ([MAY, PartialDate(2023, 5, 8)], "None"),
    ],
)  # fmt: skip
def test_a_session_has_as_much_of_a_date_as_its_meetings_share(dates: list[PartialDate], shared: str) -> None:
    assert str(shared_date(dates)) == shared


def test_like_titles_are_told_apart() -> None:
    same = [talk(("Ann", "Tea."), id_=id_, title="The tea meeting") for id_ in ("a", "b")]
    other = talk(("Ann", "Tea."), id_="c", title="Roses")
    assert titles_of([*same, other]) == ["The tea meeting (a)", "The tea meeting (b)", "Roses"]


# ---------------------------------------------------------------- in an archive


def held(tmp_path: Path, *conversations: Conversation) -> Held:
    return hold(conversations, tmp_path / "index", HashingEncoder(), Settings())


ROSES = talk(("Cy", "Roses grow along the wall."), ("Di", "Nurses rest there."), id_="c2", title="Tea on the ward")
SILENT = talk(("Cy", " "), id_="c3", title="Silence")


def asked(*questions: TurnQuestion) -> ConversationSet:
    return ConversationSet("mine", (TEA, ROSES, SILENT), questions)


def question(text: str, conversation_id: str | None) -> TurnQuestion:
    return TurnQuestion(text, text, "fact", conversation_id, frozenset())


def test_each_conversation_is_a_session_of_its_own(tmp_path: Path) -> None:
    made = held(tmp_path, TEA, ROSES, SILENT)
    assert set(made.sessions) == {"c1", "c2"}
    assert len(set(made.sessions.values())) == 2
    assert [layout.conversation_id for layout in made.layouts.values()] == ["c1", "c2"]
    assert made.archive.status().sessions == 2


@pytest.mark.parametrize(("scope", "found"), [("within", {"c1"}), ("corpus", {"c1", "c2"})])
def test_a_question_is_put_to_its_conversation_or_to_all(tmp_path: Path, scope: Scope, found: set[str]) -> None:
    made = held(tmp_path, TEA, ROSES, SILENT)
    (ranking,) = ask_all(asked(question("where do roses grow and nurses rest?", "c1")), made, scope)
    assert {passage.conversation_id for passage in ranking.passages} == found


def test_a_question_of_nobodys_conversation_is_put_to_all_and_one_of_a_silent_one_finds_nothing(tmp_path: Path) -> None:
    made = held(tmp_path, TEA, ROSES, SILENT)
    everywhere, nowhere = ask_all(asked(question("roses", None), question("tea", "c3")), made, "within")
    assert {passage.conversation_id for passage in everywhere.passages} == {"c1", "c2"}
    assert nowhere.record == {"query_id": "tea", "passages": []}


def test_a_run_begins_with_the_confidence_and_falls(tmp_path: Path) -> None:
    made = held(tmp_path, TEA, ROSES)
    (ranking,) = ask_all(asked(question("do roses grow along the wall?", "c2")), made, "corpus")
    scores = [passage.score for passage in ranking.passages]
    assert scores[0] == ranking.confidence > 0
    assert scores == sorted(scores, reverse=True)
    first = ranking.passages[0]
    assert ranking.record["passages"][0] == {  # type: ignore[index]
        "conversation_id": "c2", "first_turn": first.first_turn, "last_turn": first.last_turn, "score": first.score,
    }  # fmt: skip


def test_a_passage_of_which_every_turn_is_listed_is_left_out(passage: object) -> None:
    def hit(start: int, end: int) -> Hit:
        made: Passage = passage(source="s", start=start, end=end)  # type: ignore[operator]
        return Hit(made, 1.0)

    layout = Layout("c1", layout_of(TEA, "s").document, (0, 1, 2), (10, 20, 30))
    answer = Answer("?", True, 0.8, "", (), (hit(0, 10), hit(0, 5), hit(5, 20), hit(11, 20), hit(21, 30)))
    assert listed(answer, {"s": layout}.__getitem__) == (
        Listed("c1", 0, 0, 0.8), Listed("c1", 0, 1, 0.4), Listed("c1", 2, 2, 0.8 / 3),
    )  # fmt: skip
