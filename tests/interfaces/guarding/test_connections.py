"""Slow and hostile clients at a real socket."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from typing import Any

import pytest
from listening import listening
from starlette.responses import PlainTextResponse, StreamingResponse

from kindsearch.interfaces import serving
from kindsearch.settings import Settings

LARGE = b"x" * 50_000_000


async def app(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        parts = (LARGE[:1_000_000] for _ in range(50))
        answer = StreamingResponse(parts) if scope["path"] == "/large" else PlainTextResponse("here")
        await answer(scope, receive, send)


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int]]:
    """A server that waits for a second, and holds eight connections."""
    config = serving.configured(app, Settings(client_seconds=1, head_kb=8, connections=8))
    with listening(config) as found:
        yield found


def connected(address: tuple[str, int]) -> socket.socket:
    return socket.create_connection(address, timeout=10)


def ended(connection: socket.socket, line: bytes = b"x") -> bool:
    """Whether the server ends the connection within ten seconds, in which something is sent now and then."""
    for _ in range(100):
        try:
            connection.sendall(line)
        except (BrokenPipeError, ConnectionResetError):
            return True
        time.sleep(0.1)
    return False


def test_who_asks_is_answered(address: tuple[str, int]) -> None:
    with closing(HTTPConnection(*address, timeout=10)) as connection:
        for _ in range(2):  # twice over one connection
            connection.request("GET", "/")
            assert connection.getresponse().read() == b"here"


def test_who_says_nothing_is_not_waited_for(address: tuple[str, int]) -> None:
    with connected(address) as connection:
        assert connection.recv(1) == b""


def test_who_sends_headers_without_end_is_not_waited_for(address: tuple[str, int]) -> None:
    """As slowloris does: a little now and then, so that the connection never rests."""
    with connected(address) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        assert ended(connection, b"X-A: 1\r\n")


def test_nor_when_a_request_was_whole_before(address: tuple[str, int]) -> None:
    with connected(address) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(2**16).startswith(b"HTTP/1.1 200")
        connection.sendall(b"GET / HTTP/1.1\r\n")
        assert ended(connection, b"X-A: 1\r\n")


def test_who_takes_nothing_of_the_answer_is_not_waited_for(address: tuple[str, int]) -> None:
    with connected(address) as connection:
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert ended(connection)


def test_who_takes_the_answer_slowly_gets_it(address: tuple[str, int]) -> None:
    with closing(HTTPConnection(*address, timeout=10)) as connection:
        connection.request("GET", "/large")
        answer = connection.getresponse()
        received = 0
        while part := answer.read(10_000_000):  # each within the server's patience, all together well beyond it
            received += len(part)
            time.sleep(0.4)
    assert received == len(LARGE)


def test_headers_without_measure_are_refused(address: tuple[str, int]) -> None:
    with connected(address) as connection:
        connection.sendall(b"GET /" + b"a" * 9_000)
        assert connection.recv(2**16).startswith(b"HTTP/1.1 400")
        assert ended(connection)


def test_connections_without_number_are_refused(address: tuple[str, int]) -> None:
    with ExitStack() as stack:
        connections = [stack.enter_context(connected(address)) for _ in range(12)]
        for connection in connections:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert any(b" 503 " in connection.recv(2**16)[:20] for connection in connections)
    time.sleep(0.2)
    test_who_asks_is_answered(address)  # when they are gone
