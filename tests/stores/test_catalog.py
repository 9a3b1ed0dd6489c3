from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kindsearch.chunking import passages_of
from kindsearch.errors import DamagedIndex, IncompatibleIndex, NoIndex
from kindsearch.stores.catalog import FILE, Catalog, DerivedFile, DocumentPlace, is_called
from kindsearch.types import Box, Document, Filter, Kind, Link, Page, PartialDate, Passage, Person, Statement

DIMENSIONS = 4


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    made = Catalog.create(tmp_path)
    made.set_meta("dimensions", str(DIMENSIONS))
    yield made
    made.close()


def add(catalog: Catalog, document: Document, root: str = "/corpus") -> list[Passage]:
    passages = passages_of(document)
    vectors = [np.eye(DIMENSIONS, dtype=np.float32)[: 1 + len(p.statements)] for p in passages]
    catalog.add(document, root, passages, vectors)
    return passages


def contents(catalog: Catalog) -> dict[str, list[str]]:
    return {source: [p.text for p in catalog.every_passage() if p.source == source] for source in catalog.places()}


# ---------------------------------------------------------------- open


def test_a_folder_without_a_catalog_is_no_index(tmp_path: Path) -> None:
    with pytest.raises(NoIndex):
        Catalog.open(tmp_path)


@pytest.mark.parametrize("bytes_", [b"this is not a database " * 500, b"", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_database_is_a_damaged_index(tmp_path: Path, bytes_: bytes) -> None:
    (tmp_path / FILE).write_bytes(bytes_)
    with pytest.raises(DamagedIndex, match="delete"):
        Catalog.open(tmp_path)


@pytest.mark.parametrize("found", ["0", "99"])
def test_another_format_is_refused_with_both_formats(catalog: Catalog, found: str) -> None:
    catalog.set_meta("format", found)
    with pytest.raises(IncompatibleIndex, match=f"'{found}', not '1'"):
        Catalog.open(catalog.folder)


def test_creating_where_there_is_one_opens_it(catalog: Catalog, document: Callable[..., Document]) -> None:
    add(catalog, document("Tea calms."))
    again = Catalog.create(catalog.folder)
    assert again.places() == catalog.places() != {}
    again.close()


def test_an_empty_catalog_is_of_generation_zero(catalog: Catalog) -> None:
    assert catalog.generation == 0
    assert catalog.counts() == {"documents": 0, "passages": 0, "sessions": 0}
    assert catalog.sessions() == catalog.speakers() == catalog.words() == []
    assert catalog.places() == {}


# ---------------------------------------------------------------- what goes in comes out


def test_a_passage_comes_back_as_it_was(catalog: Catalog, document: Callable[..., Document]) -> None:
    plain = document("Tea calms. See the site.", speaker="Göran Öst", page=7)
    session = replace(plain.session, speakers=(Person("Göran Öst", "nurse"), Person("Ann")), video_url="https://v.ex/1")
    (passage,) = passages_of(replace(plain, session=session, links=(Link(3, 6, "https://example.org"),)))
    said = replace(passage.statements[0], start_ms=1_000, end_ms=2_500, is_item=True)
    full = replace(passage, start_ms=1_000, end_ms=9_000, statements=(said, *passage.statements[1:]))
    catalog.add(replace(plain, session=session), "/corpus", [full], [np.zeros((3, DIMENSIONS), dtype=np.float32)])
    assert catalog.passage(full.id) == full
    assert list(catalog.every_passage()) == [full]
    assert list(catalog.passages([1, 2]).values()) == [full]
    assert catalog.passage("nothing") is None


def test_text_links_boxes_and_pages_come_back(catalog: Catalog, document: Callable[..., Document]) -> None:
    boxes = (Box(0, 3, 1, 10.0, 20.5, 30.0, 40.0), Box(4, 9, 2, 1.0, 2.0, 3.0, 4.0))
    links = (Link(0, 3, "https://example.org"),)
    full = replace(document("Tea calms."), boxes=boxes, links=links, pages=(Page(595.0, 842.0), Page(842.0, 595.0, 7)))
    add(catalog, full, "/somewhere")
    assert catalog.text_of(full.id) == "Tea calms.\n"
    assert catalog.links_of(full.id) == list(links)
    assert catalog.pages_of(full.id) == list(full.pages)
    assert catalog.root_of(full.id) == Path("/somewhere")
    for start, end, expected in [(0, 9, [0, 1]), (3, 4, []), (2, 3, [0]), (3, 5, [1])]:
        assert catalog.boxes_of(full.id, start, end) == [boxes[number] for number in expected]


def test_an_unknown_document_has_nothing(catalog: Catalog) -> None:
    assert catalog.text_of("x") is catalog.root_of("x") is None
    assert catalog.links_of("x") == catalog.boxes_of("x", 0, 9) == catalog.pages_of("x") == []


def test_vectors_come_back_with_their_passage(catalog: Catalog, document: Callable[..., Document]) -> None:
    add(catalog, document("Tea calms. It warms."))
    (item,) = catalog.indexables()
    assert item.passage.text == "Tea calms. It warms."
    np.testing.assert_array_equal(item.vectors, np.eye(4, dtype=np.float32)[:3])


def test_words_come_back_in_order_with_their_vectors(catalog: Catalog) -> None:
    catalog.add_words(["tea", "rose"], np.eye(DIMENSIONS, dtype=np.float32)[:2])
    assert catalog.words() == ["rose", "tea"]
    np.testing.assert_array_equal(catalog.word_vectors(), np.eye(DIMENSIONS, dtype=np.float32)[[1, 0]])
    catalog.remove_words(["rose"])
    assert catalog.words() == ["tea"]


def test_derived_files_are_replaced_as_a_whole(catalog: Catalog) -> None:
    catalog.set_derived_files([DerivedFile("a", 1, "x"), DerivedFile("b", 2, "y")])
    catalog.set_derived_files([DerivedFile("c", 3, "z")])
    assert catalog.derived_files() == [DerivedFile("c", 3, "z")]


# ---------------------------------------------------------------- change


def test_removing_a_document_removes_all_that_is_its_own(catalog: Catalog, document: Callable[..., Document]) -> None:
    add(catalog, document("Tea calms.", speaker="Ann"))
    add(catalog, document("Roses grow.", source="rose.md", speaker="Bo"))
    catalog.remove("tea.md")
    assert contents(catalog) == {"rose.md": ["Roses grow."]}
    assert catalog.speakers() == ["Bo"]
    assert len(catalog.rows(Filter(speaker="Ann"))) == 0


def test_renaming_keeps_ids_and_passages(catalog: Catalog, document: Callable[..., Document]) -> None:
    (passage,) = add(catalog, document("Tea calms."))
    catalog.rename([("tea.md", "sub/other.md", "/elsewhere")])
    assert catalog.passage(passage.id) == replace(passage, source="sub/other.md")
    assert catalog.places() == {"sub/other.md": DocumentPlace("sub/other.md", "/elsewhere", passage.document_id)}


@pytest.mark.parametrize(
    ("moves", "after"),
    [
        ([("a", "b"), ("b", "a")], {"a": ["B."], "b": ["A."], "c": ["C."]}),
        ([("a", "b"), ("b", "c"), ("c", "a")], {"a": ["C."], "b": ["A."], "c": ["B."]}),
        ([("a", "b"), ("b", "d")], {"b": ["A."], "c": ["C."], "d": ["B."]}),
        ([("a", "b")], {"b": ["A."], "c": ["C."]}),  # what was there is replaced
    ],
)
def test_names_may_change_places(
    catalog: Catalog, document: Callable[..., Document], moves: list[tuple[str, str]], after: dict[str, list[str]]
) -> None:
    for name in "abc":
        add(catalog, document(f"{name.upper()}.", source=name))
    catalog.rename([(old, new, "/corpus") for old, new in moves])
    assert contents(catalog) == after


def test_what_fails_while_writing_leaves_everything_as_it_was(
    catalog: Catalog, document: Callable[..., Document]
) -> None:
    add(catalog, document("Tea calms."))

    def spoil() -> None:
        with catalog.writing():
            catalog.remove("tea.md")
            catalog.set_meta("generation", "9")
            raise RuntimeError("power is gone")

    with pytest.raises(RuntimeError, match="power"):
        spoil()
    assert contents(catalog) == {"tea.md": ["Tea calms."]}
    assert catalog.generation == 0


def test_a_reader_sees_one_commit_while_a_writer_commits_another(
    catalog: Catalog, document: Callable[..., Document]
) -> None:
    add(catalog, document("Tea calms."))
    reader = Catalog.open(catalog.folder)
    with reader.reading():
        before = contents(reader)
        with catalog.writing():
            catalog.remove("tea.md")
        assert contents(reader) == before == {"tea.md": ["Tea calms."]}
    assert contents(reader) == {}
    reader.close()


def test_one_file_cannot_be_there_twice(catalog: Catalog, document: Callable[..., Document]) -> None:
    add(catalog, document("Tea calms."))
    with pytest.raises(sqlite3.IntegrityError):
        add(catalog, document("Tea calms."))


# ---------------------------------------------------------------- which passages


@pytest.fixture
def three_sessions(catalog: Catalog, document: Callable[..., Document]) -> Catalog:
    add(catalog, document("A.", source="music.md", date="2023-05", speaker="Dr Ann Lee", kind=Kind.QUOTE))
    add(catalog, document("B.", "C.", source="tea.md", date="2024-01-18", speaker="Ann Lee"))
    add(catalog, document("D.", source="garden.md", date="2024-06", speaker="Göran Öst"))
    add(catalog, document("E.", source="undated.md", date=None))
    return catalog


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Filter(), "ABCDE"),
        (Filter(session="2024-01-18-tea"), "BC"),
        (Filter(session="2024-01"), ""),
        (Filter(speaker="Ann Lee"), "ABC"),
        (Filter(speaker="lee"), "ABC"),
        (Filter(speaker="Dr Ann"), "A"),
        (Filter(speaker="goran"), "D"),
        (Filter(speaker="An"), ""),
        (Filter(speaker=""), ""),
        (Filter(speaker="%"), ""),
        (Filter(speaker="' OR 1=1 --"), ""),
        (Filter(kind=Kind.QUOTE), "A"),
        (Filter(kind=Kind.TALK), ""),
        (Filter(since=PartialDate(2024)), "BCD"),
        (Filter(since=PartialDate(2024, 1, 18)), "BCD"),
        (Filter(since=PartialDate(2024, 1, 19)), "D"),
        (Filter(since=PartialDate(2024, 6, 30)), "D"),  # June 2024 may be the 30th
        (Filter(since=PartialDate(2024, 7)), ""),
        (Filter(until=PartialDate(2024, 6, 1)), "ABCD"),
        (Filter(until=PartialDate(2024, 5)), "ABC"),
        (Filter(until=PartialDate(2023)), "A"),
        (Filter(since=PartialDate(2023, 6), until=PartialDate(2024, 5)), "BC"),
        (Filter(since=PartialDate(2024), until=PartialDate(2023)), ""),
        (Filter("2024-01-18-tea", "Ann", PartialDate(2024, 1), PartialDate(2024, 1), Kind.CHAT), "BC"),
        (Filter("2024-01-18-tea", "Göran", PartialDate(2024, 1), PartialDate(2024, 1), Kind.CHAT), ""),
    ],
)
def test_a_filter_lets_through_what_matches_on_every_side(
    three_sessions: Catalog, where: Filter, expected: str
) -> None:
    found = three_sessions.passages(list(three_sessions.rows(where)))
    assert "".join(sorted(p.text[0] for p in found.values())) == expected


def test_passages_not_shown_are_in_no_list(three_sessions: Catalog) -> None:
    kept = [replace(p, kind=Kind.ABOUT) for p in three_sessions.every_passage() if p.text in {"A.", "B."}]
    three_sessions.show_only(kept)
    assert len(three_sessions.rows(Filter())) == len(list(three_sessions.indexables())) == 2
    assert len(three_sessions.rows(Filter(kind=Kind.ABOUT))) == 2
    assert three_sessions.speakers() == ["Ann Lee", "Dr Ann Lee"]
    assert three_sessions.counts()["passages"] == 2
    assert not three_sessions.holds_text("D.")


def test_passages_hidden_once_come_back_under_their_own_kind(three_sessions: Catalog) -> None:
    everything = list(three_sessions.every_passage())
    three_sessions.show_only([replace(everything[0], kind=Kind.ABOUT)])
    assert list(three_sessions.every_passage()) == everything
    three_sessions.show_only(everything)
    assert three_sessions.passage(everything[0].id) == everything[0]


def test_sessions_are_newest_first_with_their_voices(three_sessions: Catalog) -> None:
    found = [(s.session.title, s.sources, s.passages, s.speakers) for s in three_sessions.sessions()]
    assert found == [
        ("garden", ("garden.md",), 1, ("Göran Öst",)),
        ("tea", ("tea.md",), 2, ("Ann Lee",)),
        ("music", ("music.md",), 1, ("Dr Ann Lee",)),
        ("undated", ("undated.md",), 1, ()),
    ]


def test_two_files_of_one_session_are_one_session(catalog: Catalog, document: Callable[..., Document]) -> None:
    first = document("Tea calms.")
    people = replace(first.session, speakers=(Person("Ann"),))
    add(catalog, first)
    add(catalog, replace(document("Tea warms.", source="chat.md"), session=people))
    (summary,) = catalog.sessions()
    assert (summary.session, summary.sources, summary.passages) == (people, ("chat.md", "tea.md"), 2)


@pytest.mark.parametrize(
    ("words", "held"),
    [
        ("since 2024", True),
        ("March 2024", False),
        ("2023", False),
        ("Tea calms", True),
        ("x' OR '1'='1", False),
        ("%", False),
    ],
)
def test_a_text_holds_words_as_they_are(
    catalog: Catalog, document: Callable[..., Document], words: str, held: bool
) -> None:
    add(catalog, document("Tea calms since 2024."))
    assert catalog.holds_text(words) is held


@pytest.mark.parametrize(
    ("name", "asked", "meant"),
    [
        ("Dr Sanjiv Ahluwalia", "Ahluwalia", True),
        ("Helen O'Connor", "o’connor", True),
        ("Zoë Smith-Jones", "zoe jones", True),
        ("Ann", "Anna", False),
        ("Anna", "Ann", False),
        ("Ann", " ", False),
        ("Ann", "", False),
    ],
)
def test_who_is_called_by_a_name(name: str, asked: str, meant: bool) -> None:
    assert is_called(name, asked) is meant


def test_statements_survive_without_any_place(catalog: Catalog, document: Callable[..., Document]) -> None:
    (passage,) = add(catalog, document("Tea calms.", date=None))
    assert catalog.passage(passage.id) == passage
    assert passage.statements == (Statement(0, 10),)
