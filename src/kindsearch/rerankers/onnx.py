"""A cross-encoder compiled to one graph, without importing PyTorch."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from kindsearch.models.compiling import GRAPH
from kindsearch.models.running import CompiledModel
from kindsearch.rerankers import Scores
from kindsearch.rerankers.compiling import SCORES, compiled
from kindsearch.rerankers.cross_encoder import CrossEncoderReranker


class OnnxReranker:
    """A model named as for CrossEncoderReranker, whose scores it gives.

    Where it can't be compiled it runs as the original; a warning says so. The graph is made and opened at the first
    passage. Raises UnusableReranker.
    """

    def __init__(self, model: str, cache: Path) -> None:
        self.name = model
        self._original = CrossEncoderReranker(model)
        self._cache = cache
        self._lock = threading.Lock()

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        """``(len(texts),)`` float32, higher is better."""
        with self._lock:
            graph = self._graph
        if graph is None:
            return self._original.scores(question, texts)
        return graph.scores_of([(question, text) for text in texts])

    @cached_property
    def _graph(self) -> Graph | None:
        """The graph, made if need be; None where the original has to run."""
        folder = compiled(self.name, self._original.folder, self._cache)
        return Graph(folder / GRAPH) if folder else None


class Graph(CompiledModel):
    """A compiled cross-encoder."""

    def __init__(self, path: Path, output: str = SCORES) -> None:
        super().__init__(path, output)

    def scores_of(self, pairs: Sequence[tuple[str, str]]) -> Scores:
        """``(len(pairs),)`` float32, of a question and a text each."""
        scores = np.empty(len(pairs), dtype=np.float32)
        self.run(pairs, scores)
        return scores
