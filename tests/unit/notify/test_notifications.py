"""What customers are told: once for each outcome, and with everything that a mailer needs."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from services.notify.decider import decider
from shared.contracts import notifications, shipments
from tests.unit.given import NOW, Given
from tests.unit.notify.builders import (
    ELM,
    MERCY,
    after,
    canceled,
    changed,
    deleted,
    placed,
    readdressed,
    received,
    refunded,
    shipment,
    shipped,
    short,
    told,
)


def test_an_order_is_confirmed_with_all_that_a_mailer_needs() -> None:
    (told_now,) = Given(decider).when(placed()).outgoing

    assert isinstance(told_now, notifications.Confirmed)
    assert told_now.order_number == "PO1000001"
    assert told_now.customer.model_dump() == MERCY
    assert (told_now.market, told_now.language, told_now.currency) == ("US", "en", "USD")
    (part,) = told_now.shipments
    assert part.address.line1 == "1 Pike Pl"
    assert [(line.name, line.quantity, line.total) for line in part.lines] == [
        ("Tea mug", 2, Decimal("20.71"))
    ]
    assert told_now.total == Decimal("25.61")


def test_the_language_is_the_markets_first() -> None:
    (told_now,) = Given(decider).when(placed(market="SE")).outgoing
    assert told_now.language == "sv"  # type: ignore[attr-defined]


def test_a_market_that_is_no_longer_configured_is_written_to_in_english() -> None:
    (told_now,) = Given(decider).when(placed(market="GONE")).outgoing
    assert told_now.language == "en"  # type: ignore[attr-defined]


def test_an_anonymous_order_is_told_to_nobody() -> None:
    given = Given(decider)
    assert told(given.when(placed(customer=None))) == []
    known = after(placed(customer=None))
    for fact in (shipped(), short(), canceled(), refunded(), received()):
        known.when(fact).then()


def test_an_order_without_an_email_is_told_to_nobody_and_nothing_of_it_is_kept() -> None:
    outcome = Given(decider).when(placed(customer={"name": "Mercy Taylor"}))
    assert told(outcome) == []
    assert "Mercy" not in "".join(event.model_dump_json() for event in outcome.events)


def test_an_order_is_confirmed_once() -> None:
    after(placed()).when(placed()).then()


def test_an_edit_is_told_with_the_new_content() -> None:
    outcome = after(placed()).when(changed(shipment(quantity=3)))
    (told_now,) = outcome.outgoing
    assert isinstance(told_now, notifications.Changed)
    assert told_now.total == Decimal("35.00")
    assert told_now.shipments[0].lines[0].quantity == 3


def test_an_edit_that_the_customer_cannot_see_is_not_told() -> None:
    after(placed()).when(changed(shipment(), total="25.61")).then()


def test_a_new_address_is_told() -> None:
    (told_now,) = after(placed()).when(readdressed()).outgoing
    assert isinstance(told_now, notifications.Changed)
    assert told_now.shipments[0].address == ELM


def test_a_new_method_is_told_once_with_the_total_that_follows() -> None:
    after(placed()).when(readdressed("express")).then()


def test_a_shipment_is_told_with_its_tracking_number_once() -> None:
    outcome = after(placed()).when(shipped())
    (told_now,) = outcome.outgoing
    assert isinstance(told_now, notifications.Shipped)
    assert (told_now.shipment_id, told_now.tracking_number) == ("1", "1Z-99")
    assert told_now.customer.email == "mercy@example.com"
    outcome.when(shipped()).then()


def test_each_shipment_is_told() -> None:
    known = after(placed(shipment("1"), shipment("2")))
    assert told(known.when(shipped("1")).when(shipped("2"))) == ["shipped"]


def test_a_delay_is_told_once_however_often_the_stock_is_short() -> None:
    outcome = after(placed()).when(short())
    assert told(outcome) == ["delayed"]
    outcome.when(short()).then()


def test_a_delay_is_told_once_no_warehouse_has_the_goods() -> None:
    asking = short().model_copy(update={"asks": ("rotterdam", "osaka")})
    known = after(placed()).when(asking).then().after
    declined = shipments.InventoryUnavailable(
        order_id=asking.order_id,
        shipment_id=asking.shipment_id,
        status=asking.status,
        warehouse=asking.warehouse,
        source="rotterdam",
        short=asking.short,
    )
    known.when(declined.model_copy(update={"asks": ("osaka",)})).then()
    assert told(known.when(declined)) == ["delayed"]


def test_a_shipment_that_is_split_is_not_late() -> None:
    asked = short()
    last = shipments.InventoryUnavailable(
        order_id=asked.order_id,
        shipment_id=asked.shipment_id,
        status=asked.status,
        warehouse=asked.warehouse,
        source="rotterdam",
        short=asked.short,
        split=True,
    )
    after(placed()).when(last).then()


def test_a_split_over_warehouses_is_noted_and_not_told() -> None:
    split = changed(shipment("1"), shipment("2")).model_copy(update={"split": "1"})
    outcome = after(placed()).when(split)
    assert told(outcome) == []
    shipped_now = outcome.when(shipped("2"))
    assert told(shipped_now) == ["shipped"]


def test_who_preorders_expects_to_wait() -> None:
    after(placed(shipment(preorder=True))).when(short()).then()


def test_a_canceled_order_is_told_with_the_reason_once() -> None:
    outcome = after(placed()).when(canceled())
    (told_now,) = outcome.outgoing
    assert isinstance(told_now, notifications.Canceled)
    assert told_now.reason == "Changed my mind"
    outcome.when(canceled()).then()


def test_every_refund_is_told() -> None:
    outcome = after(placed()).when(refunded("5.00"))
    (told_now,) = outcome.outgoing
    assert isinstance(told_now, notifications.Refunded)
    assert told_now.amount == Decimal("5.00")
    assert told(outcome.when(refunded("5.00"))) == ["refunded"]


def test_goods_that_came_back_are_told_each_time() -> None:
    outcome = after(placed()).when(received(status="AwaitingStockReturn"))
    (told_now,) = outcome.outgoing
    assert isinstance(told_now, notifications.ReturnReceived)
    assert (told_now.return_id, told_now.more_expected) == ("r-1", True)
    assert [(one.sku, one.name, one.quantity) for one in told_now.goods] == [
        ("TEA-MUG", "Tea mug", 1)
    ]
    (last,) = outcome.when(received()).outgoing
    assert isinstance(last, notifications.ReturnReceived)
    assert not last.more_expected


def test_goods_of_one_article_are_told_together() -> None:
    mixed = received(("received", 1), ("lost", 5), ("received", 2))
    (told_now,) = after(placed()).when(mixed).outgoing
    assert [one.quantity for one in told_now.goods] == [3]  # type: ignore[attr-defined]


def test_goods_that_never_arrived_are_not_told() -> None:
    after(placed()).when(received(("lost", 1), ("wrong-item", 1), ("short", 1))).then()


def test_goods_of_an_unknown_order_are_not_told() -> None:
    Given(decider).when(received()).then()


def test_a_fact_that_overtakes_its_order_is_told_after_the_confirmation() -> None:
    early = Given(decider).when(shipped())
    assert told(early) == []
    assert told(early.when(placed())) == ["confirmed", "shipped"]


def test_a_repeated_early_fact_is_told_once() -> None:
    early = Given(decider).when(shipped()).when(shipped())
    assert told(early.when(placed())) == ["confirmed", "shipped"]


def test_a_fact_that_overtakes_an_anonymous_order_is_not_told() -> None:
    early = Given(decider).when(shipped()).when(placed(customer=None))
    assert told(early) == []


def test_old_facts_are_noted_and_not_told() -> None:
    """As when the service starts for the first time, or without its database."""
    later = NOW + timedelta(days=4)
    given = Given(decider)
    outcome = given.when(placed(), now=later, sent=NOW.isoformat())
    assert told(outcome) == []
    assert told(outcome.when(shipped(), now=later, sent=NOW.isoformat())) == []
    assert told(outcome.when(shipped(), now=later, sent=later.isoformat())) == ["shipped"]


def test_imported_history_is_never_told() -> None:
    given = Given(decider).when(placed(converted_at=NOW - timedelta(days=400)))
    assert told(given) == []
    given.when(shipped()).then()


def test_a_deleted_order_is_erased_and_nothing_of_it_is_told_any_more() -> None:
    outcome = after(placed()).when(deleted())
    assert outcome.outgoing == [notifications.Erased(order_id="c-1")]
    for fact in (shipped(), placed(), canceled(), refunded(), received()):
        outcome.when(fact).then()
