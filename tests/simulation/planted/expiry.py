"""Bugs of authorizations that expire."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from services.payment import evolution, state
from services.payment.account_book import AccountBook
from services.payment.authorization_expiry import end_authorization
from services.payment.decider import decider
from services.payment.gateway.deadlines import Deadlines
from services.payment.ledger import Payment
from shared.contracts import payments
from shared.runtime.ports import Publication
from tests.simulation.planted.registry import Patch, bug


@bug
def capture_an_expired_authorization(patch: Patch) -> None:
    patch.setattr(Payment, "is_over", lambda self, now: False)


@bug
def renew_twice_after_a_restart(patch: Patch) -> None:
    """A process remembers what it told in memory alone, and the rules don't remember it either."""

    async def go_on(self: Any) -> None:
        told, now = self.__dict__.setdefault("told", set()), self._clock()
        for deadline in await self._store.due(now, now, 100):
            if deadline not in told:
                await self._publish(named_anew(self._publication(deadline)))
                told.add(deadline)

    def named_anew(one: Publication) -> Publication:
        headers = [(n, b"d-%d" % next(ids) if n == "ce_id" else v) for n, v in one.headers]
        return Publication(one.topic, one.key, one.value, headers)

    def expire(command: Any, account: Any, context: Any) -> Any:
        if not isinstance(account, state.Account):
            return []
        book = AccountBook(account)
        end_authorization(book, book.account.payments[command.payment_id], context)
        return book.happened

    ids = count()
    patch.setitem(decider.handlers, payments.Expire, expire)
    patch.setattr(Deadlines, "go_on", go_on)


@bug
def forget_an_expiry_while_a_provider_is_busy(patch: Patch) -> None:
    patch.setitem(evolution._EVOLVE, payments.ExpiryDelayed, lambda account, event: None)


@bug
def forget_a_deadline_before_it_is_told(patch: Patch) -> None:
    async def go_on(self: Any) -> None:
        now = self._clock()
        for deadline in await self._store.due(now, now + timedelta(seconds=20), 100):
            await self._store.done(deadline)
            await self._publish(self._publication(deadline))

    patch.setattr(Deadlines, "go_on", go_on)
