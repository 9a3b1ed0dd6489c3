"""Any sentence-transformers model whose pipeline allows it, as one graph that ONNX Runtime runs without PyTorch.

The encoder, pooling and normalising are exported once and kept in a cache, by the fingerprint of the model's files, and
checked against the original before they are used. PyTorch is imported only when there is something to make.
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
import numpy as np

from kindsearch.encoders import Vectors
from kindsearch.encoders.sentence_transformers import SentenceTransformerEncoder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

RECIPE = "1"  # of how a graph is made: another one makes all graphs anew
GRAPH, TOKENIZER, FACTS, UNFIT = "model.onnx", "tokenizer.json", "model.json", "unfit.txt"
POOLINGS = frozenset({"mean", "cls", "lasttoken"})
OPSET = 17
SURE = 0.9999  # cosine to the original's vectors, at worst
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
    """A model can't be compiled, and why. Never leaves this package: the original is used then."""


def compiled(name: str, source: Path, fingerprint: str, cache: Path) -> Path:
    """The folder of a compiled model, made if need be. Raises Unfit where that can't be done, ModelNotFound."""
    folder = cache / f"{fingerprint.replace(':', '-')}-{RECIPE}"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(cache / f"{folder.name}.lock"):
            if not (folder / FACTS).is_file() and not (folder / UNFIT).is_file():
                _log.warning("compiling %s, once, about 15 s", name)  # whoever waits sees why
                _make(source, folder)
    except OSError as error:
        raise Unfit(f"nothing can be kept in {cache} ({error.strerror or error})") from error
    if (folder / UNFIT).is_file():
        raise Unfit((folder / UNFIT).read_text(encoding="utf-8"))
    return folder


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
    model = SentenceTransformerEncoder(str(source)).model
    whole = _graph_of(model)
    model.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))
    facts = Facts(
        dimensions=int(model.get_embedding_dimension() or 0),
        max_length=int(model.max_seq_length or 512),
        prompt=(model.prompts or {}).get(model.default_prompt_name or "", ""),
    )
    (folder / FACTS).write_text(json.dumps(asdict(facts)), encoding="utf-8")
    _write_graph(whole, folder / GRAPH)
    _check(model, folder)


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
    import torch

    example = torch.ones(2, 8, dtype=torch.int64)
    axes = {
        "input_ids": {0: "texts", 1: "tokens"},
        "attention_mask": {0: "texts", 1: "tokens"},
        "vectors": {0: "texts"},
    }
    with warnings.catch_warnings(), _quiet("torch.onnx"):
        warnings.simplefilter("ignore")  # of the tracer: what it warns of is what the check below is for
        torch.onnx.export(
            whole, (example, example), str(path), dynamo=False, opset_version=OPSET,
            input_names=["input_ids", "attention_mask"], output_names=["vectors"], dynamic_axes=axes,
        )  # fmt: skip


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def _check(model: SentenceTransformer, folder: Path) -> None:
    """Compare with the original on texts of many lengths. Raises Unfit where they differ."""
    from kindsearch.encoders.onnx import Graph

    texts = checked_texts()
    original = model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    worst = float(_cosines(np.asarray(original, dtype=np.float32), Graph(folder).encode(texts)).min())
    if not worst >= SURE:
        raise Unfit(f"compiled, its vectors are others (cosine {worst:.4f})")


def checked_texts() -> list[str]:
    """Texts of one word to some hundred, in several scripts."""
    words = " ".join(SENTENCES).split()
    return [*SENTENCES, *(" ".join((words * (length // len(words) + 1))[:length]) for length in _LENGTHS)]


def _cosines(one: Vectors, other: Vectors) -> Vectors:
    return np.asarray((one * other).sum(axis=1), dtype=np.float32)
