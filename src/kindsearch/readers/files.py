"""What a reader is given."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from kindsearch.readers.sandbox import Limits

ZIP = b"PK\x03\x04"
PDF_HEADER_WITHIN = 1024  # bytes, as PDF readers allow
CHANGED_MEANWHILE = "it changed while it was read: ingest it again"
LARGE_TEXT = 2**18  # bytes; the transcript of a session has some 100,000


@dataclass(frozen=True)
class File:
    """The bytes of a file, its path relative to the corpus, where it is, what opens it."""

    data: bytes
    source: str
    path: Path
    limits: Limits
    password: str | None = None

    @cached_property
    def id(self) -> str:
        """SHA-256 of its bytes."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def suffix(self) -> str:
        """How its name ends, in lower case."""
        return PurePosixPath(self.source).suffix.lower()

    @property
    def is_pdf(self) -> bool:
        """Whether it is a PDF, by how it begins."""
        return b"%PDF-" in self.data[:PDF_HEADER_WITHIN]

    @property
    def suffix_by_content(self) -> str:
        """How its name should end, by how it begins, if a reader can read it."""
        if self.is_pdf:
            return ".pdf"
        return ".docx" if self.data.startswith(ZIP) else ".txt"

    @property
    def wants_a_child(self) -> bool:
        """Whether reading it can take more than is good for a server: PDFs, zips, and texts that are large."""
        return self.is_pdf or self.data.startswith(b"PK") or len(self.data) > LARGE_TEXT
