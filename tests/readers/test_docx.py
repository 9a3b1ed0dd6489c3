"""Word documents as lines of Markdown, and the zips that are made to hurt whoever opens them."""

from __future__ import annotations

import contextlib
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.document import Document as Word
from docx.enum.text import WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from hypothesis import given, settings
from hypothesis import strategies as st

from kindsearch.errors import ReaderLimit, UnreadableFile
from kindsearch.readers import Limits, chat, read, transcript
from kindsearch.readers.docx import is_docx, lines_of

W = nsdecls("w", "r")
EMPTY = f"<w:document {W}><w:body/></w:document>"
MB = 2**20


def lines(data: bytes, limits: Limits | None = None) -> str:
    return lines_of(data, "a.docx", limits or Limits())


def saved(document: Word) -> bytes:
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def word(*paragraphs: str) -> bytes:
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return saved(document)


def zipped(*members: tuple[str, str | bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", packing) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return target.getvalue()


def body(inner: str) -> bytes:
    """A DOCX that is nothing but its document."""
    return zipped(("word/document.xml", f"<w:document {W}><w:body>{inner}</w:body></w:document>"))


def paragraph(inner: str) -> str:
    return f"<w:p>{inner}</w:p>"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


# ---------------------------------------------------------------- what a document looks like


def test_paragraphs_have_blank_lines_between_them_and_headings_and_lists_their_marks() -> None:
    document = docx.Document()
    document.add_heading("Rest", 0)
    document.add_heading("Part one", 1)
    document.add_paragraph("Three things:")
    for item in ("tea", "sleep"):
        document.add_paragraph(item, style="List Bullet")
    document.add_paragraph("cake", style="List Number")
    document.add_paragraph("")
    document.add_heading("Close", 6)
    document.add_heading("Deeper", 7)
    document.add_paragraph("The end.", style="Quote")
    assert lines(saved(document)) == (
        "# Rest\n\n# Part one\n\nThree things:\n\n- tea\n- sleep\n- cake\n\n###### Close\n\nDeeper\n\nThe end."
    )


def test_a_style_that_is_based_on_a_heading_makes_one() -> None:
    document = docx.Document()
    first = document.styles.add_style("Part", 1)
    first.base_style = document.styles["Heading 2"]
    second = document.styles.add_style("Smaller part", 1)
    second.base_style = first
    document.add_paragraph("One", style="Smaller part")
    assert lines(saved(document)) == "## One"


def test_styles_that_are_based_on_one_another_make_none() -> None:
    document = docx.Document()
    first, second = document.styles.add_style("A", 1), document.styles.add_style("B", 1)
    first.base_style, second.base_style = second, first
    document.add_paragraph("One", style="A")
    assert lines(saved(document)) == "One"


def test_what_is_bold_at_the_front_of_a_line_is_marked_and_no_more() -> None:
    document = docx.Document()
    made = document.add_paragraph()
    made.add_run("Ann ").bold = True
    made.add_run("Lee: ").bold = True
    made.add_run("One ")
    made.add_run("two").bold = True
    made.add_run().add_break()
    made.add_run("Three").bold = True
    made.add_run(" four").bold = False
    document.add_paragraph().add_run("Part * one").bold = True
    document.add_heading().add_run("Bold heading").bold = True
    assert lines(saved(document)) == "**Ann Lee:** One two\n**Three** four\n\nPart * one\n\n# Bold heading"


def test_breaks_tabs_and_hyphens_are_what_they_print() -> None:
    document = docx.Document()
    made = document.add_paragraph("one")
    made.add_run().add_break()
    made.add_run("two\tthree")
    made.add_run().add_break(WD_BREAK.PAGE)
    made.add_run("four")
    made.add_run()._r.append(OxmlElement("w:noBreakHyphen"))
    made.add_run("five ")
    assert lines(saved(document)) == "one\ntwo\tthree four-five"


def test_links_have_their_address_unless_they_show_it_or_lead_nowhere() -> None:
    document = docx.Document()
    for words, url in (
        ("the recording", "https://youtu.be/abc"),
        ("https://example.org", "https://example.org/"),
        ("[odd]", "https://example.org"),
        ("a script", "javascript:alert(1)"),
    ):
        made = document.add_paragraph("See ")
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), document.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        link.append(made.add_run(words)._r)
        made._p.append(link)
        made.add_run(".")
    nowhere = document.add_paragraph()
    nowhere._p.append(parse_xml(f'<w:hyperlink {W} w:anchor="top"><w:r><w:t>Top</w:t></w:r></w:hyperlink>'))
    assert lines(saved(document)).split("\n\n") == [
        "See [the recording](https://youtu.be/abc).",
        "See https://example.org.",
        "See [odd].",
        "See a script.",
        "Top",
    ]


def test_tables_are_read_row_by_row_where_they_stand() -> None:
    document = docx.Document()
    document.add_paragraph("before")
    table = document.add_table(2, 3)
    for number, text in enumerate(("00:12", "Ann", "One.", "00:31", "Bo", "Two.")):
        table.cell(number // 3, number % 3).text = text
    table.cell(1, 2).add_table(1, 1).cell(0, 0).text = "inner"
    wide = document.add_table(2, 2)
    wide.cell(0, 0).merge(wide.cell(1, 1)).text = "merged"
    document.add_paragraph("after")
    assert lines(saved(document)).split("\n\n") == [
        *("before", "00:12", "Ann", "One.", "00:31", "Bo", "Two.", "inner", "merged", "after"),
    ]


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        (run("One") + f"<w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins>{run(' two')}</w:ins>", "One two"),
        (f"<w:moveFrom>{run('gone')}</w:moveFrom><w:moveTo>{run('here')}</w:moveTo>", "here"),
        (f"<w:ins><w:del>{run('gone')}</w:del></w:ins>{run('here')}", "here"),
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{run('control')}</w:sdtContent></w:sdt>", "control"),
        (f"<w:smartTag>{run('smart')}</w:smartTag><w:fldSimple>{run(' field')}</w:fldSimple>", "smart field"),
        (f'<w:commentRangeStart w:id="0"/>{run("said")}<w:r><w:commentReference w:id="0"/></w:r>', "said"),
        (f"{run('note')}<w:r><w:footnoteReference w:id='2'/></w:r>", "note"),
        ("<w:r><w:instrText>HYPERLINK x</w:instrText></w:r>" + run("shown"), "shown"),
        (f"<w:r><w:pict><w:txbxContent>{paragraph(run('box'))}</w:txbxContent></w:pict></w:r>{run('out')}", "out"),
        (f"<!-- remark --><?odd?>{run('left')}", "left"),
        ("<w:r><w:t/></w:r>" + run(" "), ""),
        (run("not", '<w:b w:val="0"/>') + run("bold"), "notbold"),
        ('<w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr>' + run("item"), "- item"),
        ('<w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>' + run("no item"), "no item"),
        ('<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>' + run("no styles here"), "no styles here"),
    ],
)
def test_what_is_in_a_paragraph_beside_plain_runs(inner: str, text: str) -> None:
    assert lines(body(paragraph(inner))) == text


def test_paragraphs_in_content_controls_and_tracked_rows_are_read_and_deleted_ones_are_not() -> None:
    inner = (
        f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph(run('title'))}</w:sdtContent></w:sdt>"
        f"<w:customXml>{paragraph(run('custom'))}</w:customXml>"
        f"<w:ins>{paragraph(run('new'))}</w:ins><w:del>{paragraph(run('old'))}</w:del><w:sectPr/>"
    )
    assert lines(body(inner)) == "title\n\ncustom\n\nnew"


# ---------------------------------------------------------------- what the readers make of it


def spoken(data: bytes) -> list[tuple[str | None, str, int | None, str]]:
    text = lines(data)
    assert transcript.recognises(text)
    document = transcript.read(text, "d1", "a.docx")
    return [
        (span.speaker, document.text[span.start : span.end], span.start_ms, unit.section)
        for unit in document.units
        for span in unit.spans
    ]


def test_the_transcript_that_teams_saves() -> None:
    document = docx.Document()
    document.add_paragraph("Rest-20240118_180000-Meeting Recording")
    document.add_paragraph("January 18, 2024, 6:00PM")
    document.add_paragraph("58m 12s")
    for name, at, words in (("Ann Lee", "0:03", "Hello."), ("Bo Ek", "0:12", "Hi."), ("Ann Lee", "0:15", "Well.")):
        made = document.add_paragraph()
        made.add_run(name).bold = True
        made.add_run(f"   {at}")
        made.add_run().add_break()
        made.add_run(words)
    assert spoken(saved(document)) == [
        ("Ann Lee", "Hello.", 3_000, ""),
        ("Bo Ek", "Hi.", 12_000, ""),
        ("Ann Lee", "Well.", 15_000, ""),
    ]
    assert transcript.read(lines(saved(document)), "d1", "a.docx").session.title == "Rest"


def test_the_transcript_that_teams_saved_before() -> None:
    assert spoken(
        word(
            "0:0:0.0 --> 0:0:2.360\nAnn Lee\nHello.",
            "0:0:12.5 --> 0:0:15.0\nBo\nHi.",
            "0:0:16.0 --> 0:0:17.0\nAnn Lee\nOK.",
        )
    ) == [("Ann Lee", "Hello.", 0, ""), ("Bo", "Hi.", 12_500, ""), ("Ann Lee", "OK.", 16_000, "")]


def test_the_transcript_that_otter_saves() -> None:
    data = word(
        *("Rest", "Thu, Jan 18, 2024 6:03PM • 58:12", "SUMMARY KEYWORDS", "rest, tea", "SPEAKERS", "Ann Lee, Bo"),
        *("Ann Lee  00:00", "Hello.", "More.", "Bo  00:12", "Hi.", "Transcribed by https://otter.ai"),
    )
    assert spoken(data) == [("Ann Lee", "Hello.", 0, ""), ("Ann Lee", "More.", 0, ""), ("Bo", "Hi.", 12_000, "")]


def test_a_typed_transcript_with_headings() -> None:
    document = docx.Document()
    document.add_heading("Rest", 0)
    for heading in ("Part one", "Q&A"):
        document.add_heading(heading, 2)
        for name in ("Ann", "Bo"):
            made = document.add_paragraph()
            made.add_run(f"{name}:").bold = True
            made.add_run(" Words.")
    assert [(who, section) for who, _, _, section in spoken(saved(document))] == [
        ("Ann", "Part one"),
        ("Bo", "Part one"),
        ("Ann", "Q&A"),
        ("Bo", "Q&A"),
    ]


def test_a_saved_chat_and_a_pack(tmp_path: Path) -> None:
    assert chat.recognises(
        lines(word("18:03:22 From Ann Lee to Everyone:\n\tHello", "18:03:30 From Bo to Everyone:\n\tHi"))
    )
    document = docx.Document()
    document.add_heading("Time to rest", 1)
    document.add_paragraph("18 January 2024")
    document.add_heading("From the chat", 1)
    made = document.add_paragraph()
    made.add_run("Ann Lee").bold = True
    made.add_run(" We never had a room for it.")
    path = tmp_path / "pack.docx"
    path.write_bytes(saved(document))
    found = read(path, "pack.docx")
    assert [unit.spans[0].speaker for unit in found.units if unit.section == "From the chat"] == ["Ann Lee"]


# ---------------------------------------------------------------- what can't be read


def test_a_docx_is_known_by_its_content() -> None:
    assert is_docx(word("One."))
    assert not is_docx(zipped(("xl/workbook.xml", "<a/>")))
    assert not is_docx(b"word/document.xml")
    assert not is_docx(b"")


UNREADABLE: dict[str, tuple[bytes, str]] = {
    "no zip": (b"PK\x03\x04 word/document.xml", "not a sound DOCX .* save it again"),
    "text": (b"One.", "not a sound DOCX"),
    "a workbook": (zipped(("xl/workbook.xml", "<a/>")), "it has no word/document.xml"),
    "an older Word document, or one with a password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500),
        "with a password, or one from before 2007: take the password off",
    ),
    "broken XML": (zipped(("word/document.xml", "<w:document")), "its XML is broken .* save it again"),
    "no XML": (zipped(("word/document.xml", bytes(9))), "its XML is broken"),
    "an empty document": (zipped(("word/document.xml", "")), "its XML is broken"),
    "other XML": (zipped(("word/document.xml", "<html><body/></html>")), "is no Word document"),
    "no body": (zipped(("word/document.xml", f"<w:document {W}/>")), "is no Word document"),
    "broken styles": (zipped(("word/document.xml", EMPTY), ("word/styles.xml", "<")), "its XML is broken"),
    "broken links": (zipped(("word/document.xml", EMPTY), ("word/_rels/document.xml.rels", "<")), "its XML is broken"),
    "strict": (
        zipped(("word/document.xml", '<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"/>')),
        "saved as Strict Open XML: open it in Word",
    ),
    "another packing": (zipped(("word/document.xml", EMPTY), packing=zipfile.ZIP_LZMA), "a way that Word does not use"),
    "cut short": (word("One.")[:-30], "not a sound DOCX"),
    "too deep": (body("<w:p>" * 400 + "</w:p>" * 400), "its XML is broken"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_is_no_sound_docx_is_refused_with_what_to_do(kind: str) -> None:
    data, reason = UNREADABLE[kind]
    with pytest.raises(UnreadableFile, match=f"a[.]docx: .*{reason}") as refused:
        lines(data)
    assert refused.type is UnreadableFile


def test_parts_may_be_missing_names_may_lead_out_and_the_text_is_read_all_the_same(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    data = zipped(
        (f"{outside}", "x"),
        ("../../outside", "x"),
        ("word/document.xml", f"<w:document {W}><w:body>{paragraph(run('One.'))}</w:body></w:document>"),
        ("word/media/image.png", bytes(5_000)),
    )
    assert lines(data, Limits(characters=500)) == "One."
    assert not outside.exists()


# ---------------------------------------------------------------- what is too large


LAUGHS = "<!DOCTYPE a [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {name} '{f'&{above};' * 10}'>" for above, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(encoding: str) -> None:
    inner = paragraph("<w:r><w:t>&i;</w:t></w:r>")
    bomb = f"<?xml version='1.0' encoding='{encoding}'?>{LAUGHS}]><w:document {W}><w:body>{inner}</w:body></w:document>"
    with pytest.raises(UnreadableFile, match="defines entities"):
        lines(zipped(("word/document.xml", bomb.encode(encoding))))


def rewritten(data: bytes, size: int) -> bytes:
    """The zip, with a directory that gives all its members this size."""
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = data.find(mark)
        while start >= 0:
            data = data[: start + at] + struct.pack("<I", size) + data[start + at + 4 :]
            start = data.find(mark, start + 4)
    return data


ZEROS = bytes(30 * MB)


@pytest.mark.parametrize(
    ("data", "limits", "allowed"),
    [
        (lambda: zipped(("word/document.xml", ZEROS)), Limits(), "250 times its size in 'word/document.xml'"),
        (lambda: zipped(("word/document.xml", EMPTY), ("x", ZEROS)), Limits(), "250 times its size in 'x'"),
        (lambda: body(" " * 4_000), Limits(characters=500), "4,000 bytes in word/document.xml"),
        (lambda: zipped(("word/styles.xml", " " * 4_001)), Limits(characters=500), "4,000 bytes in word/styles.xml"),
        (lambda: zipped(("x", bytes(3 * MB))), Limits(memory_bytes=2 * MB), "2 MB when unpacked"),
        (lambda: body("<w:p/>" * 5_000), Limits(memory_bytes=2 * MB), "4,096 tags"),
        (lambda: zipped(*((str(n), "") for n in range(5_001))), Limits(), "5,000 members"),
        (lambda: body(paragraph(run("a" * 501))), Limits(characters=500), "500 characters"),
    ],
    ids=["document", "other", "xml", "styles", "total", "tags", "members", "characters"],
)  # fmt: skip
def test_what_is_too_large_is_refused_before_it_is_opened(
    data: Callable[[], bytes], limits: Limits, allowed: str
) -> None:
    with pytest.raises(ReaderLimit, match=f"a[.]docx: too large to read safely: more than {allowed}"):
        lines(data(), limits)


def test_what_shrinks_well_and_is_small_is_read() -> None:
    assert lines(word("a" * MB)) == "a" * MB


def test_a_directory_that_lies_of_sizes_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = rewritten(zipped(("word/document.xml", bytes(30 * MB))), 1_000)
    asked: list[int] = []
    whole = zipfile.ZipExtFile.read

    def watched(file: zipfile.ZipExtFile, n: int | None = -1) -> bytes:
        asked.append(-1 if n is None else n)
        return whole(file, n)

    monkeypatch.setattr(zipfile.ZipExtFile, "read", watched)
    with pytest.raises(UnreadableFile, match="not a sound DOCX"):
        lines(bomb)
    assert asked == [1_000]  # told how much it wants, zipfile inflates no more
    with pytest.raises(UnreadableFile, match="not a sound DOCX"):
        lines(rewritten(word("One."), 50_000))


# ---------------------------------------------------------------- whatever comes


@settings(deadline=None)
@given(at=st.integers(0, 2_000), bits=st.binary(max_size=9), cut=st.integers(0, 50))
def test_a_damaged_file_is_read_or_refused(at: int, bits: bytes, cut: int) -> None:
    whole = zipped(("word/document.xml", EMPTY.replace("<w:body/>", f"<w:body>{paragraph(run('One.'))}</w:body>")))
    at %= len(whole)
    data = whole[:at] + bits + whole[at + len(bits) :]
    for damaged in (data, data[: len(data) - cut], bits):
        with contextlib.suppress(UnreadableFile):
            lines(damaged)


TAGS = st.sampled_from(
    ["p", "r", "t", "tbl", "tr", "tc", "hyperlink", "del", "ins", "sdt", "pPr", "numPr", "br", "b", "rPr"]
)
ELEMENTS: st.SearchStrategy[str] = st.recursive(
    st.sampled_from(["one", " ", "**", "[", ""]),
    lambda inner: st.tuples(TAGS, st.lists(inner, max_size=4)).map(
        lambda made: f"<w:{made[0]}>{''.join(made[1])}</w:{made[0]}>"
    ),
    max_leaves=30,
)


@settings(deadline=None, max_examples=60)
@given(ELEMENTS)
def test_any_tags_in_any_order_are_read(inner: str) -> None:
    assert isinstance(lines(body(inner)), str)


WORDS = st.text(st.characters(categories=("L", "N", "P"), exclude_characters="*"), min_size=1, max_size=12)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=5).map(" ".join), min_size=1, max_size=6))
def test_every_word_of_a_document_comes_out_in_its_place(paragraphs: list[str]) -> None:
    assert lines(word(*paragraphs)).split("\n\n") == paragraphs
