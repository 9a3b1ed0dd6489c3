"""The REST interface inside the whole web application, over the sample corpus."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from kindsearch import KindSearch
from kindsearch.encoders import Vectors
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.errors import (
    BadRequest,
    DamagedIndex,
    IncompatibleIndex,
    IndexLocked,
    KindSearchError,
    ModelNotFound,
    NoIndex,
    ReaderLimit,
    UnreadableFile,
)
from kindsearch.interfaces.web import create_app
from kindsearch.settings import Settings
from kindsearch.types import Filter, Kind, PartialDate

QUESTION = "how do we measure kindness?"
SESSION = "2024-01-18-kindness-in-education"


@pytest.fixture(scope="module")
def client(archive: KindSearch) -> Iterator[TestClient]:
    with TestClient(create_app(archive), base_url="http://127.0.0.1", raise_server_exceptions=False) as made:
        yield made


@pytest.fixture
def page_of_bob(archive: KindSearch) -> str:
    return archive.ask(QUESTION).citations[0].passage.id


# ---------------------------------------------------------------- the same records as the command line


@pytest.fixture
def printed(run: Callable[..., Any], model: Any, archive: KindSearch, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the command line prints with ``--json``."""
    monkeypatch.setattr("kindsearch.search.encoder_of", lambda *_: model)
    return lambda *arguments: run(*arguments, "--index", archive.folder, "--json").records


@pytest.mark.parametrize(
    ("parameters", "options"),
    [
        ({"k": 3}, ["-k", 3]),
        ({"session": "2023-06-listening-to-patients"}, ["--session", "2023-06-listening-to-patients"]),
        ({"speaker": "Maureen"}, ["--speaker", "Maureen"]),
        ({"since": "2024-04"}, ["--since", "2024-04"]),
        ({"until": "2023-06-30"}, ["--until", "2023-06-30"]),
        ({"kind": "discussion"}, ["--kind", "discussion"]),
        ({"literal": "true"}, ["--literal"]),
    ],
)
@pytest.mark.parametrize("verb", ["ask", "search"])
def test_a_question_gets_what_the_command_line_prints(
    client: TestClient, printed: Any, verb: str, parameters: dict[str, Any], options: list[Any]
) -> None:
    question = "what was said in the chat about listening?"
    (record,) = printed(verb, question, *options)
    assert client.get(f"/v1/{verb}", params={"q": question, **parameters}).json() == record
    assert record["passages"]
    assert record["passages"] != client.get(f"/v1/{verb}", params={"q": question}).json()["passages"]


def test_the_best_passage_of_each_session(client: TestClient, printed: Any) -> None:
    (record,) = printed("search", "role models", "--by", "session")
    found = client.get("/v1/search", params={"q": "role models", "by": "session"}).json()
    assert found == record
    sessions = [passage["session"]["id"] for passage in found["passages"]]
    assert len(sessions) == len(set(sessions)) > 1


@pytest.mark.parametrize(
    ("parameters", "options"),
    [
        ({}, []),
        ({"session": ["2023-06-listening-to-patients", SESSION]},
         ["--session", "2023-06-listening-to-patients", "--session", SESSION]),
        ({"without_session": ["2023-06-listening-to-patients", SESSION]},
         ["--without-session", "2023-06-listening-to-patients", "--without-session", SESSION]),
        ({"person": ["Hamish", "Owen"]}, ["--speaker", "Hamish", "--speaker", "Owen"]),
        ({"without_person": ["Hamish", "Owen"]}, ["--without-speaker", "Hamish", "--without-speaker", "Owen"]),
        ({"since": "2023-07"}, ["--since", "2023-07"]),
        ({"until": "2023-06"}, ["--until", "2023-06"]),
    ],
)  # fmt: skip
def test_a_brief_is_what_the_command_line_prints(
    client: TestClient, printed: Any, parameters: dict[str, Any], options: list[str]
) -> None:
    (record,) = printed("brief", "listening to patients", *options)
    assert client.get("/v1/brief", params={"q": "listening to patients", **parameters}).json() == record
    assert not record["empty"]
    whole = client.get("/v1/brief", params={"q": "listening to patients"}).json()
    assert (record["voices"] == whole["voices"]) == (not parameters)


@pytest.mark.parametrize("what", ["sessions", "people", "resources"])
def test_lists_are_what_the_command_line_prints(client: TestClient, printed: Any, what: str) -> None:
    found = client.get(f"/v1/{what}").json()
    assert found == printed(what)
    assert len(found) > 3


# ---------------------------------------------------------------- passages and pages


def test_counts_are_those_of_the_archive(client: TestClient, archive: KindSearch) -> None:
    found = client.get("/v1/counts", params={"speaker": "Bob", "since": "2024-01"}).json()
    counts = archive.counts(Filter(speaker="Bob", since=PartialDate(2024, 1)))
    assert found["total"] == counts.total > 0
    assert found["sessions"] == counts.sessions
    assert found["people"] == counts.people
    assert found["dates"]["2024-01"] == counts.dates[PartialDate(2024, 1)]
    assert found["kinds"]["question-and-answer"] == counts.kinds[Kind.QUESTION_AND_ANSWER]


def test_a_passage_by_its_id(client: TestClient) -> None:
    hit = client.get("/v1/search", params={"q": QUESTION, "k": 1}).json()["passages"][0]
    passage = client.get(f"/v1/passages/{hit['passage_id']}").json()
    assert passage == {key: hit[key] for key in hit if key not in {"score", "meaning", "words"}}


def test_a_page_of_a_passage_is_a_picture(client: TestClient, archive: KindSearch, page_of_bob: str) -> None:
    picture = client.get(f"/v1/passages/{page_of_bob}/pages/10.png")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
    assert picture.content.startswith(b"\x89PNG")
    assert picture.content != client.get(f"/v1/passages/{page_of_bob}/pages/9.png").content


def test_a_page_whose_file_is_gone_is_not_found(model: Any, archive: KindSearch, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    shutil.copy(archive.settings.corpus / f"{SESSION}.pdf", corpus)
    own = KindSearch.open(tmp_path / "index", create=True, encoder=model)
    own.ingest(corpus)
    passage = own.search(QUESTION, 1)[0].passage
    (corpus / f"{SESSION}.pdf").unlink()
    client = TestClient(create_app(own), base_url="http://127.0.0.1")
    answer = client.get(f"/v1/passages/{passage.id}/pages/10.png")
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (404, "urn:kindsearch:problem:unreadable-file")
    assert problem["source"] == f"{SESSION}.pdf"
    assert "no longer where it was" in problem["detail"]


@pytest.mark.parametrize("path", ["nosuchpassage", "nosuchpassage/pages/1.png", "..%2f..%2fetc%2fpasswd"])
def test_what_is_not_there_is_not_found(client: TestClient, path: str) -> None:
    answer = client.get(f"/v1/passages/{path}")
    assert answer.status_code == answer.json()["status"] == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_page_that_the_document_does_not_have_is_not_found(client: TestClient, page_of_bob: str) -> None:
    answer = client.get(f"/v1/passages/{page_of_bob}/pages/99.png")
    assert answer.status_code == 404
    assert "has 15 pages, not a page 99" in answer.json()["detail"]


# ---------------------------------------------------------------- problems


@pytest.mark.parametrize(
    ("parameters", "field", "said"),
    [
        ({}, "q", "required"),
        ({"q": "  "}, "question", "ask something"),
        ({"q": "tea " * 501}, "q", "at most 2000"),
        ({"q": "tea", "k": 0}, "k", "greater than or equal to 1"),
        ({"q": "tea", "k": 101}, "k", "less than or equal to 100"),
        ({"q": "tea", "since": "yesterday"}, "since", "should match"),
        ({"q": "tea", "until": "2024-13"}, "until", "should match"),
        ({"q": "tea", "kind": "gossip"}, "kind", "'talk'"),
        ({"q": "tea", "speaker": "a" * 201}, "speaker", "at most 200"),
        ({"q": "tea", "by": "session"}, "by", "not permitted"),
        ({"q": "tea", "path": "/etc/passwd"}, "path", "not permitted"),
        ({"q": "tea", "k": 0, "speakr": "Bo"}, "k", "speakr: "),
    ],
)
def test_a_request_that_makes_no_sense_names_the_field(
    client: TestClient, parameters: dict[str, Any], field: str, said: str
) -> None:
    answer = client.get("/v1/ask", params=parameters)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    problem = answer.json()
    assert set(problem) == {"type", "title", "status", "detail", "instance", "field"}
    assert (problem["type"], problem["title"]) == ("urn:kindsearch:problem:bad-request", "Bad request")
    assert (problem["status"], problem["field"]) == (422, field)
    assert problem["detail"].startswith(f"{field}: ")
    assert said in problem["detail"]


@pytest.mark.parametrize(
    ("parameters", "field", "said"),
    [
        ({"q": "tea", "session": "nosuch"}, "sessions", "no session 'nosuch'"),
        ({"q": "tea", "without_person": "Nobody"}, "without_people", "nobody is called 'Nobody'"),
        ({"q": "tea", "person": ["a"] * 101}, "person", "at most 100"),
        ({"q": "tea", "speaker": "Bob"}, "speaker", "not permitted"),
        ({"q": " "}, "question", "ask something"),
        ({"q": "tea", "since": "2024-13"}, "since", "should match"),
    ],
)
def test_a_brief_of_what_is_not_there_is_refused(
    client: TestClient, parameters: dict[str, Any], field: str, said: str
) -> None:
    answer = client.get("/v1/brief", params=parameters)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert said in answer.json()["detail"]


@pytest.mark.parametrize("verb", ["ask", "search"])
@pytest.mark.parametrize(
    ("parameters", "field", "kind", "said"),
    [
        ({"session": "nosuch"}, "session", "not-in-archive", "no session 'nosuch'"),
        ({"speaker": "Nobody"}, "speaker", "not-in-archive", "nobody is called 'Nobody'"),
        ({"since": "2025", "until": "2023-06"}, "since", "bad-request", "2025 lies after until, which is 2023-06"),
    ],
)
def test_a_filter_that_can_let_nothing_through_is_refused(
    client: TestClient, verb: str, parameters: dict[str, str], field: str, kind: str, said: str
) -> None:
    answer = client.get(f"/v1/{verb}", params={"q": "tea", **parameters})
    problem = answer.json()
    assert (answer.status_code, problem["field"]) == (422, field)
    assert problem["type"] == f"urn:kindsearch:problem:{kind}"
    assert said in problem["detail"]
    assert client.get("/v1/counts", params=parameters).json()["total"] == 0  # which is an answer


@pytest.mark.parametrize(
    ("error", "status", "name", "data"),
    [
        (BadRequest("k", "too many"), 422, "bad-request", {"field": "k"}),
        (UnreadableFile("a.pdf", "gone"), 404, "unreadable-file", {"source": "a.pdf", "reason": "gone"}),
        (ReaderLimit("a.pdf", "pages", "9 pages"), 404, "reader-limit", {"limit": "pages", "allowed": "9 pages"}),
    ],
)
def test_our_errors_are_problems_with_their_data(
    client: TestClient,
    archive: KindSearch,
    monkeypatch: pytest.MonkeyPatch,
    error: KindSearchError,
    status: int,
    name: str,
    data: dict[str, str],
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(archive, "ask", fails)
    answer = client.get("/v1/ask", params={"q": "tea"})
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, problem["status"]) == (status, status)
    assert (problem["type"], problem["detail"]) == (f"urn:kindsearch:problem:{name}", str(error))
    assert data.items() <= problem.items()


@pytest.mark.parametrize(
    ("error", "name", "said"),
    [
        (NoIndex(Path("/srv/kept/index")), "no-index", "in a few minutes"),
        (IncompatibleIndex(Path("/srv/kept"), "the model", "a", "b"), "incompatible-index", "in a few minutes"),
        (DamagedIndex(Path("/srv/kept"), "torn"), "damaged-index", "in a few minutes"),
        (IndexLocked(Path("/srv/kept")), "index-locked", "in a minute"),
        (ModelNotFound("/srv/kept/minilm", "no such folder"), "model-not-found", "tell whoever runs"),
    ],
)
def test_what_is_wrong_with_the_index_is_told_to_the_log_alone(
    client: TestClient,
    archive: KindSearch,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: KindSearchError,
    name: str,
    said: str,
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(archive, "ask", fails)
    answer = client.get("/v1/ask", params={"q": "tea"})
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (503, f"urn:kindsearch:problem:{name}")
    assert set(problem) == {"type", "title", "status", "detail", "instance"}
    assert said in problem["detail"]
    assert "/srv" not in answer.text
    assert str(error) in caplog.text


def test_what_nobody_foresaw_is_a_problem_that_gives_nothing_away(
    client: TestClient, archive: KindSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(archive, "ask", fails)
    answer = client.get("/v1/ask", params={"q": "tea"})
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "could not be read" in answer.json()["detail"]
    assert "secret" not in answer.text


def test_only_reading_is_offered(client: TestClient) -> None:
    answer = client.post("/v1/ask", params={"q": "tea"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["docs", "redoc", "nothing"])
def test_there_are_no_pages_beside_it(client: TestClient, path: str) -> None:
    answer = client.get(f"/v1/{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


# ---------------------------------------------------------------- alive, ready, described


def test_it_is_alive(client: TestClient) -> None:
    assert client.get("/v1/health").json() == {"status": "alive"}


def test_it_is_ready_when_it_can_answer(client: TestClient, archive: KindSearch) -> None:
    status = archive.status()
    assert client.get("/v1/ready").json() == {
        "generation": status.generation,
        "sessions": status.sessions,
        "documents": status.documents,
        "passages": status.passages,
    }


def test_it_is_alive_but_not_ready_without_its_index(small_archive: Callable[..., KindSearch]) -> None:
    archive = small_archive()
    app = create_app(archive)
    shutil.rmtree(archive.folder)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        ready = client.get("/v1/ready")
        assert (ready.status_code, ready.json()["type"]) == (503, "urn:kindsearch:problem:no-index")
        assert client.get("/v1/health").status_code == 200


def test_it_is_not_ready_without_its_model(small_archive: Callable[..., KindSearch]) -> None:
    class Vanishing(HashingEncoder):
        is_gone = False

        def encode(self, texts: Sequence[str]) -> Vectors:
            if self.is_gone:
                raise ModelNotFound("minilm", "no such folder")
            return super().encode(texts)

    encoder = Vanishing()
    with TestClient(create_app(small_archive(encoder=encoder)), base_url="http://127.0.0.1") as client:
        assert client.get("/v1/ready").status_code == 200
        encoder.is_gone = True
        assert client.get("/v1/ready").status_code == 503


def test_the_description_says_what_comes_back_and_loads_nothing(client: TestClient) -> None:
    described = client.get("/v1/openapi.json").json()
    assert described["servers"] == [{"url": "/v1"}]
    assert set(described["paths"]) == set(PATHS)
    hit = described["components"]["schemas"]["HitRecord"]
    found = client.get("/v1/search", params={"q": QUESTION, "k": 1}).json()["passages"][0]
    assert set(hit["properties"]) == set(hit["required"]) == set(found)
    assert hit["properties"]["source"]["description"]
    assert "http://" not in json.dumps(described)
    assert "https://" not in json.dumps(described)


PATHS = (
    "/ask", "/search", "/brief", "/counts", "/sessions", "/people", "/resources", "/passages/{passage_id}",
    "/passages/{passage_id}/pages/{page}.png", "/health", "/ready",
)  # fmt: skip


@pytest.fixture(scope="module")
def described(archive: KindSearch, model: Any) -> Any:
    """The description as schemathesis reads it, over the whole application, which it calls by a name of its own."""
    named = Settings(corpus=archive.settings.corpus, hosts=("testserver",))
    own = KindSearch.open(archive.folder, encoder=model, settings=named)
    return schemathesis.openapi.from_asgi("/v1/openapi.json", create_app(own))


# Which sessions and people an archive knows is in no description, nor which of two dates is the later one.
REFUSED_UNKNOWN = {"session", "without_session", "speaker", "person", "without_person", "since", "until"}
TAKING_SOMETHING = [path for path in PATHS if path in {"/ask", "/search", "/brief", "/counts"} or "{" in path]


@pytest.mark.parametrize(
    ("path", "mode"),
    [
        *((path, GenerationMode.POSITIVE) for path in PATHS),
        *((path, GenerationMode.NEGATIVE) for path in TAKING_SOMETHING),  # what the description does not allow
    ],
)
def test_whatever_is_sent_gets_what_the_description_promises(described: Any, path: str, mode: GenerationMode) -> None:
    """All checks of schemathesis: no 5xx, status, content type and body as described, bad requests refused."""

    @settings(max_examples=30, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=described[path]["GET"].as_strategy(generation_mode=mode))
    def keeps_the_promise(case: Any) -> None:
        may_be_unknown = path != "/counts" and REFUSED_UNKNOWN & set(case.query)
        case.call_and_validate(excluded_checks=[positive_data_acceptance] if may_be_unknown else None)

    keeps_the_promise()
