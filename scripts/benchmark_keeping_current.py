"""Measure how long an index takes to follow a folder in which little has changed, against making it.

    python scripts/benchmark_keeping_current.py [DOCUMENTS]

Writes so many packs (5,000, unless told) of eight messages each into a folder of its own, ingests them, ingests again
with nothing changed, deletes every tenth and ingests, then forgets one of the people. Texts are embedded by the tiny
HashingEncoder, which takes no time to speak of: what is measured is all the rest. A number alone says little, machines
differ; the ratios to the first ingest say more.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from kindsearch import KindSearch, Settings
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.types import MONTHS

NAMES = [f"{first} {last}" for first in ("Ann", "Bo", "Cy", "Di") for last in ("Lee", "Ek", "Dee", "Roe", "Hall")]
SOURCES = Path(__file__).resolve().parents[1] / "corpus" / "sources"


def pack(number: int, words: list[str], chance: random.Random) -> str:
    """A pack in Markdown: a title, a month, and eight messages of forty words."""
    said = (f"**{chance.choice(NAMES)}** {' '.join(chance.choices(words, k=40))}." for _ in range(8))
    title = f"Meeting {number} on {' and '.join(chance.choices(words, k=2))}"
    month = f"{MONTHS[number % 12]} {2000 + number // 12 % 25}"
    return f"# {title}\n\n{month}\n\n# Reflections from the chat\n\n" + "\n\n".join(said) + "\n"


def seconds(do: Callable[[], object]) -> float:
    """How long it takes."""
    start = time.perf_counter()
    do()
    return time.perf_counter() - start


def main(arguments: list[str]) -> int:
    """Measure and print."""
    documents = int(arguments[0]) if arguments else 5_000
    text = " ".join(path.read_text(encoding="utf-8") for path in sorted(SOURCES.glob("*.md")))
    words, chance = sorted({word for word in text.split() if word.isalpha() and word.islower()}), random.Random(1)
    with tempfile.TemporaryDirectory(prefix="kindsearch-") as place:
        corpus = Path(place) / "corpus"
        corpus.mkdir()
        for number in range(documents):
            (corpus / f"pack-{number}.md").write_text(pack(number, words, chance), encoding="utf-8")
        settings = Settings(corpus=corpus, index=Path(place) / "index")
        archive = KindSearch.open(create=True, encoder=HashingEncoder(), settings=settings)
        first = seconds(archive.ingest)
        print(f"{documents} documents, {archive.status().passages} passages, made in {first:.1f} s")
        again = seconds(archive.ingest)
        print(f"nothing changed:        {again:6.2f} s, {again / first:.3f} of that")
        for path in sorted(corpus.iterdir())[::10]:
            path.unlink()
        tenth = seconds(archive.ingest)
        print(f"a tenth deleted:        {tenth:6.2f} s, {tenth / first:.3f} of that")
        forgotten = seconds(lambda: archive.forget(NAMES[0]))
        print(f"one of {len(NAMES)} people forgotten: {forgotten:6.2f} s, {forgotten / first:.3f} of that")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
