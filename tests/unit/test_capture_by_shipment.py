"""Whatever an order costs and however it ships, its money is captured to the cent, and no more.

The order says what is due, and the payment service captures it: both deciders take part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as with_each
from hypothesis import strategies as st

from services.order.decider import decider as order_decider
from services.payment.decider import decider as payment_decider
from shared.contracts import Message, orders, payments, shipments
from shared.contracts.address import Address
from shared.contracts.holds import HoldDetails
from shared.contracts.money import decimals
from shared.site import Site
from tests.examples import examples
from tests.unit.given import NOW, SITE, Given
from tests.unit.order.builders import (
    ADDRESS,
    NUMBER,
    ORDER,
    cart,
    line,
    shipment,
    shipment_canceled,
    shipped,
)
from tests.unit.payment.builders import answer, capture, decline, refund
from tests.unit.payment.expiry_builders import END, expire, expiring
from tests.unit.payment.return_builders import completion

MARKETS = {"US": "USD", "JP": "JPY", "SE": "SEK"}
HOLD = HoldDetails(hold_id="h", stops=("capture",))

LIFTED = orders.HoldReleased(order_id=ORDER, order_number=NUMBER, status="InProgress", holds=("h",))


def capturing(when: str) -> Site:
    """The site, with every market capturing by itself."""
    markets = {
        name: market.model_copy(update={"capture": when}) for name, market in SITE.markets.items()
    }
    return SITE.model_copy(update={"markets": markets})


SITES: Mapping[str, Site] = {when: capturing(when) for when in ("on-ship", "on-release")}


@dataclass
class Both:
    """An order and its account; what the one decides reaches the other at once."""

    site: Site
    order: Given[Any] = field(default_factory=lambda: Given(order_decider))
    account: Given[Any] = field(default_factory=lambda: Given(payment_decider))
    due: list[orders.CaptureDue] = field(default_factory=list)
    happened: list[Message] = field(default_factory=list)

    def tell(self, *messages: Message) -> Both:
        """The order takes in messages."""
        for message in messages:
            outcome = self.order.when(message, cause="checkout#1", site=self.site)
            self.order = outcome.after
            for event in outcome.events:
                if isinstance(event, orders.CaptureDue):
                    self.due.append(event)
                if type(event) in payment_decider.handlers:
                    self.pay(event)
        return self

    def pay(self, *messages: Message) -> Both:
        """The account takes in messages."""
        for message in messages:
            outcome = self.account.when(message, site=self.site)
            self.account = outcome.after
            self.happened += outcome.events
            for payment in self.account.state.payments.values():
                assert payment.captured + payment.voided <= payment.amount
        return self

    def moves(self, kind: type[Message] = payments.Captured) -> list[str]:
        """The amounts of these movements, in order."""
        return [f"{e.amount}" for e in self.happened if isinstance(e, kind)]  # type: ignore[attr-defined]

    @property
    def captured(self) -> Decimal:
        """What the authorizations brought."""
        return sum((p.captured for p in self.account.state.payments.values()), Decimal(0))

    @property
    def left(self) -> Decimal:
        """What is authorized, and neither captured nor voided."""
        total: Decimal = self.account.state.sums.authorized
        return total


def authorization(
    amount: str, payment_id: str = "a", method: str = "bank-transfer"
) -> dict[str, Any]:
    return {
        "payment_id": payment_id,
        "method": method,
        "transaction_type": "Authorization",
        "amount": amount,
        "status": "Processed",
    }


def released(shipment_id: str = "1") -> shipments.Released:
    """The shipment was released."""
    return shipments.Released(
        order_id=ORDER,
        shipment_id=shipment_id,
        status="Released",
        order_number=NUMBER,
        warehouse="seattle",
        market="US",
        shipping_method="standard",
        address=Address(**ADDRESS),
        lines=(),
        released_at=NOW,
    )


def money(currency: str, cents: int) -> str:
    return f"{Decimal(cents).scaleb(-decimals(currency)):f}"


PARCELS = (shipment(line(price="30.00", quantity=1)), shipment(line(price="10.00", quantity=1)))


def an_order(
    when: str = "on-ship", *paid: dict[str, Any], off: str = "0.00", parcels: Any = PARCELS
) -> Both:
    """Two shipments of 30.00 and 10.00, by default with all of it authorized."""
    content = cart(*parcels, order_discount=off, payments=list(paid or [authorization("40.00")]))
    return Both(SITES[when]).tell(content)


def test_each_shipment_is_captured_when_it_ships_and_the_last_takes_what_is_left() -> None:
    both = an_order(off="0.01").tell(shipped("1"))
    assert both.moves() == ["29.99"]
    both.tell(shipped("2"))
    assert both.moves() == ["29.99", "10.00"]
    assert both.moves(payments.Voided) == ["0.01"]
    assert [(f"{d.amount}", d.shipments, d.final) for d in both.due] == [
        ("29.99", ("1",), False),
        ("39.99", ("1", "2"), True),
    ]


def test_on_release_a_shipment_is_captured_before_it_ships_and_once() -> None:
    both = an_order("on-release").tell(released("2"), released("2"))
    assert both.moves() == ["10.00"]
    both.tell(shipped("2"), released("1"), shipped("1"))
    assert both.moves() == ["10.00", "30.00"]
    assert an_order("on-ship").tell(released("2")).moves() == []


def test_a_market_that_does_not_say_so_captures_nothing() -> None:
    both = Both(SITE).tell(cart(*PARCELS, payments=[authorization("40.00")]))
    both.tell(released("1"), shipped("1"), shipped("2"))
    assert (both.moves(), both.due, f"{both.left}") == ([], [], "40.00")


def test_the_oldest_authorization_pays_first_and_what_was_sold_counts() -> None:
    sale = {**authorization("15.00", "s"), "transaction_type": "Sale"}
    both = an_order("on-ship", authorization("20.00", "old"), authorization("20.00", "new"), sale)
    both.tell(shipped("1"))
    assert [(e.payment_id, f"{e.amount}") for e in captures(both)] == [("old", "15.00")]
    both.tell(shipped("2"))
    rest = [(e.payment_id, f"{e.amount}") for e in captures(both)[1:]]
    assert rest == [("old", "5.00"), ("new", "5.00")]
    assert both.moves(payments.Voided) == ["15.00"]


def captures(both: Both) -> list[payments.Captured]:
    return [event for event in both.happened if isinstance(event, payments.Captured)]


def test_elsewhere_what_is_left_is_voided_once_somebody_captured_the_total() -> None:
    both = Both(SITE).tell(cart(*PARCELS, payments=[authorization("50.00")]))
    both.pay(capture("a", "5.00"))
    both.tell(shipped("1"), shipped("2"))
    assert both.moves(payments.Voided) == []
    both.pay(capture("a"))
    assert both.moves() == ["5.00", "35.00"]
    assert both.moves(payments.Voided) == ["10.00"]


def test_elsewhere_nothing_is_voided_while_something_may_ship() -> None:
    both = Both(SITE).tell(cart(*PARCELS, payments=[authorization("50.00")]))
    both.tell(shipped("1")).pay(capture("a"))
    assert both.moves(payments.Voided) == []
    both.tell(shipped("2"))
    assert both.moves(payments.Voided) == ["10.00"]


def test_an_order_without_authorizations_notes_no_end() -> None:
    sale = {**authorization("40.00", "s"), "transaction_type": "Sale"}
    both = Both(SITE).tell(cart(*PARCELS, payments=[sale]), shipped("1"), shipped("2"))
    assert not [e for e in both.happened if isinstance(e, payments.ShippingEnded)]


def test_a_hold_that_stops_captures_delays_them() -> None:
    both = an_order()
    both.pay(orders.Held(order_id=ORDER, order_number=NUMBER, reason=None, hold=HOLD))
    both.tell(shipped("1"))
    assert both.moves() == []
    both.pay(LIFTED)
    assert both.moves() == ["30.00"]


def test_a_provider_is_asked_once_and_again_when_more_is_due() -> None:
    both = an_order("on-ship", authorization("40.00", method="credit-card")).tell(shipped("1"))
    asks = [event for event in both.happened if isinstance(event, payments.Requested)]
    assert [(ask.action, f"{ask.amount}", ask.waiting) for ask in asks] == [
        ("capture", "30.00", None)
    ]
    both.pay(decline(1))
    assert both.moves() == []
    both.tell(shipped("2"))
    assert both.moves(payments.Requested) == ["30.00", "40.00"]
    both.pay(answer(2), answer(2))
    assert both.moves() == ["40.00"]


def test_what_is_due_while_a_provider_has_not_answered_follows_its_answer() -> None:
    both = an_order("on-ship", authorization("50.00", method="credit-card"))
    both.tell(shipped("1"), shipped("2"))
    assert both.moves(payments.Requested) == ["30.00"]
    both.pay(answer(1))
    assert both.moves(payments.Requested) == ["30.00", "10.00"]
    both.pay(answer(2))
    assert both.moves(payments.Requested) == ["30.00", "10.00", "10.00"]  # the last is a void
    both.pay(answer(3))
    assert (both.moves(), both.moves(payments.Voided)) == (["30.00", "10.00"], ["10.00"])
    assert both.account.state.paid_in_full


def test_a_void_that_is_declined_is_not_asked_for_again() -> None:
    both = an_order("on-ship", authorization("50.00", method="credit-card"))
    both.tell(shipped("1"), shipped("2")).pay(answer(1), answer(2), decline(3))
    assert both.moves(payments.Requested) == ["30.00", "10.00", "10.00"]
    assert f"{both.left}" == "10.00"


def test_a_canceled_shipment_is_not_captured_and_its_share_is_released() -> None:
    both = an_order().tell(shipped("1"), shipment_canceled("2"))
    assert both.moves() == ["30.00"]
    assert both.moves(payments.Voided) == ["10.00"]


def test_what_was_refunded_by_hand_is_not_captured_again() -> None:
    both = an_order("on-ship", authorization("60.00")).tell(shipped("1"))
    both.pay(refund("a", "5.00"))
    assert both.moves() == ["30.00"]
    both.tell(shipped("2"))
    assert both.moves() == ["30.00", "10.00"]
    assert both.moves(payments.Voided) == ["20.00"]


def test_what_came_back_before_it_was_captured_is_not_captured() -> None:
    both = an_order().pay(orders.Held(order_id=ORDER, order_number=NUMBER, reason=None, hold=HOLD))
    both.tell(shipped("1")).pay(completion("20.00"))
    both.pay(LIFTED)
    assert both.moves() == ["10.00"]


def test_what_came_back_afterwards_does_not_lower_the_next_share() -> None:
    both = an_order().tell(shipped("1")).pay(completion("20.00"))
    assert both.moves(payments.Refunded) == ["20.00"]
    both.tell(shipped("2"))
    assert both.moves() == ["30.00", "10.00"]
    assert both.left == 0


def _expiring(renew: bool) -> Both:
    """An order whose two shipments cost 40, authorized by card for a week."""
    site = expiring(renew=renew, site=SITES["on-ship"])
    paid = [authorization("40.00", method="credit-card")]
    return Both(site).tell(cart(*PARCELS, payments=paid))


def test_an_authorization_that_expired_pays_for_no_shipment() -> None:
    both = _expiring(renew=False).tell(shipped("1")).pay(answer(1))
    both.pay(expire())
    both.tell(shipped("2"))
    assert (both.moves(), both.moves(payments.Requested)) == (["30.00"], ["30.00"])
    assert both.moves(payments.AuthorizationExpired) == ["10.00"]
    assert f"{both.account.state.outstanding}" == "10.00"


def test_one_that_was_renewed_pays_for_the_next_shipment() -> None:
    both = _expiring(renew=True).tell(shipped("1")).pay(answer(1))
    both.pay(expire())
    both.tell(shipped("2"))
    assert both.moves(payments.Requested) == ["30.00", "10.00"]  # the renewal
    both.pay(answer(2))
    assert both.moves(payments.Requested) == ["30.00", "10.00", "10.00"]  # its capture
    both.pay(answer(3))
    assert both.moves() == ["30.00", "10.00"]
    assert both.left == 0
    assert both.account.state.paid_in_full


def test_what_is_due_is_not_captured_once_the_time_is_over() -> None:
    both = _expiring(renew=False)
    late = both.account.when(
        orders.CaptureDue(
            order_id=ORDER, order_number=NUMBER, currency="USD", amount=Decimal("30.00"),
            shipments=("1",), final=False,
        ),
        site=both.site, now=END,
    )  # fmt: skip
    assert [type(event) for event in late.events] == [payments.CaptureDueNoted]


def test_an_order_that_is_canceled_captures_nothing() -> None:
    both = an_order("on-release").tell(shipment_canceled("1"), shipment_canceled("2"))
    assert (both.moves(), both.due) == ([], [])
    assert both.moves(payments.Voided) == ["40.00"]


@pytest.mark.parametrize("when", SITES)
@examples(80)
@with_each(st.data())
def test_any_order_is_captured_exactly(when: str, data: st.DataObject) -> None:
    market = data.draw(st.sampled_from(sorted(MARKETS)))
    currency = MARKETS[market]
    parcels = [_parcel(data, currency) for _ in range(data.draw(st.integers(1, 3)))]
    off = money(currency, data.draw(st.sampled_from([0, 1, 333, 5000])))
    about = {"market": market, "currency": currency, "order_discount": off}
    total = Both(SITE).tell(cart(*parcels, **about, payments=[])).account.state.total
    extra = Decimal(money(currency, data.draw(st.integers(0, 50))))
    first = min(Decimal(money(currency, data.draw(st.integers(0, 9000)))), total)
    amounts = {"a": first, "b": total - first + extra}
    paid = [authorization(f"{amount}", which) for which, amount in amounts.items() if amount]
    both = Both(SITES[when]).tell(cart(*parcels, **about, payments=paid))
    steps = [str(n) for n in range(1, len(parcels) + 1)]
    for shipment_id in data.draw(st.permutations(steps)):
        if data.draw(st.booleans()):
            both.tell(released(shipment_id))
        ends = shipment_canceled if data.draw(st.integers(0, 3)) == 0 else shipped
        both.tell(ends(shipment_id))
        assert both.captured == max((each.amount for each in both.due), default=0)
    state = both.account.state
    assert all(each.amount >= 0 for each in both.due)
    if both.order.state.progress == "Completed":
        assert both.due[-1].final
        assert both.due[-1].amount == state.total
        # A discount of the whole order may weigh more once a shipment is canceled: then what was
        # captured before is overpaid, and shows.
        assert both.captured == max(each.amount for each in both.due)
        assert both.left == 0
    elif when == "on-ship":
        assert both.captured == 0


def _parcel(data: st.DataObject, currency: str) -> dict[str, Any]:
    lines = []
    for n in range(data.draw(st.integers(1, 2))):
        quantity, price = data.draw(st.integers(1, 3)), data.draw(st.integers(0, 3000))
        lines.append(
            line(
                f"SKU-{n}",
                quantity,
                money(currency, price),
                discount=money(currency, data.draw(st.integers(0, quantity * price))),
                tax=money(currency, data.draw(st.integers(0, 300))),
            )
        )
    return shipment(*lines, shipping_cost=money(currency, data.draw(st.integers(0, 900))))
