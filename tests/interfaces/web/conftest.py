"""A real archive over the sample packs, a real server over it, and a real browser in front of that."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from visiting import CHROMIUM, CHROMIUM_ARGUMENTS, ROOT, Visit, served, visit

from kindsearch import KindSearch

HOSTILE_PACK = """\
Feeding <script>window.harmed = "title"</script> penguins
March 2025

Insights from <img src=x onerror="window.harmed = 'section'">

The penguins of Trondheim are fed <script>window.harmed = "text"</script> at noon with zinc spoons.
Feeding penguins <img src=x onerror="window.harmed = 'image'"> takes patience, <svg onload="window.harmed = 'svg'"> too.
[Feeding penguins](javascript:window.harmed='link') <a href="javascript:window.harmed='anchor'">click</a>
</span></div></section><iframe srcdoc="<script>parent.harmed = 'frame'</script>"></iframe> penguins are fed.
${window.harmed = 'template'}
{{constructor.constructor("window.harmed = 'braces'")()}} $$\\href{javascript:x}{penguins}$$
<style>body { display: none }</style> <base href="https://elsewhere.example/"> penguins & "spoons".
"""


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample packs, in a folder of their own."""
    folder = tmp_path_factory.mktemp("corpus")
    for pack in sorted((ROOT / "corpus").glob("*.pdf")):
        shutil.copy(pack, folder)
    return folder


@pytest.fixture(scope="session")
def archive(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> KindSearch:
    """The sample packs, ingested with the real model."""
    made = KindSearch.open(tmp_path_factory.mktemp("index"), create=True)
    assert not made.ingest(corpus).failed
    return made


@pytest.fixture(scope="session")
def hostile_archive(archive: KindSearch, corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> KindSearch:
    """The same with one more pack, a text whose words try to be markup and scripts."""
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copytree(archive.folder, folder / "index")
    pack = folder / "corpus" / "2025-03-feeding-penguins.md"
    shutil.copytree(corpus, pack.parent)
    pack.write_text(HOSTILE_PACK, encoding="utf-8")
    made = KindSearch.open(folder / "index")
    assert not made.ingest(pack.parent).failed
    return made


@pytest.fixture(scope="session")
def address(archive: KindSearch) -> Iterator[str]:
    """Where the page over the sample packs is served."""
    yield from served(archive)


@pytest.fixture(scope="session")
def hostile_address(hostile_archive: KindSearch) -> Iterator[str]:
    """Where the page over the hostile pack is served."""
    yield from served(hostile_archive)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's chromium. Skipped where it is not installed, but never in CI."""
    if not CHROMIUM.exists() and not os.environ.get("CI"):
        pytest.skip(f"{CHROMIUM} is not installed (apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def visitor(browser: Any, address: str) -> Iterator[Visit]:
    """A visitor on a wide screen. Nothing may leave this machine and nothing may be complained of in any test."""
    made = visit(browser, address)
    yield made
    made.page.context.close()
    assert [url for url in made.requests if not url.startswith((address, "data:", "blob:"))] == []
    assert made.complaints == []
