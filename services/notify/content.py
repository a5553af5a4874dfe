"""An order's content, as its customer reads it."""

from collections.abc import Iterable

from shared.contracts import orders, returns
from shared.contracts.notifications import (
    NotifiedLine,
    NotifiedShipment,
    OrderContent,
    ReceivedGoods,
    recipient,
)
from shared.contracts.orders import EditedShipment, Line, Shipment
from shared.site import Site

DEFAULT_LANGUAGE = "en"


def placed(fact: orders.Placed, site: Site) -> OrderContent | None:
    """Returns the content of a new order; None if its customer has no email."""
    customer = recipient(fact.customer)
    if customer is None:
        return None
    return OrderContent(
        order_number=fact.order_number,
        market=fact.market,
        language=language(fact.market, site),
        customer=customer,
        currency=fact.currency,
        shipments=_shipments(fact.shipments),
        order_discount=fact.order_discount,
        total=fact.total,
    )


def changed(content: OrderContent, fact: orders.LinesChanged) -> OrderContent:
    """Returns the content after an edit, or after a shipment was canceled."""
    return content.model_copy(
        update={
            "shipments": _shipments(fact.shipments),
            "order_discount": fact.order_discount,
            "total": fact.total,
        }
    )


def readdressed(content: OrderContent, fact: orders.ShipmentEdited) -> OrderContent:
    """Returns the content with another address for a shipment.

    Another method isn't applied: it is always followed by `LinesChanged`, which has both.
    """
    return content.model_copy(
        update={
            "shipments": tuple(
                each.model_copy(update={"address": fact.address})
                if (each.shipment_id, each.shipping_method)
                == (fact.shipment_id, fact.shipping_method)
                else each
                for each in content.shipments
            )
        }
    )


def received(content: OrderContent, fact: returns.ReturnReceived) -> tuple[ReceivedGoods, ...]:
    """Returns the pieces that arrived, by article, in the order of the fact."""
    lines = {
        (each.shipment_id, line.line_id): line for each in content.shipments for line in each.lines
    }
    arrived: dict[str, ReceivedGoods] = {}
    for back in fact.lines:
        line = lines.get((back.shipment_id, back.line_id))
        if line is None or back.arrival != "received":
            continue
        before = arrived.get(line.sku)
        quantity = back.quantity + (before.quantity if before else 0)
        arrived[line.sku] = ReceivedGoods(sku=line.sku, name=line.name, quantity=quantity)
    return tuple(arrived.values())


def language(market: str, site: Site) -> str:
    """Returns the key of the language that the market's customers read first."""
    known = site.markets.get(market)
    return known.languages[0] if known and known.languages else DEFAULT_LANGUAGE


def _shipments(shipments: Iterable[Shipment]) -> tuple[NotifiedShipment, ...]:
    return tuple(
        NotifiedShipment(
            shipment_id=each.shipment_id,
            shipping_method=each.shipping_method,
            shipping_cost=each.shipping_cost,
            shipping_tax=each.shipping_tax,
            address=each.address,
            lines=tuple(map(_line, each.lines)),
            canceled=isinstance(each, EditedShipment) and each.canceled,
        )
        for each in shipments
    )


def _line(line: Line) -> NotifiedLine:
    return NotifiedLine(
        line_id=line.line_id,
        sku=line.sku,
        name=line.name,
        quantity=line.quantity,
        placed_price=line.placed_price,
        discount=line.discount,
        tax=line.tax,
        total=line.quantity * line.placed_price - line.discount + line.tax,
        preorder=line.preorder,
    )
