"""People who asked to be forgotten, remembered by keyed fingerprints of their names and never by the names.

A full name is hers wherever it stands. A short form ("Maureen", "MQ") is hers in the files in which it is known to mean
her. These files are known by their contents, so that it stays known when a session gets another title or place.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kindsearch.corpus import Aliases
from kindsearch.people import TITLES, folded, name_of, plain_name, possible_names, resolve
from kindsearch.people.names import read_name
from kindsearch.stores.words import STOP_WORDS
from kindsearch.types import MONTHS

WITHHELD = "[name withheld]"
EVERYWHERE = ""  # in place of a document's id
_NOBODY = ""  # whose are fingerprints that are no names by themselves
_PART = "part"  # of a word of a name, which is no name by itself: where a text is looked at more closely
_IN_SMALL_LETTERS = "small"  # of a first name, that is a name without a capital as well: "thanks maureen"
_LONGEST = 10  # words of somebody else's name that may hold one of hers

# First names that are words: in small letters they are not taken for a name. Last names never are, for too many of
# them are words ("baker", "green").
_WORDS_TOO = STOP_WORDS | frozenset(
    "abbey ace al amber angel april art ash august autumn basil bay beauty bill blaze bless blessed blessing bliss "
    "blossom blue bonny bright brook brooks buck bud buddy candy carol chance charity chase cherry chip clarity clay "
    "cliff clover comfort coral crystal daisy dale dawn dean destiny don dot duke earl ebony ed eve faith favour fern "
    "flora fortune frank gay gene gift ginger glory goodness grace grant guy happiness happy harmony hazel heather "
    "heaven herb holly honest honesty honey honor honour hope hunter innocent iris ivory ivy jack jade jan jasmine jay "
    "jean jewel joy june junior justice kit knowledge lance lane lark laurel lily lotus love lovely lucky major mark "
    "marvellous mason mat max melody memory mercy merit merry mike miles mint misty nick noble norm olive opal page "
    "pansy pat patience peace pearl peg penny pepper per perfect petal piper poppy porter praise precious pretty "
    "prince princess progress promise providence prudence queen rain raven ray red reed rich river rob robin rock "
    "rocky rod rose rosemary ruby rue rusty ruth sage sandy scarlet serenity sky sonny star stew storm success sue "
    "summer sun sunny surprise talent temple terry trinity true trust unity van verity victor victory viola violet "
    "wade warren west willow winter wisdom woody wren young".split()
)

_ADDRESS = re.compile(r"@|://|\w_\w|\w\.\w")  # an e-mail address, a web address, a name of a file or an account
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*\.?")
_ENDING = re.compile(r"['’]s\.?$|(?<=\w\w)\.$")
_BETWEEN = re.compile(r"[^\S\n]*(?P<comma>,?)[^\S\n]*\n?[^\S\n]*")  # a name may be broken at the end of a line
_BESIDE = re.compile(r"[|/:;&+()\[\]\d]|\s(?:[-–—]|and|och|und)\s")  # parts a name from what else a label says
_DAY_BEFORE, _DAY_AFTER = re.compile(r"\d(?:st|nd|rd|th)?(?: of)? $"), re.compile(r",? \d")
_HUMP = re.compile(r"(?<=[^\W\d_])(?=[A-ZÀ-ÖØ-Þ][^\W\d_A-ZÀ-ÖØ-Þ])|[\W_]+")  # "MaureenQuill" is two words


Edit = tuple[int, int, str]
"""Offsets in a text, and what comes in their place."""


@dataclass(frozen=True)
class Forgotten:
    """Of whom a fingerprint is: a random token, and whether her words stay, without the name."""

    person: str
    words_stay: bool


@dataclass(frozen=True)
class Memory:
    """All that is known of those who are to be forgotten.

    ``entries`` are by fingerprint of a name and the id of the document in which it holds, or EVERYWHERE.
    """

    salt: str
    entries: Mapping[tuple[str, str], Forgotten]

    def __bool__(self) -> bool:
        return bool(self.entries)

    @cached_property
    def _at(self) -> Mapping[str, Sequence[tuple[str, Forgotten]]]:
        """What holds in each document, in an order that is always the same."""
        found: dict[str, list[tuple[str, Forgotten]]] = {}
        for mark, place in sorted(self.entries):
            found.setdefault(place, []).append((mark, self.entries[mark, place]))
        return found

    @cached_property
    def _parts(self) -> frozenset[str]:
        return frozenset(mark for mark, place in self.entries if place == _PART)

    @cached_property
    def _in_small_letters(self) -> frozenset[str]:
        return frozenset(mark for mark, place in self.entries if place == _IN_SMALL_LETTERS)

    def is_name_in_small_letters(self, word: str) -> bool:
        """Whether a word, folded, is a first name of somebody to be forgotten, and no other word."""
        return word not in _WORDS_TOO and self.fingerprint(word) in self._in_small_letters

    @cached_property
    def _words_seen(self) -> dict[str, _Word]:
        """Each word is read once, however many texts it stands in."""
        return {}

    def word(self, written: str) -> _Word:
        """What is to be known of a word of a text."""
        seen = self._words_seen.get(written)
        if seen is None:
            plain = _ENDING.sub("", written)
            words = folded(plain)
            ends_sentence = written.endswith(".") and len(words) > 1 and words not in TITLES
            of_a_name = bool(words) and all(self.fingerprint(word) in self._parts for word in words.split())
            seen = self._words_seen[written] = _Word(len(plain), words, ends_sentence, of_a_name)
        return seen

    def fingerprint(self, name: str) -> str:
        """BLAKE2b of the folded name, keyed with the index's salt."""
        return hashlib.blake2b(folded(name).encode(), key=bytes.fromhex(self.salt), digest_size=16).hexdigest()

    def within(self, document_ids: Collection[str], others: frozenset[str] = frozenset()) -> Names:
        """The names that are to be forgotten in these documents; ``others`` as in :class:`Names`."""
        return Names(self, (*document_ids, EVERYWHERE), others)

    def with_names(self, names: Iterable[str], document_ids: Collection[str], who: Forgotten) -> Memory:
        """A memory that knows these names as well, in these documents."""
        new = dict(self.entries)
        for name in filter(folded, names):
            new |= {(self.fingerprint(name), document_id): who for document_id in document_ids}
            new |= {(self.fingerprint(word), _PART): Forgotten(_NOBODY, False) for word in _words(name)}
            words = _words(_bare(name))
            new |= self._in_small(words[0]) if len(words) > 1 else {}
        return replace(self, entries=new)

    def with_first_name(self, name: str) -> Memory:
        """A memory that knows this name in small letters too, if it is a single word, and no initials or label."""
        words = _words(_bare(name))
        is_one = len(words) == 1 and not _bare(name).isupper() and not read_name(name).is_label
        return replace(self, entries={**self.entries, **self._in_small(words[0])}) if is_one else self

    def _in_small(self, first_name: str) -> dict[tuple[str, str], Forgotten]:
        return {(self.fingerprint(first_name), _IN_SMALL_LETTERS): Forgotten(_NOBODY, False)}

    def with_aliases(self, aliases: Aliases, document_ids: Collection[str]) -> Memory:
        """A memory that knows the other spellings of those it knows by one of them."""
        memory, names = self, self.within(document_ids)
        for name, others in sorted(aliases.items()):
            known = next(filter(None, map(names.owner, (name, *others))), None)
            memory = memory.with_names((name, *others), document_ids, known) if known else memory
        return memory

    def shared(self, document_ids: Collection[str], by: Collection[str]) -> Memory:
        """A memory in which what holds in one of ``document_ids`` holds in all ``by``, too."""
        found = [known for document_id in document_ids for known in self._at.get(document_id, ())]
        new = {(mark, document_id): who for mark, who in found for document_id in by}
        return replace(self, entries={**self.entries, **new}) if new else self

    def changed(self, person: str, words_stay: bool) -> Memory:
        """A memory in which somebody's words stay, or do not."""
        new = {at: replace(who, words_stay=words_stay) for at, who in self.entries.items() if who.person == person}
        return replace(self, entries={**self.entries, **new})

    def of(self, person: str) -> Memory:
        """What is known of one of them."""
        return replace(self, entries={at: who for at, who in self.entries.items() if who.person in {person, _NOBODY}})

    def documents_of(self, person: str) -> frozenset[str]:
        """The documents in which a short form of hers is known."""
        return frozenset(place for (_, place), who in self.entries.items() if who.person == person) - {EVERYWHERE}

    def digest(self, document_id: str) -> str:
        """What all that is known for a document comes to; empty where nothing is."""
        known = [(mark, who.words_stay) for at in (EVERYWHERE, document_id) for mark, who in self._at.get(at, ())]
        return hashlib.blake2b(repr(known).encode(), digest_size=16).hexdigest() if known else ""


# ---------------------------------------------------------------- a name


def forms_of(name: str, others: Collection[str] = ()) -> tuple[frozenset[str], frozenset[str]]:
    """The forms of a name that are hers wherever they stand, and those that are hers only where she is known to be.

    Without her middle name she may be one of ``others``; without "van der" she is somebody else, as people are joined.

    >>> [sorted(forms) for forms in forms_of("Dr Ann Lee (she/her)")]
    [['Ann Lee', 'AnnLee', 'Dr Ann Lee', 'Dr Ann Lee (she/her)'], ['A Lee', 'Ann', 'Ann L', 'Lee']]
    >>> [sorted(forms) for forms in forms_of("Speaker 1")]
    [[], ['Speaker 1']]
    >>> [sorted(forms) for forms in forms_of("Ann Mary Lee", ["Ann Rose Lee"])]
    [['Ann Mary Lee', 'AnnMaryLee'], ['A Lee', 'Ann', 'Ann L', 'Ann Lee', 'Lee']]
    """
    plain, bare = plain_name(name), _bare(name)
    words = bare.split()
    if not _are_one(name, name) or len(words) < 2:  # a short name, or what somebody does
        return frozenset(), frozenset({name, plain, bare}) - {""}
    first, last = words[0], words[-1]
    surname = " ".join(words[next((at for at, word in enumerate(words) if at and word[0].islower()), -1) :])
    full = {name, plain, bare, "".join(words)}
    short = {first, last, surname, f"{first} {last[0]}", f"{first[0]} {last}", f"{first[0]} {surname}"}
    two = f"{first} {last}"
    if _are_one(name, two) and not any(may_be(two, other) for other in others):
        full |= {two, f"{first}{last}"}
    return frozenset(full), frozenset(short if two in full else {two, *short})


def _are_one(name: str, other: str) -> bool:
    """Whether two names of two sessions are one person's."""
    asked = resolve({"here": [name], "there": [other]}, {}, {})
    return asked["here", name] == asked["there", other]


def _bare(name: str) -> str:
    """A name without what is added to it, and without titles."""
    return _without_titles(plain_name(name))


def _without_titles(name: str) -> str:
    return " ".join(word for word in name.split() if folded(word) not in TITLES)


def may_be(form: str, name: str) -> bool:
    """Whether a short form can stand for somebody of this name.

    >>> may_be("Ann L", "Ann Lund"), may_be("Lee", "Rob Lee"), may_be("Ann", "Anna Lund")
    (True, True, False)
    """
    words = _words(name)
    return all(any(word == part or (len(part) == 1 and word[0] == part) for word in words) for part in _words(form))


def _words(name: str) -> list[str]:
    return folded(name).split()


def hers(
    memory: Memory, document_ids: Collection[str], names: Collection[str], aliases: Aliases, here: Aliases
) -> dict[str, Forgotten]:
    """Which names of a session are of somebody to be forgotten. ``here`` are the aliases that hold in it alone."""
    known = memory.within(document_ids)
    person_of = resolve({"": sorted(names)}, aliases, {"": here})
    found: dict[str, list[Forgotten]] = {}
    for (_, name), person in sorted(person_of.items()):
        found.setdefault(person, []).extend(filter(None, map(known.owner, (name, name_of(person)))))
    return {name: found[person][0] for (_, name), person in person_of.items() if found[person]}


def with_short_forms(
    memory: Memory,
    document_ids: Collection[str],
    names: Collection[str],
    speakers: Collection[str],
    of: Mapping[str, Forgotten],
) -> Memory:
    """A memory that knows the names in ``of``, and short forms of them that can mean nobody else of a session.

    ``names`` are all names of the session, ``speakers`` those of them that somebody speaks under: a mere list may say
    "Quill" and mean Maureen Quill.
    """
    others = [name for name in names if name not in of and (name in speakers or full_names([name]))]
    with_last_name = {who for name, who in of.items() if full_names([name])}
    for name, who in sorted(of.items()):
        forms = frozenset[str]().union(*forms_of(name))
        clear = [form for form in sorted(forms) if not any(may_be(form, other) for other in others)]
        memory = memory.with_names([name, *clear], document_ids, who)
        memory = memory if who in with_last_name else memory.with_first_name(name)
    return memory


def full_names(names: Iterable[str]) -> frozenset[str]:
    """Those of several words, as they are compared."""
    plain = (folded(plain_name(name)) for name in names)
    return frozenset(name for name in plain if " " in name)


# ---------------------------------------------------------------- in a text


@dataclass(frozen=True)
class _Word:
    """A word as a text writes it: its ``length`` without a genitive or the full stop of its sentence, and folded."""

    length: int
    folded: str
    ends_sentence: bool
    is_of_a_name: bool

    @property
    def is_initial(self) -> bool:
        return len(self.folded) == 1


@dataclass(frozen=True)
class _Token:
    """A word of a text, and where it stands."""

    start: int
    end: int
    word: _Word


@dataclass(frozen=True)
class Names:
    """The names that are to be forgotten in some documents.

    ``others`` are the full names, folded, of people who are not: "Maureen Roe" is no mention of Maureen Quill.
    """

    memory: Memory
    places: tuple[str, ...]
    others: frozenset[str] = frozenset()

    def owner(self, name: str) -> Forgotten | None:
        """Who is to be forgotten under this name, as a label has it; None for anybody else.

        A full name is hers with initials in it, as an address, and beside what else a label says ("NHS | Ann Lee").
        """
        if not self.memory:
            return None
        plain = plain_name(name)
        bare = _without_titles(plain)
        full = [_without_initials(held) for held in dict.fromkeys((bare, *_held_in(name))) if " " in folded(held)]
        found = next(filter(None, map(self._owner_of_words, dict.fromkeys((name, plain, bare, *full)))), None)
        return found or (self._owner_of_address(name) if _ADDRESS.search(name) else None)

    def _owner_of_words(self, words: str) -> Forgotten | None:
        if not folded(words):
            return None
        mark = self.memory.fingerprint(words)
        return next((self.memory.entries[mark, at] for at in self.places if (mark, at) in self.memory.entries), None)

    def are_in(self, text: str) -> bool:
        """Whether a text has one of them."""
        return bool(self.mentions(text))

    def without(self, text: str) -> str:
        """A text without them."""
        return edited(text, [(start, end, WITHHELD) for start, end in self.mentions(text)])

    def mentions(self, text: str) -> list[tuple[int, int]]:
        """Where a text has one of them, in order. Of an address that holds one, the whole address."""
        if not self.memory:
            return []
        tokens: list[_Token] = []
        found: list[tuple[int, int]] = []
        for run in re.finditer(r"\S+", text):
            if _ADDRESS.search(run.group()):
                start, end = _within_marks(text, run.start(), run.end())
                if self._owner_of_address(text[start:end]):
                    found.append((start, end))
                    continue
            tokens += self._tokens(text, run.start(), run.end())  # of "@Ann Lee" it is the first word
        number = 0
        while number < len(tokens):
            length = self._length_of_name(text, tokens, number) if tokens[number].word.is_of_a_name else 0
            if length:
                found.append((tokens[number].start, tokens[number + length - 1].end))
            number += length or 1
        return sorted(found)

    def _tokens(self, text: str, start: int, end: int) -> Iterator[_Token]:
        for found in _WORD.finditer(text, start, end):
            word = self.memory.word(found.group())
            if word.folded:
                yield _Token(found.start(), found.start() + word.length, word)

    def _owner_of_address(self, address: str) -> Forgotten | None:
        words = [word for part in _HUMP.split(address) for word in _words(part)]
        marks = [self.memory.word(word).is_of_a_name for word in words]
        owners = (
            self._owner_of_words(" ".join(words[first:last]))
            for first in range(len(words))
            for last in range(first + 1, min(first + _LONGEST, len(words)) + 1)
            if all(marks[first:last])
        )
        return next(filter(None, owners), None)

    def _length_of_name(self, text: str, tokens: Sequence[_Token], at: int) -> int:
        """How many tokens from ``at`` on are the longest of the names; 0 where there is none."""
        gaps = [""]
        for token, after in zip(tokens[at : at + _LONGEST], tokens[at + 1 : at + _LONGEST], strict=False):
            gap = _BETWEEN.fullmatch(text, token.end, after.start) if not token.word.ends_sentence else None
            if gap is None or not (after.word.is_of_a_name or after.word.is_initial):
                break
            gaps.append(gap["comma"])
        for length in range(len(gaps), 0, -1):
            run = tokens[at : at + length]
            if any(gaps[1:length]) and _are_two_names(text, tokens, at, length):
                continue
            if self._is_name(text, run, gaps[1:length]) and not self._is_of_another(tokens, at, length):
                return length
        return 0

    def _is_name(self, text: str, run: Sequence[_Token], commas: Sequence[str]) -> bool:
        words = [token.word.folded for token in run]
        if any(commas):  # "Quill, Maureen", and never "Maureen, Quill"
            turn = commas.index(",") + 1
            forms = [" ".join([*words[turn:], *words[:turn]])] if len(list(filter(None, commas))) == 1 else []
        elif len(words) == 1:  # "Rose" may be a name, "rose" is none
            is_small = text[run[0].start].islower() and not self.memory.is_name_in_small_letters(words[0])
            forms = words if not is_small and not _is_in_date(text, run[0]) else []
        else:
            forms = [" ".join(words), " ".join(t.word.folded for t in run if not t.word.is_initial)]
            forms = forms if len(forms[1].split()) > 1 else forms[:1]
        return any(self._owner_of_words(form) for form in forms)

    def _is_of_another(self, tokens: Sequence[_Token], at: int, length: int) -> bool:
        """Whether these tokens are a part of the longer name of somebody who is not to be forgotten."""
        return any(
            " ".join(token.word.folded for token in tokens[first:last]) in self.others
            for first in range(max(0, at - _LONGEST), at + 1)
            for last in range(at + length, min(len(tokens), first + _LONGEST) + 1)
            if last - first > length or any(token.word.is_initial for token in tokens[first:last])
        )


def _held_in(label: str) -> Iterator[str]:
    """What a label says, part by part, and the names that each part may hold, without titles.

    >>> list(_held_in("Leeds | Ann Lee Kind Trust"))
    ['Leeds ', 'Leeds', ' Ann Lee Kind Trust', 'Ann Lee Kind Trust', 'Ann Lee Kind', 'Ann Lee']
    """
    for part in _BESIDE.split(label):
        yield part
        yield from map(_without_titles, possible_names(part))


def _without_initials(name: str) -> str:
    """A name of two words or more without its initials, folded; any other as it is.

    >>> _without_initials("Ann T. Lee"), _without_initials("A. Lee")
    ('ann lee', 'A. Lee')
    """
    words = [word for word in _words(name) if len(word) > 1]
    return " ".join(words) if len(words) > 1 else name


def _are_two_names(text: str, tokens: Sequence[_Token], at: int, length: int) -> bool:
    """Whether "Quill, Maureen" stands where others meet: "Rob Quill, Maureen Roe"."""
    if not at or at + length == len(tokens):
        return False
    before, first, last, after = tokens[at - 1], tokens[at], tokens[at + length - 1], tokens[at + length]
    joined = text[before.end : first.start] == text[last.end : after.start] == " "
    return joined and text[before.start].isupper() and text[after.start].isupper() and not after.word.is_initial


def _is_in_date(text: str, token: _Token) -> bool:
    """Whether it is the month in "16 May 2024"."""
    return text[token.start : token.end].capitalize() in MONTHS and bool(
        _DAY_BEFORE.search(text, max(0, token.start - 8), token.start) or _DAY_AFTER.match(text, token.end)
    )


def _within_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without brackets, quotation marks and full stops around it."""
    while end > start and not text[end - 1].isalnum():
        end -= 1
    while start < end and not (text[start].isalnum() or text[start] == "@"):
        start += 1
    return start, end


def edited(text: str, edits: Sequence[Edit]) -> str:
    """A text with its edits made; they are in order and do not overlap."""
    parts, done = [], 0
    for start, end, instead in edits:
        parts += [text[done:start], instead]
        done = end
    return "".join([*parts, text[done:]])
