"""Saved meeting chats: what was written to everyone, and who answers whom. Their forms are in ``chat_forms.py``.

The text of a document is what was written to everyone, a line of a message on a line; who wrote it and when is with
the spans. A message with its replies is a unit, and so is what stands above the messages under one heading. **Private
messages are left out**, with their replies and reactions.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from kindsearch.errors import UnreadableFile
from kindsearch.readers.chat_forms import HEAD, STAMP, Chat, Header, chat_in, lines_of, may_be_private, public_part
from kindsearch.readers.markup import plain, repaired
from kindsearch.readers.private import without_private
from kindsearch.readers.session_facts import date_in
from kindsearch.types import Document, Kind, Link, PartialDate, Session, Span, Unit

SECTION = "Chat"


def recognises(text: str) -> bool:
    r"""Whether a text is a saved chat, by what it holds. A transcript is none.

    >>> recognises("18:03:22 From Ann Lee to Everyone:\n\tHello"), recognises("[00:12:03] Ann Lee: Hello")
    (True, False)
    """
    return chat_in(lines_of(text)) is not None


def read(text: str, document_id: str, source: str) -> Document:
    r"""Read a saved chat; times are milliseconds, and a message, having no length, ends when it begins.

    Raises UnreadableFile when nothing in it was written to everyone.

    >>> chat = read("18:03:22 From Bo to Everyone: Tea\n18:04:00 From Bo to Ann (Direct Message): Shh", "1", "a.txt")
    >>> chat.text, chat.units[0].spans[0].speaker, chat.private_messages
    ('Tea', 'Bo', 1)
    """
    lines = lines_of(text)
    chat = chat_in(lines)
    if chat is None:
        raise UnreadableFile(source, "it is not a saved chat")
    above, private = without_private("\n".join(lines[: min(chat.headers)]), source, beside_chat=True)
    notes, date = _notes(above.splitlines())
    threads, hidden = _threads(_messages(lines, chat))
    hidden += private
    if not threads:
        raise UnreadableFile(source, "it holds private messages only" if hidden else "there are no messages in it")
    parts = [*notes, *((SECTION, messages) for messages in _without_lone_fillers(threads))]
    words, units, links = _laid_out(parts)
    return Document(
        id=document_id,
        source=source,
        session=Session(id="", title="", date=chat.date or date),
        text=words,
        units=units,
        links=links,
        by_the_clock=chat.by_the_clock,
        private_messages=hidden,
    )


# ---------------------------------------------------------------- what was written

_SYSTEM = re.compile(
    rf"\s*(?:{STAMP}\s+)?(?:"
    r"(?:this |the )?(?:meeting|recording|(?:live )?transcription)(?: is| has| was| being| been)* "
    r"(?:started|stopped|paused|resumed|ended|recorded|in progress)"
    r"|(?!(?:i|we|you|he|she|they|who|it|someone|everyone)\s)(?P<who>\S+(?: \S+){0,4}?) "
    r"(?:has |have )?(?:joined|left|was added to|was invited to|started|stopped)(?: the)? "
    r"(?:meeting|chat|call|webinar|conversation|waiting room|recording|transcription)"
    r")\s?[.!]?\s*",
    re.IGNORECASE,
)
_UPLOAD = re.compile(r"\s*file:\s*\S.*\.\w{2,5}\s*", re.IGNORECASE)  # the program writes it as somebody's message
# What Teams tells a screen reader, and so whoever copies from it
_ASIDE = re.compile(
    r"\s*(?:edited|\d{1,4} [\w ]{1,30} reactions?\.?|(?:.{1,40} )?has context menu\.?)\s*", re.IGNORECASE
)
_REACTION = re.compile(r"reacted to [\"“«]|removed an? .{1,60}? reaction from ", re.IGNORECASE)
_OLD_REACTION = re.compile(r"(?:add|remove) [^\w\s]+")
_REACTION_END = re.compile(r" with [\"“]?[^\w\s\"“]\S{0,20}$")
_QUOTED_HEAD = re.compile(rf"[^\d:]{{1,60}}[^\d\s:]{STAMP}")  # Teams: Ann Lee18/01/2024 18:03
_REPLYING = re.compile(r"replying to\s+(?P<opening>[\"“«]?)", re.IGNORECASE)
_CUT_SHORT = re.compile(r"(?:\.\.\.|…)[\"”»]")
_CLOSING = re.compile(r"[\"”»](?=\s|$)")
_QUOTED = 40  # characters: Zoom quotes the first twenty
_QUOTED_LINES = 5


@dataclass(frozen=True)
class _Message:
    """Its lines, cleaned; ``quote`` is the beginning of the message it answers."""

    sender: str
    start_ms: int | None
    is_private: bool
    lines: tuple[str, ...]
    quote: str = ""


def _messages(lines: Sequence[str], chat: Chat) -> list[_Message]:
    """All messages of a chat, private and empty ones too."""
    times = chat.times
    found: list[tuple[Header, int | None, list[str]]] = []
    taken = 0  # lines of the file
    for number, line in enumerate(lines):
        header = chat.headers.get(number)
        if number < taken:
            continue
        if header:
            found.append((header, times[number], []))
            taken = number + header.lines
        elif not found or _is_nobodys(number, lines, chat):
            continue
        written, private_begins = header.text if header else line, False
        if not found[-1][0].is_private:
            written, private_begins = ("", True) if not header and may_be_private(line) else public_part(written)
        found[-1][2].append(written)
        if private_begins:
            found.append((Header(found[-1][0].stamp, "", "", is_private=True), None, [line]))
    messages: list[_Message] = []
    before: set[str] = set()  # lines of the messages so far
    for header, start_ms, own in found:
        messages.append(_message(header, start_ms, own, before if chat.is_copied else None))
        before.update(map(_plain, messages[-1].lines))
    return messages


def _is_nobodys(number: int, lines: Sequence[str], chat: Chat) -> bool:
    """Whether it is the program that speaks in a line that is no header.

    It gives the time with it. Where somebody copied a chat off the screen there may be none: then it is believed to be
    the program's only where no more words of the message come after it.
    """
    line = lines[number]
    if chat.is_copied and _ASIDE.fullmatch(line[:HEAD]):
        return True
    is_last = number + 1 in chat.headers or not "".join(lines[number + 1 : number + 2]).strip()
    found = _SYSTEM.fullmatch(line) if len(line) < HEAD and not line.isspace() else None
    return bool(found and not (found["who"] or "A")[0].islower() and (found["hours"] or (chat.is_copied and is_last)))


def _message(header: Header, start_ms: int | None, lines: list[str], before: Collection[str] | None) -> _Message:
    """A message; ``before`` it were these lines written, None in a chat that does not quote them in full."""
    written = [line.strip() for line in lines]
    while written and not written[0]:
        del written[0]
    if written and before is not None and _QUOTED_HEAD.fullmatch(written[0][:HEAD]):
        quoted, own = _told_apart(written[1:], before)
        sender = header.sender if quoted else ""  # else whose words these are can't be told
        return _message(replace(header, sender=sender), start_ms, [*quoted, *own], None)
    if _is_reaction(written) or (len(written) == 1 and _UPLOAD.fullmatch(written[0][:HEAD])):
        written = []
    quote, own = _reply(written)
    cleaned = tuple(filter(None, map(_cleaned, own)))
    return _Message(header.sender, start_ms, header.is_private, cleaned, quote)


def _told_apart(lines: Sequence[str], before: Collection[str]) -> tuple[list[str], list[str]]:
    """What a message quotes, as a line of Zoom's, and its own lines: those from the first that nobody had written."""
    filled = list(filter(None, lines))
    count = next((n for n, line in enumerate(filled) if _plain(line) not in before), len(filled))
    return [f'Replying to "{filled[0]}"'] if count else [], filled[count:]


def _is_reaction(lines: Sequence[str]) -> bool:
    if not lines:
        return False
    unquoted = lines[0][:11].lower() == "reacted to " and _REACTION_END.search(lines[-1][-40:])
    return bool(unquoted or _REACTION.match(lines[0]) or (len(lines) == 1 and _OLD_REACTION.fullmatch(lines[0])))


def _reply(lines: list[str]) -> tuple[str, list[str]]:
    """What a message quotes of the one it answers, empty when it answers none, and its own lines.

    >>> _reply(['Replying to "Is tea kind..." It is'])
    ('Is tea kind...', [' It is'])
    """
    opening = _REPLYING.match(lines[0]) if lines else None
    if not opening:
        return "", lines
    rest = lines[0][opening.end() :]
    if not opening["opening"]:
        return (rest, lines[1:]) if rest.endswith(("...", "…")) and len(lines) > 1 else ("", lines)
    alone = len(lines) > 1 and rest.endswith(('"', "”", "»"))
    closing = None if alone else _CUT_SHORT.search(rest, 0, _QUOTED + 4) or _CLOSING.search(rest)
    if closing:
        return rest[: closing.end() - 1], [rest[closing.end() :], *lines[1:]]
    if not alone:
        for number, line in enumerate(lines[1:_QUOTED_LINES], 1):
            if not line:
                break
            if line.endswith(('"', "”", "»")):
                return " ".join([rest, *lines[1:number], line[:-1]]), lines[number + 1 :]
    return rest.rstrip('"”»'), lines[1:]


def _cleaned(line: str) -> str:
    """A line with repaired words and single blanks between them."""
    return " ".join(repaired(line).split())


# ---------------------------------------------------------------- what stands above the messages

_HEADING = re.compile(r"#{1,6}\s+")
_MOST_TITLE_WORDS = 8
_Section = tuple[str, Sequence[_Message]]


def _notes(lines: Sequence[str]) -> tuple[list[_Section], PartialDate | None]:
    """Notes that stand above a chat, nobody's, by their headings; and the date that a heading or a title gives.

    Where there are but titles and the like, there are no notes.
    """
    said = [(bool(_HEADING.match(line)), _cleaned(plain(_HEADING.sub("", line, count=1)))) for line in lines]
    titles = "\n".join(text for is_heading, text in said if is_heading or not _is_prose(text))
    sections: list[tuple[str, list[_Message]]] = [(SECTION, [])]
    for is_heading, text in said:
        if is_heading:
            sections.append((text, []))
        elif any(map(str.isalnum, text)):
            sections[-1][1].append(_Message("", None, False, (text,)))
    has_prose = any(_is_prose(text) for is_heading, text in said if not is_heading)
    return [section for section in sections if section[1]] if has_prose else [], date_in(titles)


def _is_prose(text: str) -> bool:
    return text.endswith((".", "!", "?", "…", "。")) or len(text.split()) > _MOST_TITLE_WORDS


# ---------------------------------------------------------------- who answers whom


class _Heard:
    """What was written so far, found by how it begins; ``lengths`` are those of the beginnings that will be asked for.

    A text that was written both to everyone and in private counts as private: a reply to it may be to either.
    """

    def __init__(self, lengths: Iterable[int]) -> None:
        self._lengths = sorted(set(lengths))
        self._threads: dict[str, int] = {}
        self._private: set[str] = set()

    def add(self, words: str, thread: int | None) -> None:
        """Remember a message and its thread, None for a private one."""
        keys = [words + "\n", *(words[:length] for length in self._lengths)]
        if thread is None:
            self._private.update(keys)
        else:
            self._threads.update(dict.fromkeys(keys, thread))

    def is_private(self, quote: str) -> bool:
        """Whether the latest message that a quote is the beginning of may be a private one."""
        return self._key(quote) in self._private

    def thread(self, quote: str) -> int | None:
        """The thread of the latest message that a quote is the beginning of, None when there is none."""
        return self._threads.get(self._key(quote))

    def _key(self, quote: str) -> str:
        whole, beginning = _plain(quote) + "\n", _beginning(quote)
        is_whole = whole in self._threads or whole in self._private
        return whole if is_whole or not beginning else beginning


def _plain(text: str) -> str:
    return _cleaned(text).casefold()


def _beginning(quote: str) -> str:
    """As much of a quote as is compared: without the dots that cut it short."""
    return _plain(quote).rstrip(".… ")[:_QUOTED]


def _threads(messages: Sequence[_Message]) -> tuple[list[list[_Message]], int]:
    """The messages to everyone, replies with what they answer, and how many were private or answer a private one."""
    heard = _Heard(len(_beginning(message.quote)) for message in messages if message.quote)
    threads: list[list[_Message]] = []
    hidden = 0
    for message in messages:
        words = " ".join(message.lines).casefold()
        if message.is_private or (message.quote and heard.is_private(message.quote)):
            hidden += 1
            heard.add(words, None)
        elif words:
            answered = heard.thread(message.quote) if message.quote else None
            if answered is None:
                answered = len(threads)
                threads.append([])
            threads[answered].append(message)
            heard.add(words, answered)
    return threads, hidden


_FILLERS = frozenset(
    "hi hello hey hiya welcome morning afternoon evening good day greetings bye goodbye cheers thanks thank thankyou"
    " thx ty you ta much so very many all everyone everybody folks team yes yep yeah yea yup ya no nope ok okay sure"
    " right agree agreed absolutely exactly indeed definitely totally same here me too this great wow amazing awesome"
    " brilliant wonderful lovely fantastic excellent perfect super nice cool beautiful true lol haha please well done"
    " it is that do".split()
)


def _is_filler(message: _Message, names: frozenset[str]) -> bool:
    """Whether a message says nothing by itself: a greeting, thanks, "+1", an emoji, the letter of a choice."""
    text = " ".join(message.lines)
    words = re.findall(r"[^\W_]+", text.casefold())
    if len(text.split()) > 3 or len(words) > 4:
        return False
    said = [word for word in words if word not in names]
    return all(word in _FILLERS or (word.isascii() and len(word) == 1) for word in said) and bool(said or not words)


def _without_lone_fillers(threads: Sequence[list[_Message]]) -> list[list[_Message]]:
    """Units: threads, those of fillers only joined to the one before, or after when they are first."""
    names = frozenset(
        word for thread in threads for message in thread for word in re.findall(r"[^\W_]+", message.sender.casefold())
    )
    units: list[list[_Message]] = []
    only_fillers = True  # in the units so far
    for thread in threads:
        is_filler = all(_is_filler(message, names) for message in thread)
        if units and (is_filler or only_fillers):
            units[-1] += thread
        else:
            units.append([*thread])
        only_fillers = only_fillers and is_filler
    return units


# ---------------------------------------------------------------- the document

_URL = re.compile(r"(?:https?://|(?<![\w.@])www\.)[^\s<>\"“”]+", re.IGNORECASE)


def _laid_out(units: Sequence[_Section]) -> tuple[str, tuple[Unit, ...], tuple[Link, ...]]:
    """The text, a line of a message on a line, with the units and links in it. Each is given with its section."""
    lines: list[str] = []
    found: list[Unit] = []
    links: list[Link] = []
    start = 0
    for section, messages in units:
        spans = []
        for message in messages:
            for line in message.lines:
                time = message.start_ms
                spans.append(Span(start, start + len(line), None, message.sender or None, time, time))
                links += _links(line, start)
                lines.append(line)
                start += len(line) + 1
        found.append(Unit(spans[0].start, spans[-1].end, Kind.CHAT, section, tuple(spans)))
    return "\n".join(lines), tuple(found), tuple(links)


def _links(line: str, start: int) -> list[Link]:
    """The links of a line that stands at ``start``; what ends a sentence is not part of one.

    >>> [link.url for link in _links("see (www.example.org/a_(b)), or https://example.com.", 0)]
    ['https://www.example.org/a_(b)', 'https://example.com']
    """
    links = []
    for found in _URL.finditer(line):
        url = found[0].rstrip(".,;:!?'’…)]}»*")
        if url.count("(") > url.count(")") and found[0][len(url) :].startswith(")"):
            url += ")"
        if re.search(r"(?://|\.)\w", url):
            begin = start + found.start()
            links.append(Link(begin, begin + len(url), url if "://" in url[:8] else f"https://{url}"))
    return links
