"""Whatever happens to a folder of files, step by step: the index equals one that is built fresh from what is there now.

Rules write, delete, rename, move and copy small packs, transcripts and chats and the notes beside them, and ingest,
sometimes with a crash in the middle. The model is the folder itself.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from catalogs import every_passage
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from meetings import chat, transcript

from kindsearch import KindSearch, Settings
from kindsearch.encoders import Vectors
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.stores.catalog import Catalog

IN_MEMORY = Path("/dev/shm")  # that every write is on the disk is not what is tested
FOLDERS = ("", "tea/", "tea/late/")


def pack(title: str, date: str, *said: tuple[str, str], more: str = "") -> str:
    messages = "\n\n".join(f"**{who}** {what}" for who, what in said)
    return f"# {title}\n\n{date}\n\n# Reflections from the chat\n\n{messages}\n{more}"


ABOUT = "\n# About the movement\n\nEight colleagues set it up in the summer of 2020, and everybody may come.\n"
QUOTES = (
    "\n# What did we hear\n\n“Tea helps because somebody sits down beside you.”\n\n“We measure smiles with a jar.”\n"
)
TALK = (
    (0, 5, "Ann Lee", "Good evening to all of you, and welcome."),
    (6, 12, "Ann Lee (she/her)", "Tea helps because somebody sits down beside you."),
    (13, 15, "Bo", "Yeah."),
    (16, 22, "Bo Ek", "So in our place we measure smiles with a jar of beans."),
)
WALK = (
    (0, 5, "Ann", "A walk clears the mind of everybody who walks."),
    (70, 75, "Facilitator", "And we measure smiles with a jar, as Bo does."),
)
CONTENTS = {
    ".md": (
        pack("Tea on the ward", "18 January 2024", ("Ann Lee", "Tea calms worried patients."), more=QUOTES),
        pack(
            "Tea on the ward",
            "January 2024",
            ("Ann", "Biscuits matter as much as tea."),
            ("Bo", "They do."),
            more=ABOUT,
        ),
        pack("A walk in June", "June 2024", ("Ann Roe", "Walking clears the mind."), ("Göran Öst", "So does tea.")),
        pack("A walk in June", "18 June 2024", ("Ann", "Shoes first."), more=QUOTES + ABOUT),
        "# Notes\n\nNobody said when.\n\n# Group discussion\n\n- Roses grow where nurses rest\n- Beans in a jar\n",
    ),
    ".vtt": (transcript(*TALK), transcript(*WALK), transcript(*TALK[1:]), transcript(*TALK, (90, 95, "Eva", "Roses!"))),
    ".txt": (
        chat(
            ("18:00:10", "AL", "Tea for everybody here."), ("18:03:00", "Bo Ek", "And biscuits, please, with the tea.")
        ),
        chat(("18:00:10", "Ann", "Shoes are the first thing."), ("18:02:00", "Eva", "Roses, too, along the wall.")),
        chat(("18:00:10", "Ann Lee", "This is for you alone."), to="Bo Ek (Direct Message)")
        + chat(("18:01:00", "Ann Lee", "This is for everybody in the room.")),
    ),
}
NAMES = {
    ".md": ("2024-06-walk.md", "a.md"),
    ".vtt": ("GMT20240118-175900_Recording.vtt", "a.vtt"),
    ".txt": ("2024-01-18-chat.txt", "a.txt"),
}
PLACES = {suffix: [folder + name for folder in FOLDERS for name in names] for suffix, names in NAMES.items()}
NOTES = (
    "",
    'title = "Tea, again"\n',
    'date = "2024-01-18"\nvideo = "https://youtu.be/abcdefg"\nvideo_offset = "0:30"\n',
    'start = 18:00:00\nspeakers = [{name = "Ann Lee", role = "nurse"}, "Bo Ek"]\n',
    'exclude = ["*.txt"]\nnote = "Illustrative."\n',
    '[aliases]\n"Ann Lee" = ["AL", "Ann"]\n',
)
PEOPLE = ('[people]\n"Ann Lee" = ["AL"]\n', '[people]\n"Ann Roe" = ["Ann"]\n"Eva Bonnier" = ["Eva"]\n')
IGNORED = ("*.txt\n", "tea/\n", "2024*\n", "late/\n!a.md\n")
QUESTIONS = [
    f"{asked} {topic}?"
    for asked in ("does", "who spoke of", "what did Ann Lee say about", "what was said in June 2024 of", "how is")
    for topic in (
        "tea", "biscuits", "walking and the mind", "smiles in a jar", "roses", "shoes", "everybody in the room",
        "a warm welcome", "the movement", "somebody who sits down",
    )
]  # fmt: skip
assert len(QUESTIONS) == 50


class Crash(Exception):
    """The power fails."""


class Encoder(HashingEncoder):
    """Crashes when it has been asked so many times."""

    left: int | None = None

    def encode(self, texts: Sequence[str]) -> Vectors:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Crash
        return super().encode(texts)


# ---------------------------------------------------------------- all that can be seen of an index


def contents(archive: KindSearch, questions: Sequence[str]) -> dict[str, Any]:
    """Documents, passages, people and sessions of an index, and its answers to questions."""
    catalog = Catalog.open(archive.folder)
    try:
        return {
            "documents": [
                (filing.document_id, filing.source, filing.session, filing.notes, filing.origin_ms, filing.described)
                for filing in catalog.filings()
            ],
            "read": {id_: catalog.document(id_) for id_ in catalog.places()},
            "passages": every_passage(catalog),
            "shown": {document_id: catalog.indexable(document_id).passages for document_id in catalog.shown()},
            "vectors": {document_id: embedded_in(catalog, document_id) for document_id in catalog.places()},
            "words": dict(zip(catalog.words(), (row.tobytes() for row in catalog.word_vectors()), strict=True)),
            "unfinished": catalog.unfinished(),
            "people": archive.people(),
            "sessions": archive.sessions(),
            "counts": catalog.counts(),
            "answers": [answer_of(archive, question) for question in questions],
        }
    finally:
        catalog.close()


def embedded_in(catalog: Catalog, document_id: str) -> tuple[bytes, bytes] | None:
    embeddings = catalog.embeddings_of(document_id)
    return (embeddings.places.tobytes(), embeddings.vectors.tobytes()) if embeddings else None


def answer_of(archive: KindSearch, question: str) -> tuple[Any, ...]:
    answer = archive.ask(question, k=10)
    hits = [(hit.passage, round(hit.score, 5), hit.matched) for hit in answer.hits]
    return question, answer.text, answer.answered, round(answer.confidence, 5), answer.citations, hits


def first_difference(made: Any, expected: Any) -> str:
    """The first item that is not the same, as hypothesis and pytest shorten long lists."""
    if isinstance(made, dict):
        made, expected = sorted(made.items()), sorted(expected.items())
    if isinstance(made, list) and len(made) == len(expected):
        made, expected = next((a, b) for a, b in zip(made, expected, strict=True) if a != b)
    return f"\n  index {made}\n  fresh {expected}"


class Folder(RuleBasedStateMachine):
    """A corpus that somebody works in, and its index."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp(prefix="kindsearch-", dir=IN_MEMORY if os.access(IN_MEMORY, 2) else None))
        self.corpus = self.place / "corpus"
        for folder in FOLDERS:
            (self.corpus / folder).mkdir(parents=True, exist_ok=True)
        self.encoder = Encoder()
        self.archive = self.opened("index", self.encoder)

    @initialize()
    def begin(self) -> None:
        """With two packs, a transcript and a chat in the index."""
        for name, text in zip(NAMES[".md"], CONTENTS[".md"], strict=False):
            (self.corpus / name).write_text(text, encoding="utf-8")
        (self.corpus / "a.vtt").write_text(CONTENTS[".vtt"][0], encoding="utf-8")
        (self.corpus / "a.txt").write_text(CONTENTS[".txt"][0], encoding="utf-8")
        self.archive.ingest()

    def opened(self, index: str, encoder: HashingEncoder) -> KindSearch:
        chosen = Settings(corpus=self.corpus, index=self.place / index)
        return KindSearch.open(create=True, encoder=encoder, settings=chosen)

    def teardown(self) -> None:
        try:
            self.equals_a_fresh_one(QUESTIONS)
        finally:
            shutil.rmtree(self.place)

    @property
    def files(self) -> list[str]:
        """The files there are, by their path in the corpus."""
        paths = (path for path in sorted(self.corpus.rglob("*")) if path.suffix in CONTENTS)
        return [path.relative_to(self.corpus).as_posix() for path in paths]

    def one_of(self, data: st.DataObject, names: Sequence[str], called: str) -> Path:
        return self.corpus / data.draw(st.sampled_from(names), called)

    def fill(self, data: st.DataObject, path: Path) -> None:
        number = data.draw(st.integers(0, len(CONTENTS[path.suffix]) - 1), "contents")
        path.write_text(CONTENTS[path.suffix][number], encoding="utf-8")

    # ------------------------------------------------------------ files

    @rule(data=st.data(), suffix=st.sampled_from(sorted(CONTENTS)))
    def write(self, data: st.DataObject, suffix: str) -> None:
        """Add a file, or change one."""
        self.fill(data, self.one_of(data, PLACES[suffix], "path"))

    @precondition(lambda self: self.files)
    @rule(data=st.data())
    def change(self, data: st.DataObject) -> None:
        self.fill(data, self.one_of(data, self.files, "path"))

    @precondition(lambda self: self.files)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        self.one_of(data, self.files, "path").unlink()

    @precondition(lambda self: self.files)
    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        """Rename a file, or move it into another folder; maybe over another."""
        path = self.one_of(data, self.files, "from")
        path.replace(self.one_of(data, PLACES[path.suffix], "to"))

    @precondition(lambda self: len(self.files) > 1)
    @rule(data=st.data())
    def swap(self, data: st.DataObject) -> None:
        """Two files change places."""
        one = self.one_of(data, self.files, "one")
        other = self.one_of(data, [name for name in self.files if name.endswith(one.suffix)], "other")
        first, second = one.read_bytes(), other.read_bytes()
        one.write_bytes(second)
        other.write_bytes(first)

    @precondition(lambda self: self.files)
    @rule(data=st.data())
    def copy(self, data: st.DataObject) -> None:
        path = self.one_of(data, self.files, "from")
        to = self.one_of(data, PLACES[path.suffix], "to")
        if to != path:
            shutil.copyfile(path, to)

    @precondition(lambda self: self.files)
    @rule(data=st.data())
    def touch(self, data: st.DataObject) -> None:
        self.one_of(data, self.files, "path").touch()

    # ------------------------------------------------------------ what is noted beside them

    @rule(folder=st.sampled_from(FOLDERS), notes=st.sampled_from([None, *NOTES]))
    def note(self, folder: str, notes: str | None) -> None:
        """Put a session.toml into a folder, change it, or take it away."""
        write_or_remove(self.corpus / folder / "session.toml", notes)

    @rule(people=st.sampled_from([None, *PEOPLE]))
    def say_who_is_who(self, people: str | None) -> None:
        write_or_remove(self.corpus / "people.toml", people)

    @rule(lines=st.sampled_from([None, *IGNORED]))
    def ignore(self, lines: str | None) -> None:
        write_or_remove(self.corpus / ".kindsearchignore", lines)

    # ------------------------------------------------------------ the index follows

    @rule()
    def ingest(self) -> None:
        self.archive.ingest()

    @rule()
    def ingest_oftener(self) -> None:
        """As a rule of its own, so that it happens between many of the others."""
        self.archive.ingest()

    @rule(first=st.integers(0, len(QUESTIONS) - 1))
    def compare(self, first: int) -> None:
        """In between with a few of the questions, in the end with all."""
        self.equals_a_fresh_one(QUESTIONS[first::10])

    def equals_a_fresh_one(self, questions: Sequence[str]) -> None:
        """After an ingest the index equals one made of the same folder, and another ingest does nothing."""
        report = self.archive.ingest()
        fresh = self.opened("fresh", HashingEncoder())
        try:
            fresh_report = fresh.ingest()
            made, expected = contents(self.archive, questions), contents(fresh, questions)
        finally:
            shutil.rmtree(self.place / "fresh")
        for name, value in expected.items():
            assert made[name] == value, f"{name}: {first_difference(made[name], value)}"
        assert (report.failed, report.passages) == (fresh_report.failed, fresh_report.passages)
        assert self.archive.status().derived_files_intact
        again = self.archive.ingest()
        assert (again.generation, again.failed) == (report.generation, report.failed)
        assert (*again.added, *again.changed, *again.renamed, *again.removed, *again.regrouped) == ()

    @rule(calls=st.integers(0, 4))
    def crash(self, calls: int) -> None:
        """An ingest that fails in the middle leaves the index as it was."""
        before = self.archive.status(), self.archive.search("tea biscuits walk", k=50)
        self.encoder.left = calls
        try:
            self.archive.ingest()
        except Crash:
            self.encoder.left = None
            assert (self.archive.status(), self.archive.search("tea biscuits walk", k=50)) == before
        finally:
            self.encoder.left = None

    @precondition(lambda self: self.archive.status().documents)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        """What is taken out by its name comes back with the next ingest, as its file is there still."""
        sources = sorted({source for summary in self.archive.sessions() for source in summary.sources})
        self.archive.remove(data.draw(st.sampled_from(sources), "source"))


def write_or_remove(path: Path, text: str | None) -> None:
    if text is None:
        path.unlink(missing_ok=True)
    else:
        path.write_text(text, encoding="utf-8")


TestFolder = Folder.TestCase
TestFolder.settings = settings(
    max_examples=60,
    stateful_step_count=14,
    deadline=None,
    report_multiple_bugs=False,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking takes minutes: add it to study what is found
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
