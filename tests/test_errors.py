from __future__ import annotations

import inspect
import pickle
from pathlib import Path

import pytest

from kindsearch import errors

FOLDER = Path("some/index")
EXAMPLES: list[tuple[errors.KindSearchError, dict[str, object], list[str]]] = [
    (
        errors.UnreadableFile("a.pdf", "it is broken"),
        {"source": "a.pdf", "reason": "it is broken"},
        ["a.pdf", "it is broken"],
    ),
    (errors.NoTextLayer("a.pdf", 14), {"source": "a.pdf", "pages": 14}, ["a.pdf: 14 pages, no text: run OCR first"]),
    (errors.NoTextLayer("a.pdf", 1), {"pages": 1}, ["1 page, no text"]),
    (errors.EncryptedFile("a.pdf", "a.toml"), {"sidecar": "a.toml"}, ["a.pdf", "a.toml", "password"]),
    (errors.EncryptedFile("a.pdf", "a.toml", given=True), {"given": True}, ["a.toml", "does not open it"]),
    (
        errors.ReaderLimit("a.pdf", "time", "60 s"),
        {"limit": "time", "allowed": "60 s"},
        ["a.pdf", "more than 60 s", "time"],
    ),
    (errors.UnknownFormat("a.xyz", ("pdf", "text")), {"known": ("pdf", "text")}, ["a.xyz", "pdf, text"]),
    (errors.UploadRefused("it is broken"), {"reason": "it is broken"}, ["not taken: it is broken."]),
    (errors.NoRoomForUploads(2_048), {"allowed_mb": 2_048}, ["2,048 MB", "KINDSEARCH_UPLOADS_MB"]),
    (errors.NoIndex(FOLDER), {"folder": FOLDER}, ["some/index", "kindsearch ingest"]),
    (
        errors.IncompatibleIndex(FOLDER, "the model", "old", "new"),
        {"folder": FOLDER, "what": "the model", "found": "old", "wanted": "new"},
        ["some/index", "the model", "old", "new", "kindsearch ingest"],
    ),
    (
        errors.DamagedIndex(FOLDER, "not a database"),
        {"folder": FOLDER, "detail": "not a database"},
        ["some/index", "not a database", "kindsearch ingest"],
    ),
    (
        errors.BadQuestionSet(Path("set/queries.jsonl"), 3, "no JSON"),
        {"path": Path("set/queries.jsonl"), "line": 3, "detail": "no JSON"},
        ["set/queries.jsonl, line 3: no JSON", "docs/question-sets.md"],
    ),
    (errors.BadQuestionSet(FOLDER, None, "nothing"), {"line": None}, ["some/index: nothing"]),
    (errors.IndexLocked(FOLDER), {"folder": FOLDER}, ["some/index", "wait"]),
    (
        errors.IndexLocked(FOLDER, 42, "ward", "2026-01-01 10:00:00 UTC"),
        {"pid": 42, "host": "ward", "since": "2026-01-01 10:00:00 UTC"},
        ["process 42 on ward, since 2026-01-01 10:00:00 UTC", "wait"],
    ),
    (errors.Busy("pages are drawn"), {"what": "pages are drawn"}, ["Too many pages are drawn", "Try again"]),
    (
        errors.StorageFailed(FOLDER, "No space left on device"),
        {"folder": FOLDER, "detail": "No space left on device"},
        ["some/index", "No space left on device", "make room"],
    ),
    (
        errors.BadBackup(Path("b.sqlite"), "no database"),
        {"path": Path("b.sqlite"), "detail": "no database"},
        ["b.sqlite", "no database", "another backup"],
    ),
    (
        errors.ModelNotFound("m", "no files"),
        {"model": "m", "detail": "no files"},
        ["'m'", "no files", "KINDSEARCH_MODEL"],
    ),
    (
        errors.UnusableReranker("m", "it gives 3 scores"),
        {"model": "m", "detail": "it gives 3 scores"},
        ["'m'", "it gives 3 scores", "KINDSEARCH_RERANKER"],
    ),
    (
        errors.MissingExtra("the MCP server", "mcp"),
        {"what": "the MCP server", "extra": "mcp"},
        ["the MCP server needs", "pip install 'kindsearch[mcp]'"],
    ),
    (errors.BadRequest("k", "too many"), {"field": "k", "detail": "too many"}, ["k: too many"]),
    (errors.NotInArchive("speaker", "nobody"), {"field": "speaker", "detail": "nobody"}, ["speaker: nobody"]),
]
CLASSES = [thing for _, thing in inspect.getmembers(errors, inspect.isclass) if thing.__module__ == errors.__name__]


@pytest.mark.parametrize(("error", "data", "words"), EXAMPLES, ids=lambda value: type(value).__name__)
def test_an_error_keeps_its_data_and_says_it_in_one_line(
    error: errors.KindSearchError, data: dict[str, object], words: list[str]
) -> None:
    assert {name: getattr(error, name) for name in data} == data
    assert [word for word in words if word not in str(error)] == []
    assert "\n" not in str(error)


@pytest.mark.parametrize(("error", "data", "words"), EXAMPLES, ids=lambda value: type(value).__name__)
def test_an_error_of_another_process_is_the_same_here(
    error: errors.KindSearchError, data: dict[str, object], words: list[str]
) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


def test_every_error_has_an_example_here() -> None:
    assert {type(error) for error, _, _ in EXAMPLES} == set(CLASSES) - {errors.KindSearchError}


def test_the_tree_at_the_top_shows_every_error_under_its_base() -> None:
    drawn = [line.split()[:2] for line in (errors.__doc__ or "").splitlines() if "──" in line]
    depth = {name: line.index(name) for name in [c.__name__ for c in CLASSES]
             for line in (errors.__doc__ or "").splitlines() if f"── {name} " in line}  # fmt: skip
    assert len(drawn) == len(CLASSES) - 1
    for error in set(CLASSES) - {errors.KindSearchError}:
        base = error.__mro__[1]
        assert base is errors.KindSearchError or depth[error.__name__] > depth[base.__name__]


def test_all_of_them_are_caught_as_one() -> None:
    assert all(issubclass(error, errors.KindSearchError) for error in CLASSES)
