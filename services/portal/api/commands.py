"""Every command of the contract over HTTP, for tools that don't speak Kafka.

The routes and their schemas come from the contract's own classes. What a command does, and when it
is refused, is what docs/contract.md says.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ValidationError

from services.portal.api.problems import documented, problem
from services.portal.auth.guard import Forbidden, Signed, check
from services.portal.auth.rights import refusal
from services.portal.auth.sessions import Person
from services.portal.command_client import Sent
from shared.contracts import Malformed, Message, border
from shared.contracts.commands import offered, short
from shared.contracts.field_errors import mistakes
from shared.contracts.replies import Action, Reply

LARGEST = 1024 * 1024
LONGEST_WAIT = 30.0
REFUSALS = {"malformed": 422, "version-conflict": 412, "failed": 500}

router = APIRouter(prefix="/api/commands", tags=["commands"])


class Accepted(BaseModel):
    """The command was carried out, or the question answered (`actions`).

    `version` counts the events of what it was about.
    """

    command_id: str
    outcome: Literal["accepted"]
    subject: str | None = None
    version: int | None = None
    status: str | None = None
    actions: list[Action] | None = None


class Pending(BaseModel):
    """The command is on its way; its outcome will be at `status_url`."""

    command_id: str
    outcome: Literal["pending"]
    status_url: str


class TooLarge(Exception):
    """More bytes than a command may have."""


ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"model": Accepted, "description": "Carried out"},
    202: {"model": Pending, "description": "On its way"},
    **documented(400, 401, 403, 404, 409, 412, 413, 422, 500, 503),
}


def _endpoint(model: type[Message]) -> Callable[..., Awaitable[Response]]:
    async def endpoint(
        request: Request,
        person: Signed,
        idempotency_key: Annotated[
            str | None,
            Header(
                min_length=1,
                max_length=200,
                description="The same key again is the same command: one effect, one outcome.",
            ),
        ] = None,
        if_match: Annotated[
            str | None,
            Header(
                pattern=r'^"?\d{1,15}"?$',
                description="The version that was seen; refused with 412 if it has moved on.",
            ),
        ] = None,
        prefer: Annotated[
            str | None, Header(description="`wait=N`: seconds to wait for the outcome.")
        ] = None,
    ) -> Response:
        check(person, short(model.type))
        command = border.read(model, await body_of(request))
        if why := refusal(person.roles, command):
            raise Forbidden(why)
        sent = await request.app.state.portal.sender.give(
            command,
            person.actor,
            wait=_wait(prefer, request.app.state.portal.settings.portal_wait_seconds),
            key=idempotency_key,
            expected_version=int(if_match.strip('"')) if if_match else None,
        )
        return answer(sent)

    return endpoint


def answer(sent: Sent) -> Response:
    """The outcome of a command as an answer."""
    reply = sent.reply
    if reply is None:
        where = f"/api/commands/{sent.id}"
        pending = Pending(command_id=sent.id, outcome="pending", status_url=where)
        return JSONResponse(pending.model_dump(), 202, {"Location": where})
    if reply.outcome == "accepted":
        told = reply.model_dump(mode="json", exclude={"reason"}, exclude_none=True)
        return JSONResponse(told | {"command_id": sent.id})
    return _refused(sent.id, reply)


def _refused(command_id: str, reply: Reply) -> Response:
    code = reply.reason.code if reply.reason else "failed"
    status = REFUSALS.get(code, 404 if code.startswith("unknown-") else 409)
    return problem(
        status,
        reply.reason.message if reply.reason else "No reason was given.",
        code=code,
        blockers=[b.model_dump(exclude_none=True) for b in reply.reason.blockers]
        if reply.reason
        else None,
        command_id=command_id,
        subject=reply.subject,
        version=reply.version,
        current_status=reply.status,
    )


async def body_of(request: Request) -> bytes:
    """The request's body; raises `TooLarge`."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            raise TooLarge
    return bytes(body)


def field_errors(error: ValidationError | Malformed) -> list[dict[str, str]]:
    """Which fields are wrong, and what is wrong with them; never what came in."""
    if isinstance(error, Malformed):
        return [{"field": error.field, "message": error.message}]
    return [
        {"field": "body" if field == "value" else field, "message": words}
        for field, words in mistakes(error)
    ]


def _wait(prefer: str | None, default: float) -> float:
    for part in (prefer or "").split(","):
        name, _, value = part.strip().partition("=")
        if name == "wait" and value.isdigit() and len(value) < 6:
            return min(float(value), LONGEST_WAIT) or 0.05
    return default


def _schema(name: str, model: type[Message]) -> dict[str, Any]:
    """The command's schema; what it is made of goes among the components, under its own name."""
    prefix = "".join(part.capitalize() for part in name.replace(".", "-").split("-"))
    schema = model.model_json_schema(ref_template=f"#/components/schemas/{prefix}.{{model}}")
    for part, definition in schema.pop("$defs", {}).items():
        COMPONENTS[f"{prefix}.{part}"] = definition
    return schema


COMPONENTS: dict[str, Any] = {}

for _name, _model in offered().items():
    router.add_api_route(
        f"/{_name}",
        _endpoint(_model),
        methods=["POST"],
        name=_name,
        operation_id=_name,
        summary=_name,
        description=_model.__doc__,
        response_model=None,
        responses=ANSWERS,
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": _schema(_name, _model)}},
            }
        },
    )


# After the commands: whoever asks how one may be used is told `Allow: POST`.
@router.get(
    "/{command_id}",
    responses={**ANSWERS},
    summary="What became of a command",
)
async def outcome(
    request: Request, person: Signed, command_id: Annotated[str, Path(max_length=64)]
) -> Response:
    """For a day after it was given, to whoever gave it."""
    sent = await request.app.state.portal.sender.outcome(command_id, person.actor, wait=1.0)
    if sent is None:
        return problem(404, "You gave no command with this id, or it is too long ago.")
    return answer(sent)


__all__ = ["COMPONENTS", "Person", "TooLarge", "answer", "field_errors", "router"]
