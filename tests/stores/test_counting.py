from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kindsearch import KindSearch
from kindsearch.people import is_called
from kindsearch.stores import derived
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.counting import Counting, Counts
from kindsearch.stores.derived import Engines
from kindsearch.types import Filter, Kind, PartialDate


def pack_of(title: str, date: str, *speakers: str) -> str:
    said = "\n\n".join(f"**{name}** {title} gave me {number} reasons." for number, name in enumerate(speakers, 2))
    return f"# {title}\n\n{date}\n\n# Reflections from the chat\n\n{said}\n"


PACKS = {
    "2023-05-tea.md": pack_of("Tea for everyone", "May 2023", "Ann Hill", "Ann Lee"),
    "walks.md": pack_of("Walking", "", "Ann", "Bob Lee"),
    "2024-06-17-garden.md": pack_of("A garden", "17 June 2024", "Bob Lee", "Bob Lee"),
}


def engines_of(archive: KindSearch) -> Engines:
    catalog = Catalog.open(archive.folder)
    with catalog.reading():
        return derived.load(catalog)


@pytest.fixture(scope="module")
def sample(archive: KindSearch) -> Iterator[Engines]:
    """The engines of the sample packs."""
    return engines_of(archive)


def people(engines: Engines, name: str | None) -> frozenset[str] | None:
    return name and frozenset(person for written, person in engines.people if is_called(written, name))


def counted(engines: Engines, where: Filter) -> Counts:
    return Counting.of(engines).counts(where, people(engines, where.speaker))


def left(engines: Engines, where: Filter) -> int:
    """How many passages a filter leaves, as a search takes it."""
    return int(engines.matching(where, people(engines, where.speaker)).sum())


def one_by_one(engines: Engines, where: Filter) -> Counts:
    """The same counts, each choice tried by itself."""
    counts = counted(engines, Filter())
    return Counts(
        total=left(engines, where),
        sessions={id_: left(engines, replace(where, session=id_)) for id_ in counts.sessions},
        people={name: left(engines, replace(where, speaker=name)) for name in counts.people},
        dates={date: left(engines, replace(where, since=date, until=date)) for date in counts.dates},
        kinds={kind: left(engines, replace(where, kind=kind)) for kind in counts.kinds},
    )


@given(st.data())
def test_every_count_is_what_the_filter_leaves(sample: Engines, data: st.DataObject) -> None:
    every = counted(sample, Filter())
    months = [None, *every.dates]
    where = Filter(
        session=data.draw(st.sampled_from([None, *every.sessions, "no-such-session"])),
        speaker=data.draw(st.sampled_from([None, *every.people, "Nobody At All"])),
        since=data.draw(st.sampled_from(months)),
        until=data.draw(st.sampled_from(months)),
        kind=data.draw(st.sampled_from([None, *Kind])),
    )
    assert counted(sample, where) == one_by_one(sample, where)


def test_everybody_and_every_session_is_counted(archive: KindSearch) -> None:
    counts = archive.counts()
    assert counts.total == archive.status().passages == sum(counts.kinds.values()) == sum(counts.sessions.values())
    assert {person.name for person in archive.people()} == set(counts.people)
    assert {summary.session.id for summary in archive.sessions()} == set(counts.sessions)


def test_names_that_are_part_of_others_and_dates_of_a_year(small_archive: Callable[..., KindSearch]) -> None:
    engines = engines_of(small_archive(PACKS))
    of_a_year = tuple((id_, title, date or PartialDate(2024)) for id_, title, date in engines.sessions)
    engines = replace(engines, sessions=of_a_year)
    counts = counted(engines, Filter())
    assert counts == one_by_one(engines, Filter())
    assert counts.people["Ann"] > counts.people["Ann Hill"] > 0  # "Ann" may be Ann Hill as well
    assert counts.dates[PartialDate(2024, 6)] > counts.sessions["2024-06-17-a-garden"]  # and what is of 2024
    for speaker in ("Ann", "Hill", "Bob Lee"):
        where = Filter(speaker=speaker, since=PartialDate(2024))
        assert counted(engines, where) == one_by_one(engines, where)


def test_an_archive_of_nothing_has_no_counts(small_archive: Callable[..., KindSearch]) -> None:
    counts = small_archive({}).counts(Filter(speaker="Ann"))
    assert (counts.total, counts.sessions, counts.people, counts.dates) == (0, {}, {}, {})


def test_counts_follow_the_archive(small_archive: Callable[..., KindSearch]) -> None:
    archive = small_archive(PACKS)
    assert archive.counts().people["Bob Lee"] > 0
    archive.remove("walks.md", "2024-06-17-garden.md")
    assert "Bob Lee" not in archive.counts().people
