"""Customers: contact data and address books."""

from hashlib import blake2b
from typing import Annotated

from pydantic import StringConstraints

from shared.contracts.address import Address
from shared.contracts.base import Email, Id, Malformed, Message, Part, message
from shared.contracts.cards import NUMBERS
from shared.contracts.topics import CUSTOMER_COMMANDS, CUSTOMER_EVENTS

# Neither may be blank.
FullName = Annotated[str, StringConstraints(max_length=200, pattern=r"\S")]
Number = Annotated[str, StringConstraints(max_length=40, pattern=r"\S"), NUMBERS]


class _AboutCustomer(Message):
    customer_id: Id


class _Contact(_AboutCustomer):
    name: FullName | None = None
    email: Email | None = None
    phone: Number | None = None


class _AboutAddress(_AboutCustomer):
    address_id: Id


class _Entry(_AboutAddress):
    address: Address


# Commands


@message("waybill.customer.create.v1", on=CUSTOMER_COMMANDS)
class Create(_Contact):
    """Create a customer; a name or an email is required."""

    def check(self) -> None:
        """A customer without either couldn't be identified."""
        if self.name is None and self.email is None:
            raise Malformed("name", "a customer has a name or an email")


@message("waybill.customer.update.v1", on=CUSTOMER_COMMANDS)
class Update(_Contact):
    """Change contact data. Fields that aren't given stay unchanged; null clears a field."""

    clearable = frozenset({"name", "email", "phone"})


@message("waybill.customer.add-address.v1", on=CUSTOMER_COMMANDS)
class AddAddress(_Entry):
    """Add an address to the address book.

    With `unless_there`, only if the book doesn't have the address under any id; if the id is in use
    for another address, the address gets another id.
    """

    unless_there: bool = False


@message("waybill.customer.change-address.v1", on=CUSTOMER_COMMANDS)
class ChangeAddress(_Entry):
    """Replace an address in the address book."""


@message("waybill.customer.remove-address.v1", on=CUSTOMER_COMMANDS)
class RemoveAddress(_AboutAddress):
    """Remove an address from the address book."""


# Events


@message("waybill.customer.created.v1", on=CUSTOMER_EVENTS)
class Created(_Contact):
    """A customer was created, with an empty address book."""


@message("waybill.customer.updated.v1", on=CUSTOMER_EVENTS)
class Updated(_Contact):
    """The contact data was changed; these are all fields now."""


@message("waybill.customer.address-added.v1", on=CUSTOMER_EVENTS)
class AddressAdded(_Entry):
    """An address was added to the address book."""


@message("waybill.customer.address-changed.v1", on=CUSTOMER_EVENTS)
class AddressChanged(_Entry):
    """An address was replaced; these are all of its fields now."""


@message("waybill.customer.address-removed.v1", on=CUSTOMER_EVENTS)
class AddressRemoved(_AboutAddress):
    """An address was removed."""


# Adding an order's address


class BookPlace(Part):
    """Where to add an address to an address book: customer and address id."""

    customer_id: Id
    address_id: Id


def place_for(customer_id: str, address: Address) -> BookPlace:
    """Returns the place for `address`: the same each time, so that two orders add it once."""
    digest = blake2b(address.model_dump_json(exclude_none=True).encode(), digest_size=10)
    return BookPlace(customer_id=customer_id, address_id=f"a-{digest.hexdigest()}")


def entering(place: BookPlace, address: Address) -> AddAddress:
    """The command that adds `address` at `place`, unless the book has it."""
    return AddAddress(
        customer_id=place.customer_id,
        address_id=place.address_id,
        address=address,
        unless_there=True,
    )
