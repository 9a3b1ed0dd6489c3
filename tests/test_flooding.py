"""One passage, again and again, does not push the others out of what is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kindsearch import KindSearch
from kindsearch.repeats import MOST_ALIKE

Make = Callable[..., KindSearch]
FLOOD = "Tea calms worried patients on the ward because somebody sits down and listens to them."
QUESTION = "how does tea calm worried patients on the ward?"
TIMES = 500
FIRST_NAMES = (
    "Ann Bea Cyd Dee Eva Fay Gus Hal Ida Joy Kit Lou Mia Ned Oda Pia Ray Sue Tom Una Val Wim Xia Yan Zoe".split()
)
LAST_NAMES = (
    "Ash Birch Cole Dale Elm Ford Gale Hill Irons Joyce Kerr Lake Moor Nash Oak Pine Quill Reed Stone Thorn".split()
)
OTHERS = {
    f"{year}-05-other.md": f"# Evening {year}\n\nMay {year}\n\n# Words\n\n{words}\n"
    for year, words in enumerate(
        (
            "Worried patients are calmer when tea comes with a chair beside the bed.",
            "On our ward a cup of tea is how the night begins for worried people.",
            "Patients told us that tea tastes of home, and calms them before surgery.",
            "A trolley with tea goes round the ward twice, which patients wait for.",
            "What calms patients is not tea but whoever carries it onto the ward.",
            "We asked worried patients what they want, and nine wanted tea.",
        ),
        start=2010,
    )
}


def numbered(text: str, number: int) -> str:
    """The text with a number in it, so that no two of them say the same."""
    return text.replace("patients", f"{number} patients")


NAMES = [f"{first} {last}" for first in FIRST_NAMES for last in LAST_NAMES][:TIMES]


def pack(paragraphs: list[str]) -> dict[str, str]:
    return {"2024-05-flood.md": "# Flood\n\nMay 2024\n\n# Words\n\n" + "\n\n".join(paragraphs)}


def chat(paragraphs: list[str]) -> dict[str, str]:
    lines = [f"18:00:00 From Zoe Quill to Everyone:\n\t{text}\n" for text in paragraphs]
    return {"2024-05-20-flood.txt": "".join(lines)}


def captions(paragraphs: list[str]) -> dict[str, str]:
    cues = [
        f"{n // 60:02d}:{n % 60:02d}.000 --> {n // 60:02d}:{n % 60:02d}.900\n{text}\n"
        for n, text in enumerate(paragraphs)
    ]
    return {"2024-05-20-flood.vtt": "WEBVTT\n\n" + "\n".join(cues)}


def packs(paragraphs: list[str]) -> dict[str, str]:
    return {
        f"flood/{n}.md": f"# Flood {n}\n\n{1 + n % 28} May {2000 + n // 28}\n\n# Words\n\n{text}\n"
        for n, text in enumerate(paragraphs)
    }


def pack_of_many(paragraphs: list[str]) -> dict[str, str]:
    quotes = (f"“{text}”\n— {name}" for name, text in zip(NAMES, paragraphs, strict=True))
    return {"2024-05-flood.md": "# Flood\n\nMay 2024\n\n# Words\n\n" + "\n\n".join(quotes)}


def chat_of_many(paragraphs: list[str]) -> dict[str, str]:
    lines = (f"18:00:00 From {name} to Everyone:\n\t{text}\n" for name, text in zip(NAMES, paragraphs, strict=True))
    return {"2024-05-20-flood.txt": "".join(lines)}


def captions_of_many(paragraphs: list[str]) -> dict[str, str]:
    return captions([f"{name}: {text}" for name, text in zip(NAMES, paragraphs, strict=True)])


def sessions_of_many(paragraphs: list[str]) -> dict[str, str]:
    return {
        f"flood/{n}.md": f"# {name} on the wards\n\n{1 + n % 28} May {2000 + n // 28}\n\n# Words\n\n{text}\n"
        for n, (name, text) in enumerate(zip(NAMES, paragraphs, strict=True))
    }


def chats_of_many(paragraphs: list[str]) -> dict[str, str]:
    days = (f"{2000 + n // 28}-05-{1 + n % 28:02}" for n in range(TIMES))
    return {
        f"flood/{day}-{name.replace(' ', '-')}.txt": f"18:00:00 From {name} to Everyone:\n\t{text}\n"
        for day, name, text in zip(days, NAMES, paragraphs, strict=True)
    }


@pytest.mark.parametrize("number", [lambda text, _: text, numbered], ids=["word for word", "numbered"])
@pytest.mark.parametrize(
    "files",
    [pack, chat, captions, pack_of_many, chat_of_many, captions_of_many, sessions_of_many, chats_of_many, packs],
)
def test_one_passage_of_one_document_or_of_many_people_or_sessions_leaves_room_for_the_others(
    small_archive: Make, files: Callable[[list[str]], dict[str, str]], number: Callable[[str, int], str]
) -> None:
    archive = small_archive(OTHERS | files([number(FLOOD, n) for n in range(TIMES)]))
    hits = archive.search(QUESTION, k=10)
    assert {hit.passage.source for hit in hits[: MOST_ALIKE + len(OTHERS)]} >= OTHERS.keys()


def test_three_people_may_say_nearly_the_same(small_archive: Make) -> None:
    names = NAMES[:60:20]
    said = (f"18:00:00 From {name} to Everyone:\n\t{numbered(FLOOD, n)}\n" for n, name in enumerate(names))
    archive = small_archive(OTHERS | {"2024-05-20-chat.txt": "".join(said)})
    hits = archive.search(QUESTION, k=len(OTHERS) + MOST_ALIKE)
    assert {name for hit in hits for name in hit.passage.people} == set(names)


def test_many_documents_of_one_passage_are_found_as_one(small_archive: Make) -> None:
    archive = small_archive(OTHERS | packs([FLOOD] * TIMES))
    hits = archive.search(QUESTION, k=10)
    assert {hit.passage.source for hit in hits} >= OTHERS.keys()
    assert [hit.passage.text for hit in hits].count(FLOOD) == 1
