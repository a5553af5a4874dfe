"""What a cart looks up of its customer: the record, with its address book (rules: Customers)."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from services.cart.cart.allowed import why_no_book
from services.cart.cart.order_lookup import order_lookups
from services.cart.cart.state import Cart
from services.cart.customer.state import Customer as Record
from shared.contracts import carts
from shared.runtime.decider import Context, refuse


def draft_lookups(command: carts.CreateDraft, cart: Cart | None) -> Iterable[str]:
    """The customer for whom a draft is started, and an order that has its id."""
    introduced = command.customer.customer_id if command.customer else None
    customer_id = command.customer_id or introduced
    if cart is not None:
        return []
    return [*order_lookups(command), *([_key(customer_id)] if customer_id else [])]


def shipment_lookups(command: carts.SetShipment, cart: Cart | None) -> Iterable[str]:
    """The cart's customer, if an address comes from their book or is to enter it."""
    wanted = command.address_id is not None or command.add_to_address_book
    return [_key(cart.customer_id)] if wanted and cart and cart.customer_id else []


def record_of(customer_id: str | None, known: Mapping[str, Any]) -> Record | None:
    """The record, if there is one; `known` is the context's."""
    return known.get(_key(customer_id)) if customer_id else None


def book_of(cart: Cart, context: Context) -> Record:
    """The record of the cart's customer, or a refusal if nobody has one."""
    record = record_of(cart.customer_id, context.known)
    refuse(why_no_book(cart, record))
    return cast(Record, record)  # without one, that has refused


def _key(customer_id: str) -> str:
    return f"customer/{customer_id}"
