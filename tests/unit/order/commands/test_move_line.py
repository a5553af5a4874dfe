"""Moving units of a line to another shipment, or to a new one."""

from shared.contracts.checkout import MAX_SHIPMENTS
from tests.unit.order.builders import (
    ADDRESS,
    TWO_LINES,
    confirm_edit,
    line,
    line_of,
    money,
    move_line,
    order_of,
    shipment,
    shipment_of,
)


def test_pieces_move_to_another_shipment_and_nothing_is_lost():
    given = order_of(shipment(line(quantity=3, discount="1.00", tax="1.00")), shipment())
    _, changed = confirm_edit(given, move_line(quantity=1, to_line_id="9"))
    assert money(line_of(changed)) == (2, "10.00", "0.67", "0.67")
    assert money(line_of(changed, "9", "2")) == (1, "10.00", "0.33", "0.33")
    assert changed.total == given.state.content.total
    assert changed.summary == ("Moved 1 × Dress from shipment 1 to 2. The total stays 40.00 USD.")


def test_a_whole_line_moves_as_it_is():
    after, changed = confirm_edit(order_of(TWO_LINES, shipment()), move_line(to_line_id="9"))
    assert [each.line_id for each in shipment_of(changed).lines] == ["2"]
    assert money(line_of(changed, "9", "2")) == (2, "10.00", "2.00", "1.62")
    after.when(move_line(to_line_id="9")).then()


def test_a_move_to_a_shipment_that_is_not_there_makes_it_at_the_markets_price():
    destination = {"address": ADDRESS, "shipping_method": "express"}
    after, changed = confirm_edit(order_of(TWO_LINES), move_line(quantity=1, **destination))
    created = shipment_of(changed, "2")
    assert (str(created.shipping_cost), str(created.shipping_tax)) == ("14.90", "0.00")
    assert created.address.city == ADDRESS["city"]
    assert str(changed.total) == "39.97"
    assert "a new one by express for 14.90" in changed.summary
    assert after.state.shipments == {"1": "Open", "2": "Open"}
    back = move_line("1", line_id="1", shipment_id="2")
    after, changed = confirm_edit(after, back, "csr#2")
    assert str(changed.total) == str(order_of(TWO_LINES).state.content.total)
    assert sorted(map(money, shipment_of(changed).lines)) == sorted(
        map(money, order_of(TWO_LINES).state.content.shipments[0].lines)
    )
    assert after.state.shipments == {"1": "Open"}


def test_a_move_does_not_send_a_shipment_elsewhere():
    given = order_of(TWO_LINES, shipment())
    elsewhere = {"address": {**ADDRESS, "city": "Tacoma"}, "shipping_method": "standard"}
    given.when(move_line(quantity=1, to_line_id="9", **elsewhere)).rejected("id-reused")
    express = {"address": ADDRESS, "shipping_method": "express"}
    given.when(move_line(quantity=1, to_line_id="9", **express)).rejected("id-reused")
    same = {"address": ADDRESS, "shipping_method": "standard"}
    given.when(move_line(quantity=1, to_line_id="9", **same)).deferred()


def test_a_new_shipment_goes_by_a_method_of_the_market():
    drone = {"address": ADDRESS, "shipping_method": "drone"}
    outcome = order_of(TWO_LINES).when(move_line(quantity=1, **drone)).rejected("unknown-method")
    assert outcome.reason.message == "US does not offer drone."


def test_pieces_that_move_to_a_line_id_that_is_taken_are_refused():
    given = order_of(TWO_LINES, shipment(line("SKU-9")))
    outcome = given.when(move_line(quantity=1)).rejected("id-reused", "id-reused")
    dearer = order_of(TWO_LINES, shipment(line(price="11.00")))
    dearer.when(move_line(quantity=1)).rejected("id-reused", "id-reused")
    assert "to_line_id" in outcome.reason.blockers[-1].remedy


def test_an_order_has_so_many_shipments_at_most():
    full = order_of(TWO_LINES, *[shipment() for _ in range(MAX_SHIPMENTS - 1)])
    destination = {"address": ADDRESS, "shipping_method": "express"}
    full.when(move_line("new", 1, **destination)).rejected("order-full", "order-full")
