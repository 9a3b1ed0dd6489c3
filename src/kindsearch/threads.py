"""One thread for each question.

A question is many small sums. Libraries that share each of them between threads spend more time waiting for one another
than summing, and more still when several people ask: on two cores, a search took two to four times as long. The model
alone works beside the question's thread: it takes a fifth of the time, and is done when its vector is needed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from typing import TypeVar

from threadpoolctl import ThreadpoolController

Result = TypeVar("Result")

_BESIDE = ThreadPoolExecutor(thread_name_prefix="kindsearch-beside")
_LOCK = threading.Lock()
_inside = 0  # how many questions are being answered
_limit = None  # what to undo when there are none any more


@contextmanager
def one_thread() -> Iterator[None]:
    """Let numpy and FAISS work in the calling thread alone; the libraries must have been imported."""
    global _inside, _limit  # noqa: PLW0603 - the limit is the process's, not ours
    # Undone last: what is counted by process may use OpenMP too, and threadpoolctl lets one thread alone set that until
    # its outermost block ends.
    with _counted_by_thread().limit(limits=1):
        with _LOCK:
            _inside += 1
            if _inside == 1:
                _limit = _counted_by_process().limit(limits=1)
        try:
            yield
        finally:
            with _LOCK:
                _inside -= 1
                if _inside == 0 and _limit is not None:
                    _limit.restore_original_limits()
                    _limit = None


def beside(step: Callable[[], Result]) -> Future[Result]:
    """Take one long step outside of Python in another thread, a run of the model, while this one goes on.

    What it needs Python for should be done before: for each bit of that the other thread waits until this one leaves
    Python, up to five milliseconds.
    """
    has_begun = threading.Event()

    def begin() -> Result:
        has_begun.set()
        return step()

    future = _BESIDE.submit(begin)
    has_begun.wait()  # or this thread goes on alone
    return future


@cache
def _counted_by_process() -> ThreadpoolController:
    return ThreadpoolController().select(user_api="blas")


@cache
def _counted_by_thread() -> ThreadpoolController:
    """OpenMP has a number of threads for each thread that asks it, so each question sets its own."""
    return ThreadpoolController().select(user_api="openmp", threading_layer="openmp")
