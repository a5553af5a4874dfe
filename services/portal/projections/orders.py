"""The orders: one document each, for the list, the search, the details and the warehouse.

Whether every search goes by an index is told by `services/portal/queries/query_plan.py`.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from services.portal.projections import order_part, payment_part, shipment_part
from services.portal.projections.facts import moment
from services.portal.projections.ngrams import (
    BETWEEN,
    CUSTOMER,
    START,
    beginnings_of,
    pieces_of,
    plain,
    starts_of,
)
from services.portal.projections.projection import Document, Part, Projection

NEWEST = (("row.created", DESCENDING), ("row.number", DESCENDING))
# Whatever has a row that is listed. The field is part of every index below, so a question that
# bounds it is answered from the index alone, where one for `row.listed` would look at documents.
PLACED: Document = {"row.created": {"$exists": True}}
# What patterns are compared with on an index's own entries, where an entry is a whole order; an
# entry of `pieces` isn't one, so there each order is looked at.
COMPARED = ("row.names",)


def _by(name: str, *fields: str, only: Document | None = None, after: Sequence[str] = ()) -> Any:
    """An index by `fields`, newest first among equals; of placed orders, or of those `only`."""
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
    IndexModel(
        [(f"row.shipments.{field}", ASCENDING) for field in ("status", "warehouse", "since")],
        name="shipments",
    ),
    IndexModel(
        [("row.shipments.shipped_at", ASCENDING)],
        name="shipped",
        partialFilterExpression={"row.shipments.shipped_at": {"$exists": True}},
    ),
    IndexModel([("row.number", ASCENDING)], name="number", sparse=True),
)


def row_of(document: Document) -> Document:
    """What is shown of an order in a list, and searched; nothing before it is placed."""
    order: Part = document.get("order", {})
    if "number" not in order:
        return {"listed": False}
    money: Part = document.get("payment", {})
    customer = order["customer"] or {}
    name, email = customer.get("name"), customer.get("email")
    shipments = list(_shipments(order, document.get("shipment", {})))
    # Where there is no customer's name, a recipient's stands for it (rules: Finding orders).
    recipients = [plain(s["name"]) for s in shipments]
    first = plain(name) or next(iter(recipients), "")
    names = [first, *sorted(set(recipients) - {first})]
    row: Document = {
        "listed": True,
        "number": order["number"],
        "created": order["created"],
        "market": order["market"],
        "currency": order["currency"],
        "status": order["status"],
        "since": order["since"],
        "pending": order_part.pending(order),
        "customer": name,
        "customer_email": email,
        "total": order["total"],
        "paid": money.get("paid"),
        "outstanding": payment_part.outstanding(order, money),
        "shipments": [{k: v for k, v in s.items() if k != "name"} for s in shipments],
        "names": BETWEEN.join(names),
        "pieces": sorted(_pieces(names, order["number"])),
        "anonymous": not (name or email),
    }
    if email:
        row["email"] = email.casefold()
    if customer.get("customer_id"):
        row["customer_id"] = customer["customer_id"]
    return row


def _pieces(names: Sequence[str], number: str) -> set[str]:
    """By what an order can be found; the first of the names is the customer's."""
    found = pieces_of(names) | beginnings_of(number) | starts_of(names[0], CUSTOMER)
    return found.union(*(starts_of(name, START) for name in names))


def _shipments(order: Part, fulfilment: Part) -> Iterator[Document]:
    """Each shipment in brief; the shipment service's word counts where there is one."""
    known = fulfilment.get("shipments", {})
    for placed in order["shipments"]:
        now = known.get(placed["shipment_id"], {})
        lines = placed["lines"]
        brief = {
            "shipment_id": placed["shipment_id"],
            "name": now.get("address", placed["address"])["name"],
            "status": now.get("status", "AwaitingInventory"),
            "lines": len(lines),
            "pieces": sum(line["quantity"] for line in lines),
            "since": now.get("since", order["created"]),
            "waits_for": sorted({short["sku"] for short in now.get("short", ())}),
        }
        if now.get("warehouse"):
            brief["warehouse"] = now["warehouse"]
        if now.get("shipped_at"):
            brief["shipped_at"] = moment(now["shipped_at"])
        yield brief


ORDERS = Projection(
    collection="orders",
    folds={
        "order": order_part.fold,
        "payment": payment_part.fold,
        "shipment": shipment_part.fold,
    },
    row=row_of,
    indexes=INDEXES,
    erased="order.deleted",
)
