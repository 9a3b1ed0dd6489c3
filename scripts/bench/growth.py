"""How the archive does as it grows: making it, opening it, asking it, asking while it changes, and how near it comes.

Each part is measured in a process of its own, so that memory and what is already loaded are that part's alone.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.bench.encoders import Kind, Timed, asking, making
from scripts.bench.measuring import Latency, Memory, fresh_process, in_fresh_process, say, seconds_of, table
from scripts.bench.recombining import Material, meetings, meetings_for, questions, write

if TYPE_CHECKING:
    from kindsearch import Filter, KindSearch

WARM_UP = 5  # questions that are not counted
ASKED_FIRST = "What did they decide about the price?"  # of an archive that was just opened
AT_ONCE = 50_000  # passages of one ingest, so that what it holds in memory stays bounded
MORE = 0.01  # of the archive, ingested while it is asked
RARE = 1 / 10_000  # of the passages, in the narrowest filter
K = 10


@dataclass(frozen=True)
class Ingest:
    """What an ingest did and took: ``encoder_s`` of its seconds went into ``texts`` that were encoded."""

    documents: int
    passages: int
    seconds: float
    encoder_s: float
    texts: int
    memory: Memory

    def __str__(self) -> str:
        rate = f"{self.documents / self.seconds:.1f} documents/s, {self.passages / self.seconds:.0f} passages/s"
        return f"{self.seconds:.1f} s, of it {self.encoder_s:.1f} s in the encoder; {rate}"


@dataclass(frozen=True)
class Narrowed:
    """Searches of part of the archive: ``share`` of its passages may be found."""

    by: str
    share: float
    search: Latency


@dataclass(frozen=True)
class Answering:
    """A process that opens an index and asks it."""

    open_s: float
    first_search_s: float
    search: Latency
    narrowed: tuple[Narrowed, ...]
    ask: Latency | None
    memory: Memory


@dataclass(frozen=True)
class Changing:
    """Searches while another process adds ``documents``, against the same when nothing else goes on.

    ``times_p99`` is how many times as long the 99th percentile is.
    """

    documents: int
    ingest_s: float
    idle: Latency
    during: Latency
    times_p99: float


@dataclass(frozen=True)
class Size:
    """An archive of one size; lengths on disk in bytes. ``second_s`` is a second ingest, of nothing new."""

    passages: int
    documents: int
    encoder: Kind
    ingest: Ingest
    second_s: float
    catalog_bytes: int
    derived_bytes: int
    answering: Answering
    changing: Changing

    def __str__(self) -> str:
        now, moving = self.answering, self.changing
        rows: list[tuple[str, object]] = [
            ("ingest", self.ingest),
            ("ingest, peak memory", f"{self.ingest.memory.peak_mb:.0f} MB"),
            ("second ingest, nothing changed", f"{self.second_s:.2f} s"),
            ("catalog", f"{self.catalog_bytes / self.passages:.0f} bytes a passage"),
            ("derived indexes", f"{self.derived_bytes / self.passages:.0f} bytes a passage"),
            ("open, first search", f"{now.open_s:.2f} + {now.first_search_s:.2f} s"),
            ("search", now.search),
            *((f"search by {part.by}, {part.share:.3%} of the passages", part.search) for part in now.narrowed),
            *([("ask", now.ask)] if now.ask else []),
            ("memory: peak, now", f"{now.memory.peak_mb:.0f}, {now.memory.now_mb:.0f} MB"),
            ("of that its own, mapped from files", f"{now.memory.own_mb:.0f}, {now.memory.mapped_mb:.0f} MB"),
            (f"adding {moving.documents} documents", f"{moving.ingest_s:.1f} s"),
            ("search before it", moving.idle),
            (f"search during it ({moving.during.count})", moving.during),
            ("99th percentile, times as long", f"{moving.times_p99:.1f}"),
        ]
        title = f"{self.passages:,} passages of {self.documents:,} documents, encoder: {self.encoder}"
        return f"{title}\n\n{table(('what', 'median / p95 / p99, or as it says'), rows)}"


@dataclass(frozen=True)
class Place:
    """Where the archive of so many passages lies in a folder of work, with the texts it was made of."""

    work: Path
    passages: int
    encoder: Kind

    @property
    def _name(self) -> str:
        return f"{self.passages}-{self.encoder}"

    @property
    def index(self) -> Path:
        """The folder of its index."""
        return self.work / f"index-{self._name}"

    @property
    def corpus(self) -> Path:
        """The meetings it holds."""
        return self.work / f"corpus-{self.passages}"

    @property
    def more(self) -> Path:
        """Meetings that come later."""
        return self.work / f"more-{self.passages}"

    @property
    def made(self) -> Path:
        """What making it took."""
        return self.work / f"made-{self._name}.json"


# ---------------------------------------------------------------- the whole


def measured(place: Place, sets: Path, count: int, *, ask: bool) -> Size:
    """Make the archive, unless it is there, and measure all about it, with ``count`` questions."""
    ingest = made(place, sets)
    second = in_fresh_process(_ingest, place, sets, [place.corpus])
    assert not second.texts, "the second ingest read something anew"
    catalog, derived = bytes_of(place.index)
    asked = questions(sets, count)
    say("asking it")
    answering = in_fresh_process(_answering, place, asked, ask)
    say("asking it while it changes")
    changing = in_fresh_process(_changing, place, sets, asked)
    return Size(
        second.passages,
        second.documents,
        place.encoder,
        ingest,
        round(second.seconds, 3),
        catalog,
        derived,
        answering,
        changing,
    )


def made(place: Place, sets: Path) -> Ingest:
    """Make the archive in a process of its own, unless it is there."""
    if place.made.is_file():
        kept = json.loads(place.made.read_text(encoding="utf-8"))
        return Ingest(**{**kept, "memory": Memory(**kept["memory"])})
    for folder in (place.index, place.corpus, place.more):
        shutil.rmtree(folder, ignore_errors=True)
    say(f"writing meetings for {place.passages:,} passages")
    documents = meetings_for(place.passages)
    ongoing = meetings(Material.read(sets))
    files = write(place.corpus, ongoing, documents)
    write(place.more, ongoing, max(round(documents * MORE), 1))
    at_once = meetings_for(AT_ONCE)
    batches = [files[start : start + at_once] for start in range(0, len(files), at_once)]
    ingest = in_fresh_process(_ingest, place, sets, *batches)
    place.made.write_text(json.dumps(asdict(ingest)), encoding="utf-8")
    return ingest


def bytes_of(index: Path) -> tuple[int, int]:
    """The bytes of the catalog's files, and of all others."""
    sizes = [(path.name.startswith("catalog."), path.stat().st_size) for path in index.rglob("*") if path.is_file()]
    return sum(size for of_catalog, size in sizes if of_catalog), sum(
        size for of_catalog, size in sizes if not of_catalog
    )


# ---------------------------------------------------------------- each in a process of its own


def _ingest(place: Place, sets: Path, *batches: Sequence[Path]) -> Ingest:
    """Ingest so many batches of files or folders, one after another."""
    from kindsearch import KindSearch

    encoder = Timed(making(place.encoder, sets, place.work))
    encoder.encode(["a word"])  # the model is loaded and compiled
    encoder.texts, encoder.seconds = 0, 0.0
    archive = KindSearch.open(place.index, create=True, encoder=encoder)
    seconds = 0.0
    for batch in batches:
        start = time.perf_counter()
        report = archive.ingest(*batch)
        seconds += time.perf_counter() - start
        assert not report.failed, report.failed[0]
        say(f"{report.passages:,} passages, {seconds:.0f} s, {Memory.of_this_process().peak_mb:.0f} MB at most")
    there = archive.status()
    return Ingest(there.documents, there.passages, seconds, encoder.seconds, encoder.texts, Memory.of_this_process())


def _answering(place: Place, asked: Sequence[str], ask: bool) -> Answering:
    from kindsearch import KindSearch

    start = time.perf_counter()
    archive = KindSearch.open(place.index, encoder=asking(place.encoder))
    opened = time.perf_counter()
    archive.search(ASKED_FIRST, K)
    found = time.perf_counter()
    search = latency(lambda question: archive.search(question, K), asked)
    answers = latency(lambda question: archive.ask(question, K), asked) if ask else None
    memory = Memory.of_this_process()  # before people and sessions are listed, which is no search
    return Answering(
        round(opened - start, 3),
        round(found - opened, 3),
        search,
        tuple(_narrowed(archive, asked)),
        answers,
        memory,
    )


def latency(do: Callable[[str], object], asked: Sequence[str]) -> Latency:
    """How long it takes for each question, once a few are through."""
    for question in asked[-WARM_UP:]:
        do(question)
    return Latency.of([seconds_of(lambda q=question: do(q)) for question in asked])  # type: ignore[misc]


def _narrowed(archive: KindSearch, asked: Sequence[str]) -> Iterator[Narrowed]:
    """Searches of one session, of somebody who speaks much, and of one passage in ten thousand."""
    for by, share, where in _filters(archive):
        yield Narrowed(by, share, latency(lambda question, where=where: archive.search(question, K, where), asked))  # type: ignore[misc]


def _filters(archive: KindSearch) -> Iterator[tuple[str, float, Filter]]:
    from kindsearch import Filter

    passages = archive.status().passages
    sessions = archive.sessions()
    people = sorted(archive.people(), key=lambda person: (person.passages, person.name))
    session, often = sessions[len(sessions) // 2], people[-1]
    rare = min(people, key=lambda person: abs(person.passages / passages - RARE))
    yield "speaker", often.passages / passages, Filter(speaker=often.name)
    yield "session", session.passages / passages, Filter(session=session.session.id)
    yield "rare speaker", rare.passages / passages, Filter(speaker=rare.name)


def _changing(place: Place, sets: Path, asked: Sequence[str]) -> Changing:
    """Search a copy of the index while another process ingests more into it, up to the first search of what is new."""
    from kindsearch import KindSearch

    copy = Place(place.work / "changing", place.passages, place.encoder)
    shutil.rmtree(copy.work, ignore_errors=True)
    try:
        shutil.copytree(place.index, copy.index)
        for kept in place.work.glob("sentences-*.npy"):
            (copy.work / kept.name).symlink_to(kept.resolve())
        archive = KindSearch.open(copy.index, encoder=asking(place.encoder))
        before = archive.status().documents
        archive.search(ASKED_FIRST, K)
        idle = latency(lambda question: archive.search(question, K), asked)
        with fresh_process() as process:
            added = process.submit(_add, copy, sets, place.more)
            taken = list(_until_done(added, archive, asked))
            started, ended = added.result()
        during = Latency.of([seconds for at, seconds in taken if at + seconds > started])
        times = round(during.p99_ms / idle.p99_ms, 2)
        return Changing(archive.status().documents - before, round(ended - started, 3), idle, during, times)
    finally:
        shutil.rmtree(copy.work, ignore_errors=True)


def _until_done(added: Future[Any], archive: KindSearch, asked: Sequence[str]) -> Iterator[tuple[float, float]]:
    """When each search began, and how many seconds it took; the last one finds what was added."""
    for question in cycle(asked):
        last = added.done()
        at = time.monotonic()
        archive.search(question, K)
        yield at, time.monotonic() - at
        if last:
            return


def _add(place: Place, sets: Path, folder: Path) -> tuple[float, float]:
    """Ingest one folder more; when that began and ended, by the clock that all processes share."""
    from kindsearch import KindSearch

    archive = KindSearch.open(place.index, encoder=making(place.encoder, sets, place.work))
    started = time.monotonic()
    report = archive.ingest(folder)
    assert report.added, report.failed
    return started, time.monotonic()


# ---------------------------------------------------------------- where the time goes

LINES = 30  # of a profile


def profiled(place: Place, sets: Path, count: int, *, ask: bool) -> str:
    """The functions in which most time is spent, of an archive that is made unless it is there."""
    made(place, sets)
    return in_fresh_process(_profiled, place, questions(sets, count), ask)


def _profiled(place: Place, asked: Sequence[str], ask: bool) -> str:
    import cProfile
    import io
    import pstats

    from kindsearch import KindSearch

    archive = KindSearch.open(place.index, encoder=asking(place.encoder))
    verb = archive.ask if ask else archive.search
    for question in asked[-WARM_UP:]:
        verb(question, K)
    with cProfile.Profile() as profile:
        for question in asked:
            verb(question, K)
    told = io.StringIO()
    pstats.Stats(profile, stream=told).sort_stats("tottime").print_stats(LINES)
    return told.getvalue()


# ---------------------------------------------------------------- how near approximate search comes to exact


@dataclass(frozen=True)
class Recall:
    """The share of the ``k`` nearest passages that the index finds, on average and at worst, and what both take."""

    passages: int
    k: int
    mean: float
    worst: float
    approximate: Latency
    exact: Latency

    def __str__(self) -> str:
        rows = [
            (f"recall@{self.k}: mean, worst question", f"{self.mean:.3f}, {self.worst:.1f}"),
            ("approximate: median / p95 / p99", self.approximate),
            ("exact", self.exact),
        ]
        return f"{self.passages:,} passages\n\n{table(('nearest vectors', ''), rows)}"


def recall(place: Place, sets: Path, count: int) -> Recall:
    """Search the vectors of an archive, made unless it is there, both ways."""
    made(place, sets)
    return in_fresh_process(_recall, place, questions(sets, count))


def _recall(place: Place, asked: Sequence[str]) -> Recall:
    from kindsearch.stores import derived
    from kindsearch.stores.catalog import Catalog
    from kindsearch.threads import one_thread

    encoder = asking(place.encoder)
    queries = dict(zip(asked, encoder.encode(asked), strict=True))
    catalog = Catalog.open(place.index)
    with catalog.reading(), one_thread():
        vectors = derived.load(catalog).vectors
        passages = catalog.counts()["passages"]
        near = {question: {at for at, _ in vectors.search(query, K)} for question, query in queries.items()}
        nearest = {question: {at for at, _ in vectors.exact(query, K)} for question, query in queries.items()}
        approximate = latency(lambda question: vectors.search(queries[question], K), asked)
        exact = latency(lambda question: vectors.exact(queries[question], K), asked)
    shares = [len(near[question] & nearest[question]) / len(nearest[question]) for question in asked]
    catalog.close()
    return Recall(passages, K, round(sum(shares) / len(shares), 4), min(shares), approximate, exact)
