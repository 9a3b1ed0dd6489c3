from __future__ import annotations

from typing import Any

import pytest

from kindsearch.errors import BadRequest
from kindsearch.interfaces.guarding.clients import client_of

PROXY = "198.51.100.1"
CLAIMS = {
    "X-Forwarded-For": "10.0.0.1, 10.0.0.2",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "elsewhere.example",
    "X-Forwarded-User": "ann",
    "Forwarded": "for=10.0.0.1",
    "X-Real-IP": "10.0.0.1",
    "X-Gradio-Server": "https://elsewhere.example",
}


@pytest.mark.parametrize("settings", [{}, {"proxy": PROXY}, {"proxy": PROXY, "proxy_user_header": "X-Forwarded-User"}])
def test_nobody_but_the_proxy_is_believed(behind: Any, settings: dict[str, Any]) -> None:
    answer = behind(**settings).get("/", headers=CLAIMS)
    if "proxy_user_header" in settings:
        assert answer.status_code == 401
        return
    told = answer.json()
    assert (told["client"], told["scheme"], told["user"]) == ("203.0.113.5", "http", None)
    assert not {name.lower() for name in CLAIMS} & set(told["headers"])


@pytest.mark.parametrize("address", [PROXY, f"::ffff:{PROXY}"])
def test_the_proxy_says_who_asks_and_how(behind: Any, address: str) -> None:
    told = behind(address, proxy=PROXY, proxy_user_header="X-Forwarded-User").get("/", headers=CLAIMS).json()
    assert (told["client"], told["scheme"], told["user"]) == ("10.0.0.2", "https", "ann")
    assert told["headers"]["x-forwarded-proto"] == "https"  # Gradio makes its addresses with it
    assert not {name.lower() for name in CLAIMS} - {"x-forwarded-proto"} & set(told["headers"])


def test_a_proxy_that_names_nobody_lets_nobody_in(behind: Any) -> None:
    refused = behind(PROXY, proxy=PROXY, proxy_user_header="X-Forwarded-User").get("/", headers={"X-Real-IP": "1"})
    assert refused.status_code == 401
    assert "Come by the address" in refused.json()["detail"]
    assert "www-authenticate" not in refused.headers


@pytest.mark.parametrize("said", ["", "nonsense", "10.0.0.1, nonsense"])
def test_a_proxy_that_names_no_address_stands_for_itself(behind: Any, said: str) -> None:
    assert behind(PROXY, proxy=PROXY).get("/", headers={"X-Forwarded-For": said}).json()["client"] == PROXY


def test_a_header_that_anybody_could_send_is_refused_at_the_start(behind: Any) -> None:
    with pytest.raises(BadRequest, match="KINDSEARCH_PROXY_USER_HEADER: set KINDSEARCH_PROXY"):
        behind(proxy_user_header="X-Forwarded-User")


@pytest.mark.parametrize(
    ("scope", "client"),
    [
        ({"client": ("203.0.113.5", 1)}, "203.0.113.5"),
        ({"client": ("::ffff:203.0.113.5", 1)}, "203.0.113.5"),
        ({"client": ("2001:db8:1:2:3:4:5:6", 1)}, "2001:db8:1:2::/64"),  # one household has as many as it likes
        ({"client": ("203.0.113.5", 1), "state": {"user": "ann"}}, "user ann"),
        ({"client": None}, "None"),
    ],
)
def test_what_counts_as_one_client(scope: dict[str, Any], client: str) -> None:
    assert client_of(scope) == client
