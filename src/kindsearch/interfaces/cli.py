"""The command line: each command opens the archive, calls one verb and prints text, or with ``--json`` records."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn, TypeVar

import typer

from kindsearch.errors import BadRequest, KindSearchError
from kindsearch.types import Answer, Filter, Hit, Kind, PartialDate, Passage

if TYPE_CHECKING:
    from kindsearch.erasing import Traces
    from kindsearch.ingesting import IngestReport, Progress
    from kindsearch.search import KindSearch

app = typer.Typer(
    help="Ask the archive of a community's conversations, and get back who said it, in which session, on which page.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Answered = TypeVar("Answered")
Index = Annotated[Path | None, typer.Option(help="Folder of the index (default: index, or KINDSEARCH_INDEX).")]
Asked = Annotated[str, typer.Argument(metavar="QUESTION", help="A question, or - to read one from each line.")]
Many = Annotated[int | None, typer.Option("-k", help="How many passages (default: 10).")]
InSession = Annotated[str | None, typer.Option(metavar="ID", help="Only this session: see  kindsearch sessions")]
BySpeaker = Annotated[
    str | None, typer.Option(metavar="NAME", help="Only what she or he said; any part of the name, or an id.")
]
Since = Annotated[str | None, typer.Option(metavar="DATE", help="From this day, month or year on: 2024-01-18, 2024.")]
Until = Annotated[str | None, typer.Option(metavar="DATE", help="Up to this day, month or year.")]
OfKind = Annotated[Kind | None, typer.Option(help="Only passages of this kind.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")]
Host = Annotated[str, typer.Option(help="Address to listen on; this machine alone unless there are logins.")]
WithoutLogin = Annotated[
    bool, typer.Option("--without-login", help="Let in everybody who reaches the address, on another machine too.")
]
Literally = Annotated[bool, typer.Option("--literal", help="Read no people, times or places in the question.")]


@app.command()
def ingest(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="[PATH]...", help="Files or folders.")] = None,
    index: Index = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be read and taken out.")] = False,
) -> None:
    """Read new and changed files into the index (default: everything in corpus/). Exit status 1: some were left out."""
    archive = _open(index, create=not dry_run, must_exist=False)
    if dry_run:
        report = archive.plan(*(paths or []))
    else:
        try:
            with _progress() as progress:
                report = archive.ingest(*(paths or []), progress=progress)
        except KeyboardInterrupt:
            print(
                "stopped: the index answers as before; the next ingest goes on from the finished files", file=sys.stderr
            )
            raise typer.Exit(130) from None
    _print_report(report, planned=dry_run)
    if report.failed:
        raise typer.Exit(1)


@app.command()
def watch(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="[PATH]...", help="Folders.")] = None,
    index: Index = None,
    quiet: Annotated[float, typer.Option(help="Seconds without a change before the files are read.")] = 2.0,
) -> None:
    """Follow the corpus: ingest once, then again whenever files have changed. Stop it with Ctrl-C."""
    archive = _open(index, create=True)
    with suppress(KeyboardInterrupt):
        for report in archive.watch(*(paths or []), quiet_seconds=quiet):
            print(f"\n{datetime.now():%H:%M:%S}")
            _print_report(report)
            sys.stdout.flush()


@app.command()
def remove(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE...", help="Sources as  kindsearch sessions  names them.")
    ],
    index: Index = None,
) -> None:
    """Take documents out of the index. Their files stay where they are."""
    archive = _open(index)
    still_there = archive.remove(*sources)
    print(f"removed {len(sources)} document{'' if len(sources) == 1 else 's'} from {archive.folder}")
    for path in still_there:
        print(f"{path} is still there: the next ingest reads it again, unless it is deleted or in .kindsearchignore")


@app.command()
def forget(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Her name, as  kindsearch people  has it.")],
    index: Index = None,
    anonymise: Annotated[
        bool, typer.Option("--anonymise", help="Keep the words, take the name off everywhere.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask before it is done.")] = False,
) -> None:
    """Take out what a person said, and her name, and see to it that no later ingest brings them back."""
    archive = _open(index)
    traces = archive.traces_of(person)
    _print_traces(traces, anonymise)
    if not yes and not typer.confirm("Go on?"):
        raise typer.Exit(1)
    receipt, written = archive.forget(person, anonymise=anonymise)
    print(f"done: {len(receipt.documents)} documents changed, receipt in {written}")
    for source in receipt.files:
        print(f"{source} still holds it: edit or delete that file yourself")
    for path in receipt.named:
        print(f"{path} has the name in its own: rename it yourself")


@app.command()
def people(index: Index = None, as_json: AsJson = False) -> None:
    """List everybody whose words the archive holds, with the names they are written by."""
    from kindsearch.interfaces.records import person_record

    archive = _open(index)
    found = archive.people()
    for person in found:
        if as_json:
            _print_json(person_record(person))
            continue
        others = [name for name in person.spellings if name != person.name]
        also = f" (also: {', '.join(others)})" if others else ""
        print(f"{person.id}{also}\n  {_count(person.passages, 'passage')} in {', '.join(person.sessions)}")
    if not as_json:
        if not found:
            _print_nothing(archive, "nobody is named in the archive")
        _print_namesakes([person.name for person in found])


@app.command()
def ask(
    question: Asked,
    index: Index = None,
    k: Many = None,
    session: InSession = None,
    speaker: BySpeaker = None,
    since: Since = None,
    until: Until = None,
    kind: OfKind = None,
    literal: Literally = False,
    as_json: AsJson = False,
) -> None:
    """Answer a question with quotes, each with who said it and where."""
    where = _filter(session, speaker, since, until, kind)
    archive = _open(index)
    for answer in _each(question, lambda text: archive.ask(text, k, where, literal=literal)):
        if as_json:
            from kindsearch.interfaces.records import answer_record

            _print_json(answer_record(answer))
        else:
            _print_answer(answer)


@app.command()
def search(
    question: Asked,
    index: Index = None,
    k: Many = None,
    session: InSession = None,
    speaker: BySpeaker = None,
    since: Since = None,
    until: Until = None,
    kind: OfKind = None,
    by: Annotated[
        Literal["passage", "session"], typer.Option(help="The best passages, or the best one of each session.")
    ] = "passage",
    literal: Literally = False,
    as_json: AsJson = False,
) -> None:
    """Show the passages for a question, best first."""
    where = _filter(session, speaker, since, until, kind)
    archive = _open(index)
    for text, hits in _each(question, lambda text: (text, archive.search(text, k, where, by=by, literal=literal))):
        if as_json:
            from kindsearch.interfaces.records import search_record

            _print_json(search_record(text, hits))
        elif hits:
            _print_hits(hits)
        else:
            reason = "the filters, or what was read in the question, leave no passage to look at"
            _print_nothing(archive, f"nothing was found for “{text}”: {reason}")


@app.command()
def brief(
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="What you will speak about.")],
    index: Index = None,
    session: Annotated[list[str] | None, typer.Option(metavar="ID", help="Only this session; may be repeated.")] = None,
    without_session: Annotated[list[str] | None, typer.Option(metavar="ID", help="Not this session.")] = None,
    speaker: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Only what she or he said.")] = None,
    without_speaker: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Nothing she or he said.")] = None,
    since: Since = None,
    until: Until = None,
    format: Annotated[
        Literal["md", "docx", "pdf"] | None, typer.Option(help="Of the file (default: as the name of OUT ends).")
    ] = None,
    out: Annotated[Path | None, typer.Option("-o", metavar="OUT", help="Write a file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Lay out what the archive says on a topic: key points, sessions, voices, open questions, what was recommended."""
    written = _format_of(format, out)
    made = _open(index).brief(
        topic,
        sessions=session or (),
        without_sessions=without_session or (),
        people=speaker or (),
        without_people=without_speaker or (),
        since=_date("--since", since),
        until=_date("--until", until),
    )
    if as_json:
        from kindsearch.interfaces.records import brief_record

        _print_json(brief_record(made))
    if written:
        from kindsearch.interfaces.exports import export

        _write(out, export(made, written))
    elif not as_json:
        from kindsearch.interfaces.exports.plain_text import text_of
        from kindsearch.interfaces.exports.sheet import sheet_of

        print(text_of(sheet_of(made)))


@app.command()
def sessions(index: Index = None, as_json: AsJson = False) -> None:
    """List the sessions, newest first."""
    from kindsearch.interfaces.records import session_record

    archive = _open(index)
    found = archive.sessions()
    if not (found or as_json):
        _print_nothing(archive, "there are no sessions")
    for summary in found:
        if as_json:
            _print_json(session_record(summary))
            continue
        session = summary.session
        date = session.date.in_words if session.date else "no date"
        print(f"{session.id}\n  {session.title}, {date}: {summary.passages} passages, {', '.join(summary.sources)}")
        if session.note:
            print(f"  {session.note}")
        for person in session.speakers:
            print(f"  {person.name}, {person.role}" if person.role else f"  {person.name}")


@app.command()
def resources(index: Index = None, as_json: AsJson = False) -> None:
    """List what was recommended, with its link and who recommended it, newest first."""
    from kindsearch.interfaces.records import resource_record

    archive = _open(index)
    found = archive.resources()
    if not (found or as_json):
        _print_nothing(archive, "nothing was recommended")
    for resource in found:
        if as_json:
            _print_json(resource_record(resource))
            continue
        passage, session = resource.passage, resource.passage.session
        date = session.date.in_words if session.date else ""
        said = f"{resource.speaker}: {passage.text}" if resource.speaker else passage.text
        place = ", ".join(filter(None, (session.title, date, _place(passage, passage.pages, passage.start_ms))))
        print(said, *filter(None, (resource.link, place)), sep="\n  ")


@app.command()
def feedback(index: Index = None, as_json: AsJson = False) -> None:
    """List what people rated: questions, and passages that helped or didn't."""
    from kindsearch.interfaces import evaluating

    archive = _open(index)
    found = archive.ratings()
    if not (found or as_json):
        _print_nothing(archive, "nothing was rated yet: that is done on the page, below a quote or a passage")
    for rating in found:
        if as_json:
            _print_json(asdict(rating))
        else:
            evaluating.print_rating(rating)


@app.command()
def evaluate(
    sets: Annotated[
        list[Path] | None, typer.Argument(metavar="[SET]...", help="Folders or files: see docs/question-sets.md.")
    ] = None,
    index: Index = None,
    corpus: Annotated[
        list[Path] | None, typer.Option(metavar="PATH", help="Ask an index made of these files for the occasion.")
    ] = None,
    scope: Annotated[
        Literal["within", "corpus", "both"], typer.Option(help="Ask a question's own conversation, or the whole set.")
    ] = "within",
    relevance: Annotated[str, typer.Option(metavar="KEY", help="Key of the turns that answer.")] = "relevant_turns",
    by_conversation: Annotated[
        bool, typer.Option("--by-conversation", help="Draw whole conversations for the intervals.")
    ] = False,
    run: Annotated[Path | None, typer.Option(metavar="OUT.jsonl", help="Write what was found here.")] = None,
    from_feedback: Annotated[bool, typer.Option("--from-feedback", help="Ask again what people rated.")] = False,
    as_json: AsJson = False,
) -> None:
    """Measure how good the answers are, with questions whose answers are marked."""
    from kindsearch.interfaces import evaluating

    with _progress() as progress:
        chosen = evaluating.Options(
            tuple(sets or ()), index, tuple(corpus or ()), scope, relevance, by_conversation, run
        )
        reports = evaluating.reports_of(chosen, from_feedback, progress)
    for report in reports:
        if as_json:
            _print_json(evaluating.report_record(report))
        else:
            evaluating.print_report(report)


@app.command()
def status(index: Index = None) -> None:
    """Say what the index holds, what could not be read and why, and whether its files are whole."""
    found = _open(index).status()
    state = "whole" if found.derived_files_intact else "damaged or missing: the next ingest makes them again"
    state = state if found.generation else "none yet: no ingest has finished, run  kindsearch ingest"
    print(f"index       {found.index}, generation {found.generation}")
    print(f"holds       {found.sessions} sessions, {found.documents} documents, {found.passages} passages")
    print(f"model       {found.model}")
    print(f"index files {state}")
    for file in found.left_out:
        print(f"left out    {file.source}: {file.reason}")
    if found.private_messages:
        print(f"left out    {_private(found.private_messages)}")


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to: one file, which is replaced.")],
    index: Index = None,
) -> None:
    """Copy the index into one file, even while it changes."""
    written = _open(index).backup(file)
    print(f"wrote {written} ({written.stat().st_size:,} bytes)")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What  kindsearch backup  wrote.")],
    index: Index = None,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask before an index is replaced.")] = False,
) -> None:
    """Put a backup in place of the index. Whom the index is to forget stays forgotten."""
    from kindsearch.search import KindSearch
    from kindsearch.settings import Settings

    folder = index or Settings.from_environment().index
    if not yes and file.is_file() and any(folder.glob("catalog.sqlite")):
        typer.confirm(f"Replace the index in {folder}?", abort=True)
    status = KindSearch.restore(file, folder).status()
    print(f"{status.index} holds {_count(status.documents, 'document')} again, generation {status.generation}")


@app.command()
def doctor(index: Index = None) -> None:
    """Check all that the index holds, make its files again if need be, and delete what crashes left behind."""
    found = _open(index).doctor()
    print("\n".join([*found.whole, *found.mended]))
    print("nothing was wrong" if not found.mended else f"mended: generation {found.generation} answers")


@app.command()
def serve(
    index: Index = None,
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 7860,
    without_login: WithoutLogin = False,
) -> None:
    """Serve the web page."""
    from kindsearch.interfaces.web import serve as serve_web

    serve_web(_open(index), host, port, without_login=without_login)


@app.command()
def mcp(
    index: Index = None,
    http: Annotated[bool, typer.Option("--http", help="Over HTTP, not standard input and output.")] = False,
    host: Host = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on, with --http.")] = 7861,
    without_login: WithoutLogin = False,
) -> None:
    """Offer the archive to a language model as tools (Model Context Protocol)."""
    from kindsearch.interfaces.mcp import serve as serve_tools

    serve_tools(_open(index), http=http, host=host, port=port, without_login=without_login)


@app.command()
def password(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Who may log in.")],
) -> None:
    """Print the line of a user for the file that KINDSEARCH_USERS names: kindsearch password NAME >> users.txt."""
    from kindsearch.interfaces.guarding.logins import line_of

    if sys.stdin.isatty():
        chosen = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        chosen = sys.stdin.readline().rstrip("\n")
    print(line_of(name, chosen))


@app.command()
def settings(as_json: AsJson = False) -> None:
    """List every setting: its name in the environment, its value, what it is. Limits are named so."""
    from kindsearch.settings import Settings, name_in_environment

    values, defaults = (
        Settings.from_environment().model_dump(mode="json"),
        Settings.model_construct().model_dump(mode="json"),
    )
    for name, value in values.items():
        description, default = Settings.model_fields[name].description or "", defaults[name]
        if as_json:
            record = {"name": name_in_environment(name), "value": value, "default": default}
            _print_json({**record, "is_limit": name in Settings.limits(), "description": description})
        else:
            note = "" if value == default else f" (default: {_as_written(default)})"
            print(f"{name_in_environment(name)}={_as_written(value)}{note}")
            print(f"  {'limit: ' if name in Settings.limits() else ''}{description}")


def main() -> None:
    """Run the command line; our own errors become one sentence and exit status 2."""
    try:
        app()
    except KindSearchError as error:
        _stop(str(error))
    except BrokenPipeError:  # the reader of our output went away, as head does
        sys.stderr.close()


# ---------------------------------------------------------------- in and out


def _open(index: Path | None, create: bool = False, must_exist: bool = True) -> KindSearch:
    from kindsearch.search import KindSearch

    return KindSearch.open(index, create=create, must_exist=must_exist)


def _stop(sentence: str) -> NoReturn:
    print(f"kindsearch: {sentence}", file=sys.stderr)
    sys.exit(2)


def _each(question: str, answer: Callable[[str], Answered]) -> Iterator[Answered]:
    """Answer a question, or with ``-`` each line of standard input; a line that is no question costs only itself."""
    if question != "-":
        yield answer(question)
        return
    refused = False
    for line in filter(str.strip, sys.stdin):
        try:
            yield answer(line.strip())
        except BadRequest as error:
            print(f"kindsearch: {error}", file=sys.stderr)
            refused = True
    if refused:
        raise typer.Exit(1)


def _filter(
    session: str | None, speaker: str | None, since: str | None, until: str | None, kind: Kind | None
) -> Filter:
    return Filter(session, speaker, _date("--since", since), _date("--until", until), kind)


def _date(option: str, text: str | None) -> PartialDate | None:
    if text is None:
        return None
    try:
        return PartialDate.parse(text)
    except ValueError as error:
        raise BadRequest(option, str(error)) from error


def _format_of(format: Literal["md", "docx", "pdf"] | None, out: Path | None) -> Literal["md", "docx", "pdf"] | None:
    """How to write a brief; None for the terminal."""
    if out is None:
        if format in {"docx", "pdf"}:
            raise BadRequest("-o", f"say which file to write:  --format {format} -o brief.{format}")
        return format
    ending = out.suffix.lower()
    if format is None and ending not in {".md", ".docx", ".pdf"}:
        raise BadRequest("--format", f"{out.name} does not say it: md, docx or pdf")
    return format or ("md" if ending == ".md" else "docx" if ending == ".docx" else "pdf")


def _write(out: Path | None, data: bytes) -> None:
    """Into a file, or on the terminal where there is none."""
    if out is None:
        print(data.decode(), end="")
        return
    try:
        out.write_bytes(data)
    except OSError as error:
        raise BadRequest("-o", f"{out} can't be written: {error.strerror}") from error
    print(f"wrote {out}")


def _as_written(value: object) -> str:
    """A setting as it is written in the environment."""
    if isinstance(value, list):
        return ",".join(map(str, value))
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _print_json(record: Mapping[str, object]) -> None:
    print(json.dumps(record, ensure_ascii=False), flush=True)


def _print_answer(answer: Answer) -> None:
    understood = f"(understood: {answer.understood})\n" if answer.understood else ""
    print(f"\n{answer.question}\n{understood}\n{answer.text}\n")
    if answer.citations:
        for citation in answer.citations:
            place = _place(citation.passage, citation.pages, citation.start_ms)
            print(f"  [{citation.number}] {place}" + (f"  {citation.video}" if citation.video else ""))
    else:
        _print_hits(list(answer.hits[:3]))


def _print_hits(hits: list[Hit]) -> None:
    for number, hit in enumerate(hits, start=1):
        passage = hit.passage
        date = passage.session.date.in_words if passage.session.date else ""
        where = ", ".join(part for part in (passage.session.title, date, passage.section) if part)
        who = f"{', '.join(passage.speakers)}: " if passage.speakers else ""
        print(f"{number:3}. {where}\n     {_place(passage, passage.pages, passage.start_ms)}")
        print(f"     {who}{passage.text}\n".replace("\n", "\n     ").rstrip() + "\n")


def _place(passage: Passage, pages: tuple[int, int] | None, start_ms: int | None) -> str:
    from kindsearch.interfaces.in_words import in_pages
    from kindsearch.video import clock

    parts = {
        passage.source: True,
        in_pages(pages): pages is not None,
        clock(start_ms or 0): start_ms is not None,
        "illustrative": passage.is_illustrative,
    }
    return ", ".join(part for part, shown in parts.items() if shown)


def _print_nothing(archive: KindSearch, sentence: str) -> None:
    """Say that there is nothing, for silence looks like a failure; of an empty archive say that it is empty."""
    print(sentence if archive.sessions() else "the archive is empty: run  kindsearch ingest  with files or folders")


def _print_namesakes(names: Sequence[str]) -> None:
    """Say why names are listed more than once, if some are."""
    shared = [name for name, times in Counter(names).items() if times > 1]
    if shared:
        some = ", ".join(shared[:3]) + (", …" if len(shared) > 3 else "")
        stand = "stands" if len(shared) == 1 else "stand"
        print(
            f"\n{_count(len(shared), 'name')} ({some}) {stand} here more than once, each time with the session: "
            "nothing shows that it is one person.\n"
            "Give --speaker the whole line to ask for one of them; an alias joins them (README)"
        )


def _private(messages: int) -> str:
    return f"{_count(messages, 'private message')} of saved chats"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar on the terminal with the time left; nothing where there is no terminal."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Bar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks: dict[str, Any] = {}

        def told(what: str, done: int, total: int) -> None:
            stage = what.split(maxsplit=1)[0]  # each stage has its own pace, so each its own estimate of the time left
            if stage not in tasks:
                for task in tasks.values():
                    bar.update(task, visible=False)
                tasks[stage] = bar.add_task(stage)
            bar.update(tasks[stage], description=escape(what), completed=done, total=total)

        yield told


def _print_traces(traces: Traces, anonymise: bool) -> None:
    what = "kept" if anonymise else "taken out"
    written = sorted({name for names in traces.spellings.values() for name in names})
    print(f"{traces.name}, written as {', '.join(written)}: what she said is {what}, her name replaced")
    for trace in traces.documents:
        named = f", named in {_count(trace.mentions, 'place')} of the text" if trace.mentions else ""
        print(f"  {trace.source}: {_count(len(trace.passages), 'passage')} with her words{named}")


def _print_report(report: IngestReport, planned: bool = False) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table("", "files", "", box=None, pad_edge=False)
    rows = {
        "new": report.added,
        "changed": report.changed,
        "renamed": report.renamed,
        "removed": report.removed,
        "regrouped": report.regrouped,
        "unchanged": report.unchanged,
    }
    for name, sources in rows.items():
        if sources:
            shown = ", ".join(sources[:3]) + (", …" if len(sources) > 3 else "")
            table.add_row(name, str(len(sources)), escape(shown))
    for failure in report.failed:
        table.add_row("left out", "", escape(f"{failure.source}: {failure.reason}"), style="red")
    if report.private_messages:
        table.add_row("left out", "", _private(report.private_messages))
    if report.invisible_characters:
        table.add_row("left out", "", _count(report.invisible_characters, "invisible character"))
    console = Console()
    if report.changed_something or report.unchanged:
        console.print(table)
    else:
        console.print("there was no file to read")
    if planned:
        console.print("nothing was changed: this is what an ingest would do")
    else:
        console.print(f"{report.passages} passages, generation {report.generation}")


if __name__ == "__main__":
    main()
