"""The page as a person meets it: the real model, a real server, a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from visiting import CHROMIUM, CHROMIUM_ARGUMENTS, Visit, open_page, served, visit

from kindsearch import KindSearch, Settings
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.interfaces.web.rendering import PLACES
from kindsearch.types import Filter, Passage

QUESTION = "how do we measure kindness?"
SPOKEN = "what does the registrar ask when ringing the wards at two?"
PACKED = "what did Kwame say about clapping?"
NEAR = 3  # pixels
GROUND = "getComputedStyle(document.body).backgroundColor"
INJECTED = "document.querySelector('#ks-found').innerHTML = `<img src=x onerror=\"window.harmed = 1\">`"


def test_a_question_is_answered_with_citations(visitor: Visit) -> None:
    visitor.ask(QUESTION)
    first = visitor.page.locator(".ks-quote").first
    assert "kindness can very well be measured" in first.inner_text()
    assert "Bob" in first.inner_text()
    chip = first.get_by_role("button", name="1 Kindness in Education, 18 January 2024, page 10")
    assert chip.is_visible()
    assert visitor.page.locator(".ks-session").first.inner_text().startswith("Kindness in Education")


def test_matched_words_are_marked_in_the_cards(visitor: Visit) -> None:
    visitor.ask(QUESTION)
    marked = visitor.page.locator(".ks-card").first.locator("mark").all_inner_texts()
    assert marked == ["kindness", "measured"]


def test_an_example_is_asked_with_one_click(visitor: Visit) -> None:
    visitor.page.get_by_role("button", name="How do we measure kindness?").click()
    visitor.page.locator(".ks-quote").first.wait_for()
    assert visitor.page.get_by_label("Your question").input_value() == "How do we measure kindness?"
    visitor.page.locator("#ks-examples").wait_for(state="hidden")


def test_a_card_opens_its_page_with_the_words_outlined(visitor: Visit, archive: KindSearch) -> None:
    visitor.ask(QUESTION)
    visitor.open_source(".ks-card .ks-words")
    assert visitor.page.locator(".ks-sheet img").evaluate("image => image.naturalWidth") == 1600
    _check_outline(visitor.page, archive, archive.ask(QUESTION).hits[0].passage)


def test_words_of_the_real_packs_are_outlined_too(browser: Any, seed_archive: KindSearch) -> None:
    hits = seed_archive.ask(QUESTION).hits
    on_one_page = [n for n, hit in enumerate(hits) if hit.passage.pages and len(set(hit.passage.pages)) == 1][:3]
    assert on_one_page
    for address in served(seed_archive):
        made = visit(browser, address)
        made.ask(QUESTION)
        for place in on_one_page:
            made.open_source(f".ks-card >> nth={place} >> .ks-title")
            made.page.locator(f"img[src*='{hits[place].passage.id}']").wait_for()
            made.page.locator(".ks-sheet.ks-loaded").wait_for()
            _check_outline(made.page, seed_archive, hits[place].passage)
            made.page.keyboard.press("Escape")
        assert made.complaints == []
        assert [url for url in made.requests if not url.startswith((address, "data:", "blob:"))] == []
        made.page.context.close()


def test_a_passage_over_two_pages_is_outlined_on_both(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "readers")  # where decks are drawn
    from decks import Deck

    settings = Settings(corpus=tmp_path / "corpus", index=tmp_path / "index")
    settings.corpus.mkdir()
    deck = Deck(settings.corpus / "2024-06-tea.pdf")
    deck.slide().text(60, 120, 800, "Tea on the ward", size=40).text(60, 220, 800, "June 2024", size=20)
    deck.slide("Why tea calms").text(48, 120, 600, "• Somebody sits down with the worried patient", "• A cup is warm")
    deck.slide("Why tea calms (continued)").text(200, 300, 600, "• It takes its time", "• Nobody drinks it standing")
    deck.save()
    archive = KindSearch.open(create=True, encoder=HashingEncoder(), settings=settings)
    assert archive.ingest().failed == ()
    question = "why does tea calm the worried patient?"
    hits = archive.ask(question).hits
    ((place, passage),) = ((n, hit.passage) for n, hit in enumerate(hits) if hit.passage.pages == (2, 3))
    for address in served(archive):
        made = visit(browser, address)
        made.ask(question)
        made.open_source(f".ks-card >> nth={place} >> .ks-title")
        figures = made.page.locator(".ks-page-figure")
        figures.nth(1).locator(".ks-sheet.ks-loaded").wait_for()
        assert figures.count() == 2
        for number, page in enumerate(passage.pages):
            figures.nth(number).scroll_into_view_if_needed()
            _check_outline(figures.nth(number), archive, passage, page)
        assert made.complaints == []
        made.page.context.close()


def _check_outline(shown: Any, archive: KindSearch, passage: Passage, page: int | None = None) -> None:
    """That the words of a passage are marked where PDFium has its characters, and the outline lies around them."""
    assert passage.pages is not None
    page = page or passage.pages[0]
    width, height = archive.page_size(passage, page)
    sheet = shown.locator(".ks-sheet img").bounding_box()
    boxes = [box for box in archive.boxes(passage) if box.page == page]
    expected = (
        sheet["x"] + min(box.left for box in boxes) / width * sheet["width"],
        sheet["y"] + min(box.top for box in boxes) / height * sheet["height"],
        sheet["x"] + max(box.right for box in boxes) / width * sheet["width"],
        sheet["y"] + max(box.bottom for box in boxes) / height * sheet["height"],
    )
    assert _around(shown, ".ks-tint") == pytest.approx(expected, abs=NEAR)
    outline = _around(shown, ".ks-outline")
    assert outline[0] <= expected[0]
    assert outline[1] <= expected[1]
    assert outline[2] >= expected[2]
    assert outline[3] >= expected[3]
    assert outline == pytest.approx(expected, abs=2 * NEAR)


def _around(page: Any, selector: str) -> tuple[float, float, float, float]:
    """The edges of everything that a selector finds."""
    found = [area.bounding_box() for area in page.locator(selector).all()]
    return (
        min(area["x"] for area in found),
        min(area["y"] for area in found),
        max(area["x"] + area["width"] for area in found),
        max(area["y"] + area["height"] for area in found),
    )


def test_a_citation_opens_beside_the_results_and_escape_closes_it(visitor: Visit) -> None:
    visitor.ask(QUESTION)
    visitor.open_source(".ks-chip")
    results, source = (visitor.page.locator(one).bounding_box() for one in ("#ks-found", "#ks-source"))
    assert results["x"] + results["width"] <= source["x"]
    visitor.page.keyboard.press("Escape")
    visitor.page.locator("#ks-source").wait_for(state="hidden")
    assert visitor.page.evaluate("document.activeElement.className").startswith("ks-chip")


# ---------------------------------------------------------------- moments and conversations


def test_a_quote_of_a_transcript_says_when_and_can_be_watched(visitor: Visit) -> None:
    visitor.ask(SPOKEN)
    first = visitor.page.locator(".ks-quote").first
    assert "the registrar rings round the wards and asks who needs a break" in first.inner_text()
    assert first.get_by_role("button", name="1 Time for a check-in, June 2024, 7:42").is_visible()
    link = first.get_by_role("link", name="Watch from 7:42")
    assert link.get_attribute("href") == "https://video.example/time-for-a-check-in#t=462"
    assert link.get_attribute("target") == "_blank"
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert visitor.page.locator(".ks-group .ks-remark").first.inner_text().startswith("The transcript and the chat are")


def test_watching_leaves_the_page_as_it_is(visitor: Visit) -> None:
    visitor.page.context.route("https://video.example/**", lambda route: route.fulfill(body="the recording"))
    visitor.ask(SPOKEN)
    for link in (".ks-quote .ks-watch", ".ks-card .ks-watch"):
        with visitor.page.context.expect_page() as opened:
            visitor.page.locator(link).first.click()
        opened.value.wait_for_load_state()
        assert opened.value.url.startswith("https://video.example/time-for-a-check-in#t=")
        assert opened.value.evaluate("[window.opener, document.referrer]") == [None, ""]
        opened.value.close()
        assert visitor.page.locator("#ks-source").count() == 0


def test_a_transcript_opens_at_what_was_quoted(visitor: Visit, archive: KindSearch) -> None:
    visitor.ask(SPOKEN)
    visitor.open_source(".ks-chip")
    cited = archive.ask(SPOKEN).citations[0]
    page, mark = visitor.page, visitor.page.locator("#ks-source mark")
    assert mark.all_inner_texts() == [cited.quote]
    turn = page.locator(".ks-turn", has=page.locator("mark"))
    assert turn.inner_text().startswith("Member 6 7:42 On nights")
    link = turn.get_by_role("link", name="7:42")
    assert link.get_attribute("href") == "https://video.example/time-for-a-check-in#t=462"
    assert link.get_attribute("rel") == "noopener noreferrer"
    assert page.locator(".ks-around:is(p)").count() == 6
    assert page.locator(".ks-source-moment").inner_text() == "Said at 7:42 Play from 7:42"
    assert "illustrative" in page.locator(".ks-source-remark").inner_text()


def test_what_was_quoted_is_scrolled_into_view(browser: Any, address: str) -> None:
    made = visit(browser, address, 800, 420)
    try:
        made.ask(SPOKEN)
        made.open_source(".ks-chip")
        body = made.page.locator(".ks-source-body")
        assert body.evaluate("body => body.scrollTop") > 0
        sheet, mark = (made.page.locator(one).bounding_box() for one in (".ks-source-body", "#ks-source mark"))
        title = made.page.locator(".ks-source-title").bounding_box()
        assert mark["y"] >= title["y"] + title["height"]
        assert mark["y"] + mark["height"] <= sheet["y"] + sheet["height"]
    finally:
        made.page.context.close()


def test_a_quote_of_a_pack_shows_its_page_and_says_when_it_was_said(visitor: Visit) -> None:
    visitor.ask(PACKED)
    chip = visitor.page.get_by_role("button", name="1 Time for a check-in, June 2024, page 11 · 9:01")
    assert chip.is_visible()
    visitor.open_source(".ks-chip")
    assert visitor.page.locator(".ks-sheet").count() == 1
    said = visitor.page.locator(".ks-source-moment")
    assert said.inner_text() == "Said at 9:01 Play from 9:01"
    watch = said.get_by_role("link", name="Play from 9:01")
    assert watch.get_attribute("href") == "https://video.example/time-for-a-check-in#t=541"


def test_a_message_of_a_chat_opens_among_the_others(visitor: Visit) -> None:
    visitor.ask(SPOKEN)
    visitor.open_source(".ks-chip >> nth=1")
    assert visitor.page.locator(".ks-source-moment").inner_text() == "Written at 8:22 Play from 8:22"
    assert visitor.page.locator("#ks-source mark").inner_text().startswith("What do you ask when you ring them")


def test_a_card_of_a_conversation_says_who_says_what(visitor: Visit) -> None:
    visitor.ask(SPOKEN)
    card = visitor.page.locator(".ks-card", has=visitor.page.locator(".ks-turns")).first
    assert card.locator("p", has_text="On nights").inner_text().startswith("Member 6 7:42 On nights")
    assert card.locator("p", has_text="And was that your idea?").inner_text().startswith("Facilitator 8:12")
    assert card.locator(".ks-turns p").first.inner_text() == "Member 7 7:32 Good for you."
    assert card.locator(".ks-turns p").last.inner_text() == "Member 6 8:16 No, a nurse's. I only make the calls."
    assert "more turn" not in card.inner_text()  # all of it fits


def test_a_page_that_is_withheld_says_why(browser: Any, forgetful_address: str) -> None:
    made = visit(browser, forgetful_address)
    try:
        made.ask(QUESTION)
        made.page.locator(".ks-chip", has_text="Kindness in Education, 18 January 2024, page 10").first.click()
        made.page.get_by_text("Page 10 is not shown: somebody on it asked to be forgotten.", exact=True).wait_for()
        assert "kindness can very well be measured" in made.page.locator(".ks-source-text").inner_text()
        assert made.page.locator(".ks-sheet, .ks-page-figure").count() == 0
    finally:
        made.page.context.close()


# ---------------------------------------------------------------- filters


def test_a_person_narrows_the_passages(visitor: Visit, archive: KindSearch) -> None:
    visitor.ask(QUESTION)
    assert len(set(visitor.page.locator(".ks-card > .ks-who").all_inner_texts())) > 1
    visitor.choose("Person", "Bob")
    visitor.page.locator(".ks-narrowed", has_text="Searched only: Bob").wait_for()
    expected = [hit.passage.id for hit in archive.ask(QUESTION, where=Filter(speaker="Bob")).hits]
    shown = visitor.page.locator(".ks-card").evaluate_all("cards => cards.map(card => card.dataset.passage)")
    assert shown == expected


def test_a_session_and_a_time_narrow_the_passages(visitor: Visit) -> None:
    visitor.choose("Session", "Follow Your Compassion")
    visitor.choose("When", "2024")
    visitor.ask("what did people say about kindness?")
    assert visitor.tags() == ["Follow Your Compassion", "2024"]
    assert set(visitor.page.locator(".ks-title").all_inner_texts()) == {"Follow Your Compassion"}


def test_what_is_not_in_the_archive_is_said_to_be_so(visitor: Visit) -> None:
    visitor.ask("how do I prune apple trees in winter?")
    visitor.page.get_by_role("heading", name="Not in the archive").wait_for()
    visitor.page.get_by_role("heading", name="Nearest passages, which may not answer it").wait_for()
    assert visitor.page.locator(".ks-quote").count() == 0
    assert visitor.page.locator(".ks-card").count() == 10
    visitor.page.get_by_text("Looked for “how do I prune apple trees in winter?”").wait_for()


def test_no_question_asks_for_one(visitor: Visit) -> None:
    visitor.page.get_by_role("button", name="Ask", exact=True).click()
    visitor.page.get_by_text("Write a question first").wait_for()
    assert visitor.page.locator("#ks-examples").is_visible()


def test_an_answer_that_takes_a_while_is_announced(visitor: Visit) -> None:
    said = "getComputedStyle(document.querySelector('#ks-found > [data-testid=status-tracker]'), '::before').content"
    visitor.page.evaluate(
        "() => { const now = fetch; const wait = () => new Promise((done) => setTimeout(done, 800));"
        "window.fetch = (...request) => wait().then(() => now(...request)); }"
    )
    visitor.page.get_by_label("Your question").fill(QUESTION)
    visitor.page.keyboard.press("Enter")
    _until(visitor.page, f"{said}.includes('Looking through the sessions')")
    visitor.page.locator(".ks-answer").wait_for()
    _until(visitor.page, f"{said} === 'none'")


def _until(page: Any, holds: str) -> None:
    """Wait for a condition. ``wait_for_function`` can't: the page's policy lets nobody evaluate a text in it."""
    for _ in range(200):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"it never came: {holds}")


def test_by_keyboard_alone(visitor: Visit) -> None:
    page = visitor.page
    page.evaluate("document.activeElement.blur()")
    _tab_to(page, "document.activeElement.closest('#ks-question')")
    page.keyboard.type(QUESTION)
    _tab_to(page, "document.activeElement.id === 'ks-go'")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.locator(".ks-quote").first.wait_for()
    for opener in (".ks-chip", ".ks-title"):
        _tab_to(page, f"document.activeElement.matches('{opener}')")
        page.keyboard.press("Enter")
        page.locator(".ks-sheet.ks-loaded").first.wait_for()
        assert page.evaluate("document.activeElement.id") == "ks-source"
        page.keyboard.press("Escape")
        assert page.evaluate(f"document.activeElement.matches('{opener}')")


def _tab_to(page: Any, reached: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate(f"Boolean({reached})"):
            return
    pytest.fail(f"the Tab key does not reach {reached}")


@pytest.mark.parametrize("question", [QUESTION, SPOKEN, PACKED])
@pytest.mark.parametrize("width", [360, 768])
def test_nothing_overflows_on_a_phone(browser: Any, address: str, width: int, question: str) -> None:
    made = visit(browser, address, width, 740, has_touch=True)
    try:
        assert _overflow(made) <= 0
        made.ask(question)
        assert _overflow(made) <= 0
        made.open_source()
        assert _overflow(made) <= 0
        sheet = made.page.locator("#ks-source").bounding_box()
        assert (sheet["x"], sheet["width"]) == (0, width)
        assert made.page.locator("gradio-app").get_attribute("inert") is not None
        made.page.get_by_role("button", name="Close").tap()
        assert made.page.locator("gradio-app").get_attribute("inert") is None
        assert made.complaints == []
    finally:
        made.page.context.close()


def _overflow(made: Visit) -> int:
    """How many pixels the page can be pushed sideways, counting what is clipped as well."""
    past = "[...document.querySelectorAll('#ks-found *, #ks-source *, #ks-ask *, #ks-filters *')]"
    right = f"Math.max(0, ...{past}.filter(e => e.checkVisibility()).map(e => e.getBoundingClientRect().right))"
    return int(made.page.evaluate(f"Math.max(document.documentElement.scrollWidth, {right}) - innerWidth"))


@pytest.mark.parametrize("width", [375, 1280])
def test_the_header_stands_at_the_same_place_on_every_page(browser: Any, address: str, width: int) -> None:
    with_scrollbars = browser.browser_type.launch(
        executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS, ignore_default_args=["--hide-scrollbars"]
    )
    try:
        page = visit(with_scrollbars, address, width).page
        asking = _places_of_header(page)
        for path in ("/prepare", "/sessions", "/people?q=nobody"):  # a longer one and one that needs no scrollbar
            page.goto(address + path, wait_until="networkidle")
            assert _places_of_header(page) == pytest.approx(asking, abs=0.5)
    finally:
        with_scrollbars.close()


def _places_of_header(page: Any) -> list[float]:
    """Where the header lies, where the name in it, and how far below it the title begins."""
    header, name, title = (page.locator(one).bounding_box() for one in (".ks-top", ".ks-brand", "h1"))
    return [*header.values(), *name.values(), title["x"], title["y"]]


@pytest.mark.parametrize("width", [375, 1280])
def test_nothing_is_cut_off_at_its_edge(browser: Any, address: str, width: int) -> None:
    made = visit(browser, address, width)
    try:
        assert made.page.locator(".ks-places [aria-current]").evaluate(CUT_OFF) == []
        assert made.page.locator("#ks-question input").evaluate(CUT_OFF) == []
        for name in ("Session", "Person", "When", "Kind"):
            made.page.get_by_role("combobox", name=name).focus()
            assert made.page.locator("#ks-filters .wrap:focus-within").evaluate(CUT_OFF) == []
    finally:
        made.page.context.close()


# What cuts off an element, or the ring around it: all that is around it, does not let anything out and is smaller.
CUT_OFF = """(element) => {
  const style = getComputedStyle(element);
  const ring = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset);
  const { left, top, right, bottom } = element.getBoundingClientRect();
  const around = [];
  for (let e = element.parentElement; e; e = e.parentElement) around.push(e);
  return around
    .filter((e) => getComputedStyle(e).overflow !== "visible")
    .filter((e) => {
      const box = e.getBoundingClientRect();
      return left - ring < box.left || top - ring < box.top || right + ring > box.right || bottom + ring > box.bottom;
    })
    .map((e) => e.id || e.className);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_their_ground(browser: Any, address: str, scheme: str) -> None:
    made = visit(browser, address, color_scheme=scheme)
    try:
        weak = made.page.evaluate(CONTRASTS)
        for question in (QUESTION, SPOKEN):
            made.ask(question)
            weak += made.page.evaluate(CONTRASTS)
            made.open_source()
            weak += made.page.evaluate(CONTRASTS)
            made.page.keyboard.press("Escape")
    finally:
        made.page.context.close()
    assert weak == []


# WCAG 2.2, 1.4.3: 4.5 to 1 for the words of every element that has words of its own.
CONTRASTS = """() => {
  const parse = (css) => css.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const [r, g, b, a = 1] = parse(getComputedStyle(e).backgroundColor);
      if (a === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  return [...document.querySelectorAll("body *")]
    .filter((e) => e.checkVisibility() && !e.closest(".ks-hidden, svg, script, style"))
    .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || e.matches("input"))
    .map((e) => {
      const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))];
      return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.tagName, e.className, e.textContent.slice(0, 40)];
    })
    .filter(([ratio]) => ratio < 4.5);
}"""


def test_every_field_has_its_name(visitor: Visit) -> None:
    names = visitor.page.locator("#ks-ask input, #ks-filters input").evaluate_all(
        "fields => fields.map(field => field.getAttribute('aria-label') || field.labels[0].innerText.trim())"
    )
    assert names == ["Your question", "Session", "Person", "When", "Kind"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_a_script_the_page_says_so_and_leads_to_the_pages_that_need_none(
    browser: Any, address: str, scheme: str
) -> None:
    made = open_page(browser, f"{address}/?q=kindness", java_script_enabled=False, color_scheme=scheme)
    page = made.page
    try:
        page.get_by_role("heading", name="Asking needs JavaScript").wait_for()
        assert page.title() == "Ask the archive"
        ground = page.evaluate(GROUND)
        links = page.get_by_role("link").evaluate_all("links => links.map(link => link.getAttribute('href'))")
        assert {path for _, path in PLACES} <= set(links)
        for path in set(links) - {"/"}:
            page.goto(address + path)
            assert page.locator("main h1").is_visible()
            assert page.evaluate(GROUND) == ground
    finally:
        page.context.close()


def test_what_gradio_adds_is_hidden(visitor: Visit) -> None:
    assert not visitor.page.locator("footer").filter(visible=True).count()
    assert visitor.page.title() == "Ask the archive"


# ---------------------------------------------------------------- words that would be scripts


def test_words_of_a_document_never_run(browser: Any, hostile_address: str) -> None:
    made = visit(browser, hostile_address)
    try:
        for question in ("How are the penguins of Trondheim fed with spoons?", "penguins <b>patience</b>"):
            made.ask(question)
            made.page.locator(".ks-card", has_text="penguins").first.wait_for()
            made.page.locator(".ks-card", has_text="penguins").first.click()
            made.page.locator(".ks-source-note", has_text="without pages").wait_for()
            made.page.wait_for_timeout(300)
            shown = made.page.locator("body").inner_text()
            assert '<script>window.harmed = "text"</script>' in shown
            assert made.page.evaluate("window.harmed") is None
            made.page.keyboard.press("Escape")
        assert made.page.locator(":is(#ks-found, #ks-source) :is(script, img, iframe, style, base)").count() == 0
        assert [url for url in made.requests if not url.startswith(hostile_address)] == []
        assert made.complaints == []
    finally:
        made.page.context.close()


def test_words_of_a_chat_never_run(browser: Any, hostile_address: str) -> None:
    made = visit(browser, hostile_address)
    try:
        made.ask("What do the llamas of Bergen wear?")
        made.page.locator(".ks-card", has_text="raincoats").first.click()
        made.page.locator(".ks-source .ks-turn").first.wait_for()
        made.page.wait_for_timeout(300)
        shown = made.page.locator("#ks-source").inner_text()
        for words in ("<script>window.harmed", "<img src=x onerror", "Remark <img", "llamas"):
            assert words in shown
        assert made.page.evaluate("window.harmed") is None
        everything = made.page.locator(":is(#ks-found, #ks-source) :is(script, img, iframe, style, base, b, svg)")
        assert everything.count() == 0
        links = made.page.locator(":is(#ks-found, #ks-source) a")
        addresses = links.evaluate_all("links => links.map(link => new URL(link.href).origin)")
        assert set(addresses) == {"https://video.example"}
        assert set(links.evaluate_all("links => links.map(link => link.rel)")) == {"noopener noreferrer"}
        assert [url for url in made.requests if not url.startswith(hostile_address)] == []
        assert made.complaints == []
    finally:
        made.page.context.close()


@pytest.mark.parametrize("way", ["into the results", "as a script of the page"])
def test_the_detector_sees_what_does_run(browser: Any, hostile_address: str, way: str) -> None:
    """The control: with both walls down the same words do run, so the test above would see it."""
    context = browser.new_context(bypass_csp=True)
    try:
        page = context.new_page()
        page.goto(hostile_address)
        page.get_by_label("Your question").wait_for()
        if way == "into the results":
            page.evaluate(INJECTED)
        else:
            page.add_script_tag(content="window.harmed = 1")
        _until(page, "window.harmed === 1")
    finally:
        context.close()


def test_the_policy_stops_what_would_get_past_the_walls(browser: Any, hostile_address: str) -> None:
    made = visit(browser, hostile_address)
    try:
        made.page.evaluate(INJECTED)
        made.page.wait_for_timeout(300)
        assert made.page.evaluate("window.harmed") is None
        assert any("Content Security Policy" in said for said in made.complaints)
    finally:
        made.page.context.close()
