"""How long an answer may take to begin."""

from __future__ import annotations

import asyncio
import re

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kindsearch.interfaces.guarding.refusing import refusal


class Deadlines:
    """Answers with 503 where nothing has come after ``seconds``, but for ``streamed`` (method and path).

    What works on the answer can't be stopped, for it may be in the middle of a thread: it goes on, and nobody hears it.
    """

    def __init__(self, app: ASGIApp, seconds: float, streamed: re.Pattern[str]) -> None:
        self.app, self.seconds, self.streamed = app, seconds, streamed
        self.unheard: set[asyncio.Future[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back if it comes in time."""
        if scope["type"] != "http" or self.streamed.fullmatch(f"{scope['method']} {scope['path']}"):
            return await self.app(scope, receive, send)
        begun = gave_up = False

        async def sending(message: Message) -> None:
            nonlocal begun
            if not gave_up:
                begun = True
                await send(message)

        answering = asyncio.ensure_future(self.app(scope, receive, sending))
        try:
            await asyncio.wait({answering}, timeout=self.seconds)
            if answering.done() or begun:
                return await answering
        except asyncio.CancelledError:
            answering.cancel()
            raise
        gave_up = True
        self.unheard.add(answering)
        answering.add_done_callback(self._forget)
        sentence = "This takes too long just now. Try again in a minute, or ask for less."
        return await refusal(scope, 503, sentence, {"Retry-After": "60"})(scope, receive, send)

    def _forget(self, answering: asyncio.Future[None]) -> None:
        self.unheard.discard(answering)
        if not answering.cancelled():
            answering.exception()  # looked at, so that it is not complained of
