"""Where things stand on a slide: from the words of a PDF page to titles, boxes, columns and paragraphs.

Nothing here knows what an insights pack is. The order of work: running headers and footers are found over the
whole file, then for each page words become line fragments (consecutive in the PDF's stream, so that columns never
mix), fragments gather in blocks (a drawn panel, or lines close below one another), blocks are put into reading
order (where the stream's own makes none, by recursive XY-cut, Nagy and Seth 1984), and lines become paragraphs.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from kindsearch.readers import text as text_reader
from kindsearch.readers.pdf_worker import BOLD, ITALIC, RawLink, RawPage, RawPdf, RawWord
from kindsearch.readers.slides import (
    BULLETS,
    Area,
    Block,
    Paragraph,
    Slide,
    Word,
    clean,
    split_marker,
    undo_hyphenation,
)
from kindsearch.types import Page

MARGIN = 0.13  # share of a page's height at its top and bottom where running lines stand
WORD_GAP = 2.0  # a wider gap than this, in font sizes, parts two columns
LINE_GAP = 1.3  # a deeper gap than this, in font sizes, parts two blocks
Rect = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True)
class Line:
    """Words side by side on one baseline."""

    words: tuple[RawWord, ...]

    @property
    def rect(self) -> Rect:
        return _hull([(word.left, word.top, word.right, word.bottom) for word in self.words])

    @property
    def baseline(self) -> float:
        return self.words[0].baseline

    @property
    def size(self) -> float:
        return max(word.size for word in self.words)

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def bold(self) -> bool:
        return all(word.style & BOLD for word in self.words)


@dataclass(frozen=True)
class Group:
    """Lines that make a block, and the panel they sit in, if one is drawn."""

    lines: tuple[Line, ...]
    panel: Rect | None

    @property
    def rect(self) -> Rect:
        return _hull([line.rect for line in self.lines])


def _hull(rects: list[Rect]) -> Rect:
    lefts, tops, rights, bottoms = zip(*rects, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def slides_of(pdf: RawPdf) -> list[Slide]:
    """Slides of a PDF, one a page, in order; pages without positions are read as lines of text.

    A page on which no title stands out has the one that the PDF's outline gives it, if any.
    """
    lines_of_pages = [lines_of(page.words) for page in pdf.pages]
    running = running_lines(pdf.pages, lines_of_pages)
    whole = (word for page in pdf.pages for word in _whole_words(page.words))
    known = frozenset(clean(word.text).strip(".,;:!?\"'()“”‘’").lower() for word in whole)
    slides = []
    for number, (page, lines) in enumerate(zip(pdf.pages, lines_of_pages, strict=True), start=1):
        if page.words:
            slide = _slide(page, lines, running, known, number)
        else:
            slide = replace(text_reader.slide_of_page(page.lines, number), sheet=Page(page.width, page.height))
        slides.append(slide if slide.title else replace(slide, title=pdf.outline.get(number, "")))
    return slides


def _whole_words(words: list[RawWord]) -> list[RawWord]:
    """Words but those that may be the second half of a hyphenated one."""
    return [
        word for before, word in zip([None, *words], words, strict=False) if not (before and before.text.endswith("-"))
    ]


def _slide(page: RawPage, lines: list[Line], running: frozenset[str], known: frozenset[str], number: int) -> Slide:
    body, printed = [], None
    for line in lines:
        if _is_margin(line, page):
            if line.text.isdigit() and len(line.text) <= 4:
                printed = int(line.text)
                continue
            if _signature(line, page) in running:
                continue
        body.append(line)
    title, body = take_title(body, page.height)
    blocks = [_block(group, page.links, known, number) for group in reading_order(groups_of(body, page.panels))]
    return Slide(
        title=" ".join(clean(line.text) for line in title),
        blocks=tuple(block for block in blocks if block.paragraphs),
        page=number,
        sheet=Page(page.width, page.height, printed),
    )


# ---------------------------------------------------------------- lines


def lines_of(words: list[RawWord]) -> list[Line]:
    """Fragments of lines: words that follow one another in the stream, on one baseline, without a wide gap."""
    lines: list[Line] = []
    current: list[RawWord] = []
    for word in words:
        if current and not _follows(current, word):
            lines.append(Line(tuple(current)))
            current = []
        current.append(word)
    if current:
        lines.append(Line(tuple(current)))
    return lines


def _follows(line: list[RawWord], word: RawWord) -> bool:
    last = line[-1]
    size = max(last.size, word.size)
    gap = word.left - last.right
    only_marker = len(line) == 1 and line[0].text in BULLETS
    reach = 2 * WORD_GAP if only_marker else WORD_GAP
    return abs(word.baseline - last.baseline) < 0.35 * size and -0.5 * size < gap < reach * size


def _is_margin(line: Line, page: RawPage) -> bool:
    _, top, _, bottom = line.rect
    return bottom < MARGIN * page.height or top > (1 - MARGIN) * page.height


def _signature(line: Line, page: RawPage) -> str:
    """What a running line looks like on every page: its words without numbers, and its place."""
    left, top, *_ = line.rect
    return f"{re.sub(r'[0-9]+', '#', line.text)}@{round(top / page.height, 2)}@{round(left / page.width, 1)}"


def running_lines(pages: list[RawPage], lines_of_pages: list[list[Line]]) -> frozenset[str]:
    """Signatures of headers and footers: small lines in the margins of most pages."""
    seen: Counter[str] = Counter()
    sizes = [line.size for lines in lines_of_pages for line in lines]
    body_size = median(sizes) if sizes else 0.0
    for page, lines in zip(pages, lines_of_pages, strict=True):
        small = (line for line in lines if _is_margin(line, page) and line.size <= body_size)
        seen.update({_signature(line, page) for line in small})
    return frozenset(signature for signature, count in seen.items() if count >= max(3, 0.5 * len(pages)))


def take_title(lines: list[Line], height: float) -> tuple[list[Line], list[Line]]:
    """Part the title from the rest: the largest line in the upper third, with the lines it wraps into."""
    upper = [line for line in lines if line.rect[1] < height / 3]
    if not upper:
        return [], lines
    largest = max(line.size for line in upper)
    rest_sizes = [line.size for line in lines if line.size < largest]
    if not rest_sizes and len(lines) > 2:  # all of one size: nothing stands out as a title
        return [], lines
    first = next(line for line in upper if line.size == largest)
    title = [first]
    for line in lines[lines.index(first) + 1 :]:
        if line.size != largest or line.baseline - title[-1].baseline > 1.6 * largest:
            break
        title.append(line)
    return title, [line for line in lines if line not in title]


# ---------------------------------------------------------------- blocks


def groups_of(lines: list[Line], panels: list[Rect]) -> list[Group]:
    """Gather lines: by the panel they sit in, then by nearness. In the order in which the PDF writes them."""
    by_panel: dict[Rect | None, list[Line]] = {}
    for line in lines:
        by_panel.setdefault(_panel_around(line.rect, panels), []).append(line)
    groups = []
    for panel, members in by_panel.items():
        clusters = _clusters(members)
        if panel is not None and _one_column(members):
            clusters = [sorted(members, key=lambda line: line.baseline)]
        groups += [Group(tuple(cluster), panel) for cluster in clusters]
    in_stream = {line: number for number, line in enumerate(lines)}
    return sorted(groups, key=lambda group: min(in_stream[line] for line in group.lines))


def _panel_around(rect: Rect, panels: list[Rect]) -> Rect | None:
    """The smallest panel that holds the middle of ``rect``."""
    x, y = (rect[0] + rect[2]) / 2, (rect[1] + rect[3]) / 2
    around = [panel for panel in panels if panel[0] <= x <= panel[2] and panel[1] <= y <= panel[3]]
    return min(around, key=lambda panel: (panel[2] - panel[0]) * (panel[3] - panel[1]), default=None)


def _one_column(lines: list[Line]) -> bool:
    baselines = sorted(line.baseline for line in lines)
    return all(below - above > 2 for above, below in pairwise(baselines))


def _clusters(lines: list[Line]) -> list[list[Line]]:
    """Lines that stand close below one another, of like size, sharing some of their width."""
    clusters: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.baseline, line.rect[0])):
        above = [cluster for cluster in clusters if _continues(cluster[-1], line)]
        if above:
            max(above, key=lambda cluster: cluster[-1].baseline).append(line)
        else:
            clusters.append([line])
    return clusters


def _continues(above: Line, line: Line) -> bool:
    size = max(above.size, line.size)
    left, right = max(above.rect[0], line.rect[0]), min(above.rect[2], line.rect[2])
    narrower = min(above.rect[2] - above.rect[0], line.rect[2] - line.rect[0])
    down = line.baseline - above.baseline
    same_size = abs(above.size - line.size) < 0.12 * size
    return same_size and 0 < down < (1 + LINE_GAP) * size and right - left > 0.3 * narrower


def reading_order(groups: list[Group]) -> list[Group]:
    """The order in which a person reads: the PDF's own where it makes sense, else by the gaps of the page.

    Slides are written in the order their author made them, which is right for boxes that stand staggered; but some
    programs write them as they are stacked.
    """
    return groups if _reads_well(groups) else by_gaps(groups)


def _reads_well(groups: list[Group]) -> bool:
    """Whether none comes before one that stands above it in its column, or left of it in its row."""
    rects = [group.panel or group.rect for group in groups]
    for position, later in enumerate(rects):
        for earlier in rects[:position]:
            same_column = _shared(earlier, later, 0) > 0.3
            same_row = _shared(earlier, later, 1) > 0.5
            if (same_column and later[1] < earlier[1]) or (same_row and later[0] < earlier[0]):
                return False
    return True


def _shared(one: Rect, other: Rect, axis: int) -> float:
    """How much of the shorter one's side both share."""
    shared = min(one[axis + 2], other[axis + 2]) - max(one[axis], other[axis])
    return shared / max(1.0, min(one[axis + 2] - one[axis], other[axis + 2] - other[axis]))


def by_gaps(groups: list[Group]) -> list[Group]:
    """Top to bottom, and left to right where things stand side by side: cut at the clear gaps, again and again."""
    if len(groups) < 2:
        return groups
    for axis in (1, 0):  # first rows, then columns
        parts = _cut([(group.panel or group.rect, group) for group in groups], axis)
        if len(parts) > 1:
            return [group for part in parts for group in by_gaps(part)]
    return sorted(groups, key=lambda group: (round(group.rect[1]), group.rect[0]))


def _cut(placed: list[tuple[Rect, Group]], axis: int) -> list[list[Group]]:
    """Part groups wherever a straight line along the other axis crosses none of them."""
    parts: list[list[Group]] = []
    reach = float("-inf")
    for rect, group in sorted(placed, key=lambda item: (item[0][axis], item[0][1 - axis])):
        if rect[axis] >= reach - 1:
            parts.append([])
        parts[-1].append(group)
        reach = max(reach, rect[axis + 2])
    return parts


# ---------------------------------------------------------------- paragraphs


def _block(group: Group, links: list[RawLink], known: frozenset[str], page: int) -> Block:
    paragraphs = [_paragraph(lines, links, known, page) for lines in paragraphs_of(group.lines, _right_edge(group))]
    return Block(
        paragraphs=tuple(paragraph for paragraph in paragraphs if paragraph.words),
        boxed=group.panel is not None,
        size=max(line.size for line in group.lines),
    )


def _right_edge(group: Group) -> float:
    """How far to the right a line of the group could have gone before it had to wrap."""
    left, _, right, _ = group.rect
    if group.panel is None:
        return right
    return max(right, group.panel[2] - max(0.0, left - group.panel[0]))


def paragraphs_of(lines: tuple[Line, ...], right_edge: float) -> list[list[Line]]:
    """Unwrap: put lines together that only wrapped because the box was full."""
    steps = [below.baseline - above.baseline for above, below in pairwise(lines)]
    step = min((s for s in steps if s > 0), default=0.0)
    if lines:
        step = min(step, 1.3 * lines[0].size)  # two lines alone can't tell wrapping from a new paragraph
    paragraphs: list[list[Line]] = []
    for line in lines:
        if paragraphs and not _begins_paragraph(paragraphs[-1][-1], line, step, right_edge):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    return paragraphs


def _begins_paragraph(above: Line, line: Line, step: float, right_edge: float) -> bool:
    down = line.baseline - above.baseline
    ended = above.text.rstrip("\"'”’)").endswith((".", "?", "!", ":", ";", "…"))
    first = line.words[0]
    had_room = above.rect[2] + 0.3 * line.size + (first.right - first.left) < right_edge
    if _has_marker(line):  # a dash may as well be one in the middle of a sentence that wrapped
        return first.text not in {"-", "–"} or ended or had_room
    if above.bold and not first.style & BOLD and had_room:
        return True
    if line.text[0].islower() or line.text[0] == "(":
        return ended and not above.text.endswith((":", ";")) and down > 1.2 * step
    return down > 1.2 * step or (had_room and (ended or line.text[0].isupper()))


def _has_marker(line: Line) -> bool:
    words = tuple(Word(word.text) for word in line.words)
    return bool(split_marker(words)[0])


def _paragraph(lines: list[Line], links: list[RawLink], known: frozenset[str], page: int) -> Paragraph:
    rows = [tuple(_word(word, links, page) for word in line.words) for line in lines]
    words = undo_hyphenation([tuple(word for word in row if word.text) for row in rows], known)
    marker, words = split_marker(words)
    return Paragraph(words, marker)


def _word(word: RawWord, links: list[RawLink], page: int) -> Word:
    x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
    url = next((k.url for k in links if k.left <= x <= k.right and k.top - 2 <= y <= k.bottom + 2), None)
    return Word(
        text=clean(word.text),
        areas=(Area(page, word.left, word.top, word.right, word.bottom),),
        bold=bool(word.style & BOLD),
        italic=bool(word.style & ITALIC),
        url=url,
    )
