"""Backup and restore, doctor, the lock, and folders and clocks that are not as one would like."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from commands import Done
from faulty import Server, server
from meetings import another_process_writing, found_in
from small_packs import PACKS, CountingEncoder, pack_of
from test_state_machine import QUESTIONS, contents

from kindsearch import KindSearch, Settings
from kindsearch.encoders import Vectors
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.errors import BadBackup, BadRequest, DamagedIndex, IncompatibleIndex, IndexLocked, StorageFailed
from kindsearch.forgetting import WITHHELD
from kindsearch.stores import durable, locking
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.schema import FILE

Make = Callable[..., KindSearch]
ASKED = [f"{question}{more}" for question in QUESTIONS for more in ("", " at night", " on the ward", " for nurses")]
assert len(ASKED) == 200


def ids(archive: KindSearch) -> list[list[str]]:
    """What two hundred questions find."""
    return [[hit.passage.id for hit in archive.search(question)] for question in ASKED]


def add_walks(archive: KindSearch) -> None:
    text = pack_of("Walks", "July 2024", ("Cy Dee", "Walking clears the mind."), ("Bo Ek", "Tea, then a walk."))
    (archive.settings.corpus / "2024-07-walks.md").write_text(text, encoding="utf-8")


def restored(file: Path, folder: Path, encoder: Any = None) -> KindSearch:
    return KindSearch.restore(file, folder, encoder=encoder or HashingEncoder())


# ---------------------------------------------------------------- backup and restore


class Interrupting(HashingEncoder):
    """Lets something else happen each time that an ingest encodes."""

    between: Callable[[], None] | None = None

    def encode(self, texts: Sequence[str]) -> Vectors:
        if self.between:
            self.between()
        return super().encode(texts)


def test_a_backup_taken_during_an_ingest_gives_the_same_ids_for_two_hundred_questions(
    small_archive: Make, tmp_path: Path
) -> None:
    encoder = Interrupting()
    archive = small_archive(encoder=encoder)
    before, files = ids(archive), list[Path]()
    add_walks(archive)

    def between() -> None:
        encoder.between = None
        files.append(archive.backup(tmp_path / f"{len(files)}.backup"))
        encoder.between = between

    encoder.between = between
    archive.ingest()
    encoder.between = None
    assert ids(archive) != before
    assert len(files) > 1  # while it embeds, and inside the transaction, where words are embedded
    for file in (files[0], files[-1]):
        assert ids(restored(file, tmp_path / file.stem)) == before


def test_a_backup_is_one_file_that_is_whole_or_not_there(
    small_archive: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = small_archive()
    target = tmp_path / "backups" / "one"
    target.parent.mkdir()
    earlier = archive.backup(target).read_bytes()
    archive.remove("2024-06-garden.md")
    told = []
    for at in range(1, 9):
        monkeypatch.setenv("KINDSEARCH_FAIL_AT", f"{at}:ENOSPC")
        monkeypatch.setattr("kindsearch.stores.durable._numbers", iter(range(1, 99)))
        try:
            archive.backup(target)
            break
        except BadRequest as error:
            told.append(str(error))
            assert [path.name for path in target.parent.iterdir()] == ["one"]
            assert restored(target, tmp_path / f"{at}").status().documents in (2, 3)
    monkeypatch.delenv("KINDSEARCH_FAIL_AT")
    assert len(told) > 2
    assert all(f"{target} can't be written" in one and "No space left" in one for one in told)
    assert [path.name for path in target.parent.iterdir()] == ["one"]
    assert target.read_bytes() != earlier
    assert restored(target, tmp_path / "again").status().documents == 2


def test_a_backup_for_which_there_is_no_room_is_told_of_its_place_and_not_of_the_index(
    small_archive: Make, tmp_path: Path
) -> None:
    archive, target = small_archive(), tmp_path / "backup"
    with (
        ProcessPoolExecutor(1, get_context("spawn"), _with_small_files) as process,
        pytest.raises(BadRequest, match="backup can't be written"),
    ):
        process.submit(_backed_up, archive.folder, target).result(60)
    assert not target.exists()
    assert archive.search("tea")


def _with_small_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))


def _backed_up(folder: Path, target: Path) -> None:
    KindSearch.open(folder, encoder=HashingEncoder()).backup(target)


def test_a_backup_to_where_none_can_be_says_so_of_the_place_and_not_of_the_index(
    run: Callable[..., Done], small_archive: Make, tmp_path: Path
) -> None:
    archive = small_archive()
    before = {path.name for path in archive.folder.rglob("*") if "sqlite-" not in path.name}
    wrong = {
        tmp_path / "nowhere" / "one": "there is no folder",
        tmp_path: "is a folder",
        archive.folder / "one": "is in the index",
        archive.folder / "generation-000001" / "one": "is in the index",
        archive.folder / FILE: "is in the index",
    }
    for file, reason in wrong.items():
        with pytest.raises(BadRequest, match=f"file: .*{reason}"):
            archive.backup(file)
        done = run("backup", file, "--index", archive.folder)
        assert (done.status, reason in done.err.replace("\n", " ")) == (2, True)
    assert {path.name for path in archive.folder.rglob("*") if "sqlite-" not in path.name} == before
    assert archive.search("tea")


def test_a_restored_index_takes_the_place_of_another_and_open_archives_answer_from_it(
    small_archive: Make, tmp_path: Path, counting_encoder: CountingEncoder
) -> None:
    archive = small_archive(encoder=counting_encoder)
    file = archive.backup(tmp_path / "backup")
    before = contents(archive, QUESTIONS[:5])
    add_walks(archive)
    archive.ingest()
    assert archive.search("walking clears the mind")[0].passage.source == "2024-07-walks.md"
    counting_encoder.texts.clear()
    other = restored(file, archive.folder, counting_encoder)
    assert counting_encoder.texts == []
    assert contents(archive, QUESTIONS[:5]) == before
    assert other.status().generation == 3  # of its own, so that nothing of the second is taken for it
    assert other.status().derived_files_intact
    assert archive.ingest().added == ("2024-07-walks.md",)


@pytest.mark.parametrize("how", ["all of it", "one fact"])
def test_what_was_damaged_is_replaced(small_archive: Make, tmp_path: Path, how: str) -> None:
    archive = small_archive()
    file, before = archive.backup(tmp_path / "backup"), ids(archive)
    folder = archive.folder
    del archive
    if how == "all of it":
        (folder / FILE).write_bytes(b"garbage" * 5_000)
    else:
        with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as catalog:
            catalog.execute("UPDATE meta SET value = '7' WHERE key = 'generation'")
    with pytest.raises(DamagedIndex, match="kindsearch restore"):
        KindSearch.open(folder, encoder=HashingEncoder()).search("tea")
    again = restored(file, folder)
    assert ids(again) == before
    assert again.status().derived_files_intact


def test_who_was_forgotten_after_the_backup_stays_forgotten(small_archive: Make, tmp_path: Path) -> None:
    archive = small_archive()
    file = archive.backup(tmp_path / "backup")
    archive.forget("Eva Bonnier")
    again = restored(file, archive.folder)
    assert found_in(archive.folder, "Bonnier", "weeding") == []
    assert {person.name for person in again.people()} == {"Ann Lee", "Bo Ek", "Cy Dee", "Göran Öst"}
    assert archive.ingest().changed_something is False


@pytest.mark.parametrize("anonymise", [True, False])
def test_who_was_forgotten_after_the_backup_is_named_in_no_rating_that_it_holds(
    small_archive: Make, tmp_path: Path, anonymise: bool
) -> None:
    archive = small_archive()
    tea = archive.search("do biscuits matter?")[0].passage
    archive.rate("what did Eva Bonnier say of tea?", tea, helpful=True, remark="Bonnier said it.")
    file = archive.backup(tmp_path / "backup")
    archive.forget("Eva Bonnier", anonymise=anonymise)
    again = restored(file, archive.folder)
    assert [(rating.question, rating.remark) for rating in again.ratings()] == [
        (f"what did {WITHHELD} say of tea?", f"{WITHHELD} said it.")
    ]
    assert found_in(archive.folder, "Bonnier") == []


def test_two_indexes_that_forget_under_different_keys_are_not_put_together(small_archive: Make, tmp_path: Path) -> None:
    archive = small_archive()
    archive.forget("Eva Bonnier")
    file = archive.backup(tmp_path / "backup")
    other = KindSearch.open(tmp_path / "other", create=True, encoder=HashingEncoder(), settings=archive.settings)
    other.ingest()
    other.forget("Bo Ek")
    before = contents(other, QUESTIONS[:3])
    with pytest.raises(BadBackup, match="forget"):
        restored(file, tmp_path / "other")
    assert contents(other, QUESTIONS[:3]) == before


@pytest.mark.parametrize("what", ["missing", "garbage", "cut", "changed", "another database", "another model"])
def test_what_is_no_whole_backup_changes_nothing(small_archive: Make, tmp_path: Path, what: str) -> None:
    archive = small_archive()
    file, encoder = archive.backup(tmp_path / "backup"), HashingEncoder()
    data = file.read_bytes()
    if what == "missing":
        file.unlink()
    elif what == "garbage":
        file.write_bytes(b"garbage" * 999)
    elif what == "cut":
        file.write_bytes(data[: len(data) // 2])
    elif what == "changed":
        file.write_bytes(data.replace(b"Biscuits matter as much", b"Biscuits matter as much".replace(b"much", b"such")))
    elif what == "another database":
        file.unlink()
        other = sqlite3.connect(file)
        other.execute("CREATE TABLE tea (cups)")
        other.close()
    else:
        encoder = HashingEncoder(32)
    before = contents(archive, QUESTIONS[:3])
    with pytest.raises(IncompatibleIndex if what == "another model" else BadBackup):
        restored(file, archive.folder, encoder)
    assert contents(archive, QUESTIONS[:3]) == before


# ---------------------------------------------------------------- doctor


def test_the_doctor_makes_files_again_without_embedding_and_deletes_what_is_left_over(
    small_archive: Make, counting_encoder: CountingEncoder
) -> None:
    archive = small_archive(encoder=counting_encoder)
    before = contents(archive, QUESTIONS[:5])
    assert archive.doctor().mended == ()
    (archive.folder / "generation-000001" / "columns.json").write_text("{}")
    for name in ("generation-000099", "restoring"):
        (archive.folder / name / "keywords").mkdir(parents=True)
    (archive.folder / f"{FILE}.part").write_bytes(b"half")
    counting_encoder.texts.clear()
    found = archive.doctor()
    assert found.mended == (
        "deleted what was left over: generation-000099, catalog.sqlite.part, restoring",
        "made the index files again from the catalog",
    )
    assert counting_encoder.texts == []
    assert archive.status().derived_files_intact
    assert contents(archive, QUESTIONS[:5]) == before
    assert archive.doctor().mended == ()
    assert {path.name for path in archive.folder.glob("[a-z]*") if "sqlite" not in path.name} == {"generation-000002"}


def test_the_doctor_refuses_a_catalog_in_which_a_single_letter_has_changed(small_archive: Make) -> None:
    archive = small_archive()
    folder = archive.folder
    del archive
    data = (folder / FILE).read_bytes()
    assert b"as much as tea" in data
    (folder / FILE).write_bytes(data.replace(b"as much as tea", b"as such as tea"))
    archive = KindSearch.open(folder, encoder=HashingEncoder())
    with pytest.raises(DamagedIndex, match="restore"):
        archive.doctor()
    with pytest.raises(DamagedIndex, match="restore"):
        archive.search("biscuits")


def test_doctor_backup_and_restore_on_the_command_line(
    run: Callable[..., Done], small_archive: Make, tmp_path: Path
) -> None:
    archive = small_archive()
    done = run("doctor", "--index", archive.folder)
    assert (done.status, done.out.splitlines()[-1]) == (0, "nothing was wrong")
    shutil.rmtree(archive.folder / "generation-000001")
    assert run("doctor", "--index", archive.folder).out.endswith("mended: generation 2 answers\n")
    file = tmp_path / "backup"
    assert run("backup", file, "--index", archive.folder).out.startswith(f"wrote {file} (")
    archive.remove("2024-06-garden.md")
    assert run("restore", file, "--index", archive.folder, stdin="n\n").status == 1
    assert archive.status().documents == 2
    done = run("restore", file, "--index", archive.folder, "--yes")
    assert done.out == f"{archive.folder} holds 3 documents again, generation 4\n"
    assert run("restore", tmp_path / "none", "--index", tmp_path / "new").status == 2


# ---------------------------------------------------------------- what went wrong before


def test_a_receipt_that_a_death_kept_from_being_written_is_not_lost_to_the_next(small_archive: Make) -> None:
    archive = small_archive()
    catalog = Catalog.open(archive.folder)
    with catalog.writing():
        catalog.owe("forget-earlier.json", "{}")
    catalog.close()
    _, later = archive.forget("Eva Bonnier")
    assert {path.name for path in (archive.folder / "receipts").iterdir()} == {"forget-earlier.json", later.name}


def test_after_a_commit_that_failed_the_same_archive_can_write_again(
    small_archive: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = small_archive()
    passage = archive.search("tea")[0].passage

    def full(_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(durable, "commit", full)
        with pytest.raises(StorageFailed, match="No space left"):
            archive.rate("tea?", passage, helpful=True)
    assert archive.ratings() == []
    archive.rate("tea?", passage, helpful=True)
    assert len(archive.ratings()) == 1


# ---------------------------------------------------------------- the lock


def test_who_comes_second_is_told_who_is_writing(small_archive: Make) -> None:
    archive = small_archive()
    told = []

    def second(*_: object) -> None:
        with pytest.raises(IndexLocked) as caught:
            archive.ingest()
        told.append(caught.value)

    add_walks(archive)
    archive.ingest(progress=second)
    assert told[0].pid == os.getpid()
    assert told[0].host
    assert f"process {os.getpid()} on {told[0].host}, since 20" in str(told[0])
    assert "UTC" in str(told[0])
    assert not (archive.folder / locking.HOLDER).exists()


def test_who_died_is_not_taken_for_a_writer(small_archive: Make) -> None:
    archive = small_archive()
    (archive.folder / locking.HOLDER).write_text('{"pid": 1, "host": "gone", "since": "long ago"}')
    add_walks(archive)
    assert archive.ingest().added == ("2024-07-walks.md",)
    with another_process_writing(archive.folder), pytest.raises(IndexLocked) as caught:
        archive.ingest()
    assert caught.value.pid is None  # that one leaves no word


# ---------------------------------------------------------------- a folder that is read-only


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that everybody may look into, with a corpus."""
    folder = Path(tempfile.mkdtemp(prefix="kindsearch-"))
    folder.chmod(0o755)
    (folder / "corpus").mkdir()
    for name, text in PACKS.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    yield folder
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755)
    shutil.rmtree(folder)


NOBODY = {"user": 65534} if os.getuid() == 0 else {}  # for root no folder is read-only


def make_read_only(index: Path) -> None:
    for path in sorted(index.rglob("*"), reverse=True):
        path.chmod(0o555 if path.is_dir() else 0o444)
    index.chmod(0o555)


def kill_with_a_log(forking: Server, index: Path, corpus: Path) -> None:
    """Let a writer die when it has written something that is in the log alone."""
    (corpus / "2024-07-walks.md").write_text(pack_of("Walks", "July 2024", ("Cy Dee", "Walk.")))
    assert forking.do("ingest", index, corpus=str(corpus), env={"KINDSEARCH_CRASH_AT": "9"}).killed


@pytest.mark.parametrize("state", ["at rest", "while a writer has it open", "after a writer was killed"])
def test_an_index_in_a_read_only_folder_answers_and_is_not_changed(shared: Path, state: str) -> None:
    index, corpus = shared / "index", shared / "corpus"
    with server() as forking:
        assert forking.do("ingest", index, corpus=str(corpus)).done
        writer = Catalog.open(index)
        if state == "at rest":
            writer.close()
        elif state == "while a writer has it open":
            tea = next(place for place in writer.places().values() if "tea" in place.source)
            with writer.writing():
                writer.move(tea.document_id, "only in the log.md", tea.root)
        else:
            kill_with_a_log(forking, index, corpus)
        assert (index / f"{FILE}-wal").exists() is (state != "at rest")
        before = forking.do("ask", index, question="does tea calm?").said
        if state == "at rest":
            Catalog.open(index).close()  # the process that asked has left without doing so
        make_read_only(index)
        try:
            asked = forking.do("ask", index, question="does tea calm?", without="_made", **NOBODY)
            changed = forking.do("remove", index, source="2024-06-garden.md", **NOBODY)
        finally:
            writer.close()
    assert asked == (0, before)  # from the files that are there: none were made again
    assert ("only in the log.md" in before) is (state == "while a writer has it open")
    assert changed.said.startswith("StorageFailed")


def test_an_index_whose_log_can_not_be_read_there_is_not_answered_from_without_it(shared: Path) -> None:
    index, corpus = shared / "index", shared / "corpus"
    with server() as forking:
        assert forking.do("ingest", index, corpus=str(corpus)).done
        kill_with_a_log(forking, index, corpus)
        (index / f"{FILE}-shm").unlink()
        make_read_only(index)
        assert forking.do("ask", index, question="does tea calm?", **NOBODY).said.startswith("StorageFailed")


# ---------------------------------------------------------------- a clock that is wrong


def test_a_clock_set_back_changes_nothing_of_what_is_done(
    small_archive: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Generations are counted and files are known by content, so no time decides anything."""
    archive = small_archive()
    monkeypatch.setattr(time, "time", lambda: 0.0)
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    add_walks(archive)
    for path in archive.settings.corpus.iterdir():
        os.utime(path, (0, 0))
    assert archive.ingest().added == ("2024-07-walks.md",)
    assert archive.search("walking clears the mind")[0].passage.source == "2024-07-walks.md"
    monkeypatch.undo()
    settings = Settings(corpus=archive.settings.corpus, index=tmp_path / "fresh")
    fresh = KindSearch.open(create=True, encoder=HashingEncoder(), settings=settings)
    fresh.ingest()
    assert contents(archive, QUESTIONS[:5]) == contents(fresh, QUESTIONS[:5])
