"""Faults of a payment provider: the simulated one does what a payment's reference says."""

from __future__ import annotations

from typing import Any

import orjson

from tests.alerts.fault import Fault
from tests.polling import eventually

METHOD = {"payment_id": "p-9", "method": "credit-card", "transaction_type": "Sale"}


class SilentProvider(Fault):
    """A provider doesn't answer. Later it does, for all that it was asked for."""

    alerts = ("WaybillProviderSilent", "WaybillProviderRequestsOld")
    words = "a payment provider that doesn't answer; it settles all requests"
    ORDERS = tuple(f"silent-{number}" for number in range(8))

    def cause(self) -> None:
        """See `Fault`."""
        self.system.place(*self.ORDERS, paid=False)
        for order in self.ORDERS:
            pay = {"order_id": order, **METHOD, "reference": "simulate:time-out-99"}
            self.system.post(f"pay-{order}", "payment.add", order, pay)

    def mend(self) -> None:
        """The provider reports by itself, as `waybill.payment.settle.v1` allows."""
        for asked in self._pending():
            order, request = orjson.loads(asked["request"])["order_id"], asked["_id"]
            answer = {"order_id": order, "request_id": request, "outcome": "processed"}
            self.system.post(f"settle-{order}", "payment.settle", order, answer)
        eventually(lambda: not self._pending())

    def _pending(self) -> list[dict[str, Any]]:
        stored = self.system.documents("payment", "provider_requests")
        return [each for each in stored if "provider" in each]


class DecliningProvider(Fault):
    """A provider declines every payment. Later it accepts them again."""

    alerts = ("WaybillPaymentsFailing",)
    words = "a payment provider that declines every card; it accepts them again"
    DECLINED, ACCEPTED = 10, 30

    def cause(self) -> None:
        """See `Fault`."""
        self._pay("declined", self.DECLINED, "simulate:decline")

    def mend(self) -> None:
        """See `Fault`."""
        self._pay("accepted", self.ACCEPTED, None)

    def _pay(self, name: str, many: int, reference: str | None) -> None:
        orders = [f"{name}-{number}" for number in range(many)]
        self.system.place(*orders, paid=False)
        for order in orders:
            pay = {"order_id": order, **METHOD, "reference": reference}
            self.system.post(f"pay-{order}", "payment.add", order, pay)
