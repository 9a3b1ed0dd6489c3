"""``python -m scripts.bench``: each command prints a table, and writes a record with ``--json``."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Literal

import typer

from scripts.bench.measuring import told

REAL_UP_TO = 20_000  # passages; encoding more would take most of the time

app = typer.Typer(
    help="Measure how fast kindsearch is. docs/benchmarks.md tells how, and what came out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Out = Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write a record of it all.")]
Sets = Annotated[Path, typer.Option(help="Folder of the sets that texts and questions come from.")]
Work = Annotated[Path, typer.Option(help="Where archives are made, and found again.")]
Count = Annotated[int, typer.Option("--questions", min=1, help="How many questions are asked.")]
Passages = Annotated[int, typer.Argument(min=1, help="About how many passages the archive holds.")]
MadeWith = Annotated[
    Literal["real", "mean", "hashing"] | None,
    typer.Option("--encoder", help=f"What makes vectors (default: real up to {REAL_UP_TO:,} passages, mean beyond)."),
]
SAMPLE_QUESTIONS = Path("tests/data/sample_questions.jsonl")
SETS, WORK = Path("../shared/eval"), Path("build/bench")


@app.command()
def encode(texts: int = 256, rounds: int = 7, questions: int = 40, sets: Sets = SETS, json: Out = None) -> None:
    """Passages a second, and one question, by each form of the model in turn."""
    from scripts.bench.encoders import speeds

    figures = speeds(sets, texts, rounds, questions)
    print(figures)
    told("encode", {"rounds": rounds}, figures, json)


@app.command()
def size(
    passages: Passages,
    ask: Annotated[bool, typer.Option("--ask", help="Ask for answers as well.")] = False,
    encoder: MadeWith = None,
    questions: Count = 300,
    work: Work = WORK,
    sets: Sets = SETS,
    json: Out = None,
) -> None:
    """An archive of so many passages: made, opened, searched, searched with filters and while it changes."""
    from scripts.bench.growth import Place, measured

    figures = measured(Place(work, passages, encoder or _encoder_for(passages)), sets, questions, ask=ask)
    print(figures)
    told("size", {"passages": passages, "questions": questions}, figures, json)


@app.command()
def recall(
    passages: Passages,
    encoder: MadeWith = None,
    questions: Count = 300,
    work: Work = WORK,
    sets: Sets = SETS,
    json: Out = None,
) -> None:
    """How many of the nearest vectors the index finds, against looking at all of them."""
    from scripts.bench.growth import Place
    from scripts.bench.growth import recall as recalled

    figures = recalled(Place(work, passages, encoder or _encoder_for(passages)), sets, questions)
    print(figures)
    told("recall", {"passages": passages, "questions": questions}, figures, json)


@app.command()
def profile(
    passages: Passages,
    ask: Annotated[bool, typer.Option("--ask", help="Ask for answers, not for passages alone.")] = False,
    encoder: MadeWith = None,
    questions: Count = 300,
    work: Work = WORK,
    sets: Sets = SETS,
) -> None:
    """Where the time of a question goes, by function."""
    from scripts.bench.growth import Place, profiled

    print(profiled(Place(work, passages, encoder or _encoder_for(passages)), sets, questions, ask=ask))


@app.command()
def peers(passages: Passages = 2_000, questions: Count = 200, sets: Sets = SETS, json: Out = None) -> None:
    """The same texts and questions given to txtai, and to a LangChain splitter with FAISS, where they are installed."""
    from scripts.bench.peers import compared

    with tempfile.TemporaryDirectory(prefix="kindsearch-") as work:
        figures = compared(passages, sets, questions, Path(work))
    print(figures)
    told("peers", {"passages": passages, "questions": questions}, figures, json)


@app.command("ingest-meetings")
def ingest_meetings(
    corpus: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Caption files (default: all meetings of QMSum).")
    ] = None,
    sets: Sets = SETS,
    json: Out = None,
) -> None:
    """Real meetings, from files to an index, and again when nothing is new."""
    from scripts.bench.meetings import measured, write_meetings

    with tempfile.TemporaryDirectory(prefix="kindsearch-") as place:
        work = Path(place)
        if corpus is None:
            corpus = work / "corpus"
            write_meetings(sets, corpus)
        figures = measured(corpus, work)
    print(figures)
    told("ingest-meetings", {}, figures, json)


@app.command("keeping-current")
def keeping_current(
    documents: Annotated[int, typer.Argument(min=1, help="How many packs are written and ingested.")] = 5_000,
    json: Out = None,
) -> None:
    """Following a folder in which little changes, against making the index."""
    from scripts.bench.keeping_current import measured

    figures = measured(documents)
    print(figures)
    told("keeping-current", {"documents": documents}, figures, json)


@app.command()
def readers(
    characters: Annotated[int, typer.Argument(min=4, help="Of each input.")] = 1_000_000, json: Out = None
) -> None:
    """The readers of text on inputs that are made to be slow, against plain ones."""
    from scripts.bench.readers import measured

    figures = measured(characters)
    print(figures)
    told("readers", {"characters": characters}, figures, json)


@app.command()
def page(
    corpus: Annotated[Path, typer.Argument(help="What the archive is made of.")] = Path("corpus"),
    asked: Annotated[Path, typer.Option("--asked", help="A file of questions.")] = SAMPLE_QUESTIONS,
    questions: Count = 30,
    json: Out = None,
) -> None:
    """From Enter to the answer on the screen, in a real browser."""
    from scripts.bench.page import measured

    with tempfile.TemporaryDirectory(prefix="kindsearch-") as work:
        figures = measured(corpus, asked, questions, Path(work))
    print(figures)
    told("page", {"questions": questions}, figures, json)


@app.command()
def plot(
    records: Annotated[list[Path], typer.Argument(help="Records of size and encode.")],
    out: Annotated[Path, typer.Option(help="The picture: .svg or .png.")] = Path("docs/images/benchmarks.svg"),
) -> None:
    """Draw the records: latency by size, and how fast the encoder is."""
    from scripts.bench.plot import draw

    draw(records, out)


def _encoder_for(passages: int) -> Literal["real", "mean"]:
    return "real" if passages <= REAL_UP_TO else "mean"


if __name__ == "__main__":
    app()
