"""Names that lead elsewhere, and filters that try to be queries: nothing leaves the archive, nothing in it changes."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from kindsearch import Filter, KindSearch
from kindsearch.errors import BadRequest, NotInArchive
from kindsearch.interfaces.web import create_app
from kindsearch.types import PartialDate

PLANTED = "swordfish-7f3a"  # stands in files that are no part of the archive


@pytest.fixture
def archive(small_archive: Callable[..., KindSearch], tmp_path: Path) -> KindSearch:
    """A tiny archive, with a file that is none of its business beside corpus and index, and one in each."""
    made = small_archive()
    for folder in (tmp_path, made.folder, made.settings.corpus):
        (folder / "secret.txt").write_text(PLANTED, encoding="utf-8")
    return made


@pytest.fixture
def client(archive: KindSearch) -> Iterator[TestClient]:
    with TestClient(create_app(archive), base_url="http://127.0.0.1") as made:
        yield made


def contents(archive: KindSearch) -> list[str]:
    """All that the catalog holds, as SQL."""
    connection = sqlite3.connect(archive.folder / "catalog.sqlite")
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


# ---------------------------------------------------------------- names that lead elsewhere

TRAVERSALS = [
    "../secret.txt", "../../secret.txt", "../../../secret.txt", "../index/secret.txt", "../corpus/secret.txt",
    "../index/catalog.sqlite", "..", ".", "./../secret.txt", "....//secret.txt", "..././secret.txt", "..;/secret.txt",
    "..\\secret.txt", "..\\..\\secret.txt", "..%2fsecret.txt", "%2e%2e/secret.txt", "%2e%2e%2fsecret.txt",
    "..%5csecret.txt", "%252e%252e%252fsecret.txt", "..%c0%afsecret.txt", "%c0%ae%c0%ae/secret.txt",
    "..%00/secret.txt", "secret.txt%00.png", "secret.txt\0", "/etc/passwd", "//etc/passwd", "///etc/passwd",
    "/proc/self/environ", "../../../../../../../../etc/passwd", "file:///etc/passwd", "http://127.0.0.1/secret.txt",
    "//elsewhere.example/x", "\\\\elsewhere.example\\share", "C:\\secret.txt", "~/secret.txt", "~root/secret.txt",
    "$HOME/secret.txt", "../secret.txt?", "../secret.txt#x", "．．/secret.txt", "‥/secret.txt", "a/../../secret.txt",
    "CON", "..\u2215secret.txt",
]  # fmt: skip
PLACES = [  # wherever a request can name something
    "/page/{}", "/static/{}", "/assets/{}", "/source/{}", "/source/{}/pages/1.png", "/v1/passages/{}",
    "/v1/passages/{}/pages/1.png", "/sessions/{}", "/sessions/{}/cover.png", "/people/{}", "/prepare/{}", "/{}",
    "/gradio_api/file={}", "/file={}", "/v1/search?q=tea&session={}", "/v1/brief?q=tea&session={}",
    "/v1/brief?q=tea&person={}", "/prepare/brief.md?topic=tea&session={}", "/?source={}", "/?session={}",
]  # fmt: skip


def test_no_name_leads_out_of_the_archive(client: TestClient, archive: KindSearch, tmp_path: Path) -> None:
    assert len(set(TRAVERSALS)) >= 40
    archive.sessions()  # SQLite makes two files beside the catalog as it is opened
    files = sorted(tmp_path.rglob("*"))
    for place, name in itertools.product(PLACES, TRAVERSALS):
        for written in (name.replace("\0", "%00"), quote(name, safe="")):
            answer = client.get(place.format(written.lstrip("/") if place.endswith("/{}") else written))
            assert answer.status_code < 500, (place, written)
            assert PLANTED not in answer.text, (place, written)
            assert "root:x:" not in answer.text, (place, written)
            assert "SQLite format" not in answer.text, (place, written)
            assert str(tmp_path) not in answer.text, (place, written)
    assert sorted(tmp_path.rglob("*")) == files


def test_no_name_of_a_passage_opens_a_file(archive: KindSearch) -> None:
    for name in TRAVERSALS:
        assert archive.passage(name) is None


@pytest.mark.parametrize("name", ["/etc/passwd", "../secret.txt", "secret.txt"])
def test_a_file_named_in_a_request_of_the_page_is_not_opened(
    client: TestClient, archive: KindSearch, name: str
) -> None:
    """Gradio turns some dictionaries into files."""
    files = {"path": name, "url": f"file://{name}", "orig_name": name, "meta": {"_type": "gradio.FileData"}}
    events = [event for event in client.get("/config").json()["dependencies"] if event["inputs"]]
    for event, value in itertools.product(events, (files, [files], {"a": files}, str(files))):
        data = [value] * len(event["inputs"])
        body = {"data": data, "fn_index": event["id"], "session_hash": "../../secret.txt"}
        answer = client.post("/gradio_api/run/predict", json=body)
        assert PLANTED not in answer.text
        assert "root:x:" not in answer.text
        assert "Traceback" not in answer.text


# ---------------------------------------------------------------- filters that try to be queries

SEEDS = [
    "' OR '1'='1", "' OR 1=1 --", '" OR ""="', "'; DROP TABLE passages; --", "'; DELETE FROM documents; --",
    "') OR ('1'='1", "' UNION SELECT text FROM documents --", "x'); ATTACH DATABASE '/tmp/x' AS x; --",
    "'||(SELECT 1)||'", "1; PRAGMA writable_schema=1", "%", "_", "%%", "A%", "_nn Lee", "Ann*", "*", "?", "Ann Lee\0",
    "\\", "\\'", "'", '"', "`", ";", "--", "/*", "*/", "0x41", "CHAR(65)", "load_extension('x')",
    "json_extract(1,'$')", "NEAR(tea, patients)", "tea NEAR/3 patients", "text:tea", "speaker:Ann", "session:*",
    "kind:chat OR kind:talk", "+tea -patients", "-Ann", "tea^9", "[a TO z]", "{a TO z}", "[* TO *]", ">=a", "<b",
    "IN [a b c]", "/.*/", "(.*)", ".*", "^.*$", "Ann~2", '"Ann Lee"~5', "AND", "OR", "NOT", "a AND", "OR b", "((((",
    "))))", "NOT *", "{\"$ne\": null}", "[$ne]", "{{7*7}}", "${7*7}", "<script>", "%00", "%27", "\u2019 OR 1=1", "ʼ",
    "\uff07 OR 1=1", "MATCH 'a'", "passages MATCH 'a'", "rank:bm25", "bm25(passages)", "highlight(x,1,'a','b')",
    "a" * 199, "'" * 199, "(" * 199, "$(id)", "`id`", "|id", "&& id", "\r\nSet-Cookie: a=b", "true", "null", "None",
    "NaN", "-1", "1e309", "undefined", "[]", "{}",
]  # fmt: skip
WRAPS = ["{}", "{} ", "Ann Lee{}", "{}Ann Lee", "'{}'", '"{}"', "({})"]
FIELDS = ["session", "speaker", "since", "kind"]
HOSTILE = [
    (field, wrap.format(seed)) for seed, wrap, field in itertools.product(SEEDS, WRAPS, FIELDS)
    if len(wrap.format(seed)) <= 200
]  # fmt: skip


def letters_of(value: str) -> str:
    """What of a value can be a name."""
    return " ".join("".join(char if char.isalpha() else " " for char in value).split())


def found(archive: KindSearch, **where: str) -> list[str]:
    """The ids of the passages for a question; none where the archive knows no such session or person."""
    try:
        hits = archive.search("tea", 100, Filter(**where))  # type: ignore[arg-type]
    except NotInArchive:
        return []
    return sorted(hit.passage.id for hit in hits)


def test_no_filter_is_taken_for_a_query(client: TestClient, archive: KindSearch) -> None:
    """Each is refused in a sentence, as a name that nobody has, or finds what the name in it finds."""
    assert len(set(HOSTILE)) >= 2_000
    before = contents(archive)
    assert found(archive, speaker="Xyzzy Quux") == []
    for field, value in HOSTILE:
        answer = client.get("/v1/search", params={"q": "tea", "k": 100, field: value})
        assert answer.status_code in {200, 422}, (field, value, answer.text)
        if answer.status_code == 422:
            assert answer.json()["field"] == field, (field, value)
            continue
        ids = sorted(passage["passage_id"] for passage in answer.json()["passages"])
        assert field == "speaker"
        assert ids == found(archive, speaker=letters_of(value)), value
    assert contents(archive) == before


def test_no_filter_of_the_facade_is_taken_for_a_query(archive: KindSearch) -> None:
    before = contents(archive)
    for field, value in HOSTILE:
        if field == "session":
            assert found(archive, session=value) == [], value
        if field == "speaker":
            ids = found(archive, speaker=value)
            assert not ids or ids == found(archive, speaker=letters_of(value)), value
        if field == "since":
            with pytest.raises(ValueError, match="not a date"):
                PartialDate.parse(value)
    assert contents(archive) == before


@pytest.mark.parametrize("choice", ["sessions", "without_sessions", "people", "without_people"])
def test_no_choice_of_a_brief_is_taken_for_a_query(archive: KindSearch, choice: str) -> None:
    before = contents(archive)
    for value in sorted({value for _, value in HOSTILE}):
        try:
            made = archive.brief("tea", **{choice: [value]})  # type: ignore[arg-type]
        except BadRequest:
            continue
        assert "people" in choice, value
        named = archive.brief("tea", **{choice: [letters_of(value)]})  # type: ignore[arg-type]
        assert made.citations == named.citations, value
    assert contents(archive) == before


def test_no_question_is_taken_for_a_query(client: TestClient, archive: KindSearch) -> None:
    before = contents(archive)
    for value in {value for _, value in HOSTILE}:
        answer: Any = client.get("/v1/ask", params={"q": value})
        assert answer.status_code in {200, 422}, value
    assert contents(archive) == before
