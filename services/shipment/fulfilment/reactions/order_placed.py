"""A placed order creates its shipments."""

from collections.abc import Sequence
from dataclasses import replace

from services.shipment.fulfilment import events
from services.shipment.fulfilment.state import Fulfilment, evolve
from services.shipment.fulfilment.stock_requests import request_stock
from shared.contracts import Malformed, Message
from shared.contracts.orders import Placed
from shared.runtime.decider import Context


def create_shipments(fact: Placed, order: Fulfilment, context: Context) -> Sequence[Message]:
    """The order's shipments come into being; stock is asked for what may be asked for at once."""
    if order.is_known:
        return []
    market = context.site.markets.get(fact.market)
    if market is None:
        raise Malformed("market", f"no market is called {fact.market}")
    made: list[Message] = []
    following = replace(order, shipments={})
    for shipment in fact.shipments:
        born = events.shipment_created(fact, shipment, market.warehouse)
        made.append(born)
        made += request_stock(evolve(following, born), born.shipment_id, context)
    return made
