"""The door for uploads: what a form brings, within limits of its own, is handed to ``uploading.py``.

The page (``web/upload.py``) and ``POST /v1/uploads`` share it. Both are there only where ``KINDSEARCH_UPLOADS`` is set.
"""

from __future__ import annotations

import asyncio
import logging
import math
import re
from typing import Any

from anyio.to_thread import run_sync
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from kindsearch.errors import BadRequest, KindSearchError
from kindsearch.interfaces.guarding.clients import client_of
from kindsearch.interfaces.guarding.rates import Buckets
from kindsearch.search import KindSearch
from kindsearch.uploading import Sent, Uploaded, Uploads

UPLOADS = re.compile(r"POST /(?:upload|v1/uploads)")
"""Method and path of what the door limits itself."""
KINDS = (
    "a session pack as PDF, Word, Markdown or text",
    "a transcript, as text or Word",
    "captions (VTT, SRT)",
    "a saved meeting chat",
)
WORDS_KB = 8  # of title and date each, as they are sent
FORM: dict[str, Any] = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "string", "format": "binary", "description": f"One of: {'; '.join(KINDS)}."},
        "title": {"type": "string", "description": "Of the session, where the file does not say it."},
        "date": {"type": "string", "description": "Of the session: 2024-01-18, 2024-01 or 2024."},
    },
}
_log = logging.getLogger(__name__)


class _TooLarge(Exception):
    """More came than one upload may have."""


class UploadDoor:
    """Takes files that are sent in a form, a few at once."""

    def __init__(self, archive: KindSearch) -> None:
        self.settings, self.uploads = archive.settings, Uploads(archive)
        self.often = Buckets(self.settings.uploads_per_minute)
        self.under_way = 0
        self.taking = set[asyncio.Future[Uploaded]]()

    async def receive(self, request: Request) -> Uploaded | None:
        """What became of the file in a request; None where that takes longer than an answer may, and goes on.

        Raises HTTPException for what goes past a limit, else as :meth:`kindsearch.uploading.Uploads.take`.
        """
        self._let_in(request)
        self.under_way += 1
        try:
            taking = asyncio.ensure_future(self._taken(await self._form(request)))
        except BaseException:
            self.under_way -= 1
            raise
        self.taking.add(taking)
        taking.add_done_callback(self._done)
        done, _ = await asyncio.wait({taking}, timeout=self.settings.answer_seconds)
        return taking.result() if done else None

    def _let_in(self, request: Request) -> None:
        """Raises HTTPException for whoever sends too often, or where too many send just now."""
        if wait := self.often.take(client_of(request.scope)):
            sentence = f"These were many uploads in a short time. Wait {math.ceil(wait)} seconds, then try again."
            raise HTTPException(429, sentence, {"Retry-After": str(math.ceil(wait))})
        if self.under_way >= self.settings.uploads_at_once:
            raise HTTPException(503, "Others are uploading just now. Try again in a minute.", {"Retry-After": "60"})

    async def _form(self, request: Request) -> FormData:
        """The form, its file on the disk. Raises HTTPException where it is too large or too slow, or no form."""
        most, come = self.settings.upload_mb * 2**20, 0

        async def receiving() -> Message:
            nonlocal come
            message = await request.receive()
            come += len(message.get("body", b""))
            if come > most:
                raise _TooLarge
            return message

        announced = request.headers.get("content-length", "0")
        try:
            async with asyncio.timeout(self.settings.upload_seconds):
                if announced.isdecimal() and int(announced[:20]) > most:
                    raise _TooLarge
                counted = Request(request.scope, receiving)
                return await counted.form(max_files=1, max_fields=2, max_part_size=WORDS_KB * 1024)
        except _TooLarge as error:
            sentence = f"The file is larger than {self.settings.upload_mb} MB: send a smaller one."
            raise HTTPException(413, sentence, {"Connection": "close"}) from error
        except TimeoutError as error:
            sentence = "The file took too long to arrive: send it again."
            raise HTTPException(408, sentence, {"Connection": "close"}) from error
        except ClientDisconnect as error:
            raise HTTPException(400, "The file did not arrive as a whole: send it again.") from error

    async def _taken(self, form: FormData) -> Uploaded:
        """Take the file in a form. Raises BadRequest where there is none."""
        try:
            file, title, date = (form.get(name) for name in ("file", "title", "date"))
            if not isinstance(file, UploadFile) or not (file.filename or file.size):
                raise BadRequest("file", "choose one first")
            words = (text if isinstance(text, str) else "" for text in (title, date))
            return await run_sync(self.uploads.take, Sent(file.file, file.filename or "", *words))
        finally:
            await form.close()

    def _done(self, taking: asyncio.Future[Uploaded]) -> None:
        self.under_way -= 1
        self.taking.discard(taking)
        if not taking.cancelled() and isinstance(error := taking.exception(), KindSearchError):
            _log.info("an upload was not taken: %s", error)
