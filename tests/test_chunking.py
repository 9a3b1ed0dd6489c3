"""Passages follow the units, keep their offsets and stay short; what every pack repeats is one passage."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kindsearch.chunking import MAX_WORDS, passages_of
from kindsearch.repeats import without_repeats
from kindsearch.types import Document, Kind, Link, PartialDate, Passage, Session, Span, Unit

JUNE = Session("2024-06-time", "Time", PartialDate(2024, 6))
MAY = Session("2024-05-rest", "Rest", PartialDate(2024, 5))
UNDATED = Session("untitled", "Untitled")


def unit(
    *texts: str,
    kind: Kind = Kind.TALK,
    section: str = "Talk",
    speaker: str | None = None,
    item: bool = False,
    page: int | None = 1,
) -> tuple[Unit, Sequence[str]]:
    """A unit whose offsets ``document`` sets, and the texts of its spans."""
    spans = tuple(Span(0, 0, page, speaker, is_item=item) for _ in texts)
    return Unit(0, 0, kind, section, spans), texts


def document(*units: tuple[Unit, Sequence[str]], id: str = "d1", session: Session = JUNE, gap: str = "\n") -> Document:
    text, placed = "", []
    for unit, texts in units:
        spans = []
        for span, words in zip(unit.spans, texts, strict=True):
            text += gap if text else ""
            spans.append(Span(len(text), len(text) + len(words), span.page, span.speaker, is_item=span.is_item))
            text += words
        placed.append(Unit(spans[0].start, spans[-1].end, unit.kind, unit.section, tuple(spans)))
    return Document(id, f"{id}.pdf", session, text, tuple(placed))


def sentence(words: int, begin: str = "Kindness") -> str:
    return " ".join([begin] + ["counts"] * (words - 1)) + "."


def lengths(passages: list[Passage]) -> list[int]:
    return [len(passage.text.split()) for passage in passages]


# ---------------------------------------------------------------- passages


def test_a_unit_is_a_passage_with_its_place_and_its_sentences() -> None:
    (passage,) = passages_of(document(unit("Why? We rest. We wait.", "Trust", kind=Kind.QUOTE, speaker="Ann", page=4)))
    assert (passage.kind, passage.section, passage.speakers, passage.pages) == (Kind.QUOTE, "Talk", ("Ann",), (4, 4))
    assert [passage.quote(s.start, s.end) for s in passage.statements] == ["Why?", "We rest.", "We wait.", "Trust"]
    assert {(s.speaker, s.page) for s in passage.statements} == {("Ann", 4)}


def test_an_item_is_one_statement_however_many_sentences_it_has() -> None:
    (passage,) = passages_of(document(unit("Rest. Sleep.", item=True)))
    assert [passage.quote(s.start, s.end) for s in passage.statements] == ["Rest. Sleep."]
    assert passage.statements[0].is_item


def test_a_passage_over_several_pages_and_speakers_names_them_in_order() -> None:
    two = Unit(0, 13, Kind.TALK, "Talk", (Span(0, 6, 5, "Bob"), Span(7, 13, 6, "Ann")))
    (passage,) = passages_of(Document("d", "d.pdf", JUNE, "We do. I may.", (two,)))
    assert (passage.pages, passage.speakers) == ((5, 6), ("Bob", "Ann"))


def test_without_pages_the_pages_are_unknown() -> None:
    (passage,) = passages_of(document(unit("We rest.", page=None)))
    assert passage.pages is None


def test_times_are_those_of_its_first_and_last_words() -> None:
    spans = Span(0, 6, start_ms=1000, end_ms=2000), Span(7, 13, start_ms=2500, end_ms=4000)
    spoken = Unit(0, 13, Kind.TRANSCRIPT, "", spans)
    (passage,) = passages_of(Document("d", "d.vtt", JUNE, "We do. I may.", (spoken,)))
    assert (passage.start_ms, passage.end_ms, passage.pages) == (1000, 4000, None)


def test_a_link_goes_with_the_passage_that_it_begins_in() -> None:
    found = document(unit("Read on.", kind=Kind.RESOURCE), unit("Watch it.", kind=Kind.RESOURCE))
    found = Document(found.id, found.source, JUNE, found.text, found.units, links=(Link(9, 14, "https://example.org"),))
    assert [passage.link for passage in passages_of(found)] == [None, "https://example.org"]


def test_context_is_never_part_of_the_text() -> None:
    (passage,) = passages_of(document(unit("We rest.", section="Hopes", speaker="Ann")))
    assert (passage.text, passage.context) == ("We rest.", "Time. June 2024. Hopes. Ann")


def test_a_long_unit_is_split_between_sentences_into_parts_of_like_length() -> None:
    long = unit(" ".join(sentence(20) for _ in range(9)))
    passages = passages_of(document(long))
    assert lengths(passages) == [100, 80]
    assert all(passage.text.startswith("Kindness") and passage.text.endswith(".") for passage in passages)


def test_a_unit_that_just_fits_is_not_split() -> None:
    assert lengths(passages_of(document(unit(sentence(60) + " " + sentence(60))))) == [120]


def test_words_without_end_are_cut_at_the_limit_and_none_is_lost() -> None:
    passages = passages_of(document(unit("word " * 299 + "word")))
    assert sum(lengths(passages)) == 300
    assert max(lengths(passages)) <= MAX_WORDS


@pytest.mark.parametrize("kind", [Kind.TALK, Kind.DISCUSSION, Kind.ABOUT])
def test_short_neighbours_are_joined(kind: Kind) -> None:
    (passage,) = passages_of(document(unit("We rest.", kind=kind), unit("We wait.", kind=kind)))
    assert passage.text == "We rest.\nWe wait."


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(unit("We rest.", kind=Kind.QUOTE), unit("We wait.", kind=Kind.QUOTE), id="quotes"),
        pytest.param(unit("We rest.", kind=Kind.CHAT), unit("We wait.", kind=Kind.CHAT), id="messages"),
        pytest.param(unit("We rest.", kind=Kind.RESOURCE), unit("We wait.", kind=Kind.RESOURCE), id="resources"),
        pytest.param(
            unit("We?", kind=Kind.QUESTION_AND_ANSWER), unit("Me?", kind=Kind.QUESTION_AND_ANSWER), id="questions"
        ),
        pytest.param(unit("We rest.", section="One"), unit("We wait.", section="Two"), id="two sections"),
        pytest.param(unit("We rest.", speaker="Ann"), unit("We wait.", speaker="Bob"), id="two speakers"),
        pytest.param(unit("We rest.", kind=Kind.ABOUT), unit("We wait."), id="two kinds"),
        pytest.param(unit(sentence(30)), unit(sentence(30)), id="none of them short"),
        pytest.param(unit(sentence(50)), unit(sentence(20)), id="too long together"),
    ],
)
def test_others_stay_apart(first: tuple[Unit, Sequence[str]], second: tuple[Unit, Sequence[str]]) -> None:
    assert len(passages_of(document(first, second))) == 2


def test_words_of_no_unit_between_two_keep_them_apart() -> None:
    assert len(passages_of(document(unit("We rest."), unit("We wait."), gap="\nBob:\n"))) == 2


def test_ids_come_from_document_and_offsets() -> None:
    once, again = (
        passages_of(document(unit("We rest.", kind=Kind.QUOTE), unit("We rest.", kind=Kind.QUOTE))) for _ in "ab"
    )
    assert [p.id for p in once] == [p.id for p in again]
    assert len({p.id for p in once} | {p.id for p in passages_of(document(unit("We rest."), id="d2"))}) == 3


spans = (
    st.lists(
        st.sampled_from(["kindness", "counts.", "Why?", "Dr", "e.g.", "\n", "…", "“Yes.”"]), min_size=1, max_size=200
    )
    .map(" ".join)
    .filter(str.strip)
)
units = st.builds(
    lambda texts, kind, section, speaker, item: unit(*texts, kind=kind, section=section, speaker=speaker, item=item),
    st.lists(spans, min_size=1, max_size=3),
    st.sampled_from(Kind),
    st.sampled_from("AB"),
    st.sampled_from([None, "Ann"]),
    st.booleans(),
)


@settings(deadline=None)
@given(st.lists(units, max_size=5))
def test_whatever_the_units_passages_keep_the_offset_promise_and_lose_no_word(
    given_units: list[tuple[Unit, Sequence[str]]],
) -> None:
    found = document(*given_units)
    passages = passages_of(found)
    assert all(found.text[p.start : p.end] == p.text for p in passages)
    assert all(before.end <= after.start for before, after in pairwise(passages))
    assert max(lengths(passages), default=0) <= MAX_WORDS
    assert len({p.id for p in passages}) == len(passages)
    statements = [(s.start, s.end) for p in passages for s in p.statements]
    edges = [edge for statement in statements for edge in statement]
    assert edges == sorted(edges)
    assert all(p.start <= s.start < s.end <= p.end for p in passages for s in p.statements)
    assert re.sub(r"\s", "", "".join(found.text[a:b] for a, b in statements)) == re.sub(r"\s", "", found.text)


# ---------------------------------------------------------------- what recurs from pack to pack

ABOUT = "Conversations for Kindness is a monthly meeting that eight colleagues set up in the summer of 2020."


def one(text: str, id: str, session: Session, kind: Kind = Kind.ABOUT, page: int | None = 3) -> list[Passage]:
    return passages_of(document(unit(text, kind=kind, page=page), id=id, session=session))


def test_text_that_recurs_is_one_about_passage_of_the_newest_pack() -> None:
    older, newer, undated = (
        one(ABOUT, "a", MAY, Kind.TALK),
        one(ABOUT, "b", JUNE, Kind.TALK),
        one(ABOUT, "c", UNDATED, Kind.TALK),
    )
    (kept,) = without_repeats([*older, *undated, *newer])
    assert (kept.id, kept.kind, kept.session) == (newer[0].id, Kind.ABOUT, JUNE)


def test_a_slightly_changed_text_is_the_same_text() -> None:
    longer = ABOUT.replace("2020.", "2020, and it goes on.")
    assert len(without_repeats([*one(ABOUT, "a", MAY), *one(longer, "b", JUNE), *one(ABOUT.upper(), "c", JUNE)])) == 1


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
    kept = without_repeats([*one(text, "a", MAY), *one(other, "b", JUNE, Kind.TALK)])
    assert {(p.text, p.kind) for p in kept} == {(text, Kind.ABOUT), (other, Kind.TALK)}


def test_a_text_said_twice_in_one_document_stays_two() -> None:
    twice = passages_of(document(unit(ABOUT, kind=Kind.QUOTE), unit(ABOUT, kind=Kind.QUOTE)))
    assert without_repeats(twice) == twice


@pytest.mark.parametrize("pdf_id", ["a", "z"])
def test_of_pdf_and_text_of_one_session_the_pdfs_passage_stays_and_keeps_its_kind(pdf_id: str) -> None:
    pdf, text = one(ABOUT, pdf_id, JUNE, Kind.TALK), one(ABOUT, "m", JUNE, Kind.TALK, page=None)
    assert without_repeats([*text, *pdf]) == pdf
    assert without_repeats([*pdf, *text]) == pdf
