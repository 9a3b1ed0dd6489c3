"""What the slides of a pack mean: sections, units that stay together, and who said what."""

from __future__ import annotations

from collections import Counter

import pytest
from decks import COVER, block, boxed, document, paragraph, passages, said, slide
from hypothesis import given, settings
from hypothesis import strategies as st

from kindsearch.chunking import passages_of
from kindsearch.readers import pack
from kindsearch.readers.slides import Area, Block, Paragraph, Slide, Word
from kindsearch.readers.text import slides_of
from kindsearch.types import Kind, Page

TALK = "What did we hear? Insights from Ann Lee"
TWO_SPEAKERS = slide("Who did we hear from?", boxed("Ann Lee", "Author"), boxed("Tom Roe", "Nurse"))
ONE_SPEAKER = slide("Who did we hear from?", boxed("Ann Lee", "Author"))
CONTENTS = slide("Contents", block("Context 3", "Q&A 9"))


def kinds(*slides: Slide) -> list[tuple[Kind, str]]:
    return [(passage.kind, passage.text) for passage in passages(*slides)]


def said_after(first: Slide, *slides: Slide) -> list[tuple[str, str | None]]:
    """As ``said``, without what the first slide says."""
    return said(first, *slides)[len(said(first)) :]


# ---------------------------------------------------------------- sections


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Contents", pack.CONTENTS),
        ("About the movement", Kind.ABOUT),
        ("Acknowledgements", Kind.ABOUT),
        ("Thank you", Kind.ABOUT),
        ("Joining the Conversation from across the world", pack.WELCOME),
        ("Who did we hear from?", pack.PROFILE),
        ("Q&A", Kind.QUESTION_AND_ANSWER),
        ("Questions and answers", Kind.QUESTION_AND_ANSWER),
        ("Reflections from the chat", Kind.CHAT),
        ("Further resources to check out", Kind.RESOURCE),
        ("Breakout group discussion", Kind.DISCUSSION),
        ("What do our members have to say?", Kind.DISCUSSION),
        ("What did we hear?", Kind.TALK),
        ("Aboutness", Kind.TALK),
    ],
)
def test_a_title_says_what_its_section_holds(title: str, role: str) -> None:
    assert pack.role_of(title) == role


@pytest.mark.parametrize(
    "second", ["Kind talk", "Kind talk (continued)", "KIND TALK (cont'd)", "Kind talk – continued"]
)
def test_slides_that_go_on_under_one_title_are_one_section(second: str) -> None:
    found = document(slide("Kind talk", block("One thing."), page=5), slide(second, block("Another."), page=6))
    (section,) = {unit.section for unit in found.units if unit.section != "A Kind Session"}
    assert section == "Kind talk"
    assert found.text.casefold().count("kind talk") == 1
    assert [(s.page, found.text[s.start : s.end]) for u in found.units for s in u.spans][-2:] == [
        (5, "One thing."),
        (6, "Another."),
    ]


def test_a_list_that_goes_on_over_two_slides_is_one_unit_whose_statements_know_their_pages() -> None:
    first = slide("Kind talk", block("We want:", "• Rest", "• Time"), page=5)
    found = document(first, slide("Kind talk (continued)", block("• Trust"), page=6))
    assert found.text[found.units[-1].start : found.units[-1].end] == "We want:\nRest\nTime\nTrust"
    passage = passages_of(found)[-1]
    assert [statement.page for statement in passage.statements] == [5, 5, 5, 6]
    assert passage.pages == (5, 6)


def test_slides_under_one_title_with_another_between_are_two_sections() -> None:
    slides = [slide("One", block("First.")), slide("Two", block("Second.")), slide("One", block("Third."))]
    assert [passage.section for passage in passages(*slides)] == ["One", "Two", "One"]


def test_a_slide_without_words_is_no_trouble() -> None:
    assert kinds(slide("Part two"), slide(""), slide("Talk", block("One thing."))) == [(Kind.TALK, "One thing.")]


def test_the_contents_slide_is_in_no_unit() -> None:
    found = document(CONTENTS, slide("Talk", block("One thing.")))
    assert "Context 3" in found.text
    assert not any("Context" in found.text[unit.start : unit.end] for unit in found.units)


def test_no_title_is_in_a_unit() -> None:
    found = document(slide("Kind talk", block("One thing.")))
    assert not any("Kind talk" in found.text[unit.start : unit.end] for unit in found.units)


# ---------------------------------------------------------------- units


@pytest.mark.parametrize("lead", ["There are several factors that might contribute to this:", "There are factors…"])
def test_boxes_and_their_lead_in_are_one_unit(lead: str) -> None:
    boxes = [boxed(f"Factor {number}") for number in range(1, 6)]
    (passage,) = passages(slide("Talk", block(lead), *boxes))
    assert passage.text.split("\n") == [lead, *(f"Factor {number}" for number in range(1, 6))]
    assert [statement.is_item for statement in passage.statements] == [False] + [True] * 5


def test_bullets_stay_items_with_their_lead_in() -> None:
    after = " ".join(["Much later we spoke of other things."] * 8)
    first, second = passages(slide("Talk", block("We want more. Such as:", "• Rest. Sleep.", "• Time"), block(after)))
    assert first.text == "We want more. Such as:\nRest. Sleep.\nTime"
    assert [first.quote(s.start, s.end) for s in first.statements if s.is_item] == ["Rest. Sleep.", "Time"]
    assert second.text == after


def test_sub_headings_keep_what_stands_under_them() -> None:
    spoken = " ".join(["We look after one another."] * 6)
    (passage,) = passages(slide("Talk", block("**Why is this important?**", spoken)))
    assert passage.text == f"Why is this important?\n{spoken}"


def test_a_lead_in_that_leads_nowhere_is_no_passage() -> None:
    assert kinds(slide("Talk", block("They said in the chat:"))) == []


def test_each_resource_stands_for_itself_with_its_link() -> None:
    links = [f"[Paper {n}](https://example.org/{n}) - an article about kindness" for n in (1, 2)]
    found = passages(slide("Further resources", block("Read on:"), block(*(f"• {link}" for link in links))))
    assert [(p.kind, p.link) for p in found if p.text.startswith("Paper")] == [
        (Kind.RESOURCE, "https://example.org/1"),
        (Kind.RESOURCE, "https://example.org/2"),
    ]


def test_a_link_covers_the_words_that_it_lies_under() -> None:
    found = document(slide("Further resources", block("Do read [The kind paper](https://example.org) soon.")))
    (link,) = found.links
    assert (found.text[link.start : link.end], link.url) == ("The kind paper", "https://example.org")


def test_what_packs_repeat_within_a_talk_is_about() -> None:
    summary = "This insights pack summarises the session, but you can also watch the event"
    assert kinds(slide("Talk", block("One thing."), block(summary))) == [
        (Kind.TALK, "One thing."),
        (Kind.ABOUT, summary),
    ]


def test_hellos_on_the_welcome_slide_are_chat_and_the_rest_is_about() -> None:
    found = kinds(
        slide("Joining the Conversation", block("More than 65 people joined us."), block("“Hello from Leeds!”"))
    )
    assert found == [(Kind.ABOUT, "More than 65 people joined us."), (Kind.CHAT, "“Hello from Leeds!”")]


def test_an_ornament_is_in_no_unit() -> None:
    assert kinds(slide("Talk", block("One thing."), block("* * *"))) == [(Kind.TALK, "One thing.")]


# ---------------------------------------------------------------- who said it


def test_talk_points_belong_to_the_speaker_named_in_the_title() -> None:
    assert said_after(TWO_SPEAKERS, slide(TALK, block("One thing. Another."))) == [
        ("One thing.", "Ann Lee"),
        ("Another.", "Ann Lee"),
    ]


def test_talk_points_belong_to_the_one_speaker_of_the_session() -> None:
    assert said_after(ONE_SPEAKER, slide("What did we hear?", block("One thing."))) == [("One thing.", "Ann Lee")]


def test_with_two_speakers_and_no_name_nobody_said_it() -> None:
    assert said_after(TWO_SPEAKERS, slide("What did we hear?", block("One thing."))) == [("One thing.", None)]


def test_what_is_told_about_the_speaker_is_not_said_by_her() -> None:
    told = slide("Who did we hear from? Insights from Ann Lee", block("It is her work to write."))
    assert {speaker for _, speaker in said(told)} == {None}


@pytest.mark.parametrize("name", ["Bob:", "**Bob**", "**Bob K.**"])
def test_a_name_above_words_in_a_discussion_says_whose_they_are(name: str) -> None:
    found = said(
        slide("Group discussion", boxed(name, "We can measure it. We choose to."), boxed("**Ines**", "So be it."))
    )
    bob = name.strip("*:")
    assert found == [("We can measure it.", bob), ("We choose to.", bob), ("So be it.", "Ines")]


@pytest.mark.parametrize("name", ["Katie Warburton:", "**Katie Warburton**"])
def test_a_name_above_a_quote_in_a_talk_says_whose_it_is(name: str) -> None:
    found = passages(TWO_SPEAKERS, slide("Talk", block("One thing."), boxed(name, "“Listen first.”")))
    assert [(p.kind, p.text, p.speakers) for p in found][-1] == (Kind.QUOTE, "“Listen first.”", ("Katie Warburton",))


@pytest.mark.parametrize("name", ["– Katie Warburton, nurse", "Katie Warburton"])
def test_a_name_below_a_quote_says_whose_it_is(name: str) -> None:
    assert said(slide("Talk", boxed("“Listen first.”", name))) == [("“Listen first.”", "Katie Warburton")]


@pytest.mark.parametrize("heading", ["**Training**", "Training", "• Training"])
def test_a_common_word_on_a_line_of_its_own_in_a_discussion_is_no_name(heading: str) -> None:
    found = said(slide("Group discussion", block("We want:", heading, "It is training that we lack.")))
    assert {speaker for _, speaker in found} == {None}


def test_a_common_word_with_a_colon_in_a_discussion_is_a_name() -> None:
    assert said(slide("Group discussion", block("Hope:", "We hope so."))) == [("We hope so.", "Hope")]


def test_a_name_ends_with_its_box() -> None:
    found = said(
        slide("Group discussion", boxed("**Bob**", "We can measure it."), boxed("It was a long talk for all."))
    )
    assert found == [("We can measure it.", "Bob"), ("It was a long talk for all.", None)]


@pytest.mark.parametrize("page", [2, None])
def test_a_name_ends_with_its_slide(page: int | None) -> None:
    first = slide("Group discussion", boxed("**Bob**", "We can."), page=page)
    assert said(first, slide("Group discussion", block("It was long."), page=page)) == [
        ("We can.", "Bob"),
        ("It was long.", None),
    ]


def test_bold_initials_open_a_chat_message() -> None:
    chat = slide("From the chat", boxed("**DG** i think so. it helps"), boxed("**S:** Me too."), boxed("No name here."))
    assert [(p.kind, p.text, p.speakers) for p in passages(chat)] == [
        (Kind.CHAT, "i think so. it helps", ("DG",)),
        (Kind.CHAT, "Me too.", ("S",)),
        (Kind.CHAT, "No name here.", ()),
    ]


def test_a_reporting_sentence_gives_its_person_and_a_second_one_takes_over() -> None:
    words = "Ekaterina talked about rest. It matters most. Tom Roe built on this. Members noted that it is hard."
    assert said(slide("Discussion", block(words))) == [
        ("Ekaterina talked about rest.", "Ekaterina"),
        ("It matters most.", "Ekaterina"),
        ("Tom Roe built on this.", "Tom Roe"),
        ("Members noted that it is hard.", None),
    ]


def test_a_person_reported_in_one_paragraph_does_not_speak_in_the_next() -> None:
    slides = [slide("Discussion", block("Ekaterina talked about rest."), block("It is hard to find."))]
    assert said(*slides) == [("Ekaterina talked about rest.", "Ekaterina"), ("It is hard to find.", None)]


def test_a_group_that_speaks_is_nobody_even_in_the_talk_of_the_one_speaker() -> None:
    found = said_after(ONE_SPEAKER, slide("Q&A with Ann Lee", block("Is it hard?"), block("Members noted that it is.")))
    assert found == [("Is it hard?", None), ("Members noted that it is.", None)]


def test_a_first_name_means_the_speaker_of_the_session() -> None:
    found = said_after(ONE_SPEAKER, slide("Discussion", block("Ann asked the groups for more.")))
    assert found == [("Ann asked the groups for more.", "Ann Lee")]


def test_items_belong_to_whom_their_lead_in_belongs() -> None:
    found = said(slide("Discussion", block("Ekaterina described what she needs:", "• Rest", "• People who ask")))
    assert [speaker for _, speaker in found] == ["Ekaterina"] * 3


# ---------------------------------------------------------------- questions and answers


def test_a_question_and_its_answer_are_one_unit_and_the_answer_is_the_one_speakers() -> None:
    first = boxed("How do you do it?"), block("We ask first.", "Then we wait.")
    second = boxed("Does it work?"), block("Yes.")
    pairs = [p for p in passages(ONE_SPEAKER, slide("Q&A", *first, *second)) if p.kind == Kind.QUESTION_AND_ANSWER]
    assert [[(p.quote(s.start, s.end), s.speaker) for s in p.statements] for p in pairs] == [
        [("How do you do it?", None), ("We ask first.", "Ann Lee"), ("Then we wait.", "Ann Lee")],
        [("Does it work?", None), ("Yes.", "Ann Lee")],
    ]


def test_with_two_speakers_an_answer_without_a_name_is_nobodys() -> None:
    found = said_after(TWO_SPEAKERS, slide("Q&A", boxed("How do you do it?"), block("We ask first.")))
    assert found == [("How do you do it?", None), ("We ask first.", None)]


def test_a_question_belongs_to_the_member_who_asked_it() -> None:
    found = said_after(ONE_SPEAKER, slide("Q&A", boxed("Callum asked: how do you do it?"), block("We ask first.")))
    assert found == [("Callum asked: how do you do it?", "Callum"), ("We ask first.", "Ann Lee")]


def test_a_question_within_an_answer_begins_no_pair() -> None:
    answer = slide("Q&A", boxed("How?"), block("We ask.", "Why would we not?", "It helps."))
    (pair,) = [passage for passage in passages(ONE_SPEAKER, answer) if passage.kind == Kind.QUESTION_AND_ANSWER]
    assert pair.text == "How?\nWe ask.\nWhy would we not?\nIt helps."


# ---------------------------------------------------------------- the text and its places


def test_every_word_knows_where_it_is_drawn() -> None:
    first, second = Area(2, 0, 0, 30, 10), Area(2, 0, 12, 30, 22)
    words = (Word("We", (Area(2, 5, 5, 9, 9),)), Word("understand", (first, second)))
    found = document(Slide("Talk", (Block((Paragraph(words),)),), page=2, sheet=Page(960, 540, printed=1)))
    assert [(found.text[b.start : b.end], b.page, b.left, b.top, b.right, b.bottom) for b in found.boxes] == [
        ("We", 2, 5, 5, 9, 9),
        ("understand", 2, 0, 0, 30, 10),
        ("understand", 2, 0, 12, 30, 22),
    ]
    assert found.pages == (Page(960, 540, printed=1),)


lines = st.lists(
    st.lists(
        st.sampled_from(
            [
                "Bob:",
                "**DG**",
                "•",
                "“Kind.”",
                "Members",
                "noted",
                "Why?",
                "Tom",
                "said",
                "[x](u:v)",
                "rest.",
                "here:",
                "…",
                "-",
                "?",
                "1.",
            ]
        ),
        min_size=1,
        max_size=8,
    ).map(" ".join),
    min_size=1,
    max_size=6,
)
decks = st.lists(
    st.builds(
        lambda title, paragraphs, panel: Slide(title, (Block(tuple(map(paragraph, paragraphs)), panel),), page=2),
        st.sampled_from(["", "Contents", "Q&A", "From the chat", "Discussion", TALK, "Resources", "Welcome"]),
        lines,
        st.booleans(),
    ),
    max_size=5,
)


@settings(deadline=None)
@given(decks)
def test_whatever_the_slides_say_units_hold_their_spans_in_order(slides: list[Slide]) -> None:
    found = pack.document_of([COVER, *slides], "0" * 64, "pack.pdf")
    edges = [edge for unit in found.units for span in unit.spans for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    for unit in found.units:
        assert (unit.start, unit.end) == (unit.spans[0].start, unit.spans[-1].end)
        assert found.text[unit.start : unit.end].strip()
    for passage in passages_of(found):
        assert found.text[passage.start : passage.end] == passage.text
    written = Counter(found.text.split())
    assert all(written[word] >= count for word, count in Counter(" ".join(s.text for s in slides).split()).items())


def test_named_answers_stay_with_their_questions_and_nobody_answers_for_another() -> None:
    text = """# Tea\n\n18 January 2024\n\n# Q&A\n\nWho brought the tea?\n\n**Ann Lee:**\n\nI did, with milk.\n\n
**Callum Moe:**\n\nWas it warm?\n\nIt was hot.\n\nAnd sweet?\n\n**Tom Roe:** “Very.”\n"""
    found = pack.document_of(slides_of(text), "x", "tea.md")
    pairs = [unit for unit in found.units if unit.kind == Kind.QUESTION_AND_ANSWER]
    assert [[(found.text[s.start : s.end], s.speaker) for s in unit.spans] for unit in pairs] == [
        [("Who brought the tea?", None), ("I did, with milk.", "Ann Lee")],
        [("Was it warm?", "Callum Moe"), ("It was hot.", None)],
        [("And sweet?", None), ("“Very.”", "Tom Roe")],
    ]


# ---------------------------------------------------------------- quotes that are signed in their line


@pytest.mark.parametrize(
    "line",
    [
        "“Rest is kind.” – Tom Roe",
        "“Rest is kind.” — Tom Roe, nurse",
        "“Rest is kind.” (Tom Roe)",
        '"Rest is kind." - Tom Roe',
        "“Rest is kind”, Tom Roe",
    ],
)
@pytest.mark.parametrize("title", [TALK, "Quotes", "Reflections from the chat", "Group discussion"])
def test_a_quote_is_of_the_one_who_signs_it(title: str, line: str) -> None:
    """Not of the one whose talk it is; and the name is none of the words."""
    found = said_after(TWO_SPEAKERS, slide(title, block("Work is long.", line, "Tea is short.")))
    (quote,) = [(text, who) for text, who in found if "Rest" in text]
    assert quote[0].strip('“”",.') == "Rest is kind"
    assert quote[1] == "Tom Roe"
    assert {who for text, who in found if "Rest" not in text} <= {"Ann Lee", None}


def test_an_answer_that_is_signed_stays_with_its_question() -> None:
    slides = slide("Q&A", block("How do you rest?", "“With tea.” – Tom Roe"))
    (unit,) = [unit for unit in document(TWO_SPEAKERS, slides).units if unit.kind == Kind.QUESTION_AND_ANSWER]
    assert [span.speaker for span in unit.spans] == [None, "Tom Roe"]


def test_items_that_are_signed_are_one_list_of_several_voices() -> None:
    listed = block("We heard:", "• “Rest.” – Tom Roe", "• “And tea.” – Ann Lee")
    (unit,) = [unit for unit in document(TWO_SPEAKERS, slide("Quotes", listed)).units if unit.section == "Quotes"]
    assert [span.speaker for span in unit.spans][1:] == ["Tom Roe", "Ann Lee"]


@pytest.mark.parametrize(
    "line",
    [
        "“Rest.” – Tom Roe “Tea.” – Ann Lee",
        "“Rest,” said Tom Roe, “is kind.”",
        "“Rest is kind.” – a nurse",
        "“Rest is kind.” – and nobody disagreed",
        "Tom Roe – “Rest is kind.”",
    ],
)
def test_a_line_that_is_not_clearly_signed_is_given_to_nobody_by_it(line: str) -> None:
    found = said_after(TWO_SPEAKERS, slide("Quotes", block("Work is long.", line)))
    assert {who for text, who in found if "Rest" in text} == {None}
