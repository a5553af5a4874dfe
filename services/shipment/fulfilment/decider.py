"""The decider of fulfilment: the function that handles each message.

A stream holds all shipments of an order.
"""

from services.shipment.fulfilment.allowed import explain, why_gone
from services.shipment.fulfilment.commands.cancel import cancel
from services.shipment.fulfilment.commands.complete import complete
from services.shipment.fulfilment.commands.correct_tracking import correct_tracking
from services.shipment.fulfilment.commands.edit import edit
from services.shipment.fulfilment.commands.picklist import add_to_picklist, remove_from_picklist
from services.shipment.fulfilment.commands.release import release
from services.shipment.fulfilment.evolution import EVENTS, evolve
from services.shipment.fulfilment.outgoing import PUBLISHES, outgoing
from services.shipment.fulfilment.reactions.allocation import (
    ask_next,
    assign_inventory,
    record_backorder,
    take_offer,
)
from services.shipment.fulfilment.reactions.cancel_requested import cancel_all
from services.shipment.fulfilment.reactions.delete_requested import delete_all
from services.shipment.fulfilment.reactions.hold_requested import hold, release_hold
from services.shipment.fulfilment.reactions.line_edit_requested import edit_lines
from services.shipment.fulfilment.reactions.order_placed import create_shipments
from services.shipment.fulfilment.reactions.payment_changed import record_expiry, record_payment
from services.shipment.fulfilment.reactions.total_changed import record_returned, record_total
from services.shipment.fulfilment.state import Fulfilment, is_closed, status
from shared.contracts import orders, payments, shipments, stock
from shared.runtime.decider import Decider
from shared.runtime.decider.deletion import deletable

_decider: Decider[Fulfilment] = Decider(
    kind="fulfilment",
    initial=Fulfilment,
    handlers={
        orders.Placed: create_shipments,
        orders.HoldRequested: hold,
        orders.ReleaseHoldRequested: release_hold,
        orders.CancelRequested: cancel_all,
        orders.DeleteRequested: delete_all,
        orders.LinesChangeRequested: edit_lines,
        orders.LinesChanged: record_total,
        payments.TotalChanged: record_returned,
        payments.OrderPaid: record_payment,
        payments.OrderUnpaid: record_payment,
        payments.Recorded: record_payment,
        payments.Voided: record_payment,
        payments.AuthorizationExpired: record_expiry,
        payments.Refunded: record_payment,
        stock.AllocationMade: assign_inventory,
        stock.AllocationShort: record_backorder,
        stock.AllocationUnavailable: ask_next,
        stock.AllocationOffered: take_offer,
        shipments.Edit: edit,
        shipments.Release: release,
        shipments.AddToPicklist: add_to_picklist,
        shipments.RemoveFromPicklist: remove_from_picklist,
        shipments.Complete: complete,
        shipments.CorrectTracking: correct_tracking,
        shipments.Cancel: cancel,
    },
    evolve=evolve,
    events=EVENTS,
    outgoing=outgoing,
    publishes=PUBLISHES,
    queries={shipments.Explain: explain},
    status=status,
    is_closed=is_closed,
)
decider = deletable(_decider, shipments.Deleted, why_gone)
