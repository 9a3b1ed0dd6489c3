from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_packs import CountingEncoder

from kindsearch import Filter, KindSearch, retrieval
from kindsearch.answering import NOTHING_LEFT
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.errors import BadRequest, NotInArchive
from kindsearch.people import is_called
from kindsearch.questions import Known, understand
from kindsearch.retrieval import (
    ACCOUNT_FACTOR,
    AROUND,
    AROUND_MEANING,
    AROUND_USED,
    COVERED_WEIGHT,
    HEARD_WEIGHT,
    SHARE_WEIGHT,
    SPEECH_WEIGHT,
    USED_WEIGHT,
    WINDOW_LENGTH,
    WORDS_WEIGHT,
    Encoded,
    ahead,
    encode,
    rarity,
    retrieve,
    share_covered,
    weigh,
)
from kindsearch.stores import derived
from kindsearch.stores.arrays import Ranges
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.columns import Columns
from kindsearch.stores.derived import Engines
from kindsearch.stores.keywords import KeywordIndex
from kindsearch.stores.statements import Statements
from kindsearch.stores.vectors import NOBODY, Embedded, VectorIndex
from kindsearch.stores.words import Alike, WordIndex, words_in
from kindsearch.stretches import ACCOUNT, FACT
from kindsearch.threads import beside
from kindsearch.types import Hit, Kind, PartialDate, Passage, Session

Make = Callable[..., KindSearch]
QUESTION = "does tea help patients to rest in the garden?"


# ---------------------------------------------------------------- the parts of a score, by hand


@dataclass(frozen=True)
class Row:
    """A passage as the engines know it: the run of speech it is in, its vectors, words and voices.

    Of what was written the vector of the whole stands first; of speech there is none.
    """

    run: str | None
    vectors: Sequence[tuple[float, float]] = ((0, 1),)  # like nothing that is asked
    words: str = ""
    voices: Sequence[str] = ()


OTHERS = [" other" * (int(WINDOW_LENGTH) - words) for words in range(3)]  # make so many words a window of usual length
NEAR = 2e-5  # what vectors are rounded to changes no cosine by more
ARCHIVE = ["other", "tea", "walk"]
THEIR_VECTORS = np.eye(3, dtype=np.float32)
WORDS = WordIndex.none(3).changed(np.zeros(0, dtype=np.bool_), ARCHIVE, THEIR_VECTORS, [])
# Two words: "tea", which counts three times as much as "walk".
ASKED = Encoded(
    beside(lambda: np.array([[1, 0]], np.float32)),
    WORDS.alike([("tea",), ("walk",)], {}),
    np.array([3, 1], dtype=np.float32),
)


def scores(
    of: Mapping[int, Row],
    asked: Sequence[int] | None = None,
    encoded: Encoded = ASKED,
    people: frozenset[str] = frozenset(),
    account: bool = False,
) -> list[float]:
    """What ``weigh`` makes of passages, of all or of those asked for."""
    names = sorted({voice for row in of.values() for voice in row.voices})
    number_of = {name: number for number, name in enumerate(names)}
    position = {number: at for at, number in enumerate(of)}
    ends = np.cumsum([len(row.vectors) for row in of.values()])
    voices = [
        number_of.get(who, NOBODY)
        for row in of.values()
        for who in ([""] * (row.run is None) + list(row.voices) + [""] * len(row.vectors))[: len(row.vectors)]
    ]
    embedded = Embedded.of(
        np.array([vector for row in of.values() for vector in row.vectors], np.float32),
        np.array(voices, np.int32),
        Ranges(ends - [len(row.vectors) for row in of.values()], ends),
        np.array([row.run is None for row in of.values()]),
    )
    places = [(row.run or "", Kind.CHAT if row.run is None else Kind.TRANSCRIPT) for row in of.values()]
    session = Session("s1", "Tea")
    passages = [Passage("p", "d1", "d", session, 0, 0, "", kind, section, ()) for section, kind in places]
    bags = WordIndex.bags_of(ARCHIVE, [(row.words.split(), []) for row in of.values()])
    engines = Engines(
        columns=Columns.of(range(1, len(of) + 1), passages, (), tuple((session.id, name) for name in names)),
        statements=cast(Statements, None),  # they tell what is read as one; they do not weigh
        vectors=VectorIndex.build(embedded),
        words=WORDS.changed(np.zeros(0, dtype=np.bool_), ARCHIVE, THEIR_VECTORS, [bags]),
        keywords=cast(KeywordIndex, None),  # it proposes; it does not weigh
        generation=1,
        persons=tuple(names),
        people=(),
        sessions=(),
    )
    question = replace(understand("tea?", Known(), lambda _: True), people=people, wants_account=account)
    positions = np.array([position[number] for number in asked or of], dtype=np.int64)
    evidence = weigh(question, encoded, engines, positions)
    return (evidence.scores - evidence.gained).tolist()  # of what kind it is, and of whom, is another matter


def test_what_was_written_is_weighed_by_its_whole_its_best_statement_and_the_words_it_covers() -> None:
    vectors = [(0.6, 0.8), (0.0, 1.0), (1.0, 0.0)]
    of = {
        1: Row(None, vectors),
        2: Row(None, vectors[:2]),
        3: Row(None, vectors[:1]),
        4: Row(None, [(-0.6, -0.8), (0.0, -1.0)]),
        5: Row(None, vectors, "tea tea tea other"),
        6: Row(None, vectors, "walk tea"),
    }
    meaning = [(0.6 + 1.0) / 2, (0.6 + 0.0) / 2, 0.6, -0.3, 0.8, 0.8]
    covered = [0, 0, 0, 0, 3 / 4, 1]  # however often
    expected = [of_meaning + WORDS_WEIGHT * share for of_meaning, share in zip(meaning, covered, strict=True)]
    assert scores(of) == pytest.approx(expected, abs=NEAR)
    assert scores(of, [2, 5]) == pytest.approx([expected[1], expected[4]], abs=NEAR)


def used(times: int, length: float = WINDOW_LENGTH, k1: float = 1.2, b: float = 0.75) -> float:
    """BM25 of a word of weight 1 in a text, as its authors write it."""
    return times * (k1 + 1) / (times + k1 * (1 - b + b * length / WINDOW_LENGTH))


@pytest.mark.parametrize(
    ("words", "covered", "of_use"),
    [
        ("tea" + OTHERS[1], 3 / 4, 3 / 4),
        ("tea tea" + OTHERS[2], 3 / 4, 3 / 4 * used(2)),
        ("walk tea" + OTHERS[2], 1, 1),
        ("tea" + OTHERS[1] + OTHERS[0], 3 / 4, 3 / 4 * used(1, 2 * WINDOW_LENGTH)),
        ("tea", 3 / 4, 3 / 4 * used(1, 1)),
        (OTHERS[0], 0, 0),
        ("", 0, 0),
    ],
)
def test_a_window_alone_is_weighed_by_its_best_statement_the_words_it_covers_and_how_often_it_uses_them(
    words: str, covered: float, of_use: float
) -> None:
    of = {1: Row("", [(0.0, 1.0), (0.6, 0.8)], words)}
    own = HEARD_WEIGHT * 0.6 + COVERED_WEIGHT * covered + USED_WEIGHT * of_use
    around = AROUND_USED * of_use + AROUND_MEANING * 0.6
    assert scores(of) == pytest.approx([own + around], abs=NEAR)
    assert scores(of, account=True) == pytest.approx([own + ACCOUNT_FACTOR * around], abs=NEAR)


def test_what_stands_around_a_window_counts_the_nearer_the_more_and_whether_it_was_proposed_or_not() -> None:
    """Of windows that are alike the one is raised that stands where the matter is spoken of."""
    topic = Row("a", words="tea" + OTHERS[1])
    of = {10: Row("a"), 11: Row("a"), 12: topic, 20: Row("b"), 21: Row("b"), 30: Row(None)}
    about = AROUND_USED * 3 / 4
    expected = {10: about * 7 / (9 + 8 + 7), 11: about * 8 / (8 + 9 + 8), 20: 0, 21: 0, 30: 0}
    found = dict(zip(of, scores(of), strict=True))
    assert {row: found[row] for row in expected} == pytest.approx(expected, abs=NEAR)
    assert scores(of, [10, 20]) == pytest.approx([expected[10], 0], abs=NEAR)
    assert scores(of, [11], account=True) == pytest.approx([ACCOUNT_FACTOR * expected[11]], abs=NEAR)
    near = {10: Row("a"), 12: Row("a", [(0.5, 0.75**0.5)])}
    assert scores(near, [10]) == pytest.approx([AROUND_MEANING * 0.5 * 8 / 17], abs=NEAR)


def test_windows_further_away_than_the_reach_and_those_of_other_runs_do_not_count() -> None:
    of = {number: Row("a") for number in range(1, AROUND + 3)} | {AROUND + 3: Row("b", words="tea")}
    far = AROUND + 2
    of[far] = Row("a", words="tea" + OTHERS[1])
    found = scores(of)
    assert found[0] == 0 < found[1] < found[far - 2]
    assert scores({1: Row("a"), 2: Row("b", words="tea")}, [1]) == [0]


def test_of_those_who_are_asked_for_it_counts_what_they_say_and_how_much() -> None:
    vectors = [(0.8, 0.6), (0.6, 0.8)]
    of = {
        1: Row("a", vectors, voices=("Ann", "Bo")),
        2: Row("b", vectors, voices=("Bo", "Ann")),
        3: Row("c", vectors, voices=("Bo", "Bo")),
        4: Row("d", vectors, voices=("Ann", "Ann")),
    }
    around = AROUND_MEANING * 0.8  # whoever says it
    assert scores(of) == pytest.approx([HEARD_WEIGHT * 0.8 + around] * 4, abs=NEAR)
    heard, share = (0.8, 0.6, 0, 0.8), (0.5, 0.5, 0, 1)
    expected = [HEARD_WEIGHT * h + SHARE_WEIGHT * s + around for h, s in zip(heard, share, strict=True)]
    assert scores(of, people=frozenset({"Ann"})) == pytest.approx(expected, abs=NEAR)


def test_a_question_without_words_is_weighed_by_meaning_alone_and_nothing_is_weighed_as_nothing() -> None:
    wordless = Encoded(ASKED.encoding, Alike.of([], len(ARCHIVE)), ASKED.weights[:0])
    of = {1: Row(None, [(0.6, 0.8)], "tea"), 2: Row("", [(0.6, 0.8)], "tea")}
    assert scores(of, encoded=wordless) == pytest.approx([0.6, (HEARD_WEIGHT + AROUND_MEANING) * 0.6], abs=NEAR)
    assert scores({1: Row(None)}, [1]) == [0]


def test_the_share_covered_weighs_words() -> None:
    weights, coverage = np.array([3, 1], dtype=np.float32), np.array([1, 0.5], dtype=np.float32)
    assert share_covered(weights, coverage) == pytest.approx(3.5 / 4)
    assert share_covered(weights[:0], coverage[:0]) == 0


def test_rarity_is_the_inverse_document_frequency() -> None:
    assert rarity(20, 0) == pytest.approx(math.log(1 + 20.5 / 0.5))
    assert rarity(20, 4) == pytest.approx(math.log(1 + 16.5 / 4.5))
    assert rarity(20, 0) > rarity(20, 1) > rarity(20, 19) > rarity(20, 20) > 0
    assert rarity(0, 0) > 0


@pytest.mark.parametrize(
    ("text", "encoded_too"),
    [
        ("does tea help?", set()),
        ("does physiotherapy help?", {"physiotherapy"}),
        ("what did tea cost in 1987?", {"cost"}),  # a number is like itself only: 1987 is not nearly 1988
        ("how long is a garden's day?", {"long", "day"}),  # the owner is known
        ("is it the physiotherapist's tea?", {"physiotherapist"}),
        ("who has tea to give away?", {"give", "away", "give away"}),
    ],
)
def test_beside_the_question_those_of_its_words_are_encoded_that_the_archive_does_not_know(
    small_archive: Make, counting_encoder: CountingEncoder, text: str, encoded_too: set[str]
) -> None:
    catalog = Catalog.open(small_archive().folder)
    engines = derived.load(catalog)
    catalog.close()
    question = understand(text, Known(), engines.words.__contains__)
    assert len(encode(question, counting_encoder, engines).vector)
    assert set(counting_encoder.texts) - {question.matched_text} == encoded_too


@pytest.mark.parametrize(
    ("begun", "is_encoded_again"), [("who has tea to give away?", False), ("tea to give away", True), (None, True)]
)
def test_the_question_is_encoded_unless_that_has_begun(
    small_archive: Make, counting_encoder: CountingEncoder, begun: str | None, is_encoded_again: bool
) -> None:
    catalog = Catalog.open(small_archive().folder)
    engines = derived.load(catalog)
    catalog.close()
    question = understand("who has tea to give away?", Known(), engines.words.__contains__)
    started = ahead(begun, HashingEncoder()) if begun else None
    encoded = encode(question, counting_encoder, engines, begun=started)
    np.testing.assert_array_equal(encoded.vector, HashingEncoder().encode([question.matched_text])[0])
    assert (question.matched_text in counting_encoder.texts) == is_encoded_again


def test_what_is_rare_is_told_by_the_passages_that_are_searched(small_archive: Make) -> None:
    """Of all passages, or of those that a filter leaves."""
    encoder = HashingEncoder(1024)
    archive = small_archive(encoder=encoder)
    catalog = Catalog.open(archive.folder)
    engines = derived.load(catalog)
    question = understand("does the garden have tea?", Known(), engines.words.__contains__)
    rows = engines.columns.rows.tolist()
    passages = catalog.passages(rows)
    texts = [set(words_in(passages[row].text)) for row in rows]
    some = {title: [at for at, row in enumerate(rows) if passages[row].session.title == title]
            for title in ("Tea on the ward", "A garden for staff")}  # fmt: skip
    everywhere = encode(question, encoder, engines).weights
    among = {title: encode(question, encoder, engines, np.array(those)).weights for title, those in some.items()}
    catalog.close()
    assert question.words == ("garden", "tea")
    for title, those in some.items():
        holding = [sum(word in texts[at] for at in those) for word in question.words]
        assert among[title] == pytest.approx([rarity(len(those), count) for count in holding], rel=1e-6)
    assert everywhere == pytest.approx(
        [rarity(len(texts), engines.keywords.frequency(word)) for word in question.words], rel=1e-6
    )
    ward, garden = among["Tea on the ward"], among["A garden for staff"]
    assert ward[0] > ward[1]  # where all speak of tea, "garden" tells more
    assert garden[1] > garden[0]


def test_a_search_with_a_filter_tells_by_what_it_searches_what_is_rare(
    small_archive: Make, pack: Callable[..., str]
) -> None:
    tea = [("Bo Ek", f"Tea for guest {word(n)} of ours.") for n in range(30)]
    garden = [("Bo Ek", f"Our garden has row {word(n)} as well.") for n in range(30)]
    both = [("Ann Lee", "Tea is something for Cy."), ("Ann Lee", "Garden is something for Cy.")]
    archive = small_archive({
        "tea.md": pack("Cups", "May 2024", *tea, *both),
        "garden.md": pack("Spades", "June 2024", *garden, *((who, text.replace("Cy", "Dee")) for who, text in both)),
    })  # fmt: skip
    for session, rare in [("2024-05-cups", "Garden"), ("2024-06-spades", "Tea")]:
        everything = archive.search("garden tea", 100, Filter(session=session))
        assert next(hit for hit in everything if "something" in hit.passage.text).passage.text.startswith(rare)


# ---------------------------------------------------------------- one word in several spellings

SPELLINGS = [
    ("wellbeing", "well-being"),
    ("well-being", "wellbeing"),
    ("well being", "well-being"),
    ("well being", "wellbeing"),
    ("Well-Being", "well‑being"),
    ("burnout", "burn-out"),
    ("burn-out", "burnout"),
    ("burn out", "burn-out"),
    ("co-design", "codesign"),
    ("codesigned", "co-designing"),
    ("co-design", "co-design"),
    ("healthcare", "health-care"),
    ("health-care", "healthcare"),
    ("health care", "healthcare"),
    ("checkin", "check-ins"),
    ("check-ins", "checkin"),
    ("check-ins", "check-in"),
    ("check in", "check-in"),
    ("emails", "e-mail"),
    ("re-entry", "reentry"),
    ("covid19", "Covid-19"),
]


@pytest.mark.parametrize(
    ("asked", "written", "literal"),
    [(*pair, literal) for pair in SPELLINGS for literal in (False, True) if not (literal and " " in pair[0])],
)
def test_one_word_is_found_covered_counted_and_marked_in_each_spelling(
    small_archive: Make, pack: Callable[..., str], asked: str, written: str, literal: bool
) -> None:
    lines = [("Ann Lee", f"Our {written} matters."), ("Bo Ek", "Roses and tea matter."), ("Bo Ek", "Songs matter.")]
    encoder = HashingEncoder(1024)
    archive = small_archive({"one.md": pack("Evening", "May 2024", *lines)}, encoder)
    hit = archive.search(asked, k=1, literal=literal)[0]
    assert f"Our {written} matters" in hit.passage.text
    assert hit.keyword_rank == 1
    assert written in [hit.passage.quote(*span) for span in hit.matched]

    catalog = Catalog.open(archive.folder)
    engines = derived.load(catalog)
    passages = catalog.passages(engines.columns.rows.tolist())
    catalog.close()
    question = understand(asked, Known(), engines.words.__contains__, literal=literal)
    encoded = encode(question, encoder, engines)
    coverage = engines.words.coverage(encoded.alike, np.arange(len(passages)))
    held = [written in passage.text for passage in passages.values()]
    assert np.flatnonzero(share_covered(encoded.weights, coverage) > 0.999).tolist() == np.flatnonzero(held).tolist()
    of_text = engines.words.coverage_of_text(encoded.alike, f"Our {written} matters.")
    assert share_covered(encoded.weights, of_text) == pytest.approx(1)
    whole = question.words.index(question.phrases[0])
    assert engines.words.uses(encoded.alike, np.arange(len(passages)))[whole].tolist() == held


def test_a_hyphenated_word_of_a_question_counts_once(small_archive: Make, pack: Callable[..., str]) -> None:
    """As much as the rarer of the whole and its parts together; and where nobody writes it so, as its parts."""
    lines = [
        ("Ann Lee", "Our co-design, designed well."),
        ("Bo Ek", "We design tea."),
        ("Bo Ek", "Our well-being is well."),
    ]
    encoder = HashingEncoder(1024)
    archive = small_archive({"one.md": pack("Evening", "May 2024", *lines)}, encoder)
    catalog = Catalog.open(archive.folder)
    engines = derived.load(catalog)
    catalog.close()

    def weights(text: str) -> dict[str, float]:
        question = understand(text, Known(), engines.words.__contains__)
        return dict(zip(question.words, encode(question, encoder, engines).weights.tolist(), strict=True))

    alone = {word: weights(word)[word] for word in ("codesign", "co", "design", "wellbeing", "well", "tea")}
    for whole, *parts in (("codesign", "co", "design"), ("wellbeing", "well")):
        asked = weights({"codesign": "co-design", "wellbeing": "well-being"}[whole])
        assert {part: asked[part] for part in parts} == {part: alone[part] for part in parts}
        assert sum(asked.values()) == pytest.approx(max(alone[whole], sum(alone[part] for part in parts)), rel=1e-6)
    assert weights("well-being")["wellbeing"] > 0
    assert weights("tea-well") == {"teawell": 0, "tea": alone["tea"], "well": alone["well"]}


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
    for turn in range(240)
]


def overlap(one: Passage, other: Passage) -> bool:
    return one.document_id == other.document_id and one.start < other.end and other.start < one.end


@pytest.mark.parametrize("candidates", [10, 100])
def test_no_two_hits_hold_the_same_words_and_k_come_back_all_the_same(small_archive: Make, candidates: int) -> None:
    archive = small_archive({"talk.vtt": speech(*TALK)}, candidates=candidates)
    passages, words = archive.status().passages, sum(len(text.split()) for _, text in TALK)
    assert passages > 20
    for question, more_than, most in (
        (f"{word(500)} and {word(620)}", FACT.words / 2, FACT.words),
        (f"what did they say about {word(30)}", FACT.words, ACCOUNT.words),
    ):
        everything = [hit.passage for hit in archive.search(question, k=100)]
        assert [(a.id, b.id) for a in everything for b in everything if a.id < b.id and overlap(a, b)] == []
        assert words / most <= len(everything) < passages
        assert more_than < max(len(passage.text.split()) for passage in everything) <= most
        assert len(archive.search(question, k=8)) == 8


def test_no_two_hits_hold_the_same_words_of_speech_that_recurs_in_two_sessions(small_archive: Make) -> None:
    opening = [(TALK[turn + 1][0], " ".join(["Welcome", *(word(30 * turn + n) for n in range(28))]) + ".")
               for turn in range(3)]  # fmt: skip
    talks = {f"2024-0{month}-02-tea-{month}.vtt": TALK[10 * month : 10 * month + 5] for month in (5, 6)}
    archive = small_archive({name: speech(*opening, *turns) for name, turns in talks.items()})
    everything = [hit.passage for hit in archive.search("welcome", k=100)]
    assert len({passage.source for passage in everything}) == 2
    assert [(a.id, b.id) for a in everything for b in everything if a.id < b.id and overlap(a, b)] == []


@pytest.mark.parametrize("asked", [f"{word(500)} and {word(620)}", f"what did they say about {word(30)}"])
@pytest.mark.parametrize("sessions", [1, 3])  # in several of them the same is said, and is found once
def test_the_first_of_many_are_the_first_of_all(small_archive: Make, sessions: int, asked: str) -> None:
    archive = small_archive(
        {f"2024-0{month}-02-tea.vtt": speech(*TALK[: 230 + month]) for month in range(1, sessions + 1)}
    )
    catalog = Catalog.open(archive.folder)
    with catalog.reading():
        engines = derived.load(catalog)
        question = understand(asked, Known(), engines.words.__contains__)
        encoded = encode(question, HashingEncoder(), engines)
        every = [item.hit for item in retrieve(question, encoded, engines, catalog, 120, 120)]
        first = {most: [item.hit for item in retrieve(question, encoded, engines, catalog, 120, most)]
                 for most in (1, 2, 5, 10, 20, 40)}  # fmt: skip
    catalog.close()
    assert len(every) > 12  # more than the forty best windows make
    assert first == {most: every[:most] for most in first}


@pytest.mark.parametrize("turn", [0, 30, 31, 32, 33, 34, 35, 239])
def test_the_window_that_holds_it_is_found_wherever_it_is_said(small_archive: Make, turn: int) -> None:
    archive = small_archive({"talk.vtt": speech(*TALK)}, encoder=HashingEncoder(1024))
    words = [word(20 * turn + n) for n in (3, 9, 15)]
    assert TALK[turn][1] in archive.search(" ".join(words), k=1)[0].passage.text


def apart(*matters: Sequence[str]) -> str:
    """A transcript of Ann Lee in which a long silence lies between one matter and the next; one turn every second."""
    cues, now = ["WEBVTT\n"], 0
    for matter in matters:
        for number, text in enumerate(matter):
            cues.append(f"{clock(now)}.000 --> {clock(now)}.900\n<v {('Ann Lee', 'Bo Ek')[number % 2]}>{text}\n")
            now += 1
        now += 60
    return "\n".join(cues)


def clock(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"


def unheard(first: int, words: int = 60) -> str:
    """Words that stand nowhere else, enough for a window."""
    return " ".join(word(first + number) for number in range(words)) + "."


@pytest.mark.parametrize("about", [0, 1])
def test_a_window_goes_up_where_what_is_said_before_and_after_it_is_on_the_topic(
    small_archive: Make, about: int
) -> None:
    """Two talks have a window with one word of the question; in one of them the other word is spoken of beside it."""
    talks = {}
    for number in range(2):
        first = 2000 * number
        besides = [f"Sleep is better. {unheard(first + 100 * n)}" if number == about else unheard(first + 100 * n)
                   for n in range(4)]  # fmt: skip
        talks[f"talk{number}.vtt"] = apart(besides[:2], [f"Our lavender. {unheard(first + 500)}"], besides[2:])
    archive = small_archive(talks, encoder=HashingEncoder(1024))
    hits = archive.search("does lavender help with sleep?", k=100)
    sources = [hit.passage.source for hit in hits if "lavender" in hit.passage.text]
    assert sources == [f"talk{about}.vtt", f"talk{1 - about}.vtt"]


@pytest.mark.parametrize("asked", ["Ann", "Bo"])
@pytest.mark.parametrize("first", ["Ann Lee", "Bo Ek"])
def test_of_two_windows_with_the_same_words_that_one_comes_first_in_which_it_is_said_by_whom_the_question_names(
    small_archive: Make, asked: str, first: str
) -> None:
    second = "Bo Ek" if first == "Ann Lee" else "Ann Lee"
    calms, walks = "Lavender calms our patients", "We walk to the river"
    archive = small_archive({
        "one.vtt": speech((first, f"{calms} {unheard(0, 9)}"), (second, f"{walks} {unheard(100, 9)}")),
        "two.vtt": speech((second, f"{calms} {unheard(200, 9)}"), (first, f"{walks} {unheard(300, 9)}")),
    }, encoder=HashingEncoder(1024))  # fmt: skip
    hits = archive.search(f"what does {asked} say about lavender that calms our patients?")
    assert [{s.speaker for s in hit.passage.statements} for hit in hits] == [{"Ann Lee", "Bo Ek"}] * 2
    assert hits[0].passage.statements[0].speaker == (first if first.startswith(asked) else second)
    assert hits[0].score > hits[1].score


def test_speech_goes_down_beside_what_was_written_of_it(
    small_archive: Make, pack: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = small_archive({
        "pack.md": pack("Tea", "May 2024", ("Ann Lee", "Tea is poured before anybody has to ask for it.")),
        "2024-05-tea.vtt": speech(("Ann Lee", "We pour the tea early."), ("Bo Ek", "And that is how our day begins.")),
    })  # fmt: skip

    def scores() -> dict[Kind, float]:
        return {hit.passage.kind: hit.score for hit in archive.search("is the tea poured before we ask?", k=2)}

    lower = scores()
    assert lower[Kind.CHAT] > lower[Kind.TRANSCRIPT]
    monkeypatch.setattr(retrieval, "SPEECH_WEIGHT", 0.0)
    assert scores() == pytest.approx(lower | {Kind.TRANSCRIPT: lower[Kind.TRANSCRIPT] - SPEECH_WEIGHT})


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
    """In an order of their own: what is rare is told by what is searched. What the engines say is the same."""
    archive = small_archive()
    expected = {
        h.passage: pytest.approx((h.dense_score, h.keyword_score), abs=1e-6)
        for h in archive.search(QUESTION, 100)
        if passes(h, where)
    }
    assert expected
    everything = archive.search(QUESTION, 100, where)
    assert {h.passage: (h.dense_score, h.keyword_score) for h in everything} == expected
    assert [h.score for h in everything] == sorted((h.score for h in everything), reverse=True)
    assert archive.search(QUESTION, k, where) == everything[:k]


@pytest.mark.parametrize(
    "where",
    [
        Filter(kind=Kind.TRANSCRIPT),
        Filter(since=PartialDate(2025)),
        Filter(speaker="Cy Dee", since=PartialDate(2024)),
    ],
    ids=str,
)
def test_a_filter_that_nothing_passes_gives_nothing(small_archive: Make, where: Filter) -> None:
    answer = small_archive().ask("does tea help?", where=where)
    assert (answer.answered, answer.citations, answer.hits, answer.confidence) == (False, (), (), 0.0)
    assert answer.text == NOTHING_LEFT  # and not that something comes near


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (Filter(speaker="Bob"), "speaker: nobody is called 'Bob' here"),
        (Filter(speaker=""), "speaker: nobody is called ''"),
        (Filter(speaker="%"), "speaker: nobody is called '%'"),
        (Filter(session="2024-01"), "session: no session '2024-01'"),
        (Filter(session="' OR 1=1 --"), "session: no session"),
    ],
    ids=str,
)
def test_a_filter_for_what_the_archive_does_not_know_is_refused(small_archive: Make, where: Filter, said: str) -> None:
    archive = small_archive()
    for verb in (archive.ask, archive.search):
        with pytest.raises(NotInArchive, match=re.escape(said)):
            verb("does tea help?", where=where)
    assert archive.counts(where).total == 0  # which is an answer


def test_a_time_that_ends_before_it_begins_is_refused(small_archive: Make) -> None:
    archive = small_archive()
    later, earlier = PartialDate(2024, 6), PartialDate(2024, 5)
    where = Filter(since=later, until=earlier)
    for verb in (lambda: archive.ask("tea", where=where), lambda: archive.search("tea", where=where),
                 lambda: archive.brief("tea", since=later, until=earlier)):  # fmt: skip
        with pytest.raises(BadRequest, match="since: 2024-06 lies after until, which is 2024-05: swap them"):
            verb()
    within = archive.search("tea", where=Filter(since=later, until=PartialDate(2024)))  # June is not after 2024
    assert {str(hit.passage.session.date) for hit in within} == {"2024-06"}


def test_an_id_tells_a_speaker_from_others_of_her_name(small_archive: Make, pack: Callable[..., str]) -> None:
    said = {"May 2024": "Tea calms worried patients.", "June 2024": "Roses grow along the wall."}
    archive = small_archive({f"{date}.md": pack(date, date, ("Owen", text)) for date, text in said.items()})
    one, other = archive.people()
    assert (one.name, other.name) == ("Owen", "Owen")
    assert len(archive.search("tea", where=Filter(speaker="owen"))) == 2
    for person in (one, other):
        (hit,) = archive.search("tea", where=Filter(speaker=person.id))
        assert hit.passage.people == (person.id,)
        assert archive.counts(Filter(speaker=person.id)).total == 1


def test_the_top_k_of_a_rare_voice_is_k_long(small_archive: Make, pack: Callable[..., str]) -> None:
    loud = [("Bo Ek", f"Tea number {n} is the best tea for all patients.") for n in range(150)]
    rare = [("Ann Lee", f"Wall {n} is where cooks make tea.") for n in range(14)]  # short, so they are no doubles
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
    with suppress(NotInArchive):
        for hit in once[0].search("tea", where=Filter(speaker=speaker)):
            assert any(is_called(name, speaker) for name in hit.passage.people)
    with pytest.raises(NotInArchive):
        once[0].search("tea", where=Filter(session=session))
