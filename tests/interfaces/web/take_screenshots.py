"""Takes the pictures in docs/images: ``python tests/interfaces/web/take_screenshots.py``.

It looks at the page over an index of the sample corpus, which it makes in a temporary folder.
"""

from __future__ import annotations

import tempfile

from PIL import Image
from playwright.sync_api import sync_playwright
from visiting import CHROMIUM, CHROMIUM_ARGUMENTS, ROOT, Visit, served, visit

from kindsearch import KindSearch

IMAGES = ROOT / "docs" / "images"
QUESTION = "How do we measure kindness?"
SPOKEN = "What does the registrar ask when ringing the wards at two?"
PHONE = {"width": 390, "height": 844, "device_scale_factor": 2, "has_touch": True}


def main() -> None:
    """Take every picture."""
    with tempfile.TemporaryDirectory() as folder:
        archive = KindSearch.open(folder, create=True)
        archive.ingest(ROOT / "corpus")
        server = served(archive)
        address = next(server)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
            wide = visit(browser, address)
            _take(wide, "welcome")
            wide.ask(QUESTION)
            _take(wide, "answer")
            wide.open_source()
            _take(wide, "answer-with-source")
            _ask_next(wide, SPOKEN)
            wide.open_source()
            _take(wide, "answer-with-moment")
            _take_next(wide, "how do I prune apple trees in winter?", "not-in-the-archive")
            _take_next(visit(browser, address, color_scheme="dark"), QUESTION, "answer-dark")
            phone = visit(browser, address, **PHONE)
            _take_next(phone, QUESTION, "phone-answer")
            phone.open_source()
            _take(phone, "phone-source")
            browser.close()
        next(server, None)


def _ask_next(visitor: Visit, question: str) -> None:
    visitor.page.keyboard.press("Escape")
    visitor.ask(question)


def _take_next(visitor: Visit, question: str, name: str) -> None:
    _ask_next(visitor, question)
    _take(visitor, name)


def _take(visitor: Visit, name: str) -> None:
    visitor.page.evaluate("document.activeElement.blur()")
    visitor.page.mouse.move(0, 0)
    visitor.page.wait_for_timeout(500)
    path = IMAGES / f"{name}.png"
    visitor.page.screenshot(path=path)
    with Image.open(path) as picture:  # a third of the size, and no difference to be seen
        picture.convert("RGB").quantize(128).save(path, optimize=True)


if __name__ == "__main__":
    IMAGES.mkdir(parents=True, exist_ok=True)
    main()
