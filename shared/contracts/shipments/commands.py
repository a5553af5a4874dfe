"""Commands and questions about shipments."""

from shared.contracts.address import Address
from shared.contracts.base import Id, Malformed, message
from shared.contracts.money import Amount
from shared.contracts.shipments.parts import AboutOrder, AboutShipment, Tracking
from shared.contracts.topics import SHIPMENT_COMMANDS

# Commands


@message("waybill.shipment.edit.v1", on=SHIPMENT_COMMANDS)
class Edit(AboutShipment):
    """Send it to another address, or by another method; what isn't given stays as it is.

    An address enters the customer's address book only with `add_to_address_book`. Without a
    `shipping_cost`, another method costs what the market asks for it.
    """

    address: Address | None = None
    shipping_method: Id | None = None
    shipping_cost: Amount | None = None
    add_to_address_book: bool = False

    def check(self) -> None:
        """Something has to be asked for."""
        self.refuse_null("address", "shipping_method", "shipping_cost")
        if self.address is None and self.shipping_method is None and self.shipping_cost is None:
            raise Malformed("address", "an address or a shipping method is needed, or both")
        if self.address is None and self.add_to_address_book:
            raise Malformed("address", "needed, to be added to the address book")


@message("waybill.shipment.release.v1", on=SHIPMENT_COMMANDS)
class Release(AboutShipment):
    """Hand the shipment to its warehouse."""


@message("waybill.shipment.add-to-picklist.v1", on=SHIPMENT_COMMANDS)
class AddToPicklist(AboutShipment):
    """The warehouse starts to pack it."""


@message("waybill.shipment.remove-from-picklist.v1", on=SHIPMENT_COMMANDS)
class RemoveFromPicklist(AboutShipment):
    """The warehouse puts it back."""


@message("waybill.shipment.complete.v1", on=SHIPMENT_COMMANDS)
class Complete(AboutShipment):
    """It has left the house."""

    tracking_number: Tracking | None = None


@message("waybill.shipment.cancel.v1", on=SHIPMENT_COMMANDS)
class Cancel(AboutShipment):
    """Don't send it."""


# Questions


@message("waybill.shipment.explain.v1", on=SHIPMENT_COMMANDS)
class Explain(AboutOrder):
    """What may be done with an order's shipments now, and what stands in the way of the rest?"""
