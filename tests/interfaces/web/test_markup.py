from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from kindsearch.interfaces.exports import answers
from kindsearch.interfaces.web import markup
from kindsearch.interfaces.web.rendering import environment, safe
from kindsearch.interfaces.web.view import View
from kindsearch.interfaces.web.wording import SHOWN_WORDS, runs
from kindsearch.stores.holdings import SessionSummary
from kindsearch.types import (
    Answer,
    Citation,
    Filter,
    Hit,
    Kind,
    PartialDate,
    Passage,
    Person,
    Read,
    Reading,
    Session,
    Statement,
)

SESSION = Session("2024-01-18-kindness", "Kindness in Education", PartialDate(2024, 1, 18), (Person("Bob"),))
FILMED = replace(SESSION, video_url="https://video.example/kindness", note="The transcript is illustrative.")
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
        statements if "courage" in text else (Statement(START, START + len(text)),), ("Bob",), ("Bob",), (10, 10),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def answer(*passages: Passage) -> Answer:
    citations = tuple(
        Citation(number, one.text, one, one.start, one.end, next(iter(one.speakers), None), one.pages)
        for number, one in enumerate(passages, start=1)
    )
    return Answer("how do we measure it?", True, 0.9, "…", citations, tuple(Hit(one, 1.0) for one in passages))


SAID = (
    ("Ann", 190_000, "Tea keeps the night shift warm, and it is never only about the tea."),
    ("Bo", 201_000, "Mm."),
    ("Ann", 203_000, "Somebody sits down. That is what helps, and that is all that I wanted to say about it."),
    ("Ann", 230_000, "Then comes the milk."),
    ("Bo", 240_000, "We ring the wards at two & ask who needs a break."),
)


def conversation(times: int = 1, **changes: object) -> Passage:
    """A window of a transcript, its turns said so many times over."""
    text, statements = "", []
    for speaker, start_ms, words in SAID * times:
        text += "\n" if text else ""
        at = START + len(text)
        statements.append(Statement(at, at + len(words), None, speaker, start_ms, start_ms + 1_000))
        text += words
    return replace(
        passage(text, session=FILMED, kind=Kind.TRANSCRIPT, section="", pages=None, speakers=("Ann", "Bo")),
        statements=tuple(statements),
        start_ms=190_000,
        **changes,  # type: ignore[arg-type]
    )


def piece(name: str, *arguments: object) -> str:
    """A macro of ``pieces.html``."""
    return str(getattr(environment().get_template("pieces.html").module, name)(*arguments))


def card(hit: Hit, quoted: Citation | None = None) -> str:
    return piece("card", hit, quoted)


def prose(one: Passage, start: int, end: int, matched: tuple[tuple[int, int], ...] = ()) -> str:
    return piece("prose", one, start, end, matched)


class Reader(HTMLParser):
    """Collects the tags, attributes and words of some markup."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.names: set[str] = set()
        self.addresses: list[str] = []
        self.copies: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name == "href"]
        self.copies += [value or "" for name, value in attrs if name == "data-copy"]

    def handle_data(self, data: str) -> None:
        self.words += data


def results(shown: Answer, where: Filter | None = None, *read: Read) -> str:
    """The results of a question, of which this was read, under a filter."""
    return markup.results(shown, View(shown.question, where or Filter()), read, [])


def of_bob(text: str) -> Read:
    return Read(Reading.PEOPLE, text, Filter(speaker=text))


NARROW = Filter(session="gone", since=PartialDate(2024))
PLAIN = Reader(results(answer(passage()), NARROW, of_bob("Bob")) + results(replace(answer(), answered=False), NARROW))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words_wherever_they_stand(text: str) -> None:
    session = replace(SESSION, title=text)
    hostile = passage(text, session=session, section=text, speakers=(text,), id=text)
    shown = results(replace(answer(hostile), question=text), Filter(speaker=text))
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
    assert safe("<p onclick=a()>x<script>a()</script><img src=x onerror=a()></p>") == "<p>x</p>"


def test_the_second_wall_leaves_our_own_markup_as_it_is() -> None:
    seen = passage(session=FILMED, start_ms=190_000)
    for one in (seen, conversation()):
        shown = card(Hit(one, 1.0, matched=((START, START + 8),)), answer(one).citations[0])
        assert "<a " in shown
        assert safe(shown) == shown


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ('<a href="https://v.example/?a=1&amp;t=5s">x</a>', ' href="https://v.example/?a=1&amp;t=5s"'),
        ('<a href="http://v.example/#t=5" rel="opener" target="_top">x</a>', ' href="http://v.example/#t=5"'),
        ('<a href="https://v.example/" target="_blank">x</a>', ' href="https://v.example/" target="_blank"'),
        ('<a href="javascript:a()" onclick="a()" style="x" download ping="//x">x</a>', ""),
        ('<a href="JaVaScRiPt&#58;a()">x</a>', ""),
        ('<a href="data:text/html,x">x</a>', ""),
        ('<a href="//elsewhere.example/">x</a>', ""),
        ('<a href="/\\\\elsewhere.example/">x</a>', ""),
        ('<a href="https://v.example\\\\@elsewhere.example/">x</a>', ""),
        ('<a href="elsewhere">x</a>', ""),
        ('<a href="/people/ann">x</a>', ' href="/people/ann"'),
    ],
)
def test_the_second_wall_lets_links_to_web_addresses_and_to_our_pages_through(link: str, kept: str) -> None:
    assert safe(link) == f'<a{kept} rel="noopener noreferrer">x</a>'


def test_the_second_wall_lets_nothing_but_a_link_lead_elsewhere() -> None:
    assert safe('<p href="https://v.example/">x</p><button href="https://v.example/">x</button>') == (
        "<p>x</p><button>x</button>"
    )


def test_marks_stand_at_the_offsets_of_the_document() -> None:
    measured = START + TEXT.index("measured")
    shown = prose(passage(), START, START + len(TEXT), ((measured, measured + 8), (START, START + 8)))
    assert re.findall("<mark>(.*?)</mark>", shown) == ["Kindness", "measured"]


def test_marks_are_not_searched_for_but_placed() -> None:
    assert piece("words", runs("kind kind kind", 50, [(55, 59)])) == "kind <mark>kind</mark> kind"


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
    assert piece("words", runs("a <b> c", 100, matched)) == shown


def test_a_list_is_shown_as_one() -> None:
    shown = prose(passage(), START, START + len(TEXT))
    assert shown == (
        "<p>Kindness can be measured.</p><p>It needs:</p><ul><li>courage</li><li>patience &amp; time</li></ul>"
    )


def test_an_item_with_a_number_has_no_bullet() -> None:
    one = passage("1. courage")
    listed = replace(one, statements=(Statement(one.start, one.end, is_item=True),))
    assert prose(listed, one.start, one.end) == '<ul><li class="ks-numbered">1. courage</li></ul>'


def test_part_of_a_passage_is_shown_as_a_quote() -> None:
    first = START + TEXT.index("It")
    assert prose(passage(), first, first + 9) == "<p>It needs:</p>"


def test_a_citation_says_number_speaker_session_date_and_page() -> None:
    read = Reader(results(answer(passage())))
    assert "Bob" in read.words
    assert "1Kindness in Education, 18 January 2024, page 10" in read.words


@pytest.mark.parametrize(
    ("pages", "start_ms", "place"),
    [
        ((11, 11), 541_000, "page 11 · 9:01"),
        (None, 754_900, "12:34"),
        ((11, 12), None, "pages 11–12"),
        (None, None, "source"),
    ],
)
def test_a_citation_says_its_page_and_its_time(pages: tuple[int, int] | None, start_ms: int | None, place: str) -> None:
    one = answer(passage())
    cited = replace(one.citations[0], pages=pages, start_ms=start_ms)
    shown = results(replace(one, citations=(cited,)))
    assert f"1Kindness in Education, 18 January 2024, {place}" in Reader(shown).words
    assert f'title="Kindness in Education, 18 January 2024, {place}"' in shown


def test_a_quote_with_a_moment_can_be_watched() -> None:
    one = answer(passage(session=FILMED))
    shown = results(replace(one, citations=(replace(one.citations[0], start_ms=541_000),), hits=()))
    link = '<a class="ks-watch" href="https://video.example/kindness#t=541" target="_blank" rel="noopener noreferrer">'
    assert f"{link}Watch from 9:01</a>" in shown


def test_a_passage_with_a_moment_says_when_and_can_be_watched() -> None:
    shown = card(Hit(passage(session=FILMED, start_ms=754_000), 1.0))
    assert '<span class="ks-time">12:34</span>' in shown
    assert 'href="https://video.example/kindness#t=754"' in shown
    assert "Watch from 12:34" in shown


@pytest.mark.parametrize("is_illustrative", [True, False])
def test_what_was_made_up_says_so_at_each_quote_and_passage(is_illustrative: bool) -> None:
    shown = results(answer(passage(is_illustrative=is_illustrative)))
    assert Reader(shown).words.count("illustrative") == 2 * is_illustrative


def test_without_a_recording_there_is_a_time_and_no_link() -> None:
    shown = card(Hit(passage(start_ms=754_000), 1.0))
    assert "12:34" in shown
    assert "<a " not in shown


@pytest.mark.parametrize(
    "url",
    [
        'https://v.example/"onclick="alert(1)',
        "https://v.example/'><img/src=x/onerror=alert(1)>",
        "https://v.example/?a=<script>alert(1)</script>&b=2",
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)//https://",
        "data:text/html,<script>alert(1)</script>",
        "//elsewhere.example/",
        "https://",
    ],
)
def test_a_hostile_address_is_an_address_or_nothing(url: str) -> None:
    one = answer(passage(session=replace(FILMED, video_url=url), start_ms=5_000))
    shown = results(replace(one, citations=(replace(one.citations[0], start_ms=5_000),)))
    read = Reader(shown)
    assert set(read.tags) <= {*PLAIN.tags, "a"}
    assert read.names <= {*PLAIN.names, "href", "target", "rel"}
    assert all(address.startswith("https://") for address in read.addresses)
    assert all(address.replace("#t=5", "").startswith(url[:18]) for address in read.addresses)


def test_what_is_to_be_remarked_stands_once_beside_the_quotes_of_its_session() -> None:
    other = replace(SESSION, id="other", title="Another session")
    shown = results(answer(passage(session=FILMED), passage(session=other), passage(session=FILMED)))
    assert shown.count("The transcript is illustrative.") == 1
    after = shown.split("The transcript is illustrative.")[1]
    assert after.index("<blockquote>") < after.index("Another session")


def test_what_is_to_be_remarked_on_passages_alone_stands_under_them() -> None:
    hits = (Hit(passage(session=FILMED), 1.0), Hit(passage(), 1.0), Hit(passage(session=FILMED), 1.0))
    shown = results(Answer("why?", False, 0.1, "The archive does not say.", (), hits))
    assert shown.count("Kindness in Education: The transcript is illustrative.") == 1


# ---------------------------------------------------------------- conversations


def test_turns_of_a_conversation_say_who_and_when() -> None:
    shown = card(Hit(conversation(), 1.0))
    lines = [" ".join(Reader(line).words.split()) for line in re.findall("<p>(.*?)</p>", shown)]
    assert lines[0].startswith("Ann 3:10 Tea keeps")
    assert lines[1] == "Bo 3:21 Mm."
    assert lines[3] == "3:50 Then comes the milk."  # still Ann
    assert lines[4] == "Bo 4:00 We ring the wards at two & ask who needs a break."
    assert "Ann, Bo" not in shown


def test_matched_words_are_marked_in_a_conversation() -> None:
    one = conversation()
    at = START + one.text.index("milk")
    assert re.findall("<mark>(.*?)</mark>", card(Hit(one, 1.0, matched=((at, at + 4),)))) == ["milk"]


def test_of_a_long_conversation_the_matched_turns_are_shown_and_the_others_counted() -> None:
    one = conversation(times=8)
    at = START + one.text.rindex("milk")
    shown = card(Hit(one, 1.0, matched=((at, at + 4),)))
    assert "<mark>milk</mark>" in shown
    left_out = re.search(r"… (\d+) more turns before", shown)
    assert left_out
    assert int(left_out[1]) + len(re.findall("<p>", shown)) == len(SAID) * 8
    assert "more turns after" not in shown
    assert len(Reader(shown).words.split()) < SHOWN_WORDS + 30


def test_of_a_long_conversation_what_is_quoted_is_shown_whole() -> None:
    one = conversation(times=8)
    first = START + one.text.index("We ring")
    last = START + one.text.index("We ring", one.text.index("We ring") + 1) + 10
    cited = Citation(1, one.quote(first, last), one, first, last)
    matched = START + one.text.rindex("milk")
    shown = Reader(card(Hit(one, 1.0, matched=((matched, matched + 4),)), cited)).words
    assert shown.count("We ring the wards") == 2
    assert "more turns before" in shown
    assert "more turns after" in shown


@pytest.mark.parametrize(("end", "sentence"), [(START + 3, 1), (START + 8, 0)])
def test_a_quote_of_a_list_that_goes_on_says_so(end: int, sentence: int) -> None:
    items = (Statement(START, START + 3, is_item=True), Statement(START + 4, START + 8, is_item=True))
    one = passage("tea\nmilk", statements=items)
    cited = Citation(1, one.quote(START, end), one, START, end)
    shown = Reader(results(Answer("tea?", True, 0.9, "", (cited,), (Hit(one, 1.0),)))).words
    assert shown.count("… the list goes on in the source") == sentence


def test_a_conversation_of_one_turn_is_shown_as_a_passage() -> None:
    one = passage("Tea helps.", kind=Kind.TRANSCRIPT, pages=None)
    assert '<strong class="ks-who">Bob</strong><div class="ks-words"><p>Tea helps.</p></div>' in card(Hit(one, 1.0))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_and_names_stay_words_in_a_conversation(text: str) -> None:
    words = " ".join(text.split())
    first = Statement(START, START + len(words), None, text, 1_000, 2_000)
    second = Statement(first.end + 1, first.end + 1 + len(words), None, "Bo", 3_000, 4_000)
    one = replace(conversation(), text=f"{words}\n{words}", statements=(first, second), end=second.end)
    read = Reader(card(Hit(one, 1.0)))
    assert set(read.tags) <= {*PLAIN.tags, "a"}
    assert " ".join(read.words.split()).count(words) == 3


# ---------------------------------------------------------------- pages and states


def test_the_button_of_a_citation_names_its_passage_and_its_stretch() -> None:
    assert f'data-passage="abc123" data-quote="{START}-{START + len(TEXT)}"' in results(answer(passage()))


def test_quotes_of_one_session_stand_under_one_heading() -> None:
    other = replace(SESSION, id="other", title="Another session", date=None)
    shown = results(answer(passage(), passage(session=other), passage()))
    headings = re.findall(r'<h3 class="ks-session">([^<]*)', shown)
    numbers = re.findall(r'ks-number">(\d)', shown)
    assert headings == ["Kindness in Education", "Another session"]
    assert numbers == ["1", "3", "2"]


def test_pages_of_a_passage_that_spans_two() -> None:
    assert "pages 10–11" in card(Hit(passage(pages=(10, 11)), 1.0))


def test_a_passage_without_page_speaker_section_and_date() -> None:
    bare = passage(pages=None, speakers=(), section="", session=replace(SESSION, date=None))
    assert '<p class="ks-place"></p>' in card(Hit(bare, 1.0))
    assert "None" not in results(answer(bare))


def test_not_in_the_archive_is_said_plainly() -> None:
    shown = Reader(results(Answer("why?", False, 0.1, "The archive does not say.", (), (Hit(passage(), 1.0),))))
    assert "Not in the archive" in shown.words
    assert "Nearest passages, which may not answer it" in shown.words


def said_by_another(cited: Passage, sentence: str = "Ann did not say this in the archive; Bob did.") -> Answer:
    """An answer that quotes somebody else than the one who was asked about."""
    return replace(answer(cited), answered=False, confidence=0.2, text=f"{sentence}\nKindness\n  Bob: “…” [1]")


def test_what_somebody_else_said_is_quoted_under_a_sentence_that_says_so() -> None:
    shown = results(said_by_another(passage()))
    read = Reader(shown)
    assert read.words.count("Ann did not say this in the archive; Bob did.") == 1
    assert "Not in the archive" in read.words
    assert "Bob: “…”" not in read.words  # the lines of the text are the quotes below
    before, _, after = shown.partition("Bob did.")
    assert "<blockquote>" not in before
    assert after.index("<blockquote>") < after.index("Nearest passages, which may not answer it")
    assert after.count("<blockquote>") == 1
    assert f'data-quote="{START}-{START + len(TEXT)}"' in after


def test_without_a_quote_other_words_are_advised() -> None:
    shown = results(replace(said_by_another(passage(), "The archive does not say."), citations=()))
    words = Reader(shown).words
    assert "The archive does not say.Looked for “how do we measure it?”. Other words may find more." in words
    assert "<blockquote>" not in shown


def test_what_is_not_in_the_archive_can_be_looked_for_further() -> None:
    none = Answer("why?", False, 0.1, "The archive does not say.")
    where = Filter("gone", None, PartialDate(2024), PartialDate(2024), Kind.CHAT)
    shown = Reader(results(none, where, Read(Reading.PEOPLE, "Bob", Filter(speaker="Bob"))))
    assert "Looked for “why?” in “a session that is not in the archive (any more)”, in what Bob said, in" in shown.words
    assert "in 2024, among: chat." in shown.words
    ways = ["Search all sessions", "Anyone", "Any time", "Everything, not one kind", "Take my words literally"]
    assert "".join(ways) in shown.words
    assert shown.addresses[-len(ways):] == [
        "/?q=why%3F&when=2024&kind=chat",
        "/?q=why%3F&session=gone&when=2024&kind=chat&literal=people",
        "/?q=why%3F&session=gone&kind=chat",
        "/?q=why%3F&session=gone&when=2024",
        "/?q=why%3F&session=gone&when=2024&kind=chat&literal=1",
    ]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_stay_words_where_somebody_else_said_it(text: str) -> None:
    name = " ".join(text.split())
    cited = said_by_another(
        passage(speakers=(name,), people=(name,)), f"Ann did not say this in the archive; {name} did."
    )
    shown = results(cited)
    read = Reader(shown)
    assert set(read.tags) <= set(PLAIN.tags)
    assert read.names <= PLAIN.names
    assert f"Ann did not say this in the archive; {name} did." in read.words
    assert "\n" not in shown


@pytest.mark.parametrize("answered", [True, False])
def test_what_was_read_can_be_taken_back(answered: bool) -> None:
    time = Read(Reading.TIME, "since June 2024", Filter(since=PartialDate(2024, 6)))
    shown = results(replace(answer(passage()), answered=answered), None, of_bob("Bob"), time)
    read = Reader(shown)
    told = "Do not read this in my question"
    assert f"Read from your question: Bob ✕{told} since June 2024 ✕{told}" in read.words
    assert read.addresses[:2] == [
        "/?q=how+do+we+measure+it%3F&literal=people",
        "/?q=how+do+we+measure+it%3F&literal=time",
    ]
    assert "Read from" not in results(answer(passage()))


def test_what_was_read_gives_way_to_what_was_chosen() -> None:
    words = Reader(results(answer(passage()), Filter(speaker="Ann"), of_bob("Bob"))).words
    assert "Searched only: Ann ✕" in words
    assert "Read from" not in words


def test_what_is_not_read_any_more_can_be_read_again() -> None:
    one = answer(passage())
    for view in (View(one.question, literal=True), View(one.question, unread=frozenset({Reading.PEOPLE}))):
        shown = Reader(markup.results(one, view, (), []))
        assert "Your words are taken as they stand." in shown.words
        assert shown.addresses[0] == "/?q=how+do+we+measure+it%3F"


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("answered", [True, False])
def test_what_was_read_is_text_whatever_a_session_is_called(text: str, answered: bool) -> None:
    title = Read(Reading.SESSIONS, text, Filter(session=text))
    shown = results(replace(answer(passage()), answered=answered), None, of_bob(text), title)
    read = Reader(shown)
    assert set(read.tags) <= set(PLAIN.tags)
    assert read.names <= PLAIN.names
    assert f"Read from your question: {' '.join(text.split())} ✕" in " ".join(read.words.split())
    assert all(address.startswith("/?q=") for address in read.addresses)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_can_be_copied_is_what_is_quoted(text: str) -> None:
    one = passage(text, session=replace(SESSION, title=text))
    shown = results(replace(answer(one), question=text))
    copies = [json.loads(value) for value in Reader(shown).copies]
    as_citation, as_text, as_markdown = copies
    assert as_citation == answers.as_citation(answer(one).citations[0])
    assert as_text == answers.as_text(replace(answer(one), question=text))
    assert as_markdown == answers.as_markdown(replace(answer(one), question=text))


def test_nothing_fits_the_filters() -> None:
    shown = results(Answer("why?", False, 0.0, "The archive does not say."), Filter(speaker="Ann"))
    assert "No passage fits these filters." in shown
    assert "Searched only: Ann ✕" in Reader(shown).words


def test_a_state_says_what_address_shows_it_again() -> None:
    view = View("<b>&?", Filter(speaker='"x"'), source="abc123", quote=(1, 2))
    shown = markup.state(view, markup.hint("Tea."))
    assert shown.startswith('<div class="ks-state" data-address="/?q=%3Cb%3E%26%3F&amp;person=%22x%22"><section')


def test_the_welcome_says_what_there_is() -> None:
    later = replace(SESSION, date=PartialDate(2024, 6))
    shown = markup.welcome([SessionSummary(session, ("a.pdf",), 3, ()) for session in (later, SESSION)])
    assert "2 sessions, 18 January 2024 to June 2024" in shown


def test_the_welcome_of_an_empty_archive_says_what_to_do() -> None:
    assert "kindsearch ingest" in markup.welcome([])


@pytest.mark.parametrize("word", ["chunk", "embedding", "score", "vector"])
def test_words_of_the_trade_are_not_shown(word: str) -> None:
    shown = markup.welcome([]) + results(answer(passage()), NARROW, of_bob("Bob"))
    assert word not in shown.lower()
