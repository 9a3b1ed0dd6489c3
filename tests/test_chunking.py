"""Passages of what was written follow its units; those of speech are windows that overlap. All keep their offsets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kindsearch.chunking import (
    LONG_TURN,
    LONGEST_WINDOW,
    MAX_WORDS,
    SPEECH_WORDS,
    WINDOW_WORDS,
    is_filler,
    passages_of,
)
from kindsearch.types import Document, Kind, Link, PartialDate, Passage, Session, Span, Unit

JUNE = Session("2024-06-time", "Time", PartialDate(2024, 6))
WRITTEN = [kind for kind in Kind if kind != Kind.TRANSCRIPT]


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


# ---------------------------------------------------------------- what was written


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
    messages = Unit(0, 13, Kind.CHAT, "", spans)
    (passage,) = passages_of(Document("d", "d.txt", JUNE, "We do. I may.", (messages,)))
    assert (passage.start_ms, passage.end_ms, passage.pages) == (1000, 4000, None)
    assert [(s.start_ms, s.end_ms) for s in passage.statements] == [(1000, 2000), (2500, 4000)]


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
    st.sampled_from(WRITTEN),
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


# ---------------------------------------------------------------- what was spoken

Cue = tuple[str, str | None]
"""Words, and who says them."""


def spoken(*units: Sequence[Cue], id: str = "d1", section: str = "") -> Document:
    """A transcript whose cues last a second each, every one in its own turn; a turn may hold ``|`` between its cues."""
    text, placed, second = "", [], 0
    for cues in units:
        spans: list[Span] = []
        for words, speaker in cues:
            text += "\n" if text else ""
            for number, part in enumerate(words.split("|")):
                text += " " if number else ""
                times = second * 1000, second * 1000 + 900
                spans.append(Span(len(text), len(text) + len(part), None, speaker, *times))
                text += part
                second += 1
        placed.append(Unit(spans[0].start, spans[-1].end, Kind.TRANSCRIPT, section, tuple(spans)))
    return Document(id, f"{id}.vtt", JUNE, text, tuple(placed))


def numbered(words: int, first: int = 0) -> str:
    """A sentence of so many words, of which no two in a document are the same."""
    return " ".join(f"w{number}" for number in range(first, first + words)).capitalize() + "."


def turns(count: int, words: int) -> list[Cue]:
    return [(numbered(words, number * words), "AB"[number % 2]) for number in range(count)]


def said(passage: Passage) -> list[str]:
    return [passage.quote(s.start, s.end) for s in passage.statements]


def test_little_speech_is_one_window_of_everybody_who_speaks() -> None:
    (passage,) = passages_of(spoken([("Kindness counts.", "Ann"), ("It does, for all of us.", None), ("So?", "Bo")]))
    assert passage.text == "Kindness counts.\nIt does, for all of us.\nSo?"
    assert (passage.kind, passage.speakers, passage.pages) == (Kind.TRANSCRIPT, ("Ann", "Bo"), None)
    assert [s.speaker for s in passage.statements] == ["Ann", None, "Bo"]
    assert (passage.start_ms, passage.end_ms) == (0, 2900)


def test_windows_overlap_by_half_and_hold_whole_turns() -> None:
    found = spoken(turns(20, WINDOW_WORDS // 5))
    lines = [tuple(p.text.split("\n")) for p in passages_of(found)]
    every = found.text.split("\n")
    assert [lines[0], lines[1]] == [tuple(every[0:5]), tuple(every[3:8])]
    assert lines[-1][-1] == every[-1]
    assert all(one[-1] in other for one, other in pairwise(lines))


def test_a_window_ends_with_the_turn_that_reaches_its_length() -> None:
    words = WINDOW_WORDS * 5 // 12  # two of them are too few, three are more than enough
    assert 2 * words < WINDOW_WORDS < 3 * words < LONGEST_WINDOW
    assert lengths(passages_of(spoken(turns(8, words))))[0] == 3 * words


@pytest.mark.parametrize("past", [0, 1])
def test_a_window_ends_before_a_turn_that_would_make_it_too_long(past: int) -> None:
    words = WINDOW_WORDS // 3 - 1
    rest = LONGEST_WINDOW - 3 * words + past
    first, *_ = passages_of(spoken([*turns(3, words), (numbered(rest, 500), "C"), (numbered(rest, 600), "C")]))
    assert lengths([first]) == [3 * words if past else LONGEST_WINDOW]


def test_a_turn_that_is_longer_than_a_window_and_no_long_one_is_a_window_by_itself() -> None:
    talk = " ".join(numbered(LONG_TURN // 5, LONG_TURN // 5 * n) for n in range(5))
    passages = passages_of(spoken([("Is it so?", "Bo"), (talk, "Ann"), ("It is.", "Bo")]))
    assert [p.text for p in passages] == ["Is it so?", talk, "It is."]
    assert LONGEST_WINDOW < LONG_TURN == lengths(passages)[1]


@pytest.mark.parametrize(("sentences", "parts"), [(5, [105, 70]), (8, [140, 140]), (12, [140, 140, 140])])
def test_a_long_turn_is_divided_at_sentences_into_few_parts_of_like_length(sentences: int, parts: list[int]) -> None:
    talk = " ".join(numbered(35, 35 * n) for n in range(sentences))
    passages = passages_of(spoken([(talk, "Ann")]))
    assert lengths(passages) == parts  # each is longer than a window, so none overlap
    assert len(parts) == -(-35 * sentences // LONG_TURN)
    assert all(p.text.startswith("W") and p.text.endswith(".") for p in passages)
    assert all(p.speakers == ("Ann",) for p in passages)


def test_another_unit_begins_another_window() -> None:
    found = spoken([("We rest on Mondays.", "Ann")], [("We walk on Fridays.", "Ann")])
    assert [p.text for p in passages_of(found)] == ["We rest on Mondays.", "We walk on Fridays."]


def test_short_sentences_of_a_turn_are_one_statement_and_never_those_of_two_turns() -> None:
    (passage,) = passages_of(spoken([("We rest. We wait. We ask.", "Ann"), ("Then we go.", "Ann")]))
    assert said(passage) == ["We rest. We wait. We ask.", "Then we go."]
    (longer,) = passages_of(spoken([(f"{numbered(30)} {numbered(11, 30)} Good.", "Ann")]))
    assert said(longer) == [numbered(30), f"{numbered(11, 30)} Good."]


def test_a_sentence_without_an_end_is_cut_at_the_length_of_a_statement() -> None:
    (passage,) = passages_of(spoken([(numbered(100), "Ann")]))
    assert [len(text.split()) for text in said(passage)] == [SPEECH_WORDS, SPEECH_WORDS, 20]


def test_a_statement_has_the_times_of_the_cues_that_hold_its_words() -> None:
    talk = f"{numbered(20)}|{numbered(5, 20)}|Much {numbered(15, 40)}|{numbered(8, 80)}"
    (passage,) = passages_of(spoken([(talk, "Ann"), ("A word.", "Bo")]))
    assert [(s.speaker, s.start_ms, s.end_ms) for s in passage.statements] == [
        ("Ann", 0, 1900),
        ("Ann", 2000, 3900),
        ("Bo", 4000, 4900),
    ]


def test_a_sentence_that_goes_over_a_cue_begins_with_the_one_and_ends_with_the_other() -> None:
    (passage,) = passages_of(spoken([(f"{numbered(39)} Rest is|what we want. {numbered(36, 50)}", "Ann")]))
    assert [(s.start_ms, s.end_ms) for s in passage.statements] == [(0, 900), (0, 1900), (1000, 1900)]


@pytest.mark.parametrize(
    ("words", "says_nothing"),
    [
        ("Yeah, um. OK.", True),
        ("Uh-huh. Mm-hm.", True),
        ("Mmhmm, mhmm. Hmmm. Mmm-hmm.", True),
        ("Uhhuh uh‑huh, yeah-yeah, nonono, hahaha.", True),
        ("Ooops, sooo, yeaaah.", True),
        ("Ops. To. We'll.", False),
        ("Thanks!", True),
        ("…", True),
        ("👍", True),
        ("", True),
        ("Yeah, kindness.", False),
        ("No, they went.", False),
        ("42", False),
        ("はい", False),
    ],
)
def test_what_says_nothing_by_itself_is_a_filler(words: str, says_nothing: bool) -> None:
    assert is_filler(words) is says_nothing


def test_fillers_stay_in_the_text_and_have_no_vector_of_their_own() -> None:
    (passage,) = passages_of(spoken([("Kindness counts.", "Ann"), ("Yeah.", "Bo"), ("It does.", "Ann")]))
    assert said(passage) == ["Kindness counts.", "Yeah.", "It does."]
    assert [passage.quote(s.start, s.end) for s in passage.quotable] == ["Kindness counts.", "It does."]
    assert passage.speakers == ("Ann", "Bo")


def test_fillers_joined_with_words_are_no_fillers() -> None:
    (passage,) = passages_of(spoken([("Yeah. So kindness counts. Right.", "Ann")]))
    assert said(passage) == ["Yeah. So kindness counts. Right."]
    assert passage.quotable == passage.statements


@pytest.mark.parametrize(
    ("units", "texts"),
    [
        (["We rest.", "Yeah.", "We walk."], ["We rest.\nYeah.", "We walk."]),
        (["Um.", "We rest.", "We walk."], ["Um.\nWe rest.", "We walk."]),
        (["Um.", "Yeah.", "We rest."], ["Um.\nYeah.\nWe rest."]),
        (["Um.", "Yeah."], ["Um.\nYeah."]),
    ],
)
def test_a_unit_of_fillers_goes_with_its_neighbour(units: list[str], texts: list[str]) -> None:
    assert [p.text for p in passages_of(spoken(*([(words, "Ann")] for words in units)))] == texts


def test_a_unit_of_fillers_takes_the_section_of_its_neighbour() -> None:
    um, rest = (Unit(u.start, u.end, u.kind, section, u.spans) for u, section in
                zip(spoken([("Um.", "A")], [("We rest.", "A")]).units, ("One", "Two"), strict=True))  # fmt: skip
    (passage,) = passages_of(Document("d", "d.vtt", JUNE, "Um.\nWe rest.", (um, rest)))
    assert passage.section == "Two"


LONG = " ".join(["kindness"] * 110) + "."  # a window by itself


@pytest.mark.parametrize(
    ("said_in_turn", "texts"),
    [
        ([LONG, "Mm-hmm.", LONG], [f"{LONG}\nMm-hmm.", LONG]),
        ([LONG, "Yeah.", "Um.", LONG], [f"{LONG}\nYeah.\nUm.", LONG]),
        (["Um.", "Yeah.", LONG], [f"Um.\nYeah.\n{LONG}"]),
        ([LONG, "Yeah."], [f"{LONG}\nYeah."]),
        ([LONG, "Yeah, rest.", LONG], [LONG, "Yeah, rest.", LONG]),
    ],
)
def test_a_turn_of_fillers_between_long_ones_goes_with_the_one_before(
    said_in_turn: list[str], texts: list[str]
) -> None:
    talk = spoken([(words, "AB"[number % 2]) for number, words in enumerate(said_in_turn)])
    assert [passage.text for passage in passages_of(talk)] == texts


def test_only_speech_overlaps() -> None:
    talk = spoken(turns(20, 30))
    as_chat = Document("d", "d.txt", JUNE, talk.text, tuple(
        Unit(u.start, u.end, Kind.CHAT, u.section, u.spans) for u in talk.units))  # fmt: skip
    assert all(before.end <= after.start for before, after in pairwise(passages_of(as_chat)))
    assert all(before.end > after.start for before, after in pairwise(passages_of(talk)))


cue_words = st.lists(
    st.sampled_from(["kindness", "counts.", "Why?", "Dr", "um,", "Yeah.", "… ", "“Yes.”", "|", "|and"]),
    min_size=1,
    max_size=90,
).map(" ".join).filter(lambda words: all(part.strip() for part in words.split("|")))  # fmt: skip
cues = st.tuples(cue_words.map(lambda words: "|".join(part.strip() for part in words.split("|"))),
                 st.sampled_from(["Ann", "Bo", None]))  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.lists(cues, min_size=1, max_size=12), min_size=1, max_size=3))
def test_whatever_is_said_windows_overlap_keep_their_offsets_and_lose_no_word(units: list[list[Cue]]) -> None:
    found = spoken(*units)
    passages = passages_of(found)
    spans = [span for unit in found.units for span in unit.spans]
    assert all(found.text[p.start : p.end] == p.text for p in passages)
    assert len({p.id for p in passages}) == len(passages)
    assert [(p.start, p.end) for p in passages] == sorted((p.start, p.end) for p in passages)
    assert all(before.end < after.end for before, after in pairwise(passages))
    for p in passages:  # fillers count nothing, and take no window of their own
        turns_with_words = {found.text.count("\n", 0, s.start) for s in p.quotable}
        words = sum(len(p.quote(s.start, s.end).split()) for s in p.quotable)
        assert words <= (LONGEST_WINDOW if len(turns_with_words) > 1 else LONG_TURN)
        assert p.quotable or len(passages) == 1
    heard: Counter[int] = Counter()
    for passage in passages:
        assert all(passage.start <= s.start < s.end <= passage.end for s in passage.statements)
        assert all(one.end <= other.start for one, other in pairwise(passage.statements))
        assert "".join("".join(said(passage)).split()) == "".join(passage.text.split())
        assert max(len(text.split()) for text in said(passage)) <= SPEECH_WORDS
        heard.update(at for s in passage.statements for at in range(s.start, s.end))
        for statement in passage.statements:
            own = [span for span in spans if span.start < statement.end and statement.start < span.end]
            assert {span.speaker for span in own} == {statement.speaker}
            assert (statement.start_ms, statement.end_ms) == (own[0].start_ms, own[-1].end_ms)
    assert {at for at, letter in enumerate(found.text) if not letter.isspace()} <= set(heard)
    for before, after in pairwise(passages):
        if after.start < before.end:  # of one unit: each begins in the middle of the one before
            length, passed = len(before.text.split()), len(found.text[before.start : after.start].split())
            following = len(found.text[before.end : after.end].strip().split("\n")[0].split())
            assert length >= WINDOW_WORDS or length + following > LONGEST_WINDOW
            assert abs(passed - length / 2) <= max(len(turn.split()) for turn in before.text.split("\n")) / 2
