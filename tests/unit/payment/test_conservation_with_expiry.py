"""However authorizations expire and are renewed, no money is made or lost, and none paid twice."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import payments
from shared.site import Site
from tests.examples import examples
from tests.unit.given import NOW
from tests.unit.payment.builders import CARD, an_account, answer, order_canceled, taken
from tests.unit.payment.expiry_builders import EXPIRES, RENEWS, expiring
from tests.unit.payment.test_conservation_with_provider import (
    Provider,
    answers,
    by_hand_in,
    commands,
)

# Everything expires, by provider or not; one after a day, so that renewals expire as well.
BRIEF = expiring(
    renew=True,
    **{
        "credit-card": {"authorization_days": 1, "renew": True},
        "telephone": {"authorization_days": 2},
    },
)
steps = st.one_of(commands, answers, answers, st.integers(1, 72))  # a number is hours that pass


class Life:
    """An account, its provider, and the deadlines that come while time passes."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.now = NOW
        self.stream = an_account(
            "100.00",
            taken("c0", "Authorization", "60.00", **CARD),
            taken("c1", "Authorization", "30.00"),
            site=site,
        )
        self.provider = Provider()
        self.by_hand = Decimal(90)  # by the checkout
        self.expired = Decimal(0)
        self.renewals: Counter[str] = Counter()
        self.told: set[tuple[str, Any]] = set()

    def take(self, message: Any, cause: str) -> None:
        if isinstance(message, int):
            self.now += timedelta(hours=message)
            self.deadlines(cause)
            return
        if isinstance(message, payments.Settle):
            self.provider.settle(message)
        outcome = self.stream.when(message, site=self.site, now=self.now, cause=cause)
        if outcome._decision is None:
            return
        self.provider.receive(outcome.events)
        for event in outcome.events:
            self.by_hand += by_hand_in(event)
            if isinstance(event, payments.AuthorizationExpired):
                self.expired += event.amount
            if isinstance(event, payments.Captured) and event.request_id is None:
                self._is_valid(event.payment_id)
            if isinstance(event, payments.Requested):
                self.renewals[event.renews or ""] += 1
                if event.action == "capture":
                    self._is_valid(event.payment_id)
        self.stream = outcome.after
        self.check()

    def deadlines(self, cause: str) -> None:
        """Tells each deadline that has come, and repeats those that were told before."""
        for payment in list(self.stream.state.payments.values()):
            if payment.is_over(self.now):
                message = payments.Expire(
                    order_id="c-1", payment_id=payment.payment_id, expires_at=payment.expires_at
                )
                self.take(message, f"{cause}-{payment.payment_id}")

    def _is_valid(self, payment_id: str) -> None:
        payment = self.stream.state.payments[payment_id]
        assert not payment.is_over(self.now), "captured after it had expired"
        assert not payment.expired

    def check(self) -> None:
        account = self.stream.state
        assert account.sums.paid == self.provider.balance + self.by_hand - self.expired
        assert account.canceled or account.paid_in_full == (account.outstanding <= 0)
        for sums in (account.sums, account.free):
            assert sums.authorized >= 0
            assert sums.taken >= 0
        assert all(n == 1 for of, n in self.renewals.items() if of), "renewed twice"
        for each in account.payments.values():
            assert each.captured + each.voided + each.expired <= each.amount


@pytest.mark.parametrize("site", [EXPIRES, RENEWS, BRIEF], ids=["expires", "renews", "briefly"])
@examples(60)
@given(st.lists(steps, max_size=25), st.booleans())
def test_no_penny_is_made_or_lost_and_none_expires_twice(site, messages, cancels):
    life = Life(site)
    for number, message in enumerate([*messages, *([order_canceled()] if cancels else [])]):
        life.take(message, f"m#{number}")
    for n in range(1, 60):
        life.take(answer(n), f"a#{n}")
    last = {each.payment_id for each in life.stream.state.payments.values()}
    life.now += timedelta(days=30)
    life.deadlines("end")
    for n in range(1, 120):
        life.take(answer(n), f"z#{n}")
    account = life.stream.state
    ended = [each for each in account.payments.values() if each.payment_id in last]
    for each in ended:
        assert not each.expires_at or not account.sums.left_to_capture(each), "due for ever"
    if cancels:
        assert life.stream.status == "Closed"
