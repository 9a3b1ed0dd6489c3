"""An application behind a real socket, for as long as a test needs it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

SECONDS = 30  # within which a server has started, or is given up


@contextmanager
def listening(config: uvicorn.Config) -> Iterator[tuple[str, int]]:
    """Serve on a free port of this machine; gives address and port."""
    server, opened = uvicorn.Server(config), socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [opened]})
    thread.start()
    until = time.monotonic() + SECONDS
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    yield opened.getsockname()
    server.should_exit = True
    thread.join(timeout=20)
    opened.close()
    assert not thread.is_alive()
