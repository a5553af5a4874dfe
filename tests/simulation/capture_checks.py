"""Checks of markets that capture each shipment's share by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from services.payment.shipment_capture import missing
from shared.contracts import payments
from shared.runtime.decider import Decider
from shared.runtime.ports import Document
from shared.site import Site
from tests.simulation.payment_checks import asked_by, taken_by
from tests.unit.given import site_with

ZERO = Decimal(0)
CAPTURES = ("on-ship", "on-release", None, None)


def site_of(seed: int, warehouses: Sequence[str], *, split: bool = False) -> Site:
    """Returns the site of a history: its market has these warehouses, and in some histories it
    captures by itself, or splits shipments.
    """
    site = site_with(*warehouses, split=split)
    market = site.markets["US"].model_copy(update={"capture": CAPTURES[seed % len(CAPTURES)]})
    return site.model_copy(update={"markets": {**site.markets, "US": market}})


def wrong(
    streams: Mapping[str, Sequence[Document]],
    decider: Decider[Any],
    commands: Mapping[str, str],
    states: Mapping[str, Any],
    accounts: Mapping[str, Any],
) -> Iterator[str]:
    """Yields captures of more than was due, and what is due and wasn't captured."""
    for stream, documents in streams.items():
        if stream.startswith("payment/"):
            yield from _overshot(stream, documents, decider, commands)
    for order_id, account in accounts.items():
        if account is not None and not account.canceled:
            yield from _left_behind(order_id, states.get(order_id), account)


def _overshot(
    stream: str,
    documents: Sequence[Document],
    decider: Decider[Any],
    commands: Mapping[str, str],
) -> Iterator[str]:
    """Captures that nobody asked for take at most what is due."""
    due = taken = asked = returned = ZERO
    for document in documents:
        for kept in document["events"]:
            event = decider.event(kept)
            cause = document["causes"][kept["cause"]]["id"]
            by_hand = commands.get(cause) == "payment.capture" or getattr(event, "waiting", None)
            match event:
                case payments.CaptureDueNoted():
                    due = event.due
                case payments.TotalChanged(returned=Decimal()):
                    returned = event.returned or ZERO
                case payments.Requested(action="capture") | payments.Captured(request_id=None):
                    if not by_hand and event.amount > due - returned - taken - asked:
                        yield f"{stream}: {event} although {due} was due, {taken} taken"
            taken += taken_by(event)
            asked += asked_by(event)


def _left_behind(order_id: str, order: Any, account: Any) -> Iterator[str]:
    """What is due is captured, and the rest voided once nothing more ships."""
    if order is not None and order.capture_due != account.capture_due:
        yield f"{order_id}: {order.capture_due} is due, the account has {account.capture_due}"
    if account.holds or any(account.pending):
        return
    open_ones = {
        each.payment_id: amount
        for each in account.payments.values()
        if each.transaction_type == "Authorization" and each.status == "Processed"
        if (amount := account.free.left_to_capture(each))
    }
    due = account.capture_due is not None
    if due and missing(account) > 0 and open_ones.keys() - account.declined_captures:
        yield f"{order_id}: {missing(account)} is due, and {open_ones} is left to capture"
    ended = order is not None and order.progress == "Completed" if due else account.is_final
    done = ended and (missing(account) <= 0 if due else account.uncaptured == 0)
    if done and open_ones.keys() - account.declined_voids:
        yield f"{order_id}: nothing more ships, and {open_ones} is still authorized"
