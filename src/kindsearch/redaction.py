"""What is left of documents, sessions and notes without the words, or without the name, of somebody to be forgotten."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from kindsearch.corpus import Aliases, Notes, NotesFile
from kindsearch.forgetting import WITHHELD, Edit, Forgotten, Names, edited
from kindsearch.sessions import session_id
from kindsearch.types import Box, Document, Page, Session, Span, extent_of

Stretch = tuple[int, int]

# A line of which the reader did not say whose it is, but that says so itself.
_SAID_FIRST = re.compile(r"\W{0,3}(?P<name>[^:\n]{2,60}):\s")
_SAID_LAST = re.compile(r"(?:[–—-]|[”\"»])\s{0,3}(?P<name>[^–—\n”\"»]{2,60})$")
_SIGNED = re.compile(r"\W{0,3}[–—][^–—\n]{2,60}")  # a line that says no more than whose the quote above it is
_JOINTS = re.compile(r"[-_.]")
_FIRST_LETTER = re.compile(r"(?<![\w'’])\w")
_QUOTE_ENDS = ("”", '"', "»", "“")


def without(document: Document, names: Names, speakers: Mapping[str, Forgotten]) -> Document:
    """A document without the words of those ``speakers`` whose words do not stay, and without any of the ``names``.

    Offsets are made anew. Pages on which something was taken out are ``withheld``: their pictures would still show it.
    Gives ``document`` itself where there is nothing to take out.
    """
    spans = [span for unit in document.units for span in unit.spans]
    taken = _joined(_with_blank(document.text, span) for span in _going(document.text, spans, names, speakers))
    mentions = _outside(document.text, names.mentions(document.text), taken)
    edits = sorted([*((start, end, "") for start, end in taken), *((start, end, WITHHELD) for start, end in mentions)])
    session = session_without(document.session, names)
    links = tuple(
        link for link in document.links if not _lies_in(link.start, link.end, taken) and not names.are_in(link.url)
    )
    sections = {section: names.without(section) for section in {unit.section for unit in document.units}}
    if (
        not edits
        and (session, links) == (document.session, document.links)
        and not any(span.speaker in speakers for span in spans)
        and all(section == left for section, left in sections.items())
    ):
        return document
    moved = _mover(edits)
    units = []
    for unit in document.units:
        kept = [
            replace(
                span,
                start=moved(span.start),
                end=moved(span.end),
                speaker=WITHHELD if span.speaker in speakers else span.speaker,
            )
            for span in unit.spans
            if not _lies_in(span.start, span.end, taken)
        ]
        if kept:
            section = sections[unit.section]
            units.append(replace(unit, start=kept[0].start, end=kept[-1].end, section=section, spans=tuple(kept)))
    return replace(
        document,
        session=session,
        text=edited(document.text, edits),
        units=tuple(units),
        boxes=tuple(
            replace(box, start=moved(box.start), end=moved(box.end))
            for box in document.boxes
            if not _touches(box, edits)
        ),
        links=tuple(replace(link, start=moved(link.start), end=moved(link.end)) for link in links),
        pages=_withheld(document.pages, spans, document.boxes, edits),
        extent=extent_of(document),
    )


def _going(text: str, spans: Sequence[Span], names: Names, speakers: Mapping[str, Forgotten]) -> Iterator[Span]:
    """The spans that are somebody's whose words do not stay, with the quote above a line that says it is theirs."""
    above: Span | None = None
    for span in spans:
        if _goes(text, span, names, speakers):
            signed = span.speaker is None and _SIGNED.fullmatch(text, span.start, span.end)
            if signed and above and above.speaker is None and text[above.start : above.end].endswith(_QUOTE_ENDS):
                yield above
            yield span
        above = span


def _goes(text: str, span: Span, names: Names, speakers: Mapping[str, Forgotten]) -> bool:
    """Whether a span is somebody's whose words do not stay."""
    if span.speaker is not None:
        return span.speaker in speakers and not speakers[span.speaker].words_stay
    words = text[span.start : span.end]
    said = (_SAID_FIRST.match(words), _SAID_LAST.search(words))
    owners = (names.owner(found["name"].strip()) for found in said if found)
    return any(owner and not owner.words_stay for owner in owners)


def session_without(session: Session, names: Names) -> Session:
    """What is said of a session, without those to be forgotten. A new title makes a new id."""
    title = names.without(session.title)
    return replace(
        session,
        id=session_id(session.date, title) if session.id and title != session.title else session.id,
        title=title,
        speakers=tuple(
            replace(person, role=person.role and names.without(person.role))
            for person in session.speakers
            if names.owner(person.name) is None
        ),
        video_url=None if names.are_in(session.video_url or "") else session.video_url,
        note=session.note and names.without(session.note),
    )


def notes_without(notes: NotesFile, names: Names) -> NotesFile:
    """Notes without those to be forgotten."""
    said = notes.notes
    left = {
        "title": said.title and names.without(said.title),
        "note": said.note and names.without(said.note),
        "video": None if names.are_in(said.video or "") else said.video,
        "speakers": tuple(
            speaker.model_copy(update={"role": names.without(speaker.role)}) if speaker.role else speaker
            for speaker in said.speakers
            if names.owner(speaker.name) is None
        ),
        "aliases": aliases_without(said.aliases, names),
    }
    kept = {name: left.get(name, getattr(said, name)) for name in said.model_fields_set}
    return NotesFile(notes.place, Notes.model_construct(_fields_set=set(kept), **kept))


def path_without(path: str, names: Names) -> str:
    """The path of a file or folder without those to be forgotten, so that it can still be told from others."""
    return "/".join(_file_name_without(part, names) for part in path.split("/"))


def _file_name_without(name: str, names: Names) -> str:
    """In names of files words are joined by dots and strokes, and have no capitals; else it reads as an address."""
    words = _FIRST_LETTER.sub(lambda letter: letter[0].upper()[:1], _JOINTS.sub(" ", name))
    return names.without(edited(name, [(start, end, WITHHELD) for start, end in names.mentions(words)]))


def aliases_without(aliases: Aliases, names: Names) -> Aliases:
    """Aliases without those of people to be forgotten."""
    return {name: others for name, others in aliases.items() if not any(map(names.owner, (name, *others)))}


# ---------------------------------------------------------------- edits


def _with_blank(text: str, span: Span) -> Stretch:
    """A span, with the blank before it."""
    return (span.start - 1 if span.start and text[span.start - 1] == " " else span.start), span.end


def _joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same stretches, in order, with those that touch made one."""
    joined: list[Stretch] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _outside(text: str, stretches: Iterable[Stretch], taken: Sequence[Stretch]) -> list[Stretch]:
    """What of the stretches lies in none of those that are taken out, without blanks around it; both are in order."""
    left: list[Stretch] = []
    for start, end in stretches:
        done = start
        for number in range(max(bisect_right(taken, (start, -1)) - 1, 0), len(taken)):
            if taken[number][0] >= end:
                break
            left.append((done, taken[number][0]))
            done = max(done, taken[number][1])
        left.append((done, end))
    words = ((start, end, text[start:end]) for start, end in left if start < end)
    return [
        (start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip()))
        for start, end, part in words
        if part.strip()
    ]


def _mover(edits: Sequence[Edit]) -> Callable[[int], int]:
    """From offsets in the old text to offsets in the new one; what was inside an edit goes to its nearer end."""
    starts = [start for start, _, _ in edits]
    shifts = [0]
    for start, end, instead in edits:
        shifts.append(shifts[-1] + len(instead) - (end - start))

    def moved(offset: int) -> int:
        number = bisect_right(starts, offset)
        if number and offset < edits[number - 1][1]:
            start, _, instead = edits[number - 1]
            return start + shifts[number - 1] + (len(instead) if offset > start else 0)
        return offset + shifts[number]

    return moved


def _lies_in(start: int, end: int, stretches: Sequence[Stretch]) -> bool:
    number = bisect_right(stretches, (start, 10**12)) - 1
    return number >= 0 and end <= stretches[number][1]


def _touches(box: Box, edits: Sequence[Edit]) -> bool:
    number = bisect_right(edits, (box.end, -1, "")) - 1
    return number >= 0 and box.start < edits[number][1] and edits[number][0] < box.end


def _withheld(
    pages: Sequence[Page], spans: Sequence[Span], boxes: Sequence[Box], edits: Sequence[Edit]
) -> tuple[Page, ...]:
    touched = {box.page for box in boxes if _touches(box, edits)}
    touched |= {span.page for span in spans if span.page and any(a < span.end and span.start < b for a, b, _ in edits)}
    return tuple(replace(page, withheld=page.withheld or n in touched) for n, page in enumerate(pages, start=1))
