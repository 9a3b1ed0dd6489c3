"""Every choice with its default. Each can be set as ``KINDSEARCH_<NAME>`` in the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from platformdirs import user_cache_path
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from kindsearch.errors import BadRequest


class Settings(BaseSettings):
    """Settings of one process.

    >>> Settings().passages_per_answer
    10
    """

    model_config = SettingsConfigDict(env_prefix="KINDSEARCH_", frozen=True)

    corpus: Path = Field(default=Path("corpus"), description="folder of the source files")
    index: Path = Field(default=Path("index"), description="folder of the built index")
    model: str = Field(
        "all-MiniLM-L6-v2",
        description="sentence-transformers model: a name or a folder; the default comes installed",
    )
    encoder: Literal["onnx-int8", "onnx", "sentence-transformers"] = Field(
        "onnx-int8",
        description="what runs the model: compiled and quantised (its first use takes a little longer), compiled, "
        "or the original",
    )
    reranker: str | None = Field(
        default=None,
        description="cross-encoder that reorders the best passages: a name or a folder; none by default; "
        "local files only first",
    )
    cache: Path = Field(
        default_factory=lambda: user_cache_path("kindsearch"), description="folder of compiled models; may be deleted"
    )
    passages_per_answer: int = Field(default=10, ge=1, le=100, description="passages shown for a question")
    candidates: int = Field(default=60, ge=10, le=10_000, description="passages each engine proposes before fusion")

    reader_seconds: int = Field(default=10, ge=1, description="computing time of one file, or of drawing a page")
    reader_file_mb: int = Field(default=256, ge=1, description="size one file may have")
    reader_memory_mb: int = Field(default=1024, ge=128, description="memory the reading process may take")
    reader_answer_mb: int = Field(default=64, ge=1, description="what the reading process may answer with")
    reader_pages: int = Field(default=2_000, ge=1, description="pages one file may have")
    reader_characters: int = Field(default=5_000_000, ge=1_000, description="characters of text one file may hold")

    @classmethod
    def from_environment(cls) -> Settings:
        """The settings as the environment has them. Raises BadRequest that names the first that makes no sense."""
        try:
            return cls()
        except ValidationError as error:
            first = error.errors()[0]
            raise BadRequest(f"KINDSEARCH_{str(first['loc'][0]).upper()}", first["msg"]) from error
