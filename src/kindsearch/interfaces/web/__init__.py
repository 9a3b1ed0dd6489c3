"""One FastAPI application: the page for asking at ``/``, pages to read beside it, the REST interface under ``/v1``.

The page for asking is Gradio's (``page.py``). All else is made on the server from templates (``rendering.py``), at an
address of its own: to be shared, gone back to and read without a script.

Nothing is loaded from elsewhere and nothing is sent anywhere: see ``walls.py``. PDFs are opened in child processes
only, as everywhere in kindsearch.
"""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kindsearch.errors import KindSearchError
from kindsearch.interfaces import serving
from kindsearch.search import KindSearch

if TYPE_CHECKING:
    from starlette.types import ASGIApp

__all__ = ["create_app", "serve"]

STATIC = Path(__file__).parent / "static"
HEAD = (
    '<link rel="stylesheet" href="/page/kindsearch.css">'
    '<link rel="stylesheet" href="/page/ask.css">'
    '<script type="module" src="/page/source.js"></script>'
    '<script type="module" src="/page/ask.js"></script>'
    '<script type="module" src="/page/refused.js"></script>'
    '<meta name="color-scheme" content="light dark">'
)


def create_app(archive: KindSearch) -> ASGIApp:
    """The web application over an open archive, behind all its walls.

    Raises BadRequest for settings that make no sense together, MissingExtra for figures without their package.
    """
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
    import gradio as gr
    from fastapi import FastAPI
    from fastapi.responses import PlainTextResponse
    from fastapi.staticfiles import StaticFiles

    from kindsearch.interfaces import rest
    from kindsearch.interfaces.guarding import NOTHING, guarded
    from kindsearch.interfaces.observing import Metrics, Observed
    from kindsearch.interfaces.receiving import UPLOADS, UploadDoor
    from kindsearch.interfaces.web import browse, page, prepare, rating, rendering, source_view, upload
    from kindsearch.interfaces.web.shell import TITLE
    from kindsearch.interfaces.web.walls import PUBLIC, Walls

    settings = archive.settings
    metrics = Metrics() if settings.metrics else None

    app: FastAPI = FastAPI(title=TITLE, docs_url=None, redoc_url=None, openapi_url=None)
    rendering.tell(app)
    app.include_router(source_view.routes(archive))
    app.include_router(rating.routes(archive))
    app.include_router(prepare.routes(archive))
    app.include_router(browse.routes(archive))
    door = UploadDoor(archive) if settings.uploads else None
    if door:
        app.include_router(upload.routes(door))
    rendering.answer_unknown(app)
    app.mount("/v1", rest.create_api(archive, door))
    app.mount("/page", StaticFiles(directory=STATIC))
    if metrics:
        app.add_api_route("/metrics", lambda: PlainTextResponse(metrics.text()))
    app = gr.mount_gradio_app(
        app,
        page.blocks(archive),
        path="/",
        theme=page.theme(),
        head=HEAD,
        footer_links=[],
        show_error=False,
        ssr_mode=False,
        run_history=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        favicon_path=str(STATIC / "favicon.svg"),
    )

    def around(inner: ASGIApp) -> ASGIApp:
        walled = Walls(inner, uploads=settings.uploads)
        return Observed(walled, metrics, log_questions=settings.log_questions)

    return guarded(app, settings, PUBLIC, UPLOADS if door else NOTHING, around)


def serve(archive: KindSearch, host: str = serving.HERE, port: int = 7860, *, without_login: bool = False) -> None:
    """Serve the page until it is stopped, and print its address. Port 0 takes any that is free.

    Raises BadRequest for an address that other machines reach, unless there are logins or ``without_login`` is said.
    """
    serving.check_host(host, archive.settings, without_login=without_login)
    threading.Thread(target=_warm, args=(archive,), daemon=True).start()
    serving.serve(create_app(archive), archive.settings, host, port, without_login=without_login)


def _warm(archive: KindSearch) -> None:
    """Load the model and the index, so that the first question is as fast as the next."""
    with suppress(KindSearchError):  # the page says it to whoever asks
        archive.ask("kindness")
        archive.counts()
