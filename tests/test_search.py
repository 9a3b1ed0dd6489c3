from __future__ import annotations

import hashlib
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from catalogs import every_passage
from meetings import put
from small_packs import PACKS, pack_of

from kindsearch import Answer, Filter, KindSearch, KindSearchError, PartialDate, answering, search
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.errors import BadRequest, DamagedIndex, IncompatibleIndex, IndexLocked, NoIndex, UnreadableFile
from kindsearch.stores.catalog import Catalog
from kindsearch.stores.schema import FILE
from kindsearch.types import Kind

Make = Callable[..., KindSearch]
QUESTION = "does tea help worried patients?"
TEA = "2024-01-18-tea.md"


def reopened(archive: KindSearch, encoder: Any = None) -> KindSearch:
    """The same index as another process would open it."""
    return KindSearch.open(archive.folder, encoder=encoder or HashingEncoder(), settings=archive.settings)


def set_meta(archive: KindSearch, key: str, value: str) -> None:
    catalog = Catalog.open(archive.folder)
    catalog.set_meta(key, value)
    catalog.close()


# ---------------------------------------------------------------- open


def test_what_is_ingested_is_there_for_the_next_who_opens_it(small_archive: Make) -> None:
    archive = small_archive()
    assert reopened(archive).ask(QUESTION) == archive.ask(QUESTION)
    assert archive.ask(QUESTION).answered


def test_a_folder_without_an_index_is_no_index_and_stays_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(NoIndex, match="run  kindsearch ingest"):
        KindSearch.open(tmp_path / "none", encoder=HashingEncoder())
    assert not (tmp_path / "none").exists()


def test_a_new_archive_answers_that_it_has_nothing(tmp_path: Path) -> None:
    archive = KindSearch.open(tmp_path, create=True, encoder=HashingEncoder())
    answer = archive.ask(QUESTION)
    assert (answer.answered, answer.hits, answer.confidence) == (False, (), 0.0)
    assert archive.sessions() == archive.people() == []
    (tmp_path / "empty").mkdir()
    assert archive.plan(tmp_path / "empty").added == ()
    assert archive.status().passages == 0


@pytest.mark.parametrize("create", [True, False])
def test_an_index_of_another_model_is_refused_with_both_names(small_archive: Make, create: bool) -> None:
    archive = small_archive()
    with pytest.raises(IncompatibleIndex, match=r"'hashing-64', not 'hashing-32'.*delete"):
        KindSearch.open(archive.folder, create=create, encoder=HashingEncoder(32))


@pytest.mark.parametrize(("key", "what"), [("analyser", "the analyser 'old'"), ("format", "catalog format 'old'")])
def test_an_index_of_another_analyser_or_format_is_refused(small_archive: Make, key: str, what: str) -> None:
    archive = small_archive()
    set_meta(archive, key, "old")
    with pytest.raises(IncompatibleIndex, match=rf"made with {what}, not '.*run  kindsearch ingest"):
        reopened(archive)


@pytest.mark.parametrize("garbage", [b"", b"no database at all " * 999])
def test_a_catalog_of_garbage_is_a_damaged_index(small_archive: Make, garbage: bytes) -> None:
    archive = small_archive()
    folder = archive.folder
    del archive
    for path in folder.glob(f"{FILE}*"):
        path.unlink()
    (folder / FILE).write_bytes(garbage)
    with pytest.raises(DamagedIndex, match="run  kindsearch ingest"):
        KindSearch.open(folder, encoder=HashingEncoder())


@pytest.mark.parametrize("keep", [0.02, 0.3, 0.7])
def test_a_catalog_damaged_inside_is_never_a_foreign_error(small_archive: Make, tmp_path: Path, keep: float) -> None:
    archive = small_archive()
    whole = tmp_path / "whole.sqlite"
    with sqlite3.connect(archive.folder / FILE) as source, sqlite3.connect(whole) as target:
        source.backup(target)
    source.close()
    target.close()
    folder = tmp_path / "damaged"
    folder.mkdir()
    data = whole.read_bytes()
    cut = int(len(data) * keep)
    (folder / FILE).write_bytes(data[:cut] + b"\xaa" * (len(data) - cut))

    refused = 0
    for verb in (
        lambda archive: archive.ask(QUESTION), KindSearch.sessions, KindSearch.people, KindSearch.status,
        KindSearch.plan, lambda archive: archive.traces_of("Ann Lee"), KindSearch.ingest,
    ):  # fmt: skip
        try:
            verb(KindSearch.open(folder, encoder=HashingEncoder(), settings=archive.settings))
        except DamagedIndex:
            refused += 1
        except BadRequest:  # what was asked for lies in the part that is gone
            continue
    assert refused


# ---------------------------------------------------------------- ask


@pytest.mark.parametrize("where", [Filter(speaker="\udcff"), Filter(session="half \udcff")])
def test_half_a_character_is_no_name(archive: KindSearch, where: Filter) -> None:
    with pytest.raises(BadRequest, match="half a character"):
        archive.search("kindness", where=where)


def test_half_a_character_in_a_question_is_passed_over(archive: KindSearch) -> None:
    assert archive.ask("kindness \udcff").question == "kindness \ufffd"


def test_what_others_say_is_no_answer_where_somebody_is_asked_about_who_never_speaks(small_archive: Make) -> None:
    """She is written of, so the archive knows her name."""
    founders = "# Tea on the ward\n\n18 January 2024\n\n# Founders\n\nBegun by Suzie Holm, with a kettle.\n"
    archive = small_archive({**PACKS, "2024-01-18-founders.md": founders})
    assert archive.ask("does tea calm worried patients?").answered
    answer = archive.ask("did Suzie Holm say that tea calms worried patients?")
    assert all("Suzie Holm" in citation.quote for citation in answer.citations)


def test_a_text_that_was_thought_to_be_asked_changes_no_answer(
    small_archive: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is begun to encode before the question is understood."""
    archive = small_archive()
    answer = archive.ask(QUESTION)
    monkeypatch.setattr(search, "likely_matched", lambda *_: "what do roses cost?")
    assert archive.ask(QUESTION) == answer


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "\u2003"])
def test_an_empty_question_is_a_bad_request(small_archive: Make, question: str) -> None:
    for verb in (small_archive().ask, small_archive().search):
        with pytest.raises(BadRequest, match="ask something"):
            verb(question)


def test_a_question_has_a_longest_length(small_archive: Make) -> None:
    archive = small_archive()
    assert archive.search("tea " * 499 + "teas")
    with pytest.raises(BadRequest, match="2,000 characters"):
        archive.ask("x" * 2_001)


@pytest.mark.parametrize("k", [0, -1, 101, 10**9])
def test_k_has_a_range(small_archive: Make, k: int) -> None:
    archive = small_archive()
    with pytest.raises(BadRequest, match=f"from 1 to 100, not {k}"):
        archive.search(QUESTION, k)


def test_k_is_taken_from_the_settings_unless_given(small_archive: Make) -> None:
    archive = small_archive(passages_per_answer=2)
    assert (len(archive.search(QUESTION)), len(archive.search(QUESTION, 4))) == (2, 4)


def test_search_gives_the_hits_of_the_answer(small_archive: Make) -> None:
    archive = small_archive()
    assert archive.search(QUESTION, 3) == list(archive.ask(QUESTION, 3).hits)


def test_blanks_around_and_inside_a_question_do_not_count(small_archive: Make) -> None:
    archive = small_archive()
    assert archive.ask("  does tea\n help\tworried patients?  ") == archive.ask(QUESTION)


def test_the_same_question_gives_the_same_answer(archive: KindSearch) -> None:
    assert archive.ask("how do we measure kindness?") == archive.ask("how do we measure kindness?")


def test_a_date_of_the_filter_goes_before_one_of_the_question(small_archive: Make) -> None:
    hits = small_archive().search("tea in May 2023", where=Filter(since=PartialDate(2024, 6)))
    assert {str(hit.passage.session.date) for hit in hits} == {"2024-06"}


def test_a_year_that_a_text_speaks_of_is_a_topic(small_archive: Make, pack: Callable[..., str]) -> None:
    said = (("Ann", "Tea came to our ward in 1998."), ("Bo", "Yes."))
    archive = small_archive({"tea.md": pack("Tea", "May 2024", *said)})
    assert archive.search("what came to our ward in 1998?")[0].passage.text == "Tea came to our ward in 1998."
    assert archive.ask("what came to our ward in 1998?").answered
    assert not archive.ask("what came to our ward in 1997?").answered


# ---------------------------------------------------------------- what is read in a question


def titles(archive: KindSearch, question: str, where: Filter | None = None, *, literal: bool = False) -> set[str]:
    """The sessions in which passages are found for a question."""
    return {hit.passage.session.title for hit in archive.search(question, 100, where, literal=literal)}


def with_more(archive: KindSearch, name: str, text: str) -> KindSearch:
    """An archive with one file more."""
    (archive.settings.corpus / name).write_text(text, encoding="utf-8")
    archive.ingest()
    return archive


@pytest.mark.parametrize(
    ("question", "understood", "found"),
    [
        ("what did Ann say about tea?", "Ann Lee", None),
        ("what was said about tea in January 2024?", "January 2024", {"Tea on the ward"}),
        ("what was said since June 2024 about tea?", "since June 2024", {"A garden for staff"}),
        ("who spoke of tea in the latest session?", "A garden for staff", {"A garden for staff"}),
        ("in the session on music in the corridor, was there tea?", "Music in the corridor", {"Music in the corridor"}),
        ("what was said about tea in the Q&A?", "in the questions and answers", {"Tea on the ward"}),
        (
            "what did Bo say in the chat in the first session?",
            "Bo Ek · Music in the corridor · in the chat",
            {"Music in the corridor"},
        ),
        ("does tea help?", "", None),
    ],
)
def test_a_question_is_put_to_what_it_names_and_the_answer_says_so(
    small_archive: Make, question: str, understood: str, found: set[str] | None
) -> None:
    archive = small_archive()
    everything = {"Music in the corridor", "Tea on the ward", "A garden for staff"}
    assert archive.ask(question).understood == understood
    assert titles(archive, question) == (found or everything)
    assert archive.ask(question, literal=True).understood == ""
    assert titles(archive, question, literal=True) == everything


def test_a_question_about_the_chat_is_put_to_the_chat_alone(small_archive: Make) -> None:
    archive = small_archive()
    in_chat = archive.search("does tea help in the chat?", k=100)
    assert {hit.passage.kind for hit in in_chat} == {Kind.CHAT}
    assert Kind.QUESTION_AND_ANSWER in {hit.passage.kind for hit in archive.search("does tea help?", k=100)}
    literally = archive.search("does tea help in the chat?", k=100, literal=True)
    assert {hit.passage.kind for hit in literally} > {Kind.CHAT}
    answers = archive.search("does tea help in the chat?", k=100, where=Filter(kind=Kind.QUESTION_AND_ANSWER))
    assert {hit.passage.kind for hit in answers} == {Kind.QUESTION_AND_ANSWER}  # a filter goes first


@pytest.mark.parametrize("question", ["is tea in the recording?", "was tea served, in the discussion?"])
def test_where_there_is_no_such_place_all_is_searched(small_archive: Make, question: str) -> None:
    archive = small_archive()
    assert len(archive.search(question, k=100)) == archive.status().passages


def test_a_place_that_is_only_in_other_sessions_is_no_place_of_the_one_that_is_asked(small_archive: Make) -> None:
    hits = small_archive().search("was there tea in the Q&A of the session on music in the corridor?", k=100)
    assert {hit.passage.session.title for hit in hits} == {"Music in the corridor"}


def test_all_resources_are_listed_where_nothing_else_is_asked(small_archive: Make) -> None:
    books = "\n\n# Further resources\n\n- The tea handbook on calm\n- A film about roses\n"
    archive = small_archive()
    garden = (archive.settings.corpus / "2024-06-garden.md").read_text(encoding="utf-8")
    with_more(archive, "2024-06-garden.md", garden + books)
    assert {hit.passage.kind for hit in archive.search("which resources were recommended?", k=100)} == {Kind.RESOURCE}
    everything = archive.search("which resources were recommended?", k=100, literal=True)
    assert len(everything) == archive.status().passages


def test_taken_literally_a_session_is_found_by_its_words(small_archive: Make) -> None:
    archive = small_archive()
    answer = archive.ask("what did Zelda say in the session on Mongolia in October 2022?", literal=True)
    assert (answer.understood, answer.text) == ("", answering.NOT_FOUND)
    assert answer.signals
    assert answer.signals.strangers == 0
    assert archive.ask("what did Zelda say in the session on Mongolia in October 2022?").text == answering.NO_SESSION


# ---------------------------------------------------------------- times


def test_of_a_time_without_a_session_nothing_is_answered_where_others_have_dates(
    small_archive: Make, pack: Callable[..., str]
) -> None:
    undated = pack("Some evening", "", ("Cy Dee", "Tea calms worried patients."))
    archive = with_more(small_archive(), "undated.md", undated)
    answer = archive.ask("does tea calm worried patients in October 2022?")
    assert (answer.answered, answer.confidence, answer.citations) == (False, 0.0, ())
    assert (answer.text, answer.understood, answer.signals) == (answering.NO_SESSION, "October 2022", None)
    assert "Tea calms worried patients." in {hit.passage.text for hit in answer.hits}
    literally = archive.ask("does tea calm worried patients in October 2022?", literal=True)
    assert (literally.answered, literally.understood) == (True, "")


@pytest.mark.parametrize(
    ("words", "held"),
    [
        ("Tea has calmed worried patients since October 2022.", True),
        ("Tea has calmed worried patients since 2022, and October was best.", False),  # not as the question has it
        ("Tea has calmed worried patients since october 2022.", False),
        ("Tea has calmed worried patients since October.", False),
    ],
)
def test_a_time_of_which_the_texts_speak_is_a_topic_where_they_have_it_as_it_is_asked(
    small_archive: Make, pack: Callable[..., str], words: str, held: bool
) -> None:
    archive = with_more(small_archive(), "more.md", pack("Cups", "March 2024", ("Cy Dee", words)))
    answer = archive.ask("does tea calm worried patients in October 2022?")
    assert (answer.text != answering.NO_SESSION) is held
    assert (words in {citation.quote for citation in answer.citations}) is held


def test_where_nothing_has_a_date_a_time_is_a_topic(small_archive: Make, pack: Callable[..., str]) -> None:
    archive = small_archive({"undated.md": pack("Some evening", "", ("Cy Dee", "Tea calms worried patients."))})
    assert archive.sessions()[0].session.date is None
    answer = archive.ask("does tea calm worried patients in October 2022?")
    assert answer.text != answering.NO_SESSION
    assert answer.answered
    assert answer.citations[0].quote == "Tea calms worried patients."


@pytest.mark.parametrize(
    ("question", "where"),
    [
        ("does tea calm worried patients in October 2022?", Filter(session="2024-01-18-tea-on-the-ward")),
        ("in the session on tea on the ward, does tea calm worried patients in October 2022?", None),
    ],
)
def test_where_a_session_is_chosen_a_time_is_a_topic(small_archive: Make, question: str, where: Filter | None) -> None:
    answer = small_archive().ask(question, where=where)
    assert answer.text != answering.NO_SESSION
    assert answer.citations[0].quote == "Tea calms worried patients."
    assert {hit.passage.session.title for hit in answer.hits} == {"Tea on the ward"}


def test_a_time_narrows_within_what_else_is_asked(small_archive: Make) -> None:
    archive = small_archive()
    hits = archive.search("what did she say in 2024?", 100, Filter(speaker="Ann"))
    assert {hit.passage.speakers for hit in hits} == {("Ann Lee",)}
    assert {str(hit.passage.session.date) for hit in hits} == {"2024-01-18", "2024-06"}


@pytest.mark.parametrize(
    ("question", "where"),
    [
        ("does tea help at night in the Q&A in June 2024?", Filter()),  # the Q&A is of January
        ("what was said about songs in 2024?", Filter(speaker="Cy")),  # she spoke in 2023
        ("does tea help at night in June 2024?", Filter(kind=Kind.QUESTION_AND_ANSWER)),
    ],
)
def test_what_was_said_at_another_time_is_no_answer(small_archive: Make, question: str, where: Filter) -> None:
    answer = small_archive().ask(question, where=where)
    assert answer.understood.startswith(("June 2024", "2024"))
    assert {str(citation.passage.session.date)[:4] for citation in answer.citations} <= {"2024"}
    assert "2024-01-18" not in {str(citation.passage.session.date) for citation in answer.citations}


# ---------------------------------------------------------------- derived files


def damaged_files(archive: KindSearch) -> Iterator[Path]:
    """The files of the generation, one after another."""
    yield from sorted(p for p in archive.folder.glob("generation-*/**/*") if p.is_file() and p.suffix != ".lock")


def test_index_files_are_gone_through_once_a_generation_and_again_after_a_minute(
    small_archive: Make, pack: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = small_archive()
    looks, now = list[int](), [1_000.0]
    is_intact = search.derived.is_intact
    monkeypatch.setattr(
        search.derived, "is_intact", lambda catalog: looks.append(catalog.generation) or is_intact(catalog)
    )
    monkeypatch.setattr(search.time, "monotonic", lambda: now[0])
    for _ in range(3):
        assert archive.status().derived_files_intact
    assert looks == [1]
    now[0] += search.INTACT_SECONDS
    for path in damaged_files(archive):
        path.unlink()
    assert not archive.status().derived_files_intact
    assert looks == [1, 1]
    archive.ingest()
    looks.clear()
    for _ in range(2):
        assert archive.status().derived_files_intact
    assert looks == [archive.status().generation]


# ---------------------------------------------------------------- whoever has it open while it changes


@pytest.fixture
def replaced(small_archive: Make, tmp_path: Path) -> Callable[..., KindSearch]:
    """Put an index about cocoa, of the same generation, in place of one that is open; returns the one that is open."""

    def make(encoder: Any = None) -> KindSearch:
        archive = small_archive()
        passage = archive.search(QUESTION)[0].passage
        archive.rate("before?", passage, helpful=True)
        assert archive.status().documents == 3
        put(tmp_path / "cocoa", {"cocoa.md": pack_of("Cocoa", "May 2024", ("Ann Lee", "Cocoa helps patients more."))})
        other = KindSearch.open(tmp_path / "other", create=True, encoder=encoder or HashingEncoder())
        assert other.ingest(tmp_path / "cocoa").generation == archive.status().generation
        del other
        shutil.rmtree(archive.folder)
        (tmp_path / "other").rename(archive.folder)
        return archive

    return make


def test_an_index_that_was_replaced_is_answered_from_and_written_to(replaced: Callable[..., KindSearch]) -> None:
    archive = replaced()
    assert {hit.passage.source for hit in archive.search(QUESTION)} == {"cocoa.md"}
    assert [summary.sources for summary in archive.sessions()] == [("cocoa.md",)]
    assert (archive.status().documents, archive.status().derived_files_intact) == (1, True)
    assert archive.ratings() == []
    rating = archive.rate("after?", archive.search(QUESTION)[0].passage, helpful=True)
    assert reopened(archive).ratings() == [rating]


def test_the_engines_of_an_index_that_was_replaced_are_those_of_no_other_thread(
    replaced: Callable[..., KindSearch],
) -> None:
    archive, found = replaced(), set[str]()
    asking = threading.Thread(target=lambda: found.update(hit.passage.source for hit in archive.search(QUESTION)))
    asking.start()
    asking.join()
    assert found == {"cocoa.md"}


def test_an_index_of_another_model_put_in_its_place_is_refused(replaced: Callable[..., KindSearch]) -> None:
    archive = replaced(HashingEncoder(32))
    for verb in (lambda: archive.search(QUESTION), archive.status, archive.ingest):
        with pytest.raises(IncompatibleIndex):
            verb()


def test_an_index_that_was_deleted_is_no_index_for_whoever_has_it_open(small_archive: Make) -> None:
    archive = small_archive()
    passage = archive.search(QUESTION)[0].passage
    shutil.rmtree(archive.folder)
    for verb in (lambda: archive.search(QUESTION), archive.status, lambda: archive.rate("tea?", passage, helpful=True)):
        for _ in range(2):
            with pytest.raises(NoIndex):
                verb()
    assert not archive.folder.exists()
    archive.ingest()
    assert archive.search(QUESTION)


def test_who_comes_between_two_generations_answers_from_the_later_and_makes_nothing_again(
    small_archive: Make, pack: Callable[..., str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    archive = small_archive()
    put(archive.settings.corpus, {"walks.md": pack("Walks", "July 2024", ("Cy Dee", "Walking clears the mind."))})
    reader, is_intact = reopened(archive), search.derived.is_intact

    def written_meanwhile(catalog: Catalog) -> bool:
        monkeypatch.setattr(search.derived, "is_intact", is_intact)
        archive.ingest()
        return is_intact(catalog)

    monkeypatch.setattr(search.derived, "is_intact", written_meanwhile)
    monkeypatch.setattr(search.derived, "made_again", None)
    assert reader.search("walking clears the mind")[0].passage.source == "walks.md"
    assert caplog.messages == []


def test_what_is_made_again_and_what_could_not_be_opened_is_in_the_log(
    small_archive: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    archive = small_archive()
    assert (caplog.messages, reopened(archive).ask(QUESTION).answered) == ([], True)

    def wrong(_: Path) -> None:
        raise ValueError("not enough values to unpack")

    monkeypatch.setattr(search.derived.Columns, "load", wrong)
    assert reopened(archive).ask(QUESTION).answered
    assert "can't be opened" in caplog.messages[0]
    assert "not enough values to unpack" in caplog.text
    assert "made again for this process alone" in caplog.messages[-1]


@pytest.mark.parametrize("damage", ["missing", "truncated", "flipped"])
def test_damaged_files_are_made_again_without_the_encoder_and_mended_by_the_next_ingest(
    small_archive: Make, counting_encoder: Any, damage: str
) -> None:
    archive = small_archive(encoder=counting_encoder)
    answer = archive.ask(QUESTION)
    for path in damaged_files(archive):
        data = path.read_bytes()
        if damage == "missing":
            path.unlink()
        elif damage == "truncated":
            path.write_bytes(data[: len(data) // 2])
        elif data:
            path.write_bytes(bytes([data[0] ^ 1]) + data[1:])
    other = reopened(archive, counting_encoder)
    counting_encoder.texts.clear()
    assert not other.status().derived_files_intact
    assert other.ask(QUESTION) == answer
    assert all(text in QUESTION for text in counting_encoder.texts)  # only the question was encoded
    counting_encoder.texts.clear()
    report = other.ingest()
    assert counting_encoder.texts == []
    assert (report.added, report.changed, report.failed) == ((), (), ())
    assert other.status().derived_files_intact
    assert reopened(archive).ask(QUESTION) == answer


def test_deleted_folder_of_the_generation_is_no_loss(archive: KindSearch, tmp_path: Path) -> None:
    with sqlite3.connect(archive.folder / FILE) as source, sqlite3.connect(tmp_path / FILE) as target:
        source.backup(target)
    source.close()
    target.close()
    bare = KindSearch.open(tmp_path, encoder=archive._encoder, settings=archive.settings)
    assert bare.ask("how do we measure kindness?") == reopened(archive, archive._encoder).ask(
        "how do we measure kindness?"
    )


# ---------------------------------------------------------------- several at once

HOLD = """
import sys, filelock
with filelock.FileLock(sys.argv[1], timeout=0):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_that_writes_is_told_to_wait_and_readers_are_not(small_archive: Make) -> None:
    archive = small_archive()
    command = [sys.executable, "-c", HOLD, str(archive.folder / ".lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(IndexLocked, match="wait"):
            archive.ingest()
        assert archive.ask(QUESTION).answered
        other.stdin.close()
        other.wait()
    assert archive.ingest().generation == 1


def test_reading_from_four_threads_while_it_changes(small_archive: Make, pack: Callable[..., str]) -> None:
    archive = small_archive()
    texts_ever: set[tuple[str, str]] = set()
    wrong: list[BaseException | str] = []
    done = threading.Event()
    answers: list[Answer] = []

    def read() -> None:
        try:
            while not done.is_set():
                answer = archive.ask("does tea number help?", k=100)
                numbers = {h.passage.text for h in answer.hits if h.passage.text.startswith("Tea number")}
                if len(numbers) > 1:
                    wrong.append(f"two generations in one answer: {numbers}")
                answers.append(answer)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(20):
        text = pack("Tea count", "July 2024", ("Ann", f"Tea number {number} is served."))
        (archive.settings.corpus / "count.md").write_text(text, encoding="utf-8")
        archive.ingest()
        catalog = Catalog.open(archive.folder)
        texts_ever |= {(p.id, p.text) for p in every_passage(catalog)}
        catalog.close()
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert answers
    for answer in answers:
        assert {(hit.passage.id, hit.passage.text) for hit in answer.hits} <= texts_ever


def test_an_open_archive_answers_from_what_another_ingested(small_archive: Make, pack: Callable[..., str]) -> None:
    archive = small_archive()
    archive.search("walks")
    text = pack("Walks", "July 2024", ("Cy Dee", "Walking clears the mind."))
    (archive.settings.corpus / "walks.md").write_text(text, encoding="utf-8")
    reopened(archive).ingest()
    assert archive.search("walking clears the mind")[0].passage.source == "walks.md"


# ---------------------------------------------------------------- what there is


def test_status_counts_what_there_is(small_archive: Make) -> None:
    status = small_archive().status()
    assert (status.documents, status.sessions, status.generation, status.model) == (3, 3, 1, "hashing")
    assert status.derived_files_intact


def test_sessions_and_people_of_the_archive(small_archive: Make) -> None:
    archive = small_archive()
    titles = [summary.session.title for summary in archive.sessions()]
    assert titles == ["A garden for staff", "Tea on the ward", "Music in the corridor"]
    everybody = archive.people()
    assert [person.name for person in everybody] == ["Ann Lee", "Bo Ek", "Cy Dee", "Dr Eva Bonnier", "Göran Öst"]
    assert everybody[0].sessions == (
        "2023-05-music-in-the-corridor",
        "2024-01-18-tea-on-the-ward",
        "2024-06-a-garden-for-staff",
    )
    assert (everybody[0].id, everybody[0].spellings, everybody[0].passages) == ("Ann Lee", ("Ann Lee",), 3)


def test_a_person_is_found_under_any_of_her_names(small_archive: Make, pack: Callable[..., str]) -> None:
    said = [
        ("Sanjiv", "Rest is a part of the work."),
        ("Dr Sanjiv Ahluwalia", "Tea is another."),
        ("Bo", "So is milk."),
    ]
    other = pack("Milk", "June 2024", ("Sanjiv", "Milk is what we had."))
    archive = small_archive({"tea.md": pack("Tea", "May 2024", *said), "milk.md": other})
    for name in ("Sanjiv Ahluwalia", "ahluwalia", "Dr Sanjiv"):
        hits = archive.search("what is a part of the work?", where=Filter(speaker=name))
        assert {hit.passage.text for hit in hits} == {said[0][1], said[1][1]}
    assert {p.name: p.sessions for p in archive.people()} == {
        "Bo": ("2024-05-tea",), "Dr Sanjiv Ahluwalia": ("2024-05-tea",), "Sanjiv": ("2024-06-milk",),
    }  # fmt: skip
    assert archive.search("what did Ahluwalia say of work?")[0].passage.people == ("Dr Sanjiv Ahluwalia",)


def test_a_passage_is_there_under_its_id_until_it_is_gone(small_archive: Make) -> None:
    archive = small_archive()
    passage = archive.search(QUESTION)[0].passage
    assert archive.passage(passage.id) == passage
    (archive.settings.corpus / passage.source).unlink()
    archive.ingest()
    assert archive.passage(passage.id) is None
    assert archive.passage("") is None


def test_every_passage_of_every_document_is_the_text_at_its_offsets(archive: KindSearch) -> None:
    catalog = Catalog.open(archive.folder)
    walked = 0
    for passage in every_passage(catalog):
        text = catalog.text_of(passage.document_id)
        assert text is not None
        assert text[passage.start : passage.end] == passage.text
        assert all(passage.start <= s.start < s.end <= passage.end for s in passage.statements)
        walked += 1
    catalog.close()
    assert walked >= archive.status().passages


def test_around_a_passage_stands_what_was_said_before_and_after_it(
    small_archive: Make, pack: Callable[..., str]
) -> None:
    lines = [("Ann", f"Line {number} is here.") for number in range(9)]
    archive = small_archive({"tea.md": pack("Tea", "May 2024", *lines)})
    passage = next(h.passage for h in archive.search("line 4", k=100) if h.passage.text == "Line 4 is here.")
    for wide, first, last in ((1, 3, 5), (2, 2, 6), (3, 1, 7)):
        around = archive.around(passage, wide)
        said = [around.quote(s.start, s.end) for s in around.statements]
        assert said == [f"Line {number} is here." for number in range(first, last + 1)]
        assert (around.text[:6], around.text[-16:]) == (said[0][:6], f"\nLine {last} is here."[-16:])
        assert (around.id, around.source, around.session) == (passage.id, passage.source, passage.session)


def test_around_every_passage_is_the_text_of_its_document(archive: KindSearch) -> None:
    catalog = Catalog.open(archive.folder)
    for passage in every_passage(catalog)[::25]:
        wider, text = archive.around(passage), catalog.text_of(passage.document_id)
        assert text is not None
        assert text[wider.start : wider.end] == wider.text
        assert wider.start <= passage.start < passage.end <= wider.end
        assert set(passage.statements) <= set(wider.statements)
        edges = [edge for s in wider.statements for edge in (s.start, s.end)]
        assert edges == sorted(edges)
    catalog.close()


def test_around_a_passage_that_is_gone_is_the_passage(small_archive: Make) -> None:
    archive = small_archive()
    passage = archive.search(QUESTION)[0].passage
    (archive.settings.corpus / passage.source).unlink()
    archive.ingest()
    assert archive.around(passage) == passage


# ---------------------------------------------------------------- what is in it, and what is not


def test_a_plan_says_what_an_ingest_would_do_and_does_nothing(
    small_archive: Make, counting_encoder: Any, pack: Callable[..., str]
) -> None:
    archive = small_archive(encoder=counting_encoder)
    corpus, status = archive.settings.corpus, archive.status()
    counting_encoder.texts.clear()
    (corpus / "new.md").write_text(pack("New", "July 2024", ("Cy", "New things.")), encoding="utf-8")
    (corpus / "empty.md").write_text("", encoding="utf-8")
    (corpus / TEA).rename(corpus / "other.md")
    (corpus / "2023-05-music.md").unlink()
    (corpus / "stray.toml").write_text("", encoding="utf-8")
    plan = archive.plan()
    assert (plan.added, plan.renamed, plan.removed) == (("empty.md", "new.md"), ("other.md",), ("2023-05-music.md",))
    assert (plan.unchanged, [failure.source for failure in plan.failed]) == (("2024-06-garden.md",), ["stray.toml"])
    assert counting_encoder.texts == []
    assert archive.status() == status
    report = archive.ingest()
    assert (report.added, report.renamed, report.removed) == (("new.md",), plan.renamed, plan.removed)
    with pytest.raises(BadRequest, match="nowhere"):
        archive.plan(corpus / "nowhere")


def test_what_is_removed_is_found_no_more_and_its_file_stays(small_archive: Make, counting_encoder: Any) -> None:
    archive = small_archive(encoder=counting_encoder)
    counting_encoder.texts.clear()
    assert archive.remove(TEA, "2024-06-garden.md") == [
        archive.settings.corpus / TEA, archive.settings.corpus / "2024-06-garden.md",
    ]  # fmt: skip
    assert counting_encoder.texts == []
    assert {hit.passage.source for hit in archive.search(QUESTION, k=100)} == {"2023-05-music.md"}
    assert (archive.status().documents, archive.status().generation) == (1, 2)
    assert all(b"worried patients" not in path.read_bytes() for path in archive.folder.rglob("*") if path.is_file())
    (archive.settings.corpus / "2023-05-music.md").unlink()
    assert archive.remove("2023-05-music.md") == []
    assert archive.status().passages == 0


def test_what_is_not_there_cannot_be_removed_and_nothing_is(small_archive: Make) -> None:
    archive = small_archive()
    with pytest.raises(BadRequest, match="there is no nowhere"):
        archive.remove(TEA, "nowhere.md")
    assert archive.status().documents == 3


def test_traces_tell_where_a_person_speaks_and_is_named(small_archive: Make) -> None:
    traces = small_archive().traces_of("ann")
    assert traces.name == "Ann Lee"
    assert {trace.source: (len(trace.passages), trace.mentions) for trace in traces.documents} == {
        "2023-05-music.md": (1, 1), TEA: (1, 2), "2024-06-garden.md": (1, 1),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["Nobody", "", "%"])
def test_nobody_has_no_traces(small_archive: Make, name: str) -> None:
    archive = small_archive()
    for verb in (archive.traces_of, archive.forget):
        with pytest.raises(BadRequest, match="nobody in the archive is called"):
            verb(name)
    assert archive.status().generation == 1


def test_of_several_people_nobody_is_meant(small_archive: Make, pack: Callable[..., str]) -> None:
    said = (("Ann Lee", "Tea calms."), ("Ann Hill", "Tea warms."))
    archive = small_archive({"tea.md": pack("Tea", "May 2024", *said)})
    for verb in (archive.traces_of, archive.forget):
        with pytest.raises(BadRequest, match="several are called Ann: Ann Hill; Ann Lee"):
            verb("Ann")
    assert archive.traces_of("Ann Hill").name == "Ann Hill"


@pytest.mark.parametrize("anonymise", [False, True])
def test_whom_the_archive_forgets_is_nowhere_in_it_and_stays_so(
    small_archive: Make, counting_encoder: Any, anonymise: bool
) -> None:
    archive = small_archive(encoder=counting_encoder)
    others = {
        h.passage.text for h in archive.search(QUESTION, k=100) if "Ann" not in h.passage.text + str(h.passage.speakers)
    }
    receipt, path = archive.forget("Ann Lee", anonymise=anonymise)
    files = ("2023-05-music.md", TEA, "2024-06-garden.md")
    assert receipt.files == tuple(trace.source for trace in receipt.documents) == files
    for again in (False, True):
        if again:
            archive.ingest()
        hits = archive.search("violin tea tomatoes of Ann Lee", k=100)
        assert "Ann Lee" not in repr(hits)
        assert any("violin" in hit.passage.text for hit in hits) is anonymise
        assert others <= {hit.passage.text for hit in hits}
        assert "Ann Lee" not in [person.name for person in archive.people()]
        assert [b for b in archive.folder.rglob("*") if b.is_file() and b"Ann Lee" in b.read_bytes()] == []
    assert path.parent == archive.folder / "receipts"
    assert "violin" not in path.read_text(encoding="utf-8")


# ---------------------------------------------------------------- the page a passage stands on


def test_words_of_a_passage_are_drawn_on_its_pages(archive: KindSearch) -> None:
    passage = archive.search("how do we measure kindness?")[0].passage
    assert passage.pages is not None
    boxes = archive.boxes(passage)
    width, height = archive.page_size(passage, passage.pages[0])
    assert len(boxes) >= len(passage.text.split()) - 2
    for box in boxes:
        assert box.start < passage.end
        assert box.end > passage.start
        assert passage.pages[0] <= box.page <= passage.pages[1]
        assert 0 <= box.left < box.right <= width
        assert 0 <= box.top < box.bottom <= height
    some = archive.boxes(passage, boxes[0].start, boxes[0].end)
    assert some == boxes[:1]


@pytest.mark.parametrize("page", [0, -1, 999])
def test_a_page_that_is_not_there_is_a_bad_request(archive: KindSearch, page: int) -> None:
    passage = archive.search("kindness")[0].passage
    with pytest.raises(BadRequest, match=f"not a page {page}"):
        archive.page_size(passage, page)
    with pytest.raises(KindSearchError):
        archive.page_image(passage, page)


def test_the_image_of_a_page_is_a_png_of_the_width_asked_for(archive: KindSearch) -> None:
    passage = archive.search("how do we measure kindness?")[0].passage
    png = archive.page_image(passage, 10, width=320)
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20], "big") == 320


def test_no_image_is_made_of_a_file_that_is_gone_or_another(small_archive: Make) -> None:
    archive = small_archive()
    passage = archive.search(QUESTION)[0].passage
    path = archive.settings.corpus / passage.source
    path.write_text("something else", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="has changed"):
        archive.page_image(passage, 1)
    path.unlink()
    with pytest.raises(UnreadableFile, match="no longer"):
        archive.page_image(passage, 1)


def test_ids_come_from_content(small_archive: Make) -> None:
    archive = small_archive()
    passage = archive.search(QUESTION)[0].passage
    data = (archive.settings.corpus / passage.source).read_bytes()
    assert passage.document_id == hashlib.sha256(data).hexdigest()


# ---------------------------------------------------------------- what was recommended

READING = """\
# Reading on the ward

March 2024

# Insights from Ann Lee

Ann Lee reads aloud, as [the library](https://library.example/) does.

# Further resources

- [Reading aloud](https://aloud.example/) - how to begin
- The Long Shift, a novel about a night ward
"""
CHAT = """\
18:00:31 From Bo Ek to Everyone:
\tLook at https://tea.example/one and at https://tea.example/two
18:01:12 From Ann Lee to Everyone:
\tNo links from me, only thanks
"""


def test_resources_are_what_packs_recommend_and_the_links_of_chats(small_archive: Make) -> None:
    archive = small_archive(
        {"2024-03-reading.md": READING, "2024-04-tea/chat.txt": CHAT, "2024-05-none.md": "# A\n\nB"}
    )
    found = [(r.passage.source, r.passage.text, r.link, r.speaker) for r in archive.resources()]
    message = "Look at https://tea.example/one and at https://tea.example/two"
    assert found == [
        ("2024-04-tea/chat.txt", message, "https://tea.example/one", "Bo Ek"),
        ("2024-04-tea/chat.txt", message, "https://tea.example/two", "Bo Ek"),
        ("2024-03-reading.md", "Reading aloud - how to begin", "https://aloud.example/", None),
        ("2024-03-reading.md", "The Long Shift, a novel about a night ward", None, None),
    ]


def test_an_archive_that_recommends_nothing_lists_nothing(small_archive: Make) -> None:
    assert small_archive().resources() == []
