from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kindsearch.chunking import passages_of
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.stores import derived
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.derived import Engines
from kindsearch.stores.words import words_in
from kindsearch.types import Document, Kind, Unit

ENCODER = HashingEncoder(16)
LINES = ["Tea calms worried patients.", "Roses grow along the wall.", "We measure smiles.", "Biscuits matter."]


@pytest.fixture
def catalog(tmp_path: Path, document: Callable[..., Document]) -> Iterator[Catalog]:
    made = Catalog.create(tmp_path / "index")
    with made.writing():
        made.set_meta("dimensions", "16")
        made.set_meta("generation", "3")
        full = document(*LINES, speaker="Ann (she/her)")
        passages = passages_of(full)
        vectors = [ENCODER.encode([p.context, *(p.quote(s.start, s.end) for s in p.quotable)]) for p in passages]
        made.add(full, "/corpus", passages, vectors)
        made.set_people({(full.session.id, "Ann (she/her)"): "Ann"})
        words = sorted({word for line in LINES for word in words_in(line)})
        made.add_words(words, ENCODER.encode(words))
        derived.rebuild(made)
    yield made
    made.close()


def everything_found(engines: Engines) -> tuple[object, ...]:
    """What each of the engines answers."""
    question = ENCODER.encode(["tea roses measure"])[0]
    alike = engines.words.similarities(["tea", "rose"], ENCODER.encode(["tea", "rose"]))
    return (
        engines.vectors.search(question, 9),
        engines.keywords.search({"tea": 1.0, "rose": 1.0, "measur": 1.0}, 9),
        engines.words.coverage(alike, [1, 2, 3, 4]).tolist(),
        engines.words.frequencies(alike, [1, 2, 3, 4]).tolist(),
        engines.vectors.cosines(question, np.array([1, 2, 3, 4]), {"Ann"}).heard.tolist(),
        engines.speech.rows.tolist(),
        engines.people,
        engines.generation,
    )


def remove(path: Path) -> None:
    path.unlink()


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def grow(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def test_whole_files_are_opened_as_they_are(catalog: Catalog) -> None:
    assert derived.is_intact(catalog)
    with catalog.reading():
        engines = derived.load(catalog)
    assert engines.generation == 3
    assert engines.people == (("Ann", "Ann"), ("Ann (she/her)", "Ann"))
    assert (len(engines.keywords), len(engines.vectors)) == (4, 8)


def test_a_person_is_known_by_her_name_and_by_all_that_are_written_for_her(catalog: Catalog) -> None:
    session_id = catalog.filings()[0].session.id
    catalog.set_people({(session_id, "Ann (she/her)"): f"Ann · {session_id}"})
    people = (("Ann", f"Ann · {session_id}"), ("Ann (she/her)", f"Ann · {session_id}"))
    assert derived.load(catalog).people == people
    flip(catalog.folder / catalog.derived_files()[0].name)
    assert derived.load(catalog).people == people  # made again, as well


def test_a_filler_has_a_row_of_its_own_nowhere(tmp_path: Path, document: Callable[..., Document]) -> None:
    talk = document("Tea calms.", "Yeah.", "It warms.", kind=Kind.TRANSCRIPT)
    unit = Unit(0, len(talk.text) - 1, Kind.TRANSCRIPT, "", tuple(unit.spans[0] for unit in talk.units))
    talk = replace(talk, units=(unit,))
    passages = passages_of(talk)
    catalog = Catalog.create(tmp_path / "new")
    catalog.set_meta("dimensions", "16")
    vectors = [ENCODER.encode([p.context, *(p.quote(s.start, s.end) for s in p.quotable)]) for p in passages]
    catalog.add(talk, "/corpus", passages, vectors)
    engines = derived.load(catalog)
    assert (len(passages), len(passages[0].statements), len(engines.vectors)) == (1, 3, 3)
    assert engines.vectors.of_passages([1])[1].shape == (3, 16)
    catalog.close()


def test_who_says_what_and_what_is_speech_is_known_to_the_engines(
    tmp_path: Path, document: Callable[..., Document]
) -> None:
    """A person is the same under two names; one of whom nothing is known is nobody."""
    talk = document("Tea calms.", "It warms.", "Roses grow.", "Walk.", kind=Kind.TRANSCRIPT)
    voices = ("Ann", "A. Lee", "Bo", None)
    spans = tuple(replace(unit.spans[0], speaker=who) for unit, who in zip(talk.units, voices, strict=True))
    units = (Unit(0, spans[1].end, Kind.TRANSCRIPT, "One", spans[:2]),
             Unit(spans[2].start, spans[3].end, Kind.TRANSCRIPT, "Two", spans[2:]))  # fmt: skip
    catalog = Catalog.create(tmp_path / "new")
    catalog.set_meta("dimensions", "16")
    for made in (document(LINES[0], speaker="Ann"), replace(talk, units=units)):
        passages = passages_of(made)
        vectors = [ENCODER.encode([p.context, *(p.quote(s.start, s.end) for s in p.quotable)]) for p in passages]
        catalog.add(made, "/corpus", passages, vectors)
    catalog.set_people({(talk.session.id, who): who[:1] for who in voices if who})
    engines, rows = derived.load(catalog), np.array([1, 2, 3])
    assert engines.speech.rows.tolist() == [2, 3]
    assert engines.speech.around(rows, 1).tolist() == [2, 3]
    assert engines.speech.around(rows[:2], 1).tolist() == [2]  # another section
    shares = {who: engines.vectors.cosines(np.zeros(16, np.float32), rows, {who}).share.tolist() for who in "ABC"}
    assert shares == {"A": [1, 1, 0], "B": [0, 0, 0.5], "C": [0, 0, 0]}
    catalog.close()


def test_every_file_of_the_generation_is_recorded(catalog: Catalog) -> None:
    folder = derived.folder_of(catalog.folder, 3)
    on_disk = {path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"}
    assert {catalog.folder / file.name for file in catalog.derived_files()} == on_disk
    names = {"vectors.faiss", "owners.npy", "voices.npy", "speech.npy", "words.json", "meta.json"}
    assert names <= {path.name for path in on_disk}


@pytest.mark.parametrize("damage", [remove, truncate, flip, empty, grow])
def test_damage_to_any_file_is_noticed_and_made_good_from_the_catalog(
    catalog: Catalog, damage: Callable[[Path], None]
) -> None:
    whole = everything_found(derived.load(catalog))
    for file in catalog.derived_files():
        path = catalog.folder / file.name
        kept = path.read_bytes()
        if damage in (truncate, flip) and not kept:
            continue
        damage(path)
        assert not derived.is_intact(catalog), file.name
        assert everything_found(derived.load(catalog)) == whole, file.name
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


def test_a_rebuild_repairs_what_was_damaged(catalog: Catalog) -> None:
    whole = everything_found(derived.load(catalog))
    for file in catalog.derived_files():
        remove(catalog.folder / file.name)
    with catalog.writing():
        derived.rebuild(catalog)
    assert derived.is_intact(catalog)
    assert everything_found(derived.load(catalog)) == whole


def test_a_rebuild_that_is_not_committed_is_not_what_is_recorded(catalog: Catalog) -> None:
    recorded = catalog.derived_files()

    def spoil() -> None:
        with catalog.writing():
            catalog.set_meta("generation", "4")
            derived.rebuild(catalog)
            raise RuntimeError("power is gone")

    with pytest.raises(RuntimeError, match="power"):
        spoil()
    assert catalog.derived_files() == recorded
    assert derived.is_intact(catalog)
    assert derived.load(catalog).generation == 3


def test_other_generations_are_deleted_and_nothing_else(catalog: Catalog) -> None:
    for name in ("generation-000001", "generation-000002/keywords", "notes"):
        (catalog.folder / name).mkdir(parents=True)
    derived.remove_all_but(catalog.folder, 3)
    assert sorted(path.name for path in catalog.folder.iterdir() if path.is_dir()) == ["generation-000003", "notes"]


def test_nothing_recorded_is_not_intact(tmp_path: Path) -> None:
    catalog = Catalog.create(tmp_path / "new")
    assert not derived.is_intact(catalog)
    catalog.close()


def test_an_archive_of_nothing_has_engines_that_find_nothing(tmp_path: Path) -> None:
    catalog = Catalog.create(tmp_path / "new")
    catalog.set_meta("dimensions", "16")
    engines = derived.load(catalog)
    assert engines.vectors.search(np.zeros(16, dtype=np.float32), 5) == engines.keywords.search({"tea": 1.0}, 5) == []
    catalog.close()
