"""A LangChain retriever: ``pip install 'kindsearch[langchain]'``."""

from __future__ import annotations

from kindsearch.errors import MissingExtra
from kindsearch.integrations import metadata_of
from kindsearch.search import KindSearch
from kindsearch.types import Filter

try:
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever
    from pydantic import ConfigDict
except ImportError as error:
    raise MissingExtra("the LangChain retriever", "langchain") from error

__all__ = ["KindSearchRetriever"]


class KindSearchRetriever(BaseRetriever):
    """Retrieves passages of an archive: the ``k`` best (default: the archive's setting) that ``where`` lets through."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    archive: KindSearch
    k: int | None = None
    where: Filter | None = None

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 (the name is LangChain's)
    ) -> list[Document]:
        return [
            Document(id=hit.passage.id, page_content=hit.passage.text, metadata=metadata_of(hit))
            for hit in self.archive.search(query, self.k, self.where)
        ]
