"""The statements of passages as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kindsearch.chunking import passages_of
from kindsearch.readers.turns import Utterance, document_of
from kindsearch.stores.arrays import Ranges
from kindsearch.stores.statements import UNKNOWN, Statements
from kindsearch.types import Kind, Passage, Session, Statement

Turn = tuple[int, int, int | None, int | None]
"""Words, characters between it and the one before, when it begins, when it ends (milliseconds)."""


def passages_over(turns: Sequence[Turn], windows: Sequence[tuple[int, int]]) -> list[Passage]:
    """Passages of one document, each with the turns from a number up to another."""
    text, statements = "", list[Statement]()
    for words, gap, start_ms, end_ms in turns:
        text += " " * gap
        start = len(text)
        text += " ".join(["kind"] * words)
        statements.append(Statement(start, len(text), None, "Ann", start_ms, end_ms))
    return [
        Passage(
            f"{first}-{end}", "d", "tea.vtt", Session("s", "Tea"), own[0].start, own[-1].end,
            text[own[0].start : own[-1].end], Kind.TRANSCRIPT, "", tuple(own),
        )
        for first, end in windows
        for own in [statements[first:end]]
    ]  # fmt: skip


def in_plain_lists(statements: Statements) -> list[list[int]]:
    passages = statements.passages
    columns = (statements.words, statements.characters, statements.pauses, passages.first, passages.end)
    return [column.tolist() for column in columns]


def ends_of(statements: Statements) -> list[tuple[int, int]]:
    return list(zip(statements.passages.first.tolist(), statements.passages.end.tolist(), strict=True))


TURNS: list[Turn] = [(3, 0, 0, 900), (1, 1, 900, 2_000), (4, 2, 5_000, 6_000), (2, 1, 5_500, 7_000), (1, 1, None, None)]


# ---------------------------------------------------------------- what is known of each


def test_each_statement_is_known_by_its_words_and_by_what_lies_before_it() -> None:
    statements = Statements.of(passages_over(TURNS, [(0, 2), (2, 5)]))
    assert statements.words.tolist() == [3, 1, 4, 2, 1]
    assert statements.characters[1:].tolist() == [1, 2, 1, 1]
    assert statements.pauses[1:].tolist() == [0, 3_000, 0, UNKNOWN]  # the fourth speaks into the words of the third
    assert [column.dtype for column in (statements.words, statements.characters, statements.pauses)] == [
        np.int32,
        np.int64,
        np.int64,
    ]


@pytest.mark.parametrize("times", [(None, 900, 1_000), (0, None, 1_000), (0, 900, None)])
def test_a_pause_is_unknown_where_a_time_of_it_is(times: tuple[int | None, int | None, int | None]) -> None:
    begins, ends, next_begins = times
    statements = Statements.of(passages_over([(1, 0, begins, ends), (1, 1, next_begins, 2_000)], [(0, 2)]))
    assert statements.pauses[1] == (100 if begins is None else UNKNOWN)  # when the one before begins is no matter


def test_the_first_of_a_document_follows_nothing() -> None:
    statements = Statements.of(passages_over(TURNS, [(1, 3)]))
    assert statements.characters[0] != 1


def test_passages_share_their_statements() -> None:
    statements = Statements.of(passages_over(TURNS, [(0, 3), (1, 3), (1, 4), (4, 5)]))
    assert len(statements.words) == 5
    assert ends_of(statements) == [(0, 3), (1, 3), (1, 4), (4, 5)]


def test_what_no_passage_has_is_no_statement_but_lies_between() -> None:
    statements = Statements.of(passages_over(TURNS, [(0, 1), (2, 4)]))
    assert (statements.words.tolist(), ends_of(statements)) == ([3, 4, 2], [(0, 1), (1, 3)])
    assert statements.characters[1] == 1 + len("kind") + 2
    assert statements.pauses[1] == 4_100


# ---------------------------------------------------------------- against the plain way

lengths = st.tuples(
    st.integers(1, 5), st.integers(0, 3), st.none() | st.integers(0, 9_000), st.none() | st.integers(0, 9_000)
)


@st.composite
def documents(draw: st.DrawFn) -> list[Passage]:
    """Passages of one document, in order; none holds another, though they may share their ends."""
    turns = draw(st.lists(lengths, min_size=1, max_size=12))
    windows, first, end = list[tuple[int, int]](), 0, 1
    for more, further in draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=6)):
        first, end = first + more, max(end + further, first + more + 1)
        if end <= len(turns) and (first, end) not in windows:
            windows.append((first, end))
    return passages_over(turns, windows)


archives = st.lists(documents(), max_size=4)


def plainly(of_documents: Sequence[Sequence[Passage]]) -> list[list[int]]:
    """What is known of the statements of an archive, found one by one; nothing of the first of a document."""
    words, characters, pauses, first, end = [], [], [], [], []
    for passages in of_documents:
        said = sorted(
            {(s.start, s, p.quote(s.start, s.end)) for p in passages for s in p.statements}, key=lambda o: o[0]
        )
        own = list(dict.fromkeys(statement for _, statement, _ in said))
        first += [len(words) + own.index(passage.statements[0]) for passage in passages]
        end += [len(words) + own.index(passage.statements[-1]) + 1 for passage in passages]
        for number, (_, statement, text) in enumerate(said):
            before = said[number - 1][1] if number else statement
            known = None not in {before.end_ms, statement.start_ms}
            silence = statement.start_ms - before.end_ms if known else UNKNOWN  # type: ignore[operator]
            words.append(len(text.split()))
            characters.append(statement.start - before.end)
            pauses.append(max(silence, 0) if known else UNKNOWN)
    return [words, characters, pauses, first, end]


@given(archives)
@settings(deadline=None)
def test_statements_of_documents_are_those_found_one_by_one_and_come_back_from_files(
    of_documents: list[list[Passage]],
) -> None:
    made = Statements.joined([Statements.of([]), *map(Statements.of, of_documents)])
    assert in_plain_lists(made) == plainly(of_documents)
    with TemporaryDirectory() as folder:
        made.save(Path(folder))
        loaded = Statements.load(Path(folder))
    assert in_plain_lists(loaded) == in_plain_lists(made)


@given(archives, archives, st.lists(st.booleans(), min_size=4, max_size=4))
@settings(deadline=None)
def test_statements_that_changed_are_those_made_fresh(
    old: list[list[Passage]], new: list[list[Passage]], stay: list[bool]
) -> None:
    """Documents go whole, others come."""
    built = Statements.joined([Statements.of([]), *map(Statements.of, old)])
    keep = [stays for passages, stays in zip(old, stay, strict=False) for _ in passages]
    changed = Statements.joined([built.kept(np.array(keep, dtype=np.bool_)), *map(Statements.of, new)])
    left = [passages for passages, stays in zip(old, stay, strict=False) if stays]
    assert in_plain_lists(changed) == plainly([*left, *new])


@given(documents(), st.lists(st.booleans(), min_size=12, max_size=12))
@settings(deadline=None)
def test_of_passages_that_are_kept_the_words_stay_and_what_none_of_them_has_is_gone(
    passages: list[Passage], stay: list[bool]
) -> None:
    keep = np.array(stay[: len(passages)], dtype=np.bool_)
    kept, fresh = (
        Statements.of(passages).kept(keep),
        Statements.of([passage for passage, stays in zip(passages, stay, strict=False) if stays]),
    )
    assert (kept.words.tolist(), ends_of(kept)) == (fresh.words.tolist(), ends_of(fresh))


def test_no_passages_have_no_statements(tmp_path: Path) -> None:
    none = Statements.of([])
    none.save(tmp_path)
    joined = Statements.joined([none, none.kept(np.zeros(0, dtype=np.bool_)), Statements.load(tmp_path)])
    for empty in (none, joined):
        assert in_plain_lists(empty) == [[], [], [], [], []]


@given(
    st.lists(
        st.tuples(st.sampled_from([2, 10, 25, 50, 170]), st.sampled_from(["Ann", "Bo", None]),
                  st.sampled_from([0, 5_000, 5_000, 40_000]), st.sampled_from(["word", "word", "yeah", "so."])),
        min_size=1, max_size=40,
    )
)  # fmt: skip
@example([(10, "Ann", 5_000, "word")] * 20)
@example([(n, "Ann", 5_000, "word") for n in (50, 25, 10, 50, 10, 10, 25, 2, 50)] * 3)
@settings(deadline=None, max_examples=25)
def test_windows_as_they_are_cut_are_in_order_and_none_holds_another(
    said: list[tuple[int, str | None, int, str]],
) -> None:
    """What numbers of statements rest on: both where passages begin and where they end, they ascend."""
    utterances, now = list[Utterance](), 0
    for words, speaker, silence, word in said:
        now += silence
        utterances.append(Utterance(" ".join([word] * words), speaker, now, now + 900))
        now += 900
    passages = passages_of(document_of(utterances, Session("s", "Tea"), "d", "tea.vtt"))
    in_order = sorted(passages, key=lambda passage: (passage.start, passage.end))
    first, end = (np.array(bounds) for bounds in zip(*ends_of(Statements.of(in_order)), strict=True))
    assert (np.diff(first) >= 0).all()
    assert (np.diff(end) >= 0).all()
    assert (end - first).tolist() == [len(passage.statements) for passage in in_order]


def test_words_that_passages_share_are_counted_once() -> None:
    nothing = np.zeros(5, dtype=np.int64)
    own = Ranges(np.array([0, 1, 4], dtype=np.int64), np.array([2, 4, 5], dtype=np.int64))
    held = Statements(np.array([1, 2, 4, 8, 16], dtype=np.int32), nothing, nothing, own)
    every = ([0, 1, 2], [1, 2], [0, 2], [])
    assert [held.new_words(np.array(some, dtype=np.int64)).tolist() for some in every] == [
        [3, 12, 16], [14, 16], [3, 16], [],
    ]  # fmt: skip
