"""Carts and drafts: the list, one in full, and the way from a customer on the phone to an order."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from services.portal.auth.guard import Signed, check
from services.portal.queries import Queries
from services.portal.queries.models.carts import CartDetails, CartShipment
from services.portal.web import bulk_delete, permissions
from services.portal.web.address_choices import choices
from services.portal.web.commands import give, refused, words_of, wrong_fields
from services.portal.web.form_values import shown
from services.portal.web.forms import command_of
from services.portal.web.rendering import go, page
from shared.contracts import Malformed
from shared.contracts.carts import CreateDraft
from shared.contracts.commands import offered

DIALOGS = {
    "edit-shipment": "Edit shipment",
    "add-line": "Add line items",
    "change-line": "Change line",
    "remove-line": "Remove line",
    "coupon": "Apply coupon",
    "discount": "Discount",
    "delete": "Delete cart",
}


async def _item(views: Queries, cart_id: str) -> bulk_delete.Item | None:
    found = await views.carts.get(cart_id)
    if found is None:
        return None
    customer = (found.customer.name or found.customer.email) if found.customer else None
    return bulk_delete.Item(cart_id, cart_id, found.status, customer)


DELETED = bulk_delete.Kind(
    "cart", "A deleted cart is gone for good, with its customer's data.", _item
)

router = APIRouter(include_in_schema=False)


@router.get("/carts")
async def carts(request: Request, person: Signed, after: str = "") -> Response:
    """The carts that are no orders yet, newest first."""
    found = await request.app.state.portal.views.carts.list(following=after or None)
    return page(request, "carts.html", person, found=found, after=after)


@router.post("/carts/delete/confirm")
async def confirm(request: Request, person: Signed, cart: Annotated[list[str], Form()]) -> Response:
    """Which carts would be deleted, before anything happens."""
    return await bulk_delete.confirm(request, person, DELETED, cart)


@router.post("/carts/delete")
async def delete(request: Request, person: Signed, cart: Annotated[list[str], Form()]) -> Response:
    """Deletes them, and says of each what became of it."""
    return await bulk_delete.delete(request, person, DELETED, cart)


@router.get("/create")
async def create(request: Request, person: Signed) -> Response:
    """Orders > Create New Order: the market and the customer."""
    return page(request, "create.html", person, cart_id=permissions.new_id("draft"))


@router.post("/create")
async def start(request: Request, person: Signed) -> Response:
    """Starts the draft, and goes to it."""
    check(person, "cart.create-draft")
    form = await request.form()
    given = {name: str(form.get(name) or "") for name in ("cart_id", "market", "customer_id")}
    if not given["customer_id"] and form.get("anonymous") != "yes":
        words = "Choose a customer, or say that the order is anonymous."
        return refused(request, person, [words])
    try:
        command = command_of(CreateDraft, given)
    except (ValueError, Malformed) as error:
        return refused(request, person, wrong_fields(error))
    sent = await give(request, person, command, key=given["cart_id"])
    if sent.reply and sent.reply.outcome == "rejected":
        return refused(request, person, words_of(request, sent.reply), 409)
    return go(request, f"/carts/{command.key}")


@router.get("/carts/{cart_id}")
async def cart(request: Request, person: Signed, cart_id: str) -> Response:
    """Cart Details; of one that is an order already, the order."""
    found = await _cart(request, cart_id)
    if found.status == "CheckedOut":
        return RedirectResponse(f"/orders/{cart_id}", 303)
    can = await permissions.of_cart(request, person, found)
    shipments = found.shipments or [CartShipment(shipment_id="1", lines=[])]
    values = {"cart": found, "shipments": shipments, "next_shipment": _next(shipments)}
    return page(request, "cart.html", person, **values, can=can)


@router.get("/carts/{cart_id}/dialog/{name}")
async def dialog(request: Request, person: Signed, cart_id: str, name: str) -> Response:
    """The form for one thing that can be done to a cart, as for orders."""
    found = await _cart(request, cart_id)
    if name not in DIALOGS:
        raise HTTPException(404, "There is no such page.")
    asked = request.query_params
    shipment = _one(found.shipments, "shipment_id", asked.get("shipment"))
    if shipment is None:
        number = len(found.shipments) + 1
        shipment = CartShipment(shipment_id=asked.get("shipment", "1"), number=number, lines=[])
    ids = {"shipment_id": shipment.shipment_id, "line_id": asked.get("line")}
    return page(
        request,
        "dialog_cart.html",
        person,
        name=name,
        title=DIALOGS[name],
        cart=found,
        shows=shown(found, **ids),
        shipment=shipment,
        line=_one(shipment.lines, "line_id", asked.get("line")),
        market=request.app.state.portal.site.markets.get(found.market),
        book=await choices(request, found.customer, asked.get("address")),
        offered=offered(),
        new_id=permissions.new_id,
    )


async def _cart(request: Request, cart_id: str) -> CartDetails:
    found: CartDetails | None = await request.app.state.portal.views.carts.get(cart_id)
    if found is None:
        raise HTTPException(404, "There is no such cart.")
    return found


def _next(shipments: list[CartShipment]) -> str:
    """An id for one shipment more: the next number that none of them has."""
    taken = {shipment.shipment_id for shipment in shipments}
    return next(str(n) for n in range(1, len(taken) + 2) if str(n) not in taken)


def _one(among: list[Any], field: str, wanted: str | None) -> Any:
    return next((each for each in among if getattr(each, field) == wanted), None)
