"""Encoders: texts to vectors of length 1. Any object with the four members of :class:`Encoder` will do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from kindsearch.threads import one_thread

Vectors = NDArray[np.float32]

__all__ = ["Encoder", "Vectors", "encoder_of", "prepared"]


class Encoder(Protocol):
    """What retrieval and ingest ask of an encoder."""

    name: str
    """Shown to people: ``all-MiniLM-L6-v2``."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the vectors would: an index made under another one is refused."""

    @property
    def dimensions(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """``(len(texts), dimensions)`` float32, rows of length 1."""


@runtime_checkable
class Prepares(Protocol):
    """What an encoder may have besides."""

    def prepared(self, text: str) -> Callable[[], Vectors]:
        """Do what is Python of encoding a text; the step that is left gives its vector, (1, dimensions)."""


def prepared(text: str, encoder: Encoder | Prepares) -> Callable[[], Vectors]:
    """A step in one thread that gives the vector of a text, (1, dimensions); what can be done before is done."""
    return encoder.prepared(text) if isinstance(encoder, Prepares) else partial(_in_one_thread, encoder, text)


def _in_one_thread(encoder: Encoder, text: str) -> Vectors:
    with one_thread():
        return encoder.encode([text])


def encoder_of(model: str, form: str, cache: Path) -> Encoder:
    """The encoder of a model in one of three forms, fastest first.

    "onnx-int8" (compiled and quantised, kept in ``cache``), "onnx" (compiled), "sentence-transformers" (the original).
    Raises ModelNotFound.
    """
    if form in {"onnx-int8", "onnx"}:
        from kindsearch.encoders.onnx import OnnxEncoder

        return OnnxEncoder(model, cache, quantised=form == "onnx-int8")
    from kindsearch.encoders.sentence_transformers import SentenceTransformerEncoder

    return SentenceTransformerEncoder(model, cache)
