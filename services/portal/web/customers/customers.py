"""Pages for customers: search, creation, details; and the product search of dialogs."""

import asyncio
from dataclasses import replace
from itertools import chain
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from services.portal.auth.guard import SignedIn, check
from services.portal.field_errors import field_error_texts
from services.portal.queries import OrderFilter, Queries
from services.portal.queries.models.customers import CustomerRow
from services.portal.queries.models.orders import OrderRow
from services.portal.web.forms.commands import refused, reply_texts, submit
from services.portal.web.forms.parsing import parse_command
from services.portal.web.forms.values import shown
from services.portal.web.frame import permissions
from services.portal.web.frame.rendering import page
from shared.contracts import Malformed
from shared.contracts.customers import Create
from shared.contracts.orders import OrderStatus

DIALOGS = ("new", "update", "add-address", "change-address", "remove-address", "delete")
OPEN: tuple[OrderStatus, ...] = ("InProgress", "OnHold", "PartiallyShipped", "AwaitingExchange")

# How many orders are searched for buyers who aren't on record.
MAX_BUYERS = 20

router = APIRouter(include_in_schema=False)


@router.get("/customers")
async def customers(request: Request, person: SignedIn, search: str = "") -> Response:
    """Searches customers, as a page or, for htmx, as the results or the choices of a form."""
    typed = search.strip()[:200]
    queries = request.app.state.portal.queries
    found = await queries.customers.search(typed) if typed else []
    buyers = await _buyers(queries, typed, found) if typed else []
    target = request.headers.get("hx-target", "")
    template = {
        "customers-found": "customers/found.html",
        "customers-to-choose": "customers/choose.html",
    }.get(target, "customers/customers.html")
    return page(request, template, person, search=typed, found=found, buyers=buyers)


async def _buyers(queries: Queries, typed: str, known: list[CustomerRow]) -> list[OrderRow]:
    """Buyers who ordered in a checkout and aren't on record: the latest order of each."""
    filters = [OrderFilter(customer=f"%{typed}")]
    filters += [OrderFilter(email=typed)] if "@" in typed else []
    pages = await asyncio.gather(
        *(queries.orders.search(each, limit=MAX_BUYERS) for each in filters)
    )
    emails = {(row.email or "").casefold() for row in known}
    latest: dict[tuple[str, str], OrderRow] = {}
    for row in chain.from_iterable(each.orders for each in pages):
        who = ((row.customer or "").casefold(), (row.customer_email or "").casefold())
        if (row.customer or row.customer_email) and not (who[1] and who[1] in emails):
            latest.setdefault(who, row)
    return list(latest.values())


@router.get("/customers/dialog/new")
async def new(request: Request, person: SignedIn, name: str = "", email: str = "") -> Response:
    """The Create Contact dialog, filled in for a buyer who isn't on record."""
    values = {"customer_id": permissions.new_id("cu"), "name": name[:200], "email": email[:254]}
    return page(request, "customers/dialog_contact.html", person, **values)


@router.post("/customers")
async def create(request: Request, person: SignedIn) -> Response:
    """Creates the customer and selects it in the form that opened the dialog."""
    check(person, "customer.create")
    form = await request.form()
    try:
        command = parse_command(Create, form)
    except (ValidationError, Malformed) as error:
        return refused(request, person, field_error_texts(error, "customer.create"))
    reply = (await submit(request, person, command, key=command.key)).reply
    if reply and reply.outcome == "rejected":
        return refused(request, person, reply_texts(request, reply), 409)
    queries = request.app.state.portal.queries
    same = await _of_email(queries, command.email) if isinstance(command, Create) else []
    others = [row for row in same if row.customer_id != command.key]
    return page(request, "customers/chosen.html", person, customer=command, others=others)


async def _of_email(queries: Queries, email: str | None) -> list[CustomerRow]:
    """The customers with exactly this email."""
    found = await queries.customers.search(email) if email else []
    return [row for row in found if (row.email or "").casefold() == (email or "").casefold()]


@router.get("/customers/{customer_id}")
async def customer(request: Request, person: SignedIn, customer_id: str) -> Response:
    """A customer, with the address book and the latest orders."""
    queries = request.app.state.portal.queries
    found = await queries.customers.get(customer_id)
    if found is None and (stone := await queries.customers.tombstone(customer_id)):
        return page(request, "customers/tombstone.html", person, 410, stone=stone)
    latest = await queries.orders.search(OrderFilter(customer_id=customer_id), limit=10)
    if found is None and latest.orders:  # known from a checkout only
        return RedirectResponse(f"/orders?customer_id={quote(customer_id, safe='')}", 303)
    if found is None:
        raise HTTPException(404, "Customer not found.")
    number = await queries.orders.count(OrderFilter(customer_id=customer_id))
    values = {"customer": found, "orders": latest.orders, "number": number}
    return page(request, "customers/customer.html", person, **values)


@router.get("/customers/{customer_id}/dialog/{name}")
async def dialog(
    request: Request, person: SignedIn, customer_id: str, name: str, address: str = ""
) -> Response:
    """The dialog for one action on a customer."""
    queries = request.app.state.portal.queries
    found = await queries.customers.get(customer_id)
    if found is None or name not in DIALOGS:
        raise HTTPException(404, "Page not found.")
    entry = next((each for each in found.addresses if each.address_id == address), None)
    values = {"name": name, "customer": found, "entry": entry, "new_id": permissions.new_id}
    values["shows"] = shown(found, address_id=address)
    if name == "delete":
        theirs = OrderFilter(customer_id=customer_id)
        values["orders"] = await queries.orders.count(theirs)
        values["open_orders"] = await queries.orders.count(replace(theirs, statuses=OPEN))
    return page(request, "customers/dialog_customer.html", person, **values)


@router.get("/products")
async def products(
    request: Request, person: SignedIn, search: str = "", market: str = ""
) -> Response:
    """Articles to choose from: by any part of SKU, name or description, fewer than three letters
    find what is called just that."""
    typed = search.strip()[:200]
    found = await request.app.state.portal.queries.products.search(typed, market)
    site_market = request.app.state.portal.site.markets.get(market)
    levels = await request.app.state.portal.queries.stock.of_each(one.sku for one in found)
    values = {"search": typed, "found": found, "market_id": market}
    values |= {"levels": levels, "warehouses": site_market.warehouses if site_market else ()}
    return page(
        request,
        "warehouse/products.html",
        person,
        **values,
        currency=site_market.currency if site_market else None,
    )
