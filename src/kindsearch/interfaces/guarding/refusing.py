"""How a wall says no: as a problem in JSON, or as a page to a person in front of a browser."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from kindsearch.interfaces.problems import problem


def refusal(scope: Scope, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> Response:
    """An answer of this status. The sentence says what to do."""
    if "text/html" not in Headers(scope=scope).get("accept", ""):
        return problem(status, sentence, headers)
    from kindsearch.interfaces.web.rendering import problem_page

    page = problem_page(status, "That did not work", sentence)
    page.headers.update(headers or {})
    return page
