"""Links that open a recording at a moment."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, timezone
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kindsearch.types import PartialDate, Session
from kindsearch.video import clock, link_at, moment_link

AT = 754_900  # 12:34, and a bit
START = datetime(2024, 1, 18, 18, 0, 30, tzinfo=UTC)
START_MS = 1_705_600_830_000


@pytest.mark.parametrize(
    ("time_ms", "shown"),
    [
        (0, "0:00"),
        (999, "0:00"),
        (59_999, "0:59"),
        (60_000, "1:00"),
        (754_900, "12:34"),
        (3_599_999, "59:59"),
        (3_600_000, "1:00:00"),
        (3_723_000, "1:02:03"),
        (86_400_000, "24:00:00"),
        (-1, "0:00"),
    ],
)
def test_a_time_is_shown_as_players_do(time_ms: int, shown: str) -> None:
    assert clock(time_ms) == shown


@pytest.mark.parametrize(
    ("url", "link"),
    [
        # YouTube
        ("https://www.youtube.com/watch?v=abc", "https://www.youtube.com/watch?v=abc&t=754s"),
        ("http://youtube.com/watch?v=abc", "http://youtube.com/watch?v=abc&t=754s"),
        ("https://m.youtube.com/watch?v=abc", "https://m.youtube.com/watch?v=abc&t=754s"),
        ("HTTPS://WWW.YouTube.com/watch?v=abc", "HTTPS://WWW.YouTube.com/watch?v=abc&t=754s"),
        ("https://www.youtube.com:443/watch?v=abc", "https://www.youtube.com:443/watch?v=abc&t=754s"),
        ("https://www.youtube.com/watch/?v=abc", "https://www.youtube.com/watch/?v=abc&t=754s"),
        ("https://www.youtube.com/watch?t=5s&v=abc", "https://www.youtube.com/watch?v=abc&t=754s"),
        ("https://www.youtube.com/watch?v=abc&start=5&t=1m", "https://www.youtube.com/watch?v=abc&t=754s"),
        ("https://www.youtube.com/watch?v=abc#t=1m30s", "https://www.youtube.com/watch?v=abc&t=754s"),
        ("https://www.youtube.com/watch?v=abc#note", "https://www.youtube.com/watch?v=abc&t=754s#note"),
        (
            "https://www.youtube.com/watch?v=abc&list=PL1&index=2",
            "https://www.youtube.com/watch?v=abc&list=PL1&index=2&t=754s",
        ),
        ("https://youtu.be/abc", "https://youtu.be/abc?t=754s"),
        ("https://youtu.be/abc?si=xyz", "https://youtu.be/abc?si=xyz&t=754s"),
        ("https://youtu.be/abc?t=5", "https://youtu.be/abc?t=754s"),
        ("https://youtu.be/abc?", "https://youtu.be/abc?t=754s"),
        ("https://www.youtube.com/live/abc?si=xyz", "https://www.youtube.com/live/abc?si=xyz&t=754s"),
        ("https://www.youtube.com/embed/abc", "https://www.youtube.com/embed/abc?start=754"),
        ("https://www.youtube.com/embed/abc?start=5&rel=0", "https://www.youtube.com/embed/abc?rel=0&start=754"),
        ("https://www.youtube-nocookie.com/embed/abc", "https://www.youtube-nocookie.com/embed/abc?start=754"),
        # Vimeo
        ("https://vimeo.com/123", "https://vimeo.com/123#t=754s"),
        ("https://vimeo.com/123#t=5s", "https://vimeo.com/123#t=754s"),
        ("https://vimeo.com/123/0abc9?share=copy", "https://vimeo.com/123/0abc9?share=copy#t=754s"),
        ("https://vimeo.com/channels/kind/123", "https://vimeo.com/channels/kind/123#t=754s"),
        ("https://player.vimeo.com/video/123?h=0abc9", "https://player.vimeo.com/video/123?h=0abc9#t=754s"),
        # anything else
        ("https://example.org/talk.mp4", "https://example.org/talk.mp4#t=754"),
        ("https://example.org/talk.mp4?t=5&a=b", "https://example.org/talk.mp4?t=5&a=b#t=754"),
        ("https://example.org/talk.mp4#", "https://example.org/talk.mp4#t=754"),
        ("https://example.org/talk.mp4#t=1:02:03", "https://example.org/talk.mp4#t=754"),
        ("http://localhost:8000/talk", "http://localhost:8000/talk#t=754"),
        ("https://user:secret@example.org/talk", "https://user:secret@example.org/talk#t=754"),
        # only looks like YouTube, Vimeo or Zoom
        ("https://notyoutube.com/watch?v=abc", "https://notyoutube.com/watch?v=abc#t=754"),
        ("https://youtube.com.example.org/watch?v=abc", "https://youtube.com.example.org/watch?v=abc#t=754"),
        ("https://example.org/vimeo.com/123", "https://example.org/vimeo.com/123#t=754"),
        ("https://notzoom.us/rec/play/abc", "https://notzoom.us/rec/play/abc#t=754"),
    ],
)
def test_a_link_opens_at_the_moment(url: str, link: str) -> None:
    assert link_at(url, AT) == link


@pytest.mark.parametrize(
    "url",
    [
        # nothing is played there
        "https://www.youtube.com/",
        "https://www.youtube.com/@kind",
        "https://www.youtube.com/playlist?list=PL1",
        "https://www.youtube.com/watch?list=PL1",
        "https://www.youtube.com/watch?v=",
        "https://www.youtube.com/@kind#t=5",
        "https://www.youtube.com/shorts/abc",
        "https://youtu.be/",
        "https://vimeo.com/about",
        "https://us02web.zoom.us/j/123",
        # a fragment that means something else
        "https://example.org/talk#slide-3",
        "https://example.org/#/talks/3",
        "https://example.org/talk#t=5&track=audio",
        "https://vimeo.com/123#comments",
        # not on the web
        "ftp://example.org/talk.mp4",
        "file:///talks/talk.mp4",
        "mailto:ann@example.org",
        "javascript:alert(1)",
        "data:text/html,hello",
        "/talks/talk.mp4",
        "youtu.be/abc",
        "",
        # no address
        "https://",
        "https:///talk",
        "https:youtu.be/abc",
        "https://example.org:port/talk",
        "https://example.org:99999/talk",
        "https://youtu.be:-1/abc",
        "https://[::1/talk",
    ],
)
def test_a_link_that_takes_no_time_stays_as_it_is(url: str) -> None:
    assert link_at(url, AT, START) == url


@pytest.mark.parametrize(
    "url",
    ["https://youtu.be/abc?t=5", "https://vimeo.com/1", "https://example.org/x", "https://zoom.us/rec/play/abc", "x:y"],
)
def test_without_a_time_a_link_stays_as_it_is(url: str) -> None:
    assert link_at(url, None, START) == url


@pytest.mark.parametrize("url", ["https://youtu.be/abc", "https://youtu.be/abc?t=5"])
def test_a_time_before_the_recording_opens_its_beginning(url: str) -> None:
    assert link_at(url, -5_000) == link_at(url, 0) == "https://youtu.be/abc?t=0s"


# ---------------------------------------------------------------- Zoom


@pytest.mark.parametrize("path", ["rec/play/abc", "rec/share/abc.def", "rec/share/abc?pwd=x1"])
@pytest.mark.parametrize("site", ["https://zoom.us", "https://us02web.zoom.us", "https://agency.zoomgov.com"])
def test_zoom_is_told_the_clock_time_in_milliseconds(site: str, path: str) -> None:
    url = f"{site}/{path}"
    joined = "&" if "?" in url else "?"
    assert link_at(url, 1_234, START) == f"{url}{joined}startTime={START_MS + 1_234}"


def test_an_old_start_time_is_replaced() -> None:
    url = "https://zoom.us/rec/play/abc?startTime=5&pwd=x1#chat"
    assert link_at(url, 0, START) == f"https://zoom.us/rec/play/abc?pwd=x1&startTime={START_MS}#chat"


def test_zoom_without_the_start_of_the_recording_gets_the_plain_link() -> None:
    assert link_at("https://zoom.us/rec/play/abc", AT) == "https://zoom.us/rec/play/abc"


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(START.replace(tzinfo=None), id="no zone is UTC"),
        pytest.param(START.astimezone(timezone(timedelta(hours=-5))), id="Boston"),
        pytest.param(START + timedelta(microseconds=999), id="rounded down"),
    ],
)
def test_the_start_is_a_moment_in_any_zone(start: datetime) -> None:
    assert link_at("https://zoom.us/rec/play/abc", 0, start).endswith(f"?startTime={START_MS}")


def test_a_time_before_the_recording_opens_it_on_zoom_too() -> None:
    assert link_at("https://zoom.us/rec/play/abc", -1, START).endswith(f"?startTime={START_MS}")


# ---------------------------------------------------------------- in general

words = st.text(st.sampled_from("abcXYZ019-_.~%20é"), min_size=1, max_size=6)
queries = st.lists(st.tuples(words, words).map("=".join) | words | st.just(""), max_size=4).map("&".join)
places = st.sampled_from(
    [
        "https://www.youtube.com/watch?v=abc&",
        "https://youtu.be/abc?",
        "https://www.youtube.com/embed/abc?",
        "https://www.youtube.com/live/abc?",
        "https://vimeo.com/123?",
        "https://us02web.zoom.us/rec/share/abc?",
        "http://ann:pw@example.org:8080/a%2Fb;c/d?",
    ]
)
times = st.integers(0, 10**8)


@settings(deadline=None)
@given(places, queries, times)
def test_everything_else_in_a_link_is_preserved(place: str, query: str, time_ms: int) -> None:
    url = place + query
    link = link_at(url, time_ms, START)
    before, after = urlsplit(url), urlsplit(link)
    assert (after.scheme, after.netloc, after.path) == (before.scheme, before.netloc, before.path)
    if after.fragment:
        assert link.partition("#")[0] == url
    elif url.endswith("?"):
        assert link.startswith(url)
    else:
        assert link.startswith(f"{url}&")


@settings(deadline=None)
@given(places, queries, times, times)
def test_another_time_takes_the_place_of_the_first(place: str, query: str, first: int, second: int) -> None:
    url = place + query
    assert link_at(link_at(url, first, START), second, START) == link_at(url, second, START)


@settings(deadline=None)
@given(st.sampled_from(["t", "start"]), words, queries)
def test_one_time_is_left_on_youtube(name: str, value: str, query: str) -> None:
    link = link_at(f"https://youtu.be/abc?{name}={value}&{query}", AT)
    assert [found for found in parse_qsl(urlsplit(link).query) if found[0] in {"t", "start"}] == [("t", "754s")]


@settings(deadline=None)
@given(st.text(max_size=60), times)
def test_no_text_is_too_odd_for_a_link(text: str, time_ms: int) -> None:
    assume(not text.startswith(("http:", "https:")))
    assert link_at(text, time_ms) == text or "://" in text
    assert link_at(f"https://{text}", time_ms).startswith(f"https://{text}".partition("#")[0].rstrip("?&"))


@settings(deadline=None)
@given(places, queries, st.text(min_size=1, max_size=8).filter(lambda text: not text.startswith("t=")), times)
def test_a_fragment_that_is_no_time_is_kept(place: str, query: str, fragment: str, time_ms: int) -> None:
    assert link_at(f"{place}{query}#{fragment}", time_ms, START).endswith(f"#{fragment}")


def test_a_date_in_no_calendar_is_no_reason_to_give_no_link() -> None:
    """Archives may hold such dates. Zoom opens at a clock time, which takes the day."""
    url = "https://us02web.zoom.us/rec/share/abc"
    dates = [PartialDate.parse(text) for text in ("2024-06-31", "2024-06-30")]
    links = [moment_link(Session("", "", date, video_url=url, start=time(18)), 1_000) for date in dates]
    assert links == [url, f"{url}?startTime=1719770401000"]
