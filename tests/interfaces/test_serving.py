"""Where the servers may listen, and that what they say stays on this machine."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from kindsearch import KindSearch
from kindsearch.errors import BadRequest
from kindsearch.interfaces import serving
from kindsearch.interfaces.guarding.logins import line_of
from kindsearch.settings import Settings

HERE = ["127.0.0.1", "127.8.0.1", "::1", "localhost"]
EVERYWHERE = ["0.0.0.0", "::", "", "192.0.2.7", "::ffff:192.0.2.7"]


@pytest.mark.parametrize("host", HERE)
def test_this_machine_needs_no_login(host: str) -> None:
    serving.check_host(host, Settings())


@pytest.mark.parametrize("host", EVERYWHERE)
def test_others_are_not_let_in_without_one(host: str) -> None:
    with pytest.raises(BadRequest, match=r"kindsearch password NAME >> users\.txt .* --without-login"):
        serving.check_host(host, Settings())


@pytest.mark.parametrize("host", EVERYWHERE)
@pytest.mark.parametrize(
    "settings", [{"users": "users.txt"}, {"proxy": "192.0.2.1", "proxy_user_header": "X-Forwarded-User"}]
)
def test_with_a_login_they_are(host: str, settings: dict[str, Any]) -> None:
    serving.check_host(host, Settings(**settings))


def test_or_if_that_is_said() -> None:
    serving.check_host("0.0.0.0", Settings(), without_login=True)


def test_a_host_that_is_none_is_named() -> None:
    with pytest.raises(BadRequest, match=r"nowhere\.invalid is no address of this machine"):
        serving.check_host("nowhere.invalid", Settings())


@pytest.mark.parametrize("command", [["serve"], ["mcp", "--http"]])
def test_the_command_line_refuses_another_address(
    run: Callable[..., Any], small_archive: Callable[..., KindSearch], command: list[str]
) -> None:
    if command[0] == "mcp":
        pytest.importorskip("mcp", reason="the extra mcp is not installed")
    archive = small_archive()
    done = run(*command, "--host", "0.0.0.0", "--index", archive.folder)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("kindsearch: --host: other machines reach 0.0.0.0")


@pytest.mark.parametrize("command", [["serve"], ["mcp", "--http"]])
def test_a_port_in_use_is_told_in_a_sentence_that_says_what_to_do(
    run: Callable[..., Any], small_archive: Callable[..., KindSearch], command: list[str]
) -> None:
    if command[0] == "mcp":
        pytest.importorskip("mcp", reason="the extra mcp is not installed")
    archive = small_archive()
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = run(*command, "--port", port, "--index", archive.folder)
    said = f"kindsearch: --port: {port} is in use, perhaps by another kindsearch: stop that one, or take another port"
    assert (done.status, done.out) == (2, "")
    assert done.err == f"{said} (--port 0 takes any that is free)\n"


@pytest.mark.parametrize(
    ("host", "port", "said"),
    [
        ("127.0.0.1", 65_536, r"--port: 65536 is none: they go from 1 to 65535"),
        ("127.0.0.1", -1, r"--port: -1 is none"),
        ("192.0.2.7", 0, r"--host: 192\.0\.2\.7 is no address of this machine"),
    ],
)
def test_nor_does_an_address_that_is_none_end_in_words_of_the_system(host: str, port: int, said: str) -> None:
    with pytest.raises(BadRequest, match=said):
        serving.listening_on(host, port, 1)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_port_that_is_free_is_listened_on(host: str) -> None:
    if host == "::1" and not Path("/proc/net/if_inet6").exists():
        pytest.skip("this machine has no IPv6")
    with serving.listening_on(host, 0, 1) as opened:
        socket.create_connection(opened.getsockname()[:2], timeout=10).close()


def test_nobody_else_is_believed_and_nothing_that_is_asked_is_written_down() -> None:
    """Uvicorn believes whoever is on this machine, and writes down addresses, unless it is told not to."""
    config = serving.configured(print, Settings())  # type: ignore[arg-type]
    assert (config.proxy_headers, config.access_log, config.server_header) == (False, False, False)


QUESTION = "who knits with 40-ply wool?"


@contextmanager
def started(archive: KindSearch, folder: Path, *command: str, **settings: str) -> Iterator[tuple[str, Path]]:
    """A server in a process of its own with one user: where it says that it is, and its log."""
    (folder / "users.txt").write_text(line_of("ann", "sesame"), encoding="utf-8")
    environment = {**os.environ, "KINDSEARCH_USERS": str(folder / "users.txt"), **settings}
    program = [sys.executable, "-m", "kindsearch.interfaces.cli", *command, "--port", "0", "--index"]
    log = folder / "log"
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            [*program, str(archive.folder)], stdout=subprocess.PIPE, stderr=errors, env=environment, text=True
        ) as server,
    ):
        try:
            assert server.stdout
            yield server.stdout.readline().split()[3], log
        finally:
            server.terminate()


def posed(address: str, login: tuple[str, str] | None) -> httpx.Response:
    """The answer to the question, over REST or MCP."""
    if not address.endswith("/mcp"):
        return httpx.get(f"{address}/v1/ask", params={"q": QUESTION}, auth=login, timeout=60)
    call = {"name": "ask", "arguments": {"question": QUESTION}}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
    accepted = {"Accept": "application/json, text/event-stream"}
    return httpx.post(address, json=body, headers=accepted, auth=login, timeout=60)


@pytest.mark.parametrize("command", [["serve"], ["mcp", "--http"]])
@pytest.mark.parametrize("log_questions", ["0", "1"])
def test_a_server_asks_for_the_password_and_writes_a_log_without_questions(
    archive: KindSearch, tmp_path: Path, command: list[str], log_questions: str
) -> None:
    with started(archive, tmp_path, *command, KINDSEARCH_LOG_QUESTIONS=log_questions) as (address, log):
        answers = [posed(address, login) for login in (None, ("ann", "guess"), ("ann", "sesame"))]
    assert [answer.status_code for answer in answers] == [401, 401, 200]
    written = log.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in written.splitlines()]
    seen = {line["request"]: line["status"] for line in lines if line["message"] == "request"}
    assert [seen[answer.headers["x-request-id"]] for answer in answers] == [401, 401, 200]
    assert "sesame" not in written
    assert ("knits" in written) == (log_questions == "1")
