"""Packs as text: ``.md`` and ``.txt`` versions, and pages of which only the lines are known.

Markdown says where slides begin (``# Title``). Plain text does not: there the titles are the lines of the contents
list, and lines that stand alone and read like one of the headings that packs share.
"""

from __future__ import annotations

import re
from itertools import islice

from kindsearch.readers.markup import without_entities, without_tags
from kindsearch.readers.slides import Block, Paragraph, Slide, Word, clean, split_marker

_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_INLINE = re.compile(
    r"\[(?P<words>[^\[\]]{1,300})\]\((?P<url>[^()\s]{0,2000})\)"
    r"|(?P<both>\*\*\*)(?P<both_text>[^*\n]{1,1000})\*\*\*"
    r"|(?P<bold>\*\*(?!\*)|__(?!_))(?P<bold_text>.{1,1000}?)(?P=bold)"
    r"|(?<!\w)(?P<italic>[*_])(?=\S)(?P<italic_text>[^*_]{1,1000})(?<=\S)(?P=italic)(?!\w)"
)
_PLAIN = Word("")
_MARKED = re.compile(r"[\[*_]")  # what no markup is without
LONGEST_TITLE_LINE = 3_000  # characters, markup and link included; in a longer line no title is looked for
MOST_TITLES = 300  # in a contents list
MAX_TITLE = 90  # characters
LONGEST_CONTENTS_LINE = 300  # characters
_CONTENTS_LINE = re.compile(r"(?P<title>\S.{0,200}?)[\s.…]{1,300}(?P<page>\d{1,3})")
_CONTINUED = re.compile(r"\(continued\)|\bcont(?:inue)?d?\b\.?", re.IGNORECASE)
_GAPS = re.compile(r"\W+")
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
    lines = [without_entities(without_tags(line)).rstrip() for line in text.splitlines()]
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


def _titles(lines: list[str]) -> frozenset[str]:
    """Titles named by the contents list, simplified for comparison; of more than a list can have, the first."""
    short = (clean_line(line) for line in lines if len(line) <= LONGEST_TITLE_LINE)
    titles = (_simplified(found["title"]) for line in short if (found := _contents_line(line)))
    return frozenset(islice(titles, MOST_TITLES))


def _contents_line(line: str) -> re.Match[str] | None:
    """A line of a contents list: a title and a page."""
    return _CONTENTS_LINE.fullmatch(line) if line[-1:].isdigit() and len(line) <= LONGEST_CONTENTS_LINE else None


def _simplified(title: str) -> str:
    return _GAPS.sub(" ", _CONTINUED.sub("", title)).strip().casefold()


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
    title = clean_line(line) if len(line) <= LONGEST_TITLE_LINE else ""
    if not title or len(title) > MAX_TITLE or _contents_line(title):
        return None
    simple = _simplified(title)
    words = set(simple.split())
    nearly = title.endswith("?") and any(len(words & set(other.split())) >= 4 for other in titles)
    return title if nearly or simple in titles or _USUAL_TITLE.fullmatch(title) else None


def _blocks(lines: list[str]) -> tuple[Block, ...]:
    """Blocks between empty lines; a line is a paragraph unless it goes on with the one before."""
    blocks: list[list[list[str]]] = [[]]  # the lines of each paragraph of each block
    for line in lines:
        heading = _HEADING.match(line)
        stripped = f"**{heading[2]}**" if heading else line.strip()
        if not stripped:
            blocks.append([])
        elif blocks[-1] and _goes_on(blocks[-1][-1][-1], stripped):
            blocks[-1][-1].append(stripped)
        else:
            blocks[-1].append([stripped])
    made = ([_paragraph(" ".join(paragraph)) for paragraph in block] for block in blocks)
    kept = (tuple(paragraph for paragraph in block if paragraph.words) for block in made)
    return tuple(Block(paragraphs) for paragraphs in kept if paragraphs)


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
    if not _MARKED.search(line):
        return tuple(map(Word, _plain_words(line)))
    found: list[tuple[list[str], Word]] = []  # the parts of a word, and one that looks like it
    position = 0
    for markup in _INLINE.finditer(line):
        _append(found, line, position, markup.start())
        styled = _styled(markup)
        touches = found and styled and position < markup.start() and not line[markup.start() - 1].isspace()
        if touches:  # "un**kind**": the word is plain
            found[-1][0].append(styled.pop(0).text)
            found[-1] = (found[-1][0], _PLAIN)
        found += [([word.text], word) for word in styled]
        position = markup.end()
    _append(found, line, position, len(line))
    return tuple(
        w if parts == [w.text] else Word("".join(parts), bold=w.bold, italic=w.italic, url=w.url) for parts, w in found
    )


def _styled(markup: re.Match[str]) -> list[Word]:
    """The words inside of markup, as it makes them look."""
    inner = markup["words"] or markup["both_text"] or markup["bold_text"] or markup["italic_text"]
    bold, italic = bool(markup["bold"] or markup["both"]), bool(markup["italic"] or markup["both"])
    url = markup["url"] if markup["url"] not in ("", "#") else None
    if not _MARKED.search(inner):
        return [Word(text, bold=bold, italic=italic, url=url) for text in _plain_words(inner)]
    return [Word(w.text, bold=bold or w.bold, italic=italic or w.italic, url=url or w.url) for w in _words(inner)]


def _append(found: list[tuple[list[str], Word]], line: str, start: int, end: int) -> None:
    """Add the plain words of ``line[start:end]``; what touches the markup before it belongs to its word."""
    plain = _plain_words(line[start:end])
    if plain and found and start and not line[start].isspace():
        found[-1][0].append(plain.pop(0))
    found += [([word], _PLAIN) for word in plain]


def _plain_words(text: str) -> list[str]:
    return [word for raw in text.split() if (word := clean(raw))]
