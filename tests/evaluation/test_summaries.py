"""Means, intervals and groups."""

from __future__ import annotations

import numpy as np
import pytest

from kindsearch.evaluation.summaries import ALL, AUROC, Group, Scored, auroc, groups_of, interval_of_mean


def one(kind: str, cluster: str, *values: float, confidence: float = 0.0, answerable: bool | None = None) -> Scored:
    return Scored(kind, cluster, {"hit": values}, confidence, answerable)


def means(group: Group) -> dict[str, float]:
    return {figure.measure: figure.mean for figure in group.figures}


def test_there_is_a_group_of_all_and_one_of_each_kind_where_there_are_several() -> None:
    groups = groups_of([one("b", "1", 1.0), one("a", "2", 0.0), one("b", "3", 0.0)])
    assert [(group.name, group.questions) for group in groups] == [(ALL, 3), ("b", 2), ("a", 1)]
    assert [means(group) for group in groups] == [{"hit": pytest.approx(1 / 3)}, {"hit": 0.5}, {"hit": 0.0}]
    assert [group.name for group in groups_of([one("b", "1", 1.0)])] == [ALL]
    assert groups_of([]) == (Group(ALL, 0, ()),)


def test_a_question_may_give_several_values_or_none() -> None:
    (group,) = groups_of([one("a", "1", 1.0, 1.0, 0.0), one("a", "2"), one("a", "3", 1.0)])
    (figure,) = group.figures
    assert (figure.mean, figure.count) == (0.75, 4)
    assert groups_of([one("a", "1"), one("a", "2")])[0].figures == ()


def test_the_interval_is_that_of_the_normal_distribution_where_there_are_many() -> None:
    values = np.array([0.0, 1.0] * 50)
    interval = interval_of_mean(values, np.ones(100))
    assert interval == pytest.approx((0.402, 0.598), abs=0.025)  # 0.5 -+ 1.96 * 0.5 / 10
    assert interval_of_mean(np.array([0.25] * 8), np.ones(8)) == (0.25, 0.25)
    assert interval_of_mean(np.array([1.0]), np.ones(1)) is None


def test_whole_clusters_are_drawn() -> None:
    alike = [one("a", "x", 0.0)] * 50 + [one("a", "y", 1.0)] * 50
    assert groups_of(alike)[0].figures[0].interval == (0.0, 1.0)


def test_auroc_is_the_share_of_pairs_in_order() -> None:
    assert auroc(np.array([0.9, 0.8, 0.4]), np.array([0.5, 0.1])) == pytest.approx(5 / 6)
    assert auroc(np.array([0.5]), np.array([0.5])) == 0.5


def test_auroc_is_given_for_all_where_there_are_questions_of_both_sorts() -> None:
    yes = [one("a", f"y{n}", 1.0, confidence=c, answerable=True) for n, c in enumerate((0.9, 0.8, 0.4))]
    no = [one("b", f"n{n}", confidence=c, answerable=False) for n, c in enumerate((0.5, 0.1))]
    everything, *kinds = groups_of([*yes, *no, one("c", "z", 1.0, confidence=0.0)])
    assert means(everything)[AUROC] == pytest.approx(5 / 6)
    (figure,) = [figure for figure in everything.figures if figure.measure == AUROC]
    assert figure.count == 5
    assert figure.interval is not None
    assert 0 <= figure.interval[0] < 5 / 6 < figure.interval[1] <= 1
    assert not any(AUROC in means(kind) for kind in kinds)
    assert AUROC not in means(groups_of(yes)[0])
