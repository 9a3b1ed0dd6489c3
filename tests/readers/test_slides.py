"""Words as every reader hands them on: repaired, unhyphenated, parted from their bullets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kindsearch.readers.slides import Area, Word, clean, split_marker, undo_hyphenation

HERE, THERE = Area(1, 0, 0, 30, 10), Area(1, 0, 12, 30, 22)


def words(text: str) -> tuple[Word, ...]:
    return tuple(Word(word) for word in text.split())


@pytest.mark.parametrize(
    ("broken", "repaired"),
    [
        ("ﬁrst", "first"),
        ("eﬀort", "effort"),
        ("oﬃce", "office"),
        ("reﬂect", "reflect"),
        ("donâ€™t", "don’t"),
        ("mÃ©lange", "mélange"),
        ("me\u0301lange", "mélange"),
        ("kind\u200bness", "kindness"),
        ("\ufeffKind", "Kind"),
        ("co\u00adproduced", "coproduced"),
        ("\ue000Kind", "Kind"),
        ("“kind”", "“kind”"),
        ("\x00\x07", ""),
    ],
)
def test_a_word_is_repaired(broken: str, repaired: str) -> None:
    assert clean(broken) == repaired


@settings(deadline=None)
@given(st.text(max_size=30))
def test_a_repaired_word_holds_nothing_unseen(text: str) -> None:
    assert all(letter.isprintable() or letter.isspace() for letter in clean(text))


@pytest.mark.parametrize(
    ("line", "marker", "rest"),
    [
        ("• listen first", "•", "listen first"),
        ("– listen first", "–", "listen first"),
        ("•listen first", "•", "listen first"),
        ("1. listen first", "1.", "1. listen first"),
        ("(b) listen first", "(b)", "(b) listen first"),
        ("10.5 hours", "", "10.5 hours"),
        ("-5 degrees", "", "-5 degrees"),
        ("*kind* words", "", "*kind* words"),
        ("•", "", "•"),
        ("listen first", "", "listen first"),
    ],
)
def test_a_bullet_is_taken_off_and_a_number_stays(line: str, marker: str, rest: str) -> None:
    found, left = split_marker(words(line))
    assert (found, left) == (marker, words(rest))


@pytest.mark.parametrize(
    ("lines", "known", "joined"),
    [
        (["with self-", "kindness now"], {"kindness"}, "with self-kindness now"),
        (["with under-", "standing now"], set(), "with understanding now"),
        (["with under-", "standing now"], {"standing", "understanding"}, "with understanding now"),
        (["with self-", "kindness, now"], {"kindness"}, "with self-kindness, now"),
        (["in Anglia-", "Ruskin now"], set(), "in Anglia- Ruskin now"),
        (["kind -", "and warm"], set(), "kind - and warm"),
        (["wrapped only", "here"], set(), "wrapped only here"),
    ],
)
def test_hyphenation_is_undone_and_a_true_hyphen_kept(lines: list[str], known: set[str], joined: str) -> None:
    assert " ".join(word.text for word in undo_hyphenation([*map(words, lines)], frozenset(known))) == joined


def test_a_joined_word_knows_both_places_it_is_drawn_in_and_its_link() -> None:
    halves = [(Word("under-", (HERE,)),), (Word("standing", (THERE,), url="https://example.org"),)]
    assert undo_hyphenation(halves, frozenset()) == (Word("understanding", (HERE, THERE), url="https://example.org"),)
