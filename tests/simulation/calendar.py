"""The days that pass in a history, and what its site says about authorizations.

In one history of four authorizations expire, and the time jumps by hours. Everything about that is
drawn from a generator of its own, so that the other histories stay what they were.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

from shared.site import Site

EXPIRING = 0.25  # of the histories
RENEWING = 0.7  # of those
# A number with which no seed that finds a rare planted bug has such a history.
SALT = 3980
PAYMENTS = ("p-1", "p-1", "p-late", "p-2", "p-3")
AUTHORIZED = 0.8  # of the payments of checkouts
SLOW = 0.3  # of the answers of providers; such an answer may come after the time is over
SLOWER = 0.4  # mean seconds

Timed = tuple[float, tuple[str, dict[str, Any]]]


class Calendar:
    """When the time jumps, in seconds of the history, and by how many hours.

    `passed` is how much time has passed by jumps; it is added to every clock.
    """

    def __init__(self, seed: int) -> None:
        self._random = Random(f"authorizations {SALT} of {seed}")
        self.expires = self._random.random() < EXPIRING
        self.renews = self._random.random() < RENEWING
        self.days = self._random.randint(1, 2)
        self.passed = timedelta()
        self.jumps = [
            (self._random.uniform(0.3, 3), self._random.uniform(1, 60))
            for _ in range(self._random.randint(2, 5) if self.expires else 0)
        ]

    def jump(self, hours: float) -> None:
        """Lets time pass."""
        self.passed += timedelta(hours=hours)

    def site_of(self, site: Site) -> Site:
        """Returns the site in which authorizations expire, if they do."""
        if not self.expires:
            return site
        methods = {
            name: method.model_copy(
                update={
                    "authorization_days": self.days,
                    "renew": self.renews and method.provider is not None,
                }
            )
            for name, method in site.payment_methods.items()
        }
        return site.model_copy(update={"payment_methods": methods})

    def authorize(self, cart: dict[str, Any]) -> None:
        """Makes most payments of a cart authorizations, if they expire."""
        for payment in cart["payments"] if self.expires else ():
            if self._random.random() < AUTHORIZED:
                payment["transaction_type"] = "Authorization"

    def delay(self) -> float:
        """Draws how much later than usual a provider answers, in seconds."""
        if not self.expires or self._random.random() >= SLOW:
            return 0
        return self._random.expovariate(1 / SLOWER)

    def steps(self) -> Iterator[Timed]:
        """Yields payments and captures of an order about the times of the jumps."""
        if not self.expires:
            return
        method = self._random.choice(("credit-card", "credit-card", "telephone"))
        data = {"payment_id": "p-3", "method": method, "transaction_type": "Authorization"}
        yield self._random.uniform(0.3, 1), ("payment.add", data)
        for at, _ in self.jumps:
            for _ in range(self._random.randint(0, 3)):
                yield max(0, at + self._random.uniform(-0.2, 1)), self._step()

    def _step(self) -> tuple[str, dict[str, Any]]:
        payment = self._random.choice(PAYMENTS) + self._random.choice(("", "", "-renewed"))
        if self._random.random() < 0.15:
            return "payment.void", {"payment_id": payment}
        data = {"payment_id": payment}
        if self._random.random() < 0.5:
            data["amount"] = f"{self._random.randint(1, 9)}.00"
        return "payment.capture", data
