"""A quote of a pack, matched to the moment in the transcript of its session where it was said.

Packs quote cleanly what was said with fillers and repeats, and transcripts mishear. So words are compared without
punctuation, fillers and immediate repeats, and a quote is found where a stretch of whole words of the transcript can be
turned into it by changing few enough letters (Levenshtein distance). Places are found by partitioning into exact search
(Wu and Manber, "Fast text searching allowing errors", Communications of the ACM 35(10), 1992): of k + 1 pieces of a
quote at least one has no error where the whole has no more than k. So no place is missed, and few are looked at.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from rapidfuzz.distance import LCSseq, Levenshtein

ALIKE = 0.85  # of the letters of a quote, how many must be the transcript's
SHORTEST = 12  # letters and blanks of a quote, compared; fewer are said anywhere
APART_MS = 60_000  # two places further from one another than this are two moments
_HESITATION = re.compile(r"a+h+|e+h+|e+r+m*|h+m+|hu+h+|m+(?:h+m+)?|u+h*m*")  # however drawn out
# How many words said again at once are a stutter ("it was it was", "the the"). Where a quote begins or ends inside of
# what looks like one, only single words may be dropped, so both are tried.
_STUTTERS = ((3, 2, 1), (1,))
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘ʼ`´", ""))


@dataclass(frozen=True)
class Said:
    """What was said from ``start_ms`` to ``end_ms`` of the session: a cue or a sentence of its transcript."""

    text: str
    start_ms: int
    end_ms: int | None


@dataclass(frozen=True)
class Moment:
    """When ``start:end`` of a pack was said: from the start of what holds its first word to the end of its last."""

    start: int
    end: int
    start_ms: int
    end_ms: int | None


def moments_of(statements: Sequence[tuple[int, int, str]], transcript: Sequence[Said]) -> list[Moment]:
    """The moments of those statements that can be told, in their order. ``transcript`` is in the order of time.

    A statement is ``(start, end, text)``, its offsets in the pack and its words. It has a moment where a contiguous
    stretch of the transcript differs from it by at most 15 % of its letters; none if it is shorter than 12 letters, or
    if two places more than a minute apart agree equally well.

    >>> said = [Said("So, um, welcome.", 0, 900), Said("Kindness is, is", 900, 2_000), Said("contagious", 2_000, 3_000)]
    >>> moments_of([(40, 65, "“Kindness is contagious!”")], said)
    [Moment(start=40, end=65, start_ms=900, end_ms=3000)]
    """
    tracks = [(stutters, _track_of(transcript, stutters)) for stutters in _STUTTERS]
    moments = []
    for start, end, text in statements:
        found = [_found(_track_of([Said(text, 0, None)], stutters).line, track) for stutters, track in tracks]
        best = min(filter(None, found), key=lambda one: one.wrong, default=None)
        if best and best.is_one:
            moments.append(Moment(start, end, transcript[best.first].start_ms, transcript[best.last].end_ms))
    return moments


# ---------------------------------------------------------------- words, as they are compared


@dataclass(frozen=True)
class _Word:
    """A word that is kept, and in which cue it was said first and last, where it was said again at once."""

    text: str
    first: int
    last: int


@dataclass(frozen=True)
class _Track:
    """The words of a transcript in one line, ``words[i]`` at ``starts[i]:ends[i]``. Cues begin at ``times``, in ms."""

    line: str
    words: Sequence[_Word]
    starts: Sequence[int]
    ends: Sequence[int]
    times: Sequence[int]


def _track_of(transcript: Sequence[Said], stutters: tuple[int, ...]) -> _Track:
    times = [said.start_ms for said in transcript]
    words: list[_Word] = []
    for cue, said in enumerate(transcript):
        plain = unicodedata.normalize("NFKC", said.text).casefold().translate(_APOSTROPHES)
        for word in _WORD.findall(plain):
            if word == "know" and words and words[-1].text == "you":
                words.pop()
            elif not _HESITATION.fullmatch(word):
                words.append(_Word(word, cue, cue))
                _drop_repeat(words, times, stutters)
    ends = [end - 1 for end in accumulate(len(word.text) + 1 for word in words)]
    starts = [end - len(word.text) for end, word in zip(ends, words, strict=True)]
    return _Track(" ".join(word.text for word in words), words, starts, ends, times)


def _drop_repeat(words: list[_Word], times: Sequence[int], stutters: tuple[int, ...]) -> None:
    """Drop the last words if they only say again what was said just before them, and not at another moment."""
    for count in stutters:
        before, again = words[-2 * count : -count], words[-count:]
        is_same = [word.text for word in before] == [word.text for word in again]
        if is_same and times[again[0].last] - times[before[0].first] <= APART_MS:
            words[-2 * count :] = [replace(one, last=same.last) for one, same in zip(before, again, strict=True)]


# ---------------------------------------------------------------- where a quote stands


@dataclass(frozen=True)
class _Found:
    """Where a quote stands: its first and last cue, how many letters are wrong, and whether this is the one moment."""

    first: int
    last: int
    wrong: int
    is_one: bool


def _found(quote: str, track: _Track) -> _Found | None:
    wrong, stretches = _best_stretches(quote, track) if len(quote) >= SHORTEST else (0, [])
    if not stretches:
        return None
    begun = [track.words[first] for first, _ in stretches]
    is_one = track.times[max(word.last for word in begun)] - track.times[begun[0].first] <= APART_MS
    first, last = stretches[0]
    until = track.words[last].first
    # Of a word said twice, the time nearer to the rest of the quote; if all of it was, the first time.
    cue = track.words[first].last if track.words[first].last <= until else track.words[first].first
    return _Found(cue, until, wrong, is_one)


def _best_stretches(quote: str, track: _Track) -> tuple[int, list[tuple[int, int]]]:
    """The fewest letters by which a stretch differs from the quote, and first and last word of each such stretch.

    None if all differ by more than is allowed.
    """
    allowed = fewest = int(len(quote) * (1 - ALIKE))
    best = set[tuple[int, int]]()
    for low, high in _starts_to_try(quote, allowed, track.line):
        window = track.line[max(low, 0) : high + len(quote) + allowed]
        needed = len(quote) - allowed
        if LCSseq.similarity(quote, window, score_cutoff=needed) < needed:  # cannot be here, and costs little to know
            continue
        for first in range(bisect_left(track.starts, low), bisect_right(track.starts, high)):
            start = track.starts[first]
            nearest, furthest = start + needed, start + len(quote) + allowed
            for last in range(bisect_left(track.ends, nearest), bisect_right(track.ends, furthest)):
                stretch = track.line[start : track.ends[last]]
                distance = Levenshtein.distance(quote, stretch, score_cutoff=fewest)
                if distance < fewest:
                    best.clear()
                if distance <= fewest:
                    fewest = distance
                    best.add((first, last))
    return fewest, sorted(best)


def _starts_to_try(quote: str, allowed: int, line: str) -> Iterator[tuple[int, int]]:
    """Stretches of ``line`` in which the quote must begin if it stands there with at most ``allowed`` errors."""
    pieces = allowed + 1
    cuts = [len(quote) * number // pieces for number in range(pieces + 1)]
    begins = {
        (at - start) // pieces for start, end in pairwise(cuts) for at in _positions(quote[start:end], line)
    }  # in steps, for pieces that stand near one another tell of the same place
    for step in sorted(begins):
        yield step * pieces - allowed, step * pieces + 2 * allowed


def _positions(piece: str, line: str) -> Iterator[int]:
    at = line.find(piece)
    while at >= 0:
        yield at
        at = line.find(piece, at + 1)
