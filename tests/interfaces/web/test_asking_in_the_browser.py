"""What can be done with a question on the page: shared, gone back to, narrowed, widened, copied, rated, asked again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from visiting import Visit, served, visit

from kindsearch import KindSearch
from kindsearch.interfaces.exports import answers

QUESTION = "how do we measure kindness?"
SAYING = "what did Bob say about kindness in January 2024?"
SPOKEN = "what does the registrar ask when ringing the wards at two?"
NOWHERE = "how do I prune apple trees in winter?"
EVERYWHERE = ("Search all sessions", "Anyone", "Any time", "Everything, not one kind")


@pytest.fixture
def rated_archive(archive: KindSearch, tmp_path_factory: pytest.TempPathFactory) -> KindSearch:
    """The sample corpus once more, to be written to."""
    return KindSearch.open(shutil.copytree(archive.folder, tmp_path_factory.mktemp("rated") / "index"))


@pytest.fixture
def rated_address(rated_archive: KindSearch) -> Iterator[str]:
    """Where the page over it is served."""
    yield from served(rated_archive)


def path_of(visitor: Visit) -> str:
    return "/" + visitor.page.url.split("/", 3)[3]


def wait_for_path(visitor: Visit, path: str) -> None:
    visitor.page.wait_for_url(f"**{path}")


# ---------------------------------------------------------------- the address


def test_a_shared_link_opens_the_same_view(browser: Any, address: str, visitor: Visit) -> None:
    visitor.choose("Person", "Bob")
    visitor.ask(QUESTION)
    visitor.open_source(".ks-chip")
    shared = visitor.page.url
    assert path_of(visitor).startswith("/?q=how+do+we+measure+kindness%3F&person=Bob&source=")
    other = visit(browser, shared)
    try:
        other.page.locator(".ks-sheet.ks-loaded").wait_for()
        for selector in (".ks-answer", ".ks-passages", "#ks-source"):
            assert other.page.locator(selector).inner_text() == visitor.page.locator(selector).inner_text()
        assert other.shows("Person") == visitor.shows("Person") == "Bob · 1"
        assert other.page.get_by_label("Your question").input_value() == QUESTION
        assert other.page.locator(".ks-quote.ks-current").count() == 1
        assert other.page.url == shared
        assert not other.page.locator("#ks-examples").is_visible()
        assert other.complaints == []
    finally:
        other.page.context.close()


def test_back_and_forward_restore_everything(visitor: Visit) -> None:
    page = visitor.page
    visitor.ask(QUESTION)
    first = path_of(visitor)
    visitor.open_source(".ks-chip")
    with_source = path_of(visitor)
    visitor.ask(SAYING)
    page.locator("#ks-source").wait_for(state="hidden")
    second = path_of(visitor)
    assert len({first, with_source, second}) == 3
    page.go_back()
    page.locator(".ks-asked", has_text=QUESTION).wait_for()
    page.locator(".ks-sheet.ks-loaded").wait_for()
    assert path_of(visitor) == with_source
    assert page.get_by_label("Your question").input_value() == QUESTION
    page.go_back()
    page.locator("#ks-source").wait_for(state="hidden")
    assert path_of(visitor) == first
    page.go_back()
    page.locator(".ks-welcome").wait_for()
    page.locator("#ks-examples").wait_for()
    assert path_of(visitor) == "/"
    assert page.get_by_label("Your question").input_value() == ""
    for _ in range(3):
        page.go_forward()
    page.locator(".ks-asked", has_text=SAYING).wait_for()
    assert path_of(visitor) == second
    assert visitor.shows("Person") == "Bob · 1"
    page.go_back()  # nothing was put into the history on the way
    page.locator(".ks-sheet.ks-loaded").wait_for()
    assert path_of(visitor) == with_source


def test_opening_and_closing_a_source_changes_the_address_and_nothing_else(visitor: Visit) -> None:
    visitor.ask(QUESTION)
    before = path_of(visitor)
    visitor.page.evaluate("document.querySelector('.ks-results').isTheSame = true")
    visitor.open_source(".ks-card .ks-title")
    assert path_of(visitor).startswith(f"{before}&source=")
    visitor.page.keyboard.press("Escape")
    assert path_of(visitor) == before
    assert visitor.page.evaluate("document.querySelector('.ks-results').isTheSame")


def test_a_link_that_makes_little_sense_opens_what_is_left_of_it(browser: Any, address: str) -> None:
    made = visit(browser, f"{address}/?q=how+do+we+measure+kindness%3F&when=soon&kind=x&session=gone&more=1")
    try:
        made.page.locator(".ks-narrowed").wait_for()
        assert made.tags() == ["a session that is not in the archive (any more)"]
        made.page.get_by_text("No passage fits these filters.").wait_for()
        made.page.get_by_role("link", name="Search all sessions").click()
        made.page.locator(".ks-quote").first.wait_for()
        assert path_of(made) == "/?q=how+do+we+measure+kindness%3F"
        assert made.complaints == []
    finally:
        made.page.context.close()


# ---------------------------------------------------------------- filters


def test_what_the_question_says_fills_the_filters_and_is_taken_back(visitor: Visit, archive: KindSearch) -> None:
    visitor.ask(SAYING)
    assert visitor.tags(".ks-read") == ["Bob", "January 2024"]
    assert visitor.shows("Person").startswith("Bob · ")
    assert visitor.shows("When").startswith("January 2024 · ")
    shown = visitor.page.locator(".ks-card").evaluate_all("cards => cards.map(card => card.dataset.passage)")
    assert shown == [hit.passage.id for hit in archive.ask(SAYING).hits]  # what was read puts nobody else out
    visitor.page.locator(".ks-tag", has_text="Bob").click()
    wait_for_path(visitor, "literal=people")
    assert visitor.tags(".ks-read") == ["January 2024"]
    assert visitor.shows("Person") == "Anyone"
    assert visitor.page.evaluate("document.activeElement.className") == "ks-asked"
    visitor.page.get_by_role("link", name="Read people, times and places in it again").click()
    visitor.page.locator(".ks-read .ks-tag", has_text="Bob").wait_for()
    assert visitor.shows("Person").startswith("Bob · ")


def test_opening_a_filter_that_was_read_takes_it_back(visitor: Visit) -> None:
    visitor.ask(SAYING)
    visitor.choose("When", "Any time")
    wait_for_path(visitor, "literal=time")
    assert visitor.tags(".ks-read") == ["Bob"]


@pytest.mark.parametrize(
    ("name", "typed", "choice"),
    [
        ("Session", "check-in", "Time for a check-in (June 2024)"),
        ("Person", "Ingrid", "Ingrid"),
        ("When", "June 2024", "June 2024"),
        ("Kind", "talk", "Talks"),
    ],
)
def test_what_is_typed_after_a_click_replaces_what_a_filter_shows(
    visitor: Visit, name: str, typed: str, choice: str
) -> None:
    box = visitor.page.get_by_role("combobox", name=name)
    box.click()
    visitor.page.keyboard.type(typed)
    assert visitor.shows(name) == typed
    visitor.page.get_by_role("option", name=f"{choice} · ").wait_for()
    box.click()  # to mend what was typed: it stays
    visitor.page.keyboard.press("Enter")
    visitor.page.get_by_role("button", name="Clear filters").wait_for()
    assert visitor.shows(name).startswith(f"{choice} · ")


def test_a_filter_opens_at_its_arrow_too(visitor: Visit) -> None:
    arrow = visitor.page.locator("#ks-person .icon-wrap").bounding_box()
    visitor.page.mouse.click(arrow["x"] + arrow["width"] / 2, arrow["y"] + arrow["height"] / 2)
    visitor.page.get_by_role("option", name="Ingrid").wait_for()


@pytest.mark.parametrize("way", ["Tab", "Ask"])
def test_a_filter_that_is_left_with_one_choice_takes_it(visitor: Visit, way: str) -> None:
    page = visitor.page
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_role("combobox", name="Person").click()
    page.keyboard.type("Ingrid")
    page.get_by_role("option", name="Bob").wait_for(state="detached")
    if way == "Ask":
        page.get_by_role("button", name="Ask", exact=True).click()
    else:
        page.keyboard.press(way)
    wait_for_path(visitor, "/?q=how+do+we+measure+kindness%3F&person=Ingrid")
    assert visitor.shows("Person").startswith("Ingrid · ")


@pytest.mark.parametrize("typed", ["a", "nobody of that name"])
def test_a_filter_that_is_left_with_many_or_none_stays_as_it_was(visitor: Visit, typed: str) -> None:
    visitor.page.get_by_role("combobox", name="Person").click()
    visitor.page.keyboard.type(typed)
    visitor.page.get_by_role("option", name="Bob").wait_for(state="detached")
    visitor.page.keyboard.press("Tab")
    visitor.page.locator("#ks-person [role=listbox]").wait_for(state="detached")
    assert visitor.shows("Person") == "Anyone"
    assert path_of(visitor) == "/"


def test_the_tab_key_closes_the_list_of_the_filter_that_it_leaves(visitor: Visit) -> None:
    visitor.page.get_by_role("combobox", name="Session").focus()
    for name, left in (("Person", "#ks-session"), ("When", "#ks-person"), ("Kind", "#ks-when")):
        visitor.page.keyboard.press("Tab")
        assert visitor.page.evaluate("document.activeElement.ariaLabel") == name
        visitor.page.locator(f"{left} [role=listbox]").wait_for(state="detached")


def test_counts_say_what_each_choice_would_leave(visitor: Visit, archive: KindSearch) -> None:
    visitor.choose("Session", "Kindness in Education")
    wait_for_path(visitor, "/?session=2024-01-18-kindness-in-education")
    visitor.page.get_by_role("option", name="All sessions").wait_for(state="detached")
    visitor.page.get_by_role("combobox", name="Person").click()
    visitor.page.get_by_role("option", name="Bob · 1", exact=True).wait_for()
    offered = visitor.page.get_by_role("option").all_inner_texts()
    people = archive.counts().people
    assert len(offered) == len(people) + 1
    left = [option.split(" · ") for option in offered if not option.strip().endswith("· 0")]
    assert 2 < len(left) < len(people)
    visitor.page.keyboard.press("Escape")


def test_a_follow_up_question_keeps_the_filters(visitor: Visit) -> None:
    visitor.ask(SAYING)
    visitor.ask("what is courage?")
    assert visitor.tags() == ["Bob", "January 2024"]
    assert visitor.page.locator(".ks-read").count() == 0
    wait_for_path(visitor, "/?q=what+is+courage%3F&person=Bob&when=2024-01")
    visitor.page.get_by_role("button", name="Clear filters").click()
    wait_for_path(visitor, "/?q=what+is+courage%3F")
    assert [visitor.shows(name) for name in ("Person", "When")] == ["Anyone", "Any time"]
    visitor.page.get_by_role("button", name="Clear filters").wait_for(state="hidden")


def test_what_was_read_before_gives_way_to_what_the_next_question_says(visitor: Visit) -> None:
    visitor.ask(SAYING)
    visitor.ask("what did Sanjiv Ahluwalia say about teachers?")
    assert visitor.tags(".ks-read") == ["Dr Sanjiv Ahluwalia"]
    assert visitor.tags() == ["January 2024", "Dr Sanjiv Ahluwalia"]


def test_what_is_not_in_the_archive_can_be_looked_for_further(visitor: Visit) -> None:
    visitor.choose("Session", "Kindness in Education")
    visitor.choose("Kind", "Talks")
    visitor.ask("what did Bob say in 2024 about pruning apple trees in winter?")
    visitor.page.get_by_role("heading", name="Not in the archive").wait_for()
    looked = visitor.page.locator(".ks-none .ks-quiet").inner_text()
    assert "in “Kindness in Education”, in what Bob said, in 2024, among: talks." in looked
    for name in EVERYWHERE:
        visitor.page.get_by_role("link", name=name).click()
        visitor.page.get_by_role("link", name=name).wait_for(state="detached")
    assert [visitor.shows(name) for name in ("Session", "Person", "When", "Kind")] == [
        "All sessions", "Anyone", "Any time", "Everything",
    ]  # fmt: skip


def test_words_can_be_taken_as_they_stand(visitor: Visit) -> None:
    visitor.ask("what did Bob say about pruning apple trees?")
    visitor.page.get_by_role("link", name="Take my words literally").click()
    wait_for_path(visitor, "literal=1")
    assert visitor.tags() == []
    assert visitor.shows("Person") == "Anyone"


# ---------------------------------------------------------------- taking it along


def test_the_answer_can_be_copied(browser: Any, address: str, archive: KindSearch) -> None:
    made = visit(browser, address, permissions=["clipboard-read", "clipboard-write"])
    try:
        made.ask(QUESTION)
        answer = archive.ask(QUESTION)
        wanted = {
            "Copy as text": answers.as_text(answer),
            "Copy as Markdown": answers.as_markdown(answer),
            "Copy quote": answers.as_citation(answer.citations[0]),
            "Copy link": made.page.url,
        }
        for name, text in wanted.items():
            button = made.page.get_by_role("button", name=name).first
            button.click()
            made.page.locator("#ks-said", has_text="Copied").wait_for(state="attached")
            assert made.page.evaluate("navigator.clipboard.readText()") == text
            made.page.evaluate("document.querySelector('#ks-said').textContent = ''")
        assert made.page.locator("#ks-source").count() == 0
        assert made.complaints == []
    finally:
        made.page.context.close()


def test_the_answer_can_be_copied_where_the_browser_gives_no_clipboard(browser: Any, address: str) -> None:
    made = visit(browser, address, permissions=["clipboard-read"])
    try:
        made.page.evaluate("navigator.clipboard.writeText = undefined")
        made.ask(QUESTION)
        made.page.get_by_role("button", name="Copy link").click()
        made.page.locator("#ks-said", has_text="Copied").wait_for(state="attached")
        assert made.page.evaluate("navigator.clipboard.readText()") == made.page.url
        assert made.page.evaluate("document.activeElement.matches('[data-copy-link]')")
    finally:
        made.page.context.close()


def test_what_helped_is_kept_and_can_be_undone(browser: Any, rated_address: str, rated_archive: KindSearch) -> None:
    made = visit(browser, rated_address)
    try:
        made.ask(QUESTION)
        quote, card = made.page.locator(".ks-cited").first, made.page.locator(".ks-card").first
        passage = rated_archive.ask(QUESTION).citations[0].passage.id
        quote.get_by_role("button", name="Helpful", exact=True).click()
        quote.get_by_text("Thank you.").wait_for()
        assert [(one.question, one.passage_id, one.helpful, one.remark) for one in rated_archive.ratings()] == [
            (QUESTION, passage, True, None)
        ]
        same = card.get_by_role("button", name="Helpful", exact=True)
        assert same.get_attribute("aria-pressed") == "true"  # the card is of the same passage
        quote.get_by_label("Why?").fill("it says how")
        quote.get_by_role("button", name="Send").click()
        quote.get_by_text("Thank you, that is kept.").wait_for()
        assert [one.remark for one in rated_archive.ratings()] == ["it says how"]
        card.get_by_role("button", name="Not helpful").click()
        card.get_by_text("Thank you.").wait_for()
        assert [(one.helpful, one.remark) for one in rated_archive.ratings()] == [(False, None)]
        assert same.get_attribute("aria-pressed") == "false"
        assert made.page.locator("#ks-source").count() == 0
        assert made.complaints == []
    finally:
        made.page.context.close()


def test_recent_questions_stay_in_this_browser(visitor: Visit) -> None:
    page, recent = visitor.page, visitor.page.locator("#ks-recent")
    assert not recent.is_visible()
    visitor.ask(QUESTION)
    assert not recent.is_visible()
    visitor.choose("Person", "Bob")
    wait_for_path(visitor, "person=Bob")
    visitor.ask(SPOKEN)
    page.reload()
    page.locator(".ks-asked").wait_for()
    page.get_by_label("Your question").fill("")
    assert recent.get_by_role("link").all_inner_texts() == [SPOKEN, QUESTION]
    recent.get_by_role("link", name=QUESTION).click()
    page.locator(".ks-asked", has_text=QUESTION).wait_for()
    assert path_of(visitor) == "/?q=how+do+we+measure+kindness%3F&person=Bob"
    page.get_by_label("Your question").fill("")
    recent.get_by_role("button", name=f"Forget “{SPOKEN}”").click()
    assert recent.get_by_role("link").all_inner_texts() == [QUESTION]
    recent.get_by_role("button", name="Forget these").click()
    recent.wait_for(state="hidden")
    assert page.evaluate("localStorage.getItem('ks-recent')") == "[]"


# ---------------------------------------------------------------- the source


def test_pages_can_be_turned(visitor: Visit) -> None:
    visitor.ask(QUESTION)
    visitor.open_source(".ks-chip")
    page, before = visitor.page, path_of(visitor)
    page.get_by_role("button", name="Next page").click()
    page.locator(".ks-turned-to", has_text="Page 11 of 15").wait_for()
    page.locator(".ks-sheet.ks-loaded").wait_for()
    assert page.locator(".ks-outline").count() == 0
    page.get_by_role("button", name="Previous page").click()
    page.locator(".ks-outline").wait_for(state="attached")
    page.get_by_role("button", name="Previous page").click()
    page.locator(".ks-turned-to", has_text="Page 9 of 15").wait_for()
    page.get_by_role("button", name="Back to the passage").click()
    page.locator(".ks-outline").wait_for(state="attached")
    assert path_of(visitor) == before


def test_a_page_of_somebody_forgotten_is_not_to_be_turned_to(browser: Any, forgetful_address: str) -> None:
    made = visit(browser, forgetful_address)
    try:
        made.ask("how does the school grow kindness with Schwartz rounds?")
        made.page.locator(".ks-card", has_text="page 8").locator(".ks-title").first.click()
        for number in (9, 10):
            made.page.get_by_role("button", name="Next page").click()
            made.page.locator(".ks-turned-to", has_text=f"Page {number} of").wait_for()
        made.page.get_by_text("Page 10 is not shown: somebody on it asked to be forgotten.", exact=True).wait_for()
    finally:
        made.page.context.close()


def test_a_transcript_can_be_read_on(visitor: Visit) -> None:
    visitor.ask(SPOKEN)
    visitor.open_source(".ks-chip")
    page = visitor.page
    turns = page.locator(".ks-source .ks-turn")
    count, top = turns.count(), page.locator(".ks-source mark").bounding_box()["y"]
    page.get_by_role("button", name="Earlier").click()
    page.locator(f".ks-source .ks-turn >> nth={count}").wait_for()
    assert page.locator(".ks-source mark").bounding_box()["y"] == pytest.approx(top, abs=2)  # it stays under the eye
    count = turns.count()
    page.get_by_role("button", name="Later").click()
    page.locator(f".ks-source .ks-turn >> nth={count}").wait_for()
    assert page.locator(".ks-source mark").count() == 1


def test_a_citation_leads_to_its_card_and_back(visitor: Visit) -> None:
    visitor.ask(QUESTION)
    chip = visitor.page.locator(".ks-chip").last
    chip.click()
    visitor.page.locator(".ks-sheet.ks-loaded").first.wait_for()
    card = visitor.page.locator(".ks-card.ks-current")
    number = chip.locator(".ks-number").inner_text()
    assert card.locator(".ks-number").inner_text() == number
    visitor.page.wait_for_timeout(800)  # it moves there
    box = card.bounding_box()
    assert box["y"] < 860
    visitor.page.keyboard.press("Escape")
    assert chip.evaluate("chip => chip === document.activeElement")


# ---------------------------------------------------------------- for everybody


def test_everything_can_be_done_by_keyboard(visitor: Visit) -> None:
    page = visitor.page
    visitor.ask(SAYING)
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim().slice(0, 20)"))
        if "Copy as Markdown" in reached:
            break
    for name in ("Clear filters", "Bob ✕Do not read thi", "Helpful", "Not helpful", "Copy quote", "Copy link"):
        assert name in reached
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert page.evaluate("document.querySelector('#ks-address').checkVisibility()") is False


@pytest.mark.parametrize("question", [SAYING, NOWHERE])
def test_nothing_overflows_on_a_phone(browser: Any, address: str, question: str) -> None:
    made = visit(browser, address, 360, 740, has_touch=True)
    try:
        made.choose("Session", "Kindness in Education")
        made.ask(question)
        made.page.route("**/feedback", lambda route: route.fulfill(json={"helpful": False}))
        made.page.get_by_role("button", name="Not helpful").first.tap()
        made.page.locator(".ks-word").first.wait_for()
        past = "[...document.querySelectorAll('.gradio-container *, #ks-source *')].filter(e => e.checkVisibility())"
        right = f"Math.max(...{past}.map(e => e.getBoundingClientRect().right))"
        assert made.page.evaluate(right) <= 360
        made.open_source(".ks-title")
        assert made.page.evaluate(right) <= 360
        made.page.get_by_role("button", name="Next page").tap()
        made.page.locator(".ks-turned-to", has_text="of 15").wait_for()
    finally:
        made.page.context.close()
