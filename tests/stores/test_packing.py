"""Every noun comes out of a column as it went in."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kindsearch.stores import packing
from kindsearch.types import Box, Kind, Link, Page, PartialDate, Passage, Person, Session, Span, Statement, Unit

text = st.text(max_size=20)
number = st.integers(-(10**12), 10**12)
maybe = st.none() | number
size = st.floats(allow_nan=False, allow_infinity=False)
dates = st.one_of(
    st.builds(PartialDate, st.integers(1, 9999)),
    st.builds(PartialDate, st.integers(1, 9999), st.integers(1, 12)),
    st.builds(PartialDate, st.integers(1, 9999), st.integers(1, 12), st.integers(1, 31)),
)
zones = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
sessions = st.builds(
    Session,
    id=text,
    title=text,
    date=st.none() | dates,
    speakers=st.lists(st.builds(Person, text, st.none() | text)).map(tuple),
    video_url=st.none() | text,
    video_offset_ms=number,
    start=st.none() | st.times() | st.datetimes(timezones=st.none() | zones),
    note=st.none() | text,
)
spans = st.builds(Span, number, number, maybe, st.none() | text, maybe, maybe, st.booleans())
statements = st.builds(Statement, number, number, maybe, st.none() | text, maybe, maybe, st.booleans(), st.booleans())
units = st.builds(Unit, number, number, st.sampled_from(Kind), text, st.lists(spans, max_size=4).map(tuple))
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | size | text,
    lambda inner: st.lists(inner) | st.dictionaries(text, inner),
)


@given(plain)
def test_plain_values_come_back(values: Any) -> None:
    assert packing.unpacked(packing.packed(values)) == values


@given(sessions)
def test_a_session_comes_back(session: Session) -> None:
    found = packing.session_from(packing.session_json(session))
    assert found == session
    assert type(found.start) is type(session.start)


@pytest.mark.parametrize(
    "start",
    [time(0), time(18), time(18, 0, 31, 5), datetime(2024, 1, 18), datetime(2024, 1, 18, 18, 3, 22, tzinfo=UTC), None],
)
def test_a_start_is_as_precise_as_it_was(start: datetime | time | None) -> None:
    found = packing.session_from(packing.session_json(Session("s", "Tea", start=start))).start
    assert found == start
    assert getattr(found, "tzinfo", None) is getattr(start, "tzinfo", None)


def test_a_session_is_written_so_that_a_person_can_read_it() -> None:
    session = Session("2024-06-te", "Té", PartialDate(2024, 6), (Person("Göran Öst", "nurse"),), start=time(18))
    written = packing.session_json(session)
    assert json.loads(written) == {
        "id": "2024-06-te",
        "title": "Té",
        "date": "2024-06",
        "speakers": [["Göran Öst", "nurse"]],
        "video_url": None,
        "video_offset_ms": 0,
        "start": "18:00:00",
        "note": None,
    }
    assert "Göran Öst" in written


@given(st.lists(units, max_size=4).map(tuple))
def test_units_come_back(given_units: tuple[Unit, ...]) -> None:
    found = packing.units_from(packing.units_blob(given_units))
    assert found == given_units
    assert all(isinstance(unit.kind, Kind) for unit in found)


@given(st.lists(st.builds(Box, number, number, number, size, size, size, size)).map(tuple))
def test_boxes_come_back(boxes: tuple[Box, ...]) -> None:
    assert packing.boxes_from(packing.boxes_blob(boxes)) == boxes


@given(st.lists(st.builds(Link, number, number, text)).map(tuple))
def test_links_come_back(links: tuple[Link, ...]) -> None:
    assert packing.links_from(packing.links_json(links)) == links


@given(st.lists(st.builds(Page, size, size, maybe, st.booleans())).map(tuple))
def test_pages_come_back(pages: tuple[Page, ...]) -> None:
    assert packing.pages_from(packing.pages_json(pages)) == pages


@given(st.lists(statements).map(tuple))
def test_statements_come_back(given_statements: tuple[Statement, ...]) -> None:
    assert packing.statements_from(packing.statements_json(given_statements)) == given_statements


def test_many_words_of_one_kind_take_little_room() -> None:
    boxes = [Box(6 * n, 6 * n + 5, 1, 10.0 * n, 20.0, 10.0 * n + 9, 32.0) for n in range(1_000)]
    assert len(packing.boxes_blob(boxes)) < 20_000


@pytest.mark.parametrize("pages", [(3, 4), None])
def test_a_passage_is_made_of_its_columns(passage: Callable[..., Passage], pages: tuple[int, int] | None) -> None:
    said = (Statement(10, 20, 3, "Ann", 1_000, 2_000), Statement(21, 24, 4, "Bo", is_filler=True))
    full = passage(
        "Tea calms. Yes", statements=said, speakers=("Ann", "Bo"), people=("Dr Ann Lee", "Bo"), pages=pages,
        start_ms=1_000, end_ms=2_000, link="https://example.org", kind=Kind.QUOTE, is_illustrative=True,
    )  # fmt: skip
    columns = {
        "id": full.id, '"start"': full.start, '"end"': full.end, "text": full.text, "section": full.section,
        "statements": packing.statements_json(said), "speakers": '["Ann", "Bo"]',
        "first_page": pages[0] if pages else None, "last_page": pages[1] if pages else None,
        "start_ms": 1_000, "end_ms": 2_000, "link": "https://example.org",
    }  # fmt: skip
    values = [columns[name] for name in packing.PASSAGE_COLUMNS.split(", ")]
    who = {"Ann": "Dr Ann Lee", "Cy": "Cy Dee"}
    origin = packing.Origin(full.document_id, full.source, full.session, full.is_illustrative, who)
    assert packing.passage_from(values, "quote", origin) == full
