"""A question works in one thread, however many are asked at once; afterwards all is as it was."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TypeVar

import faiss
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from kindsearch import threads as one_thread_of
from kindsearch.threads import beside, one_thread

MANY = 3  # threads, set before any question, so that one can tell
SECONDS = 60
T = TypeVar("T")


def threads() -> dict[str, int]:
    """How many threads each library would use if the calling thread asked it for a sum."""
    return {pool["filepath"]: pool["num_threads"] for pool in threadpool_info()}


@pytest.fixture(autouse=True)
def before() -> Iterator[dict[str, int]]:
    """Several threads for each library, as on a machine of several cores; gives how many they are."""
    for of in (one_thread_of._counted_by_process, one_thread_of._counted_by_thread):
        of.cache_clear()  # other tests may have loaded more libraries since
    usual = faiss.omp_get_max_threads()
    limit = in_a_thread_that_ends(lambda: threadpool_limits(MANY))
    faiss.omp_set_num_threads(MANY)
    yield threads()
    faiss.omp_set_num_threads(usual)
    in_a_thread_that_ends(limit.restore_original_limits)


def in_a_thread_that_ends(do: Callable[[], T]) -> T:
    """A thread that sets what holds for the process can keep others from setting it as long as it lives."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(do).result(SECONDS)


def test_numpy_and_faiss_are_among_the_libraries() -> None:
    assert {pool["user_api"] for pool in threadpool_info()} >= {"blas", "openmp"}
    assert faiss.omp_get_max_threads() == MANY


def test_inside_there_is_one_thread_and_afterwards_there_are_as_many_as_before(before: dict[str, int]) -> None:
    for _ in range(2):
        with one_thread():
            assert set(threads().values()) == {faiss.omp_get_max_threads()} == {1}
        assert threads() == before


def test_questions_inside_one_another_end_with_the_outermost(before: dict[str, int]) -> None:
    with one_thread():
        with one_thread(), one_thread():
            assert set(threads().values()) == {1}
        assert set(threads().values()) == {1}
    assert threads() == before


def test_after_a_question_that_fails_all_is_as_before(before: dict[str, int]) -> None:
    def fail() -> None:
        with one_thread(), one_thread():
            raise ValueError("nothing to ask")

    with pytest.raises(ValueError, match="nothing to ask"):
        fail()
    assert threads() == before
    with one_thread():
        assert set(threads().values()) == {1}
    assert threads() == before


def test_a_question_has_one_thread_whoever_asked_before_it(before: dict[str, int]) -> None:
    """A server's threads live on, each with its next question."""

    def ask() -> set[int]:
        with one_thread():
            return set(threads().values())

    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        assert [pool.submit(ask).result(SECONDS) for pool in (one, other, one)] == [{1}] * 3
    assert threads() == before


@pytest.mark.parametrize("leaving", [0, 1])
def test_of_two_questions_at_once_each_has_one_thread_to_its_end(leaving: int, before: dict[str, int]) -> None:
    """Whichever leaves first: the other one keeps what it has, and in the end both threads have their own again."""
    together = threading.Barrier(2, timeout=SECONDS)
    inside: list[set[int]] = []

    def ask(number: int) -> dict[str, int]:
        faiss.omp_set_num_threads(MANY)  # it has a number for each thread
        together.wait()
        with ExitStack() as question:
            if number == 1:
                together.wait()  # until the other is inside
            question.enter_context(one_thread())
            if number == 0:
                together.wait()
            together.wait()
            inside.append(set(threads().values()))
            together.wait()
            if number == leaving:
                question.close()
            together.wait()
            if number != leaving:
                inside.append(set(threads().values()))
            together.wait()
        together.wait()
        return threads()

    with ThreadPoolExecutor(2) as pool:
        after = list(pool.map(ask, [0, 1]))
    assert inside == [{1}] * 3
    assert [*after, threads()] == [before] * 3


def test_a_question_goes_on_while_something_is_done_beside_it() -> None:
    wanted = threading.Event()
    done = beside(lambda: wanted.wait(SECONDS))
    assert not done.done()
    wanted.set()
    assert done.result(SECONDS)


def test_what_goes_wrong_beside_a_question_is_told_where_its_result_is_wanted() -> None:
    failing = beside(lambda: int("not a number"))
    with pytest.raises(ValueError, match="not a number"):
        failing.result(SECONDS)
