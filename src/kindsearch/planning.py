"""What an ingest has to do: the files that are there, compared by content with what the catalog holds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kindsearch.corpus import Aliases, Failure, NotesFile, SourceFile, find_files
from kindsearch.forgetting import Memory, aliases_without, notes_without
from kindsearch.stores.catalog import Catalog, DocumentPlace

ALIASES, SALT = "aliases", "salt"  # facts of the catalog: people.toml of each folder, the key of fingerprints


@dataclass(frozen=True)
class Plan:
    """Which files to read, which sources to take out, which only changed their name (old, new) or their notes.

    ``notes`` is what is noted about the sources that are known, where that changed; ``aliases`` those of each folder,
    ``memory`` knows the people of whom nothing of this may be kept.
    """

    to_read: tuple[SourceFile, ...]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    renamed: tuple[tuple[str, SourceFile], ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    failed: tuple[Failure, ...]
    notes: Mapping[str, str | None]
    aliases: Mapping[str, Aliases]
    aliases_changed: bool
    memory: Memory

    def notes_about(self, file: SourceFile) -> str | None:
        """What may be kept of the notes about a file, as JSON."""
        return notes_without(file.notes, self.memory).to_json() if file.notes else None

    def kept(self, notes: str | None) -> str | None:
        """What may be kept of notes that are known, as JSON."""
        return notes_without(NotesFile.from_json(notes), self.memory).to_json() if notes else None

    @property
    def kept_aliases(self) -> dict[str, Aliases]:
        """What may be kept of the aliases."""
        return {root: aliases_without(of_root, self.memory) for root, of_root in self.aliases.items()}

    @property
    def changes_something_known(self) -> bool:
        """Whether there is more to do than to read new files."""
        return bool(self.renamed or self.removed or self.notes or self.aliases_changed)


def plan_of(catalog: Catalog, paths: Sequence[Path]) -> Plan:
    """Compare the files at ``paths`` with the catalog. Raises BadRequest for a path that is not there."""
    found = find_files(paths)
    memory = memory_of(catalog)
    known = catalog.places()
    place_of_content = {place.document_id: place for place in known.values()}
    wanted, failures = _without_doubles(found.files, known)
    on_disk = {file.source: file.sha256 for file in found.files}
    to_read, renamed, unchanged = list[SourceFile](), list[tuple[str, SourceFile]](), list[str]()
    for file in wanted.values():
        old = place_of_content.get(file.sha256)
        if old is None:
            to_read.append(file)
        elif (old.source, old.root) == (file.source, str(file.root)):
            unchanged.append(file.source)
        elif old.source == file.source or old.source in on_disk or not _still_holds(old, on_disk):
            renamed.append((old.source, file))
        else:
            failures.append(Failure(file.source, f"the same file is already there as {old.source}"))
    moved = {old for old, _ in renamed}
    scanned = {str(path.resolve()) for path in paths if path.is_dir()}
    present = {*wanted, *moved, *found.unread}
    old_aliases = known_aliases(catalog)
    plan = Plan(
        to_read=tuple(to_read),
        added=tuple(file.source for file in to_read if file.source not in known or file.source in moved),
        changed=tuple(file.source for file in to_read if file.source in known and file.source not in moved),
        renamed=tuple(renamed),
        removed=tuple(sorted(p.source for p in known.values() if p.root in scanned and p.source not in present)),
        unchanged=tuple(unchanged),
        failed=(*found.failed, *failures),
        notes={},
        aliases={**old_aliases, **found.aliases},
        aliases_changed=False,
        memory=memory,
    )
    stay = [*(wanted[source] for source in unchanged), *(file for _, file in renamed)]
    noted = {filing.document_id: filing.notes for filing in catalog.filings()}
    notes = {file.source: plan.notes_about(file) for file in stay if plan.notes_about(file) != noted.get(file.sha256)}
    return replace(plan, notes=notes, aliases_changed=_without_empty(plan.kept_aliases) != _without_empty(old_aliases))


def memory_of(catalog: Catalog) -> Memory:
    """Whom the index is to forget."""
    return Memory(catalog.meta(SALT) or "00", catalog.forgotten())


def _without_empty(aliases: Mapping[str, Aliases]) -> dict[str, Aliases]:
    return {root: of_root for root, of_root in aliases.items() if of_root}


def known_aliases(catalog: Catalog) -> dict[str, Aliases]:
    """The aliases of each folder, as the last ingest found them."""
    said = json.loads(catalog.meta(ALIASES) or "{}")
    return {root: {name: tuple(others) for name, others in of_root.items()} for root, of_root in said.items()}


def _still_holds(place: DocumentPlace, on_disk: Mapping[str, str]) -> bool:
    """Whether a document is still where it was found; ``on_disk`` is what was just seen, source -> SHA-256."""
    seen = on_disk.get(place.source, place.document_id)
    return seen == place.document_id and (Path(place.root) / place.source).is_file()


def _without_doubles(
    files: Iterable[SourceFile], known: Mapping[str, DocumentPlace]
) -> tuple[dict[str, SourceFile], list[Failure]]:
    """The files by source, and those left out because their name or their content is there twice.

    Of two with one content the first counts, whichever is known already: the same folder gives the same archive.
    """
    wanted: dict[str, SourceFile] = {}
    contents: dict[str, str] = {}
    failures = []
    for file in files:
        place = known.get(file.source)
        elsewhere = place is not None and place.root != str(file.root) and (Path(place.root) / place.source).is_file()
        if file.sha256 in contents:
            failures.append(Failure(file.source, f"the same file as {contents[file.sha256]}"))
        elif file.source in wanted or (elsewhere and place is not None and place.document_id != file.sha256):
            failures.append(Failure(file.source, "another file of this name is in another folder: rename one of them"))
        else:
            wanted[file.source] = file
            contents[file.sha256] = file.source
    return wanted, failures
