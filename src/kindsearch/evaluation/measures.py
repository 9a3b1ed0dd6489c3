"""Measures of one question's ranking.

The standard ones are computed by ir-measures (MacAvaney et al., ECIR 2022; trec_eval underneath): nDCG@10, reciprocal
rank @10 and success@k, which is called hit@k here. A passage is relevant when it holds at least one relevant turn; the
ideal ranking of nDCG has a passage for each relevant turn, or as many as were found if that is more. That is exact
where a passage is one turn, and a lower bound elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kindsearch.evaluation.conversations import Listed
from kindsearch.evaluation.question_sets import TurnKey

CUTOFF = 10
HITS_AT = (1, 3, 5)
WORD_BUDGETS = (500, 1000)

Values = dict[str, float]


def measures_of(
    rankings: Mapping[str, Sequence[Listed]],
    relevant: Mapping[str, frozenset[TurnKey]],
    words: Mapping[TurnKey, int],
) -> dict[str, Values]:
    """All measures of each question that has relevant turns, by its id. No ranking counts as an empty one."""
    marked = {id_: turns for id_, turns in relevant.items() if turns}
    gains = {id_: gains_of(rankings.get(id_, ())[:CUTOFF], turns) for id_, turns in marked.items()}
    standard = standard_measures(gains, {id_: len(turns) for id_, turns in marked.items()})
    return {
        id_: standard[id_]
        | {
            f"recall@{budget}w": recall_within_words(rankings.get(id_, ()), turns, words, budget)
            for budget in WORD_BUDGETS
        }
        for id_, turns in marked.items()
    }


def gains_of(passages: Sequence[Listed], relevant: frozenset[TurnKey]) -> list[bool]:
    """Whether each passage holds a relevant turn."""
    return [not relevant.isdisjoint(passage.turns) for passage in passages]


def standard_measures(gains: Mapping[str, Sequence[bool]], relevant: Mapping[str, int]) -> dict[str, Values]:
    """hit@k, MRR@10 and nDCG@10 of each question, of whether each of its first ten passages is relevant.

    ``relevant`` is how many relevant passages the ideal ranking has; no fewer than were found. A question with none of
    either is given zeros.
    """
    from ir_measures import RR, Qrel, ScoredDoc, Success, iter_calc, nDCG

    names = {Success @ k: f"hit@{k}" for k in HITS_AT} | {RR @ CUTOFF: f"mrr@{CUTOFF}", nDCG @ CUTOFF: f"ndcg@{CUTOFF}"}
    wanted, found = [], []
    for id_, own in gains.items():
        found += [ScoredDoc(id_, f"found-{rank}", -float(rank)) for rank in range(len(own))]
        wanted += [Qrel(id_, f"found-{rank}", 1) for rank, gain in enumerate(own) if gain]
        wanted += [Qrel(id_, f"missed-{number}", 1) for number in range(relevant[id_] - sum(own))]
    values = {id_: dict.fromkeys(names.values(), 0.0) for id_ in gains}
    for metric in iter_calc(list(names), wanted, found):
        values[metric.query_id][names[metric.measure]] = metric.value
    return values


def recall_within_words(
    passages: Sequence[Listed], relevant: frozenset[TurnKey], words: Mapping[TurnKey, int], budget: int
) -> float:
    """Share of the relevant turns that one has read after so many words of the ranking, each turn once.

    Reading stops at the first turn that no longer fits. Compares systems whose passages differ in length.
    """
    found = 0
    for turn in dict.fromkeys(turn for passage in passages for turn in passage.turns):
        budget -= words.get(turn, 0)
        if budget < 0:
            break
        found += turn in relevant
    return found / len(relevant)
