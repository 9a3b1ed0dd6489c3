"""Any sentence-transformers model. The default one comes as a package, so nothing is fetched."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kindsearch.encoders import Vectors
from kindsearch.errors import ModelNotFound
from kindsearch.models.files import fingerprint_of, folder_of, load

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH = 32


class SentenceTransformerEncoder:
    """A model named by a folder, by the name of the packaged one, or by a hub name (local cache first).

    The model is loaded at the first text; its fingerprint is known before that, and remembered in ``cache``. Raises
    ModelNotFound.
    """

    def __init__(self, model: str, cache: Path | None = None) -> None:
        self.name = model
        self._cache = cache
        self.folder = folder_of(model)
        self._lock = threading.Lock()

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the files that decide what a vector is; the name where the hub's cache holds them."""
        return fingerprint_of(self.name, self.folder, self._cache)

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self.model.get_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> Vectors:
        """``(len(texts), dimensions)`` float32, rows of length 1."""
        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        vectors = self.model.encode(list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), -1)

    @property
    def model(self) -> SentenceTransformer:
        """The model itself, loaded if need be. Raises ModelNotFound."""
        with self._lock:
            return self._loaded

    @cached_property
    def _loaded(self) -> SentenceTransformer:
        from sentence_transformers import SentenceTransformer

        return load(SentenceTransformer, self.name, self.folder, ModelNotFound, model_kwargs={"use_safetensors": True})
