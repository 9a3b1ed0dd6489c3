from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from kindsearch import KindSearch
from kindsearch.browsing import Topics
from kindsearch.browsing.standing_out import FEW_SESSIONS, told

Make = Callable[..., KindSearch]
Pack = Callable[..., str]

TEA = [
    "Green tea calms the ward at dusk.",
    "We brewed green tea for the porters.",
    "Nobody refuses green tea from a friend.",
    "Ann Lee brought green tea and a blanket.",
    "Without green tea no shift ends.",
    "The kettle sings before green tea does.",
]
ROSES = [
    "Roses climb the garden wall.",
    "The garden needs a gardener, and roses need pruning.",
    "A rose in the garden is worth a pill.",
    "Ann Lee waters roses in the garden.",
    "Snow lies on roses and on the garden.",
    "Whoever owns a garden owns roses.",
]
OTHERS = [  # enough of other words for these to stand out
    "Trains leave from platforms that passengers seldom notice.",
    "A violin under the staircase waits for somebody with patience.",
    "Maps of the coast show lighthouses, harbours and sandbanks.",
    "Bread rises overnight while bakers sleep beside their ovens.",
    "Clouds over mountains promise thunder to shepherds and sheep.",
    "Painters mix colours until yellow becomes orange, and orange red.",
]


def said(lines: list[str]) -> list[tuple[str, str]]:
    return [(f"Member {number}", line) for number, line in enumerate(lines)]


def each(lines: list[str], month: str) -> list[str]:
    """The lines, told apart by a month: what recurs word for word is shown once."""
    return [f"{line} So in {month}, number {number}." for number, line in enumerate(lines)]


@pytest.fixture
def two_sessions(small_archive: Make, pack: Pack) -> KindSearch:
    return small_archive({
        "tea.md": pack("An evening in May", "May 2024", *said(TEA)),
        "roses.md": pack("An evening in June", "June 2025", *said(ROSES)),
        "others.md": pack("An evening in July", "July 2026", *said(OTHERS)),
    })  # fmt: skip


def themes(archive: KindSearch, session_id: str) -> list[tuple[str, int]]:
    return [(theme.words, theme.passages) for theme in archive.browsing.themes([session_id])[session_id]]


def lines(topics: Topics) -> dict[str, list[tuple[str, tuple[int, ...]]]]:
    return {
        period.name: [(topic.words, topic.passages) for topic in own]
        for period, own in zip(topics.periods, topics.standing_out, strict=True)
    }


def test_a_session_is_told_by_what_is_said_there_and_not_elsewhere(two_sessions: KindSearch) -> None:
    assert themes(two_sessions, "2024-05-an-evening-in-may") == [("green tea", 6)]
    assert themes(two_sessions, "2025-06-an-evening-in-june") == [("garden", 6), ("roses", 6)]


def test_names_of_people_are_no_topic(small_archive: Make, pack: Pack) -> None:
    lines = [
        "Rose Ek eats soup with bread.",
        "On Mondays Rose Ek cooks soup for porters.",
        "Soup tastes of leeks, says Rose Ek.",
        "Nobody is too tired for soup by Rose Ek.",
    ]
    archive = small_archive({
        "soup.md": pack("Soup", "May 2024", *(("Rose Ek", line) for line in lines)),
        "others.md": pack("Tea", "June 2024", *said([*TEA, *OTHERS])),
    })  # fmt: skip
    assert themes(archive, "2024-05-soup") == [("soup", 4)]


SPELLED = [
    "Wellbeing needs butter.",
    "On Mondays well-being means soup.",
    "Our well‑being and rye-bread.",
    "Nobody eats rye-bread.",
    "Bo Ek asked for rye-bread.",
    "Leeks for wellbeing.",
]


def test_a_word_is_counted_in_each_spelling_and_shown_as_it_is_written_solid(small_archive: Make, pack: Pack) -> None:
    """Written with a hyphen only, its parts stand out."""
    archive = small_archive({
        "soup.md": pack("Evening", "May 2024", *said(SPELLED)),
        "others.md": pack("Tea", "June 2024", *said([*TEA, *OTHERS])),
    })  # fmt: skip
    assert themes(archive, "2024-05-evening") == [("Wellbeing", 4), ("rye-bread", 3)]
    assert [topic for topic, _ in lines(archive.browsing.topics())["Evening"]] == ["Wellbeing", "rye-bread"]


def test_what_a_title_names_comes_first(small_archive: Make, pack: Pack) -> None:
    titled = pack("An evening in the garden", "May 2024", *said([f"{line} Roses, roses!" for line in ROSES]))
    plain = titled.replace("the garden\n", "the open\n", 1)
    for text, session, found in (
        (titled, "2024-05-an-evening-in-the-garden", ["garden", "roses"]),
        (plain, "2024-05-an-evening-in-the-open", ["roses", "garden"]),
    ):
        archive = small_archive({"roses.md": text, "others.md": pack("Tea", "June 2024", *said([*TEA, *OTHERS]))})
        assert [words for words, _ in themes(archive, session)] == found


def test_an_archive_of_nothing_has_no_topics(small_archive: Make) -> None:
    assert small_archive({}).browsing.topics() == Topics()


def test_a_single_session_is_told_by_what_is_said_most(small_archive: Make, pack: Pack) -> None:
    topics = small_archive({"roses.md": pack("Evening", "May 2024", *said(ROSES))}).browsing.topics()
    assert {words for words, _ in lines(topics)["Evening"]} == {"garden", "roses"}


def test_few_sessions_stand_beside_one_another_oldest_first(two_sessions: KindSearch) -> None:
    topics = two_sessions.browsing.topics()
    assert topics.by_session
    assert [period.session_ids for period in topics.periods] == [
        ("2024-05-an-evening-in-may",),
        ("2025-06-an-evening-in-june",),
        ("2026-07-an-evening-in-july",),
    ]
    assert [period.passages for period in topics.periods] == [6, 6, 6]
    assert lines(topics) == {
        "An evening in May": [("green tea", (6, 0, 0))],
        "An evening in June": [("garden", (0, 6, 0)), ("roses", (0, 6, 0))],
        "An evening in July": [],
    }


def test_many_sessions_are_put_together_by_year(small_archive: Make, pack: Pack) -> None:
    months = ["January", "March", "May", "June", "July", "August", "October"]
    packs = {
        f"{year}-{month}.md": pack(f"Evening {year} {month}", f"{month} {year}", *said(each(words, month)))
        for year, words in (("2023", TEA), ("2024", ROSES))
        for month in months
    }
    kites = [f"Kites fly over {place} when the wind turns." for place in ("roofs", "fields", "rivers", "towers")]
    packs["undated.md"] = pack("Without", "", *said([*kites, *OTHERS]))
    archive = small_archive(packs)
    assert len(packs) > FEW_SESSIONS
    topics = archive.browsing.topics()
    assert not topics.by_session
    assert [period.name for period in topics.periods] == ["2023", "2024", "Without a date"]
    assert [len(period.session_ids) for period in topics.periods] == [7, 7, 1]
    found = lines(topics)
    assert found["2023"][0] == ("green tea", (42, 0, 0))
    assert {("garden", (0, 42, 0)), ("roses", (0, 42, 0))} <= set(found["2024"])
    assert ("Kites fly", (0, 0, 4)) in found["Without a date"]


def test_the_measure_is_that_of_two_corpora() -> None:
    counts = np.array([[10, 90, 0], [0, 890, 10], [0, 10, 0]])
    telling = told(counts)
    assert telling[0, 0] == pytest.approx(46.1, abs=0.5)
    assert (telling[0, 1], telling[1, 0], telling[0, 2]) == (0, 0, 0)


def test_themes_follow_a_change(two_sessions: KindSearch, pack: Pack) -> None:
    before = themes(two_sessions, "2024-05-an-evening-in-may")
    text = pack("An evening in May", "May 2024", *said(ROSES))
    (two_sessions.settings.corpus / "tea.md").write_text(text, encoding="utf-8")
    two_sessions.ingest()
    assert themes(two_sessions, "2024-05-an-evening-in-may") != before
