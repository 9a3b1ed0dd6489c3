"""What answers what, as far as the texts themselves show it; and the questions that nobody answers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from kindsearch.briefing.saying import Material, Said, allows, is_question, run_from
from kindsearch.people import folded, name_of
from kindsearch.quoting import asked_in
from kindsearch.retrieval import Found
from kindsearch.stores.arrays import Floats
from kindsearch.types import Kind, Passage, Reply, Statement

ANSWERED = 0.4  # cosine from which on a later statement may answer a question: then it does not count as open
AFTER = 12  # statements after a question in which its answer may stand
ANSWERS = 2  # quotes beside one question
FEWEST_WORDS = 4  # of a question that says what it asks
REPLY_WORDS = 6  # of a reply that says something

# "as Bob said", "Bob's point", "agreed with Bob", "thank you, Bob", "@Bob", "Bob, that is …"
_BEFORE = (
    r"(?:(?:dis)?agree(?:s|d|ing)?\s+with|echo(?:es|ed|ing)?|thank(?:s|ed)?(?:\s+you)?,?|@\s*|"
    r"(?:buil[dt]|add|follow)(?:s|ed|ing)?\s+(?:up\s+)?(?:on|to)(?:\s+what)?|"
    r"(?:answer|repl)(?:y|ies|s|ed|ied|ing|ying)(?:\s+to)?)"
)
_SAID = (
    r"(?:just\s+|also\s+)?"
    r"(?:said|says|mentioned|asked|put\s+it|pointed\s+out|told\s+us|described|suggested|was\s+saying)"
)
_HERS = (
    r"['’]s?\s+(?:\w+\s+)?(?:point|question|idea|story|comment|suggestion|example|remark|answer|talk|words|experience)"
)


@dataclass(frozen=True)
class Replied:
    """Quotes that answer one another; ``worth`` of both together, to tell which exchanges to show."""

    reply: Reply
    quotes: tuple[Said, ...]

    @property
    def worth(self) -> float:
        """How well its quotes bear on the topic, on average."""
        return sum(said.worth for said in self.quotes) / len(self.quotes)


def exchanges(material: Material, names: Mapping[tuple[str, str], str]) -> list[Replied]:
    """What the touched passages show of people who answer one another, best first, nothing quoted twice.

    ``names`` says who is who: (session id, name as written) -> person.
    """
    found = [*_asked_and_answered(material), *_turn_by_turn(material), *_by_name(material, names)]
    kept, seen = list[Replied](), set[tuple[str, int]]()
    for replied in sorted(found, key=lambda one: (one.reply != Reply.ANSWERS, -one.worth)):
        keys = {(said.passage.document_id, s.start) for said in replied.quotes for s in said.statements}
        if not keys & seen:
            kept.append(replied)
            seen |= keys
    return sorted(kept, key=lambda one: -one.worth)


def _asked_and_answered(material: Material) -> Iterator[Replied]:
    """A question in a pack, and what one or two people answer to it."""
    for item in material.touched:
        passage = item.hit.passage
        asked = asked_in(passage)
        last = max((n for n in range(asked) if _asks(passage, passage.statements[n])), default=None)
        if last is None:
            continue
        first = min(n for n in range(last + 1) if _asks(passage, passage.statements[n]))
        question = Said(passage, run_from(passage, first, last))
        worth_of = {said.start: said.worth for said in material.each(item)}
        answers = [said for said in _answers(passage, asked, worth_of) if allows(material.choice, said.person)]
        may_ask = question.person is None or allows(material.choice, question.person)
        if answers and may_ask:
            best = sorted(answers, key=lambda said: -said.worth)[:ANSWERS]
            ordered = sorted(best, key=lambda said: said.start)
            yield Replied(Reply.ANSWERS, (replace(question, worth=best[0].worth), *ordered))


def _answers(passage: Passage, asked: int, worth_of: Mapping[int, float]) -> list[Said]:
    """What each person begins her answer with; where nobody is named, what the answer begins with."""
    speakers = [passage.person_of(statement.speaker) for statement in passage.statements]
    people: list[str | None] = [person for person in dict.fromkeys(speakers[asked:]) if person]
    answers = []
    for person in people or [None]:
        own = [n for n in range(asked, len(speakers)) if speakers[n] == person]
        run = run_from(passage, own[0], len(speakers) - 1)
        answers.append(Said(passage, run, max(worth_of.get(passage.statements[n].start, 0.0) for n in own)))
    return answers


def _turn_by_turn(material: Material) -> Iterator[Replied]:
    """In a transcript: a question on the topic, and what the next speaker says to it."""
    for item in material.touched:
        passage = item.hit.passage
        if passage.kind != Kind.TRANSCRIPT:
            continue
        worth_of = {said.start: said.worth for said in material.each(item)}
        for number, statement in enumerate(passage.statements):
            worth = worth_of.get(statement.start, 0.0)
            if worth < material.least or not _asks(passage, statement) or not statement.speaker:
                continue
            reply = _next_turn(passage, number)
            if reply is None or not allows(material.choice, passage.person_of(reply[0].speaker)):
                continue
            first, last = (passage.statements.index(end) for end in (reply[0], reply[-1]))
            run = run_from(passage, first, last)
            if len(passage.quote(run[0].start, run[-1].end).split()) >= REPLY_WORDS and not _asks(passage, run[0]):
                told = max((worth_of.get(s.start, 0.0) for s in run), default=0.0)
                yield Replied(Reply.ANSWERS, (Said(passage, (statement,), worth), Said(passage, run, told)))


def _next_turn(passage: Passage, number: int) -> list[Statement] | None:
    """The turn after that of a statement, without the fillers it begins with; None where the asker goes on first."""
    asker = passage.statements[number].speaker
    after = [statement for statement in passage.statements[number + 1 :] if not statement.is_filler]
    if not after or after[0].speaker in {None, asker}:
        return None
    return list(takewhile(lambda statement: statement.speaker == after[0].speaker, after))


def _by_name(material: Material, names: Mapping[tuple[str, str], str]) -> Iterator[Replied]:
    """Somebody names another member of the session and takes up what she said: beside it, what that was."""
    said = [(item, own) for item in material.touched for own in material.each(item)]
    called = _called({item.hit.passage.session.id for item in material.touched}, names)
    for item, reply in said:
        if reply.person is None:
            continue
        for person in _taken_up(reply.text, reply.person, called[reply.passage.session.id]):
            hers = [
                (float(material.vector(other) @ material.vector(reply)), other_item, other)
                for other_item, other in said
                if other.person == person and other.worth >= material.least and other.stands_alone
                and _may_precede(other, reply)
            ]  # fmt: skip
            whole = material.quote(item, {reply.person})
            if hers and whole and whole.worth >= material.least:
                _, other_item, other = max(hers, key=lambda pair: pair[0])
                taken = _in_full(other_item, other)
                yield Replied(Reply.NAMES, (taken, _in_full(item, reply)))


def _called(
    sessions: Collection[str], names: Mapping[tuple[str, str], str]
) -> Mapping[str, Mapping[str, Collection[str]]]:
    """For each of some sessions the names by which its speakers may be called, with who may be meant by each."""
    called: dict[str, dict[str, set[str]]] = {session: defaultdict(set) for session in sessions}
    for (session, written), person in names.items():
        if session in called:
            for name in {written, name_of(person), name_of(person).split()[0], written.split()[0]}:
                called[session][name].add(person)
    return called


def _taken_up(text: str, speaker: str, called: Mapping[str, Collection[str]]) -> list[str]:
    """The people whom a text names and takes up, but for who says it, by the names they are ``called`` by."""
    return list(
        dict.fromkeys(
            next(iter(people))
            for name, people in called.items()
            if len(people) == 1 and speaker not in people and len(name) > 1 and name in text and _takes_up(text, name)
        )
    )


def _takes_up(text: str, name: str) -> bool:
    """Whether a text takes up what somebody of that name said.

    >>> [_takes_up(text, "Bob") for text in ["As Bob said, it works.", "To Bob's point: no.", "I saw Bob in town."]]
    [True, True, False]
    >>> [_takes_up(text, "Bob") for text in ["Thanks Bob, I agree.", "Bob, that is so true.", "She agreed with Bob."]]
    [True, True, True]
    """
    who = rf"\b{re.escape(name)}\b"
    forms = (
        rf"\b{_BEFORE}\s+{who}|@\s*{who}|{who}\s+{_SAID}\b|{who}{_HERS}|^\W*(?:(?:yes|and|oh|well|but)\W+)?{who}[,:]"
    )
    return re.search(forms, text, re.IGNORECASE) is not None


def _may_precede(one: Said, other: Said) -> bool:
    """Whether one can have been said before the other: earlier in one record, or in a record that keeps no order."""
    ordered = {Kind.TRANSCRIPT, Kind.CHAT}
    if one.passage.session.id != other.passage.session.id:
        return False
    if one.passage.document_id != other.passage.document_id:
        return True
    return one.end <= other.start or not {one.passage.kind, other.passage.kind} & ordered


def _in_full(item: Found, said: Said) -> Said:
    """A statement with what its speaker goes on to say, as far as it makes one quote."""
    statements = item.hit.passage.statements
    first = statements.index(said.statements[0])
    return Said(said.passage, run_from(said.passage, first, len(statements) - 1), said.worth)


# ---------------------------------------------------------------- what nobody answers


@dataclass(frozen=True)
class Line:
    """A statement in its document, with its vector, (dimensions,); None for a filler."""

    statement: Statement
    passage: Passage
    vector: Floats | None

    @property
    def text(self) -> str:
        """Its words."""
        return self.passage.quote(self.statement.start, self.statement.end)


def lines_of(passages: Sequence[Passage], vectors: Mapping[int, Floats]) -> list[Line]:
    """The statements of a document in order, each once; ``vectors`` are theirs, (dimensions,), by their starts."""
    lines: dict[int, Line] = {}
    for passage in passages:
        for statement in passage.statements:
            vector = None if statement.is_filler else vectors[statement.start]
            lines.setdefault(statement.start, Line(statement, passage, vector))
    return [lines[start] for start in sorted(lines)]


def open_questions(material: Material, document: Callable[[str], list[Line]]) -> Iterator[Said]:
    """The questions on the topic that nobody answers in what follows, best first. ``document`` gives its lines.

    What a talk asks by the way it asks to go on from; a list of questions is put to whoever listens.
    """
    asked = [
        said
        for item in material.touched
        for said in material.each(item)
        if item.hit.passage.kind != Kind.TALK or said.statements[0].is_item
        if said.worth >= material.least and _asks(said.passage, said.statements[0])
    ]
    for said in sorted(asked, key=lambda said: -said.worth):
        lines = document(said.passage.document_id)
        place = next((n for n, line in enumerate(lines) if line.statement.start == said.start), None)
        if place is not None and stays_open(lines, place, material.vector(said)):
            yield said


def stays_open(lines: Sequence[Line], place: int, vector: Floats) -> bool:
    """Whether nobody answers what is asked at a place.

    Who goes on after her own question answers it herself. In a transcript, whoever speaks next and says something
    answers; elsewhere whoever says something near to the question within the next statements, or names the asker.
    """
    question = lines[place]
    after = [line for line in lines[place + 1 :] if line.passage.section == question.passage.section]
    if after and _goes_on(question, after[0]):
        return False
    telling = [line for line in after[:AFTER] if not line.statement.is_filler and not is_question(line.text)]
    if question.passage.kind == Kind.QUESTION_AND_ANSWER:
        return not telling
    if question.passage.is_speech:
        return not any(
            line.statement.speaker != question.statement.speaker and len(line.text.split()) >= REPLY_WORDS
            for line in telling
        )
    asker = folded(question.statement.speaker or "").split()[:1]
    return not any(
        (line.vector is not None and float(line.vector @ vector) >= ANSWERED)
        or (asker and asker[0] in folded(line.text).split())
        for line in telling
    )


def _goes_on(question: Line, after: Line) -> bool:
    """Whether what comes after a question is said by the same person in the same breath, and asks nothing.

    The items of a list are said one by one; a list after a question goes on from it.
    """
    if question.statement.is_item:
        return False
    same = question.statement.speaker == after.statement.speaker
    together = question.passage.id == after.passage.id or question.passage.is_speech
    return same and together and not is_question(after.text)


def _asks(passage: Passage, statement: Statement) -> bool:
    text = passage.quote(statement.start, statement.end)
    return not statement.is_filler and is_question(text) and len(text.split()) >= FEWEST_WORDS
