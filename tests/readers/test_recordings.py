"""Which links of a text lead to a recording."""

from __future__ import annotations

import pytest

from kindsearch.readers.recordings import recording_in


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("Watch https://youtu.be/abc123.", "https://youtu.be/abc123"),
        ("[here](https://www.youtube.com/watch?v=a&t=1)", "https://www.youtube.com/watch?v=a&t=1"),
        ("<https://vimeo.com/123>, https://youtu.be/abc", "https://vimeo.com/123"),
        ("(https://us02.zoom.us/rec/play/x)!", "https://us02.zoom.us/rec/play/x"),
        ("https://example.zoomgov.com/rec/share/x", "https://example.zoomgov.com/rec/share/x"),
        ("https://www.youtube-nocookie.com/embed/abc", "https://www.youtube-nocookie.com/embed/abc"),
        ("Join https://zoom.us/j/123", None),
        ("https://notyoutube.com/watch https://example.org/youtube.com/x", None),
        ("https://youtube.com https://youtu.be/", None),
        ("https://[::1 https:///rec/1", None),
        ("youtu.be/abc123", None),
        ("", None),
    ],
)
def test_the_first_link_to_a_recording_is_given_as_it_is_written(text: str, url: str | None) -> None:
    assert recording_in(text) == url
