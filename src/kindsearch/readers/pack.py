"""Insights packs: what the slides of a deck mean.

Slides under one title are a section; its title says what it holds (a talk, questions and answers, a discussion,
the chat, resources, or what every pack repeats). Within a section paragraphs become units that stay together: a
lead-in with its list or boxes, a quote, a message, a question with its answer. ``attribution.py`` says who speaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby

from kindsearch.readers.attribution import (
    CLOSING,
    GROUP,
    NAME,
    OPENING,
    asked_by,
    is_name,
    leading_name,
    name_line,
    reported_speakers,
    signature,
    words_in_lower_case,
)
from kindsearch.readers.session_facts import full_name, session_of
from kindsearch.readers.slides import Area, Paragraph, Slide, Word
from kindsearch.types import Box, Document, Kind, Link, Session, Span, Unit

CONTENTS, WELCOME, PROFILE = "contents", "welcome", "profile"
_ROLES: tuple[tuple[str, str], ...] = (
    (r"contents|agenda|in this pack", CONTENTS),
    (r"about (the|this|us|our)\b.*|how to (join|get involved).*|acknowledge?ments?|thanks?( you)?\b.*"
     r"|see you (next|soon).*|contact( us)?", Kind.ABOUT),
    (r"join(ing|ed)?\b.*|welcome.*|hello.*|where (were|are|did).*(participants|members|from).*", WELCOME),
    (r"who did we hear.*|(our |meet the |meet our |about the )?(guest )?speakers?( profiles?)?\b.*", PROFILE),
    (r"(your )?q ?(&|and) ?a\b.*|questions?( (and|&) answers?)?|.*\bquestions (and|&) answers\b.*",
     Kind.QUESTION_AND_ANSWER),
    (r".*\bchat\b.*", Kind.CHAT),
    (r".*\b(resources?|reading|reading list|links|find out more)\b.*", Kind.RESOURCE),
    (r".*\b(discussions?|breakouts?|group ?work|members?)\b.*", Kind.DISCUSSION),
)  # fmt: skip
_CONTINUED = re.compile(r"\s*[(\[–-]?\s*(?:continued|cont['’]?d?\.?)\s*[)\]]?\s*$", re.IGNORECASE)
_TALK_OF = re.compile(rf"\b(?:from|by|with)\s+(?P<name>{NAME})\s*$")
_TALK_TITLE = re.compile(r"\b(what did we hear|insights|key points|the talk|what we heard)\b", re.IGNORECASE)
_BOILERPLATE = re.compile(
    r"this (insights )?pack (summarises|was|is|has)|resources from (our )?(previous|earlier|past) sessions"
    r"|watch the (event|recording|session)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{2}|\d")
_IN_CHAT = re.compile(r"\b(in|from) the chat\b", re.IGNORECASE)
_GREETING = re.compile(r"\b(hellos?|greetings?|wrote|messages?|chat)\b", re.IGNORECASE)
LEAD_WORDS = 14  # a longer line without an end mark is no heading
ITEM_WORDS = 40  # a longer boxed text is no list item
ATTRIBUTED = frozenset({Kind.CHAT, Kind.DISCUSSION, Kind.QUESTION_AND_ANSWER})


@dataclass(frozen=True)
class Piece:
    """A paragraph with where it stands. ``following`` is the paragraph that comes next in its block or slide."""

    paragraph: Paragraph
    page: int | None
    boxed: bool
    first: bool
    last: bool
    following: str

    @property
    def text(self) -> str:
        """Its words."""
        return self.paragraph.text

    @property
    def is_item(self) -> bool:
        """Whether a bullet or number stands before it."""
        return bool(self.paragraph.marker)

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(self.paragraph.words)


def pieces_of(slide: Slide) -> Iterator[Piece]:
    """The paragraphs of a slide in reading order."""
    flat = [(block, i) for block in slide.blocks for i in range(len(block.paragraphs))]
    for position, (block, i) in enumerate(flat):
        after = flat[position + 1] if position + 1 < len(flat) else None
        yield Piece(
            paragraph=block.paragraphs[i],
            page=slide.page,
            boxed=block.boxed,
            first=i == 0,
            last=i == len(block.paragraphs) - 1,
            following=after[0].paragraphs[after[1]].text if after else "",
        )


@dataclass
class Writer:
    """Builds a document's text, remembering where each word is drawn and what it links to."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    boxes: list[Box] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    def write(self, words: tuple[Word, ...], gap: str = "\n") -> tuple[int, int]:
        """Add the words of a paragraph after ``gap`` and return their offsets."""
        self._add(gap if self.length else "")
        start = self.length
        for url, linked in groupby(words, key=lambda word: word.url):
            link_start = None
            for word in linked:
                self._add(" " if self.length > start else "")
                link_start = self.length if link_start is None else link_start
                self.boxes += [_box(area, self.length, len(word.text)) for area in word.areas]
                self._add(word.text)
            if url and link_start is not None:
                self.links.append(Link(link_start, self.length, url))
        return start, self.length

    def _add(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)


def _box(area: Area, start: int, length: int) -> Box:
    return Box(start, start + length, area.page, area.left, area.top, area.right, area.bottom)


def document_of(slides: list[Slide], document_id: str, source: str, title: str | None = None) -> Document:
    """Read a deck: its session and its units, in one text. A title is in the text once a section, in no unit.

    ``title`` is what the file says of itself, for a cover that has none.
    """
    common = words_in_lower_case("\n".join(f"{slide.title}\n{slide.text}" for slide in slides))
    session = session_of(slides, common, title)
    writer = Writer()
    units: list[Unit] = []
    for position, (heading, run) in enumerate(sections_of(slides)):
        writer.write(tuple(Word(word) for word in heading.split()), gap="\n\n")
        role = Kind.ABOUT if position == 0 else role_of(heading or run[0].text)
        section = heading if heading and position > 0 else session.title
        reader = SectionReader(writer, session, common, section, role)
        for slide in run:
            reader.read(slide)
        reader.finish()
        units += reader.units if role != CONTENTS else []
    return Document(
        id=document_id,
        source=source,
        session=session,
        text="".join(writer.parts),
        units=tuple(units),
        boxes=tuple(writer.boxes),
        links=tuple(writer.links),
        pages=tuple(slide.sheet for slide in slides if slide.sheet),
    )


def sections_of(slides: list[Slide]) -> list[tuple[str, list[Slide]]]:
    """Slides under one title, "(continued)" or not, with that title."""
    titled = [(_CONTINUED.sub("", slide.title).strip(), slide) for slide in slides]
    runs = groupby(titled, key=lambda pair: pair[0].casefold() or pair[1].page or "")
    return [(pairs[0][0], [slide for _, slide in pairs]) for pairs in (list(run) for _, run in runs)]


def role_of(title: str) -> str:
    """What a section holds, by its title: a Kind, or one of the roles that become no kind of their own.

    >>> role_of("Q&A"), role_of("Reflections from the Chat"), role_of("What did we hear? Insights from Ann Lee")
    (<Kind.QUESTION_AND_ANSWER: 'question-and-answer'>, <Kind.CHAT: 'chat'>, <Kind.TALK: 'talk'>)
    """
    first = title.split("\n", 1)[0].strip()
    return next((role for shape, role in _ROLES if re.fullmatch(shape, first, re.IGNORECASE)), Kind.TALK)


@dataclass
class Group:
    """A unit in the making. ``leads`` while what it holds asks for more: a lead-in, a heading, a question."""

    kind: Kind
    spans: list[Span] = field(default_factory=list)
    leads: bool = False
    ends_open: bool = False  # the lead-in ends in a colon or dots
    has_items: bool = False


class SectionReader:
    """Turns the slides of one section into units."""

    def __init__(self, writer: Writer, session: Session, common: frozenset[str], section: str, role: str) -> None:
        self.writer, self.common, self.section, self.role = writer, common, section, role
        self.people = session.speakers
        self.talker = self._talker()
        self.units: list[Unit] = []
        self.group: Group | None = None
        self.speaker: str | None = None  # named on a line of its own, or at the front of a message
        self.named_just_now = False

    def read(self, slide: Slide) -> None:
        """Take in one slide; a list that goes on from the last slide stays one list."""
        pieces = list(pieces_of(slide))
        goes_on = bool(pieces and pieces[0].is_item and self.group and self.group.has_items)
        if not goes_on:
            self._close()
        self.speaker = None
        for piece in pieces:
            self._take(piece)

    def finish(self) -> None:
        """Close what is still open."""
        self._close()

    # ------------------------------------------------------------ who speaks

    def _talker(self) -> str | None:
        """Whose talk this section is: named in its title, or the session's one speaker."""
        if self.role == PROFILE:  # it speaks about the speaker
            return None
        named = _TALK_OF.search(self.section)
        if named and is_name(named["name"], self.common):
            return full_name(named["name"], self.people)
        is_talk = self.role == Kind.QUESTION_AND_ANSWER or _TALK_TITLE.search(self.section)
        return self.people[0].name if is_talk and len(self.people) == 1 else None

    def _names_next(self, piece: Piece) -> str | None:
        """The name, if this paragraph is a line that says who speaks next."""
        found = name_line(piece.paragraph, self.common)
        if self._expects_names and not found:  # with a colon a common word may be a name: "Hope:"
            found = name_line(piece.paragraph, frozenset())
            found = found if found and found.strong else None
        if (
            piece.is_item
            or not found
            or not piece.following
            or (piece.last and not piece.first)
            or self.role == PROFILE
        ):
            return None
        if self._expects_names:
            return found.name
        quoted = piece.following[0] in OPENING
        clear = found.strong or piece.paragraph.bold
        return (
            found.name
            if clear and (quoted or self._is_speaker(found.name) or (found.strong and " " in found.name))
            else None
        )

    @property
    def _expects_names(self) -> bool:
        return self.role in (Kind.CHAT, Kind.DISCUSSION)

    # ------------------------------------------------------------ paragraphs

    def _take(self, piece: Piece) -> None:
        if piece.first and not self.named_just_now and piece.page is not None and self.speaker:
            self._end_of_turn()
            self.speaker = None
        if self.role == Kind.QUESTION_AND_ANSWER and not self.named_just_now and self._is_question(piece):
            self.speaker = None  # who answered the last question does not ask the next
        self.named_just_now = False
        name = self._names_next(piece)
        if self._signs_quote(piece):
            return
        if name:
            self._end_of_turn()
            self.writer.write(piece.paragraph.words)
            self.speaker, self.named_just_now = full_name(name, self.people), True
            return
        signed = signature(piece.paragraph, self.common)
        if signed:
            self._take_signed(piece, *signed)
            return
        lead = leading_name(piece.paragraph, self.common)
        if lead and not (self._expects_names or lead[1][0].text[0] in OPENING or self._is_speaker(lead[0])):
            lead = None
        if lead:
            self._end_of_turn()
            count = len(piece.paragraph.words) - len(lead[1])
            self.writer.write(piece.paragraph.words[:count])
            self.speaker = full_name(lead[0], self.people)
            piece = replace(piece, paragraph=replace(piece.paragraph, words=lead[1]))
        self._place(piece)

    def _take_signed(self, piece: Piece, name: str, count: int) -> None:
        """A quote whose line ends with the name of the one who says it."""
        words = piece.paragraph.words
        quote = replace(piece, paragraph=replace(piece.paragraph, words=words[:count]))
        self.speaker = full_name(name, self.people)
        if self.group and (piece.is_item or self.role == Kind.QUESTION_AND_ANSWER):
            self._add(quote)
        else:
            self._alone(quote, self._kind_of_words())
        self.writer.write(words[count:], gap=" ")
        self.speaker = None

    def _end_of_turn(self) -> None:
        """Somebody else speaks now: a new unit, but for an answer, which stays with its question."""
        if self.role != Kind.QUESTION_AND_ANSWER:
            self._close()

    def _is_speaker(self, name: str) -> bool:
        return any(name in person.name for person in self.people)

    def _signs_quote(self, piece: Piece) -> bool:
        """Whether this line under a quote says whose it is; if so the quote gets its speaker."""
        last = self.units[-1] if self.units and self.group is None else None
        if not last or last.kind != Kind.QUOTE or piece.first or last.end != self.writer.length:
            return False
        found = name_line(piece.paragraph, self.common)
        if not found:
            return False
        speaker = full_name(found.name, self.people)
        spans = tuple(replace(span, speaker=speaker) for span in last.spans)
        self.units[-1] = replace(last, spans=spans)
        self.writer.write(piece.paragraph.words)
        return True

    def _place(self, piece: Piece) -> None:
        """Put a paragraph into the open group or a new one."""
        if not _WORD.search(piece.text):  # a logo or an ornament
            self.writer.write(piece.paragraph.words)
        elif self.role == Kind.QUESTION_AND_ANSWER and self._is_question(piece):
            self._close()
            self.group = Group(Kind.QUESTION_AND_ANSWER)
            self._add(piece, question=True)
            self.speaker = None  # nor does the one who asks answer
        elif self.speaker:
            self.group = self.group or Group(self._kind_of_words())
            self._add(piece)
        elif self.role == Kind.QUESTION_AND_ANSWER and self.group:
            self._add(piece)
        elif _BOILERPLATE.search(piece.text):
            self._alone(piece, Kind.ABOUT)
        elif is_quote(piece.paragraph):
            self._alone(piece, Kind.CHAT if self.role == WELCOME else Kind.QUOTE)
        elif self._joins(piece):
            self._add(piece)
        else:
            self._close()
            greets = self.role == WELCOME and _GREETING.search(piece.text)
            self.group = Group(Kind.CHAT if greets else self._kind)
            self._add(piece)
            self.group.leads = is_lead(piece)
            self.group.ends_open = piece.text.endswith((":", "...", "…"))
            if self._expects_names and piece.text.endswith(":") and _IN_CHAT.search(piece.text):
                self.role = Kind.CHAT

    def _joins(self, piece: Piece) -> bool:
        group = self.group
        if group is None or self.role == Kind.RESOURCE:  # each resource stands for itself, with its link
            return False
        if piece.is_item or (group.leads and self._listed(piece)):
            return True
        return group.leads and len(group.spans) == 1 and not is_lead(piece)

    @staticmethod
    def _listed(piece: Piece) -> bool:
        """Whether a paragraph after a lead-in is one of its items: boxed, or in plain text a short line."""
        if piece.boxed:
            return piece.words <= ITEM_WORDS
        return piece.page is None and piece.words <= ITEM_WORDS // 2 and piece.text[-1] not in ".:?"

    def _add(self, piece: Piece, question: bool = False) -> None:
        assert self.group is not None
        start, _ = self.writer.write(piece.paragraph.words)
        in_list = piece.is_item or (self.group.leads and bool(self.group.spans) and self._listed(piece))
        self.group.spans += self._spans(piece, start, in_list, question)
        self.group.has_items |= piece.is_item

    def _alone(self, piece: Piece, kind: Kind) -> None:
        self._close()
        self.group = Group(kind)
        self._add(piece)
        self._close()

    def _close(self) -> None:
        if self.group and self.group.spans and not self._leads_nowhere():
            spans = tuple(self.group.spans)
            self.units.append(Unit(spans[0].start, spans[-1].end, self.group.kind, self.section, spans))
        self.group = None

    def _leads_nowhere(self) -> bool:
        """Whether all there is to the open group is a lead-in, such as "They said in the chat:"."""
        assert self.group is not None
        return self.group.leads and len(self.group.spans) == 1 and self.group.ends_open

    def _spans(self, piece: Piece, start: int, in_list: bool, question: bool) -> list[Span]:
        """One span for each person whose words the paragraph holds."""
        text, page = piece.text, piece.page
        if self.speaker or question:
            speaker = self.speaker or asked_by(text, self.common)
            return [Span(start, start + len(text), page, speaker, is_item=in_list)]
        default = self._default_speaker(in_list)
        sentences = [
            (a, b, self._known_as(name, default, in_list)) for a, b, name in reported_speakers(text, self.common)
        ]
        spans = []
        for speaker, said in groupby(sentences, key=lambda sentence: sentence[2]):
            run = list(said)
            spans.append(Span(start + run[0][0], start + run[-1][1], page, speaker, is_item=in_list))
        return spans

    def _known_as(self, name: str | None, default: str | None, in_list: bool) -> str | None:
        """A reported name in full; nobody where a group speaks, though an item may well begin with "People"."""
        if name == GROUP and not in_list:
            return None
        return full_name(name, self.people) if name else default

    def _default_speaker(self, in_list: bool) -> str | None:
        """Whose words these are when they name nobody: the lead-in's speaker for its list, else the talk's."""
        if in_list and self.group and self.group.spans:
            return self.group.spans[-1].speaker
        return self.talker if self._kind in (Kind.TALK, Kind.QUESTION_AND_ANSWER, Kind.QUOTE) else None

    # ------------------------------------------------------------ kinds

    @property
    def _kind(self) -> Kind:
        if self.role in (WELCOME, CONTENTS):
            return Kind.ABOUT
        return Kind.TALK if self.role == PROFILE else Kind(self.role)

    def _kind_of_words(self) -> Kind:
        """The kind of what a named person says here."""
        return self._kind if self.role in ATTRIBUTED else Kind.QUOTE

    def _is_question(self, piece: Piece) -> bool:
        asks = piece.text.endswith("?") or (piece.boxed and piece.first and "?" in piece.text)
        return asks and not piece.is_item and (piece.first or piece.paragraph.bold)


def is_quote(paragraph: Paragraph) -> bool:
    """Whether a paragraph stands in quotation marks from its first to its last word.

    >>> is_quote(Paragraph((Word("“Listen"), Word("first.”"))))
    True
    """
    text = paragraph.text
    return len(paragraph.words) > 1 and text[0] in OPENING and text.rstrip(".,")[-1] in CLOSING


def is_lead(piece: Piece) -> bool:
    """Whether a paragraph leads into what follows: it ends in a colon, or reads like a heading."""
    text = piece.text
    if text.endswith((":", "...", "…")):
        return True
    return piece.words <= LEAD_WORDS and (text.endswith("?") or text[-1].isalnum() or text[-1] == ")")
