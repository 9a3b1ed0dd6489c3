"""Meetings of any number, made of sentences that real people said in other meetings.

Words repeat as they do in speech, turns are as long as real ones, and no statement comes twice: each is two or three
sentences of different turns, never put together before. Who speaks is invented. The sentences are those of QMSum and
LoCoMo in ``../shared/eval``, which are no part of the project, and nor is what is made of them.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

SETS = ("qmsum_dev", "locomo_dev")
JOINT = " — "  # between the sentences of a statement
PASSAGES_PER_MEETING = 300
WORDS_PER_MEETING = 15_000
STATEMENT_WORDS = 40  # at most: KindSearch cuts what is longer
SHORTEST_TURN = 4  # words; shorter ones are "yeah" and "okay", which no search is about
LONGEST_SENTENCE = 20  # words
WORDS_PER_MINUTE = 150
FIRST_DAY = date(2016, 1, 4)  # one meeting a day from then on
GUEST, GUEST_EVERY = "Wilma Zetterholm", 67  # she speaks once in so many meetings: in one passage of 10,000
FIRST = (
    "Alva Brita Dagny Ebbe Frej Gudrun Hedda Idun Jorun Kjell Lovisa Magnhild Njord Oda Ragna Signe Torvald Ulla Vidar "
    "Ylva"
).split()
LAST = (
    "Bergsten Dalgaard Elvestad Fjeldberg Granlund Holmqvist Isaksen Jernberg Kvist Lindtorp Myrstad Norrby Ostberg "
    "Palmgren Rosvold"
).split()
NOUNS = (
    "Anchors Bellows Cobbles Dovecotes Easels Ferns Gables Hedges Icicles Junipers Kilns Lanterns Mosaics Nettles "
    "Orchards Pebbles Quills Rafters Saddles Thimbles Umbrellas Vineyards Walnuts Yarrow Zithers Acorns Beacons Canoes "
    "Dunes Embers"
).split()
_SENTENCE_END = re.compile(r"(?<=[.?!…])\s+")
_PLAIN = re.compile(r"[^\W\d_][\w ',’%$£/-]*\w[.?!]*")
_SENTENCES_IN = re.compile(rf"{JOINT}|[.?!]\s+|\n")


@dataclass(frozen=True)
class Material:
    """What meetings are made of: ``sentences`` without their last mark, the shortest first; ``turns`` in words."""

    sentences: tuple[str, ...]
    lengths: tuple[int, ...]
    turns: tuple[int, ...]

    @classmethod
    def read(cls, folder: Path) -> Material:
        """That of the sets in ``folder``."""
        return cls.of(turn["text"] for name in SETS for talk in conversations(folder / name) for turn in talk["turns"])

    @classmethod
    def of(cls, turns: Iterator[str]) -> Material:
        """That of these turns."""
        sentences: dict[str, str] = {}
        lengths = []
        for turn in turns:
            if (words := len(turn.split())) >= SHORTEST_TURN:
                lengths.append(words)
            for said in _SENTENCE_END.split(turn):
                if _PLAIN.fullmatch(said) and 2 <= len(said.split()) <= LONGEST_SENTENCE:
                    bare = said.rstrip(".?!")
                    sentences.setdefault(key_of(bare), bare)
        in_order = sorted(sentences.values(), key=lambda said: (len(said.split()), said))
        return cls(tuple(in_order), tuple(len(said.split()) for said in in_order), tuple(lengths))

    def up_to(self, words: int) -> Sequence[str]:
        """The sentences of at most so many words, at least the hundred shortest."""
        return self.sentences[: max(bisect_right(self.lengths, words), 100)]


@dataclass(frozen=True)
class Meeting:
    """A meeting: who says what, turn after turn, in statements."""

    day: date
    title: str
    turns: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def name(self) -> str:
        """Of its file: when it was, and what it was called."""
        return f"{self.day.isoformat()} {self.title}.vtt"

    @property
    def statements(self) -> list[str]:
        """All that is said in it."""
        return [statement for _, said in self.turns for statement in said]

    def as_webvtt(self) -> str:
        """As a caption file, in which each statement is a cue."""
        return webvtt((speaker, statement) for speaker, said in self.turns for statement in said)


def conversations(folder: Path) -> Iterator[dict[str, Any]]:
    """The conversations of a set, as its DATA.md describes them."""
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def meetings(material: Material, seed: int = 1) -> Iterator[Meeting]:
    """Meetings without end, always the same for a seed; the first n are the same however many are taken."""
    chance = random.Random(seed)
    people = [f"{first} {last}" for first in FIRST for last in LAST]
    said = set[str]()
    number = 0
    while True:
        here = chance.sample(people, chance.randint(4, 8))
        turns, words = list[tuple[str, tuple[str, ...]]](), 0
        while words < WORDS_PER_MEETING:
            statements = tuple(_turn(material, chance.choice(material.turns), chance, said))
            turns.append((chance.choice(here), statements))
            words += sum(len(statement.split()) for statement in statements)
        if number % GUEST_EVERY == 0:
            turns[len(turns) // 2] = (GUEST, turns[len(turns) // 2][1])
        first, second = chance.sample(NOUNS, 2)
        yield Meeting(FIRST_DAY + timedelta(days=number), f"{first} and {second.lower()}", tuple(turns))
        number += 1


def _turn(material: Material, length: int, chance: random.Random, said: set[str]) -> Iterator[str]:
    """Statements of about so many words together, none of which is among those said before."""
    words = 0
    while words < length:
        count = chance.choice((2, 2, 3))
        most = (STATEMENT_WORDS + 1) // count - 1  # a joint counts as a word
        longest = min(most, max((length - words) // count, SHORTEST_TURN))
        sentences = chance.choices(material.up_to(longest), k=count)
        statement = JOINT.join(sentences)
        statement = f"{statement[0].upper()}{statement[1:]}{chance.choice('...?')}"
        if (key := key_of(statement)) not in said:
            said.add(key)
            words += sum(len(sentence.split()) for sentence in sentences)
            yield statement


def sentences_in(text: str) -> list[str]:
    """The sentences that a text was made of, at least one."""
    found = [part for part in _SENTENCES_IN.split(text) if part.strip(" .?!")]
    return found or [text]


def key_of(text: str) -> str:
    """What is the same for a text however it begins and ends."""
    return text.strip(" .?!").casefold()


def webvtt(cues: Iterator[tuple[str, str]]) -> str:
    """A caption file of ``(speaker, words)``, at the pace at which people speak."""
    lines, now = ["WEBVTT", ""], 0.0
    for speaker, words in cues:
        until = now + 60 * len(words.split()) / WORDS_PER_MINUTE
        lines += [f"{_clock(now)} --> {_clock(until)}", f"<v {speaker}>{words}</v>", ""]
        now = until
    return "\n".join(lines)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def meetings_for(passages: int) -> int:
    """How many meetings give about so many passages."""
    return max(round(passages / PASSAGES_PER_MEETING), 1)


def write(folder: Path, made: Iterator[Meeting], count: int) -> list[Path]:
    """Write the next meetings into a folder; returns their files."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for meeting in islice(made, count):
        path = folder / meeting.name
        path.write_text(meeting.as_webvtt(), encoding="utf-8")
        paths.append(path)
    return paths


def questions(folder: Path, count: int, seed: int = 1) -> list[str]:
    """So many distinct questions that people asked of these sets, in a fixed order; fewer where there are no more."""
    asked = dict[str, None]()
    for name in SETS:
        lines = (folder / name / "queries.jsonl").read_text(encoding="utf-8").splitlines()
        asked |= dict.fromkeys(json.loads(line)["question"] for line in lines)
    mixed = list(asked)
    random.Random(seed).shuffle(mixed)
    return mixed[:count]
