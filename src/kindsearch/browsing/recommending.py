"""What was recommended: every link and every thing that a list of resources names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from kindsearch.answering import citation_of
from kindsearch.briefing.saying import Said, is_question
from kindsearch.quoting import asked_in, is_one_quote
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.derived import Engines
from kindsearch.stores.holdings import Resource
from kindsearch.types import Citation, Kind, Passage, Statement

WITH_LINK = frozenset({Kind.CHAT, Kind.DISCUSSION, Kind.QUESTION_AND_ANSWER})
_WORD = re.compile(r"[^\W_]+")
MESSAGES_BEFORE = 3  # of a chat in which the question may stand that a link answers
FEWEST_WORDS = 4  # of a question that says what it asks


@dataclass(frozen=True)
class Recommended:
    """Something that was recommended: the words that do so, and who says them. ``person`` is her id.

    ``asked`` is the question it came after, where one was asked; ``link`` is None for a thing without one.
    """

    citation: Citation
    link: str | None
    speaker: str | None
    person: str | None
    asked: str | None

    @property
    def searched(self) -> str:
        """All that it can be found by, for :func:`holds`."""
        session = self.citation.passage.session
        parts = (self.citation.quote, self.link, self.speaker, self.asked, self.citation.passage.section)
        return searchable(" ".join(filter(None, (*parts, session.title, session.date_in_words))))


def searchable(text: str) -> str:
    """A text as it is searched: its words without case, accents and marks, each with a space before it.

    >>> searchable("Göran's CAFÉ")
    ' goran s cafe'
    """
    parts = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(character for character in parts if not unicodedata.combining(character))
    return "".join(f" {word}" for word in _WORD.findall(plain))


def holds(text: str, words: str) -> bool:
    """Whether some word of a :func:`searchable` text begins with each of these words, searchable too.

    >>> holds(searchable("The King's Fund"), searchable("fund king")), holds(searchable("speaking"), searchable("king"))
    (True, False)
    """
    return all(f" {word}" in text for word in words.split())


def resources(catalog: Catalog, engines: Engines) -> list[Resource]:
    """What lists of resources name, and what links members give, newest session first, then in order."""
    columns = engines.columns
    listed = columns.of_kinds({Kind.RESOURCE})
    linked = np.zeros(len(columns), dtype=np.bool_)
    linked[columns.positions_of(np.array(catalog.rows_with_link(), dtype=np.int64))] = True
    rows = columns.rows[listed | (linked & columns.of_kinds(WITH_LINK))].tolist()
    order = {session_id: number for number, (session_id, _, _) in enumerate(engines.sessions)}
    passages = sorted(catalog.passages(rows).values(), key=lambda p: (order[p.session.id], p.source, p.start))
    return [resource for passage in passages for resource in _resources_of(passage, catalog)]


def _resources_of(passage: Passage, catalog: Catalog) -> Iterator[Resource]:
    links = [link for link in catalog.links_of(passage.document_id) if passage.start <= link.start < passage.end]
    if not links:
        yield Resource(passage, None, ", ".join(passage.speakers) or None, passage.start)
    for link in links:
        said = _at(passage, link.start)
        yield Resource(passage, link.url, said.speaker if said else None, link.start)


def _at(passage: Passage, offset: int) -> Statement | None:
    return next((one for one in passage.statements if one.start <= offset < one.end), None)


def recommended(found: Sequence[Resource], catalog: Catalog) -> list[Recommended]:
    """The same, each with the words to be quoted, who says them, and after which question."""

    @cache
    def document(document_id: str) -> list[Passage]:
        return catalog.passages_of(document_id)

    links_of = cache(catalog.links_of)
    return [
        Recommended(
            citation=citation_of(0, said, links_of),
            link=resource.link,
            speaker=resource.speaker,
            person=said.person if resource.speaker else None,
            asked=_asked(resource.passage, said, document),
        )
        for resource, said in zip(found, map(_said, found), strict=True)
    ]


def _said(resource: Resource) -> Said:
    """The words to be quoted: the passage where it is one quote, else the statement that has the link."""
    passage = resource.passage
    if is_one_quote(passage, 0, len(passage.statements) - 1):
        return Said(passage, passage.statements)
    return Said(passage, (_at(passage, resource.start) or passage.statements[0],))


def _asked(passage: Passage, said: Said, document: Callable[[str], list[Passage]]) -> str | None:
    """The question that is answered in a passage of questions and answers, or that stands just before in a chat."""
    if passage.kind == Kind.QUESTION_AND_ANSWER:
        asked = asked_in(passage)
        last = passage.statements[asked - 1].end if asked else 0
        return passage.quote(passage.start, last) if 0 < last <= said.start else None
    if passage.kind != Kind.CHAT:
        return None
    before = [(p, s) for p in document(passage.document_id) for s in p.statements if s.end <= said.start]
    for other, statement in reversed(before[-MESSAGES_BEFORE:]):
        text = other.quote(statement.start, statement.end)
        if statement.speaker != said.statements[0].speaker and is_question(text) and len(text.split()) >= FEWEST_WORDS:
            return text
    return None
