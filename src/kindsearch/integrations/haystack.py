"""A Haystack component: ``pip install 'kindsearch[haystack]'``.

Haystack reports its use to its makers unless ``HAYSTACK_TELEMETRY_ENABLED=False`` is set in the environment.
"""

from __future__ import annotations

from kindsearch.errors import MissingExtra
from kindsearch.integrations import metadata_of
from kindsearch.search import KindSearch
from kindsearch.types import Filter

try:
    from haystack import Document, component
except ImportError as error:
    raise MissingExtra("the Haystack component", "haystack") from error

__all__ = ["KindSearchRetriever"]


@component
class KindSearchRetriever:
    """Retrieves passages of an archive: the ``k`` best (default: the archive's setting) that ``where`` lets through."""

    def __init__(self, archive: KindSearch, k: int | None = None, where: Filter | None = None) -> None:
        self.archive, self.k, self.where = archive, k, where

    @component.output_types(documents=list[Document])
    def run(self, query: str) -> dict[str, list[Document]]:
        """The documents for a question, best first."""
        hits = self.archive.search(query, self.k, self.where)
        return {
            "documents": [
                Document(id=hit.passage.id, content=hit.passage.text, meta=metadata_of(hit), score=hit.score)
                for hit in hits
            ]
        }
