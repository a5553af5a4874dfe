"""The returns and exchanges in the order service's part of an order document."""

from collections.abc import Callable, Iterator

from services.portal.projections.facts import Fact, moment
from services.portal.projections.projection import Document, Part

# How an exchange ends. From then on nobody waits for it.
SETTLED = ("Completed", "Canceled", "Refused")


def return_number(order_number: str, number: int) -> str:
    """What people call a return: `PO1000042-R1`."""
    return f"{order_number}-R{number}"


def awaits_exchange(order: Part) -> bool:
    """Whether an exchange of this order isn't settled yet."""
    return any(map(_awaits, order.get("returns", {}).values()))


def return_rows(order: Part) -> Iterator[Document]:
    """The returns of an order as lists show them."""
    for return_id, each in order.get("returns", {}).items():
        yield {
            "return_id": return_id,
            "number": return_number(order["number"], each["number"]),
            "status": each["status"],
            "warehouse": each["warehouse"],
            "created": each["created"],
            "since": each["since"],
            "pieces": sum(line["quantity"] for line in each["lines"]),
            "exchange": bool(each["replacement"]),
        }


def _awaits(found: Part) -> bool:
    """As the order service has it: none is ordered if no goods have arrived."""
    if not found["replacement"] or found["status"] == "Canceled":
        return False
    if "exchange" not in found:
        return bool(found["status"] == "AwaitingStockReturn")
    return found["exchange"]["status"] not in SETTLED


def _created(order: Part, fact: Fact) -> None:
    data = fact.data
    returns = order.setdefault("returns", {})
    returns[data["return_id"]] = {
        field: data[field] for field in ("warehouse", "lines", "comment", "late", "replacement")
    } | {
        "number": len(returns) + 1,
        "status": "AwaitingStockReturn",
        "created": moment(data["created_at"]),
        "since": fact.at,
        "by": fact.actor,
        "arrivals": [],
    }


def _received(found: Part, fact: Fact) -> None:
    for line in fact.data["lines"]:
        found["arrivals"].append(line | {"at": fact.at, "by": fact.actor})
    _set_status(found, fact.data["status"], fact)


def _completion_requested(found: Part, fact: Fact) -> None:
    data = fact.data
    found |= {"asked": data["request"], "refusal": None, "note": data["note"]}
    found |= {field: data[field] for field in ("worth", "transferred", "decisions")}
    found["valued"] = data["lines"]


def _completed(found: Part, fact: Fact) -> None:
    found |= {"asked": None, "refusal": None}
    found |= {field: fact.data[field] for field in ("worth", "transferred", "refunded")}
    _set_status(found, "Complete", fact)


def _completion_refused(found: Part, fact: Fact) -> None:
    found |= {"asked": None, "refunded": fact.data["refunded"], "refusal": fact.data["reason"]}


def _canceled(found: Part, fact: Fact) -> None:
    found["canceled_because"] = fact.data["reason"]
    _set_status(found, "Canceled", fact)


def _exchange_requested(found: Part, fact: Fact) -> None:
    found["transferred"] = fact.data["transferred"]
    found["exchange"] = {"order_id": fact.data["exchange_order_id"], "status": "Requested"}


def _exchange_ordered(found: Part, fact: Fact) -> None:
    number = fact.data["exchange_order_number"]
    found.setdefault("exchange", {}).update(status="Ordered", number=number)


def _exchange_refused(found: Part, fact: Fact) -> None:
    found["transferred"] = None
    found.setdefault("exchange", {}).update(status="Refused", refusal=fact.data["reason"])


def _exchange_settled(found: Part, fact: Fact) -> None:
    found.setdefault("exchange", {})["status"] = fact.data["status"]


def _set_status(found: Part, status: str, fact: Fact) -> None:
    if found["status"] != status:
        found |= {"status": status, "since": fact.at}


def _of(change: Callable[[Part, Fact], None]) -> Callable[[Part, Fact], None]:
    """Applies a change to the return that the event names. It is missing if its first event is:
    then the document is marked incomplete."""

    def apply(order: Part, fact: Fact) -> None:
        if found := order.get("returns", {}).get(fact.data["return_id"]):
            change(found, fact)

    return apply


CHANGES: dict[str, Callable[[Part, Fact], None]] = {
    "return.created": _created,
    "return.received": _of(_received),
    "return.completion-requested": _of(_completion_requested),
    "return.completed": _of(_completed),
    "return.completion-refused": _of(_completion_refused),
    "return.canceled": _of(_canceled),
    "exchange.requested": _of(_exchange_requested),
    "exchange.ordered": _of(_exchange_ordered),
    "exchange.refused": _of(_exchange_refused),
    "exchange.settled": _of(_exchange_settled),
}
