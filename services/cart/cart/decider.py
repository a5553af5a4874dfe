"""The decider of carts: the function that handles each message."""

from collections.abc import Mapping

from services.cart.cart.allowed import explain, why_gone
from services.cart.cart.amounts import amounts
from services.cart.cart.commands.convert import convert
from services.cart.cart.commands.create_draft import create_draft
from services.cart.cart.commands.delete import delete
from services.cart.cart.commands.discounts import apply_coupon, remove_coupon, set_discount
from services.cart.cart.commands.edit_lines import add_line, change_line, remove_line
from services.cart.cart.commands.set_shipment import set_shipment
from services.cart.cart.customer_lookup import draft_lookups, shipment_lookups
from services.cart.cart.evolution import EVENTS, evolve
from services.cart.cart.outgoing import outgoing
from services.cart.cart.reactions.convert_settled import settle_convert
from services.cart.cart.reactions.customer_deleted import delete_with_customer
from services.cart.cart.reactions.order_deleted import delete_with_order
from services.cart.cart.reactions.reorder_requested import create_reorder
from services.cart.cart.reordered_line import reorder_lookups
from services.cart.cart.state import Cart, is_ordered, status
from services.cart.cart.totals_on_events import Decide, with_totals
from shared.catalog import variant_lookups
from shared.contracts import Message, carts, orders
from shared.contracts.checkout import CartConverted
from shared.contracts.customer_deletion import DeleteCart, NoteCart
from shared.contracts.customers import AddAddress
from shared.contracts.reorders import CreateReorder, SettleReorder
from shared.runtime.decider import Context, Creates, Decider, Decision, Handler, LookUp
from shared.runtime.decider.deletion import deletable

# The handlers whose events carry totals.
priced: Mapping[type[Message], Decide] = {
    carts.CreateDraft: create_draft,
    carts.SetShipment: set_shipment,
    carts.AddLine: add_line,
    carts.ChangeLine: change_line,
    carts.RemoveLine: remove_line,
    carts.ApplyCoupon: apply_coupon,
    carts.RemoveCoupon: remove_coupon,
    carts.SetDiscount: set_discount,
}
_convert = with_totals(convert)


def _convert_deferred(command: carts.Convert, cart: Cart | None, context: Context) -> Decision:
    """Defers the outcome until the order service has answered."""
    events = _convert(command, cart, context)
    return Decision(events, deferred=bool(events))


handlers: Mapping[type[Message], Handler] = {
    **{command: with_totals(decide) for command, decide in priced.items()},
    carts.Convert: _convert_deferred,
    carts.SettleConvert: settle_convert,
    carts.Delete: delete,
    orders.Deleted: delete_with_order,
    CreateReorder: create_reorder,
    DeleteCart: delete_with_customer,
}
looks_up: Mapping[type[Message], LookUp] = {
    carts.CreateDraft: draft_lookups,
    carts.SetShipment: shipment_lookups,
    carts.AddLine: variant_lookups,
    CreateReorder: reorder_lookups,
}

creates: Mapping[type[Message], Creates] = {
    carts.CreateDraft: lambda command: "cart",
    CreateReorder: lambda command: "cart",
    carts.AddLine: lambda command: f"line/{command.shipment_id}/{command.line_id}",
}


_decider: Decider[Cart | None] = Decider(
    kind="cart",
    initial=lambda: None,
    handlers=handlers,
    evolve=evolve,
    events=EVENTS,
    outgoing=outgoing,
    publishes=(CartConverted, AddAddress, NoteCart, SettleReorder),
    queries={carts.Explain: explain},
    status=status,
    amounts=amounts,
    looks_up=looks_up,
    creates=creates,
    is_closed=is_ordered,
)
# A reorder that asks for the id of a deleted cart is answered too: the order service waits for it.
decider = deletable(
    _decider,
    carts.Deleted,
    why_gone,
    delete=carts.Delete,
    when_deleted={
        CreateReorder: create_reorder,
        DeleteCart: lambda request, gone, context: [],
    },
)
