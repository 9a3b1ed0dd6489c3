"""What the child reads from a PDF: words in their places, panels, links, or the reason there are none."""

from __future__ import annotations

from pathlib import Path

import pytest
from decks import HEIGHT, WIDTH, Deck

from kindsearch.readers import pdf_worker
from kindsearch.readers.pdf_worker import BOLD, ITALIC, RawPage, RawPdf

PASSWORD = "open sesame"


def read(path: Path, password: str | None = None, pages: int = 10, characters: int = 10_000) -> RawPdf:
    return pdf_worker.read(str(path), password, pages, characters)


def two_pages(path: Path, **options: object) -> Path:
    return Deck(path, **options).slide("Kindness").text(48, 120, 800, "We listen.").slide("Rest").save()


def words(page: RawPage) -> list[str]:
    return [word.text for word in page.words]


def test_words_know_their_place_size_and_style(tmp_path: Path) -> None:
    deck = Deck(tmp_path / "pack.pdf").slide().text(100, 200, 800, "gap **bold** *slant*", size=20)
    (page,) = read(deck.save()).pages
    assert [(w.text, w.size, w.style) for w in page.words] == [
        ("gap", 20, 0),
        ("bold", 20, BOLD),
        ("slant", 20, ITALIC),
    ]
    assert (page.width, page.height) == (WIDTH, HEIGHT)
    gap = page.words[0]
    assert gap.left == pytest.approx(100, abs=2)
    assert gap.baseline == pytest.approx(220, abs=0.1)
    assert 200 < gap.top < gap.baseline < gap.bottom < 226  # its g goes below the line


def test_words_come_in_the_order_of_the_stream(tmp_path: Path) -> None:
    deck = Deck(tmp_path / "pack.pdf").slide().text(48, 300, 800, "Last comes first").text(48, 100, 800, "then top")
    assert words(read(deck.save()).pages[0]) == ["Last", "comes", "first", "then", "top"]


def test_panels_are_what_text_may_sit_in(tmp_path: Path) -> None:
    deck = Deck(tmp_path / "pack.pdf").slide().box(0, 0, WIDTH, HEIGHT).box(48, 300, 800, 2).box(48, 120, 200, 80)
    assert read(deck.save()).pages[0].panels == [(48, 120, 248, 200)]


def test_links_have_their_place(tmp_path: Path) -> None:
    deck = Deck(tmp_path / "pack.pdf").slide().text(100, 200, 800, "[Paper](https://example.org) and more", size=20)
    (page,) = read(deck.save()).pages
    (link,) = page.links
    paper = page.words[0]
    assert link.url == "https://example.org"
    assert link.left <= paper.left < paper.right <= link.right + 2
    assert link.top < (paper.top + paper.bottom) / 2 < link.bottom


def test_the_outline_names_pages_and_the_file_itself(tmp_path: Path) -> None:
    deck = Deck(tmp_path / "pack.pdf")
    for title in ("Kindness", "Slide 2", "Rest"):
        deck.slide(title)
        deck.canvas.bookmarkPage(title)
        deck.canvas.addOutlineEntry(title, title)
    deck.canvas.setTitle("A Kind Session")
    raw = read(deck.save())
    assert (raw.outline, raw.title) == ({1: "Kindness", 3: "Rest"}, "A Kind Session")


@pytest.mark.parametrize("title", ["", " ", "untitled", "PowerPoint Presentation"])
def test_a_title_that_a_program_made_up_is_none(tmp_path: Path, title: str) -> None:
    deck = Deck(tmp_path / "pack.pdf").slide("Kindness")
    deck.canvas.setTitle(title)
    assert read(deck.save()).title is None


def test_more_pages_or_characters_than_allowed_are_a_problem(tmp_path: Path) -> None:
    pack = two_pages(tmp_path / "pack.pdf")
    assert read(pack, pages=1) == RawPdf(problem="pages")
    assert read(pack, characters=5) == RawPdf(problem="characters")
    assert len(read(pack, pages=2).pages) == 2


@pytest.mark.parametrize("password", [None, "", "wrong"])
def test_an_encrypted_file_without_its_password_is_a_problem(tmp_path: Path, password: str | None) -> None:
    assert read(two_pages(tmp_path / "pack.pdf", encrypt=PASSWORD), password) == RawPdf(problem="encrypted")


def test_an_encrypted_file_opens_with_its_password(tmp_path: Path) -> None:
    pages = read(two_pages(tmp_path / "pack.pdf", encrypt=PASSWORD), PASSWORD).pages
    assert [words(page) for page in pages] == [["Kindness", "We", "listen."], ["Rest"]]


def test_a_damaged_file_is_a_problem_that_both_readers_tell_of(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.4\n" + b"no objects here " * 20)
    problem = read(broken).problem
    assert problem is not None
    assert "PDFium" in problem
    assert "pypdf" in problem


def test_pypdf_reads_lines_where_pdfium_fails(tmp_path: Path) -> None:
    headless = tmp_path / "headless.pdf"
    headless.write_bytes(two_pages(tmp_path / "pack.pdf").read_bytes().replace(b"%PDF-1.", b"#PDF-1.", 1))
    raw = read(headless)
    assert raw.problem is None
    assert [page.words for page in raw.pages] == [[], []]
    assert [" ".join(" ".join(page.lines).split()) for page in raw.pages] == ["Kindness We listen.", "Rest"]
    assert read(headless, pages=1) == RawPdf(problem="pages")
    assert read(headless, characters=5) == RawPdf(problem="characters")


def test_a_page_is_rendered_as_wide_as_asked(tmp_path: Path) -> None:
    png = pdf_worker.render(str(two_pages(tmp_path / "pack.pdf")), None, 2, 320)
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20]) == 320
    assert int.from_bytes(png[20:24]) == 180
