"""What stands around the pages: headers that keep everything on this machine, and doors that stay shut.

Gradio serves much that this page has no use for (uploads, a proxy, files, an API description). Only what the page
asks for is let through, and the REST interface. The Content-Security-Policy names the inline scripts of the page by
their hashes, so no script that is not Gradio's own or ours can run, wherever it might come from.
"""

from __future__ import annotations

import base64
import hashlib
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kindsearch.interfaces.guarding.refusing import refusal
from kindsearch.interfaces.problems import NOTHING_HERE
from kindsearch.interfaces.web.rendering import uploads_are_open
from kindsearch.interfaces.web.shell import introduced

_OPEN = re.compile(
    r"/|/feedback|/config/?|/theme\.css|/favicon\.ico|/robots\.txt|/manifest\.json"
    r"|/(?:assets|static|page|source|v1)/.+"
    r"|/(?:prepare|sessions|people|resources|topics|status)(?:/.*)?"
    r"|/gradio_api/(?:run/predict|app_id/?)"
    r"|/metrics"
)
PUBLIC = re.compile(r"/theme\.css|/favicon\.ico|/robots\.txt|/manifest\.json|/(?:assets|static|page)/.+")
"""Files that are the same for everybody, and hold nothing of the archive."""
_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
_ELSEWHERE = re.compile(r"""<(?:meta|link|script)\b[^>]*["']https?://[^>]*>(?:\s*</script>)?""")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Walls:
    """ASGI middleware around the whole web application. There is a page for uploads where there are ``uploads``."""

    def __init__(self, app: ASGIApp, *, uploads: bool) -> None:
        self.app, self.uploads = app, uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what the page does not need, guard what it does."""
        uploads_are_open.set(self.uploads)
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif not (_OPEN.fullmatch(scope["path"]) or (self.uploads and scope["path"] == "/upload")):
            await refusal(scope, 404, NOTHING_HERE)(scope, receive, _Guard(send))
        elif scope["path"] == "/":
            await self.app(_uncompressed(scope), receive, _Page(send))
        else:
            await self.app(scope, receive, _Guard(send))


class _Guard:
    """Adds the headers to a response that is passed on as it comes."""

    def __init__(self, send: Send) -> None:
        self.send = send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update({**_HEADERS, "Content-Security-Policy": policy()})
        await self.send(message)


class _Page:
    """Holds the page back until it is whole, introduces it, takes out what points elsewhere, allows its own scripts."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.start: Message = {}
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_whole()

    async def _send_whole(self) -> None:
        page = _ELSEWHERE.sub("", introduced(self.body.decode("utf-8")))
        headers = MutableHeaders(scope=self.start)
        headers.update({**_HEADERS, "Content-Security-Policy": policy(_INLINE_SCRIPT.findall(page))})
        if self.body:  # a HEAD request has none, and its length is that of the page
            headers["Content-Length"] = str(len(page.encode("utf-8")))
        await self.send(self.start)
        await self.send({"type": "http.response.body", "body": page.encode("utf-8")})


def policy(inline_scripts: list[str] | None = None) -> str:
    """The Content-Security-Policy of a response, with these inline scripts allowed and no others."""
    allowed = "".join(f" 'sha256-{_sha256(script)}'" for script in inline_scripts or ())
    return "; ".join((
        "default-src 'self'",
        f"script-src 'self'{allowed}",
        "style-src 'self' 'unsafe-inline'",  # Svelte sets styles on elements
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    ))  # fmt: skip


def _sha256(script: str) -> str:
    """The hash of a script as a browser takes it: of its text with line ends as HTML reads them."""
    text = script.replace("\r\n", "\n").replace("\r", "\n")
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _uncompressed(scope: Scope) -> Scope:
    """The same request, asking for a page that can be read here."""
    headers = [(name, value) for name, value in Headers(scope=scope).raw if name != b"accept-encoding"]
    return {**scope, "headers": headers}
