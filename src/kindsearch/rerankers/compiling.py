"""A cross-encoder as one graph that ONNX Runtime runs without PyTorch, in float32.

The encoder, its head and the activation are exported once and compared with the original, before the activation too: a
sigmoid makes nearly nothing of any score of a pair that does not match.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kindsearch.models.compiling import (
    GRAPH,
    SENTENCES,
    TOKENIZER,
    Unfit,
    checked_texts,
    made_once,
    tokenizer_of,
    write_graph,
)
from kindsearch.models.files import fingerprint_of
from kindsearch.models.running import PARTS
from kindsearch.rerankers.cross_encoder import CrossEncoderReranker

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

RECIPE = "reranker-1"  # of how a graph is made: another one makes all graphs anew
SCORES, LOGITS = "scores", "logits"  # what the graph gives: after the activation and before
ACTIVATIONS = frozenset({"Sigmoid", "Identity"})
LONGEST = 8_192  # tokens of a pair, where the model sets no limit
NEAR = 1e-3  # to the original's scores and logits, at worst


def compiled(name: str, source: Path | None, cache: Path) -> Path | None:
    """The folder of a compiled cross-encoder, made if need be; None where the original has to run, see ``made_once``.

    Raises UnusableReranker.
    """
    return made_once(name, source, cache, f"{fingerprint_of(name, source, cache)}-{RECIPE}", _export)


def _export(source: Path, folder: Path) -> None:
    model = CrossEncoderReranker(str(source)).model
    activation = type(model.activation_fn).__name__
    if [type(module).__name__ for module in model] != ["Transformer"]:
        raise Unfit(f"its parts are {', '.join(type(module).__name__ for module in model)}")
    if activation not in ACTIVATIONS:
        raise Unfit(f"it scores by {activation}")
    tokenizer = tokenizer_of(model)
    tokenizer.enable_truncation(min(int(model.max_seq_length or LONGEST), LONGEST))
    tokenizer.save(str(folder / TOKENIZER))
    names = [name for name in model.tokenizer.model_input_names if name in PARTS]
    write_graph(_graph_of(model, names), folder / GRAPH, names, [SCORES, LOGITS])
    _check(folder / GRAPH, model)


def _graph_of(model: CrossEncoder, names: list[str]) -> Any:
    """Encoder, head and activation as one module: what ``names`` names of tokens in, SCORES and LOGITS out."""
    import torch

    class Whole(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.scorer = model[0].auto_model
            self.activation = model.activation_fn

        def forward(self, *tokens: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            logits = self.scorer(**dict(zip(names, tokens, strict=True))).logits.squeeze(-1)
            return self.activation(logits), logits

    return Whole().eval()  # in training mode it would drop out, and not agree


def _check(graph: Path, model: CrossEncoder) -> None:
    """Compare with the original. Raises Unfit where a score or logit is further off than NEAR."""
    import torch

    from kindsearch.rerankers.onnx import Graph

    pairs = [(question, text) for question in SENTENCES[:2] for text in checked_texts()]
    for output, activation in ((SCORES, model.activation_fn), (LOGITS, torch.nn.Identity())):
        original = model.predict(pairs, activation_fn=activation, show_progress_bar=False)
        off = float(np.abs(Graph(graph, output).scores_of(pairs) - original).max())
        if not off <= NEAR:  # nor where they are no numbers
            raise Unfit(f"its {output} come out as others (by up to {off:.2g})")
