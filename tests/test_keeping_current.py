"""A folder in which files come, change and go, and the index that follows it with as little work as can be."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from catalogs import every_passage
from meetings import another_process_writing, chat, found_in, put, transcript, vectors_in

from kindsearch import KindSearch, Settings, ingesting
from kindsearch.encoders import Vectors
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.errors import BadRequest, IndexLocked, KindSearchError
from kindsearch.ingesting import IngestReport
from kindsearch.readers import read
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.words import words_in
from kindsearch.types import Passage

Make = Callable[..., KindSearch]
Pack = Callable[..., str]
TEA, GARDEN, MUSIC = "2024-01-18-tea.md", "2024-06-garden.md", "2023-05-music.md"
ALL = (MUSIC, TEA, GARDEN)


# ---------------------------------------------------------------- what is asked of the parts


class Counting(HashingEncoder):
    """Remembers what it was given; raises ``error`` when it is asked the next time after ``left`` times."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[list[str]] = []
        self.left: int | None = None
        self.error: type[BaseException] = KeyboardInterrupt

    def encode(self, texts: Sequence[str]) -> Vectors:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise self.error
        self.calls.append(list(texts))
        return super().encode(texts)

    @property
    def texts(self) -> list[str]:
        return [text for call in self.calls for text in call]


@pytest.fixture
def encoder() -> Counting:
    return Counting()


@pytest.fixture
def was_read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sources that a reader was asked for, in order."""
    asked: list[str] = []

    def spying(path: Path, source: str, *rest: Any) -> Any:
        asked.append(source)
        return read(path, source, *rest)

    monkeypatch.setattr(ingesting, "read", spying)
    return asked


def changes(report: IngestReport) -> dict[str, Any]:
    """What a report says happened, without what is empty or did not change."""
    names = ("added", "changed", "renamed", "removed", "regrouped", "failed")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def passages(archive: KindSearch) -> list[Passage]:
    catalog = Catalog.open(archive.folder)
    try:
        return every_passage(catalog)
    finally:
        catalog.close()


def found(archive: KindSearch) -> list[tuple[str, str, float]]:
    return [(hit.passage.id, hit.passage.source, hit.score) for hit in archive.search("tea garden music", k=100)]


def sources(archive: KindSearch) -> list[str]:
    return [source for summary in archive.sessions() for source in summary.sources]


def not_words(texts: Sequence[str]) -> list[str]:
    """Those of the texts that are more than a word."""
    return [text for text in texts if words_in(text) != [text]]


def vectors_left(archive: KindSearch) -> int:
    """How many vectors of unfinished work are kept."""
    catalog = sqlite3.connect(archive.folder / "catalog.sqlite")
    try:
        return int(catalog.execute("SELECT count(*) FROM unfinished").fetchone()[0])
    finally:
        catalog.close()


def equals_a_fresh_one(archive: KindSearch, tmp_path: Path) -> None:
    chosen = archive.settings.model_copy(update={"index": tmp_path / "fresh"})
    fresh = KindSearch.open(create=True, encoder=HashingEncoder(), settings=chosen)
    fresh.ingest()
    assert passages(archive) == passages(fresh)
    assert (archive.sessions(), archive.people()) == (fresh.sessions(), fresh.people())
    assert found(archive) == found(fresh)


# ---------------------------------------------------------------- a dry run


def alter(corpus: Path, pack: Pack) -> None:
    """Something of everything."""
    put(
        corpus,
        {
            TEA: pack("Tea on the ward", "18 January 2024", ("Ann Lee", "Cocoa is better.")),
            "walks.md": pack("Walks", "July 2024", ("Cy Dee", "Walking clears the mind.")),
            "copy.md": pack("Walks", "July 2024", ("Cy Dee", "Walking clears the mind.")),
        },
    )
    (corpus / "old").mkdir()
    (corpus / MUSIC).rename(corpus / "old" / "music.md")
    (corpus / GARDEN).unlink()


def test_a_dry_run_says_what_would_happen(small_archive: Make, pack: Pack) -> None:
    archive = small_archive()
    alter(archive.settings.corpus, pack)
    planned = archive.plan()
    assert changes(planned) == {
        "added": ("copy.md",),
        "changed": (TEA,),
        "renamed": ("old/music.md",),
        "removed": (GARDEN,),
        "failed": planned.failed,
    }
    assert [(failure.source, "copy.md" in failure.reason) for failure in planned.failed] == [("walks.md", True)]
    done = archive.ingest()
    assert changes(done) == changes(planned)
    assert planned.unchanged == done.unchanged


@pytest.mark.parametrize("altered", [False, True])
def test_a_dry_run_changes_no_byte(small_archive: Make, pack: Pack, altered: bool) -> None:
    archive = small_archive()
    if altered:
        alter(archive.settings.corpus, pack)
    again = KindSearch.open(archive.folder, encoder=HashingEncoder(), settings=archive.settings)
    before, times = bytes_of(archive.folder), {p: p.stat().st_mtime_ns for p in archive.folder.rglob("*")}
    for _ in range(2):
        again.plan()
    assert bytes_of(archive.folder) == before
    assert {p: p.stat().st_mtime_ns for p in archive.folder.rglob("*") if p.is_file()} == {
        p: time for p, time in times.items() if p.is_file()
    }


def test_a_dry_run_reads_and_embeds_nothing(
    small_archive: Make, pack: Pack, encoder: Counting, was_read: list[str]
) -> None:
    archive = small_archive(encoder=encoder)
    alter(archive.settings.corpus, pack)
    encoder.calls.clear()
    was_read.clear()
    archive.plan()
    assert (encoder.texts, was_read) == ([], [])


@pytest.mark.parametrize("notes", ['title = "Coffee on the ward"\n', 'video = "https://youtu.be/abcdefg"\n'])
def test_a_dry_run_says_which_known_files_would_be_regrouped(small_archive: Make, pack: Pack, notes: str) -> None:
    archive = small_archive({"tea/pack.md": pack("Tea", "May 2024", ("Ann Lee", "Tea calms."))})
    put(archive.settings.corpus, {"tea/session.toml": notes})
    planned = archive.plan()
    done = archive.ingest()
    assert done.regrouped == ("tea/pack.md",)
    assert (planned.regrouped, planned.unchanged) == (done.regrouped, done.unchanged)


def test_a_dry_run_goes_on_while_another_process_writes(small_archive: Make, pack: Pack) -> None:
    archive = small_archive()
    alter(archive.settings.corpus, pack)
    with another_process_writing(archive.folder):
        assert archive.plan().removed == (GARDEN,)
        with pytest.raises(IndexLocked):
            archive.ingest()


def test_the_command_says_it_and_changes_nothing(small_archive: Make, pack: Pack, run: Callable[..., Any]) -> None:
    archive = small_archive()
    before = bytes_of(archive.folder)
    (archive.settings.corpus / GARDEN).unlink()
    done = run("ingest", archive.settings.corpus, "--index", archive.folder, "--dry-run")
    printed = " ".join(done.out.split())
    assert done.status == 0
    assert f"removed 1 {GARDEN}" in printed
    assert "nothing was changed" in printed
    assert bytes_of(archive.folder) == before
    assert run("ingest", archive.settings.corpus, "--index", archive.folder).status == 0
    assert GARDEN not in sources(archive)


# ---------------------------------------------------------------- no more work than there is


def test_only_what_changed_is_read_and_embedded(
    small_archive: Make, pack: Pack, encoder: Counting, was_read: list[str]
) -> None:
    archive = small_archive(encoder=encoder)
    assert was_read == sorted(ALL)
    alter(archive.settings.corpus, pack)
    encoder.calls.clear()
    was_read.clear()
    archive.ingest()
    assert sorted(was_read) == [TEA, "copy.md"]
    texts = not_words(encoder.texts)
    assert [text for text in texts if "Cocoa" in text or "Walking" in text]
    assert [text for text in texts if any(word in text for word in ("Songs", "violin", "Roses", "Weeding"))] == []


@pytest.mark.parametrize("what", ["nothing", "touch", "rename", "move", "swap of names", "copy", "ignore", "notes"])
def test_what_changes_no_word_embeds_and_reads_nothing(
    small_archive: Make, encoder: Counting, was_read: list[str], what: str
) -> None:
    archive = small_archive(encoder=encoder)
    corpus = archive.settings.corpus
    ids = {passage.id for passage in passages(archive)}
    encoder.calls.clear()
    was_read.clear()
    if what == "touch":
        (corpus / TEA).touch()
    elif what == "rename":
        (corpus / TEA).rename(corpus / "x.md")
    elif what == "move":
        (corpus / "sub" / "deep").mkdir(parents=True)
        (corpus / TEA).rename(corpus / "sub" / "deep" / "y.md")
    elif what == "swap of names":
        (corpus / TEA).rename(corpus / "z.md")
        (corpus / GARDEN).rename(corpus / TEA)
        (corpus / "z.md").rename(corpus / GARDEN)
    elif what == "copy":
        (corpus / "0.md").write_bytes((corpus / TEA).read_bytes())
    elif what == "ignore":
        put(corpus, {".kindsearchignore": f"{MUSIC}\n"})
    elif what == "notes":
        put(corpus, {"people.toml": '[people]\n"Ann Lee" = ["AL"]\n'})
    archive.ingest()
    assert (encoder.texts, was_read) == ([], [])
    assert {passage.id for passage in passages(archive)} <= ids


def test_a_renamed_file_is_cited_by_its_new_name(small_archive: Make, tmp_path: Path) -> None:
    archive = small_archive()
    before = {passage.id: passage.text for passage in passages(archive)}
    (archive.settings.corpus / TEA).rename(archive.settings.corpus / "renamed.md")
    assert changes(archive.ingest()) == {"renamed": ("renamed.md",)}
    assert {passage.id: passage.text for passage in passages(archive)} == before
    assert archive.ask("what calms worried patients?").hits[0].passage.source == "renamed.md"
    equals_a_fresh_one(archive, tmp_path)


SPOKEN = transcript((0, 4, "Ann Lee", "Tea calms worried patients at night."), (5, 9, "Bo Ek", "Biscuits matter too."))
MESSAGES = chat(("18:00:31", "Ann Lee", "Tea calms worried patients."), ("18:02:00", "Bo Ek", "Biscuits matter too."))


@pytest.mark.parametrize(
    ("text", "ending", "embedded"),
    [
        pytest.param(MESSAGES, "txt", ["Tea calms worried patients.", "Biscuits matter too."], id="chat"),
        pytest.param(SPOKEN, "vtt", [], id="speech, which is embedded without its context"),
    ],
)
def test_a_file_whose_name_is_its_title_is_put_into_its_new_context_only(
    small_archive: Make,
    encoder: Counting,
    was_read: list[str],
    tmp_path: Path,
    text: str,
    ending: str,
    embedded: list[str],
) -> None:
    archive = small_archive({f"2024-05-02-tea.{ending}": text}, encoder=encoder)
    encoder.calls.clear()
    was_read.clear()
    corpus = archive.settings.corpus
    (corpus / f"2024-05-02-tea.{ending}").rename(corpus / f"2024-05-02-walks.{ending}")
    archive.ingest()
    assert was_read == []
    assert [summary.session.title for summary in archive.sessions()] == ["Walks"]
    lines = [text.split("\n") for text in not_words(encoder.texts)]
    assert [said for _, said in lines] == embedded
    assert all(context.startswith("Walks. 2 May 2024.") for context, _ in lines)
    assert {passage.session.title for passage in passages(archive)} == {"Walks"}
    equals_a_fresh_one(archive, tmp_path)


@pytest.mark.parametrize("how", ["replace", "copy", "swap with a third"])
def test_a_file_written_over_by_another_known_one_is_gone(small_archive: Make, tmp_path: Path, how: str) -> None:
    """``mv tea.md garden.md``: what the garden's file said is in no file any more."""
    archive = small_archive()
    corpus = archive.settings.corpus
    if how == "replace":
        (corpus / TEA).replace(corpus / GARDEN)
    elif how == "copy":
        (corpus / GARDEN).write_bytes((corpus / TEA).read_bytes())
    else:
        (corpus / TEA).replace(corpus / GARDEN)
        (corpus / MUSIC).rename(corpus / TEA)
    archive.ingest()
    assert [passage for passage in passages(archive) if "Roses" in passage.text] == []
    assert len(sources(archive)) == len(set(sources(archive)))
    equals_a_fresh_one(archive, tmp_path)


@pytest.mark.parametrize("given", ["sub", "sub/walks.md"])
def test_a_file_that_was_given_by_itself_is_the_same_when_its_folder_is_read(
    small_archive: Make, pack: Pack, tmp_path: Path, given: str
) -> None:
    archive = small_archive()
    corpus = archive.settings.corpus
    put(corpus, {"sub/walks.md": pack("Walks", "July 2024", ("Cy Dee", "Walking clears the mind."))})
    archive.ingest(corpus / given)
    assert archive.ingest().failed == ()
    equals_a_fresh_one(archive, tmp_path)
    (corpus / "sub" / "walks.md").unlink()
    archive.ingest()
    assert set(sources(archive)) == set(ALL)


@pytest.mark.parametrize("notes", [{".kindsearchignore": f"{TEA}\n"}, {"session.toml": f'exclude = ["{TEA}"]\n'}])
def test_a_copy_stays_when_the_file_it_copies_is_kept_out(
    small_archive: Make, notes: dict[str, str], tmp_path: Path
) -> None:
    """Nothing says that the words are to stay out: only that name of theirs."""
    archive = small_archive()
    (archive.settings.corpus / "x.md").write_bytes((archive.settings.corpus / TEA).read_bytes())
    put(archive.settings.corpus, notes)
    report = archive.ingest()
    assert report.failed == ()
    assert "x.md" in sources(archive)
    equals_a_fresh_one(archive, tmp_path)


def test_a_known_file_under_a_name_that_no_reader_takes_is_left_out(small_archive: Make, tmp_path: Path) -> None:
    """It was put aside ("tea.md.bak"): a fresh index would not have it."""
    archive = small_archive()
    (archive.settings.corpus / TEA).rename(archive.settings.corpus / f"{TEA}.bak")
    archive.ingest()
    equals_a_fresh_one(archive, tmp_path)


def test_deleting_a_tenth_of_many_documents_embeds_no_text(small_archive: Make, pack: Pack, encoder: Counting) -> None:
    """That it takes seconds follows: embedding is what takes long."""
    packs = {
        f"{number:03d}.md": pack(
            f"Meeting {number}",
            f"{number % 28 + 1} May {2000 + number // 12}",
            ("Ann Lee", f"What was said in meeting {number} about tea number {number * 7}."),
            ("Bo Ek", f"Something else on walks {number * 11}, as it happened."),
        )
        for number in range(60)
    }
    archive = small_archive(packs, encoder=encoder)
    for name in sorted(packs)[::10]:
        (archive.settings.corpus / name).unlink()
    encoder.calls.clear()
    report = archive.ingest()
    assert report.removed == tuple(sorted(packs)[::10])
    assert not_words(encoder.texts) == []
    assert archive.status().documents == 54
    assert archive.status().derived_files_intact


# ---------------------------------------------------------------- interrupted


NEW = ("n1.md", "n2.md", "n3.md", "n4.md")


def add_new(archive: KindSearch, pack: Pack) -> None:
    put(
        archive.settings.corpus,
        {
            name: pack(f"Novelty {name}", f"{n} July 2024", ("Bo Ek", f"Novelties of kind {n} arrive on day {n * 13}."))
            for n, name in enumerate(NEW, start=1)
        },
    )
    (archive.settings.corpus / GARDEN).unlink()


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, SystemExit])
@pytest.mark.parametrize("finished", range(len(NEW) + 1))
def test_an_interrupted_ingest_goes_on_where_it_was(
    small_archive: Make,
    pack: Pack,
    encoder: Counting,
    was_read: list[str],
    tmp_path: Path,
    finished: int,
    error: type[BaseException],
) -> None:
    archive = small_archive(encoder=encoder)
    before, status = found(archive), archive.status()
    add_new(archive, pack)
    encoder.calls.clear()
    encoder.left, encoder.error = finished, error
    with pytest.raises(error):
        archive.ingest()
    encoder.left = None
    first = encoder.texts
    encoder.calls.clear()
    assert found(archive) == before
    assert found(KindSearch.open(archive.folder, encoder=HashingEncoder(), settings=archive.settings)) == before
    assert archive.status() == status
    assert len(not_words(first)) == finished * 4  # the date and what was said, in their context and alone
    encoder.calls.clear()
    was_read.clear()
    report = archive.ingest()
    assert changes(report) == {"added": NEW, "removed": (GARDEN,)}
    assert was_read == list(NEW[finished:])
    assert len(not_words(encoder.texts)) == (len(NEW) - finished) * 4
    assert not set(not_words(first)) & set(not_words(encoder.texts))
    assert vectors_left(archive) == 0
    equals_a_fresh_one(archive, tmp_path)


def test_interrupted_again_and_again_it_comes_to_an_end(small_archive: Make, pack: Pack, encoder: Counting) -> None:
    archive = small_archive(encoder=encoder)
    add_new(archive, pack)
    encoder.calls.clear()
    interrupted = 0
    while interrupted < 20:
        encoder.left = 1
        try:
            archive.ingest()
            break
        except KeyboardInterrupt:
            interrupted += 1
    assert interrupted == len(NEW)
    assert len(encoder.texts) == len(set(encoder.texts))
    assert set(NEW) <= set(sources(archive))


def test_an_ingest_that_was_killed_goes_on_where_it_was(
    small_archive: Make, pack: Pack, encoder: Counting, was_read: list[str], tmp_path: Path
) -> None:
    """By the system, without a word: nothing of Python's own runs any more."""
    archive = small_archive(encoder=encoder)
    before = found(archive)
    add_new(archive, pack)
    script = (
        "import os, sys\n"
        "from kindsearch import KindSearch\n"
        "from kindsearch.encoders.hashing import HashingEncoder\n"
        "class Killed(HashingEncoder):\n"
        "    left = 2\n"
        "    def encode(self, texts):\n"
        "        self.left -= 1\n"
        "        return os._exit(9) if self.left < 0 else super().encode(texts)\n"
        "KindSearch.open(sys.argv[1], encoder=Killed()).ingest(sys.argv[2])\n"
    )
    command = [sys.executable, "-c", script, str(archive.folder), str(archive.settings.corpus)]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 9
    assert found(archive) == before
    encoder.calls.clear()
    was_read.clear()
    archive.ingest()
    assert was_read == list(NEW[2:])
    assert len(not_words(encoder.texts)) == 8
    equals_a_fresh_one(archive, tmp_path)


def test_interrupted_while_regrouping_it_embeds_the_rest_only(
    small_archive: Make, pack: Pack, encoder: Counting, tmp_path: Path
) -> None:
    packs = {
        f"tea/{n}.md": pack(f"Tea {n}", f"{n} May 2024", ("Ann Lee", f"Said in the meeting number {n}."))
        for n in range(1, 4)
    }
    archive = small_archive(packs, encoder=encoder)
    before = found(archive)
    put(archive.settings.corpus, {"tea/session.toml": 'title = "All of it"\n'})
    encoder.calls.clear()
    encoder.left = 2
    with pytest.raises(KeyboardInterrupt):
        archive.ingest()
    encoder.left = None
    assert found(archive) == before
    encoder.calls.clear()
    assert archive.ingest().regrouped == tuple(packs)
    assert len(not_words(encoder.texts)) == 2
    equals_a_fresh_one(archive, tmp_path)


def test_what_was_left_unfinished_and_then_deleted_is_not_kept(
    small_archive: Make, pack: Pack, encoder: Counting
) -> None:
    archive = small_archive(encoder=encoder)
    put(archive.settings.corpus, {"secret.md": pack("Secret", "May 2024", ("Bo Ek", "A quagga, but tell nobody."))})
    put(archive.settings.corpus, {"t.md": pack("T", "May 2024", ("Bo Ek", "Other things."))})
    encoder.left = 1
    with pytest.raises(KeyboardInterrupt):
        archive.ingest()
    encoder.left = None
    (archive.settings.corpus / "secret.md").unlink()
    (archive.settings.corpus / "t.md").unlink()
    assert changes(archive.ingest()) == {}
    catalog = Catalog.open(archive.folder)
    assert catalog.unfinished() == frozenset()
    catalog.close()


def test_a_file_that_changed_after_the_interruption_is_read_as_it_is_now(
    small_archive: Make, pack: Pack, encoder: Counting, tmp_path: Path
) -> None:
    archive = small_archive(encoder=encoder)
    add_new(archive, pack)
    encoder.left = 3
    with pytest.raises(KeyboardInterrupt):
        archive.ingest()
    encoder.left = None
    put(archive.settings.corpus, {"n1.md": pack("Novelty", "July 2024", ("Bo Ek", "Quaggas instead."))})
    (archive.settings.corpus / "n2.md").rename(archive.settings.corpus / "n5.md")
    assert changes(archive.ingest()) == {"added": ("n1.md", "n3.md", "n4.md", "n5.md"), "removed": (GARDEN,)}
    assert any("Quaggas instead." in passage.text for passage in passages(archive))
    equals_a_fresh_one(archive, tmp_path)


# ---------------------------------------------------------------- what can't be read


def test_a_failing_file_is_named_each_time_and_changes_nothing(
    small_archive: Make, encoder: Counting, was_read: list[str]
) -> None:
    archive = small_archive(encoder=encoder)
    (archive.settings.corpus / "broken.pdf").write_bytes(b"%PDF-1.7\nand then nothing")
    encoder.calls.clear()
    was_read.clear()
    generation = archive.status().generation
    for _ in range(2):
        report = archive.ingest()
        assert [failure.source for failure in report.failed] == ["broken.pdf"]
        assert report.generation == generation
    assert (was_read, encoder.texts) == (["broken.pdf"] * 2, [])


def test_a_file_that_can_not_be_looked_at_stays_as_it_was(small_archive: Make, was_read: list[str]) -> None:
    """Nothing is known of it: that is no reason to take it out."""
    archive = small_archive()
    before = found(archive)
    put(archive.settings.corpus, {TEA.replace(".md", ".toml"): "title = \n"})
    was_read.clear()
    report = archive.ingest()
    assert [failure.source for failure in report.failed] == [TEA.replace(".md", ".toml")]
    assert (found(archive), was_read) == (before, [])


@pytest.mark.parametrize(
    "name", [".kindsearchignore", "people.toml", "tea/session.toml"], ids=["ignore file", "people", "notes"]
)
def test_a_note_in_another_encoding_costs_one_line_of_the_report(small_archive: Make, pack: Pack, name: str) -> None:
    archive = small_archive(
        {"tea/pack.md": pack("Tea", "May 2024", ("Ann Lee", "Tea calms.")), TEA: pack("T", "May 2023")}
    )
    (archive.settings.corpus / name).write_bytes("# Göran's\n".encode("cp1252"))
    try:
        report = archive.ingest()
    except KindSearchError:
        return  # one of our errors, that says what to do, will do as well
    assert name in [failure.source for failure in report.failed]


@pytest.mark.parametrize("line", ["!", "\\", "[z-a]"])
@pytest.mark.parametrize("where", [".kindsearchignore", "tea/session.toml"])
def test_a_pattern_that_is_none_is_named_and_no_foreign_error(
    small_archive: Make, pack: Pack, line: str, where: str
) -> None:
    archive = small_archive({"tea/pack.md": pack("Tea", "May 2024", ("Ann Lee", "Tea calms."))})
    text = f"{line}\n" if where == ".kindsearchignore" else f"exclude = ['{line}']\n"
    put(archive.settings.corpus, {where: text})
    try:
        report = archive.ingest()
    except KindSearchError:
        return
    assert where in [failure.source for failure in report.failed]
    assert sources(archive) == ["tea/pack.md"]


# ---------------------------------------------------------------- sessions and their notes


def test_a_session_toml_regroups_and_embeds_what_its_context_changes(
    small_archive: Make, pack: Pack, encoder: Counting, was_read: list[str], tmp_path: Path
) -> None:
    archive = small_archive(
        {
            "tea/pack.md": pack("Tea", "May 2024", ("Ann Lee", "Tea calms worried patients.")),
            "tea/other.md": pack("Walks", "June 2024", ("Bo Ek", "Walking clears the mind.")),
            "else.md": pack("Garden", "July 2024", ("Bo Ek", "Roses grow along the wall.")),
        },
        encoder=encoder,
    )
    assert len(archive.sessions()) == 3
    put(archive.settings.corpus, {"tea/session.toml": 'title = "Both of them"\ndate = "2024-05-16"\n'})
    encoder.calls.clear()
    was_read.clear()
    report = archive.ingest()
    assert changes(report) == {"regrouped": ("tea/other.md", "tea/pack.md")}
    assert (report.unchanged, was_read) == (("else.md",), [])
    texts = not_words(encoder.texts)
    assert {text.split("\n")[0].split(". ")[0] for text in texts} == {"Both of them"}
    assert "Tea calms worried patients." not in texts
    assert len(texts) == 4  # two dates and two messages, each in its new context
    assert [summary.session.title for summary in archive.sessions()] == ["Garden", "Both of them"]
    equals_a_fresh_one(archive, tmp_path)
    (archive.settings.corpus / "tea" / "session.toml").unlink()
    archive.ingest()
    assert len(archive.sessions()) == 3
    equals_a_fresh_one(archive, tmp_path)


@pytest.mark.parametrize(
    "notes",
    [
        'video = "https://youtu.be/abcdefg"\n',
        'note = "Illustrative."\n',
        'speakers = ["Bo Ek"]\n',
        "start = 18:00:00\n",
        '[aliases]\n"Ann Lee" = ["AL"]\n',
    ],
)
def test_a_note_that_is_no_part_of_a_context_embeds_nothing(
    small_archive: Make, pack: Pack, encoder: Counting, notes: str, tmp_path: Path
) -> None:
    archive = small_archive(
        {"tea/pack.md": pack("Tea", "May 2024", ("Ann Lee", "Tea calms patients."))}, encoder=encoder
    )
    put(archive.settings.corpus, {"tea/session.toml": notes})
    encoder.calls.clear()
    archive.ingest()
    assert encoder.texts == []
    equals_a_fresh_one(archive, tmp_path)


def test_people_toml_says_who_is_who_without_a_word_embedded(
    small_archive: Make, pack: Pack, encoder: Counting, was_read: list[str]
) -> None:
    archive = small_archive(
        {
            "a.md": pack("Tea", "May 2024", ("Ann Lee", "Tea calms.")),
            "b.md": pack("Walks", "June 2024", ("Annie", "Walks as well.")),
        },
        encoder=encoder,
    )
    assert [person.id for person in archive.people()] == ["Ann Lee", "Annie"]
    put(archive.settings.corpus, {"people.toml": '[people]\n"Ann Lee" = ["Annie"]\n'})
    encoder.calls.clear()
    was_read.clear()
    archive.ingest()
    assert [(person.id, person.spellings) for person in archive.people()] == [("Ann Lee", ("Ann Lee", "Annie"))]
    assert (encoder.texts, was_read) == ([], [])
    assert archive.ingest(archive.settings.corpus / "a.md").generation == archive.status().generation
    assert [person.id for person in archive.people()] == ["Ann Lee"]
    (archive.settings.corpus / "people.toml").unlink()
    archive.ingest()
    assert [person.id for person in archive.people()] == ["Ann Lee", "Annie"]


# ---------------------------------------------------------------- moments


QUOTE = "Tea helps because somebody sits down beside you."
PACK_WITH_QUOTES = f"# Tea\n\nMay 2024\n\n# What did we hear\n\n“{QUOTE}”\n\n“Nobody said this to anybody, ever.”\n"
TALK = transcript(
    (0, 4, "Bo Ek", "Good evening to all of you, and welcome."),
    (754, 758, "Ann Lee", "Tea, um, helps because somebody sits down beside you."),
)


def moment_of(archive: KindSearch, text: str = QUOTE) -> tuple[int | None, int | None]:
    (statement,) = [
        statement
        for passage in passages(archive)
        if passage.source.endswith("pack.md")
        for statement in passage.statements
        if text in passage.quote(statement.start, statement.end)
    ]
    return statement.start_ms, statement.end_ms


def test_a_quote_gets_time_and_video_of_its_transcript_and_loses_them_with_it(
    small_archive: Make, encoder: Counting, tmp_path: Path
) -> None:
    archive = small_archive({"may/pack.md": PACK_WITH_QUOTES}, encoder=encoder)
    corpus = archive.settings.corpus
    assert moment_of(archive) == (None, None)
    encoder.calls.clear()
    put(corpus, {"may/talk.vtt": TALK, "may/session.toml": 'video = "https://www.youtube.com/watch?v=abc"\n'})
    for _ in range(2):
        archive.ingest()
        assert moment_of(archive) == (754_000, 758_000)
        assert moment_of(archive, "Nobody said") == (None, None)
        citation = next(c for c in archive.ask(QUOTE).citations if c.passage.source == "may/pack.md")
        assert (citation.start_ms, citation.video) == (754_000, "https://www.youtube.com/watch?v=abc&t=754s")
        assert [text for text in encoder.texts if text.startswith("“")] == []  # its words were known
        equals_a_fresh_one(archive, tmp_path / "with")
        (corpus / "may" / "talk.vtt").unlink()
        archive.ingest()
        assert moment_of(archive) == (None, None)
        hits = [hit for hit in archive.ask(QUOTE).hits if hit.passage.source == "may/pack.md"]
        assert {hit.passage.start_ms for hit in hits} == {None}
        equals_a_fresh_one(archive, tmp_path / "without")
        put(corpus, {"may/talk.vtt": TALK})


def test_a_quote_follows_a_transcript_that_is_cut_anew(small_archive: Make, encoder: Counting, tmp_path: Path) -> None:
    archive = small_archive({"may/pack.md": PACK_WITH_QUOTES, "may/talk.vtt": TALK}, encoder=encoder)
    put(archive.settings.corpus, {"may/talk.vtt": TALK.replace("00:12:34", "00:02:34").replace("00:12:38", "00:02:38")})
    encoder.calls.clear()
    assert changes(archive.ingest()) == {"changed": ("may/talk.vtt",)}
    assert moment_of(archive) == (154_000, 158_000)
    assert [text for text in encoder.texts if "“" in text] == []  # the pack is as it was
    equals_a_fresh_one(archive, tmp_path)


def test_a_quote_of_another_session_has_no_moment(small_archive: Make, tmp_path: Path) -> None:
    archive = small_archive({"may/pack.md": PACK_WITH_QUOTES, "may/talk.vtt": TALK})
    assert moment_of(archive) == (754_000, 758_000)
    (archive.settings.corpus / "june").mkdir()
    (archive.settings.corpus / "may" / "talk.vtt").rename(archive.settings.corpus / "june" / "2023-06-01-other.vtt")
    archive.ingest()
    assert moment_of(archive) == (None, None)
    equals_a_fresh_one(archive, tmp_path)


def test_moments_are_those_of_a_fresh_index_when_two_transcripts_change_names(
    small_archive: Make, tmp_path: Path
) -> None:
    later = transcript((70, 74, "Ann Lee", QUOTE), (80, 84, "Bo Ek", "That is so."))
    earlier = transcript((10, 14, "Ann Lee", QUOTE), (20, 24, "Bo Ek", "That is so, too."))
    notes = 'title = "Tea"\n'
    archive = small_archive(
        {"may/pack.md": PACK_WITH_QUOTES, "may/1.vtt": earlier, "may/2.vtt": later, "may/session.toml": notes}
    )
    corpus = archive.settings.corpus
    (corpus / "may" / "1.vtt").rename(corpus / "may" / "3.vtt")
    archive.ingest()
    equals_a_fresh_one(archive, tmp_path)


# ---------------------------------------------------------------- taken out by its source


def test_a_removed_source_is_gone_everywhere_and_nothing_else_is(small_archive: Make, encoder: Counting) -> None:
    archive = small_archive(encoder=encoder)
    assert len(sources(archive)) == 3  # so that the index is open, as a web app has it
    kept = [passage for passage in passages(archive) if passage.source != TEA]
    encoder.calls.clear()
    (there,) = archive.remove(TEA)
    assert there == archive.settings.corpus.resolve() / TEA
    assert there.is_file()
    assert passages(archive) == kept
    assert found_in(archive.folder, "worried", "Biscuits", TEA, "Östersund", "Göran") == []
    assert vectors_in(archive.folder, "Tea calms worried patients.") == []
    assert sources(archive) == [GARDEN, MUSIC]
    assert not_words(encoder.texts) == []
    assert archive.status().derived_files_intact
    assert archive.search("worried patients")[0].passage.source != TEA


def test_a_removed_source_comes_back_unless_it_is_ignored_or_deleted(small_archive: Make) -> None:
    archive = small_archive()
    archive.remove(TEA, MUSIC)
    assert archive.ingest().added == (MUSIC, TEA)
    archive.remove(TEA)
    put(archive.settings.corpus, {".kindsearchignore": f"{TEA}\n"})
    assert changes(archive.ingest()) == {}
    (archive.settings.corpus / MUSIC).unlink()
    assert archive.remove(MUSIC) == []
    assert sources(archive) == [GARDEN]


def test_a_source_that_is_not_there_removes_nothing(small_archive: Make) -> None:
    archive = small_archive()
    before = bytes_of(archive.folder)
    with pytest.raises(BadRequest, match="there is no nowhere"):
        archive.remove(TEA, "nowhere.md")
    assert sources(archive) == [GARDEN, TEA, MUSIC]
    assert bytes_of(archive.folder)["catalog.sqlite"] == before["catalog.sqlite"]
    with another_process_writing(archive.folder), pytest.raises(IndexLocked):
        archive.remove(TEA)


def test_a_transcript_taken_out_takes_the_moments_with_it(small_archive: Make) -> None:
    archive = small_archive({"may/pack.md": PACK_WITH_QUOTES, "may/talk.vtt": TALK})
    archive.remove("may/talk.vtt")
    assert moment_of(archive) == (None, None)


def test_the_command_removes_and_says_what_is_still_there(small_archive: Make, run: Callable[..., Any]) -> None:
    archive = small_archive()
    status, out, _ = run("remove", TEA, "--index", archive.folder)
    assert status == 0
    assert "removed 1 document " in out
    assert "is still there" in out
    assert sources(archive) == [GARDEN, MUSIC]
    status, _, err = run("remove", TEA, "--index", archive.folder)
    assert (status, "source: there is no" in err) == (2, True)


# ---------------------------------------------------------------- what must not come in


def test_private_messages_are_counted_and_nowhere_under_the_index(small_archive: Make) -> None:
    private = "Aardvark {} for you alone."
    said = (
        chat(("18:00:10", "Ann Lee", "Good evening to all of you."))
        + chat(("18:00:20", "Ann Lee", private.format("one")), to="Bo Ek (Direct Message)")
        + chat(("18:00:30", "Bo Ek", private.format("two")), to="Ann Lee(Privately)")
        + chat(("18:00:40", "Bo Ek", private.format("three")), to="Hosts and panelists")
        + chat(("18:00:50", "Bo Ek", "And a good evening to you as well."))
    )
    archive = small_archive({})
    put(archive.settings.corpus, {"may/chat.txt": said, "may/talk.vtt": TALK})
    report = archive.ingest()
    assert report.added == ("may/chat.txt", "may/talk.vtt")
    assert report.private_messages == 3
    assert found_in(archive.folder, "aardvark") == []
    assert sum("good evening" in passage.text.lower() for passage in passages(archive)) == 3
    assert archive.ingest().private_messages == 0


def test_private_messages_are_in_no_unfinished_work_either(small_archive: Make, encoder: Counting) -> None:
    archive = small_archive({}, encoder=encoder)
    said = chat(("18:00:10", "Ann Lee", "Good evening to all.")) + chat(
        ("18:00:20", "Ann Lee", "Aardvark."), to="Bo Ek"
    )
    put(archive.settings.corpus, {"a.txt": said, "b.txt": said.replace("evening", "night")})
    encoder.left = 1
    with pytest.raises(KeyboardInterrupt):
        archive.ingest()
    assert found_in(archive.folder, "evening")
    assert found_in(archive.folder, "aardvark") == []


def test_what_is_marked_to_be_skipped_is_nowhere_under_the_index(small_archive: Make, pack: Pack) -> None:
    text = pack("Tea", "May 2024", ("Ann Lee", "Tea calms."), ("Bo Ek", "An aardvark. <!-- kindsearch: skip -->"))
    archive = small_archive(
        {"a.md": text + "\n<!-- kindsearch: skip -->\n\nWombats follow.\n\n# Group discussion\n\n- Yes\n"}
    )
    assert found_in(archive.folder, "aardvark", "wombats") == []
    assert found_in(archive.folder, "calms")


def test_a_part_that_is_marked_to_be_skipped_later_goes(small_archive: Make, pack: Pack, tmp_path: Path) -> None:
    archive = small_archive({"a.md": pack("Tea", "May 2024", ("Ann Lee", "Tea calms."), ("Bo Ek", "An aardvark."))})
    text = (archive.settings.corpus / "a.md").read_text(encoding="utf-8")
    put(archive.settings.corpus, {"a.md": text.replace("aardvark.", "aardvark. <!-- kindsearch: skip -->")})
    assert changes(archive.ingest()) == {"changed": ("a.md",)}
    assert [passage for passage in passages(archive) if "aardvark" in passage.text] == []
    equals_a_fresh_one(archive, tmp_path)


def test_a_file_excluded_by_its_session_or_ignored_goes_and_comes_back(
    small_archive: Make, pack: Pack, tmp_path: Path
) -> None:
    archive = small_archive({"may/pack.md": PACK_WITH_QUOTES, "may/talk.vtt": TALK, "may/late/talk2.vtt": TALK + "\n"})
    corpus = archive.settings.corpus
    for name, text in (("may/session.toml", 'exclude = ["*.vtt"]\n'), (".kindsearchignore", "*.vtt\n!pack.md\n")):
        put(corpus, {name: text})
        report = archive.ingest()
        assert report.removed == ("may/late/talk2.vtt", "may/talk.vtt")
        assert sources(archive) == ["may/pack.md"]
        assert moment_of(archive) == (None, None)
        equals_a_fresh_one(archive, tmp_path / "less" / name)
        (corpus / name).unlink()
        assert archive.ingest().added == ("may/late/talk2.vtt", "may/talk.vtt")
        equals_a_fresh_one(archive, tmp_path / "more" / name)


# ---------------------------------------------------------------- those who read meanwhile


def test_an_open_archive_answers_from_the_new_generation_without_being_opened_again(
    small_archive: Make, pack: Pack
) -> None:
    archive = small_archive()
    reader = KindSearch.open(archive.folder, encoder=HashingEncoder(), settings=Settings(index=archive.folder))
    for number in range(3):
        put(
            archive.settings.corpus,
            {"new.md": pack("New", "May 2024", ("Bo Ek", f"Quaggas come in numbers: {number}."))},
        )
        archive.ingest()
        assert reader.search("quaggas come in numbers")[0].passage.text == f"Quaggas come in numbers: {number}."
        assert reader.status() == archive.status()
    (archive.settings.corpus / "new.md").unlink()
    archive.ingest()
    assert "new.md" not in sources(reader)
