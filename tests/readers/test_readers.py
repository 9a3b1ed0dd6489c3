"""A file in, a Document out, or one of our errors with a sentence that says what is wrong."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from decks import FOOTER, Deck
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from kindsearch.chunking import LONG_TURN, LONGEST_WINDOW, MAX_WORDS, passages_of
from kindsearch.errors import EncryptedFile, KindSearchError, NoTextLayer, ReaderLimit, UnknownFormat, UnreadableFile
from kindsearch.readers import Limits, pdf_worker, read, render_page
from kindsearch.readers.slides import clean
from kindsearch.repeats import Written, newest_first, telling, written_repeats
from kindsearch.types import Document, Kind, PartialDate, Passage, Person

ROOT = Path(__file__).parents[2]
SEEDS = ROOT.parent / "shared" / "seeds"
NO_SEEDS = "the two full packs of ../shared/seeds are not here"
CORPUS = [path for ending in ("*.pdf", "*/*.vtt", "*/*.txt") for path in sorted((ROOT / "corpus").glob(ending))]
FILES = [*CORPUS, *sorted(SEEDS.glob("*.pdf")), *sorted(SEEDS.glob("*.txt"))]
KNOWN = (
    "a pack as PDF, DOCX, a saved meeting chat, a transcript with names or times, captions (VTT, SRT), "
    "a pack as text or Markdown"
)

PACK = """\
# Conversations for Kindness

Time to rest

18 January 2024

# Contents

Context 2

# About the movement

Conversations for Kindness is a monthly meeting that eight colleagues set up in the summer of 2020.

# Who did we hear from?

Our speaker today was Dr Ann Lee, head of care at Leeds.

# What did we hear? Insights from Dr Ann Lee

There are several reasons why nobody rests:

- Long days
- Few colleagues
- Habit

Why is this important?

Rest makes us kinder to patients, and keeps us in our profession for longer than anything else.

# What did we hear? Insights from Dr Ann Lee (continued)

**Tom Roe:**

“Rest is a part of the work, and it is not a reward for it.”

# Q&A

How do you make time for it?

We ask for it. Then we hold each other to it.

# Group discussion

**Bob**

We can measure rest. We choose not to.

# From the chat

**DG** we never had a room for it. now we do

# Further resources

[A kind paper](https://example.org/paper) - an article about rest

# Thank you

See you next month for another conversation.
"""


def draw(path: Path) -> Path:
    """``PACK`` as slides: every block is a box of its own, two of them side by side."""
    deck = Deck(path)
    for part in PACK.split("# ")[1:]:
        title, _, body = part.replace("\n- ", "\n• ").partition("\n")
        deck.slide(title, footer=FOOTER)
        top = 120.0
        for block in body.strip().split("\n\n"):
            paragraphs = block.split("\n")
            deck.box(48, top, 800, 22 * len(paragraphs) + 14, *paragraphs)
            top += 22 * len(paragraphs) + 30
    return deck.save()


def said(passages: list[Passage]) -> list[tuple[str, str, Kind, tuple[str | None, ...]]]:
    """What passages say, where, and who says it, a heading's own line apart."""
    return [(p.text, p.section, p.kind, tuple(s.speaker for s in p.statements)) for p in passages]


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return draw(tmp_path / "pack.pdf")


# ---------------------------------------------------------------- packs


def test_a_pack_is_read_with_its_session_and_every_passage_knows_page_speaker_and_kind(pack: Path) -> None:
    found = read(pack, "2024/pack.pdf")
    assert (found.source, found.id) == ("2024/pack.pdf", hashlib.sha256(pack.read_bytes()).hexdigest())
    assert (found.session.id, found.session.title) == ("", "Time to rest")
    assert found.session.date == PartialDate(2024, 1, 18)
    assert found.session.speakers == (Person("Dr Ann Lee", "head of care at Leeds"),)
    assert [page.printed for page in found.pages] == list(range(1, 12))
    by_text = {passage.text.split("\n")[0]: passage for passage in passages_of(found)}
    for begin, kind, page, speakers in (
        ("There are several reasons why nobody rests:", Kind.TALK, 5, ("Dr Ann Lee",)),
        ("“Rest is a part of the work, and it is not a reward for it.”", Kind.QUOTE, 6, ("Tom Roe",)),
        ("How do you make time for it?", Kind.QUESTION_AND_ANSWER, 7, ("Dr Ann Lee",)),
        ("We can measure rest. We choose not to.", Kind.DISCUSSION, 8, ("Bob",)),
        ("we never had a room for it. now we do", Kind.CHAT, 9, ("DG",)),
        ("A kind paper - an article about rest", Kind.RESOURCE, 10, ()),
    ):
        passage = by_text[begin]
        assert (passage.kind, passage.pages, passage.speakers) == (kind, (page, page), speakers)
    assert by_text["A kind paper - an article about rest"].link == "https://example.org/paper"
    assert "Context 2" not in by_text
    assert FOOTER not in {passage.text for passage in by_text.values()}


@pytest.mark.parametrize("name", ["pack.md", "pack.txt"])
def test_text_versions_give_the_passages_of_the_pdf_with_no_page(pack: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(PACK, encoding="utf-8")
    as_pdf, as_text = read(pack, "pack.pdf"), read(tmp_path / name, name)
    assert as_text.session == as_pdf.session
    assert said(passages_of(as_text))[1:] == said(passages_of(as_pdf))[1:]  # covers differ in what is one paragraph
    assert {s.page for p in passages_of(as_text) for s in p.statements} == {None}
    assert {p.pages for p in passages_of(as_text)} == {None}
    assert (as_text.boxes, as_text.pages) == ((), ())


def test_of_a_pdf_and_its_text_version_the_pdfs_passages_are_kept(pack: Path, tmp_path: Path) -> None:
    (tmp_path / "pack.md").write_text(PACK, encoding="utf-8")
    both = [*passages_of(read(tmp_path / "pack.md", "pack.md")), *passages_of(read(pack, "pack.pdf"))]
    text_of = {passage.id: passage.text for passage in both}
    written = [Written(p.id, p.document_id, p.session.id, telling(p.text)) for p in sorted(both, key=newest_first)]
    dropped = written_repeats(written, lambda ids: {id_: text_of[id_] for id_ in ids}).dropped
    kept = [passage for passage in both if passage.id not in dropped and passage.section != "Time to rest"]
    assert {passage.source for passage in kept} == {"pack.pdf"}


@pytest.mark.skipif(not SEEDS.is_dir(), reason=NO_SEEDS)
@pytest.mark.parametrize(
    ("pdf", "text"),
    [
        ("2024-01-18-kindness-in-education.pdf", "003_d3e530aae532d209.txt"),
        ("2024-06-time-for-a-check-in.pdf", "000_e5b2d101ffb8fde2.txt"),
    ],
)
def test_the_text_version_of_a_real_pack_has_most_passages_of_the_pdf(pdf: str, text: str) -> None:
    def plain(passage: Passage) -> str:
        return re.sub(r"\W+", " ", passage.text).casefold().strip()

    as_pdf, as_text = read_once(SEEDS / pdf), read_once(SEEDS / text)
    assert as_text.session == as_pdf.session
    texts = {plain(passage) for passage in passages_of(as_text)}
    found = [plain(passage) in texts for passage in passages_of(as_pdf)]
    assert sum(found) >= 0.8 * len(found)


# ---------------------------------------------------------------- every passage of every document


@cache
def read_once(path: Path) -> Document:
    return read(path, path.name)


every_file = pytest.mark.parametrize(
    "path",
    [pytest.param(path, id=path.relative_to(path.parents[1]).as_posix()) for path in FILES]
    + [pytest.param(SEEDS, marks=pytest.mark.skip(reason=NO_SEEDS))] * (not SEEDS.is_dir()),
)


@every_file
def test_every_passage_keeps_the_offset_promise(path: Path) -> None:
    document = read_once(path)
    passages = passages_of(document)
    assert len(passages) > 10
    check(document, passages)
    for p in passages:
        edges = [p.start, *(edge for s in p.statements for edge in (s.start, s.end)), p.end]
        assert edges == sorted(edges)
        assert all(p.quote(s.start, s.end).strip() for s in p.statements)
        assert p.pages == (None if path.suffix != ".pdf" else (p.statements[0].page, p.statements[-1].page))


def check(document: Document, passages: list[Passage]) -> None:
    """Passages are the text at their offsets, in order; none is too long, and only those of speech overlap."""
    assert all(document.text[p.start : p.end] == p.text for p in passages)
    assert all(before.start < after.start for before, after in pairwise(passages))
    assert all(before.end <= after.start for before, after in pairwise(passages) if before.kind != Kind.TRANSCRIPT)
    assert [p for p in passages if len(p.text.split()) > _longest(p)] == []


def _longest(passage: Passage) -> int:
    """How many words a passage may have: a window of several turns fewer than one of a single turn."""
    if passage.kind != Kind.TRANSCRIPT:
        return MAX_WORDS
    return LONGEST_WINDOW if "\n" in passage.text else LONG_TURN


@every_file
def test_every_word_of_a_pdf_lies_where_its_box_says(path: Path) -> None:
    document = read_once(path)
    drawn: dict[tuple[float, ...], str] = {}
    if path.suffix == ".pdf":
        for number, page in enumerate(pdf_worker.read(str(path), None, 100, 10**6).pages, 1):
            drawn |= {(number, w.left, w.top, w.right, w.bottom): clean(w.text) for w in page.words}
    parts: dict[tuple[int, int], list[str]] = {}
    for box in document.boxes:
        place = (box.page, box.left, box.top, box.right, box.bottom)
        parts.setdefault((box.start, box.end), []).append(drawn[place])
    for (start, end), words in parts.items():  # a hyphenated word is drawn in two places
        assert document.text[start:end].replace("-", "") == "".join(words).replace("-", "")
    boxed = {at for start, end in parts for at in range(start, end)}
    spoken = {at for u in document.units for s in u.spans for at in range(s.start, s.end) if document.text[at] != " "}
    assert spoken <= boxed or path.suffix != ".pdf"


# ---------------------------------------------------------------- text in any encoding, and any text at all


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_in_the_encoding_it_has(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "pack.txt").write_bytes("# One\n\nGöran said: “Be kind.”\n\n# Two\n\nYes.".encode(encoding))
    assert "Göran said: “Be kind.”" in read(tmp_path / "pack.txt", "pack.txt").text


@pytest.fixture(scope="module")
def note(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("any") / "note.md"


lines = st.lists(
    st.text(st.sampled_from("aB .:?“”*_#[](){}<>&;-•1\t\u00a0\u200bﬁ") | st.characters(codec="utf-8"), max_size=40)
    | st.sampled_from(["# Q&A", "# Contents", "Bob:", "**DG** so", "- item", "Tom said so. Members agreed.", ""])
    | st.sampled_from(["WEBVTT", "00:01.000 --> 00:02.000", "<v Ann>Yes.", "1", "00:00:03,000 --> 00:00:04,000"])
    | st.sampled_from(["18:00:31 From Ann to Everyone:", "\tYes.", "Ann Lee  0:12", "Ann Lee: Yes.", "[00:01] Bo: No."])
    | st.sampled_from(["<!-- kindsearch: skip -->", "<!-- kindsearch: resume -->"]),
    max_size=15,
).map("\n".join)


@settings(deadline=None)
@given(data=lines.map(str.encode) | st.binary(max_size=200))
def test_any_text_is_read_with_its_offsets_kept_or_refused_by_one_of_our_errors(note: Path, data: bytes) -> None:
    note.write_bytes(data)
    try:
        document = read(note, "note.md")
    except KindSearchError:
        return
    passages = passages_of(document)
    check(document, passages)
    assert passages
    assert all(p.pages is None for p in passages)


# ---------------------------------------------------------------- a format is known by what it holds

CAPTIONS = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann Lee>Tea calms.\n"
SUBTITLES = "1\n00:00:01,000 --> 00:00:02,000\nTea calms.\n"
CHAT = "18:00:31 From Ann Lee to Everyone:\n\tTea calms.\n"
TRANSCRIPT = "Ann Lee  0:12\nTea calms.\n\nBo Ek  0:19\nIt warms as well.\n"
MARKDOWN = "# Tea\n\nJune 2024\n\n# From the chat\n\n**Ann Lee** Tea calms.\n"


def first_said(document: Document) -> tuple[str, Kind, str | None, int | None]:
    """The unit that says that tea calms: its words, its kind, who says it and when."""
    unit, span = next((u, s) for u in document.units for s in u.spans if "calms" in document.text[s.start : s.end])
    return document.text[span.start : span.end], unit.kind, span.speaker, span.start_ms


@pytest.mark.parametrize("name", ["meeting.vtt", "meeting.srt", "meeting.txt", "meeting.md", "meeting.log", "meeting"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CAPTIONS, ("Tea calms.", Kind.TRANSCRIPT, "Ann Lee", 1_000)),
        (SUBTITLES, ("Tea calms.", Kind.TRANSCRIPT, None, 1_000)),
        (CHAT, ("Tea calms.", Kind.CHAT, "Ann Lee", 64_831_000)),
    ],
    ids=["WebVTT", "SRT", "chat"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_captions_and_chats_are_known_whatever_their_name(
    tmp_path: Path, name: str, text: str, expected: tuple[object, ...], encoding: str
) -> None:
    (tmp_path / name).write_bytes(text.replace("\n", "\r\n").encode(encoding))
    found = read(tmp_path / name, name)
    assert first_said(found) == expected
    assert found.by_the_clock == (text == CHAT)
    assert (found.session.id, found.session.title, found.pages) == ("", "", ())


@pytest.mark.parametrize("name", ["tea.md", "tea.markdown", "tea.txt", "tea.text", "tea.TXT", "tea"])
def test_transcripts_and_packs_as_text_are_known_in_files_of_text(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(TRANSCRIPT, encoding="utf-8")
    assert first_said(read(tmp_path / name, name)) == ("Tea calms.", Kind.TRANSCRIPT, "Ann Lee", 12_000)
    (tmp_path / name).write_text(MARKDOWN, encoding="utf-8")
    assert first_said(read(tmp_path / name, name)) == ("Tea calms.", Kind.CHAT, "Ann Lee", None)


@pytest.mark.parametrize("name", ["tea.log", "tea.csv", "tea.html", "tea.py"])
@pytest.mark.parametrize("text", [TRANSCRIPT, MARKDOWN])
def test_other_texts_are_not_taken_for_transcripts_or_packs(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert refusal(tmp_path / name, UnknownFormat) == f"packs/{name}: not a format kindsearch reads ({KNOWN})"


@pytest.mark.parametrize("name", ["notes.txt", "notes.md", "notes"])
@pytest.mark.parametrize(
    "text",
    [
        "Tea calms worried patients.",
        "Tea calms worried patients.\n\nWe serve it at three o'clock, and then again at eight.\n",
        "Shopping: tea, milk\nAlso: biscuits\n",
        "***\n\n...\n",
    ],
)
def test_prose_without_headings_names_or_times_is_not_guessed_at(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert refusal(tmp_path / name, UnknownFormat) == f"packs/{name}: not a format kindsearch reads ({KNOWN})"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.vtt", CAPTIONS + "\nNOTE <!-- kindsearch: skip -->\n\n00:05.000 --> 00:06.000\nSecret tea.\n"),
        ("a.txt", CHAT + "\n18:01:00 From Bo to Everyone:\n\tSecret tea. <!-- kindsearch: skip -->\n"),
        ("b.txt", TRANSCRIPT + "\nAnn Lee  0:25\nSecret tea. <!-- kindsearch: skip -->\n"),
        ("a.md", MARKDOWN + "\n**Bo Ek** Secret tea. <!-- kindsearch: skip -->\n"),
        ("b.md", MARKDOWN + "\n<!-- kindsearch: skip -->\n\n**Bo Ek** Secret tea.\n\n**Cy** Secret milk.\n"),
    ],
)
def test_what_is_marked_to_be_skipped_is_nowhere_in_the_document(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = read(tmp_path / name, name)
    assert first_said(found)[0] == "Tea calms."
    assert "Secret" not in repr(found)


# ---------------------------------------------------------------- files that can't be read


def refusal(path: Path, kind: type[KindSearchError], limits: Limits | None = None) -> str:
    with pytest.raises(kind) as refused:
        read(path, f"packs/{path.name}", limits)
    assert type(refused.value) is kind
    return str(refused.value)


@pytest.mark.parametrize(
    ("name", "data", "kind", "sentence"),
    [
        ("pack.pdf", b"", UnreadableFile, "packs/pack.pdf: the file is empty"),
        ("pack.md", b" \n\t\r\n", UnreadableFile, "packs/pack.md: the file is empty"),
        ("pack.pdf", b"PK\x03\x04 a zip", UnreadableFile, "packs/pack.pdf: not a PDF: it does not begin with %PDF"),
        (
            "pack.pdf",
            b"<html>Not found</html>",
            UnreadableFile,
            "packs/pack.pdf: not a PDF: it does not begin with %PDF",
        ),
        ("pack.md", b"# ***\n\n...\n", UnreadableFile, "packs/pack.md: there are no words in it"),
        ("pack.docx", b"PK\x03\x04\0\0", UnknownFormat, f"packs/pack.docx: not a format kindsearch reads ({KNOWN})"),
        ("pack.txt", b"\x7fELF\0\0\0", UnknownFormat, f"packs/pack.txt: not a format kindsearch reads ({KNOWN})"),
    ],
)
def test_a_file_that_is_no_pack_is_named_with_the_reason(
    tmp_path: Path, name: str, data: bytes, kind: type[KindSearchError], sentence: str
) -> None:
    (tmp_path / name).write_bytes(data)
    assert refusal(tmp_path / name, kind) == sentence


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone.pdf", UnreadableFile) == "packs/gone.pdf: No such file or directory"


def test_a_pdf_is_known_by_its_content_whatever_its_name(pack: Path, tmp_path: Path) -> None:
    renamed = pack.rename(tmp_path / "pack.txt")
    renamed.write_bytes(b"\n" * 20 + renamed.read_bytes())
    assert read(renamed, "pack.txt").pages


@pytest.mark.parametrize(("pages", "sentence"), [(1, "1 page, no text"), (14, "14 pages, no text")])
def test_a_pdf_of_pictures_asks_for_ocr(tmp_path: Path, pages: int, sentence: str) -> None:
    deck = Deck(tmp_path / "scan.pdf")
    for _ in range(pages):
        deck.slide().box(48, 120, 800, 300)
    assert refusal(deck.save(), NoTextLayer) == f"packs/scan.pdf: {sentence}: run OCR first"


@pytest.fixture
def locked(pack: Path) -> Path:
    writer = PdfWriter(clone_from=PdfReader(pack))
    writer.encrypt("open sesame", algorithm="AES-256")
    writer.write(pack)
    return pack


@pytest.mark.parametrize("password", [None, "", "wrong"])
def test_an_encrypted_pack_asks_for_its_password_in_the_sidecar(locked: Path, password: str | None) -> None:
    with pytest.raises(EncryptedFile) as refused:
        read(locked, "packs/pack.pdf", password=password)
    wrong = ", and the password in its notes does not open it" if password else ""
    told = f'packs/pack.pdf: encrypted{wrong}: put its password into pack.toml as  password = "…"'
    assert str(refused.value) == told
    with pytest.raises(UnreadableFile, match=r"page 1 can't be shown"):
        render_page(locked, "packs/pack.pdf", 1, 200, password=password)


def test_an_encrypted_pack_is_read_and_shown_with_its_password(locked: Path) -> None:
    assert read(locked, "pack.pdf", password="open sesame").session.title == "Time to rest"
    assert render_page(locked, "pack.pdf", 1, 200, password="open sesame").startswith(b"\x89PNG")


def test_a_password_that_nothing_asks_for_does_no_harm(pack: Path) -> None:
    assert read(pack, "pack.pdf", password="open sesame") == read(pack, "pack.pdf")


def test_a_truncated_pdf_is_named_with_the_reason(pack: Path) -> None:
    pack.write_bytes(pack.read_bytes()[:300])
    assert re.match(r"packs/pack.pdf: damaged or no PDF \(PDFium: .+; pypdf: .+\)", refusal(pack, UnreadableFile))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.99])
def test_a_pdf_cut_off_anywhere_is_read_as_far_as_it_goes_or_named(pack: Path, share: float) -> None:
    data = pack.read_bytes()
    pack.write_bytes(data[: int(share * len(data))])
    try:
        found = read(pack, "pack.pdf")
    except UnreadableFile:
        return
    assert passages_of(found)


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        (Limits(pages=3), "3 pages (pages; if it is to be trusted, KINDSEARCH_READER_PAGES"),
        (Limits(characters=50), "50 characters (characters; if it is to be trusted, KINDSEARCH_READER_CHARACTERS"),
        (Limits(seconds=0), "0 s (time; if it is to be trusted, KINDSEARCH_READER_SECONDS"),
    ],
)
def test_a_pdf_that_goes_past_a_limit_is_named_with_the_limit(pack: Path, limits: Limits, sentence: str) -> None:
    assert refusal(pack, ReaderLimit, limits) == (
        f"packs/pack.pdf: too large to read safely: more than {sentence} allows more)"
    )


def test_a_text_that_goes_past_the_limit_is_named_with_it(tmp_path: Path) -> None:
    (tmp_path / "pack.md").write_text(PACK, encoding="utf-8")
    message = refusal(tmp_path / "pack.md", ReaderLimit, Limits(characters=50))
    assert message.startswith("packs/pack.md: too large to read safely: more than 50 characters (characters; ")


def test_a_text_of_one_byte_a_character_may_have_no_more_characters_than_any_other(tmp_path: Path) -> None:
    (tmp_path / "pack.md").write_text(PACK, encoding="utf-8")
    read(tmp_path / "pack.md", "pack.md", Limits(characters=len(PACK)))
    refusal(tmp_path / "pack.md", ReaderLimit, Limits(characters=len(PACK) - 1))


# ---------------------------------------------------------------- pages as pictures


def test_a_page_is_shown_as_wide_as_asked(pack: Path) -> None:
    png = render_page(pack, "pack.pdf", 2, 320)
    assert (png[:4], int.from_bytes(png[16:20])) == (b"\x89PNG", 320)


@pytest.mark.parametrize("page", [0, 99])
def test_a_page_that_is_not_there_can_not_be_shown(pack: Path, page: int) -> None:
    with pytest.raises(UnreadableFile, match=rf"^pack\.pdf: page {page} can't be shown: "):
        render_page(pack, "pack.pdf", page, 320)


@pytest.mark.parametrize(
    "line",
    [
        "- **18:04** Bo to Ann (Direct Message): hidden",
        "From Bo to Ann (Direct Message): hidden",
        "> **From Bo** to Ann (direct message): hidden",
        "18:04:00 Bo an Ann (Direktnachricht): hidden",
    ],
)
def test_a_chat_of_no_known_form_with_private_messages_is_not_read_as_something_else(tmp_path: Path, line: str) -> None:
    talk = "".join(f"{name}: We listened to what patients told us, and noted it.\n\n" for name in ("Ann", "Bo") * 3)
    (tmp_path / "a.txt").write_text(f"{talk}{line}\n\n{talk}", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="private messages, in a form not known here"):
        read(tmp_path / "a.txt", "a.txt")
    (tmp_path / "a.txt").write_text(talk, encoding="utf-8")
    assert read(tmp_path / "a.txt", "a.txt").text
