"""What a brief promises, over the sample packs and over small meetings made up for the occasion."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from meetings import chat, transcript

from kindsearch import Brief, KindSearch, PartialDate
from kindsearch.briefing import chosen, positions_of
from kindsearch.encoders import Encoder
from kindsearch.errors import BadRequest
from kindsearch.types import Citation, Kind, Reply

TOPICS = ("kindness", "listening to patients", "measuring kindness", "volunteers", "speaking up", "stories")
SANJIV = "Dr Sanjiv Ahluwalia"

Packs = Callable[..., str]
Archives = Callable[..., KindSearch]


@pytest.fixture(scope="session")
def listening(archive: KindSearch) -> Brief:
    """A topic that several sessions touched."""
    return archive.brief("listening to patients")


def quoted(brief: Brief) -> str:
    """All that a brief quotes."""
    return "\n".join(citation.quote for citation in brief.citations)


def speakers(brief: Brief) -> set[str | None]:
    return {citation.speaker for citation in brief.citations}


# ---------------------------------------------------------------- promises


@pytest.mark.parametrize("topic", TOPICS)
def test_every_quote_stands_word_for_word_in_its_document_and_is_said_by_whom_it_names(
    archive: KindSearch, topic: str
) -> None:
    brief = archive.brief(topic)
    assert not brief.is_empty
    with archive._catalog() as catalog:
        for citation in brief.citations:
            text = catalog.text_of(citation.passage.document_id)
            assert text is not None
            assert text[citation.start : citation.end] == citation.quote
            saying = [s for s in citation.passage.statements if citation.start <= s.start < citation.end]
            assert {s.speaker for s in saying} == {citation.speaker}
            if citation.pages:
                assert {s.page for s in saying} <= set(range(citation.pages[0], citation.pages[1] + 1))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_the_topic_nothing_is_said_that_was_not(archive: KindSearch, data: st.DataObject) -> None:
    with archive._reading() as (_, engines):
        known = engines.words.words
    brief = archive.brief(" ".join(data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=3))))
    with archive._catalog() as catalog:
        for citation in brief.citations:
            text = catalog.text_of(citation.passage.document_id) or ""
            assert text[citation.start : citation.end] == citation.quote
    assert brief.is_empty == (not brief.citations)
    assert len(brief.timeline) + len(brief.untouched) == len(archive.sessions())


@pytest.mark.parametrize("topic", TOPICS)
def test_citations_are_numbered_as_they_come_one_number_for_one_place(archive: KindSearch, topic: str) -> None:
    brief = archive.brief(topic)
    numbers = [citation.number for citation in brief.citations]
    assert list(dict.fromkeys(numbers)) == list(range(1, max(numbers) + 1))
    place_of = {c.number: (c.passage.document_id, c.start, c.end) for c in brief.citations}
    assert len(set(place_of.values())) == len(place_of)
    assert [citation.number for citation in brief.references] == sorted(place_of)


@pytest.mark.parametrize("topic", [*TOPICS, "blockchain"])
def test_every_session_either_touched_the_topic_or_did_not(archive: KindSearch, topic: str) -> None:
    brief = archive.brief(topic)
    touched = [touched.session.id for touched in brief.timeline]
    untouched = [session.id for session in brief.untouched]
    assert sorted(touched + untouched) == sorted(summary.session.id for summary in archive.sessions())


def test_asking_twice_gives_the_same_brief(archive: KindSearch, listening: Brief) -> None:
    assert archive.brief("listening to patients") == listening


def test_what_stands_in_every_pack_is_not_quoted(archive: KindSearch) -> None:
    for topic in TOPICS:
        assert Kind.ABOUT not in {citation.passage.kind for citation in archive.brief(topic).citations}


# ---------------------------------------------------------------- the parts


def test_key_points_are_statements_of_several_sessions_and_do_not_say_the_same(listening: Brief) -> None:
    assert 2 <= len(listening.key_points) <= 5
    assert len({citation.passage.session.id for citation in listening.key_points}) >= 3
    assert len({citation.quote for citation in listening.key_points}) == len(listening.key_points)
    assert not any(citation.quote.endswith("?") for citation in listening.key_points)


def test_one_point_is_made_once(small_archive: Archives, model: Encoder, pack: Packs) -> None:
    said = ("Clean hands save lives on every ward.", "On every ward clean hands save lives.")
    packs = {
        f"2024-0{month}-talk.md": pack(f"Evening {month}", f"{name} 2024", ("Ann Lee", text))
        for month, name, text in ((4, "April", said[0]), (5, "May", said[1]))
    }
    brief = small_archive(packs, encoder=model).brief("clean hands")
    assert len(brief.timeline) == 2
    assert len(brief.key_points) == 1


def test_a_point_that_is_part_of_another_is_made_once(small_archive: Archives, model: Encoder, pack: Packs) -> None:
    said = "Clean hands save lives on every ward of the house."
    longer = f"{said} The porters painted yellow footprints that lead from each lift to the next basin and back again."
    packs = {"2024-04-a.md": pack("Spring", "April 2024", ("Ann Lee", said))}
    packs["2024-05-b.md"] = pack("Summer", "May 2024", ("Bo Ek", longer))
    brief = small_archive(packs, encoder=model).brief("clean hands save lives")
    assert len(brief.timeline) == 2
    assert len(brief.key_points) == 1


def test_a_quote_that_goes_on_from_another_sentence_comes_with_it(
    small_archive: Archives, model: Encoder, pack: Packs
) -> None:
    said = (
        "Our ward put a red clock over the basin. It keeps the hands of nurses, doctors, porters and visitors clean "
        "from six in the morning until late at night."
    )
    (point,) = small_archive(
        {"2024-04-a.md": pack("Spring", "April 2024", ("Ann Lee", said))}, encoder=model
    ).brief("keeping hands clean").key_points  # fmt: skip
    assert point.quote == said


def test_what_leans_on_something_else_comes_after_what_stands_by_itself(
    small_archive: Archives, model: Encoder, pack: Packs
) -> None:
    talks = {"2024-04-a.md": pack("Spring", "April 2024", ("Ann Lee", "It keeps hands clean, clean hands all day."))}
    talks["2024-05-b.md"] = pack("Summer", "May 2024", ("Bo Ek", "Soap keeps the hands of porters clean."))
    brief = small_archive(talks, encoder=model).brief("keeping hands clean")
    assert [citation.speaker for citation in brief.key_points] == ["Bo Ek", "Ann Lee"]


def test_a_list_is_quoted_as_a_whole_as_far_as_it_is_short(archive: KindSearch) -> None:
    (named,) = [c for c in archive.brief("rudeness").key_points if c.quote.startswith("They named:")]
    assert named.quote.endswith("Blame that falls on the last person who touched the chart")


def test_two_words_are_no_quote(archive: KindSearch) -> None:
    assert "Kindly rude." not in {citation.quote for citation in archive.brief("rudeness").citations}


def test_a_question_is_quoted_where_what_is_said_to_it_is_beside_the_topic(archive: KindSearch) -> None:
    said = {touched.session.title: touched.citation.quote for touched in archive.brief("teams").timeline}
    asked = "What do you do when a family raises a concern and the team is sure that all is well?"
    assert said["Listening to patients"] == asked


def test_the_title_of_a_session_is_not_said_in_all_of_it(archive: KindSearch) -> None:
    brief = archive.brief("check-in")
    assert "Time for a check-in" in {touched.session.title for touched in brief.timeline}
    assert sum(touched.passages for touched in brief.timeline) < 10


def test_a_link_beside_the_topic_is_not_recommended_for_it(archive: KindSearch) -> None:
    assert archive.brief("language").resources == ()
    assert [citation.quote.split(" - ")[0] for citation in archive.brief("compassion").resources] == ["The King's Fund"]


def test_the_timeline_is_in_order_and_counts(listening: Brief) -> None:
    dates = [touched.session.date for touched in listening.timeline]
    assert dates == sorted(date for date in dates if date)
    most = max(listening.timeline, key=lambda touched: touched.passages)
    assert most.session.title == "Listening to patients"
    assert all(touched.passages >= 1 and 0 < touched.share <= 1 for touched in listening.timeline)
    assert all(touched.citation.passage.session.id == touched.session.id for touched in listening.timeline)


def test_a_session_about_a_topic_gives_more_of_its_text_to_it_than_others(archive: KindSearch) -> None:
    shares = {touched.session.title: touched.share for touched in archive.brief("volunteers").timeline}
    assert max(shares, key=shares.__getitem__) == "The role of kindness in the British Red Cross"


def test_the_share_is_of_the_text_of_all_files_of_the_session(small_archive: Archives, pack: Packs) -> None:
    said = "Clean hands save lives on every ward."
    files = {f"{folder}/2024-05-hands.md": pack("Clean hands", "May 2024", ("Ann Lee", said)) for folder in "ab"}
    files["b/2024-05-hands.md"] = pack("Clean hands", "May 2024", ("Bo Ek", "Roses grow along the garden wall there."))
    archive = small_archive(files)
    (touched,) = archive.brief("clean hands").timeline
    with archive._reading() as (catalog, engines):
        texts = [passage.text for passage in catalog.passages(engines.columns.rows.tolist()).values()]
    assert texts.count(said) == 1
    assert any(text.startswith("Roses") for text in texts)
    assert (touched.passages, touched.share) == (1, 7 / sum(len(text.split()) for text in texts))


def test_each_voice_says_what_it_is_quoted_with(archive: KindSearch) -> None:
    brief = archive.brief("kindness")
    assert SANJIV in {voice.name for voice in brief.voices}
    for voice in brief.voices:
        assert 1 <= len(voice.citations) <= min(2, voice.passages)
        for citation in voice.citations:
            who = dict(zip(citation.passage.speakers, citation.passage.people, strict=True))
            assert who[citation.speaker or ""] == voice.person


def test_resources_come_with_their_link(listening: Brief) -> None:
    links = {citation.quote.split(" - ")[0]: citation.link for citation in listening.resources}
    assert links["The Patients Association"] == "https://www.patients-association.org.uk/"


def test_words_that_stand_with_a_topic_are_in_the_quote_and_are_not_the_topic(archive: KindSearch) -> None:
    found = [neighbour for topic in TOPICS for neighbour in archive.brief(topic).neighbours]
    assert found
    for neighbour in found:
        assert neighbour.words in neighbour.citation.quote
        assert neighbour.passages >= 3
    assert "listening" not in {n.words.lower() for n in archive.brief("listening to patients").neighbours}


def test_neither_the_words_nor_the_meaning_of_a_topic_touch_it_alone(small_archive: Archives, model: Encoder) -> None:
    about = "Kindness costs nothing, and kindness on a ward is remembered for years."
    of_words = "Which kind of screw fits this old bed, she asked, which kind of drill, which kind of lamp."
    talks = {"2024-04-talk.vtt": about, "2024-05-beds.vtt": of_words}
    archive = small_archive({n: transcript((0, 9, "Ann Lee", said)) for n, said in talks.items()}, encoder=model)
    assert {citation.quote for citation in archive.brief("kindness").citations} == {about}
    assert archive.brief("measuring kindness with a scale of numbers").is_empty


def test_half_of_a_topic_is_not_the_topic(archive: KindSearch) -> None:
    """Of kindness alone much is said here, of measuring it little."""
    assert "niceness" in quoted(archive.brief("kindness"))
    measured = archive.brief("measuring kindness")
    assert "niceness" not in quoted(measured)
    assert sum(touched.passages for touched in measured.timeline) <= 10


# ---------------------------------------------------------------- what is not there


def test_a_topic_the_archive_does_not_know_gives_an_honest_empty_brief(archive: KindSearch) -> None:
    brief = archive.brief("blockchain")
    assert brief.is_empty
    assert brief.citations == ()
    assert (brief.timeline, brief.voices, brief.neighbours) == ((), (), ())
    assert len(brief.nearest) == 3


def test_an_empty_archive_gives_an_empty_brief(small_archive: Archives) -> None:
    brief = small_archive({}).brief("tea")
    assert brief.is_empty
    assert (brief.untouched, brief.nearest) == ((), ())


@pytest.mark.parametrize("topic", ["", "  ", "x" * 2_001])
def test_a_topic_has_to_be_one(archive: KindSearch, topic: str) -> None:
    with pytest.raises(BadRequest):
        archive.brief(topic)


def test_a_topic_of_stop_words_is_answered_somehow(archive: KindSearch) -> None:
    assert archive.brief("what is it").topic == "what is it"


def test_the_title_of_a_session_is_a_topic_and_keeps_no_other_session_out(archive: KindSearch) -> None:
    brief = archive.brief("Kindness in Education")
    assert len(brief.timeline) + len(brief.untouched) == len(archive.sessions())


# ---------------------------------------------------------------- in and out


EDUCATION, CHECK_IN = "2024-01-18-kindness-in-education", "2024-06-time-for-a-check-in"


def test_only_the_chosen_sessions_are_looked_through(archive: KindSearch) -> None:
    brief = archive.brief("kindness", sessions=[EDUCATION])
    assert {citation.passage.session.id for citation in brief.citations} == {EDUCATION}
    assert brief.untouched == ()


def test_a_session_left_out_is_nowhere(archive: KindSearch) -> None:
    brief = archive.brief("kindness", without_sessions=[EDUCATION])
    ids = {citation.passage.session.id for citation in brief.citations}
    assert CHECK_IN in ids
    assert EDUCATION not in ids | {session.id for session in brief.untouched}


def test_with_people_chosen_every_quote_is_theirs(archive: KindSearch) -> None:
    brief = archive.brief("kindness", people=["sanjiv"])
    assert not brief.is_empty
    assert speakers(brief) <= {"Sanjiv", SANJIV, None}
    unnamed = {citation.quote for citation in brief.citations if citation.speaker is None}
    asked = {exchange.citations[0].quote for exchange in brief.exchanges if exchange.reply is Reply.ANSWERS}
    assert unnamed <= asked


def test_somebody_left_out_is_quoted_nowhere_while_others_of_the_same_passage_are(
    small_archive: Archives, model: Encoder
) -> None:
    speech = transcript(
        (0, 8, "Ann Lee", "Clean hands save more lives than any machine on this ward, that is my view."),
        (9, 18, "Bo Ek", "Clean hands are a habit, and a habit needs a basin at every single door."),
        (19, 28, "Ann Lee", "A basin at every door would keep hands clean on this ward, I am sure."),
    )
    archive = small_archive({"2024-05-hands.vtt": speech}, encoder=model)
    assert {"Ann Lee", "Bo Ek"} <= speakers(archive.brief("clean hands"))
    brief = archive.brief("clean hands", without_people=["Ann"])
    assert speakers(brief) == {"Bo Ek"}
    assert {voice.name for voice in brief.voices} == {"Bo Ek"}


def test_who_is_left_out_is_not_even_looked_through(small_archive: Archives) -> None:
    archive = small_archive()
    with archive._reading() as (catalog, engines):
        choice = chosen(engines, without_people=["Ann Lee"])
        positions = positions_of(choice, (), engines)
        assert positions is not None
        left = catalog.passages(engines.columns.rows[positions].tolist())
        many = len(engines.columns)
    assert 0 < len(left) < many
    assert not any(passage.people == ("Ann Lee",) for passage in left.values())


def test_time_chosen_and_time_in_the_topic_mean_the_same(archive: KindSearch) -> None:
    chosen = archive.brief("kindness", since=PartialDate(2024), until=PartialDate(2024))
    read = archive.brief("kindness in 2024")
    years = {session.date.year for touched in (chosen, read) for session in
             [*(t.session for t in touched.timeline), *touched.untouched] if session.date}  # fmt: skip
    assert years == {2024}
    assert (read.choice.since, read.choice.until) == (PartialDate(2024), PartialDate(2024))
    assert "2024" in read.understood


@pytest.mark.parametrize(
    "choice", [{"sessions": ["no-such"]}, {"without_sessions": ["no-such"]}, {"people": ["Nobody Here"]}]
)
def test_what_the_archive_does_not_know_can_not_be_chosen(archive: KindSearch, choice: dict[str, list[str]]) -> None:
    with pytest.raises(BadRequest, match="see  kindsearch"):
        archive.brief("kindness", **choice)  # type: ignore[arg-type]


def test_nothing_left_to_look_through_is_an_empty_brief(archive: KindSearch) -> None:
    brief = archive.brief("kindness", sessions=[EDUCATION], without_sessions=[EDUCATION])
    assert brief.is_empty
    assert (brief.untouched, brief.nearest) == ((), ())


# ---------------------------------------------------------------- who answers whom, and what nobody answers


def heard(small_archive: Archives, model: Encoder, *said: tuple[str, str]) -> KindSearch:
    """An archive of one transcript of ``(who, what)``."""
    turns = [(10 * number, 10 * number + 9, who, what) for number, (who, what) in enumerate(said)]
    return small_archive({"2024-05-rest.vtt": transcript(*turns)}, encoder=model)


def pairs(brief: Brief) -> list[list[tuple[str | None, str]]]:
    return [[(citation.speaker, citation.quote) for citation in exchange.citations] for exchange in brief.exchanges]


QUESTION = "How can night staff get a proper break on this ward?"
CHAT_QUESTION = "Does anybody have a good leaflet about clean hands for visitors?"
ANSWER = "We give night staff a proper break by swapping with the ward next door."


def test_a_question_and_what_the_next_speaker_says_to_it_stand_side_by_side(
    small_archive: Archives, model: Encoder
) -> None:
    brief = heard(small_archive, model, ("Ann Lee", QUESTION), ("Bo Ek", ANSWER)).brief("breaks for night staff")
    assert pairs(brief) == [[("Ann Lee", QUESTION), ("Bo Ek", ANSWER)]]
    assert brief.exchanges[0].reply is Reply.ANSWERS
    assert brief.open_questions == ()


def test_a_question_that_is_followed_by_nothing_is_left_open(small_archive: Archives, model: Encoder) -> None:
    archive = heard(
        small_archive, model,
        ("Bo Ek", "Night staff need a proper break, and most of the ward never sees one."), ("Ann Lee", QUESTION),
        ("Bo Ek", "Mhm."),
    )  # fmt: skip
    brief = archive.brief("breaks for night staff")
    assert [citation.quote for citation in brief.open_questions] == [QUESTION]
    assert brief.exchanges == ()


def test_who_goes_on_after_her_own_question_answers_it_herself(small_archive: Archives, model: Encoder) -> None:
    said = chat(("10:00:01", "Cy Dee", f"{CHAT_QUESTION} Never mind, it lay under my cup."))
    brief = small_archive({"2024-05-hands-chat.txt": said}, encoder=model).brief("clean hands")
    assert not brief.is_empty
    assert brief.open_questions == ()


def test_speech_that_breaks_off_is_no_key_point(small_archive: Archives, model: Encoder) -> None:
    archive = heard(
        small_archive, model,
        ("Ann Lee", "Proper breaks for night staff, yes, breaks for night staff, they are what we"), ("Bo Ek", ANSWER),
    )  # fmt: skip
    assert [citation.quote for citation in archive.brief("breaks for night staff").key_points] == [ANSWER]


def test_a_list_item_is_quoted_with_what_leads_in_to_it(archive: KindSearch) -> None:
    (point,) = [c for c in archive.brief("listening to patients").key_points if "Notice" in c.quote]
    assert point.quote.startswith("Members described listening as a safety measure, as real as washing hands:\nNotice")


def test_who_names_another_member_is_put_beside_what_that_one_said(small_archive: Archives, model: Encoder) -> None:
    first = "Night staff on my ward sleep for twenty minutes in their break, and it works."
    reply = "As Bo said, twenty minutes of sleep in a break keeps night staff on this ward safe."
    brief = heard(
        small_archive, model,
        ("Bo Ek", first), ("Cy Dee", "The canteen shuts at eight, which is a pity for everybody."), ("Ann Lee", reply),
    ).brief("breaks for night staff")  # fmt: skip
    assert [("Bo Ek", first), ("Ann Lee", reply)] in pairs(brief)
    assert Reply.NAMES in {exchange.reply for exchange in brief.exchanges}


def test_who_is_named_before_she_speaks_has_not_been_taken_up(small_archive: Archives, model: Encoder) -> None:
    brief = heard(
        small_archive, model,
        ("Ann Lee", "As Bo said, twenty minutes of sleep in a break keeps night staff on this ward safe."),
        ("Bo Ek", "Night staff on my ward sleep for twenty minutes in their break, and it works."),
    ).brief("breaks for night staff")  # fmt: skip
    assert brief.exchanges == ()


def test_nothing_stands_side_by_side_twice(small_archive: Archives, model: Encoder) -> None:
    reply = "As Bo said, night staff need twenty minutes of sleep in a proper break."
    brief = heard(
        small_archive, model,
        ("Bo Ek", "Night staff on my ward sleep for twenty minutes in their break, and it works."),
        ("Cy Dee", QUESTION), ("Ann Lee", reply),
    ).brief("breaks for night staff")  # fmt: skip
    assert pairs(brief) == [[("Cy Dee", QUESTION), ("Ann Lee", reply)]]


def test_two_who_merely_speak_of_the_same_are_not_put_side_by_side(small_archive: Archives, model: Encoder) -> None:
    brief = heard(
        small_archive, model,
        ("Bo Ek", "Night staff on my ward sleep for twenty minutes in their break, and it works."),
        ("Ann Lee", "Night staff on our ward never have a break before four in the morning."),
    ).brief("breaks for night staff")  # fmt: skip
    assert len(brief.voices) == 2
    assert brief.exchanges == ()


def test_nobody_is_beside_herself(small_archive: Archives, model: Encoder) -> None:
    brief = heard(
        small_archive, model,
        ("Bo Ek", "Night staff on my ward sleep for twenty minutes in their break, and it works."),
        ("Cy Dee", "The canteen shuts at eight, which is a pity for everybody."),
        ("Bo Ek", "As Bo said, which is me, the break of night staff is a matter of safety."),
    ).brief("breaks for night staff")  # fmt: skip
    assert brief.exchanges == ()


def test_the_answers_of_two_people_to_one_question_of_a_pack(archive: KindSearch, listening: Brief) -> None:
    exchange = next(e for e in listening.exchanges if e.citations[0].speaker == "Ines")
    assert exchange.citations[0].quote == "How do you invite a patient to speak without making it feel like a duty?"
    assert [citation.speaker for citation in exchange.citations[1:]] == ["Marisol", "Owen"]


def test_what_a_talk_asks_by_the_way_is_not_left_open(archive: KindSearch) -> None:
    brief = archive.brief("check-in")
    assert brief.open_questions == ()


def test_no_question_is_both_answered_and_open(archive: KindSearch) -> None:
    for topic in TOPICS:
        brief = archive.brief(topic)
        answered = {exchange.citations[0].quote for exchange in brief.exchanges}
        assert not answered & {citation.quote for citation in brief.open_questions}


@pytest.mark.parametrize(
    ("answer", "open_"),
    [
        ("We made a good leaflet about clean hands for visitors, I will send it.", False),
        ("Cy, write to me and you get ours.", False),
        ("Hello from Gothenburg, where it snows.", True),
    ],
)
def test_a_question_in_a_chat_is_open_until_somebody_takes_it_up(
    small_archive: Archives, model: Encoder, answer: str, open_: bool
) -> None:
    said = chat(("10:00:01", "Cy Dee", CHAT_QUESTION), ("10:00:09", "Ann Lee", answer))
    brief = small_archive({"2024-05-hands-chat.txt": said}, encoder=model).brief("clean hands")
    assert [citation.quote for citation in brief.open_questions] == ([CHAT_QUESTION] if open_ else [])


@pytest.mark.parametrize("link", ["https://example.org/hands", "HTTPS://example.org/hands"])
def test_a_link_shared_in_a_chat_is_recommended_by_who_shared_it(
    small_archive: Archives, model: Encoder, link: str
) -> None:
    said = chat(("10:00:01", "Cy Dee", f"Read this on clean hands for visitors: {link}"))
    brief = small_archive({"2024-05-hands-chat.txt": said}, encoder=model).brief("clean hands")
    (resource,) = brief.resources
    assert (resource.speaker, resource.link) == ("Cy Dee", link)


def test_a_time_cited_is_when_it_was_said(small_archive: Archives, model: Encoder) -> None:
    brief = heard(small_archive, model, ("Cy Dee", "Welcome, everybody, to this hour."), ("Bo Ek", ANSWER)).brief(
        "breaks for night staff"
    )
    told: Citation = next(citation for citation in brief.citations if citation.quote == ANSWER)
    assert told.start_ms == 10_000
