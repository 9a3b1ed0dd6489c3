from __future__ import annotations

from datetime import date
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kindsearch.questions import Known, Question, TimeSpan, Understanding, likely_matched, phrases_in, understand
from kindsearch.questions.vocabulary import tokens_of
from kindsearch.types import Filter, Kind, PartialDate, Read, Reading

TODAY = date(2026, 11, 22)
SESSIONS = (
    ("ke", "Kindness in Education", PartialDate(2024, 1, 18)),
    ("cl", "Using Clean Language", PartialDate(2024, 2)),
)
SPEAKERS = ("Ann Lee", "Bob", "Dr Sanjiv Ahluwalia", "Göran Öst", "Helen O'Connor", "James", "Maureen Bisognano", "S")
NAMED = tuple((name, name) for name in SPEAKERS)
ARCHIVE = Known.of(NAMED, SESSIONS)
KNOWN = frozenset("ann bob kindness measure tea nurses will hope james about sweden ward".split())


def asked(text: str) -> Question:
    return understand(text, ARCHIVE, KNOWN.__contains__)


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
        ("what did bob say about apples?", {"Bob"}),  # but where it does what people do
        ("what has bob really said?", {"Bob"}),
        ("according to ann lee, why?", {"Ann Lee"}),
        ("bob thinks so", {"Bob"}),
        ("what was bob’s opinion?", {"Bob"}),
        ("Anna's tea", set()),
        ("", set()),
    ],
)
def test_people_are_known_by_any_part_of_their_name(text: str, people: set[str]) -> None:
    assert asked(text).people == people


def people_in(text: str, *speakers: tuple[str, str]) -> frozenset[str]:
    return understand(text, Known.of(speakers), KNOWN.__contains__).people


def test_whoever_shares_more_of_the_name_is_meant() -> None:
    speakers = [("Ann Lee", "Ann Lee"), ("Ann Hill", "Ann Hill"), ("Ann", "Ann")]
    assert people_in("what did Ann Hill say?", *speakers) == {"Ann Hill"}
    assert people_in("what did Ann say?", *speakers) == {"Ann Lee", "Ann Hill", "Ann"}


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("what did Jo-Anne say about tea?", {"Jo-Anne Reed"}),
        ("what did Jo‑Anne say?", {"Jo-Anne Reed"}),
        ("Jo-Anne's view of tea", {"Jo-Anne Reed"}),
        ("what did Anne say?", {"Jo-Anne Reed", "Anne Lee"}),
        ("what did Reed-Hill think of it?", {"Bo Reed-Hill"}),
        ("what did Bo Reed-Hill think of it?", {"Bo Reed-Hill"}),
        ("what did Hill say?", {"Bo Reed-Hill"}),
        ("do Jo-Anne and Bo Reed-Hill agree?", {"Jo-Anne Reed", "Bo Reed-Hill"}),
        ("what is well-being?", set()),
    ],
)
def test_a_double_name_is_known_with_its_hyphen_and_by_its_parts(text: str, people: set[str]) -> None:
    speakers = [(name, name) for name in ("Jo-Anne Reed", "Anne Lee", "Bo Reed-Hill")]
    question = understand(text, Known.of(speakers), KNOWN.__contains__)
    assert question.people == people
    assert not {"jo", "anne", "joanne", "reed", "hill", "reedhill"} & set(question.topic)


def test_any_of_her_spellings_names_the_person() -> None:
    spellings = [("Annie L", "Dr Ann Lee"), ("Dr Ann Lee", "Dr Ann Lee"), ("AL", "Dr Ann Lee"), ("Bo", "Bo Ek")]
    for name in ("Annie", "Ann Lee", "LEE", "AL", "Annie L"):
        question = understand(f"what did {name} say about tea?", Known.of(spellings), KNOWN.__contains__)
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
        ("have carers a choice, and has tea had one?", {}),  # auxiliaries
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
    ("text", "words", "phrases"),
    [
        ("well-being", ("wellbeing", "well"), ("wellbeing", "wellbeing")),
        ("wellbeing", ("wellbeing",), ("wellbeing",)),
        ("Co‑design", ("codesign", "co", "design"), ("codesign",) * 3),
        ("pages 12-14", ("pages", "12", "14"), ("pages", "12", "14")),
        ("in-to", (), ()),
        ("well being", ("wellbeing", "well"), ("wellbeing", "wellbeing")),  # as the archive writes it
        ("Check in, check-in", ("checkin", "check"), ("checkin", "checkin")),
        ("away: health care givers", ("away", "healthcare", "health", "care", "givers"), None),
        ("is land", ("land",), ("land",)),
        ("tea break", ("tea", "break"), ("tea", "break")),  # as one word the archive does not know it
        ("check  in, well; being", ("check", "well"), ("check", "well")),
    ],
)
def test_a_hyphenated_word_is_one_of_the_question_with_its_parts(
    text: str, words: tuple[str, ...], phrases: tuple[str, ...] | None
) -> None:
    known = {"wellbeing", "away", "checkin", "healthcare", "caregivers", "island"}
    question = understand(text, Known(), known.__contains__, TODAY)
    assert question.words == question.topic == words
    assert phrases is None or question.phrases == phrases


def test_taken_literally_a_hyphenated_word_is_one_and_two_words_stay_two() -> None:
    question = understand("well-being, check in", Known(), {"checkin"}.__contains__, TODAY, literal=True)
    assert question.words == question.topic == ("wellbeing", "well", "check")
    assert question.phrases == ("wellbeing", "wellbeing", "check")


def test_a_hyphenated_word_that_the_archive_writes_as_one_is_no_stranger() -> None:
    known = {"wellbeing"}.__contains__
    assert understand("more Well-Being", Known(), known, TODAY).strangers == frozenset()
    assert understand("more Well-Doing", Known(), known, TODAY).strangers == {"well-doing"}


def test_a_hyphenated_word_with_a_name_in_it_is_part_of_the_name() -> None:
    question = asked("what did Bob say of Bob-Smith?")
    assert question.names == {"bob", "bobsmith"}
    assert question.topic == ("smith",)


@pytest.mark.parametrize(
    ("text", "topic", "shown", "asks_for"),
    [
        (
            "What did Bob say in the session Kindness in Education about measuring?",
            ("measuring",),
            "Bob · Kindness in Education",
            None,
        ),
        ("In January 2024, what did people say in the chat about tea?", ("tea",), "January 2024 · in the chat", None),
        ("Which sessions talked about rest since 2023?", ("rest",), "since 2023", "sessions"),
        ("How often was tea mentioned by members?", ("tea",), "", "count"),
        ("Which books did Ann Lee and Bob recommend?", (), "Ann Lee · Bob · resources", None),
        ("who spoke in the latest session?", (), "Using Clean Language", "people"),
        ("how do we measure kindness?", ("measure", "kindness"), "", None),
        ("what was said about kindness in education?", ("kindness", "education"), "", None),
        ("what was said in January?", ("said", "january"), "January 2024", None),  # the latest with a session
        ("", (), "", None),
    ],
)
def test_all_of_it_together(text: str, topic: tuple[str, ...], shown: str, asks_for: str | None) -> None:
    question = understand(text, ARCHIVE, KNOWN.__contains__, TODAY)
    assert question.topic == topic
    assert question.understood.in_words == shown
    assert question.asks_for == asks_for
    assert question.matched_text == question.understood.matched_text


def test_what_was_understood_is_said_by_name_and_title() -> None:
    speakers = [("Maureen", "Maureen · 2024-06-time")]
    question = understand(
        "what did Maureen say in the latest session?", Known.of(speakers, SESSIONS), KNOWN.__contains__, TODAY
    )
    assert question.people == {"Maureen · 2024-06-time"}
    assert question.understood.people == ("Maureen",)
    assert question.sessions == {"cl"}
    assert question.session_words == ("in the latest session",)


def test_a_time_without_today_is_told_from_the_day_it_is() -> None:
    question = understand("what was said this year?", ARCHIVE, KNOWN.__contains__)
    year = PartialDate(date.today().year)
    assert question.time == TimeSpan(year, year, "this year")


def test_taken_literally_a_question_is_its_words_and_nothing_else() -> None:
    text = "What did Bob say in the latest session in the chat in January 2024 in Paris?"
    question = understand(text, ARCHIVE, KNOWN.__contains__, TODAY, literal=True)
    assert question.words == question.topic == question.phrases
    assert question.words == ("bob", "say", "latest", "session", "chat", "january", "2024", "paris")
    found = [question.people, question.names, question.strangers, question.kinds, question.within, question.sessions]
    assert not any(found)
    assert (question.time, question.asks_for, question.session_words) == (None, None, ())
    assert question.matched_text == text
    assert question.understood == Understanding(matched_text=text)
    assert question.understood.in_words == ""


def test_taken_literally_small_words_count_where_there_are_no_others() -> None:
    assert understand("to be or not to be", ARCHIVE, KNOWN.__contains__, literal=True).words == (
        "to",
        "be",
        "or",
        "not",
    )


@pytest.mark.parametrize(
    ("text", "wants_account"),
    [
        ("what did the group say about tea?", True),
        ("Summarise the discussion about night shifts.", True),
        ("What did Bob think of measuring kindness?", True),
        ("who talked about tea?", True),
        ("what was said about tea in January 2024?", True),
        ("does tea help?", False),
        ("Does tea help?!", False),
        ("how do we measure kindness in January 2024?", False),  # a time is no wrapping
        ("does tea help, in the chat?", False),
        ("In the latest session, does tea help?", False),
        ("what did the group discuss?", False),  # of nothing
        ("", False),
        ("?", False),
    ],
)
def test_an_account_is_wanted_where_a_topic_is_unwrapped(text: str, wants_account: bool) -> None:
    assert understand(text, ARCHIVE, KNOWN.__contains__, TODAY).wants_account is wants_account
    assert not understand(text, ARCHIVE, KNOWN.__contains__, TODAY, literal=True).wants_account


@pytest.mark.parametrize(
    ("text", "wants"),
    [("how many came in May 2024?", "number"), ("who began it?", "name"), ("what did Bob say about tea?", None)],
)
def test_a_question_says_what_it_wants_unless_taken_literally(text: str, wants: str | None) -> None:
    assert understand(text, ARCHIVE, KNOWN.__contains__, TODAY).wants == wants
    assert understand(text, ARCHIVE, KNOWN.__contains__, TODAY, literal=True).wants is None


# Words that the rules go by, in any order, find more than letters would.
EVERYTHING = "what did Bob say about tea in the chat in January 2024 in the session on kindness in education?"


def test_what_was_read_is_told_with_the_filter_that_says_the_same() -> None:
    january = PartialDate(2024, 1)
    assert asked(EVERYTHING).read == (
        Read(Reading.PEOPLE, "Bob", Filter(speaker="Bob")),
        Read(Reading.SESSIONS, "Kindness in Education", Filter(session="ke")),
        Read(Reading.TIME, "January 2024", Filter(since=january, until=january)),
        Read(Reading.KINDS, "in the chat", Filter(kind=Kind.CHAT)),
    )


def test_what_no_filter_says_is_read_all_the_same() -> None:
    read = asked("what did Bob and James say about tea in the discussion?").read
    assert read == (Read(Reading.PEOPLE, "Bob, James"), Read(Reading.KINDS, "in the discussion"))
    assert asked("how do we measure kindness?").read == ()


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        (Reading.PEOPLE, {"bob"}),
        (Reading.SESSIONS, {"education", "kindness"}),
        (Reading.TIME, {"january", "2024"}),
        (Reading.KINDS, {"chat"}),
    ],
)
def test_what_is_not_to_be_read_is_topic(reading: Reading, words: set[str]) -> None:
    read = asked(EVERYTHING)
    without = understand(EVERYTHING, ARCHIVE, KNOWN.__contains__, unread={reading})
    assert without.read == tuple(one for one in read.read if one.reading != reading)
    assert words <= {token.folded for token in tokens_of(without.matched_text)}
    assert not words & {token.folded for token in tokens_of(read.matched_text)} - {"bob"}  # a name is always matched
    assert not without.strangers


PIECES = (
    "what did who when was how often many which the in on of about say said think discuss discussed session sessions "
    "meeting latest last first two years ago since before between and to from January March may 2024 2021-2023 18 "
    "1/2/2024 summer chat Q&A recording talk books Bob Bob's Ann Lee Kindness Education Using Clean Language “ ” ' ? , "
    ". please people the group Professor D tell me Göran 2020s early "
    "well-being well being"
).split()
texts = st.text(max_size=2_000) | st.lists(st.sampled_from(PIECES), max_size=300).map(" ".join)


@settings(deadline=None)
@given(texts)
def test_any_text_can_be_understood(text: str) -> None:
    question = understand(text[:2_000], ARCHIVE, KNOWN.__contains__, TODAY)
    assert len(question.words) == len(question.phrases)
    assert set(question.topic) <= set(question.words)
    assert question.people <= set(SPEAKERS)
    assert question.sessions <= {"ke", "cl"}
    assert question.kinds >= question.within - {Kind.TRANSCRIPT}
    assert bool(question.matched_text) == bool(question.text)


@settings(deadline=None)
@given(texts)
def test_what_is_matched_is_words_of_the_question_in_their_order(text: str) -> None:
    asked_words = iter(token.folded for token in tokens_of(text))
    matched = understand(text, ARCHIVE, KNOWN.__contains__, TODAY).matched_text
    assert all(token.folded in asked_words for token in tokens_of(matched))


@pytest.mark.parametrize("piece", [*PIECES, "session on Kindness in ", "in March and ", "the group said ", "\n", "a'"])
def test_no_text_takes_long(piece: str) -> None:
    """The longest question that may be asked, of one piece again and again, far under what backtracking would take."""

    def seconds(size: int) -> float:
        text = f"{piece} " * size
        started = perf_counter()
        understand(text[:size], ARCHIVE, KNOWN.__contains__, TODAY)
        return perf_counter() - started

    assert min(seconds(2_000) for _ in range(2)) < 0.5


@pytest.mark.parametrize("literal", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        "how do we measure kindness?",
        "What did they say about night shifts?",
        "Can you tell me who rings at night?",
        "What did Bob say about tea?",
        "what does Ann Lee think of roses?",
        "What did Suzie Holm say about kettles?",  # no speaker
    ],
)
def test_what_will_be_matched_is_known_before_a_question_that_names_but_people_is_understood(
    text: str, literal: bool
) -> None:
    likely = likely_matched(text, ARCHIVE, literal)
    assert likely == understand(text, ARCHIVE, lambda _: True, literal=literal).matched_text


def test_what_will_be_matched_is_not_guessed_of_a_question_that_may_name_a_time() -> None:
    assert likely_matched("what did they say about tea in 2024?", ARCHIVE) is None
    assert (
        likely_matched("what did they say about tea in 2024?", ARCHIVE, True) == "what did they say about tea in 2024?"
    )
