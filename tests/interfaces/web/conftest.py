"""A real archive over the sample packs, a real server over it, and a real browser in front of that."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from kindsearch import KindSearch
from kindsearch.interfaces.web import create_app

ROOT = Path(__file__).parents[3]
CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip
HOSTILE_PACK = """\
Feeding <script>window.harmed = "title"</script> penguins
March 2025

Insights from <img src=x onerror="window.harmed = 'section'">

The penguins of Trondheim are fed <script>window.harmed = "text"</script> at noon with zinc spoons.
Feeding penguins <img src=x onerror="window.harmed = 'image'"> takes patience, <svg onload="window.harmed = 'svg'"> too.
[Feeding penguins](javascript:window.harmed='link') <a href="javascript:window.harmed='anchor'">click</a>
</span></div></section><iframe srcdoc="<script>parent.harmed = 'frame'</script>"></iframe> penguins are fed.
${window.harmed = 'template'} {{constructor.constructor("window.harmed = 'braces'")()}} $$\\href{javascript:x}{penguins}$$
<style>body { display: none }</style> <base href="https://elsewhere.example/"> penguins & "spoons".
"""


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample packs, in a folder of their own."""
    folder = tmp_path_factory.mktemp("corpus")
    for pack in sorted((ROOT / "corpus").glob("*.pdf")):
        shutil.copy(pack, folder)
    return folder


@pytest.fixture(scope="session")
def archive(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> KindSearch:
    """The sample packs, ingested with the real model."""
    made = KindSearch.open(tmp_path_factory.mktemp("index"), create=True)
    assert not made.ingest(corpus).failed
    return made


@pytest.fixture(scope="session")
def hostile_archive(archive: KindSearch, corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> KindSearch:
    """The same with one more pack, a text whose words try to be markup and scripts."""
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copytree(archive.folder, folder / "index")
    pack = folder / "corpus" / "2025-03-feeding-penguins.md"
    shutil.copytree(corpus, pack.parent)
    pack.write_text(HOSTILE_PACK, encoding="utf-8")
    made = KindSearch.open(folder / "index")
    assert not made.ingest(pack.parent).failed
    return made


def _served(archive: KindSearch) -> Iterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(archive), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    until = time.monotonic() + 30
    while not server.started and time.monotonic() < until:
        time.sleep(0.05)
    archive.ask("kindness")
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = server.force_exit = True
    thread.join(timeout=10)
    listening.close()


@pytest.fixture(scope="session")
def address(archive: KindSearch) -> Iterator[str]:
    """Where the page over the sample packs is served."""
    yield from _served(archive)


@pytest.fixture(scope="session")
def hostile_address(hostile_archive: KindSearch) -> Iterator[str]:
    """Where the page over the hostile pack is served."""
    yield from _served(hostile_archive)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's chromium. Skipped where it is not installed, but never in CI."""
    if not CHROMIUM.exists() and not os.environ.get("CI"):
        pytest.skip(f"{CHROMIUM} is not installed (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield started
        started.close()


@dataclass
class Visit:
    """A page in the browser, with what it asked for and what it complained of."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        """Type a question and press Enter; back when its results stand there."""
        box = self.page.get_by_label("Your question")
        box.fill(question)
        box.press("Enter")
        self.page.locator(".ks-asked", has_text=question).wait_for()

    def choose(self, filter_label: str, option: str) -> None:
        """Choose an option of a filter by typing a part of it."""
        box = self.page.get_by_role("combobox", name=filter_label)
        box.click()
        box.fill(option)
        self.page.get_by_role("option", name=option).first.click()

    def open_source(self, opener: str = ".ks-chip") -> None:
        """Open the first source and wait for the picture of its page."""
        self.page.locator(opener).first.click()
        self.page.locator(".ks-sheet.ks-loaded").first.wait_for()


def visit(browser: Any, address: str, width: int = 1280, height: int = 860, **context: Any) -> Visit:
    """A fresh visitor on the page."""
    page = browser.new_context(viewport={"width": width, "height": height}, **context).new_page()
    page.set_default_timeout(15_000)
    made = Visit(page)
    page.on("request", lambda request: made.requests.append(request.url))
    page.on("pageerror", lambda error: made.complaints.append(str(error)))
    page.on("console", lambda said: said.type in {"error", "warning"} and made.complaints.append(said.text))
    page.goto(address)
    page.get_by_label("Your question").wait_for()
    page.wait_for_load_state("networkidle")
    return made


@pytest.fixture
def visitor(browser: Any, address: str) -> Iterator[Visit]:
    """A visitor on a wide screen. Nothing may leave this machine and nothing may be complained of in any test."""
    made = visit(browser, address)
    yield made
    made.page.context.close()
    assert [url for url in made.requests if not url.startswith((address, "data:", "blob:"))] == []
    assert made.complaints == []
