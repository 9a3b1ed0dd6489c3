"""The pages for looking through the archive in a real browser: over the sample corpus, and over words that do harm."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from test_accessibility import SCREENS, violations
from visiting import Visit, open_page, served

from kindsearch import KindSearch

PAGES = ("/sessions", "/people", "/resources", "/topics", "/status")
EDUCATION = "/sessions/2024-01-18-kindness-in-education"
CHECK_IN = "/sessions/2024-06-time-for-a-check-in"
Read = Callable[..., Visit]


@pytest.fixture
def read(browser: Any) -> Iterator[Callable[..., Visit]]:
    """Open a plain page. Nothing may leave this machine and nothing may be complained of."""
    opened: list[tuple[Visit, str]] = []

    def at(address: str, path: str, *size: int, **context: Any) -> Visit:
        opened.append((open_page(browser, address + path, *size, **context), address))
        return opened[-1][0]

    yield at
    for made, address in opened:
        made.page.context.close()
        assert [url for url in made.requests if not url.startswith((address, "data:", "blob:"))] == []
        assert made.complaints == []


def is_harmed(page: Any) -> Any:
    return page.evaluate("window.harmed")


def test_a_session_leads_from_its_card_to_the_page_a_passage_stands_on(read: Read, address: str) -> None:
    made = read(address, "/sessions")
    page = made.page
    page.get_by_role("link", name="Kindness in Education").click()
    page.wait_for_url(f"**{EDUCATION}")
    assert page.get_by_role("heading", level=1).inner_text() == "Kindness in Education"
    made.open_source(".ks-card .ks-chip >> visible=true")
    assert page.locator(".ks-source-title").inner_text() == "Kindness in Education"
    assert page.locator(".ks-outline").first.is_visible()
    page.keyboard.press("Escape")
    for before in (f"**{EDUCATION}?source=*", f"**{EDUCATION}", "**/sessions"):  # to what was opened as well
        page.go_back()
        page.wait_for_url(before)


def test_covers_are_there_and_nothing_jumps_when_they_come(read: Read, address: str) -> None:
    page = read(address, "/sessions").page
    covers = page.locator("img.ks-cover")
    assert covers.count() == 8
    before = covers.evaluate_all("all => all.map(one => [one.getBoundingClientRect().top, one.clientHeight])")
    for cover in covers.all():
        cover.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert covers.evaluate_all("all => all.every(one => one.naturalWidth === 640)")
    page.evaluate("scrollTo(0, 0)")
    after = covers.evaluate_all("all => all.map(one => [one.getBoundingClientRect().top, one.clientHeight])")
    assert after == before


def test_what_a_person_said_opens_at_its_place(read: Read, address: str) -> None:
    made = read(address, "/people?q=sanjiv")
    made.page.get_by_role("link", name="Dr Sanjiv Ahluwalia").click()
    made.page.wait_for_url("**/people/Dr%20Sanjiv%20Ahluwalia")
    made.open_source(".ks-said .ks-chip")
    assert made.page.locator(".ks-source .ks-tint").count() > 0


def test_lists_are_searched_without_a_script(read: Read, address: str) -> None:
    page = read(address, "/resources", java_script_enabled=False).page
    page.get_by_label("Search the resources").fill("guardian")
    page.keyboard.press("Enter")
    page.wait_for_url("**/resources?q=guardian")
    rows = page.locator("tbody tr")
    assert rows.count() >= 2
    assert all("guardian" in text.lower() for text in rows.all_inner_texts())
    page.get_by_role("link", name="All of them").click()
    page.wait_for_url("**/resources")
    page.goto(f"{address}/people")
    page.get_by_label("Find somebody").fill("bob")
    page.get_by_role("button", name="Find").click()
    page.wait_for_url("**/people?q=bob")
    assert page.locator(".ks-people li").count() == 1
    page.goto(address + CHECK_IN)
    folded = page.locator("details:not([open])").first
    folded.locator("summary").click()
    assert page.locator("details[open]").count() > 0


def test_a_source_opens_from_a_resource(read: Read, address: str) -> None:
    made = read(address, "/resources?q=the+king%27s+fund")
    assert made.page.locator("tbody tr").count() == 3
    made.open_source(".ks-table .ks-chip")


def test_the_links_of_a_page_lead_to_pages(read: Read, address: str) -> None:
    made = read(address, "/sessions")
    for path in (*PAGES, EDUCATION, CHECK_IN, "/people/Bob"):
        made.page.goto(address + path)
        found = made.page.evaluate("[...document.querySelectorAll('main a[href]')].map(a => a.getAttribute('href'))")
        ours = sorted({link for link in found if re.match(r"/(sessions|people|resources|topics|status)", link)})
        for link in ours[:: max(len(ours) // 8, 1)]:
            response = made.page.request.get(address + link)
            assert response.ok, (path, link)


def test_the_keyboard_reaches_everything(read: Read, address: str) -> None:
    page = read(address, EDUCATION).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "ks-skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "All sessions"
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('ks-open')"):
            break
    page.keyboard.press("Enter")
    page.locator(".ks-sheet.ks-loaded").first.wait_for()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.classList.contains('ks-open')")


@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_is_open_to_everybody(read: Read, address: str, screen: str) -> None:
    page = read(address, "/sessions", **SCREENS[screen]).page
    for path in (*PAGES, CHECK_IN, "/people/Dr%20Sanjiv%20Ahluwalia", "/people?q=nobody", "/resources?q=nothing"):
        page.goto(address + path)
        for part in page.locator("details:not([open]) > summary").all()[:2]:
            part.click()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert violations(page) == [], path


def test_no_page_is_wider_than_a_small_phone_even_unfolded(read: Read, address: str) -> None:
    page = read(address, CHECK_IN, 320, 640).page
    for path in (*PAGES, CHECK_IN, EDUCATION):
        page.goto(address + path)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_words_that_would_do_harm_stay_words(read: Read, hostile_address: str, hostile_archive: KindSearch) -> None:
    made = read(hostile_address, "/sessions")
    page = made.page
    sessions = [quote(one.session.id, safe="") for one in hostile_archive.sessions()[:2]]
    people = [quote(one.id, safe="") for one in hostile_archive.people() if one.name.startswith(("Zoe", "Abe"))]
    assert len(people) == 2
    paths = [*PAGES, "/resources?q=%3Cimg%20src=x%20onerror=window.harmed=1%3E", "/people?q=%22%3E%3Cscript%3E"]
    for path in [*paths, *(f"/sessions/{id_}" for id_ in sessions), *(f"/people/{id_}" for id_ in people)]:
        response = page.goto(hostile_address + path)
        assert response.ok, path
        assert is_harmed(page) is None, path
        assert page.locator("main :is(img:not(.ks-cover), svg, iframe, script, style, base)").count() == 0, path
        hrefs = page.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.protocol)")
        assert set(hrefs) <= {"http:", "https:"}, path
    page.goto(f"{hostile_address}/sessions")
    assert page.get_by_text("Dressing <img src=x onerror=window.harmed='session'> llamas").count() == 1


def test_a_page_of_somebody_forgotten_is_gone(read: Read, forgetful_address: str) -> None:
    page = read(forgetful_address, "/people").page
    assert page.get_by_role("link", name="Bob", exact=True).count() == 0
    assert page.request.get(f"{forgetful_address}/people/Bob").status == 404


@pytest.fixture(scope="module")
def odd_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where an archive of odd names is served."""
    folder = tmp_path_factory.mktemp("odd")
    chat = "18:00:31 From Bo/Ek? #1%2F&x=<y> to Everyone:\n\tWhere is the tea list?\n"
    (folder / "corpus").mkdir()
    (folder / "corpus" / "2024-05-odd-chat.txt").write_text(chat, encoding="utf-8")
    (folder / "corpus" / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    archive = KindSearch.open(folder / "index", create=True)
    archive.ingest(folder / "corpus")
    yield from served(archive)


def test_a_name_with_odd_characters_has_a_page(read: Read, odd_address: str) -> None:
    page = read(odd_address, "/people").page
    name = page.locator(".ks-people a").first.inner_text()
    assert "/" in name
    page.locator(".ks-people a").first.click()
    page.get_by_role("heading", level=1, name=name, exact=True).wait_for()
    assert page.get_by_text("Where is the tea list?").count() == 1


def test_what_could_not_be_read_is_shown_with_its_reason(read: Read, odd_address: str) -> None:
    page = read(odd_address, "/status").page
    row = page.locator("#left-out ~ table tbody tr")
    assert row.count() == 1
    assert row.locator("td").first.inner_text() == "broken.pdf"
    assert len(row.locator("td").last.inner_text()) > 10
    assert "/tmp/" not in page.content()


@pytest.fixture(scope="module")
def seed_address(seed_archive: KindSearch) -> Iterator[str]:
    """Where the two real packs are served."""
    yield from served(seed_archive)


def test_real_packs_are_open_to_everybody(read: Read, seed_address: str) -> None:
    page = read(seed_address, "/sessions", 360, 740).page
    assert page.locator("img.ks-cover").count() == 2
    sessions = page.locator("h3 a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    for path in (*PAGES, *sessions):
        page.goto(seed_address + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert violations(page) == [], path
