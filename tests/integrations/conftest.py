"""What the tests of all integrations share."""

from __future__ import annotations

from typing import Any

import pytest

from kindsearch import Filter, KindSearch
from kindsearch.interfaces.records import hit_record

QUESTION = "what was said about listening?"


@pytest.fixture
def where() -> Filter:
    """A filter that leaves more than three passages."""
    return Filter(session="2023-06-listening-to-patients")


@pytest.fixture
def expected(archive: KindSearch, where: Filter) -> list[dict[str, Any]]:
    """The records of the three best passages with that filter."""
    return [dict(hit_record(hit)) for hit in archive.search(QUESTION, 3, where)]


@pytest.fixture
def question() -> str:
    """What is asked."""
    return QUESTION
