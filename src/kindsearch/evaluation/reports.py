"""Question sets to reports: one function for each kind of set."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from kindsearch.encoders import Encoder
from kindsearch.errors import BadRequest
from kindsearch.evaluation import conversations, places, rated
from kindsearch.evaluation.conversations import Ranking, Scope
from kindsearch.evaluation.measures import Values, measures_of
from kindsearch.evaluation.question_sets import UNANSWERABLE, ConversationSet, PlaceSet
from kindsearch.evaluation.summaries import Report, Scored, groups_of
from kindsearch.ingesting import Progress
from kindsearch.search import KindSearch
from kindsearch.settings import Settings
from kindsearch.types import Answer


def of_conversations(
    asked: ConversationSet,
    encoder: Encoder,
    settings: Settings,
    *,
    scopes: Sequence[Scope] = ("within",),
    by_conversation: bool = False,
    progress: Progress = lambda *_: None,
) -> list[tuple[Report, list[Ranking]]]:
    """Ask a set's questions of its own conversations, in an index that is made for it and then dropped.

    For each of the ``scopes`` a report, and what was found. ``by_conversation`` draws whole conversations for the
    intervals, as questions on one may be alike.
    """
    done = []
    with tempfile.TemporaryDirectory(prefix="kindsearch-") as folder:
        held = conversations.hold(asked.conversations, Path(folder), encoder, settings, progress)
        for scope in scopes:
            rankings = conversations.ask_all(asked, held, scope, progress)
            done.append((of_rankings(asked, rankings, scope, by_conversation=by_conversation), rankings))
    return done


def of_rankings(
    asked: ConversationSet, rankings: Sequence[Ranking], scope: Scope, *, by_conversation: bool = False
) -> Report:
    """What was found for a set's questions, measured."""
    relevant = {question.id: question.relevant for question in asked.questions}
    found = {ranking.question.id: ranking.passages for ranking in rankings}
    values = measures_of(found, relevant, asked.words)
    scored = [_scored(ranking, values, by_conversation) for ranking in rankings]
    return Report(asked.name, scope, groups_of([one for one in scored if one.values]))


def _scored(ranking: Ranking, values: Mapping[str, Values], by_conversation: bool) -> Scored:
    """What a question came to; nothing where it marks no turn and has an answer all the same, as a summary has."""
    question = ranking.question
    own: dict[str, Sequence[float]] = {name: [value] for name, value in values.get(question.id, {}).items()}
    answerable = False if question.kind == UNANSWERABLE else True if own else None
    if answerable is not None:
        name = "answered when it should" if answerable else "refused when it should"
        own[name] = [float(ranking.answered == answerable)]
    cluster = question.conversation_id if by_conversation and question.conversation_id else question.id
    told_apart = answerable if ranking.passages else None
    return Scored(question.kind, cluster, own, ranking.confidence, told_apart)


def of_places(
    asked: PlaceSet, archive: KindSearch, *, progress: Progress = lambda *_: None
) -> tuple[Report, list[Answer]]:
    """Ask a set's questions of an archive."""
    answers = places.ask_all(asked, archive, progress)
    pages_of = places.second_reader(archive)
    scored = [
        places.scored(question, answer, pages_of) for question, answer in zip(asked.questions, answers, strict=True)
    ]
    return Report(asked.name, "archive", groups_of(scored)), answers


def of_ratings(archive: KindSearch, *, progress: Progress = lambda *_: None) -> Report:
    """Ask again what people rated passages for. Raises BadRequest where nobody did."""
    ratings = archive.ratings()
    if not ratings:
        raise BadRequest("--from-feedback", f"nothing was rated yet in {archive.folder}")
    return Report("feedback", "archive", groups_of(rated.ask_again(archive, ratings, progress)))
