"""The read model shows that an order awaits its exchange order, as the order service does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.portal.projections import order_part
from services.portal.projections.facts import Fact
from services.portal.projections.projection import Part

# What a fact about a return has beside what a test is about.
FIELDS: dict[str, Any] = {
    "warehouse": "seattle",
    "lines": (),
    "comment": None,
    "late": False,
    "created_at": "2026-11-22T12:00:00Z",
    "transferred": "10.00",
    "exchange_order_id": "x-1",
    "reason": None,
    "status": "Completed",
}
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def shown(*facts: tuple[str, dict[str, Any]], begin: str = "Completed") -> Part:
    """The order's part after these facts, a minute apart."""
    order: Part = {"status": begin, "since": NOON}
    for minutes, (name, data) in enumerate(facts, 1):
        at = NOON + timedelta(minutes=minutes)
        fact = Fact("order", "c-1", minutes, name, at, FIELDS | data, f"m-{minutes}")
        order_part.apply(order, fact)
    return {**order, "status": order_part.status_of(order)}


RETURN = {"return_id": "r-1"}
EXCHANGE = ("return.created", {**RETURN, "replacement": {"exchange_order_id": "x-1"}})
REQUESTED = ("exchange.requested", RETURN)


def received(status: str) -> tuple[str, dict[str, Any]]:
    return "return.received", {**RETURN, "status": status}


def test_an_order_awaits_its_exchange_from_its_announcement_to_its_end() -> None:
    order = shown(EXCHANGE)
    assert order["status"] == "AwaitingExchange"
    assert shown(EXCHANGE, received("AwaitingStockReturn"))["status"] == "AwaitingExchange"
    arrived = (EXCHANGE, received("AwaitingCompletion"), REQUESTED)
    assert shown(*arrived)["status"] == "AwaitingExchange"
    assert shown(*arrived, ("exchange.settled", RETURN))["status"] == "Completed"


@pytest.mark.parametrize("end", ["return.canceled", "exchange.refused", "exchange.settled"])
def test_it_awaits_nothing_after_any_end(end: str) -> None:
    assert shown(EXCHANGE, REQUESTED, (end, RETURN))["status"] == "Completed"


def test_no_exchange_is_awaited_if_no_goods_arrived() -> None:
    assert shown(EXCHANGE, received("AwaitingCompletion"))["status"] == "Completed"


def test_an_exchange_that_ships_first_is_awaited_when_all_goods_are_back() -> None:
    order = shown(EXCHANGE, REQUESTED, received("AwaitingCompletion"))
    assert order["status"] == "AwaitingExchange"


def test_a_return_without_an_exchange_changes_no_status() -> None:
    order = shown(("return.created", {**RETURN, "replacement": None}), ("return.canceled", RETURN))
    assert (order["status"], order["since"]) == ("Completed", NOON)


def test_a_hold_is_shown_first_and_what_the_shipments_do_meanwhile_afterwards() -> None:
    held = ("order.held", {"reason": None})
    order = shown(EXCHANGE, held, begin="PartiallyShipped")
    assert order["status"] == "OnHold"
    lifted = ("order.hold-released", {"status": "PartiallyShipped"})
    order = shown(EXCHANGE, held, lifted, begin="PartiallyShipped")
    assert order["status"] == "AwaitingExchange"
    done = ("order.completed", {})
    assert shown(EXCHANGE, done, begin="PartiallyShipped")["status"] == "AwaitingExchange"
    ended = shown(EXCHANGE, done, ("exchange.settled", RETURN), begin="PartiallyShipped")
    assert ended["status"] == "Completed"


def test_the_order_awaits_as_long_as_one_exchange_is_open() -> None:
    other = ("return.created", {"return_id": "r-2", "replacement": {"exchange_order_id": "x-2"}})
    assert shown(EXCHANGE, other, ("exchange.refused", RETURN))["status"] == "AwaitingExchange"
