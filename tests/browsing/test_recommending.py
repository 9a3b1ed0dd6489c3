from __future__ import annotations

from collections.abc import Callable

import pytest

from kindsearch import KindSearch

Make = Callable[..., KindSearch]

PACK = """\
# Reading on the ward

March 2024

# Insights from Ann Lee

Ann Lee reads aloud, as [the library](https://library.example/) does.

# Q&A

**Question: Which book do we begin with?**

Ann Lee: With [The Long Shift](https://books.example/shift), and slowly.

# Further resources

- [Reading aloud](https://aloud.example/) - how to begin
- Café nights, a novel about a night ward
"""
CHAT = """\
18:00:31 From Bo Ek to Everyone:
\tHas anybody got the address of the tea people?
18:00:40 From Göran Öst to Everyone:
\tHello from Umeå
18:01:12 From Ann Lee to Everyone:
\tLook at https://tea.example/one and at https://tea.example/two
18:09:12 From Bo Ek to Everyone:
\tThanks
18:09:13 From Bo Ek to Everyone:
\tI like rain
18:09:14 From Bo Ek to Everyone:
\tAnd snow
18:09:15 From Göran Öst to Everyone:
\tSnow is at https://snow.example/
"""


@pytest.fixture
def archive(small_archive: Make) -> KindSearch:
    return small_archive({"2024-03-reading.md": PACK, "2024-04-tea/chat.txt": CHAT})


def test_every_link_and_every_listed_thing_is_there_newest_first(archive: KindSearch) -> None:
    found = [(one.link, one.speaker, one.citation.passage.kind.value) for one in archive.browsing.recommended()]
    assert found == [
        ("https://tea.example/one", "Ann Lee", "chat"),
        ("https://tea.example/two", "Ann Lee", "chat"),
        ("https://snow.example/", "Göran Öst", "chat"),
        ("https://books.example/shift", "Ann Lee", "question-and-answer"),
        ("https://aloud.example/", None, "resource"),
        (None, None, "resource"),
    ]
    assert [(r.link, r.speaker) for r in archive.resources()] == [(link, speaker) for link, speaker, _ in found]


def test_the_words_are_quoted_from_their_place(archive: KindSearch) -> None:
    with archive._catalog() as catalog:
        for one in archive.browsing.recommended():
            text = catalog.text_of(one.citation.passage.document_id) or ""
            assert text[one.citation.start : one.citation.end] == one.citation.quote


def test_the_question_that_it_answers_is_named_where_there_is_one(archive: KindSearch) -> None:
    asked = {one.link: one.asked for one in archive.browsing.recommended()}
    assert asked["https://tea.example/one"] == "Has anybody got the address of the tea people?"
    assert asked["https://snow.example/"] is None  # others have spoken of other things since
    assert "Which book do we begin with?" in (asked["https://books.example/shift"] or "")
    assert asked["https://aloud.example/"] is None


def test_whoever_recommends_it_is_told_apart(archive: KindSearch) -> None:
    people = {one.link: one.person for one in archive.browsing.recommended()}
    assert people["https://snow.example/"] == "Göran Öst"
    assert people["https://aloud.example/"] is None


@pytest.mark.parametrize(
    ("words", "links"),
    [
        ("snow", ["https://snow.example/"]),
        ("SNOW  umea", []),
        ("goran", ["https://snow.example/"]),
        ("cafe", [None]),
        ("Café NOVEL", [None]),
        ("library", []),
        ("aloud.example", ["https://aloud.example/"]),
        ("address", ["https://tea.example/one", "https://tea.example/two"]),
        ("2024 march slowly", ["https://books.example/shift"]),
        ("now", []),
    ],
)
def test_words_find_what_has_all_of_them_at_the_beginning_of_words(
    archive: KindSearch, words: str, links: list[str | None]
) -> None:
    assert [one.link for one in archive.browsing.recommended(words)] == links


@pytest.mark.parametrize("words", ["", "  ", "?!", "\ud800"])
def test_what_is_no_word_leaves_nothing_out(archive: KindSearch, words: str) -> None:
    assert len(archive.browsing.recommended(words)) == 6
