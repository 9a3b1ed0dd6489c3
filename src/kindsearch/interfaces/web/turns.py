"""What was said, turn by turn, and the moments at which it can be watched."""

from __future__ import annotations

from dataclasses import dataclass

from kindsearch.links import safe_link
from kindsearch.types import Passage, Session, Statement
from kindsearch.video import clock, moment_link


@dataclass(frozen=True)
class Moment:
    """A time of a session as a player shows it, and a link that opens the recording, where there is one.

    ``label`` is what the link is called. ``is_exact`` when it opens the recording at that very time: not every address
    can say one.
    """

    time: str
    video: str | None = None
    label: str = ""
    is_exact: bool = False


def moment_of(session: Session, time_ms: int | None) -> Moment | None:
    """The moment at a time of a session; None where there is no time. Only what may be followed is linked to.

    >>> moment_of(Session("s", "Tea", video_url="https://vimeo.com/1"), 754_000)
    Moment(time='12:34', video='https://vimeo.com/1#t=754s', label='Watch from 12:34', is_exact=True)
    """
    if time_ms is None:
        return None
    time, link = clock(time_ms), safe_link(moment_link(session, time_ms))
    if link is None:
        return Moment(time)
    if link == session.video_url:
        return Moment(time, link, "Watch the recording")
    return Moment(time, link, f"Watch from {time}", is_exact=True)


@dataclass(frozen=True)
class Turn:
    """What one person says without a break, at ``start:end`` of the document: a line of speech, a message of a chat."""

    start: int
    end: int
    speaker: str | None
    start_ms: int | None


def turns_of(passage: Passage) -> list[Turn]:
    """The turns of a passage, in order. One that begins before the passage begins here with its first words in it."""
    groups: list[list[Statement]] = []
    for statement in passage.statements:
        if groups and _goes_on(passage, groups[-1][-1], statement):
            groups[-1].append(statement)
        else:
            groups.append([statement])
    return [Turn(own[0].start, own[-1].end, own[0].speaker, own[0].start_ms) for own in groups]


def _goes_on(passage: Passage, before: Statement, after: Statement) -> bool:
    """Whether two statements are of one turn: by one person, in one line or, as lines of a message are, at one time."""
    if before.speaker != after.speaker:
        return False
    at_once = after.start_ms is not None and after.start_ms == before.start_ms
    return at_once or "\n" not in passage.quote(before.end, after.start)
