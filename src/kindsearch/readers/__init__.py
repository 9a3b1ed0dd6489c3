"""Readers: a file of the corpus in, a :class:`~kindsearch.types.Document` out.

How to add a format: write ``readers/<family>.py`` with a function that makes a Document and raises our errors only, and
add one row to :data:`FORMATS` with a test that knows the format by its content; a format of text is one row of
:data:`TEXTS`. The rest of kindsearch needs nothing more: offsets, places and speakers are in the Document.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kindsearch.errors import EncryptedFile, NoTextLayer, ReaderLimit, UnknownFormat, UnreadableFile
from kindsearch.readers import captions, chat, docx, layout, pack, text, transcript
from kindsearch.readers.decoding import decoded, is_text, without_skipped
from kindsearch.readers.pdf_worker import RawPdf
from kindsearch.readers.sandbox import ChildFailed, Limits, run_in_child
from kindsearch.types import Document

__all__ = ["FORMATS", "TEXTS", "Limits", "page_texts", "read", "render_page"]

WORKER = "kindsearch.readers.pdf_worker"
PDF_HEADER_WITHIN = 1024  # bytes, as PDF readers allow


@dataclass(frozen=True)
class File:
    """What a reader is given: the bytes of a file, its path relative to the corpus, where it is, what opens it."""

    data: bytes
    source: str
    path: Path
    limits: Limits
    password: str | None

    @property
    def id(self) -> str:
        """SHA-256 of its bytes."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def suffix(self) -> str:
        """How its name ends, in lower case."""
        return PurePosixPath(self.source).suffix.lower()


@dataclass(frozen=True)
class Format:
    """One row of the table: what it is called, whether a file is it, by its content, and who reads it."""

    name: str
    recognises: Callable[[File], bool]
    read: Callable[[File], Document]


@dataclass(frozen=True)
class Text:
    """One row of the table of texts. ``anywhere`` when it is known by its content alone, whatever its name."""

    name: str
    recognises: Callable[[str], bool]
    read: Callable[[str, str, str], Document]
    anywhere: bool = False


def read(path: Path, source: str, limits: Limits | None = None, password: str | None = None) -> Document:
    """Read one file. ``source`` is its path relative to the corpus, and what errors call it.

    Raises UnreadableFile (or one of its kinds) for a file that is broken, UnknownFormat for one no reader knows.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(source, error.strerror or str(error)) from error
    if not data.strip():
        raise UnreadableFile(source, "the file is empty")
    file = File(data, source, path, limits or Limits(), password)
    for form in FORMATS:
        if form.recognises(file):
            return form.read(file)
    raise _unknown(file)


def _unknown(file: File) -> UnknownFormat | UnreadableFile:
    if file.suffix == ".pdf":
        return UnreadableFile(file.source, "not a PDF: it does not begin with %PDF")
    return UnknownFormat(file.source, (FORMATS[0].name, "DOCX", *(form.name for form in TEXTS)))


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


# ---------------------------------------------------------------- PDF packs


def _is_pdf(file: File) -> bool:
    return b"%PDF-" in file.data[:PDF_HEADER_WITHIN]


def _read_pdf(file: File) -> Document:
    source, limits = file.source, file.limits
    raw = _in_child(file)
    if raw.problem == "encrypted":
        raise EncryptedFile(source, file.path.with_suffix(".toml").name)
    if raw.problem == "pages":
        raise ReaderLimit(source, "pages", f"{limits.pages:,} pages")
    if raw.problem == "characters":
        raise ReaderLimit(source, "characters", f"{limits.characters:,} characters")
    if raw.problem:
        raise UnreadableFile(source, raw.problem)
    if not any(page.words or any(line.strip() for line in page.lines) for page in raw.pages):
        raise NoTextLayer(source, len(raw.pages))
    return pack.document_of(layout.slides_of(raw), file.id, source, raw.title)


def _in_child(file: File) -> RawPdf:
    source, limits = file.source, file.limits
    request: dict[str, object] = {
        "do": "read",
        "path": str(file.path),
        "password": file.password,
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


# ---------------------------------------------------------------- texts


def _read_text(file: File) -> Document:
    if len(file.data) > 4 * file.limits.characters:
        raise ReaderLimit(file.source, "characters", f"{file.limits.characters:,} characters")
    return _read_lines(file, without_skipped(decoded(file.data)))


def _read_docx(file: File) -> Document:
    return _read_lines(file, without_skipped(docx.lines_of(file.data, file.source, file.limits)))


def _read_lines(file: File, lines: str) -> Document:
    """Read a text with the first reader that knows it. Raises UnknownFormat where none does."""
    by_name = file.suffix in PLAIN or file.suffix == ".docx"
    if _PRIVATE.search(lines) and not chat.recognises(lines):  # as another reader would take them for words of a talk
        raise UnreadableFile(file.source, "it looks like a saved chat with private messages, in a form not known here")
    for form in TEXTS:
        if (form.anywhere or by_name) and form.recognises(lines):
            document = form.read(lines, file.id, file.source)
            if not document.units:
                raise UnreadableFile(file.source, "there are no words in it")
            return document
    raise _unknown(file)


def _read_pack(lines: str, document_id: str, source: str) -> Document:
    return pack.document_of(text.slides_of(lines), document_id, source)


# A line that begins with a time, or says from whom, and names a private recipient, as meeting programs write it.
_PRIVATE = re.compile(
    r"^\W{0,9}(?:"
    r"\d{1,2}[:.]\d{2}.{0,150}\((?:direct message|priv\w{2,10}|direkt\w{0,12}|mensaje directo|message direct)\)"
    r"|from\b.{1,150}\bto\b.{1,100}\(direct message\))",
    re.IGNORECASE | re.MULTILINE,
)
PLAIN = frozenset({".md", ".markdown", ".txt", ".text", ""})
# A Teams transcript has lines like those of a caption file, so written transcripts are asked before captions.
TEXTS = (
    Text("a saved meeting chat", chat.recognises, chat.read, anywhere=True),
    Text("a transcript with names or times", transcript.recognises, transcript.read),
    Text("captions (VTT, SRT)", captions.recognises, captions.read, anywhere=True),
    Text("a pack as text or Markdown", text.recognises, _read_pack),
)
FORMATS = (
    Format("a pack as PDF", _is_pdf, _read_pdf),
    Format("DOCX", lambda file: docx.is_docx(file.data), _read_docx),
    Format("text", lambda file: is_text(file.data), _read_text),
)
