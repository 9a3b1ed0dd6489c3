"""Private messages that were pasted into a text: none of their words is read, whatever the text is."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from kindsearch.errors import UnreadableFile
from kindsearch.readers import read
from kindsearch.readers.private import without_private

SAID = "".join(
    f"[00:00:{n:02}] {name}: We listened to what patients told us.\n"
    for n, name in enumerate(("Ann Lee", "Bob Ek") * 3)
)
OPEN = "Ann Lee to Everyone: Tea calms patients"
HIDDEN = "Ann Lee to Bob Ek (direct message): hidden"

KEPT_AND_HIDDEN = {
    "at the end": (f"{SAID}Chat:\n{OPEN}\n{HIDDEN}\nhidden\n", f"{SAID}Chat:\n{OPEN}", 1),
    "up to the next turn": (f"{SAID}{HIDDEN}\nhidden\n{SAID}", f"{SAID}{SAID}".rstrip(), 1),
    "up to a heading": (f"# Chat\n\n{HIDDEN}\n\n## Links\n\nA book.", "# Chat\n\n## Links\n\nA book.", 1),
    "up to a message": (f"{HIDDEN}\nhidden\n{OPEN}", OPEN, 1),
    "up to a cue": (f"WEBVTT\n\n{HIDDEN}\n\n7\n00:01.0 --> 00:02.0\nTea", "WEBVTT\n\n00:01.0 --> 00:02.0\nTea", 1),
    "privately": (f"# Chat\n- **Cy to Bob (privately):** hidden\n- {OPEN}", f"# Chat\n- {OPEN}", 1),
    "with a time": (f"{OPEN}\n[00:12:03] cy (Direct Message): hidden\n18:04 From cy to bo (privately)\nso", OPEN, 2),
    "to me": (f"{SAID}Cy to Me 6:08 PM\nhidden\n{OPEN}", f"{SAID}{OPEN}", 1),
    "by the company it keeps": (f"{OPEN}\nCy to Bob: hidden\nhidden", OPEN, 1),
    "as Zoom saves them": (
        "# Chat\n- 18:03:22 From ann to Everyone: tea\n18:04:00 From bo to ann: hidden\n18:05:10 De Bo a Todos: té",
        "# Chat\n- 18:03:22 From ann to Everyone: tea\n18:05:10 De Bo a Todos: té",
        1,
    ),
    "in another script": (f"{OPEN}\n李明 to 王芳: hidden", OPEN, 1),
    "beside a bill": (f"Access to care (private): a bill.\n{HIDDEN}", "Access to care (private): a bill.", 1),
}  # fmt: skip


@pytest.mark.parametrize(("text", "kept", "count"), KEPT_AND_HIDDEN.values(), ids=KEPT_AND_HIDDEN)
def test_what_is_private_is_left_out_and_counted(text: str, kept: str, count: int) -> None:
    assert without_private(text, "a.md") == (kept, count)


@pytest.mark.parametrize(
    "text",
    [
        "Kindness to Me: a talk\n\nWhat it means to everyone: a lot.",
        "Ann Lee: I wrote to Bob (privately): it helped.",
        "From here to there: a talk\n18:30 we go to Ann: bring tea",
        "I said to everyone: tea\nAnd Ann to Bob: cake",
        "Access to care (private): bring your card.",
        SAID,
    ],
)
def test_what_is_no_message_stays(text: str) -> None:
    assert without_private(text, "a.md") == (text, 0)


@pytest.mark.parametrize(
    "below",
    ["\n\nIt goes on, or it does not.", "\nNote: hidden", "\n18:30:00 at my place", "\n\n**hidden**"],
)
def test_where_it_can_not_be_told_what_is_private_nothing_is_read(below: str) -> None:
    with pytest.raises(UnreadableFile, match=r"^a\.md: it holds a private message, and where that ends can't be told"):
        without_private(f"# Chat\n\n{HIDDEN}{below}", "a.md")


@pytest.mark.parametrize("line", ["(Direct Message) Bob Ek: hidden", "| Ann to Bob (direct message) | hidden |"])
def test_a_private_message_in_a_form_not_known_is_not_read_as_something_else(line: str) -> None:
    with pytest.raises(UnreadableFile, match="private messages, in a form not known here"):
        without_private(f"{SAID}{line}\n", "a.md")


def test_a_text_of_private_messages_only_is_refused() -> None:
    with pytest.raises(UnreadableFile, match=r"^a\.md: it holds private messages only$"):
        without_private(f"{HIDDEN}\n\n{HIDDEN}\nhidden", "a.md")


def pasted(name: str, folder: Path) -> Path:
    """A transcript, or else a pack, with a private message pasted into it."""
    pack = f"# Kindness\n\nWe listened.\n\n## Chat\n\n{OPEN}\n\n{HIDDEN}\n\n# Resources\n\nA book of tea."
    text = f"{SAID}Chat:\n{OPEN}\n{HIDDEN}\n" if name.endswith(".txt") else pack
    path = folder / name
    if name.endswith(".docx"):
        document = docx.Document()
        for line in filter(None, text.split("\n")):
            heading = line.startswith("# ")
            document.add_paragraph(line.strip("# "), style="Heading 1" if heading else None)
        document.save(str(path))
    else:
        path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["talk.txt", "pack.md", "pack.docx"])
def test_no_format_lets_a_private_message_in(tmp_path: Path, name: str) -> None:
    document = read(pasted(name, tmp_path), name)
    assert "hidden" not in repr(document)
    assert "Tea calms patients" in document.text
    assert document.private_messages == 1


def test_a_pasted_message_to_everyone_is_of_its_sender_or_of_nobody(tmp_path: Path) -> None:
    path = tmp_path / "talk.txt"
    path.write_text(f"{SAID}{OPEN}\nCy Doe to Everyone: Cake does\n", encoding="utf-8")
    document = read(path, "talk.txt")
    spans = [span for unit in document.units for span in unit.spans][-2:]
    assert [(span.speaker, document.text[span.start : span.end], span.start_ms) for span in spans] == [
        ("Ann Lee", "Tea calms patients", None),
        (None, "Cake does", None),
    ]
