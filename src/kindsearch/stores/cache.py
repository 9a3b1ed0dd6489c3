"""What questions have read of one generation of the catalog, kept for the next ones.

A passage is read, checked against its seal and put together once; so is the text of a document, out of which passages
are pieced. Those of some forty recorded meetings all stay; where there are more, all goes when it is full.
"""

from __future__ import annotations

from collections.abc import Sequence

from kindsearch.stores.catalog import Catalog
from kindsearch.types import Passage

PASSAGES_KEPT = 10_000  # at some 2.4 KB
CHARACTERS_KEPT = 8_000_000  # of documents


class ReadCache:
    """For all threads that ask about one generation; each gives its own connection, which is reading that very one."""

    def __init__(self) -> None:
        self._passages: dict[int, Passage] = {}
        self._texts: dict[str, str] = {}

    def passages(self, catalog: Catalog, rows: Sequence[int]) -> dict[int, Passage]:
        """Passages by row. Raises DamagedIndex for one that is not whole, or gone."""
        kept = self._passages
        found = {row: passage for row in rows if (passage := kept.get(row))}
        if len(found) < len(rows) and (missing := [row for row in rows if row not in found]):
            read = catalog.passages(missing)
            if len(kept) + len(read) > PASSAGES_KEPT:
                kept.clear()
            kept |= read
            found |= read
        return found

    def text_of(self, catalog: Catalog, document_id: str) -> str | None:
        """The whole text of a document. Raises DamagedIndex where it is not whole."""
        text = self._texts.get(document_id)
        if text is None and (text := catalog.text_of(document_id)) is not None:
            if sum(map(len, [*self._texts.values(), text])) > CHARACTERS_KEPT:
                self._texts.clear()
            self._texts[document_id] = text
        return text
