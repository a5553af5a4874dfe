"""Reaction to an edit of an order's lines: fulfilment allows it and applies it to the shipments.

Fulfilment decides, because releases are decided in the same stream (rules: "Editing lines"). Once
it has made an edit, nothing of the order is released until the new total has arrived.
"""

from collections.abc import Sequence

from services.shipment.fulfilment import events
from services.shipment.fulfilment.allowed import why_not
from services.shipment.fulfilment.evolution import evolve
from services.shipment.fulfilment.guards import destination, why_stopped
from services.shipment.fulfilment.lifecycle import Trigger
from services.shipment.fulfilment.shipment import Shipment
from services.shipment.fulfilment.state import Fulfilment
from services.shipment.fulfilment.stock_requests import request_stock
from shared.contracts import Message, line_edits
from shared.contracts.error_texts import blocker
from shared.contracts.holds import STOPS
from shared.contracts.line_edits import ShipmentLines
from shared.contracts.order_edits import Edit, LineAdded, LineAltered, LineMoved
from shared.contracts.orders import LinesChangeRequested
from shared.contracts.replies import Blocker, Reason
from shared.contracts.shipments import (
    ChangedShipment,
    Item,
    LinesChanged,
    LinesChangeRefused,
    RemovedShipment,
)
from shared.runtime.decider import Context


def edit_lines(
    request: LinesChangeRequested, order: Fulfilment, context: Context
) -> Sequence[Message]:
    """Makes the edit, or refuses it with the reason; every request gets an answer."""
    if not order.is_known:
        return []
    late = _split_meanwhile(order, request)
    if blockers := (*why_no_edit(order, request.edit, context), *late):
        refused = LinesChangeRefused(
            order_id=request.order_id, request=request.request, reason=Reason.of(*blockers)
        )
        return [refused]
    before = _items(order)
    after = line_edits.applied(before, request.edit, ITEMS)
    created = _new_shipment(order, request.edit, after)
    state = order.copy()
    for event in created:
        state = evolve(state, event)
    changed = tuple(
        _changed(state, which, lines, request.edit, context)
        for which, lines in after.items()
        if which in before and lines != before[which]
    )
    removed = tuple(_removed(order.shipments[which]) for which in before if which not in after)
    changes = LinesChanged(
        order_id=request.order_id, request=request.request, shipments=changed, removed=removed
    )
    state = evolve(state, changes)
    touched = [which for which in after if after[which] != before.get(which)]
    return [
        *created,
        changes,
        *(e for each in touched for e in request_stock(state, each, context)),
    ]


def why_no_edit(order: Fulfilment, edit: Edit, context: Context) -> tuple[Blocker, ...]:
    """The blockers of `edit`. One that is made already isn't blocked by a shipment's status."""
    held = why_stopped(order, context.site, *STOPS)
    found = [held] if held else []
    if not order.open:
        found.append(blocker("nothing-open"))
    found += [
        blocker("already-shipped", shipments=shipment.shipment_id)
        for shipment in order.any_in("Shipped")
    ]
    if not line_edits.is_done(_items(order), edit):
        for which in line_edits.touched(edit):
            if which in order.shipments:
                found += why_not(Trigger.EDIT_LINES, order, order.shipments[which], context.site)
    found += line_edits.why_not(_items(order), edit)
    return tuple(dict.fromkeys(found))


def _split_meanwhile(order: Fulfilment, request: LinesChangeRequested) -> tuple[Blocker, ...]:
    """The blockers of an edit of a shipment that was split since it was requested: its lines aren't
    what they were then.
    """
    return tuple(
        blocker("split-meanwhile", shipment=which)
        for which in line_edits.touched(request.edit)
        if which in order.shipments and order.shipments[which].split_number > request.splits
    )


class _Items:
    """Makes, alters and splits items: quantities without prices."""

    def made(self, edit: LineAdded) -> Item:
        """See `Lines`."""
        return Item(line_id=edit.line_id, sku=edit.sku, name=edit.name, quantity=edit.quantity)

    def altered(self, line: Item, edit: LineAltered) -> Item:
        """See `Lines`."""
        return line.model_copy(update={"quantity": edit.quantity or line.quantity})

    def parted(self, line: Item, quantity: int, line_id: str) -> tuple[Item, Item]:
        """See `Lines`."""
        rest = line.model_copy(update={"quantity": line.quantity - quantity})
        return rest, line.model_copy(update={"quantity": quantity, "line_id": line_id})

    def renamed(self, line: Item, line_id: str) -> Item:
        """See `Lines`."""
        return line.model_copy(update={"line_id": line_id})

    def merged(self, line: Item, part: Item) -> Item:
        """See `Lines`."""
        return line.model_copy(update={"quantity": line.quantity + part.quantity})


ITEMS = _Items()


def _items(order: Fulfilment) -> ShipmentLines[Item]:
    return {which: shipment.lines for which, shipment in order.shipments.items()}


def _new_shipment(order: Fulfilment, edit: Edit, after: ShipmentLines[Item]) -> list[Message]:
    """The creation of the shipment that a line is moved to, if it doesn't exist yet."""
    if not isinstance(edit, LineMoved) or edit.to_shipment_id in order.shipments:
        return []
    if edit.destination is None:
        return []
    source, lines = order.shipments[edit.shipment_id], after[edit.to_shipment_id]
    revision = order.removed.get(edit.to_shipment_id, 0)
    return [events.shipment_split_off(source, edit, edit.destination, lines, revision)]


def _removed(shipment: Shipment) -> RemovedShipment:
    return RemovedShipment(
        shipment_id=shipment.shipment_id,
        warehouse=shipment.warehouse,
        revision=shipment.revision,
        inventory_requested=shipment.stock_requested,
        given_up=shipment.asked_elsewhere,
    )


def _changed(
    order: Fulfilment, which: str, lines: tuple[Item, ...], edit: Edit, context: Context
) -> ChangedShipment:
    shipment = order.shipments[which]
    status = destination(Trigger.EDIT_LINES, order, shipment, context.site)
    return ChangedShipment(
        shipment_id=which,
        status=status or shipment.status,
        warehouse=shipment.warehouse,
        lines=lines,
        preorder_lines=_preorder_lines(order, shipment, lines, edit),
        revision=shipment.revision + 1,
        inventory_requested=shipment.stock_requested,
        others=shipment.offered_by,
        given_up=shipment.asked_elsewhere,
    )


def _preorder_lines(
    order: Fulfilment, shipment: Shipment, lines: tuple[Item, ...], edit: Edit
) -> tuple[str, ...]:
    """The preorder lines after `edit`: an added line may be one, a moved one stays one."""
    found = set(shipment.preorder_lines)
    match edit:
        case LineAdded(preorder=True):
            found.add(edit.line_id)
        case LineMoved(to_shipment_id=shipment.shipment_id):
            if edit.line_id in order.shipments[edit.shipment_id].preorder_lines:
                found.add(edit.to_line_id)
    return tuple(line.line_id for line in lines if line.line_id in found)
