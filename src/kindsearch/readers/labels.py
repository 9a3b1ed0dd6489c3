"""Speaker labels: ``Name: words`` at the front of a cue or a line, told from a sentence that has a colon in it.

One text alone can't tell: "Bo: welcome" is somebody who speaks, "Kindness: it matters" is not. So each prefix is
first judged by how it reads (:class:`Reads`), then by the company it keeps: how often it recurs, and how many texts of
the file have a prefix at all. A speaker who is made up is worse than one who is missed: in doubt, the text stays whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from enum import IntEnum

LONGEST = 200  # characters: a longer label is none; this also bounds the work per text
MOST_PEOPLE = 5_000  # different labels in a file; more are no people, and this bounds the work per file
_MOST_WORDS = 12  # of a label, outside of brackets

_MARKS = re.compile(r"[:：()\[\]]")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_PRONOUNS = re.compile(r"\b(?:she|he|they|her|him|his|them|any|ze)\s*/\s*\w+", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.\w+")
_PHONE = re.compile(r"(?=(?:[^\d*]*[\d*]){9}|[+*(](?:[^\d*]*[\d*]){7})[\d*\s().+-]+")
_NO_LABEL = re.compile(r"^[\"“”‘]|[?!;…]|\w{6}\.\s|\d:\d")

# What is written with a small letter in a name or a role.
_PARTICLES = frozenset(
    "a al and ap at av ben bin bint da dal dalla das de degli dei del della den der des di do dos du e el et für i "
    "ibn im in la las le lo los mac of og on op 't te ten ter the to und van vd vom von vor y z zu zum zur".split()
)
_UNCOUNTED = frozenset("a and of the".split())  # capitals of these do not make a full name: "The Chair"
# What sentences are made of: in small letters, beside the particles, no label has one.
_FUNCTION = frozenset(
    "about again all also an any are as be because been being but by can could did does don't every first for from "
    "get give go going got had has have he her here him his how i'd i'll i'm i've if into is it it's its just know let "
    "let's like me more most my no nor not now one only or other our out really said say saying says she should so "
    "some than that that's their them then there there's these they thing things think this those too two up us very "
    "want was we we'll we're we've well went were what what's when where which while who why will with would yes yet "
    "you you're your".split()
)
# What opens a remark: with a colon it announces it, whoever speaks.
_OPENERS = frozenset(
    "action actions again agenda agreed also alternatively and answer answers anyway apologies attendees because "
    "besides but caution chapter conclusion date decision definition duration e.g episode example examples exercise "
    "figure finally first firstly for fourth from fyi hello here hey hi hint however i.e idea important in lastly "
    "lesson link links location look meeting monday moreover most n.b nb next no not note notes now number objective "
    "ok okay one option or p.s part participants phase plan please plus point poll present principle problem ps "
    "question questions quote re reason recap recording remember reminder result results rule saturday second secondly "
    "see slide so solution source stage step story subject summary sunday takeaway task thank thanks that then there "
    "third thirdly this thursday time tip title to today todo tomorrow topic transcript translation tuesday two update "
    "url warning website wednesday well what why friday yeah yes yesterday".split()
)


class Reads(IntEnum):
    """How a prefix reads, from what can be no label to what can hardly be anything else."""

    SENTENCE = 0  # "So here is the thing"
    OPENER = 1  # "Note", "Question 2", "Yes, Ann"
    WORDS = 2  # "bob klaber", "user_7", "Event host"
    NAME = 3  # "Bo", "Speaker 1", "The Chair", "田中"; but "Kindness" too
    FULL_NAME = 4  # "Ann Lee", "Ann (she/her)", "ann@example.org", "+44 7700 900123"


def labelled(texts: Sequence[str]) -> list[tuple[str | None, str]]:
    """For each text its speaker label, None where it has none, and the words that are left, judged over all of them.

    A label is given as it is written. A text without one comes back as it was.

    >>> labelled(["Ann Lee: Hello.", "Bo: Welcome.", "At 10:30 we begin: sharp."])
    [('Ann Lee', 'Hello.'), ('Bo', 'Welcome.'), (None, 'At 10:30 we begin: sharp.')]
    """
    splits = [_split(text) for text in texts]
    counts = Counter(label for label, _ in splits if label)
    labels = _accepted(counts, sum(not text.isspace() for text in texts if text), _shouted(texts))
    return [
        (label, words) if label in labels else (None, text) for text, (label, words) in zip(texts, splits, strict=True)
    ]


def may_be_labelled(text: str) -> bool:
    """Whether a text begins with what could be a label elsewhere, so that it may well be of somebody else.

    >>> may_be_labelled("galaxy tab a8: Hello."), may_be_labelled("So here is the thing: tea."), may_be_labelled("Tea.")
    (True, False, False)
    """
    label, _ = _split(text)
    return label != "" and _reads(label, shouted=False) >= Reads.WORDS


def _split(text: str) -> tuple[str, str]:
    """What stands before the first colon outside of brackets, empty if that can't be a label, and what stands after it.

    A colon inside a word (``10:30``, ``https://``) says that this is no label, nor is anything after it.

    >>> _split("The Chair (Lib.: Ann): Order.")
    ('The Chair (Lib.: Ann)', 'Order.')
    >>> _split("At 10:30 we begin: sharp.")
    ('', 'At 10:30 we begin: sharp.')
    """
    if ":" in text or "：" in text:
        depth = 0
        for mark in _MARKS.finditer(text, 0, LONGEST):
            if mark[0] in "([":
                depth += 1
            elif mark[0] in ")]":
                depth -= 1
                if depth < 0:
                    break
            elif depth == 0:
                words = text[mark.end() :]
                ends_label = mark[0] == "：" or not words or words[0].isspace() or words[0].isalpha()
                return (text[: mark.start()].strip(), words.strip()) if ends_label else ("", text)
    return "", text


def _shouted(texts: Sequence[str]) -> bool:
    """Whether most is in capitals, as broadcast captions are: then capitals don't tell a name."""
    sample = "".join(text[:LONGEST] for text in texts[:1_000])
    return sum(map(str.isupper, sample)) > sum(map(str.islower, sample))


def _accepted(counts: Mapping[str, int], total: int, shouted: bool) -> frozenset[str]:
    """The prefixes that are labels, of those that stand ``counts`` times at the front of ``total`` texts."""
    common = dict(Counter(counts).most_common(MOST_PEOPLE))
    reads = {label: _reads(label, shouted) for label in common}
    seen: Counter[Reads] = Counter()  # prefixes, by how they read
    sure = 0  # prefixes that recur, or are full names
    for label, count in common.items():
        seen[reads[label]] += count
        sure += count * (reads[label] == Reads.FULL_NAME or (reads[label] >= Reads.WORDS and count > 1))
    needed = _needed(total, seen, sure)
    return frozenset(label for label, count in common.items() if count >= needed[reads[label]])


def _needed(total: int, seen: Mapping[Reads, int], sure: int) -> dict[Reads, float]:
    """How often a prefix must stand in a file to be a label there, by how it reads.

    The more texts begin with something like a label, the less it takes: where every cue has one (Zoom), anything
    before a colon is one; where the first cue of a turn has one (Google Meet), full names are believed. Where most
    labels are in small letters, those are names too.
    """
    never = float("inf")
    prefixed = seen[Reads.WORDS] + seen[Reads.NAME] + seen[Reads.FULL_NAME]
    opener = max(2, total / 2)
    if prefixed >= 0.9 * total and total >= 10:
        sentence, words, name, full_name = 3.0, 1.0, 1.0, 1
    elif prefixed >= 0.5 * total:
        sentence, words, name, full_name = never, 2, 1, 1
    elif sure >= 0.05 * total:
        sentence, words, name, full_name = never, 3, 2, 1
    else:
        sentence, words, name, full_name = never, never, never, 2
    if seen[Reads.WORDS] > max(2, prefixed / 2):
        words = name
    return dict(zip(Reads, (sentence, opener, words, name, full_name), strict=True))


def _reads(label: str, shouted: bool) -> Reads:
    """How a prefix reads by itself; ``shouted`` when its capitals say nothing.

    >>> [_reads(label, False).name for label in ("Helen O'Connor", "The Chair", "bob klaber", "Note", "As we say")]
    ['FULL_NAME', 'NAME', 'WORDS', 'OPENER', 'SENTENCE']
    """
    if _ADDRESS.fullmatch(label) or _PHONE.fullmatch(label):
        return Reads.FULL_NAME
    outside = _BRACKETS.sub(" ", _BRACKETS.sub(" ", label)).strip() or label
    words = [core for word in outside.replace("’", "'").split() if (core := _core(word))]
    is_tail = label[0] == "(" and outside is not label  # "(Scotland) Act", the rest of a sentence
    if not words or len(words) > _MOST_WORDS or is_tail or _NO_LABEL.search(outside):
        return Reads.SENTENCE
    first = words[0].lower()
    if first in _OPENERS and (len(words) == 1 or first not in _FUNCTION or "," in outside):
        return Reads.OPENER
    small = [word for word in words if word.islower() and word not in _PARTICLES]
    if any(word.lower() in _FUNCTION for word in (words if shouted else small)) or _PARTICLES.issuperset(words):
        return Reads.SENTENCE
    if small or words[0] in _UNCOUNTED:
        return Reads.WORDS if len(words) <= 4 else Reads.SENTENCE
    return _name(label, words, shouted)


def _core(word: str) -> str:
    """A word without the punctuation around it; empty for one without letters."""
    return word.strip(".,'\"“”‘-–—|/&*_#()[]") if any(map(str.isalpha, word)) else ""


def _name(label: str, words: list[str], shouted: bool) -> Reads:
    """How far the capitals of a label, or its letters that know none, go to make it a name."""
    if not any(map(str.isupper, label)):
        return Reads.NAME if len(label) <= 20 else Reads.WORDS
    capitals = sum(word.lower() not in _UNCOUNTED for word in words)
    explained = _PRONOUNS.search(label) or sum(word[:1].isupper() for word in "".join(_bracketed(label)).split()) > 1
    full = (capitals > 1 or explained) and not any(word.lower() in _FUNCTION for word in words) and not shouted
    return Reads.FULL_NAME if full else Reads.NAME


def _bracketed(label: str) -> list[str]:
    """What stands in brackets, from the first on."""
    return re.split(r"[(\[]", label)[1:]
