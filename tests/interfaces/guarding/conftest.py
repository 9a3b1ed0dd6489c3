"""A tiny application behind the walls, which says what it was given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from kindsearch.interfaces.guarding import guarded
from kindsearch.settings import Settings

Behind = Callable[..., TestClient]


async def telling(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that tells what reached it."""
    request = Request(scope, receive)
    told = {
        "client": scope["client"][0],
        "scheme": scope["scheme"],
        "user": scope.get("state", {}).get("user"),
        "headers": dict(request.headers),
        "bytes": len(await request.body()),
    }
    await JSONResponse(told)(scope, receive, send)


@pytest.fixture
def behind() -> Behind:
    """Make a client of that application behind the walls of these settings, at an address of its own."""

    def make(address: str = "203.0.113.5", host: str = "http://127.0.0.1", **settings: Any) -> TestClient:
        return TestClient(guarded(telling, Settings(**settings)), base_url=host, client=(address, 5000))

    return make
