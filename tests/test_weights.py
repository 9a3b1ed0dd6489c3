"""No file that is read can bring code with it: no pickle in any form, weights as safetensors, no code from a model."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = [*sorted((ROOT / "src").rglob("*.py")), *sorted((ROOT / "scripts").rglob("*.py")), ROOT / "app.py"]
UNSAFE_MODULES = {"pickle", "cPickle", "cloudpickle", "dill", "joblib", "shelve", "marshal", "jsonpickle"}
UNSAFE_CALLS = {"eval", "exec", "compile", "__import__"}
LOADERS = {"SentenceTransformer", "CrossEncoder"}


def complaints(source: str) -> Iterator[str]:
    """What of a module could run code that a file holds."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            yield from (f"imports {name}" for name in names if name.split(".")[0] in UNSAFE_MODULES)
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            given = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
            if called in UNSAFE_CALLS or called in {"torch.load", "yaml.load", "pd.read_pickle", "hub.load"}:
                yield f"calls {called}"
            if given.get("trust_remote_code", "False") != "False":
                yield f"{called} trusts the code of a model"
            if given.get("allow_pickle", "False") != "False" or (called == "np.load" and "allow_pickle" not in given):
                yield f"{called} may unpickle"
            if given.get("use_safetensors", "True") != "True":
                yield f"{called} takes weights that are pickled"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_that_is_read_can_bring_code_with_it(path: Path) -> None:
    assert list(complaints(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "source",
    [
        "import pickle", "from pickle import loads", "import joblib.numpy_pickle", "torch.load(path)", "np.load(path)",
        "np.load(path, allow_pickle=True)", "SentenceTransformer(name, trust_remote_code=True)", "eval(text)",
        "AutoModel.from_pretrained(name, use_safetensors=False)", "f(name, trust_remote_code=trusted)",
    ],
)  # fmt: skip
def test_what_is_looked_for_would_be_found(source: str) -> None:
    assert list(complaints(source))
