"""Who may come in: names with hashed passwords, or whom a proxy in front has let in.

HTTP Basic, for it works the same in a browser on a desk or a phone, for Gradio's page, for plain pages, for curl and
for MCP clients. A password is hashed with scrypt (RFC 7914), compared in constant time, and known again by a keyed hash
for as long as the process lives: so each costs a tenth of a second once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import anyio
from anyio.to_thread import run_sync
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from kindsearch.errors import BadRequest
from kindsearch.interfaces.guarding.clients import client_of
from kindsearch.interfaces.guarding.rates import Buckets, too_often
from kindsearch.interfaces.guarding.refusing import refusal
from kindsearch.settings import Settings

SCRYPT = {"n": 2**15, "r": 8, "p": 3, "maxmem": 2**26}  # 32 MiB, as OWASP advises
LINE = re.compile(r"(?P<name>[^:\s][^:]*):scrypt\$(?P<salt>[A-Za-z0-9+/=]+)\$(?P<hash>[A-Za-z0-9+/=]+)")


def line_of(name: str, password: str) -> str:
    """The line of a user in the file of users. Raises BadRequest for a name that can't be one, or an empty password."""
    if not name.strip() or name != name.strip() or not name.isprintable() or ":" in name:
        raise BadRequest("name", "write one without a colon, and without spaces around it")
    if not password:
        raise BadRequest("password", "write one")
    salt = secrets.token_bytes(16)
    encoded = (base64.b64encode(part).decode("ascii") for part in (salt, _hash(password, salt)))
    return ":".join((name, "$".join(("scrypt", *encoded))))


@dataclass(frozen=True)
class Users:
    """Those who may log in: name -> salt and hash of the password."""

    hashes: Mapping[str, tuple[bytes, bytes]]

    @classmethod
    def read(cls, path: Path) -> Users:
        """Users as :func:`line_of` writes them; empty lines and those that begin with # are none. Raises BadRequest."""
        setting = "KINDSEARCH_USERS"
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise BadRequest(setting, f"{path} can't be read: {error}") from error
        hashes = {}
        for number, line in enumerate(lines, start=1):
            if not line.strip() or line.startswith("#"):
                continue
            found = LINE.fullmatch(line.strip())
            try:
                if not found or found["name"] in hashes:
                    raise ValueError
                salt, hashed = (base64.b64decode(found[part], validate=True) for part in ("salt", "hash"))
            except ValueError as error:
                detail = f"line {number} of {path} is no new user: make one with  kindsearch password NAME"
                raise BadRequest(setting, detail) from error
            hashes[found["name"]] = salt, hashed
        if not hashes:
            raise BadRequest(setting, f"nobody is in {path}: make a user with  kindsearch password NAME >> {path}")
        return cls(hashes)

    def are_right(self, name: str, password: str) -> bool:
        """Whether this is her password. As slow for a name that nobody has."""
        salt, expected = self.hashes.get(name, self._nobody)
        return hmac.compare_digest(_hash(password, salt), expected) and name in self.hashes

    @cached_property
    def _nobody(self) -> tuple[bytes, bytes]:
        return secrets.token_bytes(16), secrets.token_bytes(64)


def _hash(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, **SCRYPT)


class Logins:
    """Refuses with 401 whoever is not logged in, where there are logins. Raises BadRequest for a file that is none.

    Whoever is let in by her password is kept as the ``user`` in the state of the request, as ``clients`` does.
    """

    def __init__(self, app: ASGIApp, settings: Settings, public: re.Pattern[str]) -> None:
        self.app, self.public = app, public
        self.users = Users.read(settings.users) if settings.users else None
        self.is_open = self.users is None and settings.proxy_user_header is None
        self.attempts = Buckets(settings.failed_logins_per_minute)
        self.key, self.known = secrets.token_bytes(32), set[bytes]()
        self.one_at_a_time = anyio.CapacityLimiter(1)  # each takes 32 MiB

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on whoever may come in."""
        is_let_in = self.is_open or scope.get("state", {}).get("user") or self.public.fullmatch(scope.get("path", ""))
        refused = None if scope["type"] != "http" or is_let_in else await self._refused(scope)
        await (refused or self.app)(scope, receive, send)

    async def _refused(self, scope: Scope) -> ASGIApp | None:
        """The answer to somebody who may not come in; None for who may."""
        if self.users is None:
            return refusal(scope, 401, "Nobody is logged in. Come by the address that asks for your password.")
        given = _credentials(Headers(scope=scope).get("authorization", ""))
        if given is None:
            return _asked_for_password(scope, "Log in with your name and your password.")
        known_by = hmac.digest(self.key, "\0".join(given).encode("utf-8", "surrogatepass"), "sha256")
        if known_by not in self.known:
            client = client_of(scope)
            wait = self.attempts.take(client)  # before it is known to be wrong, so that many at once are counted
            if wait:
                return too_often(scope, wait, "The password was wrong too often.")
            if not await run_sync(self.users.are_right, *given, limiter=self.one_at_a_time):
                sentence = "Name or password is wrong. Try again, or ask whoever runs this service."
                return _asked_for_password(scope, sentence)
            self.attempts.give_back(client)
            self.known.add(known_by)
        scope.setdefault("state", {})["user"] = given[0]
        return None


def _credentials(header: str) -> tuple[str, str] | None:
    """Name and password of a header as HTTP Basic has it (RFC 7617)."""
    scheme, _, encoded = header.partition(" ")
    try:
        name, colon, password = base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
    except ValueError:  # not Base64, or what it holds is not UTF-8
        return None
    return (name, password) if scheme.lower() == "basic" and colon else None


def _asked_for_password(scope: Scope, sentence: str) -> ASGIApp:
    return refusal(scope, 401, sentence, {"WWW-Authenticate": 'Basic realm="kindsearch", charset="UTF-8"'})
