"""What a bulk job can do, and the command that each action sends."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from services.portal.auth.rights import may
from services.portal.auth.sessions import Person
from services.portal.i18n import N_, _, ngettext, whole
from shared.contracts import Malformed, Message, border, shipments
from shared.contracts import orders as commands

ActionName = Literal["hold", "release-hold", "cancel", "release", "add-to-picklist", "delete"]
ACTION_NAMES: tuple[ActionName, ...] = get_args(ActionName)


@dataclass(frozen=True)
class BulkAction:
    """An action on an order, or on each of its shipments. Its texts are translated when shown.

    command  the name of its command, as in the table of rights
    model    its command
    label    what people call it, on a button
    title    what a job does, with {} for "60 orders"
    what     what a person may do, or may not: "hold orders"
    done     the participle: "held", for "can be held"
    result   the result of an order: "Held"
    icon     its icon
    warning  what can't be undone, for the confirmation
    """

    command: str
    model: type[Message]
    label: str
    title: str
    what: str
    done: str
    result: str
    icon: str
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
        return _(self.title).format(orders(number))

    def label_of(self, state: str) -> str:
        """What the state of an item is called: what is done is called as the action has it."""
        return _(self.result) if state == "accepted" else _(STATE_LABELS[state])

    @property
    def dangerous(self) -> bool:
        """Whether it can't be undone."""
        return bool(self.warning)

    def explain(self, order_id: str) -> Message:
        """The query for what is allowed now."""
        model = shipments.Explain if self.per_shipment else commands.Explain
        return model(order_id=order_id)

    def message(self, order_id: str, shipment_id: str, reason: str | None) -> Message:
        """The command for an order, or for one of its shipments.

        Raises `ValidationError` or `Malformed` for a reason that the contract refuses.
        """
        fields = {"order_id": order_id}
        fields |= {"shipment_id": shipment_id} if self.per_shipment else {}
        fields |= {"reason": reason} if reason else {}
        return border.read(self.model, json.dumps(fields))


STATE_LABELS: Mapping[str, str] = {
    "unchecked": N_("Not checked yet"),
    "possible": N_("Can be done"),
    "impossible": N_("Can't be done"),
    "sent": N_("In progress"),
    "accepted": N_("Done"),
    "partly": N_("Partly done"),
    "rejected": N_("Rejected"),
}
ACTIONS: Mapping[str, BulkAction] = {
    "hold": BulkAction(
        "order.hold", commands.Hold, N_("Hold"), N_("Hold {}"), N_("hold orders"), N_("held"),
        N_("Held"), "player-pause",
    ),
    "release-hold": BulkAction(
        "order.release-hold", commands.ReleaseHold, N_("Release hold"),
        N_("Release the hold of {}"), N_("release holds"), N_("taken off hold"),
        N_("Taken off hold"), "player-play",
    ),
    "release": BulkAction(
        "shipment.release", shipments.Release, N_("Release shipments"),
        N_("Release the shipments of {}"), N_("release shipments"),
        N_("released to the warehouse"), N_("Released to the warehouse"), "package-export",
    ),
    "add-to-picklist": BulkAction(
        "shipment.add-to-picklist", shipments.AddToPicklist, N_("Add to pick list"),
        N_("Add {} to the pick list"), N_("add shipments to the pick list"),
        N_("added to the pick list"), N_("Added to the pick list"), "clipboard-list",
    ),
    "cancel": BulkAction(
        "order.cancel", commands.Cancel, N_("Cancel orders"), N_("Cancel {}"),
        N_("cancel orders"), N_("canceled"), N_("Canceled"), "ban",
        N_("Canceling an order can't be undone."),
    ),
    "delete": BulkAction(
        "order.delete", commands.Delete, N_("Delete"), N_("Delete {}"), N_("delete orders"),
        N_("deleted"), N_("Deleted"), "trash",
        N_("Deleting an order can't be undone. Its customer's data is erased with it. "
           "Only the order number, the time, and who deleted it are kept."),
    ),
}  # fmt: skip


def orders(number: int) -> str:
    """So many orders: "60 orders"."""
    return ngettext("{n} order", "{n} orders", number).format(n=whole(number))


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
