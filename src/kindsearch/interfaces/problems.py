"""What went wrong, told to programs: a problem in JSON (RFC 9457) with the data of our error."""

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

from kindsearch.errors import BadRequest, KindSearchError, UnreadableFile

PROBLEM_JSON = "application/problem+json"
_STATUS: dict[type[KindSearchError], int] = {BadRequest: 422, UnreadableFile: 404}
_log = logging.getLogger(__name__)


class Problem(TypedDict):
    """What went wrong (RFC 9457). Beside these there is what is known of it: ``field``, say, or ``source``."""

    type: Annotated[str, Field(description="Which problem it is: the same one has the same type.")]
    title: str
    status: int
    detail: Annotated[str, Field(description="What happened, and what to do.")]


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
    def unforeseen(_: Request, error: Exception) -> Response:
        _log.error("a request could not be answered", exc_info=error)
        return problem(500, "The archive could not be read. If that happens again, tell whoever runs this service.")


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """A problem that says no more than its HTTP status, but for a sentence."""
    said: Problem = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    return JSONResponse(said, status, headers, PROBLEM_JSON)


def status_of(error: KindSearchError) -> int:
    """The HTTP status of an error of ours."""
    return next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 503)


def _of(error: KindSearchError) -> Response:
    """An error of ours with its data, named after its class."""
    status = status_of(error)
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__).lower()
    said: Problem = {
        "type": f"urn:kindsearch:problem:{words.replace(' ', '-')}",
        "title": words.capitalize(),
        "status": status,
        "detail": str(error),
    }
    return JSONResponse({**jsonable_encoder(vars(error)), **said}, status, media_type=PROBLEM_JSON)
