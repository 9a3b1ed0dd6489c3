"""A tiny encoder without a model: words hashed into a vector. For tests, where meaning does not matter."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from kindsearch.encoders import Vectors


class HashingEncoder:
    """Deterministic bag of hashed words (the hashing trick, Weinberger et al. 2009)."""

    name = "hashing"

    def __init__(self, dimensions: int = 64) -> None:
        self.dimensions = dimensions
        self.fingerprint = f"hashing-{dimensions}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """``(len(texts), dimensions)`` float32, rows of length 1 (of length 0 for a text without words)."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
                row[int.from_bytes(digest[:4], "big") % self.dimensions] += 1 if digest[4] & 1 else -1
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)
