"""Changes a customer's address book (rules: Customers).

Orders hold copies of their addresses, so a change here affects no order.
"""

from collections.abc import Sequence
from itertools import chain, count

from services.cart.customer.allowed import why_no_more_addresses
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
from shared.runtime.decider.identity import require_same_content


def add_address(
    command: AddAddress, customer: Customer | None, context: Context
) -> Sequence[Message]:
    """Adds an address. A repeat with the same content changes nothing."""
    customer = require_customer(customer, command.customer_id)
    current = customer.addresses.get(command.address_id)
    if command.unless_there and customer.has(command.address):
        return []
    if current is not None and not command.unless_there:
        require_same_content(context, f"Address {command.address_id}", current == command.address)
        return []
    refuse(why_no_more_addresses(customer))
    added = AddressAdded(
        customer_id=customer.customer_id,
        address_id=_unused_id(command.address_id, customer),
        address=command.address,
    )
    return [added]


def change_address(
    command: ChangeAddress, customer: Customer | None, _context: Context
) -> Sequence[Message]:
    """Replaces the whole address under an id."""
    customer = require_customer(customer, command.customer_id)
    current = customer.addresses.get(command.address_id)
    if current is None:
        raise _unknown(command)
    if current == command.address:
        return []
    changed = AddressChanged(
        customer_id=customer.customer_id, address_id=command.address_id, address=command.address
    )
    return [changed]


def remove_address(
    command: RemoveAddress, customer: Customer | None, _context: Context
) -> Sequence[Message]:
    """Removes an address. Removing it a second time changes nothing."""
    customer = require_customer(customer, command.customer_id)
    if command.address_id in customer.removed:
        return []
    if command.address_id not in customer.addresses:
        raise _unknown(command)
    return [AddressRemoved(customer_id=customer.customer_id, address_id=command.address_id)]


def _unused_id(address_id: str, customer: Customer) -> str:
    """`address_id`, or else the first of `address_id.2`, `address_id.3`, … that isn't in use."""
    numbered = (f"{address_id[:60]}.{n}" for n in count(2))
    return next(each for each in chain([address_id], numbered) if each not in customer.addresses)


def _unknown(command: ChangeAddress | RemoveAddress) -> Rejected:
    facts = {"customer": command.customer_id, "address": command.address_id}
    return rejected("unknown-address", **facts)
