from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import anyio
import pytest

from kindsearch.interfaces.guarding import NOTHING
from kindsearch.interfaces.guarding.bodies import Bodies


def test_a_body_arrives_whole(behind: Any) -> None:
    assert behind(request_kb=1).post("/", content=b"x" * 1024).json()["bytes"] == 1024
    assert behind(request_kb=200).post("/", content=(b"x" * 1024 for _ in range(200))).json()["bytes"] == 200 * 1024


@pytest.mark.parametrize("announced", ["1025", "9" * 5000])
def test_a_body_that_is_announced_as_too_large_is_not_read(announced: str) -> None:
    sent = answered(Bodies(_never, 1024, 8192, 5, NOTHING), [], {"content-length": announced})
    assert sent[0]["status"] == 413


def test_a_body_that_turns_out_too_large_is_refused_and_the_connection_ended(behind: Any) -> None:
    def endless() -> Iterator[bytes]:
        yield from (b"x" * 512 for _ in range(100))

    refused = behind(request_kb=1).post("/", content=endless())
    assert (refused.status_code, refused.headers["connection"]) == (413, "close")
    assert "larger than 1 KB: send less" in refused.json()["detail"]


def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    part = {"type": "http.request", "body": b"x", "more_body": True}
    sent = answered(Bodies(_never, 1024, 8192, 0.05, NOTHING), [part])
    assert sent[0]["status"] == 408
    assert b"send it again" in sent[1]["body"]


@pytest.mark.parametrize(
    ("path", "headers"), [("/?q=" + "a" * 9_000, {}), ("/" + "a" * 9_000, {}), ("/", {"X-A": "a" * 9_000})]
)
def test_an_address_or_headers_without_measure_are_refused(behind: Any, path: str, headers: dict[str, str]) -> None:
    refused = behind(head_kb=8).get(path, headers=headers)
    assert refused.status_code == 431
    assert "larger than 8 KB" in refused.json()["detail"]
    assert behind().get(path, headers=headers).status_code == 200


def test_a_client_that_goes_away_is_forgotten() -> None:
    assert answered(Bodies(_never, 1024, 8192, 5, NOTHING), [{"type": "http.disconnect"}]) == []


async def _never(*_: Any) -> None:
    raise AssertionError("passed on")


def answered(app: Bodies, messages: list[Any], headers: dict[str, str] | None = None) -> list[Any]:
    """What the application sends to a client that sends these messages and then nothing."""
    sent: list[Any] = []
    raw = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]

    async def receive() -> Any:
        return messages.pop(0) if messages else await anyio.sleep_forever()

    async def send(message: Any) -> None:
        sent.append(message)

    async def run() -> None:
        await app({"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": raw}, receive, send)

    anyio.run(run)
    return sent
