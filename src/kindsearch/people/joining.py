"""Many names -> the people who are meant by them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from kindsearch.people.names import Name, folded, read_name, without_pictures

_OF = " · "  # between a name and the session it is bound to; no plain name holds one


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
    read = {written: read_name(written) for written in {written for those in names.values() for written in those}}
    certain = [name for name in (*read.values(), *known.readings()) if name.is_full]
    keys = {name.key for name in certain}
    for written, name in read.items():
        read[written] = next((other for other in map(read_name, name.others) if other.key in keys), name)
    full = _people_of_full_names(certain, known)
    short_for = _short_forms_of_people(certain, full, known)
    people = {
        (session, written): person
        for session in names
        for written, person in _people_in(session, sorted(names[session]), read, known, full, short_for).items()
    }
    spellings = defaultdict[_Person, set[Name]](set)
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
    names: Mapping[_Person, Collection[Name]]

    def person(self, session: str, written: str, name: Name) -> _Person | None:
        """Whom an alias says this is: one of the session first, and the very words before the plain name."""
        spellings = (_compared(written), _compared(name.plain))
        tables = (self.inside.get(session, {}), self.anywhere)
        return next((table[spelling] for table in tables for spelling in spellings if spelling in table), None)

    def readings(self) -> Iterable[Name]:
        return (name for names in self.names.values() for name in names)


def _known(aliases: Mapping[str, Sequence[str]], session_aliases: Mapping[str, Mapping[str, Sequence[str]]]) -> _Known:
    called = dict[str, str]()  # one spelling for each name that has an entry
    for entries in (aliases, *(session_aliases[session] for session in sorted(session_aliases))):
        for name in sorted(entries):
            called.setdefault(_compared(name), name)

    def of_anywhere(name: str) -> _Person:
        return _Person(_compared(name), called=called[_compared(name)])

    def of_session(session: str, name: str) -> _Person:
        local = of_anywhere(name) if read_name(name).is_full else _Person(_compared(name), session, name)
        return anywhere.get(_compared(name), local)

    anywhere = _spellings(aliases, of_anywhere)
    names = defaultdict[_Person, set[Name]](set)
    for name, others in aliases.items():
        names[of_anywhere(name)].update(read_name(spelling) for spelling in (name, *others))
    for session, entries in session_aliases.items():
        for name in entries:
            names[of_session(session, name)].add(read_name(name))
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


def _people_of_full_names(names: Iterable[Name], known: _Known) -> dict[str, _Person]:
    """The person of each full name, by its key: that of an alias, or one made of all that agree with one another."""
    by_key = dict[str, Name]()
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
    groups = defaultdict[tuple[str, str], list[Name]](list)
    for name in by_key.values():
        groups[name.words[0], name.surname].append(name)
    return {key: person for group in groups.values() for key, person in _joined(group, owners).items()}


def _joined(group: list[Name], owners: Mapping[str, _Person]) -> dict[str, _Person]:
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


def _shortens(name: Name, other: Name) -> bool:
    """Whether all its middle names or initials are the first ones of the other, which says more."""
    short, long = name.given[1:], other.given[1:]
    agree = all(a == b or (len(a) == 1 and b.startswith(a)) for a, b in zip(short, long, strict=False))
    return short != long and len(short) <= len(long) and agree


# ---------------------------------------------------------------- short forms, in a session


def _short_forms_of_people(
    names: Iterable[Name], full: Mapping[str, _Person], known: _Known
) -> dict[_Person, set[str]]:
    forms = defaultdict[_Person, set[str]](set)
    for name in names:
        forms[full[name.key]] |= _short_forms(name)
    for person, readings in known.names.items():
        for name in readings:
            forms[person] |= _short_forms(name)
    return dict(forms)


def _short_forms(name: Name) -> set[str]:
    """What somebody of this name may be called in short. Initials alone have a dot, for "Bo" is none.

    >>> sorted(_short_forms(read_name("Dr Ann Lee")))
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


def _asked_by(name: Name) -> set[str]:
    """The short forms, as ``_short_forms`` writes them, that this short name may be one of."""
    if len(name.words) == 1 and name.titles:
        return {f"{title} {name.words[0]}" for title in name.titles}
    return {" ".join(name.words), *([f"{name.initials}."] if name.initials else [])}


def _people_in(
    session: str,
    those: Sequence[str],
    read: Mapping[str, Name],
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
    session: str, names: Mapping[str, Name], called: Mapping[str, Collection[_Person]]
) -> dict[str, _Person]:
    """Who is meant by the spellings of one short name: the only person it can stand for, or somebody of her own.

    "Katie (Leeds)" and "Katie (York)" are two, and then "Katie" is nobody of whom more can be said.
    """
    asides = {name.aside for name in names.values()}
    if len(asides - {""}) > 1:
        written_with = {aside: min(w for w, name in names.items() if name.aside == aside) for aside in asides}
        return {
            written: _Person(f"{name.key} {name.aside}", session, without_pictures(written_with[name.aside]))
            for written, name in names.items()
        }
    meant = {person for name in names.values() for form in _asked_by(name) for person in called.get(form, ())}
    key = next(iter(names.values())).key
    person = meant.pop() if len(meant) == 1 else _Person(key, session)
    return dict.fromkeys(names, person)


# ---------------------------------------------------------------- what to call them


def _identifiers(spellings: Mapping[_Person, Collection[Name]]) -> dict[_Person, str]:
    """A name for each person, with the session behind it where another has the same and hers is the only one."""
    best = {person: person.called or _best(names) for person, names in spellings.items()}
    sharing = Counter(_compared(name) for name in best.values())
    return {
        person: f"{name}{_OF}{person.session}" if person.session and sharing[_compared(name)] > 1 else name
        for person, name in best.items()
    }


def _best(names: Collection[Name]) -> str:
    """The fullest plain spelling; of equals the one with capitals where they belong, accents and titles."""

    def rank(name: Name) -> tuple[int, int, int, int, str]:
        letters = sum(len(word) for word in name.words)
        careless = sum(word in {word.lower(), word.upper()} for word in name.plain.split())
        accents = sum(not letter.isascii() for letter in name.plain)
        return -letters, careless, -accents, -sum(map(len, name.titles)), name.plain

    return min(names, key=rank).plain or "Unnamed"


def is_called(name: str, asked: str) -> bool:
    """Whether somebody written ``name`` may be meant by ``asked``: every word of it is one of hers.

    The session in an identifier that ``resolve`` made is no part of her name.

    >>> is_called("Dr Sanjiv Ahluwalia", "sanjiv"), is_called("Göran Henriks", "goran henriks"), is_called("Ann", "An")
    (True, True, False)
    """
    wanted = set(folded(asked).split())
    return bool(wanted) and wanted <= set(folded(name_of(name)).split())


def name_of(person: str) -> str:
    """The name alone in an identifier that ``resolve`` made.

    >>> name_of("Maureen · 2024-06-time-for-a-check-in"), name_of("Maureen Bisognano")
    ('Maureen', 'Maureen Bisognano')
    """
    return person.split(_OF, 1)[0]
