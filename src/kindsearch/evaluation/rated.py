"""Questions that people rated passages for, asked again: is what helped still found, is what didn't no longer first?"""

from __future__ import annotations

from collections.abc import Sequence

from kindsearch.evaluation.measures import HITS_AT
from kindsearch.evaluation.summaries import Scored
from kindsearch.ingesting import Progress
from kindsearch.search import KindSearch
from kindsearch.stores.holdings import Rating
from kindsearch.types import Passage


def ask_again(archive: KindSearch, ratings: Sequence[Rating], progress: Progress = lambda *_: None) -> list[Scored]:
    """What became of each rating, by question."""
    by_question: dict[str, list[Rating]] = {}
    for rating in ratings:
        by_question.setdefault(rating.question, []).append(rating)
    found = []
    for number, (question, own) in enumerate(by_question.items()):
        progress("asking", number, len(by_question))
        hits = [hit.passage for hit in archive.search(question, max(HITS_AT))]
        found += [scored(rating, hits) for rating in own]
    return found


def scored(rating: Rating, hits: Sequence[Passage]) -> Scored:
    """Whether a passage that helped is among the first, or one that did not is not the first."""
    if rating.helpful:
        values = {f"found@{k}": [float(any(is_place_of(p, rating) for p in hits[:k]))] for k in HITS_AT}
        return Scored("helpful", rating.question, values)
    first = any(is_place_of(passage, rating) for passage in hits[:1])
    return Scored("not helpful", rating.question, {"no longer first": [float(not first)]})


def is_place_of(passage: Passage, rating: Rating) -> bool:
    """Whether a passage stands where the rated one stood; in a file that changed, on its pages or at its time."""
    if passage.id == rating.passage_id:
        return True
    if passage.document_id == rating.document_id:
        return passage.start < rating.end and rating.start < passage.end
    if passage.source != rating.source:
        return False
    if passage.pages and rating.pages:
        return passage.pages[0] <= rating.pages[1] and rating.pages[0] <= passage.pages[1]
    if passage.start_ms is None or rating.start_ms is None:
        return False
    ends = passage.end_ms or passage.start_ms, rating.end_ms or rating.start_ms
    return passage.start_ms <= ends[1] and rating.start_ms <= ends[0]
