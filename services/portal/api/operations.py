"""For operators' tools: dead letters, how everything is, and who is how far behind."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from pydantic import BaseModel, Field

from services.portal.api.commands import body_of
from services.portal.api.problems import documented
from services.portal.auth.guard import Operator
from services.portal.operations import Operations, SystemHealth
from services.portal.queries.cursor import LONGEST_PAGE, PAGE
from shared.contracts.base import ID_PATTERN, Text
from shared.dead_letters.dead_letter import State
from shared.dead_letters.filters import DeadLetterPage, Filter
from shared.dead_letters.operations import DeadLetterDetails, RedriveResult
from shared.monitoring.lag import Lag

MOST = 100

router = APIRouter(
    prefix="/api", tags=["operations"], responses=documented(401, 403, 409, 422, 503)
)

Words = Annotated[str, Query(max_length=200)]
LetterId = Annotated[str, Path(pattern=ID_PATTERN)]
Letters = Annotated[
    list[Annotated[str, Field(pattern=ID_PATTERN)]], Field(min_length=1, max_length=MOST)
]


class Redrive(BaseModel):
    """Which letters to send again; `with_earlier` takes open ones along that stand before them."""

    letters: Letters
    with_earlier: bool = False


class Drop(BaseModel):
    """Which letters to settle without sending anything, and why."""

    letters: Letters
    note: Text | None = None


def _body(model: type[BaseModel]) -> dict[str, Any]:
    """What a request's body is. It is read by ourselves: once the role is known, not before."""
    content = {"application/json": {"schema": model.model_json_schema()}}
    return {"requestBody": {"required": True, "content": content}}


def _operating(request: Request) -> Operations:
    found: Operations = request.app.state.portal.operating
    return found


Asked = Annotated[Operations, Depends(_operating)]


def _sought(
    service: Words = "",
    code: Words = "",
    reason: Words = "",
    topic: Words = "",
    order: Words = "",
    state: Annotated[State | Literal["any"], Query(description="What became of them.")] = "open",
) -> Filter:
    """Everything that is given holds at once."""
    states: tuple[State, ...] = () if state == "any" else (state,)
    return Filter(service, code, reason, topic, order, states)


@router.get("/dead-letters")
async def dead_letters(
    _: Operator,
    asked: Asked,
    sought: Annotated[Filter, Depends(_sought)],
    after: Words = "",
    limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = PAGE,
) -> DeadLetterPage:
    """What services could not process, the latest first."""
    return await asked.in_time(asked.letters.page(sought, after, limit))


@router.get("/dead-letters/{letter_id}", responses=documented(404))
async def dead_letter(_: Operator, asked: Asked, letter_id: LetterId) -> DeadLetterDetails:
    """A letter with its content. Card numbers are asterisks; all else is as it came."""
    found = await asked.in_time(asked.letters.details(letter_id))
    if found is None:
        raise HTTPException(404, "There is no such dead letter, or its topic has forgotten it.")
    return found


@router.post("/redrives", responses=documented(413), openapi_extra=_body(Redrive))
async def redrive(request: Request, person: Operator, asked: Asked) -> list[RedriveResult]:
    """Publishes the records again where they came from, and says what became of each letter.

    Safe to repeat: what was carried out since is a repeat, and a settled letter stays as it is.
    """
    body = Redrive.model_validate_json(await body_of(request))
    work = asked.letters.redrive(body.letters, person.actor, with_earlier=body.with_earlier)
    return await asked.in_time(work)


@router.post("/drops", responses=documented(413), openapi_extra=_body(Drop))
async def drop(request: Request, person: Operator, asked: Asked) -> list[RedriveResult]:
    """Settles letters without sending anything, and says what became of each."""
    body = Drop.model_validate_json(await body_of(request))
    return await asked.in_time(asked.letters.drop(body.letters, person.actor, body.note))


@router.get("/health")
async def health(_: Operator, asked: Asked) -> SystemHealth:
    """How the engines and every process are."""
    return await asked.health()


@router.get("/lag")
async def lag(_: Operator, asked: Asked) -> list[Lag]:
    """How far every consumer group is behind, partition by partition."""
    return await asked.lag()
