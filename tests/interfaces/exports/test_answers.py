from __future__ import annotations

from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from kindsearch import KindSearch
from kindsearch.interfaces.exports.answers import as_citation, as_markdown, as_text
from kindsearch.types import Answer, Citation, Kind, PartialDate, Passage, Session

QUESTION = "how do we measure kindness?"
HOSTILE = "![x](http://evil.example) <b>*kind*</b>\x00 [1] $x$\u202e"


@pytest.fixture(scope="module")
def answer(archive: KindSearch) -> Answer:
    return archive.ask(QUESTION)


def citation(number: int, quote: str, title: str = "Tea", source: str = "tea.pdf") -> Citation:
    session = Session("tea", title, PartialDate(2024, 6))
    passage = Passage(str(number), "d", source, session, 0, len(quote), quote, Kind.QUOTE, "", ())
    return Citation(number, quote, passage, 0, len(quote), "Bob <i>", (3, 4))


def test_every_quote_stands_there_with_its_reference(answer: Answer) -> None:
    for text in (as_text(answer), as_markdown(answer).replace("\\", "")):
        assert text.startswith(("# " if text.startswith("#") else "") + QUESTION)
        for one in answer.citations:
            assert f"“{' • '.join(one.quote.split(chr(10)))}” [{one.number}]" in text
            assert one.passage.source in text
            assert one.passage.session.title in text
    assert "[1] Kindness in Education, 18 January 2024, Bob, page 10" in as_text(answer)


def test_one_citation_is_one_line_with_all_that_finds_it_again(answer: Answer) -> None:
    first = answer.citations[0]
    text = as_citation(first)
    assert text.startswith(f"“{first.quote}” Kindness in Education, 18 January 2024, Bob, page 10, ")
    assert text.count("“") == 1
    assert "\n" not in text


def test_what_is_not_in_the_archive_is_said_so(archive: KindSearch) -> None:
    answer = archive.ask("how do I prune apple trees in winter?")
    text = as_text(answer)
    assert answer.text.split("\n")[0] in text
    assert "COME NEAREST" in text
    assert "REFERENCES" not in text


def test_words_of_a_document_are_never_markup() -> None:
    made = Answer(HOSTILE, True, 1.0, "", (citation(1, HOSTILE, HOSTILE, HOSTILE),))
    html = MarkdownIt("commonmark").enable("table").render(as_markdown(made))
    for tag in ("<img", "<b>", "<a ", "<i>", "<em>"):
        assert tag not in html
    for text in (as_markdown(made), as_text(made), as_citation(made.citations[0])):
        assert not set(text) & {"\x00", "\u202e"}


def test_quotes_of_one_session_stand_together(answer: Answer) -> None:
    made = replace(answer, citations=(citation(1, "One."), citation(2, "Two.", "Coffee"), citation(3, "Three.")))
    text = as_text(made)
    assert text.count("TEA, JUNE 2024") == 1
    assert text.index("One.") < text.index("Three.") < text.index("COFFEE, JUNE 2024") < text.index("Two.")
