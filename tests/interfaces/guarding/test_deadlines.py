from __future__ import annotations

import threading
from typing import Any

import anyio
import pytest
from anyio.to_thread import run_sync
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.testclient import TestClient

from kindsearch.interfaces.guarding import NOTHING
from kindsearch.interfaces.guarding.deadlines import Deadlines


def client(app: Any, seconds: float) -> TestClient:
    return TestClient(Deadlines(app, seconds, NOTHING), base_url="http://127.0.0.1")


def test_an_answer_that_does_not_come_is_not_waited_for() -> None:
    released, sent = threading.Event(), []

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await run_sync(released.wait)  # as a question is answered: nothing can stop a thread
        await PlainTextResponse("too late")(scope, receive, send)
        finished.set()

    async def send(message: Any) -> None:
        sent.append(message)

    async def run() -> None:
        nonlocal finished
        finished = anyio.Event()
        scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
        await Deadlines(slow, 0.05, NOTHING)(scope, anyio.sleep, send)
        released.set()
        await finished.wait()  # what came too late went nowhere, and hurt nobody

    finished: Any = None
    anyio.run(run)
    start, body = sent
    assert start["status"] == 503
    assert (b"retry-after", b"60") in start["headers"]
    assert b"Try again in a minute" in body["body"]


def test_an_answer_that_has_begun_may_take_its_time() -> None:
    async def slowly() -> Any:
        for part in ("a", "b", "c"):
            yield part
            await anyio.sleep(0.05)

    assert client(StreamingResponse(slowly()), 0.06).get("/").text == "abc"


def test_what_goes_wrong_is_passed_on() -> None:
    async def failing(*_: Any) -> None:
        raise RuntimeError("of the application")

    with pytest.raises(RuntimeError, match="of the application"):
        client(failing, 5).get("/")
