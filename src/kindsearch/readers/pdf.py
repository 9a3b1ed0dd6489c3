"""What is done with a PDF, all in a child process (``pdf_worker.py``): read it, draw a page, read it once more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from kindsearch.errors import ReaderLimit, UnreadableFile
from kindsearch.readers.sandbox import ChildFailed, Limits, run_in_child

if TYPE_CHECKING:
    from kindsearch.readers.pdf_worker import RawPdf

WORKER = "kindsearch.readers.pdf_worker"


def content_of(path: Path, source: str, limits: Limits, password: str | None = None) -> RawPdf:
    """What stands on the pages of a PDF, or why that can't be read. Raises UnreadableFile, ReaderLimit."""
    from kindsearch.readers.pdf_worker import RawPdf  # a program too, which Python wants to begin with

    request: dict[str, object] = {
        "do": "read",
        "path": str(path),
        "password": password,
        "max_pages": limits.pages,
        "max_characters": limits.characters,
    }
    try:
        return RawPdf.from_json(run_in_child(WORKER, request, limits).decode("utf-8"))
    except ChildFailed as failure:
        allowed = {"time": f"{limits.seconds} s", "memory": f"{limits.memory_bytes // 2**20} MB"}
        if failure.limit:
            raise ReaderLimit(source, failure.limit, allowed[failure.limit]) from failure
        raise UnreadableFile(source, f"the PDF reader gave up: {failure.reason}") from failure
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableFile(source, "the PDF reader gave no sensible answer") from error


def render_page(
    path: Path, source: str, page: int, width: int, limits: Limits | None = None, password: str | None = None
) -> bytes:
    """PNG of a page (from 1) of a PDF, ``width`` pixels wide. Raises UnreadableFile where that can't be made."""
    request: dict[str, object] = {"do": "render", "path": str(path), "password": password}
    try:
        return run_in_child(WORKER, {**request, "page": page, "width": width}, limits or Limits())
    except ChildFailed as failure:
        raise UnreadableFile(source, f"page {page} can't be shown: {failure.reason}") from failure


def page_texts(path: Path, source: str, limits: Limits | None = None, password: str | None = None) -> list[str]:
    """The text of each page of a PDF, by another program than the one that :func:`read` goes by.

    To check quotes with. Raises UnreadableFile where it can't read the file.
    """
    limits = limits or Limits()
    request: dict[str, object] = {"do": "texts", "path": str(path), "password": password}
    most: dict[str, object] = {"max_pages": limits.pages, "max_characters": limits.characters}
    try:
        return [str(text) for text in json.loads(run_in_child(WORKER, {**request, **most}, limits))]
    except (ChildFailed, ValueError) as failure:
        raise UnreadableFile(source, f"the second PDF reader gave up: {failure}") from failure
