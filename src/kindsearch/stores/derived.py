"""The derived indexes of one generation: a folder with the vectors, the keywords and the words by meaning.

They are written beside the old ones, recorded with size and SHA-256 in the catalog's transaction, and checked
before FAISS or Tantivy open them. Where they are missing, damaged or of another generation they are made again from
the catalog, without embedding anything.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kindsearch.stores.catalog import Catalog, DerivedFile
from kindsearch.stores.keywords import KeywordIndex
from kindsearch.stores.speech import Speech
from kindsearch.stores.vectors import VectorIndex
from kindsearch.stores.words import WordIndex
from kindsearch.types import Kind, PartialDate, Passage

KEYWORDS = "keywords"
# numpy reads its headers with ast.literal_eval, which CPython 3.11 can't do in several threads at once
_LOADING = threading.Lock()


@dataclass(frozen=True)
class Engines:
    """The indexes of one generation.

    ``people`` are who speaks in it, (name as written, person), ``sessions`` are (id, title, date).
    """

    generation: int
    vectors: VectorIndex
    keywords: KeywordIndex
    words: WordIndex
    speech: Speech
    people: tuple[tuple[str, str], ...]
    sessions: tuple[tuple[str, str, PartialDate | None], ...]


def folder_of(index: Path, generation: int) -> Path:
    """Where the derived indexes of a generation lie."""
    return index / f"generation-{generation:06d}"


def build(catalog: Catalog, folder: Path) -> Engines:
    """Make the indexes from what the catalog holds, in ``folder``, which is emptied first."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / KEYWORDS).mkdir(parents=True)
    dimensions = int(catalog.meta("dimensions") or 0)
    vectors, owners, voices = [np.empty((0, dimensions), dtype=np.float32)], list[int](), list[int]()
    number_of: dict[str, int] = {}
    texts, words = list[tuple[int, str, str]](), list[tuple[int, Sequence[str], Sequence[str]]]()
    windows = list[tuple[int, tuple[str, str]]]()
    for item in catalog.indexables():
        passage = item.passage
        vectors.append(item.vectors)
        owners += [item.row] * len(item.vectors)
        voices += [-1, *_voices(passage, number_of)]
        texts.append((item.row, passage.text, passage.context))
        words.append((item.row, item.text_words, item.context_words))
        if passage.kind == Kind.TRANSCRIPT:
            windows.append((item.row, (passage.document_id, passage.section)))
    vector_index = VectorIndex.build(
        np.concatenate(vectors),
        np.array(owners, dtype=np.int64),
        dimensions,
        np.array(voices, dtype=np.int32),
        list(number_of),
    )
    vector_index.save(folder)
    word_index = WordIndex.build(catalog.words(), catalog.word_vectors(), words)
    word_index.save(folder)
    speech = Speech.build(windows)
    speech.save(folder)
    keyword_index = KeywordIndex.build(folder / KEYWORDS, texts)
    return _engines(catalog, vector_index, keyword_index, word_index, speech)


def _voices(passage: Passage, number_of: dict[str, int]) -> list[int]:
    """The number of who says each quotable statement, -1 for nobody; new people get the next number."""
    person_of = dict(zip(passage.speakers, passage.people, strict=True))
    people = [person_of.get(statement.speaker) if statement.speaker else None for statement in passage.quotable]
    return [-1 if person is None else number_of.setdefault(person, len(number_of)) for person in people]


def _engines(
    catalog: Catalog, vectors: VectorIndex, keywords: KeywordIndex, words: WordIndex, speech: Speech
) -> Engines:
    people = tuple((name, who.id) for who in catalog.people() for name in dict.fromkeys((who.name, *who.spellings)))
    sessions = tuple((found.session.id, found.session.title, found.session.date) for found in catalog.sessions())
    return Engines(catalog.generation, vectors, keywords, words, speech, people, sessions)


def rebuild(catalog: Catalog) -> None:
    """Make the derived indexes of the catalog's generation and record them; call it inside ``writing()``."""
    folder = folder_of(catalog.folder, catalog.generation)
    build(catalog, folder)
    catalog.set_derived_files(files_in(catalog.folder, folder))


def load(catalog: Catalog) -> Engines:
    """The indexes of the catalog's generation; call it inside ``reading()``.

    Where the files can't be trusted they are made again, for this process alone: the next ingest, which holds the
    lock, replaces what is recorded.
    """
    with (
        _LOADING,
        suppress(OSError, RuntimeError, ValueError),
    ):  # a writer may take them away between the look and the loading
        if is_intact(catalog):
            return _loaded(catalog, folder_of(catalog.folder, catalog.generation))
    with tempfile.TemporaryDirectory(prefix="kindsearch-") as scratch:
        return build(catalog, Path(scratch) / "derived")


def _loaded(catalog: Catalog, folder: Path) -> Engines:
    return _engines(
        catalog,
        VectorIndex.load(folder),
        KeywordIndex.load(folder / KEYWORDS),
        WordIndex.load(folder),
        Speech.load(folder),
    )


def is_intact(catalog: Catalog) -> bool:
    """Whether the recorded files are there, whole and unchanged."""
    files = catalog.derived_files()
    return bool(files) and _unchanged(catalog.folder, files)


def files_in(index: Path, folder: Path) -> list[DerivedFile]:
    """The files of a folder under ``index``, with size and SHA-256. Lock files are left out."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".lock")
    return [_described(index, path) for path in paths]


def remove_all_but(index: Path, generation: int) -> None:
    """Delete the derived indexes of other generations; who has them open keeps them until closed."""
    for folder in index.glob("generation-*"):
        if folder != folder_of(index, generation):
            shutil.rmtree(folder, ignore_errors=True)


def _unchanged(index: Path, files: Iterable[DerivedFile]) -> bool:
    try:
        return all(_described(index, index / file.name) == file for file in files)
    except OSError:
        return False


def _described(index: Path, path: Path) -> DerivedFile:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return DerivedFile(path.relative_to(index).as_posix(), path.stat().st_size, digest)
