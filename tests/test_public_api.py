from __future__ import annotations

import inspect
from importlib import resources

import pytest

import kindsearch


def test_public_names_are_sorted() -> None:
    assert kindsearch.__all__ == sorted(kindsearch.__all__)


def test_public_names_are_the_ones_promised() -> None:
    assert set(kindsearch.__all__) == {
        "Answer", "Brief", "Citation", "Filter", "Hit", "Kind", "KindSearch", "KindSearchError", "PartialDate",
        "Passage", "Reading", "Session", "Settings",
    }  # fmt: skip


@pytest.mark.parametrize("name", kindsearch.__all__)
def test_every_public_name_is_importable_and_explained(name: str) -> None:
    thing = getattr(kindsearch, name)
    assert thing.__name__ == name
    assert inspect.getdoc(thing)


def test_what_a_verb_returns_is_public() -> None:
    returned = {verb: inspect.signature(getattr(kindsearch.KindSearch, verb)).return_annotation for verb in
                ("ask", "brief", "search")}  # fmt: skip
    assert returned == {"ask": "Answer", "brief": "Brief", "search": "list[Hit]"}


def test_how_to_look_is_said_by_name() -> None:
    """So that they can't be taken for one another."""
    by_name = {
        verb: {
            name: parameter.default
            for name, parameter in inspect.signature(getattr(kindsearch.KindSearch, verb)).parameters.items()
            if parameter.kind == parameter.KEYWORD_ONLY
        }
        for verb in ("ask", "search")
    }
    assert by_name == {
        "ask": {"literal": False, "unread": ()},
        "search": {"by": "passage", "literal": False, "unread": ()},
    }


def test_the_verbs_are_the_ones_promised() -> None:
    verbs = {name for name, _ in inspect.getmembers(kindsearch.KindSearch, inspect.isfunction) if name[0] != "_"}
    assert verbs == {
        "around", "ask", "backup", "boxes", "brief", "counts", "cover", "doctor", "forget", "ingest", "page_count",
        "page_image", "page_size", "passage", "people", "plan", "rate", "ratings", "read", "remove", "resources",
        "search", "sessions", "status", "traces_of", "watch",
    }  # fmt: skip


def test_every_verb_is_explained() -> None:
    for _, verb in inspect.getmembers(kindsearch.KindSearch, inspect.isfunction):
        assert verb.__name__.startswith("_") or inspect.getdoc(verb), verb


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        kindsearch.nonsense  # noqa: B018


def test_types_are_shipped() -> None:
    assert resources.files("kindsearch").joinpath("py.typed").is_file()
