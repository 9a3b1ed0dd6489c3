"""The source of a passage: its pages as pictures, and where on them its words stand, or what was said around it.

A caller names a passage of the archive and nothing else; no path ever comes in from outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query, Response

from kindsearch.errors import BadRequest, KindSearchError, UnreadableFile
from kindsearch.interfaces import problems
from kindsearch.interfaces.page_images import page_image
from kindsearch.interfaces.web.turns import Moment, Turn, moment_of, turns_of
from kindsearch.search import KindSearch
from kindsearch.types import Box, Kind, Passage

NO_PAGES = "This source is a text without pages or times. Here is the passage as it stands there."
TURNS_AROUND = 3  # shown before a passage that has no page, and after it; so many more when they are asked for
MOST_TURNS = 3_000
ALL_STATEMENTS = 10**9  # of a document
WORD_GAP = 1.6  # heights of a line: words further apart stand in different columns
LINE_GAP = 1.5  # heights of a line: lines further apart stand in different blocks
PADDING = 4.0  # points between the words and the outline around them


@dataclass(frozen=True)
class Area:
    """A rectangle on a page, in percent of the page's width and height."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class PageView:
    """A page of the source: its picture, the outlines of the passage and the lines that are tinted."""

    page: int
    image: str
    width: float  # points
    height: float
    outlines: tuple[Area, ...]
    tinted: tuple[Area, ...]


class Part(StrEnum):
    """What some words of a turn are: outside the passage, in it, or what was quoted from it."""

    AROUND = "around"
    PASSAGE = "passage"
    QUOTE = "quote"


@dataclass(frozen=True)
class Words:
    """A run of words that are one part."""

    text: str
    part: Part


@dataclass(frozen=True)
class TurnView:
    """A turn as it is shown: who says it, when and what."""

    speaker: str | None
    moment: Moment | None
    words: tuple[Words, ...]


@dataclass(frozen=True)
class SourceView:
    """All that is shown of a passage's source: its ``pages``, or ``turns`` where it has none.

    The file has ``pages_in_all``; there are turns ``before`` and ``after`` those shown, or there are none. ``moment``
    is when the words that were asked for were said, or written where ``is_written``; ``note`` says what the source does
    not have, ``remark`` what is to be remarked on its session.
    """

    title: str
    date: str
    section: str
    speakers: tuple[str, ...]
    file: str
    text: str
    pages: tuple[PageView, ...] = ()
    pages_in_all: int = 0
    turns: tuple[TurnView, ...] = ()
    before: bool = False
    after: bool = False
    moment: Moment | None = None
    is_written: bool = False
    note: str | None = None
    remark: str | None = None


Quote = Annotated[str | None, Query(pattern=r"^\d{1,9}-\d{1,9}$")]
Turns = Annotated[int, Query(ge=0, le=MOST_TURNS)]


def routes(archive: KindSearch) -> APIRouter:
    """``/source/{passage_id}``, and the pages of the document that it stands in, with their pictures."""
    router = APIRouter(prefix="/source")

    @router.get("/{passage_id}")
    def source(passage_id: str, quote: Quote = None, earlier: Turns = 0, later: Turns = 0) -> SourceView:
        passage = _known(archive, passage_id)
        try:
            return view_of(archive, passage, _stretch(passage, quote), earlier, later)
        except KindSearchError as error:
            raise HTTPException(problems.status_of(error), problems.sentence_of(error)) from error

    @router.get("/{passage_id}/pages/{page}.png")
    def picture(passage_id: str, page: Annotated[int, Path(ge=1, le=2**31)]) -> Response:
        passage = _known(archive, passage_id)
        with _told():
            archive.page_size(passage, page)
            return page_image(archive, passage, page)

    @router.get("/{passage_id}/pages/{page}")
    def page(passage_id: str, page: Annotated[int, Path(ge=1, le=2**31)], quote: Quote = None) -> PageView:
        passage = _known(archive, passage_id)
        with _told():
            return _page(archive, passage, page, archive.boxes(passage), _tinted(passage, _stretch(passage, quote)))

    return router


@contextmanager
def _told() -> Iterator[None]:
    """Why a page can't be shown, in a sentence. One that is none is not found."""
    try:
        yield
    except UnreadableFile as error:
        raise HTTPException(404, f"{error.reason[:1].upper()}{error.reason[1:]}.") from error
    except BadRequest as error:
        raise HTTPException(404, str(error)) from error
    except KindSearchError as error:
        raise HTTPException(problems.status_of(error), problems.sentence_of(error)) from error


def _known(archive: KindSearch, passage_id: str) -> Passage:
    passage = archive.passage(passage_id)
    if passage is None:
        raise HTTPException(404, "The archive holds no such passage (any more). Ask the question again.")
    return passage


def _stretch(passage: Passage, quote: str | None) -> tuple[int, int] | None:
    """The offsets of a quote, as far as they lie in the passage; None where there are none, or they lie elsewhere."""
    if quote is None:
        return None
    start, end = (int(part) for part in quote.split("-"))
    start, end = max(start, passage.start), min(end, passage.end)
    return (start, end) if start < end else None


def view_of(
    archive: KindSearch, passage: Passage, quote: tuple[int, int] | None = None, earlier: int = 0, later: int = 0
) -> SourceView:
    """What to show of a passage's source, ``quote`` being the stretch of the document to be marked in it.

    On pages the whole passage is tinted where there is no quote, for there is much else on them. Of what has no pages
    so many turns ``earlier`` and ``later`` are shown beside those that are shown in any case.
    """
    session = passage.session
    view = SourceView(
        title=session.title,
        date=session.date_in_words,
        section=passage.section,
        speakers=passage.speakers,
        file=passage.source,
        text=passage.text,
        moment=moment_of(session, _said_at(passage, quote or (passage.start, passage.end))),
        is_written=passage.kind == Kind.CHAT and passage.pages is None,
        remark=session.note,
    )
    if passage.pages is None:
        around = _turns(archive, passage, quote or (0, 0), TURNS_AROUND + earlier, TURNS_AROUND + later)
        timed = any(turn.moment for turn in around.turns)
        return replace(view, turns=around.turns, before=around.before, after=around.after,
                       note=None if timed else NO_PAGES)  # fmt: skip
    boxes = archive.boxes(passage)
    first, last = passage.pages
    tinted = _tinted(passage, quote)
    pages = tuple(_page(archive, passage, page, boxes, tinted) for page in range(first, last + 1))
    return replace(view, pages=pages, pages_in_all=archive.page_count(passage))


def _tinted(passage: Passage, quote: tuple[int, int] | None) -> tuple[int, int]:
    return quote or (passage.start, passage.end)


def _said_at(passage: Passage, stretch: tuple[int, int]) -> int | None:
    """When the words at these offsets were said; None where that is not known."""
    start, end = stretch
    times = (s.start_ms for s in passage.statements if s.start < end and start < s.end and s.start_ms is not None)
    return next(times, None)


@dataclass(frozen=True)
class _Around:
    """Turns, and whether there are others before and after them."""

    turns: tuple[TurnView, ...]
    before: bool
    after: bool


def _turns(archive: KindSearch, passage: Passage, quote: tuple[int, int], earlier: int, later: int) -> _Around:
    """The turns of a passage, and so many before and after it."""
    wider = archive.around(passage, ALL_STATEMENTS)
    turns = turns_of(wider)
    inside = [number for number, turn in enumerate(turns) if turn.start < passage.end and passage.start < turn.end]
    first, end = max(inside[0] - earlier, 0), min(inside[-1] + 1 + later, len(turns))
    shown = tuple(
        TurnView(
            turn.speaker,
            moment_of(passage.session, turn.start_ms),
            tuple(_words(wider, turn, (passage.start, passage.end), quote)),
        )
        for turn in turns[first:end]
    )
    return _Around(shown, before=first > 0, after=end < len(turns))


def _words(wider: Passage, turn: Turn, passage: tuple[int, int], quote: tuple[int, int]) -> Iterator[Words]:
    """The words of a turn, cut where the passage or the quote begins or ends."""
    inside = {cut for cut in (*passage, *quote) if turn.start < cut < turn.end}
    for start, end in pairwise([turn.start, *sorted(inside), turn.end]):
        inner = Part.QUOTE if _holds(quote, start) else Part.PASSAGE
        yield Words(wider.quote(start, end), inner if _holds(passage, start) else Part.AROUND)


def _holds(stretch: tuple[int, int], offset: int) -> bool:
    return stretch[0] <= offset < stretch[1]


def _page(archive: KindSearch, passage: Passage, page: int, boxes: Sequence[Box], tinted: tuple[int, int]) -> PageView:
    here = [box for box in boxes if box.page == page]
    start, end = tinted
    width, height = archive.page_size(passage, page)
    outlines = (_padded(block) for block in blocks_of(lines_of(here)))
    lines = lines_of(box for box in here if box.start < end and start < box.end)
    return PageView(
        page=page,
        image=f"/source/{passage.id}/pages/{page}.png",
        width=width,
        height=height,
        outlines=tuple(_area(box, width, height) for box in outlines),
        tinted=tuple(_area(box, width, height) for box in lines),
    )


# ---------------------------------------------------------------- words to lines to blocks


def lines_of(words: Iterable[Box]) -> list[Box]:
    """Words of one page, in the order of the text, joined where they follow one another on one line."""
    lines: list[Box] = []
    for word in words:
        if lines and _continues(lines[-1], word):
            lines[-1] = _around([lines[-1], word])
        else:
            lines.append(word)
    return lines


def _continues(line: Box, word: Box) -> bool:
    height = min(line.bottom - line.top, word.bottom - word.top)
    overlap = min(line.bottom, word.bottom) - max(line.top, word.top)
    gap = word.left - line.right
    return overlap > height / 2 and -height < gap < WORD_GAP * max(line.bottom - line.top, height)


def blocks_of(lines: Iterable[Box]) -> list[Box]:
    """Lines joined where one stands under the other with no more than a line's room between them."""
    blocks: list[Box] = []
    last_height = 0.0
    for line in lines:
        height = line.bottom - line.top
        if blocks and _stands_under(blocks[-1], line, LINE_GAP * max(height, last_height)):
            blocks[-1] = _around([blocks[-1], line])
        else:
            blocks.append(line)
        last_height = height
    return blocks


def _stands_under(block: Box, line: Box, room: float) -> bool:
    side_by_side = min(block.right, line.right) - max(block.left, line.left) > 0
    return side_by_side and -room < line.top - block.bottom < room


def _around(boxes: Sequence[Box]) -> Box:
    return Box(
        start=min(box.start for box in boxes),
        end=max(box.end for box in boxes),
        page=boxes[0].page,
        left=min(box.left for box in boxes),
        top=min(box.top for box in boxes),
        right=max(box.right for box in boxes),
        bottom=max(box.bottom for box in boxes),
    )


def _padded(box: Box) -> Box:
    return replace(
        box,
        left=box.left - PADDING,
        top=box.top - PADDING,
        right=box.right + PADDING,
        bottom=box.bottom + PADDING,
    )


def _area(box: Box, page_width: float, page_height: float) -> Area:
    return Area(
        left=round(100 * box.left / page_width, 3),
        top=round(100 * box.top / page_height, 3),
        width=round(100 * (box.right - box.left) / page_width, 3),
        height=round(100 * (box.bottom - box.top) / page_height, 3),
    )
