"""Which sessions and people a brief is made of."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from kindsearch.naming import check_sessions, known_people, people_called, people_of_id
from kindsearch.stores.arrays import Numbers
from kindsearch.stores.derived import Engines
from kindsearch.types import Choice, Filter, Kind, PartialDate


def chosen(
    engines: Engines,
    sessions: Collection[str] = (),
    without_sessions: Collection[str] = (),
    people: Collection[str] = (),
    without_people: Collection[str] = (),
    since: PartialDate | None = None,
    until: PartialDate | None = None,
) -> Choice:
    """The choice with people told by id. They are given by id, or by any part of a name: then all who may be meant.

    Raises NotInArchive for a session or a person that the archive does not know.
    """
    check_sessions("sessions", sessions, engines)
    check_sessions("without_sessions", without_sessions, engines)
    return Choice(
        frozenset(sessions),
        frozenset(without_sessions),
        frozenset(person for name in people for person in _meant(engines, "people", name)),
        frozenset(person for name in without_people for person in _meant(engines, "without_people", name)),
        since,
        until,
    )


def _meant(engines: Engines, field: str, asked: str) -> frozenset[str]:
    return known_people(field, asked, people_of_id(asked, engines) or people_called(asked, engines))


def sessions_of(choice: Choice, engines: Engines) -> frozenset[str]:
    """The ids of the sessions to look through."""
    held = {session: date for session, _, date in engines.sessions}
    kept = (choice.sessions or frozenset(held)) - choice.without_sessions
    return frozenset(session for session in kept if _in_time(held[session], choice))


def _in_time(date: PartialDate | None, choice: Choice) -> bool:
    if date is None:
        return choice.since is None and choice.until is None
    after = choice.since is None or date.last_day >= choice.since.first_day
    return after and (choice.until is None or date.first_day <= choice.until.last_day)


def positions_of(choice: Choice, kinds: Collection[Kind], engines: Engines) -> Numbers | None:
    """The positions to search; None for all. Without those that hold nothing but the words of people who are left out.

    Only those of ``kinds``, where some are given and there are any.
    """
    if choice == Choice() and not kinds:
        return None
    passed = engines.columns.in_sessions(sessions_of(choice, engines))
    if choice.people:
        passed &= engines.matching(Filter(), choice.people)
    if choice.without_people:
        others = frozenset(engines.persons) - choice.without_people
        theirs = engines.matching(Filter(), choice.without_people)
        passed &= ~theirs | engines.matching(Filter(), others)
    of_kinds = passed & engines.columns.of_kinds(kinds)
    return np.flatnonzero(of_kinds if of_kinds.any() else passed)
