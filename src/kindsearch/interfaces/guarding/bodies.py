"""How much a client may send, and how slowly: a request is passed on when its body is there as a whole."""

from __future__ import annotations

import asyncio
import re

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kindsearch.interfaces.guarding.refusing import refusal


class TooLarge(Exception):
    """More came than is allowed."""


class Bodies:
    """Refuses what a client sends too much of, or too slowly.

    Address and headers of more than ``most_head`` bytes with 431 (uvicorn does so only where they come in pieces), a
    body of more than ``most`` bytes with 413, one that takes longer than ``seconds`` with 408. A body for ``streamed``
    (method and path) is passed on as it comes.
    """

    def __init__(self, app: ASGIApp, most: int, most_head: int, seconds: float, streamed: re.Pattern[str]) -> None:
        self.app, self.most, self.most_head, self.seconds = app, most, most_head, seconds
        self.streamed = streamed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request with its body."""
        if scope["type"] == "http" and _head_of(scope) > self.most_head:
            sentence = f"Address and headers are larger than {self.most_head // 1024} KB: ask for less at once."
            return await _closing(scope, 431, sentence)(scope, receive, send)
        if scope["type"] != "http" or self.streamed.fullmatch(f"{scope['method']} {scope['path']}"):
            return await self.app(scope, receive, send)
        try:
            async with asyncio.timeout(self.seconds):
                body = await self._body(Headers(scope=scope).get("content-length", "0"), receive)
        except TooLarge:
            return await _closing(scope, 413, f"The request is larger than {self.most // 1024} KB: send less.")(
                scope, receive, send
            )
        except TimeoutError:
            return await _closing(scope, 408, "The request took too long to arrive: send it again.")(
                scope, receive, send
            )
        if body is None:  # nobody is there any more
            return None
        first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receiving() -> Message:
            return first.pop() if first else await receive()

        return await self.app(scope, receiving, send)

    async def _body(self, announced: str, receive: Receive) -> bytes | None:
        """The body; None where the client has gone. Raises TooLarge, from what is announced if possible."""
        if announced.isdecimal() and int(announced[:20]) > self.most:
            raise TooLarge
        body = bytearray()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            if len(body) > self.most:
                raise TooLarge
            if not message.get("more_body"):
                return bytes(body)


def _head_of(scope: Scope) -> int:
    """The bytes of the address and the headers."""
    address = len(scope.get("raw_path") or scope["path"]) + len(scope["query_string"])
    return address + sum(len(name) + len(value) + 4 for name, value in scope["headers"])


def _closing(scope: Scope, status: int, sentence: str) -> ASGIApp:
    """A refusal that ends the connection, so that the rest of the body is not waited for."""
    return refusal(scope, status, sentence, {"Connection": "close"})
