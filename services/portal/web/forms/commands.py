"""Submits the commands of the pages, and answers once the read models show the result."""

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError
from starlette.datastructures import FormData

from services.portal.auth.guard import Forbidden, SignedIn, check
from services.portal.auth.rights import refusal
from services.portal.auth.sessions import Person
from services.portal.command_client import Submission
from services.portal.data_texts import rejections
from services.portal.field_errors import field_error_texts
from services.portal.i18n import N_, _
from services.portal.queries.models.details import OrderDetails
from services.portal.web.forms.conflicts import (
    READ_MODEL_SECONDS,
    Conflict,
    conflict_of,
    conflict_response,
    version_of,
)
from services.portal.web.forms.parsing import parse_command
from services.portal.web.frame.blockers import PageContext, rejection_texts
from services.portal.web.frame.permissions import NO_CONTEXT
from services.portal.web.frame.rendering import local_path, page, with_flash
from shared.contracts import Malformed, Message
from shared.contracts.commands import offered, short
from shared.contracts.replies import Reply
from shared.runtime.ports import Unavailable

router = APIRouter(include_in_schema=False)

# How often a form is submitted again whose record moves on while nothing that it shows changes.
TRIES = 5
VERSION_CONFLICT = N_(
    "Somebody else has changed this since you opened it. Your change was not saved. "
    "Close this dialog, check the changes, and try again."
)
# Commands that create another aggregate, which is shown next: its kind, and the field with its id.
CREATES = {"cart.convert": ("order", "cart_id"), "order.reorder": ("cart", "cart_id")}


async def submit(
    request: Request,
    person: Person,
    command: Message,
    key: str | None = None,
    expected_version: int | None = None,
) -> Submission:
    """Submits a command for this person and waits until the read models show its result.

    `expected_version` is the version that the person saw: the command is rejected if it has
    changed. Raises `Forbidden` if the person's roles don't allow the command.
    """
    if why := refusal(person.roles, command, request.app.state.portal.site):
        raise Forbidden(why)
    portal = request.app.state.portal
    wait = portal.settings.portal_wait_seconds
    submission: Submission = await portal.commands.submit(
        command, person.actor, wait=wait, key=key, expected_version=expected_version
    )
    reply = submission.reply
    if reply and reply.outcome == "accepted" and reply.version is not None:
        kind = command.topic.name.partition(".")[0]
        await portal.queries.wait_for_version(kind, command.key, reply.version, READ_MODEL_SECONDS)
        if created := CREATES.get(short(command.type)):
            kind, field = created
            stream = getattr(command, field)
            await portal.queries.wait_for_version(kind, stream, 1, READ_MODEL_SECONDS)
    return submission


async def page_context(request: Request, command: Message) -> PageContext:
    """What the read models know about the order or cart of a command.

    Empty if MongoDB can't be reached, so that the service's reply is shown in any case.
    """
    queries = request.app.state.portal.queries
    of_cart = command.topic.name.startswith("cart.")
    id_ = getattr(command, "cart_id" if of_cart else "order_id", None)
    if id_ is None:
        return NO_CONTEXT
    try:
        found = await (queries.carts if of_cart else queries.orders).get(id_)
        is_order = isinstance(found, OrderDetails)
        queue = await queries.stock.queue_positions(found) if is_order else {}
    except Unavailable:
        return NO_CONTEXT
    return PageContext(getattr(found, "shipment_numbers", {}), queue)


def reply_texts(
    request: Request, reply: Reply | None, context: PageContext = NO_CONTEXT, shipment_id: str = ""
) -> list[str]:
    """The reasons for a rejection, each with its remedy; empty if the command was accepted.

    `context` is the page's knowledge of the order or cart, `shipment_id` the command's shipment.
    """
    if reply is None:
        return [_("Still in progress. This page shows the result as soon as it is there.")]
    if reply.outcome == "accepted":
        return []
    if reply.reason and reply.reason.code == "version-conflict":
        return [_(VERSION_CONFLICT)]
    return rejection_texts(
        reply, context, rejections(request.app.state.portal.site.texts), shipment_id
    )


@router.post("/do/{name}")
async def run_command(request: Request, person: SignedIn, name: str) -> Response:
    """Submits the command of a form.

    Form fields beside the command's own: `key` is the idempotency key, `expectedversion` the
    version that the form showed (see `conflicts`), `then` the page to open afterwards, `said` the
    message to show.
    """
    model = offered().get(name)
    form = await request.form()
    if model is None:
        return refused(request, person, [_("Unknown command %(name)s.") % {"name": name}], 404)
    check(person, name)
    try:
        command, version = parse_command(model, form), version_of(form)
    except (ValidationError, Malformed) as error:
        return refused(request, person, field_error_texts(error, name))
    submission, conflict = await _submit(request, person, command, form, version)
    if conflict:
        return conflict_response(request, person, conflict)
    reply = submission.reply
    if reply and reply.outcome == "rejected":
        context = await page_context(request, command)
        shipment_id = getattr(command, "shipment_id", None) or ""
        texts = reply_texts(request, reply, context, shipment_id)
        return refused(request, person, texts, 409)
    then, message = _text(form.get("then")), _text(form.get("said"))
    return done(message if reply else reply_texts(request, None)[0], then)


async def _submit(
    request: Request, person: Person, command: Message, form: FormData, expected: int | None
) -> tuple[Submission, Conflict | None]:
    """Submits a form's command; also returns the conflict if somebody else's change prevents it.

    If the record has moved on but nothing that the form shows has changed, the command is submitted
    again for the present version: saving loses nothing.
    """
    key = _text(form.get("key"))
    submission = await submit(request, person, command, key, expected)
    for _attempt in range(TRIES):
        conflict = await conflict_of(request, command, form, submission.reply)
        if conflict is None or not conflict.is_harmless:
            return submission, conflict
        retry_key = f"{key}@{conflict.version}" if key else None
        submission = await submit(request, person, command, retry_key, conflict.version)
    return submission, await conflict_of(request, command, form, submission.reply)


def done(message: str | None, then: str | None = None) -> Response:
    """The answer to an accepted command: closes the dialog, shows `message`, refreshes the page.

    With `then` the browser opens that page instead, which shows the message.
    """
    if then:
        answer = Response(status_code=204, headers={"HX-Redirect": local_path(then)})
        return with_flash(answer, message)
    event: dict[str, Any] = {"waybill-done": {"said": message or _("Done.")}}
    return Response(status_code=204, headers={"HX-Trigger": json.dumps(event)})


def refused(request: Request, person: Person, texts: list[str], status: int = 422) -> Response:
    """The answer to a rejected command: the reasons, for the form to show."""
    return page(request, "frame/refusals.html", person, status, texts=texts)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
