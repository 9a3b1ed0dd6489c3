"""A folder that is watched: its changes come into the index by themselves, a while after the last of them.

Nothing here asserts how long a thing takes; the timeouts are those of a machine that is very busy.
"""

from __future__ import annotations

import queue
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from meetings import another_process_writing, put

from kindsearch import KindSearch, search
from kindsearch.encoders import Vectors
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.errors import BadRequest, StorageFailed
from kindsearch.ingesting import IngestReport

Make = Callable[..., KindSearch]
Pack = Callable[..., str]
SOON = 60.0  # seconds in which whatever happens has happened
QUIET = 0.3  # seconds without a change


class Watching:
    """An archive that is watched by a thread, and the reports that it gave."""

    def __init__(self, archive: KindSearch, *paths: Path, quiet: float = QUIET) -> None:
        self.archive, self.quiet, self.stop = archive, quiet, threading.Event()
        self.reports: queue.Queue[IngestReport] = queue.Queue()
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self._watch, args=(paths, quiet), daemon=True)
        self.thread.start()

    def _watch(self, paths: Sequence[Path], quiet: float) -> None:
        try:
            for report in self.archive.watch(*paths, quiet_seconds=quiet, stop=self.stop):
                self.reports.put(report)
        except BaseException as error:
            self.error = error

    def next(self) -> IngestReport:
        return self.reports.get(timeout=SOON)

    def nothing_more(self, seconds: float = 4 * QUIET) -> bool:
        """Whether no report comes for a while. That it would come later can't be told, so never the only assertion."""
        try:
            self.reports.get(timeout=seconds)
        except queue.Empty:
            return True
        return False

    def end(self) -> None:
        self.stop.set()
        self.thread.join(SOON)
        assert not self.thread.is_alive()


@pytest.fixture
def watching(small_archive: Make) -> Iterator[Callable[..., Watching]]:
    """Watch a small archive until the test is over."""
    started: list[Watching] = []

    def start(archive: KindSearch | None = None, *paths: Path, quiet: float = QUIET) -> Watching:
        started.append(Watching(archive or small_archive(), *paths, quiet=quiet))
        return started[-1]

    yield start
    for one in started:
        one.stop.set()
    for one in started:
        one.thread.join(SOON)


def sources(archive: KindSearch) -> set[str]:
    return {source for summary in archive.sessions() for source in summary.sources}


TEA = "2024-01-18-tea.md"


# ---------------------------------------------------------------- what changes comes in


def test_the_folder_is_read_at_once(watching: Callable[..., Watching], small_archive: Make, pack: Pack) -> None:
    archive = small_archive()
    put(archive.settings.corpus, {"walks.md": pack("Walks", "July 2024", ("Cy Dee", "Walking clears the mind."))})
    report = watching(archive).next()
    assert report.added == ("walks.md",)
    assert len(report.unchanged) == 3


def test_a_folder_that_did_not_change_gives_one_report(watching: Callable[..., Watching]) -> None:
    watched = watching()
    report = watched.next()
    assert (report.added, len(report.unchanged), report.generation) == ((), 3, 1)
    assert watched.nothing_more()
    assert watched.archive.status().generation == 1


def test_a_new_file_comes_in(watching: Callable[..., Watching], pack: Pack) -> None:
    watched = watching()
    watched.next()
    put(watched.archive.settings.corpus, {"sub/new/walks.md": pack("Walks", "July 2024", ("Cy Dee", "Quaggas walk."))})
    report = watched.next()
    assert report.added == ("sub/new/walks.md",)
    assert watched.archive.search("quaggas")[0].passage.source == "sub/new/walks.md"


def test_a_deletion_a_change_and_a_rename_come_in(watching: Callable[..., Watching], pack: Pack) -> None:
    watched = watching()
    watched.next()
    corpus = watched.archive.settings.corpus
    (corpus / TEA).unlink()
    assert watched.next().removed == (TEA,)
    assert TEA not in sources(watched.archive)
    put(corpus, {"2023-05-music.md": pack("Music", "May 2023", ("Cy Dee", "Quaggas sing."))})
    assert watched.next().changed == ("2023-05-music.md",)
    (corpus / "2024-06-garden.md").rename(corpus / "garden.md")
    assert watched.next().renamed == ("garden.md",)
    assert watched.nothing_more()


def test_notes_and_what_is_ignored_come_in(watching: Callable[..., Watching]) -> None:
    watched = watching()
    watched.next()
    put(watched.archive.settings.corpus, {".kindsearchignore": "2024*\n"})
    assert watched.next().removed == (TEA, "2024-06-garden.md")
    put(watched.archive.settings.corpus, {"session.toml": 'title = "All of it"\n'})
    assert watched.next().regrouped == ("2023-05-music.md",)
    assert {summary.session.title for summary in watched.archive.sessions()} == {"All of it"}


@pytest.mark.parametrize(
    "notes",
    [
        {"people.toml": '[people]\n"Ann Lee" = ["Bo Ek"]\n'},
        {"2024-01-18-tea.toml": '[aliases]\n"Ann Lee" = ["Bo Ek"]\n'},
        {"2024-01-18-tea.toml": 'note = "illustrative"\n'},
    ],
    ids=["who is who", "who is who in one session", "a remark"],
)
def test_what_notes_change_without_a_file_gives_a_report(
    watching: Callable[..., Watching], notes: dict[str, str]
) -> None:
    watched = watching()
    before = watched.next()
    put(watched.archive.settings.corpus, notes)
    report = watched.next()
    assert (len(report.unchanged) + len(report.regrouped), report.generation) == (3, before.generation + 1)
    assert watched.nothing_more()


def test_what_changes_nothing_gives_no_report(watching: Callable[..., Watching]) -> None:
    watched = watching()
    watched.next()
    (watched.archive.settings.corpus / TEA).touch()
    (watched.archive.settings.corpus / "empty folder").mkdir()
    assert watched.nothing_more(3.0)
    (watched.archive.settings.corpus / TEA).unlink()
    assert watched.next().removed == (TEA,)


def test_several_folders_are_watched(
    watching: Callable[..., Watching], small_archive: Make, pack: Pack, tmp_path: Path
) -> None:
    archive = small_archive()
    other = tmp_path / "other"
    other.mkdir()
    watched = watching(archive, archive.settings.corpus, other)
    watched.next()
    put(other, {"walks.md": pack("Walks", "July 2024", ("Cy Dee", "Quaggas walk."))})
    assert watched.next().added == ("walks.md",)


def test_folders_that_come_while_it_watches_are_watched_and_what_is_in_them_already_is_read(
    watching: Callable[..., Watching], pack: Pack
) -> None:
    watched = watching()
    watched.next()
    corpus = watched.archive.settings.corpus
    deep = corpus / "2024" / "july" / "walks"
    put(corpus, {"2024/july/walks/walks.md": pack("Walks", "July 2024", ("Cy Dee", "Quaggas walk."))})
    assert watched.next().added == ("2024/july/walks/walks.md",)
    put(deep, {"songs.md": pack("Songs", "August 2024", ("Cy Dee", "Whales sing."))})
    assert watched.next().added == ("2024/july/walks/songs.md",)
    deep.rename(corpus.parent / "away")
    assert len(watched.next().removed) == 2
    (corpus.parent / "away").rename(deep)
    assert len(watched.next().added) == 2
    (deep / "songs.md").unlink()
    assert watched.next().removed == ("2024/july/walks/songs.md",)


def test_what_links_lead_to_outside_the_folder_is_neither_read_nor_watched(
    watching: Callable[..., Watching], small_archive: Make, pack: Pack, tmp_path: Path
) -> None:
    archive = small_archive()
    corpus, elsewhere = archive.settings.corpus, tmp_path / "elsewhere"
    put(elsewhere, {"walks.md": pack("Walks", "July 2024", ("Cy Dee", "Quaggas walk."))})
    (corpus / "out").symlink_to(elsewhere)
    (corpus / "up").symlink_to(corpus)
    watched = watching(archive)
    assert [failure.source for failure in watched.next().failed] == ["out"]
    put(elsewhere, {"songs.md": pack("Songs", "August 2024", ("Cy Dee", "Whales sing."))})
    assert watched.nothing_more()
    (corpus / "walks.md").symlink_to(elsewhere / "walks.md")
    assert [failure.source for failure in watched.next().failed] == ["out", "walks.md"]
    assert "walks.md" not in sources(archive)


@pytest.mark.parametrize("here", ["corpus/nowhere", "corpus/2024-06-garden.md/x"])
def test_a_path_that_is_not_there_is_refused(small_archive: Make, here: str) -> None:
    archive = small_archive()
    with pytest.raises(BadRequest, match=r"there is no .*corpus"):
        next(archive.watch(archive.settings.corpus.parent / here))


# ---------------------------------------------------------------- the quiet period


def test_a_burst_of_changes_is_one_report_after_it(
    watching: Callable[..., Watching], pack: Pack, tmp_path: Path
) -> None:
    watched = watching(quiet=1.5)
    watched.next()
    corpus, names = watched.archive.settings.corpus, [f"burst{number}.md" for number in range(8)]
    beside = tmp_path / "beside"
    put(beside, {name: pack(f"Of {name}", "July 2024", ("Bo Ek", f"{name} says hello.")) for name in names})
    for name in names:  # moved, not written: all of them within the quiet period, however busy the machine is
        (beside / name).rename(corpus / name)
    (corpus / TEA).unlink()
    report = watched.next()
    assert (report.added, report.removed) == (tuple(names), (TEA,))
    assert watched.nothing_more(2.5)


def test_a_file_that_is_still_being_written_is_read_when_it_is_done(
    watching: Callable[..., Watching], pack: Pack
) -> None:
    watched = watching(quiet=1.0)
    watched.next()
    path = watched.archive.settings.corpus / "slow.md"
    with path.open("w", encoding="utf-8") as stream:
        stream.write(pack("Slow", "July 2024"))
        for number in range(15):  # longer than the quiet period, all in all
            stream.write(f"\n**Bo Ek** Line {number} of a slow quagga.\n")
            stream.flush()
            threading.Event().wait(0.1)
    report = watched.next()
    assert report.added == ("slow.md",)
    texts = [
        hit.passage.text for hit in watched.archive.search("slow quagga line", k=50) if "quagga" in hit.passage.text
    ]
    assert sum(text.count("quagga") for text in texts) == 15
    assert watched.nothing_more()


# ---------------------------------------------------------------- nothing is missed


def test_a_file_that_comes_right_after_the_first_report_is_not_missed(small_archive: Make, pack: Pack) -> None:
    """Between the first look and the watching there is no gap, however long the first report is looked at."""
    archive = small_archive()
    stop = threading.Event()
    reports = archive.watch(quiet_seconds=QUIET, stop=stop)
    next(reports)
    put(archive.settings.corpus, {"walks.md": pack("Walks", "July 2024", ("Cy Dee", "Walking clears the mind."))})
    timer = threading.Timer(15, stop.set)
    timer.start()
    report = next(reports, None)
    timer.cancel()
    stop.set()
    reports.close()
    assert report is not None
    assert report.added == ("walks.md",)


class Slow(HashingEncoder):
    """Waits where it is told to, while it embeds."""

    def __init__(self) -> None:
        super().__init__()
        self.waits, self.reached, self.go_on = False, threading.Event(), threading.Event()

    def encode(self, texts: Sequence[str]) -> Vectors:
        if self.waits:
            self.reached.set()
            assert self.go_on.wait(SOON)
        return super().encode(texts)


@pytest.mark.parametrize("first", [True, False], ids=["the first time", "later"])
def test_a_file_that_comes_while_others_are_read_is_not_missed(
    watching: Callable[..., Watching], small_archive: Make, pack: Pack, first: bool
) -> None:
    encoder = Slow()
    archive = small_archive(encoder=encoder)
    corpus = archive.settings.corpus
    walks = {"walks.md": pack("Walks", "July 2024", ("Cy Dee", "Walking clears the mind."))}
    if first:
        encoder.waits = True
        put(corpus, walks)
        watched = watching(archive)
    else:
        watched = watching(archive)
        watched.next()
        encoder.waits = True
        put(corpus, walks)
    assert encoder.reached.wait(SOON)
    put(corpus, {"late.md": pack("Late", "July 2024", ("Cy Dee", "Quaggas come late."))})
    encoder.waits = False
    encoder.go_on.set()
    assert watched.next().added == ("walks.md",)
    try:
        report = watched.reports.get(timeout=15)
    except queue.Empty:
        pytest.fail("late.md came while walks.md was read, and is not in the archive")
    assert report.added == ("late.md",)


# ---------------------------------------------------------------- what goes wrong on the way


def test_a_file_that_can_not_be_read_is_named_and_the_watching_goes_on(
    watching: Callable[..., Watching], pack: Pack
) -> None:
    watched = watching()
    watched.next()
    corpus = watched.archive.settings.corpus
    (corpus / "broken.pdf").write_bytes(b"%PDF-1.7 and then nothing")
    assert [failure.source for failure in watched.next().failed] == ["broken.pdf"]
    put(corpus, {"walks.md": pack("Walks", "July 2024", ("Cy Dee", "Walking clears the mind."))})
    assert watched.next().added == ("walks.md",)
    assert watched.error is None


def test_another_process_that_writes_is_waited_for(watching: Callable[..., Watching], pack: Pack) -> None:
    watched = watching()
    watched.next()
    with another_process_writing(watched.archive.folder):
        put(watched.archive.settings.corpus, {"walks.md": pack("Walks", "July 2024", ("Cy Dee", "Quaggas walk."))})
        assert watched.nothing_more(2.0)
        assert watched.thread.is_alive()
        assert "walks.md" not in sources(watched.archive)
    assert watched.next().added == ("walks.md",)
    assert watched.error is None


def test_another_process_that_writes_is_waited_for_at_the_start(
    watching: Callable[..., Watching], small_archive: Make
) -> None:
    archive = small_archive()
    with another_process_writing(archive.folder):
        watched = watching(archive)
        assert watched.nothing_more()
    assert len(watched.next().unchanged) == 3


def test_a_folder_that_is_away_for_a_while_is_followed_again(watching: Callable[..., Watching], tmp_path: Path) -> None:
    """It lies on a drive that comes and goes, or was moved by mistake: the watching says so, or waits."""
    watched = watching()
    watched.next()
    corpus = watched.archive.settings.corpus
    (corpus / "sub").mkdir()
    shutil.copy(corpus / TEA, corpus / "sub" / "copy.txt")
    (corpus / TEA).rename(corpus / "sub" / TEA)
    (corpus / "sub" / "copy.txt").unlink()
    assert watched.next().renamed == (f"sub/{TEA}",)
    shutil.rmtree(corpus / "sub")
    assert watched.next().removed == (f"sub/{TEA}",)
    assert watched.error is None


def test_a_corpus_that_is_away_for_a_while_is_reported_and_followed_again(
    watching: Callable[..., Watching], pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "WRONG_SECONDS", 0.2)
    watched = watching()
    watched.next()
    corpus = watched.archive.settings.corpus
    away = corpus.rename(corpus.with_name("away"))
    assert f"there is no {corpus}" in watched.next().failed[0].reason
    assert watched.archive.status().documents == 3
    away.rename(corpus)
    report = watched.next()
    assert (report.failed, len(report.unchanged)) == ((), 3)
    put(corpus, {"walks.md": pack("Walks", "July 2024", ("Cy Dee", "Quaggas walk."))})
    assert watched.next().added == ("walks.md",)
    assert watched.error is None


def test_a_file_that_can_not_be_read_for_a_moment_is_reported_once_and_the_watching_goes_on(
    watching: Callable[..., Watching], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "WRONG_SECONDS", 0.2)
    watched = watching()
    watched.next()
    ignore = watched.archive.settings.corpus / ".kindsearchignore"
    ignore.write_bytes(b"\xff\xfe half of it")
    report = watched.next()
    assert [failure.source for failure in report.failed] == [".kindsearchignore"]
    assert (report.removed, report.generation) == ((), 1)
    assert watched.nothing_more()
    ignore.write_text("2024*\n", encoding="utf-8")
    assert watched.next().removed == (TEA, "2024-06-garden.md")
    assert watched.error is None


def test_a_disk_that_is_full_for_a_while_is_reported_and_what_changed_comes_in_when_there_is_room(
    watching: Callable[..., Watching], pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "WRONG_SECONDS", 0.2)
    watched, ingest, full = watching(), KindSearch.ingest, threading.Event()
    watched.next()

    def ingested(archive: KindSearch, *paths: Path) -> IngestReport:
        if full.is_set():
            raise StorageFailed(archive.folder, "No space left on device")
        return ingest(archive, *paths)

    full.set()
    monkeypatch.setattr(KindSearch, "ingest", ingested)
    put(watched.archive.settings.corpus, {"walks.md": pack("Walks", "July 2024", ("Cy Dee", "Quaggas walk."))})
    assert "No space left on device" in watched.next().failed[0].reason
    assert watched.nothing_more()
    full.clear()
    assert watched.next().added == ("walks.md",)
    assert watched.error is None


def test_what_is_wrong_from_the_start_is_for_whoever_started_it(
    watching: Callable[..., Watching], small_archive: Make
) -> None:
    archive = small_archive()
    (archive.settings.corpus / ".kindsearchignore").write_bytes(b"\xff\xfe")
    watched = watching(archive)
    watched.thread.join(SOON)
    assert isinstance(watched.error, BadRequest)


# ---------------------------------------------------------------- its end


def test_a_stop_ends_it(watching: Callable[..., Watching]) -> None:
    watched = watching()
    watched.next()
    watched.end()
    assert watched.error is None
    generation = watched.archive.status().generation
    (watched.archive.settings.corpus / TEA).unlink()
    assert watched.nothing_more()
    assert watched.archive.status().generation == generation


def test_a_stop_ends_it_before_the_quiet_period_is_over(watching: Callable[..., Watching], pack: Pack) -> None:
    watched = watching(quiet=2.0)
    watched.next()
    put(watched.archive.settings.corpus, {"walks.md": pack("Walks", "July 2024", ("Cy Dee", "Quaggas walk."))})
    watched.end()
    assert watched.error is None


@pytest.mark.parametrize("first", [True, False], ids=["at the start", "later"])
def test_a_stop_ends_it_while_another_process_writes(
    watching: Callable[..., Watching], small_archive: Make, pack: Pack, first: bool
) -> None:
    archive = small_archive()
    watched = None if first else watching(archive)
    if watched:
        watched.next()
    with another_process_writing(archive.folder):
        watched = watched or watching(archive)
        put(archive.settings.corpus, {"walks.md": pack("Walks", "July 2024", ("Cy Dee", "Quaggas walk."))})
        assert watched.nothing_more()
        watched.stop.set()
        watched.thread.join(15)
        still_waiting = watched.thread.is_alive()
    assert not still_waiting
    assert watched.error is None


# ---------------------------------------------------------------- those who read meanwhile


def test_whoever_asks_meanwhile_gets_every_answer_from_one_generation(
    watching: Callable[..., Watching], pack: Pack
) -> None:
    """As a web app that runs beside it does: no restart, no error in between, and at the end what is new."""
    watched = watching()
    watched.next()
    archive = watched.archive
    reader = KindSearch.open(archive.folder, encoder=HashingEncoder(), settings=archive.settings)
    done, errors, seen = threading.Event(), list[BaseException](), list[str]()

    def ask_on() -> None:
        while not done.is_set():
            try:
                seen.append(" ".join(hit.passage.text for hit in reader.search("quaggas come in numbers", k=50)))
                reader.sessions()
                reader.status()
            except BaseException as error:
                errors.append(error)
                return

    asking = threading.Thread(target=ask_on, daemon=True)
    asking.start()
    for number in range(3):
        said = [("Bo Ek", f"Quaggas come in numbers of {number}."), ("Cy Dee", f"Those quaggas of {number} are many.")]
        put(archive.settings.corpus, {"quaggas.md": pack("Quaggas", "July 2024", *said)})
        report = watched.next()
        assert {*report.added, *report.changed} == {"quaggas.md"}
    done.set()
    asking.join(SOON)
    assert errors == []
    assert "numbers of 2" in reader.search("quaggas come in numbers")[0].passage.text
    for texts in seen:  # never a part of one state with a part of another
        numbers = [number for number in range(3) if f"of {number}" in texts]
        assert len(numbers) <= 1
        assert all(
            (f"numbers of {number}" in texts, f"quaggas of {number}" in texts) == (True, True) for number in numbers
        )
