"""The derived indexes of one generation: a folder with the columns, the vectors, the keywords and the words by meaning.

They are written beside the old ones, recorded with size and SHA-256 in the catalog's transaction, and checked
before FAISS or Tantivy open them. A new generation takes over what is known of documents that stay as they are. Where
the files are missing, damaged or of another generation they are made again from the catalog, without embedding
anything.
"""

from __future__ import annotations

import hashlib
import logging
import tempfile
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from kindsearch.people import name_of
from kindsearch.stores import durable
from kindsearch.stores.arrays import Mask, Numbers, Ranges
from kindsearch.stores.cache import ReadCache
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.columns import KINDS, Columns
from kindsearch.stores.holdings import STATEMENT, WHOLE, DerivedFile, Indexable
from kindsearch.stores.keywords import KeywordIndex
from kindsearch.stores.statements import Statements
from kindsearch.stores.vectors import NOBODY, Embedded, VectorIndex
from kindsearch.stores.words import Bags, WordIndex
from kindsearch.types import Filter, Kind, PartialDate

KEYWORDS = "keywords"
DOCUMENTS_AT_ONCE = 100  # whose passages are in memory together while indexes are made
# numpy reads its headers with ast.literal_eval, which CPython 3.11 can't do in several threads at once
_LOADING = threading.Lock()
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stores:
    """What is made of the passages, in one order: position ``i`` is the same passage in each but ``keywords``,
    which goes by the rows of the catalog.
    """

    columns: Columns
    statements: Statements
    vectors: VectorIndex
    words: WordIndex
    keywords: KeywordIndex


@dataclass(frozen=True)
class Engines(Stores):
    """The indexes of one generation, with what the catalog says of people and sessions.

    ``persons`` are who is meant by each name of ``columns.names``, ``people`` are who speaks, (name as written,
    person), ``sessions`` are (id, title, date), ``cache`` what was read of the catalog since.
    """

    generation: int
    persons: tuple[str, ...]
    people: tuple[tuple[str, str], ...]
    sessions: tuple[tuple[str, str, PartialDate | None], ...]
    cache: ReadCache = field(default_factory=ReadCache, compare=False)

    def names_of(self, people: frozenset[str]) -> Numbers:
        """The numbers of the names that these people are written by, in any session."""
        return np.array([number for number, person in enumerate(self.persons) if person in people], dtype=np.int64)

    def matching(self, where: Filter, people: frozenset[str] | None) -> Mask:
        """Which passages a filter lets through: (passages,); its speaker is one of ``people``, where they are given."""
        days_of = {id_: (date.first_day, date.last_day) if date else None for id_, _, date in self.sessions}
        return self.columns.matching(where, days_of, None if people is None else self.names_of(people))

    def keyword_search(self, terms: dict[str, float], k: int, among: Numbers | None = None) -> list[tuple[int, float]]:
        """The best passages by their words, as (position, score), best first; only ``among`` these positions."""
        hits = self.keywords.search(terms, k, None if among is None else self.columns.rows[among])
        positions = self.columns.positions_of(np.array([row for row, _ in hits], dtype=np.int64))
        return [(position, score) for position, (_, score) in zip(positions.tolist(), hits, strict=True)]


def folder_of(index: Path, generation: int) -> Path:
    """Where the derived indexes of a generation lie."""
    return index / f"generation-{generation:06d}"


# ---------------------------------------------------------------- what changes from one generation to the next


@dataclass(frozen=True)
class Change:
    """What a new generation takes over, and what it has to make.

    ``old`` are the stores it goes on from, in ``folder``, None where there are none; ``keep`` (old passages,) says
    which of theirs stay, ``new`` are the ids of the documents to be indexed.
    """

    old: Stores | None
    folder: Path | None
    keep: Mask
    new: tuple[str, ...]


def change_of(catalog: Catalog) -> Change:
    """What has changed in the catalog since the derived files that it records; call it inside ``writing()``."""
    shown = {id_: [(row, kind == Kind.TRANSCRIPT) for row, kind in those] for id_, those in catalog.shown().items()}
    folder = _recorded_folder(catalog)
    if folder and not is_intact(catalog):
        catalog.check()  # what harmed the one may have harmed the other
        folder = None
    old = _stores_in(folder) if folder else None
    if old:
        spoken = old.columns.are_speech(np.arange(len(old.columns)))
        known = list(zip(old.columns.rows.tolist(), spoken.tolist(), strict=True))
        keep, same = list[bool](), set[str]()
        end = 0
        for document_id, many in old.columns.documents:
            start, end = end, end + many
            stays = shown.get(document_id) == known[start:end]
            keep += [stays] * many
            same |= {document_id} if stays else set()
        new = tuple(document_id for document_id in shown if document_id not in same)
        return Change(old, folder, np.array(keep, dtype=np.bool_), new)
    return Change(None, None, np.zeros(0, dtype=np.bool_), tuple(shown))


def _recorded_folder(catalog: Catalog) -> Path | None:
    names = [file.name for file in catalog.derived_files()]
    return catalog.folder / names[0].split("/")[0] if names else None


def _made(catalog: Catalog, change: Change, folder: Path) -> Stores:
    """The stores of the catalog as it is, in ``folder``, which is emptied first."""
    durable.delete(folder)
    (folder / KEYWORDS).mkdir(parents=True)
    dimensions = int(catalog.meta("dimensions") or 0)
    columns = change.old.columns.kept(change.keep) if change.old else Columns.none()
    statements = [change.old.statements.kept(change.keep) if change.old else Statements.of([])]
    embedded, bags = [Embedded.none(dimensions)], list[tuple[Bags, Bags]]()
    words, shown = catalog.words(), catalog.shown()
    for some in _in_groups(change.new):
        items = [catalog.indexable(document_id) for document_id in some]
        rows = [row for item in items for row in item.rows]
        passages = [passage for item in items for passage in item.passages]
        new = Columns.of(rows, passages, columns.session_ids, columns.names)
        number = {name: number for number, name in enumerate(new.names)}
        embedded += [_embedded(item, number) for item in items]
        statements += [Statements.of(item.passages) for item in items]
        bags.append(WordIndex.bags_of(words, [pair for item in items for pair in item.words]))
        columns = columns.followed_by(new)
    vectors = change.old.vectors if change.old else VectorIndex(Embedded.none(dimensions))
    number = {name: number for number, name in enumerate(columns.names)}
    old_names = change.old.columns.names if change.old else ()
    new_numbers = np.array([number.get(name, NOBODY) for name in old_names], dtype=np.int32)
    by_word = change.old.words if change.old else WordIndex.none(dimensions)
    return Stores(
        columns=_with_kinds(columns, shown, catalog.illustrative()),
        statements=Statements.joined(statements),
        vectors=vectors.changed(change.keep, new_numbers, Embedded.joined(embedded)),
        words=by_word.changed(change.keep, words, catalog.word_vectors(), bags),
        keywords=_keywords(catalog, change, list(shown), folder / KEYWORDS),
    )


def _in_groups(document_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(document_ids), DOCUMENTS_AT_ONCE):
        yield document_ids[start : start + DOCUMENTS_AT_ONCE]


def _embedded(item: Indexable, number: Mapping[tuple[str, str], int]) -> Embedded:
    """The vectors of a document's passages that are shown; ``number`` has that of each name."""
    places = item.embeddings.places
    voices = np.full(len(places), NOBODY, dtype=np.int32)
    first, end, whole = list[int](), list[int](), list[bool]()
    place_of = {(begin, kind): position for position, (begin, _, kind) in enumerate(places.tolist())}
    for passage in item.passages:
        own = [place_of[statement.start, STATEMENT] for statement in passage.quotable]
        for place, statement in zip(own, passage.quotable, strict=True):
            if statement.speaker is not None:
                voices[place] = number[passage.session.id, statement.speaker]
        whole.append((passage.start, WHOLE) in place_of)
        first.append(place_of[passage.start, WHOLE] if whole[-1] else own[0])
        end.append(own[-1] + 1 if own else first[-1] + 1)
    passages = Ranges(np.array(first, dtype=np.int64), np.array(end, dtype=np.int64))
    every = Embedded.of(item.embeddings.vectors, voices, passages, np.array(whole, dtype=np.bool_))
    return every.kept(np.ones(len(first), dtype=np.bool_), np.arange(len(number), dtype=np.int32))


def _with_kinds(
    columns: Columns, shown: Mapping[str, Sequence[tuple[int, str]]], illustrative: Collection[str]
) -> Columns:
    """The columns with what may change of a passage that stays: its kind, and whether it was made up."""
    kinds = [KINDS.index(Kind(kind)) for document_id, _ in columns.documents for _, kind in shown[document_id]]
    made_up = [document_id in illustrative for document_id, many in columns.documents for _ in range(many)]
    return replace(columns, kinds=np.array(kinds, dtype=np.int8), illustrative=np.array(made_up, dtype=np.bool_))


def _keywords(catalog: Catalog, change: Change, every: Sequence[str], folder: Path) -> KeywordIndex:
    """The keyword index, in ``folder``: new passages beside the old ones, or where some do not stay, all anew.

    Tantivy only marks what is deleted; the words would stay in its files. ``every`` are the ids of all documents.
    """
    if change.old and change.folder and change.keep.all():
        return KeywordIndex.extended(change.folder / KEYWORDS, folder, _texts(catalog, change.new))
    return KeywordIndex.build(folder, _texts(catalog, every))


def _texts(catalog: Catalog, document_ids: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    for document_id in document_ids:
        item = catalog.indexable(document_id)
        for row, passage in zip(item.rows, item.passages, strict=True):
            yield row, passage.text, passage.context


def write(catalog: Catalog, change: Change) -> None:
    """Make the derived indexes of the catalog's generation and record them; call it inside ``writing()``.

    Words that no passage has any more are taken out of the catalog.
    """
    folder = folder_of(catalog.folder, catalog.generation)
    stores = _made(catalog, change, folder)
    unused = stores.words.unused()
    if unused:
        catalog.remove_words(unused)
        everything = np.ones(len(stores.columns), dtype=np.bool_)
        words = stores.words.changed(everything, catalog.words(), catalog.word_vectors(), [])
        stores = replace(stores, words=words)
    stores.columns.save(folder)
    stores.statements.save(folder)
    stores.vectors.save(folder)
    stores.words.save(folder)
    durable.sync(folder)
    durable.sync_name(folder)
    catalog.set_derived_files(files_in(catalog.folder, folder))


# ---------------------------------------------------------------- the engines of a generation


def load(catalog: Catalog) -> Engines:
    """The indexes of the catalog's generation, made again where need be; call it inside ``reading()``."""
    return opened(catalog) or made_again(catalog)


def opened(catalog: Catalog) -> Engines | None:
    """The indexes of the catalog's generation; None where their files can't be trusted. Call it inside ``reading()``.

    That is so, too, where a writer took them away since this commit: then those of the next one are there.
    """
    stores = _stores_in(folder_of(catalog.folder, catalog.generation)) if is_intact(catalog) else None
    return _engines(catalog, stores) if stores else None


def made_again(catalog: Catalog) -> Engines:
    """The same, made from the catalog for this process alone: the next ingest, which holds the lock, replaces what is
    recorded. Call it inside ``reading()``.
    """
    if catalog.derived_files():  # those of an empty archive were never made
        _log.warning(
            "the index files of generation %d in %s are missing or damaged: made again for this process alone; "
            "kindsearch doctor, or the next ingest, mends them",
            catalog.generation,
            catalog.folder,
        )
    catalog.check()  # what harmed the files may have harmed the catalog
    with tempfile.TemporaryDirectory(prefix="kindsearch-") as scratch:
        everything = Change(None, None, np.zeros(0, dtype=np.bool_), tuple(catalog.shown()))
        return _engines(catalog, _made(catalog, everything, Path(scratch) / "derived"))


def _stores_in(folder: Path) -> Stores | None:
    """What files that were found whole hold; None where they can't be opened all the same, and the log says why."""
    try:
        with _LOADING:
            return Stores(
                Columns.load(folder),
                Statements.load(folder),
                VectorIndex.load(folder),
                WordIndex.load(folder),
                KeywordIndex.load(folder / KEYWORDS),
            )
    except (OSError, RuntimeError, ValueError):  # a writer may take them away between the look and the loading
        _log.warning("the index files in %s can't be opened", folder, exc_info=True)
        return None


def _engines(catalog: Catalog, stores: Stores) -> Engines:
    person_of = catalog.person_of()
    names = stores.columns.names
    persons = tuple(person_of.get(name, name[1]) for name in names)
    written = {(name, person) for (_, name), person in zip(names, persons, strict=True)}
    people = written | {(name_of(person), person) for person in persons}
    return Engines(
        **vars(stores),
        generation=catalog.generation,
        persons=persons,
        people=tuple(sorted(people)),
        sessions=catalog.session_list(),
    )


def is_intact(catalog: Catalog) -> bool:
    """Whether the recorded files are there, whole and unchanged."""
    files = catalog.derived_files()
    return bool(files) and _unchanged(catalog.folder, files)


def files_in(index: Path, folder: Path) -> list[DerivedFile]:
    """The files of a folder under ``index``, with size and SHA-256. Lock files are left out."""
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".lock")
    return [_described(index, path) for path in paths]


def others_than(index: Path, generation: int) -> list[Path]:
    """The folders of other generations. Who has one open keeps it until closed, even if it is deleted."""
    return [folder for folder in sorted(index.glob("generation-*")) if folder != folder_of(index, generation)]


def _unchanged(index: Path, files: Iterable[DerivedFile]) -> bool:
    def stands(file: DerivedFile) -> bool:
        try:
            return _described(index, index / file.name) == file
        except OSError:
            return False

    with ThreadPoolExecutor() as threads:  # hashing large files takes the time that opening an index takes
        return all(threads.map(stands, files))


def _described(index: Path, path: Path) -> DerivedFile:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return DerivedFile(path.relative_to(index).as_posix(), path.stat().st_size, digest)
