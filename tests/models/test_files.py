"""What tells a model from another one, and that it is not read anew at each start."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kindsearch.models import files
from kindsearch.models.files import fingerprint_of


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A model's files, taken to have been there for long."""
    monkeypatch.setattr(files, "SETTLED_NS", -1)
    model = tmp_path / "model"
    model.mkdir()
    (model / "model.safetensors").write_bytes(b"weights")
    (model / "config.json").write_text("{}", encoding="utf-8")
    return model


def unread(*_: object) -> str:
    raise AssertionError("the model was read")


def test_a_model_unchanged_is_not_read_again(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = fingerprint_of("model", folder, tmp_path / "cache")
    assert first == fingerprint_of("model", folder)
    monkeypatch.setattr(files, "_hash", unread)
    assert fingerprint_of("model", folder, tmp_path / "cache") == first


def test_a_change_is_seen_though_size_and_time_are_the_same(folder: Path, tmp_path: Path) -> None:
    weights = folder / "model.safetensors"
    before, look = fingerprint_of("model", folder, tmp_path / "cache"), weights.stat()
    weights.write_bytes(b"WEIGHTS")
    os.utime(weights, ns=(look.st_atime_ns, look.st_mtime_ns))
    assert fingerprint_of("model", folder, tmp_path / "cache") == fingerprint_of("model", folder) != before


def test_another_file_makes_another_model(folder: Path, tmp_path: Path) -> None:
    before = fingerprint_of("model", folder, tmp_path / "cache")
    (folder / "vocab.txt").write_text("tea", encoding="utf-8")
    assert fingerprint_of("model", folder, tmp_path / "cache") == fingerprint_of("model", folder) != before


def test_two_models_of_one_name_are_two(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "model"
    other.mkdir(parents=True)
    (other / "model.safetensors").write_bytes(b"others!")
    found = {fingerprint_of("model", place, tmp_path / "cache") for place in (folder, other)}
    assert found == {fingerprint_of("model", place) for place in (folder, other)}
    assert len(found) == 2


def test_what_was_written_just_now_is_not_remembered(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may change again without a later time."""
    monkeypatch.setattr(files, "SETTLED_NS", 3600 * 10**9)
    fingerprint_of("model", folder, tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


@pytest.mark.parametrize("spoiled", [b"", b"0123", b"\xff" * 16, b"nonsense nonsens"])
def test_a_hash_kept_badly_is_made_again(folder: Path, tmp_path: Path, spoiled: bytes) -> None:
    found = fingerprint_of("model", folder, tmp_path / "cache")
    (kept,) = (tmp_path / "cache").iterdir()
    kept.write_bytes(spoiled)
    assert fingerprint_of("model", folder, tmp_path / "cache") == found
    assert kept.read_text(encoding="ascii") == found.removeprefix("model:")


def test_where_nothing_can_be_kept_it_is_read_each_time(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    assert fingerprint_of("model", folder, tmp_path / "file" / "cache") == fingerprint_of("model", folder)
