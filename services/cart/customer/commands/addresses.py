"""A customer's address book (rules: Customers).

Orders carry addresses of their own, so nothing here reaches one.
"""

from collections.abc import Sequence
from itertools import chain, count

from services.cart.customer.allowed import why_no_room
from services.cart.customer.preconditions import require_customer
from services.cart.customer.state import Customer
from shared.contracts import Message
from shared.contracts.customers import (
    AddAddress,
    AddressAdded,
    AddressChanged,
    AddressRemoved,
    ChangeAddress,
    RemoveAddress,
)
from shared.runtime.decider import Context, Rejected, refuse, rejected
from shared.runtime.decider.identity import refuse_other


def add_address(
    command: AddAddress, customer: Customer | None, context: Context
) -> Sequence[Message]:
    """An address more. The same one again changes nothing."""
    customer = require_customer(customer, command.customer_id)
    there = customer.addresses.get(command.address_id)
    if command.unless_there and customer.has(command.address):
        return []
    if there is not None and not command.unless_there:
        refuse_other(context, f"Address {command.address_id}", there == command.address)
        return []
    refuse(why_no_room(customer))
    added = AddressAdded(
        customer_id=customer.customer_id,
        address_id=_free(command.address_id, customer),
        address=command.address,
    )
    return [added]


def change_address(
    command: ChangeAddress, customer: Customer | None, _context: Context
) -> Sequence[Message]:
    """Another address under the same id; all of it is written anew."""
    customer = require_customer(customer, command.customer_id)
    there = customer.addresses.get(command.address_id)
    if there is None:
        raise _unknown(command)
    if there == command.address:
        return []
    changed = AddressChanged(
        customer_id=customer.customer_id, address_id=command.address_id, address=command.address
    )
    return [changed]


def remove_address(
    command: RemoveAddress, customer: Customer | None, _context: Context
) -> Sequence[Message]:
    """An address less; one that was removed before changes nothing."""
    customer = require_customer(customer, command.customer_id)
    if command.address_id in customer.removed:
        return []
    if command.address_id not in customer.addresses:
        raise _unknown(command)
    return [AddressRemoved(customer_id=customer.customer_id, address_id=command.address_id)]


def _free(address_id: str, customer: Customer) -> str:
    """`address_id`, or the first one after it that no address of the book has."""
    following = (f"{address_id[:60]}.{n}" for n in count(2))
    return next(one for one in chain([address_id], following) if one not in customer.addresses)


def _unknown(command: ChangeAddress | RemoveAddress) -> Rejected:
    about = {"customer": command.customer_id, "address": command.address_id}
    return rejected("unknown-address", **about)
