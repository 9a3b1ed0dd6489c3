"""Words that a model has a token for get the vectors that the model gives them, without a run of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import BPE, WordPiece
from tokenizers.pre_tokenizers import ByteLevel, Whitespace

from kindsearch.encoders import Vectors, known_words
from kindsearch.encoders.compiling import QUANTISED
from kindsearch.encoders.known_words import WORD_VECTORS, WORDS, KnownWords
from kindsearch.encoders.onnx import Graph

COMMON = ["tea", "kindness", "cousin"]


def test_known_words_have_the_vectors_that_the_model_gives_them(compiled_folder: Path) -> None:
    known = json.loads((compiled_folder / WORDS).read_text(encoding="utf-8"))
    some = [*COMMON, *known[:: len(known) // 50]]
    graph = Graph(compiled_folder / QUANTISED)
    looked_up = graph.encode(some)
    graph._words = KnownWords.none()
    np.testing.assert_array_equal(looked_up, graph.encode(some))


def test_known_words_need_no_run_of_the_model(compiled_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Vectors:
        raise AssertionError

    graph = Graph(compiled_folder / QUANTISED)
    monkeypatch.setattr(graph, "_output_for", fail)
    assert graph.encode(COMMON).shape == (len(COMMON), graph.dimensions)
    for other in ("Tea", "tea time", "paracetamoling"):
        with pytest.raises(AssertionError):
            graph.encode([other])


def test_known_words_among_other_texts_stay_in_their_places(compiled_folder: Path) -> None:
    texts = ["A cup of tea.", "tea", "", "kindness", "Tea calms worried patients.", "tea"]
    graph = Graph(compiled_folder / QUANTISED)
    together = graph.encode(texts)
    np.testing.assert_array_equal(together, np.stack([graph.encode([text])[0] for text in texts]))


# ---------------------------------------------------------------- which words are kept


def numbered(texts: Sequence[str]) -> Vectors:
    """A vector for each text that tells its place."""
    return np.arange(len(texts), dtype=np.float32)[:, None]


def of_whole_words() -> Tokenizer:
    """As BERT's: pieces inside a word have two signs before them. It pads each text to eight tokens."""
    tokens = ["[UNK]", "tea", "##cup", "Tea", "calm", "a", "tea2", "x-ray", "löss", "茶茶", "teacup"]
    tokenizer = Tokenizer(WordPiece({token: number for number, token in enumerate(tokens)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.enable_padding(length=8)
    return tokenizer


def of_pieces() -> Tokenizer:
    """As RoBERTa's: a word's first piece has a sign before it, which stands for the space."""
    tokens = ["Ġ", "t", "e", "a", "c", "u", "p", "te", "Ġte", "Ġtea", "cu", "cup"]
    merges = [("t", "e"), ("Ġ", "te"), ("Ġte", "a"), ("c", "u"), ("cu", "p")]
    tokenizer = Tokenizer(BPE({token: number for number, token in enumerate(tokens)}, merges))
    tokenizer.pre_tokenizer = ByteLevel(add_prefix_space=True)
    return tokenizer


@pytest.mark.parametrize(
    ("made", "kept"), [(of_whole_words, ["tea", "calm", "löss", "teacup"]), (of_pieces, ["te", "tea"])]
)
def test_words_are_kept_that_are_one_token_each(tmp_path: Path, made: Callable[[], Tokenizer], kept: list[str]) -> None:
    """In lower case, as the words of questions and of the archive are; single letters are no such words."""
    known_words.write(tmp_path, made(), numbered)
    vectors = np.full((len(kept) + 2, 1), -1, dtype=np.float32)
    assert KnownWords.read(tmp_path).fill(["kind", *kept, "cup"], vectors) == [0, len(kept) + 1]
    assert vectors[:, 0].tolist() == [-1, *range(len(kept)), -1]


def test_of_many_words_the_most_common_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_words, "MOST", 2)
    known_words.write(tmp_path, of_whole_words(), numbered)
    assert json.loads((tmp_path / WORDS).read_text(encoding="utf-8")) == ["tea", "calm"]
    assert len(np.load(tmp_path / WORD_VECTORS)) == 2


def test_before_words_are_written_there_are_none(tmp_path: Path) -> None:
    vectors = np.zeros((1, 3), dtype=np.float32)
    assert KnownWords.read(tmp_path).fill(["tea"], vectors) == [0]
