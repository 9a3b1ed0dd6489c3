"""One writer at a time: a lock beside the catalog, and who holds it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import filelock

from kindsearch.errors import IndexLocked

LOCK, HOLDER = ".lock", "writer.json"


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Nobody else writes to the index in ``folder`` meanwhile. Raises IndexLocked, which says who does already.

    The system gives the lock back when its holder ends, however that happens; what stands in the file beside it is for
    people to read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(folder / LOCK, timeout=0):
            own = {
                "pid": os.getpid(),
                "host": socket.gethostname(),
                "since": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
            }
            (folder / HOLDER).write_text(json.dumps(own), encoding="utf-8")
            try:
                yield
            finally:
                (folder / HOLDER).unlink(missing_ok=True)
    except filelock.Timeout:
        raise _locked(folder) from None


def _locked(folder: Path) -> IndexLocked:
    with suppress(OSError, ValueError):  # it may have been given back just now
        holder = json.loads((folder / HOLDER).read_text(encoding="utf-8"))
        return IndexLocked(folder, holder["pid"], holder["host"], holder["since"])
    return IndexLocked(folder)
