from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kindsearch import KindSearch
from kindsearch.answering import NOTHING_LEFT
from kindsearch.interfaces.web.asking import all_opened, answer_to, asked, filled, opened, read_in, standing
from kindsearch.interfaces.web.choices import KINDS, in_words, looked_in, offered
from kindsearch.interfaces.web.page import show
from kindsearch.interfaces.web.view import View
from kindsearch.types import Filter, Kind, PartialDate, Read, Reading

SAYING = "what did Ann Lee say about tea in January 2024?"
ANN, JANUARY = Filter(speaker="Ann Lee"), PartialDate(2024, 1)
READ = Filter(speaker="Ann Lee", since=JANUARY, until=JANUARY)


@pytest.fixture
def archive(small_archive: Callable[..., KindSearch]) -> KindSearch:
    return small_archive()


def test_what_was_read_fills_the_filters_and_narrows_nothing(archive: KindSearch) -> None:
    view = asked(archive, View(), f"  {SAYING}\n", Filter())
    assert view == View(SAYING)
    read = read_in(archive, view)
    assert filled(view.where, read) == READ
    assert [one.in_words for one in standing(view.where, read)] == ["Ann Lee", "January 2024"]


def test_the_same_question_again_is_the_same_view(archive: KindSearch) -> None:
    for view in (
        View(SAYING),
        View(SAYING, ANN),
        View(SAYING, unread=frozenset({Reading.TIME})),
        View(SAYING, literal=True),
    ):
        assert asked(archive, view, SAYING, filled(view.where, read_in(archive, view))) == view


def test_what_is_left_standing_counts_as_chosen_with_the_next_question(archive: KindSearch) -> None:
    last = View(SAYING, unread=frozenset({Reading.TIME}))
    assert asked(archive, last, "and biscuits?", ANN) == View("and biscuits?", ANN)
    assert asked(archive, View(SAYING), "and biscuits?", READ) == View("and biscuits?", READ)


def test_what_was_read_gives_way_to_what_the_next_question_says_but_what_was_chosen_stays(archive: KindSearch) -> None:
    following = "what did Bo Ek say about biscuits?"
    assert asked(archive, View(SAYING), following, READ) == View(following, replace(READ, speaker=None))
    assert asked(archive, View(SAYING, READ), following, READ) == View(following, READ)


def test_a_filter_that_is_changed_is_chosen_and_one_that_is_opened_is_not_read_again(archive: KindSearch) -> None:
    other = replace(READ, speaker="Bo Ek")
    assert asked(archive, View(SAYING), SAYING, other) == View(SAYING, Filter(speaker="Bo Ek"))
    anyone = replace(READ, speaker=None)
    unread = frozenset({Reading.PEOPLE})
    assert asked(archive, View(SAYING), SAYING, anyone) == View(SAYING, unread=unread)
    assert asked(archive, View(SAYING, other), SAYING, replace(other, speaker=None)).unread == unread


def test_all_filters_can_be_opened_at_once(archive: KindSearch) -> None:
    view = View(SAYING, Filter(kind=Kind.CHAT))
    read = read_in(archive, view)
    made = all_opened(view, read)
    assert made == View(SAYING, unread=frozenset({Reading.PEOPLE, Reading.TIME}))
    assert filled(made.where, read_in(archive, made)) == Filter()
    assert opened(view, read, Reading.KINDS) == View(SAYING)


def test_nothing_is_read_in_no_question_or_one_that_is_too_long(archive: KindSearch) -> None:
    assert read_in(archive, View()) == read_in(archive, View("Ann Lee " * 300)) == ()


def test_a_time_that_is_part_of_the_topic_fills_no_filter(small_archive: Callable[..., KindSearch]) -> None:
    text = "# The old ward\n\nMay 2023\n\n# Reflections from the chat\n\n**Ann Lee** In 1987 beds had no curtains.\n"
    archive = small_archive({"old.md": text})
    assert archive.read("what was it like in 1987?") == ()
    assert archive.read("what was it like in 1988?")[0].in_words == "1988"


@pytest.mark.parametrize("where", [Filter(session="gone"), Filter(speaker="Nobody At All")])
def test_an_old_link_finds_nothing_and_fills_the_filters_that_lead_on(archive: KindSearch, where: Filter) -> None:
    answer = answer_to(archive, View(SAYING, where))
    assert (answer.question, answer.answered, answer.hits, answer.text) == (SAYING, False, (), NOTHING_LEFT)
    address, clear, _, found, *filters = show(archive, lambda: View(SAYING, where))
    assert (View.parse(address), clear["visible"]) == (View(SAYING, where), True)
    assert "No passage fits these filters." in found
    assert (where.session or where.speaker) in [shown["value"] for shown in filters]


# ---------------------------------------------------------------- choices


def test_each_choice_says_how_many_passages_it_leaves(archive: KindSearch) -> None:
    choices = offered(archive, Filter(), Filter())
    total = archive.counts().total
    assert choices[Reading.SESSIONS][:2] == [
        ("All sessions", ""),
        ("A garden for staff (June 2024) · 4", "2024-06-a-garden-for-staff"),
    ]
    assert [value for _, value in choices[Reading.TIME]] == ["", "2024", "2024-06", "2024-01", "2023", "2023-05"]
    assert sum(int(words.split(" · ")[1]) for words, _ in choices[Reading.KINDS][1:]) == total
    assert [value for _, value in choices[Reading.KINDS][1:]] == [kind.value for kind in KINDS]


def test_those_of_whom_nothing_is_left_come_last(archive: KindSearch) -> None:
    where = Filter(session="2024-06-a-garden-for-staff")
    people = offered(archive, where, where)[Reading.PEOPLE]
    counts = [int(words.split(" · ")[1]) for words, _ in people[1:]]
    assert counts == sorted(counts, key=lambda count: not count)
    assert counts[-1] == 0
    assert len(people) == len(offered(archive, Filter(), Filter())[Reading.PEOPLE])


def test_what_is_chosen_is_offered_whatever_it_is(archive: KindSearch) -> None:
    where = Filter("gone", "Nobody At All", PartialDate(2023, 11), PartialDate(2024, 2), Kind.TRANSCRIPT)
    choices = offered(archive, where, where)
    assert ("A session that is not in the archive (any more) · 0", "gone") in choices[Reading.SESSIONS]
    assert ("Nobody At All · 0", "Nobody At All") in choices[Reading.PEOPLE]
    assert ("November 2023 to February 2024 · 0", "2023-11..2024-02") in choices[Reading.TIME]
    assert ("bo · 2", "bo") in offered(archive, Filter(), Filter(speaker="bo"))[Reading.PEOPLE]  # a part of a name
    span = Filter(since=PartialDate(2023, 11), until=PartialDate(2024, 2))
    count = archive.counts(span).total
    assert offered(archive, span, span)[Reading.TIME][1] == (
        f"November 2023 to February 2024 · {count}",
        "2023-11..2024-02",
    )


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_words(kind: Kind) -> None:
    assert in_words(Filter(kind=kind), []) == {Reading.KINDS: KINDS[kind]}


def test_where_was_looked_is_said_in_words(archive: KindSearch) -> None:
    where = Filter("2024-06-a-garden-for-staff", "Bo Ek", None, PartialDate(2024, 6), Kind.CHAT)
    said = looked_in(where, archive.sessions())
    assert said == "in “A garden for staff”, in what Bo Ek said, until June 2024, among: chat"
    span = Filter(since=PartialDate(2024, 3), until=PartialDate(2024, 6))
    assert looked_in(span, []) == "from March 2024 to June 2024"
    assert looked_in(Filter(), []) == ""


def test_a_reading_without_a_filter_fills_nothing() -> None:
    several = Read(Reading.PEOPLE, "Ann Lee, Bo Ek")
    assert filled(Filter(), [several]) == Filter()
    assert standing(Filter(), [several]) == [several]
