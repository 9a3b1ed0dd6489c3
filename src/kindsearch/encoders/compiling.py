"""Any sentence-transformers model whose pipeline allows it, as one graph that ONNX Runtime runs without PyTorch.

The encoder, pooling and normalising are exported once, and that graph is quantised. Both are checked against the
original before they are used, and kept as ``models/compiling.py`` says.

Quantised means that matrices are multiplied in int8: weights are signed and scaled by column, what flows between them
is unsigned and scaled anew at each run. Scaled as a whole, weights give vectors at a cosine of 0.95 to the original's
instead of 0.99; unsigned they are as exact and a third slower. The vectors of tokens stay in float32: to quantise them
costs exactness and saves no time. Fusing attention and the like before that brings nothing: ONNX Runtime does what pays
when it opens a graph. One graph serves all processors, see ``models/running.py``.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kindsearch.encoders import Vectors
from kindsearch.encoders.known_words import write as write_words
from kindsearch.encoders.sentence_transformers import SentenceTransformerEncoder
from kindsearch.models.compiling import (
    GRAPH,
    TOKENIZER,
    Unfit,
    checked_texts,
    made_once,
    quiet,
    tokenizer_of,
    write_graph,
)
from kindsearch.models.files import first_line

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

RECIPE = "3"  # of how a graph is made: another one makes all graphs anew
FACTS, QUANTISED, UNFIT_QUANTISED = "model.json", "model-int8.onnx", "unfit-int8.txt"
VECTORS = "vectors"  # what the graph gives
POOLINGS = frozenset({"mean", "cls", "lasttoken"})
SURE = 0.9999  # cosine to the original's vectors, at worst
NEAR_ON_AVERAGE, NEAR_AT_WORST = 0.98, 0.96  # the same of the quantised graph


@dataclass(frozen=True)
class Facts:
    """What must be known of a model beside its graph: of its texts and of its vectors.

    ``max_length`` counts tokens; ``prompt`` stands before each text.
    """

    dimensions: int
    max_length: int
    prompt: str

    @classmethod
    def read(cls, folder: Path) -> Facts:
        """Those of the model compiled in ``folder``."""
        return cls(**json.loads((folder / FACTS).read_text(encoding="utf-8")))


def compiled(name: str, source: Path | None, fingerprint: str, cache: Path) -> Path | None:
    """The folder of a compiled encoder, made if need be; None, with a warning, where it can't be. Raises ModelNotFound.

    It holds GRAPH, and QUANTISED with the words it knows (``known_words.py``) or in UNFIT_QUANTISED the reason why not.
    """
    return made_once(name, source, cache, f"{fingerprint}-{RECIPE}", _export)


def _export(source: Path, folder: Path) -> None:
    from kindsearch.encoders.onnx import Graph

    encoder = SentenceTransformerEncoder(str(source))
    model = encoder.model
    whole = _graph_of(model)
    tokenizer = tokenizer_of(model)
    tokenizer.save(str(folder / TOKENIZER))
    facts = Facts(
        dimensions=int(model.get_embedding_dimension() or 0),
        max_length=int(model.max_seq_length or 512),
        prompt=(model.prompts or {}).get(model.default_prompt_name or "", ""),
    )
    (folder / FACTS).write_text(json.dumps(asdict(facts)), encoding="utf-8")
    texts = checked_texts()
    original = encoder.encode(texts)
    write_graph(whole, folder / GRAPH, ("input_ids", "attention_mask"), [VECTORS])
    _check(folder / GRAPH, texts, original, SURE, SURE)
    try:
        _quantise(folder / GRAPH, folder / QUANTISED)
        _check(folder / QUANTISED, texts, original, NEAR_ON_AVERAGE, NEAR_AT_WORST)
        write_words(folder, tokenizer, Graph(folder / QUANTISED).encode)
    except Unfit as reason:
        (folder / UNFIT_QUANTISED).write_text(str(reason), encoding="utf-8")
        (folder / QUANTISED).unlink(missing_ok=True)


def _graph_of(model: SentenceTransformer) -> Any:
    """Encoder, pooling and normalising as one module: token ids and their mask in, vectors of length 1 out."""
    import torch

    kinds = [type(module).__name__ for module in model]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        raise Unfit(f"its parts are {', '.join(kinds)}")
    pooling = model[1].pooling_mode
    if pooling not in POOLINGS:
        raise Unfit(f"it pools by {pooling}")

    class Whole(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = model[0].auto_model

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            if pooling == "mean":
                kept = attention_mask.unsqueeze(-1).to(hidden.dtype)
                pooled = (hidden * kept).sum(1) / kept.sum(1).clamp(min=1e-9)
            elif pooling == "cls":
                pooled = hidden[:, 0]
            else:
                last = attention_mask.sum(1) - 1
                pooled = hidden[torch.arange(hidden.shape[0]), last]
            return torch.nn.functional.normalize(pooled, p=2, dim=1)

    return Whole().eval()  # in training mode it would drop out, and not agree


def _quantise(graph: Path, path: Path) -> None:
    """Write the graph with its matrices as int8. Raises Unfit where that can't be done."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with quiet(None):
        try:
            quantize_dynamic(
                graph, path, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul"]
            )
        except (RuntimeError, ValueError) as error:
            raise Unfit(f"ONNX Runtime can't quantise it ({first_line(error)})") from error


def _check(graph: Path, texts: list[str], original: Vectors, on_average: float, at_worst: float) -> None:
    """Compare with the original's vectors. Raises Unfit where their cosines are lower than these."""
    from kindsearch.encoders.onnx import Graph

    cosines = (Graph(graph).encode(texts) * original).sum(axis=1)
    mean, worst = float(cosines.mean()), float(cosines.min())
    if not (mean >= on_average and worst >= at_worst):  # nor where they are no numbers
        raise Unfit(f"its vectors come out as others (cosine {mean:.4f} on average, {worst:.4f} at worst)")
