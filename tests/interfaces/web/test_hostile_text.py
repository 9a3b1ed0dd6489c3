"""Scripts in every place that a stranger can write to: not one of them runs in a real browser.

The Content-Security-Policy is switched off in that browser: what is shown must be safe without that wall too. Each
session of the archive has one of the payloads as its title, note, speaker, sender, file name and words. A new page of
the web application is one more address in ``PAGES``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from payloads import PAYLOADS
from visiting import served

from kindsearch import KindSearch, Settings
from kindsearch.encoders.hashing import HashingEncoder

PAGES = (
    "/",
    "/prepare",
    "/prepare?topic=otters",
    "/sessions",
    "/people",
    "/resources",
    "/topics",
    "/topics/otters",
    "/status",
)
ASKED = ("/prepare?topic=", "/topics/", "/sessions/", "/people/", "/nothing-here/")  # with a payload behind
LISTENING = "window.ran = []; window.harm = number => { window.ran.push(number) }"
# What would run, if somebody clicked or another browser read it.
ARMED = """() => [...document.querySelectorAll('*')].flatMap(element => [...element.attributes].filter(attribute =>
    (/^on/i.test(attribute.name) && /harm/.test(attribute.value)) ||
    (/^(href|src|action|formaction|data|xlink:href|content|srcdoc)$/i.test(attribute.name)
     && /^[\\s\\u0000-\\u0020]*(javascript|vbscript|data:text)/i.test(attribute.value))
  ).map(attribute => element.outerHTML.slice(0, 200)))"""
OPEN_ALL = """async () => {
  let opened = 0;
  for (const opener of document.querySelectorAll('.ks-card .ks-words')) {
    opener.click();
    for (let wait = 0; wait < 100 && !document.querySelector('#ks-source .ks-turn'); wait++)
      await new Promise(done => setTimeout(done, 10));
    opened += document.querySelector('#ks-source .ks-turn') !== null;
    document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', bubbles: true}));
  }
  return opened;
}"""


def session_of(folder: Path, number: int, payload: str) -> None:
    """A folder of one meeting, whose every word is hostile."""
    folder.mkdir()
    name = payload.replace("/", "∕").encode()[:120].decode(errors="ignore")
    chat = f"18:00:31 From {payload} to Everyone:\n\tOtters number {number} hold hands {payload} while they sleep\n"
    (folder / f"{number} {name}.txt").write_text(chat, encoding="utf-8")
    said = {"title": f"{payload} {number}", "note": payload, "date": f"20{number:02d}-01"}
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in said.items()]
    lines.append(f"speakers = [{{ name = {json.dumps(payload)}, role = {json.dumps(payload)} }}]")
    lines.append(f"video = 'https://video.example/\"><img/src=x/onerror=top.harm({number})>'")
    (folder / "session.toml").write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the page over the hostile archive is served."""
    folder = tmp_path_factory.mktemp("payloads")
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, payload in enumerate(PAYLOADS):
        session_of(corpus / str(number), number, payload)
    pack = "\n\n".join(f"Beavers number {number} build {payload} dams." for number, payload in enumerate(PAYLOADS))
    (corpus / "pack.md").write_text(f"# Beavers\n\nMay 1999\n\n# Words\n\n{pack}\n", encoding="utf-8")
    settings = Settings(corpus=corpus, index=folder / "index", passages_per_answer=100)
    archive = KindSearch.open(create=True, encoder=HashingEncoder(), settings=settings)
    report = archive.ingest()
    assert not report.failed
    assert len(archive.sessions()) == len(PAYLOADS) + 1
    yield from served(archive)


@pytest.fixture(scope="module")
def page(browser: Any, address: str) -> Iterator[Any]:
    """A page in a browser without the policy, which counts what runs."""
    context = browser.new_context(bypass_csp=True)
    context.add_init_script(LISTENING)
    made = context.new_page()
    made.elsewhere = []
    made.on("request", lambda asked: made.elsewhere.append(asked.url) if not asked.url.startswith(address) else None)
    made.on("dialog", lambda dialog: dialog.dismiss())
    yield made
    context.close()


def is_calm(page: Any) -> None:
    """Nothing ran, and nothing lies there that would run when it is clicked."""
    assert page.evaluate("window.ran") == []
    assert page.evaluate(ARMED) == []
    assert [url for url in page.elsewhere if not url.startswith(("data:", "blob:"))] == []


def ready(page: Any, address: str) -> None:
    page.goto(address)
    page.get_by_label("Your question").wait_for()
    page.locator(".ks-welcome").wait_for()  # it comes with what the filters offer
    page.wait_for_load_state("networkidle")


def test_there_are_more_than_sixty_and_most_do_run_where_they_are_taken_for_markup(browser: Any) -> None:
    """The control: each in a frame of its own. The others run elsewhere, or when they are clicked."""
    assert len(set(PAYLOADS)) > 60
    context = browser.new_context()
    context.add_init_script(LISTENING)
    page = context.new_page()
    page.evaluate(
        """payloads => payloads.forEach(payload => {
            const frame = document.createElement('iframe');
            frame.srcdoc = '<!doctype html><p>' + payload + '</p>';
            document.body.append(frame);
        })""",
        list(PAYLOADS),
    )
    try:
        page.wait_for_function("new Set(window.ran).size >= 40")
    finally:
        context.close()


def test_in_words_titles_notes_speakers_and_file_names_none_runs(page: Any, address: str) -> None:
    ready(page, address)
    page.get_by_label("Your question").fill("otters hold hands while they sleep")
    page.get_by_label("Your question").press("Enter")
    page.locator(".ks-card").nth(len(PAYLOADS) - 1).wait_for()
    shown = page.locator("#ks-found").inner_text()
    assert "<img src=x onerror=top.harm(11)>" in shown
    assert page.evaluate(OPEN_ALL) == page.locator(".ks-card .ks-words").count() >= len(PAYLOADS)
    is_calm(page)


def test_in_the_choices_of_the_filters_none_runs(page: Any, address: str) -> None:
    ready(page, address)
    options = page.get_by_role("option")
    for label, offered in (("Session", len(PAYLOADS)), ("Person", 60)):  # not every payload can be a name
        page.get_by_role("combobox", name=label).click()
        options.nth(offered - 1).wait_for()
        page.keyboard.press("Escape")
        options.first.wait_for(state="detached")  # a list takes a while to fade
    is_calm(page)


def test_in_a_pack_none_runs(page: Any, address: str) -> None:
    ready(page, address)
    page.get_by_label("Your question").fill("beavers build dams")
    page.get_by_label("Your question").press("Enter")
    page.locator(".ks-card", has_text="Beavers").first.click()
    page.locator("#ks-source").wait_for()
    is_calm(page)


def test_in_a_question_none_runs(page: Any, address: str) -> None:
    ready(page, address)
    box = page.get_by_label("Your question")
    for first in range(0, len(PAYLOADS), 6):
        with page.expect_response(lambda answer: "predict" in answer.url):
            box.fill(" ".join(PAYLOADS[first : first + 6]))
            box.press("Enter")
    page.wait_for_load_state("networkidle")
    is_calm(page)


@pytest.mark.parametrize("path", PAGES)
def test_on_no_page_anything_runs(page: Any, address: str, path: str) -> None:
    page.goto(address + path)
    page.wait_for_load_state("networkidle")
    is_calm(page)


@pytest.mark.parametrize("path", ASKED)
def test_in_an_address_none_runs(page: Any, address: str, path: str) -> None:
    """The pages one after the other, each written into a frame without a policy, as fast as they are answered."""
    page.goto(f"{address}/robots.txt")
    answers = page.evaluate(
        """([path, payloads]) => Promise.all(payloads.map(async payload => {
            const answer = await fetch(path + encodeURIComponent(payload));
            const text = await answer.text();
            if (!(answer.headers.get('content-type') || '').startsWith('text/html')) return 0;
            const frame = document.createElement('iframe');
            frame.srcdoc = text;
            document.body.append(frame);
            await new Promise(done => { frame.onload = done });
            return 1;
        }))""",
        [path, list(PAYLOADS)],
    )
    assert len(answers) == len(PAYLOADS)
    assert page.evaluate("window.ran") == []
