"""Readers: a file of the corpus in, a :class:`~kindsearch.types.Document` out.

How to add a format: write ``readers/<family>.py`` with a function that makes a Document and raises our errors only, and
add one row to ``FORMATS`` in ``formats.py`` with a test that knows the format by its content; a format of text is one
row of ``TEXTS``. The rest of kindsearch needs nothing more: offsets, places and speakers are in the Document.

PDFs, Word documents and large texts are read in a child process with limits (``apart.py``), so a file can cost its
own reading and nothing else. The table is imported at the first file that needs it.
"""

from __future__ import annotations

from pathlib import Path

from kindsearch.errors import ReaderLimit, UnreadableFile
from kindsearch.readers.apart import page_texts, read_apart, render_page
from kindsearch.readers.files import CHANGED_MEANWHILE, File
from kindsearch.readers.sandbox import Limits
from kindsearch.types import Document

__all__ = ["CHANGED_MEANWHILE", "Limits", "page_texts", "read", "read_stranger", "render_page"]


def read(path: Path, source: str, limits: Limits | None = None, password: str | None = None) -> Document:
    """Read one file. ``source`` is its path relative to the corpus, and what errors call it.

    Raises UnreadableFile (or one of its kinds) for a file that is broken, UnknownFormat for one no reader knows.
    """
    file = _opened(path, source, limits or Limits(), password)
    if file.wants_a_child:
        return read_apart(file)
    from kindsearch.readers import formats

    return formats.read(file)


def read_stranger(path: Path, source: str, limits: Limits) -> tuple[Document, str]:
    """Read a file of which nothing is known, not even by its name: in a child process, whatever it is.

    Returns how its name should end, too. Raises as :func:`read`.
    """
    file = _opened(path, source, limits, None)
    return read_apart(file), file.suffix_by_content


def _opened(path: Path, source: str, limits: Limits, password: str | None) -> File:
    try:
        size = path.stat().st_size
        if size > limits.file_bytes:
            raise ReaderLimit(source, "file size", f"{limits.file_bytes // 2**20:,} MB")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(source, error.strerror or str(error)) from error
    if not data.strip():
        raise UnreadableFile(source, "the file is empty")
    return File(data, source, path, limits, password)
