"""Why not? For every action on a shipment: it is allowed, or every blocker, in words."""

from dataclasses import dataclass

from services.shipment.guards import ON_HOLD, destination, objections
from services.shipment.lifecycle import COMMANDS, FINAL, Trigger, is_done, move, moves
from services.shipment.state import Fulfilment, Shipment
from shared.contracts.replies import Blocker
from shared.contracts.shipments import ShipmentStatus
from shared.runtime.decider import refuse
from shared.site import Site

_NAMED_SHORTAGES = 3


@dataclass(frozen=True, slots=True)
class Action:
    """What can be asked of a shipment now. `done`: asking again is fine, and does nothing."""

    trigger: Trigger
    done: bool
    blockers: tuple[Blocker, ...]

    @property
    def allowed(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.blockers


def actions(order: Fulfilment, shipment: Shipment, site: Site) -> list[Action]:
    """Every action on `shipment`, and what stands in its way."""
    return [
        Action(trigger, is_done(shipment.status, trigger), why_not(trigger, order, shipment, site))
        for trigger in COMMANDS
    ]


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
