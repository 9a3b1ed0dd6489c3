"""Small meetings for tests, written as the files they leave behind; and what an index holds of a word, to the byte."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import tantivy

from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.stores.arrays import Ranges
from kindsearch.stores.keywords import FIELDS, terms_of
from kindsearch.stores.vectors import Embedded

# ---------------------------------------------------------------- files


def transcript(*said: tuple[int, int, str, str]) -> str:
    """WebVTT of ``(from second, to second, who, what)``, as Zoom writes it."""
    cues = [f"{_clock(start)}.000 --> {_clock(end)}.000\n{who}: {what}" for start, end, who, what in said]
    return "\n\n".join(["WEBVTT", *cues]) + "\n"


def chat(*messages: tuple[str, str, str], to: str = "Everyone") -> str:
    """A saved chat of ``(clock time, who, what)``, as Zoom writes it."""
    return "".join(f"{time} From {who} to {to}:\n\t{what}\n" for time, who, what in messages)


def put(corpus: Path, files: Mapping[str, str]) -> None:
    """Write files into a corpus, with the folders they need."""
    for name, text in files.items():
        (corpus / name).parent.mkdir(parents=True, exist_ok=True)
        (corpus / name).write_text(text, encoding="utf-8")


def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"


# ---------------------------------------------------------------- what is in an index


def found_in(index: Path, *words: str) -> list[str]:
    """Where any of ``words`` stands under an index: in the name or bytes of a file, or in a value of the catalog.

    Looked for in small and capital letters, as UTF-8, UTF-16 and escaped as in JSON; and, a word, among the terms of
    the keyword index.
    """
    found = []
    for path in sorted(index.rglob("*")):
        name = path.relative_to(index).as_posix()
        found += [f"{word!r} in the name {name}" for word in words if word.casefold() in name.casefold()]
        found += [f"{word!r} in {name}" for word in words if path.is_file() and _stands_in(word, path.read_bytes())]
    for column, value in _values(index):
        found += [f"{word!r} in {column}" for word in words if _stands_in(word, value)]
    for folder in index.glob("generation-*/keywords"):
        searcher = tantivy.Index.open(str(folder)).searcher()
        terms = [(word, term) for word in words for term in terms_of(word)[:1] if len(terms_of(word)) == 1]
        found += [f"{word!r} as a term" for word, term in terms if any(searcher.doc_freq(f, term) for f in FIELDS)]
    return list(dict.fromkeys(found))


def vectors_in(index: Path, *texts: str) -> list[str]:
    """Which of ``texts`` have their vector (of HashingEncoder), in full or rounded, in a file or value of an index."""
    held = [path.read_bytes() for path in sorted(index.rglob("*")) if path.is_file()]
    held += [value for _, value in _values(index)]
    vectors = HashingEncoder().encode(texts)
    nothing = np.zeros(0, dtype=np.int64)
    rounded = Embedded.of(vectors, nothing.astype(np.int32), Ranges(nothing, nothing), nothing.astype(np.bool_)).codes
    forms = {
        text: (np.ascontiguousarray(vector, dtype="<f4").tobytes(), codes.tobytes())
        for text, vector, codes in zip(texts, vectors, rounded, strict=True)
    }
    return [text for text, of_it in forms.items() if any(form in data for form in of_it for data in held)]


def _stands_in(word: str, data: bytes) -> bool:
    unescaped = re.sub(rb"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)).encode("utf-8", "surrogatepass"), data)
    spellings = {word, word.lower(), word.upper(), word.title(), word.capitalize()}
    encoded = [form.encode(code) for form in spellings for code in ("utf-8", "utf-16-le", "utf-16-be")]
    return any(form in one for form in encoded for one in (data, unescaped))


def _values(index: Path) -> Iterator[tuple[str, bytes]]:
    """Every value of every table of the catalog: where it stands, and its bytes, unpacked where they are packed."""
    catalog = sqlite3.connect(index / "catalog.sqlite")
    try:
        tables = [name for (name,) in catalog.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            rows = catalog.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in rows.description]
            for row in rows:
                for name, value in zip(names, row, strict=True):
                    if isinstance(value, str):
                        yield f"{table}.{name}", value.encode("utf-8", "surrogatepass")
                    elif isinstance(value, bytes):
                        yield f"{table}.{name}", _unpacked(value)
    finally:
        catalog.close()


def _unpacked(value: bytes) -> bytes:
    try:
        return zlib.decompress(value)
    except zlib.error:
        return value


# ---------------------------------------------------------------- another process


@contextmanager
def another_process_writing(index: Path) -> Iterator[None]:
    """Another process holds the lock of an index."""
    hold = (
        "import sys, filelock\n"
        "with filelock.FileLock(sys.argv[1], timeout=60):\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", hold, os.fspath(index / ".lock")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin
    assert process.stdout
    try:
        assert process.stdout.readline() == "held\n"
        yield
    finally:
        process.stdin.close()
        process.wait(timeout=60)
        process.stdout.close()
