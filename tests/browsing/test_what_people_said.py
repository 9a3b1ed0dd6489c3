from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from kindsearch import KindSearch
from kindsearch.browsing import PersonView, SessionView
from kindsearch.browsing.saying import without_repeats
from kindsearch.types import Passage, Statement

Make = Callable[..., KindSearch]

PACK = """\
# Songs on the ward

May 2024

# Insights from Ann Lee

Ann Lee sings to the night shift. It helps her, too.

# Q&A

**Question: Do patients sing along?**

Ann Lee: Most of them hum.

# Reflections from the chat

**Bo Ek** I hum at work.

**Ann Lee** Humming is singing for the shy.
"""
TURNS = [
    ("Ann Lee", "Good evening. Today we sing, and I have brought my drum along for those who would rather not."),
    ("Bo Ek", "Um."),
    ("Bo Ek", "I would rather hum, if nobody minds, because my neighbours have complained of me before."),
    ("Ann Lee", "Nobody minds at all. Hum as loudly as you like, and we shall call it the second voice of the choir."),
    ("Bo Ek", "Then I shall. It is a pity that the drum has only one note, for I know a song with two of them."),
    ("Ann Lee", "Mhm."),
    ("Bo Ek", "Yes, two notes, and the second one is hard, so that I only ever sing it in the lift between floors."),
]


ROUNDS = 10


def captions() -> str:
    """The turns again and again, one every ten seconds and no pause between them: windows overlap."""
    cues = []
    for number, (who, words) in enumerate(TURNS * ROUNDS):
        start, end = (f"{seconds // 60:02}:{seconds % 60:02}.000" for seconds in (10 * number, 10 * number + 10))
        cues.append(f"{start} --> {end}\n{who}: {words}\n")
    return "WEBVTT\n\n" + "\n".join(cues)


@pytest.fixture
def archive(small_archive: Make, pack: Callable[..., str]) -> KindSearch:
    return small_archive({
        "songs/pack.md": PACK,
        "songs/talk.vtt": captions(),
        "2023-04-tea.md": pack("Tea", "April 2023", ("Ann Lee", "Tea first, then songs."), ("Cy Dee", "Songs first.")),
        "songs/session.toml": 'title = "Songs on the ward"\ndate = "2024-05"\n',
    })  # fmt: skip


@pytest.fixture
def session(archive: KindSearch) -> SessionView:
    found = archive.browsing.session("2024-05-songs-on-the-ward")
    assert found
    return found


@pytest.fixture
def ann(archive: KindSearch) -> PersonView:
    found = archive.browsing.person("Ann Lee")
    assert found
    return found


def texts_of(archive: KindSearch) -> Callable[[str], str]:
    def text(document_id: str) -> str:
        with archive._catalog() as catalog:
            return catalog.text_of(document_id) or ""

    return text


def test_an_unknown_session_and_an_unknown_person_are_nothing(archive: KindSearch) -> None:
    assert archive.browsing.session("nowhere") is None
    assert archive.browsing.person("Nobody") is None


def test_the_pack_comes_before_the_transcript_in_the_order_of_its_text(session: SessionView) -> None:
    sections = [(part.file.source, part.title) for part in session.sections]
    assert [title for source, title in sections if source == "songs/pack.md"] == [
        "Songs on the ward",
        "Insights from Ann Lee",
        "Q&A",
        "Reflections from the chat",
    ]
    assert {source for source, _ in sections[4:]} == {"songs/talk.vtt"}
    for part in session.sections:
        starts = [passage.start for passage in part.passages]
        assert starts == sorted(starts)


def test_a_transcript_is_cut_into_stretches_of_ten_minutes(session: SessionView) -> None:
    spans = [part.span_ms for part in session.sections if part.file.source.endswith(".vtt")]
    assert len(spans) > 1
    assert all(span is not None for span in spans)
    assert [span[0] // 600_000 for span in spans if span] == list(range(len(spans)))


def test_no_word_of_a_transcript_stands_twice_or_is_lost(archive: KindSearch, session: SessionView) -> None:
    shown = [passage for part in session.sections if part.span_ms for passage in part.passages]
    text = texts_of(archive)(shown[0].document_id)
    for one, other in pairwise(shown):
        assert one.end <= other.start
        assert not text[one.end : other.start].strip(" \n")
    for passage in shown:
        assert text[passage.start : passage.end] == passage.text
        assert passage.statements[0].start == passage.start
        assert {s.speaker for s in passage.statements} == set(passage.speakers)
        assert len(passage.speakers) == len(passage.people)
    assert sum(passage.text.count("Good evening.") for passage in shown) == ROUNDS


def test_passages_without_repeats_keep_what_is_new(passage: Callable[..., Passage]) -> None:
    statements = (Statement(0, 4, speaker="A"), Statement(5, 9, speaker="B"), Statement(10, 14, speaker="A"))
    first = passage("Tea. Hum.", start=0, end=9, statements=statements[:2], speakers=("A", "B"), people=("a", "b"))
    second = passage("Hum. Sob.", start=5, end=14, statements=statements[1:], speakers=("B", "A"), people=("b", "a"))
    whole, rest = without_repeats([first, second])
    assert whole is first
    assert (rest.start, rest.end, rest.text, rest.speakers, rest.people) == (10, 14, "Sob.", ("A",), ("a",))
    assert without_repeats([first, first]) == [first]


def test_what_a_person_said_comes_session_by_session_newest_first(ann: PersonView) -> None:
    assert ann.in_sessions == ("2024-05-songs-on-the-ward", "2023-04-tea")
    assert [part.session.title for part in ann.said] == ["Songs on the ward", "Tea"]
    assert [citation.quote for citation in ann.said[1].quotes] == ["Tea first, then songs."]


def test_every_quote_is_hers_and_stands_in_its_document(archive: KindSearch, ann: PersonView) -> None:
    text = texts_of(archive)
    for part in ann.said:
        for citation in part.quotes:
            assert citation.speaker == "Ann Lee"
            assert text(citation.passage.document_id)[citation.start : citation.end] == citation.quote
            assert citation.passage.start <= citation.start < citation.end <= citation.passage.end


def test_nothing_she_said_stands_twice_or_is_lost_save_mere_fillers(ann: PersonView) -> None:
    spoken = [citation for citation in ann.said[0].quotes if citation.passage.source.endswith(".vtt")]
    assert all(one.end <= other.start for one, other in pairwise(spoken))
    said = " ".join(citation.quote for citation in spoken)
    assert said.count("Good evening.") == ROUNDS
    assert said.count("Nobody minds at all.") == ROUNDS
    assert not any(citation.quote == "Mhm." for citation in spoken)


def test_sessions_come_in_parts(archive: KindSearch) -> None:
    second = archive.browsing.person("Ann Lee", first=1, sessions=1)
    assert second
    assert [part.session.title for part in second.said] == ["Tea"]
    beyond = archive.browsing.person("Ann Lee", first=10)
    assert beyond
    assert beyond.said == ()


@pytest.fixture
def two_anns(small_archive: Make, pack: Callable[..., str]) -> KindSearch:
    return small_archive({
        "tea.md": pack("Tea", "May 2024", ("Ann", "Tea for me.")),
        "rose.md": pack("Rose", "June 2024", ("Ann", "A rose for me.")),
    })  # fmt: skip


def test_two_people_of_one_name_say_only_their_own(two_anns: KindSearch) -> None:
    people = two_anns.people()
    assert [person.name for person in people] == ["Ann", "Ann"]
    said = []
    for person in people:
        view = two_anns.browsing.person(person.id)
        assert view
        said.append([citation.quote for part in view.said for citation in part.quotes])
    assert sorted(said) == [["A rose for me."], ["Tea for me."]]
