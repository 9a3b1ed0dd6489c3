"""The sample corpus says what its sources say, within its pages and boxes, and is the same on every build."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pypdfium2 as pdfium
import pytest
from pypdf import PdfReader
from pypdfium2.raw import FPDF_PAGEOBJ_PATH, FPDF_PAGEOBJ_TEXT

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "build_sample_corpus.py"
QUESTIONS = ROOT / "tests" / "data" / "sample_questions.jsonl"
SOURCES = sorted((ROOT / "corpus" / "sources").glob("*.md"))
LINK = re.compile(r"\[(?P<words>[^]]+)\]\((?P<uri>[^)]+)\)")
MARKUP = re.compile(r"^(---|:::.*|#+ |- |> |\d+\. |(title|date|note): )", re.MULTILINE)
SENTENCE_END = re.compile(r"(?<=[.?!:])\s+|\n+")

each_source = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)


class Area(NamedTuple):
    """Edges in points; y upwards, as PDF counts."""

    left: float
    bottom: float
    right: float
    top: float

    def within(self, other: Area, slack: float = 1.0) -> bool:
        return (
            self.left >= other.left - slack
            and self.bottom >= other.bottom - slack
            and self.right <= other.right + slack
            and self.top <= other.top + slack
        )

    def meets(self, other: Area, slack: float = 1.0) -> bool:
        return (
            self.left < other.right - slack
            and self.right > other.left + slack
            and self.bottom < other.top - slack
            and self.top > other.bottom + slack
        )


def build(out: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), "--out", str(out), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("corpus")
    result = build(out)
    assert result.returncode == 0, result.stderr
    return out


def pdf_of(source: Path) -> Path:
    return ROOT / "corpus" / f"{source.stem}.pdf"


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def sentences(source: Path) -> list[str]:
    text = LINK.sub(r"\g<words>", MARKUP.sub("", source.read_text(encoding="utf-8")))
    return [part for part in SENTENCE_END.split(text.replace("*", "")) if part.strip()]


def areas(page: pdfium.PdfPage, kind: int) -> Iterator[Area]:
    for item in page.get_objects(filter=[kind]):
        yield Area(*item.get_bounds())


def boxes(page: pdfium.PdfPage) -> list[Area]:
    """The tinted boxes; the lines under links are paths too, but thin ones."""
    return [area for area in areas(page, FPDF_PAGEOBJ_PATH) if area.top - area.bottom > 5]


def text_areas(page: pdfium.PdfPage) -> list[Area]:
    return [area for area in areas(page, FPDF_PAGEOBJ_TEXT) if area.right > area.left]


def test_there_is_one_pdf_for_each_source() -> None:
    assert len(SOURCES) == 8
    assert sorted(path.stem for path in (ROOT / "corpus").glob("*.pdf")) == [path.stem for path in SOURCES]


@each_source
def test_rebuilding_gives_the_committed_bytes(source: Path, built: Path) -> None:
    assert (built / f"{source.stem}.pdf").read_bytes() == pdf_of(source).read_bytes()


@each_source
def test_every_sentence_of_the_source_stands_in_the_pdf(source: Path) -> None:
    text = squeeze("".join(page.extract_text() for page in PdfReader(pdf_of(source)).pages))
    assert [sentence for sentence in sentences(source) if squeeze(sentence) not in text] == []


@each_source
def test_every_link_lies_under_its_words(source: Path) -> None:
    expected = Counter[str]()
    for words, uri in LINK.findall(source.read_text(encoding="utf-8")):
        expected[uri] += len(squeeze(words))
    found = Counter[str]()
    with pdfium.PdfDocument(pdf_of(source)) as document:
        for number, page in enumerate(PdfReader(pdf_of(source)).pages):
            words_of = document[number].get_textpage()
            for annotation in page.get("/Annots", []):
                link = annotation.get_object()
                text = words_of.get_text_bounded(*map(float, link["/Rect"]))
                found[link["/A"]["/URI"]] += len(squeeze(text))
    assert found == expected


@each_source
def test_words_stay_within_their_page_and_their_box(source: Path) -> None:
    with pdfium.PdfDocument(pdf_of(source)) as document:
        for page in document:
            sheet = Area(0.0, 0.0, *page.get_size())
            tinted = boxes(page)
            for words in text_areas(page):
                assert words.within(sheet)
                assert all(words.within(box) for box in tinted if words.meets(box))
            assert all(box.within(sheet) for box in tinted)


@each_source
def test_nothing_lies_over_anything_else(source: Path) -> None:
    """Save that the space after words in italics leans over what follows, by less than four points."""
    with pdfium.PdfDocument(pdf_of(source)) as document:
        for page in document:
            for layer in (boxes(page), text_areas(page)):
                assert not any(a.meets(b, slack=4.0) for i, a in enumerate(layer) for b in layer[:i])


@each_source
def test_footer_stands_on_every_slide_but_the_first_and_last(source: Path) -> None:
    _, *slides, last = (page.extract_text() for page in PdfReader(pdf_of(source)).pages)
    for number, text in enumerate(slides, start=2):
        assert text.splitlines()[1] == f"Conversations for Kindness {number}"
    assert "Conversations for Kindness" not in last


def test_about_the_movement_is_the_same_in_all_packs() -> None:
    assert len({PdfReader(pdf_of(source)).pages[2].extract_text() for source in SOURCES}) == 1


def test_every_phrase_of_the_sample_questions_stands_on_its_page() -> None:
    texts = {
        (source.stem, number): squeeze(page.extract_text())
        for source in SOURCES
        for number, page in enumerate(PdfReader(pdf_of(source)).pages, start=1)
    }
    questions = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    evidence = [item for question in questions for item in question["evidence"]]
    lost = [e for e in evidence if squeeze(e["phrase"]) not in texts[e["source"], e["page"]]]
    assert lost == []
    assert Counter(question["kind"] for question in questions) == {"answerable": 50, "unanswerable": 30}
    assert all(bool(question["evidence"]) == (question["kind"] == "answerable") for question in questions)


FRONT = "---\ntitle: A title\ndate: May 2023\nnote: A note.\n---\n\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("# No front matter\n", "a source starts with front matter"),
        ("---\ntitle: Only a title\n---\n\n# A slide\n", "front matter holds title, date and note"),
        (f"{FRONT}# A slide\n\n::: boxes\nnever closed\n", "a fence is not closed"),
        (f"{FRONT}# A slide\n\n::: circles\nno such layout\n:::\n", "a fence is not closed"),
        (f"{FRONT}# A slide\n\n::: qa\nonly a question\n:::\n\n# The end\n", "a question and an answer"),
        (f"{FRONT}# {'Endless ' * 40}\n\nwords\n\n# The end\n", "too long for one line"),
        (f"{FRONT}# A slide\n\n{'far too many words ' * 500}\n\n# The end\n", "holds more than fits"),
    ],
)
def test_a_faulty_source_is_named_with_its_fault(tmp_path: Path, text: str, complaint: str) -> None:
    faulty = tmp_path / "faulty.md"
    faulty.write_text(text, encoding="utf-8")
    result = build(tmp_path / "out", "--sources", str(tmp_path))
    assert result.returncode == 1
    assert str(faulty) in result.stderr
    assert complaint in result.stderr
