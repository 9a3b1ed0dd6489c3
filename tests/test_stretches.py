"""Windows of speech that are found together are read as one stretch; no word stands in two."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, takewhile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kindsearch.chunking import passages_of
from kindsearch.readers.turns import SILENCE_MS, Utterance, document_of
from kindsearch.stores.columns import Columns
from kindsearch.stores.statements import Statements
from kindsearch.stretches import ACCOUNT, FACT, NEW_WORDS, Reach, joined, shown
from kindsearch.types import Kind, PartialDate, Passage, Session, Statement

TEA = Session("2024-06-tea", "Tea", PartialDate(2024, 6))
WORDS = 10  # of a line
TextOf = Callable[[str], str | None]


@dataclass(frozen=True)
class Talk:
    """A document of speech: a line of ten words a statement, said by Ann and Bo in turn, a second each."""

    lines: int = 30
    id: str = "d1"
    silence_before: int | None = None  # the number of a line
    silence_ms: int = SILENCE_MS + 1

    @property
    def text(self) -> str:
        return "\n".join(" ".join(f"{self.id}l{line}w{word}" for word in range(WORDS)) for line in range(self.lines))

    @property
    def statements(self) -> list[Statement]:
        found, start = [], 0
        for number, line in enumerate(self.text.split("\n")):
            late = self.silence_ms if self.silence_before is not None and number >= self.silence_before else 0
            begin = late + 1000 * number
            found.append(Statement(start, start + len(line), None, ["Ann", "Bo"][number % 2], begin, begin + 1000))
            start += len(line) + 1
        return found

    def window(self, first: int, end: int, section: str = "", kind: Kind = Kind.TRANSCRIPT) -> Passage:
        """The passage of these lines, ``end`` excluded."""
        statements = tuple(self.statements[first:end])
        speakers = tuple(dict.fromkeys(s.speaker for s in statements if s.speaker))
        people = tuple({"Ann": "Ann Lee", "Bo": "Bo Ek"}[name] for name in speakers)
        start, stop = statements[0].start, statements[-1].end
        times = statements[0].start_ms, statements[-1].end_ms
        return Passage(
            f"{self.id}:{first}-{end}", self.id, f"{self.id}.vtt", TEA, start, stop, self.text[start:stop], kind,
            section, statements, speakers, people, None, *times,
        )  # fmt: skip

    def text_of(self, document_id: str) -> str | None:
        return self.text if document_id == self.id else None


TALK = Talk()


Shown = tuple[Passage, tuple[int, ...]]
"""A stretch as it is read, and the places of the windows that it is made of, the best one first."""


def stretches_of(
    found: Sequence[Passage], text_of: TextOf, reach: Reach = FACT, others: Sequence[Passage] = ()
) -> list[Shown]:
    """What is shown of passages that are given best first, in an archive that holds ``others`` as well."""
    every = sorted({*found, *others}, key=lambda passage: (passage.document_id, passage.start, passage.end))
    columns = Columns.of(range(len(every)), every, (), ())
    documents = [list(own) for _, own in groupby(every, key=lambda passage: passage.document_id)]
    statements = Statements.joined([Statements.of([]), *map(Statements.of, documents)])
    positions = np.array([every.index(passage) for passage in found], dtype=np.int64)
    first_of = statements.passages.first.tolist()
    return [
        (
            shown(stretch, [(found[n], first_of[positions[n]]) for n in stretch.windows], text_of),
            stretch.windows,
        )
        for stretch in joined(positions, columns, statements, reach)
    ]


def lines(passage: Passage) -> tuple[int, int]:
    """The first line of a stretch, and the one after its last."""
    texts = TALK.text.split("\n")
    own = passage.text.split("\n")
    first = texts.index(own[0])
    assert own == texts[first : first + len(own)]
    return first, first + len(own)


def made_of(*windows: tuple[int, int], reach: Reach = FACT) -> list[tuple[tuple[int, int], tuple[int, ...]]]:
    """The lines of each stretch with the windows that it is made of."""
    stretches = stretches_of([TALK.window(*window) for window in windows], TALK.text_of, reach)
    return [(lines(passage), own) for passage, own in stretches]


# ---------------------------------------------------------------- what is joined


@pytest.mark.parametrize(
    ("windows", "stretches"),
    [
        pytest.param([(5, 10)], [((5, 10), (0,))], id="one alone"),
        pytest.param([(5, 10), (7, 12)], [((5, 12), (0, 1))], id="the next overlaps"),
        pytest.param([(5, 10), (3, 8)], [((3, 10), (0, 1))], id="the one before overlaps"),
        pytest.param([(5, 10), (10, 12)], [((5, 12), (0, 1))], id="the next touches"),
        pytest.param([(5, 10), (3, 5)], [((3, 10), (0, 1))], id="the one before touches"),
        pytest.param([(5, 10), (3, 8), (8, 12)], [((3, 12), (0, 1, 2))], id="on both sides"),
        pytest.param([(5, 10), (5, 8), (8, 10)], [((5, 10), (0,))], id="nothing new"),
        pytest.param([(5, 10), (11, 13)], [((5, 10), (0,)), ((11, 13), (1,))], id="a line lies between"),
        pytest.param([(5, 7), (9, 11), (7, 9)], [((5, 9), (0, 2)), ((9, 11), (1,))], id="one between two: the better"),
        pytest.param([(9, 11), (5, 7), (7, 9)], [((7, 11), (0, 2)), ((5, 7), (1,))], id="the better comes after"),
        pytest.param([(5, 8), (20, 22), (7, 10), (9, 12)], [((5, 12), (0, 2, 3)), ((20, 22), (1,))], id="further"),
    ],
)
def test_windows_that_overlap_or_touch_are_one_stretch_in_the_place_of_the_best(
    windows: list[tuple[int, int]], stretches: list[tuple[tuple[int, int], tuple[int, ...]]]
) -> None:
    assert made_of(*windows) == stretches


def test_a_stretch_says_who_speaks_when_and_what() -> None:
    ((passage, _),) = stretches_of([TALK.window(5, 6), TALK.window(6, 7), TALK.window(4, 6)], TALK.text_of)
    every = TALK.statements
    assert passage.id == "d1:5-6"  # that of the best
    assert (passage.start, passage.end) == (every[4].start, every[6].end)
    assert passage.text == TALK.text[passage.start : passage.end]
    assert passage.statements == tuple(every[4:7])
    assert (passage.speakers, passage.people) == (("Ann", "Bo"), ("Ann Lee", "Bo Ek"))  # as they begin to speak
    assert (passage.start_ms, passage.end_ms) == (4_000, 7_000)


def test_who_speaks_in_no_line_that_is_left_is_not_a_speaker_of_a_stretch() -> None:
    _, (rest, _) = stretches_of([TALK.window(5, 10), TALK.window(9, 11)], TALK.text_of, Reach(among=1, words=300))
    assert (rest.speakers, rest.people, rest.start_ms, rest.end_ms) == (("Ann",), ("Ann Lee",), 10_000, 11_000)
    assert rest.text == TALK.text.split("\n")[10]


def test_statements_of_whom_and_when_is_not_known_are_of_a_stretch_too() -> None:
    unknown = [replace(s, speaker=None, start_ms=None, end_ms=None) for s in TALK.statements]
    windows = [replace(TALK.window(a, b), statements=tuple(unknown[a:b]), speakers=(), people=(), start_ms=None,
                       end_ms=None) for a, b in ((5, 7), (7, 9))]  # fmt: skip
    ((passage, _),) = stretches_of(windows, TALK.text_of)
    assert lines(passage) == (5, 9)
    assert (passage.speakers, passage.start_ms, passage.end_ms) == ((), None, None)


@pytest.mark.parametrize("windows", [[(5, 10)], [(5, 10), (9, 11)]])
def test_the_text_of_a_document_is_read_only_for_what_lies_between_its_windows(
    windows: list[tuple[int, int]],
) -> None:
    asked: list[str] = []

    def text_of(document_id: str) -> str:
        asked.append(document_id)
        return TALK.text

    stretches = stretches_of([TALK.window(*window) for window in windows], text_of, Reach(among=1, words=300))
    assert [lines(passage) for passage, _ in stretches] == [(5, 10), (10, 11)][: len(windows)]
    assert asked == []
    found = [TALK.window(5, 10), TALK.window(8, 12), TALK.window(11, 13), TALK.window(4, 6)]
    ((overlapping, _),) = stretches_of(found, text_of)
    assert (lines(overlapping), asked) == ((4, 13), [])
    ((touching, _),) = stretches_of([TALK.window(5, 10), TALK.window(10, 12)], text_of)
    assert (lines(touching), asked) == ((5, 12), ["d1"])
    for passage in (overlapping, touching):
        assert passage.text == TALK.text[passage.start : passage.end]


# ---------------------------------------------------------------- what is not


@pytest.mark.parametrize(("silence_ms", "stretches"), [(SILENCE_MS, 1), (SILENCE_MS + 1, 2)])
@pytest.mark.parametrize("order", [1, -1])
def test_nothing_is_joined_over_a_long_silence(silence_ms: int, stretches: int, order: int) -> None:
    talk = Talk(silence_before=7, silence_ms=silence_ms)
    assert len(stretches_of([talk.window(5, 7), talk.window(7, 9)][::order], talk.text_of)) == stretches


def test_nothing_is_joined_over_a_heading_words_of_none_or_the_end_of_a_document() -> None:
    other = Talk(id="d2")
    headed = [TALK.window(5, 7, "One"), TALK.window(7, 9, "Two")]
    skipped = [TALK.window(5, 7), TALK.window(8, 10)]
    documents = [TALK.window(5, 7), other.window(7, 9)]
    for windows in (headed, skipped, documents):
        for found in (windows, windows[::-1]):
            assert [passage for passage, _ in stretches_of(found, TALK.text_of)] == found


def test_nothing_is_joined_over_what_went_from_before_the_first_window_of_a_document() -> None:
    """A statement is not told anew how far it is from the one before when that one goes."""
    parts = [Statements.of([TALK.window(5, 7)]), Statements.of([TALK.window(5, 7), TALK.window(7, 9)])]
    statements = Statements.joined([parts[0], parts[1].kept(np.array([False, True]))])
    assert statements.characters[2] == 1
    columns = Columns.of(range(2), [TALK.window(5, 7), Talk(id="d2").window(7, 9)], (), ())
    stretches = joined(np.arange(2), columns, statements)
    assert [(stretch.statements, stretch.windows) for stretch in stretches] == [(range(2), (0,)), (range(2, 4), (1,))]


def test_what_was_written_stays_as_it_is_and_where_it_is() -> None:
    """Even where it stands in the words of a transcript, or twice."""
    written = [TALK.window(5, 7, kind=kind) for kind in (Kind.CHAT, Kind.TALK)]
    windows = [TALK.window(5, 8), written[0], TALK.window(7, 9), written[1], written[1], TALK.window(20, 22)]
    stretches = stretches_of(windows, TALK.text_of)
    assert [own for _, own in stretches] == [(0, 2), (1,), (3,), (4,), (5,)]
    assert [stretches[n][0] for n in (1, 2, 3)] == [written[0], written[1], written[1]]
    assert stretches_of([written[0], TALK.window(7, 9)], TALK.text_of)[1][0] == TALK.window(7, 9)


def test_a_stretch_is_not_longer_than_the_reach() -> None:
    """What does not fit begins another, with the words that the first does not have."""
    reach = Reach(among=40, words=7 * WORDS)
    assert made_of((5, 10), (8, 12), reach=reach) == [((5, 12), (0, 1))]
    assert made_of((5, 10), (8, 13), reach=reach) == [((5, 10), (0,)), ((10, 13), (1,))]
    assert made_of((5, 10), (10, 13), (10, 12), reach=reach) == [((5, 10), (0,)), ((10, 13), (1,))]
    assert made_of((5, 9), (9, 11), (11, 13), reach=reach) == [((5, 11), (0, 1)), ((11, 13), (2,))]
    assert made_of((5, 15), (20, 22), reach=reach) == [((5, 15), (0,)), ((20, 22), (1,))]  # one window is whole
    assert (FACT.words, ACCOUNT.words) == (300, 500)


@pytest.mark.parametrize("window", [(7, 10), (6, 10)])
def test_a_window_for_which_the_best_stretch_is_too_long_joins_the_next_that_it_overlaps_or_touches(
    window: tuple[int, int],
) -> None:
    reach = Reach(among=40, words=5 * WORDS)
    assert made_of((2, 7), (6, 9), window, reach=reach) == [((2, 7), (0,)), ((7, 10), (1, 2))]


def test_what_is_not_among_the_best_stands_alone() -> None:
    windows = [(5, 10), (20, 22), (8, 12), (12, 14)]
    assert made_of(*windows, reach=Reach(4, 300)) == [((5, 14), (0, 2, 3)), ((20, 22), (1,))]
    assert made_of(*windows, reach=Reach(3, 300)) == [((5, 12), (0, 2)), ((20, 22), (1,)), ((12, 14), (3,))]
    assert [bounds for bounds, _ in made_of(*windows, reach=Reach(2, 300))] == [(5, 10), (20, 22), (10, 12), (12, 14)]


@pytest.mark.parametrize(
    ("window", "left"),
    [
        pytest.param((8, 12), (10, 12), id="half of it is new"),
        pytest.param((8, 11), None, id="a third is new"),
        pytest.param((6, 10), None, id="nothing is new"),
        pytest.param((3, 7), (3, 5), id="its beginning is new"),
        pytest.param((4, 7), None, id="a third, its beginning, is new"),
        pytest.param((1, 8), (1, 5), id="more than half is new"),
        pytest.param((12, 14), (12, 14), id="all is new"),
    ],
)
def test_a_window_that_can_not_join_is_shown_with_its_new_words_or_left_out(
    window: tuple[int, int], left: tuple[int, int] | None
) -> None:
    assert NEW_WORDS == 0.5
    found = made_of((5, 10), window, reach=Reach(among=1, words=300))
    assert found == [((5, 10), (0,)), *([(left, (1,))] if left else [])]


def test_of_a_window_that_others_share_on_both_sides_the_middle_is_shown() -> None:
    alone = Reach(among=2, words=6 * WORDS)
    assert made_of((1, 5), (9, 13), (3, 10), reach=alone) == [((1, 5), (0,)), ((9, 13), (1,)), ((5, 9), (2,))]
    assert made_of((1, 7), (9, 13), (5, 10), reach=alone) == [((1, 7), (0,)), ((9, 13), (1,))]  # two lines of five
    assert made_of((1, 5), (9, 13), (3, 10), reach=Reach(3, 8 * WORDS)) == [((1, 9), (0, 2)), ((9, 13), (1,))]


def test_no_passages_make_no_stretches() -> None:
    assert stretches_of([], TALK.text_of) == stretches_of([], TALK.text_of, others=[TALK.window(5, 7)]) == []


# ---------------------------------------------------------------- whatever is said

utterances = st.lists(
    st.tuples(
        st.integers(1, 70),  # words
        st.sampled_from(["Ann", "Bo", None]),
        st.sampled_from([0, 500, 5_000, SILENCE_MS + 1]),  # milliseconds of silence before
        st.sampled_from(["", "", "", "Two"]),
    ),
    min_size=1,
    max_size=40,
)


def spoken(said: Sequence[tuple[int, str | None, int, str]], timed: bool) -> list[Utterance]:
    found, now, number = [], 0, 0
    for words, who, silence, section in said:
        now += silence
        text = " ".join(f"w{number + n}" + ("." if n % 13 == 12 else "") for n in range(words))
        number += words
        found.append(Utterance(text, who, now if timed else None, now + 900 if timed else None, section))
        now += 900
    return found


@settings(deadline=None)
@given(utterances, st.booleans(), st.data())
def test_of_any_windows_in_any_order_no_statement_is_in_two_stretches_and_each_is_a_run_of_its_document(
    said: list[tuple[int, str | None, int, str]], timed: bool, data: st.DataObject
) -> None:
    document = document_of(spoken(said, timed), TEA, "d1", "tea.vtt")
    every = [replace(p, people=tuple(f"{name}!" for name in p.speakers)) for p in passages_of(document)]
    windows = data.draw(st.permutations(every))[: data.draw(st.integers(1, len(every)))]
    reach = data.draw(st.builds(Reach, st.integers(0, 30), st.integers(0, 400)))
    stretches = stretches_of(windows, lambda _: document.text, reach, every)
    statements = sorted({s for passage in every for s in passage.statements}, key=lambda s: s.start)
    read = [statement for passage, _ in stretches for statement in passage.statements]
    assert len(read) == len(set(read))
    first = [own[0] for _, own in stretches]
    assert first == sorted(first)
    used = [position for _, own in stretches for position in own]
    assert len(used) == len(set(used))
    for passage, own in stretches:
        assert passage.text == document.text[passage.start : passage.end]
        assert (passage.start, passage.end) == (passage.statements[0].start, passage.statements[-1].end)
        at = statements.index(passage.statements[0])
        assert list(passage.statements) == statements[at : at + len(passage.statements)]
        assert set(passage.statements) <= {s for position in own for s in windows[position].statements}
        assert passage.speakers == tuple(dict.fromkeys(s.speaker for s in passage.statements if s.speaker))
        assert passage.people == tuple(f"{name}!" for name in passage.speakers)
        assert {windows[position].section for position in own} == {passage.section}
        assert windows[own[0]].id == passage.id
        if len(own) > 1:
            assert len(passage.text.split()) <= reach.words
            assert max(own) < reach.among
        if len(own) > 1 and timed:
            silences = [b.start_ms - a.end_ms for a, b in pairwise(passage.statements)]  # type: ignore[operator]
            within = [b.start_ms - a.end_ms for w in own for a, b in pairwise(windows[w].statements)]  # type: ignore[operator]
            assert max(silences) <= max(SILENCE_MS, *within, 0)
    for position in set(range(len(windows))) - set(used):
        assert set(windows[position].statements) & set(read)  # what is left out has words that a better one shows


# ---------------------------------------------------------------- the same by the plainest rules

Own = tuple[str, Statement]
"""A statement of a document."""


def by_the_rules(windows: Sequence[Passage], reach: Reach) -> list[tuple[list[Own], tuple[int, ...]]]:
    """The statements of each stretch with its windows, found by comparing each window with each stretch."""
    made: list[tuple[list[Own], list[int]]] = []
    for place, window in enumerate(windows):
        own = [(window.document_id, statement) for statement in window.statements]
        if window.kind != Kind.TRANSCRIPT:
            made.append((own, [place]))
            continue
        spoken = [stretch for stretch in made if windows[stretch[1][0]].kind == Kind.TRANSCRIPT]
        taken = {statement for statements, _ in spoken for statement in statements}
        for statements, places in spoken if place < reach.among else ():
            best = windows[places[0]]
            if (best.document_id, best.section) == (window.document_id, window.section) and meet(statements, own):
                before = [one for one in own if one[1].start < statements[0][1].start]
                after = [one for one in own if one[1].start > statements[-1][1].start]
                new = [*until_taken(before[::-1], taken), *until_taken(after, taken)]
                if new and words(windows, [*statements, *new]) <= reach.words:
                    statements[:] = sorted([*statements, *new], key=lambda one: one[1].start)
                    places.append(place)
                    break
        else:
            runs = [list(run) for known, run in groupby(own, key=lambda one: one in taken) if not known]
            longest = max(runs, key=lambda run: words(windows, run), default=[])
            if longest and words(windows, longest) >= words(windows, own) / 2:
                made.append((longest, [place]))
    return [(statements, tuple(places)) for statements, places in made]


def until_taken(own: Sequence[Own], taken: set[Own]) -> Iterator[Own]:
    return takewhile(lambda one: one not in taken, own)


def meet(one: Sequence[Own], other: Sequence[Own]) -> bool:
    """Whether two runs of statements of one document overlap or touch."""
    return bool({*one} & {*other}) or follows(other[0][1], one[-1][1]) or follows(one[0][1], other[-1][1])


def follows(after: Statement, before: Statement) -> bool:
    """Whether there is nothing but the end of a line between two statements, and no silence."""
    known = before.end_ms is not None and after.start_ms is not None
    silence = after.start_ms - before.end_ms if known else 0  # type: ignore[operator]
    return after.start == before.end + 1 and silence <= SILENCE_MS


def words(windows: Sequence[Passage], own: Sequence[Own]) -> int:
    said = {(w.document_id, s): w.quote(s.start, s.end) for w in windows for s in w.statements}
    return sum(len(said[one].split()) for one in own)


Line = tuple[int, int | None, str, str]
"""A turn: how many words, milliseconds of silence before it (None: not known), what lies before it, its section."""

turns = st.lists(
    st.tuples(
        st.integers(1, 12),
        st.sampled_from([0, 0, 500, SILENCE_MS, SILENCE_MS + 1, -300, None]),
        st.sampled_from(["\n", "\n", "\n", "\n\n"]),
        st.sampled_from(["One", "One", "One", "Two"]),
    ),
    min_size=1,
    max_size=25,
)


def windows_of(document_id: str, said: Sequence[Line], data: st.DataObject) -> tuple[str, list[Passage]]:
    """A document of these turns, with windows in which every turn is, and which may overlap."""
    text, now = "", 0
    statements: list[Statement] = []
    sections: list[str] = []
    for many, silence, gap, section in said:
        text += gap if text else ""
        start, now = len(text), now + (silence or 0)
        text += " ".join(f"{document_id}w{len(text)}n{n}" for n in range(many))
        times = (None, None) if silence is None else (now, now + 900)
        statements.append(Statement(start, len(text), None, f"S{len(statements) % 3}", *times))
        sections.append(section)
        now += 900
    passages = []
    for section, of_section in groupby(range(len(said)), key=sections.__getitem__):
        run = list(of_section)
        first, end = run[0], run[0]
        kind = data.draw(st.sampled_from([Kind.TRANSCRIPT] * 9 + [Kind.CHAT]))  # of a section: one is spoken or written
        while end <= run[-1]:
            first = data.draw(st.integers(first, end))
            end = data.draw(st.integers(end + 1, run[-1] + 1))
            own = tuple(statements[first:end])
            names = tuple(dict.fromkeys(s.speaker for s in own if s.speaker))
            begin, stop = own[0].start, own[-1].end
            passages.append(
                Passage(f"{document_id}:{first}-{end}", document_id, "tea.vtt", TEA, begin, stop, text[begin:stop],
                        kind, section, own, names, names)
            )  # fmt: skip
    return text, passages


@settings(deadline=None, max_examples=300)
@given(turns, turns, st.data())
def test_stretches_are_those_of_the_plainest_rules(one: list[Line], other: list[Line], data: st.DataObject) -> None:
    texts, every = dict[str, str](), list[Passage]()
    for document_id, said in (("a", one), ("b", other)):
        texts[document_id], passages = windows_of(document_id, said, data)
        every += passages
    found = data.draw(st.permutations(every))[: data.draw(st.integers(1, len(every)))]
    reach = data.draw(st.builds(Reach, st.integers(0, 20), st.integers(0, 90)))
    stretches = stretches_of(found, texts.get, reach, every)
    assert [
        ([(passage.document_id, statement) for statement in passage.statements], own) for passage, own in stretches
    ] == by_the_rules(found, reach)
    for passage, _ in stretches:
        assert passage.text == texts[passage.document_id][passage.start : passage.end]
