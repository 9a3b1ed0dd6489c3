"""Files made to harm: each costs itself at most. The bombs are in ``bombs.py``."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from bombs import PDFS, TEXTS, WORD_DOCUMENTS, Build, one_page, stream
from decks import Deck

from kindsearch.errors import ReaderLimit, UnknownFormat, UnreadableFile
from kindsearch.readers import Limits, read, render_page
from kindsearch.types import Document

LIMITS = Limits(seconds=3)  # by default 10; what is not stopped by something else is stopped by it
# What is odd, yet can be read.
HARMLESS = {
    "parents_in_a_circle", "two_billion_pages", "enormous_page", "endless_strip", "page_of_no_size",
    "nested_dictionaries", "object_stream_loop", "tables_in_a_circle", "outline_loop", "annotation_flood",
    "picture_of_gigapixels", "font_that_draws_itself", "pattern_of_patterns", "length_in_a_circle",
    "one_line_as_long_as_allowed", "chat_of_many_messages", "lone_surrogates", "utf_16_cut_in_half",
}  # fmt: skip
ALL = {f"{name}.{kind}": build for kind, table in
       (("pdf", PDFS), ("docx", WORD_DOCUMENTS), ("txt", TEXTS)) for name, build in table.items()}  # fmt: skip


def outcome_of(path: Path, build: Build) -> Document | Exception:
    """What comes of reading a bomb."""
    path.write_bytes(build())
    try:
        return read(path, path.name, LIMITS)
    except Exception as error:
        return error
    finally:
        path.unlink()


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Document | Exception]:
    """What comes of reading each bomb; two at a time, as most of it is waiting for a child."""
    folder = tmp_path_factory.mktemp("bombs")
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda named: outcome_of(folder / named[0], named[1]), ALL.items())
        return dict(zip(ALL, found, strict=True))


@pytest.mark.parametrize("name", ALL)
def test_a_hostile_file_is_refused_with_a_reason_or_read(name: str, outcomes: dict[str, Document | Exception]) -> None:
    outcome = outcomes[name]
    is_harmless = name.rpartition(".")[0] in HARMLESS
    if isinstance(outcome, Document):
        assert is_harmless
        assert all(outcome.text[span.start : span.end].strip() for unit in outcome.units for span in unit.spans)
        assert outcome.text.encode()
    else:
        assert isinstance(outcome, UnreadableFile | UnknownFormat)
        assert str(outcome).startswith(f"{name}: ")
        assert "no sensible answer" not in str(outcome)
        # What is harmless may take too long where the machine is slow.
        assert not is_harmless or (isinstance(outcome, ReaderLimit) and outcome.limit == "time")


@pytest.mark.parametrize(
    "name",
    ["flate_in_flate", "forms_calling_forms", "pattern_of_patterns", "picture_of_gigapixels", "enormous_page"],
)
def test_a_page_of_a_hostile_file_is_drawn_or_not_but_ends(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.pdf"
    path.write_bytes(PDFS[name]())
    try:
        assert render_page(path, "a.pdf", 1, 800, LIMITS).startswith(b"\x89PNG")
    except UnreadableFile as refused:
        assert str(refused).startswith("a.pdf: page 1 can't be shown: ")  # noqa: PT017


def test_a_page_that_is_much_too_high_is_not_drawn(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(PDFS["endless_strip"]())
    with pytest.raises(UnreadableFile, match="too high for its width"):
        render_page(path, "a.pdf", 1, 800)


def test_a_page_with_more_words_than_may_be_answered_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(one_page(stream(b"BT /F1 2 Tf 9 9 Td 3 TL " + b"(a b c d e f) ' " * 400 + b"ET")))
    read(tmp_path / "a.pdf", "a.pdf")
    with pytest.raises(ReaderLimit, match=r"\(answer; .* KINDSEARCH_READER_ANSWER_MB allows more"):
        read(tmp_path / "a.pdf", "a.pdf", Limits(answer_bytes=100_000))


def test_a_pack_of_three_hundred_pages_is_read_within_the_limits_that_end_bombs(tmp_path: Path) -> None:
    deck = Deck(tmp_path / "pack.pdf")
    for number in range(300):
        deck.slide(f"Kindness {number}").box(48, 100, 860, 400, "Somebody listens on the ward at night. " * 12)
    document = read(deck.save(), "pack.pdf")
    assert len(document.pages) == 300
    assert document.text.count("Somebody listens on the ward at night.") == 3_600


BATCH = """
import json, resource, sys
from pathlib import Path
from kindsearch import KindSearch, Settings
from kindsearch.encoders.hashing import HashingEncoder

def most_used():  # getrusage would count what the process had that started this one
    return next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))

corpus, index = map(Path, sys.argv[1:])
settings = Settings(corpus=corpus, index=index, reader_seconds=5)
archive = KindSearch.open(create=True, encoder=HashingEncoder(), settings=settings)
report = archive.ingest()
hit = archive.search("who listens at night?", k=1)[0].passage
drawn = archive.page_image(hit, 1, 300)
print(json.dumps({
    "added": report.added,
    "failed": {failure.source: failure.reason for failure in report.failed},
    "drawn": drawn[:4].hex(),
    "opened by": sorted(sys.modules.keys() & {"pypdfium2", "pypdfium2_raw", "pypdf", "PIL"}),
    "megabytes": [most_used(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024],
}))
"""
BATCHED = [
    "flate_in_flate.pdf",
    "token_flood.pdf",
    "page_tree_loop.pdf",
    "encrypted_by_nobody.pdf",
    "zip_of_gigabytes.docx",
    "zip_that_lies.docx",
    "billion_laughs.docx",
    "one_line_of_100_mb.txt",
    "million_cues.txt",
    "zeros.txt",
]


def test_of_a_batch_with_bombs_the_rest_is_ingested_and_who_ingests_opens_none_of_it(tmp_path: Path) -> None:
    """In a process of its own, whose memory and modules are then those of a server that ingests."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for name in BATCHED:
        (corpus / name).write_bytes(ALL[name]())
    Deck(corpus / "a-pack.pdf").slide("A Kind Night").text(48, 120, 800, "Somebody listens at night.").save()
    (corpus / "z.md").write_text("# Tea\n\nJune 2024\n\n# Rest\n\nTea calms patients.\n", encoding="utf-8")
    command = [sys.executable, "-c", BATCH, str(corpus), str(tmp_path / "index")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert found["added"] == ["a-pack.pdf", "z.md"]
    assert sorted(found["failed"]) == sorted(BATCHED)
    assert all(found["failed"].values())
    assert bytes.fromhex(found["drawn"]) == b"\x89PNG"
    assert found["opened by"] == []
    ours, children = found["megabytes"]
    assert ours < 1024
    assert children <= 1024
