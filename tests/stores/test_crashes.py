"""Wherever a change is interrupted, by death or by an error of the system, the index is as before or as after."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from faulty import Ended, Server, server
from meetings import found_in
from small_packs import PACKS, pack_of
from test_state_machine import contents

from kindsearch import KindSearch, Settings
from kindsearch.encoders import Encoder
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.errors import KindSearchError, NoIndex
from kindsearch.stores.durable import CRASH_AT, FAIL_AT

ERRORS = ("ENOSPC", "EIO", "EMFILE")
QUESTIONS = ("does tea help?", "who spoke of roses?", "what did Bo Ek say?")
FORGOTTEN = "Eva Bonnier"
CHANGED = {
    **{name: text for name, text in PACKS.items() if name != "2023-05-music.md"},
    "2024-01-18-tea.md": PACKS["2024-01-18-tea.md"].replace("Biscuits matter", "Cakes matter"),
    "2024-07-walks.md": pack_of("Walks", "July 2024", ("Cy Dee", "Walking clears the mind.")),
}


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder in memory, if there is one: thousands of files are synced."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="kindsearch-", dir=memory if os.access(memory, os.W_OK) else None))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def forking() -> Iterator[Server]:
    with server() as running:
        yield running


@dataclass(frozen=True)
class Scene:
    """A change of an index: what there is before, in a folder that is copied for each attempt, and after it."""

    verb: str
    start: Path
    corpus: Path
    how: Mapping[str, str] = field(default_factory=dict)

    def archive(self, index: Path) -> KindSearch:
        settings = Settings(corpus=self.corpus, index=index)
        return KindSearch.open(encoder=HashingEncoder(), settings=settings)

    def state(self, index: Path) -> Any:
        """All that can be seen of an index; work that an ingest left unfinished is no part of it.

        The files that it answers from are whole, unless they were not before: none has to be made again.
        """
        try:
            archive = self.archive(index)
        except NoIndex:
            return None
        seen = {**contents(archive, QUESTIONS), "ratings": archive.ratings()}
        seen.pop("unfinished")
        assert archive.status().derived_files_intact or not seen["documents"] or self.verb == "doctor"
        return seen if seen["documents"] else None

    def attempt(self, forking: Server, index: Path, *, limits: Mapping[str, int] | None = None, **env: str) -> Ended:
        """Make the change to a fresh copy, with a fault in it."""
        shutil.rmtree(index, ignore_errors=True)
        if self.start.exists():
            shutil.copytree(self.start, index)
        return forking.do(self.verb, index, corpus=str(self.corpus), env=env, limits=limits or {}, **self.how)


@pytest.fixture(scope="module")
def scenes(place: Path, forking: Server) -> dict[str, Scene]:
    """The changes there are."""

    def made(name: str, packs: Mapping[str, str]) -> tuple[Path, Path]:
        """A corpus and its index."""
        corpus, index = place / f"{name} corpus", place / name
        write(corpus, packs)
        assert forking.do("ingest", index, corpus=str(corpus)).done
        return corpus, index

    old, full = made("old", PACKS)
    archive = KindSearch.open(full, encoder=HashingEncoder())
    passage = archive.search("weeding is my meditation")[0].passage
    archive.rate(f"does {FORGOTTEN} weed?", passage, helpful=True)
    copy = archive.backup(place / "copy.sqlite")
    del archive
    changing, before = made("changing", PACKS)
    shutil.rmtree(changing)
    write(changing, CHANGED)
    other, replaced = made("other", CHANGED)
    damaged = place / "damaged"
    shutil.copytree(full, damaged)
    next(damaged.glob("generation-*/columns.json")).unlink()
    return {
        "first ingest": Scene("ingest", place / "none", old),
        "change": Scene("ingest", before, changing),
        "remove": Scene("remove", full, old, {"source": "2024-01-18-tea.md"}),
        "forget": Scene("forget", full, old, {"person": FORGOTTEN}),
        "doctor": Scene("doctor", damaged, old),
        "restore": Scene("restore", replaced, other, {"file": str(copy)}),
    }


def write(corpus: Path, packs: Mapping[str, str]) -> None:
    corpus.mkdir()
    for name, text in packs.items():
        (corpus / name).write_text(text, encoding="utf-8")


SCENES = ("first ingest", "change", "remove", "forget", "doctor", "restore")


def sweep(scene: Scene, forking: Server, index: Path, fault: Callable[[int], dict[str, str]], every: int) -> int:
    """Put a fault into one step after another, until there are no more; returns how many steps there were."""
    assert scene.attempt(forking, index).done
    after = scene.state(index)
    shutil.rmtree(index)
    if scene.start.exists():
        shutil.copytree(scene.start, index)
    before = scene.state(index)
    assert before != after or scene.verb == "doctor"
    for at in count(1, every):
        ended = scene.attempt(forking, index, **fault(at))
        state = scene.state(index)
        if ended.done:
            assert state == after
            return at - 1
        assert ended.killed or (FAIL_AT in fault(at) and ended.said.startswith("StorageFailed")), ended.said
        assert state in (before, after), f"step {at} leaves something between"
        if at % 8 == 1:
            assert_tidy(scene, index, forgotten=scene.verb == "forget" and state == after)
    raise AssertionError


def assert_tidy(scene: Scene, index: Path, forgotten: bool) -> None:
    """Nothing is left over, once somebody has written again; of who was forgotten there is a receipt and no more."""
    archive = KindSearch.open(
        create=True, encoder=HashingEncoder(), settings=Settings(corpus=scene.corpus, index=index)
    )
    archive.doctor()
    status = archive.status()
    logs = {"catalog.sqlite-shm", "catalog.sqlite-wal"}
    expected = {"catalog.sqlite", ".lock", *([f"generation-{status.generation:06d}"] if status.generation else [])}
    assert {path.name for path in index.iterdir()} - logs - {"receipts"} == expected
    assert status.derived_files_intact or not status.generation
    if forgotten:
        assert len(list((index / "receipts").iterdir())) == 1
        assert found_in(index, "Bonnier", "weeding") == []


def dying(at: int) -> dict[str, str]:
    return {CRASH_AT: str(at)}


def failing(*errors: str) -> Callable[[int], dict[str, str]]:
    return lambda at: {FAIL_AT: f"{at}:{errors[at % len(errors)]}"}


@pytest.mark.parametrize(("name", "every"), [("first ingest", 3), ("change", 1), ("remove", 7), ("forget", 1),
                                             ("doctor", 7), ("restore", 7)])  # fmt: skip
def test_a_death_at_any_step_leaves_what_was_before_or_what_comes_after(
    scenes: Mapping[str, Scene], forking: Server, place: Path, name: str, every: int
) -> None:
    assert sweep(scenes[name], forking, place / "attempt", dying, every) > 70


@pytest.mark.parametrize("name", SCENES)
def test_an_error_of_the_system_at_any_step_is_told_and_leaves_the_same(
    scenes: Mapping[str, Scene], forking: Server, place: Path, name: str
) -> None:
    assert sweep(scenes[name], forking, place / "attempt", failing(*ERRORS), 7) > 70


@pytest.mark.faults
@pytest.mark.parametrize("fault", [dying, *(failing(error) for error in ERRORS)], ids=["death", *ERRORS])
@pytest.mark.parametrize("name", SCENES)
def test_every_single_step(
    scenes: Mapping[str, Scene], forking: Server, place: Path, name: str, fault: Callable[[int], dict[str, str]]
) -> None:
    steps = sweep(scenes[name], forking, place / "attempt", fault, 1)
    print(f"{name}: {steps} steps")


# ---------------------------------------------------------------- at any instant


@dataclass
class Kills:
    """What became of archives whose writers were killed."""

    killed: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    not_reopened: int = 0


def killed_at_random(forking: Server, place: Path, encoder: Encoder, first: int, growing: int) -> Kills:
    """Kill writers at random instants, ``first`` of them in the first ingest, and look what is left of their work.

    Those who ended before they were killed do not count; the next is killed within the time that they took.
    """
    waiting = place / "waiting"
    write(waiting, {**PACKS, "2024-07-walks.md": CHANGED["2024-07-walks.md"]})
    fresh = Kill(place / "fresh", waiting)
    took = fresh.run(forking)
    expected = fresh.documents(encoder)
    assert len(expected) == len(list(waiting.iterdir()))
    chance, found = random.Random(7), Kills()
    seconds = {True: took / len(expected), False: took}  # of an ingest of all at once, and of one after another
    while found.killed < first + growing:
        shutil.rmtree(fresh.place)
        kill = Kill(fresh.place, waiting, whole=found.killed < first)
        took = kill.run(forking, chance.uniform(0, seconds[kill.whole]))
        if kill.ended.done:
            seconds[kill.whole] = min(took, seconds[kill.whole])
        acknowledged = kill.acknowledged
        found.killed += kill.ended.killed
        found.acknowledged += len(acknowledged)
        try:
            left = kill.documents(encoder)
        except NoIndex:
            left = []
        except KindSearchError:
            found.not_reopened += 1
            continue
        found.lost += len(set(acknowledged) - {source for source, _ in left})
        found.doubled += len(left) - len({source for source, _ in left})
        shutil.rmtree(kill.corpus)
        shutil.copytree(waiting, kill.corpus)
        kill.archive(encoder, create=True).ingest()
        assert kill.documents(encoder) == expected
    return found


@dataclass
class Kill:
    """A writer to be killed, and what it works on: file after file, or all of them at once."""

    place: Path
    waiting: Path
    whole: bool = False

    @property
    def corpus(self) -> Path:
        return self.place / "corpus"

    def run(self, forking: Server, seconds: float | None = None) -> float:
        """Let it run so long, or to its end; returns how long that took."""
        self.corpus.mkdir(parents=True)
        if self.whole:
            shutil.copytree(self.waiting, self.corpus, dirs_exist_ok=True)
        how = {} if seconds is None else {"kill_after": seconds}
        begun = time.monotonic()
        self.ended = forking.do(
            "ingest" if self.whole else "grow",
            self.place / "index",
            corpus=str(self.corpus),
            waiting=str(self.waiting),
            acknowledged=str(self.place / "acknowledged"),
            **how,
        )
        assert self.ended.done or self.ended.killed, self.ended.said
        return time.monotonic() - begun

    @property
    def acknowledged(self) -> list[str]:
        """The files that it said were in the index."""
        path = self.place / "acknowledged"
        told = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return sorted(path.name for path in self.waiting.iterdir()) if self.whole and self.ended.done else told

    def archive(self, encoder: Encoder, create: bool = False) -> KindSearch:
        settings = Settings(corpus=self.corpus, index=self.place / "index")
        return KindSearch.open(create=create, encoder=encoder, settings=settings)

    def documents(self, encoder: Encoder) -> list[tuple[str, int]]:
        """The documents that can be found, with how many passages they have."""
        archive = self.archive(encoder)
        if archive.status().documents:
            assert archive.search("tea, roses, walks and a violin", k=100)
        return [(source, summary.passages) for summary in archive.sessions() for source in summary.sources]


def test_what_was_acknowledged_survives_a_kill_at_any_instant(forking: Server, place: Path) -> None:
    found = killed_at_random(forking, place, HashingEncoder(), first=8, growing=24)
    assert found.killed == 32
    assert found.acknowledged > 5
    assert (found.lost, found.doubled, found.not_reopened) == (0, 0, 0)


@pytest.mark.faults
@pytest.mark.parametrize("encoder", ["hashing", "real"])
def test_two_hundred_kills(request: pytest.FixtureRequest, tmp_path: Path, encoder: str) -> None:
    own = request.getfixturevalue("model") if encoder == "real" else HashingEncoder()
    with server(encoder) as forking:
        found = killed_at_random(forking, tmp_path, own, first=20, growing=180)
    print(encoder, found)
    assert found.killed == 200
    assert (found.lost, found.doubled, found.not_reopened) == (0, 0, 0)


# ---------------------------------------------------------------- limits of the system itself


def told_until_it_is_done(scene: Scene, forking: Server, index: Path, limit: str, rising: Sequence[int]) -> None:
    """Under limits that rise, a change is not made and that is told, more than three times, and at last it is made."""
    assert scene.attempt(forking, index).done
    after = scene.state(index)
    told = 0
    for allowed in rising:
        ended = scene.attempt(forking, index, limits={limit: allowed})
        assert ended.done or ended.said.startswith("StorageFailed"), (allowed, ended.said)
        told += not ended.done
        assert (scene.state(index) == after) is ended.done
    assert ended.done
    assert told > 3


@pytest.mark.parametrize("name", ["first ingest", "change"])
def test_where_files_may_not_grow_the_change_is_not_made_and_that_is_told(
    scenes: Mapping[str, Scene], forking: Server, place: Path, name: str
) -> None:
    """SQLite, numpy and Tantivy all meet the limit in the middle of a file."""
    sizes = (100, 5_000, 20_000, 50_000, 80_000, 110_000, 150_000, 200_000, 10_000_000)
    told_until_it_is_done(scenes[name], forking, place / "attempt", "RLIMIT_FSIZE", sizes)


@pytest.mark.parametrize("name", ["change", "forget"])
def test_where_too_few_files_may_be_open_the_change_is_not_made_and_that_is_told(
    scenes: Mapping[str, Scene], forking: Server, place: Path, name: str
) -> None:
    told_until_it_is_done(scenes[name], forking, place / "attempt", "RLIMIT_NOFILE", (*range(5, 40, 3), 100))
