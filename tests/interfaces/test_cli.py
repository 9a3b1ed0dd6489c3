"""The command line as a shell sees it: what goes in, what comes out, and the exit status."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from meetings import put, transcript

from kindsearch import KindSearch
from kindsearch.interfaces import cli

QUESTION = "how do we measure kindness?"
CITATION = {
    "number", "quote", "passage_id", "session", "source", "page", "pages", "start_ms", "end_ms", "time", "speaker",
    "section", "kind", "link", "video",
}  # fmt: skip


Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def one_model(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Share the loaded model between commands, which is the real one here."""
    if "run" in request.fixturenames:
        request.getfixturevalue("run")
        model = request.getfixturevalue("model")
        monkeypatch.setattr("kindsearch.search.encoder_of", lambda *_: model)


# ---------------------------------------------------------------- ask and search


def test_ask_prints_quotes_with_speaker_page_and_file(run: Run, archive: KindSearch) -> None:
    done = run("ask", QUESTION, "--index", archive.folder)
    assert done.status == 0
    assert QUESTION in done.out
    assert "Kindness in Education, 18 January 2024" in done.out
    assert "Bob: “" in done.out
    assert "[1, page 10]" in done.out
    assert "[1] 2024-01-18-kindness-in-education.pdf, page 10, illustrative" in done.out


def test_ask_says_that_the_archive_does_not_say(run: Run, archive: KindSearch) -> None:
    done = run("ask", "what is the capital of Mongolia?", "--index", archive.folder)
    assert done.status == 0
    assert "The archive does not say." in done.out
    assert "  1. " in done.out


def test_ask_prints_time_and_link_of_what_was_said(run: Run, archive: KindSearch) -> None:
    options = ["--kind", "transcript", "--session", "2024-06-time-for-a-check-in"]
    done = run("ask", "who has spare glasses to lend?", "--index", archive.folder, *options)
    assert done.status == 0
    place = r"\[1\] 2024-06-time-for-a-check-in/transcript\.vtt, (\d+):(\d\d), illustrative  (https://video\.example/\S+)#t=(\d+)"
    found = re.search(place, done.out)
    assert found
    assert int(found[1]) * 60 + int(found[2]) == int(found[4])
    assert f"[1, {found[1]}:{found[2]}]" in done.out


def test_ask_json_has_exactly_the_keys_of_the_issue(run: Run, archive: KindSearch) -> None:
    (record,) = run("ask", QUESTION, "--index", archive.folder, "-k", "3", "--json").records
    assert list(record) == ["question", "understood", "answered", "confidence", "answer", "citations", "passages"]
    assert record["understood"] is None
    assert (record["question"], record["answered"]) == (QUESTION, True)
    assert 0.5 <= record["confidence"] <= 1
    assert len(record["passages"]) == 3
    for citation in record["citations"]:
        assert set(citation) == CITATION
        assert set(citation["session"]) == {"id", "title", "date"}
    for passage in record["passages"]:
        assert set(passage) == CITATION - {"number", "quote"} | {"text", "score", "meaning", "words"}
        for engine in filter(None, (passage["meaning"], passage["words"])):
            assert set(engine) == {"rank", "score"}
    assert 1 in [passage["meaning"] and passage["meaning"]["rank"] for passage in record["passages"]]
    first = record["citations"][0]
    assert (first["speaker"], first["page"], first["pages"]) == ("Bob", 10, [10, 10])
    assert (first["source"], first["session"]["date"]) == ("2024-01-18-kindness-in-education.pdf", "2024-01-18")


WARD = [
    ("Di Roe", "Good evening everybody, and thank you for coming after a long day at work."),
    ("Ann Lee", "I grow tomatoes behind the hospital, and they taste of summer."),
    ("Bo Ek", "Our porters wash every cup of the ward by hand after ten at night."),
    ("Cy Dee", "We bought forty chairs for the waiting room last autumn."),
    ("Ann Lee", "My father played the violin in the corridor when he was a patient."),
    ("Di Roe", "Our choir sings on the children's ward every Friday."),
    ("Bo Ek", "The lift has been broken since the flood, so we carry meals up the stairs."),
    ("Cy Dee", "A dog visits the people who wait for surgery, and they calm down."),
    ("Di Roe", "Thank you all, and see you next month."),
]
HOSTILE_TITLE = "<script>alert(1)</script> & tea"


@pytest.fixture
def ward(run: Run, tmp_path: Path) -> Path:
    """An index of a talk, in a session of May 2024 with a hostile title, and of a second one in June."""
    talk = transcript(*((20 * n, 20 * n + 19, *said) for n, said in enumerate(WARD)))
    notes = f'title = "{HOSTILE_TITLE}"\ndate = "2024-05"\n'
    other = transcript((0, 9, "Flo Hart", "Roses grow along the wall where the nurses rest."))
    put(tmp_path / "corpus", {"ward/talk.vtt": talk, "ward/session.toml": notes, "2024-06-garden.vtt": other})
    assert run("ingest", tmp_path / "corpus", "--index", tmp_path / "index").status == 0
    return tmp_path / "index"


def test_ask_says_that_somebody_else_said_it_and_quotes_her(run: Run, ward: Path) -> None:
    question = "what did Ann say about the dog that visits before surgery?"
    done = run("ask", question, "--index", ward, "--until", "2024-05")
    quote = f"Cy Dee: “{WARD[7][1]}” [1, 2:20]"
    sentence = "Ann Lee did not say this in the archive; Cy Dee did."
    assert done.out.startswith(
        f"\n{question}\n(understood: Ann Lee)\n\n{sentence}\n{HOSTILE_TITLE}, May 2024\n  {quote}\n"
    )
    assert "\n  [1] ward/talk.vtt, 2:20\n" in done.out
    (record,) = run("ask", question, "--index", ward, "--until", "2024-05", "--json").records
    assert (record["answered"], record["understood"]) == (False, "Ann Lee")
    assert record["confidence"] < 0.5
    assert record["answer"].split("\n")[0] == sentence
    assert [(c["number"], c["speaker"], c["quote"]) for c in record["citations"]] == [(1, "Cy Dee", WARD[7][1])]


@pytest.mark.parametrize(
    ("question", "understood"),
    [
        ("what did Ann say about tomatoes?", "Ann Lee"),
        ("which dog visits in June 2024?", "June 2024"),
        ("which dog visits in the latest session?", "Garden"),
        ("which dog visits in the first session?", HOSTILE_TITLE),
        ("which dog visits, in the chat?", "in the chat"),
        ("which dog visits?", None),
    ],
)
def test_ask_says_what_it_understood_unless_it_is_taken_literally(
    run: Run, ward: Path, question: str, understood: str | None
) -> None:
    line = f"(understood: {understood})"
    assert (f"\n{question}\n{line}\n\n" in run("ask", question, "--index", ward).out) is (understood is not None)
    (record,) = run("ask", question, "--index", ward, "--json").records
    assert record["understood"] == understood
    assert "(understood" not in run("ask", question, "--index", ward, "--literal").out
    (record,) = run("ask", question, "--index", ward, "--literal", "--json").records
    assert record["understood"] is None


def test_search_taken_literally_looks_everywhere(run: Run, ward: Path) -> None:
    def sources(*options: str) -> set[str]:
        (record,) = run(
            "search", "which dog visits in the latest session?", "--index", ward, "--json", *options
        ).records
        return {passage["source"] for passage in record["passages"]}

    assert sources() == {"2024-06-garden.vtt"}
    assert sources("--literal") == {"2024-06-garden.vtt", "ward/talk.vtt"}


def test_a_dash_reads_one_question_a_line_and_answers_in_that_order(run: Run, archive: KindSearch) -> None:
    questions = ["can kindness be measured?", "what is a Schwartz round?", "who was the guest in May 2023?"]
    lines = f"\n{questions[0]}\n\n  {questions[1]}  \n{questions[2]}"
    for verb in ("ask", "search"):
        done = run(verb, "-", "--index", archive.folder, "--json", stdin=lines)
        assert [record["question"] for record in done.records] == questions
        alone = run(verb, questions[2], "--index", archive.folder, "--json")
        assert done.records[2] == alone.records[0]


def test_a_line_that_is_no_question_costs_only_itself(run: Run, archive: KindSearch) -> None:
    lines = f"can kindness be measured?\n{'a' * 3000}\nwho was the guest in May 2023?\n"
    done = run("search", "-", "--index", archive.folder, "--json", stdin=lines)
    assert [record["question"] for record in done.records] == lines.split("\n")[:3:2]
    assert (done.status, "2,000 characters" in done.err) == (1, True)


def test_a_dash_without_a_line_answers_nothing(run: Run, archive: KindSearch) -> None:
    assert run("ask", "-", "--index", archive.folder) == (0, "", "")


def test_search_prints_passages_with_their_place(run: Run, archive: KindSearch) -> None:
    done = run("search", QUESTION, "--index", archive.folder, "-k", "2")
    assert done.out.count(".pdf, page") == 2
    assert "  1. Kindness in Education, 18 January 2024" in done.out
    (record,) = run("search", QUESTION, "--index", archive.folder, "-k", "2", "--json").records
    assert set(record) == {"question", "passages"}
    assert all(" ".join(passage["text"].split()) in said(done) for passage in record["passages"])


@pytest.mark.parametrize(
    ("options", "key", "values"),
    [
        (["--speaker", "shiela"], "speaker", {"Shiela"}),
        (["--kind", "resource"], "kind", {"resource"}),
        (["--since", "2024-06"], "session", {"2024-06-time-for-a-check-in"}),
        (["--until", "2023-05-31"], "source", {"2023-05-whose-story-is-it-anyhow.pdf"}),
        (["--since", "2024-01-18", "--until", "2024-01-18"], "source", {"2024-01-18-kindness-in-education.pdf"}),
        (["--session", "2024-06-time-for-a-check-in"], "session", {"2024-06-time-for-a-check-in"}),
        (["--session", "2024-06-time-for-a-check-in", "--speaker", "James"], "speaker", {"James"}),
    ],
)
def test_options_narrow_the_search(
    run: Run, archive: KindSearch, options: list[str], key: str, values: set[str]
) -> None:
    for verb in ("search", "ask"):
        (record,) = run(verb, "what is kindness?", "--index", archive.folder, "--json", *options).records
        found = [passage["session"]["id"] if key == "session" else passage[key] for passage in record["passages"]]
        assert set(found) == values


def test_search_says_for_which_question_it_found_nothing(run: Run, ward: Path) -> None:
    done = run("search", "-", "--index", ward, "--kind", "chat", stdin="which dog visits?\nwho sings?\n")
    first, second = done.out.splitlines()
    assert (done.status, done.err) == (0, "")
    assert first.startswith("nothing was found for “which dog visits?”: the filters")
    assert "“who sings?”" in second
    (record,) = run("search", "which dog visits?", "--index", ward, "--kind", "chat", "--json").records
    assert record == {"question": "which dog visits?", "passages": []}


def test_ask_promises_no_passages_where_there_are_none(run: Run, ward: Path) -> None:
    done = run("ask", "which dog visits?", "--index", ward, "--kind", "chat")
    assert "The archive does not say. No passage was left to look at" in done.out
    assert "come nearest" not in done.out


@pytest.mark.parametrize("command", ["search tea", "sessions", "people", "resources", "feedback"])
def test_of_an_empty_archive_is_said_that_it_is_empty(run: Run, tmp_path: Path, command: str) -> None:
    (tmp_path / "none").mkdir()
    assert "there was no file to read" in run("ingest", tmp_path / "none", "--index", tmp_path / "index").out
    done = run(*command.split(), "--index", tmp_path / "index")
    assert (done.status, done.err) == (0, "")
    assert done.out == "the archive is empty: run  kindsearch ingest  with files or folders\n"
    assert "empty" not in run(*command.split(), "--index", tmp_path / "index", "--json").out


def test_a_list_with_nothing_in_it_says_so(run: Run, tmp_path: Path) -> None:
    put(tmp_path / "corpus", {"talk.vtt": transcript((0, 9, "", "Roses grow along the wall where the nurses rest."))})
    assert run("ingest", tmp_path / "corpus", "--index", tmp_path / "index").status == 0
    said = {name: run(name, "--index", tmp_path / "index").out for name in ("people", "resources")}
    assert said == {"people": "nobody is named in the archive\n", "resources": "nothing was recommended\n"}


# ---------------------------------------------------------------- brief


def test_brief_prints_its_parts_and_references(run: Run, archive: KindSearch) -> None:
    done = run("brief", "listening to patients", "--index", archive.folder)
    assert done.status == 0
    assert done.out.startswith("Brief: listening to patients\n")
    assert "VOICES" in done.out
    assert re.search(r"^\[1\] Listening to patients, June 2023", done.out, re.MULTILINE)


@pytest.mark.parametrize(("name", "begins"), [("a.md", b"# Brief"), ("a.docx", b"PK"), ("a.pdf", b"%PDF")])
def test_brief_writes_the_file_its_name_asks_for(
    run: Run, archive: KindSearch, tmp_path: Path, name: str, begins: bytes
) -> None:
    done = run("brief", "kindness", "--index", archive.folder, "-o", tmp_path / name)
    assert (done.status, done.out) == (0, f"wrote {tmp_path / name}\n")
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_brief_prints_markdown_where_there_is_no_file(run: Run, archive: KindSearch) -> None:
    done = run("brief", "kindness", "--index", archive.folder, "--format", "md")
    assert done.out.startswith("# Brief: kindness\n")


def test_brief_of_chosen_sessions_and_people_as_json(run: Run, archive: KindSearch) -> None:
    session = "2024-01-18-kindness-in-education"
    options = ["--session", session, "--without-speaker", "Bob", "--since", "2024", "--json"]
    done = run("brief", "kindness", "--index", archive.folder, *options)
    (record,) = done.records
    assert record["chosen"]["sessions"] == [session]
    assert {touched["session"]["id"] for touched in record["timeline"]} == {session}
    assert "Bob" not in {voice["name"] for voice in record["voices"]}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--format", "pdf"], "-o"),
        (["-o", "brief.odt"], "md, docx or pdf"),
        (["-o", "no/such/folder/brief.md"], "can't be written"),
        (["--session", "no-such"], "see  kindsearch sessions"),
        (["--speaker", "Nobody Here"], "see  kindsearch people"),
        (["--since", "soon"], "not a date"),
    ],
)
def test_brief_says_what_it_can_not_do(run: Run, archive: KindSearch, options: list[str], told: str) -> None:
    done = run("brief", "kindness", "--index", archive.folder, *options)
    assert done.status == 2
    assert told in done.err


# ---------------------------------------------------------------- sessions and status


def test_sessions_are_listed_newest_first(run: Run, archive: KindSearch) -> None:
    text = run("sessions", "--index", archive.folder).out
    records = run("sessions", "--index", archive.folder, "--json").records
    assert len(records) == 8
    dates = [record["date"] for record in records]
    assert dates == sorted(dates, reverse=True)
    assert [text.index(str(record["id"])) for record in records] == sorted(text.index(str(r["id"])) for r in records)
    assert "Kindness in Education, 18 January 2024" in text
    assert "Time for a check-in, June 2024" in text
    assert "The transcript and the chat are illustrative: they were invented for demonstration." in text
    notes = {record["id"]: record["note"] for record in records if record["note"]}
    assert set(notes) == {
        "2024-06-time-for-a-check-in",
        "2024-02-using-clean-language-to-achieve-better-and-kinder-conversations-in-healthcare",
    }
    sources = {record["id"]: record["sources"] for record in records}
    assert sources["2024-06-time-for-a-check-in"] == [
        "2024-06-time-for-a-check-in.pdf",
        "2024-06-time-for-a-check-in/chat.txt",
        "2024-06-time-for-a-check-in/transcript.vtt",
    ]


def test_resources_are_listed_newest_first_with_link_place_and_who_gave_them(run: Run, archive: KindSearch) -> None:
    text = run("resources", "--index", archive.folder).out
    records = run("resources", "--index", archive.folder, "--json").records
    dates = [record["session"]["date"] for record in records]
    assert dates == sorted(dates, reverse=True)
    assert text.startswith(
        "NHS Employers - about the well-being of staff\n  https://www.nhsemployers.org/\n"
        "  Time for a check-in, June 2024, 2024-06-time-for-a-check-in.pdf, page 13, illustrative\n"
    )
    assert "Member 3: Here is a sheet for the five minutes" in text
    (sheet,) = [record for record in records if record["link"] == "https://example.org/five-minutes"]
    assert (sheet["speaker"], sheet["kind"], sheet["time"]) == ("Member 3", "chat", "19:52")
    assert set(sheet) == CITATION - {"number", "quote"} | {"text"}


def test_people_are_listed_by_name_with_their_sessions(run: Run, archive: KindSearch) -> None:
    text = run("people", "--index", archive.folder).out
    records = run("people", "--index", archive.folder, "--json").records
    names = [str(record["name"]) for record in records]
    assert names == sorted(names)
    assert {"Bob", "Dr Sanjiv Ahluwalia", "Member 3"} <= set(names)
    assert all(set(record) == {"id", "name", "spellings", "sessions", "passages"} for record in records)
    assert "\nBob\n  1 passage in 2024-01-18-kindness-in-education\n" in text
    here, there = (record for record in records if record["name"] == "Member 3")  # a role in each of two sessions
    assert (here["sessions"], there["sessions"]) == (
        ["2024-02-using-clean-language-to-achieve-better-and-kinder-conversations-in-healthcare"],
        ["2024-06-time-for-a-check-in"],
    )
    assert there["id"] == "Member 3 · 2024-06-time-for-a-check-in"
    assert f"\n{there['id']}\n  {there['passages']} passages in 2024-06-time-for-a-check-in\n" in text
    shared = sorted(name for name, times in Counter(names).items() if times > 1)
    assert f"\n\n{len(shared)} names ({', '.join(shared[:3])}, …) stand here more than once, each time with" in text
    for record in (here, there):  # the line as it stands tells the two apart
        options = ["--speaker", record["id"], "--index", archive.folder, "--json"]
        (found,) = run("search", "what is kindness?", *options).records
        assert {passage["session"]["id"] for passage in found["passages"]} == set(record["sessions"])


def test_nothing_is_said_of_names_that_stand_once(run: Run, ward: Path) -> None:
    assert "more than once" not in run("people", "--index", ward).out


def test_status_says_what_there_is(run: Run, archive: KindSearch) -> None:
    out = run("status", "--index", archive.folder).out
    assert str(archive.folder) in out.replace("\n", "")
    assert f"8 sessions, 11 documents, {archive.status().passages} passages" in out
    assert "all-MiniLM-L6-v2" in out
    assert "whole" in out


# ---------------------------------------------------------------- ingest


def said(done: Any) -> str:
    """What a command printed, whatever the width of the terminal."""
    return " ".join(done.out.split())


def test_ingest_reports_what_it_did_and_does_nothing_the_second_time(
    run: Run, tmp_path: Path, pack: Callable[..., str]
) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "tea.md").write_text(pack("Tea", "May 2024", ("Ann", "Tea calms.")), encoding="utf-8")
    first = run("ingest", corpus, "--index", index)
    assert first.status == 0
    assert "new 1 tea.md" in said(first)
    assert "generation 1" in said(first)
    second = run("ingest", corpus, "--index", index)
    assert second.status == 0
    assert "unchanged 1 tea.md" in said(second)
    assert "generation 1" in said(second)


def test_ingest_names_what_it_left_out_and_ends_with_status_one(
    run: Run, tmp_path: Path, pack: Callable[..., str]
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "tea.md").write_text(pack("Tea", "May 2024", ("Ann", "Tea calms.")), encoding="utf-8")
    (corpus / "bad.pdf").write_bytes(b"no pdf")
    (corpus / "[draft].md").write_bytes(b"")
    done = run("ingest", corpus, "--index", tmp_path / "index")
    assert done.status == 1
    assert "new 1 tea.md" in said(done)
    assert "bad.pdf: not a PDF: it does not begin with %PDF" in said(done)
    assert "[draft].md: the file is empty" in said(done)


def test_ingest_takes_corpus_and_index_of_the_settings(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Callable[..., str]
) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "tea.md").write_text(pack("Tea", "May 2024", ("Ann", "Tea calms.")), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run("ingest").status == 0
    assert (tmp_path / "index" / "catalog.sqlite").is_file()
    monkeypatch.setenv("KINDSEARCH_INDEX", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("KINDSEARCH_CORPUS", str(tmp_path / "corpus"))
    assert run("ingest").status == 0
    assert (tmp_path / "elsewhere" / "catalog.sqlite").is_file()


@pytest.fixture
def tea(run: Run, tmp_path: Path, pack: Callable[..., str]) -> Path:
    """A folder with a corpus of two packs and an index of them."""
    (tmp_path / "corpus").mkdir()
    said = (("Ann Lee", "Tea calms worried patients."), ("Bo Ek", "Biscuits matter."))
    packs = {"tea.md": pack("Tea", "May 2024", *said), "rose.md": pack("Roses", "June 2024", ("Bo Ek", "Roses grow."))}
    for name, text in packs.items():
        (tmp_path / "corpus" / name).write_text(text, encoding="utf-8")
    assert run("ingest", tmp_path / "corpus", "--index", tmp_path / "index").status == 0
    return tmp_path


def test_ingest_says_what_moved_to_another_session_and_what_was_private(run: Run, tea: Path) -> None:
    chat = "18:00:31 From Bo to Everyone:\n\tHello.\n18:00:40 From Bo to Ann (Direct Message):\n\tShh.\n"
    (tea / "corpus" / "chat.txt").write_text(chat, encoding="utf-8")
    (tea / "corpus" / "rose.toml").write_text('title = "All roses"\n', encoding="utf-8")
    done = run("ingest", tea / "corpus", "--index", tea / "index")
    assert done.status == 0
    for words in ("new 1 chat.txt", "regrouped 1 rose.md", "unchanged 1 tea.md", "1 private message of saved chats"):
        assert words in said(done)
    assert "Shh" not in run("search", "shh", "--index", tea / "index").out
    assert "left out    1 private message of saved chats\n" in run("status", "--index", tea / "index").out
    assert run("remove", "chat.txt", "--index", tea / "index").status == 0
    assert "private" not in run("status", "--index", tea / "index").out


def test_a_dry_run_says_what_would_be_done_and_does_not_do_it(run: Run, tea: Path) -> None:
    (tea / "corpus" / "tea.md").unlink()
    (tea / "corpus" / "new.md").write_text("# New\n", encoding="utf-8")
    done = run("ingest", tea / "corpus", "--index", tea / "index", "--dry-run")
    assert done.status == 0
    for words in ("new 1 new.md", "removed 1 tea.md", "unchanged 1 rose.md", "nothing was changed"):
        assert words in said(done)
    assert "tea.md" in run("sessions", "--index", tea / "index").out


def test_a_dry_run_without_an_index_says_what_a_first_ingest_would_do_and_makes_none(run: Run, tea: Path) -> None:
    done = run("ingest", tea / "corpus", "--index", tea / "none", "--dry-run")
    assert done.status == 0
    for words in ("new 2 rose.md, tea.md", "nothing was changed"):
        assert words in said(done)
    assert not (tea / "none").exists()


def test_after_a_first_ingest_that_was_stopped_the_archive_is_said_to_be_empty(
    run: Run, tea: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    index = ("--index", tea / "stopped")
    with monkeypatch.context() as patch:
        patch.setattr("kindsearch.ingesting._write", stop)
        assert run("ingest", tea / "corpus", *index).status == 130
    assert "index files none yet: no ingest has finished" in said(run("status", *index))
    assert "The archive is empty: no ingest has finished" in run("ask", "does tea help?", *index).out
    assert run("ingest", tea / "corpus", *index).status == 0
    assert "index files whole" in said(run("status", *index))


def test_remove_takes_a_document_out_and_says_that_its_file_is_still_there(run: Run, tea: Path) -> None:
    done = run("remove", "tea.md", "--index", tea / "index")
    assert done.status == 0
    assert f"removed 1 document from {tea / 'index'}" in done.out
    assert f"{tea / 'corpus' / 'tea.md'} is still there: the next ingest reads it again" in done.out
    assert "tea.md" not in run("sessions", "--index", tea / "index").out
    again = run("remove", "tea.md", "--index", tea / "index")
    assert (again.status, again.out) == (2, "")
    assert again.err == "kindsearch: source: there is no tea.md in the index: see  kindsearch sessions\n"


@pytest.mark.parametrize(("options", "typed"), [(["--yes"], ""), ([], "y\n")])
def test_forget_shows_what_there_is_and_then_takes_it_out(run: Run, tea: Path, options: list[str], typed: str) -> None:
    done = run("forget", "ann", "--index", tea / "index", *options, stdin=typed)
    assert done.status == 0
    assert "Ann Lee, written as Ann Lee: what she said is taken out, her name replaced" in done.out
    assert "tea.md: 1 passage with her words" in done.out
    assert "tea.md still holds it: edit or delete that file yourself" in done.out
    assert re.search(r"done: 1 documents? changed, receipt in", said(done))
    assert len(list((tea / "index" / "receipts").iterdir())) == 1
    assert "worried patients" not in run("search", "worried patients", "--index", tea / "index").out
    assert [record["name"] for record in run("people", "--index", tea / "index", "--json").records] == ["Bo Ek"]


def test_forget_does_nothing_without_a_yes(run: Run, tea: Path) -> None:
    done = run("forget", "Ann Lee", "--index", tea / "index", stdin="n\n")
    assert done.status == 1
    assert "worried patients" in run("search", "worried patients", "--index", tea / "index").out


def test_forget_can_keep_the_words_without_the_name(run: Run, tea: Path) -> None:
    done = run("forget", "Ann Lee", "--index", tea / "index", "--anonymise", "--yes")
    assert "what she said is kept, her name replaced" in done.out
    found = run("search", "worried patients", "--index", tea / "index").out
    assert "Tea calms worried patients." in found
    assert "Ann" not in found


# ---------------------------------------------------------------- what goes wrong


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ask", " "], "question: ask something"),
        (["ask", "x" * 2_001], "question: longer than 2,000 characters"),
        (["ask", "tea", "-k", "0"], "k: must be from 1 to 100, not 0"),
        (["search", "tea", "-k", "101"], "k: must be from 1 to 100, not 101"),
        (["search", "tea", "--since", "yesterday"], "--since: not a date: 'yesterday'"),
        (["ask", "tea", "--until", "2024-13"], "--until: no such date: '2024-13'"),
        (["ask", "tea", "--speaker", "nobodyhere"], "speaker: nobody is called 'nobodyhere' here"),
        (["search", "tea", "--session", "nope"], "session: no session 'nope': see  kindsearch sessions"),
        (["search", "tea", "--since", "2025", "--until", "2023"], "since: 2025 lies after until, which is 2023"),
        (["brief", "tea", "--since", "2025", "--until", "2023"], "since: 2025 lies after until, which is 2023"),
        (["ingest", "/nowhere/at/all"], "path: there is no /nowhere/at/all"),
        (["ingest", "--dry-run", "/nowhere/at/all"], "path: there is no /nowhere/at/all"),
        (["remove", "nowhere.md"], "source: there is no nowhere.md in the index"),
        (["backup", "/nowhere/at/all"], "file: there is no folder /nowhere/at"),
        (["backup", "/"], "file: / is a folder"),
        (["restore", "/nowhere/at/all"], "/nowhere/at/all can't be restored (there is no such file)"),
        (["serve", "--port", "65536"], "--port: 65536 is none: they go from 1 to 65535"),
        (["forget", "Nobody At All"], "person: nobody in the archive is called Nobody At All"),
    ],
)
def test_a_bad_request_is_one_sentence_and_status_two(
    run: Run, archive: KindSearch, arguments: list[str], words: str
) -> None:
    done = run(*arguments, "--index", archive.folder)
    assert (done.status, done.out) == (2, "")
    assert done.err.strip().startswith(f"kindsearch: {words}")
    assert done.err.strip().count("\n") == 0


@pytest.mark.parametrize(
    "line", ["ask tea", "search tea", "sessions", "people", "status", "serve", "remove x", "forget x"]
)
def test_no_index_is_one_sentence_that_says_what_to_do(run: Run, tmp_path: Path, line: str) -> None:
    done = run(*line.split(), "--index", tmp_path / "none")
    assert (done.status, done.out) == (2, "")
    folder = tmp_path / "none"
    assert done.err == f"kindsearch: no index in {folder}: run  kindsearch ingest --index {folder}  first\n"
    assert not (tmp_path / "none").exists()


def test_a_damaged_index_is_one_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "catalog.sqlite").write_bytes(b"garbage " * 1_000)
    for arguments in (["ask", "tea"], ["status"], ["ingest", tmp_path]):
        done = run(*arguments, "--index", tmp_path)
        assert (done.status, done.err.strip().count("\n")) == (2, 0)
        assert "is damaged" in done.err


@pytest.mark.parametrize(
    "arguments", [["ask", "tea", "--kind", "poem"], ["ask"], ["dance"], ["ask", "tea", "-k", "few"]]
)
def test_wrong_usage_is_status_two(run: Run, arguments: list[str]) -> None:
    assert run(*arguments).status == 2


# ---------------------------------------------------------------- quick to start

HEAVY = ("torch", "transformers", "sentence_transformers", "faiss", "gradio", "numpy", "tantivy", "watchfiles")


@pytest.mark.parametrize("arguments", [["--help"], ["ask", "--help"], ["ingest", "--help"], ["watch", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "kindsearch.interfaces.cli", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    imported = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert "typer" in imported
    assert imported & set(HEAVY) == set()
    assert "Usage" in done.stdout


def test_every_command_is_in_the_help(run: Run) -> None:
    out = run("--help").out
    commands = "ingest watch remove forget people ask search brief sessions status serve".split()
    assert [name for name in commands if f" {name} " not in out] == []


def test_the_installed_command_is_this_one() -> None:
    from importlib.metadata import entry_points

    (command,) = entry_points(group="console_scripts", name="kindsearch")
    assert command.load() is cli.main
