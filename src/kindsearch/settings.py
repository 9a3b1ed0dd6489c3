"""Every choice with its default. Each can be set as ``KINDSEARCH_<NAME>`` in the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_cache_path
from pydantic import BeforeValidator, Field, IPvAnyNetwork, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from kindsearch.errors import BadRequest

# What the REST interface and the tools describe as the most that can be asked; a setting may be lower, never higher.
MAX_QUESTION = 2_000  # characters
MAX_K = 100  # passages
MAX_NAME = 200  # characters of a session id or a name
MOST_NAMED = 100  # sessions or people


def _limit(default: int, description: str, *, least: int = 1, most: int | None = None) -> Any:
    """A setting that is a limit: what goes past it is refused."""
    return Field(default=default, ge=least, le=most, description=description, json_schema_extra={"is_limit": True})


def _listed(value: object) -> object:
    """Words with commas between them, as a tuple."""
    return tuple(word.strip() for word in value.split(",") if word.strip()) if isinstance(value, str) else value


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
    candidates: int = Field(default=30, ge=10, le=10_000, description="passages each engine proposes before fusion")

    reader_seconds: int = _limit(10, "computing time of one file, or of drawing a page")
    reader_file_mb: int = _limit(256, "size one file may have")
    reader_memory_mb: int = _limit(1024, "memory the reading process may take", least=128)
    reader_answer_mb: int = _limit(64, "what the reading process may answer with")
    reader_pages: int = _limit(2_000, "pages one file may have")
    reader_characters: int = _limit(5_000_000, "characters of text one file may hold", least=1_000)

    question_characters: int = _limit(MAX_QUESTION, "characters of a question or a topic", most=MAX_QUESTION)
    most_passages: int = _limit(MAX_K, "passages that can be asked for at once", most=MAX_K)
    name_characters: int = _limit(MAX_NAME, "characters of a session id or a name in a filter", most=MAX_NAME)
    most_names: int = _limit(MOST_NAMED, "sessions, or people, that a brief can be narrowed to", most=MOST_NAMED)

    users: Path | None = Field(
        default=None, description="file of those who may log in, a line each: see  kindsearch password"
    )
    hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)] = Field(
        default=(), description="names the server is reached by, with commas between them; localhost and numbers always"
    )
    proxy: IPvAnyNetwork | None = Field(
        default=None, description="address of a proxy in front, whose X-Forwarded-For and -Proto are believed"
    )
    proxy_user_header: str | None = Field(
        default=None, description="header in which that proxy says who is logged in: X-Forwarded-User, say"
    )
    requests_per_minute: int = _limit(240, "requests one client may make, files of the page not counted")
    failed_logins_per_minute: int = _limit(10, "wrong passwords one client may send")
    request_kb: int = _limit(256, "size of the body of a request")
    head_kb: int = _limit(64, "size of the address and the headers of a request", least=8)
    connections: int = _limit(200, "connections that are open at once", least=2)
    client_seconds: int = _limit(20, "time a client may take to send a request, or to take nothing of the answer")
    answer_seconds: int = _limit(60, "time until an answer begins")
    uploads: bool = Field(
        default=False, description="whoever may open the pages may add files, kept in uploads/ in the corpus"
    )
    upload_mb: int = _limit(64, "size of one upload")
    uploads_mb: int = _limit(2_048, "size of all uploads together")
    uploads_per_minute: int = _limit(10, "uploads one client may send")
    uploads_at_once: int = _limit(4, "uploads that are received, read or waiting at once")
    upload_seconds: int = _limit(300, "time a client may take to send an upload")
    log_questions: bool = Field(default=False, description="write what is asked into the log")
    metrics: bool = Field(default=False, description="offer figures to Prometheus under /metrics; needs an extra")

    @classmethod
    def limits(cls) -> list[str]:
        """The names of the settings that are limits."""
        return [name for name, field in cls.model_fields.items() if field.json_schema_extra]

    @classmethod
    def from_environment(cls) -> Settings:
        """The settings as the environment has them. Raises BadRequest that names the first that makes no sense."""
        try:
            return cls()
        except ValidationError as error:
            first = error.errors()[0]
            raise BadRequest(name_in_environment(str(first["loc"][0])), first["msg"]) from error


def name_in_environment(name: str) -> str:
    """What a setting is called in the environment.

    >>> name_in_environment("reader_pages")
    'KINDSEARCH_READER_PAGES'
    """
    return f"KINDSEARCH_{name.upper()}"
