"""What is known of each passage beside its words and vectors, in columns: filters and neighbours are found here.

A passage has a position, from 0; those of one document stand together, in the order of its text.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kindsearch.stores import arrays, durable
from kindsearch.stores.arrays import Floats, Mask, Numbers, Ragged, merged, reduced
from kindsearch.types import Filter, Kind, Passage

KINDS = tuple(Kind)
NO_RUN = -1
FILE = "columns.json"
_ARRAYS = ("rows", "ids", "kinds", "sessions", "illustrative", "runs", "speaker_names", "speaker_offsets")


@dataclass(frozen=True)
class Columns:
    """Columns of passages: ``rows`` are those of the catalog, ``ids`` theirs in bytes, ``kinds`` numbers of
    :data:`KINDS`.

    ``sessions`` are numbers of ``session_ids``, ``speakers`` numbers of ``names``, which are (session id, name as
    written). ``runs`` say to which run of speech a window belongs, a section of one transcript; -1 for what was
    written. ``documents`` are (id, number of passages), in order.
    """

    rows: Numbers
    ids: NDArray[np.bytes_]
    kinds: NDArray[np.int8]
    sessions: NDArray[np.int32]
    illustrative: Mask
    runs: NDArray[np.int32]
    speakers: Ragged
    session_ids: tuple[str, ...]
    names: tuple[tuple[str, str], ...]
    documents: tuple[tuple[str, int], ...]

    @classmethod
    def none(cls) -> Columns:
        """Columns of no passages."""
        return cls.of([], [], (), ())

    @classmethod
    def of(
        cls,
        rows: Collection[int],
        passages: Collection[Passage],
        session_ids: tuple[str, ...],
        names: tuple[tuple[str, str], ...],
    ) -> Columns:
        """From passages with their rows, documents together; sessions and names get the numbers after those given."""
        session_number = {session_id: number for number, session_id in enumerate(session_ids)}
        name_number = {name: number for number, name in enumerate(names)}
        documents: dict[str, int] = {}
        speakers, runs = list[list[int]](), list[int]()
        last, run = None, NO_RUN
        for passage in passages:
            documents[passage.document_id] = documents.get(passage.document_id, 0) + 1
            session_number.setdefault(passage.session.id, len(session_number))
            own = ((passage.session.id, name) for name in passage.speakers)
            speakers.append([name_number.setdefault(name, len(name_number)) for name in own])
            stretch = passage.document_id, passage.section, passage.is_speech
            run, last = run + (stretch != last), stretch
            runs.append(run if passage.is_speech else NO_RUN)
        return cls(
            rows=np.fromiter(rows, np.int64),
            ids=np.array([passage.id for passage in passages], dtype="S16"),
            kinds=np.array([KINDS.index(passage.kind) for passage in passages], dtype=np.int8),
            sessions=np.array([session_number[passage.session.id] for passage in passages], dtype=np.int32),
            illustrative=np.array([passage.is_illustrative for passage in passages], dtype=np.bool_),
            runs=np.array(runs, dtype=np.int32),
            speakers=Ragged.of(speakers),
            session_ids=tuple(session_number),
            names=tuple(name_number),
            documents=tuple(documents.items()),
        )

    # ------------------------------------------------------------ files, and change

    def save(self, folder: Path) -> None:
        """Write into ``folder``."""
        columns = (self.rows, self.ids, self.kinds, self.sessions, self.illustrative, self.runs)
        arrays.save(folder, dict(zip(_ARRAYS, (*columns, self.speakers.values, self.speakers.offsets), strict=True)))
        known = {"sessions": self.session_ids, "names": self.names, "documents": self.documents}
        durable.write_text(folder / FILE, json.dumps(known, ensure_ascii=False))

    @classmethod
    def load(cls, folder: Path) -> Columns:
        """Read what :meth:`save` wrote; the caller has checked the files."""
        rows, ids, kinds, sessions, illustrative, runs, names, offsets = arrays.load(folder, _ARRAYS)
        known = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return cls(
            rows,
            ids,
            kinds,
            sessions,
            illustrative,
            runs,
            Ragged(names, offsets),
            session_ids=tuple(known["sessions"]),
            names=tuple((session_id, name) for session_id, name in known["names"]),
            documents=tuple((id_, many) for id_, many in known["documents"]),
        )

    def kept(self, keep: Mask) -> Columns:
        """Without the passages that are not to be kept, nor the names and sessions that only they have."""
        ends = np.cumsum([size for _, size in self.documents], dtype=np.int64)
        left = np.diff(np.concatenate([[0], np.cumsum(keep)[ends - 1]])) if len(ends) else ends
        sessions, session_ids = _renumbered(self.sessions[keep], self.session_ids)
        speakers = self.speakers.kept(keep)
        numbers, names = _renumbered(speakers.values, self.names)
        return Columns(
            rows=self.rows[keep],
            ids=self.ids[keep],
            kinds=self.kinds[keep],
            sessions=sessions,
            illustrative=self.illustrative[keep],
            runs=self.runs[keep],
            speakers=replace(speakers, values=numbers),
            session_ids=session_ids,
            names=names,
            documents=tuple((id_, int(size)) for (id_, _), size in zip(self.documents, left, strict=True) if size),
        )

    def followed_by(self, new: Columns) -> Columns:
        """These passages, then new ones, whose columns were made with the sessions and names of these."""
        runs = np.where(new.runs == NO_RUN, NO_RUN, new.runs + 1 + self.runs.max(initial=NO_RUN))
        return Columns(
            rows=np.concatenate([self.rows, new.rows]),
            ids=np.concatenate([self.ids, new.ids]),
            kinds=np.concatenate([self.kinds, new.kinds]),
            sessions=np.concatenate([self.sessions, new.sessions]),
            illustrative=np.concatenate([self.illustrative, new.illustrative]),
            runs=np.concatenate([self.runs, runs.astype(np.int32)]),
            speakers=Ragged.joined([self.speakers, new.speakers]),
            session_ids=new.session_ids,
            names=new.names,
            documents=(*self.documents, *new.documents),
        )

    # ------------------------------------------------------------ what a search asks

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def _by_row(self) -> Numbers:
        return np.argsort(self.rows, kind="stable")

    def positions_of(self, rows: Numbers) -> Numbers:
        """The positions of passages, which are among these, by their rows in the catalog."""
        found: Numbers = self._by_row[np.searchsorted(self.rows, rows, sorter=self._by_row)]
        return found

    def matching(self, where: Filter, days_of: Mapping[str, tuple[int, int] | None], speakers: Numbers | None) -> Mask:
        """Which passages a filter lets through: (passages,).

        ``days_of`` has the first and last day that a session can mean, None where it has no date; ``speakers`` are the
        numbers of the names that the filter's speaker may be written by.
        """
        sessions = {
            number: days_of.get(session_id)
            for number, session_id in enumerate(self.session_ids)
            if where.session in {None, session_id}
        }
        if where.since is not None:
            sessions = {number: days for number, days in sessions.items() if days and days[1] >= where.since.first_day}
        if where.until is not None:
            sessions = {number: days for number, days in sessions.items() if days and days[0] <= where.until.last_day}
        passed = self._of(self.sessions, len(self.session_ids), sessions)
        if where.kind is not None:
            passed &= self.kinds == KINDS.index(where.kind)
        if speakers is not None:
            hers = self._of(self.speakers.values, len(self.names), speakers)
            passed &= reduced(np.logical_or, hers, np.diff(self.speakers.offsets))
        return passed

    def in_sessions(self, session_ids: Collection[str]) -> Mask:
        """Which passages are of these sessions: (passages,)."""
        numbers = [number for number, session_id in enumerate(self.session_ids) if session_id in session_ids]
        return self._of(self.sessions, len(self.session_ids), numbers)

    def of_kinds(self, kinds: Collection[Kind]) -> Mask:
        """Which passages are of these kinds: (passages,)."""
        return self._of(self.kinds, len(KINDS), [KINDS.index(kind) for kind in kinds])

    @staticmethod
    def _of(values: NDArray[np.integer], many: int, wanted: Iterable[int] | Numbers) -> Mask:
        """Which values, numbers below ``many``, are wanted: faster by a table than by looking each up."""
        table = np.zeros(many + 1, dtype=np.bool_)
        table[np.fromiter(wanted, np.int64)] = True
        passed: Mask = table[values]
        return passed

    # ------------------------------------------------------------ which windows of speech follow one another

    def are_speech(self, positions: Numbers) -> Mask:
        """Which of the passages are windows of speech."""
        spoken: Mask = self.runs[positions] != NO_RUN
        return spoken

    @cached_property
    def windows(self) -> int:
        """How many passages are windows of speech."""
        return int(np.count_nonzero(self.runs != NO_RUN))

    def around(self, positions: Numbers, reach: int) -> Numbers:
        """The windows among ``positions``, which ascend, and those up to ``reach`` places away in their run: ascending.

        What is said stands in several turns: somebody asks, another answers, a third comes back to it. So a window is
        judged by its neighbours too.
        """
        windows = positions[self.are_speech(positions)]
        first, end = self._bounds
        starts = np.maximum(windows - reach, first[windows])
        return merged(starts, np.minimum(windows + reach + 1, end[windows]))

    @cached_property
    def _bounds(self) -> tuple[Numbers, Numbers]:
        """Where the run begins in which a window stands, and where it ends: (passages,) each."""
        begins = np.flatnonzero(np.diff(self.runs, prepend=np.iinfo(np.int32).min))
        sizes = np.diff(begins, append=len(self))
        return np.repeat(begins, sizes), np.repeat(begins + sizes, sizes)

    def averaged(self, values: Floats, windows: Numbers, reach: int) -> Floats:
        """For each window the mean of the values within ``reach`` places of it in its run: (len(windows),).

        The nearer, the more a value counts (a triangular kernel). ``values`` are those of ``windows``, which ascend;
        the mean is over those that are given.
        """
        if not len(windows):
            return np.zeros(0, dtype=np.float32)
        apart = np.minimum(np.diff(windows), reach + 1)
        apart[np.diff(self.runs[windows]) != 0] = reach + 1  # out of each other's reach
        places = np.concatenate([[0], np.cumsum(apart)])
        line = np.zeros((2, int(places[-1]) + 1))
        line[0, places], line[1, places] = values, 1
        kernel = 1.0 + reach - np.abs(np.arange(-reach, reach + 1))
        total, weight = (np.convolve(row, kernel)[reach : reach + line.shape[1]][places] for row in line)
        means: Floats = (total / weight).astype(np.float32)
        return means


def _renumbered(numbers: NDArray[np.int32], names: tuple[Any, ...]) -> tuple[NDArray[np.int32], tuple[Any, ...]]:
    """Numbers of names, and the names, without those that no number stands for."""
    used = np.zeros(len(names), dtype=np.bool_)
    used[numbers] = True
    new = (np.cumsum(used) - 1).astype(np.int32)
    return new[numbers], tuple(name for name, kept in zip(names, used, strict=True) if kept)
