from __future__ import annotations

import sys
from importlib import import_module

import pytest

from kindsearch.errors import MissingExtra


@pytest.mark.parametrize(
    ("module", "package", "extra"),
    [
        ("langchain", "langchain_core", "langchain"),
        ("llama_index", "llama_index", "llama-index"),
        ("haystack", "haystack", "haystack"),
    ],
)
def test_without_the_package_it_is_said_which_extra_brings_it(
    monkeypatch: pytest.MonkeyPatch, module: str, package: str, extra: str
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, f"kindsearch.integrations.{module}", raising=False)
    with pytest.raises(MissingExtra) as caught:
        import_module(f"kindsearch.integrations.{module}")
    assert caught.value.extra == extra
    assert f"pip install 'kindsearch[{extra}]'" in str(caught.value)
