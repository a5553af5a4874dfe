"""The rules of fulfilment, joined: one stream per order holds all of its shipments."""

from services.shipment import commands, deleting, editing, facts, holding
from services.shipment.actions import explain, why_gone
from services.shipment.outgoing import FOLLOWING, outgoing
from services.shipment.state import EVENTS, Fulfilment, evolve, status
from shared.contracts import orders, payments, shipments, stock
from shared.runtime.decider import Decider
from shared.runtime.deletion import deletable

living: Decider[Fulfilment] = Decider(
    kind="fulfilment",
    initial=Fulfilment,
    handlers={
        orders.Placed: facts.placed,
        orders.HoldRequested: holding.hold,
        orders.ReleaseHoldRequested: holding.lift_hold,
        orders.CancelRequested: holding.cancel_all,
        orders.DeleteRequested: deleting.delete_all,
        orders.LinesChangeRequested: editing.edit_lines,
        orders.LinesChanged: facts.lines_changed,
        payments.OrderPaid: facts.money_moved,
        payments.OrderUnpaid: facts.money_moved,
        payments.Recorded: facts.money_moved,
        payments.Voided: facts.money_moved,
        payments.Refunded: facts.money_moved,
        stock.AllocationMade: facts.allocation_made,
        stock.AllocationShort: facts.allocation_short,
        shipments.Edit: commands.edit,
        shipments.Release: commands.release,
        shipments.AddToPicklist: commands.add_to_picklist,
        shipments.RemoveFromPicklist: commands.remove_from_picklist,
        shipments.Complete: commands.complete,
        shipments.Cancel: commands.cancel,
    },
    evolve=evolve,
    events=EVENTS,
    outgoing=outgoing,
    publishes=FOLLOWING,
    queries={shipments.Explain: explain},
    status=status,
)
decider = deletable(living, shipments.Deleted, why_gone)
