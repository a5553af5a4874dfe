"""The API for operators: webhooks and their deliveries."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response

from services.portal.api.commands import COMPONENTS, body_of
from services.portal.api.problems import documented
from services.portal.auth.guard import Operator
from services.portal.queries.cursor import LONGEST_PAGE, PAGE
from services.portal.webhooks.model import (
    DeliveryList,
    DeliveryState,
    DeliveryWithBody,
    NewSubscription,
    Subscription,
    WithSecret,
)
from services.portal.webhooks.webhooks import Webhooks
from shared.contracts.base import ID_PATTERN

router = APIRouter(
    prefix="/api/webhooks",
    tags=["webhooks"],
    responses=documented(400, 401, 403, 404, 413, 422, 503),
)

WebhookId = Annotated[str, Path(pattern=ID_PATTERN)]
DeliveryId = Annotated[str, Path(pattern=ID_PATTERN)]
Key = Annotated[str, Query(max_length=200)]
GONE = "Webhook not found. It may have been deleted."
NO_DELIVERY = "Delivery not found. Deliveries are deleted some days after they succeed."
COMPONENTS["NewSubscription"] = NewSubscription.model_json_schema()
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/NewSubscription"}}
        },
    }
}


def _webhooks(request: Request) -> Webhooks:
    found: Webhooks = request.app.state.portal.webhooks
    return found


Hooks = Annotated[Webhooks, Depends(_webhooks)]


@router.get("")
async def webhooks(_: Operator, hooks: Hooks) -> list[Subscription]:
    """Every webhook with its state, by name."""
    return await hooks.all()


@router.post("", status_code=201, openapi_extra=BODY)
async def add(request: Request, response: Response, person: Operator, hooks: Hooks) -> WithSecret:
    """Creates a webhook. Its secret is in this response, and in no other."""
    body = NewSubscription.model_validate_json(await body_of(request))
    made, secret = await hooks.add(body, person.account)
    response.headers["Location"] = f"/api/webhooks/{made.subscription_id}"
    return WithSecret(subscription=made, secret=secret)


@router.get("/{webhook_id}")
async def webhook(_: Operator, hooks: Hooks, webhook_id: WebhookId) -> Subscription:
    """A webhook with its state."""
    return _found(await hooks.get(webhook_id))


@router.post("/{webhook_id}", openapi_extra=BODY)
async def change(
    request: Request, _: Operator, hooks: Hooks, webhook_id: WebhookId
) -> Subscription:
    """Changes name, URL, types, and whether it is enabled.

    A webhook that is enabled again gets the events from now on.
    """
    _found(await hooks.get(webhook_id))
    body = NewSubscription.model_validate_json(await body_of(request))
    return _found(await hooks.change(webhook_id, body))


@router.post("/{webhook_id}/delete", status_code=204)
async def delete(_: Operator, hooks: Hooks, webhook_id: WebhookId) -> None:
    """Deletes a webhook and its deliveries; one that is gone stays so."""
    await hooks.delete(webhook_id)


@router.post("/{webhook_id}/secret")
async def rotate(_: Operator, hooks: Hooks, webhook_id: WebhookId) -> WithSecret:
    """Replaces the secret. The one before stays valid for a while, beside the new one."""
    found = await hooks.rotate(webhook_id)
    if found is None:
        raise HTTPException(404, GONE)
    return WithSecret(subscription=found[0], secret=found[1])


@router.post("/{webhook_id}/test", status_code=202)
async def test(_: Operator, hooks: Hooks, webhook_id: WebhookId) -> dict[Literal["event_id"], str]:
    """Sends an event of type `waybill.webhook.test.v1`."""
    _found(await hooks.get(webhook_id))
    return {"event_id": await hooks.test(webhook_id)}


@router.post("/{webhook_id}/resume", status_code=202)
async def resume(_: Operator, hooks: Hooks, webhook_id: WebhookId) -> dict[Literal["due"], int]:
    """Tries everything again that waits or is parked; `due` says how many deliveries that is."""
    _found(await hooks.get(webhook_id))
    return {"due": await hooks.resume(webhook_id)}


@router.get("/{webhook_id}/deliveries")
async def deliveries(
    _: Operator,
    hooks: Hooks,
    webhook_id: WebhookId,
    state: DeliveryState | None = None,
    key: Key = "",
    after: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = PAGE,
) -> DeliveryList:
    """The deliveries of a webhook, the latest first."""
    _found(await hooks.get(webhook_id))
    return await hooks.deliveries(webhook_id, state or "", key, after, limit)


@router.get("/{webhook_id}/deliveries/{delivery_id}")
async def delivery(
    _: Operator, hooks: Hooks, webhook_id: WebhookId, delivery_id: DeliveryId
) -> DeliveryWithBody:
    """A delivery with the body that is sent."""
    found = await hooks.delivery(webhook_id, delivery_id)
    if found is None:
        raise HTTPException(404, NO_DELIVERY)
    return found


@router.post("/{webhook_id}/deliveries/{delivery_id}/resend", status_code=202)
async def resend(
    _: Operator, hooks: Hooks, webhook_id: WebhookId, delivery_id: DeliveryId
) -> dict[Literal["delivery_id"], str]:
    """Delivers an event again, and before it what waits of the same order."""
    if not await hooks.resend(webhook_id, delivery_id):
        raise HTTPException(404, NO_DELIVERY)
    return {"delivery_id": delivery_id}


def _found(found: Subscription | None) -> Subscription:
    if found is None:
        raise HTTPException(404, GONE)
    return found
