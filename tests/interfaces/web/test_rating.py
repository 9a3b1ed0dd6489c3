from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import filelock
import pytest
from fastapi.testclient import TestClient

from kindsearch import KindSearch
from kindsearch.errors import DamagedIndex, IndexLocked, KindSearchError, StorageFailed
from kindsearch.interfaces.problems import BUSY, NOT_NOW
from kindsearch.interfaces.web import create_app
from kindsearch.interfaces.web.rating import MOST_BYTES
from kindsearch.stores.locking import LOCK

HERE = "http://127.0.0.1:7860"
FOLDER = Path("/srv/archive/index")
QUESTION = "does tea help at night?"


@pytest.fixture
def archive(small_archive: Callable[..., KindSearch]) -> KindSearch:
    return small_archive()


@pytest.fixture
def client(archive: KindSearch) -> Iterator[TestClient]:
    with TestClient(create_app(archive), base_url=HERE) as made:
        yield made


@pytest.fixture
def said(archive: KindSearch) -> dict[str, Any]:
    return {"question": QUESTION, "passage": archive.search(QUESTION)[0].passage.id, "helpful": True}


def send(client: TestClient, said: Any, **headers: str) -> int:
    given = {"Origin": HERE, "Content-Type": "application/json"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return client.post("/feedback", content=json.dumps(said), headers=given).status_code


def test_what_helped_is_kept(client: TestClient, archive: KindSearch, said: dict[str, Any]) -> None:
    assert send(client, said) == 200
    (rating,) = archive.ratings()
    assert (rating.question, rating.passage_id, rating.helpful, rating.remark) == (
        QUESTION,
        said["passage"],
        True,
        None,
    )


def test_the_other_button_undoes_it_and_a_word_can_be_added(
    client: TestClient, archive: KindSearch, said: dict[str, Any]
) -> None:
    send(client, said)
    assert send(client, said | {"helpful": False, "remark": " it is about coffee "}) == 200
    (rating,) = archive.ratings()
    assert (rating.helpful, rating.remark) == (False, "it is about coffee")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://elsewhere.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_another_page_can_say_nothing(
    client: TestClient, archive: KindSearch, said: dict[str, Any], headers: dict[str, str]
) -> None:
    assert send(client, said, **headers) == 403
    assert archive.ratings() == []


def test_nothing_is_kept_without_a_page(client: TestClient, archive: KindSearch, said: dict[str, Any]) -> None:
    assert client.post("/feedback", json=said).status_code == 403
    assert client.get("/feedback").status_code == 404
    assert archive.ratings() == []


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_what_a_form_could_send_is_refused(client: TestClient, said: dict[str, Any], kind: str) -> None:
    assert send(client, said, Content_Type=kind) == 415


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"passage": "nosuchpassage"}, 404),
        ({"question": "  "}, 422),
        ({"question": "x" * 2_001}, 422),
        ({"remark": "x" * 2_001}, 422),
        ({"helpful": "yes"}, 422),
        ({"more": 1}, 422),
        ({"remark": "x" * MOST_BYTES}, 413),
    ],
)
def test_what_makes_no_sense_is_refused(
    client: TestClient, archive: KindSearch, said: dict[str, Any], wrong: dict[str, Any], status: int
) -> None:
    assert send(client, said | wrong) == status
    assert archive.ratings() == []


@pytest.mark.parametrize("body", ["", "[", "[]", "null", '{"question": 1}', "\ud800"])
def test_what_is_no_json_is_refused(client: TestClient, body: str) -> None:
    headers = {"Origin": HERE, "Content-Type": "application/json"}
    content = body.encode("utf-8", "surrogatepass")
    assert client.post("/feedback", content=content, headers=headers).status_code == 422


def test_an_ingest_that_has_not_come_to_write_does_not_hinder_a_rating(
    client: TestClient, archive: KindSearch, said: dict[str, Any]
) -> None:
    with filelock.FileLock(archive.folder / LOCK):
        assert send(client, said) == 200


@pytest.mark.parametrize("verb", ["passage", "rate"])
@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (IndexLocked(FOLDER, 7, "host.example", "noon"), BUSY),
        (StorageFailed(FOLDER, "the disk is full"), NOT_NOW),
        (DamagedIndex(FOLDER, "torn"), NOT_NOW),
    ],
)
def test_what_can_not_be_kept_is_told_without_saying_where_the_index_lies(
    client: TestClient,
    archive: KindSearch,
    said: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    verb: str,
    error: KindSearchError,
    sentence: str,
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(archive, verb, fails)
    headers = {"Origin": HERE, "Content-Type": "application/json"}
    found = client.post("/feedback", content=json.dumps(said), headers=headers)
    assert (found.status_code, found.json()) == (503, {"detail": sentence})
