"""The documents of the archive to be: which sessions they make, and what goes when somebody is to be forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kindsearch.corpus import Notes, NotesFile, Speaker
from kindsearch.forgetting import EVERYWHERE, WITHHELD, Forgotten, Memory
from kindsearch.members import Archive, Member, archive_of
from kindsearch.stores.holdings import Filing
from kindsearch.types import Document, Kind, PartialDate, Person, Session, extent_of

Make = Callable[..., Document]
HER = Forgotten("her", words_stay=False)
MEMORY = Memory("5a" * 32, {}).with_names(["Maureen Quill"], [EVERYWHERE], HER)


def new(document: Document, source: str, notes: Notes | None = None) -> Member:
    """A member that was read just now, described by no more than its name."""
    described = replace(document, session=Session("", ""))
    about = NotesFile(f"{source.rpartition('/')[0]}/session.toml", notes).to_json() if notes else None
    return Member(document.id, source, "/corpus", about, document=described)


def filed(document: Document, source: str, redacted: str = "") -> Member:
    """A member that the catalog knows."""
    speakers = tuple(sorted({span.speaker for unit in document.units for span in unit.spans if span.speaker}))
    filing = Filing(
        document.id, source, "/corpus", None, Session("", ""), Session("s", ""), None, extent_of(document), False,
        speakers, redacted,
    )  # fmt: skip
    return Member(document.id, source, "/corpus", None, filing=filing)


def texts(archive: Archive) -> dict[str, str]:
    return {member.source: member.document.text for member in archive.members if member.document}


def test_with_nobody_to_forget_nothing_is_looked_up(document: Make) -> None:
    member = filed(document("Tea calms.", speaker="Maureen Quill"), "2024-05-tea.md")

    def never(_: str) -> Document | None:
        raise AssertionError

    archive = archive_of([member], Memory("00", {}), {}, never)
    assert archive.members == (member,)
    assert archive.placed[member.key].session.title == "Tea"


def test_a_known_document_is_looked_up_when_more_is_known_and_left_alone_when_not(document: Make) -> None:
    """The talk that came today says who the Maureen of yesterday's chat was."""
    chat = document("Well said, Maureen.", source="chat", speaker="Bo Ek")
    talk = document("Tea calms.", source="talk", speaker="Maureen Quill", kind=Kind.TRANSCRIPT)
    looked_up: list[str] = []

    def document_of(document_id: str) -> Document | None:
        looked_up.append(document_id)
        return replace(chat, session=Session("", ""))

    members = [filed(chat, "tea/chat.txt"), new(talk, "tea/talk.vtt")]
    archive = archive_of(members, MEMORY, {}, document_of)
    assert texts(archive) == {"tea/chat.txt": f"Well said, {WITHHELD}.\n", "tea/talk.vtt": "\n"}
    again = filed(chat, "tea/chat.txt", redacted=archive.memory.digest(chat.id))
    archive = archive_of([again, new(talk, "tea/talk.vtt")], archive.memory, {}, document_of)
    assert texts(archive) == {"tea/talk.vtt": "\n"}
    assert looked_up == [chat.id]


def test_her_name_is_in_no_title_no_id_and_no_notes(document: Make) -> None:
    talk = document("Tea calms.", speaker="Maureen Quill")
    notes = Notes(note="By Maureen.", speakers=(Speaker(name="Quill"), Speaker(name="Bo Ek", role="with Maureen")))
    member = new(talk, "2024-05 An hour with Maureen Quill.vtt", notes)
    archive = archive_of([member], MEMORY, {}, lambda _: None)
    (left,) = archive.members
    session = archive.placed[left.key].session
    assert (session.title, session.id) == (f"An hour with {WITHHELD}", "2024-05-an-hour-with-name-withheld")
    assert (session.speakers, session.note) == ((Person("Bo Ek", f"with {WITHHELD}"),), f"By {WITHHELD}.")
    assert "Maureen" not in (left.notes or "")


def test_her_session_is_no_one_elses(document: Make) -> None:
    talk = document("Tea calms.", source="a", speaker="Maureen Quill")
    other = document("Maureen, it does.", source="b", speaker="Bo Ek")
    archive = archive_of([new(talk, "tea/tea.vtt"), new(other, "walks/walks.vtt")], MEMORY, {}, lambda _: None)
    assert texts(archive)["walks/walks.vtt"] == "Maureen, it does.\n"


def test_files_that_belong_together_by_a_title_with_her_name_still_do(document: Make) -> None:
    """One has the title inside, without her name by now; the other in its own name, which stays."""
    told = document("Tea calms.", source="a", speaker="Bo Ek")
    session = Session("", f"An hour with {WITHHELD}", PartialDate(2024, 5), video_url="https://v.example")
    pack = replace(filed(told, "pack.md"), filing=replace(filed(told, "pack.md").filing, described=session))
    talk = new(document("Tea warms.", source="b", kind=Kind.TRANSCRIPT), "2024-05-an-hour-with-maureen-quill.vtt")
    archive = archive_of([pack, talk], MEMORY, {}, lambda _: None)
    together = {(placed.session.id, placed.session.video_url) for placed in archive.placed.values()}
    assert together == {("2024-05-an-hour-with-name-withheld", "https://v.example")}


def test_where_a_name_is_withheld_already_the_words_go_too_if_they_are_asked_for(document: Make) -> None:
    member = filed(document("Tea calms.", speaker=WITHHELD), "tea.md")
    known = replace(document("Tea calms.", speaker=WITHHELD), session=Session("", ""))
    assert texts(archive_of([member], MEMORY, {}, lambda _: known)) == {}
    assert texts(archive_of([member], MEMORY, {}, lambda _: known, withheld_in=[known.id])) == {"tea.md": "\n"}
