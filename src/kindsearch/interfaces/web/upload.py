"""The page on which a file is added to the archive. It is a plain form and works without a script."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from kindsearch.errors import KindSearchError
from kindsearch.interfaces import problems
from kindsearch.interfaces.numbering import request_number
from kindsearch.interfaces.receiving import KINDS, UploadDoor
from kindsearch.interfaces.web import rendering

PLACE = "Upload"


def routes(door: UploadDoor) -> APIRouter:
    """``/upload``: the form, and what became of a file that was sent with it."""
    router = APIRouter()

    @router.get("/upload")
    def form() -> Response:
        return _form(door)

    @router.post("/upload")
    async def sent(request: Request) -> Response:
        try:
            uploaded = await door.receive(request)
        except HTTPException as error:
            refused = _form(door, error.detail, error.status_code)
            refused.headers.update(error.headers or {})
            return refused
        except KindSearchError as error:
            return _form(door, problems.sentence_of(error), problems.status_of(error))
        status = 200 if uploaded and uploaded.file else 202
        return rendering.page("uploaded.html", place=PLACE, status=status, uploaded=uploaded)

    return router


def _form(door: UploadDoor, problem: str = "", status: int = 200) -> Response:
    """The form, with what went wrong the last time."""
    settings = door.settings
    return rendering.page(
        "upload.html",
        place=PLACE,
        status=status,
        problem=problem and f"{problem[0].upper()}{problem[1:].rstrip('.')}.",
        number=request_number.get(),
        kinds=KINDS,
        most_mb=settings.upload_mb,
        longest_title=settings.name_characters,
    )
