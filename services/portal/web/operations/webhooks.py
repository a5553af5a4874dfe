"""Pages for webhooks: the list, one with its deliveries, and what operators do with them."""

import json
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from services.portal.auth.guard import Operator
from services.portal.i18n import N_, _, ngettext
from services.portal.web.frame.rendering import page, redirect
from services.portal.webhooks.model import NewSubscription, Subscription
from services.portal.webhooks.subscriptions import subscribable
from services.portal.webhooks.webhooks import Webhooks

PATH = "/operations/webhooks"
GONE = N_("Webhook not found. It may have been deleted.")
NO_DELIVERY = N_("Delivery not found. Deliveries are deleted some days after they succeed.")
NOT_KEPT = N_("This event can't be sent again: its content was erased or is no longer kept.")
STATES = {
    "unused": N_("Nothing sent yet"),
    "healthy": N_("Healthy"),
    "retrying": N_("Retrying"),
    "parked": N_("Parked"),
    "overflowed": N_("Stopped"),
    "disabled": N_("Disabled"),
}
DELIVERY_STATES = {
    "": N_("All"),
    "waiting": N_("Waiting"),
    "delivered": N_("Delivered"),
    "parked": N_("Parked"),
    "erased": N_("Erased"),
}

router = APIRouter(prefix="/operations", include_in_schema=False)


@router.get("/webhooks")
async def webhooks(request: Request, person: Operator) -> Response:
    """Every webhook with its state."""
    hooks = _webhooks(request)
    found = await hooks.all()
    return page(request, "operations/webhooks.html", person, found=found, states=STATES)


@router.get("/webhook-form")
async def dialog(request: Request, person: Operator, webhook_id: str = "") -> Response:
    """The form to create a webhook, or to change one."""
    found = await _found(request, webhook_id) if webhook_id else None
    return page(
        request, "operations/dialog_webhook.html", person, webhook=found, known=subscribable()
    )


@router.post("/webhooks")
async def save(
    request: Request,
    person: Operator,
    name: Annotated[str, Form(max_length=400)],
    url: Annotated[str, Form(max_length=4000)],
    types: Annotated[str, Form(max_length=10_000)],
    webhook_id: Annotated[str, Form(max_length=64)] = "",
    enabled: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Creates a webhook and shows its secret, or changes one."""
    hooks = _webhooks(request)
    wanted = [part for line in types.splitlines() for part in line.replace(",", " ").split()]
    new = NewSubscription(
        name=name, url=url, types=wanted, enabled=not webhook_id or enabled == "yes"
    )
    if not webhook_id:
        made, secret = await hooks.add(new, person.account)
        return _secret(request, person, made, secret)
    changed = await hooks.change(webhook_id, new)
    if changed is None:
        raise HTTPException(404, _(GONE))
    return redirect(request, f"{PATH}/{webhook_id}", _("Webhook saved."))


@router.get("/webhooks/{webhook_id}")
async def webhook(
    request: Request,
    person: Operator,
    webhook_id: str,
    state: str = "",
    key: str = "",
    after: str = "",
) -> Response:
    """One webhook: its state, and its deliveries, the latest first."""
    found = await _found(request, webhook_id)
    state, key = state if state in DELIVERY_STATES else "", key.strip()[:200]
    log = await _webhooks(request).deliveries(webhook_id, state, key, after)
    here = f"{PATH}/{webhook_id}"
    chosen = {name: value for name, value in (("state", state), ("key", key)) if value}
    values: dict[str, Any] = {"webhook": found, "log": log, "states": STATES, "here": here}
    values |= {"state": state, "key": key, "after": after, "delivery_states": DELIVERY_STATES}
    values |= {"first": f"{here}?{urlencode(chosen)}" if chosen else here}
    values |= {"next": f"{here}?{urlencode({**chosen, 'after': log.after})}" if log.after else ""}
    return page(request, "operations/webhook.html", person, **values)


@router.get("/webhooks/{webhook_id}/confirm")
async def confirm(request: Request, person: Operator, webhook_id: str, what: str) -> Response:
    """Asks before the secret is replaced, or the webhook deleted."""
    found = await _found(request, webhook_id)
    if what not in ("delete", "secret"):
        raise HTTPException(404, "Not Found")
    return page(
        request, "operations/webhook_confirm.html", person, webhook=found, what=what, secret=None
    )


@router.post("/webhooks/{webhook_id}/secret")
async def rotate(request: Request, person: Operator, webhook_id: str) -> Response:
    """Replaces the secret and shows the new one."""
    found = await _webhooks(request).rotate(webhook_id)
    if found is None:
        raise HTTPException(404, _(GONE))
    return _secret(request, person, *found)


@router.post("/webhooks/{webhook_id}/delete")
async def delete(request: Request, _person: Operator, webhook_id: str) -> Response:
    """Deletes the webhook and its deliveries."""
    await _webhooks(request).delete(webhook_id)
    return redirect(request, PATH, _("Webhook deleted."))


@router.post("/webhooks/{webhook_id}/test")
async def test(request: Request, _person: Operator, webhook_id: str) -> Response:
    """Sends a test event."""
    await _found(request, webhook_id)
    await _webhooks(request).test(webhook_id)
    return redirect(request, f"{PATH}/{webhook_id}", _("Test event sent. Its result is below."))


@router.post("/webhooks/{webhook_id}/resume")
async def resume(request: Request, _person: Operator, webhook_id: str) -> Response:
    """Tries everything again that waits or is parked."""
    await _found(request, webhook_id)
    count = await _webhooks(request).resume(webhook_id)
    text = ngettext("Trying %(num)d delivery again.", "Trying %(num)d deliveries again.", count)
    return redirect(request, f"{PATH}/{webhook_id}", text % {"num": count})


@router.get("/webhooks/{webhook_id}/deliveries/{delivery_id}")
async def delivery(
    request: Request, person: Operator, webhook_id: str, delivery_id: str
) -> Response:
    """One delivery: its attempts, and what is sent."""
    hook = await _found(request, webhook_id)
    found = await _webhooks(request).delivery(webhook_id, delivery_id)
    if found is None:
        raise HTTPException(404, _(NO_DELIVERY))
    return page(
        request,
        "operations/webhook_delivery.html",
        person,
        webhook=hook,
        delivery=found,
        text=_indented(found.body),
        delivery_states=DELIVERY_STATES,
        here=f"{PATH}/{webhook_id}",
    )


@router.post("/webhooks/{webhook_id}/deliveries/{delivery_id}/resend")
async def resend(
    request: Request, _person: Operator, webhook_id: str, delivery_id: str
) -> Response:
    """Delivers an event again."""
    where = f"{PATH}/{webhook_id}/deliveries/{delivery_id}"
    if not await _webhooks(request).resend(webhook_id, delivery_id):
        raise HTTPException(409, _(NOT_KEPT))
    return redirect(request, where, _("The event is sent again."))


def _indented(body: str | None) -> str:
    return json.dumps(json.loads(body), indent=2, ensure_ascii=False) if body else ""


def _secret(request: Request, person: Any, webhook: Subscription, secret: str) -> Response:
    return page(
        request,
        "operations/webhook_confirm.html",
        person,
        webhook=webhook,
        what="secret",
        secret=secret,
    )


async def _found(request: Request, webhook_id: str) -> Subscription:
    found = await _webhooks(request).get(webhook_id)
    if found is None:
        raise HTTPException(404, _(GONE))
    return found


def _webhooks(request: Request) -> Webhooks:
    found: Webhooks = request.app.state.portal.webhooks
    return found
