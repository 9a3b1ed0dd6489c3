from __future__ import annotations

import math
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kindsearch.stores import keywords as module
from kindsearch.stores.keywords import KeywordIndex, hyphenated_in, solid, terms_of, with_solid_forms

TEXTS = {
    1: ("tea calms worried patients", ""),
    2: ("tea tea tea", ""),
    3: ("roses grow along the wall", "tea garden"),
    4: ("we measured smiles with Göran's jar", ""),
    5: ("biscuits", ""),
}
SPELLED = {1: ("for the well-being of staff", ""), 2: ("wellbeing", ""), 3: ("tea", "our well‑being"), 4: ("well", "")}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> KeywordIndex:
    return KeywordIndex.build(tmp_path_factory.mktemp("keywords"), ((row, *texts) for row, texts in TEXTS.items()))


def rows_of(*numbers: int) -> np.ndarray:
    return np.array(numbers, dtype=np.int64)


def weights(text: str) -> dict[str, float]:
    return dict.fromkeys(terms_of(text), 1.0)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Measuring KINDNESS", ["measur", "kind"]),
        ("Göran Öst", ["goran", "ost"]),
        ("“tea”—tea", ["tea", "tea"]),
        ("", []),
        ("?!…", []),
    ],
)
def test_words_become_folded_stems(text: str, terms: list[str]) -> None:
    assert terms_of(text) == terms


@pytest.mark.parametrize(
    ("text", "hyphenated"),
    [
        ("our well-being and Burn-out", ["well-being", "Burn-out"]),
        ("well‐being, burn‑out", ["well‐being", "burn‑out"]),  # the hyphens that are nothing else
        ("face-to-face", ["face-to-face"]),
        ("the mother-in-law’s O'Connor-Öst", ["mother-in-law’s", "O'Connor-Öst"]),
        ("Covid-19-related", ["Covid-19"]),
        ("2020-2021, 3-4, 10-week, p12-14, A1-B2, 0131-496-0000", []),
        ("kind–always, kind—always, kind--always, tea - hot, tea- and", []),
        ("-tea- 'n'-roll _-_ well-\nbeing a_b", []),
        ("a-2_a-2,a-b'c'd-e", ["a-2", "a-2", "a-b'c", "d-e"]),
    ],
)
def test_a_hyphen_between_letters_makes_a_word_and_other_dashes_none(text: str, hyphenated: list[str]) -> None:
    found = hyphenated_in(text)
    assert [one.group() for one in found] == hyphenated == [text[one.start() : one.end()] for one in found]


@given(st.text("ab2-‐'’_ \n.é", max_size=30))
def test_words_are_found_by_their_hyphens_as_if_each_word_were_looked_at(text: str) -> None:
    assert [found.span() for found in hyphenated_in(text)] == [one.span() for one in module._HYPHENATED.finditer(text)]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("well-being", ["wellb", "well", "be"]),
        ("Burn‑outs, burnout", ["burnout", "burn", "out", "burnout"]),
        ("2020-2021", ["2020", "2021"]),
    ],
)
def test_a_hyphenated_word_is_its_solid_form_and_its_parts(text: str, terms: list[str]) -> None:
    assert terms_of(text) == terms


PIECES = ["well", "being", "a", "Ö", "19", "2", "-", "--", "‑", "–", "'", "’", "_", " ", "\n", "日本", "²", "e\u0301"]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=60))
def test_solid_forms_are_added_and_nothing_else_changes(text: str) -> None:
    spelled, rest = with_solid_forms(text), text
    for found in hyphenated_in(text):
        assert solid(found.group()).replace("'", "").replace("’", "").isalnum()
        spelled = spelled.replace(f"{solid(found.group())} {found.group()}", "|", 1)
        rest = rest.replace(found.group(), "|", 1)
    assert spelled == rest


@pytest.mark.parametrize("piece", ["a", "1", "a-", "1-", "a'", "-", "a-1-", "a'a-", "a‑1", "1a-"])
def test_finding_hyphens_takes_time_in_proportion_to_the_length(piece: str) -> None:
    """A thousand times the length would take a million times as long, were it quadratic: hours."""
    text = piece * 1_000_000
    assert len(with_solid_forms(text)) <= 2 * len(text) + 1


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ("tea", {1, 2, 3}),
        ("TEAS", {1, 2, 3}),
        ("goran", {4}),
        ("measure", {4}),
        ("biscuit rose", {3, 5}),
        ("gin", set()),
    ],
)
def test_a_word_finds_every_form_of_it_in_text_and_context(index: KeywordIndex, asked: str, rows: set[int]) -> None:
    assert {row for row, _ in index.search(weights(asked), 10)} == rows


@pytest.mark.parametrize(
    ("term", "rows", "held"), [("wellb", {1, 2, 3}, 2), ("well", {1, 3, 4}, 2), ("be", {1, 3}, 1), ("staff", {1}, 1)]
)
def test_a_hyphenated_word_is_found_solid_and_by_its_parts(
    term: str, rows: set[int], held: int, tmp_path: Path
) -> None:
    made = KeywordIndex.build(tmp_path, ((row, *texts) for row, texts in SPELLED.items()))
    assert {row for row, _ in made.search({term: 1.0}, 10)} == rows
    assert made.frequency(term) == held


def test_text_counts_more_than_context(index: KeywordIndex) -> None:
    assert [row for row, _ in index.search(weights("tea"), 10)] == [2, 1, 3]


def test_the_score_is_bm25_computed_by_hand(index: KeywordIndex) -> None:
    found = dict(index.search({"biscuit": 1.0}, 10))
    mean_length = (4 + 3 + 5 + 7 + 1) / 5  # words of the texts; "Göran's" is two
    rarity = math.log(1 + (5 - 1 + 0.5) / (1 + 0.5))
    assert found == {5: pytest.approx(rarity * 2.2 / (1 + 1.2 * (1 - 0.75 + 0.75 * 1 / mean_length)), rel=1e-4)}


def test_a_weight_multiplies_the_score_of_its_term(index: KeywordIndex) -> None:
    ((_, full),) = index.search({"biscuit": 1.0}, 10)
    ((_, half),) = index.search({"biscuit": 0.5}, 10)
    assert half == pytest.approx(full / 2, rel=1e-5)


@pytest.mark.parametrize(
    ("rows", "k", "expected"),
    [([1, 3], 10, [1, 3]), ([3], 1, [3]), ([1, 2, 3], 2, [2, 1]), ([4, 5], 10, []), ([], 10, [])],
)
def test_a_filter_leaves_order_and_scores_as_they_are(
    index: KeywordIndex, rows: list[int], k: int, expected: list[int]
) -> None:
    scores = dict(index.search(weights("tea"), 10))
    found = index.search(weights("tea"), k, rows_of(*rows))
    assert [row for row, _ in found] == expected
    assert all(score == pytest.approx(scores[row], rel=1e-5) for row, score in found)


@pytest.mark.parametrize(
    "text", ["tea AND (", "text:tea", '"tea', "tea~2^9 [a TO b]", "+tea -wall", "* ?", "\\", "NOT"]
)
def test_query_syntax_is_only_text(index: KeywordIndex, text: str) -> None:
    assert {row for row, _ in index.search(weights(text), 10)} >= ({1, 2, 3} if "tea" in text else set())


@given(st.text(max_size=60))
def test_any_text_can_be_searched_for(index: KeywordIndex, text: str) -> None:
    assert {row for row, _ in index.search(weights(text), 10)} <= set(TEXTS)


@given(st.dictionaries(st.text(max_size=12), st.floats(0.01, 1), max_size=8))
def test_any_terms_can_be_searched_for(index: KeywordIndex, terms: dict[str, float]) -> None:
    assert {row for row, _ in index.search(terms, 10)} <= set(TEXTS)


@pytest.mark.parametrize(("term", "passages"), [("tea", 2), ("garden", 1), ("nowher", 0)])
def test_frequency_counts_passages_in_the_field_that_has_more(index: KeywordIndex, term: str, passages: int) -> None:
    assert index.frequency(term) == passages


def test_nothing_asked_or_nothing_there_is_nothing_found(index: KeywordIndex, tmp_path: Path) -> None:
    empty = KeywordIndex.build(tmp_path, [])
    assert (len(empty), empty.search({"tea": 1.0}, 5)) == (0, [])
    assert index.search({}, 5) == index.search({"tea": 1.0}, 0) == []


def test_what_is_built_is_what_is_loaded(tmp_path: Path) -> None:
    built = KeywordIndex.build(tmp_path, ((row, *texts) for row, texts in TEXTS.items()))
    loaded = KeywordIndex.load(tmp_path)
    assert len(loaded) == len(built) == 5
    assert loaded.search(weights("tea wall"), 5, rows_of(1, 3)) == built.search(weights("tea wall"), 5, rows_of(1, 3))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("tea", {1, 2}),  # what stands in a context only is not its text
        ("worried tea", {1}),
        ("MEASURING Goran's", {4}),
        ("tea wall", set()),
        ("gin", set()),
        ("", set()),
        ("%", set()),
        ("x' OR '1'='1", set()),
    ],
)
def test_passages_with_all_words_have_each_in_their_text(index: KeywordIndex, text: str, rows: set[int]) -> None:
    assert set(index.with_all(text, 10)) == rows
    assert len(index.with_all(text, 1)) == min(1, len(rows))


def test_an_index_of_nothing_has_no_passage_with_all_words(tmp_path: Path) -> None:
    assert KeywordIndex.build(tmp_path, []).with_all("tea", 5) == []


# ---------------------------------------------------------------- filters of few and of many

WORDS = ["tea", "rose", "jar", "bean", "wall", "sea"]
MANY = 400


def text_of(row: int) -> str:
    """Some of the words, each text with a length of its own."""
    drawn = np.random.default_rng(row)
    return " ".join([*drawn.choice(WORDS, size=3), *(f"filler{row}" for _ in range(row % 37))])


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> KeywordIndex:
    folder = tmp_path_factory.mktemp("many")
    return KeywordIndex.build(folder, ((row, text_of(row), "") for row in range(1, MANY + 1)))


@pytest.mark.parametrize("wanted", [0.0, 0.02, 1.0, 2.0], ids=["one by one", "as it is", "few", "as a set"])
@given(
    st.sets(st.sampled_from(WORDS), min_size=1, max_size=3),
    st.integers(1, 60),
    st.sampled_from([1, 2, 3, 40, 100, 300]),
    st.integers(0, 39),
)
@settings(deadline=None)
def test_the_best_of_a_filter_are_those_of_everything_that_pass_it(
    many: KeywordIndex, wanted: float, asked: set[str], k: int, one_in: int, first: int
) -> None:
    """Whichever way is taken: both find the same."""
    rows = rows_of(*range(1 + first, MANY + 1, one_in))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MANY", wanted)
        found = many.search(weights(" ".join(sorted(asked))), k, rows)
    everything = many.search(weights(" ".join(sorted(asked))), MANY)
    expected = [(row, score) for row, score in everything if row in set(rows.tolist())]
    scores = dict(expected)
    assert len(found) == min(k, len(expected))
    assert [score for _, score in found] == pytest.approx([score for _, score in expected[:k]], rel=1e-5)
    assert all(score == pytest.approx(scores[row], rel=1e-5) for row, score in found)


# ---------------------------------------------------------------- more passages beside those there are


def files_in(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.suffix != ".lock"}


def grown(folder: Path, *parts: Iterable[tuple[int, str, str]]) -> KeywordIndex:
    """Part by part, each in a folder of its own."""
    index = KeywordIndex.build(made(folder / "0"), parts[0])
    for number, part in enumerate(parts[1:], start=1):
        index = KeywordIndex.extended(folder / str(number - 1), made(folder / str(number)), part)
    return index


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_an_index_with_more_passages_is_one_of_all_of_them(tmp_path: Path) -> None:
    passages = [(row, *texts) for row, texts in TEXTS.items()]
    every = KeywordIndex.build(made(tmp_path / "all"), passages)
    for index in (grown(tmp_path, passages[:2], passages[2:3], [], passages[3:]), KeywordIndex.load(tmp_path / "3")):
        assert len(index) == 5
        for asked in ("tea", "goran", "biscuit rose", "measure garden wall"):
            found = {row: pytest.approx(score, rel=1e-4) for row, score in index.search(weights(asked), 10)}
            assert dict(every.search(weights(asked), 10)) == found
            assert index.search(weights(asked), 10, rows_of(1, 3, 5)) == [
                (row, score) for row, score in index.search(weights(asked), 10) if row in {1, 3, 5}
            ]
        assert [index.frequency(term) for term in ("tea", "garden", "biscuit")] == [2, 1, 1]
        assert set(index.with_all("tea", 10)) == {1, 2}


@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=4), min_size=1, max_size=20), st.data())
@settings(deadline=None, max_examples=10)
def test_wherever_it_is_cut_into_parts_an_index_is_the_same(texts: list[list[str]], data: st.DataObject) -> None:
    passages = [(row, " ".join(words), "") for row, words in enumerate(texts, start=1)]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(texts)), max_size=3)))
    parts = [passages[start:end] for start, end in zip([0, *cuts], [*cuts, len(texts)], strict=True)]
    with TemporaryDirectory() as folder:
        index = grown(Path(folder), *parts)
        every = KeywordIndex.build(made(Path(folder) / "all"), passages)
        assert len(index) == len(every) == len(texts)
        for word in WORDS:
            assert index.frequency(word) == every.frequency(word)
            assert dict(index.search(weights(word), 99)) == {
                row: pytest.approx(score, rel=1e-4) for row, score in every.search(weights(word), 99)
            }


def test_the_old_index_stays_as_it_is_and_the_new_one_when_the_old_is_gone(tmp_path: Path) -> None:
    passages = [(row, *texts) for row, texts in TEXTS.items()]
    old, new = made(tmp_path / "old"), made(tmp_path / "new")
    before = KeywordIndex.build(old, passages[:3])
    known = files_in(old)
    for step in range(3):  # one new index may go wrong, and is made again
        folder = made(tmp_path / f"wrong {step}")
        KeywordIndex.extended(old, folder, [(90 + step, "tea wrong", "")])
    after = KeywordIndex.extended(old, new, passages[3:])
    assert files_in(old) == known
    for index in (before, KeywordIndex.load(old)):
        assert {row for row, _ in index.search(weights("tea smiles biscuits"), 10)} == {1, 2, 3}
    for path in old.iterdir():
        path.unlink()
    known = files_in(new)
    for index in (after, KeywordIndex.load(new)):
        assert {row for row, _ in index.search(weights("tea smiles biscuits"), 10)} == {1, 2, 3, 4, 5}
    assert files_in(new) == known


def test_where_a_disk_has_no_second_names_files_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(module.os, "link", refuse)
    passages = [(row, *texts) for row, texts in TEXTS.items()]
    index = grown(tmp_path, passages[:2], passages[2:])
    assert {row for row, _ in index.search(weights("tea smiles biscuits"), 10)} == {1, 2, 3, 4, 5}
