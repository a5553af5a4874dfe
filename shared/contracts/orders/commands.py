"""Commands and questions about purchase orders."""

from pydantic import model_validator

from shared.contracts.address import Address
from shared.contracts.base import Id, Malformed, Quantity, Text, message
from shared.contracts.cards import ArticleName
from shared.contracts.money import Amount
from shared.contracts.order_edits import beside
from shared.contracts.orders.parts import AboutLine, AboutOrder, Note
from shared.contracts.topics import ORDER_COMMANDS

# Commands


@message("waybill.order.hold.v1", on=ORDER_COMMANDS)
class Hold(AboutOrder):
    """Stop everything until the hold is released."""

    reason: Text | None = None


@message("waybill.order.release-hold.v1", on=ORDER_COMMANDS)
class ReleaseHold(AboutOrder):
    """Let a held order go on where it stood."""


@message("waybill.order.cancel.v1", on=ORDER_COMMANDS)
class Cancel(AboutOrder):
    """Cancel an order of which nothing has shipped."""

    reason: Text | None = None


@message("waybill.order.delete.v1", on=ORDER_COMMANDS)
class Delete(AboutOrder):
    """Forget the order and whose it was; its number, and who deleted it when, stay."""


@message("waybill.order.add-note.v1", on=ORDER_COMMANDS)
class AddNote(AboutOrder):
    """Keep a note with the order; author and time come from the envelope."""

    text: Note


@message("waybill.order.add-line.v1", on=ORDER_COMMANDS)
class AddLine(AboutLine):
    """Put an article into a shipment; without a tax the market's rate holds."""

    sku: Id
    name: ArticleName
    quantity: Quantity
    placed_price: Amount
    discount: Amount | None = None
    tax: Amount | None = None
    preorder: bool = False

    _beside = model_validator(mode="before")(beside)


@message("waybill.order.change-line.v1", on=ORDER_COMMANDS)
class ChangeLine(AboutLine):
    """Another quantity, price or discount; discount and tax follow if they aren't given.

    A discount of null ends it.
    """

    clearable = frozenset({"discount"})
    quantity: Quantity | None = None
    placed_price: Amount | None = None
    discount: Amount | None = None

    _beside = model_validator(mode="before")(beside)

    def check(self) -> None:
        """Something has to be asked for."""
        self.refuse_null("quantity", "placed_price")
        given = (self.quantity, self.placed_price, self.discount)
        if given == (None, None, None) and not self.cleared:
            raise Malformed("quantity", "a quantity, a price or a discount is needed")


@message("waybill.order.remove-line.v1", on=ORDER_COMMANDS)
class RemoveLine(AboutLine):
    """Take an article out; a shipment keeps at least one."""


@message("waybill.order.move-line.v1", on=ORDER_COMMANDS)
class MoveLine(AboutLine):
    """Send a line, or so many pieces of it, with another shipment, be it a new one."""

    to_shipment_id: Id
    quantity: Quantity | None = None
    to_line_id: Id | None = None
    address: Address | None = None
    shipping_method: Id | None = None

    def check(self) -> None:
        """A new shipment needs both, one that is there needs neither."""
        if (self.address is None) != (self.shipping_method is None):
            missing = "address" if self.address is None else "shipping_method"
            raise Malformed(missing, "a new shipment needs an address and a shipping method")


@message("waybill.order.set-discount.v1", on=ORDER_COMMANDS)
class SetDiscount(AboutOrder):
    """Take so much off a line, or off the whole order."""

    amount: Amount
    shipment_id: Id | None = None
    line_id: Id | None = None

    def check(self) -> None:
        """A line is named by its shipment's id and its own."""
        if (self.shipment_id is None) != (self.line_id is None):
            missing = "shipment_id" if self.shipment_id is None else "line_id"
            raise Malformed(missing, "a line's discount needs shipment_id and line_id")


# Questions


@message("waybill.order.explain.v1", on=ORDER_COMMANDS)
class Explain(AboutOrder):
    """What may be done with an order now, and what stands in the way of the rest?"""
