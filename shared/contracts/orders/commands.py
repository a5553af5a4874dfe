"""Commands and questions about purchase orders."""

from typing import Annotated

from pydantic import Field, model_validator

from shared.contracts.address import Address
from shared.contracts.base import Id, Malformed, Name, Quantity, Text, message
from shared.contracts.cards import ArticleName
from shared.contracts.checkout import Reference
from shared.contracts.holds import STOPS, ReviewDate, Stop, refuse_repeated
from shared.contracts.money import Amount
from shared.contracts.order_edits import flatten_line
from shared.contracts.orders.parts import AboutLine, AboutOrder, Note
from shared.contracts.topics import ORDER_COMMANDS

# Commands


@message("waybill.order.hold.v1", on=ORDER_COMMANDS)
class Hold(AboutOrder):
    """Place a hold on the order: what it stops waits until the hold is released.

    hold_id    tells holds apart; without one it is the type, or `hold` without a type
    hold_type  one of the site's types; without one, everything but capturing is stopped
    owner      whose hold it is; without one, the actor of the command
    review_on  the day by which somebody has to look at it
    stops      the actions that are stopped, if they differ from those of the type
    """

    reason: Text | None = None
    hold_id: Id | None = None
    hold_type: Id | None = None
    owner: Name | None = None
    review_on: ReviewDate | None = None
    stops: Annotated[tuple[Stop, ...], Field(max_length=len(STOPS))] | None = None

    def check(self) -> None:
        """An action is stopped once."""
        refuse_repeated(self.stops)


@message("waybill.order.release-hold.v1", on=ORDER_COMMANDS)
class ReleaseHold(AboutOrder):
    """Release holds: when none is left, each shipment returns to its status before them.

    With a `hold_id`, that hold; with a `hold_type`, all of that type; with both, the hold, which
    has to be of the type; with neither, the holds without a type.
    """

    hold_id: Id | None = None
    hold_type: Id | None = None


@message("waybill.order.cancel.v1", on=ORDER_COMMANDS)
class Cancel(AboutOrder):
    """Cancel the order. Possible while no shipment has shipped."""

    reason: Text | None = None


@message("waybill.order.delete.v1", on=ORDER_COMMANDS)
class Delete(AboutOrder):
    """Delete the order and its personal data. Its number, the actor and the time remain."""


@message("waybill.order.add-note.v1", on=ORDER_COMMANDS)
class AddNote(AboutOrder):
    """Add a note. Its author and time come from the envelope."""

    text: Note


@message("waybill.order.add-line.v1", on=ORDER_COMMANDS)
class AddLine(AboutLine):
    """Add a line to a shipment. Without a tax the market's rate applies."""

    sku: Id
    name: ArticleName
    quantity: Quantity
    placed_price: Amount
    discount: Amount | None = None
    tax: Amount | None = None
    preorder: bool = False

    _flatten_line = model_validator(mode="before")(flatten_line)


@message("waybill.order.change-line.v1", on=ORDER_COMMANDS)
class ChangeLine(AboutLine):
    """Change a line's quantity, price or discount. Amounts that aren't given are recalculated.

    A discount of null removes the discount.
    """

    clearable = frozenset({"discount"})
    quantity: Quantity | None = None
    placed_price: Amount | None = None
    discount: Amount | None = None

    _flatten_line = model_validator(mode="before")(flatten_line)

    def check(self) -> None:
        """At least one change has to be given."""
        self.refuse_null("quantity", "placed_price")
        given = (self.quantity, self.placed_price, self.discount)
        if given == (None, None, None) and not self.cleared:
            raise Malformed("quantity", "a quantity, a price or a discount is needed")


@message("waybill.order.remove-line.v1", on=ORDER_COMMANDS)
class RemoveLine(AboutLine):
    """Remove a line. A shipment keeps at least one line."""


@message("waybill.order.move-line.v1", on=ORDER_COMMANDS)
class MoveLine(AboutLine):
    """Move a line, or `quantity` units of it, to another shipment.

    For a new shipment, give its address and shipping method.
    """

    to_shipment_id: Id
    quantity: Quantity | None = None
    to_line_id: Id | None = None
    address: Address | None = None
    shipping_method: Id | None = None

    def check(self) -> None:
        """A new shipment needs both address and method, an existing one neither."""
        if (self.address is None) != (self.shipping_method is None):
            missing = "address" if self.address is None else "shipping_method"
            raise Malformed(missing, "a new shipment needs an address and a shipping method")


@message("waybill.order.set-discount.v1", on=ORDER_COMMANDS)
class SetDiscount(AboutOrder):
    """Set the discount of a line, or of the whole order."""

    amount: Amount
    shipment_id: Id | None = None
    line_id: Id | None = None

    def check(self) -> None:
        """Both ids of a line have to be given, or neither."""
        if (self.shipment_id is None) != (self.line_id is None):
            missing = "shipment_id" if self.shipment_id is None else "line_id"
            raise Malformed(missing, "a line's discount needs shipment_id and line_id")


@message("waybill.order.refund-shipping.v1", on=ORDER_COMMANDS)
class RefundShipping(AboutOrder):
    """Give back the shipping cost of a shipment that has shipped, without a return.

    amount     with tax; without it, what is left of the cost
    method     a manual payment method that pays the refund; else the payments that paid
    """

    refund_id: Id
    shipment_id: Id
    amount: Amount | None = None
    reason: Text | None = None
    method: Id | None = None
    reference: Reference | None = None


# Questions


@message("waybill.order.explain.v1", on=ORDER_COMMANDS)
class Explain(AboutOrder):
    """Which actions are possible on an order now, and what blocks the others?"""
