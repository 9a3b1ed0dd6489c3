"""Work that few do at once: who comes then waits for a turn, but not for ever, and not behind a crowd."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from kindsearch.errors import Busy


class FewAtOnce:
    """Lets ``at_once`` threads do something that is told as ``what``, while as many as ``waiting`` wait for a turn.

    Each waits for ``seconds`` at most. A thread that waits is one that answers nobody else, so there are to be few.
    """

    def __init__(self, what: str, at_once: int, waiting: int, seconds: float) -> None:
        self.what, self.seconds = what, seconds
        self._working = threading.BoundedSemaphore(at_once)
        self._here = threading.BoundedSemaphore(at_once + waiting)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """A turn, when one comes. Raises Busy where too many wait already, or none comes in time."""
        if not self._here.acquire(blocking=False):
            raise Busy(self.what)
        try:
            if not self._working.acquire(timeout=self.seconds):
                raise Busy(self.what)
            try:
                yield
            finally:
                self._working.release()
        finally:
            self._here.release()
