"""What was found in another order: as a cross-encoder has it, spread over the archive, by session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kindsearch.questions import Question
from kindsearch.rerankers import Reranker
from kindsearch.retrieval import Found
from kindsearch.types import Hit

RERANKED = 30  # best passages that a reranker orders anew
SPREAD_FROM = 0.75  # of the best score: passages that come forward for the sake of their session
POOLED = 3  # passages of a session that speak for it


def reranked(found: Sequence[Found], question: Question, reranker: Reranker) -> list[Found]:
    """The best of what was found in the order in which a cross-encoder puts them, then the rest."""
    best = found[:RERANKED]
    if len(best) < 2:
        return list(found)
    scores = reranker.scores(question.text, [item.hit.passage.text for item in best])
    return [*(best[number] for number in np.argsort(-scores, kind="stable")), *found[RERANKED:]]


def spread(found: Sequence[Found], *, by_person: bool) -> list[Found]:
    """First the best passage of each session, or of each group of people; then the others. Each in its order.

    What is much weaker than the best does not come forward.
    """
    least = SPREAD_FROM * max((item.hit.score for item in found), default=0.0)
    seen: set[object] = set()
    first, rest = list[Found](), list[Found]()
    for item in found:
        passage = item.hit.passage
        key = passage.people if by_person else passage.session.id
        (rest if key in seen or item.hit.score < least else first).append(item)
        seen.add(key)
    return [*first, *rest]


def by_session(hits: Sequence[Hit]) -> list[Hit]:
    """The best hit of each session; first the session that most speaks for: its best hit, and its next ones by half."""
    of_session: dict[str, list[Hit]] = {}
    for hit in hits:
        of_session.setdefault(hit.passage.session.id, []).append(hit)
    pooled = [
        replace(own[0], score=sum(max(hit.score, 0.0) / 2**rank for rank, hit in enumerate(own[:POOLED])))
        for own in of_session.values()
    ]
    return sorted(pooled, key=lambda hit: (-hit.score, hit.passage.session.id))


def first_of_each_session(hits: Sequence[Hit]) -> list[Hit]:
    """The first hit of each session, as they come: a cross-encoder's order is told by no score."""
    first: dict[str, Hit] = {}
    for hit in hits:
        first.setdefault(hit.passage.session.id, hit)
    return list(first.values())
