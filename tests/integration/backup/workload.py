"""Carts and commands that leave orders in many states, as records that can be sent again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.cluster import Sent, command
from tests.e2e.system import cart, converted, shipment

WAREHOUSE = "seattle"
PLENTY, SCARCE = "TEA-MUG", "SILK-SCARF"
RECEIVED = {PLENTY: 5000, SCARCE: 20}
# What becomes of an order, by its number.
FATES = ("plain", "shipped", "unpaid", "short", "held", "canceled", "pending", "deleted", "noted")


class Workload:
    """The orders `PREFIX-0`, `PREFIX-1` and so on. The same order always gets the same messages."""

    def __init__(self, prefix: str, replies: str) -> None:
        self._prefix = prefix
        self._replies = replies

    def order(self, number: int) -> str:
        """The id of an order."""
        return f"{self._prefix}-{number}"

    def stock(self) -> list[Sent]:
        """The receipts of all goods."""
        return [
            self._send(f"{self._prefix}-{sku}", "stock.receive", WAREHOUSE, data)
            for sku, quantity in RECEIVED.items()
            for data in [{"warehouse": WAREHOUSE, "sku": sku, "quantity": quantity}]
        ]

    def cart(self, number: int) -> Sent:
        """The converted cart that places an order."""
        fate = FATES[number % len(FATES)]
        goods = shipment(SCARCE if fate == "short" else PLENTY, 2)
        paid = fate not in ("unpaid", "pending")
        customer = {"name": f"Customer {number}", "email": f"c{number}@example.com"}
        return converted(cart(self.order(number), goods, paid=paid, customer=customer))

    def rounds(self, number: int) -> Iterator[Sent]:
        """The commands for an order; each makes sense once the one before has its outcome."""
        steps: dict[str, tuple[tuple[str, dict[str, Any]], ...]] = {
            "shipped": (
                ("shipment.release", {"shipment_id": "1"}),
                ("shipment.add-to-picklist", {"shipment_id": "1"}),
                ("shipment.complete", {"shipment_id": "1"}),
            ),
            "held": (("order.hold", {"reason": "Check the address."}),),
            "canceled": (("order.cancel", {}),),
            "pending": (
                (
                    "payment.add",
                    {
                        "payment_id": "p-1",
                        "method": "credit-card",
                        "transaction_type": "Sale",
                        "reference": "simulate:time-out-2",
                    },
                ),
            ),
            "deleted": (("order.delete", {}),),
            "noted": (("order.add-note", {"text": "Rings twice."}),),
        }
        order = self.order(number)
        for at, (name, data) in enumerate(steps.get(FATES[number % len(FATES)], ())):
            message = {"order_id": order, **data}
            yield self._send(f"{order}-{at}", name, order, message)

    def _send(self, message_id: str, name: str, key: str, data: dict[str, Any]) -> Sent:
        topic = f"{name.partition('.')[0]}.commands"
        return command(message_id, f"waybill.{name}.v1", topic, key, data, replyto=self._replies)
