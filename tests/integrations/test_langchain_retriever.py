from __future__ import annotations

import asyncio
from typing import Any

import pytest

from kindsearch import Filter, KindSearch

pytest.importorskip("langchain_core", reason="the extra langchain is not installed")

from langchain_core.runnables import RunnableLambda

from kindsearch.integrations.langchain import KindSearchRetriever


def test_documents_carry_text_and_the_record_of_the_hit(
    archive: KindSearch, question: str, where: Filter, expected: list[dict[str, Any]]
) -> None:
    documents = KindSearchRetriever(archive=archive, k=3, where=where).invoke(question)
    assert [{**document.metadata, "text": document.page_content} for document in documents] == expected
    assert [document.id for document in documents] == [record["passage_id"] for record in expected]


def test_without_k_it_gives_as_many_as_the_archive(archive: KindSearch, question: str) -> None:
    documents = KindSearchRetriever(archive=archive).invoke(question)
    assert [document.id for document in documents] == [hit.passage.id for hit in archive.search(question)]


def test_it_stands_in_a_chain(archive: KindSearch, question: str, expected: list[dict[str, Any]]) -> None:
    retriever = KindSearchRetriever(archive=archive, k=3)
    chain = retriever | RunnableLambda(lambda documents: [document.metadata["source"] for document in documents])
    sources = [hit.passage.source for hit in archive.search(question, 3)]
    assert chain.invoke(question) == sources
    assert asyncio.run(chain.ainvoke(question)) == sources
