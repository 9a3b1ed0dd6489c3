"""What other tools may ask with: the parameters of the REST interface and of the MCP tools, with their limits."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from kindsearch.errors import BadRequest
from kindsearch.settings import MAX_K, MAX_NAME, MAX_QUESTION, MOST_NAMED
from kindsearch.types import Filter, Kind, PartialDate

_MONTH, _DAY = "(0?[1-9]|1[0-2])", "(0?[1-9]|[12][0-9]|3[01])"
_Date = Annotated[str, Field(pattern=f"^[0-9]{{4}}(-{_MONTH}(-{_DAY})?)?$", examples=["2024", "2024-01-18"])]
_Name = Annotated[str, Field(max_length=MAX_NAME)]
_Names = Annotated[tuple[_Name, ...], Field(max_length=MOST_NAMED)]

AskedText = Annotated[
    str,
    Field(
        max_length=MAX_QUESTION,
        description="The question, in words.",
        # what is blank in Python too; the archive refuses an empty question itself, in a better sentence
        json_schema_extra={"pattern": r"[^\s\x1c-\x1f\x85]"},
    ),
]
Many = Annotated[int | None, Field(ge=1, le=MAX_K, description="How many passages; 10 unless it is set otherwise.")]
InSession = Annotated[_Name | None, Field(description="Only this session, by its id.")]
BySpeaker = Annotated[_Name | None, Field(description="Only what she or he said; any part of the name, or an id.")]
Since = Annotated[_Date | None, Field(description="From this day, month or year on.")]
Until = Annotated[_Date | None, Field(description="Up to this day, month or year.")]
OfKind = Annotated[Kind | None, Field(description="Only passages of this kind.")]
Literally = Annotated[bool, Field(description="Read no people, times or places in the question.")]
Topic = Annotated[
    str,
    Field(
        max_length=MAX_QUESTION,
        description="The topic, in words.",
        json_schema_extra={"pattern": r"\S"},
    ),
]
OnlySessions = Annotated[_Names, Field(description="Only these sessions, by their ids.")]
WithoutSessions = Annotated[_Names, Field(description="Not these sessions, by their ids.")]
OnlyPeople = Annotated[_Names, Field(description="Only what they said; ids, or any part of their names.")]
WithoutPeople = Annotated[_Names, Field(description="Nothing that they said; ids, or any part of their names.")]
By = Annotated[Literal["passage", "session"], Field(description="The best passages, or the best one of each session.")]


def filter_of(
    session: str | None, speaker: str | None, since: str | None, until: str | None, kind: Kind | None
) -> Filter:
    """The filters as the archive takes them. Raises BadRequest for a date that is none."""
    return Filter(session, speaker, date_of("since", since), date_of("until", until), kind)


def date_of(field: str, text: str | None) -> PartialDate | None:
    """A date as the archive takes it. Raises BadRequest for one that is none."""
    if text is None:
        return None
    try:
        return PartialDate.parse(text)
    except ValueError as error:
        raise BadRequest(field, str(error)) from error
