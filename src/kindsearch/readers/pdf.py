"""Packs as PDF: from what stands on the pages to a Document. Runs in the child process only (``jobs.py``)."""

from __future__ import annotations

from dataclasses import replace

from kindsearch.errors import EncryptedFile, NoTextLayer, ReaderLimit, UnreadableFile
from kindsearch.readers import layout, pack, pdf_worker
from kindsearch.readers.files import File
from kindsearch.types import Document


def read(file: File) -> Document:
    """Read a PDF. Raises UnreadableFile or one of its kinds."""
    source, limits = file.source, file.limits
    raw = pdf_worker.read(str(file.path), file.password, limits.pages, limits.characters)
    if raw.problem == "encrypted":
        raise EncryptedFile(source, file.path.with_suffix(".toml").name, given=bool(file.password))
    if raw.problem == "pages":
        raise ReaderLimit(source, "pages", f"{limits.pages:,} pages")
    if raw.problem == "characters":
        raise ReaderLimit(source, "characters", f"{limits.characters:,} characters")
    if raw.problem:
        raise UnreadableFile(source, raw.problem)
    if not any(page.words or any(line.strip() for line in page.lines) for page in raw.pages):
        raise NoTextLayer(source, len(raw.pages))
    document = pack.document_of(layout.slides_of(raw), file.id, source, raw.title)
    return replace(document, invisible_characters=sum(page.invisible for page in raw.pages))
