"""A question to an archive: where it is looked for, how far, and in which order what is found comes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kindsearch import ordering, retrieval
from kindsearch.encoders import Encoder
from kindsearch.marking import matched_words
from kindsearch.naming import known_speakers_of
from kindsearch.questions import Question, TimeSpan
from kindsearch.quoting import BEST_HITS
from kindsearch.rerankers import Reranker
from kindsearch.settings import MAX_K
from kindsearch.stores.arrays import Mask, Numbers
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.derived import Engines
from kindsearch.stores.words import WordIndex
from kindsearch.types import Filter, Hit

LOOKED_THROUGH = 1_000  # passages with all words of a time, in which it may stand as the question has it


@dataclass(frozen=True)
class Looked:
    """What was understood and found: among which passages, of which people, and whether of the time asked about."""

    asked: Question
    encoded: retrieval.Encoded
    found: list[retrieval.Found]
    among: Numbers | None
    people: frozenset[str] | None
    in_time: bool


@dataclass(frozen=True)
class Lookup:
    """What is looked in, one commit of an archive with its engines, and what with.

    Each engine proposes ``candidates`` passages, or more where more are to be shown.
    """

    catalog: Catalog
    engines: Engines
    encoder: Encoder
    reranker: Reranker | None
    candidates: int

    def found(
        self,
        asked: Question,
        begun: retrieval.Ahead | None,
        shown: int,
        where: Filter,
        without_sessions: frozenset[str] = frozenset(),
    ) -> Looked:
        """Look for a question, until ``shown`` passages are found or there are no more.

        Raises NotInArchive for a filter whose session or speaker the archive does not know.
        """
        engines = self.engines
        people = known_speakers_of(where, engines)
        among, in_time = _narrowed(self.catalog, engines, where, people, asked)
        if asked.asks_for_all_they_said:
            among = _where_they_speak(engines, asked.people, among)
        if without_sessions:
            others = np.flatnonzero(~engines.columns.in_sessions(without_sessions))
            among = others if among is None else np.intersect1d(among, others)
        encoded = retrieval.encode(asked, self.encoder, engines, among, begun)
        found = self._retrieved(asked, encoded, shown, among)
        if self.reranker:
            found = ordering.reranked(found, asked, self.reranker)
        if asked.asks_for:
            found = ordering.spread(found, by_person=asked.asks_for == "people")
        found[:shown] = _with_matches(found[:shown], asked, engines.words)
        return Looked(asked, encoded, found, among, people, in_time)

    def best_of_sessions(self, asked: Question, begun: retrieval.Ahead | None, shown: int, where: Filter) -> list[Hit]:
        """The best hit of each of so many sessions: while one fills all places, it is looked for beside it."""
        hits, sessions = list[Hit](), frozenset[str]()
        while len(sessions) < min(shown, len(self.engines.columns.session_ids)):
            more = [item.hit for item in self.found(asked, begun, MAX_K, where, sessions).found]
            if not more:
                break
            hits += more
            sessions |= {hit.passage.session.id for hit in more}
        in_order = ordering.first_of_each_session if self.reranker else ordering.by_session
        return in_order(hits)[:shown]

    def _retrieved(
        self, asked: Question, encoded: retrieval.Encoded, shown: int, among: Numbers | None
    ) -> list[retrieval.Found]:
        searched = len(among) if among is not None else len(self.engines.columns)
        candidates = max(self.candidates, shown)
        most = max(shown, ordering.RERANKED if self.reranker else BEST_HITS)
        if asked.names or asked.asks_for:  # then some are passed over
            most = candidates
        while True:
            found = retrieval.retrieve(asked, encoded, self.engines, self.catalog, candidates, most, among)
            if len(found) >= shown or candidates >= searched:
                return found
            candidates *= 4  # neighbours are read as one, and so there are fewer


def _narrowed(
    catalog: Catalog, engines: Engines, where: Filter, people: frozenset[str] | None, asked: Question
) -> tuple[Numbers | None, bool]:
    """The positions to search, None for all: those of the filter, and of what the question says itself.

    False where the archive has no session of the question's time. A time of which the archive's texts speak, though no
    session is of it, is part of the topic; so it is where a session is chosen, or none has a date.
    """
    if where.kind is None and asked.asks_for_all is not None:
        where = replace(where, kind=asked.asks_for_all)
    sessions = asked.sessions if where.session is None else frozenset()
    named = engines.columns.in_sessions(sessions) if sessions else True
    kinds = asked.within if where.kind is None else frozenset()
    passed = engines.matching(where, people) & named if where != Filter() or sessions else None
    if kinds:
        of_kinds = engines.columns.of_kinds(kinds) & (True if passed is None else passed)
        passed = of_kinds if of_kinds.any() else passed  # an archive without slides is asked what is on the slides
    in_time = True
    time = asked.time
    if time is not None and not (where.since or where.until or where.session or sessions):
        of_time = _of_time(engines, time)
        if of_time.any():  # nothing is found, where the filter lets nothing of that time through
            return np.flatnonzero(of_time & (True if passed is None else passed)), True
        in_time = _is_topic(catalog, engines, time)
    return None if passed is None else np.flatnonzero(passed), in_time


def _where_they_speak(engines: Engines, people: frozenset[str], among: Numbers | None) -> Numbers | None:
    """Those of some positions, None for all, where one of these people speaks; all of them, where nobody does."""
    theirs = np.flatnonzero(engines.matching(Filter(), people))
    theirs = theirs if among is None else np.intersect1d(theirs, among)
    return theirs if len(theirs) else among


def _of_time(engines: Engines, time: TimeSpan) -> Mask:
    """Which passages are of a time: (passages,)."""
    return engines.matching(Filter(since=time.since, until=time.until), None)


def narrows(catalog: Catalog, engines: Engines, time: TimeSpan) -> bool:
    """Whether a time that a question names says where to look, and is no part of its topic."""
    return bool(_of_time(engines, time).any()) or not _is_topic(catalog, engines, time)


def _is_topic(catalog: Catalog, engines: Engines, time: TimeSpan) -> bool:
    """Whether a time that no session is of belongs to the topic: texts speak of it, or no session has a date."""
    rows = engines.keywords.with_all(time.words, LOOKED_THROUGH)
    speaks_of_it = any(time.words in passage.text for passage in catalog.passages(rows).values())
    return speaks_of_it or not any(date for _, _, date in engines.sessions)


def _with_matches(found: list[retrieval.Found], asked: Question, words: WordIndex) -> list[retrieval.Found]:
    """The hits that will be shown, with the words to mark in them."""
    forms = frozenset(form for word in asked.words for form in words.forms_of(word))
    matched = matched_words([item.hit.passage for item in found], forms)
    return [replace(item, hit=replace(item.hit, matched=places)) for item, places in zip(found, matched, strict=True)]
