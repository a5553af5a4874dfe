"""Customers: how to reach them, and their address books."""

from hashlib import blake2b
from typing import Annotated

from pydantic import StringConstraints

from shared.contracts.address import Address
from shared.contracts.base import Email, Id, Malformed, Message, Part, message
from shared.contracts.cards import NUMBERS
from shared.contracts.topics import CUSTOMER_COMMANDS, CUSTOMER_EVENTS

# Neither is ever blank, so a contact that has one says something.
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
    """Get to know somebody, by a name or an email at least."""

    def check(self) -> None:
        """Who has neither couldn't be told from anybody else."""
        if self.name is None and self.email is None:
            raise Malformed("name", "a customer has a name or an email")


@message("waybill.customer.update.v1", on=CUSTOMER_COMMANDS)
class Update(_Contact):
    """Another name, email or phone; what isn't given stays, and null clears it."""

    clearable = frozenset({"name", "email", "phone"})


@message("waybill.customer.add-address.v1", on=CUSTOMER_COMMANDS)
class AddAddress(_Entry):
    """Put an address into the address book.

    `unless_there`: only if it isn't in the book already, under whatever id; and if something else
    has its id, it gets another.
    """

    unless_there: bool = False


@message("waybill.customer.change-address.v1", on=CUSTOMER_COMMANDS)
class ChangeAddress(_Entry):
    """Write another address over one in the address book."""


@message("waybill.customer.remove-address.v1", on=CUSTOMER_COMMANDS)
class RemoveAddress(_AboutAddress):
    """Take an address out of the address book."""


# Events


@message("waybill.customer.created.v1", on=CUSTOMER_EVENTS)
class Created(_Contact):
    """Somebody is a customer, with an empty address book."""


@message("waybill.customer.updated.v1", on=CUSTOMER_EVENTS)
class Updated(_Contact):
    """This is how to reach the customer now, all of it."""


@message("waybill.customer.address-added.v1", on=CUSTOMER_EVENTS)
class AddressAdded(_Entry):
    """The address book has one address more."""


@message("waybill.customer.address-changed.v1", on=CUSTOMER_EVENTS)
class AddressChanged(_Entry):
    """An address is now like this, all of it."""


@message("waybill.customer.address-removed.v1", on=CUSTOMER_EVENTS)
class AddressRemoved(_AboutAddress):
    """An address is gone."""


# How an order's address gets there


class BookPlace(Part):
    """Where an address is to enter a customer's address book."""

    customer_id: Id
    address_id: Id


def place_for(customer_id: str, address: Address) -> BookPlace:
    """The place for `address`: always the same one, so that two orders with it don't add two."""
    digest = blake2b(address.model_dump_json(exclude_none=True).encode(), digest_size=10)
    return BookPlace(customer_id=customer_id, address_id=f"a-{digest.hexdigest()}")


def entering(place: BookPlace, address: Address) -> AddAddress:
    """The request to put `address` there."""
    return AddAddress(
        customer_id=place.customer_id,
        address_id=place.address_id,
        address=address,
        unless_there=True,
    )
