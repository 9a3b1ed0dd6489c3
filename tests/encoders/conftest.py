"""The packaged model, compiled."""

from __future__ import annotations

from pathlib import Path

import pytest

from kindsearch.encoders import Encoder
from kindsearch.encoders.compiling import FACTS


@pytest.fixture
def compiled_folder(model: Encoder, cache: Path) -> Path:
    """Where the packaged model is compiled."""
    model.encode(["tea"])
    (facts,) = cache.glob(f"*/{FACTS}")
    return facts.parent
