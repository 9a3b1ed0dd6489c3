from __future__ import annotations

from typing import Any

import pytest

OURS = ["127.0.0.1", "127.0.0.1:7860", "localhost:7860", "LOCALHOST", "[::1]:7860", "192.0.2.7:80", "archive.example"]
OTHERS = [
    "elsewhere.example", "archive.example.elsewhere.example", "127.0.0.1.elsewhere.example", "", "[::1",
    "localhost.elsewhere.example", "127.0.0.1@elsewhere.example", "elsewhere.example/127.0.0.1", "127.0.0.1/x",
    "elsewhere.example:7860", "2130706433.elsewhere.example", "127.0.0.1?x", "elsewhere.example#localhost",
]  # fmt: skip


@pytest.mark.parametrize("host", OURS)
def test_the_server_answers_to_its_names_and_to_numbers(behind: Any, host: str) -> None:
    assert behind(hosts=("archive.example",)).get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", OTHERS)
def test_another_name_is_refused(behind: Any, host: str) -> None:
    """So that a page elsewhere that has its own name lead to this machine can't ask."""
    refused = behind(hosts=("archive.example",)).get("/", headers={"Host": host})
    assert refused.status_code == 421
    assert "KINDSEARCH_HOSTS" in refused.json()["detail"]


def test_two_names_are_refused(behind: Any) -> None:
    headers = [("Host", "127.0.0.1"), ("Host", "elsewhere.example")]
    assert behind().get("/", headers=headers).status_code == 421


FOREIGN = [
    ("GET", {"Origin": "https://elsewhere.example"}),
    ("POST", {"Origin": "https://elsewhere.example"}),
    ("POST", {"Origin": "null"}),
    ("POST", {"Origin": "http://127.0.0.1:8000"}),  # another port is another origin
    ("OPTIONS", {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}),
    ("GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}),
    ("GET", {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"}),
    ("POST", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}),
    ("POST", {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1"}),
]


@pytest.mark.parametrize(("method", "headers"), FOREIGN)
def test_what_another_page_asks_for_is_refused(behind: Any, method: str, headers: dict[str, str]) -> None:
    refused = behind().request(method, "/", headers=headers)
    assert refused.status_code == 403
    assert "Open the address yourself" in refused.json()["detail"]
    assert "access-control-allow-origin" not in refused.headers


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {}),
        ("POST", {}),  # a program
        ("POST", {"Origin": "http://127.0.0.1"}),
        ("POST", {"Sec-Fetch-Site": "same-origin", "Origin": "null"}),  # a form, where no referrer is told
        ("GET", {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}),
        ("GET", {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}),  # a link in a mail
    ],
)
def test_our_pages_programs_and_links_are_answered(behind: Any, method: str, headers: dict[str, str]) -> None:
    assert behind().request(method, "/", headers=headers).status_code == 200
