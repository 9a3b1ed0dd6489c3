"""A compiled model run by ONNX Runtime, without importing PyTorch."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kindsearch.models.compiling import TOKENIZER

if TYPE_CHECKING:
    from tokenizers import Encoding

TOKENS_AT_ONCE = 512  # on each core, with padding: larger batches are no faster, and memory stays flat
PARTS = {  # of an encoded text, by the input of a graph
    "input_ids": attrgetter("ids"),
    "attention_mask": attrgetter("attention_mask"),
    "token_type_ids": attrgetter("type_ids"),
}


class CompiledModel:
    """A graph with its tokenizer beside it, asked for one of its outputs. May be used by several threads.

    Each core runs batches of its own, of at most ``tokens_at_once`` tokens with padding, which on short texts beats
    several cores on one batch.
    """

    def __init__(self, path: Path, output: str, tokens_at_once: int = TOKENS_AT_ONCE) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self._output = output
        self._tokens_at_once = tokens_at_once
        self._cores = ThreadPoolExecutor(cores(), "kindsearch-model")
        self._tokenizer = Tokenizer.from_file(str(path.parent / TOKENIZER))
        self._tokenizer.no_padding()  # its file may pad every text to 128 tokens
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # The fast way to multiply bytes overflows on x86 processors without VNNI. The other gives the same vectors on
        # all of them, so an index may be made on one processor and asked on another.
        options.add_session_config_entry("session.x64quantprecision", "0" if has_vnni() else "1")
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._inputs = [given.name for given in self._session.get_inputs()]

    def run(self, texts: Sequence[str] | Sequence[tuple[str, str]], rows: NDArray[np.float32]) -> None:
        """Fill ``rows`` with the output for each text, or pair of texts."""
        encoded = self._tokenizer.encode_batch(texts)
        of_batches = list(batches([len(text) for text in encoded], self._tokens_at_once))
        run = self._cores.map if len(of_batches) > 1 else map
        made = run(lambda batch: self._run([encoded[position] for position in batch]), of_batches)
        for batch, of_batch in zip(of_batches, made, strict=True):
            rows[batch] = of_batch

    def run_of(self, text: str) -> Callable[[], NDArray[np.float32]]:
        """The run for one text, of which only what the graph does is left: its output, (1, …)."""
        given = self._given([self._tokenizer.encode(text)])
        return lambda: self._output_for(given)

    def _run(self, encoded: Sequence[Encoding]) -> NDArray[np.float32]:
        """The output for one batch, whose longest text is the last."""
        return self._output_for(self._given(encoded))

    def _given(self, encoded: Sequence[Encoding]) -> dict[str, NDArray[np.int64]]:
        """A batch as the inputs of the graph, each (texts, tokens)."""
        given = {name: np.zeros((len(encoded), len(encoded[-1])), dtype=np.int64) for name in self._inputs}
        for name, values in given.items():
            for row, text in zip(values, encoded, strict=True):
                row[: len(text)] = PARTS[name](text)
        return given

    def _output_for(self, given: dict[str, NDArray[np.int64]]) -> NDArray[np.float32]:
        rows: NDArray[np.float32] = self._session.run([self._output], given)[0]
        return rows


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
