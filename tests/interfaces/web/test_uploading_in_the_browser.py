"""A file is uploaded by a person with a real browser, and found at once: the real model, a real server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_accessibility import SCREENS, violations
from test_hostile_text import ARMED, LISTENING
from visiting import ROOT, Visit, open_page, served

from kindsearch import KindSearch, Settings
from kindsearch.encoders import Encoder

PACK = ROOT / "corpus" / "2023-06-listening-to-patients.pdf"
TITLE = "Listening to patients"
QUESTION = "what do we notice when a quiet patient becomes quieter?"
HOSTILE = "<img src=x onerror=top.harm(0)><script>top.harm(1)</script>"
CAPTIONS = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\nAnn Lee: Otters hold hands while they sleep.\n"


@pytest.fixture
def archive(model: Encoder, tmp_path: Path) -> KindSearch:
    """One session of the sample corpus, that takes uploads."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    shutil.copy(ROOT / "corpus" / "2024-04-british-red-cross.pdf", corpus)
    settings = Settings(corpus=corpus, index=tmp_path / "index", uploads=True, uploads_per_minute=100)
    made = KindSearch.open(create=True, encoder=model, settings=settings)
    assert not made.ingest().failed
    return made


@pytest.fixture
def address(archive: KindSearch) -> Iterator[str]:
    yield from served(archive)


def upload(page: Any, file: Any, title: str = "") -> None:
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_label("Title of the session").fill(title)
    page.get_by_role("button", name="Upload").click()


def overflow(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_a_pack_is_uploaded_and_answers_without_a_restart(browser: Any, address: str) -> None:
    visitor = open_page(browser, f"{address}/upload", width=360, height=740, has_touch=True)
    page = visitor.page
    upload(page, PACK)
    page.get_by_role("heading", name="It is in the archive").wait_for()
    assert "15 pages" in page.locator(".ks-uploaded").inner_text()
    assert overflow(page) == 0
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("heading", level=1, name=TITLE).wait_for()
    page.goto(address)
    page.get_by_label("Your question").wait_for()
    page.wait_for_load_state("networkidle")
    visitor.ask(QUESTION)
    assert TITLE in page.locator(".ks-answer").inner_text()
    visitor.open_source()
    page.goto(f"{address}/status")
    assert overflow(page) == 0
    assert visitor.complaints == []
    page.context.close()


def test_no_script_is_needed_and_a_reason_is_given(browser: Any, address: str, tmp_path: Path) -> None:
    page = open_page(browser, f"{address}/status", java_script_enabled=False).page
    page.get_by_role("link", name="Upload").click()
    upload(page, {"name": "pack.pdf", "mimeType": "application/pdf", "buffer": b"MZ\x90\x00 no pdf at all"})
    page.get_by_text("That did not work").wait_for()
    assert "not a format kindsearch reads" in page.locator(".ks-problem").inner_text()
    upload(page, PACK)
    page.get_by_role("heading", name="It is in the archive").wait_for()
    page.get_by_role("link", name="Upload another").click()
    upload(page, PACK)
    page.get_by_role("heading", name="It was there already").wait_for()
    page.context.close()


def test_a_file_that_is_too_large_is_told_so(browser: Any, address: str, tmp_path: Path) -> None:
    large = tmp_path / "large.pdf"
    with large.open("wb") as out:
        out.truncate(100 * 2**20)
    visitor = open_page(browser, f"{address}/upload")
    upload(visitor.page, large)
    visitor.page.get_by_text("The file is larger than 64 MB").wait_for()
    visitor.page.context.close()


def test_a_hostile_title_and_name_stay_words_on_every_page(browser: Any, address: str) -> None:
    context = browser.new_context(bypass_csp=True)
    context.add_init_script(LISTENING)
    page = context.new_page()
    page.goto(f"{address}/upload")
    upload(page, {"name": f"{HOSTILE.replace('/', '')}.vtt", "mimeType": HOSTILE, "buffer": CAPTIONS.encode()}, HOSTILE)
    page.get_by_role("heading", name="It is in the archive").wait_for()
    assert page.locator(".ks-uploaded a").inner_text() == HOSTILE
    session = page.locator(".ks-uploaded a").get_attribute("href")
    for path in ("/upload", session, "/sessions", "/people", "/topics", "/status", "/prepare?topic=otters", "/"):
        assert page.evaluate("window.ran") == []
        assert page.evaluate(ARMED) == []
        page.goto(f"{address}{path}")
        page.wait_for_load_state("networkidle")
    page.get_by_label("Your question").fill("otters hold hands")
    page.get_by_label("Your question").press("Enter")
    page.locator(".ks-card").first.wait_for()
    assert HOSTILE in page.locator("#ks-found").inner_text()
    assert page.evaluate("window.ran") == []
    context.close()


@pytest.mark.parametrize("screen", SCREENS)
def test_uploading_is_open_to_everybody(browser: Any, address: str, screen: str) -> None:
    made: Visit = open_page(browser, f"{address}/upload", **SCREENS[screen])
    page = made.page
    found, wide = {"form": violations(page)}, {"form": overflow(page)}
    upload(page, {"name": "x", "mimeType": "text/plain", "buffer": b"MZ"})
    page.get_by_text("That did not work").wait_for()
    found["refused"], wide["refused"] = violations(page), overflow(page)
    upload(page, {"name": "x", "mimeType": "text/plain", "buffer": CAPTIONS.encode()}, "Otters")
    page.get_by_role("heading", name="It is in the archive").wait_for()
    found["taken"], wide["taken"] = violations(page), overflow(page)
    page.context.close()
    assert {state: wrong for state, wrong in found.items() if wrong} == {}
    assert {state: over for state, over in wide.items() if over} == {}
