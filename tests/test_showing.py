"""What recurs in the archive is shown once, whatever comes and goes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kindsearch import KindSearch
from kindsearch.chunking import passages_of
from kindsearch.repeats import telling
from kindsearch.showing import show_once
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.holdings import Embeddings
from kindsearch.types import Document, Kind, PartialDate, Passage, Session, Span, Unit

ABOUT = "Conversations for Kindness is a monthly meeting that eight colleagues set up in the summer of 2020."
TEA = "Tea calms worried patients at night, and somebody who pours it sits down and listens for a while."
ROSES = "Roses grow along the wall of the garden where nurses rest, and nobody asks anything of them there."
MARCH, MAY, JUNE = (Session(f"2024-{month:02}", f"Meeting {month}", PartialDate(2024, month)) for month in (3, 5, 6))

State = dict[str, dict[str, Kind]]
"""By source: the texts that are shown, and as what."""


def document(source: str, session: Session, kind: Kind, *lines: str, page: int | None = None) -> Document:
    """A document whose lines are a passage each."""
    text, units = "", []
    for line in lines:
        span = Span(len(text), len(text) + len(line), page, "Ann" if kind == Kind.CHAT else None)
        units.append(Unit(span.start, span.end, kind, f"Part {len(units)}", (span,)))
        text += f"{line}\n"
    return Document(source, source, session, text, tuple(units))


DOCUMENTS = {
    one.source: one
    for one in (
        document("march.md", MARCH, Kind.TALK, ABOUT, ROSES),
        document("march.vtt", MARCH, Kind.TRANSCRIPT, ABOUT, TEA),
        document("may.pdf", MAY, Kind.TALK, ABOUT, ROSES, page=1),
        document("may.md", MAY, Kind.TALK, ABOUT, ROSES),
        document("may 1.vtt", MAY, Kind.TRANSCRIPT, TEA, ROSES),
        document("may 2.vtt", MAY, Kind.TRANSCRIPT, TEA),
        document("may.txt", MAY, Kind.CHAT, TEA),
        document("summer.md", JUNE, Kind.QUOTE, ABOUT),
        document("june.vtt", JUNE, Kind.TRANSCRIPT, TEA),
    )
}


@pytest.fixture
def catalog() -> Iterator[Catalog]:
    with empty() as made:
        yield made


@contextmanager
def empty() -> Iterator[Catalog]:
    with TemporaryDirectory() as folder:
        made = Catalog.create(Path(folder))
        made.set_meta("dimensions", "2")
        yield made
        made.close()


def change(catalog: Catalog, *, add: Collection[str] = (), remove: Collection[str] = ()) -> None:
    """Add and remove documents, by source, as an ingest does."""
    with catalog.writing():
        for source in remove:
            catalog.remove(source)
        for source in add:
            passages = passages_of(DOCUMENTS[source])
            vectors = Embeddings(np.empty((0, 3), dtype=np.int64), np.empty((0, 2), dtype=np.float32))
            catalog.add(DOCUMENTS[source], "/corpus", passages, vectors)
            catalog.set_telling({p.id: telling(p.text) for p in passages if p.kind != Kind.TRANSCRIPT})
        show_once(catalog, {DOCUMENTS[source].session.id for source in (*add, *remove)})


def shown(catalog: Catalog) -> State:
    passages = [p for document_id in catalog.shown() for p in catalog.indexable(document_id).passages]
    state: State = {}
    for passage in passages:
        state.setdefault(passage.source, {})[passage.text] = passage.kind
    return state


def fresh(sources: Collection[str]) -> State:
    """What an archive shows that holds these documents from the start."""
    with empty() as made:
        change(made, add=sources)
        return shown(made)


# ---------------------------------------------------------------- what was written


def test_a_repeat_in_a_newer_pack_hides_the_older_one_and_is_about_the_movement(catalog: Catalog) -> None:
    change(catalog, add=["march.md"])
    assert shown(catalog) == {"march.md": {ABOUT: Kind.TALK, ROSES: Kind.TALK}}
    change(catalog, add=["summer.md"])
    assert shown(catalog) == {"march.md": {ROSES: Kind.TALK}, "summer.md": {ABOUT: Kind.ABOUT}}


def test_when_the_newer_pack_goes_the_older_one_is_shown_under_its_own_kind(catalog: Catalog) -> None:
    change(catalog, add=["march.md", "summer.md"])
    change(catalog, remove=["summer.md"])
    assert shown(catalog) == {"march.md": {ABOUT: Kind.TALK, ROSES: Kind.TALK}}


def test_when_the_older_pack_goes_the_newer_one_is_of_its_own_kind_again(catalog: Catalog) -> None:
    change(catalog, add=["march.md", "summer.md"])
    change(catalog, remove=["march.md"])
    assert shown(catalog) == {"summer.md": {ABOUT: Kind.QUOTE}}


def test_an_older_pack_that_comes_later_is_the_one_that_is_hidden(catalog: Catalog) -> None:
    change(catalog, add=["summer.md"])
    change(catalog, add=["march.md"])
    assert shown(catalog) == {"march.md": {ROSES: Kind.TALK}, "summer.md": {ABOUT: Kind.ABOUT}}


def test_of_two_files_of_a_session_that_with_pages_is_shown_and_keeps_its_kind(catalog: Catalog) -> None:
    change(catalog, add=["may.md"])
    change(catalog, add=["may.pdf"])
    assert shown(catalog) == {"may.pdf": {ABOUT: Kind.TALK, ROSES: Kind.TALK}}
    change(catalog, remove=["may.pdf"])
    assert shown(catalog) == {"may.md": {ABOUT: Kind.TALK, ROSES: Kind.TALK}}


# ---------------------------------------------------------------- what was said


def test_a_second_transcript_of_a_meeting_is_hidden_until_the_first_goes(catalog: Catalog) -> None:
    change(catalog, add=["may 1.vtt"])
    change(catalog, add=["may 2.vtt"])
    assert shown(catalog) == {"may 1.vtt": {TEA: Kind.TRANSCRIPT, ROSES: Kind.TRANSCRIPT}}
    change(catalog, remove=["may 1.vtt"])
    assert shown(catalog) == {"may 2.vtt": {TEA: Kind.TRANSCRIPT}}


def test_what_is_said_in_two_meetings_is_shown_in_both(catalog: Catalog) -> None:
    change(catalog, add=["may 2.vtt", "june.vtt"])
    assert shown(catalog) == {"may 2.vtt": {TEA: Kind.TRANSCRIPT}, "june.vtt": {TEA: Kind.TRANSCRIPT}}


def test_what_a_chat_of_the_meeting_says_as_well_is_shown_as_it_was_written(catalog: Catalog) -> None:
    change(catalog, add=["may 2.vtt"])
    change(catalog, add=["may.txt"])
    assert shown(catalog) == {"may.txt": {TEA: Kind.CHAT}}
    change(catalog, remove=["may.txt"])
    assert shown(catalog) == {"may 2.vtt": {TEA: Kind.TRANSCRIPT}}


def test_speech_is_shown_again_when_another_meeting_takes_over_what_was_written_in_its_own(catalog: Catalog) -> None:
    """Though nothing in its session has come or gone; and is hidden again when that goes."""
    change(catalog, add=["march.md", "march.vtt"])
    alone = {"march.md": {ABOUT: Kind.TALK, ROSES: Kind.TALK}, "march.vtt": {TEA: Kind.TRANSCRIPT}}
    assert shown(catalog) == alone
    change(catalog, add=["summer.md"])
    assert shown(catalog) == {
        "march.md": {ROSES: Kind.TALK},
        "march.vtt": {ABOUT: Kind.TRANSCRIPT, TEA: Kind.TRANSCRIPT},
        "summer.md": {ABOUT: Kind.ABOUT},
    }
    change(catalog, remove=["summer.md"])
    assert shown(catalog) == alone


@pytest.mark.parametrize("kind", [Kind.TALK, Kind.TRANSCRIPT])
def test_of_files_of_one_name_in_two_folders_the_same_one_is_shown_whichever_came_first(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {id_: replace(document("tea", MAY, kind, TEA), id=id_) for id_ in ("one folder's", "the other's")}
    monkeypatch.setattr(f"{__name__}.DOCUMENTS", files)
    found = []
    for first, second in (sorted(files), sorted(files, reverse=True)):
        with empty() as catalog:
            change(catalog, add=[first])
            change(catalog, add=[second])
            found.append(list(catalog.shown()))
    assert found[0] == found[1]
    assert len(found[0]) == 1


# ---------------------------------------------------------------- how much is looked at


class Looked:
    """Which sessions' passages, and which texts, were read from a catalog."""

    def __init__(self, catalog: Catalog, patch: pytest.MonkeyPatch) -> None:
        self.sessions, self.texts = list[str](), list[str]()
        passages_in, texts_of = catalog.passages_in, catalog.texts_of

        def of_session(session_id: str) -> list[Passage]:
            self.sessions.append(session_id)
            return passages_in(session_id)

        def of_passages(ids: list[str]) -> Mapping[str, str]:
            found = texts_of(ids)
            self.texts += found.values()
            return found

        patch.setattr(catalog, "passages_in", of_session)
        patch.setattr(catalog, "texts_of", of_passages)


def test_only_sessions_in_which_something_changes_are_read(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    change(catalog, add=["may 1.vtt", "may 2.vtt", "may.txt", "march.md", "march.vtt"])
    looked = Looked(catalog, monkeypatch)
    change(catalog, add=["june.vtt"])
    assert looked.sessions == []  # it is touched, but has one document, and nothing repeats its own document
    change(catalog, add=["summer.md"])  # which hides a passage of March
    assert sorted(looked.sessions) == [MARCH.id, JUNE.id]
    looked.sessions.clear()
    change(catalog, remove=["may 2.vtt"])
    assert looked.sessions == [MAY.id]


def test_of_what_was_written_only_texts_that_may_repeat_another_are_read(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(catalog, add=["march.md"])
    looked = Looked(catalog, monkeypatch)
    change(catalog, add=["may.txt"])
    assert looked.texts == []
    change(catalog, add=["summer.md"])
    assert looked.texts == [ABOUT, ABOUT]


def test_what_stays_as_it_is_is_not_written_again(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    change(catalog, add=["march.md", "summer.md", "may 1.vtt", "may 2.vtt"])
    before, written = shown(catalog), list[Mapping[str, object]]()
    monkeypatch.setattr(catalog, "show", written.append)
    with catalog.writing():
        show_once(catalog, {MARCH.id, MAY.id, JUNE.id})
    assert [dict(passages) for passages in written if passages] == []
    assert shown(catalog) == before


# ---------------------------------------------------------------- whatever comes and goes


@settings(deadline=None, max_examples=25)
@given(st.lists(st.sets(st.sampled_from(sorted(DOCUMENTS)), min_size=1, max_size=4), min_size=1, max_size=5))
def test_after_any_changes_what_is_shown_is_what_a_fresh_archive_shows(changes: list[set[str]]) -> None:
    """Each change takes out the documents that are there, and puts in those that are not."""
    there: set[str] = set()
    with empty() as catalog:
        for sources in changes:
            change(catalog, add=sorted(sources - there), remove=sorted(sources & there))
            there ^= sources
            assert shown(catalog) == fresh(sorted(there))


def test_an_ingest_shows_what_recurs_once_and_the_older_one_again_when_the_newer_goes(
    small_archive: Callable[..., KindSearch], pack: Callable[..., str]
) -> None:
    archive = small_archive({"march.md": pack("Rest", "March 2024", ("Ann Lee", ABOUT), ("Bo Ek", ROSES))})
    alone = shown_by(archive)
    assert alone["march.md"][ABOUT] == Kind.CHAT
    summer = archive.settings.corpus / "summer.md"
    summer.write_text(pack("Time", "June 2024", ("Ann Lee", ABOUT)), encoding="utf-8")
    archive.ingest()
    assert {
        source: kind for source, own in shown_by(archive).items() for text, kind in own.items() if ABOUT in text
    } == {"summer.md": Kind.ABOUT}
    summer.unlink()
    archive.ingest()
    assert shown_by(archive) == alone


def shown_by(archive: KindSearch) -> State:
    catalog = Catalog.open(archive.folder)
    try:
        return shown(catalog)
    finally:
        catalog.close()
