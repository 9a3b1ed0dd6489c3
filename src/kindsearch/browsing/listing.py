"""What the archive holds, counted: its sessions, its people and its files."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from kindsearch.people import name_of
from kindsearch.sessions import Family, family_of
from kindsearch.stores.arrays import Numbers
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.derived import Engines
from kindsearch.stores.holdings import FileSummary, PersonSummary, SessionSummary
from kindsearch.types import Page


@dataclass(frozen=True)
class File:
    """A file of a session: what it is, its pages and how long it lasts, where that is known.

    ``cover`` is its first page, None where it has none that may be shown. ``passages`` counts those that are shown.
    """

    document_id: str
    source: str
    session_id: str
    family: Family
    pages: int
    length_ms: int | None
    passages: int
    cover: Page | None


@dataclass(frozen=True)
class Voice:
    """Somebody who speaks in a session, in so many of its passages. ``person`` is her id."""

    person: str
    name: str
    passages: int


def sessions(catalog: Catalog, engines: Engines) -> list[SessionSummary]:
    """All sessions, newest first."""
    columns = engines.columns
    counts = np.bincount(columns.sessions, minlength=len(columns.session_ids)).tolist()
    passages = dict(zip(columns.session_ids, counts, strict=True))
    speakers = defaultdict[str, set[str]](set)
    for (session_id, _), person in zip(columns.names, engines.persons, strict=True):
        speakers[session_id].add(name_of(person))
    return [
        SessionSummary(session, sources, passages.get(session.id, 0), tuple(sorted(speakers[session.id])))
        for session, sources in catalog.sources_of_sessions()
    ]


def people(engines: Engines) -> list[PersonSummary]:
    """Everybody who speaks in some passage that is shown, by name."""
    found = sorted(set(engines.persons))
    spoken = _spoken(engines, found)
    counts = np.bincount(spoken[:, 1], minlength=len(found)).tolist()
    spellings, where = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for (session_id, name), person in zip(engines.columns.names, engines.persons, strict=True):
        spellings[person].add(name)
        where[person].add(session_id)
    return [
        PersonSummary(person, name_of(person), tuple(sorted(spellings[person])), tuple(sorted(where[person])), count)
        for person, count in zip(found, counts, strict=True)
    ]


def voices(engines: Engines, session_id: str) -> list[Voice]:
    """Those who speak in a session, those first who speak in most of its passages."""
    found = sorted(set(engines.persons))
    spoken = _spoken(engines, found)
    inside = engines.columns.in_sessions({session_id})[spoken[:, 0]]
    counts = np.bincount(spoken[inside, 1], minlength=len(found)).tolist()
    heard = [Voice(person, name_of(person), many) for person, many in zip(found, counts, strict=True) if many]
    return sorted(heard, key=lambda voice: (-voice.passages, voice.person))


def _spoken(engines: Engines, people: list[str]) -> Numbers:
    """(position of a passage, number of a person who speaks in it), each pair once: (pairs, 2)."""
    number_of = {person: number for number, person in enumerate(people)}
    persons = np.array([number_of[person] for person in engines.persons], dtype=np.int64)
    speakers = engines.columns.speakers
    passages = np.repeat(np.arange(len(speakers)), np.diff(speakers.offsets))
    pairs = np.unique(passages * max(len(people), 1) + persons[speakers.values])
    return np.stack(np.divmod(pairs, max(len(people), 1)), axis=1)


def files(catalog: Catalog, engines: Engines) -> list[File]:
    """The files of the archive, by source."""
    passages = dict(engines.columns.documents)
    return [_file(found, passages.get(found.document_id, 0)) for found in catalog.files()]


def _file(found: FileSummary, passages: int) -> File:
    first, last = found.extent.first_ms, found.extent.last_ms
    length = None if first is None or last is None else last - (first if found.by_the_clock else 0)
    covers = [page for page in found.pages[:1] if not page.withheld]
    return File(
        document_id=found.document_id,
        source=found.source,
        session_id=found.session_id,
        family=family_of(found.extent.kinds),
        pages=len(found.pages),
        length_ms=length,
        passages=passages,
        cover=covers[0] if covers else None,
    )
