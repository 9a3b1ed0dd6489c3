"""What is imported for what: the graph of imports, in processes of their own. It is what makes a start fast."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kindsearch import KindSearch

QUESTION = "how do we measure kindness?"
# What compiles a model or runs one uncompiled, and what it brings with it.
TORCH = {"torch", "transformers", "sentence_transformers", "onnx", "sklearn", "scipy", "safetensors", "huggingface_hub"}
WEB = {"gradio", "fastapi", "starlette", "uvicorn", "pandas", "nh3"}
READING = {"pypdfium2", "pypdf", "PIL", "docx", "webvtt", "watchfiles"}
MEASURING = {"ir_measures"}
ENGINES = {"numpy", "faiss", "tantivy", "onnxruntime", "tokenizers"}
SETTINGS = {"pydantic", "pydantic_settings"}


def modules_after(code: str, *arguments: str) -> set[str]:
    """Top-level modules that a fresh Python holds when it ends, with ``arguments`` on its command line."""
    listing = (
        "import atexit, sys\n"
        "atexit.register(lambda: print('\\n', *{name.split('.')[0] for name in sys.modules}, file=sys.stderr))\n"
    )
    command = [sys.executable, "-c", listing + code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(done.stderr.splitlines()[-1].split())


def modules_after_command(*arguments: str) -> set[str]:
    """The same of the command line."""
    return modules_after("from kindsearch.interfaces.cli import main; main()", *arguments)


@pytest.mark.parametrize("code", ["import kindsearch", "from kindsearch import Answer, Filter, KindSearchError"])
def test_the_package_itself_imports_the_standard_library_alone(code: str) -> None:
    others = modules_after(code) - modules_after("") - sys.stdlib_module_names
    assert others == {"kindsearch"}


def test_help_imports_neither_engines_nor_settings() -> None:
    loaded = modules_after_command("--help")
    assert "typer" in loaded
    assert loaded & (TORCH | WEB | READING | MEASURING | ENGINES | SETTINGS) == set()


@pytest.mark.parametrize("arguments", [("ask", QUESTION), ("ask", QUESTION, "--json"), ("search", QUESTION)])
def test_a_question_imports_its_engines_and_nothing_else(archive: KindSearch, arguments: tuple[str, ...]) -> None:
    """With the model compiled already."""
    loaded = modules_after_command(*arguments, "--index", str(archive.folder))
    assert loaded & (TORCH | WEB | READING | MEASURING | {"rich"}) == set()
    assert loaded >= ENGINES


@pytest.mark.parametrize("command", ["sessions", "people", "status"])
def test_a_list_runs_no_model(archive: KindSearch, command: str) -> None:
    loaded = modules_after_command(command, "--index", str(archive.folder))
    assert loaded & (TORCH | WEB | READING | MEASURING | {"onnxruntime", "tokenizers"}) == set()


def test_the_child_that_opens_a_pdf_imports_no_more_than_it_needs() -> None:
    """It starts anew for each file, and what it does not have can't be broken into."""
    loaded = modules_after("import kindsearch.readers.jobs, kindsearch.readers.pdf")
    assert loaded & (TORCH | WEB | MEASURING | ENGINES | SETTINGS | {"docx", "webvtt", "rapidfuzz"}) == set()


def test_the_web_page_is_imported_when_it_is_served() -> None:
    loaded = modules_after("import kindsearch.interfaces.web")
    assert loaded & (TORCH | WEB | READING) == set()


def test_the_web_page_imports_no_torch(archive: KindSearch) -> None:
    code = (
        "from kindsearch import KindSearch\n"
        "from kindsearch.interfaces.web import create_app\n"
        "create_app(KindSearch.open(sys.argv[1]))\n"
    )
    loaded = modules_after(code, str(archive.folder))
    assert "gradio" in loaded
    assert loaded & {"torch", "transformers", "sentence_transformers", "onnx", "sklearn", "scipy", "pypdfium2"} == set()
