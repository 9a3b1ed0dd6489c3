"""What tests share: the sample packs under the real model, built once, and tiny archives under the hashing encoder."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from commands import Done
from small_packs import PACKS, CountingEncoder, pack_of

from kindsearch import KindSearch, Settings
from kindsearch.encoders import Encoder, encoder_of
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.interfaces import cli
from kindsearch.types import Document, Kind, PartialDate, Passage, Session, Span, Statement, Unit

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"


# ---------------------------------------------------------------- with the real model, made once


@pytest.fixture(scope="session")
def sample_corpus() -> Path:
    """The packs that ship."""
    return ROOT / "corpus"


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where models are compiled, for this process and those it starts."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KINDSEARCH_CACHE", str(folder))
        patch.setenv("KINDSEARCH_REQUESTS_PER_MINUTE", "1000000")  # tests are in a hurry
        yield folder


@pytest.fixture(scope="session")
def model(cache: Path) -> Encoder:
    """The packaged model as it is used unless told otherwise, compiled and loaded at most once."""
    settings = Settings(cache=cache)
    return encoder_of(settings.model, settings.encoder, settings.cache)


@pytest.fixture(scope="session")
def archive(sample_corpus: Path, model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> KindSearch:
    """The sample packs, ingested with the real model. Tests only read it."""
    settings = Settings(corpus=sample_corpus)
    made = KindSearch.open(tmp_path_factory.mktemp("index"), create=True, encoder=model, settings=settings)
    assert not made.ingest().failed
    return made


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The two real packs."""
    folder = SHARED / "seeds"
    if not folder.is_dir():
        pytest.skip("the two real packs are not on this machine (../shared/seeds)")
    return folder


@pytest.fixture(scope="session")
def seed_archive(seeds: Path, model: Encoder, tmp_path_factory: pytest.TempPathFactory) -> KindSearch:
    """The two real packs as PDF, ingested with the real model. Tests only read it."""
    made = KindSearch.open(tmp_path_factory.mktemp("seeds"), create=True, encoder=model)
    assert not made.ingest(*sorted(seeds.glob("*.pdf"))).failed
    return made


# ---------------------------------------------------------------- tiny archives


@pytest.fixture
def pack() -> Callable[..., str]:
    """Write a pack in Markdown: title, date, then (who, what) for each message of its chat."""
    return pack_of


@pytest.fixture
def counting_encoder() -> CountingEncoder:
    """A tiny encoder whose ``texts`` are all that it was given."""
    return CountingEncoder()


@pytest.fixture
def small_archive(tmp_path: Path) -> Callable[..., KindSearch]:
    """Make an archive over tiny packs; ``archive.settings.corpus`` is their folder, ``archive.ingest()`` reads it."""

    def make(packs: Mapping[str, str] = PACKS, encoder: Encoder | None = None, **settings: Any) -> KindSearch:
        corpus = tmp_path / "corpus"
        corpus.mkdir(exist_ok=True)
        for name, text in packs.items():
            (corpus / name).parent.mkdir(parents=True, exist_ok=True)
            (corpus / name).write_text(text, encoding="utf-8")
        chosen = Settings(corpus=corpus, index=tmp_path / "index", **settings)
        made = KindSearch.open(create=True, encoder=encoder or HashingEncoder(), settings=chosen)
        made.ingest()
        return made

    return make


# ---------------------------------------------------------------- the command line, in this process


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Done]:
    """Run ``kindsearch`` with these arguments and the tiny encoder; ``stdin`` is what somebody types."""
    monkeypatch.setattr("kindsearch.search.encoder_of", lambda *_: HashingEncoder())

    def in_this_process(*arguments: object, stdin: str = "") -> Done:
        monkeypatch.setattr(sys, "argv", ["kindsearch", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        try:
            cli.main()
            status = 0
        except SystemExit as stop:
            status = int(stop.code or 0)
        return Done(status, *capsys.readouterr())

    return in_this_process


# ---------------------------------------------------------------- nouns by hand


@pytest.fixture
def document() -> Callable[..., Document]:
    """Make a document of one session whose lines are one unit each, said by whom is given."""

    def make(
        *lines: str,
        source: str = "tea.md",
        date: str | None = "2024-01-18",
        kind: Kind = Kind.CHAT,
        speaker: str | None = None,
        page: int | None = None,
    ) -> Document:
        text, units = "", []
        for line in lines:
            span = Span(len(text), len(text) + len(line), page, speaker)
            units.append(Unit(span.start, span.end, kind, "Chat", (span,)))
            text += line + "\n"
        title = source.rsplit(".", 1)[0]
        session = Session(f"{date}-{title}", title, PartialDate.parse(date) if date else None)
        return Document(sha256((source + text).encode()).hexdigest(), source, session, text, tuple(units))

    return make


@pytest.fixture
def passage() -> Callable[..., Passage]:
    """Make a passage that holds one statement; anything can be given."""

    def make(text: str = "Tea calms.", **changes: Any) -> Passage:
        plain = Passage(
            id="p1",
            document_id="d1",
            source="tea.md",
            session=Session("s1", "Tea", PartialDate(2024, 1, 18)),
            start=10,
            end=10 + len(text),
            text=text,
            kind=Kind.CHAT,
            section="Chat",
            statements=(Statement(10, 10 + len(text)),),
        )
        return replace(plain, **changes)

    return make
