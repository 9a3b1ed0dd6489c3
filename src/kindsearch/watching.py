"""Files that are watched: when they changed, and then rested."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from kindsearch.errors import BadRequest

LOOK_MS = 100  # how often it is seen what changed, and whether to stop


def rests(paths: Sequence[Path], quiet_seconds: float, stop: threading.Event) -> Iterator[None]:
    """Yields once as soon as the files are watched, then whenever some have changed and rested for ``quiet_seconds``.

    What changes while the caller is busy counts as well, so nothing is missed between two yields. Ends when ``stop`` is
    set. Raises BadRequest for a path that can't be watched.
    """
    from watchfiles import watch

    for path in paths:
        if not path.exists():
            raise BadRequest("path", f"there is no {path.resolve()}")
    # It watches from the first look on, and tells of each look: an empty set where nothing changed.
    looks = watch(*paths, step=LOOK_MS, rust_timeout=LOOK_MS, yield_on_timeout=True, stop_event=stop)
    try:
        next(looks, None)
    except (OSError, RuntimeError) as error:  # it may not be read, or the system watches too many files
        raise BadRequest("path", f"can't be watched: {error}") from error
    yield
    changed_at = None
    for changes in looks:
        if changes:
            changed_at = time.monotonic()
        elif changed_at is not None and time.monotonic() - changed_at >= quiet_seconds:
            changed_at = None
            yield
