"""What a question says of itself: its topic, the people, sessions and time it names, and what it wants.

No language model: people are those whom the archive knows as speakers, sessions those it holds, all else are small
rules, each with the words it goes by. What is understood wrongly hides what was asked for, so in doubt nothing is.

``times.py`` reads times, ``speakers.py`` people, ``sessions.py`` sessions, ``places.py`` the kinds of passage,
``asking.py`` what is to be listed, ``wanted.py`` what would answer; ``wrapping.py`` takes off what wraps the topic, and
``language.py`` tells whether the question is in English at all.
"""

from kindsearch.questions.asking import AsksFor
from kindsearch.questions.language import is_english
from kindsearch.questions.times import Dates, TimeSpan, time_in
from kindsearch.questions.understanding import (
    Known,
    Question,
    Understanding,
    likely_matched,
    phrases_in,
    understand,
)
from kindsearch.questions.vocabulary import ASKING_WORDS, DOES, without_genitive
from kindsearch.questions.wanted import Wanted, bears

__all__ = [
    "ASKING_WORDS",
    "DOES",
    "AsksFor",
    "Dates",
    "Known",
    "Question",
    "TimeSpan",
    "Understanding",
    "Wanted",
    "bears",
    "is_english",
    "likely_matched",
    "phrases_in",
    "time_in",
    "understand",
    "without_genitive",
]
