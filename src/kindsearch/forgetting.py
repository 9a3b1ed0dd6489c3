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
    """Fingerprints of names: (of the name, of the session or EVERYWHERE) -> whether her words stay, nameless."""

    salt: str
    entries: Mapping[tuple[str, str], bool]

    def __bool__(self) -> bool:
        return bool(self.entries)

    def fingerprint(self, name: str) -> str:
        """BLAKE2b of the folded name, keyed with the index's salt."""
        return hashlib.blake2b(folded(name).encode(), key=bytes.fromhex(self.salt), digest_size=16).hexdigest()

    def words_stay(self, name: str, session_id: str) -> bool | None:
        """Whether the words of somebody labelled ``name`` stay; None for a name that is not to be forgotten."""
        found = (self.of_words(form, session_id) for form in (name, plain_name(name), _bare(name)))
        return next((stay for stay in found if stay is not None), None)

    def of_words(self, words: str, session_id: str) -> bool | None:
        """The same for these very words, as they stand in a text."""
        if not folded(words):
            return None
        mark = self.fingerprint(words)
        return self.entries.get((mark, self._scope(session_id)), self.entries.get((mark, EVERYWHERE)))

    def _scope(self, session_id: str) -> str:
        """A session, by fingerprint too: its id is made of its title, which may hold her name."""
        return self.fingerprint(session_id) if session_id else EVERYWHERE

    def with_names(self, names: Iterable[str], session_id: str, words_stay: bool) -> Memory:
        """A memory that knows these names as well."""
        scope = self._scope(session_id)
        new = {(self.fingerprint(name), scope): words_stay for name in names if folded(name)}
        return replace(self, entries={**self.entries, **new})


def forms_of(name: str) -> tuple[frozenset[str], frozenset[str]]:
    """The forms of a name that are hers wherever they stand, and those that are hers only where she is known to be.

    >>> [sorted(forms) for forms in forms_of("Dr Ann Lee (she/her)")]
    [['Ann Lee', 'Dr Ann Lee', 'Dr Ann Lee (she/her)'], ['Ann', 'Ann L', 'Lee']]
    """
    plain, bare = plain_name(name), _bare(name)
    words = bare.split()
    if len(words) < 2:
        return frozenset(), frozenset({name, plain, bare}) - {""}
    first, last = words[0], words[-1]
    return frozenset({name, plain, bare, f"{first} {last}"}), frozenset({first, last, f"{first} {last[0]}"})


def _bare(name: str) -> str:
    """A name without what is added to it, and without titles."""
    return " ".join(word for word in plain_name(name).split() if folded(word) not in TITLES)


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
        lengths = range(min(LONGEST_NAME, len(words) - number), 0, -1)
        length = next((n for n in lengths if _is_named(text, words[number : number + n], session_id, memory)), 0)
        if length:
            start, end = words[number][0], words[number + length - 1][1]
            found.append((start, start + len(_without_ending(text[start:end]))))
        number += length or 1
    return found


def _is_named(text: str, words: Sequence[tuple[int, int]], session_id: str, memory: Memory) -> bool:
    """Whether these words are a name: of one sentence, and a name of one word with a capital."""
    run = text[words[0][0] : words[-1][1]]
    parts = [text[start:end] for start, end in words]
    ends_inside = any(part.endswith(".") and len(part) > 4 for part in parts[:-1])
    if "\n" in run or ends_inside or (len(parts) == 1 and not run[0].isupper() and not run[0].isdigit()):
        return False
    plain = _without_ending(run)
    without_initials = " ".join(part for part in plain.split() if len(part.strip(".")) > 1)
    return any(memory.of_words(form, session_id) is not None for form in (plain, without_initials))


def _without_ending(words: str) -> str:
    """Words without the full stop of their sentence, or a genitive."""
    return re.sub(r"(?:['’]s)?(?<=\w\w)\.?$|['’]s\.?$", "", words)


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
    kept = {name: getattr(said, name) for name in said.model_fields_set}
    for field in ("title", "note"):
        if kept.get(field):
            kept[field] = text_without(kept[field], EVERYWHERE, memory)
    if said.speakers:
        kept["speakers"] = _others(said.speakers, memory)
    if said.aliases:
        kept["aliases"] = aliases_without(said.aliases, memory)
    return NotesFile(notes.place, Notes.model_construct(**kept))


def _others(speakers: Sequence[Speaker], memory: Memory) -> tuple[Speaker, ...]:
    return tuple(
        Speaker(name=speaker.name, role=speaker.role and text_without(speaker.role, EVERYWHERE, memory))
        for speaker in speakers
        if memory.words_stay(speaker.name, EVERYWHERE) is None
    )


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
