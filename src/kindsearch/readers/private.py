"""Private messages in a text that is no saved chat: pasted into notes, a transcript, a pack. They are left out.

Such a message begins with a line that says from whom and to whom (``Ann to Bo (direct message): …``), and goes on up to
the next one, a turn of a speaker, or a heading. Where its end can't be told, the file is not read: what follows may be
private as well. Saved chats are read by ``chat.py``, which knows where their messages begin.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from kindsearch.errors import UnreadableFile
from kindsearch.readers.chat_forms import HEAD, PRIVATE_MARK, STAMP, from_header, is_everyone, is_like_a_name, is_me
from kindsearch.readers.markup import plain, without_entities
from kindsearch.readers.transcript_lines import BOLD, Line, line_of
from kindsearch.readers.transcript_speakers import speakers_of

LONGEST = 120  # characters of who writes to whom

_NO_NAME = re.compile(
    rf"\W{{0,9}}(?:{STAMP}[\W_]{{1,9}})?(?:from\s{{1,9}})?", re.IGNORECASE
)  # what may stand before one
_TIME_AT_END = re.compile(rf"\s{STAMP}\s*$", re.IGNORECASE)
_COLON = re.compile(r"[:：](?!\d)")
_TO = re.compile(r"\sto\s", re.IGNORECASE)
_OUTRIGHT = re.compile(r"[(（]\s?(?:direct message|mensaje directo|ダイレクトメッセージ)\s?[)）]", re.IGNORECASE)
_SECONDS = re.compile(r"\d:\d\d:\d\d")
_MAY_HAVE_ONE = re.compile(r"\bto\b|[(（]", re.IGNORECASE)
_NOT_ALWAYS_MARKS = frozenset(("private", "dm"))  # as in "Access to schools (private): …"


class _Address(NamedTuple):
    """Who writes to whom, and what follows: ``recipient`` is empty where only a mark says that it is to one.

    ``ends`` when a colon or a time ends it, as where a program has written it; ``in_form`` as Zoom does.
    """

    sender: str
    recipient: str
    mark: str
    words: str
    ends: bool
    in_form: bool = False

    @property
    def is_to_everyone(self) -> bool:
        """Whether a program says that this is for everyone to read."""
        return self.ends and not self.mark and is_everyone(self.recipient) and self._has_names

    @property
    def _has_names(self) -> bool:
        return self.in_form or (is_like_a_name(self.sender) and is_like_a_name(self.recipient))

    def is_private(self, among_others: bool) -> bool:
        """Whether it is to one person, ``among_others`` in a text that also has messages to everyone."""
        if self.mark:
            return self.mark not in _NOT_ALWAYS_MARKS or (bool(self.recipient) and self._has_names)
        to_me = is_me(self.recipient) and self.ends and not self.words and is_like_a_name(self.sender)
        return to_me or (among_others and self.ends and self._has_names and not is_everyone(self.recipient))


def without_private(text: str, source: str, *, beside_chat: bool = False) -> tuple[str, int]:
    r"""A text without the private messages in it, and how many those were; ``beside_chat`` where a chat stands by it.

    Raises UnreadableFile where it can't be told which words are private, or nothing is left.

    >>> without_private("# Chat\nAnn to Everyone: Tea\nBo to Ann (direct message): Shh\n# Links", "a.md")
    ('# Chat\nAnn to Everyone: Tea\n# Links', 1)
    """
    lines = text.splitlines()
    addresses = [_address(line) for line in lines]
    among_others = beside_chat or any(address.is_to_everyone for address in addresses if address)
    private = [address is not None and address.is_private(among_others) for address in addresses]
    if any(_OUTRIGHT.search(line, 0, HEAD) for line, known in zip(lines, private, strict=True) if not known):
        raise UnreadableFile(
            source, "it looks as if it holds private messages, in a form not known here: take them out"
        )
    if not any(private):
        return text, 0
    looks = [line_of(line) for line in lines]
    kept = _kept(lines, looks, addresses, private, speakers_of(looks))
    if kept is None:
        reason = "it holds a private message, and where that ends can't be told"
        raise UnreadableFile(source, f"{reason}: take it out, or write a heading (# …) under it")
    if not beside_chat and not any(line.strip() for line in kept):
        raise UnreadableFile(source, "it holds private messages only")
    return "\n".join(kept), sum(private)


def sender_to_everyone(line: str) -> tuple[str, str] | None:
    """Who writes a line to everyone, and its words; None for other lines.

    >>> sender_to_everyone("Ann Lee to Everyone: Tea"), sender_to_everyone("I say to everyone: tea")
    (('Ann Lee', 'Tea'), None)
    """
    address = _address(line)
    return (address.sender, address.words) if address and address.is_to_everyone else None


def _kept(
    lines: Sequence[str],
    looks: Sequence[Line],
    addresses: Sequence[_Address | None],
    private: Sequence[bool],
    speakers: Collection[str],
) -> list[str] | None:
    """The lines of no private message; None where that can't be told of one."""
    kept: list[str] = []
    hidden = after_blank = False
    for line, look, address, is_private in zip(lines, looks, addresses, private, strict=True):
        begins = _begins_something(look, address, speakers)
        goes_on = hidden and not is_private and not begins
        if goes_on and (_may_begin_something(look) or (after_blank and look.text and not look.text.isdigit())):
            return None
        hidden = is_private or (hidden and not begins)
        after_blank = not look.text
        if not hidden:
            kept.append(line)
    return kept


def _begins_something(line: Line, address: _Address | None, speakers: Collection[str]) -> bool:
    """Whether a line can be no part of a message above it: a heading, a turn, another message, the time of a cue."""
    is_time = line.mark is not None and line.mark.end is not None and not line.rest
    is_other = address is not None and address.is_to_everyone
    return 0 < line.level < BOLD or line.name in speakers or is_time or is_other


def _may_begin_something(line: Line) -> bool:
    return line.stamp is not None or line.mark is not None or is_like_a_name(line.name)


def _address(line: str) -> _Address | None:
    """Who writes to whom, where a line begins by saying so.

    >>> tuple(_address("- **Ann Lee to Bo (privately):** Shh"))
    ('Ann Lee', 'Bo', 'privately', 'Shh', True, False)
    >>> _address("Bo to Me 6:08 PM").recipient, _address("We listened.")
    ('Me', None)
    """
    if not _MAY_HAVE_ONE.search(line, 0, HEAD) and not _SECONDS.search(line, 0, HEAD):
        return None
    line = line.lstrip()
    if header := from_header(line):
        recipient = "somebody" if header.is_private else "Everyone"
        sure = "direct message" if header.is_private and header.is_certain else ""
        return _Address(header.sender, recipient, sure, header.text.strip(), ends=True, in_form=True)
    head = _NO_NAME.sub("", plain(without_entities(line[:HEAD])), count=1)
    colon = _COLON.search(head)
    said = head[: colon.start()] if colon else head
    if len(said) > LONGEST:
        return None
    timed = _TIME_AT_END.search(said)
    said = said[: timed.start()] if timed else said
    mark = next((found for found in PRIVATE_MARK.finditer(said) if not said[found.end() :].strip()), None)
    said = said[: mark.start()] if mark else said
    *_, last = [None, *_TO.finditer(said)]
    if not said.strip() or not (last or mark):
        return None
    sender, recipient = (said[: last.start()], said[last.end() :]) if last else (said, "")
    words = (head[colon.end() :] + line[HEAD:]).strip() if colon else ""
    return _Address(
        sender.strip(), recipient.strip(), mark["how"].lower() if mark else "", words, bool(colon or timed or mark)
    )
