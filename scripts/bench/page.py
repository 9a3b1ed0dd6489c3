"""How long somebody waits at the page for asking: from Enter until the answer is on the screen, in a real browser."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from kindsearch import KindSearch
from scripts.bench.measuring import Latency

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
WARM_UP = 3  # questions that are not counted
# Enter, and then the first frame after the one in which the answer to this very question was painted
WAITS = """(question) => { window.waited = new Promise((done) => {
  let started = 0;
  addEventListener("keydown", (event) => { if (event.key === "Enter") started = performance.now(); },
                   { capture: true, once: true });
  const looking = new MutationObserver(() => {
    if (document.querySelector("#ks-found .ks-asked")?.textContent !== question) return;
    looking.disconnect();
    requestAnimationFrame(() => requestAnimationFrame((now) => done((now - started) / 1000)));
  });
  looking.observe(document.body, { childList: true, subtree: true });
}); }"""


@dataclass(frozen=True)
class Figures:
    """From Enter to the answer on the screen."""

    passages: int
    painted: Latency

    def __str__(self) -> str:
        """As a line."""
        asked = f"{self.painted.count} questions over {self.passages:,} passages"
        return (
            f"{asked}, Enter to answer painted: {self.painted} (median / p95 / p99), worst {self.painted.worst_ms} ms"
        )


def measured(corpus: Path, questions: Path, count: int, work: Path) -> Figures:
    """Ask ``count`` questions of a file of them, one after the other, of an archive of ``corpus`` made in ``work``."""
    archive = KindSearch.open(work / "index", create=True)
    archive.ingest(corpus)
    asked = [json.loads(line)["question"] for line in questions.read_text(encoding="utf-8").splitlines()]
    with _served(work / "index") as address:
        seconds = _asked(address, list(islice(cycle(asked), WARM_UP + count)))
    return Figures(archive.status().passages, Latency.of(seconds[WARM_UP:]))


@contextmanager
def _served(index: Path) -> Iterator[str]:
    """Where the page over an index is served, by a process of its own."""
    command = [sys.executable, "-m", "kindsearch.interfaces.cli", "serve", "--index", str(index), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+", process.stdout.readline())
            if found is None:
                raise RuntimeError("the page could not be served")
            yield found.group()
        finally:
            process.terminate()


def _asked(address: str, questions: Sequence[str]) -> list[float]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.goto(address)
        page.locator(".ks-state").wait_for()
        seconds = [_waited(page, question) for question in questions]
        browser.close()
    return seconds


def _waited(page: Any, question: str) -> float:
    box = page.get_by_label("Your question")
    box.fill(question)
    page.evaluate(WAITS, " ".join(question.split()))
    box.press("Enter")
    return float(page.evaluate("window.waited"))
