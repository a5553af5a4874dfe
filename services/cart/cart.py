"""Carts and drafts: which function decides which message."""

from collections.abc import Mapping

from services.cart.converting import convert, outgoing
from services.cart.drafting import create_draft, delete
from services.cart.explaining import explain
from services.cart.lines import add_line, change_line, remove_line
from services.cart.shipping import set_shipment
from services.cart.state import Cart, evolve, status
from shared.contracts import Message, carts
from shared.contracts.checkout import CartConverted
from shared.runtime.decider import Decider, Handler

handlers: Mapping[type[Message], Handler] = {
    carts.CreateDraft: create_draft,
    carts.SetShipment: set_shipment,
    carts.AddLine: add_line,
    carts.ChangeLine: change_line,
    carts.RemoveLine: remove_line,
    carts.Convert: convert,
    carts.Delete: delete,
}

events: tuple[type[Message], ...] = (
    carts.DraftCreated,
    carts.ShipmentSet,
    carts.LineSet,
    carts.LineRemoved,
    carts.CheckedOut,
    carts.Deleted,
)


def nothing() -> Cart | None:
    """No cart yet."""
    return None


decider: Decider[Cart | None] = Decider(
    kind="cart",
    initial=nothing,
    handlers=handlers,
    evolve=evolve,
    events=events,
    outgoing=outgoing,
    publishes=(CartConverted,),
    queries={carts.Explain: explain},
    status=status,
)
