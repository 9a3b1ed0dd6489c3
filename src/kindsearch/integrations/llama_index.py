"""A LlamaIndex retriever: ``pip install 'kindsearch[llama-index]'``."""

from __future__ import annotations

from kindsearch.errors import MissingExtra
from kindsearch.integrations import metadata_of
from kindsearch.search import KindSearch
from kindsearch.types import Filter

try:
    from llama_index.core.retrievers import BaseRetriever
    from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
except ImportError as error:
    raise MissingExtra("the LlamaIndex retriever", "llama-index") from error

__all__ = ["KindSearchRetriever"]


class KindSearchRetriever(BaseRetriever):
    """Retrieves passages of an archive: the ``k`` best (default: the archive's setting) that ``where`` lets through."""

    def __init__(self, archive: KindSearch, k: int | None = None, where: Filter | None = None) -> None:
        self.archive, self.k, self.where = archive, k, where
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [
            NodeWithScore(
                node=TextNode(id_=hit.passage.id, text=hit.passage.text, metadata=metadata_of(hit)), score=hit.score
            )
            for hit in self.archive.search(query_bundle.query_str, self.k, self.where)
        ]
