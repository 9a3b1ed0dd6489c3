"""A slide deck as every reader of packs hands it on: slides of blocks of paragraphs of words.

``layout.py`` makes it from a PDF's words and boxes, ``text.py`` from lines of text; ``pack.py`` finds out what the
slides mean. Words are cleaned here, once, whichever reader they come from.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

import ftfy

from kindsearch.invisible import without_invisible
from kindsearch.types import Page

_FIXES = ftfy.TextFixerConfig(
    unescape_html=False,
    uncurl_quotes=False,
    fix_line_breaks=True,
    remove_terminal_escapes=True,
    normalization="NFC",
)
BULLETS = frozenset("•◦‣▪▫●○■□–-*·➢✓►")
_BULLET = re.compile(r"[•◦‣▪▫●○■□·➢✓►*–-]")
_NUMBER = re.compile(r"\(?(?:\d{1,2}|[a-z])[.)]")


@dataclass(frozen=True)
class Area:
    """A rectangle on a page: points from the top left."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Word:
    """A word as it is read, with the areas it is drawn in (two where it was hyphenated) and the link it is under."""

    text: str
    areas: tuple[Area, ...] = ()
    bold: bool = False
    italic: bool = False
    url: str | None = None


@dataclass(frozen=True)
class Paragraph:
    """Words that belong together; ``marker`` is the bullet or number that makes them a list item, else empty.

    A bullet is no word, a number is: ``words`` begins with it.
    """

    words: tuple[Word, ...]
    marker: str = ""

    @property
    def text(self) -> str:
        """The words with one blank between them."""
        return " ".join(word.text for word in self.words)

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return all(word.bold for word in self.words)

    @property
    def italic(self) -> bool:
        """Whether all of it is italic."""
        return all(word.italic for word in self.words)


@dataclass(frozen=True)
class Block:
    """Paragraphs in one place of a slide; ``boxed`` when a panel is drawn behind them, ``size`` in points."""

    paragraphs: tuple[Paragraph, ...]
    boxed: bool = False
    size: float = 0.0

    @property
    def text(self) -> str:
        """The paragraphs, one a line."""
        return "\n".join(paragraph.text for paragraph in self.paragraphs)


@dataclass(frozen=True)
class Slide:
    """One slide; ``page`` (from 1) and ``sheet`` are None where the source has no pages."""

    title: str
    blocks: tuple[Block, ...]
    page: int | None = None
    sheet: Page | None = None

    @property
    def text(self) -> str:
        """All of its text but the title, a paragraph a line."""
        return "\n".join(block.text for block in self.blocks)


def clean(word: str) -> str:
    r"""Repair a word: broken encodings, ligatures, look-alike forms; drop what can't be seen.

    >>> clean("ﬁrst"), clean("donâ€™t"), clean("kind\u200bness")
    ('first', 'don’t', 'kindness')
    """
    if word.isascii() and word.isprintable():  # most words; mending them changes nothing and takes its time
        return word
    fixed, _ = without_invisible(ftfy.fix_text(word, _FIXES))
    return "".join(letter for letter in fixed if unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn"})


def split_marker(words: tuple[Word, ...]) -> tuple[str, tuple[Word, ...]]:
    """The bullet or number at the front of a paragraph, and its words: a bullet is taken off, a number stays.

    >>> split_marker((Word("•"), Word("listen")))[0]
    '•'
    >>> split_marker((Word("10.5"), Word("hours")))[0]
    ''
    """
    if len(words) < 2:
        return "", words
    first = words[0].text
    if first in BULLETS:
        return first, words[1:]
    if _NUMBER.fullmatch(first):
        return first, words
    if _BULLET.match(first) and len(first) > 1 and first[1].isalpha() and first[0] not in "-–*":
        return first[0], (replace(words[0], text=first[1:]), *words[1:])
    return "", words


def undo_hyphenation(lines: list[tuple[Word, ...]], known: frozenset[str]) -> tuple[Word, ...]:
    """Join the lines of a paragraph, and the halves of words that were hyphenated at a line's end.

    The hyphen stays where the word is known with it, or where its second half is itself a known word
    (``self-`` + ``kindness``); ``known`` holds the lower-case words of the whole file.
    """
    words: list[Word] = []
    for line in lines:
        hyphenated = words and line and re.search(r"\w-$", words[-1].text) and line[0].text[:1].islower()
        if hyphenated:
            words[-1] = _joined(words[-1], line[0], known)
        words.extend(line[1:] if hyphenated else line)
    return tuple(words)


def _joined(head: Word, tail: Word, known: frozenset[str]) -> Word:
    stem, rest = head.text[:-1], re.split(r"\W", tail.text, maxsplit=1)[0].lower()
    keeps_hyphen = rest in known and (stem + rest).lower() not in known
    text = f"{stem}-{tail.text}" if keeps_hyphen else f"{stem}{tail.text}"
    return replace(head, text=text, areas=head.areas + tail.areas, url=head.url or tail.url)
