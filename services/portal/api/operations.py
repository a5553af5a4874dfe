"""The API for operators: dead letters, health and lag."""

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

MAX_ITEMS = 100

router = APIRouter(
    prefix="/api", tags=["operations"], responses=documented(401, 403, 409, 422, 503)
)

SearchText = Annotated[str, Query(max_length=200)]
DeadLetterId = Annotated[str, Path(pattern=ID_PATTERN)]
DeadLetterIds = Annotated[
    list[Annotated[str, Field(pattern=ID_PATTERN)]], Field(min_length=1, max_length=MAX_ITEMS)
]


class Redrive(BaseModel):
    """The dead letters to redrive; `with_earlier` adds open ones of the same key before them."""

    letters: DeadLetterIds
    with_earlier: bool = False


class Drop(BaseModel):
    """The dead letters to settle without publishing anything, and why."""

    letters: DeadLetterIds
    note: Text | None = None


def _body(model: type[BaseModel]) -> dict[str, Any]:
    """The OpenAPI description of a body, which the route reads itself, after checking the role."""
    content = {"application/json": {"schema": model.model_json_schema()}}
    return {"requestBody": {"required": True, "content": content}}


def _operations(request: Request) -> Operations:
    found: Operations = request.app.state.portal.operations
    return found


PortalOperations = Annotated[Operations, Depends(_operations)]


def _filter(
    service: SearchText = "",
    code: SearchText = "",
    reason: SearchText = "",
    topic: SearchText = "",
    order: SearchText = "",
    state: Annotated[Literal[State, "any"], Query(description="Their state.")] = "open",
) -> Filter:
    """All conditions have to hold."""
    states: tuple[State, ...] = () if state == "any" else (state,)
    return Filter(service, code, reason, topic, order, states)


@router.get("/dead-letters")
async def dead_letters(
    _: Operator,
    operations: PortalOperations,
    filter_: Annotated[Filter, Depends(_filter)],
    after: SearchText = "",
    limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = PAGE,
) -> DeadLetterPage:
    """Records that services could not process, the latest first."""
    return await operations.with_timeout(operations.dead_letters.page(filter_, after, limit))


@router.get("/dead-letters/{letter_id}", responses=documented(404))
async def dead_letter(
    _: Operator, operations: PortalOperations, letter_id: DeadLetterId
) -> DeadLetterDetails:
    """A dead letter with its content, unchanged except that card numbers are masked."""
    found = await operations.with_timeout(operations.dead_letters.details(letter_id))
    if found is None:
        raise HTTPException(404, "Dead letter not found. Its topic may no longer keep it.")
    return found


@router.post("/redrives", responses=documented(413), openapi_extra=_body(Redrive))
async def redrive(
    request: Request, person: Operator, operations: PortalOperations
) -> list[RedriveResult]:
    """Publishes the records to their original topics again, and returns a result for each.

    Safe to repeat: a record that was processed since is ignored as a repeat, and a settled dead
    letter isn't changed.
    """
    body = Redrive.model_validate_json(await body_of(request))
    work = operations.dead_letters.redrive(
        body.letters, person.actor, with_earlier=body.with_earlier
    )
    return await operations.with_timeout(work)


@router.post("/drops", responses=documented(413), openapi_extra=_body(Drop))
async def drop(
    request: Request, person: Operator, operations: PortalOperations
) -> list[RedriveResult]:
    """Settles dead letters without publishing anything, and returns a result for each."""
    body = Drop.model_validate_json(await body_of(request))
    return await operations.with_timeout(
        operations.dead_letters.drop(body.letters, person.actor, body.note)
    )


@router.get("/health")
async def health(_: Operator, operations: PortalOperations) -> SystemHealth:
    """The health of the engines and of every process."""
    return await operations.health()


@router.get("/lag")
async def lag(_: Operator, operations: PortalOperations) -> list[Lag]:
    """The lag of every consumer group on every partition."""
    return await operations.lag()
