"""A brief as a sheet: what stands in it, in which order and words, for any format to write."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from kindsearch.interfaces.in_words import in_pages
from kindsearch.links import safe_link
from kindsearch.people import name_of
from kindsearch.quoting import as_label, in_marks
from kindsearch.types import Brief, Choice, Citation, Hit, Passage, Session
from kindsearch.video import clock

REFERENCES = "References"  # their heading
NEAREST_WORDS = 40  # of a passage that may be about something else
_DIRECTIONS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # can turn a line around


@dataclass(frozen=True)
class Run:
    """Some words of a line. ``reference`` is the number they refer to, ``link`` an address to go to (http or https)."""

    text: str
    bold: bool = False
    reference: int | None = None
    link: str | None = None


Line = tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    """The title of a part."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """Lines that are read as one, or one that stands by itself."""

    line: Line


@dataclass(frozen=True)
class Items:
    """A list."""

    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Table:
    """Rows of cells. Without ``header`` they are quotes side by side."""

    header: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]


Block = Heading | Paragraph | Items | Table


@dataclass(frozen=True)
class Sheet:
    """``references`` are (number, line), in order."""

    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    references: tuple[tuple[int, Line], ...]


def sheet_of(brief: Brief) -> Sheet:
    """Lay a brief out. Parts that hold nothing are left out."""
    blocks = _nothing(brief) if brief.is_empty else _parts(brief)
    printed = {run.text for block in blocks for line in _lines(block) for run in line}
    references = tuple((citation.number, reference(citation, printed)) for citation in brief.references)
    return Sheet(f"Brief: {plain(brief.topic)}", _chosen(brief), tuple(blocks), references)


def _lines(block: Block) -> tuple[Line, ...]:
    if isinstance(block, Table):
        return tuple(cell for row in block.rows for cell in row)
    if isinstance(block, Items):
        return block.lines
    return (block.line,) if isinstance(block, Paragraph) else ()


def _parts(brief: Brief) -> list[Block]:
    blocks: list[Block] = []
    if brief.key_points:
        runs = [run for citation in brief.key_points for run in (*said(citation), Run(" "))]
        blocks.append(Paragraph(tuple(runs[:-1])))
    rows = tuple(
        (
            (Run(_label(touched.session.title)),),
            (Run(touched.session.date_in_words),),
            (Run(str(touched.passages)),),
            (Run(in_percent(touched.share)),),
            (_number(touched.citation),),
        )
        for touched in brief.timeline
    )
    blocks += [
        Heading("Sessions that touched it"),
        Table(("Session", "Date", "Passages", "Share of its text", "See"), rows),
    ]
    if brief.voices:
        blocks.append(Heading("Voices"))
        for voice in brief.voices:
            count = f" ({voice.passages} passage{'' if voice.passages == 1 else 's'})"
            blocks += [
                Paragraph((Run(_label(voice.name), bold=True), Run(count))),
                Items(tuple(_quote(citation) for citation in voice.citations)),
            ]
    if brief.exchanges:
        blocks.append(Heading("What was said to what"))
        for exchange in brief.exchanges:
            blocks.append(Table((), (tuple(said(citation) for citation in exchange.citations),)))
    blocks += _listed("Questions left open", [said(citation) for citation in brief.open_questions])
    blocks += _listed("Recommended", [_recommended(citation) for citation in brief.resources])
    near = [
        (Run(plain(n.words), bold=True), Run(f" in {n.passages} passages "), _number(n.citation))
        for n in brief.neighbours
    ]
    blocks += _listed("Words that stand with it", near)
    blocks += _listed(
        "Sessions that did not touch it", [(Run(session_in_words(session)),) for session in brief.untouched]
    )
    return blocks


def _listed(title: str, lines: Sequence[Line]) -> list[Block]:
    return [Heading(title), Items(tuple(lines))] if lines else []


def _nothing(brief: Brief) -> list[Block]:
    """An honest empty brief."""
    count = len(brief.untouched)
    looked = f"The archive says nothing on this topic: {count} session{'' if count == 1 else 's'} looked through."
    blocks: list[Block] = [Paragraph((Run(looked),))]
    return blocks + nearest(brief.nearest)


def nearest(hits: Sequence[Hit]) -> list[Block]:
    """The beginnings of passages that may be about something else."""
    lines = [
        (Run(f"{plain(in_marks(_beginning(hit.passage)))} {session_in_words(hit.passage.session)}"),) for hit in hits
    ]
    return _listed("These passages come nearest, and may be about something else", lines)


def _beginning(passage: Passage) -> str:
    """The first statements of a passage, as many as are read at a glance."""
    end = passage.statements[0].end
    for statement in passage.statements[1:]:
        if len(passage.quote(passage.start, statement.end).split()) > NEAREST_WORDS:
            break
        end = statement.end
    return passage.quote(passage.start, end)


# ---------------------------------------------------------------- lines


def said(citation: Citation) -> Line:
    """Who says it, the quote, and the number of its reference."""
    who = (Run(_label(citation.speaker), bold=True), Run(": ")) if citation.speaker else ()
    return *who, *_quote(citation)


def _quote(citation: Citation) -> Line:
    return Run(quoted(citation)), Run(" "), _number(citation)


def quoted(citation: Citation) -> str:
    """The quote between quotation marks; behind them, whether a list that it is of goes on."""
    return plain(f"{in_marks(citation.quote)}{' …' if citation.goes_on else ''}")


def _recommended(citation: Citation) -> Line:
    link = safe_link(citation.link or citation.passage.link)
    address = (Run(" "), Run(link, link=link)) if link else ()
    return *said(citation), *address


def _number(citation: Citation) -> Run:
    return Run(f"[{citation.number}]", reference=citation.number)


def reference(citation: Citation, printed: Collection[str]) -> Line:
    """Session, date, speaker, page or time, source, link; and the quote itself, where it is not ``printed`` before."""
    passage = citation.passage
    parts = [session_in_words(passage.session)]
    if citation.speaker:
        parts.append(_label(citation.speaker))
    if citation.pages:
        parts.append(in_pages(citation.pages))
    if citation.start_ms is not None:
        parts.append(clock(citation.start_ms))
    parts.append(plain(passage.source))
    if passage.is_illustrative:
        parts.append("illustrative")
    quote = (Run(f" {quoted(citation)}"),) if quoted(citation) not in printed else ()
    links = dict.fromkeys(filter(None, (safe_link(citation.video), safe_link(citation.link))))
    return Run(", ".join(parts)), *quote, *(run for link in links for run in (Run(" "), Run(link, link=link)))


def session_in_words(session: Session) -> str:
    """Title and date."""
    title, date = _label(session.title), session.date_in_words
    return f"{title}, {date}" if date else title


def in_percent(share: float) -> str:
    """A share in words; a small one is not nothing.

    >>> in_percent(0.314), in_percent(0.004)
    ('31%', 'under 1%')
    """
    return f"{share:.0%}" if share >= 0.01 else "under 1%"


def _chosen(brief: Brief) -> str:
    """What the brief is made of, and what was read in the topic."""
    choice: Choice = brief.choice
    named = {
        "only sessions": sorted(choice.sessions),
        "without sessions": sorted(choice.without_sessions),
        "only said by": sorted(set(map(name_of, choice.people))),
        "without what was said by": sorted(set(map(name_of, choice.without_people))),
    }
    parts = [f"{what} {', '.join(map(plain, names))}" for what, names in named.items() if names]
    if choice.since:
        parts.append(f"since {choice.since.in_words}")
    if choice.until:
        parts.append(f"until {choice.until.in_words}")
    if brief.understood:
        parts.append(f"understood as {plain(brief.understood)}")
    kept = f" Chosen: {'; '.join(parts)}." if parts else ""
    return f"Quoted from the archive, word for word; numbers refer to the references at the end.{kept}"


# ---------------------------------------------------------------- what comes from a document


def _label(name: str) -> str:
    """A name or a title, as it is printed outside quotation marks."""
    return plain(as_label(name))


def plain(text: str) -> str:
    r"""Text in one line, without control characters and those that turn the direction of what follows.

    >>> plain("a\x00b\u202ec\nd")
    'abc d'
    """
    spaced = " ".join(text.split())
    return "".join(c for c in spaced if unicodedata.category(c) not in {"Cc", "Cs", "Cn"} and c not in _DIRECTIONS)
