"""Answers, briefs, hits and sessions as plain records: what ``--json`` prints, one shape for every interface.

Each record is a typed dictionary beside the function that makes it. The types are the one description of what comes
back: mypy holds the functions to them, and the OpenAPI of the REST interface and the output schemas of the MCP tools
are made from them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from kindsearch.search import Status
from kindsearch.stores.counting import Counts
from kindsearch.stores.holdings import PersonSummary, Resource, SessionSummary
from kindsearch.types import Answer, Brief, Choice, Citation, Hit, Kind, Passage, Reply, Session
from kindsearch.uploading import Uploaded
from kindsearch.video import clock, moment_link


class SessionName(TypedDict):
    """A session, as it is named wherever something of it is shown."""

    id: Annotated[str, Field(description="Made of date and title; filters take it.")]
    title: str
    date: Annotated[
        str | None,
        Field(description="ISO 8601, as precise as the source: a day, a month or a year. Null where none is known."),
    ]


class PlaceRecord(TypedDict):
    """Where words stand."""

    passage_id: str
    session: SessionName
    source: Annotated[str, Field(description="The file, relative to the folder it was read from.")]
    page: Annotated[
        int | None, Field(description="The first page it stands on, from 1. Null where the source has no pages.")
    ]
    pages: Annotated[list[int] | None, Field(description="First and last page.")]
    start_ms: Annotated[
        int | None, Field(description="Milliseconds from the start of the session, where a time is known.")
    ]
    end_ms: int | None
    time: Annotated[str | None, Field(description="start_ms as a person reads it: 12:34.")]
    speaker: Annotated[
        str | None,
        Field(description="Whom the source names for these words, separated by commas where they are several."),
    ]
    section: Annotated[str, Field(description="The heading it stands under.")]
    kind: Annotated[
        str, Field(description="Which part of a session it comes from.", json_schema_extra={"enum": [*Kind]})
    ]
    link: Annotated[str | None, Field(description="The link under the words, or that of the recording at this moment.")]
    video: Annotated[str | None, Field(description="The recording at this moment.")]


class CitationRecord(PlaceRecord):
    """A verbatim quote and where it stands."""

    number: int
    quote: str


class EngineRecord(TypedDict):
    """What one engine said of a passage."""

    rank: Annotated[int, Field(description="From 1.")]
    score: float


class PassageRecord(PlaceRecord):
    """A passage: what is found and cited."""

    text: str


class HitRecord(PassageRecord):
    """A passage that was found for a question."""

    score: Annotated[
        float, Field(description="Orders the hits of one question, higher is better; means nothing across questions.")
    ]
    meaning: Annotated[
        EngineRecord | None, Field(description="In the search by meaning; null where that did not propose it.")
    ]
    words: Annotated[
        EngineRecord | None, Field(description="In the search by words; null where that did not propose it.")
    ]


class AnswerRecord(TypedDict):
    """What the archive says to a question."""

    question: str
    understood: Annotated[
        str | None, Field(description="The people, times, sessions and kinds that were read in the question.")
    ]
    answered: Annotated[
        bool,
        Field(description="False where the archive does not say; passages are then the nearest ones, no more."),
    ]
    confidence: Annotated[float, Field(description="Between 0 and 1.")]
    answer: str
    citations: list[CitationRecord]
    passages: list[HitRecord]


class ChoiceRecord(TypedDict):
    """What a brief is made of: ids to keep to and to leave out. Nothing given: the whole archive."""

    sessions: list[str]
    without_sessions: list[str]
    people: list[str]
    without_people: list[str]
    since: str | None
    until: str | None


class TouchedRecord(TypedDict):
    """A session that touched a topic."""

    session: SessionName
    passages: Annotated[int, Field(description="How many of its passages touch it.")]
    share: Annotated[float, Field(description="Of the session's words, between 0 and 1.")]
    citation: Annotated[CitationRecord, Field(description="How it did best.")]


class VoiceRecord(TypedDict):
    """What one person said on a topic."""

    id: str
    name: str
    passages: Annotated[int, Field(description="In how many passages she said something on it.")]
    citations: list[CitationRecord]


class ExchangeRecord(TypedDict):
    """Quotes that answer one another, in order."""

    reply: Annotated[
        str,
        Field(
            description="What shows it: a question is answered, or somebody names whom she takes up.",
            json_schema_extra={"enum": [*Reply]},
        ),
    ]
    citations: list[CitationRecord]


class NeighbourRecord(TypedDict):
    """Words that stand with a topic more than elsewhere."""

    words: str
    passages: Annotated[int, Field(description="How many passages on the topic hold them.")]
    citation: CitationRecord


class BriefRecord(TypedDict):
    """All that the archive says on a topic. A number stands for one quote in one place throughout."""

    topic: str
    understood: Annotated[
        str | None, Field(description="The people, times, sessions and kinds that were read in the topic.")
    ]
    chosen: ChoiceRecord
    empty: Annotated[bool, Field(description="True where nothing touches the topic; nearest are then what comes near.")]
    key_points: Annotated[list[CitationRecord], Field(description="Best first.")]
    timeline: Annotated[list[TouchedRecord], Field(description="Oldest first.")]
    voices: Annotated[list[VoiceRecord], Field(description="Those first who said most.")]
    exchanges: list[ExchangeRecord]
    open_questions: Annotated[list[CitationRecord], Field(description="Nobody answers them in what follows.")]
    resources: Annotated[list[CitationRecord], Field(description="What was recommended; speaker is by whom.")]
    neighbours: list[NeighbourRecord]
    untouched: Annotated[list[SessionName], Field(description="Looked through; they did not touch the topic.")]
    nearest: list[HitRecord]


class SearchRecord(TypedDict):
    """The passages found for a question, best first."""

    question: str
    passages: list[HitRecord]


class SpeakerRecord(TypedDict):
    """Somebody who speaks in a session."""

    name: str
    role: str | None


class SessionRecord(SessionName):
    """A session with what the archive holds of it."""

    speakers: Annotated[list[SpeakerRecord], Field(description="Those whom the session announces.")]
    video: str | None
    note: Annotated[str | None, Field(description="A remark to be shown with it: that it is illustrative, say.")]
    sources: list[str]
    passages: int
    voices: Annotated[list[str], Field(description="Those whose words the archive holds.")]


class UploadRecord(TypedDict):
    """What became of a file that was sent."""

    sha256: Annotated[str | None, Field(description="By which its bytes are known. Null where it is still being read.")]
    was_there: Annotated[bool, Field(description="Whether the archive had the same file already.")]
    session: Annotated[SessionName | None, Field(description="The session it belongs to. Null until it is ingested.")]
    passages: Annotated[int | None, Field(description="How many passages it has. Null until it is ingested.")]


class PersonRecord(TypedDict):
    """A person, with what the archive holds of her."""

    id: str
    name: str
    spellings: Annotated[list[str], Field(description="The names she is written by.")]
    sessions: Annotated[list[str], Field(description="Ids of the sessions she speaks in.")]
    passages: int


class ResourceRecord(PassageRecord):
    """Something that was recommended; link is its own, speaker who recommended it, where the source says so."""


class CountsRecord(TypedDict):
    """How many passages each choice of a filter leaves, given its other sides; 0 where a choice leaves none."""

    total: Annotated[int, Field(description="What the whole filter leaves.")]
    sessions: Annotated[dict[str, int], Field(description="By id.")]
    people: Annotated[dict[str, int], Field(description="By name; a name counts for everybody it is part of.")]
    dates: Annotated[dict[str, int], Field(description="By year and by month, ISO 8601.")]
    kinds: dict[str, int]


class StatusRecord(TypedDict):
    """What an archive that answers holds."""

    generation: Annotated[int, Field(description="How many times it has changed.")]
    sessions: int
    documents: int
    passages: int


def answer_record(answer: Answer) -> AnswerRecord:
    """An answer with its citations and passages."""
    return {
        "question": answer.question,
        "understood": answer.understood or None,
        "answered": answer.answered,
        "confidence": round(answer.confidence, 4),
        "answer": answer.text,
        "citations": [citation_record(citation) for citation in answer.citations],
        "passages": [hit_record(hit) for hit in answer.hits],
    }


def brief_record(brief: Brief) -> BriefRecord:
    """A brief with its parts."""
    return {
        "topic": brief.topic,
        "understood": brief.understood or None,
        "chosen": _choice(brief.choice),
        "empty": brief.is_empty,
        "key_points": [citation_record(citation) for citation in brief.key_points],
        "timeline": [
            {
                "session": _session(touched.session),
                "passages": touched.passages,
                "share": round(touched.share, 4),
                "citation": citation_record(touched.citation),
            }
            for touched in brief.timeline
        ],
        "voices": [
            {
                "id": voice.person,
                "name": voice.name,
                "passages": voice.passages,
                "citations": [citation_record(citation) for citation in voice.citations],
            }
            for voice in brief.voices
        ],
        "exchanges": [
            {
                "reply": exchange.reply.value,
                "citations": [citation_record(citation) for citation in exchange.citations],
            }
            for exchange in brief.exchanges
        ],
        "open_questions": [citation_record(citation) for citation in brief.open_questions],
        "resources": [citation_record(citation) for citation in brief.resources],
        "neighbours": [
            {"words": near.words, "passages": near.passages, "citation": citation_record(near.citation)}
            for near in brief.neighbours
        ],
        "untouched": [_session(session) for session in brief.untouched],
        "nearest": [hit_record(hit) for hit in brief.nearest],
    }


def citation_record(citation: Citation) -> CitationRecord:
    """A quote and its place."""
    return {
        "number": citation.number,
        "quote": citation.quote,
        **_place(citation.passage),
        "page": citation.pages[0] if citation.pages else None,
        "pages": list(citation.pages) if citation.pages else None,
        "start_ms": citation.start_ms,
        "end_ms": citation.end_ms,
        "time": _clock(citation.start_ms),
        "speaker": citation.speaker,
        "link": citation.link or citation.video,
        "video": citation.video,
    }


def search_record(question: str, hits: Iterable[Hit]) -> SearchRecord:
    """A question with what was found for it."""
    return {"question": question, "passages": [hit_record(hit) for hit in hits]}


def passage_record(passage: Passage) -> PassageRecord:
    """A passage and its place."""
    return {**_place(passage), "text": passage.text}


def hit_record(hit: Hit) -> HitRecord:
    """A passage, its place, the score that orders it among its question's hits, and what each engine said of it."""
    return {
        **passage_record(hit.passage),
        "score": round(hit.score, 4),
        "meaning": _in_engine(hit.dense_rank, hit.dense_score),
        "words": _in_engine(hit.keyword_rank, hit.keyword_score),
    }


def _in_engine(rank: int | None, score: float | None) -> EngineRecord | None:
    """Rank (from 1) and score of a passage in one engine; None where that did not propose it."""
    return None if rank is None or score is None else {"rank": rank, "score": round(score, 4)}


def session_record(summary: SessionSummary) -> SessionRecord:
    """A session with what the archive holds of it."""
    return {
        **_session(summary.session),
        "speakers": [{"name": person.name, "role": person.role} for person in summary.session.speakers],
        "video": summary.session.video_url,
        "note": summary.session.note,
        "sources": list(summary.sources),
        "passages": summary.passages,
        "voices": list(summary.speakers),
    }


def person_record(person: PersonSummary) -> PersonRecord:
    """A person with her spellings, her sessions and how many passages hold her words."""
    return {
        "id": person.id,
        "name": person.name,
        "spellings": list(person.spellings),
        "sessions": list(person.sessions),
        "passages": person.passages,
    }


def resource_record(resource: Resource) -> ResourceRecord:
    """Something recommended, with its own link and whoever recommended it, or None."""
    return {**passage_record(resource.passage), "speaker": resource.speaker, "link": resource.link}


def counts_record(counts: Counts) -> CountsRecord:
    """The counts, by what the filters take."""
    return {
        "total": counts.total,
        "sessions": dict(counts.sessions),
        "people": dict(counts.people),
        "dates": {str(date): count for date, count in counts.dates.items()},
        "kinds": {kind.value: count for kind, count in counts.kinds.items()},
    }


def status_record(status: Status) -> StatusRecord:
    """What the archive holds, without where it lies."""
    return {
        "generation": status.generation,
        "sessions": status.sessions,
        "documents": status.documents,
        "passages": status.passages,
    }


def _place(passage: Passage) -> PlaceRecord:
    return {
        "passage_id": passage.id,
        "session": _session(passage.session),
        "source": passage.source,
        "page": passage.pages[0] if passage.pages else None,
        "pages": list(passage.pages) if passage.pages else None,
        "start_ms": passage.start_ms,
        "end_ms": passage.end_ms,
        "time": _clock(passage.start_ms),
        "speaker": ", ".join(passage.speakers) or None,
        "section": passage.section,
        "kind": passage.kind.value,
        "link": passage.link or moment_link(passage.session, passage.start_ms),
        "video": moment_link(passage.session, passage.start_ms),
    }


def _choice(choice: Choice) -> ChoiceRecord:
    return {
        "sessions": sorted(choice.sessions),
        "without_sessions": sorted(choice.without_sessions),
        "people": sorted(choice.people),
        "without_people": sorted(choice.without_people),
        "since": str(choice.since) if choice.since else None,
        "until": str(choice.until) if choice.until else None,
    }


def _clock(time_ms: int | None) -> str | None:
    return clock(time_ms) if time_ms is not None else None


def upload_record(uploaded: Uploaded | None) -> UploadRecord:
    """What became of a file that was sent; None stands for one that is still being read."""
    return {
        "sha256": uploaded.sha256 if uploaded else None,
        "was_there": bool(uploaded and uploaded.was_there),
        "session": _session(uploaded.session) if uploaded and uploaded.session else None,
        "passages": uploaded.file.passages if uploaded and uploaded.file else None,
    }


def _session(session: Session) -> SessionName:
    return {"id": session.id, "title": session.title, "date": str(session.date) if session.date else None}
