"""What is remembered of somebody who asked to be forgotten, and where a text names her."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kindsearch.forgetting import (
    EVERYWHERE,
    WITHHELD,
    Forgotten,
    Memory,
    Names,
    forms_of,
    full_names,
    hers,
    may_be,
    with_short_forms,
)

SALT = "5a" * 32
HER = Forgotten("her", words_stay=False)
EMPTY = Memory(SALT, {})


def known(*names: str, at: Collection[str] = (EVERYWHERE,), who: Forgotten = HER) -> Memory:
    return EMPTY.with_names(names, at, who)


# ---------------------------------------------------------------- the memory


def test_nothing_of_a_name_is_in_the_memory() -> None:
    memory = known("Maureen Quill", at=["d1"])
    assert [word for word in ("Maureen", "Quill", "maureen") if word in repr(memory)] == []
    assert known("Maureen Quill").entries != Memory("5b" * 32, {}).with_names(["Maureen Quill"], [EVERYWHERE], HER)


def test_a_short_form_is_hers_in_the_documents_it_is_known_for_only() -> None:
    memory = known("Maureen", at=["d1"])
    assert memory.within(["d1"]).owner("maureen") == memory.within(["d2", "d1"]).owner("Maureen (she/her)") == HER
    assert memory.within(["d2"]).owner("Maureen") is None


def test_what_is_known_of_one_document_can_be_said_of_others() -> None:
    memory = known("Maureen", at=["d1"]).shared(["d1", "d9"], by=["d1", "d2"])
    assert memory.within(["d2"]).owner("Maureen") == HER
    assert memory.shared(["d9"], by=["d3"]) is memory


def test_a_document_is_gone_through_again_when_more_is_known_for_it_and_only_then() -> None:
    memory = known("Maureen Quill").with_names(["Maureen"], ["d1"], HER)
    again = memory.with_names(["Maureen Quill"], [EVERYWHERE], HER)
    assert (EMPTY.digest("d1"), again.digest("d1")) == ("", memory.digest("d1"))
    assert memory.digest("d1") != memory.digest("d2") == known("Maureen Quill").digest("d2")
    assert memory.with_names(["Mo"], ["d1"], HER).digest("d1") != memory.digest("d1")
    assert memory.with_names(["Mo"], ["d1"], HER).digest("d2") == memory.digest("d2")
    assert memory.changed("her", words_stay=True).digest("d2") != memory.digest("d2")


def test_of_two_people_one_can_be_changed() -> None:
    memory = known("Maureen Quill", who=Forgotten("her", words_stay=True))
    memory = memory.with_names(["Bo Ek"], [EVERYWHERE], Forgotten("him", words_stay=True))
    names = memory.changed("her", words_stay=False).within([])
    assert (names.owner("Maureen Quill"), names.owner("Bo Ek")) == (HER, Forgotten("him", words_stay=True))


@pytest.mark.parametrize("spellings", [{"Maureen Quill": ("Mo",)}, {"Mo": ("MQ", "Maureen Quill")}])
def test_other_spellings_of_hers_are_hers(spellings: dict[str, tuple[str, ...]]) -> None:
    memory = known("Maureen Quill").with_aliases(spellings, ["d1"])
    assert memory.within(["d1"]).owner("Mo") == HER
    assert memory.within(["d2"]).owner("Mo") is None
    assert known("Maureen Quill").with_aliases({"Bo Ek": ("Mo",)}, ["d1"]).within(["d1"]).owner("Mo") is None


# ---------------------------------------------------------------- forms of a name


@pytest.mark.parametrize(
    "name", ["Ann", "Speaker 1", "Facilitator", "A. Lee", "Ann L", "MQ", "iPhone", "the team", "6"]
)
def test_what_many_may_be_called_is_nobodys_name_everywhere(name: str) -> None:
    everywhere, here = forms_of(name)
    assert everywhere == frozenset()
    assert name in here


@pytest.mark.parametrize("name", ["Ann Lee", "Prof. Ann Lee", "Ann Lee - Leeds", "ANN LEE", "村上 春樹"])
def test_a_full_name_is_hers_everywhere(name: str) -> None:
    assert name in forms_of(name)[0]


@pytest.mark.parametrize(
    ("form", "name", "expected"),
    [("Ann", "Ann Roe", True), ("Lee", "Rob Lee", True), ("Ann L", "Ann Lund", True), ("Ann L", "Ann Roe", False)],
)
def test_a_short_form_that_another_may_be_called_by(form: str, name: str, expected: bool) -> None:
    assert may_be(form, name) is expected


def test_short_forms_that_fit_nobody_else_are_hers() -> None:
    names = ["Maureen Quill", "Maureen Roe", "Bo Ek"]
    found = with_short_forms(EMPTY, ["d1"], names, names, {"Maureen Quill": HER}).within(["d1"])
    assert (found.owner("Quill"), found.owner("Maureen Q"), found.owner("Maureen")) == (HER, HER, None)


@pytest.mark.parametrize(("speakers", "owner"), [((), HER), (("Quill",), None)])
def test_a_last_name_that_stands_in_a_list_only_may_be_hers(speakers: tuple[str, ...], owner: object) -> None:
    names = ["Maureen Quill", "Quill", "Bo Ek"]
    found = with_short_forms(EMPTY, ["d1"], names, speakers, {"Maureen Quill": HER}).within(["d1"])
    assert found.owner("Quill") == owner


def test_a_name_that_is_joined_with_hers_is_hers() -> None:
    memory = known("Maureen Quill")
    assert hers(memory, ["d1"], ["Maureen Quill", "Maureen", "Bo Ek"], {}, {}) == {
        "Maureen Quill": HER,
        "Maureen": HER,
    }
    assert hers(memory, ["d1"], ["Kitten", "Bo Ek"], {"Maureen Quill": ("Kitten",)}, {}) == {"Kitten": HER}
    assert hers(memory, ["d1"], ["Maureen", "Maureen Roe"], {}, {}) == {}


# ---------------------------------------------------------------- in a text


def names_of_hers(*others: str) -> Names:
    """Her full name everywhere, short ones in one document."""
    everywhere, here = forms_of("Maureen Quill")
    memory = EMPTY.with_names(everywhere, [EVERYWHERE], HER).with_names(here, ["d1"], HER)
    return memory.within(["d1"], full_names(others))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("First Maureen Roe spoke, then Maureen Quill.", "First Maureen Roe spoke, then *."),
        ("Rob Quill and Maureen", "Rob Quill and *"),
        ("Dear Maureen Zed", "Dear * Zed"),  # nobody known: rather too much than too little
        ("maureen went, and the quill stayed", "* went, and the quill stayed"),
        (
            "thanks maureen, and maureen's axolotl: maureen roe knows it",
            "thanks *, and *'s axolotl: maureen roe knows it",
        ),
        ("Quill, Maureen (IHI)", "* (IHI)"),
        ("Maureen, Quill and Bo", "*, * and Bo"),
        ("M. Quill, Maureen Q. and Maureen T. Quill", "*, * and *"),
        ("Maureen\nQuill", "*"),
        ("Maureen.quill@ihi.example, or @maureenquill!", "*, or *!"),
        ("(see https://ihi.example/people/maureen-quill).", "(see *)."),
        ("https://ihi.example/quills/maureens", "https://ihi.example/quills/maureens"),
        ("e.g. version 1.2 of a.b", "e.g. version 1.2 of a.b"),
        ("Maureens Quillen", "Maureens Quillen"),
        ("", ""),
    ],
)
def test_where_a_text_names_her(text: str, expected: str) -> None:
    assert names_of_hers("Maureen Roe", "Rob Quill").without(text).replace(WITHHELD, "*") == expected


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        ("Sipho Dlamini", "thanks sipho", "thanks *"),
        ("Rose Dlamini", "a rose for Rose", "a rose for *"),
        ("Will Dlamini", "he will, will Will", "he will, will *"),
        ("May Dlamini", "we may, in may, meet May", "we may, in may, meet *"),
        ("Maureen Baker", "a baker met maureen", "a baker met *"),
        ("Maureen", "thanks maureen", "thanks *"),
        ("ED", "ed said so to ED", "ed said so to *"),
        ("UNA", "una said so to UNA", "una said so to *"),
        ("Facilitator", "a facilitator, the Facilitator", "a facilitator, the *"),
    ],
)
def test_a_first_name_in_small_letters_is_hers_unless_it_is_a_word(name: str, text: str, left: str) -> None:
    names = with_short_forms(EMPTY, ["d1"], [name], [name], {name: HER}).within(["d1"])
    assert names.without(text).replace(WITHHELD, "*") == left


def test_a_last_name_that_somebody_is_labelled_with_needs_its_capital() -> None:
    hers = dict.fromkeys(["Maureen Quill", "Quill"], HER)
    names = with_short_forms(EMPTY, ["d1"], list(hers), list(hers), hers).within(["d1"])
    assert names.without("maureen has the quill of Quill") == f"{WITHHELD} has the quill of {WITHHELD}"


def test_where_she_never_was_her_full_name_alone_is_hers() -> None:
    elsewhere = names_of_hers().memory.within(["d2"])
    text = "Maureen and Quill, and Maureen Quill, and Quill, Maureen; a Quill Maureen"
    left = "Maureen and Quill, and *, and *; a Quill Maureen"
    assert elsewhere.without(text).replace(WITHHELD, "*") == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("As we said, Maureen\nQuill was there.", "As we said, * was there."),
        ("Maureen\n\nQuill pens", "Maureen\n\nQuill pens"),
        ("Hello @Maureen Quill, and @Maureen Roe", "Hello @*, and @Maureen Roe"),
        ("John Quill, Maureen Brown and Cy Dee", "John Quill, Maureen Brown and Cy Dee"),
        ("And Quill, Maureen.", "And *."),
    ],
)
def test_her_full_name_is_known_however_it_is_broken_and_not_made_of_two(text: str, left: str) -> None:
    elsewhere = names_of_hers().memory.within(["d2"])
    assert elsewhere.without(text).replace(WITHHELD, "*") == left


def test_one_of_another_initial_who_is_known_keeps_her_name() -> None:
    text = "Maureen B. Quill met Maureen T. Quill."
    left = names_of_hers("Maureen B. Quill").without(text)
    assert left == f"Maureen B. Quill met {WITHHELD}."


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("On 16 May 2024 we met May.", "On 16 May 2024 we met *."),
        ("On the 1st of May, and May 2, and May, 2024", "On the 1st of May, and May 2, and May, 2024"),
        ("May, you said", "*, you said"),
    ],
)
def test_a_month_in_a_date_is_nobody(text: str, left: str) -> None:
    assert known("May").within([]).without(text).replace(WITHHELD, "*") == left


@pytest.mark.parametrize(
    ("label", "owner"),
    [
        ("Maureen T. Quill", HER),
        ("Prof. Maureen T. Quill MBE", HER),
        ("NHS | Maureen Quill", HER),
        ("Leeds - Maureen Quill", HER),
        ("Facilitator (Maureen Quill)", HER),
        ("Maureen Quill & Bob Quill", HER),
        ("Maureen Quill 2", HER),
        ("maureen.quill@nhs.example", HER),
        ("Ann Lee and Maureen Quill", HER),
        ("Maureen Quill, Zoo Society", HER),
        ("MAUREEN QUILL, Chief Nurse, NHS", HER),
        ("Maureen Quill NHS", HER),
        ("Maureen Quill Kind College NHS Trust", HER),
        ("Prof. Maureen T. Quill Kind Trust (she/her)", HER),
        ("Bo Ek & Maureen Quill Kind Trust", HER),
        ("Kind Trust, Maureen Quill", HER),
        ("Quill, Maureen, Kind Trust", HER),
        ("Maureen, Quill Trust", None),
        ("Quill Trust", None),
        ("Maureen Roe, Quill Trust", None),
        ("Roe, Maureen Quill", None),
        ("Maureen Quill-Roe", None),
        ("Maureen Quill Roe", None),
        ("Ann Maureen Quill", None),
        ("M. Quill", None),
        ("NHS | Maureen", None),
    ],
)
def test_a_label_with_more_in_it_than_her_full_name_is_hers_in_any_session(label: str, owner: object) -> None:
    assert names_of_hers().memory.within(["d2"]).owner(label) == owner


@pytest.mark.parametrize(
    ("name", "other", "is_everywhere"),
    [("Ann Mary Lee", "Bo Ek", True), ("Ann Mary Lee", "Ann Lee", False), ("Ann van der Lee", "Bo Ek", False)],
)
def test_first_and_last_name_alone_are_hers_unless_they_may_be_anothers(
    name: str, other: str, is_everywhere: bool
) -> None:
    everywhere, here = forms_of(name, [other])
    assert ("Ann Lee" in everywhere, "Ann Lee" in here) == (is_everywhere, not is_everywhere)


def test_a_last_name_with_its_particles_is_one() -> None:
    assert {"van der Berg", "J van der Berg"} <= forms_of("Jo van der Berg")[1]


@given(st.lists(st.sampled_from(["Maureen", "Quill", "T.", ",", ".", " ", "\n", "Roe", "’s", "@", "x", "é", "\u0301"])))
def test_in_any_text_mentions_are_in_order_and_no_full_name_is_left(parts: list[str]) -> None:
    text, names = "".join(parts), names_of_hers()
    found = names.mentions(text)
    ends = [at for stretch in found for at in stretch]
    assert ends == sorted(ends)
    assert all(text[start:end].strip() for start, end in found)
    assert "Maureen Quill" not in names.without(text)


def test_nobody_is_named_where_nobody_is_to_be_forgotten() -> None:
    assert EMPTY.within(["d1"]).mentions("Maureen Quill") == []
