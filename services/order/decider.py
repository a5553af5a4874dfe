"""The order: which function decides which message."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.order.activity import hear, is_activity, noted
from services.order.activity_texts import HEARD
from services.order.allowed import explain, why_gone
from services.order.commands.add_note import add_note
from services.order.commands.cancel import cancel
from services.order.commands.delete import delete
from services.order.commands.edit_lines import edit
from services.order.commands.hold import hold, release_hold
from services.order.commands.reorder import reorder
from services.order.outgoing import outgoing
from services.order.reactions.cancel_refused import cancel_refused
from services.order.reactions.cart_converted import is_own_draft, place
from services.order.reactions.lines_changed import lines_change_refused, lines_changed
from services.order.reactions.reorder_settled import settle_reorder
from services.order.reactions.shipment_closed import close_shipment
from services.order.reactions.shipment_edited import reroute
from services.order.reactions.shipments_deleted import delete_refused, deleted
from services.order.reactions.shipments_held import held, hold_lifted, hold_refused
from services.order.state import Order, evolve, status
from shared.contracts import Message, carts, orders, reorders, shipments
from shared.contracts.checkout import CartConverted
from shared.runtime.decider import Context, Creates, Decider, Decision, Handler
from shared.runtime.decider.deletion import deletable

Decided = Decision | Sequence[Message]

_rules: Mapping[type[Message], Handler] = {
    CartConverted: place,
    # Commands of customer service
    orders.Hold: hold,
    orders.ReleaseHold: release_hold,
    orders.Cancel: cancel,
    orders.Delete: delete,
    orders.AddLine: edit,
    orders.ChangeLine: edit,
    orders.RemoveLine: edit,
    orders.MoveLine: edit,
    orders.SetDiscount: edit,
    orders.AddNote: add_note,
    reorders.Reorder: reorder,
    # Answers of the cart service
    reorders.SettleReorder: settle_reorder,
    # Answers of the shipments
    shipments.Held: held,
    shipments.HoldRefused: hold_refused,
    shipments.HoldLifted: hold_lifted,
    shipments.LinesChanged: lines_changed,
    shipments.LinesChangeRefused: lines_change_refused,
    shipments.Edited: reroute,
    shipments.Shipped: close_shipment,
    shipments.Canceled: close_shipment,
    shipments.CancelRefused: cancel_refused,
    shipments.Deleted: deleted,
    shipments.DeleteRefused: delete_refused,
}

# Facts that only lead to a note come first, so that a handler of their own replaces that.
handlers = noted({**dict.fromkeys(HEARD, hear), **_rules})

creates: Mapping[type[Message], Creates] = {
    CartConverted: lambda cart: "order",
    orders.AddLine: lambda command: f"line/{command.shipment_id}/{command.line_id}",
}

events: tuple[type[Message], ...] = (
    orders.Placed,
    orders.DraftRefused,
    orders.HoldRequested,
    orders.Held,
    orders.HoldRefused,
    orders.ReleaseHoldRequested,
    orders.HoldReleased,
    orders.CancelRequested,
    orders.Canceled,
    orders.CancelRefused,
    orders.DeleteRequested,
    orders.DeleteRefused,
    orders.Deleted,
    orders.ShipmentClosed,
    orders.ShipmentEdited,
    orders.PartiallyShipped,
    orders.Completed,
    orders.LinesChangeRequested,
    orders.LinesChanged,
    orders.LinesChangeRefused,
    orders.NoteAdded,
    reorders.ReorderRequested,
    reorders.OrderReordered,
    reorders.OrderReorderRefused,
)


def is_aside(event: Message) -> bool:
    """Whether an event leaves the state unchanged: activity notes and refused drafts."""
    return is_activity(event) or isinstance(event, orders.DraftRefused)


def nothing() -> Order | None:
    """Returns the state before any event."""
    return None


living: Decider[Order | None] = Decider(
    kind="order",
    initial=nothing,
    handlers=handlers,
    evolve=evolve,
    events=events,
    outgoing=outgoing,
    publishes=(reorders.CreateReorder, carts.SettleConvert),
    queries={orders.Explain: explain},
    status=status,
    aside=is_aside,
    creates=creates,
)
_deletable = deletable(living, orders.Deleted, why_gone, again=orders.Delete)


def _place(cart: CartConverted, order: Order | orders.Deleted | None, context: Context) -> Decided:
    """Ignores a draft's cart if the order with its id was deleted meanwhile.

    Whoever converted the draft gets the outcome from the cart service, which receives the deletion
    as a fact.
    """
    if isinstance(order, orders.Deleted) and is_own_draft(cart, context):
        return []
    return _deletable.handlers[CartConverted](cart, order, context)


decider = replace(_deletable, handlers={**_deletable.handlers, CartConverted: _place})
