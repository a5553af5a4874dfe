"""Releases goods from quarantine: they are restocked or written off."""

from collections.abc import Sequence

from services.shipment.stock.preconditions import plan_for
from services.shipment.stock.state import Inventory
from shared.contracts import Message
from shared.contracts.error_texts import blocker
from shared.contracts.replies import Blocker
from shared.contracts.stock import QuarantineReleased, ReleaseQuarantine
from shared.runtime.decider import Context, refuse
from shared.site import Site


def release_quarantine(
    command: ReleaseQuarantine, inventory: Inventory, context: Context
) -> Sequence[Message]:
    """Takes goods out of quarantine, at most as many as are in it.

    Restocked goods are on hand again, and are allocated to backorders.
    """
    plan = plan_for(command, inventory, context)
    level = plan.level(command.sku)
    refuse(_why_not(command, level.quarantined, context.site))
    blocked = plan.first_blocked_position(command.sku)
    level.quarantined -= command.quantity
    if command.disposition == "restock":
        level.on_hand += command.quantity
    released = QuarantineReleased(
        warehouse=command.warehouse,
        sku=command.sku,
        quantity=command.quantity,
        disposition=command.disposition,
        levels=(plan.level_now(command.sku),),
    )
    return [released, *plan.serve_backorders({} if blocked is None else {command.sku: blocked})]


def _why_not(command: ReleaseQuarantine, quarantined: int, site: Site) -> Sequence[Blocker]:
    if command.quantity <= quarantined:
        return ()
    told = {"sku": command.sku, "warehouse": site.warehouses[command.warehouse]}
    if quarantined == 0:
        return (blocker("not-quarantined.none", **told),)
    numbers = {"quarantined": quarantined, "wanted": command.quantity}
    return (blocker("not-quarantined", **told, **numbers),)
