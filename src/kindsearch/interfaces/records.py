"""Answers, briefs, hits and sessions as plain records: what ``--json`` prints, one shape for every interface."""

from __future__ import annotations

from typing import Any

from kindsearch.stores.catalog import PersonSummary, SessionSummary
from kindsearch.types import Answer, Brief, Choice, Citation, Hit, Passage, Session
from kindsearch.video import clock, moment_link

Record = dict[str, Any]


def answer_record(answer: Answer) -> Record:
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


def brief_record(brief: Brief) -> Record:
    """A brief with its parts; ``share`` is of the session's text, in 0..1."""
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


def _choice(choice: Choice) -> Record:
    return {
        "sessions": sorted(choice.sessions),
        "without_sessions": sorted(choice.without_sessions),
        "people": sorted(choice.people),
        "without_people": sorted(choice.without_people),
        "since": str(choice.since) if choice.since else None,
        "until": str(choice.until) if choice.until else None,
    }


def citation_record(citation: Citation) -> Record:
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


def hit_record(hit: Hit) -> Record:
    """A passage, its place, the score that orders it among its question's hits, and what each engine said of it."""
    return {
        **_place(hit.passage),
        "text": hit.passage.text,
        "score": round(hit.score, 4),
        "meaning": _in_engine(hit.dense_rank, hit.dense_score),
        "words": _in_engine(hit.keyword_rank, hit.keyword_score),
    }


def _in_engine(rank: int | None, score: float | None) -> Record | None:
    """Rank (from 1) and score of a passage in one engine; None where that did not propose it."""
    return None if rank is None or score is None else {"rank": rank, "score": round(score, 4)}


def session_record(summary: SessionSummary) -> Record:
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


def person_record(person: PersonSummary) -> Record:
    """A person with her spellings, her sessions and how many passages hold her words."""
    return {
        "id": person.id,
        "name": person.name,
        "spellings": list(person.spellings),
        "sessions": list(person.sessions),
        "passages": person.passages,
    }


def _place(passage: Passage) -> Record:
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


def _clock(time_ms: int | None) -> str | None:
    return clock(time_ms) if time_ms is not None else None


def _session(session: Session) -> Record:
    return {"id": session.id, "title": session.title, "date": str(session.date) if session.date else None}
