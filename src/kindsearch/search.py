"""KindSearch: the archive, behind a few verbs. Command line, web page and other tools all go through here."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

from kindsearch import answering, briefing, erasing, feedback, ingesting, looking, retrieval, upkeep
from kindsearch.browsing import Browsing
from kindsearch.corpus import Failure, source_file
from kindsearch.encoders import Encoder, encoder_of
from kindsearch.erasing import Receipt, Traces
from kindsearch.errors import (
    BadBackup,
    BadRequest,
    IncompatibleIndex,
    IndexLocked,
    StorageFailed,
    UnreadableFile,
)
from kindsearch.few_at_once import FewAtOnce
from kindsearch.ingesting import IngestReport, Progress
from kindsearch.invisible import holds_half_character, on_one_line, without_half_characters
from kindsearch.naming import speakers_of
from kindsearch.questions import Known, Question, likely_matched, understand
from kindsearch.readers import Limits, render_page
from kindsearch.rerankers import reranker_of
from kindsearch.settings import Settings
from kindsearch.stores import derived
from kindsearch.stores.arrays import Numbers
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.counting import Counting, Counts
from kindsearch.stores.derived import Engines
from kindsearch.stores.holdings import LeftOut, PersonSummary, Rating, Resource, SessionSummary
from kindsearch.stores.keywords import ANALYSER
from kindsearch.stores.locking import only_writer
from kindsearch.stores.schema import FILE, FileIdentity, foreign_errors, identity_of
from kindsearch.threads import one_thread
from kindsearch.types import Answer, Box, Brief, Filter, Hit, PartialDate, Passage, Read, Reading
from kindsearch.upkeep import Checkup
from kindsearch.watching import rests

PAGE_IMAGES_KEPT = 64
COVERS_KEPT = 256  # small ones
PAGES_AT_ONCE = 2  # drawn by as many child processes, whoever asks for them
PAGES_WAITING, PAGE_SECONDS = 16, 20.0  # how many wait to be drawn, and for how long
INTACT_SECONDS = 60  # for which it is believed of index files that they are whole, or not
BUSY_SECONDS, WRONG_SECONDS = 1.0, 5.0  # until an ingest is tried again: another one writes; something is wrong
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Status:
    """What there is: counts, the generation, the model the index was made with, and where it lies.

    ``left_out`` are the files that could not be read when they were looked at last, ``private_messages`` counts what
    saved chats held that was not for everyone.
    """

    index: Path
    generation: int
    model: str
    documents: int
    passages: int
    sessions: int
    derived_files_intact: bool
    left_out: tuple[LeftOut, ...] = ()
    private_messages: int = 0


class KindSearch:
    """An archive that can be asked, from several threads if need be.

    Open one with :meth:`open`::

        archive = KindSearch.open("index")
        print(archive.ask("how do we measure kindness?").text)
    """

    def __init__(self, folder: Path, encoder: Encoder, settings: Settings) -> None:
        """Take finished parts; :meth:`open` makes them."""
        self.folder, self.settings = folder, settings
        self._encoder = encoder
        self._reranker = reranker_of(settings.reranker, settings.cache)
        self._loaded: tuple[Catalog, Engines] | None = None
        self._prepared: tuple[Engines, Known] | None = None
        self._counted: Counting | None = None
        self._lock = threading.Lock()
        self._local = threading.local()
        self._drawing = FewAtOnce("pages are drawn", PAGES_AT_ONCE, PAGES_WAITING, PAGE_SECONDS)
        self._render = lru_cache(PAGE_IMAGES_KEPT)(self._rendered)
        self._render_cover = lru_cache(COVERS_KEPT)(self._rendered)
        self._intact = lru_cache(1)(self._is_intact)
        self.browsing = Browsing(self._reading)

    @classmethod
    def open(
        cls,
        folder: str | Path | None = None,
        *,
        create: bool = False,
        must_exist: bool = True,
        encoder: Encoder | None = None,
        settings: Settings | None = None,
    ) -> KindSearch:
        """Open the index in ``folder`` (default: the setting). With ``create`` an empty one is made if need be.

        Where it need not exist and does not, nothing is made: all there is to do is to :meth:`plan`. Raises NoIndex,
        DamagedIndex, IncompatibleIndex, ModelNotFound.
        """
        archive = cls._of(folder, encoder, settings)
        if create and not (archive.folder / FILE).is_file():
            with archive._writing():
                pass
        if not must_exist and identity_of(archive.folder) is None:
            return archive
        catalog = Catalog.open(archive.folder)
        try:
            with foreign_errors(archive.folder):
                archive._check(catalog)
        finally:
            catalog.close()
        return archive

    @classmethod
    def restore(
        cls,
        file: str | Path,
        folder: str | Path | None = None,
        *,
        encoder: Encoder | None = None,
        settings: Settings | None = None,
    ) -> KindSearch:
        """Put a backup in place of the index in ``folder`` (default: the setting), or make an index of it, and open it.

        People who are to be forgotten by the index that was there stay forgotten. Raises BadBackup, IndexLocked,
        IncompatibleIndex; the index is then as it was.
        """
        archive, file = cls._of(folder, encoder, settings), Path(file)
        if not file.is_file():
            raise BadBackup(file, "there is no such file")
        with foreign_errors(archive.folder), only_writer(archive.folder):
            upkeep.restore(file, archive.folder, archive._encoder, archive._check, feedback.tidy)
        return archive

    @classmethod
    def _of(cls, folder: str | Path | None, encoder: Encoder | None, settings: Settings | None) -> KindSearch:
        settings = settings or Settings.from_environment()
        place = Path(folder) if folder is not None else settings.index
        return cls(place, encoder or encoder_of(settings.model, settings.encoder, settings.cache), settings)

    # ------------------------------------------------------------ the verbs

    def ingest(self, *paths: str | Path, progress: Progress | None = None) -> IngestReport:
        """Bring the index up to date with files and folders (default: the corpus setting).

        Files that can't be read are named in the report; the rest is ingested. Raises IndexLocked where another
        process is writing, BadRequest for a path that is not there.
        """
        with self._writing() as catalog:
            return ingesting.ingest(
                catalog, self._encoder, self._places(paths), self.limits, feedback.tidy, progress or (lambda *_: None)
            )

    def plan(self, *paths: str | Path) -> IngestReport:
        """What :meth:`ingest` would do, as far as can be said without reading the files. Raises BadRequest.

        Where there is no index yet that is a first one; none is made.
        """
        there = identity_of(self.folder) is not None
        catalog = Catalog.open(self.folder) if there else Catalog.in_memory(self.folder)
        try:
            with foreign_errors(self.folder):
                return ingesting.planned(catalog, self._places(paths))
        finally:
            catalog.close()

    def watch(
        self, *paths: str | Path, quiet_seconds: float = 2.0, stop: threading.Event | None = None
    ) -> Iterator[IngestReport]:
        """Ingest, and again whenever files have changed and then rested for ``quiet_seconds``.

        Yields the first report, then those of something changed, or mended. Goes on until ``stop`` is set. While
        another process writes to the index, it waits. What keeps a later ingest from being done is reported as a
        failure, and it is tried again until it is: a disk is full for a while, a file that says what to ignore is half
        written. Raises BadRequest for a path that is not there or can't be watched, and what the first ingest raises.
        """
        places, stop = self._places(paths), stop or threading.Event()
        last: IngestReport | None = None
        for _ in rests(places, quiet_seconds, stop):
            for report in self._ingested_at_last(places, stop, last):
                before = last and (last.generation, last.failed)
                last = report
                if report.changed_something or (report.generation, report.failed) != before:
                    yield report  # also where notes changed, and no file; or where nothing is wrong any more

    def _ingested_at_last(
        self, places: list[Path], stop: threading.Event, last: IngestReport | None
    ) -> Iterator[IngestReport]:
        """What an ingest did, after each reason that kept it from being done; nothing more where ``stop`` was set.

        ``last`` is the report before, None before the first: what is wrong from the start is for whoever started it.
        """
        told = None
        while True:
            try:
                report = self.ingest(*places)
            except IndexLocked:
                seconds = BUSY_SECONDS
            except (BadRequest, StorageFailed) as error:
                if last is None:
                    raise
                seconds, failure = WRONG_SECONDS, _failure_of(error)
                if failure != told:
                    yield IngestReport(failed=(failure,), passages=last.passages, generation=last.generation)
                told = failure
            else:
                yield report
                return
            if stop.wait(seconds):
                return

    def remove(self, *sources: str) -> list[Path]:
        """Take documents out of the index; returns the files of theirs that are still there.

        Raises BadRequest for a source that the index does not hold, IndexLocked.
        """
        with self._writing() as catalog:
            places = erasing.remove(catalog, self._encoder, sources, feedback.tidy)
        return [place.path for place in places if place.path.is_file()]

    def traces_of(self, person: str) -> Traces:
        """All that the archive holds of a person, by any of her names. Raises BadRequest for nobody, or for several."""
        with self._catalog() as catalog, catalog.reading():
            return erasing.traces_of(catalog, person)

    def forget(self, person: str, *, anonymise: bool = False) -> tuple[Receipt, Path]:
        """Take out what a person said, or with ``anonymise`` her name alone, and remember it for later ingests.

        Returns the receipt and where it was written. Raises BadRequest for nobody, or for several, IndexLocked.
        """
        with self._writing() as catalog:
            receipt = erasing.forget(catalog, self._encoder, person, anonymise, feedback.tidy)
        return receipt, self.folder / upkeep.RECEIPTS / receipt.file_name

    def backup(self, file: str | Path) -> Path:
        """Copy all that the index holds into one file, as of now; an ingest may go on meanwhile. Returns its path.

        Raises BadRequest for a place where it can't be written, DamagedIndex, StorageFailed.
        """
        with self._catalog() as catalog:
            upkeep.backup(catalog, Path(file))
        return Path(file)

    def doctor(self) -> Checkup:
        """Go through all that the index holds, make its files again if need be, and tidy up after crashes.

        Raises DamagedIndex where the catalog itself is damaged, IndexLocked.
        """
        with self._writing(tidy=False) as catalog:
            return upkeep.check_and_mend(catalog)

    def search(
        self,
        question: str,
        k: int | None = None,
        where: Filter | None = None,
        *,
        by: Literal["passage", "session"] = "passage",
        literal: bool = False,
        unread: Collection[Reading] = (),
    ) -> list[Hit]:
        """The ``k`` best passages for a question (default: the setting), best first.

        By session, they are the best passages of as many sessions, that one first in which most speaks for it. With a
        filter fewer come back only if the archive holds no more. With ``literal`` nothing is read in the question: its
        words alone are looked for; ``unread`` names what else is not to be read in it. Raises BadRequest for an empty
        question, a ``k`` outside 1..100, or a filter whose time ends before it begins; NotInArchive, which is one, for
        a filter whose session or speaker the archive does not know.
        """
        text, shown, where = self._noted(question), self._shown(k), self._checked_filter(where)
        begun = self._begun(text, literal)
        with self._reading() as (catalog, engines):
            asked, lookup = self._asked(engines, text, literal, unread), self._lookup(catalog, engines)
            if by == "session":
                return lookup.best_of_sessions(asked, begun, shown, where)
            return [item.hit for item in lookup.found(asked, begun, shown, where).found[:shown]]

    def ask(
        self,
        question: str,
        k: int | None = None,
        where: Filter | None = None,
        *,
        literal: bool = False,
        unread: Collection[Reading] = (),
    ) -> Answer:
        """Answer a question with quotes and citations, or say that the archive does not. Raises as :meth:`search`."""
        text, shown, where = self._noted(question), self._shown(k), self._checked_filter(where)
        begun = self._begun(text, literal)
        with self._reading() as (catalog, engines):
            if not len(engines.columns):
                return Answer(text, False, 0.0, answering.EMPTY)
            asked = self._asked(engines, text, literal, unread)
            looked = self._lookup(catalog, engines).found(asked, begun, shown, where)
            if not looked.in_time:
                hits = tuple(item.hit for item in looked.found[:shown])
                understood = looked.asked.understood.in_words
                return Answer(text, False, 0.0, answering.NO_SESSION, (), hits, understood=understood)
            return answering.answer(
                looked.asked,
                looked.encoded,
                looked.found,
                retrieval.Searched.of(engines.columns, looked.among),
                engines.words,
                catalog.text_of,  # as the file has it now: what is quoted is compared with that
                catalog.links_of,
                shown,
                looked.people or frozenset(),
            )

    def read(self, question: str, *, literal: bool = False, unread: Collection[Reading] = ()) -> tuple[Read, ...]:
        """What is read in a question beside its topic, each with the filter that says the same, where one does.

        A time that belongs to the topic, for no session is of it, is not among it. Raises as :meth:`search`.
        """
        text = self._checked(question)
        with self._reading() as (catalog, engines):
            asked = self._asked(engines, text, literal, unread)
            searched = asked.time is None or looking.narrows(catalog, engines, asked.time)
        return tuple(one for one in asked.read if searched or one.reading != Reading.TIME)

    def counts(self, where: Filter | None = None) -> Counts:
        """How many passages each choice of a filter lets through, beside the other sides of ``where``.

        A session or a speaker that the archive does not know lets none through, and is no error here. Raises BadRequest
        for what can be no name.
        """
        where = where or Filter()
        self._check_filter(where)
        with self._reading() as (_, engines):
            return self._counting(engines).counts(where, speakers_of(where, engines))

    def brief(
        self,
        topic: str,
        *,
        sessions: Collection[str] = (),
        without_sessions: Collection[str] = (),
        people: Collection[str] = (),
        without_people: Collection[str] = (),
        since: PartialDate | None = None,
        until: PartialDate | None = None,
    ) -> Brief:
        """All that the archive says on a topic, for whoever speaks on it next: quoted, counted, with citations.

        Sessions are given by id, people by id or any part of a name; with neither it is the whole archive. A time in
        the topic ("rest, in 2024") stands for ``since`` and ``until`` where neither they nor sessions are given. Raises
        BadRequest for an empty topic, or a time that ends before it begins; NotInArchive, which is one, for sessions or
        people that the archive does not know.
        """
        text = self._noted(topic)
        _check_time(since, until)
        for field, names in {"sessions": (*sessions, *without_sessions), "people": (*people, *without_people)}.items():
            self._check_names(field, *names)
        with self._reading() as (catalog, engines):
            choice = briefing.chosen(engines, sessions, without_sessions, people, without_people, since, until)
            # A title in it is a topic, too: no session is chosen by it
            asked = self._asked(engines, text)
            time = asked.time
            is_open = not (since or until or sessions)
            if time and is_open and looking.narrows(catalog, engines, time):
                choice = replace(choice, since=time.since, until=time.until)
            among = briefing.positions_of(choice, asked.within, engines)
            return briefing.brief(self._all_on(asked, among, catalog, engines), choice, catalog, engines)

    def rate(self, question: str, passage: Passage, *, helpful: bool, remark: str | None = None) -> Rating:
        """Remember whether a passage that was shown for a question helped, in place of what was said of it before.

        Question and remark are kept without the names of people who are to be forgotten. Raises BadRequest for an empty
        question, or one or a remark that is too long, IndexLocked.
        """
        text = self._checked(question)
        if remark is not None and len(remark) > self.settings.question_characters:
            raise BadRequest("remark", f"longer than {self.settings.question_characters:,} characters")
        said = without_half_characters(remark).strip() if remark else None
        with self._catalog() as catalog:
            return feedback.rate(catalog, text, passage, helpful, said or None)

    def ratings(self) -> list[Rating]:
        """What was rated, by question."""
        with self._catalog() as catalog, catalog.reading():
            return catalog.ratings()

    def sessions(self) -> list[SessionSummary]:
        """The sessions of the archive, newest first."""
        return self.browsing.sessions()

    def people(self) -> list[PersonSummary]:
        """Everybody whose words the archive holds, by name, with the names they are written by."""
        return self.browsing.people()

    def resources(self) -> list[Resource]:
        """What was recommended, newest first: its link, the passage that tells of it, who recommended it."""
        return self.browsing.resources()

    def status(self) -> Status:
        """What the index holds."""
        with self._catalog() as catalog, catalog.reading():
            counts = catalog.counts()
            return Status(
                index=self.folder,
                generation=catalog.generation,
                model=catalog.meta("model") or self._encoder.name,
                documents=counts["documents"],
                passages=counts["passages"],
                sessions=counts["sessions"],
                derived_files_intact=self._intact(
                    catalog.file, catalog.generation, int(time.monotonic() / INTACT_SECONDS)
                ),
                left_out=tuple(catalog.left_out()),
                private_messages=catalog.private_messages(),
            )

    def _is_intact(self, _file: FileIdentity, _generation: int, _while: int) -> bool:
        """Whether the index files are whole. Each is read for that, so what is found counts for a while."""
        with self._catalog() as catalog:
            return derived.is_intact(catalog)

    # ------------------------------------------------------------ a passage at its source

    def passage(self, passage_id: str) -> Passage | None:
        """A passage by its id; None where there is none (any more)."""
        with self._catalog() as catalog, catalog.reading():
            return catalog.passage(passage_id)

    def around(self, passage: Passage, statements: int = 12) -> Passage:
        """The passage with up to so many statements of its document before it, and as many after it.

        Text and statements are those of the wider stretch; all else is as in ``passage``.
        """
        with self._catalog() as catalog, catalog.reading():
            text = catalog.text_of(passage.document_id)
            others = catalog.passages_of(passage.document_id)
        if text is None or text[passage.start : passage.end] != passage.text:  # taken out, or changed, meanwhile
            return passage
        known = {statement.start: statement for other in others for statement in other.statements}
        in_order = [known[start] for start in sorted(known)]
        before = [s for s in in_order if s.end <= passage.start]
        after = [s for s in in_order if s.start >= passage.end]
        near = (*before[max(len(before) - statements, 0) :], *passage.statements, *after[:statements])
        start, end = near[0].start, near[-1].end
        return replace(passage, start=start, end=end, text=text[start:end], statements=near)

    def boxes(self, passage: Passage, start: int | None = None, end: int | None = None) -> list[Box]:
        """Where the words of a passage, or of ``start:end`` of its document, are drawn on their pages."""
        with self._catalog() as catalog, catalog.reading():
            return catalog.boxes_of(
                passage.document_id,
                passage.start if start is None else start,
                passage.end if end is None else end,
            )

    def page_count(self, passage: Passage) -> int:
        """How many pages the passage's document has; 0 where its source has none."""
        with self._catalog() as catalog, catalog.reading():
            return len(catalog.pages_of(passage.document_id))

    def page_size(self, passage: Passage, page: int) -> tuple[float, float]:
        """Width and height in points of a page (from 1) of the passage's document. Raises BadRequest for no page."""
        with self._catalog() as catalog, catalog.reading():
            pages = catalog.pages_of(passage.document_id)
        if not 1 <= page <= len(pages):
            raise BadRequest("page", f"{passage.source} has {len(pages)} pages, not a page {page}")
        return pages[page - 1].width, pages[page - 1].height

    def page_image(self, passage: Passage, page: int, width: int = 1200) -> bytes:
        """PNG of a page of the passage's document, ``width`` pixels wide.

        Raises UnreadableFile where the file is gone, or is no longer the one that was ingested, Busy where too many
        pages are drawn.
        """
        with self._catalog() as catalog, catalog.reading():
            pages = catalog.pages_of(passage.document_id)
        if 1 <= page <= len(pages) and pages[page - 1].withheld:
            raise UnreadableFile(passage.source, f"page {page} is not shown: somebody on it asked to be forgotten")
        return self._render(passage.document_id, passage.source, page, width)

    def cover(self, session_id: str, width: int = 640) -> bytes:
        """PNG of the first page of a session's pack, ``width`` pixels wide.

        Raises BadRequest where the session has no pack with pages, UnreadableFile and Busy as :meth:`page_image` does.
        """
        file = next((one for one in self.browsing.files() if one.session_id == session_id and one.cover), None)
        if file is None:
            raise BadRequest("session", "no pack of it has a page to be shown")
        return self._render_cover(file.document_id, file.source, 1, width)

    def _rendered(self, document_id: str, source: str, page: int, width: int) -> bytes:
        with self._catalog() as catalog:
            root = catalog.root_of(document_id)
        if root is None or not (root / source).is_file():
            raise UnreadableFile(source, "the file is no longer where it was ingested from")
        file = source_file(root, source)
        if file.sha256 != document_id:
            raise UnreadableFile(source, "the file has changed since it was ingested: run  kindsearch ingest")
        with self._drawing.turn():  # what is kept of those drawn before need not wait
            return render_page(file.path, source, page, width, self.limits, file.password)

    # ------------------------------------------------------------ inside

    def _checked(self, question: str) -> str:
        """A question in good order. Raises BadRequest for an empty one, or one that is too long."""
        text = on_one_line(question)
        if not text:
            raise BadRequest("question", "ask something")
        if len(text) > self.settings.question_characters:
            raise BadRequest("question", f"longer than {self.settings.question_characters:,} characters: shorten it")
        return text

    def _noted(self, question: str) -> str:
        """The same of a question that is now answered; it is written into the log, if that is wanted."""
        text = self._checked(question)
        if self.settings.log_questions:
            _log.info("asked", extra={"data": {"question": text}})
        return text

    def _shown(self, k: int | None) -> int:
        """How many passages to show. Raises BadRequest for none, or too many."""
        most = self.settings.most_passages
        if k is None:
            return min(self.settings.passages_per_answer, most)
        if not 1 <= k <= most:
            raise BadRequest("k", f"must be from 1 to {most}, not {k}")
        return k

    def _check_names(self, field: str, *names: str) -> None:
        """Raises BadRequest for too many names, and for what can be no name in the archive."""
        if len(names) > self.settings.most_names:
            raise BadRequest(field, f"more than {self.settings.most_names}: choose fewer")
        for name in names:
            if len(name) > self.settings.name_characters:
                raise BadRequest(field, f"longer than {self.settings.name_characters} characters: no name is")
            if holds_half_character(name):
                raise BadRequest(field, "it holds half a character: send UTF-8")

    def _checked_filter(self, where: Filter | None) -> Filter:
        """A filter that can let something through, as far as can be said without the archive. Raises BadRequest."""
        where = where or Filter()
        self._check_filter(where)
        _check_time(where.since, where.until)
        return where

    def _check_filter(self, where: Filter) -> None:
        for field, name in {"session": where.session, "speaker": where.speaker}.items():
            self._check_names(field, *([] if name is None else [name]))

    def _places(self, paths: Sequence[str | Path]) -> list[Path]:
        return [Path(path) for path in paths] or [self.settings.corpus]

    @contextmanager
    def _writing(self, *, tidy: bool = True) -> Iterator[Catalog]:
        """A connection for writing, while no other process writes.

        Raises IndexLocked, IncompatibleIndex, StorageFailed.
        """
        with foreign_errors(self.folder), only_writer(self.folder), closing(Catalog.create(self.folder)) as catalog:
            self._check(catalog)  # another index may have been put there since this one was opened
            if tidy:
                upkeep.tidy_up(catalog)
            try:
                yield catalog
            finally:  # what an attempt left behind may be what fills the disk
                if tidy:
                    upkeep.tidy_up(catalog)

    @property
    def limits(self) -> Limits:
        """What reading one file may take."""
        chosen = self.settings
        return Limits(
            seconds=chosen.reader_seconds,
            file_bytes=chosen.reader_file_mb * 2**20,
            memory_bytes=chosen.reader_memory_mb * 2**20,
            answer_bytes=chosen.reader_answer_mb * 2**20,
            pages=chosen.reader_pages,
            characters=chosen.reader_characters,
        )

    def _check(self, catalog: Catalog) -> None:
        """Refuse an index that was made with another model or analyser."""
        made_with = catalog.meta("encoder")
        if made_with is not None and made_with != self._encoder.fingerprint:
            raise IncompatibleIndex(self.folder, "the model", made_with, self._encoder.fingerprint)
        analyser = catalog.meta("analyser")
        if analyser is not None and analyser != ANALYSER:
            raise IncompatibleIndex(self.folder, "the analyser", analyser, ANALYSER)

    @contextmanager
    def _catalog(self) -> Iterator[Catalog]:
        """The calling thread's connection to the catalog, opened anew where that was deleted or replaced meanwhile."""
        with foreign_errors(self.folder):
            catalog: Catalog | None = getattr(self._local, "catalog", None)
            if catalog is None or catalog.file != identity_of(self.folder):
                self._local.catalog = None  # not closed: whoever called us may be reading from it
                catalog = Catalog.open(self.folder)
                self._check(catalog)
                self._local.catalog = catalog
            yield catalog

    @contextmanager
    def _reading(self) -> Iterator[tuple[Catalog, Engines]]:
        """One commit of the catalog, and the engines of that very generation."""
        with self._catalog() as catalog, self._engines_of_a_commit(catalog) as engines, one_thread():
            yield catalog, engines

    @contextmanager
    def _engines_of_a_commit(self, catalog: Catalog) -> Iterator[Engines]:
        """The engines of one commit, which is all that is read of the catalog meanwhile.

        A writer may end its change, and delete what was before, while the files of this commit are looked at. So a
        later commit is tried before anything is made again, which takes time in proportion to the archive.
        """
        with catalog.reading():
            tried = catalog.generation
            engines = self._engines(catalog, derived.opened)
            if engines:
                yield engines
                return
        with catalog.reading():
            engines = self._engines(catalog, derived.made_again if catalog.generation == tried else derived.load)
            assert engines
            yield engines

    def _engines(self, catalog: Catalog, by: Callable[[Catalog], Engines | None]) -> Engines | None:
        """The engines of the catalog's generation: those of the question before, or what ``by`` gives, if it does.

        Generations of two catalogs have the same numbers. The one that the engines were loaded from is kept with them:
        while it is open, no other file has its identity.
        """
        with self._lock:
            if self._loaded:
                source, engines = self._loaded
                if (source.file, engines.generation) == (catalog.file, catalog.generation):
                    return engines
            found = by(catalog)
            if found:
                self._loaded = catalog, found
            return found

    def _known(self, engines: Engines) -> Known:
        """The speakers and sessions of a generation, prepared at its first question."""
        with self._lock:
            if self._prepared is None or self._prepared[0] is not engines:
                self._prepared = engines, Known.of(engines.people, engines.sessions)
            return self._prepared[1]

    def _counting(self, engines: Engines) -> Counting:
        """Who speaks where, prepared when passages of a generation are first counted."""
        with self._lock:
            if self._counted is None or self._counted.engines is not engines:
                self._counted = Counting.of(engines)
            return self._counted

    def _asked(self, engines: Engines, text: str, literal: bool = False, unread: Collection[Reading] = ()) -> Question:
        """A question, understood."""
        return understand(text, self._known(engines), engines.words.__contains__, literal=literal, unread=unread)

    def _begun(self, text: str, literal: bool) -> retrieval.Ahead | None:
        """The encoding of a question, which takes longer than all that comes before its vector is needed.

        None where it is better to understand the question first.
        """
        prepared = self._prepared  # for the question before, perhaps of an older generation
        likely = likely_matched(text, prepared[1] if prepared else Known(), literal)
        return None if likely is None else retrieval.ahead(likely, self._encoder)

    def _lookup(self, catalog: Catalog, engines: Engines) -> looking.Lookup:
        return looking.Lookup(catalog, engines, self._encoder, self._reranker, self.settings.candidates)

    def _all_on(self, asked: Question, among: Numbers | None, catalog: Catalog, engines: Engines) -> briefing.Looked:
        """Whatever may touch a topic, best first: more is looked at until most of it does not."""
        encoded = retrieval.encode(asked, self._encoder, engines, among)
        searched = retrieval.Searched.of(engines.columns, among)
        most = briefing.FIRST_LOOK
        while True:
            found = retrieval.retrieve(asked, encoded, engines, catalog, most, most, among)
            touched = briefing.touching(asked, encoded, found, engines.words, searched)
            if most >= searched.all or len(touched) < len(found) / 2:
                return briefing.Looked(asked, encoded, found, touched)
            most *= 4


def _check_time(since: PartialDate | None, until: PartialDate | None) -> None:
    """Raises BadRequest for a time that ends before it begins."""
    if since and until and since.first_day > until.last_day:
        raise BadRequest("since", f"{since} lies after until, which is {until}: swap them")


def _failure_of(error: BadRequest | StorageFailed) -> Failure:
    """What kept a whole ingest from being done, as a line of its report."""
    what = error.field if isinstance(error, BadRequest) else "the index"
    return Failure(what, f"nothing was ingested ({error.detail}): it is tried again until it can be")
