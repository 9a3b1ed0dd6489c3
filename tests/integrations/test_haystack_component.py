from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from kindsearch import Filter, KindSearch, PartialDate, Settings
from kindsearch.encoders import Encoder
from kindsearch.errors import NoIndex
from kindsearch.types import Kind

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


WHERE = Filter("2024-06-time-for-a-check-in", "Facilitator", PartialDate(2024), PartialDate(2024, 6, 3), Kind.CHAT)


@pytest.mark.parametrize("where", [None, Filter(session="2023-06-listening-to-patients"), WHERE])
def test_a_pipeline_that_was_saved_finds_the_same(
    archive: KindSearch, model: Encoder, question: str, where: Filter | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kindsearch.search.encoder_of", lambda *_: model)
    pipeline = Pipeline()
    pipeline.add_component("archive", KindSearchRetriever(archive, 3, where))
    saved = pipeline.dumps()
    loaded = Pipeline.loads(saved, allowed_modules=["kindsearch.integrations.haystack"])
    retriever = loaded.get_component("archive")
    assert (retriever.k, retriever.where, retriever.archive.folder) == (3, where, archive.folder.resolve())
    asked = {"archive": {"query": question}}
    assert loaded.run(asked)["archive"]["documents"]
    assert loaded.run(asked) == pipeline.run(asked)
    assert loaded.dumps() == saved


def test_what_is_saved_are_the_settings_that_decide_what_is_found_and_no_secrets(
    archive: KindSearch, model: Encoder, tmp_path: Path
) -> None:
    users = tmp_path / "users.txt"
    settings = Settings(users=users, proxy="10.0.0.1", candidates=40)
    opened = KindSearch.open(archive.folder, encoder=model, settings=settings)
    saved = KindSearchRetriever(opened).to_dict()
    assert saved["init_parameters"]["settings"] == {
        "model": settings.model,
        "encoder": settings.encoder,
        "reranker": None,
        "passages_per_answer": 10,
        "candidates": 40,
    }
    assert str(users) not in str(saved)


def test_a_pipeline_whose_index_is_gone_says_so(archive: KindSearch, tmp_path: Path) -> None:
    saved = KindSearchRetriever(archive).to_dict()
    saved["init_parameters"]["index"] = str(tmp_path / "nowhere")
    with pytest.raises(NoIndex, match="nowhere"):
        KindSearchRetriever.from_dict(saved)
