"""Small slide decks for tests: drawn as PDFs with reportlab, or built of the readers' own slides.

Lengths are points from the top left of a slide of 960 by 540. A paragraph may hold ``**bold**``, ``*italic*`` and
``[words](url)``; it wraps at the width given, and wherever it holds a line break.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from kindsearch.chunking import passages_of
from kindsearch.readers import layout, pack, pdf_worker
from kindsearch.readers.slides import Block, Paragraph, Slide, Word, split_marker
from kindsearch.types import Document, Passage

WIDTH, HEIGHT = 960, 540
FOOTER = "Conversations for Kindness"
LEADING = 1.25  # font sizes
FONTS = {"**": "Helvetica-Bold", "*": "Helvetica-Oblique", "": "Helvetica"}
_RUN = re.compile(r"(?P<mark>\*\*|\*)(?P<styled>.+?)(?P=mark)|\[(?P<words>.+?)\]\((?P<url>.+?)\)|(?P<plain>[^*\[]+)")


def _styled_words(text: str) -> Iterator[Word]:
    """Words of one paragraph; a line break is a word of its own."""
    for run in _RUN.finditer(text):
        mark = run["mark"] or ""
        for word in re.findall(r"\n|[^\s]+", run["styled"] or run["words"] or run["plain"]):
            yield Word(word, bold=mark == "**", italic=mark == "*", url=run["url"])


def _font(word: Word) -> str:
    return FONTS["**" if word.bold else "*" if word.italic else ""]


class Deck:
    """A PDF in the making. Things are written to its stream in the order of the calls."""

    def __init__(self, path: Path, **options: object) -> None:
        self.path, self.pages = path, 0
        self.canvas = Canvas(str(path), pagesize=(WIDTH, HEIGHT), invariant=1, **options)

    def slide(self, title: str = "", footer: str = "", footer_first: bool = False) -> Deck:
        """Begin a slide; number and footer are written to the stream before or after its title."""
        if self.pages:
            self.canvas.showPage()
        self.pages += 1
        steps = [lambda: title and self.text(48, 36, 860, title, size=28), lambda: footer and self._footer(footer)]
        for step in reversed(steps) if footer_first else steps:
            step()
        return self

    def _footer(self, footer: str) -> None:
        self.text(20, 512, 60, str(self.pages), size=9)
        self.text(760, 512, 190, footer, size=9)

    def text(self, left: float, top: float, width: float, *paragraphs: str, size: float = 14) -> Deck:
        """Paragraphs below one another, half a line apart."""
        baseline = top + size
        for paragraph in paragraphs:
            x, blank = left, stringWidth(" ", "Helvetica", size)
            for word in _styled_words(paragraph):
                advance = stringWidth(word.text, _font(word), size)
                if word.text == "\n" or (x > left and x + advance > left + width):
                    x, baseline = left, baseline + LEADING * size
                if word.text == "\n":
                    continue
                self.canvas.setFont(_font(word), size)
                self.canvas.drawString(x, HEIGHT - baseline, word.text + " ")
                if word.url:
                    area = (x, HEIGHT - baseline - 3, x + advance, HEIGHT - baseline + size)
                    self.canvas.linkURL(word.url, area, relative=0)
                x += advance + blank
            baseline += (LEADING + 0.5) * size
        return self

    def box(self, left: float, top: float, width: float, height: float, *paragraphs: str, size: float = 14) -> Deck:
        """Paragraphs on a tinted rectangle."""
        self.canvas.setFillColor(HexColor("#e3f2f2"))
        self.canvas.rect(left, HEIGHT - top - height, width, height, stroke=0, fill=1)
        self.canvas.setFillColor(HexColor("#222222"))
        return self.text(left + 10, top + 8, width - 20, *paragraphs, size=size)

    def save(self) -> Path:
        self.canvas.save()
        return self.path


def slides_here(path: Path) -> list[Slide]:
    """Slides of a PDF that a test drew itself, so that no child process is needed."""
    return layout.slides_of(pdf_worker.read(str(path), None, 100, 100_000))


def document_here(path: Path) -> Document:
    return pack.document_of(slides_here(path), "0" * 64, path.name)


# ---------------------------------------------------------------- decks without a PDF


def paragraph(text: str) -> Paragraph:
    """One paragraph of light markup; ``• `` makes it an item."""
    marker, words = split_marker(tuple(_styled_words(text)))
    return Paragraph(words, marker)


def block(*paragraphs: str, size: float = 14) -> Block:
    return Block(tuple(map(paragraph, paragraphs)), size=size)


def boxed(*paragraphs: str) -> Block:
    return replace(block(*paragraphs), boxed=True)


COVER = Slide("Conversations for Kindness", (block("A Kind Session", size=24), block("June 2024")), page=1)


def slide(title: str, *blocks: Block, page: int | None = 2) -> Slide:
    return Slide(title, blocks, page=page)


def document(*slides: Slide, source: str = "pack.pdf") -> Document:
    """A pack of these slides behind a cover that names a session and no speaker."""
    return pack.document_of([COVER, *slides], "0" * 64, source)


def passages(*slides: Slide) -> list[Passage]:
    """The passages of these slides, the cover's left out."""
    return [passage for passage in passages_of(document(*slides)) if passage.section != "A Kind Session"]


def said(*slides: Slide) -> list[tuple[str, str | None]]:
    """What is said in these slides, and by whom, statement by statement."""
    return [(p.quote(s.start, s.end), s.speaker) for p in passages(*slides) for s in p.statements]
