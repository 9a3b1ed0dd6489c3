from __future__ import annotations

import pytest

from kindsearch.questions.places import PACK, kinds_in, kinds_in_words
from kindsearch.types import Kind


@pytest.mark.parametrize(
    ("text", "kinds", "within"),
    [
        ("what was said in the chat?", {Kind.CHAT}, {Kind.CHAT}),
        ("what came up in the Zoom chat about tea?", {Kind.CHAT}, {Kind.CHAT}),
        ("what did the chat say?", {Kind.CHAT}, set()),
        ("what was asked in the Q&A?", {Kind.QUESTION_AND_ANSWER}, {Kind.QUESTION_AND_ANSWER, Kind.TRANSCRIPT}),
        ("during the questions and answers", {Kind.QUESTION_AND_ANSWER}, {Kind.QUESTION_AND_ANSWER, Kind.TRANSCRIPT}),
        ("which questions were asked?", {Kind.QUESTION_AND_ANSWER}, set()),
        ("tea in the breakout rooms", {Kind.DISCUSSION}, {Kind.DISCUSSION, Kind.TRANSCRIPT}),
        ("tea in the discussion", {Kind.DISCUSSION}, {Kind.DISCUSSION, Kind.TRANSCRIPT}),
        ("what did the breakouts bring?", {Kind.DISCUSSION}, set()),
        ("tea in his talk", {Kind.TALK}, {Kind.TALK, Kind.TRANSCRIPT}),
        ("tea in Bob's keynote", {Kind.TALK}, {Kind.TALK, Kind.TRANSCRIPT}),
        ("tea in the recording", {Kind.TRANSCRIPT}, {Kind.TRANSCRIPT}),
        ("what is on the slides?", PACK, PACK),
        ("what is in the insights pack?", PACK, PACK),
        ("which resources were recommended?", {Kind.RESOURCE}, set()),
        ("which books are there?", {Kind.RESOURCE}, set()),
        ("any reading about reform?", {Kind.RESOURCE}, set()),
        ("which links were shared in the chat?", {Kind.RESOURCE, Kind.CHAT}, {Kind.CHAT}),
        ("which quotes speak of tea?", {Kind.QUOTE}, set()),
        ("is there a quote on tea?", {Kind.QUOTE}, set()),
        ("", set(), set()),
        ("what is kindness?", set(), set()),
        ("how do I chat with patients?", set(), set()),
        ("what is the link between kindness and safety?", set(), set()),
        ("how does rest link to care?", set(), set()),
        ("what links rest and care?", set(), set()),
        ("how do I book an appointment?", set(), set()),
        ("how do we get more resources?", set(), set()),
        ("how to do a video consultation?", set(), set()),
        ("what was the discussion about tea?", set(), set()),
        ("what was said in the discussion about tea?", set(), set()),
        ("why do they distrust talk of kindness?", set(), set()),
        ("what questions are used in Clean Language?", set(), set()),
        ("how much was the product quotation?", set(), set()),
        ("is reading people hard?", set(), set()),
    ],
)
def test_the_kinds_of_passage_a_question_speaks_of(text: str, kinds: set[Kind], within: set[Kind]) -> None:
    found = kinds_in(text)
    assert (found.kinds, found.within) == (kinds, within)


def test_whose_talk_it_is_stays_when_the_place_is_taken_out() -> None:
    text = "tea in Bob's talk"
    assert [text[start:end] for start, end in kinds_in(text).places] == ["in ", "talk"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("which books were named in the chat?", ["resources", "in the chat"]),
        ("what is on the slides or in the recording?", ["in the recording", "on the slides"]),
        ("tea in the Q&A", ["in the questions and answers"]),
        ("quotes", ["quotes"]),
        ("tea", []),
    ],
)
def test_kinds_in_words(text: str, words: list[str]) -> None:
    found = kinds_in(text)
    assert kinds_in_words(found.kinds, found.within) == words
