"""Words that questions to an archive are made of, and what the other modules of this package match with them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from kindsearch.people import folded

# Words that say how to answer, or hardly anything: they can match, but a topic is not made of them.
ASKING_WORDS = frozenset(
    "according anybody anyone anything archive called came chat come comes comment commented community describe "
    "discuss discussed discussion done ever everybody everyone everything explain find found gave getting give "
    "given goes going group happen happened happening happens list long made make makes many meeting meetings "
    "member members mention mentioned much opinion part people person place please recommend recommended said say "
    "saying says session sessions show somebody someone something speak speaker speakers spoke spoken summarise "
    "summarize summary take takes talk talked talking talks tell thing things think thinks thought thoughts took "
    "use used using view views want wants way ways went".split()
)
# A meeting, as members call one.
SESSION = r"(?:sessions?|meetings?|conversations?|calls?|webinars?|gatherings?)"
# Those of whom nothing is said but that they were there.
EVERYBODY = (
    r"(?:(?:(?:team|group|other|some|most|all)\s+)?(?:members|people|participants|speakers)|we|they|you|"
    r"everyone|everybody|anyone|anybody|someone|somebody|attendees|"
    r"(?:(?:all|any|some|most|other)\s+(?:of\s+)?)?(?:the|this|that|our|your|their|other|any|some|all|most)\s+"
    rf"(?:other\s+)?(?:group|team|members|participants|speakers|community|attendees|panel|audience|others|people|"
    rf"{SESSION}))"
)
# What one does with a topic in a meeting. The first need a word such as "about" before it, the others do not.
_SPEAKING = (
    r"(?:say(?:s|ing)?|said|think(?:s|ing)?|thought|talk(?:s|ed|ing)?|speak(?:s|ing)?|spoke|spoken|feel(?:s|ing)?|felt|"
    r"comment(?:s|ed|ing)?|touch(?:es|ed)?)"
)
_RESPONDING = r"(?:respond(?:s|ed|ing)?|repl(?:y|ies|ied)|react(?:s|ed|ing)?)\s+(?:to|on|about)"
_TREATING = r"(?:discuss(?:es|ed|ing)?|mention(?:s|ed|ing)?|debat(?:e|es|ed|ing)|brings?\s+up|brought\s+up)"
_ABOUT = (
    r"(?:about|on|upon|of|regarding|concerning|towards?|around|over|(?:with|in)\s+regards?\s+to|"
    r"with\s+respect\s+to|in\s+terms\s+of|when\s+it\s+comes\s+to)"
)
ON_A_TOPIC = (
    rf"(?:{_SPEAKING}\s+(?:(?:anything|something|much|more)\s+)?{_ABOUT}|{_RESPONDING}|"
    rf"{_TREATING}(?:\s+(?:about|on))?)\b"
)
WAS_TREATED = (
    r"(?:(?:said|talked|spoken|thought|heard|shared)\s+(?:about|of|on)|discussed|mentioned|covered|addressed|debated|"
    r"brought\s+up|touched\s+(?:up)?on)"
)
ABOUT = rf"(?:{_ABOUT}|to)\b"
# What a person has or gives on a topic.
OPINION = (
    r"(?:views?|viewpoints?|points?\s+of\s+view|opinions?|thoughts?|ideas?|attitudes?|perspectives?|positions?|"
    r"stances?|takes?|reactions?|responses?|feelings?|comments?|remarks?)"
)
DELIBERATION = (
    r"(?:discussions?|conversations?|debates?|talks?|exchanges?|decisions?|conclusions?|agreements?|consensus)"
)
# What people do in a meeting, in any form: whoever does it is a person.
DOES = frozenset(
    "add added address addressed adds advise advised agree agreed agrees announce announced answer answered argue "
    "argued argues ask asked asks believe believed believes bring brought comment commented complain complained "
    "conclude concluded consider considered contribute contributed debate debated describe described describes "
    "disagree disagreed discuss discussed discusses explain explained explains express expressed feel feels felt "
    "introduce introduced mean meant mention mentioned mentions offer offered prefer preferred present presented "
    "propose proposed proposes question questioned react reacted read recommend recommended recommends replied reply "
    "report reported respond responded responds said say says share shared speak speaks spoke suggest suggested "
    "suggests summarise summarised summarize summarized talk talked talks tell tells think thinks thought told want "
    "wanted wants wonder wondered".split()
)
AUXILIARIES = frozenset("did do does had has have is was were will would can could should".split())
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_GENITIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True)
class Token:
    """A word as it is written at ``start`` in a text, and as names are compared, without a genitive."""

    written: str
    folded: str
    start: int

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.written)

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.written[0].isupper()

    @property
    def is_genitive(self) -> bool:
        """Whether it is said of an owner: "Bob's"."""
        return self.written.rstrip("sS")[-1:] in {"'", "’"}


@lru_cache(16)  # several readers of a question ask for them
def tokens_of(text: str) -> tuple[Token, ...]:
    """The words of a text, numbers included.

    >>> [(token.folded, token.is_genitive) for token in tokens_of("Göran’s 2 O'Connors")]
    [('goran', True), ('2', False), ('oconnors', False)]
    """
    return tuple(
        Token(found.group(), folded(without_genitive(found.group())), found.start()) for found in _TOKEN.finditer(text)
    )


def without_genitive(word: str) -> str:
    """A word without the ending of an owner: "Bob's", "James’"."""
    return _GENITIVE.sub("", word)


def without(text: str, places: Iterable[tuple[int, int]]) -> str:
    """A text with blanks at these places, so that all else stays where it is."""
    for start, end in places:
        text = text[:start] + " " * (end - start) + text[end:]
    return text
