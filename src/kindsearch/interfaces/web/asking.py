"""From what somebody does on the page for asking to what it shows next.

What a question says of itself ("what did Bob say in January…") is shown in the filters, but searched for as ever: it
puts nobody else out. A filter that was chosen does. What was read can be taken back; with the next question it counts
as chosen, unless that question says something else itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kindsearch.answering import NOTHING_LEFT
from kindsearch.errors import NotInArchive
from kindsearch.interfaces.web.view import OPEN, View, side_of, with_side
from kindsearch.invisible import on_one_line
from kindsearch.search import KindSearch
from kindsearch.settings import MAX_QUESTION
from kindsearch.types import Answer, Filter, Read, Reading

Titles = dict[str, str]
"""The titles of the sessions, by id."""


def read_in(archive: KindSearch, view: View) -> tuple[Read, ...]:
    """What is read in the question of a view; nothing in an empty one, or one that is too long."""
    if not 0 < len(view.question) <= MAX_QUESTION:
        return ()
    return archive.read(view.question, literal=view.literal, unread=view.unread)


def answer_to(archive: KindSearch, view: View) -> Answer:
    """The answer to the question of a view.

    An old link may name a session or a person that the archive does not know any more: nothing passes that filter, as
    the page says, which offers to look without it.
    """
    try:
        return archive.ask(view.question, where=view.where, literal=view.literal, unread=view.unread)
    except NotInArchive:
        return Answer(view.question, answered=False, confidence=0.0, text=NOTHING_LEFT)


def standing(where: Filter, read: Sequence[Read]) -> list[Read]:
    """What was read of the sides on which nothing was chosen."""
    return [one for one in read if side_of(where, one.reading) == OPEN]


def filled(where: Filter, read: Sequence[Read]) -> Filter:
    """What the filters show: what was chosen and, where nothing was, what was read."""
    for one in standing(where, read):
        where = with_side(where, one.reading, one.where)
    return where


def asked(archive: KindSearch, last: View, question: str, shown: Filter) -> View:
    """The view to show when ``question`` is asked while the filters show ``shown``, after the ``last`` view."""
    question = on_one_line(question)
    before = read_in(archive, last)
    if question == last.question:
        return _with_other_filters(last, before, shown)
    now = {one.reading for one in read_in(archive, View(question))}
    where = shown
    for one in standing(last.where, before):
        if one.reading in now and side_of(shown, one.reading) == one.where:
            where = with_side(where, one.reading, OPEN)
    return View(question, where)


def _with_other_filters(last: View, read: Sequence[Read], shown: Filter) -> View:
    """The same question: a filter that was changed is chosen; where it was opened, nothing is read any more either."""
    before, where, unread = filled(last.where, read), last.where, last.unread
    for reading in Reading:
        own = side_of(shown, reading)
        if own != side_of(before, reading):
            where = with_side(where, reading, own)
            unread |= {reading} if own == OPEN and reading in {one.reading for one in read} else set()
    return View(last.question, where, last.literal, unread)


def opened(view: View, read: Sequence[Read], reading: Reading) -> View:
    """The view with one side open: nothing chosen, and nothing read either."""
    is_read = reading in {one.reading for one in read}
    unread = view.unread | {reading} if is_read else view.unread
    return View(view.question, with_side(view.where, reading, OPEN), view.literal, unread)


def all_opened(view: View, read: Sequence[Read]) -> View:
    """The view without filters, chosen or read."""
    fills = {one.reading for one in read if one.where != OPEN}
    return View(view.question, OPEN, view.literal, view.unread | fills)


def literally(view: View) -> View:
    """The view with the question taken as it stands, every word of it."""
    return replace(view, literal=True, unread=frozenset(), source=None, quote=None)


def read_again(view: View) -> View:
    """The view with everything read in the question that can be."""
    return replace(view, literal=False, unread=frozenset(), source=None, quote=None)
