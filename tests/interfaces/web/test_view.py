from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kindsearch.interfaces.parameters import MAX_NAME
from kindsearch.interfaces.web.view import View, dates_of, side_of, time_in_words, when_of, with_side
from kindsearch.invisible import on_one_line
from kindsearch.settings import MAX_QUESTION
from kindsearch.types import Filter, Kind, PartialDate, Reading

dates = st.none() | st.builds(
    lambda year, month, day: PartialDate(year, month, day if month else None),
    st.integers(1, 9999), st.none() | st.integers(1, 12), st.none() | st.integers(1, 31),
)  # fmt: skip
names = st.none() | st.text(max_size=MAX_NAME).map(on_one_line).filter(bool)
filters = st.builds(Filter, names, names, dates, dates, st.none() | st.sampled_from(Kind)).filter(
    lambda where: not (where.since and where.until and where.since > where.until)
)
offsets = st.integers(0, 10**9 - 1)
views = st.builds(
    View,
    st.text(max_size=300).map(on_one_line),
    filters,
    st.just(False),
    st.frozensets(st.sampled_from(Reading)),
    st.from_regex(r"[0-9a-f]{16}", fullmatch=True),
    st.none() | st.tuples(offsets, offsets),
) | st.builds(View, st.text(max_size=300).map(on_one_line), filters, st.booleans())


@given(views)
def test_every_view_has_an_address_that_opens_it_again(view: View) -> None:
    assert View.parse(view.address) == view


@given(
    st.text() | st.lists(st.tuples(st.text(), st.text())).map(lambda given: "/?" + urlencode(given, errors="replace"))
)
def test_any_address_opens_something_that_has_an_address(address: str) -> None:
    view = View.parse(address)
    assert View.parse(view.address) == view
    assert len(view.question) <= MAX_QUESTION + 1  # one more than is allowed, so that it can be said


@pytest.mark.parametrize("name", ["session", "person", "when", "kind", "literal", "source", "quote"])
@pytest.mark.parametrize(
    "value", ["", "x" * 1_000, "2024-13", "2024..2023", "../..", "1-2", "\ud800", "🙂", "..", "people,"]
)
def test_what_makes_no_sense_takes_nothing_else_with_it(name: str, value: str) -> None:
    view = View.parse("/?" + urlencode({"q": "tea?", name: value}, errors="replace"))
    assert view.question == "tea?"
    assert View.parse(view.address) == view


def test_addresses_are_short_and_can_be_read() -> None:
    where = Filter("a-session", "Bob", PartialDate(2024, 3), PartialDate(2024, 6), Kind.CHAT)
    view = View("who measures kindness?", where, unread=frozenset({Reading.TIME, Reading.PEOPLE}))
    assert view.address == (
        "/?q=who+measures+kindness%3F&session=a-session&person=Bob&when=2024-03..2024-06&kind=chat&literal=people%2Ctime"
    )
    assert View().address == "/"
    assert (
        View("tea?", literal=True, source="ab12", quote=(3, 9)).address == "/?q=tea%3F&literal=1&source=ab12&quote=3-9"
    )


def test_a_quote_without_its_source_is_left_out() -> None:
    assert View.parse("/?q=tea&quote=1-2") == View("tea")


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("2024", "2024"),
        ("2024-03", "March 2024"),
        ("2024-03..2024-06", "March 2024 to June 2024"),
        ("2024..", "since 2024"),
        ("..2024-06", "until June 2024"),
        ("", ""),
    ],
)
def test_times_are_told_in_words(when: str, words: str) -> None:
    where = Filter(since=dates_of(when)[0], until=dates_of(when)[1])
    assert time_in_words(where) == words
    assert when_of(where) == when


def test_a_filter_has_four_sides() -> None:
    where = Filter("a-session", "Bob", PartialDate(2024), PartialDate(2025), Kind.CHAT)
    assert side_of(where, Reading.TIME) == Filter(since=PartialDate(2024), until=PartialDate(2025))
    made = Filter()
    for reading in Reading:
        made = with_side(made, reading, side_of(where, reading))
    assert made == where
