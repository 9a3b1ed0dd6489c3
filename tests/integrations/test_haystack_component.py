from __future__ import annotations

import os
from typing import Any

import pytest

from kindsearch import Filter, KindSearch

os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"  # read when haystack is imported
pytest.importorskip("haystack", reason="the extra haystack is not installed")

from haystack import Pipeline
from haystack.components.joiners import DocumentJoiner

from kindsearch.integrations.haystack import KindSearchRetriever


def test_documents_carry_text_score_and_the_record_of_the_hit(
    archive: KindSearch, question: str, where: Filter, expected: list[dict[str, Any]]
) -> None:
    documents = KindSearchRetriever(archive, 3, where).run(question)["documents"]
    assert [{**document.meta, "text": document.content} for document in documents] == expected
    assert [document.id for document in documents] == [record["passage_id"] for record in expected]
    assert [document.score for document in documents] == pytest.approx([r["score"] for r in expected], abs=1e-4)


def test_without_k_it_gives_as_many_as_the_archive(archive: KindSearch, question: str) -> None:
    documents = KindSearchRetriever(archive).run(query=question)["documents"]
    assert [document.id for document in documents] == [hit.passage.id for hit in archive.search(question)]


def test_it_stands_in_a_pipeline(archive: KindSearch, question: str) -> None:
    pipeline = Pipeline()
    pipeline.add_component("archive", KindSearchRetriever(archive, 3))
    pipeline.add_component("joined", DocumentJoiner(sort_by_score=False))
    pipeline.connect("archive.documents", "joined.documents")
    documents = pipeline.run({"archive": {"query": question}})["joined"]["documents"]
    assert [document.id for document in documents] == [hit.passage.id for hit in archive.search(question, 3)]
