"""The folder that the archive is made from: which files there are, and what is noted beside them."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kindsearch.corpus import LEADS_OUT, Found, Notes, NotesFile, SourceFile, Speaker, find_files, source_file
from kindsearch.errors import BadRequest, UnreadableFile
from kindsearch.sessions import Family, Material, resolve
from kindsearch.types import Session

Folder = Callable[[Mapping[str, str | bytes]], Path]
KEYS = "title, date, speakers, video, video_offset, start, aliases, exclude, password, illustrative, note"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Make a folder of files."""

    def make(files: Mapping[str, str | bytes]) -> Path:
        root = tmp_path / "corpus"
        root.mkdir(exist_ok=True)
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return root

    return make


def unread(found: Found) -> set[str]:
    """The paths, from the corpus folder on, of what could not be looked at."""
    return {path.as_posix().split("/corpus/", 1)[1] for path in found.unread}


def sources(found: Found) -> list[str]:
    return [file.source for file in found.files]


def failures(found: Found) -> dict[str, str]:
    return {failure.source: failure.reason for failure in found.failed}


def notes_of(found: Found) -> dict[str, Notes | None]:
    return {file.source: file.notes.notes if file.notes else None for file in found.files}


def lets_in(root: Path) -> list[str]:
    """The files found; none where an error of ours names the ignore file."""
    try:
        return sources(find_files([root]))
    except (UnreadableFile, BadRequest) as error:
        if ".kindsearchignore" not in str(error):
            raise
        return []


def said_in(root: Path) -> dict[str, Any]:
    """What the notes about the one file ``a.md`` say, without what they leave out."""
    (notes,) = notes_of(find_files([root])).values()
    assert notes is not None
    return {name: getattr(notes, name) for name in notes.model_fields_set}


# ---------------------------------------------------------------- which files


def test_files_are_found_in_order_with_the_hash_of_their_bytes(folder: Folder) -> None:
    root = folder({"b.md": "two", "a/c.vtt": "three", "a.md": "one"})
    found = find_files([root])
    assert sources(found) == ["a/c.vtt", "a.md", "b.md"]
    assert {file.source: file.sha256 for file in found.files}["b.md"] == hashlib.sha256(b"two").hexdigest()
    assert all(file.root == root.resolve() and file.path == root.resolve() / file.source for file in found.files)
    assert (found.failed, found.unread, found.aliases) == ((), frozenset(), {str(root.resolve()): {}})


def test_the_order_does_not_depend_on_the_order_on_disk(folder: Folder) -> None:
    root = folder({f"{n}.md": str(n) for n in (5, 3, 9, 1)})
    assert sources(find_files([root])) == ["1.md", "3.md", "5.md", "9.md"]


def test_hidden_files_and_folders_are_left_out(folder: Folder) -> None:
    root = folder({".a.md": "", ".git/b.md": "", "c/.d/e.md": "", "c/f.md": "", "g.md": ""})
    assert set(sources(find_files([root]))) == {"c/f.md", "g.md"}


def test_a_hidden_folder_above_the_corpus_hides_nothing(tmp_path: Path) -> None:
    root = tmp_path / ".archive"
    root.mkdir()
    (root / "a.md").write_text("a")
    assert sources(find_files([root])) == ["a.md"]


def test_a_file_that_is_given_is_found_in_its_folder(folder: Folder) -> None:
    root = folder({"a/b.md": "x", "a/c.md": "y", "a/session.toml": 'title = "Tea"'})
    (file,) = find_files([root / "a" / "b.md"]).files
    assert (file.root, file.source) == (root / "a", "b.md")
    assert file.notes is not None
    assert file.notes.notes.title == "Tea"


def test_folders_and_files_of_two_roots_are_all_found(folder: Folder) -> None:
    root = folder({"x/a.md": "1", "y/a.md": "2", "z.md": "3"})
    found = find_files([root / "x", root / "y", root / "z.md"])
    assert [(file.root.name, file.source) for file in found.files] == [("x", "a.md"), ("y", "a.md"), ("corpus", "z.md")]
    assert set(found.aliases) == {str(root / "x"), str(root / "y")}


def test_a_path_that_is_not_there_is_a_bad_request(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=r"there is no .*nowhere"):
        find_files([tmp_path / "nowhere"])


def test_notes_are_no_files_of_the_archive_even_when_they_are_given(folder: Folder) -> None:
    """As a shell does for  kindsearch ingest corpus/*"""
    root = folder({"a.md": "x", "a.toml": "", "session.toml": 'title = "Tea"', "people.toml": "[people]\n"})
    assert sources(find_files(sorted(root.iterdir()))) == ["a.md"]
    assert not find_files(sorted(root.iterdir())).failed


@pytest.mark.parametrize(
    "name", ["a b.md", " .md", "-", "a.", "親切.vtt", "a\nb.md", "README", "a" * 200 + ".md", "~$a.md"]
)
def test_no_name_is_too_odd(folder: Folder, name: str) -> None:
    assert sources(find_files([folder({name: "x"})])) == [name]


def test_a_name_that_is_no_utf_8_is_found_or_named(folder: Folder) -> None:
    """Names out of old zip files. Whatever comes of them can be printed and kept."""
    root = folder({"a.md": "x"})
    Path(os.fsdecode(os.path.join(os.fsencode(root), b"caf\xe9.md"))).write_text("y")  # noqa: PTH118
    found = find_files([root])
    assert "a.md" in sources(found)
    assert len(found.files) + len(found.failed) == 2
    for name in (*sources(found), *failures(found)):
        name.encode()


# ---------------------------------------------------------------- files that can't be looked at


def test_a_link_that_leads_nowhere_is_reported_and_stays_in_the_index_as_it_was(folder: Folder) -> None:
    root = folder({"a.md": "x"})
    (root / "gone.md").symlink_to(root / "unmounted" / "gone.md")
    found = find_files([root])
    assert sources(found) == ["a.md"]
    assert set(failures(found)) == {"gone.md"}
    assert unread(found) == {"gone.md"}


def test_links_are_followed_and_loops_are_not(folder: Folder) -> None:
    root = folder({"a/b.md": "x"})
    (root / "link.md").symlink_to(root / "a" / "b.md")
    (root / "a" / "up").symlink_to(root)
    (root / "loop.md").symlink_to(root / "loop.md")
    found = find_files([root])
    assert [source for source in sources(found) if source != "loop.md"] == ["a/b.md", "link.md"]


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder beside the corpus, whose name begins as the corpus's does."""
    folder = tmp_path / "corpus-of-others"
    (folder / "sub").mkdir(parents=True)
    for name in ("secret.md", "sub/secret.md"):
        (folder / name).write_text("secret")
    return folder


@pytest.mark.parametrize("target", ["secret.md", "sub", "gone.md"])
@pytest.mark.parametrize("way", ["absolute", "relative", "through a link"])
def test_what_a_link_out_of_the_folder_leads_to_is_left_out_with_what_to_do(
    folder: Folder, elsewhere: Path, target: str, way: str
) -> None:
    root = folder({"a.md": "x", "s/b.md": "y"})
    link = root / "s" / "link"
    if way == "through a link":
        (root / ".out").symlink_to(elsewhere)
        link.symlink_to(root / ".out" / target)
    else:
        link.symlink_to(elsewhere / target if way == "absolute" else Path("../..", elsewhere.name, target))
    found = find_files([root])
    assert sources(found) == ["a.md", "s/b.md"]
    assert failures(found) == {"s/link": LEADS_OUT}
    assert unread(found) == set()  # whatever stood there before is gone
    for copied in ("copy", "corpus of its own"):
        assert copied in LEADS_OUT


def test_a_link_out_of_the_folder_that_is_ignored_is_not_reported(folder: Folder, elsewhere: Path) -> None:
    root = folder({"a.md": "x", ".kindsearchignore": "*.old\n", "session.toml": 'exclude = ["b.md"]'})
    (root / "b.md").symlink_to(elsewhere / "secret.md")
    (root / "c.old").symlink_to(elsewhere)
    found = find_files([root])
    assert (sources(found), found.failed) == (["a.md"], ())


def test_a_file_that_lies_behind_a_link_by_now_is_not_opened(folder: Folder, elsewhere: Path) -> None:
    root = folder({"a.md": "x"})
    (root / "s").symlink_to(elsewhere)
    with pytest.raises(UnreadableFile, match="leads out of the folder"):
        source_file(root, "s/secret.md")


def test_a_corpus_that_is_a_link_is_read_and_so_is_a_link_given_by_name(folder: Folder, tmp_path: Path) -> None:
    root = folder({"a.md": "x", "b.md": "y"})
    (root / "link.md").symlink_to(root / "b.md")
    (tmp_path / "corpus-link").symlink_to(root)
    (tmp_path / "file-link.md").symlink_to(root / "a.md")
    assert sources(find_files([tmp_path / "corpus-link"])) == ["a.md", "b.md", "link.md"]
    assert sources(find_files([tmp_path / "file-link.md"])) == ["a.md"]
    assert source_file(tmp_path / "corpus-link", "link.md").source == "link.md"


@pytest.mark.parametrize("name", ["session.toml", "a.toml"])
def test_notes_that_are_a_link_out_of_the_folder_are_broken_notes(folder: Folder, elsewhere: Path, name: str) -> None:
    root = folder({"a.md": "x"})
    (elsewhere / "notes.toml").write_text('title = "Secret"')
    (root / name).symlink_to(elsewhere / "notes.toml")
    found = find_files([root])
    reason = f"{LEADS_OUT} (left out because of it: a.md)"
    assert (sources(found), unread(found), failures(found)) == ([], {"a.md"}, {name: reason})


@pytest.mark.parametrize("target", ["people.toml", "gone.toml"])
def test_people_toml_that_is_a_link_out_of_the_folder_is_reported(folder: Folder, elsewhere: Path, target: str) -> None:
    root = folder({"a.md": "x"})
    (elsewhere / "people.toml").write_text('[people]\n"Ann Lee" = ["Annie"]\n')
    (root / "people.toml").symlink_to(elsewhere / target)
    found = find_files([root])
    assert (sources(found), failures(found), found.aliases) == (["a.md"], {"people.toml": LEADS_OUT}, {})


def test_an_ignore_file_that_is_a_link_out_of_the_folder_lets_nothing_in(folder: Folder, elsewhere: Path) -> None:
    root = folder({"secret.md": "x"})
    (elsewhere / "ignored").write_text("nothing.md\n")
    (root / ".kindsearchignore").symlink_to(elsewhere / "ignored")
    with pytest.raises(BadRequest, match="leads out of the folder"):
        find_files([root])


def test_a_folder_named_like_a_file_is_a_folder(folder: Folder) -> None:
    assert sources(find_files([folder({"a.md/b.md": "x", "a.vtt/session.toml/c.md": "y"})])) == [
        "a.md/b.md",
        "a.vtt/session.toml/c.md",
    ]


def test_a_file_that_vanishes_or_is_locked_meanwhile_is_reported_and_unread(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = folder({"a.md": "x", "b.md": "y"})
    opened = Path.open

    def refuse(path: Path, *how: Any, **more: Any) -> Any:
        if path.name == "b.md":
            raise PermissionError(13, "Permission denied")
        return opened(path, *how, **more)

    monkeypatch.setattr(Path, "open", refuse)
    found = find_files([root])
    assert sources(found) == ["a.md"]
    assert failures(found) == {"b.md": "Permission denied"}
    assert unread(found) == {"b.md"}


# ---------------------------------------------------------------- what is kept out


@pytest.mark.parametrize(
    ("patterns", "kept"),
    [
        ("", ["a.md", "b/a.md", "b/c.pdf", "d.pdf"]),
        ("*.pdf\n", ["a.md", "b/a.md"]),
        ("a.md\n", ["b/c.pdf", "d.pdf"]),
        ("/a.md\n", ["b/a.md", "b/c.pdf", "d.pdf"]),
        ("b/\n", ["a.md", "d.pdf"]),
        ("b\n", ["a.md", "d.pdf"]),
        ("b/*\n!b/a.md\n", ["a.md", "b/a.md", "d.pdf"]),
        ("# a.md\n\n  \n*.pdf   \n", ["a.md", "b/a.md"]),
        ("*.pdf\r\na.md\r\n", []),
        ("**/c.*", ["a.md", "b/a.md", "d.pdf"]),
        ("\ufeff*.pdf\na.md\n", []),
    ],
)
def test_the_ignore_file_keeps_files_out(folder: Folder, patterns: str, kept: list[str]) -> None:
    root = folder({"a.md": "1", "b/a.md": "2", "b/c.pdf": "3", "d.pdf": "4", ".kindsearchignore": patterns})
    assert sorted(sources(find_files([root]))) == kept


def test_what_is_ignored_is_not_even_looked_at(folder: Folder) -> None:
    root = folder({".kindsearchignore": "old/\n*.toml\n", "old/session.toml": "broken", "x.toml": "broken", "a.md": ""})
    found = find_files([root])
    assert (sources(found), found.failed) == (["a.md"], ())


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("Göran.md\nsecret.md\n".encode("cp1252"), id="cp1252"),
        pytest.param("secret.md\n".encode("utf-16"), id="UTF-16"),
        pytest.param(b"!\nsecret.md\n", id="no pattern"),
        pytest.param(b"secret.md\n[z-a]*\n", id="a range backwards"),
    ],
)
def test_an_ignore_file_that_cant_be_read_lets_nothing_secret_in_and_says_so_in_our_words(
    folder: Folder, content: bytes
) -> None:
    root = folder({".kindsearchignore": content, "secret.md": "x"})
    assert lets_in(root) == []


def test_an_ignore_file_that_is_a_link_to_nowhere_lets_nothing_in(folder: Folder) -> None:
    root = folder({"secret.md": "x"})
    (root / ".kindsearchignore").symlink_to(root / "unmounted")
    assert lets_in(root) == []


@pytest.mark.parametrize(
    ("exclude", "kept"),
    [
        ([], ["s/a.md", "s/t/a.md", "s/t/b.pdf"]),
        (["a.md"], ["s/t/b.pdf"]),
        (["/a.md"], ["s/t/a.md", "s/t/b.pdf"]),
        (["t/"], ["s/a.md"]),
        (["*.pdf"], ["s/a.md", "s/t/a.md"]),
        (["s/a.md"], ["s/a.md", "s/t/a.md", "s/t/b.pdf"]),  # patterns are of the folder of the notes
        (["*", "!b.pdf"], ["s/t/b.pdf"]),
        (["# a.md", ""], ["s/a.md", "s/t/a.md", "s/t/b.pdf"]),
    ],
)
def test_session_toml_excludes_files_in_its_folder_and_below(
    folder: Folder, exclude: list[str], kept: list[str]
) -> None:
    root = folder(
        {"s/a.md": "1", "s/t/a.md": "2", "s/t/b.pdf": "3", "s/session.toml": f"exclude = {json.dumps(exclude)}"}
    )
    found = find_files([root])
    assert sorted(sources(found)) == kept
    assert not found.failed
    assert not found.unread


def test_what_is_excluded_in_one_folder_is_not_in_another(folder: Folder) -> None:
    root = folder({"a.md": "1", "s/a.md": "2", "s/session.toml": 'exclude = ["*"]', "t/a.md": "3"})
    assert sorted(sources(find_files([root]))) == ["a.md", "t/a.md"]


def test_what_an_outer_folder_excludes_stays_out_of_an_inner_one_with_notes(folder: Folder) -> None:
    root = folder(
        {
            "session.toml": 'title = "Outer"\nexclude = ["*.bak", "s/t/b.md"]',
            "s/session.toml": 'title = "Inner"\nexclude = ["c.md"]',
            **dict.fromkeys(["a.md", "s/a.md", "s/a.bak", "s/c.md", "s/t/b.md", "s/t/c.md"], "1"),
        }
    )
    found = {file.source: file.notes.notes.title for file in find_files([root]).files if file.notes}
    assert found == {"a.md": "Outer", "s/a.md": "Inner"}


def test_notes_of_a_file_that_is_excluded_are_not_looked_at(folder: Folder) -> None:
    root = folder({"a.md": "1", "a.toml": "broken", "session.toml": 'exclude = ["a.md"]'})
    assert find_files([root]).failed == ()


@pytest.mark.parametrize("pattern", ["!", "[z-a]*"])
def test_a_pattern_that_is_none_is_a_fault_of_the_notes(folder: Folder, pattern: str) -> None:
    found = find_files([folder({"a.md": "1", "session.toml": f'exclude = ["{pattern}"]', "b/c.md": "2"})])
    assert sources(found) == []
    assert set(failures(found)) == {"session.toml"}


def test_what_the_notes_of_one_file_exclude_is_excluded_or_refused(folder: Folder) -> None:
    found = find_files([folder({"tea.md": "1", "tea.toml": 'exclude = ["tea.md"]'})])
    assert sources(found) == []


# ---------------------------------------------------------------- session.toml, key by key


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", {}),
        ("# nothing\n", {}),
        ('\ufefftitle = "Tea"\r\nnote = "illustrative"\r\n', {"title": "Tea", "note": "illustrative"}),
        ("title = '''Tea\nat night'''", {"title": "Tea\nat night"}),
        ("date = 2024-01-18", {"date": "2024-01-18"}),
        ('date = "2024-01-18"', {"date": "2024-01-18"}),
        ('date = "2024-06"', {"date": "2024-06"}),
        ('date = "2024"', {"date": "2024"}),
        ("date = 2024", {"date": "2024"}),
        ('speakers = ["Ann Lee"]', {"speakers": (Speaker(name="Ann Lee"),)}),
        (
            '[[speakers]]\nname = "Ann"\nrole = "host"\n[[speakers]]\nname = "Bo"',
            {"speakers": (Speaker(name="Ann", role="host"), Speaker(name="Bo"))},
        ),
        (
            'speakers = ["Bo", {name = "Ann", role = "host"}]',
            {"speakers": (Speaker(name="Bo"), Speaker(name="Ann", role="host"))},
        ),
        ('video = "https://youtu.be/x?t=1"', {"video": "https://youtu.be/x?t=1"}),
        ('video = "http://v.example/1"', {"video": "http://v.example/1"}),
        ("video_offset = 90", {"video_offset": 90_000}),
        ("illustrative = true", {"illustrative": True}),
        ("video_offset = 12.5", {"video_offset": 12_500}),
        ("video_offset = -30", {"video_offset": -30_000}),
        ("video_offset = 0", {"video_offset": 0}),
        ('video_offset = "1:02:03"', {"video_offset": 3_723_000}),
        ('video_offset = "1:02:03.25"', {"video_offset": 3_723_250}),
        ('video_offset = "2:03"', {"video_offset": 123_000}),
        ('video_offset = "-0:30"', {"video_offset": -30_000}),
        ("start = 18:00:00", {"start": time(18)}),
        ("start = 00:00:00", {"start": time(0)}),
        ("start = 18:03:22.5", {"start": time(18, 3, 22, 500_000)}),
        ('start = "18:03"', {"start": time(18, 3)}),
        ("start = 2024-01-18T18:00:00", {"start": datetime(2024, 1, 18, 18)}),
        ("start = 2024-01-18 18:00:00Z", {"start": datetime(2024, 1, 18, 18, tzinfo=UTC)}),
        (
            "start = 2024-06-20T18:00:00+01:00",
            {"start": datetime(2024, 6, 20, 18, tzinfo=timezone(timedelta(hours=1)))},
        ),
        ('[aliases]\n"Ann Lee" = ["Annie", "A."]\nBo = []', {"aliases": {"Ann Lee": ("Annie", "A."), "Bo": ()}}),
        ('exclude = ["*.pdf", "drafts/"]', {"exclude": ("*.pdf", "drafts/")}),
        ('password = "s3cret"', {"password": "s3cret"}),
    ],
)  # fmt: skip
def test_session_toml_may_say(folder: Folder, text: str, said: dict[str, Any]) -> None:
    root = folder({"a.md": "x", "session.toml": text})
    assert said_in(root) == said
    assert find_files([root]).failed == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('titel = "Tea"', f"titel: is not known here (known: {KEYS})"),
        ('Title = "Tea"', f"Title: is not known here (known: {KEYS})"),
        ('[session]\ntitle = "Tea"', f"session: is not known here (known: {KEYS})"),
        ('passwort = "s3cret"', f"passwort: is not known here (known: {KEYS})"),
        ("title = 5", "title: "),
        ('title = ""', "title: "),
        ('title = "  "', "title: "),
        ("date = true", "date: "),
        ("date = 20240118", "date: "),
        ("date = 99", "date: "),
        ("date = 2024.5", "date: "),
        ("date = 2024-01-18T18:00:00", "date: "),
        ("date = 18:00:00", "date: "),
        ('date = "18/01/2024"', "write 2024, 2024-06 or 2024-01-18"),
        ('date = "January 2024"', "write 2024, 2024-06 or 2024-01-18"),
        ('date = ""', "write 2024, 2024-06 or 2024-01-18"),
        ('date = "2024-13"', "no such date: '2024-13'"),
        ('date = "2024-01-32"', "no such date: '2024-01-32'"),
        ('date = "2024-06-31"', "no such date: '2024-06-31'"),
        ("date = 2024-02-30", "not TOML"),
        ("speakers = 5", "speakers: "),
        ('speakers = "Ann"', "speakers: "),
        ("speakers = [5]", "speakers.0: "),
        ('speakers = [""]', "speakers.0.name: "),
        ('speakers = [" "]', "speakers.0.name: "),
        ('speakers = [{role = "host"}]', "speakers.0.name: "),
        ('speakers = [{name = "Ann", rolle = "host"}]', "speakers.0.rolle: is not known here (known: name, role)"),
        ('video = "youtu.be/x"', "video: "),
        ('video = "https://v.example/a b"', "video: "),
        ('video = "javascript:alert(1)"', "video: "),
        ("video = 5", "video: "),
        ('illustrative = "yes"', "write true or false"),
        ('video_offset = "90"', 'write seconds, or a time such as "1:02:03"'),
        ('video_offset = "2:75"', 'write seconds, or a time such as "1:02:03"'),
        ('video_offset = "soon"', 'write seconds, or a time such as "1:02:03"'),
        ("video_offset = 01:02:03", 'write seconds, or a time such as "1:02:03"'),
        ("video_offset = true", 'write seconds, or a time such as "1:02:03"'),
        ("video_offset = nan", 'write seconds, or a time such as "1:02:03"'),
        ("video_offset = inf", 'write seconds, or a time such as "1:02:03"'),
        ("video_offset = -1e308", 'write seconds, or a time such as "1:02:03"'),
        ("start = 18", "start"),
        ("start = 1800", "start"),
        ('start = "18.00"', "start"),
        ('start = "6pm"', "start"),
        ("start = true", "start"),
        ("start = 2024-01-18", "start"),
        ('aliases = ["Ann"]', "aliases: "),
        ('[aliases]\nAnn = "Annie"', "aliases.Ann: "),
        ("[aliases]\nAnn = [5]", "aliases.Ann.0: "),
        ('exclude = "*.pdf"', "exclude: "),
        ("exclude = [5]", "exclude.0: "),
        ("password = 1234", "password: "),
        ("note = 5", "note: "),
        ("title = Tea", "not TOML: "),
        ('title = "Tea', "not TOML: "),
        ('title = "a"\ntitle = "b"', "not TOML: "),
        ("x = " + "[" * 100_000, "not TOML: "),
        ("just words\n", "not TOML: "),
    ],
)  # fmt: skip
def test_what_session_toml_says_wrongly_is_named_and_keeps_its_files_out(
    folder: Folder, text: str, reason: str
) -> None:
    root = folder({"a.md": "x", "b/c.md": "y", "session.toml": text})
    found = find_files([root])
    assert sources(found) == []
    assert unread(found) == {"a.md", "b/c.md"}
    assert set(failures(found)) == {"session.toml"}
    assert reason in failures(found)["session.toml"]
    assert len(found.failed) == 1


WRONG = {
    "speakers": ['"Ann"', "[5]", '[""]'],
    "video": ['"youtu.be/x"', '" https://v.example/1"'],
    "date": ["true", "2024-01-18T18:00:00", '"18/01/2024"'],
    "start": ['"6pm"', "true"],
    "aliases": ['["Ann"]', '{Ann = "Annie"}'],
    "exclude": ['"*.pdf"'],
    "title": ['""', "5"],
    "password": ["1234"],
    "video_offset": ["nan", '"90"'],
}  # fmt: skip


def test_what_is_wrong_is_said_in_the_words_of_who_writes_notes(folder: Folder) -> None:
    ours = re.compile(
        r"tuple|instance of|Value error|pattern '|valid dictionary|datetime|NaN|at least 1 character|Input"
    )
    for key, values in WRONG.items():
        for value in values:
            (reason,) = failures(find_files([folder({"a.md": "x", "session.toml": f"{key} = {value}"})])).values()
            assert not ours.search(reason), f"{key} = {value}: {reason}"


def test_notes_that_are_not_utf_8_are_named(folder: Folder) -> None:
    for content in ('title = "Göran"'.encode("cp1252"), 'title = "Tea"'.encode("utf-16")):
        found = find_files([folder({"a.md": "x", "session.toml": content})])
        assert failures(found) == {"session.toml": "not UTF-8: save it as UTF-8 (left out because of it: a.md)"}


@pytest.mark.parametrize(
    "text", ['password = ["s3cret"]', 'password = "s3cret', 'password = "s3cret"\nx = 1', "password = s3cret"]
)
def test_no_message_tells_the_password(folder: Folder, text: str) -> None:
    found = find_files([folder({"a.md": "x", "session.toml": text})])
    assert found.failed
    assert "s3cret" not in repr(found.failed)


@pytest.mark.parametrize("date", ["20240118", "99", '" 2024-06 "', '"2024-06-31"', "2024"])
def test_a_date_that_is_taken_can_be_used(folder: Folder, date: str) -> None:
    found = find_files([folder({"a.md": "x", "session.toml": f"date = {date}"})])
    for file in found.files:
        assert file.notes
        kept = NotesFile.from_json(file.notes.to_json())
        resolve([Material(file.source, str(file.root), Session("", ""), Family.PACK, notes=kept)])


# ---------------------------------------------------------------- whose notes


def test_the_nearest_session_toml_is_about_a_file(folder: Folder) -> None:
    root = folder(
        {
            "session.toml": 'title = "Top"\nnote = "top"',
            **{"a.md": "1", "s/b.md": "2", "s/t/c.md": "3", "u/d.md": "4"},
            "s/session.toml": 'title = "S"',
            "s/t/session.toml": 'title = "T"',
        }
    )
    found = find_files([root])
    titles = {source: notes.title for source, notes in notes_of(found).items() if notes}
    assert titles == {"a.md": "Top", "s/b.md": "S", "s/t/c.md": "T", "u/d.md": "Top"}
    assert {file.source: file.notes.place for file in found.files if file.notes}["s/b.md"] == "s/session.toml"
    nearest = notes_of(found)["s/b.md"]
    assert nearest
    assert nearest.note is None  # only the nearest speaks


def test_session_toml_above_the_folder_that_is_given_says_nothing(folder: Folder) -> None:
    root = folder({"session.toml": 'title = "Top"', "s/a.md": "x"})
    assert notes_of(find_files([root / "s"])) == {"a.md": None}


def test_notes_named_like_a_file_are_about_it_alone(folder: Folder) -> None:
    root = folder({"a.md": "1", "a.vtt": "2", "b.md": "3", "a.toml": 'title = "A"'})
    found = find_files([root])
    assert {source: notes and notes.title for source, notes in notes_of(found).items()} == {
        "a.md": "A",
        "a.vtt": "A",
        "b.md": None,
    }
    assert [file.notes.is_session for file in found.files if file.notes] == [False, False]


def test_they_add_to_those_of_the_session_and_go_before_them(folder: Folder) -> None:
    root = folder(
        {
            "s/a.md": "1",
            "s/b.md": "2",
            "s/session.toml": 'title = "S"\ndate = 2024-01-18\nnote = "of all"\npassword = "all"\nvideo_offset = 5',
            "s/a.toml": 'note = "of a"\npassword = "one"\nvideo_offset = 0',
        }
    )
    a, b = find_files([root]).files
    assert a.notes
    assert b.notes
    assert a.notes.place == b.notes.place == "s/session.toml"
    assert a.notes.is_session
    said = a.notes.notes
    assert (said.title, said.date, said.note, said.video_offset) == ("S", "2024-01-18", "of a", 0)
    assert (a.password, b.password) == ("one", "all")
    assert NotesFile.from_json(a.notes.to_json()).notes.note == "of a"


def test_the_other_spellings_of_a_file_and_of_its_session_all_count(folder: Folder) -> None:
    root = folder({"a.md": "1", "session.toml": '[aliases]\nAnn = ["Annie"]', "a.toml": '[aliases]\nBo = ["Bob"]'})
    (notes,) = notes_of(find_files([root])).values()
    assert notes
    assert notes.aliases == {"Ann": ("Annie",), "Bo": ("Bob",)}


@pytest.mark.parametrize(
    ("name", "notes"),
    [
        ("a.v2.md", "a.v2.toml"),
        ("README", "README.toml"),
        ("talk.transcript.vtt", "talk.transcript.toml"),
        ("ä b.md", "ä b.toml"),
    ],
)
def test_notes_have_the_name_of_the_file_with_another_ending(folder: Folder, name: str, notes: str) -> None:
    found = find_files([folder({name: "x", notes: 'title = "Yes"', "a.v3.md": "y"})])
    of_it = notes_of(found)[name]
    assert of_it
    assert of_it.title == "Yes"
    assert not found.failed


def test_a_file_named_session_beside_session_toml_has_its_notes(folder: Folder) -> None:
    found = find_files([folder({"session.vtt": "x", "session.toml": 'title = "S"', "b.md": "y"})])
    assert {notes.title for notes in notes_of(found).values() if notes} == {"S"}
    assert len(found.files) == 2


def test_a_file_named_people_beside_people_toml_is_read(folder: Folder) -> None:
    found = find_files([folder({"people.md": "x", "people.toml": '[people]\nAnn = ["Annie"]'})])
    assert sources(found) == ["people.md"]
    assert not found.failed


# ---------------------------------------------------------------- notes that are broken, or about nothing


def test_broken_notes_keep_their_files_out_and_nothing_else(folder: Folder) -> None:
    root = folder(
        {
            **{"a.md": "1", "b.md": "2", "s/c.md": "3", "s/t/d.md": "4", "u/e.md": "5", "u/f.md": "6"},
            "s/session.toml": "titel = 1",
            "s/t/session.toml": 'title = "fine"',
            "u/e.toml": "titel = 1",
        }
    )
    found = find_files([root])
    assert sources(found) == ["a.md", "b.md", "u/f.md"]  # what is below s might be excluded
    assert unread(found) == {"s/c.md", "s/t/d.md", "u/e.md"}
    assert list(failures(found)) == ["s/session.toml", "u/e.toml"]


def test_broken_notes_are_named_once_however_many_files_they_are_about(folder: Folder) -> None:
    found = find_files([folder({"session.toml": "x", **{f"{n}.md": str(n) for n in range(20)}})])
    assert len(found.failed) == 1
    assert len(found.unread) == 20


@pytest.mark.parametrize("name", ["session.toml", "a.toml"])
def test_notes_that_are_a_link_to_nowhere_are_broken_notes(folder: Folder, name: str) -> None:
    root = folder({"a.md": "x"})
    (root / name).symlink_to(root / "unmounted" / name)
    found = find_files([root])
    assert (sources(found), unread(found), set(failures(found))) == ([], {"a.md"}, {name})


def test_notes_about_no_file_are_named(folder: Folder) -> None:
    root = folder(
        {"a.md": "1", "aa.toml": 'title = "A"', "s/Session.toml": 'title = "S"', "s/b.md": "2", "s/b.TOML": ""}
    )
    reason = "notes about no file: name it session.toml, or like the file it is about, with .toml at the end"
    found = find_files([root])
    assert failures(found) == {"aa.toml": reason, "s/Session.toml": reason, "s/b.TOML": reason}
    assert sources(found) == ["a.md", "s/b.md"]


def test_notes_are_not_stray_when_their_file_is_excluded_or_can_not_be_read(folder: Folder) -> None:
    root = folder({"a.md": "1", "a.toml": "", "session.toml": 'exclude = ["a.md"]'})
    assert find_files([root]).failed == ()


# ---------------------------------------------------------------- people.toml


def test_people_toml_says_who_is_who(folder: Folder) -> None:
    root = folder({"a.md": "x", "people.toml": '[people]\n"Ann Lee" = ["Annie", "A. Lee"]\nBo = []\n'})
    found = find_files([root])
    assert found.aliases == {str(root): {"Ann Lee": ("Annie", "A. Lee"), "Bo": ()}}
    assert sources(found) == ["a.md"]


@pytest.mark.parametrize(
    "text", ['[people]\nAnn = "Annie"', '[peopel]\nAnn = ["Annie"]', "people = 5", "[people", "[people]\nAnn = [5]"]
)
def test_people_toml_that_cant_be_read_is_named_and_the_files_are_found(folder: Folder, text: str) -> None:
    root = folder({"a.md": "x", "people.toml": text})
    found = find_files([root])
    assert set(failures(found)) == {"people.toml"}
    assert found.aliases == {}  # not empty ones: what was known stays
    assert sources(found) == ["a.md"]
    assert not found.unread


def test_people_toml_is_of_its_root(folder: Folder) -> None:
    root = folder({"x/people.toml": '[people]\nAnn = ["Annie"]', "x/a.md": "1", "y/b.md": "2"})
    assert find_files([root / "x", root / "y"]).aliases == {str(root / "x"): {"Ann": ("Annie",)}, str(root / "y"): {}}
    assert find_files([root / "x" / "a.md"]).aliases == {}


# ---------------------------------------------------------------- one file, whatever keeps it out


def test_one_file_is_described_even_where_it_is_excluded(folder: Folder) -> None:
    root = folder({"s/a.md": "x", "s/session.toml": 'exclude = ["*"]\npassword = "pw"', ".kindsearchignore": "*"})
    file = source_file(root, "s/a.md")
    assert (file.source, file.password) == ("s/a.md", "pw")
    assert file.sha256 == hashlib.sha256(b"x").hexdigest()


def test_one_file_that_is_gone_or_has_broken_notes_is_unreadable(folder: Folder) -> None:
    root = folder({"a.md": "x", "a.toml": "broken"})
    with pytest.raises(UnreadableFile, match=r"^b\.md: "):
        source_file(root, "b.md")
    with pytest.raises(UnreadableFile, match=r"^a\.toml: not TOML"):
        source_file(root, "a.md")


def test_a_file_without_notes_has_no_password() -> None:
    assert SourceFile(Path("/c"), "a.md", "0").password is None


# ---------------------------------------------------------------- notes as JSON

words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).filter(str.strip)
some_dates = st.one_of(
    st.dates().map(str), st.dates().map(lambda d: f"{d:%Y-%m}".rjust(7, "0")), st.integers(1000, 9999).map(str)
)
zones = st.one_of(
    st.none(), st.just(UTC), st.integers(-14 * 4, 14 * 4).map(lambda q: timezone(timedelta(minutes=15 * q)))
)
KEYS_AND_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "title": words,
    "date": some_dates,
    "speakers": st.lists(
        st.one_of(words, st.fixed_dictionaries({"name": words}, optional={"role": words})), max_size=3
    ),
    "video": st.sampled_from(["https://youtu.be/x", "http://v.example/1?t=%20#ä"]),
    "video_offset": st.one_of(
        st.integers(-(10**7), 10**7),
        st.floats(-1e6, 1e6),
        st.sampled_from(["1:02:03", "-0:30", "59:59.999", "999:59:59"]),
    ),
    "start": st.one_of(st.times(), st.datetimes(timezones=zones)),
    "aliases": st.dictionaries(words, st.lists(words, max_size=3), max_size=3),
    "exclude": st.lists(words.filter(lambda word: not set(word) & set("\\![")), max_size=3),  # of these not all do
    "password": words,
    "note": words,
}


@given(
    st.fixed_dictionaries({}, optional=KEYS_AND_VALUES), st.sampled_from(["session.toml", "a/b/session.toml", "é.toml"])
)
def test_notes_are_the_same_when_they_come_back_from_json_but_for_the_password(
    said: dict[str, Any], place: str
) -> None:
    notes = NotesFile(place, Notes.model_validate(said))
    text = notes.to_json()
    back = NotesFile.from_json(text)
    assert back.place == place
    assert back.is_session is place.endswith("session.toml")
    assert back.notes.model_dump(exclude={"password"}) == notes.notes.model_dump(exclude={"password"})
    assert back.notes.model_fields_set == notes.notes.model_fields_set - {"password"}
    assert back.notes.password is None
    assert back.to_json() == text
    assert "password" not in json.loads(text)["notes"]


@given(st.fixed_dictionaries({}, optional=KEYS_AND_VALUES))
def test_the_password_is_never_written_down(said: dict[str, Any]) -> None:
    text = NotesFile("session.toml", Notes.model_validate({**said, "password": "s3cret-9"})).to_json()
    assert "s3cret-9" not in text


def test_notes_of_a_file_and_its_session_together_come_back_from_json_too(folder: Folder) -> None:
    root = folder(
        {
            "a.md": "1",
            "session.toml": 'title = "S"\nvideo_offset = "-0:30"\nspeakers = ["Ann"]\npassword = "s3cret"',
            "a.toml": 'start = 18:00:00\npassword = "t0p"',
        }
    )
    (file,) = find_files([root]).files
    assert file.notes
    text = file.notes.to_json()
    back = NotesFile.from_json(text)
    assert back.notes.model_dump(exclude={"password"}) == file.notes.notes.model_dump(exclude={"password"})
    assert back.to_json() == text
    assert "s3cret" not in text
    assert "t0p" not in text


def test_a_video_offset_of_any_size_that_is_taken_comes_back(folder: Folder) -> None:
    found = find_files([folder({"a.md": "x", "session.toml": "video_offset = " + "9" * 400})])
    for file in found.files:
        assert file.notes
        assert NotesFile.from_json(file.notes.to_json()).notes == file.notes.notes


def test_notes_that_an_archive_keeps_are_read_whatever_date_they_have() -> None:
    """Nobody had asked whether June has 31 days."""
    kept = NotesFile.from_json('{"place": "session.toml", "notes": {"date": "2024-06-31"}}')
    assert kept.notes.date == "2024-06-31"


def test_notes_that_can_not_be_read_name_the_files_that_stay_out(folder: Folder) -> None:
    found = find_files([folder({"session.toml": "title = 5", **{f"{n:02}.md": "x" for n in range(12)}, "b.txt": "y"})])
    named = ", ".join(f"{n:02}.md" for n in range(10))
    assert failures(found)["session.toml"].endswith(f" (left out because of it: {named}, 3 more)")
