"""The rules of fulfilment, joined: one stream per order holds all of its shipments."""

from services.shipment import commands, deleting, facts, holding
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
        payments.OrderPaid: facts.order_paid,
        payments.OrderUnpaid: facts.order_unpaid,
        payments.Recorded: facts.balance_changed,
        payments.Voided: facts.balance_changed,
        payments.Refunded: facts.balance_changed,
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
