"""A sheet as Markdown (CommonMark with tables). Nothing in a document's text is markup, a link or HTML in it."""

from __future__ import annotations

import re

from kindsearch.interfaces.exports.sheet import REFERENCES, Block, Heading, Items, Line, Paragraph, Run, Sheet

# What at the beginning of a line could begin a list, a rule or an underlined heading.
_BEGINNING = re.compile(r"^(\d{0,9})([-+=.)])")
# What could begin or end emphasis, code, links, images, HTML, entities, headings, cells, formulas; and what makes an
# address live where addresses are linked by themselves: "http:" before "//", "www" before its dot, "@".
_MARKUP = re.compile(r"[\\`*_\[\]<>&#|~!$@]|:(?=//)|(?<=www)\.", re.IGNORECASE)


def write(sheet: Sheet) -> bytes:
    """The file, UTF-8."""
    parts = [f"# {escaped(sheet.title)}", _line((Run(sheet.subtitle),)), *map(_block, sheet.blocks)]
    if sheet.references:
        parts += [f"## {REFERENCES}", "\n".join(f"{number}. {_line(line)}" for number, line in sheet.references)]
    return ("\n\n".join(parts) + "\n").encode()


def escaped(text: str) -> str:
    r"""Text that is shown as it is.

    >>> print(escaped("![x](http://a.b) <b>*"))
    \!\[x\](http\://a.b) \<b\>\*
    """
    return _MARKUP.sub(lambda found: f"\\{found.group()}", text)


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"## {escaped(block.text)}"
    if isinstance(block, Paragraph):
        return _line(block.line)
    if isinstance(block, Items):
        return "\n".join(f"- {_line(line)}" for line in block.lines)
    if not block.header:  # side by side
        return "\n\n".join("\n>\n".join(f"> {_line(cell)}" for cell in row) for row in block.rows)
    rows = [[escaped(cell) for cell in block.header], ["---"] * len(block.header)]
    rows += [[_line(cell) for cell in row] for row in block.rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _line(line: Line) -> str:
    return _BEGINNING.sub(r"\1\\\2", "".join(map(_run, line)).strip())


def _run(run: Run) -> str:
    if run.link:
        return f"<{run.link}>"
    text = escaped(run.text)
    return f"**{text}**" if run.bold else text
