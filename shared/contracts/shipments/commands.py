"""Commands and questions about shipments."""

from shared.contracts.address import Address
from shared.contracts.base import Id, Malformed, message
from shared.contracts.money import Amount
from shared.contracts.shipments.parts import AboutOrder, AboutShipment, Carrier, Tracking
from shared.contracts.topics import SHIPMENT_COMMANDS

# Commands


@message("waybill.shipment.edit.v1", on=SHIPMENT_COMMANDS)
class Edit(AboutShipment):
    """Change a shipment's address, shipping method or cost. What isn't given stays unchanged.

    The address is added to the customer's address book only with `add_to_address_book`. Without a
    `shipping_cost`, another method costs the market's price.
    """

    address: Address | None = None
    shipping_method: Id | None = None
    shipping_cost: Amount | None = None
    add_to_address_book: bool = False

    def check(self) -> None:
        """At least one change has to be given."""
        self.refuse_null("address", "shipping_method", "shipping_cost")
        if self.address is None and self.shipping_method is None and self.shipping_cost is None:
            raise Malformed("address", "an address or a shipping method is needed, or both")
        if self.address is None and self.add_to_address_book:
            raise Malformed("address", "needed, to be added to the address book")


@message("waybill.shipment.release.v1", on=SHIPMENT_COMMANDS)
class Release(AboutShipment):
    """Release the shipment to its warehouse."""


@message("waybill.shipment.add-to-picklist.v1", on=SHIPMENT_COMMANDS)
class AddToPicklist(AboutShipment):
    """Add the shipment to a pick list: the warehouse starts packing."""


@message("waybill.shipment.remove-from-picklist.v1", on=SHIPMENT_COMMANDS)
class RemoveFromPicklist(AboutShipment):
    """Remove the shipment from its pick list; it stays released."""


@message("waybill.shipment.complete.v1", on=SHIPMENT_COMMANDS)
class Complete(AboutShipment):
    """Record that the shipment has left the warehouse."""

    tracking_number: Tracking | None = None
    carrier: Carrier | None = None


@message("waybill.shipment.correct-tracking.v1", on=SHIPMENT_COMMANDS)
class CorrectTracking(AboutShipment):
    """Correct the tracking number or the carrier of a shipment that has shipped."""

    tracking_number: Tracking | None = None
    carrier: Carrier | None = None

    clearable = frozenset({"tracking_number", "carrier"})

    def check(self) -> None:
        """At least one of the two has to be given."""
        if not self.clearable & self.model_fields_set:
            raise Malformed("tracking_number", "a tracking number or a carrier is needed, or both")


@message("waybill.shipment.cancel.v1", on=SHIPMENT_COMMANDS)
class Cancel(AboutShipment):
    """Cancel the shipment. Possible until it has shipped."""


# Questions


@message("waybill.shipment.explain.v1", on=SHIPMENT_COMMANDS)
class Explain(AboutOrder):
    """Which actions are possible on an order's shipments now, and what blocks the others?"""
