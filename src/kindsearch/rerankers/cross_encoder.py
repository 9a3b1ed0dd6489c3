"""Any cross-encoder of sentence-transformers that gives one score for a pair of texts."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from kindsearch.errors import UnusableReranker
from kindsearch.models.files import folder_of, load
from kindsearch.rerankers import Scores

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

BATCH = 32
# Weights as safetensors only; in float32 also those kept in half precision, which a processor is slower with.
WEIGHTS = {"use_safetensors": True, "dtype": "float32"}


class CrossEncoderReranker:
    """A model named by a folder or by a hub name (local cache first), loaded at the first passage.

    Raises UnusableReranker.
    """

    def __init__(self, model: str) -> None:
        self.name = model
        self.folder = folder_of(model)
        self._lock = threading.Lock()

    def scores(self, question: str, texts: Sequence[str]) -> Scores:
        """``(len(texts),)`` float32, higher is better."""
        pairs = [(question, text) for text in texts]
        return np.asarray(self.model.predict(pairs, batch_size=BATCH, show_progress_bar=False), dtype=np.float32)

    @property
    def model(self) -> CrossEncoder:
        """The model itself, loaded if need be. Raises UnusableReranker."""
        with self._lock:
            return self._loaded

    @cached_property
    def _loaded(self) -> CrossEncoder:
        from sentence_transformers import CrossEncoder

        model = load(CrossEncoder, self.name, self.folder, UnusableReranker, model_kwargs=WEIGHTS)
        if model.num_labels != 1:
            raise UnusableReranker(self.name, f"it gives {model.num_labels} scores for a passage, not one")
        kinds = model.config.architectures or []
        if len(model) == 1 and not any(kind.endswith("ForSequenceClassification") for kind in kinds):
            raise UnusableReranker(self.name, "it has no part that scores")  # which would be made up, at random
        return model
