"""How the words of a passage are laid out: lines, lists, turns, and which words are marked.

Pure functions from passages to what the templates show. Matched words are marked by their offsets in the document,
never by searching for them again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from kindsearch.interfaces.web.turns import Turn, moment_of, turns_of
from kindsearch.quoting import SPOKEN
from kindsearch.types import Citation, Hit, Passage

SHOWN_WORDS = 90  # of a conversation in a card; its source shows the rest
_NUMBER = re.compile(r"\d{1,3}[.)]\s")  # an item that brings its own number needs no bullet


@dataclass(frozen=True)
class Run:
    """Words that are marked, or are not."""

    text: str
    is_marked: bool = False


@dataclass(frozen=True)
class Line:
    """A line of a passage. ``is_numbered`` where it brings a number of its own."""

    runs: tuple[Run, ...]
    is_numbered: bool = False


@dataclass(frozen=True)
class Block:
    """Lines that follow one another: paragraphs, or the items of a list."""

    is_list: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class ShownTurn:
    """A turn in a card: who says it, where that is another than before; when; and the words."""

    speaker: str | None
    time: str | None
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Excerpt:
    """Turns of a conversation, with how many are left out before and after them."""

    before: int
    turns: tuple[ShownTurn, ...]
    after: int


def blocks(passage: Passage, start: int, end: int, matched: Iterable[tuple[int, int]] = ()) -> list[Block]:
    """The words ``start:end`` of a passage's document as paragraphs and lists, with the matched words marked."""
    items = [statement.start for statement in passage.statements if statement.is_item]
    matched = tuple(matched)
    made = []
    lines = _lines(passage.quote(start, end), start)
    for is_list, group in groupby(lines, key=lambda line: any(line[0] <= at < line[1] for at in items)):
        own = tuple(Line(runs(text, at, matched), is_list and bool(_NUMBER.match(text))) for at, _, text in group)
        made.append(Block(is_list, own))
    return made


def _lines(text: str, start: int) -> Iterator[tuple[int, int, str]]:
    """The lines of a text with something on them: where each begins and ends in the document, and its words."""
    for line in text.splitlines(keepends=True):
        if line.strip():
            yield start, start + len(line), line.rstrip()
        start += len(line)


def runs(text: str, start: int, matched: Iterable[tuple[int, int]] = ()) -> tuple[Run, ...]:
    """A text that begins at offset ``start`` of its document, cut where what is matched begins and ends.

    >>> runs("kind & calm", 100, [(100, 104)])
    (Run(text='kind', is_marked=True), Run(text=' & calm', is_marked=False))
    """
    made, done = [], 0
    for first, last in sorted(matched):
        low, high = max(first - start, done), min(last - start, len(text))
        if low < high:
            made += [Run(text[done:low]), Run(text[low:high], is_marked=True)]
            done = high
    return tuple(run for run in (*made, Run(text[done:])) if run.text)


# ---------------------------------------------------------------- conversations


def excerpt(hit: Hit, quoted: Citation | None = None) -> Excerpt | None:
    """Of a conversation the turns that were quoted, or else those with most matched words; None for other passages."""
    passage = hit.passage
    turns = turns_of(passage) if passage.kind in SPOKEN and passage.pages is None else []
    if len(turns) < 2:
        return None
    lengths = [len(passage.quote(turn.start, turn.end).split()) for turn in turns]
    matches = [sum(turn.start <= start < turn.end for start, _ in hit.matched) for turn in turns]
    core = [n for n, turn in enumerate(turns) if quoted and turn.start < quoted.end and quoted.start < turn.end]
    first, last = stretch(lengths, matches, core)
    return Excerpt(first, tuple(_shown(hit, turns[first : last + 1])), len(turns) - 1 - last)


def _shown(hit: Hit, turns: Sequence[Turn]) -> Iterator[ShownTurn]:
    speaker = None
    for turn in turns:
        moment = moment_of(hit.passage.session, turn.start_ms)
        words = runs(hit.passage.quote(turn.start, turn.end), turn.start, hit.matched)
        yield ShownTurn(turn.speaker if turn.speaker != speaker else None, moment.time if moment else None, words)
        speaker = turn.speaker


def stretch(lengths: Sequence[int], matches: Sequence[int], core: Sequence[int] = ()) -> tuple[int, int]:
    """First and last of the turns to show: ``core``, or else the one with most matches, and what fits around that.

    ``lengths`` are the words of each turn; no more than SHOWN_WORDS are shown, if the core is no longer.

    >>> stretch([60, 20, 50, 30], [1, 0, 2, 0])
    (2, 3)
    """
    best = max(range(len(matches)), key=lambda number: matches[number])
    first, last = (core[0], core[-1]) if core else (best, best)
    shown = sum(lengths[first : last + 1])
    while True:
        sides = [n for n in (last + 1, first - 1) if 0 <= n < len(lengths) and shown + lengths[n] <= SHOWN_WORDS]
        if not sides:
            return first, last
        grown = max(sides, key=lambda number: matches[number])
        shown += lengths[grown]
        first, last = min(first, grown), max(last, grown)
