"""What went wrong, told to whoever asked: in a sentence, and to programs as a problem in JSON (RFC 9457).

Nobody outside learns where anything lies on this machine: what is wrong with the index stands in the log, under the
number that the answer carries.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import FastAPI, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import Field, TypeAdapter
from starlette.exceptions import HTTPException
from typing_extensions import TypedDict

from kindsearch.errors import (
    BadRequest,
    Busy,
    IndexLocked,
    KindSearchError,
    NoRoomForUploads,
    UnreadableFile,
    UploadRefused,
)
from kindsearch.interfaces.numbering import request_number

PROBLEM_JSON = "application/problem+json"
NOTHING_HERE = "There is nothing here. Look whether the address is right."
UNFORESEEN = "The archive could not be read. If that happens again, tell whoever runs this service."
NOT_NOW = (
    "The archive can't answer now. Try again in a few minutes. If it stays like this, tell whoever runs this service."
)
BUSY = "The archive is being changed by somebody else. Try again in a minute."
_STATUS: dict[type[KindSearchError], int] = {
    BadRequest: 422,
    UnreadableFile: 404,
    NoRoomForUploads: 507,
    UploadRefused: 422,
    Busy: 503,
}
_TO_THE_CALLER = tuple(_STATUS)  # errors that hold nothing of this machine
_log = logging.getLogger(__name__)


class Problem(TypedDict):
    """What went wrong (RFC 9457). Beside these there is what is known of it: ``field``, say, or ``source``."""

    type: Annotated[str, Field(description="Which problem it is: the same one has the same type.")]
    title: str
    status: int
    detail: Annotated[str, Field(description="What happened, and what to do.")]
    instance: Annotated[str, Field(description="The request, by its number in the log.")]


def described(what: str) -> dict[str, Any]:
    """A problem in the words of OpenAPI."""
    return {"description": what, "content": {PROBLEM_JSON: {"schema": TypeAdapter(Problem).json_schema()}}}


def tell(api: FastAPI) -> None:
    """Answer every error of an API with a problem."""

    @api.exception_handler(KindSearchError)
    def ours(_: Request, error: KindSearchError) -> Response:
        return _of(error)

    @api.exception_handler(RequestValidationError)
    def senseless(_: Request, error: RequestValidationError) -> Response:
        (field, what), *more = [(str(one["loc"][-1]), one["msg"]) for one in error.errors()]
        return _of(BadRequest(field, "; ".join([what, *(": ".join(other) for other in more)])))

    @api.exception_handler(HTTPException)
    def plain(_: Request, error: HTTPException) -> Response:
        return problem(error.status_code, error.detail, error.headers)

    @api.exception_handler(Exception)
    def unforeseen(_: Request, _error: Exception) -> Response:
        return problem(500, UNFORESEEN)  # logged where it is raised on to, in observing.py


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """A problem that says no more than its HTTP status, but for a sentence."""
    said: Problem = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": _instance(),
    }
    return JSONResponse(said, status, headers, PROBLEM_JSON)


def status_of(error: KindSearchError) -> int:
    """The HTTP status of an error of ours."""
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 503)


def sentence_of(error: KindSearchError) -> str:
    """What to tell somebody who asks. What is wrong with the index goes into the log instead."""
    if isinstance(error, _TO_THE_CALLER):
        return str(error)
    _log.error("the archive can't be asked: %s", error)
    return BUSY if isinstance(error, IndexLocked) else NOT_NOW


def _of(error: KindSearchError) -> Response:
    """An error of ours, named after its class, with the data that the caller can do something about."""
    status = status_of(error)
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__).lower()
    said: Problem = {
        "type": f"urn:kindsearch:problem:{words.replace(' ', '-')}",
        "title": words.capitalize(),
        "status": status,
        "detail": sentence_of(error),
        "instance": _instance(),
    }
    data = jsonable_encoder(vars(error)) if isinstance(error, _TO_THE_CALLER) else {}
    return JSONResponse({**data, **said}, status, media_type=PROBLEM_JSON)


def _instance() -> str:
    return f"urn:kindsearch:request:{request_number.get()}"
