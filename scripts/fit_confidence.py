"""Fit the weights of confidence on question sets, and show what each threshold would answer and refuse.

    python scripts/fit_confidence.py INDEX QUESTIONS.jsonl [INDEX QUESTIONS.jsonl …]

A question set holds one JSON object a line with ``question`` and ``kind`` (``answerable`` or ``unanswerable``). Sets
over archives of different sizes are needed to fit the weight of the size. The weights are printed; whoever likes them
rounds them into ``src/kindsearch/confidence.py``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kindsearch import KindSearch
from kindsearch.confidence import confidence_of, terms_of
from kindsearch.evaluation.summaries import auroc
from kindsearch.types import Signals

Floats = NDArray[np.float64]
NAMES = ("score", "covered", "hardly covered", "strangers", "behind", "numberless", "unnamed", "log size", "bias")
PENALTY = 0.03  # of squared weights (not of the bias): with few questions, large weights are luck
STEPS = 50


def main(arguments: list[str]) -> int:
    """Fit and print; exit status 2 where the arguments make no sense."""
    if not arguments or len(arguments) % 2:
        print(__doc__, file=sys.stderr)
        return 2
    sets = [
        read_set(Path(index), Path(questions)) for index, questions in zip(arguments[::2], arguments[1::2], strict=True)
    ]
    pairs = [(signals, answerable) for one in sets for signals, answerable in one if signals is not None]
    weights = fit(np.array([row_of(signals) for signals, _ in pairs]), np.array([float(yes) for _, yes in pairs]))
    print("fitted   " + "  ".join(f"{name} {weight:+.2f}" for name, weight in zip(NAMES, weights, strict=True)))
    for path, one in zip(arguments[1::2], sets, strict=True):
        print(f"\n{path}, with the weights in use\n{trade_off(one)}")
    return 0


def read_set(index: Path, questions: Path) -> list[tuple[Signals | None, bool]]:
    """Ask every question; its signals, and whether it can be answered."""
    archive = KindSearch.open(index)
    rows = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [(archive.ask(row["question"]).signals, row["kind"] == "answerable") for row in rows]


def row_of(signals: Signals) -> list[float]:
    """Signals as numbers, in the order of NAMES."""
    return [*terms_of(signals), 1.0]


def fit(rows: Floats, answerable: Floats) -> Floats:
    """Logistic regression by Newton's method, both classes counting the same. ``rows`` is (n, signals)."""
    share = answerable.mean()
    counts = np.where(answerable == 1, 0.5 / share, 0.5 / (1 - share))
    penalty = PENALTY * np.diag([1.0] * (rows.shape[1] - 1) + [0.0])
    weights = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        expected = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (counts * (answerable - expected)) - penalty @ weights
        curve = (rows * (counts * expected * (1 - expected))[:, None]).T @ rows + penalty
        weights = weights + np.linalg.solve(curve, slope)
    return weights


def trade_off(questions: list[tuple[Signals | None, bool]]) -> str:
    """What each threshold answers of the answerable questions and refuses of the others, and the AUROC."""
    confidences = [(confidence_of(signals) if signals else 0.0, yes) for signals, yes in questions]
    yes = np.array([confidence for confidence, answerable in confidences if answerable])
    no = np.array([confidence for confidence, answerable in confidences if not answerable])
    lines = [f"  AUROC {auroc(yes, no):.3f}", "  threshold  answered  refused"]
    lines += [f"  {t:9.2f}  {np.mean(yes >= t):8.3f}  {np.mean(no < t):7.3f}" for t in np.arange(0.1, 1.0, 0.1)]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
