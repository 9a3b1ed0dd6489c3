from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kindsearch import KindSearch
from kindsearch.interfaces.records import (
    answer_record,
    brief_record,
    citation_record,
    hit_record,
    passage_record,
    person_record,
    resource_record,
    search_record,
    session_record,
    status_record,
)
from kindsearch.search import Status
from kindsearch.stores.holdings import PersonSummary, Resource, SessionSummary
from kindsearch.types import Answer, Citation, Hit, Kind, PartialDate, Passage, Person, Session

PLACE = {
    "passage_id", "session", "source", "page", "pages", "start_ms", "end_ms", "time", "speaker", "section", "kind",
    "link", "video",
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
        "time": "0:01",
        "speaker": "Ann",
        "section": "Chat",
        "kind": "quote",
        "link": "https://example.org/2",
        "video": None,
    }


def test_a_citation_borrows_nothing_from_its_passage_that_it_does_not_say_itself(full: Passage) -> None:
    session = replace(full.session, video_url="https://youtu.be/tea")
    record = citation_record(Citation(1, "Tea", replace(full, session=session), 10, 13))
    own = ("page", "pages", "start_ms", "end_ms", "time", "speaker", "link", "video")
    assert {key: record[key] for key in own} == dict.fromkeys(own)


def test_a_link_under_the_words_goes_before_the_recording(full: Passage) -> None:
    video, link = "https://youtu.be/tea?t=754s", "https://example.org/2"
    both = citation_record(Citation(1, "Tea", full, 10, 13, start_ms=754_000, link=link, video=video))
    assert (both["link"], both["video"], both["time"]) == (link, video, "12:34")
    alone = citation_record(Citation(1, "Tea", full, 10, 13, start_ms=754_000, video=video))
    assert (alone["link"], alone["video"]) == (video, video)


def test_a_hit_has_the_same_place_keys_with_text_and_score(full: Passage) -> None:
    record = hit_record(Hit(full, 0.123456))
    assert set(record) == PLACE | {"text", "score", "meaning", "words"}
    assert (record["page"], record["pages"], record["speaker"]) == (3, [3, 4], "Ann, Bo")
    assert (record["text"], record["score"]) == ("Tea calms.", 0.1235)
    assert (record["start_ms"], record["end_ms"], record["time"], record["video"]) == (1_000, 2_000, "0:01", None)


def test_a_hit_opens_the_recording_of_its_session_where_it_begins(full: Passage) -> None:
    session = replace(full.session, video_url="https://youtu.be/tea", video_offset_ms=60_000)
    recorded = replace(full, session=session, start_ms=3_723_400)
    record = hit_record(Hit(recorded, 1.0))
    assert (record["time"], record["video"]) == ("1:02:03", "https://youtu.be/tea?t=3783s")
    assert record["link"] == "https://example.org"  # what stands under the words comes first
    assert hit_record(Hit(replace(recorded, link=None), 1.0))["link"] == "https://youtu.be/tea?t=3783s"
    untimed = hit_record(Hit(replace(recorded, link=None, start_ms=None), 1.0))
    assert (untimed["time"], untimed["video"], untimed["link"]) == (None, None, None)


def test_the_start_of_a_session_is_a_time_like_any_other(full: Passage) -> None:
    session = replace(full.session, video_url="https://youtu.be/tea")
    record = hit_record(Hit(replace(full, session=session, start_ms=0), 1.0))
    assert (record["time"], record["video"]) == ("0:00", "https://youtu.be/tea?t=0s")


@pytest.mark.parametrize(
    ("ranks", "meaning", "words"),
    [
        ((2, 0.654321, 1, 12.345678), {"rank": 2, "score": 0.6543}, {"rank": 1, "score": 12.3457}),
        ((1, 0.0, None, None), {"rank": 1, "score": 0.0}, None),
        ((None, None, 3, 0.5), None, {"rank": 3, "score": 0.5}),
        ((None, None, None, None), None, None),  # it came along beside a neighbour
    ],
)
def test_a_hit_says_where_it_stood_in_each_engine(
    full: Passage,
    ranks: tuple[int | None, float | None, int | None, float | None],
    meaning: dict[str, float] | None,
    words: dict[str, float] | None,
) -> None:
    record = json.loads(json.dumps(hit_record(Hit(full, 1.0, *ranks))))
    assert (record["meaning"], record["words"]) == (meaning, words)


def test_what_is_unknown_is_null(passage: Callable[..., Passage]) -> None:
    record = hit_record(Hit(passage(session=Session("s", "Tea")), 1.0))
    assert {key for key, value in record.items() if value is None} == {
        "page", "pages", "start_ms", "end_ms", "time", "speaker", "link", "video", "meaning", "words",
    }  # fmt: skip
    assert record["session"] == {"id": "s", "title": "Tea", "date": None}


def test_an_answer_has_the_keys_of_the_issue_in_json(full: Passage) -> None:
    answer = Answer("Tea?", True, 0.987654, "Ja, té", (Citation(1, "Tea", full, 10, 13),), (Hit(full, 1.0),))
    record = json.loads(json.dumps(answer_record(answer)))
    assert list(record) == ["question", "understood", "answered", "confidence", "answer", "citations", "passages"]
    assert (record["question"], record["answered"], record["answer"]) == ("Tea?", True, "Ja, té")
    assert record["confidence"] == 0.9877
    assert record["understood"] is None
    assert answer_record(replace(answer, understood="Ann · in the chat"))["understood"] == "Ann · in the chat"
    assert [len(record["citations"]), len(record["passages"])] == [1, 1]


def test_a_session_lists_people_files_and_voices() -> None:
    people = (Person("Ann", "nurse"), Person("Bo"))
    session = Session("s", "Tea", PartialDate(2024, 6), people, "https://v.example", note="Illustrative.")
    assert session_record(SessionSummary(session, ("a.pdf", "b.md"), 7, ("Ann", "Cy"))) == {
        "id": "s",
        "title": "Tea",
        "date": "2024-06",
        "speakers": [{"name": "Ann", "role": "nurse"}, {"name": "Bo", "role": None}],
        "video": "https://v.example",
        "note": "Illustrative.",
        "sources": ["a.pdf", "b.md"],
        "passages": 7,
        "voices": ["Ann", "Cy"],
    }


def test_a_person_lists_her_names_and_where_she_speaks() -> None:
    person = PersonSummary("Ann · s", "Ann", ("Ann", "Ann (she/her)"), ("s", "t"), 3)
    assert json.loads(json.dumps(person_record(person))) == {
        "id": "Ann · s",
        "name": "Ann",
        "spellings": ["Ann", "Ann (she/her)"],
        "sessions": ["s", "t"],
        "passages": 3,
    }


def test_a_passage_is_a_hit_without_what_the_search_says_of_it(full: Passage) -> None:
    hit = hit_record(Hit(full, 1.0))
    assert passage_record(full) == {key: hit[key] for key in hit if key not in {"score", "meaning", "words"}}


def test_a_search_is_its_question_and_its_hits(full: Passage) -> None:
    assert search_record("Tea?", [Hit(full, 1.0)]) == {"question": "Tea?", "passages": [hit_record(Hit(full, 1.0))]}


@pytest.mark.parametrize(("link", "speaker"), [("https://example.org/2", "Ann"), (None, None)])
def test_a_resource_has_its_own_link_and_nothing_of_the_recording(
    full: Passage, link: str | None, speaker: str | None
) -> None:
    session = replace(full.session, video_url="https://youtu.be/tea")
    passage = replace(full, session=session)
    record = resource_record(Resource(passage, link, speaker, passage.start))
    assert (record["link"], record["speaker"]) == (link, speaker)
    assert record == {**passage_record(passage), "link": link, "speaker": speaker}


def test_a_status_does_not_say_where_the_index_lies() -> None:
    status = Status(Path("/srv/index"), 3, "model", 11, 370, 8, True)
    assert status_record(status) == {"generation": 3, "sessions": 8, "documents": 11, "passages": 370}


def test_a_brief_has_its_parts_with_their_citations(archive: KindSearch) -> None:
    brief = archive.brief("listening to patients", without_people=["Bob"])
    record = json.loads(json.dumps(brief_record(brief)))
    assert list(record) == [
        "topic", "understood", "chosen", "empty", "key_points", "timeline", "voices", "exchanges", "open_questions",
        "resources", "neighbours", "untouched", "nearest",
    ]  # fmt: skip
    assert (record["empty"], record["chosen"]["without_people"]) == (False, ["Bob"])
    assert record["timeline"][0]["session"] == {
        "id": brief.timeline[0].session.id, "title": brief.timeline[0].session.title, "date": "2023-05",
    }  # fmt: skip
    cited = [
        *record["key_points"],
        *(touched["citation"] for touched in record["timeline"]),
        *(citation for voice in record["voices"] for citation in voice["citations"]),
        *(citation for exchange in record["exchanges"] for citation in exchange["citations"]),
        *record["open_questions"],
        *record["resources"],
        *(near["citation"] for near in record["neighbours"]),
    ]
    assert cited == [citation_record(citation) for citation in brief.citations]


def test_an_empty_brief_has_what_comes_nearest(archive: KindSearch) -> None:
    record = brief_record(archive.brief("blockchain"))
    assert (record["empty"], record["key_points"], len(record["nearest"])) == (True, [], 3)
