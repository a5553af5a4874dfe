"""Messages of a customer's deletion, for tests."""

from __future__ import annotations

from shared.contracts.customer_deletion import (
    CartNoted,
    Delete,
    Deleted,
    DeleteRequested,
    OrderAnswered,
    OrdersAgreed,
    SettleOrder,
)
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Reason
from tests.unit.cart.customer.builders import CUSTOMER
from tests.unit.given import NOW

CSR = "csr:17"
OPEN = Reason.of(blocker("order-open", order="PO1000042"))
DELETE = Delete(customer_id=CUSTOMER)
WITH_ORDERS = Delete(customer_id=CUSTOMER, orders=True)
ORDERS = ("c-1", "c-2")
KNOWN = {f"order-of/{CUSTOMER}": {order: {"order_number": "PO1"} for order in ORDERS}}
NONE = {f"order-of/{CUSTOMER}": {}}
REQUESTED = DeleteRequested(customer_id=CUSTOMER, request="d", by=CSR, orders=ORDERS)
AGREED = OrdersAgreed(customer_id=CUSTOMER, by=CSR, orders=ORDERS)


def noted(cart: str = "draft-1") -> CartNoted:
    return CartNoted(customer_id=CUSTOMER, cart_id=cart)


def gone(*carts: str, orders: int | None = None, by: str | None = CSR) -> Deleted:
    return Deleted(customer_id=CUSTOMER, by=by, at=NOW, carts=carts, orders=orders)


def answer(order: str, *, ask: bool = True, refusal: Reason | None = None) -> SettleOrder:
    return SettleOrder(customer_id=CUSTOMER, order_id=order, ask=ask, refusal=refusal)


def answered(order: str, *, ask: bool = True, refusal: Reason | None = None) -> OrderAnswered:
    return OrderAnswered(customer_id=CUSTOMER, order_id=order, ask=ask, refusal=refusal)
