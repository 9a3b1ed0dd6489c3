"""Any sentence-transformers model whose pipeline allows it, as one graph that ONNX Runtime runs without PyTorch.

The encoder, pooling and normalising are exported once, and that graph is quantised. Both are kept in a cache, by the
fingerprint of the model's files, and checked against the original before they are used. PyTorch is imported only when
there is something to make.

Quantised means that matrices are multiplied in int8: weights are signed and scaled by column, what flows between them
is unsigned and scaled anew at each run. Scaled as a whole, weights give vectors at a cosine of 0.95 to the original's
instead of 0.99; unsigned they are as exact and a third slower. The vectors of tokens stay in float32: to quantise them
costs exactness and saves no time. Fusing attention and the like before that brings nothing: ONNX Runtime does what pays
when it opens a graph. One graph serves all processors, see ``onnx.py``.
"""

from __future__ import annotations

import json
import logging
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import filelock

from kindsearch.encoders import Vectors
from kindsearch.encoders.sentence_transformers import SentenceTransformerEncoder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

RECIPE = "2"  # of how a graph is made: another one makes all graphs anew
GRAPH, TOKENIZER, FACTS, UNFIT = "model.onnx", "tokenizer.json", "model.json", "unfit.txt"
QUANTISED, UNFIT_QUANTISED = "model-int8.onnx", "unfit-int8.txt"
POOLINGS = frozenset({"mean", "cls", "lasttoken"})
OPSET = 17
SURE = 0.9999  # cosine to the original's vectors, at worst
NEAR_ON_AVERAGE, NEAR_AT_WORST = 0.98, 0.96  # the same of the quantised graph
SENTENCES = (
    "Kindness.",
    "How do we measure kindness?",
    "A nurse sat down beside him, and for ten minutes nobody asked anything of anyone.",
    "Åsa wrote: 3 of 4 teams (75 %) met on 18 January 2024, at 18:00 – see https://example.org/notes.",
    "会議 · встреча · réunion · 😀",
)
_LENGTHS = (1, 2, 5, 20, 60, 120, 400)  # words of the longer texts that are compared
_log = logging.getLogger("kindsearch")


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


class Unfit(Exception):
    """A model can't be compiled, or quantised, and why. Never leaves this package: the next slower form runs then."""


def compiled(name: str, source: Path, fingerprint: str, cache: Path) -> Path:
    """The folder of a compiled model, made if need be. Raises Unfit where that can't be done, ModelNotFound.

    It holds GRAPH, and QUANTISED or in UNFIT_QUANTISED the reason why not.
    """
    folder = cache / f"{fingerprint.replace(':', '-')}-{RECIPE}"
    try:
        if not _is_made(folder):  # one that is made may lie where nothing can be written, not even a lock
            cache.mkdir(parents=True, exist_ok=True)
            with filelock.FileLock(cache / f"{folder.name}.lock"):
                if not _is_made(folder):
                    _log.warning("compiling %s, once, about 15 s", name)  # whoever waits sees why
                    _make(source, folder)
    except OSError as error:
        raise Unfit(f"nothing can be kept in {cache} ({error.strerror or error})") from error
    if (folder / UNFIT).is_file():
        raise Unfit((folder / UNFIT).read_text(encoding="utf-8"))
    return folder


def _is_made(folder: Path) -> bool:
    return (folder / FACTS).is_file() or (folder / UNFIT).is_file()


def _make(source: Path, folder: Path) -> None:
    """Compile into ``folder``, which is there as a whole afterwards, or not at all."""
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="making-") as place:
        made = Path(place) / "made"
        made.mkdir()
        try:
            _export(source, made)
        except Unfit as reason:
            (made / UNFIT).write_text(str(reason), encoding="utf-8")
        if folder.exists():  # what an older version, or a fault of the disk, left half done
            folder.rename(Path(place) / "old")
        made.rename(folder)


def _export(source: Path, folder: Path) -> None:
    encoder = SentenceTransformerEncoder(str(source))
    model = encoder.model
    whole = _graph_of(model)
    model.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))
    facts = Facts(
        dimensions=int(model.get_embedding_dimension() or 0),
        max_length=int(model.max_seq_length or 512),
        prompt=(model.prompts or {}).get(model.default_prompt_name or "", ""),
    )
    (folder / FACTS).write_text(json.dumps(asdict(facts)), encoding="utf-8")
    texts = checked_texts()
    original = encoder.encode(texts)
    _write_graph(whole, folder / GRAPH)
    _check(folder / GRAPH, texts, original, SURE, SURE)
    try:
        _quantise(folder / GRAPH, folder / QUANTISED)
        _check(folder / QUANTISED, texts, original, NEAR_ON_AVERAGE, NEAR_AT_WORST)
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
    if not hasattr(model.tokenizer, "backend_tokenizer"):
        raise Unfit("its tokenizer is written in Python")

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


def _write_graph(whole: Any, path: Path) -> None:
    """Write a module as a graph. Raises Unfit where PyTorch can't follow it."""
    import torch

    example = torch.ones(2, 8, dtype=torch.int64)
    axes = {
        "input_ids": {0: "texts", 1: "tokens"},
        "attention_mask": {0: "texts", 1: "tokens"},
        "vectors": {0: "texts"},
    }
    with warnings.catch_warnings(), _quiet("torch.onnx"):
        warnings.simplefilter("ignore")  # of the tracer: what it warns of is what the check below is for
        try:
            torch.onnx.export(
                whole, (example, example), str(path), dynamo=False, opset_version=OPSET,
                input_names=["input_ids", "attention_mask"], output_names=["vectors"], dynamic_axes=axes,
            )  # fmt: skip
        except RuntimeError as error:
            raise Unfit(f"PyTorch can't export it ({_first_line(error)})") from error


def _quantise(graph: Path, path: Path) -> None:
    """Write the graph with its matrices as int8. Raises Unfit where that can't be done."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with _quiet(None):
        try:
            quantize_dynamic(
                graph, path, weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=["MatMul"]
            )
        except (RuntimeError, ValueError) as error:
            raise Unfit(f"ONNX Runtime can't quantise it ({_first_line(error)})") from error


def _first_line(error: Exception) -> str:
    return str(error).split("\n", maxsplit=1)[0]


@contextmanager
def _quiet(name: str | None) -> Iterator[None]:
    """Hold back what a logger has to warn of (None: the root). A root without a handler would get one, and keep it."""
    logger = logging.getLogger(name)
    before = logger.level
    nowhere = logging.NullHandler()
    logger.setLevel(logging.ERROR)
    logger.addHandler(nowhere)
    try:
        yield
    finally:
        logger.removeHandler(nowhere)
        logger.setLevel(before)


def _check(graph: Path, texts: list[str], original: Vectors, on_average: float, at_worst: float) -> None:
    """Compare with the original's vectors. Raises Unfit where their cosines are lower than these."""
    from kindsearch.encoders.onnx import Graph

    cosines = (Graph(graph).encode(texts) * original).sum(axis=1)
    mean, worst = float(cosines.mean()), float(cosines.min())
    if not (mean >= on_average and worst >= at_worst):  # nor where they are no numbers
        raise Unfit(f"its vectors come out as others (cosine {mean:.4f} on average, {worst:.4f} at worst)")


def checked_texts() -> list[str]:
    """Texts of one word to some hundred, in several scripts."""
    words = " ".join(SENTENCES).split()
    return [*SENTENCES, *(" ".join((words * (length // len(words) + 1))[:length]) for length in _LENGTHS)]
