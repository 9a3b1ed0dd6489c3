from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from catalogs import every_passage, show_only
from embedding import embeddings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kindsearch.chunking import passages_of
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.errors import DamagedIndex, IncompatibleIndex, NoIndex
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.holdings import STATEMENT, WHOLE, DerivedFile, DocumentPlace, Embeddings, FileSummary, LeftOut
from kindsearch.stores.schema import FILE, FORMAT
from kindsearch.stores.words import words_in
from kindsearch.types import (
    Box,
    Document,
    Extent,
    Kind,
    Link,
    Page,
    PartialDate,
    Passage,
    Person,
    Session,
    Span,
    Statement,
    Unit,
)

DIMENSIONS = 4
ENCODER = HashingEncoder(DIMENSIONS)
NONE = Embeddings(np.empty((0, 3), dtype=np.int64), np.empty((0, DIMENSIONS), dtype=np.float32))


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    made = Catalog.create(tmp_path)
    made.set_meta("dimensions", str(DIMENSIONS))
    yield made
    made.close()


def add(catalog: Catalog, document: Document, root: str = "/corpus") -> list[Passage]:
    """Add a document with its passages as they are cut, and their vectors."""
    passages = passages_of(document)
    catalog.add(document, root, passages, embeddings(passages, ENCODER))
    return passages


def shown(catalog: Catalog) -> list[Passage]:
    """The passages that are shown, document by document."""
    return [passage for document_id in catalog.shown() for passage in catalog.indexable(document_id).passages]


def contents(catalog: Catalog) -> dict[str, list[str]]:
    sources = [place.source for place in catalog.places().values()]
    return {source: [p.text for p in every_passage(catalog) if p.source == source] for source in sources}


def names(catalog: Catalog) -> dict[str, set[str]]:
    """Session id -> the names of those who speak in its documents."""
    found: dict[str, set[str]] = {}
    for filing in catalog.filings():
        found.setdefault(filing.session.id, set()).update(filing.speakers)
    return {session_id: those for session_id, those in found.items() if those}


def meet(catalog: Catalog, **called: str) -> None:
    """Say of everybody that she is called by a name of her own, or by the one given."""
    found = [(session_id, name) for session_id, those in names(catalog).items() for name in those]
    catalog.set_people({(session_id, name): called.get(name, name) for session_id, name in found})


# ---------------------------------------------------------------- open


def test_a_folder_without_a_catalog_is_no_index(tmp_path: Path) -> None:
    with pytest.raises(NoIndex):
        Catalog.open(tmp_path)


@pytest.mark.parametrize("bytes_", [b"this is not a database " * 500, b"", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_database_is_a_damaged_index(tmp_path: Path, bytes_: bytes) -> None:
    (tmp_path / FILE).write_bytes(bytes_)
    with pytest.raises(DamagedIndex, match="delete"):
        Catalog.open(tmp_path)


@pytest.mark.parametrize("found", ["0", "1", "99"])
def test_another_format_is_refused_with_both_formats(catalog: Catalog, found: str) -> None:
    catalog.set_meta("format", found)
    with pytest.raises(IncompatibleIndex, match=f"'{found}', not '{FORMAT}'"):
        Catalog.open(catalog.folder)


def test_creating_where_there_is_one_opens_it(catalog: Catalog, document: Callable[..., Document]) -> None:
    add(catalog, document("Tea calms."))
    again = Catalog.create(catalog.folder)
    assert again.places() == catalog.places() != {}
    again.close()


def test_an_empty_catalog_is_of_generation_zero(catalog: Catalog) -> None:
    assert catalog.generation == 0
    assert catalog.counts() == {"documents": 0, "passages": 0, "sessions": 0}
    assert catalog.sources_of_sessions() == catalog.files() == catalog.words() == catalog.filings() == []
    assert catalog.places() == catalog.person_of() == catalog.forgotten() == catalog.shown() == {}
    assert catalog.session_list() == ()
    assert catalog.unfinished() == frozenset()


# ---------------------------------------------------------------- what goes in comes out


def test_a_passage_comes_back_as_it_was(catalog: Catalog, document: Callable[..., Document]) -> None:
    plain = document("Tea calms. See the site.", speaker="Göran Öst", page=7)
    session = replace(plain.session, speakers=(Person("Göran Öst", "nurse"), Person("Ann")), video_url="https://v.ex/1")
    (passage,) = passages_of(replace(plain, session=session, links=(Link(3, 6, "https://example.org"),)))
    said = replace(passage.statements[0], start_ms=1_000, end_ms=2_500, is_item=True)
    filler = replace(passage.statements[1], is_filler=True)
    full = replace(
        passage, start_ms=1_000, end_ms=9_000, statements=(said, filler), speakers=("Göran Öst", "Bo"),
        people=("Göran Öst", "Bo"),
    )  # fmt: skip
    catalog.add(replace(plain, session=session), "/corpus", [full], NONE)
    assert catalog.passage(full.id) == full
    assert every_passage(catalog) == [full]
    assert list(catalog.passages([1]).values()) == [full]
    assert catalog.passages_of(plain.id) == [full]
    assert catalog.passage("nothing") is None
    assert catalog.passages_of("nothing") == []


def test_passages_name_speakers_as_written_and_say_who_they_are(
    catalog: Catalog, document: Callable[..., Document]
) -> None:
    (passage,) = add(catalog, document("Tea calms.", speaker="Göran"))
    assert catalog.passage(passage.id) == replace(passage, people=("Göran",))  # nobody said yet who he is
    catalog.set_people({(passage.session.id, "Göran"): "Göran Öst", ("another", "Göran"): "Göran Ek"})
    expected = replace(passage, speakers=("Göran",), people=("Göran Öst",))
    assert catalog.passage(passage.id) == expected
    assert every_passage(catalog) == catalog.passages_of(passage.document_id) == [expected]
    assert shown(catalog) == [expected]


def test_text_links_boxes_pages_and_spans_come_back(catalog: Catalog, document: Callable[..., Document]) -> None:
    boxes = (Box(0, 3, 1, 10.0, 20.5, 30.0, 40.0), Box(4, 9, 2, 1.0, 2.0, 3.0, 4.0))
    links = (Link(0, 3, "https://example.org"),)
    plain = document("Tea calms.", "It warms.", speaker="Ann", page=2)
    full = replace(plain, boxes=boxes, links=links, pages=(Page(595.0, 842.0), Page(842.0, 595.0, 7, withheld=True)))
    add(catalog, full, "/somewhere")
    assert catalog.text_of(full.id) == "Tea calms.\nIt warms.\n"
    assert catalog.links_of(full.id) == list(links)
    assert catalog.pages_of(full.id) == list(full.pages)
    assert catalog.spans_of(full.id) == [Span(0, 10, 2, "Ann"), Span(11, 20, 2, "Ann")]
    assert catalog.root_of(full.id) == Path("/somewhere")
    for start, end, expected in [(0, 9, [0, 1]), (3, 4, []), (2, 3, [0]), (3, 5, [1])]:
        assert catalog.boxes_of(full.id, start, end) == [boxes[number] for number in expected]


def test_an_unknown_document_has_nothing(catalog: Catalog) -> None:
    assert catalog.text_of("x") is catalog.root_of("x") is catalog.document("x") is None
    assert catalog.links_of("x") == catalog.boxes_of("x", 0, 9) == catalog.pages_of("x") == catalog.spans_of("x") == []
    assert catalog.embeddings_of("x") is None


text = st.text(max_size=12)
number = st.integers(0, 10**9)
maybe = st.none() | number
sessions = st.builds(
    Session,
    text,
    text,
    st.none() | st.builds(PartialDate, st.integers(1, 9999), st.integers(1, 12), st.none() | st.integers(1, 31)),
    st.lists(st.builds(Person, text, st.none() | text), max_size=2).map(tuple),
    st.none() | text,
    st.integers(-(10**9), 10**9),
    st.none() | st.datetimes(timezones=st.none() | st.just(UTC)) | st.times(),
    st.none() | text,
)
spans = st.builds(Span, number, number, maybe, st.none() | text, maybe, maybe, st.booleans())
units = st.builds(Unit, number, number, st.sampled_from(Kind), text, st.lists(spans, max_size=3).map(tuple))
size = st.floats(-1e6, 1e6)
documents = st.builds(
    Document,
    text,
    text.filter(bool),
    sessions,
    text,
    st.lists(units, max_size=3).map(tuple),
    st.lists(st.builds(Box, number, number, number, size, size, size, size), max_size=3).map(tuple),
    st.lists(st.builds(Link, number, number, text), max_size=3).map(tuple),
    st.lists(st.builds(Page, size, size, maybe, st.booleans()), max_size=3).map(tuple),
    st.booleans(),
    st.integers(0, 10**6),
)


@given(documents, sessions)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_document_comes_back_as_it_was_read(catalog: Catalog, document: Document, session: Session) -> None:
    catalog.add(replace(document, session=session), "/corpus", [], NONE, described=document.session)
    assert catalog.document(document.id) == document
    catalog.keep(document)
    assert catalog.document(document.id) == replace(document, source="")  # it has no place in the archive yet
    catalog.remove(document.id)


def test_a_start_in_utc_is_known_as_such_again(catalog: Catalog, document: Callable[..., Document]) -> None:
    plain = document("Tea calms.")
    session = replace(plain.session, start=datetime(2024, 1, 18, 18, 3, tzinfo=UTC))
    add(catalog, replace(plain, session=session))
    found = catalog.filings()[0].session.start
    assert isinstance(found, datetime)
    assert found.tzinfo is UTC


def test_vectors_come_back_with_what_they_are_of(catalog: Catalog, document: Callable[..., Document]) -> None:
    tea = document("Tea calms. It warms.", "Roses grow.")
    first, second = add(catalog, tea)
    add(catalog, document("Walk.", source="walk.md"))
    back = catalog.embeddings_of(tea.id)
    assert back is not None
    assert back.places.tolist() == [
        [0, 20, WHOLE], [0, 10, STATEMENT], [11, 20, STATEMENT], [21, 32, WHOLE], [21, 32, STATEMENT],
    ]  # fmt: skip
    wholes = [f"{passage.context}\n{passage.text}" for passage in (first, second)]
    texts = [wholes[0], "Tea calms.", "It warms.", wholes[1], "Roses grow."]
    np.testing.assert_array_equal(back.vectors, ENCODER.encode(texts))
    assert back.vectors.dtype == np.float32


def test_what_is_indexed_of_a_document_is_shown_of_it_in_the_order_of_its_text(
    catalog: Catalog, document: Callable[..., Document]
) -> None:
    add(catalog, document("Walk.", source="walk.md"))
    tea = document("Tea calms.", "It warms.", "Roses grow.")
    first, second, third = passages = passages_of(tea)
    catalog.add(tea, "/corpus", [third, first, second], embeddings(passages, ENCODER))
    item = catalog.indexable(tea.id)
    assert (item.rows, item.passages) == ((3, 4, 2), (first, second, third))
    assert [text for text, _ in item.words] == [["tea", "calms"], ["warms"], ["roses", "grow"]]
    show_only(catalog, [second, replace(third, kind=Kind.ABOUT)])
    item = catalog.indexable(tea.id)
    assert (item.rows, item.passages) == ((4, 2), (second, replace(third, kind=Kind.ABOUT)))
    assert [text for text, _ in item.words] == [["warms"], ["roses", "grow"]]
    assert len(item.embeddings.places) == 6  # shown or not
    assert catalog.shown() == {tea.id: [(4, Kind.CHAT), (2, Kind.ABOUT)]}


def test_words_of_passages_and_their_contexts_are_those_that_are_shown(
    catalog: Catalog, document: Callable[..., Document]
) -> None:
    tea, rose = document("Tea calms tea."), document("Roses grow.", source="rose.md", speaker="Göran")
    add(catalog, tea)
    add(catalog, rose)
    words = {one.source: catalog.indexable(one.id).words[0] for one in (tea, rose)}
    assert {source: (set(text), set(context)) for source, (text, context) in words.items()} == {
        "tea.md": (set(words_in(tea.text)), set(words_in("tea 18 January 2024 Chat"))),
        "rose.md": (set(words_in(rose.text)), set(words_in("rose 18 January 2024 Chat Göran"))),
    }
    assert words["tea.md"][0] == ["tea", "calms", "tea"]  # how often counts
    every = {word for pair in words.values() for those in pair for word in those}
    assert catalog.words_of([tea.id, rose.id]) == every >= {"calms", "roses", "göran"}
    of_tea = {word for those in words["tea.md"] for word in those}
    assert catalog.words_of([tea.id]) == of_tea
    assert catalog.words_of(["nothing"]) == catalog.words_of([]) == set()
    show_only(catalog, [p for p in every_passage(catalog) if p.source == "tea.md"])
    assert catalog.words_of([tea.id, rose.id]) == of_tea


def test_names_are_words_of_speech_each_time_somebody_begins_to_speak_and_of_nothing_that_was_written(
    catalog: Catalog, document: Callable[..., Document]
) -> None:
    lines = ("Tea calms.", "It warms.", "Roses grow.", "They do.", "Um.", "So walk.")
    voices = ("Göran Öst", "Göran Öst", "Bo", None, "Bo", "Göran Öst")
    talk = document(*lines, kind=Kind.TRANSCRIPT)
    spans = tuple(replace(unit.spans[0], speaker=who) for unit, who in zip(talk.units, voices, strict=True))
    rose = document("Roses grow.", source="rose.md", speaker="Ann")
    add(catalog, replace(talk, units=(Unit(0, len(talk.text) - 1, Kind.TRANSCRIPT, "", spans),)))
    add(catalog, rose)
    spoken, written = (catalog.indexable(one.id).words[0][0] for one in (talk, rose))
    assert sorted(spoken) == sorted(
        [*words_in(" ".join(lines)), "göran", "öst", "bo", "bo", "göran", "öst"]  # "Bo" again after somebody unknown
    )
    assert written == ["roses", "grow"]
    assert "öst" in catalog.words_of([talk.id])


def test_vectors_of_a_document_are_there_whether_its_passages_are_shown_or_not(
    catalog: Catalog, document: Callable[..., Document]
) -> None:
    tea = document("Tea calms.")
    add(catalog, tea)
    show_only(catalog, [])
    back = catalog.embeddings_of(tea.id)
    assert back is not None
    assert len(back.vectors) == 2


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


# ---------------------------------------------------------------- what is known beside the contents


def test_a_filing_tells_all_but_the_contents(catalog: Catalog, document: Callable[..., Document]) -> None:
    plain = document("Tea calms.", "It warms.", source="sub/tea.txt", speaker="Ann")
    times = [(64_800_000, 64_801_000), (64_805_000, None)]
    units = tuple(
        replace(unit, kind=kind, spans=(replace(unit.spans[0], start_ms=start, end_ms=end),))
        for unit, kind, (start, end) in zip(plain.units, (Kind.CHAT, Kind.RESOURCE), times, strict=True)
    )
    described = Session("", "", None, (Person("Ann"),))
    chat = replace(plain, units=units, by_the_clock=True)
    catalog.add(chat, "/corpus", [], NONE, described=described, origin_ms=64_000_000)
    (filing,) = catalog.filings()
    assert (filing.document_id, filing.source, filing.root) == (chat.id, "sub/tea.txt", "/corpus")
    assert (filing.described, filing.session) == (described, chat.session)
    assert (filing.notes, filing.origin_ms, filing.speakers) == (None, 64_000_000, ("Ann",))
    assert filing.extent == Extent(frozenset({Kind.CHAT, Kind.RESOURCE}), 64_800_000, 64_805_000)
    assert filing.by_the_clock is True


def test_what_is_not_known_of_a_document_is_none(catalog: Catalog, document: Callable[..., Document]) -> None:
    plain = document("Tea calms.")
    add(catalog, plain)
    (filing,) = catalog.filings()
    assert filing.described == filing.session == plain.session
    assert {filing.notes, filing.origin_ms, filing.extent.first_ms, filing.extent.last_ms} == {None}
    assert (filing.by_the_clock, filing.speakers, filing.redacted) == (False, (), "")


def test_filings_and_places_are_in_order_of_source_and_root(
    catalog: Catalog, document: Callable[..., Document]
) -> None:
    found = [document(f"Of {n}.", source=source) for n, source in enumerate(["b.md", "a.md", "b.md"])]
    for one, root in zip(found, ("/two", "/one", "/one"), strict=True):
        add(catalog, one, root)
    ids = [found[number].id for number in (1, 2, 0)]
    assert [filing.document_id for filing in catalog.filings()] == list(catalog.places()) == ids
    assert [(place.source, place.root) for place in catalog.places().values()] == [
        ("a.md", "/one"), ("b.md", "/one"), ("b.md", "/two"),
    ]  # fmt: skip
    assert [p.text for p in every_passage(catalog)] == ["Of 1.", "Of 2.", "Of 0."]


def test_notes_are_set_and_taken_away(catalog: Catalog, document: Callable[..., Document]) -> None:
    tea, rose = document("Tea calms."), document("Roses grow.", source="rose.md")
    add(catalog, tea)
    add(catalog, rose)
    catalog.annotate(tea.id, '{"place": "session.toml"}', redacted="5a")
    assert {filing.source: (filing.notes, filing.redacted) for filing in catalog.filings()} == {
        "rose.md": (None, ""), "tea.md": ('{"place": "session.toml"}', "5a"),
    }  # fmt: skip
    catalog.annotate(tea.id, None)
    assert {(filing.notes, filing.redacted) for filing in catalog.filings()} == {(None, "")}


def test_what_was_made_up_is_known_by_its_documents(catalog: Catalog, document: Callable[..., Document]) -> None:
    tea, rose = document("Tea calms."), document("Roses grow.", source="rose.md")
    add(catalog, tea)
    add(catalog, rose)
    catalog.annotate(tea.id, None, illustrative=True)
    assert catalog.illustrative() == {tea.id}
    catalog.annotate(tea.id, None)
    assert catalog.illustrative() == frozenset()


# ---------------------------------------------------------------- unfinished work


def test_a_document_that_is_kept_is_not_part_of_the_archive(
    catalog: Catalog, document: Callable[..., Document]
) -> None:
    tea, rose = document("Tea calms."), document("Roses grow.", source="rose.md")
    add(catalog, rose)
    catalog.keep(tea)
    catalog.keep(tea)
    assert catalog.unfinished() == {tea.id}
    assert catalog.counts() == {"documents": 1, "passages": 1, "sessions": 1}
    assert [filing.document_id for filing in catalog.filings()] == list(catalog.places()) == [rose.id]
    assert catalog.sources_of_sessions() == [(rose.session, ("rose.md",))]
    assert catalog.document(tea.id) == replace(tea, source="")
    assert catalog.root_of(rose.id) == Path("/corpus")


def test_a_document_that_is_added_is_unfinished_no_more(catalog: Catalog, document: Callable[..., Document]) -> None:
    tea = document("Tea calms.")
    catalog.keep(tea)
    add(catalog, tea)
    assert catalog.unfinished() == frozenset()
    catalog.forget_unfinished()
    assert contents(catalog) == {"tea.md": ["Tea calms."]}


def test_kept_vectors_are_found_by_their_text(catalog: Catalog) -> None:
    vectors = dict(zip(["tea", "Tea", "half \udcff", ""], np.eye(DIMENSIONS, dtype=np.float32), strict=True))
    catalog.keep_vectors(vectors)
    found = catalog.unfinished_vectors([*vectors, "rose"])
    assert list(found) == list(vectors)
    for words, vector in vectors.items():
        np.testing.assert_array_equal(found[words], vector)
    catalog.keep_vectors({"tea": np.ones(DIMENSIONS, dtype=np.float32)})
    np.testing.assert_array_equal(catalog.unfinished_vectors(["tea"])["tea"], np.ones(DIMENSIONS, dtype=np.float32))


def test_unfinished_work_is_there_for_the_next_process(catalog: Catalog, document: Callable[..., Document]) -> None:
    tea = document("Tea calms.")
    with catalog.writing():
        catalog.keep(tea)
        catalog.keep_vectors({"tea": np.ones(DIMENSIONS, dtype=np.float32)})
    other = Catalog.open(catalog.folder)
    assert other.unfinished() == {tea.id}
    assert list(other.unfinished_vectors(["tea"])) == ["tea"]
    other.close()


def test_unfinished_work_can_be_forgotten_and_nothing_else(catalog: Catalog, document: Callable[..., Document]) -> None:
    tea, rose = document("Tea calms."), document("Roses grow.", source="rose.md")
    add(catalog, rose)
    catalog.keep(tea)
    catalog.keep_vectors({"tea": np.ones(DIMENSIONS, dtype=np.float32)})
    catalog.forget_unfinished()
    assert (catalog.unfinished(), catalog.unfinished_vectors(["tea"])) == (frozenset(), {})
    assert catalog.document(tea.id) is None
    assert contents(catalog) == {"rose.md": ["Roses grow."]}


# ---------------------------------------------------------------- change


def test_removing_a_document_removes_all_that_is_its_own(catalog: Catalog, document: Callable[..., Document]) -> None:
    tea = document("Tea calms.", speaker="Ann")
    add(catalog, tea)
    add(catalog, document("Roses grow.", source="rose.md", speaker="Bo"))
    meet(catalog)
    catalog.remove(tea.id)
    assert contents(catalog) == {"rose.md": ["Roses grow."]}
    assert names(catalog) == {"2024-01-18-rose": {"Bo"}}
    assert list(catalog.shown()) == [place.document_id for place in catalog.places().values()]
    assert catalog.embeddings_of(tea.id) is None


def test_moving_keeps_ids_and_passages(catalog: Catalog, document: Callable[..., Document]) -> None:
    (passage,) = add(catalog, document("Tea calms."))
    catalog.move(passage.document_id, "sub/other.md", "/elsewhere")
    assert catalog.passage(passage.id) == replace(passage, source="sub/other.md")
    place = DocumentPlace("sub/other.md", "/elsewhere", passage.document_id)
    assert catalog.places() == {passage.document_id: place}
    assert catalog.root_of(passage.document_id) == Path("/elsewhere")


@pytest.mark.parametrize(
    ("moves", "after"),
    [
        ([("a", "b"), ("b", "a")], {"a": ["B."], "b": ["A."], "c": ["C."]}),
        ([("a", "b"), ("b", "c"), ("c", "a")], {"a": ["C."], "b": ["A."], "c": ["B."]}),
        ([("a", "b"), ("b", "d")], {"b": ["A."], "c": ["C."], "d": ["B."]}),
    ],
)
def test_names_may_change_places(
    catalog: Catalog, document: Callable[..., Document], moves: list[tuple[str, str]], after: dict[str, list[str]]
) -> None:
    ids = {name: add(catalog, document(f"{name.upper()}.", source=name))[0].document_id for name in "abc"}
    for old, new in moves:
        catalog.move(ids[old], new, "/corpus")
    assert contents(catalog) == after


def test_two_folders_may_hold_files_of_one_name(catalog: Catalog, document: Callable[..., Document]) -> None:
    one, other = document("Tea calms."), document("Tea warms.")
    add(catalog, one, "/one")
    add(catalog, other, "/other")
    assert {id_: place.root for id_, place in catalog.places().items()} == {one.id: "/one", other.id: "/other"}
    assert contents(catalog) == {"tea.md": ["Tea calms.", "Tea warms."]}
    catalog.remove(one.id)
    assert contents(catalog) == {"tea.md": ["Tea warms."]}


def test_adding_a_document_again_puts_it_anew(catalog: Catalog, document: Callable[..., Document]) -> None:
    tea = document("Tea calms.", "It warms.", speaker="Ann")
    add(catalog, tea)
    catalog.annotate(tea.id, "{}", redacted="5a")
    again = replace(tea, session=replace(tea.session, id="other"), units=tea.units[:1])
    add(catalog, again, "/elsewhere")
    assert contents(catalog) == {"tea.md": ["Tea calms."]}
    assert names(catalog) == {"other": {"Ann"}}
    assert catalog.counts() == {"documents": 1, "passages": 1, "sessions": 1}
    assert [(filing.root, filing.notes) for filing in catalog.filings()] == [("/elsewhere", None)]


def test_statements_and_times_of_a_passage_are_written_anew_and_nothing_else(
    catalog: Catalog, document: Callable[..., Document]
) -> None:
    one, other = add(catalog, document("Tea calms.", "It warms."))
    said = replace(one.statements[0], start_ms=1_000, end_ms=2_000)
    timed = replace(one, statements=(said,), start_ms=1_000, end_ms=2_000)
    catalog.set_statements(replace(timed, kind=Kind.ABOUT, section="Other", text="other"))
    assert catalog.passages_of(one.document_id) == [timed, other]
    catalog.set_statements(one)
    assert catalog.passages_of(one.document_id) == [one, other]


def test_what_fails_while_writing_leaves_everything_as_it_was(
    catalog: Catalog, document: Callable[..., Document]
) -> None:
    add(catalog, document("Tea calms."))

    def spoil() -> None:
        with catalog.writing():
            catalog.remove(next(iter(catalog.places())))
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
            catalog.remove(next(iter(catalog.places())))
        assert contents(reader) == before == {"tea.md": ["Tea calms."]}
    assert contents(reader) == {}
    reader.close()


def test_who_is_meant_by_a_name_is_as_of_the_last_change_whoever_made_it(
    catalog: Catalog, document: Callable[..., Document]
) -> None:
    plain = document("Tea calms.", kind=Kind.TALK)
    spans = (replace(plain.units[0].spans[0], speaker="Ann"),)
    (passage,) = add(catalog, replace(plain, units=(Unit(0, 10, Kind.TALK, "", spans),)))
    other = Catalog.open(catalog.folder)

    def people() -> tuple[str, ...]:
        found = catalog.passage(passage.id)
        assert found is not None
        return found.people

    def change_the_mind() -> None:
        with catalog.writing():
            meet(catalog, Ann="Ann Hall")
            assert people() == ("Ann Hall",)
            raise RuntimeError("it was another Ann")

    meet(catalog, Ann="Ann Lee")
    assert people() == ("Ann Lee",)
    meet(other, Ann="Ann Moor")
    assert people() == ("Ann Moor",)
    with pytest.raises(RuntimeError, match="another Ann"):
        change_the_mind()
    assert people() == ("Ann Moor",)
    other.close()


# ---------------------------------------------------------------- people to be forgotten


def test_whom_to_forget_is_remembered_and_added_to(catalog: Catalog) -> None:
    catalog.remember_forgotten({("f1", ""): ("ann", False), ("f1", "d1"): ("ann", True)})
    catalog.remember_forgotten({("f2", ""): ("bo", True), ("f1", ""): ("ann", True)})
    catalog.remember_forgotten({})
    assert catalog.forgotten() == {("f1", ""): ("ann", True), ("f1", "d1"): ("ann", True), ("f2", ""): ("bo", True)}


def test_nothing_of_what_was_taken_out_is_left_in_any_file(catalog: Catalog, document: Callable[..., Document]) -> None:
    taken = document("Unmistakable tea calms.", source="unmistakable.md", speaker="Unmistakable Ann")
    kept = document("Roses grow.", source="rose.md", speaker="Bo")

    def files_with(words: str) -> set[str]:
        return {path.name for path in catalog.folder.iterdir() if words.lower().encode() in path.read_bytes().lower()}

    with catalog.writing():
        add(catalog, taken)
        add(catalog, kept)
        catalog.add_words(["unmistakable"], np.ones((1, DIMENSIONS), dtype=np.float32))
        catalog.keep(document("Unmistakable as well.", source="more.md"))
        meet(catalog)
    assert files_with("unmistakable") != set() != files_with("Roses grow.")
    with catalog.writing():
        catalog.remove(taken.id)
        catalog.remove_words(["unmistakable"])
        catalog.forget_unfinished()
        meet(catalog)
        catalog.to_be_wiped()
    catalog.wipe()
    assert files_with("unmistakable") == set()
    assert files_with("Roses grow.") == {FILE}
    assert contents(catalog) == {"rose.md": ["Roses grow."]}


def test_what_a_reader_keeps_from_being_wiped_is_wiped_the_next_time(
    catalog: Catalog, document: Callable[..., Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kindsearch.stores.schema._BUSY_SECONDS", 0.1)
    writer, reader = Catalog.open(catalog.folder), Catalog.open(catalog.folder)
    log = catalog.folder / f"{FILE}-wal"
    tea = document("Unmistakable tea calms.")
    add(catalog, tea)
    with reader.reading():
        assert contents(reader)
        with writer.writing():
            writer.remove(tea.id)
            writer.to_be_wiped()
        writer.wipe()
        assert b"Unmistakable" in log.read_bytes()
    writer.wipe()
    assert b"Unmistakable" not in log.read_bytes() + (catalog.folder / FILE).read_bytes()
    before = log.read_bytes()
    writer.wipe()  # nothing is left to do
    assert log.read_bytes() == before
    reader.close()
    writer.close()


# ---------------------------------------------------------------- which passages


@pytest.fixture
def three_sessions(catalog: Catalog, document: Callable[..., Document]) -> Catalog:
    add(catalog, document("A.", source="music.md", date="2023-05", speaker="Dr Ann Lee", kind=Kind.QUOTE))
    add(catalog, document("B.", "C.", source="tea.md", date="2024-01-18", speaker="Ann Lee"))
    add(catalog, document("D.", source="garden.md", date="2024-06", speaker="Göran Öst"))
    add(catalog, document("E.", source="undated.md", date=None))
    meet(catalog, **{"Ann Lee": "Dr Ann Lee"})
    return catalog


def test_passages_not_shown_are_in_no_list(three_sessions: Catalog) -> None:
    kept = [replace(p, kind=Kind.ABOUT) for p in every_passage(three_sessions) if p.text in {"A.", "B."}]
    show_only(three_sessions, kept)
    assert {(passage.text, passage.kind) for passage in shown(three_sessions)} == {
        ("A.", Kind.ABOUT),
        ("B.", Kind.ABOUT),
    }
    assert names(three_sessions)["2024-06-garden"] == {"Göran Öst"}  # shown or not
    assert three_sessions.counts()["passages"] == 2


def test_passages_hidden_once_come_back_under_their_own_kind(three_sessions: Catalog) -> None:
    everything = every_passage(three_sessions)
    show_only(three_sessions, [replace(everything[0], kind=Kind.ABOUT)])
    assert every_passage(three_sessions) == everything
    show_only(three_sessions, everything)
    assert three_sessions.passage(everything[0].id) == everything[0]


def test_the_list_of_sessions_is_in_the_same_order_and_without_what_they_hold(three_sessions: Catalog) -> None:
    listed = three_sessions.session_list()
    sessions = [session for session, _ in three_sessions.sources_of_sessions()]
    assert listed == tuple((session.id, session.title, session.date) for session in sessions)
    assert [str(date) for _, _, date in listed] == ["2024-06", "2024-01-18", "2023-05", "None"]


def test_who_is_who_is_set_as_a_whole(three_sessions: Catalog) -> None:
    people = {("2024-06-garden", "Göran Öst"): "Göran", ("nowhere", "Nobody"): "Nobody"}
    three_sessions.set_people(people)
    assert three_sessions.person_of() == people


def test_a_passage_says_who_is_meant_by_each_of_its_names(catalog: Catalog, document: Callable[..., Document]) -> None:
    plain = document("Tea calms.", "It warms.", kind=Kind.TALK)
    spans = tuple(replace(u.spans[0], speaker=name) for u, name in zip(plain.units, ("Ann", "Ann Lee"), strict=True))
    (passage,) = add(catalog, replace(plain, units=(Unit(0, 20, Kind.TALK, "", spans),)))
    meet(catalog, Ann="Ann Lee")
    found = catalog.passage(passage.id)
    assert found is not None
    assert (found.speakers, found.people) == (("Ann", "Ann Lee"), ("Ann Lee", "Ann Lee"))


def test_texts_and_links_are_found_by_row(catalog: Catalog, document: Callable[..., Document]) -> None:
    plain = document("Tea calms.", "Look at the library.")
    add(catalog, replace(plain, links=(Link(12, 15, "https://library.example/"),)))
    (first, _), (second, _) = catalog.shown()[plain.id]
    assert catalog.texts([second, first]) == ["Tea calms.", "Look at the library."]
    assert catalog.texts([]) == []
    assert catalog.rows_with_link() == [second]
    show_only(catalog, [passage for passage in every_passage(catalog) if passage.text == "Tea calms."])
    assert catalog.rows_with_link() == []


def test_files_are_listed_with_their_pages_and_extent(catalog: Catalog, document: Callable[..., Document]) -> None:
    tea = replace(document("Tea calms."), pages=(Page(960, 540), Page(960, 540, withheld=True)))
    add(catalog, tea)
    catalog.keep(document("Not yet.", source="later.md"))
    kinds = Extent(frozenset({Kind.CHAT}), None, None)
    assert catalog.files() == [FileSummary(tea.id, "tea.md", tea.session.id, False, tea.pages, kinds)]


def test_files_left_out_are_set_as_a_whole(catalog: Catalog) -> None:
    assert catalog.left_out() == []
    catalog.set_left_out([])
    files = [LeftOut("b.pdf", "/corpus", "damaged"), LeftOut("a.pdf", "/corpus", "empty")]
    catalog.set_left_out(files)
    assert catalog.left_out() == files[::-1]
    catalog.set_left_out(files[:1])
    assert catalog.left_out() == files[:1]
    catalog.set_left_out([])
    assert catalog.left_out() == []


def test_two_files_of_one_session_are_one_session(catalog: Catalog, document: Callable[..., Document]) -> None:
    session = replace(document("x").session, speakers=(Person("Ann"),))
    add(catalog, replace(document("Tea calms."), session=session))
    add(catalog, replace(document("Tea warms.", source="chat.md"), session=session))
    assert catalog.sources_of_sessions() == [(session, ("chat.md", "tea.md"))]
    assert catalog.counts() == {"documents": 2, "passages": 2, "sessions": 1}


def test_statements_survive_without_any_place(catalog: Catalog, document: Callable[..., Document]) -> None:
    (passage,) = add(catalog, document("Tea calms.", date=None))
    assert catalog.passage(passage.id) == passage
    assert passage.statements == (Statement(0, 10),)
