"""A model of PyTorch as one graph, made once and kept in a cache.

The folder of a graph is named by the fingerprint of the model's files and by the recipe it was made after, and is there
as a whole or not at all; that a model can't be compiled is kept as well. What makes a graph also compares it with the
original. PyTorch is imported only when there is something to make.
"""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import filelock

from kindsearch.models.files import first_line

GRAPH, TOKENIZER, UNFIT = "model.onnx", "tokenizer.json", "unfit.txt"
OPSET = 17
SENTENCES = (
    "Kindness.",
    "How do we measure kindness?",
    "A nurse sat down beside him, and for ten minutes nobody asked anything of anyone.",
    "Åsa wrote: 3 of 4 teams (75 %) met on 18 January 2024, at 18:00 – see https://example.org/notes.",
    "会議 · встреча · réunion · 😀",
)
_LENGTHS = (1, 2, 5, 20, 60, 120, 400)  # words of the longer texts that are compared
_log = logging.getLogger("kindsearch")


class Unfit(Exception):
    """A model can't be compiled, or quantised, and why. Never reaches a caller: the next slower form runs then."""


def made_once(
    name: str, source: Path | None, cache: Path, label: str, export: Callable[[Path, Path], None]
) -> Path | None:
    """The folder in ``cache`` of what ``export(source, folder)`` makes of a model, made if need be.

    None where the original has to run: without a word where only the hub's cache knows its files, with a warning where
    ``export`` raises Unfit or nothing can be kept. Other errors of ``export`` are raised, and not remembered.
    """
    if source is None:
        return None
    folder = cache / label.replace(":", "-")
    try:
        return _made(name, source, folder, export)
    except Unfit as reason:
        _log.warning("%s can't be compiled: %s. It is slower without", name, reason)
        return None


def _made(name: str, source: Path, folder: Path, export: Callable[[Path, Path], None]) -> Path:
    cache = folder.parent
    try:
        if not _is_made(folder):  # one that is made may lie where nothing can be written, not even a lock
            cache.mkdir(parents=True, exist_ok=True)
            with filelock.FileLock(cache / f"{folder.name}.lock"):
                if not _is_made(folder):
                    # whoever waits sees why
                    _log.warning("the model %s is prepared for its first use: once, about 20 s", name)
                    _make(source, folder, export)
    except OSError as error:
        raise Unfit(f"nothing can be kept in {cache} ({error.strerror or error})") from error
    if (folder / UNFIT).is_file():
        raise Unfit((folder / UNFIT).read_text(encoding="utf-8"))
    return folder


def _is_made(folder: Path) -> bool:
    return (folder / GRAPH).is_file() or (folder / UNFIT).is_file()


def _make(source: Path, folder: Path, export: Callable[[Path, Path], None]) -> None:
    """Compile into ``folder``, which is there as a whole afterwards, or not at all."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="making-") as place:
        made = Path(place) / "made"
        made.mkdir()
        try:
            export(source, made)
        except Unfit as reason:
            (made / UNFIT).write_text(str(reason), encoding="utf-8")
        if folder.exists():  # what an older version, or a fault of the disk, left half done
            folder.rename(Path(place) / "old")
        made.rename(folder)


def tokenizer_of(model: Any) -> Any:
    """The tokenizer of a sentence-transformers model that runs without it. Raises Unfit where there is none."""
    if not hasattr(model.tokenizer, "backend_tokenizer"):
        raise Unfit("its tokenizer is written in Python")
    return model.tokenizer.backend_tokenizer


def write_graph(whole: Any, path: Path, inputs: Sequence[str], outputs: Sequence[str]) -> None:
    """Write a module as a graph of texts by tokens. Raises Unfit where PyTorch can't follow it."""
    import torch

    examples = tuple(
        (torch.zeros if name == "token_type_ids" else torch.ones)(2, 8, dtype=torch.int64) for name in inputs
    )
    axes = {name: {0: "texts", 1: "tokens"} for name in inputs} | {name: {0: "texts"} for name in outputs}
    with warnings.catch_warnings(), quiet("torch.onnx"):
        warnings.simplefilter("ignore")  # of the tracer: what it warns of is what the comparison is for
        try:
            torch.onnx.export(
                whole, examples, str(path), dynamo=False, opset_version=OPSET,
                input_names=list(inputs), output_names=list(outputs), dynamic_axes=axes,
            )  # fmt: skip
        except Exception as error:  # whatever a model's own code raises when it is traced
            raise Unfit(f"PyTorch can't export it ({first_line(error)})") from error


@contextmanager
def quiet(name: str | None) -> Iterator[None]:
    """Hold back what a logger has to warn of (None: the root). A root without a handler would get one, and keep it."""
    logger = logging.getLogger(name)
    before = logger.level
    nowhere = logging.NullHandler()
    logger.setLevel(logging.ERROR)
    logger.addHandler(nowhere)
    try:
        yield
    finally:
        logger.removeHandler(nowhere)
        logger.setLevel(before)


def checked_texts() -> list[str]:
    """Texts of one word to some hundred, in several scripts."""
    words = " ".join(SENTENCES).split()
    return [*SENTENCES, *(" ".join((words * (length // len(words) + 1))[:length]) for length in _LENGTHS)]
