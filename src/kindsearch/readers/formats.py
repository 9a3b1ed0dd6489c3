"""The table of formats: which reader reads a file, told by its content. How to add one: see ``readers/__init__.py``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from kindsearch.errors import ReaderLimit, UnknownFormat, UnreadableFile
from kindsearch.invisible import without_invisible
from kindsearch.readers import captions, chat, docx, pack, pdf, text, transcript
from kindsearch.readers.decoding import decoded, is_text, without_skipped
from kindsearch.readers.files import File
from kindsearch.readers.private import without_private
from kindsearch.types import Document


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


def read(file: File) -> Document:
    """Read a file with the first reader that knows it. Raises UnreadableFile (or one of its kinds), UnknownFormat."""
    for form in FORMATS:
        if form.recognises(file):
            return form.read(file)
    raise _unknown(file)


def _unknown(file: File) -> UnknownFormat | UnreadableFile:
    if file.suffix == ".pdf":
        return UnreadableFile(file.source, "not a PDF: it does not begin with %PDF")
    return UnknownFormat(file.source, (FORMATS[0].name, "DOCX", *(form.name for form in TEXTS)))


# ---------------------------------------------------------------- texts


def _read_text(file: File) -> Document:
    most = file.limits.characters
    too_long = ReaderLimit(file.source, "characters", f"{most:,} characters")
    if len(file.data) > 4 * most:  # no character has more bytes
        raise too_long
    text = decoded(file.data)
    if len(text) > most:
        raise too_long
    return _read_lines(file, text)


def _read_docx(file: File) -> Document:
    return _read_lines(file, docx.lines_of(file.data, file.source, file.limits))


def _read_lines(file: File, text: str) -> Document:
    """Read a text with the first reader that knows it, without what can't be seen in it, or is to be skipped.

    Raises UnknownFormat where no reader knows it.
    """
    visible, invisible = without_invisible(text)
    lines = without_skipped(visible)
    by_name = file.suffix in PLAIN or file.suffix == ".docx"
    form, hidden = CHAT if CHAT.recognises(lines) else None, 0
    if form is None:  # a chat's reader leaves out what is private; any other would take it for words
        if _PRIVATE.search(lines):
            reason = "it looks like a saved chat with private messages, in a form not known here"
            raise UnreadableFile(file.source, reason)
        lines, hidden = without_private(lines, file.source)
        others = (one for one in TEXTS if one is not CHAT or hidden)  # to look for one takes as long as to read it
        form = next((one for one in others if (one.anywhere or by_name) and one.recognises(lines)), None)
    if form is None:
        raise _unknown(file)
    document = form.read(lines, file.id, file.source)
    if not document.units:
        raise UnreadableFile(file.source, "there are no words in it")
    hidden += document.private_messages
    return replace(document, invisible_characters=invisible, private_messages=hidden)


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
CHAT = Text("a saved meeting chat", chat.recognises, chat.read, anywhere=True)
# A Teams transcript has lines like those of a caption file, so written transcripts are asked before captions.
TEXTS = (
    CHAT,
    Text("a transcript with names or times", transcript.recognises, transcript.read),
    Text("captions (VTT, SRT)", captions.recognises, captions.read, anywhere=True),
    Text("a pack as text or Markdown", text.recognises, _read_pack),
)
FORMATS = (
    Format("a pack as PDF", lambda file: file.is_pdf, pdf.read),
    Format("DOCX", lambda file: docx.is_docx(file.data), _read_docx),
    Format("text", lambda file: is_text(file.data), _read_text),
)
