"""The read model of carts and drafts: one document each."""

from collections.abc import Callable
from decimal import Decimal
from itertools import islice

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.portal.projections.facts import Fact
from services.portal.projections.ngrams import (
    CART_ID,
    SEPARATOR,
    SKU,
    START,
    email_key,
    ngrams_of,
    normalize,
    prefixes_of,
    whole_keys,
)
from services.portal.projections.projection import Document, Part, Projection
from shared.contracts.money import zero

NEWEST = (("row.created", DESCENDING), ("_id", DESCENDING))
# Carts that are listed. As for orders, every index has the field, so that queries bound it.
LISTED: Document = {"row.created": {"$exists": True}}
# Lines of a cart whose SKUs it is found by. MongoDB writes an index entry for each.
MOST_LINES = 1000


def apply(cart: Part, fact: Fact) -> None:
    """Applies an event of `cart.events` to the cart; types that aren't known change nothing.

    The totals are taken from every event that carries them.
    """
    if change := _CHANGES.get(fact.name):
        change(cart, fact)
        cart["changed"] = fact.at
    if totals := fact.data.get("totals"):
        for line in totals["changed"]:
            kept = _lines(cart, line["shipment_id"]).get(line["line_id"])
            if kept is not None:
                kept |= {"discount": line["discount"], "tax": line["tax"]}
        cart["totals"] = {field: totals[field] for field in totals if field != "changed"}


def _created(cart: Part, fact: Fact) -> None:
    cart |= {field: fact.data[field] for field in ("market", "currency", "customer")}
    cart |= {"created": fact.at, "by": fact.actor, "shipments": {}, "status": "Draft"}


def _shipment(cart: Part, shipment_id: str) -> Part:
    shipments: dict[str, Part] = cart.setdefault("shipments", {})
    return shipments.setdefault(shipment_id, {"lines": {}})


def _lines(cart: Part, shipment_id: str) -> dict[str, Part]:
    lines: dict[str, Part] = _shipment(cart, shipment_id)["lines"]
    return lines


def _shipment_set(cart: Part, fact: Fact) -> None:
    fields = ("address", "shipping_method", "shipping_cost")
    _shipment(cart, fact.data["shipment_id"]).update({f: fact.data[f] for f in fields})


def _line_set(cart: Part, fact: Fact) -> None:
    fields = ("line_id", "sku", "name", "quantity", "placed_price", "tax", "preorder")
    lines = _lines(cart, fact.data["shipment_id"])
    before = lines.get(fact.data["line_id"], {})
    lines[fact.data["line_id"]] = before | {field: fact.data[field] for field in fields}


def _line_removed(cart: Part, fact: Fact) -> None:
    _lines(cart, fact.data["shipment_id"]).pop(fact.data["line_id"], None)


def _reordered(cart: Part, fact: Fact) -> None:
    """Keeps, as text, how the draft differs from the order that it was created from."""
    data = fact.data
    differences = [
        line["message"]
        for line in data["lines"]
        if line["stock"] != "available" or line["priced"] != "same"
    ]
    differences += [
        f"{coupon['code']}: {coupon['why_not']['message']}"
        for coupon in data["coupons"]
        if coupon["why_not"]
    ]
    differences += [shipment["message"] for shipment in data["left_open"]]
    reorder_of = {"order_id": data["order_id"], "number": data["order_number"]}
    cart["reorder_of"] = reorder_of | {"differences": differences}


def _checked_out(cart: Part, _fact: Fact) -> None:
    cart["status"] = "CheckedOut"


def _refused(cart: Part, _fact: Fact) -> None:
    """The order wasn't placed: the cart is a draft again."""
    cart["status"] = "Draft"


def _priced(_cart: Part, _fact: Fact) -> None:
    """Coupons and discounts: the totals hold their whole effect."""


_CHANGES: dict[str, Callable[[Part, Fact], None]] = {
    "cart.draft-created": _created,
    "cart.shipment-set": _shipment_set,
    "cart.line-set": _line_set,
    "cart.line-removed": _line_removed,
    "cart.coupon-applied": _priced,
    "cart.coupon-removed": _priced,
    "cart.discount-set": _priced,
    "cart.reordered": _reordered,
    "cart.checked-out": _checked_out,
    "cart.order-placed": _priced,
    "cart.convert-refused": _refused,
}


def total(cart: Part) -> str:
    """The cart's total in its currency's decimals, as its last event reported it.

    Older events have no totals: then it is the sum of the lines with tax, and shipping.
    """
    if totals := cart.get("totals"):
        return str(totals["total"])
    owed = zero(cart["currency"])
    for shipment in cart["shipments"].values():
        owed += Decimal(shipment.get("shipping_cost", 0))
        for line in shipment["lines"].values():
            owed += line["quantity"] * Decimal(line["placed_price"]) + Decimal(line["tax"])
    return f"{owed:f}"


def list_row(document: Document) -> Document:
    """The row of a cart in the list, with what searches compare; carts that were checked out
    aren't listed."""
    cart: Part = document.get("cart", {})
    if cart.get("status") != "Draft":
        return {"listed": False}
    customer = cart["customer"] or {}
    names = _names(cart)
    return {
        "listed": True,
        "created": cart["created"],
        "changed": cart["changed"],
        "by": cart["by"],
        "market": cart["market"],
        "currency": cart["currency"],
        "customer": customer.get("name"),
        "customer_email": customer.get("email"),
        "names": SEPARATOR.join(names),
        "pieces": [*_ngrams(names), *_keys(document)],
        "lines": sum(len(shipment["lines"]) for shipment in cart["shipments"].values()),
        "total": total(cart),
    }


def _names(cart: Part) -> list[str]:
    """The customer's name; without one, the recipients' names stand for it, as for orders."""
    if name := normalize((cart["customer"] or {}).get("name")):
        return [name]
    addresses = (shipment.get("address") or {} for shipment in cart["shipments"].values())
    names = (normalize(address.get("name")) for address in addresses)
    return [name for name in dict.fromkeys(names) if name]


def _ngrams(names: list[str]) -> list[str]:
    return sorted(ngrams_of(names).union(*(prefixes_of(name, START) for name in names)))


def _keys(document: Document) -> list[str]:
    """The id, the email and the SKUs by which a cart is found."""
    cart: Part = document["cart"]
    lines = (line for each in cart["shipments"].values() for line in each["lines"].values())
    found = whole_keys(CART_ID, [document["_id"]])
    found |= whole_keys(SKU, (line["sku"] for line in islice(lines, MOST_LINES)))
    if email := (cart["customer"] or {}).get("email"):
        found.add(email_key(email))
    return sorted(found)


CARTS = Projection(
    collection="carts",
    parts={"cart": apply},
    row=list_row,
    indexes=(
        IndexModel(
            [*NEWEST, ("row.names", ASCENDING)], name="newest", partialFilterExpression=LISTED
        ),
        IndexModel(
            [("row.pieces", ASCENDING), *NEWEST], name="pieces", partialFilterExpression=LISTED
        ),
    ),
    erased="cart.deleted",
)
