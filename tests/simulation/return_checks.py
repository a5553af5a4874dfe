"""Checks that goods and money of returns are neither made nor lost, also between two orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from shared.contracts import Message, payments, returns, shipments, stock

Events = Mapping[str, list[Message]]
Line = tuple[str, str]  # the ids of a shipment and of a line of it


def wrong(events: Events, orders: Mapping[str, Any], accounts: Mapping[str, Any]) -> Iterator[str]:
    """Yields every wrong return of the orders that are there still."""
    taken_back = _taken_back(events)
    for order_id, order in orders.items():
        if order is None:
            continue
        told = events[f"order/{order_id}"]
        yield from _pieces(order_id, told, events.get(f"fulfilment/{order_id}", []))
        yield from _ends(order_id, told)
        yield from _goods(order_id, told, taken_back)
        if (account := accounts.get(order_id)) is not None:
            yield from _money(order_id, told, account)
            yield from _refunds(order_id, events[f"payment/{order_id}"])
            yield from _exchanges(order_id, told, account, accounts)


def _pieces(order_id: str, told: list[Message], moved: list[Message]) -> Iterator[str]:
    """No line comes back in more pieces than were shipped, and no return in more than expected."""
    shipped: dict[Line, int] = {
        (event.shipment_id, line.line_id): line.quantity
        for event in moved
        if isinstance(event, shipments.Shipped)
        for line in event.lines
    }
    expected: dict[str, Counter[Line]] = {}
    accounted: dict[str, Counter[Line]] = {}
    back: Counter[Line] = Counter()
    for event in told:
        if isinstance(event, returns.ReturnCreated):
            expected[event.return_id] = Counter(
                {(line.shipment_id, line.line_id): line.quantity for line in event.lines}
            )
        elif isinstance(event, returns.ReturnReceived):
            so_far = accounted.setdefault(event.return_id, Counter())
            for line in event.lines:
                so_far[line.shipment_id, line.line_id] += line.quantity
                if line.arrival == "received":
                    back[line.shipment_id, line.line_id] += line.quantity
    for return_id, pieces in accounted.items():
        if pieces - expected.get(return_id, Counter()):
            yield f"{order_id}: {return_id} has {pieces}, expected {expected.get(return_id)}"
    for line, quantity in back.items():
        if quantity > shipped.get(line, 0):
            yield f"{order_id}: {quantity} of line {line} came back, {shipped.get(line)} shipped"


def _ends(order_id: str, told: list[Message]) -> Iterator[str]:
    """Each return is created once and ends once, and every request for its refund has a result."""
    for return_id, mine in _by_return(told).items():
        kinds = Counter(type(event) for event in mine)
        if kinds[returns.ReturnCreated] != 1:
            yield f"{order_id}: {return_id} was created {kinds[returns.ReturnCreated]} times"
        requested = kinds[returns.ReturnCompletionRequested]
        results = kinds[returns.ReturnCompleted] + kinds[returns.ReturnCompletionRefused]
        if requested != results:
            yield f"{order_id}: {return_id} was to be completed {requested} times, has {results}"
        ends = kinds[returns.ReturnCompleted], kinds[returns.ReturnCanceled]
        if sum(ends) > 1:
            yield f"{order_id}: {return_id} was completed and canceled {ends} times"
        settled = kinds[returns.ExchangeSettled] + kinds[returns.ExchangeRefused]
        if settled > kinds[returns.ExchangeRequested]:
            yield f"{order_id}: the exchange of {return_id} ended {settled} times"


def _by_return(told: list[Message]) -> dict[str, list[Message]]:
    found: dict[str, list[Message]] = {}
    for event in told:
        if isinstance(event, returns.AboutReturn):
            found.setdefault(event.return_id, []).append(event)
    return found


Key = tuple[str, str, str, str]  # ids of order and return, article, disposition


def _taken_back(events: Events) -> Counter[Key]:
    """What the warehouses took back, by the stock's events."""
    found: Counter[Key] = Counter()
    for stream, happened in events.items():
        if stream.startswith("stock/"):
            for event in happened:
                if isinstance(event, stock.Returned):
                    for goods in event.goods:
                        key = (event.order_id, event.return_id, goods.sku, goods.disposition)
                        found[key] += goods.quantity
    return found


def _goods(order_id: str, told: list[Message], taken_back: Counter[Key]) -> Iterator[str]:
    """The stock took back exactly what was received."""
    received: Counter[Key] = Counter()
    for event in told:
        if isinstance(event, returns.ReturnReceived):
            for goods in event.goods:
                received[order_id, event.return_id, goods.sku, goods.disposition] += goods.quantity
            pieces = sum(line.quantity for line in event.lines if line.arrival == "received")
            if pieces != sum(goods.quantity for goods in event.goods):
                yield f"{order_id}: {pieces} pieces received, the stock takes back {event.goods}"
    there = Counter({key: units for key, units in taken_back.items() if key[0] == order_id})
    if received != there:
        yield f"{order_id}: received {received}, taken back {there}"


def _money(order_id: str, told: list[Message], account: Any) -> Iterator[str]:
    """A completed return took its worth off the total, and gave back what it says.

    What is added for goodwill beyond what the order cost isn't taken off: the total ends at zero.
    """
    for return_id, money in account.returns.items():
        if money.refunding is not None:
            yield f"{order_id}: the refund of {return_id} has no result"
        if money.refunded > 0 and money.request is None:
            yield f"{order_id}: {money.refunded} refunded for {return_id}, which nobody asked for"
    # What an exchange order that is canceled later gives back is refunded as well.
    back = {
        event.return_id
        for event in told
        if isinstance(event, returns.ExchangeSettled) and event.status == "Canceled"
    }
    for event in told:
        if not isinstance(event, returns.ReturnCompleted) or account.canceled:
            continue
        money = account.returns[event.return_id]
        capped = account.total == 0 and money.reduced < event.worth.total
        if money.reduced != event.worth.total and not capped:
            yield f"{order_id}: {event.return_id} is worth {event.worth}, {money.reduced} was taken"
        more = event.return_id in back and money.refunded > event.refunded
        if money.refunded != event.refunded and not more:
            yield f"{order_id}: {event.return_id} refunded {event.refunded}, {money.refunded} was"
    if account.sums.taken + sum(each.transferred for each in account.returns.values()) < 0:
        yield f"{order_id}: more was given back than captured: {account.sums}"


def _refunds(order_id: str, happened: list[Message]) -> Iterator[str]:
    """No return gives back more than is due for it, and no payment more than it took."""
    due: dict[str, Decimal] = {}
    given: Counter[str] = Counter()
    for event in happened:
        if isinstance(event, payments.ReturnRefundStarted):
            due[event.return_id] = event.refund
            continue
        amount = _given_back(event)
        if amount is None:
            continue
        return_id, units = amount
        given[return_id] += units  # type: ignore[assignment]
        if given[return_id] > due.get(return_id, 0):
            yield f"{order_id}: {return_id} gave back {given[return_id]}, due: {due.get(return_id)}"


def _given_back(event: Message) -> tuple[str, Decimal] | None:
    match event:
        case payments.Refunded(return_id=str(return_id)):
            return return_id, event.amount
        case payments.Recorded(
            return_id=str(return_id), status="Processed", transaction_type="Credit"
        ) if event.method != "exchange":
            return return_id, event.amount
    return None


def _exchanges(
    order_id: str, told: list[Message], account: Any, accounts: Mapping[str, Any]
) -> Iterator[str]:
    """What a return paid of an exchange order left this order, and is in the other one."""
    for event in told:
        if not isinstance(event, returns.ExchangeRequested):
            continue
        money = account.returns.get(event.return_id)
        left = money.transferred if money else Decimal(0)
        other = accounts.get(event.exchange_order_id)
        arrived = Decimal(0)
        for payment in other.payments.values() if other else ():
            if payment.method == "exchange" and payment.reference == event.return_id:
                arrived += payment.taken
        if left != arrived and other is not None:
            yield f"{order_id}: {left} of {event.return_id} was transferred, {arrived} arrived"
