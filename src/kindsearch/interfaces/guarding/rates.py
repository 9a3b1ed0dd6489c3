"""How often one client may ask: a token bucket each."""

from __future__ import annotations

import math
import re
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from kindsearch.interfaces.guarding.clients import client_of
from kindsearch.interfaces.guarding.refusing import refusal

CLIENTS_KEPT = 10_000


class Buckets:
    """A bucket for each client that holds the tokens of a minute, and fills evenly (a token bucket, as in RFC 2698).

    ``clock`` gives seconds. The clients seen longest ago are forgotten where there are too many.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute, self.clock = per_minute, clock
        self.buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # client -> tokens, at what time

    def take(self, client: str) -> float:
        """Take a token. Returns 0.0, or in how many seconds there will be one."""
        tokens = self._tokens(client)
        if tokens < 1:
            return (1 - tokens) * 60 / self.per_minute
        self._keep(client, tokens - 1)
        return 0.0

    def give_back(self, client: str) -> None:
        """Put a token back that was taken."""
        self._keep(client, min(self._tokens(client) + 1, self.per_minute))

    def _tokens(self, client: str) -> float:
        tokens, when = self.buckets.get(client, (self.per_minute, self.clock()))
        return min(tokens + (self.clock() - when) * self.per_minute / 60, self.per_minute)

    def _keep(self, client: str, tokens: float) -> None:
        self.buckets[client] = tokens, self.clock()
        self.buckets.move_to_end(client)
        if len(self.buckets) > CLIENTS_KEPT:
            self.buckets.popitem(last=False)


class Rates:
    """Refuses what goes past the rate with 429, and says when to come back."""

    def __init__(self, app: ASGIApp, buckets: Buckets, public: re.Pattern[str]) -> None:
        self.app, self.buckets, self.public = app, buckets, public

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what there is a token for."""
        if scope["type"] != "http" or self.public.fullmatch(scope["path"]):
            return await self.app(scope, receive, send)
        wait = self.buckets.take(client_of(scope))
        if wait:
            return await too_often(scope, wait, "These were many requests in a short time.")(scope, receive, send)
        return await self.app(scope, receive, send)


def too_often(scope: Scope, wait: float, what: str) -> ASGIApp:
    """An answer that says how long to wait, in seconds."""
    seconds = math.ceil(wait)
    sentence = f"{what} Wait {seconds} second{'' if seconds == 1 else 's'}, then try again."
    return refusal(scope, 429, sentence, {"Retry-After": str(seconds)})
