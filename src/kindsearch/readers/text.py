"""Packs as text: ``.md`` and ``.txt`` versions, and pages of which only the lines are known.

Markdown says where slides begin (``# Title``). Plain text does not: there the titles are the lines of the contents
list, and lines that stand alone and read like one of the headings that packs share.
"""

from __future__ import annotations

import html
import re
from dataclasses import replace

from kindsearch.readers.slides import Block, Paragraph, Slide, Word, clean, split_marker

_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_INLINE = re.compile(
    r"\[(?P<words>[^\[\]]{1,300})\]\((?P<url>[^)\s]{0,2000})\)"
    r"|(?P<both>\*\*\*)(?P<both_text>[^*\n]{1,1000})\*\*\*"
    r"|(?P<bold>\*\*|__)(?P<bold_text>.{1,1000}?)(?P=bold)"
    r"|(?<!\w)(?P<italic>[*_])(?=\S)(?P<italic_text>[^*_]{1,1000})(?<=\S)(?P=italic)(?!\w)"
)
MAX_TITLE = 90  # characters
LONGEST_CONTENTS_LINE = 300  # characters
_CONTENTS_LINE = re.compile(r"(?P<title>\S.{0,200}?)[\s.…]{1,300}(?P<page>\d{1,3})")
_USUAL_TITLE = re.compile(
    r"about (the|this|us)\b.*|contents|agenda|joining the conversation.*|acknowledge?ments?|thanks?|thank you"
    r"|questions? (and|&) answers?|q ?(&|and) ?a|(further |more )?(resources|reading).*"
    r"|.*\(continued\)|reflections from.*|from the chat|(group|breakout).{0,12} discussion.*",
    re.IGNORECASE,
)


def recognises(text: str) -> bool:
    """Whether a text is laid out as a pack: it has headings, or titles that packs share or its contents list names."""
    if any(_HEADING.match(line) for line in text.splitlines()):
        return True
    return any(slide.title for slide in slides_of(text))


def slides_of(text: str) -> list[Slide]:
    """Slides of a text version of a pack; their pages are unknown."""
    lines = [_without_tags(line.rstrip()) for line in text.splitlines()]
    marked = sum(line.startswith("# ") for line in lines) >= 2
    titles = _titles(lines)
    slides: list[tuple[str, list[str]]] = [("", [])]
    for above, line, below in zip(["", *lines], lines, [*lines[1:], ""], strict=False):
        stands_alone = not above.strip() and not below.strip()
        title = _marked_title(line, titles) if marked else _plain_title(line, titles) if stands_alone else None
        if title:
            slides.append((title, []))
        else:
            slides[-1][1].append(line)
    return [Slide(title, _blocks(body)) for title, body in slides if title or any(body)]


def slide_of_page(lines: list[str], page: int) -> Slide:
    """A slide of a page whose positions could not be read: its first line is its title."""
    filled = [line.strip() for line in lines if line.strip()]
    return Slide(clean_line(filled[0]) if filled else "", _blocks(filled[1:]), page=page)


def clean_line(line: str) -> str:
    """A line without markdown, cleaned.

    >>> clean_line("**Kindness** in [schools](https://example.org)")
    'Kindness in schools'
    """
    return " ".join(word.text for word in _words(line))


def _without_tags(line: str) -> str:
    """Undo what web pages leave in copied text: ``<b>``, ``&amp;``."""
    return html.unescape(re.sub(r"</?(?:b|i|em|strong|u|p|br|span)\b[^<>]{0,300}>", "", line))


def _titles(lines: list[str]) -> frozenset[str]:
    """Titles named by the contents list, simplified for comparison."""
    return frozenset(_simplified(found["title"]) for line in lines if (found := _contents_line(clean_line(line))))


def _contents_line(line: str) -> re.Match[str] | None:
    """A line of a contents list: a title and a page."""
    return _CONTENTS_LINE.fullmatch(line) if line[-1:].isdigit() and len(line) <= LONGEST_CONTENTS_LINE else None


def _simplified(title: str) -> str:
    title = re.sub(r"\(continued\)|\bcont(?:inue)?d?\b\.?", "", title, flags=re.IGNORECASE)
    return re.sub(r"\W+", " ", title).strip().casefold()


def _marked_title(line: str, titles: frozenset[str]) -> str | None:
    """The title in a markdown heading: any of the first level, the well-known ones of a lower level."""
    heading = _HEADING.match(line)
    if not heading:
        return None
    title = clean_line(heading[2])
    known = _simplified(title) in titles or _USUAL_TITLE.fullmatch(title)
    return title if len(heading[1]) == 1 or known else None


def _plain_title(line: str, titles: frozenset[str]) -> str | None:
    """The title in a line of plain text that stands alone: as the contents list has it, or a well-known one."""
    title = clean_line(line)
    if not title or len(title) > MAX_TITLE or _contents_line(title):
        return None
    simple = _simplified(title)
    words = set(simple.split())
    nearly = title.endswith("?") and any(len(words & set(other.split())) >= 4 for other in titles)
    return title if nearly or simple in titles or _USUAL_TITLE.fullmatch(title) else None


def _blocks(lines: list[str]) -> tuple[Block, ...]:
    """Blocks between empty lines; a line is a paragraph unless it goes on with the one before."""
    blocks: list[list[str]] = [[]]
    for line in lines:
        heading = _HEADING.match(line)
        stripped = f"**{heading[2]}**" if heading else line.strip()
        if not stripped:
            blocks.append([])
        elif blocks[-1] and _goes_on(blocks[-1][-1], stripped):
            blocks[-1][-1] += " " + stripped
        else:
            blocks[-1].append(stripped)
    made = (Block(tuple(_paragraph(line) for line in block)) for block in blocks if block)
    kept = (Block(tuple(paragraph for paragraph in block.paragraphs if paragraph.words), block.boxed) for block in made)
    return tuple(block for block in kept if block.paragraphs)


def _goes_on(above: str, line: str) -> bool:
    """Whether a line is the rest of a wrapped sentence."""
    ended = above.rstrip("*_\"'”’)").endswith((".", "?", "!", ":", ";"))
    return not ended and (line[0].islower() or line[0] == "(")


def _paragraph(line: str) -> Paragraph:
    bare = re.sub(r"^[*+-]\s+", "• ", line)
    marker, words = split_marker(_words(bare))
    return Paragraph(words, marker)


def _words(line: str) -> tuple[Word, ...]:
    """Words of a line of light markdown, knowing bold, italic and links."""
    words: list[Word] = []
    position = 0
    for found in _INLINE.finditer(line):
        _append(words, line, position, found.start())
        inner = found["words"] or found["both_text"] or found["bold_text"] or found["italic_text"]
        bold = bool(found["bold"] or found["both"])
        italic = bool(found["italic"] or found["both"])
        url = found["url"] if found["url"] not in ("", "#") else None
        styled = [Word(w.text, bold=bold or w.bold, italic=italic or w.italic, url=url or w.url) for w in _words(inner)]
        glued = words and styled and position < found.start() and not line[found.start() - 1].isspace()
        if glued:
            words[-1] = Word(words[-1].text + styled[0].text)
            styled = styled[1:]
        words += styled
        position = found.end()
    _append(words, line, position, len(line))
    return tuple(words)


def _append(words: list[Word], line: str, start: int, end: int) -> None:
    """Add the plain words of ``line[start:end]``; what touches the markup before it belongs to its word."""
    plain = _plain_words(line[start:end])
    if plain and words and start and not line[start].isspace():
        words[-1] = replace(words[-1], text=words[-1].text + plain.pop(0).text)
    words += plain


def _plain_words(text: str) -> list[Word]:
    return [Word(word) for raw in text.split() if (word := clean(raw))]
