"""What was read of a generation is not read again, and what is not whole is not kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from catalogs import every_passage
from embedding import embeddings

from kindsearch.chunking import passages_of
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.errors import DamagedIndex
from kindsearch.stores import cache as module
from kindsearch.stores.cache import ReadCache
from kindsearch.stores.catalog import Catalog
from kindsearch.types import Document, Passage

DIMENSIONS = 4
TEXTS = ["Tea calms people.", "Roses grow along the wall.", "The bell rings at two."]


@pytest.fixture
def catalog(tmp_path: Path, document: Callable[..., Document]) -> Iterator[Catalog]:
    made = Catalog.create(tmp_path)
    made.set_meta("dimensions", str(DIMENSIONS))
    for text in TEXTS:
        one = document(text)
        passages = passages_of(one)
        made.add(one, "/corpus", passages, embeddings(passages, HashingEncoder(DIMENSIONS)))
    yield made
    made.close()


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the catalog was asked for, one after the other: rows, and ids of documents."""
    asked: list[object] = []
    passages, text_of = Catalog.passages, Catalog.text_of

    def noted(catalog: Catalog, rows: Sequence[int]) -> dict[int, Passage]:
        asked.append(list(rows))
        return passages(catalog, rows)

    def noted_text(catalog: Catalog, document_id: str) -> str | None:
        asked.append(document_id)
        return text_of(catalog, document_id)

    monkeypatch.setattr(Catalog, "passages", noted)
    monkeypatch.setattr(Catalog, "text_of", noted_text)
    return asked


def rows_of(catalog: Catalog) -> list[int]:
    return [row for those in catalog.shown().values() for row, _ in those]


def test_only_what_was_not_read_before_is_read(catalog: Catalog, read: list[object]) -> None:
    cache, rows = ReadCache(), rows_of(catalog)
    expected = catalog.passages(rows)
    read.clear()
    assert cache.passages(catalog, rows[:1]) == {rows[0]: expected[rows[0]]}
    assert cache.passages(catalog, rows) == cache.passages(catalog, rows[::-1]) == expected
    assert cache.passages(catalog, []) == {}
    assert read == [rows[:1], rows[1:]]
    assert sorted(passage.text for passage in expected.values()) == sorted(TEXTS)


def test_the_text_of_a_document_is_read_once_and_of_none_there_is_none(catalog: Catalog, read: list[object]) -> None:
    cache, one = ReadCache(), every_passage(catalog)[0]
    read.clear()
    assert [cache.text_of(catalog, one.document_id) for _ in range(3)] == [f"{one.text}\n"] * 3
    assert cache.text_of(catalog, "no such document") is None
    assert read == [one.document_id, "no such document"]


def test_what_does_not_fit_makes_room_and_is_read_again(
    catalog: Catalog, read: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PASSAGES_KEPT", 2)
    monkeypatch.setattr(module, "CHARACTERS_KEPT", max(map(len, TEXTS)) + 1)
    cache, rows = ReadCache(), rows_of(catalog)
    for row in rows * 2:
        passage = cache.passages(catalog, [row])[row]
        assert cache.text_of(catalog, passage.document_id) == f"{passage.text}\n"
    assert len(read) == 2 * (len(rows) + len(TEXTS))


def test_what_is_not_whole_is_refused_each_time(catalog: Catalog) -> None:
    cache, rows = ReadCache(), rows_of(catalog)
    whole, harmed = cache.passages(catalog, rows[1:]), catalog.passages(rows[:1])[rows[0]]
    catalog._db.execute("UPDATE passages SET text = 'Tea harms.' WHERE row = ?", rows[:1])
    catalog._db.execute("UPDATE documents SET text = 'Tea harms.' WHERE id = ?", [harmed.document_id])
    for _ in range(2):
        with pytest.raises(DamagedIndex):
            cache.passages(catalog, rows)
        with pytest.raises(DamagedIndex):
            cache.text_of(catalog, harmed.document_id)
    assert cache.passages(catalog, rows[1:]) == whole
