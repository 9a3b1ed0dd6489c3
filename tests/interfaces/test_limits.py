"""Every limit among the settings gets one hostile request, and answers it as documented."""

from __future__ import annotations

import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from listening import listening
from starlette.testclient import TestClient

from kindsearch import Filter, KindSearch
from kindsearch.errors import BadRequest
from kindsearch.interfaces import serving
from kindsearch.interfaces.guarding.logins import line_of
from kindsearch.interfaces.web import create_app
from kindsearch.settings import Settings

Made = Callable[..., KindSearch]
LONG_TEXT = "# Tea\n\nMay 2023\n\n# Chat\n\n" + "**Ann Lee** Tea calms worried patients.\n\n" * 100


def pdf_of(stream: bytes, pages: int = 1) -> bytes:
    """A PDF whose pages all draw one stream."""
    packed = zlib.compress(stream, 9)
    kids = " ".join(f"{number} 0 R" for number in range(4, 4 + pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, kids.encode()),
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
        *([b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 3 0 R >>"] * pages),
    ]
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, text) for number, text in enumerate(objects, start=1))
    return b"%PDF-1.7\n" + body + b"trailer << /Root 1 0 R >>\n%%EOF\n"


def left_out(made: Made, tmp_path: Path, data: bytes, name: str, **limit: int) -> str:
    """Why a file is left out of an archive with this limit."""
    archive = made({}, **limit)
    (archive.settings.corpus / name).write_bytes(data)
    (failure,) = archive.ingest().failed
    return failure.reason


def asked(made: Made, address: str, times: int = 1, /, content: bytes = b"", **limit: Any) -> Any:
    """The last of the answers to so many requests to a server with this limit."""
    client = TestClient(create_app(made(**limit)), base_url="http://127.0.0.1")
    method = "POST" if content else "GET"
    return [client.request(method, address, content=content or None) for _ in range(times)][-1]


@contextmanager
def served(archive: KindSearch) -> Iterator[tuple[str, int]]:
    """A real socket in front of the application."""
    with listening(serving.configured(create_app(archive), archive.settings)) as found:
        yield found


def reader_seconds(made: Made, tmp_path: Path) -> None:
    reason = left_out(made, tmp_path, pdf_of(b"0 0 m 9 9 l S\n" * 3_000_000), "slow.pdf", reader_seconds=1)
    assert "more than 1 s (time" in reason


def reader_file_mb(made: Made, tmp_path: Path) -> None:
    reason = left_out(made, tmp_path, LONG_TEXT.encode() * (2**21 // len(LONG_TEXT)), "big.md", reader_file_mb=1)
    assert "more than 1 MB (file size" in reason


def reader_answer_mb(made: Made, tmp_path: Path) -> None:
    reason = left_out(made, tmp_path, LONG_TEXT.encode() * (2**20 // len(LONG_TEXT)), "long.md", reader_answer_mb=1)
    assert "more than 1 MB of words and places (answer" in reason


def reader_memory_mb(made: Made, tmp_path: Path) -> None:
    reason = left_out(made, tmp_path, pdf_of(bytes(2**29)), "bomb.pdf", reader_memory_mb=256)
    assert "more than 256 MB (memory" in reason or "signal 6" in reason  # PDFium aborts where it gets no memory


def reader_pages(made: Made, tmp_path: Path) -> None:
    reason = left_out(made, tmp_path, pdf_of(b"", pages=4), "long.pdf", reader_pages=3)
    assert "more than 3 pages (pages" in reason


def reader_characters(made: Made, tmp_path: Path) -> None:
    reason = left_out(made, tmp_path, LONG_TEXT.encode() * 2, "long.md", reader_characters=1_000)
    assert "more than 1,000 characters (characters" in reason


def question_characters(made: Made, tmp_path: Path) -> None:
    refused = asked(made, "/v1/ask?q=" + "tea+" * 26, question_characters=100)
    assert (refused.status_code, refused.json()["field"]) == (422, "question")
    assert "longer than 100 characters" in refused.json()["detail"]


def most_passages(made: Made, tmp_path: Path) -> None:
    refused = asked(made, "/v1/search?q=tea&k=6", most_passages=5)
    assert (refused.status_code, refused.json()["field"]) == (422, "k")
    assert "must be from 1 to 5" in refused.json()["detail"]


def name_characters(made: Made, tmp_path: Path) -> None:
    refused = asked(made, "/v1/ask?q=tea&speaker=" + "a" * 51, name_characters=50)
    assert (refused.status_code, refused.json()["field"]) == (422, "speaker")
    assert "longer than 50 characters" in refused.json()["detail"]


def most_names(made: Made, tmp_path: Path) -> None:
    refused = asked(made, "/v1/brief?q=tea" + "&person=Ann" * 4, most_names=3)
    assert (refused.status_code, refused.json()["field"]) == (422, "people")
    assert "more than 3: choose fewer" in refused.json()["detail"]


def requests_per_minute(made: Made, tmp_path: Path) -> None:
    refused = asked(made, "/v1/health", 4, requests_per_minute=3)
    assert refused.status_code == 429
    assert f"Wait {refused.headers['retry-after']} seconds" in refused.json()["detail"]


def failed_logins_per_minute(made: Made, tmp_path: Path) -> None:
    users = tmp_path / "users.txt"
    users.write_text(line_of("ann", "sesame"), encoding="utf-8")
    client = TestClient(create_app(made(users=users, failed_logins_per_minute=2)), base_url="http://127.0.0.1")
    statuses = [client.get("/v1/health", auth=("ann", f"guess {number}")).status_code for number in range(3)]
    assert statuses == [401, 401, 429]


def request_kb(made: Made, tmp_path: Path) -> None:
    refused = asked(made, "/gradio_api/run/predict", content=b"x" * 2_000, request_kb=1)
    assert refused.status_code == 413
    assert "larger than 1 KB: send less" in refused.json()["detail"]


def sent(client: TestClient, data: bytes, name: str = "tea.md") -> Any:
    """The answer to an upload."""
    return client.post("/v1/uploads", files={"file": (name, data)})


def door(made: Made, **limit: Any) -> TestClient:
    """A server that takes uploads, with this limit."""
    return TestClient(create_app(made(uploads=True, **limit)), base_url="http://127.0.0.1")


def upload_mb(made: Made, tmp_path: Path) -> None:
    refused = sent(door(made, upload_mb=1), bytes(2**20))
    assert refused.status_code == 413
    assert "larger than 1 MB" in refused.json()["detail"]


def uploads_mb(made: Made, tmp_path: Path) -> None:
    refused = sent(door(made, uploads_mb=1), LONG_TEXT.encode() * (2**20 // len(LONG_TEXT) + 1))
    assert refused.status_code == 507
    assert "keeps 1 MB of uploads at most" in refused.json()["detail"]


def uploads_per_minute(made: Made, tmp_path: Path) -> None:
    client = door(made, uploads_per_minute=2)
    answers = [sent(client, b"") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert f"Wait {answers[-1].headers['retry-after']} seconds" in answers[-1].json()["detail"]


BEGUN = (
    b"POST /v1/uploads HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999\r\n"
    b"Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n"
)


def uploads_at_once(made: Made, tmp_path: Path) -> None:
    with (
        served(made(uploads=True, uploads_at_once=1)) as address,
        socket.create_connection(address, timeout=20) as first,
        closing(HTTPConnection(*address, timeout=20)) as second,
    ):
        first.sendall(BEGUN.replace(b"Host", b"Expect: 100-continue\r\nHost"))
        assert first.recv(2**16).startswith(b"HTTP/1.1 100")  # it is being received
        second.request("POST", "/v1/uploads", b"", {"Host": "localhost"})
        refused = second.getresponse()
        assert refused.status == 503
        assert b"Others are uploading just now" in refused.read()


def upload_seconds(made: Made, tmp_path: Path) -> None:
    with (
        served(made(uploads=True, upload_seconds=1)) as address,
        socket.create_connection(address, timeout=20) as connection,
    ):
        connection.sendall(BEGUN)  # and then nothing
        assert connection.recv(2**16).startswith(b"HTTP/1.1 408")


def head_kb(made: Made, tmp_path: Path) -> None:
    refused = asked(made, "/?q=" + "a" * 9_000, head_kb=8)
    assert refused.status_code == 431
    assert "larger than 8 KB" in refused.json()["detail"]


def answer_seconds(made: Made, tmp_path: Path) -> None:
    archive, released = made(answer_seconds=1), threading.Event()
    client = TestClient(create_app(archive), base_url="http://127.0.0.1")
    with pytest.MonkeyPatch.context() as patch, client:
        patch.setattr(archive, "people", lambda: released.wait(30) and [])
        refused = client.get("/v1/people")
        released.set()
    assert refused.status_code == 503
    assert "Try again in a minute" in refused.json()["detail"]


def client_seconds(made: Made, tmp_path: Path) -> None:
    head = b"POST /gradio_api/run/predict HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n"
    with served(made(client_seconds=1)) as address, socket.create_connection(address, timeout=20) as connection:
        connection.sendall(head)  # and then nothing
        assert connection.recv(2**16).startswith(b"HTTP/1.1 408")
    with served(made(client_seconds=1)) as address, socket.create_connection(address, timeout=20) as connection:
        connection.sendall(head[:-4])  # not even the end of the headers
        assert connection.recv(2**16) == b""


def connections(made: Made, tmp_path: Path) -> None:
    with served(made(connections=3)) as address, ExitStack() as stack:
        many = [stack.enter_context(socket.create_connection(address, timeout=20)) for _ in range(6)]
        many[-1].sendall(b"GET /v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert many[-1].recv(2**16).startswith(b"HTTP/1.1 503")


HOSTILE = {
    row.__name__: row
    for row in (
        reader_seconds, reader_file_mb, reader_answer_mb, reader_memory_mb, reader_pages, reader_characters,
        question_characters, most_passages,
        name_characters, most_names, requests_per_minute, failed_logins_per_minute, request_kb, head_kb,
        answer_seconds, client_seconds, connections,
        upload_mb, uploads_mb, uploads_per_minute, uploads_at_once, upload_seconds,
    )
}  # fmt: skip


@pytest.mark.parametrize("limit", Settings.limits())
def test_each_limit_holds(limit: str, small_archive: Made, tmp_path: Path) -> None:
    """A limit without a hostile request of its own fails here."""
    HOSTILE[limit](small_archive, tmp_path)


def test_every_number_among_the_settings_is_a_limit_or_a_choice() -> None:
    numbers = {name for name, field in Settings.model_fields.items() if field.annotation is int}
    assert numbers - set(Settings.limits()) == {"passages_per_answer", "candidates"}


@pytest.mark.parametrize("limit", Settings.limits())
def test_each_limit_can_be_set_and_is_listed(
    limit: str, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    default = Settings.model_fields[limit].default
    name = f"KINDSEARCH_{limit.upper()}"
    monkeypatch.setenv(name, str(default - 1))
    (found,) = [line for line in run("settings", "--json").records if line["name"] == name]
    assert (found["value"], found["default"], found["is_limit"]) == (default - 1, default, True)
    assert found["description"]
    monkeypatch.setenv(name, "0")
    with pytest.raises(BadRequest, match=name):
        Settings.from_environment()


def test_all_settings_are_listed_in_words(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KINDSEARCH_HOSTS", "archive.example, other.example")
    monkeypatch.setenv("KINDSEARCH_METRICS", "1")
    out = run("settings").out
    for name in Settings.model_fields:
        assert f"KINDSEARCH_{name.upper()}=" in out
    assert "KINDSEARCH_HOSTS=archive.example,other.example (default: )\n" in out
    assert "KINDSEARCH_METRICS=true (default: false)\n" in out
    assert "\n  limit: size of the body of a request\n" in out


@pytest.mark.parametrize("limit", ["name_characters", "most_passages", "question_characters", "most_names"])
def test_limits_of_a_question_hold_for_every_way_in(limit: str, small_archive: Made) -> None:
    archive = small_archive(**{limit: 3})
    for verb in (archive.ask, archive.search):
        asking: dict[str, Callable[[], Any]] = {
            "name_characters": lambda verb=verb: verb("tea", where=Filter(session="long")),
            "most_passages": lambda verb=verb: verb("tea", 4),
            "question_characters": lambda verb=verb: verb("long"),
            "most_names": lambda: archive.brief("tea", people=["Ann", "Bo", "Cy", "Eva"]),
        }
        with pytest.raises(BadRequest):
            asking[limit]()
    assert len(archive.search("tea")) <= 3 or limit != "most_passages"
