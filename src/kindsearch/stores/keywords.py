"""The keyword index: Tantivy, BM25 over the text of passages and over their context.

Questions are analysed with the very analyser of the index and become term queries: what a member types is never
parsed as query syntax. A filter goes into the query as a set of rows.

"Well-being" and "wellbeing" are one word: whoever takes a text apart, here or elsewhere, reads it ``with_solid_forms``.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import numpy as np
import tantivy

from kindsearch.stores import durable
from kindsearch.stores.arrays import Numbers

ANALYSER = "english-3"  # change it whenever the analysis below changes
TEXT_WEIGHT, CONTEXT_WEIGHT = 1.0, 0.5
WRITER_MEMORY = 30_000_000  # bytes
META = "meta.json"  # what Tantivy replaces when it commits
FIELDS = {"text": TEXT_WEIGHT, "context": CONTEXT_WEIGHT}
MANY = 0.02  # of the passages: a filter that lets more through is applied to the hits, one hit after the other

_HYPHENS = "-‐‑"
_WORD = r"[^\W_]++(?:['’][^\W_]++)?+"
# From the beginning of a word, and each hyphen behind a letter: "2020-2021" is a range.
_HYPHENATED = re.compile(rf"(?<![^\W_]){_WORD}(?:(?<=[^\W\d_])[{_HYPHENS}]{_WORD})++")
# Between two parts of such a word. To look for these is several times as fast as to begin at each word.
_JOINT = re.compile(rf"[{_HYPHENS}](?<=[^\W\d_].)(?=[^\W_])")
_OPEN = dict.fromkeys(map(ord, f"{_HYPHENS} "))


def hyphenated_in(text: str) -> list[re.Match[str]]:
    """The hyphenated words of a text, where they stand.

    >>> [found.group() for found in hyphenated_in("Covid-19 in 2020-2021: a well-being check-in - kind–always")]
    ['Covid-19', 'well-being', 'check-in']
    """
    found, end = list[re.Match[str]](), 0
    for joint in _JOINT.finditer(text):
        if joint.start() < end:  # another one of the word that was found last
            continue
        word = _HYPHENATED.search(text, max(text.rfind(" ", end, joint.start()) + 1, end))
        if word:
            found.append(word)
            end = word.end()
    return found


def solid(words: str) -> str:
    """Words written as one.

    >>> solid("well-being"), solid("sign up")
    ('wellbeing', 'signup')
    """
    return words.translate(_OPEN)


def with_solid_forms(text: str) -> str:
    """A text in which each hyphenated word stands twice: solid, then as it is, for its parts.

    >>> with_solid_forms("On well-being, kindly")
    'On wellbeing well-being, kindly'
    """
    pieces, end = list[str](), 0
    for found in hyphenated_in(text):
        pieces += [text[end : found.start()], solid(found.group()), " "]
        end = found.start()
    return "".join([*pieces, text[end:]])


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

    >>> terms_of("Measuring Göran's kindness"), terms_of("co-designed")
    (['measur', 'goran', 's', 'kind'], ['codesign', 'co', 'design'])
    """
    return list(_analyser().analyze(with_solid_forms(text)))


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
        return cls(_with(tantivy.Index(_schema(), path=str(folder)), folder, passages))

    @classmethod
    def extended(cls, old: Path, folder: Path, passages: Iterable[tuple[int, str, str]]) -> KeywordIndex:
        """Index the passages of the index in ``old``, which stays as it is, and more of them, into ``folder``.

        Tantivy never writes to a file a second time, but for two small ones, which it replaces: so the new index
        shares those of the old one.
        """
        for file in old.iterdir():
            if file.suffix != ".lock":
                _shared(file, folder / file.name)
        return cls(_with(tantivy.Index.open(str(folder)), folder, passages))

    @classmethod
    def load(cls, folder: Path) -> KeywordIndex:
        """Open what :meth:`build` wrote; the caller has checked the files."""
        if os.access(folder, os.W_OK):
            return cls(tantivy.Index.open(str(folder)))
        with tempfile.TemporaryDirectory(
            prefix="kindsearch-"
        ) as elsewhere:  # Tantivy opens with a lock beside its files
            for file in folder.iterdir():
                if file.suffix != ".lock":
                    Path(elsewhere, file.name).symlink_to(file.resolve())
            return cls(tantivy.Index.open(elsewhere))

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(self, terms: Mapping[str, float], k: int, rows: Numbers | None = None) -> list[tuple[int, float]]:
        """The ``k`` best passages as (row, BM25 score), best first; of ``rows`` only if given.

        ``terms`` are terms as :func:`terms_of` makes them, with the weight of each.
        """
        if not terms or not len(self) or k <= 0 or (rows is not None and not len(rows)):
            return []
        query = self._any_of(terms)
        if rows is None:
            return self._hits(query, k)
        if len(rows) > MANY * len(self):
            return self._passing(query, k, rows)
        allowed = tantivy.Query.term_set_query(self._schema, "row", rows.tolist())
        no_score = tantivy.Query.const_score_query(allowed, 0.0)
        return self._hits(tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, no_score)]), k)

    def _passing(self, query: tantivy.Query, k: int, rows: Numbers) -> list[tuple[int, float]]:
        """The best of ``rows`` where these are many: going through the hits until enough of them pass is faster."""
        wanted = 2 * k * len(self) // len(rows)
        while True:
            hits = self._hits(query, min(wanted, len(self)))
            passed = np.isin([row for row, _ in hits], rows)
            found = [hit for hit, passes in zip(hits, passed, strict=True) if passes]
            if len(found) >= k or len(hits) < wanted:
                return found[:k]
            wanted *= 4

    def _hits(self, query: tantivy.Query, k: int) -> list[tuple[int, float]]:
        hits = self._searcher.search(query, limit=k, count=False).hits
        found = self._searcher.fast_field_values("row", [address for _, address in hits])
        return [(int(row), float(score)) for row, (score, _) in zip(found, hits, strict=True)]

    def with_all(self, text: str, most: int) -> list[int]:
        """The rows of up to ``most`` passages whose text has every word of ``text``, in any form and order."""
        terms = [tantivy.Query.term_query(self._schema, "text", term, index_option="freq") for term in terms_of(text)]
        query = tantivy.Query.boolean_query([(tantivy.Occur.Must, term) for term in terms])
        return [row for row, _ in self._hits(query, most)] if terms and len(self) else []

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


def _with(index: tantivy.Index, folder: Path, passages: Iterable[tuple[int, str, str]]) -> tantivy.Index:
    """The index with more passages, written and ready to be searched."""
    index.register_tokenizer(ANALYSER, _analyser())
    with durable.writing(folder / META):
        writer = index.writer(WRITER_MEMORY, num_threads=1)
        for row, text, context in passages:
            document = tantivy.Document(text=with_solid_forms(text), context=with_solid_forms(context))
            document.add_unsigned("row", row)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
    return index


def _shared(file: Path, other: Path) -> None:
    """Give a file a second name; where the disk has no such thing, a copy."""
    durable.step()
    try:
        os.link(file, other)
    except OSError:
        shutil.copy2(file, other)
