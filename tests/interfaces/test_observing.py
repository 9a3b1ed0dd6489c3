from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from kindsearch import KindSearch
from kindsearch.errors import DamagedIndex
from kindsearch.interfaces import observing
from kindsearch.interfaces.guarding.logins import line_of
from kindsearch.interfaces.observing import JsonLines, Metrics, Observed
from kindsearch.interfaces.web import create_app

SECRET = "penguins in the boardroom"
Log = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def log(request: pytest.FixtureRequest) -> Iterator[Log]:
    """What is written into the log, as the server writes it; with messages where the test is asked for them."""
    stream, logger = StringIO(), logging.getLogger("kindsearch")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines(with_messages=getattr(request, "param", False)))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)
    logger.setLevel(logging.NOTSET)


@pytest.fixture
def client(small_archive: Callable[..., KindSearch]) -> TestClient:
    archive = small_archive()
    made = TestClient(create_app(archive), base_url="http://127.0.0.1")
    made.archive = archive  # type: ignore[attr-defined]
    return made


def failing(error: Exception) -> Callable[..., Any]:
    def fails(*_: object, **__: object) -> None:
        raise error

    return fails


def predicted(client: TestClient, question: str) -> Any:
    """The answer to a question on the page."""
    page = client.get("/config").json()
    box = next(one["id"] for one in page["components"] if one["props"].get("elem_id") == "ks-question")
    asking = next(event for event in page["dependencies"] if [box, "submit"] in event["targets"])
    data = [question if component == box else "" for component in asking["inputs"]]
    return client.post("/gradio_api/run/predict", json={"data": data, "fn_index": asking["id"], "session_hash": "s"})


def test_every_answer_has_a_number_that_is_in_the_log(client: TestClient, log: Log) -> None:
    for path in ("/", "/v1/health", "/v1/ask", "/nothing/here", "/v1/nothing", "/page/source.js", "/source/nothing"):
        answer = client.get(path)
        (line,) = [line for line in log() if line.get("request") == answer.headers["x-request-id"]]
        assert (line["path"], line["status"], line["method"]) == (path, answer.status_code, "GET")


def test_the_log_has_who_asked_behind_a_proxy(small_archive: Callable[..., KindSearch], log: Log) -> None:
    """Also who is refused, or asks for the page, which passes through a wall of its own."""
    settings = {"proxy": "198.51.100.1", "proxy_user_header": "X-Forwarded-User"}
    app = create_app(small_archive(**settings))
    proxy, other = (TestClient(app, "http://127.0.0.1", client=(at, 5000)) for at in ("198.51.100.1", "203.0.113.5"))
    behind = {"X-Forwarded-For": "10.0.0.2"}
    for path, named in (
        ("/", {"X-Forwarded-User": "ann"}),
        ("/nothing", {"X-Forwarded-User": "bo"}),
        ("/v1/health", {}),
    ):
        proxy.get(path, headers=behind | named)
    other.get("/v1/health", headers=behind | {"X-Forwarded-User": "ann"})
    asked = [(line["client"], line["status"]) for line in log() if line["message"] == "request"]
    assert asked == [("user ann", 200), ("user bo", 404), ("10.0.0.2", 401), ("203.0.113.5", 401)]


def test_the_log_has_the_name_of_whoever_logged_in(
    small_archive: Callable[..., KindSearch], log: Log, tmp_path: Path
) -> None:
    users = tmp_path / "users.txt"
    users.write_text(line_of("ann", "sesame"), encoding="utf-8")
    client = TestClient(create_app(small_archive(users=users)), "http://127.0.0.1", client=("203.0.113.5", 5000))
    for path, password in (("/v1/health", "guess"), ("/v1/health", "sesame"), ("/", "sesame")):
        client.get(path, auth=("ann", password))
    asked = [(line["client"], line["status"]) for line in log() if line["message"] == "request"]
    assert asked == [("203.0.113.5", 401), ("user ann", 200), ("user ann", 200)]


def test_what_goes_wrong_names_its_number(client: TestClient, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = failing(DamagedIndex(client.archive.folder, "torn"))  # type: ignore[attr-defined]
    for verb in ("ask", "passage"):
        monkeypatch.setattr(client.archive, verb, broken)  # type: ignore[attr-defined]
    for answer in (client.get("/v1/ask?q=tea"), predicted(client, "tea"), client.get("/source/anything")):
        number = answer.headers["x-request-id"]
        told = [line for line in log() if line.get("request") == number]
        assert any("torn" in line["message"] for line in told), answer.url
        assert str(client.archive.folder) not in answer.text  # type: ignore[attr-defined]
        assert "in a few minutes" in answer.text
    assert client.get("/v1/ask?q=tea").json()["instance"].startswith("urn:kindsearch:request:")
    page = predicted(client, "tea")
    assert page.headers["x-request-id"] in page.text


def test_what_nobody_foresaw_is_told_by_number_in_json_and_on_a_page(
    client: TestClient, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client.archive, "ask", failing(RuntimeError(SECRET)))  # type: ignore[attr-defined]
    monkeypatch.setattr(client.archive, "passage", failing(RuntimeError(SECRET)))  # type: ignore[attr-defined]
    for path in ("/v1/ask?q=tea", "/source/anything"):
        answer = client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == 500
        assert answer.headers["x-request-id"] in answer.text
        assert "content-security-policy" in answer.headers
        assert SECRET not in answer.text
    errors = [line["error"] for line in log() if "error" in line]
    assert [error[0]["type"] for error in errors] == ["RuntimeError", "RuntimeError"]
    assert all(any("test_observing.py" in place for place in error[0]["where"]) for error in errors)


def test_nothing_that_is_asked_is_in_the_log(client: TestClient, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get("/v1/ask", params={"q": SECRET})
    client.get("/v1/brief", params={"q": SECRET})
    client.get("/", params={"q": SECRET})
    assert predicted(client, SECRET).status_code == 200
    monkeypatch.setattr(client.archive, "ask", failing(ValueError(SECRET)))  # type: ignore[attr-defined]
    client.get("/v1/ask", params={"q": SECRET})
    predicted(client, SECRET)
    assert len(log()) >= 8
    assert "penguins" not in json.dumps(log())


@pytest.mark.parametrize("log", [True], indirect=True)
def test_what_is_asked_is_in_the_log_if_that_is_wanted(small_archive: Callable[..., KindSearch], log: Log) -> None:
    client = TestClient(create_app(small_archive(log_questions=True)), base_url="http://127.0.0.1")
    client.get("/v1/ask", params={"q": "unicorns here"})
    predicted(client, SECRET)
    questions = [line.get("question") for line in log()]
    assert {"unicorns here", SECRET} <= set(questions)
    assert "q=unicorns" in json.dumps(log())


def test_an_error_is_told_with_what_led_to_it() -> None:
    formatter = JsonLines(with_messages=True)
    try:
        try:
            raise KeyError("first")
        except KeyError as error:
            raise RuntimeError("second") from error
    except RuntimeError as error:
        record = logging.makeLogRecord({"name": "kindsearch", "msg": "m", "exc_info": (RuntimeError, error, None)})
    told = json.loads(formatter.format(record))["error"]
    assert [(one["type"], one["message"]) for one in told] == [("RuntimeError", "second"), ("KeyError", "'first'")]


def test_a_line_is_one_line_whatever_it_holds() -> None:
    record = logging.makeLogRecord({"msg": "a\nb", "data": {"path": "/\r\n\u2028{}"}})
    assert len(JsonLines().format(record).splitlines()) == 1
    assert json.loads(JsonLines().format(record))["path"] == "/\r\n\u2028{}"


def test_the_log_of_a_process_goes_to_standard_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = logging.getLogger()
    kept = root.handlers[:], root.level
    try:
        observing.log_to_stderr(log_questions=False)
        logging.getLogger("kindsearch.anything").info("here")
    finally:
        root.handlers[:], level = kept
        root.setLevel(level)
        logging.getLogger("kindsearch").setLevel(logging.NOTSET)
    assert json.loads(capsys.readouterr().err)["message"] == "here"


def test_a_web_socket_is_closed() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    import anyio

    anyio.run(Observed(failing(AssertionError())), {"type": "websocket", "path": "/"}, None, send)
    assert sent == [{"type": "websocket.close"}]


# ---------------------------------------------------------------- figures


def test_figures_are_off_unless_they_are_wanted(client: TestClient) -> None:
    assert client.get("/metrics").status_code == 404


def test_figures_count_requests_by_what_they_are_for(small_archive: Callable[..., KindSearch]) -> None:
    pytest.importorskip("prometheus_client", reason="the extra metrics is not installed")
    client = TestClient(create_app(small_archive(metrics=True)), base_url="http://127.0.0.1")
    client.get("/v1/ask", params={"q": SECRET})
    client.get("/v1/ask", params={"q": SECRET})
    client.request("BREW", "/people/Maureen")
    for number in range(300):
        client.get(f"/made-up-{number}")
    figures = client.get("/metrics").text
    assert 'kindsearch_requests_total{method="GET",route="/v1/ask",status="200"} 2.0' in figures
    assert 'kindsearch_requests_total{method="GET",route="other",status="404"} 300.0' in figures
    assert 'method="other",route="/people"' in figures
    assert 'kindsearch_request_seconds_count{route="/v1/ask"} 2.0' in figures
    assert not [word for word in ("penguins", "Maureen", "made-up", "BREW") if word in figures]


def test_figures_without_their_package_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from kindsearch.errors import MissingExtra

    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(MissingExtra, match=r"pip install 'kindsearch\[metrics\]'"):
        Metrics()
