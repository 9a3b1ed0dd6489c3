"""The examples of docs/other-tools.md, run over the sample corpus."""

from __future__ import annotations

import doctest
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

import kindsearch
from kindsearch import KindSearch
from kindsearch.encoders import Encoder
from kindsearch.interfaces.web import create_app

PAGE = (Path(__file__).parents[2] / "docs" / "other-tools.md").read_text(encoding="utf-8")
PACKAGES = {"LangChain": "langchain_core", "LlamaIndex": "llama_index.core", "Haystack": "haystack"}
PYTHON = [section for section in re.split(r"^##+ ", PAGE, flags=re.MULTILINE) if "```python" in section]


def blocks(language: str, text: str = PAGE) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("section", PYTHON, ids=lambda section: section.splitlines()[0])
def test_the_python_examples_give_what_they_show(
    section: str, archive: KindSearch, model: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = section.splitlines()[0]
    os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"  # read when haystack is imported
    if title in PACKAGES:
        pytest.importorskip(PACKAGES[title], reason=f"the extra for {title} is not installed")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "index").symlink_to(archive.folder)
    monkeypatch.setattr("kindsearch.search.encoder_of", lambda *_: model)
    names = {"archive": archive, "Filter": kindsearch.Filter}
    examples = doctest.DocTestParser().get_doctest("".join(blocks("python", section)), names, title, None, 0)
    said: list[str] = []
    ran = doctest.DocTestRunner().run(examples, out=said.append)
    assert ran.attempted >= 3
    assert not ran.failed, "".join(said)


def test_the_addresses_answer(archive: KindSearch) -> None:
    client = TestClient(create_app(archive), base_url="http://127.0.0.1:7860")
    addresses = re.findall(r"^curl '(http://127\.0\.0\.1:7860/[^']+)'", "".join(blocks("console")), re.MULTILINE)
    assert [client.get(address).status_code for address in addresses] == [200] * len(addresses)
    shown = {re.sub(r"passages/\w+", "passages/{passage_id}", address.split("/v1")[1].split("?")[0])
             for address in addresses}  # fmt: skip
    offered = client.get("/v1/openapi.json").json()["paths"]
    assert shown == {path.replace("{page}", "10") for path in offered}


def test_the_problem_is_the_one_shown(archive: KindSearch) -> None:
    client = TestClient(create_app(archive), base_url="http://127.0.0.1:7860")
    shown = json.loads(blocks("json")[0])
    answer = client.get("/v1/ask", params={"q": "tea", "k": 101})
    number = shown["instance"].removeprefix("urn:kindsearch:request:")
    assert answer.json() == {**shown, "instance": f"urn:kindsearch:request:{answer.headers['x-request-id']}"}
    assert len(number) == len(answer.headers["x-request-id"])


def test_the_command_that_a_client_starts_exists(run: Callable[..., Any]) -> None:
    (server,) = json.loads(blocks("json")[1])["mcpServers"].values()
    assert server["command"] == "kindsearch"
    done = run(*server["args"])
    assert (done.status, done.out) == (2, "")
    assert "no index in /path/to/index" in done.err
