"""What people rate is kept, and nobody's words with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest
from meetings import found_in

from kindsearch import KindSearch
from kindsearch.errors import BadRequest, IndexLocked
from kindsearch.forgetting import WITHHELD
from kindsearch.stores import schema
from kindsearch.types import Passage

Make = Callable[..., KindSearch]


def first_hit(archive: KindSearch, question: str) -> Passage:
    return archive.search(question)[0].passage


def test_a_rating_keeps_the_place_and_not_the_words(small_archive: Make) -> None:
    archive = small_archive()
    assert archive.ratings() == []
    passage = first_hit(archive, "do biscuits matter?")
    rating = archive.rate("  do biscuits\nmatter? ", passage, helpful=True, remark=" Yes! ")
    assert archive.ratings() == [rating]
    assert (rating.question, rating.remark, rating.helpful) == ("do biscuits matter?", "Yes!", True)
    assert (rating.passage_id, rating.source, rating.start, rating.end) == (
        passage.id, passage.source, passage.start, passage.end,
    )  # fmt: skip
    assert passage.text not in str(rating)
    assert KindSearch.open(archive.folder, encoder=archive._encoder).ratings() == [rating]


def test_who_changes_her_mind_is_kept_once(small_archive: Make) -> None:
    archive = small_archive()
    passage = first_hit(archive, "tea")
    archive.rate("tea?", passage, helpful=True, remark="good")
    archive.rate("tea?", passage, helpful=False)
    archive.rate("roses?", passage, helpful=False)
    assert [(r.question, r.helpful, r.remark) for r in archive.ratings()] == [
        ("roses?", False, None), ("tea?", False, None),
    ]  # fmt: skip


def test_what_makes_no_sense_is_refused(small_archive: Make) -> None:
    archive = small_archive()
    passage = first_hit(archive, "tea")
    for question, remark in ((" ", None), ("x" * 2001, None), ("tea?", "x" * 2001)):
        with pytest.raises(BadRequest):
            archive.rate(question, passage, helpful=True, remark=remark)
    assert archive.ratings() == []
    assert archive.rate("tea?", passage, helpful=True, remark="half \ud800").remark == "half \ufffd"
    assert archive.rate("tea?", passage, helpful=True, remark="  ").remark is None


def test_a_rating_that_can_not_be_written_now_says_so(small_archive: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "_BUSY_SECONDS", 0)
    archive = small_archive()
    passage = first_hit(archive, "tea")
    other = sqlite3.connect(archive.folder / "catalog.sqlite", isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(IndexLocked):
            KindSearch.open(archive.folder, encoder=archive._encoder).rate("tea?", passage, helpful=True)
    finally:
        other.close()


# ---------------------------------------------------------------- what becomes of it


def test_ratings_of_a_document_that_is_taken_out_go_with_it(small_archive: Make) -> None:
    archive = small_archive()
    archive.rate("tea?", first_hit(archive, "does tea calm worried patients?"), helpful=True)
    archive.rate("violets?", first_hit(archive, "a violin made my father smile"), helpful=True)
    archive.remove("2024-01-18-tea.md")
    assert [rating.source for rating in archive.ratings()] == ["2023-05-music.md"]
    (archive.settings.corpus / "2023-05-music.md").unlink()
    archive.ingest()
    assert archive.ratings() == []
    assert found_in(archive.folder, "violets") == []


def test_ratings_follow_a_file_that_is_renamed_or_changed(small_archive: Make) -> None:
    archive = small_archive()
    archive.rate("tea?", first_hit(archive, "does tea calm worried patients?"), helpful=True)
    corpus = archive.settings.corpus
    (corpus / "2024-01-18-tea.md").rename(corpus / "2024-01-18-all-tea.md")
    archive.ingest()
    assert [rating.source for rating in archive.ratings()] == ["2024-01-18-all-tea.md"]
    with (corpus / "2024-01-18-all-tea.md").open("a", encoding="utf-8") as file:
        file.write("\nEva Roe: Milk first.\n")
    archive.ingest()
    assert [rating.source for rating in archive.ratings()] == ["2024-01-18-all-tea.md"]


@pytest.mark.parametrize("anonymise", [True, False])
def test_who_is_forgotten_is_named_in_no_rating(small_archive: Make, anonymise: bool) -> None:
    archive = small_archive()
    passage = first_hit(archive, "do biscuits matter?")
    archive.rate("what did Eva Bonnier say of weeding?", passage, helpful=True, remark="Bonnier said it, thanks eva")
    archive.rate("what did Ann Lee say?", passage, helpful=True)
    archive.forget("Eva Bonnier", anonymise=anonymise)
    assert [(rating.question, rating.remark) for rating in archive.ratings()] == [
        ("what did Ann Lee say?", None),
        (f"what did {WITHHELD} say of weeding?", f"{WITHHELD} said it, thanks {WITHHELD}"),
    ]
    later = archive.rate("did Dr Eva Bonnier weed?", passage, helpful=False)
    assert later.question == f"did {WITHHELD} weed?"
    assert found_in(archive.folder, "Bonnier") == []
