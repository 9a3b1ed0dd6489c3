"""Serving an application until it is stopped, and saying where: to this machine alone, unless it has a wall."""

from __future__ import annotations

import errno
import ipaddress
import socket
from typing import TYPE_CHECKING

from kindsearch.errors import BadRequest
from kindsearch.settings import Settings

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp

HERE = "127.0.0.1"
SECONDS_TO_FINISH = 10  # for the answers that are under way when the server is stopped


def serve(
    app: ASGIApp, settings: Settings, host: str = HERE, port: int = 0, path: str = "", *, without_login: bool = False
) -> None:
    """Serve an application and print the address of ``path`` in it. Port 0 takes any that is free.

    Raises BadRequest for an address that other machines reach, unless there are logins or ``without_login`` is said,
    and for one that can't be listened on.
    """
    import uvicorn

    from kindsearch.interfaces.observing import log_to_stderr

    check_host(host, settings, without_login=without_login)
    server = uvicorn.Server(configured(app, settings, host, port))
    listening = listening_on(host, port, server.config.backlog)
    address, taken = listening.getsockname()[:2]
    print(
        f"kindsearch is at http://{f'[{address}]' if ':' in address else address}:{taken}{path} (stop it with Ctrl+C)",
        flush=True,
    )
    log_to_stderr(log_questions=settings.log_questions)
    server.run(sockets=[listening])


def listening_on(host: str, port: int, backlog: int) -> socket.socket:
    """A socket that listens, so that whoever reads the address can connect. Raises BadRequest where that can't be.

    Uvicorn, asked to open it, would print the words of the system and end the process.
    """
    opened = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
        opened.listen(backlog)
    except (OSError, OverflowError) as error:
        opened.close()
        raise _not_listened_on(host, port, error) from error
    return opened


def _not_listened_on(host: str, port: int, error: OSError | OverflowError) -> BadRequest:
    if isinstance(error, OverflowError):
        return BadRequest("--port", f"{port} is none: they go from 1 to 65535, and 0 takes any that is free")
    if error.errno == errno.EADDRINUSE:
        in_use = "is in use, perhaps by another kindsearch: stop that one, or take another port"
        return BadRequest("--port", f"{port} {in_use} (--port 0 takes any that is free)")
    if error.errno == errno.EACCES:
        return BadRequest("--port", f"{port} is not for this user: take one from 1024 on, or 0 for any that is free")
    return BadRequest("--host", f"{host} is no address of this machine: {error}")


def configured(app: ASGIApp, settings: Settings, host: str = HERE, port: int = 0) -> uvicorn.Config:
    """How uvicorn serves an application: with the limits of the settings, and believing no header."""
    import uvicorn

    from kindsearch.interfaces.guarding.connections import ImpatientProtocol

    class Protocol(ImpatientProtocol):
        seconds = settings.client_seconds

    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=Protocol,
        ws="none",
        proxy_headers=False,  # it would believe anybody on this machine; guarding/clients.py does it
        server_header=False,
        log_config=None,
        access_log=False,  # it would write down the questions; observing.py does it
        limit_concurrency=settings.connections,
        h11_max_incomplete_event_size=settings.head_kb * 1024,
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
    )


def check_host(host: str, settings: Settings, *, without_login: bool = False) -> None:
    """Raises BadRequest for an address that other machines reach, unless there are logins or that is wanted."""
    if without_login or settings.users or settings.proxy_user_header or _is_here(host):
        return
    could = "read the archive and add to it" if settings.uploads else "read the archive"
    raise BadRequest(
        "--host",
        f"other machines reach {host}, and anybody there could {could}. Make a user with  kindsearch password "
        "NAME >> users.txt  and set KINDSEARCH_USERS=users.txt, or say --without-login if that is what you want",
    )


def _is_here(host: str) -> bool:
    """Whether an address, or all that a name leads to, is this machine's own and nobody else's."""
    try:
        addresses = {str(found[4][0]) for found in socket.getaddrinfo(host or "0.0.0.0", None)}
    except (OSError, UnicodeError) as error:
        raise BadRequest("--host", f"{host} is no address of this machine: {error}") from error
    return all(ipaddress.ip_address(address.partition("%")[0]).is_loopback for address in addresses)
