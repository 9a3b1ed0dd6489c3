"""A sentence-transformers model compiled to one graph, in int8 or float32, without importing PyTorch.

In float32 the vectors are those of the original. In int8 they are near enough to rank by (cosine 0.99), but no longer
the same: they have a fingerprint of their own, and an index of one kind is not asked with the other.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

import numpy as np

from kindsearch.encoders import Encoder, Vectors
from kindsearch.encoders.compiling import (
    GRAPH,
    QUANTISED,
    TOKENIZER,
    UNFIT_QUANTISED,
    Facts,
    Unfit,
    compiled,
)
from kindsearch.encoders.sentence_transformers import SentenceTransformerEncoder

TOKENS_AT_ONCE = 512  # on each core, with padding: larger batches are no faster, and memory stays flat
INT8 = "int8"  # ends the fingerprint of quantised vectors: to be changed whenever quantising gives others
_log = logging.getLogger("kindsearch")


class OnnxEncoder:
    """A model named as for SentenceTransformerEncoder, ``quantised`` to int8 or in float32.

    Where its vectors in int8 come out too far off it runs in float32, and as the original where it can't be compiled;
    a warning says so. The graph is made when it is first needed, and opened at the first text. Raises ModelNotFound.
    """

    def __init__(self, model: str, cache: Path, *, quantised: bool) -> None:
        self.name = model
        self._original = SentenceTransformerEncoder(model)
        self._cache = cache
        self._quantised = quantised
        self._lock = threading.Lock()

    @property
    def fingerprint(self) -> str:
        """The original's, whose vectors those of float32 are; in int8 one of its own.

        Whether int8 is fit is known once the model is compiled, so asked for int8 this may compile it. Otherwise it
        is a look at the cache: nothing is opened.
        """
        if not self._quantised:
            return self._original.fingerprint
        with self._lock:
            graph = self._graph
        of_original = self._original.fingerprint
        return f"{of_original}-{INT8}" if graph and graph.name == QUANTISED else of_original

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._working.dimensions

    def encode(self, texts: Sequence[str]) -> Vectors:
        """``(len(texts), dimensions)`` float32, rows of length 1."""
        return self._working.encode(texts)

    @property
    def _working(self) -> Graph | Encoder:
        with self._lock:
            return self._loaded

    @cached_property
    def _loaded(self) -> Graph | Encoder:
        return Graph(self._graph) if self._graph else self._original

    @cached_property
    def _graph(self) -> Path | None:
        """The graph to run, made if need be; None where the original has to."""
        if self._original.folder is None:
            return None
        try:
            folder = compiled(self.name, self._original.folder, self._original.fingerprint, self._cache)
        except Unfit as reason:
            _log.warning("%s can't be compiled: %s. It is slower without", self.name, reason)
            return None
        unfit = folder / UNFIT_QUANTISED
        if self._quantised and unfit.is_file():
            why = unfit.read_text(encoding="utf-8")
            _log.warning("%s can't be used in int8: %s. It is slower in float32", self.name, why)
        return folder / (QUANTISED if self._quantised and not unfit.is_file() else GRAPH)


class Graph:
    """A compiled model's GRAPH or QUANTISED, with its tokenizer beside it. May be used by several threads.

    Each core runs batches of its own, which on short texts beats several cores on one batch. A quantised graph takes
    its texts one by one: it scales by the extremes of all that it is given at once, so a text's vector would depend on
    its company, by as much as it differs from the original's. (Alone, texts of 40 tokens are no slower.)
    """

    def __init__(self, path: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        facts = Facts.read(path.parent)
        self.dimensions = facts.dimensions
        self._prompt = facts.prompt
        self._tokens_at_once = 1 if path.name == QUANTISED else TOKENS_AT_ONCE
        self._cores = ThreadPoolExecutor(cores(), "kindsearch-encoder")
        self._tokenizer = Tokenizer.from_file(str(path.parent / TOKENIZER))
        self._tokenizer.no_padding()  # its file may pad every text to 128 tokens
        self._tokenizer.enable_truncation(facts.max_length)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # The fast way to multiply bytes overflows on x86 processors without VNNI. The other gives the same vectors on
        # all of them, so an index may be made on one processor and asked on another.
        options.add_session_config_entry("session.x64quantprecision", "0" if has_vnni() else "1")
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """``(len(texts), dimensions)`` float32, rows of length 1."""
        written = [f"{self._prompt}{text}".strip() for text in texts]
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(written)]
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        of_batches = list(batches([len(ids) for ids in tokens], self._tokens_at_once))
        made = self._cores.map(lambda batch: self._run([tokens[position] for position in batch]), of_batches)
        for batch, rows in zip(of_batches, made, strict=True):
            vectors[batch] = rows
        return vectors

    def _run(self, tokens: Sequence[Sequence[int]]) -> Vectors:
        """The vectors of one batch, whose longest text is the last."""
        ids = np.zeros((len(tokens), len(tokens[-1])), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, of_text in enumerate(tokens):
            ids[row, : len(of_text)] = of_text
            mask[row, : len(of_text)] = 1
        vectors: Vectors = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
        return vectors


def cores() -> int:
    """How many processor cores this process may use: its affinity, and what a container grants it."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        allowed = min(allowed, max(1, round(int(quota) / int(period))))
    except (OSError, ValueError):  # no such limit
        pass
    return allowed


def has_vnni() -> bool:
    """Whether the processor adds products of bytes without overflow. False where that can't be told."""
    try:
        return "_vnni" in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def batches(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Positions of texts by length in tokens, shortest first, in batches of at most ``most`` tokens with padding.

    >>> list(batches([3, 9, 1, 4], 8))
    [[2, 0], [3], [1]]
    """
    batch: list[int] = []
    for position in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[position] > most:
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch
