"""Bugs of deleting customers."""

from __future__ import annotations

from typing import Any

from services.cart.cart import decider as carts
from services.cart.customer import decider as customers
from services.cart.customer.commands.delete import deleted
from services.order.reactions import customer_deletion
from shared.contracts.carts import ConvertRefused, OrderPlaced, SettleConvert
from shared.contracts.customer_deletion import Delete, NoteCart, SettleOrder
from shared.runtime.decider import Decision, DeferredOutcome
from tests.simulation.planted.registry import Patch, bug


@bug
def keep_the_drafts_of_a_deleted_customer(patch: Patch) -> None:
    patch.setitem(customers.decider.handlers, NoteCart, lambda note, customer, context: [])


@bug
def delete_a_customer_before_the_orders(patch: Patch) -> None:
    settle = customers.decider.handlers[SettleOrder]

    def settle_too_early(answer: Any, customer: Any, context: Any) -> Any:
        made = settle(answer, customer, context)
        deletion = getattr(customer, "deletion", None)
        if deletion is None or not any(
            event.type.endswith("orders-agreed.v1") for event in made.events
        ):
            return made
        gone = deleted(customer, deletion.by, context, orders=0)
        return Decision([*made.events, gone], outcomes=[DeferredOutcome(deletion.request)])

    patch.setitem(customers.decider.handlers, SettleOrder, settle_too_early)


@bug
def overlook_the_orders_of_a_customer(patch: Patch) -> None:
    delete = customers.decider.handlers[Delete]

    def without_orders(command: Any, customer: Any, context: Any) -> Any:
        if customer is None or command.orders is False:
            return delete(command, customer, context)
        return [deleted(customer, context.actor, context, orders=1)]

    patch.setitem(customers.decider.handlers, Delete, without_orders)


@bug
def delete_open_orders_with_their_customer(patch: Patch) -> None:
    patch.setattr(customer_deletion, "why_kept", lambda order, site: ())


@bug
def keep_a_refused_draft_of_a_deleted_customer(patch: Patch) -> None:
    def settle(answer: Any, cart: Any, context: Any) -> Any:
        request = cart.converting
        if request is None:
            return Decision()
        event = (
            OrderPlaced(cart_id=cart.cart_id, order_number=answer.order_number)
            if answer.refusal is None
            else ConvertRefused(cart_id=cart.cart_id, reason=answer.refusal)
        )
        return Decision([event], outcomes=[DeferredOutcome(request, answer.refusal)])

    patch.setitem(carts.decider.handlers, SettleConvert, settle)
