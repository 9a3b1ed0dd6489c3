"""One name as it is written: how it is compared, and what it says.

Zoom writes "Sanjiv Ahluwalia (he/him) - ARU", a pack "Dr Sanjiv Ahluwalia", then "Sanjiv"; a chat "SA". What is no part
of the name goes, and what is left is taken apart into titles, first and last names; a label ("Speaker 1",
"Facilitator", "iPhone", a telephone number) is known as one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

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
    "member members moderator moderators name narrator new nurse nurses officer organiser organizer other owner "
    "panelist panellist participant participants patient patients people person phd postdoc presenter presenters "
    "project recording room several somebody someone speaker speakers staff student students support table team teams "
    "tech technical the translator unidentified unknown unnamed user users various vice video voice webinar withheld "
    "woman zoom".split()
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
_LONGEST = 6  # words of a name that is looked for in front of an organisation
_OWNED = re.compile(rf"(?P<name>.+?)['’]s?\s+(?:{'|'.join(sorted(_DEVICES))})\b.*", re.IGNORECASE)
_PRONOUNS_IN_A_ROW = re.compile(rf"\b(?:{_PRONOUNS})(?:\s*[/\\]\s*(?:{_PRONOUNS}))+\b", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s+[-–—]+\s*|\s*[–—]+\s+|\s*(?:[|•·]|//)\s*|\s+[/@~]\s*")
_SEVERAL = re.compile(r"[&+]|\s(?:and|och|und)\s", re.IGNORECASE)
_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘ʼ`´′", ""))
# The same folding where no letter has an accent, which nearly all are: ten times as fast.
_ASCII_FOLDED = {
    code: "" if chr(code) in "'`" else chr(code).lower() if chr(code).isalnum() else " " for code in range(128)
}
_UNLIKE_THEIR_LETTER = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}")  # "J.R."
_LATE_GENERATION = re.compile(rf",(\s+(?:{'|'.join(sorted(_GENERATIONS))})\b)", re.IGNORECASE)
_NOT_WRITTEN = frozenset(["So", "Cc", "Cf", "Co", "Cs", "Me"])  # pictures, control signs and what has no sign
_SKINS = frozenset(map(chr, range(0x1F3FB, 0x1F400)))  # colours of emoji


# ---------------------------------------------------------------- names, compared


def folded(name: str) -> str:
    """A name as it is compared: small letters without accents, words with one blank between them, no punctuation.

    An apostrophe joins ("O’Connor" is one word), a hyphen parts. Marks that are letters of their own, as in
    Devanagari, stay. Folding twice changes nothing.

    >>> folded("Dr. Helen O’Connor-Smith"), folded("Göran"), folded("SØREN")
    ('dr helen oconnor smith', 'goran', 'soren')
    """
    if name.isascii():
        return " ".join(name.translate(_ASCII_FOLDED).split())
    small = unicodedata.normalize("NFKD", name.translate(_APOSTROPHES)).casefold().translate(_UNLIKE_THEIR_LETTER)
    plain = "".join(
        letter if letter.isalnum() or unicodedata.category(letter).startswith("M") else " "
        for letter in unicodedata.normalize("NFKD", small)
        if not _is_silent(letter)
    )
    return unicodedata.normalize("NFC", " ".join(plain.split()))


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
class Name:
    """A written name, read. ``words`` are folded, without titles; a hyphenated one is one word ("smith jones").

    ``aside`` is what else was said (where from, what for), ``others`` the names that it may be as well, if somebody is
    known by one of them, the likeliest first: "Leeds Katie" for "Katie, Leeds", "Ann Lee" for "Ann Lee Kind Trust".
    ``initials`` where it can be read so.
    """

    plain: str
    titles: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()
    aside: str = ""
    others: tuple[str, ...] = ()
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
    >>> plain_name("Ann Lee, Chief Nurse, Kind Trust"), plain_name("Ann Lee NHS"), plain_name("Royal Free Trust")
    ('Ann Lee', 'Ann Lee', 'Royal Free Trust')
    >>> plain_name("Bisognano, Maureen"), plain_name("Katie, Leeds"), plain_name("Speaker 1 (Leeds)")
    ('Maureen Bisognano', 'Katie, Leeds', 'Speaker 1 (Leeds)')
    """
    return read_name(written).plain


def possible_names(written: str) -> tuple[str, ...]:
    """The plain name in what was written, and the others that it may be as well.

    >>> possible_names("Katie, Leeds"), possible_names("Ann Lee Kind Trust")
    (('Katie, Leeds', 'Leeds Katie'), ('Ann Lee Kind Trust', 'Ann Lee Kind', 'Ann Lee'))
    """
    name = read_name(written)
    return name.plain, *name.others


def read_name(written: str) -> Name:
    text = without_pictures(written)
    owned = _OWNED.fullmatch(text)
    head, *asides = _parts(owned["name"] if owned else text) or [""]
    asides = [aside for aside in asides if not _NOISE.issuperset(folded(aside).split())]
    if _is_label(head):
        return _read_label(head or written.strip(), asides)
    name, given, after = _at_comma(head)
    plain = _without_credentials(name)
    titles, words = _titles_and_words(plain)
    return Name(
        plain=f"{plain}, {given}" if given else plain,
        titles=titles,
        words=words,
        aside=folded(" ".join([after, *asides])),
        others=(f"{given} {name}",) if given else (),
        initials="".join(words) if plain.isupper() else "",
    )


def _read_label(label: str, asides: list[str]) -> Name:
    """A label, with what stands beside it, for that tells two of them apart; or the person if it names her."""
    shown = " ".join([label, *(f"({aside})" for aside in asides)])
    if _SEVERAL.search(label):
        return Name(shown, is_label=True)
    titled = next((aside for aside in asides if _titles_and_words(aside)[0]), None)
    if titled:  # "The Chair (Hon. Ann Roe)"
        return read_name(titled)
    _, *behind = label.split(",")
    others = (*_names_before_organisation(label), *(part.strip() for part in behind), *asides[:1])
    return Name(shown, others=others, is_label=True)


def _names_before_organisation(label: str) -> tuple[str, ...]:
    """The full names that may stand in front of the organisation in a label, the longest first; none without one.

    Where the name ends and the organisation begins, nothing in the label tells.
    """
    words = label.partition(",")[0].split()
    at = next((number for number, word in enumerate(words) if _is_of_organisation(word)), 0)
    return tuple(" ".join(words[:end]) for end in range(min(at, _LONGEST), 1, -1))


def without_pictures(written: str) -> str:
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
    words, front = _words_without_numbers(head), head.partition(",")[0]
    return (
        not any(letter.isalpha() for letter in head)
        or _are_several(head)
        or (_is_of_organisation(front) and not _is_name_with_credentials(front))
        or (all(len(word) < 2 or word in _LABELS for word in words) and any(word in _LABELS for word in words))
    )


def _words_without_numbers(text: str) -> list[str]:
    return [word.rstrip("0123456789") for word in folded(text).split()]


def _is_of_organisation(text: str) -> bool:
    """Whether a word of it is one that organisations, or devices, are called by."""
    return any(word in _ORGANISATIONS or word in _DEVICES for word in _words_without_numbers(text))


def _are_several(head: str) -> bool:
    """Whether it names several people: "Ann Lee & Bob Roe", and not "Ann Lee, Health & Care Trust"."""
    name, *behind = head.split(",")
    return bool(_SEVERAL.search(name)) or any(
        _SEVERAL.search(part) and not _is_one_organisation(part) for part in behind
    )


def _is_one_organisation(part: str) -> bool:
    *before, last = _SEVERAL.split(part)
    return _is_of_organisation(last) and not any(map(_is_of_organisation, before))


def _is_name_with_credentials(text: str) -> bool:
    """Whether it is a name with "NHS" behind it, as letters stand behind one: only a title or a well-known first name
    tells it from "Kind Care NHS".
    """
    name = _without_credentials(text)
    titles, words = _titles_and_words(name)
    return not _is_of_organisation(name) and bool(titles or _FIRST_NAMES.intersection(words[:1]))


def _at_comma(head: str) -> tuple[str, str, str]:
    """The name, what may be her first name if that is unclear, and what stands behind commas and is no part of it."""
    first, *rest = (part.strip() for part in _LATE_GENERATION.sub(r"\1", head).split(","))
    rest = [part for part in rest if part and not all(_is_credential(word) for word in part.split())]
    after = ", ".join(rest)
    *before, surname = first.split()
    behind = [part for part in rest[1:] if not _is_of_organisation(part)]
    given = [word for word in rest[0].split() if folded(word) not in TITLES] if rest else []
    if (
        not rest
        or behind
        or not all(folded(word) in _PARTICLES for word in before)
        or len(given) > 2
        or not all(word[0].isupper() and (not word.isupper() or len(word.strip(".")) == 1) for word in given)
        or _is_label(rest[0])
    ):
        return first, "", after
    is_clear = (
        folded(given[0]) in _FIRST_NAMES
        or len(given) < len(rest[0].split())
        or (surname.isupper() and len(surname) > 4)
    ) and folded(surname) not in _FIRST_NAMES
    return (f"{rest[0]} {first}", "", ", ".join(rest[1:])) if is_clear else (first, rest[0], after)


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


# ---------------------------------------------------------------- the names of one list


def without_short_forms(roles: Mapping[str, str | None]) -> dict[str, str | None]:
    """Names with their roles, without those whose words all stand in a longer one: her role goes to the only one.

    >>> without_short_forms({"Bo": "nurse", "Ann": None, "Dr Bo Ek": None})
    {'Ann': None, 'Dr Bo Ek': 'nurse'}
    """
    words = {name: set(name.split()) for name in roles}
    longer = {name: [other for other in roles if words[name] < words[other]] for name in roles}
    full = {name: role for name, role in roles.items() if not longer[name]}
    for name, role in roles.items():
        meant = [other for other in longer[name] if other in full]
        if len(meant) == 1:
            full[meant[0]] = full[meant[0]] or role
    return full
