"""The addresses that somebody may choose from for a shipment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import pycountry
from fastapi import Request

from shared.contracts.address import Address, Customer


@dataclass(frozen=True)
class Book:
    """A customer's addresses by id; `chosen` is the id of one, `new` for none of them."""

    customer_id: str | None
    addresses: Mapping[str, Address] = field(default_factory=dict)
    chosen: str = ""

    @property
    def address(self) -> Address | None:
        """The one that was chosen from the book."""
        return self.addresses.get(self.chosen)


async def choices(request: Request, customer: Customer | None, chosen: str | None) -> Book:
    """The address book of the customer, if they have one."""
    customer_id = customer.customer_id if customer else None
    if customer_id is None:
        return Book(None, chosen=chosen or "")
    found = await request.app.state.portal.views.customers.get(customer_id)
    entries = found.addresses if found else []
    book = {entry.address_id: entry.address for entry in entries}
    return Book(customer_id, book, chosen or "")


@cache
def countries() -> list[tuple[str, str]]:
    """Every country: its code and its name, by name."""
    found = [(country.alpha_2, country.name) for country in pycountry.countries]
    return sorted(found, key=lambda pair: pair[1])
