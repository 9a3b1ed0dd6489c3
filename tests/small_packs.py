"""Three invented packs, and an encoder that remembers what it was given."""

from __future__ import annotations

from collections.abc import Sequence

from kindsearch.encoders import Vectors
from kindsearch.encoders.hashing import HashingEncoder


def pack_of(title: str, date: str, *said: tuple[str, str]) -> str:
    """A pack in Markdown whose chat holds ``(who, what)``."""
    chat = "\n\n".join(f"**{who}** {what}" for who, what in said)
    return f"# {title}\n\n{date}\n\n# Reflections from the chat\n\n{chat}\n"


PACKS = {
    "2023-05-music.md": pack_of(
        "Music in the corridor",
        "May 2023",
        ("Cy Dee", "Songs travel through the corridor and reach every bed."),
        ("Ann Lee", "A violin made my father smile."),
    ),
    "2024-01-18-tea.md": pack_of(
        "Tea on the ward",
        "18 January 2024",
        ("Ann Lee", "Tea calms worried patients."),
        ("Bo Ek", "Biscuits matter as much as tea."),
        ("Göran Öst", "We measure smiles with a jar of beans."),
    )
    + "\n# Q&A\n\n**Question: Does tea help at night?**\n\nAnn Lee: Tea helps because somebody sits down.\n",
    "2024-06-garden.md": pack_of(
        "A garden for staff",
        "June 2024",
        ("Bo Ek", "Roses grow along the wall where nurses rest."),
        ("Ann Lee", "Tomatoes from our garden taste of summer."),
        ("Dr Eva Bonnier", "Weeding is my meditation."),
    ),
}


class CountingEncoder(HashingEncoder):
    """The tiny encoder, remembering what it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        """As HashingEncoder does."""
        self.texts += texts
        return super().encode(texts)
