"""Places in words, the same wherever they are shown."""

from __future__ import annotations


def in_pages(pages: tuple[int, int] | None) -> str:
    """Pages in words; nothing where there are none.

    >>> in_pages((10, 10)), in_pages((10, 11)), in_pages(None)
    ('page 10', 'pages 10–11', '')
    """
    if pages is None:
        return ""
    first, last = pages
    return f"page {first}" if first == last else f"pages {first}–{last}"
