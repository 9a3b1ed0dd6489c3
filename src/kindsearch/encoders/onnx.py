"""A sentence-transformers model compiled to one graph: the same vectors, without importing PyTorch."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from kindsearch.encoders import Encoder, Vectors
from kindsearch.encoders.compiling import GRAPH, TOKENIZER, Facts, Unfit, compiled
from kindsearch.encoders.sentence_transformers import SentenceTransformerEncoder

TOKENS_AT_ONCE = 1_024  # with padding: larger batches are no faster on two cores, and memory stays flat
_log = logging.getLogger("kindsearch")


class OnnxEncoder:
    """A model named as for SentenceTransformerEncoder, which takes over where the model can't be compiled.

    The graph is opened, or made, at the first text. The fingerprint is known before that, and is the original's, for
    its vectors are the same. Raises ModelNotFound.
    """

    def __init__(self, model: str, cache: Path) -> None:
        self.name = model
        self._original = SentenceTransformerEncoder(model)
        self._cache = cache
        self._lock = threading.Lock()

    @property
    def fingerprint(self) -> str:
        """That of the original."""
        return self._original.fingerprint

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
        if self._original.folder is None:
            return self._original
        try:
            return Graph(compiled(self.name, self._original.folder, self.fingerprint, self._cache))
        except Unfit as reason:
            _log.warning("%s can't be compiled: %s. It is slower without", self.name, reason)
            return self._original


class Graph:
    """A compiled model in its folder. May be used by several threads."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        facts = Facts.read(folder)
        self.dimensions = facts.dimensions
        self._prompt = facts.prompt
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.no_padding()  # its file may pad every text to 128 tokens
        self._tokenizer.enable_truncation(facts.max_length)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = cores()
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # it would starve FAISS's threads
        self._session = onnxruntime.InferenceSession(str(folder / GRAPH), options, providers=["CPUExecutionProvider"])

    def encode(self, texts: Sequence[str]) -> Vectors:
        """``(len(texts), dimensions)`` float32, rows of length 1."""
        written = [f"{self._prompt}{text}".strip() for text in texts]
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(written)]
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        for batch in batches([len(ids) for ids in tokens], TOKENS_AT_ONCE):
            longest = len(tokens[batch[-1]])
            ids = np.zeros((len(batch), longest), dtype=np.int64)
            mask = np.zeros_like(ids)
            for row, position in enumerate(batch):
                ids[row, : len(tokens[position])] = tokens[position]
                mask[row, : len(tokens[position])] = 1
            vectors[batch] = self._session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
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
