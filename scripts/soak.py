"""Many ask while the archive is written to: ``python -m scripts.soak --seconds 600`` (``make soak``).

Clients ask one :class:`KindSearch` in threads, as the web page does. In a process of its own one loop rewrites notes,
all of them at once and each time as a new edition, and ingests them; another takes one of them out again and again. An
answer may hold passages of one edition only: two would mean that it comes from two generations.

Watched are errors, answers of two editions, quotes that don't stand where they say, memory and open files of the
process that answers, and how long questions take beside how long they took before anything was written.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import re
import statistics
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from kindsearch import KindSearch
from kindsearch.errors import BadRequest, IndexLocked
from kindsearch.types import Answer

CORPUS = Path(__file__).parents[1] / "corpus"
NOTES, TAKEN_OUT = 8, "note-3.md"
IDLE_SHARE, WARM_UP_SHARE = 0.2, 0.3  # of the time: before anything is written, and before memory is compared
MOST_GROWTH, MOST_SLOWER = 0.05, 2.0
_EDITION = re.compile(r"Edition (\d+) of")
QUESTIONS = (
    "which edition do the bell ringers of Trondheim read?",
    "what do bell ringers say of their edition?",
    "who reads the edition aloud before the bells ring?",
    "how do we measure kindness?",
    "what did Bob say about kindness?",
    "which books were recommended?",
    "who rings round the wards at night?",
    "how do I prune apple trees in winter?",
)


@dataclass(frozen=True)
class Outcome:
    """What was seen. Memory in MB, times in ms; of two, the first is after the warm-up or before any writing."""

    asked: int
    ingested: int
    taken_out: int
    errors: tuple[str, ...]
    mixed: int
    misquoted: int
    memory: tuple[float, float]
    open_files: tuple[int, int]
    p95: tuple[float, float]

    @property
    def growth(self) -> float:
        """How much memory grew after the warm-up, as a share."""
        return self.memory[1] / self.memory[0] - 1

    @property
    def broken(self) -> list[str]:
        """Which promises were broken but for the one on time, which only a machine that does nothing else can keep."""
        checks = {
            f"{len(self.errors)} errors: {' | '.join(self.errors[:3])}": bool(self.errors),
            f"{self.mixed} answers of two generations": bool(self.mixed),
            f"{self.misquoted} quotes that don't stand where they say": bool(self.misquoted),
            f"memory grew by {self.growth:.1%}": self.growth > MOST_GROWTH,
            f"open files grew from {self.open_files[0]} to {self.open_files[1]}": (
                self.open_files[1] > self.open_files[0]
            ),
            "nothing was written": not self.ingested or not self.taken_out,
        }
        return [said for said, is_broken in checks.items() if is_broken]


@dataclass
class _Seen:
    """What the clients have seen so far."""

    times: list[tuple[float, float]] = field(default_factory=list)  # when it was asked, how long it took, in seconds
    errors: list[str] = field(default_factory=list)
    mixed: int = 0
    misquoted: int = 0


def soak(seconds: float, clients: int = 8) -> Outcome:
    """Ask and write for so long. The first fifth of the time nothing is written."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        index, notes = folder / "index", folder / "notes"
        notes.mkdir()
        _write(notes, edition=0)
        archive = KindSearch.open(index, create=True)
        archive.ingest(CORPUS, notes)
        seen, stop = _Seen(), threading.Event()
        asking = [threading.Thread(target=_ask, args=(archive, seen, stop, number)) for number in range(clients)]
        context = multiprocessing.get_context("spawn")
        counts = context.Array("q", 2)
        ending = context.Event()
        writing = context.Process(target=_write_on, args=(index, notes, counts, ending))
        for thread in asking:
            thread.start()
        time.sleep(seconds * IDLE_SHARE)
        started = time.monotonic()
        writing.start()
        samples = _watch(seconds * (1 - IDLE_SHARE))
        stop.set()
        ending.set()
        for thread in asking:
            thread.join()
        writing.join()
        if writing.exitcode:
            seen.errors.append(f"the process that writes ended with {writing.exitcode}")
        warm = samples[int(len(samples) * WARM_UP_SHARE) :]
        third = max(len(warm) // 3, 1)
        return Outcome(
            asked=len(seen.times),
            ingested=counts[0],
            taken_out=counts[1],
            errors=tuple(seen.errors),
            mixed=seen.mixed,
            misquoted=seen.misquoted,
            memory=(_memory(warm[:third]), _memory(warm[-third:])),
            open_files=(_open_files(warm[:third]), _open_files(warm[-third:])),
            p95=(
                _p95([took for at, took in seen.times if at < started]),
                _p95([took for at, took in seen.times if at >= started]),
            ),
        )


def _memory(samples: Sequence[tuple[float, int]]) -> float:
    return statistics.median(memory for memory, _ in samples)


def _open_files(samples: Sequence[tuple[float, int]]) -> int:
    return statistics.median_low(files for _, files in samples)  # while a generation is opened there are more


def _p95(seconds: Sequence[float]) -> float:
    return 1000 * sorted(seconds)[int(0.95 * len(seconds))] if seconds else 0.0


def _watch(seconds: float) -> list[tuple[float, int]]:
    """Memory (MB) and open files of this process, twice a second."""
    samples, until = [], time.monotonic() + seconds
    page = os.sysconf("SC_PAGE_SIZE")
    while time.monotonic() < until:
        resident = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        samples.append((resident * page / 1e6, len(list(Path("/proc/self/fd").iterdir()))))
        time.sleep(0.5)
    return samples


# ---------------------------------------------------------------- those who ask


def _ask(archive: KindSearch, seen: _Seen, stop: threading.Event, number: int) -> None:
    chance = random.Random(number)
    while not stop.is_set():
        started = time.monotonic()
        try:
            answer = archive.ask(chance.choice(QUESTIONS), 20)
        except Exception:
            seen.errors.append(traceback.format_exc(limit=-2))
            continue
        seen.times.append((started, time.monotonic() - started))
        seen.mixed += len(editions_in(answer)) > 1
        seen.misquoted += any(c.passage.quote(c.start, c.end) != c.quote for c in answer.citations)


def editions_in(answer: Answer) -> set[str]:
    """The editions of the notes that an answer shows."""
    return {edition for hit in answer.hits for edition in _EDITION.findall(hit.passage.text)}


# ---------------------------------------------------------------- those who write


def _write_on(index: Path, notes: Path, counts: Sequence[int], ending: threading.Event) -> None:
    """Rewrite and ingest, and take out, until told to end. Runs in a process of its own."""
    archive, editions = KindSearch.open(index), count(1)
    loops = [
        threading.Thread(target=_loop, args=(lambda: _rewritten(archive, notes, next(editions)), counts, 0, ending)),
        threading.Thread(target=_loop, args=(lambda: archive.remove(TAKEN_OUT), counts, 1, ending)),
    ]
    for loop in loops:
        loop.start()
    for loop in loops:
        loop.join()


def _loop(step: Callable[[], object], counts: Sequence[int], which: int, ending: threading.Event) -> None:
    while not ending.is_set():
        try:
            step()
        except (IndexLocked, BadRequest):  # the other loop writes, or has taken it out already
            time.sleep(0.05)
        else:
            counts[which] += 1  # type: ignore[index]


def _rewritten(archive: KindSearch, notes: Path, edition: int) -> None:
    _write(notes, edition)
    report = archive.ingest(CORPUS, notes)
    if report.failed:
        raise RuntimeError(report.failed)


def _write(notes: Path, edition: int) -> None:
    for number in range(NOTES):
        text = (
            f"# Bell ringers, part {number}\n\nMarch 2024\n\n"
            f"Edition {edition} of part {number} is read by the bell ringers of Trondheim before the bells ring.\n\n"
            f"The reader of part {number} says that a page turned aloud is a page shared with the whole tower.\n"
        )
        (notes / f"note-{number}.md").write_text(text, encoding="utf-8")


# ---------------------------------------------------------------- the command


def main() -> int:
    """Run it and say what was seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--clients", type=int, default=8)
    given = parser.parse_args()
    seen = soak(given.seconds, given.clients)
    print(f"{seen.asked:,} questions by {given.clients} clients in {given.seconds:.0f} s")
    print(f"{seen.ingested} ingests of {NOTES} rewritten files, {seen.taken_out} removals")
    print(f"errors {len(seen.errors)}, answers of two generations {seen.mixed}, misquoted {seen.misquoted}")
    print(f"memory {seen.memory[0]:.0f} -> {seen.memory[1]:.0f} MB ({seen.growth:+.1%})")
    print(f"open files {seen.open_files[0]} -> {seen.open_files[1]}")
    slower = seen.p95[1] / seen.p95[0] if seen.p95[0] else 0.0
    print(
        f"95th percentile {seen.p95[0]:.0f} ms idle, {seen.p95[1]:.0f} ms while it is written to ({slower:.1f} times)"
    )
    broken = seen.broken + ([f"questions took {slower:.1f} times as long"] if slower > MOST_SLOWER else [])
    for said in broken:
        print(f"BROKEN: {said}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
