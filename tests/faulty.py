"""Processes that meet a fault: each is forked from one that has imported everything and started nothing.

Run as a program this is that one: it reads a job a line, forks, lets the fork do it, and says how that ended.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

REFUSED, FOREIGN = 3, 4  # exit statuses: an error of ours, any other


class Ended(NamedTuple):
    """How a job ended: with a status, or the negative number of a signal; and what it said."""

    status: int
    said: str

    @property
    def done(self) -> bool:
        return self.status == 0

    @property
    def killed(self) -> bool:
        return self.status == -signal.SIGKILL


class Server:
    """Does jobs, each in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def do(self, verb: str, index: Path, **how: Any) -> Ended:
        """Do one of :data:`VERBS` with an index; ``how``: ``env`` variables, ``kill_after`` seconds, ``limits``."""
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps({"verb": verb, "index": str(index), **how}), file=self._process.stdin, flush=True)
        return Ended(*json.loads(self._process.stdout.readline()))


@contextmanager
def server(model: str = "hashing") -> Iterator[Server]:
    """A process to fork from, with an encoder: ``hashing``, or the one that comes with kindsearch."""
    command = [sys.executable, __file__, model]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin
    assert process.stdout
    try:
        assert process.stdout.readline() == "ready\n"
        yield Server(process)
    finally:
        process.stdin.close()
        process.wait(timeout=60)
        process.stdout.close()


# ---------------------------------------------------------------- inside


def _ingest(job: dict[str, Any], encoder: Any) -> str:
    return str(_archive(job, encoder, create=True).ingest().generation)


def _remove(job: dict[str, Any], encoder: Any) -> str:
    return str(_archive(job, encoder).remove(job["source"]))


def _forget(job: dict[str, Any], encoder: Any) -> str:
    return _archive(job, encoder).forget(job["person"])[1].name


def _doctor(job: dict[str, Any], encoder: Any) -> str:
    return "; ".join(_archive(job, encoder).doctor().mended)


def _restore(job: dict[str, Any], encoder: Any) -> str:
    from kindsearch import KindSearch

    return str(KindSearch.restore(job["file"], job["index"], encoder=encoder).status().generation)


def _ask(job: dict[str, Any], encoder: Any) -> str:
    if "without" in job:  # a function of the derived indexes that is not to be called
        from kindsearch.stores import derived

        setattr(derived, job["without"], None)
    answer = _archive(job, encoder).ask(job["question"])
    return "\n".join([answer.text, *(hit.passage.source for hit in answer.hits)])


def _upload(job: dict[str, Any], encoder: Any) -> str:
    from kindsearch.uploading import Sent, Uploads

    archive = _archive(job, encoder, create=True)
    with Path(job["file"]).open("rb") as stream:
        return Uploads(archive).take(Sent(stream, "sent.txt", job.get("title", ""))).sha256


def _grow(job: dict[str, Any], encoder: Any) -> str:
    """Add one file after another, and say of each when it is in the index."""
    archive = _archive(job, encoder, create=True)
    corpus = archive.settings.corpus
    for waiting in sorted(Path(job["waiting"]).iterdir()):
        (corpus / waiting.name).write_bytes(waiting.read_bytes())
        archive.ingest()
        with Path(job["acknowledged"]).open("a", encoding="utf-8") as file:
            print(waiting.name, file=file, flush=True)
    return ""


VERBS: dict[str, Callable[[dict[str, Any], Any], str]] = {
    "ingest": _ingest, "remove": _remove, "forget": _forget, "doctor": _doctor, "restore": _restore, "ask": _ask,
    "grow": _grow, "upload": _upload,
}  # fmt: skip


def _archive(job: dict[str, Any], encoder: Any, create: bool = False) -> Any:
    from kindsearch import KindSearch, Settings

    settings = Settings(corpus=Path(job.get("corpus", ".")), index=Path(job["index"]))
    return KindSearch.open(create=create, encoder=encoder, settings=settings)


def _in_the_fork(job: dict[str, Any], answer: int, encoder: Any) -> None:
    from kindsearch.errors import KindSearchError

    status, said = 0, ""
    try:
        os.environ.update(job.get("env", {}))
        for name, limit in job.get("limits", {}).items():
            resource.setrlimit(getattr(resource, name), (limit, limit))
        if "user" in job:
            os.setgid(job["user"])
            os.setuid(job["user"])
        said = VERBS[job["verb"]](job, encoder)
    except KindSearchError as error:
        status, said = REFUSED, f"{type(error).__name__}: {error}"
    except BaseException:
        status, said = FOREIGN, traceback.format_exc()
    os.write(answer, said.encode()[:60_000])
    os._exit(status)


def _serve(model: str) -> None:
    encoder = _encoder(model)
    print("ready", flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(read)
            _in_the_fork(job, write, encoder() if callable(encoder) else encoder)
        os.close(write)
        if "kill_after" in job:
            time.sleep(job["kill_after"])
            os.kill(pid, signal.SIGKILL)
        with os.fdopen(read, "rb") as stream:
            said = stream.read().decode(errors="replace")
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        print(json.dumps([status, said]), flush=True)


def _encoder(model: str) -> Any:
    """The encoder, or how to make it: threads of a model do not survive a fork."""
    import mmap  # noqa: F401 - who may not look into the folders of Python imports nothing later

    import kindsearch.readers.formats
    import kindsearch.search
    import kindsearch.stores.derived  # noqa: F401
    from kindsearch.encoders import encoder_of
    from kindsearch.encoders.hashing import HashingEncoder
    from kindsearch.settings import Settings

    if model == "hashing":
        return HashingEncoder()
    settings = Settings()
    return lambda: encoder_of(settings.model, settings.encoder, settings.cache)


if __name__ == "__main__":
    _serve(sys.argv[1])
