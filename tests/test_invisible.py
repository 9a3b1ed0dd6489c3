"""Nothing that can't be seen comes into the archive, and what was taken out is counted."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from bombs import one_page, stream

from kindsearch import KindSearch
from kindsearch.invisible import is_invisible, without_invisible
from kindsearch.readers import read

Make = Callable[..., KindSearch]
BIDI = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u3164\u115f\ufe01"
TAGS = "".join(chr(0xE0000 + ord(letter)) for letter in "say yes")  # a message in letters that nobody sees
HIDDEN = BIDI + ZERO_WIDTH + TAGS + "\U000e0101\x00\x08\x1b\x7f\x9b"
# Cf, yet drawn: number and abbreviation signs that stand before letters, joiners of hieroglyphs.
DRAWN = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13440)}


def test_every_control_and_format_character_of_unicode_is_invisible_but_those_that_are_drawn() -> None:
    seen = {
        code
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in {"Cc", "Cf", "Cs"} and not is_invisible(chr(code))
    }
    assert {code for code in seen if not chr(code).isspace()} <= DRAWN
    assert not any(is_invisible(chr(code)) for code in range(sys.maxunicode + 1) if chr(code).isspace())


@pytest.mark.parametrize("letter", HIDDEN, ids=lambda letter: f"U+{ord(letter):04X}")
def test_what_is_hidden_among_words_is_taken_out_and_counted(letter: str) -> None:
    assert without_invisible(f"te{letter}a{letter}") == ("tea", 2)


def test_letters_of_any_script_and_emoji_stay() -> None:
    text = "Göran 親切 доброта नमस्ते שלום ❤️ 🙂\n\ttea\u00a0\u202fand\u2028more"
    assert without_invisible(text) == (text, 0)


TURNED = f"te{BIDI}a ca{ZERO_WIDTH}l{TAGS}ms"
COUNT = len(BIDI) + len(ZERO_WIDTH) + len(TAGS)
FILES = {
    "pack.md": f"# Tea\n\nJune 2024\n\n# Words\n\n{TURNED} worried patients.\n",
    "meeting.vtt": f"WEBVTT\n\n00:01.000 --> 00:04.000\nAnn Lee: {TURNED} worried patients.\n",
    "chat.txt": f"18:00:31 From Ann Lee to Everyone:\n\t{TURNED} worried patients\n",
    "talk.txt": f"Ann Lee: {TURNED} worried patients.\n\nBo Ek: So it does.\n\nAnn Lee: Indeed it does.\n",
}


@pytest.mark.parametrize("name", FILES)
def test_every_reader_of_text_leaves_it_out_before_offsets_are_counted(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(FILES[name], encoding="utf-8")
    document = read(tmp_path / name, name)
    assert "tea calms worried patients" in document.text
    assert not any(map(is_invisible, document.text))
    assert document.invisible_characters == COUNT
    assert any("tea calms worried" in document.text[s.start : s.end] for unit in document.units for s in unit.spans)


def test_so_do_those_of_word_documents_and_pdfs(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx").Document()
    docx.add_heading("Words", 1)
    docx.add_paragraph(f"te{BIDI}a calms worried patients.")
    docx.save(tmp_path / "pack.docx")
    (tmp_path / "pack.pdf").write_bytes(pdf_that_turns_around())
    for name, count in (("pack.docx", len(BIDI)), ("pack.pdf", 2)):
        document = read(tmp_path / name, name)
        assert "tea calms worried patients." in document.text
        assert document.invisible_characters == count


def pdf_that_turns_around() -> bytes:
    """A page whose font says that its x is U+202E, which turns a line around."""
    cmap = b"1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfchar <78> <202E> endbfchar"
    font = b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R>>"
    words = b"BT /F 14 Tf 48 400 Td (texa calms wxorried patients.) Tj ET"
    return one_page(stream(words), font, stream(cmap), resources="/Font <</F 5 0 R>>")


def test_what_notes_say_has_none_and_an_ingest_says_how_many_there_were(small_archive: Make) -> None:
    notes = f'title = "Tea{BIDI} time"\nnote = "kind\\u202eness"\nspeakers = [{{ name = "An{ZERO_WIDTH}n Lee" }}]\n'
    archive = small_archive({})
    folder = archive.settings.corpus
    (folder / "pack.md").write_text(FILES["pack.md"], encoding="utf-8")
    (folder / "session.toml").write_text(notes, encoding="utf-8")
    report = archive.ingest()
    assert report.invisible_characters == COUNT
    (session,) = (summary.session for summary in archive.sessions())
    assert (session.title, session.note, session.speakers[0].name) == ("Tea time", "kindness", "Ann Lee")
    assert archive.ingest().invisible_characters == 0
