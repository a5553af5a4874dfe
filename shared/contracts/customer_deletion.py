"""Deleting a customer: the customer's carts go too and, on request, their orders.

The cart service asks each order first, so that nothing is deleted if one of them is still open.
"""

from shared.contracts.base import Id, Message, Timestamp, message
from shared.contracts.carts import Happened
from shared.contracts.replies import Reason
from shared.contracts.topics import (
    CART_COMMANDS,
    CART_EVENTS,
    CUSTOMER_COMMANDS,
    CUSTOMER_EVENTS,
    ORDER_COMMANDS,
    ORDER_EVENTS,
)


class _AboutCustomer(Message):
    customer_id: Id


@message("waybill.customer.delete.v1", on=CUSTOMER_COMMANDS)
class Delete(_AboutCustomer):
    """Delete the customer: contact data, address book and every cart that isn't an order.

    With `orders`, also every order of the customer, as `waybill.order.delete.v1` does. That is
    refused while one of them is open. Without it, orders stay as they are.
    """

    orders: bool = False


# Events of the customer


@message("waybill.customer.cart-noted.v1", on=CUSTOMER_EVENTS)
class CartNoted(_AboutCustomer):
    """A draft was created for the customer: it is deleted with them."""

    cart_id: Id


@message("waybill.customer.delete-requested.v1", on=CUSTOMER_EVENTS)
class DeleteRequested(_AboutCustomer):
    """The deletion with all orders was requested by `by`; each order is asked whether it may go."""

    request: str
    by: str | None
    orders: tuple[Id, ...]


@message("waybill.customer.orders-agreed.v1", on=CUSTOMER_EVENTS)
class OrdersAgreed(_AboutCustomer):
    """Every order may be deleted, and is asked to be."""

    by: str | None
    orders: tuple[Id, ...]


@message("waybill.customer.order-answered.v1", on=CUSTOMER_EVENTS)
class OrderAnswered(_AboutCustomer):
    """An order's answer; `refusal` is null if it may be deleted or, unless `ask`, is deleted."""

    order_id: Id
    ask: bool
    refusal: Reason | None


@message("waybill.customer.delete-refused.v1", on=CUSTOMER_EVENTS)
class DeleteRefused(_AboutCustomer):
    """The customer wasn't deleted, because an order has to stay. `request` names the command."""

    request: str
    reason: Reason


@message("waybill.customer.deleted.v1", on=CUSTOMER_EVENTS)
class Deleted(_AboutCustomer):
    """The customer's contact data and address book were deleted. The tombstone.

    `carts` are the drafts of customer service; those that aren't orders are deleted next. `orders`
    says how many orders were deleted before; it is null if they were to stay.
    """

    by: str | None
    at: Timestamp
    carts: tuple[Id, ...] = ()
    orders: int | None = None


@message("waybill.customer.late-cart.v1", on=CUSTOMER_EVENTS)
class LateCart(_AboutCustomer):
    """A draft was created while the customer was being deleted: it is deleted as well."""

    cart_id: Id
    by: str | None
    at: Timestamp


# Messages between customers, carts and orders


@message("waybill.customer.note-cart.v1", on=CUSTOMER_COMMANDS)
class NoteCart(_AboutCustomer):
    """A draft was created for the customer. Internal: only the cart service sends it."""

    cart_id: Id


@message("waybill.customer.settle-order.v1", on=CUSTOMER_COMMANDS)
class SettleOrder(_AboutCustomer):
    """An order's answer to a deletion. Internal: only the order service sends it."""

    order_id: Id
    ask: bool
    refusal: Reason | None


@message("waybill.cart.delete-for-customer.v1", on=CART_COMMANDS)
class DeleteCart(Message):
    """Delete a deleted customer's cart. Internal: only the cart service sends it."""

    cart_id: Id
    by: str | None
    at: Timestamp


@message("waybill.cart.customer-deleted.v1", on=CART_EVENTS)
class CartLosesCustomer(Happened):
    """The customer was deleted while the cart's order is being placed.

    If the order is refused, the cart is deleted.
    """

    by: str | None
    at: Timestamp


@message("waybill.order.delete-for-customer.v1", on=ORDER_COMMANDS)
class DeleteOrder(Message):
    """Delete an order of a customer who is being deleted, or say whether it may be (`ask`).

    Internal: only the cart service sends it.
    """

    order_id: Id
    customer_id: Id
    by: str | None
    ask: bool


@message("waybill.order.delete-answered.v1", on=ORDER_EVENTS)
class OrderAnswer(Message):
    """The order's answer to the deletion of its customer: `refusal` says why it has to stay."""

    order_id: Id
    customer_id: Id
    ask: bool
    refusal: Reason | None
