"""Histories in which customers have an email, and the notify service runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson

from tests.cluster import Sent
from tests.simulation.history import WITH_OPTIONAL, History
from tests.simulation.workload import Workload

EMAIL = "mercy@example.com"


class WithEmails(Workload):
    """The usual messages, with the customer's email in the carts of a checkout."""

    def _checkout(self, order: str, parcels: int, **more: Any) -> Sent:
        sent = super()._checkout(order, parcels, **more)
        cart = orjson.loads(sent.value or b"{}")
        cart["customer"] = {**(cart.get("customer") or {}), "email": EMAIL}
        return replace(sent, value=orjson.dumps(cart))


def emailed(seed: int) -> History:
    """The history of `seed`."""
    history = History(seed, services=WITH_OPTIONAL)
    history._work = WithEmails(history._injector)
    return history
