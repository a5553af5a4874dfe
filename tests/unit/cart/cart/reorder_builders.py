"""A reorder, and what the catalog and the stock say about its articles."""

from decimal import Decimal

from shared.contracts.address import Customer
from shared.contracts.catalog import Variant
from shared.contracts.orders import Line, Shipment
from shared.contracts.reorders import (
    CartReordered,
    CreateReorder,
)
from shared.contracts.stock import Level
from tests.unit.cart.cart.builders import (
    ADDRESS,
    CART,
)

MERCY = Customer(customer_id="cu-7", name="Mercy Taylor")


def line(sku="A", quantity=2, price="10.00", line_id=None, **more):
    return Line(
        line_id=line_id or sku,
        sku=sku,
        name=f"The {sku}",
        quantity=quantity,
        placed_price=Decimal(price),
        discount=Decimal("1.00"),
        tax=Decimal("0.50"),
        **more,
    )


def shipment(*lines, shipment_id="1", method="standard"):
    return Shipment(
        shipment_id=shipment_id,
        shipping_method=method,
        shipping_cost=Decimal("0.00"),
        shipping_tax=Decimal("0.00"),
        address=ADDRESS,
        lines=lines or (line(),),
    )


def reorder(*shipments, **more):
    content = {"market": "US", "currency": "USD", "warehouse": "seattle", "coupons": (), **more}
    return CreateReorder(
        cart_id=CART,
        order_id="c-0",
        order_number="PO1000042",
        customer=MERCY,
        shipments=shipments or (shipment(),),
        **content,
    )


def sold(sku="A", price="10.00", market="US", **more):
    prices = {market: Decimal(price)} if price else {}
    return {f"variant/{sku}": Variant(sku=sku, name=f"New {sku}", prices=prices, **more)}


def stocked(available, sku="A", warehouse="seattle"):
    level = Level(
        warehouse=warehouse,
        sku=sku,
        on_hand=max(available, 0),
        allocated=max(-available, 0),
        available=available,
        backordered=0,
    )
    return {f"level/{warehouse}/{sku}": level}


def summary(outcome):
    """The last event, the summary of the reorder."""
    found = outcome.events[-1]
    assert isinstance(found, CartReordered)
    return found


def only_line(outcome):
    (found,) = summary(outcome).lines
    return found
