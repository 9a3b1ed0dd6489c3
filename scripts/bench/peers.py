"""The same job done by others, where they are installed: texts in, the same questions answered.

Each cuts the texts as it is used to, with the same model, in a process of its own. Nothing is said of how good what
they find is: that is in docs/evaluation.md.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from webvtt import WebVTT

from kindsearch import Settings
from scripts.bench.growth import K, latency
from scripts.bench.measuring import Latency, Memory, in_fresh_process, say, table, version_of
from scripts.bench.recombining import Material, meetings, meetings_for, questions, write

CHUNK, OVERLAP = 1_000, 200  # characters: what tutorials of LangChain use


@dataclass(frozen=True)
class Job:
    """The files to take in, the questions, and where there is room to work."""

    files: tuple[Path, ...]
    asked: tuple[str, ...]
    work: Path

    @property
    def texts(self) -> list[str]:
        """The files as text, a line for each that speaks: ``Name: words``."""
        return ["\n".join(f"{cue.voice}: {cue.text}" for cue in WebVTT.read(str(path)).captions) for path in self.files]


@dataclass(frozen=True)
class Done:
    """What one of them took; no query where it did not run."""

    name: str
    version: str
    pieces: int = 0
    build_s: float = 0.0
    query: Latency | None = None
    memory: Memory | None = None

    @property
    def cells(self) -> tuple[object, ...]:
        """Its line of the table."""
        if self.query is None or self.memory is None:
            return self.name, self.version, *[""] * 4
        return self.name, self.version, self.pieces, f"{self.build_s:.1f}", self.query, f"{self.memory.peak_mb:.0f}"


@dataclass(frozen=True)
class Compared:
    """All of them, beside us."""

    words: int
    done: tuple[Done, ...]

    def __str__(self) -> str:
        head = ("", "version", "pieces", "build s", "query: median / p95 / p99", "peak MB")
        return f"{self.words:,} words\n\n{table(head, (one.cells for one in self.done))}"


def compared(passages: int, sets: Path, count: int, work: Path) -> Compared:
    """Give each the same texts, as many as make about so many of our passages."""
    files = write(work / "corpus", meetings(Material.read(sets)), meetings_for(passages))
    job = Job(tuple(files), tuple(questions(sets, count)), work)
    return Compared(sum(len(text.split()) for text in job.texts), tuple(_done(job)))


def _done(job: Job) -> Sequence[Done]:
    found = []
    for name, package, run in PEERS:
        if find_spec(package.replace("-", "_")) is None:
            found.append(Done(name, "not installed: pip install --group peers"))
            continue
        say(name)
        pieces, seconds, query, memory = in_fresh_process(run, job)
        found.append(Done(name, version_of(package), pieces, round(seconds, 2), query, memory))
    return found


Run = tuple[int, float, Latency, Memory]


def _ours(job: Job) -> Run:
    from kindsearch import KindSearch

    start = time.perf_counter()
    archive = KindSearch.open(job.work / "index", create=True)
    archive.ingest(job.work / "corpus")
    seconds = time.perf_counter() - start
    query = latency(lambda question: archive.search(question, K), job.asked)
    return archive.status().passages, seconds, query, Memory.of_this_process()


def _chunks(job: Job) -> list[str]:
    """What LangChain's splitter makes of the texts."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP)
    return [chunk for text in job.texts for chunk in splitter.split_text(text)]


def _langchain(job: Job) -> Run:
    import faiss

    from kindsearch.encoders.sentence_transformers import SentenceTransformerEncoder

    start = time.perf_counter()
    encoder = SentenceTransformerEncoder(Settings.from_environment().model)
    chunks = _chunks(job)
    index = faiss.IndexFlatIP(encoder.dimensions)
    index.add(encoder.encode(chunks))
    seconds = time.perf_counter() - start

    def find(question: str) -> list[str]:
        _, rows = index.search(np.ascontiguousarray(encoder.encode([question])), K)
        return [chunks[row] for row in rows[0]]

    return len(chunks), seconds, latency(find, job.asked), Memory.of_this_process()


def _txtai(job: Job) -> Run:
    """Its hybrid of vectors and BM25, over single lines: it cuts nothing itself."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    from txtai import Embeddings

    from kindsearch.encoders.sentence_transformers import SentenceTransformerEncoder

    settings = Settings.from_environment()
    start = time.perf_counter()
    folder = SentenceTransformerEncoder(settings.model).folder or settings.model
    embeddings: Any = Embeddings(path=str(folder), hybrid=True, content=True)
    lines = [line for text in job.texts for line in text.splitlines()]
    embeddings.index(lines)
    seconds = time.perf_counter() - start
    query = latency(lambda question: embeddings.search(question, K), job.asked)
    return len(lines), seconds, query, Memory.of_this_process()


PEERS: tuple[tuple[str, str, Callable[[Job], Run]], ...] = (
    ("kindsearch", "kindsearch", _ours),
    ("txtai, hybrid, single statements", "txtai", _txtai),
    ("LangChain splitter, SentenceTransformer, FAISS flat", "langchain-text-splitters", _langchain),
)
