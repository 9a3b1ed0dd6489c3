"""Windows of speech that are found together, read as one stretch.

Windows are short and overlap, so that the right one can be found; what a person reads is the stretch they make
together. No word stands in two of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, takewhile

from kindsearch.readers.turns import SILENCE_MS
from kindsearch.types import Kind, Passage, Statement


@dataclass(frozen=True)
class Reach:
    """How far joining goes: ``among`` how many of the best passages, up to how many ``words``."""

    among: int
    words: int


FACT, ACCOUNT = Reach(among=40, words=300), Reach(among=80, words=400)
NEW_WORDS = 0.5  # of a window's words must stand in no better stretch, or it is left out

Owners = dict[tuple[str, int], int]
"""The number of the stretch that a statement belongs to, by its document and the offset at which it begins."""
Lengths = dict[tuple[str, int], int]
"""How many words a statement has, by the same."""


@dataclass(frozen=True)
class Stretch:
    """A passage to show, and the positions of the windows it is made of among those given, the best one first."""

    passage: Passage
    windows: tuple[int, ...]


@dataclass
class _Growing:
    """A stretch that windows may still join."""

    statements: list[Statement]
    words: int
    windows: list[int]


def joined(passages: Sequence[Passage], text_of: Callable[[str], str | None], reach: Reach = FACT) -> list[Stretch]:
    """What to show of passages that are given best first; each stretch of speech is in the place of its best window.

    A window that overlaps or touches a better one joins it, while both are among the best and the stretch is not too
    long; else it stands alone with those of its words that no other has, or is left out where these are few.
    """
    growing: list[_Growing] = []
    owners: Owners = {}
    lengths: Lengths = {
        (passage.document_id, statement.start): len(passage.quote(statement.start, statement.end).split())
        for passage in passages
        if passage.kind == Kind.TRANSCRIPT
        for statement in passage.statements
    }
    for position, passage in enumerate(passages):
        if passage.kind != Kind.TRANSCRIPT:
            growing.append(_Growing(list(passage.statements), 0, [position]))
            continue
        for host in _hosts(passage, passages, growing, owners) if position < reach.among else ():
            new = _beside(growing[host], passage, owners)
            more = _words(passage, new, lengths)
            if new and growing[host].words + more <= reach.words:
                growing[host].statements = sorted([*growing[host].statements, *new], key=lambda s: s.start)
                growing[host].words += more
                growing[host].windows.append(position)
                break
        else:
            host, new = len(growing), _longest_new(passage, owners, lengths)
            if not new:
                continue
            growing.append(_Growing(new, _words(passage, new, lengths), [position]))
        owners |= {(passage.document_id, statement.start): host for statement in new}
    return [_shown(stretch, passages, text_of) for stretch in growing]


def _hosts(window: Passage, passages: Sequence[Passage], growing: Sequence[_Growing], owners: Owners) -> list[int]:
    """The stretches that a window overlaps or touches, the best first."""
    overlapped = {owners[key] for s in window.statements if (key := (window.document_id, s.start)) in owners}
    touched = {
        number
        for number, stretch in enumerate(growing)
        if _of_one_run(passages[stretch.windows[0]], window)
        and (
            _follows(window.statements[0], stretch.statements[-1])
            or _follows(stretch.statements[0], window.statements[-1])
        )
    }
    return sorted(overlapped | touched)


def _of_one_run(one: Passage, other: Passage) -> bool:
    return (one.document_id, one.section, one.kind) == (other.document_id, other.section, other.kind)


def _follows(after: Statement, before: Statement) -> bool:
    """Whether a statement comes directly after another, with nothing but the end of a line between, and no silence."""
    if after.start - before.end != 1:
        return False
    return before.end_ms is None or after.start_ms is None or after.start_ms - before.end_ms <= SILENCE_MS


def _beside(stretch: _Growing, window: Passage, owners: Owners) -> list[Statement]:
    """The statements of a window that are in no stretch yet and go on directly before or after this one."""

    def is_new(statement: Statement) -> bool:
        return (window.document_id, statement.start) not in owners

    first, last = stretch.statements[0].start, stretch.statements[-1].start
    before = [statement for statement in reversed(window.statements) if statement.start < first]
    after = [statement for statement in window.statements if statement.start > last]
    return [*takewhile(is_new, before), *takewhile(is_new, after)]


def _longest_new(window: Passage, owners: Owners, lengths: Lengths) -> list[Statement]:
    """The longest run of statements that are in no stretch yet; none where it is but a small part of the window."""
    runs = groupby(window.statements, key=lambda statement: (window.document_id, statement.start) in owners)
    new = [list(run) for owned, run in runs if not owned]
    longest = max(new, key=lambda run: _words(window, run, lengths), default=[])
    enough = NEW_WORDS * _words(window, window.statements, lengths)
    return longest if _words(window, longest, lengths) >= enough else []


def _words(window: Passage, statements: Sequence[Statement], lengths: Lengths) -> int:
    return sum(lengths[window.document_id, statement.start] for statement in statements)


def _shown(stretch: _Growing, passages: Sequence[Passage], text_of: Callable[[str], str | None]) -> Stretch:
    best = passages[stretch.windows[0]]
    statements = tuple(stretch.statements)
    if statements == best.statements:
        return Stretch(best, tuple(stretch.windows))
    start, end = statements[0].start, statements[-1].end
    inside = best.start <= start and end <= best.end
    text = best.quote(start, end) if inside else (text_of(best.document_id) or "")[start:end]
    person_of: Mapping[str, str] = {
        name: person
        for position in stretch.windows
        for name, person in zip(passages[position].speakers, passages[position].people, strict=True)
    }
    speakers = tuple(dict.fromkeys(statement.speaker for statement in statements if statement.speaker))
    begins = [statement.start_ms for statement in statements if statement.start_ms is not None]
    ends = [statement.end_ms for statement in statements if statement.end_ms is not None]
    passage = replace(
        best,
        start=start,
        end=end,
        text=text,
        statements=statements,
        speakers=speakers,
        people=tuple(person_of[name] for name in speakers),
        start_ms=min(begins, default=None),
        end_ms=max(ends, default=None),
    )
    return Stretch(passage, tuple(stretch.windows))
