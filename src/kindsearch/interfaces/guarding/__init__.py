"""What stands between the network and an application: a wall a file, each ASGI middleware around the next.

A request passes, in this order, ``clients`` (who is it, where a proxy stands in front), ``hosts`` (is this server
meant, and does a page of ours ask), ``rates`` (how often), ``logins`` (may she), ``bodies`` (how much, how slowly) and
``deadlines`` (how long may the answer take). ``observing`` stands around all but the first, so that the log says who
asked. What the pages of the web application need besides is in ``web/walls.py``; ``connections`` ends those that send
or take nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.types import ASGIApp

from kindsearch.interfaces.guarding.bodies import Bodies
from kindsearch.interfaces.guarding.clients import Clients
from kindsearch.interfaces.guarding.deadlines import Deadlines
from kindsearch.interfaces.guarding.hosts import Hosts
from kindsearch.interfaces.guarding.logins import Logins
from kindsearch.interfaces.guarding.rates import Buckets, Rates
from kindsearch.settings import Settings

NOTHING = re.compile(r"(?!)")


def guarded(
    app: ASGIApp,
    settings: Settings,
    public: re.Pattern[str] = NOTHING,
    streamed: re.Pattern[str] = NOTHING,
    around: Callable[[ASGIApp], ASGIApp] = lambda app: app,
) -> ASGIApp:
    """An application behind all walls. The files under ``public`` paths are anybody's, and as often as wanted.

    What is sent to ``streamed`` (method and path) is passed on as it comes: size and time are limited behind it. What
    ``around`` puts before the walls sees every request, and who sends it. Raises BadRequest for a file of users, or
    settings of a proxy, that make no sense.
    """
    app = Deadlines(app, settings.answer_seconds, streamed)
    app = Bodies(app, settings.request_kb * 1024, settings.head_kb * 1024, settings.client_seconds, streamed)
    app = Logins(app, settings, public)
    app = Rates(app, Buckets(settings.requests_per_minute), public)
    app = Hosts(app, settings.hosts)
    return Clients(around(app), settings)
