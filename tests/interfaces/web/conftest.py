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
# Feeding <script>window.harmed = "title"</script> penguins

March 2025

# Insights from <img src=x onerror="window.harmed = 'section'">

The penguins of Trondheim are fed <script>window.harmed = "text"</script> at noon with zinc spoons.
Feeding penguins <img src=x onerror="window.harmed = 'image'"> takes patience, <svg onload="window.harmed = 'svg'"> too.
[Feeding penguins](javascript:window.harmed='link') <a href="javascript:window.harmed='anchor'">click</a>
</span></div></section><iframe srcdoc="<script>parent.harmed = 'frame'</script>"></iframe> penguins are fed.
${window.harmed = 'template'}
{{constructor.constructor("window.harmed = 'braces'")()}} $$\\href{javascript:x}{penguins}$$
<style>body { display: none }</style> <base href="https://elsewhere.example/"> penguins & "spoons".
"""

HOSTILE_CHAT = """\
18:00:31 From Zoe <img src=x onerror="window.harmed = 'sender'"> to Everyone:
\tThe llamas of Bergen wear <script>window.harmed = "chat"</script> raincoats
18:00:58 From Abe <script>window.harmed = "other"</script> to Everyone:
\t<svg onload="window.harmed = 'reply'"> A llama in a raincoat keeps its <b>wool</b> dry
"""
HOSTILE_SESSION = """\
title = "Dressing <img src=x onerror=window.harmed='session'> llamas"
date = "2025-04"
start = 18:00:00
note = "Remark <img src=x onerror=window.harmed='remark'>"
video = 'https://video.example/"><img/src=x/onerror=window.harmed="video">'
"""


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample corpus: packs, transcripts and a chat, in a folder of its own."""
    return shutil.copytree(ROOT / "corpus", tmp_path_factory.mktemp("corpus") / "corpus")


@pytest.fixture(scope="session")
def archive(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> KindSearch:
    """The sample corpus, ingested with the real model."""
    made = KindSearch.open(tmp_path_factory.mktemp("index"), create=True)
    assert not made.ingest(corpus).failed
    return made


@pytest.fixture(scope="session")
def hostile_archive(archive: KindSearch, tmp_path_factory: pytest.TempPathFactory) -> KindSearch:
    """The same with one more pack and one more chat, whose words try to be markup and scripts."""
    folder = tmp_path_factory.mktemp("hostile")
    made = KindSearch.open(shutil.copytree(archive.folder, folder / "index"))
    meeting = folder / "corpus" / "2025-04-dressing-llamas"
    meeting.mkdir(parents=True)
    (meeting.parent / "2025-03-feeding-penguins.md").write_text(HOSTILE_PACK, encoding="utf-8")
    (meeting / "chat.txt").write_text(HOSTILE_CHAT, encoding="utf-8")
    (meeting / "session.toml").write_text(HOSTILE_SESSION, encoding="utf-8")
    assert not made.ingest(meeting.parent).failed
    return made


@pytest.fixture(scope="session")
def forgetful_archive(archive: KindSearch, tmp_path_factory: pytest.TempPathFactory) -> KindSearch:
    """The sample corpus without the name of one who asked to be forgotten. His words stand on page 10."""
    made = KindSearch.open(shutil.copytree(archive.folder, tmp_path_factory.mktemp("forgetful") / "index"))
    made.forget("Bob", anonymise=True)
    return made


@pytest.fixture(scope="session")
def address(archive: KindSearch) -> Iterator[str]:
    """Where the page over the sample corpus is served."""
    yield from served(archive)


@pytest.fixture(scope="session")
def hostile_address(hostile_archive: KindSearch) -> Iterator[str]:
    """Where the page over the hostile words is served."""
    yield from served(hostile_archive)


@pytest.fixture(scope="session")
def forgetful_address(forgetful_archive: KindSearch) -> Iterator[str]:
    """Where the page over the archive that has forgotten somebody is served."""
    yield from served(forgetful_archive)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's chromium. Skipped where it is not installed, but never in CI.

    Of a module: while it runs, no other event loop can.
    """
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
