"""Whether a question is in English, which is all that is read here, told by the small words that each language needs.

No library for that: they tell languages of long texts, and take a question of three words for any.
"""

from __future__ import annotations

from kindsearch.stores.words import STOP_WORDS, every_word_in

# Of German, French, Spanish, Portuguese, Italian, Dutch and of Scandinavia; hardly any that English has as well.
_OTHERS = frozenset(
    "aan als auch auf aus av avec bij como dans das de dei del dem den der des det di die dos du een ein eine einer "
    "el en er era es est esta et etter fra från för für geht gibt gli het hoe hur hva hvad hvordan ich il im ist je "
    "kann la las le les lo los med mit ne nel nicht nous och og om ou où para perché pero por pour qual quando que "
    "quel quelle qui quién qué sich sind sobre som sont sul sur til um una und une uno vad van var voor vous warum "
    "wat welche wer wie wir zu zum zur över über".split()
)


def is_english(text: str) -> bool:
    """Whether a question is in English, as far as its small words and its letters tell; in doubt it is.

    >>> is_english("who measures kindness?"), is_english("Wie misst man Freundlichkeit?"), is_english("Hur mår ni?")
    (True, False, False)
    """
    words = every_word_in(text)
    foreign = sum(word in _OTHERS for word in words)
    english = sum(word in STOP_WORDS for word in words if len(word) > 1)  # others have an "a", too
    letters = [letter for letter in text if letter.isalpha()]
    other_script = sum(letter > "\u024f" for letter in letters)  # beyond what is made of Latin letters
    return foreign <= english and 2 * other_script <= len(letters)
