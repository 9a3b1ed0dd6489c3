"""Semantic search and cited answers over the archive of a community's conversations."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kindsearch.errors import KindSearchError
    from kindsearch.search import KindSearch
    from kindsearch.settings import Settings
    from kindsearch.types import Answer, Brief, Citation, Filter, Hit, Kind, PartialDate, Passage, Reading, Session

__all__ = [
    "Answer",
    "Brief",
    "Citation",
    "Filter",
    "Hit",
    "Kind",
    "KindSearch",
    "KindSearchError",
    "PartialDate",
    "Passage",
    "Reading",
    "Session",
    "Settings",
]

_HOMES = {"KindSearch": "search", "KindSearchError": "errors", "Settings": "settings"}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that the PDF reading child stays small."""
    if name not in __all__:
        raise AttributeError(f"module 'kindsearch' has no attribute {name!r}")
    return getattr(import_module(f"kindsearch.{_HOMES.get(name, 'types')}"), name)
