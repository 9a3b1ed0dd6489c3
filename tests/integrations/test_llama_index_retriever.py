from __future__ import annotations

import asyncio
from typing import Any

import pytest

from kindsearch import Filter, KindSearch

pytest.importorskip("llama_index.core", reason="the extra llama-index is not installed")

from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine

from kindsearch.integrations.llama_index import KindSearchRetriever


def test_nodes_carry_text_score_and_the_record_of_the_hit(
    archive: KindSearch, question: str, where: Filter, expected: list[dict[str, Any]]
) -> None:
    nodes = KindSearchRetriever(archive, 3, where).retrieve(question)
    assert [{**node.metadata, "text": node.text} for node in nodes] == expected
    assert [node.node_id for node in nodes] == [record["passage_id"] for record in expected]
    assert [node.score for node in nodes] == pytest.approx([record["score"] for record in expected], abs=1e-4)


def test_without_k_it_gives_as_many_as_the_archive(archive: KindSearch, question: str) -> None:
    nodes = asyncio.run(KindSearchRetriever(archive).aretrieve(question))
    assert [node.node_id for node in nodes] == [hit.passage.id for hit in archive.search(question)]


def test_it_stands_in_a_query_engine(archive: KindSearch, question: str) -> None:
    engine = RetrieverQueryEngine.from_args(KindSearchRetriever(archive, 3), llm=MockLLM())
    found = [node.node_id for node in engine.query(question).source_nodes]
    assert found == [hit.passage.id for hit in archive.search(question, 3)]
