"""A Haystack component: ``pip install 'kindsearch[haystack]'``.

Haystack reports its use to its makers unless ``HAYSTACK_TELEMETRY_ENABLED=False`` is set in the environment.
"""

from __future__ import annotations

from typing import Any, Self

from kindsearch.errors import MissingExtra
from kindsearch.integrations import metadata_of
from kindsearch.search import KindSearch
from kindsearch.settings import Settings
from kindsearch.types import Filter, Kind, PartialDate

try:
    from haystack import Document, component, default_to_dict
except ImportError as error:
    raise MissingExtra("the Haystack component", "haystack") from error

__all__ = ["KindSearchRetriever"]

_FINDING = {"model", "encoder", "reranker", "passages_per_answer", "candidates"}  # settings that decide what is found


@component
class KindSearchRetriever:
    """Retrieves passages of an archive: the ``k`` best (default: the archive's setting) that ``where`` lets through.

    A saved pipeline keeps where the index lies and the settings that decide what is found; all others are
    those of the environment it is loaded in. Haystack wants to be told that this module may be loaded:
    ``Pipeline.loads(text, allowed_modules=["kindsearch.integrations.haystack"])``.
    """

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

    def to_dict(self) -> dict[str, Any]:
        """What a pipeline is saved as."""
        saved: dict[str, Any] = default_to_dict(
            self,
            index=str(self.archive.folder.resolve()),
            settings=self.archive.settings.model_dump(mode="json", include=_FINDING),
            k=self.k,
            where=_saved(self.where) if self.where else None,
        )
        return saved

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """What :meth:`to_dict` gave, over the index as it is now. Raises as :meth:`KindSearch.open`."""
        given = data["init_parameters"]
        archive = KindSearch.open(given["index"], settings=Settings(**given["settings"]))
        return cls(archive, given["k"], _loaded(given["where"]) if given["where"] else None)


def _saved(where: Filter) -> dict[str, str]:
    """The sides of a filter that are not open, as text."""
    return {name: str(value) for name, value in vars(where).items() if value is not None}


def _loaded(where: dict[str, str]) -> Filter:
    """The filter that :func:`_saved` gave."""
    since, until, kind = where.get("since"), where.get("until"), where.get("kind")
    return Filter(
        session=where.get("session"),
        speaker=where.get("speaker"),
        since=PartialDate.parse(since) if since else None,
        until=PartialDate.parse(until) if until else None,
        kind=Kind(kind) if kind else None,
    )
