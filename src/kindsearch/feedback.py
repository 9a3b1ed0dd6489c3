"""What people say of the passages they were shown: kept with the place of the passage, never with its words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from kindsearch.forgetting import Names, full_names
from kindsearch.planning import memory_of
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.holdings import Rating
from kindsearch.types import Passage


def rate(catalog: Catalog, question: str, passage: Passage, helpful: bool, remark: str | None) -> Rating:
    """Keep a rating, without the names of those who are to be forgotten."""
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
    with catalog.writing():
        kept = _without(rating, _names(catalog))
        catalog.add_rating(kept)
    return kept


def tidy(catalog: Catalog) -> None:
    """Bring the ratings up to date with a change: none of documents that are gone, no name that is to be forgotten.

    A file that changed is known by its source, one that was renamed by its content. Call it inside ``writing()``, at
    the end of the change, so that there is never one without the other.
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
        catalog.set_ratings(after)
        catalog.to_be_wiped()


def _names(catalog: Catalog) -> Names:
    """All names that are to be forgotten: a question may be about any document."""
    others = full_names(name for _, name in catalog.person_of())
    return memory_of(catalog).within(catalog.places(), others)


def _without(rating: Rating, names: Names) -> Rating:
    remark = rating.remark and names.without(rating.remark)
    return replace(rating, question=names.without(rating.question), remark=remark)
