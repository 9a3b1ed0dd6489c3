from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kindsearch.marking import matched_words
from kindsearch.stores.keywords import solid
from kindsearch.stores.words import every_word_in, stem_of, words_in
from kindsearch.types import Passage

Make = Callable[..., Passage]


def forms_in(text: str, asked: str) -> frozenset[str]:
    """What an archive of one text would give for the words that are asked."""
    words = words_in(asked)
    stems = {stem_of(word) for word in words}
    return frozenset({*words, *(word for word in words_in(text) if stem_of(word) in stems)})


def marked(passage: Make, text: str, forms: frozenset[str]) -> list[str]:
    found = passage(text, start=100, end=100 + len(text))
    (places,) = matched_words([found], forms)
    return [found.quote(*place) for place in places]


@pytest.mark.parametrize(
    ("text", "asked", "expected"),
    [
        ("We measured Göran’s measure.", "measures Goran", ["measured", "Göran’s", "measure"]),
        ("Bob's tea, TEA; teas and team. Steam!", "tea", ["tea", "TEA", "teas"]),
        ("Bob's tea and Ann's", "Bob's", ["Bob's"]),  # not every s
        ("tea_time tea2 2tea tea", "tea", ["tea", "tea"]),
        ("In İstanbul, tea", "tea İstanbul", ["İstanbul", "tea"]),  # İ has two small letters
        ("Straße tea", "straße", ["Straße"]),
        ("tea", "", []),
        ("", "tea", []),
        ("our well-being", "wellbeing", ["well-being"]),
        ("our well‑being's end", "wellbeing", ["well‑being's"]),
        ("our wellbeing", "well-being", ["wellbeing"]),
        ("well-being, wellbeing, well", "well-being", ["well-being", "wellbeing", "well"]),
        ("co-design, designed", "design", ["design", "designed"]),  # a part alone, as ever
        ("co-design, designed", "codesigning", ["co-design"]),
        ("2020-2021", "20202021", []),
        ("state-of-the-art well-being-led", "stateoftheart wellbeing", ["state-of-the-art"]),
        ("the mother-in-law's tea", "mother", ["mother"]),
    ],
)
def test_words_of_a_question_are_marked_in_each_form_and_spelling(
    passage: Make, text: str, asked: str, expected: list[str]
) -> None:
    assert marked(passage, text, forms_in(text, asked)) == expected


def test_each_passage_has_its_own_marks(passage: Make) -> None:
    places = {"Tea calms.": (0, 10), "No.": (11, 14), "Tea!": (20, 24)}
    found = [passage(text, start=start, end=end) for text, (start, end) in places.items()]
    assert matched_words(found, {"tea"}) == [((0, 3),), (), ((20, 23),)]
    assert matched_words([], {"tea"}) == []


PIECES = ["well", "being", "wellbeing", "co", "19", "-", "-", "‑", "–", "'", "s", " ", "\n", ".", "İ", "Well"]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.sets(st.sampled_from(PIECES), max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_marked_stands_there_apart_and_is_a_word_that_is_asked_for(
    passage: Make, text: str, asked: set[str]
) -> None:
    forms = forms_in(text, "-".join(sorted(asked)))
    found = passage(text, start=7, end=7 + len(text))
    (places,) = matched_words([found], forms)
    assert all(end <= start for (_, end), (start, _) in pairwise(places))
    for start, end in places:
        assert 7 <= start < end <= 7 + len(text)
        written = text[start - 7 : end - 7]
        assert solid(written.lower()) in forms
        assert not text[max(start - 8, 0) : start - 7].isalnum()
        assert not text[end - 7 : end - 6].isalnum()
    wanted = sum(word in forms for word in every_word_in(text))
    assert bool(places) >= bool(wanted)
