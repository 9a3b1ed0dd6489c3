"""The page keeps answering, and answers from what is there now, while the archive is changed behind it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from visiting import Visit, served, visit

from kindsearch import KindSearch
from kindsearch.encoders.hashing import HashingEncoder

NEW_PACK = """\
# A choir for the night shift

March 2024

# Reflections from the chat

**Zelda Fitz** Saxophones hum under the staircase, {number} of them.
"""
HUMMING = "where do saxophones hum?"
CHOIR = {"Session": "A choir for the night shift", "Person": "Zelda Fitz", "When": "July 2024"}
ROUNDS, PACKS = 6, 25
ASKED, OPENED = ("ks-question", "submit"), ("ks-address", "submit")
RESULTS = 3  # among what the page is given: before them the address, the button to clear, the examples


class Client:
    """Asks a running page over HTTP, as its own scripts do."""

    def __init__(self, address: str) -> None:
        self.address = address
        config = json.loads(self.get("/config"))
        names = {component["id"]: component["props"].get("elem_id") for component in config["components"]}
        events = [(event["id"], *target) for event in config["dependencies"] for target in event["targets"]]
        self.events = {(names[element], name): event for event, element, name in events}

    def get(self, path: str) -> str:
        """The body of an answer; raises HTTPError for one that is not well."""
        with urlopen(self.address + path, timeout=60) as answer:
            return str(answer.read().decode())

    def run(self, event: tuple[str, str], *data: str) -> list[Any]:
        """What an event of the page gives."""
        body = {"data": data, "fn_index": self.events[event], "session_hash": "a-visitor"}
        request = Request(
            f"{self.address}/gradio_api/run/predict", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urlopen(request, timeout=60) as answer:
            found: list[Any] = json.loads(answer.read())["data"]
        return found

    def ask(self, question: str, session: str = "") -> str:
        """The results of a question."""
        return str(self.run(ASKED, "/", question, session, "", "", "")[RESULTS])

    def sessions(self) -> list[str]:
        """What the filter for sessions offers when the page is opened, without the counts."""
        offered = self.run(OPENED, "/")[RESULTS + 2]["choices"]
        return [label.split(" · ")[0] for label, _ in offered]


@pytest.fixture
def archive(small_archive: Callable[..., KindSearch]) -> KindSearch:
    """A tiny archive that the page has open."""
    return small_archive()


@pytest.fixture
def address(archive: KindSearch) -> Iterator[str]:
    """Where the page over the tiny archive is served."""
    yield from served(archive)


def _unmarked(found: str) -> str:
    return found.replace("<mark>", "").replace("</mark>", "")


def writer(archive: KindSearch) -> KindSearch:
    """The same index as another process would have it open."""
    return KindSearch.open(encoder=HashingEncoder(), settings=archive.settings)


def test_no_request_fails_while_the_archive_changes(archive: KindSearch, address: str) -> None:
    other = writer(archive)
    tea = archive.search("does tea help at night?")[0].passage
    new = [archive.settings.corpus / f"2024-03-choir-{number}.md" for number in range(PACKS)]
    failures: list[str] = []
    done = threading.Event()

    def change() -> None:
        for _ in range(ROUNDS):
            for number, pack in enumerate(new):
                pack.write_text(NEW_PACK.format(number=number), encoding="utf-8")
            assert other.ingest().failed == ()
            other.remove(*(pack.name for pack in new))

    def visit_again_and_again() -> None:
        client = Client(address)
        while not done.is_set():
            assert "Tea calms worried patients" in _unmarked(client.ask("does tea calm worried patients?"))
            assert json.loads(client.get(f"/source/{tea.id}"))["text"] == tea.text
            assert "All sessions" in client.sessions()
            assert "Ask the archive" in client.get("/")
            found = client.ask("who hums under the staircase?")
            assert 'class="ks-card"' in found, found

    def noting_failures(work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            failures.append(f"{work.__name__}: {error!r}")

    visitors = [threading.Thread(target=noting_failures, args=[visit_again_and_again]) for _ in range(3)]
    for visitor in visitors:
        visitor.start()
    noting_failures(change)
    done.set()
    for visitor in visitors:
        visitor.join()
    assert failures == []
    assert archive.status().generation > 2 * ROUNDS


def test_what_is_new_is_found_without_a_restart(archive: KindSearch, address: str) -> None:
    client, other = Client(address), writer(archive)
    assert "Saxophones" not in _unmarked(client.ask(HUMMING))
    assert not [label for label in client.sessions() if "choir" in label]
    (archive.settings.corpus / "2024-03-choir.md").write_text(NEW_PACK.format(number=1), encoding="utf-8")
    other.ingest()
    assert "Saxophones" in _unmarked(client.ask(HUMMING))
    assert "A choir for the night shift (March 2024)" in client.sessions()
    other.remove("2024-03-choir.md")
    assert "Saxophones" not in _unmarked(client.ask(HUMMING))
    assert not [label for label in client.sessions() if "choir" in label]


@pytest.mark.parametrize(
    ("session", "said"),
    [
        ("2024-06-a-garden-for-staff", "A garden for staff"),
        ("2024-07-gone", "a session that is not in the archive (any more)"),
    ],
)
def test_what_was_chosen_before_a_restart_is_taken_after_it(address: str, session: str, said: str) -> None:
    """A page stays open meanwhile. The server has offered it nothing, and may not offer that session any more."""
    found = Client(address).ask("where do roses grow?", session)
    assert said in found.split('class="ks-narrowed"')[1].split("</p>")[0]


def test_a_passage_that_was_taken_out_is_explained(archive: KindSearch, address: str) -> None:
    client, other = Client(address), writer(archive)
    roses = archive.search("where do roses grow?")[0].passage
    assert json.loads(client.get(f"/source/{roses.id}"))["text"] == roses.text
    other.remove("2024-06-garden.md")
    with pytest.raises(HTTPError) as failed:
        client.get(f"/source/{roses.id}")
    assert json.loads(failed.value.read())["detail"].startswith("The archive holds no such passage (any more).")


def add_choir(archive: KindSearch) -> None:
    """A session of July 2024 comes in by another process, with a member who was not there before."""
    text = NEW_PACK.format(number=1).replace("March", "July")
    (archive.settings.corpus / "2024-07-choir.md").write_text(text, encoding="utf-8")
    writer(archive).ingest()


@pytest.fixture
def made(browser: Any, address: str) -> Iterator[Visit]:
    """A visitor of the tiny archive, of whose page nothing may be complained."""
    visitor = visit(browser, address)
    yield visitor
    visitor.page.context.close()
    assert visitor.complaints == []


def choose_choir(made: Visit) -> None:
    """Choose what came with the choir in every filter, and ask for it."""
    for label, option in CHOIR.items():
        made.choose(label, option)
    made.ask(HUMMING)
    assert made.tags() == list(CHOIR.values())
    assert "Saxophones hum" in made.page.locator(".ks-card").first.inner_text()


def test_the_filters_and_the_welcome_are_those_of_now(made: Visit, archive: KindSearch) -> None:
    assert made.page.locator(".ks-held").inner_text() == "3 sessions, May 2023 to June 2024"
    add_choir(archive)
    made.page.reload()
    made.page.locator(".ks-held", has_text="4 sessions, May 2023 to July 2024").wait_for()
    choose_choir(made)


def test_a_page_that_is_open_offers_what_is_new_with_the_next_question(made: Visit, archive: KindSearch) -> None:
    made.ask("does tea help at night?")
    add_choir(archive)
    made.ask("where do roses grow?")
    choose_choir(made)


def test_an_address_leads_to_a_new_session(made: Visit, archive: KindSearch, address: str) -> None:
    add_choir(archive)
    made.page.goto(f"{address}/?session=2024-07-a-choir-for-the-night-shift")
    made.page.locator("#ks-clear").wait_for()
    assert made.shows("Session").startswith("A choir for the night shift (July 2024)")
    made.ask(HUMMING)
    assert made.tags() == ["A choir for the night shift"]
