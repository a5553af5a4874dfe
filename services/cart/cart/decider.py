"""Carts and drafts: which function decides which message."""

from collections.abc import Mapping
from dataclasses import replace

from services.cart.cart.allowed import explain, why_gone
from services.cart.cart.commands.convert import convert
from services.cart.cart.commands.create_draft import create_draft
from services.cart.cart.commands.delete import delete
from services.cart.cart.commands.discounts import apply_coupon, remove_coupon, set_discount
from services.cart.cart.commands.edit_lines import add_line, change_line, remove_line
from services.cart.cart.commands.set_shipment import set_shipment
from services.cart.cart.customer_lookup import draft_lookups, shipment_lookups
from services.cart.cart.outgoing import outgoing
from services.cart.cart.reactions.convert_settled import settle_convert
from services.cart.cart.reactions.order_deleted import delete_with_order
from services.cart.cart.reactions.reorder_requested import create_reorder
from services.cart.cart.reordered_line import reorder_lookups as asked_for_reorder
from services.cart.cart.state import Cart, evolve, status
from services.cart.cart.totals_on_events import Deciding, with_totals
from shared.catalog import variant_lookups as asked_for_line
from shared.contracts import Message, carts, orders
from shared.contracts.checkout import CartConverted
from shared.contracts.customers import AddAddress
from shared.contracts.reorders import (
    CartReordered,
    CartReorderRefused,
    CreateReorder,
    SettleReorder,
)
from shared.runtime.decider import Context, Creates, Decider, Decision, Handler, LookUp
from shared.runtime.decider.deletion import deletable

rules: Mapping[type[Message], Deciding] = {
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


def _wait_for_order(command: carts.Convert, cart: Cart | None, context: Context) -> Decision:
    happened = _convert(command, cart, context)
    return Decision(happened, deferred=bool(happened))


handlers: Mapping[type[Message], Handler] = {
    **{command: with_totals(rule) for command, rule in rules.items()},
    carts.Convert: _wait_for_order,
    carts.SettleConvert: settle_convert,
    carts.Delete: delete,
    orders.Deleted: delete_with_order,
}
looks_up: Mapping[type[Message], LookUp] = {
    carts.CreateDraft: draft_lookups,
    carts.SetShipment: shipment_lookups,
    carts.AddLine: asked_for_line,
    CreateReorder: asked_for_reorder,
}

creates: Mapping[type[Message], Creates] = {
    carts.CreateDraft: lambda command: "cart",
    CreateReorder: lambda command: "cart",
    carts.AddLine: lambda command: f"line/{command.shipment_id}/{command.line_id}",
}

events: tuple[type[Message], ...] = (
    carts.DraftCreated,
    carts.ShipmentSet,
    carts.LineSet,
    carts.LineRemoved,
    carts.CouponApplied,
    carts.CouponRemoved,
    carts.DiscountSet,
    carts.CheckedOut,
    carts.OrderPlaced,
    carts.ConvertRefused,
    CartReordered,
    CartReorderRefused,
    carts.Deleted,
)


def initial() -> Cart | None:
    """No cart yet."""
    return None


_decider: Decider[Cart | None] = Decider(
    kind="cart",
    initial=initial,
    handlers=handlers,
    evolve=evolve,
    events=events,
    outgoing=outgoing,
    publishes=(CartConverted, AddAddress, SettleReorder),
    queries={carts.Explain: explain},
    status=status,
    looks_up=looks_up,
    creates=creates,
)
_deletable = deletable(_decider, carts.Deleted, why_gone, again=carts.Delete)
# The order service waits for an answer, also where a deleted cart's id is asked for.
decider = replace(_deletable, handlers={**_deletable.handlers, CreateReorder: create_reorder})
