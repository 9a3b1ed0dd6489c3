"""Who said it: names as packs write them. A name that the text does not give is never made up."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kindsearch.readers.slides import Paragraph, Word
from kindsearch.sentences import sentence_spans

_TITLE = r"(?:Dr|Prof|Professor|Mr|Mrs|Ms|Mx|Sir|Dame|Lord|Lady|Baroness|Rev|Sister)\.?"
_TOKEN = r"[^\W\d_a-zß-ÿ](?:[^\W\d_]|['’.-](?=[^\W\d_]))*\.?"
_PARTICLE = r"(?:de|da|del|della|der|den|di|dos|du|la|le|van|von|ter|bin|al|el|of)"
NAME = rf"(?:{_TITLE}\s+)?{_TOKEN}(?:\s+(?:{_PARTICLE}\s+)*{_TOKEN}){{0,3}}"

_NAME_LINE = re.compile(rf"(?P<name>{NAME})(?:\s*[,(|–-]\s*(?P<role>[^:]{{2,80}}?)\)?)?\s*(?P<colon>:?)")
_INITIALS = re.compile(r"[A-Z]{1,3}")
_REPORTING = (
    "accepted acknowledged added addressed admitted advised agreed announced answered argued asked asks asserted "
    "believed believes began brought built challenged chose cautioned championed claimed closed commented compared "
    "concluded confirmed considered continued contributed contrasted covered declared defined demonstrated described "
    "describes detailed discussed drew echoed elaborated emphasised emphasized encouraged ended endorsed envisioned "
    "explained explains explored expressed felt feels focused found gave highlighted hoped hopes identified "
    "illustrated imagined introduced invited joked knew learned learnt likened liked listed looked made "
    "mentioned mentions moved named noted notes noticed observed offered opened outlined picked placed pointed "
    "posed praised presented proposed put questioned quoted raised read recalled recognised recognized recommended "
    "recounted referred reflected reflects remarked remembered reminded repeated replied reported responded said "
    "says saw set shared shares showed shows spoke spoken stated started stressed suggested suggests summarised "
    "summarized supported talked talks thanked thinks thought told took touched turned underlined urged used voiced "
    "wanted wants warned welcomed went wished wonders wondered would writes wrote"
)
_REPORT = re.compile(
    rf"(?P<name>{NAME})(?:\s*\([^)]{{1,60}}\)|,\s[^,.;:?!]{{2,80}},)?,?\s+"
    rf"(?:(?:also|then|further|later|first|again|both|really|rightly|kindly|briefly|finally|similarly)\s+)*"
    rf"(?P<verb>{'|'.join(_REPORTING.split())})\b"
)
_ASKED_BY = re.compile(
    rf"(?:\basked\s+(?P<after>{NAME})|(?P<before>{NAME})\s+(?:asked|wondered|wanted to know|wants to know))\b"
)
_GROUP = re.compile(
    r"(?:(?:the|our|some|several|many|most|other|both|all|two|three|a few)\s+(?:of\s+(?:the|our)\s+)?)?"
    r"(?:members|participants|groups?|people|audience|colleagues|attendees|tables|others|everyone|somebody|someone)\b"
    # "In the groups members talked about", "While they listened, the participants wrote"
    r"|(?:afterwards|after|as|at|before|during|in|later|then|while)\b[^.:;?!]{0,60}?"
    r"\b(?:members|participants|attendees|(?:the|our)\s+groups?)\s+(?:(?:also|then|first|each|all)\s+)*"
    rf"(?:{'|'.join(_REPORTING.split())})\b",
    re.IGNORECASE,
)
OPENING, CLOSING = '"“‘«„', '"”’»“'
CLOSING_MARKS = tuple('"”»')  # those that are no apostrophe
MOST_SIGNED = 10  # words of a name with a role
GROUP = ""  # said by several or by somebody unnamed: nobody in particular
_NOT_A_PERSON = frozenset(
    "after answer before carers children during families finally first later managers next parents question second "
    "third tomorrow volunteers year years yesterday".split()
) | frozenset(
    "a all an and another any anyone at audience both but colleagues community delegates doctors each educators "
    "every everyone everybody few for from group groups he healthcare her his how however i if in it its leaders "
    "learning many medicine member members most my neither no nobody nurses one organisations other others our "
    "panel participant participants patient patients people she similarly so some somebody someone speaker speakers "
    "staff students team teams that the their then there these they this those three to trainees two us we what "
    "when where which while who why you your kindness compassion empathy today conversation conversations research "
    "studies evidence education regulation".split()
)


@dataclass(frozen=True)
class NameLine:
    """A line that says who speaks next. ``strong`` where a colon says so as well."""

    name: str
    strong: bool


def words_in_lower_case(text: str) -> frozenset[str]:
    """Words that the text also writes without a capital: no names."""
    return frozenset(re.findall(r"(?<![\w'’-])[^\W\d_]{2,}(?![\w'’])", re.sub(r"\b[A-ZÀ-Þ]\w*", " ", text)))


def is_name(text: str, common: frozenset[str]) -> bool:
    """Whether ``text`` reads as a person's name: capitalised, and none of its words a common one.

    >>> [is_name(text, frozenset({"regulation"})) for text in ("Katie Warburton", "The Group", "Regulation")]
    [True, False, False]
    """
    if not re.fullmatch(NAME, text):
        return False
    words = [word.strip(".").casefold() for word in text.split()]
    if not words or any(word in _NOT_A_PERSON for word in words):
        return False
    return any(word not in common for word in words)


def name_line(paragraph: Paragraph, common: frozenset[str]) -> NameLine | None:
    """The name on a line of its own: ``Bob:``, ``Katie Warburton``, ``– Ines, nurse``; None for other lines.

    >>> name_line(Paragraph((Word("Bob:"),)), frozenset())
    NameLine(name='Bob', strong=True)
    """
    text = paragraph.text.strip("-–— ")
    found = _NAME_LINE.fullmatch(text)
    if not found or len(text.split()) > 12 or not is_name(found["name"], common):
        return None
    return NameLine(found["name"], strong=bool(found["colon"]))


def signature(paragraph: Paragraph, common: frozenset[str]) -> tuple[str, int] | None:
    """Whose a quote is that is signed in its own line, and how many words the quote has; None for other lines.

    >>> [signature(Paragraph(tuple(map(Word, line.split()))), frozenset()) for line in (
    ...     "“Listen first.” – Ann Lee, nurse", "“Listen.” (Ann)", "“Listen.” Ann", "“Listen,” said Ann.", "Ann Lee")]
    [('Ann Lee', 2), ('Ann', 1), ('Ann', 1), None, None]
    """
    words = paragraph.words
    ends = [position for position, word in enumerate(words, start=1) if word.text.rstrip(".,")[-1:] in CLOSING_MARKS]
    if not ends or words[0].text[0] not in OPENING or not ends[-1] < len(words) <= ends[-1] + MOST_SIGNED:
        return None
    inside = " ".join(word.text for word in words[: ends[-1]]).rstrip(".,")[1:-1]
    found = _NAME_LINE.fullmatch(" ".join(word.text for word in words[ends[-1] :]).strip("-–—() "))
    if any(mark in inside for mark in CLOSING_MARKS) or not found or not is_name(found["name"], common):
        return None
    return found["name"], ends[-1]


def leading_name(paragraph: Paragraph, common: frozenset[str]) -> tuple[str, tuple[Word, ...]] | None:
    """A name or initials in bold at the front of a message, and the words that are left; None if there is none.

    A bold name that a sentence goes on from ("**Ines** talked about …") is part of that sentence.
    """
    count = next((i for i, word in enumerate(paragraph.words) if not word.bold), len(paragraph.words))
    if not 0 < count < len(paragraph.words) or count > 5:
        return None
    text = " ".join(word.text for word in paragraph.words[:count])
    name = text.rstrip(":–- ")
    initials = _INITIALS.fullmatch(name) is not None
    if initials or (text.endswith(":") and is_name(name, frozenset())):
        return name, paragraph.words[count:]
    goes_on = paragraph.words[count].text[0].islower() and paragraph.words[count].text != "i"
    return (name, paragraph.words[count:]) if is_name(name, common) and not goes_on else None


def asked_by(question: str, common: frozenset[str]) -> str | None:
    """Who asked, where the words of a question say so.

    >>> asked_by("Is it safe? asked Callum, who is a nurse.", frozenset()), asked_by("Is it safe?", frozenset())
    ('Callum', None)
    """
    for found in _ASKED_BY.finditer(question):
        name = found["after"] or found["before"]
        if is_name(name, common):
            return str(name)
    return None


def reported_speakers(text: str, common: frozenset[str]) -> list[tuple[int, int, str | None]]:
    """Sentences of a paragraph with the person whose words each reports: ``(start, end, name or None)``.

    A sentence that opens with a name and a verb of saying begins that person's words; they last until another
    name takes over or the paragraph ends. A first name alone means the full name that came before it. A sentence
    that opens with the members or the group is :data:`GROUP`'s: not even the session's speaker may be named for it.

    >>> [n for *_, n in reported_speakers("Ines Roe spoke. She sleeps. Tom built on this. Ines agreed.", frozenset())]
    ['Ines Roe', 'Ines Roe', 'Tom', 'Ines Roe']
    """
    speaker: str | None = None
    sentences: list[tuple[int, int, str | None]] = []
    for start, end in sentence_spans(text):
        found = _REPORT.match(text, start, end)
        if found and is_name(found["name"], common):
            named = [name for *_, name in sentences if name]
            short = (name for name in named if set(found["name"].split()) < set(name.split()))
            speaker = next(short, found["name"])
        elif _GROUP.match(text, start, end):
            speaker = GROUP
        sentences.append((start, end, speaker))
    return sentences
