"""Damage: index files are made again from the catalog, and from a damaged catalog nothing wrong is answered."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from meetings import chat, transcript
from small_packs import PACKS, CountingEncoder, pack_of
from test_state_machine import answer_of

from kindsearch import KindSearch, Settings, feedback
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.errors import DamagedIndex, IncompatibleIndex
from kindsearch.stores import derived
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.schema import FILE, foreign_errors

QUESTIONS = (
    "does tea calm worried patients?", "who spoke of roses?", "what did Bo Ek say in January 2024?",
    "what was said about walks in the chat?", "a violin",
)  # fmt: skip
TALK = [
    (number * 10, number * 10 + 9, who, f"So, number {number}, {what}")
    for number, (who, what) in enumerate(
        [
            ("Ann Lee", "tea helps because somebody sits down beside you in the evening."),
            ("Bo Ek", "we measure smiles with a jar of beans, and count them each month."),
            ("Cy Dee", "roses by the wall are where the nurses rest at noon."),
        ]
        * 8
    )
]
MORE = {
    "2024-01-18-tea.vtt": transcript(*TALK),
    "2024-01-18-chat.txt": chat(("18:00:10", "Ann Lee", "Walks: https://example.org/walks is the one I meant.")),
}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds an ``index``, the files of the generation before (``old``) and of ``another`` model."""
    place = tmp_path_factory.mktemp("whole")
    corpus = place / "corpus"
    corpus.mkdir()
    for name, text in {**PACKS, **MORE}.items():
        (corpus / name).write_text(text, encoding="utf-8")
    settings = Settings(corpus=corpus, index=place / "index")
    archive = KindSearch.open(create=True, encoder=HashingEncoder(), settings=settings)
    archive.ingest()
    shutil.copytree(files_of(place / "index"), place / "old")
    (corpus / "2024-07-walks.md").write_text(pack_of("Walks", "July 2024", ("Cy Dee", "Walking clears the mind.")))
    (corpus / "empty.md").write_text("")
    archive.ingest()
    with closing(Catalog.open(place / "index")) as catalog:
        feedback.rate(catalog, QUESTIONS[0], catalog.passages([1])[1], True, "Yes.")
    KindSearch.open(place / "other", create=True, encoder=HashingEncoder(32), settings=settings).ingest()
    shutil.move(files_of(place / "other"), place / "another")
    del archive
    assert not (place / "index" / f"{FILE}-wal").exists()
    return place


def files_of(index: Path) -> Path:
    (folder,) = index.glob("generation-*")
    return folder


@pytest.fixture
def index(whole: Path, tmp_path: Path) -> Path:
    """A copy of the index, to be damaged."""
    shutil.copytree(whole / "index", tmp_path / "index")
    return tmp_path / "index"


def answers(archive: KindSearch) -> Any:
    """What is answered, with all that is shown of it."""
    found = [answer_of(archive, question) for question in QUESTIONS]
    best = [hits[0][0] for *_, hits in found]
    around, boxes = [archive.around(passage) for passage in best], [archive.boxes(passage) for passage in best]
    return found, around, boxes, archive.ratings(), archive.status().left_out


# ---------------------------------------------------------------- the index files


Damage = Callable[[Path, Path, random.Random], None]
"""Damage one file, given the index file, the folder of :func:`whole`, and a source of chance."""


def cut(path: Path, whole: Path, chance: random.Random) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: chance.randrange(len(data))])


def flip(path: Path, whole: Path, chance: random.Random) -> None:
    data = bytearray(path.read_bytes())
    for _ in range(chance.choice((1, 1, 1, 8, 64))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def lose(path: Path, whole: Path, chance: random.Random) -> None:
    path.unlink()


def lengthen(path: Path, whole: Path, chance: random.Random) -> None:
    path.write_bytes(path.read_bytes() + chance.randbytes(chance.randrange(1, 100)))


def swap(path: Path, whole: Path, chance: random.Random) -> None:
    """Take one of the same name, or the next best, from the generation before, or from an index of another model."""
    folder = whole / chance.choice(("old", "another"))
    same = folder / path.relative_to(files_of(path.parents[len(path.relative_to(whole_index(path)).parts) - 1]))
    others = [same] if same.is_file() else sorted(other for other in folder.rglob("*") if other.is_file())
    path.write_bytes(chance.choice(others).read_bytes())


def whole_index(path: Path) -> Path:
    return next(folder for folder in path.parents if folder.name == "index")


DAMAGES: tuple[Damage, ...] = (cut, flip, flip, lose, lengthen, swap)


def damaged(index: Path, whole: Path, chance: random.Random) -> Iterator[str]:
    """Damage one file after another, for ever, and put it right again; yields what was done."""
    files = sorted(path for path in files_of(index).rglob("*") if path.is_file() and path.suffix != ".lock")
    while True:
        path, damage = chance.choice(files), chance.choice(DAMAGES)
        kept = path.read_bytes()
        if kept:
            damage(path, whole, chance)
            if not path.is_file() or path.read_bytes() != kept:  # some files are the same in both
                yield f"{damage.__name__} {path.name}"
        path.write_bytes(kept)


def never(*_: object) -> None:
    raise AssertionError("a damaged file was read")


def test_a_thousand_damages_to_index_files_are_noticed_before_they_are_read(
    whole: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = Catalog.open(index)
    assert derived.is_intact(catalog)
    seen = Counter[str]()
    for _, what in zip(range(1_000), damaged(index, whole, random.Random(1)), strict=False):
        assert not derived.is_intact(catalog), what
        seen[what.split()[0]] += 1
    assert min(seen.values()) > 80
    assert set(seen) == {damage.__name__ for damage in DAMAGES}
    catalog.close()


def answer_as_before(whole: Path, index: Path, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """After each damage the answers are the same, nothing that is damaged was opened, nothing was embedded."""
    encoder = CountingEncoder()
    expected = answers(KindSearch.open(index, encoder=encoder))
    monkeypatch.setattr(derived, "_stores_in", never)
    asked = set(encoder.texts)
    for _, what in zip(range(many), damaged(index, whole, random.Random(2)), strict=False):
        assert answers(KindSearch.open(index, encoder=encoder)) == expected, what
    assert set(encoder.texts) == asked


def test_answers_from_damaged_index_files_are_the_same_without_embedding(
    whole: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_as_before(whole, index, 15, monkeypatch)


@pytest.mark.faults
def test_a_thousand_damages_to_index_files_change_no_answer(
    whole: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_as_before(whole, index, 1_000, monkeypatch)


# ---------------------------------------------------------------- the catalog


def zero(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    many = chance.choice((1, 16, 512, 4096))
    data[start : start + many] = bytes(len(data[start : start + many]))


def one_bit(data: bytearray, chance: random.Random) -> None:
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def one_letter(data: bytearray, chance: random.Random) -> None:
    """In a place where something is said."""
    places = [at for at in range(0, len(data), 7) if 97 <= data[at] <= 122]
    data[chance.choice(places)] = chance.randrange(97, 123)


def exchange_pages(data: bytearray, chance: random.Random) -> None:
    one, other = (chance.randrange(1, len(data) // 4096) * 4096 for _ in range(2))
    data[one : one + 4096], data[other : other + 4096] = data[other : other + 4096], data[one : one + 4096]


def cut_short(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data)) :]


def scramble(data: bytearray, chance: random.Random) -> None:
    start = chance.randrange(len(data))
    many = min(chance.choice((4, 64, 4096)), len(data) - start)
    data[start : start + many] = chance.randbytes(many)


def answer_right_or_not_at_all(index: Path, many: int) -> Counter[str]:
    """Damage the catalog in so many ways: each answer is what it was, or an error that says what to do."""
    encoder, chance = HashingEncoder(), random.Random(3)
    expected = answers(KindSearch.open(index, encoder=encoder))
    data = (index / FILE).read_bytes()
    seen = Counter[str]()
    for number in range(many):
        damage = (zero, one_bit, one_letter, exchange_pages, cut_short, scramble)[number % 6]
        harmed = bytearray(data)
        damage(harmed, chance)
        for left in ("-wal", "-shm"):
            (index / f"{FILE}{left}").unlink(missing_ok=True)
        (index / FILE).write_bytes(harmed)
        try:
            assert answers(KindSearch.open(index, encoder=encoder)) == expected, (number, damage.__name__)
            seen[f"{damage.__name__}: right"] += 1
        except (DamagedIndex, IncompatibleIndex):  # whose messages say what to do: tests/test_errors.py
            seen[f"{damage.__name__}: noticed"] += 1
    return seen


def test_from_a_damaged_catalog_nothing_wrong_is_answered(index: Path) -> None:
    seen = answer_right_or_not_at_all(index, 150)
    assert seen["one_letter: noticed"] > 3
    assert seen["cut_short: noticed"] > 15  # a last page that nothing stands in may be cut


def test_an_index_of_sqlite_that_leads_to_another_row_is_noticed(index: Path) -> None:
    """Each row is whole, but not the one that was looked up."""
    with closing(sqlite3.connect(index / FILE)) as catalog:
        rows = catalog.execute("SELECT id, rowid FROM documents WHERE rowid > 1 ORDER BY rowid LIMIT 2").fetchall()
    data = (index / FILE).read_bytes()
    entry = b"\x04\x81\x0d\x01%s%c"  # of the index of ids: a text of 64 letters, a number of one byte
    (one, first), (other, second) = [(id_.encode(), row) for id_, row in rows]
    for id_, row, instead in ((one, first, second), (other, second, first)):
        assert data.count(entry % (id_, row)) == 1
        data = data.replace(entry % (id_, row), entry % (id_, instead))
    (index / FILE).write_bytes(data)
    with closing(Catalog.open(index)) as catalog, foreign_errors(index):
        for read in (catalog.text_of, catalog.links_of, catalog.pages_of, catalog.passages_of, catalog.document):
            with pytest.raises(DamagedIndex):
                read(one.decode())
        with pytest.raises(DamagedIndex):
            catalog.passages([row for row, _ in catalog.shown()[one.decode()]])
        with pytest.raises(DamagedIndex):
            catalog.check()


def test_a_schema_that_is_no_text_any_more_is_damage(index: Path) -> None:
    """SQLite quotes it in its message, which then is no UTF-8 either."""
    data = (index / FILE).read_bytes()
    assert b"CREATE INDEX passages_written ON passages" in data
    damaged = data.replace(
        b"CREATE INDEX passages_written ON passages", b"CREATE INDEX passages_written ON " + b"\xff\xfe" * 4
    )
    (index / FILE).write_bytes(damaged)
    with pytest.raises(DamagedIndex):
        KindSearch.open(index, encoder=HashingEncoder()).search("tea")


OTHER_KIND = "UPDATE passages SET kind = CASE kind WHEN 'chat' THEN 'about' ELSE 'chat' END"


@pytest.mark.parametrize(
    ("change", "read"),
    [
        ("UPDATE passages SET shown = 1 - shown", Catalog.shown),
        (OTHER_KIND, Catalog.shown),
        (OTHER_KIND, lambda catalog: catalog.passages([1])),
        ("UPDATE passages SET shown = 0", lambda catalog: catalog.passages([1])),
        ("UPDATE passages SET shown = 0", lambda catalog: catalog.indexable(first_of(catalog))),
        ("UPDATE passages SET shown = 0", lambda catalog: catalog.words_of([first_of(catalog)])),
        ("UPDATE passages SET shown = 0", Catalog.rows_with_link),
        ("UPDATE passages SET shown = 0", Catalog.written),
        (OTHER_KIND, lambda catalog: catalog.standing_in(catalog.session_list()[-1][0])),
        ("UPDATE documents SET illustrative = 1 - illustrative", Catalog.illustrative),
        ("UPDATE passages SET text = text || '.'", lambda catalog: catalog.texts_of([id_of_a_passage(catalog)])),
        ("UPDATE ratings SET helpful = 1 - helpful", Catalog.ratings),
        ("UPDATE ratings SET remark = 'No.'", Catalog.ratings),
        ("DELETE FROM ratings", Catalog.ratings),
        ("DELETE FROM left_out", Catalog.left_out),
        ("UPDATE left_out SET reason = 'None.'", Catalog.left_out),
        ("UPDATE left_out SET source = 'tea.md'", Catalog.left_out),
    ],
)
def test_what_is_shown_and_as_what_what_it_says_ratings_and_files_left_out_are_sealed(
    index: Path, change: str, read: Callable[[Catalog], Any]
) -> None:
    with closing(Catalog.open(index)) as catalog:
        read(catalog)
        catalog.check()
    with closing(sqlite3.connect(index / FILE)) as db, db:
        db.execute(change)
    with closing(Catalog.open(index)) as catalog:
        for noticing in (read, Catalog.check):
            with pytest.raises(DamagedIndex):
                noticing(catalog)


def first_of(catalog: Catalog) -> str:
    return next(iter(catalog.places()))


def id_of_a_passage(catalog: Catalog) -> str:
    return catalog.standing_in(catalog.session_list()[-1][0])[0].id


@pytest.mark.faults
def test_from_a_catalog_damaged_in_thousands_of_ways_nothing_wrong_is_answered(index: Path) -> None:
    print(answer_right_or_not_at_all(index, 3_000))
