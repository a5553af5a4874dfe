"""The label of a shipment on every page: "Shipment 2". Only programs and addresses use its id."""

import re
from collections.abc import Mapping
from typing import Any

from services.portal.i18n import _
from services.portal.projections.projection import Part
from services.portal.projections.shipment_numbers import by_number, numbers_by_id
from shared.contracts.error_texts import ENGLISH
from shared.contracts.replies import Blocker

Numbers = Mapping[str, int]  # of an order's or a cart's shipments, by id


def label(number: int | None, start: bool = True) -> str:
    """Returns `Shipment 2`, or `shipment 2` within a sentence; … stands for an unknown number."""
    text = _("Shipment %(number)s") if start else _("shipment %(number)s")
    return text % {"number": number or "…"}


def numbers_of(order: Part) -> dict[str, int]:
    """The numbers of all current and former shipments, from the order service's part.

    Documents of version 0.1 have no such list. They never lost a shipment, so the current ones are
    numbered.
    """
    ids = (shipment["shipment_id"] for shipment in order.get("shipments", ()))
    return numbers_by_id(by_number(order.get("shipment_ids", ()), ids))


def with_labels(text: str, known: Numbers) -> str:
    """Replaces the shipment ids in a service's sentence ("Moved 3 × Scarf from shipment s-15 to
    1.") by labels."""
    if not known:
        return text
    ids = "|".join(re.escape(each) for each in sorted(known, key=len, reverse=True))
    pattern = rf"\b([Ss])hipment ({ids})(?: to ({ids}))?(?![\w-]|[.:]\w)"

    def labels(found: re.Match[str]) -> str:
        begins, which, to = found.groups()
        text = label(known[which], begins == "S")
        return f"{text} to {label(known[to], start=False)}" if to else text

    return re.sub(pattern, labels, text)


def blocker_with_labels(blocker: Blocker, known: Numbers) -> Blocker:
    """A copy of a blocker whose facts and texts name shipments by their number."""
    text = ENGLISH.get(blocker.text or "")
    facts = {name: _fact(name, value, known) for name, value in (blocker.facts or {}).items()}
    if text is None or not text.facts() <= facts.keys():
        return blocker.model_copy(update={"message": with_labels(blocker.message, known)})
    texts = {"message": text.happened.format_map(facts), "remedy": text.remedy.format_map(facts)}
    return blocker.model_copy(update={**texts, "facts": facts or None})


def reason_with_labels(reason: dict[str, Any], known: Numbers) -> str:
    """The text of an event's reason, built from its blockers, with shipment labels."""
    blockers = [Blocker.model_validate(each) for each in reason.get("blockers") or ()]
    message = str(reason.get("message") or "")
    if message != " ".join(each.message for each in blockers):
        return with_labels(message, known)
    return " ".join(blocker_with_labels(each, known).message for each in blockers)


def _fact(name: str, value: str, known: Numbers) -> str:
    if name not in ("shipment", "shipments"):
        return with_labels(value, known)
    return ", ".join(str(known.get(each, each)) for each in value.split(", "))
