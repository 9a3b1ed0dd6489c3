"""The program of the child process, ``python -m kindsearch.readers.jobs``: a request on stdin, its answer on stdout.

Whatever a hostile file can make slow or large happens here: opening it, and finding out what stands where and who
said it. A file that makes a reader loop, eat memory or abort takes this process with it and nothing else
(``sandbox.py`` starts and limits it).

The request is a JSON object with ``do``, ``path``, ``password`` and ``limits``. ``{"do": "read", "source", …}`` prints
a Document as JSON, or ``[name, arguments]`` of the error that says why there is none; ``{"do": "render", "page",
"width", …}`` prints a PNG; ``{"do": "texts", …}`` the text of each page as pypdf has it, a list of strings as JSON.
"""

from __future__ import annotations

import inspect
import json
import sys
from datetime import datetime, time
from pathlib import Path
from typing import Any

from kindsearch.errors import UnknownFormat, UnreadableFile
from kindsearch.readers import pdf_worker
from kindsearch.readers.files import File
from kindsearch.readers.sandbox import Limits


def read(path: str, source: str, limits: Limits, password: str | None) -> str:
    """The document that a file holds, or the error that says why it holds none, as JSON."""
    file = File(Path(path).read_bytes(), source, Path(path), limits, password)
    try:
        if file.is_pdf:
            from kindsearch.readers import pdf

            document = pdf.read(file)
        else:
            from kindsearch.readers import formats

            document = formats.read(file)
    except (UnreadableFile, UnknownFormat) as error:
        return json.dumps([type(error).__name__, _arguments(error)])
    return json.dumps(document, default=_as_json, ensure_ascii=False)


def _as_json(value: object) -> object:
    """What JSON has no form for: moments, as ISO 8601 writes them, and our own nouns."""
    return value.isoformat() if isinstance(value, datetime | time) else vars(value)


def _arguments(error: UnreadableFile | UnknownFormat) -> dict[str, object]:
    """What the error was made from: each keeps its arguments under their names."""
    return {name: getattr(error, name) for name in inspect.signature(type(error)).parameters}


def main() -> None:
    """Do what the request asks for."""
    request: dict[str, Any] = json.load(sys.stdin)
    job, limits = request.pop("do"), Limits(**request.pop("limits"))
    if job == "render":
        answer = pdf_worker.render(**request)
    elif job == "texts":
        answer = json.dumps(pdf_worker.texts(**request, limits=limits)).encode()
    else:
        answer = read(**request, limits=limits).encode("utf-8", "replace")  # half characters are none
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main()
