"""Characters that nobody sees: they can hide words from a reader, turn a line around, or tell a program what to do.

They are what Unicode calls default-ignorable (zero-width characters, those that turn the direction of writing, soft
hyphens, fillers, tags, variation selectors), control characters, and halves of a character. What parts words or lines
is none of them, nor are the two selectors that say how an emoji looks.
"""

from __future__ import annotations

import re

_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # control characters, but for ends of lines and parts
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "]"
)
_HALF_CHARACTER = re.compile(r"[\ud800-\udfff]")


def without_invisible(text: str) -> tuple[str, int]:
    r"""A text without what can't be seen in it, and how many characters that were.

    >>> without_invisible("kind\u200bness \u202etea\u202c\n")
    ('kindness tea\n', 3)
    """
    if text.isascii() and text.isprintable():
        return text, 0
    return _INVISIBLE.subn("", text)


def is_invisible(letter: str) -> bool:
    """Whether a character can't be seen.

    >>> is_invisible("\u200b"), is_invisible("k"), is_invisible(" ")
    (True, False, False)
    """
    return _INVISIBLE.fullmatch(letter) is not None


def holds_half_character(text: str) -> bool:
    r"""Whether a text can't be written as UTF-8: a broken terminal or client can send such.

    >>> holds_half_character("te\ud800a"), holds_half_character("tea")
    (True, False)
    """
    return _HALF_CHARACTER.search(text) is not None


def without_half_characters(text: str) -> str:
    r"""A text that can be written as UTF-8, with a sign that says so in place of what can't.

    >>> without_half_characters("te\ud800a")
    'te\ufffda'
    """
    return _HALF_CHARACTER.sub("\ufffd", text)


def on_one_line(text: str) -> str:
    r"""What somebody asks for, as it is kept and compared: its words with a space between them, in whole characters.

    >>> on_one_line("  warm\n tea ")
    'warm tea'
    """
    return " ".join(without_half_characters(text).split())
