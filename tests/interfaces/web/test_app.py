from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient

from kindsearch import KindSearch
from kindsearch.errors import BadRequest
from kindsearch.interfaces.web import create_app
from kindsearch.interfaces.web.choices import OPEN_CHOICES
from kindsearch.interfaces.web.page import EXAMPLES, filter_of, show
from kindsearch.interfaces.web.shell import ABOUT, TITLE
from kindsearch.interfaces.web.view import View
from kindsearch.interfaces.web.walls import policy
from kindsearch.types import Filter, Kind, PartialDate


@pytest.fixture(scope="module")
def client(archive: KindSearch) -> Iterator[TestClient]:
    with TestClient(create_app(archive), base_url="http://127.0.0.1") as made:
        yield made


@pytest.mark.parametrize("path", ["/", "/page/source.js", "/source/nosuchpassage", "/theme.css", "/nothing/here"])
def test_every_response_keeps_to_this_machine(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    rules = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
    assert rules["default-src"] == "'self'"
    assert rules["connect-src"] == "'self'"
    assert "unsafe" not in rules["script-src"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_the_page_names_no_other_machine_to_load_from(client: TestClient) -> None:
    page = client.get("/").text
    assert "<meta" in page
    for tag in ("<script", "<link", "<meta"):
        assert not [part for part in page.split(tag)[1:] if "https://" in part.split(">")[0]]


def test_a_link_to_the_page_is_previewed_as_what_it_is(client: TestClient) -> None:
    told: list[tuple[str, str | None]] = []

    class Metas(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            named = dict(attrs)
            if tag == "meta" and (name := named.get("property") or named.get("name")):
                told.append((name, named["content"]))

    Metas().feed(client.get("/").text)
    assert [one for one in told if one[0].startswith(("og:", "twitter:", "description"))] == [
        ("description", ABOUT),
        ("og:type", "website"),
        ("og:site_name", "kindsearch"),
        ("og:title", TITLE),
        ("og:description", ABOUT),
        ("twitter:card", "summary"),
    ]


def test_scripts_of_the_page_are_allowed_by_their_hash_alone() -> None:
    # echo -n 'alert(1)' | openssl dgst -sha256 -binary | base64
    assert "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='" in policy(["alert(1)"])


@pytest.mark.parametrize(
    "path",
    [
        "/docs", "/openapi.json", "/redoc", "/gradio_api/info", "/gradio_api/openapi.json", "/gradio_api/upload",
        "/gradio_api/file=/etc/passwd", "/file=/etc/passwd", "/gradio_api/proxy=https://example.com", "/monitoring",
        "/gradio_api/call/answers", "/gradio_api/run/answered", "/gradio_api/queue/join",
        "/gradio_api/vibe-code/", "/login", "/../app.py",
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_doors_the_page_does_not_need_are_shut(client: TestClient, method: str, path: str) -> None:
    assert client.request(method, path).status_code == 404


def test_no_event_of_the_page_is_an_api(client: TestClient) -> None:
    dependencies = client.get("/config").json()["dependencies"]
    assert dependencies
    assert {event["api_visibility"] for event in dependencies} == {"private"}


@pytest.mark.parametrize("question", EXAMPLES)
def test_the_examples_have_answers(archive: KindSearch, question: str) -> None:
    assert archive.ask(question).answered


def results_of(archive: KindSearch, view: View) -> str:
    """The results that the page shows of a view."""
    return str(show(archive, lambda: view)[3])


@pytest.mark.parametrize(
    ("error", "said"),
    [(BadRequest("question", "too long"), "question: too long"), (RuntimeError("secret"), "could not be read")],
)
def test_what_goes_wrong_is_said_in_a_sentence(
    archive: KindSearch, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(archive, "ask", fails)
    found = results_of(archive, View("how do we measure kindness?"))
    assert said in found
    assert "secret" not in found
    assert "Traceback" not in found


def test_a_session_with_a_hostile_title_is_named_as_text(hostile_archive: KindSearch) -> None:
    question = "who feeds penguins in the latest session?"
    title = hostile_archive.ask(question).understood
    assert title == "Dressing <img src=x onerror=window.harmed='session'> llamas"
    shown = results_of(hostile_archive, View(question))
    assert "Dressing &lt;img src=x onerror=window.harmed='session'&gt; llamas <span" in shown
    assert "<img" not in shown


def test_filters_that_are_left_alone_leave_everything_open() -> None:
    assert filter_of("", "", "", "") == Filter()


def test_filters_as_the_archive_takes_them() -> None:
    wanted = Filter("an-id", "Bob", PartialDate(2023, 5), PartialDate(2024, 1), Kind.CHAT)
    assert filter_of("an-id", "Bob", "2023-05..2024-01", "chat") == wanted


@pytest.mark.parametrize("when", ["soon", "2024-06..2023-05", ".."])
def test_a_time_that_is_none_is_any_time(when: str) -> None:
    assert filter_of("", "", when, "no-such-kind") == Filter()


def test_an_empty_archive_has_a_page(tmp_path_factory: pytest.TempPathFactory) -> None:
    empty = KindSearch.open(tmp_path_factory.mktemp("empty"), create=True)
    assert TestClient(create_app(empty), base_url="http://127.0.0.1").get("/").status_code == 200
    assert "kindsearch ingest" in results_of(empty, View())


def test_the_page_itself_holds_nothing_of_the_archive(client: TestClient, archive: KindSearch) -> None:
    """It is made once, and the archive changes."""
    components = client.get("/config").json()["components"]
    choices = [component["props"]["choices"] for component in components if component["type"] == "dropdown"]
    assert choices == [[list(choice)] for choice in OPEN_CHOICES.values()]
    page = client.get("/").text
    assert "All sessions" in page
    assert [summary for summary in archive.sessions() if summary.session.title in page] == []
    assert "ks-held" not in page
