"""What tests ask of a whole catalog, which asks for no more at once than a session or a document."""

from __future__ import annotations

from collections.abc import Iterable

from kindsearch.stores.catalog import Catalog
from kindsearch.types import Passage


def every_passage(catalog: Catalog) -> list[Passage]:
    """All passages of the archive under their own kind, shown or not, in order of source and place."""
    return [passage for document_id in catalog.places() for passage in catalog.passages_of(document_id)]


def show_only(catalog: Catalog, kept: Iterable[Passage]) -> None:
    """Show these passages, each under the kind it has here, and no others."""
    kinds = {passage.id: passage.kind for passage in kept}
    every = every_passage(catalog)
    catalog.show({passage.id: (passage.id in kinds, kinds.get(passage.id, passage.kind)) for passage in every})
