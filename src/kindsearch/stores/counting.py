"""How many passages each choice of a filter would leave, whatever is chosen beside it: counted in the columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kindsearch.people import folded, name_of
from kindsearch.stores.arrays import Mask, Numbers, Ragged, stretches
from kindsearch.stores.columns import KINDS
from kindsearch.stores.derived import Engines
from kindsearch.types import Filter, Kind, PartialDate


@dataclass(frozen=True)
class Counts:
    """How many passages each choice of a filter leaves, given its other sides. A choice that leaves none has 0.

    ``sessions`` go by id, ``people`` by name, ``dates`` are the years and months that sessions are of. ``total`` is
    what the whole filter leaves.
    """

    total: int
    sessions: Mapping[str, int]
    people: Mapping[str, int]
    dates: Mapping[PartialDate, int]
    kinds: Mapping[Kind, int]


@dataclass(frozen=True)
class Counting:
    """The passages of a generation with the names that their speakers may be meant by, prepared to be counted.

    Pair ``i`` says that the filter for ``names[name_of_pair[i]]`` lets passage ``passages[i]`` through; each is there
    once. A name means everybody one of whose names it is a part of.
    """

    engines: Engines
    names: tuple[str, ...]
    passages: Numbers
    name_of_pair: Numbers

    @classmethod
    def of(cls, engines: Engines) -> Counting:
        """Prepare a generation."""
        names = tuple(sorted({name_of(person) for person in engines.persons}))
        meant = _meant_by(names, engines.people)
        choices = Ragged.of([meant[person] for person in engines.persons])  # by the number of a name as it is written
        speakers = engines.columns.speakers
        numbers = speakers.values.astype(np.int64)
        passages = np.repeat(np.arange(len(speakers)), np.diff(speakers.offsets))
        passages = np.repeat(passages, choices.sizes(numbers))
        chosen = choices.values[stretches(choices.offsets[numbers], choices.offsets[numbers + 1])]
        pairs = np.sort(
            passages * len(names) + chosen, kind="stable"
        )  # which is quick with what is sorted but for a few
        pairs = pairs[np.diff(pairs, prepend=-1) > 0]
        return cls(engines, names, *np.divmod(pairs, max(len(names), 1)))

    def counts(self, where: Filter, people: frozenset[str] | None) -> Counts:
        """The counts under a filter, whose speaker is one of ``people``, where they are given."""
        in_session = self._passing(Filter(session=where.session))
        of_person = self._passing(Filter(), people)
        in_time = self._passing(Filter(since=where.since, until=where.until))
        of_kind = self._passing(Filter(kind=where.kind))
        beside_session, beside_time = of_person & in_time & of_kind, in_session & of_person & of_kind
        beside_person, beside_kind = in_session & in_time & of_kind, in_session & of_person & in_time
        names = self.name_of_pair[beside_person[self.passages]]
        kinds = np.bincount(self.engines.columns.kinds[beside_kind], minlength=len(KINDS))
        by_name = np.bincount(names, minlength=len(self.names))
        return Counts(
            total=int(np.count_nonzero(in_session & beside_session)),
            sessions=self._by_session(beside_session),
            people=dict(zip(self.names, by_name.tolist(), strict=True)),
            dates=self._by_date(self._by_session(beside_time)),
            kinds=dict(zip(KINDS, kinds.tolist(), strict=True)),
        )

    def _passing(self, where: Filter, people: frozenset[str] | None = None) -> Mask:
        if where == Filter() and people is None:
            return np.ones(len(self.engines.columns), dtype=np.bool_)
        return self.engines.matching(where, people)

    def _by_session(self, passed: Mask) -> dict[str, int]:
        columns = self.engines.columns
        counts = np.bincount(columns.sessions[passed], minlength=len(columns.session_ids))
        return dict(zip(columns.session_ids, counts.tolist(), strict=True))

    def _by_date(self, by_session: Mapping[str, int]) -> dict[PartialDate, int]:
        """Of each year and month, all passages of sessions that can be of it, as the filter takes them."""
        dated = [(date, by_session.get(id_, 0)) for id_, _, date in self.engines.sessions if date]
        known = {PartialDate(date.year) for date, _ in dated}
        known |= {PartialDate(date.year, date.month) for date, _ in dated if date.month}
        first = np.array([date.first_day for date, _ in dated])
        last = np.array([date.last_day for date, _ in dated])
        counts = np.array([count for _, count in dated])
        return {
            one: int(counts[(first <= one.last_day) & (last >= one.first_day)].sum())
            for one in sorted(known, reverse=True)
        }


def _meant_by(names: Sequence[str], people: Iterable[tuple[str, str]]) -> Mapping[str, list[int]]:
    """By person, the positions of those ``names`` that she may be meant by; ``people`` are (a name of hers, person)."""
    written = list(people)
    having = defaultdict[str, set[int]](set)  # a word -> the positions of the written names it is part of
    for position, (name, _) in enumerate(written):
        for word in folded(name_of(name)).split():
            having[word].add(position)
    found = defaultdict[str, list[int]](list)
    for number, name in enumerate(names):
        words = folded(name).split()
        called = set.intersection(*(having[word] for word in words)) if words else set[int]()
        for person in {written[position][1] for position in called}:
            found[person].append(number)
    return found
