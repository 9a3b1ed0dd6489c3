"""The words that a model has a token for, with their vectors: these are looked up, no run of the model is needed.

A question's words that the archive does not know are encoded one by one, and in a small archive that is most of what a
question takes; so are the words of an archive when it is made. Most of them are common, and common words are one token
each. Their vectors are those that the model itself gives.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from kindsearch.encoders import Vectors

if TYPE_CHECKING:
    from tokenizers import Tokenizer

WORDS, WORD_VECTORS = "words.json", "words.npy"
MOST = 15_000  # words: those of the lowest numbers, which tokenizers give to what is common; some seconds to encode
_BEFORE = "▁Ġ"  # what tokenizers have instead of the space before a word


class KnownWords:
    """Words with their vectors, (words, dimensions)."""

    def __init__(self, words: Sequence[str], vectors: Vectors) -> None:
        self._row = {word: row for row, word in enumerate(words)}
        self._vectors = vectors

    @classmethod
    def none(cls) -> KnownWords:
        """No words."""
        return cls((), np.empty((0, 0), dtype=np.float32))

    @classmethod
    def read(cls, folder: Path) -> KnownWords:
        """What :func:`write` wrote, mapped into memory, so that only what is looked up is read; none before that."""
        if not (folder / WORDS).is_file():
            return cls.none()
        words = json.loads((folder / WORDS).read_text(encoding="utf-8"))
        return cls(words, np.load(folder / WORD_VECTORS, mmap_mode="r", allow_pickle=False))

    def fill(self, texts: Sequence[str], vectors: Vectors) -> list[int]:
        """Write the vectors of the words among some texts into ``vectors``; returns the places of all other texts."""
        others = list[int]()
        for place, text in enumerate(texts):
            row = self._row.get(text)
            if row is None:
                others.append(place)
            else:
                vectors[place] = self._vectors[row]
        return others


def write(folder: Path, tokenizer: Tokenizer, encode: Callable[[Sequence[str]], Vectors]) -> None:
    """Encode the words that are one token of the tokenizer each, and keep them in ``folder``."""
    number_of = tokenizer.get_vocab()
    bare = (token.lstrip(_BEFORE) for token in sorted(number_of, key=number_of.__getitem__))
    likely = list(dict.fromkeys(word for word in bare if len(word) > 1 and word.isalpha() and word.islower()))
    encoded = tokenizer.encode_batch(likely, add_special_tokens=False)
    # Padding, which a tokenizer's file may ask for, gets no attention.
    words = [word for word, own in zip(likely, encoded, strict=True) if sum(own.attention_mask) == 1][:MOST]
    np.save(folder / WORD_VECTORS, encode(words), allow_pickle=False)
    (folder / WORDS).write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")
