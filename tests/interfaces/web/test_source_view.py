from __future__ import annotations

import struct
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from kindsearch import KindSearch, Passage
from kindsearch.few_at_once import FewAtOnce
from kindsearch.interfaces.web import create_app
from kindsearch.interfaces.web.source_view import PADDING, blocks_of, lines_of
from kindsearch.types import Box, Citation, Filter, Kind


@pytest.fixture(scope="module")
def client(archive: KindSearch) -> Iterator[TestClient]:
    with TestClient(create_app(archive), base_url="http://127.0.0.1") as made:
        yield made


@pytest.fixture(scope="module")
def passage(archive: KindSearch) -> Passage:
    return archive.ask("how do we measure kindness?").hits[0].passage


def test_the_source_of_a_passage(client: TestClient, passage: Passage) -> None:
    found = client.get(f"/source/{passage.id}").json()
    assert found["title"] == "Kindness in Education"
    assert found["date"] == "18 January 2024"
    assert found["speakers"] == ["Bob"]
    assert found["text"] == passage.text
    assert [page["page"] for page in found["pages"]] == [10]
    assert found["pages"][0]["image"] == f"/source/{passage.id}/pages/10.png"


def test_the_tinted_lines_are_the_boxes_of_the_words(client: TestClient, archive: KindSearch, passage: Passage) -> None:
    page = client.get(f"/source/{passage.id}").json()["pages"][0]
    boxes = archive.boxes(passage)
    tinted, outlines = page["tinted"], page["outlines"]
    for box in boxes:
        assert any(_holds(area, box, page, 0) for area in tinted)
        assert any(_holds(area, box, page, PADDING) for area in outlines)
    for edge, of_boxes in {"left": min(box.left for box in boxes), "top": min(box.top for box in boxes)}.items():
        size = page["width" if edge == "left" else "height"]
        assert min(area[edge] for area in tinted) * size / 100 == pytest.approx(of_boxes, abs=0.02)


def _holds(area: dict[str, float], box: Box, page: dict[str, float], padding: float) -> bool:
    left, top = area["left"] * page["width"] / 100 + padding, area["top"] * page["height"] / 100 + padding
    right = left + area["width"] * page["width"] / 100 - 2 * padding
    bottom = top + area["height"] * page["height"] / 100 - 2 * padding
    near = 0.05  # points: what rounding to thousandths of a percent may cost
    return (
        left <= box.left + near and top <= box.top + near and right >= box.right - near and bottom >= box.bottom - near
    )


def test_a_quote_tints_its_own_words_only(client: TestClient, archive: KindSearch, passage: Passage) -> None:
    first = archive.boxes(passage)[0]
    page = client.get(f"/source/{passage.id}?quote={first.start}-{first.end}").json()["pages"][0]
    assert len(page["tinted"]) == 1
    assert page["tinted"][0]["width"] * page["width"] / 100 == pytest.approx(first.right - first.left, abs=0.05)
    assert page["outlines"] == client.get(f"/source/{passage.id}").json()["pages"][0]["outlines"]


def test_a_quote_outside_the_passage_tints_the_passage(client: TestClient, passage: Passage) -> None:
    whole = client.get(f"/source/{passage.id}").json()
    assert client.get(f"/source/{passage.id}?quote=0-1").json() == whole
    assert client.get(f"/source/{passage.id}?quote=999999999-0").json() == whole


def test_a_quote_that_is_none_is_refused(client: TestClient, passage: Passage) -> None:
    assert client.get(f"/source/{passage.id}?quote=../../x").status_code == 422


def test_the_picture_of_a_page(client: TestClient, passage: Passage) -> None:
    found = client.get(f"/source/{passage.id}/pages/10.png")
    assert found.headers["content-type"] == "image/png"
    assert struct.unpack(">I", found.content[16:20]) == (1600,)  # the width, in the PNG's header


def test_pages_are_drawn_elsewhere_than_in_the_server(
    client: TestClient, passage: Passage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("pypdfium2")]:  # other tests may use it
        monkeypatch.delitem(sys.modules, name)
    assert client.get(f"/source/{passage.id}/pages/10.png").status_code == 200
    assert not [name for name in sys.modules if name.startswith("pypdfium2")]


def test_a_picture_that_is_kept_waits_for_none_that_is_drawn(
    client: TestClient, archive: KindSearch, passage: Passage, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing = FewAtOnce("pages are drawn", at_once=1, waiting=0, seconds=0)
    monkeypatch.setattr(archive, "_drawing", drawing)
    archive._render.cache_clear()
    archive._render_cover.cache_clear()
    kept, other = (f"/source/{passage.id}/pages/{page}.png" for page in (10, 11))
    assert client.get(kept).status_code == 200
    with drawing.turn():  # somebody else's page is drawn
        assert client.get(kept).status_code == 200
        for address in (other, f"/v1/passages/{passage.id}/pages/11.png"):
            busy = client.get(address)
            told = (busy.status_code, busy.json()["detail"])
            assert told == (503, "Too many pages are drawn just now. Try again in a minute.")
        assert client.get(f"/sessions/{passage.session.id}/cover.png").status_code == 503
    assert client.get(other).status_code == 200


def test_any_page_of_the_document_may_be_looked_at(client: TestClient, archive: KindSearch, passage: Passage) -> None:
    count = archive.page_count(passage)
    assert client.get(f"/source/{passage.id}").json()["pages_in_all"] == count > 11
    for page in (1, 9, 11, count):
        found = client.get(f"/source/{passage.id}/pages/{page}").json()
        assert found["image"] == f"/source/{passage.id}/pages/{page}.png"
        assert (found["outlines"], found["tinted"]) == ([], [])
        assert client.get(found["image"]).headers["content-type"] == "image/png"


def test_the_page_of_the_passage_is_outlined_however_it_is_come_to(client: TestClient, passage: Passage) -> None:
    for quote in ("", f"?quote={passage.start}-{passage.start + 20}"):
        shown = client.get(f"/source/{passage.id}{quote}").json()["pages"][0]
        assert client.get(f"/source/{passage.id}/pages/10{quote}").json() == shown


@pytest.mark.parametrize(("page", "status"), [(0, 422), (-1, 422), (10**9, 404), (10**12, 422)])
def test_a_page_that_is_none(client: TestClient, passage: Passage, page: int, status: int) -> None:
    assert client.get(f"/source/{passage.id}/pages/{page}.png").status_code == status
    assert client.get(f"/source/{passage.id}/pages/{page}").status_code == status


def test_a_transcript_can_be_read_on(client: TestClient, archive: KindSearch) -> None:
    passage = archive.ask("what does the registrar ask when ringing the wards at two?").citations[0].passage
    shown = client.get(f"/source/{passage.id}").json()
    wider = client.get(f"/source/{passage.id}?earlier=2&later=3").json()
    assert shown["before"]
    assert shown["after"]
    assert wider["turns"][2:-3] == shown["turns"]
    whole = client.get(f"/source/{passage.id}?earlier=3000&later=3000").json()
    assert (whole["before"], whole["after"]) == (False, False)
    text = "".join(words["text"] for turn in whole["turns"] for words in turn["words"])
    assert len(text) > 2 * len("".join(words["text"] for turn in wider["turns"] for words in turn["words"]))


def test_a_page_of_somebody_forgotten_stays_withheld_wherever_one_comes_from(forgetful_archive: KindSearch) -> None:
    hits = forgetful_archive.search("kindness in education", 100, Filter(session="2024-01-18-kindness-in-education"))
    elsewhere = next(hit.passage for hit in hits if hit.passage.pages and hit.passage.pages[1] < 10)
    with TestClient(create_app(forgetful_archive), base_url="http://127.0.0.1") as client:
        found = client.get(f"/source/{elsewhere.id}/pages/10.png")
        assert found.status_code == 404
        assert found.json()["detail"] == "Page 10 is not shown: somebody on it asked to be forgotten."
        assert client.get(f"/source/{elsewhere.id}/pages/{elsewhere.pages[0]}.png").status_code == 200


@pytest.mark.parametrize(
    "name",
    ["nosuchpassage", "%2e%2e%2fapp.py", "..%2F..%2Fetc%2Fpasswd", "' OR 1=1 --", "2024-01-18.pdf", "x" * 5_000],
)
def test_a_passage_that_is_not_in_the_archive(client: TestClient, name: str) -> None:
    for path in (f"/source/{name}", f"/source/{name}/pages/1.png"):
        assert client.get(path).status_code == 404


def test_a_missing_passage_is_explained(client: TestClient) -> None:
    assert client.get("/source/nosuchpassage").json()["detail"].startswith("The archive holds no such passage")


def test_a_file_that_is_gone_is_explained(
    client: TestClient, archive: KindSearch, corpus: Path, tmp_path: Path
) -> None:
    passage = archive.ask("What did people need most after the flooding?").hits[0].passage
    assert passage.pages is not None
    away = (corpus / passage.source).rename(tmp_path / passage.source)
    try:
        found = client.get(f"/source/{passage.id}/pages/{passage.pages[0]}.png")
    finally:
        away.rename(corpus / passage.source)
    assert found.status_code == 404
    assert "no longer where it was ingested from" in found.json()["detail"]


def test_a_text_pack_shows_its_words_with_a_note(hostile_archive: KindSearch) -> None:
    with TestClient(create_app(hostile_archive), base_url="http://127.0.0.1") as client:
        passage = hostile_archive.ask("Why are penguins fed with zinc spoons?").hits[0].passage
        found = client.get(f"/source/{passage.id}").json()
    assert found["pages"] == []
    assert "without pages" in found["note"]
    assert found["text"] == passage.text
    assert words_of(found, "passage").split() == passage.text.split()


def test_a_page_that_is_withheld_is_explained(forgetful_archive: KindSearch) -> None:
    with TestClient(create_app(forgetful_archive), base_url="http://127.0.0.1") as client:
        hits = forgetful_archive.ask("how do we measure kindness?").hits
        passage = next(hit.passage for hit in hits if "[name withheld]" in hit.passage.speakers)
        assert client.get(f"/source/{passage.id}").status_code == 200
        found = client.get(f"/source/{passage.id}/pages/10.png")
    assert found.status_code == 404
    assert found.json()["detail"] == "Page 10 is not shown: somebody on it asked to be forgotten."


def test_no_picture_is_kept_for_long(client: TestClient, passage: Passage) -> None:
    kept = client.get(f"/source/{passage.id}/pages/10.png").headers["cache-control"]
    assert kept == "private, max-age=600"


# ---------------------------------------------------------------- what was said around a passage


@pytest.fixture(scope="module")
def cited(archive: KindSearch) -> Citation:
    """A quote from a transcript that begins in the middle of its passage."""
    found = archive.ask("what does the registrar ask when ringing the wards at two?").citations[0]
    assert found.passage.kind == Kind.TRANSCRIPT
    assert found.passage.start < found.start < found.end < found.passage.end
    return found


def source_of(client: TestClient, cited: Citation) -> dict[str, Any]:
    """The source of a quote."""
    found: dict[str, Any] = client.get(f"/source/{cited.passage.id}?quote={cited.start}-{cited.end}").json()
    return found


def words_of(source: dict[str, Any], *parts: str) -> str:
    """The words of some parts of a source."""
    return " ".join(words["text"] for turn in source["turns"] for words in turn["words"] if words["part"] in parts)


def test_a_transcript_is_shown_turn_by_turn(client: TestClient, archive: KindSearch, cited: Citation) -> None:
    source = source_of(client, cited)
    assert source["pages"] == []
    assert source["note"] is None
    quoted = [turn for turn in source["turns"] if any(words["part"] == "quote" for words in turn["words"])]
    assert [(turn["speaker"], turn["moment"]["time"]) for turn in quoted] == [("Member 6", "7:42")]
    assert quoted[0]["moment"]["video"] == "https://video.example/time-for-a-check-in#t=462"
    assert words_of(source, "quote") == cited.quote
    assert words_of(source, "passage", "quote").split() == cited.passage.text.split()
    around = " ".join(words_of(source, "around", "passage", "quote").split())
    assert around in " ".join(archive.around(cited.passage).text.split())


def test_part_of_a_turn_can_be_tinted(client: TestClient, cited: Citation) -> None:
    part = replace(cited, start=cited.start + 3, end=cited.end - 5)
    source = source_of(client, part)
    assert words_of(source, "quote") == cited.quote[3:-5]
    assert " ".join(words_of(source, "passage", "quote").split()).count(cited.quote[-5:]) == 1


def test_three_turns_before_and_after_are_shown(client: TestClient, cited: Citation) -> None:
    turns = source_of(client, cited)["turns"]
    around = [all(words["part"] == "around" for words in turn["words"]) for turn in turns]
    assert around == [True] * 3 + [False] * (len(turns) - 6) + [True] * 3
    assert turns[0]["words"][0]["text"] == "Mine failed, if I may."


def test_without_a_quote_nothing_of_a_transcript_is_tinted(client: TestClient, cited: Citation) -> None:
    source = client.get(f"/source/{cited.passage.id}").json()
    assert words_of(source, "quote") == ""
    assert words_of(source, "passage").split() == cited.passage.text.split()
    assert source["moment"]["time"] == "7:32"


def test_a_quote_says_when_it_was_said(client: TestClient, cited: Citation) -> None:
    source = source_of(client, cited)
    assert source["moment"] == {
        "time": "7:42",
        "video": "https://video.example/time-for-a-check-in#t=462",
        "label": "Watch from 7:42",
        "is_exact": True,
    }
    assert not source["is_written"]
    assert "illustrative" in source["remark"]


def test_a_quote_of_a_pack_says_when_it_was_said(client: TestClient, archive: KindSearch) -> None:
    cited = archive.ask("what did Kwame say about clapping?").citations[0]
    source = source_of(client, cited)
    assert [page["page"] for page in source["pages"]] == [11]
    assert source["turns"] == []
    assert source["moment"]["video"] == "https://video.example/time-for-a-check-in#t=541"
    assert "illustrative" in source["remark"]


def test_a_quote_without_a_moment_says_none(client: TestClient, passage: Passage) -> None:
    source = client.get(f"/source/{passage.id}").json()
    assert source["moment"] is None
    assert source["remark"] is None


def test_a_message_of_a_chat_says_when_it_was_written(client: TestClient, archive: KindSearch) -> None:
    where = Filter(session="2024-06-time-for-a-check-in", kind=Kind.CHAT)
    hits = archive.ask("Accra, thirty degrees, the generator is humming", where=where).hits
    passage = next(hit.passage for hit in hits if hit.passage.source.endswith("chat.txt"))
    source = client.get(f"/source/{passage.id}").json()
    own = [turn for turn in source["turns"] if turn["words"][0]["part"] == "passage"]
    assert [(turn["speaker"], turn["moment"]["time"]) for turn in own] == [("Member 3", "0:58")]
    assert source["is_written"]
    assert len(source["turns"]) == 5  # it is the second message
    assert [words["text"] for words in source["turns"][4]["words"]] == [
        "May I listen without speaking?\nThe baby is asleep on my arm"
    ]


def test_around_keeps_the_promise_of_offsets(archive: KindSearch, cited: Citation) -> None:
    wider = archive.around(cited.passage)
    assert wider.start < cited.passage.start
    assert wider.end > cited.passage.end
    assert wider.quote(cited.start, cited.end) == cited.quote
    assert set(cited.passage.statements) < set(wider.statements)
    starts = [statement.start for statement in wider.statements]
    assert starts == sorted(set(starts))


def test_around_the_first_and_the_last_passage(archive: KindSearch) -> None:
    where = Filter(session="2024-06-time-for-a-check-in", kind=Kind.CHAT)
    found = (hit.passage for hit in archive.search("the", 100, where))
    chat = sorted((passage for passage in found if passage.pages is None), key=lambda one: one.start)
    assert archive.around(chat[0]).start == chat[0].start == 0
    assert archive.around(chat[0]).end > chat[0].end
    assert archive.around(chat[-1]).end == chat[-1].end
    assert archive.around(chat[-1]).start < chat[-1].start


def test_around_as_many_statements_as_asked_for(archive: KindSearch, cited: Citation) -> None:
    passage = cited.passage
    assert len(archive.around(passage, 2).statements) == len(passage.statements) + 4
    assert archive.around(passage, 2).statements[2:-2] == passage.statements


def test_around_a_passage_that_is_gone_is_the_passage(archive: KindSearch, cited: Citation) -> None:
    gone = replace(cited.passage, document_id="0" * 64)
    assert archive.around(gone) == gone


# ---------------------------------------------------------------- words to lines to blocks


def box(left: float, top: float, right: float, bottom: float) -> Box:
    return Box(0, 1, 1, left, top, right, bottom)


def test_words_that_follow_one_another_make_a_line() -> None:
    assert lines_of([box(10, 10, 30, 20), box(34, 12, 50, 23)]) == [box(10, 10, 50, 23)]


def test_words_of_two_columns_make_two_lines() -> None:
    words = [box(10, 10, 30, 20), box(200, 10, 220, 20)]
    assert lines_of(words) == words


def test_a_new_line_begins_further_down() -> None:
    words = [box(60, 10, 90, 20), box(10, 24, 30, 34)]
    assert lines_of(words) == words


def test_lines_under_one_another_make_a_block() -> None:
    assert blocks_of([box(10, 10, 90, 20), box(10, 24, 40, 34)]) == [box(10, 10, 90, 34)]


@pytest.mark.parametrize("other", [box(10, 80, 90, 90), box(120, 24, 190, 34)])
def test_lines_far_apart_or_side_by_side_make_two_blocks(other: Box) -> None:
    lines = [box(10, 10, 90, 20), other]
    assert blocks_of(lines) == lines


def test_no_words_make_no_lines() -> None:
    assert blocks_of(lines_of([])) == []


def test_offsets_of_joined_words_cover_both() -> None:
    line = lines_of([replace(box(10, 10, 30, 20), start=5, end=9), replace(box(34, 10, 50, 20), start=10, end=14)])
    assert (line[0].start, line[0].end) == (5, 14)
