"""Checks that shipments on hold don't move, and that services and warehouses agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from orjson import loads

from shared.contracts import Message, payments, shipments
from shared.contracts.holds import WORK, HoldDetails, Stop, lifted, plain, stopped
from tests.simulation.kafka import Log

Events = Mapping[str, list[Message]]


def wrong(
    events: Events,
    orders: Mapping[str, Any],
    accounts: Mapping[str, Any],
    fulfilments: Mapping[str, Any],
    log: Log,
) -> Iterator[str]:
    """Yields every wrong move, and every disagreement about an order."""
    instructions = _last_instructions(log)
    for order_id, order in orders.items():
        if order is None:
            continue
        fulfilment = fulfilments.get(order_id)
        if fulfilment is None:
            yield f"{order_id}: placed, but it has no fulfilment"
            continue
        yield from _moved(order_id, events[f"fulfilment/{order_id}"])
        yield from _restored(order_id, events[f"fulfilment/{order_id}"])
        yield from _released(order_id, events[f"fulfilment/{order_id}"])
        yield from _agree(order_id, order, fulfilment)
        yield from _captures(order_id, order, accounts.get(order_id))
        yield from _captures_stopped(order_id, events.get(f"payment/{order_id}", []))
        yield from _paid(order_id, order.content.total, accounts.get(order_id), fulfilment)
        for shipment in fulfilment.shipments.values():
            instruction = instructions.get((order_id, shipment.shipment_id))
            ships = shipment.status in ("Released", "Packing", "Shipped")
            if ships != (instruction == "waybill.shipment.released.v1"):
                name = f"{order_id}/{shipment.shipment_id}"
                yield f"{name}: {shipment.status}, but the warehouse has {instruction}"


def _moved(order_id: str, events: list[Message]) -> Iterator[str]:
    """Shipments take no step that a hold stops, and none after their end."""
    holds, ended = dict[str, HoldDetails](), set[str]()
    for event in events:
        match event:
            case shipments.Held():
                hold = event.hold or plain()
                holds.setdefault(hold.hold_id, hold)
            case shipments.HoldLifted():
                holds = lifted(holds, event.holds)
            case shipments.Released() | shipments.Packing() | shipments.Shipped():
                if _is_stopped(event, stopped(holds)):
                    yield f"{order_id}: {event.type} of {event.shipment_id} while on hold"
                if event.shipment_id in ended:
                    yield f"{order_id}: {event.type} of {event.shipment_id} after its end"
        if isinstance(event, shipments.Shipped | shipments.Canceled):
            ended.add(event.shipment_id)


def _is_stopped(event: Message, stops: frozenset[Stop]) -> bool:
    match event:
        case shipments.Packing():
            return "pick" in stops
        case shipments.Shipped():
            return bool(stops & {"pack", "ship"})
    return stops >= WORK  # a shipment that was released before is released again after an edit


def _restored(order_id: str, events: list[Message]) -> Iterator[str]:
    """A shipment returns from a hold to its earlier status, unless stock arrived meanwhile."""
    now: dict[str, str] = {}
    before: dict[str, str] = {}
    for event in events:
        match event:
            case shipments.Held():
                free = {which: was for which, was in now.items() if was != "OnHold"}
                yield from _not_as_it_was(order_id, event.shipments, free)
            case shipments.HoldLifted():
                yield from _not_as_it_was(order_id, event.shipments, before)
                before.clear()
                now |= {lifted.shipment_id: lifted.status for lifted in event.shipments}
            case shipments.LinesChanged():
                now |= {changed.shipment_id: changed.status for changed in event.shipments}
            case _ if status := getattr(event, "status", None):
                which = event.shipment_id  # type: ignore[attr-defined]
                if status == "OnHold" and now.get(which) not in (None, "OnHold"):
                    before.setdefault(which, now[which])
                now[which] = status


def _not_as_it_was(
    order_id: str, held: Iterable[shipments.Standing], known: Mapping[str, str]
) -> Iterator[str]:
    for standing in held:
        was = known.get(standing.shipment_id, standing.status)
        if was != standing.status:
            yield f"{order_id}: {standing} was {was} before the hold"


def _released(order_id: str, events: list[Message]) -> Iterator[str]:
    """Shipments are released only when paid; after a hold they are released again."""
    paid, assigned = False, set[str]()
    for event in events:
        match event:
            case shipments.PaymentNoted() | shipments.TotalNoted():
                paid = event.in_full
            case shipments.InventoryAssigned():
                assigned.add(event.shipment_id)
            case shipments.Released() if event.shipment_id in assigned:
                assigned.remove(event.shipment_id)
                if not paid:
                    yield f"{order_id}: {event.shipment_id} is released, but isn't paid"


def _agree(order_id: str, order: Any, fulfilment: Any) -> Iterator[str]:
    """The order and its shipments agree, and no request is pending."""
    ends = {
        s.shipment_id: s.status if s.status in ("Shipped", "Canceled") else "Open"
        for s in fulfilment.shipments.values()
    }
    if dict(order.shipments) != ends:
        yield f"{order_id}: the order has {order.shipments}, its shipments are {ends}"
    of_order, of_shipments = (
        {which: hold.stops for which, hold in each.holds.items()} for each in (order, fulfilment)
    )
    if "Open" in ends.values() and of_order != of_shipments:
        yield f"{order_id}: holds {of_order}, of its shipments: {of_shipments}"
    if "Open" not in ends.values() and order.holds:
        yield f"{order_id}: ended, but has holds {order.holds}"
    for shipment in fulfilment.open:
        if (shipment.status == "OnHold") != fulfilment.held:
            yield f"{order_id}/{shipment.shipment_id}: {shipment.status}, held: {fulfilment.held}"
    if order.requests or order.edits or fulfilment.unpriced:
        waits = [order.requests, order.edits, fulfilment.unpriced]
        yield f"{order_id}: still pending: {waits}"
    lines = {
        s.shipment_id: [(x.line_id, x.quantity) for x in s.lines] for s in order.content.shipments
    }
    items = {s: [(x.line_id, x.quantity) for x in f.lines] for s, f in fulfilment.shipments.items()}
    if lines != items:
        yield f"{order_id}: the order has {lines}, its shipments {items}"


def _captures(order_id: str, order: Any, account: Any) -> Iterator[str]:
    """The payment service knows the holds that stop captures."""
    stopping = {which: hold for which, hold in order.holds.items() if "capture" in hold.stops}
    known = account.holds if account and not account.canceled else stopping
    if known != stopping:
        yield f"{order_id}: captures are stopped by {stopping}, the payments know {known}"


def _captures_stopped(order_id: str, events: list[Message]) -> Iterator[str]:
    """Nothing is captured while a hold stops that, unless it was asked for before."""
    holds = set[str]()
    for event in events:
        match event:
            case payments.CaptureStopped():
                holds.add(event.hold.hold_id)
            case payments.CaptureResumed():
                holds -= set(event.holds)
            case payments.Captured(request_id=None) if holds:
                yield f"{order_id}: captured {event.amount} in spite of {holds}"
            case payments.Requested(action="capture") if holds:
                yield f"{order_id}: asked to capture {event.amount} in spite of {holds}"


def _paid(order_id: str, total: Decimal, account: Any, fulfilment: Any) -> Iterator[str]:
    """Shipments know whether they are paid, and paid shipments have requested stock."""
    if account is None:
        yield f"{order_id}: placed, but it has no payment account"
        return
    if account.closed or not fulfilment.open:
        return
    left = total - account.returned
    if not account.total == left == fulfilment.total:
        yield f"{order_id}: totals differ: {left}, {account.total}, {fulfilment.total}"
    if (account.outstanding <= 0) != fulfilment.paid_in_full:
        yield f"{order_id}: {account.outstanding} outstanding, shipments: {fulfilment.paid_in_full}"
    for shipment in fulfilment.open:
        if fulfilment.paid_in_full and not fulfilment.held and not shipment.stock_requested:
            yield f"{order_id}/{shipment.shipment_id}: paid, but it hasn't requested stock"


def _last_instructions(log: Log) -> dict[tuple[str, str], str]:
    """Returns the last message to a warehouse about each shipment, without repeats."""
    seen: set[str] = set()
    last: dict[tuple[str, str], str] = {}
    for record in log.all({"warehouse.releases"}):
        headers = {name: value.decode() for name, value in record.headers}
        if headers["ce_id"] not in seen:
            seen.add(headers["ce_id"])
            data = loads(record.value or b"{}")
            last[data["order_id"], data["shipment_id"]] = headers["ce_type"]
    return last
