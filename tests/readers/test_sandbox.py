"""A child that misbehaves is ended, and takes nothing with it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kindsearch.readers.sandbox import ChildFailed, Limits, run_in_child

Child = Callable[..., bytes]
LIMITS = Limits(seconds=20, memory_bytes=512 * 2**20)


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Child:
    """Make a module of these lines, run it as a child, return what it prints."""
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")

    def run(code: str, limits: Limits = LIMITS, **request: object) -> bytes:
        (tmp_path / "tiny_child.py").write_text(code, encoding="utf-8")
        return run_in_child("tiny_child", request, limits)

    return run


def test_a_child_gets_its_request_and_its_output_comes_back(child: Child) -> None:
    assert child("import sys, json; print(json.load(sys.stdin)['word'])", word="Göran") == "Göran\n".encode()


def test_no_request_stands_on_a_command_line(child: Child) -> None:
    """All users of a machine can read those, and a pack's password may be in it."""
    assert b"s3same" not in child("import sys; print(sys.orig_argv, sys.argv)", password="s3same")


def test_a_child_that_dies_before_it_is_asked_says_so(child: Child) -> None:
    with pytest.raises(ChildFailed, match="No module named"):
        run_in_child("no_such_module_of_ours", {"password": "s" * 2**20}, LIMITS)


@pytest.mark.parametrize(
    ("code", "limit"),
    [
        pytest.param("import threading; threading.Event().wait()", "time", id="hangs"),
        pytest.param("while True: pass", "time", id="loops"),
        pytest.param("import os; os.kill(os.getpid(), 9)", "time", id="is killed, as the kernel ends a loop"),
        pytest.param("room = bytearray(2**30)", "memory", id="takes too much memory"),
    ],
)
def test_a_child_that_goes_past_a_limit_is_ended(child: Child, code: str, limit: str) -> None:
    with pytest.raises(ChildFailed) as failure:
        child(code, Limits(seconds=1, memory_bytes=LIMITS.memory_bytes))
    assert failure.value.limit == limit


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise ValueError('no such page')", "ValueError: no such page"),
        (
            "import os; os.kill(os.getpid(), 6)",
            "the file makes it crash (signal 6), as asking for too much memory does",
        ),
    ],
)
def test_a_child_that_dies_says_of_what(child: Child, code: str, reason: str) -> None:
    with pytest.raises(ChildFailed) as failure:
        child(code)
    assert (failure.value.reason, failure.value.limit) == (reason, None)


def test_a_module_that_is_not_there_fails(child: Child) -> None:
    with pytest.raises(ChildFailed, match="No module named"):
        run_in_child("no_such_module_of_ours", {}, LIMITS)


def test_a_child_that_answers_too_much_is_ended(child: Child) -> None:
    limits = Limits(seconds=20, memory_bytes=LIMITS.memory_bytes, answer_bytes=1_000)
    assert child("print('a' * 999)", limits) == b"a" * 999 + b"\n"
    with pytest.raises(ChildFailed) as failure:
        child("import sys\nwhile True: sys.stdout.write('a' * 1000)", limits)
    assert failure.value.limit == "answer"


def test_a_child_may_complain_at_length_and_is_heard_all_the_same(child: Child) -> None:
    assert child("import sys; sys.stderr.write('warning\\n' * 100_000); print('done')") == b"done\n"


def test_what_a_child_has_started_ends_with_it(child: Child) -> None:
    """Else it would keep the pipe open, and us waiting."""
    with pytest.raises(ChildFailed) as failure:
        child("import subprocess; subprocess.run(['sleep', '600'])", Limits(seconds=1))
    assert failure.value.limit == "time"


def test_a_child_writes_no_files(child: Child, tmp_path: Path) -> None:
    written = tmp_path / "written.txt"
    with pytest.raises(ChildFailed):
        child(
            "import json, pathlib, sys; pathlib.Path(json.load(sys.stdin)['path']).write_text('words')",
            path=str(written),
        )
    assert written.read_bytes() == b""


def test_a_child_sees_neither_our_environment_nor_our_input(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUR_SECRET", "sesame")
    assert child("import os, sys; print('OUR_SECRET' in os.environ, sys.stdin.read())") == b"False {}\n"


def test_a_system_that_allows_less_than_we_do_is_obeyed() -> None:
    code = (
        "import resource; from kindsearch.readers.confined import confine; "
        "limits = (resource.RLIMIT_CPU, resource.RLIMIT_AS); "
        "resource.setrlimit(limits[0], (5, 8)); resource.setrlimit(limits[1], (2**31, 2**31)); "
        "confine(10, 2**30); print([resource.getrlimit(limit) for limit in limits])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert told == f"{[(8, 8), (2**30, 2**30)]}\n"
