"""How a compiled model is run: in which batches, on how many cores."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kindsearch.models.running import batches, cores


@given(st.lists(st.integers(1, 300), max_size=60), st.integers(1, 2_000))
def test_batches_hold_each_text_once_and_no_more_tokens_than_asked(lengths: list[int], most: int) -> None:
    made = list(batches(lengths, most))
    assert sorted(position for batch in made for position in batch) == list(range(len(lengths)))
    assert all(len(batch) * max(lengths[position] for position in batch) <= most or len(batch) == 1 for batch in made)
    in_order = [lengths[position] for batch in made for position in batch]
    assert in_order == sorted(lengths)


def test_it_uses_the_cores_that_it_is_granted() -> None:
    assert 1 <= cores() <= 4_096
