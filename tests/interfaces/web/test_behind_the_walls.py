"""The page behind a login and a rate limit, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from visiting import served, visit

from kindsearch import KindSearch
from kindsearch.interfaces.guarding.logins import line_of

LOGIN = {"username": "Göran Öst", "password": "пароль: sesame"}
QUESTION = "does tea calm worried patients?"


@pytest.fixture
def locked_address(small_archive: Callable[..., KindSearch], tmp_path: Path) -> Iterator[str]:
    """Where a page is served that asks for a password."""
    users = tmp_path / "users.txt"
    users.write_text(line_of(*LOGIN.values()), encoding="utf-8")
    yield from served(small_archive(users=users))


def test_whoever_is_logged_in_can_ask_and_open_a_source(browser: Any, locked_address: str) -> None:
    visitor = visit(browser, locked_address, http_credentials=LOGIN)
    visitor.ask(QUESTION)
    visitor.page.locator("[data-passage]").first.wait_for()
    statuses = visitor.page.evaluate("async () => (await fetch('/v1/sessions')).status")
    assert statuses == 200
    assert [said for said in visitor.complaints if "401" not in said] == []  # which asks for the password
    visitor.page.context.close()


@pytest.mark.parametrize("login", [None, {**LOGIN, "password": "guess"}])
def test_nobody_else_sees_anything(browser: Any, locked_address: str, login: dict[str, str] | None) -> None:
    context = browser.new_context(http_credentials=login)
    for path in ("/", "/sessions", "/v1/sessions", "/config"):
        answer = context.request.get(f"{locked_address}{path}")
        assert answer.status == 401
        assert "Tea on the ward" not in answer.text()
    context.close()


def test_who_asks_too_often_is_told_to_wait(browser: Any, small_archive: Callable[..., KindSearch]) -> None:
    for address in served(small_archive(requests_per_minute=8)):
        visitor = visit(browser, address)
        alert = visitor.page.get_by_role("alert").filter(has_text="then try again")
        for number in range(8):
            visitor.page.get_by_label("Your question").fill(f"{QUESTION} {number}")
            visitor.page.get_by_label("Your question").press("Enter")
            visitor.page.wait_for_timeout(200)
            if alert.is_visible():
                break
        alert.wait_for()
        assert "Wait" in alert.inner_text()
        visitor.page.locator("#ks-found .error").wait_for()
        told = "tracker => getComputedStyle(tracker, '::before').content"
        assert visitor.page.locator("#ks-found > [data-testid='status-tracker']").evaluate(told) == "none"
        visitor.page.context.close()
