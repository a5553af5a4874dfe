"""The carts and the drafts of customer service: one document each."""

from collections.abc import Callable
from decimal import Decimal

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.portal.projecting.facts import Fact
from services.portal.projecting.names import plain
from services.portal.projecting.view import Document, Part, View
from shared.contracts.money import zero


def fold(cart: Part, fact: Fact) -> None:
    """Lets a fact of `cart.events` change the cart's part; facts of other types don't."""
    if change := _CHANGES.get(fact.name):
        change(cart, fact)
        cart["changed"] = fact.at
        if totals := fact.data.get("totals"):
            _told(cart, dict(totals))


def _told(cart: Part, totals: Part) -> None:
    """What the cart costs now, and each of the lines whose discount or tax has changed."""
    for line in totals.pop("changed"):
        lines = cart["shipments"][line["shipment_id"]]["lines"]
        lines[line["line_id"]] |= {"discount": line["discount"], "tax": line["tax"]}
    cart["totals"] = totals


def _created(cart: Part, fact: Fact) -> None:
    cart |= {field: fact.data[field] for field in ("market", "currency", "customer")}
    cart |= {"created": fact.at, "by": fact.actor, "shipments": {}, "status": "Draft"}


def _shipment(cart: Part, fact: Fact) -> Part:
    shipments: dict[str, Part] = cart.setdefault("shipments", {})
    return shipments.setdefault(fact.data["shipment_id"], {"lines": {}})


def _shipment_set(cart: Part, fact: Fact) -> None:
    fields = ("address", "shipping_method", "shipping_cost")
    _shipment(cart, fact).update({field: fact.data[field] for field in fields})


def _line_set(cart: Part, fact: Fact) -> None:
    line = {k: v for k, v in fact.data.items() if k not in ("cart_id", "shipment_id", "totals")}
    _shipment(cart, fact)["lines"][fact.data["line_id"]] = line


def _line_removed(cart: Part, fact: Fact) -> None:
    _shipment(cart, fact)["lines"].pop(fact.data["line_id"], None)


def _checked_out(cart: Part, fact: Fact) -> None:
    cart |= {"status": "CheckedOut", "total": fact.data["total"]}


def _totals_alone(_cart: Part, _fact: Fact) -> None:
    """A coupon or a discount shows in the totals."""


_CHANGES: dict[str, Callable[[Part, Fact], None]] = {
    "cart.draft-created": _created,
    "cart.shipment-set": _shipment_set,
    "cart.line-set": _line_set,
    "cart.line-removed": _line_removed,
    "cart.coupon-applied": _totals_alone,
    "cart.coupon-removed": _totals_alone,
    "cart.discount-set": _totals_alone,
    "cart.checked-out": _checked_out,
}


def total_of(cart: Part) -> str:
    """What the cart costs as it stands, in its currency's decimals, as its last event told.

    Older events told no totals: lines with tax, and shipping.
    """
    if totals := cart.get("totals"):
        return str(totals["total"])
    owed = zero(cart["currency"])
    for shipment in cart["shipments"].values():
        owed += Decimal(shipment.get("shipping_cost", 0))
        for line in shipment["lines"].values():
            owed += line["quantity"] * Decimal(line["placed_price"]) + Decimal(line["tax"])
    return f"{owed:f}"


def row_of(document: Document) -> Document:
    """What is shown of a cart in the list: those that are open, and aren't orders yet."""
    cart: Part = document.get("cart", {})
    if cart.get("status") != "Draft":
        return {"listed": False}
    customer = cart["customer"] or {}
    return {
        "listed": True,
        "created": cart["created"],
        "changed": cart["changed"],
        "by": cart["by"],
        "market": cart["market"],
        "currency": cart["currency"],
        "customer": customer.get("name"),
        "customer_email": customer.get("email"),
        "names": plain(customer.get("name")),
        "lines": sum(len(shipment["lines"]) for shipment in cart["shipments"].values()),
        "total": total_of(cart),
    }


CARTS = View(
    collection="carts",
    folds={"cart": fold},
    row=row_of,
    indexes=(
        IndexModel(
            [("row.created", DESCENDING), ("_id", ASCENDING)],
            name="newest",
            partialFilterExpression={"row.listed": True},
        ),
    ),
    erased="cart.deleted",
)
