"""Who speaks in a written transcript, by the whole file: which of the names at the front of its lines are speakers.

A name alone can't tell, so names are judged by the company they keep: whether they recur, stand beside times, open
paragraphs, and whether turns are what the file is made of.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import pairwise

from kindsearch.readers.attribution import is_name, words_in_lower_case
from kindsearch.readers.labels import labelled
from kindsearch.readers.transcript_lines import BLANK, BOLD, LONGEST_HEADING, MARK, Line, Stamp, name_of, stamp_of

LONGEST_HEADER = 1_000  # characters before the first turn; a longer one is at most twice as long as what is said
EARLY_MS = 5 * 60_000  # transcripts begin before this, agendas hardly ever

# What stands before a colon or beside a time again and again, and is nobody: in minutes, mails, logs, records, notes.
_NOBODY = frozenset(
    "action actions address agenda aim answer apologies attendees background bcc cc chapter comment comments "
    "crosstalk critical date debug decision decisions description discussion due duration email error example fatal "
    "from inaudible info item keywords laughter link location message minutes music name next note notes outcome "
    "outcomes owner part participants phone present purpose question questions re recording role section sent session "
    "silence source speakers status step subject summary tags task tel time title to topic trace unintelligible url "
    "venue video warn warning warnings welcome when where".split()
)

_ASKED = frozenset(("Q", "A"))  # questions and answers that nobody is named for
# Common words that name a speaker all the same, alone or with another word.
_ROLES = frozenset(
    "all attendee audience caller chair doctor everyone facilitator guest host interpreter interviewer member "
    "moderator narrator nurse organiser organizer panel panellist participant patient presenter questioner speaker "
    "student translator voice".split()
)
# ---------------------------------------------------------------- lines beside one another


def with_underlined(lines: list[Line], raw: Sequence[str]) -> list[Line]:
    """Make headings of lines that are underlined with ``===`` or ``---`` and stand alone."""
    for i, line in enumerate(raw):
        mark = line[:1]
        if i and mark in ("=", "-") and len(line.rstrip()) > 2 and not line.rstrip().strip(mark):
            above, before = lines[i - 1], lines[i - 2] if i > 1 else BLANK
            fits = above.text and not before.text and not above.words and len(above.text) <= LONGEST_HEADING
            if fits and not above.text.endswith((".", "!", ",", ";")):
                lines[i - 1] = above._replace(level=1 if mark == "=" else 2)
    return lines


def with_fields(lines: list[Line]) -> list[Line]:
    """Put ``Speaker: Ann Lee`` above ``Time: 0:12`` (read.ai) on one line; once may be anything, twice is a form."""
    pairs = [
        (i, name, stamp)
        for i, (above, line) in enumerate(pairwise(lines))
        if above.name.casefold() == "speaker" and line.name.casefold() == "time"
        if (name := name_of(above.words)) and (found := MARK.fullmatch(f"[{line.words}]"))
        if (stamp := stamp_of(found["start"], found["end"]))
    ]
    if len(pairs) < 2:
        return lines
    for i, name, stamp in pairs:
        lines[i : i + 2] = [BLANK, Line(name, name=name, stamp=stamp, rest=name, alone=True)]
    return lines


def beside_marks(lines: list[Line]) -> list[Line]:
    """Put names that stand next to a time, not with it, on one line with it.

    The name is behind the time (``[00:12:03] Ann Lee``), on the line below (Teams) or on the line above. Any short
    line may stand there, so this is done only if nearly all of the times have a name in that place, and words below.
    """
    below = dict(pairwise(i for i, line in enumerate(lines) if line.text))
    arrangements = (
        [(i, i) for i, line in enumerate(lines) if line.mark and line.rest and not line.name],
        [(i, below[i]) for i in below if lines[i].mark and not lines[i].rest],
        [(i, above) for above, i in below.items() if lines[i].mark and not lines[i].rest],
    )
    for pairs in arrangements:
        labels = {i: name_of(lines[i].rest) for mark, i in pairs if _may_be_beside(lines[i], i == mark)}
        counts = Counter(name for name in labels.values() if name)
        names = _judged(counts, _recurring(counts.elements()))
        good = [
            (mark, i)
            for mark, i in pairs
            if labels.get(i) in names and (words := below.get(max(mark, i))) and not lines[words].mark
        ]
        enough = len(good) >= max(2, 0.8 * len(pairs))
        if enough and (len(names) < len(good) or all(_ends(lines[mark]) for mark, _ in good)):
            return _joined(lines, good, labels)
    return lines


def _may_be_beside(line: Line, same: bool) -> bool:
    return not line.words and line.level in (0, BOLD) and (same or not line.mark) and not line.stamp


def _ends(line: Line) -> bool:
    """Whether a time says when it ends, as only those of transcripts do."""
    return line.mark is not None and line.mark.end is not None


def _joined(lines: list[Line], pairs: Iterable[tuple[int, int]], names: Mapping[int, str]) -> list[Line]:
    lines = list(lines)
    for mark, i in pairs:
        stamp = lines[mark].mark
        lines[mark] = BLANK
        lines[i] = Line(names[i], name=names[i], stamp=stamp, rest=names[i], alone=True, bare=True)
    return lines


# ---------------------------------------------------------------- who speaks, by the whole file


def speakers_of(lines: Sequence[Line]) -> frozenset[str]:
    """The names that are speakers; none where the file does not clearly have some.

    Where turns have times, a line without one begins a turn only if it names one of their speakers: "Note: …" does
    not. Where most turns have none, all labels are judged together.
    """
    labels = [line for line in lines if line.name]
    if _is_agenda([line.stamp for line in labels if line.stamp]):
        labels = [line for line in labels if not line.stamp]
    timed, typed = _timed_speakers(lines, labels), _typed_speakers(lines, labels)
    with_time = sum(1 for line in labels if line.stamp and line.name in timed)
    with_colon = sum(1 for line in labels if not line.alone and line.name in typed)
    speakers = timed | typed if with_colon > 2 * with_time else timed
    nobody = Counter(line.name for line in labels if _is_nobody(line.name))
    recurring = sum(count for count in nobody.values() if count > 1)
    return speakers if recurring <= max(with_time, with_colon) and not speakers <= _ASKED else frozenset()


def _is_agenda(stamps: Sequence[Stamp]) -> bool:
    """Whether times are hours and minutes, as a plan of the day has them: all of them late and round."""
    times = [stamp.start for stamp in stamps if not stamp.exact]
    return len(times) == len(stamps) > 0 and times[0] >= EARLY_MS and all(time % 5_000 == 0 for time in times)


def _is_nobody(name: str) -> bool:
    """Whether a label is one of those that stand before a colon and are no person: ``Actions``, ``Part 2``."""
    return name.casefold().rstrip(" .#0123456789") in _NOBODY


def _judged(counts: Mapping[str, int], sure: Collection[str]) -> frozenset[str]:
    """Which labels, of those that stand ``counts`` times beside a time, are names; those that are ``sure`` always."""
    texts = [f"{name}: words" for name, count in counts.items() for _ in range(count)]
    believed = {label for label, _ in labelled(texts) if label}
    return frozenset(name for name in counts if (name in believed or name in sure) and not _is_nobody(name))


def _recurring(names: Iterable[str]) -> set[str]:
    """Names that recur and do not end like sentences."""
    return {name for name, count in Counter(names).items() if count > 1 and not name.endswith((".", "!", "?", ";"))}


def _timed_speakers(lines: Sequence[Line], labels: Sequence[Line]) -> frozenset[str]:
    stamped = [line for line in labels if line.stamp]
    counts = Counter(line.name for line in stamped)
    stamped = [line for line in stamped if not 0 < line.level < BOLD or counts[line.name] > 1]
    sure = _recurring(line.name for line in stamped if line.alone) | {line.name for line in stamped if line.apart}
    names = _judged(Counter(line.name for line in stamped), sure)
    turns = [i for i, line in enumerate(lines) if line.stamp and line.name in names]
    return names if len(turns) > 1 and _is_clear(lines, turns) and _is_structure(lines, turns, 20) else frozenset()


def _is_clear(lines: Sequence[Line], turns: Sequence[int]) -> bool:
    """Whether lines with a name and a time are turns, and not the items of some list.

    Names that recur are speakers. So are those beside a time that no list has, in brackets or with hours. Where
    neither holds, they must start early and be names only: no word of them is also written small.
    """
    names = {lines[i].name for i in turns}
    if len(names) < len(turns) or not all(lines[i].bare for i in turns):
        return True
    begin = lines[turns[0]].stamp
    small = words_in_lower_case("\n".join(line.text for line in lines))
    cased = (name.lower() for name in names if name.lower() != name.upper())
    common = any(all(word in small for word in name.split()) for name in cased)
    return begin is not None and begin.start < EARLY_MS and not common


def _is_structure(lines: Sequence[Line], turns: Sequence[int], most: int) -> bool:
    """Whether turns are what a file is made of.

    Most have words, little comes before them, and at least one in ``most`` paragraphs begins one.
    """
    before, below = lines[: turns[0]], lines[turns[0] :]
    header, body = (sum(len(line.text) for line in part) for part in (before, below))
    follow = dict(pairwise(i for i, line in enumerate(lines) if line.text))
    said = sum(1 for i in turns if lines[i].words or (i in follow and not lines[follow[i]].name))
    marks = sum(1 for line in below if line.mark and not line.stamp)
    begins = sum(1 for above, line in pairwise([BLANK, *lines]) if line.text and not above.text)
    paragraphs = max(begins, sum(1 for line in lines if line.text) / 2)
    is_full = 2 * said >= len(turns) and header <= max(LONGEST_HEADER, 2 * body)
    return is_full and most * (len(turns) + marks) >= paragraphs


def _typed_speakers(lines: Sequence[Line], labels: Sequence[Line]) -> frozenset[str]:
    """Speakers whose turns are known by a colon only: some of them recur, and they are what the file is made of."""
    texts = [line for line in lines if line.text and not 0 < line.level < BOLD]
    typed = [line for line in labels if not line.alone and not line.bare and not 0 < line.level < BOLD]
    counts = Counter(line.name for line in typed if not _is_nobody(line.name))
    if len(counts.keys()) == counts.total() or counts.total() < 3:
        return frozenset()
    if _is_title(texts):
        texts = texts[1:]
    judged = labelled([f"{line.name}: {line.words or '…'}" if line.name in counts else line.text for line in texts])
    believed = {label for label, _ in judged if label}
    common = _common_words("\n".join(line.text for line in texts))
    opening = _opening(lines, counts)
    names = {
        name
        for name in {line.name for line in texts} & counts.keys()
        if (counts[name] > 1 and name in believed)
        or (counts[name] == 1 and _is_person(name, name in believed, name in opening, common))
    }
    turns = [i for i, line in enumerate(lines) if line.name in names and not 0 < line.level < BOLD]
    small = sum(lines[i].name[0].islower() for i in turns)
    often = 4 * len(names) <= 3 * len(turns) or (len(names) < len(turns) and 10 * len(turns) >= 9 * len(texts))
    clear = len(turns) > 2 and often and 2 * small < len(turns) and _is_structure(lines, turns, 5)
    return frozenset(names) if clear else frozenset()


def _common_words(text: str) -> frozenset[str]:
    """Words that a text writes small, so that they are no names.

    Of a script that knows no capitals all words are; but not where the text is in another: there such a word before a
    colon is somebody's name, and what comes after it not the words of the one before.

    >>> sorted(_common_words("Ann: tea is kind. 李明: 我想")), sorted(_common_words("李明: 我想"))
    (['is', 'kind', 'tea'], ['我想', '李明'])
    """
    words = words_in_lower_case(text)
    cased = sum(letter.lower() != letter.upper() for letter in text)
    if 2 * cased <= sum(map(str.isalpha, text)):
        return words
    return frozenset(word for word in words if word.lower() != word.upper())


def _opening(lines: Sequence[Line], names: Collection[str]) -> set[str]:
    """Which names open a paragraph; those in a list do only if most are: "Tea: drink it" is an item of somebody's."""
    found = [
        line
        for above, line in pairwise([BLANK, *lines])
        if line.name in names and (not above.text or above.name or above.level)
    ]
    listed = 2 * sum(line.is_item for line in found) > len(found)
    return {line.name for line in found if listed or not line.is_item}


def _is_person(name: str, believed: bool, opens: bool, common: frozenset[str]) -> bool:
    """Whether a label that stands once before a colon names a speaker: one word must not be a ``common`` one."""
    words = name.casefold().split()
    has_role = words[0] in _ROLES or (len(words) == 2 and words[1] in _ROLES)
    letters = "".join(letter for letter in name if unicodedata.category(letter)[0] != "M")  # without vowel signs
    return (believed and not name.isalpha()) or (opens and (has_role or is_name(letters, common)))


def _is_title(lines: Sequence[Line]) -> bool:
    """Whether the first line is a title with a colon in it (``Kindness: a talk``), and no sentence as others are."""
    first, *others = lines
    sentences = sum(_is_sentence(line.words) for line in others if line.name)
    recurs = any(line.name == first.name for line in others)
    return not recurs and not _is_sentence(first.words) and 2 * sentences > sum(1 for line in others if line.name)


def _is_sentence(words: str) -> bool:
    return words.endswith((".", "?", "!", "…", "。"))


def is_turn(line: Line, speakers: frozenset[str]) -> bool:
    """Whether a line begins a turn of one of these speakers."""
    if line.name in speakers:
        return not 0 < line.level < BOLD or not line.words
    return line.level == BOLD and line.text in speakers
