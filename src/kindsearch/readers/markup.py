"""What readers of text undo before words are read: entities, tags, Markdown, and letters that broke on the way.

Every regular expression here looks at a bounded stretch, or stops at the first character that it excludes, so that the
time grows with the length of the text and no faster.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

from kindsearch.readers.slides import clean

LONGEST_KEPT = 40  # characters of a word whose repair is remembered

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z][A-Za-z\d]{1,30});")
_TAG = re.compile(r"</?(?:b|i|em|strong|u|p|br|span)\b[^<>]{0,300}>", re.IGNORECASE)
_LINK = re.compile(r"(?<!\\)!?\[([^\[\]]{1,500})\]\([^()\s\[\]]{0,500}\)")
_BOLD = re.compile(r"(?<!\\)\*\*\*?(?=[^\s*])([^*]++)\*\*\*?")
_EMPHASIS = (
    _BOLD,
    re.compile(r"(?<![\\*\w])\*(?=[^\s*])([^*]++)(?<=\S)\*(?![*\w])"),
    re.compile(r"(?<![\\\w])___?(?=[^\s_])([^_]++)___?(?!\w)"),
    re.compile(r"(?<![\\\w])_(?=[^\s_])([^_]++)(?<=\S)_(?!\w)"),
)
_ESCAPED = re.compile(r"\\([^\w\s])")
_WORD = re.compile(r"\S+")


def repaired(line: str) -> str:
    r"""A line whose words are repaired, with the gaps between them as they were.

    >>> repaired("donâ€™t  be\u200b ﬁrst")
    'don’t  be first'
    """
    if line.isascii() and line.isprintable():  # nearly all of them
        return line
    return _WORD.sub(lambda word: _clean(word[0]) if len(word[0]) <= LONGEST_KEPT else clean(word[0]), line)


_clean = lru_cache(maxsize=2**14)(clean)


def without_entities(text: str) -> str:
    """A text with the characters that its entities stand for; one without its semicolon is none: ``?a=1&copy=2``.

    >>> without_entities("fish &amp; chips &#x21; R&D x&y; ?a=1&copy=2")
    'fish & chips ! R&D x&y; ?a=1&copy=2'
    """
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text) if "&" in text else text


def without_tags(line: str) -> str:
    """A line without the tags that web pages leave in copied text; words stay apart where a line or paragraph was.

    >>> without_tags("<b>Kind</b>ness<br>is a < b")
    'Kindness is a < b'
    """
    if "<" not in line:
        return line
    return _TAG.sub(lambda tag: " " if tag[0].lower().startswith(("<br", "<p", "</p")) else "", line)


def without_bold(line: str) -> str:
    """A line without the ``**`` around what is bold: programs write no other emphasis into what people wrote.

    >>> without_bold("**18:03:22 From Ann:** *really*, 2 ** 3")
    '18:03:22 From Ann: *really*, 2 ** 3'
    """
    return _BOLD.sub(r"\1", line) if "**" in line else line


def plain(line: str) -> str:
    """A line without Markdown and tags: of links and of what is bold or italic only the words.

    >>> plain("**Kind**, *really*, says [a paper](https://example.org): 2 * 3")
    'Kind, really, says a paper: 2 * 3'
    """
    if "](" in line:
        line = _LINK.sub(r"\1", line)
    if "*" in line or "_" in line:
        for emphasis in _EMPHASIS:
            line = emphasis.sub(r"\1", line)
    line = without_tags(line)
    return _ESCAPED.sub(r"\1", line).strip() if "\\" in line else line.strip()
