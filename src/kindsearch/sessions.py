"""Which files are of one meeting, and what they say of it together.

A file says some things of its session itself (a pack its title and date), its name or its folder's name may say more,
and notes beside it (``session.toml``) go before all. Files belong together when their notes say so; when their dates
agree and their titles are alike; or when they lie in one folder and nothing speaks against it. What can't be told
stays apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import IntEnum
from functools import cached_property
from pathlib import PurePosixPath

from kindsearch.corpus import Notes, NotesFile, Speaker
from kindsearch.dates import MAY_END_TITLES, not_leading, parse_date
from kindsearch.people import without_short_forms
from kindsearch.readers.session_facts import SERIES
from kindsearch.types import Kind, PartialDate, Person, Session

LIKE_TITLES = 0.5  # of the words of two titles, shared
BEFORE_START_MS, AFTER_END_MS = 5 * 60_000, 15 * 60_000  # a chat may begin before the recording, and go on after it
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
UNTITLED = "Untitled"

# Words of file names that say what a file is, not what the session was about.
_GENERIC = frozenset(
    "audio auto automatic caption captions captioned cc chat chatlog chats closed copy docs draft drafts en eng "
    "english ai export exported exports files final gallery insights k4k meet meeting meetings newchat notes only "
    "otter pack packs part pdf pdfs rec recorded recording recordingnewchat recordings saved slide slides speaker "
    "subtitle subtitles teams text texts transcript transcription transcriptions transcripts version video videos view "
    "vtt vtts youtube zoom gmt log logs".split()
)
# Names that tell one file of a folder from another, and in another folder are another session's.
_LIKE_ANY = frozenset(
    "conversation conversations discussion event interview keynote lecture panel presentation session talk talks "
    "webinar workshop".split()
)
_LINKING = frozenset("about for of on that with without".split())  # "Meetings that matter", "A meeting of minds"
_SMALL_WORDS = frozenset("a an and at by for from in is it of on or our the to with".split())
_ZOOM_START = re.compile(r"GMT(?P<day>\d{8})-(?P<time>\d{6})", re.IGNORECASE)
_ZOOM = re.compile(rf"{_ZOOM_START.pattern}(?:_recording)?(?:_(?:as|avo|gvo|gallery))*(?:_\d+x\d+)?", re.IGNORECASE)
_DATE = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})[-_. ]?(?P<month>0[1-9]|1[0-2])(?:[-_. ]?(?P<day>[0-3]\d))?(?!\d)")
# Never the month first: "01-02-2024" is 1 February, and "01-18-2024" is no date.
_DAY_FIRST = re.compile(
    r"(?<!\d)(?P<day>[0-3]?\d)[-_. /](?P<month>0?[1-9]|1[0-2])[-_. /](?P<year>(?:19|20)\d{2})(?!\d)"
)
_YEAR = re.compile(r"(?:19|20)\d{2}")
_MONTH = re.compile(r"0?[1-9]|1[0-2]")
_HASH = re.compile(r"[0-9a-f]{64}")
# A clock time, a meeting's number, which part of it, and the name that Zoom gives its newer chats
_ASIDE = re.compile(
    r"(?:(?<![^\W_])at[\s_]+)?(?<!\d)\d{1,2}[.:h]\d{2}(?:[.:]\d{2})?(?!\d)|\d{6,}|(?<![^\W_])part[\W_]{0,3}\d{1,2}(?!\d)|saved_new_chat",
    re.IGNORECASE,
)
_SERIES_NAME = r"[\W_]+".join(SERIES.split())
_SERIES = re.compile(  # in every name, so it tells nothing
    rf"(?:(?<![^\W_])(?:at|by|for|from|of|the|to|with)[\W_]+)*{_SERIES_NAME}", re.IGNORECASE
)
_NOT_A_WORD = re.compile(r"[^\w]+|_+")
_NO_LETTER = re.compile(r"[\W_]")  # nor digit
_NO_NOTES = Notes()


class Family(IntEnum):
    """What a file is to its session, in the order in which the families are believed about it."""

    PACK = 0
    TRANSCRIPT = 1
    CHAT = 2


def family_of(kinds: Collection[Kind]) -> Family:
    """The family of a file by the kinds of its parts."""
    if Kind.TRANSCRIPT in kinds:
        return Family.TRANSCRIPT
    return Family.CHAT if set(kinds) == {Kind.CHAT} else Family.PACK


@dataclass(frozen=True)
class Material:
    """A file, as far as its session is concerned.

    ``described`` is what the file itself says. ``first_ms`` and ``last_ms`` are its first and last time, of the day
    where ``by_the_clock``, else of the session. ``shown`` changes a title that its name gives: somebody in it may be to
    be forgotten.
    """

    source: str
    root: str
    described: Session
    family: Family
    first_ms: int | None = None
    last_ms: int | None = None
    by_the_clock: bool = False
    notes: NotesFile | None = None
    shown: Callable[[str], str] = str

    @property
    def key(self) -> tuple[str, str]:
        """What it is known by here."""
        return self.root, self.source

    @cached_property
    def folder(self) -> tuple[str, str]:
        """The folder it lies in."""
        return self.root, PurePosixPath(self.source).parent.as_posix()

    @cached_property
    def named(self) -> NameFacts:
        """What its name says, and for the rest the name of its folder."""
        place = PurePosixPath(self.source)
        own, above = facts_of_name(place.stem), facts_of_folder(place.parent)
        title = own.title or above.title
        if above.title and own.title.lower() in _LIKE_ANY:
            title = f"{above.title}: {own.title.lower()}"
        return NameFacts(self.shown(title), own.date or above.date, own.start or above.start)

    @property
    def own_notes(self) -> Notes:
        """The notes about it; empty ones where there are none."""
        return self.notes.notes if self.notes else _NO_NOTES

    @property
    def sure_title(self) -> str:
        """The title that notes or the file give it; empty where they give none."""
        return self.own_notes.title or self.described.title

    @property
    def title(self) -> str:
        """The title, from its name if need be."""
        return self.sure_title or self.named.title

    @cached_property
    def date(self) -> PartialDate | None:
        """The date, from its name if need be; the more precise of the two where they agree."""
        if self.own_notes.date:
            return PartialDate.parse(self.own_notes.date)
        return _finest([date for date in (self.described.date, self.named.date) if date])


@dataclass(frozen=True)
class NameFacts:
    """What the name of a file says. ``start`` is in UTC, as Zoom writes it."""

    title: str = ""
    date: PartialDate | None = None
    start: datetime | None = None


@dataclass(frozen=True)
class Placed:
    """The session that a file belongs to; ``origin_ms`` the clock time of the session's time 0, for a chat."""

    session: Session
    origin_ms: int | None = None


def facts_of_name(name: str) -> NameFacts:
    """Read the stem of a file's name, or a folder's name. A date in numbers has its year first, or its day.

    >>> facts_of_name("2024-01-18-kindness-in-education").title
    'Kindness in education'
    >>> facts_of_name("GMT20240118-180322_Recording.transcript").start
    datetime.datetime(2024, 1, 18, 18, 3, 22, tzinfo=datetime.timezone.utc)
    >>> facts_of_name("18 January 2024 chat").date, facts_of_name("2023").date
    (PartialDate(year=2024, month=1, day=18), PartialDate(year=2023, month=None, day=None))
    >>> facts_of_name("a20240118" + "b" * 55)  # uploads are called by their SHA-256
    NameFacts(title='', date=None, start=None)
    """
    if _HASH.fullmatch(name):
        return NameFacts()
    name = unicodedata.normalize("NFC", name)
    zoom = _ZOOM_START.search(name)
    start = _zoom_start(zoom["day"], zoom["time"]) if zoom else None
    if _YEAR.fullmatch(name):
        return NameFacts(date=PartialDate(int(name)))
    date, rest = _date_in(_ZOOM.sub(" ", name) if start else name)
    rest = _SERIES.sub(" ", _ASIDE.sub(" ", rest))
    words = _words_of(rest)
    ends = _GENERIC
    while words and words[-1].lower() in ends:
        words.pop()
        ends = _GENERIC | _SMALL_WORDS - MAY_END_TITLES  # "Notes of the meeting": what leads to such a word
    while words and words[0].lower() in _GENERIC and not (len(words) > 1 and words[1].lower() in _LINKING):
        words.pop(0)
    telling = any(word.lower() not in _SMALL_WORDS and not re.fullmatch(r"v?\d{1,4}", word.lower()) for word in words)
    title = " ".join(words) if telling else ""
    return NameFacts(title[:1].upper() + title[1:], _day_of(start) if start else date, start)


def facts_of_folder(folder: PurePosixPath) -> NameFacts:
    """Read a folder's name; one for a month or a day has its date with those of the folders that it lies in.

    >>> [str(facts_of_folder(PurePosixPath(path)).date) for path in ("2024/06", "2024/06/18", "2024/June", "a/06")]
    ['2024-06', '2024-06-18', '2024-06', 'None']
    """
    facts = NameFacts()
    for name in folder.parts[-3:]:  # of a year, a month and a day
        own = facts_of_name(name)
        inside = _date_inside(facts.date, name) if facts.date and not own.date else None
        facts = NameFacts(date=inside) if inside else own
    return facts


def _date_inside(around: PartialDate, name: str) -> PartialDate | None:
    """The date of a folder of this name inside one of a year or a month; None where it says neither month nor day."""
    if around.day:
        return None
    if around.month:
        is_day = re.fullmatch(r"0[1-9]|[12][0-9]|3[01]", name)
        date = PartialDate(around.year, around.month, int(name)) if is_day else None
        return date if date and date.is_in_calendar else None
    if _MONTH.fullmatch(name):
        return PartialDate(around.year, int(name))
    with_year = f"{' '.join(_words_of(name))} {around.year}"
    date, begin, end = parse_date(with_year) or (around, 0, 0)
    if with_year[begin:end] != with_year:
        return None
    return PartialDate(date.year, date.month) if date.day == date.month else date  # "06 June" may be all of the month


def _day_of(start: datetime) -> PartialDate:
    return PartialDate(start.year, start.month, start.day)


def _date_in(name: str) -> tuple[PartialDate | None, str]:
    """The date in a name, as numbers or in words, and what is left of the name."""
    for found in (_DATE.search(name), _DAY_FIRST.search(name)):
        date = _date_of(found) if found else None
        if found and date:
            return date, f"{not_leading(name[: found.start()], date)} {name[found.end() :]}"
    plain = re.sub(r"[-_.]+", " ", name)
    in_words = parse_date(plain)
    if in_words and in_words[0].month:
        date, begin, end = in_words
        return date, f"{not_leading(plain[:begin], date)} {plain[end:]}"
    return None, name


def _zoom_start(day: str, clock: str) -> datetime | None:
    try:
        return datetime.strptime(day + clock, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _date_of(found: re.Match[str]) -> PartialDate | None:
    day = int(found["day"]) if found["day"] else None
    date = PartialDate(int(found["year"]), int(found["month"]), day)
    return date if day != 0 and date.is_in_calendar else None


# ---------------------------------------------------------------- which files belong together


def resolve(materials: Iterable[Material]) -> dict[tuple[str, str], Placed]:
    """The session of each file, by (root, source). The same files give the same sessions, in whatever order."""
    ordered = sorted(materials, key=lambda material: material.key)
    placed: dict[tuple[str, str], Placed] = {}
    for group in _groups(ordered):
        session = session_of(group)
        recording_ms = max((m.last_ms or 0 for m in group if not m.by_the_clock), default=0)
        for material in group:
            origin = _origin_ms(material, session.start, recording_ms) if material.by_the_clock else None
            placed[material.key] = Placed(session, origin)
    return placed


def _groups(materials: Sequence[Material]) -> list[list[Material]]:
    """Join files step by step, the surest evidence first."""
    clusters = _join(materials, lambda m: f"{m.root} {m.notes.place}" if m.notes and m.notes.is_session else None)
    clusters = _join_like_titles(clusters)
    clusters = _join_in_folders(clusters)
    clusters = _join_untitled(clusters)
    by_id: dict[str, list[Material]] = defaultdict(list)  # what would have one id is one session
    for cluster in clusters:
        by_id[session_of(cluster.members).id] += cluster.members
    return list(by_id.values())


@dataclass(frozen=True)
class _Cluster:
    """Files that are known to be of one meeting."""

    members: tuple[Material, ...]

    @cached_property
    def sure_title(self) -> str:
        """What notes or a file itself give as the title."""
        return next((m.sure_title for m in sorted(self.members, key=_belief) if m.sure_title), "")

    @cached_property
    def title(self) -> str:
        """The title, from names of files if need be; empty where there is none."""
        return self.sure_title or next((m.title for m in sorted(self.members, key=_belief) if m.title), "")

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of the title, for comparing."""
        return title_words(self.title)

    @cached_property
    def date(self) -> PartialDate | None:
        """The most precise date that a file gives."""
        return _finest([m.date for m in self.members if m.date])

    @property
    def is_noted(self) -> bool:
        """Whether notes say which files it is made of."""
        return any(m.notes is not None and m.notes.is_session for m in self.members)

    @property
    def families(self) -> frozenset[Family]:
        """What kinds of files it has."""
        return frozenset(m.family for m in self.members)

    @cached_property
    def folders(self) -> frozenset[tuple[str, str]]:
        """Where its files lie."""
        return frozenset(m.folder for m in self.members)


def _join(materials: Sequence[Material], key_of: Callable[[Material], str | None]) -> list[_Cluster]:
    """Files with one key together, each file without a key alone."""
    groups: dict[object, list[Material]] = defaultdict(list)
    for material in materials:
        groups[key_of(material) or material.key].append(material)
    return [_Cluster(tuple(group)) for group in groups.values()]


def _merged(clusters: Sequence[_Cluster], pairs: Iterable[tuple[int, int]]) -> list[_Cluster]:
    """The clusters with those of each pair made one (union-find; Tarjan 1975), unless it were on two days then.

    What notes put on two days takes no more here: which of the two it would be of can't be told.
    """
    parent = list(range(len(clusters)))
    dates = [{material.date for material in cluster.members} for cluster in clusters]

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for one, other in pairs:
        low, high = sorted((root(one), root(other)))
        if low != high and _all_agree(dates[low] | dates[high], None):
            parent[high] = low
            dates[low] |= dates[high]
    groups: dict[int, list[_Cluster]] = defaultdict(list)
    for number, cluster in enumerate(clusters):
        groups[root(number)].append(cluster)
    return [
        group[0] if len(group) == 1 else _Cluster(tuple(material for cluster in group for material in cluster.members))
        for group in groups.values()
    ]


def _join_like_titles(clusters: Sequence[_Cluster]) -> list[_Cluster]:
    """Same date and like title; without a date, the same title if only one has it."""
    by_year: dict[int, list[tuple[PartialDate, int]]] = defaultdict(list)
    for number, cluster in enumerate(clusters):
        if cluster.words and cluster.date:
            by_year[cluster.date.year].append((cluster.date, number))
    alike = [
        (one, other)
        for dated in by_year.values()
        for one, other in _of_one_time(dated)
        if _are_like(clusters[one], clusters[other])
    ]
    joined = _merged(clusters, _only_clear(clusters, alike))
    by_title: dict[frozenset[str], list[int]] = defaultdict(list)
    for number, cluster in enumerate(joined):
        by_title[cluster.words].append(number)
    undated = [
        (numbers[0], other)
        for words, numbers in by_title.items()
        if words and len([n for n in numbers if joined[n].date]) <= 1
        for other in numbers[1:]
    ]
    return _merged(joined, undated)


def _of_one_time(dated: Sequence[tuple[PartialDate, int]]) -> list[tuple[int, int]]:
    """The pairs of numbers, in order, whose dates may be one: few, where each has a day."""
    ordered = sorted(dated)
    pairs = list[tuple[int, int]]()
    for position, (date, number) in enumerate(ordered):
        for following in range(position + 1, len(ordered)):
            later, other = ordered[following]
            if later.first_day > date.last_day:
                break
            pairs.append((min(number, other), max(number, other)))
    return sorted(pairs)


def _are_like(one: _Cluster, other: _Cluster) -> bool:
    """Whether two may be one by date and title; what notes call by two names are two."""
    if not _agree(one.date, other.date):
        return False
    both_noted = one.is_noted and other.is_noted
    return one.words == other.words if both_noted else _alike(one.words, other.words)


def _only_clear(clusters: Sequence[_Cluster], pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pairs without those of a cluster that may belong to either of two which are not one."""
    partners: dict[int, list[int]] = defaultdict(list)
    for one, other in pairs:
        partners[one].append(other)
        partners[other].append(one)
    torn = {
        number
        for number, others in partners.items()
        if not _all_agree({clusters[other].date for other in others}, clusters[number].date)
    }
    return [(one, other) for one, other in pairs if one not in torn and other not in torn]


def _all_agree(dates: Collection[PartialDate | None], own: PartialDate | None) -> bool:
    known = sorted({date for date in (*dates, own) if date})
    return all(_agree(one, other) for position, one in enumerate(known) for other in known[position + 1 :])


def _join_in_folders(clusters: Sequence[_Cluster]) -> list[_Cluster]:
    """Files of one folder, where nothing speaks against it.

    A file without a title goes to the one session of its folder that its date allows. In a folder below the top a
    title that only a file's name gives is no objection: there a pack, a transcript and a chat are one session's.
    """
    pairs: list[tuple[int, int]] = []
    by_folder: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, cluster in enumerate(clusters):
        for folder in sorted(cluster.folders):
            by_folder[folder].append(number)
    for (_, below_the_top), numbers in sorted(by_folder.items()):
        sure = [n for n in numbers if clusters[n].sure_title]
        named = [n for n in numbers if clusters[n].title and not clusters[n].sure_title]
        if below_the_top != "." and named and len(sure) <= 1 and _one_of_each([clusters[n] for n in (*sure, *named)]):
            pairs += [((*sure, *named)[0], n) for n in named]
            sure, named = [(*sure, *named)[0]], []
        loose = [n for n in numbers if not clusters[n].title]
        pairs += _loose_pairs(clusters, [*sure, *named], loose)
    return _merged(clusters, pairs)


def _loose_pairs(clusters: Sequence[_Cluster], titled: Sequence[int], loose: Sequence[int]) -> list[tuple[int, int]]:
    """Where the files of a folder that have no title belong: to its one session, or, without one, to one another."""
    if not titled:
        by_date: dict[PartialDate | None, list[int]] = defaultdict(list)
        for number in loose:
            date = clusters[number].date
            by_date[date if date and date.month else None].append(number)  # a folder of a year holds many meetings
        dated = [date for date in by_date if date]
        undated = by_date.get(None, [])
        alone = [n for n in undated if not _one_of_each([clusters[m] for m in loose if m in undated or not dated])]
        together = [numbers for date, numbers in by_date.items() if date]
        if len(dated) <= 1 and not alone:
            together = [list(loose)]
        return [(numbers[0], other) for numbers in together for other in numbers[1:]]
    candidates: dict[int, list[int]] = defaultdict(list)
    for number in loose:
        possible = [n for n in titled if _agree(clusters[n].date, clusters[number].date)]
        if len(possible) == 1:
            candidates[possible[0]].append(number)
    return [
        (session, number)
        for session, numbers in candidates.items()
        if _all_agree({clusters[n].date for n in numbers}, clusters[session].date)
        for number in numbers
    ]


def _one_of_each(clusters: Sequence[_Cluster]) -> bool:
    """Whether these can be the pack, the transcript and the chat of one meeting."""
    families = [family for cluster in clusters for family in cluster.families]
    dates = [cluster.date for cluster in clusters]
    return len(families) == len(set(families)) and all(_agree(one, other) for one in dates for other in dates)


def _join_untitled(clusters: Sequence[_Cluster]) -> list[_Cluster]:
    """A file that has a day and no title goes to the one session of that day, or month, that there is."""
    by_year: dict[int, list[int]] = defaultdict(list)
    for number, cluster in enumerate(clusters):
        if cluster.date and cluster.date.month and cluster.title:
            by_year[cluster.date.year].append(number)
    candidates: dict[int, list[int]] = defaultdict(list)
    for number, cluster in enumerate(clusters):
        if cluster.date and cluster.date.month and not cluster.title:
            agreeing = [n for n in by_year[cluster.date.year] if _agree(clusters[n].date, cluster.date)]
            if len(agreeing) == 1:
                candidates[agreeing[0]].append(number)
    return _merged(
        clusters,
        [
            (session, number)
            for session, numbers in candidates.items()
            if _all_agree({clusters[n].date for n in numbers}, clusters[session].date)
            for number in numbers
        ],
    )


def title_words(title: str) -> frozenset[str]:
    """The words by which titles are compared.

    >>> sorted(title_words("Kindness in Education!"))
    ['education', 'kindness']
    """
    words = frozenset(_words_of(_without_accents(_SERIES.sub(" ", title))))
    return words - _SMALL_WORDS or words


def _without_accents(text: str) -> str:
    """Small letters without the accents of Latin ones; the vowel signs of other scripts stay."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if not ("\u0300" <= letter <= "\u036f"))


def _words_of(text: str) -> list[str]:
    """Words of any script: letters, digits, and the vowel signs that belong to letters."""
    return _NO_LETTER.sub(lambda c: c[0] if unicodedata.category(c[0])[0] == "M" else " ", text).split()


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Half of the words of both are shared (Jaccard), or all of a title of several words stand in the other."""
    shared = len(one & other)
    return shared >= LIKE_TITLES * len(one | other) or 2 <= shared == min(len(one), len(other))


def _agree(one: PartialDate | None, other: PartialDate | None) -> bool:
    """Whether two dates may be the same day."""
    if one is None or other is None:
        return True
    return one.first_day <= other.last_day and other.first_day <= one.last_day


def _finest(dates: Sequence[PartialDate]) -> PartialDate | None:
    """The most precise of dates that may be one; the first where they can't be."""
    finest = dates[0] if dates else None
    for date in dates[1:]:
        if finest and _agree(finest, date) and (date.month or 0, date.day or 0) > (finest.month or 0, finest.day or 0):
            finest = date
    return finest


# ---------------------------------------------------------------- what they say together


def _belief(material: Material) -> tuple[Family, str, str]:
    return material.family, material.source, material.root


def session_of(materials: Sequence[Material]) -> Session:
    """The session that these files are of. Notes go before packs, packs before transcripts, contents before names."""
    ordered = sorted(materials, key=_belief)
    notes = [material.own_notes for material in ordered]
    described = [material.described for material in ordered]
    titles = [n.title for n in notes] + [d.title for d in described] + [m.named.title for m in ordered]
    noted = [PartialDate.parse(n.date) for n in notes if n.date]
    date = _finest(noted) or _finest([m.date for m in ordered if m.date])
    title = next(filter(None, titles), "") or (UNTITLED if date and date.month else _title_of_place(ordered[0], date))
    videos = [n.video for n in notes] + [d.video_url for d in described]
    starts = [n.start for n in notes] + [d.start for d in described] + [m.named.start for m in ordered]
    return Session(
        id=session_id(date, title),
        title=title,
        date=date,
        speakers=_speakers([p for n in notes for p in n.speakers], [p for d in described for p in d.speakers]),
        video_url=next(filter(None, videos), None),
        video_offset_ms=next((n.video_offset for n in notes if n.video_offset), 0),
        start=next((start for start in starts if start is not None), None),
        note=next((n.note for n in notes if n.note), None),
    )


def _title_of_place(material: Material, year: PartialDate | None) -> str:
    """What to call a session of which nothing but perhaps the year is known: the place of its first file.

    A place of numbers alone is called after what the file is: "Transcript 1".
    """
    parts = PurePosixPath(material.source).with_suffix("").parts
    words = [word for part in parts if not year or part != str(year) for word in _NOT_A_WORD.split(part) if word]
    if words and not any(letter.isalpha() for letter in "".join(words)):
        words.insert(0, material.family.name)
    return " ".join(words).capitalize() or UNTITLED


def _speakers(noted: Iterable[Speaker], described: Iterable[Person]) -> tuple[Person, ...]:
    """Everybody once, with a role if any file gives one; a short form goes with the full name."""
    roles: dict[str, str | None] = {}
    for person in (*(Person(p.name, p.role) for p in noted), *described):
        roles[person.name] = roles.get(person.name) or person.role
    return tuple(Person(name, role) for name, role in without_short_forms(roles).items())


def session_id(date: PartialDate | None, title: str) -> str:
    """A readable id, made of what does not change when the archive is rebuilt.

    >>> session_id(PartialDate(2024, 6), "Time for a check-in")
    '2024-06-time-for-a-check-in'
    """
    letters = unicodedata.normalize("NFC", _without_accents(f"{date or ''} {title}"))
    return "-".join(_words_of(letters)) or "untitled"


# ---------------------------------------------------------------- clocks


def _origin_ms(chat: Material, start: datetime | time | None, recording_ms: int) -> int | None:
    """Clock time of the session's time 0, in milliseconds since midnight where the chat was saved.

    A start in UTC, as Zoom names its files, may be whole hours from the clock on the wall: then the one hour counts
    at which the chat fits into the recording. None where that can't be told.
    """
    if start is None or chat.first_ms is None or chat.last_ms is None:
        return None
    clock = ((start.hour * 60 + start.minute) * 60 + start.second) * 1000 + start.microsecond // 1000
    first, last = chat.first_ms, chat.last_ms
    if not isinstance(start, datetime) or start.utcoffset() != timedelta(0):
        return min((clock + days * DAY_MS for days in (0, -1, 1)), key=lambda origin: abs(first - origin))
    fitting = {
        origin
        for hours in range(-12, 15)
        for origin in (clock + hours * HOUR_MS + days * DAY_MS for days in (-1, 0, 1))
        if first - origin >= -BEFORE_START_MS and last - origin <= (recording_ms or HOUR_MS) + AFTER_END_MS
    }
    return fitting.pop() if len(fitting) == 1 else None
