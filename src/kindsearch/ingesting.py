"""From a folder of files to a new generation of the index.

Content decides: a file whose bytes are known is not read again, whatever its name. Files are read and embedded
first; then everything changes in one transaction, and the derived indexes of the new generation are made beside the
old ones. A file that can't be read costs one line of the report.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pathspec
from numpy.typing import NDArray

from kindsearch.chunking import passages_of, without_repeats
from kindsearch.encoders import Encoder
from kindsearch.errors import BadRequest, KindSearchError, UnknownFormat, UnreadableFile
from kindsearch.readers import Limits, read
from kindsearch.stores import derived
from kindsearch.stores.catalog import Catalog, DocumentPlace
from kindsearch.stores.keywords import ANALYSER
from kindsearch.stores.words import words_in
from kindsearch.types import Document, Passage

IGNORE_FILE = ".kindsearchignore"
SIDECARS = frozenset({".toml"})
WORDS_AT_ONCE = 512

Progress = Callable[[str, int, int], None]
"""Told what is being done, how far it is, and out of how many."""


@dataclass(frozen=True)
class SourceFile:
    """A file of the corpus: its root folder, its path relative to it, its bytes' SHA-256."""

    root: Path
    source: str
    sha256: str

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.root / self.source


@dataclass(frozen=True)
class Failure:
    """A file that was left out, and why."""

    source: str
    reason: str


@dataclass(frozen=True)
class IngestReport:
    """What an ingest did, by source. ``generation`` is the one that answers now."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()
    passages: int = 0
    generation: int = 0


@dataclass(frozen=True)
class _Plan:
    """Which sources to read, which to take out, which only changed their name (old, new)."""

    to_read: tuple[SourceFile, ...]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    renamed: tuple[tuple[str, SourceFile], ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    failed: tuple[Failure, ...]


@dataclass(frozen=True)
class _Read:
    file: SourceFile
    document: Document
    passages: tuple[Passage, ...]


def ingest(
    catalog: Catalog, encoder: Encoder, paths: Sequence[Path], limits: Limits, progress: Progress
) -> IngestReport:
    """Bring the catalog and its derived indexes up to date with ``paths``; the caller holds the lock."""
    files, failed = find_files(paths)
    plan = _plan(catalog, files, failed, [path.resolve() for path in paths if path.is_dir()])
    read_files, unreadable = _read_all(plan.to_read, limits, progress)
    if read_files or plan.renamed or plan.removed or not derived.is_intact(catalog):
        _write(catalog, encoder, plan, read_files, {failure.source for failure in unreadable}, progress)
        derived.remove_all_but(catalog.folder, catalog.generation)
    return _report(catalog, plan, (*plan.failed, *unreadable))


# ---------------------------------------------------------------- which files


def find_files(paths: Iterable[Path]) -> tuple[list[SourceFile], list[Failure]]:
    """The files to ingest: those given, and those in the folders given that are not ignored or hidden.

    Raises BadRequest for a path that does not exist.
    """
    files: list[SourceFile] = []
    failed: list[Failure] = []
    for path in (path.resolve() for path in paths):
        if not path.exists():
            raise BadRequest("path", f"there is no {path}")
        root = path if path.is_dir() else path.parent
        for member in _members(path) if path.is_dir() else [path]:
            source = member.relative_to(root).as_posix()
            try:
                with member.open("rb") as stream:
                    digest = hashlib.file_digest(stream, "sha256").hexdigest()
            except OSError as error:
                failed.append(Failure(source, error.strerror or str(error)))
                continue
            files.append(SourceFile(root, source, digest))
    return files, failed


def _members(folder: Path) -> list[Path]:
    ignore = folder / IGNORE_FILE
    lines = ignore.read_text(encoding="utf-8").splitlines() if ignore.is_file() else []
    ignored = pathspec.GitIgnoreSpec.from_lines(lines)
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.suffix.lower() not in SIDECARS
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
        and not ignored.match_file(path.relative_to(folder).as_posix())
    ]


def _plan(catalog: Catalog, files: list[SourceFile], failed: list[Failure], roots: list[Path]) -> _Plan:
    """Compare what is there by content with what the catalog holds."""
    known = catalog.places()
    place_of_content = {place.document_id: place for place in known.values()}
    wanted, failures = _without_doubles(files, known)
    on_disk = {file.source: file.sha256 for file in files}
    to_read, renamed, unchanged = list[SourceFile](), list[tuple[str, SourceFile]](), list[str]()
    for file in wanted.values():
        old = place_of_content.get(file.sha256)
        if old is None:
            to_read.append(file)
        elif (old.source, old.root) == (file.source, str(file.root)):
            unchanged.append(file.source)
        elif old.source == file.source or not _still_holds(old, on_disk):
            renamed.append((old.source, file))
        else:
            failures.append(Failure(file.source, f"the same file is already there as {old.source}"))
    moved = {old for old, _ in renamed}
    scanned = {str(root) for root in roots}
    return _Plan(
        to_read=tuple(to_read),
        added=tuple(file.source for file in to_read if file.source not in known or file.source in moved),
        changed=tuple(file.source for file in to_read if file.source in known and file.source not in moved),
        renamed=tuple(renamed),
        removed=tuple(
            sorted(p.source for p in known.values() if p.root in scanned and p.source not in {*wanted, *moved})
        ),
        unchanged=tuple(unchanged),
        failed=(*failed, *failures),
    )


def _still_holds(place: DocumentPlace, on_disk: Mapping[str, str]) -> bool:
    """Whether a document is still where it was found; ``on_disk`` is what was just seen, source -> SHA-256."""
    seen = on_disk.get(place.source, place.document_id)
    return seen == place.document_id and (Path(place.root) / place.source).is_file()


def _without_doubles(
    files: Iterable[SourceFile], known: Mapping[str, DocumentPlace]
) -> tuple[dict[str, SourceFile], list[Failure]]:
    """The files by source, and those left out because their name or their content is there twice."""
    wanted: dict[str, SourceFile] = {}
    contents: dict[str, str] = {}
    failures = []
    held = {(place.source, place.document_id) for place in known.values()}
    for file in sorted(files, key=lambda file: (file.source, file.sha256) not in held):  # of two, the one we have
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


# ---------------------------------------------------------------- read, encode, write


def _read_all(files: Sequence[SourceFile], limits: Limits, progress: Progress) -> tuple[list[_Read], list[Failure]]:
    done: list[_Read] = []
    failed: list[Failure] = []
    for number, file in enumerate(files):
        progress(f"reading {file.source}", number, len(files))
        try:
            document = read(file.path, file.source, limits)
        except (UnreadableFile, UnknownFormat) as error:
            failed.append(Failure(file.source, _reason(error)))
            continue
        done.append(_Read(file, document, tuple(passages_of(document))))
    return done, failed


def _reason(error: KindSearchError) -> str:
    source = getattr(error, "source", "")
    return str(error).removeprefix(f"{source}: ")


def _write(
    catalog: Catalog,
    encoder: Encoder,
    plan: _Plan,
    read_files: Sequence[_Read],
    unreadable: set[str],
    progress: Progress,
) -> None:
    """Embed what was read and change the catalog, its words and the derived indexes in one transaction."""
    vectors = []
    for number, item in enumerate(read_files):
        progress(f"understanding {item.file.source}", number, len(read_files))
        vectors.append(_vectors_of(item.passages, encoder))
    progress("writing the index", len(read_files), len(read_files))
    with catalog.writing():
        _describe(catalog, encoder)
        catalog.rename([(old, file.source, str(file.root)) for old, file in plan.renamed])
        for source in (*plan.removed, *(source for source in plan.changed if source not in unreadable)):
            catalog.remove(source)
        for item, own in zip(read_files, vectors, strict=True):
            catalog.add(item.document, str(item.file.root), item.passages, own)
        kept = without_repeats(catalog.every_passage())
        catalog.show_only(kept)
        _update_words(catalog, encoder, kept)
        catalog.set_meta("generation", str(catalog.generation + 1))
        derived.rebuild(catalog)


def _vectors_of(passages: Sequence[Passage], encoder: Encoder) -> list[NDArray[np.float32]]:
    """For each passage its vectors: the passage in its context first, then each statement alone."""
    texts = [
        text
        for passage in passages
        for text in (
            f"{passage.context}\n{passage.text}",
            *(passage.quote(s.start, s.end) for s in passage.statements),
        )
    ]
    every = encoder.encode(texts) if texts else np.empty((0, 0), dtype=np.float32)
    ends = np.cumsum([1 + len(passage.statements) for passage in passages])
    return np.split(every, ends[:-1]) if passages else []


def _describe(catalog: Catalog, encoder: Encoder) -> None:
    catalog.set_meta("encoder", encoder.fingerprint)
    catalog.set_meta("model", encoder.name)
    catalog.set_meta("dimensions", str(encoder.dimensions))
    catalog.set_meta("analyser", ANALYSER)


def _update_words(catalog: Catalog, encoder: Encoder, passages: Sequence[Passage]) -> None:
    """Give every word of the passages shown a vector, and forget the others."""
    wanted = {word for p in passages for word in (*words_in(p.text), *words_in(p.context))}
    known = set(catalog.words())
    catalog.remove_words(sorted(known - wanted))
    new = sorted(wanted - known)
    for start in range(0, len(new), WORDS_AT_ONCE):
        words = new[start : start + WORDS_AT_ONCE]
        catalog.add_words(words, encoder.encode(words))


def _report(catalog: Catalog, plan: _Plan, failed: Sequence[Failure]) -> IngestReport:
    left_out = {failure.source for failure in failed}
    return IngestReport(
        added=tuple(source for source in plan.added if source not in left_out),
        changed=tuple(source for source in plan.changed if source not in left_out),
        renamed=tuple(file.source for _, file in plan.renamed),
        removed=plan.removed,
        unchanged=plan.unchanged,
        failed=tuple(failed),
        passages=catalog.counts()["passages"],
        generation=catalog.generation,
    )
