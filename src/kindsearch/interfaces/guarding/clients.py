"""Who a request comes from: the address of the connection, or what a proxy in front says, if it is a known one."""

from __future__ import annotations

import ipaddress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from kindsearch.errors import BadRequest
from kindsearch.settings import Settings

# What a client might send to be taken for another, or for one at another address. Gradio believes some of them.
_CLAIMS = (b"x-forwarded-", b"forwarded", b"x-real-ip", b"x-gradio-")


class Clients:
    """Sets the client, the scheme and the user of a request, and takes out all else that claims to know them.

    The user is kept in the state of the request, under ``user``. All that stand behind share this state, so that the
    log has it, too, who logged in. Raises BadRequest for a header that is to be believed from anybody.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        if settings.proxy_user_header and not settings.proxy:
            detail = "set KINDSEARCH_PROXY to the address of the proxy that sends it: from others it is not believed"
            raise BadRequest("KINDSEARCH_PROXY_USER_HEADER", detail)
        self.app, self.proxy = app, settings.proxy
        self.user_header = (settings.proxy_user_header or "").lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as what it is."""
        if scope["type"] == "http":
            scope = self._known(scope)
        await self.app(scope, receive, send)

    def _known(self, scope: Scope) -> Scope:
        headers = Headers(scope=scope)
        claims = (*_CLAIMS, self.user_header.encode()) if self.user_header else _CLAIMS
        kept = [(name, value) for name, value in headers.raw if not name.lower().startswith(claims)]
        known = {**scope, "headers": kept, "state": dict(scope.get("state", {}))}
        if self._is_proxy(scope):
            known["client"] = _behind(headers) or scope["client"]
            if headers.get("x-forwarded-proto") in {"http", "https"}:
                known["scheme"] = headers["x-forwarded-proto"]
                kept.append((b"x-forwarded-proto", known["scheme"].encode()))  # so that Gradio's addresses begin so
            user = headers.get(self.user_header) if self.user_header else None
            if user:
                known["state"]["user"] = user
        return known

    def _is_proxy(self, scope: Scope) -> bool:
        address = address_of(scope)
        return self.proxy is not None and address is not None and address in self.proxy


def address_of(scope: Scope) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address of the client; None where it has none."""
    try:
        address = ipaddress.ip_address((scope.get("client") or ("",))[0])
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, ipaddress.IPv6Address) else address


def client_of(scope: Scope) -> str:
    """What counts as one client: who is logged in, or an address; in IPv6 the network it is of."""
    user = scope.get("state", {}).get("user")
    if user:
        return f"user {user}"
    address = address_of(scope)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _behind(headers: Headers) -> tuple[str, int] | None:
    """The client that the proxy saw: the last address, for those before it were sent by the client."""
    last = ",".join(headers.getlist("x-forwarded-for")).rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(last)), 0
    except ValueError:
        return None
