"""A brief as a file, read again by the library that others would read it with."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import docx
import pypdf
import pytest
from docx.document import Document
from markdown_it import MarkdownIt
from markdown_it.token import Token

from kindsearch import Brief, KindSearch
from kindsearch.interfaces.exports import WRITERS, export
from kindsearch.interfaces.exports.pdf import MISSING
from kindsearch.interfaces.exports.plain_text import text_of
from kindsearch.interfaces.exports.sheet import sheet_of
from kindsearch.types import Citation, Exchange, Kind, PartialDate, Passage, Reply, Session, Touched, Voice

PARTS = (
    "Sessions that touched it", "Voices", "What was said to what", "Questions left open", "Recommended",
    "Words that stand with it", "Sessions that did not touch it", "References",
)  # fmt: skip
NASTY = (
    "![x](http://evil.example/a.png) <img src=x> [here](javascript:1) www.evil.example me@evil.example "
    "**b** `c` &amp; $x$"
)
NAMES = "Göran Östlund, Małgorzata Łęcka, Đặng Nguyễn, Çağla Şen, Žofie Řehořová, Ελένη, Жанна Їжак"


@pytest.fixture(scope="session")
def brief(archive: KindSearch) -> Brief:
    """One that has all parts."""
    return archive.brief("listening to patients")


@pytest.fixture
def brief_of(passage: Callable[..., Passage]) -> Callable[..., Brief]:
    """Make a brief of one quote; its passage, link and session's title can be given."""

    def make(
        text: str, speaker: str = "Ann", link: str | None = None, title: str = "Tea", video: str | None = None
    ) -> Brief:
        session = Session("s1", title, PartialDate(2024, 1, 18))
        own = passage(text, speakers=(speaker,), people=(speaker,), kind=Kind.CHAT, session=session, pages=(3, 3))
        citation = Citation(1, text, own, 10, 10 + len(text), speaker, (3, 3), link=link, video=video)
        return Brief(
            topic=title,
            key_points=(citation,),
            timeline=(Touched(session, 1, 0.004, citation),),
            voices=(Voice(speaker, speaker, 1, (citation,)),),
            resources=(citation,),
        )

    return make


def tokens(brief: Brief) -> list[Token]:
    """The Markdown as CommonMark reads it, flat."""
    found = MarkdownIt("commonmark").enable("table").parse(export(brief, "md").decode())
    return [token for outer in found for token in (outer, *(outer.children or []))]


def words(text: str) -> str:
    """Text without white space, which a PDF's lines break anywhere."""
    return "".join(text.split())


def word(brief: Brief) -> Document:
    return docx.Document(io.BytesIO(export(brief, "docx")))


def text_in(document: Document) -> str:
    """All text of a DOCX, that of links and tables too."""
    paragraphs = document.element.body.iter(f"{{{W}}}p")
    return "\n".join("".join(text.text or "" for text in p.iter(f"{{{W}}}t")) for p in paragraphs)


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def pdf(brief: Brief) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(export(brief, "pdf")))


def text_of_pdf(brief: Brief) -> str:
    return "\n".join(page.extract_text() for page in pdf(brief).pages)


def addresses(brief: Brief) -> set[str]:
    """What can be followed out of a PDF."""
    found = set()
    for page in pdf(brief).pages:
        for annotation in page.annotations or []:
            action: Any = annotation.get_object().get("/A")
            if action and "/URI" in action:
                found.add(str(action["/URI"]))
    return found


def as_text(brief: Brief, format: str) -> str:
    if format == "md":
        return "".join(token.content for token in tokens(brief) if token.type in {"text", "text_special"})
    return text_in(word(brief)) if format == "docx" else text_of_pdf(brief)


# ---------------------------------------------------------------- what stands in them


@pytest.mark.parametrize("format", WRITERS)
def test_every_part_every_quote_and_every_reference_is_in_the_file(brief: Brief, format: str) -> None:
    text = words(as_text(brief, format))
    assert [part for part in PARTS if words(part) not in text] == []
    for citation in brief.citations:
        assert words(citation.quote.replace("\n", " • ").strip("“”")) in text
        assert f"[{citation.number}]" in text
    references = text[text.rindex("References") :]
    for citation in brief.references:
        assert words(citation.passage.session.title) in references
        assert words(citation.passage.source) in references


def test_a_quote_is_printed_where_it_is_cited_or_else_with_its_reference(brief_of: Callable[..., Brief]) -> None:
    made = brief_of("Tea calms.")
    assert text_of(sheet_of(made)).count("“Tea calms.”") == 3  # key point, voice, resource
    counted = replace(made, key_points=(), voices=(), resources=())
    (reference,) = sheet_of(counted).references
    assert "".join(run.text for run in reference[1]) == "Tea, 18 January 2024, Ann, page 3, tea.md “Tea calms.”"


def test_each_number_in_a_pdf_leads_to_the_references(brief: Brief) -> None:
    reader = pdf(brief)
    first = next(n for n, page in enumerate(reader.pages) if "References" in page.extract_text().splitlines()[:2])
    pages = {page.indirect_reference for page in reader.pages[first:]}
    links = [link.get_object() for page in reader.pages for link in page.annotations or []]
    led = [link["/Dest"][0] for link in links if "/Dest" in link]
    assert set(led) == pages
    assert len(led) >= len(brief.references)
    assert reader.metadata
    assert reader.metadata.title == "Brief: listening to patients"


def test_each_number_in_a_docx_leads_to_its_reference(brief: Brief) -> None:
    body = word(brief).element.body
    marks = {mark.get(f"{{{W}}}name") for mark in body.iter(f"{{{W}}}bookmarkStart")}
    anchors = {link.get(f"{{{W}}}anchor") for link in body.iter(f"{{{W}}}hyperlink")} - {None}
    assert anchors == marks == {f"reference-{citation.number}" for citation in brief.references}


def test_a_reference_says_session_date_speaker_page_source_and_link(brief_of: Callable[..., Brief]) -> None:
    made = brief_of("Tea calms.", link="https://tea.example/", video="https://video.example/#t=3")
    (line,) = [line for line in export(made, "md").decode().splitlines() if line.startswith("1. ")]
    assert line == "1. Tea, 18 January 2024, Ann, page 3, tea.md <https://video.example/#t=3> <https://tea.example/>"


def test_the_timeline_is_a_table_with_counts(brief: Brief) -> None:
    (table, *_) = word(brief).tables
    assert [cell.text for cell in table.rows[0].cells] == ["Session", "Date", "Passages", "Share of its text", "See"]
    assert len(table.rows) == 1 + len(brief.timeline)
    assert [int(row.cells[2].text) for row in table.rows[1:]] == [touched.passages for touched in brief.timeline]


def test_less_than_one_in_a_hundred_is_not_nothing(brief_of: Callable[..., Brief]) -> None:
    assert "under 1%" in as_text(brief_of("Tea calms."), "docx")


@pytest.mark.parametrize("format", WRITERS)
def test_an_empty_brief_says_so_and_shows_what_comes_nearest(archive: KindSearch, format: str) -> None:
    text = words(as_text(archive.brief("blockchain"), format))
    assert words("The archive says nothing on this topic: 8 sessions looked through.") in text
    assert words("come nearest, and may be about something else") in text
    assert "References" not in text


def test_what_was_chosen_is_said(archive: KindSearch) -> None:
    made = archive.brief("kindness in 2024", without_people=["Bob"])
    assert "without what was said by Bob; since 2024; until 2024" in as_text(made, "docx")


def test_of_two_chosen_who_are_called_alike_the_name_is_said_once(brief_of: Callable[..., Brief]) -> None:
    brief = brief_of("Tea calms.")
    owens = frozenset({"Owen · 2024-05-tea", "Owen · 2024-06-walks"})
    for choice in (replace(brief.choice, people=owens), replace(brief.choice, without_people=owens)):
        assert as_text(replace(brief, choice=choice), "md").count("Owen") == 1


def test_the_terminal_gets_the_same_words(brief: Brief) -> None:
    text = text_of(sheet_of(brief))
    assert all(citation.quote.replace("\n", " • ").strip("“”") in text for citation in brief.citations)
    assert re.search(r"^Session +Date +Passages", text, re.MULTILINE)


# ---------------------------------------------------------------- what comes from a document stays text


@pytest.mark.parametrize("place", ["text", "speaker", "title"])
def test_nothing_of_a_document_is_alive_in_markdown(brief_of: Callable[..., Brief], place: str) -> None:
    made = brief_of(**{"text": "Tea calms.", place: NASTY})
    kinds = {token.type for token in tokens(made)}
    assert not kinds & {"link_open", "image", "html_inline", "html_block", "code_inline", "em_open", "entity"}
    assert NASTY in as_text(made, "md")
    source = export(made, "md").decode()  # nor where addresses are linked by themselves
    assert not re.search(r"https?://evil|www\.evil|me@evil", source)


@pytest.mark.parametrize("place", ["text", "speaker", "title"])
def test_nothing_of_a_document_is_alive_in_docx_and_pdf(brief_of: Callable[..., Brief], place: str) -> None:
    made = brief_of(**{"text": "Tea calms.", place: NASTY})
    document = word(made)
    assert [r.target_ref for r in document.part.rels.values() if r.is_external] == []
    assert NASTY in text_in(document)
    assert addresses(made) == set()
    assert words(NASTY) in words(text_of_pdf(made))


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "ftp://a.example/", "https://", "https://a b", "//a.example"]
)
def test_only_web_addresses_can_be_followed(brief_of: Callable[..., Brief], link: str) -> None:
    made = brief_of("Tea calms.", link=link)
    assert addresses(made) == set()
    assert [r for r in word(made).part.rels.values() if r.is_external] == []
    assert "link_open" not in {token.type for token in tokens(made)}


def test_a_web_address_the_archive_knows_can_be_followed(brief_of: Callable[..., Brief]) -> None:
    link = "https://tea.example/hobson's?b=1&c=2"
    made = brief_of("Tea calms.", link=link)
    assert addresses(made) == {link}
    assert {r.target_ref for r in word(made).part.rels.values() if r.is_external} == {link}
    assert {token.attrs["href"] for token in tokens(made) if token.type == "link_open"} == {link}


@pytest.mark.parametrize("format", WRITERS)
def test_control_characters_are_left_out(brief_of: Callable[..., Brief], format: str) -> None:
    made = brief_of("Tea\x00 ca\x07lms\x1b[31m \u202eall\x9f.", speaker="A\x08nn", title="T\x0bea\ud800")
    text = as_text(made, format)
    assert words("Tea calms[31m all.") in words(text).replace("\\", "")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", text)


@pytest.mark.parametrize("format", WRITERS)
def test_names_and_quotation_marks_come_out(brief_of: Callable[..., Brief], format: str) -> None:
    text = "It’s “tea” • ‘so’ – he said… 5 € «oui»"
    told = words(as_text(brief_of(text, speaker=NAMES), format))
    assert words(NAMES) in told
    assert words(text) in told


def test_what_the_font_lacks_is_shown_as_a_box_in_a_pdf_alone(brief_of: Callable[..., Brief]) -> None:
    made = brief_of("Tea 茶 calms 🙂 all.")
    assert words(f"Tea {MISSING} calms {MISSING} all.") in words(text_of_pdf(made))
    assert "Tea 茶 calms 🙂 all." in as_text(made, "docx")


@pytest.mark.parametrize("text", ["x" * 9_000, " ".join(["x" * 200] * 60)])
@pytest.mark.parametrize("speaker", ["Ann", "y" * 4_000])
def test_what_is_taller_than_a_page_goes_on_on_the_next_one(
    brief_of: Callable[..., Brief], text: str, speaker: str
) -> None:
    """Quotes side by side, and a title in the table of sessions."""
    made = brief_of(text, speaker=speaker, title=f"Tea{'z' * 5_000}")
    told = words(text_of_pdf(replace(made, exchanges=(Exchange(Reply.ANSWERS, made.key_points * 2),))))
    parts = told.split("Whatwassaidtowhat")[1].split("Recommended")[0]
    assert parts.count("x") == 2 * text.count("x")
    assert told.split("Sessionsthattouchedit")[1].split("Voices")[0].count("z") == 5_000


def test_fonts_are_embedded(brief_of: Callable[..., Brief]) -> None:
    fonts: Any = pdf(brief_of("Tea calms.")).pages[0]["/Resources"]
    described = [font.get_object() for font in fonts["/Font"].values()]
    embedded = [f for f in described if "/FontDescriptor" in f and "/FontFile2" in f["/FontDescriptor"].get_object()]
    assert any("FiraGO" in str(font["/BaseFont"]) for font in embedded)
