"""The vectors of a document for tests, made as an ingest makes them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kindsearch.encoders import Encoder
from kindsearch.stores.holdings import STATEMENT, WHOLE, Embeddings
from kindsearch.types import Kind, Passage


def embeddings(passages: Sequence[Passage], encoder: Encoder) -> Embeddings:
    """A vector for each quotable statement, and one for each passage that is not speech, or says nothing."""
    texts = {}
    for passage in passages:
        if passage.kind != Kind.TRANSCRIPT or not passage.quotable:
            texts[passage.start, WHOLE] = passage.end, f"{passage.context}\n{passage.text}"
        for one in passage.quotable:
            texts[one.start, STATEMENT] = one.end, passage.quote(one.start, one.end)
    places = [(start, end, kind) for (start, kind), (end, _) in sorted(texts.items())]
    return Embeddings(
        np.array(places, dtype=np.int64).reshape(-1, 3),
        encoder.encode([text for _, (_, text) in sorted(texts.items())]),
    )
