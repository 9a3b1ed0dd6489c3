"""Serving an application until it is stopped, and saying where."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp


def serve(app: ASGIApp, host: str, port: int, path: str = "") -> None:
    """Serve an application and print the address of ``path`` in it. Port 0 takes any that is free."""
    import uvicorn

    server = uvicorn.Server(uvicorn.Config(app, host=host, port=port, log_level="warning"))
    listening = server.config.bind_socket()
    listening.listen(server.config.backlog)  # so that whoever reads the address can connect
    address, taken = listening.getsockname()[:2]
    print(
        f"kindsearch is at http://{f'[{address}]' if ':' in address else address}:{taken}{path} (stop it with Ctrl+C)",
        flush=True,
    )
    server.run(sockets=[listening])
