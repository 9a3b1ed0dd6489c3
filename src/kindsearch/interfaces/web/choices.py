"""What the filters offer, each choice with how many passages it leaves under the other filters."""

from __future__ import annotations

from collections.abc import Sequence

from kindsearch.interfaces.web.view import time_in_words, when_of
from kindsearch.search import KindSearch
from kindsearch.stores.catalog import SessionSummary
from kindsearch.stores.counting import Counts
from kindsearch.types import Filter, Kind, PartialDate, Reading

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
    when = when_of(shown)
    in_span = {when: archive.counts(_at(where, shown)).total} if when and not _is_listed(when, counts) else {}
    return {
        Reading.SESSIONS: [OPEN_CHOICES[Reading.SESSIONS], *_sessions(archive.sessions(), counts, shown.session)],
        Reading.PEOPLE: [OPEN_CHOICES[Reading.PEOPLE], *_people(counts, shown.speaker)],
        Reading.TIME: [
            OPEN_CHOICES[Reading.TIME],
            *((_counted(time_in_words(shown), count), span) for span, count in in_span.items()),
            *_dates(counts, when),
        ],
        Reading.KINDS: [OPEN_CHOICES[Reading.KINDS], *_kinds(counts, shown.kind)],
    }


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
    left = [(words, id_, counts.sessions.get(id_, 0)) for words, id_ in known]
    return [(_counted(words, count), id_) for words, id_, count in left if count or id_ == shown]


def _named(summary: SessionSummary) -> str:
    date = summary.session.date
    return f"{summary.session.title} ({date.in_words})" if date else summary.session.title


def _people(counts: Counts, shown: str | None) -> Choices:
    known = dict(counts.people) if shown is None else {shown: 0, **counts.people}
    names = sorted((name for name, count in known.items() if count or name == shown), key=str.casefold)
    return [(_counted(name, known[name]), name) for name in names]


def _dates(counts: Counts, shown: str) -> Choices:
    """The years, newest first, and after each its months."""
    left = [(date, count) for date, count in counts.dates.items() if count or str(date) == shown]
    in_order = sorted(left, key=lambda one: (-one[0].year, -(one[0].month or 13)))
    return [(_counted(_indented(date), count), str(date)) for date, count in in_order]


def _indented(date: PartialDate) -> str:
    return f"\u2003{date.in_words}" if date.month else date.in_words


def _kinds(counts: Counts, shown: Kind | None) -> Choices:
    return [(_counted(words, counts.kinds[kind]), kind.value) for kind, words in KINDS.items()
            if counts.kinds[kind] or kind == shown]  # fmt: skip


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

    >>> looked_in(Filter(speaker="Bob", since=PartialDate(2024), kind=Kind.CHAT), [])
    'in what Bob said, since 2024, among: chat'
    """
    words = in_words(where, sessions)
    time = words.get(Reading.TIME, "")
    parts = [
        f"in “{words[Reading.SESSIONS]}”" if Reading.SESSIONS in words else "",
        f"in what {where.speaker} said" if where.speaker else "",
        time if time.startswith(("since", "until")) else f"in {time}" if time and where.since == where.until else time,
        f"among: {words[Reading.KINDS].lower()}" if where.kind else "",
    ]
    return ", ".join(part for part in parts if part)
