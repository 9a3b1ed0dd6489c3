"""An answer to be copied: its quotes with their references, as Markdown or as plain text, or one citation alone."""

from __future__ import annotations

from kindsearch.interfaces.exports import markdown, plain_text
from kindsearch.interfaces.exports.sheet import (
    REFERENCES,
    Heading,
    Items,
    Sheet,
    nearest,
    plain,
    quoted,
    reference,
    said,
    session_in_words,
)
from kindsearch.types import Answer, Citation

QUOTED = "Quoted from the archive, word for word; numbers refer to the references at the end."


def as_markdown(answer: Answer) -> str:
    """The answer as Markdown."""
    return markdown.write(sheet_of(answer)).decode()


def as_text(answer: Answer) -> str:
    """The answer as plain text."""
    return plain_text.text_of(sheet_of(answer)) + "\n"


def as_citation(citation: Citation) -> str:
    """One quote with its reference, on one line."""
    words = quoted(citation)
    return f"{words} {''.join(run.text for run in reference(citation, {words}))}"


def sheet_of(answer: Answer) -> Sheet:
    """Lay an answer out: its quotes by session; where it has none, that, and the passages that come nearest."""
    sentence, *_ = answer.text.split("\n")
    by_session: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        by_session.setdefault(session_in_words(citation.passage.session), []).append(citation)
    blocks = [] if answer.citations else nearest(answer.hits)
    for session, citations in by_session.items():
        blocks += [Heading(_told_from_ours(session)), Items(tuple(map(said, citations)))]
    printed = {quoted(citation) for citation in answer.citations}
    references = tuple((citation.number, reference(citation, printed)) for citation in answer.citations)
    return Sheet(plain(answer.question), QUOTED if answer.answered else plain(sentence), tuple(blocks), references)


def _told_from_ours(session: str) -> str:
    """The name of a session as a heading, also where it is called as one of ours."""
    return f"Session: {session}" if session.casefold() == REFERENCES.casefold() else session
