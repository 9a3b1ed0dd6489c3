"""Words that stand with a topic more than elsewhere."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from kindsearch.chunking import FILLERS
from kindsearch.stores.words import STOP_WORDS, stem_of

FEWEST = 3  # passages of the topic that hold the words
TELLING = 6.63  # log-likelihood ratio that chance reaches once in a hundred words
TIMES = 2.0  # as often with the topic as elsewhere
MOST = 8

EVERYDAY = frozenset(
    "actually added after again all already always another anyone anything around ask asked asks away back basically "
    "because become before better bit both came come comes coming couple course different during each else even ever "
    "every everybody everyone everything far few first gave give given gives goes going gone gonna good got gotta "
    "great guess happen happened here hmm idea kind kinda know known last later least less let like little look "
    "looked looking lot made make makes making many maybe mean means mmm need needs never new next now obviously "
    "often once ourselves own past people perhaps person please point probably put quite rather really said saw say "
    "saying says second see seen several short shows since somebody someone something sometimes sorry sort still sure "
    "take taken takes talk talked talking than thank thanks themselves therefore thing things think thinks third "
    "though thought three time times today together told took tried try trying two until upon use used uses using "
    "want wanted wants way ways week well went whatever whether while within without work works year years yet "
    "yourself".split()
)
_END = "."  # stands between sentences, so that no pair of words spans two
_TABLE = {ord(letter): " " for letter in '\n\t"“”‘()[]{}<>*_#|/\\–—-•%&+=~^`'} | {
    ord(letter): f" {_END} " for letter in ".,;:!?…"
}
_TELL_NOTHING = STOP_WORDS | FILLERS | EVERYDAY
Words = tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """A word or a pair of words, and the numbers of the passages of the topic that hold it."""

    words: Words
    passages: tuple[int, ...]


def standing_with(topic: Sequence[str], archive: Iterable[str], left_out: Collection[str]) -> list[Standing]:
    """Words and pairs of words that the texts of a ``topic`` have more often than the rest of an ``archive``.

    Told by the log-likelihood ratio of two corpora (Rayson and Garside 2000, after Dunning 1993), the most telling
    first. ``archive`` holds the topic's texts too; stems ``left_out`` are no neighbours.
    """
    own = [_terms(text) for text in topic]
    inside = Counter(term for terms in own for term in terms)
    total = Counter[Words]()
    for text in archive:
        total.update(_terms(text))
    holding: dict[Words, list[int]] = {}
    for number, terms in enumerate(own):
        for term in dict.fromkeys(terms):
            holding.setdefault(term, []).append(number)
    sizes = inside.total(), max(total.total(), inside.total() + 1)
    telling: dict[Words, float] = {}
    for term, passages in holding.items():
        if len(passages) >= FEWEST and not any(stem_of(word) in left_out for word in term):
            score = _told(inside[term], max(total[term], inside[term]), *sizes)
            if score >= TELLING:
                telling[term] = score
    for term in list(telling):  # "red cross" rather than "cross", which stands nowhere else
        for word in term if len(term) > 1 else ():
            if len(holding[term]) >= len(holding[(word,)]):
                telling.pop((word,), None)
    return [Standing(term, tuple(holding[term])) for term in _apart(sorted(telling, key=lambda t: (-telling[t], t)))]


def _terms(text: str) -> list[Words]:
    """The words of a text that matter, and the pairs of them that stand side by side in a sentence."""
    tokens = text.lower().replace("’", "'").translate(_TABLE).split()
    tells = [len(token) > 2 and token.isalpha() and token not in _TELL_NOTHING for token in tokens]
    single = [(token,) for token, telling in zip(tokens, tells, strict=True) if telling]
    pairs = zip(tokens, tokens[1:], tells, tells[1:], strict=False)
    return [*single, *((one, other) for one, other, first, second in pairs if first and second)]


def _told(inside: int, total: int, size: int, whole: int) -> float:
    """The log-likelihood ratio of ``inside`` of ``total`` uses, in ``size`` of ``whole`` words; 0 where not more often.

    >>> round(_told(10, 10, 100, 1000), 1), _told(1, 10, 100, 1000)
    (46.1, 0.0)
    """
    outside, rest = total - inside, whole - size
    if inside / size < TIMES * outside / rest:
        return 0.0
    rate = total / whole
    found = inside * math.log(inside / (size * rate))
    return 2 * (found + (outside * math.log(outside / (rest * rate)) if outside else 0.0))


def _apart(terms: Sequence[Words]) -> list[Words]:
    """Without words that a more telling term holds already, in any form."""
    kept, seen = list[Words](), set[str]()
    for term in terms:
        stems = {stem_of(word) for word in term}
        if not stems & seen:
            kept.append(term)
            seen |= stems
    return kept[:MOST]


def as_written(words: Words, text: str) -> str | None:
    """The words as they stand in a text; None where they don't.

    >>> as_written(("clean", "language"), "In Clean  Language one asks."), as_written(("tea",), "a team")
    ('Clean  Language', None)
    """
    found = re.search(r"\b" + r"\W+".join(words) + r"\b", text, re.IGNORECASE)
    return found.group() if found else None
