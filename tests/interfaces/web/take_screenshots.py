"""Takes the pictures in docs/images/pages: ``PYTHONPATH=tests python tests/interfaces/web/take_screenshots.py``.

Each state of each page, light, dark and on a phone, over an index of the sample corpus that is made in a temporary
folder.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright
from visiting import CHROMIUM, CHROMIUM_ARGUMENTS, ROOT, Visit, open_page, served, visit

from kindsearch import KindSearch, Settings

IMAGES = ROOT / "docs" / "images" / "pages"
STILL = {"reduced_motion": "reduce"}  # nothing is still scrolling while a picture is taken
SCREENS: dict[str, dict[str, Any]] = {
    "light": {**STILL},
    "dark": {**STILL, "color_scheme": "dark"},
    "phone": {**STILL, "width": 360, "height": 740, "device_scale_factor": 2, "has_touch": True},
}
PLAIN = {
    "prepare": "/prepare",
    "prepare-brief": "/prepare?topic=listening+to+patients",
    "prepare-nothing": "/prepare?topic=pruning+apple+trees",
    "sessions": "/sessions",
    "session": "/sessions/2024-06-time-for-a-check-in",
    "people": "/people",
    "resources": "/resources",
    "topics": "/topics",
    "status": "/status",
    "not-found": "/sessions/no-such-session",
}
PACK = ROOT / "corpus" / "2023-06-listening-to-patients.pdf"
DRAWING = {"name": "drawing.svg", "mimeType": "image/svg+xml", "buffer": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}
UPLOADING: dict[str, Any] = {"upload": None, "upload-taken": PACK, "upload-refused": DRAWING}  # page -> file sent
COLOURS = 64  # a quarter of the size, and no difference to be seen


def _welcome(_: Visit) -> None:
    """As it opens."""


def _answer(visitor: Visit) -> None:
    visitor.ask("How do we measure kindness?")


def _page_of_a_pack(visitor: Visit) -> None:
    _answer(visitor)
    visitor.open_source()


def _moment(visitor: Visit) -> None:
    visitor.ask("What does the registrar ask when ringing the wards at two?")
    visitor.open_source()


def _read_in_the_question(visitor: Visit) -> None:
    visitor.ask("What did Bob say about kindness in January 2024?")


def _not_in_the_archive(visitor: Visit) -> None:
    _answer(visitor)
    visitor.choose("Person", "Bob")
    visitor.page.locator(".ks-tag").first.wait_for()
    visitor.ask("How do I prune apple trees in winter?")


def _list_of_a_filter(visitor: Visit) -> None:
    visitor.page.get_by_role("combobox", name="Session").click()
    visitor.page.get_by_role("option").first.wait_for()


ASKING: dict[str, Callable[[Visit], None]] = {
    "ask-welcome": _welcome,
    "ask-answer": _answer,
    "ask-source": _page_of_a_pack,
    "ask-moment": _moment,
    "ask-read-in-the-question": _read_in_the_question,
    "ask-not-in-the-archive": _not_in_the_archive,
    "ask-filter": _list_of_a_filter,
}


def main() -> None:
    """Take every picture."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        try:
            with _archive() as address:
                for screen, how in SCREENS.items():
                    _take_asking_and_reading(browser, address, screen, how)
            for screen, how in SCREENS.items():
                with _archive(uploads=True) as address:
                    _take_uploading(browser, address, screen, how)
        finally:
            browser.close()


@contextmanager
def _archive(uploads: bool = False) -> Iterator[str]:
    """Where the sample corpus is served; where it takes uploads, without the pack that will be uploaded."""
    with tempfile.TemporaryDirectory() as name:
        corpus, index = Path(name) / "corpus", Path(name) / "index"
        left_out = shutil.ignore_patterns(*([f"{PACK.stem}.*"] if uploads else []))
        shutil.copytree(ROOT / "corpus", corpus, ignore=left_out)
        settings = Settings(corpus=corpus, index=index, uploads=uploads, requests_per_minute=10_000)
        archive = KindSearch.open(create=True, settings=settings)
        archive.ingest()
        yield from served(archive)


def _take_uploading(browser: Any, address: str, screen: str, how: dict[str, Any]) -> None:
    for name, file in UPLOADING.items():
        visitor = open_page(browser, f"{address}/upload", **how)
        if file:
            visitor.page.get_by_label("File", exact=True).set_input_files(file)
            visitor.page.get_by_role("button", name="Upload").click()
            visitor.page.locator(".ks-uploaded, .ks-problem").first.wait_for()
        _take(visitor.page, f"{name}-{screen}")
        visitor.page.context.close()


def _take_asking_and_reading(browser: Any, address: str, screen: str, how: dict[str, Any]) -> None:
    for name, reach in ASKING.items():
        visitor = visit(browser, address, **how)
        reach(visitor)
        _take(visitor.page, f"{name}-{screen}")
        visitor.page.context.close()
    visitor = visit(browser, address, **how)
    for name, path in PLAIN.items():
        visitor.page.goto(f"{address}{path}", wait_until="networkidle")
        _take(visitor.page, f"{name}-{screen}")


def _take(page: Any, name: str) -> None:
    if "filter" not in name:
        page.evaluate("document.activeElement.blur()")
    page.mouse.move(0, 0)
    page.wait_for_timeout(400)
    path: Path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    main()
