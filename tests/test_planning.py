"""What an ingest has to do: files compared by content with what the catalog holds."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kindsearch import KindSearch, Settings
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.errors import BadRequest, NoIndex
from kindsearch.ingesting import IngestReport
from kindsearch.planning import Plan, as_json, known_aliases, plan_of
from kindsearch.stores.catalog import Catalog

Make = Callable[..., KindSearch]


def words(subject: str) -> str:
    """A small pack about something."""
    return f"# About {subject}\n\nMay 2024\n\n# Reflections from the chat\n\n**Ann Lee** We like {subject}.\n"


TEA, GARDEN, MUSIC, WALKS = (words(subject) for subject in ("tea", "gardens", "music", "walks"))


def id_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def write(folder: Path, files: Mapping[str, str | None]) -> None:
    """Write files into a folder; None takes one out."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.unlink()
        else:
            path.write_text(text, encoding="utf-8")


def corpus_of(archive: KindSearch) -> Path:
    return archive.settings.corpus


def planned(archive: KindSearch, *paths: Path) -> Plan:
    catalog = Catalog.open(archive.folder)
    try:
        return plan_of(catalog, paths or [corpus_of(archive)])
    finally:
        catalog.close()


def told(plan: Plan) -> dict[str, Any]:
    """A plan by sources, without what is empty."""
    said: dict[str, Any] = {
        "added": [file.source for file in plan.added],
        "changed": [(place.source, file.source) for place, file in plan.changed],
        "renamed": [(place.source, file.source) for place, file in plan.renamed],
        "removed": [place.source for place in plan.removed],
        "unchanged": [file.source for file in plan.unchanged],
        "failed": {failure.source: failure.reason for failure in plan.failed},
        "notes": dict(plan.notes),
    }
    return {name: sorted(value) if isinstance(value, list) else value for name, value in said.items() if value}


def held(archive: KindSearch) -> list[tuple[str, str]]:
    """Every document of the archive: where it was found, and the first words of its text."""
    catalog = Catalog.open(archive.folder)
    try:
        return sorted(
            (Path(place.root, place.source).as_posix(), (catalog.text_of(place.document_id) or "").split("\n")[0])
            for place in catalog.places().values()
        )
    finally:
        catalog.close()


def in_corpus(archive: KindSearch, *files: tuple[str, str]) -> list[tuple[str, str]]:
    return sorted(((corpus_of(archive) / name).as_posix(), f"About {subject}") for name, subject in files)


# ---------------------------------------------------------------- one thing at a time


def test_of_an_empty_archive_all_is_new_and_read_in_order(small_archive: Make) -> None:
    archive = small_archive({})
    write(corpus_of(archive), {"b.md": TEA, "a.md": GARDEN, "c/d.md": MUSIC})
    plan = planned(archive)
    assert told(plan) == {"added": ["a.md", "b.md", "c/d.md"]}
    assert [file.source for file in plan.to_read] == ["a.md", "b.md", "c/d.md"]
    assert not plan.changes_something_known


def test_of_a_folder_that_is_known_nothing_is_read(small_archive: Make) -> None:
    plan = planned(small_archive({"a.md": TEA, "b.md": GARDEN}))
    assert told(plan) == {"unchanged": ["a.md", "b.md"]}
    assert plan.to_read == []
    assert not plan.changes_something_known


def test_a_new_file(small_archive: Make) -> None:
    archive = small_archive({"a.md": TEA})
    write(corpus_of(archive), {"b.md": GARDEN})
    assert told(planned(archive)) == {"added": ["b.md"], "unchanged": ["a.md"]}


def test_a_file_with_other_words_takes_the_place_of_what_it_was(small_archive: Make) -> None:
    archive = small_archive({"a.md": TEA, "b.md": GARDEN})
    write(corpus_of(archive), {"a.md": MUSIC})
    plan = planned(archive)
    assert told(plan) == {"changed": [("a.md", "a.md")], "unchanged": ["b.md"]}
    ((place, file),) = plan.changed
    assert (place.document_id, file.sha256) == (id_of(TEA), id_of(MUSIC))
    assert [one.source for one in plan.to_read] == ["a.md"]


def test_a_file_that_is_gone(small_archive: Make) -> None:
    archive = small_archive({"a.md": TEA, "b.md": GARDEN})
    write(corpus_of(archive), {"a.md": None})
    plan = planned(archive)
    assert told(plan) == {"removed": ["a.md"], "unchanged": ["b.md"]}
    assert plan.changes_something_known


def test_a_file_of_another_name_is_not_read_again(small_archive: Make) -> None:
    archive = small_archive({"a.md": TEA, "b.md": GARDEN})
    write(corpus_of(archive), {"a.md": None, "2024/tea.md": TEA})
    plan = planned(archive)
    assert told(plan) == {"renamed": [("a.md", "2024/tea.md")], "unchanged": ["b.md"]}
    assert plan.to_read == []
    assert plan.changes_something_known


@pytest.mark.parametrize(
    "kept_out",
    [
        {".kindsearchignore": "a.md\n"},
        {"session.toml": 'exclude = ["a.md"]'},
        {"a.md": None, ".a.md": TEA},
    ],
    ids=["ignored", "excluded", "hidden"],
)
def test_a_file_that_is_kept_out_from_now_on_is_removed(small_archive: Make, kept_out: dict[str, str | None]) -> None:
    archive = small_archive({"a.md": TEA, "b.md": GARDEN})
    write(corpus_of(archive), kept_out)
    assert told(planned(archive))["removed"] == ["a.md"]


# ---------------------------------------------------------------- names that change hands


def test_two_files_that_swap_their_names_are_both_renamed(small_archive: Make) -> None:
    archive = small_archive({"a.md": TEA, "b.md": GARDEN})
    write(corpus_of(archive), {"a.md": GARDEN, "b.md": TEA})
    plan = planned(archive)
    assert told(plan) == {"renamed": [("a.md", "b.md"), ("b.md", "a.md")]}
    archive.ingest()
    assert held(archive) == in_corpus(archive, ("a.md", "gardens"), ("b.md", "tea"))
    assert told(planned(archive)) == {"unchanged": ["a.md", "b.md"]}


def test_three_names_that_go_round(small_archive: Make) -> None:
    archive = small_archive({"a.md": TEA, "b.md": GARDEN, "c.md": MUSIC})
    write(corpus_of(archive), {"a.md": MUSIC, "b.md": TEA, "c.md": GARDEN})
    assert len(told(planned(archive))["renamed"]) == 3
    archive.ingest()
    assert held(archive) == in_corpus(archive, ("a.md", "music"), ("b.md", "tea"), ("c.md", "gardens"))


def test_a_file_moved_over_another_takes_its_place(small_archive: Make) -> None:
    """As  mv a.md b.md  does: what b.md said is gone."""
    archive = small_archive({"a.md": TEA, "b.md": GARDEN})
    (corpus_of(archive) / "a.md").replace(corpus_of(archive) / "b.md")
    plan = planned(archive)
    archive.ingest()
    assert held(archive) == in_corpus(archive, ("b.md", "tea"))
    assert id_of(GARDEN) in {place.document_id for place in plan.removed}


def test_each_file_of_a_row_may_take_the_name_of_the_next(small_archive: Make) -> None:
    archive = small_archive({"1.md": TEA, "2.md": GARDEN, "3.md": MUSIC})
    write(corpus_of(archive), {"1.md": None, "2.md": TEA, "3.md": GARDEN})
    archive.ingest()
    assert held(archive) == in_corpus(archive, ("2.md", "tea"), ("3.md", "gardens"))


def test_a_new_file_may_have_the_name_of_one_that_moved(small_archive: Make) -> None:
    archive = small_archive({"a.md": TEA})
    write(corpus_of(archive), {"a.md": MUSIC, "b.md": TEA})
    assert told(planned(archive)) == {"added": ["a.md"], "renamed": [("a.md", "b.md")]}
    archive.ingest()
    assert held(archive) == in_corpus(archive, ("a.md", "music"), ("b.md", "tea"))


def test_a_file_may_move_to_the_place_of_one_that_moved_and_changed(small_archive: Make) -> None:
    archive = small_archive({"a.md": TEA, "b.md": GARDEN})
    write(corpus_of(archive), {"a.md": GARDEN, "b.md": MUSIC})
    archive.ingest()
    assert held(archive) == in_corpus(archive, ("a.md", "gardens"), ("b.md", "music"))


# ---------------------------------------------------------------- doubles


def test_of_two_files_with_the_same_bytes_the_first_counts(small_archive: Make) -> None:
    archive = small_archive({})
    write(corpus_of(archive), {"b.md": TEA, "a.md": TEA, "c.md": GARDEN})
    assert told(planned(archive)) == {"added": ["a.md", "c.md"], "failed": {"b.md": "the same file as a.md"}}


def test_it_is_the_first_whichever_is_known(small_archive: Make) -> None:
    archive = small_archive({"b.md": TEA})
    write(corpus_of(archive), {"a.md": TEA})
    assert told(planned(archive)) == {"renamed": [("b.md", "a.md")], "failed": {"b.md": "the same file as a.md"}}
    archive.ingest()
    assert held(archive) == in_corpus(archive, ("a.md", "tea"))
    assert told(planned(archive)) == {"unchanged": ["a.md"], "failed": {"b.md": "the same file as a.md"}}


def test_when_the_first_goes_the_other_takes_its_place_unread(small_archive: Make) -> None:
    archive = small_archive({"a.md": TEA, "b.md": TEA})
    write(corpus_of(archive), {"a.md": None})
    assert told(planned(archive)) == {"renamed": [("a.md", "b.md")]}


def test_a_file_that_becomes_a_copy_of_another_is_gone_as_what_it_was(small_archive: Make) -> None:
    archive = small_archive({"a.md": TEA, "b.md": GARDEN})
    write(corpus_of(archive), {"b.md": TEA})
    plan = planned(archive)
    assert told(plan) == {"removed": ["b.md"], "unchanged": ["a.md"], "failed": {"b.md": "the same file as a.md"}}
    archive.ingest()
    assert held(archive) == in_corpus(archive, ("a.md", "tea"))


def test_the_same_folder_given_twice_is_one(small_archive: Make) -> None:
    archive = small_archive({"a.md": TEA})
    corpus = corpus_of(archive)
    assert told(planned(archive, corpus, corpus)) == {"unchanged": ["a.md"]}
    assert told(planned(archive, corpus, corpus / "a.md")) == {"unchanged": ["a.md"]}
    assert told(planned(archive, corpus / "." / ".." / corpus.name)) == {"unchanged": ["a.md"]}


# ---------------------------------------------------------------- what is given


def test_a_file_that_is_given_says_nothing_of_the_others(small_archive: Make) -> None:
    archive = small_archive({"a.md": TEA, "b.md": GARDEN})
    write(corpus_of(archive), {"a.md": MUSIC, "b.md": None})
    assert told(planned(archive, corpus_of(archive) / "a.md")) == {"changed": [("a.md", "a.md")]}


def test_a_copy_outside_of_what_is_known_is_named(small_archive: Make, tmp_path: Path) -> None:
    archive = small_archive({"a.md": TEA})
    write(tmp_path, {"copy.md": TEA})
    reason = "the same file is already there as a.md"
    assert told(planned(archive, tmp_path / "copy.md")) == {"failed": {"copy.md": reason}}
    write(corpus_of(archive), {"a.md": None})
    assert told(planned(archive, tmp_path / "copy.md")) == {"renamed": [("a.md", "copy.md")]}


def test_a_path_that_is_not_there_is_a_bad_request(small_archive: Make, tmp_path: Path) -> None:
    with pytest.raises(BadRequest):
        planned(small_archive({}), tmp_path / "nowhere")


def test_a_folder_may_be_given_as_seen_from_here(small_archive: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = small_archive({"a.md": TEA, "b.md": GARDEN})
    write(corpus_of(archive), {"a.md": None})
    monkeypatch.chdir(corpus_of(archive).parent)
    assert told(planned(archive, Path(corpus_of(archive).name))) == {"removed": ["a.md"], "unchanged": ["b.md"]}
    (corpus_of(archive).parent / "link").symlink_to(corpus_of(archive))
    assert told(planned(archive, Path("link"))) == {"removed": ["a.md"], "unchanged": ["b.md"]}


@pytest.mark.parametrize("path", ["2024", "2024/a.md"])
def test_a_part_of_a_folder_may_be_given_and_its_files_are_the_same_files(small_archive: Make, path: str) -> None:
    archive = small_archive({"2024/a.md": TEA, "b.md": GARDEN})
    write(corpus_of(archive), {"2024/a.md": MUSIC})
    archive.ingest(corpus_of(archive) / path)
    archive.ingest()
    assert held(archive) == in_corpus(archive, ("2024/a.md", "music"), ("b.md", "gardens"))


def test_a_folder_above_may_be_given_later(small_archive: Make) -> None:
    archive = small_archive({})
    corpus = corpus_of(archive)
    write(corpus, {"2024/a.md": TEA})
    archive.ingest(corpus / "2024")
    assert archive.ingest().failed == ()
    write(corpus, {"2024/a.md": MUSIC})
    archive.ingest()
    assert held(archive) == in_corpus(archive, ("2024/a.md", "music"))


def test_a_folder_that_was_moved_has_the_same_files_and_no_others(small_archive: Make) -> None:
    archive = small_archive({"a.md": TEA, "b.md": GARDEN})
    moved = corpus_of(archive).rename(corpus_of(archive).parent / "moved")
    assert told(planned(archive, moved)) == {"renamed": [("a.md", "a.md"), ("b.md", "b.md")]}


@pytest.mark.parametrize("how", ["renamed", "not mounted", "a file is there"])
def test_of_a_folder_that_is_away_all_stays_as_it_is_though_another_holds_a_copy(
    small_archive: Make, tmp_path: Path, how: str
) -> None:
    archive = small_archive({"a.md": TEA, "b.md": GARDEN, "c.md": MUSIC})
    before, other = held(archive), tmp_path / "other"
    write(other, {"a.md": TEA, "new.md": WALKS})
    away = corpus_of(archive).rename(tmp_path / "away")
    if how == "not mounted":
        corpus_of(archive).mkdir()
    elif how == "a file is there":
        corpus_of(archive).write_text("")
    report = archive.ingest(other)
    assert (report.added, report.renamed, report.removed) == (("new.md",), (), ())
    reason = "already there as a.md, in a folder that is away: bring that back, or run  kindsearch remove a.md"
    assert reason in report.failed[0].reason
    assert held(archive) == sorted([*before, ((other / "new.md").as_posix(), "About walks")])
    if how == "not mounted":
        corpus_of(archive).rmdir()
    elif how == "a file is there":
        corpus_of(archive).unlink()
    away.rename(corpus_of(archive))
    assert len(archive.ingest().unchanged) == 3
    write(corpus_of(archive), {"b.md": None})
    assert archive.ingest().removed == ("b.md",)


def test_a_folder_that_was_moved_and_lost_a_file_is_taken_over_as_soon_as_that_is_removed(small_archive: Make) -> None:
    archive = small_archive({"a.md": TEA, "b.md": GARDEN, "c.md": MUSIC})
    moved = corpus_of(archive).rename(corpus_of(archive).parent / "moved")
    write(moved, {"b.md": None})
    assert [failure.source for failure in archive.ingest(moved).failed] == ["a.md", "c.md"]
    archive.remove("b.md")
    assert archive.ingest(moved).renamed == ("a.md", "c.md")
    assert archive.ingest(moved).failed == ()


# ---------------------------------------------------------------- two roots with the same names


@pytest.fixture
def two_roots(small_archive: Make, tmp_path: Path) -> tuple[KindSearch, Path, Path]:
    """An archive over two folders, each with files ``a.md`` and ``b.md``."""
    archive = small_archive({})
    one, other = tmp_path / "one", tmp_path / "other"
    write(one, {"a.md": TEA, "b.md": GARDEN})
    write(other, {"a.md": MUSIC, "b.md": WALKS})
    assert archive.ingest(one, other).added == ("a.md", "b.md", "a.md", "b.md")
    return archive, one, other


def test_files_of_one_name_in_two_roots_are_two(two_roots: tuple[KindSearch, Path, Path]) -> None:
    archive, one, other = two_roots
    assert told(planned(archive, one, other)) == {"unchanged": ["a.md", "a.md", "b.md", "b.md"]}
    assert told(planned(archive, other)) == {"unchanged": ["a.md", "b.md"]}


def test_what_changes_in_one_root_changes_nothing_in_the_other(two_roots: tuple[KindSearch, Path, Path]) -> None:
    archive, one, other = two_roots
    write(one, {"a.md": words("cocoa"), "b.md": None})
    plan = planned(archive, one, other)
    assert told(plan) == {"changed": [("a.md", "a.md")], "removed": ["b.md"], "unchanged": ["a.md", "b.md"]}
    assert [(place.root, file.root) for place, file in plan.changed] == [(str(one), one)]
    assert [place.root for place in plan.removed] == [str(one)]
    assert told(planned(archive, other)) == {"unchanged": ["a.md", "b.md"]}


def test_files_may_be_swapped_between_roots(two_roots: tuple[KindSearch, Path, Path]) -> None:
    archive, one, other = two_roots
    write(one, {"a.md": MUSIC})
    write(other, {"a.md": TEA})
    assert told(planned(archive, one, other))["renamed"] == [("a.md", "a.md"), ("a.md", "a.md")]
    archive.ingest(one, other)
    assert [text for _, text in held(archive)] == ["About music", "About gardens", "About tea", "About walks"]


def test_a_file_may_move_from_root_to_root(two_roots: tuple[KindSearch, Path, Path]) -> None:
    archive, one, other = two_roots
    (one / "a.md").rename(other / "c.md")
    assert told(planned(archive, other)) == {"renamed": [("a.md", "c.md")], "unchanged": ["a.md", "b.md"]}
    assert told(planned(archive, one)) == {"removed": ["a.md"], "unchanged": ["b.md"]}
    archive.ingest(one, other)
    assert [Path(where).parent.name for where, text in held(archive) if text == "About tea"] == ["other"]


def test_what_cant_be_looked_at_in_one_root_keeps_nothing_in_the_other(
    two_roots: tuple[KindSearch, Path, Path],
) -> None:
    archive, one, other = two_roots
    write(one, {"session.toml": "broken"})
    write(other, {"a.md": None})
    plan = planned(archive, one, other)
    assert [(place.root, place.source) for place in plan.removed] == [(str(other), "a.md")]


# ---------------------------------------------------------------- what can't be looked at


def test_files_whose_notes_are_broken_stay_as_they_were(small_archive: Make) -> None:
    archive = small_archive({"s/a.md": TEA, "s/b.md": GARDEN, "c.md": MUSIC})
    write(corpus_of(archive), {"s/session.toml": "titel = 1", "s/a.md": WALKS, "c.md": None, "d.md": words("cocoa")})
    plan = planned(archive)
    assert list(told(plan)) == ["added", "removed", "failed"]
    assert (told(plan)["added"], told(plan)["removed"]) == (["d.md"], ["c.md"])
    assert list(told(plan)["failed"]) == ["s/session.toml"]
    archive.ingest()
    assert held(archive) == in_corpus(archive, ("s/a.md", "tea"), ("s/b.md", "gardens"), ("d.md", "cocoa"))
    write(corpus_of(archive), {"s/session.toml": 'note = "mended"'})
    assert told(planned(archive))["changed"] == [("s/a.md", "s/a.md")]


def test_a_file_that_goes_is_removed_even_where_notes_are_broken(small_archive: Make) -> None:
    archive = small_archive({"s/a.md": TEA, "s/b.md": GARDEN})
    write(corpus_of(archive), {"s/session.toml": "broken", "s/a.md": None})
    assert told(planned(archive))["removed"] == ["s/a.md"]


def test_a_new_file_under_broken_notes_waits(small_archive: Make) -> None:
    archive = small_archive({"a.md": TEA})
    write(corpus_of(archive), {"s/session.toml": "broken", "s/b.md": GARDEN})
    assert list(told(planned(archive))) == ["unchanged", "failed"]


def test_a_copy_of_a_file_that_cant_be_looked_at_does_not_take_its_place(small_archive: Make) -> None:
    archive = small_archive({"s/a.md": TEA})
    write(corpus_of(archive), {"s/session.toml": "broken", "z.md": TEA})
    assert told(planned(archive))["failed"]["z.md"] == "the same file is already there as s/a.md"


# ---------------------------------------------------------------- notes


def test_notes_that_are_new_change_are_taken_away_or_stay(small_archive: Make) -> None:
    archive = small_archive({"s/a.md": TEA, "b.md": GARDEN})
    corpus = corpus_of(archive)
    write(corpus, {"s/session.toml": 'title = "Tea"'})
    plan = planned(archive)
    assert told(plan)["notes"] == {id_of(TEA): '{"place": "s/session.toml", "notes": {"title": "Tea"}}'}
    assert told(plan)["unchanged"] == ["b.md", "s/a.md"]
    assert plan.to_read == []
    assert plan.changes_something_known
    archive.ingest()
    assert told(planned(archive)) == {"unchanged": ["b.md", "s/a.md"]}
    write(corpus, {"s/session.toml": 'title = "Cocoa" # better'})
    assert json.loads(told(planned(archive))["notes"][id_of(TEA)] or "")["notes"] == {"title": "Cocoa"}
    write(corpus, {"s/session.toml": None})
    plan = planned(archive)
    assert plan.notes == {id_of(TEA): None}
    assert plan.changes_something_known
    archive.ingest()
    assert not planned(archive).changes_something_known


def test_notes_that_say_the_same_in_other_words_change_nothing(small_archive: Make) -> None:
    archive = small_archive({"a.md": TEA, "session.toml": 'title = "Tea"\nvideo_offset = 90\ndate = 2024-01-18'})
    write(corpus_of(archive), {"session.toml": '# same\ndate = "2024-01-18"\nvideo_offset = "1:30"\ntitle = \'Tea\''})
    assert not planned(archive).changes_something_known


def test_every_key_of_notes_stays_the_same_when_nothing_is_written(small_archive: Make) -> None:
    said = (
        'title = "Tea"\ndate = 2024-01-18\nvideo = "https://v.example/1"\nvideo_offset = 0.1\nnote = "ä"\n'
        'start = 2024-01-18T18:00:00.123456+05:30\nexclude = ["*.mp4"]\npassword = "s3cret"\n'
        '[[speakers]]\nname = "Göran"\nrole = "host"\n[aliases]\n"Göran Öst" = ["G."]\n'
    )
    archive = small_archive({"a.md": TEA, "session.toml": said, "b.md": GARDEN, "b.toml": "video_offset = -0.7"})
    plan = planned(archive)
    assert told(plan) == {"unchanged": ["a.md", "b.md"]}
    assert not plan.changes_something_known


def test_a_password_is_no_change_and_stands_in_no_plan(small_archive: Make) -> None:
    archive = small_archive({"a.md": TEA, "session.toml": 'password = "s3cret-1"\ntitle = "Tea"'})
    write(corpus_of(archive), {"session.toml": 'password = "s3cret-2"\ntitle = "Tea"'})
    assert not planned(archive).changes_something_known
    write(corpus_of(archive), {"session.toml": 'password = "s3cret-2"\ntitle = "Cocoa"'})
    assert "s3cret" not in repr(dict(planned(archive).notes))
    assert b"s3cret" not in b"".join(path.read_bytes() for path in archive.folder.rglob("*") if path.is_file())


def test_a_file_that_moves_under_other_notes_is_renamed_and_has_them(small_archive: Make) -> None:
    archive = small_archive({"a.md": TEA, "s/session.toml": 'title = "S"', "s/b.md": GARDEN})
    write(corpus_of(archive), {"a.md": None, "s/a.md": TEA})
    plan = planned(archive)
    assert told(plan)["renamed"] == [("a.md", "s/a.md")]
    assert list(plan.notes) == [id_of(TEA)]


def test_notes_of_new_files_are_no_change_of_what_is_known(small_archive: Make) -> None:
    archive = small_archive({"a.md": TEA})
    write(
        corpus_of(archive), {"s/session.toml": 'title = "S"', "s/b.md": GARDEN, "a.md": MUSIC, "a.toml": 'note = "x"'}
    )
    plan = planned(archive)
    assert plan.notes == {}
    assert not plan.changes_something_known
    assert [as_json(file.notes) for file in plan.to_read] == [
        '{"place": "a.toml", "notes": {"note": "x"}}',
        '{"place": "s/session.toml", "notes": {"title": "S"}}',
    ]


# ---------------------------------------------------------------- people.toml


def test_people_toml_that_is_new_changes_is_taken_away_or_stays(small_archive: Make) -> None:
    archive = small_archive({"a.md": TEA})
    corpus = corpus_of(archive)
    for text in ('[people]\n"Ann Lee" = ["Annie"]', '[people]\n"Ann Lee" = ["Annie", "A."]', "[people]\n", None):
        before = planned(archive).aliases_changed
        write(corpus, {"people.toml": text})
        plan = planned(archive)
        assert not before
        assert plan.aliases_changed or text is None
        assert plan.changes_something_known is plan.aliases_changed
        assert plan.to_read == []
        archive.ingest()
    catalog = Catalog.open(archive.folder)
    assert not any(known_aliases(catalog).values())
    catalog.close()


def test_people_toml_that_cant_be_read_stays_as_it_was(small_archive: Make) -> None:
    archive = small_archive({"a.md": TEA, "people.toml": '[people]\n"Ann Lee" = ["Annie"]'})
    write(corpus_of(archive), {"people.toml": "broken"})
    plan = planned(archive)
    assert not plan.aliases_changed
    assert plan.aliases == {str(corpus_of(archive)): {"Ann Lee": ("Annie",)}}
    assert list(told(plan)["failed"]) == ["people.toml"]


def test_a_file_or_another_root_that_is_given_leaves_people_toml_as_it_was(small_archive: Make, tmp_path: Path) -> None:
    archive = small_archive({"a.md": TEA, "people.toml": '[people]\n"Ann Lee" = ["Annie"]'})
    write(corpus_of(archive), {"people.toml": None})
    write(tmp_path / "other", {"b.md": GARDEN})
    assert not planned(archive, corpus_of(archive) / "a.md").aliases_changed
    assert not planned(archive, tmp_path / "other").aliases_changed
    assert planned(archive).aliases_changed


# ---------------------------------------------------------------- people who asked to be forgotten


def test_notes_and_aliases_that_name_somebody_forgotten_are_no_change_each_time(small_archive: Make) -> None:
    archive = small_archive(
        {
            "a.md": TEA,
            "b.md": GARDEN.replace("Ann Lee", "Bo Ek"),
            "session.toml": 'title = "Tea with Ann Lee"\nspeakers = ["Ann Lee", "B"]\n[aliases]\n"Ann Lee" = ["Annie"]',
            "people.toml": '[people]\n"Ann Lee" = ["Annie"]\n"Bo Ek" = ["Bobby"]',
        }
    )
    archive.forget("Ann Lee")
    plan = planned(archive)
    assert not plan.changes_something_known
    assert plan.to_read == []
    assert plan.notes == {}
    archive.ingest()
    assert not planned(archive).changes_something_known
    assert plan.kept_aliases == {str(corpus_of(archive)): {"Bo Ek": ("Bobby",)}}


# ---------------------------------------------------------------- only say it


def everything_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".sqlite-shm" and path.stat().st_size
    }


def test_a_dry_run_changes_not_a_byte_and_says_what_the_ingest_then_does(small_archive: Make) -> None:
    archive = small_archive({"a.md": TEA, "b.md": GARDEN, "c.md": MUSIC, "d.md": words("cocoa")})
    write(
        corpus_of(archive),
        {
            **{"a.md": WALKS, "b.md": None, "e/b2.md": GARDEN, "c.md": None, "f.md": words("dance"), "g.md": WALKS},
            "session.toml": 'title = "S"',
            "people.toml": '[people]\n"Ann Lee" = ["Annie"]',
        },
    )
    before, generation = everything_in(archive.folder), archive.status().generation
    report = archive.plan()
    assert everything_in(archive.folder) == before
    assert archive.status().generation == generation
    done = archive.ingest()
    assert said_of(report) == said_of(done)
    assert (report.added, report.changed, report.renamed, report.removed) == (
        ("f.md",),
        ("a.md",),
        ("e/b2.md",),
        ("c.md",),
    )


def said_of(report: IngestReport) -> IngestReport:
    """What a plan can say: not what else belongs to another session now, nor what comes of the files."""
    return replace(report, regrouped=(), unchanged=(), passages=0, generation=0, private_messages=0)


def test_a_dry_run_without_an_index_says_what_the_first_ingest_then_does_and_makes_none(tmp_path: Path) -> None:
    write(tmp_path / "corpus", {"a.md": TEA, "b.md": TEA, "s/c.md": GARDEN})
    archive = KindSearch.open(tmp_path / "index", must_exist=False, encoder=HashingEncoder())
    report = archive.plan(tmp_path / "corpus")
    assert (report.added, [failure.source for failure in report.failed]) == (("a.md", "s/c.md"), ["b.md"])
    with pytest.raises(NoIndex):
        archive.status()
    assert not (tmp_path / "index").exists()
    assert said_of(archive.ingest(tmp_path / "corpus")) == said_of(report)


# ---------------------------------------------------------------- any folder after any other

CONTENTS = {name: words(name) for name in ("tea", "gardens", "music", "walks")}
states = st.dictionaries(
    st.sampled_from(["1.md", "2.md", "3.md", "s/1.md"]), st.sampled_from(sorted(CONTENTS)), max_size=4
)


def firsts(state: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """The files of a folder without those whose bytes one before them has."""
    seen: dict[str, str] = {}
    for name in sorted(state, key=lambda name: Path(name).parts):
        seen.setdefault(state[name], name)
    return ((name, content) for content, name in seen.items())


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(states, min_size=2, max_size=4))
@example([{"1.md": "tea", "2.md": "gardens"}, {"2.md": "tea"}])
@example([{"1.md": "tea", "2.md": "gardens", "3.md": "music"}, {"2.md": "tea", "3.md": "gardens", "1.md": "gardens"}])
@example([{"s/1.md": "tea"}, {"1.md": "tea", "s/1.md": "tea"}, {"1.md": "gardens", "s/1.md": "tea"}])
def test_after_any_changes_the_archive_holds_what_the_folder_holds(history: list[dict[str, str]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        corpus = (Path(place) / "corpus").resolve()
        chosen = Settings(corpus=corpus, index=Path(place) / "index")
        archive = KindSearch.open(create=True, encoder=HashingEncoder(), settings=chosen)
        for state in history:
            shutil.rmtree(corpus, ignore_errors=True)
            corpus.mkdir()
            write(corpus, {name: CONTENTS[content] for name, content in state.items()})
            report = archive.plan()
            done = archive.ingest()
            assert said_of(report) == said_of(done)
            assert held(archive) == in_corpus(archive, *firsts(state))
            left = told(planned(archive))
            left.pop("failed", None)
            assert left == ({"unchanged": sorted(name for name, _ in firsts(state))} if state else {})
