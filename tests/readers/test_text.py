"""Packs as text and Markdown: slides, paragraphs and styles from nothing but lines."""

from __future__ import annotations

import pytest

from kindsearch.readers.slides import Slide
from kindsearch.readers.text import clean_line, recognises, slide_of_page, slides_of


def blocks(slide: Slide) -> list[list[str]]:
    return [[paragraph.text for paragraph in block.paragraphs] for block in slide.blocks]


def titles(text: str) -> list[str]:
    return [slide.title for slide in slides_of(text)]


def test_markdown_headings_of_the_first_level_begin_slides() -> None:
    slides = slides_of("# One\n\nFirst.\n\n## Not a slide\n\n# **Two** (continued)\n\nSecond.\n")
    assert [(slide.title, slide.page) for slide in slides] == [("One", None), ("Two (continued)", None)]
    assert blocks(slides[0]) == [["First."], ["Not a slide"]]
    assert slides[0].blocks[1].paragraphs[0].bold


def test_markdown_headings_below_that_begin_one_where_the_contents_or_custom_name_them() -> None:
    assert titles("# Contents\n\nRole models\t3\n\n# One\n\n## Role models\n\n## About the movement\n\n## Else") == [
        "Contents",
        "One",
        "Role models",
        "About the movement",
    ]


def test_plain_titles_are_the_lines_of_the_contents_list_that_stand_alone() -> None:
    contents = "Conversations\n\nContents\n\nRole models\t3\nWhy is it kind?....4\n\n"
    assert titles(contents + "Role models\n\nA point.\n\nRole models are") == ["", "Contents", "Role models"]


@pytest.mark.parametrize("title", ["Thank you", "Q&A", "Further resources", "From the chat", "Role (continued)"])
def test_plain_titles_are_also_the_headings_that_packs_share(title: str) -> None:
    assert titles(f"Kindness\n\n{title}\n\nWords.") == ["", title]
    assert titles(f"Kindness\n\nbefore {title} after\n\nWords.") == [""]
    assert titles(f"Kindness\n\n{title}\nWords.") == [""]


def test_a_title_that_the_contents_list_shortens_is_known_by_its_words() -> None:
    contents = "Contents\n\nWhat do our members have to say\t8\n\n"
    assert titles(contents + "So what do our members have to say?\n\nMuch.")[-1].startswith("So what")
    assert titles(contents + "So what do they say?\n\nMuch.") == ["Contents"]


def test_lines_that_wrap_are_joined_and_others_are_paragraphs() -> None:
    (slide,) = slides_of("We listen and\nwe talk\n(often).\nthen we rest\nKindness\n\nit begins here")
    assert blocks(slide) == [["We listen and we talk (often).", "then we rest", "Kindness"], ["it begins here"]]


def test_bullets_of_markdown_are_items() -> None:
    (slide,) = slides_of("We do this:\n- listen\n* ask\n+ wait\n1. count\n• rest")
    (block,) = slide.blocks
    assert [(p.marker, p.text) for p in block.paragraphs] == [
        ("", "We do this:"),
        ("•", "listen"),
        ("•", "ask"),
        ("•", "wait"),
        ("1.", "1. count"),
        ("•", "rest"),
    ]


def test_bold_italic_and_links_are_known_word_by_word() -> None:
    (slide,) = slides_of("**Bob:** we *do* ***so*** [measure it](https://example.org), [here](#) __now__")
    words = slide.blocks[0].paragraphs[0].words
    assert [(w.text, w.bold, w.italic, w.url) for w in words] == [
        ("Bob:", True, False, None),
        ("we", False, False, None),
        ("do", False, True, None),
        ("so", True, True, None),
        ("measure", False, False, "https://example.org"),
        ("it,", False, False, "https://example.org"),
        ("here", False, False, None),
        ("now", True, False, None),
    ]


@pytest.mark.parametrize(
    ("line", "cleaned"),
    [
        ("un**kind**ness", "unkindness"),
        ("snake_case_name", "snake_case_name"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("donâ€™t  be   ﬁrst", "don’t be first"),
        ("**[The *film*](https://example.org)**", "The film"),
        ("[ ] open", "[ ] open"),
        ("", ""),
    ],
)
def test_markup_goes_and_words_stay(line: str, cleaned: str) -> None:
    assert clean_line(line) == cleaned


def test_tags_and_entities_copied_from_web_pages_go() -> None:
    (slide,) = slides_of("<b>Q&amp;A</b> with <span class='x'>Ann</span><br/>")
    assert slide.text == "Q&A with Ann"


def test_a_page_of_lines_has_its_first_line_as_title() -> None:
    slide = slide_of_page(["", " **Kindness** ", "We listen.", "• Ask"], page=4)
    assert (slide.title, slide.text, slide.page) == ("Kindness", "We listen.\nAsk", 4)
    assert slide_of_page([], page=1) == Slide("", (), page=1)


@pytest.mark.parametrize(
    "text",
    [
        "# Tea\n\nTea calms.",
        "Tea calms.\n\n### From us\n",
        "Tea\n\nFurther resources\n\nA book.",
        "Tea\n\nContents\n\nWhy is it kind?....4\n\nWhy is it kind?\n\nIt is.",
    ],
)
def test_a_pack_is_known_by_its_headings(text: str) -> None:
    assert recognises(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "Tea calms worried patients.",
        "Tea calms.\n\nIt warms.\n",
        "#tag and #more",
        "Thank you for the tea.",
    ],
)
def test_a_text_without_headings_is_no_pack(text: str) -> None:
    assert not recognises(text)
