"""What can go wrong, in one tree. Each error keeps its data and writes its own message, which says what to do.

KindSearchError
├── UnreadableFile          a file of the corpus that can't be read; the rest is ingested
│   ├── NoTextLayer             a PDF of pictures
│   ├── EncryptedFile           a PDF that asks for a password
│   └── ReaderLimit             a file that took more time, memory, pages or text than allowed
├── UnknownFormat           a file that no reader knows
├── UploadRefused           a file that was sent and is not kept
│   └── NoRoomForUploads        as many are kept as are allowed
├── NoIndex                 nothing has been ingested there yet
├── IncompatibleIndex       made with another model, analyser or format
├── DamagedIndex            the catalog itself is damaged
├── IndexLocked             another process is writing
├── Busy                    as many do the same just now as may
├── StorageFailed           the disk is full, or does not allow or do what it is asked for
├── BadBackup               a file that is no whole backup of an index
├── ModelNotFound           the model is not on this machine
│   └── UnusableReranker        nor is the cross-encoder, or it gives no score
├── MissingExtra            a part of kindsearch that is installed with an extra
├── BadQuestionSet          a question set that can't be read
└── BadRequest              a filter, number or date that makes no sense
    └── NotInArchive            a filter for a session or a person that the archive does not know
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar


class KindSearchError(Exception):
    """Base of all errors that kindsearch raises on purpose. They can be pickled, for they may be another process's."""

    def __reduce__(self) -> tuple[object, ...]:
        return _made_again, (type(self), self.args, vars(self))  # what a subclass is made of is not its message


def _made_again(of: type[KindSearchError], args: tuple[object, ...], data: dict[str, object]) -> KindSearchError:
    error = of.__new__(of, *args)
    vars(error).update(data)
    return error


class UnreadableFile(KindSearchError):
    """A file that can't be read, with the reason in words."""

    def __init__(self, source: str, reason: str) -> None:
        self.source, self.reason = source, reason
        super().__init__(f"{source}: {reason}")


class NoTextLayer(UnreadableFile):
    """A PDF that holds pictures of text only."""

    def __init__(self, source: str, pages: int) -> None:
        self.pages = pages
        super().__init__(source, f"{pages} page{'s' if pages != 1 else ''}, no text: run OCR first")


class EncryptedFile(UnreadableFile):
    """A PDF that opens with a password only: with another one where one was ``given``."""

    def __init__(self, source: str, sidecar: str, given: bool = False) -> None:
        self.sidecar, self.given = sidecar, given
        wrong = ", and the password in its notes does not open it"
        super().__init__(
            source, f'encrypted{wrong if given else ""}: put its password into {sidecar} as  password = "…"'
        )


class ReaderLimit(UnreadableFile):
    """A file whose reading was stopped because it went past a limit."""

    settings: ClassVar[dict[str, str]] = {
        "time": "KINDSEARCH_READER_SECONDS",
        "memory": "KINDSEARCH_READER_MEMORY_MB",
        "answer": "KINDSEARCH_READER_ANSWER_MB",
        "pages": "KINDSEARCH_READER_PAGES",
        "characters": "KINDSEARCH_READER_CHARACTERS",
        "file size": "KINDSEARCH_READER_FILE_MB",
    }

    def __init__(self, source: str, limit: str, allowed: str) -> None:
        self.limit, self.allowed = limit, allowed
        advice = f"; if it is to be trusted, {self.settings[limit]} allows more" if limit in self.settings else ""
        super().__init__(source, f"too large to read safely: more than {allowed} ({limit}{advice})")


class UnknownFormat(KindSearchError):
    """A file that no reader knows."""

    def __init__(self, source: str, known: tuple[str, ...]) -> None:
        self.source, self.known = source, known
        super().__init__(f"{source}: not a format kindsearch reads ({', '.join(known)})")


class UploadRefused(KindSearchError):
    """A file that somebody sent is not kept, with the reason in words."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The file was not taken: {reason}.")


class NoRoomForUploads(UploadRefused):
    """With one more upload there would be more than are allowed."""

    def __init__(self, allowed_mb: int) -> None:
        self.allowed_mb = allowed_mb
        super().__init__(
            f"the archive keeps {allowed_mb:,} MB of uploads at most; whoever runs it can let KINDSEARCH_UPLOADS_MB "
            "be more"
        )


class NoIndex(KindSearchError):
    """There is no index in that folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(f"no index in {folder}: run  kindsearch ingest --index {folder}  first")


class IncompatibleIndex(KindSearchError):
    """The index was made with something else than what would read it now."""

    def __init__(self, folder: Path, what: str, found: str, wanted: str) -> None:
        self.folder, self.what, self.found, self.wanted = folder, what, found, wanted
        super().__init__(
            f"the index in {folder} was made with {what} {found!r}, not {wanted!r}: "
            f"set that again, or delete {folder} and run  kindsearch ingest"
        )


class DamagedIndex(KindSearchError):
    """The catalog can't be trusted, so no answer is given from it."""

    def __init__(self, folder: Path, detail: str) -> None:
        self.folder, self.detail = folder, detail
        super().__init__(
            f"the catalog in {folder} is damaged ({detail}): run  kindsearch restore BACKUP --index {folder}, "
            f"or delete {folder} and run  kindsearch ingest"
        )


class IndexLocked(KindSearchError):
    """Another process is changing this index; ``pid`` on ``host``, where that is known."""

    def __init__(self, folder: Path, pid: int | None = None, host: str | None = None, since: str | None = None) -> None:
        self.folder, self.pid, self.host, self.since = folder, pid, host, since
        who = "" if pid is None else f" (process {pid} on {host}, since {since})"
        super().__init__(f"another kindsearch{who} is writing to {folder}: wait until it is done, then try again")


class Busy(KindSearchError):
    """As many do the same just now as may; ``what`` says it in a few words."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"Too many {what} just now. Try again in a minute.")


class StorageFailed(KindSearchError):
    """The system did not let us read or write: a full disk, a folder that is read-only, too many open files."""

    def __init__(self, folder: Path, detail: str) -> None:
        self.folder, self.detail = folder, detail
        super().__init__(
            f"the index in {folder} could not be read or written ({detail}): nothing that it holds is lost; make room, "
            "or let this user write there, then do the same again"
        )


class BadBackup(KindSearchError):
    """A file that is no whole backup of an index."""

    def __init__(self, path: Path, detail: str) -> None:
        self.path, self.detail = path, detail
        super().__init__(f"{path} can't be restored ({detail}): take another backup; the index is as it was")


class ModelNotFound(KindSearchError):
    """A model is neither a folder, nor installed, nor in the local cache."""

    sentence = (
        "the model {!r} is not on this machine ({}): set KINDSEARCH_MODEL to a folder that holds "
        "a sentence-transformers model, or leave it unset for the one that comes with kindsearch"
    )

    def __init__(self, model: str, detail: str) -> None:
        self.model, self.detail = model, detail
        super().__init__(self.sentence.format(model, detail))


class UnusableReranker(ModelNotFound):
    """The reranker's model is not on this machine, or does not give one score for a question and a passage."""

    sentence = (
        "the reranker {!r} can't be used ({}): set KINDSEARCH_RERANKER to a folder that holds a cross-encoder "
        "of one label, or leave it unset to go without"
    )


class MissingExtra(KindSearchError, ImportError):
    """A part of kindsearch needs packages that are not installed; ``extra`` brings them."""

    def __init__(self, what: str, extra: str) -> None:
        self.what, self.extra = what, extra
        super().__init__(f"{what} needs an extra. Install it with:  pip install 'kindsearch[{extra}]'")


class BadQuestionSet(KindSearchError):
    """A question set that can't be read; ``line`` counts from 1, None where the file as a whole is meant."""

    def __init__(self, path: Path, line: int | None, detail: str) -> None:
        self.path, self.line, self.detail = path, line, detail
        place = f"{path}, line {line}" if line is not None else str(path)
        super().__init__(f"{place}: {detail}; docs/question-sets.md says how a question set is written")


class BadRequest(KindSearchError):
    """Something asked for makes no sense; ``field`` names it."""

    def __init__(self, field: str, detail: str) -> None:
        self.field, self.detail = field, detail
        super().__init__(f"{field}: {detail}")


class NotInArchive(BadRequest):
    """A session or a person was asked for that the archive does not know (any more)."""
