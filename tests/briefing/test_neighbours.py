from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from kindsearch.briefing.neighbours import Elsewhere, standing_with
from kindsearch.stores.words import words_in

REST = ["Tea is served at four in the hall."] * 40
TOPIC = ["Clean language asks about a metaphor.", "A metaphor is a gift.", "Every metaphor has a colour."]


def where(texts: list[str]) -> Elsewhere:
    """The counts of texts that are not the topic's."""
    counted = Counter(word for text in texts for word in words_in(text))
    return Elsewhere({word: number for number, word in enumerate(counted)}, np.array([*counted.values()], np.int64))


def words(topic: list[str], others: list[str], left_out: set[str] | None = None) -> list[str]:
    return [" ".join(found.words) for found in standing_with(topic, where(others), left_out or set())]


def test_what_stands_with_the_topic_and_hardly_elsewhere_is_found_with_its_passages() -> None:
    (found,) = standing_with(TOPIC, where(REST), ())
    assert (found.words, found.passages) == (("metaphor",), (0, 1, 2))


def test_what_stands_everywhere_is_no_neighbour() -> None:
    everywhere = [f"{text} The metaphor again." for text in REST]
    assert words(TOPIC, everywhere) == []


@pytest.mark.parametrize("left_out", [{"metaphor"}])
def test_the_topic_itself_is_left_out(left_out: set[str]) -> None:
    assert words(TOPIC, REST, left_out) == []


def test_two_words_that_always_stand_together_are_one() -> None:
    topic = ["The Red Cross came.", "We rang the Red Cross.", "Ask the Red Cross first."]
    assert words(topic, REST) == ["red cross"]


def test_no_pair_spans_two_sentences() -> None:
    topic = ["We bring soup. Blankets help.", "Bring soup. Blankets help.", "Hot soup. Blankets help."]
    assert "soup blankets" not in words(topic, REST)


def test_twice_in_one_passage_is_one_passage() -> None:
    assert words(["metaphor metaphor metaphor metaphor", "a metaphor"], REST) == []


def test_an_empty_topic_has_no_neighbours() -> None:
    assert words([], []) == []
