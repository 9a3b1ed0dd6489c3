"""From the bytes of a text file to the text that may be read: decoded, and without what is marked to be skipped.

``<!-- kindsearch: skip -->`` in a paragraph, cue or message keeps that paragraph out. On a line of its own it keeps out
all that follows, up to ``<!-- kindsearch: resume -->``, the next heading, or the end.
"""

from __future__ import annotations

import re

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_GAP = r"[^\S\n]{0,99}"
_DASHES = r"(?:-{2,3}|-?[–—−]{1,2}-?)"
_OPEN = rf"(?:[<‹«]|&lt;)!{_DASHES}"  # as editors dress <!-- and -->
_CLOSE = rf"(?:{_DASHES}(?:[>›»]|&gt;)|-?[→⟶])"
_SKIP, _RESUME = (
    re.compile(rf"{_OPEN}{_GAP}kindsearch{_GAP}:{_GAP}{word}{_GAP}{_CLOSE}", re.IGNORECASE)
    for word in ("skip", "resume")
)
_ALONE_AFTER = re.compile(r"(?:NOTE|//|#)?\s*")  # what may stand before a marker that is alone: a caption's NOTE
_HEADING = re.compile(r"#{1,6}\s")


def is_text(data: bytes) -> bool:
    """Whether these bytes can be text: no zeros, but for those of UTF-16."""
    return data[:2] in _UTF16_MARKS or b"\0" not in data


def decoded(data: bytes) -> str:
    """UTF-8, UTF-16 with its mark, else Windows' western code page; line ends as line feeds."""
    if data[:2] in _UTF16_MARKS:
        text = data.decode("utf-16", "replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", "replace")
    return text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")


def without_skipped(text: str) -> str:
    r"""Leave out what is marked to be skipped.

    >>> without_skipped("# A\none\n<!-- kindsearch: skip -->\ntwo\n# B\nthree")
    '# A\none\n# B\nthree'
    >>> without_skipped("one\n\ntwo <!-- kindsearch: skip -->\nand more\n\nthree")
    'one\n\n\nthree'
    """
    if not _SKIP.search(text):
        return text
    kept: list[str] = []
    skipping, paragraph_begins = False, 0
    in_skipped_paragraph = False
    lines = text.split("\n")
    has_paragraphs = any(not line.strip() for line in lines[:-1])
    for line in lines:
        marker = _SKIP.search(line)
        if skipping and (_RESUME.search(line) or _HEADING.match(line)):
            skipping, paragraph_begins = False, len(kept)
            if _RESUME.search(line):
                continue
        if not line.strip() or not (has_paragraphs or line[0].isspace()):  # else a line is a paragraph
            in_skipped_paragraph, paragraph_begins = False, len(kept)
        if marker and not line[marker.end() :].strip() and _ALONE_AFTER.fullmatch(line[: marker.start()]):
            skipping = True
        elif marker and not skipping:
            del kept[paragraph_begins:]
            in_skipped_paragraph = True
        if skipping or in_skipped_paragraph:
            continue
        kept.append(line)
        if not line.strip():
            paragraph_begins = len(kept)
    return "\n".join(kept)
