"""Whether a passage helped, as the page for asking sends it. No other page may: see :func:`_from_here`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from typing_extensions import TypedDict

from kindsearch.errors import KindSearchError
from kindsearch.interfaces import problems
from kindsearch.interfaces.guarding.hosts import is_foreign
from kindsearch.search import KindSearch
from kindsearch.settings import MAX_QUESTION

MOST_BYTES = 32_000


class Said(BaseModel):
    """What is sent."""

    model_config = ConfigDict(extra="forbid", strict=True)

    question: Annotated[str, Field(max_length=MAX_QUESTION)]
    passage: Annotated[str, Field(max_length=64)]
    helpful: bool
    remark: Annotated[str | None, Field(max_length=MAX_QUESTION)] = None


class Kept(TypedDict):
    """What was kept of it."""

    helpful: bool


def routes(archive: KindSearch) -> APIRouter:
    """``POST /feedback``."""
    router = APIRouter()

    @router.post("/feedback")
    def feedback(said: Annotated[Said, Depends(_said)]) -> Kept:
        try:
            passage = archive.passage(said.passage)
            if passage is None:
                raise HTTPException(404, "The archive holds no such passage (any more). Ask the question again.")
            rating = archive.rate(said.question, passage, helpful=said.helpful, remark=said.remark)
        except KindSearchError as error:
            raise HTTPException(problems.status_of(error), problems.sentence_of(error)) from error
        return {"helpful": rating.helpful}

    return router


async def _said(request: Request) -> Said:
    """What a page of ours sends; refused before it is read where it comes from elsewhere, or is too much."""
    _from_here(request)
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise HTTPException(413, "That is too much: a word will do.")
    try:
        return Said.model_validate_json(body)
    except ValidationError as error:
        raise HTTPException(422, "This is not what the page sends.") from error


def _from_here(request: Request) -> None:
    """Refuse what another page sends with a visitor's browser (cross-site request forgery), and what no page sends.

    A browser says from which page it sends something, and lets no other page ask to send JSON.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if "origin" not in request.headers or is_foreign(request.method, request.headers):
        raise HTTPException(403, "Only the page itself may send this.")
    if kind != "application/json":
        raise HTTPException(415, "This is not what the page sends.")
