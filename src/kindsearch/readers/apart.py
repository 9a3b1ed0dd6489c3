"""What is done in a child process (``jobs.py``): read a file, draw a page of a PDF, read its pages once more."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from kindsearch.errors import EncryptedFile, NoTextLayer, ReaderLimit, UnknownFormat, UnreadableFile
from kindsearch.readers.files import CHANGED_MEANWHILE, File
from kindsearch.readers.sandbox import ChildFailed, Limits, run_in_child
from kindsearch.types import Document

JOBS = "kindsearch.readers.jobs"
_ERRORS = {kind.__name__: kind for kind in (UnreadableFile, NoTextLayer, EncryptedFile, ReaderLimit, UnknownFormat)}


def read_apart(file: File) -> Document:
    """Read a file in a child process. Raises UnreadableFile (or one of its kinds), UnknownFormat."""
    request: dict[str, object] = {"do": "read", "path": str(file.path), "source": file.source}
    try:
        answer = run_in_child(JOBS, {**request, **_asked(file.limits, file.password)}, file.limits)
    except ChildFailed as failure:
        raise _unreadable(failure, file.source, file.limits) from failure
    return _document_in(answer, file)


def _asked(limits: Limits, password: str | None) -> dict[str, object]:
    return {"password": password, "limits": vars(limits)}


def _document_in(answer: bytes, file: File) -> Document:
    """The document in what the child answered; it is not trusted to be one, nor to be that of another file."""
    from pydantic import TypeAdapter, ValidationError

    try:
        if not answer.startswith(b"{"):
            kind, error = json.loads(answer)
            raise _ERRORS[kind](**error)
        document = TypeAdapter(Document).validate_json(answer)
    except (ValidationError, ValueError, KeyError, TypeError) as error:
        raise UnreadableFile(file.source, "the reader gave no sensible answer") from error
    if document.id != file.id:
        raise UnreadableFile(file.source, CHANGED_MEANWHILE)
    return replace(document, source=file.source)


def _unreadable(failure: ChildFailed, source: str, limits: Limits) -> UnreadableFile:
    allowed = {
        "time": f"{limits.seconds} s",
        "memory": f"{limits.memory_bytes // 2**20} MB",
        "answer": f"{limits.answer_bytes // 2**20} MB of words and places",
    }
    if failure.limit:
        return ReaderLimit(source, failure.limit, allowed[failure.limit])
    return UnreadableFile(source, f"the reader gave up: {failure.reason}")


def render_page(
    path: Path, source: str, page: int, width: int, limits: Limits | None = None, password: str | None = None
) -> bytes:
    """PNG of a page (from 1) of a PDF, ``width`` pixels wide. Raises UnreadableFile where that can't be made."""
    limits = limits or Limits()
    request: dict[str, object] = {"do": "render", "path": str(path), "page": page, "width": width}
    try:
        return run_in_child(JOBS, {**request, **_asked(limits, password)}, limits)
    except ChildFailed as failure:
        raise UnreadableFile(source, f"page {page} can't be shown: {failure.reason}") from failure


def page_texts(path: Path, source: str, limits: Limits | None = None, password: str | None = None) -> list[str]:
    """The text of each page of a PDF, by another program than the one that :func:`read` goes by.

    To check quotes with. Raises UnreadableFile where it can't read the file.
    """
    limits = limits or Limits()
    request: dict[str, object] = {"do": "texts", "path": str(path)}
    try:
        answer = run_in_child(JOBS, {**request, **_asked(limits, password)}, limits)
        return [str(text) for text in json.loads(answer)]
    except (ChildFailed, ValueError) as failure:
        raise UnreadableFile(source, f"the second PDF reader gave up: {failure}") from failure
