"""A quote of a pack and the moment when it was said."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from kindsearch.moments import APART_MS, Moment, Said, moments_of

SECOND = 1_000


def cues(*texts: str, every_ms: int = 5 * SECOND) -> list[Said]:
    """Texts said one after another, each as long as the next."""
    return [Said(text, number * every_ms, (number + 1) * every_ms) for number, text in enumerate(texts)]


def moment_of(quote: str, transcript: Sequence[Said]) -> tuple[int, int | None] | None:
    """Its time, ``None`` if it has none."""
    found = moments_of([(7, 7 + len(quote), quote)], transcript)
    assert all((moment.start, moment.end) == (7, 7 + len(quote)) for moment in found)
    return (found[0].start_ms, found[0].end_ms) if found else None


TALK = cues(
    "Good evening and welcome, everybody.",
    "Um, so when my mother was ill, you know, the porter",
    "he he sang to her all, uh, all the way to theatre,",
    "and I have never forgotten that. It's the small things",
    "that we remember, isn't it? Well-being is not a poster.",
    "We measure what we we value - don't we? - and kindness",
    "is is almost never on the dashboard. Thanks for listening.",
    "Somebody staying alongside, staying alongside them, someone who listens, someone who listens, helps.",
    "Everybody demanded that we, that we listen listen carefully.",
)


@pytest.mark.parametrize(
    ("quote", "first", "last"),
    [
        pytest.param("Good evening and welcome, everybody.", 0, 0, id="a whole cue"),
        pytest.param("the small things that we remember", 3, 4, id="over two cues"),
        pytest.param("When my mother was ill, the porter sang to her", 1, 2, id="with fillers left out"),
        pytest.param("“He sang to her all the way to theatre…”", 2, 2, id="repeats left out, quotation marks put in"),
        pytest.param("Um, he sang to her – all the way – to theatre", 2, 2, id="with a filler of its own"),
        pytest.param("Its the small things that we remember, isn’t it", 3, 4, id="apostrophes"),
        pytest.param("Wellbeing is not a poster", 4, 4, id="a hyphen"),
        pytest.param("kindness is almost never on the dashboard", 5, 6, id="a repeat over the edge of a cue"),
        pytest.param("WE MEASURE WHAT WE VALUE, DON'T WE?", 5, 5, id="capitals"),
        pytest.param("we meassure what we value", 5, 5, id="a mistake in writing"),
        pytest.param("I had never forgoten that", 3, 3, id="two mistakes"),
        pytest.param("I have nevr forgotten", 3, 3, id="a mistake in a short one"),
        pytest.param("not a poster", 4, 4, id="twelve letters"),
        pytest.param("Somebody staying alongside them", 7, 7, id="two words said again"),
        pytest.param("them, someone who listens, helps", 7, 7, id="three words said again"),
        pytest.param("Everybody demanded that we listen carefully", 8, 8, id="one word said again, and two"),
        pytest.param("Good evening and welcome everybody So when my mother was ill", 0, 1, id="two sentences"),
    ],
)
def test_a_quote_has_the_time_of_the_cues_it_was_said_in(quote: str, first: int, last: int) -> None:
    assert moment_of(quote, TALK) == (TALK[first].start_ms, TALK[last].end_ms)


@pytest.mark.parametrize(
    "quote",
    [
        pytest.param("to theatre all the way to her he sang", id="other order"),
        pytest.param("the way all to theatre her he sang to", id="words shuffled"),
        pytest.param("a poster is not well-being", id="turned round"),
        pytest.param("Nobody spoke of the weather at all that evening", id="not said"),
        pytest.param("never sang on the small dashboard", id="words from all over"),
        pytest.param("a poster", id="too short"),
        pytest.param("um, you know, a poster, uh, you know", id="too short without fillers"),
        pytest.param("he sang to her all the way to theatre and nobody in the corridor minded", id="half of it"),
        pytest.param("in the corridor nobody minded that he sang to her all the way to theatre", id="its other half"),
        pytest.param("all things that measure", id="few words of many"),
        pytest.param("", id="nothing"),
        pytest.param("… – !", id="marks only"),
    ],
)
def test_what_was_not_said_has_no_moment(quote: str) -> None:
    assert moment_of(quote, TALK) is None


def test_a_stretch_begins_and_ends_with_whole_words() -> None:
    talk = cues("Her part is hard working people.")
    assert moment_of("art is hard work", talk) is None
    assert moment_of("part is hard working", talk) == (0, 5 * SECOND)


@pytest.mark.parametrize(
    ("wrong", "is_told"), [pytest.param(3, True, id="85 % alike"), pytest.param(4, False, id="80 % alike")]
)
def test_fifteen_of_a_hundred_letters_may_differ(wrong: int, is_told: bool) -> None:
    said = "we are kind in winter"[:20]
    quote = "x" * wrong + said[wrong:]
    assert (moment_of(quote, cues(said)) is not None) is is_told


@pytest.mark.parametrize(
    ("quote", "is_told"), [pytest.param("be kind here", True, id="12"), pytest.param("be kind now", False, id="11")]
)
def test_a_quote_has_twelve_letters_at_least(quote: str, is_told: bool) -> None:
    assert (moment_of(f"“{quote}!!”", cues(quote)) is not None) is is_told


# ---------------------------------------------------------------- said twice


@pytest.mark.parametrize(
    ("between", "time"),
    [
        pytest.param(60_000, 0, id="within a minute: the first"),
        pytest.param(60_001, None, id="more than a minute apart: it can't be told"),
    ],
)
@pytest.mark.parametrize("text", ["Kindness is what we choose to do.", "Kindness is contagious."])
def test_a_quote_that_was_said_twice(text: str, between: int, time: int | None) -> None:
    talk = [Said(text, 0, SECOND), Said("That is so.", SECOND, 2 * SECOND), Said(text, between, between + SECOND)]
    assert moment_of(text, talk) == (None if time is None else (0, SECOND))


@pytest.mark.parametrize("text", ["Staying alongside.", "We were kind.", "Kindness is what we do."])
@pytest.mark.parametrize(
    ("times", "is_told"),
    [
        pytest.param([0, 50], True, id="twice"),
        pytest.param([0, 61], False, id="twice, much later"),
        pytest.param([0, 40, 80], False, id="thrice, the last much later than the first"),
        pytest.param([0, None, 40, 80], False, id="twice after something else"),
        pytest.param([0, 20, 40], True, id="thrice within a minute"),
    ],
)
def test_a_cue_said_again_and_again(text: str, times: list[int | None], is_told: bool) -> None:
    talk = [Said("Yes, and", 20_000, None) if time is None else Said(text, time * SECOND, None) for time in times]
    assert moment_of(text, talk) == ((0, None) if is_told else None)


def test_a_word_that_ends_one_turn_and_begins_the_next_is_no_stutter() -> None:
    talk = cues("So we are kind, yes", "Yes, kindness is contagious", every_ms=APART_MS + 1)
    assert moment_of("Yes, kindness is contagious", talk) == (talk[1].start_ms, talk[1].end_ms)
    talk = cues("So we are kind, yes", "Yes", "Yes, kindness is contagious", every_ms=40_000)
    assert moment_of("Yes, kindness is contagious", talk) == (talk[2].start_ms, talk[2].end_ms)


def test_the_place_that_agrees_better_is_meant() -> None:
    talk = cues("Kindness is what we chose to do.", "Yes.", "Kindness is what we choose to do.", every_ms=2 * APART_MS)
    assert moment_of("Kindness is what we choose to do.", talk) == (4 * APART_MS, 6 * APART_MS)


def test_a_word_repeated_over_the_edge_of_a_cue_keeps_the_nearer_time() -> None:
    talk = cues("So we try to be kind", "kind in small things and we are", "are tired")
    assert moment_of("kind in small things and we are", talk) == (5 * SECOND, 10 * SECOND)


def test_a_quote_that_begins_or_ends_inside_of_a_repeat_is_found() -> None:
    talk = cues("A nurse asked, the patient asked, the", "patient listened, the patient asked the other nurse")
    assert moment_of("A nurse asked, the patient asked, the", talk) == (0, 5 * SECOND)
    talk = cues("Kitchens first, nurses patients nurses", "patients second, nurses patients nurses")
    assert moment_of("Kitchens first, nurses patients nurses", talk) == (0, 5 * SECOND)
    talk = cues("Kitchens kitchens first, nurses nurses patients nurses", "patients second, nurses patients nurses")
    assert moment_of("Kitchens first, nurses patients nurses", talk) == (0, 5 * SECOND)


# ---------------------------------------------------------------- what comes in, what comes out


def test_moments_keep_the_order_and_offsets_of_the_statements() -> None:
    statements = [
        (50, 80, "We measure what we value"),
        (0, 9, "Nowhere said, this"),
        (9, 40, "I have never forgotten that"),
    ]
    assert moments_of(statements, TALK) == [
        Moment(50, 80, TALK[5].start_ms, TALK[5].end_ms),
        Moment(9, 40, TALK[3].start_ms, TALK[3].end_ms),
    ]


def test_a_cue_without_an_end_gives_a_moment_without_one() -> None:
    assert moment_of("kindness is contagious", [Said("Kindness is contagious.", 5, None)]) == (5, None)


@pytest.mark.parametrize("talk", [[], cues(""), cues("um", "uh, you know")], ids=["none", "empty", "fillers"])
def test_a_transcript_without_words_holds_no_quote(talk: list[Said]) -> None:
    assert moment_of("kindness is contagious", talk) is None


def test_no_statements_no_moments() -> None:
    assert moments_of([], TALK) == []


# ---------------------------------------------------------------- in general

WORDS = (
    "patient nurse corridor window morning kettle letter garden listen gentle holding weather question story tired "
    "brave porter ceiling shoulder basket river lantern thunder pillow orchard whisper harbour meadow saddle copper"
).split()
OTHER_WORDS = (
    "budget quarterly synergy spreadsheet invoice payroll synchronous deadline backlog procurement metric dashboard"
).split()
sentences = st.lists(st.sampled_from(WORDS), min_size=4, max_size=12).filter(
    lambda words: all(a != b for a, b in pairwise(words))
)


@settings(deadline=None, max_examples=150)
@given(st.lists(sentences, min_size=1, max_size=12), st.data())
def test_a_sentence_of_the_transcript_is_found_at_its_cue_with_a_few_letters_changed(
    said: list[list[str]], data: st.DataObject
) -> None:
    # A number word that is said once makes each cue the only one of its kind.
    numbers = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
    talk = cues(*(f"{words[0].title()} {numbers[at]} {' '.join(words[1:])}." for at, words in enumerate(said)))
    number = data.draw(st.integers(0, len(talk) - 1))
    letters = list(talk[number].text)
    changed = data.draw(st.lists(st.integers(0, len(letters) - 1), max_size=len(letters) // 20, unique=True))
    for at in changed:
        if letters[at].isalpha():
            letters[at] = data.draw(st.sampled_from("bcdfghjklmnpqrstvwxyz"))
    assert moment_of("".join(letters), talk) == (talk[number].start_ms, talk[number].end_ms)


@settings(deadline=None)
@given(st.lists(sentences, min_size=1, max_size=12), st.lists(st.sampled_from(OTHER_WORDS), min_size=2, max_size=12))
def test_a_sentence_of_other_words_is_not_found(said: list[list[str]], other: list[str]) -> None:
    assert moment_of(" ".join(other), cues(*(" ".join(words) for words in said))) is None


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.sampled_from("kind kin mind wind and hand sand stand a".split()), min_size=1, max_size=40),
    st.lists(st.sampled_from("kind kin mind wind and hand sand stand a".split()), min_size=3, max_size=9),
)
def test_the_places_are_those_that_trying_every_stretch_would_find(said: list[str], quoted: list[str]) -> None:
    said, quoted = without_repeats(said), without_repeats(quoted)
    quote = " ".join(quoted)
    talk = cues(*said, every_ms=APART_MS // 2 + 1)
    distances = {
        (first, last): Levenshtein.distance(quote, " ".join(said[first : last + 1]))
        for first in range(len(said))
        for last in range(first, len(said))
    }
    fewest = min(distances.values())
    best = {place for place, distance in distances.items() if distance == fewest}
    firsts = [first for first, _ in best]
    found = moment_of(quote, talk)
    if len(quote) < 12 or fewest > 0.15 * len(quote) or max(firsts) - min(firsts) > 1:
        assert found is None
    else:
        assert found in {(talk[first].start_ms, talk[last].end_ms) for first, last in best}


def without_repeats(words: list[str]) -> list[str]:
    """The words with what the matching would take for a stutter left out, however long."""
    kept: list[str] = []
    for word in words:
        kept.append(word)
        for count in (3, 2, 1):
            if kept[-2 * count : -count] == kept[-count:]:
                del kept[-count:]
    return kept


def test_a_transcript_of_two_hours_is_matched_from_end_to_end() -> None:
    rng = random.Random(7)
    talk = cues(*(" ".join(rng.choices(WORDS, k=12)) + f" {number}" for number in range(1_000)))
    statements = [(at, at + 1, talk[at].text.title()) for at in range(0, 1_000, 10)]
    assert [moment.start_ms for moment in moments_of(statements, talk)] == [talk[at].start_ms for at, *_ in statements]
