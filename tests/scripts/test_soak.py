from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import pytest

from kindsearch.types import Answer, Hit, Kind, Passage, Session
from scripts.soak import Outcome, editions_in, soak

SECONDS = 30
WELL = Outcome(
    asked=10, ingested=2, taken_out=1, errors=(), mixed=0, misquoted=0,
    memory=(300.0, 303.0), open_files=(60, 60), p95=(10.0, 12.0),
)  # fmt: skip


def test_eight_ask_while_notes_are_rewritten_and_taken_out() -> None:
    alone = multiprocessing.get_context("spawn")  # memory and files are then nobody else's
    with ProcessPoolExecutor(1, mp_context=alone) as pool:
        seen = pool.submit(soak, SECONDS).result()
    assert seen.errors == ()
    assert seen.mixed == 0
    assert seen.misquoted == 0
    assert seen.asked > 0
    assert seen.ingested > 0
    assert seen.taken_out > 0
    assert seen.open_files[1] <= seen.open_files[0]
    assert seen.growth < 0.2  # half a minute is hardly past the warm-up; `make soak` holds it to 0.05


def test_what_goes_well_breaks_no_promise() -> None:
    assert WELL.broken == []


@pytest.mark.parametrize(
    "seen",
    [
        {"errors": ("Traceback",)},
        {"mixed": 1},
        {"misquoted": 1},
        {"memory": (300.0, 320.0)},
        {"open_files": (60, 61)},
        {"ingested": 0},
        {"taken_out": 0},
    ],
)
def test_what_goes_wrong_is_told(seen: dict[str, object]) -> None:
    assert len(replace(WELL, **seen).broken) == 1  # type: ignore[arg-type]


def test_an_answer_of_two_generations_is_seen() -> None:
    texts = ("Edition 3 of part 1 is read.", "Edition 4 of part 2 is read.", "Nothing of it.")
    session = Session("s", "Bells")
    hits = tuple(
        Hit(Passage(text[:9], "d", "n.md", session, 0, len(text), text, Kind.TALK, "", ()), 1.0) for text in texts
    )
    assert editions_in(Answer("which?", True, 1.0, "", (), hits)) == {"3", "4"}
    assert editions_in(Answer("which?", True, 1.0, "", (), hits[1:])) == {"4"}
