"""What can be seen of a running server: a number for each request, a log in JSON lines, figures for Prometheus.

The log never holds what was asked, unless ``log_questions`` is set: a request is its path, without its query, and an
error is named by its class and its place, for its message may quote the question.
"""

from __future__ import annotations

import json
import logging
import secrets
import sys
import time
import traceback
from datetime import UTC, datetime
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kindsearch.errors import MissingExtra
from kindsearch.interfaces.guarding.clients import client_of
from kindsearch.interfaces.guarding.refusing import refusal
from kindsearch.interfaces.numbering import request_number
from kindsearch.interfaces.problems import UNFORESEEN

HEADER = "X-Request-Id"
ROUTES = (  # what requests are counted by: never by what a client makes up
    "/v1/ask", "/v1/search", "/v1/brief", "/v1/passages", "/v1", "/source", "/prepare", "/sessions", "/people",
    "/resources", "/topics", "/status", "/upload", "/gradio_api", "/config", "/page", "/assets", "/static",
    "/metrics", "/mcp",
)  # fmt: skip
METHODS = {"GET", "HEAD", "POST"}
_log = logging.getLogger(__name__)


class Metrics:
    """Counts requests and their time, for Prometheus. Raises MissingExtra."""

    def __init__(self) -> None:
        try:
            from prometheus_client import CollectorRegistry, Counter, Histogram
        except ImportError as error:
            raise MissingExtra("KINDSEARCH_METRICS", "metrics") from error
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "kindsearch_requests", "Requests answered.", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "kindsearch_request_seconds", "Time to the end of an answer.", ["route"], registry=self.registry
        )

    def count(self, method: str, path: str, status: int, seconds: float) -> None:
        """Count a request."""
        route = route_of(path)
        self.requests.labels(method if method in METHODS else "other", route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """The figures as Prometheus reads them."""
        from prometheus_client import generate_latest

        return generate_latest(self.registry)


def route_of(path: str) -> str:
    """What a request is counted by.

    >>> route_of("/"), route_of("/v1/ask"), route_of("/v1/nothing"), route_of("/peoples"), route_of("/people/bob")
    ('/', '/v1/ask', '/v1', 'other', '/people')
    """
    found = (route for route in ROUTES if path == route or path.startswith(f"{route}/"))
    return "/" if path == "/" else next(found, "other")


class Observed:
    """Numbers requests, logs them, counts them, and answers where nothing inside did."""

    def __init__(self, app: ASGIApp, metrics: Metrics | None = None, *, log_questions: bool = False) -> None:
        self.app, self.metrics, self.log_questions = app, metrics, log_questions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and see what comes of it."""
        if scope["type"] != "http":
            return await self._other(scope, receive, send)
        begun, status = time.perf_counter(), 0
        number = secrets.token_hex(4)

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = number
            await send(message)

        reset = request_number.set(number)
        try:
            await self.app(scope, receive, sending)
        except Exception as error:
            _log.error("a request could not be answered", exc_info=error)
            if not status:
                await refusal(scope, 500, UNFORESEEN)(scope, receive, sending)
        finally:
            seconds = time.perf_counter() - begun
            self._note(scope, status, seconds)
            request_number.reset(reset)
        return None

    async def _other(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The start and the end of the application; web sockets are used by nothing here."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        else:
            await send({"type": "websocket.close"})

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        data = {
            "method": scope["method"],
            "path": scope["path"],
            "status": status,
            "ms": round(seconds * 1000, 1),
            "client": client_of(scope),
        }
        if self.log_questions:
            data["query"] = scope["query_string"].decode("latin-1")
        _log.log(logging.WARNING if status >= 500 else logging.INFO, "request", extra={"data": data})
        if self.metrics:
            self.metrics.count(scope["method"], scope["path"], status, seconds)


# ---------------------------------------------------------------- the log


class JsonLines(logging.Formatter):
    """One JSON object a line: when, how grave, where from, what, of which request, and the data of the record.

    With ``with_messages`` errors are told with their messages.
    """

    def __init__(self, *, with_messages: bool = False) -> None:
        super().__init__()
        self.with_messages = with_messages

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if number := request_number.get():
            line["request"] = number
        line |= getattr(record, "data", {})
        if record.exc_info and record.exc_info[1]:
            line["error"] = [self._told(error) for error in _chain(record.exc_info[1])]
        return json.dumps(line, default=str)  # in ASCII: there are more line ends than one thinks

    def _told(self, error: BaseException) -> dict[str, object]:
        frames = traceback.extract_tb(error.__traceback__)
        where = [f"{Path(frame.filename).name}:{frame.lineno} in {frame.name}" for frame in frames]
        message = {"message": str(error)} if self.with_messages else {}
        return {"type": type(error).__qualname__, **message, "where": where}


def _chain(error: BaseException) -> list[BaseException]:
    """An error and those that led to it."""
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) and cause not in chain:
        chain.append(cause)
    return chain


def log_to_stderr(*, log_questions: bool) -> None:
    """Write what happens in this process to standard error, as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(with_messages=log_questions))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("kindsearch").setLevel(logging.INFO)
