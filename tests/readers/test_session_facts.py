"""What slides say of their session: title, date as precise as it is, speakers with roles, recording."""

from __future__ import annotations

import pytest
from decks import block, boxed, slide

from kindsearch.readers.session_facts import full_name, session_of
from kindsearch.readers.slides import Slide
from kindsearch.types import PartialDate, Person, Session


def session(*slides: Slide, title: str | None = None) -> Session:
    return session_of(list(slides), frozenset(), title)


def cover(*lines: str, series: str = "Conversations for Kindness") -> Slide:
    return Slide(series, tuple(block(line, size=30 - 6 * n) for n, line in enumerate(lines)), page=1)


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("18 January 2024", PartialDate(2024, 1, 18)),
        ("June 2024", PartialDate(2024, 6)),
        ("2024", None),
        ("Retold in 2024", None),
        ("Every third Thursday", None),
    ],
)
def test_title_and_date_stand_on_the_cover_as_precise_as_given(written: str, date: PartialDate | None) -> None:
    found = session(cover("Kindness in Education", written))
    assert (found.title, found.date) == ("Kindness in Education", date)


def test_the_title_is_the_largest_text_that_is_neither_series_nor_date() -> None:
    assert session(cover("Kindness", "A retelling", series="")).title == "Kindness"
    assert session(cover("June 2024", "Kindness")).title == "Kindness"
    assert session(cover("A smaller line", series="Kindness")).title == "Kindness"


@pytest.mark.parametrize("slides", [[], [slide("", page=1)], [cover(series="Conversations for Kindness")]])
def test_slides_that_say_nothing_give_an_empty_session(slides: list[Slide]) -> None:
    assert session(*slides) == Session(id="", title="")


def test_a_session_has_no_id_before_all_its_files_are_known() -> None:
    assert session(cover("Kindness", "18 January 2024")).id == ""


def test_what_the_file_says_of_itself_comes_after_its_cover() -> None:
    assert session(slide("", page=1), title="A Kind Session") == Session(id="", title="A Kind Session")
    assert session(cover("Kindness"), title="A Kind Session").title == "Kindness"


@pytest.mark.parametrize(
    ("slides", "people"),
    [
        ([slide("Insights from Dr Ann Lee")], [("Dr Ann Lee", None)]),
        (
            [slide("Who?", block("Our speaker today was Ann Lee, head of care at Leeds."))],
            [("Ann Lee", "head of care at Leeds")],
        ),
        (
            [slide("Who?", block("Our speakers were Ann Lee, author; and Tom Roe, nurse."))],
            [("Ann Lee", "author"), ("Tom Roe", "nurse")],
        ),
        ([slide("Who?", block("We heard from Ann Lee and Tom Roe."))], [("Ann Lee", None), ("Tom Roe", None)]),
        ([slide("Who?", block("We heard from Ann Lee. She is an author in Leeds."))], [("Ann Lee", "author in Leeds")]),
        (
            [slide("Who did we hear from?", boxed("Ann Lee", "Head of care"), boxed("Tom Roe", "Nurse"))],
            [("Ann Lee", "Head of care"), ("Tom Roe", "Nurse")],
        ),
        ([slide("Our speakers", block("Ann Lee is its director."))], [("Ann Lee", "director")]),
        ([slide("Insights from Ann"), slide("Q&A with Dr Ann Lee")], [("Dr Ann Lee", None)]),
        ([slide("Discussion", block("Ann Lee talked about rest.", "We heard from many members."))], []),
    ],
)
def test_speakers_with_the_roles_that_the_slides_give(
    slides: list[Slide], people: list[tuple[str, str | None]]
) -> None:
    assert session(cover("Kindness"), *slides).speakers == tuple(Person(*person) for person in people)


def test_the_recording_is_the_first_video_link() -> None:
    links = block("[The paper](https://example.org) and [watch it](https://youtu.be/x) or [this](https://vimeo.com/1)")
    assert session(cover("Kindness"), slide("Who?", links)).video_url == "https://youtu.be/x"
    assert session(cover("Kindness")).video_url is None


def test_a_short_name_means_the_one_speaker_who_bears_it() -> None:
    people = (Person("Dr Ann Lee"), Person("Tom Roe"), Person("Tom Poe"))
    assert [full_name(name, people) for name in ("Ann", "Lee", "Tom", "Bob")] == [
        "Dr Ann Lee",
        "Dr Ann Lee",
        "Tom",
        "Bob",
    ]
