"""Reaction to a placed order: creates its shipments."""

from collections.abc import Sequence

from services.shipment.fulfilment import events
from services.shipment.fulfilment.evolution import evolve
from services.shipment.fulfilment.state import Fulfilment
from services.shipment.fulfilment.stock_requests import request_stock
from shared.contracts import Malformed, Message
from shared.contracts.orders import Placed
from shared.runtime.decider import Context


def create_shipments(fact: Placed, order: Fulfilment, context: Context) -> Sequence[Message]:
    """Creates the order's shipments, and requests stock for those that need no payment first."""
    if order.is_known:
        return []
    market = context.site.markets.get(fact.market)
    if market is None:
        raise Malformed("market", f"no market is called {fact.market}")
    happened: list[Message] = []
    state = order.copy()
    for shipment in fact.shipments:
        created = events.shipment_created(fact, shipment, market.warehouse)
        happened.append(created)
        happened += request_stock(evolve(state, created), created.shipment_id, context)
    return happened
