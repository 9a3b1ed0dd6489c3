"""A sheet as PDF, A4. The fonts are embedded: FiraGO has Latin, Greek and Cyrillic letters with all their accents.

It has no Chinese, Japanese or Korean characters and no pictures (emoji): :data:`MISSING` stands for each of them.
Arabic and Hebrew letters are drawn one by one, from left to right.
"""

from __future__ import annotations

import io
from functools import cache
from xml.sax.saxutils import escape, quoteattr

import pymupdf_fonts
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, ListFlowable, ListItem, PageBreak, SimpleDocTemplate
from reportlab.platypus import Paragraph as Written
from reportlab.platypus import Table as WrittenTable

from kindsearch.interfaces.exports.sheet import REFERENCES, Block, Heading, Items, Line, Paragraph, Run, Sheet

MISSING = "▯"
_REGULAR, _BOLD = "FiraGO", "FiraGO-Bold"
_MARGIN = 20 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_TEXT = ParagraphStyle("text", fontName=_REGULAR, fontSize=9.5, leading=13, spaceAfter=4)
_SMALL = ParagraphStyle("small", _TEXT, textColor=colors.HexColor("#555555"), spaceAfter=8)
_CELL = ParagraphStyle("cell", _TEXT, spaceAfter=0)
_TITLE = ParagraphStyle("title", _TEXT, fontName=_BOLD, fontSize=18, leading=22, spaceAfter=6)
_HEADING = ParagraphStyle("heading", _TEXT, fontName=_BOLD, fontSize=12, leading=15, spaceBefore=8, keepWithNext=1)
_GRID = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.HexColor("#bbbbbb")),
    ("LEFTPADDING", (0, 0), (-1, -1), 3),
]
_SHARES = {5: (0.44, 0.2, 0.11, 0.16, 0.09)}  # of the width, by number of columns; else all alike


def write(sheet: Sheet) -> bytes:
    """The file."""
    _register()
    story: list[Flowable] = [_written((Run(sheet.title),), _TITLE), _written((Run(sheet.subtitle),), _SMALL)]
    for block in sheet.blocks:
        story += _flowables(block)
    if sheet.references:
        story += [PageBreak(), _written((Run(REFERENCES),), _HEADING)]
        story += [_reference(number, line) for number, line in sheet.references]
    out = io.BytesIO()
    template = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN, bottomMargin=_MARGIN,
        title=sheet.title, author="kindsearch", lang="en",
    )  # fmt: skip
    template.build(story, onFirstPage=_page_number, onLaterPages=_page_number)
    return out.getvalue()


@cache
def _register() -> frozenset[int]:
    """Make the fonts known; returns the characters that they have."""
    fonts = [TTFont(name, io.BytesIO(pymupdf_fonts.myfont(of))) for name, of in ((_REGULAR, "figo"), (_BOLD, "figbo"))]
    for font in fonts:
        pdfmetrics.registerFont(font)
    pdfmetrics.registerFontFamily(_REGULAR, normal=_REGULAR, bold=_BOLD, italic=_REGULAR, boldItalic=_BOLD)
    return frozenset(fonts[0].face.charToGlyph) & frozenset(fonts[1].face.charToGlyph)


def _flowables(block: Block) -> list[Flowable]:
    if isinstance(block, Heading):
        return [_written((Run(block.text),), _HEADING)]
    if isinstance(block, Paragraph):
        return [_written(block.line, _TEXT)]
    if isinstance(block, Items):
        items = [ListItem(_written(line, _TEXT)) for line in block.lines]
        return [ListFlowable(items, bulletType="bullet", start="•", leftIndent=12, bulletFontName=_REGULAR)]
    rows = [[_written((Run(cell, bold=True),), _CELL) for cell in block.header]] if block.header else []
    rows += [[_written(cell, _CELL) for cell in row] for row in block.rows]
    columns = len(rows[0])
    widths = [share * _WIDTH for share in _SHARES.get(columns, (1 / columns,) * columns)]
    table = WrittenTable(
        rows, widths, style=_GRID, spaceAfter=6, repeatRows=1 if block.header else 0,
        splitInRow=1,  # a row may be taller than a page: one long quote, or a title without a blank
    )  # fmt: skip
    return [table] if block.header else [KeepTogether([table])]  # quotes side by side stay so where they can


def _reference(number: int, line: Line) -> Flowable:
    return Written(f'<a name="reference-{number}"/>{number}. {_markup(line)}', _TEXT)


def _written(line: Line, style: ParagraphStyle) -> Flowable:
    return Written(_markup(line), style)


def _markup(line: Line) -> str:
    return "".join(map(_run, line)).strip()


def _run(run: Run) -> str:
    """Words in reportlab's markup; what could be markup in them is escaped."""
    text = escape("".join(letter if ord(letter) in _register() else MISSING for letter in run.text))
    if run.link:
        return f"<a href={quoteattr(run.link)}><u>{text}</u></a>"
    if run.reference is not None:
        return f'<a href="#reference-{run.reference}">{text}</a>'
    return f"<b>{text}</b>" if run.bold else text


def _page_number(canvas: Canvas, template: SimpleDocTemplate) -> None:
    canvas.setFont(_REGULAR, 8)
    canvas.drawRightString(A4[0] - _MARGIN, _MARGIN / 2, str(template.page))
