"""Readers of text take time in proportion to the length of what they are given, whatever it is.

The inputs are those of ``scripts/bench/readers.py``;
``python -m scripts.bench readers`` prints how long each of them takes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from scripts.bench.readers import READERS, seconds

LENGTH = 40_000  # characters
NOISE = 0.004  # seconds: below it, ratios say nothing
MOST = 10  # times as long, for four times the length: quadratic would be 16, linear is 4, a busy machine makes it 6

INPUTS = [
    pytest.param(read, case, id=f"{reader}: {case.name}") for reader, (read, cases) in READERS.items() for case in cases
]


def growth(read: Callable[[str], object], case: Any) -> float:
    """How many times as long four times the length takes."""
    short, long = (seconds(read, case.of(length)) for length in (LENGTH, 4 * LENGTH))
    return float(long / max(short, NOISE))


@pytest.mark.parametrize(("read", "case"), INPUTS)
def test_four_times_the_text_takes_about_four_times_as_long(read: Callable[[str], object], case: Any) -> None:
    """The best of five tries counts: what takes too long because of something else does so once or twice."""
    assert any(growth(read, case) < MOST for _ in range(5))
