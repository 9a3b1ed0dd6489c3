from __future__ import annotations

from collections.abc import Callable

import pytest

from kindsearch.briefing.saying import Citer, Said
from kindsearch.types import Link, Passage

TEXT = "Good day.\nTea calms."


@pytest.fixture
def said(passage: Callable[..., Passage]) -> Said:
    """A quote of ``TEXT``."""
    tea = passage("Tea calms.")
    return Said(tea, tea.statements)


def test_what_the_document_says_is_cited_by_one_number(said: Said) -> None:
    citer = Citer(lambda _: TEXT, lambda _: [Link(10, 13, "https://tea.example/")])
    citation = citer.cite(said)
    assert citation
    assert (citation.number, citation.quote, citation.link) == (1, "Tea calms.", "https://tea.example/")
    assert citer.all([said, said]) == (citation, citation)


@pytest.mark.parametrize("text", [None, TEXT.replace("calms", "helps"), f" {TEXT}", ""])
def test_what_the_document_does_not_say_is_not_cited(said: Said, text: str | None) -> None:
    citer = Citer(lambda _: text, lambda _: [])
    assert citer.cite(said) is None
    assert citer.all([said]) == ()
