"""Answers against marked places: is a right page found, are its words quoted, is it the right speaker?"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import PurePosixPath

from kindsearch.corpus import source_file
from kindsearch.errors import UnreadableFile
from kindsearch.evaluation.measures import HITS_AT
from kindsearch.evaluation.question_sets import UNANSWERABLE, Mark, PlaceQuestion, PlaceSet
from kindsearch.evaluation.summaries import Scored
from kindsearch.ingesting import Progress
from kindsearch.readers import page_texts
from kindsearch.search import KindSearch
from kindsearch.stores.catalog import Catalog
from kindsearch.types import Answer, Citation, Passage

PagesOf = Callable[[Passage], Sequence[str] | None]
"""The text of each page of a passage's document, letters and digits alone; None where there is nothing to check in."""


def ask_all(asked: PlaceSet, archive: KindSearch, progress: Progress = lambda *_: None) -> list[Answer]:
    """The answer to each question, as anybody would be given it."""
    answers = []
    for number, question in enumerate(asked.questions):
        progress("asking", number, len(asked.questions))
        answers.append(archive.ask(question.text))
    return answers


def scored(question: PlaceQuestion, answer: Answer, pages_of: PagesOf) -> Scored:
    """What an answer came to. Quotes are checked whatever the question; the rest is asked of what it marks."""
    values: dict[str, Sequence[float]] = {}
    answerable = question.kind != UNANSWERABLE
    if answerable:
        hits = [hit.passage for hit in answer.hits]
        for k in HITS_AT:
            values[f"page hit@{k}"] = _one(_is_at(p, p.pages, p.text, m) for p in hits[:k] for m in question.marks)
        values["cited"] = _one(_is_cited(c, m) for c in answer.citations for m in question.marks)
        values["evidence quoted"] = _one(_is_quoted(c, m) for c in answer.citations for m in question.marks)
        values["speaker right"] = speakers_right(answer.citations, question.marks)
        values["answered when it should"] = [float(answer.answered)]
    else:
        values["refused when it should"] = [float(not answer.answered)]
    values["quotes verbatim"] = quotes_verbatim(answer.citations, pages_of)
    return Scored(question.kind, question.id, values, answer.confidence, answerable)


def _one(marks: Iterable[bool]) -> list[float]:
    return [float(any(marks))]


def speakers_right(citations: Sequence[Citation], marks: Sequence[Mark]) -> list[float]:
    """For each citation of marked words of which the mark says who said them: whether it names the same person."""
    found = []
    for citation in citations:
        named = [plain(mark.speaker) for mark in marks if mark.speaker and _is_quoted(citation, mark)]
        if named:
            said = plain(citation.speaker or "")
            found.append(float(bool(said) and any(name in said or said in name for name in named)))
    return found


def quotes_verbatim(citations: Sequence[Citation], pages_of: PagesOf) -> list[float]:
    """For each citation of a PDF: whether its words stand on its pages, by another reader than the one that read it."""
    found = []
    for citation in citations:
        pages = pages_of(citation.passage)
        if pages is not None:
            first, last = citation.pages or (1, 0)
            quote = plain(citation.quote)
            found.append(float(bool(quote) and quote in "".join(pages[first - 1 : last])))
    return found


def _is_cited(citation: Citation, mark: Mark) -> bool:
    return _is_at(citation.passage, citation.pages, citation.quote, mark)


def _is_quoted(citation: Citation, mark: Mark) -> bool:
    return _is_cited(citation, mark) and plain(mark.phrase) in plain(citation.quote)


def _is_at(passage: Passage, pages: tuple[int, int] | None, text: str, mark: Mark) -> bool:
    """Whether something stands where the mark says: on its page, or, without one, where its words are."""
    if not is_source(passage.source, mark.source):
        return False
    if mark.page is None:
        return plain(mark.phrase) in plain(text)
    return pages is not None and pages[0] <= mark.page <= pages[1]


def is_source(source: str, marked: str) -> bool:
    """Whether a source is the one that is marked: by its path, with its ending or without, or by its name alone.

    >>> [is_source("2024/tea.pdf", marked) for marked in ("2024/tea.pdf", "2024/tea", "tea", "tea.pdf")]
    [True, True, True, False]
    """
    path = PurePosixPath(source)
    return marked in {source, path.with_suffix("").as_posix(), path.stem}


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Letters and digits alone, in small letters: line breaks, bullets and quotation marks don't matter.

    >>> plain("“We can • measure it!”")
    'wecanmeasureit'
    """
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).lower() if letter.isalnum())


def second_reader(archive: KindSearch) -> PagesOf:
    """Looks up the pages of PDFs that lie where they were ingested from, each file read once."""
    seen: dict[str, Sequence[str] | None] = {}

    def pages_of(passage: Passage) -> Sequence[str] | None:
        if passage.document_id not in seen:
            seen[passage.document_id] = _pages(archive, passage) if passage.pages else None
        return seen[passage.document_id]

    return pages_of


def _pages(archive: KindSearch, passage: Passage) -> list[str] | None:
    catalog = Catalog.open(archive.folder)
    try:
        root = catalog.root_of(passage.document_id)
    finally:
        catalog.close()
    try:
        file = source_file(root, passage.source) if root else None
        if file is None or file.sha256 != passage.document_id or file.path.suffix.lower() != ".pdf":
            return None
        return [plain(text) for text in page_texts(file.path, passage.source, password=file.password)]
    except (UnreadableFile, OSError):
        return None
