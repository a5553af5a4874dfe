"""What the page of a draft shows beside the cart: stock, addresses and earlier orders."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from services.portal.auth.guard import SignedIn, check
from services.portal.i18n import _, ngettext
from services.portal.queries import OrderFilter
from services.portal.queries.models.carts import CartDetails
from services.portal.queries.models.details import OrderDetails
from services.portal.queries.models.orders import OrderRow
from services.portal.queries.sourcing_texts import foreseen
from services.portal.sourcing import in_cart, sourcing_of
from services.portal.web.forms.addresses import address_book
from services.portal.web.forms.commands import done, refused, reply_texts, submit
from services.portal.web.frame import permissions
from shared.contracts.carts import AddLine

# How many of the customer's latest orders a draft offers.
EARLIER = 5
# How many lines of an earlier order are added at once.
MAX_LINES = 200

router = APIRouter(prefix="/carts", include_in_schema=False)


async def draft_values(request: Request, cart: CartDetails) -> dict[str, Any]:
    """The values of the page: `levels` by SKU, `book`, `earlier` orders, and more.

    `sources` are texts: where the goods would come from if the draft was placed now.
    """
    queries, site = request.app.state.portal.queries, request.app.state.portal.site
    skus = {line.sku for shipment in cart.shipments for line in shipment.lines}
    customer_id = cart.customer.customer_id if cart.customer else None
    levels, book, earlier, sourcing = await asyncio.gather(
        queries.stock.of_each(skus),
        address_book(request, cart.customer, None),
        _earlier(request, customer_id),
        sourcing_of(in_cart(cart), queries, site),
    )
    return {
        "levels": levels,
        "book": book,
        "earlier": earlier,
        "sources": [
            foreseen(each, cart.shipment_numbers, site.warehouses, cart.cart_id)
            for each in sourcing or ()
        ],
        "market": site.markets.get(cart.market),
        "new_id": permissions.new_id,
    }


async def _earlier(request: Request, customer_id: str | None) -> list[OrderRow]:
    if customer_id is None:
        return []
    orders = request.app.state.portal.queries.orders
    found: list[OrderRow] = (
        await orders.search(OrderFilter(customer_id=customer_id), limit=EARLIER)
    ).orders
    return found


@router.post("/{cart_id}/lines-of/{order_id}")
async def add_lines(request: Request, person: SignedIn, cart_id: str, order_id: str) -> Response:
    """Adds the lines of an earlier order to the first shipment, at the catalog's prices.

    The lines that are refused are told with their reasons; the others are added. Each line has an
    id of its order, so that clicking twice adds nothing twice.
    """
    check(person, "cart.add-line")
    await request.form()  # has no fields, but one that can't be read is refused
    queries = request.app.state.portal.queries
    cart, order = await asyncio.gather(queries.carts.get(cart_id), queries.orders.get(order_id))
    if cart is None or not isinstance(order, OrderDetails):
        raise HTTPException(404, "Cart or order not found. It may have been deleted.")
    lines = [line for shipment in order.shipments for line in shipment.lines][:MAX_LINES]
    to, added, refusals = _first_shipment(cart), 0, []
    for number, line in enumerate(lines, 1):
        command = AddLine(
            cart_id=cart_id,
            shipment_id=to,
            line_id=f"{order_id}-{number}"[-64:],
            sku=line.sku,
            name=line.name,
            quantity=line.quantity,
        )
        reply = (await submit(request, person, command)).reply
        if reply and reply.outcome == "rejected":
            refusals += [f"{line.sku}: {text}" for text in reply_texts(request, reply)]
        else:
            added += 1
    if refusals and not added:
        return refused(request, person, refusals, 409)
    text = ngettext("{n} item added.", "{n} items added.", added).format(n=added)
    if refusals:
        text = " ".join([text, _("Not added:"), *refusals])
    return done(text)


def _first_shipment(cart: CartDetails) -> str:
    return cart.shipments[0].shipment_id if cart.shipments else "1"
