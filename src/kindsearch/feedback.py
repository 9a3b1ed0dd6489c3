"""What people say of the passages they were shown: kept with the place of the passage, never with its words."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime

from kindsearch.errors import IndexLocked
from kindsearch.forgetting import Names, full_names
from kindsearch.planning import memory_of
from kindsearch.stores.catalog import Catalog, Rating
from kindsearch.types import Passage


def rate(catalog: Catalog, question: str, passage: Passage, helpful: bool, remark: str | None) -> Rating:
    """Keep a rating, without the names of those who are to be forgotten. Raises IndexLocked."""
    rating = Rating(
        question=question,
        passage_id=passage.id,
        document_id=passage.document_id,
        source=passage.source,
        start=passage.start,
        end=passage.end,
        pages=passage.pages,
        start_ms=passage.start_ms,
        end_ms=passage.end_ms,
        helpful=helpful,
        remark=remark,
        rated_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    try:
        with catalog.writing():
            kept = _without(rating, _names(catalog))
            catalog.add_rating(kept)
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise IndexLocked(catalog.folder) from error
        raise
    return kept


def tidy(catalog: Catalog) -> None:
    """Bring the ratings up to date after a change: none of documents that are gone, no name that is to be forgotten.

    A file that changed is known by its source, one that was renamed by its content.
    """
    before = catalog.ratings()
    if not before:
        return
    names, places = _names(catalog), catalog.places()
    sources = {place.source for place in places.values()}
    after = [
        _without(replace(rating, source=place.source) if place else rating, names)
        for rating in before
        for place in [places.get(rating.document_id)]
        if place or rating.source in sources
    ]
    if after != before:
        with catalog.writing():
            catalog.set_ratings(after)
            catalog.to_be_wiped()
        catalog.wipe()


def _names(catalog: Catalog) -> Names:
    """All names that are to be forgotten: a question may be about any document."""
    others = full_names(name for _, name in catalog.person_of())
    return memory_of(catalog).within(catalog.places(), others)


def _without(rating: Rating, names: Names) -> Rating:
    remark = rating.remark and names.without(rating.remark)
    return replace(rating, question=names.without(rating.question), remark=remark)
