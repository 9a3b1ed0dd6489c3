"""The ``evaluate`` command: what to ask where, the run it writes, and the tables it prints."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from kindsearch.encoders import Encoder, encoder_of
from kindsearch.errors import BadRequest
from kindsearch.evaluation.conversations import Scope
from kindsearch.evaluation.question_sets import ConversationSet, PlaceSet, read_set
from kindsearch.evaluation.reports import of_conversations, of_places, of_ratings
from kindsearch.evaluation.summaries import Figure, Group, Report
from kindsearch.ingesting import Progress
from kindsearch.interfaces.records import answer_record
from kindsearch.search import KindSearch
from kindsearch.settings import Settings
from kindsearch.stores.holdings import Rating
from kindsearch.types import Answer

Record = dict[str, Any]
SCOPES: tuple[Scope, ...] = ("within", "corpus")


@dataclass(frozen=True)
class Options:
    """What the command was given."""

    sets: tuple[Path, ...]
    index: Path | None = None
    corpus: tuple[Path, ...] = ()
    scope: Literal["within", "corpus", "both"] = "within"
    relevance: str = "relevant_turns"
    by_conversation: bool = False
    run: Path | None = None


def reports_of(options: Options, from_feedback: bool, progress: Progress) -> list[Report]:
    """A report for each set, or the one of the feedback. Raises BadRequest for options that don't go together."""
    if from_feedback:
        if options.sets or options.corpus or options.run:
            raise BadRequest("--from-feedback", "it asks the index what was rated: leave out sets, --corpus and --run")
        return [of_ratings(KindSearch.open(options.index), progress=progress)]
    if not options.sets:
        raise BadRequest("set", "name a question set, or ask again what was rated with --from-feedback")
    sets = [read_set(path, options.relevance) for path in options.sets]
    if options.run and len({type(asked) for asked in sets}) > 1:
        raise BadRequest("--run", "sets of conversations and sets of places have runs of two forms: one kind at a time")
    if options.run and options.scope == "both":
        raise BadRequest("--run", "a run is of one scope: choose --scope within or --scope corpus")
    if options.run and not options.run.resolve().parent.is_dir():
        raise BadRequest("--run", f"there is no folder {options.run.parent}")
    return _ask(sets, options, progress)


def _ask(sets: Sequence[ConversationSet | PlaceSet], options: Options, progress: Progress) -> list[Report]:
    settings = Settings.from_environment()
    encoder: Encoder | None = None
    archive: KindSearch | None = None
    reports, lines = list[Report](), list[Record]()
    with ExitStack() as stack:
        for asked in sets:
            if isinstance(asked, ConversationSet):
                encoder = encoder or encoder_of(settings.model, settings.encoder, settings.cache)
                for report, rankings in of_conversations(
                    asked,
                    encoder,
                    settings,
                    scopes=SCOPES if options.scope == "both" else (options.scope,),
                    by_conversation=options.by_conversation,
                    progress=progress,
                ):
                    reports.append(report)
                    lines += [ranking.record for ranking in rankings]
            else:
                archive = archive or _archive(options, stack, progress)
                report, answers = of_places(asked, archive, progress=progress)
                reports.append(report)
                lines += _run_of_places(asked, answers)
    if options.run:
        written = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        options.run.write_text(written, encoding="utf-8")
    return reports


def _archive(options: Options, stack: ExitStack, progress: Progress) -> KindSearch:
    """The index there is, or one of a folder that is dropped when ``stack`` is closed."""
    if not options.corpus:
        return KindSearch.open(options.index)
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="kindsearch-"))
    archive = KindSearch.open(folder, create=True)
    archive.ingest(*options.corpus, progress=progress)
    return archive


def _run_of_places(asked: PlaceSet, answers: Iterable[Answer]) -> list[Record]:
    """As ``kindsearch ask --json`` prints answers, with the id of the question."""
    return [
        {"query_id": question.id, **answer_record(answer)}
        for question, answer in zip(asked.questions, answers, strict=True)
    ]


# ---------------------------------------------------------------- in and out


def report_record(report: Report) -> Record:
    """A report as a plain record."""
    return {
        "set": report.name,
        "scope": report.scope,
        "groups": {
            group.name: {
                "questions": group.questions,
                "measures": {figure.measure: _figure_record(figure) for figure in group.figures},
            }
            for group in report.groups
        },
    }


def _figure_record(figure: Figure) -> Record:
    low, high = figure.interval or (None, None)
    return {"mean": figure.mean, "low": low, "high": high, "count": figure.count}


def print_report(report: Report) -> None:
    """Print a table of all questions with intervals, and one of the kinds, where there are several."""
    console = Console()
    everything, *kinds = report.groups
    questions = f"{everything.questions} question{'' if everything.questions == 1 else 's'}"
    console.print(f"\n{escape(report.name)} ({report.scope}): {questions}", highlight=False)
    table = Table("", "mean", "95 % interval", "of", box=None, pad_edge=False)
    for figure in everything.figures:
        low_high = "{:.3f} – {:.3f}".format(*figure.interval) if figure.interval else ""
        table.add_row(figure.measure, f"{figure.mean:.3f}", low_high, str(figure.count))
    console.print(table)
    if kinds:
        console.print(_table_of(kinds))


def print_rating(rating: Rating) -> None:
    """Print what somebody said of a passage."""
    page = f", page {rating.pages[0]}" if rating.pages else ""
    print(f"{rating.question}\n  {'helped' if rating.helpful else 'did not help'}: {rating.source}{page}")
    if rating.remark:
        print(f"  {rating.remark}")


def _table_of(kinds: Sequence[Group]) -> Table:
    """A row for each measure, a column for each kind of question."""
    headings = (f"{escape(kind.name)} ({kind.questions})" for kind in kinds)
    table = Table("", *headings, box=None, pad_edge=False)
    means = [{figure.measure: figure.mean for figure in kind.figures} for kind in kinds]
    for measure in dict.fromkeys(measure for own in means for measure in own):
        table.add_row(measure, *(f"{own[measure]:.3f}" if measure in own else "" for own in means))
    return table
