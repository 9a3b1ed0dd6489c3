"""Speaker labels, told from sentences with a colon by how they read and by the company they keep."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kindsearch.readers.labels import labelled


def speakers(*texts: str) -> list[str | None]:
    return [speaker for speaker, _ in labelled(texts)]


# ---------------------------------------------------------------- names as people write them

NAMES = [
    "Ann Lee",
    "Bo",
    "PhD B",
    "Project Manager",
    "The Chair",
    "The Chair (Hon. Anthony Rota (NipissingTimiskaming, Lib.))",
    "Hon. Mary Ng (Minister of Small Business, Export Promotion and International Trade)",
    "Mr. Chris d'Entremont (West Nova, CPC)",
    "Maureen Bisognano (she/her) - IHI",
    "Ann Lee (who asks what we do (and how))",
    "O'Connor, Helen",
    "O’Connor, Helen (NHS)",
    "Speaker 1",
    "MEMBER 2",
    "ANN LEE",
    "Dr. Ann van der Berg, MD, PhD | IHI 🌻",
    "Bob's iPhone",
    "Ann Lee [Host]",
    "[Ann Lee]",
    "Åsa Öberg",
    "E\u0301lodie García-López",
    "田中",
    "김 민수",
    "أحمد علي",
    "Анна Ли",
    "ann.lee@nhs.example.org",
    "+44 7700 900123",
    "44770****123",
    "Will",
    "May Ng",
    "He Jiankui",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_front_of_every_text_is_its_speaker_as_written(name: str) -> None:
    texts = [f"{name}: Hello: all.", f"  {name} :Yes.", f"{name}:", f"{name}:\tNote: well."]
    assert labelled(texts) == [(name, "Hello: all."), (name, "Yes."), (name, ""), (name, "Note: well.")]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_known_where_only_turns_begin_with_one(name: str) -> None:
    others = ["and so we went on", "At 10:30 we met: all of us", "It was good."] * 10
    texts = [f"{name}: Hello.", *others, "Bo Chen: Yes.", *others, f"{name}: No.", f"{name}: Or so."]
    expected = {"Hello.": name, "Yes.": "Bo Chen", "No.": name, "Or so.": name}
    assert {words: speaker for speaker, words in labelled(texts) if speaker} == expected


@pytest.mark.parametrize("name", ["bob klaber", "bob", "user_7", "Event host", "ann's phone"])
def test_names_in_small_letters_are_known_when_they_recur(name: str) -> None:
    assert speakers(f"{name}: hello", f"{name}: again", "well", "one thing") == [name, name, None, None]
    others = ["and so on"] * 30
    assert speakers(f"{name}: a", f"{name}: b", f"{name}: c", "Ann Lee: d", "Ann Lee: e", *others)[:3] == [name] * 3


def test_where_every_text_has_a_label_one_that_stands_once_is_one_too() -> None:
    texts = [f"Ann Lee: {n}" for n in range(19)]
    assert speakers(*texts, "bob: hi")[-1] == "bob"
    assert speakers(*texts[:5], "bob: hi", *["and so"] * 6)[5] is None


@pytest.mark.parametrize(
    ("prefix", "is_label"),
    [
        ("Di Roy", True),
        ("di@example.org", True),
        ("07700 900123", True),
        ("Di (she/her)", True),
        ("The Chair (Ms. Di Roy)", True),
        ("Kindness", False),
        ("Kindness (ours)", False),
        ("So Ann", False),
        ("two or three", False),
        ("كما قال", False),  # where letters know no capitals, two words are as good as one
    ],
)
def test_what_stands_once_among_turns_that_have_labels_must_read_like_a_full_name(prefix: str, is_label: bool) -> None:
    texts = ["Ann Lee: hi", "Bo Chen: hi", "Ann Lee: hi", *["and so"] * 8]
    assert speakers(f"{prefix}: it matters", *texts)[0] == (prefix if is_label else None)


@pytest.mark.parametrize("prefix", ["of the", "good old uncle bob klaber", "what he said", "As he says"])
def test_what_recurs_may_be_a_turn_of_phrase(prefix: str) -> None:
    assert speakers(f"{prefix}: a", f"{prefix}: b", f"{prefix}: c", "so") == [None] * 4


def test_in_small_letters_throughout_a_name_that_stands_once_is_one() -> None:
    assert speakers("ann lee: hello", "bo chen: hi", "ann lee: well") == ["ann lee", "bo chen", "ann lee"]


def test_full_width_colons_need_no_blank() -> None:
    assert labelled(["田中：こんにちは", "田中：はい"]) == [("田中", "こんにちは"), ("田中", "はい")]


# ---------------------------------------------------------------- what is no name

NO_NAMES = [
    "So here is the thing: we listen.",
    "What I said: nothing.",
    "and then: nothing",
    "10:30 Meeting: we begin.",
    "At 10:30 we begin: sharp.",
    "http://example.org: see there",
    "See https://example.org/a: b",
    "Note: it is late.",
    "Question: why?",
    "Question 2: why?",
    "Next Step: we go.",
    "Yes, Ann: do.",
    "So, Ann: what now?",
    "Thank you: all.",
    "Monday: cleaning.",
    "2024-03-12: a Tuesday",
    "2024: a year",
    "1: one",
    "What? Ann Lee: no",
    "It is settled. Ann: no",
    "“Be Kind”: that is it",
    "Punishment) (Wales) Bill: Stage 2",
    "(Wales) Act 2013: last year",
    "the Prime Minister: what are you doing",
    "Ann (of the NHS: she said",
    "of the: so",
    ": so",
    "：so",
    "(: so",
    "- : so",
    "Ann L" + "e" * 250 + ": so",
    "Ann " * 13 + ": so",
    "Punishment) Bill (Wales: so",
    "No Colon At All",
]


@pytest.mark.parametrize("text", NO_NAMES)
def test_a_sentence_with_a_colon_stays_whole(text: str) -> None:
    assert labelled([text]) == [(None, text)]
    assert labelled([text, *["Ann Lee: yes", "and so", "so on"] * 5])[0] == (None, text)


def test_what_opens_a_remark_is_a_label_only_where_most_texts_have_it() -> None:
    labels = ["Question: a", "Question: b", "Question: c"]
    assert speakers(*labels, "d") == ["Question"] * 3 + [None]
    assert speakers(*labels, *["d"] * 4)[:3] == [None] * 3
    assert speakers(*[f"Ann Lee: {n}" for n in range(40)], *labels)[40:] == [None] * 3


def test_a_capital_in_front_of_a_colon_makes_no_speaker_in_a_file_without_labels() -> None:
    others = ["we went on and on"] * 100
    assert speakers("Kindness: it matters.", "Kindness: yes.", *others)[:2] == [None, None]
    assert speakers("Quality Improvement: it is slow.", *others)[0] is None
    assert speakers("remember this: be kind", "remember this: be", "remember this: so", *others)[:3] == [None] * 3


def test_in_capitals_throughout_capitals_make_no_name() -> None:
    others = ["WE WENT ON", "AND ON"] * 5
    assert speakers("SO HERE IS WHAT WE FOUND: NOTHING", *others)[0] is None
    assert speakers("AS HE SAYS: A", "AS HE SAYS: B", *others)[0] is None
    assert speakers("KINDNESS MATTERS: SO", *others)[0] is None
    assert speakers("ANN LEE: SO", "ANN LEE: YES", *others)[:2] == ["ANN LEE"] * 2


# ---------------------------------------------------------------- whatever the texts


@given(st.lists(st.text(st.sampled_from("Aba :：()[]@.,1+\n“\ud800é田"), max_size=30), max_size=30))
@example([])
@example(["", " "])
@settings(max_examples=100, deadline=None)
def test_a_label_and_its_words_are_the_text(texts: list[str]) -> None:
    found = labelled(texts)
    assert len(found) == len(texts)
    for text, (speaker, words) in zip(texts, found, strict=True):
        if speaker is None:
            assert words == text
        else:
            assert speaker
            assert text.strip().startswith(speaker)
            assert text.strip().endswith(words)
            assert text.strip()[len(speaker) : len(text.strip()) - len(words)].strip() in {":", "："}
