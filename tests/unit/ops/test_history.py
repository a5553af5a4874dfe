"""An order's state, folded from what happened to it."""

from datetime import UTC, datetime
from typing import Any

from ops.inspect.journals import Entry
from ops.inspect.order import OrderState, order_state

ADDRESSES = {"shipping_method": "standard", "lines": [{"quantity": 2}]}
PLACED = {
    "order_number": "PO1000042",
    "market": "US",
    "total": "10.00",
    "currency": "USD",
    "customer": {"name": "Mercy Taylor"},
    "shipments": [{"shipment_id": "1", **ADDRESSES}, {"shipment_id": "2", **ADDRESSES}],
}
RECORDED = {
    "payment_id": "p",
    "status": "Processed",
    "method": "cash",
    "transaction_type": "Sale",
    "amount": "10.00",
    "outstanding": "0.00",
}


def happened(*events: tuple[str, str, dict[str, Any]]) -> OrderState:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    entries = [
        Entry(service, n, at, f"waybill.{name}.v1", data, "waybill.order.hold.v1", "csr:17")
        for n, (service, name, data) in enumerate(events, 1)
    ]
    return order_state("c-1", entries)


def test_order_shipments_and_payments_stand_where_their_last_event_left_them() -> None:
    state = happened(
        ("order", "order.placed", PLACED),
        ("payment", "payment.recorded", RECORDED),
        ("shipment", "shipment.shipped", {"shipment_id": "1", "status": "Shipped"}),
        ("order", "order.partially-shipped", {}),
    )

    assert (state.number, state.status) == ("PO1000042", "PartiallyShipped")
    assert [s.status for s in state.shipments.values()] == ["Shipped", "AwaitingInventory"]
    assert state.payments["p"].status == "Processed"
    assert (state.total, state.outstanding) == ("10.00", "0.00")


def test_an_edited_order_shows_its_lines_and_what_it_costs_now() -> None:
    line = {"line_id": "a", "sku": "S", "name": "Scarf", "quantity": 3, "placed_price": "5.00"}
    costs = {"discount": "1.00", "tax": "1.26"}
    sent = {"shipping_method": "express", "shipping_cost": "14.90", "lines": [{**line, **costs}]}
    changed = {
        "total": "32.16",
        "order_discount": "2.00",
        "summary": "Moved 3 × Scarf from shipment 1 to 3.",
        "shipments": [*PLACED["shipments"], {"shipment_id": "3", **sent}],
    }
    where = {"shipment_id": "3", "status": "AwaitingInventory", "warehouse": "seattle"}
    state = happened(
        ("order", "order.placed", PLACED),
        ("shipment", "shipment.awaiting-inventory", where),
        ("order", "order.lines-changed", changed),
        ("payment", "payment.total-changed", {"total": "32.16", "outstanding": "22.16"}),
    )

    assert (state.total, state.outstanding) == ("32.16", "22.16")
    assert state.order_discount == "2.00"
    born = state.shipments["3"]
    assert (born.warehouse, born.method, born.pieces) == ("seattle", "express", 3)
    assert (born.items["a"].discount, born.items["a"].tax) == ("1.00", "1.26")
    assert "Moved 3 × Scarf" in state.history[2].why


def test_shipment_that_was_edited_goes_by_its_new_method() -> None:
    edited = {"shipment_id": "2", "status": "Packing", "shipping_method": "express"}
    state = happened(("order", "order.placed", PLACED), ("shipment", "shipment.edited", edited))

    assert [s.method for s in state.shipments.values()] == ["standard", "express"]
    assert state.shipments["2"].status == "Packing"


def test_hold_that_is_lifted_brings_every_shipment_back() -> None:
    before = [{"shipment_id": "1", "status": "Packing"}, {"shipment_id": "2", "status": "Released"}]
    hold = (
        ("order", "order.placed", PLACED),
        ("shipment", "shipment.held", {"shipments": before}),
        ("order", "order.held", {}),
    )
    lifted = (
        ("shipment", "shipment.hold-lifted", {"shipments": before}),
        ("order", "order.hold-released", {"status": "InProgress"}),
    )

    held, free = happened(*hold), happened(*hold, *lifted)

    assert (held.status, [s.status for s in held.shipments.values()]) == ("OnHold", ["OnHold"] * 2)
    assert free.status == "InProgress"
    assert [s.status for s in free.shipments.values()] == ["Packing", "Released"]


def test_each_event_says_when_who_what_and_why() -> None:
    (line,) = happened(("order", "order.hold-requested", {"reason": "Odd address"})).history

    assert line.at == "2026-11-22T00:00:00.000+00:00"
    assert (line.who, line.what) == ("csr:17", "order.hold-requested")
    assert line.why == "order.hold: Odd address"


def test_cart_that_is_no_order_yet_has_a_history_too() -> None:
    created = {"market": "US", "currency": "USD", "customer": None}
    state = happened(("cart", "cart.draft-created", created))
    assert (state.number, len(state.history)) == ("", 1)


TOMBSTONE = {"order_number": "PO1000042", "by": "csr:17", "at": "2026-11-23T09:00:00Z"}


def test_of_a_deleted_order_its_tombstone_is_left() -> None:
    state = happened(
        ("shipment", "shipment.deleted", {**TOMBSTONE, "given_up": []}),
        ("order", "order.deleted", TOMBSTONE),
        ("payment", "payment.account-deleted", {**TOMBSTONE, "taken": "10.00", "currency": "USD"}),
        ("cart", "cart.deleted", {"by": "csr:17", "at": "2026-11-23T09:00:00Z"}),
    )

    assert (state.number, state.status) == ("PO1000042", "Deleted")
    assert state.deleted is not None
    assert state.deleted.model_dump() == {
        "by": "csr:17", "at": "2026-11-23T09:00:00Z", "taken": "10.00", "currency": "USD",
    }  # fmt: skip
    assert (state.customer, state.shipments, state.payments) == ("", {}, {})
    assert len(state.history) == 4


def test_deleted_cart_that_was_no_order_has_a_tombstone_too() -> None:
    state = happened(("cart", "cart.deleted", {"by": None, "at": None}))
    assert (state.status, state.number) == ("Deleted", "")
    assert state.deleted is not None


ASKED = {**RECORDED, "status": "Pending", "action": "add", "outstanding": "10.00"}


def test_payment_that_a_provider_has_still_to_answer_is_pending_then_fails_with_reason() -> None:
    pending = ("payment", "payment.requested", ASKED)
    assert happened(("order", "order.placed", PLACED), pending).payments["p"].status == "Pending"
    failed = ("payment", "payment.recorded", {**ASKED, "status": "Failed", "reason": "No funds."})
    payment = happened(("order", "order.placed", PLACED), pending, failed).payments["p"]
    assert (payment.status, payment.reason) == ("Failed", "No funds.")


def test_payment_that_a_provider_is_to_move_says_so_and_why_it_failed() -> None:
    before = [("order", "order.placed", PLACED), ("payment", "payment.recorded", RECORDED)]
    refund = {"payment_id": "p", "action": "refund", "outstanding": "0.00"}
    asked = ("payment", "payment.requested", refund)
    assert happened(*before, asked).payments["p"].status == "Processed, refund pending"
    no = ("payment", "payment.request-failed", {**refund, "reason": "Too late."})
    payment = happened(*before, asked, no).payments["p"]
    assert (payment.status, payment.reason) == ("Processed", "refund failed: Too late.")
    back = ("payment", "payment.refunded", {"payment_id": "p", "outstanding": "10.00"})
    payment = happened(*before, asked, no, asked, back).payments["p"]
    assert (payment.status, payment.reason) == ("Refunded", None)


def test_authorization_that_expired_says_when_and_what_replaces_it() -> None:
    held = {**RECORDED, "transaction_type": "Authorization", "expires_at": "2026-11-29T20:00:00Z"}
    before = [("order", "order.placed", PLACED), ("payment", "payment.recorded", held)]
    assert happened(*before).payments["p"].expires_at == "2026-11-29T20:00:00Z"
    asked = ("payment", "payment.requested", {**ASKED, "payment_id": "p-2", "renews": "p"})
    assert happened(*before, asked).payments["p"].status == "Processed, renewal pending"
    end = {
        "payment_id": "p", "amount": "10.00", "outstanding": "10.00",
        "expires_at": held["expires_at"], "renewed_by": None,
    }  # fmt: skip
    gone = happened(*before, ("payment", "payment.authorization-expired", end)).payments["p"]
    assert (gone.status, gone.reason) == ("Expired", "10.00 expired on 2026-11-29 20:00 UTC")
    renewed = ("payment", "payment.authorization-expired", {**end, "renewed_by": "p-2"})
    told = happened(*before, asked, renewed).payments["p"]
    assert (told.status, told.reason) == (
        "Expired", "10.00 expired on 2026-11-29 20:00 UTC, renewed by p-2",
    )  # fmt: skip
    captured = ("payment", "payment.captured", {"payment_id": "p", "outstanding": "0.00"})
    rest = ("payment", "payment.authorization-expired", {**end, "amount": "4.00"})
    assert happened(*before, captured, rest).payments["p"].status == "Captured"


def test_void_of_what_was_left_leaves_a_captured_payment_captured() -> None:
    before = [("order", "order.placed", PLACED), ("payment", "payment.recorded", RECORDED)]
    captured = ("payment", "payment.captured", {"payment_id": "p", "outstanding": "4.00"})
    asked = ("payment", "payment.requested", {"payment_id": "p", "action": "void"})
    void = {"payment_id": "p", "outstanding": "4.00", "amount": RECORDED["amount"]}
    voided = ("payment", "payment.voided", void)
    assert happened(*before, captured, asked, voided).payments["p"].status == "Captured"
    assert happened(*before, voided).payments["p"].status == "Voided"


def test_shipment_that_an_edit_emptied_is_gone() -> None:
    emptied = {"shipments": [], "removed": [{"shipment_id": "2"}]}
    changed = {"total": "5.00", "shipments": PLACED["shipments"][:1]}
    state = happened(
        ("order", "order.placed", PLACED),
        ("shipment", "shipment.lines-changed", emptied),
        ("order", "order.lines-changed", changed),
    )
    assert list(state.shipments) == ["1"]
