"""A sentence-transformers model compiled to one graph, in int8 or float32, without importing PyTorch.

In float32 the vectors are those of the original. In int8 they are near enough to rank by (cosine 0.99), but no longer
the same: they have a fingerprint of their own, and an index of one kind is not asked with the other.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path

import numpy as np

from kindsearch.encoders import Encoder, Vectors, prepared
from kindsearch.encoders.compiling import QUANTISED, UNFIT_QUANTISED, VECTORS, Facts, compiled
from kindsearch.encoders.known_words import KnownWords
from kindsearch.encoders.sentence_transformers import SentenceTransformerEncoder
from kindsearch.models.compiling import GRAPH
from kindsearch.models.running import TOKENS_AT_ONCE, CompiledModel

INT8 = "int8"  # ends the fingerprint of quantised vectors: to be changed whenever quantising gives others
_log = logging.getLogger("kindsearch")


class OnnxEncoder:
    """A model named as for SentenceTransformerEncoder, ``quantised`` to int8 or in float32.

    Where its vectors in int8 come out too far off it runs in float32, and as the original where it can't be compiled;
    a warning says so. The graph is made when it is first needed, and opened at the first text. Raises ModelNotFound.
    """

    def __init__(self, model: str, cache: Path, *, quantised: bool) -> None:
        self.name = model
        self._original = SentenceTransformerEncoder(model, cache)
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

    def prepared(self, text: str) -> Callable[[], Vectors]:
        """The run of the graph that gives the vector of a text, (1, dimensions); the first one opens the graph."""
        is_open = "_loaded" in vars(self)
        return prepared(text, self._working) if is_open else partial(self.encode, [text])

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
        folder = compiled(self.name, self._original.folder, self._original.fingerprint, self._cache)
        if folder is None:
            return None
        unfit = folder / UNFIT_QUANTISED
        if self._quantised and unfit.is_file():
            why = unfit.read_text(encoding="utf-8")
            _log.warning("%s can't be used in int8: %s. It is slower in float32", self.name, why)
        return folder / (QUANTISED if self._quantised and not unfit.is_file() else GRAPH)


class Graph(CompiledModel):
    """A compiled encoder's GRAPH or QUANTISED.

    A quantised graph takes its texts one by one: it scales by the extremes of all that it is given at once, so a text's
    vector would depend on its company, by as much as it differs from the original's. (Alone, texts of 40 tokens are no
    slower.)
    """

    def __init__(self, path: Path) -> None:
        is_quantised = path.name == QUANTISED
        super().__init__(path, VECTORS, 1 if is_quantised else TOKENS_AT_ONCE)
        facts = Facts.read(path.parent)
        self.dimensions = facts.dimensions
        self._prompt = facts.prompt
        self._words = KnownWords.read(path.parent) if is_quantised else KnownWords.none()
        self._tokenizer.enable_truncation(facts.max_length)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """``(len(texts), dimensions)`` float32, rows of length 1."""
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        others = self._words.fill(texts, vectors)
        made = np.empty((len(others), self.dimensions), dtype=np.float32)
        self.run([self._prompted(texts[place]) for place in others], made)
        vectors[others] = made
        return vectors

    def prepared(self, text: str) -> Callable[[], Vectors]:
        """The run that gives the vector of a text, (1, dimensions)."""
        return self.run_of(self._prompted(text))

    def _prompted(self, text: str) -> str:
        return f"{self._prompt}{text}".strip()
