"""The words that stand out in a session or in a year, against all others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial, reduce

import numpy as np

from kindsearch.briefing.neighbours import (
    FEWEST,
    MOST,
    TELL_NOTHING,
    TELLING,
    TIMES,
    Words,
    as_written,
    terms_of,
)
from kindsearch.people import folded
from kindsearch.stores.arrays import Floats, Numbers
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.derived import Engines
from kindsearch.stores.words import stem_of
from kindsearch.types import Kind, PartialDate

SPOKEN_OF = frozenset(Kind) - {Kind.ABOUT, Kind.RESOURCE}  # what is not about every session, or a list of titles
FEW_SESSIONS = 12  # so many stand beside one another in a plot; more are put together by year
MOST_TOPICS = 30
MOST_A_PERIOD = 6
IN_HEADINGS = 3.0  # times as telling is what a title or a heading names
MOSTLY = 0.6  # of the passages with a word, in which another stands beside it, are said of both
SAMPLE, SAMPLE_OF_SESSION = 60, 12  # passages in which it is seen with what a word stands together
UNDATED = "Without a date"
# No topic by themselves, though they may be telling beside one.
_GENERAL = frozenset(
    "able across agree agreed almost along already among anyway apart aware bad best better big bring brought called "
    "case cases certain chat clear close com couple cut day days decide describe down early easy eight eighty eleven "
    "end enough especially exact exactly explain fact feel feeling felt fifteen fifty find fine finish finished five "
    "follow form forty found four free full further general grew half happy hard hear heard held help helped helps "
    "high hold holds hour hours however html http https hundred idea ideas important including indeed instead itself "
    "keep kept key knew large late leave left likely list listed long lose lost lots main matter matters meet meeting "
    "meetings member members mention mentioned minute minutes moment moments month months morning mostly move moved "
    "movement much myself name named near nice nine ninety nobody nothing number numbers off okay old one ones open "
    "org others outside page particular per plus present quick quickly reach read ready reason recent remember result "
    "run sat seem seemed seems self send sense sent session sessions set seven seventy shared show six sixteen sixty "
    "slow slowly small soon spoke spoken stand start started starts stay stayed stays stood stop stopped straight "
    "stuck sudden suddenly ten term terms theme themes thirteen thirty thousand topic topics toward towards true turn "
    "turned twelve twenty twice under usual usually various whole wrong wrote www yes zero".split()
)
_TELL_NOTHING = frozenset(map(stem_of, TELL_NOTHING | _GENERAL))


@dataclass(frozen=True)
class Theme:
    """Words that stand out in a session, as they are written there, and in how many of its passages they stand."""

    words: str
    passages: int


@dataclass(frozen=True)
class Period:
    """Some sessions that are looked at together, a year or one session, with how many passages they have."""

    name: str
    session_ids: tuple[str, ...]
    passages: int


@dataclass(frozen=True)
class Topic:
    """Words that stand out in a period, and in how many passages of each period they stand, oldest first."""

    words: str
    passages: tuple[int, ...]


@dataclass(frozen=True)
class Topics:
    """Topics over time. ``periods`` oldest first; ``standing_out`` has those of each period, in the same order."""

    periods: tuple[Period, ...] = ()
    standing_out: tuple[tuple[Topic, ...], ...] = ()
    by_session: bool = True


def names_in(engines: Engines) -> frozenset[str]:
    """The stems of the words that people are called by: they are no topic."""
    return frozenset(stem_of(word) for name, _ in engines.people for word in folded(name).split())


def themes(session_id: str, catalog: Catalog, engines: Engines, names: frozenset[str]) -> tuple[Theme, ...]:
    """What stands out in a session, the most telling first; ``names`` are stems of no interest."""
    columns, words = engines.columns, engines.words
    positions = np.flatnonzero(columns.in_sessions({session_id}) & columns.of_kinds(SPOKEN_OF))
    counts = words.counts_of_stems(positions)
    elsewhere = words.counts_of_stems_of_all - counts
    telling = told(np.stack([counts, elsewhere] if elsewhere.any() else [counts]))[:1]
    _prefer_headings(telling[0], positions, engines)
    found, seen = list[Theme](), set[str]()
    wanted = [stem for stem, _ in _most_telling(telling, words.stems, names, 3 * MOST)]
    holding = words.passages_with(wanted, positions)
    for stem in wanted:
        if stem not in seen and len(found) < MOST and len(holding[stem]) >= FEWEST:
            term, label = _in_its_phrase(stem, holding[stem], catalog, engines, names, SAMPLE_OF_SESSION)
            if label and not seen & set(term):
                seen |= set(term)
                found.append(Theme(label, len(_in_all(words.passages_with(term, positions).values()))))
    return tuple(found)


def _prefer_headings(telling: Floats, positions: Numbers, engines: Engines) -> None:
    """Let the stems in titles and headings of passages tell more, in place: (stems,)."""
    telling[engines.words.stems_around(positions)] *= IN_HEADINGS


def _in_all(holding: Iterable[Numbers]) -> Numbers:
    """The passages that are in all of some lists, each ascending."""
    return reduce(partial(np.intersect1d, assume_unique=True), holding)


def _most_written(words: Words, texts: Sequence[str]) -> str:
    """Words as most of some texts write them."""
    written = (as_written(words, text) for text in texts)
    forms = Counter(" ".join(form.split()) for form in written if form)
    return min(forms, key=lambda form: (-forms[form], form), default=" ".join(words))


# ---------------------------------------------------------------- topics over time


def topics(catalog: Catalog, engines: Engines, names: frozenset[str]) -> Topics:
    """What stands out in each year, or in each session where they are few; ``names`` are stems of no interest."""
    columns = engines.columns
    number_of = {session_id: number for number, session_id in enumerate(columns.session_ids)}
    listed = [(id_, title, date) for id_, title, date in engines.sessions if id_ in number_of]
    groups = _periods(listed)
    period_of = np.full(len(columns.session_ids), -1, dtype=np.int64)
    for number, (_, session_ids) in enumerate(groups):
        period_of[[number_of[session_id] for session_id in session_ids]] = number
    counted = columns.of_kinds(SPOKEN_OF)
    periods = np.where(counted, period_of[columns.sessions], -1)  # (passages,)
    if not counted.any():
        return Topics()
    sizes = np.bincount(periods[periods >= 0], minlength=len(groups)).tolist()
    return Topics(
        tuple(Period(name, tuple(ids), size) for (name, ids), size in zip(groups, sizes, strict=True)),
        tuple(map(tuple, _found(catalog, engines, periods, len(groups), names))),
        by_session=len(listed) <= FEW_SESSIONS,
    )


def _periods(listed: Sequence[tuple[str, str, PartialDate | None]]) -> list[tuple[str, list[str]]]:
    """Names of periods with the ids of their sessions, oldest first, those without a date last; sessions are given
    newest first.
    """
    in_order = sorted(listed, key=lambda one: (one[2] is None, one[2].first_day if one[2] else 0))
    if len(listed) <= FEW_SESSIONS:
        return [(title, [session_id]) for session_id, title, _ in in_order]
    years: dict[str, list[str]] = {}
    for session_id, _, date in in_order:
        years.setdefault(str(date.year) if date else UNDATED, []).append(session_id)
    return list(years.items())


def _found(catalog: Catalog, engines: Engines, periods: Numbers, many: int, names: frozenset[str]) -> list[list[Topic]]:
    """For each period what stands out in it, the most telling first; a word only where it tells most."""
    words = engines.words
    counts = np.stack([words.counts_of_stems(np.flatnonzero(periods == number)) for number in range(many)])
    telling = told(counts)
    most = min(MOST_A_PERIOD, max(MOST_TOPICS // many, 1))
    for number, row in enumerate(telling):
        _prefer_headings(row, np.flatnonzero(periods == number), engines)
    wanted = _most_telling(telling, words.stems, names, 3 * most)
    every = np.flatnonzero(periods >= 0)
    holding = words.passages_with({stem for stem, _ in wanted}, every)
    kept: list[list[tuple[Words, str]]] = [[] for _ in range(many)]
    seen = set[str]()
    for stem, period in wanted:
        here = holding[stem][periods[holding[stem]] == period]
        if stem not in seen and len(kept[period]) < most and len(here) >= FEWEST:
            term, label = _in_its_phrase(stem, here, catalog, engines, names, SAMPLE)
            if label and not seen & set(term):
                kept[period].append((term, label))
                seen |= set(term)
    holding |= words.passages_with(seen - holding.keys(), every)

    def topic(term: Words, label: str) -> Topic:
        counted = periods[_in_all(holding[stem] for stem in term)]
        return Topic(label, tuple(np.bincount(counted, minlength=many).tolist()))

    return [[topic(term, label) for term, label in own] for own in kept]


def told(counts: Numbers) -> Floats:
    """How telling each word is of each period, by the log-likelihood ratio; 0 where it is not: (periods, words).

    ``counts`` (periods, words) are how often it stands there. The measure is that of ``briefing/neighbours.py``. Of a
    single period nothing is told by others: what is said most tells most.

    >>> told(np.array([[10, 90], [0, 900]])).astype(int).tolist()
    [[46, 0], [0, 0]]
    """
    if len(counts) == 1:
        return np.where(counts >= FEWEST, counts + TELLING, 0).astype(np.float32)
    inside, outside = counts.astype(np.float64), (counts.sum(axis=0) - counts).astype(np.float64)
    size, rest = (np.maximum(part.sum(axis=1, keepdims=True), 1) for part in (inside, outside))
    rate = np.maximum((inside + outside) / (size + rest), np.finfo(np.float64).tiny)
    here = inside * np.log(np.maximum(inside, 1) / (size * rate))
    there = outside * np.log(np.maximum(outside, 1) / (rest * rate))
    stands_out = (inside >= FEWEST) & (inside / size >= TIMES * outside / rest)
    return np.where(stands_out, 2 * (here + there), 0).astype(np.float32)


def _most_telling(telling: Floats, stems: Sequence[str], names: frozenset[str], most: int) -> list[tuple[str, int]]:
    """(stem, period) that tell most, at most so many of each period."""
    found = list[tuple[float, str, int]]()
    for period, row in enumerate(telling):
        own = list[tuple[float, str, int]]()
        telling_most = np.flatnonzero(row >= TELLING)
        for number in telling_most[np.argsort(-row[telling_most], kind="stable")].tolist():
            if len(own) == most:
                break
            stem = stems[number]
            if len(stem) > 2 and stem.isalpha() and stem not in _TELL_NOTHING and stem not in names:
                own.append((-float(row[number]), stem, period))
        found += own
    return [(stem, period) for _, stem, period in sorted(found)]


def _in_its_phrase(
    stem: str, holding: Numbers, catalog: Catalog, engines: Engines, names: frozenset[str], most: int
) -> tuple[Words, str]:
    """The stem of a word, with that of the word that mostly stands beside it, if one does; and how that is written.

    That is empty where the word is only written with a hyphen: then its parts may stand out. ``holding`` are the
    passages that have it, of which so many are read at ``most``.
    """
    sample = holding[np.linspace(0, len(holding) - 1, min(most, len(holding))).astype(np.int64)]
    texts = catalog.texts(engines.columns.rows[sample].tolist())
    forms = defaultdict[Words, Counter[Words]](Counter)
    for text in texts:
        for term in set(terms_of(text)):
            stems = tuple(map(stem_of, term))
            if stem in stems and len(set(stems)) == len(term) and not names & set(stems):
                forms[stems].update([term])
    pairs = [stems for stems in forms if len(stems) > 1 and forms[stems].total() >= max(FEWEST, MOSTLY * len(texts))]
    term = min(pairs, key=lambda one: (-forms[one].total(), one), default=(stem,))
    return term, _most_written(_commonest(forms[term]), texts) if term in forms else ""


def _commonest(forms: Counter[Words]) -> Words:
    return min(forms, key=lambda form: (-forms[form], form))
