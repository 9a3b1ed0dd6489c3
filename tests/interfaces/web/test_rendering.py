from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from kindsearch.errors import BadRequest, NoIndex
from kindsearch.interfaces.web import rendering

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def client() -> TestClient:
    app = FastAPI()
    rendering.tell(app)

    @app.get("/{which}")
    def fails(which: str) -> None:
        raise {"bad": BadRequest("topic", HOSTILE), "gone": NoIndex("index"), "unforeseen": RuntimeError("secret")}[
            which
        ]

    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize(("path", "status"), [("/bad", 422), ("/gone", 503), ("/unforeseen", 500)])
def test_what_goes_wrong_is_a_page_with_a_sentence_and_the_navigation(
    client: TestClient, path: str, status: int
) -> None:
    found = client.get(path)
    assert found.status_code == status
    assert found.headers["content-type"].startswith("text/html")
    assert "That did not work" in found.text
    assert 'href="/prepare"' in found.text
    assert "secret" not in found.text


def test_a_page_escapes_what_it_is_given(client: TestClient) -> None:
    assert "&lt;script&gt;" in client.get("/bad").text
    assert HOSTILE not in client.get("/bad").text


def test_the_place_where_one_is_stands_out_in_the_navigation() -> None:
    shown = rendering.problem_page(404, "No such person", "…", place="People").body.decode()
    assert '<a href="/people" aria-current="page">People</a>' in shown
    assert shown.count("aria-current") == 1


def test_a_template_that_names_something_it_was_not_given_fails() -> None:
    with pytest.raises(Exception, match="sentence"):
        rendering.rendered("note.html", title="x")
