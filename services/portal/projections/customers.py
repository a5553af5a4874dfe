"""The customers: contact and address book, found by any part of a name or an email address."""

from pymongo import ASCENDING, IndexModel

from services.portal.projections.facts import Fact
from services.portal.projections.ngrams import BETWEEN, pieces_of, plain
from services.portal.projections.projection import Document, Part, Projection


def fold(customer: Part, fact: Fact) -> None:
    """Lets a fact of `customer.events` change the customer's part; other types don't."""
    data = fact.data
    if fact.name in ("customer.created", "customer.updated"):
        customer |= {field: data[field] for field in ("name", "email", "phone")}
    elif fact.name in ("customer.address-added", "customer.address-changed"):
        customer.setdefault("addresses", {})[data["address_id"]] = data["address"]
    elif fact.name == "customer.address-removed":
        customer.get("addresses", {}).pop(data["address_id"], None)


def row_of(document: Document) -> Document:
    """What is shown of a customer in a list, and searched."""
    customer: Part = document.get("customer", {})
    if "name" not in customer:
        return {"listed": False}
    names = [plain(customer["name"]), plain(customer["email"])]
    words = names[0].split()  # whose beginnings are looked for as well
    return {
        "listed": True,
        **{field: customer[field] for field in ("name", "email", "phone")},
        "names": BETWEEN.join(names),
        "pieces": sorted(pieces_of([*names, *words])),
    }


CUSTOMERS = Projection(
    collection="customers",
    folds={"customer": fold},
    row=row_of,
    indexes=(
        IndexModel(
            [("row.pieces", ASCENDING), ("row.names", ASCENDING), ("_id", ASCENDING)],
            name="pieces",
        ),
    ),
)
