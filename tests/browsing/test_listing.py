from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from catalogs import every_passage, show_only
from embedding import embeddings

from kindsearch import KindSearch
from kindsearch.browsing import File, Voice, listing
from kindsearch.chunking import passages_of
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.sessions import Family
from kindsearch.stores import derived
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.holdings import PersonSummary, SessionSummary
from kindsearch.types import Document, Kind, Page, Unit

Make = Callable[..., KindSearch]
ENCODER = HashingEncoder(4)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    made = Catalog.create(tmp_path)
    made.set_meta("dimensions", "4")
    yield made
    made.close()


def add(catalog: Catalog, document: Document) -> None:
    passages = passages_of(document)
    catalog.add(document, "/corpus", passages, embeddings(passages, ENCODER))


def people(catalog: Catalog) -> list[PersonSummary]:
    return listing.people(derived.load(catalog))


def sessions(catalog: Catalog) -> list[SessionSummary]:
    return listing.sessions(catalog, derived.load(catalog))


@pytest.fixture
def three_sessions(catalog: Catalog, document: Callable[..., Document]) -> Catalog:
    add(catalog, document("A.", source="music.md", date="2023-05", speaker="Dr Ann Lee", kind=Kind.QUOTE))
    add(catalog, document("B.", "C.", source="tea.md", date="2024-01-18", speaker="Ann Lee"))
    add(catalog, document("D.", source="garden.md", date="2024-06", speaker="Göran Öst"))
    add(catalog, document("E.", source="undated.md", date=None))
    known = {"Ann Lee": "Dr Ann Lee"}
    catalog.set_people({(f.session.id, name): known.get(name, name) for f in catalog.filings() for name in f.speakers})
    return catalog


def test_sessions_are_newest_first_with_their_voices(three_sessions: Catalog) -> None:
    found = [(s.session.title, s.sources, s.passages, s.speakers) for s in sessions(three_sessions)]
    assert found == [
        ("garden", ("garden.md",), 1, ("Göran Öst",)),
        ("tea", ("tea.md",), 2, ("Dr Ann Lee",)),
        ("music", ("music.md",), 1, ("Dr Ann Lee",)),
        ("undated", ("undated.md",), 1, ()),
    ]


def test_people_come_by_name_with_their_spellings_sessions_and_passages(three_sessions: Catalog) -> None:
    assert people(three_sessions) == [
        PersonSummary("Dr Ann Lee", "Dr Ann Lee", ("Ann Lee", "Dr Ann Lee"), ("2023-05-music", "2024-01-18-tea"), 3),
        PersonSummary("Göran Öst", "Göran Öst", ("Göran Öst",), ("2024-06-garden",), 1),
    ]


def test_passages_not_shown_count_for_nothing(three_sessions: Catalog) -> None:
    show_only(three_sessions, [passage for passage in every_passage(three_sessions) if passage.text in {"A.", "B."}])
    assert [(p.name, p.passages) for p in people(three_sessions)] == [("Dr Ann Lee", 2)]
    assert [(s.session.title, s.passages, s.speakers) for s in sessions(three_sessions)] == [
        ("garden", 0, ()),
        ("tea", 1, ("Dr Ann Lee",)),
        ("music", 1, ("Dr Ann Lee",)),
        ("undated", 0, ()),
    ]


def test_two_people_of_one_name_are_two_with_the_name_they_share(three_sessions: Catalog) -> None:
    ids = {"2023-05-music": "Ann · 2023-05-music", "2024-01-18-tea": "Ann · 2024-01-18-tea"}
    written = [("2023-05-music", "Dr Ann Lee"), ("2024-01-18-tea", "Ann Lee"), ("2024-06-garden", "Göran Öst")]
    three_sessions.set_people({(session_id, name): ids.get(session_id, name) for session_id, name in written})
    assert [(p.id, p.name, p.sessions) for p in people(three_sessions)[:2]] == [
        ("Ann · 2023-05-music", "Ann", ("2023-05-music",)),
        ("Ann · 2024-01-18-tea", "Ann", ("2024-01-18-tea",)),
    ]
    assert {s.session.title: s.speakers for s in sessions(three_sessions)}["tea"] == ("Ann",)


def test_a_passage_counts_once_for_a_person_however_often_it_names_her(
    catalog: Catalog, document: Callable[..., Document]
) -> None:
    plain = document("Tea calms.", "It warms.", kind=Kind.TALK)
    spans = tuple(replace(u.spans[0], speaker=name) for u, name in zip(plain.units, ("Ann", "Ann Lee"), strict=True))
    add(catalog, replace(plain, units=(Unit(0, 20, Kind.TALK, "", spans),)))
    catalog.set_people({("2024-01-18-tea", name): "Ann Lee" for name in ("Ann", "Ann Lee")})
    (person,) = people(catalog)
    assert (person.spellings, person.passages) == (("Ann", "Ann Lee"), 1)
    assert listing.voices(derived.load(catalog), "2024-01-18-tea") == [Voice("Ann Lee", "Ann Lee", 1)]


def test_those_who_say_most_in_a_session_come_first(small_archive: Make, pack: Callable[..., str]) -> None:
    said = [("Bo Ek", "I like tea."), ("Ann Lee", "I like milk."), ("Göran Öst", "And cups."), ("Ann Lee", "And rain.")]
    other = pack("Rose", "June 2024", ("Bo Ek", "I like roses."))
    archive = small_archive({"tea.md": pack("Tea", "May 2024", *said), "rose.md": other})
    with archive._reading() as (_, engines):
        voices = listing.voices(engines, "2024-05-tea")
        assert [(voice.name, voice.passages) for voice in voices] == [("Ann Lee", 2), ("Bo Ek", 1), ("Göran Öst", 1)]
        assert listing.voices(engines, "nowhere") == []


def test_a_file_tells_what_it_is_and_how_much_there_is_of_it(
    catalog: Catalog, document: Callable[..., Document]
) -> None:
    page, withheld = Page(960, 540), Page(960, 540, withheld=True)
    plain = document("Tea calms.", kind=Kind.TALK)
    add(catalog, replace(plain, pages=(page, page)))
    add(catalog, replace(document("Roses.", source="rose.pdf", kind=Kind.TALK), pages=(withheld, page)))
    spoken = document("Hello there.", source="talk.vtt", kind=Kind.TRANSCRIPT)
    chat = document("Hello all.", source="chat.txt")
    for one, by_the_clock in ((spoken, False), (chat, True)):
        units = tuple(
            replace(unit, spans=tuple(replace(s, start_ms=60_000, end_ms=240_000) for s in unit.spans))
            for unit in one.units
        )
        add(catalog, replace(one, units=units, by_the_clock=by_the_clock))
    found = {file.source: file for file in listing.files(catalog, derived.load(catalog))}
    assert list(found) == ["chat.txt", "rose.pdf", "talk.vtt", "tea.md"]
    assert found["tea.md"] == File(plain.id, "tea.md", plain.session.id, Family.PACK, 2, None, 1, page)
    assert (found["rose.pdf"].pages, found["rose.pdf"].cover) == (2, None)  # its first page is not to be shown
    assert (found["talk.vtt"].family, found["talk.vtt"].length_ms) == (Family.TRANSCRIPT, 240_000)
    assert (found["chat.txt"].family, found["chat.txt"].length_ms) == (Family.CHAT, 180_000)
