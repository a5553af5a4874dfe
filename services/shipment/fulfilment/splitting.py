"""Splits a shipment over several warehouses, if none has all of it and several have it together.

Fulfilment decides, as it does edits: so a hold, a cancellation, an edit or a deletion comes either
before the split or after it. One event changes the shipment, and its new ones are created and their
stock is requested with it. A part whose goods are gone by then waits like any shipment.

A shipment is split once. People may move its lines back, and then it isn't split again; nor are its
parts, and what people make of these.
"""

from collections.abc import Iterator

from services.shipment.fulfilment import events
from services.shipment.fulfilment.evolution import evolve
from services.shipment.fulfilment.guards import destination
from services.shipment.fulfilment.lifecycle import Trigger
from services.shipment.fulfilment.state import Fulfilment
from services.shipment.fulfilment.stock_requests import sources_of
from shared.contracts import Message
from shared.contracts.checkout import MAX_LINES, MAX_SHIPMENTS
from shared.contracts.shipments import SplitPart
from shared.runtime.decider import Context
from shared.sourcing import split_plan
from shared.sourcing.split_plan import Share


def to_ask_again(order: Fulfilment, shipment_id: str, context: Context) -> tuple[str, ...]:
    """The warehouses to ask again before a shipment may be split: what they had was some time ago.

    None if the last answers don't allow to split it. No warehouse has more than it answered: what
    it gets, it offers, and is asked.
    """
    if not _shares(order, shipment_id, context):
        return ()
    shipment = order.shipments[shipment_id]
    open_ones = (each for each in shipment.sources if each in context.site.warehouses)
    return tuple(each for each in open_ones if each not in shipment.fresh)


def split(order: Fulfilment, shipment_id: str, context: Context) -> list[Message]:
    """Splits a shipment that all its warehouses have answered for; nothing if that isn't possible.

    The shipment stays with its warehouse if that has a share, so its place in the queue counts.
    """
    shipment = order.shipments[shipment_id]
    status = destination(Trigger.SPLIT, order, shipment, context.site)
    shares = _shares(order, shipment_id, context)
    if not shares or status is None:
        return []
    stays = next((each for each in shares if each.warehouse == shipment.warehouse), shares[0])
    ids = _new_ids(order)
    parts = tuple(
        SplitPart(shipment_id=next(ids), warehouse=each.warehouse, lines=each.lines)
        for each in shares
        if each is not stays
    )
    happened: list[Message] = [events.shipment_for_part(shipment, part) for part in parts]
    kept = SplitPart(shipment_id=shipment_id, warehouse=stays.warehouse, lines=stays.lines)
    happened.append(events.split(shipment, status, kept, parts, order.splits + 1))
    state = order.copy()
    for event in happened:
        state = evolve(state, event)
    for each in (kept, *parts):
        asking = state.shipments[each.shipment_id]
        if not asking.stock_requested:  # as it was for all of it, so whatever is paid now
            sources = sources_of(asking, context.site)
            happened.append(events.inventory_requested(asking, asking.status, sources))
    return happened


def _shares(order: Fulfilment, shipment_id: str, context: Context) -> tuple[Share, ...]:
    """What each warehouse would send of a shipment that waits; empty if it can't be split."""
    shipment = order.shipments[shipment_id]
    if shipment.asked is not None or not shipment.stock_requested or shipment.stock_assigned:
        return ()
    if destination(Trigger.SPLIT, order, shipment, context.site) is None:
        return ()
    sources = [each for each in shipment.sources if each in context.site.warehouses]
    shares = split_plan.plan(shipment.lines, sources, shipment.answers)
    lines = sum(len(each.lines) for each in order.shipments.values())
    more_lines = sum(len(each.lines) for each in shares) - len(shipment.lines)
    if len(order.shipments) + len(shares) - 1 > MAX_SHIPMENTS or lines + more_lines > MAX_LINES:
        return ()
    return shares


def _new_ids(order: Fulfilment) -> Iterator[str]:
    """Ids that no shipment of the order has or had."""
    number = 1
    while True:
        number += 1
        if str(number) not in order.shipments and str(number) not in order.removed:
            yield str(number)
