"""The steps by which an index changes on the disk, each numbered: write, fsync, rename, delete, commit.

What is new is written and synced before the catalog's transaction names it; what is old is deleted after that. All
steps go through here, so that tests can put a fault into any of them. Without these variables a step is what it says:

- ``KINDSEARCH_CRASH_AT=7``: the process dies before its seventh step, as by SIGKILL, and files that were written but
  not yet synced are left half as long, as a power cut may leave them.
- ``KINDSEARCH_FAIL_AT=7:ENOSPC``: the seventh step fails with this error of the system (any name of ``errno``).

What SQLite and Tantivy write by themselves counts as one step, their commit.
"""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

SYNCED_AT_ONCE = 16
CRASH_AT, FAIL_AT = "KINDSEARCH_CRASH_AT", "KINDSEARCH_FAIL_AT"
_numbers = count(1)
_unsynced = dict[Path, None]()  # known only while there are faults


def step(path: Path | None = None) -> None:
    """Count a step, which the caller is about to take; ``path`` is a file that it writes without syncing it."""
    if CRASH_AT not in os.environ and FAIL_AT not in os.environ:
        return
    number = next(_numbers)
    if os.environ.get(CRASH_AT) == str(number):
        _die()
    at, _, name = os.environ.get(FAIL_AT, "").partition(":")
    if at == str(number):
        code = getattr(errno, name)
        raise OSError(code, os.strerror(code), None if path is None else str(path))
    if path is not None:
        _unsynced[path] = None


def _die() -> None:
    for path in _unsynced:
        with suppress(OSError):
            os.truncate(path, path.stat().st_size // 2)
    os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """A new file is written inside, by any library; what that says of a full disk becomes an OSError."""
    step(path)
    try:
        yield
    except (RuntimeError, ValueError) as error:
        raise OSError(errno.EIO, str(error), str(path)) from error


def write_text(path: Path, text: str) -> None:
    """Write a new file, UTF-8; :func:`sync` it before anything counts on it."""
    with writing(path):
        path.write_text(text, encoding="utf-8")


def replace(path: Path, data: bytes) -> None:
    """Write a file that is there whole, or not at all, or as it was before."""
    part = path.with_name(f"{path.name}.part")
    with writing(part):
        part.write_bytes(data)
    sync(part)
    rename(part, path)


def sync(path: Path) -> None:
    """See to it that a file, or all that is in a folder, is on the disk."""
    paths = [path, *sorted(path.rglob("*"))]
    for _ in paths:
        step()
    with ThreadPoolExecutor(SYNCED_AT_ONCE) as threads:  # a journal takes many files in the time that it takes one
        list(threads.map(_fsync, paths))
    for one in paths:
        _unsynced.pop(one, None)


def sync_name(path: Path) -> None:
    """See to it that a new file or folder is found under its name."""
    step()
    _fsync(path.parent)


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def rename(old: Path, new: Path) -> None:
    """Give a file or folder another name in one step, and see to it that the new name is on the disk."""
    step()
    old.replace(new)
    sync_name(new)


def delete(path: Path) -> None:
    """Delete a file, or a folder with all that is in it; nothing where there is none."""
    if path.is_dir() and not path.is_symlink():
        for inner in sorted(path.iterdir()):
            delete(inner)
        step()
        path.rmdir()
    elif path.exists():
        step()
        path.unlink(missing_ok=True)


def commit(connection: sqlite3.Connection) -> None:
    """Commit a transaction of SQLite, which syncs it by itself."""
    step()
    connection.execute("COMMIT")
