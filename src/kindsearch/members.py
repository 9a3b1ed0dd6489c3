"""The documents of the archive as it will be, and what must be done to those of people who are to be forgotten."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kindsearch.corpus import Aliases, NotesFile
from kindsearch.forgetting import WITHHELD, Forgotten, Memory, full_names, hers, with_short_forms
from kindsearch.redaction import notes_without, session_without, without
from kindsearch.sessions import Material, Placed, family_of, resolve
from kindsearch.stores.holdings import Filing
from kindsearch.types import Document, Extent, Session, extent_of

Key = tuple[str, str]
"""Root and source of a file."""


@dataclass(frozen=True)
class Member:
    """A document of the archive to be: ``document`` where it has to be made anew, ``filing`` where it is known."""

    document_id: str
    source: str
    root: str
    notes: str | None
    document: Document | None = None
    filing: Filing | None = None

    @property
    def key(self) -> Key:
        """What it is known by in a folder."""
        return self.root, self.source

    @property
    def material(self) -> Material:
        """What it says of its session."""
        extent, clock = self._extent, self.document.by_the_clock if self.document else self._known.by_the_clock
        family = family_of(extent.kinds)
        notes = self.notes_file
        return Material(self.source, self.root, self.described, family, extent.first_ms, extent.last_ms, clock, notes)

    @property
    def described(self) -> Session:
        """What the file itself says of its session."""
        return self.document.session if self.document else self._known.described

    @cached_property
    def notes_file(self) -> NotesFile | None:
        """The notes about it."""
        return NotesFile.from_json(self.notes) if self.notes else None

    @property
    def aliases(self) -> Aliases:
        """What the notes about it say of names."""
        return self.notes_file.notes.aliases if self.notes_file else {}

    @property
    def is_illustrative(self) -> bool:
        """Whether the notes about it say that it was made up or retold for demonstration."""
        return self.notes_file is not None and self.notes_file.notes.illustrative

    @property
    def names(self) -> frozenset[str]:
        """The names of those who speak in it, or are said to speak in its session."""
        noted = self.notes_file.notes.speakers if self.notes_file else ()
        return self.speakers.union((p.name for p in self.described.speakers), (p.name for p in noted))

    @property
    def speakers(self) -> frozenset[str]:
        """The names of those who speak in it."""
        return self.document.speakers if self.document else frozenset(self._known.speakers)

    def stays_as_it_is(self, placed: Placed) -> bool:
        """Whether its passages are still what they would be made anew."""
        known = self.filing if self.document is None else None
        return known is not None and (known.session, known.origin_ms) == (placed.session, placed.origin_ms)

    @property
    def _extent(self) -> Extent:
        return extent_of(self.document) if self.document else self._known.extent

    @property
    def _known(self) -> Filing:
        assert self.filing is not None
        return self.filing


@dataclass(frozen=True)
class Archive:
    """All members, the session of each, and what is known of people who are to be forgotten."""

    members: tuple[Member, ...]
    placed: Mapping[Key, Placed]
    memory: Memory


def archive_of(
    members: Sequence[Member],
    memory: Memory,
    aliases: Aliases,
    document_of: Callable[[str], Document | None],
    withheld_in: Collection[str] = (),
) -> Archive:
    """Put documents together into sessions, without those who are to be forgotten.

    ``aliases`` hold in the whole archive; ``document_of`` looks up one that is known. In the documents ``withheld_in``
    the words of a withheld name go as well.
    """
    placed = _placed(members, memory)
    if not memory:
        return Archive(tuple(members), placed, memory)
    sessions: dict[str, list[Member]] = {}
    for member in members:
        sessions.setdefault(placed[member.key].session.id, []).append(member)
    speakers: dict[str, dict[str, Forgotten]] = {}
    for own in sessions.values():
        memory, found = _found_in_session(memory, own, aliases)
        speakers |= dict.fromkeys((member.document_id for member in own), found)
    others = full_names(name for m in members for name in m.names if name not in speakers[m.document_id])
    left = []
    for member in members:
        hidden = {WITHHELD: Forgotten("", words_stay=False)} if member.document_id in withheld_in else {}
        left.append(_redacted(member, memory, {**speakers[member.document_id], **hidden}, others, document_of))
    return Archive(tuple(left), _placed(left, memory), memory)


def _placed(members: Sequence[Member], memory: Memory) -> dict[Key, Placed]:
    """The session of each member; titles that are made of the name of a file are without those to be forgotten."""
    if not memory:
        return resolve(member.material for member in members)
    names = {member.key: memory.within([member.document_id]) for member in members}
    placed = resolve(replace(member.material, shown=names[member.key].without) for member in members)
    return {key: replace(own, session=session_without(own.session, names[key])) for key, own in placed.items()}


def _found_in_session(
    memory: Memory, members: Sequence[Member], aliases: Aliases
) -> tuple[Memory, dict[str, Forgotten]]:
    """The names of a session that are to be forgotten, and a memory that knows them in all its documents."""
    documents = [member.document_id for member in members]
    here: Aliases = {name: others for member in members for name, others in member.aliases.items()}
    memory = memory.shared(documents, by=documents).with_aliases(here, documents)
    names = frozenset[str]().union(*(member.names for member in members))
    speakers = frozenset[str]().union(*(member.speakers for member in members))
    found = hers(memory, documents, names, aliases, here)
    return with_short_forms(memory, documents, names, speakers, found), found


def _redacted(
    member: Member,
    memory: Memory,
    speakers: Mapping[str, Forgotten],
    others: frozenset[str],
    document_of: Callable[[str], Document | None],
) -> Member:
    """A member without those who are to be forgotten; a known one is looked up if more is known of them by now."""
    names = memory.within([member.document_id], others)
    notes = notes_without(member.notes_file, names).to_json() if member.notes_file else None
    document = member.document
    if member.filing and not document and member.filing.redacted != memory.digest(member.document_id):
        document = document_of(member.document_id)
    if document is None:
        return replace(member, notes=notes)
    left = without(document, names, speakers)
    same = left is document and member.filing is not None
    return replace(member, notes=notes, document=None if same else left)
