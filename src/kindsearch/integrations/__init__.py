"""The archive in other frameworks: one file each, imported by name, none of them needed by kindsearch itself.

What they retrieve are documents of their own kind, with a passage's text and with :func:`metadata_of` its hit.
"""

from __future__ import annotations

from kindsearch.interfaces.records import hit_record
from kindsearch.types import Hit

__all__ = ["metadata_of"]


def metadata_of(hit: Hit) -> dict[str, object]:
    """The record of a hit without its text: passage id, session, source, pages, times, speaker, link, scores."""
    return {key: value for key, value in hit_record(hit).items() if key != "text"}
