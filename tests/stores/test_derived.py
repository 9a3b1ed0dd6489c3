from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from catalogs import every_passage, show_only
from embedding import embeddings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from meetings import found_in

from kindsearch.chunking import passages_of
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.stores import derived, durable
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.derived import Engines
from kindsearch.stores.holdings import Indexable
from kindsearch.types import Document, Filter, Kind, PartialDate, Passage, Unit

ENCODER = HashingEncoder(16)
LINES = ["Tea calms worried patients.", "Roses grow along the wall.", "We measure smiles.", "Biscuits matter."]


def add(catalog: Catalog, document: Document) -> list[Passage]:
    """Add a document with its passages, their vectors, and its words with theirs."""
    passages = passages_of(document)
    catalog.add(document, "/corpus", passages, embeddings(passages, ENCODER))
    words = sorted(catalog.words_of([document.id]))
    catalog.add_words(words, ENCODER.encode(words))
    return passages


def write(catalog: Catalog) -> None:
    """Make the next generation, as an ingest does at its end."""
    change = derived.change_of(catalog)
    catalog.set_meta("generation", str(catalog.generation + 1))
    derived.write(catalog, change)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Catalog]:
    """A catalog without documents."""
    made = Catalog.create(tmp_path / "index")
    made.set_meta("dimensions", "16")
    yield made
    made.close()


@pytest.fixture
def catalog(empty: Catalog, document: Callable[..., Document]) -> Catalog:
    """A catalog of one document, of generation 3."""
    with empty.writing():
        empty.set_meta("generation", "2")
        full = document(*LINES, speaker="Ann (she/her)")
        add(empty, full)
        empty.set_people({(full.session.id, "Ann (she/her)"): "Ann"})
        write(empty)
    return empty


def everything_found(engines: Engines, catalog: Catalog) -> dict[str, object]:
    """What each of the engines answers, by the rows of the catalog; of scores so many digits as do not depend on how
    an index came to be.
    """
    question = ENCODER.encode(["tea roses measure"])[0]
    texts = ["tea", "rose", "smiles", "talk"]
    alike = engines.words.alike([(text,) for text in texts], dict(zip(texts, ENCODER.encode(texts), strict=True)))
    rows, every = engines.columns.rows, np.arange(len(engines.columns))
    voices = engines.names_of(frozenset({"Ann"}))
    cosines = engines.vectors.cosines(question, every, voices)
    assert sorted(rows.tolist()) == sorted(row for shown in catalog.shown().values() for row, _ in shown)
    by_position: dict[str, Sequence[object]] = {
        "coverage": engines.words.coverage(alike, every).T.round(4).tolist(),
        "counts": engines.words.uses(alike, every).T.tolist(),
        "length": engines.words.lengths(every).tolist(),
        "whole": cosines.whole.round(4).tolist(),
        "heard": cosines.heard.round(4).tolist(),
        "share": cosines.share.round(4).tolist(),
        "vector": engines.vectors.vectors_of(every).round(3).tolist(),
        "around": [rows[engines.columns.around(np.array([at]), 2)].tolist() for at in every],
        "speech": engines.columns.are_speech(every).tolist(),
        "made up": engines.columns.illustrative.tolist(),
        **{f"kind {kind}": engines.matching(Filter(kind=kind), None).tolist() for kind in Kind},
        **{f"in {id_}": engines.matching(Filter(session=id_), None).tolist() for id_, _, _ in engines.sessions},
        **{
            f"by {who}": engines.matching(Filter(), frozenset({who})).tolist() for who in {p for _, p in engines.people}
        },
        "of 2024": engines.matching(Filter(since=PartialDate(2024)), None).tolist(),
    }
    return {
        "near": {int(rows[at]): round(score, 3) for at, score in engines.vectors.search(question, 99)},
        "keywords": {
            int(rows[at]): round(score, 3)
            for at, score in engines.keyword_search({"tea": 1.0, "rose": 1.0, "measur": 1.0}, 99)
        },
        "frequencies": [engines.keywords.frequency(term) for term in ("tea", "rose", "smile", "warm")],
        "words": engines.words.words,
        "people": engines.people,
        "sessions": engines.sessions,
        "documents": sorted(engines.columns.documents),
        "names": sorted(zip(engines.columns.names, engines.persons, strict=True)),
        **{what: dict(sorted(zip(rows.tolist(), of, strict=True))) for what, of in by_position.items()},
    }


def remove(path: Path) -> None:
    path.unlink()


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def make_empty(path: Path) -> None:
    path.write_bytes(b"")


def grow(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def test_whole_files_are_opened_as_they_are(catalog: Catalog) -> None:
    assert derived.is_intact(catalog)
    with catalog.reading():
        engines = derived.load(catalog)
    assert engines.generation == 3
    assert engines.people == (("Ann", "Ann"), ("Ann (she/her)", "Ann"))
    assert (len(engines.columns), len(engines.keywords), len(engines.vectors)) == (4, 4, 4)
    assert len(engines.vectors.embedded.codes) == 8


def test_a_person_is_known_by_her_name_and_by_all_that_are_written_for_her(catalog: Catalog) -> None:
    session_id = catalog.filings()[0].session.id
    catalog.set_people({(session_id, "Ann (she/her)"): f"Ann · {session_id}"})
    people = (("Ann", f"Ann · {session_id}"), ("Ann (she/her)", f"Ann · {session_id}"))
    assert derived.load(catalog).people == people
    flip(catalog.folder / catalog.derived_files()[0].name)
    assert derived.load(catalog).people == people  # made again, as well


def spoken(talk: Document, voices: Sequence[str | None] = (), section: str = "") -> Document:
    """The document as a transcript of one section."""
    who = voices or [None] * len(talk.units)
    spans = tuple(replace(unit.spans[0], speaker=name) for unit, name in zip(talk.units, who, strict=True))
    return replace(talk, units=(Unit(0, spans[-1].end, Kind.TRANSCRIPT, section, spans),))


def test_a_filler_has_a_vector_nowhere(empty: Catalog, document: Callable[..., Document]) -> None:
    (passage,) = add(empty, spoken(document("Tea calms.", "Yeah.", "It warms.", kind=Kind.TRANSCRIPT)))
    engines = derived.load(empty)
    assert (len(passage.statements), len(engines.vectors)) == (3, 1)
    said = engines.vectors.embedded.decoded(engines.vectors.statements_of(0))
    np.testing.assert_allclose(said, ENCODER.encode(["Tea calms.", "It warms."]), atol=1e-4)
    assert len(engines.vectors.embedded.codes) == 2


def test_speech_that_says_nothing_has_a_vector_in_its_context(
    empty: Catalog, document: Callable[..., Document]
) -> None:
    (passage,) = add(empty, spoken(document("Yeah.", "Um, okay.", kind=Kind.TRANSCRIPT)))
    engines = derived.load(empty)
    assert engines.vectors.statements_of(0).tolist() == []
    own = ENCODER.encode([f"{passage.context}\n{passage.text}"])
    np.testing.assert_allclose(engines.vectors.vectors_of(np.array([0])), own, atol=1e-4)
    assert engines.columns.are_speech(np.array([0])).all()


def test_windows_that_overlap_share_the_vectors_of_their_statements(
    empty: Catalog, document: Callable[..., Document]
) -> None:
    lines = [f"So {LINES[n % 4].lower()[:-1]} and {' '.join(f'w{n}x{m}' for m in range(20))}." for n in range(12)]
    passages = add(empty, spoken(document(*lines, kind=Kind.TRANSCRIPT)))
    assert any(one.end > other.start for one, other in pairwise(passages))
    engines = derived.load(empty)
    assert len(engines.vectors.embedded.codes) == len(lines) < sum(len(passage.quotable) for passage in passages)
    for position, passage in enumerate(passages):
        said = engines.vectors.embedded.decoded(engines.vectors.statements_of(position))
        texts = [passage.quote(one.start, one.end) for one in passage.quotable]
        np.testing.assert_allclose(said, ENCODER.encode(texts), atol=1e-4)


def test_who_says_what_and_what_is_speech_is_known_to_the_engines(
    empty: Catalog, document: Callable[..., Document]
) -> None:
    """A person is the same under two names; one of whom nothing is known is nobody."""
    talk = document("Tea calms.", "It warms.", "Roses grow.", "Walk.", kind=Kind.TRANSCRIPT)
    voices = ("Ann", "A. Lee", "Bo", None)
    spans = tuple(replace(unit.spans[0], speaker=who) for unit, who in zip(talk.units, voices, strict=True))
    units = (Unit(0, spans[1].end, Kind.TRANSCRIPT, "One", spans[:2]),
             Unit(spans[2].start, spans[3].end, Kind.TRANSCRIPT, "Two", spans[2:]))  # fmt: skip
    for made in (document(LINES[0], speaker="Ann"), replace(talk, units=units)):
        add(empty, made)
    empty.set_people({(talk.session.id, who): who[:1] for who in voices if who})
    engines = derived.load(empty)
    one, two, three = by_row = engines.columns.positions_of(np.array([1, 2, 3]))
    every = np.arange(3)
    assert engines.columns.are_speech(by_row).tolist() == [False, True, True]
    assert engines.columns.around(every, 1).tolist() == sorted([two, three])
    assert engines.columns.around(np.sort([one, two]), 1).tolist() == [two]  # another section
    zero = np.zeros(16, np.float32)
    shares = {
        who: engines.vectors.cosines(zero, every, engines.names_of(frozenset({who}))).share[by_row].tolist()
        for who in "ABC"
    }
    assert shares == {"A": [1, 1, 0], "B": [0, 0, 0.5], "C": [0, 0, 0]}


def test_every_file_of_the_generation_is_recorded(catalog: Catalog) -> None:
    folder = derived.folder_of(catalog.folder, 3)
    on_disk = {path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"}
    assert {catalog.folder / file.name for file in catalog.derived_files()} == on_disk
    names = {"columns.json", "vector_codes.npy", "rows.npy", "words.json", "word_vectors.npy", "meta.json"}
    assert names <= {path.name for path in on_disk}


@pytest.mark.parametrize("damage", [remove, truncate, flip, make_empty, grow])
def test_damage_to_any_file_is_noticed_and_made_good_from_the_catalog(
    catalog: Catalog, damage: Callable[[Path], None]
) -> None:
    whole = everything_found(derived.load(catalog), catalog)
    for file in catalog.derived_files():
        path = catalog.folder / file.name
        kept = path.read_bytes()
        if damage in (truncate, flip) and not kept:
            continue
        damage(path)
        assert not derived.is_intact(catalog), file.name
        assert everything_found(derived.load(catalog), catalog) == whole, file.name
        path.write_bytes(kept)
    assert derived.is_intact(catalog)


def test_loading_writes_nothing_into_the_index(catalog: Catalog) -> None:
    first = catalog.folder / catalog.derived_files()[0].name
    flip(first)
    before = {path: path.read_bytes() for path in catalog.folder.rglob("*") if path.is_file()}
    derived.load(catalog)
    after = {path: path.read_bytes() for path in catalog.folder.rglob("*") if path.is_file()}
    assert {p: b for p, b in after.items() if "sqlite" not in p.name} == {
        p: b for p, b in before.items() if "sqlite" not in p.name
    }


def test_a_new_generation_repairs_what_was_damaged(catalog: Catalog) -> None:
    whole = everything_found(derived.load(catalog), catalog)
    for file in catalog.derived_files():
        remove(catalog.folder / file.name)
    with catalog.writing():
        write(catalog)
    assert derived.is_intact(catalog)
    assert everything_found(derived.load(catalog), catalog) == whole


def test_a_generation_that_is_not_committed_is_not_what_is_recorded(catalog: Catalog) -> None:
    recorded = catalog.derived_files()

    def spoil() -> None:
        with catalog.writing():
            write(catalog)
            raise RuntimeError("power is gone")

    with pytest.raises(RuntimeError, match="power"):
        spoil()
    assert catalog.derived_files() == recorded
    assert derived.is_intact(catalog)
    assert derived.load(catalog).generation == 3


def test_other_generations_are_those_that_are_not_recorded(catalog: Catalog) -> None:
    for name in ("generation-000001", "generation-000002/keywords", "notes"):
        (catalog.folder / name).mkdir(parents=True)
    assert [path.name for path in derived.others_than(catalog.folder, 3)] == ["generation-000001", "generation-000002"]


def test_nothing_recorded_is_not_intact(empty: Catalog) -> None:
    assert not derived.is_intact(empty)


def test_an_archive_of_nothing_has_engines_that_find_nothing(empty: Catalog) -> None:
    loaded = derived.load(empty)
    write(empty)
    assert derived.is_intact(empty)
    for engines in (loaded, derived.load(empty)):
        assert engines.vectors.search(np.zeros(16, dtype=np.float32), 5) == []
        assert engines.keyword_search({"tea": 1.0}, 5) == []
        assert engines.matching(Filter(since=PartialDate(2024)), frozenset({"Ann"})).tolist() == []
        assert (engines.people, engines.sessions, engines.words.words) == ((), (), [])


# ---------------------------------------------------------------- which passages


@pytest.fixture
def three_sessions(empty: Catalog, document: Callable[..., Document]) -> Catalog:
    add(empty, document("A.", source="music.md", date="2023-05", speaker="Dr Ann Lee", kind=Kind.QUOTE))
    add(empty, document("B.", "C.", source="tea.md", date="2024-01-18", speaker="Ann Lee"))
    add(empty, document("D.", source="garden.md", date="2024-06", speaker="Göran Öst"))
    add(empty, document("E.", source="undated.md", date=None))
    called = {"Ann Lee": "Dr Ann Lee"}
    found = [(filing.session.id, name) for filing in empty.filings() for name in filing.speakers]
    empty.set_people({(session_id, name): called.get(name, name) for session_id, name in found})
    return empty


def let_through(catalog: Catalog, where: Filter, people: frozenset[str] | None = None) -> str:
    engines = derived.load(catalog)
    rows = engines.columns.rows[engines.matching(where, people)].tolist()
    return "".join(sorted(passage.text[0] for passage in catalog.passages(rows).values()))


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Filter(), "ABCDE"),
        (Filter(session="2024-01-18-tea"), "BC"),
        (Filter(session="2024-01"), ""),
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
        (Filter("2024-01-18-tea", None, PartialDate(2024, 1), PartialDate(2024, 1), Kind.CHAT), "BC"),
        (Filter(session="' OR 1=1 --"), ""),
    ],
)
def test_a_filter_lets_through_what_matches_on_every_side(
    three_sessions: Catalog, where: Filter, expected: str
) -> None:
    assert let_through(three_sessions, where) == expected


@pytest.mark.parametrize(
    ("people", "where", "expected"),
    [
        (None, Filter(), "ABCDE"),
        (set(), Filter(), ""),
        ({"Dr Ann Lee"}, Filter(), "ABC"),
        ({"Ann Lee"}, Filter(), ""),  # written so, but known as Dr Ann Lee
        ({"Göran Öst"}, Filter(), "D"),
        ({"Göran Öst", "Dr Ann Lee"}, Filter(), "ABCD"),
        ({"Göran Öst", "Dr Ann Lee"}, Filter(since=PartialDate(2024)), "BCD"),
        ({"Dr Ann Lee"}, Filter("2024-01-18-tea", kind=Kind.CHAT), "BC"),
        ({"Dr Ann Lee"}, Filter("2024-01-18-tea", kind=Kind.QUOTE), ""),
        ({"Göran Öst"}, Filter("2024-01-18-tea"), ""),
        ({"%", "' OR 1=1 --"}, Filter(), ""),
    ],
)
def test_of_some_people_passes_what_they_say_under_any_name(
    three_sessions: Catalog, people: set[str] | None, where: Filter, expected: str
) -> None:
    assert let_through(three_sessions, where, None if people is None else frozenset(people)) == expected


def test_one_name_is_two_people_in_two_sessions(three_sessions: Catalog) -> None:
    people = {("2023-05-music", "Dr Ann Lee"): "One", ("2024-01-18-tea", "Ann Lee"): "Other"}
    three_sessions.set_people({**people, ("2024-01-18-tea", "Dr Ann Lee"): "One"})
    assert let_through(three_sessions, Filter(), frozenset({"One"})) == "A"
    assert let_through(three_sessions, Filter(), frozenset({"Other"})) == "BC"


# ---------------------------------------------------------------- from one generation to the next


def fresh(catalog: Catalog) -> Engines:
    """The engines of a catalog as they are made of it alone, nothing taken over."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(derived, "is_intact", lambda _: False)
        return derived.load(catalog)


def assert_as_fresh(catalog: Catalog) -> None:
    assert derived.is_intact(catalog)
    assert everything_found(derived.load(catalog), catalog) == everything_found(fresh(catalog), catalog)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the documents that are read for the indexes, each time they are."""
    ids, indexable = list[str](), Catalog.indexable

    def remembered(catalog: Catalog, document_id: str) -> Indexable:
        ids.append(document_id)
        return indexable(catalog, document_id)

    monkeypatch.setattr(Catalog, "indexable", remembered)
    return ids


@pytest.fixture
def twenty(empty: Catalog, document: Callable[..., Document]) -> tuple[Catalog, list[Document]]:
    """A catalog of twenty documents, every fourth a transcript, with its indexes."""
    made = []
    for number in range(20):
        lines = [f"{line[:-1]} with number {number}." for line in LINES]
        plain = document(
            *lines, source=f"{number}.md", date=f"202{number % 5}-05", speaker="Ann" if number % 2 else "Bo"
        )
        made.append(spoken(plain, ("Ann", None, "Bo", "Ann")) if number % 4 == 0 else plain)
    with empty.writing():
        for one in made:
            add(empty, one)
        write(empty)
    return empty, made


def test_of_twenty_documents_and_one_that_comes_only_that_one_is_read(
    twenty: tuple[Catalog, list[Document]], read: list[str], document: Callable[..., Document]
) -> None:
    catalog, _ = twenty
    new = document("Tea warms nobody.", source="new.md", speaker="Eva")
    add(catalog, new)
    write(catalog)
    assert set(read) == {new.id}
    assert len(derived.load(catalog).columns) == catalog.counts()["passages"] == len(fresh(catalog).keywords)
    assert_as_fresh(catalog)


def test_a_document_that_is_put_anew_is_read_again_and_its_new_rows_are_found(
    twenty: tuple[Catalog, list[Document]], document: Callable[..., Document]
) -> None:
    catalog, made = twenty
    moved = replace(made[7], session=replace(made[7].session, id="another", title="Another"))
    add(catalog, moved)
    change = derived.change_of(catalog)
    assert change.new == (moved.id,)
    assert [stays for stays in change.keep.tolist() if not stays] == [False] * 4
    write(catalog)
    assert derived.load(catalog).matching(Filter(session="another"), None).sum() == 4
    assert_as_fresh(catalog)


def test_with_nothing_that_changes_nothing_is_read(twenty: tuple[Catalog, list[Document]], read: list[str]) -> None:
    catalog, _ = twenty
    before = everything_found(derived.load(catalog), catalog)
    write(catalog)
    assert read == []
    assert everything_found(derived.load(catalog), catalog) == before
    assert_as_fresh(catalog)


def test_of_what_is_removed_nothing_is_left_in_any_file(
    twenty: tuple[Catalog, list[Document]], document: Callable[..., Document]
) -> None:
    catalog, _ = twenty
    gone = document("Unmistakable tea. Roses in Quixotia.", source="gone.md", date="2019-01", speaker="Zenobia Quill")
    add(catalog, gone)
    write(catalog)
    words = ("unmistakable", "quixotia", "zenobia", "2019-01-gone")
    assert {line.split("'")[1] for line in found_in(catalog.folder, *words)} == set(words)
    with catalog.writing():
        catalog.remove(gone.id)
        write(catalog)
        catalog.to_be_wiped()
    for folder in derived.others_than(catalog.folder, catalog.generation):
        durable.delete(folder)
    catalog.wipe()
    assert found_in(catalog.folder, *words) == []
    assert len(derived.load(catalog).vectors.embedded.codes) == 5 * 4 + 15 * 8
    assert_as_fresh(catalog)


def test_who_is_who_may_change_without_a_new_generation(
    twenty: tuple[Catalog, list[Document]], read: list[str]
) -> None:
    catalog, _ = twenty
    assert derived.load(catalog).matching(Filter(), frozenset({"Ann Lee"})).sum() == 0
    names = [(filing.session.id, name) for filing in catalog.filings() for name in filing.speakers]
    catalog.set_people({(id_, name): "Ann Lee" if name == "Ann" else name for id_, name in names})
    engines = derived.load(catalog)
    assert set(engines.people) == {("Ann", "Ann Lee"), ("Ann Lee", "Ann Lee"), ("Bo", "Bo")}
    of_ann = engines.matching(Filter(), frozenset({"Ann Lee"}))
    expected = {
        row for row, passage in catalog.passages(engines.columns.rows.tolist()).items() if "Ann" in passage.speakers
    }
    assert set(engines.columns.rows[of_ann].tolist()) == expected != set()
    assert engines.matching(Filter(), frozenset({"Ann"})).sum() == 0
    write(catalog)
    assert read == []
    assert_as_fresh(catalog)


def test_what_turns_out_to_be_made_up_is_known_of_passages_that_stay(
    twenty: tuple[Catalog, list[Document]], read: list[str]
) -> None:
    catalog, made = twenty
    for illustrative in (True, False):
        catalog.annotate(made[3].id, None, illustrative=illustrative)
        write(catalog)
        engines = derived.load(catalog)
        rows = engines.columns.rows[engines.columns.illustrative].tolist()
        assert {p.document_id for p in catalog.passages(rows).values()} == ({made[3].id} if illustrative else set())
        assert read == []
        assert_as_fresh(catalog)
        read.clear()


@pytest.mark.parametrize("number", [3, 4], ids=["written", "speech"])
def test_a_kind_that_changes_is_known_to_the_engines(twenty: tuple[Catalog, list[Document]], number: int) -> None:
    """A text that recurs in another document is about the movement, until the other is gone."""
    catalog, made = twenty
    every = every_passage(catalog)
    own = next(passage for passage in every if passage.document_id == made[number].id)
    recurring = [replace(p, kind=Kind.ABOUT) if p == own else p for p in every]
    for shown, kind in ((recurring, Kind.ABOUT), (every, own.kind)):
        show_only(catalog, shown)
        write(catalog)
        engines = derived.load(catalog)
        rows = engines.columns.rows[engines.matching(Filter(kind=kind), None)].tolist()
        assert own.id in {passage.id for passage in catalog.passages(rows).values()}
        assert_as_fresh(catalog)


def test_what_is_hidden_is_found_no_more_and_comes_back(twenty: tuple[Catalog, list[Document]]) -> None:
    catalog, made = twenty
    every = every_passage(catalog)
    hidden = next(passage for passage in every if passage.document_id == made[5].id)
    before = everything_found(derived.load(catalog), catalog)
    for shown in ([passage for passage in every if passage != hidden], every):
        show_only(catalog, shown)
        write(catalog)
        assert_as_fresh(catalog)
        rows = derived.load(catalog).columns.rows.tolist()
        assert (hidden in catalog.passages(rows).values()) is (shown is every)
    assert everything_found(derived.load(catalog), catalog) == before


@pytest.mark.parametrize("damage", [remove, truncate, flip, make_empty, grow])
def test_of_files_that_are_damaged_nothing_is_taken_over(
    twenty: tuple[Catalog, list[Document]], read: list[str], document: Callable[..., Document],
    damage: Callable[[Path], None],
) -> None:  # fmt: skip
    catalog, made = twenty
    new = document("Tea warms nobody.", source="new.md", speaker="Eva")
    add(catalog, new)
    damage(catalog.folder / catalog.derived_files()[-1].name)
    change = derived.change_of(catalog)
    assert (change.old, change.folder, len(change.keep)) == (None, None, 0)
    assert set(change.new) == {new.id, *(one.id for one in made)}
    write(catalog)
    assert set(read) == {new.id, *(one.id for one in made)}
    assert_as_fresh(catalog)


def test_readers_of_the_old_generation_go_on_while_and_after_the_new_one_is_made(
    twenty: tuple[Catalog, list[Document]], document: Callable[..., Document]
) -> None:
    catalog, made = twenty
    reader = Catalog.open(catalog.folder)
    with reader.reading():
        engines = derived.load(reader)
        before = everything_found(engines, reader)
        with catalog.writing():
            catalog.remove(made[0].id)
            add(catalog, document("Tea warms nobody.", source="new.md", speaker="Eva"))
            write(catalog)
        for folder in derived.others_than(catalog.folder, catalog.generation):
            durable.delete(folder)
        assert everything_found(engines, reader) == before
    reader.close()
    assert_as_fresh(catalog)


STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "add speech", "remove", "anew", "hide", "about", "people", "made up"]),
              st.integers(0, 30)),
    min_size=1, max_size=6,
)  # fmt: skip


@given(st.lists(STEPS, min_size=1, max_size=4))
@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_from_generation_to_generation_the_indexes_are_as_fresh(
    document: Callable[..., Document], generations: list[list[tuple[str, int]]]
) -> None:
    with TemporaryDirectory() as folder:
        catalog = Catalog.create(Path(folder) / "index")
        catalog.set_meta("dimensions", "16")
        known = list[Document]()
        for steps in generations:
            with catalog.writing():
                for step, number in steps:
                    take(catalog, step, number, document, known)
                write(catalog)
            assert_as_fresh(catalog)
        catalog.close()


def take(catalog: Catalog, step: str, number: int, document: Callable[..., Document], known: list[Document]) -> None:
    """Do something to the catalog; ``known`` are the documents that it has or had."""
    there = [one for one in known if one.id in catalog.places()]
    one = there[number % len(there)] if there else None
    every = every_passage(catalog)
    ids = {id_ for shown in catalog.shown().values() for id_ in (row for row, _ in shown)}
    shown = list(catalog.passages(sorted(ids)).values())
    if step.startswith("add"):
        lines = [LINES[(number + n) % 4].replace(".", f" w{number + n}.") for n in range(1 + number % 5)]
        new = document(
            *lines, source=f"{number}-{step}.md", date=f"202{number % 5}-05", speaker="Ann" if number % 2 else "Bo"
        )
        if new.id not in catalog.places():
            new = spoken(new, ["Ann", None, "Bo", "Cy", "Ann"][: len(lines)]) if step == "add speech" else new
            add(catalog, new)
            known.append(new)
    elif one and step == "remove":
        catalog.remove(one.id)
    elif one and step == "anew":
        add(catalog, replace(one, session=replace(one.session, id=f"s{number % 3}")))
    elif step == "people":
        names = [(filing.session.id, name) for filing in catalog.filings() for name in filing.speakers]
        catalog.set_people({name: f"{name[1]} {number % 3}" for name in names})
    elif one and step == "made up":
        catalog.annotate(one.id, None, illustrative=number % 2 == 0)
    elif every and step == "hide":
        hidden = every[number % len(every)].id
        show_only(catalog, [passage for passage in shown if passage.id != hidden] if number % 3 else every)
    elif shown and step == "about":
        about = shown[number % len(shown)].id
        show_only(catalog, [replace(p, kind=Kind.ABOUT) if p.id == about else p for p in shown])
