"""Customers and their address books."""

from datetime import datetime

from pydantic import BaseModel

from shared.contracts.address import Address


class CustomerRow(BaseModel):
    """A customer in a list."""

    customer_id: str
    name: str | None
    email: str | None
    phone: str | None


class CustomerAddress(BaseModel):
    """An address in a customer's address book."""

    address_id: str
    address: Address


class CustomerDetails(CustomerRow):
    """A customer with the address book."""

    addresses: list[CustomerAddress]
    version: int
    incomplete: bool


class CustomerTombstone(BaseModel):
    """What remains of a deleted customer."""

    customer_id: str
    who: str | None
    when: datetime
