"""What a bulk job can do, and the command that each action sends."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from services.portal.auth.rights import may
from services.portal.auth.sessions import Person
from shared.contracts import Malformed, Message, border, orders, shipments

ActionName = Literal["hold", "release-hold", "cancel", "release", "add-to-picklist", "delete"]
ACTION_NAMES: tuple[ActionName, ...] = get_args(ActionName)


@dataclass(frozen=True)
class BulkAction:
    """An action on an order, or on each of its shipments.

    command  the name of its command, as in the table of rights
    model    its command
    label    what people call it, on a button
    title    what a job does, with {} for "60 orders"
    done     the participle: "held", for "can be held"
    warning  what can't be undone, for the confirmation
    """

    command: str
    model: type[Message]
    label: str
    title: str
    done: str
    warning: str = ""

    @property
    def per_shipment(self) -> bool:
        """Whether it sends a command for each shipment, not one for the order."""
        return self.command.startswith("shipment.")

    @property
    def takes_reason(self) -> bool:
        """Whether its command has a reason."""
        return "reason" in self.model.model_fields

    def title_of(self, number: int) -> str:
        """What a job over this many orders does: "Hold 60 orders"."""
        return self.title.format(f"{number:,} order{'' if number == 1 else 's'}")

    @property
    def dangerous(self) -> bool:
        """Whether it can't be undone."""
        return bool(self.warning)

    def explain(self, order_id: str) -> Message:
        """The query for what is allowed now."""
        model = shipments.Explain if self.per_shipment else orders.Explain
        return model(order_id=order_id)

    def message(self, order_id: str, shipment_id: str, reason: str | None) -> Message:
        """The command for an order, or for one of its shipments.

        Raises `ValidationError` or `Malformed` for a reason that the contract refuses.
        """
        fields = {"order_id": order_id}
        fields |= {"shipment_id": shipment_id} if self.per_shipment else {}
        fields |= {"reason": reason} if reason else {}
        return border.read(self.model, json.dumps(fields))


ACTIONS: Mapping[str, BulkAction] = {
    "hold": BulkAction("order.hold", orders.Hold, "Hold", "Hold {}", "held"),
    "release-hold": BulkAction(
        "order.release-hold", orders.ReleaseHold, "Release hold", "Release the hold of {}",
        "taken off hold",
    ),
    "release": BulkAction(
        "shipment.release", shipments.Release, "Release shipments", "Release the shipments of {}",
        "released to the warehouse",
    ),
    "add-to-picklist": BulkAction(
        "shipment.add-to-picklist", shipments.AddToPicklist, "Add to pick list",
        "Add {} to the pick list", "added to the pick list",
    ),
    "cancel": BulkAction(
        "order.cancel", orders.Cancel, "Cancel orders", "Cancel {}", "canceled",
        "Canceling an order can't be undone.",
    ),
    "delete": BulkAction(
        "order.delete", orders.Delete, "Delete", "Delete {}", "deleted",
        "Deleting an order can't be undone. Its customer's data is erased with it. "
        "Only the order number, the time, and who deleted it are kept.",
    ),
}  # fmt: skip


def allowed(person: Person) -> dict[str, BulkAction]:
    """The actions that the person's roles allow, by name."""
    return {name: each for name, each in ACTIONS.items() if may(person.roles, each.command)}


def checked_reason(action: BulkAction, reason: str | None) -> str | None:
    """The reason as the command has it; None if there is none.

    Raises `Malformed` if the action takes no reason, and as `BulkAction.message`.
    """
    if not reason or not reason.strip():
        return None
    if not action.takes_reason:
        raise Malformed("reason", f"{action.label} takes no reason; leave it out")
    sent: str | None = getattr(action.message("order", "", reason), "reason", None)
    return sent
