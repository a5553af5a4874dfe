"""Why not? For every action on a shipment: it is allowed, or every blocker, in words."""

from collections.abc import Iterator, Mapping, Sequence

from services.shipment.guards import ON_HOLD, destination, objections
from services.shipment.lifecycle import FINAL, Trigger, is_done, move, moves
from services.shipment.state import Fulfilment, Shipment
from shared.contracts import Message, shipments
from shared.contracts.replies import Action, Blocker
from shared.contracts.shipments import ShipmentStatus
from shared.runtime.decider import Context, Rejected, refuse
from shared.runtime.deletion import was_deleted
from shared.site import Site

_NAMED_SHORTAGES = 3


ACTIONS: Mapping[type[Message], Trigger] = {
    shipments.Edit: Trigger.EDIT,
    shipments.Release: Trigger.RELEASE,
    shipments.AddToPicklist: Trigger.ADD_TO_PICKLIST,
    shipments.RemoveFromPicklist: Trigger.REMOVE_FROM_PICKLIST,
    shipments.Complete: Trigger.COMPLETE,
    shipments.Cancel: Trigger.CANCEL,
}


def explain(question: shipments.Explain, order: Fulfilment, context: Context) -> Sequence[Action]:
    """Every command of the contract on each shipment, and what it would meet now."""
    known(order, question.order_id)
    return [a for each in order.shipments.values() for a in actions(order, each, context.site)]


def actions(order: Fulfilment, shipment: Shipment, site: Site) -> Iterator[Action]:
    """Every action on `shipment`, and what stands in its way."""
    for command, trigger in ACTIONS.items():
        yield Action.judged(
            command,
            shipment.shipment_id,
            why_not(trigger, order, shipment, site),
            done=is_done(shipment.status, trigger),
        )


def known(order: Fulfilment, order_id: str) -> None:
    """A refusal if the order is unknown."""
    if not order.is_known:
        raise Rejected("unknown-order", f"There is no order {order_id}.")


def permit(
    command: Trigger, order: Fulfilment, shipment: Shipment, site: Site
) -> ShipmentStatus | None:
    """Where `command` leads; None if the shipment is there already. Raises `Rejected`."""
    refuse(why_not(command, order, shipment, site))
    return destination(command, order, shipment, site)


def why_not(
    command: Trigger, order: Fulfilment, shipment: Shipment, site: Site
) -> tuple[Blocker, ...]:
    """Everything that stands in the way of `command`; nothing if it is allowed or done already."""
    row = move(shipment.status, command)
    if row is not None:
        return tuple(objections(row, order, shipment, site))
    if is_done(shipment.status, command):
        return ()
    if shipment.status in FINAL:
        return (_wrong_status(command, shipment),)
    hold = [ON_HOLD] if shipment.status == "OnHold" else []
    rest = _besides_the_hold(command, order, shipment, site)
    return tuple({blocker.code: blocker for blocker in hold + rest}.values())


def why_no_delete(order: Fulfilment) -> tuple[Blocker, ...]:
    """What stands in the way of forgetting the order: a warehouse that has to know where it goes.

    One that was told to stop, because of a hold, doesn't (rules: Orders, "delete").
    """
    return tuple(
        Blocker(
            code="at-warehouse",
            message=f"Shipment {shipment.shipment_id} is {shipment.status}: "
            "hold the order, or cancel the shipment, so that the warehouse stops.",
        )
        for shipment in order.open
        if shipment.is_at_warehouse
    )


def why_gone(deleted: shipments.Deleted) -> Blocker:
    """What stands in the way of everything: the order was deleted."""
    return was_deleted(f"Order {deleted.order_number}", deleted.at, deleted.by)


def why_no_book(order: Fulfilment) -> tuple[Blocker, ...]:
    """What stands in the way of adding an address to the customer's book: that nobody has one."""
    if order.customer_id is not None:
        return ()
    words = "The order has no customer on record, so there is no address book."
    return (Blocker(code="no-customer", message=words),)


def why_no_method(method: str, shipment: Shipment, site: Site) -> tuple[Blocker, ...]:
    """What stands in the way of sending `shipment` by `method`: its market has to offer that."""
    market = site.markets.get(shipment.market)
    offered = market.shipping_methods if market else {}
    if method in offered:
        return ()
    words = f"{shipment.market} ships {', '.join(offered) or 'by no method'}, not {method}."
    return (Blocker(code="unknown-method", message=words),)


def _besides_the_hold(
    command: Trigger, order: Fulfilment, shipment: Shipment, site: Site
) -> list[Blocker]:
    """What would still stand in the way of `command` if there were no hold."""
    standing = shipment.standing.status
    row = move(standing, command)
    if row is not None:
        return objections(row, order, shipment, site)
    if is_done(standing, command):
        return []
    if command is Trigger.RELEASE and standing == "AwaitingInventory":
        (release,) = moves(Trigger.RELEASE)
        later = objections(release, order, shipment, site)
        return later if shipment.stock_assigned else [*later, _no_inventory(shipment)]
    return [_wrong_status(command, shipment)]


def _no_inventory(shipment: Shipment) -> Blocker:
    if not shipment.stock_asked:
        words = "Stock is asked for when the order is paid in full."
    elif shipment.short:
        named = [f"{s.sku} ({s.available} of {s.wanted})" for s in shipment.short]
        more = len(named) - _NAMED_SHORTAGES
        words = f"Stock is short of {', '.join(named[:_NAMED_SHORTAGES])}"
        words += f" and {more} more." if more > 0 else "."
    else:
        words = "The stock has not answered yet."
    return Blocker(code="no-inventory", message=f"The shipment awaits inventory. {words}")


def _wrong_status(command: Trigger, shipment: Shipment) -> Blocker:
    status = shipment.standing.status
    if shipment.status in FINAL:
        words = f"The shipment is {status}, and that is final."
    else:
        fitting = " or ".join(row.source for row in moves(command))
        words = f"The shipment is {status}; to {command} it has to be {fitting}."
    return Blocker(code="wrong-status", message=words)
