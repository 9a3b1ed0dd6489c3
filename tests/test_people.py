"""Names as they are written, and who is meant."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kindsearch.people import folded, is_called, name_of, plain_name, resolve, without_short_forms

# ---------------------------------------------------------------- names, compared


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Dr. Ann Lee", "dr ann lee"),
        ("Göran", "goran"),
        ("Go\u0308ran", "goran"),
        ("Helen O'Connor", "helen oconnor"),
        ("Helen O’Connor", "helen oconnor"),
        ("Helen O´Connor", "helen oconnor"),
        ("Smith-Jones", "smith jones"),
        ("SØREN Łuk Æbel", "soren luk aebel"),
        ("Straße", "strasse"),
        ("  Ann\u00a0\t Lee ", "ann lee"),
        ("Ann\u200bLee\ufeff", "annlee"),
        ("Ann ❤\ufe0f Lee 🙂", "ann lee"),
        ("Ａｎｎ", "ann"),
        ("Đặng", "dang"),
        ("अनिता", "अनिता"),
        ("नमस्ते", "नमस्ते"),
        ("がく", "がく"),
        ("שָׁלוֹם", "שלום"),
        ("李明", "李明"),
        ("…", ""),
    ],
)
def test_names_are_compared_without_accents_capitals_and_punctuation(name: str, key: str) -> None:
    assert folded(name) == key


def test_vowel_signs_tell_names_apart() -> None:
    assert folded("अनिता") != folded("अनीता")


@settings(deadline=None)
@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text(st.characters(max_codepoint=127)))
def test_a_name_without_accents_is_compared_as_beside_one_with(text: str) -> None:
    assert folded(f"{text} é") == f"{folded(text)} e".strip()


@pytest.mark.parametrize(
    ("name", "asked", "meant"),
    [
        ("Dr Ann Lee", "Lee", True),
        ("Helen O'Connor", "o’connor", True),
        ("Zoë Smith-Jones", "zoe jones", True),
        ("Ann", "Anna", False),
        ("Anna", "Ann", False),
        ("Ann Lee", "Lee Roe", False),
        ("Ann", " ", False),
        ("Ann", "", False),
        ("Ann · 2024-03-follow-your-compassion", "Ann", True),
        ("Ann · 2024-03-follow-your-compassion", "compassion", False),
    ],
)
def test_who_is_called_by_a_name(name: str, asked: str, meant: bool) -> None:
    assert is_called(name, asked) is meant


# ---------------------------------------------------------------- one name, plain


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        # said of oneself
        ("Maureen Bisognano (she/her)", "Maureen Bisognano"),
        ("Maureen Bisognano [they/them]", "Maureen Bisognano"),
        ("Maureen Bisognano She/Her/Hers", "Maureen Bisognano"),
        ("Maureen Bisognano, she / her", "Maureen Bisognano"),
        ("Maureen Bisognano (she)", "Maureen Bisognano"),
        ("Maureen Bisognano (Host)", "Maureen Bisognano"),
        ("Maureen Bisognano (Co-host, me)", "Maureen Bisognano"),
        ("Maureen Bisognano (Guest) (Unverified)", "Maureen Bisognano"),
        ("Maureen (Mo) Bisognano", "Maureen Bisognano"),
        ("Maureen Bisognano (IHI", "Maureen Bisognano"),
        ("(Maureen Bisognano)", "Maureen Bisognano"),
        ("🌍 Maureen Bisognano 👋🏽❤️", "Maureen Bisognano"),
        ("\uf8ff Maureen Bisognano", "Maureen Bisognano"),
        ("  Maureen \u200b\x00  Bisognano\n", "Maureen Bisognano"),
        ("Maureen\nBisognano", "Maureen Bisognano"),
        # where from
        ("Maureen Bisognano - IHI", "Maureen Bisognano"),
        ("Maureen Bisognano – IHI, Boston", "Maureen Bisognano"),
        ("Maureen Bisognano -IHI", "Maureen Bisognano"),
        ("Maureen Bisognano | NHS England", "Maureen Bisognano"),
        ("Maureen Bisognano|NHS England", "Maureen Bisognano"),
        ("Maureen Bisognano / IHI", "Maureen Bisognano"),
        ("Maureen Bisognano @ IHI", "Maureen Bisognano"),
        ("Maureen Bisognano · 2024-06-check-in", "Maureen Bisognano"),
        ("Maureen Bisognano <mb@example.org>", "Maureen Bisognano"),
        ("Maureen Bisognano, Boston", "Maureen Bisognano"),
        ("Maureen, IHI", "Maureen"),
        ("Maureen, GOSH", "Maureen"),
        ("Moira, Leeds, Yorkshire", "Moira"),
        ("Moira, Great Ormond Street", "Moira"),
        ("Moira, from Leeds", "Moira"),
        ("Moira, Facilitator", "Moira"),
        # letters after a name
        ("Maureen Bisognano, RN", "Maureen Bisognano"),
        ("Maureen Bisognano RN", "Maureen Bisognano"),
        ("Maureen Bisognano, RN, PhD", "Maureen Bisognano"),
        ("Maureen Bisognano Ph.D. MBE", "Maureen Bisognano"),
        ("Maureen Bisognano, Dr", "Maureen Bisognano"),
        ("Maureen, RN", "Maureen"),
        ("Lee, Dr", "Lee"),
        ("Anna Ma", "Anna Ma"),
        ("Anna MA", "Anna MA"),
        ("Anna Li Ma", "Anna Li Ma"),
        ("Anna Li MA", "Anna Li"),
        ("ANNA LI MA", "ANNA LI MA"),
        # names that only look as if
        ("Dr Ann Lee", "Dr Ann Lee"),
        ("Anna Smith-Jones", "Anna Smith-Jones"),
        ("Helen O’Connor", "Helen O’Connor"),
        ("Maureen B.", "Maureen B."),
        ("MB", "MB"),
        ("M.B.", "M.B."),
        ("Ann van der Berg", "Ann van der Berg"),
        ("Martin King Jr.", "Martin King Jr."),
        ("Martin King, Jr.", "Martin King Jr."),
        ("Ann Guest", "Ann Guest"),
        ("Göran Henriks", "Göran Henriks"),
        ("Go\u0308ran Henriks", "Göran Henriks"),
        ("李明", "李明"),
        # devices
        ("Maureen's iPhone", "Maureen"),
        ("Maureen’s iPhone (2)", "Maureen"),
        ("James' iPad Pro", "James"),
        ("Maureen Bisognano's MacBook Air", "Maureen Bisognano"),
        ("James iPhone", "James iPhone"),
        # last name first
        ("Bisognano, Maureen", "Maureen Bisognano"),
        ("Bisognano, Maureen (she/her)", "Maureen Bisognano"),
        ("Bisognano, Maureen A.", "Maureen A. Bisognano"),
        ("Bisognano, Maureen, RN", "Maureen Bisognano"),
        ("O'Connor, Helen - BRC", "Helen O'Connor"),
        ("van der Berg, Anna", "Anna van der Berg"),
        ("Abdalla, Dr Hesham", "Dr Hesham Abdalla"),
        ("ABDALLA, Hesham (SOME NHS TRUST)", "Hesham ABDALLA"),
        ("Abdalla, Hesham", "Abdalla, Hesham"),
        ("Katie, Leeds", "Katie, Leeds"),
        ("Katie, Ann", "Katie, Ann"),
        ("IHI, Boston", "IHI, Boston"),
        ("Moira, Room 3", "Moira"),
        ("Ann Lee, Maureen", "Ann Lee"),
        # with an organisation
        ("Maureen Bisognano, Imperial College NHS", "Maureen Bisognano"),
        ("Dr Maureen Bisognano, Kind Trust", "Dr Maureen Bisognano"),
        ("Maureen Bisognano, Chief Transformation Officer, NHS Horizons", "Maureen Bisognano"),
        ("Maureen Bisognano, Health & Care Trust", "Maureen Bisognano"),
        ("Sipho Dlamini, Zoo Society (he/him)", "Sipho Dlamini"),
        ("Maureen Bisognano NHS", "Maureen Bisognano"),
        ("Dr Sipho Dlamini NHS", "Dr Sipho Dlamini"),
        ("Sipho Dlamini NHS", "Sipho Dlamini NHS"),
        ("Maureen Bisognano Kind Trust", "Maureen Bisognano Kind Trust"),
        ("Maureen, Kind Trust", "Maureen"),
        ("Maureen, NHS", "Maureen"),
        ("Bisognano, Kind Trust", "Bisognano"),
        ("Bisognano, Maureen, Kind Trust", "Maureen Bisognano"),
        ("Katie, Leeds, Kind Trust", "Katie, Leeds"),
        ("NHS England", "NHS England"),
        ("Royal Free Trust", "Royal Free Trust"),
        ("Royal Free NHS", "Royal Free NHS"),
        ("Kind Hospital, Leeds", "Kind Hospital, Leeds"),
        ("Ann Lee, Bo Ek & Cy Dee", "Ann Lee, Bo Ek & Cy Dee"),
        ("Ann Lee, Kind Trust and Bo Ek, NHS", "Ann Lee, Kind Trust and Bo Ek, NHS"),
        # labels
        ("Speaker 1", "Speaker 1"),
        ("Speaker 1 (Leeds)", "Speaker 1 (Leeds)"),
        ("Speaker 1 - Leeds", "Speaker 1 (Leeds)"),
        ("Facilitator (she/her)", "Facilitator"),
        ("Facilitator (Host)", "Facilitator"),
        ("Speaker 1 (Leeds (North) team)", "Speaker 1 (Leeds (North) team)"),
        ("Facilitator (Great Ormond Street)", "Facilitator (Great Ormond Street)"),
        ("The Chair (Hon. Ada Roe (NorthfieldSouthdale, Ind.))", "Hon. Ada Roe"),
        ("The Chair (Dr)", "The Chair (Dr)"),
        ("Kind Hospital | Dr Ada Roe", "Dr Ada Roe"),
        ("Kind Hospital | Ada Roe", "Kind Hospital (Ada Roe)"),
        ("Ann Lee & Bob Roe (Dr Sue Poe)", "Ann Lee & Bob Roe (Dr Sue Poe)"),
        ("Guest's iPhone", "Guest"),
        ("[name withheld]", "name withheld"),
        ("+44 7700 900123", "+44 7700 900123"),
        ("(she/her)", "(she/her)"),
        (" 🙂 ", "🙂"),
        ("", ""),
    ],
)
def test_the_plain_name_in_what_was_written(written: str, plain: str) -> None:
    assert plain_name(written) == plain


noise = st.lists(
    st.sampled_from(
        "Ann Lee Katie Leeds Dr Prof. MB M. B. RN PhD, Bisognano, van she/her (she/her) (Host) [IHI] | - – 's iPhone "
        "Speaker 1 & Chair 🙂 · Jr. O’Connor Smith-Jones NHS Trust Kind Hospital, the".split()
    ),
    max_size=7,
).map(" ".join)


@settings(deadline=None)
@given(noise)
def test_a_plain_name_is_plain_already(written: str) -> None:
    assert plain_name(plain_name(written)) == plain_name(written)


@settings(deadline=None)
@given(st.text(max_size=30) | noise)
def test_a_plain_name_is_never_empty_unless_it_was(written: str) -> None:
    assert bool(plain_name(written)) is bool(written.strip())


@pytest.mark.parametrize(
    ("roles", "full"),
    [
        ({"Ann": "nurse", "Bo Ek": None}, {"Ann": "nurse", "Bo Ek": None}),
        ({"Bo": "nurse", "Bo Ek": None}, {"Bo Ek": "nurse"}),
        ({"Bo": "nurse", "Bo Ek": "host"}, {"Bo Ek": "host"}),
        ({"Bo": "nurse", "Bo Ek": None, "Bo Ash": None}, {"Bo Ek": None, "Bo Ash": None}),
        ({"Bo": "nurse", "Bo Ek": None, "Dr Bo Ek": None}, {"Dr Bo Ek": "nurse"}),
        ({"Ek Bo": "nurse", "Bo Ek": None}, {"Ek Bo": "nurse", "Bo Ek": None}),
        ({}, {}),
    ],
)
def test_short_forms_go_with_the_full_name(roles: dict[str, str | None], full: dict[str, str | None]) -> None:
    assert without_short_forms(roles) == full


# ---------------------------------------------------------------- who is meant


def same(names: Mapping[str, Sequence[str]], *, aliases: Mapping[str, Sequence[str]] | None = None) -> list[set[str]]:
    """Who is joined: the written names of each person, ``session: name``, those with one name left out."""
    people: dict[str, set[str]] = {}
    for (session, written), person in resolve(names, aliases or {}, {}).items():
        people.setdefault(person, set()).add(f"{session}: {written}" if len(names) > 1 else written)
    return sorted((joined for joined in people.values() if len(joined) > 1), key=sorted)


@pytest.mark.parametrize(
    "names",
    [
        # the same name
        ["Ann Lee", "ann lee", "ANN LEE (she/her)", "Ánn Lee - IHI"],
        ["Dr Ann Lee", "Ann Lee", "Prof. Ann Lee"],
        ["Helen O'Connor", "Helen O’Connor"],
        ["Ann Smith-Jones", "Ann Smith Jones"],
        ["Lee, Ann", "Ann Lee"],
        ["Abdalla, Hesham", "Hesham Abdalla"],
        ["The Chair (Hon. Ada Roe)", "Ada Roe"],
        ["Facilitator (Ada Roe)", "Ada Roe"],
        ["The Hon. Ada Roe", "Ada Roe", "Hon. Roe"],
        # middle names
        ["Ann B. Lee", "Ann Lee"],
        ["Ann B. Lee", "Ann Beth Lee", "Ann Lee"],
        ["Martin King Jr.", "Martin King, Jr", "Martin L. King Jr", "M. King jr", "Martin K.", "MK"],
        # first names
        ["Ann Lee", "Ann"],
        ["Ann Lee", "Ann's iPhone"],
        ["Ann Lee", "Ann Beth Lee", "Ann"],
        ["Göran Henriks", "Goran"],
        # initials
        ["Ann Lee", "AL"],
        ["Ann Lee", "A.L."],
        ["Ann Lee", "A L"],
        ["Ann Beth Lee", "ABL", "AL"],
        ["Ann Smith-Jones", "ASJ", "AS"],
        ["Ann van der Berg", "AVDB", "AB", "AV"],
        ["Bo Olsson", "BO"],
        # first name and initial, initial and last name
        ["Ann Lee", "Ann L", "Ann L."],
        ["Ann Lee", "A. Lee", "A Lee"],
        ["Ann Beth Lee", "A. B. Lee", "A.B. Lee", "Ann B. L."],
        ["Ann van der Berg", "Ann B.", "Ann v."],
        # titles
        ["Dr Ann Lee", "Dr Lee"],
        ["Dr Ann Lee", "Doctor Lee", "Dr. Lee"],
        ["Dr Ann Lee", "Ann Lee", "Dr Lee", "Dr Ann"],
        ["Dr Lee", "Lee"],
        ["The Hon. Roe", "Hon. Roe"],
        ["Dr Ann L.", "Dr Ann"],
        # short forms of short forms
        ["Ann L.", "Ann", "AL"],
        ["A. Lee", "AL"],
        ["Ann-L", "Ann L", "Ann"],
        ["Ann Lee", "Ann L.", "Ann", "AL"],
        # with an organisation
        ["Ann Lee, Kind Trust", "Ann Lee NHS", "Dr Ann Lee, Chief Nurse, NHS Horizons", "Ann", "Lee, Ann, Kind Trust"],
        ["Sipho Dlamini", "Sipho Dlamini NHS", "Sipho Dlamini Kind College NHS Trust", "SIPHO DLAMINI NHS (he/him)"],
        ["Ann Mary Lee", "Ann Mary Lee Kind Trust", "Kind Trust, Ann Mary Lee", "Kind Trust (Ann Mary Lee)"],
        ["Ann Lee", "Ann, Kind Trust"],
        # told apart by what stands beside
        ["Katie (Leeds)", "Katie - Leeds", "Katie"],
        ["Katie (Leeds)", "Katie Roe"],
        ["Katie, Leeds", "Katie Roe"],
        ["Katie (she/her)", "Katie (Host)", "Katie [guest]", "Katie, RN", "Katie, Leeds"],
    ],
    ids=" | ".join,
)
def test_names_of_one_person_in_one_session(names: list[str]) -> None:
    assert same({"may": names}) == [set(names)]


@pytest.mark.parametrize(
    "names",
    [
        # middle names
        ["Ann B. Lee", "Ann C. Lee"],
        ["Ann B. Lee", "Ann C. Lee", "Ann Lee"],
        ["Ann Beth Lee", "Ann Bea Lee", "Ann B. Lee"],
        ["Ann B. C. Lee", "Ann C. Lee"],
        ["Ann Smith-Lee", "Ann Lee"],
        ["Ann van Lee", "Ann Lee"],
        ["Martin King Jr.", "Martin King"],
        ["Martin King Jr.", "Martin J."],
        ["Ann B. van Lee", "Ann Lee"],
        ["Ann Be Lee", "Ann Beth Lee"],
        # first names
        ["Ann Lee", "Ann Roe", "Ann"],
        ["Ann Lee", "Anna"],
        ["Ann Lee", "Lee"],
        ["Anne-Marie Lee", "Anne"],
        ["Anne-Marie Lee", "Anne Marie"],
        # initials
        ["Ann Lee", "al"],
        ["Ann Lee", "A"],
        ["Ann Lee", "Amy Loe", "AL"],
        ["Bo Lee", "Beth Olsson", "BO"],
        # first name and initial, initial and last name
        ["Ann Lee", "Ann R."],
        ["Ann Lee", "Ann Loe", "Ann L."],
        ["Ann Lee", "Amy Lee", "A. Lee"],
        # titles
        ["Dr Ann Lee", "Mr Lee"],
        ["Ann Lee", "Dr Lee"],
        ["Dr Ann Lee", "Dr Bob Lee", "Dr Lee"],
        ["Dr Ann Lee", "Dr Lee Roe", "Dr Lee"],
        ["Mr Lee", "Mrs Lee"],
        ["Mr Lee", "Mrs Lee", "Lee"],
        # short forms of short forms
        ["Ann", "AL"],
        ["Ann L.", "A. Lee"],
        ["A. Lee", "A"],
        ["Dr Ann L.", "Dr L."],
        ["Dr Ann Lee", "Dr Ann R."],
        ["Ann L.", "A. Lee", "AL"],
        ["Ann Lee", "Ann Loe", "Ann L.", "Ann"],
        ["Ann Lee", "Ann R.", "Ann"],
        # told apart by what stands beside
        ["Katie (Leeds)", "Katie (York)", "Katie"],
        ["Katie, Leeds", "Katie, York"],
        ["Katie (Leeds)", "Katie | York", "Katie Roe"],
        ["Katie R. (Leeds)", "Katie R. (York)", "Katie"],
        # with an organisation
        ["Sipho Dlamini NHS", "Sipho Dlamini Kind Trust"],
        ["Ann, Kind Trust", "Ann, NHS England", "Ann Lee"],
        ["Ann Lee", "Ann Roe", "Ann, Kind Trust"],
        ["Ann Lee and Bob Roe Trust", "Ann Lee", "Bob Roe"],
        # labels
        ["The Chair (Hon. Ada Roe)", "The Chair (Hon. Bea Poe)", "The Chair"],
        ["Chair (Leeds)", "Chair (York)", "Chair"],
        ["Guest", "Ann Guest"],
        ["PhD B", "Phd Brown"],
        ["ʼ", "!, bob", "?, bob"],
        ["Ann Lee & Bob Roe", "Ann Roe", "Ann Lee"],
        ["Ann Lee and Bob Roe", "Ann Roe"],
    ],
    ids=" | ".join,
)
def test_names_of_different_people_in_one_session(names: list[str]) -> None:
    assert same({"may": names}) == []


@pytest.mark.parametrize(
    ("names", "joined"),
    [
        (["Ann B. Lee", "Ann Beth C. Lee", "Ann D. Lee"], ["Ann B. Lee", "Ann Beth C. Lee"]),
        (["Ann Lee", "Ann Roe", "Ann R."], ["Ann Roe", "Ann R."]),
        (["Ann Smith-Jones", "Ann Smith Jones", "Ann Jones"], ["Ann Smith-Jones", "Ann Smith Jones"]),
        (["Ann Smith Jones", "Ann Jones", "Ann Smith"], ["Ann Smith Jones", "Ann Jones"]),
        (["Speaker 1", "Speaker 2", "Speaker 1 (she/her)"], ["Speaker 1", "Speaker 1 (she/her)"]),
    ],
)
def test_names_of_which_only_some_are_of_one_person(names: list[str], joined: list[str]) -> None:
    assert same({"may": names}) == [set(joined)]


LABELS = (
    "Speaker 1;SPEAKER_01;Speaker1;Member 2;Facilitator;Participant;Unknown Speaker;iPhone;Zoom user;+44 7700 900123;"
    "447700***123;PhD B;Professor B;Project Manager;The Chair;Guest;Call-In User_1;Breakout Room 3;A nurse;Dr;1;"
    "Zoom user2;Galaxy S21;Ann iPhone;Kind Hospital;Kind Care NHS Trust;NHS England;Royal Free Trust;Ann & Bob;"
    "Ann Lee and Bob Roe;🙂;(she/her);Facilitator (Great Ormond Street);[name withheld]"
).split(";")


@pytest.mark.parametrize("label", LABELS)
def test_a_label_is_somebody_of_its_own_session(label: str) -> None:
    people = resolve({"may": [label], "june": [label]}, {}, {})
    assert sorted(people.values()) == [f"{plain_name(label)} · june", f"{plain_name(label)} · may"]


@pytest.mark.parametrize("name", ["Ann", "Ann L.", "A. Lee", "AL", "Dr Lee", "Katie, Leeds", "Ann (Leeds)"])
def test_a_short_form_alone_is_somebody_of_her_own_session(name: str) -> None:
    people = resolve({"may": [name], "june": [name], "july": ["Ann Lee", "Katie Roe"]}, {}, {})
    assert people["may", name] == f"{plain_name(name)} · may"
    assert people["june", name] == f"{plain_name(name)} · june"


def test_full_names_are_joined_over_sessions_and_short_forms_only_in_theirs() -> None:
    names = {
        "may": ["Dr Ann Lee", "Ann"],
        "june": ["ann b. lee", "AL", "Dr Lee"],
        "july": ["Ann", "Ann Roe", "Ann Poe"],
    }
    assert same(names) == [{"may: Dr Ann Lee", "may: Ann", "june: ann b. lee", "june: AL", "june: Dr Lee"}]


def test_two_middle_names_in_two_sessions_keep_the_name_without_one_apart() -> None:
    assert same({"may": ["Ann B. Lee"], "june": ["Ann C. Lee"], "july": ["Ann Lee", "Ann"], "august": ["Ann Lee"]}) == [
        {"july: Ann Lee", "july: Ann", "august: Ann Lee"}
    ]


# ---------------------------------------------------------------- what they are called


@pytest.mark.parametrize(
    ("names", "called"),
    [
        (["Ann Lee", "Ann B. Lee", "Ann"], "Ann B. Lee"),
        (["Ann B. Lee", "Ann Beth Lee"], "Ann Beth Lee"),
        (["Ann Lee", "Dr Ann Lee"], "Dr Ann Lee"),
        (["Dr. Ann Lee", "Dr Ann Lee"], "Dr Ann Lee"),
        (["Goran Henriks", "Göran Henriks", "GÖRAN HENRIKS"], "Göran Henriks"),
        (["ANN LEE", "Ann Lee", "ann lee"], "Ann Lee"),
        (["ANN LEE", "Ann LEE"], "Ann LEE"),
        (["ann lee"], "ann lee"),
        (["Ann Lee (she/her)"], "Ann Lee"),
        (["Ann L.", "Ann", "AL"], "Ann L."),
        (["Abdalla, Hesham", "hesham abdalla"], "Hesham Abdalla"),
        (["Katie, Leeds", "Katie - Leeds"], "Katie"),
        (["Speaker 1"], "Speaker 1"),
        ([" "], "Unnamed"),
    ],
)
def test_a_person_is_called_by_her_fullest_and_tidiest_name(names: list[str], called: str) -> None:
    assert set(resolve({"may": names}, {}, {}).values()) == {called}


def test_a_session_is_named_only_where_the_name_alone_would_be_two_people() -> None:
    people = resolve({"may": ["Ann", "Bea"], "june": ["ann", "Cy Lee"], "july": ["Cy"]}, {}, {})
    assert people == {
        ("may", "Ann"): "Ann · may",
        ("may", "Bea"): "Bea",
        ("june", "ann"): "ann · june",
        ("june", "Cy Lee"): "Cy Lee",
        ("july", "Cy"): "Cy",
    }
    assert {name_of(person) for person in people.values()} == {"Ann", "Bea", "ann", "Cy Lee", "Cy"}


def test_two_of_one_session_with_one_first_name_are_called_with_what_stands_beside() -> None:
    people = resolve({"may": ["Katie (Leeds)", "Katie - York", "Katie"], "june": ["Katie"]}, {}, {})
    assert people == {
        ("may", "Katie (Leeds)"): "Katie (Leeds)",
        ("may", "Katie - York"): "Katie - York",
        ("may", "Katie"): "Katie · may",
        ("june", "Katie"): "Katie · june",
    }


# ---------------------------------------------------------------- aliases

ARCHIVE = {
    "may": ["Robert Lee", "Bob", "Dr Bob Lee", "Ann"],
    "june": ["Bob Lee (he/him)", "Ann Roe", "Mo", "Mo (she/her)"],
    "july": ["Rob", "Mo", "Ann Roe"],
}


def test_an_alias_holds_in_every_session_and_gives_the_name() -> None:
    people = resolve(ARCHIVE, {"Robert Lee": ["Bob Lee", "Rob"]}, {})
    assert {place for place, person in people.items() if person == "Robert Lee"} == {
        ("may", "Robert Lee"),
        ("may", "Bob"),
        ("may", "Dr Bob Lee"),
        ("june", "Bob Lee (he/him)"),
        ("july", "Rob"),
    }


def test_an_alias_of_a_session_holds_in_that_session() -> None:
    people = resolve(ARCHIVE, {}, {"june": {"Maureen Poe": ["Mo"]}})
    assert people["june", "Mo"] == people["june", "Mo (she/her)"] == "Maureen Poe"
    assert people["july", "Mo"] == "Mo"


def test_an_alias_of_a_session_comes_before_one_of_all() -> None:
    people = resolve(ARCHIVE, {"Maureen Poe": ["Mo"]}, {"june": {"Mohan Das": ["Mo"]}})
    assert (people["june", "Mo"], people["july", "Mo"]) == ("Mohan Das", "Maureen Poe")


def test_an_alias_of_a_session_means_the_person_known_anywhere() -> None:
    people = resolve(ARCHIVE, {"Maureen Poe": ["Momo"]}, {"june": {"Momo": ["Mo"]}, "july": {"ann roe": ["Mo"]}})
    assert people["june", "Mo"] == "Maureen Poe"
    assert people["july", "Mo"] == people["july", "Ann Roe"] == people["june", "Ann Roe"] == "ann roe"


def test_a_short_name_in_a_session_alias_is_of_that_session() -> None:
    people = resolve({"may": ["Ann", "Annie"], "june": ["Ann", "Annie"]}, {}, {"may": {"Ann": ["Annie"]}})
    assert people["may", "Ann"] == people["may", "Annie"] == "Ann · may"
    assert people["june", "Ann"] == "Ann · june"
    assert people["june", "Annie"] == "Annie"


def test_an_alias_joins_what_the_rules_keep_apart() -> None:
    names = {"may": ["Ann", "Ann Lee", "Ann Roe", "Speaker 1"], "june": ["Speaker 1"]}
    people = resolve(names, {"Ann Lee": ["Ann Roe"]}, {"may": {"Ann Lee": ["Speaker 1"]}})
    assert people["may", "Ann Roe"] == people["may", "Speaker 1"] == people["may", "Ann"] == "Ann Lee"
    assert people["june", "Speaker 1"] == "Speaker 1"


def test_entries_of_their_own_keep_people_apart() -> None:
    names = {"may": ["Ann Lee", "Ann B. Lee", "Ann"], "june": ["Ann Lee", "ann"]}
    assert same(names, aliases={"Ann Lee": [], "Ann B. Lee": []}) == [{"may: Ann Lee", "june: Ann Lee", "june: ann"}]


def test_people_kept_apart_are_not_joined_through_a_third() -> None:
    people = resolve({"may": ["Ann Lee", "Ann B. Lee", "Ann B. C. Lee"]}, {"Ann Lee": [], "Ann B. Lee": []}, {})
    assert sorted(people.values()) == ["Ann B. C. Lee", "Ann B. Lee", "Ann Lee"]


def test_two_people_of_one_name_are_told_apart_by_what_stands_beside() -> None:
    aliases = {"Ann Lee (Leeds)": ["Ann Lee - NHS Leeds"], "Ann Lee (York)": []}
    names = {"may": ["Ann Lee (Leeds)", "Ann Lee | York"], "june": ["Ann Lee - NHS Leeds"], "july": ["Ann Lee"]}
    assert resolve(names, aliases, {}) == {
        ("may", "Ann Lee (Leeds)"): "Ann Lee (Leeds)",
        ("may", "Ann Lee | York"): "Ann Lee (York)",
        ("june", "Ann Lee - NHS Leeds"): "Ann Lee (Leeds)",
        ("july", "Ann Lee"): "Ann Lee",
    }


def test_a_name_of_ones_own_comes_before_being_the_spelling_of_another() -> None:
    people = resolve({"may": ["Bob Lee", "Rob"]}, {"Robert Lee": ["Bob Lee", "Rob"], "Bob Lee": []}, {})
    assert people == {("may", "Bob Lee"): "Bob Lee", ("may", "Rob"): "Robert Lee"}


def test_a_spelling_that_two_entries_claim_is_nobodys() -> None:
    people = resolve({"may": ["AL", "Ann Lee"]}, {"Ann Loe": ["AL"], "Amy Loe": ["AL"]}, {})
    assert people["may", "AL"] == "Ann Lee"


def test_a_person_with_an_alias_keeps_her_middle_name_and_short_forms() -> None:
    names = {"may": ["Dr Ann B. Lee", "Dr Lee", "ABL"], "june": ["Nan", "Ann"]}
    assert set(resolve(names, {"Ann Lee": ["Nan"]}, {}).values()) == {"Ann Lee"}


def test_a_short_name_with_an_alias_does_not_shadow_others_of_that_name() -> None:
    people = resolve({"may": ["Kiara", "Kiki"], "june": ["Kiara Roe", "Kiara R."]}, {"Kiara": ["Kiki"]}, {})
    assert people["may", "Kiki"] == people["may", "Kiara"] == "Kiara"
    assert people["june", "Kiara R."] == "Kiara Roe"


def test_one_who_has_a_name_of_her_own_in_one_session_keeps_it_in_others() -> None:
    names = {"may": ["Ann", "Ann Lee - York"], "june": ["Dr Ann Lee"]}
    people = resolve(names, {}, {"may": {"Ann Lee": ["Ann"], "Ann Lee (York)": []}})
    assert people["may", "Ann"] == people["june", "Dr Ann Lee"] == "Ann Lee"
    assert people["may", "Ann Lee - York"] == "Ann Lee (York)"


def test_one_told_apart_by_an_alias_has_short_forms() -> None:
    people = resolve({"may": ["Ann Lee (Leeds)", "Ann"]}, {"Ann Lee (Leeds)": [], "Ann Lee (York)": []}, {})
    assert set(people.values()) == {"Ann Lee (Leeds)"}


def test_a_spelling_means_the_plain_name_in_it_where_nobody_else_has_that() -> None:
    names = {"may": ["Mo Das"], "june": ["Bob Lee"]}
    known = {"Maureen Poe": ["Dr Mo Das - IHI"], "Robert Lee": ["Bob Lee"], "Bo Lee": ["Bob Lee (York)"]}
    assert set(resolve(names, known, {}).values()) == {"Maureen Poe", "Robert Lee"}
    assert resolve({"june": ["Dr Bob Lee"]}, known, {}) == {("june", "Dr Bob Lee"): "Robert Lee"}


def test_one_name_with_two_entries_is_one_person() -> None:
    entries = {"may": {"ann roe": ["Mo"]}, "june": {"Ann Roe": ["Mo"]}, "july": {"ANN ROE": ["Mo"]}}
    for sessions in (["may", "june", "july"], ["july", "june", "may"]):
        people = resolve({"may": ["Mo"], "july": ["Mo"]}, {}, {session: entries[session] for session in sessions})
        assert set(people.values()) == {"ANN ROE"}
    for names in (["ann roe", "Ann Roe"], ["Ann Roe", "ann roe"]):
        assert resolve({"may": ["Mo"]}, {name: ["Mo"] for name in names}, {}) == {("may", "Mo"): "Ann Roe"}


def test_pictures_can_have_an_alias() -> None:
    people = resolve({"may": ["🙂", "🎈", "🎁"]}, {"Ann Lee": ["🙂"]}, {})
    assert [people["may", picture] for picture in "🙂🎈🎁"] == ["Ann Lee", "🎈", "🎁"]


@pytest.mark.parametrize("names", [{}, {"may": []}])
def test_nobody_is_resolved_to_nobody(names: dict[str, list[str]]) -> None:
    assert resolve(names, {"Ann Lee": ["Ann"]}, {"may": {"Bob": []}}) == {}


# ---------------------------------------------------------------- in general

FIRST, MIDDLE, LAST = ["Ann", "Amy", "Bob"], ["", "B.", "Beth", "Bea", "C."], ["Lee", "Loe", "Roe"]
Meeting = tuple[list[tuple[tuple[str, str, str], str]], list[str]]  # full names, in parts and as written; others
full_names = st.tuples(st.sampled_from(FIRST), st.sampled_from(MIDDLE), st.sampled_from(LAST))


def written_as(parts: tuple[str, str, str]) -> st.SearchStrategy[str]:
    """A full name, with what people put around it."""
    name = " ".join(part for part in parts if part)
    around = ["{}", "Dr {}", "{} (she/her)", "{} - IHI", "{}, RN", "Prof. {} | Leeds", "{}'s iPhone"]
    return st.sampled_from([form.format(name) for form in around])


full = full_names.flatmap(lambda parts: st.tuples(st.just(parts), written_as(parts)))
short = st.sampled_from(
    [
        *FIRST,
        "Ann L.",
        "Amy L",
        "A. Lee",
        "B. Roe",
        "AL",
        "BR",
        "Dr Lee",
        "Mr Roe",
        "Dr Ann",
        "Ann (York)",
        "Ann - Leeds",
    ]
)
other = short | st.sampled_from(LABELS)
sessions = st.dictionaries(
    st.sampled_from(["may", "june", "july"]), st.tuples(st.lists(full, max_size=5), st.lists(other, max_size=6))
)
spellings = st.lists(short | full.map(lambda one: one[1]), max_size=3)
aliases = st.dictionaries(full.map(lambda one: one[1]) | short, spellings, max_size=3)


def names_in(meeting: Meeting) -> list[str]:
    return [*(written for _, written in meeting[0]), *meeting[1]]


@settings(deadline=None)
@given(sessions, aliases, st.dictionaries(st.sampled_from(["may", "june"]), aliases), st.randoms(use_true_random=False))
def test_the_order_of_things_plays_no_part(
    meetings: dict[str, Meeting],
    known: dict[str, list[str]],
    inside: dict[str, dict[str, list[str]]],
    random: Random,
) -> None:
    names = {session: names_in(meeting) for session, meeting in meetings.items()}

    def shuffled(things: Collection[str]) -> list[str]:
        return random.sample(sorted(things), len(things))

    again = {session: shuffled(names[session]) for session in shuffled(names)}
    known_again = {name: shuffled(known[name]) for name in shuffled(known)}
    inside_again = {session: dict(reversed(entries.items())) for session, entries in reversed(inside.items())}
    assert resolve(again, known_again, inside_again) == resolve(names, known, inside)


@settings(deadline=None)
@given(sessions, aliases)
def test_every_name_is_somebody(meetings: dict[str, Meeting], known: dict[str, list[str]]) -> None:
    names = {session: names_in(meeting) for session, meeting in meetings.items()}
    people = resolve(names, known, {})
    assert set(people) == {(session, written) for session, those in names.items() for written in those}
    assert all(people.values())


@settings(deadline=None)
@given(st.lists(st.text(max_size=20) | noise, max_size=8))
def test_no_name_is_too_odd(names: list[str]) -> None:
    people = resolve({"may": names, "june": names}, dict.fromkeys(names[:2], names), {"may": {"Ann": names[2:4]}})
    assert set(people) == {(session, name) for session in ("may", "june") for name in names}
    assert all(person for (_, written), person in people.items() if written not in names[:2])


@settings(deadline=None, max_examples=300)
@given(sessions)
def test_without_an_alias_no_two_full_names_that_differ_are_joined(
    meetings: dict[str, Meeting],
) -> None:
    people = resolve({session: names_in(meeting) for session, meeting in meetings.items()}, {}, {})
    everybody = [
        (parts, people[session, written]) for session, meeting in meetings.items() for parts, written in meeting[0]
    ]
    for (parts, person), (others, another) in combinations(everybody, 2):
        agree = parts[0] == others[0] and parts[2] == others[2] and agrees(parts[1], others[1])
        assert person != another or agree
        assert person == another or parts != others


def agrees(middle: str, other: str) -> bool:
    short, long = sorted([middle.strip("."), other.strip(".")], key=len)
    return not short or short == long or (len(short) == 1 and long.startswith(short))


@settings(deadline=None, max_examples=300)
@given(sessions)
def test_a_short_form_is_nobody_of_another_session(
    meetings: dict[str, Meeting],
) -> None:
    names = {session: names_in(meeting) for session, meeting in meetings.items()}
    people = resolve(names, {}, {})
    for session, meeting in meetings.items():
        here = {people[session, written] for _, written in meeting[0]}
        elsewhere = {person for (other, _), person in people.items() if other != session}
        for written in meeting[1]:
            assert people[session, written] in here or people[session, written] not in elsewhere


@settings(deadline=None)
@given(sessions, full, st.sampled_from(["Ann", "AL", "Speaker 1", "Dr Lee", "Amy Roe"]))
def test_an_alias_decides(
    meetings: dict[str, Meeting],
    person: tuple[tuple[str, str, str], str],
    spelling: str,
) -> None:
    names = {session: [*names_in(meeting), spelling] for session, meeting in meetings.items()}
    people = resolve(names, {person[1]: [spelling]}, {})
    assert {people[session, spelling] for session in names} <= {person[1]}
