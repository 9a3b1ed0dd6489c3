from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kindsearch.questions import Question, phrases_in, time_in, understand
from kindsearch.types import Kind

SPEAKERS = ("Ann Lee", "Bob", "Dr Sanjiv Ahluwalia", "Göran Öst", "Helen O'Connor", "James", "Maureen Bisognano", "S")
NAMED = tuple((name, name) for name in SPEAKERS)
KNOWN = frozenset("ann bob kindness measure tea nurses will hope james about sweden ward".split())


def asked(text: str) -> Question:
    return understand(text, NAMED, KNOWN.__contains__)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("what did Sanjiv Ahluwalia say?", {"Dr Sanjiv Ahluwalia"}),
        ("what did Dr Ahluwalia say about training?", {"Dr Sanjiv Ahluwalia"}),
        ("what does sanjiv think?", {"Dr Sanjiv Ahluwalia"}),
        ("Bob's view of kindness", {"Bob"}),
        ("what is Maureen’s list?", {"Maureen Bisognano"}),
        ("did James’ idea work?", {"James"}),
        ("what did Goran say?", {"Göran Öst"}),
        ("what did GÖRAN ÖST say?", {"Göran Öst"}),
        ("Helen O'Connor on volunteers", {"Helen O'Connor"}),
        ("Helen O’Connor on volunteers", {"Helen O'Connor"}),
        ("do Ann and Bob agree?", {"Ann Lee", "Bob"}),
        ("what is kindness?", set()),
        ("is Dr Who a guest?", set()),
        ("S or M?", set()),  # one letter names nobody
        ("how long to bob apples?", set()),  # a word of the archive without a capital is a word
        ("Anna's tea", set()),
        ("", set()),
    ],
)
def test_people_are_known_by_any_part_of_their_name(text: str, people: set[str]) -> None:
    assert asked(text).people == people


def people_in(text: str, *speakers: tuple[str, str]) -> frozenset[str]:
    return understand(text, speakers, KNOWN.__contains__).people


def test_whoever_shares_more_of_the_name_is_meant() -> None:
    speakers = [("Ann Lee", "Ann Lee"), ("Ann Hill", "Ann Hill"), ("Ann", "Ann")]
    assert people_in("what did Ann Hill say?", *speakers) == {"Ann Hill"}
    assert people_in("what did Ann say?", *speakers) == {"Ann Lee", "Ann Hill", "Ann"}


def test_any_of_her_spellings_names_the_person() -> None:
    spellings = [("Annie L", "Dr Ann Lee"), ("Dr Ann Lee", "Dr Ann Lee"), ("AL", "Dr Ann Lee"), ("Bo", "Bo Ek")]
    for name in ("Annie", "Ann Lee", "LEE", "AL", "Annie L"):
        question = understand(f"what did {name} say about tea?", spellings, KNOWN.__contains__)
        assert question.people == {"Dr Ann Lee"}
        assert question.topic == ("tea",)
        assert question.strangers == frozenset()


def test_a_spelling_of_hers_that_says_less_does_not_hide_one_that_says_more() -> None:
    spellings = [("Ann", "Ann Lee"), ("Ann Lee", "Ann Lee"), ("Ann Hill", "Ann Hill"), ("Ann", "Ann Hill")]
    for known in (spellings, spellings[::-1]):
        assert people_in("what did Ann Lee say?", *known) == {"Ann Lee"}
        assert people_in("what did Ann say?", *known) == {"Ann Lee", "Ann Hill"}


def test_two_people_of_one_name_are_both_meant() -> None:
    speakers = [("Maureen", "Maureen · 2024-05-rest"), ("Maureen", "Maureen · 2024-06-time")]
    assert people_in("what did Maureen say?", *speakers) == {"Maureen · 2024-05-rest", "Maureen · 2024-06-time"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what happens to students in training?", set()),
        ("In which of the sessions was it said?", set()),
        ("Will it help?", set()),
        ("what did Will say?", {"Will Ek"}),
        ("what did TO say to students?", {"TO"}),
    ],
)
def test_small_words_are_no_names_though_somebody_is_called_so(text: str, expected: set[str]) -> None:
    """People sign with initials, and have offices: "President of the Board"."""
    others = (("TO", "TO"), ("IN", "IN"), ("Will Ek", "Will Ek"), ("Hon. Ann Roe, Minister of Trade", "Ann Roe"))
    assert people_in(text, *others) == expected


def test_a_title_alone_names_nobody() -> None:
    assert people_in("is the Professor a Dr?", ("Professor Ann Lee", "Ann Lee"), ("Dr Bo Ek", "Bo Ek")) == frozenset()


def test_a_name_is_a_word_to_match_but_no_topic() -> None:
    question = asked("what did Bob say about measuring kindness?")
    assert question.names == {"bob"}
    assert "bob" in question.words
    assert question.topic == ("measuring", "kindness")


@pytest.mark.parametrize(
    ("text", "strangers"),
    [
        ("what did Napoleon say about tea?", {"napoleon"}),
        ("is Médecins here?", {"médecins"}),
        ("what is Zelda's view?", {"zelda"}),
        ("Volcanoes erupt", set()),  # the first word has a capital in any case
        ("what about Sweden?", set()),
        ("what did Bob say?", set()),
        ("who came in May 2023?", set()),
        ("Is A a letter?", set()),
        ("tea in Ghana or Peru", {"ghana", "peru"}),
    ],
)
def test_capitalised_words_the_archive_does_not_know_are_strangers(text: str, strangers: set[str]) -> None:
    assert asked(text).strangers == strangers


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("what did people say about measuring kindness?", ("measuring", "kindness")),
        ("who talked of tea in June 2024?", ("tea",)),
        ("what did Bob say?", ()),
        ("what is said?", ("said",)),  # of nothing else: then this is the topic
        ("kindness, kindness and Kindness", ("kindness",)),
    ],
)
def test_words_of_asking_and_of_time_are_no_topic(text: str, topic: tuple[str, ...]) -> None:
    assert asked(text).topic == topic


@pytest.mark.parametrize(
    ("text", "kinds", "all_of"),
    [
        ("which resources were recommended?", {Kind.RESOURCE}, Kind.RESOURCE),
        ("what was said in the chat?", {Kind.CHAT}, Kind.CHAT),
        ("what was said about tea in the chat?", {Kind.CHAT}, None),
        ("what did Bob say in the chat?", {Kind.CHAT}, None),
        ("quotes and links", {Kind.QUOTE, Kind.RESOURCE}, None),
        ("what is kindness?", set(), None),
    ],
)
def test_the_kinds_of_passage_a_question_speaks_of(text: str, kinds: set[Kind], all_of: Kind | None) -> None:
    assert asked(text).kinds == kinds
    assert asked(text).asks_for_all is all_of


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("how do I sign up?", {"sign": "sign up"}),
        ("who looks after carers?", {"looks": "looks after"}),
        ("how to get in touch?", {"touch": "get in touch"}),
        ("which breaks did you take?", {}),
        ("", {}),
    ],
)
def test_a_word_is_read_with_those_that_make_its_meaning(text: str, phrases: dict[str, str]) -> None:
    found = phrases_in(text)
    assert {word: found[word] for word in phrases} == phrases
    assert bool(found) == bool(phrases)


def test_there_is_a_phrase_for_each_word() -> None:
    question = asked("how do I sign up with Bob?")
    assert question.words == ("sign", "bob")
    assert question.phrases == ("sign up", "bob")


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("what was said in June 2024?", "2024-06", "2024-06"),
        ("who came on 18 January 2024?", "2024-01-18", "2024-01-18"),
        ("who came on the 18th of January, 2024?", "2024-01-18", "2024-01-18"),
        ("tea since 2023", "2023", None),
        ("tea after March 2024", "2024-03", None),
        ("tea from 2024-02 on", "2024-02", None),
        ("tea before March 2024", None, "2024-03"),
        ("tea until 2023", None, "2023"),
        ("tea in 2023", "2023", "2023"),
    ],
)
def test_the_time_a_question_speaks_of(text: str, since: str | None, until: str | None) -> None:
    span = time_in(text)
    assert span is not None
    assert (str(span.since or "") or None, str(span.until or "") or None) == (since, until)


@pytest.mark.parametrize("text", ["what is kindness?", "what may I march for?", "2 or 3 in 10 people", "room 2024", ""])
def test_a_question_of_no_time(text: str) -> None:
    assert time_in(text) is None


@given(st.text(max_size=80))
def test_any_text_can_be_understood(text: str) -> None:
    question = asked(text)
    assert len(question.words) == len(question.phrases)
    assert set(question.topic) <= set(question.words)
    assert question.people <= set(SPEAKERS)
