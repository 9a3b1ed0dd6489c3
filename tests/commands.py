"""What a command of the command line leaves behind."""

from __future__ import annotations

import json
from typing import NamedTuple


class Done(NamedTuple):
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, object]]:
        """The lines it printed, as JSON."""
        return [json.loads(line) for line in self.out.splitlines()]
