"""What is left of a document when somebody's words, or her name, are taken out: all the rest, where it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from catalogs import every_passage
from hypothesis import given, settings
from hypothesis import strategies as st

from kindsearch import KindSearch
from kindsearch.chunking import passages_of
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.errors import UnreadableFile
from kindsearch.forgetting import EVERYWHERE, WITHHELD, Forgotten, Memory, Names
from kindsearch.redaction import path_without, without
from kindsearch.stores.catalog import Catalog
from kindsearch.types import Box, Document, Kind, Link, Page, Person, Session, Span, Unit

SESSION, DOCUMENT = "2024-05-tea", "d" * 64
HER, SHORT = "Maureen Quill", "Maureen"
NAMES = (HER, SHORT, "Quill")
OTHERS = ("Bo Ek", "Cy Dee", None)


def known(words_stay: bool, document_id: str = DOCUMENT) -> Names:
    """Her names: the full one everywhere, short ones in one document."""
    who = Forgotten("her", words_stay)
    memory = Memory("5a" * 32, {}).with_names([HER, "MaureenQuill"], [EVERYWHERE], who)
    return memory.with_names([SHORT, "Quill"], [DOCUMENT], who).within([document_id])


def labels(words_stay: bool) -> dict[str, Forgotten]:
    who = Forgotten("her", words_stay)
    return {HER: who, SHORT: who}


# ---------------------------------------------------------------- documents of all kinds


@dataclass(frozen=True)
class Part:
    """A span to be: who says which words, where. ``gap`` is what stands before it."""

    words: tuple[str, ...]
    speaker: str | None
    page: int | None = None
    start_ms: int | None = None
    is_item: bool = False
    gap: str = "\n"


def document_of(units: list[list[Part]], heading: str = "", session: Session | None = None) -> Document:
    """A document of these units, with a box and, every third word, a link for each word. A unit begins a new line."""
    text, boxes, links, made = heading, list[Box](), list[Link](), list[Unit]()
    number = count()
    for parts in units:
        spans = []
        for part in parts:
            text += "\n\n" if not spans and text else part.gap if text else ""
            start = len(text)
            for word in part.words:
                text += " " if len(text) > start else ""
                place, n = (len(text), len(text) + len(word)), next(number)
                boxes += [Box(*place, part.page, n, n + 1, n + 2, n + 3)] if part.page else []
                links += [Link(*place, f"https://example.org/{n}")] if n % 3 == 0 else []
                text += word
            end_ms = None if part.start_ms is None else part.start_ms + 900
            spans.append(Span(start, len(text), part.page, part.speaker, part.start_ms, end_ms, part.is_item))
        kind = Kind.TRANSCRIPT if parts[0].start_ms is not None else Kind.CHAT
        made.append(Unit(spans[0].start, spans[-1].end, kind, "Chat", tuple(spans)))
    pages = tuple(Page(960, 540, printed=n) for n in range(1, 5))
    told = session or Session("", "Tea", speakers=(Person("Bo Ek", "nurse"), Person(HER, "guest")))
    return Document(DOCUMENT, "tea.pdf", told, text, tuple(made), tuple(boxes), tuple(links), pages)


@st.composite
def parts(draw: st.DrawFn, numbers: Iterator[int], speech: bool) -> Part:
    """Words that stand nowhere else, with names of hers between them; some of them in one line with what is before."""
    speaker = draw(st.sampled_from([HER, SHORT, *OTHERS]))
    mark = "h" if speaker in NAMES else "w"
    said = draw(st.lists(st.sampled_from(["", "", "", "", *NAMES, f"{SHORT}’s", f"{HER},"]), min_size=1, max_size=7))
    words = tuple(word for part in said for word in (part.split() if part else [f"{mark}{next(numbers)}"]))
    ends = draw(st.sampled_from(["", ".", "?"])) if words[-1][0] in "hw" else ""
    n = next(numbers)
    return Part(
        (*words[:-1], words[-1] + ends),
        speaker,
        None if speech else draw(st.sampled_from([None, 1, 2, 3, 4])),
        n * 1_000 if speech else None,
        not speech and draw(st.booleans()),
    )


@st.composite
def documents(draw: st.DrawFn) -> Document:
    numbers = count()
    speech = draw(st.booleans())
    return document_of(
        draw(st.lists(st.lists(parts(numbers, speech), min_size=1, max_size=4), min_size=1, max_size=4)),
        draw(st.sampled_from(["", "Tea at the Quill house", f"With {HER} on a Monday"])),
    )


# ---------------------------------------------------------------- what can be seen of one


def words_of(text: str) -> list[str]:
    """The words that are no name, and no place of one."""
    plain = text.replace(WITHHELD, " ")
    return re.findall(r"[hw]\d+[.?]?", plain)


def told(document: Document) -> list[tuple[Any, ...]]:
    """Who says which words on which page at which time, in order, span by span; spans without words left out."""
    found = []
    for unit in document.units:
        for span in unit.spans:
            words = words_of(document.text[span.start : span.end])
            place = (unit.kind, span.speaker, span.page, span.start_ms, span.end_ms, span.is_item)
            found += [(*place, words)] if words else []
    return found


def drawn(document: Document) -> dict[str, tuple[Any, ...]]:
    """Each word that is no name, with where it is drawn."""
    return {
        document.text[box.start : box.end]: (box.page, box.left, box.top, box.right, box.bottom)
        for box in document.boxes
        if words_of(document.text[box.start : box.end])
    }


def linked(document: Document) -> dict[str, str]:
    """Each word that is no name, with the link under it."""
    under = {document.text[link.start : link.end]: link.url for link in document.links}
    return {word: url for word, url in under.items() if words_of(word)}


def check_offsets(document: Document) -> None:
    """Units lie in order and hold their spans; every passage stands in the text; boxes and links lie in it."""
    length = len(document.text)
    for unit in document.units:
        assert (unit.start, unit.end) == (unit.spans[0].start, unit.spans[-1].end)
        offsets = [at for span in unit.spans for at in (span.start, span.end)]
        assert offsets == sorted(offsets)
        assert 0 <= unit.start <= unit.end <= length
    made = replace(document, session=replace(document.session, id=SESSION, title="Tea"))
    for passage in passages_of(made):
        assert document.text[passage.start : passage.end] == passage.text
        assert passage.text.strip()
        for statement in passage.statements:
            assert passage.start <= statement.start < statement.end <= passage.end
            assert passage.quote(statement.start, statement.end).strip()
    assert all(0 <= box.start < box.end <= length for box in document.boxes)
    assert all(0 <= link.start <= link.end <= length for link in document.links)  # one may have lain under a name


# ---------------------------------------------------------------- her words


@given(documents())
@settings(deadline=None, max_examples=120)
def test_others_keep_all_their_words_in_order_with_speaker_page_and_time(document: Document) -> None:
    left = without(document, known(False), labels(False))
    check_offsets(left)
    assert told(left) == [one for one in told(document) if one[1] not in NAMES]


@given(documents())
@settings(deadline=None, max_examples=120)
def test_nothing_of_hers_is_left_in_the_text(document: Document) -> None:
    left = without(document, known(False), labels(False))
    assert [word for word in words_of(left.text) if word.startswith("h")] == []
    assert [name for name in NAMES if name in left.text or name in str(left.units) or name in str(left.session)] == []


@given(documents())
@settings(deadline=None, max_examples=100)
def test_boxes_and_links_stay_under_the_words_of_others_and_go_with_hers(document: Document) -> None:
    left = without(document, known(False), labels(False))
    of_others = [word for word in words_of(document.text) if word.startswith("w")]
    assert drawn(left) == {word: place for word, place in drawn(document).items() if word in of_others}
    assert linked(left) == {word: url for word, url in linked(document).items() if word in of_others}
    assert [box for box in left.boxes if "[" in left.text[box.start : box.end]] == []


@given(documents())
@settings(deadline=None, max_examples=100)
def test_a_page_is_withheld_when_something_on_it_was_taken_out_and_only_then(document: Document) -> None:
    for words_stay in (False, True):
        left = without(document, known(words_stay), labels(words_stay))
        touched = set()
        for span in (span for unit in document.units for span in unit.spans):
            text = document.text[span.start : span.end]
            hers = span.speaker in NAMES and not words_stay
            touched |= {span.page} if hers or any(name in text for name in NAMES) else set()
        assert {n for n, page in enumerate(left.pages, start=1) if page.withheld} == touched - {None}
        assert [replace(page, withheld=False) for page in left.pages] == list(document.pages)


@given(documents())
@settings(deadline=None, max_examples=100)
def test_doing_it_again_changes_nothing(document: Document) -> None:
    for words_stay in (False, True):
        once = without(document, known(words_stay), labels(words_stay))
        assert without(once, known(words_stay), labels(words_stay)) == once


@given(documents())
@settings(deadline=None, max_examples=100)
def test_somebody_else_changes_nothing(document: Document) -> None:
    who = Forgotten("zoe", words_stay=False)
    zoe = Memory("5a" * 32, {}).with_names(["Zoe Zhu"], [EVERYWHERE], who)
    assert without(document, zoe.within([DOCUMENT]), {"Zoe Zhu": who}) is document


def test_two_short_names_in_two_words_do_not_make_a_name_of_two_sentences() -> None:
    """Bo ends with her first name, she begins with her last: the two are not one mention, and hers goes."""
    document = document_of(
        [[Part(("We", "thank", "Maureen."), "Bo Ek"), Part(("Quill", "added", "h1", "h2."), HER, gap=" ")]]
    )
    left = without(document, known(False), labels(False))
    check_offsets(left)
    assert words_of(left.text) == []
    assert "added" not in left.text
    assert left.text.startswith("We thank [name withheld]")


@given(documents())
@settings(deadline=None, max_examples=100)
def test_words_in_one_line_with_hers_are_kept_as_well(document: Document) -> None:
    """A paragraph of a pack reports several people, one after another, without a line between them."""
    in_line = replace(document, text=document.text.replace("\n", " "))
    left = without(in_line, known(False), labels(False))
    check_offsets(left)
    assert told(left) == [one for one in told(in_line) if one[1] not in NAMES]
    assert [word for word in words_of(left.text) if word.startswith("h")] == []


# ---------------------------------------------------------------- her name


@given(documents())
@settings(deadline=None, max_examples=120)
def test_anonymised_all_words_stay_and_no_name(document: Document) -> None:
    left = without(document, known(True), labels(True))
    check_offsets(left)
    expected = [(kind, WITHHELD if who in NAMES else who, *rest) for kind, who, *rest in told(document)]
    assert told(left) == expected
    assert words_of(left.text) == words_of(document.text)
    assert [name for name in NAMES if name in left.text or name in str(left.units) or name in str(left.session)] == []
    assert (drawn(left), linked(left)) == (drawn(document), linked(document))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We thank Maureen Quill for it.", "We thank * for it."),
        ("We thank Maureen for it.", "We thank * for it."),
        ("Maureen’s idea, and Maureen Quill's way", "*’s idea, and *'s way"),
        ("MAUREEN QUILL spoke", "* spoke"),
        ("Thank you, Maureen.", "Thank you, *."),
        ("Thank you, Maureen. Tea helps.", "Thank you, *. Tea helps."),
        ("Maureen? Maureen! (Maureen) “Maureen” Maureen, Maureen; Maureen: Maureen", "*? *! (*) “*” *, *; *: *"),
        ("Ask Maureen. Quill pens are for writing.", "Ask *. * pens are for writing."),
        ("Maureen-Ann Roe and Quillhaven stay", "Maureen-Ann Roe and Quillhaven stay"),
        ("maureen quill wrote it in small letters", "* wrote it in small letters"),
        ("Maureen\nQuill", "*"),
        ("Maureen\u00a0Quill spoke", "* spoke"),
        ("Maureen  Quill spoke", "* spoke"),
        ("Quill, Maureen", "*"),
        ("Dr Maureen Quill spoke", "Dr * spoke"),
    ],
)
def test_her_name_in_what_others_say(text: str, expected: str) -> None:
    document = document_of([[Part((text,), "Bo Ek")]])
    left = without(document, known(False), labels(False))
    check_offsets(left)
    assert left.text.replace(WITHHELD, "*") == expected
    (span,) = left.units[0].spans
    assert left.text[span.start : span.end] == left.text


@pytest.mark.parametrize(
    "text",
    [
        "Ask @MaureenQuill",
        "Write to maureen.quill@nhs.example",
        "Maureen T. Quill spoke",
        "See nhs.example/maureen-quill",
    ],
)
def test_nor_is_it_in_an_address_or_with_an_initial(text: str) -> None:
    left = without(document_of([[Part((text,), "Bo Ek")]]), known(False), labels(False))
    assert "quill" not in left.text.lower()


def test_a_short_name_in_another_session_is_somebody_elses() -> None:
    document = document_of([[Part(("Maureen", "and", "Maureen", "Quill"), "Bo Ek")]])
    left = without(document, known(False, "another"), {})
    assert left.text == f"Maureen and {WITHHELD}"


def test_titles_and_sections_and_speakers_are_without_her_name() -> None:
    session = Session("", f"Tea with {HER}", speakers=(Person("Bo Ek", f"friend of {HER}"), Person(HER), Person(SHORT)))
    document = document_of([[Part(("w1",), "Bo Ek")]], session=session)
    document = replace(document, units=(replace(document.units[0], section=f"Insights from {HER}"),))
    left = without(document, known(False), labels(False))
    assert left.session.title == f"Tea with {WITHHELD}"
    assert [person.name for person in left.session.speakers] == ["Bo Ek"]
    assert "Quill" not in str(left.session)
    assert left.units[0].section == f"Insights from {WITHHELD}"


def test_a_document_that_was_all_hers_is_empty_and_still_a_document() -> None:
    document = document_of([[Part(("h1", "h2"), HER, page=1)], [Part(("h3",), SHORT, page=2)]])
    left = without(document, known(False), labels(False))
    assert (left.units, left.boxes, left.links, left.text.strip()) == ((), (), (), "")
    assert [page.withheld for page in left.pages] == [True, True, False, False]
    assert passages_of(left) == []


@pytest.mark.parametrize("mark", ["“w1.”", '"w1."', "> “w1.”"])
def test_a_quote_goes_with_the_line_below_it_that_says_it_is_hers(mark: str) -> None:
    lines = [[Part((mark,), None)], [Part((f"— {HER}, nurse",), None)]]
    others = [[Part(("“w2.”",), None)], [Part(("— Bo Ek",), None)], [Part(("w3",), None)], [Part((f"– {HER}",), None)]]
    left = without(document_of([*lines, *others]), known(False), labels(False))
    check_offsets(left)
    assert left.text.split() == ["“w2.”", "—", "Bo", "Ek", "w3"]


@pytest.mark.parametrize("line", [f"“h1.” ({HER})", f"“h1.” {HER}, nurse", f'"h1." {HER}', f"“h1.” – {HER}"])
def test_a_quote_goes_with_her_name_after_it(line: str) -> None:
    document = document_of([[Part((line,), None)], [Part(("“w1.” (Bo Ek), who met", HER), None)]])
    left = without(document, known(False), labels(False))
    assert left.text.strip() == f"“w1.” (Bo Ek), who met {WITHHELD}"


@pytest.mark.parametrize(
    ("path", "left"),
    [
        ("2024-06 with Maureen Quill/a talk.vtt", "2024-06 with */a talk.vtt"),
        ("2024-06-talk-with-maureen-quill.vtt", "2024-06-talk-with-*.vtt"),
        ("quill_maureen's_tea.v2.docx", "*_*'s_tea.v2.docx"),
        ("maureenquill.vtt", "*.vtt"),
        ("MaureenQuill-tea.vtt", "*-tea.vtt"),
        ("xMaureenQuill.vtt", "*"),
        ("tea/quills.vtt", "tea/quills.vtt"),
    ],
)
def test_a_path_without_her_name_can_still_be_told_from_others(path: str, left: str) -> None:
    assert path_without(path, known(False)).replace(WITHHELD, "*") == left


# ---------------------------------------------------------------- a PDF


@pytest.fixture
def pdf_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KindSearch:
    """A pack in PDF of four pages: a cover, her with others, others alone, others who name her."""
    monkeypatch.syspath_prepend(Path(__file__).parent / "readers")
    from decks import Deck

    corpus = tmp_path / "corpus"
    corpus.mkdir()
    deck = Deck(corpus / "pack.pdf")
    deck.slide().text(48, 200, 800, "Tea on the ward", size=40).text(48, 300, 600, "May 2024", size=20)
    deck.slide("Reflections from the chat")
    deck.text(48, 120, 800, "**Maureen Quill** Zebrawood tables calm worried families.", size=16)
    deck.text(
        48, 220, 800, "**Bo Ek** Biscuits matter as much as [tea and cake](https://example.org/cake) do.", size=16
    )
    deck.slide("Reflections from the chat")
    deck.text(48, 120, 800, "**Cy Dee** Porters are the first who say hello.", size=16)
    deck.slide("Reflections from the chat")
    deck.text(48, 120, 800, "**Bo Ek** As Maureen Quill put it, tables can be calm.", size=16)
    deck.save()
    from kindsearch import Settings

    chosen = Settings(corpus=corpus, index=tmp_path / "index")
    archive = KindSearch.open(create=True, encoder=HashingEncoder(), settings=chosen)
    assert archive.ingest().failed == ()
    return archive


def by_text(archive: KindSearch) -> dict[str, Any]:
    catalog = Catalog.open(archive.folder)
    try:
        return {passage.text: passage for passage in every_passage(catalog)}
    finally:
        catalog.close()


def places_of(archive: KindSearch, passage: Any) -> list[tuple[Any, ...]]:
    """Each word of a passage with where it is drawn."""
    return [
        (passage.quote(box.start, box.end), box.page, box.left, box.top, box.right, box.bottom)
        for box in archive.boxes(passage)
    ]


def test_pages_with_something_taken_out_are_not_shown_and_the_others_are(pdf_archive: KindSearch) -> None:
    passage = by_text(pdf_archive)["Porters are the first who say hello."]
    for page in (1, 2, 3, 4):  # and kept, as the web page does
        assert pdf_archive.page_image(passage, page, 200).startswith(b"\x89PNG")
    pdf_archive.forget("Maureen Quill")
    after = by_text(pdf_archive)["Porters are the first who say hello."]
    for page in (1, 3):
        assert pdf_archive.page_image(after, page, 200).startswith(b"\x89PNG")
    for page in (2, 4):
        for width in (200, 300):
            with pytest.raises(UnreadableFile, match="forgotten"):
                pdf_archive.page_image(after, page, width)
    assert pdf_archive.page_size(after, 2) == (960, 540)


def test_pages_stay_hidden_when_the_file_was_moved_or_the_index_is_opened_anew(pdf_archive: KindSearch) -> None:
    pdf_archive.forget("Maureen Quill", anonymise=True)
    corpus = pdf_archive.settings.corpus
    (corpus / "sub").mkdir()
    (corpus / "pack.pdf").rename(corpus / "sub" / "moved.pdf")
    pdf_archive.ingest()
    again = KindSearch.open(pdf_archive.folder, encoder=HashingEncoder(), settings=pdf_archive.settings)
    passage = by_text(again)["Porters are the first who say hello."]
    assert again.page_image(passage, 3, 200).startswith(b"\x89PNG")
    for page in (2, 4):
        with pytest.raises(UnreadableFile, match="forgotten"):
            again.page_image(passage, page, 200)
    again.remove("sub/moved.pdf")
    again.ingest()  # the file is there still, and is read anew
    passage = by_text(again)["Porters are the first who say hello."]
    with pytest.raises(UnreadableFile, match="forgotten"):
        again.page_image(passage, 2, 200)


def test_boxes_pages_and_links_of_what_others_said_are_where_they_were(pdf_archive: KindSearch) -> None:
    texts = ("Biscuits matter as much as tea and cake do.", "Porters are the first who say hello.")
    before = by_text(pdf_archive)
    places = {text: places_of(pdf_archive, before[text]) for text in texts}
    assert [word for word, *_ in places[texts[0]]] == texts[0].split()
    pdf_archive.forget("Maureen Quill")
    after = by_text(pdf_archive)
    for text in texts:
        assert places_of(pdf_archive, after[text]) == places[text]
        assert (after[text].pages, after[text].link) == (before[text].pages, before[text].link)
    assert after[texts[0]].link == "https://example.org/cake"
    named = after[f"As {WITHHELD} put it, tables can be calm."]
    assert [word for word, *_ in places_of(pdf_archive, named)] == "As put it, tables can be calm.".split()
    assert named.pages == (4, 4)
    assert not [text for text in after if "Zebrawood" in text or "Quill" in text]


def test_a_quote_of_an_answer_is_verbatim_afterwards(pdf_archive: KindSearch) -> None:
    pdf_archive.forget("Maureen Quill")
    answer = pdf_archive.ask("Porters are the first who say hello.")
    for citation in answer.citations:
        assert citation.passage.quote(citation.start, citation.end) == citation.quote
    assert "Porters are the first who say hello." in [citation.quote for citation in answer.citations]
