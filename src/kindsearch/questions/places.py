"""The kinds of passage a question speaks of, as what it wants ("which books") or as where to look ("in the chat")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kindsearch.types import Kind

# What a pack holds: all but what was recorded or typed.
PACK = frozenset(Kind) - {Kind.CHAT, Kind.TRANSCRIPT}
_IN = r"\b(?:in|on|at|from|via|through|during|within)\s+"
_NO_TOPIC = r"(?!\s+(?:about|on|of|with|between)\b)"  # "in the discussion about tea" says what, not where
_BREAKOUT = r"(?:small[\s-]group\s+)?break[\s-]?outs?(?:\s+(?:rooms?|groups?|discussions?|sessions?))?"
_Q_AND_A = r"(?:q\s?(?:&|\+|and|n)\s?a|questions?\s+(?:and|&)\s+answers?)(?:\s+(?:session|part|section))?"
_CHAT = r"(?:(?:zoom|teams|meeting|session|saved)\s+)?chat(?:\s+(?:box|window|log|messages?))?"
_TALK = r"(?:(?:opening|main|guest)\s+)?(?:talk|presentation|keynote|lecture)"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


# A talk, a discussion and questions are in the transcript too, which does not say where they begin.
_PLACES: tuple[tuple[re.Pattern[str], frozenset[Kind], frozenset[Kind]], ...] = (
    (
        _pattern(rf"{_IN}(?:(?:the|our|this)\s+)?{_CHAT}\b(?!\s+(?:of|with|between)\b)"),
        frozenset({Kind.CHAT}),
        frozenset({Kind.CHAT}),
    ),
    (
        _pattern(rf"{_IN}(?:the\s+)?{_Q_AND_A}(?!\w)"),
        frozenset({Kind.QUESTION_AND_ANSWER}),
        frozenset({Kind.QUESTION_AND_ANSWER, Kind.TRANSCRIPT}),
    ),
    (
        _pattern(
            rf"{_IN}(?:(?:the|our|their|any|all)\s+)?(?:{_BREAKOUT}|(?:small[\s-]|whole[\s-])?group\s+discussions?)\b"
            rf"|{_IN}the\s+(?:open\s+|general\s+)?discussions?\b{_NO_TOPIC}"
        ),
        frozenset({Kind.DISCUSSION}),
        frozenset({Kind.DISCUSSION, Kind.TRANSCRIPT}),
    ),
    (
        _pattern(rf"{_IN}(?:(?:the|his|her|their|your)\s+|(?P<whose>[^\W\d_]+['’]s?\s+)){_TALK}\b(?!\s+(?:of|with)\b)"),
        frozenset({Kind.TALK}),
        frozenset({Kind.TALK, Kind.TRANSCRIPT}),
    ),
    (
        _pattern(rf"{_IN}the\s+(?:(?:video|audio|zoom|meeting|session)\s+)?(?:recording|transcript)\b"),
        frozenset({Kind.TRANSCRIPT}),
        frozenset({Kind.TRANSCRIPT}),
    ),
    (_pattern(rf"{_IN}(?:the|our|this)\s+(?:slides?(?:\s+deck)?|(?:insights?\s+)?packs?)\b"), PACK, PACK),
)
_ONE = (
    r"(?:which|what|any|an?|the|this|that|some|one|another|every|recommended|suggested|good|useful|his|her|their|"
    r"[^\W\d_]+['’]s)"
)
# "resources" are money or staff as well, a "link" may be between two things, and a "video call" is none to watch.
_RESOURCES = (
    r"(?<!limited )(?<!few )(?<!fewer )(?<!human )(?<!scarce )(?<!enough )(?<!financial )(?<!staff )"
    r"(?<!more )(?<!less )(?<!without )resources"
)
_KINDS_NAMED: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (
        _pattern(
            rf"\b(?:articles|books|papers|podcasts|readings|videos|websites|blogs|films|reading\s+lists?|"
            rf"{_RESOURCES})\b"
            r"(?!\s+(?:calls?|consultations?|conferenc\w+|links?)\b)"
        ),
        Kind.RESOURCE,
    ),
    (
        _pattern(
            rf"\b{_ONE}\s+(?P<noun>article|book|paper|podcast|reading|resource|video|website|blog|film)\b"
            r"(?!\s+(?:calls?|consultations?|conferenc\w+|links?|towels?)\b)"
        ),
        Kind.RESOURCE,
    ),
    (_pattern(rf"\b{_ONE}\s+(?P<noun>link)\b(?!\s+(?:between|with|of)\b)"), Kind.RESOURCE),
    (
        _pattern(
            r"(?:(?<!\bwhat )|(?=links\s+(?:were|was|are|did|do|have|to|about|on)\b))\blinks\b"
            r"(?!\s+(?:between|with|of)\b)"
        ),
        Kind.RESOURCE,
    ),
    (_pattern(rf"\b(?:quotes|quotations)\b|\b{_ONE}\s+(?P<noun>quote|quotation)\b"), Kind.QUOTE),
    (_pattern(r"\b(?:the|zoom|teams|meeting|saved)\s+(?P<noun>chat)\b|\bchat\s+(?:messages?|box|log)\b"), Kind.CHAT),
    (
        _pattern(r"\b(?:which|what)\s+(?P<noun>questions?)\s+(?:(?:was|were)\s+(?:asked|raised)|did|came\s+up)\b"),
        Kind.QUESTION_AND_ANSWER,
    ),
    (_pattern(rf"(?<!\w){_Q_AND_A}(?!\w)"), Kind.QUESTION_AND_ANSWER),
    (_pattern(rf"\b{_BREAKOUT}\b"), Kind.DISCUSSION),
)


@dataclass(frozen=True)
class NamedKinds:
    """The kinds a question speaks of, those within which it asks to look, and where in it they stand.

    ``places`` are where it says where to look ("in the chat"), ``nouns`` where it names what it wants ("books").
    """

    kinds: frozenset[Kind] = frozenset()
    within: frozenset[Kind] = frozenset()
    places: tuple[tuple[int, int], ...] = ()
    nouns: tuple[tuple[int, int], ...] = ()


def kinds_in(text: str) -> NamedKinds:
    """The kinds of passage a question speaks of.

    >>> named = kinds_in("which books did Bob name in the chat?")
    >>> sorted(named.kinds), list(named.within)
    ([<Kind.CHAT: 'chat'>, <Kind.RESOURCE: 'resource'>], [<Kind.CHAT: 'chat'>])
    """
    kinds, within = set[Kind](), set[Kind]()
    places, nouns = list[tuple[int, int]](), list[tuple[int, int]]()
    for pattern, mentioned, looked_in in _PLACES:
        for found in pattern.finditer(text):
            kinds |= mentioned
            within |= looked_in
            places += _around(found)
    for pattern, kind in _KINDS_NAMED:
        for found in pattern.finditer(text):
            if not any(start <= found.start() < end for start, end in places):
                kinds.add(kind)
                nouns.append(found.span("noun") if found.groupdict().get("noun") else found.span())
    return NamedKinds(frozenset(kinds), frozenset(within), tuple(places), tuple(nouns))


def _around(found: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Where it stands, without the person whose talk it is."""
    whose = found.span("whose") if found.groupdict().get("whose") else None
    yield from [found.span()] if whose is None else [(found.start(), whose[0]), (whose[1], found.end())]


# ---------------------------------------------------------------- in words

_WHERE = {
    Kind.CHAT: "in the chat",
    Kind.QUESTION_AND_ANSWER: "in the questions and answers",
    Kind.DISCUSSION: "in the discussion",
    Kind.TALK: "in the talk",
    Kind.TRANSCRIPT: "in the recording",
}
_WANTED = {
    Kind.RESOURCE: "resources",
    Kind.QUOTE: "quotes",
    Kind.CHAT: "chat",
    Kind.QUESTION_AND_ANSWER: "questions and answers",
    Kind.DISCUSSION: "discussion",
}


def kinds_in_words(kinds: frozenset[Kind], within: frozenset[Kind]) -> list[str]:
    """What kinds are asked for, and where to look, as members say it.

    >>> kinds_in_words(frozenset({Kind.CHAT, Kind.RESOURCE}), frozenset({Kind.CHAT}))
    ['resources', 'in the chat']
    """
    in_pack = within >= PACK
    wanted = [words for kind, words in _WANTED.items() if kind in kinds - within]
    where = [words for kind, words in _WHERE.items() if kind in (kinds & within) - (PACK if in_pack else frozenset())]
    return [*wanted, *where, *(["on the slides"] if in_pack else [])]
