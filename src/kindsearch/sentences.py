"""Where sentences begin and end. Works on speech, chat and slides alike, and never changes a character."""

from __future__ import annotations

import re

_ABBREVIATIONS = frozenset(
    "dr prof mr mrs ms mx st rev hon jr sr vs etc eg ie e.g i.e cf al no nos vol fig ca approx dept est inc ltd p pp "
    "a.m p.m am pm".split()
)
_LONGEST_WORD = 60  # letters that are looked at before a gap: all that an abbreviation can have, and more
_LINE = re.compile(r"\S(?:[^\n]*\S)?")  # without the blanks around it
_BOUNDARY = re.compile(r"""(?<=[.?!…])["'”’)\]]*(?P<gap>\s+)(?=\S)""")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Offsets of the sentences of ``text``, in order, without the blanks between them.

    A line break always ends a sentence: what wraps was unwrapped by the reader.

    >>> [text[a:b] for text in ["Dr Lee came. she said: “Stay.” We did, e.g. by ten"] for a, b in sentence_spans(text)]
    ['Dr Lee came.', 'she said: “Stay.”', 'We did, e.g. by ten']
    """
    spans: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        start, end = line.span()
        for found in _BOUNDARY.finditer(text, start, end):
            cut, after = found.start("gap"), found.end()
            if _is_boundary(text[max(start, cut - _LONGEST_WORD) : cut], text[after]):
                spans.append((start, cut))
                start = after
        spans.append((start, end))
    return spans


def _is_boundary(before: str, next_letter: str) -> bool:
    """Whether a sentence ends between ``before``, the letters that stand before the gap, and the letter after it."""
    last = before.rsplit(maxsplit=1)[-1] if before.split() else ""
    core = last.strip("\"'“”‘’()[]")
    if core.endswith((".", "…")) and not core.endswith("..."):
        word = core.rstrip(".…").lower()
        if word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha() and word != "i"):
            return False
    if next_letter.islower():  # chat is often written without capitals, but "…" and "?" may go on
        return core.endswith(".") and not core.endswith("..") and len(core) > 3
    return True
