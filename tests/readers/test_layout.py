"""Where things stand on a slide: titles, running lines, boxes, columns, paragraphs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from decks import FOOTER, HEIGHT, WIDTH, Deck, slides_here
from hypothesis import given, settings
from hypothesis import strategies as st

from kindsearch.readers import layout
from kindsearch.readers.pdf_worker import RawPage, RawPdf, RawWord
from kindsearch.readers.slides import Slide
from kindsearch.types import Page


@pytest.fixture
def deck(tmp_path: Path) -> Deck:
    return Deck(tmp_path / "deck.pdf")


def blocks(slide: Slide) -> list[list[str]]:
    return [[paragraph.text for paragraph in block.paragraphs] for block in slide.blocks]


def only_slide(deck: Deck) -> Slide:
    (slide,) = slides_here(deck.save())
    return slide


# ---------------------------------------------------------------- titles, footers, page numbers


def test_the_largest_line_at_the_top_is_the_title_wherever_the_stream_has_it(deck: Deck) -> None:
    deck.slide().text(48, 120, 800, "Body first in the stream.").text(
        48, 36, 300, "What did we hear? Insights", size=28
    )
    slide = only_slide(deck)
    assert slide.title == "What did we hear? Insights"  # which wraps
    assert blocks(slide) == [["Body first in the stream."]]


def test_a_page_all_of_one_size_has_no_title(deck: Deck) -> None:
    deck.slide().text(48, 60, 800, "One.", "Two.", "Three.")
    slide = only_slide(deck)
    assert slide.title == ""
    assert slide.text.split("\n") == ["One.", "Two.", "Three."]


@pytest.mark.parametrize("footer_first", [True, False], ids=["before the title", "after the title"])
def test_running_footer_and_page_number_go_and_the_number_is_kept(deck: Deck, footer_first: bool) -> None:
    for number in range(1, 5):
        deck.slide(f"Title {number}", footer=FOOTER, footer_first=footer_first).text(
            48, 120, 800, f"Point {number} of 4."
        )
    slides = slides_here(deck.save())
    assert [(s.title, s.text, s.page, s.sheet and s.sheet.printed) for s in slides] == [
        (f"Title {n}", f"Point {n} of 4.", n, n) for n in range(1, 5)
    ]


def test_a_number_glued_to_the_footer_goes_with_it(deck: Deck) -> None:
    for number in range(9, 13):
        deck.slide("Kindness").text(48, 512, 400, f"{number}Conversations for Kindness", size=9)
        deck.text(48, 120, 800, "We listen.")
    assert [slide.text for slide in slides_here(deck.save())] == ["We listen."] * 4


def test_a_printed_number_may_differ_from_the_page(deck: Deck) -> None:
    deck.slide("Kindness").text(900, 512, 40, "10", size=9).text(48, 120, 800, "We met 12 people.", "12")
    slide = only_slide(deck)
    assert (slide.page, slide.sheet, slide.text) == (1, Page(WIDTH, HEIGHT, printed=10), "We met 12 people.\n12")


def test_a_line_at_the_foot_of_one_page_only_stays(deck: Deck) -> None:
    for number in range(1, 5):
        deck.slide("Kindness", footer=FOOTER).text(48, 120, 800, "We listen.")
        if number == 2:
            deck.text(48, 490, 600, "Watch the recording.", size=12)
    assert [slide.text for slide in slides_here(deck.save())].count("We listen.\nWatch the recording.") == 1


def test_the_outline_gives_a_title_to_a_page_that_has_none() -> None:
    lines = [[_raw_word(3 * page + n, 40, 100 + 30 * n, 14, 0) for n in range(3)] for page in range(2)]
    pages = [RawPage(960, 540, words) for words in lines] + [RawPage(960, 540, lines=["Kindness", "We listen."])]
    slides = layout.slides_of(RawPdf(pages, outline={1: "Rest", 3: "Not this"}))
    assert [slide.title for slide in slides] == ["Rest", "", "Kindness"]


# ---------------------------------------------------------------- boxes and columns


def test_boxes_side_by_side_are_read_box_by_box(deck: Deck) -> None:
    deck.slide("Factors")
    deck.box(48, 120, 200, 120, "The first box wraps over more than one line.")
    deck.box(260, 120, 200, 120, "The second box wraps over more than one line.")
    slide = only_slide(deck)
    assert blocks(slide) == [
        ["The first box wraps over more than one line."],
        ["The second box wraps over more than one line."],
    ]
    assert all(block.boxed for block in slide.blocks)


def test_text_written_line_by_line_across_boxes_is_still_read_box_by_box(deck: Deck) -> None:
    deck.slide("Factors").box(48, 120, 200, 80).box(260, 120, 200, 80)
    for top, left, right in ((130, "The left box says", "The right box says"), (148, "this.", "that.")):
        deck.text(58, top, 180, left).text(270, top, 180, right)
    assert blocks(only_slide(deck)) == [["The left box says this."], ["The right box says that."]]


def test_columns_without_boxes_are_read_column_by_column(deck: Deck) -> None:
    deck.slide("Chat").text(48, 120, 250, "The first column goes on over two lines here.")
    deck.text(500, 120, 250, "The second column goes on over two lines here.")
    assert blocks(only_slide(deck)) == [
        ["The first column goes on over two lines here."],
        ["The second column goes on over two lines here."],
    ]


def test_a_stream_written_as_boxes_are_stacked_is_read_from_the_top(deck: Deck) -> None:
    deck.slide("Factors")
    for left, top, words in ((400, 250, "Four"), (48, 250, "Three"), (400, 120, "Two"), (48, 120, "One")):
        deck.box(left, top, 300, 80, f"{words} is here.")
    assert blocks(only_slide(deck)) == [["One is here."], ["Two is here."], ["Three is here."], ["Four is here."]]


def test_staggered_boxes_keep_the_order_of_their_author(deck: Deck) -> None:
    deck.slide("Factors")
    for left, top, words in ((48, 200, "One"), (340, 120, "Two"), (640, 200, "Three")):
        deck.box(left, top, 270, 70, f"{words} is here.")
    assert blocks(only_slide(deck)) == [["One is here."], ["Two is here."], ["Three is here."]]


def test_a_wide_gap_on_one_line_parts_two_blocks(deck: Deck) -> None:
    deck.slide("Countries").text(48, 120, 200, "Sunderland, UK").text(500, 120, 200, "Boston, USA")
    assert blocks(only_slide(deck)) == [["Sunderland, UK"], ["Boston, USA"]]


# ---------------------------------------------------------------- paragraphs


def test_wrapped_lines_become_one_paragraph_and_a_gap_parts_two(deck: Deck) -> None:
    deck.slide("Talk").text(
        48,
        120,
        300,
        "This sentence is long enough to wrap twice in so narrow a column, and ends.",
        "Another paragraph follows below it.",
    )
    assert only_slide(deck).text.split("\n") == [
        "This sentence is long enough to wrap twice in so narrow a column, and ends.",
        "Another paragraph follows below it.",
    ]


def test_a_line_that_wraps_before_a_name_goes_on(deck: Deck) -> None:
    deck.slide("Talk").box(48, 120, 300, 80, "We heard it in the talk that was given by Maureen Bisognano of Boston.")
    assert only_slide(deck).text == "We heard it in the talk that was given by Maureen Bisognano of Boston."


def test_a_short_line_ends_its_paragraph(deck: Deck) -> None:
    deck.slide("Talk").box(48, 120, 300, 80, "Role modelling\nKindness to students\nand to one another")
    assert only_slide(deck).text.split("\n") == ["Role modelling", "Kindness to students and to one another"]


@pytest.mark.parametrize(
    ("elsewhere", "written", "read"),
    [
        ("It takes kindness.", "Be kind to yourself with self-\nkindness each day.", "self-kindness"),
        ("It takes time.", "Be kind to yourself with under-\nstanding each day.", "understanding"),
    ],
)
def test_hyphenation_at_the_end_of_a_line_is_undone(deck: Deck, elsewhere: str, written: str, read: str) -> None:
    deck.slide("Talk").box(48, 120, 300, 60, elsewhere).box(48, 220, 330, 80, written)
    slide = only_slide(deck)
    assert slide.blocks[1].text == f"Be kind to yourself with {read} each day."
    (word,) = (word for word in slide.blocks[1].paragraphs[0].words if word.text == read)
    assert len(word.areas) == 2


def test_bullets_are_items_without_their_bullet(deck: Deck) -> None:
    items = "• listen to the students who are on their own\n• ask them\n1. number them"
    deck.slide("Talk").box(48, 120, 280, 140, f"We do this:\n{items}")
    paragraphs = [(p.marker, p.text) for block in only_slide(deck).blocks for p in block.paragraphs]
    assert paragraphs == [
        ("", "We do this:"),
        ("•", "listen to the students who are on their own"),
        ("•", "ask them"),
        ("1.", "1. number them"),
    ]


def test_a_bold_name_over_words_in_plain_is_a_paragraph_of_its_own(deck: Deck) -> None:
    deck.slide("Group discussion").box(48, 120, 300, 120, "**DG**\nwe can measure it.")
    first, second = only_slide(deck).blocks[0].paragraphs
    assert (first.text, first.bold, second.text, second.bold) == ("DG", True, "we can measure it.", False)


def test_links_lie_under_their_words_and_italics_are_known(deck: Deck) -> None:
    deck.slide("Resources").text(48, 120, 600, "[The paper](https://example.org/p) is *worth* it.")
    words = only_slide(deck).blocks[0].paragraphs[0].words
    assert [word.url for word in words] == ["https://example.org/p"] * 2 + [None] * 3
    assert [word.text for word in words if word.italic] == ["worth"]


def test_a_page_of_lines_without_positions_is_still_a_slide() -> None:
    page = RawPage(960, 540, lines=["Kindness", "", "We listen and", "we talk."])
    (slide,) = layout.slides_of(RawPdf([page]))
    assert (slide.title, slide.text, slide.page, slide.sheet) == (
        "Kindness",
        "We listen and we talk.",
        1,
        Page(960, 540),
    )


def test_words_are_repaired_in_titles_and_paragraphs() -> None:
    words = [_raw_word(0, 40, 20, 28, 0), _raw_word(1, 40, 120, 14, 0), _raw_word(2, 115, 120, 14, 0)]
    broken = ["Eﬀort", "donâ€™t", "ﬁrst"]
    page = RawPage(960, 540, [replace(word, text=text) for word, text in zip(words, broken, strict=True)])
    (slide,) = layout.slides_of(RawPdf([page]))
    assert (slide.title, slide.text) == ("Effort", "don’t first")


# ---------------------------------------------------------------- whatever stands where


def _raw_word(number: int, left: int, top: int, size: int, style: int) -> RawWord:
    width = 5 * size
    return RawWord(f"w{number}", left, top, left + width, top + size, top + size, float(size), style)


places = st.tuples(
    st.integers(0, 90).map(lambda x: 10 * x),
    st.integers(0, 53).map(lambda y: 10 * y),
    st.sampled_from([9, 12, 20]),
    st.integers(0, 3),
)
pages = st.lists(places, max_size=30).map(
    lambda found: RawPage(
        960, 540, [_raw_word(n, *place) for n, place in enumerate(found)], [(0, 100, 480, 300), (480, 100, 960, 300)]
    )
)


@settings(deadline=None)
@given(pages)
def test_lines_keep_every_word_in_its_order(page: RawPage) -> None:
    assert [word for line in layout.lines_of(page.words) for word in line.words] == page.words


@settings(deadline=None)
@given(pages)
def test_reading_order_keeps_every_line_exactly_once(page: RawPage) -> None:
    groups = layout.groups_of(layout.lines_of(page.words), page.panels)
    for ordered in (layout.reading_order(groups), layout.by_gaps(groups)):
        words = [word.text for group in ordered for line in group.lines for word in line.words]
        assert Counter(words) == Counter(word.text for word in page.words)


@settings(deadline=None)
@given(pages)
def test_a_slide_holds_every_word_of_its_page_exactly_once(page: RawPage) -> None:
    (slide,) = layout.slides_of(RawPdf([page]))
    assert Counter(f"{slide.title} {slide.text}".split()) == Counter(word.text for word in page.words)
