"""A brief as a file to take along: Markdown, DOCX or PDF, with a page of references.

``sheet.py`` says once what stands in it and in which words; each format has a file that writes a sheet. To add one,
write that file and a row in :data:`WRITERS`.

Whatever comes from a document is text and stays text: nothing of it becomes a link, markup or a control character.
What can be followed are the links that the archive knows as such, with http or https.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Literal

from kindsearch.interfaces.exports.sheet import Sheet, sheet_of
from kindsearch.types import Brief

Format = Literal["md", "docx", "pdf"]
WRITERS: dict[Format, str] = {"md": "markdown", "docx": "word", "pdf": "pdf"}


def export(brief: Brief, format: Format) -> bytes:
    """The file that holds a brief."""
    write: Callable[[Sheet], bytes] = import_module(f"{__name__}.{WRITERS[format]}").write
    return write(sheet_of(brief))
