"""What to quote of a passage, by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from kindsearch.chunking import is_filler
from kindsearch.questions import Known, Question, understand
from kindsearch.quoting import Quote, answers_first, best_quote, choose, is_verbatim, worths
from kindsearch.retrieval import Encoded, Found
from kindsearch.stores.words import Alike, WordIndex
from kindsearch.threads import beside
from kindsearch.types import Hit, Kind, Passage, Statement

Voices = list[tuple[str | None, str]]


def spoken(passage: Callable[..., Passage], said: Voices, **changes: Any) -> Passage:
    """A passage whose statements are these, each with who says it; what says nothing is a filler."""
    text, statements = "", []
    for number, (speaker, words) in enumerate(said):
        text += "\n" if text else ""
        places = 10 + len(text), 10 + len(text) + len(words)
        times = number * 1_000, number * 1_000 + 900
        statements.append(Statement(*places, None, speaker, *times, is_filler=is_filler(words)))
        text += words
    names = tuple(dict.fromkeys(speaker for speaker, _ in said if speaker))
    plain = {"speakers": names, "people": names, "kind": Kind.TRANSCRIPT, "statements": tuple(statements)}
    return passage(text, **{**plain, **changes})


NONE = np.empty(0, dtype=np.float32)
ASKED_FOR = Encoded(beside(lambda: np.array([[1.0, 0.0]], np.float32)), Alike.of([], 0), NONE)
NO_WORDS = WordIndex.none(2)


def hit(made: Passage, answers: Sequence[float], score: float = 1.0) -> Found:
    """A passage that was found, whose statements that say something answer a question as well as is said."""
    cosines = np.array(answers, dtype=np.float32)
    return Found(Hit(made, score), measure=lambda: (NONE, cosines), by_person=False, gained=0.0)


def asked(text: str) -> Question:
    """A question that names nobody."""
    return understand(text, Known(), {"tea"}.__contains__)


QUESTION = asked("does it help?")


def quoted(
    made: Passage, answers: Sequence[float], wanted: frozenset[str] = frozenset(), question: Question = QUESTION
) -> str | None:
    """What is quoted of a passage whose statements that say something answer a question as well as is said."""
    best = best_quote(question, ASKED_FOR, hit(made, answers), NO_WORDS, wanted)
    return made.quote(best.start, best.end) if best else None


@pytest.mark.parametrize(
    ("places", "quote"),
    [
        ([("Ann", 1), ("Ann", 1), ("Ann", 1)], "Tea calms. It warms. It heals."),
        ([("Ann", 1), ("Ann", 1), ("Bo", 1)], "Tea calms. It warms."),
        ([("Ann", 1), ("Bo", 1), ("Bo", 1)], "It warms. It heals."),
        ([("Ann", 1), ("Ann", 2), ("Ann", 3)], "It warms."),
        ([(None, 1), ("Ann", 1), (None, 1)], "It warms."),
    ],
)
def test_a_quote_is_of_one_voice_on_one_page(
    passage: Callable[..., Passage], places: list[tuple[str | None, int]], quote: str
) -> None:
    spans = [(10, 20), (21, 30), (31, 40)]  # of "Tea calms.", "It warms." and "It heals."
    said = tuple(Statement(*span, page, speaker) for span, (speaker, page) in zip(spans, places, strict=True))
    found = hit(passage("Tea calms. It warms. It heals.", statements=said), [0, 1, 0])  # the second answers best
    best = best_quote(QUESTION, ASKED_FOR, found, NO_WORDS)
    assert best
    assert best.passage.quote(best.start, best.end) == quote


def test_a_filler_is_never_quoted_alone(passage: Callable[..., Passage]) -> None:
    talk = spoken(passage, [("Ann", "Tea calms."), ("Bo", "Yeah."), ("Ann", "It warms."), ("Bo", "Right.")])
    assert quoted(talk, [0.1, 0.9]) == "It warms."
    assert quoted(talk, [-0.9, -0.95]) == "Tea calms."


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ([("Ann", "Yeah."), ("Bo", "Right.")], set()),
        ([("Ann", "Tea calms."), ("Bo", "Yeah."), ("Ann", "It warms.")], {"Bo"}),
        ([("Ann", "Tea calms."), ("Bo", "Yeah."), ("Cy", "Mm.")], {"Bo", "Cy"}),
    ],
)
def test_who_says_nothing_is_not_quoted(passage: Callable[..., Passage], said: Voices, wanted: set[str]) -> None:
    talk = spoken(passage, said)
    assert quoted(talk, [0.9] * len(talk.quotable), frozenset(wanted)) is None


def test_passages_that_give_no_quote_make_room_for_others(passage: Callable[..., Passage]) -> None:
    mute = [hit(spoken(passage, [("Bo", "Yeah.")], id=f"mute {n}"), [], 1.0) for n in range(4)]
    telling = [hit(spoken(passage, [("Bo", "Tea calms.")], id=f"telling {n}"), [0.5], 0.9) for n in range(6)]
    assert choose(QUESTION, ASKED_FOR, [], NO_WORDS, frozenset()) == []
    assert choose(QUESTION, ASKED_FOR, mute, NO_WORDS, frozenset()) == []
    chosen = choose(QUESTION, ASKED_FOR, [*mute, *telling], NO_WORDS, frozenset({"Bo"}))
    assert [quote.passage.id for quote in chosen] == [f"telling {n}" for n in range(5)]


@pytest.mark.parametrize(
    ("third", "quoted_too"),
    [
        ((0.2, 0.4), False),  # half as well as the best in both
        ((0.24, 0.4), False),
        ((0.24, 0.8), True),  # the passage fits less, but what is quoted of it fits as well
        ((0.32, 0.4), True),
        ((0.32, -0.4), False),
        ((-0.2, -0.8), False),
    ],
)
def test_what_is_much_weaker_than_the_best_is_left_out_but_for_the_second(
    passage: Callable[..., Passage], third: tuple[float, float], quoted_too: bool
) -> None:
    fits = {"best": (0.4, 0.8), "second": (0.1, 0.2), "third": third}  # as a passage; what is quoted, alone
    found = [hit(spoken(passage, [(None, "Tea calms.")], id=i), [alone], whole) for i, (whole, alone) in fits.items()]
    chosen = choose(QUESTION, ASKED_FOR, found, NO_WORDS)
    assert [quote.passage.id for quote in chosen] == ["best", "second", *["third"] * quoted_too]


def test_where_nothing_speaks_for_any_quote_all_are_as_good(passage: Callable[..., Passage]) -> None:
    found = [hit(spoken(passage, [(None, "Tea calms.")], id=str(n)), [-0.1], -0.2) for n in range(4)]
    assert len(choose(QUESTION, ASKED_FOR, found, NO_WORDS)) == 4


@pytest.mark.parametrize(
    ("text", "wanted", "quoted_too"),
    [
        ("why does it help?", set(), False),
        ("when did it begin?", set(), True),  # that is what it bears
        ("why does it help?", {"Bo"}, True),
    ],
)
def test_a_reply_of_a_word_or_two_is_quoted_only_where_it_says_what_is_wanted(
    passage: Callable[..., Passage], text: str, wanted: set[str], quoted_too: bool
) -> None:
    short = hit(spoken(passage, [("Bo", "In May 2019.")], id="short"), [0.9], 1.0)
    telling = [hit(spoken(passage, [("Ann", "It warms the hands.")], id=f"{n}"), [0.5], 0.9) for n in range(2)]
    chosen = choose(asked(text), ASKED_FOR, [short, *telling], NO_WORDS, frozenset(wanted))
    assert [quote.passage.id for quote in chosen] == ["short"] * quoted_too + ["0", "1"]
    assert [quote.passage.id for quote in choose(QUESTION, ASKED_FOR, [short], NO_WORDS)] == ["short"]
    written = hit(spoken(passage, [(None, "In May 2019.")], id="written", kind=Kind.TALK), [0.9], 1.0)
    assert choose(asked(text), ASKED_FOR, [written, *telling], NO_WORDS)[0].passage.id == "written"


def test_a_filler_between_two_statements_of_one_voice_is_quoted_with_them(passage: Callable[..., Passage]) -> None:
    talk = spoken(passage, [("Ann", "Tea calms."), ("Ann", "Yeah."), ("Ann", "It warms."), ("Bo", "So.")])
    assert quoted(talk, [0.9, 0.1]) == "Tea calms.\nYeah.\nIt warms."


@pytest.mark.parametrize(
    ("wanted", "quote"),
    [
        (set(), "Tea calms."),
        ({"Ann Lee"}, "Tea calms."),
        ({"Bo Ek"}, "Biscuits matter."),
        ({"Bo Ek", "Cy Dee"}, "Salt matters."),
        ({"Nobody"}, "Tea calms."),  # she does not speak in it
        ({"Bo"}, "Tea calms."),  # written so, and somebody else
    ],
)
def test_of_whom_was_asked_for_her_own_words_are_quoted(
    passage: Callable[..., Passage], wanted: set[str], quote: str
) -> None:
    said: Voices = [("Ann", "Tea calms."), (None, "Milk warms."), ("Bo", "Biscuits matter."), ("Cy", "Salt matters.")]
    talk = spoken(passage, said, people=("Ann Lee", "Bo Ek", "Cy Dee"))
    assert quoted(talk, [0.9, 0.8, 0.3, 0.4], frozenset(wanted)) == quote


def test_her_words_under_two_spellings_are_both_hers(passage: Callable[..., Passage]) -> None:
    talk = spoken(passage, [("Ann", "Tea calms."), ("Ann Lee", "It warms."), ("Bo", "It does.")])
    talk = replace(talk, people=("Ann Lee", "Ann Lee", "Bo"))
    assert quoted(talk, [0.1, 0.2, 0.9], frozenset({"Ann Lee"})) == "It warms."


@pytest.mark.parametrize("kind", [Kind.TRANSCRIPT, Kind.CHAT])
def test_what_was_answered_is_quoted_and_not_what_was_asked(passage: Callable[..., Passage], kind: Kind) -> None:
    said: Voices = [("Ann", "Does tea help?"), ("Bo", "Um."), ("Bo", "It helps at night."), ("Cy", "I like milk.")]
    talk = spoken(passage, said, kind=kind)
    assert quoted(talk, [0.9, 0.3, 0.4]) == "Um.\nIt helps at night."
    asked_of_her = quoted(talk, [0.9, 0.3, 0.4], frozenset({"Ann"}))
    assert asked_of_her == "Does tea help?"


def test_a_question_that_nobody_answers_is_quoted(passage: Callable[..., Passage]) -> None:
    talk = spoken(passage, [("Bo", "It helps at night."), ("Ann", "Does tea help?"), ("Ann", "I wonder.")])
    assert quoted(talk, [0.1, 0.9, 0.2]) == "Does tea help?\nI wonder."


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("how many came?", "Forty came."),
        ("how much did it cost?", "It was £9."),
        ("when did it begin?", "It began in May."),
        ("who began it?", "Then came Göran."),
        ("why did it begin?", "Tea calms."),  # nothing is wanted but an answer
    ],
)
def test_of_two_that_answer_alike_the_one_that_bears_what_is_wanted_is_quoted(
    passage: Callable[..., Passage], text: str, quote: str
) -> None:
    others = ["Forty came.", "It was £9.", "It began in May.", "Then came Göran."]
    said: Voices = [(f"P{n}", words) for n, words in enumerate(["Tea calms.", *others])]
    talk = spoken(passage, said)
    assert quoted(talk, [0.5, *(0.45 if words == quote else 0.1 for words in others)], question=asked(text)) == quote
    assert quoted(talk, [0.5, *(0.35 if words == quote else 0.1 for words in others)], question=asked(text)) == (
        "Tea calms."  # one that answers much better goes before it
    )


def test_a_question_hands_on_to_the_next_who_says_something(passage: Callable[..., Passage]) -> None:
    said: Voices = [("Ann", "Does tea help?"), ("Ann", "I wonder."), ("Bo", "Um."), ("Cy", "At night."), ("Bo", "No.")]
    talk = spoken(passage, said)
    assert answers_first(talk, [0.9, 0.2, -1.0, 0.3, 0.1]) == pytest.approx([-0.1, 0.2, -1.0, 0.9, 0.1])
    assert answers_first(talk, [0.2, 0.2, -1.0, 0.3, 0.1]) == pytest.approx([-0.8, 0.2, -1.0, 0.3, 0.1])
    alone = spoken(passage, said[:2])
    assert answers_first(alone, [0.9, 0.2]) == [0.9, 0.2]


def test_the_worth_of_a_filler_is_less_than_that_of_anything_said(passage: Callable[..., Passage]) -> None:
    talk = spoken(passage, [("Ann", "Tea calms."), ("Bo", "Yeah."), ("Ann", "It warms.")])
    assert worths(ASKED_FOR, hit(talk, [0.5, -0.9]), NO_WORDS) == pytest.approx([0.5, -1.0, -0.9])


def test_the_words_of_the_question_count_beside_the_meaning(passage: Callable[..., Passage]) -> None:
    words = WordIndex.none(2).changed(np.zeros(0, np.bool_), ["tea", "milk"], np.eye(2, dtype=np.float32), [])
    encoded = Encoded(ASKED_FOR.encoding, words.alike([("tea",)], {}), np.array([2.0], dtype=np.float32))
    talk = spoken(passage, [("Ann", "Milk is white."), ("Bo", "Tea is brown.")])
    assert worths(encoded, hit(talk, [0.5, 0.4]), words) == pytest.approx([0.5, 0.4 + 0.3])


@pytest.mark.parametrize(
    ("text", "is_there"),
    [("..........Tea calms.", True), ("..........tea calms.", False), (".........Tea calms.", False), (None, False)],
)
def test_a_quote_is_verbatim_where_its_words_stand_at_its_offsets(
    passage: Callable[..., Passage], text: str | None, is_there: bool
) -> None:
    talk = spoken(passage, [("Ann", "Tea calms.")])
    quote = Quote(hit(talk, [1.0]), talk.statements, 1.0)
    assert (quote.passage, quote.start, quote.end) == (talk, 10, 20)
    assert is_verbatim(quote, {"d1": text}.get) is is_there
