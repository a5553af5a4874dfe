"""Customers: found by any part of a name or an email, made, changed; products to choose from."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from services.portal.auth.guard import Signed, check
from services.portal.views import OrderFilter
from services.portal.web import allowed
from services.portal.web.acting import give, refused, words_of, wrong_fields
from services.portal.web.forms import command_of
from services.portal.web.rendering import page
from shared.contracts import Malformed
from shared.contracts.customers import Create

SHORTEST = 3
DIALOGS = ("new", "update", "add-address", "change-address", "remove-address")

router = APIRouter(include_in_schema=False)


@router.get("/customers")
async def customers(request: Request, person: Signed, search: str = "") -> Response:
    """Finds customers while somebody types; `choose` makes the results buttons of a form."""
    typed = search.strip()[:200]
    found = await request.app.state.portal.views.customers.search(typed) if typed else []
    target = request.headers.get("hx-target", "")
    template = {
        "customers-found": "customers_found.html",
        "customers-to-choose": "customers_choose.html",
    }.get(target, "customers.html")
    return page(request, template, person, search=typed, found=found)


@router.get("/customers/dialog/new")
async def new(request: Request, person: Signed) -> Response:
    """The Create Contact dialog."""
    new_id = allowed.new_id("cu")
    return page(request, "dialog_contact.html", person, customer_id=new_id, then="")


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
    return page(request, "customers_chosen.html", person, customer=command)


@router.get("/customers/{customer_id}")
async def customer(request: Request, person: Signed, customer_id: str) -> Response:
    """A customer, with the address book and the latest orders."""
    views = request.app.state.portal.views
    found = await views.customers.get(customer_id)
    if found is None:
        raise HTTPException(404, "There is no such customer.")
    theirs = await views.orders.search(OrderFilter(customer_id=customer_id), limit=10)
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
    values = {"name": name, "customer": found, "entry": entry, "new_id": allowed.new_id}
    return page(request, "dialog_customer.html", person, **values)


@router.get("/products")
async def products(
    request: Request, person: Signed, search: str = "", market: str = ""
) -> Response:
    """Articles to choose from: by any part of SKU, name or description, from three letters on."""
    typed = search.strip()[:200]
    found = []
    if len(typed) >= SHORTEST:
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
