"""Those who are known by what they do, and who never speaks. Speakers' names are tried in test_understanding.py."""

from __future__ import annotations

import pytest

from kindsearch.questions.speakers import Speakers, others_in, people_in

ROLES = (
    "Professor B",
    "Professor D",
    "PhD A",
    "PhD B",
    "Grad C",
    "Project Manager",
    "Marketing",
    "User Interface",
    "Industrial Designer",
    "Facilitator",
    "Member 1",
    "Member 2",
    "Justin Trudeau (Prime Minister)",
    "Katie Roe (Leeds)",
    "Ann Lee",
    "Bob",
)
KNOWN = frozenset(
    "marketing manager project user interface professor phd grad member a designer facilitator leeds".split()
)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("What did Professor D think?", {"Professor D"}),
        ("what did professor b say about tea", {"Professor B"}),
        ("What did the Professor think about tea?", {"Professor B", "Professor D"}),
        ("what was the professor's take on tea?", {"Professor B", "Professor D"}),
        ("What did PhD A suggest?", {"PhD A"}),
        ("What did Phd B and Grad C agree on?", {"PhD B", "Grad C"}),
        ("What did member 1 say?", {"Member 1"}),
        ("What did Marketing think of the price?", {"Marketing"}),
        ("what did marketing think of the price?", {"Marketing"}),
        ("Summarize Marketing's opinions on tea", {"Marketing"}),
        ("How did Marketing design the evaluation?", {"Marketing"}),
        ("the project manager said no", {"Project Manager"}),
        ("what did the industrial designer recommend?", {"Industrial Designer"}),
        ("according to the project manager, is it late?", {"Project Manager"}),
        ("How Did Project Manager and User Interface introduce it?", {"Project Manager", "User Interface"}),
        ("What's User Interface's opinion?", {"User Interface"}),
        ("What did the facilitator ask?", {"Facilitator"}),
        ("did the Prime Minister agree?", {"Justin Trudeau (Prime Minister)"}),
        ("What did Ann Lee and Bob disagree on?", {"Ann Lee", "Bob"}),
        ("what is marketing?", set()),
        ("What is Digital Marketing?", set()),
        ("Marketing is what?", set()),
        ("What did they say about the user interface?", set()),
        ("What was said about the User Interface?", set()),
        ("what is a project?", set()),
        ("Is the Project late?", set()),
        ("is there a project manager?", set()),
        ("Is a PhD a must?", set()),
        ("Is every member equal?", set()),
        ("What did Member 3 say?", set()),
        ("What did Professor X say?", set()),
        ("what makes a good professor?", set()),
        ("what happened in Leeds?", set()),
        ("who met the Prime Minister?", set()),
        ("", set()),
    ],
)
def test_a_role_is_somebody_where_it_stands_like_a_name(text: str, people: set[str]) -> None:
    found, _ = people_in(text, Speakers.of((name, name) for name in ROLES), KNOWN.__contains__)
    assert found == people


def test_the_words_used_are_those_of_the_role() -> None:
    speakers = Speakers.of([("Professor D", "d"), ("Professor B", "b")])
    _, names = people_in("what did Professor D say?", speakers, KNOWN.__contains__)
    assert names == {"professor", "d"}


def test_a_role_that_many_have_is_meant_of_all_of_them() -> None:
    """Each meeting has a project manager of its own."""
    speakers = Speakers.of(("Project Manager", f"Project Manager · {meeting}") for meeting in range(50))
    found, names = people_in("what did the project manager say?", speakers, KNOWN.__contains__)
    assert found == {f"Project Manager · {meeting}" for meeting in range(50)}
    assert names == {"project", "manager"}


def test_the_first_of_two_spellings_that_say_as_much_counts() -> None:
    spellings = [("Ann Roe", "Ann"), ("Ann Lee", "Ann"), ("Lee Hill", "Lee Hill")]
    for known, words in ((spellings, {"ann", "roe", "lee"}), (spellings[::-1], {"ann", "lee"})):
        found, names = people_in("what did Ann Roe say, and Ann, Lee?", Speakers.of(known), KNOWN.__contains__)
        assert names == words, found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("What did Suzie Ek say about tea?", {"suzie", "ek"}),
        ("why does Suzie Ann Ek’s mean well?", set()),
        ("has Suzie Anna Ek written or spoken?", set()),  # many may have written, in many ways
        ("Suzie Ek, did she speak?", set()),
        ("did Suzie say it?", set()),  # a word with a capital may be anything
        ("what did they say about Suzie Ek?", set()),
        ("Would SUZIE EK recommend it?", {"suzie", "ek"}),
        ("what did Suzie Lee say?", set()),  # may be another's name, or hers
        ("did Digital Marketing fail?", set()),
        ("Did", set()),
        ("", set()),
    ],
)
def test_somebody_who_never_speaks_is_known_by_what_only_people_do(text: str, words: set[str]) -> None:
    assert others_in(text, frozenset({"ann", "lee"})) == words
