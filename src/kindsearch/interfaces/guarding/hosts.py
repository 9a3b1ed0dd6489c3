"""Whether a request is meant for this server, and whether a page of this server makes it.

A web page elsewhere can have a name of its own lead to this machine (DNS rebinding), and then ask as if it came from
here: so a name that is not known is refused. A number is no name, and can't be made to lead elsewhere. And it can
send requests from a visitor's browser, which adds her login: so what another page asks for is refused, but for
following a link.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from kindsearch.interfaces.guarding.refusing import refusal

READING = {"GET", "HEAD"}


class Hosts:
    """Refuses requests for other names with 421, and those that other pages make with 403."""

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self.app, self.names = app, {name.lower() for name in names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is meant for this server."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        if not is_ours(headers.getlist("host"), self.names):
            sentence = "The server is not known by this name. Whoever runs it can add the name to KINDSEARCH_HOSTS."
            return await refusal(scope, 421, sentence)(scope, receive, send)
        if is_foreign(scope["method"], headers):
            sentence = "Another web page asked for this, so it was refused. Open the address yourself."
            return await refusal(scope, 403, sentence)(scope, receive, send)
        return await self.app(scope, receive, send)


def is_ours(hosts: Collection[str], names: Collection[str]) -> bool:
    """Whether the Host header is there once, and holds a number, localhost or one of the names.

    >>> is_ours(["127.0.0.1:7860"], ()), is_ours(["[::1]"], ()), is_ours(["archive.example"], {"archive.example"})
    (True, True, True)
    >>> is_ours(["elsewhere.example"], {"archive.example"}), is_ours([], ()), is_ours(["localhost"] * 2, ())
    (False, False, False)
    """
    if len(hosts) != 1:
        return False
    try:
        parts = urlsplit(f"//{next(iter(hosts))}")
        name = (parts.hostname or "").rstrip(".")
    except ValueError:
        return False
    if parts.username is not None or parts.path or parts.query or parts.fragment:
        return False
    return name == "localhost" or name in names or is_number(name)


def is_number(name: str) -> bool:
    """Whether a host is given as an address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_foreign(method: str, headers: Headers) -> bool:
    """Whether a page of another origin makes this request, other than by leading somebody here.

    Browsers say it themselves (Fetch Metadata), but not where the address is neither HTTPS nor of this machine: then
    the origin is compared.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        is_link = method in READING and headers.get("sec-fetch-mode") == "navigate"
        return site not in {"same-origin", "none"} and not is_link
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2] != headers.get("host")
