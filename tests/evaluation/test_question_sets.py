"""Question sets as they lie in files, and what is said of those that can't be read."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from kindsearch.errors import BadQuestionSet
from kindsearch.evaluation.question_sets import ConversationSet, Mark, PlaceSet, Turn, read_set
from kindsearch.types import PartialDate

TALK = {
    "conversation_id": "c1",
    "title": "Tea on the ward",
    "date": "2024-01-18T13:56",
    "turns": [
        {"turn": 0, "speaker": "Ann", "text": "Tea calms worried patients.", "start_s": 1.5},
        {"turn": 1, "speaker": "", "text": "Biscuits matter too.", "start_s": None, "date": "2024-01-19"},
    ],
}
ASKED = {"query_id": "q1", "conversation_id": "c1", "question": "What calms?", "relevant_turns": [0], "kind": "fact"}
PLACE = {"query_id": "q1", "question": "What calms?", "evidence": [{"source": "tea", "page": 2, "phrase": "Tea calms"}]}


def lines(*records: Any) -> str:
    return "".join((record if isinstance(record, str) else json.dumps(record)) + "\n" for record in records)


def put(folder: Path, questions: str, conversations: str | None = None) -> Path:
    (folder / "queries.jsonl").write_text(questions, encoding="utf-8")
    if conversations is not None:
        (folder / "corpus.jsonl").write_text(conversations, encoding="utf-8")
    return folder


def test_conversations_come_with_their_turns_and_dates(tmp_path: Path) -> None:
    asked = read_set(put(tmp_path, lines(ASKED, ""), lines(TALK)))
    assert isinstance(asked, ConversationSet)
    (talk,) = asked.conversations
    assert (asked.name, talk.id, talk.title, talk.date) == (
        tmp_path.name, "c1", "Tea on the ward", PartialDate(2024, 1, 18),
    )  # fmt: skip
    assert talk.turns == (
        Turn(0, "Ann", "Tea calms worried patients.", 1500),
        Turn(1, None, "Biscuits matter too.", None, PartialDate(2024, 1, 19)),
    )
    assert talk.is_spoken
    assert asked.words == {("c1", 0): 4, ("c1", 1): 3}
    (question,) = asked.questions
    assert (question.id, question.kind, question.relevant) == ("q1", "fact", frozenset({("c1", 0)}))


def test_conversations_may_be_compressed(tmp_path: Path) -> None:
    put(tmp_path, lines(ASKED))
    (tmp_path / "corpus.jsonl.gz").write_bytes(gzip.compress(lines(TALK).encode()))
    asked = read_set(tmp_path)
    assert isinstance(asked, ConversationSet)
    assert len(asked.conversations) == 1


def test_the_turns_that_answer_may_stand_under_another_key_or_in_several_conversations(tmp_path: Path) -> None:
    several = {"query_id": "q2", "question": "And?", "conversation_id": None, "relevant": {"c1": [1]}}
    asked = read_set(put(tmp_path, lines({**ASKED, "evidence_turns": [1]}, several), lines(TALK)), "evidence_turns")
    assert [question.relevant for question in asked.questions] == [frozenset({("c1", 1)})] * 2  # type: ignore[union-attr]


def test_questions_about_places_need_no_conversations(tmp_path: Path) -> None:
    no_answer = {"query_id": "q2", "question": "Who pays?", "kind": "unanswerable", "evidence": []}
    said = {"query_id": "q3", "question": "And?", "evidence": [{"source": "a", "phrase": "b", "speaker": "Ann"}]}
    file = tmp_path / "mine.jsonl"
    file.write_text(lines(PLACE, no_answer, said), encoding="utf-8")
    asked = read_set(file)
    assert isinstance(asked, PlaceSet)
    assert asked.name == "mine"
    assert [question.kind for question in asked.questions] == ["answerable", "unanswerable", "answerable"]
    assert [question.marks for question in asked.questions] == [
        (Mark("tea", 2, "Tea calms"),), (), (Mark("a", None, "b", "Ann"),),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("questions", "conversations", "words"),
    [
        (lines(ASKED, "{"), lines(TALK), "queries.jsonl, line 2: no JSON"),
        (lines(ASKED, "[]"), lines(TALK), "queries.jsonl, line 2: "),
        (lines({"query_id": "q1"}), lines(TALK), "queries.jsonl, line 1: question: Field required"),
        (lines({**ASKED, "question": ""}), lines(TALK), "line 1: question: "),
        (lines(ASKED, "", ASKED), lines(TALK), "line 3: the query_id q1 is that of line 1"),
        (lines({**ASKED, "conversation_id": "c9"}), lines(TALK), "line 1: there is no conversation c9"),
        (lines({**ASKED, "relevant_turns": "0"}), lines(TALK), "relevant_turns must be a list of turn numbers"),
        (lines({**ASKED, "relevant_turns": [True]}), lines(TALK), "relevant_turns must be a list of turn numbers"),
        (lines({**ASKED, "conversation_id": None}), lines(TALK), "relevant_turns without a conversation_id"),
        (lines(ASKED), lines({"conversation_id": "c1"}), "corpus.jsonl, line 1: turns: Field required"),
        (lines(ASKED), lines({**TALK, "date": "yesterday"}), "corpus.jsonl, line 1: not a date: 'yesterday'"),
        (lines(ASKED), None, 'line 1: it marks no answer: give "evidence", or the kind "unanswerable"'),
        (lines({**PLACE, "evidence": [{"source": "tea", "page": 0, "phrase": "x"}]}), None, "evidence.0.page"),
        ("\n", None, "there are no questions in it"),
    ],
)
def test_what_can_not_be_read_is_named_with_its_line(
    tmp_path: Path, questions: str, conversations: str | None, words: str
) -> None:
    with pytest.raises(BadQuestionSet) as error:
        read_set(put(tmp_path, questions, conversations))
    assert words in str(error.value)
    assert "docs/question-sets.md" in str(error.value)


def test_what_is_not_there_or_can_not_be_unpacked_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadQuestionSet, match=r"no queries\.jsonl in it"):
        read_set(tmp_path)
    put(tmp_path, lines(ASKED))
    (tmp_path / "corpus.jsonl.gz").write_bytes(b"no gzip")
    with pytest.raises(BadQuestionSet, match="line 1: it can't be unpacked"):
        read_set(tmp_path)
    (tmp_path / "corpus.jsonl.gz").write_bytes(gzip.compress(lines(TALK).encode() * 50)[:-20])
    with pytest.raises(BadQuestionSet, match="it can't be unpacked"):
        read_set(tmp_path)
    (tmp_path / "queries.jsonl").write_bytes(b'{"query_id": "\xff"}\n')
    with pytest.raises(BadQuestionSet, match=r"queries\.jsonl, line 1: no JSON"):
        read_set(tmp_path)


def test_the_example_of_the_docs_is_a_question_set(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "question-sets.md").read_text(encoding="utf-8")
    (tmp_path / "mine.jsonl").write_text(page.split("```json\n")[1].split("```")[0], encoding="utf-8")
    asked = read_set(tmp_path / "mine.jsonl")
    assert isinstance(asked, PlaceSet)
    assert [len(question.marks) for question in asked.questions] == [1, 0]
