"""What would answer a question: a sum of money, a number, a time, a name; and whether a text has such a thing."""

from __future__ import annotations

import re
from typing import Literal

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


def wanted_in(text: str) -> Wanted | None:
    """What a question asks for.

    >>> wanted_in("how many came?"), wanted_in("when did it begin?"), wanted_in("who founded it?"), wanted_in("why?")
    ('number', 'time', 'name', None)
    """
    kinds: tuple[Wanted, ...] = ("money", "number", "time", "name")
    return next((kind for kind in kinds if _ASKS[kind].search(text)), None)


def bears(wanted: Wanted, text: str, asked: str) -> bool:
    """Whether a text has what is wanted: any sum of money, number or time, or a name that is not in what was ``asked``.

    >>> bears("name", "It was begun by Göran Henriks.", "who began it?"), bears("number", "Many came.", "how many?")
    (True, False)
    """
    if wanted != "name":
        return bool(_BORNE[wanted].search(text))
    known = asked.casefold()
    return any(name.casefold() not in known for name in _NAME.findall(text))
