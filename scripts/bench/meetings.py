"""How long real meetings take to ingest, from the first file to the last index, and again when nothing is new."""

from __future__ import annotations

import html
import time
from dataclasses import dataclass
from pathlib import Path

from webvtt import WebVTT

from scripts.bench.measuring import Memory, in_fresh_process, table
from scripts.bench.recombining import conversations, webvtt

CUE_WORDS = 40  # at most, as in captions


@dataclass(frozen=True)
class Meetings:
    """A first ingest of so many files, and a second one in which nothing is new, both in fresh processes."""

    documents: int
    words: int
    passages: int
    first_s: float
    second_s: float
    first_memory: Memory
    second_memory: Memory

    def __str__(self) -> str:
        rows = [
            (
                *("first", f"{self.first_s:.1f}", f"{self.documents / self.first_s:.1f}"),
                *(f"{self.passages / self.first_s:.0f}", f"{self.first_memory.peak_mb:.0f}"),
            ),
            ("second, nothing new", f"{self.second_s:.2f}", "", "", f"{self.second_memory.peak_mb:.0f}"),
        ]
        title = f"{self.documents} meetings, {self.words:,} words, {self.passages:,} passages"
        return f"{title}\n\n{table(('ingest', 'seconds', 'documents/s', 'passages/s', 'peak MB'), rows)}"


def measured(corpus: Path, work: Path) -> Meetings:
    """Ingest a folder of captions into an index in ``work``, which must not be there, and then again."""
    first_s, documents, passages, first_memory = in_fresh_process(_ingest, corpus, work / "index")
    second_s, *_, second_memory = in_fresh_process(_ingest, corpus, work / "index")
    words = sum(len(cue.text.split()) for path in corpus.glob("*.vtt") for cue in WebVTT.read(str(path)).captions)
    return Meetings(documents, words, passages, first_s, second_s, first_memory, second_memory)


def _ingest(corpus: Path, index: Path) -> tuple[float, int, int, Memory]:
    """Seconds from opening the index on: the model is loaded in that time, as it would be."""
    from kindsearch import KindSearch

    start = time.perf_counter()
    archive = KindSearch.open(index, create=True)
    report = archive.ingest(corpus)
    seconds = time.perf_counter() - start
    assert not report.failed, report.failed[0]
    there = archive.status()
    return round(seconds, 3), there.documents, there.passages, Memory.of_this_process()


def write_meetings(sets: Path, folder: Path) -> None:
    """All meetings of QMSum as caption files: its own are ten, with the same synthetic times."""
    folder.mkdir(parents=True, exist_ok=True)
    for meeting in conversations(sets / "qmsum_dev"):
        cues = (
            (turn["speaker"], html.escape(" ".join(words[start : start + CUE_WORDS]), quote=False))
            for turn in meeting["turns"]
            for words in [turn["text"].split()]
            for start in range(0, len(words), CUE_WORDS)
        )
        (folder / f"{meeting['conversation_id']}.vtt").write_text(webvtt(cues), encoding="utf-8")
