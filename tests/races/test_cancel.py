"""Nothing of a canceled order ships, and its payments are returned."""

from decimal import Decimal

import pytest

from tests.races.arena import Arena, ask, both_ways, won

pytestmark = [pytest.mark.engines, pytest.mark.slow]

CANCEL = ask("order.cancel")
PAY = ask("payment.add", payment_id="p-9", method="telephone", transaction_type="Sale")


def test_cancel_against_complete(arena: Arena) -> None:
    in_time: list[bool] = []
    for orders in arena.groups():
        sku = arena.packing(orders)

        replies = arena.clash(orders, CANCEL, ask("shipment.complete", shipment_id="1"))

        canceled = [order for order, (cancel, _) in replies.items() if won(cancel)]
        arena.all_have(canceled, "payment", "account-closed")
        for order, (cancel, complete) in replies.items():
            assert won(cancel) != won(complete), order
            in_time.append(won(cancel))
            assert ("shipped" in arena.names(order, "shipment")) == won(complete)
            assert _kept(arena, order) == (Decimal(10) if won(complete) else 0)
        left = {"on_hand": len(canceled), "allocated": 0, "backordered": 0}
        arena.until(lambda s=sku, e=left: arena.system.level(s) == e)
    both_ways(in_time)


def test_cancel_against_pay(arena: Arena) -> None:
    in_time: list[bool] = []
    for orders in arena.groups():
        arena.place(orders, "SKU-never-there", paid=False)

        replies = arena.clash(orders, CANCEL, PAY)

        arena.all_have(orders, "payment", "account-closed")
        for order, (cancel, pay) in replies.items():
            assert won(cancel), "an order can be canceled, paid or not"
            assert ("recorded" in arena.names(order, "payment")) == won(pay)
            assert won(pay) or pay["reason"]["code"] == "order-canceled"
            assert _kept(arena, order) == 0
            in_time.append(not won(pay))
    both_ways(in_time)


def _kept(arena: Arena, order: str) -> Decimal:
    """Returns the money that the shop has kept, by the payment events."""
    kept = Decimal(0)
    for got in arena.events(order, "payment.events"):
        if got.type == "waybill.payment.recorded.v1":
            kept += Decimal(got.data["amount"])
        elif got.type in ("waybill.payment.refunded.v1", "waybill.payment.voided.v1"):
            kept -= Decimal(got.data["amount"])
    return kept
