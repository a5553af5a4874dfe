"""Customers: found by any part of a name or an email, made, changed; products to choose from."""

import asyncio
from itertools import chain
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from services.portal.auth.guard import Signed, check
from services.portal.queries import OrderFilter, Queries
from services.portal.queries.models.customers import CustomerRow
from services.portal.queries.models.orders import OrderRow
from services.portal.web import permissions
from services.portal.web.commands import give, refused, words_of, wrong_fields
from services.portal.web.form_values import shown
from services.portal.web.forms import command_of
from services.portal.web.rendering import page
from shared.contracts import Malformed
from shared.contracts.customers import Create

DIALOGS = ("new", "update", "add-address", "change-address", "remove-address")

# Of those who have ordered, so many orders are looked at.
BUYERS = 20

router = APIRouter(include_in_schema=False)


@router.get("/customers")
async def customers(request: Request, person: Signed, search: str = "") -> Response:
    """Finds customers while somebody types; `choose` makes the results buttons of a form."""
    typed = search.strip()[:200]
    views = request.app.state.portal.views
    found = await views.customers.search(typed) if typed else []
    buyers = await _buyers(views, typed, found) if typed else []
    target = request.headers.get("hx-target", "")
    template = {
        "customers-found": "customers_found.html",
        "customers-to-choose": "customers_choose.html",
    }.get(target, "customers.html")
    return page(request, template, person, search=typed, found=found, buyers=buyers)


async def _buyers(views: Queries, typed: str, known: list[CustomerRow]) -> list[OrderRow]:
    """Who has ordered by a checkout and is no customer on record: the latest order of each."""
    asked = [OrderFilter(customer=f"%{typed}")]
    asked += [OrderFilter(email=typed)] if "@" in typed else []
    pages = await asyncio.gather(*(views.orders.search(each, limit=BUYERS) for each in asked))
    emails = {(row.email or "").casefold() for row in known}
    met: dict[tuple[str, str], OrderRow] = {}
    for row in chain.from_iterable(each.orders for each in pages):
        who = ((row.customer or "").casefold(), (row.customer_email or "").casefold())
        if (row.customer or row.customer_email) and not (who[1] and who[1] in emails):
            met.setdefault(who, row)
    return list(met.values())


@router.get("/customers/dialog/new")
async def new(request: Request, person: Signed, name: str = "", email: str = "") -> Response:
    """The Create Contact dialog; filled in for somebody who has ordered by a checkout."""
    values = {"customer_id": permissions.new_id("cu"), "name": name[:200], "email": email[:254]}
    return page(request, "dialog_contact.html", person, **values)


@router.post("/customers")
async def create(request: Request, person: Signed) -> Response:
    """Makes the contact and chooses it in the form that waits for one."""
    check(person, "customer.create")
    form = await request.form()
    try:
        command = command_of(Create, form)
    except (ValueError, Malformed) as error:
        return refused(request, person, wrong_fields(error))
    sent = await give(request, person, command, key=command.key)
    if sent.reply and sent.reply.outcome == "rejected":
        return refused(request, person, words_of(request, sent.reply), 409)
    views = request.app.state.portal.views
    same = await _of_email(views, command.email) if isinstance(command, Create) else []
    others = [row for row in same if row.customer_id != command.key]
    return page(request, "customers_chosen.html", person, customer=command, others=others)


async def _of_email(views: Queries, email: str | None) -> list[CustomerRow]:
    """Who has this very email already."""
    found = await views.customers.search(email) if email else []
    return [row for row in found if (row.email or "").casefold() == (email or "").casefold()]


@router.get("/customers/{customer_id}")
async def customer(request: Request, person: Signed, customer_id: str) -> Response:
    """A customer, with the address book and the latest orders."""
    views = request.app.state.portal.views
    found = await views.customers.get(customer_id)
    theirs = await views.orders.search(OrderFilter(customer_id=customer_id), limit=10)
    if found is None and theirs.orders:  # a checkout knows them, and nobody has made a contact
        return RedirectResponse(f"/orders?customer_id={quote(customer_id, safe='')}", 303)
    if found is None:
        raise HTTPException(404, "There is no such customer.")
    return page(request, "customer.html", person, customer=found, orders=theirs.orders)


@router.get("/customers/{customer_id}/dialog/{name}")
async def dialog(
    request: Request, person: Signed, customer_id: str, name: str, address: str = ""
) -> Response:
    """The form for one thing that can be done to a customer."""
    found = await request.app.state.portal.views.customers.get(customer_id)
    if found is None or name not in DIALOGS:
        raise HTTPException(404, "There is no such page.")
    entry = next((each for each in found.addresses if each.address_id == address), None)
    values = {"name": name, "customer": found, "entry": entry, "new_id": permissions.new_id}
    values["shows"] = shown(found, address_id=address)
    return page(request, "dialog_customer.html", person, **values)


@router.get("/products")
async def products(
    request: Request, person: Signed, search: str = "", market: str = ""
) -> Response:
    """Articles to choose from: by any part of SKU, name or description, fewer than three letters
    find what is called just that."""
    typed = search.strip()[:200]
    found = await request.app.state.portal.views.products.search(typed, market)
    currency = request.app.state.portal.site.markets.get(market)
    values = {"search": typed, "found": found, "market_id": market}
    return page(
        request,
        "products.html",
        person,
        **values,
        currency=currency.currency if currency else None,
    )
