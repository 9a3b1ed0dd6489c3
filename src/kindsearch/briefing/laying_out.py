"""The parts of a brief, put together from the passages that touch its topic."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

import numpy as np

from kindsearch import ordering
from kindsearch.briefing import neighbours, replying
from kindsearch.briefing.choosing import sessions_of
from kindsearch.briefing.neighbours import Elsewhere
from kindsearch.briefing.replying import Line, lines_of
from kindsearch.briefing.saying import FEWEST_WORDS, Citer, Material, Said, allows, vectors_by_start
from kindsearch.links import safe_link
from kindsearch.people import folded, name_of
from kindsearch.questions import Question
from kindsearch.repeats import say_the_same
from kindsearch.retrieval import Encoded, Found
from kindsearch.stores.arrays import Floats
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.derived import Engines
from kindsearch.stores.words import stem_of
from kindsearch.types import (
    Brief,
    Choice,
    Citation,
    Exchange,
    Kind,
    Neighbour,
    Session,
    Touched,
    Voice,
)

KEY_POINTS, VOICES, EXCHANGES, OPEN_QUESTIONS, RESOURCES, NEAREST = 5, 10, 4, 6, 8, 3  # so much is read in five minutes
QUOTES_OF_ONE = 2  # by one person, among the voices
RECOMMENDING = frozenset({Kind.RESOURCE, Kind.CHAT, Kind.DISCUSSION, Kind.QUESTION_AND_ANSWER})
SAME_POINT = 0.8  # cosine of two quotes that make one point


@dataclass(frozen=True)
class Looked:
    """What was looked for and found, best first, and what of it ``touched`` the topic."""

    question: Question
    encoded: Encoded
    found: Sequence[Found]
    touched: Sequence[Found]


def brief(looked: Looked, choice: Choice, catalog: Catalog, engines: Engines) -> Brief:
    """Lay out what was found. Call it inside ``catalog.reading()``."""
    question, encoded = looked.question, looked.encoded
    understood = question.understood.in_words
    sessions = {session.id: session for session in catalog.every_session()}
    within = sessions_of(choice, engines)

    @cache
    def vectors_of(document_id: str) -> dict[int, Floats]:
        return vectors_by_start(catalog.embeddings_of(document_id))

    @cache
    def document(document_id: str) -> list[Line]:
        return lines_of(catalog.passages_of(document_id), vectors_of(document_id))

    material = Material(question, encoded, tuple(looked.touched), engines.words, choice, vectors_of)
    citer = Citer(cache(catalog.text_of), cache(catalog.links_of))
    key_points = citer.all(_key_points(material))
    timeline = _timeline(material, citer, engines)
    if not timeline:
        nearest = tuple(item.hit for item in looked.found if _is_allowed(item, choice))[:NEAREST]
        return Brief(question.text, choice, understood, untouched=_in_order(sessions, within), nearest=nearest)

    voices = _voices(material, citer)
    names = dict(zip(engines.columns.names, engines.persons, strict=True))
    exchanges = [
        Exchange(one.reply, cited)
        for one in replying.exchanges(material, names)[:EXCHANGES]
        if len(cited := citer.all(one.quotes)) == len(one.quotes)
    ]
    made = Brief(
        topic=question.text,
        choice=choice,
        understood=understood,
        key_points=key_points,
        timeline=timeline,
        voices=voices,
        exchanges=tuple(exchanges),
        open_questions=citer.all(islice(replying.open_questions(material, document), OPEN_QUESTIONS)),
        resources=_resources(material, citer, catalog),
        neighbours=_neighbours(material, citer, engines),
        untouched=_in_order(sessions, within - {own.session.id for own in timeline}),
    )
    return _numbered(made)


def _numbered(made: Brief) -> Brief:
    """The brief with its citations numbered from 1 in the order in which they come."""
    number_of: dict[int, int] = {}
    for citation in made.citations:
        number_of.setdefault(citation.number, len(number_of) + 1)

    def new(citation: Citation) -> Citation:
        return replace(citation, number=number_of[citation.number])

    def all_new(citations: tuple[Citation, ...]) -> tuple[Citation, ...]:
        return tuple(map(new, citations))

    return replace(
        made,
        key_points=all_new(made.key_points),
        timeline=tuple(replace(touched, citation=new(touched.citation)) for touched in made.timeline),
        voices=tuple(replace(voice, citations=all_new(voice.citations)) for voice in made.voices),
        exchanges=tuple(replace(exchange, citations=all_new(exchange.citations)) for exchange in made.exchanges),
        open_questions=all_new(made.open_questions),
        resources=all_new(made.resources),
        neighbours=tuple(replace(neighbour, citation=new(neighbour.citation)) for neighbour in made.neighbours),
    )


def _is_allowed(item: Found, choice: Choice) -> bool:
    people = item.hit.passage.people
    return not people or any(allows(choice, person) for person in people)


def _in_order(sessions: dict[str, Session], ids: frozenset[str] | set[str]) -> tuple[Session, ...]:
    """The sessions with these ids, oldest first, those without a date last."""
    own = [session for id_, session in sessions.items() if id_ in ids]
    return tuple(sorted(own, key=_when))


def _when(session: Session) -> tuple[bool, int, str]:
    return session.date is None, session.date.first_day if session.date else 0, session.id


# ---------------------------------------------------------------- the parts


def _key_points(material: Material) -> list[Said]:
    """The best quotes, those of different sessions first, those that go on from something else last."""
    of_item = {id(item): said for item, said in material.quotes if item.hit.passage.kind != Kind.RESOURCE}
    telling = [item for item in material.touched if id(item) in of_item]
    spread = [of_item[id(item)] for item in ordering.spread(telling, by_person=False)]
    possible = [said for said in spread if said.stands_alone and said.worth >= material.least]
    return _apart(material, sorted(possible, key=lambda said: said.leans), KEY_POINTS)


def _apart(material: Material, quotes: Iterable[Said], most: int) -> list[Said]:
    """The first quotes of which none makes the point of one before it."""
    kept: list[Said] = []
    for said in quotes:
        if len(kept) < most and not any(_make_one_point(material, said, other) for other in kept):
            kept.append(said)
    return kept


def _make_one_point(material: Material, said: Said, other: Said) -> bool:
    near = float(material.vector(said) @ material.vector(other)) >= SAME_POINT
    return near or say_the_same(said.text, other.text) or _repeats(said, other) or _repeats(other, said)


def _repeats(said: Said, other: Said) -> bool:
    """Whether a sentence of one quote stands in the other, word for word."""
    told = folded(other.text)
    sentences = (folded(said.passage.quote(statement.start, statement.end)) for statement in said.statements)
    return any(len(sentence.split()) >= FEWEST_WORDS and sentence in told for sentence in sentences)


def _timeline(material: Material, citer: Citer, engines: Engines) -> tuple[Touched, ...]:
    """The sessions that touched the topic, each with the best quote of it."""
    by_session: dict[str, list[tuple[Found, Said]]] = {}
    for item, said in material.quotes:
        by_session.setdefault(item.hit.passage.session.id, []).append((item, said))
    words_of = _words_of(by_session, engines)
    timeline = []
    for session_id, own in by_session.items():
        best = max((said for _, said in own), key=_tells)
        citation = citer.cite(best)
        if citation:
            touched = sum(len(item.hit.passage.text.split()) for item, _ in own)
            share = min(touched / words_of[session_id], 1.0)
            timeline.append(Touched(own[0][0].hit.passage.session, len(own), share, citation))
    return tuple(sorted(timeline, key=lambda touched: _when(touched.session)))


def _words_of(sessions: Collection[str], engines: Engines) -> dict[str, int]:
    """How many words the passages of some sessions have, those of several passages counted once."""
    columns = engines.columns
    positions = np.flatnonzero(columns.in_sessions(sessions))
    new_words = engines.statements.new_words(positions)
    words = np.bincount(columns.sessions[positions], new_words, minlength=len(columns.session_ids))
    return dict(zip(columns.session_ids, words.astype(int).tolist(), strict=True))


def _tells(said: Said) -> tuple[bool, bool, float]:
    """How well a quote tells what a session said: a line in a list of resources the least."""
    return said.passage.kind != Kind.RESOURCE, said.stands_alone, said.worth


def _voices(material: Material, citer: Citer) -> tuple[Voice, ...]:
    """Who said what: the best quotes of each person whose own words bear on the topic, those first who said most."""
    hers: dict[str, list[Said]] = {}
    for item in material.touched:
        for person in dict.fromkeys(item.hit.passage.people):
            said = material.quote(item, {person}) if allows(material.choice, person) else None
            if said and said.worth >= material.least and said.stands_alone:
                hers.setdefault(person, []).append(said)
    ranked = sorted(hers.items(), key=lambda pair: (-len(pair[1]), -max(said.worth for said in pair[1]), pair[0]))
    voices = []
    for person, quotes in ranked[:VOICES]:
        best = sorted(quotes, key=lambda said: (said.leans, -said.worth))
        citations = citer.all(_apart(material, best, QUOTES_OF_ONE))
        if citations:
            voices.append(Voice(person, name_of(person), len(quotes), citations))
    return tuple(voices)


def _resources(material: Material, citer: Citer, catalog: Catalog) -> tuple[Citation, ...]:
    """What is recommended on the topic: the items of resource lists, and what members say with a link to go to."""
    links_of = cache(catalog.links_of)
    found: list[Said] = []
    for item in material.touched:
        passage = item.hit.passage
        if passage.kind not in RECOMMENDING:
            continue
        links = [link.start for link in links_of(passage.document_id) if safe_link(link.url)]
        found += [
            said
            for said in material.each(item)
            if passage.kind == Kind.RESOURCE or any(said.start <= start < said.end for start in links)
        ]
    cited = citer.all(sorted(found, key=lambda said: -said.worth))
    once = {(citation.link, "" if citation.link else citation.quote): citation for citation in reversed(cited)}
    return tuple(reversed(once.values()))[:RESOURCES]


def _neighbours(material: Material, citer: Citer, engines: Engines) -> tuple[Neighbour, ...]:
    """Words that stand with the topic more than elsewhere, each where it stands best."""
    positions = np.unique([position for item, _ in material.quotes for position in item.positions])
    around = engines.statements.passages.sharing(positions)
    elsewhere = Elsewhere(engines.words.number, engines.words.counts_of_all - engines.words.counts(around))
    texts = [item.hit.passage.text for item, _ in material.quotes]
    left_out = {stem_of(word) for word in material.question.words}
    left_out |= {stem_of(word) for name, _ in engines.people for word in folded(name).split()}
    each = [material.each(item) for item, _ in material.quotes]
    found = []
    for standing in neighbours.standing_with(texts, elsewhere, left_out):
        said = [one for number in standing.passages for one in each[number]]
        holding = [one for one in said if neighbours.as_written(standing.words, one.text)]
        citation = citer.cite(max(holding, key=lambda one: (one.stands_alone, one.worth))) if holding else None
        if citation:
            words = neighbours.as_written(standing.words, citation.quote) or ""
            found.append(Neighbour(words, len(standing.passages), citation))
    return tuple(found)
