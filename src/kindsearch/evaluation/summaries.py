"""From values of single questions to figures: means with bootstrap intervals, over all and for each kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000
SEED = 0
ALL = "all"
AUROC = "answerable AUROC"

Floats = NDArray[np.float64]
Interval = tuple[float, float]


@dataclass(frozen=True)
class Scored:
    """What one question came to: values by measure, one each as a rule, one for each citation where those are counted.

    ``cluster`` is what is drawn as a whole: the question, or the conversation it is about. ``answerable`` is None where
    the question says nothing of whether confidence tells the two apart.
    """

    kind: str
    cluster: str
    values: Mapping[str, Sequence[float]]
    confidence: float = 0.0
    answerable: bool | None = None


@dataclass(frozen=True)
class Figure:
    """A mean over ``count`` values with its 95 per cent interval; None where there is but one cluster to draw."""

    measure: str
    mean: float
    interval: Interval | None
    count: int


@dataclass(frozen=True)
class Group:
    """The figures of a group of questions: all of them, or those of a kind."""

    name: str
    questions: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Report:
    """The figures of a question set, over all questions first, then for each kind where there are several.

    ``scope`` says where the questions were asked.
    """

    name: str
    scope: str
    groups: tuple[Group, ...]


def groups_of(scored: Sequence[Scored]) -> tuple[Group, ...]:
    """The figures over all questions, then for each kind where there are several, in the order they come in."""
    kinds: dict[str, list[Scored]] = {}
    for one in scored:
        kinds.setdefault(one.kind, []).append(one)
    by_kind = kinds if len(kinds) > 1 else {}
    return tuple(Group(name, len(own), _figures(own, name)) for name, own in {ALL: list(scored), **by_kind}.items())


def _figures(scored: Sequence[Scored], group: str) -> tuple[Figure, ...]:
    clusters: dict[str, dict[str, list[float]]] = {}  # measure -> cluster -> values
    for one in scored:
        for measure, values in one.values.items():
            clusters.setdefault(measure, {}).setdefault(one.cluster, []).extend(values)
    means = tuple(_mean(measure, list(own.values())) for measure, own in clusters.items() if any(own.values()))
    asked = [one for one in scored if one.answerable is not None]
    both = {one.answerable for one in asked} == {True, False}
    return (*means, _auroc(asked)) if both and group == ALL else means


def _mean(measure: str, clusters: Sequence[Sequence[float]]) -> Figure:
    totals = np.array([sum(own) for own in clusters], dtype=float)
    counts = np.array([len(own) for own in clusters], dtype=float)
    return Figure(measure, float(totals.sum() / counts.sum()), interval_of_mean(totals, counts), int(counts.sum()))


def interval_of_mean(totals: Floats, counts: Floats) -> Interval | None:
    """95 per cent interval of a mean: percentile bootstrap over clusters (Efron and Tibshirani 1993, chapter 13).

    ``totals`` and ``counts``, (clusters,), are the sum and the number of values of each. None for one cluster.
    """
    if len(totals) < 2:
        return None
    drawn = np.random.default_rng(SEED).integers(0, len(totals), (RESAMPLES, len(totals)))
    drawn_counts = counts[drawn].sum(axis=1)
    means = totals[drawn].sum(axis=1)[drawn_counts > 0] / drawn_counts[drawn_counts > 0]
    return _percentiles(means)


def _auroc(scored: Sequence[Scored]) -> Figure:
    confidence = np.array([one.confidence for one in scored])
    answerable = np.array([one.answerable is True for one in scored])
    names = list(dict.fromkeys(one.cluster for one in scored))
    members = [np.array([n for n, one in enumerate(scored) if one.cluster == name]) for name in names]
    random = np.random.default_rng(SEED)
    drawn = []
    for _ in range(RESAMPLES):
        rows = np.concatenate([members[number] for number in random.integers(0, len(members), len(members))])
        if 0 < answerable[rows].sum() < len(rows):
            drawn.append(auroc(confidence[rows][answerable[rows]], confidence[rows][~answerable[rows]]))
    mean = auroc(confidence[answerable], confidence[~answerable])
    return Figure(AUROC, mean, _percentiles(np.array(drawn)) if len(drawn) > 1 else None, len(scored))


def auroc(positive: Floats, negative: Floats) -> float:
    """Chance that a positive scores above a negative, ties counting half (Hanley and McNeil 1982).

    >>> auroc(np.array([0.9, 0.8, 0.4]), np.array([0.5, 0.4]))
    0.75
    """
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, side="left")
    not_above = np.searchsorted(ordered, positive, side="right")
    return float(np.mean((below + not_above) / 2) / len(ordered))


def _percentiles(drawn: Floats) -> Interval:
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high)
