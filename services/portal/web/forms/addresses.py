"""The addresses that are offered for a shipment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from unicodedata import normalize

import pycountry
from babel import Locale
from fastapi import Request

from services.portal import i18n
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


def countries() -> list[tuple[str, str]]:
    """Code and name of every country in the language of the request, by name."""
    return _countries(i18n.language())


@cache
def _countries(language: str) -> list[tuple[str, str]]:
    names = Locale(language).territories
    known = [(each.alpha_2, names.get(each.alpha_2, each.name)) for each in pycountry.countries]
    return sorted(known, key=lambda pair: normalize("NFKD", pair[1]))


def address_text(address: Address) -> str:
    """An address as text in lines, to be copied."""
    place = " ".join(filter(None, (address.city, address.region, address.postal_code)))
    country = dict(countries()).get(address.country, address.country)
    return "\n".join(filter(None, (address.name, address.line1, address.line2, place, country)))
