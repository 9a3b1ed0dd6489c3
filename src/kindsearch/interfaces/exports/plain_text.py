"""A sheet as plain text, for a terminal."""

from __future__ import annotations

from kindsearch.interfaces.exports.sheet import REFERENCES, Block, Heading, Items, Line, Paragraph, Sheet


def text_of(sheet: Sheet) -> str:
    """The sheet, its parts under one another."""
    parts = [sheet.title, sheet.subtitle, *map(_block, sheet.blocks)]
    if sheet.references:
        parts += [REFERENCES.upper(), "\n".join(f"[{number}] {_line(line)}" for number, line in sheet.references)]
    return "\n\n".join(parts)


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return block.text.upper()
    if isinstance(block, Paragraph):
        return _line(block.line)
    if isinstance(block, Items):
        return "\n".join(f"  {_line(line)}" for line in block.lines)
    if not block.header:
        return "\n".join(f"  {'' if number == 0 else '→ '}{_line(cell)}" for row in block.rows for number, cell in
                         enumerate(row))  # fmt: skip
    rows = [list(block.header), *([_line(cell) for cell in row] for row in block.rows)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(block.header))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
                     for row in rows)  # fmt: skip


def _line(line: Line) -> str:
    return "".join(run.text for run in line).strip()
