"""Links that open a recording at a moment, and times as people read them.

A link is changed as text: what says when is added or replaced, and no other character of it is touched.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import SplitResult, urlsplit

from kindsearch.types import Session

_YOUTUBE = ("youtube.com", "youtube-nocookie.com", "youtu.be")
_VIMEO = ("vimeo.com",)
_ZOOM = ("zoom.us", "zoomgov.com")
_YOUTUBE_LIVE = re.compile(r"/live/[^/]+/?")
_YOUTUBE_PLAYER = re.compile(r"/(?:embed|v)/[^/]+/?")
_VIMEO_VIDEO = re.compile(r"/\d+(?=/|$)")
_ZOOM_RECORDING = re.compile(r"/rec/(?:play|share)/[^/]")
_TIME = re.compile(r"t=[\d.:,hms]+")  # a fragment that is a time already: "t=754", "t=12m34s"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def clock(time_ms: int) -> str:
    """A time from the start as a player shows it; whole seconds, rounded down.

    >>> clock(5_000), clock(754_900), clock(3_723_000)
    ('0:05', '12:34', '1:02:03')
    """
    minutes, seconds = divmod(_seconds(time_ms), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def moment_link(session: Session, time_ms: int | None) -> str | None:
    """The link that opens a session's recording at a time of the session; None without a recording or a time."""
    if session.video_url is None or time_ms is None:
        return None
    return link_at(session.video_url, time_ms + session.video_offset_ms, _began(session))


def _began(session: Session) -> datetime | None:
    """When the recording began, where the day is known too."""
    start, date = session.start, session.date
    if isinstance(start, datetime):
        return start
    if start is None or date is None or date.month is None or date.day is None or not date.is_in_calendar:
        return None
    return datetime.combine(datetime(date.year, date.month, date.day), start)


def link_at(url: str, time_ms: int | None, start: datetime | None = None) -> str:
    """The link that opens the recording at ``url`` at ``time_ms``, counted from where the recording begins.

    YouTube takes ``t=754s`` in the query (its embedded player ``start=754``), Vimeo ``#t=754s``. Zoom asks for the
    clock time in milliseconds since 1970, so it needs ``start``, when the recording began (UTC if it names no zone).
    Any other address gets a media fragment, ``#t=754`` (https://www.w3.org/TR/media-frags/#naming-time), unless it
    has a fragment that means something else. A time that the link has already is replaced. Where no time can be
    given (``time_ms`` is None, no recording there, not http, no valid address) the link is returned as it is. A time
    before the recording opens its beginning.

    >>> link_at("https://www.youtube.com/watch?v=abc&list=xyz", 754_000)
    'https://www.youtube.com/watch?v=abc&list=xyz&t=754s'
    >>> link_at("https://youtu.be/abc", 754_000), link_at("https://vimeo.com/123", 754_000)
    ('https://youtu.be/abc?t=754s', 'https://vimeo.com/123#t=754s')
    >>> link_at("https://us02web.zoom.us/rec/share/abc", 1_000, datetime(2024, 1, 18, 18, tzinfo=UTC))
    'https://us02web.zoom.us/rec/share/abc?startTime=1705600801000'
    """
    parts = _address(url)
    if parts is None or time_ms is None:
        return url
    seconds, path = _seconds(time_ms), parts.path
    if _is_at(parts, _YOUTUBE):
        return _on_youtube(url, parts, seconds)
    if _is_at(parts, _VIMEO):
        return _with_fragment(url, f"t={seconds}s") if _VIMEO_VIDEO.search(path) else url
    if _is_at(parts, _ZOOM):
        began = _epoch_ms(start) if start and _ZOOM_RECORDING.match(path) else None
        return url if began is None else _with_parameter(url, "startTime", str(began + max(time_ms, 0)))
    return _with_fragment(url, f"t={seconds}")


def _address(url: str) -> SplitResult | None:
    """The parts of a web address that has a host and no impossible port; None for anything else."""
    try:
        parts = urlsplit(url)
        valid = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return parts if valid else None


def _is_at(parts: SplitResult, sites: tuple[str, ...]) -> bool:
    host = parts.hostname or ""
    return any(host == site or host.endswith(f".{site}") for site in sites)


def _on_youtube(url: str, parts: SplitResult, seconds: int) -> str:
    is_short_link = _is_at(parts, ("youtu.be",)) and parts.path.strip("/")
    is_watched = parts.path.rstrip("/") == "/watch" and re.search(r"(?:^|&)v=[^&]", parts.query)
    if _YOUTUBE_PLAYER.fullmatch(parts.path):
        name, value = "start", f"{seconds}"
    elif is_short_link or is_watched or _YOUTUBE_LIVE.fullmatch(parts.path):
        name, value = "t", f"{seconds}s"
    else:  # a channel, a playlist: nothing is played there
        return url
    base, _, fragment = url.partition("#")
    timeless = base if _TIME.fullmatch(fragment) else url  # "#t=754" is how YouTube wrote times once, and still reads
    return _with_parameter(timeless, name, value, replacing=("t", "start"))


def _with_parameter(url: str, name: str, value: str, replacing: tuple[str, ...] = ()) -> str:
    """The link with ``name=value`` at the end of its query, in place of parameters of that name or ``replacing``."""
    old = {name, *replacing}
    before, hash_, fragment = url.partition("#")
    address, _, query = before.partition("?")
    kept = [part for part in query.split("&") if part.partition("=")[0] not in old] if query else []
    return f"{address}?{'&'.join([*kept, f'{name}={value}'])}{hash_}{fragment}"


def _with_fragment(url: str, time: str) -> str:
    """The link with this fragment, in place of none or another time; the link itself if its fragment is not a time."""
    base, _, fragment = url.partition("#")
    return url if fragment and not _TIME.fullmatch(fragment) else f"{base}#{time}"


def _epoch_ms(moment: datetime) -> int:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) // timedelta(milliseconds=1)


def _seconds(time_ms: int) -> int:
    return max(time_ms, 0) // 1000
