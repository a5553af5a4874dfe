"""The addresses that are offered for a shipment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import pycountry
from fastapi import Request

from shared.contracts.address import Address, Customer


@dataclass(frozen=True)
class AddressBook:
    """A customer's addresses by id. `chosen` is the id of one, or `new` for another address."""

    customer_id: str | None
    addresses: Mapping[str, Address] = field(default_factory=dict)
    chosen: str = ""

    @property
    def address(self) -> Address | None:
        """The chosen address, if it is in the address book."""
        return self.addresses.get(self.chosen)


async def address_book(
    request: Request, customer: Customer | None, chosen: str | None
) -> AddressBook:
    """The customer's address book; empty for a customer who isn't on record."""
    customer_id = customer.customer_id if customer else None
    if customer_id is None:
        return AddressBook(None, chosen=chosen or "")
    found = await request.app.state.portal.queries.customers.get(customer_id)
    entries = found.addresses if found else []
    book = {entry.address_id: entry.address for entry in entries}
    return AddressBook(customer_id, book, chosen or "")


@cache
def countries() -> list[tuple[str, str]]:
    """Code and name of every country, by name."""
    found = [(country.alpha_2, country.name) for country in pycountry.countries]
    return sorted(found, key=lambda pair: pair[1])


def address_text(address: Address) -> str:
    """An address as text in lines, to be copied."""
    place = " ".join(filter(None, (address.city, address.region, address.postal_code)))
    country = dict(countries()).get(address.country, address.country)
    return "\n".join(filter(None, (address.name, address.line1, address.line2, place, country)))
