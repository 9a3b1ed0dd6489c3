"""Pictures of pages over HTTP."""

from __future__ import annotations

from fastapi import Response

from kindsearch.search import KindSearch
from kindsearch.types import Passage

COVER_WIDTH = 640  # pixels: sharp at 320
IMAGE_WIDTH = 1600  # pixels: sharp on a phone of today and on half a wide screen
KEEP_IMAGE = "private, max-age=600"  # seconds; no longer, for somebody on the page may ask to be forgotten


def page_image(archive: KindSearch, passage: Passage, page: int) -> Response:
    """A page of the passage's document as PNG. Raises as :meth:`KindSearch.page_image` does."""
    return _response(archive.page_image(passage, page, IMAGE_WIDTH))


def cover_image(archive: KindSearch, session_id: str) -> Response:
    """The first page of a session's pack as PNG. Raises as :meth:`KindSearch.cover` does."""
    return _response(archive.cover(session_id, COVER_WIDTH))


def _response(picture: bytes) -> Response:
    return Response(picture, media_type="image/png", headers={"Cache-Control": KEEP_IMAGE})
