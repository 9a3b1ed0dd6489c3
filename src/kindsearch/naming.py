"""Sessions and people as somebody asks for them: those that the archive knows, or an error that says it does not."""

from __future__ import annotations

from collections.abc import Collection

from kindsearch.errors import NotInArchive
from kindsearch.people import is_called
from kindsearch.stores.derived import Engines
from kindsearch.types import Filter


def check_sessions(field: str, asked: Collection[str], engines: Engines) -> None:
    """Raises NotInArchive for a session that the archive does not know."""
    known = {session for session, _, _ in engines.sessions}
    for session in asked:
        if session not in known:
            raise NotInArchive(field, f"no session {session!r}: see  kindsearch sessions")


def known_people(field: str, asked: str, found: frozenset[str]) -> frozenset[str]:
    """Who was found under a name. Raises NotInArchive for nobody."""
    if not found:
        raise NotInArchive(field, f"nobody is called {asked!r} here: see  kindsearch people")
    return found


def people_called(asked: str, engines: Engines) -> frozenset[str]:
    """All who may be meant by a name, or part of one."""
    return frozenset(person for name, person in engines.people if is_called(name, asked))


def people_of_id(asked: str, engines: Engines) -> frozenset[str]:
    """The one whose id it is; nobody where it is none."""
    return frozenset(person for _, person in engines.people if person == asked)


def speakers_of(where: Filter, engines: Engines) -> frozenset[str] | None:
    """Whom a filter lets through, maybe nobody; None where it names no speaker.

    An id that is a name as well means all who may be called so, as any part of a name does.
    """
    if where.speaker is None:
        return None
    return people_called(where.speaker, engines) or people_of_id(where.speaker, engines)


def known_speakers_of(where: Filter, engines: Engines) -> frozenset[str] | None:
    """The same. Raises NotInArchive for a session or a speaker that the archive does not know."""
    check_sessions("session", [] if where.session is None else [where.session], engines)
    found = speakers_of(where, engines)
    return None if found is None else known_people("speaker", where.speaker or "", found)
