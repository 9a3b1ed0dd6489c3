"""Connections whose clients keep the server waiting are ended; uvicorn itself waits for ever."""

from __future__ import annotations

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


class ImpatientProtocol(H11Protocol):
    """HTTP/1.1 with an end to waiting: for a request's headers, and for a client that takes nothing of an answer.

    ``seconds`` is how long each may last.
    """

    seconds = 20.0

    _head: asyncio.TimerHandle
    _stuck: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the headers of a request, for a while."""
        super().connection_made(transport)
        self._head = self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._head.cancel()
        self._unstick()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Go on waiting until the headers are whole: each byte more is no reason to wait longer."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._head.cancel()
        elif self._head.cancelled():
            self._head = self._await_head()

    def pause_writing(self) -> None:
        """The client does not take what is sent: look again after a while."""
        super().pause_writing()
        self._look_again()

    def resume_writing(self) -> None:
        """It does."""
        self._unstick()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection, even where the client does not take the rest."""
        super().timeout_keep_alive_handler()
        self._look_again()

    def _await_head(self) -> asyncio.TimerHandle:
        return self.loop.call_later(self.seconds, self.transport.abort)

    def _look_again(self) -> None:
        self._unstick()
        left = self.transport.get_write_buffer_size()
        self._stuck = self.loop.call_later(self.seconds, self._end_if_stuck, left)

    def _end_if_stuck(self, left: int) -> None:
        if self.transport.get_write_buffer_size() >= left:
            self.transport.abort()
        else:
            self._look_again()

    def _unstick(self) -> None:
        if self._stuck is not None:
            self._stuck.cancel()
