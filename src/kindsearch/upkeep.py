"""What keeps an index whole: tidying up after changes and crashes, checking and mending, backup and restore."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kindsearch.encoders import Encoder
from kindsearch.errors import BadBackup, BadRequest, DamagedIndex, IncompatibleIndex, NoIndex
from kindsearch.ingesting import InTheEnd, members_of, remember, update
from kindsearch.planning import memory_of, plan_of
from kindsearch.stores import derived, durable
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.schema import FILE, foreign_errors, is_locked

RECEIPTS, RESTORING, PART = "receipts", "restoring", ".part"


@dataclass(frozen=True)
class Checkup:
    """What was looked at and what was mended, each in words; ``generation`` is the one that answers now."""

    whole: tuple[str, ...]
    mended: tuple[str, ...]
    generation: int


def tidy_up(catalog: Catalog) -> tuple[str, ...]:
    """Finish what a change leaves to be done after its commit; says what it did. The caller holds the lock.

    It is done at the end of each change, and before the next one in case that a crash came between: old generations
    and half-written files are deleted, the log is emptied of what was taken out, and a receipt is written.
    """
    done = []
    strays = _strays(catalog)
    for path in strays:
        durable.delete(path)
    if strays:
        done.append(f"deleted what was left over: {', '.join(path.name for path in strays)}")
    owed = catalog.owed()
    if owed:
        name, text = owed
        (catalog.folder / RECEIPTS).mkdir(exist_ok=True)
        durable.sync_name(catalog.folder / RECEIPTS)
        durable.replace(catalog.folder / RECEIPTS / name, text.encode())
        catalog.paid()
        done.append(f"wrote the receipt {name}")
    catalog.wipe()
    return tuple(done)


def _strays(catalog: Catalog) -> list[Path]:
    generations = derived.others_than(catalog.folder, catalog.generation)
    others = (catalog.folder / f"{FILE}{PART}", catalog.folder / RESTORING)
    return [*generations, *(path for path in others if path.exists())]


def check_and_mend(catalog: Catalog) -> Checkup:
    """Go through all of an index, and make again what can be made from the catalog. Raises DamagedIndex for that."""
    catalog.check()
    counts = catalog.counts()
    whole = [f"the catalog is whole: {counts['documents']} documents, {counts['passages']} passages"]
    mended = list(tidy_up(catalog))
    if catalog.generation and not derived.is_intact(catalog):
        with catalog.writing():
            change = derived.change_of(catalog)
            catalog.set_meta("generation", str(catalog.generation + 1))
            derived.write(catalog, change)
        tidy_up(catalog)
        mended.append("made the index files again from the catalog")
    else:
        whole.append(f"the index files are whole: {len(catalog.derived_files())} of generation {catalog.generation}")
    return Checkup(tuple(whole), tuple(mended), catalog.generation)


# ---------------------------------------------------------------- backup and restore


def backup(catalog: Catalog, file: Path) -> None:
    """Copy the catalog as it is now into a file, which is there whole or not at all; others may write meanwhile.

    Raises BadRequest for a place where it can't be, DamagedIndex rather than keep a copy of damage.
    """
    _refuse_place(file, catalog.folder)
    part = file.with_name(f"{file.name}{PART}")
    try:
        with catalog.reading():
            catalog.check()
            with _written_to(file):
                durable.delete(part)
                with durable.writing(part):
                    catalog.copy_to(part)
                durable.sync(part)
                durable.rename(part, file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextmanager
def _written_to(file: Path) -> Iterator[None]:
    """Tell what keeps a file outside of the index from being written as what it is: no fault of the index.

    That was gone through just before, so that what SQLite can't do now it can't do there.
    """
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        if is_locked(error):
            raise
        reason = f"{file} can't be written ({error}): make room there, or name another place"
        raise BadRequest("file", reason) from error


def _refuse_place(file: Path, index: Path) -> None:
    if file.is_dir():
        raise BadRequest("file", f"{file} is a folder: name a file in it")
    if not file.parent.is_dir():
        raise BadRequest("file", f"there is no folder {file.parent}: make it first, or name another")
    if file.resolve().is_relative_to(index.resolve()):
        raise BadRequest("file", f"{file} is in the index, and would be lost with it: name another place")
    if not os.access(file.parent, os.W_OK):
        raise BadRequest("file", f"nothing may be written to {file.parent}: let this user, or name another place")


def restore(
    file: Path, folder: Path, encoder: Encoder, refuse: Callable[[Catalog], None], in_the_end: InTheEnd
) -> None:
    """Put what a backup holds in place of the index in ``folder``, in one step; the caller holds the lock.

    Who was to be forgotten here stays so: the backup is gone through for them before it answers, ``in_the_end`` for
    what is no document. It becomes a generation of its own, so that nobody takes it for what was there. ``refuse``
    raises where a catalog does not fit. Raises BadBackup, and then nothing has changed.
    """
    scratch = folder / RESTORING
    durable.delete(scratch)
    scratch.mkdir()
    with durable.writing(scratch / FILE):
        shutil.copyfile(file, scratch / FILE)
    with closing(_taken_from(file, scratch)) as new:
        refuse(new)
        here = _here(folder)
        if here is not None:
            with closing(here):
                made = _made_ready(new, here, file, encoder, in_the_end)
                _move(made, folder)
                here.become(new)
                tidy_up(here)
            return
        made = _made_ready(new, None, file, encoder, in_the_end)
        _move(made, folder)
    for left in ("", "-wal", "-shm"):  # of a catalog that could not be opened
        durable.delete(folder / f"{FILE}{left}")
    durable.sync(scratch / FILE)
    durable.rename(scratch / FILE, folder / FILE)
    with closing(Catalog.open(folder)) as catalog:
        tidy_up(catalog)


def _taken_from(file: Path, scratch: Path) -> Catalog:
    try:
        catalog = Catalog.open(scratch)
    except DamagedIndex as error:
        raise BadBackup(file, error.detail) from error
    try:
        catalog.check()
    except DamagedIndex as error:
        catalog.close()
        raise BadBackup(file, error.detail) from error
    return catalog


def _here(folder: Path) -> Catalog | None:
    """The catalog that is to be replaced, if it still says which generation it is of and whom it is to forget."""
    try:
        catalog = Catalog.open(folder)
    except (NoIndex, DamagedIndex, IncompatibleIndex):
        return None
    try:
        with foreign_errors(folder):
            memory_of(catalog), catalog.generation
    except DamagedIndex:
        catalog.close()
        return None
    return catalog


def _made_ready(new: Catalog, here: Catalog | None, file: Path, encoder: Encoder, in_the_end: InTheEnd) -> Path:
    """Make the next generation of what a backup holds, and return the folder of its index files."""
    with new.writing():
        new.set_derived_files(())
        if here is not None:
            new.set_meta("generation", str(max(new.generation, here.generation)))
            _remember(new, here, file)
    plan = plan_of(new, [])
    update(new, encoder, plan, members_of(new, plan, {}), in_the_end=in_the_end)
    return derived.folder_of(new.folder, new.generation)


def _remember(new: Catalog, here: Catalog, file: Path) -> None:
    """Let a backup know who is to be forgotten here."""
    known, own = memory_of(here), memory_of(new)
    if known and own and known.salt != own.salt:
        raise BadBackup(file, "it is of another index, and so does not know whom this one is to forget")
    if known:
        remember(new, replace(known, entries={**own.entries, **known.entries}))


def _move(made: Path, folder: Path) -> None:
    durable.delete(folder / made.name)
    durable.rename(made, folder / made.name)
