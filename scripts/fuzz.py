"""Gives our own parsers what atheris makes up, guided by the code that it reaches: ``python -m scripts.fuzz NAME``.

``make fuzz`` does so for each of ``PARSERS``, a minute each. A parser may raise what it says it raises; anything else
is a find: atheris writes the bytes to ``crash-…`` and stops. A byte is a letter, or from 0x80 one of ``TOKENS``; texts
begin with what each parser knows its files by.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

with atheris.instrument_imports(include=["kindsearch"]):
    from kindsearch import corpus, dates
    from kindsearch.errors import BadRequest, UnknownFormat, UnreadableFile
    from kindsearch.questions import times
    from kindsearch.readers import captions, chat, formats, text, transcript
    from kindsearch.readers.files import File
    from kindsearch.readers.sandbox import Limits
    from kindsearch.types import Document, PartialDate

TODAY = date(2024, 6, 20)
TOKENS = (
    "\n",
    "\n\n",
    "00:01.000 --> 00:02.000",
    "00:00:01,5 --> 1:00:02",
    " --> ",
    "-->",
    "<v Ann>",
    "</v>",
    ">> ",
    "- ",
    "WEBVTT",
    "NOTE ",
    "STYLE",
    "Ann Lee: ",
    "Bo Ek:",
    "(Ann Lee)",
    "18:00:31",
    "0:12",
    "[00:12:03] ",
    " From ",
    " to ",
    " Everyone",
    ":",
    "(Direct Message)",
    'Replying to "',
    'Reacted to "',
    '..."',
    " with 👍",
    "# ",
    "## ",
    "**",
    "*",
    "_",
    "[a](b)",
    "<br>",
    "&amp;",
    "&#x202e;",
    "<!-- kindsearch: skip -->",
    "<!-- kindsearch: resume -->",
    "June 2024",
    "18 January 2024",
    "2024-06-20",
    "last month",
    "between ",
    " and ",
    "since ",
    "Q&A",
    "title = ",
    '"',
    "date = ",
    "speakers = [",
    "]",
    "{",
    "}",
    "[aliases]",
    "[people]",
    "exclude = ",
    "start = ",
    "video_offset = ",
    "\t",
    "\r\n",
    "\u200b",
    "\u202e",
    "é",
    "親切",
    "👍",
    "Contents",
    "1\n",
    "........ 3",
    "“",
    "”",
    " said Ann.",
    "Transcript",
    "Speaker 1",
)
WORK = Path(TemporaryDirectory(prefix="kindsearch-fuzz-").name)


def offsets_hold(document: Document) -> None:
    """What a reader promises of whatever it reads."""
    end = 0
    for unit in document.units:
        assert end <= unit.start <= unit.end <= len(document.text)
        end = unit.end
        for span in unit.spans:
            assert unit.start <= span.start <= span.end <= unit.end
            assert document.text[span.start : span.end].strip()
    document.text.encode()


def read_captions(words: str) -> None:
    """As WebVTT."""
    offsets_hold(captions.read("WEBVTT\n\n00:01.000 --> 00:02.000\n" + words, "", ""))


def read_chat(words: str) -> None:
    """As a saved chat."""
    lines = "18:00:31 From Ann Lee to Everyone:\n\tTea\n" + words
    if chat.recognises(lines):
        offsets_hold(chat.read(lines, "", ""))


def read_transcript(words: str) -> None:
    """As a transcript with names."""
    lines = "Ann Lee: Tea.\n\nBo Ek: Yes.\n\nAnn Lee: So.\n\n" + words
    if transcript.recognises(lines):
        offsets_hold(transcript.read(lines, "", ""))


def read_slides(words: str) -> None:
    """As a pack in Markdown."""
    text.recognises(words)
    text.slides_of("# Tea\n\n" + words)


def read_any(words: str) -> None:
    """As a file of any name."""
    data = words.encode("utf-8", "replace") or b" "
    offsets_hold(formats.read(File(data, "a.md", Path("a.md"), Limits())))


def read_notes(words: str) -> None:
    """As session.toml and people.toml."""
    WORK.mkdir(exist_ok=True)
    for name in ("session.toml", "people.toml"):
        (WORK / name).write_bytes(words.encode("utf-8", "replace"))
    (WORK / "a.md").touch()
    corpus.find_files([WORK])


def read_dates(words: str) -> None:
    """As a date in a text, in a filter, and in a question."""
    dates.parse_date(words)
    times.find_time(words, TODAY)
    try:
        PartialDate.parse(words)
    except ValueError:
        return


PARSERS: dict[str, Callable[[str], None]] = {
    "captions": read_captions, "chat": read_chat, "transcript": read_transcript, "slides": read_slides,
    "any": read_any, "notes": read_notes, "dates": read_dates,
}  # fmt: skip


def main() -> None:
    """Fuzz one parser; what follows its name goes to libFuzzer."""
    name, *options = sys.argv[1:]
    parse = PARSERS[name]

    def one(data: bytes) -> None:
        try:
            parse("".join(chr(byte) if byte < 0x80 else TOKENS[(byte - 0x80) % len(TOKENS)] for byte in data))
        except (UnreadableFile, UnknownFormat, BadRequest):
            return

    atheris.Setup([sys.argv[0], *options], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
