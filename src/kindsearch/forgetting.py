"""People who asked to be forgotten: what they said is taken out, or their name is taken off it, and stays so.

The index remembers them by keyed fingerprints of their names, never by the names, so that a later ingest of the same
words, or of new ones, leaves them out again. A fingerprint of a short form ("Maureen") counts in the sessions she
attended only.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from kindsearch.corpus import Aliases, Notes, NotesFile, Speaker
from kindsearch.people import TITLES, folded, plain_name, resolve
from kindsearch.types import Passage

WITHHELD = "[name withheld]"
EVERYWHERE = ""  # in place of a session id
LONGEST_NAME = 5  # words
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*\.?")

Edit = tuple[int, int, str]
"""Offsets in a text, and what comes in their place."""


@dataclass(frozen=True)
class Memory:
    """Fingerprints of names: (fingerprint, session id or EVERYWHERE) -> whether the words stay, without the name."""

    salt: str
    entries: Mapping[tuple[str, str], bool]

    def __bool__(self) -> bool:
        return bool(self.entries)

    def fingerprint(self, name: str) -> str:
        """BLAKE2b of the folded name, keyed with the index's salt."""
        return hashlib.blake2b(folded(name).encode(), key=bytes.fromhex(self.salt), digest_size=16).hexdigest()

    def words_stay(self, name: str, session_id: str) -> bool | None:
        """Whether the words of somebody of this name stay; None for a name that is not to be forgotten."""
        if not folded(name):
            return None
        mark = self.fingerprint(name)
        return self.entries.get((mark, session_id), self.entries.get((mark, EVERYWHERE)))

    def with_names(self, names: Iterable[str], session_id: str, words_stay: bool) -> Memory:
        """A memory that knows these names as well."""
        new = {(self.fingerprint(name), session_id): words_stay for name in names if folded(name)}
        return replace(self, entries={**self.entries, **new})


def forms_of(name: str) -> tuple[frozenset[str], frozenset[str]]:
    """The forms of a name that are hers wherever they stand, and those that are hers only where she is known to be.

    >>> [sorted(forms) for forms in forms_of("Dr Ann Lee (she/her)")]
    [['Ann Lee', 'Dr Ann Lee', 'Dr Ann Lee (she/her)'], ['Ann', 'Lee']]
    """
    plain = plain_name(name)
    words = [word for word in plain.split() if folded(word) not in TITLES]
    bare = " ".join(words)
    if len(words) < 2:
        return frozenset(), frozenset({name, plain, bare}) - {""}
    return frozenset({name, plain, bare}), frozenset({words[0], words[-1]})


def hers(memory: Memory, session_id: str, names: Iterable[str], aliases: Aliases) -> dict[str, bool]:
    """Which names of a session are of somebody to be forgotten, and whether her words stay."""
    person_of = resolve({session_id: sorted(names)}, aliases, {})
    stays: dict[str, bool] = {}
    for (_, name), person in sorted(person_of.items()):
        known = memory.words_stay(name, session_id)
        if known is not None:
            stays[person] = known and stays.get(person, True)
    return {name: stays[person] for (_, name), person in person_of.items() if person in stays}


# ---------------------------------------------------------------- in texts and notes


def mentions_in(text: str, session_id: str, memory: Memory) -> list[tuple[int, int]]:
    """Where a text names somebody to be forgotten: runs of words whose fingerprint is known, the longest first."""
    words = [(found.start(), found.end()) for found in _WORD.finditer(text)]
    found: list[tuple[int, int]] = []
    number = 0
    while number < len(words):
        start = words[number][0]
        length = next(
            (
                length
                for length in range(min(LONGEST_NAME, len(words) - number), 0, -1)
                if text[start].isupper() and _is_named(text[start : words[number + length - 1][1]], session_id, memory)
            ),
            0,
        )
        if length:
            found.append((start, _without_genitive(text, start, words[number + length - 1][1])))
        number += length or 1
    return found


def _is_named(words: str, session_id: str, memory: Memory) -> bool:
    plain = re.sub(r"['’]s$", "", words)
    return "\n" not in words and memory.words_stay(plain, session_id) is not None


def _without_genitive(text: str, start: int, end: int) -> int:
    genitive = re.search(r"['’]s$", text[start:end])
    return start + genitive.start() if genitive else end


def text_without(text: str, session_id: str, memory: Memory) -> str:
    """A text without the names of those to be forgotten."""
    return edited(text, [(start, end, WITHHELD) for start, end in mentions_in(text, session_id, memory)])


def edited(text: str, edits: Sequence[Edit]) -> str:
    """A text with its edits made; they are in order and do not overlap."""
    parts, done = [], 0
    for start, end, instead in edits:
        parts += [text[done:start], instead]
        done = end
    return "".join([*parts, text[done:]])


def notes_without(notes: NotesFile, memory: Memory) -> NotesFile:
    """Notes without those to be forgotten."""
    said = notes.notes
    return NotesFile(
        notes.place,
        Notes.model_construct(
            **{
                **{name: getattr(said, name) for name in said.model_fields_set},
                **({"title": text_without(said.title, EVERYWHERE, memory)} if said.title else {}),
                **({"speakers": _others(said.speakers, memory)} if said.speakers else {}),
                **({"aliases": aliases_without(said.aliases, memory)} if said.aliases else {}),
            }
        ),
    )


def _others(speakers: Sequence[Speaker], memory: Memory) -> tuple[Speaker, ...]:
    return tuple(speaker for speaker in speakers if memory.words_stay(speaker.name, EVERYWHERE) is None)


def aliases_without(aliases: Aliases, memory: Memory) -> Aliases:
    """Aliases without those of people to be forgotten."""
    return {
        name: others
        for name, others in aliases.items()
        if all(memory.words_stay(form, EVERYWHERE) is None for form in (name, *others))
    }


# ---------------------------------------------------------------- what there is, and what was done


@dataclass(frozen=True)
class Trace:
    """What a document holds of a person: passages with her words, where they stand, and places that name her."""

    source: str
    passages: tuple[str, ...]
    pages: tuple[int, ...]
    times_ms: tuple[int, ...]
    mentions: int


@dataclass(frozen=True)
class Traces:
    """All that the archive holds of a person: the names she is written by in each session, and where."""

    name: str
    spellings: Mapping[str, tuple[str, ...]]
    documents: tuple[Trace, ...]


@dataclass(frozen=True)
class Receipt:
    """What was done, without her name or her words. ``files`` are the sources whose files still hold them."""

    when: datetime
    words_stay: bool
    documents: tuple[Trace, ...]
    files: tuple[str, ...]

    def to_json(self) -> str:
        """As JSON, to be kept."""
        data = {**asdict(self), "when": self.when.isoformat(timespec="seconds")}
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def remembered(memory: Memory, traces: Traces, words_stay: bool) -> Memory:
    """A memory that knows a person by all her names: full ones everywhere, short ones where she was."""
    for session_id, spellings in traces.spellings.items():
        for spelling in spellings:
            everywhere, there = forms_of(spelling)
            memory = memory.with_names(everywhere, EVERYWHERE, words_stay).with_names(there, session_id, words_stay)
    return memory


def trace_of(source: str, passages: Sequence[Passage], person: str, mentions: int) -> Trace:
    """What a document's passages hold of a person."""
    own = [passage for passage in passages if person in passage.people]
    said = [
        statement
        for passage in own
        for statement in passage.statements
        if statement.speaker
        in {name for name, who in zip(passage.speakers, passage.people, strict=True) if who == person}
    ]
    return Trace(
        source=source,
        passages=tuple(passage.id for passage in own),
        pages=tuple(sorted({statement.page for statement in said if statement.page is not None})),
        times_ms=tuple(sorted({statement.start_ms for statement in said if statement.start_ms is not None})),
        mentions=mentions,
    )
