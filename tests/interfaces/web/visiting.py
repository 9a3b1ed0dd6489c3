"""How the tests visit the page: a real server over an archive, and a person in front of a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from listening import listening

from kindsearch import KindSearch
from kindsearch.interfaces.web import create_app

ROOT = Path(__file__).parents[3]
CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip


def served(archive: KindSearch) -> Iterator[str]:
    """The page over an archive, served on a free port until the generator is asked again."""
    with listening(uvicorn.Config(create_app(archive), log_level="warning")) as (host, port):
        archive.ask("kindness")
        yield f"http://{host}:{port}"


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

    def tags(self, line: str = ".ks-narrowed") -> list[str]:
        """The filters in words that stand above the results."""
        return [tag.split("\n")[0] for tag in self.page.locator(f"{line} .ks-tag").all_inner_texts()]

    def shows(self, filter_label: str) -> str:
        """What a filter shows."""
        return str(self.page.get_by_role("combobox", name=filter_label).input_value())

    def open_source(self, opener: str = ".ks-chip") -> None:
        """Open the first source and wait for the picture of its page, or for its turns."""
        self.page.locator(opener).first.click()
        self.page.locator(".ks-sheet.ks-loaded, .ks-source .ks-turn").first.wait_for()


def open_page(browser: Any, address: str, width: int = 1280, height: int = 860, **context: Any) -> Visit:
    """An address in a fresh browser, with an eye on what it asks for and complains of."""
    page = browser.new_context(viewport={"width": width, "height": height}, **context).new_page()
    page.set_default_timeout(15_000)
    made = Visit(page)
    page.on("request", lambda request: made.requests.append(request.url))
    page.on("pageerror", lambda error: made.complaints.append(str(error)))
    page.on("console", lambda said: said.type in {"error", "warning"} and made.complaints.append(said.text))
    page.goto(address)
    return made


def visit(browser: Any, address: str, width: int = 1280, height: int = 860, **context: Any) -> Visit:
    """A fresh visitor on the page for asking, which is ready."""
    made = open_page(browser, address, width, height, **context)
    made.page.get_by_label("Your question").wait_for()
    made.page.wait_for_load_state("networkidle")
    return made
