"""Readers: a file of the corpus in, a :class:`~kindsearch.types.Document` out.

How to add a format: write ``readers/<family>.py`` with a function that makes a Document and raises our errors only, and
add one row to ``FORMATS`` in ``formats.py`` with a test that knows the format by its content; a format of text is one
row of ``TEXTS``. The rest of kindsearch needs nothing more: offsets, places and speakers are in the Document.

The table is imported at the first file that is read: neither a question nor the child that opens a PDF needs it.
"""

from __future__ import annotations

from pathlib import Path

from kindsearch.errors import UnreadableFile
from kindsearch.readers.pdf import page_texts, render_page
from kindsearch.readers.sandbox import Limits
from kindsearch.types import Document

__all__ = ["Limits", "page_texts", "read", "render_page"]


def read(path: Path, source: str, limits: Limits | None = None, password: str | None = None) -> Document:
    """Read one file. ``source`` is its path relative to the corpus, and what errors call it.

    Raises UnreadableFile (or one of its kinds) for a file that is broken, UnknownFormat for one no reader knows.
    """
    from kindsearch.readers import formats

    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(source, error.strerror or str(error)) from error
    if not data.strip():
        raise UnreadableFile(source, "the file is empty")
    return formats.read(formats.File(data, source, path, limits or Limits(), password))
