from __future__ import annotations

import pytest

from kindsearch.types import Signals
from scripts.fit_confidence import main, trade_off

SURE = Signals(score=0.9, covered=1.0, strangers=0, searched=50)
UNSURE = Signals(score=0.1, covered=0.1, strangers=1, searched=50)


def test_an_index_without_questions_is_told_how_it_is_called(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index"]) == 2
    assert "INDEX QUESTIONS.jsonl" in capsys.readouterr().err


def test_a_question_that_found_nothing_is_refused_at_any_threshold() -> None:
    first, *_, half = trade_off([(SURE, True), (None, True), (UNSURE, False), (None, False)]).splitlines()[:7]
    assert first == "  AUROC 0.625"  # two of four pairs are told apart, one is a tie
    assert half.split() == ["0.50", "0.500", "1.000"]  # threshold, answered, refused


def test_a_set_that_is_told_apart_is_answered_and_refused_as_a_whole() -> None:
    told = trade_off([(SURE, True), (UNSURE, False)]).splitlines()
    assert told[0] == "  AUROC 1.000"
    assert told[6].split() == ["0.50", "1.000", "1.000"]
