"""What the filters offer, each choice with how many passages it leaves under the other filters.

A choice that leaves none is offered as well: a list that grew shorter while it is open would shift under the finger,
and Gradio's fails.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kindsearch.interfaces.web.view import time_in_words, when_of
from kindsearch.search import KindSearch
from kindsearch.stores.counting import Counts
from kindsearch.stores.holdings import SessionSummary
from kindsearch.types import Filter, Kind, Reading

Choices = list[tuple[str, str]]
OPEN_CHOICES = {
    Reading.SESSIONS: ("All sessions", ""),
    Reading.PEOPLE: ("Anyone", ""),
    Reading.TIME: ("Any time", ""),
    Reading.KINDS: ("Everything", ""),
}
WIDER = {
    Reading.SESSIONS: "Search all sessions",
    Reading.PEOPLE: "Anyone",
    Reading.TIME: "Any time",
    Reading.KINDS: "Everything, not one kind",
}
KINDS = {
    Kind.TALK: "Talks",
    Kind.QUOTE: "Quotes",
    Kind.QUESTION_AND_ANSWER: "Questions and answers",
    Kind.DISCUSSION: "Discussions",
    Kind.CHAT: "Chat",
    Kind.RESOURCE: "Books and links",
    Kind.TRANSCRIPT: "Transcripts",
    Kind.ABOUT: "About the community",
}
_GONE = "a session that is not in the archive (any more)"


def offered(archive: KindSearch, where: Filter, shown: Filter) -> dict[Reading, Choices]:
    """The choices of each filter: counted under those of ``where``, with what is ``shown`` among them in any case."""
    counts = archive.counts(where)
    person = shown.speaker
    others = {person: _left(archive, where, person)} if person is not None and person not in counts.people else {}
    when = when_of(shown)
    in_span = {when: archive.counts(_at(where, shown)).total} if when and not _is_listed(when, counts) else {}
    return {
        Reading.SESSIONS: [OPEN_CHOICES[Reading.SESSIONS], *_sessions(archive.sessions(), counts, shown.session)],
        Reading.PEOPLE: [OPEN_CHOICES[Reading.PEOPLE], *_people({**others, **counts.people})],
        Reading.TIME: [
            OPEN_CHOICES[Reading.TIME],
            *((_counted(time_in_words(shown), count), span) for span, count in in_span.items()),
            *_dates(counts),
        ],
        Reading.KINDS: [OPEN_CHOICES[Reading.KINDS], *_kinds(counts)],
    }


def _left(archive: KindSearch, where: Filter, speaker: str) -> int:
    """How many passages are left of an id, or a part of a name, which are not among the names that are offered."""
    return archive.counts(replace(where, speaker=speaker)).total


def _at(where: Filter, shown: Filter) -> Filter:
    return Filter(where.session, where.speaker, shown.since, shown.until, where.kind)


def _is_listed(when: str, counts: Counts) -> bool:
    return when in {str(date) for date in counts.dates}


def _counted(words: str, count: int) -> str:
    return f"{words} · {count:,}"


def _sessions(summaries: Sequence[SessionSummary], counts: Counts, shown: str | None) -> Choices:
    known = [(_named(summary), summary.session.id) for summary in summaries]
    if shown is not None and shown not in {id_ for _, id_ in known}:
        known.insert(0, (_GONE.capitalize(), shown))
    return [(_counted(words, counts.sessions.get(id_, 0)), id_) for words, id_ in known]


def _named(summary: SessionSummary) -> str:
    date = summary.session.date
    return f"{summary.session.title} ({date.in_words})" if date else summary.session.title


def _people(counts: Mapping[str, int]) -> Choices:
    """By name; those last of whom nothing is left."""
    names = sorted(counts, key=lambda name: (not counts[name], name.casefold()))
    return [(_counted(name, counts[name]), name) for name in names]


def _dates(counts: Counts) -> Choices:
    """The years, newest first, and after each its months."""
    in_order = sorted(counts.dates.items(), key=lambda one: (-one[0].year, -(one[0].month or 13)))
    return [(_counted(date.in_words, count), str(date)) for date, count in in_order]


def _kinds(counts: Counts) -> Choices:
    return [(_counted(words, counts.kinds[kind]), kind.value) for kind, words in KINDS.items()]


# ---------------------------------------------------------------- in words


def in_words(where: Filter, sessions: Sequence[SessionSummary]) -> dict[Reading, str]:
    """The sides of a filter on which something is chosen, in words."""
    title = next((summary.session.title for summary in sessions if summary.session.id == where.session), _GONE)
    said = {
        Reading.SESSIONS: title if where.session is not None else "",
        Reading.PEOPLE: where.speaker or "",
        Reading.TIME: time_in_words(where),
        Reading.KINDS: KINDS[where.kind] if where.kind else "",
    }
    return {reading: words for reading, words in said.items() if words}


def looked_in(where: Filter, sessions: Sequence[SessionSummary]) -> str:
    """Where was looked, as the end of a sentence.

    >>> looked_in(Filter(speaker="Bob", kind=Kind.CHAT), [])
    'in what Bob said, among: chat'
    """
    words = in_words(where, sessions)
    parts = [
        f"in “{words[Reading.SESSIONS]}”" if Reading.SESSIONS in words else "",
        f"in what {where.speaker} said" if where.speaker else "",
        _time(where),
        f"among: {words[Reading.KINDS].lower()}" if where.kind else "",
    ]
    return ", ".join(part for part in parts if part)


def _time(where: Filter) -> str:
    words = time_in_words(where)
    if where.since and where.until:
        return f"in {words}" if where.since == where.until else f"from {words}"
    return words
