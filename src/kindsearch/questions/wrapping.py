"""A question without its wrapping: "Can you tell me what people said about rest?" is about rest.

Wrapping pulls the meaning of a sentence towards meetings and opinions, which all of the archive is. Only what says
nothing goes: those who have no name of their own ("the group"), and words that say how to answer. English only; a
question in another language stays as it is.
"""

from __future__ import annotations

import re

from kindsearch.people import TITLES
from kindsearch.questions.vocabulary import (
    ABOUT,
    DELIBERATION,
    EVERYBODY,
    ON_A_TOPIC,
    OPINION,
    SESSION,
    WAS_TREATED,
    tokens_of,
)
from kindsearch.stores.words import words_in

_MANNER = r"(?:(?:also|actually|really|generally|specifically|ever|mainly|all|else|just|exactly)\s+)*"
_DO = r"(?:did|do|does|have|has|had|is|are|was|were|would|will|can|could|should)"
_DID = r"(?:did|do|does|have|has|had|is|are|was|were|been)"
_BE = r"(?:was|were|is|are|(?:has|have|had)\s+been|did)"
_MY = r"(?:(?:the|a|an|any|some|all|their|your|our|its|his|her|what|there)\s+)*"
_PEOPLE = r"(?:speakers?|people|members?|participants?)"
_WHAT_SORT = (
    r"(?:(?:brief|short|quick|general|main|overall|different|various|key|final|whole|detailed|common|personal|group)"
    r"\s+)*"
)


def _lead(text: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{text})(?![\w-])[\s,:;]*", re.IGNORECASE)


# What may stand at the beginning, taken off again and again until nothing fits.
_LEADS = (
    # "Hello, please", "and"
    _lead(r"(?:please|hello|hi|hey|ok|okay|so|well|and|also|thanks|thank\s+you)"),
    # "Can you tell me", "I'd like to know", "show us", "do you know"
    _lead(
        r"(?:can|could|would|will)\s+(?:you|somebody|someone|anybody|anyone)\s+(?:please\s+)?"
        r"(?:tell|show|give|help|remind)\s+(?:me|us)(?:\s+understand)?"
    ),
    _lead(
        r"(?:can|could|would|will)\s+you(?:\s+please)?"
        r"(?=\s+(?:summari[sz]e|describe|explain|outline|recap|list|find)\b)"
    ),
    _lead(r"(?:tell|show|give|find|remind)\s+(?:me|us)|let\s+me\s+know"),
    _lead(
        r"(?:i\s+(?:would|['’]d)?|i['’]d|we(?:\s+would|['’]d)?)\s*(?:like|love|want|need)\s+to\s+"
        r"(?:know|hear|learn|find\s+out|understand|see|read)"
    ),
    _lead(r"i(?:\s+am|['’]m)\s+(?:interested\s+in|looking\s+for|curious\s+(?:about|to\s+know)|wondering)|i\s+wonder"),
    _lead(r"do\s+you\s+(?:know|remember)|does\s+any(?:body|one)\s+(?:know|remember)"),
    _lead(
        rf"(?:(?:more|anything|something|everything|all|what)\s+)?"
        rf"(?:(?:(?:there\s+)?(?:is|was)|there)\s+)?{_WHAT_SORT}about"
    ),
    # "Summarise the discussion about", "an overview of"
    _lead(r"(?:summari[sz]e|sum\s+up|describe|explain|outline|recap|discuss)(?:\s+(?:to|for)\s+(?:me|us))?"),
    _lead(rf"{_MY}{_WHAT_SORT}(?:overview|summary|recap|outline|synopsis|gist)\s+(?:of|about|on)"),
    _lead(
        rf"(?:what\s+{_BE}\s+)?(?:in\s+)?{_MY}{_WHAT_SORT}"
        rf"(?:{DELIBERATION}|(?:(?:{EVERYBODY})['’]s?\s+)?{OPINION})\s+"
        rf"(?:(?:of|by|among|between)\s+{EVERYBODY}\s+)?(?:(?:that\s+)?{EVERYBODY}\s+had\s+)?"
        rf"(?:made\s+|held\s+|shared\s+)?{ABOUT}"
    ),
    # "What was said about", "which of it has been discussed":
    _lead(rf"what\s+(?:else\s+)?{_BE}\s+{_MANNER}{WAS_TREATED}(?:\s+{ABOUT})?"),
    # "What did the group think of", "how did we discuss", "what people say about"
    # but not "how do we talk about dying?", which asks how to
    _lead(
        rf"(?:(?:what|why)\s+(?:else\s+)?(?:{_DID}\s+)?|how\s+(?:did|have|has|was|were)\s+){_MANNER}{EVERYBODY}\s+"
        rf"(?:{_DID}\s+)?{_MANNER}{ON_A_TOPIC}"
    ),
    _lead(rf"why\s+(?:{_DO}\s+)?{EVERYBODY}\s+(?:think|thought|believe|believed|say|said|feel|felt)(?:\s+that)?"),
    _lead(rf"what\s+(?:do|did)\s+(?:we|you|they)\s+(?:know|have|hear|learn)\s+{ABOUT}"),
    # "Did anybody mention", "was there any discussion of", "is there anything about"
    _lead(rf"(?:did|do|does|has|have)\s+{EVERYBODY}\s+{_MANNER}{ON_A_TOPIC}"),
    _lead(
        rf"(?:was|were|is|are|has)\s+(?:there|anything)\s+(?:been\s+)?{_MANNER}{_MY}"
        rf"(?:(?:talk|mention|said|{DELIBERATION}|anything|something)\s+)?(?:said\s+)?{ABOUT}"
    ),
    # "Who talked about", "which sessions dealt with", "how many people spoke of"
    _lead(
        rf"(?:who(?:\s+(?:else|all))?|(?:which|what|how\s+many)\s+(?:of\s+(?:the|our)\s+)?{_PEOPLE})\s+"
        rf"(?:(?:has|have|had|did|was|were)\s+)?{_MANNER}(?:{ON_A_TOPIC}|said(?:\s+that)?)"
    ),
    _lead(
        rf"(?:which|what|how\s+many)\s+(?:of\s+(?:the|our)\s+)?{SESSION}\s+(?:(?:has|have|had|did|was|were|is|are)\s+)?"
        rf"{_MANNER}(?:{ON_A_TOPIC}|about|on|(?:dealt|deals?|dealing)\s+with|"
        r"cover(?:s|ed)?|address(?:es|ed)?|explored?)"
    ),
    _lead(
        rf"(?:(?:in\s+)?(?:which|what)\s+{SESSION}|when|how\s+often|where)\s+{_DO}\s+"
        rf"{EVERYBODY}\s+{_MANNER}{ON_A_TOPIC}"
    ),
    # "List all sessions about"
    _lead(
        rf"(?:list|find|name|show)\s+(?:me\s+)?(?:(?:all|every|any|the|our)\s+)*(?:{_PEOPLE}|{SESSION})\s+"
        rf"(?:(?:who|that|which|where)\s+)?(?:{EVERYBODY}\s+)?(?:{ON_A_TOPIC}|about|on)"
    ),
    _lead(rf"according\s+to\s+{EVERYBODY}"),
    _lead(r"what\s+about"),
)
# "When was tea discussed", "how often has tea been mentioned": the topic stands between.
_AROUND = re.compile(
    rf"(?:when|where|how\s+often|(?:in\s+)?(?:which|what)\s+{SESSION}|how|in\s+how\s+many\s+{SESSION}|"
    r"how\s+many\s+times)\s+"
    rf"(?:was|were|is|are|has|have)\s+(?P<topic>.+?)\s+(?:(?:been|first|last|ever|also)\s+)*{WAS_TREATED}(?=\W*$)",
    re.IGNORECASE,
)
# Somebody with a name stays: "what did Bob say about tea" is "Bob tea".
_WHO_DOES = re.compile(
    rf"(?:what|how|why|when|where)\s+(?:else\s+)?(?:{_DO}\s+)?(?P<who>(?:[\w'’.&,-]+\s+){{1,8}}?){_MANNER}"
    rf"(?:{ON_A_TOPIC}(?:\s+whether\b)?|(?:say|said|think|thinks|thought|believes?|believed)\b(?:\s+that\b)?)\s*",
    re.IGNORECASE,
)
_WHOSE = re.compile(
    rf"(?:what\s+(?:was|were|is|are)\s+|what['’]s\s+)?(?P<who>(?:[\w'’.&,-]+\s+){{0,6}}?[\w.-]+)['’]s?\s+"
    rf"{_WHAT_SORT}(?:{OPINION}|{DELIBERATION})\s+{ABOUT}\s*",
    re.IGNORECASE,
)
_TAILS = re.compile(
    rf"[\s,]*\b(?:please|so\s+far|at\s+all|if\s+anything|and\s+why|(?:according\s+to|by)\s+{EVERYBODY}|"
    rf"(?:in|at|during|across|over|from|throughout)\s+"
    rf"(?:(?:the|this|that|our|your|any|all|these|those|past|previous|whole|of)\s+)*"
    rf"(?:archive|{SESSION}|community|group))\W*$",
    re.IGNORECASE,
)
_EDGES = " \t,:;.?!"


def unwrapped(text: str, names: frozenset[str]) -> str:
    """A question without what wraps its topic; as it is where nothing would be left. ``names`` are its people's words.

    >>> unwrapped("Can you please tell me what the group said about night shifts?", frozenset())
    'night shifts'
    >>> unwrapped("What did Bob say about tea in the meeting?", frozenset({"bob"}))
    'Bob tea'
    >>> unwrapped("how do we measure kindness?", frozenset())
    'how do we measure kindness?'
    """
    topic = _without_tails(_without_leads(text.strip(_EDGES)))
    around = _AROUND.match(topic)
    topic = around["topic"] if around else _with_its_person(topic, names)
    topic = topic.strip(_EDGES)
    return topic if words_in(topic) and topic != text.strip(_EDGES) else text


def _without_leads(text: str) -> str:
    position, moved = 0, True
    while moved:
        found = next(
            (match for lead in _LEADS if (match := lead.match(text, position)) and match.end() > position), None
        )
        moved = found is not None
        position = found.end() if found else position
    return text[position:]


def _without_tails(text: str) -> str:
    while found := _TAILS.search(text):
        text = text[: found.start()]
    return text


def _with_its_person(text: str, names: frozenset[str]) -> str:
    """The people who speak of the topic, if the question names them, and the topic; the text as it is if not."""
    for pattern in (_WHO_DOES, _WHOSE):
        found = pattern.match(text)
        who = tokens_of(found["who"]) if found else []
        named = [token for token in who if token.folded in names]
        if found and named and all(_goes_with_names(token.folded, names) for token in who):
            return f"{found['who'].strip(_EDGES)} {text[found.end() :]}"
    return text


def _goes_with_names(word: str, names: frozenset[str]) -> bool:
    return word in names | TITLES or word in {"the", "and", "or"} or len(word) == 1
