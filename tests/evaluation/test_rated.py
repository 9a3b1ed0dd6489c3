"""Rated questions, asked again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kindsearch import KindSearch
from kindsearch.errors import BadRequest
from kindsearch.evaluation.rated import is_place_of, scored
from kindsearch.evaluation.reports import of_ratings
from kindsearch.stores.holdings import Rating
from kindsearch.types import Passage

RATING = Rating("tea?", "p1", "d1", "tea.md", 10, 20, (2, 3), 5_000, 9_000, True, None, "2024-01-18T18:00:00+00:00")


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"id": "p2", "start": 19, "end": 40}, True),
        ({"id": "p2", "start": 20, "end": 40}, False),
        ({"id": "p2", "start": 1, "end": 10}, False),
        ({"id": "p2", "document_id": "d2", "pages": (3, 4)}, True),
        ({"id": "p2", "document_id": "d2", "pages": (4, 4)}, False),
        ({"id": "p2", "document_id": "d2", "start_ms": 9_000}, True),
        ({"id": "p2", "document_id": "d2", "start_ms": 1_000, "end_ms": 4_999}, False),
        ({"id": "p2", "document_id": "d2"}, False),
        ({"id": "p2", "document_id": "d2", "source": "rose.md", "pages": (2, 3)}, False),
    ],
)
def test_a_passage_is_known_by_its_place(passage: Callable[..., Passage], changes: dict[str, Any], same: bool) -> None:
    assert is_place_of(replace(passage(), **changes), RATING) is same


def test_what_helped_is_to_be_found_and_what_did_not_is_not_to_come_first(passage: Callable[..., Passage]) -> None:
    rated, other = passage(), passage(id="p9", document_id="d9", source="rose.md")
    assert scored(RATING, [other, rated]).values == {"found@1": [0], "found@3": [1], "found@5": [1]}
    unhelpful = replace(RATING, helpful=False)
    assert scored(unhelpful, [other, rated]).values == {"no longer first": [1]}
    assert scored(unhelpful, [rated, other]).values == {"no longer first": [0]}
    assert scored(unhelpful, []).values == {"no longer first": [1]}


def test_each_rated_question_is_asked_again(small_archive: Callable[..., KindSearch]) -> None:
    archive = small_archive()
    with pytest.raises(BadRequest, match="nothing was rated yet"):
        of_ratings(archive)
    first, second = (hit.passage for hit in archive.search("does tea calm worried patients?")[:2])
    archive.rate("does tea calm worried patients?", first, helpful=True)
    archive.rate("does tea calm worried patients?", second, helpful=False)
    everything, *kinds = of_ratings(archive).groups
    means = {figure.measure: figure.mean for figure in everything.figures}
    assert means == {"found@1": 1, "found@3": 1, "found@5": 1, "no longer first": 1}
    assert {(kind.name, kind.questions) for kind in kinds} == {("helpful", 1), ("not helpful", 1)}
