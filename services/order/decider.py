"""The order: which function decides which message."""

from collections.abc import Mapping, Sequence

from services.order.allowed import explain, why_gone
from services.order.amounts import amounts
from services.order.closed import is_closed
from services.order.commands.add_note import add_note
from services.order.commands.cancel import cancel
from services.order.commands.cancel_return import cancel_return
from services.order.commands.complete_return import complete_return
from services.order.commands.create_return import create_return, look_up_exchange_order
from services.order.commands.delete import delete
from services.order.commands.edit_lines import edit
from services.order.commands.hold import hold, release_hold
from services.order.commands.receive_return import receive_return
from services.order.commands.refund_shipping import refund_shipping
from services.order.commands.reorder import reorder
from services.order.evolution import evolve
from services.order.outgoing import outgoing
from services.order.reactions.cancel_refused import refuse_cancel
from services.order.reactions.cart_converted import (
    is_own_draft,
    own_exchange,
    place,
    refused_exchange,
)
from services.order.reactions.customer_deletion import already_deleted, delete_for_customer
from services.order.reactions.exchange_settled import settle_exchange
from services.order.reactions.lines_changed import confirm_edit, refuse_edit
from services.order.reactions.reorder_settled import confirm_reorder
from services.order.reactions.return_refunded import settle_refund
from services.order.reactions.shipment_closed import record_shipment_end
from services.order.reactions.shipment_edited import apply_shipment_edit
from services.order.reactions.shipment_released import capture_on_release
from services.order.reactions.shipment_split import apply_split
from services.order.reactions.shipments_deleted import confirm_delete, refuse_delete
from services.order.reactions.shipments_held import confirm_hold, confirm_release, refuse_hold
from services.order.state import Order, status
from shared.contracts import Message, carts, orders, reorders, returns, shipments
from shared.contracts.checkout import CartConverted
from shared.contracts.customer_deletion import DeleteOrder, OrderAnswer, SettleOrder
from shared.contracts.stock import TakeBack
from shared.runtime.decider import Context, Creates, Decider, Handler, refuse
from shared.runtime.decider.deletion import deletable

handlers: Mapping[type[Message], Handler] = {
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
    orders.RefundShipping: refund_shipping,
    reorders.Reorder: reorder,
    returns.CreateReturn: create_return,
    returns.CreateExchange: create_return,
    returns.CompleteReturn: complete_return,
    returns.CancelReturn: cancel_return,
    # Commands of warehouses
    returns.ReceiveReturn: receive_return,
    # Answers of the cart service
    reorders.SettleReorder: confirm_reorder,
    # Of the cart service, if the customer is deleted
    DeleteOrder: delete_for_customer,
    # Answers of the payment service, and of exchange orders
    returns.ReturnRefunded: settle_refund,
    returns.SettleExchange: settle_exchange,
    # Answers of the shipments
    shipments.Held: confirm_hold,
    shipments.HoldRefused: refuse_hold,
    shipments.HoldLifted: confirm_release,
    shipments.LinesChanged: confirm_edit,
    shipments.LinesChangeRefused: refuse_edit,
    shipments.Edited: apply_shipment_edit,
    shipments.Split: apply_split,
    shipments.Released: capture_on_release,
    shipments.Shipped: record_shipment_end,
    shipments.Canceled: record_shipment_end,
    shipments.CancelRefused: refuse_cancel,
    shipments.Deleted: confirm_delete,
    shipments.DeleteRefused: refuse_delete,
}

creates: Mapping[type[Message], Creates] = {
    CartConverted: lambda cart: "order",
    orders.AddLine: lambda command: f"line/{command.shipment_id}/{command.line_id}",
    orders.RefundShipping: lambda command: f"return/{command.refund_id}",
    returns.CreateReturn: lambda command: f"return/{command.return_id}",
    returns.CreateExchange: lambda command: f"return/{command.return_id}",
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
    orders.CaptureDue,
    orders.ShippingRefundRequested,
    orders.ShippingRefunded,
    orders.ShippingRefundRefused,
    reorders.ReorderRequested,
    reorders.OrderReordered,
    reorders.OrderReorderRefused,
    returns.ReturnCreated,
    returns.ReturnReceived,
    returns.ReturnCompletionRequested,
    returns.ReturnCompleted,
    returns.ReturnCompletionRefused,
    returns.ReturnCanceled,
    returns.ExchangeRequested,
    returns.ExchangeOrdered,
    returns.ExchangeRefused,
    returns.ExchangeSettled,
    OrderAnswer,
)


def is_annotation(event: Message) -> bool:
    """Whether an event leaves the state unchanged: a refused draft or exchange order, or an
    activity note, which version 0.1 recorded, or an answer to the deletion of the customer.
    """
    if isinstance(event, orders.NoteAdded):
        return event.kind == "activity"
    return isinstance(event, orders.DraftRefused | OrderAnswer)


_decider: Decider[Order | None] = Decider(
    kind="order",
    initial=lambda: None,
    handlers=handlers,
    evolve=evolve,
    events=events,
    outgoing=outgoing,
    publishes=(
        reorders.CreateReorder,
        carts.SettleConvert,
        CartConverted,
        returns.SettleExchange,
        returns.Expected,
        returns.Withdrawn,
        TakeBack,
        SettleOrder,
    ),
    looks_up={returns.CreateExchange: look_up_exchange_order},
    queries={orders.Explain: explain},
    status=status,
    amounts=amounts,
    is_annotation=is_annotation,
    creates=creates,
    is_closed=is_closed,
)


def _place_again(
    cart: CartConverted, deleted: orders.Deleted, context: Context
) -> Sequence[Message]:
    """Ignores a draft's cart if the order with its id was deleted meanwhile; refuses other carts.

    The order of the return that is exchanged is told so.

    Whoever converted the draft gets the outcome from the cart service, which receives the deletion
    as a fact. An exchange order with such an id is refused for the order that it is for.
    """
    if (exchange := own_exchange(cart, context)) is not None:
        number = deleted.order_number
        return refused_exchange(cart.cart_id, number, exchange, deleted.exchange_of)
    if not is_own_draft(cart, context):
        refuse([why_gone(deleted)])
    return []


decider = deletable(
    _decider,
    orders.Deleted,
    why_gone,
    delete=orders.Delete,
    when_deleted={CartConverted: _place_again, DeleteOrder: already_deleted},
)
