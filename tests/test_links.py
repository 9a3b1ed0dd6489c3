from __future__ import annotations

import pytest

from kindsearch.links import safe_link


@pytest.mark.parametrize(
    "url",
    [
        "https://tea.example/",
        "http://tea.example:8080/a?b=1&c=2#d",
        "HTTPS://Tea.Example/A",
        "https://user@tea.example/",
        "https://[2001:db8::1]/",
        "https://en.wikipedia.org/wiki/Hobson's_choice_(tea)",
        "https://tea.example/чай",
    ],
)
def test_a_web_address_may_be_followed_as_it_stands(url: str) -> None:
    assert safe_link(url) == url


@pytest.mark.parametrize(
    "url",
    [
        None, "", " ", "tea.example", "//tea.example/", "/sessions", "https://", "https:///a", "http:tea", "https://?a",
        "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://tea.example/", "mailto:a@tea.example",
        " https://tea.example/", "https://tea.example/ b", "https://tea.example/\n", "java\tscript:x", "https://tea\u00a0b/",
        "https://[", "https://[::1", "https://tea.example:99999/", "https://tea.example:x/", "https://tea.example:0/",
        'https://tea.example/"onclick="x', "https://tea.example/<b>", "https://tea.example\\@evil.example/", "https://a/`",
        "https://tea.example/\u202egnp.exe", "https://tea.example/\x00", "https://tea.example/\ud800",
        "https://tea.example/\ufffe", "https://tea\u200b.example/",
    ],
)  # fmt: skip
def test_no_other_address_may(url: str | None) -> None:
    assert safe_link(url) is None
