"""The read model of orders: one document each, for list, search, details and warehouse.

`services/portal/queries/query_plan.py` makes sure that every search uses one of the indexes.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.portal.projections import order_part, payment_part, returns_part, shipment_part
from services.portal.projections.facts import moment
from services.portal.projections.needs import needs_of
from services.portal.projections.ngrams import (
    CUSTOMER,
    REFERENCE,
    SEPARATOR,
    SKU,
    START,
    TRACKING,
    ngrams_of,
    normalize,
    number_prefixes,
    prefixes_of,
    whole_keys,
)
from services.portal.projections.projection import Document, Part, Projection

NEWEST = (("row.created", DESCENDING), ("row.number", DESCENDING))
# Orders that are listed. The field is part of every index below, so a query that bounds it is
# answered from the index alone; a condition on `row.listed` would fetch documents.
PLACED: Document = {"row.created": {"$exists": True}}
# Fields that patterns are compared with on the index entries themselves, where an order has one
# entry. In the index `pieces` it has many, so there each order is fetched.
COMPARED = ("row.names",)

# A condition that has an index of its own.
WAITING: Document = {"row.shipments.status": "AwaitingInventory"}

# Orders with something left of an authorization that expires.
EXPIRING: Document = {"row.expires_at": {"$exists": True}}

HELD: Document = {"row.held_since": {"$exists": True}}

# Lines of an order whose SKUs it is found by. MongoDB writes an index entry for each.
MOST_LINES = 1000


def _by(name: str, *fields: str, only: Document | None = None, after: Sequence[str] = ()) -> Any:
    """An index of placed orders by `fields`, then newest first; `only` restricts it further."""
    keys = [*((f, ASCENDING) for f in fields), *NEWEST, *((f, ASCENDING) for f in after)]
    return IndexModel(keys, name=name, partialFilterExpression=PLACED | (only or {}))


INDEXES = (
    _by("newest", after=COMPARED),
    _by("market", "row.market", after=COMPARED),
    _by("status", "row.status", after=COMPARED),
    _by("market-status", "row.market", "row.status", after=COMPARED),
    _by("email", "row.email", only={"row.email": {"$exists": True}}),
    _by("customer", "row.customer_id", only={"row.customer_id": {"$exists": True}}),
    _by("anonymous", "row.anonymous", only={"row.anonymous": True}, after=COMPARED),
    _by("pieces", "row.pieces"),
    _by("waiting", only=WAITING),
    _by("needs", "row.needs", only={"row.needs": {"$exists": True}}),
    # What expires: the newest orders first, and what expires first.
    _by("expiring", only=EXPIRING, after=("row.expires_at",)),
    IndexModel([("row.expires_at", ASCENDING)], name="expires", partialFilterExpression=EXPIRING),
    # What has a hold: the oldest first, of all types or of one; and those to review, the first due
    # first.
    IndexModel([("row.held_since", ASCENDING)], name="holds", partialFilterExpression=HELD),
    IndexModel(
        [("row.hold_types", ASCENDING), ("row.held_since", ASCENDING)],
        name="holds-type",
        partialFilterExpression=HELD,
    ),
    IndexModel(
        [("row.review_on", ASCENDING), ("row.held_since", ASCENDING)],
        name="holds-review",
        partialFilterExpression={"row.review_on": {"$exists": True}},
    ),
    IndexModel(
        [(f"row.shipments.{field}", ASCENDING) for field in ("status", "warehouse", "since")],
        name="shipments",
    ),
    IndexModel(
        [("row.shipments.shipped_at", ASCENDING)],
        name="shipped",
        partialFilterExpression={"row.shipments.shipped_at": {"$exists": True}},
    ),
    IndexModel(
        [(f"row.returns.{field}", ASCENDING) for field in ("status", "warehouse", "since")],
        name="returns",
        sparse=True,
    ),
    IndexModel([("row.returns.return_id", ASCENDING)], name="return-ids", sparse=True),
    IndexModel([("row.number", ASCENDING)], name="number", sparse=True),
)


def list_row(document: Document) -> Document:
    """The row of an order in a list, with what searches compare; not listed before it is placed."""
    order: Part = document.get("order", {})
    if "number" not in order:
        return {"listed": False}
    money: Part = document.get("payment", {})
    customer = order["customer"] or {}
    name, email = customer.get("name"), customer.get("email")
    shipments = list(_shipments(order, document.get("shipment", {})))
    # Without a customer name, a recipient's name stands for it (rules: Finding orders).
    recipients = [normalize(s["name"]) for s in shipments]
    first = normalize(name) or next(iter(recipients), "")
    names = [first, *sorted(set(recipients) - {first})]
    row: Document = {
        "listed": True,
        "number": order["number"],
        "created": order["created"],
        "market": order["market"],
        "currency": order["currency"],
        "status": order_part.status_of(order),
        "since": order["since"],
        "pending": order_part.pending(order),
        "customer": name,
        "customer_email": email,
        "total": order["total"],
        "paid": money.get("paid"),
        "outstanding": payment_part.outstanding(order, money),
        "shipments": [{k: v for k, v in s.items() if k != "name"} for s in shipments],
        "names": SEPARATOR.join(names),
        "pieces": [*_ngrams(tuple(names), order["number"]), *_keys(document)],
        "anonymous": not (name or email),
    }
    if returns := list(returns_part.return_rows(order)):
        row["returns"] = returns
    if needs := needs_of(order, money):
        row["needs"], row["needs_since"] = list(needs), needs
    expires = min(payment_part.expiring(money), default=None)
    if expires is not None and order["status"] != "Canceled":
        row["expires_at"] = expires
    row |= _holds(order)
    if email:
        row["email"] = email.casefold()
    if customer.get("customer_id"):
        row["customer_id"] = customer["customer_id"]
    return row


def _holds(order: Part) -> Document:
    """The holds, as the list of holds finds and shows them; nothing if there are none.

    A hold without a type has the type "". Review dates are text, which compares as the dates do.
    """
    holds = order_part.holds_of(order)
    if not holds:
        return {}
    found: Document = {
        "holds": [{"hold_id": which, **hold} for which, hold in holds.items()],
        "held_since": min(hold["since"] for hold in holds.values()),
        "hold_types": sorted({hold.get("hold_type") or "" for hold in holds.values()}),
    }
    if dates := [hold["review_on"] for hold in holds.values() if hold.get("review_on")]:
        found["review_on"] = min(dates)
    return found


# An order changes its status often and its names hardly ever.
@lru_cache(maxsize=4096)
def _ngrams(names: tuple[str, ...], number: str) -> list[str]:
    """The n-grams by which an order is found; the first of `names` is the customer's."""
    found = ngrams_of(names) | number_prefixes(number) | prefixes_of(names[0], CUSTOMER)
    return sorted(found.union(*(prefixes_of(name, START) for name in names)))


def _keys(document: Document) -> list[str]:
    """The SKUs, tracking numbers and payment references by which an order is found.

    A number that was corrected still finds it: customers were told that one.
    """
    lines = (line for shipment in document["order"]["shipments"] for line in shipment["lines"])
    shipments = document.get("shipment", {}).get("shipments", {}).values()
    payments = document.get("payment", {}).get("payments", {}).values()
    found = whole_keys(SKU, (line["sku"] for line in islice(lines, MOST_LINES)))
    for each in shipments:
        numbers = (each.get("tracking_number"), *each.get("former_tracking", ()))
        found |= whole_keys(TRACKING, numbers)
    found |= whole_keys(REFERENCE, (each.get("reference") for each in payments))
    return sorted(found)


def _shipments(order: Part, fulfilment: Part) -> Iterator[Document]:
    """The rows of the shipments. The shipment service's data takes precedence over the order's."""
    known = fulfilment.get("shipments", {})
    for placed in order["shipments"]:
        now = known.get(placed["shipment_id"], {})
        lines = placed["lines"]
        row = {
            "shipment_id": placed["shipment_id"],
            "name": now.get("address", placed["address"])["name"],
            "status": now.get("status", "AwaitingInventory"),
            "lines": len(lines),
            "pieces": sum(line["quantity"] for line in lines),
            "since": now.get("since", order["created"]),
            "waits_for": sorted({short["sku"] for short in now.get("short", ())}),
        }
        if now.get("warehouse"):
            row["warehouse"] = now["warehouse"]
        if now.get("shipped_at"):
            row["shipped_at"] = moment(now["shipped_at"])
        yield row


ORDERS = Projection(
    collection="orders",
    parts={
        "order": order_part.apply,
        "payment": payment_part.apply,
        "shipment": shipment_part.apply,
    },
    row=list_row,
    indexes=INDEXES,
    erased="order.deleted",
)
