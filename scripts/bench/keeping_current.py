"""How long an index takes to follow a folder in which little has changed, against making it.

Packs of eight messages each are ingested, then again with nothing changed, then every tenth is deleted, then one of the
people forgotten. Texts are embedded by the tiny HashingEncoder, which takes no time to speak of: what is measured is
all the rest. A number alone says little, machines differ; the ratios to the first ingest say more.
"""

from __future__ import annotations

import random
import tempfile
from dataclasses import dataclass
from pathlib import Path

from kindsearch import KindSearch, Settings
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.types import MONTHS
from scripts.bench.measuring import seconds_of, table

NAMES = [f"{first} {last}" for first in ("Ann", "Bo", "Cy", "Di") for last in ("Lee", "Ek", "Dee", "Roe", "Hall")]
SOURCES = Path(__file__).resolve().parents[2] / "corpus" / "sources"


@dataclass(frozen=True)
class Kept:
    """Seconds of each step."""

    documents: int
    passages: int
    first_s: float
    again_s: float
    tenth_deleted_s: float
    forgotten_s: float

    def __str__(self) -> str:
        steps = (
            ("made", self.first_s),
            ("nothing changed", self.again_s),
            ("a tenth deleted", self.tenth_deleted_s),
            (f"one of {len(NAMES)} people forgotten", self.forgotten_s),
        )
        rows = [(what, f"{seconds:.2f}", f"{seconds / self.first_s:.3f}") for what, seconds in steps]
        title = f"{self.documents} documents, {self.passages} passages"
        return f"{title}\n\n{table(('what', 'seconds', 'of the first'), rows)}"


def measured(documents: int) -> Kept:
    """Write so many packs, and follow them."""
    text = " ".join(path.read_text(encoding="utf-8") for path in sorted(SOURCES.glob("*.md")))
    words, chance = sorted({word for word in text.split() if word.isalpha() and word.islower()}), random.Random(1)
    with tempfile.TemporaryDirectory(prefix="kindsearch-") as place:
        corpus = Path(place) / "corpus"
        corpus.mkdir()
        for number in range(documents):
            (corpus / f"pack-{number}.md").write_text(pack(number, words, chance), encoding="utf-8")
        settings = Settings(corpus=corpus, index=Path(place) / "index")
        archive = KindSearch.open(create=True, encoder=HashingEncoder(), settings=settings)
        first, passages = seconds_of(archive.ingest), archive.status().passages
        again = seconds_of(archive.ingest)
        for path in sorted(corpus.iterdir())[::10]:
            path.unlink()
        tenth = seconds_of(archive.ingest)
        forgotten = seconds_of(lambda: archive.forget(NAMES[0]))
    return Kept(documents, passages, first, again, tenth, forgotten)


def pack(number: int, words: list[str], chance: random.Random) -> str:
    """A pack in Markdown: a title, a month, and eight messages of forty words."""
    said = (f"**{chance.choice(NAMES)}** {' '.join(chance.choices(words, k=40))}." for _ in range(8))
    title = f"Meeting {number} on {' and '.join(chance.choices(words, k=2))}"
    month = f"{MONTHS[number % 12]} {2000 + number // 12 % 25}"
    return f"# {title}\n\n{month}\n\n# Reflections from the chat\n\n" + "\n\n".join(said) + "\n"
