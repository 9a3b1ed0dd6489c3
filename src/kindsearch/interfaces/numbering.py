"""The number of the request that is being answered: in each answer, each error that somebody sees, and the log."""

from __future__ import annotations

from contextvars import ContextVar

request_number: ContextVar[str] = ContextVar("request_number", default="")
"""Eight hexadecimal digits; empty outside a request."""
