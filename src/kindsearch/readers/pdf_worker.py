"""Opens PDFs, in the child process only (``jobs.py``): PDFium and pypdf are imported nowhere else.

PDFium gives words with their boxes; pypdf gives links, document information, the outline and encrypted files, and is
the second reader where PDFium fails.
"""

from __future__ import annotations

import ctypes
import io
import re
from dataclasses import dataclass, field, replace
from typing import Any

from kindsearch.invisible import is_invisible, without_invisible
from kindsearch.readers.sandbox import Limits

BOLD, ITALIC = 1, 2
MOST_PIXELS = 50_000_000  # of the picture of a page
_AUTOMATIC_TITLE = re.compile(r"(slide|page|folie|diapositive)?\s*\d*", re.IGNORECASE)


@dataclass(frozen=True)
class RawWord:
    """A word as PDFium sees it, in stream order: points from the top left; ``style`` is BOLD | ITALIC."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    baseline: float
    size: float
    style: int


@dataclass(frozen=True)
class RawLink:
    """A link annotation and the rectangle it covers."""

    url: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class RawPage:
    """One page. ``lines`` is filled instead of ``words`` where only pypdf could read it.

    ``invisible`` counts the characters on it that can't be seen; they are in no word.
    """

    width: float
    height: float
    words: list[RawWord] = field(default_factory=list)
    panels: list[tuple[float, float, float, float]] = field(default_factory=list)
    links: list[RawLink] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    invisible: int = 0


@dataclass(frozen=True)
class RawPdf:
    """What stands in a PDF: pages, or the reason there are none."""

    pages: list[RawPage] = field(default_factory=list)
    title: str | None = None  # of the document information
    outline: dict[int, str] = field(default_factory=dict)  # page number, from 1 -> title
    problem: str | None = None  # "encrypted", "pages", "characters", or a sentence


class _Refused(Exception):
    """The file is not read, for a reason named in ``RawPdf.problem``."""


# ---------------------------------------------------------------- PDFium: words and panels


def _read_with_pdfium(path: str, password: str | None, max_pages: int, max_characters: int) -> list[RawPage]:
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(path, password=password)
    if len(document) > max_pages:
        raise _Refused("pages")
    pages, left = [], max_characters
    for number in range(len(document)):
        page = document[number]
        text_page = page.get_textpage()
        left -= text_page.count_chars()
        if left < 0:
            raise _Refused("characters")
        width, height = page.get_size()
        words, invisible = _words(text_page, height)
        pages.append(RawPage(width, height, words, _panels(page, width, height), invisible=invisible))
        text_page.close()
        page.close()
    return pages


def _words(text_page: Any, height: float) -> tuple[list[RawWord], int]:
    """Group the characters of a page into words, cutting at blanks and wherever the baseline changes.

    What can't be seen is left out, and counted.
    """
    import pypdfium2.raw as pdfium_c

    words: list[RawWord] = []
    invisible = 0
    letters: list[tuple[str, float, float, float, float]] = []
    baseline, size, style = 0.0, 0.0, 0

    def finish() -> None:
        if letters:
            _, lefts, tops, rights, bottoms = zip(*letters, strict=True)
            text = "".join(letter for letter, *_ in letters)
            edges = (min(lefts), min(tops), max(rights), max(bottoms))
            words.append(RawWord(text, *_rounded(*edges), round(baseline, 2), size, style))
            letters.clear()

    previous_style: dict[int, tuple[float, int]] = {}
    x, y = ctypes.c_double(), ctypes.c_double()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    page = text_page.raw  # what the calls below would ask the helper for, each time
    for index in range(text_page.count_chars()):
        letter = chr(pdfium_c.FPDFText_GetUnicode(page, index))
        # At a line's end a hyphen has a code of PDFium's own.
        if not letter.isalnum() and pdfium_c.FPDFText_IsHyphen(page, index) == 1:
            letter = "-"
        if not letter.isascii() and is_invisible(letter):
            invisible += 1
            continue
        if letter.isspace() or not letter.isprintable():
            finish()
            continue
        pdfium_c.FPDFText_GetCharOrigin(page, index, x, y)
        pdfium_c.FPDFText_GetCharBox(page, index, left, right, bottom, top)
        here = height - y.value
        letter_size, letter_style = _font(pdfium_c, page, index, previous_style)
        jumped = letters and (abs(here - baseline) > letter_size / 3 or left.value < letters[-1][1] - letter_size)
        if jumped:
            finish()
        if not letters:
            baseline, size, style = here, letter_size, letter_style
        letters.append((letter, left.value, height - top.value, right.value, height - bottom.value))
    finish()
    return words, invisible


def _rounded(left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
    return round(left, 2), round(top, 2), round(right, 2), round(bottom, 2)


def _font(pdfium_c: Any, text_page: Any, index: int, cache: dict[int, tuple[float, int]]) -> tuple[float, int]:
    """Size in points and style of a character; the style is read once for each text object."""
    holder = pdfium_c.FPDFText_GetTextObject(text_page, index)
    key = ctypes.addressof(holder.contents) if holder else 0
    if key not in cache:
        name, flags = ctypes.create_string_buffer(200), ctypes.c_int()
        pdfium_c.FPDFText_GetFontInfo(text_page, index, name, 200, ctypes.byref(flags))
        font = name.value.decode("utf-8", "replace").lower()
        bold = any(word in font for word in ("bold", "black", "heavy", "semibold", "demi"))
        bold = bold or pdfium_c.FPDFText_GetFontWeight(text_page, index) >= 600 or bool(flags.value & (1 << 18))
        slanted = "italic" in font or "oblique" in font or bool(flags.value & (1 << 6))
        size = round(pdfium_c.FPDFText_GetFontSize(text_page, index), 1)
        matrix = pdfium_c.FS_MATRIX()
        if pdfium_c.FPDFText_GetMatrix(text_page, index, matrix):
            size = round(size * (abs(matrix.d) + abs(matrix.c)), 1)
        cache[key] = (size, BOLD * bold | ITALIC * slanted)
    return cache[key]


def _panels(page: Any, width: float, height: float) -> list[tuple[float, float, float, float]]:
    """Filled rectangles that text may sit in, neither hairlines nor the whole slide."""
    import pypdfium2.raw as pdfium_c

    found = []
    for thing in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_PATH], max_depth=4):
        left, bottom, right, top = thing.get_bounds()
        wide, high = right - left, top - bottom
        if wide > 20 and high > 8 and wide * high < 0.6 * width * height:
            found.append(_rounded(left, height - top, right, height - bottom))
    return list(dict.fromkeys(found))


# ---------------------------------------------------------------- pypdf: links, and the second reader


def _open_with_pypdf(path: str, password: str | None) -> Any:
    from pypdf import PdfReader

    reader = PdfReader(path)
    if reader.is_encrypted and not reader.decrypt(password or ""):
        raise _Refused("encrypted")
    return reader


def _links(page: Any, height: float) -> list[RawLink]:
    found = []
    for reference in page.get("/Annots") or ():
        annotation = reference.get_object()
        action = annotation.get("/A")
        url = action.get_object().get("/URI") if action is not None else None
        if annotation.get("/Subtype") == "/Link" and url and "/Rect" in annotation:
            x0, y0, x1, y1 = (float(value) for value in annotation["/Rect"])
            edges = (min(x0, x1), height - max(y0, y1), max(x0, x1), height - min(y0, y1))
            found.append(RawLink(str(url), *_rounded(*edges)))
    return found


def _title(reader: Any) -> str | None:
    """Title of the document information; None where there is none, or pypdf can't make sense of it."""
    try:
        title = _visible(reader.metadata.title or "")
        return title if title.casefold() not in {"", "untitled", "powerpoint presentation"} else None
    except Exception:
        return None


def _visible(title: str) -> str:
    return without_invisible(title)[0].strip()


def _outline(reader: Any) -> dict[int, str]:
    """Titles that the outline gives to pages; what programs write of themselves ("Slide 3") is none."""
    try:
        entries = [entry for entry in reader.outline if not isinstance(entry, list)]
        named = {reader.get_destination_page_number(entry) + 1: _visible(str(entry.title)) for entry in entries}
    except Exception:
        return {}
    return {page: title for page, title in named.items() if not _AUTOMATIC_TITLE.fullmatch(title)}


def _read_with_pypdf(reader: Any, max_pages: int, max_characters: int) -> list[RawPage]:
    if len(reader.pages) > max_pages:
        raise _Refused("pages")
    pages, left = [], max_characters
    for page in reader.pages:
        text = page.extract_text()
        left -= len(text)
        if left < 0:
            raise _Refused("characters")
        visible, invisible = without_invisible(text)
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        pages.append(RawPage(width, height, lines=visible.splitlines(), invisible=invisible))
    return pages


# ---------------------------------------------------------------- the three jobs


def read(path: str, password: str | None, max_pages: int, max_characters: int) -> RawPdf:
    """Words, panels and links of every page; never raises for a bad file, ``problem`` says what is wrong."""
    reader, pypdf_problem = None, ""
    try:
        reader = _open_with_pypdf(path, password)
    except _Refused as refusal:
        return RawPdf(problem=str(refusal))
    except Exception as error:
        pypdf_problem = f"{type(error).__name__}: {error}"
    try:
        pages = _read_with_pdfium(path, password, max_pages, max_characters)
    except _Refused as refusal:
        return RawPdf(problem=str(refusal))
    except Exception as error:
        if reader is None:
            return RawPdf(problem=f"damaged or no PDF (PDFium: {error}; pypdf: {pypdf_problem})")
        try:
            pages = _read_with_pypdf(reader, max_pages, max_characters)
        except _Refused as refusal:
            return RawPdf(problem=str(refusal))
        except Exception as second:
            return RawPdf(problem=f"damaged (PDFium: {error}; pypdf: {second})")
    linked = [_with_links(page, reader, number) for number, page in enumerate(pages)]
    return RawPdf(linked, _title(reader), _outline(reader))


def _with_links(page: RawPage, reader: Any, number: int) -> RawPage:
    """The page with its links, or without them where pypdf can't make sense of its annotations."""
    try:
        links = _links(reader.pages[number], page.height) if reader is not None else []
    except Exception:
        links = []
    return replace(page, links=links)


def render(path: str, password: str | None, page: int, width: int) -> bytes:
    """PNG of a page (from 1), ``width`` pixels wide."""
    import pypdfium2 as pdfium

    sheet = pdfium.PdfDocument(path, password=password)[page - 1]
    scale = width / sheet.get_width()
    if width * scale * sheet.get_height() > MOST_PIXELS:
        raise ValueError("it is too high for its width")
    picture = sheet.render(scale=scale).to_pil()
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def texts(path: str, password: str | None, limits: Limits) -> list[str]:
    """The text of each page as pypdf has it: a second opinion on what PDFium read."""
    pages = _read_with_pypdf(_open_with_pypdf(path, password), limits.pages, limits.characters)
    return ["\n".join(page.lines) for page in pages]
