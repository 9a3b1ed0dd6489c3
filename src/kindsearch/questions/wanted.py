"""What would answer a question: a sum of money, a number, a time, a name; and whether a text has such a thing.

Or it says of what kind the thing is: "which exam", "what is the dose".
"""

from __future__ import annotations

import re
from typing import Literal

from kindsearch.questions.vocabulary import AUXILIARIES
from kindsearch.stores.words import words_in
from kindsearch.types import MONTHS

Wanted = Literal["money", "number", "time", "name"]

_ASKS = {
    "money": re.compile(
        r"\bhow\s+much\b[^?]*?\b(?:costs?|prices?|fees?|salar(?:y|ies)|wages?|money|paid|charged?|spent|spend)\b"
        r"|\bwhat\s+(?:do|does|did|would|will)\b[^?]*\bcosts?\b"
        r"|\b(?:what|which)\s+(?:(?:is|are|was|were)\s+the\s+)?(?:\w+\s+)?"
        r"(?:costs?|prices?|fees?|salar(?:y|ies)|wages?|budget|pay\s+(?:rise|raise|increase))\b",
        re.IGNORECASE,
    ),
    "number": re.compile(
        r"\bhow\s+(?:many|old)\b|\bby\s+how\s+much\b"
        r"|\b(?:what|which)\s+(?:percentage|number|proportion|share|amount|rate)\b"
        r"|\bwhat\s+(?:is|are|was|were)\s+the\s+(?:\w+\s+)?(?:number|percentage|rate)\b",
        re.IGNORECASE,
    ),
    "time": re.compile(
        r"\bwhen\s+(?:did|do|does|was|were|is|are|will|has|have|had|can)\b"
        r"|\b(?:what|which)\s+(?:date|day|time|year|month|week)\b",
        re.IGNORECASE,
    ),
    "name": re.compile(r"^\W*(?:and\s+)?who\b(?!\s+(?:talked|spoke|mentioned|said))", re.IGNORECASE),
}
_MONEY = re.compile(
    r"[£$€¥]|\b(?:pounds?|dollars?|euros?|pence|cents?|(?<!feel )free|costs?\s+nothing)\b", re.IGNORECASE
)
_NUMBER = re.compile(  # a year counts nothing
    r"(?<!\d)(?!(?:19|20)\d\d(?!\d))\d|"
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundreds?|"
    r"thousands?|millions?|dozens?|half|twice|per\s?cent)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    rf"\b(?:{'|'.join(MONTHS)})\b|\b(?:19|20)\d\d\b|\b\d{{1,2}}[:.]\d\d\b|"
    r"(?i:\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|yesterday|today|tomorrow|tonight|(?:last|next|this|every)\s+"
    r"(?:week|month|year|night|weekend|spring|summer|autumn|fall|winter)|(?:days?|weeks?|months?|years?)\s+ago)\b)"
)
_BORNE = {"money": _MONEY, "number": _NUMBER, "time": _TIME}
_NAME = re.compile(r"(?<=[^\s.!?:;“\"(])\s+([A-Z][^\W\d_]+)")

_HELPS = rf"(?:{'|'.join(sorted(AUXILIARIES | {'are', 'must', 'may', 'might'}))})\b"
_OWNED = r"(?:(?:the|an?|our|your|their|these|those|his|her)\s+)"
_THINGS = tuple(
    re.compile(
        rf"\W*(?:(?:and|so|but|at|in|on|for|from|by|with|to|of|since|until|about|into)\s+)*{text}", re.IGNORECASE
    )
    for text in (
        # "what new exams must doctors pass", "how many of the wards have …"
        rf"(?:which|what|how\s+many)\s+(?:of\s+)?{_OWNED}?(?P<thing>(?:(?!{_HELPS})[\w'’-]+\s+){{1,4}}?){_HELPS}",
        # "which exam leads to …"
        rf"which\s+(?!of\b|the\b|{_HELPS})(?P<thing>[\w'’-]+)",
        # "what is the dose of …"
        rf"what(?:\s+(?:is|are|was|were)|['’]s)\s+{_OWNED}(?P<thing>(?:[\w'’-]+\s+){{0,3}}?[\w'’-]+)"
        r"(?=\s+(?:of|for|in|at|on|to|that|which|who|with|from|by|about|between)\b|\W*$)",
    )
)
# What is told without being called so: a number, a time, what something leads to.
_NOT_CALLED_SO = frozenset(
    "advantage aim amount answer benefit cause connection consequence date day difference effect evidence example goal "
    "hour idea impact importance link meaning month number percentage point problem proportion purpose rate reason "
    "relation relationship result role share solution time week year".split()
)


def wanted_in(text: str) -> Wanted | None:
    """What a question asks for.

    >>> wanted_in("how many came?"), wanted_in("when did it begin?"), wanted_in("who founded it?"), wanted_in("why?")
    ('number', 'time', 'name', None)
    """
    kinds: tuple[Wanted, ...] = ("money", "number", "time", "name")
    return next((kind for kind in kinds if _ASKS[kind].search(text)), None)


def thing_in(text: str) -> tuple[str, ...]:
    """The words by which a question says what kind of thing it asks for; none where that is told without them.

    >>> thing_in("which exam must doctors pass?"), thing_in("what is the right dose for a child?")
    (('exam',), ('right', 'dose'))
    >>> thing_in("what is the difference between the two?"), thing_in("what helps when I am tired?")
    ((), ())
    """
    found = next((match for pattern in _THINGS if (match := pattern.match(text))), None)
    words = words_in(found["thing"]) if found else []
    return () if any(word.removesuffix("s") in _NOT_CALLED_SO for word in words) else tuple(words)


def bears(wanted: Wanted, text: str, asked: str) -> bool:
    """Whether a text has what is wanted: any sum of money, number or time, or a name that is not in what was ``asked``.

    >>> bears("name", "It was begun by Göran Henriks.", "who began it?"), bears("number", "Many came.", "how many?")
    (True, False)
    """
    if wanted != "name":
        return bool(_BORNE[wanted].search(text))
    known = asked.casefold()
    return any(name.casefold() not in known for name in _NAME.findall(text))
