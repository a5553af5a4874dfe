"""Pages for carts and drafts: the list, one cart, and the form that starts a draft by phone."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from services.portal.auth.guard import SignedIn, check
from services.portal.field_errors import field_error_texts
from services.portal.i18n import N_, _
from services.portal.queries.cursor import PAGE
from services.portal.queries.models.carts import CartDetails, CartShipment
from services.portal.web.carts.draft import draft_values
from services.portal.web.forms.addresses import address_book
from services.portal.web.forms.commands import refused, reply_texts, submit
from services.portal.web.forms.parsing import parse_command
from services.portal.web.forms.values import shown
from services.portal.web.frame import permissions
from services.portal.web.frame.rendering import page, redirect
from shared.contracts import Malformed
from shared.contracts.carts import CreateDraft
from shared.contracts.commands import offered

DIALOGS = {
    "edit-shipment": N_("Edit shipment"),
    "add-line": N_("Add line items"),
    "change-line": N_("Change line"),
    "remove-line": N_("Remove line"),
    "coupon": N_("Apply coupon"),
    "discount": N_("Discount"),
    "delete": N_("Delete cart"),
}
# What htmx requests: the results, or the rest of a search.
RESULTS, MORE = "carts/found.html", "carts/rows.html"
TEMPLATES = {"carts-found": RESULTS, "search-on": MORE}
LONGEST = 254  # characters: the maximum length of an email, which is compared as a whole
# By what the search box has found a cart.
FOUND_BY = {
    "cart_id": N_("Cart"),
    "email": N_("Email"),
    "sku": N_("SKU"),
    "name": N_("Name"),
}

router = APIRouter(include_in_schema=False)


@router.get("/carts")
async def carts(
    request: Request,
    person: SignedIn,
    q: str = "",
    after: str = "",
    shown: Annotated[int, Query(ge=0, lt=PAGE)] = 0,
) -> Response:
    """The carts that aren't orders yet, newest first: the whole page, or for htmx the results alone
    or only some rows.

    `q` is the text of the search box. `shown` is the number of carts on the page already: a search
    continues until it is full.
    """
    text = q.strip()[:LONGEST]
    found = await request.app.state.portal.queries.carts.list(after or None, PAGE - shown, text)
    template = TEMPLATES.get(request.headers.get("hx-target", ""), "carts/carts.html")
    values = {"found": found, "q": text, "after": after, "shown": shown, "PAGE": PAGE}
    values |= {"address": address_of, "labels": FOUND_BY}
    answer = page(request, template, person, **values)
    answer.headers["Vary"] = "HX-Request, HX-Target"
    if template == RESULTS:
        answer.headers["HX-Replace-Url"] = address_of(text, after)
    return answer


def address_of(q: str, after: str | None = None, shown: int = 0) -> str:
    """The address of the list with this search, from a cursor on."""
    given = {name: str(value) for name, value in (("q", q), ("after", after)) if value}
    given |= {"shown": str(shown)} if shown else {}
    return f"/carts?{urlencode(given)}" if given else "/carts"


@router.get("/create")
async def create(request: Request, person: SignedIn, customer_id: str = "") -> Response:
    """Orders > Create New Order: the form for market and customer, who may be chosen already."""
    customers = request.app.state.portal.queries.customers
    chosen = await customers.get(customer_id) if customer_id else None
    values: dict[str, Any] = {
        "cart_id": permissions.new_id("draft"),
        "customer": chosen,
        "others": [],
    }
    return page(request, "carts/create.html", person, **values)


@router.post("/create")
async def start(request: Request, person: SignedIn) -> Response:
    """Creates the draft and redirects to it."""
    check(person, "cart.create-draft")
    form = await request.form()
    given = {name: str(form.get(name) or "") for name in ("cart_id", "market", "customer_id")}
    if not given["customer_id"] and form.get("anonymous") != "yes":
        text = _("Choose a customer, or tick “Make an anonymous order”.")
        return refused(request, person, [text])
    try:
        command = parse_command(CreateDraft, given)
    except (ValidationError, Malformed) as error:
        return refused(request, person, field_error_texts(error, "cart.create-draft"))
    submission = await submit(request, person, command, key=given["cart_id"])
    if submission.reply and submission.reply.outcome == "rejected":
        return refused(request, person, reply_texts(request, submission.reply), 409)
    return redirect(request, f"/carts/{command.key}")


@router.get("/carts/{cart_id}")
async def cart(request: Request, person: SignedIn, cart_id: str) -> Response:
    """Cart Details; redirects to the order if the cart has become one."""
    found = await _cart(request, cart_id)
    if found.status == "CheckedOut":
        return RedirectResponse(f"/orders/{cart_id}", 303)
    can = await permissions.for_cart(request, person, found)
    shipments = found.shipments or [CartShipment(shipment_id="1", lines=[])]
    values = {"cart": found, "shipments": shipments, "next_shipment": _next_id(shipments)}
    values |= await draft_values(request, found)
    return page(request, "carts/cart.html", person, **values, can=can)


@router.get("/carts/{cart_id}/dialog/{name}")
async def dialog(request: Request, person: SignedIn, cart_id: str, name: str) -> Response:
    """The dialog for one action on a cart, as for orders."""
    found = await _cart(request, cart_id)
    if name not in DIALOGS:
        raise HTTPException(404, "Page not found.")
    params = request.query_params
    shipment = _find(found.shipments, "shipment_id", params.get("shipment"))
    if shipment is None:
        number = len(found.shipments) + 1
        shipment = CartShipment(shipment_id=params.get("shipment", "1"), number=number, lines=[])
    ids = {"shipment_id": shipment.shipment_id, "line_id": params.get("line")}
    return page(
        request,
        "carts/dialog_cart.html",
        person,
        name=name,
        title=_(DIALOGS[name]),
        cart=found,
        shows=shown(found, **ids),
        shipment=shipment,
        line=_find(shipment.lines, "line_id", params.get("line")),
        market=request.app.state.portal.site.markets.get(found.market),
        book=await address_book(request, found.customer, params.get("address")),
        offered=offered(),
        new_id=permissions.new_id,
    )


async def _cart(request: Request, cart_id: str) -> CartDetails:
    found: CartDetails | None = await request.app.state.portal.queries.carts.get(cart_id)
    if found is None:
        raise HTTPException(404, "Cart not found. It may have been deleted.")
    return found


def _next_id(shipments: list[CartShipment]) -> str:
    """The id for another shipment: the lowest number that isn't in use."""
    taken = {shipment.shipment_id for shipment in shipments}
    return next(str(n) for n in range(1, len(taken) + 2) if str(n) not in taken)


def _find(items: list[Any], field: str, value: str | None) -> Any:
    return next((each for each in items if getattr(each, field) == value), None)
