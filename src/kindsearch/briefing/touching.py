"""Which passages touch a topic."""

from __future__ import annotations

from collections.abc import Sequence

from kindsearch.confidence import confidence_of, signals_of, whoever_said_it
from kindsearch.questions import Question
from kindsearch.retrieval import Encoded, Found, Searched, share_covered
from kindsearch.stores.words import WordIndex
from kindsearch.types import Kind, Passage

FIRST_LOOK = 400  # passages looked at closely; more where most of them touch the topic
ALONE = 0.6  # confidence of a passage by itself: it has to carry the topic where an answer is made of several
AS_STRONG = 0.6  # of the best passage's score
COVERED = 0.5  # of the topic's words, the rarer counting more; what only the title of the session holds counts half
AS_NEAR = 0.5  # of the cosine of the nearest statement: "what kind of tired" has a word of kindness, but means none


def touching(
    question: Question, encoded: Encoded, found: Sequence[Found], words: WordIndex, searched: Searched
) -> list[Found]:
    """The passages that touch a topic, best first.

    They would answer for it by themselves; they hold, in themselves or in like words, at least half of its words, and
    a statement at least half as near to it as the nearest, for neither words nor meaning is enough alone; and they are
    not much weaker than the best (speech beside speech, writing beside writing: their scores are on different scales).
    What stands in every pack is left out: it was not said on a topic.
    """
    telling = [item for item in found if item.hit.passage.kind != Kind.ABOUT and len(item.cosines)]
    best: dict[bool, float] = {}
    for item in telling:
        is_speech = item.hit.passage.is_speech
        best[is_speech] = max(best.get(is_speech, 0.0), _evidence(item))

    def stands(item: Found) -> bool:
        if _evidence(item) < AS_STRONG * best[item.hit.passage.is_speech]:
            return False
        own = words.coverage_of_text(encoded.alike, _own_words(item.hit.passage))
        both = share_covered(encoded.weights, own) + share_covered(encoded.weights, item.coverage)
        return float(both) / 2 >= COVERED and _confidence(question, encoded, [item], words, searched) >= ALONE

    standing = [item for item in telling if stands(item)]
    nearness = [float(item.cosines.max()) for item in standing]
    near = AS_NEAR * max(nearness, default=0.0)
    return [item for item, own in zip(standing, nearness, strict=True) if own >= near]


def _own_words(passage: Passage) -> str:
    """What is said in a passage, and its section. The title of a session stands over all that was said there."""
    return passage.text if passage.section == passage.session.title else f"{passage.section}\n{passage.text}"


def _evidence(item: Found) -> float:
    """The score without what it gains or loses for who says it, and for what kind of file."""
    return item.hit.score - item.gained


def _confidence(
    question: Question, encoded: Encoded, found: Sequence[Found], words: WordIndex, searched: Searched
) -> float:
    signals = signals_of(question, encoded, found, words, searched)
    return confidence_of(whoever_said_it(signals)) if signals else 0.0
