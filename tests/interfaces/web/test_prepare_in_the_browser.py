"""The page for speakers as a person meets it: the real model, a real server, a real browser."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from test_accessibility import SCREENS, violations
from visiting import Visit

TOPIC = "listening to patients"
CHECK_IN = "Time for a check-in"


def reader(browser: Any, address: str, path: str = "/prepare", **context: Any) -> Visit:
    """A fresh visitor on a plain page."""
    size = {"width": context.pop("width", 1280), "height": context.pop("height", 860)}
    page = browser.new_context(viewport=size, **context).new_page()
    page.set_default_timeout(15_000)
    made = Visit(page)
    page.on("request", lambda request: made.requests.append(request.url))
    page.on("pageerror", lambda error: made.complaints.append(str(error)))
    page.on("console", lambda said: said.type in {"error", "warning"} and made.complaints.append(said.text))
    page.goto(address + path)
    return made


@pytest.fixture
def speaker(browser: Any, address: str) -> Iterator[Visit]:
    """Somebody who prepares. Nothing may leave this machine and nothing may be complained of."""
    made = reader(browser, address)
    yield made
    made.page.context.close()
    assert [url for url in made.requests if not url.startswith((address, "data:", "blob:"))] == []
    assert made.complaints == []


def prepare(page: Any, topic: str = TOPIC) -> None:
    page.get_by_label("Your topic").fill(topic)
    page.get_by_role("button", name="Prepare", exact=True).click()
    page.get_by_role("heading", level=1, name=topic).wait_for()


def touched(page: Any) -> list[str]:
    return [row.inner_text() for row in page.locator(".ks-timeline tbody th").all()]


def overflow(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_each_citation_of_a_brief_opens_its_source(speaker: Visit) -> None:
    page = speaker.page
    prepare(page)
    chips = page.locator(".ks-brief .ks-chip")
    quotes = chips.evaluate_all("chips => chips.map(chip => chip.dataset.quote)")
    assert len(quotes) > 20
    for number in {quote: n for n, quote in enumerate(quotes)}.values():  # one chip of each quote
        chips.nth(number).click()
        page.locator(".ks-source :is(.ks-sheet.ks-loaded .ks-tint, .ks-turn mark)").first.wait_for()
        page.keyboard.press("Escape")
        assert chips.nth(number).evaluate("chip => chip === document.activeElement")


def test_a_session_that_is_left_out_is_gone_until_it_is_taken_back(speaker: Visit) -> None:
    page = speaker.page
    prepare(page)
    assert CHECK_IN in touched(page)
    page.get_by_text("Choose sessions, people and years").click()
    page.get_by_label(f"leave out {CHECK_IN}").check()
    page.get_by_role("button", name="Prepare again with these").click()
    page.get_by_role("link", name=f"Take back: Without {CHECK_IN}").wait_for()
    assert touched(page)
    assert CHECK_IN not in page.locator(".ks-brief").inner_text()
    page.go_back()
    assert CHECK_IN in touched(page)
    page.go_forward()
    page.get_by_role("link", name=f"Take back: Without {CHECK_IN}").click()
    page.wait_for_url("**/prepare?topic=listening+to+patients")
    assert CHECK_IN in touched(page)


def test_somebody_is_kept_to_by_a_part_of_her_name(speaker: Visit) -> None:
    page = speaker.page
    prepare(page, "students")
    page.get_by_text("Choose sessions, people and years").click()
    page.get_by_label("Only what she or he said").fill("sanjiv")
    page.get_by_label("Only what she or he said").press("Enter")
    page.get_by_role("link", name="Take back: Only what Dr Sanjiv Ahluwalia said").wait_for()
    assert page.locator(".ks-voice").all_inner_texts()
    assert {row.get_attribute("aria-label") for row in page.locator(".ks-voice").all()} == {"Dr Sanjiv Ahluwalia"}


def test_a_shared_address_shows_the_same_brief(speaker: Visit, browser: Any, address: str) -> None:
    prepare(speaker.page)
    other = reader(browser, address, speaker.page.url.removeprefix(address))
    assert other.page.locator("main").inner_text() == speaker.page.locator("main").inner_text()
    other.page.context.close()


def test_a_bar_leads_to_its_session_in_the_table(speaker: Visit) -> None:
    page = speaker.page
    prepare(page)
    bars, rows = page.locator(".ks-bars a"), page.locator(".ks-timeline tbody tr")
    assert bars.count() == rows.count()
    heights = [bar.bounding_box()["height"] for bar in page.locator(".ks-bar").all()]
    shares = [int(cell.inner_text().strip("%")) for cell in page.locator("[data-is=share]").all()]
    assert max(range(len(heights)), key=heights.__getitem__) == max(range(len(shares)), key=shares.__getitem__)
    bars.first.click()
    target = page.locator(":target")
    assert target.locator("th").inner_text() in bars.first.inner_text()


def test_a_neighbouring_topic_is_a_brief_of_its_own(speaker: Visit) -> None:
    page = speaker.page
    prepare(page)
    link = page.locator(".ks-neighbours a").first
    words = link.inner_text()
    link.click()
    page.get_by_role("heading", level=1, name=words).wait_for()
    assert page.locator(".ks-timeline").count() == 1


def test_a_word_file_is_taken_along(speaker: Visit) -> None:
    page = speaker.page
    prepare(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Word").click()
    assert download.value.suggested_filename == "brief-listening-to-patients.docx"
    document = docx.Document(io.BytesIO(Path(download.value.path()).read_bytes()))
    assert document.core_properties.title == "Brief: listening to patients"
    assert [row.cells[0].text for row in document.tables[0].rows[1:]] == touched(page)


def test_a_brief_is_made_and_read_by_keyboard_alone(speaker: Visit) -> None:
    page = speaker.page
    page.locator("input:focus").wait_for()  # as soon as the page has given it to the field
    page.keyboard.type(TOPIC)
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name=TOPIC).wait_for()
    on_chip = "document.activeElement.matches('.ks-chip')"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(on_chip):
            break
    page.keyboard.press("Enter")
    page.locator(".ks-sheet.ks-loaded").wait_for()
    page.keyboard.press("Escape")
    page.locator("#ks-source").wait_for(state="hidden")
    assert page.evaluate(on_chip)


def test_no_script_is_needed(browser: Any, address: str) -> None:
    page = reader(browser, address, java_script_enabled=False).page
    prepare(page)
    assert CHECK_IN in touched(page)
    page.locator("summary", has_text="Choose sessions").click()
    page.get_by_label(f"leave out {CHECK_IN}").check()
    page.get_by_role("button", name="Prepare again with these").click()
    page.get_by_role("link", name=f"Take back: Without {CHECK_IN}").wait_for()
    assert CHECK_IN not in touched(page)
    page.context.close()


def test_on_paper_there_is_the_brief_and_nothing_to_click(speaker: Visit) -> None:
    page = speaker.page
    prepare(page)
    page.emulate_media(media="print")
    for gone in (".ks-top", ".ks-prepare", ".ks-exports"):
        assert not page.locator(gone).is_visible()
    assert page.locator(".ks-brief .ks-quote .ks-chip").first.inner_text().strip() == "1"
    assert page.locator("#reference-1").is_visible()
    assert "page 8" in page.locator("#reference-1").inner_text()


@pytest.mark.parametrize("topic", ["feeding penguins with zinc spoons", "llamas in a raincoat"])
def test_words_of_documents_that_try_to_be_markup_stay_words(browser: Any, hostile_address: str, topic: str) -> None:
    made = reader(browser, hostile_address, f"/prepare?topic={topic.replace(' ', '+')}")
    made.page.locator(".ks-brief .ks-chip").first.wait_for()
    assert "<" in made.page.locator(".ks-brief").inner_text()
    assert made.page.evaluate("window.harmed") is None
    assert made.page.locator("main :is(img, iframe, svg, script, base)").count() == 0
    assert made.page.locator("main a[href^='javascript']").count() == 0
    assert made.complaints == []
    made.page.context.close()


@pytest.mark.parametrize("screen", SCREENS)
def test_preparing_is_open_to_everybody(browser: Any, address: str, screen: str) -> None:
    made = reader(browser, address, **SCREENS[screen])
    page = made.page
    found, wide = {"empty": violations(page)}, {"empty": overflow(page)}
    try:
        for state in ("?topic=listening+to+patients", "?topic=blockchain", "?topic=x&person=nobody+at+all"):
            page.goto(f"{address}/prepare{state}")
            if page.locator(".ks-choose").count():
                page.locator(".ks-choose summary").click()
            found[state], wide[state] = violations(page), overflow(page)
        assert {state: wrong for state, wrong in found.items() if wrong} == {}
        assert {state: over for state, over in wide.items() if over} == {}
    finally:
        page.context.close()
