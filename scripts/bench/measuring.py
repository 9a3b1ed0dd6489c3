"""How things are measured and told: statistics, memory, the machine, a process of its own, tables and records."""

from __future__ import annotations

import json
import math
import os
import platform
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import get_context
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from kindsearch.models.running import cores

PARTS = "kindsearch numpy onnxruntime tokenizers faiss-cpu tantivy torch sentence-transformers transformers".split()
Given = ParamSpec("Given")
Result = TypeVar("Result")


# ---------------------------------------------------------------- statistics


def percentile(values: Sequence[float], share: float) -> float:
    """The least of the values that so large a share of them, in 0..1, does not exceed (the nearest rank).

    >>> percentile([4.0, 1.0, 3.0, 2.0], 0.5), percentile([4.0, 1.0, 3.0, 2.0], 0.95)
    (2.0, 4.0)
    """
    return sorted(values)[max(math.ceil(share * len(values)), 1) - 1]


def paired_ratio(slow: Sequence[float], fast: Sequence[float]) -> float:
    """The median of how many times as long the one takes as the other, pair by pair.

    >>> paired_ratio([2.0, 30.0, 8.0], [1.0, 10.0, 2.0])
    3.0
    """
    return statistics.median(a / b for a, b in zip(slow, fast, strict=True))


@dataclass(frozen=True)
class Latency:
    """How long each of ``count`` calls took, in milliseconds."""

    count: int
    median_ms: float
    p95_ms: float
    p99_ms: float
    worst_ms: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Latency:
        """That of calls of so many seconds each."""
        shares = (0.5, 0.95, 0.99, 1.0)
        return cls(len(seconds), *(round(1000 * percentile(seconds, share), 3) for share in shares))

    def __str__(self) -> str:
        return f"{self.median_ms:.2f} / {self.p95_ms:.2f} / {self.p99_ms:.2f} ms"


def seconds_of(do: Callable[[], object]) -> float:
    """How long it takes."""
    start = time.perf_counter()
    do()
    return time.perf_counter() - start


# ---------------------------------------------------------------- memory, processes


@dataclass(frozen=True)
class Memory:
    """What a process has resident in memory, in MB: at most so far, now, and of that its own and mapped from files."""

    peak_mb: float
    now_mb: float
    own_mb: float
    mapped_mb: float

    @classmethod
    def of_this_process(cls) -> Memory:
        """As Linux counts it."""
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
        kb = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines) if "kB" in rest}
        return cls(*(round(kb[name] / 1024, 1) for name in ("VmHWM", "VmRSS", "RssAnon", "RssFile")))


@contextmanager
def fresh_process() -> Iterator[ProcessPoolExecutor]:
    """A process that has imported nothing yet, for all that is done in it."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        yield process


def in_fresh_process(do: Callable[Given, Result], *given: Given.args, **named: Given.kwargs) -> Result:
    """What a function of a module returns, called in a process of its own."""
    with fresh_process() as process:
        return process.submit(do, *given, **named).result()


# ---------------------------------------------------------------- the machine


@dataclass(frozen=True)
class Machine:
    """What the figures were measured on: ``cores`` are those granted to this process."""

    processor: str
    cores: int
    memory_gb: float
    system: str
    python: str
    parts: dict[str, str]

    @classmethod
    def this(cls) -> Machine:
        """The one that runs."""
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        parts = {part: version_of(part) for part in PARTS} | {"sqlite": sqlite3.sqlite_version}
        return cls(
            _processor(), cores(), round(memory / 2**30, 1), platform.platform(), platform.python_version(), parts
        )

    def __str__(self) -> str:
        parts = ", ".join(f"{name} {number}" for name, number in self.parts.items())
        return (
            f"{self.processor}, {self.cores} cores, {self.memory_gb} GB, {self.system}, Python {self.python}; {parts}"
        )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def version_of(part: str) -> str:
    """The version of an installed package."""
    try:
        return version(part)
    except PackageNotFoundError:
        return "not installed"


# ---------------------------------------------------------------- telling


def told(benchmark: str, asked: dict[str, Any], figures: Any, out: Path | None) -> None:
    """Print the machine, and write a record in JSON if there is a place for it: machine, benchmark, asked, figures."""
    machine = Machine.this()
    print(f"\n{machine}")
    if out is not None:
        record = {"machine": asdict(machine), "benchmark": benchmark, "asked": asked, "figures": asdict(figures)}
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(record, indent=1, default=str, ensure_ascii=False) + "\n", encoding="utf-8")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table in Markdown, with its columns in line.

    >>> print(table(["what", "ms"], [["search", 5], ["ask", 12]]))
    | what   | ms |
    | ------ | -- |
    | search | 5  |
    | ask    | 12 |
    """
    lines = [list(map(str, row)) for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    cells = ((cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def say(what: str) -> None:
    """Tell whoever waits what is going on."""
    print(what, file=sys.stderr, flush=True)
