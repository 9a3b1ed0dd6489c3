"""How a graph is made once, whatever it is of; what encoders and rerankers make is tried with them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_whoever_waits_for_the_first_use_is_told_why_and_only_then(tmp_path: Path) -> None:
    """Where a program that has set up no logging shows it: beside its output, not in it."""
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from kindsearch.models.compiling import GRAPH, made_once\n"
        "place = Path(sys.argv[1])\n"
        "print(made_once('tea', place, place / 'cache', 'label', lambda _, folder: (folder / GRAPH).touch()))\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    first, second = (subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(2))
    assert first.stderr == "the model tea is prepared for its first use: once, about 20 s\n"
    assert second.stderr == ""
    assert first.stdout == second.stdout == f"{tmp_path / 'cache' / 'label'}\n"
