"""The archive to be looked through: its sessions, people, resources, topics and files.

What has to be worked out over the whole archive is worked out once in a generation. ``listing.py`` counts,
``saying.py`` puts in order what was said, ``recommending.py`` finds what was recommended, ``standing_out.py`` the words
that stand out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar

from kindsearch.browsing import listing, recommending, saying, standing_out
from kindsearch.browsing.listing import File, Voice
from kindsearch.browsing.recommending import Recommended, holds, searchable
from kindsearch.browsing.saying import InSession, Section
from kindsearch.browsing.standing_out import Period, Theme, Topic, Topics
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.derived import Engines
from kindsearch.stores.holdings import PersonSummary, Resource, SessionSummary

__all__ = [
    "Browsing", "File", "InSession", "Period", "PersonView", "Recommended", "Section", "SessionView", "Theme", "Topic",
    "Topics", "Voice", "holds", "searchable",
]  # fmt: skip

MOST_KEPT = 2_000  # things that are kept of a generation: themes of so many sessions
Made = TypeVar("Made")
Reading = Callable[[], AbstractContextManager[tuple[Catalog, Engines]]]


@dataclass(frozen=True)
class SessionView:
    """A session as a page shows it."""

    summary: SessionSummary
    files: tuple[File, ...]
    themes: tuple[Theme, ...]
    voices: tuple[Voice, ...]
    sections: tuple[Section, ...]
    recommended: tuple[Recommended, ...]


@dataclass(frozen=True)
class PersonView:
    """A person as a page shows her: what she said in some of her sessions, which are ``in_sessions`` newest first."""

    summary: PersonSummary
    in_sessions: tuple[str, ...]
    said: tuple[InSession, ...]


class Browsing:
    """An archive that is looked through, from several threads if need be. ``reading`` opens one commit of it."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._lock = Lock()
        self._kept: tuple[Engines | None, dict[object, object]] = (None, {})

    # ------------------------------------------------------------ lists

    def sessions(self) -> list[SessionSummary]:
        """The sessions, newest first."""
        with self._reading() as (catalog, engines):
            return list(self._sessions(catalog, engines))

    def people(self) -> list[PersonSummary]:
        """Everybody whose words the archive holds, by name."""
        with self._reading() as (_, engines):
            return list(self._people(engines))

    def resources(self) -> list[Resource]:
        """What was recommended, newest first."""
        with self._reading() as (catalog, engines):
            return recommending.resources(catalog, engines)

    def recommended(self, words: str = "") -> list[Recommended]:
        """The same as it is shown; only those that have all of some words somewhere."""
        with self._reading() as (catalog, engines):
            every = self._recommended(catalog, engines)
        wanted = searchable(words)
        return [one for one, text in every if holds(text, wanted)]

    def files(self) -> list[File]:
        """The files, by source."""
        with self._reading() as (catalog, engines):
            return list(self._files(catalog, engines))

    def topics(self) -> Topics:
        """What was spoken of over time."""
        with self._reading() as (catalog, engines):
            names = self._names(engines)
            return self._once(engines, "topics", lambda: standing_out.topics(catalog, engines, names))

    def themes(self, session_ids: Sequence[str]) -> dict[str, tuple[Theme, ...]]:
        """What stands out in each of these sessions."""
        with self._reading() as (catalog, engines):
            return {session_id: self._themes(session_id, catalog, engines) for session_id in session_ids}

    # ------------------------------------------------------------ one session, one person

    def session(self, session_id: str) -> SessionView | None:
        """A session by its id; None where there is none."""
        with self._reading() as (catalog, engines):
            summaries = (one for one in self._sessions(catalog, engines) if one.session.id == session_id)
            summary = next(summaries, None)
            if summary is None:
                return None
            files = tuple(file for file in self._files(catalog, engines) if file.session_id == session_id)
            every = self._recommended(catalog, engines)
            return SessionView(
                summary=summary,
                files=tuple(sorted(files, key=lambda file: (file.family, file.source))),
                themes=self._themes(session_id, catalog, engines),
                voices=tuple(listing.voices(engines, session_id)),
                sections=tuple(saying.sections(session_id, files, catalog, engines)),
                recommended=tuple(one for one, _ in every if one.citation.passage.session.id == session_id),
            )

    def person(self, person: str, first: int = 0, sessions: int = 10) -> PersonView | None:
        """A person by her id, with what she said in so many ``sessions`` from the ``first`` on; None for nobody."""
        with self._reading() as (catalog, engines):
            summary = next((one for one in self._people(engines) if one.id == person), None)
            if summary is None:
                return None
            newest_first = tuple(id_ for id_, _, _ in engines.sessions if id_ in summary.sessions)
            said = saying.said_by(person, newest_first[first : first + sessions], catalog, engines)
            return PersonView(summary, newest_first, tuple(said))

    # ------------------------------------------------------------ once in a generation

    def _sessions(self, catalog: Catalog, engines: Engines) -> list[SessionSummary]:
        return self._once(engines, "sessions", lambda: listing.sessions(catalog, engines))

    def _people(self, engines: Engines) -> list[PersonSummary]:
        return self._once(engines, "people", lambda: listing.people(engines))

    def _files(self, catalog: Catalog, engines: Engines) -> list[File]:
        return self._once(engines, "files", lambda: listing.files(catalog, engines))

    def _recommended(self, catalog: Catalog, engines: Engines) -> list[tuple[Recommended, str]]:
        """What was recommended, with all that it can be found by."""

        def make() -> list[tuple[Recommended, str]]:
            found = recommending.resources(catalog, engines)
            return [(one, one.searched) for one in recommending.recommended(found, catalog)]

        return self._once(engines, "recommended", make)

    def _names(self, engines: Engines) -> frozenset[str]:
        return self._once(engines, "names", lambda: standing_out.names_in(engines))

    def _themes(self, session_id: str, catalog: Catalog, engines: Engines) -> tuple[Theme, ...]:
        names = self._names(engines)
        make = lambda: standing_out.themes(session_id, catalog, engines, names)  # noqa: E731
        return self._once(engines, ("themes", session_id), make)

    def _once(self, engines: Engines, key: object, make: Callable[[], Made]) -> Made:
        """What ``make`` gives, worked out at most once while these are the engines."""
        with self._lock:
            if self._kept[0] is not engines:
                self._kept = engines, {}
            kept = self._kept[1]
            if key in kept:
                return kept[key]  # type: ignore[return-value]
        made = make()  # two may work it out at once: both get the same
        with self._lock:
            while len(kept) >= MOST_KEPT:
                kept.pop(next(iter(kept)))
            kept[key] = made
        return made
