"""Looks up the customer of a cart, with the address book (rules: Customers)."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from services.cart.cart.allowed import why_no_address_book
from services.cart.cart.order_lookup import order_lookups
from services.cart.cart.state import Cart
from services.cart.customer.allowed import why_gone
from services.cart.customer.state import Customer as CustomerRecord
from shared.contracts import carts
from shared.contracts.address import Customer
from shared.contracts.customer_deletion import Deleted
from shared.contracts.replies import Blocker
from shared.runtime.decider import Context, refuse


def draft_lookups(command: carts.CreateDraft, cart: Cart | None) -> Iterable[str]:
    """The keys of what `CreateDraft` needs: the customer, and an order with the draft's id."""
    given_id = command.customer.customer_id if command.customer else None
    customer_id = command.customer_id or given_id
    if cart is not None:
        return []
    return [*order_lookups(command), *([_key(customer_id)] if customer_id else [])]


def shipment_lookups(command: carts.SetShipment, cart: Cart | None) -> Iterable[str]:
    """The key of the cart's customer, if `SetShipment` reads or extends their address book."""
    wanted = command.address_id is not None or command.add_to_address_book
    return [_key(cart.customer_id)] if wanted and cart and cart.customer_id else []


def customer_record(customer_id: str | None, known: Mapping[str, Any]) -> CustomerRecord | None:
    """The customer's record in `known` (`Context.known`), or None if they aren't on record."""
    record = known.get(_key(customer_id)) if customer_id else None
    return record if isinstance(record, CustomerRecord) and record.contact else None


def why_customer_gone(customer_id: str | None, known: Mapping[str, Any]) -> tuple[Blocker, ...]:
    """Why nothing new can be made for the customer: they were deleted."""
    record = known.get(_key(customer_id)) if customer_id else None
    return (why_gone(record),) if isinstance(record, Deleted) else ()


def require_address_book(cart: Cart, context: Context) -> CustomerRecord:
    """Returns the record of the cart's customer; raises `Rejected` if there is none."""
    record = customer_record(cart.customer_id, context.known)
    refuse(why_no_address_book(cart, record))
    return cast(CustomerRecord, record)  # `refuse` has raised if it is None


def customer_key(customer: Customer | None) -> list[str]:
    """The key of an order's customer, as far as they have an id."""
    return [_key(customer.customer_id)] if customer and customer.customer_id else []


def _key(customer_id: str) -> str:
    return f"customer/{customer_id}"
