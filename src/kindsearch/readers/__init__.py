"""Readers: a file of the corpus in, a :class:`~kindsearch.types.Document` out.

How to add a format: write ``readers/<family>.py`` with a function ``(data, source, path, limits) -> Document`` that
raises our errors only, and add one row to :data:`FORMATS` with a test that knows the format by its content. The rest
of kindsearch needs nothing more: offsets, places and speakers are in the Document.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kindsearch.errors import EncryptedFile, NoTextLayer, ReaderLimit, UnknownFormat, UnreadableFile
from kindsearch.readers import layout, pack, text
from kindsearch.readers.pdf_worker import RawPdf
from kindsearch.readers.sandbox import ChildFailed, Limits, run_in_child
from kindsearch.types import Document

__all__ = ["FORMATS", "Limits", "read", "render_page"]

WORKER = "kindsearch.readers.pdf_worker"
PDF_HEADER_WITHIN = 1024  # bytes, as PDF readers allow


@dataclass(frozen=True)
class Format:
    """One row of the table: what it is called, whether some bytes under some name are it, and who reads it."""

    name: str
    recognises: Callable[[bytes, PurePosixPath], bool]
    read: Callable[[bytes, str, Path, Limits], Document]


def read(path: Path, source: str, limits: Limits | None = None) -> Document:
    """Read one file. ``source`` is its path relative to the corpus, and what errors call it.

    Raises UnreadableFile (or one of its kinds) for a file that is broken, UnknownFormat for one no reader knows.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(source, error.strerror or str(error)) from error
    if not data.strip():
        raise UnreadableFile(source, "the file is empty")
    name = PurePosixPath(source)
    for form in FORMATS:
        if form.recognises(data, name):
            return form.read(data, source, path, limits or Limits())
    if name.suffix.lower() == ".pdf":
        raise UnreadableFile(source, "not a PDF: it does not begin with %PDF")
    raise UnknownFormat(source, tuple(form.name for form in FORMATS))


def render_page(path: Path, source: str, page: int, width: int, limits: Limits | None = None) -> bytes:
    """PNG of a page (from 1) of a PDF, ``width`` pixels wide. Raises UnreadableFile where that can't be made."""
    request: dict[str, object] = {"do": "render", "path": str(path), "password": _password(path)}
    try:
        return run_in_child(WORKER, {**request, "page": page, "width": width}, limits or Limits())
    except ChildFailed as failure:
        raise UnreadableFile(source, f"page {page} can't be shown: {failure.reason}") from failure


# ---------------------------------------------------------------- PDF packs


def _is_pdf(data: bytes, _: PurePosixPath) -> bool:
    return b"%PDF-" in data[:PDF_HEADER_WITHIN]


def _read_pdf(data: bytes, source: str, path: Path, limits: Limits) -> Document:
    raw = _in_child(source, path, limits)
    if raw.problem == "encrypted":
        raise EncryptedFile(source, _sidecar(path).name)
    if raw.problem == "pages":
        raise ReaderLimit(source, "pages", f"{limits.pages:,} pages")
    if raw.problem == "characters":
        raise ReaderLimit(source, "characters", f"{limits.characters:,} characters")
    if raw.problem:
        raise UnreadableFile(source, raw.problem)
    if not any(page.words or any(line.strip() for line in page.lines) for page in raw.pages):
        raise NoTextLayer(source, len(raw.pages))
    return pack.document_of(layout.slides_of(raw), hashlib.sha256(data).hexdigest(), source, raw.title)


def _in_child(source: str, path: Path, limits: Limits) -> RawPdf:
    request: dict[str, object] = {
        "do": "read",
        "path": str(path),
        "password": _password(path),
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


def _sidecar(path: Path) -> Path:
    """The file beside a source that holds what the source does not say of itself: its password."""
    return path.with_suffix(".toml")


def _password(path: Path) -> str | None:
    try:
        password = tomllib.loads(_sidecar(path).read_text(encoding="utf-8")).get("password")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    return password if isinstance(password, str) else None


# ---------------------------------------------------------------- packs as text


def _is_text(data: bytes, name: PurePosixPath) -> bool:
    return name.suffix.lower() in {".md", ".txt"} and (data[:2] in _UTF16_MARKS or b"\0" not in data)


_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def _read_text(data: bytes, source: str, path: Path, limits: Limits) -> Document:  # noqa: ARG001
    if len(data) > 4 * limits.characters:
        raise ReaderLimit(source, "characters", f"{limits.characters:,} characters")
    document = pack.document_of(text.slides_of(_decoded(data)), hashlib.sha256(data).hexdigest(), source)
    if not document.units:
        raise UnreadableFile(source, "there are no words in it")
    return document


def _decoded(data: bytes) -> str:
    if data[:2] in _UTF16_MARKS:
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


FORMATS = (
    Format("pack as PDF", _is_pdf, _read_pdf),
    Format("pack as text or Markdown", _is_text, _read_text),
)
