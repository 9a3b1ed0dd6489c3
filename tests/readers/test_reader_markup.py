"""Entities, tags, Markdown and broken letters go; words and the gaps between them stay."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kindsearch.readers.markup import plain, repaired, without_entities, without_tags


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("*Well*, **kind** and _small_", "Well, kind and small"),
        ("***both*** __bold__ ___both___", "both bold both"),
        ("2 * 3 * 4, snake_case_name, a*b*c", "2 * 3 * 4, snake_case_name, a*b*c"),
        ("[a paper](https://example.org/a_b), ![a picture](b.png)", "a paper, a picture"),
        ("[no link], [nor](this one)", "[no link], [nor](this one)"),
        ("\\*as it is\\*, \\[so\\]", "*as it is*, [so]"),
        ("<b>Kind</b>ness<br/>and</p><p>rest, <3", "Kindness and  rest, <3"),
        ("  blanks around  ", "blanks around"),
        ("", ""),
    ],
)
def test_of_markup_only_the_words_stay(line: str, expected: str) -> None:
    assert plain(line) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Q&amp;A &lt;3 &#x41;&#66;&nbsp;&eacute;", "Q&A <3 AB\u00a0é"),
        ("R&D, AT&T; x&y;", "R&D, AT&T; x&y;"),
        ("https://example.org/?a=1&copy=2&sect=3", "https://example.org/?a=1&copy=2&sect=3"),
        ("&#x110000; &#99999999;", "\ufffd &#99999999;"),
    ],
)
def test_only_what_ends_as_an_entity_does_is_one(text: str, expected: str) -> None:
    assert without_entities(text) == expected


def test_words_are_repaired_and_the_gaps_between_them_stay() -> None:
    assert repaired("ﬁrst  donâ€™t\tstop\u200b 0:12") == "first  don’t\tstop 0:12"
    assert repaired("ﬁ" * 100) == "fi" * 100


@settings(deadline=None, max_examples=60)
@given(st.text(st.sampled_from("ab *_[]()<>\\/p&;#\u200bé"), max_size=80))
def test_no_letter_is_added_and_none_of_a_word_is_lost(text: str) -> None:
    assert set(plain(text)) <= {*text, " "}
    assert "".join(without_tags(text.replace("<", "")).split()) == "".join(text.replace("<", "").split())
    assert plain(text) == plain(text).strip()
