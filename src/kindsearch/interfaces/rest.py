"""The archive over HTTP, for other programs: the verbs of KindSearch under ``/v1``, described at ``/v1/openapi.json``.

What comes back are the records of ``records.py``. What goes wrong is told as in ``problems.py``. A caller names a
question, filters, a passage and a page; no path and no address ever comes in.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict
from typing_extensions import TypedDict

from kindsearch.errors import BadRequest
from kindsearch.interfaces import parameters, problems
from kindsearch.interfaces.page_images import page_image
from kindsearch.interfaces.receiving import FORM, UploadDoor
from kindsearch.interfaces.records import (
    AnswerRecord,
    BriefRecord,
    CountsRecord,
    PassageRecord,
    PersonRecord,
    ResourceRecord,
    SearchRecord,
    SessionRecord,
    StatusRecord,
    UploadRecord,
    answer_record,
    brief_record,
    counts_record,
    passage_record,
    person_record,
    resource_record,
    search_record,
    session_record,
    status_record,
    upload_record,
)
from kindsearch.search import KindSearch
from kindsearch.types import Filter, Passage


class FilterQuery(BaseModel):
    """What narrows a question. A parameter that is not known is refused, for it might have been a filter."""

    model_config = ConfigDict(extra="forbid")

    session: parameters.InSession = None
    speaker: parameters.BySpeaker = None
    since: parameters.Since = None
    until: parameters.Until = None
    kind: parameters.OfKind = None

    @property
    def where(self) -> Filter:
        """The filters as the archive takes them."""
        return parameters.filter_of(self.session, self.speaker, self.since, self.until, self.kind)


class AskQuery(FilterQuery):
    """A question and what narrows it."""

    q: parameters.AskedText
    k: parameters.Many = None
    literal: parameters.Literally = False


class SearchQuery(AskQuery):
    """The same, with how the passages are chosen."""

    by: parameters.By = "passage"


class BriefQuery(BaseModel):
    """A topic and what it is looked for in; sessions and people may be repeated."""

    model_config = ConfigDict(extra="forbid")

    q: parameters.Topic
    session: parameters.OnlySessions = ()
    without_session: parameters.WithoutSessions = ()
    person: parameters.OnlyPeople = ()
    without_person: parameters.WithoutPeople = ()
    since: parameters.Since = None
    until: parameters.Until = None


class Alive(TypedDict):
    """The process answers."""

    status: str


PassageId = Annotated[str, Path(max_length=parameters.MAX_NAME, description="As a record has it in passage_id.")]


def create_api(archive: KindSearch, door: UploadDoor | None = None) -> FastAPI:
    """The REST interface of an archive, to be mounted under ``/v1``. Uploads are taken where there is a door."""
    api = FastAPI(
        title="kindsearch",
        summary="Search and cited answers over the archive of a community's conversations.",
        version="1",
        docs_url=None,  # the pages that FastAPI offers load scripts from elsewhere
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
        responses={
            422: problems.described("The request makes no sense."),
            503: problems.described("The archive can't answer now."),
        },
    )
    problems.tell(api)
    _let_ask(api, archive)
    _let_list(api, archive)
    _let_read(api, archive)
    _let_check(api, archive)
    if door:
        _let_upload(api, door)
    return api


def _let_ask(api: FastAPI, archive: KindSearch) -> None:
    """What is asked, and what would narrow it."""

    @api.get("/ask")
    def ask(asked: Annotated[AskQuery, Query()]) -> AnswerRecord:
        """Answer a question with quotes and citations, or say that the archive does not."""
        return answer_record(archive.ask(asked.q, asked.k, asked.where, literal=asked.literal))

    @api.get("/search")
    def search(asked: Annotated[SearchQuery, Query()]) -> SearchRecord:
        """The passages for a question, best first."""
        hits = archive.search(asked.q, asked.k, asked.where, by=asked.by, literal=asked.literal)
        return search_record(asked.q, hits)

    @api.get("/brief")
    def brief(asked: Annotated[BriefQuery, Query()]) -> BriefRecord:
        """All that the archive says on a topic, quoted and counted. Refused for sessions or people it does not know."""
        made = archive.brief(
            asked.q,
            sessions=asked.session,
            without_sessions=asked.without_session,
            people=asked.person,
            without_people=asked.without_person,
            since=parameters.date_of("since", asked.since),
            until=parameters.date_of("until", asked.until),
        )
        return brief_record(made)

    @api.get("/counts")
    def counts(within: Annotated[FilterQuery, Query()]) -> CountsRecord:
        """How many passages each choice of a filter would leave, given its other sides."""
        return counts_record(archive.counts(within.where))


def _let_list(api: FastAPI, archive: KindSearch) -> None:
    """All that there is of a kind."""

    @api.get("/sessions")
    def sessions() -> list[SessionRecord]:
        """The sessions, newest first."""
        return [session_record(summary) for summary in archive.sessions()]

    @api.get("/people")
    def people() -> list[PersonRecord]:
        """Everybody whose words the archive holds, by name."""
        return [person_record(person) for person in archive.people()]

    @api.get("/resources")
    def resources() -> list[ResourceRecord]:
        """What was recommended, newest first."""
        return [resource_record(resource) for resource in archive.resources()]


def _let_read(api: FastAPI, archive: KindSearch) -> None:
    """A passage, and the pages of its document."""
    missing: dict[int | str, dict[str, Any]] = {404: problems.described("There is nothing of that name (any more).")}

    @api.get("/passages/{passage_id}", responses=missing)
    def passage(passage_id: PassageId) -> PassageRecord:
        """A passage by its id."""
        return passage_record(_known(archive, passage_id))

    @api.get(
        "/passages/{passage_id}/pages/{page}.png",
        response_class=Response,
        responses={200: {"description": "The page, as PNG.", "content": {"image/png": {}}}, **missing},
    )
    def page(passage_id: PassageId, page: Annotated[int, Path(ge=1, le=2**31)]) -> Response:
        """A page of the document in which a passage stands, as a picture."""
        found = _known(archive, passage_id)
        try:
            archive.page_size(found, page)
        except BadRequest as error:
            raise HTTPException(404, str(error)) from error
        return page_image(archive, found, page)


def _let_check(api: FastAPI, archive: KindSearch) -> None:
    """Whether the process answers, and whether the archive does."""

    @api.get("/health")
    def health() -> Alive:
        """Whether the process answers."""
        return {"status": "alive"}

    @api.get("/ready")
    def ready() -> StatusRecord:
        """Whether questions can be answered: the index opens and the model is there. What the archive holds then."""
        archive.search("kindness", 1)
        return status_record(archive.status())


def _let_upload(api: FastAPI, door: UploadDoor) -> None:
    """Files that are added to the archive."""

    @api.post(
        "/uploads",
        responses={
            202: {"description": "It is kept, and will be in the archive later.", "model": UploadRecord},
            413: problems.described("The file is too large."),
            507: problems.described("There is no room for more."),
        },
        openapi_extra={"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": FORM}}}},
    )
    async def uploads(request: Request, response: Response) -> UploadRecord:
        """Add a file: a pack, a transcript, captions or a saved chat, told by its content."""
        uploaded = await door.receive(request)
        response.status_code = 200 if uploaded and uploaded.file else 202
        return upload_record(uploaded)


def _known(archive: KindSearch, passage_id: str) -> Passage:
    passage = archive.passage(passage_id)
    if passage is None:
        raise HTTPException(404, "the archive holds no such passage (any more): ask the question again")
    return passage
