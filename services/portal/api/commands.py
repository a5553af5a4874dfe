"""Every command of the contract over HTTP, for tools without a Kafka client.

The routes and their schemas are derived from the classes of the contract. docs/contract.md says
what each command does and when it is rejected.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from services.portal.api.problems import documented, problem
from services.portal.auth.guard import Forbidden, SignedIn, check
from services.portal.auth.rights import refusal
from services.portal.auth.sessions import Person
from services.portal.command_client import Submission
from services.portal.sourcing import with_sourcing
from shared.contracts import Message, border
from shared.contracts.commands import offered, short
from shared.contracts.replies import Action, DryRun, Reply
from shared.runtime.ports import Unavailable

MAX_BYTES = 1024 * 1024
MAX_WAIT_SECONDS = 30.0
STATUSES = {"malformed": 422, "version-conflict": 412, "failed": 500}

router = APIRouter(prefix="/api/commands", tags=["commands"])


class Accepted(BaseModel):
    """The command was carried out, or the query answered (`actions`).

    `version` is the number of events of the command's subject.
    """

    command_id: str
    outcome: Literal["accepted"]
    subject: str | None = None
    version: int | None = None
    status: str | None = None
    actions: list[Action] | None = None
    dry_run: DryRun | None = None


class Pending(BaseModel):
    """The command is still being processed; its outcome will be at `status_url`."""

    command_id: str
    outcome: Literal["pending"]
    status_url: str


class TooLarge(Exception):
    """The body is larger than a command may be."""


ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"model": Accepted, "description": "Carried out"},
    202: {"model": Pending, "description": "Still being processed"},
    **documented(400, 401, 403, 404, 409, 412, 413, 422, 500, 503),
}


def _endpoint(model: type[Message]) -> Callable[..., Awaitable[Response]]:
    async def endpoint(
        request: Request,
        person: SignedIn,
        idempotency_key: Annotated[
            str | None,
            Header(
                min_length=1,
                max_length=200,
                description="A repeat with the same key has no second effect and the same outcome.",
            ),
        ] = None,
        if_match: Annotated[
            str | None,
            Header(
                pattern=r'^"?\d{1,15}"?$',
                description="The expected version; 412 if it has changed since.",
            ),
        ] = None,
        prefer: Annotated[
            str | None, Header(description="`wait=N`: seconds to wait for the outcome.")
        ] = None,
        dry_run: Annotated[
            bool, Query(description="Only say what the command would do now: see `dry_run`.")
        ] = False,
    ) -> Response:
        check(person, short(model.type))
        command = border.read(model, await body_of(request))
        if why := refusal(person.roles, command, request.app.state.portal.site):
            raise Forbidden(why)
        portal = request.app.state.portal
        commands = portal.commands
        wait = _wait(prefer, portal.settings.portal_wait_seconds)
        expected = int(if_match.strip('"')) if if_match else None
        if dry_run:
            reply = await commands.try_out(command, person.actor, wait, expected)
            if reply is None:
                raise Unavailable("the service doesn't answer")
            reply = await with_sourcing(reply, command, portal.queries, portal.site)
            return answer(Submission(reply.command_id, reply))
        submission = await commands.submit(
            command, person.actor, wait=wait, key=idempotency_key, expected_version=expected
        )
        return answer(submission)

    return endpoint


def answer(submission: Submission) -> Response:
    """The HTTP response for the outcome of a command."""
    reply = submission.reply
    if reply is None:
        url = f"/api/commands/{submission.id}"
        pending = Pending(command_id=submission.id, outcome="pending", status_url=url)
        return JSONResponse(pending.model_dump(), 202, {"Location": url})
    if reply.outcome == "accepted":
        content = reply.model_dump(mode="json", exclude={"reason"}, exclude_none=True)
        return JSONResponse(content | {"command_id": submission.id})
    return _rejection(submission.id, reply)


def _rejection(command_id: str, reply: Reply) -> Response:
    code = reply.reason.code if reply.reason else "failed"
    status = STATUSES.get(code, 404 if code.startswith("unknown-") else 409)
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
    """Reads the request's body; raises `TooLarge`."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise TooLarge
    return bytes(body)


def _wait(prefer: str | None, default: float) -> float:
    for part in (prefer or "").split(","):
        name, _, value = part.strip().partition("=")
        if name == "wait" and value.isdecimal() and len(value) < 6:
            return min(float(value), MAX_WAIT_SECONDS) or 0.05
    return default


def _schema(name: str, model: type[Message]) -> dict[str, Any]:
    """The command's JSON schema; its definitions are added to `COMPONENTS` with a prefix."""
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


# After the command routes, so that another method on one of those is answered with `Allow: POST`.
@router.get(
    "/{command_id}",
    responses={**ANSWERS},
    summary="The outcome of a command",
)
async def outcome(
    request: Request, person: SignedIn, command_id: Annotated[str, Path(max_length=64)]
) -> Response:
    """Available for a day after submission, to the account that submitted the command."""
    submission = await request.app.state.portal.commands.outcome(command_id, person.actor, wait=1.0)
    if submission is None:
        return problem(404, "You submitted no command with this id within the last day.")
    return answer(submission)


__all__ = ["COMPONENTS", "Person", "TooLarge", "answer", "router"]
