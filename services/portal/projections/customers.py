"""The read model of customers: contact data and address book, with n-grams of name and email."""

from pymongo import ASCENDING, IndexModel

from services.portal.projections.facts import Fact
from services.portal.projections.ngrams import SEPARATOR, ngrams_of, normalize
from services.portal.projections.projection import Document, Part, Projection


def apply(customer: Part, fact: Fact) -> None:
    """Applies an event of `customer.events` to the customer; other types change nothing."""
    data = fact.data
    if fact.name in ("customer.created", "customer.updated"):
        customer |= {field: data[field] for field in ("name", "email", "phone")}
    elif fact.name in ("customer.address-added", "customer.address-changed"):
        customer.setdefault("addresses", {})[data["address_id"]] = data["address"]
    elif fact.name == "customer.address-removed":
        customer.get("addresses", {}).pop(data["address_id"], None)


def list_row(document: Document) -> Document:
    """The row of a customer in a list, with what searches compare."""
    customer: Part = document.get("customer", {})
    if "name" not in customer:
        return {"listed": False}
    names = [normalize(customer["name"]), normalize(customer["email"])]
    words = names[0].split()  # each word is found by its prefix as well
    return {
        "listed": True,
        **{field: customer[field] for field in ("name", "email", "phone")},
        "names": SEPARATOR.join(names),
        "pieces": sorted(ngrams_of([*names, *words])),
    }


CUSTOMERS = Projection(
    collection="customers",
    parts={"customer": apply},
    row=list_row,
    indexes=(
        IndexModel(
            [("row.pieces", ASCENDING), ("row.names", ASCENDING), ("_id", ASCENDING)],
            name="pieces",
        ),
    ),
    erased="customer.deleted",
    timed=False,
)
