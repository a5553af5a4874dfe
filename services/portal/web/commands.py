"""Gives the commands that people click for, and answers when the page can show the result."""

import json
import re
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.api.commands import field_errors
from services.portal.auth.guard import Forbidden, Signed, check
from services.portal.auth.rights import refusal
from services.portal.auth.sessions import Person
from services.portal.command_client import Sent
from services.portal.queries.models.details import OrderDetails
from services.portal.web.blockers import Surroundings
from services.portal.web.forms import command_of
from services.portal.web.permissions import NOTHING
from services.portal.web.rendering import inside, page, saying
from shared.contracts import Malformed, Message
from shared.contracts.commands import offered, short
from shared.contracts.replies import Reply
from shared.runtime.ports import Unavailable

router = APIRouter(include_in_schema=False)

VERSION = re.compile(r"[0-9]{1,15}")
# How long a page waits for its own change to be shown.
SHOWN_SECONDS = 2.0
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
    told = [around.say(blocker, shipment_id, texts) for blocker in blockers]
    return told or [reply.reason.message]


@router.post("/do/{name}")
async def do(request: Request, person: Signed, name: str) -> Response:
    """Any command, out of a form. `key` makes a form that is sent twice one command, and
    `expectedversion` is what it has shown; `then` is the page to go to afterwards, `said` what to
    say."""
    model = offered().get(name)
    form = await request.form()
    if model is None:
        return refused(request, person, [f"There is no command {name}."], 404)
    check(person, name)
    try:
        command = command_of(model, form)
    except (ValueError, Malformed) as error:
        return refused(request, person, wrong_fields(error))
    seen = _text(form.get("expectedversion"))
    version = int(seen) if seen and VERSION.fullmatch(seen) else None
    sent = await give(request, person, command, _text(form.get("key")), version)
    if sent.reply and sent.reply.outcome == "rejected":
        around = await surroundings_of(request, command)
        shipment_id = getattr(command, "shipment_id", None) or ""
        words = words_of(request, sent.reply, around, shipment_id)
        return refused(request, person, words, 409)
    then, news = _text(form.get("then")), _text(form.get("said"))
    return done(news if sent.reply else words_of(request, None)[0], then)


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


def label(field: str) -> str:
    """A field as a form calls it: `address.postal_code` is Postal code."""
    return field.rpartition(".")[2].replace("_", " ").capitalize()


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
