"""Rerankers: how well each passage answers a question, read together with it. Any object with these two members."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]

__all__ = ["Reranker", "Scores", "reranker_of"]


class Reranker(Protocol):
    """What retrieval asks of a reranker."""

    name: str
    """Shown to people: ``ms-marco-MiniLM-L6-v2``."""

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        """``(len(texts),)`` float32, higher is better; on which scale is the model's own. Raises UnusableReranker."""


def reranker_of(model: str | None, cache: Path) -> Reranker | None:
    """The cross-encoder of that name or in that folder, compiled and kept in ``cache``; None for none.

    It is looked for when it is first asked for scores.
    """
    if model is None:
        return None
    from kindsearch.rerankers.onnx import OnnxReranker

    return OnnxReranker(model, cache)
