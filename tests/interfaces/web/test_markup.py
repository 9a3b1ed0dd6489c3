from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from kindsearch.interfaces.web import markup
from kindsearch.stores.catalog import SessionSummary
from kindsearch.types import Answer, Citation, Hit, Kind, PartialDate, Passage, Person, Session, Statement

SESSION = Session("2024-01-18-kindness", "Kindness in Education", PartialDate(2024, 1, 18), (Person("Bob"),))
START = 1_000
TEXT = "Kindness can be measured.\nIt needs:\ncourage\npatience & time"
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    '"><button onclick="alert(1)">',
    "' onmouseover='alert(1)",
    "<a href='javascript:alert(1)'>x</a>",
    "</p></section></div><iframe srcdoc='<script>alert(1)</script>'>",
    "<style>*{display:none}</style>",
    "<!-- --><base href=//elsewhere.example>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<math><mtext></p><img src=x onerror=alert(1)></mtext></math>",
    "[x](javascript:alert(1)) `code` **bold** $$\\href{javascript:x}{y}$$",
    "\n\n<div onclick=alert(1)>after a blank line</div>\n\n    indented",
    "${alert(1)} {{constructor}}",
)


def passage(text: str = TEXT, **changes: object) -> Passage:
    first_item = START + text.find("courage")
    statements = (
        Statement(START, first_item),
        Statement(first_item, first_item + 7, is_item=True),
        Statement(first_item + 8, START + len(text), is_item=True),
    )
    made = Passage(
        "abc123", "d" * 64, "pack.pdf", SESSION, START, START + len(text), text, Kind.TALK, "Discussion",
        statements if "courage" in text else (Statement(START, START + len(text)),), ("Bob",), (10, 10),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def answer(*passages: Passage) -> Answer:
    citations = tuple(
        Citation(number, one.text, one, one.start, one.end, next(iter(one.speakers), None), one.pages)
        for number, one in enumerate(passages, start=1)
    )
    return Answer("how do we measure it?", True, 0.9, "…", citations, tuple(Hit(one, 1.0) for one in passages))


class Reader(HTMLParser):
    """Collects the tags, attributes and words of some markup."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.names: set[str] = set()
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words += data


PLAIN = Reader(markup.results(answer(passage()), ["words of Bob"]))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words_wherever_they_stand(text: str) -> None:
    session = replace(SESSION, title=text)
    hostile = passage(text, session=session, section=text, speakers=(text,), id=text)
    shown = markup.results(replace(answer(hostile), question=text), [text])
    read = Reader(shown)
    assert set(read.tags) <= set(PLAIN.tags)
    assert read.names <= PLAIN.names
    assert read.words.count(" ".join(text.split())) >= 4  # question, filter, title, words
    assert "\n" not in shown  # a blank line would end the block that is shown as HTML


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_sentences_stay_words(text: str) -> None:
    for shown in (markup.problem(text), markup.hint(text)):
        assert set(Reader(shown).tags) <= {"section", "h2", "p"}
        assert " ".join(text.split()) in Reader(shown).words


def test_the_second_wall_stands_without_the_first() -> None:
    assert markup.safe("<p onclick=a()>x<script>a()</script><img src=x onerror=a()></p>") == "<p>x</p>"


def test_the_second_wall_leaves_our_own_markup_as_it_is() -> None:
    card = markup.card(Hit(passage(), 1.0, matched=((START, START + 8),)), 1)
    assert markup.safe(card) == card


def test_marks_stand_at_the_offsets_of_the_document() -> None:
    measured = START + TEXT.index("measured")
    shown = markup.prose(passage(), START, START + len(TEXT), [(measured, measured + 8), (START, START + 8)])
    assert re.findall("<mark>(.*?)</mark>", shown) == ["Kindness", "measured"]


def test_marks_are_not_searched_for_but_placed() -> None:
    assert markup.marked("kind kind kind", 50, [(55, 59)]) == "kind <mark>kind</mark> kind"


@pytest.mark.parametrize(
    ("matched", "shown"),
    [
        ([], "a &lt;b&gt; c"),
        ([(0, 100)], "a &lt;b&gt; c"),  # before the text
        ([(106, 300)], "a &lt;b&gt; <mark>c</mark>"),  # past its end
        ([(102, 105)], "a <mark>&lt;b&gt;</mark> c"),  # the marked words are escaped too
        ([(100, 101), (100, 101)], "<mark>a</mark> &lt;b&gt; c"),
        ([(100, 105), (102, 107)], "<mark>a &lt;b&gt;</mark><mark> c</mark>"),  # overlapping: nothing twice
    ],
)
def test_marks_at_the_edges(matched: list[tuple[int, int]], shown: str) -> None:
    assert markup.marked("a <b> c", 100, matched) == shown


def test_a_list_is_shown_as_one() -> None:
    shown = markup.prose(passage(), START, START + len(TEXT))
    assert shown == (
        "<p>Kindness can be measured.</p><p>It needs:</p><ul><li>courage</li><li>patience &amp; time</li></ul>"
    )


def test_part_of_a_passage_is_shown_as_a_quote() -> None:
    first = START + TEXT.index("It")
    assert markup.prose(passage(), first, first + 9) == "<p>It needs:</p>"


def test_a_citation_says_number_speaker_session_date_and_page() -> None:
    read = Reader(markup.results(answer(passage())))
    assert "Bob" in read.words
    assert "1Kindness in Education, 18 January 2024, page 10" in read.words


def test_the_button_of_a_citation_names_its_passage_and_its_stretch() -> None:
    assert f'data-passage="abc123" data-quote="{START}-{START + len(TEXT)}"' in markup.results(answer(passage()))


def test_quotes_of_one_session_stand_under_one_heading() -> None:
    other = replace(SESSION, id="other", title="Another session", date=None)
    shown = markup.results(answer(passage(), passage(session=other), passage()))
    headings = re.findall(r'<h3 class="ks-session">([^<]*)', shown)
    numbers = re.findall(r'ks-number">(\d)', shown)
    assert headings == ["Kindness in Education", "Another session"]
    assert numbers == ["1", "3", "2"]


def test_pages_of_a_passage_that_spans_two() -> None:
    assert "pages 10–11" in markup.card(Hit(passage(pages=(10, 11)), 1.0))


def test_a_passage_without_page_speaker_section_and_date() -> None:
    bare = passage(pages=None, speakers=(), section="", session=replace(SESSION, date=None))
    assert '<p class="ks-place"></p>' in markup.card(Hit(bare, 1.0))
    assert "None" not in markup.results(answer(bare))


def test_not_in_the_archive_is_said_plainly() -> None:
    shown = Reader(markup.results(Answer("why?", False, 0.1, "The archive does not say.", (), (Hit(passage(), 1.0),))))
    assert markup.NOT_ANSWERED in shown.words
    assert "Nearest passages, which may not answer it" in shown.words


def test_nothing_fits_the_filters() -> None:
    shown = markup.results(Answer("why?", False, 0.0, "The archive does not say."), ["words of Ann"])
    assert "No passage fits these filters." in shown
    assert "Searched only: words of Ann" in shown


def test_the_welcome_says_what_there_is() -> None:
    later = replace(SESSION, date=PartialDate(2024, 6))
    shown = markup.welcome([SessionSummary(session, ("a.pdf",), 3, ()) for session in (later, SESSION)])
    assert "2 sessions, 18 January 2024 to June 2024" in shown


def test_the_welcome_of_an_empty_archive_says_what_to_do() -> None:
    assert "kindsearch ingest" in markup.welcome([])


@pytest.mark.parametrize("word", ["chunk", "embedding", "score", "vector"])
def test_words_of_the_trade_are_not_shown(word: str) -> None:
    shown = markup.welcome([]) + markup.results(answer(passage()), ["words of Bob"])
    assert word not in shown.lower()
