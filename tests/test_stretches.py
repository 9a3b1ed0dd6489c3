"""Windows of speech that are found together are read as one stretch; no word stands in two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kindsearch.chunking import passages_of
from kindsearch.readers.turns import SILENCE_MS, Utterance, document_of
from kindsearch.stretches import ACCOUNT, FACT, NEW_WORDS, Reach, Stretch, joined
from kindsearch.types import Kind, PartialDate, Passage, Session, Statement

TEA = Session("2024-06-tea", "Tea", PartialDate(2024, 6))
WORDS = 10  # of a line


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


def lines(stretch: Stretch) -> tuple[int, int]:
    """The first line of a stretch, and the one after its last."""
    texts = TALK.text.split("\n")
    shown = stretch.passage.text.split("\n")
    first = texts.index(shown[0])
    assert shown == texts[first : first + len(shown)]
    return first, first + len(shown)


def made_of(*windows: tuple[int, int], reach: Reach = FACT) -> list[tuple[tuple[int, int], tuple[int, ...]]]:
    """The lines of each stretch with the windows that it is made of."""
    stretches = joined([TALK.window(*window) for window in windows], TALK.text_of, reach)
    return [(lines(stretch), stretch.windows) for stretch in stretches]


# ---------------------------------------------------------------- what is joined


@pytest.mark.parametrize(
    ("windows", "stretches"),
    [
        pytest.param([(5, 10)], [((5, 10), (0,))], id="one alone"),
        pytest.param([(5, 10), (7, 12)], [((5, 12), (0, 1))], id="the next overlaps"),
        pytest.param([(5, 10), (3, 8)], [((3, 10), (0, 1))], id="the one before overlaps"),
        pytest.param([(5, 10), (10, 12)], [((5, 12), (0, 1))], id="the next touches"),
        pytest.param([(5, 10), (3, 5)], [((3, 10), (0, 1))], id="the one before touches"),
        pytest.param([(5, 8), (3, 10)], [((3, 10), (0, 1))], id="on both sides"),
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
    (stretch,) = joined([TALK.window(5, 6), TALK.window(6, 7), TALK.window(4, 6)], TALK.text_of)
    passage, every = stretch.passage, TALK.statements
    assert passage.id == "d1:5-6"  # that of the best
    assert (passage.start, passage.end) == (every[4].start, every[6].end)
    assert passage.text == TALK.text[passage.start : passage.end]
    assert passage.statements == tuple(every[4:7])
    assert (passage.speakers, passage.people) == (("Ann", "Bo"), ("Ann Lee", "Bo Ek"))  # as they begin to speak
    assert (passage.start_ms, passage.end_ms) == (4_000, 7_000)


def test_who_speaks_in_no_line_that_is_left_is_not_a_speaker_of_a_stretch() -> None:
    rest = joined([TALK.window(5, 10), TALK.window(9, 11)], TALK.text_of, Reach(among=1, words=300))[1].passage
    assert (rest.speakers, rest.people, rest.start_ms, rest.end_ms) == (("Ann",), ("Ann Lee",), 10_000, 11_000)
    assert rest.text == TALK.text.split("\n")[10]


def test_statements_of_whom_and_when_is_not_known_are_of_a_stretch_too() -> None:
    unknown = [replace(s, speaker=None, start_ms=None, end_ms=None) for s in TALK.statements]
    windows = [replace(TALK.window(a, b), statements=tuple(unknown[a:b]), speakers=(), people=(), start_ms=None,
                       end_ms=None) for a, b in ((5, 7), (7, 9))]  # fmt: skip
    (stretch,) = joined(windows, TALK.text_of)
    assert lines(stretch) == (5, 9)
    assert (stretch.passage.speakers, stretch.passage.start_ms, stretch.passage.end_ms) == ((), None, None)


# ---------------------------------------------------------------- what is not


@pytest.mark.parametrize(("silence_ms", "stretches"), [(SILENCE_MS, 1), (SILENCE_MS + 1, 2)])
@pytest.mark.parametrize("order", [1, -1])
def test_nothing_is_joined_over_a_long_silence(silence_ms: int, stretches: int, order: int) -> None:
    talk = Talk(silence_before=7, silence_ms=silence_ms)
    assert len(joined([talk.window(5, 7), talk.window(7, 9)][::order], talk.text_of)) == stretches


def test_nothing_is_joined_over_a_heading_words_of_none_or_the_end_of_a_document() -> None:
    gap, other = Talk(), Talk(id="d2")
    headed = [TALK.window(5, 7, "One"), TALK.window(7, 9, "Two")]
    skipped = [gap.window(5, 7), gap.window(8, 10)]
    documents = [TALK.window(5, 7), other.window(7, 9)]
    for windows in (headed, skipped, documents):
        assert [stretch.passage for stretch in joined(windows, TALK.text_of)] == windows


def test_what_was_written_stays_as_it_is_and_where_it_is() -> None:
    """Even where it stands in the words of a transcript, or twice."""
    written = [TALK.window(5, 7, kind=kind) for kind in (Kind.CHAT, Kind.TALK)]
    windows = [TALK.window(5, 8), written[0], TALK.window(7, 9), written[1], written[1], TALK.window(20, 22)]
    stretches = joined(windows, TALK.text_of)
    assert [stretch.windows for stretch in stretches] == [(0, 2), (1,), (3,), (4,), (5,)]
    assert [stretches[n].passage for n in (1, 2, 3)] == [written[0], written[1], written[1]]
    assert joined([written[0], TALK.window(7, 9)], TALK.text_of)[1].passage == TALK.window(7, 9)


def test_a_stretch_is_not_longer_than_the_reach() -> None:
    """What does not fit begins another, with the words that the first does not have."""
    reach = Reach(among=40, words=7 * WORDS)
    assert made_of((5, 10), (8, 12), reach=reach) == [((5, 12), (0, 1))]
    assert made_of((5, 10), (8, 13), reach=reach) == [((5, 10), (0,)), ((10, 13), (1,))]
    assert made_of((5, 10), (10, 13), (10, 12), reach=reach) == [((5, 10), (0,)), ((10, 13), (1,))]
    assert made_of((5, 9), (9, 11), (11, 13), reach=reach) == [((5, 11), (0, 1)), ((11, 13), (2,))]
    assert made_of((5, 15), (20, 22), reach=reach) == [((5, 15), (0,)), ((20, 22), (1,))]  # one window is whole
    assert (FACT.words, ACCOUNT.words) == (300, 400)


@pytest.mark.parametrize("window", [(7, 10), (6, 10)])
def test_a_window_for_which_the_best_stretch_is_too_long_joins_the_next_that_it_overlaps_or_touches(
    window: tuple[int, int],
) -> None:
    reach = Reach(among=40, words=5 * WORDS)
    assert made_of((2, 7), (7, 9), window, reach=reach) == [((2, 7), (0,)), ((7, 10), (1, 2))]


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
        pytest.param((6, 9), None, id="nothing is new"),
        pytest.param((3, 7), (3, 5), id="its beginning is new"),
        pytest.param((2, 11), None, id="its two ends are new, neither of which is half"),
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


def test_of_a_window_that_others_share_on_both_sides_only_one_end_is_shown() -> None:
    """A stretch is a single run of words."""
    alone = Reach(among=1, words=300)
    assert made_of((5, 7), (3, 9), reach=alone) == [((5, 7), (0,))]  # four lines of six are new, two at each end
    assert made_of((5, 7), (1, 8), reach=alone) == [((5, 7), (0,)), ((1, 5), (1,))]
    assert made_of((5, 8), (9, 10), (7, 12)) == [((5, 9), (0, 2)), ((9, 10), (1,))]


def test_no_passages_make_no_stretches() -> None:
    assert joined([], TALK.text_of) == []


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
    stretches = joined(windows, lambda _: document.text, reach)
    statements = sorted({s for passage in every for s in passage.statements}, key=lambda s: s.start)
    shown = [statement for stretch in stretches for statement in stretch.passage.statements]
    assert len(shown) == len(set(shown))
    first = [stretch.windows[0] for stretch in stretches]
    assert first == sorted(first)
    used = [position for stretch in stretches for position in stretch.windows]
    assert len(used) == len(set(used))
    for passage, own in ((stretch.passage, stretch.windows) for stretch in stretches):
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
        assert set(windows[position].statements) & set(shown)  # what is left out has words that a better one shows
