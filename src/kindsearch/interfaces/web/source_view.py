"""The source of a passage: its pages as pictures, and where on them its words stand.

A caller names a passage of the archive and nothing else; no path ever comes in from outside. Pages are drawn by a
child process (the archive sees to that), at most two at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter, HTTPException, Query, Response

from kindsearch.errors import KindSearchError
from kindsearch.search import KindSearch
from kindsearch.types import Box, Passage

IMAGE_WIDTH = 1600  # pixels: sharp on a phone of today and on half a wide screen
PAGES_AT_ONCE = 2  # drawn by as many child processes
KEEP_IMAGE = "private, max-age=86400"  # a passage's id is made of the bytes of its file, so its pages never change
NO_PAGES = "This source is a text without pages. Here is the passage as it stands there."
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


@dataclass(frozen=True)
class SourceView:
    """All that is shown of a passage's source. ``note`` says why there are no pages where there are none."""

    title: str
    date: str
    section: str
    speakers: tuple[str, ...]
    file: str
    text: str
    pages: tuple[PageView, ...] = ()
    note: str | None = None


def routes(archive: KindSearch) -> APIRouter:
    """``/source/{passage_id}`` and the pictures of its pages."""
    router = APIRouter(prefix="/source")
    drawing = threading.BoundedSemaphore(PAGES_AT_ONCE)

    @router.get("/{passage_id}")
    def source(passage_id: str, quote: str | None = Query(None, pattern=r"^\d{1,9}-\d{1,9}$")) -> SourceView:
        passage = _known(archive, passage_id)
        try:
            return view_of(archive, passage, _stretch(passage, quote))
        except KindSearchError as error:
            raise HTTPException(404, str(error)) from error

    @router.get("/{passage_id}/pages/{page}.png")
    def page_image(passage_id: str, page: int) -> Response:
        passage = _known(archive, passage_id)
        first, last = passage.pages or (1, 0)
        if not first <= page <= last:
            raise HTTPException(404, f"The passage does not stand on page {page}.")
        try:
            with drawing:
                picture = archive.page_image(passage, page, IMAGE_WIDTH)
        except KindSearchError as error:
            raise HTTPException(404, str(error)) from error
        return Response(picture, media_type="image/png", headers={"Cache-Control": KEEP_IMAGE})

    return router


def _known(archive: KindSearch, passage_id: str) -> Passage:
    passage = archive.passage(passage_id)
    if passage is None:
        raise HTTPException(404, "The archive holds no such passage (any more). Ask the question again.")
    return passage


def _stretch(passage: Passage, quote: str | None) -> tuple[int, int]:
    """The offsets to tint: those of the quote as far as they lie in the passage, else the whole passage."""
    if quote is None:
        return passage.start, passage.end
    start, end = (int(part) for part in quote.split("-"))
    start, end = max(start, passage.start), min(end, passage.end)
    return (start, end) if start < end else (passage.start, passage.end)


def view_of(archive: KindSearch, passage: Passage, tinted: tuple[int, int]) -> SourceView:
    """What to show of a passage's source, ``tinted`` being the stretch of the document that was asked for."""
    session = passage.session
    view = SourceView(
        title=session.title,
        date=session.date.in_words if session.date else "",
        section=passage.section,
        speakers=passage.speakers,
        file=passage.source,
        text=passage.text,
    )
    if passage.pages is None:
        return replace(view, note=NO_PAGES)
    boxes = archive.boxes(passage)
    first, last = passage.pages
    return replace(view, pages=tuple(_page(archive, passage, page, boxes, tinted) for page in range(first, last + 1)))


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
