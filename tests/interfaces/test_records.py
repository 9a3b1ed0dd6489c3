from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from kindsearch.interfaces.records import answer_record, citation_record, hit_record, session_record
from kindsearch.stores.catalog import SessionSummary
from kindsearch.types import Answer, Citation, Hit, Kind, PartialDate, Passage, Person, Session

PLACE = {
    "passage_id", "session", "source", "page", "pages", "start_ms", "end_ms", "speaker", "section", "kind", "link",
}  # fmt: skip


@pytest.fixture
def full(passage: Callable[..., Passage]) -> Passage:
    return passage(
        speakers=("Ann", "Bo"), pages=(3, 4), start_ms=1_000, end_ms=2_000, link="https://example.org", kind=Kind.QUOTE
    )


def test_a_citation_has_the_keys_of_the_issue_and_its_own_place(full: Passage) -> None:
    record = citation_record(Citation(2, "Tea", full, 10, 13, "Ann", (4, 4), 1_200, 1_800, "https://example.org/2"))
    assert set(record) == PLACE | {"number", "quote"}
    assert record == {
        "number": 2,
        "quote": "Tea",
        "passage_id": "p1",
        "session": {"id": "s1", "title": "Tea", "date": "2024-01-18"},
        "source": "tea.md",
        "page": 4,
        "pages": [4, 4],
        "start_ms": 1_200,
        "end_ms": 1_800,
        "speaker": "Ann",
        "section": "Chat",
        "kind": "quote",
        "link": "https://example.org/2",
    }


def test_a_citation_borrows_nothing_from_its_passage_that_it_does_not_say_itself(full: Passage) -> None:
    record = citation_record(Citation(1, "Tea", full, 10, 13))
    assert {key: record[key] for key in ("page", "pages", "start_ms", "end_ms", "speaker", "link")} == dict.fromkeys(
        ("page", "pages", "start_ms", "end_ms", "speaker", "link")
    )


def test_a_hit_has_the_same_place_keys_with_text_and_score(full: Passage) -> None:
    record = hit_record(Hit(full, 0.123456))
    assert set(record) == PLACE | {"text", "score"}
    assert (record["page"], record["pages"], record["speaker"]) == (3, [3, 4], "Ann, Bo")
    assert (record["text"], record["score"]) == ("Tea calms.", 0.1235)


def test_what_is_unknown_is_null(passage: Callable[..., Passage]) -> None:
    record = hit_record(Hit(passage(session=Session("s", "Tea")), 1.0))
    assert {key for key, value in record.items() if value is None} == {
        "page", "pages", "start_ms", "end_ms", "speaker", "link",
    }  # fmt: skip
    assert record["session"] == {"id": "s", "title": "Tea", "date": None}


def test_an_answer_has_the_keys_of_the_issue_in_json(full: Passage) -> None:
    answer = Answer("Tea?", True, 0.987654, "Ja, té", (Citation(1, "Tea", full, 10, 13),), (Hit(full, 1.0),))
    record = json.loads(json.dumps(answer_record(answer)))
    assert list(record) == ["question", "answered", "confidence", "answer", "citations", "passages"]
    assert (record["question"], record["answered"], record["answer"]) == ("Tea?", True, "Ja, té")
    assert record["confidence"] == 0.9877
    assert [len(record["citations"]), len(record["passages"])] == [1, 1]


def test_a_session_lists_people_files_and_voices() -> None:
    session = Session("s", "Tea", PartialDate(2024, 6), (Person("Ann", "nurse"), Person("Bo")), "https://v.example")
    assert session_record(SessionSummary(session, ("a.pdf", "b.md"), 7, ("Ann", "Cy"))) == {
        "id": "s",
        "title": "Tea",
        "date": "2024-06",
        "speakers": [{"name": "Ann", "role": "nurse"}, {"name": "Bo", "role": None}],
        "video": "https://v.example",
        "sources": ["a.pdf", "b.md"],
        "passages": 7,
        "voices": ["Ann", "Cy"],
    }
