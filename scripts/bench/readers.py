"""The readers of text on inputs that are made to be slow, against a plain input in the same run.

For each reader and input, of so many characters and of a quarter of that: seconds of processor time a million
characters, how many times that of the reader's plain input that is, and by how much more four times the text takes.
About 4 is linear, 16 quadratic. A number alone says little, machines differ; the ratios say all.
"""

from __future__ import annotations

import gc
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO

from kindsearch.errors import KindSearchError
from kindsearch.readers import Limits, captions, chat, docx, text, transcript
from kindsearch.readers.decoding import without_skipped
from kindsearch.readers.labels import labelled
from kindsearch.readers.private import without_private
from scripts.bench.measuring import say, table

PLAIN = "plain"
DOCX_LIMITS = Limits()


@dataclass(frozen=True)
class Case:
    """An input for one reader: something over and over, between what makes the reader take it on.

    In what is repeated, ``%`` is the number of the time. ``below`` stands under it, over and over as well, and takes
    half of the length.
    """

    name: str
    repeated: str
    before: str = ""
    after: str = ""
    below: str = ""

    def of(self, characters: int) -> str:
        """The input, of about so many characters."""
        length = characters // 2 if self.below else characters
        below = over_and_over(self.below, length) if self.below else ""
        return self.before + over_and_over(self.repeated, length) + below + self.after


def over_and_over(bit: str, characters: int) -> str:
    """A text of about so many characters."""
    times = characters // len(bit)
    return bit * times if "%" not in bit else "".join(bit.replace("%", str(n)) for n in range(times))


def named(before: str, *repeated: str, after: str = "") -> tuple[Case, ...]:
    """Cases that are called by what they repeat."""
    return tuple(Case(f"{before[-12:]!r} + {bit!r}" if before else repr(bit), bit, before, after) for bit in repeated)


# ---------------------------------------------------------------- captions

CUE = "00:00:01.000 --> 00:00:02.000\n"
CAPTIONS = (
    Case(PLAIN, f"{CUE}Ann Lee: We listened to what patients told us.\n\n", "WEBVTT\n\n"),
    Case("tiny cues", f"{CUE}a\n\n", "WEBVTT\n\n"),
    *named(f"WEBVTT\n\n{CUE}Hello ", *"x < & : ( {\\ -->".split(), " ", "<v ", "&#9", "A: ", after=" bye"),
    *named(f"WEBVTT\n\n{CUE}Hello ", "\n", "-->\n", ">>a\n>>", "- a\n", "\n\nNOTE\n", after=" bye"),
    *named(f"WEBVTT\n\n{CUE}", "0:0.0-->0:0.0\na\n", "0:x-->\na\n", "0:0.0-->0:0.0\na\nb\n"),
)

# ---------------------------------------------------------------- chats

MESSAGE = "18:03:22 From Ann to Everyone: "
CHATS = (
    Case(PLAIN, f"{MESSAGE}We listened to what patients told us.\n"),
    *named("", ":", "From ", "\t", "1", "to to to (Direct Message) ", "[18:03] A\n", "Ann 18:03\nb\n"),
    *named("", "00:12:03.000,00:12:06.000\nA: b\n"),
    *named("18:03:22 From ", "to ", "a:"),
    *named(f"{MESSAGE}tea\n", " ", ":", "From ", "to (Direct Message) : ", "1 ", "18:03:22 From ", "A joined the "),
    *named(f"{MESSAGE}tea\n", f"{MESSAGE}b\n", "18:03:22 From Ann to Bo: b\n", f'{MESSAGE}Replying to "tea" b\n'),
    *named(f"{MESSAGE}tea\n", f'{MESSAGE}Replying to "tea\nb\n'),
    *named(f"{MESSAGE}Reacted to ", "with "),
    *named(f'{MESSAGE}Replying to "', '"'),
    *named(f"{MESSAGE}https://a", ")"),
    *(
        Case(f"{bit!r} above a chat", bit, below=f"{MESSAGE}tea\n")
        for bit in ("a. ", "a.\n", "# A\n", "a to b: ", "*a")
    ),
    *named(f"{MESSAGE}a\n", "Begin Reference, a by b\n", "End Reference\n", "Begin Reference, by ", "a by "),
    *named(
        "[18/01/2024 18:03] Ann Lee\ntea\n", "[18/01/2024 18:03] A\nA18/01/2024 18:03\ntea\nb\n", "A18/01/2024 18:03\n"
    ),
)

# ---------------------------------------------------------------- written transcripts

TALK = "Ann: One.\n\nBo: Two.\n\nAnn: Three.\n\n"
BITS = (
    *": [ [a ( a( * **a # [a]( \\[ & = é (00:12) [00:12] https:// _a".split(),
    *(
        "<b |> |- |0:12 |18 January 2024 |transcript - |Ann: |\t|\n|:\n|a\n|a:\n|(00:12)\n|===\n|1 May 2024\n".split(
            "|"
        )
    ),
    *("So.\n|Ann\n0:12\n|Ann 0:12\n|An: x\n|# A: 0:12\n|**A**\n|Attendees\n|- A\n|<!--\n".split("|")),
)
TRANSCRIPTS = (
    Case(PLAIN, "[00:12:03] Ann Lee: We listened to what patients told us.\n"),
    *named(f"{TALK}Ann: ", *BITS),
    # As much talk as there is above it, else what is above is no header.
    *(Case(f"{bit!r} above a talk", bit, below=f"\n\n{TALK}") for bit in BITS),
)

# ---------------------------------------------------------------- packs as text, labels, marks to skip, DOCX

PACKS = (
    Case(PLAIN, "# Kindness\n\nWe **listened** to what patients told us.\n\n"),
    *named("# Tea\n\n", *"* ** *a _a __a [a]( [a](b) <b & # -".split(), " ", "\n", "a .\n", "a 1\n", "# A\n", "a\n\n"),
    *named("Contents\n\n", "Tea....4\n", ".", " .", "a?\n\n"),
    Case("a long contents list and as many questions", "a % b c d 1\n", below="\n\nWhy % b c d e?\n\n"),
)
LABELS = (
    Case(PLAIN, "Ann Lee: We listened to what patients told us.\n"),
    *named("", "x", ":", "(", "A b: \n", "a@a.a.a.a.a", "+1 1 1 1", "A (", "A:\n", "Ann Lee (A [b"),
    Case("one long label", "A", after=": b"),
    Case("many labels", "A% B: c\n"),
)
SKIP, RESUME = "<!-- kindsearch: skip -->", "<!-- kindsearch: resume -->"
MARKS = (
    Case(PLAIN, "We listened to what patients told us.\n\n", after=SKIP),
    *named("", "<!-- ", SKIP, f"{SKIP}\n", f"a {SKIP}\n", f"{SKIP}\n{RESUME}\n", "a\n", " ", "\n", after=SKIP),
    *named("<!--", " ", "kindsearch:", after=SKIP),
    *named(f"{SKIP}\n", "#", " ", after="a"),
    *named("", f"a\n\nb\n{SKIP} c\n\n"),
)
SECRET = "Ann to Bo (direct message): Shh\n"
PRIVATE = (
    Case(PLAIN, "Ann Lee: We listened to what patients told us.\n", after=SECRET),
    *named(
        "",
        "to ",
        " to ",
        ":",
        "(",
        "(direct message) ",
        "**a** ",
        "1:00 ",
        "Ann to Everyone: a\n",
        SECRET,
        after=SECRET,
    ),
    *named(SECRET, "a", "a\n", "\n", "A: b\n", "1\n"),
)
RUN = "<w:r><w:t>a</w:t></w:r>"
DOCX = (
    Case(PLAIN, f"<w:p>{RUN}</w:p>"),
    *named("", "<w:p/>", "<w:tbl/>", "<w:p><w:r><w:br/></w:r></w:p>", RUN),
    *named("<w:p>", RUN, "<w:r><w:br/></w:r>", "<w:r><w:rPr><w:b/></w:rPr><w:t>a</w:t></w:r>", after="</w:p>"),
)


# ---------------------------------------------------------------- who reads them


def _read_docx(body: str) -> None:
    """Read a Word document with this in its body; it is stored as it is, so that it is no bomb."""
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(docx.DOCUMENT, f"<w:document {names}><w:body>{body}</w:body></w:document>")
    docx.lines_of(data.getvalue(), "benchmark.docx", DOCX_LIMITS)


READERS: dict[str, tuple[Callable[[str], object], tuple[Case, ...]]] = {
    "captions": (lambda lines: captions.read(lines, "id", "benchmark.vtt"), CAPTIONS),
    "chat": (lambda lines: chat.read(lines, "id", "benchmark.txt"), CHATS),
    "transcript": (lambda lines: transcript.read(lines, "id", "benchmark.txt"), TRANSCRIPTS),
    "pack as text": (text.slides_of, PACKS),
    "labels": (lambda lines: labelled(lines.split("\n")), LABELS),
    "private messages": (lambda lines: without_private(lines, "benchmark.txt"), PRIVATE),
    "marks to skip": (without_skipped, MARKS),
    "docx": (_read_docx, DOCX),
}


def seconds(read: Callable[[str], object], lines: str) -> float:
    """Processor time that reading takes, or refusing to; without collecting garbage, which depends on what else is."""
    gc.disable()
    try:
        begun = time.process_time()
        with suppress(KindSearchError):
            read(lines)
        return time.process_time() - begun
    finally:
        gc.enable()


@dataclass(frozen=True)
class Reading:
    """One reader and input: seconds for a million characters, times the plain input's, and times for four times it."""

    reader: str
    input: str
    s_per_million: float
    times_plain: float
    times_for_four: float


@dataclass(frozen=True)
class Readings:
    """All of them."""

    all: tuple[Reading, ...]

    def __str__(self) -> str:
        rows = [
            (one.reader, f"{one.s_per_million:.2f}", f"{one.times_plain:.1f}", f"{one.times_for_four:.1f}", one.input)
            for one in self.all
        ]
        return table(("reader", "s/MB", "× plain", "× for 4 ×", "input"), rows)


def measured(characters: int) -> Readings:
    """Read every input."""
    return Readings(tuple(_readings(characters)))


def _readings(characters: int) -> Iterator[Reading]:
    for reader, (read, cases) in READERS.items():
        say(reader)
        plain = 0.0
        for case in cases:
            quarter = min(seconds(read, case.of(characters // 4)) for _ in range(2))
            whole = seconds(read, case.of(characters))
            plain = whole if case.name == PLAIN else plain
            rate = whole * 1_000_000 / characters
            yield Reading(reader, case.name, rate, whole / max(plain, 1e-6), whole / max(quarter, 1e-6))
