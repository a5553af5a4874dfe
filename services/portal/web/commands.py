"""Gives the commands that people click for, and answers when the page can show the result."""

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from services.portal.api.commands import field_errors
from services.portal.auth.guard import Forbidden, Signed, check
from services.portal.auth.rights import refusal
from services.portal.auth.sessions import Person
from services.portal.command_client import Sent
from services.portal.queries.models.details import OrderDetails
from services.portal.web.blockers import Surroundings
from services.portal.web.conflicts import SHOWN_SECONDS, Conflict, conflict_of, told, version_of
from services.portal.web.forms import command_of
from services.portal.web.labels import label
from services.portal.web.permissions import NOTHING
from services.portal.web.rendering import inside, page, saying
from shared.contracts import Malformed, Message
from shared.contracts.commands import offered, short
from shared.contracts.replies import Reply
from shared.runtime.ports import Unavailable

router = APIRouter(include_in_schema=False)

# How often a form is sent again whose record moves on while nothing that it shows changes.
TRIES = 5
FASTER = (
    "Somebody else has changed this since you opened it, and nothing of yours was done. "
    "Close this, look at the changes, and do it again if it is still right."
)
# What begins something else, which people want to see next: its kind, and where its id stands.
BEGINS = {"cart.convert": ("order", "cart_id"), "order.reorder": ("cart", "cart_id")}


async def give(
    request: Request,
    person: Person,
    command: Message,
    key: str | None = None,
    seen: int | None = None,
) -> Sent:
    """Sends a command for this person and waits until the read models have what came of it.

    `seen` is the version that they have decided upon: refused if it has moved on. Raises
    `Forbidden` if their roles aren't enough.
    """
    if why := refusal(person.roles, command):
        raise Forbidden(why)
    portal = request.app.state.portal
    wait = portal.settings.portal_wait_seconds
    sent: Sent = await portal.sender.give(
        command, person.actor, wait=wait, key=key, expected_version=seen
    )
    reply = sent.reply
    if reply and reply.outcome == "accepted" and reply.version is not None:
        kind = command.topic.name.partition(".")[0]
        await portal.views.reached(kind, command.key, reply.version, SHOWN_SECONDS)
        if follows := BEGINS.get(short(command.type)):
            begun, field = follows
            await portal.views.reached(begun, getattr(command, field), 1, SHOWN_SECONDS)
    return sent


async def surroundings_of(request: Request, command: Message) -> Surroundings:
    """What the read models know of the order or cart that a command is about.

    Nothing while MongoDB is out of reach: what a service has answered is shown all the same.
    """
    views = request.app.state.portal.views
    of_cart = command.topic.name.startswith("cart.")
    id_ = getattr(command, "cart_id" if of_cart else "order_id", None)
    if id_ is None:
        return NOTHING
    try:
        found = await (views.carts if of_cart else views.orders).get(id_)
        queue = await views.stock.queue_of(found) if isinstance(found, OrderDetails) else {}
    except Unavailable:
        return NOTHING
    return Surroundings(getattr(found, "shipment_numbers", {}), queue)


def words_of(
    request: Request, reply: Reply | None, around: Surroundings = NOTHING, shipment_id: str = ""
) -> list[str]:
    """What stands in the way, each with the way out; nothing if the command was carried out.

    `around` is what is known of what the command was about, `shipment_id` its shipment.
    """
    if reply is None:
        return ["It is on its way; this page shows it as soon as it is done."]
    if reply.outcome == "accepted":
        return []
    if reply.reason is None:
        return ["No reason was given."]
    if reply.reason.code == "version-conflict":
        return [FASTER]
    texts = request.app.state.portal.site.texts
    blockers = reply.reason.blockers
    said = [around.say(blocker, shipment_id, texts) for blocker in blockers]
    return said or [reply.reason.message]


@router.post("/do/{name}")
async def do(request: Request, person: Signed, name: str) -> Response:
    """Any command, out of a form.

    `key` makes a form that is sent twice one command, and `expectedversion` is what it has shown
    (see `conflicts`); `then` is the page to go to afterwards, `said` what to say.
    """
    model = offered().get(name)
    form = await request.form()
    if model is None:
        return refused(request, person, [f"There is no command {name}."], 404)
    check(person, name)
    try:
        command, version = command_of(model, form), version_of(form)
    except (ValueError, Malformed) as error:
        return refused(request, person, wrong_fields(error))
    sent, conflict = await _give(request, person, command, form, version)
    if conflict:
        return told(request, person, conflict)
    if sent.reply and sent.reply.outcome == "rejected":
        around = await surroundings_of(request, command)
        shipment_id = getattr(command, "shipment_id", None) or ""
        words = words_of(request, sent.reply, around, shipment_id)
        return refused(request, person, words, 409)
    then, news = _text(form.get("then")), _text(form.get("said"))
    return done(news if sent.reply else words_of(request, None)[0], then)


async def _give(
    request: Request, person: Person, command: Message, form: FormData, seen: int | None
) -> tuple[Sent, Conflict | None]:
    """Sends a form's command; with what somebody else has changed meanwhile if that stops it.

    Where the record has moved on, but nothing that the form shows has changed, the command goes
    again for the record as it is now: saving loses nothing.
    """
    key = _text(form.get("key"))
    sent = await give(request, person, command, key, seen)
    for _ in range(TRIES):
        conflict = await conflict_of(request, command, form, sent.reply)
        if conflict is None or not conflict.is_harmless:
            return sent, conflict
        again = f"{key}@{conflict.version}" if key else None
        sent = await give(request, person, command, again, conflict.version)
    return sent, await conflict_of(request, command, form, sent.reply)


def done(news: str | None, then: str | None = None) -> Response:
    """It was carried out: the page closes its dialog, says so, and shows how things are now."""
    if then:
        answer = Response(status_code=204, headers={"HX-Redirect": inside(then)})
        return saying(answer, news)
    event: dict[str, Any] = {"waybill-done": {"said": news or "Done."}}
    return Response(status_code=204, headers={"HX-Trigger": json.dumps(event)})


def refused(request: Request, person: Person, words: list[str], status: int = 422) -> Response:
    """It wasn't: why not, for the place in the form where that is shown."""
    return page(request, "refusals.html", person, status, words=words)


def wrong_fields(error: Exception) -> list[str]:
    """What a form got wrong, field by field."""
    if isinstance(error, Malformed):
        return [f"{label(error.field)}: {error.message}"]
    return [f"{label(each['field'])}: {each['message']}" for each in field_errors(error)]  # type: ignore[arg-type]


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
