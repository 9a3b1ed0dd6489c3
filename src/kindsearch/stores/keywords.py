"""The keyword index: Tantivy, BM25 over the text of passages and over their context.

Questions are analysed with the very analyser of the index and become term queries: what a member types is never
parsed as query syntax. A filter goes into the query as a set of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import NDArray

ANALYSER = "english-2"  # change it whenever the analysis below changes
TEXT_WEIGHT, CONTEXT_WEIGHT = 1.0, 0.5
WRITER_MEMORY = 30_000_000  # bytes
FIELDS = {"text": TEXT_WEIGHT, "context": CONTEXT_WEIGHT}


@cache
def _analyser() -> tantivy.TextAnalyzer:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.remove_long(80))
        .filter(tantivy.Filter.stemmer("English"))
        .build()
    )


def terms_of(text: str) -> list[str]:
    """The terms under which ``text`` is indexed: lower case, without accents, stemmed.

    >>> terms_of("Measuring Göran's kindness")
    ['measur', 'goran', 's', 'kind']
    """
    return list(_analyser().analyze(text))


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("row", indexed=True, fast=True)
    for name in FIELDS:
        builder.add_text_field(name, tokenizer_name=ANALYSER, index_option="freq")
    return builder.build()


class KeywordIndex:
    """Passages by their words."""

    def __init__(self, index: tantivy.Index) -> None:
        index.register_tokenizer(ANALYSER, _analyser())
        self._schema = index.schema
        self._searcher = index.searcher()

    @classmethod
    def build(cls, folder: Path, passages: Iterable[tuple[int, str, str]]) -> KeywordIndex:
        """Index ``(row, text, context)`` of each passage into ``folder``, which exists and is empty."""
        index = tantivy.Index(_schema(), path=str(folder))
        index.register_tokenizer(ANALYSER, _analyser())
        writer = index.writer(WRITER_MEMORY, num_threads=1)
        for row, text, context in passages:
            document = tantivy.Document(text=text, context=context)
            document.add_unsigned("row", row)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        return cls(index)

    @classmethod
    def load(cls, folder: Path) -> KeywordIndex:
        """Open what :meth:`build` wrote; the caller has checked the files."""
        return cls(tantivy.Index.open(str(folder)))

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(
        self, terms: Mapping[str, float], k: int, rows: Sequence[int] | NDArray[np.int64] | None = None
    ) -> list[tuple[int, float]]:
        """The ``k`` best passages as (row, BM25 score), best first; of ``rows`` only if given.

        ``terms`` are terms as :func:`terms_of` makes them, with the weight of each.
        """
        if not terms or not len(self) or k <= 0 or (rows is not None and not len(rows)):
            return []
        query = self._any_of(terms)
        if rows is not None:
            allowed = tantivy.Query.term_set_query(self._schema, "row", [int(row) for row in rows])
            no_score = tantivy.Query.const_score_query(allowed, 0.0)
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, no_score)])
        hits = self._searcher.search(query, limit=k, count=False).hits
        found = self._searcher.fast_field_values("row", [address for _, address in hits])
        return [(int(row), float(score)) for row, (score, _) in zip(found, hits, strict=True)]

    def frequency(self, term: str) -> int:
        """In how many passages a term stands, in text or context."""
        return max(int(self._searcher.doc_freq(name, term)) for name in FIELDS)

    def _any_of(self, terms: Mapping[str, float]) -> tantivy.Query:
        clauses = []
        for term, term_weight in terms.items():
            for name, weight in FIELDS.items():
                one = tantivy.Query.term_query(self._schema, name, term, index_option="freq")
                clauses.append((tantivy.Occur.Should, tantivy.Query.boost_query(one, weight * term_weight)))
        return tantivy.Query.boolean_query(clauses)
