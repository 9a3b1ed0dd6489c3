"""Runs a job on an untrusted file in a child process with limits on time and memory.

The child is a module of ours (``pdf_worker.py``). What it can't do: outlive its time, take more memory than
allowed, start programs, write files. What it answers with is bytes on stdout, which the caller checks.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What one reading may take: seconds of time, bytes of memory, pages, characters of text."""

    seconds: int = 60
    memory_bytes: int = 1024**3
    pages: int = 2_000
    characters: int = 5_000_000


class ChildFailed(Exception):
    """The child died or was ended. ``limit`` names the limit it ran into, if it did."""

    def __init__(self, reason: str, limit: str | None = None) -> None:
        self.reason, self.limit = reason, limit
        super().__init__(reason)


def _confine(limits: Limits) -> None:
    """Set in the child between fork and exec. Where the platform has no such limits the clock still holds."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run_in_child(module: str, request: dict[str, object], limits: Limits) -> bytes:
    """Run ``python -m module REQUEST`` and return what it prints. Raises ChildFailed where it does not end well."""
    command = [sys.executable, "-m", module, json.dumps(request)]
    environment = {key: os.environ[key] for key in ("PATH", "PYTHONPATH", "LANG") if key in os.environ}
    environment |= {"PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "ignore"}
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=limits.seconds,
            env=environment,
            check=False,
            preexec_fn=(lambda: _confine(limits)) if os.name == "posix" else None,
        )
    except subprocess.TimeoutExpired:
        raise ChildFailed("took too long", limit="time") from None
    if done.returncode == 0:
        return done.stdout
    complaint = done.stderr.decode("utf-8", "replace").strip().splitlines()
    if any("MemoryError" in line or "bad_alloc" in line or "Out of memory" in line for line in complaint):
        raise ChildFailed("took too much memory", limit="memory")
    if done.returncode in (-24, -9):  # SIGXCPU, then SIGKILL, is how the kernel ends it
        raise ChildFailed("took too long", limit="time")
    raise ChildFailed(complaint[-1] if complaint else f"the reader ended with signal {-done.returncode}")
