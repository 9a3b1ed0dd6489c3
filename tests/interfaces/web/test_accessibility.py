"""Every state of every page, looked at with axe-core: what people need who can't see, or use no mouse."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from visiting import Visit, visit

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
PACKED = "how do we measure kindness?"
SPOKEN = "what does the registrar ask when ringing the wards at two?"
ELSEWHERE = "how do I prune apple trees in winter?"
SAYING = "what did Kwame say about clapping in 2024?"
SCREENS: dict[str, dict[str, Any]] = {
    "light": {"width": 1280},
    "dark": {"width": 1280, "color_scheme": "dark"},
    "phone": {"width": 360, "height": 740, "has_touch": True},
}
COME_TO_REST = """Promise.allSettled(document.getAnimations()
    .filter((one) => one.effect.getComputedTiming().endTime !== Infinity)
    .map((one) => one.finished)).then(() => null)"""


@cache
def axe() -> str:
    """The rules, as a script. Skipped where they are not installed, but never in CI."""
    if not AXE.exists() and not os.environ.get("CI"):
        pytest.skip("axe-core is not installed (npm ci in tests/interfaces/web)")
    return AXE.read_text(encoding="utf-8")


def violations(page: Any) -> list[str]:
    """What is wrong with a page as it stands, with where: all that axe takes for serious, and the lesser as well.

    What is still fading in is faint: so the page is looked at when it has come to rest.
    """
    page.evaluate(COME_TO_REST)
    page.evaluate(axe())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{one['impact']} {one['id']}: {node['target']}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("screen", SCREENS)
def test_asking_is_open_to_everybody(browser: Any, address: str, screen: str) -> None:
    made = visit(browser, address, **SCREENS[screen])
    page = made.page
    found = {"welcome": violations(page)}
    try:
        page.get_by_role("combobox", name="Session").click()
        page.get_by_role("option").first.wait_for()
        found["list of a filter"] = violations(page)
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Ask", exact=True).click()
        page.get_by_text("Write a question first").wait_for()
        found["no question"] = violations(page)
        for question in (PACKED, SPOKEN):
            made.ask(question)
            found[question] = violations(page)
            made.open_source()
            found[f"source: {question}"] = violations(page)
            page.keyboard.press("Escape")
        made.choose("Person", "Bob")
        page.locator(".ks-tag").first.wait_for()
        made.ask(ELSEWHERE)
        found["not in the archive"] = violations(page)
        page.route("**/feedback", lambda route: route.fulfill(json={"helpful": False}))  # others read the archive too
        made.ask(SAYING)
        page.get_by_role("button", name="Not helpful").first.click()
        page.locator(".ks-word").wait_for()
        page.get_by_label("Your question").fill("")
        page.locator("#ks-recent").wait_for()
        found["what was read, a rating, recent questions"] = violations(page)
        assert {state: wrong for state, wrong in found.items() if wrong} == {}
    finally:
        page.context.close()


def test_the_rules_see_what_is_wrong(visitor: Visit) -> None:
    """The control: a button without a name and words too faint to read are found."""
    visitor.page.evaluate(
        "document.querySelector('#ks-found').innerHTML = "
        "'<button></button><p style=\"color: #ccc; background: #fff\">faint</p>'"
    )
    found = " ".join(violations(visitor.page))
    assert "button-name" in found
    assert "color-contrast" in found
