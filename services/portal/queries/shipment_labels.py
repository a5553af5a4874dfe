"""How people call a shipment, on every page: "Shipment 2". Its id is for programs and addresses."""

import re
from collections.abc import Mapping
from typing import Any

from services.portal.projections.projection import Part
from services.portal.projections.shipment_numbers import by_number, numbers_by_id
from shared.contracts.error_texts import ENGLISH
from shared.contracts.replies import Blocker

Numbers = Mapping[str, int]  # of an order's or a cart's shipments, by id


def label(number: int | None, start: bool = True) -> str:
    """`Shipment 2`, or `shipment 2` within a sentence; … where the number is unknown."""
    return f"{'Shipment' if start else 'shipment'} {number or '…'}"


def numbers_of(order: Part) -> dict[str, int]:
    """The numbers of all shipments that an order has or had, of the order service's part.

    Documents of version 0.1 list none. Nothing of theirs has gone away, so their shipments count.
    """
    ids = (shipment["shipment_id"] for shipment in order.get("shipments", ()))
    return numbers_by_id(by_number(order.get("shipment_ids", ()), ids))


def with_labels(text: str, known: Numbers) -> str:
    """A sentence of a service, which names shipments by id ("Moved 3 × Scarf from shipment
    s-15 to 1."), with labels in their place."""
    if not known:
        return text
    ids = "|".join(re.escape(each) for each in sorted(known, key=len, reverse=True))
    pattern = rf"\b([Ss])hipment ({ids})(?: to ({ids}))?(?![\w-]|[.:]\w)"

    def labels(found: re.Match[str]) -> str:
        begins, which, to = found.groups()
        words = label(known[which], begins == "S")
        return f"{words} to {label(known[to], start=False)}" if to else words

    return re.sub(pattern, labels, text)


def blocker_with_labels(blocker: Blocker, known: Numbers) -> Blocker:
    """A blocker whose facts and words call shipments by their number."""
    text = ENGLISH.get(blocker.text or "")
    facts = {name: _fact(name, value, known) for name, value in (blocker.facts or {}).items()}
    if text is None or not text.facts() <= facts.keys():
        return blocker.model_copy(update={"message": with_labels(blocker.message, known)})
    told = {"message": text.happened.format_map(facts), "remedy": text.remedy.format_map(facts)}
    return blocker.model_copy(update={**told, "facts": facts or None})


def reason_with_labels(reason: dict[str, Any], known: Numbers) -> str:
    """The words of a fact's reason, which are those of its blockers."""
    blockers = [Blocker.model_validate(each) for each in reason.get("blockers") or ()]
    message = str(reason.get("message") or "")
    if message != " ".join(each.message for each in blockers):
        return with_labels(message, known)
    return " ".join(blocker_with_labels(each, known).message for each in blockers)


def _fact(name: str, value: str, known: Numbers) -> str:
    if name not in ("shipment", "shipments"):
        return with_labels(value, known)
    return ", ".join(str(known.get(each, each)) for each in value.split(", "))
