"""The pages for looking through the archive, as a browser gets them: over small archives, without a browser."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from kindsearch import KindSearch
from kindsearch.interfaces.web import browse, create_app, rendering
from kindsearch.interfaces.web.browse import address_of, in_years, paged, reason_of, years_shown
from kindsearch.interfaces.web.view import View
from kindsearch.interfaces.web.walls import Walls
from kindsearch.stores.holdings import LeftOut

Make = Callable[..., KindSearch]
Pack = Callable[..., str]
Get = Callable[..., str]

PAGES = ("/sessions", "/people", "/resources", "/topics", "/status")
READING = """\
# Reading on the ward

March 2024

# Reflections from the chat

**Ann Lee** I read aloud at dusk.

**Ann** Me too.

# Further resources

- [Reading aloud](https://aloud.example/how) - how to begin
- [Trap](javascript:alert(1)) - do not press
- The Long Shift, a novel about a night ward
"""
CHAT = """\
18:00:31 From Bo/Ek? <b>#1</b> to Everyone:
\tWhere is the tea list?
18:01:12 From Ann to Everyone:
\tLook at https://tea.example/one
"""
NOTES = """\
title = "Tea & <i>biscuits</i>"
date = "2023-04"
start = 18:00:00
note = "Made up, <u>all</u> of it."
video = "https://video.example/tea"
speakers = ["Cy Dee", { name = "Di <s>Ember</s>", role = "nurse & poet" }]
"""


@pytest.fixture
def archive(small_archive: Make) -> KindSearch:
    return small_archive({"2024-03-reading.md": READING, "tea/chat.txt": CHAT, "tea/session.toml": NOTES})


def client_of(archive: KindSearch) -> TestClient:
    """The plain pages, behind their walls, without Gradio's."""
    app = FastAPI()
    rendering.tell(app)
    app.include_router(browse.routes(archive))
    app.add_middleware(Walls, uploads=False)
    return TestClient(app)


@pytest.fixture
def get(archive: KindSearch) -> Get:
    """The HTML of a page of ours, which must have this status."""
    client = client_of(archive)

    def ask(path: str, status: int = 200) -> str:
        response = client.get(path)
        assert response.status_code == status, path
        assert response.headers["content-type"].startswith("text/html")
        assert "'unsafe-eval'" not in response.headers["content-security-policy"]
        return response.text

    return ask


def texts(markup: str) -> str:
    """What a page says, on one line."""
    body = markup.split("<main", 1)[1]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


def links(markup: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(r'href="([^"]*)"', markup.split("<main", 1)[1])]


# ---------------------------------------------------------------- every page


@pytest.mark.parametrize("path", PAGES)
def test_every_page_stands_in_the_frame_and_says_where_it_is(get: Get, path: str) -> None:
    page = get(path)
    assert f'<a href="{path}" aria-current="page">' in page
    assert page.count("<h1>") == 1
    assert "To the content" in page


@pytest.mark.parametrize("path", PAGES)
def test_an_empty_archive_says_what_will_stand_here_and_what_to_do(small_archive: Make, path: str) -> None:
    client = client_of(small_archive({}))
    page = client.get(path)
    assert page.status_code == 200
    assert "Nothing here yet" in page.text
    assert "kindsearch ingest" in page.text


def test_every_link_of_ours_leads_somewhere(get: Get, archive: KindSearch) -> None:
    seen, left = set[str](), list(PAGES)
    while left:
        path = left.pop()
        seen.add(path)
        for link in links(get(path)):
            assert link.startswith(("/", "#", "https://")), link
            is_ours = link.startswith(PAGES)
            left += [link] if is_ours and link not in seen and link not in left else []
    people, sessions = archive.people(), archive.sessions()
    assert len([path for path in seen if path.startswith("/people/")]) == len(people) == 3
    assert len([path for path in seen if path.startswith("/sessions/")]) == len(sessions) == 2


@pytest.mark.parametrize("path", ["/sessions/nowhere", "/people/Nobody", "/people/a/b", "/sessions/nowhere/cover.png"])
def test_what_is_not_there_is_said_on_a_page(get: Get, path: str) -> None:
    page = get(path, 404)
    assert 'aria-current="page"' in page
    assert "No such" in page or "No picture" in page


@pytest.mark.parametrize(
    "path", ["/sessions/a/b/c", "/sessions/", "/topics/x", "/status/x", "/resources/1/2", "/prepare/x", "/prepare/"]
)
def test_addresses_that_no_page_has_are_not_found_and_that_is_said_on_a_page(archive: KindSearch, path: str) -> None:
    with TestClient(create_app(archive), base_url="http://127.0.0.1") as client:
        answer = client.get(path)
    page = answer.text
    assert (answer.status_code, page.startswith("<!doctype html>")) == (404, True)
    assert "Look whether the address is right." in page
    assert f'href="/{path.split("/")[1]}" aria-current="page"' in page


@pytest.mark.parametrize("query", ["page=x", "page=-1", "page=999999999999", "page=0", "page=2", "q=" + "a" * 5000])
@pytest.mark.parametrize("path", ["/people", "/resources", "/status", "/people/Ann%20Lee"])
def test_nonsense_in_an_address_is_no_error(get: Get, path: str, query: str) -> None:
    get(f"{path}?{query}")


def test_nothing_of_a_document_becomes_markup(get: Get, archive: KindSearch) -> None:
    (session,) = [one.session for one in archive.sessions() if one.session.title.startswith("Tea")]
    (person,) = [one for one in archive.people() if one.name.startswith("Bo/Ek")]
    paths = [*PAGES, f"/sessions/{session.id}", f"/people/{rendering.segment(person.id)}"]
    for path in paths:
        page = get(path)
        for tag in ("<i>", "<u>", "<s>", "<b>"):
            assert tag not in page, (path, tag)
        assert not [link for link in links(page) if link.lower().startswith("javascript")]
        assert "<script>" not in page
    assert "Tea & <i>biscuits</i>" in texts(get("/sessions"))


# ---------------------------------------------------------------- sessions


def test_a_card_says_what_there_is_of_a_session(get: Get) -> None:
    page = get("/sessions")
    said = texts(page)
    for words in (
        "2024 1 2023 1", "Reading on the ward March 2024", "April 2023", "Made up, <u>all</u> of it.", "Cy Dee",
        "Di <s>Ember</s> , nurse & poet", "Chat 1 min", "Session pack text", "Recording video.example", "With Ann Lee",
    ):  # fmt: skip
        assert words in said, words
    assert said.index("Reading on the ward") < said.index("Tea &")
    assert '<a href="https://video.example/tea" rel="noopener noreferrer" target="_blank">' in page
    assert "cover.png" not in page  # neither has pages
    assert "<strong>2024</strong>" in page


def test_a_session_shows_its_passages_in_order_and_leads_to_the_others_pages(get: Get, archive: KindSearch) -> None:
    session_id = archive.sessions()[0].session.id
    page = get(f"/sessions/{session_id}")
    said = texts(page)
    order = ["I read aloud at dusk.", "Me too.", "Reading aloud - how to begin", "The Long Shift"]
    assert sorted(order, key=said.index) == order
    assert f"/?session={session_id}" in links(page)
    assert f"/prepare?session={session_id}" in links(page)
    assert "https://aloud.example/how" in links(page)
    for summary in archive.people():
        if session_id in summary.sessions:
            assert f"/people/{rendering.segment(summary.id)}" in links(page)
    passages = re.findall(r'<button type="button" class="ks-chip ks-open" data-passage="([0-9a-f]+)"', page)
    assert passages
    assert all(archive.passage(passage) for passage in passages)


def test_only_the_first_sections_of_its_own_are_open(get: Get, archive: KindSearch) -> None:
    page = get(f"/sessions/{archive.sessions()[0].session.id}")
    parts = re.findall(r'<details class="ks-part"( open)?>\s*<summary>(.*?) <span', page)
    assert parts == [
        ("", "Reading on the ward"),
        (" open", "Reflections from the chat"),
        (" open", "Further resources"),
    ]


def test_a_session_without_pages_has_no_cover(archive: KindSearch, get: Get) -> None:
    for summary in archive.sessions():
        assert "No picture" in get(f"/sessions/{summary.session.id}/cover.png", 404)


def session_of(year: int | None) -> SimpleNamespace:
    return SimpleNamespace(session=SimpleNamespace(date=SimpleNamespace(year=year) if year else None))


def test_years_are_whole_and_only_as_many_as_fit() -> None:
    sessions = [session_of(year) for year in (*[2024] * 30, *[2023] * 18, *[2022] * 5, None)]
    years = in_years(sessions)  # type: ignore[arg-type]
    assert [(year, len(those)) for year, those in years] == [
        ("2024", 30),
        ("2023", 18),
        ("2022", 5),
        ("Without a date", 1),
    ]
    assert [year for year, _ in years_shown(years, None)] == ["2024", "2023"]
    assert [year for year, _ in years_shown(years, "2022")] == ["2022"]
    assert [year for year, _ in years_shown(years, "1066")] == ["2024", "2023"]
    crowded = in_years([session_of(2024)] * 500)  # type: ignore[list-item]
    assert [len(those) for _, those in years_shown(crowded, None)] == [500]
    assert years_shown([], None) == []


def test_other_years_are_a_link_away(small_archive: Make, pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browse, "SESSIONS_A_PAGE", 1)
    packs = {f"{year}.md": pack(f"In {year}", f"May {year}", ("Bo Ek", f"We met in {year}.")) for year in (2022, 2023)}
    packs["undated.md"] = pack("Some day", "", ("Bo Ek", "We met some day."))
    client = client_of(small_archive(packs))
    newest = client.get("/sessions").text
    assert "In 2023" in newest
    assert "In 2022" not in newest
    assert {"/sessions?year=2022", "/sessions?year=Without+a+date"} <= set(links(newest))
    assert "In 2022" in client.get("/sessions?year=2022").text
    undated = client.get("/sessions?year=Without+a+date").text
    assert "Some day" in undated
    assert "/sessions" in links(undated)


# ---------------------------------------------------------------- people


def test_two_of_one_first_name_are_two_and_can_be_told_apart(small_archive: Make, pack: Pack) -> None:
    archive = small_archive({
        "tea.md": pack("Tea", "May 2024", ("Ann", "Tea for me.")),
        "rose.md": pack("Rose", "June 2024", ("Ann", "A rose for me.")),
    })  # fmt: skip
    client = client_of(archive)
    page = client.get("/people").text
    assert "nothing shows that it is one person" in texts(page)
    assert "Ann 1 session, 1 passage · Rose (June 2024)" in texts(page)
    assert "Ann 1 session, 1 passage · Tea (May 2024)" in texts(page)
    there, here = (link for link in links(page) if link.startswith("/people/"))
    assert "A rose for me." in client.get(here).text
    assert "Tea for me." not in client.get(here).text
    assert "Tea for me." in client.get(there).text
    assert there in links(client.get(here).text)  # each names the other, and says that they are not one
    (ask,) = [link for link in links(client.get(here).text) if link.startswith("/?person=")]
    (hit,) = archive.search("for me", where=View.parse(ask).where)
    assert hit.passage.text == "A rose for me."


def test_names_that_stand_once_are_not_explained(small_archive: Make, pack: Pack) -> None:
    archive = small_archive({"tea.md": pack("Tea", "May 2024", ("Ann", "Tea for me."))})
    assert "nothing shows" not in texts(client_of(archive).get("/people").text)


def test_a_person_is_found_by_any_part_of_her_names(small_archive: Make, pack: Pack) -> None:
    said = [("Dr Göran Öst", "Good evening, everybody here."), ("Bo Ek", "Good evening to you as well.")]
    client = client_of(small_archive({"tea.md": pack("Tea", "May 2024", *said)}))
    for words in ("goran", "ÖST", "dr ost", "g"):
        found = texts(client.get("/people", params={"q": words}).text)
        assert "Dr Göran Öst" in found
        assert "Bo Ek" not in found
    nobody = client.get("/people", params={"q": '"><b>x'}).text
    assert "Nobody is written so" in nobody
    assert 'value="&#34;&gt;&lt;b&gt;x"' in nobody


def test_a_name_with_odd_characters_has_a_page(get: Get, archive: KindSearch) -> None:
    (person,) = [one for one in archive.people() if one.name.startswith("Bo/Ek")]
    (link,) = [one for one in links(get("/people")) if one.startswith("/people/Bo")]
    assert "/" not in link.removeprefix("/people/")
    page = get(link)
    assert f"<h1>{html.escape(person.name)}</h1>" in page
    assert "Where is the tea list?" in page


def test_her_page_quotes_her_and_names_her_other_spellings(small_archive: Make, pack: Pack) -> None:
    said = [("Dr Ann Lee", "Good evening, everybody here."), ("Ann", "And good night, dear colleagues.")]
    archive = small_archive({"tea.md": pack("Tea", "May 2024", *said)})
    page = client_of(archive).get("/people/Dr%20Ann%20Lee").text
    assert "2 passages in 1 session. Also written Ann." in texts(page)
    assert "And good night, dear colleagues. as Ann" in texts(page)
    assert "/?person=Dr+Ann+Lee" in links(page)
    assert len(re.findall(r'class="ks-chip ks-open" data-passage="[0-9a-f]+" data-quote="\d+-\d+"', page)) == 2


def test_a_long_list_comes_in_parts(small_archive: Make, pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browse, "PEOPLE_A_PAGE", 2)
    monkeypatch.setattr(browse, "SESSIONS_OF_PERSON", 1)
    said = [(f"{name} Lee", f"{name} says good evening to everybody.") for name in ("Ann", "Bea", "Cal")]
    packs = {
        "tea.md": pack("Tea", "May 2024", *said),
        "rose.md": pack("Rose", "June 2024", ("Ann Lee", "Roses grow by themselves.")),
    }
    client = client_of(small_archive(packs))
    first, second = client.get("/people?q=lee").text, client.get("/people?q=lee&page=2").text
    assert ("Bea Lee" in first, "Cal Lee" in first, "Cal Lee" in second) == (True, False, True)
    assert "/people?q=lee&page=2" in links(first)
    assert "Part 2 of 2" in texts(second)
    assert "Roses grow" in client.get("/people/Ann%20Lee").text
    assert "Ann says good evening" in client.get("/people/Ann%20Lee?page=2").text


def test_pages_of_a_list() -> None:
    assert [paged(range(5), number, 2).items for number in (1, 3, 9)] == [range(2), range(4, 5), range(4, 5)]


# ---------------------------------------------------------------- resources


def test_the_table_says_what_by_whom_when_and_in_answer_to_what(get: Get) -> None:
    page = get("/resources")
    said = texts(page)
    assert "3 resources" not in said
    assert "4 resources" in said
    assert (
        "Reading aloud - how to begin aloud.example the pack March 2024 Reading on the ward Further resources" in said
    )
    assert "Look at https://tea.example/one tea.example Ann April 2023" in said
    assert "after “Where is the tea list?”" in said
    assert '<a href="https://aloud.example/how" rel="noopener noreferrer" target="_blank">aloud.example</a>' in page


def test_a_link_that_is_no_web_address_is_words_only(get: Get) -> None:
    page = get("/resources?q=trap")
    assert "do not press" in texts(page)
    assert not [link for link in links(page) if "alert" in link]


def test_the_search_keeps_what_has_all_words(get: Get) -> None:
    assert "1 resource with “tea list”" in texts(get("/resources?q=tea+list"))
    nothing = get("/resources?q=nothing+such")
    assert "all of these words" in nothing
    assert "/?q=nothing+such" in links(nothing)


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("https://nhs.uk@evil.example/", "evil.example"),
        ("http://www.books.example:8080/a", "books.example"),
        ("HTTPS://Books.example", "books.example"),
        ("ftp://books.example/a", None),
        ("javascript:alert(1)", None),
        ("//books.example", None),
        ("https://", None),
        ("https://[::1", None),
        ("https://a b.example", None),
        (None, None),
    ],
)
def test_only_web_addresses_are_links_and_their_host_is_shown(link: str | None, host: str | None) -> None:
    found = address_of(link)
    assert (found.host if found else None) == host


# ---------------------------------------------------------------- topics and status


def test_a_topic_leads_to_what_was_said_on_it(small_archive: Make, pack: Pack) -> None:
    tea = "calms us at dusk|is cheap|is for porters|wants milk, some say|warms cold hands"
    rain = "falls on roofs all night|makes rivers out of roads|ends summers early|sings in gutters|waits for nobody"
    archive = small_archive({
        "tea.md": pack("Evening", "May 2024", *(("Ann Lee", f"Green tea {line}.") for line in tea.split("|"))),
        "rain.md": pack("Morning", "June 2024", *(("Ann Lee", f"Rain {line}.") for line in rain.split("|"))),
    })  # fmt: skip
    page = client_of(archive).get("/topics").text
    assert "/prepare?topic=Green+tea" in links(page)
    assert "/?q=Green+tea" in links(page)
    said = texts(page)
    assert "May 2024 June 2024 Morning Rain ask about Rain 0 of 5 5 of 5" in said
    assert "Evening Green tea ask about Green tea 5 of 5 0 of 5" in said


def test_the_status_says_what_is_held_and_what_was_left_out(archive: KindSearch, get: Get) -> None:
    (archive.settings.corpus / "broken <b>.md").write_text("", encoding="utf-8")
    archive.ingest()
    page = get("/status")
    said = texts(page)
    assert "2 sessions, 2 files" in said
    assert "1 file could not be read" in said
    assert "broken <b>.md the file is empty" in said
    assert "tea/chat.txt Chat, 1 min Tea & <i>biscuits</i>" in said
    assert "hashing" in said
    assert "Index files whole" in said
    (archive.settings.corpus / "broken <b>.md").unlink()
    archive.ingest()
    assert "Every file could be read." in texts(get("/status"))


def test_the_status_counts_private_messages(archive: KindSearch, get: Get) -> None:
    assert "private" not in texts(get("/status"))
    chat = "18:00:31 From Bo to Everyone:\n\tHello.\n18:00:40 From Bo to Ann (Direct Message):\n\tShh.\n"
    (archive.settings.corpus / "chat.txt").write_text(chat, encoding="utf-8")
    archive.ingest()
    assert "1 private message of saved chats, never read in." in texts(get("/status"))


def test_the_status_says_where_nothing_lies(archive: KindSearch, get: Get, tmp_path: Path) -> None:
    (archive.settings.corpus / "broken.md").write_text("", encoding="utf-8")
    archive.ingest()
    assert str(tmp_path) not in get("/status")
    assert str(tmp_path) not in get("/sessions")


def test_damaged_index_files_are_named(archive: KindSearch, get: Get) -> None:
    (folder,) = archive.folder.glob("generation-*")
    (folder / "words.json").write_text("[]", encoding="utf-8")
    assert "damaged or missing" in texts(get("/status"))


def test_a_reason_tells_no_place() -> None:
    file = LeftOut("a.pdf", "/home/ann/corpus", "can't open /home/ann/corpus/a.pdf in /home/ann/corpus")
    assert reason_of(file) == "can't open a.pdf in the folder"


def test_pages_follow_an_ingest(archive: KindSearch, get: Get, pack: Pack) -> None:
    assert "Walks" not in get("/sessions")
    new = pack("Walks", "July 2024", ("Eva Berg", "We walk slowly, and we walk far."))
    (archive.settings.corpus / "walks.md").write_text(new, encoding="utf-8")
    archive.ingest()
    for path, words in (("/sessions", "Walks"), ("/people", "Eva Berg"), ("/status", "walks.md")):
        assert words in get(path)
