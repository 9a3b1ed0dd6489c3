"""What a question to the whole archive wants listed: its sessions, its people, or how many."""

from __future__ import annotations

import re
from typing import Literal

from kindsearch.people import TITLES
from kindsearch.questions.vocabulary import EVERYBODY, ON_A_TOPIC, SESSION, WAS_TREATED, tokens_of

AsksFor = Literal["sessions", "people", "count"]

_HELPS = r"(?:did|do|does|has|have|had|was|were|is|are|been|be|get|got|ever|also|first|last|actually|already)"
_START = r"(?:(?:please|and|so|ok|okay|hello|hi)\b[\s,]*|(?:can|could|would)\s+you\s+|(?:tell|give)\s+(?:me|us)\s+)*"
_PEOPLE = r"(?:people|persons?|members?|participants?|guests?|speakers?|nurses?|doctors?)"
_SPOKE = (
    r"(?:says?|said|asks?|asked|thinks?|thought|told|suggest(?:s|ed)|recommend(?:s|ed)|propose[sd]|share[sd]|"
    r"report(?:s|ed)|argue[sd]|believe[sd]?|contribute[sd]?|"
    r"(?:talks?|talked|speaks?|spoke|spoken)(?=\s+(?:about|of|on|up|at|in|during|most|first|last|mainly)\b|\W*$))"
)


def _at_start(text: str) -> re.Pattern[str]:
    return re.compile(rf"\s*{_START}{text}", re.IGNORECASE)


_TREATED_LATER = rf"[^?!]*?\b{WAS_TREATED}"
_ASKS: tuple[tuple[re.Pattern[str], AsksFor], ...] = (
    # "how many sessions spoke of tea", "how often was tea mentioned", not "how often should I wash my hands"
    (_at_start(rf"how\s+often\b(?:{_TREATED_LATER}|[^?!]*?\b{ON_A_TOPIC})"), "count"),
    (
        _at_start(
            rf"how\s+many\s+(?:of\s+(?:the|our)\s+)?(?:{SESSION}|{_PEOPLE}|times)\b"
            rf"(?:{_TREATED_LATER}|[^?!]*?\b(?:{ON_A_TOPIC}|{_SPOKE}))"
        ),
        "count",
    ),
    (
        _at_start(
            rf"how\s+many\s+{SESSION}\b\s*(?:\W*$|(?:are|were|is)\s+(?:there|held|in)\b|"
            r"(?:have|did)\s+(?:there|we|you|they)\b|took\s+place)"
        ),
        "count",
    ),
    # "which sessions …", "in which of the meetings …", "list all sessions about …"
    (
        _at_start(
            rf"(?:(?:in|at|during|from)\s+)?(?:which|what)\s+(?:(?:of|other|past|previous|the|our)\s+)*{SESSION}\b"
        ),
        "sessions",
    ),
    (_at_start(rf"(?:list|show|find|name)\s+(?:me\s+)?(?:(?:all|every|any|the|our|of)\s+)*{SESSION}\b"), "sessions"),
    # "when was the session on …", "when was tea discussed"
    (_at_start(rf"when\s+(?:was|were|did)\s+(?:(?:the|a|our|that|this)\s+)(?:[^\W_]+\s+)?{SESSION}\b"), "sessions"),
    (_at_start(rf"when\s+(?:was|were|has|have)\b{_TREATED_LATER}"), "sessions"),
    (_at_start(rf"when\s+(?:did|do|have|has)\s+{EVERYBODY}\s+(?:{_HELPS}\s+)*{ON_A_TOPIC}"), "sessions"),
    # "who talked about …", not "who was the first …"
    (_at_start(rf"who(?:\s+(?:else|all))?\s+(?:{_HELPS}\s+){{0,3}}(?:{ON_A_TOPIC}|{_SPOKE})\b"), "people"),
    (_at_start(rf"which\s+{_PEOPLE}\s+(?:{_HELPS}\s+){{0,3}}(?:{ON_A_TOPIC}|{_SPOKE})\b"), "people"),
    (_at_start(r"which\s+(?:of\s+(?:the|our)\s+)?(?:speakers?|guests?)\b"), "people"),
    (
        _at_start(
            rf"(?:list|show|find|name)\s+(?:me\s+)?(?:(?:all|every|any|the|our|of)\s+)*{_PEOPLE}\s+(?:who|that)\b"
        ),
        "people",
    ),
)
# "When did Bob talk about tea?" asks for sessions where Bob is somebody who speaks in them.
_WHEN_SOMEBODY = _at_start(rf"when\s+(?:did|has|have|does)\s+(?P<who>(?:[\w'’.-]+\s+){{1,5}}?){ON_A_TOPIC}")


def asks_for(text: str, names: frozenset[str]) -> AsksFor | None:
    """What a question wants listed; None for one that an answer in words is wanted to. ``names`` are its people's.

    >>> asks_for("Which sessions talked about rest?", frozenset()), asks_for("who is the Queen?", frozenset())
    ('sessions', None)
    """
    listed = next((wanted for pattern, wanted in _ASKS if pattern.match(text)), None)
    if listed is None and names:
        when = _WHEN_SOMEBODY.match(text)
        if when and all(word.folded in names | TITLES | {"the", "and"} for word in tokens_of(when["who"])):
            return "sessions"
    return listed
