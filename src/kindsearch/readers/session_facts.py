"""What the slides say of the session itself: its title, date, speakers with their roles, and its recording."""

from __future__ import annotations

import re

from kindsearch.dates import parse_date
from kindsearch.people import without_short_forms
from kindsearch.readers.attribution import NAME, is_name
from kindsearch.readers.recordings import recording_in
from kindsearch.readers.slides import Slide
from kindsearch.sentences import sentence_spans
from kindsearch.types import PartialDate, Person, Session

ROLE_WORDS = 14  # a longer line under a name is no role
SERIES = "Conversations for Kindness"  # the name on every cover, which is no session's title
_FROM_TITLE = re.compile(rf"\b(?:from|by|with|profile:|speaker:|to)\s+(?P<name>{NAME})\s*$")
_SPEAKER_WAS = re.compile(
    r"\b(?:speakers?|guests?|presenters?|hosts?)\b[^.:]{0,40}?(?:\b(?:was|were|is|are)\b|:)\s+(?P<people>.+)"
)
_HEARD_FROM = re.compile(r"\b(?:heard from|welcomed|were joined by|was joined by)\s+(?P<people>.+)")
_IS_ALSO = re.compile(r"(?:She|He|They) (?:is|are|was|were) (?:an? |the |its )?(?P<role>[^.]{3,120})\.?$")
_IS_ROLE = re.compile(rf"(?P<name>{NAME}) (?:is|was) (?:an? |the |its |their )?(?P<role>[^.]{{3,120}})\.?")
_FULL_NAME = re.compile(rf"(?=\S+\s){NAME}")
_PROFILE_TITLE = re.compile(r"\bwho did we hear|\bspeakers?\b|\bguests?\b", re.IGNORECASE)


def date_in(text: str) -> PartialDate | None:
    """The first date that a text gives on one line; a year alone is none."""
    found = (parse_date(line) for line in text.splitlines())
    return next((date for date, *_ in filter(None, found) if date.month), None)


def session_of(slides: list[Slide], common: frozenset[str], file_title: str | None = None) -> Session:
    """Title, date, speakers and recording, as far as the slides, or else what the file says of itself, give them."""
    cover = slides[0] if slides else Slide("", ())
    return Session(
        id="",
        title=cover_title(cover) or file_title or "",
        date=date_in(f"{cover.title}\n{cover.text}"),
        speakers=speakers_of(slides, common),
        video_url=_video_url(slides),
    )


def cover_title(cover: Slide) -> str:
    """The largest text of the cover that is neither the name of the series nor a date."""
    lines = [(cover.title, float("inf"))]
    lines += [(paragraph.text, block.size) for block in cover.blocks for paragraph in block.paragraphs]
    candidates = [
        (text, size) for text, size in lines if text and text.casefold() != SERIES.casefold() and not _is_date(text)
    ]
    return max(candidates, key=lambda line: line[1], default=("", 0.0))[0]


def _is_date(text: str) -> bool:
    return date_in(text) is not None and len(text.split()) <= 5


def speakers_of(slides: list[Slide], common: frozenset[str]) -> tuple[Person, ...]:
    """The people who spoke: named in titles ("Insights from …"), introduced ("Our speaker today was …"), profiled."""
    roles: dict[str, str | None] = {}
    for slide in slides:
        named = _FROM_TITLE.search(slide.title)
        if named and is_name(named["name"], common):
            roles.setdefault(named["name"], None)
        introduced = _sentences_of(slide)
        for sentence, following in zip(introduced, [*introduced[1:], ""], strict=False):
            found = _SPEAKER_WAS.search(sentence) or _HEARD_FROM.search(sentence)
            for name, role in _introduced(found["people"] if found else "", common):
                also = _IS_ALSO.match(following)
                roles[name] = roles.get(name) or role or (also["role"] if also else None)
        if _PROFILE_TITLE.search(slide.title):
            roles |= {name: roles.get(name) or role for name, role in _profiled(slide, common)}
    return tuple(Person(name, role) for name, role in without_short_forms(roles).items())


def _sentences_of(slide: Slide) -> list[str]:
    paragraphs = (paragraph.text for block in slide.blocks for paragraph in block.paragraphs)
    return [text[start:end] for text in paragraphs for start, end in sentence_spans(text)]


def _profiled(slide: Slide, common: frozenset[str]) -> list[tuple[str, str | None]]:
    """People with a box of their own (a name, and under it a role) or a line ("NAME is its director")."""
    found: list[tuple[str, str | None]] = []
    for block in slide.blocks:
        lines = [paragraph.text for paragraph in block.paragraphs]
        for line, below in zip(lines, [*lines[1:], ""], strict=False):
            described = _IS_ROLE.fullmatch(line)
            if described and is_name(described["name"], common):
                found.append((described["name"], described["role"]))
            elif _FULL_NAME.fullmatch(line) and is_name(line, common):
                is_name_too = _FULL_NAME.fullmatch(below) and is_name(below, common)
                is_role = below and not is_name_too and len(below.split()) <= ROLE_WORDS and below[-1] != "."
                found.append((line, below if is_role else None))
    return found


def _introduced(people: str, common: frozenset[str]) -> list[tuple[str, str | None]]:
    """``NAME, role; NAME, role and NAME, role`` as pairs."""
    found: list[tuple[str, str | None]] = []
    for part in re.split(rf";\s*(?:and\s+)?|,?\s+and\s+(?={NAME}(?:,|;|\.|$))", people.rstrip(". ")):
        named = re.match(rf"(?P<name>{NAME})(?:,\s*(?P<role>.+))?$", part.strip())
        if named and is_name(named["name"], common):
            role = named["role"]
            found.append((named["name"], None if role and role.startswith("who ") else role))
        else:
            break
    return found


def _video_url(slides: list[Slide]) -> str | None:
    words = (word for s in slides for block in s.blocks for p in block.paragraphs for word in p.words if word.url)
    return next(filter(None, (recording_in(word.url or "") for word in words)), None)


def full_name(name: str, speakers: tuple[Person, ...]) -> str:
    """The speaker of the session who is meant by ``name``, under the full name; ``name`` itself if nobody is.

    >>> full_name("Sanjiv", (Person("Dr Sanjiv Ahluwalia"),)), full_name("Bob", (Person("Dr Sanjiv Ahluwalia"),))
    ('Dr Sanjiv Ahluwalia', 'Bob')
    """
    meant = [person.name for person in speakers if set(name.split()) <= set(person.name.split())]
    return meant[0] if len(meant) == 1 else name
