"""Encoders: texts to vectors of length 1. Any object with these four members will do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

__all__ = ["Encoder", "Vectors", "encoder_of"]


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
