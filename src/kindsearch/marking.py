"""Which words of a passage are marked: those of the question, in any form and spelling that the archive has of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from kindsearch.stores.keywords import hyphenated_in, solid
from kindsearch.types import Passage


def matched_words(passages: Sequence[Passage], forms: Collection[str]) -> list[tuple[tuple[int, int], ...]]:
    """For each passage the offsets (in its document) of the words that are among ``forms``, in order and apart.

    Forms are as ``WordIndex`` has words: in lower case, of hyphenated ones the solid form.
    """
    wanted = frozenset(form.replace("İ".lower(), "i") for form in forms)
    return [
        tuple((passage.start + start, passage.start + end) for start, end in _apart(_places(passage.text, wanted)))
        for passage in passages
    ]


def _places(text: str, forms: Collection[str]) -> Iterator[tuple[int, int]]:
    """Where words stand that are among ``forms``, a hyphenated one and its parts.

    To look for each form is several times as fast as to look up each word.
    """
    plain = _plain(text)
    for form in forms:
        start = plain.find(form)
        while start >= 0:
            end = start + len(form)
            if not (plain[start - 1 : start].isalnum() or plain[end : end + 1].isalnum()):
                yield start, end
            start = plain.find(form, end)
    yield from (found.span() for found in hyphenated_in(plain) if solid(found.group()) in forms)


def _plain(text: str) -> str:
    """A text in lower case and with straight apostrophes, in which each character stays where it is."""
    return text.replace("İ", "i").lower().replace("’", "'")  # the one letter that has two as a small one


def _apart(places: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Places in order, without those inside others: parts of a hyphenated word."""
    last = 0
    for start, end in sorted(places, key=lambda place: (place[0], -place[1])):
        if start >= last:
            yield start, end
            last = end
