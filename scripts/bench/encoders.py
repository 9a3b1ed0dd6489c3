"""The encoders that large archives are made and asked with, and how fast the real ones are."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import Literal

import numpy as np

from kindsearch import Settings
from kindsearch.encoders import Encoder, Vectors, encoder_of, prepared
from kindsearch.encoders.hashing import HashingEncoder
from scripts.bench.measuring import Latency, Memory, fresh_process, paired_ratio, percentile, say, seconds_of, table
from scripts.bench.recombining import Material, key_of, meetings, questions, sentences_in

FORMS = ("onnx-int8", "onnx", "sentence-transformers")  # the default first, what it is compared with last
AT_ONCE = 4_096  # sentences encoded between two lines of progress
Kind = Literal["real", "mean", "hashing"]


# ---------------------------------------------------------------- encoders of large archives


class MeanOfSentences:
    """The vector of a text is the mean of those of its sentences, by their words: made in no time once those are known.

    Each of the ``sentences`` is encoded for real, once, and kept in ``folder``; a text in which others stand has those
    encoded as they come.
    """

    def __init__(self, real: Encoder, sentences: Sequence[str], folder: Path) -> None:
        self.name = f"mean of sentences ({real.name})"
        self.fingerprint = mean_fingerprint(real)
        self.dimensions = real.dimensions
        self._real = real
        self._row = {key_of(sentence): row for row, sentence in enumerate(sentences)}
        self._vectors = _kept_vectors(real, sentences, folder)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """``(len(texts), dimensions)`` float32, rows of length 1."""
        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        parts = [sentences_in(text) for text in texts]
        flat = [part for of_text in parts for part in of_text]
        rows = np.array([self._row.get(key_of(part), -1) for part in flat])
        vectors = self._vectors[rows]
        if (unknown := np.flatnonzero(rows < 0)).size:
            vectors[unknown] = self._real.encode([flat[position] for position in unknown])
        words = np.array([len(part.split()) for part in flat], dtype=np.float32)
        starts = np.cumsum([0, *(len(of_text) for of_text in parts[:-1])])
        means: Vectors = np.add.reduceat(vectors * words[:, None], starts)
        means /= np.linalg.norm(means, axis=1, keepdims=True)
        return means


def mean_fingerprint(real: Encoder) -> str:
    """That of the means of its vectors, which are no longer its own."""
    return f"{real.fingerprint}-mean-of-sentences"


def _kept_vectors(real: Encoder, sentences: Sequence[str], folder: Path) -> Vectors:
    """The vectors of the sentences, encoded at most once in ``folder``."""
    digest = blake2b("\n".join([real.fingerprint, *sentences]).encode(), digest_size=8).hexdigest()
    path = folder / f"sentences-{digest}.npy"
    if not path.is_file():
        made = []
        for start in range(0, len(sentences), AT_ONCE):
            say(f"encoding {len(sentences):,} sentences, once: {start:,}")
            made.append(real.encode(sentences[start : start + AT_ONCE]))
        folder.mkdir(parents=True, exist_ok=True)
        np.save(path, np.concatenate(made), allow_pickle=False)
    vectors: Vectors = np.load(path, allow_pickle=False)
    return vectors


class Called:
    """An encoder that goes by another fingerprint, to ask an index whose vectors are near enough to its own."""

    def __init__(self, encoder: Encoder, fingerprint: str) -> None:
        self.name, self.fingerprint, self.dimensions = encoder.name, fingerprint, encoder.dimensions
        self.encode = encoder.encode
        self._encoder = encoder

    def prepared(self, text: str) -> Callable[[], Vectors]:
        """As the encoder does."""
        return prepared(text, self._encoder)


class Timed:
    """An encoder that remembers how many texts it was given and how many seconds it took."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.fingerprint, self.dimensions = encoder.name, encoder.fingerprint, encoder.dimensions
        self.texts, self.seconds = 0, 0.0
        self._encode = encoder.encode

    def encode(self, texts: Sequence[str]) -> Vectors:
        """As the encoder does."""
        start = time.perf_counter()
        vectors = self._encode(texts)
        self.seconds += time.perf_counter() - start
        self.texts += len(texts)
        return vectors


def real_encoder(form: str | None = None) -> Encoder:
    """The encoder of the settings, in another form if one is given."""
    settings = Settings.from_environment()
    return encoder_of(settings.model, form or settings.encoder, settings.cache)


def making(kind: Kind, sets: Path, work: Path) -> Encoder:
    """What an index is made with."""
    if kind == "hashing":
        return HashingEncoder()
    return MeanOfSentences(real_encoder(), Material.read(sets).sentences, work) if kind == "mean" else real_encoder()


def asking(kind: Kind) -> Encoder:
    """What it is asked with: questions are always encoded for real."""
    if kind == "hashing":
        return HashingEncoder()
    real = real_encoder()
    return Called(real, mean_fingerprint(real)) if kind == "mean" else real


# ---------------------------------------------------------------- how fast the real ones are


@dataclass(frozen=True)
class Speed:
    """How fast one form of the model is: passages a second (median of the rounds), one question at a time.

    ``times_passages`` and ``times_query`` are how many times as fast as the original in the same round, on the median.
    """

    form: str
    passages_per_s: float
    query: Latency
    times_passages: float
    times_query: float
    memory: Memory


@dataclass(frozen=True)
class Speeds:
    """Those of all forms, and of what length the texts were, in words: median and 95th percentile."""

    texts: int
    median_words: float
    p95_words: float
    forms: tuple[Speed, ...]

    def __str__(self) -> str:
        head = ("encoder", "passages/s", "× original", "one query: median / p95 / p99", "× original", "peak MB")
        rows = [
            (
                *(one.form, f"{one.passages_per_s:.0f}", f"{one.times_passages:.2f}", one.query),
                *(f"{one.times_query:.1f}", f"{one.memory.peak_mb:.0f}"),
            )
            for one in self.forms
        ]
        words = f"{self.median_words:.0f} words on the median, {self.p95_words:.0f} at the 95th percentile"
        return f"{self.texts} statements of {words}\n\n{table(head, rows)}"


def speeds(sets: Path, texts: int, rounds: int, queries: int) -> Speeds:
    """Encode the same texts, and the same questions one by one, by each form in turn, round after round.

    Each form has a process of its own, so that neither threads nor memory of one are another's; only one works at a
    time. The first round warms up and is not counted.
    """
    first = next(meetings(Material.read(sets)))
    said, asked = list(islice(first.statements, texts)), questions(sets, queries)
    batches: dict[str, list[float]] = {form: [] for form in FORMS}
    singles: dict[str, list[float]] = {form: [] for form in FORMS}
    with ExitStack() as stack:
        processes = {form: stack.enter_context(fresh_process()) for form in FORMS}
        for number in range(rounds + 1):
            say(f"round {number} of {rounds}")
            for form, process in processes.items():
                batch, one_by_one = process.submit(_encode, form, said, asked).result()
                if number:
                    batches[form].append(batch)
                    singles[form] += one_by_one
        memory = {form: process.submit(Memory.of_this_process).result() for form, process in processes.items()}
    original = FORMS[-1]
    lengths = [len(text.split()) for text in said]
    return Speeds(
        len(said),
        percentile(lengths, 0.5),
        percentile(lengths, 0.95),
        tuple(
            Speed(
                form,
                round(len(said) / percentile(batches[form], 0.5), 1),
                Latency.of(singles[form]),
                round(paired_ratio(batches[original], batches[form]), 2),
                round(paired_ratio(singles[original], singles[form]), 2),
                memory[form],
            )
            for form in FORMS
        ),
    )


_loaded: dict[str, Encoder] = {}  # of this process


def _encode(form: str, texts: Sequence[str], asked: Sequence[str]) -> tuple[float, list[float]]:
    """Seconds for all the texts at once, and for each question alone."""
    encoder = _loaded.setdefault(form, real_encoder(form))
    encoder.encode(texts[:1])  # what waited for its turn is woken
    return seconds_of(lambda: encoder.encode(texts)), [seconds_of(lambda q=q: encoder.encode([q])) for q in asked]  # type: ignore[misc]
