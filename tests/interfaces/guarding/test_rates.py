from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from kindsearch.interfaces.guarding import guarded
from kindsearch.interfaces.guarding.rates import CLIENTS_KEPT, Buckets
from kindsearch.interfaces.web.walls import PUBLIC
from kindsearch.settings import Settings


class Clock:
    """A clock that stands still unless it is moved."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_holds_a_minute_and_fills_evenly() -> None:
    clock = Clock()
    buckets = Buckets(6, clock)
    assert [buckets.take("a") for _ in range(7)] == [0, 0, 0, 0, 0, 0, 10]
    assert buckets.take("b") == 0
    clock.now = 5
    assert buckets.take("a") == pytest.approx(5)
    clock.now = 10
    assert buckets.take("a") == 0
    assert buckets.take("a") == pytest.approx(10)
    clock.now = 3_600  # an hour of rest gives no more than a minute's tokens
    assert [buckets.take("a") for _ in range(7)] == [0, 0, 0, 0, 0, 0, 10]


def test_a_token_that_is_given_back_can_be_taken_again() -> None:
    buckets = Buckets(1, Clock())
    buckets.take("a")
    buckets.give_back("a")
    buckets.give_back("a")
    assert [buckets.take("a") for _ in range(2)] == [0, 60]


def test_clients_without_number_take_no_memory_without_end() -> None:
    buckets = Buckets(1, Clock())
    for number in range(CLIENTS_KEPT + 10):
        buckets.take(f"client {number}")
    assert len(buckets.buckets) == CLIENTS_KEPT


def test_one_client_going_too_fast_is_told_when_to_come_back_and_others_are_answered(behind: Any) -> None:
    client = behind(requests_per_minute=3)
    assert [client.get("/").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = client.get("/")
    assert 1 <= int(refused.headers["retry-after"]) <= 20
    assert f"Wait {refused.headers['retry-after']} seconds" in refused.json()["detail"]
    other = TestClient(client.app, base_url="http://127.0.0.1", client=("203.0.113.6", 1))
    assert other.get("/").status_code == 200


def test_claiming_to_be_others_gives_no_more(behind: Any) -> None:
    client = behind(requests_per_minute=3)
    statuses = [client.get("/", headers={"X-Forwarded-For": f"10.0.0.{n}"}).status_code for n in range(5)]
    assert statuses == [200, 200, 200, 429, 429]


def test_behind_a_proxy_each_client_counts_for_herself(behind: Any) -> None:
    client = behind("198.51.100.1", proxy="198.51.100.1", requests_per_minute=1)
    asked = [client.get("/", headers={"X-Forwarded-For": f"10.0.0.{n}"}).status_code for n in (1, 2, 1)]
    assert asked == [200, 200, 429]


def test_files_of_the_page_are_not_counted() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    client = TestClient(guarded(app, Settings(requests_per_minute=1), PUBLIC), base_url="http://127.0.0.1")
    assert [client.get("/page/source.js").status_code for _ in range(5)] == [204] * 5
    assert [client.get(path).status_code for path in ("/", "/page/../v1/ask", "/")] == [204, 429, 429]
