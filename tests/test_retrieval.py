from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kindsearch import Filter, KindSearch
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.errors import BadRequest
from kindsearch.people import is_called
from kindsearch.retrieval import matched_words, meaning, rarity, share_covered
from kindsearch.stores import derived
from kindsearch.stores.catalog import Catalog
from kindsearch.types import Hit, Kind, PartialDate, Passage

Make = Callable[..., KindSearch]
QUESTION = "does tea help patients to rest in the garden?"


# ---------------------------------------------------------------- the parts of a score, by hand


def test_meaning_is_the_mean_of_the_whole_and_the_best_statement() -> None:
    question = np.array([1, 0], dtype=np.float32)
    vectors = np.array([[0.6, 0.8], [0.0, 1.0], [1.0, 0.0]], dtype=np.float32)
    assert meaning(question, vectors) == pytest.approx((0.6 + 1.0) / 2)
    assert meaning(question, vectors[:2]) == pytest.approx((0.6 + 0.0) / 2)
    assert meaning(question, vectors[:1]) == pytest.approx(0.6)
    assert meaning(question, -vectors[:2]) == pytest.approx(-0.3)


def test_the_share_covered_weighs_words() -> None:
    weights, coverage = np.array([3, 1], dtype=np.float32), np.array([1, 0.5], dtype=np.float32)
    assert share_covered(weights, coverage) == pytest.approx(3.5 / 4)
    assert share_covered(weights[:0], coverage[:0]) == 0


def test_rarity_is_the_inverse_document_frequency(small_archive: Make) -> None:
    archive = small_archive()
    catalog = Catalog.open(archive.folder)
    engines = derived.load(catalog)
    total = len(engines.keywords)
    holding = sum("tea" in f"{p.text} {p.context}".lower().split() for p in catalog.every_passage())
    catalog.close()
    assert rarity(engines, "unheard") == pytest.approx(math.log(1 + (total + 0.5) / 0.5))
    assert rarity(engines, "unheard") > rarity(engines, "violin") > rarity(engines, "tea")
    assert holding > 1


def test_matched_words_share_a_stem_and_stand_at_offsets_of_the_document(passage: Callable[..., Passage]) -> None:
    found = passage("We measured Göran’s measure.", start=100, end=128)
    spans = matched_words(found, ["measur", "goran"])
    assert [found.quote(*span) for span in spans] == ["measured", "Göran", "measure"]
    assert matched_words(found, []) == ()


# ---------------------------------------------------------------- hits


def test_hits_come_best_first_with_ranks_of_both_engines(small_archive: Make) -> None:
    hits = small_archive().search("does tea help?", k=100)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    for rank, score in [("dense_rank", "dense_score"), ("keyword_rank", "keyword_score")]:
        ranked = sorted((hit for hit in hits if getattr(hit, rank)), key=lambda hit: getattr(hit, rank))
        assert [getattr(hit, rank) for hit in ranked] == list(range(1, len(ranked) + 1))
        assert [getattr(h, score) for h in ranked] == sorted((getattr(h, score) for h in ranked), reverse=True)


def test_the_passage_that_says_it_comes_first(archive: KindSearch) -> None:
    hit = archive.search("can kindness be measured?", k=1)[0]
    assert (hit.passage.session.id, hit.passage.pages) == ("2024-01-18-kindness-in-education", (10, 10))


def test_matched_words_of_a_hit_are_words_of_the_question(archive: KindSearch) -> None:
    for hit in archive.search("how do we measure kindness?"):
        words = {hit.passage.quote(*span).lower() for span in hit.matched}
        assert all(word.startswith(("kind", "measur")) for word in words), words


def test_k_is_how_many_come_back(small_archive: Make) -> None:
    archive = small_archive()
    everything = [hit.passage.id for hit in archive.search(QUESTION, k=100)]
    assert len(everything) == len(set(everything)) == archive.status().passages
    for k in (1, 2, 5):
        assert [hit.passage.id for hit in archive.search(QUESTION, k=k)] == everything[:k]


def test_whom_the_question_names_goes_up(small_archive: Make, pack: Callable[..., str]) -> None:
    lines = [("Ann Lee", "Tea calms worried men."), ("Bo Ek", "Black tea with cold sweet lemon and milk.")]
    archive = small_archive({"tea.md": pack("Tea", "May 2024", *lines)})
    for asked, first in [
        ("what do you think of black tea?", "Bo Ek"),
        ("what does Ann think of black tea?", "Ann Lee"),
    ]:
        assert archive.search(asked)[0].passage.speakers == (first,)


def test_text_of_every_pack_goes_down(small_archive: Make, pack: Callable[..., str]) -> None:
    recurring = ("Cy Dee", "Conversations are held every month for everybody who cares for kindness.")
    packs = {f"{month}.md": pack(f"{month} talk", f"{month} 2024", recurring, ("Bo Ek", f"{month} is mine alone."))
             for month in ("May", "June")}  # fmt: skip
    found = small_archive(packs).search("conversations every month", k=100)
    shown = [hit for hit in found if hit.passage.text == recurring[1]]
    assert [(hit.passage.kind, str(hit.passage.session.date)) for hit in shown] == [(Kind.ABOUT, "2024-06")]


def speech(*turns: tuple[str, str]) -> str:
    """A transcript in WebVTT: a turn every ten seconds."""
    times = [f"00:{n // 6:02}:{n % 6}0.000 --> 00:{n // 6:02}:{n % 6}9.000" for n in range(len(turns))]
    cues = [f"{time}\n<v {who}>{words}\n" for time, (who, words) in zip(times, turns, strict=True)]
    return "\n".join(["WEBVTT\n", *cues])


def word(number: int) -> str:
    """A word of its own for each number: letters only."""
    return "w" + "".join("bcdfghjklm"[int(digit)] + "a" for digit in f"{number:04}")


TALK = [
    ("Ann Lee" if turn % 2 else "Bo Ek", " ".join(["So", *(word(20 * turn + n) for n in range(20))]) + ".")
    for turn in range(120)
]


def overlap(one: Passage, other: Passage) -> bool:
    return one.document_id == other.document_id and one.start < other.end and other.start < one.end


@pytest.mark.parametrize("candidates", [10, 100])
def test_no_two_hits_hold_the_same_words_and_k_come_back_all_the_same(small_archive: Make, candidates: int) -> None:
    archive = small_archive({"talk.vtt": speech(*TALK)}, candidates=candidates)
    passages = archive.status().passages
    assert passages > 20
    for question in ("so what?", f"{word(500)} and {word(620)}", f"so {word(30)}"):
        everything = [hit.passage for hit in archive.search(question, k=100)]
        assert [(a.id, b.id) for a in everything for b in everything if a.id < b.id and overlap(a, b)] == []
        assert passages / 3 <= len(everything) < passages
        assert len(archive.search(question, k=8)) == 8


@pytest.mark.parametrize("turn", [0, 30, 31, 32, 33, 34, 35, 119])
def test_the_window_that_holds_it_is_found_wherever_it_is_said(small_archive: Make, turn: int) -> None:
    archive = small_archive({"talk.vtt": speech(*TALK)}, encoder=HashingEncoder(1024))
    words = [word(20 * turn + n) for n in (3, 9, 15)]
    assert TALK[turn][1] in archive.search(" ".join(words), k=1)[0].passage.text


def test_speech_goes_down_beside_what_was_written_of_it(small_archive: Make, pack: Callable[..., str]) -> None:
    said = "We pour the tea before anybody has to ask for it."
    archive = small_archive({
        "pack.md": pack("Tea", "May 2024", ("Ann Lee", said)),
        "2024-05-tea.vtt": speech(("Ann Lee", said), ("Bo Ek", "And that is how the ward begins its day.")),
    })  # fmt: skip
    hits = archive.search("do we pour the tea before anybody has to ask?", k=2)
    assert [hit.passage.kind for hit in hits] == [Kind.CHAT, Kind.TRANSCRIPT]
    assert hits[0].score - hits[1].score > 0.1


def test_what_was_made_up_comes_after_what_is_real_and_says_so(small_archive: Make, pack: Callable[..., str]) -> None:
    """Where all is made up, nothing is changed by it."""
    sample = pack("Tea", "May 2024", ("Ann Lee", "We pour the tea before anybody asks for it."))
    real = pack("Walks", "June 2024", ("Bo Ek", "We pour the tea before a nurse asks for it."))
    question = "do you pour the tea before anybody asks for it?"
    archive = small_archive({"sample.md": sample, "real.md": real})
    first = archive.search(question)
    assert first[0].passage.source == "sample.md"
    notes = archive.settings.corpus / "sample.toml"
    notes.write_text("illustrative = true\n", encoding="utf-8")
    archive.ingest()
    hits = archive.search(question)
    assert hits[0].passage.source == "real.md"
    assert {hit.passage.source for hit in hits if hit.passage.is_illustrative} == {"sample.md"}
    (archive.settings.corpus / "real.toml").write_text("illustrative = true\n", encoding="utf-8")
    archive.ingest()
    assert [(hit.passage.id, hit.score) for hit in archive.search(question)] == [
        (hit.passage.id, hit.score) for hit in first
    ]


# ---------------------------------------------------------------- filters


def passes(hit: Hit, where: Filter) -> bool:
    """Whether a filter lets a hit through, said again in the plainest way."""
    passage, date = hit.passage, hit.passage.session.date
    assert date is not None
    return (
        where.session in (None, passage.session.id)
        and where.kind in (None, passage.kind)
        and (where.speaker is None or any(is_called(n, where.speaker) for n in (*passage.speakers, *passage.people)))
        and (where.since is None or date.last_day >= where.since.first_day)
        and (where.until is None or date.first_day <= where.until.last_day)
    )


FILTERS = [
    Filter(session="2024-01-18-tea-on-the-ward"),
    Filter(speaker="Ann"),
    Filter(speaker="goran"),
    Filter(since=PartialDate(2024)),
    Filter(since=PartialDate(2024, 6, 30)),
    Filter(until=PartialDate(2024, 1, 17)),
    Filter(until=PartialDate(2023, 5, 1)),
    Filter(kind=Kind.QUESTION_AND_ANSWER),
    Filter("2024-01-18-tea-on-the-ward", "Ann Lee", PartialDate(2024, 1), PartialDate(2024, 1, 18), Kind.CHAT),
]


@pytest.mark.parametrize("where", FILTERS, ids=str)
@pytest.mark.parametrize("k", [1, 2, 100])
def test_filtered_hits_are_those_of_everything_that_pass(small_archive: Make, where: Filter, k: int) -> None:
    archive = small_archive()
    expected = [(h.passage.id, h.score) for h in archive.search(QUESTION, k=100) if passes(h, where)]
    assert expected
    assert [(h.passage.id, h.score) for h in archive.search(QUESTION, k, where)] == expected[:k]


@pytest.mark.parametrize(
    "where",
    [
        Filter(speaker="Bob"),
        Filter(speaker=""),
        Filter(session="2024-01"),
        Filter(kind=Kind.TRANSCRIPT),
        Filter(since=PartialDate(2025)),
        Filter(speaker="Cy Dee", since=PartialDate(2024)),
        Filter(session="' OR 1=1 --"),
        Filter(speaker="%"),
    ],
    ids=str,
)
def test_a_filter_that_nothing_passes_gives_nothing(small_archive: Make, where: Filter) -> None:
    answer = small_archive().ask("does tea help?", where=where)
    assert (answer.answered, answer.citations, answer.hits, answer.confidence) == (False, (), (), 0.0)


def test_the_top_k_of_a_rare_voice_is_k_long(small_archive: Make, pack: Callable[..., str]) -> None:
    loud = [("Bo Ek", f"Tea number {n} is the best tea for all patients.") for n in range(150)]
    rare = [("Ann Lee", f"Wall {n} is painted grey while the cook of this ward makes tea.") for n in range(14)]
    archive = small_archive({"tea.md": pack("Tea", "May 2024", *loud, *rare)}, candidates=10)
    for where in (Filter(speaker="Ann Lee"), Filter(speaker="ann", kind=Kind.CHAT, since=PartialDate(2024, 5, 31))):
        hits = archive.search("which tea is the best for patients?", 14, where)
        assert [hit.passage.speakers for hit in hits] == [("Ann Lee",)] * 14
        for ranks in ([hit.dense_rank for hit in hits], [hit.keyword_rank for hit in hits]):  # each engine found all
            assert sorted(rank or 0 for rank in ranks) == list(range(1, 15))


def test_a_filter_holds_with_the_real_model(archive: KindSearch) -> None:
    everything = archive.search("what is kindness?", k=100)
    where = Filter(speaker="Hamish")
    hits = archive.search("what is kindness?", 5, where)
    assert len(hits) == 5
    assert all(passes(hit, where) for hit in hits)
    heard = [hit.passage.id for hit in everything if passes(hit, where)][:5]
    assert [hit.passage.id for hit in hits][: len(heard)] == heard


# ---------------------------------------------------------------- a question is text, nothing else

SYNTAX = [
    "tea AND (", "AND OR NOT", "text:tea", '"tea', "tea~2^9", "[a TO b]", "+tea -ward", "* ?", "\\", "/tea.*/", "row:1",
    "'; DROP TABLE passages; --", '" OR ""="', "%s %d {0} ${x}", "tea\0ward", "\u202etea", "🫖", "ＴＥＡ", "ﬁ", "İ",
    "\udcff tea", "in 9999-99", "on 31 February 2024", "since 0000", "१८ January २०२४",
]  # fmt: skip


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> list[KindSearch]:
    """Room for one archive that all examples share."""
    return []


@pytest.mark.parametrize("text", SYNTAX)
def test_no_syntax_means_anything(small_archive: Make, text: str) -> None:
    archive = small_archive()
    assert archive.search(text, k=3)
    assert archive.search(f"tea {text}", k=3)
    assert archive.status().passages == len(archive.search("tea", k=100))


@given(
    st.text(max_size=100) | st.lists(st.sampled_from([*SYNTAX, "Ann", "tea", "in June 2024"]), max_size=6).map(" ".join)
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_answered_or_a_bad_request(small_archive: Make, once: list[KindSearch], text: str) -> None:
    if not once:
        once.append(small_archive())
    try:
        answer = once[0].ask(text)
    except BadRequest:
        assert not text.strip()
    else:
        assert answer.question == " ".join(text.replace("\udcff", "\ufffd").split())
        assert 0 <= answer.confidence <= 1


@given(st.text(max_size=40), st.text(max_size=40))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_any_text_can_be_a_filter(small_archive: Make, once: list[KindSearch], speaker: str, session: str) -> None:
    if not once:
        once.append(small_archive())
    for hit in once[0].search("tea", where=Filter(speaker=speaker)):
        assert any(is_called(name, speaker) for name in hit.passage.people)
    assert not once[0].search("tea", where=Filter(session=session))
