"""The people a question names, by any part of their name; and those who are written by what they do.

"What did Ann say?" names everybody called Ann. A transcript may know its speakers by their part in the meeting alone:
"Professor D", "Project Manager", "Marketing". Such a name is meant where all its words stand, and where they stand
like a name: "what is marketing?" asks for a thing, "what did marketing think?" for somebody.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kindsearch.people import TITLES, folded, name_of, plain_name
from kindsearch.people.names import read_name
from kindsearch.questions.vocabulary import AUXILIARIES, DOES, OPINION, Token, tokens_of, without_genitive
from kindsearch.stores.keywords import solid
from kindsearch.stores.words import STOP_WORDS, words_in
from kindsearch.types import MONTHS

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))*")
_MONTH_WORDS = frozenset(month.lower() for month in MONTHS) | frozenset(month[:3].lower() for month in MONTHS)
_IN_BRACKETS = re.compile(r"\((?P<aside>[^()]+)\)")
_SEVERAL = re.compile(r"[&+]|\sand\s", re.IGNORECASE)
_OPINION = re.compile(rf"\s+(?:\w+\s+)?{OPINION}\b", re.IGNORECASE)
_ANY = frozenset("a an another any both each every many no several some".split())  # one of a sort
_THE = frozenset({"the", "our", "your"})
_ON = frozenset("about on regarding concerning".split())
_BETWEEN = frozenset("also actually ever just really first then".split())  # may stand between subject and verb


@dataclass(frozen=True)
class Role:
    """What somebody does, and the letter or number that tells her from others: ``(professor,)`` and ``(d,)``.

    ``is_aside`` where she has a name of her own, and the role stands behind it: "Justin Trudeau (Prime Minister)".
    """

    words: tuple[str, ...]
    mark: tuple[str, ...] = ()
    is_aside: bool = False


@dataclass(frozen=True)
class Speakers:
    """Those who speak in an archive, prepared to be found in many questions by what these can name them with.

    ``people`` has for each written name the person. The others lead to positions in it: ``by_word`` from each word of
    somebody's own name, ``by_role`` from what she does; ``roles`` are these roles by their first words.
    """

    people: Sequence[str] = ()
    by_word: Mapping[str, Sequence[int]] = field(default_factory=dict)
    by_role: Mapping[Role, Sequence[int]] = field(default_factory=dict)
    roles: Mapping[str, Sequence[Role]] = field(default_factory=dict)

    @classmethod
    def of(cls, speakers: Iterable[tuple[str, str]]) -> Speakers:
        """Prepare the archive's: (a name she is written by, the person)."""
        people, at = list[str](), defaultdict[str, list[int]](list)
        for position, (name, person) in enumerate(speakers):
            people.append(person)
            at[name].append(position)
        by_word, by_role = defaultdict[str, list[int]](list), defaultdict[Role, list[int]](list)
        for name, positions in at.items():
            role = _role_of(name)
            for word in frozenset[str]() if role else _own_words(name):
                by_word[word] += positions
            role = role or _role_beside(name)
            if role:
                by_role[role] += positions
        roles = defaultdict[str, list[Role]](list)
        for role in by_role:
            roles[role.words[0]].append(role)
        return cls(people, dict(by_word), dict(by_role), dict(roles))


def people_in(text: str, speakers: Speakers, is_known: Callable[[str], bool]) -> tuple[frozenset[str], frozenset[str]]:
    """People whose names the question uses, and the words used.

    Nobody is meant by part of what names somebody else: "Ann Hill" is not Ann Lee.
    """
    used: dict[str, frozenset[str]] = {}
    for position, own in sorted(_names_used(text, speakers, is_known).items()):
        person = speakers.people[position]
        if any(len(part) > 1 for part in own) and len(own) > len(used.get(person, ())):
            used[person] = own
    ways = set(used.values())
    hidden = {own for own in ways if any(own < other for other in ways)}
    best = {person for person, own in used.items() if own not in hidden}
    return frozenset(best), frozenset(part for own in ways - hidden for part in own)


def _names_used(text: str, speakers: Speakers, is_known: Callable[[str], bool]) -> dict[int, frozenset[str]]:
    """By the position of a written name, the words of it that a question uses: of her role, where not of her own."""
    own = defaultdict[int, set[str]](set)
    tokens = tokens_of(text)
    for word in _possible_names(text, is_known) | _names_in_small_letters(text, tokens, speakers.by_word):
        for position in speakers.by_word.get(word, ()):
            own[position].add(word)
    used = {position: frozenset(words) for position, words in own.items()}
    for first_word in {token.folded for token in tokens} & speakers.roles.keys():
        for role in speakers.roles[first_word]:
            words = _used_of_role(role, text, tokens)
            for position in speakers.by_role[role] if words else ():
                used.setdefault(position, words)
    return used


def _own_words(name: str) -> frozenset[str]:
    """The words of a person's name, without her title, and without where she is from."""
    return frozenset(folded(plain_name(name_of(name))).split()) - TITLES


def strangers_in(text: str, names: frozenset[str], is_known: Callable[[str], bool]) -> frozenset[str]:
    """Words with a capital, but the first, that neither the archive knows nor a month or a speaker is called by."""
    found = list(_WORD.finditer(text))[1:]
    plain = (without_genitive(match.group()).lower() for match in found if match.group()[0].isupper())
    return frozenset(
        w for w in plain if len(w) > 1 and w not in names and w not in _MONTH_WORDS and not is_known(solid(w))
    )


def others_in(text: str, names: frozenset[str]) -> frozenset[str]:
    """The words, folded, of a full name of which is asked what only people do, and which is no speaker's.

    Somebody may be written of in the archive who never speaks in it: what she says is not what others say beside her
    name. ``names`` are the words of speakers.

    >>> sorted(others_in("what did Ann Lee say about tea?", frozenset()))
    ['ann', 'lee']
    """
    tokens = tokens_of(text)
    for first in (position for position, token in enumerate(tokens, start=1) if token.folded in AUXILIARIES):
        end = first
        while end < len(tokens) and tokens[end].is_capital:
            end += 1
        words = frozenset(token.folded for token in tokens[first:end])
        if end - first > 1 and end < len(tokens) and tokens[end].folded in DOES and not words & names:
            return words
    return frozenset()


def _possible_names(text: str, is_known: Callable[[str], bool]) -> frozenset[str]:
    """The words of a question, folded, that can be a name: capitalised ones, and those that are nothing else.

    "to" and "in" are something else, though somebody may sign as TO or IN; so is "Will" at the beginning. A double name
    is two words ("Jo-Anne"), as in the names of speakers.
    """
    found = [part for match in _WORD.finditer(text) for part in match.group().split("-")]
    return frozenset(
        folded(without_genitive(word))
        for position, word in enumerate(found)
        if (word[0].isupper() and (position > 0 or words_in(word))) or (words_in(word) and not is_known(word.lower()))
    )


def _names_in_small_letters(text: str, tokens: Sequence[Token], known: Container[str]) -> frozenset[str]:
    """The ``known`` words of names, folded, that stand where somebody does, however they are written: "did bob say"."""
    names, first = set[str](), 0
    while first < len(tokens):
        after = first
        while after < len(tokens) and tokens[after].folded in known and tokens[after].folded not in STOP_WORDS:
            after += 1
        if after > first and _acts_like_somebody(text, tokens, first, after):
            names |= {token.folded for token in tokens[first:after]}
        first = max(after, first + 1)
    return frozenset(names)


# ---------------------------------------------------------------- those known by what they do


def _role_of(name: str) -> Role | None:
    """The role in a name that is nothing else; None for a person's own name."""
    head = name_of(name).split("(", 1)[0]
    parts = folded(head).split()
    size = len(parts)
    while size and (len(parts[size - 1]) == 1 or parts[size - 1].isdigit()):
        size -= 1
    words = tuple(parts[:size])
    if not words or _SEVERAL.search(head):
        return None
    is_role = all(word in TITLES for word in words) or read_name(name).is_label
    return Role(words, tuple(parts[size:])) if is_role else None


def _role_beside(name: str) -> Role | None:
    """The role in brackets behind a person's own name, of two words or more: one word may be a place."""
    found = _IN_BRACKETS.search(name_of(name))
    words = tuple(folded(found["aside"]).split()) if found else ()
    return Role(words, is_aside=True) if len(words) > 1 else None


def _used_of_role(role: Role, text: str, tokens: Sequence[Token]) -> frozenset[str]:
    """The words of a role that a question names it with, its letter or number included; none where it does not."""
    used = frozenset[str]()
    for first in range(len(tokens) - len(role.words) + 1):
        after = first + len(role.words)
        if tuple(token.folded for token in tokens[first:after]) != role.words:
            continue
        follows = tokens[after : after + len(role.mark)]
        if role.mark and tuple(map(_mark, follows)) == role.mark:
            return frozenset([*role.words, *role.mark])
        other_mark = _mark(tokens[after]) if after < len(tokens) else ""
        if other_mark in {"", "i"} and (
            _acts_like_somebody(text, tokens, first, after)
            or (not role.is_aside and _stands_like_a_name(text, tokens, first, after))
        ):
            used = frozenset(role.words)
    return used


def _mark(token: Token) -> str:
    """The letter or number that a word is; the article "a" and "i" are none."""
    is_mark = token.folded.isdigit() or (
        len(token.folded) == 1 and (token.is_capital or token.folded not in {"a", "i"})
    )
    return token.folded if is_mark else ""


def _stands_like_a_name(text: str, tokens: Sequence[Token], first: int, after: int) -> bool:
    """Whether the role at ``first:after`` has capitals, as a name of its own: not in "Digital Marketing"."""
    before = [token.folded for token in tokens[max(first - 2, 0) : first] if token.folded not in _THE]
    has_capitals = first > 0 and all(token.is_capital for token in tokens[first:after])
    in_a_name = _is_of_a_name(text, tokens, first - 1, first) or _is_of_a_name(text, tokens, after, after)
    return has_capitals and not in_a_name and not (before and before[-1] in _ON | _ANY)


def _acts_like_somebody(text: str, tokens: Sequence[Token], first: int, after: int) -> bool:
    """Whether the role, or name, at ``first:after`` does or has what only people do or have: "did the manager say"."""
    before = [token.folded for token in tokens[max(first - 3, 0) : first]]
    with_the = before[-1:] != [] and before[-1] in _THE
    leading = before[:-1] if with_the else before
    if before[-1:] and before[-1] in _ANY:
        return False
    last = tokens[after - 1]
    if last.is_genitive:
        return bool(_OPINION.match(text, last.end))
    if leading[-2:] == ["according", "to"]:
        return True
    does = next((token.folded for token in tokens[after : after + 2] if token.folded not in _BETWEEN), "") in DOES
    is_subject = with_the or first == 0 or (leading[-1:] != [] and leading[-1] in AUXILIARIES | {"and"})
    return does and is_subject


def _is_of_a_name(text: str, tokens: Sequence[Token], position: int, second: int) -> bool:
    """Whether the word at ``position`` has a capital and is parted from the other by a blank: "Digital Marketing"."""
    if not 0 < position < len(tokens) or not tokens[position].is_capital or tokens[position].folded in STOP_WORDS:
        return False
    return text[tokens[second - 1].end : tokens[second].start].isspace()
