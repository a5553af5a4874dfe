"""Which actions a shipment allows now, and the blockers of those that it doesn't.

Commands are rejected with the same blockers (rules: shipment state machine).
"""

from collections.abc import Iterator, Mapping, Sequence

from services.shipment.fulfilment.guards import destination, guard_blockers, why_stopped
from services.shipment.fulfilment.lifecycle import FINAL, Trigger, is_done, move, moves
from services.shipment.fulfilment.preconditions import require_order
from services.shipment.fulfilment.shipment import Shipment
from services.shipment.fulfilment.state import Fulfilment
from shared.contracts import Message, shipments
from shared.contracts.error_texts import blocker, unknown_method
from shared.contracts.holds import WORK
from shared.contracts.replies import Action, Blocker
from shared.contracts.shipments import ShipmentStatus
from shared.contracts.statuses import label
from shared.runtime.decider import Context, refuse
from shared.runtime.decider.deletion import was_deleted
from shared.site import Site

_NAMED_SHORTAGES = 3

# Completes the error text "To be released, it must be …".
_COMMAND_PHRASES: Mapping[Trigger, str] = {
    Trigger.EDIT: "be edited",
    Trigger.RELEASE: "be released",
    Trigger.ADD_TO_PICKLIST: "be added to the picklist",
    Trigger.REMOVE_FROM_PICKLIST: "be removed from the picklist",
    Trigger.COMPLETE: "be completed",
    Trigger.CORRECT_TRACKING: "have its tracking corrected",
    Trigger.CANCEL: "be canceled",
    Trigger.EDIT_LINES: "have its lines edited",
}

ACTIONS: Mapping[type[Message], Trigger] = {
    shipments.Edit: Trigger.EDIT,
    shipments.Release: Trigger.RELEASE,
    shipments.AddToPicklist: Trigger.ADD_TO_PICKLIST,
    shipments.RemoveFromPicklist: Trigger.REMOVE_FROM_PICKLIST,
    shipments.Complete: Trigger.COMPLETE,
    shipments.Cancel: Trigger.CANCEL,
    shipments.CorrectTracking: Trigger.CORRECT_TRACKING,
}


def explain(question: shipments.Explain, order: Fulfilment, context: Context) -> Sequence[Action]:
    """Every command of the contract on each shipment, with its blockers."""
    require_order(order, question.order_id)
    return [a for each in order.shipments.values() for a in actions(order, each, context.site)]


def actions(order: Fulfilment, shipment: Shipment, site: Site) -> Iterator[Action]:
    """Every action on `shipment`, with its blockers."""
    for command, trigger in ACTIONS.items():
        yield Action.judged(
            command,
            shipment.shipment_id,
            why_not(trigger, order, shipment, site),
            done=is_done(shipment.status, trigger),
        )


def permit(
    command: Trigger, order: Fulfilment, shipment: Shipment, site: Site
) -> ShipmentStatus | None:
    """The status that `command` leads to; None if it is done. Raises `Rejected` if not allowed."""
    refuse(why_not(command, order, shipment, site))
    return destination(command, order, shipment, site)


def why_not(
    command: Trigger, order: Fulfilment, shipment: Shipment, site: Site
) -> tuple[Blocker, ...]:
    """The blockers of `command`; none if it is allowed or done already."""
    row = move(shipment.status, command)
    if row is not None:
        return tuple(guard_blockers(row, order, shipment, site))
    if is_done(shipment.status, command):
        return ()
    if shipment.status in FINAL:
        return (_wrong_status(command, shipment),)
    others = _blockers_without_hold(command, order, shipment, site)
    hold = why_stopped(order, site, *WORK) if shipment.status == "OnHold" else None
    if hold is None:
        return tuple(others)
    return (hold, *(each for each in others if each.code != hold.code))


def why_no_delete(order: Fulfilment) -> tuple[Blocker, ...]:
    """Why the order can't be deleted: a shipment is at a warehouse, which needs its address.

    A shipment that was recalled because of a hold doesn't block (rules: Orders, "delete").
    """
    return tuple(
        blocker("at-warehouse", shipment=shipment.shipment_id, status=label(shipment.status))
        for shipment in order.open
        if shipment.is_at_warehouse
    )


def why_gone(deleted: shipments.Deleted) -> Blocker:
    """Why no action on the order is possible: it was deleted."""
    return was_deleted(f"Order {deleted.order_number}", deleted.at, deleted.by)


def why_no_address_book(order: Fulfilment) -> tuple[Blocker, ...]:
    """Why no address can be added to the address book: the order has no customer with a record."""
    if order.customer_id is not None:
        return ()
    return (blocker("no-customer"),)


def why_no_method(method: str, shipment: Shipment, site: Site) -> tuple[Blocker, ...]:
    """Why `shipment` can't go by `method`: its market doesn't offer it."""
    market = site.markets.get(shipment.market)
    offered = market.shipping_methods if market else {}
    if method in offered:
        return ()
    return (unknown_method(shipment.market, method, offered),)


def _blockers_without_hold(
    command: Trigger, order: Fulfilment, shipment: Shipment, site: Site
) -> list[Blocker]:
    """The blockers that `command` would have without the hold."""
    status = shipment.standing.status
    row = move(status, command)
    if row is not None:
        return guard_blockers(row, order, shipment, site)
    if is_done(status, command):
        return []
    if command is Trigger.RELEASE and status == "AwaitingInventory":
        (release,) = moves(Trigger.RELEASE)
        blockers = guard_blockers(release, order, shipment, site)
        return blockers if shipment.stock_assigned else [*blockers, _no_inventory(shipment)]
    return [_wrong_status(command, shipment)]


def _no_inventory(shipment: Shipment) -> Blocker:
    if not shipment.stock_requested:
        return blocker("no-inventory.unpaid")
    if not shipment.shortages:
        return blocker("no-inventory.pending")
    named = [f"{s.sku} ({s.available} of {s.wanted})" for s in shipment.shortages]
    more = len(named) - _NAMED_SHORTAGES
    items = ", ".join(named[:_NAMED_SHORTAGES]) + (f" and {more} more" if more > 0 else "")
    skus = ", ".join(s.sku for s in shipment.shortages[:_NAMED_SHORTAGES])
    facts = {"warehouse": shipment.warehouse, "items": items, "skus": skus}
    others = [each for each in shipment.tried if each.warehouse != shipment.warehouse]
    if not others:
        return blocker("no-inventory", **facts)
    had = ", ".join(f"{each.warehouse} ({each.available} of {each.wanted})" for each in others)
    return blocker("no-inventory.elsewhere", **facts, others=had)


def _wrong_status(command: Trigger, shipment: Shipment) -> Blocker:
    status = label(shipment.standing.status)
    if shipment.status in FINAL:
        return blocker("wrong-status.final", status=status)
    needed = " or ".join(label(row.source) for row in moves(command))
    return blocker("wrong-status", status=status, command=_COMMAND_PHRASES[command], needed=needed)


def already_shipped(shipped: Sequence[Shipment]) -> Blocker:
    """The blocker of an order of which these shipments have shipped."""
    ids = ", ".join(shipment.shipment_id for shipment in shipped)
    return blocker("already-shipped.order", shipments=ids)
