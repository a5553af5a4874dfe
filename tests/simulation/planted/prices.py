"""Bugs of the rules about prices."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.order import new_total
from services.order.content import Content
from services.order.reactions import shipment_edited
from services.order.repricing import shipping_price
from services.shipment.fulfilment import outgoing
from shared.contracts import shipments
from tests.simulation.planted.registry import Patch, bug


@bug
def keep_a_coupons_amount_when_a_shipment_is_canceled(patch: Patch) -> None:
    def told(order: Any, after: Any, request: Any, words: str, canceled: Any = None) -> Any:
        event = tells(order, after, request, words, canceled)
        if request is not None or not event.pricing:
            return event
        had = order.content.bill(order.canceled)[0]
        more = had - event.order_discount
        total = max(event.total - more, event.total * 0)
        return event.model_copy(update={"order_discount": had, "total": total})

    tells = new_total.lines_changed_event
    patch.setattr(new_total, "lines_changed_event", told)


@bug
def charge_the_old_cost_for_another_method(patch: Patch) -> None:
    patch.setattr(
        shipment_edited,
        "_price",
        lambda fact, order, _: shipping_price(order.content.shipment(fact.shipment_id)),
    )


@bug
def keep_the_stock_of_an_emptied_shipment(patch: Patch) -> None:
    def follow(event: Any) -> Any:
        return asks(event.model_copy(update={"removed": ()}))

    asks = outgoing._FOLLOW[shipments.LinesChanged]
    patch.setitem(outgoing._FOLLOW, shipments.LinesChanged, follow)  # type: ignore[arg-type]


@bug
def forget_a_discount_given_by_hand(patch: Patch) -> None:
    def discounts(content: Any) -> Any:
        return replace(had.fget(content), manual=content.order_discount * 0)

    had: Any = Content._discounts
    patch.setattr(Content, "_discounts", property(discounts))
