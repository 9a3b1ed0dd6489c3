"""Answers against marked places."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kindsearch import KindSearch
from kindsearch.evaluation.places import is_source, plain, quotes_verbatim, scored, second_reader, speakers_right
from kindsearch.evaluation.question_sets import Mark, PlaceQuestion
from kindsearch.types import Answer, Citation, Hit, Passage

PassageOf = Callable[..., Passage]


def nothing(_: Passage) -> None:
    return None


@pytest.fixture
def cited(passage: PassageOf) -> Callable[..., Citation]:
    """A citation of a page of ``tea.pdf``."""

    def make(quote: str, page: int | None = 3, speaker: str | None = None) -> Citation:
        pages = (page, page) if page else None
        return Citation(1, quote, passage(quote, source="2024/tea.pdf", pages=pages), 0, 1, speaker, pages)

    return make


def test_pages_quotes_and_speakers_are_found_where_they_are_marked(
    passage: PassageOf, cited: Callable[..., Citation]
) -> None:
    hits = [passage(source=source, pages=pages) for source, pages in (("rose.pdf", (3, 3)), ("2024/tea.pdf", (2, 3)))]
    quote = cited("“Tea calms\nworried patients.”", speaker="Dr Ann Lee")
    answer = Answer("?", True, 0.8, "", (quote,), tuple(Hit(p, 1.0) for p in hits))
    question = PlaceQuestion("q", "?", "answerable", (Mark("tea", 3, "calms worried", "Ann Lee"),))
    assert scored(question, answer, nothing).values == {
        "page hit@1": [0], "page hit@3": [1], "page hit@5": [1], "cited": [1], "evidence quoted": [1],
        "speaker right": [1], "answered when it should": [1], "quotes verbatim": [],
    }  # fmt: skip
    elsewhere = PlaceQuestion("q", "?", "answerable", (Mark("tea", 9, "calms worried", "Ann Lee"),))
    values = scored(elsewhere, answer, nothing).values
    assert [values[name] for name in ("page hit@5", "cited", "evidence quoted", "speaker right")] == [[0], [0], [0], []]


def test_a_place_without_pages_is_where_its_words_are(passage: PassageOf, cited: Callable[..., Citation]) -> None:
    said = passage("Tea calms worried patients.", source="2024/tea.pdf")
    answer = Answer("?", True, 0.8, "", (cited("Tea calms worried patients.", None),), (Hit(said, 1.0),))
    for phrase, value in (("calms worried", 1.0), ("biscuits", 0.0)):
        values = scored(PlaceQuestion("q", "?", "x", (Mark("2024/tea", None, phrase),)), answer, nothing).values
        assert (values["page hit@1"], values["evidence quoted"]) == ([value], [value])


def test_a_question_without_an_answer_is_to_be_refused() -> None:
    question = PlaceQuestion("q", "?", "unanswerable", ())
    refused = scored(question, Answer("?", False, 0.1, ""), nothing)
    assert refused.values == {"refused when it should": [1], "quotes verbatim": []}
    assert (refused.answerable, refused.confidence) == (False, 0.1)
    assert scored(question, Answer("?", True, 0.9, ""), nothing).values["refused when it should"] == [0]


@pytest.mark.parametrize(("named", "values"), [("Ann", [1]), ("Dr Ann Lee", [1]), ("Bo", [0]), (None, [0]), ("", [0])])
def test_a_speaker_is_right_by_any_part_of_the_name(
    cited: Callable[..., Citation], named: str | None, values: list[float]
) -> None:
    quote = cited("Tea calms.", speaker=named)
    assert speakers_right([quote], [Mark("tea", 3, "Tea calms", "Ann Lee")]) == values
    assert speakers_right([quote], [Mark("tea", 3, "Tea calms", None)]) == []


def test_a_quote_is_verbatim_when_it_stands_on_its_page(cited: Callable[..., Citation]) -> None:
    pages = [plain(text) for text in ("Milk.", "Roses.", "• Tea calms\nworried patients.")]
    found = quotes_verbatim([cited("Tea calms"), cited("Tea calms", 2), cited("Tea"), cited("…")], lambda _: pages)
    assert found == [1, 0, 1, 0]
    assert quotes_verbatim([cited("Tea calms")], nothing) == []


def test_a_source_is_known_by_its_name_alone() -> None:
    assert not is_source("2024/tea.pdf", "rose")
    assert not is_source("2024/tea.pdf", "2023/tea")


# ---------------------------------------------------------------- the second reader


def test_the_second_reader_reads_the_pages_of_packs_and_nothing_else(archive: KindSearch) -> None:
    pages_of = second_reader(archive)
    pack = next(hit.passage for hit in archive.search("how do we measure kindness?") if hit.passage.pages)
    pages = pages_of(pack)
    assert pages is not None
    assert pack.pages is not None
    assert plain(pack.statements[0] and pack.quote(pack.statements[0].start, pack.statements[0].end)) in "".join(
        pages[pack.pages[0] - 1 : pack.pages[1]]
    )
    assert pages_of(pack) is pages
    speech = archive.search("who has spare glasses to lend?", where=None)
    transcript = next(hit.passage for hit in speech if not hit.passage.pages)
    assert pages_of(transcript) is None


def test_a_file_that_is_gone_can_not_be_checked(archive: KindSearch, passage: PassageOf, tmp_path: Path) -> None:
    pages_of = second_reader(archive)
    assert pages_of(passage(document_id="gone", pages=(1, 1))) is None
    known = next(hit.passage for hit in archive.search("how do we measure kindness?") if hit.passage.pages)
    moved = passage(document_id=known.document_id, source="elsewhere.pdf", pages=(1, 1))
    assert second_reader(archive)(moved) is None
