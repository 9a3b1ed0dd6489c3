"""Build the sample corpus: every ``corpus/sources/*.md`` becomes an insights pack, a slide deck in PDF.

    python scripts/build_sample_corpus.py [--sources DIR] [--out DIR]

The same source gives the same bytes on every run: no dates, random ids or compression go into the file.

How a source is written
-----------------------
A source is plain Markdown with one rule more: a line is never broken by hand; one line is one paragraph.

``---`` ... ``---``     front matter, first in the file: ``title``, ``date`` and ``note`` for the cover
``# Title``             starts a slide; a contents slide comes before the first, the last closes the deck
``## Words``            a heading inside a slide
``- words``             a bullet; ``1. words`` a numbered line
``> words``             a line of a quote box; neighbouring lines share one box
``**bold**``            and ``*italic*`` and ``[words](https://...)``; they do not nest
``::: layout``          opens a fence, ``:::`` closes it; inside, a blank line starts the layout's next cell:

    ``boxes``           tinted boxes in rows of up to three (four stand two by two)
    ``staggered``       tinted boxes in one row, every second one lower
    ``chat``            tinted boxes, one a message, dealt to three columns from top to bottom
    ``columns``         columns side by side, tinted only if they are quotes
    ``qa``              a question in a box at the left, its answer at the right

Every length here is in points (1/72 inch). Layout counts ``top`` downwards from the upper edge of the page;
only the functions that draw turn it round to PDF's upward axis. The body of a slide is set in the largest
size at which all of it fits.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
SERIES = "Conversations for Kindness"
CONTENTS_TITLE = "Contents"

PAGE_WIDTH, PAGE_HEIGHT = 960.0, 540.0
MARGIN = 48.0
BODY_WIDTH = PAGE_WIDTH - 2 * MARGIN
TITLE_TOP = 32.0
BODY_TOP, BODY_BOTTOM = 92.0, 490.0
FOOTER_TOP = 510.0
COVER_TOP, CLOSING_TOP = 130.0, 190.0
GUTTER = 18.0
PADDING = 10.0
STAGGER = 40.0

TITLE_SIZES = (28.0, 16.0)
BODY_SIZES = (20.0, 9.0)
FOOTER_SIZE = 9.0
SIZE_STEP = 0.5
LEADING = 1.25  # line height, in font sizes
ASCENT = 0.93  # from the top of a line down to its baseline, in font sizes
PARAGRAPH_GAP = 0.4  # in font sizes
BAND_GAP = 1.1  # in font sizes
INDENT = 1.4  # of bullets and numbers, in font sizes

INK, TEAL, TINT = HexColor("#222222"), HexColor("#006b75"), HexColor("#e3f2f2")
FONTS = {
    (False, False): "Helvetica",
    (True, False): "Helvetica-Bold",
    (False, True): "Helvetica-Oblique",
    (True, True): "Helvetica-BoldOblique",
}
LAYOUTS = ("boxes", "chat", "columns", "qa", "staggered")

FRONT_MATTER = re.compile(r"---\n(?P<fields>.*?)\n---\n(?P<body>.*)", re.DOTALL)
FENCE = re.compile(rf"^::: ({'|'.join(LAYOUTS)})\n(.*?)^:::$", re.DOTALL | re.MULTILINE)
RUN = re.compile(r"\*\*(?P<bold>.+?)\*\*|\*(?P<italic>.+?)\*|\[(?P<words>.+?)\]\((?P<uri>.+?)\)")
MARKER = re.compile(r"(?P<marker>-|\d+\.) +(?P<rest>.+)")


class SourceError(ValueError):
    """A source file that can't be made into slides; the message says where and why."""


# ── What a source says ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Run:
    """Words in one style. ``uri`` is what they link to, if anything."""

    text: str
    bold: bool = False
    italic: bool = False
    uri: str | None = None

    @property
    def style(self) -> tuple[bool, bool, str | None]:
        return self.bold, self.italic, self.uri

    @property
    def font(self) -> str:
        return FONTS[self.bold, self.italic]


@dataclass(frozen=True)
class Paragraph:
    """One line of a source. ``marker`` is what hangs before it ("•" or "2."), empty for plain text."""

    runs: tuple[Run, ...]
    marker: str = ""
    heading: bool = False


@dataclass(frozen=True)
class Cell:
    """Paragraphs one under another, on a tinted box or on the bare page."""

    paragraphs: tuple[Paragraph, ...]
    tinted: bool = False


@dataclass(frozen=True)
class Band:
    """A horizontal stretch of a slide: cells and the layout that arranges them."""

    layout: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Slide:
    title: str
    bands: tuple[Band, ...]


@dataclass(frozen=True)
class Deck:
    title: str
    date: str
    note: str
    slides: tuple[Slide, ...]


def parse_deck(source: str) -> Deck:
    """The deck that a source file describes, without its cover and contents slides."""
    matter = FRONT_MATTER.fullmatch(source)
    if matter is None:
        raise SourceError("a source starts with front matter between two lines '---'")
    fields = dict(re.findall(r"^(\w+): *(.+)$", matter["fields"], re.MULTILINE))
    if fields.keys() != {"title", "date", "note"}:
        raise SourceError(f"front matter holds title, date and note; this one holds {', '.join(fields)}")
    slides = tuple(parse_slide(part) for part in re.split(r"^# ", matter["body"], flags=re.MULTILINE)[1:])
    return Deck(slides=slides, **fields)


def parse_slide(part: str) -> Slide:
    title, _, body = part.partition("\n")
    return Slide(title.strip(), tuple(parse_bands(body)))


def parse_bands(body: str) -> Iterator[Band]:
    """The fences of a slide, and between them one band for each stretch of text and for each quote."""
    loose, *fences = FENCE.split(body)
    yield from parse_loose(loose)
    for layout, inside, after in zip(fences[::3], fences[1::3], fences[2::3], strict=True):
        yield parse_fence(layout, inside)
        yield from parse_loose(after)


def parse_loose(text: str) -> Iterator[Band]:
    lines = [line for line in text.splitlines() if line.strip()]
    if any(line.startswith(":::") for line in lines):
        raise SourceError(f"a fence is not closed, or its layout is not one of {', '.join(LAYOUTS)}")
    for _, group in groupby(lines, key=lambda line: line.startswith(">")):
        yield Band("text", (parse_cell(group),))


def parse_fence(layout: str, inside: str) -> Band:
    cells = [parse_cell(chunk.splitlines()) for chunk in re.split(r"\n\s*\n", inside.strip())]
    if layout == "qa" and len(cells) != 2:
        raise SourceError(f"a fence 'qa' holds a question and an answer, not {len(cells)} cells")
    boxed = {"columns": 0, "qa": 1}.get(layout, len(cells))
    return Band(layout, tuple(replace(cell, tinted=cell.tinted or i < boxed) for i, cell in enumerate(cells)))


def parse_cell(lines: Iterable[str]) -> Cell:
    """A cell, tinted if each of its lines is a line of a quote."""
    lines = list(lines)
    return Cell(tuple(map(parse_paragraph, lines)), tinted=all(line.startswith(">") for line in lines))


def parse_paragraph(line: str) -> Paragraph:
    """In a quote nothing is a bullet, so that '> - Name' keeps its dash."""
    if line.startswith(">"):
        return Paragraph(parse_runs(line.removeprefix(">").strip()))
    if line.startswith("## "):
        return Paragraph(parse_runs(f"**{line.removeprefix('## ')}**"), heading=True)
    if marked := MARKER.fullmatch(line):
        return Paragraph(parse_runs(marked["rest"]), marker=marked["marker"].replace("-", "•"))
    return Paragraph(parse_runs(line))


def parse_runs(text: str) -> tuple[Run, ...]:
    """Split a line where its style changes.

    >>> [run.text for run in parse_runs("Read **this** first.")]
    ['Read ', 'this', ' first.']
    """
    runs, end = list[Run](), 0
    for found in RUN.finditer(text):
        runs.append(Run(text[end : found.start()]))
        runs.append(
            Run(
                found["bold"] or found["italic"] or found["words"],
                bold=found["bold"] is not None,
                italic=found["italic"] is not None,
                uri=found["uri"],
            )
        )
        end = found.end()
    runs.append(Run(text[end:]))
    return tuple(run for run in runs if run.text)


# ── Where it goes on the page ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Line:
    """One line of text. ``baseline`` counts from the upper edge of the page."""

    left: float
    baseline: float
    size: float
    runs: tuple[Run, ...]
    colour: Color = INK

    @property
    def right(self) -> float:
        return self.left + measure(self.runs, self.size)


@dataclass(frozen=True)
class Block:
    """A cell that has found its place, and its lines."""

    left: float
    top: float
    width: float
    bottom: float
    lines: tuple[Line, ...]
    tinted: bool = False

    @property
    def fits(self) -> bool:
        """It ends above the footer, and no word of it is wider than the cell."""
        return self.bottom <= BODY_BOTTOM and all(line.right <= self.left + self.width for line in self.lines)


Row = tuple[tuple[Run, ...], float, Color]  # words, size, colour


def measure(runs: Iterable[Run], size: float) -> float:
    """The width of the runs, set one after another."""
    return float(sum(stringWidth(run.text, run.font, size) for run in runs))


def split_words(runs: Iterable[Run]) -> list[tuple[Run, ...]]:
    """The words between spaces; a word that changes style within has several runs.

    >>> [[run.text for run in word] for word in split_words(parse_runs("By **Ines**: hello"))]
    [['By'], ['Ines', ':'], ['hello']]
    """
    words: list[list[Run]] = [[]]
    for run in runs:
        for part in re.split(r"(\s+)", run.text):
            if part.isspace():
                words.append([])
            elif part:
                words[-1].append(replace(run, text=part))
    return [tuple(word) for word in words if word]


def join_words(words: Sequence[tuple[Run, ...]]) -> tuple[Run, ...]:
    """The words with a space between each two, as few runs as there are changes of style."""
    spaced = list(words[0])
    for word in words[1:]:
        space = Run(" ") if spaced[-1].style != word[0].style else replace(word[0], text=" ")
        spaced.extend((space, *word))
    groups = (list(group) for _, group in groupby(spaced, key=lambda run: run.style))
    return tuple(replace(group[0], text="".join(run.text for run in group)) for group in groups)


def wrap(runs: Iterable[Run], width: float, size: float) -> Iterator[tuple[Run, ...]]:
    """Lines no wider than ``width``; a word wider than that has a line of its own."""
    space = measure([Run(" ")], size)  # equally wide in all four fonts
    words, used = list[tuple[Run, ...]](), 0.0
    for word in split_words(runs):
        advance = measure(word, size)
        if words and used + space + advance > width:
            yield join_words(words)
            words, used = [], 0.0
        used += advance + (space if words else 0.0)
        words.append(word)
    if words:
        yield join_words(words)


def place_paragraph(paragraph: Paragraph, left: float, top: float, width: float, size: float) -> Iterator[Line]:
    colour = TEAL if paragraph.heading else INK
    indent = INDENT * size if paragraph.marker else 0.0
    baseline = top + ASCENT * size
    if paragraph.marker:
        yield Line(left, baseline, size, (Run(paragraph.marker),), colour)
    for number, runs in enumerate(wrap(paragraph.runs, width - indent, size)):
        yield Line(left + indent, baseline + number * LEADING * size, size, runs, colour)


def place_cell(cell: Cell, left: float, top: float, width: float, size: float) -> Block:
    padding = PADDING if cell.tinted else 0.0
    lines, bottom = list[Line](), top + padding
    for paragraph in cell.paragraphs:
        start = bottom + (PARAGRAPH_GAP * size if lines else 0.0)
        lines.extend(place_paragraph(paragraph, left + padding, start, width - 2 * padding, size))
        bottom = lines[-1].baseline + (LEADING - ASCENT) * size
    return Block(left, top, width, bottom + padding, tuple(lines), cell.tinted)


def place_row(
    cells: Iterable[Cell], shares: Sequence[float], top: float, size: float, stagger: float = 0.0
) -> list[Block]:
    """Cells side by side; ``shares`` are their parts of the body's width, gutters left out.

    A row of nothing but boxes is levelled: all become as high as the highest.
    """
    room = BODY_WIDTH - GUTTER * (len(shares) - 1)
    blocks, left = list[Block](), MARGIN
    for number, (cell, share) in enumerate(zip(cells, shares, strict=False)):
        blocks.append(place_cell(cell, left, top + stagger * (number % 2), room * share, size))
        left += room * share + GUTTER
    if not all(block.tinted for block in blocks):
        return blocks
    height = max(block.bottom - block.top for block in blocks)
    return [replace(block, bottom=block.top + height) for block in blocks]


def place_grid(cells: Sequence[Cell], shares: Sequence[float], top: float, size: float, gap: float) -> list[Block]:
    """Rows of as many cells as there are shares; the last row may be short."""
    blocks = list[Block]()
    for start in range(0, len(cells), len(shares)):
        row_top = blocks[-1].bottom + gap if blocks else top
        blocks.extend(place_row(cells[start : start + len(shares)], shares, row_top, size))
    return blocks


def place_stacks(cells: Sequence[Cell], count: int, top: float, size: float) -> list[Block]:
    """Cells dealt in order to ``count`` columns, each filled from top to bottom."""
    width = (BODY_WIDTH - GUTTER * (count - 1)) / count
    depth = -(-len(cells) // count)
    blocks = list[Block]()
    for number, cell in enumerate(cells):
        column, row = divmod(number, depth)
        cell_top = blocks[-1].bottom + GUTTER if row else top
        blocks.append(place_cell(cell, MARGIN + column * (width + GUTTER), cell_top, width, size))
    return blocks


def place_band(band: Band, top: float, size: float) -> list[Block]:
    count = len(band.cells)
    match band.layout:
        case "chat":
            return place_stacks(band.cells, 3, top, size)
        case "staggered":
            return place_row(band.cells, equal_shares(count), top, size, STAGGER)
        case "qa":
            return place_row(band.cells, (0.3, 0.7), top, size)
        case "contents":
            return place_grid(band.cells, (0.85, 0.15), top, size, PARAGRAPH_GAP * size)
        case "boxes":
            return place_grid(band.cells, equal_shares(2 if count in (2, 4) else min(count, 3)), top, size, GUTTER)
        case _:
            return place_row(band.cells, equal_shares(count), top, size)


def equal_shares(count: int) -> tuple[float, ...]:
    return (1 / count,) * count


def place_body(bands: Iterable[Band], size: float) -> list[Block]:
    blocks, top = list[Block](), BODY_TOP
    for band in bands:
        placed = place_band(band, top, size)
        top = max(block.bottom for block in placed) + BAND_GAP * size
        blocks.extend(placed)
    return blocks


def fit_body(slide: Slide) -> list[Block]:
    """The body in the largest size at which all of it fits."""
    for size in descending(*BODY_SIZES):
        blocks = place_body(slide.bands, size)
        if all(block.fits for block in blocks):
            return blocks
    raise SourceError(f"the slide '{slide.title}' holds more than fits at {BODY_SIZES[1]} points; split it in two")


def fit_title(title: str) -> Line:
    """The title on one line, in the largest size at which it fits."""
    run = Run(title, bold=True)
    for size in descending(*TITLE_SIZES):
        if measure([run], size) <= BODY_WIDTH:
            return Line(MARGIN, TITLE_TOP + ASCENT * TITLE_SIZES[0], size, (run,), TEAL)
    raise SourceError(f"the title '{title}' is too long for one line at {TITLE_SIZES[1]} points")


def descending(largest: float, smallest: float) -> Iterator[float]:
    size = largest
    while size >= smallest:
        yield size
        size -= SIZE_STEP


def place_stack(rows: Iterable[Row], top: float) -> Iterator[Line]:
    """Rows under one another, wrapped: the cover and the closing slide are made of them."""
    for runs, size, colour in rows:
        for line in wrap(runs, BODY_WIDTH, size):
            yield Line(MARGIN, top + ASCENT * size, size, line, colour)
            top += LEADING * size
        top += size


def contents_of(slides: Sequence[Slide]) -> Slide:
    """The contents slide: each title once, with the number of the page where it first stands.

    The cover and this slide come before the first of ``slides``; the closing slide is not listed.
    """
    pages = dict[str, int]()
    for page, slide in enumerate(slides[:-1], start=3):
        pages.setdefault(slide.title.removesuffix(" (continued)"), page)
    words = (word for title, page in pages.items() for word in (title, str(page)))
    return Slide(CONTENTS_TITLE, (Band("contents", tuple(Cell((Paragraph((Run(word),)),)) for word in words)),))


# ── Drawing ─────────────────────────────────────────────────────────────────────────────────────────────────


def draw_deck(deck: Deck, path: Path) -> None:
    """``invariant`` leaves dates and random ids out; uncompressed bytes don't depend on zlib's version."""
    canvas = Canvas(str(path), pagesize=(PAGE_WIDTH, PAGE_HEIGHT), invariant=1, pageCompression=0)
    canvas.setTitle(f"{SERIES}: {deck.title}")
    canvas.setSubject(deck.note)
    *slides, closing = contents_of(deck.slides), *deck.slides
    draw_page(canvas, place_stack(cover_rows(deck), COVER_TOP))
    for page, slide in enumerate(slides, start=2):
        draw_slide(canvas, slide, page)
    draw_page(canvas, place_stack(closing_rows(closing), CLOSING_TOP))
    canvas.save()


def cover_rows(deck: Deck) -> Iterator[Row]:
    yield (Run(SERIES, bold=True),), 40.0, TEAL
    yield (Run(deck.title, bold=True),), 28.0, INK
    yield (Run(deck.date),), 20.0, INK
    yield (Run(deck.note, italic=True),), 13.0, TEAL


def closing_rows(closing: Slide) -> Iterator[Row]:
    yield (Run(closing.title, bold=True),), 32.0, TEAL
    for band in closing.bands:
        for cell in band.cells:
            yield from ((paragraph.runs, 20.0, INK) for paragraph in cell.paragraphs)


def draw_page(canvas: Canvas, lines: Iterable[Line]) -> None:
    for line in lines:
        draw_line(canvas, line)
    canvas.showPage()


def draw_slide(canvas: Canvas, slide: Slide, page: int) -> None:
    """Title, footer, body: the order in which the text of a pack is read out of its file."""
    draw_line(canvas, fit_title(slide.title))
    draw_footer(canvas, page)
    for block in fit_body(slide):
        draw_block(canvas, block)
    canvas.showPage()


def draw_footer(canvas: Canvas, page: int) -> None:
    number = (Run(str(page)),)
    baseline = FOOTER_TOP + ASCENT * FOOTER_SIZE
    right = PAGE_WIDTH - MARGIN - measure(number, FOOTER_SIZE)
    draw_line(canvas, Line(MARGIN, baseline, FOOTER_SIZE, (Run(SERIES),), TEAL))
    draw_line(canvas, Line(right, baseline, FOOTER_SIZE, number, TEAL))


def draw_block(canvas: Canvas, block: Block) -> None:
    if block.tinted:
        canvas.setFillColor(TINT)
        canvas.rect(block.left, PAGE_HEIGHT - block.bottom, block.width, block.bottom - block.top, stroke=0, fill=1)
    for line in block.lines:
        draw_line(canvas, line)


def draw_line(canvas: Canvas, line: Line) -> None:
    baseline = PAGE_HEIGHT - line.baseline
    text = canvas.beginText(line.left, baseline)
    for run in line.runs:
        text.setFont(run.font, line.size)
        text.setFillColor(TEAL if run.uri else line.colour)
        text.textOut(run.text)
    canvas.drawText(text)
    left = line.left
    for run in line.runs:
        right = left + measure([run], line.size)
        if run.uri:
            draw_link(canvas, run.uri, (left, baseline, right, baseline + ASCENT * line.size))
        left = right


def draw_link(canvas: Canvas, uri: str, area: tuple[float, float, float, float]) -> None:
    """A link annotation over ``area`` (left, bottom, right, top; y upwards) and a line under the words."""
    left, bottom, right, top = area
    canvas.setStrokeColor(TEAL)
    canvas.setLineWidth(0.5)
    canvas.line(left, bottom - 2, right, bottom - 2)
    canvas.linkURL(uri, (left, bottom - 3, right, top))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Build the sample corpus: one PDF for each Markdown source.")
    parser.add_argument("--sources", type=Path, default=CORPUS / "sources", help="folder of the .md files")
    parser.add_argument("--out", type=Path, default=CORPUS, help="folder that gets the .pdf files")
    folders = parser.parse_args(arguments)
    folders.out.mkdir(parents=True, exist_ok=True)
    for source in sorted(folders.sources.glob("*.md")):
        try:
            draw_deck(parse_deck(source.read_text(encoding="utf-8")), folders.out / f"{source.stem}.pdf")
        except SourceError as error:
            raise SystemExit(f"{source}: {error}") from error


if __name__ == "__main__":
    main()
