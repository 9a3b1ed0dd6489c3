"""Which links may be followed. What a document, a note or a message gives as an address may be anything."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

_IN_NO_ADDRESS = frozenset(' <>"\\`')  # RFC 3986; browsers read a backslash as a slash, so that the host is another


def safe_link(url: str | None) -> str | None:
    """An address that may be followed: http or https, with a host, of characters that are seen; None for any other.

    >>> safe_link("HTTPS://example.org/a"), safe_link("javascript:alert(1)"), safe_link("https://a b")
    ('HTTPS://example.org/a', None, None)
    """
    if url is None or any(letter in _IN_NO_ADDRESS or unicodedata.category(letter)[0] in "CZ" for letter in url):
        return None
    try:
        parts = urlsplit(url)
        may_be_followed = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:  # no host, or no port, is written so
        return None
    return url if may_be_followed else None
