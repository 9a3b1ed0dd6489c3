"""Links to recordings, as the headers and comments of captions and transcripts give them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

URL = re.compile(r"https?://[^\s<>\[\]()\"]{1,500}")
_PLAYERS = tuple(f".{host}" for host in ("youtu.be", "youtube.com", "youtube-nocookie.com", "vimeo.com"))
_MEETINGS = (".zoom.us", ".zoomgov.com")


def recording_in(text: str) -> str | None:
    """The first link to a recording at YouTube, Vimeo or Zoom; one that only joins a meeting is none.

    >>> recording_in("Join: https://zoom.us/j/123. Watch: <https://us02web.zoom.us/rec/share/abc>.")
    'https://us02web.zoom.us/rec/share/abc'
    """
    if "://" not in text:
        return None
    urls = (found[0].rstrip(".,;:!?'*_") for found in URL.finditer(text))
    return next(filter(_is_recording, urls), None)


def _is_recording(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # such as https://[::1
        return False
    host = f".{parts.hostname or ''}"
    is_played = host.endswith(_PLAYERS) and bool(parts.path.strip("/"))
    return is_played or (host.endswith(_MEETINGS) and parts.path.startswith("/rec/"))
