"""The folder that the archive is made from: its files, and what is noted beside them.

``session.toml`` in a folder says of all files in it and below that they belong to one session, and what the files
don't say themselves; ``<name>.toml`` says it of the files ``<name>.*`` beside it alone. At the top, ``people.toml``
says which names are one person's, and ``.kindsearchignore`` keeps files out, in the syntax of ``.gitignore``.

A link is followed to files of the folder alone: whoever may put a link there may not thereby read what lies elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

import pathspec
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    ValidationError,
    ValidationInfo,
)

from kindsearch.errors import BadRequest, UnreadableFile
from kindsearch.invisible import without_invisible
from kindsearch.types import PartialDate

MOST_NAMED = 10  # files that stay out because of notes
IGNORE_FILE = ".kindsearchignore"
SESSION_FILE, PEOPLE_FILE = "session.toml", "people.toml"
LEADS_OUT = (
    "a link that leads out of the folder is not followed: copy its target in, or name that as a corpus of its own"
)

Aliases = dict[str, tuple[str, ...]]
"""A person's name -> her other spellings."""


KEPT = "kept"  # the context in which notes are read that an archive keeps: what was right then is read


def _date_as_text(value: object, info: ValidationInfo) -> object:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, str):
        written = PartialDate.parse(value)
        if not (written.is_in_calendar or info.context == KEPT):
            raise ValueError(f"no such date: {value!r}")
    return value


def _something(value: str) -> str:
    if not value.strip():
        raise ValueError("write something, or leave it out")
    return value.strip()


def _patterns(value: tuple[str, ...]) -> tuple[str, ...]:
    try:
        pathspec.GitIgnoreSpec.from_lines(value)
    except (ValueError, re.error) as error:
        raise ValueError(f"no pattern of .gitignore: {error}") from error
    return value


def _moment(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?", value):
        hours, minutes, seconds = (int(part) for part in f"{value}:0".split(":")[:3])
        return time(hours, minutes, seconds)
    if value is None or isinstance(value, datetime | time):
        return value
    if isinstance(value, str) and re.match(r"\d{4}-\d{2}-\d{2}T|\d{2}:\d{2}:\d{2}", value):  # as to_json writes them
        return value
    raise ValueError("write 18:00:00, or 2024-01-18T18:00:00Z")


def _milliseconds(value: object) -> object:
    """``12.5`` seconds, ``"1:02:03"`` or ``"-0:30"`` as milliseconds."""
    if isinstance(value, str) and re.fullmatch(r"-?\d{1,3}(:[0-5]?\d){1,2}(\.\d{1,3})?", value):
        seconds = 0.0
        for part in value.removeprefix("-").split(":"):
            seconds = seconds * 60 + float(part)
        return round(seconds * 1000) * (-1 if value.startswith("-") else 1)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**12:
        return round(value * 1000)
    raise ValueError('write seconds, or a time such as "1:02:03"')


def _seconds(notes: Mapping[str, Any]) -> dict[str, float]:
    """Notes are written in seconds, and kept in milliseconds."""
    return {"video_offset": notes["video_offset"] / 1000} if "video_offset" in notes else {}


class Speaker(BaseModel):
    """Somebody who speaks, with her role."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, AfterValidator(_something)]
    role: str | None = None


def _speaker(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


class Notes(BaseModel):
    """What ``session.toml`` may hold. Whatever it says goes before what the files say.

    ``video_offset`` is how far into the video the session's time 0 lies, in seconds or as ``"1:02:03"``; ``start``
    when the recording began by the clock; ``exclude`` files that stay out, in the syntax of ``.gitignore``, whatever
    the notes of an inner folder say; ``illustrative`` that the files were made up or retold for demonstration, and give
    way to real ones; ``note`` a remark that is shown with the session.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Annotated[str, AfterValidator(_something)] | None = None
    date: Annotated[str | None, BeforeValidator(_date_as_text)] = None
    speakers: tuple[Annotated[Speaker, BeforeValidator(_speaker)], ...] = ()
    video: str | None = Field(default=None, pattern=r"^https?://\S+$")
    video_offset: Annotated[int, BeforeValidator(_milliseconds)] = 0
    start: Annotated[datetime | time | None, BeforeValidator(_moment)] = None
    aliases: Aliases = {}
    exclude: Annotated[tuple[str, ...], AfterValidator(_patterns)] = ()
    password: str | None = Field(default=None, exclude=True)
    illustrative: StrictBool = False
    note: str | None = None


@dataclass(frozen=True)
class NotesFile:
    """Notes, and where they were found: ``place`` is the file's path in the corpus. ``is_session`` for session.toml."""

    place: str
    notes: Notes

    def to_json(self) -> str:
        """As JSON, without the password."""
        return json.dumps({"place": self.place, "notes": self.notes.model_dump(mode="json", exclude_unset=True)})

    @classmethod
    def from_json(cls, text: str) -> NotesFile:
        """What :meth:`to_json` gave."""
        data = json.loads(text)
        return cls(data["place"], Notes.model_validate({**data["notes"], **_seconds(data["notes"])}, context=KEPT))

    @property
    def is_session(self) -> bool:
        """Whether all files that the notes are about belong to one session."""
        return PurePosixPath(self.place).name == SESSION_FILE


@dataclass(frozen=True)
class SourceFile:
    """A file of the corpus: its root folder, its path relative to it, its bytes' SHA-256, the notes about it."""

    root: Path
    source: str
    sha256: str
    notes: NotesFile | None = None

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.root / self.source

    @property
    def password(self) -> str | None:
        """What opens it, where the notes say so."""
        return self.notes.notes.password if self.notes else None


@dataclass(frozen=True)
class Failure:
    """A file that was left out, and why. ``root`` is the folder below which ``source`` lies; it tells none apart."""

    source: str
    reason: str
    root: str = field(default="", compare=False)


@dataclass(frozen=True)
class Found:
    """What there is: the files to ingest, what went wrong, and the aliases of each folder given.

    ``unread`` are files that are there but could not be looked at: nothing is known of whether they changed.
    """

    files: tuple[SourceFile, ...]
    failed: tuple[Failure, ...]
    unread: frozenset[Path]
    aliases: Mapping[str, Aliases]


def find_files(paths: Iterable[Path]) -> Found:
    """The files given, and those in the folders given that are not ignored, excluded or hidden.

    A link in a folder is followed to a file of the same folder, and to no other: what leads out is reported. Where
    notes can't be read, the files they are about are left out: they might say that a file is to stay out.
    Raises BadRequest for a path that does not exist, or can't be looked through.
    """
    files: list[SourceFile] = []
    failed: list[Failure] = []
    unread: set[Path] = set()
    kept_out: dict[Failure, list[str]] = {}  # by notes that can't be read
    aliases: dict[str, Aliases] = {}
    for path in (path.resolve() for path in paths):
        if not path.exists():
            raise BadRequest("path", f"there is no {path}")
        folder = _Folder(path if path.is_dir() else path.parent)
        for member in folder.members() if path.is_dir() else [path] if not is_notes(path) else []:
            try:
                found = folder.file(member)
            except UnreadableFile as error:
                failure = Failure(error.source, error.reason, str(folder.root))
                failed.append(failure)
                if error.source != (source := folder.source_of(member)):
                    kept_out.setdefault(failure, []).append(source)
                if not folder.leads_out(member):  # a file that stood there before is gone
                    unread.add(member)
                continue
            files += [found] if found else []
        if path.is_dir():
            failed += folder.stray_notes()
            try:
                aliases[str(folder.root)] = folder.aliases()
            except UnreadableFile as error:
                failed.append(Failure(error.source, error.reason, str(folder.root)))
    reported = tuple(_naming(failure, kept_out.get(failure, [])) for failure in dict.fromkeys(failed))
    return Found(tuple(files), reported, frozenset(unread), aliases)


def _naming(failure: Failure, kept_out: Sequence[str]) -> Failure:
    """What is wrong with some notes, with the files that stay out because of it."""
    if not kept_out:
        return failure
    more = len(kept_out) - MOST_NAMED
    named = ", ".join([*kept_out[:MOST_NAMED], *([f"{more:,} more"] if more > 0 else [])])
    named = named.encode(errors="backslashreplace").decode()  # names of files need not be UTF-8
    return replace(failure, reason=f"{failure.reason} (left out because of it: {named})")


def is_notes(path: Path) -> bool:
    """Whether a file holds notes about others, and is no part of the archive itself."""
    return path.suffix.lower() == ".toml"


def notes_about(source: str) -> list[str]:
    """Where notes about a file of the corpus may be: its own, those of its folders, and of people."""
    above = PurePosixPath(source).parents
    own = PurePosixPath(source).with_suffix(".toml")
    return list(dict.fromkeys(map(str, (own, *(folder / SESSION_FILE for folder in above), PEOPLE_FILE))))


def source_file(root: Path, source: str) -> SourceFile:
    """One file below ``root``, whatever keeps it out. Raises UnreadableFile for it or for its notes."""
    return _Folder(root).described(root / source)


@dataclass
class _Folder:
    """A folder that is looked through, remembering the notes it has read."""

    root: Path
    read: dict[Path, NotesFile | UnreadableFile | None] = field(default_factory=dict)
    session_files: dict[Path, list[Path]] = field(default_factory=dict)

    @cached_property
    def _ignored(self) -> pathspec.GitIgnoreSpec:
        ignore = self.root / IGNORE_FILE
        if self.leads_out(ignore):
            raise BadRequest(IGNORE_FILE, LEADS_OUT)
        try:
            there = ignore.is_file() or ignore.is_symlink()
            lines = ignore.read_text(encoding="utf-8-sig").splitlines() if there else []
            return pathspec.GitIgnoreSpec.from_lines(lines)
        except (OSError, ValueError, re.error) as error:  # nothing is read then: it might be what was to be kept out
            raise BadRequest(IGNORE_FILE, f"can't be read ({error}): mend it first") from error

    @cached_property
    def _real_root(self) -> Path:
        return Path(os.path.realpath(self.root))

    def leads_out(self, path: Path) -> bool:
        """Whether a path below the root is, or lies behind, a link to somewhere else."""
        return not Path(os.path.realpath(path)).is_relative_to(self._real_root)  # Path.resolve() fails at a loop

    @cached_property
    def _visible(self) -> list[Path]:
        """The files that are not ignored or hidden, and the links that lead nowhere, or out of the folder."""
        try:
            return [path for path in sorted(self.root.rglob("*")) if self._is_visible(path)]
        except OSError as error:  # a folder was deleted, say, while it was looked through
            raise BadRequest("path", f"{self.root} can't be looked through ({error}): try again") from error

    def _is_visible(self, path: Path) -> bool:
        source = self.source_of(path)
        is_hidden = source.startswith(".") or "/." in source
        is_dead_end = path.is_symlink() and (not path.exists() or self.leads_out(path))
        return not is_hidden and (path.is_file() or is_dead_end) and not self._ignored.match_file(source)

    def members(self) -> list[Path]:
        """The files that are not ignored, hidden or notes."""
        return [path for path in self._visible if not is_notes(path)]

    def source_of(self, path: Path) -> str:
        """A file's path in the corpus."""
        return path.relative_to(self.root).as_posix()

    def file(self, path: Path) -> SourceFile | None:
        """A file with its notes; None where they exclude it. Raises UnreadableFile for it or for its notes."""
        source = self.source_of(path)
        if any(_is_excluded(source, notes) for notes in self._session_notes(path.parent)):
            return None
        own = self._own_notes(path)
        return None if own and _is_excluded(source, own) else self.described(path)

    def _own_notes(self, path: Path) -> NotesFile | None:
        beside = path.with_suffix(".toml")
        return self._notes(beside) if beside != self.root / PEOPLE_FILE else None

    def described(self, path: Path) -> SourceFile:
        """A file with its notes. Raises UnreadableFile for it or for its notes."""
        source = self.source_of(path)
        notes = _together(self._own_notes(path), next(self._session_notes(path.parent), None))
        try:
            source.encode()
        except UnicodeEncodeError as error:
            raise UnreadableFile(ascii(source), "its name is not UTF-8: rename it") from error
        if self.leads_out(path):
            raise UnreadableFile(source, LEADS_OUT)
        try:
            with path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise UnreadableFile(source, error.strerror or str(error)) from error
        return SourceFile(self.root, source, digest, notes)

    def _session_notes(self, folder: Path) -> Iterator[NotesFile]:
        """The notes of the folders that have some, from ``folder`` up to the root: the first say what session it is."""
        if folder not in self.session_files:
            places = [folder, *(above for above in folder.parents if above.is_relative_to(self.root))]
            self.session_files[folder] = [place / SESSION_FILE for place in places]
        return filter(None, map(self._notes, self.session_files[folder]))

    def _notes(self, path: Path) -> NotesFile | None:
        if path not in self.read:
            try:
                place = self.source_of(path)
                self.read[path] = (
                    NotesFile(place, self._checked(Notes, path)) if path.is_file() or path.is_symlink() else None
                )
            except UnreadableFile as error:
                self.read[path] = error
        found = self.read[path]
        if isinstance(found, UnreadableFile):
            raise found
        return found

    def aliases(self) -> Aliases:
        """What people.toml says. Raises UnreadableFile where that can't be read."""
        path = self.root / PEOPLE_FILE
        there = path.is_file() or self.leads_out(path)
        people: Aliases = self._checked(_People, path).people if there else {}
        return people

    def _checked(self, shape: type[Any], path: Path) -> Any:
        if self.leads_out(path):
            raise UnreadableFile(self.source_of(path), LEADS_OUT)
        return _checked(shape, self.source_of(path), path)

    def stray_notes(self) -> list[Failure]:
        """Files that look like notes, but are about no file: a name mistyped would else go unseen."""
        stems = {member.with_suffix("") for member in self.members()}
        stray = [
            path
            for path in self._visible
            if is_notes(path)
            and (
                path.suffix != ".toml"  # ".TOML" is looked for nowhere
                or (path.name != SESSION_FILE and path != self.root / PEOPLE_FILE and path.with_suffix("") not in stems)
            )
        ]
        reason = f"notes about no file: name it {SESSION_FILE}, or like the file it is about, with .toml at the end"
        return [Failure(self.source_of(path), reason, str(self.root)) for path in stray]


class _People(BaseModel):
    """What ``people.toml`` may hold."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    people: Aliases = {}


_SAID_PLAINLY = {
    "tuple_type": 'write a list: ["…", "…"]',
    "string_type": 'write a text: "…"',
    "bool_type": "write true or false",
    "string_pattern_mismatch": "write a web address: https://…",
    "dict_type": "write a table",
    "model_type": 'write a name: "…", or { name = "…", role = "…" }',
}


def _checked(shape: type[Any], place: str, path: Path) -> Any:
    try:
        return shape.model_validate(_visible(tomllib.loads(path.read_text(encoding="utf-8-sig"))))
    except OSError as error:
        raise UnreadableFile(place, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise UnreadableFile(place, "not UTF-8: save it as UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UnreadableFile(place, f"not TOML: {error or 'nested too deeply'}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        wrong = _SAID_PLAINLY.get(first["type"], first["msg"].removeprefix("Value error, "))
        if first["type"] == "extra_forbidden":
            fields = Speaker.model_fields if first["loc"][0] == "speakers" else shape.model_fields
            wrong = f"is not known here (known: {', '.join(fields)})"
        raise UnreadableFile(place, f"{where}: {wrong}") from error


def _visible(value: Any) -> Any:
    """What a notes file says, without characters that can't be seen."""
    if isinstance(value, dict):
        return {_visible(key): _visible(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_visible(item) for item in value]
    return without_invisible(value)[0] if isinstance(value, str) else value


def _is_excluded(source: str, notes: NotesFile) -> bool:
    below = PurePosixPath(source).relative_to(PurePosixPath(notes.place).parent)
    return pathspec.GitIgnoreSpec.from_lines(notes.notes.exclude).match_file(below.as_posix())


def _together(own: NotesFile | None, of_session: NotesFile | None) -> NotesFile | None:
    """The notes about one file: its own say more than those of its session."""
    if own is None or of_session is None:
        return own or of_session
    said: dict[str, Any] = {
        **of_session.notes.__dict__,
        **{name: getattr(own.notes, name) for name in own.notes.model_fields_set},
    }
    said["aliases"] = {**of_session.notes.aliases, **own.notes.aliases}
    return NotesFile(of_session.place, Notes.model_construct(**said))
