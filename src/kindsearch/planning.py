"""What an ingest has to do: the files that are there, compared by content with what the catalog holds."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kindsearch.corpus import Aliases, Failure, Found, NotesFile, SourceFile, find_files, source_file
from kindsearch.errors import UnreadableFile
from kindsearch.forgetting import EVERYWHERE, Forgotten, Memory
from kindsearch.redaction import aliases_without, notes_without
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.holdings import DocumentPlace

ALIASES, SALT = "aliases", "salt"  # facts of the catalog: people.toml of each folder, the key of fingerprints


@dataclass(frozen=True)
class Plan:
    """What there is to do.

    ``changed`` are the new contents of known files, with the documents that they take the place of; ``renamed`` known
    documents with the file that holds them now; ``removed`` those whose file is gone; ``doubled`` those of them whose
    file now holds the same bytes as another, by id, with the id of these bytes. ``notes`` is what is noted about known
    documents, by id, where that changed; ``aliases`` are people.toml of each folder; ``memory`` knows the people of
    whom nothing may be kept, ``stale`` says that there are documents which have not been gone through for all of them.
    """

    added: tuple[SourceFile, ...]
    changed: tuple[tuple[DocumentPlace, SourceFile], ...]
    renamed: tuple[tuple[DocumentPlace, SourceFile], ...]
    removed: tuple[DocumentPlace, ...]
    doubled: Mapping[str, str]
    unchanged: tuple[SourceFile, ...]
    failed: tuple[Failure, ...]
    notes: Mapping[str, str | None]
    aliases: Mapping[str, Aliases]
    aliases_changed: bool
    memory: Memory
    stale: bool

    @property
    def to_read(self) -> list[SourceFile]:
        """The files whose bytes are not known."""
        return sorted([*self.added, *(file for _, file in self.changed)], key=lambda file: (file.source, file.root))

    @property
    def changes_something_known(self) -> bool:
        """Whether there is more to do than to read files."""
        return bool(self.renamed or self.removed or self.notes or self.aliases_changed or self.stale)

    @property
    def kept_aliases(self) -> dict[str, Aliases]:
        """What may be kept of the aliases."""
        names = self.memory.within(())
        return {root: aliases_without(of_root, names) for root, of_root in self.aliases.items()}


def plan_of(catalog: Catalog, paths: Sequence[Path]) -> Plan:
    """Compare the files at ``paths`` with the catalog. Raises BadRequest for a path that is not there."""
    known = catalog.places()
    at = {place.path: place for place in known.values()}
    found = _as_known(find_files(paths), at)
    files, doubles = _without_doubles(found.files)
    on_disk = {file.path: file for file in found.files}
    contents = {file.sha256 for file in files}
    away = _away(known.values(), contents)
    scanned = [path.resolve() for path in paths if path.is_dir()]

    def is_looked_at(path: Path) -> bool:
        seen = path in on_disk or any(path.is_relative_to(root) for root in scanned)
        return seen and path not in found.unread

    added, changed, renamed = list[SourceFile](), list[_Pair](), list[_Pair]()
    unchanged, failed = list[SourceFile](), [*found.failed, *doubles]
    for file in files:
        old = known.get(file.sha256)
        if old is None:
            before = at.get(file.path)
            if before is None or before.document_id in contents:  # what was there lives on elsewhere
                added.append(file)
            else:
                changed.append((before, file))
        elif (old.path, old.root) == (file.path, str(file.root)):
            unchanged.append(file)
        elif is_looked_at(old.path) or not (old.path.is_file() or old.root in away):
            renamed.append((old, file))
        else:
            failed.append(Failure(file.source, _already_there(old, old.root in away), str(file.root)))
    stay = {file.sha256 for file in unchanged} | {place.document_id for place, _ in (*changed, *renamed)}
    removed = [place for path, place in sorted(at.items()) if is_looked_at(path) and place.document_id not in stay]
    filings = {filing.document_id: filing for filing in catalog.filings()}
    old_aliases = known_aliases(catalog)
    aliases = {**old_aliases, **found.aliases}
    memory = _grown(memory_of(catalog), aliases, files, changed)
    notes = {file.sha256: file.notes for file in (*unchanged, *(file for _, file in renamed))}
    plan = Plan(
        added=tuple(added),
        changed=tuple(changed),
        renamed=tuple(renamed),
        removed=tuple(removed),
        doubled={place.document_id: on_disk[place.path].sha256 for place in removed if place.path in on_disk},
        unchanged=tuple(unchanged),
        failed=tuple(failed),
        notes={
            document_id: as_json(noted)
            for document_id, noted in notes.items()
            if _kept(noted, memory, document_id) != filings[document_id].notes
        },
        aliases=aliases,
        aliases_changed=False,
        memory=memory,
        stale=any(filing.redacted != memory.digest(document_id) for document_id, filing in filings.items()),
    )
    return replace(plan, aliases_changed=_without_empty(plan.kept_aliases) != _without_empty(old_aliases))


_Pair = tuple[DocumentPlace, SourceFile]


def _away(places: Iterable[DocumentPlace], contents: Collection[str]) -> set[str]:
    """The folders that are not there, or empty as where a drive is not mounted: nothing is known of their files.

    ``contents`` are the files that are looked at. One whose files are all among them was moved, and is not away.
    """
    held: dict[str, set[str]] = {}
    for place in places:
        held.setdefault(place.root, set()).add(place.document_id)
    return {root for root, ids in held.items() if not (ids.issubset(contents) or _holds_something(Path(root)))}


def _holds_something(folder: Path) -> bool:
    try:
        return next(folder.iterdir(), None) is not None
    except OSError:  # there is none, or nobody may look into it
        return False


def _already_there(old: DocumentPlace, is_away: bool) -> str:
    """Why a file that is known from elsewhere is left out."""
    known = f"the same file is already there as {old.source}"
    if not is_away:
        return known
    return f"{known}, in a folder that is away: bring that back, or run  kindsearch remove {old.source}"


def _as_known(found: Found, at: Mapping[Path, DocumentPlace]) -> Found:
    """The files, those of a folder in the corpus that was given by itself as files of the corpus they are known in."""
    files, failed, unread = list[SourceFile](), [*found.failed], set(found.unread)
    for file in found.files:
        place = at.get(file.path)
        if place is None or Path(place.root) not in file.root.parents:
            files.append(file)
            continue
        try:
            files.append(source_file(Path(place.root), place.source))
        except UnreadableFile as error:
            failed.append(Failure(error.source, error.reason, place.root))
            unread.add(file.path)
    return Found(tuple(files), tuple(dict.fromkeys(failed)), frozenset(unread), found.aliases)


def memory_of(catalog: Catalog) -> Memory:
    """Whom the index is to forget."""
    entries = {at: Forgotten(person, stay) for at, (person, stay) in catalog.forgotten().items()}
    return Memory(catalog.meta(SALT) or "00", entries)


def _grown(memory: Memory, aliases: Mapping[str, Aliases], files: Iterable[SourceFile], changed: list[_Pair]) -> Memory:
    """A memory that knows what aliases say of those it knows; a file that changed is what it was before."""
    if not memory:
        return memory
    for _, of_root in sorted(aliases.items()):
        memory = memory.with_aliases(of_root, [EVERYWHERE])
    for before, file in changed:
        memory = memory.shared([before.document_id], by=[file.sha256])
    for file in files:
        if file.notes:
            memory = memory.with_aliases(file.notes.notes.aliases, [file.sha256])
    return memory


def as_json(notes: NotesFile | None) -> str | None:
    """Notes, as the catalog keeps them."""
    return notes.to_json() if notes else None


def _kept(notes: NotesFile | None, memory: Memory, document_id: str) -> str | None:
    """What may be kept of the notes about a document."""
    return as_json(notes_without(notes, memory.within([document_id])) if notes and memory else notes)


def _without_empty(aliases: Mapping[str, Aliases]) -> dict[str, Aliases]:
    return {root: of_root for root, of_root in aliases.items() if of_root}


def known_aliases(catalog: Catalog) -> dict[str, Aliases]:
    """The aliases of each folder, as the last ingest found them."""
    said = json.loads(catalog.meta(ALIASES) or "{}")
    return {root: {name: tuple(others) for name, others in of_root.items()} for root, of_root in said.items()}


def _without_doubles(files: Iterable[SourceFile]) -> tuple[list[SourceFile], list[Failure]]:
    """The files without those whose bytes another has.

    Of two the first counts, whichever is known already: the same folder gives the same archive.
    """
    kept: dict[str, SourceFile] = {}
    failures = []
    for file in files:
        first = kept.setdefault(file.sha256, file)
        if first.path != file.path:
            failures.append(Failure(file.source, f"the same file as {first.source}", str(file.root)))
    return list(kept.values()), failures
