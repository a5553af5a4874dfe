"""Requests stock for shipments once they may have it (rules: shipment state machine)."""

from services.shipment.fulfilment import events
from services.shipment.fulfilment.guards import destination, market_splits
from services.shipment.fulfilment.lifecycle import Trigger
from services.shipment.fulfilment.shipment import Shipment
from services.shipment.fulfilment.state import Fulfilment
from shared.contracts import Message
from shared.runtime.decider import Context
from shared.site import Site


def request_all(order: Fulfilment, context: Context) -> list[Message]:
    """The stock requests that are due, for all shipments of `order`."""
    return [e for each in order.shipments for e in request_stock(order, each, context)]


def request_stock(order: Fulfilment, shipment_id: str, context: Context) -> list[Message]:
    """The stock request for one shipment, if it is due (rules: shipment state machine)."""
    shipment = order.shipments[shipment_id]
    status = destination(Trigger.REQUEST_STOCK, order, shipment, context.site)
    if not status:
        return []
    sources = sources_of(shipment, context.site)
    may_split = bool(sources) and market_splits(order, shipment, context.site) is None
    return [events.inventory_requested(shipment, status, sources, may_split=may_split)]


def sources_of(shipment: Shipment, site: Site) -> tuple[str, ...]:
    """The warehouses of its market, by priority, if there are several and its own is among them."""
    market = site.markets.get(shipment.market)
    if market is None or shipment.warehouse not in market.warehouses:
        return ()
    return market.warehouses if len(market.warehouses) > 1 else ()
