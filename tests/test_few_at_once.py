from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from kindsearch.errors import Busy
from kindsearch.few_at_once import FewAtOnce

SECONDS = 60


class Crowd:
    """Threads that take a turn and keep it until they may go on."""

    def __init__(self, few: FewAtOnce, pool: ThreadPoolExecutor) -> None:
        self.few, self.pool = few, pool
        self.working, self.go_on = threading.Semaphore(0), threading.Event()

    def one_more(self) -> Future[bool]:
        return self.pool.submit(self._work)

    def _work(self) -> bool:
        with self.few.turn():
            self.working.release()
            return self.go_on.wait(SECONDS)


def test_who_comes_while_few_work_waits_for_a_turn() -> None:
    with ThreadPoolExecutor(4) as pool:
        crowd = Crowd(FewAtOnce("pages are drawn", at_once=2, waiting=2, seconds=SECONDS), pool)
        done = [crowd.one_more() for _ in range(4)]
        assert all(crowd.working.acquire(timeout=SECONDS) for _ in range(2))
        assert not crowd.working.acquire(timeout=0.05)
        crowd.go_on.set()
        assert all(one.result(SECONDS) for one in done)


def test_who_waits_too_long_is_told_so_and_leaves_room_for_others() -> None:
    few = FewAtOnce("pages are drawn", at_once=1, waiting=1, seconds=0.01)
    with ThreadPoolExecutor(1) as pool:
        crowd = Crowd(few, pool)
        first = crowd.one_more()
        assert crowd.working.acquire(timeout=SECONDS)
        for _ in range(3):
            with pytest.raises(Busy, match="Too many pages are drawn just now"), few.turn():
                pass
        crowd.go_on.set()
        assert first.result(SECONDS)
    with few.turn():
        pass


def test_nobody_waits_behind_a_crowd() -> None:
    few = FewAtOnce("pages are drawn", at_once=1, waiting=0, seconds=SECONDS)
    with few.turn(), pytest.raises(Busy), few.turn():
        pass
    with few.turn():
        pass


def test_a_turn_that_fails_makes_room_all_the_same() -> None:
    few = FewAtOnce("pages are drawn", at_once=1, waiting=0, seconds=SECONDS)
    for _ in range(2):
        with pytest.raises(ValueError, match="torn"), few.turn():
            raise ValueError("torn")
