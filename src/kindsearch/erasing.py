"""Documents, and people, that are to be taken out of the index at once."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from kindsearch.corpus import NotesFile, notes_about
from kindsearch.encoders import Encoder
from kindsearch.errors import BadRequest
from kindsearch.forgetting import (
    EVERYWHERE,
    WITHHELD,
    Forgotten,
    Memory,
    Names,
    forms_of,
    full_names,
    with_short_forms,
)
from kindsearch.ingesting import InTheEnd, joined, members_of, update
from kindsearch.people import folded, is_called, name_of, possible_names
from kindsearch.planning import known_aliases, memory_of, plan_of
from kindsearch.redaction import notes_without, path_without, session_without
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.holdings import DocumentPlace, Filing
from kindsearch.types import Passage


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
    """What was done, without her name or her words.

    ``files`` are the documents, and the notes beside them, that still hold them; ``named`` the files and folders (with
    a stroke at the end) that have her name in their own.
    """

    when: datetime
    words_stay: bool
    documents: tuple[Trace, ...]
    files: tuple[str, ...]
    named: tuple[str, ...]

    def to_json(self) -> str:
        """As JSON, to be kept."""
        data = {**asdict(self), "when": self.when.isoformat(timespec="seconds")}
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"

    @property
    def file_name(self) -> str:
        """What its file is called."""
        return f"forget-{self.when:%Y%m%d-%H%M%S-%f}.json"


def remove(catalog: Catalog, encoder: Encoder, sources: Sequence[str], in_the_end: InTheEnd) -> list[DocumentPlace]:
    """Take documents out, and return where they were found. Raises BadRequest for a source that is not there."""
    places = [place for place in catalog.places().values() if place.source in sources]
    for source in sources:
        if source not in {place.source for place in places}:
            raise BadRequest("source", f"there is no {source} in the index: see  kindsearch sessions")
    plan = replace(plan_of(catalog, []), removed=tuple(places))
    update(catalog, encoder, plan, members_of(catalog, plan, {}), in_the_end=in_the_end)
    return places


def forget(catalog: Catalog, encoder: Encoder, name: str, words_stay: bool, in_the_end: InTheEnd) -> Receipt:
    """Take a person's words, or her name alone, out of every document, and remember that, with a receipt to be written.

    One whose name alone was taken out can have her words taken out later; where another's name was taken out of the
    same document, his words go with hers, for nothing tells them apart any more. Raises as traces_of.
    """
    sought = _sought(catalog, name, words_stay)
    found = sought.found(catalog)
    plan = replace(plan_of(catalog, []), memory=sought.memory)
    names = sought.memory.within(catalog.places(), sought.others)
    receipt = Receipt(
        when=datetime.now(UTC),
        words_stay=words_stay,
        documents=tuple(replace(trace, source=path_without(trace.source, names)) for _, trace in found),
        files=tuple(path_without(path, names) for path in sought.files_that_hold(found)),
        named=tuple(path_without(path, names) for path in sought.paths_that_name(catalog)),
    )

    def owe_and_end(catalog: Catalog) -> None:
        catalog.owe(receipt.file_name, receipt.to_json())
        in_the_end(catalog)

    members = members_of(catalog, plan, {})
    update(catalog, encoder, plan, members, withheld_in=sought.withheld_in, in_the_end=owe_and_end)
    return receipt


def traces_of(catalog: Catalog, name: str) -> Traces:
    """All that the archive holds of a person, by any of her names. Raises BadRequest for nobody, or for several."""
    sought = _sought(catalog, name, words_stay=False)
    return Traces(sought.person, sought.spellings, tuple(trace for _, trace in sought.found(catalog)))


# ---------------------------------------------------------------- who is meant


@dataclass(frozen=True)
class _Sought:
    """Somebody who is to be forgotten. ``memory`` knows her as ``token``, and others from before.

    ``withheld_in`` are documents her name is gone from.
    """

    person: str
    token: str
    spellings: Mapping[str, tuple[str, ...]]
    memory: Memory
    others: frozenset[str]
    withheld_in: frozenset[str] = frozenset()

    def found(self, catalog: Catalog) -> list[tuple[Filing, Trace]]:
        """The documents with something of her, and what that is. Raises BadRequest where nothing is."""
        found = []
        for filing in catalog.filings():
            names = self.memory.within([filing.document_id], self.others)
            text = catalog.text_of(filing.document_id) or ""
            passages = catalog.passages_of(filing.document_id)
            labels = {WITHHELD} if filing.document_id in self.withheld_in else set()
            labels |= set(self.spellings.get(filing.session.id, ()))
            trace = _trace_of(filing.source, passages, labels, len(names.mentions(text)))
            if trace.passages or trace.mentions or _is_told_of(filing, names):
                found.append((filing, trace))
        if not found:
            raise _nobody(self.person)
        return found

    def files_that_hold(self, found: Sequence[tuple[Filing, Trace]]) -> list[str]:
        """The files of these documents, and the notes about them, in which she stands herself."""
        files = dict[Path, str]()
        for filing, trace in found:
            names, root = self._names_in(filing), Path(filing.root)
            is_told = session_without(filing.described, names) != filing.described
            if (trace.passages or trace.mentions or is_told) and (root / filing.source).is_file():
                files[root / filing.source] = filing.source
            notes = (note for note in notes_about(filing.source) if names.are_in(_read(root / note)))
            files |= {root / note: note for note in notes}
        return list(files.values())

    def paths_that_name(self, catalog: Catalog) -> list[str]:
        """The files and folders of the archive that have her name in their own."""
        paths = dict[str, None]()
        for filing in catalog.filings():
            names = self._names_in(filing)
            for part in (filing.source, *map(str, PurePosixPath(filing.source).parents)):
                own = PurePosixPath(part).name
                if path_without(own, names) != own:
                    paths[part if part == filing.source else f"{part}/"] = None
        return list(paths)

    def _names_in(self, filing: Filing) -> Names:
        """Hers alone: files may still hold others who were forgotten before."""
        return self.memory.of(self.token).within([filing.document_id], self.others)


def _sought(catalog: Catalog, name: str, words_stay: bool) -> _Sought:
    """Find somebody by her name. Raises BadRequest where nobody, or more than one, may be meant."""
    if not folded(name) or folded(name) == folded(WITHHELD):
        raise _nobody(name)
    speak = {(filing.session.id, label) for filing in catalog.filings() for label in filing.speakers}
    written = dict[str, _Spellings]()
    for (session_id, spelling), known_as in sorted(catalog.person_of().items()):
        of_session = written.setdefault(known_as, {})
        of_session[session_id] = (*of_session.get(session_id, ()), spelling)
    heard = {
        person: spellings
        for person, spellings in written.items()
        if any((session_id, label) in speak for session_id, labels in spellings.items() for label in labels)
    }
    memory = memory_of(catalog)
    memory = memory if memory else replace(memory, salt=secrets.token_hex(32))
    who = Forgotten(secrets.token_hex(8), words_stay)
    meant = _meant(heard, name) or _meant({person: own for person, own in written.items() if person not in heard}, name)
    if meant is None:
        return _sought_without_label(memory, name, who)
    memory = _remembering(catalog, memory, written, meant, name, who)
    names = {person: {label for own in of.values() for label in own} for person, of in written.items()}
    others = full_names(label for person, own in names.items() if person != meant for label in own - names[meant])
    return _Sought(meant, who.person, written[meant], memory, others)


def _nobody(name: str) -> BadRequest:
    return BadRequest("person", f"nobody in the archive is called {name}: see  kindsearch people")


_Spellings = dict[str, tuple[str, ...]]
"""Session id -> the names somebody is written by there."""


def _meant(written: Mapping[str, _Spellings], name: str) -> str | None:
    """The one person who is called so: by her whole name, or by any part of a name that nobody else has."""
    names = {
        person: {name_of(person), *(spelling for of_session in spellings.values() for spelling in of_session)}
        for person, spellings in written.items()
    }
    whole = folded(name)
    exact = [p for p in names if p == name] or [p for p in names if " " in whole and folded(name_of(p)) == whole]
    called = [person for person, own in names.items() if any(is_called(spelling, name) for spelling in own)]
    meant = exact if len(exact) == 1 else called
    if len(meant) > 1:
        raise BadRequest("person", f"several are called {name}: {'; '.join(sorted(meant))}")
    return meant[0] if meant else None


def _sought_without_label(memory: Memory, name: str, who: Forgotten) -> _Sought:
    """Somebody whose name stands in texts only, or is withheld already."""
    anonymised = {
        known.person
        for (mark, _), known in memory.entries.items()
        if mark == memory.fingerprint(name) and known.words_stay
    }
    if len(anonymised) == 1 and not who.words_stay:
        (person,) = anonymised
        changed = memory.changed(person, who.words_stay)
        return _Sought(name, person, {}, changed, frozenset(), memory.documents_of(person))
    everywhere, _ = forms_of(name)
    known = memory.with_names(everywhere, [EVERYWHERE], who)
    return _Sought(name, who.person, {}, known, frozenset())


def _remembering(
    catalog: Catalog,
    memory: Memory,
    written: Mapping[str, _Spellings],
    person: str,
    asked: str,
    who: Forgotten,
) -> Memory:
    """A memory that knows a person by all her names: full ones everywhere, short ones where she was.

    Of a name with an organisation behind it ("Ann Lee Kind Trust"), the full one is what was ``asked`` for.
    """
    documents: dict[str, list[Filing]] = {}
    for filing in catalog.filings():
        documents.setdefault(filing.session.id, []).append(filing)
    of_others = {name for other, of in written.items() if other != person for labels in of.values() for name in labels}
    hers = {spelling for spellings in written[person].values() for spelling in spellings}
    if folded(asked) in {folded(name) for spelling in hers for name in possible_names(spelling)}:
        memory = memory.with_names(forms_of(asked, of_others)[0], [EVERYWHERE], who)
    for session_id, spellings in written[person].items():
        filings = documents.get(session_id, [])
        ids = [filing.document_id for filing in filings]
        for spelling in spellings:
            memory = memory.with_names(forms_of(spelling, of_others)[0], [EVERYWHERE], who)
        names = {name for own in written.values() for name in own.get(session_id, ())}
        speakers = {label for filing in filings for label in filing.speakers}
        memory = with_short_forms(memory, ids, names, speakers, dict.fromkeys(spellings, who))
        for filing in filings:
            if filing.notes:
                memory = memory.with_aliases(NotesFile.from_json(filing.notes).notes.aliases, ids)
    everyone = [filing.document_id for filings in documents.values() for filing in filings]
    aliases = joined(known_aliases(catalog))
    known = memory.within(everyone)
    for name, others in sorted(aliases.items()):
        owners = [owner for owner in map(known.owner, (name, *others)) if owner]
        if name_of(person) == name or who in owners:
            memory = memory.with_names((name, *others), [EVERYWHERE], who)
    return memory


# ---------------------------------------------------------------- where


def _read(path: Path) -> str:
    """What a file of notes says; nothing where there is none, or none that can be read."""
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return ""


def _is_told_of(filing: Filing, names: Names) -> bool:
    """Whether what is said of a document's session, by it or by notes about it, names her."""
    notes = NotesFile.from_json(filing.notes) if filing.notes else None
    told = (filing.described, filing.session)
    return any(session_without(session, names) != session for session in told) or (
        notes is not None and notes_without(notes, names).to_json() != notes.to_json()
    )


def _trace_of(source: str, passages: Sequence[Passage], labels: set[str], mentions: int) -> Trace:
    """What a document's passages hold of somebody who is written by these names."""
    own = [passage for passage in passages if labels.intersection(passage.speakers)]
    said = [statement for passage in own for statement in passage.statements if statement.speaker in labels]
    return Trace(
        source=source,
        passages=tuple(passage.id for passage in own),
        pages=tuple(sorted({statement.page for statement in said if statement.page is not None})),
        times_ms=tuple(sorted({statement.start_ms for statement in said if statement.start_ms is not None})),
        mentions=mentions,
    )
