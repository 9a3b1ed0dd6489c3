"""The door for uploads: who may use it, what it takes, what it refuses, and what is left behind of that."""

from __future__ import annotations

import io
import json
import socket
import sys
import threading
import time
import tomllib
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import docx
import pytest
from bombs import PDFS, TEXTS, WORD_DOCUMENTS, Build
from listening import listening
from small_packs import pack_of
from starlette.testclient import TestClient

from kindsearch import KindSearch
from kindsearch.errors import BadRequest
from kindsearch.interfaces import serving
from kindsearch.interfaces.guarding.logins import line_of
from kindsearch.interfaces.web import create_app
from kindsearch.stores.locking import only_writer

Made = Callable[..., KindSearch]
SAMPLE = Path(__file__).parents[2] / "corpus" / "2023-06-listening-to-patients.pdf"
PLANTED = "swordfish-7f3a"
CAPTIONS = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nAnn Lee: A heron stands in the hospital pond at dawn.\n"
PACK = pack_of("Herons", "March 2025", ("Ann Lee", "A heron stands in the hospital pond at dawn."))
BOUNDARY = "cut-here-1d2f"


@pytest.fixture
def archive(small_archive: Made) -> KindSearch:
    return small_archive(uploads=True, uploads_per_minute=1_000, reader_seconds=2)


@pytest.fixture
def client(archive: KindSearch) -> Iterator[TestClient]:
    with TestClient(create_app(archive), base_url="http://127.0.0.1", raise_server_exceptions=False) as made:
        yield made


def form(data: bytes, name: bytes | str = b"herons.txt", **words: str) -> bytes:
    """A form as a browser sends it, or would never send it: the name goes in as it is."""
    raw = name.encode() if isinstance(name, str) else name
    head = (
        f"--{BOUNDARY}\r\n".encode() + b'Content-Disposition: form-data; name="file"; filename="' + raw + b'"\r\n\r\n'
    )
    fields = "".join(
        f'\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{text}'
        for field, text in words.items()
    )
    return head + data + fields.encode() + f"\r\n--{BOUNDARY}--\r\n".encode()


def send(client: TestClient, data: bytes | str, name: bytes | str = b"herons.txt", *, to: str = "/v1/uploads",
         headers: dict[str, str] | None = None, **words: str) -> Any:  # fmt: skip
    raw = data.encode() if isinstance(data, str) else data
    kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return client.post(to, content=form(raw, name, **words), headers={**kind, **(headers or {})})


def kept(archive: KindSearch) -> list[str]:
    """The files below the folder of uploads, but for its lock."""
    folder = archive.settings.corpus / "uploads"
    return sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.name != ".lock"
    )


def as_it_was(archive: KindSearch) -> tuple[Any, ...]:
    return archive.status(), archive.sessions(), archive.people()


# ---------------------------------------------------------------- switched on, or not


def test_there_is_no_door_unless_it_is_switched_on(small_archive: Made) -> None:
    archive = small_archive()
    assert not archive.settings.uploads
    with TestClient(create_app(archive), base_url="http://127.0.0.1") as client:
        for to in ("/upload", "/v1/uploads"):
            assert client.get(to).status_code == 404
            assert send(client, CAPTIONS, to=to).status_code == 404
        assert "/uploads" not in client.get("/v1/openapi.json").json()["paths"]
        assert 'href="/upload"' not in client.get("/status").text + client.get("/config").text
    assert kept(archive) == []
    assert not (archive.settings.corpus / "uploads").exists()


def test_where_it_is_switched_on_every_page_leads_there(client: TestClient) -> None:
    for page in ("/sessions", "/status", "/upload", "/people/nobody"):
        assert 'href="/upload"' in client.get(page).text
    assert "/upload" in client.get("/config").text
    assert "multipart/form-data" in json.dumps(client.get("/v1/openapi.json").json()["paths"]["/uploads"])


def test_nobody_uploads_from_another_machine_without_a_login(small_archive: Made, tmp_path: Path) -> None:
    users = tmp_path / "users.txt"
    users.write_text(line_of("ann", "sesame"), encoding="utf-8")
    with pytest.raises(BadRequest, match="could read the archive and add to it"):
        serving.check_host("0.0.0.0", small_archive(uploads=True).settings)
    archive = small_archive(uploads=True, users=users)
    serving.check_host("0.0.0.0", archive.settings)
    with TestClient(create_app(archive), base_url="http://127.0.0.1") as client:
        for to in ("/upload", "/v1/uploads"):
            assert send(client, CAPTIONS, to=to).status_code == 401
        assert client.get("/upload").status_code == 401
        assert kept(archive) == []
        client.auth = ("ann", "sesame")
        assert send(client, CAPTIONS).status_code == 200


@pytest.mark.parametrize("to", ["/upload", "/v1/uploads"])
@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
     {"Origin": "null"}, {"Sec-Fetch-Site": "same-site"}],
)  # fmt: skip
def test_no_other_page_sends_a_file(client: TestClient, archive: KindSearch, to: str, headers: dict[str, str]) -> None:
    assert send(client, CAPTIONS, to=to, headers=headers).status_code == 403
    assert kept(archive) == []


# ---------------------------------------------------------------- what is taken


def test_a_pack_is_found_without_a_restart_and_stays_after_the_next_ingest(
    client: TestClient, archive: KindSearch
) -> None:
    data = SAMPLE.read_bytes()
    digest = sha256(data).hexdigest()
    taken = send(client, data, "whatever.bin").json()
    assert taken["sha256"] == digest
    assert taken["session"] == {
        "id": "2023-06-listening-to-patients", "title": "Listening to patients", "date": "2023-06"
    }  # fmt: skip
    assert taken["passages"] > 10
    assert not taken["was_there"]
    assert kept(archive) == [f"{digest}/{digest}.pdf"]
    found = client.get("/v1/search?q=who is a quiet patient?").json()["passages"]
    assert any(hit["session"]["id"] == "2023-06-listening-to-patients" for hit in found)
    report = archive.ingest()
    assert (report.added, report.removed, report.failed) == ((), (), ())
    assert client.get("/sessions/2023-06-listening-to-patients").status_code == 200
    again = send(client, data, "another.pdf").json()
    assert again == {**taken, "was_there": True}
    assert kept(archive) == [f"{digest}/{digest}.pdf"]
    assert not archive.ingest().changed_something
    assert client.get("/sessions/2023-06-listening-to-patients/cover.png").status_code == 200


def test_what_the_corpus_holds_elsewhere_is_not_kept_twice(client: TestClient, archive: KindSearch) -> None:
    before = as_it_was(archive)
    answer = send(client, (archive.settings.corpus / "2024-01-18-tea.md").read_bytes(), "copy.md").json()
    assert (answer["was_there"], answer["session"]["title"]) == (True, "Tea on the ward")
    assert kept(archive) == []
    assert as_it_was(archive) == before


def word_document() -> bytes:
    made, out = docx.Document(), io.BytesIO()
    made.add_heading("Herons in the pond", 1)
    made.add_paragraph("March 2025")
    made.add_heading("Words", 1)
    made.add_paragraph("A heron stands in the hospital pond at dawn.")
    made.save(out)
    return out.getvalue()


CHAT = (
    "18:00:31 From Ann Lee to Everyone:\n\tA heron stands in the pond\n"
    "18:00:40 From Bo to Ann Lee (Direct Message):\n\tSECRET\n"
)
RECOGNISED = {  # what is sent under which name -> how it ends on the disk
    "captions.pdf": (CAPTIONS.encode(), ".txt"),
    "pack.vtt": (PACK.encode(), ".txt"),
    "pack.docx": (PACK.encode(), ".txt"),
    "chat.exe": (CHAT.encode(), ".txt"),
    "word.html": (word_document(), ".docx"),
    "pdf.png": (SAMPLE.read_bytes(), ".pdf"),
}  # fmt: skip


@pytest.mark.parametrize("name", RECOGNISED)
def test_content_says_what_a_file_is_and_its_name_does_not(client: TestClient, archive: KindSearch, name: str) -> None:
    data, suffix = RECOGNISED[name]
    digest = sha256(data).hexdigest()
    answer = send(client, data, name)
    assert answer.status_code == 200, answer.json()
    assert answer.json()["passages"] >= 1
    assert f"{digest}/{digest}{suffix}" in kept(archive)
    assert "SECRET" not in "".join(hit.passage.text for hit in archive.search("secret heron", 100))


def test_title_and_date_reach_the_session(client: TestClient, archive: KindSearch) -> None:
    answer = send(client, CAPTIONS, title='Birds \u202e "and"\n ponds\\', date="2025-3").json()
    assert answer["session"] == {"id": "2025-03-birds-and-ponds", "title": 'Birds "and" ponds\\', "date": "2025-03"}
    (session,) = [one for one in archive.sessions() if one.session.id == "2025-03-birds-and-ponds"]
    assert session.passages == 1


def test_a_transcript_joins_the_session_that_it_is_said_to_be_of(client: TestClient, archive: KindSearch) -> None:
    answer = send(client, CAPTIONS, title="Tea on the ward", date="2024-01-18").json()
    assert answer["session"]["id"] == "2024-01-18-tea-on-the-ward"
    assert len(archive.browsing.session("2024-01-18-tea-on-the-ward").files) == 2  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "title", "date"),
    [("2024-05-05 Tea time.vtt", "Tea time", "2024-05-05"), ("C:\\Users\\ann\\Pond birds.txt", "Pond birds", None),
     ("GMT20240118-180322_Recording.vtt", "Tea on the ward", "2024-01-18"),  # the one session of that day
     ("", "Upload ", None), ("...", "Upload ", None)],
)  # fmt: skip
def test_the_name_of_a_file_says_what_the_file_does_not(
    client: TestClient, name: str, title: str, date: str | None
) -> None:
    session = send(client, CAPTIONS.replace("pond", "lake"), name).json()["session"]
    assert session["title"].startswith(title)
    assert session["date"] == date
    if not name.strip("."):
        other = send(client, CAPTIONS, name).json()["session"]
        assert other["id"] != session["id"]  # of two files of which nothing is known none knows whether they are one


@pytest.mark.parametrize(
    ("words", "field"),
    [({"date": "yesterday"}, "date"), ({"date": "2024-13"}, "date"), ({"date": "1/2/2024"}, "date"),
     ({"date": "2024-06-31"}, "date"), ({"title": "a" * 201}, "title")],
)  # fmt: skip
def test_a_title_or_date_that_is_none_is_refused(
    client: TestClient, archive: KindSearch, words: dict[str, str], field: str
) -> None:
    refused = send(client, CAPTIONS, **words)
    assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert kept(archive) == []


# ---------------------------------------------------------------- names

NAMES = [
    "../../secret.txt", "../secret.txt", "..", ".", "/etc/passwd", "//etc/passwd", "/", "\\", "..\\..\\secret.txt",
    "C:\\secret.txt", "\\\\elsewhere.example\\share\\x", "..%2fsecret.txt", "%2e%2e%2fsecret.txt", "..%5csecret.txt",
    "%252e%252e%252fsecret.txt", "..%c0%afsecret.txt", "a/../../secret.txt", "....//secret.txt", "..;/secret.txt",
    "~/secret.txt", "~root", "$HOME/x", "`id`", "$(id)", "; rm -rf /", "| cat", "file:///etc/passwd", "CON", "NUL.txt",
    "aux.pdf", "COM1", "-rf", "--help", ".htaccess", ".lock", ".incoming/x", ".kindsearchignore", "session.toml",
    "people.toml", "x.toml", "a\u202efdp.exe", "\u200b", "a" * 3_000, "ö" * 300, "．．/secret.txt", "a:b", "*?<>|",
    "x ", "a\tb", "{{7*7}}", "<script>x</script>.pdf", "a.pdf;.txt",
]  # fmt: skip
RAW = [b"a\0b.txt", b"\xff\xfe\xfd", b"a\x1b[31m.txt", b"\x7f\x80", b"\xed\xa0\x80.txt"]


def test_no_name_leads_out_of_the_folder(
    client: TestClient, archive: KindSearch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [*(name.encode() for name in NAMES), *RAW]
    assert len(set(names)) >= 40
    (tmp_path / "secret.txt").write_text(PLANTED, encoding="utf-8")
    monkeypatch.setattr("kindsearch.uploading.PATIENCE_SECONDS", 0)
    folder, before = archive.settings.corpus / "uploads", files_in(tmp_path)
    hashes = dict[str, bytes]()
    with only_writer(archive.folder):  # they are ingested together at the end, which is faster
        for number, name in enumerate(names):
            data = CAPTIONS.replace("dawn", f"dawn number {number}").encode()
            hashes[sha256(data).hexdigest()] = name
            answer = send(client, data, name)
            assert answer.status_code == 202, (name, answer.text)
            assert PLANTED not in answer.text
    own = {folder / digest / f"{digest}{suffix}" for digest in hashes for suffix in (".txt", ".toml")}
    escapes = files_in(tmp_path) - before - own - {folder / ".lock"}
    assert escapes == set()
    assert {path.name for path in folder.iterdir()} == {".lock", *hashes}
    for notes in folder.glob("*/*.toml"):
        assert set(tomllib.loads(notes.read_text(encoding="utf-8"))) <= {"title", "date"}
    report = archive.ingest()
    assert (len(report.added), report.failed) == (len(names), ())
    assert (tmp_path / "secret.txt").read_text(encoding="utf-8") == PLANTED
    titles = {one.session.title for one in archive.sessions()}
    assert not [title for title in titles if set("/\\<\u202e\u200b\x1b\0") & set(title)]


def files_in(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file() and "index" not in path.parts}


def test_a_hostile_title_is_a_title_and_no_markup(client: TestClient) -> None:
    hostile = "<script>top.harm(0)</script><img src=x onerror=top.harm(1)>"
    page = send(client, CAPTIONS, "<img src=x onerror=top.harm(2)>.vtt", to="/upload", title=hostile)
    session = next(one for one in client.get("/v1/sessions").json() if one["title"] == hostile)
    pages = [page.text, *(client.get(path).text for path in ("/sessions", f"/sessions/{session['id']}", "/status"))]
    for text in pages:
        assert "<script>top" not in text
        assert "<img src=x" not in text
    assert "&lt;script&gt;top.harm(0)&lt;/script&gt;" in pages[0]


# ---------------------------------------------------------------- what is refused

WRONG = {
    "exe": b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200),
    "html": b"<!doctype html><html><body><script>alert(1)</script></body></html>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>',
    "zip": b"PK\x03\x04" + bytes(60),
    "polyglot named .pdf": b"GIF89a" + bytes(2_000) + b"%PDF-1.7\n",
    "html that begins a pdf": b"<html>%PDF-1.7\n<script>alert(1)</script></html>",
    "png": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "elf": b"\x7fELF" + bytes(100),
    "empty": b"",
    "blank": b" \n" * 50,
    "toml": b'title = "x"\n',
    "shell": b"#!/bin/sh\nrm -rf /\n",
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_no_reader_knows_is_not_kept(client: TestClient, archive: KindSearch, kind: str) -> None:
    before = as_it_was(archive)
    for to in ("/v1/uploads", "/upload"):
        refused = send(client, WRONG[kind], "pack.pdf", to=to)
        assert refused.status_code == 422
    assert refused.headers["x-request-id"] in refused.text
    assert "The file was not taken: " in refused.text
    assert str(archive.settings.corpus) not in refused.text
    assert kept(archive) == []
    assert as_it_was(archive) == before


BOMBS: dict[str, Build] = {
    name: (PDFS | WORD_DOCUMENTS | TEXTS)[name]
    for name in (
        "flate_in_flate", "forms_calling_forms", "page_tree_loop", "zip_that_lies", "encrypted_by_nobody",
        "zip_of_gigabytes", "billion_laughs", "million_cues",
    )
}  # fmt: skip


def test_a_bomb_is_refused_in_a_sentence_and_the_next_file_is_taken(
    client: TestClient, archive: KindSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith(("pypdf", "pypdfium2"))]:  # other tests may use them
        monkeypatch.delitem(sys.modules, name)
    before = as_it_was(archive)
    for name, build in BOMBS.items():
        refused = send(client, build(), f"{name}.pdf")
        assert refused.status_code == 422, name
        assert refused.json()["type"] == "urn:kindsearch:problem:upload-refused"
        assert refused.json()["detail"].startswith("The file was not taken: ")
        assert kept(archive) == [], name
    assert as_it_was(archive) == before
    assert send(client, CAPTIONS).json()["passages"] == 1
    assert not [name for name in sys.modules if name.startswith(("pypdf", "pypdfium2"))]


def test_a_file_with_a_password_is_asked_for_without_one(client: TestClient, tmp_path: Path) -> None:
    import pypdf

    writer = pypdf.PdfWriter(SAMPLE)
    writer.encrypt("sesame", algorithm="AES-256")
    writer.write(tmp_path / "locked.pdf")
    refused = send(client, (tmp_path / "locked.pdf").read_bytes()).json()
    assert refused["detail"] == "The file was not taken: it opens with a password only; send a copy without one."


MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
NO_FORMS = {  # what is sent, as which kind
    "nothing": (b"", MULTIPART),
    "text": (b"abc", "text/plain"),
    "fields of an address": (b"file=abc", "application/x-www-form-urlencoded"),
    "cut off": (form(CAPTIONS.encode())[:-40], MULTIPART),
    "no boundary": (b"abc", "multipart/form-data"),
    "another boundary": (form(CAPTIONS.encode()), "multipart/form-data; boundary=another"),
    "no file chosen": (form(b"", b""), MULTIPART),
    "a file as the title": (form(CAPTIONS.encode()).replace(b'name="file"', b'name="title"'), MULTIPART),
    "a field too many": (form(CAPTIONS.encode(), title="x", date="", more="y"), MULTIPART),
    "a file too many": (form(CAPTIONS.encode())[: -len(BOUNDARY) - 6] + form(CAPTIONS.encode()), MULTIPART),
    "a title without measure": (form(CAPTIONS.encode(), title="x" * 20_000), MULTIPART),
    "a name without measure": (form(CAPTIONS.encode(), "x" * 200_000), MULTIPART),
}


@pytest.mark.filterwarnings("ignore:.*SpooledTemporaryFile")  # Starlette leaves that of a form cut off to be collected
@pytest.mark.parametrize("to", ["/upload", "/v1/uploads"])
def test_what_is_no_form_with_one_file_is_refused_and_keeps_nobody_out(small_archive: Made, to: str) -> None:
    archive = small_archive(uploads=True, uploads_at_once=1, uploads_per_minute=100)
    with TestClient(create_app(archive), base_url="http://127.0.0.1") as client:
        for kind, (content, media) in NO_FORMS.items():
            refused = client.post(to, content=content, headers={"Content-Type": media})
            assert refused.status_code in {400, 422}, kind
            assert kept(archive) == [], kind
        assert send(client, CAPTIONS, to=to).status_code == 200


# ---------------------------------------------------------------- what goes past a limit


@pytest.fixture
def address(small_archive: Made) -> Iterator[tuple[KindSearch, tuple[str, int]]]:
    archive = small_archive(uploads=True, upload_mb=1)
    with listening(serving.configured(create_app(archive), archive.settings)) as found:
        yield archive, found


HEAD = f"POST /v1/uploads HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n"


def answer_to(address: tuple[str, int], *parts: bytes) -> bytes:
    """What a server answers to a client that sends these parts, and then waits."""
    with socket.create_connection(address, timeout=20) as connection:
        try:
            for part in parts:
                connection.sendall(part)
        except OSError:  # it has answered, and does not want more
            pass
        return connection.recv(2**16)


def test_a_length_that_is_a_lie_is_not_believed(address: tuple[KindSearch, tuple[str, int]]) -> None:
    archive, server = address
    huge = HEAD + f"Content-Length: {'9' * 30}\r\n\r\n"
    assert answer_to(server, huge.encode(), b"x").startswith((b"HTTP/1.1 413", b"HTTP/1.1 400"))
    large = HEAD + f"Content-Length: {2**30}\r\n\r\n"
    assert answer_to(server, large.encode()).startswith(b"HTTP/1.1 413")
    assert kept(archive) == []


def test_a_body_without_an_end_is_cut_at_the_limit(address: tuple[KindSearch, tuple[str, int]]) -> None:
    archive, server = address
    chunked = HEAD + "Transfer-Encoding: chunked\r\n\r\n"
    begin = form(b"")[: form(b"").index(b"\r\n\r\n") + 4]
    parts = [begin, *[b"x" * 2**16] * 4_000]
    answer = answer_to(server, chunked.encode(), *(b"%x\r\n%s\r\n" % (len(part), part) for part in parts))
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"larger than 1 MB" in answer
    assert kept(archive) == []


def test_who_goes_away_keeps_nobody_out(small_archive: Made) -> None:
    archive = small_archive(uploads=True, uploads_at_once=1)
    whole = form(CAPTIONS.encode())
    head = (HEAD + f"Content-Length: {len(whole)}\r\n").encode()
    with listening(serving.configured(create_app(archive), archive.settings)) as server:
        with socket.create_connection(server, timeout=20) as connection:
            connection.sendall(head + b"Expect: 100-continue\r\n\r\n" + whole[:100])
            assert connection.recv(2**16).startswith(b"HTTP/1.1 100")
        until = time.monotonic() + 20
        while (answer := answer_to(server, head + b"\r\n" + whole)).startswith(b"HTTP/1.1 503"):
            assert time.monotonic() < until
    assert answer.startswith(b"HTTP/1.1 200")


def test_several_at_once_do_not_go_past_the_quota_together(small_archive: Made) -> None:
    archive, statuses = small_archive(uploads=True, uploads_mb=1), list[int]()
    padding = "<!-- kindsearch: skip -->\n" + "x" * 300_000
    files = [PACK.replace("Herons", f"Herons {letter}") + padding for letter in "abcd"]
    with TestClient(create_app(archive), base_url="http://127.0.0.1") as client:
        sending = [
            threading.Thread(target=lambda d=data: statuses.append(send(client, d).status_code)) for data in files
        ]
        for thread in sending:
            thread.start()
        for thread in sending:
            thread.join()
    assert sorted(statuses) == [200, 200, 200, 507]
    assert len(kept(archive)) == 3


# ---------------------------------------------------------------- while others write


def test_where_another_process_writes_the_file_is_kept_for_the_next_ingest(
    client: TestClient, archive: KindSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kindsearch.uploading.PATIENCE_SECONDS", 0.3)
    with only_writer(archive.folder):
        answer = send(client, CAPTIONS, title="Herons")
        page = send(client, CAPTIONS.replace("dawn", "dusk"), title="Herons", to="/upload")
    assert answer.status_code == page.status_code == 202
    assert (answer.json()["session"], answer.json()["passages"]) == (None, None)
    assert "is kept" in page.text
    assert len(kept(archive)) == 4
    assert len(archive.ingest().added) == 2
    assert send(client, CAPTIONS).json()["was_there"]


def test_a_reading_that_takes_too_long_for_an_answer_goes_on(
    small_archive: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, released = small_archive(uploads=True, answer_seconds=1), threading.Event()
    ingest = archive.ingest
    monkeypatch.setattr(archive, "ingest", lambda *paths: (released.wait(30), ingest(*paths))[1])
    with TestClient(create_app(archive), base_url="http://127.0.0.1") as client:
        answer = send(client, CAPTIONS)
        assert (answer.status_code, answer.json()["sha256"]) == (202, None)
        assert client.get("/v1/health").status_code == 200
        released.set()
        assert send(client, CAPTIONS).json()["was_there"]  # it waited until the first was through


def test_others_are_answered_while_a_file_is_read(small_archive: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    archive, released, begun = small_archive(uploads=True), threading.Event(), threading.Event()
    ingest = archive.ingest
    monkeypatch.setattr(archive, "ingest", lambda *paths: (begun.set(), released.wait(30), ingest(*paths))[2])
    with TestClient(create_app(archive), base_url="http://127.0.0.1") as client:
        sending = threading.Thread(target=send, args=(client, CAPTIONS))
        sending.start()
        assert begun.wait(30)
        assert client.get("/v1/ask?q=does tea help?").json()["answered"]
        released.set()
        sending.join()
    assert archive.search("heron")[0].passage.text.startswith("A heron")
