"""Files that are watched: when they changed, and then rested."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kindsearch.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Generator

    from watchfiles.main import FileChange

LOOK_MS = 100  # how often it is seen what changed, and whether to stop


def rests(paths: Sequence[Path], quiet_seconds: float, stop: threading.Event) -> Iterator[None]:
    """Yields once as soon as the files are watched, then whenever some have changed and rested for ``quiet_seconds``.

    What changes while the caller is busy counts as well, so nothing is missed between two yields. What a link leads to
    is not watched. Ends when ``stop`` is set. Raises BadRequest for a path that can't be watched.
    """
    for path in paths:
        if not path.exists():
            raise BadRequest("path", f"there is no {path.resolve()}")
    watched, looks = _watched(paths, stop)
    yield
    changed_at = None
    while (changes := next(looks, None)) is not None:
        if any(path.exists() and os.path.realpath(path) not in watched for path in paths):  # it had gone, and is back
            looks.close()
            watched, looks = _watched(paths, stop)
            changed_at = time.monotonic()
        if changes:
            changed_at = time.monotonic()
            if any(path in watched or Path(path).is_dir() for _, path in changes):  # folders that came, or went
                looks.close()
                watched, looks = _watched(paths, stop)
        elif changed_at is not None and time.monotonic() - changed_at >= quiet_seconds:
            changed_at = None
            yield


def _watched(paths: Sequence[Path], stop: threading.Event) -> tuple[set[str], Generator[set[FileChange]]]:
    """Files and folders that are watched from now on, each folder by itself: a watch of all below one follows links."""
    from watchfiles import watch

    places = _places(paths)
    while True:
        # It watches from the first look on, and tells of each look.
        looks = watch(
            *sorted(places),
            step=LOOK_MS,
            rust_timeout=LOOK_MS,
            yield_on_timeout=True,
            stop_event=stop,
            recursive=False,
        )
        refused = None
        try:
            next(looks, None)
        except (OSError, RuntimeError) as error:  # it may not be read, or the system watches too many files
            refused = error
        before, places = places, _places(paths)
        if places == before:  # no folder came or went before it was watched
            if refused:
                raise BadRequest("path", f"can't be watched: {refused}") from refused
            return places, looks
        looks.close()


def _places(paths: Iterable[Path]) -> set[str]:
    """The files, and the folders with all folders below them, but for those behind links."""
    real = {os.path.realpath(path) for path in paths}
    below = {folder for path in real for folder, _, _ in os.walk(path)}
    return {path for path in real if Path(path).exists()} | below
