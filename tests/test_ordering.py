"""In which order hits come: by session, one of each session or voice first, as a reranker puts them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kindsearch import Filter, KindSearch
from kindsearch.ordering import RERANKED, by_session, reranked, spread
from kindsearch.questions import Known, understand
from kindsearch.rerankers import Scores
from kindsearch.retrieval import Found
from kindsearch.settings import MAX_K
from kindsearch.types import Hit, Kind, Passage, Session

Make = Callable[..., KindSearch]
Pack = Callable[..., str]
PassageOf = Callable[..., Passage]
NONE = np.empty((0, 0), dtype=np.float32)


@pytest.fixture
def hits(passage: PassageOf) -> Callable[..., list[Hit]]:
    """Hits of (session, score), best first."""

    def make(*scored: tuple[str, float]) -> list[Hit]:
        return [
            Hit(passage(id=f"{name}{number}", session=Session(name, name)), score, number + 1, 0.5)
            for number, (name, score) in enumerate(scored)
        ]

    return make


@pytest.fixture
def found(passage: PassageOf) -> Callable[..., list[Found]]:
    """What was found, of (session, person or nobody, score), in that order."""

    def make(*items: tuple[str, str, float]) -> list[Found]:
        made = []
        for number, (name, who, score) in enumerate(items):
            said = tuple(filter(None, [who]))
            hit = Hit(
                passage(f"{name} {who}", id=str(number), session=Session(name, name), speakers=said, people=said), score
            )
            made.append(Found(hit, lambda: (NONE, NONE), False, 0.0))
        return made

    return make


def ids(items: Sequence[Found]) -> list[str]:
    return [item.hit.passage.id for item in items]


# ---------------------------------------------------------------- by session


def test_by_session_is_the_best_of_each_with_the_next_two_speaking_for_it_by_half(
    hits: Callable[..., list[Hit]],
) -> None:
    found = hits(("a", 0.9), ("b", 0.8), ("b", 0.7), ("b", 0.6), ("b", 0.5), ("c", 0.2))
    grouped = by_session(found)
    assert [hit.passage.id for hit in grouped] == ["b1", "a0", "c5"]
    assert [hit.score for hit in grouped] == pytest.approx([0.8 + 0.7 / 2 + 0.6 / 4, 0.9, 0.2])
    assert [(hit.dense_rank, hit.dense_score) for hit in grouped] == [(2, 0.5), (1, 0.5), (6, 0.5)]
    assert by_session([]) == []


def test_sessions_for_which_as_much_speaks_come_in_the_order_of_their_ids(hits: Callable[..., list[Hit]]) -> None:
    assert [hit.passage.session.id for hit in by_session(hits(("b", 0.5), ("a", 0.5), ("c", 0.5)))] == ["a", "b", "c"]


TEA = ("Tea calms worried patients at night.", "Warm tea at night helps patients.", "Patients ask for tea at night.")


@pytest.fixture
def three_sessions(pack: Pack) -> dict[str, str]:
    """One that tells most of tea at night, though the best passage is of another."""
    return {
        "wards.md": pack("Wards", "May 2024", *((f"P{n} Q{n}", said) for n, said in enumerate(TEA))),
        "nights.md": pack("Nights", "June 2024", ("Bo Ek", "Tea at night?"), ("Cy Dee", "Roses grow on a wall.")),
        "lifts.md": pack("Lifts", "July 2024", ("Di Roe", "The lift is broken again.")),
    }


def test_a_search_by_session_gives_each_session_once(small_archive: Make, three_sessions: dict[str, str]) -> None:
    archive = small_archive(three_sessions)
    hits, sessions = archive.search("tea at night", k=100), archive.search("tea at night", by="session")
    assert hits[0].passage.session.title == "Nights"
    assert [hit.passage.session.title for hit in sessions] == ["Wards", "Nights", "Lifts"]
    for hit in sessions:
        best = next(other for other in hits if other.passage.session == hit.passage.session)
        assert (hit.passage, hit.matched) == (best.passage, best.matched)
    assert archive.search("tea at night", k=1, by="session") == sessions[:1]
    only = archive.search("tea at night", where=Filter(kind=Kind.CHAT, speaker="Bo"), by="session")
    assert [hit.passage.speakers for hit in only] == [("Bo Ek",)]


def test_a_session_with_more_to_say_than_is_looked_at_hides_no_other(small_archive: Make, pack: Pack) -> None:
    said = [(f"P{n} Q{n}", f"Tea at night number {n}, and kindness.") for n in range(MAX_K + 10)]
    packs = {"much.md": pack("Much", "May 2024", *said), "some.md": pack("Some", "June 2024", ("Bo Ek", "Tea warms."))}
    archive = small_archive(packs)
    assert {hit.passage.session.title for hit in archive.search("tea at night", k=100)} == {"Much"}
    assert [h.passage.session.title for h in archive.search("tea at night", 2, by="session")] == ["Much", "Some"]
    assert len(archive.search("tea at night", 9, by="session")) == 2


def test_by_session_on_the_command_line(
    run: Callable[..., Any], small_archive: Make, three_sessions: dict[str, str]
) -> None:
    index = small_archive(three_sessions).folder
    (record,) = run("search", "tea at night", "--by", "session", "--json", "--index", index).records
    assert [passage["session"]["title"] for passage in record["passages"]] == ["Wards", "Nights", "Lifts"]
    text = run("search", "tea at night", "--by", "session", "-k", "2", "--index", index).out
    assert re.findall(r"^ +(\d\. \w+), ", text, re.MULTILINE) == ["1. Wards", "2. Nights"]
    assert run("search", "tea", "--by", "person", "--index", index).status == 2


# ---------------------------------------------------------------- one of each first


def test_one_of_each_session_comes_forward_and_the_rest_keeps_its_order(found: Callable[..., list[Found]]) -> None:
    items = found(("a", "", 0.8), ("a", "", 0.79), ("b", "", 0.7), ("a", "", 0.69), ("b", "", 0.68), ("c", "", 0.61))
    assert ids(spread(items, by_person=False)) == ["0", "2", "5", "1", "3", "4"]
    assert spread([], by_person=False) == []


def test_what_is_much_weaker_than_the_best_does_not_come_forward(found: Callable[..., list[Found]]) -> None:
    items = found(("a", "", 0.8), ("a", "", 0.79), ("b", "", 0.59), ("a", "", 0.5), ("c", "", 0.4))
    assert ids(spread(items, by_person=False)) == ["0", "1", "2", "3", "4"]


def test_one_of_each_voice_comes_forward_where_people_are_asked_for(found: Callable[..., list[Found]]) -> None:
    items = found(("a", "Ann", 0.8), ("b", "Ann", 0.79), ("a", "Bo", 0.7), ("b", "Bo", 0.69), ("a", "", 0.68))
    assert ids(spread(items, by_person=True)) == ["0", "2", "4", "1", "3"]
    assert ids(spread(items, by_person=False)) == ["0", "1", "2", "3", "4"]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("tea that calms worried patients", ["Ann in Wards", "Ann in Wards", "Bo in Wards", "Ann in Nights"]),
        ("which sessions talked about tea that calms worried patients?", ["Ann in Wards", "Ann in Nights"]),
        ("who talked about tea that calms worried patients?", ["Ann in Wards", "Bo in Wards"]),
    ],
)
def test_a_question_to_the_whole_archive_brings_each_forward(
    small_archive: Make, pack: Pack, question: str, first: list[str]
) -> None:
    wards = [
        "Tea calms worried patients.",
        "Tea calms worried patients well.",
        "Tea calms worried patients there, too.",
    ]
    night = ("Ann", "Tea calms worried patients here, they say.")
    archive = small_archive({
        "wards.md": pack("Wards", "May 2024", *zip(("Ann", "Ann", "Bo"), wards, strict=True)),
        "nights.md": pack("Nights", "June 2024", night, ("Bo", "The lift is broken.")),
    })  # fmt: skip
    hits = archive.search(question)
    assert [f"{hit.passage.speakers[0]} in {hit.passage.session.title}" for hit in hits[: len(first)]] == first
    answer = archive.ask(question)
    assert answer.answered
    assert list(answer.hits) == hits
    assert len(hits) == archive.status().passages


# ---------------------------------------------------------------- a reranker


class ByLength:
    """Puts the shortest passage first, and remembers what it was asked."""

    name = "by length"

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[str]]] = []

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        """The shorter the better."""
        self.asked.append((question, list(texts)))
        return np.array([-len(text) for text in texts], dtype=np.float32)


def asked(text: str) -> Any:
    return understand(text, Known(), {"tea"}.__contains__)


def test_the_best_come_in_the_order_of_the_reranker_and_then_the_rest(found: Callable[..., list[Found]]) -> None:
    items = found(*((f"s{number:02}", "x" * (100 - number), 1 - number / 100) for number in range(RERANKED + 3)))
    reranker = ByLength()
    in_order = reranked(items, asked("does tea help?"), reranker)
    best = [str(number) for number in range(RERANKED)]
    assert ids(in_order) == [*best[::-1], *(str(RERANKED + number) for number in range(3))]
    assert reranker.asked == [("does tea help?", [item.hit.passage.text for item in items[:RERANKED]])]
    assert [item.hit for item in in_order[:RERANKED]] == [item.hit for item in items[:RERANKED][::-1]]


def test_what_it_likes_alike_stays_in_its_order(found: Callable[..., list[Found]]) -> None:
    items = found(("a", "Bo", 0.9), ("b", "Al", 0.8), ("c", "Cy", 0.7))
    assert ids(reranked(items, asked("tea"), ByLength())) == ["0", "1", "2"]


def test_there_is_nothing_to_order_in_one_passage(found: Callable[..., list[Found]]) -> None:
    reranker = ByLength()
    for items in ([], found(("a", "", 0.5))):
        assert reranked(items, asked("tea"), reranker) == items
    assert reranker.asked == []


def test_an_archive_orders_what_it_finds_with_the_reranker_of_its_settings(
    small_archive: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "does tea help worried patients at night?"
    plain = small_archive().search(question, k=100)
    made, reranker = list[tuple[str | None, Path]](), ByLength()

    def fake(model: str | None, cache: Path) -> ByLength:
        made.append((model, cache))
        return reranker

    monkeypatch.setattr("kindsearch.search.reranker_of", fake)
    archive = small_archive(reranker="a-model")
    assert made == [("a-model", archive.settings.cache)]
    assert reranker.asked == []
    hits = archive.search(question, k=100)
    assert reranker.asked == [(question, [hit.passage.text for hit in plain])]
    assert sorted(hit.passage.id for hit in hits) == sorted(hit.passage.id for hit in plain)
    lengths = [len(hit.passage.text) for hit in hits]
    assert lengths == sorted(lengths)
    assert lengths != [len(hit.passage.text) for hit in plain]
    assert [hit.passage.id for hit in archive.ask(question, k=2).hits] == [hit.passage.id for hit in hits[:2]]


def test_a_reranker_sees_no_more_than_what_a_filter_lets_through(
    small_archive: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    reranker = ByLength()
    monkeypatch.setattr("kindsearch.search.reranker_of", lambda *_: reranker)
    hits = small_archive(reranker="a-model").search("tea", where=Filter(speaker="Bo"))
    assert {hit.passage.speakers for hit in hits} == {("Bo Ek",)}
    assert reranker.asked[0][1] == sorted(
        reranker.asked[0][1], key=lambda text: text not in {h.passage.text for h in hits}
    )
    assert len(reranker.asked[0][1]) == len(hits) == 2


def test_without_a_setting_nothing_is_ordered_anew(small_archive: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    made = list[str | None]()
    monkeypatch.setattr("kindsearch.search.reranker_of", lambda model, _: made.append(model))
    scores = [hit.score for hit in small_archive().search("tea", k=100)]
    assert scores == sorted(scores, reverse=True)
    assert made == [None]


def test_by_session_keeps_the_order_of_a_reranker(
    small_archive: Make, three_sessions: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class LikesLifts(ByLength):
        def scores(self, question: str, texts: Sequence[str]) -> Scores:
            return super().scores(question, texts) + 1_000 * np.array(["lift is broken" in text for text in texts])

    monkeypatch.setattr("kindsearch.search.reranker_of", lambda *_: LikesLifts())
    archive = small_archive(three_sessions, reranker="a-model")
    by_passage = [hit.passage.session.title for hit in archive.search("tea at night", k=100)]
    sessions = [hit.passage.session.title for hit in archive.search("tea at night", by="session")]
    assert sessions == list(dict.fromkeys(by_passage))
    assert sessions[0] == "Lifts"
