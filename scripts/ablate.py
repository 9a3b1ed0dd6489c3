"""Switch off one part of finding and answering at a time, and ask the question sets again.

    python scripts/ablate.py SET… [--corpus PATH]…

Sets are those of ``kindsearch evaluate``: conversations are asked within themselves, places in an index of the files
given with ``--corpus``. Prints one line for each part and set, with 95 % intervals, as a table in Markdown.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from kindsearch import KindSearch, confidence, retrieval, search
from kindsearch.encoders import encoder_of
from kindsearch.evaluation.conversations import ask_all, hold
from kindsearch.evaluation.question_sets import ConversationSet, PlaceSet, read_set
from kindsearch.evaluation.reports import of_places, of_rankings
from kindsearch.evaluation.summaries import Figure, Report
from kindsearch.questions import Question, understand
from kindsearch.settings import Settings
from kindsearch.stretches import ACCOUNT, FACT, Reach

FIGURES = (
    *("mrr@10", "recall@500w", "recall@1000w", "page hit@1", "page hit@3", "evidence quoted"),
    *("answered when it should", "refused when it should", "answerable AUROC"),
)


@dataclass(frozen=True)
class Part:
    """A part that can be switched off: what takes the place of what, in which module."""

    name: str
    off: tuple[tuple[Any, str, Any], ...] = ()


def weights(*names: str, of: Any = retrieval) -> tuple[tuple[Any, str, Any], ...]:
    """Weights set to nothing."""
    return tuple((of, name, 0.0) for name in names)


def read_as(change: Callable[[Question], Question]) -> tuple[tuple[Any, str, Any], ...]:
    """Questions that are understood, and then changed."""

    def understood(*given: Any, **named: Any) -> Question:
        return change(understand(*given, **named))

    return ((search, "understand", understood),)


PARTS = (
    Part("all"),
    Part("without neighbours", weights("AROUND_MEANING", "AROUND_USED")),
    Part("without joining windows", ((retrieval, "FACT", Reach(1, 0)), (retrieval, "ACCOUNT", Reach(1, 0)))),
    Part("without words used (BM25)", weights("USED_WEIGHT", "AROUND_USED")),
    Part("without words covered", weights("WORDS_WEIGHT", "COVERED_WEIGHT")),
    Part("without meaning in speech", weights("HEARD_WEIGHT", "AROUND_MEANING")),
    Part("without who speaks", read_as(lambda asked: replace(asked, people=frozenset(), names=frozenset()))),
    Part("without unwrapping", read_as(lambda asked: replace(asked, matched_text=asked.text, wants_account=False))),
    Part("without phrases", read_as(lambda asked: replace(asked, phrases=asked.words))),
    Part("without accounts", ((retrieval, "ACCOUNT", FACT), (retrieval, "ACCOUNT_FACTOR", 1.0))),
    Part("without growing", ((retrieval, "ACCOUNT", replace(ACCOUNT, ahead=0)),)),
    Part("without kinds", weights("KIND_WEIGHT", "ASIDE_WEIGHT", "PERSON_WEIGHT")),
    Part("confidence without who said it", weights("BEHIND_WEIGHT", of=confidence)),
    Part("confidence without numbers", weights("NUMBERLESS_WEIGHT", of=confidence)),
)


def main(arguments: Sequence[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", type=Path)
    parser.add_argument("--corpus", action="append", default=[], type=Path)
    chosen = parser.parse_args(arguments)
    with ExitStack() as stack:
        askers = [stack.enter_context(asker(read_set(path), chosen.corpus)) for path in chosen.sets]
        print(f"| | set | {' | '.join(FIGURES)} |\n|{' --- |' * (2 + len(FIGURES))}", flush=True)
        for part in PARTS:
            with ExitStack() as off:
                for where, name, instead in part.off:
                    off.enter_context(patch.object(where, name, instead))
                for ask in askers:
                    report = ask()
                    figures = {figure.measure: figure for figure in report.groups[0].figures}
                    cells = (said(figures[name]) if name in figures else "" for name in FIGURES)
                    print(f"| {part.name} | {report.name} | {' | '.join(cells)} |", flush=True)
    return 0


@contextmanager
def asker(asked: ConversationSet | PlaceSet, corpus: Sequence[Path]) -> Iterator[Callable[[], Report]]:
    """Something that asks a set again and again, of an index that is made once."""
    settings = Settings.from_environment()
    with tempfile.TemporaryDirectory(prefix="kindsearch-") as folder:
        if isinstance(asked, ConversationSet):
            encoder = encoder_of(settings.model, settings.encoder, settings.cache)
            held = hold(asked.conversations, Path(folder), encoder, settings)
            yield lambda: of_rankings(asked, ask_all(asked, held, "within"), "within")
        else:
            archive = KindSearch.open(folder, create=True)
            archive.ingest(*corpus)
            yield lambda: of_places(asked, archive)[0]


def said(figure: Figure) -> str:
    """A figure with its interval."""
    interval = f" ({figure.interval[0]:.3f} – {figure.interval[1]:.3f})" if figure.interval else ""
    return f"{figure.mean:.3f}{interval}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
