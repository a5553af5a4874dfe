"""Bugs of message ids and defaults: reused ids aren't noticed, or too much is captured."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.cart.cart.decider import decider as cart
from services.order.decider import decider as order
from services.order.reactions import cart_converted
from services.payment.commands import capture
from shared.contracts import carts
from shared.contracts.checkout import CartConverted
from shared.runtime.processing import stream
from tests.simulation.planted.registry import Patch, bug


@bug
def answer_other_content_as_a_repeat(patch: Patch) -> None:
    patch.setattr(stream.Stream, "is_changed", lambda *_: False)


@bug
def lose_another_cart_with_an_orders_id(patch: Patch) -> None:
    patch.setattr(cart_converted, "require_same_content", lambda *_, **__: None)


@bug
def accept_a_convert_before_the_order_is_placed(patch: Patch) -> None:
    converts = cart.handlers[carts.Convert]
    patch.setitem(
        cart.handlers, carts.Convert, lambda *given: replace(converts(*given), deferred=False)
    )


@bug
def pass_over_a_draft_with_an_orders_id(patch: Patch) -> None:
    places = order.handlers[CartConverted]

    def place(converted: Any, there: Any, context: Any) -> Any:
        taken = there is not None and converted.draft
        return [] if taken else places(converted, there, context)

    patch.setitem(order.handlers, CartConverted, place)


@bug
def capture_all_that_is_authorized(patch: Patch) -> None:
    patch.setattr(
        capture,
        "default_capture",
        lambda account, payment: account.free.left_to_capture(payment),
    )
