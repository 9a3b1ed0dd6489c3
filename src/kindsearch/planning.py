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
    """What there is to do.

    ``changed`` are the new contents of known files, with the documents that they take the place of; ``renamed`` known
    documents with the file that holds them now; ``removed`` those whose file is gone. ``notes`` is what is noted about
    known documents, by id, where that changed; ``aliases`` are people.toml of each folder; ``memory`` knows the people
    of whom nothing of this may be kept.
    """

    added: tuple[SourceFile, ...]
    changed: tuple[tuple[DocumentPlace, SourceFile], ...]
    renamed: tuple[tuple[DocumentPlace, SourceFile], ...]
    removed: tuple[DocumentPlace, ...]
    unchanged: tuple[SourceFile, ...]
    failed: tuple[Failure, ...]
    notes: Mapping[str, str | None]
    aliases: Mapping[str, Aliases]
    aliases_changed: bool
    memory: Memory

    @property
    def to_read(self) -> list[SourceFile]:
        """The files whose bytes are not known."""
        return sorted([*self.added, *(file for _, file in self.changed)], key=lambda file: (file.source, file.root))

    @property
    def changes_something_known(self) -> bool:
        """Whether there is more to do than to read files."""
        return bool(self.renamed or self.removed or self.notes or self.aliases_changed)

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


def plan_of(catalog: Catalog, paths: Sequence[Path]) -> Plan:
    """Compare the files at ``paths`` with the catalog. Raises BadRequest for a path that is not there."""
    found = find_files(paths)
    files, doubles = _without_doubles(found.files)
    known = catalog.places()
    at = {place.path: place for place in known.values()}
    on_disk = {file.path for file in found.files}
    contents = {file.sha256 for file in files}
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
        elif old.path == file.path:
            unchanged.append(file)
        elif is_looked_at(old.path) or not old.path.is_file():
            renamed.append((old, file))
        else:
            failed.append(Failure(file.source, f"the same file is already there as {old.source}"))
    moved_away = {place.root for place, _ in renamed if not Path(place.root).is_dir()}
    stay = {file.sha256 for file in unchanged} | {place.document_id for place, _ in (*changed, *renamed)}
    old_aliases = known_aliases(catalog)
    plan = Plan(
        added=tuple(added),
        changed=tuple(changed),
        renamed=tuple(renamed),
        removed=tuple(
            place
            for path, place in sorted(at.items())
            if (is_looked_at(path) or place.root in moved_away) and place.document_id not in stay
        ),
        unchanged=tuple(unchanged),
        failed=tuple(failed),
        notes={},
        aliases={**old_aliases, **found.aliases},
        aliases_changed=False,
        memory=memory_of(catalog),
    )
    noted = {filing.document_id: filing.notes for filing in catalog.filings()}
    now = {file.sha256: plan.notes_about(file) for file in (*unchanged, *(file for _, file in renamed))}
    return replace(
        plan,
        notes={document_id: notes for document_id, notes in now.items() if notes != noted[document_id]},
        aliases_changed=_without_empty(plan.kept_aliases) != _without_empty(old_aliases),
    )


_Pair = tuple[DocumentPlace, SourceFile]


def memory_of(catalog: Catalog) -> Memory:
    """Whom the index is to forget."""
    return Memory(catalog.meta(SALT) or "00", catalog.forgotten())


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
            failures.append(Failure(file.source, f"the same file as {first.source}"))
    return list(kept.values()), failures
