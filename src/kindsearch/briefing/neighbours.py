"""Words that stand with a topic more than elsewhere."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kindsearch.chunking import FILLERS
from kindsearch.stores.arrays import Numbers
from kindsearch.stores.words import STOP_WORDS, every_word_in, stem_of, words_in

FEWEST = 3  # passages of the topic that hold the words
TELLING = 6.63  # log-likelihood ratio that chance reaches once in a hundred words
TIMES = 2.0  # as often with the topic as elsewhere
MOST = 8

EVERYDAY = frozenset(
    "actually added after again all already always another anyone anything around ask asked asks away back basically "
    "because become before better bit both came come comes coming couple course day days develop developed developing "
    "different during each else even evening event events ever every everybody everyone everything far few first "
    "further gave give given gives goes going gone gonna good got gotta great guess happen happened here hmm hour "
    "hours idea kind kinda know known last later least less let level levels like little look looked looking lot made "
    "make makes making many maybe mean means minute minutes mmm moment moments month months need needs never new next "
    "now obviously often once ourselves own part parts past people perhaps person please point probably put quite "
    "rather really said saw say saying says second see seen several short shows since somebody someone something "
    "sometimes sorry sort still sure take taken takes talk talked talking than thank thanks themselves therefore "
    "thing things think thinks third though thought three time times today together told tonight took tried try "
    "trying two until upon use used uses using want wanted wants way ways week well went whatever whether while whole "
    "within without word words work works year years yet yourself".split()
)
_SENTENCE_ENDS = re.compile(r"[.,;:!?…\n]")  # or parts of one: no pair of words spans two
_TELL_NOTHING = STOP_WORDS | FILLERS | EVERYDAY
Words = tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """A word or a pair of words, and the numbers of the passages of the topic that hold it."""

    words: Words
    passages: tuple[int, ...]


@dataclass(frozen=True)
class Elsewhere:
    """How often words stand where the topic is not: ``counts`` (words,), by the ``number`` of each."""

    number: Mapping[str, int]
    counts: Numbers

    def count(self, words: Words) -> int:
        """How often words may stand there side by side: as often as the rarest of them stands there, at most."""
        return min(int(self.counts[self.number[word]]) if word in self.number else 0 for word in words)


def standing_with(topic: Sequence[str], elsewhere: Elsewhere, left_out: Collection[str]) -> list[Standing]:
    """Words and pairs of words that the texts of a ``topic`` have more often than other texts.

    Told by the log-likelihood ratio of two corpora (Rayson and Garside 2000, after Dunning 1993), the most telling
    first. Stems ``left_out`` are no neighbours.
    """
    own = [_terms(text) for text in topic]
    inside = Counter(term for terms in own for term in terms)
    holding: dict[Words, list[int]] = {}
    for number, terms in enumerate(own):
        for term in dict.fromkeys(terms):
            holding.setdefault(term, []).append(number)
    size, rest = sum(len(words_in(text)) for text in topic), int(elsewhere.counts.sum())
    telling: dict[Words, float] = {}
    for term, passages in holding.items():
        if len(passages) >= FEWEST and not any(stem_of(word) in left_out for word in term):
            score = _told(inside[term], size, elsewhere.count(term), rest)
            if score >= TELLING:
                telling[term] = score
    for term in list(telling):  # "red cross" rather than "cross", which stands nowhere else
        for word in term if len(term) > 1 else ():
            if len(holding[term]) >= len(holding[(word,)]):
                telling.pop((word,), None)
    return [Standing(term, tuple(holding[term])) for term in _apart(sorted(telling, key=lambda t: (-telling[t], t)))]


def _terms(text: str) -> list[Words]:
    """The words of a text that matter, and the pairs of them that stand side by side in a sentence."""
    terms = list[Words]()
    for part in _SENTENCE_ENDS.split(text):
        words = every_word_in(part)
        tells = [len(word) > 2 and word.isalpha() and word not in _TELL_NOTHING for word in words]
        terms += [(word,) for word, telling in zip(words, tells, strict=True) if telling]
        pairs = zip(words, words[1:], tells, tells[1:], strict=False)
        terms += [(one, other) for one, other, first, second in pairs if first and second]
    return terms


def _told(inside: int, size: int, outside: int, rest: int) -> float:
    """The log-likelihood ratio of uses ``inside``, in ``size`` words, and ``outside``, in ``rest`` words; 0 where they
    are not more often inside.

    >>> round(_told(10, 100, 0, 900), 1), _told(1, 100, 9, 900)
    (46.1, 0.0)
    """
    rest = max(rest, 1)
    if inside / size < TIMES * outside / rest:
        return 0.0
    rate = (inside + outside) / (size + rest)
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
