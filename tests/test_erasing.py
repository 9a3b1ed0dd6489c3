"""A person who asks to be forgotten: what she said, or her name, is nowhere under the index, and does not come back."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from catalogs import every_passage
from meetings import another_process_writing, chat, found_in, put, transcript, vectors_in

from kindsearch import Filter, KindSearch
from kindsearch.encoders import Vectors
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.erasing import Receipt
from kindsearch.errors import BadRequest, IndexLocked, NotInArchive
from kindsearch.forgetting import WITHHELD
from kindsearch.ingesting import IngestReport
from kindsearch.stores import schema
from kindsearch.stores.catalog import Catalog
from kindsearch.types import Passage

Make = Callable[..., KindSearch]
Pack = Callable[..., str]

HER = "Maureen Quillfeather"
HER_NAMES = ("Quillfeather",)  # no other name or word of these meetings has letters of it
MAY, JUNE = "2024-05-16-kindness-at-work", "2024-06-time-for-tea"
HER_WORDS = ("zebrawood", "obsidian", "quagga", "marmalade", "tangerine", "periwinkle")
HER_TEXTS = ("Zebrawood tables calm worried families.", "I brought the marmalade, as promised.")


def meetings(pack: Pack) -> dict[str, str]:
    """Two meetings: of one all that there is, with her under four spellings; of the other a pack with a namesake."""
    return {
        "people.toml": f'[people]\n"{HER}" = ["MQ"]\n',
        "may/pack.md": pack(
            "Kindness at work",
            "16 May 2024",
            (HER, "Zebrawood tables calm worried families."),
            ("Bo Ek", f"I liked how {HER} put it. We do it as well; so Maureen’s way is our way."),
            ("Cy Dee", "Biscuits matter as much as tables do."),
        )
        + f"\n# Group discussion\n\n**{HER}** Obsidian nights are long, so yes.\n",
        "may/talk.vtt": transcript(
            (0, 4, "Bo Ek", "Good evening, everybody, and a warm welcome to Maureen Quillfeather tonight."),
            (5, 9, f"{HER} (she/her)", "Thank you, Bo. A quagga in the corridor would be less of a surprise."),
            (9, 13, f"{HER} (she/her)", "So I began with a tangerine on each pillow."),
            (14, 18, "Cy Dee", "We tried that too, Maureen, and the porters loved it from the first day."),
        ),
        "may/chat.txt": chat(
            ("18:00:10", "Maureen", "I brought the marmalade, as promised."),
            ("18:00:40", "MQ", "And a periwinkle for the window."),
            ("18:01:20", "Cy Dee", "The porters say hello to all of you."),
        ),
        "may/session.toml": (
            f'video = "https://youtu.be/abc"\nspeakers = [{{name = "{HER}", role = "guest"}}, "Bo Ek"]\n'
            f'[aliases]\n"{HER}" = ["Mo"]\n'
        ),
        "june.md": pack(
            "Time for tea",
            "June 2024",
            ("Maureen Okafor", "Roses grow along the wall where nurses rest."),
            ("Maureen", "Tomatoes from our garden taste of summer."),
            ("Bo Ek", f"As {HER} said last month, small things count."),
        ),
    }


@pytest.fixture
def archive(small_archive: Make, pack: Pack) -> KindSearch:
    """Both meetings, ingested; somebody has the index open, as a web app has."""
    made = small_archive(meetings(pack))
    assert made.status().generation == 1
    return made


Run = Callable[..., Any]


class Said(NamedTuple):
    """A passage, as far as one can see it."""

    source: str
    session: str
    speakers: tuple[str, ...]
    text: str
    times: tuple[int | None, int | None]


def said(archive: KindSearch) -> list[Said]:
    """All passages of the archive, out of the catalog, each checked against its document."""
    catalog = Catalog.open(archive.folder)
    try:
        passages = every_passage(catalog)
        for passage in passages:
            text = catalog.text_of(passage.document_id)
            assert text is not None
            assert text[passage.start : passage.end] == passage.text
        return [seen(passage) for passage in passages]
    finally:
        catalog.close()


def seen(passage: Passage) -> Said:
    times = passage.start_ms, passage.end_ms
    return Said(passage.source, passage.session.id, passage.speakers, passage.text, times)


def of_others(archive: KindSearch, others: Sequence[str] = ("Bo Ek", "Cy Dee")) -> list[tuple[str, str]]:
    """(speaker, sentence) of everything that others say in May, out of the statements, without a name of hers."""
    catalog = Catalog.open(archive.folder)
    try:
        return sorted(
            (s.speaker, p.quote(s.start, s.end).replace(HER, "*").replace("Maureen", "*").replace(WITHHELD, "*"))
            for p in every_passage(catalog)
            for s in p.statements
            if s.speaker in others
        )
    finally:
        catalog.close()


def people_of(archive: KindSearch) -> dict[str, tuple[str, ...]]:
    return {person.id: person.spellings for person in archive.people()}


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file but those that come and go with whoever reads or writes."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in files
        if path.name not in {".lock", "catalog.sqlite-shm", "catalog.sqlite-wal"}
    }


def changes(report: IngestReport) -> dict[str, object]:
    names = ("added", "changed", "renamed", "removed", "regrouped", "failed")
    return {name: getattr(report, name) for name in names if getattr(report, name)}


# ---------------------------------------------------------------- the words are found before


def test_the_meetings_hold_her_words_before(archive: KindSearch) -> None:
    """Else all that follows would show nothing."""
    assert len({where.split("'")[1] for where in found_in(archive.folder, *HER_WORDS, *HER_NAMES)}) == 7
    assert vectors_in(archive.folder, *HER_TEXTS) == list(HER_TEXTS)
    assert people_of(archive)[HER] == ("MQ", "Maureen", HER, f"{HER} (she/her)")
    assert [s.session.id for s in archive.sessions()] == [JUNE, MAY]
    assert next(s for s in said(archive) if "marmalade" in s.text).speakers == ("Maureen",)


# ---------------------------------------------------------------- gone


def test_what_she_said_and_her_name_are_in_no_file_of_the_index(archive: KindSearch) -> None:
    archive.forget(HER)
    assert found_in(archive.folder, *HER_WORDS, *HER_NAMES) == []
    assert vectors_in(archive.folder, *HER_TEXTS) == []


def test_the_command_leaves_none_of_it_either(archive: KindSearch, run: Run) -> None:
    done = run("forget", HER, "--index", archive.folder, "--yes")
    assert done.status == 0
    assert found_in(archive.folder, *HER_WORDS, *HER_NAMES) == []


def test_what_others_said_is_all_there_under_their_names(archive: KindSearch) -> None:
    before = of_others(archive)
    archive.forget(HER)
    assert of_others(archive) == before
    assert any(WITHHELD in s.text for s in said(archive))


def test_her_short_name_is_taken_out_of_the_session_she_attended(archive: KindSearch) -> None:
    archive.forget(HER)
    may = [s for s in said(archive) if s.session == MAY]
    assert may
    assert [s for s in may if "Maureen" in s.text or {"Maureen", "MQ"} & set(s.speakers)] == []
    assert any(f"so {WITHHELD}’s way is our way." in s.text for s in may)


def test_her_namesake_in_another_session_is_untouched(archive: KindSearch) -> None:
    before = [s for s in said(archive) if s.source == "june.md" and "Bo Ek" not in s.speakers]
    archive.forget(HER)
    assert [s for s in said(archive) if s.source == "june.md" and "Bo Ek" not in s.speakers] == before
    assert people_of(archive)["Maureen Okafor"] == ("Maureen", "Maureen Okafor")


def test_her_full_name_is_taken_out_of_what_others_say_elsewhere(archive: KindSearch) -> None:
    archive.forget(HER)
    texts = [s.text for s in said(archive) if s.source == "june.md" and s.speakers == ("Bo Ek",)]
    assert texts == [f"As {WITHHELD} said last month, small things count."]


def test_she_is_in_no_list_and_no_filter_finds_her(archive: KindSearch) -> None:
    archive.forget(HER)
    assert set(people_of(archive)) == {"Bo Ek", "Cy Dee", "Maureen Okafor"}
    (may,) = [summary for summary in archive.sessions() if summary.session.id == MAY]
    assert ([person.name for person in may.session.speakers], may.speakers) == (["Bo Ek"], ("Bo Ek", "Cy Dee"))
    assert len(archive.sessions()) == 2
    for name in ("Quillfeather", "MQ"):
        with pytest.raises(NotInArchive, match="nobody is called"):
            archive.search("tea", where=Filter(speaker=name))
    assert [hit for hit in archive.search("zebrawood marmalade", k=100) if hit.matched] == []


@pytest.mark.parametrize("name", [HER, HER.lower(), "quillfeather", "MQ", f"{HER} (she/her)"])
def test_any_of_her_names_will_do(archive: KindSearch, name: str) -> None:
    archive.forget(name)
    assert found_in(archive.folder, *HER_WORDS, *HER_NAMES) == []


def test_times_and_videos_of_what_others_said_stay(archive: KindSearch) -> None:
    def moments() -> list[tuple[str, str | None, int | None, int | None]]:
        catalog = Catalog.open(archive.folder)
        try:
            return [
                (p.quote(s.start, s.end).replace(WITHHELD, "Maureen"), s.speaker, s.start_ms, s.end_ms)
                for p in every_passage(catalog)
                for s in p.statements
                if p.source == "may/talk.vtt" and s.speaker != f"{HER} (she/her)"
            ]
        finally:
            catalog.close()

    before = [(text.replace(HER, "Maureen"), *rest) for text, *rest in moments()]
    archive.forget(HER)
    assert [(text, *rest) for text, *rest in moments()] == before
    assert [start for _, _, start, _ in before] == [0, 14_000]


def test_the_files_of_the_corpus_stay_as_they_are(archive: KindSearch) -> None:
    before = files_of(archive.settings.corpus)
    receipt, _ = archive.forget(HER)
    assert files_of(archive.settings.corpus) == before
    documents = {"june.md", "may/chat.txt", "may/pack.md", "may/talk.vtt"}
    assert set(receipt.files) == {*documents, "may/session.toml", "people.toml"}
    assert (len(receipt.files), receipt.named) == (6, ())


# ---------------------------------------------------------------- listed first, and written down


def test_every_place_is_listed_before_anything_is_done(archive: KindSearch) -> None:
    before = files_of(archive.folder)
    traces = archive.traces_of("quillfeather")
    assert traces.name == HER
    assert traces.spellings == {MAY: ("MQ", "Maureen", HER, f"{HER} (she/her)")}
    listed = {trace.source: (len(trace.passages), trace.times_ms, trace.mentions) for trace in traces.documents}
    assert listed == {
        "june.md": (0, (), 1),
        "may/chat.txt": (2, (), 0),
        "may/pack.md": (2, (), 4),  # two labels, and what Bo says
        "may/talk.vtt": (1, (5_000,), 2),  # one turn of two cues
    }
    assert files_of(archive.folder) == before


def test_the_list_holds_every_passage_that_goes_or_changes(archive: KindSearch) -> None:
    catalog = Catalog.open(archive.folder)
    hers = {p.id for p in every_passage(catalog) if HER in p.people}
    catalog.close()
    traces = archive.traces_of(HER)
    assert {id_ for trace in traces.documents for id_ in trace.passages} == hers
    assert archive.forget(HER)[0].documents == traces.documents


def test_the_command_lists_and_asks_and_does_nothing_without_a_yes(archive: KindSearch, run: Run) -> None:
    before = files_of(archive.folder)
    done = run("forget", "quillfeather", "--index", archive.folder, stdin="n\n")
    assert done.status == 1
    assert [name for name in (HER, "MQ", "Maureen", f"{HER} (she/her)") if name not in done.out] == []
    for source in ("june.md", "may/chat.txt: 2 passages", "may/pack.md: 2 passages", "may/talk.vtt: 1 passage"):
        assert source in done.out
    assert done.out.index("may/talk.vtt") < done.out.index("Go on?")
    assert files_of(archive.folder) == before


def test_the_command_does_it_after_a_yes_and_names_the_files_that_still_hold_it(archive: KindSearch, run: Run) -> None:
    done = run("forget", HER, "--index", archive.folder, stdin="y\n")
    assert done.status == 0
    assert HER not in people_of(archive)
    after = done.out.split("Go on?")[1]
    assert "receipts/forget-" in after.replace("\n", "")
    assert after.count("still holds it") == 6
    assert "Quillfeather" not in after


def test_the_receipt_says_what_was_removed_without_her_name_or_words(archive: KindSearch) -> None:
    receipt, path = archive.forget(HER)
    assert isinstance(receipt, Receipt)
    assert path.parent.parent == archive.folder
    text = path.read_text(encoding="utf-8")
    data = json.loads(text)
    assert [document["source"] for document in data["documents"]] == [trace.source for trace in receipt.documents]
    assert data["words_stay"] is False
    assert data["when"].startswith("20")
    assert [word for word in (*HER_WORDS, *HER_NAMES, "Maureen", "MQ") if word.lower() in text.lower()] == []


def test_the_file_that_holds_her_name_is_named_and_none_beside_it(small_archive: Make) -> None:
    archive = small_archive(
        {
            "tea/session.toml": f'speakers = ["{HER}"]\n',
            "tea/t.vtt": transcript((0, 4, HER, "Zebrawood tables calm worried families.")),
            "tea/u.vtt": transcript((0, 4, "Bo Ek", "Nothing of her at all is here.")),
            "tea/u.toml": 'note = "Without Quillfeather."\n',
        }
    )
    receipt, _ = archive.forget(HER)
    assert sorted(receipt.files) == ["tea/session.toml", "tea/t.vtt", "tea/u.toml"]


def test_what_files_hold_of_others_who_were_forgotten_before_is_not_hers(small_archive: Make) -> None:
    archive = small_archive(
        {
            "Bo Ek/session.toml": 'speakers = ["Bo Ek"]\n',
            "Bo Ek/t.vtt": transcript((0, 4, HER, "Zebrawood tables calm us."), (5, 9, "Bo Ek", "They did calm us.")),
        }
    )
    archive.forget("Bo Ek")
    receipt, _ = archive.forget(HER)
    assert (receipt.files, receipt.named) == ((f"{WITHHELD}/t.vtt",), ())


def test_a_file_can_be_told_from_others_where_her_name_is_in_its_path(small_archive: Make, run: Run) -> None:
    talk = transcript((0, 4, HER, "Zebrawood tables calm worried families."))
    archive = small_archive(
        {
            f"2024-06-20 an evening with {HER}/t.vtt": talk,
            f"2024-06-20 an evening with {HER}/u.vtt": transcript((0, 4, "Bo Ek", "Nothing of her at all is here.")),
            "2024-07-18-talk-of-quillfeather.vtt": talk.replace("Zebrawood", "Obsidian"),
        }
    )
    done = run("forget", HER, "--index", archive.folder, "--yes").out.replace("\n", " ").split("receipt in")[1]
    evening, told = f"2024-06-20 an evening with {WITHHELD}/", f"2024-07-18-talk-of-{WITHHELD}.vtt"
    assert f"{evening}t.vtt still holds it" in done
    assert f"{told} still holds it" in done
    assert done.count("still holds it") == 2
    assert f"{evening} has the name in its own" in done
    assert f"{told} has the name in its own" in done
    assert done.count("has the name in its own") == 2


def test_two_receipts_are_two_files(archive: KindSearch) -> None:
    paths = {archive.forget(HER)[1], archive.forget("Maureen Okafor")[1]}
    assert set((archive.folder / "receipts").iterdir()) == paths


# ---------------------------------------------------------------- nobody, or several


@pytest.mark.parametrize("name", ["Nobody Known", "Zebrawood", "", " ", "Quill", "Bo Ek Dee"])
def test_nobody_of_that_name_is_a_bad_request(archive: KindSearch, name: str) -> None:
    before = files_of(archive.folder)
    for verb in (archive.traces_of, archive.forget):
        with pytest.raises(BadRequest, match="person"):
            verb(name)
    assert files_of(archive.folder) == before


def test_several_of_that_name_is_a_bad_request_that_names_them(small_archive: Make, pack: Pack) -> None:
    archive = small_archive(
        {
            "a.md": pack("Tea", "May 2024", ("Ann Lee", "Tea calms."), ("Ann Roe", "So it does.")),
            "b.md": pack("Walks", "June 2024", ("Ann", "Walking clears the mind.")),
        }
    )
    for name in ("ann",):
        with pytest.raises(BadRequest, match="Ann Lee; Ann Roe"):
            archive.forget(name)


def test_a_name_that_is_written_for_one_and_fits_another_is_not_guessed_at(small_archive: Make, pack: Pack) -> None:
    """What is forgotten is gone: that somebody once was written "Ann" does not make her the only one."""
    archive = small_archive(
        {
            "a.md": pack("Tea", "May 2024", ("Ann Lee", "Tea calms."), ("Ann", "I said that.")),
            "b.md": pack("Walks", "June 2024", ("Ann Roe", "Walking clears the mind.")),
        }
    )
    with pytest.raises(BadRequest, match="Ann Lee; Ann Roe"):
        archive.forget("Ann")


def test_one_who_is_written_with_organisations_is_one_and_stays_forgotten(small_archive: Make) -> None:
    def talk(name: str, word: str) -> str:
        turns = (0, 4, name, f"A {word} stood by the ward door."), (5, 9, "Ann Smith", f"Thank you, {name} of ours.")
        return transcript(*turns)

    archive = small_archive(
        {
            "2024-07-18-t.vtt": talk("Bob Quillfeather", "heron"),
            "2024-08-15-u.vtt": talk("Bob Quillfeather, Imperial College NHS", "pelican"),
            "2024-09-19-w.vtt": talk("Bob Quillfeather NHS", "penguin"),
        }
    )
    archive.forget("Bob Quillfeather")
    put(
        archive.settings.corpus,
        {
            "2024-10-17-x.vtt": talk("Dr Bob Quillfeather, Zoo Society", "lemur"),
            "2024-11-21-y.vtt": talk("Bob Quillfeather Zoo Society", "puffin"),
        },
    )
    assert len(archive.ingest().added) == 2
    assert found_in(archive.folder, "heron", "pelican", "penguin", "lemur", "puffin", *HER_NAMES) == []
    assert set(people_of(archive)) == {"Ann Smith"}


def test_the_name_asked_for_is_hers_everywhere_where_all_spellings_have_more_in_them(
    small_archive: Make, pack: Pack
) -> None:
    archive = small_archive(
        {
            "2024-05-tea.txt": chat(
                ("18:00:10", "Sipho Quillfeather Kind Trust", "Zebrawood calms."), ("18:01:00", "Bo Ek", "It does.")
            ),
            "b.md": pack("Walks", "June 2024", ("Bo Ek", "As Sipho Quillfeather said, walk.")),
        }
    )
    archive.forget("Sipho Quillfeather")
    assert found_in(archive.folder, "zebrawood", *HER_NAMES) == []


def test_forgetting_twice_finds_nobody_the_second_time(archive: KindSearch) -> None:
    archive.forget(HER)
    before, generation = said(archive), archive.status().generation
    with pytest.raises(BadRequest, match="nobody"):
        archive.forget(HER)
    assert (said(archive), archive.status().generation) == (before, generation)


def test_a_person_known_in_one_session_only_is_named_with_it(small_archive: Make, pack: Pack) -> None:
    archive = small_archive(
        {
            "a.md": pack("Tea", "May 2024", ("Ann", "Zebrawood calms."), ("Bo Ek", "So it does.")),
            "b.md": pack("Walks", "June 2024", ("Ann", "Walking clears the mind.")),
        }
    )
    archive.forget("Ann · 2024-05-tea")
    assert found_in(archive.folder, "zebrawood") == []
    assert [s.text for s in said(archive) if s.speakers == ("Ann",)] == ["Walking clears the mind."]


# ---------------------------------------------------------------- it does not come back


def nothing_is_back(archive: KindSearch) -> None:
    assert found_in(archive.folder, *HER_WORDS, *HER_NAMES) == []
    assert [who for who in people_of(archive) if "Maureen" in who] == ["Maureen Okafor"]


def test_the_same_files_again_change_nothing(archive: KindSearch) -> None:
    archive.forget(HER)
    before, files = said(archive), files_of(archive.folder)
    for path in archive.settings.corpus.rglob("*"):
        path.touch()
    assert changes(archive.ingest()) == {}
    assert (said(archive), files_of(archive.folder)) == (before, files)
    nothing_is_back(archive)


def test_another_process_that_opens_the_index_knows_it_too(archive: KindSearch) -> None:
    archive.forget(HER)
    again = KindSearch.open(archive.folder, encoder=HashingEncoder(), settings=archive.settings)
    put(
        archive.settings.corpus,
        {"may/extra.txt": chat(("18:02:00", HER, "A zebrawood box."), ("18:02:09", "Bo", "Yes!"))},
    )
    again.ingest()
    nothing_is_back(again)


@pytest.mark.parametrize("name", ["june.md", "may/chat.txt", "may/pack.md", "may/talk.vtt"])
def test_a_file_that_changed_is_read_without_her(archive: KindSearch, name: str) -> None:
    archive.forget(HER)
    path = archive.settings.corpus / name
    text = path.read_text(encoding="utf-8")
    added = {
        ".md": "\n\n**Bo Ek** Once more with feeling.\n",
        ".txt": chat(("18:02:00", "Bo Ek", "Once more with feeling.")),
        ".vtt": "\n00:01:00.000 --> 00:01:04.000\nBo Ek: Once more with feeling.\n",
    }[path.suffix]
    put(archive.settings.corpus, {name: text + added})
    assert archive.ingest().changed == (name,)
    assert any("Once more with feeling." in s.text for s in said(archive))
    nothing_is_back(archive)


@pytest.mark.parametrize("name", ["june.md", "may/chat.txt", "may/pack.md", "may/talk.vtt"])
def test_a_file_that_moved_stays_without_her(archive: KindSearch, name: str) -> None:
    archive.forget(HER)
    path = archive.settings.corpus / name
    path.rename(path.with_name(f"renamed{path.suffix}"))
    assert archive.ingest().renamed == (f"{name.rpartition('/')[0]}/renamed{path.suffix}".lstrip("/"),)
    nothing_is_back(archive)


def test_a_file_taken_out_and_put_back_is_read_without_her(archive: KindSearch) -> None:
    archive.forget(HER)
    archive.remove("may/talk.vtt", "may/pack.md", "may/chat.txt")
    archive.ingest()
    assert len({s.source for s in said(archive)}) == 4
    nothing_is_back(archive)


def test_a_new_file_of_her_session_that_has_her_short_name_only(archive: KindSearch) -> None:
    archive.forget(HER)
    late = chat(
        ("18:05:00", "Maureen", "One zebrawood more."), ("18:05:30", "Bo Ek", "Good night, Maureen, and thanks.")
    )
    put(archive.settings.corpus, {"may/later-chat.txt": late})
    assert archive.ingest().added == ("may/later-chat.txt",)
    nothing_is_back(archive)
    assert [s.text for s in said(archive) if "Good night" in s.text] == [f"Good night, {WITHHELD}, and thanks."]


NEW_MEETING = {
    "july/pack.md": "# A walk in July\n\nJuly 2024\n\n# Reflections from the chat\n\n"
    f"**{HER}** A zebrawood walk.\n\n**Maureen** Obsidian shoes.\n\n**Bo Ek** Thank you, Maureen, for walking.\n",
    "july/talk.vtt": transcript(
        (0, 4, HER, "A quagga walks faster than any of us would."),
        (5, 9, "Maureen", "And a tangerine rolls, if only downhill."),
        (10, 14, "Bo Ek", "Well said, Maureen, for it does roll on and on."),
    ),
    "july/chat.txt": chat(("18:00:10", "Maureen", "The marmalade walks."), ("18:00:20", "Bo Ek", "It did, Maureen.")),
}


@pytest.mark.parametrize("one_by_one", [False, True], ids=["at once", "one after another"])
def test_a_new_session_is_read_without_her(archive: KindSearch, one_by_one: bool) -> None:
    archive.forget(HER)
    for name, text in sorted(NEW_MEETING.items(), reverse=True):  # the talk, that has her full name, first
        put(archive.settings.corpus, {name: text})
        if one_by_one:
            archive.ingest()
    archive.ingest()
    nothing_is_back(archive)
    july = [s for s in said(archive) if s.source in NEW_MEETING]
    assert {who for s in july for who in s.speakers} == {"Bo Ek"}
    assert "Maureen" not in " ".join(s.text for s in july)


def test_her_short_name_of_a_session_that_turns_out_to_be_hers_later(archive: KindSearch) -> None:
    """The chat comes a day before the talk that says which Maureen it was."""
    archive.forget(HER)
    for name in ("july/chat.txt", "july/talk.vtt"):
        put(archive.settings.corpus, {name: NEW_MEETING[name]})
        archive.ingest()
    nothing_is_back(archive)


SPELLINGS = [
    HER,
    HER.upper(),
    f"{HER} (she/her)",
    f"Dr {HER}",
    f"{HER} (they/them) - Leeds",
    f"{HER} | NHS",
    f"{HER}, RN",
    "Quillfeather, Maureen",
    "Maureen  Quillfeather",
    "Maureen Quillfeather’s iPhone",
    "Maureen T. Quillfeather",
    "NHS | Maureen Quillfeather",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_she_is_known_however_her_name_is_written_in_a_new_session(archive: KindSearch, spelling: str) -> None:
    """A new spelling, that ``people`` knows to be hers, is hers."""
    archive.forget(HER)
    text = chat(("18:00:10", spelling, "A zebrawood walk."), ("18:00:20", "Bo Ek", "It clears my mind."))
    put(archive.settings.corpus, {"2024-07-walks/chat.txt": text})
    archive.ingest()
    assert [s for s in said(archive) if "clears" in s.text]
    nothing_is_back(archive)


@pytest.mark.parametrize("where", ["people.toml", "2024-07-walks/session.toml"])
def test_she_is_known_by_an_alias_in_a_new_session(archive: KindSearch, where: str) -> None:
    archive.forget(HER)
    table = "people" if where == "people.toml" else "aliases"
    put(
        archive.settings.corpus,
        {
            where: f'[{table}]\n"{HER}" = ["MQ", "Kitten"]\n',
            "2024-07-walks/chat.txt": chat(
                ("18:00:10", "Kitten", "A zebrawood walk."), ("18:00:20", "Bo Ek", "It clears my mind.")
            ),
        },
    )
    archive.ingest()
    nothing_is_back(archive)


@pytest.mark.parametrize("notes", ['title = "Being kind"', 'date = "2024-05-17"'])
def test_her_short_name_is_known_when_the_session_is_called_otherwise_by_now(archive: KindSearch, notes: str) -> None:
    """Then its id is another."""
    archive.forget(HER)
    put(archive.settings.corpus, {"may/session.toml": f"{notes}\n"})
    archive.ingest()
    late = chat(("18:05:00", "Maureen", "One zebrawood more."), ("18:06:00", "Bo Ek", "Yes."))
    put(archive.settings.corpus, {"may/late.txt": late})
    archive.ingest()
    nothing_is_back(archive)


def test_her_short_name_is_known_in_a_session_that_has_her_name_in_its_title(small_archive: Make, pack: Pack) -> None:
    """Its id is made of the title, and so is another without her name."""
    talk = pack(f"Tea with {HER}", "18 May 2024", (HER, "Zebrawood calms."), ("Bo Ek", "So it does."))
    archive = small_archive({"may/pack.md": talk})
    archive.forget(HER)
    late = chat(("18:05:00", "Maureen", "One zebrawood more."), ("18:06:00", "Bo Ek", "Yes."))
    put(archive.settings.corpus, {"may/late.txt": late})
    archive.ingest()
    assert len(archive.sessions()) == 1
    assert found_in(archive.folder, "zebrawood") == []


def test_an_interrupted_ingest_keeps_nothing_of_her(archive: KindSearch) -> None:
    archive.forget(HER)
    put(archive.settings.corpus, NEW_MEETING)
    archive._encoder = Interrupted(after=2)
    with pytest.raises(KeyboardInterrupt):
        archive.ingest()
    catalog = Catalog.open(archive.folder)
    assert len(catalog.unfinished()) == 2
    catalog.close()
    nothing_is_back(archive)


def test_what_an_ingest_left_unfinished_before_is_forgotten_too(archive: KindSearch) -> None:
    put(archive.settings.corpus, NEW_MEETING)
    archive._encoder = Interrupted(after=2)
    with pytest.raises(KeyboardInterrupt):
        archive.ingest()
    assert found_in(archive.folder, "walks")
    archive._encoder = HashingEncoder()
    archive.forget(HER)
    nothing_is_back(archive)
    archive.ingest()
    nothing_is_back(archive)


class Interrupted(HashingEncoder):
    """Somebody presses Ctrl-C while it is asked the next time after so many."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.left = after

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        return super().encode(texts)


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_forgetting_that_was_interrupted_can_be_done_again(archive: KindSearch, after: int) -> None:
    before = said(archive)
    archive._encoder = Interrupted(after)
    with pytest.raises(KeyboardInterrupt):
        archive.forget(HER)
    assert said(archive) == before
    archive._encoder = HashingEncoder()
    archive.ingest()
    archive.forget(HER)
    nothing_is_back(archive)


def test_an_alias_that_is_written_down_later_is_hers_in_what_is_there_already(archive: KindSearch) -> None:
    archive.forget(HER)
    kitten = chat(("18:00:10", "Kitten", "A zebrawood walk."), ("18:00:20", "Bo Ek", "It does, Kitten, it does."))
    put(archive.settings.corpus, {"2024-07-walks/chat.txt": kitten})
    archive.ingest()
    assert found_in(archive.folder, "zebrawood") != []
    put(archive.settings.corpus, {"2024-07-walks/session.toml": f'[aliases]\n"{HER}" = ["Kitten"]\n'})
    archive.ingest()
    nothing_is_back(archive)
    assert [s.text for s in said(archive) if "It does" in s.text] == [f"It does, {WITHHELD}, it does."]


def test_what_was_learnt_before_an_interruption_is_done_by_the_next_ingest(archive: KindSearch) -> None:
    """The talk says which Maureen the chat's is; the chat is gone through though the talk is known by then."""
    archive.forget(HER)
    put(archive.settings.corpus, {"july/chat.txt": NEW_MEETING["july/chat.txt"]})
    archive.ingest()
    assert found_in(archive.folder, "marmalade") != []
    put(
        archive.settings.corpus,
        {"july/talk.vtt": NEW_MEETING["july/talk.vtt"], "july/pack.md": "# A walk\n\nJuly 2024\n"},
    )
    for after in (1, 2):
        archive._encoder = Interrupted(after)
        with pytest.raises(KeyboardInterrupt):
            archive.ingest()
    archive._encoder = HashingEncoder()
    archive.ingest()
    nothing_is_back(archive)


def test_a_namesake_who_comes_later_keeps_her_name_and_words(archive: KindSearch) -> None:
    archive.forget(HER)
    late = chat(("18:07:00", "Maureen Roe", "Nettles sting."), ("18:08:00", "Bo Ek", "They do, Maureen Roe, they do."))
    put(archive.settings.corpus, {"may/late.txt": late})
    archive.ingest()
    texts = [s.text for s in said(archive) if s.source == "may/late.txt"]
    assert texts == ["Nettles sting.", "They do, Maureen Roe, they do."]
    assert "Maureen Roe" in people_of(archive)


def test_a_changed_file_that_has_her_short_name_only_is_known_by_what_it_was(small_archive: Make) -> None:
    archive = small_archive(
        {"talk.txt": chat(("18:00:10", HER, "Zebrawood calms."), ("18:00:20", "Bo Ek", "So it does."))}
    )
    archive.forget(HER)
    put(
        archive.settings.corpus,
        {"talk.txt": chat(("18:00:10", "Maureen", "Obsidian."), ("18:00:20", "Bo Ek", "Yes it is."))},
    )
    archive.ingest()
    assert found_in(archive.folder, *HER_WORDS, "Maureen") == []


# ---------------------------------------------------------------- with another name


def test_anonymised_her_words_stay_and_her_name_is_nowhere(archive: KindSearch) -> None:
    before = said(archive)
    receipt, path = archive.forget(HER, anonymise=True)
    assert receipt.words_stay
    assert found_in(archive.folder, *HER_NAMES) == []
    assert [word for word in HER_WORDS if not any(word in s.text.lower() for s in said(archive))] == []
    assert len(said(archive)) == len(before)
    assert [s.times for s in said(archive)] == [s.times for s in before]
    hers = [s for s in said(archive) if any(word in s.text.lower() for word in HER_WORDS)]
    assert {who for s in hers for who in s.speakers} <= {WITHHELD, "Bo Ek", "Cy Dee"}
    assert all(WITHHELD in s.speakers for s in hers)
    assert [s for s in said(archive) if s.session == MAY and ("Maureen" in s.text or "MQ" in s.speakers)] == []
    assert HER not in path.read_text(encoding="utf-8")


def test_anonymised_by_the_command(archive: KindSearch, run: Run) -> None:
    done = run("forget", HER, "--anonymise", "--yes", "--index", archive.folder)
    assert done.status == 0
    assert "kept" in done.out
    assert found_in(archive.folder, *HER_NAMES) == []
    assert "zebrawood" in run("search", "zebrawood", "--index", archive.folder).out.lower()


def test_anonymised_others_and_her_namesake_are_untouched(archive: KindSearch) -> None:
    before = of_others(archive, ("Bo Ek", "Cy Dee", "Maureen Okafor"))
    archive.forget(HER, anonymise=True)
    assert of_others(archive, ("Bo Ek", "Cy Dee", "Maureen Okafor")) == before
    assert people_of(archive)["Maureen Okafor"] == ("Maureen", "Maureen Okafor")


def test_anonymised_she_is_no_speaker_of_a_session_and_no_alias(archive: KindSearch) -> None:
    archive.forget(HER, anonymise=True)
    (may,) = [summary for summary in archive.sessions() if summary.session.id == MAY]
    assert [person.name for person in may.session.speakers] == ["Bo Ek"]
    assert archive.search("zebrawood", where=Filter(speaker="Maureen", session=MAY)) == []


def test_anonymised_her_name_does_not_come_back_with_new_words_of_hers(archive: KindSearch) -> None:
    archive.forget(HER, anonymise=True)
    put(archive.settings.corpus, NEW_MEETING)
    archive.ingest()
    assert found_in(archive.folder, *HER_NAMES) == []
    july = [s for s in said(archive) if s.source in NEW_MEETING]
    assert {who for s in july for who in s.speakers} == {"Bo Ek", WITHHELD}
    assert "Maureen" not in " ".join(s.text for s in july)
    assert any("zebrawood walk" in s.text for s in july)


def test_two_who_were_anonymised_are_not_one_person(small_archive: Make, pack: Pack) -> None:
    """Nor is one of two sessions: that she was at both is what she asked to be forgotten."""
    archive = small_archive(
        {
            "a.md": pack("Tea", "May 2024", ("Ann Lee", "Tea calms."), ("Bo Ek", "So it does.")),
            "b.md": pack("Walks", "June 2024", ("Eva Long", "Walking clears the mind."), ("Bo Ek", "Yes.")),
        }
    )
    archive.forget("Ann Lee", anonymise=True)
    archive.forget("Eva Long", anonymise=True)
    withheld = [person for person in archive.people() if WITHHELD in person.spellings]
    assert [person.sessions for person in withheld if len(person.sessions) > 1] == []
    tea, walks = (archive.search(text, k=1)[0].passage for text in ("Tea calms.", "Walking clears the mind."))
    assert (tea.speakers, walks.speakers) == ((WITHHELD,), (WITHHELD,))
    assert tea.people != walks.people


def test_one_whose_name_is_gone_already_can_have_her_words_taken_out_later(archive: KindSearch) -> None:
    """She asks for less first, and then for more: the words that come in from then on are left out."""
    archive.forget(HER, anonymise=True)
    put(archive.settings.corpus, NEW_MEETING)
    archive.ingest()
    archive.forget(HER)
    assert found_in(archive.folder, *HER_WORDS, *HER_NAMES) == []


def test_of_two_whose_names_are_gone_from_one_file_both_lose_their_words_there(small_archive: Make, pack: Pack) -> None:
    """Nothing tells any more whose are whose; in other files the other's words stay."""
    archive = small_archive(
        {
            "a.md": pack(
                "Tea",
                "May 2024",
                ("Ann Lee", "Zebrawood calms."),
                ("Eva Long", "A quagga runs."),
                ("Bo Ek", "Biscuits matter."),
            ),
            "b.md": pack("Walks", "June 2024", ("Eva Long", "Marmalade walks."), ("Bo Ek", "Yes, they do walk.")),
        }
    )
    archive.forget("Ann Lee", anonymise=True)
    archive.forget("Eva Long", anonymise=True)
    archive.forget("Ann Lee")
    assert found_in(archive.folder, "zebrawood", "quagga") == []
    assert {s.text for s in said(archive)} >= {"Biscuits matter.", "Marmalade walks.", "Yes, they do walk."}
    archive.ingest()
    assert found_in(archive.folder, "zebrawood", "Ann Lee", "Eva Long") == []


def test_somebody_who_is_only_spoken_of_can_be_forgotten_by_her_full_name(archive: KindSearch, run: Run) -> None:
    put(archive.settings.corpus, {"b.md": "# B\n\nMay 2023\n\n# Chat\n\n**Bo Ek** I met Zoe Zhu, and Zoe laughed.\n"})
    archive.ingest()
    done = run("forget", "zoe zhu", "--yes", "--index", archive.folder)
    assert done.status == 0
    assert [s.text for s in said(archive) if "laughed" in s.text] == [f"I met {WITHHELD}, and Zoe laughed."]


# ---------------------------------------------------------------- wherever her name can stand


def hidings(pack: Pack) -> dict[str, Mapping[str, str]]:
    """Where her name stands, and a corpus in which it stands there."""
    said_by_her = (HER, "Zebrawood calms.")
    tea = pack("Tea", "May 2024", said_by_her, ("Bo Ek", "So it does."))
    return {
        "the title of a pack": {"a.md": pack(f"Tea with {HER}", "May 2024", said_by_her, ("Bo Ek", "So it does."))},
        "a title of her short name": {
            "a.md": pack("Tea with Quillfeather", "May 2024", said_by_her, ("Bo Ek", "Yes."))
        },
        "a section": {"a.md": f"{tea}\n# Insights from {HER}\n\n- Obsidian nights are long.\n"},
        "a section of her short name": {"a.md": f"{tea}\n# More about Quillfeather\n\n**Bo Ek** That was good.\n"},
        "the title in session.toml": {"s/a.md": tea, "s/session.toml": f'title = "Tea with {HER}"\n'},
        "a short name in the title in session.toml": {"s/a.md": tea, "s/session.toml": 'title = "Mrs Quillfeather"\n'},
        "a speaker in session.toml": {"s/a.md": tea, "s/session.toml": f'speakers = ["{HER}"]\n'},
        "a short name of a speaker in session.toml": {
            "s/a.md": tea,
            "s/session.toml": 'speakers = ["Quillfeather", "Bo Ek"]\n',
        },
        "a role in session.toml": {
            "s/a.md": tea,
            "s/session.toml": f'speakers = [{{name = "Bo Ek", role = "assistant to {HER}"}}]\n',
        },
        "the note in session.toml": {"s/a.md": tea, "s/session.toml": f'note = "Recorded by {HER}."\n'},
        "an alias in session.toml": {"s/a.md": tea, "s/session.toml": f'[aliases]\n"{HER}" = ["Mo"]\n'},
        "an alias of one word in session.toml": {
            "s/a.md": pack("Tea", "May 2024", ("Quillfeather", "Zebrawood calms."), ("Bo Ek", "So it does.")),
            "s/session.toml": '[aliases]\n"Quillfeather" = ["Mo"]\n',
        },
        "an alias in people.toml": {"a.md": tea, "people.toml": f'[people]\n"{HER}" = ["Mo"]\n'},
        "an alias of one word in people.toml": {
            "a.md": pack("Tea", "May 2024", ("Quillfeather", "Zebrawood calms."), ("Bo Ek", "So it does.")),
            "people.toml": '[people]\n"Quillfeather" = ["Mo"]\n',
        },
        "the target of a link": {
            "a.md": pack(
                "Tea",
                "May 2024",
                said_by_her,
                ("Bo Ek", f"See [{HER}](https://example.org/m-quillfeather) first."),
            )
        },
        "a genitive": {"a.md": pack("Tea", "May 2024", said_by_her, ("Bo Ek", f"We like {HER}’s tea."))},
        "capitals": {"a.md": pack("Tea", "May 2024", said_by_her, ("Bo Ek", f"We like {HER.upper()}, we do."))},
        "small letters": {"a.md": tea, "b.md": pack("Walks", "June 2024", ("Bo Ek", f"We like {HER.lower()} a lot."))},
        "last name first": {
            "a.md": tea,
            "b.md": pack("Walks", "June 2024", ("Bo Ek", "We like Quillfeather, Maureen a lot.")),
        },
        "a title before it": {"a.md": tea, "b.md": pack("Walks", "June 2024", ("Bo Ek", f"We like Dr {HER} a lot."))},
        "an initial in it": {
            "a.md": tea,
            "b.md": pack("Walks", "June 2024", ("Bo Ek", "We like Maureen T. Quillfeather a lot.")),
        },
    }


@pytest.mark.parametrize("anonymise", [False, True], ids=["forgotten", "anonymised"])
@pytest.mark.parametrize("place", list(hidings(lambda *_: "")))
def test_her_name_stands_nowhere_beside_the_texts(small_archive: Make, pack: Pack, place: str, anonymise: bool) -> None:
    archive = small_archive(hidings(pack)[place])
    assert found_in(archive.folder, *HER_NAMES)
    archive.forget("Quillfeather", anonymise=anonymise)
    assert found_in(archive.folder, *HER_NAMES) == []
    assert [s for s in said(archive) if "Bo Ek" in s.speakers]


@pytest.mark.parametrize(
    "source",
    [
        "2024-05-02-talk-with-Quillfeather.vtt",
        "2024-05 Quillfeather/talk.vtt",
        "with-title/quillfeather.vtt",
    ],
)
def test_a_title_made_of_the_name_of_a_file_is_without_her_name(small_archive: Make, source: str) -> None:
    """The path itself must stay, for the file has it. What is made of it need not."""
    talk = transcript((0, 4, HER, "Zebrawood walking clears my mind."), (5, 9, "Bo Ek", "It does that for me too."))
    archive = small_archive({source: talk, "with-title/session.toml": 'title = "Tea"\n'})
    _, receipt = archive.forget(HER)
    archive.ingest()
    (summary,) = archive.sessions()
    (passage,) = [hit.passage for hit in archive.search("walking", k=50)]
    made = [summary.session.title, summary.session.id, passage.context, receipt.read_text(encoding="utf-8")]
    assert [text for text in made if "quillfeather" in text.lower()] == []
    assert [where for where in found_in(archive.folder, *HER_NAMES) if "words.json" in where or "term" in where] == []


@pytest.mark.parametrize(
    "name",
    ["Maria del Carmen Ruiz Mendoza de la Torre", "村上 春樹", "Ольга Петрова", "Åsa Öhrn-Ångström", "Seán O’Connor"],
)
def test_a_name_of_any_length_and_letters(small_archive: Make, pack: Pack, name: str) -> None:
    archive = small_archive(
        {
            "2024-05-tea.txt": chat(
                ("18:00:10", name, "Zebrawood calms."), ("18:01:00", "Bo Ek", f"I thank {name}, too.")
            ),
            "walks.md": pack("Walks", "June 2024", ("Bo Ek", f"As {name} said, small things count.")),
        }
    )
    archive.forget(name)
    assert found_in(archive.folder, "zebrawood", name) == []
    assert [s.text for s in said(archive) if "said" in s.text] == [f"As {WITHHELD} said, small things count."]
    assert [s.text for s in said(archive) if "thank" in s.text] == [f"I thank {WITHHELD}, too."]


def test_a_sentence_that_ends_with_her_name_still_ends(small_archive: Make, pack: Pack) -> None:
    archive = small_archive(
        {
            "a.md": pack(
                "Tea",
                "May 2024",
                (HER, "Zebrawood calms."),
                ("Bo Ek", f"I agree with {HER}. Tea helps us, Maureen."),
            )
        }
    )
    archive.forget(HER)
    (bo,) = [s for s in said(archive) if s.speakers == ("Bo Ek",)]
    assert bo.text == f"I agree with {WITHHELD}. Tea helps us, {WITHHELD}."


@pytest.mark.parametrize("line", [f"{HER}: Obsidian nights are long.", f"“Obsidian nights are long.” – {HER}"])
def test_words_that_a_pack_gives_her_in_its_text_go_with_the_others(small_archive: Make, pack: Pack, line: str) -> None:
    archive = small_archive({"a.md": pack("Tea", "May 2024", (HER, "Zebrawood calms.")) + f"\n# Q&A\n\n{line}\n"})
    archive.forget(HER)
    assert found_in(archive.folder, "obsidian", *HER_NAMES) == []


def test_somebody_who_is_only_listed_as_a_speaker_can_be_forgotten(small_archive: Make, pack: Pack) -> None:
    archive = small_archive(
        {
            "s/a.md": pack("Tea", "May 2024", ("Bo Ek", f"Thank you, {HER}, for coming.")),
            "s/session.toml": f'speakers = ["{HER}", "Bo Ek"]\n',
        }
    )
    archive.forget(HER)
    assert found_in(archive.folder, *HER_NAMES) == []


# ---------------------------------------------------------------- those beside her


def family(pack: Pack) -> dict[str, str]:
    return {
        "a.md": pack(
            "Tea",
            "May 2024",
            (HER, "Zebrawood calms."),
            ("Maureen Roe", "Biscuits calm me more than anything."),
            ("Rob Quillfeather", "I am Rob Quillfeather, and I care."),
            ("Bo Ek", f"First Maureen Roe spoke, then {HER}."),
            ("Maureen", "Somebody has to say who I am."),
        )
    }


def test_a_namesake_of_the_same_session_keeps_her_name(small_archive: Make, pack: Pack) -> None:
    archive = small_archive(family(pack))
    archive.forget(HER)
    texts = [s.text for s in said(archive)]
    assert f"First Maureen Roe spoke, then {WITHHELD}." in [text.rstrip(".") + "." for text in texts]
    assert "I am Rob Quillfeather, and I care." in texts
    assert {"Maureen Roe", "Rob Quillfeather"} <= set(people_of(archive))


def test_others_of_other_sessions_whose_names_are_alike_keep_words_and_names(small_archive: Make, pack: Pack) -> None:
    """An initial, or her two names turned round, are no evidence where she never was."""
    archive = small_archive(
        {
            "a.md": pack("Tea", "May 2024", ("Ann Lee", "Zebrawood calms."), ("Bo Ek", "So it does.")),
            "2024-06-walks.txt": chat(
                ("18:00:00", "Alan Lee", "Walking clears my mind."),
                ("18:01:00", "A. Lee", "It does so in the rain as well."),
                ("18:02:00", "Lee Ann Smith", "I run, and my mind is clear."),
                ("18:03:00", "Bo Ek", "A. Lee and Lee Ann Smith are right, and one of us has a Lee jacket."),
            ),
        }
    )
    before = [one for one in said(archive) if one.source == "2024-06-walks.txt"]
    assert len(before) == 4
    archive.forget("Ann Lee")
    assert [one for one in said(archive) if one.source == "2024-06-walks.txt"] == before
    assert [one for one in said(archive) if "Zebrawood" in one.text] == []


@pytest.mark.parametrize(
    ("name", "other", "short"),
    [("Carlos de Souza", "Carlos M. Souza", "Carlos Souza"), ("Ann Mary Lee", "Ann Rose Lee", "Ann Lee")],
)
def test_one_who_is_not_joined_with_her_keeps_words_and_name(
    small_archive: Make, pack: Pack, name: str, other: str, short: str
) -> None:
    """Whom `people` lists as another is another."""
    archive = small_archive(
        {
            "a.md": pack("Tea", "May 2024", (name, "Zebrawood calms."), ("Bo Ek", "So it does.")),
            "b.md": pack("Walks", "June 2024", (other, "Walking is fine."), ("Bo Ek", f"As {other} said, it is.")),
            "c.md": pack("Runs", "July 2024", (short, "Running is fine."), ("Bo Ek", f"As {short} said, it is.")),
        }
    )
    before = [one for one in said(archive) if one.source != "a.md"]
    archive.forget(name)
    assert [one for one in said(archive) if one.source != "a.md"] == before
    assert found_in(archive.folder, "zebrawood", name) == []


def test_nothing_is_taken_out_that_was_not_listed(small_archive: Make, pack: Pack) -> None:
    """Words of a "Maureen" who can be either of two are not hers to take; or else they are to be listed."""
    archive = small_archive(family(pack))
    catalog = Catalog.open(archive.folder)
    (unclear,) = [p.id for p in every_passage(catalog) if p.speakers == ("Maureen",)]
    catalog.close()
    listed = {id_ for trace in archive.traces_of(HER).documents for id_ in trace.passages}
    archive.forget(HER)
    assert unclear in listed or "Somebody has to say who I am." in [s.text for s in said(archive)]


# ---------------------------------------------------------------- the rest of her session


def test_her_session_stays_one_when_a_file_of_it_was_all_hers(small_archive: Make, pack: Pack) -> None:
    archive = small_archive(
        {
            "may/pack.md": pack("Tea", "May 2024", ("Bo Ek", "Biscuits calm me.")),
            "may/recording.vtt": transcript((0, 4, HER, "Zebrawood calms me every single day of the year.")),
        }
    )
    before = [(s.session.id, s.sources) for s in archive.sessions()]
    archive.forget(HER)
    assert [(s.session.id, s.sources) for s in archive.sessions()] == before
    archive.ingest()
    assert [(s.session.id, s.sources) for s in archive.sessions()] == before


@pytest.mark.parametrize(
    ("talk", "notes", "last"),
    [
        pytest.param("GMT20240618-170322_Recording.vtt", "", "19:10:00", id="a start in UTC, an hour from the clock"),
        pytest.param("recording.vtt", "start = 18:05:00\n", "18:10:00", id="a start after the first message"),
    ],
)
def test_the_times_of_a_chat_stay_right_when_the_last_message_was_hers(
    small_archive: Make, pack: Pack, talk: str, notes: str, last: str
) -> None:
    archive = small_archive(
        {
            "june/pack.md": pack("Tea", "18 June 2024", ("Bo Ek", "Biscuits calm me.")),
            "june/session.toml": notes,
            f"june/{talk}": transcript(
                (0, 4, "Bo Ek", "Welcome to this lovely evening."), (4000, 4004, "Bo Ek", "Good night, everybody.")
            ),
            "june/chat.txt": chat(
                ("18:04:00", "Bo Ek", "Good evening to every one of you."), (last, HER, "Zebrawood it was for me.")
            ),
        }
    )

    def times() -> list[int | None]:
        return [s.times[0] for s in said(archive) if "Good evening" in s.text]

    before = times()
    assert before == [38_000 if talk.startswith("GMT") else 0]
    archive.forget(HER)
    assert times() == before
    archive.ingest()
    assert times() == before


def test_a_pack_keeps_the_moments_of_what_others_said(small_archive: Make, pack: Pack) -> None:
    quotes = (
        "# Tea\n\nMay 2024\n\n# What did we hear\n\n"
        "“Kindness is almost never on the dashboard.”\n\n“Zebrawood is what calms me in the corridor.”\n"
    )
    talk = transcript(
        (0, 4, HER, "Zebrawood is what calms me in the corridor."),
        (5, 9, "Bo Ek", "Kindness is almost never on the dashboard."),
    )
    archive = small_archive({"may/pack.md": quotes, "may/talk.vtt": talk})

    def moments() -> list[int | None]:
        return [s.times[0] for s in said(archive) if s.source == "may/pack.md" and "dashboard" in s.text]

    before = moments()
    assert before[0] is not None
    archive.forget(HER)
    assert 5_000 in moments()


# ---------------------------------------------------------------- others at work at the same time


def test_while_another_process_writes_nothing_is_forgotten(archive: KindSearch) -> None:
    before = said(archive)
    with another_process_writing(archive.folder), pytest.raises(IndexLocked):
        archive.forget(HER)
    assert said(archive) == before
    assert not (archive.folder / "receipts").exists()
    archive.forget(HER)
    nothing_is_back(archive)


class Waiting(HashingEncoder):
    """Stands still while it encodes a question, in the middle of the reading."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.go_on = threading.Event(), threading.Event()

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.reached.set()
        assert self.go_on.wait(60)
        return super().encode(texts)


def test_a_question_asked_before_is_answered_as_before_and_the_next_one_without_her(archive: KindSearch) -> None:
    expected = archive.ask("zebrawood tables", where=Filter(session=MAY))
    assert "Zebrawood" in expected.hits[0].passage.text
    encoder = Waiting()
    reader = KindSearch.open(archive.folder, encoder=encoder, settings=archive.settings)
    answers, errors = [], []

    def ask() -> None:
        try:
            answers.append(reader.ask("zebrawood tables", where=Filter(session=MAY)))
        except Exception as error:
            errors.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    assert encoder.reached.wait(60)
    forgetting = threading.Thread(target=lambda: archive.forget(HER))
    forgetting.start()
    generation = archive.status().generation
    waited = threading.Event()
    for _ in range(600):  # until it is done, for all who ask from now on
        if archive.status().generation > generation:
            break
        waited.wait(0.1)
    assert archive.status().generation > generation
    encoder.go_on.set()
    asking.join(60)
    forgetting.join(120)
    assert not forgetting.is_alive()
    assert errors == []
    assert [hit.passage for hit in answers[0].hits] == [hit.passage for hit in expected.hits]
    after = reader.ask("zebrawood tables", where=Filter(session=MAY))
    assert "Zebrawood" not in str([hit.passage for hit in after.hits])
    nothing_is_back(archive)


def test_a_reader_that_goes_on_all_the_while_never_fails_and_then_sees_nothing_of_her(archive: KindSearch) -> None:
    reader = KindSearch.open(archive.folder, encoder=HashingEncoder(), settings=archive.settings)
    done, problems, seen_words = threading.Event(), [], []

    def ask_on() -> None:
        while True:
            last = done.is_set()
            try:
                answer = reader.ask("zebrawood marmalade quagga", k=50)
                texts = [hit.passage.text for hit in answer.hits]
                seen_words.append([word for word in HER_WORDS if any(word in text.lower() for text in texts)])
                sessions = [p.name for s in reader.sessions() for p in s.session.speakers]
            except Exception as error:
                problems.append(error)
            if last:
                break
        if HER in sessions:
            problems.append(AssertionError("she is still listed"))

    asking = threading.Thread(target=ask_on)
    asking.start()
    archive.forget(HER)
    done.set()
    asking.join(60)
    assert problems == []
    assert seen_words[-1] == []
    assert {len(words) for words in seen_words} <= {0, len(HER_WORDS)}  # all or nothing
    nothing_is_back(archive)


def test_what_a_slow_reader_kept_from_being_wiped_is_wiped_later(
    archive: KindSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log can't be emptied while somebody reads the old state; it must not stay so for ever."""
    monkeypatch.setattr(schema, "_BUSY_SECONDS", 0.1)
    slow = Catalog.open(archive.folder)
    stays_open = Catalog.open(archive.folder)  # as the connection of a web app does
    assert stays_open.generation == 1
    with slow.reading():
        assert slow.generation == 1
        archive.forget(HER)
    archive.ingest()
    remaining = found_in(archive.folder, *HER_WORDS, *HER_NAMES)
    slow.close()
    stays_open.close()
    assert remaining == []


def test_page_images_and_passages_of_hers_are_gone_for_those_who_have_a_link(archive: KindSearch) -> None:
    (hit,) = [h for h in archive.search("zebrawood tables", k=50) if "Zebrawood" in h.passage.text]
    archive.forget(HER)
    left = archive.passage(hit.passage.id)
    assert left is None or "Zebrawood" not in left.text


# ---------------------------------------------------------------- taken out of the archive by its source


def test_a_removed_source_leaves_nothing_in_any_file(archive: KindSearch) -> None:
    """Nor in the log beside the catalog."""
    archive.remove("may/talk.vtt")
    assert found_in(archive.folder, "quagga", "tangerine", "talk.vtt") == []
    assert found_in(archive.folder, "zebrawood") != []
