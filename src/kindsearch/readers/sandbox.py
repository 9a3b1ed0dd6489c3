"""Runs a job on an untrusted file in a child process with limits on time, memory and what it may answer.

The child is a module of ours (``jobs.py``), started by ``confined.py``. What it can't do: outlive its time, take more
memory than allowed, write files, see our environment. What it answers with is bytes on stdout, never more than
allowed, which the caller checks. Programs it might start end with it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import IO

PATIENCE = 3  # times as long as it may compute, a child may take on a machine that does other things too
LONGEST_COMPLAINT = 2**16  # bytes of stderr that are kept, its end


@dataclass(frozen=True)
class Limits:
    """What one reading may take: seconds of computing; bytes of file, memory and answer; pages; characters."""

    seconds: int = 10
    file_bytes: int = 256 * 2**20
    memory_bytes: int = 2**30
    answer_bytes: int = 64 * 2**20
    pages: int = 2_000
    characters: int = 5_000_000


class ChildFailed(Exception):
    """The child died or was ended. ``limit`` names the limit it ran into, if it did."""

    def __init__(self, reason: str, limit: str | None = None) -> None:
        self.reason, self.limit = reason, limit
        super().__init__(reason)


def run_in_child(module: str, request: dict[str, object], limits: Limits) -> bytes:
    """Run ``python -m module`` and return what it prints. Raises ChildFailed where it does not end well.

    The request is on its stdin: a command line, with the password of a pack in it, all users of a machine can read.
    """
    launcher = "kindsearch.readers.confined"
    command = [sys.executable, "-m", launcher, json.dumps(asdict(limits)), module]
    environment = {key: os.environ[key] for key in ("PATH", "PYTHONPATH", "LANG") if key in os.environ}
    environment |= {"PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "ignore"}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command,
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        env=environment,
        start_new_session=True,  # so that it can be ended with all it has started
    ) as child:
        assert child.stdin
        assert child.stdout
        assert child.stderr
        complaint = bytearray()
        listener = threading.Thread(target=_keep_the_end, args=(child.stderr, complaint))
        clock = threading.Timer(PATIENCE * limits.seconds, _end, (child,))
        listener.start()
        clock.start()
        try:
            with suppress(BrokenPipeError), child.stdin:  # it may have died already
                child.stdin.write(json.dumps(request).encode())
            answer = child.stdout.read(limits.answer_bytes + 1)
            if len(answer) <= limits.answer_bytes:
                child.wait()
        finally:
            clock.cancel()
            _end(child)
            listener.join()
    if len(answer) > limits.answer_bytes:
        raise ChildFailed("answered too much", limit="answer")
    _check(child.returncode, complaint.decode("utf-8", "replace").strip().splitlines())
    return answer


def _keep_the_end(stream: IO[bytes], kept: bytearray) -> None:
    while part := stream.read(LONGEST_COMPLAINT):
        kept += part
        del kept[:-LONGEST_COMPLAINT]


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child, if it still runs, and whatever it has started."""
    if os.name != "posix":
        child.kill()
        return
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _check(status: int, complaint: list[str]) -> None:
    """Raises ChildFailed unless the child ended well."""
    if status == 0:
        return
    if any("MemoryError" in line or "bad_alloc" in line or "Out of memory" in line for line in complaint):
        raise ChildFailed("took too much memory", limit="memory")
    if status in (-24, -9):  # SIGXCPU, then SIGKILL, is how the kernel and the clock end it
        raise ChildFailed("took too long", limit="time")
    crashed = f"the file makes it crash (signal {-status}), as asking for too much memory does"  # so PDFium ends itself
    raise ChildFailed(complaint[-1] if complaint else crashed)
