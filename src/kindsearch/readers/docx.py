"""Word documents (``.docx``) as lines of light Markdown, for the readers of chats, transcripts and packs as text.

A DOCX is a zip of XML, and a few kilobytes of it can hold gigabytes. So what the zip's directory promises is checked
first, then three members are inflated, never past what was promised: the document, its styles, its links. Nothing
else of the file (pictures, macros, fonts, what other relationships point to) is looked at. python-docx parses these
three; its own ``Document`` would open every part, trust the directory, and leave out what stands in tracked insertions
and content controls.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import qn

from kindsearch.errors import ReaderLimit, UnreadableFile
from kindsearch.readers.sandbox import Limits

DOCUMENT, STYLES, LINKS = "word/document.xml", "word/styles.xml", "word/_rels/document.xml.rels"
MOST_MEMBERS = 5_000  # of the zip; a long document with a picture on every page has some hundreds
MOST_SHRUNK = 250  # times; text and its markup shrink by 5 to 30 times, zeros by 1,000
SMALL = 4 * 2**20  # bytes that may shrink by any factor
BYTES_A_CHARACTER = 8  # of document.xml, markup included
BYTES_A_TAG = 512  # that a parsed tag may take in memory
LONGEST_CHAIN = 10  # styles that are based on one another

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # a Word document from before 2007, or one with a password
_DIRECTORY_ENTRY = b"PK\x01\x02"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml"
_PLAIN_WORD = "open it in Word and save it again as a Word document (.docx)"
_BROKEN = (  # what zipfile and zlib raise on zips that lie
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,  # NotImplementedError is one: encrypted members, unknown compression
    ValueError,
    OverflowError,
)

_HIDDEN = frozenset(qn(tag) for tag in ("w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:sdtPr", "w:sdtEndPr", "w:tblPr"))
_LETTERS = {qn("w:tab"): "\t", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_OFF = frozenset({"0", "false", "off"})


def is_docx(data: bytes) -> bool:
    r"""Whether these bytes are a zip that has a Word document in it, or the older form of one.

    >>> is_docx(b"PK\x03\x04 ... word/document.xml ..."), is_docx(b"a text about word/document.xml")
    (True, False)
    """
    return data.startswith(b"PK") and DOCUMENT.encode() in data


def lines_of(data: bytes, source: str, limits: Limits) -> str:
    """The paragraphs of a DOCX in their order, as Markdown: a blank line between two of them, none between list items.

    Headings have ``#``, list items ``- ``, links ``[words](url)``, and what is bold at the front of a line ``**``.
    Cells of a table are paragraphs, row by row. What was deleted with changes tracked is left out, as are comments,
    footnotes and text boxes. Raises UnreadableFile for what is no sound DOCX, ReaderLimit for one that is too large.
    """
    parts = _parts(data, source, limits)
    root = _parsed(parts[DOCUMENT], source)
    body = root.find(qn("w:body"))
    if body is None:
        raise UnreadableFile(source, f"its {DOCUMENT} is no Word document: {_PLAIN_WORD}")
    looks = _Looks(_levels(parts, source), _urls(parts, source))
    paragraphs = (_as_markdown(paragraph, looks) for paragraph in _paragraphs(body))
    filled = ((is_item, text) for is_item, text in paragraphs if text)
    runs = [
        "\n".join(text for _, text in run) if is_item else "\n\n".join(text for _, text in run)
        for is_item, run in groupby(filled, key=lambda paragraph: paragraph[0])
    ]
    text = "\n\n".join(runs)
    if len(text) > limits.characters:
        raise ReaderLimit(source, "characters", f"{limits.characters:,} characters")
    return text


# ---------------------------------------------------------------- the zip


def _parts(data: bytes, source: str, limits: Limits) -> dict[str, bytes]:
    """The members that are read, inflated; those but the document may be missing."""
    if data.startswith(_OLE):
        reason = "a Word document with a password, or one from before 2007: take the password off, or"
        raise UnreadableFile(source, f"{reason} {_PLAIN_WORD}")
    if data.count(_DIRECTORY_ENTRY) > MOST_MEMBERS:
        raise ReaderLimit(source, "size", f"{MOST_MEMBERS:,} members")
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_sizes(archive.infolist(), source, limits)
            wanted = {DOCUMENT, STYLES, LINKS} & set(archive.namelist())
            parts = {name: _inflated(archive, name) for name in sorted(wanted)}
    except _BROKEN as error:
        raise UnreadableFile(source, f"not a sound DOCX ({error}): {_PLAIN_WORD}") from error
    if DOCUMENT not in parts:
        raise UnreadableFile(source, f"not a Word document: it has no {DOCUMENT}")
    tags = sum(part.count(b"<") for part in parts.values())
    if tags * BYTES_A_TAG > limits.memory_bytes:
        raise ReaderLimit(source, "memory", f"{limits.memory_bytes // BYTES_A_TAG:,} tags")
    return parts


def _check_sizes(members: list[zipfile.ZipInfo], source: str, limits: Limits) -> None:
    """Compare what the directory promises with the limits, before anything is inflated."""
    total = sum(member.file_size for member in members)
    if total > limits.memory_bytes:
        raise ReaderLimit(source, "memory", f"{limits.memory_bytes // 2**20:,} MB when unpacked")
    for member in members:
        if member.filename in (DOCUMENT, STYLES, LINKS) and member.file_size > BYTES_A_CHARACTER * limits.characters:
            allowed = BYTES_A_CHARACTER * limits.characters
            raise ReaderLimit(source, "size", f"{allowed:,} bytes in {member.filename}")
        if member.file_size > max(SMALL, MOST_SHRUNK * member.compress_size):
            raise ReaderLimit(source, "size", f"{MOST_SHRUNK} times its size in {member.filename!a}")


def _inflated(archive: zipfile.ZipFile, name: str) -> bytes:
    """A member, as long as the directory says; asked for by length, zipfile inflates no more than that at a time."""
    member = archive.getinfo(name)
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile(f"{name} is packed in a way that Word does not use")
    with archive.open(member) as file:
        inflated = file.read(member.file_size)
        if len(inflated) < member.file_size:
            raise zipfile.BadZipFile(f"{name} is shorter than the directory says")
        return inflated


# ---------------------------------------------------------------- the XML


@dataclass(frozen=True)
class _Looks:
    """What the other parts say: the level of the heading that a style makes (0: a list item), and where links lead."""

    levels: Mapping[str, int]
    urls: Mapping[str, str]


def _parsed(part: bytes, source: str) -> Any:
    """The root element. Word writes no document type, and with none there are no entities that could grow."""
    if b"<!DOCTYPE" in part.replace(b"\0", b""):
        raise UnreadableFile(source, f"its XML defines entities, which Word never does: {_PLAIN_WORD}")
    if _STRICT in part[:4_096]:
        raise UnreadableFile(source, f"saved as Strict Open XML: {_PLAIN_WORD}")
    try:
        return parse_xml(part)
    except (SyntaxError, ValueError) as error:  # lxml's XMLSyntaxError is a SyntaxError
        raise UnreadableFile(source, f"its XML is broken ({error}): {_PLAIN_WORD}") from error


def _levels(parts: Mapping[str, bytes], source: str) -> dict[str, int]:
    """What styles make of a paragraph, by their ids: headings have a level from 1, list items 0."""
    if STYLES not in parts:
        return {}
    names: dict[str, str] = {}
    based_on: dict[str, str] = {}
    for style in _parsed(parts[STYLES], source).iterfind(qn("w:style")):
        number = style.get(qn("w:styleId"), "")
        names[number] = _value(style, "w:name").casefold()
        based_on[number] = _value(style, "w:basedOn")
    levels = {}
    for number in names:
        style_id = number
        for _ in range(LONGEST_CHAIN):
            level = _level_of(names.get(style_id, ""))
            if level is not None:
                levels[number] = level
                break
            style_id = based_on.get(style_id, "")
    return levels


def _level_of(style: str) -> int | None:
    """What a built-in style makes of a paragraph; Word writes its name in English whatever the language.

    >>> [_level_of(style) for style in ("title", "heading 2", "list bullet 3", "list paragraph", "heading 7")]
    [1, 2, 0, None, None]
    """
    if style == "title":
        return 1
    if style.startswith("heading ") and style[8:] in "123456":
        return int(style[8:])
    return 0 if style.startswith(("list bullet", "list number")) else None


def _urls(parts: Mapping[str, bytes], source: str) -> dict[str, str]:
    """Where links lead, by their ids."""
    if LINKS not in parts:
        return {}
    links = (link for link in _parsed(parts[LINKS], source) if link.get("Type", "").endswith("/hyperlink"))
    return {link.get("Id", ""): link.get("Target", "") for link in links}


def _paragraphs(body: Any) -> Iterator[Any]:
    """The paragraphs of the body in their order: those in tables, content controls and the like as well."""
    for element in body.iterchildren("*"):
        if element.tag == qn("w:p"):
            yield element
        elif element.tag not in _HIDDEN:
            yield from _paragraphs(element)


def _as_markdown(paragraph: Any, looks: _Looks) -> tuple[bool, str]:
    """Whether a paragraph is a list item, and its words."""
    properties = paragraph.find(qn("w:pPr"))
    style = "" if properties is None else _value(properties, "w:pStyle")
    level = looks.levels.get(style)
    numbered = None if properties is None else properties.find(qn("w:numPr"))
    if not level and numbered is not None:
        level = None if _value(numbered, "w:numId") == "0" else 0
    pieces = [piece for child in paragraph.iterchildren("*") for piece in _pieces(child, looks)]
    lines = [text for line in _split(pieces) if (text := _line(line, plain=bool(level)))]
    if level:
        return False, f"{'#' * level} {' '.join(lines)}" if lines else ""
    return level == 0, ("- " if level == 0 else "") + "\n".join(lines) if lines else ""


@dataclass(frozen=True)
class _Piece:
    """Some characters of a paragraph that look alike."""

    text: str
    bold: bool = False


def _pieces(element: Any, looks: _Looks) -> Iterator[_Piece]:
    """The characters in one child of a paragraph; what is deleted, hidden or only drawn has none."""
    if element.tag == qn("w:r"):
        yield _Piece("".join(map(_letters, element.iterchildren("*"))), _is_bold(element))
    elif element.tag == qn("w:hyperlink"):
        pieces = [piece for child in element.iterchildren("*") for piece in _pieces(child, looks)]
        words = "".join(piece.text for piece in pieces)
        url = looks.urls.get(element.get(qn("r:id"), ""), "")
        yield _Piece(_link(words, url), bool(pieces) and all(piece.bold for piece in pieces))
    elif element.tag not in _HIDDEN:
        for child in element.iterchildren("*"):
            yield from _pieces(child, looks)


def _letters(element: Any) -> str:
    """What a child of a run prints. A break of the page or the column parts words, but no lines."""
    if element.tag == qn("w:t"):
        return element.text or ""
    if element.tag == qn("w:br"):
        return "\n" if element.get(qn("w:type"), "textWrapping") == "textWrapping" else " "
    return _LETTERS.get(element.tag, "")


def _is_bold(run: Any) -> bool:
    bold = run.find(f"{qn('w:rPr')}/{qn('w:b')}")
    return bold is not None and bold.get(qn("w:val"), "1") not in _OFF


def _link(words: str, url: str) -> str:
    """A link in Markdown; only its words where it leads nowhere, or is written out anyway."""
    shown = words.strip()
    if not url.startswith(("http://", "https://", "mailto:")) or shown in url or set("[]\n") & set(shown):
        return words
    return words.replace(shown, f"[{shown}]({url})", 1)


def _split(pieces: list[_Piece]) -> list[list[_Piece]]:
    """The pieces of each line of a paragraph."""
    lines: list[list[_Piece]] = [[]]
    for piece in pieces:
        first, *others = piece.text.split("\n")
        lines[-1].append(_Piece(first, piece.bold))
        lines += [[_Piece(other, piece.bold)] for other in others]
    return lines


def _line(pieces: list[_Piece], *, plain: bool) -> str:
    """A line, with ``**`` around what is bold at its front.

    >>> _line([_Piece("Ann ", True), _Piece("Lee", True), _Piece("  0:12")], plain=False)
    '**Ann Lee**  0:12'
    """
    count = next((i for i, piece in enumerate(pieces) if piece.text.strip() and not piece.bold), len(pieces))
    front = "".join(piece.text for piece in pieces[:count])
    rest = "".join(piece.text for piece in pieces[count:])
    bold = front.strip()
    if plain or not bold or "*" in bold:
        return (front + rest).strip()
    gap = front[len(front.rstrip()) :]
    return f"**{bold}**{gap}{rest}".rstrip()


def _value(element: Any, tag: str) -> str:
    """``w:val`` of a child; empty without one."""
    child = element.find(qn(tag))
    return "" if child is None else child.get(qn("w:val"), "")
