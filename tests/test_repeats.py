"""What recurs from pack to pack is one passage."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kindsearch.chunking import passages_of
from kindsearch.repeats import (
    Written,
    are_copies,
    newest_first,
    speech_without_repeats,
    telling,
    without_crowds,
    without_doubles,
    written_repeats,
)
from kindsearch.types import Document, Kind, PartialDate, Passage, Session, Span, Unit

JUNE = Session("2024-06-time", "Time", PartialDate(2024, 6))
MAY = Session("2024-05-rest", "Rest", PartialDate(2024, 5))
UNDATED = Session("untitled", "Untitled")

ABOUT = "Conversations for Kindness is a monthly meeting that eight colleagues set up in the summer of 2020."


def one(text: str, id: str, session: Session, kind: Kind = Kind.ABOUT, page: int | None = 3) -> list[Passage]:
    """The passages of a document that holds this text."""
    unit = Unit(0, len(text), kind, "Talk", (Span(0, len(text), page),))
    return passages_of(Document(id, f"{id}.pdf", session, text, (unit,)))


def as_written(passages: Iterable[Passage]) -> list[Written]:
    return [Written(p.id, p.document_id, p.session.id, telling(p.text)) for p in passages]


def left_of(passages: Iterable[Passage]) -> list[Passage]:
    """The passages of an archive that stay, newest first, as what they are shown."""
    ordered = sorted(passages, key=newest_first)
    text_of = {passage.id: passage.text for passage in ordered}
    written = [passage for passage in ordered if passage.kind != Kind.TRANSCRIPT]
    repeats = written_repeats(as_written(written), lambda ids: {id_: text_of[id_] for id_ in ids})
    left = [p for p in written if p.id not in repeats.dropped]
    said = [
        passage
        for session in {passage.session for passage in ordered}
        for passage in speech_without_repeats(
            [p for p in ordered if p.session == session and p.kind == Kind.TRANSCRIPT],
            [p for p in left if p.session == session],
        )
    ]
    return sorted(
        [*(replace(p, kind=Kind.ABOUT) if p.id in repeats.about else p for p in left), *said], key=newest_first
    )


def test_text_that_recurs_is_one_about_passage_of_the_newest_pack() -> None:
    older, newer, undated = (
        one(ABOUT, "a", MAY, Kind.TALK),
        one(ABOUT, "b", JUNE, Kind.TALK),
        one(ABOUT, "c", UNDATED, Kind.TALK),
    )
    (kept,) = left_of([*older, *undated, *newer])
    assert (kept.id, kept.kind, kept.session) == (newer[0].id, Kind.ABOUT, JUNE)


def test_a_slightly_changed_text_is_the_same_text() -> None:
    longer = ABOUT.replace("2020.", "2020, and it goes on.")
    assert len(left_of([*one(ABOUT, "a", MAY), *one(longer, "b", JUNE), *one(ABOUT.upper(), "c", JUNE)])) == 1


@pytest.mark.parametrize(
    ("text", "other"),
    [
        (f"65 people joined. {ABOUT}", f"25 people joined. {ABOUT}"),
        (ABOUT, "We looked at rest, and at what it asks of the people who lead a ward at night."),
        (ABOUT, f"{ABOUT[:60]} nobody missed in 2020, whatever the day was like on the ward."),
        ("Thank you", "Thank them"),
    ],
    ids=["other numbers", "other words", "other end", "other short words"],
)
def test_different_texts_stay_two(text: str, other: str) -> None:
    kept = left_of([*one(text, "a", MAY), *one(other, "b", JUNE, Kind.TALK)])
    assert {(p.text, p.kind) for p in kept} == {(text, Kind.ABOUT), (other, Kind.TALK)}


def test_a_text_said_twice_in_one_document_stays_two() -> None:
    spans = [Span(at, at + len(ABOUT), 3) for at in (0, len(ABOUT) + 1)]
    units = tuple(Unit(span.start, span.end, Kind.QUOTE, "Talk", (span,)) for span in spans)
    twice = passages_of(Document("d", "d.pdf", JUNE, f"{ABOUT}\n{ABOUT}", units))
    assert len(twice) == 2
    assert left_of(twice) == twice


@pytest.mark.parametrize("pdf_id", ["a", "z"])
def test_of_pdf_and_text_of_one_session_the_pdfs_passage_stays_and_keeps_its_kind(pdf_id: str) -> None:
    pdf, text = one(ABOUT, pdf_id, JUNE, Kind.TALK), one(ABOUT, "m", JUNE, Kind.TALK, page=None)
    assert left_of([*text, *pdf]) == pdf
    assert left_of([*pdf, *text]) == pdf


def test_a_message_of_two_sessions_is_shown_once_and_one_of_two_files_of_a_session_keeps_its_kind() -> None:
    of_may, of_june, again = (
        one(ABOUT, id, session, Kind.CHAT, None) for id, session in (("a", MAY), ("b", JUNE), ("c", JUNE))
    )
    assert [(p.id, p.kind) for p in left_of([*of_june, *again])] == [(of_june[0].id, Kind.CHAT)]
    assert [(p.id, p.kind) for p in left_of([*of_may, *of_june, *again])] == [(of_june[0].id, Kind.ABOUT)]


def runs_of(text: str) -> set[str]:
    """Its runs of four words, or all its words where it has fewer."""
    words = re.findall(r"\w+", text.casefold())
    return {" ".join(words[n : n + 4]) for n in range(max(len(words) - 3, 1))}


def repeats(one: Passage, other: Passage) -> bool:
    """What makes two texts the same, said in the plainest way."""
    shared, every = runs_of(one.text) & runs_of(other.text), runs_of(one.text) | runs_of(other.text)
    same_numbers = re.findall(r"\d+", one.text) == re.findall(r"\d+", other.text)
    return one.document_id != other.document_id and len(shared) >= 0.75 * len(every) and same_numbers


texts = st.lists(st.sampled_from(["tea", "calms", "and", "warms", "7"]), min_size=1, max_size=25).map(" ".join)


@given(st.lists(st.tuples(texts | st.just(ABOUT), st.sampled_from([JUNE, MAY])), max_size=7))
def test_no_repeat_is_missed_and_nothing_else_is_left_out(written: list[tuple[str, Session]]) -> None:
    passages = [
        passage for number, (text, session) in enumerate(written) for passage in one(text, f"d{number}", session)
    ]
    kept = left_of(passages)
    ids = {passage.id for passage in kept}
    assert [(a, b) for a in kept for b in kept if a.id < b.id and repeats(a, b)] == []
    assert [p for p in passages if p.id not in ids and not any(repeats(p, other) for other in kept)] == []


def test_what_is_said_in_two_sessions_stays_in_both_transcripts() -> None:
    said = [*one(ABOUT, "a", MAY, Kind.TRANSCRIPT, None), *one(ABOUT, "b", JUNE, Kind.TRANSCRIPT, None)]
    assert {(p.id, p.kind) for p in left_of(said)} == {(p.id, Kind.TRANSCRIPT) for p in said}
    again = one(ABOUT, "c", JUNE, Kind.TRANSCRIPT, None)  # another version of one recording
    assert len(left_of([*said, *again])) == 2


@pytest.mark.parametrize("session", [JUNE, UNDATED], ids=["newer", "older"])
def test_what_was_written_stays_what_it_is_when_another_session_says_it_aloud(session: Session) -> None:
    written = one(ABOUT, "a", MAY, Kind.TALK)
    said = one(ABOUT, "b", session, Kind.TRANSCRIPT, None)
    assert {(p.id, p.kind) for p in left_of([*written, *said])} == {
        (written[0].id, Kind.TALK),
        (said[0].id, Kind.TRANSCRIPT),
    }


@pytest.mark.parametrize("written_id", ["a", "z"])
def test_of_what_is_written_and_said_in_one_session_the_written_stays(written_id: str) -> None:
    written, said = one(ABOUT, written_id, JUNE, Kind.TALK, None), one(ABOUT, "m", JUNE, Kind.TRANSCRIPT, None)
    assert left_of([*said, *written]) == written


def test_speech_stays_beside_a_passage_that_another_session_shows() -> None:
    of_may, of_june = one(ABOUT, "a", MAY, Kind.TALK), one(ABOUT, "b", JUNE, Kind.TALK)
    said = one(ABOUT, "c", MAY, Kind.TRANSCRIPT, None)
    kept = left_of([*of_may, *of_june, *said])
    assert {(p.id, p.kind) for p in kept} == {(of_june[0].id, Kind.ABOUT), (said[0].id, Kind.TRANSCRIPT)}


@given(st.lists(st.tuples(texts | st.just(ABOUT), st.sampled_from("abcd")), max_size=9))
def test_windows_of_a_session_are_left_out_only_for_one_of_another_transcript(said: list[tuple[str, str]]) -> None:
    windows = [
        replace(one(text, document, JUNE, Kind.TRANSCRIPT, None)[0], id=str(number), start=number)
        for number, (text, document) in enumerate(said)
    ]
    kept: list[Passage] = []
    for window in sorted(windows, key=newest_first):
        if not any(repeats(window, other) for other in kept):
            kept.append(window)
    assert speech_without_repeats(windows, []) == kept


def test_only_texts_that_may_have_a_twin_in_another_document_are_read() -> None:
    rest = "We looked at rest, and at what it asks of the people who lead a ward at night."
    passages = [one(ABOUT, "a", JUNE)[0], one(ABOUT, "b", MAY)[0], one(rest, "c", MAY)[0]]
    passages.append(replace(passages[2], id="said twice in one document"))
    written = as_written(passages)
    asked: list[str] = []

    def texts_of(ids: Sequence[str]) -> dict[str, str]:
        asked.extend(ids)
        return {p.id: p.text for p in passages if p.id in ids}

    found = written_repeats(written, texts_of)
    assert asked == [passages[0].id, passages[1].id]
    assert (found.dropped, found.about) == ({passages[1].id}, {passages[0].id})
    assert written_repeats([], texts_of).dropped == frozenset()


def test_what_is_kept_of_a_text_is_the_same_everywhere_and_always() -> None:
    assert telling("Tea calms and warms").hex() == "dd1b3f8fa6a81193"
    assert telling(ABOUT) == telling(ABOUT.upper())
    assert len(telling(ABOUT)) < len(ABOUT)


# ---------------------------------------------------------------- what was found

ALIKE, NEAR, OTHER = (
    np.array(vector, dtype=np.float32)
    for vector in ([1, 0], [0.91, np.sqrt(1 - 0.91**2)], [0.89, np.sqrt(1 - 0.89**2)])
)


def found_once(
    texts: Sequence[str], vectors: Sequence[NDArray[np.float32]], places: Sequence[tuple[int, int]] | None = None
) -> tuple[list[int], list[int]]:
    """The numbers of the passages that stay, and of those whose texts were read; each stands in its own place."""
    asked: list[int] = []

    def texts_of(numbers: Sequence[int]) -> list[str]:
        asked.extend(numbers)
        return [texts[number] for number in numbers]

    apart = [(2 * number, 2 * number + 1) for number in range(len(texts))]
    stacked = np.stack(vectors) if vectors else np.empty((0, 2), dtype=np.float32)
    return without_doubles(stacked, apart if places is None else places, texts_of), asked


@pytest.mark.parametrize(
    ("text", "vector", "kept"),
    [
        pytest.param(ABOUT.replace("2020.", "2020, and it goes on."), ALIKE, [0], id="a few words more"),
        pytest.param(ABOUT, NEAR, [0], id="the same words in another context"),
        pytest.param(ABOUT.replace("2020", "2021"), ALIKE, [0, 1], id="another number is another thing"),
        pytest.param(ABOUT, OTHER, [0, 1], id="nothing is compared that means something else"),
        pytest.param("Tea calms worried patients at night, and we pour it before anybody asks.", ALIKE, [0, 1],
                     id="other words"),
    ],
)  # fmt: skip
def test_what_says_the_same_again_is_found_once(text: str, vector: NDArray[np.float32], kept: list[int]) -> None:
    assert found_once([ABOUT, text], [ALIKE, vector])[0] == kept


@pytest.mark.parametrize(("words", "kept"), [(7, [0, 1]), (8, [0])])
def test_short_words_may_be_said_by_many(words: int, kept: list[int]) -> None:
    text = " ".join("I agree with all that was said before".split()[:words])
    assert found_once([text, text], [ALIKE, ALIKE])[0] == kept


@pytest.mark.parametrize(
    ("places", "kept"),
    [
        pytest.param([(0, 4), (3, 7)], [0, 1], id="the next shares a statement"),
        pytest.param([(3, 7), (0, 4)], [0, 1], id="the one before does"),
        pytest.param([(0, 4), (4, 8)], [0], id="the next shares none"),
        pytest.param([(4, 8), (0, 4)], [0], id="nor does the one before"),
    ],
)
def test_windows_that_overlap_stay(places: list[tuple[int, int]], kept: list[int]) -> None:
    assert found_once([ABOUT, ABOUT], [ALIKE, ALIKE], places)[0] == kept


def test_what_is_left_out_itself_leaves_nothing_out() -> None:
    """The third overlaps the first, and says the same as the second alone, which is not there any more."""
    assert found_once([ABOUT] * 3, [ALIKE] * 3, [(0, 4), (8, 9), (3, 7)])[0] == [0, 2]
    assert found_once([ABOUT] * 4, [ALIKE] * 4)[0] == [0]


def test_only_texts_near_to_another_are_read_each_once() -> None:
    texts = [ABOUT, "Tea calms.", ABOUT, ABOUT.upper(), "Tea warms."]
    far = np.array([0, 1], dtype=np.float32)
    assert found_once(texts, [ALIKE, far, ALIKE, NEAR, -far]) == ([0, 1, 4], [0, 2, 3])
    assert found_once(["Tea calms."], [ALIKE]) == ([0], [])
    assert found_once([], []) == ([], [])


# ---------------------------------------------------------------- what crowds the others out


def test_of_passages_that_are_alike_the_best_three_stay() -> None:
    alike = np.tile(np.array([1, 0], dtype=np.float32), (6, 1))
    assert without_crowds(alike, [(n * 10, n * 10 + 9) for n in range(6)]) == [0, 1, 2]
    assert without_crowds(alike[:0], []) == []


def test_copies_are_told_by_most_being_like_three_before_them() -> None:
    alike, unlike = np.tile(np.eye(8, dtype=np.float32)[:1], (8, 1)), np.eye(8, dtype=np.float32)
    assert are_copies(alike)
    assert not are_copies(alike[:6])
    assert not are_copies(unlike)


def test_what_overlaps_or_is_unlike_crowds_nothing_out() -> None:
    unlike = np.eye(6, dtype=np.float32)
    alike = np.tile(np.array([1, 0], dtype=np.float32), (6, 1))
    assert without_crowds(unlike, [(n * 10, n * 10 + 9) for n in range(6)]) == list(range(6))
    assert without_crowds(alike, [(n, n + 9) for n in range(6)]) == list(range(6))
