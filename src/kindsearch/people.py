"""Names as they are written -> one person.

A pack writes "Dr Sanjiv Ahluwalia", then "Sanjiv"; Zoom writes "Sanjiv Ahluwalia (he/him) - ARU"; a chat "SA". Names
are joined on evidence only, so that nobody gets somebody else's words:

- a first and a last name are the same person wherever they stand; so are they with a middle name or initial, unless
  two different ones would then be one person;
- a short form (first name, initials, first name and initial, initial and last name, title and last name) is the one
  person of the same session it can stand for, and stays somebody of her own where it can stand for nobody or for two;
- labels ("Speaker 1", "Facilitator", "iPhone", a telephone number) are somebody of their own session;
- what a person says of names (``aliases``) decides over all of this.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

TITLES = frozenset(
    "baroness dame doctor dr hon honorable honourable lady lord miss mr mrs ms mx prof professor rev reverend right rt "
    "sir".split()
)
_SAME_TITLE = {"doctor": "dr", "professor": "prof", "reverend": "rev", "honourable": "hon", "honorable": "hon"}
_CREDENTIALS = frozenset(
    "am ba bchir bn bs bsc cbe chb cnm dbe dnp do dphil dsc edd facp fca fracp frcgp frcn frcog frcp frcpch "
    "frcpsych frcs frs ihi kc llb ma mb mba mbbs mbchb mbe md mp mph mphil mrcgp mrcp mres ms msc msn msp msw nhs "
    "np obe pa pgce pharmd phd qc rgn rm rmn rn rnmh uk usa".split()
)
_PARTICLES = frozenset("af al bin da de del della den der des di dos du el la le ter van von".split())
_GENERATIONS = frozenset(["jr", "sr", "ii", "iii", "iv"])  # father and son are two people
_PRONOUNS = "she|he|they|her|hers|him|his|them|their|theirs|ze|zir|xe|xem|hon|henne|hen|han|honom|elle|ella|el"
# What Zoom and Teams put in brackets, and people say of themselves, that tells nobody apart.
_NOISE = frozenset(_PRONOUNS.split("|")) | frozenset(
    "all and any co cohost external guest hons host me or organiser organizer presenter pronouns unverified you".split()
)
_DEVICES = frozenset(
    "android computer desktop device galaxy huawei imac ipad iphone ipod laptop macbook mobile pc phone pixel samsung "
    "tablet".split()
)
# A name made of these only is what somebody does, not who she is.
_LABELS = frozenset(
    "acting admin administrator all anonymous another attendee attendees audience audio breakout call caller carer "
    "carers chair chairman chairperson chairwoman cohost colleague colleagues coordinator deputy designer director "
    "doctor doctors everybody everyone facilitator facilitators female grad group groups guest guests host hosts in "
    "industrial interface interpreter interviewee interviewer lead leader male man manager managers marketing meeting "
    "member members moderator moderators narrator new nurse nurses officer organiser organizer other owner panelist "
    "panellist participant participants patient patients people person phd postdoc presenter presenters project "
    "recording room several somebody someone speaker speakers staff student students support table team teams tech "
    "technical the translator unidentified unknown unnamed user users various vice video voice webinar woman "
    "zoom".split()
)
_ORGANISATIONS = frozenset(
    "academy association center centre charity clinic college committee council department foundation hospice "
    "hospital hospitals inc institute ltd ministry network nhs society trust university".split()
)
# "Bisognano, Maureen" is turned round and "Katie, Leeds" is not: only a well-known first name tells the two apart.
# Rarer ones are turned round where the archive knows the person by her full name. Names of places are left out.
_FIRST_NAMES = frozenset(
    "abdul adam ahmed aisha alan alex alexander ali alice alison amanda amit amy ana andrew angela anita ann anna "
    "anne anthony asha barbara ben benjamin bob brian bridget carol caroline catherine cathy charles chris "
    "christine claire clare colin daniel dave david deborah deepak diana diane dominique donna ed edward elena "
    "elisabeth elizabeth ellen emily emma eric erik eva fatima fiona frances frank gabrielle gareth gary gemma "
    "geoff george gill goran graham hannah hans harry heather helen henry hugh ian imran ingrid jack jacqueline "
    "james jan jane janet jean jennifer jenny jess jessica jim jo joan joanna joe johan john jonathan jose joseph "
    "juan judith judy julia julie karen karin kate katherine kathryn katie keith kevin lars laura lesley linda lisa "
    "liz louise lucy lynn maggie magnus margaret maria marie mark martin mary matthew maureen megan melissa michael "
    "michelle mike mohammed monica nadia nancy neil nicola nicole nigel nina olga oliver pam patricia patrick paul "
    "paula peter philip priya rachel raj rebecca richard robert robin roger rosemary ruth sally sam samantha sandra "
    "sanjay sanjiv sara sarah sean sharon sheila simon sofia stephen steve steven sue suresh susan suzie sven tanya "
    "teresa thomas tim tom tony tracey ursula vanessa vijay wendy william yasmin zoe".split()
)
_OWNED = re.compile(rf"(?P<name>.+?)['’]s?\s+(?:{'|'.join(sorted(_DEVICES))})\b.*", re.IGNORECASE)
_PRONOUNS_IN_A_ROW = re.compile(rf"\b(?:{_PRONOUNS})(?:\s*[/\\]\s*(?:{_PRONOUNS}))+\b", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s+[-–—]+\s*|\s*[–—]+\s+|\s*(?:[|•·]|//)\s*|\s+[/@~]\s*")
_SEVERAL = re.compile(r"[&+]|\s(?:and|och|und)\s", re.IGNORECASE)
_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘ʼ`´′", ""))
_UNLIKE_THEIR_LETTER = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}")  # "J.R."
_LATE_GENERATION = re.compile(rf",(\s+(?:{'|'.join(sorted(_GENERATIONS))})\b)", re.IGNORECASE)
_NOT_WRITTEN = frozenset(["So", "Cc", "Cf", "Co", "Cs", "Me"])  # pictures, control signs and what has no sign
_SKINS = frozenset(map(chr, range(0x1F3FB, 0x1F400)))  # colours of emoji
_OF = " · "  # between a name and the session it is bound to; no plain name holds one


# ---------------------------------------------------------------- names, compared


def folded(name: str) -> str:
    """A name as it is compared: small letters without accents, words with one blank between them, no punctuation.

    An apostrophe joins ("O’Connor" is one word), a hyphen parts. Marks that are letters of their own, as in
    Devanagari, stay. Folding twice changes nothing.

    >>> folded("Dr. Helen O’Connor-Smith"), folded("Göran"), folded("SØREN")
    ('dr helen oconnor smith', 'goran', 'soren')
    """
    small = unicodedata.normalize("NFKD", name.translate(_APOSTROPHES)).casefold().translate(_UNLIKE_THEIR_LETTER)
    plain = "".join(
        letter if letter.isalnum() or unicodedata.category(letter).startswith("M") else " "
        for letter in unicodedata.normalize("NFKD", small)
        if not _is_silent(letter)
    )
    return unicodedata.normalize("NFC", " ".join(plain.split()))


def is_called(name: str, asked: str) -> bool:
    """Whether somebody written ``name`` may be meant by ``asked``: every word of it is one of hers.

    The session in an identifier that ``resolve`` made is no part of her name.

    >>> is_called("Dr Sanjiv Ahluwalia", "sanjiv"), is_called("Göran Henriks", "goran henriks"), is_called("Ann", "An")
    (True, True, False)
    """
    wanted = set(folded(asked).split())
    return bool(wanted) and wanted <= set(folded(name_of(name)).split())


def _is_silent(letter: str) -> bool:
    """Whether it is a stroke or point that people leave out, or no more than advice on how to draw its neighbours.

    The combining classes left over (virama, kana voicing, vowel signs) make another letter of theirs.
    """
    kind = unicodedata.combining(letter)
    return (
        10 <= kind <= 36
        or kind >= 200
        or unicodedata.category(letter) in {"Cf", "Me"}
        or "\ufe00" <= letter <= "\ufe0f"
    )


# ---------------------------------------------------------------- one name, read


@dataclass(frozen=True)
class _Name:
    """A written name, read. ``words`` are folded, without titles; a hyphenated one is one word ("smith jones").

    ``aside`` is what else was said (where from, what for), ``other`` the name that it may be as well ("Leeds Katie"
    for "Katie, Leeds"), if somebody is known by it. ``initials`` where it can be read so.
    """

    plain: str
    titles: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    aside: str = ""
    other: str = ""
    initials: str = ""
    is_label: bool = False

    @property
    def surname_at(self) -> int:
        """Where in ``words`` the last name begins: "van der Berg" and "King Jr" are one."""
        at = len(self.words) - 1
        at -= at > 1 and self.words[at] in _GENERATIONS
        while at > 1 and self.words[at - 1] in _PARTICLES:
            at -= 1
        return at

    @property
    def given(self) -> tuple[str, ...]:
        return self.words[: self.surname_at]

    @property
    def surname(self) -> str:
        return " ".join(self.words[self.surname_at :])

    @property
    def surname_letters(self) -> set[str]:
        """What an initial of the last name can be: of "van der Berg", v or b."""
        words = [word for word in self.words[self.surname_at :] if word not in _GENERATIONS]
        return {words[0][0], words[-1][0]} if words else set()

    @property
    def is_full(self) -> bool:
        """Whether it says a first and a last name, in letters and not in initials."""
        return len(self.surname) > 1 and any(len(word) > 1 for word in self.given)

    @property
    def key(self) -> str:
        """What is the same for all spellings of this name. A title counts only beside a single word."""
        titles = [] if len(self.words) > 1 else sorted(self.titles)
        return " ".join([*titles, *self.words]) or self.plain


def plain_name(written: str) -> str:
    """The name in what was written, without what Zoom adds or people say of themselves. Never empty, unless it was.

    Pronouns, brackets, what follows a dash, a bar or a comma, letters after a name, pictures and the owner's "'s
    iPhone" go; titles stay. What can't be told (is "Katie, Leeds" somebody's last and first name?) stays as it is
    written, and so does a label with something beside it, unless that is a name with a title.

    >>> plain_name("Maureen Bisognano, RN (she/her) | IHI"), plain_name("Maureen's iPhone")
    ('Maureen Bisognano', 'Maureen')
    >>> plain_name("Bisognano, Maureen"), plain_name("Katie, Leeds"), plain_name("Speaker 1 (Leeds)")
    ('Maureen Bisognano', 'Katie, Leeds', 'Speaker 1 (Leeds)')
    """
    return _read(written).plain


def name_of(person: str) -> str:
    """The name alone in an identifier that ``resolve`` made.

    >>> name_of("Maureen · 2024-06-time-for-a-check-in"), name_of("Maureen Bisognano")
    ('Maureen', 'Maureen Bisognano')
    """
    return person.split(_OF, 1)[0]


def _read(written: str) -> _Name:
    text = _without_pictures(written)
    owned = _OWNED.fullmatch(text)
    head, *asides = _parts(owned["name"] if owned else text) or [""]
    asides = [aside for aside in asides if not _NOISE.issuperset(folded(aside).split())]
    if _is_label(head):
        return _read_label(head or written.strip(), asides)
    name, turned, after = _at_comma(head)
    plain = _without_credentials(name)
    titles, words = _titles_and_words(plain)
    return _Name(
        plain=f"{plain}, {after}" if turned else plain,
        titles=titles,
        words=words,
        aside=folded(" ".join([after, *asides])),
        other=turned,
        initials="".join(words) if plain.isupper() else "",
    )


def _read_label(label: str, asides: list[str]) -> _Name:
    """A label, with what stands beside it, for that tells two of them apart; or the person if it names her."""
    shown = " ".join([label, *(f"({aside})" for aside in asides)])
    if _SEVERAL.search(label) or not asides:
        return _Name(shown, is_label=True)
    titled = next((aside for aside in asides if _titles_and_words(aside)[0]), None)
    return _read(titled) if titled else _Name(shown, other=asides[0], is_label=True)  # "The Chair (Hon. Ann Roe)"


def _without_pictures(written: str) -> str:
    """What was written, composed, with single blanks, and without emoji and invisible characters."""
    seen = (
        letter
        for letter in unicodedata.normalize("NFC", written)
        if letter.isspace()
        or not (unicodedata.category(letter) in _NOT_WRITTEN or letter in _SKINS or "\ufe00" <= letter <= "\ufe0f")
    )
    return " ".join(_PRONOUNS_IN_A_ROW.sub(" ", "".join(seen)).split())


def _parts(text: str) -> list[str]:
    """What stands outside all brackets, parted at dashes and bars, then what each outermost bracket holds."""
    outside, inside, depth = "", list[str](), 0
    for letter in text:
        depth -= letter in ")]}>" and depth > 0
        if depth:
            inside[-1] += letter
        else:
            outside += " " if letter in "()[]{}<>" else letter
        if letter in "([{<":
            depth += 1
            inside += [""] if depth == 1 else []
    parts = (" ".join(part.split()).strip(' ,;:-–—/"“”') for part in [*_SEPARATOR.split(outside), *inside])
    return [part for part in parts if part]


def _is_label(head: str) -> bool:
    """Whether it says a part in the meeting, an organisation, a device, a number or several people: not one person."""
    words = [word.rstrip("0123456789") for word in folded(head).split()]
    return (
        not any(letter.isalpha() for letter in head)
        or bool(_SEVERAL.search(head))
        or any(word in _ORGANISATIONS or word in _DEVICES for word in words)
        or (all(len(word) < 2 or word in _LABELS for word in words) and any(word in _LABELS for word in words))
    )


def _at_comma(head: str) -> tuple[str, str, str]:
    """The name, the other way to read it if there is one, and what stands after the comma and is no part of it."""
    first, *rest = (part.strip() for part in _LATE_GENERATION.sub(r"\1", head).split(","))
    rest = [part for part in rest if part and not all(_is_credential(word) for word in part.split())]
    after = ", ".join(rest)
    *before, surname = first.split()
    given = [word for word in after.split() if folded(word) not in TITLES]
    if (
        len(rest) != 1
        or not all(folded(word) in _PARTICLES for word in before)
        or len(given) > 2
        or not all(word[0].isupper() and (not word.isupper() or len(word.strip(".")) == 1) for word in given)
        or _is_label(after)
    ):
        return first, "", after
    is_clear = (
        folded(given[0]) in _FIRST_NAMES or len(given) < len(after.split()) or (surname.isupper() and len(surname) > 4)
    ) and folded(surname) not in _FIRST_NAMES
    turned = f"{after} {first}"
    return (turned, "", "") if is_clear else (first, turned, after)


def _without_credentials(name: str) -> str:
    """The name without letters after it; two words are always left, and a name all in capitals has none to see."""
    words = name.split()
    while len(words) > 2 and not name.isupper() and _is_credential(words[-1]):
        words.pop()
    return " ".join(words)


def _is_credential(word: str) -> bool:
    """Whether it is like "RN" or "Ph.D.", written so; or a title that came late ("Ann Lee, Dr")."""
    letters = word.replace(".", "")
    return folded(letters) in TITLES or (folded(letters) in _CREDENTIALS and letters[1:] != letters[1:].lower())


def _titles_and_words(plain: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The titles at the front, each in one spelling, and the other words; several initials are one word."""
    words = [folded(word) for word in _INITIALS.sub(lambda found: found.group().replace(".", " "), plain).split()]
    words = [word for word in words if word]
    titles = set[str]()
    while len(words) > 1 and words[0] in TITLES | {"the"}:
        title = words.pop(0)
        titles.add(_SAME_TITLE.get(title, title))
    if words and all(len(word) == 1 for word in words):
        words = ["".join(words)]
    return frozenset(titles - {"the"}), tuple(words)


# ---------------------------------------------------------------- many names, joined


@dataclass(frozen=True)
class _Person:
    """Who a name is joined into: known by ``key`` anywhere, or in ``session`` only; ``called`` so by an alias."""

    key: str
    session: str = ""
    called: str = ""


def resolve(
    names: Mapping[str, Collection[str]],
    aliases: Mapping[str, Sequence[str]],
    session_aliases: Mapping[str, Mapping[str, Sequence[str]]],
) -> dict[tuple[str, str], str]:
    """Who is meant by each name: ``(session id, written name)`` -> an identifier, one for each person.

    ``names`` holds, for each session id, the names written in its documents. ``aliases`` gives other spellings of a
    person's name that hold anywhere, ``session_aliases`` those that hold in one session, which come first; two
    entries are two people, whatever their names, and a spelling that two entries claim is nobody's.

    The identifier is the name she is best known by: that of the alias, or the fullest and tidiest plain spelling. Where
    two people have the same, those known in one session only get it behind a dot: ``Maureen · 2024-06-check-in`` (see
    ``name_of``). The order of what is given plays no part. Takes time near-linear in the number of names.

    >>> people = resolve({"may": ["Dr Ann Lee", "Ann"], "june": ["Ann Lee (she/her)", "Ann"], "july": ["Ann"]}, {}, {})
    >>> people["may", "Ann"], people["june", "Ann"], people["july", "Ann"]
    ('Dr Ann Lee', 'Dr Ann Lee', 'Ann')
    """
    known = _known(aliases, session_aliases)
    read = {written: _read(written) for written in {written for those in names.values() for written in those}}
    certain = [name for name in (*read.values(), *known.readings()) if name.is_full]
    keys = {name.key for name in certain}
    for written, name in read.items():
        other = _read(name.other)
        if other.key in keys:
            read[written] = other
    full = _people_of_full_names(certain, known)
    short_for = _short_forms_of_people(certain, full, known)
    people = {
        (session, written): person
        for session in names
        for written, person in _people_in(session, sorted(names[session]), read, known, full, short_for).items()
    }
    spellings = defaultdict[_Person, set[_Name]](set)
    for (_, written), person in people.items():
        spellings[person].add(read[written])
    identifiers = _identifiers(spellings)
    return {place: identifiers[person] for place, person in people.items()}


# ---------------------------------------------------------------- what aliases say


@dataclass(frozen=True)
class _Known:
    """The people whom aliases name: by spelling anywhere, by session and spelling there; and how each is written."""

    anywhere: Mapping[str, _Person]
    inside: Mapping[str, Mapping[str, _Person]]
    names: Mapping[_Person, Collection[_Name]]

    def person(self, session: str, written: str, name: _Name) -> _Person | None:
        """Whom an alias says this is: one of the session first, and the very words before the plain name."""
        spellings = (_compared(written), _compared(name.plain))
        tables = (self.inside.get(session, {}), self.anywhere)
        return next((table[spelling] for table in tables for spelling in spellings if spelling in table), None)

    def readings(self) -> Iterable[_Name]:
        return (name for names in self.names.values() for name in names)


def _known(aliases: Mapping[str, Sequence[str]], session_aliases: Mapping[str, Mapping[str, Sequence[str]]]) -> _Known:
    called = dict[str, str]()  # one spelling for each name that has an entry
    for entries in (aliases, *(session_aliases[session] for session in sorted(session_aliases))):
        for name in sorted(entries):
            called.setdefault(_compared(name), name)

    def of_anywhere(name: str) -> _Person:
        return _Person(_compared(name), called=called[_compared(name)])

    def of_session(session: str, name: str) -> _Person:
        local = of_anywhere(name) if _read(name).is_full else _Person(_compared(name), session, name)
        return anywhere.get(_compared(name), local)

    anywhere = _spellings(aliases, of_anywhere)
    names = defaultdict[_Person, set[_Name]](set)
    for name, others in aliases.items():
        names[of_anywhere(name)].update(_read(spelling) for spelling in (name, *others))
    for session, entries in session_aliases.items():
        for name in entries:
            names[of_session(session, name)].add(_read(name))
    inside = {session: _spellings(those, partial(of_session, session)) for session, those in session_aliases.items()}
    return _Known(anywhere, inside, names)


def _spellings(entries: Mapping[str, Sequence[str]], person_of: Callable[[str], _Person]) -> dict[str, _Person]:
    """Who is meant by each spelling. The name of an entry is its own; a spelling that two entries give is nobody's."""
    claims = defaultdict[str, set[_Person]](set)
    for name, others in entries.items():
        for spelling in others:
            claims[_compared(spelling)].add(person_of(name))
    undisputed = {spelling: next(iter(people)) for spelling, people in claims.items() if len(people) == 1}
    return undisputed | {_compared(name): person_of(name) for name in entries}


def _compared(name: str) -> str:
    return folded(name) or name.strip()  # a name of pictures only


# ---------------------------------------------------------------- full names, anywhere


def _people_of_full_names(names: Iterable[_Name], known: _Known) -> dict[str, _Person]:
    """The person of each full name, by its key: that of an alias, or one made of all that agree with one another."""
    by_key = dict[str, _Name]()
    for name in names:  # written with a hyphen once, it has one everywhere
        by_key[name.key] = min(by_key.get(name.key, name), name, key=lambda one: (len(one.words), one.words))
    claims = defaultdict[str, set[_Person]](set)
    for person, readings in known.names.items():
        for name in readings:
            claims[name.key].add(person)
    owners = dict[str, _Person]()
    for key in by_key:
        claimed = {person for person in claims[key] if person.key == key} or claims[key]
        sole = next(iter(claimed)) if len(claimed) == 1 else _Person(key)
        owners[key] = known.anywhere.get(key, sole)
    groups = defaultdict[tuple[str, str], list[_Name]](list)
    for name in by_key.values():
        groups[name.words[0], name.surname].append(name)
    return {key: person for group in groups.values() for key, person in _joined(group, owners).items()}


def _joined(group: list[_Name], owners: Mapping[str, _Person]) -> dict[str, _Person]:
    """The people of one first and last name: each name joins the only one of the longest that it can be short for.

    Two whom aliases keep apart are never joined through a third.
    """
    longest = [name for name in group if not any(_shortens(name, other) for other in group)]
    members = defaultdict[_Person, list[str]](list)
    for name in group:
        meant = {owners[other.key] for other in longest if other is name or _shortens(name, other)}
        members[meant.pop() if len(meant) == 1 else owners[name.key]].append(name.key)
    people = dict[str, _Person]()
    for person, keys in members.items():
        called = {owners[key] for key in keys if owners[key].called}
        one = next(iter(called), person)
        people |= {key: one if len(called) < 2 else owners[key] for key in keys}
    return people


def _shortens(name: _Name, other: _Name) -> bool:
    """Whether all its middle names or initials are the first ones of the other, which says more."""
    short, long = name.given[1:], other.given[1:]
    agree = all(a == b or (len(a) == 1 and b.startswith(a)) for a, b in zip(short, long, strict=False))
    return short != long and len(short) <= len(long) and agree


# ---------------------------------------------------------------- short forms, in a session


def _short_forms_of_people(
    names: Iterable[_Name], full: Mapping[str, _Person], known: _Known
) -> dict[_Person, set[str]]:
    forms = defaultdict[_Person, set[str]](set)
    for name in names:
        forms[full[name.key]] |= _short_forms(name)
    for person, readings in known.names.items():
        for name in readings:
            forms[person] |= _short_forms(name)
    return dict(forms)


def _short_forms(name: _Name) -> set[str]:
    """What somebody of this name may be called in short. Initials alone have a dot, for "Bo" is none.

    >>> sorted(_short_forms(_read("Dr Ann Lee")))
    ['a lee', 'al.', 'ann', 'ann l', 'dr ann', 'dr lee']
    """
    if len(name.words) < 2:
        return set(name.words)
    first, *middle = name.given
    lasts, surname = name.surname_letters, name.surname
    middles = [word[0] for word in middle]
    forms = {f"{first[0]}{last}." for last in lasts}
    forms.add("".join([part[0] for word in name.words for part in word.split()]) + ".")
    if len(first) > 1:
        forms |= {first, *(f"{title} {first}" for title in name.titles)}
        forms |= {" ".join([first, *between, last]) for last in lasts for between in ([], middles)}
    if len(surname) > 1:
        forms |= {f"{title} {surname}" for title in name.titles}
        forms |= {" ".join([first[0], *between, surname]) for between in ([], middles)}
    return forms


def _asked_by(name: _Name) -> set[str]:
    """The short forms, as ``_short_forms`` writes them, that this short name may be one of."""
    if len(name.words) == 1 and name.titles:
        return {f"{title} {name.words[0]}" for title in name.titles}
    return {" ".join(name.words), *([f"{name.initials}."] if name.initials else [])}


def _people_in(
    session: str,
    those: Sequence[str],
    read: Mapping[str, _Name],
    known: _Known,
    full: Mapping[str, _Person],
    short_for: Mapping[_Person, set[str]],
) -> dict[str, _Person]:
    """Who is meant by each name written in one session."""
    people = dict[str, _Person]()
    short = defaultdict[str, list[str]](list)
    for written in those:
        name = read[written]
        person = known.person(session, written, name)
        if person or name.is_label:
            people[written] = person or _Person(_compared(name.plain), session)
        elif name.is_full:
            people[written] = full[name.key]
        else:
            short[name.key].append(written)
    called = defaultdict[str, set[_Person]](set)
    for person in set(people.values()):
        for form in short_for.get(person, ()):
            called[form].add(person)
    # The longer ones first: "Ann" may be short for "Ann L.", whoever that is.
    for key in sorted(short, key=lambda key: (-len(read[short[key][0]].words), -len(read[short[key][0]].titles), key)):
        people |= _people_of_short_name(session, {written: read[written] for written in short[key]}, called)
        for written in short[key]:
            for form in _short_forms(read[written]):
                called[form].add(people[written])
    return people


def _people_of_short_name(
    session: str, names: Mapping[str, _Name], called: Mapping[str, Collection[_Person]]
) -> dict[str, _Person]:
    """Who is meant by the spellings of one short name: the only person it can stand for, or somebody of her own.

    "Katie (Leeds)" and "Katie (York)" are two, and then "Katie" is nobody of whom more can be said.
    """
    asides = {name.aside for name in names.values()}
    if len(asides - {""}) > 1:
        written_with = {aside: min(w for w, name in names.items() if name.aside == aside) for aside in asides}
        return {
            written: _Person(f"{name.key} {name.aside}", session, _without_pictures(written_with[name.aside]))
            for written, name in names.items()
        }
    meant = {person for name in names.values() for form in _asked_by(name) for person in called.get(form, ())}
    key = next(iter(names.values())).key
    person = meant.pop() if len(meant) == 1 else _Person(key, session)
    return dict.fromkeys(names, person)


# ---------------------------------------------------------------- what to call them


def _identifiers(spellings: Mapping[_Person, Collection[_Name]]) -> dict[_Person, str]:
    """A name for each person, with the session behind it where another has the same and hers is the only one."""
    best = {person: person.called or _best(names) for person, names in spellings.items()}
    sharing = Counter(_compared(name) for name in best.values())
    return {
        person: f"{name}{_OF}{person.session}" if person.session and sharing[_compared(name)] > 1 else name
        for person, name in best.items()
    }


def _best(names: Collection[_Name]) -> str:
    """The fullest plain spelling; of equals the one with capitals where they belong, accents and titles."""

    def rank(name: _Name) -> tuple[int, int, int, int, str]:
        letters = sum(len(word) for word in name.words)
        careless = sum(word in {word.lower(), word.upper()} for word in name.plain.split())
        accents = sum(not letter.isascii() for letter in name.plain)
        return -letters, careless, -accents, -sum(map(len, name.titles)), name.plain

    return min(names, key=rank).plain or "Unnamed"
