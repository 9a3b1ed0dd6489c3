"""Document to passages. Promise: ``document.text[p.start:p.end] == p.text`` for every passage.

What was written down in parts, as packs and chats are, gives passages that follow the parts: a unit longer than
:data:`MAX_WORDS` is split between statements, into parts of like length; very short neighbours of one section, kind
and speaker are joined.

Speech has no parts. A unit of a transcript gives short windows of whole turns that overlap by half, so that whatever is
said stands in the middle of one of them. They are what is ranked; neighbours that are found together are read as one
stretch (``stretches.py``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from kindsearch.sentences import sentence_spans
from kindsearch.types import Document, Kind, Passage, Span, Statement, Unit

MAX_WORDS = 120
SHORT_WORDS = 25  # a passage below this is joined to a like neighbour
JOINED_WORDS = 60  # but not past this
KEPT_APART = frozenset({Kind.QUOTE, Kind.CHAT, Kind.QUESTION_AND_ANSWER, Kind.RESOURCE})


WINDOW_WORDS = 60  # of speech; a window ends with the turn that reaches this
LONGEST_WINDOW = 80  # if that turn would go past this, the window ends before it
LONG_TURN = 150  # words; a longer turn is divided, a shorter one may be a window by itself
SPEECH_WORDS = 40  # sentences of one turn are one statement up to this: one sentence of speech says little
FILLERS = frozenset(
    "ah aha ahem alright aye eh er erm great ha hello hey hi hm huh k mhm mm nah no nope oh oho ok okay oops right so "
    "sure thanks uh uhm uhoh um well wow yeah yep yes yup you".split()
)
_WORD, _LETTERS = re.compile(r"\S+"), re.compile(r"[^\W_]+")
_HYPHENS = dict.fromkeys(map(ord, "-\u2010\u2011"))


def passages_of(document: Document) -> list[Passage]:
    """The passages of a document, in order. Only those of speech overlap."""
    spoken = [unit for unit in document.units if unit.kind == Kind.TRANSCRIPT]
    written = [unit for unit in document.units if unit.kind != Kind.TRANSCRIPT]
    return [*_of_written(document, written), *_of_spoken(document, spoken)]


# ---------------------------------------------------------------- what was written


def _of_written(document: Document, units: Sequence[Unit]) -> list[Passage]:
    parts: list[Passage] = []
    for unit in units:
        for statements in _split(document.text, _statements(document.text, unit), MAX_WORDS):
            passage = _passage(document, unit, statements)
            if parts and _belong_together(document.text, parts[-1], passage):
                parts[-1] = _passage(document, unit, [*parts[-1].statements, *statements])
            else:
                parts.append(passage)
    return parts


def _statements(text: str, unit: Unit) -> list[Statement]:
    """Sentences and list items of a unit, with their places; what is longer than a passage is cut at words."""
    found = []
    for span in unit.spans:
        sentences = [(span.start, span.end)] if span.is_item else _absolute(text, span.start, span.end)
        for start, end, _ in (part for sentence in sentences for part in _bounded(text, *sentence)):
            found.append(
                Statement(start, end, span.page, span.speaker, span.start_ms, span.end_ms, is_item=span.is_item)
            )
    return found


def _absolute(text: str, start: int, end: int) -> list[tuple[int, int]]:
    return [(start + a, start + b) for a, b in sentence_spans(text[start:end])]


def _bounded(text: str, start: int, end: int, longest: int = MAX_WORDS) -> list[tuple[int, int, int]]:
    """Cut a run of words without sentence ends into stretches of at most ``longest`` words: start, end, words."""
    count = len(text[start:end].split())
    if 0 < count <= longest and not (text[start].isspace() or text[end - 1].isspace()):  # nearly all sentences
        return [(start, end, count)]
    words = [(found.start(), found.end()) for found in _WORD.finditer(text, start, end)]
    runs = [words[i : i + longest] for i in range(0, len(words), longest)]
    return [(run[0][0], run[-1][1], len(run)) for run in runs]


def _split(text: str, statements: list[Statement], longest: int) -> list[list[Statement]]:
    """As few parts as ``longest`` (words) allows, of like length."""
    lengths = [_words(text, statement) for statement in statements]
    total = sum(lengths)
    if total <= longest:
        return [statements] if statements else []
    target = total / -(-total // longest)
    parts: list[list[Statement]] = [[]]
    filled = 0
    for statement, length in zip(statements, lengths, strict=True):
        if parts[-1] and (filled + length > longest or filled + length / 2 > target):
            parts.append([])
            filled = 0
        parts[-1].append(statement)
        filled += length
    return parts


def _belong_together(text: str, before: Passage, after: Passage) -> bool:
    same = (before.kind, before.section, before.speakers) == (after.kind, after.section, after.speakers)
    if not same or before.kind in KEPT_APART or text[before.end : after.start].strip():
        return False
    lengths = len(before.text.split()), len(after.text.split())
    return min(lengths) < SHORT_WORDS and sum(lengths) <= JOINED_WORDS


# ---------------------------------------------------------------- what was spoken

Turn = list[Statement]


def _of_spoken(document: Document, units: Sequence[Unit]) -> list[Passage]:
    return [
        _passage(document, unit, [statement for piece in window for statement in piece])
        for unit in _with_words(document.text, units)
        for window in windows(document.text, [piece for turn in _turns(document.text, unit) for piece in turn])
    ]


def _with_words(text: str, units: Sequence[Unit]) -> list[Unit]:
    """A unit that holds nothing but fillers goes to the one before it, or to the next where it is the first."""
    joined: list[Unit] = []
    for unit in units:
        mute = is_filler(text[unit.start : unit.end])
        if joined and (mute or is_filler(text[joined[-1].start : joined[-1].end])):
            before = joined.pop()
            section = before.section if mute else unit.section
            joined.append(replace(before, end=unit.end, section=section, spans=(*before.spans, *unit.spans)))
        else:
            joined.append(unit)
    return joined


def is_filler(words: str) -> bool:
    """Whether these words say nothing by themselves, however long they are drawn.

    >>> is_filler("Yeah, um. OK."), is_filler("Mm-hmmm, yeaaah yeah-yeah."), is_filler("Yes, kindness.")
    (True, True, False)
    """
    return all(
        _says_nothing(letters)
        for word in _WORD.finditer(words)  # one after the other, as the first tells in nearly every text
        for letters in _LETTERS.findall(word[0].translate(_HYPHENS).casefold())
    )


@lru_cache(maxsize=2**14)
def _says_nothing(word: str) -> bool:
    """Whether a word is a filler as it stands, or one that is drawn out: ``hmmm``, ``mmhmm``, ``uhhuh``, ``nonono``."""
    if word in FILLERS:
        return True
    short = _undrawn(word)
    return short != word and short in _UNDRAWN  # "ops" is a word, "ooops" is not


def _undrawn(word: str) -> str:
    """A word in which no letter, and then no run of two to five letters, follows on itself.

    >>> [_undrawn(word) for word in ("hmmm", "mmhmm", "uhhuh", "hahaha", "yeaahyeaah")]
    ['hm', 'mhm', 'uh', 'ha', 'yeah']
    """
    return re.sub(r"(\w{2,5}?)\1+", r"\1", re.sub(r"(\w)\1+", r"\1", word))


_UNDRAWN = frozenset(map(_undrawn, FILLERS))


def _turns(text: str, unit: Unit) -> Iterator[list[Turn]]:
    """The turns of a unit (a line of the text each), in pieces: a long turn is several, a short one a single piece."""
    spans: list[Span] = []
    for span in unit.spans:
        if spans and "\n" in text[spans[-1].end : span.start]:
            yield _split(text, _spoken_statements(text, spans), LONG_TURN)
            spans = []
        spans.append(span)
    if spans:
        yield _split(text, _spoken_statements(text, spans), LONG_TURN)


def _spoken_statements(text: str, spans: Sequence[Span]) -> list[Statement]:
    """Sentences of a turn, joined while they are short; each begins and ends with the cues that hold its words."""
    sentences = _absolute(text, spans[0].start, spans[-1].end)
    parts = [part for sentence in sentences for part in _bounded(text, *sentence, longest=SPEECH_WORDS)]
    joined: list[tuple[int, int, int]] = []
    for start, end, words in parts:
        if joined and joined[-1][2] + words <= SPEECH_WORDS:
            joined[-1] = (joined[-1][0], end, joined[-1][2] + words)
        else:
            joined.append((start, end, words))
    made, number = [], 0
    for start, end, _ in joined:
        while spans[number].end <= start:
            number += 1
        first = spans[number]
        while spans[number].end < end:
            number += 1
        last = spans[number]
        filler = is_filler(text[start:end])
        made.append(Statement(start, end, first.page, first.speaker, first.start_ms, last.end_ms, is_filler=filler))
    return made


def windows(text: str, pieces: Sequence[Turn]) -> Iterator[list[Turn]]:
    """Runs of pieces of WINDOW_WORDS words or a little more; each begins in the middle of the one before.

    What would be nothing but fillers, between two long turns, belongs to the run before it; at the beginning, to the
    next.
    """
    runs: list[tuple[int, int]] = []
    for first, last in _runs([sum(_words(text, statement) for statement in piece) for piece in pieces]):
        if runs and (_says_nothing_in(pieces[first:last]) or _says_nothing_in(pieces[slice(*runs[-1])])):
            begin, end = runs.pop()
            runs.append((begin, max(end, last)))
        else:
            runs.append((first, last))
    return (list(pieces[first:last]) for first, last in runs)


def _runs(lengths: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first piece of each run, and its end; the pieces have these ``lengths`` in words."""
    first = 0
    while first < len(lengths):
        last, filled = first + 1, lengths[first]
        while last < len(lengths) and filled < WINDOW_WORDS and filled + lengths[last] <= LONGEST_WINDOW:
            filled += lengths[last]
            last += 1
        yield first, last
        if last == len(lengths):
            return
        passed = 0
        while first < last and (passed == 0 or passed + lengths[first] / 2 <= filled / 2):
            passed += lengths[first]
            first += 1


def _says_nothing_in(pieces: Sequence[Turn]) -> bool:
    return all(statement.is_filler for piece in pieces for statement in piece)


def _words(text: str, statement: Statement) -> int:
    return len(text[statement.start : statement.end].split())


def _passage(document: Document, unit: Unit, statements: Sequence[Statement]) -> Passage:
    start, end = statements[0].start, statements[-1].end
    pages = [s.page for s in statements if s.page is not None]
    begins = [s.start_ms for s in statements if s.start_ms is not None]
    ends = [s.end_ms for s in statements if s.end_ms is not None]
    return Passage(
        id=hashlib.sha256(f"{document.id}:{start}:{end}".encode()).hexdigest()[:16],
        document_id=document.id,
        source=document.source,
        session=document.session,
        start=start,
        end=end,
        text=document.text[start:end],
        kind=unit.kind,
        section=unit.section,
        statements=tuple(statements),
        speakers=tuple(dict.fromkeys(s.speaker for s in statements if s.speaker)),
        pages=(min(pages), max(pages)) if pages else None,
        start_ms=min(begins, default=None),
        end_ms=max(ends, default=None),
        link=next((link.url for link in document.links if start <= link.start < end), None),
    )
