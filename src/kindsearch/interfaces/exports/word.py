"""A sheet as DOCX, for Word and LibreOffice."""

from __future__ import annotations

import io
from typing import Any

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph as Written

from kindsearch.interfaces.exports.sheet import REFERENCES, Block, Heading, Items, Line, Paragraph, Run, Sheet

_MARK = "reference-{}"


def write(sheet: Sheet) -> bytes:
    """The file."""
    document = docx.Document()
    document.core_properties.title, document.core_properties.author = sheet.title, "kindsearch"
    document.styles["Normal"].font.size = Pt(10.5)
    document.add_heading(sheet.title, 0)
    document.add_paragraph(sheet.subtitle)
    for block in sheet.blocks:
        _add(document, block)
    if sheet.references:
        document.add_heading(REFERENCES, 1).paragraph_format.page_break_before = True
        for number, line in sheet.references:
            paragraph = document.add_paragraph()
            _mark(paragraph, number)
            _fill(paragraph, (Run(f"{number}. "), *line))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _add(document: Document, block: Block) -> None:
    if isinstance(block, Heading):
        document.add_heading(block.text, 1)
    elif isinstance(block, Paragraph):
        _fill(document.add_paragraph(), block.line)
    elif isinstance(block, Items):
        for line in block.lines:
            _fill(document.add_paragraph(style="List Bullet"), line)
    else:
        header: tuple[tuple[Line, ...], ...] = (tuple((Run(cell, bold=True),) for cell in block.header),)
        rows = (header if block.header else ()) + block.rows
        table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
        for cells, row in zip(table.rows, rows, strict=True):
            for cell, line in zip(cells.cells, row, strict=True):
                _fill(cell.paragraphs[0], line)
        document.add_paragraph()


def _fill(paragraph: Written, line: Line) -> None:
    for run in line:
        if run.link:
            related = paragraph.part.relate_to(run.link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
            _link(paragraph, run.text, "r:id", related)
        elif run.reference is not None:
            _link(paragraph, run.text, "w:anchor", _MARK.format(run.reference))
        else:
            paragraph.add_run(run.text).bold = run.bold or None


def _link(paragraph: Written, text: str, attribute: str, target: str) -> None:
    """A link on the words: python-docx reads links, and leaves writing them to its user."""
    link: Any = OxmlElement("w:hyperlink")
    link.set(qn(attribute), target)
    written = paragraph.add_run(text)
    written.font.underline = attribute == "r:id" or None
    link.append(written._r)
    paragraph._p.append(link)


def _mark(paragraph: Written, number: int) -> None:
    """The place a reference's number leads to."""
    for tag in ("w:bookmarkStart", "w:bookmarkEnd"):
        mark: Any = OxmlElement(tag)
        mark.set(qn("w:id"), str(number))
        if tag == "w:bookmarkStart":
            mark.set(qn("w:name"), _MARK.format(number))
        paragraph._p.append(mark)
