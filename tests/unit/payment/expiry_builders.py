"""Accounts whose authorizations expire after seven days: by card, which may renew, and by check."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from shared.contracts import payments
from shared.site import Site
from tests.unit.given import NOW, SITE, Given
from tests.unit.payment.builders import (
    CARD,
    OF_CHECKOUT,
    ORDER,
    PLAIN,
    an_account,
    requested,
    taken,
)

DAYS = 7
END = NOW + timedelta(days=DAYS)


def expiring(*, renew: bool = False, site: Site = SITE, **methods: Any) -> Site:
    """The site, with authorizations by card and by check that expire; those by card may renew."""
    lasts = {"authorization_days": DAYS}
    changes = {"credit-card": {**lasts, "renew": renew}, "check": lasts, **methods}
    known = {
        name: method.model_copy(update=changes.get(name, {}))
        for name, method in site.payment_methods.items()
    }
    return site.model_copy(update={"payment_methods": known})


EXPIRES, RENEWS = expiring(), expiring(renew=True)


def held(amount: str = "100.00", site: Site = EXPIRES, method: str = "check") -> Given[Any]:
    """An account that owes 100, with an authorization called a."""
    more = {**CARD, **OF_CHECKOUT} if method == "credit-card" else {}
    paid = taken("a", "Authorization", amount, **more)
    return an_account("100.00", paid, site=site)


def expire(payment_id: str = "a", at: Any = END) -> payments.Expire:
    """The time of an authorization is over."""
    return payments.Expire(order_id=ORDER, payment_id=payment_id, expires_at=at)


def expired(
    amount: str, *, paid: str, payment_id: str = "a", at: Any = END, renewed_by: str | None = None
) -> payments.AuthorizationExpired:
    """The event that so much of an authorization has expired."""
    return payments.AuthorizationExpired(
        **PLAIN,
        payment_id=payment_id,
        amount=Decimal(amount),
        paid=Decimal(paid),
        outstanding=100 - Decimal(paid),
        expires_at=at,
        renewed_by=renewed_by,
    )


def renewal(
    n: int, amount: str, *, paid: str = "100.00", new: str = "a-renewed", of: str = "a"
) -> payments.Requested:
    """The request for a new authorization in place of one by card."""
    return requested(
        n, new, "add", amount, paid, waiting=None, transaction_type="Authorization",
        renews=of, **OF_CHECKOUT,
    )  # fmt: skip
