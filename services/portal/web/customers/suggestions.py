"""Completes addresses while somebody types: offers those that a customer is known by."""

import asyncio
from collections.abc import Iterable

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.auth.guard import SignedIn
from services.portal.projections.ngrams import normalize
from services.portal.web.frame.rendering import page
from shared.contracts.address import Address

OFFERED = 8  # addresses: more than one can see at once are found by typing on
LONGEST = 200
# What tells addresses apart; a phone number doesn't.
_IDENTITY = ("name", "line1", "line2", "city", "region", "postal_code", "country")

router = APIRouter(prefix="/customers", include_in_schema=False)


@router.get("/{customer_id}/addresses")
async def addresses(
    request: Request, person: SignedIn, customer_id: str, text: str = ""
) -> Response:
    """The options of a combobox: addresses of the address book, then those of former orders."""
    queries = request.app.state.portal.queries
    customer, former = await asyncio.gather(
        queries.customers.get(customer_id), queries.orders.addresses_of(customer_id)
    )
    book = [entry.address for entry in customer.addresses] if customer else []
    found = matching([*book, *former], text.strip()[:LONGEST])
    return page(request, "customers/suggestions.html", person, found=found)


def matching(known: Iterable[Address], typed: str) -> list[Address]:
    """The first `OFFERED` of these addresses in which each word typed is the start of a word.

    Addresses that differ in nothing but the phone number, case or accents are the same: the first
    one counts.
    """
    words = normalize(typed).split()
    found: dict[tuple[str, ...], Address] = {}
    for address in known:
        identity = tuple(normalize(getattr(address, field)) for field in _IDENTITY)
        parts = " ".join(identity).split()
        if all(any(part.startswith(word) for part in parts) for word in words):
            found.setdefault(identity, address)
    return list(found.values())[:OFFERED]
