from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kindsearch.errors import BadRequest
from kindsearch.interfaces.guarding import logins
from kindsearch.interfaces.guarding.logins import Users, line_of

Hashed = list[bytes]


@pytest.fixture(autouse=True)
def hashed(monkeypatch: pytest.MonkeyPatch) -> Hashed:
    """Hash with less effort, so that the tests are fast, and remember what was hashed."""
    passwords: Hashed = []
    scrypt = hashlib.scrypt

    def counted(password: bytes, **options: Any) -> bytes:
        passwords.append(password)
        return scrypt(password, **options)

    monkeypatch.setattr(logins, "SCRYPT", {**logins.SCRYPT, "n": 2})
    monkeypatch.setattr(logins.hashlib, "scrypt", counted)
    return passwords


@pytest.fixture
def users(tmp_path: Path) -> Path:
    path = tmp_path / "users.txt"
    lines = ["# who may log in", "", line_of("ann", "open: sesame"), line_of("Göran Öst", "пароль")]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def header(name: str, password: str, scheme: str = "Basic") -> dict[str, str]:
    encoded = base64.b64encode(f"{name}:{password}".encode()).decode()
    return {"Authorization": f"{scheme} {encoded}"}


@pytest.mark.parametrize("given", [("ann", "open: sesame"), ("Göran Öst", "пароль")])
def test_whoever_knows_her_password_comes_in(behind: Any, users: Path, given: tuple[str, str]) -> None:
    client = behind(users=users)
    assert client.get("/", headers=header(*given)).status_code == 200
    assert client.get("/", headers=header(*given, scheme="basic")).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        header("ann", "open: Sesame"),
        header("ann", ""),
        header("bo", "open: sesame"),
        header("Göran Öst", "open: sesame"),
        header("", ""),
        {"Authorization": "Bearer open"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic /////w=="},
        {"Authorization": b"Basic \xe9"},
        {"Authorization": "Basic " + base64.b64encode(b"ann").decode()},
        {"X-Forwarded-User": "ann"},
    ],
)
def test_nobody_else_does(behind: Any, users: Path, headers: dict[str, Any]) -> None:
    refused = behind(users=users).get("/", headers=headers)
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == 'Basic realm="kindsearch", charset="UTF-8"'
    assert refused.json()["detail"].endswith((".", "service."))
    assert "sesame" not in refused.text


def test_a_password_is_hashed_slowly_only_once(behind: Any, users: Path, hashed: Hashed) -> None:
    client = behind(users=users)
    hashed.clear()
    for _ in range(5):
        assert client.get("/", headers=header("ann", "open: sesame")).status_code == 200
    assert hashed == [b"open: sesame"]
    assert client.get("/", headers=header("ann", "wrong")).status_code == 401


def test_a_name_that_nobody_has_costs_as_much_as_a_wrong_password(users: Path, hashed: Hashed) -> None:
    """So that the time it takes does not tell who has an account."""
    read = Users.read(users)
    hashed.clear()
    assert not read.are_right("ann", "wrong")
    assert not read.are_right("nobody", "wrong")
    assert hashed == [b"wrong", b"wrong"]


def test_whoever_guesses_too_often_must_wait_and_her_right_password_is_not_counted(behind: Any, users: Path) -> None:
    client = behind(users=users, failed_logins_per_minute=3)
    for _ in range(5):
        assert client.get("/", headers=header("Göran Öst", "пароль")).status_code == 200
    assert [client.get("/", headers=header("ann", f"guess {n}")).status_code for n in range(5)] == [401] * 3 + [429] * 2
    refused = client.get("/", headers=header("ann", "open: sesame"))  # right now, but it must not be found out
    assert refused.status_code == 429
    assert "wrong too often" in refused.json()["detail"]
    assert client.get("/", headers=header("Göran Öst", "пароль")).status_code == 200  # known already


def test_a_login_is_hashed_with_salt_and_effort(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert logins.SCRYPT["n"] * logins.SCRYPT["r"] * logins.SCRYPT["p"] >= 2**15 * 8 * 3
    first, second = line_of("ann", "sesame"), line_of("ann", "sesame")
    assert first != second
    assert "sesame" not in first
    _, _, salt, hashed = first.replace(":", "$").split("$")
    expected = hashlib.scrypt(b"sesame", salt=base64.b64decode(salt), n=2**15, r=8, p=3, maxmem=2**26)
    assert base64.b64decode(hashed) == expected


@pytest.mark.parametrize("name", ["", " ", "a:b", " ann", "ann\n", "a\x00b"])
def test_a_name_that_would_spoil_the_file_is_refused(name: str) -> None:
    with pytest.raises(BadRequest, match="name: "):
        line_of(name, "sesame")


def test_an_empty_password_is_refused() -> None:
    with pytest.raises(BadRequest, match="password: "):
        line_of("ann", "")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ann:sesame\n", "line 1 of .* is no new user: make one with  kindsearch password NAME"),
        ("\nann:scrypt$a$b\n", "line 2 of"),
        ("{line}\n{line}\n", "line 2 of"),
        ("# nobody yet\n", "nobody is in .*: make a user"),
    ],
)
def test_a_file_of_users_that_makes_no_sense_is_refused_at_the_start(
    behind: Any, tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "users.txt"
    path.write_text(text.replace("{line}", line_of("ann", "sesame")), encoding="utf-8")
    with pytest.raises(BadRequest, match=f"KINDSEARCH_USERS: {said}"):
        behind(users=path)


def test_a_file_of_users_that_is_not_there_is_refused_at_the_start(behind: Any, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=r"KINDSEARCH_USERS: .* can't be read"):
        behind(users=tmp_path / "nothing.txt")


def test_the_command_line_makes_a_user(behind: Any, run: Callable[..., Any], tmp_path: Path) -> None:
    done = run("password", "ann", stdin="open: sesame\n")
    (tmp_path / "users.txt").write_text(done.out, encoding="utf-8")
    assert done.status == 0
    assert behind(users=tmp_path / "users.txt").get("/", headers=header("ann", "open: sesame")).status_code == 200


def test_the_command_line_refuses_a_name_that_is_none(run: Callable[..., Any]) -> None:
    done = run("password", "a:b", stdin="open\n")
    assert (done.status, done.out) == (2, "")
    assert "without a colon" in done.err
