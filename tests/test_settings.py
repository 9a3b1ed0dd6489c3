"""Settings: every choice can be made in the environment, and a wrong one is named."""

from pathlib import Path

import pytest

from kindsearch.errors import BadRequest
from kindsearch.settings import Settings


def test_a_setting_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KINDSEARCH_INDEX", "elsewhere")
    monkeypatch.setenv("KINDSEARCH_READER_PAGES", "12")
    found = Settings.from_environment()
    assert (found.index, found.reader_pages, found.corpus) == (Path("elsewhere"), 12, Path("corpus"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KINDSEARCH_READER_PAGES", "many"),
        ("KINDSEARCH_READER_SECONDS", "0"),
        ("KINDSEARCH_PASSAGES_PER_ANSWER", "1e9"),
        ("KINDSEARCH_ENCODER", "onnx-int4"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadRequest, match=name) as refused:
        Settings.from_environment()
    assert refused.value.field == name


def test_nothing_is_reranked_unless_a_model_for_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.from_environment().reranker is None
    monkeypatch.setenv("KINDSEARCH_RERANKER", "a-folder/a-model")
    assert Settings.from_environment().reranker == "a-folder/a-model"
